"""The filters that a user has kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from branches.access import Actor
from recruitment.models import SavedSearch

#: The list that a kept filter belongs to -> the name of its address.
ADDRESSES = {
    SavedSearch.Page.SEARCH: "search",
    SavedSearch.Page.DEADLINES: "deadlines",
    SavedSearch.Page.QUEUE: "queue",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept filter as a page offers it."""

    pk: int
    name: str
    query: str
    url: str


def kept_for(actor: Actor, page: str) -> list[Kept]:
    """What the actor has kept for one list, by name. One query."""
    rows = SavedSearch.objects.filter(user_id=actor.user_id, page=page).order_by("name", "pk")
    address = reverse(ADDRESSES[SavedSearch.Page(page)])
    return [Kept(row.pk, row.name, row.query, f"{address}?{row.query}") for row in rows]
