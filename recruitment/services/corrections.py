"""Corrections of facts that were verified: asked for by who entered them, decided by the level above.

Nothing that was verified is edited otherwise. A correction names fields, a reason and a paper; the whole case is judged
again with the corrected facts before anybody sends or approves it, and one that would break a lock is never approved.
A case that has ended is corrected in the same way: its facts and verdicts change, and what came of them does not.
An entry of a log counts from the day on which it is made, and is corrected, or withdrawn, in the same way again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import digest
from branches.access import Actor
from branches.models import Member
from branches.services import roster
from recruitment import machine, policies
from recruitment.models import Correction, CorrectionItem, LogEntry, Person, StepRecord
from recruitment.models.person import birth_date_in, normalised_id_number, validate_id_number
from recruitment.policies import Answer
from recruitment.rules.consequences import Consequences, Corrected, Followed, Judged, consequences, corrected
from recruitment.rules.dates import iso_date
from recruitment.rules.effects import effect_lines
from recruitment.rules.explain import to_json
from recruitment.rules.facts import Facts
from recruitment.rules.gates import judge_act
from recruitment.rules.outcomes import result_of
from recruitment.rules.schema import Side
from recruitment.rules.steps import ENTRY_FIELDS, STEPS
from recruitment.rules.values import dump, load, read_all
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.services import acts, entries, materials
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
from recruitment.services.materials import Upload
from recruitment.services.notices import tell

#: What rules look at, or what says who the person is; the rest of a person's data is kept up by the branch itself.
PERSON_FIELDS = ("birth_date", "id_number", "expected_leave_date", "has_personnel_archive")
_PERSON_DAYS = frozenset({"birth_date", "expected_leave_date"})
_MAY_BE_EMPTY = frozenset({"expected_leave_date"})
#: What is refused when it is asked for; whatever else a correction would break is shown first, and refused later.
_ORDINARY = frozenset({"action_date_in_future", "date_order"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, before and after, typed. ``followed``: worked out by a rule from a corrected one."""

    step: str
    field: str
    before: Any
    after: Any
    sensitive: bool = False
    followed: bool = False


@dataclass(frozen=True)
class Proposal:
    """A correction thought through: what differs, and everything that follows from it.

    ``values`` are all fields of the step, or of the one ``entry`` of its log, as they would be.
    """

    file: CaseFile
    record: StepRecord | None
    differences: tuple[Difference, ...]
    values: Mapping[str, Any]
    change: Corrected
    consequences: Consequences
    plan: tuple[int | None, int] | None = None
    entry: LogEntry | None = None

    @property
    def person(self) -> dict[str, Any]:
        """The corrected data of the person; empty for a step."""
        return {d.field: d.after for d in self.differences} if self.record is None else {}


# -- who ----------------------------------------------------------------------------------------------------------


def may_request(actor: Actor, file: CaseFile, step: str, entry: LogEntry | None = None) -> Answer:
    """The side that enters the step; the branch also where it hands in the first half; for the person, the branch.

    For an entry of a log, the side that makes entries of its kind.
    """
    if entry is not None:
        return acts.may_log(actor, file, step, entry.kind)
    if not step:
        return policies.may_open_case(actor, file.case.branch_id)
    row = STEPS[step]
    answer = policies.may_enter(actor, file.case.scope, row.side)
    if not answer and row.report_field:
        answer = policies.may_enter(actor, file.case.scope, Side.BRANCH)
    return answer


def deciding_side(step: str, entry: LogEntry | None = None) -> Side:
    """The level that verified the facts: the step's verifier, and for the person's data the committee.

    On what the committee itself has put into a branch's log, the department decides.
    """
    if entry is not None and acts.logging_side(step, entry.kind) is Side.COMMITTEE:
        return Side.DEPARTMENT
    return STEPS[step].verifier_side if step else Side.COMMITTEE


def may_decide(actor: Actor, file: CaseFile, correction: Correction) -> Answer:
    """A seat that verifies on the deciding side."""
    return policies.may_verify(actor, file.case.scope, Side(correction.side))


def is_correctable(file: CaseFile, step: str, entry: LogEntry | None = None) -> bool:
    """Whether the step holds facts that were verified and count; the person's data and entries of a log always do."""
    if entry is not None:
        return entries.counts(file, step, entry)
    if not step:
        return True
    record = file.record(step)
    return record is not None and record.status == machine.VERIFIED and record.acted


def is_own(actor: Actor, correction: Correction) -> bool:
    """Whether the actor, or whom the actor stands in for, asked for it or handed in the facts that it corrects."""
    record, entry = correction.record, correction.entry
    handed_in = (record.submitted_by_id, record.submitted_for_id) if record is not None else ()
    if entry is not None:
        if actor.bears(entry.entered_for):
            return True
        handed_in = (*handed_in, entry.entered_by_id)
    return actor.is_one_of(correction.requested_by_id, correction.requested_for_id, *handed_in)


# -- thinking it through ------------------------------------------------------------------------------------------


def propose(
    file: CaseFile, step: str, changes: Mapping[str, Any], today: date, entry: LogEntry | None = None
) -> Proposal:
    """What the correction changes and what follows; writes nothing.

    ``changes`` are fields by the table's types (or as stored), None for an optional one that becomes empty; of an
    ``entry`` of the step's log, its day, words and whose opinion it is, or ``withdrawn`` alone. Raises
    :class:`Refused` where a value cannot be, nothing differs, the result would be another, or the day of the act would
    lie ahead or before an earlier step; ``ValidationError`` by field for the person's identity.
    """
    # Verified logs were judged with their entries, and are judged with them again.
    file.read_every_log()
    if entry is not None:
        proposal = _propose_entry(file, step, entry, changes, today)
    elif step:
        proposal = _propose_step(file, step, changes, today)
    else:
        proposal = _propose_person(file, changes, today)
    ordinary = [
        judged.reason
        for judged in proposal.consequences.broken
        if judged.step == step and judged.reason is not None and judged.reason.code in _ORDINARY
    ]
    if ordinary:
        raise refused_for(ordinary)
    return proposal


def _propose_step(file: CaseFile, step: str, changes: Mapping[str, Any], today: date) -> Proposal:
    row, record, facts = STEPS[step], file.record(step), file.facts()
    assert record is not None
    before = record.typed_values()
    given, bad = read_all(row, changes)
    bad += [name for name in changes if (field := row.field(name)) is None or field.computed]
    merged = {name: value for name, value in {**before, **given}.items() if changes.get(name, value) is not None}
    bad += acts.contradictions(step, facts, merged) + acts.unsuitable_members(file, row, merged)
    bad += [field.name for field in row.fields if field.required and not field.computed and field.name not in merged]
    if bad:
        raise invalid(*dict.fromkeys(bad))
    old, new = dump(before), dump(merged)
    differences = tuple(
        Difference(step, field.name, before.get(field.name), merged.get(field.name), sensitive=field.sensitive)
        for field in row.fields
        if not field.computed and old.get(field.name) != new.get(field.name)
    )
    if not differences:
        raise refuse("correction_empty")
    if result_of(step, before) != result_of(step, merged):
        raise refuse("correction_changes_outcome")
    open_values = {name: value for name, value in merged.items() if not row.field(name).sensitive}
    change = corrected(facts, step=step, values=open_values, extension=_extension(file))
    plan = None
    if step == "consent_development_target":
        plan = acts.plan_of(file.case, dict(merged), today)
        after = replace(change.facts.step(step), plan_places=plan[0], plan_used=plan[1])
        change = replace(change, facts=change.facts.with_step(after))
    values = {**merged, **{f.name: f.after for f in change.followed if f.step == step}}
    return Proposal(
        file=file,
        record=record,
        differences=(*differences, *map(_followed, change.followed)),
        values=values,
        change=change,
        consequences=consequences(facts, change, file.rules, today),
        plan=plan,
    )


def _propose_entry(file: CaseFile, step: str, entry: LogEntry, changes: Mapping[str, Any], today: date) -> Proposal:
    before, facts = entries.values_of(entry), file.facts()
    after = {**before, **entries.read_changes(file, entry, changes)}
    differences = tuple(
        Difference(step, name, before[name], after[name], sensitive=name == "text")
        for name in ENTRY_FIELDS
        if before[name] != after[name]
    )
    if not differences:
        raise refuse("correction_empty")
    change = corrected(facts, step=step, entries=entries.log_with(facts, entry, after))
    return Proposal(
        file=file,
        record=next(record for record in file.records if record.pk == entry.record_id),
        differences=differences,
        values=after,
        change=change,
        consequences=consequences(facts, change, file.rules, today),
        entry=entry,
    )


def _propose_person(file: CaseFile, changes: Mapping[str, Any], today: date) -> Proposal:
    person, facts = file.case.person, file.facts()
    given = _person_values(changes)
    before = {name: getattr(person, name) for name in PERSON_FIELDS}
    after = {**before, **given}
    if after["birth_date"] != birth_date_in(after["id_number"]):
        raise ValidationError({"birth_date": _("出生日期与公民身份号码不一致，请核对。")})
    if after["birth_date"] > today:
        raise invalid("birth_date")
    taken = Person.objects.filter(id_index=Person.index_of(after["id_number"])).exclude(pk=person.pk).exists()
    if taken:
        # Says nothing of who or where: that is not this branch's to know.
        raise ValidationError({"id_number": _("这个公民身份号码已登记给另一人，请核对证件。")})
    differences = tuple(
        Difference("", name, before[name], after[name], sensitive=name in Person.SENSITIVE)
        for name in PERSON_FIELDS
        if before[name] != after[name]
    )
    if not differences:
        raise refuse("correction_empty")
    seen = {d.field: d.after for d in differences if not d.sensitive}
    change = corrected(facts, person=seen)
    return Proposal(file, None, differences, {}, change, consequences(facts, change, file.rules, today))


def _person_values(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The person's fields, typed. Raises :class:`Refused` or ``ValidationError`` by field."""
    values: dict[str, Any] = {}
    bad = []
    for name, raw in changes.items():
        if name not in PERSON_FIELDS or (raw is None and name not in _MAY_BE_EMPTY):
            bad.append(name)
        elif name == "id_number":
            values[name] = normalised_id_number(str(raw))
        elif name in _PERSON_DAYS:
            try:
                values[name] = raw if raw is None or isinstance(raw, date) else iso_date(raw)
            except (TypeError, ValueError):
                bad.append(name)
        elif isinstance(raw, bool):
            values[name] = raw
        else:
            bad.append(name)
    if bad:
        raise invalid(*bad)
    if "id_number" in values:
        try:
            validate_id_number(values["id_number"])
        except ValidationError as error:
            raise ValidationError({"id_number": error}) from None
    return values


def _followed(one: Followed) -> Difference:
    return Difference(one.step, one.name, one.before, one.after, followed=True)


def _extended_in_first_round(file: CaseFile) -> StepRecord | None:
    """The meeting whose extension was approved, once a second round runs."""
    earlier = (r for r in file.records if r.step == "conversion_branch_meeting" and r.round < file.case.round)
    return next(earlier, None) if file.case.extended_until else None


def _extension(file: CaseFile) -> str | None:
    record = _extended_in_first_round(file)
    return record.values.get("extension_duration") if record is not None else None


# -- asking -------------------------------------------------------------------------------------------------------


@transaction.atomic
def request(
    *,
    case_id: int,
    changes: Mapping[str, Any],
    reason: str,
    evidence: Upload,
    actor: Actor,
    now: datetime,
    step: str = "",
    entry_id: int | None = None,
    expected_version: int | None = None,
) -> Done:
    """Ask for a correction of a verified step, of an entry of its log, or of the person's data where ``step`` is empty.

    One that would break a lock may be asked for (the rules cannot know that a date is right); it will not be approved.
    """
    file = open_file(case_id, expected_version)
    entry = entries.entry_of(file, step, entry_id) if entry_id is not None else None
    answer = may_request(actor, file, step, entry)
    guard(file, answer, right_step=is_correctable(file, step, entry), even_closed=True)
    reason = required_text(reason, "reason")
    record = entry.record if entry is not None else file.record(step) if step else None
    if Correction.objects.filter(case=file.case, record=record, status=Correction.Status.REQUESTED).exists():
        raise refuse("correction_pending")
    proposal = propose(file, step, changes, local_day(now), entry)
    actor = acting(actor, answer)
    correction = Correction(
        case=file.case,
        record=record,
        entry=entry,
        record_version=record.version if record is not None and entry is None else None,
        side=deciding_side(step, entry),
        reason=reason,
        requested_at=now,
        requested_by_id=actor.user_id,
        requested_for_id=actor.on_behalf_of_id,
    )
    materials.keep(correction, evidence, "evidence")
    correction.save()
    CorrectionItem.objects.bulk_create(_item(correction, d) for d in proposal.differences if not d.followed)
    _notify(file, correction, "correction_requested", Side(correction.side), now)
    payload = {**_payload(correction, proposal.differences), "reason": reason, "evidence": evidence.sha256}
    return finish(file, action="correction_requested", actor=actor, now=now, payload=payload, record=record)


def _item(correction: Correction, difference: Difference) -> CorrectionItem:
    pair = dump({"before": difference.before, "after": difference.after})
    column = "sealed" if difference.sensitive else "values"
    return CorrectionItem(
        correction=correction,
        step=difference.step,
        field=difference.field,
        followed=difference.followed,
        **{column: pair},
    )


def _payload(correction: Correction, differences: Sequence[Difference]) -> dict[str, Any]:
    """The correction as the audit keeps it: each field before and after, sensitive ones as two salted digests."""
    record, case = correction.record, correction.case
    salt = record.salt if record is not None else case.person.salt
    changes = []
    for difference in differences:
        pair = dump({"before": difference.before, "after": difference.after})
        if difference.sensitive:
            pair = {name: digest(value, salt) for name, value in pair.items()}
        changes.append({"step": difference.step, "field": difference.field, **pair, "followed": difference.followed})
    payload: dict[str, Any] = {"correction": correction.pk, "changes": changes}
    if record is not None:
        payload |= {"step": record.step, "round": record.round}
    if correction.entry is not None:
        days = [difference.before for difference in differences if difference.field == "on"]
        payload |= {"kind": correction.entry.kind, "on": days[0] if days else correction.entry.on}
    return payload


def _notify(file: CaseFile, correction: Correction, code: str, side: Side, now: datetime) -> None:
    tell(
        case=file.case,
        code=code,
        step=correction.step,
        organisations=[file.case.scope.organisation_id(side)],
        now=now,
    )


# -- deciding -----------------------------------------------------------------------------------------------------


def proposal_of(file: CaseFile, correction: Correction, today: date) -> Proposal:
    """An open correction judged against the case as it stands now. Raises as :func:`propose`, and where it is stale."""
    items = [item for item in correction.items.all() if not item.followed]
    changes = {item.field: item.after for item in items}
    if correction.entry is not None:
        now_stored = dump(entries.values_of(correction.entry))
        if not is_correctable(file, correction.step, correction.entry) or _differs(now_stored, items):
            raise refuse("correction_stale")
        return propose(file, correction.step, changes, today, correction.entry)
    record = file.record(correction.step) if correction.step else None
    if correction.record_id is not None and (
        record is None or record.pk != correction.record_id or record.version != correction.record_version
    ):
        raise refuse("correction_stale")
    now_stored = (
        dump(record.typed_values())
        if record is not None
        else dump({name: getattr(file.case.person, name) for name in PERSON_FIELDS})
    )
    if _differs(now_stored, items):
        raise refuse("correction_stale")
    return propose(file, correction.step, changes, today)


def _differs(stored: Mapping[str, Any], items: Sequence[CorrectionItem]) -> bool:
    """Whether a field stands otherwise than the correction found it."""
    return any(stored.get(item.field) != item.before for item in items)


def decision_refusals(proposal: Proposal) -> tuple[Refusal, ...]:
    """The locks that the correction would break: with any of them nobody can approve it."""
    return tuple(_refusal(judged) for judged in proposal.consequences.broken)


def _refusal(judged: Judged) -> Refusal:
    reason = judged.reason
    assert reason is not None
    return Refusal(
        reason.code, unlocks_on=reason.unlocks_on, codes=reason.codes, field=reason.field_name, reason=reason
    )


@transaction.atomic
def approve(
    *, correction_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """Correct the facts and judge the case by them. Refused where that would break a lock, with every reason."""
    file, correction, actor = _deciding(correction_id, actor, expected_version)
    reason = required_text(reason, "reason")
    today = local_day(now)
    proposal = proposal_of(file, correction, today)
    refusals = decision_refusals(proposal)
    if refusals:
        raise Refused(refusals)
    rejudged = _apply(file, proposal, today)
    CorrectionItem.objects.bulk_create(_item(correction, d) for d in proposal.differences if d.followed)
    correction.effects = [
        {"kind": line.kind.value, "step": line.step, **to_json(line.words)}
        for line in effect_lines(proposal.consequences, today)
    ]
    _decide(correction, Correction.Status.APPROVED, reason, actor, now)
    _notify(file, correction, "correction_approved", _asking_side(correction), now)
    payload = {**_payload(correction, proposal.differences), "reason": reason, "rejudged": rejudged}
    done = finish(file, action="correction_approved", actor=actor, now=now, payload=payload, record=proposal.record)
    # After the case's own audit entry: chains are locked in the order of their names.
    _keep_roster(file, proposal, actor, now)
    return done


@transaction.atomic
def turn_down(
    *, correction_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """The facts stay as they are; whoever asked is told why."""
    file, correction, actor = _deciding(correction_id, actor, expected_version)
    reason = required_text(reason, "reason")
    _decide(correction, Correction.Status.REFUSED, reason, actor, now)
    _notify(file, correction, "correction_refused", _asking_side(correction), now)
    payload = {"correction": correction.pk, "step": correction.step, "reason": reason}
    return finish(file, action="correction_refused", actor=actor, now=now, payload=payload, record=correction.record)


@transaction.atomic
def withdraw(*, correction_id: int, actor: Actor, now: datetime, expected_version: int | None = None) -> Done:
    """The asking side takes its request back before it is decided."""
    file, correction = _opened(correction_id, expected_version)
    answer = may_request(actor, file, correction.step, correction.entry)
    guard(file, answer, right_step=correction.is_open, even_closed=True)
    actor = acting(actor, answer)
    _decide(correction, Correction.Status.WITHDRAWN, "", actor, now)
    payload = {"correction": correction.pk, "step": correction.step}
    return finish(file, action="correction_withdrawn", actor=actor, now=now, payload=payload, record=correction.record)


def _opened(correction_id: int, expected_version: int | None) -> tuple[CaseFile, Correction]:
    # The case's row first, as every act does: two decisions on one case queue up.
    case_id = Correction.objects.values_list("case_id", flat=True).get(pk=correction_id)
    file = open_file(case_id, expected_version)
    correction = Correction.objects.select_related("record", "entry").get(pk=correction_id)
    correction.case = file.case
    return file, correction


def _deciding(correction_id: int, actor: Actor, expected_version: int | None) -> tuple[CaseFile, Correction, Actor]:
    file, correction = _opened(correction_id, expected_version)
    answer = may_decide(actor, file, correction)
    guard(file, answer, right_step=correction.is_open, even_closed=True)
    actor = acting(actor, answer)
    if is_own(actor, correction):
        raise refuse("own_correction")
    return file, correction, actor


def _asking_side(correction: Correction) -> Side:
    if correction.entry is not None:
        return acts.logging_side(correction.step, correction.entry.kind)
    return STEPS[correction.step].side if correction.step else Side.BRANCH


def _decide(correction: Correction, status: str, reason: str, actor: Actor, now: datetime) -> None:
    correction.status, correction.decision_reason = status, reason
    correction.decided_at, correction.decided_by_id = now, actor.user_id
    correction.decided_for = actor.on_behalf_of_name
    correction.save()


# -- writing ------------------------------------------------------------------------------------------------------


def _apply(file: CaseFile, proposal: Proposal, today: date) -> list[str]:
    """Write the corrected facts where they stand, and the verdicts that are others now; says which steps those are."""
    before = file.facts()
    touched: dict[str, StepRecord] = {}
    if proposal.entry is not None:
        entries.write(proposal.entry, proposal.values)
        file.read_every_log()
    elif proposal.record is None:
        _write_person(file.case.person, proposal.person)
    else:
        _write_step(proposal)
        touched[proposal.record.step] = proposal.record
    for one in proposal.change.followed:
        record = file.record(one.step)
        assert record is not None
        record.set_values({**record.typed_values(), one.name: one.after})
        touched[one.step] = record
    _move_extension(file, proposal.change.facts)
    rejudged = _rejudge(file, before, today, touched)
    for record in touched.values():
        record.version += 1
        record.save()
    return rejudged


def _write_person(person: Person, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    person.full_clean(exclude=["id_index"], validate_unique=False)
    person.save()


def _write_step(proposal: Proposal) -> None:
    record, row = proposal.record, STEPS[proposal.record.step]
    record.set_values(dict(proposal.values))
    if row.report_field and row.report_field in proposal.values:
        record.reported_on = proposal.values[row.report_field]
    if proposal.plan is not None:
        record.plan_places, record.plan_used = proposal.plan
    acts.write_ballot(record, proposal.values)
    acts.write_members(record, proposal.values)


def _move_extension(file: CaseFile, after: Facts) -> None:
    """The end of an extended probation moves with the end that it was added to."""
    if after.extended_until == file.case.extended_until:
        return
    file.case.extended_until = after.extended_until
    record = _extended_in_first_round(file)
    if record is not None:
        record.set_values({**record.typed_values(), "extension_end": after.extended_until})
        record.version += 1
        record.save()


def _rejudge(file: CaseFile, before: Facts, today: date, touched: dict[str, StepRecord]) -> list[str]:
    """Keep with each verified act the verdict that its facts now call for, where it is another."""
    after, changed = file.facts(), []
    for key in STEPS:
        record = file.record(key)
        if record is None or record.status != machine.VERIFIED:
            continue
        old = acts.verdict_json(judge_act(key, before, file.rules, today))
        verdict = judge_act(key, after, file.rules, today)
        new = acts.verdict_json(verdict)
        if old != new:
            record.verdict, record.edition = new, verdict.edition
            touched[key] = record
            changed.append(key)
    return changed


def _keep_roster(file: CaseFile, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """The dates of the person's own membership follow those of the approval and of the conversion."""
    member = file.case.person.member
    if member is None or member.left_on is not None:
        return
    moved = {(one.step, one.name): one.after for one in proposal.change.followed}
    changes: dict[str, Any] = {}
    if start := moved.get(("committee_approval", "probation_start")):
        changes["joined_on"] = start
        if member.standing == Member.Standing.PROBATIONARY:
            changes["standing_since"] = start
    seniority = moved.get(("conversion_approval", "seniority_start"))
    if seniority and member.standing == Member.Standing.FULL:
        changes |= {"full_since": seniority, "standing_since": seniority}
    if changes:
        roster.change_member(member=member, changes=changes, actor=actor, now=now)


def typed(step: str, name: str, stored: Any) -> Any:
    """A stored value of an item by the table's type, for pages; the person's days as days."""
    if stored is None:
        return None
    if step and STEPS[step].field(name) is None:
        return entries.typed(name, stored)
    if step:
        return load(STEPS[step], {name: stored}).get(name)
    return iso_date(stored) if name in _PERSON_DAYS else stored
