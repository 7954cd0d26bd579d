"""To whom an archive package may go, and where it stays: r2026 art 36, r2014 art 37, education2019 art 26."""

from __future__ import annotations

import pytest

from recruitment.rules.archive import PARTY, PERSONNEL
from recruitment.rules.custody import Keeper, State, receivers, state_with


def test_a_branch_hands_its_papers_to_the_committee_and_to_nobody_else():
    for archive in (PERSONNEL, PARTY):
        assert receivers(Keeper.BRANCH, archive, dispatched=True) == (Keeper.COMMITTEE,)


@pytest.mark.parametrize(
    ("archive", "dispatched", "expected"),
    [
        (PERSONNEL, False, {Keeper.PERSONNEL_OFFICE, Keeper.DEPARTMENT, Keeper.OUTSIDE}),
        (PERSONNEL, True, {Keeper.PERSONNEL_OFFICE, Keeper.DEPARTMENT, Keeper.OUTSIDE}),
        (PARTY, False, {Keeper.DEPARTMENT, Keeper.OUTSIDE}),
        (PARTY, True, {Keeper.DEPARTMENT, Keeper.OUTSIDE, Keeper.USING_UNIT}),
    ],
)
def test_the_using_unit_keeps_only_the_party_archive_of_its_dispatched_workers(archive, dispatched, expected):
    assert set(receivers(Keeper.COMMITTEE, archive, dispatched=dispatched)) == expected


def test_a_committee_keeps_a_party_archive_and_only_passes_on_a_personnel_archive():
    assert state_with(Keeper.COMMITTEE, PARTY) is State.KEPT
    assert state_with(Keeper.COMMITTEE, PERSONNEL) is State.WAITING
    assert state_with(Keeper.PERSONNEL_OFFICE, PERSONNEL) is State.KEPT
    assert state_with(Keeper.USING_UNIT, PARTY) is State.KEPT
    assert state_with(Keeper.BRANCH, PARTY) is State.WAITING


def test_nobody_hands_a_package_to_himself_but_a_body_outside_to_another_of_its_kind():
    for holder in (Keeper.BRANCH, Keeper.COMMITTEE, Keeper.DEPARTMENT):
        for archive in (PERSONNEL, PARTY):
            assert holder not in receivers(holder, archive, dispatched=True)
