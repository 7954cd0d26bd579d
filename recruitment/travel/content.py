"""What a case file says of its case: rows as plain values, in parts that a person can find their way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.db import models

from audit.canonical import moment
from audit.models import Entry
from branches.models import Member, Organisation, User
from recruitment.models import (
    Attempt,
    Ballot,
    Case,
    Deliberation,
    Flag,
    LogEntry,
    Material,
    Printing,
    RecordMember,
    Sitting,
    StepRecord,
    Suspension,
    Transfer,
    Veto,
)
from recruitment.models.fields import EncryptedJSONField, EncryptedTextField

#: What stands in place of a sealed value for a reader who takes no part in the case.
WITHHELD = "（不公开）"
#: Keys of digests stay at home: with them a guess at a sensitive value could be tried against the audit.
_KEPT_BACK = frozenset({"salt", "id_index", "file", "verdict"})
_NAMED = (User, Organisation, Member)


@dataclass(frozen=True, slots=True)
class CaseContent:
    """The parts of one case: plain values by the name of their part, and its papers by the name of theirs."""

    number: str
    parts: Mapping[str, Any]
    papers: Mapping[str, Material]


def content_of(case_pk: int, *, private: bool) -> CaseContent:
    """Everything the system holds of the case, in fifteen queries. Raises ``Case.DoesNotExist``."""
    case = Case.objects.select_related("person", "branch", "committee", "department").get(pk=case_pk)
    records = _rows(StepRecord.objects.filter(case=case))
    ids = [record.pk for record in records]

    def plain(rows: Iterable[models.Model]) -> list[dict[str, Any]]:
        return [_plain(row, private=private) for row in rows]

    materials = _rows(Material.objects.filter(case=case))
    papers = {_part_of(place, material): material for place, material in enumerate(materials, start=1)}
    person = _plain(case.person, private=private)
    if not private:
        person["id_number"] = case.person.masked_id_number
    parts = {
        "case.json": {
            "case": _plain(case, private=private),
            "person": person,
            "sittings": plain(_rows(Sitting.objects.filter(records__in=ids).distinct())),
        },
        "steps.json": {
            "records": plain(records),
            "entries": plain(_rows(LogEntry.objects.filter(record__in=ids))),
            "attempts": plain(_rows(Attempt.objects.filter(record__in=ids))),
            "ballots": plain(_rows(Ballot.objects.filter(record__in=ids))),
            "members": plain(_rows(RecordMember.objects.filter(record__in=ids))),
        },
        "verdicts.json": [
            {"record": record.pk, "step": record.step, "round": record.round, "verdict": record.verdict}
            for record in records
            if record.verdict
        ],
        "interventions.json": {
            "flags": plain(_rows(Flag.objects.filter(case=case))),
            "vetoes": plain(_rows(Veto.objects.filter(case=case))),
            "suspensions": plain(_rows(Suspension.objects.filter(case=case))),
            "transfers": plain(_rows(Transfer.objects.filter(case=case))),
            "deliberations": plain(_rows(Deliberation.objects.filter(case=case))),
        },
        "documents.json": {
            "documents": [_plain(row, private=private) | {"part": part} for part, row in papers.items()],
            "printings": plain(_rows(Printing.objects.filter(case=case))),
        },
        "audit.json": {"chain": case.chain, "entries": [_link(entry) for entry in _chain(case)]},
    }
    return CaseContent(case.number, parts, papers)


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


def _part_of(place: int, material: Material) -> str:
    """A name that any system can unpack; the name that a person gave stands in ``documents.json``."""
    return str(PurePosixPath("documents") / f"{place:03d}-{material.code}-v{material.version}{material.extension}")
