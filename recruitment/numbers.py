"""Whole numbers as addresses and forms send them: keys of rows, versions, places in a list."""

from __future__ import annotations

#: So many digits fit every integer column of both databases; no key, version or count of the product has more.
_DIGITS = 9


def whole(given: str | None) -> int | None:
    """The number that ``given`` writes in Arabic numerals; None for anything else, and for more than nine digits."""
    return int(given) if given and len(given) <= _DIGITS and given.isascii() and given.isdigit() else None
