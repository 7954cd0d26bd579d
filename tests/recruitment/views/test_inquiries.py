"""The pages of letters and opinions: entered, shown to those who take part, and one click from the inbox."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Seat
from recruitment.models import Case, Inquiry
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW, day, put

pytestmark = pytest.mark.django_db
Role = Seat.Role
STEP = "political_review"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def case(county) -> Case:
    return put(county, STEP, name="样本张某")


@pytest.fixture
def secretary(client, county):
    client.force_login(county.user(county.branch, Role.SECRETARY))
    return client


def place(case: Case) -> str:
    return reverse("inquiries", args=[case.number, STEP])


def send(client, case: Case, **changes):
    given = {"version": case.version, "kind": "letter", "body_name": "样本县公安局", "about": "有无违法记录"}
    given |= {"sent_on": day(-3).isoformat(), "due_on": day(27).isoformat()} | changes
    return client.post(place(case), given)


def text(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_step_leads_there_and_what_was_sent_is_listed(case, secretary):
    assert place(case) in text(secretary, reverse("step", args=[case.number, STEP]))
    assert send(secretary, case).url == place(case)
    page = text(secretary, place(case))
    row = Inquiry.objects.get()
    assert "样本县公安局" in page
    assert "还有 27 天" in page
    assert reverse("inquiry", args=[case.number, row.pk]) in page


def test_the_inbox_waits_for_it_and_then_says_that_it_is_late(county, case, secretary):
    send(secretary, case, due_on=day(2).isoformat())
    waiting = text(secretary, "/").partition('id="branch-waiting"')[2]
    assert "样本县公安局" in waiting
    assert place(case) in waiting
    with time_machine.travel(NOW.replace(day=13), tick=False):
        # A session does not last that long.
        secretary.force_login(county.user(county.branch, Role.SECRETARY))
        overdue = text(secretary, "/").partition('id="branch-overdue"')[2]
    assert "样本县公安局" in overdue
    assert "已超期 1 天" in overdue


def test_reminded_and_answered_on_its_page(case, secretary):
    send(secretary, case)
    row = Inquiry.objects.get()
    url = reverse("inquiry", args=[case.number, row.pk])
    reminded = {"deed": "remind", "on": day(0).isoformat(), "due_on": day(9).isoformat()}
    assert secretary.post(url, reminded).url == place(case)
    assert "2026年6月10日 催办" in text(secretary, place(case))
    answered = {"deed": "answer", "answered_on": day(0).isoformat(), "answer": "没有违法记录"}
    assert secretary.post(url, answered).url == place(case)
    page = text(secretary, place(case))
    assert "没有违法记录" in page
    assert "已答复" in page
    assert secretary.get(url).status_code == 403
    history = text(secretary, reverse("case_history", args=[case.number]))
    assert "收到答复" in history
    assert "样本县公安局" in history
    assert "没有违法记录" not in history


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sent_on": day(2).isoformat()}, "error-summary"),
        ({"due_on": day(-9).isoformat()}, "不能早于发出日期"),
        ({"kind": ""}, "error-summary"),
        ({"version": "0"}, "error-summary"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(case, secretary, changes, words):
    response = send(secretary, case, **changes)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert "样本县公安局" in page
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    ("place_of", "role", "sees", "reads", "sends"),
    [
        ("committee", Role.COMMITTEE_VERIFIER, True, True, True),
        ("department", Role.DEPARTMENT_OFFICER, True, True, False),
        ("county", Role.INSPECTOR, True, False, False),
        ("county", Role.ADMINISTRATOR, False, False, False),
        ("sibling", Role.SECRETARY, False, False, False),
    ],
)
def test_who_sees_and_who_may(county, case, secretary, client, place_of, role, sees, reads, sends):
    send(secretary, case)
    body = county.townships[0].branches[1] if place_of == "sibling" else getattr(county, place_of)
    client.force_login(county.user(body, role))
    response = client.get(place(case))
    assert response.status_code == (200 if sees else 404)
    page = response.content.decode()
    assert ("样本县公安局" in page) is sees
    assert ("有无违法记录" in page) is reads
    assert ('name="body_name"' in page) is sends
    case = Case.objects.get(pk=case.pk)
    assert send(client, case).status_code == (302 if sends else 403 if sees else 404)
    # Only the branch that asked reminds and answers.
    assert client.get(reverse("inquiry", args=[case.number, Inquiry.objects.earliest("pk").pk])).status_code == (
        403 if sees else 404
    )


@pytest.mark.parametrize("step", ["organization_talk", "nowhere"])
def test_other_steps_ask_nobody(case, secretary, step):
    assert secretary.get(reverse("inquiries", args=[case.number, step])).status_code == 404


def test_the_english_page(case, secretary):
    send(secretary, case)
    secretary.cookies["django_language"] = "en"
    assert "Answer wanted by" in text(secretary, place(case))


def test_the_number_of_queries_is_fixed(county, case, secretary):
    counts = []
    for size in (1, 2, 47):
        for _ in range(size):
            Inquiry.objects.create(
                case=case,
                record=case.records.get(),
                sender=county.branch,
                kind="letter",
                body_name="样本单位",
                sent_on=day(-3),
                due_on=day(3),
                entered_at=NOW,
            )
        secretary.get(place(case))
        with CaptureQueriesContext(connection) as seen:
            assert text(secretary, place(case)).count("样本单位") >= sum((1, 2, 47)[: len(counts) + 1])
        counts.append(sum(query["sql"].startswith("SELECT") for query in seen))
    assert counts == [counts[0]] * 3
