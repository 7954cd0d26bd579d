"""The half of a text pair that the reader of the page understands."""

from __future__ import annotations

from django.utils.translation import get_language

from recruitment.rules.texts import Text


def localised(text: Text) -> str:
    """The Chinese or English half of ``text``, by the language of the page; Chinese is the first language."""
    return text.en if (get_language() or "").startswith("en") else text.zh
