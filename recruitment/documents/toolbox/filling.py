"""A paper from a template: the values of its placeholders from one case or many, and the .docx with them in."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docxtpl import DocxTemplate

from recruitment.documents.data import PaperData, chinese_date
from recruitment.documents.toolbox.engine import Blank, environment
from recruitment.documents.toolbox.placeholders import PAPER, PEOPLE, PLACEHOLDERS, ROW_ONLY

#: What XML cannot hold, and what the template engine would take for a sign of its own.
_UNFIT = re.compile("[^\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The engine's sign for a new paragraph of the same form.
_PARAGRAPH = "\a"
#: Names are listed up to this number of people.
_NAMED = 3
_BLANK_ROWS = 6
_SAMPLE = "样本　不作为正式文书"

#: The placeholder whose people get a notice of their own.
_NOTIFIED = "获批准"

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """What the form asks for: number, date and signer of the paper, the body that it goes to, and a red head."""

    number: str = ""
    dated: date | None = None
    signer: str = ""
    body: str = ""
    red_head: bool = True


def context_of(people: Sequence[PaperData], *, step: str, options: Options) -> Context:
    """The values of a paper about these people, made for this step. Raises ``ValueError`` without anybody."""
    if not people:
        raise ValueError("a paper is about somebody")
    each = [_values(data, step) for data in people]
    shared = {name: _shared([values[name] for values in each]) for name in PLACEHOLDERS}
    paper = {
        "支部全称": _shared([data.branch.name for data in people]) or ("有关党支部" if len(people) > 1 else ""),
        "党委全称": _shared([data.committee.name for data in people]),
        "组织部全称": _shared([data.department.name for data in people]),
        "人数": str(len(people)),
        "同志名单": _comrades([data.text("person.name") for data in people]),
        "成文日期": chinese_date(options.dated),
        "文号": options.number,
        "签发人": options.signer,
        "主送机关": options.body,
    }
    return _whole(shared | paper, each, red_head=options.red_head)


def blank_context(*, red_head: bool = True) -> Context:
    """A paper about nobody, with blanks in all places and empty rows in the list of people.

    What stands there once for each person (a notice behind a reply) stands there once, to be written on.
    """
    empty = dict.fromkeys(PLACEHOLDERS, "")
    context = _whole(empty, [empty] * _BLANK_ROWS, red_head=red_head)
    context[PEOPLE][0] |= {name: Blank(placeholder.blank) for name, placeholder in PLACEHOLDERS.items()}
    context[PEOPLE][0][_NOTIFIED] = "是"
    return context


def example_context(*, red_head: bool = True) -> Context:
    """The examples of the page of placeholders: what a preview shows."""
    values = {name: placeholder.example for name, placeholder in (*PLACEHOLDERS.items(), *PAPER.items())}
    return _whole(values, [values], red_head=red_head)


def _whole(values: Mapping[str, str], rows: Sequence[Mapping[str, str]], *, red_head: bool) -> dict[str, Any]:
    """The context: fit texts, blanks where nothing is known, and the rows of the list with empty cells."""
    context: dict[str, Any] = {
        name: _fit(values.get(name, "")) or Blank(placeholder.blank)
        for name, placeholder in (*PLACEHOLDERS.items(), *PAPER.items())
    }
    context["红头"] = red_head
    context[PEOPLE] = [
        {name: _fit(row.get(name, "")) for name in PLACEHOLDERS}
        | {name: str(place) if name == "序号" else "" for name in ROW_ONLY}
        for place, row in enumerate(rows, start=1)
    ]
    return context


def _values(data: PaperData, step: str) -> dict[str, str]:
    return {name: p.read(data, step) for name, p in PLACEHOLDERS.items() if p.read is not None}


def _shared(values: Sequence[str]) -> str:
    """The value that all have; empty where they differ."""
    return values[0] if len(set(values)) == 1 else ""


def _comrades(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]}同志"
    if len(names) <= _NAMED:
        return f"{'、'.join(names)}{len(names)}名同志"
    return f"{names[0]}等{len(names)}名同志"


def _fit(text: str) -> str:
    lines = _UNFIT.sub("", text.replace("\t", " ").replace("\r\n", "\n")).strip().split("\n")
    return _PARAGRAPH.join(line for line in lines if line.strip())


def render(template: bytes, context: Context, *, sample: bool = False) -> bytes:
    """The paper as .docx; ``sample`` marks every page of it. Raises what the engine raises for a faulty template."""
    paper = DocxTemplate(io.BytesIO(template))
    paper.render(dict(context), environment(), autoescape=True)
    if sample:
        _mark(paper.docx)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def _mark(document: DocxDocument) -> None:
    for section in document.sections:
        headers = [section.header]
        if document.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        for header in headers:
            paragraph = header.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.first_line_indent = Pt(0)
            paragraph.add_run(_SAMPLE).font.size = Pt(12)
