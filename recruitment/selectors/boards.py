"""What waits at a desk: to do now, late, returned, due or unlocking soon, with others, to verify and to decide.

A desk is a side of the work with the organisations that somebody's seats stand in. Every list is one query, however
many cases there are. Deadlines and locks are compared with today here, so that a sweep that did not run hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce

from branches.access import Actor, Grant
from recruitment import machine
from recruitment.models import (
    Flag,
    Inquiry,
    Meeting,
    MeetingItem,
    Notification,
    Obligation,
    StepRecord,
    StepReturn,
    Transfer,
    Veto,
)
from recruitment.policies import ENTERING_ROLES, SEEING_ROLES, VERIFYING_ROLES
from recruitment.rules.schema import Side
from recruitment.rules.steps import PARALLEL, REPORTED, STEPS
from recruitment.selectors.agenda import MEETING_STEPS

#: How far ahead a lock or the deadline of a log is worth a line.
HORIZON = timedelta(days=30)

SIDE_OF_KIND = {
    "branch": Side.BRANCH,
    "grassroots_committee": Side.COMMITTEE,
    "department": Side.DEPARTMENT,
}
_COLUMN = {Side.BRANCH: "branch", Side.COMMITTEE: "committee", Side.DEPARTMENT: "department"}
_ABOVE = {
    Side.BRANCH: (Side.COMMITTEE, Side.DEPARTMENT),
    Side.COMMITTEE: (Side.DEPARTMENT,),
    Side.DEPARTMENT: (),
}
_UNFINISHED = (machine.OPEN, machine.RECORDED)
_LOGS = tuple(step.key for step in STEPS.values() if step.is_log)

#: What may be late: what the rules ask for, and what a level above has promised.
_CLOCKS = (Obligation.Kind.DEADLINE, Obligation.Kind.SERVICE)
#: The committee's yearly act on the pool; told as one line, because it concerns everybody in the pool at once.
YEARLY_ANALYSIS = "annual_pool_analysis"


@dataclass(frozen=True, slots=True)
class Desk:
    """One side of the work, and the organisations for which somebody sits on it. An inspector's desk is not acting."""

    side: Side
    organisation_ids: tuple[int, ...]
    acts: bool
    verifies: bool

    def of(self, lookup: str = "case") -> Q:
        """The desk's cases, for a queryset that leads to a case by ``lookup``; the case itself by an empty one."""
        prefix = f"{lookup}__" if lookup else ""
        return Q(**{f"{prefix}{_COLUMN[self.side]}__in": self.organisation_ids})


@dataclass(frozen=True, slots=True)
class Section:
    """The first rows of a list, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int

    @property
    def rest(self) -> int:
        return self.total - len(self.rows)


def desks(grants: Iterable[Grant]) -> tuple[Desk, ...]:
    """The desks at which these seats sit, the branch's first. Bodies that only oversee have none."""
    found: dict[Side, list[Grant]] = {}
    for grant in grants:
        side = SIDE_OF_KIND.get(grant.organisation_kind)
        if side is not None and grant.role in SEEING_ROLES:
            found.setdefault(side, []).append(grant)
    return tuple(
        Desk(
            side=side,
            organisation_ids=tuple(sorted({grant.organisation_id for grant in found[side]})),
            acts=any(grant.role in ENTERING_ROLES[side] | VERIFYING_ROLES[side] for grant in found[side]),
            verifies=any(grant.role in VERIFYING_ROLES[side] for grant in found[side]),
        )
        for side in Side
        if side in found
    )


def first(rows: QuerySet, limit: int) -> Section:
    """The first ``limit`` rows and the number of all of them, in one query."""
    found = list(rows.annotate(_total=Window(Count("pk")))[:limit])
    return Section(found, found[0]["_total"] if found else 0)


# -- the lists ----------------------------------------------------------------------------------------------------


def to_do(desk: Desk, today: date) -> QuerySet:
    """Steps that the desk can take now, the most pressing first; late and returned ones have lists of their own.

    A step appears once nothing locks it. A log that is kept for months appears when no minimum time of the case runs
    any longer and it may be closed.
    """
    ways = _Ways(desk, today)
    return ways.rows(ways.takes_act | ways.takes_end)


def entries_due(desk: Desk, today: date) -> QuerySet:
    """Logs of which an entry falls due within :data:`HORIZON`, and that may not be closed yet."""
    ways = _Ways(desk, today)
    return ways.rows(ways.takes_entry & ~ways.takes_end)


class _Ways:
    """In which ways the desk's open steps take something: an act, the end of a log, or an entry of it."""

    def __init__(self, desk: Desk, today: date) -> None:
        self.desk, self.today = desk, today
        locked = _obligations(Obligation.Kind.LOCK).filter(changes_on__gt=today)
        self.own = _obligations(*_CLOCKS).filter(holder=desk.side).exclude(code=YEARLY_ANALYSIS)
        self.of_step = self.own.filter(step=OuterRef("step"))
        self.soon = self.of_step.filter(changes_on__gt=today, due__lte=today + HORIZON)
        is_log, at_hand = Q(step__in=_LOGS), Q(step=F("case__step"))
        self.takes_act = ~is_log & (at_hand | _beside()) & ~Exists(locked.filter(step=OuterRef("step")))
        self.takes_end = is_log & at_hand & ~Exists(locked)
        self.takes_entry = is_log & Exists(self.soon)

    def rows(self, ways: Q) -> QuerySet:
        # A step on the way to a deadline of a later step is as pressing as that deadline.
        of_way = self.own.exclude(step__in=_LOGS)
        columns = {
            name: Coalesce(_first(self.of_step, column), _first(of_way, column))
            for name, column in (("due", "due"), ("gate", "code"), ("provisional", "provisional"))
        }
        return (
            _unfrozen(self.desk)
            .filter(_acting(self.desk.side), ways, status__in=_UNFINISHED)
            .exclude(Exists(self.of_step.filter(changes_on__lte=self.today)))
            .annotate(
                log_due=_first(self.soon, "due"),
                has_asked=Exists(Inquiry.objects.filter(record=OuterRef("pk"), withdrawn_at__isnull=True)),
                **columns,
            )
            .order_by(F("due").asc(nulls_last=True), "opened_at", "pk")
            .values(*_RECORD, "log_due", "has_asked", "due", "gate", "provisional")
        )


def returned(desk: Desk) -> QuerySet:
    """Steps that came back for correction, with the coded reason and the words, the latest handed in first."""
    coded = StepReturn.objects.filter(record=OuterRef("pk")).order_by("-returned_at", "-pk")
    return (
        _unfrozen(desk)
        .filter(_acting(desk.side), status=machine.RETURNED)
        .annotate(return_code=Subquery(coded.values("code")[:1]))
        .order_by(F("submitted_at").desc(nulls_last=True), "-pk")
        .values(*_RECORD, "return_reason", "return_code", "submitted_at")
    )


def ripe_for_meetings(desk: Desk, today: date) -> QuerySet:
    """How many people (``people``) a meeting of the desk's bodies can decide on: a row for each ``meeting`` in
    preparation, the nearest first, and at the end one with None for whoever stands on no agenda yet."""
    steps = MEETING_STEPS.get(desk.side, ())
    locked = _obligations(Obligation.Kind.LOCK).filter(step=OuterRef("step"), changes_on__gt=today)
    agenda = MeetingItem.objects.filter(
        case=OuterRef("case"), step=OuterRef("step"), entry="", meeting__state=Meeting.State.PLANNED
    ).order_by("meeting__held_on", "meeting")
    return (
        _unfrozen(desk)
        .filter(_acting(desk.side), Q(step=F("case__step")) | _beside(), ~Exists(locked))
        .filter(status=machine.OPEN, step__in=steps)
        .annotate(
            meeting=Subquery(agenda.values("meeting")[:1]), held_on=Subquery(agenda.values("meeting__held_on")[:1])
        )
        .values("meeting", "held_on")
        .annotate(people=Count("case", distinct=True))
        .order_by(F("held_on").asc(nulls_last=True), "meeting")
    )


def late(desk: Desk, today: date) -> QuerySet:
    """Deadlines and service limits of the desk that have passed, the oldest first, and whether they are explained."""
    return _late(_running(desk, *_CLOCKS), today).exclude(code=YEARLY_ANALYSIS)


def late_below(desk: Desk, today: date) -> QuerySet:
    """What a department's committees have let pass: deadlines and service limits, the oldest first."""
    running = Obligation.objects.filter(
        desk.of(), kind__in=_CLOCKS, holder=Side.COMMITTEE, case__ended_on__isnull=True
    ).exclude(code=YEARLY_ANALYSIS)
    return _late(running, today)


def _late(running: QuerySet[Obligation], today: date) -> QuerySet:
    records = StepRecord.objects.filter(case=OuterRef("case"), step=OuterRef("step"), counts=True).order_by("-round")
    explained = Flag.objects.filter(
        case=OuterRef("case"), step=OuterRef("step"), code=OuterRef("code"), subkey=OuterRef("subkey")
    ).exclude(Q(explanation="") | Q(voided=True) | Q(resolved_at__isnull=False))
    return (
        running.filter(changes_on__lte=today)
        .annotate(
            status=Subquery(records.values("status")[:1]),
            reported_on=Subquery(records.values("reported_on")[:1]),
            explained=Exists(explained),
        )
        .order_by("due", "pk")
        .values(*_OBLIGATION, "status", "reported_on", "explained", *ABOVE_NAMES)
    )


def unlocking(desk: Desk, today: date) -> QuerySet:
    """Steps whose minimum time ends within :data:`HORIZON`, the nearest first."""
    return (
        _running(desk, Obligation.Kind.LOCK)
        .filter(changes_on__gt=today, changes_on__lte=today + HORIZON)
        .order_by("due", "pk")
        .values(*_OBLIGATION)
    )


def waiting(desk: Desk) -> QuerySet:
    """What others have now: handed in to a verifier, in the hands of a level above, or frozen; the longest first."""
    above = _ABOVE[desk.side]
    verified_above = [step.key for step in STEPS.values() if step.verifier_side in above]
    theirs = Q(status=machine.SUBMITTED, step__in=verified_above)
    for side in above:
        theirs |= _acting(side) & ~Q(status__in=(machine.SUBMITTED, machine.VERIFIED))
    here = Q(step=F("case__step"))
    moving = Q(case__freeze="") & (here | _beside()) & theirs
    frozen = here & ~Q(case__freeze="")
    if desk.side is Side.DEPARTMENT:
        # A red waits for the department itself.
        frozen &= ~Q(case__freeze="veto")
    return (
        StepRecord.objects.filter(desk.of(), counts=True, case__ended_on__isnull=True)
        .filter(moving | frozen)
        .annotate(since=Coalesce("submitted_at", "reported_at", "opened_at"))
        .order_by("since", "pk")
        .values(*_RECORD, "since", *ABOVE_NAMES)
    )


def incoming(desk: Desk) -> QuerySet:
    """People who are to move into the desk's branches, and whom it has to receive or refuse, the longest first."""
    return (
        Transfer.objects.filter(
            to_branch__in=desk.organisation_ids, status=Transfer.Status.PENDING, case__ended_on__isnull=True
        )
        .order_by("requested_at", "pk")
        .values(*CASE_COLUMNS, "case__step", "requested_at")
    )


def sent_back(desk: Desk) -> QuerySet:
    """Steps that the desk returned for correction and that have not come back, the longest first."""
    verified = [step.key for step in STEPS.values() if step.verifier_side is desk.side]
    returned = Flag.objects.filter(
        case=OuterRef("case"), step=OuterRef("step"), code="returned", resolved_at__isnull=True
    ).order_by("-raised_at")
    return (
        _unfrozen(desk)
        .filter(status=machine.RETURNED, step__in=verified)
        .annotate(since=Coalesce(Subquery(returned.values("raised_at")[:1]), "submitted_at", "opened_at"))
        .order_by("since", "pk")
        .values(*_RECORD, "since", "return_reason", *ABOVE_NAMES)
    )


def inquiries(desk: Desk) -> QuerySet[Inquiry]:
    """Letters and requests for an opinion that the desk's organisations sent and that wait for an answer.

    They wait as long as their step does: when it is verified or sent back, or the case ends, they are gone.
    """
    return (
        Inquiry.objects.filter(
            sender__in=desk.organisation_ids,
            answered_on__isnull=True,
            withdrawn_at__isnull=True,
            record__counts=True,
            case__ended_on__isnull=True,
        )
        .exclude(record__status=machine.VERIFIED)
        .filter(desk.of())
        .annotate(step=F("record__step"))
        .order_by("due_on", "pk")
    )


def unanswered(desk: Desk, today: date) -> QuerySet:
    """Inquiries whose answer is still expected."""
    return inquiries(desk).filter(due_on__gte=today).values(*_INQUIRY)


def to_remind(desk: Desk, today: date) -> QuerySet:
    """Inquiries whose answer is late: somebody has to remind the body that was asked."""
    return inquiries(desk).filter(due_on__lt=today).values(*_INQUIRY)


@dataclass(frozen=True, slots=True)
class Pile:
    """How many there are, since when the oldest waits, until when the first is due, and how many are late."""

    total: int
    oldest: datetime | None = None
    due: date | None = None
    late: int = 0


def to_verify(desk: Desk) -> Pile:
    """Steps handed in to the desk; the first is due by the service limit of verification."""
    limit = _obligations(Obligation.Kind.SERVICE).filter(step=OuterRef("step"))
    steps = [step.key for step in STEPS.values() if step.verifier_side is desk.side]
    found = (
        _unfrozen(desk)
        .filter(step=F("case__step"), status=machine.SUBMITTED, step__in=steps)
        .annotate(limit=Subquery(limit.values("due")[:1]))
        .aggregate(total=Count("pk"), oldest=Min("submitted_at"), due=Min("limit"))
    )
    return Pile(**found)


def to_decide(desk: Desk) -> Pile:
    """Reds that stand in the department's cases and that it has not decided."""
    found = Veto.objects.filter(desk.of(), status=Veto.Status.STANDING, case__ended_on__isnull=True)
    return Pile(**found.aggregate(total=Count("pk"), oldest=Min("raised_at")))


def yearly_analyses(desk: Desk, today: date) -> QuerySet:
    """People whose yearly analysis of the pool falls due within :data:`HORIZON` or has fallen due, a line each."""
    return (
        _running(desk, Obligation.Kind.DEADLINE)
        .filter(code=YEARLY_ANALYSIS, due__lte=today + HORIZON)
        .order_by("due", "pk")
        .values(*_OBLIGATION)
    )


def to_analyse(desk: Desk, today: date) -> Pile:
    """How many yearly analyses these are, until when the first, and how many are late."""
    found = yearly_analyses(desk, today).aggregate(
        total=Count("pk"), due=Min("due"), late=Count("pk", filter=Q(changes_on__lte=today))
    )
    return Pile(**found)


def handed_in_within(path: str) -> QuerySet:
    """Steps handed in to the committees of a subtree and not yet verified, the longest first."""
    return (
        submitted_to_committees(path)
        .annotate(since=F("submitted_at"))
        .order_by("since", "pk")
        .values(*_RECORD, "since", *ABOVE_NAMES)
    )


def submitted_to_committees(path: str) -> QuerySet[StepRecord]:
    """The records that wait for a committee's verifier in the subtree with this path."""
    return StepRecord.objects.filter(
        counts=True,
        status=machine.SUBMITTED,
        step__in=[step.key for step in STEPS.values() if step.verifier_side is Side.COMMITTEE],
        case__step=F("step"),
        case__ended_on__isnull=True,
        case__freeze="",
        case__branch__path__startswith=path,
    )


# -- notifications ------------------------------------------------------------------------------------------------


def notifications(actor: Actor) -> QuerySet[Notification]:
    """What was sent to the organisations of the actor's desks, of cases that are still the actor's to see.

    What concerns one person alone is shown to that person alone.
    """
    addressed = [number for desk in desks(actor.grants) for number in desk.organisation_ids]
    seen = Q(case__isnull=True) | actor.scope(*SEEING_ROLES, field="case__branch__path")
    own = Q(recipient__isnull=True) | Q(recipient=actor.user_id)
    return Notification.objects.filter(seen, own, organisation__in=addressed)


def unread(actor: Actor) -> int:
    """How many of them nobody of the organisation has read."""
    return notifications(actor).filter(read_at__isnull=True).count()


def notification_rows(actor: Actor) -> QuerySet:
    """The notifications, unread first, the newest first among them."""
    return (
        notifications(actor)
        .order_by(F("read_at").desc(nulls_first=True), "-created_at", "-pk")
        .values(*_NOTIFICATION, *CASE_COLUMNS)
    )


# -- what the lists are made of -----------------------------------------------------------------------------------

#: What every line says of its case.
CASE_COLUMNS = (
    "case__number",
    "case__person__name",
    "case__person__is_sample",
    "case__branch__name",
    "case__branch__short_name",
    "case__opened_at",
    "case__held_since",
)
_RECORD = (*CASE_COLUMNS, "case__step", "case__freeze", "step", "status", "reported_on")
_OBLIGATION = (*CASE_COLUMNS, "case__step", "case__freeze", "step", "code", "subkey", "holder", "due", "provisional")
_INQUIRY = (*CASE_COLUMNS, "pk", "step", "kind", "body_name", "sent_on", "due_on", "reminded_on")
ABOVE_NAMES = (
    "case__committee__name",
    "case__committee__short_name",
    "case__department__name",
    "case__department__short_name",
)


_NOTIFICATION = (
    "pk",
    "code",
    "step",
    "due",
    "created_at",
    "read_at",
    "organisation_id",
    "flag__code",
    # What one is about that is about no case.
    "policy__document",
    "policy__document__title",
    "about__name",
    "about__short_name",
)


def _unfrozen(desk: Desk) -> QuerySet[StepRecord]:
    return StepRecord.objects.filter(desk.of(), counts=True, case__ended_on__isnull=True, case__freeze="")


def _running(desk: Desk, *kinds: str) -> QuerySet[Obligation]:
    return Obligation.objects.filter(desk.of(), kind__in=kinds, holder=desk.side, case__ended_on__isnull=True)


def _obligations(*kinds: str) -> QuerySet[Obligation]:
    return Obligation.objects.filter(case=OuterRef("case"), kind__in=kinds)


def _first(obligations: QuerySet[Obligation], column: str) -> Subquery:
    return Subquery(obligations.order_by("due", "pk").values(column)[:1])


def _acting(side: Side) -> Q:
    """Records whose next act is this side's: its own steps, and the halves of steps that begin with a report."""
    own = [step.key for step in STEPS.values() if step.side is side and not step.report_field]
    answers = [key for key in REPORTED if STEPS[key].side is side]
    condition = Q(step__in=own) | Q(step__in=answers, reported_on__isnull=False)
    if side is Side.BRANCH:
        condition |= Q(step__in=REPORTED, reported_on__isnull=True)
    return condition


def _beside() -> Q:
    condition = Q(pk__in=())
    for key, other in PARALLEL.items():
        condition |= Q(step=key, case__step=other)
    return condition
