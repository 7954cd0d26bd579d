"""The readable source of a template: one line a paragraph, what it is named by its first word.

    @head …            the issuing body in red, and the red line under it
    @number            the document number (with the signer where the paper goes upward: ``@number signed``)
    @title …           the title; a second line of it with ``@title`` again
    @to …              the main addressee
    @h1 … / @h2 …      headings 一、 and （一）
    @flush …           a paragraph without indent
    @note …            a remark to whoever uses the paper, in small type
    @grid 标签=值 | …   a row of a table of labels and values; rows that follow each other make one table
    @roster 表头=占位符:宽度 | …   the list of people, one row each; widths in per cent
    @lines n           n ruled lines to write on by hand
    @hands … | …       places for signatures by hand, side by side
    @sign … / @date …  the signature of the body with its seal, and the date under it
    @if … / @end       what stands between them only where the condition holds
    @each 名册 / @done  what stands between them once for each person (``人``)
    @break             a new page
    anything else      a paragraph of the text, indented by two characters

An empty line and a line that begins with ``#`` say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BARE = frozenset({"end", "done", "break"})
_KINDS = _BARE | {
    "head",
    "number",
    "title",
    "to",
    "h1",
    "h2",
    "flush",
    "note",
    "grid",
    "roster",
    "lines",
    "hands",
    "sign",
    "date",
    "if",
    "each",
}


class SourceError(ValueError):
    """A line of a source says what the format does not know; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source: its kind (``text`` for running text) and what it says."""

    kind: str
    text: str

    def cells(self) -> list[tuple[str, str]]:
        """The parts of a grid or roster line as (label, value)."""
        pairs = (part.partition("=") for part in self.text.split(" | "))
        return [(label.strip(), value.strip()) for label, _, value in pairs]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table written out: heads with their widths in per cent, and rows of texts. Papers have it, no source does."""

    heads: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "rows"


def read(path: Path) -> list[Line]:
    """The lines of a source. Raises :class:`SourceError` for one that is none."""
    return list(_lines(path))


def _lines(path: Path) -> Iterator[Line]:
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith("@"):
            yield Line("text", text)
            continue
        kind, _, rest = text[1:].partition(" ")
        if kind not in _KINDS or not (rest or kind in _BARE or kind == "number"):
            raise SourceError(f"{path.name}:{number}: @{kind} is not known, or says nothing")
        yield Line(kind, rest.strip())
