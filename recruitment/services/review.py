"""Acts of the verifying side: verify, return, send back; and the explanation of a flag."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from branches.access import Actor
from branches.models import Member
from branches.services import roster
from recruitment import machine, policies
from recruitment.models import Case, Flag, Material, StepRecord, StepReturn
from recruitment.policies import Answer, Denied
from recruitment.rules import outcomes, texts
from recruitment.rules.facts import RETURNED, Facts
from recruitment.rules.gates import Verdict, judge_act
from recruitment.rules.lights import Assessment, assess
from recruitment.rules.schema import Side
from recruitment.rules.steps import LAST, REPEATED_FROM, STEP_KEYS, STEPS, opened_after
from recruitment.rules.vetoes import MEMBERSHIP_CANCELLED
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.services import checks, drafts, materials
from recruitment.services.acts import verdict_json
from recruitment.services.base import (
    Done,
    Refusal,
    Refused,
    acting,
    finish,
    guard,
    invalid,
    open_file,
    required_text,
    settle,
)


def is_verifiable(file: CaseFile, key: str, current: str | None) -> bool:
    """Whether step ``key`` waits for its verifier; one that runs beside another is verified after it."""
    record = file.record(key)
    return key == current and record is not None and record.status == machine.SUBMITTED


def _verifying(file: CaseFile, step: str, actor: Actor) -> Answer:
    return policies.may_verify(actor, file.case.scope, STEPS[step].verifier_side)


# -- verify -------------------------------------------------------------------------------------------------------


def verification_refusals(
    file: CaseFile, key: str, actor: Actor, today: date
) -> tuple[Verdict, Assessment, list[Refusal]]:
    """What stands against a green light: own submission, suspension, flags without explanation, an unmet hard lock."""
    record = file.record(key)
    assert record is not None
    facts = file.facts()
    assessment = assess(facts, file.rules, today)
    verdict = judge_act(key, facts, file.rules, today)
    refusals = [
        Refusal(r.code, unlocks_on=r.unlocks_on, codes=r.codes, field=r.field_name, reason=r) for r in verdict.reasons
    ]
    if acting(actor, _verifying(file, key, actor)).is_one_of(record.submitted_by_id, record.submitted_for_id):
        refusals.append(Refusal("own_submission"))
    if file.case.suspended_codes:
        refusals.append(Refusal("suspended", codes=tuple(file.case.suspended_codes)))
    unexplained = {f.code for f in assessment.flags_of(key) if f.needs_explanation and not f.explained}
    if unexplained:
        refusals.append(Refusal("flag_unexplained", codes=tuple(sorted(unexplained))))
    return verdict, assessment, refusals


def hindrances(file: CaseFile, step: str, actor: Actor, today: date, *, passing: bool) -> list[Refusal]:
    """What would refuse the decision now, in the words of the act itself. ``passing``: green, otherwise a return."""
    try:
        guard(
            file,
            _verifying(file, step, actor),
            right_step=is_verifiable(file, step, file.facts().current),
        )
    except Refused as refused:
        return list(refused.refusals)
    return verification_refusals(file, step, actor, today)[2] if passing else []


@transaction.atomic
def verify(
    *,
    case_id: int,
    step: str,
    actor: Actor,
    now: datetime,
    originals: Iterable[int] = (),
    checked: Iterable[str] = (),
    bulk: int | None = None,
    expected_version: int | None = None,
) -> Done:
    """Green: the step is complete and regular, and the case moves to the next.

    ``originals``: keys of the papers that the verifier has compared with their originals, noted with the act.
    ``checked``: keys of the Guide's requirements that the verifier ticked off (see :mod:`recruitment.services.checks`).
    ``bulk``: the bulk decision of which this act is one, for the record.

    An approved cancellation ends the case (V14); an approved extension opens a second round; the last step completes
    it. Raises :class:`Refused` with every reason.
    """
    file = open_file(case_id, expected_version)
    answer = _verifying(file, step, actor)
    guard(file, answer, right_step=is_verifiable(file, step, file.facts().current))
    actor = acting(actor, answer)
    today = local_day(now)
    verdict, _, refusals = verification_refusals(file, step, actor, today)
    if refusals:
        raise Refused(refusals)
    record = file.record(step)
    assert record is not None
    values = record.typed_values()
    result = outcomes.result_of(step, values)
    seen = materials.see_originals(file=file, material_ids=originals, actor=actor, now=now)
    record.verify()
    record.verified_at, record.verified_by_id, record.verified_for = now, actor.user_id, actor.on_behalf_of_name
    record.verdict = verdict_json(verdict)
    record.checked = checks.ticked(step, verdict.edition, checked)
    record.version += 1
    record.save()
    _move_on(file, step, verdict, result.outcome, values, now)
    done = finish(
        file,
        action="step_verified",
        actor=actor,
        now=now,
        payload={
            "step": step,
            "round": record.round,
            "edition": verdict.edition,
            "outcome": result.outcome,
            **_looked_at(seen, record, bulk),
        },
        outcome=result.outcome,
        record=record,
    )
    # After the case's own audit entry: chains are locked in the order of their names.
    _keep_roster(file.case, step, result.outcome, values, actor, now)
    return done


def _looked_at(seen: list[Material], record: StepRecord, bulk: int | None) -> dict[str, Any]:
    """What the verifier had looked at when deciding, as the audit keeps it."""
    payload: dict[str, Any] = {}
    if seen:
        payload["originals"] = materials.payload_of(seen)
    if record.checked:
        payload["checked"] = [item["zh"] for item in record.checked]
    if bulk is not None:
        payload["bulk"] = bulk
    return payload


def _move_on(
    file: CaseFile, key: str, verdict: Verdict, outcome: str | None, values: dict[str, Any], now: datetime
) -> None:
    case, today = file.case, local_day(now)
    if key == "conversion_approval" and outcome == outcomes.CANCELLED:
        case.terminate(code=MEMBERSHIP_CANCELLED, on=today, end=Case.End.CANCELLED)
        return
    if key == "conversion_approval" and outcome == outcomes.EXTENDED:
        until = file.facts().steps["conversion_branch_meeting"].values["extension_end"]
        case.extend_probation(verdict, until)
        _open_steps(file, (REPEATED_FROM,), now)
        return
    case.advance(verdict)
    if key == LAST:
        case.ended_on, case.end = today, Case.End.COMPLETED
    _open_steps(file, opened_after(key), now)


def _open_steps(file: CaseFile, keys: Iterable[str], now: datetime) -> None:
    """Open the steps that have not opened yet; a step opens once."""
    new = [
        StepRecord(case=file.case, step=key, round=file.round_of(key), opened_at=now)
        for key in keys
        if file.record(key) is None
    ]
    if new:
        StepRecord.objects.bulk_create(new)
        file.records.extend(new)


def _keep_roster(
    case: Case, key: str, outcome: str | None, values: dict[str, Any], actor: Actor, now: datetime
) -> None:
    """Approval enters the person on the roster, conversion makes her a full member, cancellation removes her."""
    person = case.person
    if key == "committee_approval" and outcome == outcomes.PASSED:
        person.member = roster.add_probationary(
            branch=case.branch,
            name=person.name,
            sex=person.sex,
            since=values["probation_start"],
            actor=actor,
            now=now,
        )
        person.save(update_fields=["member"])
    elif key == "conversion_approval" and _is_probationary(person.member):
        if outcome == outcomes.PASSED:
            roster.convert_member(member=person.member, since=values["seniority_start"], actor=actor, now=now)
        elif outcome == outcomes.CANCELLED:
            roster.remove_member(
                member=person.member,
                on=values["meeting_date"],
                actor=actor,
                now=now,
                reason=MEMBERSHIP_CANCELLED,
            )


def _is_probationary(member: Member | None) -> bool:
    """Whether the person still stands on the roster as a probationary member: somebody may have edited it since."""
    return member is not None and member.left_on is None and member.standing == Member.Standing.PROBATIONARY


def _undo_roster(case: Case, dropped: Iterable[StepRecord], actor: Actor, now: datetime) -> None:
    """An approval that no longer counts takes back what it did to the roster; the next one does it again."""
    member = case.person.member
    if member is None or member.left_on is not None:
        return
    undone = {record.step for record in dropped if record.status == machine.VERIFIED}
    if "committee_approval" in undone:
        roster.remove_member(member=member, on=local_day(now), actor=actor, now=now, reason="case_sent_back")
    elif "conversion_approval" in undone and member.standing == Member.Standing.FULL:
        changes = {
            "standing": Member.Standing.PROBATIONARY,
            "standing_since": member.joined_on,
            "full_since": None,
        }
        roster.change_member(member=member, changes=changes, actor=actor, now=now)


# -- return and send back -----------------------------------------------------------------------------------------


@transaction.atomic
def hand_back(
    *,
    case_id: int,
    step: str,
    reason: str,
    actor: Actor,
    now: datetime,
    code: str = texts.UNCODED,
    originals: Iterable[int] = (),
    checked: Iterable[str] = (),
    bulk: int | None = None,
    expected_version: int | None = None,
) -> Done:
    """Yellow: the step is open again for correction, with the reason for it.

    ``code`` is one of ``texts.RETURN_REASONS``, by which returns are counted; ``reason`` is what the acting side reads.
    The rest is as in :func:`verify`.
    """
    file = open_file(case_id, expected_version)
    answer = _verifying(file, step, actor)
    guard(file, answer, right_step=is_verifiable(file, step, file.facts().current))
    if code not in texts.RETURN_REASONS:
        raise invalid("code")
    reason = required_text(reason, "reason")
    record = file.record(step)
    assert record is not None
    actor = acting(actor, answer)
    seen = materials.see_originals(file=file, material_ids=originals, actor=actor, now=now)
    record.hand_back()
    record.return_reason = reason
    record.marks = sorted({*record.marks, RETURNED})
    record.checked = checks.ticked(step, record.edition, checked)
    record.version += 1
    record.save()
    StepReturn.objects.create(
        case=file.case,
        record=record,
        branch_id=file.case.branch_id,
        step=step,
        code=code,
        text=reason,
        returned_at=now,
        returned_by_id=actor.user_id,
    )
    return finish(
        file,
        action="step_returned",
        actor=actor,
        now=now,
        payload={
            "step": step,
            "round": record.round,
            "code": code,
            "reason": reason,
            **_looked_at(seen, record, bulk),
        },
        record=record,
    )


def can_send_back_to(facts: Facts, key: str) -> bool:
    """Whether ``key`` is an earlier, verified step of the stage in which the case stands."""
    current = facts.current
    return current is not None and key in machine.earlier_in_stage(current) and facts.step(key).is_verified


@transaction.atomic
def send_back(
    *, case_id: int, step: str, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """Back to an earlier step of the same stage: it and every later step start afresh.

    What was entered stays in the history and no longer counts; papers and explanations are given anew.
    """
    file = open_file(case_id, expected_version)
    answer = _verifying(file, step, actor)
    guard(file, answer, right_step=can_send_back_to(file.facts(), step))
    reason = required_text(reason, "reason")
    case, number = file.case, STEPS[step].number
    whole_probation = number < STEPS[REPEATED_FROM].number
    dropped = [
        record
        for record in file.records
        if STEPS[record.step].number >= number and (whole_probation or record.round == file.round_of(record.step))
    ]
    dropped_ids = {record.pk for record in dropped}
    StepRecord.objects.filter(pk__in=dropped_ids).update(counts=False)
    voided = [
        flag for flag in file.flags if STEPS[flag.step].number >= number and flag.code not in case.suspended_codes
    ]
    for flag in voided:
        flag.voided = True
        if flag.resolved_at is None:
            flag.resolved_at, flag.resolution = now, "sent_back"
    Flag.objects.bulk_update(voided, ["voided", "resolved_at", "resolution"])
    file.records = [record for record in file.records if record.pk not in dropped_ids]
    # A log that was verified is open again: its entries of an earlier round count on.
    file.read_every_log()
    file.materials = [material for material in file.materials if material.record_id not in dropped_ids]
    file.flags = [flag for flag in file.flags if not flag.voided]
    if whole_probation:
        case.round, case.extended_until = 1, None
    left = case.step
    case.send_back(to=step)
    drafts.drop_all(case)
    _open_steps(file, _opening_with(step), now)
    actor = acting(actor, answer)
    done = finish(
        file,
        action="case_sent_back",
        actor=actor,
        now=now,
        payload={"step": step, "from": left, "reason": reason},
        record=file.record(step),
    )
    # After the case's own audit entry: chains are locked in the order of their names.
    _undo_roster(case, dropped, actor, now)
    return done


def _opening_with(key: str) -> tuple[str, ...]:
    """``key`` and the later steps that open together with it."""
    number = STEPS[key].number
    together = {key}
    for before in STEP_KEYS[: number - 1]:
        together.update(other for other in opened_after(before) if STEPS[other].number >= number)
    return tuple(other for other in STEP_KEYS if other in together)


# -- explain ------------------------------------------------------------------------------------------------------


@transaction.atomic
def explain(
    *, case_id: int, flag: str, text: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """Give the explanation for a yellow flag: for all that is open under that code that day.

    The acting side of the flag's step explains; the yearly analysis is explained by the committee, whose act it is.
    """
    file = open_file(case_id, expected_version)
    settle(file, now)
    rows = [row for row in file.flags if row.resolved_at is None and row.code == flag]
    answer: Answer = _explaining(file, rows, actor)
    guard(file, answer, right_step=True)
    if not rows:
        raise invalid("flag")
    text = required_text(text, "text")
    actor = acting(actor, answer)
    for row in rows:
        row.explanation, row.explained_at, row.explained_by_id = text, now, actor.user_id
    Flag.objects.bulk_update(rows, ["explanation", "explained_at", "explained_by"])
    return finish(
        file,
        action="flag_explained",
        actor=actor,
        now=now,
        payload={"flag": flag, "steps": sorted({row.step for row in rows}), "text": text},
    )


def _explaining(file: CaseFile, rows: Iterable[Flag], actor: Actor) -> Answer:
    sides = dict.fromkeys(Side(row.holder) for row in rows)
    current = file.facts().current
    if not sides and current is not None:
        sides = {STEPS[current].side: None}
    answer: Answer = Denied("")
    for side in sides:
        answer = policies.may_enter(actor, file.case.scope, side)
        if answer:
            return answer
    return answer
