"""The verification queue: submitted steps that wait for the actor's side, the longest waiting first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from branches.access import Actor
from recruitment import machine
from recruitment.models import Case, Flag, Person
from recruitment.models.case import CaseQuerySet
from recruitment.policies import VERIFYING_ROLES
from recruitment.rules import texts
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEP_KEYS, STEPS

#: Side -> the steps that it verifies. The side's name is also the case's column that names its organisation.
_VERIFIED_BY: Mapping[Side, tuple[str, ...]] = {
    side: tuple(step.key for step in STEPS.values() if step.verifier_side is side)
    for side in (Side.COMMITTEE, Side.DEPARTMENT)
}
_SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a verifier narrows the queue to; None or empty leaves it as it is.

    ``days``: waiting at least so many days. ``returned`` and ``flags``: ``yes`` or ``no``. ``by``: the user who handed
    the step over. ``sort``: ``waiting`` (the longest first) or ``age`` (the oldest case first).
    """

    stage: int | None = None
    committee: int | None = None
    branch: int | None = None
    step: str = ""
    light: str = ""
    days: int | None = None
    returned: str = ""
    flags: str = ""
    by: int | None = None
    sort: str = ""

    def condition(self, today: date, *, stage: bool = True) -> Q:
        """The filter over the rows of :func:`submitted_to`; ``stage`` false leaves the tabs out."""
        equal = {
            "committee": self.committee,
            "branch": self.branch,
            "step": self.step,
            "light_now": self.light,
            "submitted_by_user": self.by,
            "stage": self.stage if stage else None,
        }
        wanted = Q(**{name: value for name, value in equal.items() if value})
        if self.days:
            # The end of that day where the product is used: somebody handed it in on it or before.
            last = datetime.combine(today - timedelta(days=self.days), time.max)
            wanted &= Q(submitted_at__lte=timezone.make_aware(last))
        if self.returned:
            wanted &= ~Q(return_reason="") if self.returned == "yes" else Q(return_reason="")
        if self.flags:
            wanted &= Q(open_flags=self.flags == "yes")
        return wanted

    @property
    def order(self) -> tuple[str, ...]:
        return ("opened_at", "pk") if self.sort == "age" else ("submitted_at", "pk")


#: Waiting at least so many days is offered as a filter; ten working days are about two weeks.
WAITING_DAYS = (3, 7, 14, 30)

#: Filters that are worth a button with its number, by the name of their words.
PRESETS: Mapping[str, QueueFilter] = {
    "long": QueueFilter(days=14),
    "returned": QueueFilter(returned="yes"),
    "flags": QueueFilter(flags="yes"),
    "clean": QueueFilter(returned="no", flags="no", light="green"),
}


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many wait: by stage under the other filters, by each preset and by each saved filter.

    ``frozen`` ones cannot be decided until the freeze ends and are in none of the other numbers.
    """

    stages: Mapping[int, int] = field(default_factory=dict)
    presets: Mapping[str, int] = field(default_factory=dict)
    saved: Mapping[int, int] = field(default_factory=dict)
    frozen: int = 0

    @property
    def total(self) -> int:
        return sum(self.stages.values())


def submitted_to(actor: Actor, today: date) -> CaseQuerySet:
    """Cases whose current step waits for a seat of the actor, frozen ones included.

    Annotated: ``light_now``, ``submitted_at``, ``submitted_by_name``, ``submitted_by_user``, ``return_reason`` (not
    empty when the step had been returned before) and ``open_flags`` (whether a flag of the step asks for a word). A
    step that runs beside an earlier one waits until it is current.
    """
    mine = Q(pk__in=())
    for side, steps in _VERIFIED_BY.items():
        organisations = {grant.organisation_id for grant in actor.grants_of(*VERIFYING_ROLES[side])}
        mine |= Q(**{f"{side.value}__in": organisations}, step__in=steps)
    return (
        Case.objects.visible_to(actor)
        .open()
        .with_light(today)
        .filter(
            mine,
            # One call, so that all three speak of the same record.
            records__status=machine.SUBMITTED,
            records__counts=True,
            records__step=F("step"),
        )
        .annotate(
            submitted_at=F("records__submitted_at"),
            submitted_by_name=F("records__submitted_by__full_name"),
            submitted_by_user=F("records__submitted_by"),
            return_reason=F("records__return_reason"),
            open_flags=Exists(_flags_of_step()),
        )
        .order_by("submitted_at", "pk")
    )


def _flags_of_step() -> QuerySet[Flag]:
    """Flags that are open at the step in hand and ask for a word; one that was explained still counts."""
    return Flag.objects.filter(
        case=OuterRef("pk"), step=OuterRef("step"), resolved_at__isnull=True, voided=False, needs_explanation=True
    )


def queue(actor: Actor, today: date, wanted: QueueFilter) -> CaseQuerySet:
    """The queue itself in the order asked for, with all that a row shows. One query a page."""
    cases = submitted_to(actor, today).filter(wanted.condition(today), freeze="")
    return cases.order_by(*wanted.order).select_related("person", "branch").defer(*_SEALED)


def counts(
    actor: Actor, today: date, wanted: QueueFilter, saved: Mapping[int, QueueFilter] = MappingProxyType({})
) -> QueueCounts:
    """What each tab, preset and saved filter would hold. One query."""
    free = Q(freeze="")
    here = wanted.condition(today, stage=False)
    numbers = {f"stage_{stage}": free & here & Q(stage=stage) for stage in texts.STAGES}
    numbers |= {f"preset_{name}": free & preset.condition(today) for name, preset in PRESETS.items()}
    numbers |= {f"saved_{pk}": free & one.condition(today) for pk, one in saved.items()}
    numbers["frozen"] = here & ~free
    found = (
        submitted_to(actor, today)
        .order_by()
        .aggregate(**{name: Count("pk", filter=condition) for name, condition in numbers.items()})
    )
    return QueueCounts(
        stages={stage: found[f"stage_{stage}"] for stage in texts.STAGES},
        presets={name: found[f"preset_{name}"] for name in PRESETS},
        saved={pk: found[f"saved_{pk}"] for pk in saved},
        frozen=found["frozen"],
    )


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """What the filters can choose from: the bodies, steps and people that have something waiting."""

    branches: tuple[tuple[int, str], ...]
    steps: tuple[str, ...]
    committees: tuple[tuple[int, str], ...] = ()
    submitters: tuple[tuple[int, str], ...] = ()


def choices(actor: Actor, today: date) -> QueueChoices:
    """One query."""
    rows = (
        submitted_to(actor, today)
        .order_by()
        .values_list(
            "step",
            "submitted_by_user",
            "submitted_by_name",
            *(f"{side}__{name}" for side in ("committee", "branch") for name in ("pk", "short_name", "name", "path")),
        )
        .distinct()
    )
    branches: dict[int, tuple[str, str]] = {}
    committees: dict[int, tuple[str, str]] = {}
    submitters: dict[int, str] = {}
    steps: set[str] = set()
    for step, user, user_name, above, above_short, above_name, above_path, branch, short, name, path in rows:
        steps.add(step)
        committees[above] = (above_path, above_short or above_name)
        branches[branch] = (path, short or name)
        if user is not None:
            submitters[user] = user_name or str(user)
    return QueueChoices(
        branches=_in_order(branches),
        steps=tuple(key for key in STEP_KEYS if key in steps),
        committees=_in_order(committees),
        submitters=tuple(sorted(submitters.items(), key=lambda item: item[1])),
    )


def _in_order(bodies: Mapping[int, tuple[str, str]]) -> tuple[tuple[int, str], ...]:
    return tuple((pk, name) for pk, (_path, name) in sorted(bodies.items(), key=lambda item: item[1]))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in a filtered queue; ``position`` is None when it does not wait there."""

    total: int
    position: int | None = None
    previous: str = ""
    following: str = ""


def place_of(number: str, actor: Actor, today: date, wanted: QueueFilter) -> Place:
    """The neighbours of a case in the queue. One query."""
    rows = submitted_to(actor, today).filter(wanted.condition(today), freeze="").order_by(*wanted.order)
    numbers = list(rows.values_list("number", flat=True))
    if number not in numbers:
        return Place(len(numbers), following=numbers[0] if numbers else "")
    at = numbers.index(number)
    return Place(
        total=len(numbers),
        position=at + 1,
        previous=numbers[at - 1] if at else "",
        following=numbers[at + 1] if at + 1 < len(numbers) else "",
    )
