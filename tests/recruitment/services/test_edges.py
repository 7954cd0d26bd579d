"""Edge matrix: every state x every verb is legal exactly when the table says so."""

from __future__ import annotations

from datetime import date

import pytest
from django_fsm import InvalidResultState, TransitionNotAllowed

from recruitment.models import Case
from recruitment.models.case import GateClosedError
from recruitment.models.step_record import StepRecord
from recruitment.rules.editions import R2026
from recruitment.rules.gates import Reason, Verdict
from tests.rehearsal.dsl import Story

#: The 31 steps as the regulation digest lists them, by stage; written out, so that the table is held to something.
STAGES = {
    1: "submit_application register_application organization_talk",
    2: "recommend_activist determine_activist file_activist assign_contacts cultivate_educate halfyear_review",
    3: "solicit_opinions propose_development_target consent_development_target publicize_development_target "
    "assign_introducers political_review intensive_training",
    4: "branch_committee_review preliminary_review fill_application_form admission_branch_meeting superior_talk "
    "committee_approval file_with_org_department",
    5: "assign_to_branch_group admission_oath probation_education conversion_application conversion_review "
    "conversion_branch_meeting conversion_approval archive_records",
}
ORDER = [step for steps in STAGES.values() for step in steps.split()]
ENDS = ["completed", "terminated", "closed"]
STATES = [*ORDER, *ENDS]
STAGE_OF = {step: stage for stage, steps in STAGES.items() for step in steps.split()}
REFUSED = (TransitionNotAllowed, InvalidResultState)


def moved(state: str, verb: str, **arguments: object) -> str | None:
    """Where the verb leads from that state, or None where it is not allowed there."""
    case = Case(step=state)
    try:
        getattr(case, verb)(**arguments)
    except REFUSED:
        return None
    return case.step


def clean(step: str) -> Verdict:
    return Verdict(step, R2026)


def test_there_are_31_steps_and_three_ends():
    assert len(ORDER) == 31
    assert len(set(STATES)) == 34


def test_advance_leads_from_each_step_to_the_next():
    following = dict(zip(ORDER, [*ORDER[1:], "completed"], strict=True))
    assert {state: moved(state, "advance", verdict=clean(state)) for state in STATES} == {
        state: following.get(state) for state in STATES
    }


def test_only_an_approval_extends_probation():
    reached = {
        state: moved(state, "extend_probation", verdict=clean(state), until=date(2029, 1, 1)) for state in STATES
    }
    assert {state: to for state, to in reached.items() if to} == {"conversion_approval": "probation_education"}


def test_send_back_leads_to_earlier_steps_of_the_same_stage():
    for state in STATES:
        for to in STATES:
            legal = (
                state in STAGE_OF
                and to in STAGE_OF
                and STAGE_OF[state] == STAGE_OF[to]
                and ORDER.index(to) < ORDER.index(state)
            )
            assert moved(state, "send_back", to=to) == (to if legal else None), (state, to)


def test_ends_are_reached_from_every_step_and_left_by_an_appeal_only():
    for state in STATES:
        runs = state in STAGE_OF
        terminated = moved(state, "terminate", code="V17", on=date(2027, 1, 1), end="veto")
        assert terminated == ("terminated" if runs else None), state
        assert moved(state, "close", end="died", on=date(2027, 1, 1)) == ("closed" if runs else None), state
        for to in STATES:
            legal = state == "terminated" and to in STAGE_OF
            assert moved(state, "reinstate", to=to) == (to if legal else None), (state, to)


def test_a_verb_refuses_without_a_clean_verdict():
    unclean = Verdict("organization_talk", R2026, reasons=(Reason("date_order"),))
    for verdict in (None, True, unclean, clean("register_application")):
        with pytest.raises(GateClosedError):
            Case(step="organization_talk").advance(verdict)


STATUSES = ["open", "recorded", "submitted", "returned", "verified"]
#: Verb of a step record -> status from which it may be called -> where it leads.
VERBS = {
    "record": {"open": "recorded", "recorded": "recorded"},
    "submit": {"open": "submitted", "recorded": "submitted", "returned": "submitted"},
    "verify": {"submitted": "verified"},
    "hand_back": {"submitted": "returned"},
    "reopen": {"open": "open", "recorded": "open", "submitted": "open", "returned": "open"},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", STATUSES)
def test_the_verbs_of_a_step_record(verb, status):
    record = StepRecord(status=status)
    try:
        getattr(record, verb)()
    except TransitionNotAllowed:
        assert status not in VERBS[verb]
    else:
        assert record.status == VERBS[verb][status]


#: Status of a committee's step -> the acts that its status allows.
ALLOWED = {
    "open": {"record", "submit", "upload", "report"},
    "recorded": {"record", "submit", "upload", "report"},
    "returned": {"record", "submit", "upload", "report"},
    "submitted": {"verify", "return"},
    "verified": {"send_back"},
}


def test_the_acts_of_a_step_by_its_status(case_of):
    step, at = "file_activist", "2026-07-05"
    ways = {
        "open": [],
        "recorded": ["record"],
        "submitted": ["submit"],
        "returned": ["submit", "return"],
        "verified": ["submit", "verify"],
    }
    for status, acts in ways.items():
        for act in ("record", "submit", "upload", "report", "verify", "return", "send_back"):
            story = Story.at(step)
            for done in acts:
                story.do(done, at, step, reason="理由").accepted()
            tried = story.do(act, at, step, reason="理由")
            if act in ALLOWED[status]:
                tried.accepted()
            else:
                tried.refused("not_this_step")
            case_of(story)
