"""Votes by brute force, every tally of up to nine members, against a naive restatement."""

from fractions import Fraction
from itertools import product

import pytest

from recruitment.rules.voting import Tally

MEMBERS = 9


def ballots(eligible: int):
    """Every count of ballots for one number of eligible voters, written opinions included, adding up or not."""
    for present in range(eligible + 1):
        numbers = range(present + 2)
        for cast in product(numbers, repeat=3):
            if sum(cast) > present + 1:
                continue
            for written in range(eligible + 2 - present):
                yield present, *cast, written


@pytest.mark.parametrize("eligible", range(MEMBERS + 1))
def test_quorum_and_majority_by_counting_heads(eligible):
    half = Fraction(eligible, 2)
    for present, in_favour, against, abstained, written in ballots(eligible):
        for written_for in range(written + 1):
            tally = Tally(eligible, present, in_favour, against, abstained, written_for, written - written_for)
            seats = ["here"] * present + ["away"] * (eligible - present)
            voices = ["for"] * in_favour + ["against"] * against + ["neither"] * abstained
            letters = ["for"] * written_for + ["against"] * (written - written_for)
            assert tally.has_quorum is (seats.count("here") > half)
            assert tally.is_majority is ((voices + letters).count("for") > half)
            assert tally.adds_up is (len(voices) == present and len(letters) <= seats.count("away"))
            assert tally.in_favour == (voices + letters).count("for")


@pytest.mark.parametrize("eligible", range(MEMBERS + 1))
def test_the_number_needed_is_the_smallest_above_half(eligible):
    needed = Tally(eligible, 0, 0, 0, 0).needed
    assert needed > Fraction(eligible, 2) >= needed - 1


@pytest.mark.parametrize("written", ["written_for", "written_against", "written_abstain"])
def test_every_written_opinion_takes_one_seat_that_is_empty(written):
    assert Tally(9, 8, 8, 0, 0, **{written: 1}).adds_up
    assert not Tally(9, 9, 9, 0, 0, **{written: 1}).adds_up


def test_a_written_opinion_counts_in_the_votes_and_not_in_attendance():
    tally = Tally(eligible=9, present=4, votes_for=4, votes_against=0, abstentions=0, written_for=5)
    assert tally.is_majority
    assert not tally.has_quorum


def test_a_majority_of_those_present_is_not_enough():
    tally = Tally(eligible=9, present=5, votes_for=4, votes_against=1, abstentions=0)
    assert tally.has_quorum
    assert not tally.is_majority


def test_a_tally_is_read_from_the_fields_of_a_meeting():
    fields = {"eligible_voters": 9, "present_voters": 7, "votes_for": 5, "votes_against": 1, "abstentions": 1}
    assert Tally.from_values(fields) == Tally(9, 7, 5, 1, 1)
    assert Tally.from_values(fields | {"written_for": 1}) == Tally(9, 7, 5, 1, 1, written_for=1)
