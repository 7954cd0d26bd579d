"""The regular case: 31 steps without a flag on any day, and the five samples of the contract."""

from __future__ import annotations

from datetime import date, timedelta

from tests.rehearsal.dsl import REGULAR, Story


def test_the_regular_case_is_green_on_every_event(play):
    story = Story.at(None)
    for wanted in story.expectations:
        wanted.shows(light="green", flags=[])
    story.end = {
        "step": None,
        "status": "completed",
        "light": "green",
        "probation_end": "2028-08-23",
        "seniority_start": "2028-08-23",
    }
    play(story)
