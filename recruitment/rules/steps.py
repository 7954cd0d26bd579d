"""The table of 31 steps, assembled and checked when the program starts.

Nothing outside :mod:`recruitment.rules` reads ``STEPS`` to judge an act: rules go through
:class:`recruitment.rules.editions.Ruleset`, which lays editions and local settings over the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from recruitment.rules.dates import Duration
from recruitment.rules.papers import DOCUMENTS, FORMS
from recruitment.rules.schema import FieldType, Gate, Kind, Side, Step
from recruitment.rules.table import stage_1, stage_2, stage_3, stage_4, stage_5
from recruitment.rules.vetoes import VETOES

#: Facts about the person that a gate may look at.
PERSON_ANCHORS = frozenset({"birth_date", "expected_leave_date", "has_personnel_archive"})

#: Entries that are the opinion of somebody whom an earlier step names, kept for the two national registers
#: (r2026 arts 9, 15) -> where she is named.
OPINIONS: Mapping[str, str] = MappingProxyType(
    {"contact_opinion": "assign_contacts.contacts", "introducer_opinion": "assign_introducers.introducers"}
)

#: Entries that the committee makes itself in a log of the branch.
COMMITTEE_KINDS = frozenset({"annual_analysis"})

#: What of an entry may be corrected; ``withdrawn`` takes the whole entry back. ``member`` is kept as a list of one.
ENTRY_FIELDS = ("on", "member", "text", "withdrawn")

#: The steps that an extension of probation opens again.
REPEATED_FROM, REPEATED_TO = "probation_education", "conversion_approval"

#: A step that may be entered beside the one before it, and the one it runs beside (regulation digest, section 11).
PARALLEL: Mapping[str, str] = MappingProxyType({"intensive_training": "political_review"})

#: Log steps that take entries together from the moment on which the step before the first of them is verified.
LOGS_OPENED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "assign_contacts": ("cultivate_educate", "halfyear_review"),
        "admission_oath": ("probation_education",),
    }
)

#: The upload rule of the whole system: it belongs to every step that asks for papers.
UPLOAD_GATE = Gate(
    id="upload_within_one_month",
    kind=Kind.NOT_AFTER,
    anchor="*.action_date",
    target="*.uploaded_on",
    duration=Duration.parse("P1M"),
    source="seed",
    configurable=True,
)

_DATED = frozenset(
    {Kind.NOT_BEFORE, Kind.NOT_AFTER, Kind.MIN_SPAN, Kind.EVERY, Kind.HORIZON, Kind.VALIDITY},
)


class TableError(Exception):
    """The step table contradicts itself; the program must not start with it."""


def check_table(steps: Iterable[Step]) -> None:
    """Raise :class:`TableError` naming the first contradiction.

    Unique keys and gate ids, consecutive numbers, one start, every step reachable and the end reached, every required
    step earlier, every paper, form and veto known, every anchor, target and named field existing.
    """
    rows = tuple(steps)
    by_key = {step.key: step for step in rows}
    if len(by_key) != len(rows):
        raise TableError("a step key stands twice")
    if [step.number for step in rows] != list(range(1, len(rows) + 1)):
        raise TableError("step numbers are not 1, 2, 3, … in order")
    starts = [step.key for step in rows if not step.requires]
    if starts != [rows[0].key]:
        raise TableError(f"there must be one start, not {starts}")
    for step in rows:
        for required in step.requires:
            if required not in by_key or by_key[required].number >= step.number:
                raise TableError(f"{step.key} requires {required!r}, which is not an earlier step")
        _check_fields(step)
        for code in step.paper_codes:
            if code not in DOCUMENTS:
                raise TableError(f"{step.key}: unknown document {code}")
        for code in step.forms:
            if code not in FORMS:
                raise TableError(f"{step.key}: unknown form {code}")
        for code in step.vetoes:
            if code not in VETOES:
                raise TableError(f"{step.key}: unknown veto {code}")
    reached = {rows[0].key}
    for step in rows[1:]:
        if reached.issuperset(step.requires):
            reached.add(step.key)
    if rows[-1].key not in reached:
        raise TableError(f"the last step {rows[-1].key} cannot be reached")
    _check_gates(rows, by_key)


def _check_fields(step: Step) -> None:
    names = [field.name for field in step.fields]
    if len(set(names)) != len(names):
        raise TableError(f"{step.key}: a field stands twice")
    for name in filter(None, (step.action_date, step.report_field)):
        field = step.field(name)
        if field is None or field.type is not FieldType.DATE:
            raise TableError(f"{step.key}: {name} is not a date field of the step")
    for field in step.fields:
        if (field.type is FieldType.ENUM) != bool(field.choices):
            raise TableError(f"{step.key}.{field.name}: choices belong to enum fields, and every enum field has some")


def _check_gates(rows: tuple[Step, ...], by_key: Mapping[str, Step]) -> None:
    seen: set[str] = set()
    for step in rows:
        for gate in step.gates:
            if gate.id in seen:
                raise TableError(f"gate {gate.id} stands twice")
            seen.add(gate.id)
            for name in filter(None, (gate.anchor, gate.target, gate.anchor_when_missing, gate.anchor_not_before)):
                _check_reference(gate, name, by_key)
            for name in filter(None, (gate.exemption_field,)):
                _check_reference(gate, name, by_key)
            if gate.kind in _DATED and (gate.anchor is None or gate.duration is None):
                raise TableError(f"gate {gate.id}: a {gate.kind} needs an anchor and a duration")


def _check_reference(gate: Gate, reference: str, by_key: Mapping[str, Step]) -> None:
    owner, _, name = reference.partition(".")
    if owner == "person":
        if name not in PERSON_ANCHORS:
            raise TableError(f"gate {gate.id}: unknown fact {reference}")
        return
    step = by_key.get(owner)
    if step is None or (step.field(name) is None and name not in step.log_kinds):
        raise TableError(f"gate {gate.id}: unknown reference {reference}")


_ROWS = stage_1.STEPS + stage_2.STEPS + stage_3.STEPS + stage_4.STEPS + stage_5.STEPS
check_table(_ROWS)

#: Step key -> step, in order.
STEPS: Mapping[str, Step] = MappingProxyType({step.key: step for step in _ROWS})
STEP_KEYS: tuple[str, ...] = tuple(STEPS)
FIRST, LAST = STEP_KEYS[0], STEP_KEYS[-1]

#: Gate id -> gate, the upload rule included: 58 in all.
GATES: Mapping[str, Gate] = MappingProxyType(
    {UPLOAD_GATE.id: UPLOAD_GATE} | {gate.id: gate for step in _ROWS for gate in step.gates}
)

#: The steps whose committee half begins with the branch's report.
REPORTED: tuple[str, ...] = tuple(step.key for step in _ROWS if step.report_field)


def names_members(step: str, name: str) -> bool:
    """Whether that field of the step, or of an entry of its log, names members of a roster."""
    row = STEPS.get(step)
    if row is None:
        return False
    field = row.field(name)
    if field is None:
        return row.is_log and name == "member"
    return field.type is FieldType.MEMBERS


def following(key: str) -> str | None:
    """The step after ``key`` by number, or None after the last."""
    number = STEPS[key].number
    return STEP_KEYS[number] if number < len(STEP_KEYS) else None


def opened_after(key: str) -> tuple[str, ...]:
    """The steps that open on the day on which ``key`` is verified (none after the last)."""
    if key in LOGS_OPENED_BY:
        return LOGS_OPENED_BY[key]
    after = following(key)
    if after is None:
        return ()
    beside = tuple(step for step, other in PARALLEL.items() if other == after)
    return (after, *beside)


def holder_of(gate: Gate) -> Side:
    """The level that must act before the gate's deadline, and that its flag addresses."""
    return gate.holder or STEPS[gate.step].side
