"""Appeals against confirmed reds: who may answer them, and the list of those in reach."""

from __future__ import annotations

from django.db.models import Case as Choose
from django.db.models import F, IntegerField, QuerySet, Value, When

from branches.access import Actor
from branches.models import Organisation
from branches.models.organisation import codes_of
from recruitment.models import Appeal, Case, Person, Veto
from recruitment.policies import SEEING_ROLES
from recruitment.selectors.boards import CASE_COLUMNS, Desk

_SEALED = tuple(f"case__person__{name}" for name in Person.SENSITIVE)


def answering_body(case: Case) -> Organisation:
    """The department above the one that confirms the case's reds; the same one where the tree ends. One query."""
    above = codes_of(case.department.path)[:-2]
    departments = Organisation.objects.filter(
        kind=Organisation.Kind.DEPARTMENT, dissolved_on__isnull=True, parent__code__in=above
    )
    return max(departments, key=lambda body: len(body.path), default=case.department)


def appeals(actor: Actor) -> QuerySet[Appeal]:
    """Those of the cases that the actor sees, the unanswered ones first and the oldest among them. One query."""
    return (
        Appeal.objects.filter(actor.scope(*SEEING_ROLES, field="case__branch__path"))
        .select_related("case__person", "case__branch", "veto", "body", "answered_by", "received_by")
        .defer(*_SEALED)
        .annotate(
            place=Choose(
                When(status=Appeal.Status.PENDING, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
        )
        .order_by("place", "received_on", "pk")
    )


def pending(actor: Actor) -> int:
    """How many wait for an answer in the actor's reach."""
    return Appeal.objects.filter(
        actor.scope(*SEEING_ROLES, field="case__branch__path"), status=Appeal.Status.PENDING
    ).count()


def to_answer(desk: Desk) -> QuerySet:
    """Those that the desk's department has to answer, as values, the longest first."""
    return _waiting_rows(Appeal.objects.filter(body__in=desk.organisation_ids))


def awaited(desk: Desk) -> QuerySet:
    """Those of the desk's cases that somebody else has to answer, as values, the longest first."""
    return _waiting_rows(Appeal.objects.filter(desk.of()).exclude(body__in=desk.organisation_ids))


def _waiting_rows(found: QuerySet[Appeal]) -> QuerySet:
    return (
        found.filter(status=Appeal.Status.PENDING)
        .annotate(step=F("veto__step"), code=F("veto__code"))
        .order_by("received_on", "pk")
        .values(*CASE_COLUMNS, "pk", "step", "code", "received_on", "body__name", "body__short_name")
    )


def confirmed_red(case: Case) -> Veto | None:
    """The red by which the case ended, against which the person may appeal."""
    if case.end != Case.End.VETO:
        return None
    return case.vetoes.filter(status=Veto.Status.CONFIRMED).select_related("decided_by").first()
