"""Approval, extension, cancellation, transfers and the archive."""

from __future__ import annotations

import pytest

from tests.rehearsal.dsl import Story

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

MEETING, APPROVAL = "conversion_branch_meeting", "conversion_approval"
REVIEW = "probation_review_half_yearly"


def test_dates_that_a_rule_fixes(play):
    # "computed (given and different, where the result is `approve` or `convert`: refused with the gate's id"
    fixed = "probation_start_equals_meeting"
    story = Story.at("committee_approval")
    story.submit("2027-09-06", "committee_approval", probation_start="2027-08-24").refused(fixed).because(fixed)
    story.record("2027-09-06", "committee_approval", probation_end="2028-08-22").refused(fixed)
    story.submit("2027-09-06", "committee_approval", probation_start="soon").refused("field_invalid")
    story.submit("2027-09-06", "committee_approval", probation_start="2027-08-23", probation_end="2028-08-23").accepted(
        outcome="passed"
    )
    story.end = {"probation_end": "2028-08-23", "seniority_start": None, "status": "submitted"}
    play(story)
    refusal = Story.at("committee_approval")
    refusal.submit("2027-09-06", "committee_approval", probation_start="2020-01-01", result="refuse").accepted(
        flags=["V13"], outcome="not_passed"
    )
    refusal.end = {"probation_end": None}
    play(refusal)

    seniority = Story.at(APPROVAL)
    seniority.submit("2028-09-05", APPROVAL, seniority_start="2028-09-05").refused("seniority_start_rule")
    seniority.submit("2028-09-05", APPROVAL, seniority_start="2028-08-23").accepted(outcome="passed")
    seniority.end = {"probation_end": "2028-08-23", "seniority_start": "2028-08-23"}
    play(seniority)


def test_probation_from_29_february(play):
    # "keeps the day number and clamps": one year from 2028-02-29 ends on 2029-02-28.
    story = Story.at("admission_branch_meeting", months=6)
    story.submit("2028-02-29", "admission_branch_meeting").accepted()
    story.verify("2028-02-29", "admission_branch_meeting").accepted()
    story.submit("2028-03-01", "superior_talk").accepted()
    story.verify("2028-03-01", "superior_talk").accepted()
    story.submit("2028-03-02", "committee_approval").accepted()
    story.end = {"probation_end": "2029-02-28"}
    play(story)


def test_the_approval_gives_what_the_meeting_decided(play):
    # "`conversion_approval.result`: what the meeting decided; a differing one is `field_invalid`"
    story = Story.at(APPROVAL)
    for result in ("extend", "cancel", "refuse"):
        story.submit("2028-09-05", APPROVAL, result=result).refused("field_invalid").because(
            "field_invalid", field="result"
        )
    story.submit("2028-09-05", APPROVAL, result="convert").accepted()
    play(story)


def test_the_length_of_an_extension(play):
    # "(6 to 12 months, once; compared as dates from the old end of probation)": from 2028-08-23.
    def extended(duration):
        story = Story.at(MEETING)
        return story, story.submit("2028-08-23", MEETING, decision="extend", extension_duration=duration)

    for duration in ("P5M", "P183D", "P13M", "P366D", "P1Y1D", "P0D"):
        story, wanted = extended(duration)
        wanted.refused("extension_length").because("extension_length")
        play(story)
    for duration in ("half a year", "6M", "PT1H", "", 6):
        story, wanted = extended(duration)
        wanted.refused("field_invalid").because("field_invalid", field="extension_duration")
        play(story)
    for duration in ("P6M", "P184D", "P12M", "P1Y", "P365D", None):
        story, wanted = extended(duration)
        wanted.accepted(outcome="extended", status="submitted")
        # Until the approval is verified the old end stands.
        story.end = {"probation_end": "2028-08-23"}
        play(story)


def test_the_second_round(play):
    # "leads, once the approval is verified, to a second round from `probation_education`; there the end of probation is
    # the extended one, for every rule that counts from it, and in `end.probation_end`"
    story = Story.at(MEETING)
    # "`extension_end` is always computed"
    story.submit("2028-08-23", MEETING, decision="extend", extension_end="2035-01-01").accepted(outcome="extended")
    story.verify("2028-08-23", MEETING).accepted(outcome="extended", step=APPROVAL)
    story.submit("2028-09-05", APPROVAL, seniority_start="2001-01-01").accepted(outcome="extended")
    story.verify("2028-09-05", APPROVAL).accepted(
        outcome="extended",
        step="probation_education",
        status="open",
        light="green",
        flags=[],
        unlocks_on=None,
        next_change_on="2029-02-24",
    )
    story.end = {
        "step": "probation_education",
        "status": "open",
        "probation_end": "2029-02-23",
        "seniority_start": None,
    }
    play(story)

    whole = Story.second_round(None)
    whole.end = {
        "status": "completed",
        "probation_end": "2029-02-23",
        "seniority_start": "2029-02-23",
        "light": "green",
    }
    for wanted in whole.expectations:
        wanted.shows(flags=[], light="green")
    play(whole)


def test_periods_and_deadlines_of_the_second_round(play):
    # "In a second round the periods go on from the same anchor; only those ending on or after its first day count."
    story = Story.second_round()
    story.look("2029-02-23").shows(flags=[], next_change_on="2029-02-24")
    story.look("2029-02-24").shows(flags=[REVIEW])
    # The end of probation is now 2029-02-23: one month before it and one month after it.
    story.look("2029-03-23").shows(flags=[REVIEW])
    story.look("2029-03-24").shows(flags=["conversion_application_deadline", REVIEW])
    play(story)

    early = Story.second_round("conversion_application")
    early.submit("2029-02-12T16:00", "conversion_application", application_date="2029-01-22").accepted(
        flags=["conversion_application_not_too_early"]
    )
    early.do("return", "2029-02-13", "conversion_application", reason="x").accepted()
    early.submit("2029-02-13", "conversion_application", application_date="2029-01-23").accepted(flags=[])
    play(early)

    # "The later of the two days": the extended end.
    meeting = Story.second_round(MEETING)
    meeting.look("2029-03-23").shows(flags=[])
    meeting.look("2029-03-24").shows(flags=["conversion_meeting_within_one_month"])
    play(meeting)

    # The papers of the second round are its own.
    papers = Story.second_round("conversion_application")
    papers.do("submit", "2029-02-14", "conversion_application", materials=[]).refused("material_missing")
    play(papers)

    # Entries before the second round opened belong to it too, where its log is asked for them.
    counted = Story.second_round()
    counted.log("2029-02-01", "probation_education", "review_date", "2028-08-24").accepted()
    counted.look("2029-02-24").shows(hasnot=[REVIEW])
    play(counted)


def test_the_second_meeting(play):
    story = Story.second_round(MEETING)
    story.look("2029-02-22").shows(unlocks_on="2029-02-23")
    story.submit("2029-02-22", MEETING).refused("extension_expired").because(
        "extension_expired", unlocks_on="2029-02-23"
    )
    story.look("2029-02-23").shows(unlocks_on=None)
    # "once"
    story.submit("2029-02-23", MEETING, decision="extend").refused("extension_length")
    story.submit("2029-02-23", MEETING, decision="cancel").accepted(outcome="cancelled")
    story.verify("2029-02-23", MEETING).accepted(outcome="cancelled")
    story.submit("2029-03-05", APPROVAL).accepted(outcome="cancelled", status="submitted", light="green")
    # "`cancel` ends the case once its approval is verified"; "(cancelled: V14)".
    story.verify("2029-03-05", APPROVAL).accepted(
        outcome="cancelled", status="terminated", light="red", flags=["V14"], next_change_on=None
    )
    story.submit("2029-03-06", "archive_records").refused("closed")
    story.end = {"status": "terminated", "light": "red", "seniority_start": None}
    play(story)


def test_sending_back_in_the_second_round(play):
    # "it and every step with a higher number start afresh": of the round that runs.
    story = Story.second_round(MEETING)
    story.do("send_back", "2029-02-21", "conversion_application", reason="重新申请").accepted(
        step="conversion_application", status="open"
    )
    story.submit("2029-02-21", "conversion_application").accepted()
    story.verify("2029-02-21", "conversion_application").accepted(step="conversion_review")
    story.end = {"probation_end": "2029-02-23"}
    play(story)
    log = Story.second_round(MEETING)
    # "log entries of the first round count on", also where the second round's log is open again.
    log.do("send_back", "2029-02-21", "probation_education", reason="补考察").accepted(
        step="probation_education", status="open", flags=[], next_change_on="2029-02-24"
    )
    log.end = {"probation_end": "2029-02-23"}
    play(log)


def test_a_transfer_freezes_and_stops_no_clock(play):
    # "freezes the case for a move to another branch; ends the freeze"; "A freeze stops no clock."
    for ending in ("accept_transfer", "refuse_transfer"):
        story = Story.at("organization_talk")
        story.do("transfer", "2026-06-20").accepted(
            status="frozen", light="green", flags=[], next_change_on="2026-07-02", step="organization_talk"
        )
        story.look("2026-07-02").shows(status="frozen", light="yellow", flags=["talk_within_one_month"])
        story.do(ending, "2026-07-03", by="grassroots_committee").accepted(
            status="open", light="yellow", flags=["talk_within_one_month"]
        )
        story.do(ending, "2026-07-03").refused("not_this_step")
        story.submit("2026-07-03", "organization_talk").accepted()
        story.explain("2026-07-03", "talk_within_one_month").accepted()
        story.verify("2026-07-03", "organization_talk").accepted(step="recommend_activist")
        play(story)
    # A submitted step stands as it stood.
    submitted = Story.at("organization_talk")
    submitted.submit("2026-06-10", "organization_talk").accepted()
    submitted.do("transfer", "2026-06-11").accepted(status="frozen")
    submitted.do("accept_transfer", "2026-06-12").accepted(status="submitted")
    submitted.verify("2026-06-12", "organization_talk").accepted()
    play(submitted)


def test_a_member_transferred_in_during_probation(play):
    # "Accepted between approval and conversion, the member counts as transferred in during probation; with a
    # `postponed_reason` entered only `transferee_postpone_limit` then limits the meeting."
    one, three = "conversion_meeting_within_one_month", "conversion_meeting_within_three_months"
    limit = "transferee_postpone_limit"
    story = Story.at("conversion_application")
    story.do("transfer", "2028-08-15T16:00").accepted()
    story.do("accept_transfer", "2028-08-15T17:00").accepted()
    story.between("conversion_application", "conversion_review")
    story.look("2029-02-23").shows(flags=[one, three])
    story.look("2029-02-24").shows(flags=[one, three, limit])
    play(story)
    postponed = Story.at("conversion_application")
    postponed.do("transfer", "2028-08-15T16:00").accepted()
    postponed.do("accept_transfer", "2028-08-15T17:00").accepted()
    postponed.between("conversion_application", "conversion_review")
    postponed.record("2029-02-23", MEETING, postponed_reason="转入后需继续考察").accepted(flags=[])
    postponed.submit("2029-02-24", MEETING, meeting_date="2029-02-24").accepted(flags=[limit])
    play(postponed)
    # Nobody else is postponed.
    at_home = Story.at(MEETING)
    at_home.submit("2029-02-24", MEETING, postponed_reason="外出").accepted(flags=[one, three])
    play(at_home)
    # Moved before the approval, she is no transferee of her probation.
    before = Story.at("superior_talk")
    before.do("transfer", "2027-08-23T16:00").accepted()
    before.do("accept_transfer", "2027-08-23T17:00").accepted()
    before.between("superior_talk", "conversion_review")
    before.look("2029-02-24").shows(flags=[one, three])
    play(before)
    # A transfer that was refused moved nobody.
    refused = Story.at("conversion_application")
    refused.do("transfer", "2028-08-15T16:00").accepted()
    refused.do("refuse_transfer", "2028-08-15T17:00").accepted()
    refused.between("conversion_application", "conversion_review")
    refused.look("2029-02-24").shows(flags=[one, three])
    play(refused)


def test_six_forms_for_a_personnel_archive(play):
    # "`archive_kind` follows `has_personnel_archive`"; "numbers of people and forms are given as counts".
    story = Story.at("archive_records")
    for count in (0, 5, 7, 17, 40):
        story.submit("2028-09-20", "archive_records", cut_out_forms=count).refused("six_forms_cut")
    for value in (-1, "6", ["F04"], True, 6.5):
        story.submit("2028-09-20", "archive_records", cut_out_forms=value).refused("field_invalid").because(
            "field_invalid", field="cut_out_forms"
        )
    story.submit("2028-09-20", "archive_records", cut_out_forms=5, archive_kind="party").accepted()
    play(story)
    six = Story.at("archive_records")
    six.submit("2028-09-20", "archive_records", cut_out_forms=6).accepted()
    six.verify("2028-09-20", "archive_records").accepted(step=None, status="completed", light="green", flags=[])
    play(six)
    without = Story.at("archive_records", person={"has_personnel_archive": False})
    without.submit("2028-09-20", "archive_records", cut_out_forms=5).accepted()
    play(without)
