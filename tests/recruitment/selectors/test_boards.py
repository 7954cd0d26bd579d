"""What waits at a desk: each list on the day before, on and after, and one query however many there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.access import Actor, actor_for
from branches.models import Seat
from recruitment.models import Appeal, Case, Correction, Flag, Inquiry, Notification, Transfer, Veto
from recruitment.rules.schema import Side
from recruitment.selectors import boards
from recruitment.views.worklist import kinds_of
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
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def county() -> County:
    return make_county()


def actor(county: County, organisation, role: str) -> Actor:
    return actor_for(county.user(organisation, role), TODAY)


@pytest.fixture
def branch(county) -> boards.Desk:
    [desk] = boards.desks(actor(county, county.branch, Seat.Role.SECRETARY).grants)
    return desk


@pytest.fixture
def committee(county) -> boards.Desk:
    [desk] = boards.desks(actor(county, county.committee, Seat.Role.COMMITTEE_VERIFIER).grants)
    return desk


@pytest.fixture
def department(county) -> boards.Desk:
    [desk] = boards.desks(actor(county, county.department, Seat.Role.DEPARTMENT_OFFICER).grants)
    return desk


def numbers(rows) -> list[str]:
    return [row["case__number"] for row in rows]


class TestDesks:
    def test_one_desk_a_side_with_all_its_organisations(self, county):
        user = UserFactory()
        first, second = (township.branches[0] for township in county.townships)
        for organisation in (first, second, county.committee):
            SeatFactory(user=user, organisation=organisation, role=Seat.Role.SECRETARY)
        sides = {desk.side: set(desk.organisation_ids) for desk in boards.desks(actor_for(user, TODAY).grants)}
        assert sides == {Side.BRANCH: {first.pk, second.pk}, Side.COMMITTEE: {county.committee.pk}}

    @pytest.mark.parametrize("place", ["city", "county"])
    def test_a_body_that_only_oversees_has_no_desk(self, county, place):
        assert boards.desks(actor(county, getattr(county, place), Seat.Role.INSPECTOR).grants) == ()

    def test_an_administrator_has_no_desk(self, county):
        user = UserFactory()
        SeatFactory(user=user, organisation=county.committee, role=Seat.Role.ADMINISTRATOR)
        assert boards.desks(actor_for(user, TODAY).grants) == ()

    def test_an_inspector_only_looks(self, county):
        user = UserFactory()
        SeatFactory(user=user, organisation=county.branch, role=Seat.Role.INSPECTOR)
        [desk] = boards.desks(actor_for(user, TODAY).grants)
        assert not desk.acts
        assert not desk.verifies

    def test_a_clerk_enters_and_never_verifies(self, county):
        [desk] = boards.desks(actor(county, county.branch, Seat.Role.CLERK).grants)
        assert desk.acts
        assert not desk.verifies


class TestToDo:
    @pytest.mark.parametrize(("status", "shown"), [("open", True), ("recorded", True), ("submitted", False)])
    def test_a_step_of_the_branch(self, county, branch, committee, status, shown):
        case = put(county, "organization_talk", status)
        assert (case.number in numbers(boards.to_do(branch, TODAY))) is shown
        assert not numbers(boards.to_do(committee, TODAY))

    def test_another_branch_sees_nothing(self, county, branch):
        put(county, branch=county.townships[0].branches[1])
        assert not numbers(boards.to_do(branch, TODAY))

    @pytest.mark.parametrize(("opens", "shown"), [(1, False), (0, True), (-1, True)])
    def test_a_locked_step_appears_on_the_day_it_opens(self, county, branch, opens, shown):
        case = put(county, "propose_development_target")
        oblige(case, "cultivation_one_year", due=opens, kind="lock")
        assert bool(numbers(boards.to_do(branch, TODAY))) is shown

    def test_a_report_is_the_branchs_and_the_answer_the_committees(self, county, branch, committee):
        reported = put(county, "consent_development_target", record={"reported_on": day(-2)})
        waiting = put(county, "consent_development_target")
        assert numbers(boards.to_do(branch, TODAY)) == [waiting.number]
        assert numbers(boards.to_do(committee, TODAY)) == [reported.number]

    def test_a_committees_step_without_report(self, county, branch, committee):
        case = put(county, "superior_talk")
        assert numbers(boards.to_do(committee, TODAY)) == [case.number]
        assert not numbers(boards.to_do(branch, TODAY))

    def test_training_runs_beside_the_political_review(self, county, branch, committee):
        case = put(county, "political_review")
        add_record(case, "intensive_training")
        assert [row["step"] for row in boards.to_do(committee, TODAY)] == ["intensive_training"]
        assert [row["step"] for row in boards.to_do(branch, TODAY)] == ["political_review"]

    def test_filing_is_the_departments(self, county, department):
        case = put(county, "file_with_org_department")
        assert numbers(boards.to_do(department, TODAY)) == [case.number]

    def test_a_log_waits_while_a_minimum_time_runs(self, county, branch):
        case = put(county, "cultivate_educate")
        lock = oblige(case, "cultivation_one_year", due=1, kind="lock", step="propose_development_target")
        assert not numbers(boards.to_do(branch, TODAY))
        assert numbers(boards.to_do(branch, lock.changes_on)) == [case.number]

    @pytest.mark.parametrize(("due", "shown"), [(31, False), (30, True), (0, True)])
    def test_a_log_appears_when_an_entry_falls_due(self, county, branch, due, shown):
        case = put(county, "cultivate_educate")
        add_record(case, "halfyear_review")
        oblige(case, "cultivation_one_year", due=200, kind="lock", step="propose_development_target")
        oblige(case, "review_every_six_months", due=due, step="halfyear_review")
        assert not numbers(boards.to_do(branch, TODAY))
        rows = [(row["step"], row["log_due"]) for row in boards.entries_due(branch, TODAY)]
        assert rows == ([("halfyear_review", day(due))] if shown else [])

    def test_the_nearest_deadline_on_the_way_comes_first(self, county, branch):
        free = put(county, "register_application")
        later, sooner = put(county, "register_application"), put(county, "register_application")
        for case, due in ((later, 9), (sooner, 3)):
            oblige(case, "talk_within_one_month", due=due, step="organization_talk")
        rows = list(boards.to_do(branch, TODAY))
        assert numbers(rows) == [sooner.number, later.number, free.number]
        assert [(row["gate"], row["due"]) for row in rows] == [
            ("talk_within_one_month", day(3)),
            ("talk_within_one_month", day(9)),
            (None, None),
        ]

    def test_late_and_returned_steps_stand_in_their_own_lists(self, county, branch):
        late = put(county, "organization_talk")
        oblige(late, "talk_within_one_month", due=-1)
        returned = put(county, "organization_talk", "returned", record={"return_reason": "缺签名"})
        assert not numbers(boards.to_do(branch, TODAY))
        assert numbers(boards.late(branch, TODAY)) == [late.number]
        assert [(row["case__number"], row["return_reason"]) for row in boards.returned(branch)] == [
            (returned.number, "缺签名")
        ]

    def test_frozen_and_ended_cases_wait_for_nobody(self, county, branch):
        put(county, freeze="veto")
        put(county, "closed", ended_on=day(-1), end="withdrawn")
        assert not numbers(boards.to_do(branch, TODAY))

    def test_a_record_from_before_a_sending_back_does_not_count(self, county, branch):
        case = put(county, "organization_talk", record={"counts": False})
        add_record(case, "organization_talk")
        assert len(boards.to_do(branch, TODAY)) == 1


class TestLateBelow:
    def test_a_department_sees_what_its_committees_let_pass(self, county, department, committee):
        case = put(county, "committee_approval", record={"reported_on": day(-100)})
        oblige(case, "approve_within_three_months", due=-3)
        handed = put(county, "organization_talk", "submitted")
        oblige(handed, "verification_in_time", due=-1, kind="service", holder="committee")
        running = put(county, "organization_talk", "submitted")
        oblige(running, "verification_in_time", due=0, kind="service", holder="committee")
        branchs = put(county, "organization_talk")
        oblige(branchs, "talk_within_one_month", due=-1)
        assert numbers(boards.late_below(department, TODAY)) == [case.number, handed.number]
        assert numbers(boards.late(committee, TODAY)) == [case.number, handed.number]
        assert not numbers(boards.late(department, TODAY))

    def test_its_own_limit_is_its_own(self, county, department, committee):
        case = put(county, "committee_approval", "submitted")
        oblige(case, "verification_in_time", due=-1, kind="service", holder="department")
        assert numbers(boards.late(department, TODAY)) == [case.number]
        assert not numbers(boards.late_below(department, TODAY))
        assert not numbers(boards.late(committee, TODAY))

    @pytest.mark.parametrize(("due", "late"), [(2, False), (-1, True)])
    def test_an_answer_that_is_owed_stands_in_one_list(self, county, committee, due, late):
        case = put(county, "file_activist", record={"reported_on": day(-12)})
        oblige(case, "filing_in_time", due=due, kind="service")
        assert bool(numbers(boards.late(committee, TODAY))) is late
        rows = [(row["gate"], row["due"]) for row in boards.to_do(committee, TODAY)]
        assert rows == ([] if late else [("filing_in_time", day(due))])


class TestSentBack:
    def test_what_was_returned_waits_for_the_level_below(self, county, branch, committee, department):
        below = put(county, "organization_talk", "returned")
        Flag.objects.create(
            case=below, step=below.step, code="returned", holder="branch", raised_on=day(-4), raised_at=moment(-4)
        )
        above = put(county, "superior_talk", "returned", record={"submitted_at": moment(-2)})
        assert [(row["case__number"], row["since"]) for row in boards.sent_back(committee)] == [
            (below.number, moment(-4))
        ]
        assert numbers(boards.sent_back(department)) == [above.number]
        assert not numbers(boards.sent_back(branch))


class TestVanishing:
    """When a case ends or moves, nothing of it is left at any desk."""

    @pytest.mark.parametrize("what", ["ended", "moved"])
    def test_every_list_of_every_desk(self, county, branch, committee, department, what):
        own = county.branch
        late = put(county, "organization_talk", "submitted")
        oblige(late, "verification_in_time", due=-1, kind="service", holder="committee")
        oblige(put(county, "organization_talk"), "talk_within_one_month", due=-1)
        oblige(put(county, "propose_development_target"), "cultivation_one_year", due=4, kind="lock")
        put(county, "organization_talk", "returned")
        put(county, "superior_talk")
        put(county, "superior_talk", "submitted")
        put(county, "committee_approval", "returned")
        log = put(county, "cultivate_educate")
        add_record(log, "halfyear_review")
        oblige(log, "cultivation_one_year", due=200, kind="lock", step="propose_development_target")
        oblige(log, "review_every_six_months", due=3, step="halfyear_review")
        oblige(log, "annual_pool_analysis", due=3, step="halfyear_review", holder="committee")
        review = put(county, "political_review")
        asked = {"record": review.records.get(), "kind": "letter", "body_name": "样本单位", "sent_on": day(-9)}
        for due in (day(-1), day(9)):
            Inquiry.objects.create(case=review, sender=own, due_on=due, entered_at=NOW, **asked)

        ask_correction(put(county, "register_application"))
        coming = put(county, "organization_talk", branch=county.townships[1].branches[1], freeze="transfer")
        move(coming, own)
        appeal(put(county, "organization_talk"), county.department)
        appeal(put(county, "organization_talk"), county.city_department)

        def standing() -> dict[str, int]:
            return {
                f"{desk.side} {name}": len(kind.rows(desk, TODAY))
                for desk in (branch, committee, department)
                for name, kind in kinds_of(desk).items()
            }

        before = standing()
        everything = {name for kinds in map(kinds_of, (branch, committee, department)) for name in kinds}
        assert {name.partition(" ")[2] for name, count in before.items() if count} == everything
        if what == "ended":
            Case.objects.update(ended_on=TODAY, end="withdrawn")
            # An appeal is of a case that has ended, and so may a correction be: they stand until they are answered.
            Appeal.objects.update(status="rejected", answered_at=NOW, answer="样本")
            Correction.objects.update(status="refused", decided_at=NOW)
        else:
            elsewhere = county.townships[1]
            Case.objects.update(
                branch=elsewhere.branches[0], committee=elsewhere.committee, department=county.city_department
            )
            Transfer.objects.update(status="accepted", decided_at=NOW)
            # Whoever was asked answers an appeal wherever the case has gone.
            Appeal.objects.filter(body=county.department).update(body=county.city_department)
        assert {name: count for name, count in standing().items() if count} == {}
        assert boards.to_verify(committee).total == boards.to_verify(department).total == 0
        assert boards.to_analyse(committee, TODAY).total == 0


class TestLate:
    @pytest.mark.parametrize(("due", "shown"), [(0, False), (-1, True)])
    def test_late_without_any_sweep(self, county, branch, due, shown):
        case = put(county, "organization_talk")
        oblige(case, "talk_within_one_month", due=due)
        assert bool(numbers(boards.late(branch, TODAY))) is shown

    def test_only_the_holders(self, county, branch, committee):
        case = put(county, "committee_approval", record={"reported_on": day(-100)})
        oblige(case, "approve_within_three_months", due=-3)
        assert not numbers(boards.late(branch, TODAY))
        assert numbers(boards.late(committee, TODAY)) == [case.number]

    @pytest.mark.parametrize(
        ("columns", "explained"),
        [({}, True), ({"explanation": ""}, False), ({"voided": True}, False), ({"resolved_at": NOW}, False)],
    )
    def test_says_whether_it_is_explained(self, county, branch, columns, explained):
        case = put(county, "organization_talk")
        oblige(case, "talk_within_one_month", due=-1)
        given = {"explanation": "本人外出务工"} | columns
        Flag.objects.create(
            case=case,
            step=case.step,
            code="talk_within_one_month",
            holder="branch",
            raised_on=TODAY,
            raised_at=NOW,
            **given,
        )
        assert [row["explained"] for row in boards.late(branch, TODAY)] == [explained]

    def test_knows_the_step_that_has_not_opened(self, county, branch):
        case = put(county, "register_application")
        oblige(case, "talk_within_one_month", due=-1, step="organization_talk")
        assert [row["status"] for row in boards.late(branch, TODAY)] == [None]


class TestUnlocking:
    @pytest.mark.parametrize(("opens", "shown"), [(0, False), (1, True), (30, True), (31, False)])
    def test_within_thirty_days(self, county, branch, opens, shown):
        case = put(county, "propose_development_target")
        oblige(case, "cultivation_one_year", due=opens, kind="lock")
        assert bool(numbers(boards.unlocking(branch, TODAY))) is shown


class TestWaiting:
    def test_the_branch_waits_for_verifiers_and_for_the_levels_above(self, county, branch):
        put(county, "organization_talk")
        submitted = put(county, "organization_talk", "submitted", record={"submitted_at": moment(-9)})
        reported = put(county, "consent_development_target", record={"reported_on": day(-7), "reported_at": moment(-7)})
        filing = put(county, "file_with_org_department", record={"opened_at": moment(-3)})
        frozen = put(county, "register_application", freeze="veto", record={"opened_at": moment(-1)})
        rows = list(boards.waiting(branch))
        assert numbers(rows) == [submitted.number, reported.number, filing.number, frozen.number]
        assert [row["since"] for row in rows] == [moment(-9), moment(-7), moment(-3), moment(-1)]

    def test_the_committee_waits_for_the_department_alone(self, county, committee):
        put(county, "organization_talk", "submitted")
        put(county, "committee_approval", record={"reported_on": day(-1)})
        handed_in = put(county, "committee_approval", "submitted", record={"reported_on": day(-1)})
        filing = put(county, "file_with_org_department")
        assert sorted(numbers(boards.waiting(committee))) == sorted([handed_in.number, filing.number])

    def test_a_log_that_runs_beside_waits_for_nobody(self, county, branch):
        case = put(county, "cultivate_educate", "submitted")
        add_record(case, "halfyear_review")
        assert [row["step"] for row in boards.waiting(branch)] == ["cultivate_educate"]


class TestPiles:
    def test_to_verify(self, county, branch, committee, department):
        put(county, "organization_talk", "submitted", record={"submitted_at": moment(-4)})
        put(county, "organization_talk", "submitted", record={"submitted_at": moment(-8)})
        put(county, "organization_talk", "submitted", freeze="veto")
        beside = put(county, "political_review")
        add_record(beside, "intensive_training", "submitted")
        put(county, "committee_approval", "submitted")
        assert boards.to_verify(committee) == boards.Pile(2, moment(-8))
        assert boards.to_verify(department).total == 1
        assert boards.to_verify(branch).total == 0

    def test_to_decide(self, county, department):
        for status in Veto.Status.values:
            case = put(county, freeze="veto" if status == "standing" else "")
            Veto.objects.create(case=case, code="V01", step=case.step, status=status, raised_at=moment(-2))
        assert boards.to_decide(department) == boards.Pile(1, moment(-2))

    def test_to_analyse_counts_people_and_is_no_line_of_the_lists(self, county, committee):
        for due in (-1, 30, 31):
            case = put(county, "cultivate_educate")
            add_record(case, "halfyear_review")
            oblige(case, "annual_pool_analysis", due=due, step="halfyear_review", holder="committee")
        assert boards.to_analyse(committee, TODAY) == boards.Pile(2, due=day(-1), late=1)
        assert not numbers(boards.late(committee, TODAY))
        assert not numbers(boards.to_do(committee, TODAY))


class TestNotifications:
    def notify(self, case, organisation, **columns) -> Notification:
        return Notification.objects.create(
            case=case, organisation=organisation, code="talk_within_one_month", created_at=NOW, **columns
        )

    def test_of_ones_own_organisation_alone(self, county):
        case = put(county)
        self.notify(case, county.branch)
        self.notify(case, county.committee)
        self.notify(case, county.branch, read_at=NOW)
        secretary = actor(county, county.branch, Seat.Role.SECRETARY)
        assert boards.unread(secretary) == 1
        assert boards.notifications(secretary).count() == 2
        assert boards.unread(actor(county, county.county, Seat.Role.INSPECTOR)) == 0

    def test_a_case_that_has_moved_away_is_not_told_of(self, county):
        case = put(county, branch=county.townships[1].branches[0])
        self.notify(case, county.branch)
        assert boards.unread(actor(county, county.branch, Seat.Role.SECRETARY)) == 0

    def test_unread_ones_first(self, county):
        case = put(county)
        read = self.notify(case, county.branch, read_at=NOW)
        unread = self.notify(case, county.branch)
        rows = boards.notification_rows(actor(county, county.branch, Seat.Role.SECRETARY))
        assert [row["pk"] for row in rows] == [unread.pk, read.pk]


LISTS = {
    "to_do": lambda desk: boards.to_do(desk, TODAY),
    "late": lambda desk: boards.late(desk, TODAY),
    "returned": boards.returned,
    "unlocking": lambda desk: boards.unlocking(desk, TODAY),
    "waiting": boards.waiting,
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [0, 1, 50])
def test_a_list_and_its_total_are_one_query(county, branch, name, size):
    for _ in range(size):
        case = put(county, "organization_talk")
        late = put(county, "organization_talk", "recorded")
        oblige(late, "talk_within_one_month", due=-1)
        oblige(case, "talk_within_one_month", due=5, kind="lock")
        put(county, "organization_talk", "returned")
        put(county, "organization_talk", "submitted")
        put(county, "organization_talk")
    with CaptureQueriesContext(connection) as queries:
        section = boards.first(LISTS[name](branch), 10)
    assert len(queries) == 1
    assert section.total == size
    assert len(section.rows) == min(size, 10)
