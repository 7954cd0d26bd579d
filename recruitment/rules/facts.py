"""Facts: everything about a case that a rule may look at, as plain frozen values.

A selector builds them from rows; the rules never see the database or the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from recruitment.rules.dates import Duration, add
from recruitment.rules.steps import STEP_KEYS, STEPS

#: Marks that a step carries until an attempt passes or it is submitted again; none needs an explanation.
RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class PaperFact:
    """One uploaded document of a step's counting record."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryFact:
    """One dated entry of a log step. ``carried``: made in an earlier round, whose papers are settled."""

    id: int
    kind: str
    on: date
    entered_at: datetime
    carried: bool = False


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What is known of one step in the round that counts.

    ``acted``: an act is entered that counts (an attempt that did not pass leaves none). ``values`` holds its fields,
    and the report date of a two-half step even before the committee's act.
    """

    key: str
    status: str = "unopened"
    round: int = 1
    opened_on: date | None = None
    acted: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    papers: tuple[PaperFact, ...] = ()
    entries: tuple[EntryFact, ...] = ()
    marks: frozenset[str] = frozenset()
    attempt: int = 1
    overridden: bool = False
    plan_places: int | None = None
    plan_used: int = 0

    @property
    def action_on(self) -> date | None:
        """The day on which the act was done, where one is entered."""
        return self.values.get(STEPS[self.key].action_date) if self.acted else None

    @property
    def is_verified(self) -> bool:
        return self.status == "verified"

    def paper_codes(self) -> frozenset[str]:
        return frozenset(paper.code for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Facts:
    """A case as the rules see it.

    ``explained`` holds (step, code, subkey) of flags with an explanation; ``extended_until`` is the end of an extended
    probation once the extension was approved and verified; ``freeze`` is "", "veto" or "transfer"; ``veto`` is the
    code that stands or was confirmed.
    """

    birth_date: date | None
    expected_leave_date: date | None = None
    has_personnel_archive: bool = True
    steps: Mapping[str, StepFacts] = field(default_factory=dict)
    round: int = 1
    extended_until: date | None = None
    transferred_in: bool = False
    state: str = "running"
    freeze: str = ""
    veto: str = ""
    suspensions: frozenset[str] = frozenset()
    explained: frozenset[tuple[str, str, str]] = field(default_factory=frozenset)

    def step(self, key: str) -> StepFacts:
        return self.steps.get(key) or StepFacts(key=key)

    @property
    def current(self) -> str | None:
        """The key of the lowest-numbered step that is not yet verified, or None when all are."""
        return next((key for key in STEP_KEYS if not self.step(key).is_verified), None)

    @property
    def probation_end(self) -> date | None:
        """The end of probation, extended or not; None before an approval is entered."""
        return self.extended_until or self._field("committee_approval", "probation_end")

    def value(self, reference: str) -> Any:
        """The value behind ``"<step>.<field>"`` or ``"person.<field>"``, or None where nothing counts yet."""
        if reference == "committee_approval.probation_end":
            return self.probation_end
        if reference == "conversion_branch_meeting.extension_end":
            return self.extended_until
        owner, _, name = reference.partition(".")
        if owner == "person":
            return getattr(self, name)
        return self._field(owner, name)

    def _field(self, owner: str, name: str) -> Any:
        step = self.step(owner)
        if step.acted or name == STEPS[owner].report_field:
            return step.values.get(name)
        return None

    def with_step(self, step: StepFacts) -> Facts:
        """The same case with one step's facts replaced, for judging an act before it is entered."""
        return replace(self, steps=MappingProxyType({**self.steps, step.key: step}))


def probation_span(meeting: date) -> tuple[date, date]:
    """Start and end of probation: one year from the day the branch meeting passed (r2026 art 31, r2014 art 32)."""
    return meeting, add(meeting, Duration(months=12))


def computed_values(key: str, facts: Facts, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of step ``key`` that a rule fixes, worked out from what was entered before.

    Probation dates at an approval, the extended end at a meeting that extends, seniority at a conversion.
    """
    if key == "committee_approval" and values.get("result") == "approve":
        meeting = facts.value("admission_branch_meeting.meeting_date")
        if meeting is not None:
            start, end = probation_span(meeting)
            return {"probation_start": start, "probation_end": end}
    if key == "conversion_branch_meeting":
        computed: dict[str, Any] = {"extension_count": facts.round - 1}
        if values.get("decision") == "extend" and values.get("extension_duration") and facts.probation_end:
            computed["extension_end"] = add(facts.probation_end, Duration.parse(values["extension_duration"]))
        return computed
    if key == "conversion_approval" and values.get("result") == "convert":
        return {"seniority_start": facts.probation_end}
    return {}
