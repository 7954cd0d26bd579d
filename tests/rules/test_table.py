"""The step table: what it must contain, and that a contradiction planted in it is found and named."""

from dataclasses import replace

import pytest

from recruitment.rules.dates import Duration
from recruitment.rules.schema import Field, FieldType, Gate, Kind, Paper, Side
from recruitment.rules.steps import (
    FIRST,
    GATES,
    LAST,
    REPORTED,
    STEP_KEYS,
    STEPS,
    TableError,
    check_table,
    following,
    holder_of,
    opened_after,
)
from recruitment.rules.vetoes import VETOES

ROWS = tuple(STEPS.values())


def planted(key, /, **changes):
    """The table with one step changed."""
    return tuple(replace(step, **changes) if step.key == key else step for step in ROWS)


def gated(gate_id, **changes):
    """The table with one gate changed."""
    return tuple(
        replace(step, gates=tuple(replace(g, **changes) if g.id == gate_id else g for g in step.gates)) for step in ROWS
    )


def test_the_table_is_sound():
    check_table(ROWS)


def test_its_measure():
    assert len(STEPS) == 31
    assert [step.number for step in ROWS] == list(range(1, 32))
    assert len(GATES) == 58
    assert len(VETOES) == 26
    assert [sum(step.stage == stage for step in ROWS) for stage in range(1, 6)] == [3, 6, 7, 7, 8]
    assert REPORTED == (
        "file_activist",
        "consent_development_target",
        "preliminary_review",
        "committee_approval",
        "conversion_approval",
    )
    assert {gate.kind for gate in GATES.values()} == set(Kind)


NEW_GATE = Gate(id="new", kind=Kind.NOT_AFTER, target="organization_talk.talk_date")

CONTRADICTIONS = {
    "a key twice": (planted("register_application", key="submit_application"), "stands twice"),
    "a number left out": (planted("archive_records", number=32), "numbers"),
    "the order of rows": (ROWS[1:2] + ROWS[:1] + ROWS[2:], "numbers"),
    "a second start": (planted("register_application", requires=()), "one start"),
    "no start": (planted("submit_application", requires=("archive_records",)), "one start"),
    "a later requirement": (planted("organization_talk", requires=("recommend_activist",)), "not an earlier step"),
    "itself required": (planted("organization_talk", requires=("organization_talk",)), "not an earlier step"),
    "an unknown requirement": (planted("organization_talk", requires=("tea",)), "not an earlier step"),
    "a field twice": (
        planted("organization_talk", fields=(Field("talk_date", FieldType.DATE), Field("talk_date", FieldType.DATE))),
        "a field stands twice",
    ),
    "no such action date": (planted("organization_talk", action_date="held_on"), "not a date field"),
    "an action date that is no date": (planted("organization_talk", action_date="summary"), "not a date field"),
    "a report date that is no date": (planted("file_activist", report_field="opinion"), "not a date field"),
    "an enum without choices": (
        planted("organization_talk", fields=(Field("talk_date", FieldType.DATE), Field("tone", FieldType.ENUM))),
        "choices",
    ),
    "choices without an enum": (
        planted("organization_talk", fields=(Field("talk_date", FieldType.DATE, choices=("today",)),)),
        "choices",
    ),
    "an unknown document": (planted("organization_talk", papers=(Paper("D99"),)), "unknown document D99"),
    "an unknown form": (planted("organization_talk", forms=("F99",)), "unknown form F99"),
    "an unknown veto": (planted("organization_talk", vetoes=("V99",)), "unknown veto V99"),
    "a gate twice": (
        planted("register_application", gates=STEPS["organization_talk"].gates),
        "gate talk_within_one_month stands twice",
    ),
    "an unknown anchor": (gated("talk_within_one_month", anchor="submit_application.tea_on"), "unknown reference"),
    "an anchor of an unknown step": (gated("talk_within_one_month", anchor="tea.held_on"), "unknown reference"),
    "an unknown fact of the person": (gated("applicant_age_18", anchor="person.shoe_size"), "unknown fact"),
    "an unknown target": (gated("talk_within_one_month", target="organization_talk.tea_on"), "unknown reference"),
    "an unknown alternative": (gated("approve_within_three_months", anchor_when_missing="tea.on"), "unknown reference"),
    "an unknown floor": (gated("conversion_meeting_within_one_month", anchor_not_before="tea.on"), "unknown reference"),
    "an unknown exemption": (gated("training_amount", exemption_field="intensive_training.tea"), "unknown reference"),
    "a deadline without an anchor": (gated("talk_within_one_month", anchor=None), "needs an anchor and a duration"),
    "a deadline without a duration": (gated("talk_within_one_month", duration=None), "needs an anchor and a duration"),
    "a new gate with nothing": (planted("organization_talk", gates=(NEW_GATE,)), "needs an anchor and a duration"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_planted_contradiction_is_found(name):
    rows, message = CONTRADICTIONS[name]
    with pytest.raises(TableError, match=message):
        check_table(rows)


def test_every_step_leads_to_the_next_and_the_last_to_none():
    assert (FIRST, LAST) == ("submit_application", "archive_records")
    assert [following(key) for key in STEP_KEYS] == [*STEP_KEYS[1:], None]


@pytest.mark.parametrize(
    ("verified", "opened"),
    [
        ("submit_application", ("register_application",)),
        ("assign_contacts", ("cultivate_educate", "halfyear_review")),
        ("assign_introducers", ("political_review", "intensive_training")),
        ("admission_oath", ("probation_education",)),
        ("archive_records", ()),
    ],
)
def test_what_a_verified_step_opens(verified, opened):
    assert opened_after(verified) == opened


def test_a_gate_addresses_those_who_must_act():
    assert holder_of(GATES["talk_within_one_month"]) is Side.BRANCH
    assert holder_of(GATES["approve_within_three_months"]) is Side.COMMITTEE
    assert holder_of(GATES["annual_pool_analysis"]) is Side.COMMITTEE


def test_every_act_is_verified_one_level_up_or_beside():
    order = list(Side)
    for step in ROWS:
        assert order.index(step.verifier_side) >= order.index(step.side), step.key


def test_gates_hold_what_their_kind_needs():
    for gate in GATES.values():
        if gate.kind is Kind.MIN_SPAN:
            assert gate.working, gate.id
            assert gate.count_start_day is False, gate.id
        if gate.kind is Kind.COUNT_RANGE:
            assert gate.minimum, gate.id
        if gate.kind is Kind.RANGE_DURATION:
            assert (gate.min_duration, gate.max_duration) == (Duration(6), Duration(12))
        assert gate.enabled or gate.configurable, f"{gate.id} is off and nobody can switch it on"
        assert gate.source == "national" or not gate.check or gate.source == "derived", gate.id
