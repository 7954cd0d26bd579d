"""What branches writes into the audit: one chain an organisation, one an account; fields as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from audit import services as audit
from branches.access import Actor
from branches.models import Organisation


def chain_of(organisation: Organisation) -> str:
    return f"org:{organisation.pk}"


def record(
    *,
    organisation: Organisation,
    action: str,
    actor: Actor,
    now: dt.datetime,
    payload: Mapping[str, Any],
) -> None:
    """Append to the organisation's chain. Runs inside the caller's transaction."""
    audit.append(chain=chain_of(organisation), action=action, actor=actor, now=now, payload=payload)


def snapshot(instance: Model, fields: tuple[str, ...]) -> dict[str, Any]:
    """The values of these fields as they are stored; a foreign key as its primary key."""
    return {field: getattr(instance, instance._meta.get_field(field).attname) for field in fields}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of two snapshots, what differs: ``{field: [old, new]}``."""
    return {field: [before[field], after[field]] for field in before if before[field] != after[field]}
