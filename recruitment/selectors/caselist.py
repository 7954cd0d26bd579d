"""The case list: whom a seat may see, narrowed by filters, each row with what comes due and who has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from branches.access import Actor
from branches.models import Organisation
from recruitment import machine
from recruitment.models import Case, Obligation, Person, StepRecord
from recruitment.models.case import CaseQuerySet
from recruitment.policies import SEEING_ROLES
from recruitment.selectors.search import says

RUNNING = ""
STATES = {
    machine.COMPLETED: _("办结归档"),
    machine.TERMINATED: _("终止"),
    machine.CLOSED: _("其他结束"),
}
#: More branches than this are offered by their committees.
_BRANCHES_OFFERED = 80


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list is narrowed to. ``branch`` is the code of any organisation; its whole subtree counts."""

    text: str = ""
    stage: int | None = None
    step: str = ""
    light: str = ""
    branch: str = ""
    state: str = RUNNING


@dataclass(frozen=True, slots=True)
class Choices:
    """The organisations offered as a filter, as (code, name); none where there is only one."""

    organisations: list[tuple[str, str]] = field(default_factory=list)


def choices(actor: Actor, chosen: str = "") -> Choices:
    """The branches within reach, or their committees where there are many, and what was chosen. Two queries."""
    reach = Organisation.objects.filter(actor.scope(*SEEING_ROLES)).order_by("path")
    shown = reach.only("code", "name", "short_name", "path", "kind")
    offered = list(shown.filter(kind=Organisation.Kind.BRANCH)[: _BRANCHES_OFFERED + 1])
    if len(offered) > _BRANCHES_OFFERED:
        at_hand = Q(kind=Organisation.Kind.GRASSROOTS_COMMITTEE) | Q(code=chosen)
        offered = list(shown.filter(at_hand))
    elif chosen and chosen not in {branch.code for branch in offered}:
        offered = [*shown.filter(code=chosen), *offered]
    if len(offered) < 2:
        return Choices()
    return Choices([(body.code, str(body)) for body in offered])


def cases(actor: Actor, wanted: CaseFilter, today: date) -> CaseQuerySet:
    """The rows, those that are due first at the top. One query a page, and one to count.

    Annotated: ``light_now``, ``status`` of the current step, ``due`` and ``due_code`` of the nearest deadline.
    """
    found = _narrowed(Case.objects.visible_to(actor), wanted, actor)
    found = found.with_light(today)
    if wanted.light:
        found = found.filter(light_now=wanted.light)
    record = StepRecord.objects.filter(case=OuterRef("pk"), step=OuterRef("step"), counts=True).order_by("-round")
    deadline = Obligation.objects.filter(case=OuterRef("pk"), kind=Obligation.Kind.DEADLINE).order_by("due", "pk")
    return (
        found.select_related("person", "branch", "committee", "department")
        .defer(*(f"person__{name}" for name in Person.SENSITIVE))
        .annotate(
            status=Subquery(record.values("status")[:1]),
            due=Subquery(deadline.values("due")[:1]),
            due_code=Subquery(deadline.values("code")[:1]),
            due_step=Subquery(deadline.values("step")[:1]),
        )
        .order_by(F("ended_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "-opened_at", "-pk")
    )


def _narrowed(found: CaseQuerySet, wanted: CaseFilter, actor: Actor) -> CaseQuerySet:
    if wanted.state == RUNNING:
        found = found.open()
    elif wanted.state in STATES:
        found = found.filter(step=wanted.state)
    if wanted.stage:
        found = found.filter(stage=wanted.stage)
    if wanted.step:
        found = found.filter(Q(step=wanted.step) | Q(ended_at_step=wanted.step))
    if wanted.branch:
        within = Organisation.objects.filter(actor.scope(*SEEING_ROLES), code=wanted.branch)
        path = within.values_list("path", flat=True).first()
        found = found.filter(branch__path__startswith=path) if path else found.none()
    if wanted.text:
        found = found.filter(says(wanted.text))
    return found
