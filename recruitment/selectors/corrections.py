"""Corrections as pages read them: those that wait for a desk, those of a case, and one with all that it names."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from branches.access import Actor
from branches.models import Member
from recruitment.models import Case, Correction, CorrectionItem
from recruitment.policies import SEEING_ROLES
from recruitment.rules.schema import Side
from recruitment.rules.steps import COMMITTEE_KINDS, STEPS, names_members
from recruitment.selectors.boards import ABOVE_NAMES, CASE_COLUMNS, Desk, Pile, desks

_WITH = ("case__person", "case__branch", "record", "entry", "requested_by", "requested_for", "decided_by")


def visible_to(actor: Actor) -> QuerySet[Correction]:
    """Corrections of the cases within the actor's reach, the latest first."""
    return Correction.objects.filter(actor.scope(*SEEING_ROLES, field="case__branch__path"))


def to_decide(desk: Desk) -> Pile:
    """How many wait for this desk, and since when the oldest. One query."""
    return Pile(**_waiting(desk).aggregate(total=Count("pk"), oldest=Min("requested_at")))


def waiting_for(actor: Actor) -> QuerySet[Correction]:
    """Those that the actor's verifying desks decide, the longest first."""
    condition = Q(pk__in=())
    for desk in desks(actor.grants):
        if desk.verifies:
            condition |= desk.of() & Q(side=desk.side)
    return _open().filter(condition).select_related(*_WITH).prefetch_related("items").order_by("requested_at", "pk")


def asked_at(desk: Desk) -> QuerySet:
    """Open ones that this desk has asked for, as values, the longest first."""
    return (
        _open()
        .filter(desk.of(), _asked_from(desk.side))
        .order_by("requested_at", "pk")
        .values(*CASE_COLUMNS, *ABOVE_NAMES, "pk", "side", "record__step", "requested_at")
    )


def asked_by(actor: Actor) -> QuerySet[Correction]:
    """Open ones of the organisations that the actor enters for, the longest first."""
    condition = Q(pk__in=())
    for desk in desks(actor.grants):
        if desk.acts:
            condition |= desk.of() & _asked_from(desk.side)
    return _open().filter(condition).select_related(*_WITH).prefetch_related("items").order_by("requested_at", "pk")


def of_case(case: Case) -> list[Correction]:
    """Every correction of the case, the latest first. Two queries."""
    return list(Correction.objects.filter(case=case).select_related(*_WITH).prefetch_related("items"))


def one(actor: Actor, number: str, pk: int) -> Correction | None:
    """A correction with its fields, if the actor may see its case. Two queries."""
    items = Prefetch("items", CorrectionItem.objects.order_by("followed", "pk"))
    return (
        visible_to(actor)
        .filter(case__number=number, pk=pk)
        .select_related(*_WITH)
        .prefetch_related(items)
        .order_by()
        .first()
    )


def named_members(items: Iterable[tuple[str, str, object]]) -> dict[int, str]:
    """Names of the roster's members among these (step, field, typed value); at most one query."""
    ids: set[int] = set()
    for step, name, value in items:
        if names_members(step, name) and isinstance(value, list | tuple):
            ids.update(value)
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _open() -> QuerySet[Correction]:
    return Correction.objects.filter(status=Correction.Status.REQUESTED)


def _waiting(desk: Desk) -> QuerySet[Correction]:
    return _open().filter(desk.of(), side=desk.side)


def _asked_from(side: Side) -> Q:
    """Steps that this side enters; the person's data are the branch's, some entries of its logs the committee's."""
    condition = Q(record__step__in=[step.key for step in STEPS.values() if step.side is side])
    by_committee = Q(entry__kind__in=COMMITTEE_KINDS)
    if side is Side.BRANCH:
        return condition & ~by_committee | Q(record__isnull=True)
    return condition | by_committee if side is Side.COMMITTEE else condition
