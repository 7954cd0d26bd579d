"""A refusal changes nothing: no state, no audit entry, no notification, no obligation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audit.models import ChainHead, Entry
from recruitment import models
from recruitment.models import Case
from recruitment.rehearsal.scenario import TIMEZONE
from recruitment.selectors.casefile import load
from recruitment.services import acts, cases, interventions, materials, review
from recruitment.services.base import Refused
from recruitment.services.sweep import sweep
from tests.rehearsal.dsl import Story

WATCHED = (
    models.Case,
    models.Person,
    models.StepRecord,
    models.LogEntry,
    models.Material,
    models.Attempt,
    models.Ballot,
    models.RecordMember,
    models.Flag,
    models.Obligation,
    models.Notification,
    models.Veto,
    models.Suspension,
    models.Transfer,
    Entry,
    ChainHead,
)


def everything() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in WATCHED}


def now(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIMEZONE)


def refusals(stage: Any, case: Case) -> list[Any]:
    """One refused call of every service, with the case at the talk after its month has passed."""
    branch = stage.persons["branch_secretary"][0]
    committee = stage.persons["grassroots_committee"][0]
    department = stage.persons["superior_org_department"][0]
    at = {"case_id": case.pk, "now": now("2026-07-20T10:00")}
    step = {**at, "step": "organization_talk"}
    values = {"talk_date": "2026-07-01", "talkers": ["样本"], "summary": "样本", "conclusion": "样本"}
    paper = materials.Upload("D03", "a.pdf", None, "application/pdf", ".pdf", 1, "0" * 64, stored_name="x")
    return [
        lambda: acts.record(**step, values={}, actor=branch),
        lambda: acts.record(**step, values={**values, "talk_date": "2027-01-01"}, actor=branch),
        lambda: acts.submit(**step, values=values, actor=branch),
        lambda: acts.submit(**step, values=values, actor=committee, uploads=[paper]),
        lambda: acts.submit(**step, values=values, actor=branch, uploads=[paper], expected_version=1),
        lambda: acts.report(**step, actor=branch),
        lambda: acts.upload(**step, uploads=[paper], actor=department),
        lambda: acts.log(**at, step="halfyear_review", kind="review_date", on=None, actor=branch),
        lambda: review.verify(**step, actor=committee),
        lambda: review.hand_back(**step, actor=committee, reason="理由"),
        lambda: review.send_back(**step, actor=committee, reason="理由"),
        lambda: review.explain(**at, flag="talk_within_one_month", text="  ", actor=branch),
        lambda: review.explain(**at, flag="talk_within_one_month", text="说明", actor=department),
        lambda: review.explain(**at, flag="V08", text="说明", actor=branch),
        lambda: interventions.raise_veto(**step, code="V99", reason="理由", actor=committee),
        lambda: interventions.confirm_veto(**at, reason="理由", actor=department),
        lambda: interventions.dismiss_veto(**at, reason="理由", actor=department),
        lambda: interventions.suspend(**step, code="V17", actor=committee),
        lambda: interventions.resume(**step, reason="理由", actor=committee),
        lambda: interventions.close(**at, outcome="lost", actor=branch),
        lambda: interventions.request_transfer(**at, to_branch=stage.branch, actor=branch),
        lambda: interventions.accept_transfer(**at, actor=branch),
        lambda: interventions.refuse_transfer(**at, actor=branch),
        lambda: interventions.reinstate(**at, reason="理由", actor=department),
        lambda: cases.change_person(**at, changes={"id_number": "1"}, actor=branch),
        lambda: cases.change_person(**at, changes={"name": "样本"}, actor=committee),
        lambda: materials.mark_original_seen(**at, material_ids=[], actor=branch),
    ]


def test_a_refusal_changes_nothing(case_of, stage):
    # Not swept since the talk became late: a refused act does not settle the case either.
    case = case_of(Story.at("organization_talk"))
    before = everything()
    for number, refused in enumerate(refusals(stage, case)):
        with pytest.raises(Refused):
            refused()
        assert everything() == before, number
    # A sweep is what settles it.
    sweep(now=now("2026-07-20T10:00"), case_ids=[case.pk])
    assert everything() != before


def test_a_second_open_case_is_refused_anywhere(case_of, stage):
    case = case_of(Story.at("organization_talk"))
    person = {
        "name": "另一样本",
        "sex": "female",
        "birth_date": case.person.birth_date,
        "id_number": f" {case.person.id_number.lower()} ",
    }
    secretary = stage.persons["branch_secretary"][0]
    at = now("2026-07-20T10:00")
    before = everything()
    for branch in (stage.branch, stage.other_branch):
        with pytest.raises(ValidationError) as caught:
            cases.open_case(branch=branch, person=person, actor=secretary, now=at)
        assert "id_number" in caught.value.message_dict
    assert everything() == before
    # After a neutral end she may apply again, elsewhere too; she is the same person.
    interventions.close(case_id=case.pk, outcome="withdrawn", actor=secretary, now=at)
    again = cases.open_case(branch=stage.other_branch, person=person, actor=secretary, now=at).case
    assert again.person_id == case.person_id
    assert again.branch_id == stage.other_branch.pk


@pytest.mark.parametrize(
    ("number", "birth"),
    [
        ("990000199802280010", "1998-02-28"),  # wrong check digit
        ("99000019980230001X", "1998-02-28"),  # no such day
        ("9900001998022800", "1998-02-28"),  # too short
        ("", "1998-02-28"),
    ],
)
def test_an_identity_number_that_cannot_be(case_of, stage, number, birth):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        cases.open_case(
            branch=stage.branch,
            person={"name": "样本", "sex": "female", "birth_date": birth, "id_number": number},
            actor=stage.persons["branch_secretary"][0],
            now=now("2026-07-20T10:00"),
        )
    assert "id_number" in caught.value.message_dict
    assert everything() == before


def test_submit_twice_is_one_step(case_of, stage):
    story = Story.at("organization_talk")
    story.submit("2026-06-10", "organization_talk").accepted()
    story.submit("2026-06-10", "organization_talk").refused("not_this_step")
    case = case_of(story)
    assert load(case.pk).facts().current == "organization_talk"
    assert models.StepRecord.objects.filter(case=case, step="organization_talk").count() == 1
    assert models.Material.objects.filter(case=case, code="D03").count() == 1
    assert (
        Entry.objects.filter(chain=case.chain, action="step_submitted", payload__step="organization_talk").count() == 1
    )


def test_a_stale_form_is_refused(case_of, stage):
    case = case_of(Story.at("organization_talk"))
    values = {"talk_date": "2026-06-10", "talkers": ["样本"], "summary": "样本", "conclusion": "样本"}
    at = {"case_id": case.pk, "step": "organization_talk", "now": now("2026-06-10T10:00")}
    secretary = stage.persons["branch_secretary"][0]
    done = acts.record(**at, values=values, actor=secretary, expected_version=case.version)
    assert done.case.version == case.version + 1
    with pytest.raises(Refused) as caught:
        acts.record(**at, values=values, actor=secretary, expected_version=case.version)
    assert caught.value.codes == ("stale",)
