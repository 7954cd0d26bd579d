"""What people type reaches every output whole: page, PDF, DOCX and XLSX, rare characters with their shapes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from recruitment.documents import papers, pdf, printed, report, report_docx, report_xlsx, word
from recruitment.documents.example import example
from recruitment.documents.report import Chapter, Entry
from recruitment.documents.toolbox import building
from recruitment.documents.toolbox.catalogue import CATALOGUE
from recruitment.documents.toolbox.filling import Options, context_of, render
from recruitment.selectors.reports import Period
from tests.branches.factories import make_county
from tests.recruitment.documents.test_forms import changed, text_of
from tests.recruitment.documents.test_toolbox import words

#: CJK extensions A to F, two of them (𪚥, 𫝀) beyond the usual Chinese fonts; the middle dot of many names.
NAME = "阿卜杜拉·买买提·㑇𠮷𪚥𫝀"
QUOTED = '“双引号”‘单引号’ "A&B" <b>不是标签</b> {{ 姓名 }} {% if %} =1+1'
OPINION = f"{QUOTED} {'意见' * 2490}"


@pytest.fixture(scope="module")
def found():
    named = changed(example(), "person.name", NAME)
    return changed(named, "organization_talk.summary", OPINION)


def all_text(document: Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("code", ["F02", "JS", "D46", "D47"])
def test_forms_registers_and_record_sheet(found, code):
    filled = papers.filled(code, found)
    page = unescape(printed.as_html(filled))
    document = all_text(Document(io.BytesIO(word.as_docx(filled))))
    assert NAME in page
    assert NAME in document
    if code == "F02":
        assert OPINION in page
        assert OPINION in document


@pytest.mark.parametrize("code", [code for code, entry in CATALOGUE.items() if not entry.by_hand])
def test_templates(found, code):
    options = Options(number="样委〔2026〕1号", signer=NAME, body=QUOTED)
    made = words(render(building.shipped(code), context_of([found], step=CATALOGUE[code].step, options=options)))
    if code != "T04":  # minutes name people in their list only where there is one decision about them
        assert NAME in made
    if code == "T02":
        assert OPINION in made


@pytest.mark.django_db
def test_reports():
    county = make_county()
    entry = Entry(NAME, False, "样本-1", QUOTED, QUOTED, QUOTED, date(2026, 6, 1), None)
    june = Period("2026-06", date(2026, 6, 1), date(2026, 6, 30))
    paper = report.make(county.committee, report.MONTH, june, date(2026, 6, 10))
    paper = replace(paper, lists=[Chapter("样本", [entry])])
    document = all_text(Document(io.BytesIO(report_docx.document(paper))))
    book = load_workbook(io.BytesIO(report_xlsx.workbook(paper)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for text in (NAME, QUOTED):
        assert text in document
        assert any(text in cell for cell in cells), text


def test_the_pdf_has_a_shape_for_every_character(found):
    """A box in place of a character is the glyph that fonts keep for what they lack: none of it is set."""
    if lacking := pdf.without_glyph([NAME]):
        pytest.skip(f"no font here has {lacking}: install {pdf.RARE_FONTS}")
    content = pdf.make(printed.as_html(papers.filled("F02", found)))
    assert NAME in text_of(content)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("Hana" in name for name in fonts), fonts


def test_a_character_without_a_shape_is_named(monkeypatch):
    assert pdf.without_glyph(["样本·王小禾", "A&B", "😀"]) == ""
    asked: list[bytes] = []
    monkeypatch.setattr(pdf, "_fonts", lambda wanted: asked.append(wanted) or 0)
    pdf._has_glyph.cache_clear()
    try:
        assert pdf.without_glyph([NAME, NAME]) == "𠮷𪚥𫝀"
    finally:
        pdf._has_glyph.cache_clear()
    assert asked.count(b":charset=20bb7") == 1
