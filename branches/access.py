"""Who acts, and with which posts: plain values, read once and passed down, so that no rule asks the database again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _

from branches.models import Organisation, Seat, User


class NoSuchSeat(PermissionDenied):
    """The user does not hold that seat today."""


class CannotActFor(PermissionDenied):
    """Only a clerk enters for another, and only for the holder of an acting post in the clerk's own organisation."""


@dataclass(frozen=True)
class Grant:
    """One seat held today. ``scope_path`` is what it covers: a department's reach is that of its committee.

    ``holder_id`` and ``holder_name`` are set where the seat is another's and the user stands in for them.
    """

    seat_id: int
    role: str
    organisation_id: int
    organisation_kind: str
    organisation_path: str
    organisation_name: str
    scope_path: str
    holder_id: int | None = None
    holder_name: str = ""

    def covers(self, path: str) -> bool:
        return path.startswith(self.scope_path)


@dataclass(frozen=True)
class Actor:
    """Who does something: a user with all seats held today, the seat acted from, and for whom it is entered."""

    user_id: int | None
    name: str
    grants: tuple[Grant, ...]
    seat: Grant | None = None
    on_behalf_of_id: int | None = None
    on_behalf_of_name: str = ""

    @property
    def seat_id(self) -> int | None:
        return self.seat.seat_id if self.seat else None

    @property
    def is_system(self) -> bool:
        return self.user_id is None

    def acting_from(self, grant: Grant) -> Actor:
        """The same actor, acting from that seat; from another's seat in the holder's name."""
        if grant.holder_id is None:
            return replace(self, seat=grant)
        return replace(self, seat=grant, on_behalf_of_id=grant.holder_id, on_behalf_of_name=grant.holder_name)

    def is_one_of(self, *user_ids: int | None) -> bool:
        """Whether the user, or whom the user acts for, is among these: nobody passes judgement on the own act, nor has
        it passed by whoever stands in."""
        return bool({self.user_id, self.on_behalf_of_id} & set(user_ids) - {None})

    def bears(self, name: str) -> bool:
        """The same by name, for rows that keep of the one in whose name something was entered nothing else. Two people
        of one name are taken for one: then somebody else decides."""
        return bool(name) and name in (self.name, self.on_behalf_of_name)

    def grants_of(self, *roles: str) -> tuple[Grant, ...]:
        """The seats of these roles; without an argument, all."""
        return tuple(grant for grant in self.grants if not roles or grant.role in roles)

    def from_seat_of(self, *roles: str) -> Actor:
        """The same actor, acting from the first seat of these roles; unchanged without one."""
        grants = self.grants_of(*roles)
        return replace(self, seat=grants[0]) if grants else self

    def covers(self, path: str, *roles: str) -> bool:
        """Whether a seat (of these roles, if any are named) reaches the organisation with this path."""
        return any(grant.covers(path) for grant in self.grants_of(*roles))

    def scope(self, *roles: str, field: str = "path") -> Q:
        """``covers`` for a queryset: a condition on the lookup that leads to ``Organisation.path``; no seat, no row."""
        condition = Q(pk__in=())
        for path in sorted({grant.scope_path for grant in self.grants_of(*roles)}):
            condition |= Q(**{f"{field}__startswith": path})
        return condition


# The name is what the audit keeps, so it is stored text and not an interface message.
SYSTEM = Actor(None, "系统", ())


def actor_for(
    user: User,
    today: dt.date,
    seat_id: int | None = None,
    on_behalf_of: int | None = None,
) -> Actor:
    """The user as an actor on that day, in at most two queries: with the own seats, and those of others for whom the
    user stands in.

    Without ``seat_id`` the first seat in the order of the tree is the one acted from. ``on_behalf_of`` is the primary
    key of the user for whom a clerk enters. Raises ``NoSuchSeat`` or ``CannotActFor``.
    """
    if not user.is_active:
        return Actor(user.pk, str(user), ())
    standing_in = Q(
        substitutions__substitute=user,
        substitutions__starts_on__lte=today,
        substitutions__ends_on__gte=today,
        substitutions__revoked_at__isnull=True,
    )
    seats = (
        Seat.objects.active_on(today)
        .annotate(stood_in=FilteredRelation("substitutions", condition=standing_in))
        .filter(Q(user=user) | Q(stood_in__isnull=False, user__is_active=True))
        .select_related("organisation__parent", "user")
        .order_by("organisation__path", "pk")
    )
    # The own seats come first: whoever may act in the own name does so.
    own, others = [], {}
    for seat in seats:
        if seat.user_id == user.pk:
            own.append(_grant(seat))
        else:
            others[seat.pk] = replace(_grant(seat), holder_id=seat.user_id, holder_name=str(seat.user))
    grants = (*own, *others.values())
    seat = _choose(grants, seat_id)
    if on_behalf_of is None or on_behalf_of == user.pk:
        return Actor(user.pk, str(user), grants, seat)
    principal = _principal(seat, on_behalf_of, today)
    return Actor(user.pk, str(user), grants, seat, principal.pk, str(principal))


def _grant(seat: Seat) -> Grant:
    organisation = seat.organisation
    is_department = organisation.kind == Organisation.Kind.DEPARTMENT
    return Grant(
        seat_id=seat.pk,
        role=seat.role,
        organisation_id=organisation.pk,
        organisation_kind=organisation.kind,
        organisation_path=organisation.path,
        organisation_name=str(organisation),
        scope_path=organisation.parent.path if is_department else organisation.path,
    )


def _choose(grants: tuple[Grant, ...], seat_id: int | None) -> Grant | None:
    if seat_id is None:
        return grants[0] if grants else None
    for grant in grants:
        if grant.seat_id == seat_id:
            return grant
    raise NoSuchSeat(_("您今天没有这个席位。"))


def _principal(seat: Grant | None, user_id: int, today: dt.date) -> User:
    if seat is None or seat.role != Seat.Role.CLERK:
        raise CannotActFor(_("只有录入员可以代他人录入。"))
    held = (
        Seat.objects.active_on(today)
        .filter(user_id=user_id, user__is_active=True, organisation=seat.organisation_id, role__in=Seat.ACTING_ROLES)
        .select_related("user")
        .first()
    )
    if held is None:
        raise CannotActFor(_("只能代本组织在任的工作人员录入。"))
    return held.user
