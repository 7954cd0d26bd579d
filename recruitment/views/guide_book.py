"""The Guide as a book: one page for the browser's own print, and a PDF with cover, contents and page numbers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recruitment.documents import common, pdf
from recruitment.documents.guide_book import book_context
from recruitment.views.base import Page
from recruitment.views.guide import editions_context
from recruitment.views.making import common_file, page_language


class GuideBook(Page):
    """The whole book on one page; where no PDF can be made it says which packages are missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request)


class GuidePdf(Page):
    """The book as PDF, in the language of the page and under the edition of the address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        edition = editions_context(request)["edition"]
        try:
            return common_file(request, common.guide_name(edition, page_language()))
        except pdf.CannotPrintError:
            return _page(request, status=503)


def _page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    context = editions_context(request)
    context |= book_context(context["edition"]) | {"missing": pdf.missing_packages()}
    return render(request, "recruitment/guide_book.html", context, status=status)
