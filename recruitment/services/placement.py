"""Cases follow the tree: when organisations move, their running cases answer to the bodies now above them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor
from branches.models import Organisation
from branches.services.responsible import responsible_for_many
from recruitment.models import Case


def open_cases_below(path: str) -> int:
    """How many running cases lie in the organisation with this path and below."""
    return Case.objects.open().filter(branch__path__startswith=path).count()


def obstacle_to_dissolving(organisation: Organisation) -> str | None:
    """Why the organisation may not be dissolved yet: no running case is ever without a branch."""
    count = open_cases_below(organisation.path)
    if not count:
        return None
    return _("还有 %(count)d 份未结束的纪实在这里，请先办理转接或结束。") % {"count": count}


@transaction.atomic
def follow_tree(*, path: str, actor: Actor, now: datetime) -> int:
    """Set committee and department of the running cases below ``path`` to those now above their branches.

    Returns how many changed; each change stands in its case's chain.
    """
    cases = list(
        Case.objects.open()
        .filter(branch__path__startswith=path)
        .select_related("branch")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    placed = responsible_for_many({case.branch_id: case.branch for case in cases}.values())
    changed, drafts = [], []
    for case in cases:
        now_above = placed.get(case.branch_id)
        if now_above is None:
            continue
        if (case.committee_id, case.department_id) == (now_above.committee.pk, now_above.department.pk):
            continue
        before = {"committee": case.committee_id, "department": case.department_id}
        case.committee, case.department = now_above.committee, now_above.department
        after = {"committee": case.committee_id, "department": case.department_id}
        case.version += 1
        changed.append(case)
        drafts.append(audit.Draft(case.chain, "case_placed", {"before": before, "after": after}))
    Case.objects.bulk_update(changed, ["committee", "department", "version"])
    if drafts:
        audit.append_many(drafts=drafts, actor=actor, now=now)
    return len(changed)
