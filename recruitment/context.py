"""What every page shows: navigation for the seats held, the seat switch, and the time to which the page is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Seat
from recruitment.policies import SEEING_ROLES, VERIFYING_ROLES
from recruitment.rules.schema import Side


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SeatChoice:
    seat_id: int
    label: str
    active: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every signed-in page."""
    context: dict[str, Any] = {"now": getattr(request, "now", None), "today": getattr(request, "today", None)}
    if not getattr(request, "user", None) or not request.user.is_authenticated or not hasattr(request, "actor"):
        return context
    actor: Actor = request.actor
    roles = dict(Seat.Role.choices)
    return {
        **context,
        "nav": list(_navigation(request, actor)),
        "actor_seats": [
            SeatChoice(
                grant.seat_id,
                f"{grant.organisation_name} · {roles[grant.role]}",
                actor.seat is not None and grant.seat_id == actor.seat.seat_id,
            )
            for grant in actor.grants
        ],
    }


def verifies(actor: Actor) -> bool:
    """Whether some seat of the actor verifies on some side."""
    return any(
        grant.role in VERIFYING_ROLES[Side.COMMITTEE] | VERIFYING_ROLES[Side.DEPARTMENT]
        and grant.organisation_kind in ("grassroots_committee", "department")
        for grant in actor.grants
    )


def reviews_flagged(actor: Actor) -> bool:
    """Whether some seat of the actor looks after flagged cases: committees, departments and inspectors above."""
    return any(
        grant.role in SEEING_ROLES and grant.organisation_kind not in ("branch", "party_group")
        for grant in actor.grants
    )


def _navigation(request: HttpRequest, actor: Actor) -> Iterator[NavItem]:
    sees = bool(actor.grants_of(*SEEING_ROLES))
    entries = [
        ("dashboard", _("待办"), True),
        ("case_list", _("人员"), sees),
        ("sitting_list", _("会议"), sees),
        ("queue", _("校核"), verifies(actor)),
        ("flagged", _("预警"), reviews_flagged(actor)),
        ("figures", _("统计"), sees),
        ("guide", _("导则"), True),
        ("branches:index", _("组织"), bool(actor.grants)),
    ]
    here = request.path
    for name, label, shown in entries:
        if shown:
            url = reverse(name)
            active = here == url if url == "/" else here.startswith(url)
            yield NavItem(label, url, active)
