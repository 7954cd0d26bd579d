"""Accounts. They carry a name and a password; what their holders may do follows from seats."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from audit import services as audit
from branches.access import Actor
from branches.models import User
from branches.services.record import difference, snapshot

FIELDS = ("username", "full_name", "email", "is_active", "is_staff", "is_superuser", "must_change_password")


@transaction.atomic
def save_account(*, user: User, actor: Actor, now: dt.datetime) -> User:
    """Save a new or changed account, its password (already hashed by ``set_password``) included.

    The account has a chain of its own, since it belongs to no single organisation; of a password only the fact of its
    change is recorded.
    """
    if user._state.adding:
        user.save()
        action, payload = "account_created", snapshot(user, FIELDS)
    else:
        stored = User.objects.select_for_update().get(pk=user.pk)
        action, payload = "account_changed", difference(snapshot(stored, FIELDS), snapshot(user, FIELDS))
        if user.password != stored.password:
            payload["password"] = ["***", "***"]
        if not payload:
            return user
        user.save()
    audit.append(chain=f"user:{user.pk}", action=action, actor=actor, now=now, payload=payload)
    return user
