"""Playing a scenario: each event through the real services, and the answer as a reader would see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import transaction

from audit import services as audit
from recruitment import machine
from recruitment.models import AnnualPlan, Case, LocalRule, Material
from recruitment.models.step_record import StepRecord
from recruitment.rehearsal.scenario import Event, Scenario
from recruitment.rehearsal.stage import Cast, Stage, Task, person_data
from recruitment.rules.papers import ARCHIVED_FORMS, FORMS
from recruitment.rules.schema import Field, FieldType, Side, Step
from recruitment.rules.steps import FIRST, GATES, STEPS
from recruitment.selectors.casefile import load, local_day
from recruitment.services import acts, cases, interventions, materials, review
from recruitment.services.base import Done, Refusal, Refused
from recruitment.services.sweep import sweep

ROLE_OF_SIDE = {
    Side.BRANCH: "branch_secretary",
    Side.COMMITTEE: "grassroots_committee",
    Side.DEPARTMENT: "superior_org_department",
}
#: A counted field's clean pass; every other count is 0.
_CLEAN_COUNTS = {
    "eligible_voters": 9,
    "present_voters": 9,
    "eligible_count": 9,
    "present_count": 9,
    "members_total": 9,
    "members_present": 9,
    "votes_for": 9,
    "days": 3,
    "hours": 24,
}
_CLEAN_MEMBERS = {"contacts": 1, "introducers": 2}
#: Dates that gates compare and that nobody invents.
_NEVER_INVENTED = frozenset({"resolution_received_on"})
#: Every date of a step that some gate reads.
_COMPARED = frozenset(
    reference
    for gate in GATES.values()
    for reference in (gate.anchor, gate.target, gate.anchor_when_missing)
    if reference
)
_PLACEHOLDER = "演练"
#: A plan's year is the consent's or one that the scenario names: rows stand for the years of the case and some around.
_PLAN_YEARS = 10
#: More names than this are as good as this many: no gate counts them.
_MOST_PERSONS = 100
#: What no list of people or forms can be: a scenario gives their number, and gave something else.
_NO_COUNT = "?"
_LOCAL_DOCUMENT = "演练用文号"


@contextmanager
def papers_in_memory() -> Iterator[None]:
    """Uploads of a rehearsal go to memory: a rolled-back transaction does not take files back."""
    field = Material._meta.get_field("file")
    kept, field.storage = field.storage, InMemoryStorage()
    try:
        yield
    finally:
        field.storage = kept


def play(scenario: Scenario, stage: Stage) -> dict[str, Any]:
    """Play one scenario on a stage and take everything back; the answer is the contract's JSON document."""
    with transaction.atomic(), papers_in_memory():
        player = Player(scenario, stage)
        if scenario.events:
            player.open()
        answers = [player.answer(event) for event in scenario.events]
        answer = {"title": scenario.title, "audit_ok": player.audit_ok(), "events": answers, "end": player.end()}
        transaction.set_rollback(True)
    return answer


class Player:
    """Plays one scenario, event by event, inside the caller's transaction."""

    def __init__(self, scenario: Scenario, stage: Stage) -> None:
        self.scenario, self.stage, self.cast = scenario, stage, Cast(stage)
        self.case_id = 0

    def open(self) -> None:
        """Enter the person and open the case at the moment of the first event, under the scenario's rules and plan."""
        now = self.scenario.events[0].at
        opener = self.stage.persons["branch_secretary"][-1]
        done = cases.open_case(
            branch=self.stage.branch, person=person_data(self.scenario.person), actor=opener, now=now, is_sample=True
        )
        self.case_id = done.case.pk
        LocalRule.objects.bulk_create(
            LocalRule(
                organisation=self.stage.root,
                gate=gate,
                enabled=settings.get("enabled", GATES[gate].enabled),
                parameters={name: value for name, value in settings.items() if name != "enabled"},
                effective_from=date.min,
                document=_PLACEHOLDER,
            )
            for gate, settings in self.scenario.local_rules.items()
        )
        if self.scenario.plan_room is not None:
            first, last = now.year - _PLAN_YEARS, self.scenario.events[-1].at.year + _PLAN_YEARS
            committees = {done.case.committee_id, self.stage.other_branch.parent_id}
            AnnualPlan.objects.bulk_create(
                AnnualPlan(committee_id=committee, year=year, places=self.scenario.plan_room)
                for committee in sorted(committees)
                for year in range(first, last + 1)
            )

    # -- events -----------------------------------------------------------------------------------------------------

    def answer(self, event: Event) -> dict[str, Any]:
        """Do what the event says, and tell what was answered and how the case then stands."""
        refusals: tuple[Refusal, ...] = ()
        outcome, assessment = None, None
        try:
            done = _ACTS[event.do](self, event)
            if done is not None:
                outcome, assessment = done.outcome, done.assessment
        except Refused as refused:
            refusals = refused.refusals
        assessment = assessment or load(self.case_id).assess(local_day(event.at))
        return {
            "index": event.index,
            "accepted": not refusals,
            "refusals": [_refusal(refusal) for refusal in refusals],
            "outcome": outcome,
            "step": assessment.step,
            "status": assessment.status,
            "light": assessment.light,
            "flags": assessment.codes,
            "unlocks_on": _iso(assessment.unlocks_on),
            "next_change_on": _iso(assessment.next_change_on),
        }

    def audit_ok(self) -> bool:
        """Whether the case's chain in the audit is whole."""
        return not audit.verify(f"case:{self.case_id}")

    def _common(self, event: Event, side: Side, task: Task = Task.ENTER) -> dict[str, Any]:
        actor = self.cast.choose(event.role or ROLE_OF_SIDE[side], task, forced=event.role is not None)
        return {"case_id": self.case_id, "actor": actor, "now": event.at}

    def _step(self, event: Event) -> str:
        """The step an event names, or the one at which the case stands."""
        return event.step or load(self.case_id).facts().current or FIRST

    def record(self, event: Event) -> Done:
        return self._enter(event, acts.record)

    def submit(self, event: Event) -> Done:
        return self._enter(event, acts.submit)

    def _enter(self, event: Event, act: Callable[..., Done]) -> Done:
        step = STEPS[event.step or ""]
        return act(
            **self._common(event, step.side),
            step=step.key,
            values=self._values(step, event),
            uploads=self._uploads(event, step.required_papers),
            override=_text(event, "override"),
        )

    def upload(self, event: Event) -> Done:
        step = STEPS[event.step or ""]
        return acts.upload(
            **self._common(event, step.side), step=step.key, uploads=self._uploads(event, step.required_papers)
        )

    def log(self, event: Event) -> Done:
        step = STEPS[event.step or ""]
        [(kind, on)] = event.fields.items()
        return acts.log(
            **self._common(event, Side.COMMITTEE if kind == "annual_analysis" else step.side),
            step=step.key,
            kind=kind,
            on=on,
            uploads=self._uploads(event, step.required_papers),
        )

    def report(self, event: Event) -> Done:
        step = STEPS[event.step or ""]
        given = event.fields.get(step.report_field) if step.report_field else None
        return acts.report(
            **self._common(event, Side.BRANCH),
            step=step.key,
            reported_on=given,
            uploads=self._uploads(event, ()),
        )

    def verify(self, event: Event) -> Done:
        step = STEPS[event.step or ""]
        return review.verify(**self._common(event, step.verifier_side, Task.JUDGE), step=step.key)

    def hand_back(self, event: Event) -> Done:
        step = STEPS[event.step or ""]
        who = self._common(event, step.verifier_side, Task.JUDGE)
        return review.hand_back(**who, step=step.key, reason=_text(event, "reason"))

    def send_back(self, event: Event) -> Done:
        step = STEPS[event.step or ""]
        who = self._common(event, step.verifier_side, Task.JUDGE)
        return review.send_back(**who, step=step.key, reason=_text(event, "reason"))

    def explain(self, event: Event) -> Done:
        flag = _text(event, "flag")
        file = load(self.case_id)
        holders = [f.holder for f in file.assess(local_day(event.at)).flags if f.code == flag]
        side = Side(holders[0]) if holders else STEPS[self._step(event)].side
        return review.explain(**self._common(event, side), flag=flag, text=_text(event, "text"))

    def veto(self, event: Event) -> Done:
        step = self._step(event)
        return interventions.raise_veto(
            **self._common(event, STEPS[step].verifier_side, Task.JUDGE),
            step=step,
            code=_text(event, "code"),
            reason=_text(event, "reason"),
        )

    def confirm_veto(self, event: Event) -> Done:
        who = self._common(event, Side.DEPARTMENT, Task.DECIDE)
        return interventions.confirm_veto(**who, reason=_text(event, "reason"), local_document=_LOCAL_DOCUMENT)

    def dismiss_veto(self, event: Event) -> Done:
        who = self._common(event, Side.DEPARTMENT, Task.DECIDE)
        return interventions.dismiss_veto(**who, reason=_text(event, "reason"))

    def suspend(self, event: Event) -> Done:
        step = self._step(event)
        return interventions.suspend(
            **self._common(event, STEPS[step].verifier_side, Task.JUDGE),
            step=step,
            code=_text(event, "code"),
            reason=_text(event, "reason"),
        )

    def resume(self, event: Event) -> Done:
        step = self._step(event)
        return interventions.resume(
            **self._common(event, STEPS[step].verifier_side, Task.JUDGE),
            step=step,
            code=_text(event, "code"),
            reason=_text(event, "reason"),
        )

    def close(self, event: Event) -> Done:
        return interventions.close(**self._common(event, Side.BRANCH), outcome=_text(event, "outcome"))

    def transfer(self, event: Event) -> Done:
        here = Case.objects.values_list("branch_id", flat=True).get(pk=self.case_id)
        to = self.stage.other_branch if here == self.stage.branch.pk else self.stage.branch
        return interventions.request_transfer(**self._common(event, Side.BRANCH), to_branch=to)

    def accept_transfer(self, event: Event) -> Done:
        return interventions.accept_transfer(**self._common(event, Side.BRANCH))

    def refuse_transfer(self, event: Event) -> Done:
        return interventions.refuse_transfer(**self._common(event, Side.BRANCH))

    def sweep(self, event: Event) -> None:
        sweep(now=event.at, case_ids=[self.case_id])

    def look(self, event: Event) -> None:
        """Nothing happens."""

    # -- what a scenario leaves out ---------------------------------------------------------------------------------

    def _uploads(self, event: Event, default: tuple[str, ...]) -> list[materials.Upload]:
        codes = default if event.materials is None else event.materials
        return [
            materials.Upload(
                code=code,
                name=f"{code}.pdf",
                content=ContentFile(b"%PDF-1.4 rehearsal", name=f"{code}.pdf"),
                content_type="application/pdf",
                extension=".pdf",
                size=18,
                sha256="0" * 64,
            )
            for code in codes
        ]

    def _values(self, step: Step, event: Event) -> dict[str, Any]:
        """The act's fields, those left out by the contract's defaults, unless they were recorded before."""
        given = dict(event.fields)
        kept = self._recorded(step)
        values: dict[str, Any] = {}
        today = local_day(event.at)
        for name in ("contacts", "introducers"):
            if name in given:
                given[name] = self._members(given[name])
        if "cut_out_forms" in given:
            given["cut_out_forms"] = _forms(given["cut_out_forms"])
        for field in step.fields:
            if field.type is FieldType.PERSONS and _is_count(given.get(field.name)):
                given[field.name] = [_PLACEHOLDER] * min(given[field.name], _MOST_PERSONS)
        action_on = given.get(step.action_date, kept.get(step.action_date, today.isoformat()))
        for field in step.fields:
            if field.name in given:
                values[field.name] = given[field.name]
            elif field.name == step.action_date:
                values[field.name] = action_on
            elif field.name in kept or field.computed or not _is_asked(field, step, {**kept, **values}):
                continue
            else:
                values[field.name] = self._default(field, action_on, values)
        return values

    def _recorded(self, step: Step) -> Mapping[str, Any]:
        """What the step holds from a record or report before; a submit keeps it unless it is given again."""
        # Of a step that has not opened in this round, the latest record is verified and nothing of it is kept.
        records = StepRecord.objects.filter(case_id=self.case_id, step=step.key, counts=True)
        record = records.order_by("round").last()
        if record is None or record.status in (machine.SUBMITTED, machine.VERIFIED):
            return {}
        kept = {**record.values, **record.sealed} if record.acted else {}
        if step.report_field and record.reported_on:
            kept[step.report_field] = record.reported_on.isoformat()
        return kept

    def _default(self, field: Field, action_on: Any, values: Mapping[str, Any]) -> Any:
        if field.type is FieldType.DATE:
            return action_on
        if field.name in _CLEAN_MEMBERS:
            return self._members(_CLEAN_MEMBERS[field.name])
        if field.name == "cut_out_forms":
            return _forms(len(ARCHIVED_FORMS))
        if field.name == "archive_kind":
            return "personnel" if self.scenario.person["has_personnel_archive"] else "party"
        if field.name == "extension_duration":
            return "P6M"
        if field.type is FieldType.ENUM:
            return self._choice(field)
        if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
            return _CLEAN_COUNTS.get(field.name, 0)
        if field.type is FieldType.BOOLEAN:
            return True
        if field.type in (FieldType.PERSONS, FieldType.CHECKLIST):
            return [_PLACEHOLDER]
        return _PLACEHOLDER

    def _choice(self, field: Field) -> str:
        if field.name == "result" and field.choices == ("convert", "extend", "cancel"):
            decided = load(self.case_id).facts().value("conversion_branch_meeting.decision")
            return decided or field.choices[0]
        return field.choices[0]

    def _members(self, count: Any) -> Any:
        """So many members of the branch's roster; what is no number of people cannot be and is refused."""
        if not _is_count(count):
            return _NO_COUNT
        branch = Case.objects.values_list("branch_id", flat=True).get(pk=self.case_id)
        return list(self.stage.members[branch][:count])

    def end(self) -> dict[str, Any]:
        """How the case stands at the moment of the last event."""
        if not self.case_id:
            return {"step": FIRST, "status": "open", "light": "green", "probation_end": None, "seniority_start": None}
        last = self.scenario.events[-1].at
        file = load(self.case_id)
        facts, assessment = file.facts(), file.assess(local_day(last))
        return {
            "step": assessment.step,
            "status": assessment.status,
            "light": assessment.light,
            "probation_end": _iso(facts.probation_end),
            "seniority_start": _iso(facts.value("conversion_approval.seniority_start")),
        }


def _is_asked(field: Field, step: Step, values: Mapping[str, Any]) -> bool:
    """Whether a field left out gets a value: required ones do, and dates that a gate compares, save the uninvented."""
    if field.name in _NEVER_INVENTED:
        return False
    if field.name == "extension_duration":
        return values.get("decision") == "extend"
    return field.required or (field.type is FieldType.DATE and f"{step.key}.{field.name}" in _COMPARED)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _forms(count: Any) -> Any:
    """So many codes of booklet forms, the archived ones first; what is no number of forms cannot be and is refused."""
    if not _is_count(count):
        return _NO_COUNT
    others = [code for code in FORMS if code not in ARCHIVED_FORMS]
    return [*ARCHIVED_FORMS, *others][:count]


def _text(event: Event, name: str) -> str:
    """A text of the event; what is no text is as good as none."""
    value = event.texts.get(name, "")
    return value if isinstance(value, str) else ""


#: Refusals whose codes the answer names: what is missing, what is not explained.
_WITH_CODES = frozenset({"material_missing", "flag_unexplained"})


def _refusal(refusal: Refusal) -> dict[str, Any]:
    answer: dict[str, Any] = {"code": refusal.code}
    if refusal.unlocks_on is not None:
        answer["unlocks_on"] = refusal.unlocks_on.isoformat()
    if refusal.code in _WITH_CODES:
        answer["codes"] = list(refusal.codes)
    if refusal.field and refusal.code == "field_invalid":
        answer["field"] = refusal.field
    return answer


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


_ACTS: Mapping[str, Callable[[Player, Event], Done | None]] = {
    "record": Player.record,
    "upload": Player.upload,
    "log": Player.log,
    "report": Player.report,
    "submit": Player.submit,
    "verify": Player.verify,
    "return": Player.hand_back,
    "send_back": Player.send_back,
    "explain": Player.explain,
    "veto": Player.veto,
    "confirm_veto": Player.confirm_veto,
    "dismiss_veto": Player.dismiss_veto,
    "suspend": Player.suspend,
    "resume": Player.resume,
    "close": Player.close,
    "transfer": Player.transfer,
    "accept_transfer": Player.accept_transfer,
    "refuse_transfer": Player.refuse_transfer,
    "sweep": Player.sweep,
    "look": Player.look,
}
