"""A whole case through HTTP, by the person whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from recruitment.rules.steps import STEP_KEYS
from tests.branches.factories import make_county
from tests.journeys import script
from tests.journeys.desks import Player
from tests.journeys.ending import check_ending

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the server; it stands still between the acts."""
    with time_machine.travel(script.JOURNEY[0].at.astimezone(dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def player(clock, settings) -> Player:
    settings.SESSION_COOKIE_AGE = 5 * 365 * 24 * 3600  # who signed in for the first act still is for the last
    return Player(make_county(members=12), clock)


def test_thirty_one_steps_from_the_application_to_the_archive(player):
    assert {act.step for act in script.JOURNEY if act.kind == "verify"} == set(STEP_KEYS)
    for act in script.JOURNEY:
        player.play(act)
    check_ending(player.county)
