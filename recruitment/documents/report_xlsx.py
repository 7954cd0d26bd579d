"""A report as an Excel workbook: the numbers on the first sheet, each list on a sheet of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from recruitment.documents.report import ReportPaper, column_heads

_LINE = Side(style="thin", color="7D807A")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E1EDED")
_DAY_FORMAT = "yyyy-mm-dd"
_LIST_WIDTHS = (12, 24, 26, 30, 34, 13, 13)
_SHEET_NAME_LENGTH = 31


def workbook(paper: ReportPaper) -> bytes:
    """The report as the bytes of an .xlsx file. Dates are dates, numbers numbers, and no text is a formula."""
    book = Workbook()
    _numbers(book.active, paper)
    for chapter in paper.lists:
        sheet = book.create_sheet(chapter.label[:_SHEET_NAME_LENGTH])
        _row(sheet, 1, column_heads(), head=True)
        for place, entry in enumerate(chapter.entries, start=2):
            values = (entry.name, entry.number, entry.branch, entry.step, entry.rule, entry.day, entry.until)
            _row(sheet, place, values)
        for place, width in enumerate(_LIST_WIDTHS, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(_LIST_WIDTHS))}{max(1, len(chapter.entries) + 1)}"
        _on_paper(sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _numbers(sheet: Worksheet, paper: ReportPaper) -> None:
    sheet.title = "汇总"
    columns = len(paper.measures) + 1
    _set(sheet.cell(1, 1), paper.title).font = Font(size=16, bold=True)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    _set(sheet.cell(2, 1), "单位")
    _set(sheet.cell(2, 2), str(paper.organisation))
    _set(sheet.cell(3, 1), "截至")
    _set(sheet.cell(3, 2), paper.as_of)
    _row(sheet, 5, ("党组织", *(str(measure.label) for measure in paper.measures)), head=True)
    row = 6
    for line in paper.figures.lines:
        _row(sheet, row, (line.name, *(line.values[measure.key] for measure in paper.measures)))
        row += 1
    _row(sheet, row, ("合计", *(paper.figures.total[measure.key] for measure in paper.measures)), bold=True)
    row += 2
    _set(sheet.cell(row, 1), "口径").font = Font(bold=True)
    for measure in paper.measures:
        row += 1
        _set(sheet.cell(row, 1), str(measure.label))
        _set(sheet.cell(row, 2), str(measure.definition))
    sheet.column_dimensions["A"].width = 30
    for place in range(2, columns + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 12
    sheet.freeze_panes = "B6"
    _on_paper(sheet)


def _row(sheet: Worksheet, row: int, values: Sequence[Any], *, head: bool = False, bold: bool = False) -> None:
    for place, value in enumerate(values, start=1):
        cell = _set(sheet.cell(row, place), value)
        cell.border = _BORDER
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if head or bold:
            cell.font = Font(bold=True)
        if head:
            cell.fill = _HEAD


def _set(cell: Cell, value: Any) -> Cell:
    """Text stays text, whatever it begins with: a name such as ``=1+1`` is never computed."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return cell
    cell.value = value
    if isinstance(value, date):
        cell.number_format = _DAY_FORMAT
    return cell


def _on_paper(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "5:5" if sheet.freeze_panes == "B6" else "1:1"
