"""Reminder talks: which branches had so many yellows in a quarter that one is owed, and those that were held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, ExtractQuarter, ExtractYear, StrIndex

from branches.access import Actor
from branches.models import Organisation
from recruitment.models import AlertSetting, Flag, Person, ReminderTalk
from recruitment.policies import SEEING_ROLES
from recruitment.selectors.boards import Desk


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)


@dataclass(frozen=True, slots=True)
class Owed:
    """A talk that is owed: with which branch, for which quarter, after how many yellows of how many allowed."""

    branch: Organisation
    quarter: Quarter
    yellows: int
    after: int


class Settings:
    """The settings of all organisations in one query; the nearest above a branch binds."""

    def __init__(self, rows: Iterable[AlertSetting] | None = None) -> None:
        found = AlertSetting.objects.select_related("organisation") if rows is None else rows
        self._rows = sorted(found, key=lambda row: -len(row.organisation.path))

    def escalate_after(self, path: str) -> int:
        return self._of(path).escalate_after

    def talk_after(self, path: str) -> int:
        return self._of(path).talk_after

    @property
    def soonest_escalation(self) -> int:
        """The fewest days after which anybody tells the level above."""
        return min([row.escalate_after for row in self._rows], default=AlertSetting.ESCALATE_AFTER)

    def _of(self, path: str) -> AlertSetting:
        nearest = next((row for row in self._rows if path.startswith(row.organisation.path)), None)
        return nearest or AlertSetting()


def yellows() -> QuerySet[Flag]:
    """What counts as a yellow of a branch: a deadline of the branch that was missed. Returns and reds are others."""
    return Flag.objects.filter(holder="branch", needs_explanation=True, voided=False)


def _counted(flags: QuerySet[Flag]) -> Mapping[tuple[int, Quarter], int]:
    rows = (
        flags.order_by()
        .annotate(year=ExtractYear("raised_on"), quarter=ExtractQuarter("raised_on"))
        .values("case__branch", "year", "quarter")
        .annotate(times=Count("pk"))
    )
    return {(row["case__branch"], Quarter(row["year"], row["quarter"])): row["times"] for row in rows}


def count_of(branch: Organisation, quarter: Quarter) -> int:
    """How many yellows the branch had in that quarter. One query."""
    return yellows_of(branch, quarter).count()


def yellows_of(branch: Organisation, quarter: Quarter) -> QuerySet[Flag]:
    """The yellows themselves, as they rose. One query."""
    return (
        yellows()
        .filter(case__branch=branch, raised_on__year=quarter.year, raised_on__quarter=quarter.number)
        .select_related("case__person")
        .defer(*(f"case__person__{name}" for name in Person.SENSITIVE))
        .order_by("raised_on", "pk")
    )


def owed(actor: Actor) -> list[Owed]:
    """Talks that are owed in the actor's reach and not recorded, the oldest quarter first. Four queries."""
    counted = _counted(yellows().filter(actor.scope(*SEEING_ROLES, field="case__branch__path")))
    bodies = Organisation.objects.in_bulk({branch for branch, _quarter in counted})
    held = {
        (talk.branch_id, Quarter(talk.year, talk.quarter)) for talk in ReminderTalk.objects.filter(branch__in=bodies)
    }
    settings = Settings()
    found = [
        Owed(bodies[branch], quarter, times, after)
        for (branch, quarter), times in counted.items()
        if times >= (after := settings.talk_after(bodies[branch].path)) and (branch, quarter) not in held
    ]
    return sorted(found, key=lambda row: (row.quarter, row.branch.path))


def owed_at(desk: Desk) -> QuerySet:
    """The same for the branches of a committee's desk, as values, with the day of the last yellow. One query."""
    settings = (
        AlertSetting.objects.annotate(place=StrIndex(OuterRef("case__branch__path"), F("organisation__path")))
        .filter(place=1)
        .order_by("-organisation__path")
    )
    held = ReminderTalk.objects.filter(
        branch=OuterRef("case__branch"), year=OuterRef("year"), quarter=OuterRef("quarter")
    )
    return (
        yellows()
        .filter(desk.of())
        .order_by()
        .annotate(
            year=ExtractYear("raised_on"),
            quarter=ExtractQuarter("raised_on"),
            after=Coalesce(Subquery(settings.values("talk_after")[:1]), Value(AlertSetting.TALK_AFTER)),
        )
        .exclude(Exists(held))
        .values("case__branch__code", "case__branch__name", "case__branch__short_name", "year", "quarter", "after")
        .annotate(times=Count("pk"), since=Max("raised_on"))
        .filter(times__gte=F("after"))
        .order_by("year", "quarter", "case__branch__code")
    )


def held(actor: Actor) -> QuerySet[ReminderTalk]:
    """The talks that were recorded in the actor's reach, the latest first. One query."""
    return (
        ReminderTalk.objects.filter(actor.scope(*SEEING_ROLES, field="branch__path"))
        .select_related("branch", "entered_by")
        .order_by("-held_on", "-pk")
    )
