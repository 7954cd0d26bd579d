"""The draft of one's own."""

from __future__ import annotations

from branches.access import Actor
from recruitment.models import Case, Draft


def draft_of(case: Case, step: str, actor: Actor) -> Draft | None:
    """What this user, and nobody else, has typed into the form of the step and not sent. One query."""
    return Draft.objects.filter(case=case, step=step, user=actor.user_id).first()
