"""Filters that a user keeps under a name. They are the user's own: nobody else reads or removes them."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor
from recruitment.models import SavedSearch
from recruitment.services.base import refuse

#: More than these nobody finds again.
MOST = 30


@transaction.atomic
def save_search(*, page: str, name: str, query: str, actor: Actor, now: datetime) -> SavedSearch:
    """Keep the query string of a list under a name; the same name of the same list is written anew.

    Raises ``ValidationError`` by field where a value cannot be, and :class:`Refused` without an account or room.
    """
    if not actor.user_id:
        raise refuse("not_allowed")
    kept = SavedSearch.objects.select_for_update().filter(user_id=actor.user_id)
    row = kept.filter(page=page, name=name.strip()).first()
    if row is None and kept.count() >= MOST:
        raise ValidationError({"name": _("最多保存 %(n)s 个条件，请先删去不用的。") % {"n": MOST}})
    row = row or SavedSearch(user_id=actor.user_id, page=page, name=name.strip(), created_at=now)
    row.query = query.strip().lstrip("?")
    row.full_clean(exclude=["user"])
    row.save()
    # The words may name a person, so the record keeps only that something was kept, and for which list.
    _record("search_saved", row, actor, now)
    return row


@transaction.atomic
def remove_search(*, search_id: int, actor: Actor, now: datetime) -> None:
    """Forget a kept filter. Raises ``SavedSearch.DoesNotExist`` for what is not the actor's own."""
    row = SavedSearch.objects.select_for_update().get(pk=search_id, user_id=actor.user_id)
    _record("search_removed", row, actor, now)
    row.delete()


def _record(action: str, row: SavedSearch, actor: Actor, now: datetime) -> None:
    audit.append(chain=f"user:{row.user_id}", action=action, actor=actor, now=now, payload={"page": row.page})
