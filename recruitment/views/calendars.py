"""The private calendar of a seat: where its address is made and revoked, and the file that programs read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from icalendar import Calendar, Event

from branches.access import Grant, actor_for
from branches.models import Seat
from recruitment.models import CalendarFeed
from recruitment.numbers import whole
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.rules.steps import STEPS
from recruitment.selectors import boards, deadlines
from recruitment.services.base import Refused
from recruitment.services.calendar_feeds import create_feed, may_have_feed, revoke_feed
from recruitment.views.base import Page
from recruitment.words import localised

#: What is late stays in the calendar for so long.
LOOKING_BACK = timedelta(days=90)
_FRESH = 15 * 60  # seconds


class CalendarPage(Page):
    """One's seats with their calendar addresses. A fresh address is shown once, in the answer to the post itself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest) -> HttpResponse:
        seat_id = whole(request.POST.get("seat")) or 0
        try:
            if request.POST.get("act") == "revoke":
                revoke_feed(seat_id=seat_id, actor=self.actor, now=request.now)
                messages.success(request, _("地址已经撤销，用它订阅的日历从现在起读不到任何内容。"))
                return redirect("calendar")
            _feed, token = create_feed(
                seat_id=seat_id,
                with_names="with_names" in request.POST,
                language=get_language() or "zh-hans",
                actor=self.actor,
                now=request.now,
            )
        except Refused:
            raise Http404 from None
        address = request.build_absolute_uri(reverse("calendar_file", args=[token]))
        return self._show(fresh={"seat": seat_id, "address": address})

    def _show(self, fresh: Mapping[str, Any] | None = None) -> HttpResponse:
        grants = [grant for grant in self.actor.grants if may_have_feed(grant)]
        rows = CalendarFeed.objects.filter(seat__in=[grant.seat_id for grant in grants], revoked_at__isnull=True)
        live = {feed.seat_id: feed for feed in rows}
        seats = [self._seat(grant, live.get(grant.seat_id), fresh) for grant in grants]
        response = render(self.request, "recruitment/calendar.html", {"seats": seats})
        response["Cache-Control"] = "private, no-store"
        return response

    def _seat(self, grant: Grant, feed: CalendarFeed | None, fresh: Mapping[str, Any] | None) -> dict[str, Any]:
        role = dict(Seat.Role.choices)[grant.role]
        return {
            "seat_id": grant.seat_id,
            "label": f"{grant.organisation_name} · {role}",
            "feed": feed,
            "address": fresh["address"] if fresh and fresh["seat"] == grant.seat_id else "",
        }


class CalendarFile(View):
    """The deadlines of one seat's organisation as iCalendar. Who knows the address reads it; nobody signs in.

    404 alike for an address that never was, one that was revoked, and a seat or account that has ended.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        feed = CalendarFeed.objects.filter(token_digest=CalendarFeed.digest_of(token), revoked_at__isnull=True)
        found = feed.select_related("seat__user").first()
        grant = _grant_of(found.seat, request.today) if found is not None else None
        if found is None or grant is None:
            raise Http404
        with translation.override(found.language):
            body = _calendar(found, grant, request).to_ical()
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Cache-Control"] = f"private, max-age={_FRESH}"
        response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
        response["X-Robots-Tag"] = "noindex"
        return response


def _grant_of(seat: Seat, today: date) -> Grant | None:
    try:
        return actor_for(seat.user, today, seat_id=seat.pk).seat
    except PermissionDenied:
        return None


def _calendar(feed: CalendarFeed, grant: Grant, request: HttpRequest) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Party member recruitment record//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("发展党员期限 · %(place)s") % {"place": grant.organisation_name})
    calendar.add("x-published-ttl", "PT1H")
    rows = deadlines.of_desk(boards.desks((grant,)), request.today - LOOKING_BACK)
    for row in rows:
        calendar.add_component(_event(row, feed, request))
    return calendar


def _event(row: Mapping[str, Any], feed: CalendarFeed, request: HttpRequest) -> Event:
    step, today = row["step"], request.today
    what = _("第 %(number)s 步 %(step)s：%(rule)s") % {
        "number": STEPS[step].number,
        "step": localised(texts.STEPS[step]),
        "rule": localised(flag_name(row["code"])),
    }
    place = row["case__branch__short_name"] or row["case__branch__name"]
    who = f"{row['case__person__name']} · {place}" if feed.with_names else place
    summary = _("%(what)s（%(who)s）") % {"what": what, "who": who}
    if row["changes_on"] <= today:
        summary = _("［已超期］%(summary)s") % {"summary": summary}
    event = Event()
    event.add("uid", _uid(row))
    event.add("dtstamp", _stamp(request.now))
    event.add("dtstart", row["due"])
    event.add("dtend", row["due"] + timedelta(days=1))
    event.add("summary", summary)
    event.add("url", request.build_absolute_uri(reverse("case", args=[row["case__number"]])))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _uid(row: Mapping[str, Any]) -> str:
    """The same for the same deadline, also when its day moves, so that a program moves its entry."""
    name = ":".join(str(row[key]) for key in ("case_id", "kind", "step", "code", "subkey"))
    return f"{sha256(name.encode()).hexdigest()[:32]}@recruitment"


def _stamp(now: datetime) -> datetime:
    return now.replace(microsecond=0)
