"""What is made in the background: how far it is, the file when it is there, and what the reader has asked for."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recruitment.documents import common, papers, pdf
from recruitment.documents.files import CONTENT_TYPES, PDF
from recruitment.documents.toolbox.catalogue import CATALOGUE
from recruitment.models import CommonPaper, PrintedFile
from recruitment.models.background import BackgroundWork
from recruitment.selectors import printings, templates
from recruitment.services import common_papers
from recruitment.services import printing as service
from recruitment.views.base import Page
from recruitment.views.files import sealed

#: Seconds after which the page of what is under way looks again.
REFRESH = 4
State = BackgroundWork.State


def progress_of(work: BackgroundWork, request: HttpRequest) -> dict[str, Any]:
    """What ``recruitment/making_state.html`` shows of a work."""
    return {
        "work": work,
        "refresh": REFRESH if work.is_under_way else 0,
        "left_alone": work.is_left_alone(request.now),
    }


def kept_file(work: BackgroundWork, *, shown: bool = False) -> FileResponse:
    """The file of a work that is done; 404 where there is none, or none any more."""
    if work.state != State.DONE:
        raise Http404
    try:
        content = work.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=not shown, filename=work.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def common_file(request: HttpRequest, name: str) -> HttpResponse:
    """A paper that is nobody's: the file where it is made, else the page that waits for it.

    Raises :class:`~recruitment.documents.pdf.CannotPrintError` where it is neither made nor can be.
    """
    row = common_papers.current(name)
    if row is not None:
        return sealed(kept_file(row, shown=True), CONTENT_TYPES[PDF])
    if missing := pdf.missing_packages():
        raise pdf.CannotPrintError(missing)
    return redirect(common_papers.wanted(name=name, now=request.now))


class MadeForMe(Page):
    """The batches and booklets that the reader has asked for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            {"work": batch, "code": batch.code, "name": CATALOGUE[batch.code].name, "total": batch.total}
            for batch in templates.batches(self.actor)
        ]
        rows += [
            {
                "work": row,
                "name": papers.name_of(row.printing.paper),
                "person": row.printing.case.person.name,
                "extension": row.printing.get_extension_display(),
                "total": 1,
            }
            for row in printings.files_of(self.actor)
        ]
        rows.sort(key=lambda row: row["work"].requested_at, reverse=True)
        return render(request, "recruitment/document_batches.html", {"rows": rows})


class PrintedMaking(Page):
    """How far the file of a printing is, for whoever printed it."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = self.made(code)
        context = progress_of(row, request) | {
            "title": papers.name_of(row.printing.paper),
            "person": row.printing.case.person,
            "case": row.printing.case,
            "about": row.printing.get_extension_display(),
            "file_url": reverse("printed_file", args=[row.printing.code, row.printing.extension]),
            "failed": _("没有做成：内容在打印以后可能有更改。请重新打印；仍然不成的，请告诉管理员。"),
            "again_url": reverse("case_forms", args=[row.printing.case.number]),
        }
        return render(request, "recruitment/making.html", context)

    def made(self, code: str) -> PrintedFile:
        row = printings.file_by_code(self.actor, code)
        if row is None or not service.may_fetch(row, self.actor):
            raise Http404
        return row


class CommonMaking(Page):
    """How far a paper that is nobody's is; for everybody."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = CommonPaper.objects.filter(pk=pk).first()
        if row is None or row.name not in common.COMMON:
            raise Http404
        again = reverse("guide_book") if row.name.startswith("guide/") else reverse("blank_forms")
        context = progress_of(row, request) | {
            "title": common.COMMON[row.name].title,
            "about": "PDF",
            "file_url": reverse("common_file", args=[row.pk]),
            "failed": _("没有做成，请过几分钟再试；仍然不成的，请告诉管理员。"),
            "again_url": again,
        }
        return render(request, "recruitment/making.html", context)


class CommonFile(Page):
    """The file of a paper that is nobody's."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = CommonPaper.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        return sealed(kept_file(row, shown=True), CONTENT_TYPES[PDF])


def page_language() -> str:
    """The language of the page, as the papers are named by it."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"
