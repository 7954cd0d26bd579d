"""Red and its decision, suspension, transfer, neutral ends and reinstatement."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organisation
from branches.services import roster
from branches.services.responsible import responsible_for
from recruitment import machine, policies
from recruitment.models import Appeal, Case, Suspension, Transfer, Veto
from recruitment.policies import Allowed, Denied
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.rules.vetoes import VETOES, can_suspend, can_terminate
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.services.base import (
    Done,
    Refusal,
    Refused,
    acting,
    finish,
    guard,
    invalid,
    open_file,
    refuse,
    required_text,
)
from recruitment.services.notices import tell

#: The ends without a red, as people name them.
NEUTRAL_ENDS = (Case.End.WITHDRAWN, Case.End.DIED, Case.End.MOVED_AWAY, Case.End.DROPPED)


def _is_live(file: CaseFile, step: str) -> bool:
    """Whether the verifier of ``step`` has it before them: the current step, not one that runs beside it."""
    current = file.facts().current
    record = file.record(step)
    return record is not None and record.status != machine.VERIFIED and (step == current or STEPS[step].is_log)


# -- veto ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def raise_veto(
    *, case_id: int, step: str, code: str, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """Red: the verifier names a veto situation; the case is frozen until the level above confirms or dismisses it."""
    file = open_file(case_id, expected_version)
    answer = policies.may_verify(actor, file.case.scope, STEPS[step].verifier_side)
    guard(file, answer, right_step=_is_live(file, step))
    bad = [] if can_terminate(code) else ["code"]
    if not reason.strip():
        bad.append("reason")
    if bad:
        raise invalid(*bad)
    actor = acting(actor, answer)
    case = file.case
    Veto.objects.create(
        case=case, code=code, step=step, reason=reason.strip(), raised_at=now, raised_by_id=actor.user_id
    )
    case.freeze, case.veto_code = Case.Freeze.VETO, code
    payload = {"step": step, "code": code, "reason": reason.strip()}
    return finish(file, action="veto_raised", actor=actor, now=now, payload=payload)


def _standing(file: CaseFile) -> Veto | None:
    return Veto.objects.filter(case=file.case, status=Veto.Status.STANDING).first()


@transaction.atomic
def confirm_veto(
    *,
    case_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    local_document: str = "",
    expected_version: int | None = None,
) -> Done:
    """The superior department confirms a red: the case ends.

    A local (practice) situation is confirmed with the organisation's document that lays it down.
    """
    file, answer, veto = _deciding(case_id, actor, expected_version)
    reason = required_text(reason, "reason")
    if VETOES[veto.code].is_local and not local_document.strip():
        raise invalid("local_document")
    if acting(actor, answer).is_one_of(veto.raised_by_id):
        raise refuse("own_submission")
    actor = acting(actor, answer)
    case = file.case
    _decide(veto, Veto.Status.CONFIRMED, reason, actor, now)
    veto.local_document = local_document.strip()
    veto.save()
    case.terminate(code=veto.code, on=local_day(now), end=Case.End.VETO)
    payload = {"code": veto.code, "reason": reason, "local_document": veto.local_document}
    done = finish(file, action="veto_confirmed", actor=actor, now=now, payload=payload)
    _leave_roster(file, local_day(now), actor, now, veto.code)
    _tell_below(case, veto, "veto_confirmed", now)
    return done


@transaction.atomic
def dismiss_veto(
    *, case_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """The superior department dismisses a red: the case goes on as it stood, without the bad result that raised it."""
    file, answer, veto = _deciding(case_id, actor, expected_version)
    reason = required_text(reason, "reason")
    actor = acting(actor, answer)
    _decide(veto, Veto.Status.DISMISSED, reason, actor, now)
    veto.save()
    file.case.freeze, file.case.veto_code = Case.Freeze.NONE, ""
    _tell_below(file.case, veto, "veto_dismissed", now)
    payload = {"code": veto.code, "reason": reason}
    return finish(file, action="veto_dismissed", actor=actor, now=now, payload=payload)


def _tell_below(case: Case, veto: Veto, code: str, now: datetime) -> None:
    """Branch and committee are told what was decided; the person gets the printed notice from the branch."""
    tell(case=case, code=code, step=veto.step, organisations=[case.branch_id, case.committee_id], now=now)


def _deciding(case_id: int, actor: Actor, expected_version: int | None):
    file = open_file(case_id, expected_version)
    veto = _standing(file)
    answer = policies.may_verify(actor, file.case.scope, Side.DEPARTMENT)
    guard(file, answer, right_step=veto is not None, ends=Case.Freeze.VETO)
    assert veto is not None
    return file, answer, veto


def _decide(veto: Veto, status: str, reason: str, actor: Actor, now: datetime) -> None:
    veto.status, veto.decision_reason = status, reason
    veto.decided_at, veto.decided_by_id = now, actor.user_id


def _leave_roster(file: CaseFile, on, actor: Actor, now: datetime, why: str) -> None:
    """A probationary member whose case ends in a red leaves the roster."""
    member = file.case.person.member
    if member is not None and member.left_on is None and member.standing == member.Standing.PROBATIONARY:
        roster.remove_member(member=member, on=on, actor=actor, now=now, reason=why)


@transaction.atomic
def reinstate(*, case_id: int, reason: str, actor: Actor, now: datetime) -> Done:
    """An appeal succeeded: a case that ended in a confirmed red goes on where it stood.

    By an officer of the superior department who did not confirm the red.
    """
    file = open_file(case_id)
    case = file.case
    answer = policies.may_verify(actor, case.scope, Side.DEPARTMENT)
    veto = Veto.objects.filter(case=case, status=Veto.Status.CONFIRMED).first()
    if isinstance(answer, Denied):
        raise refuse("not_allowed", message=str(answer.reason))
    if case.end != Case.End.VETO or veto is None:
        raise refuse("not_this_step")
    reason = required_text(reason, "reason")
    if acting(actor, answer).is_one_of(veto.decided_by_id):
        raise refuse("own_submission")
    return put_back(file=file, veto=veto, reason=reason, actor=acting(actor, answer), now=now)


def put_back(*, file: CaseFile, veto: Veto, reason: str, actor: Actor, now: datetime) -> Done:
    """The red is overturned and the case goes on where it stood; an appeal that waits is upheld with it.

    Part of the caller's act, which has asked who may. Refused where the person has another running case.
    """
    case = file.case
    if Case.objects.open().filter(person=case.person_id).exists():
        raise Refused([Refusal("not_this_step", message=_("此人已有另一份未结束的纪实。"))])
    _decide(veto, Veto.Status.OVERTURNED, reason, actor, now)
    veto.save()
    appeal = Appeal.objects.filter(case=case, status=Appeal.Status.PENDING).first()
    if appeal is not None:
        appeal.settle(Appeal.Status.UPHELD, answer=reason, by=actor.user_id, at=now)
        appeal.save()
    case.reinstate(to=case.ended_at_step)
    return finish(file, action="case_reinstated", actor=actor, now=now, payload={"code": veto.code, "reason": reason})


# -- suspension ---------------------------------------------------------------------------------------------------


@transaction.atomic
def suspend(
    *,
    case_id: int,
    step: str,
    code: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Done:
    """Yellow: nothing of the case is verified until the situation is cured."""
    file = open_file(case_id, expected_version)
    case = file.case
    answer = policies.may_verify(actor, case.scope, STEPS[step].verifier_side)
    guard(file, answer, right_step=_is_live(file, step) and code not in case.suspended_codes)
    if not can_suspend(code):
        raise invalid("code")
    actor = acting(actor, answer)
    Suspension.objects.create(case=case, code=code, reason=reason.strip(), from_at=now, from_by_id=actor.user_id)
    case.suspended_codes = sorted({*case.suspended_codes, code})
    payload = {"step": step, "code": code, "reason": reason.strip()}
    return finish(file, action="case_suspended", actor=actor, now=now, payload=payload)


@transaction.atomic
def resume(
    *,
    case_id: int,
    step: str,
    reason: str,
    actor: Actor,
    now: datetime,
    code: str = "",
    expected_version: int | None = None,
) -> Done:
    """The situation is cured: lift one suspension, or all where no code is named."""
    file = open_file(case_id, expected_version)
    case = file.case
    answer = policies.may_verify(actor, case.scope, STEPS[step].verifier_side)
    lifted = [held for held in case.suspended_codes if not code or held == code]
    guard(file, answer, right_step=bool(lifted))
    reason = required_text(reason, "reason")
    actor = acting(actor, answer)
    Suspension.objects.filter(case=case, code__in=lifted, until_at__isnull=True).update(
        until_at=now, until_by_id=actor.user_id, until_reason=reason
    )
    case.suspended_codes = [held for held in case.suspended_codes if held not in lifted]
    payload = {"codes": lifted, "reason": reason}
    return finish(file, action="case_resumed", actor=actor, now=now, payload=payload)


# -- neutral ends -------------------------------------------------------------------------------------------------


@transaction.atomic
def close(
    *, case_id: int, outcome: str, actor: Actor, now: datetime, reason: str = "", expected_version: int | None = None
) -> Done:
    """End the case without a red: withdrawn, died, moved away, or dropped from the pool; the person may apply again."""
    file = open_file(case_id, expected_version)
    answer = policies.may_take_part(actor, file.case.scope)
    guard(file, answer, right_step=True)
    if outcome not in NEUTRAL_ENDS:
        raise invalid("outcome")
    actor = acting(actor, answer)
    file.case.close(end=outcome, on=local_day(now))
    done = finish(
        file, action="case_closed", actor=actor, now=now, payload={"outcome": outcome, "reason": reason.strip()}
    )
    _leave_roster(file, local_day(now), actor, now, outcome)
    return done


# -- transfer -----------------------------------------------------------------------------------------------------


def pending_transfer(file: CaseFile) -> Transfer | None:
    return Transfer.objects.filter(case=file.case, status=Transfer.Status.PENDING).select_related("to_branch").first()


@transaction.atomic
def request_transfer(
    *,
    case_id: int,
    to_branch: Organisation,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Done:
    """Freeze the case for a move to another branch; a freeze stops no clock."""
    file = open_file(case_id, expected_version)
    case = file.case
    answer = policies.may_take_part(actor, case.scope)
    guard(file, answer, right_step=True)
    if to_branch.pk == case.branch_id or to_branch.kind != Organisation.Kind.BRANCH or to_branch.dissolved_on:
        raise invalid("to_branch")
    actor = acting(actor, answer)
    Transfer.objects.create(
        case=case,
        from_branch=case.branch,
        to_branch=to_branch,
        reason=reason.strip(),
        requested_at=now,
        requested_by_id=actor.user_id,
    )
    case.freeze = Case.Freeze.TRANSFER
    payload = {"from": case.branch.code, "to": to_branch.code, "reason": reason.strip()}
    return finish(file, action="transfer_requested", actor=actor, now=now, payload=payload)


@transaction.atomic
def accept_transfer(
    *, case_id: int, actor: Actor, now: datetime, reason: str = "", expected_version: int | None = None
) -> Done:
    """The receiving side takes the case over, with its anchors, flags, papers and open deadlines."""
    file, transfer, responsible, answer = _receiving(case_id, actor, expected_version)
    case = file.case
    actor = acting(actor, answer)
    _decide_transfer(transfer, Transfer.Status.ACCEPTED, reason, actor, now)
    facts = file.facts()
    approved = facts.step("committee_approval").acted
    converted = facts.step("conversion_approval").acted
    case.transferred_in = case.transferred_in or (approved and not converted)
    case.branch, case.committee, case.department = transfer.to_branch, responsible.committee, responsible.department
    case.freeze = Case.Freeze.NONE
    payload = {"from": transfer.from_branch.code, "to": transfer.to_branch.code, "reason": reason.strip()}
    done = finish(file, action="transfer_accepted", actor=actor, now=now, payload=payload)
    member = case.person.member
    if member is not None and member.left_on is None:
        roster.change_member(member=member, changes={"branch": transfer.to_branch}, actor=actor, now=now)
    return done


@transaction.atomic
def refuse_transfer(
    *, case_id: int, actor: Actor, now: datetime, reason: str = "", expected_version: int | None = None
) -> Done:
    """The move does not take place; the case goes on where it was."""
    file, transfer, _responsible, answer = _receiving(case_id, actor, expected_version)
    actor = acting(actor, answer)
    _decide_transfer(transfer, Transfer.Status.REFUSED, reason, actor, now)
    file.case.freeze = Case.Freeze.NONE
    payload = {"to": transfer.to_branch.code, "reason": reason.strip()}
    return finish(file, action="transfer_refused", actor=actor, now=now, payload=payload)


def _receiving(case_id: int, actor: Actor, expected_version: int | None):
    file = open_file(case_id, expected_version)
    transfer = pending_transfer(file)
    responsible = responsible_for(transfer.to_branch) if transfer else None
    answer: policies.Answer = Allowed()
    if transfer is not None and responsible is not None:
        scope = policies.Scope(
            transfer.to_branch_id, transfer.to_branch.path, responsible.committee.pk, responsible.department.pk
        )
        answer = policies.may_take_part(actor, scope)
    guard(file, answer, right_step=transfer is not None, ends=Case.Freeze.TRANSFER)
    return file, transfer, responsible, answer


def _decide_transfer(transfer: Transfer, status: str, reason: str, actor: Actor, now: datetime) -> None:
    transfer.status, transfer.decision_reason = status, reason.strip()
    transfer.decided_at, transfer.decided_by_id = now, actor.user_id
    transfer.save()
