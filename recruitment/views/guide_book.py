"""The Guide as a book: one page for the browser's own print, and a PDF with cover, contents and page numbers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from recruitment.documents import pdf
from recruitment.guide.handbook import handbook
from recruitment.rules.explain import EDITIONS
from recruitment.views.base import Page
from recruitment.views.guide import editions_context, shown

STYLE = "css/guide_book.css"


class GuideBook(Page):
    """The whole book on one page; where no PDF can be made it says which packages are missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request)


class GuidePdf(Page):
    """The book as PDF, in the language of the page and under the edition of the address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        edition = editions_context(request)["edition"]
        try:
            content = _pdf(edition, "en" if (get_language() or "").startswith("en") else "zh-hans")
        except pdf.CannotPrintError:
            return _page(request, status=503)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="guide-{edition}.pdf"'
        return response


def _page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    context = editions_context(request)
    context |= book_context(context["edition"]) | {"missing": pdf.missing_packages()}
    return render(request, "recruitment/guide_book.html", context, status=status)


def book_context(edition: str) -> dict[str, Any]:
    """What the book's template needs: every article under one edition."""
    book = handbook()
    return {
        "book_edition": EDITIONS[edition],
        "total": len(book.articles),
        "chapters": [
            {
                "number": chapter.number,
                "title": chapter.title,
                "parts": [
                    {
                        "key": part.key,
                        "title": part.title,
                        "number": part.step_number,
                        "first": part.articles[0].number,
                        "articles": [shown(article, edition) for article in part.articles],
                    }
                    for part in chapter.parts
                ],
            }
            for chapter in book.chapters
        ],
    }


# The text changes with a release only, and setting a book takes seconds.
@lru_cache(maxsize=4)
def _pdf(edition: str, language: str) -> bytes:
    with override(language):
        html = render_to_string(
            "recruitment/guide_book_print.html",
            {**book_context(edition), "language": language, "style": _style()},
        )
    return pdf.make(html)


def _style() -> str:
    found = finders.find(STYLE)
    assert isinstance(found, str), "the book's sheet is part of the product"
    return Path(found).read_text(encoding="utf-8")
