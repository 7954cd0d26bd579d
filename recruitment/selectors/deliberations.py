"""Who still has to deliberate before a committee approves (r2026 art 22, r2014 art 23)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from branches.access import Grant
from branches.models.organisation import codes_of
from branches.services.responsible import DELIBERATING_KINDS
from recruitment import machine
from recruitment.models import Deliberation, StepRecord
from recruitment.policies import ENTERING_ROLES
from recruitment.rules.schema import Side
from recruitment.selectors.boards import CASE_COLUMNS

#: The steps at which the committee decides on admission and on conversion.
DELIBERATED_STEPS = ("committee_approval", "conversion_approval")


def deliberating(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """The seats that enter for a body which may stand between a branch and its approving committee."""
    roles = ENTERING_ROLES[Side.BRANCH] | ENTERING_ROLES[Side.COMMITTEE]
    return tuple(grant for grant in grants if grant.organisation_kind in DELIBERATING_KINDS and grant.role in roles)


def awaited(grants: Iterable[Grant]) -> QuerySet:
    """The approvals that wait for what these seats' bodies deliberate, the longest first.

    The bodies are those of ``services.deliberations.awaited_bodies``: above the branch, below the committee of the
    case, and not yet heard since the step was opened.
    """
    wanted = Q(pk__in=())
    for grant in grants:
        heard = Deliberation.objects.filter(
            case=OuterRef("case"),
            step=OuterRef("step"),
            body=grant.organisation_id,
            entered_at__gte=OuterRef("opened_at"),
        )
        below = Q(case__branch__path__startswith=grant.organisation_path)
        between = Q(case__committee__code__in=codes_of(grant.organisation_path)[:-1])
        wanted |= below & between & ~Q(Exists(heard))
    return (
        StepRecord.objects.filter(
            wanted,
            counts=True,
            status=machine.OPEN,
            step__in=DELIBERATED_STEPS,
            case__step__in=DELIBERATED_STEPS,
            case__ended_on__isnull=True,
            case__freeze="",
        )
        .order_by("opened_at", "pk")
        .values(*CASE_COLUMNS, "step", "opened_at")
    )
