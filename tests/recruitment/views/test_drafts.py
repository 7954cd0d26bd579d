"""A half-filled form keeps itself for the one who typed it, and goes when it is sent, dropped or old."""

import datetime as dt
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.urls import reverse

from audit.models import Entry
from recruitment.models import Case, Draft, Material
from recruitment.services import drafts, interventions
from recruitment.tasks import expire_drafts
from tests.branches.factories import make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import Desks, sent, url

STEP = "submit_application"
TODAY = people.START + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def county(db):
    return make_county(members=12)


@pytest.fixture
def desks(county, monkeypatch) -> Desks:
    return Desks(county, monkeypatch).on(TODAY)


@pytest.fixture
def case(county) -> Case:
    return people.make_case(county)


def keep(client, case, step=STEP, **typed):
    return client.post(url(case, "step_draft", step), {"version": 1, **typed})


def page_of(response) -> str:
    return unescape(response.content.decode())


def test_it_is_kept_offered_and_taken_up_again(case, desks):
    client = desks.secretary
    answer = keep(client, case, application_date="2023-01-1", receiving_branch="样本收件人", paper_D01="no file")
    assert answer.json() == {"saved": "15:00"}
    draft = Draft.objects.get()
    assert draft.values == {"application_date": ["2023-01-1"], "receiving_branch": ["样本收件人"]} | {
        name: given for name, given in draft.values.items() if name not in ("application_date", "receiving_branch")
    }
    assert "paper_D01" not in draft.values
    assert "version" not in draft.values
    page = page_of(client.get(url(case, "step", STEP)))
    assert "上次没有填完" in page
    assert "样本收件人" not in page
    page = page_of(client.get(url(case, "step", STEP) + "?draft=1"))
    assert 'value="样本收件人"' in page
    # Nothing is judged before it is sent.
    assert "field-wrong" not in page
    assert not Entry.objects.filter(action__contains="draft").exists()


def test_members_and_choices_come_back(county, case, desks):
    day = people.bring(county, case, "assign_contacts")
    client = desks.on(day).secretary
    member = county.branch.members.order_by("pk").first()
    keep(client, case, "assign_contacts", assigned_on=day.isoformat(), contacts_0=str(member.pk), contacts_1="")
    page = page_of(client.get(url(case, "step", "assign_contacts") + "?draft=1"))
    assert f'<option value="{member.pk}" selected>' in page


def test_what_is_private_stands_encrypted(case, desks):
    keep(desks.secretary, case, receiving_branch="样本密语")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {Draft._meta.db_table}")
        [row] = cursor.fetchall()
    assert "样本密语" not in str(row)
    assert Draft.objects.get().values["receiving_branch"] == ["样本密语"]


def test_nobody_else_sees_or_touches_it(county, case, desks):
    keep(desks.secretary, case, receiving_branch="样本收件人")
    deputy = desks.client("deputy_secretary")
    assert "上次没有填完" not in page_of(deputy.get(url(case, "step", STEP)))
    assert "样本收件人" not in page_of(deputy.get(url(case, "step", STEP) + "?draft=1"))
    deputy.post(url(case, "step_draft", STEP), {"discard": "1"})
    assert Draft.objects.count() == 1
    keep(deputy, case, receiving_branch="另一样本")
    assert Draft.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "body", "status"),
    [
        ("organisation_commissioner", "branch", 200),
        ("committee_verifier", "committee", 409),
        ("inspector", "county", 409),
        ("administrator", "county", 404),
    ],
)
def test_only_who_may_enter_the_step_keeps_a_draft(county, case, desks, role, body, status):
    answer = keep(desks.client(role, getattr(county, body)), case, receiving_branch="样本")
    assert answer.status_code == status
    assert Draft.objects.count() == (status == 200)


def test_strangers_and_steps_not_open_keep_none(county, case, desks):
    stranger = desks.client("secretary", county.townships[1].branches[0])
    assert keep(stranger, case, receiving_branch="样本").status_code == 404
    assert keep(desks.secretary, case, "determine_activist", votes_for="3").status_code == 409
    assert keep(desks.secretary, case, receiving_branch="").json() == {"saved": None}
    assert desks.secretary.get(url(case, "step_draft", STEP)).status_code == 405
    assert not Draft.objects.exists()


def test_sending_the_form_removes_it(county, case, desks):
    client, colleague = desks.secretary, desks.client("deputy_secretary")
    keep(client, case, receiving_branch="样本收件人")
    keep(colleague, case, receiving_branch="另一样本")
    values = people.values_of(case, STEP, TODAY)
    assert client.post(url(case, "step", STEP), sent(STEP, values, case.version, act="record")).status_code == 302
    assert [draft.user_id for draft in Draft.objects.all()] == [county.user(county.branch, "deputy_secretary").pk]
    assert "此后这一步的记录已有更新" not in page_of(colleague.get(url(case, "step", STEP)))
    desks.on(TODAY, 16)
    case.refresh_from_db(fields=["version"])
    client.post(url(case, "step", STEP), sent(STEP, values, case.version))
    assert not Draft.objects.exists()


def test_it_is_dropped_on_request_and_goes_when_the_case_ends(county, case, desks):
    client = desks.secretary
    keep(client, case, receiving_branch="样本收件人")
    assert client.post(url(case, "step_draft", STEP), {"discard": "1"}).url == reverse("step", args=[case.number, STEP])
    assert not Draft.objects.exists()
    keep(client, case, receiving_branch="样本收件人")
    secretary = people.actor(county, county.branch, "secretary")
    interventions.close(case_id=case.pk, outcome="withdrawn", actor=secretary, now=desks.now)
    assert not Draft.objects.exists()


def test_a_record_made_since_is_mentioned(case, desks):
    colleague = desks.client("deputy_secretary")
    keep(colleague, case, receiving_branch="另一样本")
    desks.on(TODAY, 16)
    values = people.values_of(case, STEP, TODAY)
    desks.secretary.post(url(case, "step", STEP), sent(STEP, values, case.version, act="record"))
    assert "此后这一步的记录已有更新" in page_of(colleague.get(url(case, "step", STEP)))


def test_what_arrives_after_the_form_was_sent_is_not_kept_anew(case, desks):
    client, opened = desks.secretary, people.at(TODAY, 14).isoformat()
    values = people.values_of(case, STEP, TODAY)
    assert client.post(url(case, "step", STEP), sent(STEP, values, case.version, act="record")).status_code == 302
    late = keep(client, case, receiving_branch="样本收件人", opened_at=opened)
    assert (late.status_code, late.json()) == (409, {"saved": None})
    assert not Draft.objects.exists()
    # A colleague's page is her own, and a page opened since begins anew.
    keep(desks.client("deputy_secretary"), case, receiving_branch="另一样本", opened_at=opened)
    fresh = keep(client, case, receiving_branch="样本收件人", opened_at=people.at(TODAY, 16).isoformat())
    assert fresh.json() == {"saved": "15:00"}
    assert Draft.objects.count() == 2


def test_the_page_says_when_it_was_opened(case, desks):
    page = page_of(desks.secretary.get(url(case, "step", STEP)))
    assert f'name="opened_at" value="{desks.now.isoformat()}"' in page


def test_what_overtook_another_stays(case, desks):
    client = desks.secretary
    keep(client, case, receiving_branch="后写的", draft_page="a", draft_place="2")
    assert keep(client, case, receiving_branch="先写的", draft_page="a", draft_place="1").json() == {"saved": "15:00"}
    assert Draft.objects.get().values["receiving_branch"] == ["后写的"]
    # Of two pages, the one on which was typed last.
    keep(client, case, receiving_branch="另一页", draft_page="b", draft_place="1")
    assert Draft.objects.get().values["receiving_branch"] == ["另一页"]


@pytest.mark.parametrize(
    "typing", [{"opened_at": "昨天"}, {"opened_at": "2023-02-31T10:00:00+08:00"}, {"draft_place": "-1"}]
)
def test_a_page_that_says_nonsense_of_itself_is_one_without_a_mark(case, desks, typing):
    assert keep(desks.secretary, case, receiving_branch="样本", **typing).json() == {"saved": "15:00"}


def test_an_old_one_expires(case, desks, monkeypatch):
    keep(desks.secretary, case, receiving_branch="样本收件人")
    assert drafts.expire(now=desks.now + dt.timedelta(days=30)) == 0
    monkeypatch.setattr("recruitment.tasks.timezone.now", lambda: desks.now + dt.timedelta(days=30, minutes=1))
    assert expire_drafts() == 1
    assert not Draft.objects.exists()
