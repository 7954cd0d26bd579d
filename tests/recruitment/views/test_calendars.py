"""The private calendar: what a real parser reads, what it never holds, and when its address ends."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from audit.models import Entry
from branches.access import actor_for
from branches.models import Seat
from recruitment.models import CalendarFeed, Case
from recruitment.services import calendar_feeds
from recruitment.services.base import Refused
from tests.branches.factories import County, SeatFactory, make_county
from tests.recruitment.board_rows import NOW, TODAY, day, oblige, put

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
Role = Seat.Role
PAGE = reverse("calendar")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def secretary(client, county) -> Client:
    client.force_login(county.user(county.branch, Role.SECRETARY))
    return client


def make(client: Client, seat: Seat, **more) -> str:
    """Make an address on the page; answers its path."""
    response = client.post(PAGE, {"seat": seat.pk, "act": "create", **more})
    assert response.status_code == 200
    [address] = re.findall(r'value="(http://[^"]+\.ics)"', response.content.decode())
    return address.removeprefix("http://testserver")


def read(path: str, status: int = 200):
    """As a calendar program: without a cookie."""
    response = Client().get(path)
    assert response.status_code == status
    return response


def events(path: str) -> list:
    return list(Calendar.from_ical(read(path).content).walk("VEVENT"))


def own_seat(county: County) -> Seat:
    return county.seat(county.branch, Role.SECRETARY)


def test_the_deadlines_of_the_seats_organisation(county, secretary):
    talk = put(county, "organization_talk", name="样本张某")
    oblige(talk, "talk_within_one_month", due=3)
    late = put(county, "organization_talk", name="样本李某")
    oblige(late, "talk_within_one_month", due=-5)
    oblige(put(county, "committee_approval"), "approve_within_three_months", due=9)
    oblige(put(county, branch=county.townships[0].branches[1]), "upload_within_one_month", due=4)
    oblige(put(county, "propose_development_target"), "cultivation_one_year", due=3, kind="lock")
    found = events(make(secretary, own_seat(county)))
    assert [event["DTSTART"].dt for event in found] == [day(-5), day(3)]
    assert str(found[0]["SUMMARY"]).startswith("［已超期］第 3 步 党组织派人谈话：一个月内谈话")
    assert found[1]["DTEND"].dt - found[1]["DTSTART"].dt == dt.timedelta(days=1)
    assert str(found[1]["URL"]).endswith(reverse("case", args=[talk.number]))


def test_names_only_where_the_seat_asked_for_them(county, secretary):
    case = put(county, "organization_talk", name="样本张某")
    oblige(case, "talk_within_one_month", due=3)
    plain = read(make(secretary, own_seat(county))).content.decode().replace("\r\n ", "")
    assert "样本张某" not in plain
    assert case.person.id_number not in plain
    named = read(make(secretary, own_seat(county), with_names="1")).content.decode().replace("\r\n ", "")
    assert "样本张某" in named
    assert case.person.id_number not in named


def test_the_same_deadline_keeps_its_name_when_its_day_moves(county, secretary):
    row = oblige(put(county, "organization_talk"), "talk_within_one_month", due=3)
    path = make(secretary, own_seat(county))
    [before] = events(path)
    type(row).objects.filter(pk=row.pk).update(due=day(8))
    [after] = events(path)
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == day(8)
    assert re.fullmatch(r"[0-9a-f]{32}@recruitment", str(before["UID"]))


def test_no_cookie_and_for_one_reader_only(county, secretary):
    response = read(make(secretary, own_seat(county)))
    assert not response.cookies
    assert response["Cache-Control"].startswith("private")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert str(calendar["X-WR-CALNAME"]).endswith(str(county.branch))


def test_the_language_is_that_of_the_page_it_was_made_on(county, secretary):
    oblige(put(county, "organization_talk"), "talk_within_one_month", due=3)
    secretary.cookies["django_language"] = "en"
    [event] = events(make(secretary, own_seat(county)))
    assert str(event["SUMMARY"]).startswith("Step 3 Talk with the applicant: Talk within one month")


class TestEnding:
    def test_a_revoked_address_is_not_found(self, county, secretary):
        path = make(secretary, own_seat(county))
        assert secretary.post(PAGE, {"seat": own_seat(county).pk, "act": "revoke"}).url == PAGE
        read(path, 404)

    def test_a_new_address_ends_the_old(self, county, secretary):
        old = make(secretary, own_seat(county))
        new = make(secretary, own_seat(county))
        read(old, 404)
        read(new)

    def test_it_ends_with_the_seat(self, county, secretary):
        path = make(secretary, own_seat(county))
        Seat.objects.filter(pk=own_seat(county).pk).update(ends_on=day(-1))
        read(path, 404)

    def test_it_ends_with_the_account(self, county, secretary):
        path = make(secretary, own_seat(county))
        user = own_seat(county).user
        user.is_active = False
        user.save()
        read(path, 404)

    @pytest.mark.parametrize("token", ["x", "a" * 43, "%00"])
    def test_what_never_was(self, token):
        read(f"/calendar/{token}.ics", 404)

    def test_what_has_ended_leaves_the_calendar(self, county, secretary):
        row = oblige(put(county, "organization_talk"), "talk_within_one_month", due=3)
        path = make(secretary, own_seat(county))
        assert len(events(path)) == 1
        Case.objects.filter(pk=row.case_id).update(ended_on=TODAY, end="withdrawn")
        assert events(path) == []


class TestMaking:
    def test_only_a_digest_is_kept_and_the_act_recorded(self, county, secretary):
        path = make(secretary, own_seat(county), with_names="1")
        token = path.removeprefix("/calendar/").removesuffix(".ics")
        feed = CalendarFeed.objects.get()
        assert feed.token_digest == CalendarFeed.digest_of(token) != token
        assert token not in secretary.get(PAGE).content.decode()
        secretary.post(PAGE, {"seat": own_seat(county).pk, "act": "revoke"})
        entries = Entry.objects.filter(chain=f"org:{county.branch.pk}", action__startswith="calendar").order_by("seq")
        assert [entry.action for entry in entries] == ["calendar_feed_created", "calendar_feed_revoked"]
        assert entries[0].payload == {"seat": own_seat(county).pk, "feed": feed.pk, "with_names": True}
        assert token not in str([entry.payload for entry in entries])

    def test_nobody_makes_or_revokes_anothers(self, county, secretary):
        other = county.seat(county.committee, Role.SECRETARY)
        for act in ("create", "revoke"):
            assert secretary.post(PAGE, {"seat": other.pk, "act": act}).status_code == 404
        assert (CalendarFeed.objects.count(), Entry.objects.count()) == (0, 0)

    @pytest.mark.parametrize("seat", ["", "x", "-1", "٣"])
    def test_what_is_no_seat(self, secretary, seat):
        assert secretary.post(PAGE, {"seat": seat, "act": "create"}).status_code == 404

    def test_nothing_to_revoke(self, county, secretary):
        assert secretary.post(PAGE, {"seat": own_seat(county).pk, "act": "revoke"}).status_code == 404

    @pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ADMINISTRATOR])
    def test_who_only_oversees_has_no_deadlines(self, county, client, role):
        client.force_login(county.user(county.county, role))
        assert "您的席位没有自己的期限" in client.get(PAGE).content.decode()
        seat = county.seat(county.county, role)
        with pytest.raises(Refused):
            calendar_feeds.create_feed(
                seat_id=seat.pk, with_names=False, language="en", actor=actor_for(seat.user, TODAY), now=NOW
            )
        assert not CalendarFeed.objects.exists()

    def test_each_of_several_seats_has_its_own(self, county, client):
        user = own_seat(county).user
        second = SeatFactory(user=user, organisation=county.committee, role=Role.COMMITTEE_VERIFIER)
        oblige(put(county, "committee_approval"), "approve_within_three_months", due=9)
        client.force_login(user)
        assert events(make(client, own_seat(county))) == []
        assert len(events(make(client, second))) == 1
        assert CalendarFeed.objects.filter(revoked_at=None).count() == 2


def test_the_number_of_queries_is_fixed(county, secretary):
    path = make(secretary, own_seat(county))
    counts = []
    for size in (1, 2, 47):
        for _ in range(size):
            oblige(put(county, "organization_talk"), "talk_within_one_month", due=3)
        with CaptureQueriesContext(connection) as seen:
            assert len(events(path)) == sum((1, 2, 47)[: len(counts) + 1])
        counts.append(len(seen))
    assert counts == [3, 3, 3]
