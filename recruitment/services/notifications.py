"""Reading what was sent to an organisation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from branches.access import Actor
from recruitment.policies import ENTERING_ROLES, VERIFYING_ROLES
from recruitment.selectors import boards

#: An inspector looks on and takes nothing off the list of those who work.
READING_ROLES = frozenset().union(*ENTERING_ROLES.values(), *VERIFYING_ROLES.values())


def organisations_read_for(actor: Actor) -> frozenset[int]:
    """The organisations for which the actor may mark notifications as read: those whose work the actor does."""
    return frozenset(
        grant.organisation_id
        for grant in actor.grants_of(*READING_ROLES)
        if grant.organisation_kind in boards.SIDE_OF_KIND
    )


def mark_read(*, actor: Actor, now: datetime, ids: Collection[int] | None = None) -> int:
    """Mark these notifications as read, or all of them, and say how many were unread. Others' are left alone."""
    unread = boards.notifications(actor).filter(read_at__isnull=True, organisation__in=organisations_read_for(actor))
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=now, read_by_id=actor.user_id)
