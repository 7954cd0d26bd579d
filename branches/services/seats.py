"""Who holds which post, from when to when."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from branches.access import Actor
from branches.models import Organisation, Seat, User
from branches.services.record import difference, record, snapshot

FIELDS = ("user", "organisation", "role", "starts_on", "ends_on")


@transaction.atomic
def give_seat(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    starts_on: dt.date,
    actor: Actor,
    now: dt.datetime,
    ends_on: dt.date | None = None,
) -> Seat:
    """Seat the user; ``ends_on`` is the last day held. Raises ``ValidationError``, also where the kind of organisation
    knows no such role."""
    seat = Seat(user=user, organisation=organisation, role=role, starts_on=starts_on, ends_on=ends_on)
    seat.full_clean()
    seat.save()
    _keep_door(seat, now)
    _record(seat, "seat_given", actor, now, snapshot(seat, FIELDS))
    return seat


@transaction.atomic
def end_seat(*, seat: Seat, on: dt.date | None, actor: Actor, now: dt.datetime) -> Seat:
    """Set the last day held, that day included; ``None`` takes an end back.

    To shut somebody out at once, deactivate the account.
    """
    fresh = Seat.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=seat.pk)
    before = snapshot(fresh, FIELDS)
    fresh.ends_on = on
    fresh.full_clean()
    changed = difference(before, snapshot(fresh, FIELDS))
    if changed:
        fresh.save(update_fields=["ends_on"])
        _keep_door(fresh, now)
        _record(fresh, "seat_ended", actor, now, changed)
    return fresh


def _keep_door(seat: Seat, now: dt.datetime) -> None:
    """``is_staff`` is the door to the administration pages: open to who is or will be an administrator. What may be
    done behind it is asked of the seats of the day (``branches.admin``), so a seat that runs out shuts by itself."""
    if seat.role != Seat.Role.ADMINISTRATOR or seat.user.is_superuser:
        return
    today = timezone.localdate(now)
    seat.user.is_staff = Seat.objects.filter(user=seat.user, role=seat.role).exclude(ends_on__lt=today).exists()
    seat.user.save(update_fields=["is_staff"])


def _record(seat: Seat, action: str, actor: Actor, now: dt.datetime, payload: dict) -> None:
    payload = {"seat": seat.pk, "holder": seat.user.full_name, **payload}
    record(organisation=seat.organisation, action=action, actor=actor, now=now, payload=payload)
