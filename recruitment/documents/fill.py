"""A form filled from a case, or left blank: plain cells that HTML and DOCX lay out alike, and what the paper says."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from audit.canonical import canonical_json
from recruitment.documents.data import PaperData
from recruitment.documents.layout import COLUMNS, LABEL_SPAN, Box, Form, Item, Listing, Pairs, Row, Sign, Title
from recruitment.machine import VERIFIED
from recruitment.rules.steps import STEPS

#: What a signature line leaves free for a hand, and the date beside it.
SIGN_ROOM, DATE_ROOM = "＿＿＿＿＿＿＿", "　　　年　　月　　日"
#: What stands beside a label that does not apply, as one writes by hand.
NOT_APPLICABLE = "无"
#: Labels of so many signs are compounds of four signs and the rest: they are parted there and nowhere else.
_FOLDED, _FOLD = frozenset({6, 8}), 4
#: Signs up to which a row stays on one page; a longer text begins where it stands and goes on to the next.
_WHOLE_ROW = 800
#: Rows up to which a list stays on one page.
_HELD_ROWS = 5


class CellKind(StrEnum):
    TITLE = "title"
    LABEL = "label"
    HEAD = "head"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid. ``lines``: room kept for text; ``note``: how it is filled, shown in the worked example.

    Of the first cell of a row: ``held`` where the row is not parted from the one after it, ``parted`` where it may
    itself go on to the next page.
    """

    kind: CellKind
    text: str
    span: int
    lines: int = 1
    note: str = ""
    signs: tuple[Sign, ...] = ()
    centred: bool = False
    held: bool = False
    parted: bool = False

    @property
    def pieces(self) -> tuple[str, ...]:
        """A label between whose pieces a line may end; 公民身份号码 is not to end with a line of one sign."""
        if len(self.text) in _FOLDED:
            return self.text[:_FOLD], self.text[_FOLD:]
        return (self.text,)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form with its cells. ``values``: what it says, by key; the digest of a printing is made of nothing else."""

    form: Form
    cells: tuple[tuple[Cell, ...], ...]
    values: Mapping[str, str]
    labels: Mapping[str, str]
    case_number: str = ""
    branch: str = ""
    committee: str = ""
    example: bool = False
    sample: bool = False

    @property
    def code(self) -> str:
        return self.form.code

    @property
    def title(self) -> str:
        return self.form.title


def fill(form: Form, data: PaperData | None = None, *, notes: bool = False) -> FilledForm:
    """``form`` filled from ``data``; without data a blank one. ``notes`` adds how each field is filled."""
    values: dict[str, str] = {}
    labels: dict[str, str] = {}
    rows: list[tuple[Cell, ...]] = []
    for row in form.rows:
        rows.extend(map(_paged, _laid_out(row, data, values, labels, notes=notes)))
    return FilledForm(
        form=form,
        cells=tuple(rows),
        values=values,
        labels=labels,
        case_number=data.number if data else "",
        branch=data.branch.name if data else "",
        committee=data.committee.name if data else "",
        example=notes,
        sample=data.is_sample if data else False,
    )


def _laid_out(
    row: Row, data: PaperData | None, values: dict[str, str], labels: dict[str, str], *, notes: bool
) -> Iterator[tuple[Cell, ...]]:
    def read(item: Item) -> str:
        text = _printable(item.read(data)) if data is not None else ""
        values[item.key], labels[item.key] = text, item.label
        return text

    def shown(item: Item) -> str:
        return read(item) or (NOT_APPLICABLE if data is not None and _left_out(item, data) else "")

    match row:
        case Title(text=text):
            yield (Cell(CellKind.TITLE, text, COLUMNS, held=True),)
        case Pairs(items=items):
            yield tuple(_pairs(items, shown, notes=notes))
        case Box():
            # Where somebody signs there is room to write; a box without is a label like any other.
            told = read if row.signs else shown
            text = told(row.item) if row.item is not None else row.sample if notes else ""
            label = row.item.label if row.item is not None else row.label
            note = row.item.note if row.item is not None else row.note
            yield (
                Cell(CellKind.LABEL, label, LABEL_SPAN),
                Cell(
                    CellKind.VALUE,
                    text,
                    COLUMNS - LABEL_SPAN,
                    lines=row.lines,
                    note=note if notes else "",
                    signs=row.signs,
                ),
            )
        case Listing():
            found = row.source(data) if data is not None else []
            entries = [tuple(_printable(text) for text in entry) for entry in found]
            if row.when_any and not entries:
                return
            values[row.key] = "\n".join("\t".join(entry) for entry in entries)
            labels[row.key] = row.label
            yield from _listing(row, entries, notes=notes)


def _paged(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The row as it is set on pages: one that is longer than most of a page may be parted."""
    first, *rest = row
    return (replace(first, parted=sum(len(cell.text) for cell in row) >= _WHOLE_ROW), *rest)


def _printable(text: str) -> str:
    """Without control characters, which were pasted unseen and which neither a font nor XML knows."""
    text = text.replace("\r\n", "\n")
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and sign != "\x7f"))


def _left_out(item: Item, data: PaperData) -> bool:
    """Whether the value is wanting for good: it need not be given, and the step it belongs to is verified without it.

    Of the person that is the day of leaving, which only those who study or work for a time have.
    """
    if item.key == "person.expected_leave_date":
        key, optional = "register_application", True
    else:
        key, _, name = item.key.partition(".")
        field_ = STEPS[key].field(name) if key in STEPS else None
        optional = field_ is not None and not field_.required
    step = data.steps.get(key)
    return optional and step is not None and step.status == VERIFIED


def _pairs(items: tuple[Item, ...], read: Callable[[Item], str], *, notes: bool) -> Iterator[Cell]:
    span = COLUMNS // len(items) - LABEL_SPAN
    for one in items:
        yield Cell(CellKind.LABEL, one.label, LABEL_SPAN)
        yield Cell(CellKind.VALUE, read(one), span, note=one.note if notes else "", centred=len(items) > 1)


def _listing(row: Listing, entries: list[tuple[str, ...]], *, notes: bool) -> Iterator[tuple[Cell, ...]]:
    yield (Cell(CellKind.TITLE, row.label, COLUMNS, note=row.note if notes else "", held=True),)
    yield (
        Cell(CellKind.HEAD, "序号", 1, held=True),
        *(Cell(CellKind.HEAD, column.label, column.span) for column in row.columns),
    )
    # The worked example shows what is entered and needs no room for more.
    blanks = max((1 if notes else row.rows_at_least) - len(entries), 0)
    total = len(entries) + blanks
    written = [column for column in row.columns if not column.by_hand]
    for number, entry in enumerate([*entries, *([("",) * len(written)] * blanks)], start=1):
        texts_ = iter(entry)
        # A short list stays whole, and of a longer one no single row stands under its head at the foot of a page.
        held = number < total and (number == 1 or total <= _HELD_ROWS)
        cells = [Cell(CellKind.VALUE, str(number), 1, centred=True, held=held)]
        for column in row.columns:
            text = "" if column.by_hand else next(texts_)
            if notes and not entries and column is row.columns[0]:
                text = NOT_APPLICABLE
            centred = not column.prose
            # What stands in the middle needs no room under it: words and blanks beside it keep the row.
            lines = 0 if centred and text else row.row_lines
            cells.append(Cell(CellKind.VALUE, text, column.span, lines=lines, centred=centred))
        yield tuple(cells)


# -- how far a form has come --------------------------------------------------------------------------------------


class Filling(StrEnum):
    FILLED = "filled"
    PARTLY = "partly"
    EMPTY = "empty"


def filling_of(form: Form, data: PaperData) -> Filling:
    """Whether every step of the form has its act, some of it is there, or nothing yet."""
    steps = [data.steps[key] for key in form.steps if key in data.steps]
    done = sum(step.acted for step in steps)
    if done == len(form.steps):
        return Filling.FILLED
    if done or any(step.entries or step.reported_on for step in steps):
        return Filling.PARTLY
    return Filling.EMPTY


# -- what a printing says -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Content:
    """What printed forms say, as digests: one of the whole, and one of each value by ``<form>/<key>``.

    Keyed with the person's own salt, so that the digest of a short value cannot be guessed back, and comparable from
    one printing of a case to the next.
    """

    digest: str
    parts: Mapping[str, str] = field(default_factory=dict)

    def changed_since(self, printed: Mapping[str, str]) -> list[str]:
        """The keys whose value is another now, or is new, or has gone."""
        return sorted(key for key in {*self.parts, *printed} if self.parts.get(key) != printed.get(key))


def content_of(forms: Iterable[FilledForm], salt: str) -> Content:
    """The digests of what these forms of one case say."""
    parts: dict[str, str] = {}
    for filled in forms:
        for key, text in filled.values.items():
            parts[f"{filled.code}/{key}"] = _digest([filled.case_number, key, text], salt)[:16]
    return Content(_digest(sorted(parts.items()), salt), parts)


def _digest(value: object, salt: str) -> str:
    return hmac.new(salt.encode(), canonical_json(value), hashlib.sha256).hexdigest()
