"""What a paper needs of one case, as plain values in the words of the paper.

    data = load(case.pk, private=True)
    data.text("person.name")                      # 样本一
    data.text("determine_activist.decided_on")    # 2026年6月10日
    data.value("determine_activist.decided_on")   # date(2026, 6, 10)
    data.text("committee.name")                   # 某某县某某镇党委
    data.steps["halfyear_review"].entries         # the log, in the order of its dates

A **path** is ``"<step>.<field>"`` as in the table of steps, ``"person.<field>"``, ``"branch.name"``,
``"committee.name"``, ``"department.name"`` or ``"case.<field>"``. What is not entered yet has the text ``""`` and the
value None; a path that the product does not know raises ``KeyError``, so that a wrong binding shows at once.

``salt`` keys the digests of what was printed; it is the person's own and appears on no paper.

``private``: whether whoever reads the paper takes part in the case. Otherwise the identity number is masked, and what
is sensitive has the text :data:`WITHHELD`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from branches.models import Member, Organisation
from recruitment.models import Ballot, Case, LogEntry, Material, Person, StepRecord
from recruitment.rules import texts
from recruitment.rules.schema import Field as StepField
from recruitment.rules.schema import FieldType, Step
from recruitment.rules.steps import REPEATED_FROM, REPEATED_TO, STEP_KEYS, STEPS
from recruitment.rules.texts import duration_text
from recruitment.selectors.casefile import local_day

#: What stands in place of a sensitive value for a reader who takes no part in the case.
WITHHELD = "（不公开）"
_PERSON_FLAGS = {True: "有", False: "无"}
_REPEATED = frozenset(STEP_KEYS[STEPS[REPEATED_FROM].number - 1 : STEPS[REPEATED_TO].number])
#: Fields of the person that a path may name.
PERSON_FIELDS = frozenset(texts.PERSON_FIELDS)
ORGANISATION_FIELDS = frozenset({"name", "short_name"})
CASE_FIELDS = frozenset({"number", "opened_on", "ended_on", "state"})


def chinese_date(day: date | None) -> str:
    """A day as official papers write it, 2026年6月10日; empty for None."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@dataclass(frozen=True, slots=True)
class OrganisationData:
    """A Party organisation as papers name it. ``name`` is its full name; ``committee`` says whether it has a 支委会."""

    pk: int
    name: str
    short_name: str
    has_committee: bool


@dataclass(frozen=True, slots=True)
class MemberData:
    """A Party member whom a step names: a contact or an introducer."""

    pk: int
    name: str
    sex: str
    joined_on: date
    full_since: date | None


@dataclass(frozen=True, slots=True)
class BallotData:
    """The tally of one vote of a branch meeting on this person."""

    held_on: date
    secret: bool
    eligible: int
    present: int
    votes_for: int
    votes_against: int
    abstentions: int
    written_for: int
    written_against: int
    written_abstain: int
    passed: bool
    attempt: int

    @property
    def total_for(self) -> int:
        """Votes in favour with the written opinions that came before the meeting."""
        return self.votes_for + self.written_for


@dataclass(frozen=True, slots=True)
class EntryData:
    """A dated entry of a log step. ``kind`` is the table's word, ``kind_text`` the Chinese one.

    ``member`` is the contact or introducer whose opinion it is.
    """

    kind: str
    kind_text: str
    on: date
    text: str
    entered_by: str
    round: int
    member: str = ""


@dataclass(frozen=True, slots=True)
class SittingData:
    """The meeting, class or notice at which the act took place, with its attendance where it was counted."""

    pk: int
    kind: str
    held_on: date
    eligible: int | None
    present: int | None
    minutes: str


@dataclass(frozen=True, slots=True)
class MaterialData:
    """One stored file of the case. ``is_current``: no newer version of this document is in the same record."""

    pk: int
    step: str
    round: int
    code: str
    name: str
    version: int
    original_name: str
    content_type: str
    size: int
    sha256: str
    uploaded_on: date
    uploaded_by: str
    original_seen_on: date | None
    original_seen_by: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class StepData:
    """One step that has opened: what was entered (typed and in words), by whom, and what the verifier said of it.

    ``status`` is open, recorded, submitted, returned or verified; ``acted`` says that an act is entered that counts.
    """

    key: str
    number: int
    name: str
    round: int
    status: str
    status_text: str
    acted: bool
    opened_on: date
    on: date | None
    reported_on: date | None
    entered_on: date | None
    submitted_on: date | None
    verified_on: date | None
    entered_by: str
    verified_by: str
    edition: str
    attempt: int
    return_reason: str
    override_reason: str
    values: Mapping[str, Any]
    words: Mapping[str, str]
    members: Mapping[str, tuple[MemberData, ...]]
    ballots: tuple[BallotData, ...]
    entries: tuple[EntryData, ...]
    sitting: SittingData | None

    def text(self, name: str) -> str:
        """The field in words; empty where nothing is entered. ``KeyError`` where the step has no such field."""
        _known(STEPS[self.key], name)
        return self.words.get(name, "")

    def logged(self, kind: str) -> tuple[EntryData, ...]:
        """The entries of one kind, the earliest first."""
        return tuple(entry for entry in self.entries if entry.kind == kind)

    @property
    def ballot(self) -> BallotData | None:
        """The last vote of the step."""
        return self.ballots[-1] if self.ballots else None


@dataclass(frozen=True, slots=True)
class PaperData:
    """One case for a paper. ``steps``: what has opened, of the present round; ``earlier``: of rounds before it."""

    pk: int
    number: str
    private: bool
    is_sample: bool
    state: str
    round: int
    current_step: str
    opened_on: date
    ended_on: date | None
    birth_date: date
    person: Mapping[str, Any]
    person_words: Mapping[str, str]
    branch: OrganisationData
    committee: OrganisationData
    department: OrganisationData
    steps: Mapping[str, StepData]
    earlier: tuple[StepData, ...]
    materials: tuple[MaterialData, ...]
    salt: str = field(default="", repr=False, compare=False)
    _places: Mapping[str, OrganisationData] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {"branch": self.branch, "committee": self.committee, "department": self.department}
        object.__setattr__(self, "_places", MappingProxyType(places))

    def text(self, path: str) -> str:
        """What stands at ``path`` in words; empty where nothing is entered. Raises ``KeyError`` for no such path."""
        head, name = _split(path)
        if head == "person":
            return self.person_words[name]
        if head in self._places:
            return getattr(self._places[head], name)
        if head == "case":
            value = getattr(self, name)
            return chinese_date(value) if isinstance(value, date) else str(value or "")
        step = self.steps.get(head)
        return step.text(name) if step is not None else ""

    def value(self, path: str) -> Any:
        """The typed value at ``path``: a date, a number, a code of the table; None where nothing is entered."""
        head, name = _split(path)
        if head == "person":
            return self.person[name]
        if head in self._places:
            return getattr(self._places[head], name)
        if head == "case":
            return getattr(self, name)
        step = self.steps.get(head)
        return step.values.get(name) if step is not None else None

    def members(self, path: str) -> tuple[MemberData, ...]:
        """The members named at ``path`` (``assign_contacts.contacts``, ``assign_introducers.introducers``)."""
        head, name = _split(path)
        step = self.steps.get(head)
        return step.members.get(name, ()) if step is not None else ()

    def papers(self, *codes: str) -> tuple[MaterialData, ...]:
        """The present versions of these documents (all documents where none is named), in the order of the steps."""
        return tuple(m for m in self.materials if m.is_current and (not codes or m.code in codes))

    @property
    def is_finished(self) -> bool:
        return self.state == "completed"


def check_path(path: str) -> None:
    """Raise ``KeyError`` with the path where no case can ever have something there."""
    _split(path)


def paths() -> list[str]:
    """Every path that papers may name, in the order of person, organisations, case and steps."""
    found = [f"person.{name}" for name in texts.PERSON_FIELDS]
    found += [f"{place}.{name}" for place in ("branch", "committee", "department") for name in ("name", "short_name")]
    found += [f"case.{name}" for name in sorted(CASE_FIELDS)]
    return found + [f"{key}.{field.name}" for key, step in STEPS.items() for field in step.fields]


def _split(path: str) -> tuple[str, str]:
    head, _, name = path.partition(".")
    known = (
        (head == "person" and name in PERSON_FIELDS)
        or (head in ("branch", "committee", "department") and name in ORGANISATION_FIELDS)
        or (head == "case" and name in CASE_FIELDS)
    )
    if not known:
        if head not in STEPS:
            raise KeyError(path)
        _known(STEPS[head], name)
    return head, name


def _known(step: Step, name: str) -> None:
    if step.field(name) is None:
        raise KeyError(f"{step.key}.{name}")


# -- reading --------------------------------------------------------------------------------------------------------

_CASES = ("person", "branch", "committee", "department")


def load(case_pk: int, *, private: bool) -> PaperData:
    """One case's papers, in six queries. Raises ``Case.DoesNotExist``."""
    found = load_many([case_pk], private=private)
    if not found:
        raise Case.DoesNotExist(case_pk)
    return found[case_pk]


def load_many(case_pks: Iterable[int], *, private: bool) -> dict[int, PaperData]:
    """The papers of many cases by key, in six queries however many there are."""
    cases = {case.pk: case for case in Case.objects.filter(pk__in=list(case_pks)).select_related(*_CASES)}
    records: dict[int, list[StepRecord]] = defaultdict(list)
    rows = StepRecord.objects.filter(case__in=cases, counts=True).select_related("sitting", "entered_by", "verified_by")
    for record in rows.order_by("round", "pk"):
        records[record.case_id].append(record)
    shelf = _Shelf.of([record for group in records.values() for record in group])
    materials: dict[int, list[Material]] = defaultdict(list)
    papers = Material.objects.filter(case__in=cases, record__counts=True)
    for material in papers.select_related("record", "uploaded_by", "original_seen_by").order_by("code", "version"):
        materials[material.case_id].append(material)
    return {
        pk: _paper_data(case, records[pk], shelf, materials[pk], private=private)
        for pk in case_pks
        if (case := cases.get(pk)) is not None
    }


def assemble(
    case: Case,
    records: list[StepRecord],
    *,
    entries: Mapping[int, list[LogEntry]],
    ballots: Mapping[int, list[Ballot]],
    members: Iterable[Member],
) -> PaperData:
    """The papers of a case that stands in no database: the worked example. Rows are linked by their keys."""
    values = {record.pk: record.typed_values() for record in records}
    shelf = _Shelf(entries, ballots, {member.pk: _member(member) for member in members}, values)
    return _paper_data(case, records, shelf, [], private=True)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What hangs on the records: entries, ballots and the members that they name."""

    entries: Mapping[int, list[LogEntry]]
    ballots: Mapping[int, list[Ballot]]
    members: Mapping[int, MemberData]
    values: Mapping[int, Mapping[str, Any]]

    @classmethod
    def of(cls, records: list[StepRecord]) -> _Shelf:
        entries: dict[int, list[LogEntry]] = defaultdict(list)
        ids = [record.pk for record in records]
        logged = LogEntry.objects.filter(record__in=ids, withdrawn=False).select_related("entered_by", "member")
        logged = logged.order_by("on", "pk")
        for entry in logged:
            entries[entry.record_id].append(entry)
        ballots: dict[int, list[Ballot]] = defaultdict(list)
        for ballot in Ballot.objects.filter(record__in=ids).order_by("attempt"):
            ballots[ballot.record_id].append(ballot)
        values = {record.pk: record.typed_values() for record in records}
        named = {
            pk
            for record in records
            for field_ in record.definition.fields
            if field_.type is FieldType.MEMBERS
            for pk in values[record.pk].get(field_.name, ())
        }
        members = {member.pk: _member(member) for member in Member.objects.filter(pk__in=named)}
        return cls(entries, ballots, members, values)


def _paper_data(
    case: Case, records: list[StepRecord], shelf: _Shelf, materials: list[Material], *, private: bool
) -> PaperData:
    by_step: dict[str, StepData] = {}
    earlier: list[StepData] = []
    for record in records:
        step = _step_data(record, records, shelf, private=private)
        if record.round == (case.round if record.step in _REPEATED else 1):
            by_step[record.step] = step
        else:
            earlier.append(step)
    person = case.person
    return PaperData(
        pk=case.pk,
        number=case.number,
        private=private,
        is_sample=person.is_sample,
        state=case.state,
        round=case.round,
        current_step=case.step if case.step in STEPS else case.ended_at_step,
        opened_on=local_day(case.opened_at),
        ended_on=case.ended_on,
        birth_date=person.birth_date,
        person=MappingProxyType(_person_values(person, private=private)),
        person_words=MappingProxyType(_person_words(person, private=private)),
        branch=_organisation(case.branch),
        committee=_organisation(case.committee),
        department=_organisation(case.department),
        steps=MappingProxyType({key: by_step[key] for key in STEP_KEYS if key in by_step}),
        earlier=tuple(earlier),
        materials=tuple(_materials(materials)),
        salt=person.salt,
    )


def _organisation(row: Organisation) -> OrganisationData:
    return OrganisationData(row.pk, row.name, row.short_name or row.name, row.has_branch_committee)


def _member(row: Member) -> MemberData:
    sex = texts.PERSON_CHOICES["sex"][row.sex].zh
    return MemberData(row.pk, row.name, sex, row.joined_on, row.full_since)


def _person_values(person: Person, *, private: bool) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in PERSON_FIELDS}
    if not private:
        values |= dict.fromkeys(Person.SENSITIVE)
        values["id_number"] = person.masked_id_number
    return values


def _person_words(person: Person, *, private: bool) -> dict[str, str]:
    words = {}
    for name, value in _person_values(person, private=private).items():
        if name in texts.PERSON_CHOICES:
            choice = texts.PERSON_CHOICES[name].get(value)
            words[name] = choice.zh if choice else ""
        elif isinstance(value, bool):
            words[name] = _PERSON_FLAGS[value]
        elif isinstance(value, date):
            words[name] = chinese_date(value)
        elif value is None and name in Person.SENSITIVE:
            words[name] = WITHHELD
        else:
            words[name] = value or ""
    return words


def _step_data(record: StepRecord, records: list[StepRecord], shelf: _Shelf, *, private: bool) -> StepData:
    step = record.definition
    values = dict(shelf.values[record.pk]) if record.acted else {}
    if step.report_field and record.reported_on:
        values[step.report_field] = record.reported_on
    members = {
        field_.name: tuple(shelf.members[pk] for pk in values.get(field_.name, ()) if pk in shelf.members)
        for field_ in step.fields
        if field_.type is FieldType.MEMBERS
    }
    words = {}
    for field_ in step.fields:
        if values.get(field_.name) in (None, "", ()):
            continue
        hidden = field_.sensitive and not private
        words[field_.name] = WITHHELD if hidden else _words(step, field_, values[field_.name], members)
        if hidden:
            values[field_.name] = None
    return StepData(
        key=step.key,
        number=step.number,
        name=texts.STEPS[step.key].zh,
        round=record.round,
        status=record.status,
        status_text=texts.CASE_STATES[record.status].zh,
        acted=record.acted,
        opened_on=local_day(record.opened_at),
        on=record.action_on,
        reported_on=record.reported_on,
        entered_on=local_day(record.entered_at) if record.entered_at else None,
        submitted_on=local_day(record.submitted_at) if record.submitted_at else None,
        verified_on=local_day(record.verified_at) if record.verified_at else None,
        entered_by=record.entered_for or (str(record.entered_by) if record.entered_by else ""),
        verified_by=str(record.verified_by) if record.verified_by else "",
        edition=record.edition,
        attempt=record.attempt,
        return_reason=record.return_reason,
        override_reason=record.override_reason,
        values=MappingProxyType(values),
        words=MappingProxyType(words),
        members=MappingProxyType(members),
        ballots=tuple(_ballot(ballot) for ballot in shelf.ballots.get(record.pk, ())),
        entries=tuple(_entries(record, records, shelf, private=private)),
        sitting=_sitting(record),
    )


def _entries(record: StepRecord, records: list[StepRecord], shelf: _Shelf, *, private: bool) -> Iterable[EntryData]:
    """The entries of the log up to this round: what was examined before an extension still counts (as in the facts)."""
    for other in records:
        if other.step != record.step or other.round > record.round:
            continue
        for entry in shelf.entries.get(other.pk, ()):
            by = entry.entered_for or (str(entry.entered_by) if entry.entered_by else "")
            text = entry.text if private or not entry.text else WITHHELD
            member = entry.member.name if entry.member is not None else ""
            yield EntryData(entry.kind, texts.LOG_KINDS[entry.kind].zh, entry.on, text, by, other.round, member)


def _ballot(row: Ballot) -> BallotData:
    return BallotData(
        held_on=row.held_on,
        secret=row.secret,
        eligible=row.eligible,
        present=row.present,
        votes_for=row.votes_for,
        votes_against=row.votes_against,
        abstentions=row.abstentions,
        written_for=row.written_for,
        written_against=row.written_against,
        written_abstain=row.written_abstain,
        passed=row.passed,
        attempt=row.attempt,
    )


def _sitting(record: StepRecord) -> SittingData | None:
    row = record.sitting
    return SittingData(row.pk, row.kind, row.held_on, row.eligible, row.present, row.minutes) if row else None


def _materials(rows: list[Material]) -> Iterable[MaterialData]:
    newest: dict[tuple[int, str], int] = {}
    for row in rows:
        place = (row.record_id, row.code)
        newest[place] = max(newest.get(place, 0), row.version)
    for row in sorted(rows, key=lambda row: (row.record.round, STEPS[row.record.step].number, row.code, row.version)):
        yield MaterialData(
            pk=row.pk,
            step=row.record.step,
            round=row.record.round,
            code=row.code,
            name=texts.DOCUMENTS[row.code].zh,
            version=row.version,
            original_name=row.original_name,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            uploaded_on=local_day(row.uploaded_at),
            uploaded_by=row.uploaded_for or (str(row.uploaded_by) if row.uploaded_by else ""),
            original_seen_on=local_day(row.original_seen_at) if row.original_seen_at else None,
            original_seen_by=str(row.original_seen_by) if row.original_seen_by else "",
            is_current=row.version == newest[row.record_id, row.code],
        )


# -- words ----------------------------------------------------------------------------------------------------------


def _words(step: Step, field_: StepField, value: Any, members: Mapping[str, tuple[MemberData, ...]]) -> str:
    """A typed value in the Chinese of papers."""
    match field_.type:
        case FieldType.DATE:
            return chinese_date(value)
        case FieldType.BOOLEAN:
            return "是" if value else "否"
        case FieldType.ENUM:
            return texts.CHOICES[f"{step.key}.{field_.name}"][value].zh
        case FieldType.DURATION:
            return duration_text(value).zh
        case FieldType.MEMBERS:
            return "、".join(member.name for member in members[field_.name])
        case FieldType.CODES | FieldType.CHECKLIST:
            return "、".join(_code_words(code) for code in value)
        case FieldType.PERSONS:
            return "、".join(value)
        case FieldType.DECIMAL:
            return _number(value)
    return str(value)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _code_words(code: str) -> str:
    name = texts.FORMS.get(code) or texts.DOCUMENTS.get(code)
    return name.zh if name else code


__all__ = [
    "WITHHELD",
    "BallotData",
    "EntryData",
    "MaterialData",
    "MemberData",
    "OrganisationData",
    "PaperData",
    "SittingData",
    "StepData",
    "assemble",
    "check_path",
    "chinese_date",
    "load",
    "load_many",
    "paths",
]
