"""What an entered act leads to: it stands, it did not pass, or it turns the case red.

Whether a meeting passed is computed from its votes, never asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recruitment.rules.vetoes import (
    APPROVAL_REFUSED,
    DISQUALIFYING_NOTICE,
    FAILED_POLITICAL_REVIEW,
    FAILED_PRELIMINARY_REVIEW,
    VOTE_NOT_PASSED,
)
from recruitment.rules.voting import Tally

PASSED, NOT_PASSED, EXTENDED, CANCELLED = "passed", "not_passed", "extended", "cancelled"
_OF_DECISION = {"convert": PASSED, "extend": EXTENDED, "cancel": CANCELLED}
_BRANCH_MEETINGS = frozenset({"admission_branch_meeting", "conversion_branch_meeting"})

#: (step, field) -> (bad value, red code).
_RED = {
    "political_review": ("conclusion", "fail", FAILED_POLITICAL_REVIEW),
    "publicize_development_target": ("result", "disqualifying", DISQUALIFYING_NOTICE),
    "committee_approval": ("result", "refuse", APPROVAL_REFUSED),
}
#: Steps on which a committee may disagree, which leaves the step open.
_AGREEMENT = {
    "determine_activist": "decision",
    "propose_development_target": "decision",
    "branch_committee_review": "decision",
    "file_activist": "opinion",
    "consent_development_target": "opinion",
}


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an act. ``stands``: it counts as the step's act; otherwise the step stays open for another.

    ``mark`` is a yellow code that the step carries until an attempt passes; ``red`` the veto that the result raises.
    """

    outcome: str | None = None
    stands: bool = True
    mark: str = ""
    red: str = ""


def result_of(key: str, values: Mapping[str, Any]) -> Result:
    """The result of step ``key`` with the fields ``values``."""
    if key in _BRANCH_MEETINGS:
        if not Tally.from_values(values).is_majority:
            return Result(NOT_PASSED, stands=False, mark=VOTE_NOT_PASSED)
        return Result(_OF_DECISION.get(values.get("decision", "convert"), PASSED))
    if key in _RED:
        name, bad, code = _RED[key]
        if values.get(name) == bad:
            return Result(NOT_PASSED if key == "committee_approval" else None, stands=False, red=code)
    if key == "committee_approval":
        return Result(PASSED)
    if key == "conversion_approval":
        return Result(_OF_DECISION.get(values.get("result", "convert"), PASSED))
    if key == "preliminary_review" and values.get("result") == "fail":
        return Result(stands=False, mark=FAILED_PRELIMINARY_REVIEW)
    if key in _AGREEMENT and values.get(_AGREEMENT[key]) == "disagree":
        return Result(NOT_PASSED, stands=False)
    return Result()
