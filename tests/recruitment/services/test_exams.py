"""The test: drawn, answered, handed in, marked; the server's clock decides; a pass has a certificate."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import Entry
from audit.services import verify
from recruitment.models import Certificate, Exam, ExamQuestion, TrainingRule
from recruitment.selectors import learning
from recruitment.services import exams
from recruitment.services.base import Refused
from recruitment.training.drawing import PLAN, QUESTIONS, TIME
from tests.branches.factories import SeatFactory, UserFactory, make_county
from tests.recruitment.desk import NOW
from tests.recruitment.learning_rows import TODAY, actor, attempt, right_answer

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def secretary(county):
    return county.user(county.branch, "secretary")


def entries(exam):
    return list(Entry.objects.filter(chain=f"exam:{exam.pk}").order_by("seq"))


def first_right(exam):
    return right_answer(exam.answers.get(place=1).question.question)


class TestStarting:
    def test_the_draw_its_seed_and_the_clock_are_stored(self, secretary, county):
        exam = exams.start(actor=actor(secretary), now=NOW)
        rows = list(exam.answers.select_related("question"))
        assert [row.place for row in rows] == list(range(1, QUESTIONS + 1))
        assert {row.question.question.topic for row in rows} == set(PLAN)
        assert (exam.organisation_id, exam.role) == (county.branch.pk, "secretary")
        assert exam.ends_at == NOW + TIME
        [entry] = entries(exam)
        assert entry.action == "exam_started"
        assert entry.payload["seed"] == str(exam.seed)
        assert entry.payload["questions"] == [row.question.key for row in rows]

    def test_two_people_get_different_tests(self, secretary, county):
        other = county.user(county.branch, "deputy_secretary")
        keys = [
            [row.question.key for row in exams.start(actor=actor(user), now=NOW).answers.select_related("question")]
            for user in (secretary, other)
        ]
        assert keys[0] != keys[1]

    def test_the_one_that_runs_is_gone_on_with(self, secretary):
        first = exams.start(actor=actor(secretary), now=NOW)
        assert exams.start(actor=actor(secretary), now=NOW + MINUTE) == first
        assert len(entries(first)) == 1

    def test_one_that_ran_out_is_handed_in_before_the_next(self, secretary):
        first = exams.start(actor=actor(secretary), now=NOW)
        second = exams.start(actor=actor(secretary), now=NOW + TIME)
        first.refresh_from_db()
        assert second != first
        assert (first.ran_out, first.handed_in_at, first.score) == (True, first.ends_at, 0)

    def test_the_database_holds_one_running_test_a_person(self, secretary, county):
        exam = exams.start(actor=actor(secretary), now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Exam.objects.create(
                user=secretary,
                organisation=county.branch,
                role="secretary",
                seed=1,
                pass_mark=80,
                started_at=NOW,
                ends_at=exam.ends_at,
            )

    def test_an_account_without_a_seat_starts_none(self):
        with pytest.raises(Refused) as refused:
            exams.start(actor=actor(UserFactory()), now=NOW)
        assert refused.value.codes == ("not_allowed",)
        assert not Exam.objects.exists()
        assert not Entry.objects.exists()

    def test_a_question_is_stored_once_however_often_it_is_drawn(self, secretary, county):
        for user in (secretary, county.user(county.branch, "clerk")):
            exams.start(actor=actor(user), now=NOW, seed=5)
        assert ExamQuestion.objects.count() == QUESTIONS


class TestAnswering:
    def test_answers_are_kept_changed_and_taken_back(self, secretary):
        exam = exams.start(actor=actor(secretary), now=NOW)
        for given in (first_right(exam), None, first_right(exam)):
            exams.answer(exam_id=exam.pk, place=1, given=given, actor=actor(secretary), now=NOW + MINUTE)
            row = exam.answers.get(place=1)
            assert row.given == given
            assert row.answered_at == (None if given is None else NOW + MINUTE)
            assert row.right is None

    @pytest.mark.parametrize(("place", "given"), [(1, {"a": 1}), (1, [99]), (99, None), (0, None)])
    def test_what_is_no_answer_is_refused(self, secretary, place, given):
        exam = exams.start(actor=actor(secretary), now=NOW)
        with pytest.raises(Refused) as refused:
            exams.answer(exam_id=exam.pk, place=place, given=given, actor=actor(secretary), now=NOW)
        assert refused.value.codes == ("exam_answer",)
        assert not exam.answers.exclude(given=None).exists()

    def test_nobody_answers_for_another(self, secretary, county):
        exam = exams.start(actor=actor(secretary), now=NOW)
        other = actor(county.user(county.branch, "deputy_secretary"))
        for act in (
            lambda: exams.answer(exam_id=exam.pk, place=1, given=first_right(exam), actor=other, now=NOW),
            lambda: exams.hand_in(exam_id=exam.pk, actor=other, now=NOW),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.codes == ("not_allowed",)
        exam.refresh_from_db()
        assert exam.is_open
        assert len(entries(exam)) == 1

    def test_after_handing_in_nothing_changes(self, secretary):
        exam = attempt(secretary, right=3)
        with pytest.raises(Refused) as refused:
            exams.answer(exam_id=exam.pk, place=4, given=None, actor=actor(secretary), now=NOW + 11 * MINUTE)
        assert refused.value.codes == ("exam_over",)
        assert exams.hand_in(exam_id=exam.pk, actor=actor(secretary), now=NOW + 12 * MINUTE).score == exam.score
        assert len(entries(exam)) == 2


class TestTheClock:
    def test_the_last_second_counts(self, secretary):
        exam = exams.start(actor=actor(secretary), now=NOW)
        last = exam.ends_at - SECOND
        answered = exams.answer(exam_id=exam.pk, place=1, given=first_right(exam), actor=actor(secretary), now=last)
        assert answered.is_open
        assert exams.hand_in(exam_id=exam.pk, actor=actor(secretary), now=last).score == 5

    def test_an_answer_at_the_end_comes_too_late_and_hands_in(self, secretary):
        exam = exams.start(actor=actor(secretary), now=NOW)
        exams.answer(exam_id=exam.pk, place=1, given=first_right(exam), actor=actor(secretary), now=NOW)
        second = right_answer(exam.answers.get(place=2).question.question)
        over = exams.answer(exam_id=exam.pk, place=2, given=second, actor=actor(secretary), now=exam.ends_at)
        assert (over.is_open, over.ran_out, over.handed_in_at, over.score) == (False, True, exam.ends_at, 5)
        assert exam.answers.get(place=2).given is None

    def test_handing_in_late_is_handing_in_when_time_ended(self, secretary):
        exam = exams.start(actor=actor(secretary), now=NOW)
        done = exams.hand_in(exam_id=exam.pk, actor=actor(secretary), now=exam.ends_at + dt.timedelta(days=3))
        assert (done.ran_out, done.handed_in_at) == (True, exam.ends_at)
        entry = entries(exam)[-1]
        assert entry.actor_id is None
        assert entry.payload["ran_out"] is True

    def test_the_timer_hands_in_what_ran_out_and_nothing_else(self, secretary, county):
        old = exams.start(actor=actor(secretary), now=NOW)
        young = exams.start(actor=actor(county.user(county.branch, "clerk")), now=NOW + 20 * MINUTE)
        assert exams.close_expired(now=NOW + TIME) == 1
        assert exams.close_expired(now=NOW + TIME) == 0
        old.refresh_from_db()
        young.refresh_from_db()
        assert (old.is_open, young.is_open) == (False, True)


class TestMarking:
    @pytest.mark.parametrize(("right", "score", "passed"), [(20, 100, True), (16, 80, True), (15, 75, False)])
    def test_passes_at_eighty(self, secretary, right, score, passed):
        exam = attempt(secretary, right=right)
        assert (exam.score, exam.passed) == (score, passed)
        assert exam.answers.filter(right=True).count() == right
        assert Certificate.objects.filter(exam=exam).exists() is passed
        entry = entries(exam)[-1]
        assert (entry.action, entry.payload["score"], entry.payload["passed"]) == ("exam_handed_in", score, passed)
        assert len(entry.payload["answers"]) == QUESTIONS
        assert verify(f"exam:{exam.pk}") == []

    def test_a_certificate_says_who_where_when_and_how_well(self, secretary, county):
        exam = attempt(secretary, right=19)
        certificate = exam.certificate
        assert certificate.name == secretary.full_name
        assert certificate.organisation_name == county.branch.name
        assert (certificate.score, certificate.issued_on) == (95, TODAY)
        assert certificate.number.startswith("2026-")
        assert entries(exam)[-1].payload["certificate"] == certificate.number

    def test_attempts_are_kept(self, secretary):
        attempt(secretary, right=10)
        attempt(secretary, right=18, now=NOW + dt.timedelta(hours=1), seed=2)
        assert [exam.score for exam in learning.exams_of(secretary.pk)] == [90, 50]


class TestTheRequirement:
    def rule(self, organisation, *, days_ago=0, **more):
        rule = TrainingRule(
            organisation=organisation,
            effective_from=TODAY - dt.timedelta(days=days_ago),
            document="样本文件",
            **more,
        )
        return exams.save_training_rule(rule=rule, actor=replace(actor(UserFactory()), name="样本"), now=NOW)

    def owed(self, user, on=TODAY):
        return learning.owed_by(user.pk, on)

    def test_without_a_rule_nothing_is_owed(self, secretary):
        assert self.owed(secretary) == []

    def test_a_rule_above_reaches_the_branch_and_leaves_a_record(self, secretary, county):
        self.rule(county.county, grace_days=20)
        [owed] = self.owed(secretary)
        assert (owed.due, owed.passed_on) == (TODAY + dt.timedelta(days=20), None)
        assert not owed.is_late(TODAY)
        assert owed.is_late(TODAY + dt.timedelta(days=21))
        entry = Entry.objects.get(chain=f"org:{county.county.pk}")
        assert (entry.action, entry.payload["grace_days"]) == ("training_rule_created", 20)

    def test_only_those_who_lead_a_branch_owe_it(self, county):
        self.rule(county.city)
        for place, role in (("branch", "clerk"), ("committee", "secretary"), ("department", "department_officer")):
            assert self.owed(county.user(getattr(county, place), role)) == []
        for role in ("secretary", "deputy_secretary", "organisation_commissioner"):
            assert len(self.owed(county.user(county.branch, role))) == 1

    def test_a_pass_holds_for_a_year_and_a_month_before_its_end_comes_the_reminder(self, secretary, county):
        self.rule(county.county)
        attempt(secretary)
        assert self.owed(secretary) == []
        assert self.owed(secretary, dt.date(2027, 5, 10)) == []
        [owed] = self.owed(secretary, dt.date(2027, 5, 11))
        assert owed.due == dt.date(2027, 6, 10)

    def test_a_fail_changes_nothing(self, secretary, county):
        self.rule(county.county)
        attempt(secretary, right=15)
        assert len(self.owed(secretary)) == 1

    def test_the_nearest_rule_counts_and_the_latest_of_its_day(self, secretary, county):
        self.rule(county.city, days_ago=10)
        self.rule(county.committee, days_ago=5, required=False)
        assert self.owed(secretary) == []
        self.rule(county.committee, days_ago=1, grace_days=3)
        [owed] = self.owed(secretary)
        assert owed.due == TODAY + dt.timedelta(days=2)
        assert len(self.owed(county.user(county.townships[1].branches[0], "secretary"))) == 1

    def test_a_rule_of_tomorrow_is_not_yet_in_force(self, secretary, county):
        self.rule(county.county, days_ago=-1)
        assert self.owed(secretary) == []

    def test_a_new_holder_has_the_days_of_grace(self, county):
        self.rule(county.county, days_ago=100, grace_days=30)
        seat = SeatFactory(organisation=county.branch, role="deputy_secretary", starts_on=TODAY)
        [owed] = self.owed(seat.user)
        assert owed.due == TODAY + dt.timedelta(days=30)

    def test_two_rules_of_one_day_are_refused(self, county):
        self.rule(county.county)
        with pytest.raises(ValidationError):
            self.rule(county.county)
        assert TrainingRule.objects.count() == 1


class TestResults:
    def test_children_are_counted_by_the_holders_with_a_pass_within_a_year(self, county):
        first, second = county.townships
        attempt(county.user(first.branches[0], "secretary"))
        attempt(county.user(first.branches[1], "deputy_secretary"), right=10)
        attempt(county.user(second.branches[0], "secretary"), now=NOW - dt.timedelta(days=370))
        found = learning.results(county.county, TODAY)
        assert (found.whole.seats, found.whole.passed) == (12, 1)
        rows = {row.code: (row.standing.seats, row.standing.passed) for row in found.rows}
        assert rows == {first.committee.code: (6, 1), second.committee.code: (6, 0)}

    def test_months_count_attempts_where_they_were_made(self, county):
        attempt(county.user(county.branch, "secretary"))
        attempt(county.user(county.branch, "deputy_secretary"), right=10)
        attempt(county.user(county.branch, "clerk"), now=NOW - dt.timedelta(days=61))
        attempt(county.user(county.townships[1].branches[0], "secretary"))
        found = learning.months(county.committee.path, TODAY)
        assert len(found) == 12
        assert (found[0].start, found[-1].start) == (dt.date(2025, 7, 1), dt.date(2026, 6, 1))
        assert (found[-1].attempts, found[-1].passed, found[-1].average) == (2, 1, 75)
        assert found[-3].attempts == 1

    def test_a_month_begins_at_midnight_here(self, county):
        eve = NOW.replace(month=5, day=31, hour=23, minute=45)
        attempt(county.user(county.branch, "secretary"), now=eve)
        found = learning.months(county.branch.path, TODAY)
        assert (found[-2].attempts, found[-1].attempts) == (1, 0)

    def test_the_holders_without_a_pass(self, county):
        attempt(county.user(county.branch, "secretary"))
        everyone = learning.holders(county.committee.path, TODAY)
        due = learning.holders(county.committee.path, TODAY, without_pass=True)
        assert (everyone.count(), due.count()) == (6, 5)

    def test_a_pass_counts_up_to_its_first_anniversary(self, county):
        attempt(county.user(county.branch, "secretary"))
        day = dt.date(2027, 6, 10)
        assert learning.results(county.branch, day).whole.passed == 1
        assert learning.results(county.branch, day + dt.timedelta(days=1)).whole.passed == 0

    @pytest.mark.parametrize("people", [0, 3])
    def test_the_number_of_queries_is_fixed(self, county, people, django_assert_num_queries):
        for role in ("secretary", "deputy_secretary", "organisation_commissioner")[:people]:
            for township in county.townships:
                attempt(county.user(township.branches[0], role))
        with django_assert_num_queries(3):
            learning.results(county.county, TODAY)
        with django_assert_num_queries(1):
            list(learning.holders(county.county.path, TODAY))
        with django_assert_num_queries(1):
            learning.owed_by(county.user(county.branch, "secretary").pk, TODAY)
