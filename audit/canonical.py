"""One byte string for one meaning: the canonical form under every hash of the record. Standard library only."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

GENESIS = "0" * 64
"""What stands as previous hash in the first entry of a chain."""


def plain(value: Any, where: str = "payload") -> Any:
    """The value as plain JSON types, the same before it is stored and after it is read back from either engine.

    Kept: None, bool, int, str, lists and dictionaries with string keys. Written as strings: Decimal (fixed point),
    date (ISO), aware datetime (ISO, UTC, microseconds), and members of an Enum as their value.

    Raises TypeError, naming the place, for anything else: floats, naive datetimes, sets, models, lazy translations
    (their text depends on the reader's language), and strings that PostgreSQL's jsonb cannot hold.
    """
    if isinstance(value, Enum):
        return plain(value.value, where)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return _plain_text(value, where)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"{where}: {value} is not a number that can be recorded")
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"{where}: a datetime without time zone cannot be recorded")
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_plain_key(key, where): plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, float):
        raise TypeError(f"{where}: a float has no single spelling; record a Decimal or a string")
    raise TypeError(f"{where}: a value of type {type(value).__name__} cannot be recorded")


def _plain_text(value: str, where: str) -> str:
    text = str.__str__(value)
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise TypeError(f"{where}: text with a NUL or a lone surrogate cannot be recorded")
    return text


def _plain_key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{where}: key {key!r} is not a string")
    return plain(key, f"{where} (key)")


def moment(at: datetime) -> str:
    """An aware moment as ISO text in UTC, always with six digits of microseconds, as both engines keep them."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON of plain values: keys sorted, no spaces, no ASCII escapes. Raises TypeError as `plain` does."""
    text = json.dumps(plain(value, "value"), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def link_hash(
    *,
    chain: str,
    seq: int,
    at: datetime,
    actor_id: int | None,
    actor_name: str,
    seat_id: int | None,
    on_behalf_of: str,
    action: str,
    payload: Any,
    prev_hash: str,
) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of everything an entry says and of the link before it."""
    content = {
        "chain": chain,
        "seq": seq,
        "at": moment(at),
        "actor_id": actor_id,
        "actor_name": actor_name,
        "seat_id": seat_id,
        "on_behalf_of": on_behalf_of,
        "action": action,
        "payload": payload,
        "prev_hash": prev_hash,
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()
