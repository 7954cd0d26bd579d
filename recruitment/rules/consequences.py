"""What follows when facts that were verified prove to be others: every act of the case judged again, before and after.

Pure, like the rest of the rules: it compares two sets of facts and decides nothing. The service that corrects refuses
what would break a lock, and pages show the whole comparison before anybody decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from recruitment.rules.dates import Duration, add
from recruitment.rules.editions import Ruleset
from recruitment.rules.facts import EntryFact, Facts, computed_values
from recruitment.rules.gates import Finding, Reason, judge_act, judge_entry, judge_periods
from recruitment.rules.lights import Assessment, Deadline, assess
from recruitment.rules.lights import Flag as LightFlag
from recruitment.rules.steps import STEPS

#: Steps with fields that a rule works out from other steps, in the order in which they lean on each other.
COMPUTED_AT = ("committee_approval", "conversion_branch_meeting", "conversion_approval")


@dataclass(frozen=True, slots=True)
class Followed:
    """A field that a rule works out and that follows a corrected one."""

    step: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Corrected:
    """The facts after a correction, and the computed fields that followed it."""

    facts: Facts
    followed: tuple[Followed, ...] = ()


def corrected(
    facts: Facts,
    *,
    step: str = "",
    values: Mapping[str, Any] | None = None,
    entries: tuple[EntryFact, ...] | None = None,
    person: Mapping[str, Any] | None = None,
    extension: str | None = None,
) -> Corrected:
    """The case with ``values`` as all fields of ``step``, ``entries`` as its log, or other data of the ``person``.

    Computed fields of later steps follow where the rule now works out another value. ``extension`` is the approved
    length of an extension of the first round: the extended end moves with the end of probation that it was added to.
    """
    after = replace(facts, **person) if person else facts
    if step and entries is not None:
        after = after.with_step(replace(facts.step(step), entries=entries))
    elif step:
        after = after.with_step(replace(facts.step(step), values=dict(values or {})))
    followed: list[Followed] = []
    for key in COMPUTED_AT:
        old, new = facts.step(key), after.step(key)
        if not new.acted:
            continue
        before, now = computed_values(key, facts, old.values), computed_values(key, after, new.values)
        moved = {name: value for name, value in now.items() if value != before.get(name)}
        followed += [Followed(key, name, old.values.get(name), value) for name, value in moved.items()]
        if moved:
            after = after.with_step(replace(new, values={**new.values, **moved}))
        if key == "committee_approval" and extension and after.extended_until:
            end = after.step(key).values.get("probation_end")
            if end is not None:
                after = replace(after, extended_until=add(end, Duration.parse(extension)))
    return Corrected(after, tuple(followed))


@dataclass(frozen=True, slots=True)
class Judged:
    """One reason, or one gate, of an act that stands differently after the correction."""

    step: str
    reason: Reason | None = None
    before: Finding | None = None
    after: Finding | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline or a lock whose day is another."""

    step: str
    code: str
    before: date | None
    after: date | None


@dataclass(frozen=True)
class Consequences:
    """Everything that the correction changes.

    ``broken``: hard locks, the order of dates and days to come that acts already verified would no longer meet;
    a correction with any of them cannot be approved. ``cured``: such reasons that go away. ``missed`` and ``met``: soft
    rules that an act of the past now misses or meets; ``kept``: rules that stand as they stood, by another arithmetic.
    The light, flags, deadlines and locks are those of today.
    """

    before: Assessment
    after: Assessment
    broken: tuple[Judged, ...] = ()
    cured: tuple[Judged, ...] = ()
    missed: tuple[Judged, ...] = ()
    met: tuple[Judged, ...] = ()
    kept: tuple[Judged, ...] = ()
    raised: tuple[LightFlag, ...] = ()
    fallen: tuple[LightFlag, ...] = ()
    deadlines: tuple[Moved, ...] = ()
    locks: tuple[Moved, ...] = ()
    followed: tuple[Followed, ...] = ()

    @property
    def changes_light(self) -> bool:
        return self.before.light != self.after.light


def consequences(before: Facts, change: Corrected, rules: Ruleset, today: date) -> Consequences:
    """Judge the whole case again: every act that was entered, the light, the deadlines and the locks of today."""
    after = change.facts
    old_reasons, old_findings = _judgements(before, rules, today)
    new_reasons, new_findings = _judgements(after, rules, today)
    was, will = assess(before, rules, today), assess(after, rules, today)
    old_flags = {(flag.step, flag.code, flag.subkey): flag for flag in was.flags}
    new_flags = {(flag.step, flag.code, flag.subkey): flag for flag in will.flags}
    missed, met, kept = [], [], []
    for key in old_findings.keys() | new_findings.keys():
        old, new = old_findings.get(key), new_findings.get(key)
        if key in old_reasons or key in new_reasons:
            continue
        if new is not None and not new.met and (old is None or old.met):
            missed.append(Judged(key[0], before=old, after=new))
        elif old is not None and not old.met and (new is None or new.met):
            met.append(Judged(key[0], before=old, after=new))
        elif new is not None and new != old:
            kept.append(Judged(key[0], before=old, after=new))
    return Consequences(
        before=was,
        after=will,
        broken=_ordered(Judged(key[0], reason) for key, reason in new_reasons.items() if key not in old_reasons),
        cured=_ordered(Judged(key[0], reason) for key, reason in old_reasons.items() if key not in new_reasons),
        missed=_ordered(missed),
        met=_ordered(met),
        kept=_ordered(kept),
        raised=tuple(flag for key, flag in new_flags.items() if key not in old_flags),
        fallen=tuple(flag for key, flag in old_flags.items() if key not in new_flags),
        deadlines=_moved(_due(was.deadlines), _due(will.deadlines)),
        locks=_moved(_opening(was.upcoming), _opening(will.upcoming)),
        followed=change.followed,
    )


_Key = tuple[str, str]


def _judgements(facts: Facts, rules: Ruleset, today: date) -> tuple[dict[_Key, Reason], dict[_Key, Finding]]:
    """The unmet reasons and all findings of every act that is entered; papers were looked at when it was verified."""
    reasons: dict[_Key, Reason] = {}
    findings: dict[_Key, Finding] = {}
    for key in STEPS:
        for entry in facts.step(key).entries:
            for reason in judge_entry(key, entry.on, facts, today):
                reasons[key, f"{reason.code} {entry.id}"] = reason
        if not facts.step(key).acted:
            continue
        verdict = judge_act(key, facts, rules, today, papers=False)
        reasons |= {(key, reason.code): reason for reason in verdict.reasons}
        findings |= {(key, finding.gate.id): finding for finding in verdict.findings}
        # Only those that were missed: every one that was kept would be told again whenever its anchor moves.
        missed = [finding for finding in judge_periods(key, facts, rules) if not finding.met]
        findings |= {(key, f"{finding.gate.id} {finding.due}"): finding for finding in missed}
    return reasons, findings


def _ordered(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    def place(one: Judged) -> tuple[int, str]:
        finding = one.after or one.before
        return STEPS[one.step].number, one.reason.code if one.reason else finding.gate.id if finding else ""

    return tuple(sorted(judged, key=place))


def _due(deadlines: tuple[Deadline, ...]) -> dict[tuple[str, str, str], date | None]:
    return {(deadline.step, deadline.code, deadline.subkey): deadline.due for deadline in deadlines}


def _opening(locks: tuple[Finding, ...]) -> dict[tuple[str, str, str], date | None]:
    return {(lock.gate.step, lock.gate.id, ""): lock.unlocks_on for lock in locks}


def _moved(
    before: Mapping[tuple[str, str, str], date | None], after: Mapping[tuple[str, str, str], date | None]
) -> tuple[Moved, ...]:
    """The days that differ, each old one beside the new one that takes its place.

    A period of a log bears its end in its subkey, so it is by step and rule, and in the order of days, that they pair.
    """
    gone, come = defaultdict(list), defaultdict(list)
    for key in before.keys() | after.keys():
        if before.get(key) == after.get(key):
            continue
        if before.get(key) is not None:
            gone[key[:2]].append(before[key])
        if after.get(key) is not None:
            come[key[:2]].append(after[key])
    return tuple(
        Moved(step, code, old, new)
        for step, code in sorted(gone.keys() | come.keys(), key=lambda key: (STEPS[key[0]].number, key[1]))
        for old, new in zip_longest(sorted(gone[step, code]), sorted(come[step, code]))
    )
