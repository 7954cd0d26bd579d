"""Which template is in force where: the nearest department's own up the tree, else the one of the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q

from branches.access import Actor
from branches.models import Organisation, Seat
from branches.models.organisation import codes_of
from recruitment import machine
from recruitment.models import Case, DocumentBatch, Person, StepRecord, TemplateVersion
from recruitment.models.case import CaseQuerySet
from recruitment.selectors.search import says


@dataclass(frozen=True, slots=True)
class Own:
    """A department's own template in force; ``reach`` is the path that it serves: that of its committee."""

    version: TemplateVersion
    reach: str


def in_force(code: str | None = None) -> list[Own]:
    """All own templates in force (of one code), the nearest to a branch first. One query."""
    rows = TemplateVersion.objects.filter(in_force=True).select_related("organisation__parent")
    if code is not None:
        rows = rows.filter(code=code)
    found = [Own(row, row.organisation.parent.path) for row in rows]
    return sorted(found, key=lambda own: len(codes_of(own.reach)), reverse=True)


def nearest(owns: Iterable[Own], branch_path: str) -> TemplateVersion | None:
    """Of the list of :func:`in_force`, the one that serves a branch with this path."""
    return next((own.version for own in owns if branch_path.startswith(own.reach)), None)


def departments(actor: Actor) -> list[Organisation]:
    """The departments whose templates the actor may change, in the order of the tree. One query."""
    own = [grant.organisation_id for grant in actor.grants_of(Seat.Role.DEPARTMENT_OFFICER)]
    within = actor.scope(Seat.Role.ADMINISTRATOR) | Q(pk__in=own)
    return list(Organisation.objects.filter(within, kind=Organisation.Kind.DEPARTMENT, dissolved_on__isnull=True))


def versions(organisation: Organisation, code: str) -> list[TemplateVersion]:
    """The department's versions of a template, the newest first. One query."""
    rows = TemplateVersion.objects.filter(organisation=organisation, code=code)
    return list(rows.select_related("uploaded_by").order_by("-number"))


class People(StrEnum):
    """Whom a paper for a step may be about: who stands in it, who has done with it, or all that run."""

    AT = "at"
    PAST = "past"
    ALL = "all"


def candidates(actor: Actor, step: str, people: People, text: str) -> CaseQuerySet:
    """The people offered for a paper, by branch and how the name is read. One query a page, and one to count."""
    record = StepRecord.objects.filter(case=OuterRef("pk"), step=step, counts=True)
    found = Case.objects.visible_to(actor)
    if people is People.AT:
        found = found.open().filter(Exists(record.exclude(status=machine.VERIFIED)))
    elif people is People.PAST:
        found = found.filter(Exists(record.filter(status=machine.VERIFIED)))
    else:
        found = found.open()
    if text:
        found = found.filter(says(text))
    found = found.select_related("person", "branch").defer(*(f"person__{name}" for name in Person.SENSITIVE))
    return found.order_by("branch__path", "person__name_pinyin", "person__name", "pk")


def batches(actor: Actor) -> list[DocumentBatch]:
    """What the actor has ordered, the latest first. One query."""
    return list(DocumentBatch.objects.filter(requested_by=actor.user_id).order_by("-requested_at", "-pk")[:50])
