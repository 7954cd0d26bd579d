"""Whole cases through the services, from the application to the end: the regular way and every other one."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import InMemoryStorage

from audit import services as audit
from audit.models import Entry
from branches.models import Member
from branches.services import roster
from recruitment.models import Case, Flag, Material, StepRecord
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEP_KEYS, STEPS
from recruitment.selectors.casefile import load
from recruitment.services import acts, interventions, review
from recruitment.services.base import Refused
from tests.branches.factories import County, make_county
from tests.recruitment.sitting_cases import (
    actor,
    at,
    bring,
    do,
    make_case,
    paper,
    side_actors,
    values_of,
    verify_step,
)

pytestmark = pytest.mark.django_db

ADMISSION, CONVERSION = "admission_branch_meeting", "conversion_branch_meeting"
FEW_VOTES = {"votes_for": 4, "votes_against": 5}
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def county() -> County:
    return make_county(members=3)


@pytest.fixture
def case(county: County) -> Case:
    return make_case(county)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("person__member", "branch").get(pk=case.pk)


def secretary(county: County):
    return actor(county, county.branch, "secretary")


def officer(county: County, number: int = 0):
    return actor(county, county.department, "department_officer", number)


def submit(county: County, case: Case, step: str, day: dt.date, **changes):
    """Enter the step with a clean pass and these changes."""
    enters, _ = side_actors(county, case, STEPS[step].side)
    return acts.submit(
        case_id=case.pk,
        step=step,
        values={**values_of(case, step, day), **changes},
        uploads=[paper(code) for code in STEPS[step].required_papers],
        actor=enters,
        now=at(day, 10),
    )


def finish(county: County, case: Case, step: str, day: dt.date) -> None:
    """From ``step`` to the archive, a day apart."""
    for key in STEP_KEYS[STEPS[step].number - 1 :]:
        do(county, case, key, day)
        day += DAY


def actions(case: Case) -> list[str]:
    return list(Entry.objects.filter(chain=case.chain).order_by("seq").values_list("action", flat=True))


def assert_whole(case: Case) -> None:
    """The record is whole, no verified act went against a hard rule, and nothing was left open behind the case."""
    assert audit.verify() == []
    for record in StepRecord.objects.filter(case=case, counts=True, status="verified"):
        unmet = [finding["gate"] for finding in record.verdict["findings"] if not finding["met"]]
        explained = Flag.objects.filter(case=case, code__in=unmet).exclude(explanation="").count()
        assert explained == len(unmet), record
    if not fresh(case).is_open:
        assert not case.obligations.exists()


# -- the regular way ----------------------------------------------------------------------------------------------


def test_the_regular_way_from_the_application_to_the_archive(county, case):
    day = bring(county, case, "archive_records")
    do(county, case, "archive_records", day)
    ended = fresh(case)
    assert (ended.step, ended.end, ended.ended_on, ended.light) == ("completed", "completed", day, "green")
    records = StepRecord.objects.filter(case=case)
    assert sorted(records.values_list("step", flat=True)) == sorted(STEP_KEYS)
    assert set(records.values_list("status", flat=True)) == {"verified"}
    assert actions(case).count("step_verified") == 31
    assert not ended.flags.filter(resolved_at=None).exists()
    assert_whole(case)


def test_nobody_verified_what_they_entered(county, case):
    bring(county, case, "committee_approval")
    for record in StepRecord.objects.filter(case=case, status="verified"):
        assert record.submitted_by_id != record.verified_by_id


def test_approval_enters_the_roster_and_conversion_makes_a_full_member(county, case):
    day = bring(county, case, "committee_approval")
    meeting = load(case.pk).facts().value(f"{ADMISSION}.meeting_date")
    assert fresh(case).person.member is None
    submit(county, case, "committee_approval", day)
    assert fresh(case).person.member is None  # what is not verified is not yet so
    verify_step(county, case, "committee_approval", at(day, 11))
    member = fresh(case).person.member
    assert (member.standing, member.joined_on, member.full_since) == (Member.Standing.PROBATIONARY, meeting, None)
    assert member not in roster.voters(county.branch, day)

    day = bring_on(county, case, "archive_records", day)
    member = fresh(case).person.member
    seniority = meeting.replace(year=meeting.year + 1)
    assert (member.standing, member.joined_on, member.full_since) == (Member.Standing.FULL, meeting, seniority)
    assert member in roster.voters(county.branch, day)
    assert_whole(case)


def bring_on(county: County, case: Case, to: str, day: dt.date) -> dt.date:
    """From the step after the approval, done on ``day``, to ``to``; the minimum times are waited for."""
    waits = {"probation_education": 300, "conversion_application": 30, CONVERSION: 30}
    for key in STEP_KEYS[STEPS["file_with_org_department"].number - 1 : STEPS[to].number - 1]:
        day += dt.timedelta(days=waits.get(key, 1))
        do(county, case, key, day)
    return day + dt.timedelta(days=waits.get(to, 1))


# -- a vote that does not pass ------------------------------------------------------------------------------------


def test_a_failed_vote_leaves_the_step_open_for_another_meeting(county, case):
    day = bring(county, case, ADMISSION)
    failed = submit(county, case, ADMISSION, day, **FEW_VOTES)
    assert (failed.outcome, failed.assessment.status, failed.assessment.codes) == ("not_passed", "open", ["V08"])
    assert fresh(case).light == "yellow"
    with pytest.raises(Refused) as refused:
        verify_step(county, case, ADMISSION, at(day, 12))
    assert refused.value.codes == ("not_this_step",)

    passed = submit(county, case, ADMISSION, day + 7 * DAY)
    assert (passed.outcome, passed.assessment.codes) == ("passed", [])
    verify_step(county, case, ADMISSION, at(day + 8 * DAY))
    record = StepRecord.objects.get(case=case, step=ADMISSION)
    assert [(a.number, a.outcome, a.code) for a in record.attempts.all()] == [(1, "not_passed", "V08")]
    assert [(b.attempt, b.passed) for b in record.ballots.all()] == [(1, False), (2, True)]
    assert record.action_on == day + 7 * DAY
    assert_whole(case)


# -- the end of probation -----------------------------------------------------------------------------------------


def test_an_extension_adds_one_round_and_moves_the_day_of_full_membership(county, case):
    day = bring(county, case, CONVERSION)
    old_end = load(case.pk).facts().probation_end
    submit(county, case, CONVERSION, day, decision="extend", extension_duration="P6M")
    verify_step(county, case, CONVERSION, at(day, 11))
    assert fresh(case).extended_until is None  # an extension that is not approved does not count
    submit(county, case, "conversion_approval", day + DAY, result="extend")
    verify_step(county, case, "conversion_approval", at(day + DAY, 11))
    second = fresh(case)
    new_end = second.extended_until
    assert (second.step, second.round) == ("probation_education", 2)
    assert new_end == load(case.pk).facts().probation_end
    assert (new_end.year * 12 + new_end.month) - (old_end.year * 12 + old_end.month) == 6
    assert second.person.member.standing == Member.Standing.PROBATIONARY

    log = {"case_id": case.pk, "step": "probation_education", "kind": "review_date", "actor": secretary(county)}
    acts.log(**log, on=new_end - 20 * DAY, now=at(new_end - 20 * DAY), uploads=[paper("D35"), paper("D47")])
    enter = submit(county, case, "probation_education", new_end - 19 * DAY)
    assert enter.record.round == 2
    verify_step(county, case, "probation_education", at(new_end - 19 * DAY, 11))
    for number, key in enumerate(("conversion_application", "conversion_review")):
        do(county, case, key, new_end - (10 - number) * DAY)
    with pytest.raises(Refused) as refused:
        submit(county, case, CONVERSION, new_end - DAY)
    assert refused.value.codes == ("extension_expired",)
    assert refused.value.refusals[0].unlocks_on == new_end
    with pytest.raises(Refused) as refused:
        submit(county, case, CONVERSION, new_end, decision="extend", extension_duration="P6M")
    assert refused.value.codes == ("extension_length",)  # once, and no second time

    finish(county, case, CONVERSION, new_end)
    ended = fresh(case)
    assert (ended.end, ended.person.member.full_since) == ("completed", new_end)
    assert_whole(case)


def test_a_cancelled_probation_ends_the_case_and_leaves_the_roster(county, case):
    day = bring(county, case, CONVERSION)
    submit(county, case, CONVERSION, day, decision="cancel")
    verify_step(county, case, CONVERSION, at(day, 11))
    submit(county, case, "conversion_approval", day + DAY, result="cancel")
    verify_step(county, case, "conversion_approval", at(day + DAY, 11))
    ended = fresh(case)
    assert (ended.step, ended.end, ended.light, ended.veto_code) == ("terminated", "cancelled", "red", "V14")
    assert ended.person.member.left_on == day + DAY
    assert ended.person.member not in roster.voters(county.branch, day + 400 * DAY)
    assert_whole(case)


# -- a move -------------------------------------------------------------------------------------------------------


def test_a_probationary_member_moves_with_the_case_and_its_clocks(county, case):
    day = bring(county, case, "probation_education")
    there = county.townships[1].branches[0]
    end = load(case.pk).facts().probation_end
    interventions.request_transfer(case_id=case.pk, to_branch=there, actor=secretary(county), now=at(day))
    with pytest.raises(Refused) as refused:
        submit(county, case, "probation_education", day)
    assert refused.value.codes == ("frozen",)
    interventions.accept_transfer(case_id=case.pk, actor=actor(county, there, "secretary"), now=at(day + DAY))
    moved = fresh(case)
    assert (moved.branch, moved.committee, moved.transferred_in) == (there, county.townships[1].committee, True)
    assert (moved.person.member.branch, moved.person.member.left_on) == (there, None)
    assert load(case.pk).facts().probation_end == end

    with pytest.raises(Refused) as refused:
        submit(county, case, "probation_education", day + 2 * DAY)
    assert refused.value.codes == ("not_allowed",)  # the old branch has nothing to enter any more
    do(county, moved, "probation_education", day + 2 * DAY)
    assert fresh(case).step == "conversion_application"
    assert_whole(case)


def test_a_refused_move_leaves_everything_as_it_was(county, case):
    day = bring(county, case, "organization_talk")
    there = county.townships[0].branches[1]
    interventions.request_transfer(case_id=case.pk, to_branch=there, actor=secretary(county), now=at(day))
    interventions.refuse_transfer(case_id=case.pk, actor=actor(county, there, "secretary"), now=at(day))
    stays = fresh(case)
    assert (stays.branch, stays.freeze, stays.transferred_in) == (county.branch, "", False)
    do(county, case, "organization_talk", day)
    assert_whole(case)


# -- red ----------------------------------------------------------------------------------------------------------


def red(county: County, case: Case, step: str, day: dt.date) -> None:
    _, verifier = side_actors(county, case, STEPS[step].verifier_side)
    interventions.raise_veto(case_id=case.pk, step=step, code="V11", reason="样本理由", actor=verifier, now=at(day))


def test_a_dismissed_red_lets_the_case_go_on(county, case):
    day = bring(county, case, "organization_talk")
    red(county, case, "organization_talk", day)
    frozen = fresh(case)
    assert (frozen.light, frozen.freeze, frozen.awaiting) == ("red", "veto", Side.DEPARTMENT)
    with pytest.raises(Refused) as refused:
        submit(county, case, "organization_talk", day)
    assert refused.value.codes == ("frozen",)
    interventions.dismiss_veto(case_id=case.pk, reason="不属实", actor=officer(county), now=at(day + DAY))
    do(county, case, "organization_talk", day + DAY)
    assert (fresh(case).step, fresh(case).light) == ("recommend_activist", "green")
    assert_whole(case)


def test_a_confirmed_red_ends_the_case_and_an_appeal_brings_it_back(county, case):
    day = bring(county, case, "organization_talk")
    red(county, case, "organization_talk", day)
    interventions.confirm_veto(case_id=case.pk, reason="属实", actor=officer(county), now=at(day + DAY))
    ended = fresh(case)
    assert (ended.step, ended.end, ended.light, ended.veto_code) == ("terminated", "veto", "red", "V11")
    with pytest.raises(Refused) as refused:
        submit(county, case, "organization_talk", day + 2 * DAY)
    assert refused.value.codes == ("closed",)

    with pytest.raises(Refused) as refused:
        interventions.reinstate(case_id=case.pk, reason="申诉", actor=officer(county), now=at(day + 3 * DAY))
    assert refused.value.codes == ("own_submission",)
    interventions.reinstate(case_id=case.pk, reason="申诉成立", actor=officer(county, 1), now=at(day + 3 * DAY))
    do(county, case, "organization_talk", day + 4 * DAY)
    assert fresh(case).step == "recommend_activist"
    assert_whole(case)


def test_a_red_during_probation_removes_the_member_once_it_is_confirmed(county, case):
    day = bring(county, case, "admission_oath")
    member = fresh(case).person.member
    red(county, case, "admission_oath", day)
    assert Member.objects.get(pk=member.pk).left_on is None
    interventions.confirm_veto(case_id=case.pk, reason="属实", actor=officer(county), now=at(day + DAY))
    assert Member.objects.get(pk=member.pk).left_on == day + DAY
    assert_whole(case)


@pytest.mark.parametrize(
    ("step", "field", "bad", "code"),
    [
        ("publicize_development_target", "result", "disqualifying", "V10"),
        ("political_review", "conclusion", "fail", "V04"),
        ("committee_approval", "result", "refuse", "V13"),
    ],
)
def test_a_bad_result_is_red_at_once_and_gone_when_dismissed(county, case, step, field, bad, code):
    day = bring(county, case, step)
    done = submit(county, case, step, day, **{field: bad})
    assert (done.assessment.light, done.assessment.codes) == ("red", [code])
    interventions.dismiss_veto(case_id=case.pk, reason="复核不成立", actor=officer(county), now=at(day + DAY))
    record = StepRecord.objects.get(case=case, step=step)
    assert (record.status, record.action_on) == ("open", None)
    do(county, case, step, day + DAY)
    assert fresh(case).step == STEP_KEYS[STEPS[step].number]
    assert_whole(case)


# -- neutral ends -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", interventions.NEUTRAL_ENDS)
def test_after_a_neutral_end_a_person_may_apply_again(county, case, outcome):
    day = bring(county, case, "recommend_activist")
    with pytest.raises(ValidationError):
        make_case(county, branch=county.townships[1].branches[0], day=day)
    interventions.close(case_id=case.pk, outcome=outcome, actor=secretary(county), now=at(day))
    ended = fresh(case)
    assert (ended.step, ended.end, ended.light, ended.ended_at_step) == (
        "closed",
        outcome,
        "green",
        "recommend_activist",
    )
    again = make_case(county, branch=county.townships[1].branches[0], day=day + DAY)
    assert again.person_id == case.person_id
    assert again.number != case.number
    assert fresh(again).step == STEP_KEYS[0]
    with pytest.raises(Refused):
        submit(county, case, "recommend_activist", day + DAY)
    assert_whole(case)


def test_a_second_application_after_membership_was_cancelled_gets_a_roster_row_of_its_own(county, case):
    day = bring(county, case, "admission_oath")
    interventions.close(case_id=case.pk, outcome="withdrawn", actor=secretary(county), now=at(day))
    first = fresh(case).person.member
    assert first.left_on == day
    again = make_case(county, day=day + DAY)
    assert fresh(again).person.member == first
    assert_whole(again)


# -- back ---------------------------------------------------------------------------------------------------------


def test_sent_back_within_the_stage_what_was_entered_stays_in_the_history(county, case):
    day = bring(county, case, "organization_talk")
    _, verifier = side_actors(county, case, Side.COMMITTEE)
    review.send_back(case_id=case.pk, step="submit_application", reason="申请书缺页", actor=verifier, now=at(day))
    assert fresh(case).step == "submit_application"
    assert StepRecord.objects.filter(case=case, counts=False).count() == 3
    for number, key in enumerate(("submit_application", "register_application", "organization_talk"), start=1):
        do(county, case, key, day + number * DAY)
    assert fresh(case).step == "recommend_activist"
    assert_whole(case)
