"""What is new in the library and which passes fall due is told: to whom, once, outside as well, and what it locks."""

import datetime as dt

import pytest
from django.core.files.storage import InMemoryStorage
from django.urls import reverse

from branches.access import actor_for
from branches.models import Seat
from recruitment.models import Delivery, Material, Message, Notification, PolicyVersion, StepRecord, TrainingRule
from recruitment.selectors import boards
from recruitment.selectors.agenda import item_of
from recruitment.services import acts, library, meetings
from recruitment.services.base import Refused
from recruitment.services.meetings import Given
from recruitment.services.outbox.digests import compose_digests
from recruitment.services.outbox.settings import save_channel
from recruitment.services.policy_text import unbroken
from recruitment.services.reminders import remind
from recruitment.services.sittings import Participant
from tests.branches.factories import County, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import Desks, sent, url
from tests.recruitment.learning_rows import NOW, TODAY, actor, attempt, branch_users, document, docx, officer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    for model in (Material, PolicyVersion):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def county() -> County:
    made = make_county(members=3)
    for seat in made.seats:
        seat.user.email = f"{seat.user.username}@example.cn"
        seat.user.save()
    return made


def require(county: County, **values) -> TrainingRule:
    given = {
        "organisation": county.county,
        "effective_from": TODAY - 60 * DAY,
        "document": "样本文件",
        "grace_days": 30,
    }
    return TrainingRule.objects.create(**{**given, **values})


def switch_on(county: County, channel: str = "email", **values) -> None:
    save_channel(
        organisation=county.county,
        channel=channel,
        values={"enabled": True, **values},
        actor=actor_for(county.user(county.county, "administrator"), TODAY),
        now=NOW,
    )


class TestLibrary:
    def test_everybody_who_works_in_the_subtree_is_told_and_nobody_else(self, county):
        row = document(county)
        told = Notification.objects.filter(code="policy_added")
        bodies = {township.committee for township in county.townships}
        bodies |= {branch for township in county.townships for branch in township.branches}
        assert set(told.values_list("organisation", flat=True)) == {body.pk for body in bodies}
        seen = boards.notification_rows(actor(county.user(county.branch, "secretary")))
        assert [found["policy__document"] for found in seen] == [row.pk]
        assert not boards.notifications(actor(county.user(county.city_department, "department_officer"))).exists()

    def test_a_renewal_is_told_anew(self, county):
        row = document(county)
        upload = library.looked_into(docx("新的正文"))
        library.renew(document_id=row.pk, upload=upload, note="样本", actor=officer(county), now=NOW + DAY)
        codes = Notification.objects.filter(organisation=county.branch).values_list("code", flat=True)
        assert sorted(codes) == ["policy_added", "policy_renewed"]

    def test_outside_each_reader_and_each_group_hears_once_in_the_digest(self, county, settings):
        settings.CHANNEL_HOSTS = ["robot.example.cn"]
        switch_on(county)
        switch_on(county, "wecom", endpoint="https://robot.example.cn/send?key=1")
        row = document(county, title="样本新规")
        assert not Message.objects.exists()
        robots = Delivery.objects.filter(channel="wecom")
        assert robots.count() == 1
        users = Delivery.objects.filter(channel="email").values_list("recipient", flat=True)
        assert len(users) == len(set(users)) > 4
        compose_digests(now=NOW + DAY)
        message = Message.objects.filter(channel="wecom").get()
        assert "学习资料新增《样本新规》" in message.text
        assert Message.objects.filter(channel="email").count() == len(users)
        assert row.title not in message.subject

    def test_what_was_withdrawn_meanwhile_is_left_out(self, county):
        switch_on(county)
        row = document(county)
        library.withdraw(document_id=row.pk, reason="样本", actor=officer(county), now=NOW)
        assert compose_digests(now=NOW + DAY) == 0
        assert not Delivery.objects.filter(dropped=False).exists()

    def test_words_of_a_pdf_are_whole_in_the_search(self):
        assert (
            unbroken("分析一次队\n伍状况。 发 展 党 员 by law 第 5 条") == "分析一次队伍状况。发展党员 by law 第 5 条"
        )


class TestPass:
    def test_the_holder_alone_is_told_before_and_after_once_each(self, county):
        require(county, effective_from=TODAY, grace_days=10)
        holders = branch_users(county)
        everyone = 3 * 4
        assert remind(now=NOW) == everyone
        assert remind(now=NOW + DAY) == 0
        assert remind(now=NOW + 11 * DAY) == everyone
        assert remind(now=NOW + 12 * DAY) == 0
        own = boards.notification_rows(actor(holders[0]))
        assert [(row["code"], row["due"]) for row in own] == [
            ("pass_late", TODAY + 10 * DAY),
            ("pass_due", TODAY + 10 * DAY),
        ]
        assert Notification.objects.filter(recipient=holders[1], organisation=county.branch).count() == 2

    def test_a_pass_is_reminded_of_a_month_before_it_runs_out(self, county):
        require(county)
        user = branch_users(county)[0]
        attempt(user, now=NOW)
        own = Notification.objects.filter(recipient=user)
        remind(now=NOW.replace(year=2027) - 31 * DAY)
        assert not own.exists()
        remind(now=NOW.replace(year=2027) - 30 * DAY)
        assert own.get().due == TODAY.replace(year=2027)

    def test_outside_the_group_hears_nothing_and_a_pass_ends_it(self, county, settings):
        settings.CHANNEL_HOSTS = ["robot.example.cn"]
        switch_on(county)
        switch_on(county, "wecom", endpoint="https://robot.example.cn/send?key=1")
        require(county)
        passed, owing = branch_users(county)[:2]
        remind(now=NOW)
        assert not Delivery.objects.filter(channel="wecom").exists()
        attempt(passed, now=NOW + dt.timedelta(hours=1))
        compose_digests(now=NOW + DAY)
        told = Message.objects.filter(recipient__in=(passed, owing))
        assert [message.recipient for message in told] == [owing]
        assert "要求您一年内测试合格" in told.get().text

    @pytest.mark.parametrize("bars", [False, True])
    def test_handing_in_waits_for_the_pass_only_where_the_rule_says_so(self, county, bars):
        require(county, before_handing_in=bars)
        case = people.make_case(county, day=TODAY)
        day = TODAY
        given = {
            "case_id": case.pk,
            "step": "submit_application",
            "values": people.values_of(case, "submit_application", day),
            "uploads": [people.paper("D01")],
            "actor": people.actor(county, county.branch, Seat.Role.SECRETARY),
            "now": NOW,
        }
        if bars:
            with pytest.raises(Refused) as refused:
                acts.submit(**given)
            assert refused.value.codes == ("pass_required",)
            assert StepRecord.objects.get(case=case).status == "open"
            assert not Material.objects.exists()
            acts.record(**{**given, "uploads": []})
            attempt(county.user(county.branch, "secretary"), now=NOW)
        acts.submit(**given)
        assert StepRecord.objects.get(case=case).status == "submitted"

    def test_a_clerk_hands_in_for_whom_the_pass_is_asked(self, county):
        require(county, before_handing_in=True)
        case = people.make_case(county, day=TODAY)
        secretary = county.user(county.branch, "secretary")
        clerk = county.seat(county.branch, Seat.Role.CLERK)
        given = {
            "case_id": case.pk,
            "step": "submit_application",
            "values": people.values_of(case, "submit_application", TODAY),
            "uploads": [people.paper("D01")],
            "actor": actor_for(clerk.user, TODAY, seat_id=clerk.pk, on_behalf_of=secretary.pk),
            "now": NOW,
        }
        with pytest.raises(Refused):
            acts.submit(**given)
        attempt(secretary, now=NOW)
        acts.submit(**given)

    def test_the_check_page_of_a_meeting_says_it_before_the_entry_does(self, county):
        require(county, before_handing_in=True)
        case = rows.put(county, "determine_activist")
        secretary = people.actor(county, county.branch, Seat.Role.SECRETARY)
        given = Given(held_on=TODAY)
        meeting = meetings.prepare(body=county.branch, kind="branch_committee", given=given, actor=secretary, now=NOW)

        def codes(*, hand_over: bool) -> set[str]:
            [prospect] = meetings.foresee(
                meeting=meeting,
                attendance=meetings.Attendance(eligible=3, present=3),
                businesses=[
                    meetings.Business(
                        item=item_of(county.branch, "branch_committee", "determine_activist"),
                        participants=[Participant(case_id=case.pk, hand_over=hand_over)],
                    )
                ],
                actor=secretary,
                now=NOW,
            )
            return {refusal.code for refusal in prospect.foreseen.refusals}

        assert codes(hand_over=True) == {"pass_required"}
        assert "pass_required" not in codes(hand_over=False)
        attempt(county.user(county.branch, "secretary"), now=NOW)
        assert "pass_required" not in codes(hand_over=True)


class TestStepPage:
    """The secretary is told before she types, and what she typed stays after the refusal."""

    @pytest.fixture
    def case(self, county):
        return people.make_case(county, day=TODAY)

    @pytest.fixture
    def desks(self, county, monkeypatch) -> Desks:
        return Desks(county, monkeypatch).on(TODAY)

    @pytest.mark.parametrize("rule", [{}, {"before_handing_in": True, "grace_days": 90}])
    def test_it_does_not_warn_without_need(self, county, case, desks, rule):
        require(county, **rule)
        assert (
            "合格以前不能提交校核" not in desks.secretary.get(url(case, "step", "submit_application")).content.decode()
        )

    def test_it_warns_ahead_and_keeps_what_was_typed(self, county, case, desks):
        require(county, before_handing_in=True)
        address = url(case, "step", "submit_application")
        page = desks.secretary.get(address).content.decode()
        assert "合格以前不能提交校核" in page
        assert reverse("exams") in page
        values = people.values_of(case, "submit_application", TODAY) | {"receiving_branch": "样本刚刚填写的支部"}
        case.refresh_from_db(fields=["version"])
        page = desks.secretary.post(address, sent("submit_application", values, case.version)).content.decode()
        assert "还没有合格，所以这次没有提交" in page
        assert "样本刚刚填写的支部" in page
        assert StepRecord.objects.get(case=case).status == "open"
        assert Material.objects.get(case=case).code == "D01", "the file need not be chosen again"
        attempt(county.user(county.branch, "secretary"), now=NOW)
        assert "合格以前不能提交校核" not in desks.secretary.get(address).content.decode()

    def test_a_clerk_is_told_in_whose_name(self, county, case, desks):
        require(county, before_handing_in=True)
        attempt(county.user(county.branch, "deputy_secretary"), now=NOW)
        page = desks.client("clerk").get(url(case, "step", "submit_application")).content.decode()
        warning = page.partition("上级要求")[2].partition("测试合格")[0]
        assert county.user(county.branch, "secretary").full_name in warning
        assert county.user(county.branch, "deputy_secretary").full_name not in warning
