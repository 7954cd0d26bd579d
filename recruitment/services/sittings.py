"""Sittings: a meeting, class, notice, list or ceremony entered once for all its people.

Each person's act stays her own: judged, refused and audited by itself. Attendance, minutes and papers belong to the
sitting; a shared paper is stored once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from audit.services import digest
from branches.access import Actor
from branches.models import Organisation
from branches.services.record import chain_of
from recruitment.models import Case, Material, Meeting, Sitting
from recruitment.policies import ENTERING_ROLES
from recruitment.selectors.agenda import CANDIDATES, INDIVIDUALLY, AgendaItem, item_of
from recruitment.selectors.sittings import heard
from recruitment.services import acts
from recruitment.services.base import Done, Refusal, Refused, invalid, refuse
from recruitment.services.materials import Upload


@dataclass(frozen=True, slots=True)
class Participant:
    """One person of a sitting and what is her own: values of the step, papers, the text of a log entry.

    ``hand_over``: submit to the verifier; otherwise the act is recorded, and papers may follow within the month.
    ``override`` is the committee's reason as in :func:`acts.submit`.
    """

    case_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    uploads: Sequence[Upload] = ()
    text: str = ""
    override: str = ""
    hand_over: bool = True
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class PersonResult:
    """What became of one person: the act that was accepted, or every reason for which it was refused."""

    case_id: int
    done: Done | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.done is not None


@dataclass(frozen=True, slots=True)
class SittingResult:
    """The sitting, or None where nobody was accepted and nothing stayed; and each person's result, as given."""

    sitting: Sitting | None
    people: tuple[PersonResult, ...]

    @property
    def accepted(self) -> tuple[PersonResult, ...]:
        return tuple(person for person in self.people if person.accepted)

    @property
    def refused(self) -> tuple[PersonResult, ...]:
        return tuple(person for person in self.people if not person.accepted)


@transaction.atomic
def hold_sitting(
    *,
    kind: str,
    body: Organisation,
    step: str,
    held_on: date,
    participants: Sequence[Participant],
    actor: Actor,
    now: datetime,
    entry: str = "",
    eligible: int | None = None,
    present: int | None = None,
    minutes: str = "",
    shared_values: Mapping[str, Any] | None = None,
    shared_uploads: Sequence[Upload] = (),
) -> SittingResult:
    """Enter a sitting with one act of ``step`` for each participant, or one log entry of the kind ``entry``.

    ``held_on`` is everybody's action date; ``shared_values`` are fields of the step entered once. A participant whose
    act is refused is refused alone, and the sitting stands for the others; when nobody is accepted nothing stays.
    Raises :class:`Refused` where the sitting itself cannot be: the actor's seat is not the body's, the body decides no
    such business, attendance is impossible, nobody or somebody twice takes part.
    """
    item = item_of(body, kind, step, entry)
    if item is None:
        raise invalid("step")
    actor = of_the_body(actor, body, item)
    if item.is_meeting:
        check_attendance(eligible, present)
    sitting = open_sitting(
        item, body, held_on, eligible=eligible, present=present, minutes=minutes, actor=actor, now=now
    )
    people = _hear(sitting, item, participants, shared_values or {}, shared_uploads, len(participants), actor, now)
    if not any(person.accepted for person in people):
        transaction.set_rollback(True)
        return SittingResult(None, people)
    note_held(sitting, item, people, actor, now)
    return SittingResult(sitting, people)


@transaction.atomic
def join_sitting(
    *,
    sitting: Sitting,
    participants: Sequence[Participant],
    actor: Actor,
    now: datetime,
    shared_values: Mapping[str, Any] | None = None,
) -> SittingResult:
    """Enter further people of a sitting that stands: those refused at first, or forgotten.

    Date, attendance and papers are the sitting's. Refused as :func:`hold_sitting`; the sitting stays in any case.
    Whoever was heard already is refused alone: a second vote needs a second meeting, and papers that were still
    missing are added to the person's own step.
    """
    before = heard([sitting])[sitting.pk]
    item = item_of(sitting.body, sitting.kind, sitting.step, before.entry)
    if item is None:
        raise invalid("step")
    actor = of_the_body(actor, sitting.body, item)
    discussed = before.people.keys() | {person.case_id for person in participants}
    people = _hear(
        sitting,
        item,
        participants,
        shared_values or {},
        _papers_of(sitting, item),
        len(discussed),
        actor,
        now,
        already=frozenset(person.case_id for person in before.accepted),
    )
    if not any(person.accepted for person in people):
        transaction.set_rollback(True)
        return SittingResult(None, people)
    _audit(sitting, "sitting_joined", {"entry": item.entry}, people, actor, now)
    return SittingResult(sitting, people)


# -- the sitting itself -------------------------------------------------------------------------------------------


def open_sitting(
    item: AgendaItem,
    body: Organisation,
    held_on: date,
    *,
    eligible: int | None,
    present: int | None,
    minutes: str,
    actor: Actor,
    now: datetime,
    meeting: Meeting | None = None,
) -> Sitting:
    """The row of a sitting; part of the caller's act, which says afterwards whom it heard (:func:`note_held`)."""
    return Sitting.objects.create(
        kind=item.kind,
        body=body,
        step=item.step,
        held_on=held_on,
        eligible=eligible if item.is_meeting else None,
        present=present if item.is_meeting else None,
        minutes=minutes.strip(),
        meeting=meeting,
        created_at=now,
        created_by_id=actor.user_id,
        created_for=actor.on_behalf_of_name,
    )


def of_the_body(actor: Actor, body: Organisation, item: AgendaItem) -> Actor:
    """The actor with the chosen seat alone: every act of the sitting is the body's, or it is refused.

    Somebody who sits in two branches enters each one's meetings from that branch's seat.
    """
    seat = actor.seat
    if seat is None or seat.organisation_id != body.pk or seat.role not in ENTERING_ROLES[item.side]:
        raise refuse("not_allowed", message=_("会议由召开它的组织登记，请换用该组织的席位。"))
    return replace(actor.acting_from(seat), grants=(seat,))


def check_attendance(eligible: int | None, present: int | None) -> None:
    """Raises :class:`Refused` for an attendance that cannot be."""
    if eligible is None or eligible < 1:
        raise refuse("field_invalid", field="eligible", message=_("请填写应到人数。"))
    if present is None or not 1 <= present <= eligible:
        raise refuse("field_invalid", field="present", message=_("实到人数至少 1 人，不超过应到人数。"))


def _papers_of(sitting: Sitting, item: AgendaItem) -> list[Upload]:
    """The sitting's own papers as they are stored, for people who join."""
    papers: dict[tuple[str, str], Material] = {}
    for material in Material.objects.filter(sitting=sitting, code__in=item.papers).order_by("pk"):
        papers.setdefault((material.code, material.sha256), material)
    return [
        Upload(
            code=material.code,
            name=material.original_name,
            content=material.file,
            content_type=material.content_type,
            extension=material.extension,
            size=material.size,
            sha256=material.sha256,
            stored_name=material.file.name,
        )
        for material in papers.values()
    ]


# -- its people ---------------------------------------------------------------------------------------------------


def _hear(
    sitting: Sitting,
    item: AgendaItem,
    participants: Sequence[Participant],
    shared_values: Mapping[str, Any],
    uploads: Sequence[Upload],
    discussed: int,
    actor: Actor,
    now: datetime,
    already: frozenset[int] = frozenset(),
) -> tuple[PersonResult, ...]:
    ids = [person.case_id for person in participants]
    if not ids or len(set(ids)) != len(ids):
        raise refuse("field_invalid", field="participants", message=_("请选择人员，每人一次。"))
    fixed = fixed_by(sitting, item, discussed)
    results: dict[int, PersonResult] = {}
    # In the order of their chains' names, as every writer of several chains goes; the organisation's comes last.
    for person in sorted(participants, key=lambda person: f"case:{person.case_id}"):
        if person.case_id in already:
            heard_before = Refusal("not_this_step", message=_("此人已在这次会议上登记过。"))
            results[person.case_id] = PersonResult(person.case_id, refusals=(heard_before,))
            continue
        values = {**shared_values, **person.values, **fixed}
        result = hear(sitting, item, person, values, [*uploads, *person.uploads], actor, now)
        if result.done is not None:
            uploads = _stored(sitting, result.done, uploads)
        results[person.case_id] = result
    return tuple(results[case_id] for case_id in ids)


def fixed_by(sitting: Sitting, item: AgendaItem, discussed: int) -> dict[str, Any]:
    """What the sitting fixes for everybody: its day, its attendance, and how many it discussed one by one."""
    return fixed_values(
        item, held_on=sitting.held_on, eligible=sitting.eligible, present=sitting.present, discussed=discussed
    )


def fixed_values(
    item: AgendaItem, *, held_on: date, eligible: int | None, present: int | None, discussed: int
) -> dict[str, Any]:
    """The same for a sitting that is not entered yet."""
    known = {
        item.definition.action_date: held_on,
        item.eligible: eligible,
        item.present: present,
        CANDIDATES: discussed,
        INDIVIDUALLY: True,
    }
    return {name: known[name] for name in item.fixed}


def hear(
    sitting: Sitting,
    item: AgendaItem,
    person: Participant,
    values: Mapping[str, Any],
    uploads: Sequence[Upload],
    actor: Actor,
    now: datetime,
) -> PersonResult:
    """One person's act in a savepoint of its own."""
    common: dict[str, Any] = {
        "case_id": person.case_id,
        "step": item.step,
        "uploads": uploads,
        "actor": actor,
        "now": now,
        "sitting": sitting,
        "expected_version": person.expected_version,
    }
    try:
        if item.entry:
            done = acts.log(**common, kind=item.entry, on=sitting.held_on, text=person.text)
        else:
            act = acts.submit if person.hand_over else acts.record
            done = act(**common, values=values, override=person.override)
    except Refused as refused:
        return PersonResult(person.case_id, refusals=refused.refusals)
    except Case.DoesNotExist:
        return PersonResult(person.case_id, refusals=refuse("not_allowed").refusals)
    return PersonResult(person.case_id, done)


def _stored(sitting: Sitting, done: Done, uploads: Sequence[Upload]) -> list[Upload]:
    """The shared uploads with the names under which the first accepted person's act stored them."""
    if all(upload.stored_name for upload in uploads):
        return list(uploads)
    rows = Material.objects.filter(sitting=sitting, record=done.record)
    names = {(code, sha256): name for code, sha256, name in rows.values_list("code", "sha256", "file")}
    return [
        upload if upload.stored_name else replace(upload, stored_name=names[upload.code, upload.sha256])
        for upload in uploads
    ]


# -- the record of it ---------------------------------------------------------------------------------------------


def note_held(sitting: Sitting, item: AgendaItem, people: Iterable[PersonResult], actor: Actor, now: datetime) -> None:
    """The first entry of a sitting in its body's chain."""
    payload: dict[str, Any] = {
        "kind": item.kind.value,
        "step": item.step,
        "entry": item.entry,
        "held_on": sitting.held_on,
        "eligible": sitting.eligible,
        "present": sitting.present,
    }
    if sitting.meeting_id:
        payload["meeting"] = sitting.meeting_id
    if sitting.minutes:
        payload["minutes"] = digest(sitting.minutes, f"sitting:{sitting.pk}:{now.isoformat()}")
    _audit(sitting, "sitting_held", payload, people, actor, now)


def _audit(
    sitting: Sitting,
    action: str,
    payload: Mapping[str, Any],
    people: Iterable[PersonResult],
    actor: Actor,
    now: datetime,
) -> None:
    """The sitting in its body's chain: whom it heard and what came of it; each act stands in its case's chain."""
    audit.append(
        chain=chain_of(sitting.body),
        action=action,
        actor=actor,
        now=now,
        payload={**payload, "sitting": sitting.pk, "people": [_person_payload(person) for person in people]},
    )


def _person_payload(person: PersonResult) -> dict[str, Any]:
    if person.done is None:
        return {"case": person.case_id, "refused": [refusal.code for refusal in person.refusals]}
    record = person.done.record
    assert record is not None
    # An act that did not stand has closed its attempt; the record already waits for the next.
    stands = record.acted or record.definition.is_log
    return {
        "case": person.case_id,
        "record": record.pk,
        "attempt": record.attempt if stands else record.attempt - 1,
        "outcome": person.done.outcome,
    }
