"""Yellow and red cases for the levels above, and the decision on a red, through HTTP."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit import services as audit
from audit.models import Entry
from branches.models import Organisation
from recruitment.models import Case, Flag, Material, Veto
from recruitment.services import interventions
from tests.branches.factories import County, SeatFactory, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import sitting_cases as people

TALK = "organization_talk"
REVIEW = "political_review"
DEADLINE = "talk_within_one_month"
LOCAL, NATIONAL = "V18", "V02"


@pytest.fixture
def county(db) -> County:
    return make_county(members=12)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


def signed_in(county: County, organisation: Organisation, role: str, number: int = 0) -> Client:
    client = Client()
    client.force_login(county.user(organisation, role, number))
    return client


def officer(county: County, number: int = 0) -> Client:
    return signed_in(county, county.department, "department_officer", number)


def flag(case: Case, code: str, *, days: int, explanation: str = "", **columns) -> Flag:
    columns.setdefault("needs_explanation", True)
    return Flag.objects.create(
        case=case,
        step=case.step,
        code=code,
        holder=columns.pop("holder", "branch"),
        raised_on=rows.day(-days),
        raised_at=rows.moment(-days),
        explanation=explanation,
        **columns,
    )


def yellow(county: County, *, days: int = 5, explanation: str = "", **columns) -> Case:
    case = rows.put(county, TALK, light="yellow", awaiting="branch", **columns)
    flag(case, DEADLINE, days=days, explanation=explanation)
    return case


def red(county: County, code: str = NATIONAL, *, step: str = TALK, number: int = 1, by: int = 0) -> Case:
    """A case whose step waits for its verifier, who has named a veto situation instead."""
    case = people.make_case(county, number=number)
    day = people.bring(county, case, step)
    people.do(county, case, step, day, verify=False)
    verifier = people.actor(county, county.committee, "committee_verifier", by)
    interventions.raise_veto(
        case_id=case.pk, step=step, code=code, reason="本人说不是自愿申请", actor=verifier, now=people.at(day, 15)
    )
    return Case.objects.get(pk=case.pk)


def address(case: Case) -> str:
    return reverse("veto_decide", args=[case.number])


def decide(client: Client, case: Case, decision: str, **data):
    data.setdefault("version", Case.objects.values_list("version", flat=True).get(pk=case.pk))
    return client.post(address(case), {"decision": decision, **data})


def shown(client: Client, **query) -> list[int]:
    return [row.case.pk for row, _task in client.get(reverse("flagged"), query).context["rows"]]


# -- the list -----------------------------------------------------------------------------------------------------


def test_red_comes_first_and_then_the_longest_open(county):
    younger, older = yellow(county, days=3), yellow(county, days=9)
    stopped = rows.put(county, TALK, light="red", freeze="veto", veto_code=NATIONAL, awaiting="department")
    flag(stopped, NATIONAL, days=1, needs_explanation=False)
    rows.put(county, TALK, light="green")
    response = officer(county).get(reverse("flagged"))
    assert [row.case.pk for row, _task in response.context["rows"]] == [stopped.pk, older.pk, younger.pk]
    page = response.content.decode()
    for words in ("非本人自愿申请", "一个月内谈话", "还没有说明", "确认或者撤销否决"):
        assert words in page
    assert {tab["light"]: tab["count"] for tab in response.context["tabs"]} == {"": 3, "red": 1, "yellow": 2}


@pytest.mark.parametrize(
    ("body", "role", "offered"),
    [
        ("department", "department_officer", True),
        ("committee", "committee_verifier", False),
        ("county", "inspector", False),
    ],
)
def test_the_decision_is_offered_to_those_alone_who_take_it(county, body, role, offered):
    stopped = rows.put(county, TALK, light="red", freeze="veto", veto_code=NATIONAL, awaiting="department")
    flag(stopped, NATIONAL, days=1, needs_explanation=False)
    page = signed_in(county, getattr(county, body), role).get(reverse("flagged")).content.decode()
    assert "确认或者撤销否决" in page
    assert (f'href="{address(stopped)}"' in page) is offered


def test_a_light_that_no_sweep_has_turned_is_there_with_its_reason(county):
    case = rows.put(county, TALK, light="green", next_change_on=rows.day(-2), awaiting="branch")
    rows.oblige(case, DEADLINE, due=-3)
    [(row, task)] = officer(county).get(reverse("flagged")).context["rows"]
    assert row.case.pk == case.pk
    assert (row.light, row.items[0].code, row.items[0].unexplained) == ("yellow", DEADLINE, 1)
    assert row.items[0].since == Case.objects.get(pk=case.pk).obligations.get().changes_on
    assert (row.holder, task) == (county.branch, "说明原因")


def test_a_late_sweep_does_not_shorten_how_long_it_is_open(county):
    case = yellow(county, days=0)
    rows.oblige(case, DEADLINE, due=-30)
    [(row, _task)] = officer(county).get(reverse("flagged")).context["rows"]
    assert row.items[0].since == case.obligations.get().changes_on
    assert row.days == (timezone.localdate() - row.items[0].since).days


def test_missed_periods_of_one_rule_are_one_line(county):
    case = rows.put(county, TALK, light="yellow", awaiting="branch")
    for number in range(4):
        flag(case, DEADLINE, days=10 + number, subkey=f"p{number}")
    [(row, _task)] = officer(county).get(reverse("flagged")).context["rows"]
    [item] = row.items
    assert (item.times, item.unexplained, item.since) == (4, 4, rows.day(-13))


def test_each_level_sees_what_lies_below_it(county):
    here = yellow(county)
    there = yellow(county, branch=county.townships[1].branches[0])
    committee = signed_in(county, county.committee, "committee_verifier")
    assert shown(committee) == [here.pk]
    for client in (
        officer(county),
        signed_in(county, county.county, "inspector"),
        signed_in(county, county.city, "inspector"),
        signed_in(county, county.city_department, "department_officer"),
    ):
        assert shown(client) == [here.pk, there.pk]


@pytest.mark.parametrize("role", ["secretary", "clerk"])
def test_a_branch_has_no_list_of_flagged_cases(county, role):
    assert signed_in(county, county.branch, role).get(reverse("flagged")).status_code == 403


def test_an_administrator_runs_the_place_and_no_cases(county):
    assert signed_in(county, county.county, "administrator").get(reverse("flagged")).status_code == 403


def test_filters(county):
    here = yellow(county, explanation="汛期推迟")
    there = yellow(county, branch=county.townships[1].branches[0])
    client = officer(county)
    assert shown(client, committee=county.committee.pk) == [here.pk]
    assert shown(client, committee=county.committee.pk, branch=county.branch.pk) == [here.pk]
    assert shown(client, explained="no") == [there.pk]
    assert shown(client, explained="yes") == [here.pk]
    assert shown(client, light="red") == []
    assert shown(client, step=TALK, light="yellow") == [there.pk, here.pk]
    assert shown(client, committee="x", branch=-1, step="no such", light="blue") == [there.pk, here.pk]
    # Branches are offered within one committee only.
    assert "branch" not in client.get(reverse("flagged")).context["form"].fields
    assert "branch" in client.get(reverse("flagged"), {"committee": county.committee.pk}).context["form"].fields


def test_ended_cases_are_nobodys_work_any_more(county):
    rows.put(county, "terminated", light="red", veto_code=NATIONAL, end="veto", ended_on=rows.TODAY, ended_at_step=TALK)
    assert shown(officer(county)) == []


def test_pages_of_fifty_cost_what_one_row_costs(county):
    client = officer(county)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("flagged"))
        return len(queries)

    yellow(county)
    one = cost()
    for number in range(54):
        case = yellow(county, days=number)
        rows.oblige(case, DEADLINE, due=-number - 1)
    response = client.get(reverse("flagged"))
    assert (len(response.context["rows"]), response.context["page_obj"].paginator.count) == (50, 55)
    assert cost() == one == 17


# -- the decision -------------------------------------------------------------------------------------------------


def test_the_page_tells_the_whole_story(county):
    case = red(county)
    page = officer(county).get(address(case)).content.decode()
    for words in (
        "非本人自愿申请",
        "同本人单独谈话",
        "本人说不是自愿申请",
        "细则（2014年）第三条",
        "谈话日期",
        "系统核对",
        "提出一票否决",
        "系统提示不构成组织认定",
        "确认否决，终止发展",
        "撤销否决，继续办理",
    ):
        assert words in page


def test_confirm_ends_the_case(county):
    case, client = red(county), officer(county)
    response = decide(client, case, "confirm", reason="情况属实")
    assert response.status_code == 302
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.step, fresh.end, fresh.light) == ("terminated", "veto", "red")
    veto = Veto.objects.get(case=case)
    assert (veto.status, veto.decision_reason) == ("confirmed", "情况属实")
    entry = Entry.objects.filter(chain=case.chain).order_by("-seq").first()
    assert (entry.action, entry.payload["reason"]) == ("veto_confirmed", "情况属实")
    assert not audit.verify(case.chain)
    page = client.get(response.url).content.decode()
    assert "否决已确认，本次发展终止" in page
    assert "情况属实" in page
    assert 'name="decision"' not in page


def test_a_local_situation_needs_the_document_that_lays_it_down(county):
    case, client = red(county, LOCAL), officer(county)
    page = client.get(address(case)).content.decode()
    assert "本地规定" in page
    assert 'name="local_document"' in page
    response = decide(client, case, "confirm", reason="情况属实")
    assert response.status_code == 200
    assert Case.objects.get(pk=case.pk).freeze == "veto"
    decide(client, case, "confirm", reason="情况属实", local_document="样本组发〔2022〕3号")
    assert Veto.objects.get(case=case).local_document == "样本组发〔2022〕3号"
    assert Case.objects.get(pk=case.pk).step == "terminated"


def test_dismiss_lets_the_case_go_on(county):
    case, client = red(county), officer(county)
    assert decide(client, case, "dismiss", reason="").status_code == 200
    response = decide(client, case, "dismiss", reason="本人自愿，笔误")
    assert response.status_code == 302
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.step, fresh.freeze, fresh.light) == (TALK, "", "green")
    assert Entry.objects.filter(chain=case.chain).order_by("-seq").first().action == "veto_dismissed"
    page = client.get(response.url).content.decode()
    assert "从原处继续办理" in page
    assert "第 3 步“党组织派人谈话”等待校核" in page


def test_a_red_by_result_shows_the_act_that_raised_it(county):
    case = people.make_case(county)
    day = people.bring(county, case, REVIEW)
    values = {**people.values_of(case, REVIEW, day), "conclusion": "fail"}
    secretary = people.actor(county, county.branch, "secretary")
    papers = [people.paper(code) for code in ("D18", "D19")]
    people.acts.submit(
        case_id=case.pk, step=REVIEW, values=values, uploads=papers, actor=secretary, now=people.at(day, 10)
    )
    client = officer(county)
    page = client.get(address(case)).content.decode()
    assert "第 15 步登记的结果引起" in page
    assert "引起红灯的那次登记" in page
    assert "不合格" in page
    decide(client, case, "dismiss", reason="结论依据不足")
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.step, fresh.freeze) == (REVIEW, "")


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ("committee", "committee_verifier"),
        ("branch", "secretary"),
        ("county", "inspector"),
        ("city_department", "department_officer"),
    ],
)
def test_others_who_see_the_case_read_the_story_only(county, body, role):
    case = red(county)
    client = signed_in(county, getattr(county, body), role)
    page = client.get(address(case)).content.decode()
    assert "只供查看" in page
    assert 'name="decision"' not in page
    response = decide(client, case, "confirm", reason="理由")
    assert response.status_code == 200
    assert "只供查看" in response.content.decode()
    assert Veto.objects.get(case=case).status == "standing"


def test_strangers_find_nothing(county):
    case = red(county)
    for organisation, role in (
        (county.townships[1].committee, "committee_verifier"),
        (county.townships[0].branches[1], "secretary"),
        (county.county, "administrator"),
    ):
        client = signed_in(county, organisation, role)
        assert client.get(address(case)).status_code == 404
        assert decide(client, case, "confirm", reason="理由").status_code == 404
    assert Client().get(address(case)).status_code == 302


def test_a_case_without_a_red_has_no_such_page(county):
    case = people.make_case(county)
    assert officer(county).get(address(case)).status_code == 404
    assert decide(officer(county), case, "confirm", reason="理由").status_code == 404


def test_whoever_raised_it_does_not_confirm_it(county):
    SeatFactory(
        user=county.user(county.committee, "committee_verifier"),
        organisation=county.department,
        role="department_officer",
    )
    case = red(county)
    client = signed_in(county, county.committee, "committee_verifier")
    assert "须由另一人确认" in client.get(address(case)).content.decode()
    response = decide(client, case, "confirm", reason="理由")
    assert response.status_code == 200
    assert response.context["refused"]
    assert Veto.objects.get(case=case).status == "standing"


def test_a_stale_form_shows_what_was_decided_meanwhile(county):
    case = red(county)
    stale = case.version
    decide(officer(county, 0), case, "dismiss", reason="查无此事")
    response = decide(officer(county, 1), case, "confirm", reason="情况属实", version=stale)
    page = response.content.decode()
    assert response.status_code == 200
    assert "查无此事" in page
    assert Case.objects.get(pk=case.pk).step == TALK


def test_a_post_needs_its_token(county):
    case = red(county)
    client = Client(enforce_csrf_checks=True)
    client.force_login(county.user(county.department, "department_officer"))
    assert decide(client, case, "confirm", reason="理由").status_code == 403
    assert decide(officer(county), case, "postpone", reason="理由").status_code == 403
    assert Veto.objects.get(case=case).status == "standing"


def test_the_story_costs_the_same_whatever_else_is_flagged(county):
    case, client = red(county), officer(county)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address(case))
        return len(queries)

    one = cost()
    for number in range(20):
        yellow(county, days=number)
        Flag.objects.create(
            case=case,
            step=TALK,
            code=DEADLINE,
            subkey=f"x{number}",
            holder="branch",
            raised_on=dt.date(2023, 3, 1),
            raised_at=people.at(dt.date(2023, 3, 1)),
            explanation="样本说明",
            explained_by=county.user(county.branch, "secretary"),
            explained_at=people.at(dt.date(2023, 3, 2)),
        )
    assert cost() == one == 25


def test_english(county):
    case, client = red(county), officer(county)
    client.cookies["django_language"] = "en"
    page = client.get(address(case)).content.decode()
    assert "Application not voluntary" in page
    assert "Talk with the person alone" in page
    assert client.get(reverse("flagged")).status_code == 200
