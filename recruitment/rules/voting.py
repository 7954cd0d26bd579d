"""Votes: quorum and majority in integers, with the denominators named.

r2026 arts 19, 20 and 32; r2014 arts 20, 21 and 33. Written opinions filed before the meeting count in the votes, never
in attendance; both halves are of ELIGIBLE voters, and exactly half is not enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tally:
    eligible: int
    present: int
    votes_for: int
    votes_against: int
    abstentions: int
    written_for: int = 0
    written_against: int = 0
    written_abstain: int = 0

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Tally:
        """Read the tally of a branch meeting from the fields of its step."""
        return cls(
            eligible=values["eligible_voters"],
            present=values["present_voters"],
            votes_for=values["votes_for"],
            votes_against=values["votes_against"],
            abstentions=values["abstentions"],
            written_for=values.get("written_for", 0),
            written_against=values.get("written_against", 0),
            written_abstain=values.get("written_abstain", 0),
        )

    @property
    def has_quorum(self) -> bool:
        """More than half of the eligible voters are present."""
        return self.present * 2 > self.eligible

    @property
    def in_favour(self) -> int:
        """Votes in favour at the meeting and in writing before it."""
        return self.votes_for + self.written_for

    @property
    def is_majority(self) -> bool:
        """More than half of the eligible voters are in favour."""
        return self.in_favour * 2 > self.eligible

    @property
    def written(self) -> int:
        return self.written_for + self.written_against + self.written_abstain

    @property
    def adds_up(self) -> bool:
        """Every voter present voted once, and nobody is counted twice."""
        return (
            self.votes_for + self.votes_against + self.abstentions == self.present
            and self.present + self.written <= self.eligible
        )

    @property
    def needed(self) -> int:
        """The smallest number that is more than half of the eligible voters."""
        return self.eligible // 2 + 1
