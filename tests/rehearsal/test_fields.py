"""Fields left out, given, computed; and the gates that look at them."""

from __future__ import annotations

import pytest

from tests.rehearsal.dsl import Story

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_numbers_of_people(play):
    # "Counts default to a clean pass (… contacts 1, introducers 2 …); numbers of people and forms are given as counts."
    story = Story.at("assign_contacts")
    for count in (0, 3, 50):
        story.submit("2026-07-08", "assign_contacts", contacts=count).refused("contact_count").because("contact_count")
    for value in (-1, "two", [1], True, 1.5):
        story.submit("2026-07-08", "assign_contacts", contacts=value).refused("field_invalid").because(
            "field_invalid", field="contacts"
        )
    story.record("2026-07-08", "assign_contacts", contacts=2).accepted()
    story.submit("2026-07-08", "assign_contacts").accepted()
    play(story)
    introducers = Story.at("assign_introducers")
    for count in (0, 1, 3):
        introducers.submit("2027-07-22", "assign_introducers", introducers=count).refused("introducer_count")
    introducers.submit("2027-07-22", "assign_introducers", introducers=2).accepted()
    play(introducers)
    # Other people whom no gate counts.
    talk = Story.at("organization_talk")
    talk.submit("2026-06-10", "organization_talk", talkers=2).accepted()
    play(talk)
    review = Story.at("political_review")
    review.submit("2027-08-02", "political_review", reviewers=3).accepted()
    play(review)


def test_training(play):
    # any_of: 3 days, 24 hours; "(… training 3 days and 24 hours …)" left out.
    story = Story.at("intensive_training")
    story.submit("2027-08-06", "intensive_training", days=2, hours=23).refused("training_amount")
    story.submit("2027-08-06", "intensive_training", days=2.5, hours=23.5).refused("training_amount").because(
        "training_amount"
    )
    story.submit("2027-08-06", "intensive_training", days="many").refused("field_invalid")
    story.record("2027-08-06", "intensive_training", days=2, hours=24).accepted()
    story.record("2027-08-06", "intensive_training", days=3, hours=1).accepted()
    story.submit("2027-08-06", "intensive_training", days=0, hours=0, exemption_approval="县委组织部批文").accepted()
    play(story)
    blank = Story.at("intensive_training")
    blank.submit("2027-08-06", "intensive_training", days=0, hours=0, exemption_approval="  ").refused(
        "training_amount"
    )
    play(blank)


def test_leaving_within_three_months(play):
    # horizon: at least three months after the result. "On `preliminary_review` it may carry `"override": "reason"`,
    # which lifts `leaving_within_three_months`".
    gate, step = "leaving_within_three_months", "preliminary_review"
    story = Story.at(step, person={"expected_leave_date": "2027-11-15"})
    story.submit("2027-08-15", step, result_on="2027-08-15").accepted()
    play(story)
    near = Story.at(step, person={"expected_leave_date": "2027-11-15"})
    near.submit("2027-08-16", step).refused(gate).because(gate)
    near.do("submit", "2027-08-16", step, override="  ").refused(gate)
    near.do("submit", "2027-08-16", step, override="县委批准", fields={"result_on": "2027-08-16"}).accepted()
    near.verify("2027-08-16", step).accepted()
    play(near)
    # It lifts that lock alone.
    other = Story.at(step, person={"expected_leave_date": "2027-11-15"})
    other.do("submit", "2027-08-16", step, override="县委批准", materials=[]).refused("material_missing")
    play(other)


def test_the_annual_plan(play):
    # "The annual plan has room unless the scenario says `"plan_room": 0`; then `annual_plan_quota` rises with the entry
    # of the consent."
    quota, step = "annual_plan_quota", "consent_development_target"
    story = Story.at(step, plan_room=0)
    story.look("2027-07-08").shows(flags=[], light="green")
    story.submit("2027-07-08", step, opinion="disagree").accepted(flags=[], outcome="not_passed")
    story.bare("2027-07-08", step).accepted(flags=[quota], light="yellow")
    story.submit("2027-07-08", step).accepted(flags=[quota])
    story.verify("2027-07-08", step).refused("flag_unexplained").because("flag_unexplained", codes=[quota])
    story.explain("2027-07-08", quota).accepted(flags=[quota])
    story.verify("2027-07-08", step).accepted(flags=[], light="green")
    play(story)
    room = Story.at(step, plan_room=1)
    room.submit("2027-07-08", step, plan_year=2028).accepted(flags=[])
    play(room)
    next_year = Story.at(step, plan_room=0)
    next_year.submit("2027-07-08", step, plan_year=2028).accepted(flags=[quota])
    play(next_year)
    off = Story.at(step, plan_room=0, local_rules={quota: {"enabled": False}})
    off.submit("2027-07-08", step).accepted(flags=[])
    play(off)
    # A tolerance of nothing is nothing.
    tolerant = Story.at(step, plan_room=0, local_rules={quota: {"tolerance_percent": 50}})
    tolerant.submit("2027-07-08", step).accepted(flags=[quota])
    play(tolerant)


def test_record_first_and_hand_over_later(play):
    # "enters what was not recorded yet"; "A field given again replaces the recorded one."
    story = Story.at("organization_talk")
    story.record("2026-06-10", "organization_talk", talk_date="2026-06-09").accepted(status="open", outcome=None)
    # Handed over after the month, the talk of 9 June stands.
    story.submit("2026-07-05", "organization_talk").accepted(flags=[], status="submitted")
    play(story)
    again = Story.at("organization_talk")
    again.record("2026-06-10", "organization_talk", talk_date="2026-06-09").accepted()
    again.record("2026-07-05", "organization_talk", talk_date="2026-07-05").accepted(flags=["talk_within_one_month"])
    again.submit("2026-07-06", "organization_talk", talk_date="2026-06-30").accepted(flags=[])
    play(again)
    # "`null` is left out": what was recorded stays.
    null = Story.at("organization_talk")
    null.record("2026-06-10", "organization_talk", talk_date="2026-06-09").accepted()
    null.do("submit", "2026-07-05", "organization_talk", fields={"talk_date": None, "summary": None}).accepted(flags=[])
    play(null)


def test_action_dates_default_to_the_day(play):
    # "Action dates … default to the date of `at`. Other date fields of the step that a gate compares default to the
    # action date". The clock is Asia/Shanghai's: ten minutes past midnight is the new day.
    story = Story(person={"birth_date": "2008-06-02"})
    story.submit("2026-06-02T00:10", "submit_application").accepted(next_change_on="2026-07-03")
    play(story)
    night = Story(person={"birth_date": "2008-06-02"})
    night.submit("2026-06-01T23:59", "submit_application").refused("applicant_age_18")
    play(night)
    # The application's own date follows the day of receipt.
    received = Story(person={"birth_date": "2008-06-02"})
    received.submit("2026-06-05", "submit_application", received_on="2026-06-01").refused("applicant_age_18")
    play(received)


def test_local_rules(play):
    # "by gate id, `enabled` and those of `duration`, `min`, `max`, `tolerance_percent`, `count_start_day` that the gate
    # has."
    lock = Story.at("recommend_activist", local_rules={"application_to_recommendation": {"enabled": True}})
    lock.look("2026-11-30").shows(unlocks_on="2026-12-01", light="green")
    lock.submit("2026-11-30", "recommend_activist").refused("application_to_recommendation").because(
        "application_to_recommendation", unlocks_on="2026-12-01"
    )
    lock.submit("2026-12-01", "recommend_activist").accepted()
    play(lock)
    longer = Story.at(
        "recommend_activist", local_rules={"application_to_recommendation": {"enabled": True, "duration": "P20D"}}
    )
    longer.look("2026-06-20").shows(unlocks_on="2026-06-21")
    play(longer)
    # A parameter alone does not switch a rule on.
    off = Story.at("recommend_activist", local_rules={"application_to_recommendation": {"duration": "P9M"}})
    off.submit("2026-06-20", "recommend_activist").accepted()
    play(off)
    null = Story.at(
        "recommend_activist", local_rules={"application_to_recommendation": None, "archive_within_one_month": {}}
    )
    null.submit("2026-06-20", "recommend_activist").accepted()
    play(null)

    quarterly = Story.at("cultivate_educate", local_rules={"thought_report_quarterly": {"enabled": True}})
    quarterly.look("2026-10-01").shows(flags=[], next_change_on="2026-10-02")
    quarterly.look("2026-10-02").shows(flags=["thought_report_quarterly"])
    quarterly.log("2026-10-02", "cultivate_educate", "thought_report", "2026-10-01").accepted(
        flags=[], next_change_on="2027-01-02"
    )
    play(quarterly)
    bimonthly = Story.at(
        "cultivate_educate", local_rules={"thought_report_quarterly": {"enabled": True, "duration": "P2M"}}
    )
    bimonthly.look("2026-09-01").shows(next_change_on="2026-09-02")
    bimonthly.log("2026-09-01", "cultivate_educate", "activity", "2026-09-01").accepted(next_change_on="2026-09-02")
    play(bimonthly)

    contacts = Story.at("assign_contacts", local_rules={"assign_contacts_within_one_month": {"enabled": True}})
    contacts.look("2026-08-01").shows(flags=[], next_change_on="2026-08-02")
    contacts.look("2026-08-02").shows(flags=["assign_contacts_within_one_month"])
    play(contacts)

    uploads = Story.at("organization_talk", local_rules={"upload_within_one_month": {"duration": "P10D"}})
    uploads.bare("2026-06-10", "organization_talk").accepted(next_change_on="2026-06-21")
    uploads.look("2026-06-21").shows(flags=["upload_within_one_month"])
    play(uploads)
    no_uploads = Story.at("organization_talk", local_rules={"upload_within_one_month": {"enabled": False}})
    no_uploads.bare("2026-06-10", "organization_talk").accepted(next_change_on=None)
    play(no_uploads)

    one_review = Story.at("cultivate_educate", local_rules={"minimum_two_reviews": {"min": 1}})
    one_review.log("2026-08-01", "halfyear_review", "review_date", "2026-08-01").accepted()
    one_review.submit("2026-08-01", "cultivate_educate").accepted()
    one_review.verify("2026-08-01", "cultivate_educate").accepted()
    one_review.submit("2026-08-02", "halfyear_review").accepted()
    play(one_review)

    forms = Story.at("archive_records", local_rules={"six_forms_cut": {"min": 5, "max": 7}})
    forms.submit("2028-09-20", "archive_records", cut_out_forms=4).refused("six_forms_cut")
    forms.submit("2028-09-20", "archive_records", cut_out_forms=7).accepted()
    play(forms)

    reviews = Story.at("probation_education", local_rules={"probation_review_half_yearly": {"duration": "P3M"}})
    reviews.look("2027-11-23").shows(flags=[], next_change_on="2027-11-24")
    play(reviews)


def test_rules_of_validity_rise_like_deadlines(play):
    # "A rule of the kind `validity` rises like a deadline."
    rules = {"political_review_validity": {"enabled": True}, "training_validity": {"enabled": True, "duration": "P13M"}}
    story = Story.at("admission_branch_meeting", local_rules={**rules})
    story.look("2028-08-02").shows(flags=["meeting_within_one_month"])
    # A flag belongs to the step of its gate's target: the meeting.
    story.look("2028-08-03").shows(flags=["meeting_within_one_month", "political_review_validity"])
    story.look("2028-09-06").shows(flags=["meeting_within_one_month", "political_review_validity"])
    story.look("2028-09-07").shows(flags=["meeting_within_one_month", "political_review_validity", "training_validity"])
    # Held within all of them, entered a year later: what remains is what runs from the meeting.
    story.submit("2028-09-07", "admission_branch_meeting", meeting_date="2027-09-16").accepted(
        has=["upload_within_one_month", "approve_within_six_months"],
        hasnot=["meeting_within_one_month", "political_review_validity", "training_validity"],
    )
    play(story)


def test_rules_inside_one_step(play):
    # The committee's clock begins with the report, before any act of its own.
    request = Story.at("preliminary_review", local_rules={"review_within_one_month_of_request": {"enabled": True}})
    request.look("2027-09-30").shows(flags=[], next_change_on=None)
    request.do("report", "2027-09-30", "preliminary_review", fields={"submitted_on": "2027-09-01"}).accepted(
        flags=[], next_change_on="2027-10-02"
    )
    request.look("2027-10-02").shows(flags=["review_within_one_month_of_request"])
    request.submit("2027-10-02", "preliminary_review", submitted_on="2027-09-02").accepted(flags=[])
    play(request)

    rules = {"resolution_report_three_months": {"enabled": True}, "resolution_report_six_months": {"enabled": True}}
    resolution = Story.at("admission_branch_meeting", local_rules=rules)
    resolution.submit("2027-08-23", "admission_branch_meeting", resolution_submitted_on="2028-02-24").refused(
        "resolution_report_six_months"
    ).because("resolution_report_six_months")
    resolution.submit("2027-08-23", "admission_branch_meeting", resolution_submitted_on="2028-02-23").accepted(
        flags=["resolution_report_three_months"]
    )
    play(resolution)

    notice = {"conversion_publicity": {"enabled": True, "duration": "P7D", "count_start_day": True}}
    conversion = Story.at("conversion_review", local_rules=notice)
    # Monday 14 August 2028, counted itself: the seventh working day is Tuesday 22 August.
    conversion.submit(
        "2028-08-22", "conversion_review", publicity_start="2028-08-14", publicity_end="2028-08-21"
    ).refused("conversion_publicity").because("conversion_publicity", unlocks_on="2028-08-22")
    # Left out, both days are the action date.
    conversion.submit("2028-08-22", "conversion_review").refused("conversion_publicity")
    conversion.submit(
        "2028-08-22", "conversion_review", publicity_start="2028-08-14", publicity_end="2028-08-22"
    ).accepted()
    play(conversion)
