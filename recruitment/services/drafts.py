"""Half-filled forms, kept for the one user who typed them.

A draft is no act: nothing of the case changes, so no audit entry is written. It goes with the act that it led to, when
the step takes no more, when its user drops it, and after :data:`KEPT`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from branches.access import Actor
from recruitment.models import Case, Draft

#: How long a draft that nobody went on with is kept.
KEPT = timedelta(days=30)


@transaction.atomic
def keep(*, case: Case, step: str, values: Mapping[str, Sequence[str]], actor: Actor, now: datetime) -> Draft:
    """Keep what is typed now in place of what was kept; the page asks whether the step may be entered."""
    draft, _ = Draft.objects.update_or_create(
        user_id=actor.user_id,
        case=case,
        step=step,
        defaults={"values": {name: list(given) for name, given in values.items()}, "saved_at": now},
    )
    return draft


def drop(*, case: Case, step: str, actor: Actor | None = None) -> None:
    """Remove the draft of the actor, or those of all where the step takes no more entries."""
    drafts = Draft.objects.filter(case=case, step=step)
    if actor is not None:
        drafts = drafts.filter(user=actor.user_id)
    drafts.delete()


def drop_all(case: Case) -> None:
    """Remove every draft of a case that has ended or gone back."""
    Draft.objects.filter(case=case).delete()


def expire(*, now: datetime) -> int:
    """Remove what nobody went on with; says how many."""
    removed, _ = Draft.objects.filter(saved_at__lt=now - KEPT).delete()
    return removed
