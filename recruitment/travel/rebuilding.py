"""Rows out of what a case file says: the way back from ``content``. Nothing here is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from branches.models import Member, Organisation, User
from recruitment.models import (
    Case,
    CorrectionItem,
    LogEntry,
    Material,
    Person,
    Printing,
    Sitting,
    StepRecord,
)
from recruitment.travel.reading import LayoutError
from recruitment.travel.shape import (
    MEMBERSHIP,
    NAMED_MEMBER,
    OF_CASE,
    OF_RECORD,
    travelling,
    with_entry,
    with_members,
)

_ACCOUNT = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[0-9A-Z]+-[0-9]{4}-[0-9]{3,6}")
#: What a wrong layout may raise on its way through the rows.
_WRONG = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, ValidationError)

#: The tables of a case file, each after those that it names.
TABLES: tuple[tuple[str, str, type[models.Model]], ...] = (
    ("case.json", "sittings", Sitting),
    ("steps.json", "records", StepRecord),
    *(("steps.json", name, model) for name, model in OF_RECORD.items()),
    ("documents.json", "documents", Material),
    *(("interventions.json", name, model) for name, model in OF_CASE.items()),
    ("interventions.json", "correction_items", CorrectionItem),
    ("documents.json", "printings", Printing),
)


class Told:
    """What a case file says of its case, table by table, with its layout checked.

    Raises :class:`LayoutError` where a table or a column is missing, or one stands there that nobody here knows.
    """

    def __init__(self, parts: Mapping[str, Any]) -> None:
        with layout_at("case.json"):
            told = parts["case.json"]
            self.case: dict[str, Any] = told["case"]
            self.person: dict[str, Any] = told["person"]
            self.membership: dict[str, Any] | None = told["membership"]
            self.members: list[dict[str, Any]] = told["members"]
            _must_be(told.keys() == {"case", "person", "membership", "members", "sittings"})
            _must_be(self.case.keys() == {column.name for column in travelling(Case)})
            _must_be(self.person.keys() == {column.name for column in travelling(Person)})
            _must_be(self.membership is None or self.membership.keys() == set(MEMBERSHIP))
            _must_be(bool(_NUMBER.fullmatch(self.case["number"])))
            for place, row in enumerate(self.members, start=1):
                _must_be(row.keys() == {"id", *NAMED_MEMBER} and row["id"] == place)
        self.tables = {model: self._table(parts, part, name, model) for part, name, model in TABLES}
        for part in ("steps.json", "interventions.json", "documents.json"):
            with layout_at(part):
                _must_be(parts[part].keys() == {name for of, name, _model in TABLES if of == part})
        self.verdicts = parts["verdicts.json"]

    @staticmethod
    def _table(parts: Mapping[str, Any], part: str, name: str, model: type[models.Model]) -> list[dict[str, Any]]:
        columns = {"id", *(column.name for column in travelling(model))} | ({"part"} if model is Material else set())
        with layout_at(f"{part}: {name}"):
            rows = parts[part][name]
            for place, row in enumerate(rows, start=1):
                _must_be(row.keys() == columns and row["id"] == place)
        return rows

    def organisations(self) -> dict[str, str]:
        """Every organisation that the file names: its name by its code."""
        with layout_at("organisations"):
            return {said["code"]: said["name"] for said in self._named(Organisation)}

    def accounts(self) -> list[tuple[str, str]]:
        """Every account that the file names: what it is called there, and the name."""
        with layout_at("accounts"):
            found = dict.fromkeys((said["account"], said["name"]) for said in self._named(User))
            _must_be(all(_ACCOUNT.fullmatch(account) and name for account, name in found))
        return list(found)

    def _named(self, model: type[models.Model]) -> Iterator[Mapping[str, str]]:
        for table, rows in ((Case, [self.case]), *self.tables.items()):
            columns = [column.name for column in travelling(table) if column.related_model is model]
            yield from (row[name] for row in rows for name in columns if row[name] is not None)


class Rebuilding:
    """Turns tables into rows, given what stands here for the organisations, accounts and members that they name.

    The caller saves each table before it asks for the next: rows name rows.
    """

    def __init__(
        self,
        told: Told,
        *,
        organisations: Mapping[str, Organisation],
        accounts: Mapping[tuple[str, str], User],
    ) -> None:
        self.told = told
        self.organisations = organisations
        self.accounts = accounts
        self.members: Sequence[Member] = ()
        self.saved: dict[type[models.Model], list[models.Model]] = {}

    def person(self) -> Person:
        return self._row(Person, self.told.person, "person")

    def case(self, person: Person) -> Case:
        return self._row(Case, self.told.case, "case", person=person)

    def table(self, model: type[models.Model], case: Case) -> list[Any]:
        """The rows of one table, to be saved by the caller and noted with :meth:`note`."""
        has_case = any(column.related_model is Case for column in model._meta.concrete_fields)
        given = {"case": case} if has_case else {}
        # Noted as they come: a row may name one before it in its own table.
        rows = self.saved[model] = []
        for place, told in enumerate(self.told.tables[model], start=1):
            rows.append(self._row(model, told, f"{model._meta.model_name} {place}", **given))
        if model is StepRecord:
            self._give_verdicts()
        return rows

    def note(self, model: type[models.Model], rows: list[models.Model]) -> None:
        """Remember saved rows, in the order of their table, for those that name them."""
        self.saved[model] = rows

    def _row(self, model: type[models.Model], told: Mapping[str, Any], where: str, **given: Any) -> Any:
        with layout_at(where):
            columns = travelling(model)
            row = model(**given, **{column.name: self._value(column, told[column.name]) for column in columns})
            for column in columns:
                value = with_members(row, column.name, getattr(row, column.attname), self._members)
                if value is not getattr(row, column.attname):
                    setattr(row, column.attname, value)
            if isinstance(row, StepRecord):
                # Read once, so that a value that cannot be is found here and not on a page.
                row.typed_values()
            return row

    def _value(self, column: models.Field, said: Any) -> Any:
        if column.is_relation:
            return None if said is None and column.null else self._named(column, said)
        value = column.to_python(said)
        if value in column.empty_values:
            _must_be(value is not None or column.null)
            return value
        if column.name == "subkey":
            return with_entry(value, lambda place: self._at(LogEntry, place).pk)
        return column.clean(value, None)

    def _named(self, column: models.Field, said: Any) -> models.Model:
        model = column.related_model
        if model is Organisation:
            return self.organisations[said["code"]]
        if model is User:
            return self.accounts[said["account"], said["name"]]
        if model is Member:
            return self._member(said)
        return self._at(model, said)

    def _at(self, model: type[models.Model], place: Any) -> Any:
        """The row in that place of its table, counted from 1."""
        _must_be(isinstance(place, int) and place > 0)
        return self.saved[model][place - 1]

    def _members(self, said: Any) -> Any:
        return said if said is None else [self._member(one).pk for one in said]

    def _member(self, said: Mapping[str, Any]) -> Member:
        _must_be(isinstance(said["member"], int) and said["member"] > 0)
        return self.members[said["member"] - 1]

    def _give_verdicts(self) -> None:
        with layout_at("verdicts.json"):
            for said in self.told.verdicts:
                record = self._at(StepRecord, said["record"])
                _must_be((record.step, record.round) == (said["step"], said["round"]))
                record.verdict = said["verdict"]


@contextmanager
def layout_at(where: str) -> Iterator[None]:
    """Whatever goes wrong within is a wrong layout at that place."""
    try:
        yield
    except _WRONG as error:
        raise LayoutError(where) from error


def _must_be(sound: bool) -> None:
    if not sound:
        raise ValueError
