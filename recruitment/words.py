"""What the reader of the page understands: the half of a text pair, and lists put together as the language does."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from recruitment.rules.texts import Text


def localised(text: Text) -> str:
    """The Chinese or English half of ``text``, by the language of the page; Chinese is the first language."""
    return text.en if _in_english() else text.zh


def listed(items: Iterable[str]) -> str:
    """``items`` in one line: with 、 between them in Chinese, with commas in English."""
    return (", " if _in_english() else "、").join(items)


def _in_english() -> bool:
    return (get_language() or "").startswith("en")
