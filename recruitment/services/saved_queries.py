"""Filters that somebody keeps under a name. They belong to their user alone and say nothing of any case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from branches.access import Actor
from recruitment.models import SavedQuery
from recruitment.services.base import invalid, refuse

#: More than this nobody finds again.
LIMIT = 20


@transaction.atomic
def save(*, name: str, query: str, actor: Actor, now: datetime) -> SavedQuery:
    """Keep the filter under ``name``; a name that is there already now means this filter."""
    name, query = name.strip(), query.strip()
    if actor.user_id is None:
        raise refuse("not_allowed")
    if not name or len(name) > SavedQuery._meta.get_field("name").max_length:
        raise invalid("name")
    if not query or len(query) > SavedQuery._meta.get_field("query").max_length:
        raise invalid("query")
    others = SavedQuery.objects.filter(user=actor.user_id).exclude(name=name)
    if others.count() >= LIMIT:
        raise invalid("name")
    row, _created = SavedQuery.objects.update_or_create(
        user_id=actor.user_id, name=name, defaults={"query": query, "created_at": now}
    )
    return row


def delete(*, pk: int, actor: Actor) -> bool:
    """Let a filter of the actor go; whether there was one. Another's is left alone."""
    deleted, _rows = SavedQuery.objects.filter(pk=pk, user=actor.user_id).delete()
    return bool(deleted)
