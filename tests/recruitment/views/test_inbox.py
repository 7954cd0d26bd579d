"""What a seat owes beside the steps stands in its inbox, leads to its form, and is gone when it is done."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse

from branches.models import Seat
from recruitment.models import AlertSetting, Correction, Inquiry, PoolAnalysis, ReminderTalk, StepReturn, TrainingRule
from tests.branches.factories import County, SeatFactory, UserFactory, make_county
from tests.recruitment.board_rows import (
    NOW,
    TODAY,
    add_record,
    appeal,
    ask_correction,
    day,
    moment,
    move,
    oblige,
    put,
    yellow,
)

pytestmark = pytest.mark.django_db
Role = Seat.Role


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def visit(client, county):
    def get(organisation, role: str, url: str = "/") -> str:
        client.force_login(county.user(organisation, role))
        response = client.get(url)
        assert response.status_code == 200
        return response.content.decode()

    return get


def words(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_a_talk_stands_with_the_committee_until_it_is_recorded(county, visit):
    case = put(county, "organization_talk")
    for number in range(2):
        yellow(case, number)
    assert "提醒谈话" not in visit(county.committee, Role.COMMITTEE_VERIFIER)
    yellow(case, 2)
    page = visit(county.committee, Role.COMMITTEE_VERIFIER)
    assert "2026年第2季度黄灯 3 次" in words(page)
    assert reverse("talk_record", args=[county.branch.code, 2026, 2]) in page
    assert "提醒谈话" not in visit(county.townships[1].committee, Role.COMMITTEE_VERIFIER)
    ReminderTalk.objects.create(
        branch=county.branch,
        year=2026,
        quarter=2,
        held_on=TODAY,
        talker="样本甲",
        listener="样本乙",
        content="样本",
        yellows=3,
        entered_at=NOW,
        entered_by=UserFactory(),
    )
    assert "提醒谈话" not in visit(county.committee, Role.COMMITTEE_VERIFIER)


def test_the_nearest_setting_says_after_how_many_yellows(county, visit):
    yellow(put(county, "organization_talk"))
    AlertSetting.objects.create(organisation=county.county, talk_after=5, document="样本")
    AlertSetting.objects.create(organisation=county.committee, talk_after=1, document="样本")
    assert "黄灯 1 次" in words(visit(county.committee, Role.COMMITTEE_VERIFIER))


def test_many_talks_are_cut_and_lead_to_their_page(county, visit):
    case = put(county, "organization_talk")
    for number in range(12):
        flag = yellow(case, number)
        flag.raised_on = dt.date(2010 + number, 2, 1)
        flag.save()
    AlertSetting.objects.create(organisation=county.committee, talk_after=1, document="样本")
    page = visit(county.committee, Role.COMMITTEE_VERIFIER)
    assert page.count(f"/flagged/talks/{county.branch.code}/") == 10
    assert "提醒谈话：全部 12 项" in words(page)


def test_an_appeal_stands_with_who_answers_and_waits_for_the_others(county, visit):
    case = put(county, "organization_talk", ended_on=day(-5), end="veto", veto_code="V02")
    row = appeal(case, county.city_department)
    above = visit(county.city_department, Role.DEPARTMENT_OFFICER)
    assert reverse("appeal", args=[row.pk]) in above
    assert "答复申诉" in above
    for place, role in ((county.branch, Role.SECRETARY), (county.department, Role.DEPARTMENT_OFFICER)):
        page = words(visit(place, role))
        assert "申诉的答复" in page
        assert str(county.city_department) in page
        assert "自 2026年6月7日" in page


def test_a_correction_waits_with_who_asked_and_is_decided_above(county, visit):
    row = ask_correction(put(county, "organization_talk"))
    page = visit(county.branch, Role.SECRETARY)
    assert reverse("correction", args=[row.case.number, row.pk]) in page
    assert "更正申请" in page
    assert "1 更正待批" in words(visit(county.committee, Role.COMMITTEE_VERIFIER))


def test_a_transfer_stands_with_the_branch_that_receives(county, visit):
    to_branch = county.townships[1].branches[0]
    case = put(county, "organization_talk", freeze="transfer")
    move(case, to_branch)
    page = visit(to_branch, Role.SECRETARY)
    assert reverse("case_transfer", args=[case.number]) in page
    assert "接收或者退回转接" in page
    assert "接收或者退回转接" not in visit(county.branch, Role.SECRETARY)


def test_a_return_says_its_coded_reason_and_its_words(county, visit):
    case = put(county, "submit_application", "returned", record={"return_reason": "第二页"})
    StepReturn.objects.create(
        case=case,
        record=case.records.get(),
        branch=case.branch,
        step=case.step,
        code="signature_missing",
        text="第二页",
        returned_at=moment(-1),
    )
    assert "缺签名：第二页" in words(visit(county.branch, Role.SECRETARY))
    assert "缺签名：第二页" in words(visit(county.branch, Role.SECRETARY, case.get_absolute_url()))


def test_a_review_without_letters_leads_to_them(county, visit):
    case = put(county, "political_review")
    url = reverse("inquiries", args=[case.number, "political_review"])
    assert url in visit(county.branch, Role.SECRETARY)
    Inquiry.objects.create(
        case=case,
        record=case.records.get(),
        sender=county.branch,
        kind="letter",
        body_name="样本单位",
        sent_on=day(-3),
        due_on=day(9),
        entered_at=NOW,
    )
    page = words(visit(county.branch, Role.SECRETARY))
    assert "发出函调、征求意见后在这里登记" not in page
    assert "样本单位" in page


class TestDepartment:
    """The analysis is the department's own, a year after the first of its pool or after the last one."""

    @pytest.fixture
    def pool(self, county):
        case = put(county, "cultivate_educate")
        add_record(case, "determine_activist", "verified", action_on=dt.date(2026, 6, 1))
        add_record(case, "halfyear_review")
        return case

    @pytest.mark.parametrize(
        ("today", "group"),
        [("2027-05-01", None), ("2027-05-02", "soon"), ("2027-06-01", "soon"), ("2027-06-02", "overdue")],
    )
    def test_soon_and_late(self, county, visit, pool, today, group):
        with time_machine.travel(dt.datetime.fromisoformat(f"{today}T09:00+08:00"), tick=False):
            page = visit(county.department, Role.DEPARTMENT_OFFICER)
        assert "期限 2027年6月1日" in words(page)
        line = page.find("年度分析：本部门对积极分子队伍的分析")
        if group is None:
            assert line < 0
        else:
            assert 0 < page.find(f'id="department-{group}"') < line
            assert reverse("analysis_new", args=[county.department.code]) in page

    def test_gone_once_it_is_recorded_and_never_the_committees(self, county, visit, pool):
        PoolAnalysis.objects.create(
            body=county.department,
            held_on=dt.date(2027, 5, 30),
            content="样本",
            measures="样本",
            people=1,
            entered_at=NOW,
        )
        with time_machine.travel(dt.datetime.fromisoformat("2027-06-09T09:00+08:00"), tick=False):
            assert "本部门对积极分子" not in visit(county.department, Role.DEPARTMENT_OFFICER)
            assert "期限 2028年5月30日" in words(visit(county.department, Role.DEPARTMENT_OFFICER))
            assert "本部门对积极分子" not in visit(county.committee, Role.COMMITTEE_VERIFIER)

    def test_nothing_is_owed_for_nobody(self, county, visit):
        assert "0 年度分析" in words(visit(county.department, Role.DEPARTMENT_OFFICER))


def test_several_seats_together_or_one_alone(county, client):
    user = UserFactory()
    other = county.townships[1].branches[0]
    seats = [SeatFactory(user=user, organisation=body, role=Role.SECRETARY) for body in (county.branch, other)]
    SeatFactory(user=user, organisation=county.committee, role=Role.COMMITTEE_VERIFIER)
    TrainingRule.objects.create(organisation=county.city, effective_from=day(-90), document="样本", grace_days=9)
    here, there = put(county, "organization_talk"), put(county, "organization_talk", branch=other)
    for number in range(3):
        yellow(here, number)
    client.force_login(user)
    page = client.get("/").content.decode()
    assert all(number in page for number in (here.number, there.number))
    assert "提醒谈话" in page
    assert page.count("参加测试并合格") == 2, "for each post"
    client.post(reverse("switch_seat"), {"seat": seats[1].pk})
    page = client.get("/").content.decode()
    assert here.number not in page
    assert there.number in page
    assert "提醒谈话" not in page
    assert page.count("参加测试并合格") == 1


@pytest.mark.parametrize("what", ["ended", "moved"])
def test_nothing_of_a_case_is_left_in_any_role_when_it_ends_or_moves(county, client, what):
    """Every role of every body that works on the case, before and after."""
    case = put(county, "committee_approval", "returned")
    add_record(case, "political_review")
    oblige(case, "approve_within_three_months", due=-2)
    oblige(case, "talk_within_one_month", due=-2, step="organization_talk")
    oblige(case, "annual_pool_analysis", due=3, step="halfyear_review", holder="committee")
    ask_correction(case)
    places = (county.branch, county.committee, county.department)
    # One holder of each seat: two verifiers of one committee see the same.
    holders = {(seat.organisation_id, seat.role): seat.user for seat in county.seats if seat.organisation in places}
    pages = ("/", *(f"/?show=analysis&side={side}" for side in ("branch", "committee", "department")))

    def seen() -> set[str]:
        found = set()
        for (_, role), user in holders.items():
            client.force_login(user)
            if any(case.number in client.get(url).content.decode() for url in pages):
                found.add(role)
        return found

    before = seen()
    assert {"secretary", "clerk", "committee_verifier", "organiser", "department_officer"} <= before
    if what == "ended":
        case.ended_on, case.end = TODAY, "withdrawn"
    else:
        case.branch, case.committee = county.townships[1].branches[0], county.townships[1].committee
        case.department = county.city_department
    case.save()
    # What was asked to be corrected is still decided after the end, and the branch that asked waits for it.
    waiting = {"secretary", "deputy_secretary", "organisation_commissioner", "clerk"} if what == "ended" else set()
    assert seen() == waiting
    Correction.objects.all().delete()
    assert seen() == set()
