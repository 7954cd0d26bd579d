"""Uploads that wait for their form, for the one who sent them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from branches.access import Actor
from recruitment.models import StagedUpload


def own(actor: Actor) -> QuerySet[StagedUpload]:
    """What this user, and nobody else, has on the way; pages in their order."""
    return StagedUpload.objects.filter(user=actor.user_id)


def waiting_at(actor: Actor, place: str) -> dict[str, list[StagedUpload]]:
    """What waits in the form at ``place``, whole or not, by the name of its input. One query."""
    found: dict[str, list[StagedUpload]] = {}
    for row in own(actor).filter(place=place):
        found.setdefault(row.field, []).append(row)
    return found


def whole_ones(actor: Actor, tokens: Iterable[UUID], place: str = "") -> dict[UUID, StagedUpload]:
    """Those of ``tokens`` that are whole, of the form at ``place`` where one is given. One query."""
    rows = own(actor).filter(token__in=list(tokens), finished_at__isnull=False)
    return {row.token: row for row in (rows.filter(place=place) if place else rows)}
