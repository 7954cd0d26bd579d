"""The pages of corrections: shown before they are sent and decided, by those who may, and by nobody else."""

import datetime as dt
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.urls import reverse

from recruitment.models import Case, Correction, Material, StepRecord
from recruitment.services import corrections
from tests.branches.factories import make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import Desks, pdf, url

STEP = "determine_activist"


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    storage = InMemoryStorage()
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", storage)
    monkeypatch.setattr(Correction._meta.get_field("evidence"), "storage", storage)


@pytest.fixture
def county(db):
    return make_county(members=12)


@pytest.fixture
def case(county) -> Case:
    return people.make_case(county)


@pytest.fixture
def day(county, case) -> dt.date:
    return people.bring(county, case, "cultivate_educate")


@pytest.fixture
def desks(county, day, monkeypatch) -> Desks:
    return Desks(county, monkeypatch).on(day)


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def record_of(case, step=STEP) -> StepRecord:
    return StepRecord.objects.get(case=case, step=step, counts=True)


def typed(case, **changes) -> dict:
    """What the correcting form of the step sends: everything as recorded, but for the changes."""
    case.refresh_from_db(fields=["version"])
    values = record_of(case).typed_values() | changes
    values["decided_on"] = values["decided_on"].isoformat()
    return {"version": case.version, "correction_reason": "样本：以会议记录为准", **values}


def wanted(case) -> dt.date:
    return record_of(case).action_on - dt.timedelta(days=1)


def ask(county, case, day, step=STEP, **changes) -> Correction:
    corrections.request(
        case_id=case.pk,
        step=step,
        changes=changes,
        reason="样本",
        evidence=people.paper("D05"),
        actor=people.actor(county, county.branch, "secretary"),
        now=people.at(day),
    )
    return Correction.objects.get(case=case, status="requested")


def test_the_whole_way_in_pages(county, case, desks):
    secretary, address = desks.secretary, url(case, "step_correct", STEP)
    assert address in page_of(secretary.get(url(case, "step", STEP)))
    page = page_of(secretary.get(address))
    assert f'value="{record_of(case).action_on.isoformat()}"' in page
    # First what would change, with rule and arithmetic; nothing is stored yet.
    data = typed(case, decided_on=wanted(case)) | {"act": "preview"}
    page = page_of(secretary.post(address, data))
    assert "期限的变化" in page
    assert "开放日期的变化" in page
    assert not Correction.objects.exists()
    # Without the paper it is not sent.
    page = page_of(secretary.post(address, data | {"act": "send"}))
    assert "请附上能证明正确内容的材料" in page
    assert not Correction.objects.exists()
    assert secretary.post(address, data | {"act": "send", "evidence": pdf()}).status_code == 302
    correction = Correction.objects.get()
    assert correction.requested_by == county.user(county.branch, "secretary")
    # The level above finds it on its boards, sees the same and decides.
    verifier = desks.verifier
    assert reverse("correction_list") in page_of(verifier.get(reverse("dashboard")))
    assert "另有 1 项更正" in page_of(verifier.get(reverse("queue")))
    assert correction.get_absolute_url() in page_of(verifier.get(reverse("correction_list")))
    page = page_of(verifier.get(correction.get_absolute_url()))
    assert "期限的变化" in page
    assert "样本：以会议记录为准" in page
    case.refresh_from_db(fields=["version"])
    decision = {"version": case.version, "decision": "approve", "reason": "样本：与原件相符"}
    assert verifier.post(correction.get_absolute_url(), decision).status_code == 302
    assert record_of(case).action_on == dt.date.fromisoformat(data["decided_on"])
    # The difference stays on the case and in its timeline.
    page = page_of(secretary.get(correction.get_absolute_url()))
    assert "更正时的推算" in page
    assert "已更正" in page
    page = page_of(secretary.get(url(case, "case_history") + "?kind=corrections"))
    assert "批准更正 · 5." in page
    assert "→" in page
    # What was verified then is told as it was then.
    before = dt.date.fromisoformat(data["decided_on"]) + dt.timedelta(days=1)
    page = page_of(secretary.get(url(case, "case_history") + "?kind=verification"))
    assert f"办理 {before.year}年{before.month}月{before.day}日" in page
    assert "更正已批准" in page_of(secretary.get(reverse("notifications")))


def test_going_back_keeps_what_was_typed(case, desks):
    data = typed(case, decided_on=wanted(case)) | {"act": "edit"}
    page = page_of(desks.secretary.post(url(case, "step_correct", STEP), data))
    assert f'value="{data["decided_on"]}"' in page
    assert "field-wrong" not in page


def test_what_cannot_be_stands_beside_its_field(case, desks):
    address = url(case, "step_correct", STEP)
    page = page_of(desks.secretary.post(address, typed(case) | {"act": "preview"}))
    assert "没有要更正的内容" in page
    late = typed(case, decided_on=desks.now.date() + dt.timedelta(days=1)) | {"act": "preview"}
    assert "只登记已经办理的事项" in page_of(desks.secretary.post(address, late))


def test_a_forbidden_one_offers_no_approval(county, case, desks, day):
    late = record_of(case, "file_activist").action_on + dt.timedelta(days=1)
    correction = ask(county, case, day, decided_on=late)
    page = page_of(desks.verifier.get(correction.get_absolute_url()))
    assert "不能批准" in page
    assert 'value="approve"' not in page
    case.refresh_from_db(fields=["version"])
    data = {"version": case.version, "decision": "approve", "reason": "样本"}
    refused = desks.verifier.post(correction.get_absolute_url(), data)
    assert refused.status_code == 200
    correction.refresh_from_db()
    assert correction.is_open
    data["decision"] = "refuse"
    assert desks.verifier.post(correction.get_absolute_url(), data).status_code == 302


def test_the_asking_side_withdraws(county, case, desks, day):
    correction = ask(county, case, day, votes_for=8)
    assert desks.verifier.post(correction.get_absolute_url(), {"withdraw": "1"}).status_code == 403
    assert desks.secretary.post(correction.get_absolute_url(), {"withdraw": "1"}).status_code == 302
    correction.refresh_from_db()
    assert correction.status == "withdrawn"


def test_an_approver_without_a_reason_is_asked_for_it(county, case, desks, day):
    correction = ask(county, case, day, votes_for=8)
    case.refresh_from_db(fields=["version"])
    response = desks.verifier.post(correction.get_absolute_url(), {"version": case.version, "decision": "approve"})
    assert response.status_code == 200
    correction.refresh_from_db()
    assert correction.is_open


@pytest.mark.parametrize(
    ("body", "role", "asks", "decides", "sees"),
    [
        ("branch", "secretary", True, False, True),
        ("branch", "clerk", True, False, True),
        ("committee", "committee_verifier", False, True, True),
        ("committee", "organiser", False, False, True),
        ("department", "department_officer", False, False, True),
        ("county", "inspector", False, False, True),
        ("county", "administrator", False, False, False),
    ],
)
def test_who_asks_who_decides_and_who_sees(county, case, desks, day, body, role, asks, decides, sees):
    client = desks.client(role, getattr(county, body))
    answer = client.get(url(case, "step_correct", STEP)).status_code
    assert answer == (200 if asks else 403 if sees else 404)
    correction = ask(county, case, day, votes_for=8)
    response = client.get(correction.get_absolute_url())
    assert response.status_code == (200 if sees else 404)
    assert client.get(url(case, "case_corrections")).status_code == (200 if sees else 404)
    if sees:
        assert ('name="decision"' in page_of(response)) is decides
    evidence = client.get(url(case, "correction_evidence", correction.pk))
    assert evidence.status_code == (200 if sees else 404)


def test_neighbours_find_nothing(county, case, desks, day):
    correction = ask(county, case, day, votes_for=8)
    for body, role in (
        (county.townships[0].branches[1], "secretary"),
        (county.townships[1].branches[0], "secretary"),
        (county.townships[1].committee, "committee_verifier"),
    ):
        client = desks.client(role, body)
        assert client.get(correction.get_absolute_url()).status_code == 404
        assert client.post(correction.get_absolute_url(), {"decision": "approve"}).status_code == 404
        assert client.get(url(case, "step_correct", STEP)).status_code == 404
        assert client.get(url(case, "correction_evidence", correction.pk)).status_code == 404
        assert correction.get_absolute_url() not in page_of(client.get(reverse("correction_list")))


def test_the_persons_data_are_seen_by_those_who_take_part_only(county, case, desks, day):
    birth = dt.date(1990, 1, 1)
    data = {
        "version": Case.objects.get(pk=case.pk).version,
        "act": "send",
        "birth_date": birth.isoformat(),
        "id_number": case.person.id_number,
        "expected_leave_date": "2031-01-01",
        "has_personnel_archive": "yes",
        "correction_reason": "样本",
        "evidence": pdf(),
    }
    address = url(case, "person_correct")
    assert desks.secretary.post(address, data).status_code == 302
    correction = Correction.objects.get()
    assert "2031年1月1日" in page_of(desks.verifier.get(correction.get_absolute_url()))
    inspector = desks.client("inspector", county.county)
    page = page_of(inspector.get(correction.get_absolute_url()))
    assert "2031年1月1日" not in page
    assert inspector.get(url(case, "correction_evidence", correction.pk)).status_code == 404
    assert "2031" not in page_of(inspector.get(url(case, "case_history")))


def test_queries_do_not_grow_with_the_corrections(county, case, desks, day, django_assert_num_queries):
    verifier, secretary = desks.verifier, desks.secretary
    ask(county, case, day, votes_for=8)
    pages = ((verifier, reverse("correction_list"), 11), (secretary, url(case, "case_corrections"), 17))
    for client, address, number in pages:
        client.get(address)
        with django_assert_num_queries(number):
            client.get(address)
    for number in (2, 3, 4):
        other = people.make_case(county, number=number)
        until = people.bring(county, other, "file_activist")
        ask(county, other, until, votes_for=8)
    for key, values in (
        ("recommend_activist", {"votes_for": 8}),
        ("submit_application", {"receiving_branch": "样本二"}),
    ):
        ask_once(county, case, day, key, values)
    for client, address, number in pages:
        with django_assert_num_queries(number):
            client.get(address)


def ask_once(county, case, day, step, values):
    corrections.request(
        case_id=case.pk,
        step=step,
        changes=values,
        reason="样本",
        evidence=people.paper("D05"),
        actor=people.actor(county, county.branch, "secretary"),
        now=people.at(day, 16),
    )
