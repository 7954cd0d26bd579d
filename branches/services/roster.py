"""The roster of Party members: who enters it, how they stand, and who may be contact, introducer or voter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Member, Organisation, Relative, Sanction, User
from branches.models.member import MemberQuerySet
from branches.services.record import chain_of, difference, record, snapshot

Standing = Member.Standing

# What may be changed once a member is on the roster.
CHANGEABLE = (
    "name",
    "sex",
    "branch",
    "party_group",
    "party_group_name",
    "standing",
    "standing_since",
    "joined_on",
    "full_since",
    "left_on",
    "user",
)

# -- Questions: one query each, when evaluated -------------------------------------------------------------------------


def voters(branch: Organisation, day: dt.date) -> MemberQuerySet:
    """Who has a vote in the branch meeting: full members, save those under 留党察看 or otherwise suspended (细则 2014
    art 20, 2026 art 19)."""
    return Member.objects.filter(branch=branch).with_rights_on(day)


def eligible_contacts(branch: Organisation, day: dt.date) -> MemberQuerySet:
    """Who may be a cultivation contact: full members (细则 art 9). Those whose own rights are suspended are left out as
    a choice of this product; the rule does not name them."""
    return Member.objects.filter(branch=branch).with_rights_on(day)


def eligible_introducers(branch: Organisation, day: dt.date, edition: str) -> MemberQuerySet:
    """Who may be an introducer (细则 art 14): full members, not under 留党察看 with rights not restored; in ``r2026``
    also not while a warning, a serious warning or a removal from Party posts has effect. ``edition`` is that of the
    day of the act, ``r2014`` or ``r2026``."""
    members = Member.objects.filter(branch=branch).with_rights_on(day)
    if edition == "r2014":
        return members
    if edition == "r2026":
        return members.without_sanction_on(day)
    raise ValueError(f"unknown edition {edition!r}")


# -- Writes ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def enter_member(
    *,
    branch: Organisation,
    name: str,
    sex: str,
    standing: str,
    standing_since: dt.date,
    joined_on: dt.date,
    actor: Actor,
    now: dt.datetime,
    full_since: dt.date | None = None,
    left_on: dt.date | None = None,
    party_group: Organisation | None = None,
    party_group_name: str = "",
    user: User | None = None,
) -> Member:
    """Enter somebody who is a member already. A full member without ``full_since`` has been one since
    ``standing_since``."""
    member = Member(
        branch=branch,
        name=name,
        sex=sex,
        standing=standing,
        standing_since=standing_since,
        joined_on=joined_on,
        full_since=full_since,
        left_on=left_on,
        party_group=party_group,
        party_group_name=party_group_name,
        user=user,
    )
    member.full_clean()
    member.save()
    _record(member, "member_entered", actor, now, snapshot(member, CHANGEABLE))
    return member


def add_probationary(
    *,
    branch: Organisation,
    name: str,
    sex: str,
    since: dt.date,
    actor: Actor,
    now: dt.datetime,
    party_group: Organisation | None = None,
    party_group_name: str = "",
    user: User | None = None,
) -> Member:
    """Enter a newly approved probationary member; ``since`` is the day of the branch meeting, from which probation and
    membership count (细则 2014 art 32, 2026 art 31)."""
    return enter_member(
        branch=branch,
        name=name,
        sex=sex,
        standing=Standing.PROBATIONARY,
        standing_since=since,
        joined_on=since,
        party_group=party_group,
        party_group_name=party_group_name,
        user=user,
        actor=actor,
        now=now,
    )


@transaction.atomic
def change_member(*, member: Member, changes: dict[str, Any], actor: Actor, now: dt.datetime) -> Member:
    """Set the fields in ``changes`` (of ``CHANGEABLE``). Returns the fresh row.

    A new ``branch`` ends the place in a Party group of the old one; both branches record the move.
    """
    return _change(member, changes, "member_changed", actor, now)


@transaction.atomic
def convert_member(*, member: Member, since: dt.date, actor: Actor, now: dt.datetime) -> Member:
    """Make a probationary member a full one; ``since`` is the day on which probation ended, from which seniority counts
    (细则 2014 art 34, 2026 art 33)."""
    changes = {"standing": Standing.FULL, "standing_since": since, "full_since": since}
    return _change(member, changes, "member_converted", actor, now, only=Standing.PROBATIONARY)


@transaction.atomic
def remove_member(*, member: Member, on: dt.date, actor: Actor, now: dt.datetime, reason: str = "") -> Member:
    """Take a member off the roster as of that day: probation cancelled, moved away, died. The row stays."""
    return _change(member, {"left_on": on}, "member_removed", actor, now, reason=reason)


@transaction.atomic
def save_particulars(
    *,
    member: Member,
    changed: Iterable[Sanction | Relative],
    actor: Actor,
    now: dt.datetime,
    removed: Iterable[Sanction | Relative] = (),
) -> None:
    """Save new and changed sanctions and relatives of a member, and delete those entered by mistake."""
    entries: dict[str, list[dict[str, Any]]] = {"saved": [], "removed": []}
    for particular in changed:
        particular.member = member
        particular.full_clean()
        particular.save()
        entries["saved"].append(_particular(particular))
    for particular in removed:
        entries["removed"].append(_particular(particular))
        particular.delete()
    if any(entries.values()):
        _record(member, "member_particulars_changed", actor, now, entries)


def _change(
    member: Member,
    changes: dict[str, Any],
    action: str,
    actor: Actor,
    now: dt.datetime,
    *,
    only: str | None = None,
    reason: str = "",
) -> Member:
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"not changeable: {', '.join(sorted(unknown))}")
    fresh = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if only is not None and (fresh.standing != only or fresh.left_on is not None):
        raise ValidationError(_("“%(name)s”不是名册上的预备党员。") % {"name": fresh})
    before, old_branch = snapshot(fresh, CHANGEABLE), fresh.branch
    if changes.get("branch", old_branch) != old_branch:
        changes = {"party_group": None, "party_group_name": "", **changes}
    for field, value in changes.items():
        setattr(fresh, field, value)
    fresh.full_clean()
    changed = difference(before, snapshot(fresh, CHANGEABLE))
    if changed:
        fresh.save()
        payload = {**changed, **({"reason": reason} if reason else {})}
        # In ascending order of the chains' names, as every writer of several chains goes.
        for branch in sorted({old_branch, fresh.branch}, key=chain_of):
            _record(fresh, action, actor, now, payload, branch=branch)
    return fresh


def _particular(particular: Sanction | Relative) -> dict[str, Any]:
    """As recorded: a relative's name is somebody else's and is not repeated in the audit."""
    fields = ("kind", "from_on", "effect_until", "rights_restored_on")
    if isinstance(particular, Relative):
        fields = ("relation",)
    return {particular._meta.model_name: particular.pk, **snapshot(particular, fields)}


def _record(
    member: Member,
    action: str,
    actor: Actor,
    now: dt.datetime,
    payload: dict[str, Any],
    branch: Organisation | None = None,
) -> None:
    record(
        organisation=branch or member.branch,
        action=action,
        actor=actor,
        now=now,
        payload={"member": member.pk, **payload},
    )
