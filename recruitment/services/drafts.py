"""Half-filled forms, kept for the one user who typed them.

A draft is no act: nothing of the case changes, so no audit entry is written. It goes with the act that it led to, when
the step takes no more, when its user drops it, and after :data:`KEPT`.

A form keeps itself by requests that may overtake each other, and one may arrive after the act that it led to. Each
names the page that it was typed on, when that was opened, and its place in the page's order: what is older than what
is known is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from audit.models import Entry
from branches.access import Actor
from recruitment.models import Case, Draft

#: How long a draft that nobody went on with is kept.
KEPT = timedelta(days=30)

_SENT = ("step_recorded", "step_submitted")


@dataclass(frozen=True, slots=True)
class Typing:
    """Where something was typed: a mark that the open page gave itself, a place in its order, when it was opened."""

    page: str = ""
    order: int = 0
    opened_at: datetime | None = None


@transaction.atomic
def keep(
    *,
    case: Case,
    step: str,
    values: Mapping[str, Sequence[str]],
    actor: Actor,
    now: datetime,
    typing: Typing | None = None,
) -> Draft | None:
    """Keep what is typed now in place of what was kept; the page asks whether the step may be entered.

    None where the same user has sent the form since the page was opened. What a later request of the same page has
    kept already stays as it is.
    """
    typing = typing or Typing()
    # An act locks the same row: it is over, and stands in the record, or it begins when this is kept.
    Case.objects.select_for_update().only("pk").get(pk=case.pk)
    if _has_sent(case, step, actor, typing.opened_at):
        return None
    draft = Draft.objects.filter(user=actor.user_id, case=case, step=step).first()
    if draft is None:
        draft = Draft(user_id=actor.user_id, case=case, step=step)
    elif typing.page and typing.page == draft.page and typing.order <= draft.place:
        return draft
    draft.values = {name: list(given) for name, given in values.items()}
    draft.page, draft.place, draft.saved_at = typing.page, typing.order, now
    draft.save()
    return draft


def _has_sent(case: Case, step: str, actor: Actor, since: datetime | None) -> bool:
    """Whether the user has entered the step since then, by the record that holds attempts that failed as well."""
    if since is None:
        return False
    acts = Entry.objects.filter(chain=case.chain, actor_id=actor.user_id, at__gt=since)
    return acts.filter(action__in=_SENT, payload__step=step).exists()


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
