"""The light of a case: green, yellow or red, with its reasons and the day on which it changes next.

One definition serves pages, lists, the sweep and the rehearsal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from recruitment.rules.dates import add
from recruitment.rules.editions import R2026, R2026_FROM, Ruleset, edition_of
from recruitment.rules.facts import Facts, StepFacts
from recruitment.rules.gates import Finding, applies, judge_gate, locks, periods
from recruitment.rules.schema import Gate, Kind, Side
from recruitment.rules.steps import STEPS, holder_of
from recruitment.rules.vetoes import MEMBERSHIP_CANCELLED

GREEN, YELLOW, RED = "green", "yellow", "red"
ONE_DAY = timedelta(days=1)

_DEADLINE_KINDS = frozenset({Kind.NOT_AFTER, Kind.VALIDITY})


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that turns, or has turned, the light yellow: who holds it, until when, and since when it is open.

    ``subkey`` tells several of one code apart: the end of a period, an attempt's papers, a log entry.
    ``rises_on`` is the first yellow day; ``breached`` says that it has come and nothing has met the rule.
    """

    step: str
    code: str
    subkey: str
    holder: Side
    rises_on: date
    breached: bool
    due: date | None = None
    anchor: date | None = None
    finding: Finding | None = None
    explained: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """An open reason for yellow (or red). Marks and suspensions need no explanation; missed deadlines do."""

    step: str
    code: str
    subkey: str = ""
    holder: Side = Side.BRANCH
    due: date | None = None
    needs_explanation: bool = False
    explained: bool = False
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A case as of one day: its step, light, open flags, running deadlines and locks.

    ``locks`` hold the current step; ``upcoming`` are the minimum times that already run for any step still to come.
    ``next_change_on`` is the day on which a green light turns if nobody acts, ``settles_on`` the next day on which
    anything at all changes: a deadline rises, a lock opens.
    """

    step: str | None
    status: str
    light: str
    flags: tuple[Flag, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    locks: tuple[Finding, ...] = ()
    upcoming: tuple[Finding, ...] = ()
    unlocks_on: date | None = None
    next_change_on: date | None = None
    settles_on: date | None = None

    @property
    def codes(self) -> list[str]:
        """Codes of the open flags, sorted, each once."""
        return sorted({flag.code for flag in self.flags})

    def flags_of(self, step: str) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.flags if flag.step == step)


def _gate_deadlines(step: StepFacts, facts: Facts, rules: Ruleset, today: date) -> Iterator[Deadline]:
    edition = edition_of(step.action_on or today)
    for gate in rules.gates(step.key, step.opened_on or today):
        if not applies(gate, facts):
            continue
        if gate.kind is Kind.EVERY:
            if gate.exists_in(edition):
                yield from _every(gate, facts, today)
        elif gate.kind in _DEADLINE_KINDS:
            yield from _single(gate, step, facts, rules, edition, today)
        elif not gate.hard and step.acted:
            finding = judge_gate(gate, facts, rules, edition, today)
            if finding is not None and not finding.met:
                yield _deadline(gate, facts, "", today, True, finding=finding)


def _single(gate: Gate, step: StepFacts, facts: Facts, rules: Ruleset, edition: str, today: date) -> Iterator[Deadline]:
    not_yet = not gate.exists_in(edition)
    if not_yet and (step.acted or not gate.exists_in(R2026)):
        return
    # A deadline that only the next edition knows starts to bind, for an act still missing, on that edition's day.
    finding = judge_gate(gate, facts, rules, R2026 if not_yet else edition, today)
    if finding is None or finding.due is None or finding.due == date.max:
        return
    rises_on = finding.due + ONE_DAY
    if edition_of(rises_on) != R2026 and not gate.exists_in(edition_of(rises_on)):
        rises_on = R2026_FROM
    if finding.target is not None:
        if not finding.met:
            yield _deadline(gate, facts, "", rises_on, True, finding=finding)
        return
    yield _deadline(gate, facts, "", rises_on, today >= rises_on, finding=finding)


def _every(gate: Gate, facts: Facts, today: date) -> Iterator[Deadline]:
    for period in periods(gate, facts, today):
        if period.satisfied or period.end == date.max:
            continue
        rises_on = period.end + ONE_DAY
        finding = Finding(
            gate,
            edition_of(today),
            met=today < rises_on,
            anchor=period.start,
            due=period.end,
            inputs={"period_start": period.start, "period_end": period.end},
        )
        subkey = period.end.isoformat()
        yield _deadline(gate, facts, subkey, rises_on, today >= rises_on, finding=finding)


def _deadline(gate: Gate, facts: Facts, subkey: str, rises_on: date, breached: bool, *, finding: Finding) -> Deadline:
    return Deadline(
        step=gate.step,
        code=gate.id,
        subkey=subkey,
        holder=holder_of(gate),
        rises_on=rises_on,
        breached=breached,
        due=finding.due,
        anchor=finding.anchor,
        finding=finding,
        explained=(gate.step, gate.id, subkey) in facts.explained,
        provisional=finding.provisional,
    )


def _upload_deadlines(step: StepFacts, facts: Facts, rules: Ruleset, today: date) -> Iterator[Deadline]:
    """Papers are due one month after the act, or after the step opened if that is later; each log entry has its own."""
    row = STEPS[step.key]
    gate = rules.upload_gate(step.opened_on or today)
    if gate is None or gate.duration is None or not row.required_papers:
        return
    if row.is_log:
        waiting = [(f"e{entry.id}", entry.on, entry.entered_at) for entry in step.entries if not entry.carried]
    elif step.action_on is not None:
        # An explanation of late papers stays for good, so each round and attempt has a key of its own.
        waiting = [(f"a{step.round}.{step.attempt}", step.action_on, None)]
    else:
        return
    for subkey, on, since in waiting:
        base = max(on, step.opened_on or on)
        due = add(base, gate.duration)
        rises_on = due + ONE_DAY
        uploads = [
            min(
                (paper.at for paper in step.papers if paper.code == code and (since is None or paper.at >= since)),
                default=None,
            )
            for code in row.required_papers
        ]
        complete_on = None if None in uploads else max(moment for moment in uploads if moment is not None).date()
        explained = (step.key, gate.id, subkey) in facts.explained
        if complete_on is not None and (complete_on <= due or explained):
            continue
        missing = tuple(code for code, moment in zip(row.required_papers, uploads, strict=True) if moment is None)
        finding = Finding(
            gate,
            edition_of(today),
            met=today < rises_on,
            anchor=base,
            target=complete_on,
            due=due,
            inputs={"missing": missing},
        )
        yield Deadline(
            step=step.key,
            code=gate.id,
            subkey=subkey,
            holder=row.side,
            rises_on=rises_on,
            breached=today >= rises_on,
            due=due,
            anchor=base,
            finding=finding,
            explained=explained,
        )


def deadlines(facts: Facts, rules: Ruleset, today: date) -> tuple[Deadline, ...]:
    """Every deadline that runs or was missed, of all steps that are not yet verified."""
    found: list[Deadline] = []
    for key in STEPS:
        step = facts.step(key)
        if not step.is_verified:
            found.extend(_gate_deadlines(step, facts, rules, today))
            found.extend(_upload_deadlines(step, facts, rules, today))
    return tuple(found)


def _mark_flags(facts: Facts) -> Iterator[Flag]:
    for key in STEPS:
        step = facts.step(key)
        for mark in sorted(step.marks):
            if not step.is_verified:
                yield Flag(step=key, code=mark, holder=STEPS[key].side)


def upcoming_locks(facts: Facts, rules: Ruleset, today: date) -> tuple[Finding, ...]:
    """Every minimum time that still runs for a step not yet entered."""
    held: list[Finding] = []
    for key in STEPS:
        step = facts.step(key)
        if not step.is_verified and step.status != "submitted":
            held.extend(locks(key, facts, rules, today))
    return tuple(held)


def assess(facts: Facts, rules: Ruleset, today: date) -> Assessment:
    """The case as of ``today``, whether or not anything has swept it."""
    current = facts.current
    if facts.state != "running":
        red = facts.state == "terminated"
        flags = (Flag(step=current or "", code=facts.veto or MEMBERSHIP_CANCELLED),) if red else ()
        return Assessment(step=current, status=facts.state, light=RED if red else GREEN, flags=flags)
    due = deadlines(facts, rules, today)
    flags = [
        Flag(
            d.step, d.code, d.subkey, d.holder, d.due, needs_explanation=True, explained=d.explained, finding=d.finding
        )
        for d in due
        if d.breached
    ]
    flags.extend(_mark_flags(facts))
    here = current or ""
    flags.extend(Flag(step=here, code=code) for code in sorted(facts.suspensions))
    if facts.veto:
        flags.append(Flag(step=here, code=facts.veto))
    light = RED if facts.veto else YELLOW if flags else GREEN
    upcoming = upcoming_locks(facts, rules, today)
    held: tuple[Finding, ...] = ()
    status = "frozen" if facts.freeze else "open"
    if current is not None:
        step = facts.step(current)
        if not facts.freeze:
            status = {"submitted": "submitted", "returned": "returned"}.get(step.status, "open")
            if status == "open" and "returned" in step.marks:
                status = "returned"
        if step.status != "submitted":
            held = tuple(lock for lock in upcoming if lock.gate.step == current)
    pending = [d.rises_on for d in due if not d.breached]
    return Assessment(
        step=current,
        status=status,
        light=light,
        flags=tuple(flags),
        deadlines=due,
        locks=held,
        upcoming=upcoming,
        unlocks_on=max((lock.unlocks_on for lock in held if lock.unlocks_on), default=None),
        next_change_on=min(pending, default=None) if light == GREEN else None,
        settles_on=min([*pending, *(lock.unlocks_on for lock in upcoming if lock.unlocks_on)], default=None),
    )
