"""The landing page of each seat, the seat switch and the notifications."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Seat, User
from recruitment.middleware import SEAT_KEY
from recruitment.models import Deliberation, Meeting, MeetingItem, Notification, Veto
from tests.branches.factories import County, OrganisationFactory, SeatFactory, UserFactory, make_county
from tests.recruitment.board_rows import (
    NOW,
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
    """The page of the holder of a seat, as text."""

    def get(organisation, role: str, url: str = "/", *, status: int = 200) -> str:
        client.force_login(county.user(organisation, role))
        response = client.get(url)
        assert response.status_code == status
        return response.content.decode()

    return get


def words(page: str) -> str:
    """What a reader sees: without marks, one blank between words."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


class TestBranch:
    def test_an_empty_branch_is_told_how_to_begin(self, county, visit):
        page = visit(county.branch, Role.SECRETARY)
        assert "还没有在办的人员" in page
        assert reverse("case_new") in page

    def test_a_line_says_what_for_whom_why_and_until_when(self, county, visit):
        case = put(county, "organization_talk", name="样本张某")
        oblige(case, "talk_within_one_month", due=3)
        page = visit(county.branch, Role.SECRETARY)
        assert "第 3 步 党组织派人谈话 样本张某 样本张某 一个月内谈话 2026年6月13日 星期六 还有 3 天".replace(
            " ", ""
        ) in words(page).replace(" ", "")
        assert reverse("step", args=[case.number, "organization_talk"]) in page
        assert reverse("guide_step", args=["organization_talk"]) + "#organization_talk.requirements" in page

    @pytest.mark.parametrize(
        ("step", "status", "code", "address"),
        [
            ("organization_talk", "open", "talk_within_one_month", "step"),
            ("organization_talk", "recorded", "upload_within_one_month", "step_papers"),
            ("halfyear_review", "open", "review_every_six_months", "step_log"),
        ],
    )
    def test_a_late_line_leads_to_its_form_and_to_the_explanation(self, county, visit, step, status, code, address):
        case = put(county, step, status)
        oblige(case, code, due=-2)
        page = visit(county.branch, Role.SECRETARY)
        assert "已超期 2 天" in page
        assert f'href="{reverse(address, args=[case.number, step])}' in page
        assert reverse("explain", args=[case.number, code]) in page

    def test_a_log_form_opens_with_the_kind_that_is_due(self, county, visit):
        case = put(county, "halfyear_review")
        oblige(case, "review_every_six_months", due=2)
        url = reverse("step_log", args=[case.number, "halfyear_review"])
        assert f"{url}?kind=review_date" in visit(county.branch, Role.SECRETARY)

    def test_a_report_a_return_a_lock_and_a_wait(self, county, visit):
        report = put(county, "file_activist")
        put(county, "organization_talk", "returned", record={"return_reason": "第二页缺签名"})
        locked = put(county, "propose_development_target")
        oblige(locked, "cultivation_one_year", due=12, kind="lock")
        put(county, "register_application", "submitted", record={"submitted_at": moment(-6)})
        page = words(visit(county.branch, Role.SECRETARY))
        assert "向审批党委报送材料" in page
        assert "第二页缺签名" in page
        assert "最早 2026年6月22日" in page
        assert f"{county.committee} 自 2026年6月4日 建档 60 天 · 在手 6 天" in page
        assert reverse("step_report", args=[report.number, report.step]) in visit(county.branch, Role.SECRETARY)

    def test_every_number_leads_to_its_list(self, county, visit, client):
        put(county, light="yellow")
        put(county, "political_review")
        page = visit(county.branch, Role.SECRETARY)
        code = county.branch.code
        assert f"{reverse('case_list')}?branch={code}&amp;stage=3" in page
        assert f"{reverse('case_list')}?branch={code}&amp;light=yellow" in page
        assert 'href="#branch-now"' in page
        for name in ("late", "remind", "returned", "todo", "entries", "unlocking", "waiting", "inquiries", "asked"):
            assert client.get(f"/?show={name}&side=branch").status_code == 200

    def test_a_light_is_not_stale_when_no_sweep_ran(self, county, visit):
        put(county, next_change_on=day(0))
        assert re.search(r"0 绿灯 .*1 黄灯", words(visit(county.branch, Role.SECRETARY)))

    def test_an_inspector_is_led_to_cases_and_never_to_forms(self, county, client):
        case = put(county, "organization_talk")
        oblige(case, "talk_within_one_month", due=-2)
        put(county, "register_application")
        seat = SeatFactory(organisation=county.branch, role=Role.INSPECTOR)
        client.force_login(seat.user)
        page = client.get("/").content.decode()
        assert reverse("case", args=[case.number]) in page
        assert "/steps/" not in page
        assert "/explain/" not in page
        assert reverse("case_new") not in page

    def test_nothing_of_another_branch(self, county, visit):
        other = put(county, branch=county.townships[0].branches[1], name="样本外人")
        assert other.number not in visit(county.branch, Role.SECRETARY)

    def test_a_long_list_is_cut_and_leads_to_the_whole(self, county, visit):
        for _ in range(12):
            put(county)
        page = visit(county.branch, Role.SECRETARY)
        assert "现在要办：全部 12 项" in page
        assert "?show=todo&amp;side=branch" in page
        assert page.count("/steps/submit_application/") == 10
        whole = visit(county.branch, Role.SECRETARY, "/?show=todo&side=branch")
        assert whole.count("/steps/submit_application/") == 12

    @pytest.mark.parametrize("query", ["show=todo&side=committee", "show=nothing&side=branch", "show=todo", "show="])
    def test_a_list_that_the_seat_does_not_have_is_not_found(self, county, visit, query):
        visit(county.branch, Role.SECRETARY, f"/?{query}", status=404)


class TestAbove:
    def test_a_committee_sees_its_branches_its_queue_and_its_own_acts(self, county, visit):
        put(county, "organization_talk", "submitted", record={"submitted_at": moment(-3)})
        put(county, "superior_talk", branch=county.townships[0].branches[1])
        outside = put(county, "superior_talk", branch=county.townships[1].branches[0])
        pool = put(county, "halfyear_review")
        oblige(pool, "annual_pool_analysis", due=-1, holder="committee")
        page = visit(county.committee, Role.COMMITTEE_VERIFIER)
        seen = words(page)
        assert "1 待校核 最早一件已等 3 天" in seen
        assert "1 年度分析 其中 1 人超期" in seen
        assert "第 21 步 上级党委派人谈话" in seen
        assert outside.number not in page
        for branch in county.townships[0].branches:
            assert reverse("figures_of", args=[branch.code]) in page
        listed = visit(county.committee, Role.COMMITTEE_VERIFIER, "/?show=analysis&side=committee")
        assert f"{reverse('step_log', args=[pool.number, 'halfyear_review'])}?kind=annual_analysis" in listed

    def test_a_department_decides_reds_and_files(self, county, visit):
        red = put(county, freeze="veto", light="red")
        Veto.objects.create(case=red, code="V01", step=red.step, raised_at=moment(-2))
        filing = put(county, "file_with_org_department")
        page = visit(county.department, Role.DEPARTMENT_OFFICER)
        assert "1 红灯待定 最早一件已等 2 天" in words(page)
        assert reverse("step", args=[filing.number, filing.step]) in page
        assert reverse("figures_of", args=[county.committee.code]) in page

    @pytest.mark.parametrize(("place", "below"), [("city", "county"), ("county", "committee")])
    def test_an_inspector_above_sees_figures_alone(self, county, visit, place, below):
        put(county)
        page = visit(getattr(county, place), Role.INSPECTOR)
        assert reverse("figures_of", args=[getattr(county, below).code]) in page
        assert "现在要办" not in page

    def test_an_administrator_is_led_to_the_administration(self, county, visit):
        page = visit(county.county, Role.ADMINISTRATOR)
        assert reverse("admin:branches_seat_changelist") in page
        assert "在办" not in words(page)

    def test_an_account_without_a_seat_is_told_what_to_do(self, client):
        client.force_login(UserFactory())
        assert "您的账号还没有席位" in client.get("/").content.decode()


class TestMeetings:
    """Whom a meeting can decide on stands in one line, and leads to the sheet of the day."""

    def test_a_branch_is_told_who_is_ripe_and_not_who_is_locked_done_or_elsewhere(self, county, visit):
        put(county, "determine_activist")
        put(county, "admission_branch_meeting")
        oblige(put(county, "propose_development_target"), "cultivation_one_year", due=12, kind="lock")
        put(county, "determine_activist", "submitted")
        put(county, "admission_branch_meeting", "returned")
        put(county, "organization_talk")
        put(county, "determine_activist", branch=county.townships[0].branches[1])
        page = visit(county.branch, Role.SECRETARY)
        assert "准备开会 2 人 2 人 可以上会" in words(page)
        assert reverse("meeting_new") in page

    def test_a_committee_waits_for_the_report_of_the_branch(self, county, visit):
        put(county, "preliminary_review")
        assert "准备开会" not in visit(county.committee, Role.COMMITTEE_VERIFIER)
        put(county, "preliminary_review", record={"reported_on": day(-1)})
        assert "准备开会 1 人" in words(visit(county.committee, Role.COMMITTEE_VERIFIER))

    @pytest.mark.parametrize(("days", "leads_to", "said"), [(0, "meeting_entry", "登记会议"), (3, "meeting", "议程")])
    def test_an_agenda_has_a_line_of_its_own(self, county, visit, days, leads_to, said):
        case = put(county, "determine_activist")
        put(county, "determine_activist")
        meeting = Meeting.objects.create(body=county.branch, kind="branch_committee", held_on=day(days), created_at=NOW)
        MeetingItem.objects.create(meeting=meeting, case=case, branch=county.branch, step=case.step, position=1)
        page = visit(county.branch, Role.SECRETARY)
        assert f'href="{reverse(leads_to, args=[meeting.pk])}"' in page
        assert said in words(page)
        assert "准备开会 1 人" in words(page)

    def test_an_inspector_prepares_no_meeting(self, county, client):
        put(county, "determine_activist")
        client.force_login(SeatFactory(organisation=county.branch, role=Role.INSPECTOR).user)
        assert "准备开会" not in client.get("/").content.decode()


class TestDeliberation:
    """A general branch finds in its inbox what the committee waits for."""

    @pytest.fixture
    def general(self, county):
        return OrganisationFactory(general_branch=True, parent=county.committee)

    @pytest.fixture
    def secretary(self, general, client):
        client.force_login(SeatFactory(organisation=general, role=Role.SECRETARY).user)
        return client

    def waiting(self, county, general, **more):
        case = put(county, "committee_approval", branch=OrganisationFactory(parent=general), **more)
        case.committee = county.committee
        case.save()
        return case

    def test_what_waits_for_it_leads_to_the_page(self, county, general, secretary):
        case = self.waiting(county, general)
        own = put(county, "committee_approval", name="样本外人")
        page = secretary.get("/").content.decode()
        assert "1 等待审议" in words(page)
        assert reverse("deliberate", args=[case.number]) in page
        assert own.number not in page

    def test_once_heard_or_decided_it_is_gone_and_the_page_says_so(self, county, general, secretary):
        heard, _frozen = self.waiting(county, general), self.waiting(county, general, freeze="veto")
        Deliberation.objects.create(
            case=heard, step=heard.step, body=general, held_on=day(-1), opinion="样本", entered_at=moment(-1)
        )
        page = words(secretary.get("/").content.decode())
        assert "0 等待审议" in page
        assert "现在没有要办的事项" in page

    def test_the_committee_is_not_asked(self, county, general, visit):
        case = self.waiting(county, general)
        assert reverse("deliberate", args=[case.number]) not in visit(county.committee, Role.COMMITTEE_VERIFIER)


class TestSeats:
    @pytest.fixture
    def holder(self, county) -> User:
        user = UserFactory()
        for organisation, role in ((county.branch, Role.SECRETARY), (county.committee, Role.COMMITTEE_VERIFIER)):
            SeatFactory(user=user, organisation=organisation, role=role)
        return user

    def test_all_seats_together_until_one_is_chosen(self, county, client, holder):
        put(county)
        put(county, "superior_talk")
        client.force_login(holder)
        assert {"党支部事项", "基层党委事项"} <= set(words(client.get("/").content.decode()).split())
        seat = holder.seats.get(organisation=county.committee)
        assert client.post(reverse("switch_seat"), {"seat": seat.pk, "next": "/"}).status_code == 302
        page = client.get("/").content.decode()
        assert "/steps/superior_talk/" in page
        assert "/steps/submit_application/" not in page
        client.post(reverse("switch_seat"), {"seat": "0"})
        assert SEAT_KEY not in client.session
        assert "/steps/submit_application/" in client.get("/").content.decode()

    def test_the_head_offers_all_seats_and_marks_the_chosen(self, county, client, holder):
        client.force_login(holder)
        assert re.search(r'value="0" aria-current="true">全部席位', client.get("/").content.decode())
        seat = holder.seats.get(organisation=county.branch)
        client.post(reverse("switch_seat"), {"seat": seat.pk})
        assert re.search(rf'value="{seat.pk}" aria-current="true"', client.get("/").content.decode())

    def test_several_branches_stand_in_a_table(self, county, client, holder):
        second = county.townships[1].branches[0]
        SeatFactory(user=holder, organisation=second, role=Role.SECRETARY)
        put(county)
        put(county, branch=second)
        client.force_login(holder)
        page = client.get("/").content.decode()
        assert f"?branch={second.code}&amp;stage=1" in page
        assert f"?branch={county.branch.code}&amp;stage=1" in page

    @pytest.mark.parametrize("seat", ["", "x", "-1", "99999999"])
    def test_another_seat_is_not_found(self, client, holder, seat):
        client.force_login(holder)
        assert client.post(reverse("switch_seat"), {"seat": seat}).status_code == 404
        assert SEAT_KEY not in client.session

    def test_somebody_elses_seat_is_not_found(self, county, client, holder):
        other = county.seat(county.branch, Role.SECRETARY)
        client.force_login(holder)
        assert client.post(reverse("switch_seat"), {"seat": other.pk}).status_code == 404

    def test_a_get_changes_nothing(self, client, holder):
        client.force_login(holder)
        assert client.get(reverse("switch_seat")).status_code == 405

    @pytest.mark.parametrize(
        ("wanted", "led"),
        [
            ("/guide/?edition=r2014", "/guide/?edition=r2014"),
            ("https://example.org/", "/"),
            ("//example.org/", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ],
    )
    def test_leads_back_within_the_place_only(self, client, holder, wanted, led):
        client.force_login(holder)
        assert client.post(reverse("switch_seat"), {"seat": "0", "next": wanted}).url == led

    def test_a_chosen_seat_that_has_ended_is_forgotten(self, county, client, holder):
        seat = holder.seats.get(organisation=county.branch)
        client.force_login(holder)
        client.post(reverse("switch_seat"), {"seat": seat.pk})
        seat.ends_on = day(-1)
        seat.save()
        put(county, "superior_talk")
        assert "/steps/superior_talk/" in client.get("/").content.decode()


class TestNotifications:
    @pytest.fixture
    def told(self, county) -> Notification:
        case = put(county, "organization_talk", name="样本王某")
        return Notification.objects.create(
            case=case,
            organisation=county.branch,
            code="talk_within_one_month",
            step=case.step,
            due=day(-1),
            created_at=NOW,
        )

    def test_the_head_counts_what_is_unread(self, county, visit, told):
        assert '通知<span class="nav-count">1</span>' in visit(county.branch, Role.SECRETARY, reverse("guide"))
        assert "nav-count" not in visit(county.committee, Role.SECRETARY, reverse("guide"))

    def test_lists_and_marks_as_read(self, county, visit, client, told):
        page = visit(county.branch, Role.SECRETARY, reverse("notifications"))
        assert "样本王某" in page
        assert reverse("case", args=[told.case.number]) in page
        client.post(reverse("notifications"), {"id": told.pk})
        told.refresh_from_db()
        assert told.read_at == NOW
        assert told.read_by == county.user(county.branch, Role.SECRETARY)

    def test_all_at_once(self, county, client, told):
        client.force_login(county.user(county.branch, Role.SECRETARY))
        client.post(reverse("notifications"), {"all": "1"})
        told.refresh_from_db()
        assert told.read_at == NOW

    def test_nobody_marks_what_others_have(self, county, client, told):
        inspector = SeatFactory(organisation=county.branch, role=Role.INSPECTOR).user
        above = county.user(county.committee, Role.SECRETARY)
        sibling = county.user(county.townships[0].branches[1], Role.SECRETARY)
        for user in (inspector, above, sibling):
            client.force_login(user)
            client.post(reverse("notifications"), {"all": "1"})
            client.post(reverse("notifications"), {"id": told.pk})
        told.refresh_from_db()
        assert told.read_at is None

    def test_an_inspector_reads_without_marking(self, county, client, told):
        client.force_login(SeatFactory(organisation=county.branch, role=Role.INSPECTOR).user)
        page = client.get(reverse("notifications")).content.decode()
        assert "样本王某" in page
        assert "标为已读" not in page

    def test_an_empty_list_says_what_will_come(self, county, visit):
        assert "没有通知" in visit(county.branch, Role.SECRETARY, reverse("notifications"))


@pytest.mark.parametrize("url", ["/", reverse("notifications")])
def test_a_stranger_is_asked_to_sign_in(client, url):
    assert client.get(url).url.startswith(reverse("login"))


def test_the_english_page_names_steps_and_rules_in_english(county, visit, client):
    case = put(county, "organization_talk")
    oblige(case, "talk_within_one_month", due=3)
    client.cookies["django_language"] = "en"
    page = visit(county.branch, Role.SECRETARY)
    assert "Talk with the applicant" in page
    assert "Talk within one month" in page


def _fill(county: County, size: int) -> None:
    """``size`` cases in every list, spread over the branches."""
    branches = [branch for township in county.townships for branch in township.branches]
    for number in range(size):
        branch = branches[number % len(branches)] if number % 2 else county.branch
        late = put(county, "organization_talk", branch=branch)
        oblige(late, "talk_within_one_month", due=-1)
        Notification.objects.create(
            case=late, organisation=branch, code="talk_within_one_month", step=late.step, created_at=NOW
        )
        put(county, "register_application", "returned", branch=branch)
        put(county, "register_application", "submitted", branch=branch)
        put(county, "superior_talk", branch=branch)
        put(county, "file_with_org_department", branch=branch)
        pool = put(county, "cultivate_educate", branch=branch)
        add_record(pool, "halfyear_review")
        oblige(pool, "cultivation_one_year", due=9, kind="lock", step="propose_development_target")
        oblige(pool, "annual_pool_analysis", due=9, step="halfyear_review", holder="committee")
        for flag in range(3):
            yellow(late, flag)
        appeal(put(county, "register_application", branch=branch, ended_on=day(-3), end="veto"), county.department)
        appeal(put(county, "register_application", branch=branch, ended_on=day(-3), end="veto"), county.city_department)
        ask_correction(put(county, "register_application", branch=branch))
        move(put(county, "register_application", freeze="transfer", branch=branches[-1]), branch)


# Session, user and seats are three of each; the head's count of unread notifications is one where there is a desk.
# The session is also written, at every page.
@pytest.mark.parametrize(
    ("place", "role", "url", "queries"),
    [
        ("branch", Role.SECRETARY, "/", 19),
        ("committee", Role.COMMITTEE_VERIFIER, "/", 24),
        ("department", Role.DEPARTMENT_OFFICER, "/", 23),
        ("city", Role.INSPECTOR, "/", 7),
        ("branch", Role.SECRETARY, "/?show=late&side=branch", 6),
        ("branch", Role.SECRETARY, reverse("notifications"), 6),
    ],
)
def test_the_number_of_queries_is_fixed(county, client, place, role, url, queries):
    client.force_login(county.user(getattr(county, place), role))
    client.get(url)
    for more in (1, 11):
        _fill(county, more)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        reads = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
        assert len(reads) == queries, "\n".join(sql[:150] for sql in reads)
