"""All deadlines in view: what falls due, for whom, when, and who holds it; as a list, by the month, and for a calendar.

Rows are obligations: what the rules ask for (:attr:`Obligation.Kind.DEADLINE`) and what a level above has promised
(:attr:`Obligation.Kind.SERVICE`). Whether one is late is said by today and not by a sweep.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case as Choose
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from branches.access import Actor
from branches.models import Organisation
from recruitment.models import Case, Flag, Obligation
from recruitment.policies import SEEING_ROLES
from recruitment.rules.schema import Side
from recruitment.selectors.boards import Desk
from recruitment.selectors.search import says

KINDS = (Obligation.Kind.DEADLINE, Obligation.Kind.SERVICE)

#: How far a deadline may be away, by name: days left, and whether what has passed is meant.
LEFT: Mapping[str, int | None] = {"late": None, "today": 0, "7": 7, "30": 30, "90": 90}
#: Days of the month view name so many people and count the others.
SHOWN_A_DAY = 3


@dataclass(frozen=True, slots=True)
class DeadlineFilter:
    """What the list is narrowed to; empty leaves it as it is. ``branch`` is the code of any organisation."""

    text: str = ""
    step: str = ""
    light: str = ""
    branch: str = ""
    left: str = ""
    holder: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are under the other filters, by how far they are away."""

    total: int = 0
    left: Mapping[str, int] = field(default_factory=dict)


def deadlines(actor: Actor, wanted: DeadlineFilter, today: date) -> QuerySet[Obligation]:
    """The deadlines of running cases that the actor may see, the earliest first. One query a page, one to count."""
    return _narrowed(actor, wanted, today).order_by("due", "case__person__name_pinyin", "pk")


def rows(found: QuerySet[Obligation]) -> QuerySet:
    """What a line shows, as values: among it ``light_now`` of the case and whether lateness is ``explained``."""
    explained = Flag.objects.filter(
        case=OuterRef("case"), step=OuterRef("step"), code=OuterRef("code"), subkey=OuterRef("subkey")
    ).exclude(Q(explanation="") | Q(voided=True) | Q(resolved_at__isnull=False))
    return found.annotate(explained=Exists(explained)).values(*_ROW, "light_now", "explained")


def tally(actor: Actor, wanted: DeadlineFilter, today: date) -> Tally:
    """The numbers on the tabs. One query."""
    found = _narrowed(actor, replace(wanted, left="", on=None), today).order_by()
    counts = {f"left_{name}": Count("pk", filter=_left(name, today)) for name in LEFT}
    answer = found.aggregate(total=Count("pk"), **counts)
    return Tally(answer["total"], {name: answer[f"left_{name}"] for name in LEFT})


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month view: its first rows, and how many it has."""

    day: date
    in_month: bool
    rows: list[dict[str, Any]]
    total: int

    @property
    def rest(self) -> int:
        return self.total - len(self.rows)


def month(actor: Actor, wanted: DeadlineFilter, today: date, first: date) -> list[list[Day]]:
    """The weeks of the month that begins on ``first``, Monday to Sunday. One query, however many are due."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    found = _narrowed(actor, replace(wanted, left="", on=None), today).filter(due__range=(weeks[0][0], weeks[-1][-1]))
    numbered = found.annotate(
        place=Window(RowNumber(), partition_by="due", order_by=[F("case__person__name_pinyin"), F("pk")]),
        of_day=Window(Count("pk"), partition_by="due"),
    ).filter(place__lte=SHOWN_A_DAY)
    by_day: dict[date, list[dict[str, Any]]] = {}
    for row in numbered.order_by("due", "place").values(*_ROW, "light_now", "of_day"):
        by_day.setdefault(row["due"], []).append(row)
    return [
        [
            Day(day, day.month == first.month, by_day.get(day, []), by_day[day][0]["of_day"] if day in by_day else 0)
            for day in week
        ]
        for week in weeks
    ]


def of_desk(desks: Iterable[Desk], since: date) -> QuerySet:
    """What falls due at these desks from ``since`` on, as values, for a calendar program. One query."""
    held = Q(pk__in=())
    for desk in desks:
        held |= desk.of() & Q(holder=desk.side)
    return (
        Obligation.objects.filter(held, kind__in=KINDS, case__ended_on__isnull=True, due__gte=since)
        .order_by("due", "pk")
        .values(*_ROW)
    )


# -- narrowing ----------------------------------------------------------------------------------------------------


def _narrowed(actor: Actor, wanted: DeadlineFilter, today: date) -> QuerySet[Obligation]:
    visible = Case.objects.visible_to(actor).open()
    if wanted.text:
        visible = visible.filter(says(wanted.text))
    found = Obligation.objects.filter(kind__in=KINDS, case__in=visible).annotate(light_now=_light_now(today))
    if wanted.step:
        found = found.filter(step=wanted.step)
    if wanted.light:
        found = found.filter(light_now=wanted.light)
    if wanted.holder == "me":
        found = found.filter(held_by(actor))
    elif wanted.holder:
        found = found.filter(holder=wanted.holder)
    if wanted.branch:
        within = Organisation.objects.filter(actor.scope(*SEEING_ROLES), code=wanted.branch)
        path = within.values_list("path", flat=True).first()
        found = found.filter(case__branch__path__startswith=path) if path else found.none()
    if wanted.left:
        found = found.filter(_left(wanted.left, today))
    if wanted.on:
        found = found.filter(due=wanted.on)
    return found


def held_by(actor: Actor) -> Q:
    """Obligations that the organisations of the actor's seats hold."""
    condition = Q(pk__in=())
    columns = {"branch": "branch", "grassroots_committee": "committee", "department": "department"}
    for grant in actor.grants_of(*SEEING_ROLES):
        column = columns.get(grant.organisation_kind)
        if column:
            condition |= Q(**{f"case__{column}": grant.organisation_id}, holder=Side(column))
    return condition


def _left(name: str, today: date) -> Q:
    days = LEFT[name]
    if days is None:
        return Q(changes_on__lte=today)
    return Q(changes_on__gt=today, due__lte=today + timedelta(days=days))


def _light_now(today: date) -> Choose:
    turned = When(case__next_change_on__lte=today, case__light="green", then=Value("yellow"))
    return Choose(turned, default=F("case__light"), output_field=CharField())


_ROW = (
    "pk",
    "kind",
    "step",
    "code",
    "subkey",
    "holder",
    "due",
    "changes_on",
    "provisional",
    "case_id",
    "case__number",
    "case__opened_at",
    "case__held_since",
    "case__freeze",
    "case__person__name",
    "case__person__is_sample",
    "case__branch__name",
    "case__branch__short_name",
    "case__committee__name",
    "case__committee__short_name",
    "case__department__name",
    "case__department__short_name",
)
