"""What no page sends comes in all the same: numbers without end, NUL, addresses of posts opened after a sign-in."""

from __future__ import annotations

import datetime as dt
import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import Seat
from recruitment.models import Case
from recruitment.numbers import whole
from recruitment.services import meetings
from recruitment.services.meetings import Given
from tests.branches.factories import County, make_county
from tests.recruitment import ripe_rows as ripe
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import NOW, Desks, url
from tests.recruitment.views.test_uploads import place_on

TODAY = people.START + dt.timedelta(days=1)
NUL, LARGE, ENDLESS = "样\x00本", "9" * 30, "9" * 5000
ODD = {"nul": NUL, "large": LARGE, "endless": ENDLESS, "a square": "²"}
#: What each page looks for in its address.
ASKED = {
    "custody_list": ("committee", "name", "state", "side"),
    "deadlines": ("branch", "stage", "step"),
    "deadlines_month": ("month",),
    "filing_list": ("meeting", "committee"),
    "queue": ("branch", "step", "page"),
    "returns": ("branch", "code"),
    "search": ("q",),
    "sitting_new": ("sitting",),
    "case_list": ("q", "branch", "page"),
}


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture
def desks(county: County, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(county, monkeypatch).on(TODAY)


@pytest.fixture
def case(county: County) -> Case:
    return people.make_case(county)


@pytest.fixture
def meeting(county: County, desks: Desks):
    desks.now = NOW
    verifier = people.actor(county, county.committee, "committee_verifier")
    asked = ripe.ripe(county, "file_activist", 0)
    common = {"actor": verifier, "now": NOW, "given": Given(held_on=NOW.date())}
    found = meetings.prepare(body=county.committee, kind="committee_meeting", **common)
    chosen = [(asked.pk, "filing_list.file_activist")]
    return meetings.arrange(meeting_id=found.pk, chosen=chosen, **common)


@pytest.mark.parametrize(
    ("given", "number"),
    [("7", 7), ("999999999", 999_999_999), ("9999999999", None), (ENDLESS, None)]
    + [(text, None) for text in ("", "-1", "1.5", "²", "٣", " 1", NUL, None)],
)
def test_a_whole_number(given, number):
    assert whole(given) == number


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("name", ASKED)
def test_an_address_with_nonsense_is_answered(desks, name, value):
    client = desks.verifier
    for asked in ASKED[name]:
        expected = {404} if value == NUL else {200, 404}
        assert client.get(reverse(name), {asked: value}).status_code in expected


def test_nothing_is_found_at_an_address_with_a_nul(desks, case):
    answer = desks.secretary.get(f"/cases/{case.number}%00/")
    assert answer.status_code == 404
    assert "没有找到这个页面" in unescape(answer.content.decode())


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_keys_and_versions_without_end_are_those_of_no_row(county, desks, case, value):
    key, here = f"{value}:submit_application:{value}", f"{case.pk}:submit_application:{value}"
    verifier, secretary = desks.verifier, desks.secretary
    assert secretary.post(reverse("notifications"), {"id": value}).status_code == 302
    assert secretary.post(reverse("calendar"), {"seat": value, "act": "revoke"}).status_code in (403, 404)
    assert secretary.post(url(case, "step", "submit_application"), {"version": value}).status_code in (200, 422)
    filled = secretary.post(reverse("toolbox_fill", args=["T01"]), {"case": value})
    assert filled.status_code in (404, 422)
    for name in ("bulk_preview", "bulk_start"):
        sent = {"kind": "verify", "case": [key, here], "token": str(uuid.uuid4()), "version": value}
        assert verifier.post(reverse(name), sent).status_code in (302, 403)
    assert verifier.post(reverse("filing_list"), {"case": [key, here]}).status_code == 302
    seat = Seat.objects.get(user=county.user(county.branch, "secretary"))
    assert secretary.post(reverse("branches:substitutes", args=[seat.pk]), {"revoke": value}).status_code == 404


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_a_sheet_with_nonsense_comes_back(desks, meeting, value):
    client, row = desks.verifier, meeting.items.get()
    address = reverse("meeting", args=[meeting.pk])
    arranged = client.post(address, {"version": value, "pick": [f"{value}:{value}"], "held_on": value, "place": value})
    assert arranged.status_code == 422
    sheet = {"version": meeting.version, "act": "check", "eligible": value, "minutes": value, f"m{row.pk}-on": "on"}
    assert client.post(reverse("meeting_entry", args=[meeting.pk]), sheet).status_code == 422
    assert client.post(reverse("meeting_check", args=[meeting.pk]), {"version": value}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.is_planned


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1026-06-10"])
def test_a_day_that_cannot_be_meant_is_named_with_its_field(county, desks, day):
    client = desks.verifier
    given = {"meeting": f"{county.committee.code}.committee_meeting", "held_on": day}
    page = client.post(reverse("meeting_new"), given)
    assert (page.status_code, page.context["form"].errors["held_on"]) == (422, [f"“{day}”的年份不对，请核对。"])
    for name in ("returns", "register"):
        assert client.get(reverse(name), {"since": day, "until": day}).status_code == 200


def test_what_is_kept_unchecked_is_kept_without_a_nul(desks, case):
    client = desks.secretary
    drafted = client.post(
        url(case, "step_draft", "submit_application"),
        {"version": 1, "application_signatory": NUL, "draft_page": NUL, "submitted_on": NUL},
    )
    assert drafted.status_code == 200
    place = place_on(client, url(case, "step", "submit_application"))
    begun = {"place": place, "field": f"paper_D01{NUL}", "kind": "file", "name": NUL, "size": 9, "sha256": "a" * 64}
    assert client.post(reverse("upload_begin"), begun).status_code == 200
    assert client.post(reverse("upload_arrange"), {"place": place, "field": NUL}).status_code == 200
    assert client.post(reverse("search_save"), {"page": "cases", "name": NUL, "query": f"q={NUL}"}).status_code in (
        302,
        404,
    )


def test_the_address_of_a_meetings_form_leads_to_the_meeting(desks, meeting):
    """Whoever has to sign in anew in the middle of it comes back by the address alone."""
    for name, kind in (("meeting_issue", "reply"), ("meeting_scan", "minutes")):
        answer = desks.verifier.get(reverse(name, args=[meeting.pk, kind]))
        assert (answer.status_code, answer.url) == (302, meeting.get_absolute_url())


def test_nobody_signed_in_is_led_to_the_sign_in(meeting):
    answer = Client().get(reverse("meeting_issue", args=[meeting.pk, "reply"]))
    assert answer.url.startswith(reverse("login"))
