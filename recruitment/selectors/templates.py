"""Which template is in force where: the nearest department's own up the tree, else the one of the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from branches.access import Actor
from branches.models import Organisation, Seat
from branches.models.organisation import codes_of
from recruitment.models import TemplateVersion


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
    own = {grant.organisation_id for grant in actor.grants_of(Seat.Role.DEPARTMENT_OFFICER)}
    reach = actor.scope(Seat.Role.ADMINISTRATOR)
    rows = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, dissolved_on__isnull=True)
    return list(rows.filter(reach) | rows.filter(pk__in=own)) if own or actor.grants else []


def versions(organisation: Organisation, code: str) -> list[TemplateVersion]:
    """The department's versions of a template, the newest first. One query."""
    rows = TemplateVersion.objects.filter(organisation=organisation, code=code)
    return list(rows.select_related("uploaded_by").order_by("-number"))
