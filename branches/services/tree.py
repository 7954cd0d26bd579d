"""The tree of organisations: found, change, move, dissolve."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Member, Organisation, Seat
from branches.services.record import difference, record, snapshot

# What may be changed once an organisation exists. Its code names it in addresses and paths and stays.
CHANGEABLE = (
    "name",
    "short_name",
    "division_name",
    "kind",
    "sector",
    "parent",
    "founded_on",
    "dissolved_on",
    "has_branch_committee",
    "temporary",
    "may_approve",
)


@transaction.atomic
def create_organisation(
    *,
    code: str,
    name: str,
    kind: str,
    actor: Actor,
    now: dt.datetime,
    parent: Organisation | None = None,
    short_name: str = "",
    division_name: str = "",
    sector: str = "",
    founded_on: dt.date | None = None,
    has_branch_committee: bool = True,
    temporary: bool = False,
    may_approve: bool | None = None,
) -> Organisation:
    """Enter an organisation. ``may_approve`` left out follows from its kind and place."""
    organisation = Organisation(
        code=code,
        name=name,
        short_name=short_name,
        division_name=division_name,
        kind=kind,
        sector=sector,
        parent=parent,
        founded_on=founded_on,
        has_branch_committee=has_branch_committee,
        temporary=temporary,
    )
    organisation.may_approve = organisation.default_may_approve() if may_approve is None else may_approve
    organisation.full_clean(exclude=["path"])
    organisation.save()
    record(
        organisation=organisation,
        action="organisation_created",
        actor=actor,
        now=now,
        payload={"code": code, **snapshot(organisation, CHANGEABLE)},
    )
    return organisation


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    changes: dict[str, Any],
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """Set the fields in ``changes`` (of ``CHANGEABLE``) and return the fresh row.

    A new parent takes the whole subtree along; a committee that comes under another loses the right to approve;
    a dissolution ends the seats with its day.
    """
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"not changeable: {', '.join(sorted(unknown))}")
    stored = Organisation.objects.select_for_update(of=("self",)).select_related("parent").get(pk=organisation.pk)
    fresh = copy.copy(stored)
    for field, value in changes.items():
        setattr(fresh, field, value)
    if "may_approve" not in changes:
        fresh.may_approve = fresh.may_approve and fresh.default_may_approve()
    fresh.full_clean(exclude=["path"])
    changed = difference(snapshot(stored, CHANGEABLE), snapshot(fresh, CHANGEABLE))
    if not changed:
        return fresh
    in_the_way = obstacles(stored, fresh)
    if in_the_way:
        raise ValidationError(in_the_way)
    fresh.path = fresh.path_under(fresh.parent)
    fresh.save()
    if fresh.path != stored.path:
        _carry_along(stored.path, fresh.path)
    if "dissolved_on" in changed and fresh.dissolved_on:
        _end_seats(fresh, fresh.dissolved_on)
    record(organisation=fresh, action="organisation_changed", actor=actor, now=now, payload=changed)
    return fresh


def move_organisation(
    *,
    organisation: Organisation,
    parent: Organisation,
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """Put the organisation, with all below it, under another one."""
    return change_organisation(organisation=organisation, changes={"parent": parent}, actor=actor, now=now)


def dissolve_organisation(
    *,
    organisation: Organisation,
    on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """Dissolve it as of a day. Its seats end with that day; nothing may be left in it."""
    return change_organisation(organisation=organisation, changes={"dissolved_on": on}, actor=actor, now=now)


def obstacles(stored: Organisation, changed: Organisation) -> dict[str, list[str]]:
    """What depends on the organisation and must be settled before the change, by field; empty if nothing stands
    against it. ``changed`` is the same row with its new values, not saved yet."""
    found = {}
    if changed.dissolved_on and changed.dissolved_on != stored.dissolved_on:
        found["dissolved_on"] = _obstacles_to_end(changed, changed.dissolved_on)
    if changed.kind != stored.kind:
        found["kind"] = _obstacles_to_kind(changed)
    return {field: messages for field, messages in found.items() if messages}


def _obstacles_to_end(organisation: Organisation, on: dt.date) -> list[str]:
    messages = []
    children = organisation.children.filter(Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=on)).count()
    if children:
        messages.append(_("还有 %(count)d 个下级组织，须先撤销或划转。") % {"count": children})
    members = Member.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=on),
        Q(branch=organisation) | Q(party_group=organisation),
    ).count()
    if members:
        messages.append(_("名册上还有 %(count)d 名党员，须先转出。") % {"count": members})
    if organisation.seats.filter(starts_on__gt=on).exists():
        messages.append(_("有席位在撤销之后才开始任职。"))
    return messages


def _obstacles_to_kind(organisation: Organisation) -> list[str]:
    kind, label = organisation.kind, organisation.get_kind_display()
    children = list(organisation.children.filter(dissolved_on__isnull=True))
    messages = [
        _("下级组织“%(child)s”不能设在%(kind)s之下。") % {"child": child, "kind": label}
        for child in children
        if kind not in Organisation.PARENT_KINDS[child.kind]
    ]
    # A committee below would lose its right to approve; that is a decision of its own.
    messages += [
        _("下级党委“%(child)s”有审批权，须先取消。") % {"child": child}
        for child in children
        if child.may_approve and kind == Organisation.Kind.GRASSROOTS_COMMITTEE
    ]
    messages += [
        _("%(kind)s不设“%(role)s”席位，须先结束任职。") % {"kind": label, "role": seat.get_role_display()}
        for seat in organisation.seats.filter(ends_on__isnull=True)
        if kind not in Seat.ROLE_KINDS[seat.role]
    ]
    if kind != Organisation.Kind.BRANCH and organisation.members.filter(left_on__isnull=True).exists():
        messages.append(_("名册上还有党员，只能是党支部。"))
    return messages


def _end_seats(organisation: Organisation, on: dt.date) -> None:
    organisation.seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).update(ends_on=on)


def _carry_along(old_path: str, new_path: str) -> None:
    """Rewrite the paths of all below; the organisation's own row has its new path already."""
    Organisation.objects.subtree(old_path).update(path=Concat(Value(new_path), Substr("path", len(old_path) + 1)))
