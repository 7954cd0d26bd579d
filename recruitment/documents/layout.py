"""How a form is described: rows of a grid of 24 columns, as data, from which HTML, PDF and DOCX are all made.

A form is a tuple of rows. Each shows items; an item is a path into :class:`~recruitment.documents.data.PaperData` (its
label and its note then come from the step table's texts) or a function of the data with a label of its own. What a hand
must write is a row without a source; what a hand must sign is a :class:`Sign`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recruitment.documents.data import PaperData, check_path
from recruitment.rules import texts

#: Columns of the grid; a pair of label and value takes a third, half or all of them.
COLUMNS = 24
LABEL_SPAN = 3

Reader = Callable[[PaperData], str]
Lister = Callable[[PaperData], list[tuple[str, ...]]]


@dataclass(frozen=True)
class Item:
    """One value of a form. ``key`` names it when two printings are compared; ``note`` says how to fill it."""

    source: str | Reader
    label: str = ""
    note: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if callable(self.source):
            if not (self.label and self.note and self.key):
                raise ValueError("a computed item has its own label, note and key")
            return
        check_path(self.source)
        words = _words_of(self.source)
        object.__setattr__(self, "key", self.key or self.source)
        object.__setattr__(self, "label", self.label or words[0])
        object.__setattr__(self, "note", self.note or words[1])

    def read(self, data: PaperData) -> str:
        return self.source(data) if callable(self.source) else data.text(self.source)


_PLACES = {
    "branch.name": ("党支部", "填党支部全称。"),
    "committee.name": ("审批党委", "填有审批权限的基层党委全称。"),
    "department.name": ("上级组织部门", "填上级党委组织部门全称。"),
    "case.number": ("纪实编号", "由系统编号。"),
}


def _words_of(path: str) -> tuple[str, str]:
    """Label and help of a path, from the texts of the rules."""
    if path in _PLACES:
        return _PLACES[path]
    found = texts.PERSON_FIELDS[path[7:]] if path.startswith("person.") else texts.FIELDS[path]
    return found.label.zh, found.help.zh


def item(source: str | Item) -> Item:
    return source if isinstance(source, Item) else Item(source)


@dataclass(frozen=True)
class Sign:
    """A place for a signature with its date line; ``stamp`` leaves room for the seal of the organisation."""

    who: str
    stamp: bool = False


@dataclass(frozen=True)
class Title:
    """A line across the form that names a part of it."""

    text: str


@dataclass(frozen=True, init=False)
class Pairs:
    """One to three labels with their values beside them."""

    items: tuple[Item, ...]

    def __init__(self, *items: str | Item) -> None:
        if not 1 <= len(items) <= 3:
            raise ValueError("a row holds one to three pairs")
        object.__setattr__(self, "items", tuple(item(one) for one in items))


@dataclass(frozen=True)
class Box:
    """A label at the left and room for a text beside it, with the places to sign under the text.

    Without ``item`` a hand writes the text; ``label`` and ``note`` are then the box's own, and ``sample`` is what
    stands there in the worked example. ``lines``: room kept free.
    """

    item: Item | None = None
    lines: int = 3
    signs: tuple[Sign, ...] = ()
    label: str = ""
    note: str = ""
    sample: str = ""

    def __post_init__(self) -> None:
        if self.item is None and not (self.label and self.note and self.sample):
            raise ValueError("a box for the hand says what is written there, how, and shows it once")


@dataclass(frozen=True)
class Column:
    """A column of a list; ``by_hand`` ones stay free for a signature, ``prose`` ones hold sentences."""

    label: str
    span: int
    by_hand: bool = False
    prose: bool = False


@dataclass(frozen=True)
class Listing:
    """A list with one line an entry, numbered, and free lines until there are ``rows_at_least``.

    ``source`` answers one text for each column that is not ``by_hand``. ``when_any``: the list is left out while empty.
    """

    key: str
    label: str
    note: str
    columns: tuple[Column, ...]
    source: Lister
    rows_at_least: int = 0
    row_lines: int = 2
    when_any: bool = False

    def __post_init__(self) -> None:
        if sum(column.span for column in self.columns) != COLUMNS - 1:
            raise ValueError(f"the columns of {self.key} fill the grid beside the number")


Row = Title | Pairs | Box | Listing


@dataclass(frozen=True)
class Form:
    """A form: its code and title, the steps written in it, and its rows.

    ``archived``: one of the six that leave the booklet for the personnel archive. ``remark`` stands under the form.
    """

    code: str
    title: str
    steps: tuple[str, ...]
    rows: tuple[Row, ...]
    archived: bool = False
    remark: str = ""
    landscape: bool = False
