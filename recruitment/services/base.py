"""What every service on a case shares: refusals, the guard at the door, and settling what an act has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from audit import services as audit
from branches.access import Actor
from recruitment.models import Case, Flag, Notification, Obligation, StepRecord
from recruitment.policies import Allowed, Answer, Denied
from recruitment.rules.gates import Reason
from recruitment.rules.lights import GREEN, Assessment
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.selectors.casefile import CaseFile, load, local_day
from recruitment.selectors.service_limits import running_clocks
from recruitment.services import drafts
from recruitment.services.outbox.enqueue import publish


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason for which an act is refused: a gate's id or a code of the system, and what a page needs to explain."""

    code: str
    unlocks_on: date | None = None
    codes: tuple[str, ...] = ()
    field: str = ""
    message: str = ""
    reason: Reason | None = None


class Refused(Exception):  # noqa: N818 - the word of the rehearsal contract; nothing has gone wrong
    """The act was refused, for every reason in ``refusals``; nothing was written."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(", ".join(refusal.code for refusal in self.refusals))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(refusal.code for refusal in self.refusals)


@dataclass(frozen=True, slots=True)
class Done:
    """The act was accepted: its outcome, and the case as it now stands."""

    case: Case
    assessment: Assessment
    outcome: str | None = None
    record: StepRecord | None = None


def refuse(*codes: str, **details: Any) -> Refused:
    return Refused(Refusal(code, **details) for code in codes)


def refused_for(reasons: Iterable[Reason]) -> Refused:
    """The rules' reasons as a refusal."""
    return Refused(
        Refusal(r.code, unlocks_on=r.unlocks_on, codes=r.codes, field=r.field_name, reason=r) for r in reasons
    )


def invalid(*fields: str) -> Refused:
    """Refusal of values that cannot be, one for each field."""
    return Refused(Refusal("field_invalid", field=name) for name in fields)


def guard(file: CaseFile, answer: Answer, *, right_step: bool, ends: str = "", even_closed: bool = False) -> None:
    """The door of every act: closed alone, else frozen alone, else the wrong step and the wrong seat together.

    ``ends`` is the kind of freeze that the act ends; another freeze still refuses it. ``even_closed``: the act may be
    done on a case that has ended.
    """
    case = file.case
    if not case.is_open and not even_closed:
        raise refuse("closed")
    if case.freeze and case.freeze != ends:
        raise refuse("frozen")
    refusals = []
    if not right_step:
        refusals.append(Refusal("not_this_step"))
    if isinstance(answer, Denied):
        refusals.append(Refusal("not_allowed", message=str(answer.reason)))
    if refusals:
        raise Refused(refusals)


def acting(actor: Actor, answer: Answer) -> Actor:
    """The actor with the seat by which the act is allowed, for the record; in another's seat, in that one's name."""
    if isinstance(answer, Allowed) and answer.grant is not None:
        return actor.acting_from(answer.grant)
    return actor


def open_file(case_id: int, expected_version: int | None = None) -> CaseFile:
    """The case's file with its row locked; an act from a stale form is refused before anything is looked at."""
    file = load(case_id, lock=True)
    if expected_version is not None and file.case.version != expected_version:
        raise refuse("stale")
    return file


def required_text(text: str | None, name: str) -> str:
    """The text without outer blanks; a blank one is a value that cannot be."""
    stripped = (text or "").strip()
    if not stripped:
        raise invalid(name)
    return stripped


# -- settling -----------------------------------------------------------------------------------------------------


@dataclass
class Change:
    """What settling found: flags that rose and fell, service limits that passed, the light before and after, and
    whether stored columns moved.
    """

    raised: list[Flag] = field(default_factory=list)
    fallen: list[Flag] = field(default_factory=list)
    passed: list[Obligation] = field(default_factory=list)
    light_before: str = GREEN
    light_after: str = GREEN
    columns: bool = False

    @property
    def is_visible(self) -> bool:
        """Whether anything changed that a person would be told."""
        return bool(self.raised or self.fallen or self.passed) or self.light_before != self.light_after

    def as_payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = {}
        if self.raised:
            payload["flags_raised"] = [_flag_payload(flag) for flag in self.raised]
        if self.fallen:
            payload["flags_fallen"] = [_flag_payload(flag) for flag in self.fallen]
        if self.passed:
            payload["limits_passed"] = [{"code": row.code, "step": row.step, "due": row.due} for row in self.passed]
        if self.light_before != self.light_after:
            payload["light"] = [self.light_before, self.light_after]
        return payload


def _flag_payload(flag: Flag) -> dict[str, Any]:
    return {"code": flag.code, "step": flag.step, "due": flag.due, "subkey": flag.subkey}


@dataclass(frozen=True, slots=True)
class Expected:
    """The rows that an assessment asks for."""

    flags: Mapping[tuple[str, str, str], Flag]
    obligations: Mapping[tuple[str, str, str, str], Obligation]


def expected_rows(file: CaseFile, assessment: Assessment, now: datetime) -> Expected:
    """Flags and obligations as they must stand for the assessment; obligations only while the case runs."""
    case, today = file.case, local_day(now)
    flags = {}
    for flag in assessment.flags:
        key = (flag.step, flag.code, flag.subkey)
        record = file.record(flag.step) if flag.step else None
        flags[key] = Flag(
            case=case,
            record=record,
            step=flag.step,
            code=flag.code,
            subkey=flag.subkey,
            holder=flag.holder,
            due=flag.due,
            needs_explanation=flag.needs_explanation,
            raised_on=today,
            raised_at=now,
        )
    obligations = {}
    for deadline in assessment.deadlines:
        obligations[("deadline", deadline.step, deadline.code, deadline.subkey)] = Obligation(
            case=case,
            kind=Obligation.Kind.DEADLINE,
            step=deadline.step,
            code=deadline.code,
            subkey=deadline.subkey,
            holder=deadline.holder,
            anchored_on=deadline.anchor,
            due=deadline.due or deadline.rises_on,
            changes_on=deadline.rises_on,
            provisional=deadline.provisional,
        )
    for lock in assessment.upcoming:
        assert lock.unlocks_on is not None
        gate = lock.gate
        obligations[("lock", gate.step, gate.id, "")] = Obligation(
            case=case,
            kind=Obligation.Kind.LOCK,
            step=gate.step,
            code=gate.id,
            holder=STEPS[gate.step].side,
            anchored_on=lock.anchor,
            due=lock.unlocks_on,
            changes_on=lock.unlocks_on,
            provisional=lock.provisional,
        )
    for clock in running_clocks(file):
        obligations[("service", clock.step, clock.code, "")] = Obligation(
            case=case,
            kind=Obligation.Kind.SERVICE,
            step=clock.step,
            code=clock.code,
            holder=clock.holder,
            anchored_on=clock.since,
            due=clock.due,
            changes_on=clock.rises_on,
            provisional=clock.provisional,
        )
    return Expected(flags, obligations)


_COMPARED = ("holder", "anchored_on", "due", "changes_on", "provisional")
#: The columns of a case that follow from its assessment.
STORED_COLUMNS = ("light", "next_change_on", "settle_on", "unlocks_on", "awaiting", "held_since", "stage")


def settle(file: CaseFile, now: datetime) -> tuple[Assessment, Change]:
    """Settle one case; the caller saves its row."""
    [(_, assessment, change)] = settle_many([file], now)
    return assessment, change


def settle_many(files: Sequence[CaseFile], now: datetime) -> list[tuple[CaseFile, Assessment, Change]]:
    """Assess the cases and write what follows: flags, obligations and notifications, in a fixed number of queries.

    The columns that lists read are set on the case objects and left to the caller to save. Writes nothing where
    nothing has changed, so that a second sweep of the same day leaves no trace.
    """
    today = local_day(now)
    writes = _Writes()
    present = _obligations_of(files)
    results = []
    for file in files:
        case = file.case
        assessment = file.assess(today)
        expected = expected_rows(file, assessment, now)
        change = Change(light_before=case.light, light_after=assessment.light)
        _compare_flags(file, expected, change, writes, now)
        standing = _compare_obligations(present[case.pk], expected, writes)
        _tell_passed_limits(case, standing, change, writes, now)
        before = [getattr(case, name) for name in STORED_COLUMNS]
        store_assessment(file, assessment, today)
        _look_again_for_limits(case, standing, today)
        change.columns = before != [getattr(case, name) for name in STORED_COLUMNS]
        results.append((file, assessment, change))
    writes.execute(now)
    return results


@dataclass
class _Writes:
    """The rows that settling writes, gathered so that many cases cost as many queries as one."""

    fallen: list[Flag] = field(default_factory=list)
    moved: list[Flag] = field(default_factory=list)
    raised: list[tuple[Case, Flag]] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    fresh: list[Obligation] = field(default_factory=list)
    told: list[Obligation] = field(default_factory=list)
    notices: list[Notification] = field(default_factory=list)

    def execute(self, now: datetime) -> None:
        if self.fallen:
            Flag.objects.bulk_update(self.fallen, ["resolved_at", "resolution"])
        if self.moved:
            Flag.objects.bulk_update(self.moved, ["due"])
        if self.raised:
            Flag.objects.bulk_create([row for _, row in self.raised])
            self.notices += [note for case, row in self.raised for note in notifications_for(case, row, now)]
        if self.notices:
            publish(self.notices, now)
        if self.stale:
            Obligation.objects.filter(pk__in=self.stale).delete()
        if self.told:
            Obligation.objects.bulk_update(self.told, ["raised_at"])
        if self.fresh:
            Obligation.objects.bulk_create(self.fresh)


def _compare_flags(file: CaseFile, expected: Expected, change: Change, writes: _Writes, now: datetime) -> None:
    standing = {(f.step, f.code, f.subkey): f for f in file.flags if f.resolved_at is None}
    for key, row in standing.items():
        wanted = expected.flags.get(key)
        if wanted is None:
            row.resolved_at, row.resolution = now, "fallen"
            change.fallen.append(row)
        elif row.due != wanted.due:
            row.due = wanted.due
            writes.moved.append(row)
    change.raised = [row for key, row in expected.flags.items() if key not in standing]
    writes.fallen += change.fallen
    writes.raised += [(file.case, row) for row in change.raised]
    file.flags.extend(change.raised)


def _obligations_of(files: Sequence[CaseFile]) -> dict[int, dict[tuple[str, str, str, str], Obligation]]:
    present: dict[int, dict[tuple[str, str, str, str], Obligation]] = {file.case.pk: {} for file in files}
    for row in Obligation.objects.filter(case__in=present).order_by():
        present[row.case_id][(row.kind, row.step, row.code, row.subkey)] = row
    return present


def _compare_obligations(
    present: Mapping[tuple[str, str, str, str], Obligation], expected: Expected, writes: _Writes
) -> list[Obligation]:
    """Write what differs; returns the obligations that stand from now on."""
    kept: dict[tuple[str, str, str, str], Obligation] = {}
    for key, row in present.items():
        wanted = expected.obligations.get(key)
        if wanted is None or any(getattr(row, name) != getattr(wanted, name) for name in _COMPARED):
            writes.stale.append(row.pk)
        else:
            kept[key] = row
    fresh = [row for key, row in expected.obligations.items() if key not in kept]
    writes.fresh += fresh
    return [*kept.values(), *fresh]


def _tell_passed_limits(
    case: Case, standing: Iterable[Obligation], change: Change, writes: _Writes, now: datetime
) -> None:
    """A service limit that has passed is told once: to the level that holds the work, and to the department above."""
    today = local_day(now)
    for row in standing:
        if row.kind != Obligation.Kind.SERVICE or row.raised_at is not None or row.changes_on > today:
            continue
        row.raised_at = now
        if row.pk is not None:
            writes.told.append(row)
        change.passed.append(row)
        told = dict.fromkeys((case.scope.organisation_id(Side(row.holder)), case.department_id))
        writes.notices += [
            Notification(organisation_id=body, case=case, code=row.code, step=row.step, due=row.due, created_at=now)
            for body in told
        ]


def _look_again_for_limits(case: Case, standing: Iterable[Obligation], today: date) -> None:
    days = [row.changes_on for row in standing if row.kind == Obligation.Kind.SERVICE and row.changes_on > today]
    case.settle_on = min([*days, *([case.settle_on] if case.settle_on else [])], default=None)


def notifications_for(case: Case, flag: Flag, now: datetime) -> list[Notification]:
    """A row for each organisation that has to know of a flag the same day.

    The one that holds the obligation; of a branch's flag its committee as well; of a red the department that decides.
    """
    scope = case.scope
    addressees = {scope.organisation_id(Side(flag.holder)): None}
    if flag.holder == Side.BRANCH:
        addressees[scope.committee_id] = None
    if case.freeze == Case.Freeze.VETO and flag.code == case.veto_code:
        addressees[scope.department_id] = None
    return [
        Notification(
            organisation_id=organisation,
            case=case,
            flag=flag,
            code=flag.code,
            step=flag.step,
            due=flag.due,
            created_at=now,
        )
        for organisation in addressees
    ]


def store_assessment(file: CaseFile, assessment: Assessment, today: date) -> None:
    """The columns that lists filter and sort by."""
    case = file.case
    case.light = assessment.light
    case.next_change_on = assessment.next_change_on
    case.settle_on = assessment.settles_on
    case.unlocks_on = assessment.unlocks_on
    holder = awaiting(file, assessment)
    if holder != case.awaiting or (holder and case.held_since is None):
        case.awaiting, case.held_since = holder, today if holder else None
    case.settle_stage()


def awaiting(file: CaseFile, assessment: Assessment) -> str:
    """Who has the case now: the verifier of a submitted step, else the side that acts; nobody once it has ended.

    A step that begins with the branch's report is the branch's until it has reported.
    """
    if assessment.step is None or assessment.status in ("terminated", "closed", "completed"):
        return ""
    row = STEPS[assessment.step]
    if assessment.status == "frozen":
        return Side.DEPARTMENT.value if assessment.light == "red" else Side.COMMITTEE.value
    if assessment.status == "submitted":
        return row.verifier_side.value
    record = file.record(row.key)
    if row.report_field and record is not None and record.reported_on is None and not record.acted:
        return Side.BRANCH.value
    return row.side.value


def finish(
    file: CaseFile,
    *,
    action: str,
    actor: Actor,
    now: datetime,
    payload: Mapping[str, Any],
    outcome: str | None = None,
    record: StepRecord | None = None,
) -> Done:
    """The common end of every act: settle, save the case, and write the audit entry, all in the act's transaction."""
    assessment, change = settle(file, now)
    case = file.case
    if not case.is_open:
        drafts.drop_all(case)
    case.version += 1
    case.save()
    audit.append(chain=case.chain, action=action, actor=actor, now=now, payload={**payload, **change.as_payload()})
    return Done(case, assessment, outcome, record)
