"""The pair of wordings that every text of the rules is made of."""

from typing import NamedTuple


class Text(NamedTuple):
    """One wording in both languages; pages print the one of the active language."""

    zh: str
    en: str
