"""Accounts. They carry a name and a password; what their holders may do follows from seats."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
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


@transaction.atomic
def accounts_from_elsewhere(
    people: Iterable[tuple[str, str]], *, actor: Actor, now: dt.datetime
) -> dict[tuple[str, str], User]:
    """The accounts that stand here for people of another installation, by what they are called there and their names.

    Those that are not here yet are entered: without a password, inactive, so that nobody can sign in with one, and held
    to that by the database.
    """
    people = list(dict.fromkeys(people))
    stored = User.objects.filter(origin__in={origin for origin, _name in people})
    found = {(user.origin, user.full_name): user for user in stored}
    fresh = [
        User(
            username=f"elsewhere-{uuid.uuid4().hex}",
            full_name=name,
            origin=origin,
            is_active=False,
            password=make_password(None),
        )
        for origin, name in people
        if (origin, name) not in found
    ]
    User.objects.bulk_create(fresh)
    entered = (*FIELDS, "origin")
    drafts = [audit.Draft(f"user:{user.pk}", "account_from_elsewhere", snapshot(user, entered)) for user in fresh]
    audit.append_many(drafts=drafts, actor=actor, now=now)
    return found | {(user.origin, user.full_name): user for user in fresh}
