"""Tests and their results: of a person, and of the branches below an organisation, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import StrIndex, Substr, TruncMonth
from django.utils.timezone import get_current_timezone, make_aware

from branches.models import Organisation, Seat
from branches.models.organisation import SEPARATOR
from recruitment.models import Exam, TrainingRule
from recruitment.policies import EXAMINED_ROLES
from recruitment.rules.dates import Duration, add
from recruitment.selectors.casefile import local_day

#: A pass holds for so long.
VALID = Duration.parse("P1Y")
#: A holder is reminded so long before a pass runs out.
NOTICE = timedelta(days=30)
MONTHS = 12
_LEAVES = (Organisation.Kind.DEPARTMENT, Organisation.Kind.INSTITUTION_GROUP, Organisation.Kind.PARTY_GROUP)


def valid_from(today: date) -> datetime:
    """The moment from which on a pass still holds on ``today``: its first anniversary is the last day."""
    return make_aware(datetime.combine(add(today, VALID, backwards=True), datetime.min.time()))


def exams_of(user_id: int) -> QuerySet[Exam]:
    """Every attempt of a person, the latest first."""
    return Exam.objects.filter(user_id=user_id).select_related("organisation", "certificate").order_by("-started_at")


# -- who owes a pass -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owed:
    """A seat whose holder has to pass by ``due``; ``passed_on`` is the latest pass, if any."""

    organisation_id: int
    organisation: str
    role: str
    due: date
    passed_on: date | None

    def is_late(self, today: date) -> bool:
        return today > self.due


def examined_seats(today: date) -> QuerySet[Seat]:
    """The seats of branches whose holders lead them, each with the holder's latest pass (``passed_at``)."""
    passes = Exam.objects.filter(user=OuterRef("user"), passed=True).order_by("-handed_in_at")
    return (
        Seat.objects.active_on(today)
        .filter(organisation__kind=Organisation.Kind.BRANCH, role__in=EXAMINED_ROLES, user__is_active=True)
        .annotate(passed_at=Subquery(passes.values("handed_in_at")[:1]))
    )


def owed_by(user_id: int, today: date) -> list[Owed]:
    """What the holder is to be reminded of today: no pass yet, or one that has run out or soon will. One query."""
    return [owed for _, owed in owing(today, user_id)]


def barred(user_ids: Iterable[int | None], organisation_id: int, today: date) -> set[int]:
    """Whose pass is overdue at that branch while its rule lets nothing be handed in without one. One query."""
    seats = _bound_seats(today).filter(user_id__in=list(user_ids), organisation=organisation_id, rule_bars=True)
    return {seat.user_id for seat in seats if _owed(seat).is_late(today)}


def owing(today: date, user_id: int | None = None) -> list[tuple[Seat, Owed]]:
    """The seats whose holders are to be reminded today, of one person or of all, with what they owe. One query."""
    seats = _bound_seats(today)
    if user_id is not None:
        seats = seats.filter(user_id=user_id)
    found = [(seat, _owed(seat)) for seat in seats]
    return [(seat, owed) for seat, owed in found if today + NOTICE >= owed.due or owed.passed_on is None]


def _bound_seats(today: date) -> QuerySet[Seat]:
    """The seats of branches of which a pass is required, each with the rule that binds it."""
    rules = (
        TrainingRule.objects.filter(effective_from__lte=today)
        .annotate(place=StrIndex(OuterRef("organisation__path"), F("organisation__path")))
        .filter(place=1)
        .order_by("-organisation__path", "-effective_from")
    )
    return (
        examined_seats(today)
        .annotate(
            rule_required=Subquery(rules.values("required")[:1]),
            rule_bars=Subquery(rules.values("before_handing_in")[:1]),
            rule_grace=Subquery(rules.values("grace_days")[:1]),
            rule_from=Subquery(rules.values("effective_from")[:1]),
        )
        .filter(rule_required=True)
        .select_related("organisation")
        .order_by("organisation__path", "role")
    )


def _owed(seat: Any) -> Owed:
    due = max(seat.starts_on, seat.rule_from) + timedelta(days=seat.rule_grace)
    passed_on = local_day(seat.passed_at) if seat.passed_at else None
    if passed_on is not None:
        due = max(due, add(passed_on, VALID))
    return Owed(seat.organisation_id, str(seat.organisation), seat.get_role_display(), due, passed_on)


# -- results of a subtree ------------------------------------------------------------------------------------------


@dataclass
class Standing:
    """How many of the examined seats there are, and how many of their holders have a pass that still holds."""

    seats: int = 0
    passed: int = 0

    @property
    def share(self) -> int:
        """Per cent, rounded down."""
        return self.passed * 100 // self.seats if self.seats else 0


@dataclass
class Row:
    code: str
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Month:
    """The attempts handed in within a month: how many, how many passed, and their average score."""

    start: date
    attempts: int
    passed: int
    average: int


@dataclass(frozen=True, slots=True)
class Results:
    whole: Standing
    rows: list[Row]
    months: list[Month]


def results(organisation: Organisation, today: date) -> Results:
    """The standing of an organisation and of each child, and the last twelve months. Three queries."""
    children = organisation.children.exclude(kind__in=_LEAVES).order_by("path")
    rows = {
        child.code: Row(child.code, str(child), Standing())
        for child in children.only("parent", "code", "name", "short_name", "dissolved_on")
        if child.dissolved_on is None or child.dissolved_on > today
    }
    whole = Standing()
    grouped = (
        examined_seats(today)
        .filter(organisation__path__startswith=organisation.path)
        .annotate(child=_child(organisation.path))
        .values_list("child")
        .annotate(number=Count("pk"), passes=Count("pk", filter=Q(passed_at__gte=valid_from(today))))
        .order_by()
    )
    for child, number, passes in grouped:
        row = rows.get(child.rstrip(SEPARATOR))
        for standing in (whole, row.standing if row else Standing()):
            standing.seats += number
            standing.passed += passes
    return Results(whole, [row for row in rows.values() if row.standing.seats], months(organisation.path, today))


def months(path: str, today: date) -> list[Month]:
    """The last twelve months with this one, those without an attempt as well, the earliest first. One query."""
    first = add(today.replace(day=1), Duration(months=MONTHS - 1), backwards=True)
    start = make_aware(datetime.combine(first, datetime.min.time()))
    grouped = (
        Exam.objects.filter(organisation__path__startswith=path, handed_in_at__gte=start)
        .annotate(month=TruncMonth("handed_in_at", tzinfo=get_current_timezone()))
        .values_list("month")
        .annotate(number=Count("pk"), passes=Count("pk", filter=Q(passed=True)), average=Avg("score"))
        .order_by()
    )
    found = {month.date(): (number, passes, int(average)) for month, number, passes, average in grouped}
    days = [add(first, Duration(months=number)) for number in range(MONTHS)]
    return [Month(day, *found.get(day, (0, 0, 0))) for day in days]


def holders(path: str, today: date, *, without_pass: bool = False) -> QuerySet[Seat]:
    """The examined seats of a subtree with the holder's latest pass and latest attempt, by organisation."""
    attempts = Exam.objects.filter(user=OuterRef("user"), handed_in_at__isnull=False).order_by("-handed_in_at")
    rows = (
        examined_seats(today)
        .filter(organisation__path__startswith=path)
        .annotate(
            tried_at=Subquery(attempts.values("handed_in_at")[:1]),
            latest_score=Subquery(attempts.values("score")[:1]),
        )
        .select_related("organisation", "user")
        .order_by("organisation__path", "role", "pk")
    )
    if without_pass:
        rows = rows.filter(Q(passed_at=None) | Q(passed_at__lt=valid_from(today)))
    return rows


def _child(path: str) -> Any:
    """The next code below ``path`` with its separator; empty for the organisation itself."""
    below = Substr("organisation__path", len(path) + 1)
    return Substr("organisation__path", len(path) + 1, StrIndex(below, Value(SEPARATOR)))


def holds(passed_at: datetime | None, today: date) -> bool:
    """Whether a pass of that moment still counts today."""
    return passed_at is not None and passed_at >= valid_from(today)


def still_holds(issued_on: date, today: date) -> bool:
    """Whether a certificate of that day still counts: up to and including its first anniversary."""
    return today <= add(issued_on, VALID)
