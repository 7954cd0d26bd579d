"""The private calendar addresses of seats: made, made anew, revoked. The address itself is shown once and not kept."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from branches.access import Actor, Grant
from branches.models import Seat
from branches.services.record import record
from recruitment.models import CalendarFeed
from recruitment.selectors.boards import desks
from recruitment.services.base import refuse


def may_have_feed(grant: Grant) -> bool:
    """Whether the seat has deadlines of its own: a body that only oversees, and an administrator, have none."""
    return bool(desks((grant,)))


@transaction.atomic
def create_feed(
    *, seat_id: int, with_names: bool, language: str, actor: Actor, now: datetime
) -> tuple[CalendarFeed, str]:
    """Make the seat's address and answer the secret part of it; an earlier address of the seat ends with this.

    Refused for a seat that is not the actor's own today, or has no deadlines.
    """
    seat = _own(seat_id, actor)
    for row in _live(seat):
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        seat=seat,
        token_digest=CalendarFeed.digest_of(token),
        with_names=with_names,
        language=language,
        created_at=now,
    )
    payload = {"seat": seat.pk, "feed": feed.pk, "with_names": with_names}
    record(organisation=seat.organisation, action="calendar_feed_created", actor=actor, now=now, payload=payload)
    return feed, token


@transaction.atomic
def revoke_feed(*, seat_id: int, actor: Actor, now: datetime) -> None:
    """End the seat's address at once. Refused where the seat is not the actor's own or has none."""
    seat = _own(seat_id, actor)
    live = list(_live(seat))
    if not live:
        raise refuse("not_this_step")
    for row in live:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        payload = {"seat": seat.pk, "feed": row.pk}
        record(organisation=seat.organisation, action="calendar_feed_revoked", actor=actor, now=now, payload=payload)


def _own(seat_id: int, actor: Actor) -> Seat:
    grant = next((grant for grant in actor.grants if grant.seat_id == seat_id), None)
    if grant is None or not may_have_feed(grant):
        raise refuse("not_allowed")
    return Seat.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=seat_id)


def _live(seat: Seat) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(seat=seat, revoked_at__isnull=True)
