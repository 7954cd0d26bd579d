"""Standing in for the holder of a seat, and handing a seat over: the work stays with the organisation."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Seat, Substitution, User
from branches.services.record import record, snapshot
from branches.services.seats import end_seat, give_seat

FIELDS = ("seat", "substitute", "starts_on", "ends_on", "reason")


class NotYours(PermissionDenied):
    """Only the holder of a seat, or an administrator whose reach covers it, arranges who stands in."""


def may_arrange(actor: Actor, seat: Seat) -> bool:
    """The holder acting in the own name, or an administrator above; never somebody who stands in."""
    if actor.user_id is not None and actor.user_id == seat.user_id:
        return True
    return actor.is_system or administers(actor, seat)


def administers(actor: Actor, seat: Seat) -> bool:
    """Whether an administrator's seat of the actor covers the organisation of the seat."""
    return actor.covers(seat.organisation.path, Seat.Role.ADMINISTRATOR)


@transaction.atomic
def give_substitute(
    *,
    seat: Seat,
    substitute: User,
    starts_on: dt.date,
    ends_on: dt.date,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> Substitution:
    """Let another account stand in for the holder, both days included.

    Raises :class:`NotYours`, and ``ValidationError`` by field for what cannot be: a past end, a role that nobody stands
    in for, a second substitute at the same time.
    """
    held = _locked(seat)
    if not may_arrange(actor, held):
        raise NotYours(_("只有席位的本人或者管理员可以安排代理。"))
    if ends_on < timezone.localdate(now):
        raise ValidationError({"ends_on": _("代理止已经过去。")})
    row = Substitution(
        seat=held,
        substitute=substitute,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        given_at=now,
        given_by_id=actor.user_id,
    )
    row.full_clean()
    row.save()
    _record(row, "substitute_given", actor, now)
    return row


@transaction.atomic
def revoke_substitute(*, substitution: Substitution, actor: Actor, now: dt.datetime) -> Substitution:
    """End the right at once. What was done under it stays, in both names."""
    seat = _locked(substitution.seat)
    if not may_arrange(actor, seat):
        raise NotYours(_("只有席位的本人或者管理员可以安排代理。"))
    row = Substitution.objects.select_related("substitute").get(pk=substitution.pk)
    if row.revoked_at is not None:
        return row
    row.seat, row.revoked_at, row.revoked_by_id = seat, now, actor.user_id
    row.save(update_fields=["revoked_at", "revoked_by"])
    _record(row, "substitute_revoked", actor, now)
    return row


@transaction.atomic
def hand_over(
    *, seat: Seat, successor: User, on: dt.date, reason: str, actor: Actor, now: dt.datetime
) -> tuple[Seat, Seat]:
    """The successor holds the post from ``on``; the holder until the day before. Returns the ended and the new seat.

    Everything open belongs to the organisation, so the successor finds it; nothing of the record changes hands. Those
    who stand in for the old holder do so no longer.
    """
    held = _locked(seat)
    if not administers(actor, held) and not actor.is_system:
        raise NotYours(_("席位由管理员移交。"))
    errors: dict[str, str] = {}
    if held.ends_on is not None and held.ends_on < on:
        errors["on"] = _("这一席位到那时已经离任。")
    elif on <= held.starts_on:
        errors["on"] = _("移交日期须晚于任职起。")
    if successor.pk == held.user_id:
        errors["successor"] = _("接任的是同一个账号。")
    elif not successor.is_active:
        errors["successor"] = _("该账号已停用。")
    if errors:
        raise ValidationError(errors)
    given = {"actor": actor, "now": now}
    for row in Substitution.objects.filter(seat=held, revoked_at__isnull=True, ends_on__gte=on):
        revoke_substitute(substitution=row, **given)
    ended = end_seat(seat=held, on=on - dt.timedelta(days=1), **given)
    begun = give_seat(
        user=successor, organisation=held.organisation, role=held.role, starts_on=on, ends_on=held.ends_on, **given
    )
    payload = {"seat": ended.pk, "successor_seat": begun.pk, "from": str(held.user), "to": str(successor), "on": on}
    record(
        organisation=held.organisation,
        action="seat_handed_over",
        payload={**payload, "reason": reason.strip()},
        **given,
    )
    return ended, begun


def _locked(seat: Seat) -> Seat:
    return Seat.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=seat.pk)


def _record(row: Substitution, action: str, actor: Actor, now: dt.datetime) -> None:
    payload = {"substitution": row.pk, "holder": str(row.seat.user), "by": str(row.substitute), **snapshot(row, FIELDS)}
    record(organisation=row.seat.organisation, action=action, actor=actor, now=now, payload=payload)
