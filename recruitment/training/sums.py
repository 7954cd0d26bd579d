"""The arithmetic of a question: what the rules make of the facts that it gives.

A question about a date or a vote carries its facts as a table ``sum``; :func:`result` works the answer out with the
same functions that judge real cases, so that no answer key can differ from what the system does. Standard library only.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from recruitment.rules.dates import Duration, WorkingCalendar, add, anniversary
from recruitment.rules.editions import edition_of
from recruitment.rules.voting import Tally

Facts = Mapping[str, Any]
Result = date | int | bool

HOLIDAYS = Path(__file__).parents[1] / "data" / "holidays.csv"


def result(facts: Facts) -> Result:
    """What follows from ``facts``; ``op`` names the sum. KeyError for an unknown sum or a missing fact."""
    return _SUMS[facts["op"]](facts)


@cache
def statutory_calendar() -> WorkingCalendar:
    """The published table of holidays and make-up workdays that comes with the product."""
    with HOLIDAYS.open(encoding="utf-8", newline="") as file:
        exceptions = {date.fromisoformat(row["day"]): row["is_workday"] == "1" for row in csv.DictReader(file)}
    return WorkingCalendar(exceptions, frozenset(day.year for day in exceptions))


def _shifted(facts: Facts) -> date:
    """``from`` (of several days the latest) plus each duration of ``plus`` in turn."""
    start = facts["from"]
    day = max(start) if isinstance(start, list) else start
    steps = facts["plus"]
    for step in steps if isinstance(steps, list) else [steps]:
        day = add(day, Duration.parse(step))
    return day


def _periods(facts: Facts) -> int:
    """How many whole periods of ``every`` have run since ``from`` by the day ``to``."""
    number, every = 0, Duration.parse(facts["every"])
    while add(facts["from"], every * (number + 1)) <= facts["to"]:
        number += 1
    return number


def _tally(facts: Facts) -> Tally:
    return Tally(
        eligible=facts["eligible"],
        present=facts.get("present", 0),
        votes_for=facts.get("for", 0),
        votes_against=facts.get("against", 0),
        abstentions=facts.get("abstain", 0),
        written_for=facts.get("written_for", 0),
        written_against=facts.get("written_against", 0),
        written_abstain=facts.get("written_abstain", 0),
    )


def _passed(facts: Facts) -> int:
    """How many of the candidates with these votes in favour pass, each voted on alone."""
    return sum(_tally({"eligible": facts["eligible"], "for": votes}).is_majority for votes in facts["votes"])


_SUMS: Mapping[str, Callable[[Facts], Result]] = {
    # Days.
    "add": _shifted,
    "back": lambda facts: add(facts["from"], Duration.parse(facts["minus"]), backwards=True),
    "birthday": lambda facts: anniversary(facts["from"], facts["years"]),
    "working": lambda facts: statutory_calendar().nth_working_day(facts["from"], facts["days"]),
    "working_between": lambda facts: statutory_calendar().working_days_after(facts["from"], facts["to"]),
    "periods": _periods,
    # Whether a day keeps a limit.
    "of_age": lambda facts: facts["on"] >= anniversary(facts["from"], facts["years"]),
    "not_before": lambda facts: facts["on"] >= _shifted(facts),
    "not_after": lambda facts: facts["on"] <= _shifted(facts),
    "notice_long_enough": lambda facts: (
        statutory_calendar().working_days_after(facts["from"], facts["to"]) >= facts["days"]
    ),
    "edition": lambda facts: edition_of(facts["on"]) == facts["edition"],
    # Votes.
    "needed": lambda facts: _tally(facts).needed,
    "needed_at_meeting": lambda facts: _tally(facts).needed - _tally(facts).written_for,
    "may_be_absent": lambda facts: facts["eligible"] - _tally(facts).needed,
    "short_by": lambda facts: _tally(facts).needed - _tally(facts).in_favour,
    "in_favour": lambda facts: _tally(facts).in_favour,
    "abstained": lambda facts: facts["present"] - facts["for"] - facts["against"],
    "has_quorum": lambda facts: _tally(facts).has_quorum,
    "is_majority": lambda facts: _tally(facts).is_majority,
    "is_valid": lambda facts: _tally(facts).has_quorum and _tally(facts).is_majority,
    "adds_up": lambda facts: _tally(facts).adds_up,
    "passed": _passed,
}
