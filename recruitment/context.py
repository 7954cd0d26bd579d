"""What every page shows: navigation for the seats held, the seat switch, and the time to which the page is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from branches.access import Actor
from branches.models import Seat
from recruitment.middleware import SEAT_KEY
from recruitment.policies import SEEING_ROLES, VERIFYING_ROLES
from recruitment.rules.schema import Side
from recruitment.selectors import boards


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
    return {
        **context,
        "nav": list(_navigation(request, actor)),
        "actor_seats": list(_seats(request, actor)),
    }


def _seats(request: HttpRequest, actor: Actor) -> Iterator[SeatChoice]:
    """The seats to choose from, after all of them together for somebody who holds several."""
    roles = dict(Seat.Role.choices)
    chosen = request.session.get(SEAT_KEY)
    several = len(actor.grants) > 1
    if several:
        yield SeatChoice(0, _("全部席位"), chosen is None)
    for grant in actor.grants:
        label = f"{grant.organisation_name} · {roles[grant.role]}"
        if grant.holder_name:
            label = _("%(seat)s（代%(name)s）") % {"seat": label, "name": grant.holder_name}
        yield SeatChoice(grant.seat_id, label, grant.seat_id == chosen or not several)


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


#: Pages that are reached from another one's and belong to it.
_BELOW = {"dashboard": ("/deadlines/", "/calendar/", "/search/", "/archives/"), "figures": ("/reports/",)}
#: Pages of a case that are somebody's desk, and so belong to the list that leads from one to the next.
_DESKS = {"case_verify": "queue", "case_story": "flagged", "veto_decide": "flagged"}


def _navigation(request: HttpRequest, actor: Actor) -> Iterator[NavItem]:
    sees = bool(actor.grants_of(*SEEING_ROLES))
    desks = boards.desks(actor.grants)
    counts = {"notifications": boards.unread(actor) if desks else 0}
    entries = [
        ("dashboard", pgettext("navigation", "待办"), True),
        ("case_list", pgettext("navigation", "人员"), sees),
        ("sitting_list", pgettext("navigation", "会议"), sees),
        ("queue", _("校核"), verifies(actor)),
        ("flagged", _("预警"), reviews_flagged(actor)),
        ("figures", _("统计"), sees),
        ("guide", _("导则"), True),
        ("toolbox", _("工具箱"), True),
        ("learning", pgettext("navigation", "学习"), bool(actor.grants)),
        ("branches:index", _("组织"), bool(actor.grants)),
        ("notifications", _("通知"), bool(desks)),
        ("outbox", _("外发消息"), bool(actor.grants_of("administrator"))),
    ]
    here = request.path
    desk = _DESKS.get(request.resolver_match.url_name) if request.resolver_match else None
    for name, label, shown in entries:
        if shown:
            url = reverse(name)
            active = here == url or here.startswith((*_BELOW.get(name, ()), *((url,) if url != "/" else ())))
            yield NavItem(label, url, name == desk if desk else active, counts.get(name))
