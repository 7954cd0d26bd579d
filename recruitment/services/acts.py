"""Acts of the acting side: record, submit, report, upload and log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.services import digest
from branches.access import Actor
from branches.services import roster
from recruitment import machine, policies
from recruitment.models import (
    AnnualPlan,
    Attempt,
    Ballot,
    Case,
    LogEntry,
    RecordMember,
    Sitting,
    StepRecord,
    Veto,
)
from recruitment.policies import Answer
from recruitment.rules import outcomes
from recruitment.rules.editions import edition_of
from recruitment.rules.facts import RETURNED, Facts, PaperFact, StepFacts, computed_values
from recruitment.rules.gates import Finding, Reason, Verdict, judge_act, judge_entry
from recruitment.rules.outcomes import Result
from recruitment.rules.schema import Field, FieldType, Side, Step
from recruitment.rules.steps import COMMITTEE_KINDS, OPINIONS, PARALLEL, STEPS
from recruitment.rules.values import InvalidValueError, dump, read, read_all
from recruitment.rules.vetoes import FAILED_PRELIMINARY_REVIEW, VOTE_NOT_PASSED
from recruitment.rules.voting import Tally
from recruitment.selectors import learning
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.services import drafts, materials
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
    refused_for,
    required_text,
)
from recruitment.services.deliberations import awaited_bodies
from recruitment.services.materials import Upload

#: The fields that name members of the roster, and the role in which they serve.
MEMBER_ROLES = {"contacts": "contact", "introducers": "introducer"}
#: What a ballot says beside whose it is.
_TALLY_FIELDS = (
    "held_on",
    "secret",
    "eligible",
    "present",
    "votes_for",
    "votes_against",
    "abstentions",
    "written_for",
    "written_against",
    "written_abstain",
    "passed",
)
_ATTEMPT_MARKS = frozenset({FAILED_PRELIMINARY_REVIEW, VOTE_NOT_PASSED})


# -- which acts a step takes now ----------------------------------------------------------------------------------


def takes_entry(file: CaseFile, key: str, current: str | None) -> bool:
    """Whether the act of step ``key`` may be entered: it is the current step, or may run beside it, and is open."""
    record = file.record(key)
    if record is None or record.status in (machine.SUBMITTED, machine.VERIFIED):
        return False
    return key == current or PARALLEL.get(key) == current


def takes_papers(file: CaseFile, key: str, current: str | None) -> bool:
    """Whether papers may be added: the step takes its act, or is a log that takes entries."""
    return takes_entry(file, key, current) or takes_log(file, key)


def takes_log(file: CaseFile, key: str) -> bool:
    """Whether the log of step ``key`` takes entries: it has opened and is not yet closed."""
    record = file.record(key)
    return record is not None and STEPS[key].is_log and record.status not in (machine.SUBMITTED, machine.VERIFIED)


# -- record and submit --------------------------------------------------------------------------------------------


@dataclass
class _Entry:
    """An act on its way in: what was given, what it becomes, and how it was judged."""

    file: CaseFile
    record: StepRecord
    step: Step
    values: dict[str, Any]
    reported_on: date | None
    verdict: Verdict
    result: Result
    override: str
    plan: tuple[int | None, int]


@transaction.atomic
def record(
    *,
    case_id: int,
    step: str,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    uploads: Sequence[Upload] = (),
    override: str = "",
    sitting: Sitting | None = None,
    expected_version: int | None = None,
    whole: bool = False,
) -> Done:
    """Enter the offline act with its date; its papers may follow within the month.

    Refused like :func:`submit`, except for missing papers.
    """
    file = open_file(case_id, expected_version)
    return _enter(file, step, values, uploads, override, actor, now, sitting, hand_over=False, whole=whole)


@transaction.atomic
def submit(
    *,
    case_id: int,
    step: str,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    uploads: Sequence[Upload] = (),
    override: str = "",
    sitting: Sitting | None = None,
    expected_version: int | None = None,
    whole: bool = False,
) -> Done:
    """Enter what was not recorded yet and hand the step to its verifier.

    ``values`` are the step's fields by the table's types; one given again replaces the recorded one, and where they
    are the ``whole`` act, what they leave out is emptied. ``override`` is the committee's reason for admitting
    somebody who will soon leave (r2026 art 18). Raises :class:`Refused` with every unmet reason.
    """
    file = open_file(case_id, expected_version)
    return _enter(file, step, values, uploads, override, actor, now, sitting, hand_over=True, whole=whole)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What entering an act would come to: every reason against it, or its outcome and the reminders that it brings.

    ``reminders`` are ids of gates that are not met and refuse nothing; ``red`` is the veto that the result would be.
    """

    refusals: tuple[Refusal, ...] = ()
    outcome: str = ""
    reminders: tuple[str, ...] = ()
    red: str = ""


def foresee(
    *,
    file: CaseFile,
    step: str,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    uploads: Sequence[Upload] = (),
    override: str = "",
    hand_over: bool = True,
) -> Foreseen:
    """Judge the act as :func:`submit` or :func:`record` would, and write nothing. ``file`` may have been read unlocked:
    what has changed by then is refused by the act itself. A required pass is not asked for here (:func:`lacks_pass`).
    """
    facts = file.facts()
    try:
        answer = policies.may_enter(actor, file.case.scope, STEPS[step].side)
        guard(file, answer, right_step=takes_entry(file, step, facts.current))
        entry = _judge(file, facts, step, values, uploads, override, now, papers=hand_over, whole=False)
    except Refused as refused:
        return Foreseen(refused.refusals)
    unmet = tuple(finding.gate.id for finding in entry.verdict.findings if not finding.met)
    return Foreseen(outcome=entry.result.outcome or "", reminders=unmet, red=entry.result.red or "")


def foresee_log(*, file: CaseFile, step: str, kind: str, on: date, actor: Actor, now: datetime) -> Foreseen:
    """The same for an entry of a log."""
    try:
        guard(
            file, may_log(actor, file, step, kind), right_step=kind in STEPS[step].log_kinds and takes_log(file, step)
        )
    except Refused as refused:
        return Foreseen(refused.refusals)
    reasons = judge_entry(step, on, file.facts(), local_day(now))
    return Foreseen(refused_for(reasons).refusals if reasons else ())


def _enter(
    file: CaseFile,
    key: str,
    raw: Mapping[str, Any],
    uploads: Sequence[Upload],
    override: str,
    actor: Actor,
    now: datetime,
    sitting: Sitting | None,
    *,
    hand_over: bool,
    whole: bool,
) -> Done:
    facts = file.facts()
    answer = policies.may_enter(actor, file.case.scope, STEPS[key].side)
    guard(file, answer, right_step=takes_entry(file, key, facts.current))
    actor = acting(actor, answer)
    if hand_over and STEPS[key].side is Side.BRANCH:
        _require_pass(file.case, actor, now)
    entry = _judge(file, facts, key, raw, uploads, override, now, papers=hand_over, whole=whole)
    record = entry.record
    was = record.status
    stored = materials.store(file=file, record=record, uploads=uploads, actor=actor, now=now, sitting=sitting)
    write_ballot(entry.record, entry.values)
    if entry.result.stands:
        _write_act(entry, actor, now, hand_over=hand_over)
    else:
        _write_attempt(entry, actor, now, sitting, hand_over=hand_over)
    record.sitting = sitting or record.sitting
    record.version += 1
    record.save()
    payload: dict[str, Any] = {
        "step": key,
        "round": record.round,
        "attempt": record.attempt,
        "edition": entry.verdict.edition,
        "values": audited(record, entry.values),
    }
    if stored:
        payload["materials"] = materials.payload_of(stored)
    drafts.drop(case=file.case, step=key, actor=None if hand_over else actor)
    if record.status != was:
        payload["status"] = [was, record.status]
    if entry.result.outcome:
        payload["outcome"] = entry.result.outcome
    if sitting is not None:
        payload["sitting"] = sitting.pk
    return finish(
        file,
        action="step_submitted" if hand_over else "step_recorded",
        actor=actor,
        now=now,
        payload=payload,
        outcome=entry.result.outcome,
        record=record,
    )


def _require_pass(case: Case, actor: Actor, now: datetime) -> None:
    if lacks_pass(actor, case.branch_id, now):
        raise refuse("pass_required")


def lacks_pass(actor: Actor, branch_id: int, now: datetime) -> bool:
    """Whether the required pass of the one in whose name the actor enters is overdue, where the level above lets
    nothing be handed over without it."""
    principal = actor.on_behalf_of_id or actor.user_id
    return principal is not None and bool(learning.barred([principal], branch_id, local_day(now)))


def _judge(
    file: CaseFile,
    facts: Facts,
    key: str,
    raw: Mapping[str, Any],
    uploads: Sequence[Upload],
    override: str,
    now: datetime,
    *,
    papers: bool,
    whole: bool,
) -> _Entry:
    step, record, today = STEPS[key], file.record(key), local_day(now)
    assert record is not None
    values, bad = read_all(step, raw)
    bad += [] if _papers_belong(step, uploads) else ["materials"]
    merged = {**(_kept(record) if record.acted and not whole else {}), **_entered(step, values)}
    reported_on = record.reported_on
    if step.report_field and step.report_field in merged:
        reported_on = merged[step.report_field]
    elif step.report_field and reported_on:
        merged[step.report_field] = reported_on
    merged.update(_fixed_by_rule(key, facts, merged, given=values))
    bad += contradictions(key, facts, merged)
    bad += unsuitable_members(file, step, merged)
    bad += [
        field.name
        for field in step.fields
        if field.required and not field.computed and field.name not in merged and field.name not in bad
    ]
    if bad:
        raise invalid(*dict.fromkeys(bad))
    plan = plan_of(file.case, merged, today) if key == "consent_development_target" else (None, 0)
    proposed = _proposed(facts, record, merged, uploads, override, plan, now)
    verdict = judge_act(key, facts.with_step(proposed), file.rules, today, papers=papers)
    reasons = list(verdict.reasons)
    if awaited_bodies(file, key):
        reasons.append(Reason("deliberation_missing"))
    if reasons:
        raise refused_for(reasons)
    return _Entry(file, record, step, merged, reported_on, verdict, outcomes.result_of(key, merged), override, plan)


def _kept(record: StepRecord) -> dict[str, Any]:
    """What was entered before, without the fields that a rule works out anew."""
    return _entered(record.definition, record.typed_values())


def _entered(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a person may enter: a computed field is never taken from them."""
    return {
        name: value for name, value in values.items() if (field := step.field(name)) is not None and not field.computed
    }


def _fixed_by_rule(key: str, facts: Facts, merged: Mapping[str, Any], *, given: Mapping[str, Any]) -> dict[str, Any]:
    """Computed fields; one that a person gave stays where a gate judges it, so that a wrong date is refused by name."""
    fixed = computed_values(key, facts, merged)
    judged = ("probation_start", "probation_end", "seniority_start")
    return {name: given[name] if name in judged and name in given else value for name, value in fixed.items()}


def _papers_belong(step: Step, uploads: Iterable[Upload]) -> bool:
    return all(upload.code in step.paper_codes for upload in uploads)


def contradictions(key: str, facts: Facts, merged: Mapping[str, Any]) -> list[str]:
    """Fields whose value cannot be beside what was decided before."""
    if key == "conversion_approval":
        decided = facts.value("conversion_branch_meeting.decision")
        if merged.get("result") is not None and merged["result"] != decided:
            return ["result"]
    extends = key == "conversion_branch_meeting" and merged.get("decision") == "extend"
    return ["extension_duration"] if extends and not merged.get("extension_duration") else []


def unsuitable_members(file: CaseFile, step: Step, merged: Mapping[str, Any]) -> list[str]:
    """Fields naming somebody who may not serve on that day: not on the branch's roster, or barred by a sanction."""
    bad = []
    for field in step.fields:
        named = merged.get(field.name)
        if field.type is not FieldType.MEMBERS or not named:
            continue
        day = merged.get(step.action_date)
        if day is None:
            continue
        if field.name == "introducers":
            suitable = roster.eligible_introducers(file.case.branch, day, edition_of(day))
        else:
            suitable = roster.eligible_contacts(file.case.branch, day)
        if suitable.filter(pk__in=named).count() != len(named):
            bad.append(field.name)
    return bad


def plan_of(case: Case, merged: dict[str, Any], today: date) -> tuple[int | None, int]:
    """Places of the committee's annual plan and how many others have used one; no row, no ceiling."""
    day = merged.get("consent_on") or today
    year = merged.setdefault("plan_year", day.year)
    places = AnnualPlan.objects.filter(committee=case.committee_id, year=year).values_list("places", flat=True).first()
    if places is None:
        return None, 0
    consents = StepRecord.objects.filter(
        step="consent_development_target",
        counts=True,
        action_on__isnull=False,
        case__committee=case.committee_id,
        values__plan_year=year,
    )
    given_back = (Case.End.VETO, Case.End.WITHDRAWN, Case.End.DIED, Case.End.MOVED_AWAY, Case.End.DROPPED)
    used = consents.exclude(case=case.pk).exclude(case__end__in=given_back).count()
    return places, used


def _proposed(
    facts: Facts,
    record: StepRecord,
    merged: dict[str, Any],
    uploads: Sequence[Upload],
    override: str,
    plan: tuple[int | None, int],
    now: datetime,
) -> StepFacts:
    step = facts.step(record.step)
    return replace(
        step,
        acted=True,
        values=merged,
        papers=step.papers + tuple(PaperFact(upload.code, now) for upload in uploads),
        overridden=bool(override.strip()) or step.overridden,
        plan_places=plan[0],
        plan_used=plan[1],
    )


def _write_act(entry: _Entry, actor: Actor, now: datetime, *, hand_over: bool) -> None:
    record = entry.record
    record.set_values(entry.values)
    record.reported_on = entry.reported_on
    record.edition = entry.verdict.edition
    record.verdict = verdict_json(entry.verdict)
    record.override_reason = entry.override.strip() or record.override_reason
    record.plan_places, record.plan_used = entry.plan
    record.entered_at, record.entered_by_id, record.entered_for = now, actor.user_id, actor.on_behalf_of_name
    record.marks = [mark for mark in record.marks if mark not in _ATTEMPT_MARKS]
    write_members(record, entry.values)
    if hand_over:
        record.submit()
        record.submitted_at, record.submitted_by_id = now, actor.user_id
        record.submitted_for_id = actor.on_behalf_of_id
        record.marks = [mark for mark in record.marks if mark != RETURNED]
    elif record.status != machine.RETURNED:
        record.record()


def _write_attempt(entry: _Entry, actor: Actor, now: datetime, sitting: Sitting | None, *, hand_over: bool) -> None:
    """Keep what did not stand as an attempt; the step waits for another, and a red freezes the case."""
    record, result = entry.record, entry.result
    sensitive = {field.name for field in entry.step.fields if field.sensitive}
    dumped = dump(entry.values)
    Attempt.objects.create(
        record=record,
        number=record.attempt,
        action_on=entry.values.get(entry.step.action_date),
        outcome=result.outcome or "",
        code=result.red or result.mark,
        values={name: value for name, value in dumped.items() if name not in sensitive},
        sealed={name: value for name, value in dumped.items() if name in sensitive},
        entered_at=now,
        entered_by_id=actor.user_id,
        entered_for=actor.on_behalf_of_name,
        sitting=sitting,
    )
    was_returned = record.status == machine.RETURNED
    record.clear_act()
    RecordMember.objects.filter(record=record).delete()
    if hand_over or not was_returned:
        record.reopen()
        record.marks = [mark for mark in record.marks if mark != RETURNED]
    if result.mark:
        record.marks = sorted({*record.marks, result.mark})
    if result.red:
        case = entry.file.case
        Veto.objects.create(
            case=case, code=result.red, step=record.step, by_result=True, raised_at=now, raised_by_id=actor.user_id
        )
        case.freeze, case.veto_code = Case.Freeze.VETO, result.red


def write_ballot(record: StepRecord, values: Mapping[str, Any]) -> None:
    """The tally of the record's present attempt, for a meeting that votes; one entered again replaces the first."""
    if "eligible_voters" not in values:
        return
    tally = Tally.from_values(values)
    ballot = Ballot(
        record=record,
        attempt=record.attempt,
        held_on=values[record.definition.action_date],
        secret=values.get("ballot_kind") == "secret",
        eligible=tally.eligible,
        present=tally.present,
        votes_for=tally.votes_for,
        votes_against=tally.votes_against,
        abstentions=tally.abstentions,
        written_for=tally.written_for,
        written_against=tally.written_against,
        written_abstain=tally.written_abstain,
        passed=tally.is_majority,
    )
    Ballot.objects.bulk_create(
        [ballot],
        update_conflicts=True,
        unique_fields=["record", "attempt"],
        update_fields=_TALLY_FIELDS,
    )


def write_members(record: StepRecord, values: Mapping[str, Any]) -> None:
    """The members of the roster whom the step names, in their roles."""
    for name, role in MEMBER_ROLES.items():
        if name in values:
            RecordMember.objects.filter(record=record, role=role).delete()
            RecordMember.objects.bulk_create(
                RecordMember(record=record, role=role, member_id=member) for member in values[name]
            )


def audited(record: StepRecord, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the audit keeps them: sensitive ones as salted digests."""
    kept = {}
    for name, value in dump(values).items():
        field = record.definition.field(name)
        kept[name] = digest(value, record.salt) if field is not None and field.sensitive else value
    return kept


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the record keeps it: every finding with its inputs, so that it can be told years later."""
    return {
        "edition": verdict.edition,
        "findings": [_finding_json(finding) for finding in verdict.findings],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    inputs = dump(finding.inputs)
    return {
        "gate": finding.gate.id,
        "article": finding.article,
        "met": finding.met,
        "anchor": _iso(finding.anchor),
        "target": _iso(finding.target),
        "due": _iso(finding.due),
        "unlocks_on": _iso(finding.unlocks_on),
        "duration": str(finding.gate.duration) if finding.gate.duration else None,
        "inputs": inputs,
        "provisional": finding.provisional,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# -- report -------------------------------------------------------------------------------------------------------


@transaction.atomic
def report(
    *,
    case_id: int,
    step: str,
    actor: Actor,
    now: datetime,
    reported_on: date | str | None = None,
    uploads: Sequence[Upload] = (),
    expected_version: int | None = None,
) -> Done:
    """The branch hands its papers up, which starts the committee's clock (steps 6, 12, 18, 22 and 30).

    ``reported_on`` left out is today; a later report replaces the date.
    """
    file = open_file(case_id, expected_version)
    row = STEPS[step]
    answer = policies.may_enter(actor, file.case.scope, Side.BRANCH)
    right = row.report_field is not None and takes_entry(file, step, file.facts().current)
    guard(file, answer, right_step=right)
    if not _papers_belong(row, uploads):
        raise invalid("materials")
    actor = acting(actor, answer)
    _require_pass(file.case, actor, now)
    record = file.record(step)
    assert record is not None
    assert row.report_field is not None
    day = local_day(now) if reported_on is None else _date(row.report_field, reported_on)
    record.reported_on, record.reported_at = day, now
    if record.acted:
        record.values = {**record.values, row.report_field: record.reported_on.isoformat()}
    stored = materials.store(file=file, record=record, uploads=uploads, actor=actor, now=now)
    record.version += 1
    record.save()
    payload = {"step": step, "reported_on": record.reported_on, "materials": materials.payload_of(stored)}
    return finish(file, action="step_reported", actor=actor, now=now, payload=payload, record=record)


# -- upload -------------------------------------------------------------------------------------------------------


@transaction.atomic
def upload(
    *,
    case_id: int,
    step: str,
    uploads: Sequence[Upload],
    actor: Actor,
    now: datetime,
    sitting: Sitting | None = None,
    expected_version: int | None = None,
) -> Done:
    """Add papers to a step that is open, before or after its act is entered."""
    file = open_file(case_id, expected_version)
    row = STEPS[step]
    answer = policies.may_enter(actor, file.case.scope, row.side)
    if not answer and row.report_field:
        # The branch hands in its half of the papers of a committee's step.
        answer = policies.may_enter(actor, file.case.scope, Side.BRANCH)
    guard(file, answer, right_step=takes_papers(file, step, file.facts().current))
    if not _papers_belong(row, uploads):
        raise invalid("materials")
    actor = acting(actor, answer)
    record = file.record(step)
    assert record is not None
    stored = materials.store(file=file, record=record, uploads=uploads, actor=actor, now=now, sitting=sitting)
    payload = {"step": step, "materials": materials.payload_of(stored)}
    return finish(file, action="materials_uploaded", actor=actor, now=now, payload=payload, record=record)


# -- log ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def log(
    *,
    case_id: int,
    step: str,
    kind: str,
    on: date | str | None,
    actor: Actor,
    now: datetime,
    text: str = "",
    member_id: int | None = None,
    uploads: Sequence[Upload] = (),
    sitting: Sitting | None = None,
    expected_version: int | None = None,
) -> Done:
    """Add one dated entry to a log step; ``on`` left out is today. The yearly analysis is the committee's act.

    An opinion has its words, and ``member_id`` says whose it is: one whom the case names as contact or introducer.
    """
    file = open_file(case_id, expected_version)
    row, today = STEPS[step], local_day(now)
    answer = may_log(actor, file, step, kind)
    guard(file, answer, right_step=kind in row.log_kinds and takes_log(file, step))
    if not _papers_belong(row, uploads):
        raise invalid("materials")
    if kind in OPINIONS:
        text = required_text(text, "text")
    if member_id not in (named_for(file, kind) if kind in OPINIONS else (None,)):
        raise invalid("member")
    day = today if on is None else _date(kind, on)
    reasons = judge_entry(step, day, file.facts(), today)
    if reasons:
        raise refused_for(reasons)
    actor = acting(actor, answer)
    record = file.record(step)
    assert record is not None
    entry = LogEntry.objects.create(
        record=record,
        kind=kind,
        on=day,
        member_id=member_id,
        text=text,
        entered_at=now,
        entered_by_id=actor.user_id,
        entered_for=actor.on_behalf_of_name,
        sitting=sitting,
    )
    file.entries.append(entry)
    stored = materials.store(file=file, record=record, uploads=uploads, actor=actor, now=now, sitting=sitting)
    payload: dict[str, Any] = {"step": step, "kind": kind, "on": day, "materials": materials.payload_of(stored)}
    if member_id is not None:
        payload["member"] = member_id
    if text:
        payload["text"] = digest(text, record.salt)
    return finish(file, action="log_entered", actor=actor, now=now, payload=payload, record=record)


def _date(name: str, given: date | str) -> date:
    try:
        return read(Field(name, FieldType.DATE), given)
    except InvalidValueError:
        raise invalid(name) from None


def named_for(file: CaseFile, kind: str) -> tuple[int, ...]:
    """The members whose opinion an entry of this kind may be; empty for every other kind."""
    return file.facts().value(OPINIONS[kind]) or () if kind in OPINIONS else ()


def may_log(actor: Actor, file: CaseFile, step: str, kind: str) -> Answer:
    """Who may enter this kind of log entry."""
    return policies.may_enter(actor, file.case.scope, logging_side(step, kind))


def logging_side(step: str, kind: str) -> Side:
    """The side that makes this kind of log entry."""
    return Side.COMMITTEE if kind in COMMITTEE_KINDS else STEPS[step].side
