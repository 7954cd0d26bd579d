"""Earliest and latest days, the day before, on and after; what rises, what falls, and what a reader is told."""

from __future__ import annotations

import pytest

from tests.rehearsal.dsl import Story

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

TALK = "talk_within_one_month"
REVIEW, ANALYSIS = "review_every_six_months", "annual_pool_analysis"
UPLOAD = "upload_within_one_month"


def test_a_deadline_is_met_on_its_day_and_rises_the_day_after(play):
    # "`not_after` is met on that day too; the flag rises the day after." Received on 1 June: the talk by 1 July.
    before = Story.at("organization_talk")
    before.look("2026-07-01").shows(light="green", flags=[], next_change_on="2026-07-02")
    # "`next_change_on`: … null when it is not green."
    before.look("2026-07-02").shows(light="yellow", flags=[TALK], next_change_on=None)
    # "falls by itself when the entry shows that the act was in time."
    before.submit("2026-07-03", "organization_talk", talk_date="2026-07-01").accepted(light="green", flags=[])
    before.verify("2026-07-03", "organization_talk").accepted(light="green")
    play(before)

    late = Story.at("organization_talk")
    late.look("2026-07-01").shows(light="green", flags=[], next_change_on="2026-07-02")
    late.look("2026-07-02").shows(light="yellow", flags=[TALK])
    # "A missed deadline never blocks the act …; it is yellow until the act is done, explained, and verified."
    late.submit("2026-07-03", "organization_talk", talk_date="2026-07-02").accepted(light="yellow", flags=[TALK])
    late.verify("2026-07-03", "organization_talk").refused("flag_unexplained").because("flag_unexplained", codes=[TALK])
    # "stays listed though explained until it falls"
    late.explain("2026-07-03", TALK).accepted(flags=[TALK], light="yellow")
    late.verify("2026-07-03", "organization_talk").accepted(flags=[], light="green", step="recommend_activist")
    play(late)

    # "A deadline runs as soon as its anchor is entered, verified or not": and whichever step is current.
    stuck = Story()
    stuck.record("2026-06-10", "submit_application", received_on="2026-06-01").accepted(next_change_on="2026-07-02")
    stuck.look("2026-07-02").shows(step="submit_application", flags=[TALK], light="yellow")
    play(stuck)


def test_month_arithmetic_clamps_to_the_end_of_the_month(play):
    # "keeps the day number and clamps to the month's end"
    common = Story()
    common.submit("2027-01-31", "submit_application").accepted(next_change_on="2027-03-01")
    common.look("2027-02-28").shows(flags=[])
    common.look("2027-03-01").shows(flags=[TALK])
    play(common)
    leap = Story()
    leap.submit("2028-01-31", "submit_application").accepted(next_change_on="2028-03-01")
    leap.look("2028-02-29").shows(flags=[])
    leap.look("2028-03-01").shows(flags=[TALK])
    play(leap)


def test_eighteen_years_on_the_birthday(play):
    # "`not_before` is met on the day anchor + duration itself, by its target and by the server's day."
    story = Story(person={"birth_date": "2008-06-01"})
    story.look("2026-05-31").shows(unlocks_on="2026-06-01", light="green")
    story.submit("2026-05-31", "submit_application").refused("applicant_age_18").because(
        "applicant_age_18", unlocks_on="2026-06-01"
    )
    story.look("2026-06-01").shows(unlocks_on=None)
    # By its target: an application of the day before is still too early.
    story.submit("2026-06-01", "submit_application", application_date="2026-05-31").refused("applicant_age_18")
    story.submit("2026-06-01", "submit_application").accepted(unlocks_on=None)
    play(story)
    # By the server's day: a date entered ahead of time opens nothing (an application date is no action date).
    ahead = Story(person={"birth_date": "2008-06-01"})
    ahead.submit("2026-05-31", "submit_application", application_date="2026-06-01").refused("applicant_age_18")
    play(ahead)


def test_a_birthday_on_29_february_counts_on_1_march_in_common_years(play):
    # "A person born on 29 February is a year older on 1 March in common years."
    story = Story(person={"birth_date": "2008-02-29"})
    story.submit("2026-02-28", "submit_application").refused("applicant_age_18").because(
        "applicant_age_18", unlocks_on="2026-03-01"
    )
    story.submit("2026-03-01", "submit_application").accepted()
    play(story)


def test_one_year_of_cultivation(play):
    # The committee decided on 2026-07-01; the year counts from there, not from the filing.
    story = Story.at("cultivate_educate")
    story.log("2027-01-01", "halfyear_review", "review_date", "2027-01-01").accepted()
    story.log("2027-05-01", "halfyear_review", "review_date", "2027-05-01").accepted()
    story.log("2027-05-01", "halfyear_review", "annual_analysis", "2027-05-01").accepted()
    for step in ("cultivate_educate", "halfyear_review", "solicit_opinions"):
        # "`unlocks_on`: the first day on which the current step may be submitted": of the current step alone.
        story.submit("2027-05-02", step).accepted(unlocks_on=None)
        story.verify("2027-05-02", step).accepted()
    story.look("2027-06-30").shows(step="propose_development_target", unlocks_on="2027-07-01", light="green")
    story.submit("2027-06-30", "propose_development_target").refused("cultivation_one_year").because(
        "cultivation_one_year", unlocks_on="2027-07-01"
    )
    # "an earlier round of it is outside": the gate holds record like submit.
    story.record("2027-06-30", "propose_development_target").refused("cultivation_one_year")
    story.look("2027-07-01").shows(unlocks_on=None)
    story.submit("2027-07-01", "propose_development_target", meeting_date="2027-06-30").refused("cultivation_one_year")
    story.submit("2027-07-01", "propose_development_target").accepted(unlocks_on=None, status="submitted")
    play(story)


def test_every_half_year_and_every_year_from_the_decision(play):
    # "an entry after the anchor and up to and including anchor + duration, then one in each further period";
    # "It is asked for whether its log is open yet or not."
    unopened = Story.at("file_activist")
    unopened.look("2027-01-01").shows(flags=[], next_change_on="2027-01-02")
    unopened.look("2027-01-02").shows(flags=[REVIEW], step="file_activist")
    unopened.look("2027-07-01").shows(flags=[REVIEW])
    unopened.look("2027-07-02").shows(flags=[ANALYSIS, REVIEW])
    play(unopened)

    story = Story.at("cultivate_educate")
    story.look("2027-01-01").shows(flags=[], next_change_on="2027-01-02")
    story.log("2027-01-01", "halfyear_review", "review_date", "2027-01-01").accepted(
        flags=[], next_change_on="2027-07-02", step="cultivate_educate"
    )
    story.look("2027-07-02").shows(flags=[ANALYSIS, REVIEW])
    # A late-entered entry that lies in the period meets it after all.
    story.log("2027-07-20", "halfyear_review", "review_date", "2027-07-01").accepted(flags=[ANALYSIS])
    story.log("2027-07-20", "halfyear_review", "annual_analysis", "2027-07-01").accepted(
        flags=[], light="green", next_change_on="2028-01-02"
    )
    play(story)

    # An entry of the day after the period does not meet it, and meets the next one.
    after = Story.at("cultivate_educate")
    after.log("2027-01-02", "halfyear_review", "review_date", "2027-01-02").accepted(flags=[REVIEW])
    after.log("2027-01-02", "halfyear_review", "annual_analysis", "2027-01-02").accepted(flags=[REVIEW])
    after.look("2027-07-02").shows(flags=[REVIEW])
    play(after)


def test_the_yearly_analysis_is_the_committees(play):
    # "The yearly analysis is the committee's act, and its flag the committee's."
    story = Story.at("cultivate_educate")
    story.log("2027-07-02", "halfyear_review", "annual_analysis", "2027-07-02", by="branch_secretary").refused(
        "not_allowed", flags=[ANALYSIS, REVIEW]
    )
    story.explain("2027-07-02", ANALYSIS, by="branch_secretary").refused("not_allowed")
    story.explain("2027-07-02", REVIEW, by="grassroots_committee").refused("not_allowed")
    story.explain("2027-07-02", ANALYSIS, by="grassroots_committee").accepted()
    story.explain("2027-07-02", REVIEW, by="branch_secretary").accepted(flags=[ANALYSIS, REVIEW])
    play(story)


def test_an_explanation_is_for_what_is_open_that_day(play):
    # "gives the explanation (`text`) for the yellow flag `flag`, for all that is open under that code that day"
    story = Story.at("cultivate_educate")
    # "an explanation of what is not open", "A blank `reason` or `text`": `field_invalid`.
    story.explain("2027-01-01", REVIEW).refused("field_invalid").because("field_invalid", field="flag")
    story.explain("2027-01-02", REVIEW, text="  ").refused("field_invalid").because("field_invalid", field="text")
    story.explain("2027-01-02", "V99").refused("field_invalid")
    story.explain("2027-01-02", REVIEW).accepted(flags=[REVIEW], light="yellow")
    story.log("2027-01-05", "halfyear_review", "annual_analysis", "2027-01-05").accepted()
    # The second period ends without an entry too: what was explained is the first.
    story.log("2027-07-03", "halfyear_review", "review_date", "2027-07-03").accepted(flags=[REVIEW])
    story.log("2027-07-03", "halfyear_review", "review_date", "2027-07-03").accepted()
    for step in ("cultivate_educate", "halfyear_review"):
        story.submit("2027-07-04", step).accepted()
        if step == "cultivate_educate":
            story.verify("2027-07-04", step).accepted()
    story.verify("2027-07-04", "halfyear_review").refused("flag_unexplained").because(
        "flag_unexplained", codes=[REVIEW]
    )
    story.explain("2027-07-04", REVIEW).accepted(flags=[REVIEW])
    # "until its log step has been verified"
    story.verify("2027-07-04", "halfyear_review").accepted(flags=[], light="green")
    story.look("2028-07-04").shows(flags=[])
    play(story)


def test_three_and_six_months_for_the_approval(play):
    # "While `resolution_received_on` is not given, its deadlines count from the branch meeting": of 2027-08-23.
    three, six = "approve_within_three_months", "approve_within_six_months"
    # Probation runs from the meeting, approved or not, and so do its reviews.
    probation = "probation_review_half_yearly"
    story = Story.at("superior_talk")
    story.look("2027-09-01").shows(next_change_on="2027-11-24", flags=[])
    story.look("2027-11-23").shows(flags=[])
    story.look("2027-11-24").shows(flags=[three])
    story.look("2028-02-23").shows(flags=[three])
    story.look("2028-02-24").shows(flags=[six, three, probation])
    play(story)

    refused = Story.at("committee_approval")
    refused.look("2028-02-23").shows(flags=[three], unlocks_on=None)
    refused.submit("2028-02-24", "committee_approval").refused(six, flags=[six, three, probation])
    # "approval is refused and the flag stays; the committee sends the case back to `admission_branch_meeting`"
    refused.explain("2028-02-24", six).accepted(flags=[six, three, probation])
    refused.submit("2028-02-24", "committee_approval", meeting_date="2028-02-24").refused(six).because(six)
    refused.do("send_back", "2028-02-25", "admission_branch_meeting", reason="逾期未审批").accepted(
        step="admission_branch_meeting", status="open", hasnot=[six, three, probation]
    )
    # What was entered no longer counts, so that nothing runs from the old meeting.
    refused.look("2028-06-01").shows(hasnot=[six, three, probation])
    play(refused)

    # Entered after the six months, held within them: met after all.
    timely = Story.at("committee_approval")
    timely.submit("2028-03-01", "committee_approval", meeting_date="2028-02-23").accepted(flags=[three, probation])
    play(timely)


def test_the_report_starts_the_committees_clock(play):
    three = "approve_within_three_months"
    # "`resolution_received_on`, which is never invented": the submit alone leaves the meeting as the anchor.
    never = Story.at("committee_approval")
    never.submit("2027-11-24", "committee_approval").accepted(flags=[three])
    play(never)
    given = Story.at("committee_approval")
    given.submit("2027-11-25", "committee_approval", resolution_received_on="2027-08-25").accepted(flags=[])
    play(given)

    # "`report` …: sets … `resolution_received_on`, default the date of `at`"; "A later `report` replaces the date; a
    # failed attempt does not undo it."
    story = Story.at("committee_approval")
    story.do("report", "2027-08-27", "committee_approval").accepted(step="committee_approval", status="open")
    story.look("2027-11-27").shows(flags=[])
    story.look("2027-11-28").shows(flags=[three])
    story.do("report", "2027-11-28", "committee_approval", fields={"resolution_received_on": "2027-09-10"}).accepted(
        flags=[], next_change_on="2027-12-11"
    )
    story.submit("2027-11-29", "committee_approval", result="refuse").accepted(
        light="red", status="frozen", flags=["V13"], outcome="not_passed"
    )
    story.do("dismiss_veto", "2027-11-30", reason="应予复议").accepted(status="open", next_change_on="2027-12-11")
    story.submit("2027-12-11", "committee_approval").accepted(flags=[three])
    play(story)

    # The branch reports, on the steps that have two halves, while they are open.
    wrong = Story.at("committee_approval")
    wrong.do("report", "2027-08-27", "committee_approval", by="grassroots_committee").refused("not_allowed")
    wrong.do("report", "2027-08-27", "superior_talk").refused("not_this_step")
    wrong.do("report", "2027-08-27", "conversion_approval").refused("not_this_step")
    wrong.do("report", "2027-08-27", "committee_approval", fields={"resolution_received_on": "x"}).refused(
        "field_invalid"
    ).because("field_invalid", field="resolution_received_on")
    # A day to come is no action date.
    wrong.do("report", "2027-08-27", "committee_approval", fields={"resolution_received_on": "2027-09-01"}).accepted()
    # "uploads only the `materials` that it names"
    wrong.do("report", "2027-08-27", "committee_approval", materials=["D29"]).accepted()
    wrong.do("submit", "2027-08-28", "committee_approval", materials=["D30"]).refused("material_missing").because(
        "material_missing", codes=["D31"]
    )
    wrong.do("submit", "2027-08-28", "committee_approval", materials=["D30", "D31"]).accepted()
    wrong.do("report", "2027-08-28", "committee_approval").refused("not_this_step")
    play(wrong)


def test_the_conversion_approval_has_three_months(play):
    three = "conversion_approve_three_months"
    story = Story.at("conversion_approval")
    story.look("2028-11-23").shows(flags=[])
    story.look("2028-11-24").shows(flags=[three])
    story.do("report", "2028-11-24", "conversion_approval", fields={"resolution_received_on": "2028-08-24"}).accepted(
        flags=[], next_change_on="2028-11-25"
    )
    story.submit("2028-11-25", "conversion_approval").accepted(flags=[three], outcome="passed")
    play(story)


def test_the_conversion_application_neither_too_early_nor_too_late(play):
    early, late = "conversion_application_not_too_early", "conversion_application_deadline"
    # "`direction: before` counts backwards from the anchor": one month before 2028-08-23 is 2028-07-23.
    story = Story.at("probation_education")
    story.log("2028-02-23", "probation_education", "review_date", "2028-02-23").accepted()
    story.submit("2028-07-20", "probation_education").accepted()
    story.verify("2028-07-20", "probation_education").accepted(step="conversion_application", unlocks_on=None)
    story.submit("2028-07-22", "conversion_application").accepted(flags=[early], light="yellow")
    story.verify("2028-07-22", "conversion_application").refused("flag_unexplained")
    story.do("return", "2028-07-23", "conversion_application", reason="重新确认日期").accepted(
        flags=[early, "returned"]
    )
    story.submit("2028-07-23", "conversion_application", application_date="2028-07-23").accepted(flags=[])
    play(story)

    after = Story.at("conversion_application")
    after.look("2028-09-23").shows(flags=[])
    after.look("2028-09-24").shows(flags=[late])
    after.submit("2028-09-24", "conversion_application", application_date="2028-09-23").accepted(hasnot=[late])
    play(after)


def test_the_later_of_two_days_anchors_the_conversion_meeting(play):
    # "Where a gate has `anchor_not_before`, the later of the two days is the anchor."
    one, three = "conversion_meeting_within_one_month", "conversion_meeting_within_three_months"
    story = Story.at("conversion_branch_meeting")  # applied on 16 August, the end of probation is 23 August
    story.look("2028-09-23").shows(flags=[])
    story.look("2028-09-24").shows(flags=[one])
    story.look("2028-11-23").shows(flags=[one])
    story.look("2028-11-24").shows(flags=[one, three])
    play(story)
    applied_later = Story.at("conversion_application")
    applied_later.submit("2028-09-10", "conversion_application").accepted(next_change_on="2028-10-11")
    play(applied_later)


def test_one_full_year_of_probation(play):
    story = Story.at("conversion_branch_meeting")
    story.look("2028-08-22T16:00").shows(unlocks_on="2028-08-23")
    story.submit("2028-08-22T16:00", "conversion_branch_meeting").refused("probation_full_year").because(
        "probation_full_year", unlocks_on="2028-08-23"
    )
    story.submit("2028-08-23", "conversion_branch_meeting", meeting_date="2028-08-22").refused("probation_full_year")
    story.submit("2028-08-23", "conversion_branch_meeting").accepted(outcome="passed")
    play(story)


def test_archive_within_one_month(play):
    story = Story.at("archive_records")
    story.look("2028-10-05").shows(flags=[], next_change_on="2028-10-06")
    story.look("2028-10-06").shows(flags=["archive_within_one_month"])
    story.submit("2028-10-06", "archive_records", archived_on="2028-10-05", handed_over_on="2028-10-01").accepted(
        flags=[]
    )
    play(story)


def test_the_last_day_of_a_deadline_that_the_wait_for_the_talk_crosses(play):
    # A freeze or a returned step stops no clock; a returned act whose date is corrected is judged by the new date.
    story = Story.at("organization_talk")
    story.submit("2026-07-01", "organization_talk").accepted(flags=[])
    story.do("return", "2026-07-02", "organization_talk", reason="日期有误").accepted(
        flags=["returned"], status="returned"
    )
    story.submit("2026-07-02", "organization_talk", talk_date="2026-07-02").accepted(flags=[TALK])
    play(story)
