"""The Guide's PDF as WeasyPrint sets it: cover, contents with page numbers, running heads, articles."""

import io
import re

import pytest
from pypdf import PdfReader

from recruitment.documents import guide_book, pdf

pytestmark = pytest.mark.skipif(bool(pdf.missing_packages()), reason=f"needs {' '.join(pdf.missing_packages())}")


@pytest.fixture
def excerpt(monkeypatch):
    """The first and the last chapter with two parts each: setting all of it takes ten times as long."""
    whole = guide_book.book_context

    def some(edition: str) -> dict:
        context = whole(edition)
        chapters = [context["chapters"][at] | {"parts": context["chapters"][at]["parts"][-2:]} for at in (0, -1)]
        return context | {"chapters": chapters}

    monkeypatch.setattr(guide_book, "book_context", some)
    return some("r2026")["chapters"]


def test_the_book_has_cover_contents_page_numbers_and_articles(excerpt):
    reader = PdfReader(io.BytesIO(pdf.make(guide_book.as_html("r2026", "zh-hans"))))
    pages = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
    assert "发展党员工作导则" in pages[0]
    assert "细则（2026年5月修订）" in pages[0]
    assert "目录" in pages[1]
    number = int(re.search(r"材料归档[ .]+(\d+)\n", reader.pages[1].extract_text())[1])
    assert number > 3
    assert "第31步材料归档" in pages[number - 1], "the contents name the page on which the part begins"
    assert all(str(at) in page for at, page in enumerate(pages[1:], start=2))
    assert "第6章" in pages[-1], "the running head"
    whole = "".join(pages)
    for chapter in excerpt:
        for part in chapter["parts"]:
            for article in part["articles"]:
                assert f"第{article['number']}条" in whole
    assert next(entry.title for entry in reader.outline if not isinstance(entry, list)).startswith("第 1 章")
    assert float(reader.pages[0].mediabox.width) == pytest.approx(595, abs=1), "A4"
