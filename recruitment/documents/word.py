"""Forms as DOCX, laid out from the same cells as the PDF, for those who go on writing in a word processor."""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from recruitment.documents.fill import DATE_ROOM, SIGN_ROOM, Cell, CellKind, FilledForm
from recruitment.documents.layout import COLUMNS
from recruitment.documents.printed import Cover, Mark

#: Faces that official papers use, with the free ones that Word and LibreOffice take in their place.
BODY_FACE, TITLE_FACE, NOTE_FACE = "仿宋", "方正小标宋简体", "黑体"
_LATIN_FACE = "Times New Roman"
_PORTRAIT, _LANDSCAPE = (Mm(210), Mm(297)), (Mm(297), Mm(210))
_TWIPS_A_MM = 56.7
_BODY_SIZE = 10.5
#: Room above and under the text of a cell, in twentieths of a point.
_AIRY, _DENSE = 40, 5


def as_docx(forms: Sequence[FilledForm], *, cover: Cover | None = None, mark: Mark | None = None) -> bytes:
    """The forms as one DOCX, each on a page of its own, with page numbers and the mark of the printing at the foot."""
    document = Document()
    wide = any(filled.form.landscape for filled in forms)
    _set_up(document, wide=wide)
    _foot(document, mark)
    if cover is not None:
        _cover(document, cover, forms)
    width = 273 if wide else 174
    for place, filled in enumerate(forms):
        section = _next_section(document) if place or cover is not None else document.sections[0]
        _continuation(document, section, filled, width)
        _form(document, filled, width)
    document.core_properties.title = cover.title if cover is not None else forms[0].title
    document.core_properties.author = ""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Document, *, wide: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = _LANDSCAPE if wide else _PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(12 if wide else 18)
    section.top_margin, section.bottom_margin = Mm(12), Mm(20)
    section.header_distance = section.footer_distance = Mm(5)
    style = document.styles["Normal"]
    style.font.size = Pt(10.5)
    style.font.name = _LATIN_FACE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FACE)
    # Without it a word processor takes Japanese or traditional shapes for signs that the faces share.
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.1


def _next_section(document: Document) -> Section:
    """A section on a page of its own. The paragraph that ends the one before takes no room: its page may be full."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    end = document.paragraphs[-1]
    end.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    end.paragraph_format.line_spacing = Pt(1)
    _run(end, "", size=1)
    return section


def _continuation(document: Document, section: Section, filled: FilledForm, width: int) -> None:
    """What the further pages of a form say at their head: which it is, and whose; its first page says so itself."""
    section.header.is_linked_to_previous = False
    section.first_page_header.is_linked_to_previous = False
    line = section.header.paragraphs[0]
    # The style of headers has tab stops of its own.
    line.style = document.styles["Normal"]
    line.paragraph_format.tab_stops.add_tab_stop(Mm(width), alignment=WD_TAB_ALIGNMENT.RIGHT)
    _run(line, f"{filled.code}　{filled.title}（续）\t{_number_of(filled)}", size=9)


def _number_of(filled: FilledForm) -> str:
    return f"纪实编号：{filled.case_number or '＿＿＿＿＿＿＿＿＿＿'}"


def _foot(document: Document, mark: Mark | None) -> None:
    """The mark and the number of the page, the same on the first page of a form and on its further ones."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    for footer in (section.footer, section.first_page_footer):
        _foot_line(footer.paragraphs[0], mark)


def _foot_line(line: Paragraph, mark: Mark | None) -> None:
    if mark is not None:
        picture = io.BytesIO()
        segno.make(mark.address, error="m").save(picture, kind="png", scale=6, border=1)
        picture.seek(0)
        line.add_run().add_picture(picture, width=Mm(13))
        _run(line, f"  核验码 {mark.spaced_code}　内容摘要 {mark.short_digest}　打印 {mark.printed_on}　　", size=7.5)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT if mark is not None else WD_ALIGN_PARAGRAPH.RIGHT
    _run(line, "第 ", size=9)
    _counter(line, "PAGE")
    _run(line, " 页　共 ", size=9)
    _counter(line, "NUMPAGES")
    _run(line, " 页", size=9)


def _counter(line: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    line._p.append(field)


def _cover(document: Document, cover: Cover, forms: Sequence[FilledForm]) -> None:
    for _ in range(7):
        document.add_paragraph()
    _centred(document, cover.title, 30, face=TITLE_FACE)
    document.add_paragraph()
    _centred(document, cover.subtitle, 16)
    for _ in range(9):
        document.add_paragraph()
    for label, value in cover.facts:
        _centred(document, f"{label}：{value or '＿＿＿＿＿＿＿＿＿＿＿＿'}", 14)
        document.add_paragraph()
    if not cover.contents:
        return
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _centred(document, "目　　录", 20, face=TITLE_FACE)
    document.add_paragraph()
    for filled in forms:
        line = document.add_paragraph()
        line.paragraph_format.line_spacing = 1.6
        _run(line, f"{filled.code}　　{filled.title}{'　★' if filled.form.archived else ''}", size=12.5)
    document.add_paragraph()
    _run(
        document.add_paragraph(),
        "标★的六张表在归档时裁下，存入人事档案；没有人事档案的，存入党员档案。",
        size=10,
    )


def _centred(document: Document, text: str, size: float, *, face: str = BODY_FACE) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(line, text, size=size, face=face, bold=face == TITLE_FACE)


def _form(document: Document, filled: FilledForm, width: int) -> None:
    head = document.add_paragraph()
    archived = "（裁下存入档案）" if filled.form.archived else ""
    _run(head, f"{filled.code}　{archived}\t{_number_of(filled)}", size=9.5)
    head.paragraph_format.tab_stops.add_tab_stop(Mm(width), alignment=WD_TAB_ALIGNMENT.RIGHT)
    suffix = "（填写样例）" if filled.example else "（样本）" if filled.sample else ""
    _centred(document, f"{filled.title}{suffix}", 18, face=TITLE_FACE)
    bodies = document.add_paragraph()
    blank = "＿＿＿＿＿＿＿＿＿＿＿＿"
    _run(bodies, f"党支部：{filled.branch or blank}\t审批党委：{filled.committee or blank}", size=9.5)
    bodies.paragraph_format.tab_stops.add_tab_stop(Mm(width), alignment=WD_TAB_ALIGNMENT.RIGHT)
    _grid(document, filled, width)
    if filled.form.remark:
        _run(document.add_paragraph(), f"说明：{filled.form.remark}", size=9)


def _grid(document: Document, filled: FilledForm, width: int) -> None:
    table = document.add_table(rows=0, cols=0)
    table.style = document.styles["Table Grid"]
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    column = round(width * _TWIPS_A_MM / COLUMNS)
    grid = table._tbl.tblGrid
    for _ in range(COLUMNS):
        made = OxmlElement("w:gridCol")
        made.set(qn("w:w"), str(column))
        grid.append(made)
    dense = filled.form.landscape
    for row in filled.cells:
        line = OxmlElement("w:tr")
        table._tbl.append(line)
        if not row[0].parted:
            properties = OxmlElement("w:trPr")
            properties.append(OxmlElement("w:cantSplit"))
            line.append(properties)
        for cell in row:
            line.append(_cell_element(cell, column, upright=_DENSE if dense else _AIRY))
            _write(_Cell(line[-1], table), cell, size=9 if dense or cell.span == 1 else _BODY_SIZE, held=row[0].held)


def _cell_element(cell: Cell, column: int, *, upright: int) -> OxmlElement:
    made = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    made.append(properties)
    width = OxmlElement("w:tcW")
    width.set(qn("w:w"), str(column * cell.span))
    width.set(qn("w:type"), "dxa")
    properties.append(width)
    span = OxmlElement("w:gridSpan")
    span.set(qn("w:val"), str(cell.span))
    properties.append(span)
    if cell.kind is CellKind.TITLE:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F0F0F0")
        properties.append(shade)
    properties.append(_margins(0 if cell.span == 1 else 70, upright))
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    properties.append(middle)
    made.append(OxmlElement("w:p"))
    return made


def _margins(sideways: int, upright: int) -> OxmlElement:
    """Room between text and rule, in twentieths of a point; a narrow number column has none at its sides."""
    margins = OxmlElement("w:tcMar")
    for side, room in (("top", upright), ("left", sideways), ("bottom", upright), ("right", sideways)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(room))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    return margins


def _write(target: _Cell, cell: Cell, *, size: float, held: bool) -> None:
    first = target.paragraphs[0]
    if cell.kind is not CellKind.VALUE or cell.centred:
        first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    # What names the rows under it is not left behind at the foot of a page, and a short list stays whole.
    first.paragraph_format.keep_with_next = held or None
    # A label of the narrow first column ends its line where a word ends.
    folded = cell.kind is CellKind.LABEL and size == _BODY_SIZE
    lines = ["\n".join(cell.pieces)] if folded else cell.text.split("\n")
    _run(first, lines[0], size=size, bold=cell.kind is CellKind.TITLE)
    for line in lines[1:]:
        _run(target.add_paragraph(), line, size=size)
    if cell.note:
        _run(target.add_paragraph(), f"填法：{cell.note}", size=7.5, face=NOTE_FACE)
    # The notes of the worked example take the room that a hand would need.
    kept = 2 if cell.note else cell.lines
    room = max(kept - len(lines) - len(cell.text) // (cell.span * 2), 0)
    for _ in range(room):
        target.add_paragraph()
    for sign in cell.signs:
        line = target.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(6)
        _run(line, f"{sign.who}：{SIGN_ROOM}{'（盖章）' if sign.stamp else ''}{DATE_ROOM}", size=size)


def _run(line: Paragraph, text: str, *, size: float = 10.5, face: str = BODY_FACE, bold: bool = False) -> None:
    run = line.add_run(text)
    run.bold = bold
    run.font.size = Pt(size)
    run.font.name = _LATIN_FACE
    run._element.rPr.rFonts.set(qn("w:eastAsia"), face)
