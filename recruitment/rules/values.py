"""The fields of a step: read from forms, files and storage by the types of the table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from recruitment.rules.dates import Duration, iso_date
from recruitment.rules.schema import Field, FieldType, Step

MAX_COUNT = 1_000_000
MAX_STRING, MAX_TEXT = 200, 20_000


class InvalidValueError(ValueError):
    """A value that cannot be; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def read(field: Field, raw: Any) -> Any:
    """The typed value of one field.

    Raises :class:`InvalidValueError` where ``raw`` is not of the field's type or lies outside what can be.
    """
    try:
        return _READERS[field.type](field, raw)
    except (ValueError, TypeError, InvalidOperation):
        raise InvalidValueError(field.name) from None


def _date(field: Field, raw: Any) -> date:
    if isinstance(raw, datetime):
        raise TypeError
    return raw if isinstance(raw, date) else iso_date(raw)


def _integer(field: Field, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MAX_COUNT:
        raise ValueError
    return raw


def _decimal(field: Field, raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise TypeError
    number = Decimal(str(raw))
    if not number.is_finite() or not 0 <= number <= MAX_COUNT:
        raise ValueError
    return number


def _boolean(field: Field, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise TypeError
    return raw


def _choice(field: Field, raw: Any) -> str:
    if raw not in field.choices:
        raise ValueError
    return raw


def _text(field: Field, raw: Any) -> str:
    limit = MAX_TEXT if field.type is FieldType.TEXT else MAX_STRING
    if not isinstance(raw, str) or len(raw) > limit:
        raise TypeError
    return raw


def _duration(field: Field, raw: Any) -> str:
    return str(Duration.parse(raw))


def _members(field: Field, raw: Any) -> tuple[int, ...]:
    members = tuple(raw)
    if any(isinstance(member, bool) or not isinstance(member, int) for member in members):
        raise TypeError
    if len(set(members)) != len(members):
        raise ValueError
    return members


def _strings(field: Field, raw: Any) -> tuple[str, ...]:
    if isinstance(raw, str):
        raise TypeError
    strings = tuple(raw)
    if any(not isinstance(item, str) or len(item) > MAX_STRING for item in strings):
        raise TypeError
    return strings


_READERS = {
    FieldType.DATE: _date,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.BOOLEAN: _boolean,
    FieldType.ENUM: _choice,
    FieldType.STRING: _text,
    FieldType.TEXT: _text,
    FieldType.DURATION: _duration,
    FieldType.ORGANISATION: _text,
    FieldType.PERSON: _text,
    FieldType.PERSONS: _strings,
    FieldType.MEMBERS: _members,
    FieldType.CODES: _strings,
    FieldType.CHECKLIST: _strings,
}


def read_all(step: Step, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Typed values and the names of the fields that cannot be, in the table's order; None values are left out."""
    values: dict[str, Any] = {}
    invalid: list[str] = []
    for field in step.fields:
        if raw.get(field.name) is None:
            continue
        try:
            values[field.name] = read(field, raw[field.name])
        except InvalidValueError as error:
            invalid.append(error.field)
    return values, invalid


def dump(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON stores them: dates in ISO 8601, decimals as text, tuples as lists."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def load(step: Step, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values from their stored form."""
    return {field.name: read(field, stored[field.name]) for field in step.fields if field.name in stored}
