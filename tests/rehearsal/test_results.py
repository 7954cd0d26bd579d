"""Votes, bad results, reds and their decision, returns, suspensions and sendings back."""

from __future__ import annotations

from datetime import date

import pytest

from branches.models import Member
from tests.rehearsal.dsl import Story

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

MEETING, CONVERSION = "admission_branch_meeting", "conversion_branch_meeting"


def test_votes(play):
    def tally(eligible, present, votes_for, against=0, **more):
        votes = {"eligible_voters": eligible, "present_voters": present, "votes_for": votes_for}
        return votes | {"votes_against": against} | more

    def meeting(**fields):
        story = Story.at(MEETING)
        return story, story.submit("2027-08-23", MEETING, **fields)

    # "No quorum, a tally that does not add up, or an open ballot refuse the entry."
    refused = [
        (tally(10, 5, 5), {f"{MEETING}_quorum"}),
        # "written opinions do not count as attendance"
        (tally(10, 5, 5, written_for=5), {f"{MEETING}_quorum"}),
        (tally(9, 9, 8), {f"{MEETING}_tally"}),
        (tally(9, 9, 9, written_for=1), {f"{MEETING}_tally"}),
        (tally(9, 9, 9, ballot_kind="open"), {"admission_secret_ballot"}),
        (tally(9, 9, 9, candidates_in_meeting=2, voted_individually=False), {"admission_secret_ballot"}),
        (tally(10, 5, 4, ballot_kind="open"), {f"{MEETING}_quorum", f"{MEETING}_tally", "admission_secret_ballot"}),
        (tally(0, 0, 0), {f"{MEETING}_quorum"}),
        (tally(9, 9, -1), {"field_invalid"}),
        (tally(9, 9, 9, ballot_kind="shown"), {"field_invalid"}),
    ]
    for fields, codes in refused:
        story, wanted = meeting(**fields)
        wanted.refused(*codes, status="open", outcome=None)
        play(story)
    passed = [
        tally(9, 5, 5),
        tally(10, 6, 6),
        tally(10, 6, 5, 1, written_for=1),
        tally(11, 6, 6),
        tally(9, 9, 9, candidates_in_meeting=2, voted_individually=True),
        # "Whether a meeting passed is computed, never asked."
        tally(9, 9, 5, 4, passed=False),
    ]
    for fields in passed:
        story, wanted = meeting(**fields)
        wanted.accepted(outcome="passed", status="submitted", flags=[])
        story.verify("2027-08-23", MEETING).accepted(outcome="passed", step="superior_talk")
        play(story)
    # "Too few votes in favour is a result: outcome `not_passed`, flag V08, and the step is open for another meeting".
    # "`majority` gates are never refusal codes."
    failed = [tally(10, 6, 5, 1), tally(10, 10, 5, 5), tally(9, 5, 4, 1), tally(9, 9, 4, 5, passed=True)]
    for fields in failed:
        story, wanted = meeting(**fields)
        wanted.accepted(outcome="not_passed", status="open", light="yellow", flags=["V08"], next_change_on=None)
        story.verify("2027-08-23", MEETING).refused("not_this_step")
        play(story)


def test_another_meeting_after_a_vote_that_did_not_pass(play):
    late = "meeting_within_one_month"
    story = Story.at(MEETING)
    story.record("2027-08-23", MEETING, votes_for=4, votes_against=5).accepted(
        outcome="not_passed", flags=["V08"], status="open"
    )
    # "none of the three needs an explanation"; "deadlines run on".
    story.look("2027-09-17").shows(flags=["V08", late])
    # Its fields are not kept: what is left out is the clean pass again.
    story.record("2027-09-18", MEETING, votes_for=3, votes_against=6).accepted(
        outcome="not_passed", flags=["V08", late]
    )
    # "which clears V08 when it passes"
    story.record("2027-09-20", MEETING).accepted(outcome="passed", flags=[late], status="open")
    story.do("submit", "2027-09-20", MEETING, materials=[]).accepted(outcome="passed", flags=[late])
    story.verify("2027-09-20", MEETING).refused("flag_unexplained").because("flag_unexplained", codes=[late])
    story.explain("2027-09-20", late).accepted()
    story.verify("2027-09-20", MEETING).accepted(outcome="passed", flags=[])
    # Approval counts from the meeting that passed: 2027-09-20 + 3 months.
    story.look("2027-12-20").shows(flags=[])
    story.look("2027-12-21").shows(flags=["approve_within_three_months"])
    play(story)

    conversion = Story.at(CONVERSION)
    conversion.submit("2028-08-23", CONVERSION, votes_for=4, votes_against=5, decision="cancel").accepted(
        outcome="not_passed", flags=["V08"], status="open"
    )
    conversion.submit("2028-08-24", CONVERSION, ballot_kind="open").refused("conversion_secret_ballot")
    conversion.submit("2028-08-24", CONVERSION, eligible_voters=18).refused("conversion_branch_meeting_quorum")
    conversion.submit("2028-08-24", CONVERSION, votes_for=8).refused("conversion_branch_meeting_tally")
    conversion.submit("2028-08-24", CONVERSION).accepted(outcome="passed", flags=[])
    play(conversion)


@pytest.mark.parametrize(
    ("step", "at", "fields", "code", "outcome"),
    [
        ("political_review", "2027-08-02", {"conclusion": "fail"}, "V04", None),
        (
            "publicize_development_target",
            "2027-07-20",
            {"result": "disqualifying", "publicity_start": "2027-07-12", "publicity_end": "2027-07-19"},
            "V10",
            None,
        ),
        ("committee_approval", "2027-09-06", {"result": "refuse"}, "V13", "not_passed"),
    ],
)
def test_results_that_raise_a_red(play, step, at, fields, code, outcome):
    # "`fail` of the political review raises red V04, `disqualifying` V10, `refuse` V13, once, when entered".
    for act in ("submit", "record"):
        story = Story.at(step)
        story.do(act, at, step, fields=fields).accepted(
            step=step, status="frozen", light="red", flags=[code], outcome=outcome, next_change_on=None
        )
        story.verify(at, step).refused("frozen")
        # "after a dismissal the step is open again without the bad result"
        story.do("dismiss_veto", at, reason="查无此事").accepted(
            step=step, status="open", light="green", flags=[], outcome=None
        )
        story.verify(at, step).refused("not_this_step")
        good = {name: value for name, value in fields.items() if name.startswith("publicity")}
        story.do("submit", at, step, fields=good, materials=[]).accepted(status="submitted", flags=[])
        story.verify(at, step).accepted(light="green")
        play(story)
    confirmed = Story.at(step)
    confirmed.submit(at, step, **fields).accepted(light="red")
    confirmed.do("confirm_veto", at, reason=" ").refused("field_invalid").because("field_invalid", field="reason")
    confirmed.do("confirm_veto", at, reason="属实", by="grassroots_committee").refused("not_allowed")
    # "An ended case keeps only its veto code".
    confirmed.do("confirm_veto", at, reason="属实").accepted(status="terminated", light="red", flags=[code])
    confirmed.do("dismiss_veto", at, reason="x").refused("closed")
    confirmed.end = {"step": step, "status": "terminated", "light": "red", "seniority_start": None}
    play(confirmed)


def test_a_hard_lock_stands_before_a_bad_result(play):
    story = Story.at("publicize_development_target")
    story.submit("2027-07-20", "publicize_development_target", result="disqualifying").refused(
        "publicity_five_working_days"
    )
    story.look("2027-07-20").shows(light="green", status="open")
    play(story)


@pytest.mark.parametrize(
    ("step", "at", "field"),
    [
        ("determine_activist", "2026-07-01", "decision"),
        ("file_activist", "2026-07-05", "opinion"),
        ("propose_development_target", "2027-07-05", "decision"),
        ("consent_development_target", "2027-07-08", "opinion"),
        ("branch_committee_review", "2027-08-09", "decision"),
    ],
)
def test_a_committee_that_disagrees(play, step, at, field):
    # "`disagree` leaves the step open with outcome `not_passed`."
    story = Story.at(step)
    story.submit(at, step, **{field: "disagree"}).accepted(
        outcome="not_passed", status="open", light="green", flags=[], step=step
    )
    story.verify(at, step).refused("not_this_step")
    story.record(at, step, **{field: "disagree"}).accepted(outcome="not_passed", status="open", flags=[])
    story.submit(at, step).accepted(outcome=None, status="submitted")
    story.verify(at, step).accepted(outcome=None)
    play(story)


def test_a_preliminary_review_that_failed(play):
    # "`fail` of the preliminary review is yellow V07 with the step open again"
    step = "preliminary_review"
    story = Story.at(step)
    story.submit("2027-08-16", step, result="fail").accepted(status="open", flags=["V07"], light="yellow", outcome=None)
    story.record("2027-08-17", step, result="fail").accepted(flags=["V07"])
    # No deadline runs from a result that did not pass.
    story.look("2027-12-01").shows(flags=["V07"])
    # "V07 and V08 when an attempt passes"
    story.submit("2027-12-02", step).accepted(flags=[], status="submitted", next_change_on="2028-01-03")
    story.verify("2027-12-02", step).accepted()
    play(story)


def test_reds_that_a_verifier_raises(play):
    # "a `code` of effect `terminate` that is enabled, with `reason`"
    story = Story.at("organization_talk")
    for code in ("V05", "V06", "V07", "V08", "V09", "V12", "V24", "V25", "V26", "V99", ""):
        story.do("veto", "2026-06-03", code=code, reason="核查发现").refused("field_invalid").because(
            "field_invalid", field="code"
        )
    story.do("veto", "2026-06-03", code="V17", reason="x", by="superior_org_department").refused("not_allowed")
    # "after the dismissal of a `veto` it stands as before"
    story.submit("2026-06-03", "organization_talk").accepted(status="submitted")
    story.do("veto", "2026-06-03", code="V17", reason="核查发现").accepted(status="frozen", light="red", flags=["V17"])
    story.do("dismiss_veto", "2026-06-04", reason="查无此事").accepted(status="submitted", light="green", flags=[])
    story.do("veto", "2026-07-10", code="V11", reason="材料造假").accepted(flags=["V11"])
    # "A freeze stops no clock" — and a red one shows what else is open.
    story.do("confirm_veto", "2026-07-11", reason="属实").accepted(status="terminated", light="red", flags=["V11"])
    play(story)

    late = Story.at("organization_talk")
    late.do("veto", "2026-06-30", code="V02", reason="核查发现").accepted(flags=["V02"])
    late.look("2026-07-02").shows(flags=["V02", "talk_within_one_month"], light="red", status="frozen")
    late.do("dismiss_veto", "2026-07-02", reason="查无此事").accepted(flags=["talk_within_one_month"], light="yellow")
    play(late)

    # The verifier of a committee's step is the department: it raises, and another of its people decides.
    above = Story.at("file_activist")
    above.do("veto", "2026-07-05", code="V16", reason="核查发现", by="grassroots_committee").refused("not_allowed")
    above.do("veto", "2026-07-05", code="V16", reason="核查发现").accepted(light="red")
    above.do("confirm_veto", "2026-07-06", reason="").refused("field_invalid")
    above.do("confirm_veto", "2026-07-06", reason="属实").accepted(status="terminated")
    play(above)


def test_a_return_opens_the_step_again(play):
    # "yellow with `reason`: the step is open again for correction"; "`returned` falls at the next submit".
    story = Story.at("organization_talk")
    story.submit("2026-06-10", "organization_talk").accepted()
    story.do("return", "2026-06-11", "organization_talk", reason="谈话记录不全").accepted(
        status="returned", light="yellow", flags=["returned"], next_change_on=None
    )
    story.verify("2026-06-11", "organization_talk").refused("not_this_step")
    story.record("2026-06-12", "organization_talk", talk_date="2026-06-11").accepted(
        status="returned", flags=["returned"]
    )
    story.do("upload", "2026-06-12", "organization_talk").accepted(flags=["returned"])
    # "A field given again replaces the recorded one", one left out stays.
    story.submit("2026-07-02", "organization_talk").accepted(status="submitted", light="green", flags=[])
    story.verify("2026-07-02", "organization_talk").accepted()
    play(story)


def test_suspensions(play):
    # "yellow, nothing of the case can be verified (`suspended`) until `resume`"; "the flag is the code and needs no
    # explanation".
    story = Story.at("organization_talk")
    for code in ("V17", "V24", "V07", "V99", ""):
        story.do("suspend", "2026-06-03", code=code, reason="x").refused("field_invalid")
    story.do("suspend", "2026-06-03", code="V25", reason="立案").accepted(
        flags=["V25"], light="yellow", status="open", next_change_on=None
    )
    story.do("suspend", "2026-06-03", code="V25", reason="立案").refused("not_this_step")
    story.do("suspend", "2026-06-03", code="V12", reason="将离职").accepted(flags=["V12", "V25"])
    story.submit("2026-06-10", "organization_talk").accepted(status="submitted")
    story.verify("2026-06-10", "organization_talk").refused("suspended")
    story.do("return", "2026-06-10", "organization_talk", reason="补正").accepted(flags=["V12", "V25", "returned"])
    story.submit("2026-06-10", "organization_talk").accepted(flags=["V12", "V25"])
    story.do("resume", "2026-06-11", reason="", code="V25").refused("field_invalid")
    story.do("resume", "2026-06-11", reason="结案", code="V06").refused("not_this_step")
    # "(with a `code` that one, without one all)"
    story.do("resume", "2026-06-11", reason="结案", code="V25").accepted(flags=["V12"])
    story.verify("2026-06-11", "organization_talk").refused("suspended")
    story.do("suspend", "2026-06-12", code="V25").accepted(flags=["V12", "V25"])
    story.do("resume", "2026-06-12", reason="都已消除").accepted(flags=[], light="green", next_change_on=None)
    story.do("resume", "2026-06-12", reason="都已消除").refused("not_this_step")
    story.verify("2026-06-12", "organization_talk").accepted()
    play(story)


@pytest.mark.parametrize("outcome", ["withdrawn", "died", "moved_away", "dropped"])
def test_neutral_ends(play, outcome):
    # "ends the case without a red"; "`close` leaves none and green"; "any seat for transfers and close".
    story = Story.at("organization_talk")
    story.do("close", "2026-07-02", outcome="completed").refused("field_invalid")
    story.do("close", "2026-07-02").refused("field_invalid", flags=["talk_within_one_month"])
    story.do("close", "2026-07-02", outcome=outcome, by="superior_org_department").accepted(
        step="organization_talk", status="closed", light="green", flags=[], unlocks_on=None, next_change_on=None
    )
    story.end = {"step": "organization_talk", "status": "closed", "light": "green"}
    play(story)


def test_sending_back(play):
    # "back to an earlier step of the same stage that was verified; by that step's verifier; it and every step with a
    # higher number start afresh (papers and explanations too), status `open`, no flag".
    story = Story.at("cultivate_educate")
    story.do("send_back", "2026-07-09", "organization_talk", reason="x").refused("not_this_step")
    story.do("send_back", "2026-07-09", "cultivate_educate", reason="x").refused("not_this_step")
    story.do("send_back", "2026-07-09", "solicit_opinions", reason="x").refused("not_this_step")
    story.do("send_back", "2026-07-09", "determine_activist", reason=" ").refused("field_invalid")
    story.do("send_back", "2026-07-09", "file_activist", reason="x", by="grassroots_committee").refused("not_allowed")
    story.log("2026-08-01", "halfyear_review", "review_date", "2026-08-01").accepted()
    story.look("2027-07-02").shows(flags=["annual_pool_analysis", "review_every_six_months"])
    story.do("send_back", "2027-07-02", "determine_activist", reason="程序有误").accepted(
        step="determine_activist", status="open", light="green", flags=[], next_change_on=None, outcome=None
    )
    story.log("2027-07-02", "halfyear_review", "review_date", "2027-07-02").refused("not_this_step")
    story.do("submit", "2027-07-03", "determine_activist", materials=[]).refused("material_missing")
    story.submit("2027-07-03", "determine_activist").accepted(next_change_on="2028-01-04")
    story.verify("2027-07-03", "determine_activist").accepted(step="file_activist")
    play(story)

    # What its anchors still start goes on: the decision stands, the filing is done again.
    filing = Story.at("cultivate_educate")
    filing.do("send_back", "2026-07-10", "file_activist", reason="重新备案", by="superior_org_department").accepted(
        step="file_activist", status="open", flags=[], next_change_on="2027-01-02"
    )
    play(filing)

    # A log that is sent back to takes entries again from that day, and its old ones no longer count.
    log = Story.at("halfyear_review")
    log.do("send_back", "2027-06-30T16:00", "cultivate_educate", reason="补课").accepted(
        step="cultivate_educate", status="open", flags=["review_every_six_months"]
    )
    # Entered again, the first half-year is met after all; its papers have their month from the new opening.
    log.log("2027-07-01", "halfyear_review", "review_date", "2027-01-01").accepted(
        flags=[], next_change_on="2027-07-02"
    )
    play(log)

    # A suspension is the case's, not the step's.
    held = Story.at("assign_contacts")
    held.do("suspend", "2026-07-06", code="V25").accepted(flags=["V25"])
    held.do("send_back", "2026-07-06", "file_activist", reason="重新备案").accepted(flags=["V25"], status="open")
    play(held)


def test_an_approval_is_sent_back_and_given_again(play):
    """What the approval did to the roster is taken back with it."""

    def standings():
        return list(Member.objects.filter(joined_on__year=2027).order_by("pk").values_list("standing", "left_on"))

    admission = Story.at("file_with_org_department")
    admission.do("send_back", "2027-09-07", "committee_approval", reason="批复有误").accepted(
        step="committee_approval", status="open", flags=[]
    )
    play(admission)
    assert standings() == [("probationary", date(2027, 9, 7))]
    admission.submit("2027-09-08", "committee_approval").accepted(outcome="passed")
    admission.verify("2027-09-08", "committee_approval").accepted(outcome="passed")
    admission.look("2027-09-08")
    play(admission)
    assert standings() == [("probationary", date(2027, 9, 7)), ("probationary", None)]

    conversion = Story.at("archive_records")
    play(conversion)
    assert standings() == [("full", None)]
    conversion.do("send_back", "2028-09-06", "conversion_branch_meeting", reason="表决有误").accepted(
        step="conversion_branch_meeting", status="open"
    )
    play(conversion)
    assert standings() == [("probationary", None)]
    conversion.submit("2028-09-07", "conversion_branch_meeting").accepted(outcome="passed")
    conversion.verify("2028-09-07", "conversion_branch_meeting").accepted()
    conversion.submit("2028-09-08", "conversion_approval").accepted(outcome="passed")
    conversion.verify("2028-09-08", "conversion_approval").accepted(step="archive_records", light="green")
    play(conversion)
    assert standings() == [("full", None)]


def test_two_steps_side_by_side(play):
    # "`intensive_training` takes record, upload and submit while `political_review` is open, and is verified after it;
    # until then nothing else may be done to it."
    training, review = "intensive_training", "political_review"
    story = Story.at(review)
    story.do("upload", "2027-07-25", training).accepted(step=review, status="open")
    story.record("2027-07-26", training).accepted(step=review, status="open")
    story.submit("2027-07-26", training).accepted(step=review, status="open")
    story.submit("2027-07-26", training).refused("not_this_step")
    story.do("upload", "2027-07-26", training).refused("not_this_step")
    story.verify("2027-07-26", training).refused("not_this_step")
    story.do("return", "2027-07-26", training, reason="x").refused("not_this_step")
    story.do("veto", "2027-07-26", training, code="V17", reason="x").refused("not_this_step")
    story.do("send_back", "2027-07-26", training, reason="x").refused("not_this_step")
    story.submit("2027-07-27", "branch_committee_review").refused("not_this_step")
    story.submit("2027-08-02", review).accepted(step=review, status="submitted")
    story.verify("2027-08-02", training).refused("not_this_step")
    story.verify("2027-08-02", review).accepted(step=training, status="submitted")
    story.do("return", "2027-08-02", training, reason="补正").accepted(status="returned")
    story.submit("2027-08-02", training).accepted()
    story.verify("2027-08-03", training).accepted(step="branch_committee_review")
    # Its order: after both, not before either.
    story.submit("2027-08-03", "branch_committee_review", meeting_date="2027-08-01").refused(
        "after_political_review", "date_order"
    ).because("after_political_review", unlocks_on="2027-08-02")
    story.submit("2027-08-03", "branch_committee_review", meeting_date="2027-07-25").refused(
        "after_political_review", "after_training", "date_order"
    )
    play(story)

    # It may begin only when the introducers are fixed and verified.
    early = Story.at("assign_introducers")
    early.submit("2027-07-21", training).refused("not_this_step")
    play(early)
