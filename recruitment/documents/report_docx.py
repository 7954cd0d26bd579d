"""A report as a Word document in the dress of an official paper (GB/T 9704: margins, faces and sizes)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from recruitment.documents.report import ReportPaper, column_heads
from recruitment.rules.explain import day_text
from recruitment.words import localised

#: Millimetres between the margins, and of the columns.
_WIDTH, _NAME_WIDTH = 237, 57
_LIST_WIDTHS = (30, 44, 45, 46, 28, 22, 22)
TITLE_FACE, HEAD_FACE, BODY_FACE = "方正小标宋简体", "黑体", "仿宋"


def document(paper: ReportPaper) -> bytes:
    """The report as the bytes of a .docx file: title, numbers, lists, definitions."""
    doc = Document()
    _page(doc)
    _line(doc, paper.title, TITLE_FACE, 22, centred=True)
    subtitle = f"{paper.organisation}  截至 {localised(day_text(paper.as_of))}"
    _line(doc, subtitle, BODY_FACE, 14, centred=True)
    _line(doc, "一、汇总", HEAD_FACE, 16)
    heads = ["党组织", *(str(measure.label) for measure in paper.measures)]
    rows = [[line.name, *(str(line.values[measure.key]) for measure in paper.measures)] for line in paper.figures.lines]
    rows.append(["合计", *(str(paper.figures.total[measure.key]) for measure in paper.measures)])
    narrow = (_WIDTH - _NAME_WIDTH) / (len(heads) - 1)
    _table(doc, heads, rows, [_NAME_WIDTH, *[narrow] * (len(heads) - 1)], numbers=True)
    _line(doc, "二、清单", HEAD_FACE, 16)
    for chapter in paper.lists:
        _line(
            doc,
            f"{chapter.label}（{len(chapter.entries)} 项）",
            BODY_FACE,
            16,
            bold=True,
        )
        if not chapter.entries:
            _line(doc, "没有。", BODY_FACE, 14)
            continue
        _table(
            doc,
            column_heads(),
            [
                [
                    entry.name,
                    entry.number,
                    entry.branch,
                    entry.step,
                    entry.rule,
                    entry.day.isoformat(),
                    entry.until.isoformat() if entry.until else "",
                ]
                for entry in chapter.entries
            ],
            _LIST_WIDTHS,
        )
    _line(doc, "三、口径", HEAD_FACE, 16)
    for measure in paper.measures:
        _line(doc, f"{measure.label}：{measure.definition}", BODY_FACE, 12)
    _line(doc, "系统提示不构成组织认定。", BODY_FACE, 12)
    file = BytesIO()
    doc.save(file)
    return file.getvalue()


def _page(doc: Paper) -> None:
    section = doc.sections[0]
    # Ten columns and more want the long side; the margins are the standard's, turned with the sheet.
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.left_margin, section.right_margin = Mm(30), Mm(30)
    normal = doc.styles["Normal"]
    normal.font.name = "Times New Roman"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FACE)
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
    paragraph.add_run(" —")


def _line(doc: Paper, text: str, face: str, size: int, *, centred: bool = False, bold: bool = False) -> None:
    paragraph = doc.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(6)
    # A heading never stands alone at the foot of a page.
    paragraph.paragraph_format.keep_with_next = face == HEAD_FACE or bold
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, face, size, bold=bold)


def _write(paragraph: Paragraph, text: str, face: str, size: float, *, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.bold = Pt(size), "Times New Roman", bold
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _table(
    doc: Paper,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    numbers: bool = False,
) -> None:
    table = doc.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _fill(cell, head, HEAD_FACE, centred=True)
    _repeat(table.rows[0]._tr)
    for row in rows:
        cells = table.add_row().cells
        for place, (cell, value) in enumerate(zip(cells, row, strict=True)):
            _fill(cell, value, BODY_FACE, centred=numbers and place > 0)
    # Word reads the width of each cell, other programs that of the column.
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    doc.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill(cell: _Cell, text: str, face: str, *, centred: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, face, 10.5)


def _repeat(row: OxmlElement) -> None:
    """The head of a table stands on each of its pages."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)
