"""The clock and the acting person of a request, read once at the door, the age of a session, and sound addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from branches.access import Actor, actor_for

SEAT_KEY = "seat"


class SoundAddressMiddleware:
    """Finds nothing at an address with a NUL in it: no page has one, and PostgreSQL cannot look for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return self.get_response(request)


class SessionAgeMiddleware:
    """Counts the age of a session from the last page (``SESSION_COOKIE_AGE``).

    What a page asks for by itself (drafts, uploads, papers, suggestions) leaves the session alone: such a request may
    begin before an act and end after it, and would put back a session that knows nothing of the act.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Location") or response.headers.get("Content-Type", "").startswith("text/html"):
            request.session.modified = True
        return response


class ActorMiddleware:
    """Puts ``now``, ``today`` and ``actor`` on the request.

    Who still has a password given by an administrator is asked to change it before anything else. The actor holds
    every seat of the day and acts from the one chosen on the page; a seat that has ended since falls back to the
    first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now: datetime = timezone.now()
        request.today: date = timezone.localdate(request.now)
        request.actor: Actor = _actor(request)
        if _owes_password(request):
            return redirect("password_change")
        return self.get_response(request)


def _owes_password(request: HttpRequest) -> bool:
    """Whether the account still has the password that an administrator gave it, and asks for anything else first."""
    if not request.user.is_authenticated or not request.user.must_change_password:
        return False
    free = (reverse("password_change"), reverse("logout"), reverse("set_language"))
    return request.path not in free and not request.path.startswith(settings.STATIC_URL)


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return Actor(0, "", ())
    try:
        return actor_for(request.user, request.today, seat_id=request.session.get(SEAT_KEY))
    except PermissionDenied:
        del request.session[SEAT_KEY]
        return actor_for(request.user, request.today)
