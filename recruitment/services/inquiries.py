"""Questions to bodies outside the case: letters and opinions asked for, reminded of, answered or withdrawn.

The political review may ask by letter, and the committee hears discipline, law-enforcement and other departments
(r2026 art 16; r2014 arts 16, 19). No rule asks for the answer itself: it is work that waits for others.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import digest
from branches.access import Actor
from recruitment import machine, policies
from recruitment.models import Inquiry
from recruitment.policies import Allowed, Answer
from recruitment.rules.gates import Reason
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.services.base import Done, acting, finish, guard, open_file, refuse, refused_for, required_text

#: The political review, and the preliminary review in which a committee hears other departments.
INQUIRING_STEPS = ("political_review", "preliminary_review")


def takes_inquiries(file: CaseFile, step: str) -> bool:
    """Whether questions may be sent, reminded of and answered: while the step is open or waits for its verifier."""
    record = file.record(step) if step in INQUIRING_STEPS else None
    return record is not None and record.status != machine.VERIFIED


@transaction.atomic
def send_inquiry(
    *,
    case_id: int,
    step: str,
    kind: str,
    body_name: str,
    sent_on: date,
    due_on: date,
    actor: Actor,
    now: datetime,
    about: str = "",
    expected_version: int | None = None,
) -> Done:
    """Enter a letter, or a request for an opinion, that was sent. Refused for a day in the future."""
    file = open_file(case_id, expected_version)
    answer = policies.may_inquire(actor, file.case.scope)
    guard(file, answer, right_step=takes_inquiries(file, step))
    assert isinstance(answer, Allowed)
    assert answer.grant is not None
    actor = acting(actor, answer)
    body_name = required_text(body_name, "body_name")
    if kind not in Inquiry.Kind.values:
        raise refuse("field_invalid", field="kind")
    _not_in_future("sent_on", sent_on, now)
    if due_on < sent_on:
        raise refuse("field_invalid", field="due_on", message=_("请对方答复的日期不能早于发出日期。"))
    record = file.record(step)
    assert record is not None
    row = Inquiry.objects.create(
        case=file.case,
        record=record,
        sender_id=answer.grant.organisation_id,
        kind=kind,
        body_name=body_name,
        about=about.strip(),
        sent_on=sent_on,
        due_on=due_on,
        entered_at=now,
        entered_by_id=actor.user_id,
        entered_for=actor.on_behalf_of_name,
    )
    details: dict[str, Any] = {"inquiry_kind": kind, "on": sent_on, "due_on": due_on}
    if row.about:
        details["about"] = digest(row.about, record.salt)
    return _finish(file, row, "inquiry_sent", details, actor, now)


@transaction.atomic
def remind_inquiry(*, case_id: int, inquiry_id: int, on: date, due_on: date, actor: Actor, now: datetime) -> Done:
    """Enter that the body was reminded, and until when it is now asked to answer."""
    file, row, actor = _waiting(case_id, inquiry_id, actor)
    _not_in_future("on", on, now)
    if on < row.sent_on:
        raise refuse("field_invalid", field="on", message=_("催办日期不能早于发出日期。"))
    if due_on < on:
        raise refuse("field_invalid", field="due_on", message=_("请对方答复的日期不能早于催办日期。"))
    before, row.due_on = row.due_on, due_on
    row.reminded_on = sorted({*row.reminded_on, on.isoformat()})
    row.save(update_fields=["due_on", "reminded_on"])
    return _finish(file, row, "inquiry_reminded", {"on": on, "due_on": [before, due_on]}, actor, now)


@transaction.atomic
def answer_inquiry(
    *,
    case_id: int,
    inquiry_id: int,
    answered_on: date,
    answer: str,
    actor: Actor,
    now: datetime,
    paper_id: int | None = None,
) -> Done:
    """Enter the answer, and which paper of the step it is, where it was uploaded."""
    file, row, actor = _waiting(case_id, inquiry_id, actor)
    _not_in_future("answered_on", answered_on, now)
    if answered_on < row.sent_on:
        raise refuse("field_invalid", field="answered_on", message=_("收到答复的日期不能早于发出日期。"))
    row.answer = required_text(answer, "answer")
    papers = {material.pk for material in file.materials if material.record_id == row.record_id}
    if paper_id is not None and paper_id not in papers:
        raise refuse("field_invalid", field="paper", message=_("请选择这一步已经上传的材料。"))
    row.answered_on, row.paper_id = answered_on, paper_id
    row.save(update_fields=["answered_on", "answer", "paper"])
    details = {"on": answered_on, "answer": digest(row.answer, row.record.salt), "material": paper_id}
    return _finish(file, row, "inquiry_answered", details, actor, now)


@transaction.atomic
def withdraw_inquiry(*, case_id: int, inquiry_id: int, reason: str, actor: Actor, now: datetime) -> Done:
    """Enter that the answer is waited for no longer: sent by mistake, or not needed any more."""
    file, row, actor = _waiting(case_id, inquiry_id, actor)
    reason = required_text(reason, "reason")
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    return _finish(file, row, "inquiry_withdrawn", {"reason": reason}, actor, now)


def _waiting(case_id: int, inquiry_id: int, actor: Actor) -> tuple[CaseFile, Inquiry, Actor]:
    """The inquiry with its case locked; refused unless it waits and the actor's seat enters for its sender."""
    file = open_file(case_id)
    row = Inquiry.objects.select_related("record").get(pk=inquiry_id, case=file.case)
    answer: Answer = policies.may_enter_inquiry(actor, file.case.scope, row.sender_id)
    counts = row.record.counts and takes_inquiries(file, row.record.step)
    guard(file, answer, right_step=row.waits and counts)
    return file, row, acting(actor, answer)


def _not_in_future(name: str, day: date, now: datetime) -> None:
    if day > local_day(now):
        raise refused_for([Reason("action_date_in_future", field_name=name, inputs={"target": day})])


def _finish(file: CaseFile, row: Inquiry, action: str, details: dict[str, Any], actor: Actor, now: datetime) -> Done:
    payload = {"step": row.record.step, "inquiry": row.pk, "addressee": row.body_name, **details}
    return finish(file, action=action, actor=actor, now=now, payload=payload, record=row.record)
