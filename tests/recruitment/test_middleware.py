"""The age of a session, and what must not touch it."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from branches.models import Seat
from tests.branches.factories import make_county
from tests.recruitment.sitting_cases import at

pytestmark = pytest.mark.django_db

MORNING = at(dt.date(2026, 6, 10), 9)


def test_a_page_renews_the_session_and_what_it_fetches_by_itself_does_not():
    """A draft or an upload that ends after an act would put back the session from before it."""
    county = make_county()
    client = Client()
    with time_machine.travel(MORNING, tick=False) as clock:
        client.force_login(county.user(county.branch, Seat.Role.SECRETARY))
        ends = Session.objects.get().expire_date
        clock.shift(dt.timedelta(hours=1))
        assert client.get(reverse("search_suggest"), {"q": "样本"})["Content-Type"] == "application/json"
        assert Session.objects.get().expire_date == ends
        client.get("/")
        assert Session.objects.get().expire_date == ends + dt.timedelta(hours=1)
        clock.shift(dt.timedelta(hours=1))
        assert client.post(reverse("set_language"), {"language": "en"}).status_code == 302
        assert Session.objects.get().expire_date == ends + dt.timedelta(hours=2)
