"""The yearly analysis of the pool by a county's department: who is in the pool, until when it is owed, what was held.

The pool is whoever the half-yearly reviews run for: an activist from the decision until the branch proposes a
development target. The Rules ask the department since the edition of 2026 (r2026 art 11); earlier time is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from branches.access import Actor
from branches.models import Organisation
from recruitment import machine
from recruitment.models import PoolAnalysis, StepRecord
from recruitment.policies import SEEING_ROLES
from recruitment.rules.dates import Duration, add
from recruitment.rules.editions import R2026_FROM
from recruitment.selectors.boards import Desk

YEAR = Duration.parse("P1Y")
_DETERMINED, _REVIEWED = "determine_activist", "halfyear_review"


@dataclass(frozen=True, slots=True)
class Owed:
    """A department's next analysis: for how many people, until when, and when the last one was held."""

    body_id: int
    code: str
    people: int
    due: date
    last: date | None

    def is_late(self, today: date) -> bool:
        return today > self.due


@dataclass(frozen=True, slots=True)
class CommitteePool:
    """The pool of one committee: how many people, and how many of them stand on yellow and on red."""

    code: str
    name: str
    people: int
    yellow: int
    red: int


def _pool() -> QuerySet[StepRecord]:
    return StepRecord.objects.filter(step=_REVIEWED, counts=True, case__ended_on__isnull=True).exclude(
        status=machine.VERIFIED
    )


def owed(departments: Iterable[int] | None = None) -> list[Owed]:
    """What these departments owe, by primary key, or all; one whose pool is empty, or that was dissolved, owes
    nothing. One query.

    A year after the last analysis, or after the first of the present pool was determined where that is later, and
    never counted from before the edition that asks for it.
    """
    determined = StepRecord.objects.filter(case=OuterRef("case"), step=_DETERMINED, counts=True).order_by("-round")
    last = (
        PoolAnalysis.objects.filter(body=OuterRef("case__department"))
        .order_by()
        .values("body")
        .annotate(latest=Max("held_on"))
        .values("latest")
    )
    pool = _pool().filter(case__department__dissolved_on__isnull=True)
    if departments is not None:
        pool = pool.filter(case__department__in=tuple(departments))
    rows = (
        pool.order_by()
        .annotate(determined_on=Subquery(determined.values("action_on")[:1]), last=Subquery(last))
        .values("case__department", "case__department__code", "last")
        .annotate(people=Count("pk"), first=Min("determined_on"))
        .order_by("case__department")
    )
    return [
        Owed(
            body_id=row["case__department"],
            code=row["case__department__code"],
            people=row["people"],
            due=_due(row["first"], row["last"]),
            last=row["last"],
        )
        for row in rows
    ]


def _due(first: date | None, last: date | None) -> date:
    return add(max(day for day in (R2026_FROM, first, last) if day is not None), YEAR)


def owed_at(desk: Desk) -> list[Owed]:
    """The same for the departments of a desk."""
    return owed(desk.organisation_ids)


def departments(actor: Actor) -> QuerySet[Organisation]:
    """The departments whose analyses the actor may read: in the reach of a seat that reads cases."""
    return (
        Organisation.objects.filter(actor.scope(*SEEING_ROLES), kind=Organisation.Kind.DEPARTMENT)
        .filter(dissolved_on__isnull=True)
        .order_by("path")
    )


def held(bodies: Iterable[int]) -> QuerySet[PoolAnalysis]:
    """What was recorded, the latest first. One query."""
    return PoolAnalysis.objects.filter(body__in=tuple(bodies)).select_related("body", "entered_by")


def by_committee(department_id: int) -> list[CommitteePool]:
    """The department's pool by committee, in the order of the tree. One query."""
    names = ("case__committee__code", "case__committee__name", "case__committee__short_name")
    rows = (
        _pool()
        .filter(case__department=department_id)
        .order_by()
        .values(*names, "case__committee__path")
        .annotate(
            people=Count("pk"),
            yellow=Count("pk", filter=Q(case__light="yellow")),
            red=Count("pk", filter=Q(case__light="red")),
        )
        .order_by("case__committee__path")
    )
    return [
        CommitteePool(
            row["case__committee__code"],
            row["case__committee__short_name"] or row["case__committee__name"],
            row["people"],
            row["yellow"],
            row["red"],
        )
        for row in rows
    ]
