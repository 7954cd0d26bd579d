"""The gates: one judge for each kind, and the verdict on an act with every unmet reason, never only the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from recruitment.rules.archive import ARCHIVE_STEP, missing_papers
from recruitment.rules.dates import Duration, add, anniversary
from recruitment.rules.editions import Ruleset, edition_of
from recruitment.rules.facts import Facts, StepFacts
from recruitment.rules.schema import Gate, Kind
from recruitment.rules.steps import STEPS
from recruitment.rules.voting import Tally

BIRTH = "person.birth_date"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one gate found: met or not, the dates that it computed, and every input of the arithmetic.

    ``unlocks_on`` is the first day of a minimum time or the first day on which a notice may end; ``due`` the last day
    of a deadline. ``provisional``: a year without a published holiday table was counted Monday to Friday.
    """

    gate: Gate
    edition: str
    met: bool
    anchor: date | None = None
    target: date | None = None
    due: date | None = None
    unlocks_on: date | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    provisional: bool = False

    @property
    def article(self) -> str | None:
        return self.gate.article(self.edition)


@dataclass(frozen=True, slots=True)
class Reason:
    """One unmet reason for which an act is refused. ``code`` is the gate's id or one of the system's own codes."""

    code: str
    finding: Finding | None = None
    codes: tuple[str, ...] = ()
    field_name: str = ""
    unlocks_on: date | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The machine's verdict on one act. It decides nothing: people do, and it says why for them to check."""

    step: str
    edition: str
    findings: tuple[Finding, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.reasons


# -- one judge a kind ---------------------------------------------------------------------------------------------


def _anchor(gate: Gate, facts: Facts) -> date | None:
    anchor = facts.value(gate.anchor) if gate.anchor else None
    if anchor is None and gate.anchor_when_missing:
        anchor = facts.value(gate.anchor_when_missing)
    if anchor is not None and gate.anchor_not_before:
        floor = facts.value(gate.anchor_not_before)
        anchor = max(anchor, floor) if floor else anchor
    return anchor


def shifted(gate: Gate, anchor: date) -> date:
    """The gate's own day: anchor plus (or minus) its duration; birthdays on 29 February count on 1 March."""
    assert gate.duration is not None
    if gate.anchor == BIRTH:
        return anniversary(anchor, gate.duration.months // 12)
    return add(anchor, gate.duration, backwards=gate.backwards)


def _not_before(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    anchor = _anchor(gate, facts)
    if anchor is None or _is_exempt(gate, facts):
        return None
    unlocks_on = shifted(gate, anchor)
    target = facts.value(gate.target)
    # The target's day and the server's day must both have come: a date entered ahead of time opens no lock.
    met = today >= unlocks_on and (target is None or target >= unlocks_on)
    return Finding(gate, edition, met, anchor=anchor, target=target, unlocks_on=unlocks_on)


def _not_after(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    anchor = _anchor(gate, facts)
    if anchor is None:
        return None
    due = shifted(gate, anchor)
    target = facts.value(gate.target)
    return Finding(gate, edition, (target or today) <= due, anchor=anchor, target=target, due=due)


def _min_span(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    start, end = facts.value(gate.anchor or ""), facts.value(gate.target)
    if start is None or end is None or gate.duration is None:
        return None
    counted = bool(gate.count_start_day)
    unlocks_on = rules.working.nth_working_day(start, gate.duration.days, count_start_day=counted)
    count = rules.working.working_days_after(start, end, count_start_day=counted)
    return Finding(
        gate,
        edition,
        count >= gate.duration.days,
        anchor=start,
        target=end,
        unlocks_on=unlocks_on,
        inputs={"count": count, "minimum": gate.duration.days},
        provisional=rules.working.is_provisional(start, unlocks_on),
    )


def _min_amount(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    if _is_exempt(gate, facts):
        return None
    values = facts.step(gate.step).values
    amounts = {name: values.get(name) or 0 for name, _ in gate.any_of}
    met = any(amounts[name] >= minimum for name, minimum in gate.any_of)
    return Finding(gate, edition, met, inputs={**amounts, **{f"minimum_{n}": m for n, m in gate.any_of}})


def _count_range(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    step = facts.step(gate.step)
    if gate.target_field in STEPS[gate.step].log_kinds:
        count = sum(entry.kind == gate.target_field for entry in step.entries)
    else:
        count = len(step.values.get(gate.target_field) or ())
    low, high = gate.minimum, gate.maximum
    met = (low is None or count >= low) and (high is None or count <= high)
    return Finding(gate, edition, met, inputs={"count": count, "minimum": low, "maximum": high})


def _tally(gate: Gate, facts: Facts) -> Tally | None:
    values = facts.step(gate.step).values
    return Tally.from_values(values) if "eligible_voters" in values else None


def _quorum(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    tally = _tally(gate, facts)
    if tally is None:
        return None
    inputs = {"present": tally.present, "eligible": tally.eligible, "needed": tally.needed}
    return Finding(gate, edition, tally.has_quorum, inputs=inputs)


def _majority(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    tally = _tally(gate, facts)
    if tally is None:
        return None
    inputs = {
        "votes": tally.in_favour,
        "votes_for": tally.votes_for,
        "written_for": tally.written_for,
        "eligible": tally.eligible,
        "needed": tally.needed,
    }
    return Finding(gate, edition, tally.is_majority, inputs=inputs)


def _check_tally(facts: Facts, step: StepFacts) -> tuple[bool, dict[str, Any]]:
    tally = Tally.from_values(step.values)
    return tally.adds_up, {
        "votes": tally.votes_for + tally.votes_against + tally.abstentions,
        "present": tally.present,
        "written": tally.written,
        "eligible": tally.eligible,
    }


def _check_secret_ballot(facts: Facts, step: StepFacts) -> tuple[bool, dict[str, Any]]:
    values = step.values
    one_by_one = (values.get("candidates_in_meeting") or 0) < 2 or bool(values.get("voted_individually"))
    return values.get("ballot_kind") == "secret" and one_by_one, {
        "ballot_kind": values.get("ballot_kind"),
        "candidates": values.get("candidates_in_meeting") or 1,
    }


def _check_probation_dates(facts: Facts, step: StepFacts) -> tuple[bool, dict[str, Any]]:
    meeting = facts.value("admission_branch_meeting.meeting_date")
    if step.values.get("result") != "approve" or meeting is None:
        return True, {}
    start, end = step.values.get("probation_start"), step.values.get("probation_end")
    return start == meeting and end == add(meeting, Duration(months=12)), {
        "anchor": meeting,
        "target": start,
        "end": end,
    }


def _check_seniority(facts: Facts, step: StepFacts) -> tuple[bool, dict[str, Any]]:
    if step.values.get("result") != "convert":
        return True, {}
    start = step.values.get("seniority_start")
    return start == facts.probation_end, {"anchor": facts.probation_end, "target": start}


_CHECKS: Mapping[str, Callable[[Facts, StepFacts], tuple[bool, dict[str, Any]]]] = {
    "tally": _check_tally,
    "secret_ballot": _check_secret_ballot,
    "probation_dates": _check_probation_dates,
    "seniority_start": _check_seniority,
}


def _consistency(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    step = facts.step(gate.step)
    if not step.acted:
        return None
    met, inputs = _CHECKS[gate.check or ""](facts, step)
    return Finding(gate, edition, met, inputs=inputs)


def _range_duration(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    values, old_end = facts.step(gate.step).values, facts.probation_end
    if values.get("decision") != "extend" or old_end is None or not values.get(gate.target_field):
        return None
    assert gate.min_duration is not None
    assert gate.max_duration is not None
    chosen = add(old_end, Duration.parse(values[gate.target_field]))
    earliest, latest = add(old_end, gate.min_duration), add(old_end, gate.max_duration)
    times = facts.round
    met = earliest <= chosen <= latest and times <= (gate.max_times or times)
    inputs = {"earliest": earliest, "latest": latest, "times": times, "maximum": gate.max_times}
    return Finding(gate, edition, met, anchor=old_end, target=chosen, inputs=inputs)


def _quota(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    step = facts.step(gate.step)
    if not step.acted or step.values.get("opinion") != "agree" or step.plan_places is None:
        return None
    ceiling = step.plan_places * (100 + (gate.tolerance_percent or 0)) // 100
    inputs = {"places": step.plan_places, "used": step.plan_used + 1, "maximum": ceiling}
    return Finding(gate, edition, step.plan_used + 1 <= ceiling, inputs=inputs)


def _horizon(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    anchor = _anchor(gate, facts)
    if anchor is None or gate.duration is None:
        return None
    target = facts.value(gate.target) or today
    earliest = add(target, gate.duration)
    met = anchor >= earliest or facts.step(gate.step).overridden
    return Finding(gate, edition, met, anchor=anchor, target=target, inputs={"earliest": earliest})


_JUDGES: Mapping[Kind, Callable[[Gate, Facts, Ruleset, str, date], Finding | None]] = {
    Kind.NOT_BEFORE: _not_before,
    Kind.NOT_AFTER: _not_after,
    Kind.VALIDITY: _not_after,
    Kind.MIN_SPAN: _min_span,
    Kind.MIN_AMOUNT: _min_amount,
    Kind.COUNT_RANGE: _count_range,
    Kind.QUORUM: _quorum,
    Kind.MAJORITY: _majority,
    Kind.CONSISTENCY: _consistency,
    Kind.RANGE_DURATION: _range_duration,
    Kind.QUOTA: _quota,
    Kind.HORIZON: _horizon,
}


def _is_exempt(gate: Gate, facts: Facts) -> bool:
    exemption = facts.value(gate.exemption_field) if gate.exemption_field else None
    return bool(exemption and str(exemption).strip())


def _is_postponed(facts: Facts) -> bool:
    """A member transferred in during probation whose discussion is postponed with a reason (r2026 art 35)."""
    reason = facts.value("conversion_branch_meeting.postponed_reason")
    return facts.transferred_in and bool(reason and str(reason).strip())


_CONDITIONS: Mapping[str, Callable[[Facts], bool]] = {
    "extended_before": lambda facts: facts.extended_until is not None,
    "transferred_in": lambda facts: facts.transferred_in,
    "not_postponed": lambda facts: not _is_postponed(facts),
    "personnel_archive": lambda facts: facts.step("archive_records").values.get("archive_kind") == "personnel",
}


def applies(gate: Gate, facts: Facts) -> bool:
    """Whether the gate's condition holds for this case."""
    return gate.applies_when is None or _CONDITIONS[gate.applies_when](facts)


def judge_gate(gate: Gate, facts: Facts, rules: Ruleset, edition: str, today: date) -> Finding | None:
    """Judge one gate; None where it does not apply or nothing is there to be judged yet."""
    if gate.kind is Kind.EVERY or not gate.exists_in(edition) or not applies(gate, facts):
        return None
    return _JUDGES[gate.kind](gate, facts, rules, edition, today)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of an ``every`` gate: an entry must be dated after ``start``, up to and including ``end``."""

    start: date
    end: date
    satisfied: bool


def periods(gate: Gate, facts: Facts, today: date) -> Iterator[Period]:
    """The periods of an ``every`` gate from its anchor to the first that is still running and has no entry.

    In a second round only periods count that end on or after the round's first day; entries of both rounds count.
    """
    anchor = facts.value(gate.anchor or "")
    if anchor is None or gate.duration is None:
        return
    step = facts.step(gate.step)
    days = [entry.on for entry in step.entries if entry.kind == gate.target_field]
    first_day = step.opened_on if step.round > 1 else None
    start, number = anchor, 1
    while True:
        end = add(anchor, gate.duration * number)
        if end <= start:
            return
        period = Period(start, end, any(start < day <= end for day in days))
        if first_day is None or end >= first_day:
            yield period
        if end >= today and not period.satisfied:
            return
        start, number = end, number + 1


def judge_periods(key: str, facts: Facts, rules: Ruleset) -> tuple[Finding, ...]:
    """Each period of the log of step ``key`` that had run out when the step was done, met where it has its entry."""
    step = facts.step(key)
    done_on = step.action_on
    if done_on is None or not step.is_verified or not STEPS[key].is_log:
        # Until the step is verified its periods are deadlines, which are looked at beside the acts.
        return ()
    edition = edition_of(done_on)
    return tuple(
        Finding(
            gate,
            edition,
            period.satisfied,
            anchor=period.start,
            due=period.end,
            inputs={"period_start": period.start, "period_end": period.end},
        )
        for gate in rules.gates(key, step.opened_on or done_on)
        if gate.kind is Kind.EVERY and gate.exists_in(edition) and applies(gate, facts)
        for period in periods(gate, facts, done_on)
        if period.end < done_on
    )


# -- the verdict on an act ----------------------------------------------------------------------------------------


def order_floor(key: str, facts: Facts) -> tuple[date, str] | None:
    """The latest action date among the steps that ``key`` requires, and whose it is."""
    days = [(day, required) for required in STEPS[key].requires if (day := facts.step(required).action_on)]
    return max(days) if days else None


def judge_act(key: str, facts: Facts, rules: Ruleset, today: date, *, papers: bool = True) -> Verdict:
    """Judge the act of step ``key`` as it stands in ``facts``: hard locks, order of dates, the future, papers.

    With ``papers`` false a missing document is no reason (the act may be recorded before its papers come).
    Whether a meeting's vote passed is a result, not a reason: majority gates appear among the findings only.
    """
    step, row = facts.step(key), STEPS[key]
    action_on = step.action_on or today
    edition = edition_of(action_on)
    reasons: list[Reason] = []
    if action_on > today:
        reasons.append(Reason("action_date_in_future", field_name=row.action_date, inputs={"target": action_on}))
    floor = order_floor(key, facts)
    if floor is not None and action_on < floor[0]:
        inputs = {"target": action_on, "anchor": floor[0], "step": floor[1]}
        reasons.append(Reason("date_order", field_name=row.action_date, inputs=inputs))
    findings = []
    for gate in rules.gates(key, step.opened_on or today):
        finding = judge_gate(gate, facts, rules, edition, today)
        if finding is None:
            continue
        findings.append(finding)
        if gate.hard and not finding.met and gate.kind is not Kind.MAJORITY:
            reasons.append(Reason(gate.id, finding, field_name=gate.target_field, unlocks_on=finding.unlocks_on))
    if papers:
        missing = tuple(code for code in row.required_papers if code not in step.paper_codes())
        if key == ARCHIVE_STEP:
            held = {code for one in facts.steps.values() for code in one.paper_codes()}
            missing += missing_papers(held, edition)
        if missing:
            reasons.append(Reason("material_missing", codes=missing))
    return Verdict(key, edition, tuple(findings), tuple(reasons))


def judge_entry(key: str, on: date, facts: Facts, today: date) -> tuple[Reason, ...]:
    """Judge the date of a log entry: not in the future, not before the step before the first log of its run."""
    reasons = []
    if on > today:
        reasons.append(Reason("action_date_in_future", field_name="on", inputs={"target": on}))
    floor = facts.step(_before_logs(key)).action_on
    if floor is not None and on < floor:
        inputs = {"target": on, "anchor": floor, "step": _before_logs(key)}
        reasons.append(Reason("date_order", field_name="on", inputs=inputs))
    return tuple(reasons)


def _before_logs(key: str) -> str:
    before = STEPS[key].requires[0]
    return _before_logs(before) if STEPS[before].is_log else before


def locks(key: str, facts: Facts, rules: Ruleset, today: date) -> tuple[Finding, ...]:
    """The minimum times anchored outside step ``key`` that still hold it (an earlier round of it is outside)."""
    step = facts.step(key)
    edition = edition_of(today)
    held = []
    for gate in rules.gates(key, step.opened_on or today):
        if gate.kind is not Kind.NOT_BEFORE or not gate.hard:
            continue
        if (gate.anchor or "").partition(".")[0] == key and gate.applies_when != "extended_before":
            continue
        finding = judge_gate(gate, facts, rules, edition, today)
        if finding is not None and finding.unlocks_on is not None and today < finding.unlocks_on:
            held.append(finding)
    return tuple(held)
