"""What the reader of the page understands: the half of a text pair, lists as the language has them, words to search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language

from recruitment.rules.texts import Text

_BLANKS = re.compile(r"\s+")


def localised(text: Text) -> str:
    """The Chinese or English half of ``text``, by the language of the page; Chinese is the first language."""
    return text.en if _in_english() else text.zh


def listed(items: Iterable[str]) -> str:
    """``items`` in one line: with 、 between them in Chinese, with commas in English."""
    return (", " if _in_english() else "、").join(items)


def storable(text: str) -> str:
    """``text`` without the NUL that PostgreSQL does not store; forms refuse it, this is for what is kept unchecked."""
    return text.replace("\x00", " ")


def one_line(text: str) -> str:
    """``text`` with single blanks, fit to be stored."""
    return _BLANKS.sub(" ", storable(text)).strip()


def folded(text: str) -> str:
    """``text`` as the search compares it: full-width and half-width alike, and capitals like small letters."""
    return unicodedata.normalize("NFKC", one_line(text)).casefold()


def _in_english() -> bool:
    return (get_language() or "").startswith("en")
