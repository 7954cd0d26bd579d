"""Filing lists: all in order at once, exceptions taken out with their reasons, and a stale one refused alone."""

import time

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import services as audit
from audit.models import Entry
from recruitment.models import BulkDecision, BulkItem, Case, Material, Meeting, MeetingItem, StepReturn
from tests.branches.factories import County, make_county
from tests.recruitment import ripe_rows as people
from tests.recruitment.desk import Desks

#: A page of 200 rows; the measured time is a few seconds on one busy core.
PATIENCE = 60


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def desks(county, monkeypatch) -> Desks:
    return Desks(county, monkeypatch)


def listed(client: Client, county: County):
    return client.get(reverse("filing_list"), {"committee": county.committee.pk})


def sent(page, **exceptions: tuple[str, str]) -> dict:
    """What the list sends; ``exceptions``: case -> (coded reason, words)."""
    data = {"token": str(page.context["form"].token), "case": [row.key for row in page.context["rows"]]}
    for case, (code, text) in exceptions.items():
        data |= {f"case-{case}-code": code, f"case-{case}-text": text}
    return data


def url(county: County) -> str:
    return f"{reverse('filing_list')}?committee={county.committee.pk}"


# -- filing lists --------------------------------------------------------------------------------------------------


def test_the_list_of_a_meeting_holds_what_it_decided_and_no_entry_of_a_log(county, desks):
    decided, logged = (people.handed_to_department(county, number) for number in range(2))
    meeting = Meeting.objects.create(
        kind="committee_meeting",
        body=county.committee,
        held_on=people.day(-5),
        state="held",
        eligible=9,
        present=9,
        created_at=people.NOW,
    )
    for case, entry in ((decided, ""), (decided, "annual_analysis"), (logged, "annual_analysis")):
        record = case.records.get(step="file_activist")
        given = {"branch": county.branch, "state": "done", "position": 1, "record": record, "step": record.step}
        decision = "" if entry else "agree"
        MeetingItem.objects.create(meeting=meeting, case=case, entry=entry, decision=decision, **given)
    counted = desks.officer.get(reverse("filing_lists")).context["of_meetings"]
    page = desks.officer.get(reverse("filing_list"), {"meeting": meeting.pk})
    assert [one.count for one in counted] == [len(page.context["rows"])] == [1]
    assert [(row.case.pk, bool(row.decided)) for row in page.context["rows"]] == [(decided.pk, True)]


def test_all_in_order_passes_and_the_exceptions_go_back_for_their_reasons(county, desks):
    cases = [people.handed_to_department(county, number) for number in range(5)]
    client = desks.officer
    assert [one.count for one in client.get(reverse("filing_lists")).context["of_committees"]] == [5]
    page = listed(client, county)
    assert [row.case.pk for row in page.context["rows"]] == [case.pk for case in cases]
    out, stale = cases[1], cases[3]
    data = sent(page, **{str(out.pk): ("stamp_missing", "备案报告缺盖章")})
    before = Entry.objects.count()
    preview = client.post(url(county), data)
    assert [len(preview.context[name]) for name in ("passes", "taken_out", "cannot")] == [4, 1, 0]
    assert (Entry.objects.count(), BulkDecision.objects.count()) == (before, 0), "looking decides nothing"
    Case.objects.filter(pk=stale.pk).update(version=9)
    result = client.post(url(county), {**data, "confirm": "1"}, follow=True)
    assert [len(result.context[name]) for name in ("done", "taken_out", "refused")] == [3, 1, 1]
    [line] = result.context["refused"]
    assert (line.case.pk, line.reasons) == (stale.pk, ("内容已有更新",))
    assert "备案报告缺盖章" in result.content.decode()
    assert StepReturn.objects.values_list("code", "text").get() == ("stamp_missing", "备案报告缺盖章")
    decision = BulkDecision.objects.get()
    for case in cases:
        last = Entry.objects.filter(chain=case.chain).order_by("-seq").first()
        if case == stale:
            assert last is None
        else:
            action = "step_returned" if case == out else "step_verified"
            assert (last.action, last.payload["bulk"]) == (action, decision.pk)
    assert audit.verify() == []
    # The list that stands names it still, and the same page sent again decides nothing twice.
    client.post(url(county), {**data, "confirm": "1"})
    assert BulkDecision.objects.count() == 1
    assert [row.case.pk for row in listed(client, county).context["rows"]] == [stale.pk]


@pytest.mark.parametrize(
    ("exception", "field"),
    [(("stamp_missing", ""), "text"), (("", "缺盖章"), "code"), (("no_such_reason", "缺盖章"), "code")],
)
def test_an_exception_has_its_reason_and_its_words_or_nothing_is_decided(county, desks, exception, field):
    case = people.handed_to_department(county, 1)
    client = desks.officer
    page = client.post(url(county), {**sent(listed(client, county), **{str(case.pk): exception}), "confirm": "1"})
    assert page.status_code == 422
    assert field in page.context["form"].rows[case.pk].errors
    assert not BulkDecision.objects.exists()


@pytest.mark.parametrize(
    ("body", "role", "status"),
    [
        ("branch", "secretary", 403),
        ("committee", "organiser", 403),
        ("county", "inspector", 403),
        ("committee", "committee_verifier", 200),
    ],
)
def test_who_may_open_a_list_and_decides_nothing_that_another_level_verifies(county, desks, body, role, status):
    people.handed_to_department(county, 1)
    data = sent(listed(desks.officer, county))
    client = desks.client(role, getattr(county, body))
    assert listed(client, county).status_code == status
    page = client.post(url(county), {**data, "confirm": "1"}, follow=True)
    assert page.status_code == status
    assert not BulkItem.objects.filter(state="done").exists()


def test_another_departments_list_is_nobodys(county, desks):
    people.handed_to_department(county, 1)
    elsewhere = county.townships[1].committee
    assert desks.verifier.get(reverse("filing_list"), {"committee": elsewhere.pk}).status_code == 404
    assert desks.officer.get(reverse("filing_list"), {"meeting": "99"}).status_code == 404


def test_the_list_costs_the_same_for_one_and_many(county, desks):
    def cost() -> tuple[int, int]:
        client = desks.officer
        with CaptureQueriesContext(connection) as lists:
            client.get(reverse("filing_lists"))
        with CaptureQueriesContext(connection) as one:
            listed(client, county)
        return len(lists), len(one)

    people.handed_to_department(county, 1)
    first = cost()
    for number in range(2, 6):
        people.handed_to_department(county, number)
    assert first == cost() == (9, 14)


# -- Show 3: forty one by one, many together -----------------------------------------------------------------------


def test_forty_submissions_are_verified_in_one_sitting_of_clicks_with_the_next_one_at_hand(county, desks):
    cases = [people.submitted(county, number) for number in range(40)]
    client = desks.client("committee_verifier", county.committee, 1)
    queue = client.get(reverse("queue"))
    at = queue.context["rows"][0].url
    seen = []
    for left in range(40, 0, -1):
        page = client.get(at)
        place = page.context["place"]
        assert (place.total, place.position) == (left, 1)
        seen.append(page.context["case"].pk)
        version = Case.objects.values_list("version", flat=True).get(pk=seen[-1])
        answer = client.post(at, {"act": "verify", "decision": "verify", "version": version})
        assert answer.status_code == 302
        at = answer.headers["Location"]
    assert seen == [case.pk for case in cases]
    assert set(Case.objects.values_list("step", flat=True)) == {"register_application"}


def _together(county: County, desks: Desks, count: int) -> float:
    """So many decided together, the eighth of them stale; seconds that the pages took."""
    cases = [people.submitted(county, number) for number in range(count)]
    client = desks.client("committee_verifier", county.committee, 1)
    since = time.monotonic()
    page = client.post(reverse("bulk_preview"), {"kind": "verify", "all": "1"})
    assert (len(page.context["can"]), page.context["cannot"]) == (count, [])
    assert f"将通过 {count} 件" in page.content.decode()
    Case.objects.filter(pk=cases[7].pk).update(version=9)
    data = {
        "token": str(page.context["form"].initial["token"]),
        "kind": "verify",
        "case": [line.key for line in page.context["can"]],
    }
    result = client.post(reverse("bulk_start"), data, follow=True)
    while result.context["pending"]:
        result = client.post(result.request["PATH_INFO"], follow=True)
    took = time.monotonic() - since
    assert len(result.context["done"]) == count - 1
    assert [(line.case.pk, line.reasons) for line in result.context["refused"]] == [(cases[7].pk, ("内容已有更新",))]
    assert f"共 {count} 件：已通过 {count - 1} 件，没有办 1 件" in result.content.decode()
    assert Entry.objects.filter(action="step_verified").count() == count - 1
    return took


def test_forty_are_decided_together_and_a_stale_one_is_refused_alone(county, desks):
    assert _together(county, desks, 40) < PATIENCE


@pytest.mark.soak
def test_two_hundred_are_decided_together_and_a_stale_one_is_refused_alone(county, desks):
    assert _together(county, desks, 200) < 4 * PATIENCE
