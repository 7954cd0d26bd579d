"""The timeline of a case: narrowed by kind in its address, with three dates, and whole for the printer."""

import datetime as dt
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage

from audit.models import Entry
from branches.access import actor_for
from branches.services.absence import give_substitute
from recruitment.models import Attempt, Material, Sitting
from recruitment.selectors import timeline
from recruitment.services import acts, interventions, review
from recruitment.views.chronicle import in_words
from tests.branches.factories import UserFactory, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import Desks, url

STEP = "submit_application"


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def county(db):
    return make_county(members=12)


@pytest.fixture
def desks(county, monkeypatch) -> Desks:
    return Desks(county, monkeypatch)


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_it_is_narrowed_by_kind(county, desks):
    case = people.make_case(county)
    day = people.bring(county, case, "organization_talk")
    secretary = people.actor(county, county.branch, "secretary")
    interventions.request_transfer(
        case_id=case.pk, to_branch=county.townships[1].branches[0], reason="样本", actor=secretary, now=people.at(day)
    )
    client = desks.on(day).verifier
    address = url(case, "case_history")
    counts = timeline.counts(case)
    assert counts[""] == len(client.get(address).context["entries"])
    for kind, shown in (("steps", 3), ("verification", 2), ("papers", 2), ("transfer", 1), ("corrections", 0)):
        page = client.get(address, {"kind": kind})
        assert len(page.context["entries"]) == counts[kind] == shown, kind
    assert client.get(address, {"kind": "nonsense"}).status_code == 404
    page = page_of(client.get(address, {"kind": "transfer"}))
    assert f"{county.branch} → {county.townships[1].branches[0]}" in page


def test_all_on_one_page(county, desks, monkeypatch):
    monkeypatch.setattr("recruitment.views.cases.PER_PAGE", 2)
    case = people.make_case(county)
    day = people.bring(county, case, "organization_talk")
    client = desks.on(day).verifier
    assert len(client.get(url(case, "case_history")).context["entries"]) == 2
    assert len(client.get(url(case, "case_history") + "?all=1").context["entries"]) == timeline.counts(case)[""]


def test_a_returned_step_says_from_what_to_what(county, desks):
    case = people.make_case(county)
    people.bring(county, case, "register_application", verify_last=False)
    day = people.START + dt.timedelta(days=2)
    verifier = people.actor(county, county.committee, "committee_verifier")
    review.hand_back(case_id=case.pk, step=STEP, reason="样本：缺页", actor=verifier, now=people.at(day))
    page = page_of(desks.on(day).secretary.get(url(case, "case_history") + "?kind=verification"))
    assert "待校核 → 已退回" in page
    assert "样本：缺页" in page


def test_who_stood_in_is_named_with_the_holder(county, desks):
    case = people.make_case(county)
    day = people.START + dt.timedelta(days=1)
    seat, user = county.seat(county.branch, "secretary"), UserFactory(full_name="样本代理人")
    give_substitute(
        seat=seat,
        substitute=user,
        starts_on=day,
        ends_on=day,
        reason="样本",
        actor=people.actor(county, county.branch, "secretary"),
        now=people.at(day),
    )
    desks.on(day)
    acts.record(
        case_id=case.pk,
        step=STEP,
        values=people.values_of(case, STEP, day),
        actor=actor_for(user, day),
        now=people.at(day),
    )
    page = page_of(desks.verifier.get(url(case, "case_history")))
    assert f"样本代理人 代 {seat.user}" in page
    assert f"样本代理人 代 {seat.user}" in page_of(desks.verifier.get(url(case, "step", STEP)))


def test_an_attempt_leads_to_its_sitting(county, desks):
    case = people.make_case(county)
    day = people.bring(county, case, "determine_activist")
    sitting = Sitting.objects.create(
        kind="branch_committee", body=county.branch, step="determine_activist", held_on=day, created_at=people.at(day)
    )
    values = {**people.values_of(case, "determine_activist", day), "decision": "disagree"}
    secretary = people.actor(county, county.branch, "secretary")
    acts.submit(
        case_id=case.pk,
        step="determine_activist",
        values=values,
        uploads=[people.paper("D05")],
        actor=secretary,
        now=people.at(day),
        sitting=sitting,
    )
    assert Attempt.objects.get(record__case=case).sitting == sitting
    client = desks.on(day).secretary
    assert sitting.get_absolute_url() in page_of(client.get(url(case, "step", "determine_activist")))
    page = page_of(client.get(url(case, "case_history") + "?kind=steps"))
    assert sitting.get_absolute_url() in page
    # It was entered, and never verified.
    assert f"办理 {day.year}年{day.month}月{day.day}日" in page
    assert "校核 —" in page


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"return_code": "of_tomorrow"}, "of_tomorrow"),
        ({"paper": "F99", "printing": "AB12"}, "F99 · AB12"),
        ({"meeting_paper_kind": "scroll", "number": "8"}, "scroll · 8"),
        ({"person_changed": ["name", "star_sign"]}, "本人信息改为卷宗所载：姓名、star_sign"),
        ({"changes": [{"step": "step_of_tomorrow", "field": "moon"}]}, "step_of_tomorrow moon"),
        ({"changes": [{"step": STEP, "field": "moon", "before": None, "after": 1}]}, f"{STEP} moon"),
    ],
)
def test_codes_of_a_later_version_are_said_as_they_are(payload, said):
    """A case file may come from an installation that knows more than this one."""
    entry = Entry(action="act_of_tomorrow", at=people.at(people.START), payload=payload)
    [line] = in_words([entry], linked=False)
    assert (line.action, line.detail) == ("act_of_tomorrow", said)
