"""The parts of a case's page: its head, the one thing to do now, what is flagged, locked or due, and the 31 steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.access import Actor
from branches.models import Organisation
from recruitment import machine, policies
from recruitment.models import Case, Flag, StepRecord
from recruitment.rules import texts
from recruitment.rules.dates import Duration
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import (
    EDITIONS,
    Explanation,
    explain_finding,
    explain_flag,
    explain_lock,
    flag_name,
    veto_article,
)
from recruitment.rules.gates import Finding
from recruitment.rules.lights import RED, YELLOW, Assessment
from recruitment.rules.schema import Gate, Kind, Side, Step
from recruitment.rules.steps import PARALLEL, STEP_KEYS, STEPS
from recruitment.rules.texts import Text, duration_text
from recruitment.rules.texts.returns import UNCODED
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.selectors.casepage import Standing
from recruitment.selectors.service_limits import running_clocks
from recruitment.services import acts
from recruitment.services.deliberations import awaited_bodies
from recruitment.words import localised

LOCKED = "locked"


def body_of(case: Case, side: Side | str) -> Organisation:
    """The organisation on that side of the case."""
    return {Side.BRANCH: case.branch, Side.COMMITTEE: case.committee, Side.DEPARTMENT: case.department}[Side(side)]


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the *why* panel, see ``components/verdict.html``."""

    sentence: Text
    article: Text
    arithmetic: Text
    cure: Text
    light: str = ""
    rule: Text | str = ""
    url: str = ""
    url_label: str = ""
    code: str = ""


def reason_of(words: Explanation, light: str = "") -> Reason:
    return Reason(words.sentence, words.article, _lines(words.arithmetic), _lines(words.cure), light, code=words.code)


def reasons_of(explanations: Iterable[Explanation]) -> list[Reason]:
    """Refusals for the *why* panel."""
    return [reason_of(words) for words in explanations]


def _lines(words: Text) -> Any:
    # An empty pair would still be a true value in a template.
    return words if words.zh else ""


# -- the head -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StageMark:
    number: int
    name: Text
    state: str
    steps: tuple[StepMark, ...] = ()


@dataclass(frozen=True, slots=True)
class StepMark:
    number: int
    name: Text
    state: str
    url: str


def head(file: CaseFile, assessment: Assessment, actor: Actor, *, tab: str) -> dict[str, Any]:
    """Context of ``recruitment/case_head.html``."""
    case = file.case
    current = assessment.step if case.is_open else None
    key = current or case.ended_at_step or STEP_KEYS[-1]
    count = len(assessment.flags)
    note = (
        ngettext("提醒 %(n)s 项", "提醒 %(n)s 项", count) % {"n": count} if count and assessment.light == YELLOW else ""
    )
    return {
        "case": case,
        "person": case.person,
        "masked_id_number": case.person.masked_id_number,
        "light": assessment.light if case.is_open or assessment.light == RED else "",
        "light_note": note,
        "stage_name": texts.STAGES[case.stage],
        "stages": _stage_marks(file, key, ended=not case.is_open),
        "step_number": STEPS[key].number if current else None,
        "tab": tab,
        "knows_person": bool(policies.may_take_part(actor, case.scope)),
    }


def _stage_marks(file: CaseFile, key: str, *, ended: bool) -> list[StageMark]:
    stage, number = STEPS[key].stage, STEPS[key].number
    completed = file.case.step == machine.COMPLETED

    def state_of(other: int) -> str:
        if completed or other < stage:
            return "done"
        if other > stage:
            return "ahead"
        return "ended" if ended else "current"

    def step_state(row: Step) -> str:
        record = file.record(row.key)
        if record is not None and record.status == machine.VERIFIED:
            return "done"
        return "current" if row.number == number else "ahead"

    return [
        StageMark(
            number=other,
            name=name,
            state=state_of(other),
            steps=tuple(
                StepMark(row.number, texts.STEPS[row.key], step_state(row), step_url(file.case, row.key))
                for row in STEPS.values()
                if row.stage == other
            )
            if other == stage and not ended
            else (),
        )
        for other, name in texts.STAGES.items()
    ]


def step_url(case: Case, key: str, name: str = "step") -> str:
    return reverse(name, args=[case.number, key])


def case_url(case: Case, name: str) -> str:
    return reverse(name, args=[case.number])


# -- what to do now -----------------------------------------------------------------------------------------------


@dataclass
class Now:
    """See ``components/now.html``. ``more`` are further links that the seat may follow, as (address, words)."""

    step_name: Any
    doer: str = ""
    step_number: int | None = None
    sentence: str = ""
    due: date | None = None
    due_label: str = ""
    opens: bool = False
    provisional: bool = False
    reasons: list[Reason] = field(default_factory=list)
    todo: list[Todo] = field(default_factory=list)
    url: str = ""
    url_label: str = ""
    guide_url: str = ""
    waiting: bool = False
    more: list[tuple[str, str]] = field(default_factory=list)
    edition: Text | str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    label: str
    done: bool
    url: str = ""


def now_of(file: CaseFile, assessment: Assessment, standing: Standing, actor: Actor, today: date) -> Now | None:
    """The one thing to do, or whom the case waits for; None once it has ended."""
    case, key = file.case, assessment.step
    if not case.is_open or key is None:
        return None
    if case.freeze == Case.Freeze.VETO and standing.standing_veto is not None:
        return _deciding(case, standing, actor, today)
    if case.freeze:
        return _moving(case, standing, actor)
    now = Now(
        step_name=texts.STEPS[key],
        step_number=STEPS[key].number,
        guide_url=reverse("guide_step", args=[key]),
        edition=EDITIONS[edition_of(today)],
    )
    record = file.record(key)
    assert record is not None
    now.reasons = _reasons(assessment, key, today)
    _put_clock(now, assessment, key)
    if record.status == machine.SUBMITTED:
        _put_verification(now, file, record, actor)
    else:
        now.todo = list(todo_of(file, assessment, key, actor))
        _put_act(now, file, assessment, record, actor)
    return now


def _deciding(case: Case, standing: Standing, actor: Actor, today: date) -> Now:
    veto = standing.standing_veto
    assert veto is not None
    decides = policies.may_verify(actor, case.scope, Side.DEPARTMENT)
    words = texts.VETOES[veto.code]
    return Now(
        step_name=_("确认或者撤销一票否决"),
        doer=str(case.department),
        sentence=_("%(code)s %(name)s。冻结期间不能办理其他事项，期限照算。")
        % {"code": veto.code, "name": localised(words.name)},
        reasons=[Reason(words.meaning, veto_article(veto.code, edition_of(today)), Text("", ""), words.advice, RED)],
        url=case_url(case, "veto_decide") if decides else "",
        url_label=_("作出决定"),
        waiting=not decides,
    )


def _moving(case: Case, standing: Standing, actor: Actor) -> Now:
    transfer = standing.transfer
    receives = transfer is not None and actor.covers(transfer.to_branch.path)
    return Now(
        step_name=_("接收转接"),
        doer=str(transfer.to_branch) if transfer else "",
        sentence=_("正从%(here)s转往%(there)s。接收以前不能办理其他事项，期限照算。")
        % {"here": transfer.from_branch, "there": transfer.to_branch}
        if transfer
        else "",
        url=case_url(case, "case_transfer") if receives else "",
        url_label=_("办理转接"),
        waiting=not receives,
    )


def _reasons(assessment: Assessment, key: str, today: date) -> list[Reason]:
    found = [reason_of(explain_lock(lock, today), LOCKED) for lock in assessment.locks]
    for deadline in assessment.deadlines:
        if deadline.step == key and deadline.finding is not None:
            light = YELLOW if deadline.breached else ""
            found.append(reason_of(explain_finding(deadline.finding, today), light))
    return found


def _put_clock(now: Now, assessment: Assessment, key: str) -> None:
    """The lock that holds the step, else its own deadline, else the nearest of a later step that its way leads to."""
    if assessment.unlocks_on is not None:
        now.due, now.opens, now.due_label = assessment.unlocks_on, True, _("尚未开放")
        now.provisional = any(lock.provisional for lock in assessment.locks)
        return
    running = sorted((d for d in assessment.deadlines if d.due), key=lambda d: d.due)
    # A period of a log that was missed is explained, and never met any more: what counts is the next.
    own = [
        d for d in running if d.step == key and d.holder == STEPS[key].side and not (STEPS[key].is_log and d.breached)
    ]
    later = [d for d in running if not STEPS[d.step].is_log and STEPS[d.step].number > STEPS[key].number]
    chosen = next(iter(own or later), None)
    if chosen is None:
        return
    now.due, now.provisional = chosen.due, chosen.provisional
    if not own:
        now.due_label = _("第 %(number)s 步的期限") % {"number": STEPS[chosen.step].number}
    elif chosen.finding is not None and chosen.finding.gate.kind is Kind.EVERY:
        kind = localised(texts.LOG_KINDS[chosen.finding.gate.target_field])
        now.due_label = _("下次%(kind)s不晚于") % {"kind": kind}


def _put_verification(now: Now, file: CaseFile, record: StepRecord, actor: Actor) -> None:
    case, row = file.case, record.definition
    now.doer = str(body_of(case, row.verifier_side))
    verifies = policies.may_verify(actor, case.scope, row.verifier_side)
    own = actor.user_id in (record.submitted_by_id, record.submitted_for_id)
    now.sentence = _("已经提交，等校核单位对照原件核对。")
    if verifies and own:
        now.sentence = _("这一步由您提交，须由另一名校核人员校核。")
    now.waiting = not verifies or own
    if verifies:
        now.url, now.url_label = case_url(case, "case_verify"), _("看提交的内容") if own else _("校核")
    else:
        now.more = [(step_url(case, row.key), _("看提交的内容"))]


def return_words(code: str | None, words: str) -> str:
    """The coded reason of a return, then its words; those alone where its author gave no other."""
    if code in (None, UNCODED):
        return words
    return _("%(name)s：%(words)s") % {"name": localised(texts.RETURN_REASONS[code].name), "words": words}


def _put_act(now: Now, file: CaseFile, assessment: Assessment, record: StepRecord, actor: Actor) -> None:
    case, row = file.case, record.definition
    key, scope = row.key, case.scope
    enters = policies.may_enter(actor, scope, row.side)
    reports = row.report_field and policies.may_enter(actor, scope, Side.BRANCH)
    role = localised(texts.ROLES[row.actor])
    now.doer = _("%(role)s · %(body)s") % {"role": role, "body": body_of(case, row.side)}
    if record.status == machine.RETURNED:
        latest = record.returns.first()
        words = return_words(latest.code if latest is not None else None, record.return_reason)
        now.sentence = _("退回的原因：%(reason)s") % {"reason": words}
    if row.report_field and record.reported_on is None:
        now.doer = _("%(branch)s先报送材料，再由%(body)s办理") % {
            "branch": case.branch,
            "body": body_of(case, row.side),
        }
    if assessment.locks:
        now.waiting = True
        now.more = [(step_url(case, key, "step_papers"), _("先传材料"))] if enters and row.papers else []
        return
    if enters:
        now.url, now.url_label = step_url(case, key), _act_label(record, row)
        for body in awaited_bodies(file, key):
            now.sentence = _("审批以前，先由%(body)s审议。") % {"body": body}
        if row.is_log:
            entry = (step_url(case, key, "step_log"), _("登记一次"))
            if any(not todo.done and todo.url == entry[0] for todo in now.todo):
                now.more, (now.url, now.url_label) = [(now.url, now.url_label)], entry
            else:
                now.more = [entry]
    elif reports and record.reported_on is None:
        now.url, now.url_label = step_url(case, key, "step_report"), _("报送材料")
    else:
        now.waiting = True
        if reports:
            now.more = [(step_url(case, key, "step_papers"), _("补充材料"))]
        for body in awaited_bodies(file, key):
            if policies.may_enter_for(actor, body.pk):
                now.url, now.url_label, now.waiting = case_url(case, "deliberate"), _("登记审议意见"), False
            now.sentence = _("审批以前，先由%(body)s审议。") % {"body": body}


def _act_label(record: StepRecord, row: Step) -> str:
    if record.status == machine.RETURNED:
        return _("补正并重新提交")
    if row.is_log:
        return _("办结这一步")
    return _("继续填写并提交") if record.acted else _("填写这一步")


def todo_of(file: CaseFile, assessment: Assessment, key: str, actor: Actor) -> Iterator[Todo]:
    """What the step still needs before it can be handed over."""
    case, row, record = file.case, STEPS[key], file.record(key)
    assert record is not None
    facts = file.facts().step(key)
    enters = bool(policies.may_enter(actor, case.scope, row.side))
    hands_in = enters or bool(row.report_field and policies.may_enter(actor, case.scope, Side.BRANCH))
    if row.report_field:
        yield Todo(_("支部报送材料"), record.reported_on is not None)
    for gate in file.rules.gates(key, facts.opened_on or case.opened_at.date()):
        if gate.kind is Kind.COUNT_RANGE and gate.target_field in row.log_kinds:
            count = sum(entry.kind == gate.target_field for entry in facts.entries)
            kind = localised(texts.LOG_KINDS[gate.target_field])
            label = _("%(kind)s至少 %(n)s 次（已有 %(count)s 次）") % {"kind": kind, "n": gate.minimum, "count": count}
            url = step_url(case, key, "step_log") if enters else ""
            yield Todo(label, count >= (gate.minimum or 0), url)
    held = facts.paper_codes()
    papers_url = (
        step_url(case, key, "step_papers") if hands_in and acts.takes_papers(file, key, assessment.step) else ""
    )
    for code in row.required_papers:
        yield Todo(f"{code} {localised(texts.DOCUMENTS[code])}", code in held, "" if code in held else papers_url)
    if not row.is_log:
        yield Todo(_("登记办理情况"), record.acted)


# -- beside the current step --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beside:
    """A step that may be worked on beside the current one."""

    number: int
    name: Text
    status: str
    doer: str
    due: date | None
    url: str
    url_label: str


def beside_of(file: CaseFile, assessment: Assessment, actor: Actor) -> list[Beside]:
    """Steps open at the same time: a training beside the review, and logs that take entries."""
    case, current = file.case, assessment.step
    if not case.is_open or case.freeze:
        return []
    found = []
    for key, row in STEPS.items():
        record = file.record(key)
        if record is None or key == current:
            continue
        logs = acts.takes_log(file, key)
        if not logs and not (key in PARALLEL and record.status != machine.VERIFIED):
            continue
        due = min((d.due for d in assessment.deadlines if d.step == key and d.due), default=None)
        open_act = acts.takes_entry(file, key, current)
        enters = policies.may_enter(actor, case.scope, row.side) or (
            "annual_analysis" in row.log_kinds and policies.may_enter(actor, case.scope, Side.COMMITTEE)
        )
        url = step_url(case, key, "step_log" if logs else "step") if enters and (logs or open_act) else ""
        found.append(
            Beside(
                number=row.number,
                name=texts.STEPS[key],
                status=record.status,
                doer=str(body_of(case, row.side)),
                due=due,
                url=url or step_url(case, key),
                url_label=(_("登记一次") if logs else _("填写这一步")) if url else "",
            )
        )
    return found


# -- flags, locks and deadlines -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlagLine:
    """An open flag, what has been said about it, and where it is explained."""

    words: Explanation
    reason: Reason
    light: str
    step: Step | None
    due: date | None
    holder: str
    explanation: str
    explained_at: Any
    needs_explanation: bool
    url: str


def flag_lines(file: CaseFile, assessment: Assessment, actor: Actor, today: date) -> list[FlagLine]:
    """Every open flag, with the way to explain it for those who may."""
    case = file.case
    rows: dict[tuple[str, str, str], Flag] = {
        (row.step, row.code, row.subkey): row for row in file.flags if row.resolved_at is None
    }
    lines = []
    for flag in assessment.flags:
        row = rows.get((flag.step, flag.code, flag.subkey))
        explains = (
            flag.needs_explanation
            and case.is_open
            and not case.freeze
            and policies.may_enter(actor, case.scope, Side(flag.holder))
        )
        words = explain_flag(flag, today)
        lines.append(
            FlagLine(
                words=words,
                reason=reason_of(words),
                light=RED if flag.code == case.veto_code else YELLOW,
                step=STEPS.get(flag.step),
                due=flag.due,
                holder=str(body_of(case, flag.holder)),
                explanation=row.explanation if row is not None else "",
                explained_at=row.explained_at if row is not None else None,
                needs_explanation=flag.needs_explanation,
                url=reverse("explain", args=[case.number, flag.code]) if explains else "",
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class LockLine:
    """A minimum time that runs for a step still to come."""

    number: int
    name: Text
    unlocks_on: date | None
    provisional: bool
    reason: Reason


def lock_lines(assessment: Assessment, today: date) -> list[LockLine]:
    return [_lock_line(lock, today) for lock in assessment.upcoming]


def _lock_line(lock: Finding, today: date) -> LockLine:
    step = STEPS[lock.gate.step]
    return LockLine(
        step.number,
        texts.STEPS[step.key],
        lock.unlocks_on,
        lock.provisional,
        reason_of(explain_lock(lock, today), LOCKED),
    )


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """A deadline that runs, or a service limit of a level above; a deadline that has passed is a flag.

    ``since`` is the day from which it counts, ``span`` how long it is, ``local`` the day from which an organisation's
    own setting of it has been in force.
    """

    name: Text
    number: int
    holder: str
    due: date | None
    provisional: bool
    code: str
    since: date | None = None
    span: Text | None = None
    local: date | None = None
    is_service: bool = False


def deadline_lines(file: CaseFile, assessment: Assessment) -> list[DeadlineLine]:
    """The clocks of the case and of the levels above, the nearest first: a passed service limit is still one."""
    lines = [
        DeadlineLine(
            flag_name(deadline.code),
            STEPS[deadline.step].number,
            str(body_of(file.case, deadline.holder)),
            deadline.due,
            deadline.provisional,
            deadline.code,
            since=deadline.anchor,
            span=_span(deadline.finding.gate) if deadline.finding is not None else None,
            local=_set_locally(file, deadline.code, deadline.step),
        )
        for deadline in assessment.deadlines
        if deadline.due is not None and not deadline.breached
    ]
    lines += [
        DeadlineLine(
            flag_name(clock.code),
            STEPS[clock.step].number,
            str(body_of(file.case, clock.holder)),
            clock.due,
            clock.provisional,
            clock.code,
            since=clock.since,
            span=duration_text(Duration(days=clock.days), working=True),
            local=_set_locally(file, clock.code, clock.step),
            is_service=True,
        )
        for clock in running_clocks(file)
    ]
    return sorted(lines, key=lambda line: line.due)


def _span(gate: Gate) -> Text | None:
    return duration_text(gate.duration, working=gate.working) if gate.duration is not None else None


def _set_locally(file: CaseFile, code: str, step: str) -> date | None:
    """Since when the organisation's own setting of this clock holds, where one does for the step's present round."""
    record = file.record(step)
    opened_on = local_day(record.opened_at) if record is not None else None
    days = [
        setting.effective_from
        for setting in file.rules.settings
        if setting.gate == code and opened_on is not None and setting.effective_from <= opened_on
    ]
    return days[-1] if days else None


# -- the 31 steps -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StageList:
    number: int
    name: Text
    steps: list[StepLine]


@dataclass(frozen=True, slots=True)
class StepLine:
    """See ``components/step_list.html``."""

    number: int
    name: Text
    status: str
    url: str
    status_label: str = ""
    date: date | None = None
    date_label: str = ""
    light: str = ""
    note: str = ""


def step_lines(file: CaseFile, assessment: Assessment) -> list[StageList]:
    """The 31 steps: done with their dates, in hand, locked until a date, or still ahead."""
    locks: dict[str, Finding] = {}
    for lock in assessment.upcoming:
        held = locks.get(lock.gate.step)
        if held is None or (lock.unlocks_on and held.unlocks_on and lock.unlocks_on > held.unlocks_on):
            locks[lock.gate.step] = lock
    return [
        StageList(
            stage,
            Text(f"{stage}. {name.zh}", f"{stage}. {name.en}"),
            [_step_line(file, assessment, row, locks.get(row.key)) for row in STEPS.values() if row.stage == stage],
        )
        for stage, name in texts.STAGES.items()
    ]


def _step_line(file: CaseFile, assessment: Assessment, row: Step, lock: Finding | None) -> StepLine:
    record = file.record(row.key)
    flags = assessment.flags_of(row.key) if file.case.is_open else ()
    light = RED if any(flag.code == file.case.veto_code for flag in flags) else YELLOW if flags else ""
    url, name = step_url(file.case, row.key), texts.STEPS[row.key]
    if record is not None and record.status == machine.VERIFIED:
        note = _("第二轮") if record.round > 1 else ""
        return StepLine(row.number, name, machine.VERIFIED, url, date=record.action_on, light=light, note=note)
    if lock is not None and file.case.is_open:
        note = localised(texts.GATES[lock.gate.id].name)
        return StepLine(
            row.number, name, LOCKED, url, date=lock.unlocks_on, date_label=_("最早"), light=light, note=note
        )
    if record is None or not file.case.is_open:
        return StepLine(row.number, name, "ahead", "", status_label="" if file.case.is_open else _("没有办理"))
    is_current = row.key == assessment.step
    label = _("同时可办") if record.status == machine.OPEN and not is_current else ""
    note = "" if not is_current else _("由%(body)s办理") % {"body": body_of(file.case, row.side)}
    if record.status == machine.SUBMITTED:
        note = _("由%(body)s校核") % {"body": body_of(file.case, row.verifier_side)}
    return StepLine(
        row.number, name, record.status, url, status_label=label, date=record.action_on, light=light, note=note
    )
