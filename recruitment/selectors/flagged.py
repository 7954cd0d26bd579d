"""Yellow and red cases for the levels above, by risk and waiting time; and the whole story of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case as Choose
from django.db.models import Count, DateField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least

from branches.access import Actor
from branches.models import Organisation
from recruitment.models import Appeal, Attempt, Case, Flag, Obligation, Person, StepRecord, StepReturn, Suspension, Veto
from recruitment.models.case import CaseQuerySet
from recruitment.rules.explain import flag_name
from recruitment.rules.lights import GREEN, RED, YELLOW
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEP_KEYS
from recruitment.rules.texts import Text
from recruitment.rules.vetoes import VETOES

_SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)
_OPEN_FLAG = Q(resolved_at__isnull=True, voided=False)


@dataclass(frozen=True, slots=True)
class FlaggedFilter:
    """What the list is narrowed to; None or empty leaves it as it is. ``explained``: ``yes`` or ``no``."""

    committee: int | None = None
    branch: int | None = None
    step: str = ""
    light: str = ""
    explained: str = ""

    def apply(self, cases: CaseQuerySet, *, light: bool = True) -> CaseQuerySet:
        wanted = {"committee": self.committee, "branch": self.branch, "step": self.step}
        if light:
            wanted["light_now"] = self.light
        cases = cases.filter(**{name: value for name, value in wanted.items() if value})
        if self.explained == "no":
            cases = cases.filter(_UNEXPLAINED)
        elif self.explained == "yes":
            cases = cases.filter(Exists(_open_flags().exclude(explanation=""))).exclude(_UNEXPLAINED)
        return cases


def _open_flags() -> QuerySet[Flag]:
    return Flag.objects.filter(_OPEN_FLAG, case=OuterRef("pk"))


def _risen(today: date) -> QuerySet[Obligation]:
    """Deadlines that have passed, whether or not a sweep has raised their flags."""
    return Obligation.objects.filter(kind=Obligation.Kind.DEADLINE, changes_on__lte=today)


#: A flag waits for its explanation; so does one that has risen today and that no sweep has written yet.
_UNEXPLAINED = Q(light=GREEN) | Q(Exists(_open_flags().filter(needs_explanation=True, explanation="")))


def flagged(actor: Actor, today: date) -> CaseQuerySet:
    """Running cases that are yellow or red today, whatever the last sweep stored, by risk and then the longest open.

    Risk: red, which nobody but the department can end; then yellows that wait for an explanation; then explained ones.

    Annotated: ``light_now`` and ``since``, the day of the red, or the first yellow day of the oldest open reason.
    """
    oldest = _open_flags().order_by("raised_on").values("raised_on")[:1]
    # A sweep that came late writes its own day on the flag; the deadline knows when it rose.
    risen = _risen(today).filter(case=OuterRef("pk")).order_by("changes_on").values("changes_on")[:1]
    red = _open_flags().filter(code=OuterRef("veto_code")).order_by("-raised_on").values("raised_on")[:1]
    return (
        Case.objects.visible_to(actor)
        .open()
        .with_light(today)
        .filter(light_now__in=(YELLOW, RED))
        .annotate(
            since=Choose(
                When(light=RED, then=Subquery(red)),
                default=Coalesce(Least(Subquery(oldest), Subquery(risen)), Subquery(risen), Subquery(oldest)),
                output_field=DateField(),
            ),
            urgency=Choose(
                When(light=RED, then=Value(0)),
                When(_UNEXPLAINED, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            ),
        )
        .order_by("urgency", "since", "pk")
    )


def counts(actor: Actor, today: date, wanted: FlaggedFilter) -> Mapping[str, int]:
    """How many are ``red`` and ``yellow`` under the other filters. One query."""
    return (
        wanted.apply(flagged(actor, today), light=False)
        .order_by()
        .aggregate(red=Count("pk", filter=Q(light_now=RED)), yellow=Count("pk", filter=Q(light_now=YELLOW)))
    )


@dataclass(frozen=True, slots=True)
class FlaggedChoices:
    """What the filters can choose from. Branches are offered within one committee only."""

    committees: tuple[tuple[int, str], ...]
    branches: tuple[tuple[int, str], ...]
    steps: tuple[str, ...]


def choices(actor: Actor, today: date, committee: str = "") -> FlaggedChoices:
    """One query. ``committee`` is the chosen one as the address gives it."""
    rows = (
        flagged(actor, today)
        .order_by()
        .values_list(
            "step",
            *(f"{side}__{name}" for side in ("committee", "branch") for name in ("pk", "short_name", "name", "path")),
        )
        .distinct()
    )
    committees: dict[int, tuple[str, str]] = {}
    branches: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    steps: set[str] = set()
    for step, *bodies in rows:
        above, above_short, above_name, above_path, branch, short, name, path = bodies
        committees[above] = (above_path, above_short or above_name)
        branches[above][branch] = (path, short or name)
        steps.add(step)
    only = next(iter(committees), None) if len(committees) == 1 else None
    chosen = next((pk for pk in committees if str(pk) == committee), only)
    return FlaggedChoices(
        _ordered(committees),
        _ordered(branches[chosen]) if chosen is not None else (),
        tuple(key for key in STEP_KEYS if key in steps),
    )


def _ordered(bodies: Mapping[int, tuple[str, str]]) -> tuple[tuple[int, str], ...]:
    return tuple((pk, name) for pk, (_path, name) in sorted(bodies.items(), key=lambda item: item[1]))


# -- rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlaggedItem:
    """One open reason: what it is, since when, who holds it, and what of it is explained.

    Several missed periods of one rule are one item: ``times`` of them, ``unexplained`` of which wait for a word.
    """

    code: str
    name: Text
    step: str
    since: date
    holder: Organisation
    times: int = 1
    unexplained: int = 0
    needs_explanation: bool = False


@dataclass(frozen=True, slots=True)
class FlaggedRow:
    """A case of the list. ``holder`` is the organisation that must act now, and ``task`` what it has to do there."""

    case: Case
    light: str
    days: int
    items: tuple[FlaggedItem, ...]
    holder: Organisation
    task: str


def rows_of(cases: Iterable[Case], today: date) -> list[FlaggedRow]:
    """The rows of a page. Two queries, whatever its length; pass cases of :func:`with_bodies`."""
    cases = list(cases)
    flags: dict[int, list[Flag]] = defaultdict(list)
    for flag in Flag.objects.filter(_OPEN_FLAG, case__in=cases).order_by("raised_on", "pk"):
        flags[flag.case_id].append(flag)
    risen: dict[int, list[Obligation]] = defaultdict(list)
    for obligation in _risen(today).filter(case__in=cases).order_by("changes_on", "pk"):
        risen[obligation.case_id].append(obligation)
    return [_row(case, flags[case.pk], risen[case.pk], today) for case in cases]


def with_bodies(cases: CaseQuerySet) -> CaseQuerySet:
    """With person and organisations, in the same query."""
    return cases.select_related("person", "branch", "committee", "department").defer(*_SEALED)


def _row(case: Case, flags: list[Flag], risen: list[Obligation], today: date) -> FlaggedRow:
    rose = {(row.step, row.code, row.subkey): row.changes_on for row in risen}
    reasons = [
        _Reason(
            code=flag.code,
            step=flag.step,
            since=rose.get((flag.step, flag.code, flag.subkey), flag.raised_on),
            side=Side.DEPARTMENT if _is_red(case, flag.code) else Side(flag.holder),
            needs_explanation=flag.needs_explanation,
            explained=bool(flag.explanation),
        )
        for flag in flags
    ]
    written = {(flag.step, flag.code, flag.subkey) for flag in flags}
    # Risen since the last sweep: the deadline is known, its flag is not written yet.
    reasons += [
        _Reason(row.code, row.step, row.changes_on, Side(row.holder), needs_explanation=True)
        for row in risen
        if (row.step, row.code, row.subkey) not in written
    ]
    items = sorted(_grouped(case, reasons), key=lambda item: (not _is_red(case, item.code), item.since))
    holder, task = _who_must_act(case, items)
    return FlaggedRow(
        case=case,
        light=case.light_now,
        days=max((today - items[0].since).days, 0) if items else 0,
        items=tuple(items),
        holder=holder,
        task=task,
    )


@dataclass(frozen=True, slots=True)
class _Reason:
    code: str
    step: str
    since: date
    side: Side
    needs_explanation: bool = False
    explained: bool = False


def _grouped(case: Case, reasons: Iterable[_Reason]) -> Iterator[FlaggedItem]:
    groups: dict[tuple[str, str, Side], list[_Reason]] = defaultdict(list)
    for reason in reasons:
        groups[(reason.code, reason.step, reason.side)].append(reason)
    for (code, step, side), found in groups.items():
        yield FlaggedItem(
            code=code,
            name=flag_name(code),
            step=step,
            since=min(reason.since for reason in found),
            holder=_body(case, side),
            times=len(found),
            unexplained=sum(reason.needs_explanation and not reason.explained for reason in found),
            needs_explanation=found[0].needs_explanation,
        )


def _is_red(case: Case, code: str) -> bool:
    return bool(case.veto_code) and code == case.veto_code


def _body(case: Case, side: Side) -> Organisation:
    return {Side.BRANCH: case.branch, Side.COMMITTEE: case.committee, Side.DEPARTMENT: case.department}[side]


def _who_must_act(case: Case, items: Iterable[FlaggedItem]) -> tuple[Organisation, str]:
    if case.freeze == Case.Freeze.VETO:
        return case.department, "decide"
    unexplained = next((item for item in items if item.unexplained), None)
    if unexplained is not None:
        return unexplained.holder, "explain"
    here = _body(case, Side(case.awaiting)) if case.awaiting else case.branch
    if case.freeze:
        return here, "transfer"
    if any(item.code in VETOES for item in items) and case.suspended_codes:
        return here, "cure"
    return here, "act"


# -- the story of a red -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """Every red of a case, the latest first, and what stood beside it."""

    vetoes: tuple[Veto, ...]
    record: StepRecord | None
    attempt: Attempt | None
    flags: tuple[Flag, ...]
    suspensions: tuple[Suspension, ...]
    appeals: tuple[Appeal, ...] = ()

    @property
    def veto(self) -> Veto:
        return self.vetoes[0]

    @property
    def standing(self) -> bool:
        return self.veto.status == Veto.Status.STANDING


#: The act that raised a red and the red itself are written at one moment; a clock's step is allowed for.
_SAME_ACT = timedelta(seconds=1)


def story_of(case: Case) -> Story | None:
    """The reds of a case, or None where it never had one. Six queries."""
    vetoes = tuple(case.vetoes.select_related("raised_by", "decided_by").order_by("-raised_at", "-pk"))
    if not vetoes:
        return None
    latest = vetoes[0]
    records = case.records.filter(step=latest.step, opened_at__lte=latest.raised_at)
    record = records.order_by("counts", "round", "pk").last()
    attempt = (
        Attempt.objects.filter(
            record__case=case,
            record__step=latest.step,
            code=latest.code,
            entered_at__range=(latest.raised_at - _SAME_ACT, latest.raised_at + _SAME_ACT),
        ).last()
        if latest.by_result
        else None
    )
    return Story(
        vetoes,
        record,
        attempt,
        tuple(case.flags.exclude(explanation="").select_related("explained_by").order_by("explained_at", "pk")),
        tuple(case.suspensions.select_related("from_by", "until_by")),
        tuple(case.appeals.select_related("body")),
    )


@dataclass(frozen=True)
class History:
    """What people and the clock have said of a case so far, the latest first."""

    flags: tuple[Flag, ...]
    vetoes: tuple[Veto, ...]
    appeals: tuple[Appeal, ...]
    returns: tuple[StepReturn, ...]


def history_of(case: Case) -> History:
    """Four queries."""
    return History(
        flags=tuple(case.flags.select_related("explained_by").order_by("-raised_at", "-pk")),
        vetoes=tuple(case.vetoes.select_related("raised_by", "decided_by")),
        appeals=tuple(case.appeals.select_related("body", "received_by", "answered_by")),
        returns=tuple(case.returns.select_related("returned_by")),
    )
