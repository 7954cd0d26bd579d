"""Meetings: an agenda prepared beforehand, attendance and minutes once, and many businesses entered together.

A meeting bypasses no rule: each business is a sitting, each person's act is judged, refused and audited by itself, and
whoever was refused stays on the agenda for the next meeting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from audit import services as audit
from audit.services import digest
from branches.access import Actor, Grant
from branches.models import Organisation
from branches.services.record import chain_of
from recruitment import machine
from recruitment.documents.meeting_papers import has_reply
from recruitment.models import Case, Meeting, MeetingItem, MeetingPaper, Person, Sitting
from recruitment.policies import ENTERING_ROLES
from recruitment.selectors.agenda import MINUTES, REPLIES, AgendaItem, candidates, item_of, meeting_items, ripe_cases
from recruitment.selectors.casefile import CaseFile, load_many
from recruitment.services import acts, materials
from recruitment.services.acts import Foreseen
from recruitment.services.base import Refusal, Refused, invalid, refuse
from recruitment.services.bulk import reason_json
from recruitment.services.materials import Upload
from recruitment.services.sittings import (
    Participant,
    PersonResult,
    check_attendance,
    fixed_by,
    fixed_values,
    hear,
    note_held,
    of_the_body,
    open_sitting,
)

#: So many people can stand on one agenda.
LIMIT = 100
State, Paper = MeetingItem.State, MeetingPaper.Kind


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the meeting says of one person beside the act: its votes where the step keeps none, and the discussion."""

    votes_for: int | None = None
    votes_against: int | None = None
    abstentions: int | None = None
    note: str = ""

    @property
    def votes(self) -> tuple[int, ...]:
        given = (self.votes_for, self.votes_against, self.abstentions)
        return tuple(votes for votes in given if votes is not None)

    @property
    def is_empty(self) -> bool:
        return not self.votes and not self.note


@dataclass(frozen=True, slots=True)
class Business:
    """One business as it was entered: what all share, and each person who was heard, with what the meeting said."""

    item: AgendaItem
    shared_values: Mapping[str, Any] = field(default_factory=dict)
    participants: Sequence[Participant] = ()
    hearings: Mapping[int, Hearing] = field(default_factory=dict)

    def hearing(self, person: Participant) -> Hearing:
        return self.hearings.get(person.case_id, Hearing())


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who should have come, who came, and why the others did not."""

    eligible: int
    present: int
    absences: str = ""
    minutes: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a meeting before it is held."""

    held_on: date
    begins: time | None = None
    place: str = ""
    chair: str = ""
    recorder: str = ""

    def put_into(self, meeting: Meeting) -> None:
        meeting.held_on, meeting.begins = self.held_on, self.begins
        meeting.place, meeting.chair, meeting.recorder = self.place, self.chair, self.recorder


# -- who may -----------------------------------------------------------------------------------------------------------


def allowed_items(meeting: Meeting, grant: Grant | None) -> tuple[AgendaItem, ...]:
    """The business of the meeting that this seat may enter; none where it is another body's."""
    if grant is None or grant.organisation_id != meeting.body_id:
        return ()
    items = meeting_items(meeting.body, meeting.kind)
    return tuple(item for item in items if grant.role in ENTERING_ROLES[item.side])


def _of_the_body(actor: Actor, meeting: Meeting) -> Actor:
    """The actor with the seat of the body alone; refused as a sitting of that body would be."""
    items = meeting_items(meeting.body, meeting.kind)
    if not items:
        raise invalid("kind")
    return of_the_body(actor, meeting.body, items[0])


def _locked(meeting_id: int, expected_version: int | None) -> Meeting:
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=meeting_id)
    if expected_version is not None and meeting.version != expected_version:
        raise refuse("stale")
    return meeting


def _planned(meeting_id: int, expected_version: int | None, actor: Actor) -> tuple[Meeting, Actor]:
    meeting = _locked(meeting_id, expected_version)
    actor = _of_the_body(actor, meeting)
    if not meeting.is_planned:
        raise refuse("not_this_step", message=_("这次会议已经登记，或者不开了，不能再改。"))
    return meeting, actor


# -- beforehand ----------------------------------------------------------------------------------------------------


@transaction.atomic
def prepare(*, body: Organisation, kind: str, given: Given, actor: Actor, now: datetime) -> Meeting:
    """Set a meeting down for a day, which may still lie ahead; the agenda follows with :func:`arrange`."""
    if kind not in Meeting.Kind:
        raise invalid("kind")
    meeting = Meeting(body=body, kind=kind, created_at=now)
    actor = _of_the_body(actor, meeting)
    given.put_into(meeting)
    meeting.created_by_id, meeting.created_for = actor.user_id, actor.on_behalf_of_name
    meeting.save()
    _audit(meeting, "meeting_prepared", actor, now, {"kind": kind, "held_on": given.held_on})
    return meeting


@transaction.atomic
def arrange(
    *,
    meeting_id: int,
    given: Given,
    chosen: Sequence[tuple[int, str]],
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Meeting:
    """Put these people on the agenda in this order: ``chosen`` are (case, key of the business).

    Refused where somebody is not ripe for it on the day of the meeting. What had been typed in stays.
    """
    meeting, actor = _planned(meeting_id, expected_version, actor)
    given.put_into(meeting)
    wanted = list(dict.fromkeys(chosen))
    if len(wanted) > LIMIT:
        raise refuse("field_invalid", field="people", message=_("一次会议最多 %(n)s 人。") % {"n": LIMIT})
    items = {item.key: item for item in allowed_items(meeting, actor.seat)}
    ripe = _ripe(meeting, [items[key] for key in dict.fromkeys(key for _pk, key in wanted) if key in items])
    unripe = [pk for pk, key in wanted if (pk, key) not in ripe]
    if unripe:
        names = Case.objects.visible_to(actor).filter(pk__in=unripe).values_list("person__name", flat=True)
        raise refuse(
            "not_this_step",
            message=_("这一天还不能讨论：%(names)s。请从议程上取下，或者改期。") % {"names": "、".join(sorted(names))},
        )
    present = {(row.case_id, row.step, row.entry): row for row in meeting.items.all()}
    for position, (pk, key) in enumerate(wanted, start=1):
        item, case = items[key], ripe[pk, key]
        row = present.pop((pk, item.step, item.entry), None) or MeetingItem(
            meeting=meeting, case=case, step=item.step, entry=item.entry
        )
        row.branch_id, row.position = case.branch_id, position
        row.save()
    MeetingItem.objects.filter(pk__in=[row.pk for row in present.values()]).delete()
    _save(meeting)
    people = [{"case": pk, "business": key} for pk, key in wanted]
    _audit(meeting, "meeting_arranged", actor, now, {"held_on": given.held_on, "people": people})
    return meeting


def _ripe(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[tuple[int, str], Case]:
    """Who may stand on the agenda: whose step takes the act, and is not locked on the day of the meeting."""
    found = {}
    for item in items:
        for candidate in candidates(ripe_cases(meeting.body, item), item, meeting.held_on):
            if not candidate.is_locked(meeting.held_on):
                found[candidate.case.pk, item.key] = candidate.case
    return found


@transaction.atomic
def cancel(*, meeting_id: int, actor: Actor, now: datetime, expected_version: int | None = None) -> Meeting:
    """The meeting is not held; its agenda is ripe for another."""
    meeting, actor = _planned(meeting_id, expected_version, actor)
    meeting.state, meeting.entry = Meeting.State.CANCELLED, {}
    _save(meeting)
    _audit(meeting, "meeting_cancelled", actor, now, {})
    return meeting


@transaction.atomic
def keep_entry(
    *,
    meeting_id: int,
    entry: Mapping[str, list[str]],
    actor: Actor,
    now: datetime,
    uploads: Sequence[Upload] = (),
    without: Collection[int] = (),
    expected_version: int | None = None,
) -> Meeting:
    """Keep what has been typed into the sheet, and the scans of the minutes but for those in ``without``: what was
    chosen by mistake must not end with everybody on the agenda. No act: nothing of it counts yet.
    """
    meeting, actor = _planned(meeting_id, expected_version, actor)
    meeting.entry = dict(entry)
    _save(meeting)
    dropped = list(meeting.papers.filter(kind=Paper.MINUTES, pk__in=without))
    for paper in dropped:
        transaction.on_commit(partial(paper.file.storage.delete, paper.file.name))
    MeetingPaper.objects.filter(pk__in=[paper.pk for paper in dropped]).delete()
    _store(meeting, Paper.MINUTES, uploads, actor, now)
    return meeting


def _save(meeting: Meeting) -> None:
    meeting.version += 1
    meeting.save()


# -- on the day --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would become of one person: her file, and what the judges foresee. ``hands_over``: to the verifier."""

    file: CaseFile
    item: AgendaItem
    foreseen: Foreseen
    hands_over: bool

    @property
    def case(self) -> Case:
        return self.file.case


def foresee(
    *, meeting: Meeting, attendance: Attendance, businesses: Sequence[Business], actor: Actor, now: datetime
) -> list[Prospect]:
    """What :func:`hold` would come to, person by person, without writing anything."""
    actor = _of_the_body(actor, meeting)
    ids = [person.case_id for business in businesses for person in business.participants]
    cases = Case.objects.visible_to(actor).filter(pk__in=ids).select_related("person", "branch")
    files = {file.case.pk: file for file in load_many(cases)}
    scans = _scans(meeting)
    # The same seat enters for everybody: it is asked once whether that seat may hand anything over.
    barred = acts.lacks_pass(actor, meeting.body_id, now) if meeting.body.kind == Organisation.Kind.BRANCH else False
    return [
        _prospect(meeting, attendance, business, person, files[person.case_id], scans, barred, actor, now)
        for business in businesses
        for person in business.participants
        if person.case_id in files
    ]


def _prospect(
    meeting: Meeting,
    attendance: Attendance,
    business: Business,
    person: Participant,
    file: CaseFile,
    scans: Sequence[Upload],
    barred: bool,
    actor: Actor,
    now: datetime,
) -> Prospect:
    item = business.item
    refusals = _vote_refusals(business, person, attendance)
    if person.expected_version is not None and file.case.version != person.expected_version:
        refusals = (*refusals, Refusal("stale"))
    if barred and person.hand_over and not item.entry:
        refusals = (*refusals, Refusal("pass_required"))
    if refusals:
        return Prospect(file, item, Foreseen(refusals), person.hand_over)
    if item.entry:
        common = {"file": file, "step": item.step, "actor": actor, "now": now}
        return Prospect(file, item, acts.foresee_log(kind=item.entry, on=meeting.held_on, **common), True)
    fixed = fixed_values(
        item,
        held_on=meeting.held_on,
        eligible=attendance.eligible,
        present=attendance.present,
        discussed=len(business.participants),
    )
    foreseen = acts.foresee(
        file=file,
        step=item.step,
        values={**business.shared_values, **person.values, **fixed},
        uploads=[*_of_item(scans, item), *person.uploads],
        override=person.override,
        hand_over=person.hand_over,
        actor=actor,
        now=now,
    )
    return Prospect(file, item, foreseen, person.hand_over)


@dataclass(frozen=True, slots=True)
class MeetingResult:
    """The meeting, and each person's result in the order of the agenda."""

    meeting: Meeting
    people: tuple[PersonResult, ...]

    @property
    def accepted(self) -> int:
        return sum(person.accepted for person in self.people)


@transaction.atomic
def hold(
    *,
    meeting_id: int,
    attendance: Attendance,
    businesses: Sequence[Business],
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> MeetingResult:
    """Enter the meeting: one sitting for each business, one act for each person, everything in one transaction.

    Whoever is refused is refused alone and stays for the next meeting, as does whoever stood on the agenda and was not
    heard. Raises :class:`Refused` where the meeting itself cannot be: it lies ahead, its attendance is impossible,
    absent members are not accounted for, or nobody at all was accepted.
    """
    meeting, actor = _planned(meeting_id, expected_version, actor)
    check_attendance(attendance.eligible, attendance.present)
    _check_absences(attendance)
    businesses = [business for business in businesses if business.participants]
    allowed = {item.key for item in allowed_items(meeting, actor.seat)}
    rows = {(row.case_id, row.step, row.entry): row for row in meeting.items.select_related("case")}
    for business in businesses:
        item = business.item
        if item.key not in allowed or any(
            (p.case_id, item.step, item.entry) not in rows for p in business.participants
        ):
            raise invalid("people")
    meeting.state, meeting.entered_at, meeting.entry = Meeting.State.HELD, now, {}
    meeting.entered_by_id, meeting.entered_for = actor.user_id, actor.on_behalf_of_name
    meeting.eligible, meeting.present = attendance.eligible, attendance.present
    meeting.absences, meeting.minutes = attendance.absences.strip(), attendance.minutes.strip()
    _save(meeting)
    results = _hear_all(meeting, attendance, businesses, rows, actor, now)
    if not any(result.accepted for result in results.values()):
        first = next((result for result in results.values()), None)
        raise (
            Refused(first.refusals) if first else refuse("field_invalid", field="people", message=_("请至少登记一人。"))
        )
    for key, row in rows.items():
        if key not in results:
            row.state = State.POSTPONED
            row.save(update_fields=["state"])
    _audit(meeting, "meeting_held", actor, now, _held_payload(meeting, rows.values()))
    return MeetingResult(meeting, tuple(results[key] for key in sorted(results, key=lambda key: rows[key].position)))


def _hear_all(
    meeting: Meeting,
    attendance: Attendance,
    businesses: Sequence[Business],
    rows: Mapping[tuple[int, str, str], MeetingItem],
    actor: Actor,
    now: datetime,
) -> dict[tuple[int, str, str], PersonResult]:
    scans = _scans(meeting)
    sittings = [
        open_sitting(
            business.item,
            meeting.body,
            meeting.held_on,
            eligible=meeting.eligible,
            present=meeting.present,
            minutes=meeting.minutes,
            actor=actor,
            now=now,
            meeting=meeting,
        )
        for business in businesses
    ]
    heard: list[dict[int, PersonResult]] = [{} for _business in businesses]
    waiting = [(place, person) for place, business in enumerate(businesses) for person in business.participants]
    # In the order of their chains' names, as every writer of several chains goes; the organisation's comes last.
    for place, person in sorted(waiting, key=lambda pair: (f"case:{pair[1].case_id}", pair[0])):
        business, sitting = businesses[place], sittings[place]
        item, hearing = business.item, business.hearing(person)
        row = rows[person.case_id, item.step, item.entry]
        if refusals := _vote_refusals(business, person, attendance):
            result = PersonResult(person.case_id, refusals=refusals)
        else:
            values = {
                **business.shared_values,
                **person.values,
                **fixed_by(sitting, item, len(business.participants)),
            }
            uploads = [*_of_item(scans, item), *person.uploads]
            result = hear(sitting, item, person, values, uploads, actor, now)
        _write(row, result, sitting, business, person)
        if result.accepted and not hearing.is_empty:
            payload = {"step": item.step, "meeting": meeting.pk, "votes": list(hearing.votes)}
            if hearing.note:
                payload["note"] = digest(hearing.note, row.record.salt)
            audit.append(chain=row.case.chain, action="meeting_discussed", actor=actor, now=now, payload=payload)
        heard[place][person.case_id] = result
    found: dict[tuple[int, str, str], PersonResult] = {}
    for business, sitting, people in zip(businesses, sittings, heard, strict=True):
        item = business.item
        given = [people[person.case_id] for person in business.participants]
        found |= {(result.case_id, item.step, item.entry): result for result in given}
        if any(result.accepted for result in given):
            note_held(sitting, item, given, actor, now)
        else:
            sitting.delete()
    return found


def _write(row: MeetingItem, result: PersonResult, sitting: Sitting, business: Business, person: Participant) -> None:
    hearing = business.hearing(person)
    row.votes_for, row.votes_against, row.abstentions = hearing.votes_for, hearing.votes_against, hearing.abstentions
    row.note = hearing.note
    deciding = business.item.deciding_field
    row.decision = str(person.values.get(deciding.name, "")) if deciding is not None else ""
    if result.done is not None:
        row.state, row.outcome = State.DONE, result.done.outcome or ""
        row.record, row.sitting = result.done.record, sitting
    else:
        row.state, row.reasons = State.REFUSED, [reason_json(refusal) for refusal in result.refusals]
    row.save()


def _vote_refusals(business: Business, person: Participant, attendance: Attendance) -> tuple[Refusal, ...]:
    """Nobody votes who is not there. The ballot of a branch meeting, with its written votes, is judged by its gates."""
    if business.item.eligible == "eligible_voters":
        return ()
    votes = sum(business.hearing(person).votes) + int(person.values.get("votes_for") or 0)
    if votes <= attendance.present:
        return ()
    message = _("票数合计 %(votes)s 张，多于实到 %(present)s 人。") % {"votes": votes, "present": attendance.present}
    return (Refusal("field_invalid", field="votes_for", message=message),)


def _check_absences(attendance: Attendance) -> None:
    named = [line for line in attendance.absences.splitlines() if line.strip()]
    absent = attendance.eligible - attendance.present
    if len(named) != absent:
        raise refuse(
            "field_invalid",
            field="absences",
            message=_("缺席 %(absent)s 人，写了 %(named)s 行；请一人一行，写明姓名和原因。")
            % {"absent": absent, "named": len(named)},
        )


# -- its papers --------------------------------------------------------------------------------------------------------


def _store(
    meeting: Meeting, kind: str, uploads: Sequence[Upload], actor: Actor, now: datetime, **given: Any
) -> list[MeetingPaper]:
    """New versions of a paper of the meeting, each file stored once; part of the caller's act."""
    standing = MeetingPaper.objects.filter(meeting=meeting, kind=kind, branch=given.get("branch"))
    latest = standing.aggregate(latest=Max("version"))["latest"] or 0
    rows = []
    for place, upload in enumerate(uploads, start=latest + 1):
        row = MeetingPaper(
            meeting=meeting,
            kind=kind,
            version=place,
            made_at=now,
            made_by_id=actor.user_id,
            **given,
        )
        materials.keep(row, upload)
        row.save()
        rows.append(row)
    return rows


def _as_upload(paper: MeetingPaper, code: str = "") -> Upload:
    return Upload(
        code=code,
        name=paper.original_name,
        content=paper.file,
        content_type=paper.content_type,
        extension=paper.extension,
        size=paper.size,
        sha256=paper.sha256,
        stored_name=paper.file.name,
    )


def _scans(meeting: Meeting) -> list[Upload]:
    """The scans of the minutes that are there, without a code: each business files them under its own."""
    return [_as_upload(paper) for paper in meeting.papers.filter(kind=Paper.MINUTES)]


def _of_item(scans: Iterable[Upload], item: AgendaItem, codes: frozenset[str] = MINUTES) -> list[Upload]:
    own = [code for code in item.papers if code in codes]
    return [replace(scan, code=code) for code in own for scan in scans]


def minutes_codes(meeting: Meeting, item: AgendaItem, *, scanned: bool) -> frozenset[str]:
    """The documents of this business that the scan of the minutes is, where there is one."""
    return frozenset(code for code in item.papers if code in MINUTES) if scanned else frozenset()


def _decided(meeting: Meeting) -> QuerySet[MeetingItem]:
    """Whom the meeting entered and whose decision still stands: a case sent back behind it goes another way."""
    return meeting.items.filter(state=State.DONE, record__counts=True)


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a scan that came later, for one person: whether it was filed with her, and every reason for which
    her step was not handed over with it."""

    case: Case
    filed: bool
    refusals: tuple[Refusal, ...] = ()

    @property
    def handed_over(self) -> bool:
        return not self.refusals


@transaction.atomic
def hand_in(*, meeting_id: int, kind: str, uploads: Sequence[Upload], actor: Actor, now: datetime) -> tuple[Filed, ...]:
    """A scan that came after the meeting, filed with everybody whom it concerns: minutes, or the sealed reply.

    Whoever is complete with it is handed to the verifier; where something of her own is still missing, the scan is
    filed all the same and the reason named. A step that was returned gets the scan and waits for its correction: what
    it was returned for is seldom the scan alone. Whose step was handed over already keeps what she has.
    """
    if kind not in (Paper.MINUTES, Paper.SEALED) or not uploads:
        raise invalid("scan")
    meeting = _locked(meeting_id, None)
    actor = _of_the_body(actor, meeting)
    if not meeting.is_held:
        raise refuse("not_this_step", message=_("会议还没有登记。"))
    codes = MINUTES if kind == Paper.MINUTES else REPLIES
    stored = [_as_upload(paper) for paper in _store(meeting, kind, uploads, actor, now)]
    rows = _decided(meeting).filter(entry="").select_related("record", "sitting", "case__person")
    rows = rows.defer(*(f"case__person__{name}" for name in Person.SENSITIVE))
    results = []
    for row in sorted(rows, key=lambda row: f"case:{row.case_id}"):
        item = item_of(meeting.body, row.sitting.kind, row.step)
        if item is None or row.record.status not in (machine.RECORDED, machine.RETURNED):
            continue
        papers = _of_item(stored, item, codes)
        if papers:
            results.append(_file(row, papers, actor, now))
    sums = [upload.sha256 for upload in uploads]
    people = [{"case": one.case.pk, "filed": one.filed, "handed_over": one.handed_over} for one in results]
    _audit(meeting, "meeting_papers_added", actor, now, {"kind": str(kind), "sha256": sums, "people": people})
    return tuple(results)


def _file(row: MeetingItem, papers: Sequence[Upload], actor: Actor, now: datetime) -> Filed:
    common = {
        "case_id": row.case_id,
        "step": row.step,
        "uploads": papers,
        "sitting": row.sitting,
        "actor": actor,
        "now": now,
    }
    if row.record.status == machine.RETURNED:
        reasons = (Refusal("not_this_step", message=_("这一步已被退回，请补正以后在本人页面提交。")),)
    else:
        try:
            acts.submit(**common, values={})
        except Refused as refused:
            reasons = refused.refusals
        else:
            return Filed(row.case, filed=True)
    try:
        acts.upload(**common)
    except Refused as refused:
        return Filed(row.case, filed=False, refusals=refused.refusals)
    return Filed(row.case, filed=True, refusals=reasons)


@transaction.atomic
def issue(
    *,
    meeting_id: int,
    kind: str,
    upload: Upload,
    number: str,
    dated: date,
    actor: Actor,
    now: datetime,
    branch: Organisation | None = None,
) -> MeetingPaper:
    """Keep a reply or a filing list that was made of the meeting, and note it with everybody whom it names.

    ``branch`` is the addressee; None: it goes to all. One issued again is a new version.
    """
    if kind not in (Paper.REPLY, Paper.FILING_LIST):
        raise invalid("kind")
    meeting = _locked(meeting_id, None)
    actor = _of_the_body(actor, meeting)
    named = _decided(meeting).select_related("case")
    if branch is not None:
        named = named.filter(branch=branch)
    rows = [row for row in named if kind != Paper.REPLY or _is_answered(meeting, row)]
    if not meeting.is_held or not rows:
        raise refuse("not_this_step", message=_("这次会议还没有可以写进文书的人。"))
    [paper] = _store(meeting, kind, [upload], actor, now, branch=branch, number=number.strip(), dated=dated)
    payload = {
        "meeting": meeting.pk,
        "meeting_paper": paper.pk,
        "meeting_paper_kind": str(kind),
        "number": paper.number,
        "dated": dated,
        "sha256": paper.sha256,
    }
    chains = {row.case_id: row.case.chain for row in rows}
    drafts = [audit.Draft(chain, "meeting_paper_issued", payload) for chain in chains.values()]
    audit.append_many(drafts=drafts, actor=actor, now=now)
    _audit(meeting, "meeting_paper_issued", actor, now, {**payload, "people": sorted(chains)})
    return paper


@transaction.atomic
def issue_to_each(*, letters: Mapping[Organisation | None, Upload], **common: Any) -> list[MeetingPaper]:
    """A paper for each addressee, all of them or none; the other arguments are those of :func:`issue`."""
    return [issue(upload=upload, branch=branch, **common) for branch, upload in letters.items()]


def _is_answered(meeting: Meeting, row: MeetingItem) -> bool:
    items = meeting_items(meeting.body, meeting.kind)
    return any(has_reply(item) for item in items if (item.step, item.entry) == (row.step, row.entry))


# -- the record of it --------------------------------------------------------------------------------------------------


def _held_payload(meeting: Meeting, rows: Iterable[MeetingItem]) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "kind": meeting.kind,
        "held_on": meeting.held_on,
        "eligible": meeting.eligible,
        "present": meeting.present,
        "people": [
            {"case": row.case_id, "step": row.step, "entry": row.entry, "state": str(row.state)} for row in rows
        ],
    }
    for name in ("absences", "minutes"):
        if text := getattr(meeting, name):
            payload[name] = digest(text, meeting.salt)
    return payload


def _audit(meeting: Meeting, action: str, actor: Actor, now: datetime, payload: Mapping[str, Any]) -> None:
    chain = chain_of(meeting.body)
    audit.append(chain=chain, action=action, actor=actor, now=now, payload={"meeting": meeting.pk, **payload})
