"""The regular case: 31 steps without a flag on any day."""

from __future__ import annotations

import pytest

from tests.rehearsal.dsl import Story

pytestmark = pytest.mark.django_db


def test_the_regular_case_is_green_on_every_event(play):
    story = Story.at(None)
    for wanted in story.expectations:
        wanted.shows(light="green", flags=[])
    story.end = {
        # "`step` is the lowest-numbered step not yet verified": there is none any more.
        "step": None,
        "status": "completed",
        "light": "green",
        "probation_end": "2028-08-23",
        "seniority_start": "2028-08-23",
    }
    answer = play(story)
    # "`outcome`: on record, submit and verify of the two branch meetings and the approvals … else null."
    told = {
        (event["step"], done["outcome"])
        for event, done in zip(story.events, answer["events"], strict=True)
        if done["outcome"] is not None
    }
    assert told == {
        ("admission_branch_meeting", "passed"),
        ("committee_approval", "passed"),
        ("conversion_branch_meeting", "passed"),
        ("conversion_approval", "passed"),
    }


def test_an_untouched_case(play):
    # "`look`: nothing; reports the case as a reader would see it."
    story = Story()
    story.look("2026-06-01").accepted(
        step="submit_application",
        status="open",
        light="green",
        flags=[],
        outcome=None,
        unlocks_on=None,
        next_change_on=None,
    )
    story.end = {
        "step": "submit_application",
        "status": "open",
        "light": "green",
        "probation_end": None,
        "seniority_start": None,
    }
    play(story)


def test_after_the_end_only_sweep_and_look_are_accepted(play):
    # "After the end only `sweep` and `look` are accepted." "`closed` alone."
    story = Story.at(None)
    story.do("sweep", "2030-01-01").accepted(step=None, status="completed", light="green", flags=[])
    story.look("2030-01-02").accepted(next_change_on=None, unlocks_on=None)
    story.submit("2030-01-03", "archive_records", archived_on="nonsense").refused("closed")
    story.do("close", "2030-01-03", outcome="died").refused("closed")
    story.do("transfer", "2030-01-03").refused("closed")
    story.do("confirm_veto", "2030-01-03", reason="x").refused("closed")
    story.explain("2030-01-03", "returned").refused("closed")
    play(story)
