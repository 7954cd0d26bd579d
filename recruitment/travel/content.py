"""What a case file says of its case: rows as plain values, in parts that a person can find their way in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from audit.canonical import moment
from audit.models import Entry
from branches.models import Member, Organisation, User
from recruitment.models import (
    Appeal,
    ArchivePackage,
    Attempt,
    Ballot,
    Case,
    Correction,
    CorrectionItem,
    CustodyEntry,
    Deliberation,
    Flag,
    Inquiry,
    LogEntry,
    Material,
    Printing,
    RecordMember,
    Sitting,
    StepRecord,
    StepReturn,
    Suspension,
    Transfer,
    Veto,
)
from recruitment.models.fields import EncryptedJSONField, EncryptedTextField

#: What stands in place of a sealed value for a reader who takes no part in the case.
WITHHELD = "（不公开）"
#: Keys of digests stay at home: with them a guess at a sensitive value could be tried against the audit. Files are
#: parts of their own, and so are verdicts.
_KEPT_BACK = frozenset({"salt", "id_index", "file", "evidence", "verdict"})
_NAMED = (User, Organisation, Member)

#: What hangs on the records of the steps, and what hangs on the case, by the part that tells of it.
OF_RECORD: Mapping[str, type[models.Model]] = {
    "entries": LogEntry,
    "attempts": Attempt,
    "ballots": Ballot,
    "members": RecordMember,
}
OF_CASE: Mapping[str, type[models.Model]] = {
    "flags": Flag,
    "vetoes": Veto,
    "appeals": Appeal,
    "suspensions": Suspension,
    "transfers": Transfer,
    "deliberations": Deliberation,
    "returns": StepReturn,
    "inquiries": Inquiry,
    "corrections": Correction,
    "archive_packages": ArchivePackage,
    "custody": CustodyEntry,
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored file of the case: what opens it, its hash when it was uploaded, and what people call it."""

    file: FieldFile
    sha256: str
    label: str


@dataclass(frozen=True, slots=True)
class CaseContent:
    """The parts of one case: plain values by the name of their part, and its papers by the name of theirs."""

    number: str
    parts: Mapping[str, Any]
    papers: Mapping[str, Paper]


def content_of(case_pk: int, *, private: bool) -> CaseContent:
    """Everything the system holds of the case, in twenty-two queries. Raises ``Case.DoesNotExist``.

    Papers that were handed in with an appeal, a correction or a receipt go to those only who take part in the case.
    """
    case = Case.objects.select_related("person", "branch", "committee", "department").get(pk=case_pk)
    records = _rows(StepRecord.objects.filter(case=case))
    ids = [record.pk for record in records]
    on_case = {name: _rows(model.objects.filter(case=case)) for name, model in OF_CASE.items()}

    def plain(rows: Iterable[models.Model]) -> list[dict[str, Any]]:
        return [_plain(row, private=private) for row in rows]

    materials = _rows(Material.objects.filter(case=case))
    named = {row.pk: _part_of("documents", place, row, row.code) for place, row in enumerate(materials, start=1)}
    papers = {named[row.pk]: Paper(row.file, row.sha256, f"{row.code} {row.original_name}") for row in materials}
    if private:
        came_with = {"appeal": "appeals", "correction": "corrections", "custody": "custody"}
        papers |= dict(_attached(**{kind: on_case[name] for kind, name in came_with.items()}))
    person = _plain(case.person, private=private)
    if not private:
        person["id_number"] = case.person.masked_id_number
    parts = {
        "case.json": {
            "case": _plain(case, private=private),
            "person": person,
            "sittings": plain(_rows(Sitting.objects.filter(records__in=ids).distinct())),
        },
        "steps.json": {"records": plain(records)}
        | {name: plain(_rows(model.objects.filter(record__in=ids))) for name, model in OF_RECORD.items()},
        "verdicts.json": [
            {"record": record.pk, "step": record.step, "round": record.round, "verdict": record.verdict}
            for record in records
            if record.verdict
        ],
        "interventions.json": {name: plain(rows) for name, rows in on_case.items()}
        | {"correction_items": plain(_rows(CorrectionItem.objects.filter(correction__case=case)))},
        "documents.json": {
            "documents": [_plain(row, private=private) | {"part": named[row.pk]} for row in materials],
            "printings": plain(_rows(Printing.objects.filter(case=case))),
        },
        "audit.json": {"chain": case.chain, "entries": [_link(entry) for entry in _chain(case)]},
    }
    return CaseContent(case.number, parts, papers)


def _attached(**found: Iterable[Appeal | Correction | CustodyEntry]) -> Iterator[tuple[str, Paper]]:
    """The papers that came with appeals, corrections and receipts, by what they came with."""
    for kind, rows in found.items():
        for row in rows:
            if file := getattr(row, "evidence" if kind == "correction" else "file"):
                yield _part_of("attached", row.pk, row, kind), Paper(file, row.sha256, row.original_name)


def _rows(found: models.QuerySet) -> list[Any]:
    """The rows in the order of their keys, each with the names of those whom it names."""
    named = [
        field.name
        for field in found.model._meta.concrete_fields
        if field.is_relation and _is_named(field.related_model)
    ]
    return list(found.select_related(*named).order_by("pk") if named else found.order_by("pk"))


def _is_named(model: type[models.Model]) -> bool:
    return model in _NAMED


def _plain(row: models.Model, *, private: bool) -> dict[str, Any]:
    return {
        field.name: _value(row, field, private=private)
        for field in row._meta.concrete_fields
        if field.name not in _KEPT_BACK
    }


def _value(row: models.Model, field: models.Field, *, private: bool) -> Any:
    value = getattr(row, field.attname)
    if field.is_relation:
        if value is None or not _is_named(field.related_model):
            return value
        # Keys mean nothing in another place; names do.
        related = getattr(row, field.name)
        return {"id": value, "name": related.name if isinstance(related, Organisation) else str(related)}
    if isinstance(field, EncryptedTextField | EncryptedJSONField) and value and not private:
        return WITHHELD
    return value


def _chain(case: Case) -> models.QuerySet[Entry]:
    return Entry.objects.filter(chain=case.chain).order_by("seq")


def _link(entry: Entry) -> dict[str, Any]:
    """An act as its hash covers it, and the hash."""
    return {
        "chain": entry.chain,
        "seq": entry.seq,
        "at": moment(entry.at),
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "seat_id": entry.seat_id,
        "on_behalf_of": entry.on_behalf_of,
        "action": entry.action,
        "payload": entry.payload,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


def _part_of(folder: str, place: int, row: Any, kind: str) -> str:
    """A name that any system can unpack; the name that a person gave stands in the row."""
    version = f"-v{row.version}" if isinstance(row, Material) else ""
    return str(PurePosixPath(folder) / f"{place:03d}-{kind}{version}{row.extension}")
