"""Materials: what is uploaded when nothing is said, what is missing, and the month in which papers follow the act."""

from __future__ import annotations

import pytest

from tests.rehearsal.dsl import Story

pytestmark = pytest.mark.django_db

UPLOAD = "upload_within_one_month"


def test_materials_left_out_none_and_some(play):
    # "`materials` left out means: every required document is uploaded at that moment. `"materials": []` uploads none;
    # `["D01"]` just that one."
    story = Story.at("file_activist")
    story.do("submit", "2026-07-05", "file_activist", materials=[]).refused("material_missing").because(
        "material_missing", codes=["D06", "D07"]
    )
    story.do("submit", "2026-07-05", "file_activist", materials=["D06"]).refused("material_missing").because(
        "material_missing", codes=["D07"]
    )
    # A refusal keeps nothing, its papers neither.
    story.do("submit", "2026-07-05", "file_activist", materials=["D07"]).refused("material_missing")
    story.do("upload", "2026-07-05", "file_activist", materials=["D06"]).accepted(status="open")
    story.do("submit", "2026-07-05", "file_activist", materials=["D07"]).accepted(status="submitted")
    play(story)

    whole = Story.at("file_activist")
    whole.do("upload", "2026-07-05", "file_activist").accepted()
    whole.do("submit", "2026-07-05", "file_activist", materials=[]).accepted()
    play(whole)

    # A document that the step asks for without requiring it belongs to it; one of another step does not.
    review = Story.at("political_review")
    review.do("upload", "2027-08-02", "political_review", materials=["D23"]).accepted()
    review.do("upload", "2027-08-02", "political_review", materials=["D20"]).refused("field_invalid").because(
        "field_invalid", field="materials"
    )
    review.do("submit", "2027-08-02", "political_review", materials=["D18", "D19", "D17"]).refused("field_invalid")
    review.do("submit", "2027-08-02", "political_review", materials=["D18", "D19"]).accepted()
    play(review)


def test_papers_are_due_one_month_after_the_act(play):
    # "The required documents of a step are due one month after its action date"; "from the day after, the flag … is
    # open until they are all there and the lateness is explained."
    story = Story.at("organization_talk")
    story.bare("2026-06-10", "organization_talk").accepted(status="open", next_change_on="2026-07-11")
    story.look("2026-07-10").shows(flags=[], light="green")
    story.look("2026-07-11").shows(flags=[UPLOAD], light="yellow")
    story.do("upload", "2026-07-11", "organization_talk").accepted(flags=[UPLOAD])
    story.do("submit", "2026-07-11", "organization_talk", materials=[]).accepted(flags=[UPLOAD])
    story.verify("2026-07-11", "organization_talk").refused("flag_unexplained").because(
        "flag_unexplained", codes=[UPLOAD]
    )
    story.explain("2026-07-11", UPLOAD).accepted(flags=[], light="green")
    story.verify("2026-07-11", "organization_talk").accepted()
    play(story)

    in_time = Story.at("organization_talk")
    in_time.bare("2026-06-10", "organization_talk").accepted(status="open", next_change_on="2026-07-11")
    in_time.do("upload", "2026-07-10", "organization_talk").accepted(flags=[])
    in_time.look("2026-07-11").shows(flags=[], light="green")
    play(in_time)

    explained = Story.at("organization_talk")
    explained.bare("2026-06-10", "organization_talk").accepted(status="open", next_change_on="2026-07-11")
    explained.explain("2026-07-11", UPLOAD).accepted(flags=[UPLOAD])
    # Explained and not there: still open, and verified it cannot be, for it is not submitted.
    explained.do("submit", "2026-07-12", "organization_talk", materials=[]).refused("material_missing", flags=[UPLOAD])
    explained.do("submit", "2026-07-12", "organization_talk").accepted(flags=[])
    play(explained)


def test_the_clock_of_papers_begins_when_the_step_opened_if_that_is_later(play):
    # "or after the day on which the step opened if that is later"
    story = Story.at("register_application")
    story.submit("2026-06-02", "register_application").accepted()
    story.verify("2026-06-20", "register_application").accepted()
    story.bare("2026-06-20", "organization_talk", talk_date="2026-06-05").accepted(next_change_on="2026-07-21")
    story.look("2026-07-20").shows(flags=[])
    story.look("2026-07-21").shows(flags=[UPLOAD])
    play(story)

    # An act entered late, with its papers, is late all the same.
    late = Story.at("recommend_activist")
    late.submit("2026-08-10", "recommend_activist", recommended_on="2026-06-20").accepted(flags=[UPLOAD])
    play(late)
    opened = Story.at("recommend_activist")
    opened.submit("2026-07-20", "recommend_activist", recommended_on="2026-06-20").accepted(flags=[])
    play(opened)


def test_each_log_entry_has_a_month_of_its_own(play):
    # "For a log step each entry has that month, and one upload serves every waiting entry".
    story = Story.at("cultivate_educate")
    story.log("2026-08-01", "halfyear_review", "review_date", "2026-08-01", materials=[]).accepted(
        next_change_on="2026-09-02"
    )
    story.log("2026-08-10", "halfyear_review", "review_date", "2026-08-10", materials=[]).accepted()
    story.do("upload", "2026-08-20", "halfyear_review").accepted(flags=[], next_change_on="2027-07-02")
    story.look("2026-10-01").shows(flags=[])
    play(story)

    # An upload does not serve an entry that comes after it.
    later = Story.at("cultivate_educate")
    later.log("2026-08-01", "halfyear_review", "review_date", "2026-08-01", materials=[]).accepted()
    later.do("upload", "2026-08-05", "halfyear_review").accepted()
    later.log("2026-08-10", "halfyear_review", "review_date", "2026-08-10", materials=[]).accepted(
        next_change_on="2026-09-11"
    )
    later.look("2026-09-11").shows(flags=[UPLOAD])
    # One explanation for all that is open under the code that day.
    later.log("2026-09-11", "halfyear_review", "review_date", "2026-07-20", materials=[]).accepted(flags=[UPLOAD])
    later.explain("2026-09-12", UPLOAD).accepted(flags=[UPLOAD])
    later.do("upload", "2026-09-13", "halfyear_review").accepted(flags=[])
    play(later)

    # Both required documents of the education log, in two uploads.
    both = Story.at("cultivate_educate")
    both.log("2026-08-01", "cultivate_educate", "activity", "2026-08-01", materials=["D08"]).accepted(
        next_change_on="2026-09-02"
    )
    both.do("upload", "2026-09-01", "cultivate_educate", materials=["D09"]).accepted(next_change_on="2027-01-02")
    play(both)


def test_a_log_opens_when_it_takes_entries(play):
    # "A log opens when it takes entries; a step opens once." An entry dated before that has its month from there.
    story = Story.at("assign_contacts")
    story.submit("2026-07-08", "assign_contacts").accepted()
    story.log("2026-07-10", "halfyear_review", "review_date", "2026-07-10").refused("not_this_step")
    story.verify("2026-08-20", "assign_contacts").accepted()
    story.log("2026-08-20", "halfyear_review", "review_date", "2026-07-10", materials=[]).accepted(
        next_change_on="2026-09-21"
    )
    story.look("2026-09-20").shows(flags=[])
    story.look("2026-09-21").shows(flags=[UPLOAD])
    play(story)


def test_the_closing_of_a_log_has_no_clock(play):
    # "its closing has no clock of its own"
    story = Story.at("cultivate_educate")
    story.submit("2026-12-01", "cultivate_educate", education_started_on="2026-07-08").accepted(flags=[])
    play(story)
    bare = Story.at("cultivate_educate")
    bare.bare("2026-08-01", "cultivate_educate").accepted()
    bare.look("2026-09-02").shows(flags=[])
    play(bare)


def test_an_entry_that_was_entered_late_is_late_with_its_papers(play):
    story = Story.at("cultivate_educate")
    story.log("2026-12-01", "halfyear_review", "review_date", "2026-10-31").accepted(flags=[UPLOAD])
    story.explain("2026-12-01", UPLOAD).accepted(flags=[])
    story.log("2026-12-01", "halfyear_review", "review_date", "2026-11-01").accepted(flags=[])
    play(story)


def test_entries_of_a_log_are_dated_acts(play):
    # "An entry's date is an action date: not in the future, not before that step's."
    story = Story.at("cultivate_educate")
    story.log("2026-08-01", "cultivate_educate", "contact_talk", "2026-08-02").refused("action_date_in_future")
    story.log("2026-08-01", "cultivate_educate", "contact_talk", "2026-07-07").refused("date_order")
    story.log("2026-08-01", "halfyear_review", "review_date", "2026-07-07").refused("date_order")
    story.log("2026-08-01", "halfyear_review", "review_date", "soon").refused("field_invalid").because(
        "field_invalid", field="review_date"
    )
    story.log("2026-08-01", "cultivate_educate", "activity", "2026-08-01", materials=["D10"]).refused("field_invalid")
    story.log("2026-08-01", "cultivate_educate", "contact_talk", "2026-07-08").accepted()
    # "closed in order by submit and verify"
    story.submit("2026-08-01", "halfyear_review").refused("not_this_step")
    story.record("2026-08-01", "halfyear_review").refused("not_this_step")
    story.submit("2026-08-01", "cultivate_educate").accepted()
    # "a log entry to a closed log … is `not_this_step`"
    story.log("2026-08-02", "cultivate_educate", "activity", "2026-08-02").refused("not_this_step")
    story.do("upload", "2026-08-02", "cultivate_educate").refused("not_this_step")
    story.log("2026-08-02", "halfyear_review", "review_date", "2026-08-02").accepted()
    story.do("return", "2026-08-02", "cultivate_educate", reason="补记").accepted()
    story.log("2026-08-02", "cultivate_educate", "activity", "2026-08-02").accepted(status="returned")
    play(story)


def test_at_least_two_reviews(play):
    story = Story.at("cultivate_educate")
    story.log("2026-12-01", "halfyear_review", "review_date", "2026-12-01").accepted()
    story.log("2026-12-01", "halfyear_review", "annual_analysis", "2026-12-01").accepted()
    story.submit("2026-12-02", "cultivate_educate").accepted()
    story.verify("2026-12-02", "cultivate_educate").accepted()
    story.submit("2026-12-03", "halfyear_review").refused("minimum_two_reviews").because("minimum_two_reviews")
    # The same day twice is two entries.
    story.log("2026-12-03", "halfyear_review", "review_date", "2026-12-01").accepted()
    story.submit("2026-12-03", "halfyear_review").accepted()
    play(story)


def test_papers_stay_after_an_attempt_that_did_not_pass(play):
    # "An attempt that does not pass leaves no recorded act: deadlines run on, its fields are not kept, its papers
    # stay."
    story = Story.at("determine_activist")
    story.submit("2026-07-01", "determine_activist", decision="disagree").accepted(outcome="not_passed", status="open")
    story.look("2027-07-02").shows(flags=[], next_change_on=None)
    story.do("submit", "2027-07-02", "determine_activist", materials=[]).accepted(
        status="submitted", next_change_on="2028-01-03", flags=[]
    )
    play(story)
