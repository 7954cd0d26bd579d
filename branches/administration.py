"""Who may use the Django admin: holders of an administrator's seat, each within the reach of that seat.

A mixin for the ``ModelAdmin`` classes and inlines of every app. It stands beside ``branches.access``, so that their
admin modules, which never import each other, can share it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from branches.access import Actor, actor_for
from branches.models import Seat


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in user as an actor from an administrator's seat; read once a request."""
    if not hasattr(request, "_administering_actor"):
        actor = actor_for(request.user, timezone.localdate())
        request._administering_actor = actor.from_seat_of(Seat.Role.ADMINISTRATOR)
    return request._administering_actor


class AdministeredBySeat:
    """Rows within reach may be seen, added and changed, and nothing is deleted.

    ``organisation_path`` is the lookup that leads from the model to ``Organisation.path``; ``None`` is for tables that
    belong to no organisation, which every administrator may edit. A superuser reaches all, without a seat.
    """

    organisation_path: str | None = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        queryset = super().get_queryset(request)
        if self.organisation_path is None or request.user.is_superuser:
            return queryset
        return queryset.filter(actor_of(request).scope(Seat.Role.ADMINISTRATOR, field=self.organisation_path))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._administers(request)

    # Rows out of reach are not found at all, so that permission for a row is permission for the table.
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._administers(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._administers(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._administers(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _administers(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_active or not user.is_staff:
            return False
        return user.is_superuser or bool(actor_of(request).grants_of(Seat.Role.ADMINISTRATOR))
