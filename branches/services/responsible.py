"""Which committee approves a branch's cases, who deliberates before it, and which department stands above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from branches.models import Organisation
from branches.models.organisation import codes_of

Kind = Organisation.Kind
DELIBERATING_KINDS = frozenset({Kind.GENERAL_BRANCH, Kind.GRASSROOTS_COMMITTEE})


class NotPlacedError(Exception):
    """The branch stands under no committee with the right to approve, or under no organisation department."""


@dataclass(frozen=True)
class Responsible:
    """``deliberating``: general branches and committees without the right to approve, from the branch upwards; they
    must deliberate before the committee approves (细则 2014 art 23, 2026 art 22)."""

    committee: Organisation
    department: Organisation
    deliberating: tuple[Organisation, ...]


def responsible_for(branch: Organisation) -> Responsible:
    """For a branch, or any organisation from an approving committee downwards. One query; raises ``NotPlacedError``."""
    placed = responsible_for_many([branch])
    if branch.pk not in placed:
        raise NotPlacedError(_("“%(branch)s”之上没有有审批权的党委，或没有组织部。") % {"branch": branch})
    return placed[branch.pk]


def responsible_for_many(branches: Iterable[Organisation]) -> dict[int, Responsible]:
    """The same for many, by primary key, in one query. Those that are not placed are left out."""
    branches = list(branches)
    codes = {code for branch in branches for code in codes_of(branch.path)}
    above = Organisation.objects.filter(code__in=codes)
    departments = Organisation.objects.filter(kind=Kind.DEPARTMENT, dissolved_on__isnull=True, parent__code__in=codes)
    found = list(above | departments)
    by_code = {organisation.code: organisation for organisation in found}
    department_of = {
        organisation.parent_id: organisation
        for organisation in found
        if organisation.kind == Kind.DEPARTMENT and organisation.dissolved_on is None
    }
    answers = {}
    for branch in branches:
        # From the branch itself upwards.
        line = [by_code[code] for code in reversed(codes_of(branch.path))]
        answer = _along(line, department_of)
        if answer is not None:
            answers[branch.pk] = answer
    return answers


def _along(line: list[Organisation], department_of: dict[int, Organisation]) -> Responsible | None:
    place = next((i for i, body in enumerate(line) if body.may_approve), None)
    department = next((department_of[body.pk] for body in line if body.pk in department_of), None)
    if place is None or department is None:
        return None
    deliberating = tuple(body for body in line[1:place] if body.kind in DELIBERATING_KINDS)
    return Responsible(committee=line[place], department=department, deliberating=deliberating)
