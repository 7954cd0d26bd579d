"""What a case file says of its case: rows as plain values, in parts that a person can find their way in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.fields.files import FieldFile

from audit.canonical import moment
from audit.models import Entry
from branches.models import Member, Organisation, User
from recruitment.models import (
    Appeal,
    Attempt,
    Case,
    CaseOrigin,
    Correction,
    CorrectionItem,
    LogEntry,
    Material,
    Printing,
    Sitting,
    StepRecord,
)
from recruitment.models.fields import EncryptedJSONField, EncryptedTextField
from recruitment.travel.keys import Seal
from recruitment.travel.shape import (
    MEMBERSHIP,
    NAMED_MEMBER,
    OF_CASE,
    OF_RECORD,
    PLACED,
    travelling,
    with_entry,
    with_members,
)
from recruitment.travel.verify_case_file import AUDIT, MANIFEST, ORIGIN, SIGNATURE

#: What stands in place of a sealed value for a reader who takes no part in the case.
WITHHELD = "（不公开）"


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored file of the case: what opens it, its hash when it was uploaded, and what people call it."""

    file: FieldFile
    sha256: str
    label: str


@dataclass(frozen=True, slots=True)
class CaseContent:
    """The parts of one case: plain values by the name of their part, and its papers by the name of theirs.

    A part of bytes is kept as it is: it was signed elsewhere.
    """

    number: str
    parts: Mapping[str, Any]
    papers: Mapping[str, Paper]


def content_of(case_pk: int, *, private: bool) -> CaseContent:
    """Everything the system holds of the case, in a fixed number of queries. Raises ``Case.DoesNotExist``.

    Papers that were handed in with an appeal or a correction go to those only who take part in the case.
    """
    case = Case.objects.select_related("person__member", "branch", "committee", "department").get(pk=case_pk)
    records = _rows(StepRecord.objects.filter(case=case))
    ids = [record.pk for record in records]
    of_record = {name: _rows(model.objects.filter(record__in=ids)) for name, model in OF_RECORD.items()}
    of_case = {name: _rows(model.objects.filter(case=case)) for name, model in OF_CASE.items()}
    # They are written anew at every change, so that their keys tell no order.
    of_case["obligations"].sort(key=lambda row: (row.kind, row.step, row.code, row.subkey))
    items = _rows(CorrectionItem.objects.filter(correction__case=case))
    materials = _rows(Material.objects.filter(case=case))
    sittings = _sittings(case)
    members = _members([*records, *of_record["attempts"], *items], of_record["members"])
    tell = _Teller([*sittings, *records, *of_record["entries"], *materials, *_placed(of_case)], members, private)
    named = {row.pk: _part_of("documents", place, row, row.code) for place, row in enumerate(materials, start=1)}
    papers = {named[row.pk]: Paper(row.file, row.sha256, f"{row.code} {row.original_name}") for row in materials}
    if private:
        papers |= dict(_attached(of_case["appeals"], of_case["corrections"]))
    own = case.person.member
    parts = {
        "case.json": {
            "case": tell.row(case),
            "person": tell.row(case.person) | ({} if private else {"id_number": case.person.masked_id_number}),
            "membership": {name: getattr(own, name) for name in MEMBERSHIP} if own is not None else None,
            "members": [
                {"id": place} | {name: getattr(member, name) for name in NAMED_MEMBER}
                for place, member in enumerate(members.values(), start=1)
            ],
            "sittings": tell.rows(sittings),
        },
        "steps.json": {"records": tell.rows(records)} | {name: tell.rows(rows) for name, rows in of_record.items()},
        "verdicts.json": [
            {"record": place, "step": record.step, "round": record.round, "verdict": record.verdict}
            for place, record in enumerate(records, start=1)
            if record.verdict
        ],
        "interventions.json": {name: tell.rows(rows) for name, rows in of_case.items()}
        | {"correction_items": tell.rows(items)},
        "documents.json": {
            "documents": [
                told | {"part": named[row.pk]} for row, told in zip(materials, tell.rows(materials), strict=True)
            ],
            "printings": tell.rows(_rows(Printing.objects.filter(case=case))),
        },
        AUDIT: {"chain": case.chain, "entries": [_link(entry) for entry in _chain(case)]},
    }
    for origin in CaseOrigin.objects.filter(case=case).order_by("number"):
        kept = (
            (MANIFEST, origin.manifest.encode()),
            (SIGNATURE, origin.signature_bytes),
            (AUDIT, origin.acts.encode()),
        )
        parts |= {ORIGIN.format(origin.number, name): content for name, content in kept}
    return CaseContent(case.number, parts, papers)


def _sittings(case: Case) -> list[Sitting]:
    """In an order that does not follow their keys: two cases that share a sitting may come to a place one by one."""
    belonging = (
        Q(pk__in=model.objects.filter(**{lookup: case}, sitting__isnull=False).values("sitting"))
        for model, lookup in (
            (StepRecord, "case"),
            (LogEntry, "record__case"),
            (Attempt, "record__case"),
            (Material, "case"),
        )
    )
    condition = Q(pk__in=())
    for one in belonging:
        condition |= one
    return sorted(
        _rows(Sitting.objects.filter(condition)), key=lambda row: (row.held_on, row.created_at, row.kind, row.step)
    )


def _members(rows: Iterable[models.Model], named: Iterable[Any]) -> dict[int, Member]:
    """The members of rosters whom the case names, by their keys, in an order that does not follow their keys."""
    found: set[int] = {row.member_id for row in named}

    def note(held: Any) -> Any:
        found.update(held or ())

    for row in rows:
        for name in ("values", "sealed"):
            with_members(row, name, getattr(row, name), note)
    members = Member.objects.filter(pk__in=found)
    ordered = sorted(members, key=lambda member: (*(str(getattr(member, name)) for name in NAMED_MEMBER), member.pk))
    return {member.pk: member for member in ordered}


def _placed(of_case: Mapping[str, list[Any]]) -> Iterator[models.Model]:
    for rows in of_case.values():
        yield from (row for row in rows if isinstance(row, PLACED))


def _attached(appeals: Iterable[Appeal], corrections: Iterable[Correction]) -> Iterator[tuple[str, Paper]]:
    """The papers that came with appeals and corrections."""
    for kind, name, rows in (("appeal", "file", appeals), ("correction", "evidence", corrections)):
        for place, row in enumerate(rows, start=1):
            if file := getattr(row, name):
                yield _part_of("attached", place, row, kind), Paper(file, row.sha256, row.original_name)


_NAMED = (User, Organisation, Member)


def _rows(found: models.QuerySet) -> list[Any]:
    """The rows in the order of their keys, each with the names of those whom it names."""
    related = [
        column.name
        for column in found.model._meta.concrete_fields
        if column.related_model in _NAMED or (found.model is Attempt and column.name == "record")
    ]
    return list(found.select_related(*related).order_by("pk") if related else found.order_by("pk"))


@dataclass
class _Teller:
    """Rows as plain values. ``placed`` are the rows that others name, each kind in the order of its list."""

    placed: Iterable[models.Model]
    members: Mapping[int, Member]
    private: bool
    key: Seal = field(default_factory=Seal.own)

    def __post_init__(self) -> None:
        self._places: dict[tuple[type[models.Model], int], int] = {}
        counted: dict[type[models.Model], int] = {}
        for row in self.placed:
            counted[type(row)] = counted.get(type(row), 0) + 1
            self._places[type(row), row.pk] = counted[type(row)]
        self._member_places = {pk: place for place, pk in enumerate(self.members, start=1)}

    def rows(self, rows: Iterable[models.Model]) -> list[dict[str, Any]]:
        return [{"id": place} | self.row(row) for place, row in enumerate(rows, start=1)]

    def row(self, row: models.Model) -> dict[str, Any]:
        return {column.name: self._value(row, column) for column in travelling(type(row))}

    def _value(self, row: models.Model, column: models.Field) -> Any:
        value = getattr(row, column.attname)
        if column.is_relation:
            return None if value is None else self._named(row, column, value)
        if isinstance(column, EncryptedTextField | EncryptedJSONField) and value and not self.private:
            return WITHHELD
        if column.name == "subkey":
            return with_entry(value, lambda pk: self._places[LogEntry, pk])
        return with_members(row, column.name, value, self._members)

    def _named(self, row: models.Model, column: models.Field, pk: int) -> Any:
        """Keys mean nothing in another place; names, codes and places in a list do."""
        model = column.related_model
        if model is Member:
            return self._member(pk)
        if model not in _NAMED:
            return self._places[model, pk]
        related = getattr(row, column.name)
        if model is Organisation:
            return {"code": related.code, "name": related.name}
        return {"account": related.origin or self.key.account_id(pk), "name": str(related)}

    def _members(self, held: list[int] | None) -> Any:
        return held if held is None else [self._member(pk) for pk in held]

    def _member(self, pk: int) -> dict[str, Any]:
        return {"member": self._member_places[pk], "name": self.members[pk].name}


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
