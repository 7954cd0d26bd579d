"""Forms of a case: what they say, printing them, and what became of a printed one; blank ones and the example."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from recruitment import policies
from recruitment.documents import data, papers, pdf, printed, word
from recruitment.documents.data import PaperData, chinese_date
from recruitment.documents.fill import DATE_ROOM, SIGN_ROOM, FilledForm, content_of, filling_of
from recruitment.documents.layout import Form
from recruitment.documents.registers import RECORD_SHEET, REGISTERS
from recruitment.forms.printing import FindPrintingForm
from recruitment.models import Printing
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import printings
from recruitment.selectors.casefile import local_day
from recruitment.services import printing as service
from recruitment.views import casebox
from recruitment.views.base import Page
from recruitment.views.files import sealed

PDF, DOCX = Printing.Extension.PDF, Printing.Extension.DOCX
CONTENT_TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
#: How long the file of a printing can be fetched by whoever printed it; after that it is printed anew, on the record.
FETCHED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form in the list of a case: its steps, and whether they have filled it."""

    code: str
    name: Text
    archived: bool
    steps: str
    filling: str
    url: str


def _lines(case_number: str, found: PaperData, codes: list[str]) -> Iterator[FormLine]:
    for code in codes:
        form = papers.FORMS[code]
        yield FormLine(
            code=code,
            name=papers.name_of(code),
            archived=form.archived,
            steps=_numbers(form),
            filling=filling_of(form, found),
            url=reverse("case_form", args=[case_number, code]),
        )


def _numbers(form: Form) -> str:
    """The steps of a form by number; a run of them is written 1–31."""
    numbers = [STEPS[key].number for key in form.steps]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))


class CaseForms(Page):
    """The forms of a case, how far each has come, and what was printed."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        found = data.load(file.case.pk, private=False)
        context = casebox.head(file, file.assess(request.today), self.actor, tab="forms")
        context |= {
            "lines": list(_lines(number, found, list(texts.FORMS))),
            "others": list(_lines(number, found, [RECORD_SHEET.code, *REGISTERS])),
            "whole": papers.WHOLE,
            "whole_name": papers.name_of(papers.WHOLE),
            "printings": [(row, papers.name_of(row.paper)) for row in printings.printings_of(file.case)],
            "missing_packages": pdf.missing_packages(),
            "private": context["knows_person"],
        }
        return render(request, "recruitment/case_forms.html", context)


class CaseForm(Page):
    """One form of a case on the screen; posting prints it."""

    def get(self, request: HttpRequest, number: str, paper: str) -> HttpResponse:
        if paper not in papers.FORMS:
            raise Http404
        file = self.file(number)
        private = bool(policies.may_take_part(self.actor, file.case.scope))
        found = data.load(file.case.pk, private=private)
        context = {
            "case": file.case,
            "person": file.case.person,
            "code": paper,
            "name": papers.name_of(paper),
            "filled": papers.filled(paper, found)[0],
            "filling": filling_of(papers.FORMS[paper], found),
            "private": private,
            "sign_room": SIGN_ROOM,
            "date_room": DATE_ROOM,
            "missing_packages": pdf.missing_packages(),
            "is_register": paper in REGISTERS,
        }
        return render(request, "recruitment/case_form.html", context)

    def post(self, request: HttpRequest, number: str, paper: str) -> HttpResponse:
        extension = request.POST.get("extension", "")
        if paper not in papers.CODES or extension not in CONTENT_TYPES:
            raise Http404
        file = self.file(number)
        if extension == PDF and (missing := pdf.missing_packages()):
            return cannot_print(request, missing, back=reverse("case_forms", args=[number]))
        row = service.print_paper(
            case_id=file.case.pk, paper=paper, extension=extension, actor=self.actor, now=request.now
        )
        return redirect("printed_file", code=row.code, extension=extension)


def cannot_print(request: HttpRequest, missing: tuple[str, ...], *, back: str) -> HttpResponse:
    """PDF is out of reach on this machine: which packages are missing. All else goes on."""
    return render(request, "recruitment/cannot_print.html", {"missing_packages": missing, "back": back}, status=503)


# -- what was printed ---------------------------------------------------------------------------------------------


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class PrintedFile(Page):
    """The file of a printing, for whoever printed it and while it still says what the case says."""

    def get(self, request: HttpRequest, code: str, extension: str) -> HttpResponse:
        row = printings.printing_by_code(self.actor, code)
        if row is None or row.extension != extension:
            raise Http404
        own = row.printed_by_id == self.actor.user_id and request.now - row.printed_at <= FETCHED_WITHIN
        readable = not row.private or policies.may_take_part(self.actor, row.case.scope)
        found = data.load(row.case_id, private=row.private)
        forms = papers.filled(row.paper, found)
        if not (own and readable and content_of(forms, found.salt).digest == row.digest):
            messages.info(request, _("这份打印件已不能再次取用，请重新打印；每次打印都有记录。"))
            return redirect(row)
        mark = printed.Mark(
            code=row.code,
            address=request.build_absolute_uri(row.get_absolute_url()),
            digest=row.digest,
            printed_on=chinese_date(local_day(row.printed_at)),
        )
        cover = papers.cover_of(row.paper, found)
        try:
            content = made(forms, extension, cover=cover, mark=mark)
        except pdf.CannotPrintError as error:
            return cannot_print(request, error.packages, back=row.get_absolute_url())
        whole = row.paper == papers.WHOLE
        return file_response(content, extension, printed.file_name(forms, whole=whole, person=row.case.person.name))


def made(forms: list[FilledForm], extension: str, **parts: Any) -> bytes:
    """The forms as a file of this kind."""
    return pdf.make(printed.as_html(forms, **parts)) if extension == PDF else word.as_docx(forms, **parts)


def file_response(content: bytes, extension: str, name: str) -> HttpResponse:
    """A PDF that the browser shows, or a DOCX that it saves."""
    content_type = CONTENT_TYPES[extension]
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(extension != PDF, f"{name}.{extension}")
    return sealed(response, content_type)


class PrintingPage(Page):
    """Whether a printed paper still says what the case says, and what differs; reached by its QR code."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = printings.printing_by_code(self.actor, code)
        if row is None:
            raise Http404
        now = papers.content(row.paper, data.load(row.case_id, private=row.private))
        labels = papers.labels(row.paper)
        changed: dict[str, list[str]] = {}
        for key in now.changed_since(row.parts):
            form, _slash, path = key.partition("/")
            changed.setdefault(form, []).append(labels.get(key, path))
        context = {
            "printing": row,
            "case": row.case,
            "person": row.case.person,
            "name": papers.name_of(row.paper),
            "mark": printed.Mark(row.code, "", row.digest, ""),
            "is_current": now.digest == row.digest,
            # Its digests are keyed with a salt that stayed there.
            "is_elsewhere": row.printed_by is not None and bool(row.printed_by.origin),
            "changed": [(code, papers.name_of(code), fields) for code, fields in changed.items()],
        }
        return render(request, "recruitment/printing.html", context)


class FindPrinting(Page):
    """The short code of a printed paper, typed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FindPrintingForm(request.GET if "code" in request.GET else None, label_suffix="")
        if form.is_valid():
            row = printings.printing_by_code(self.actor, form.cleaned_data["code"])
            if row is not None:
                return redirect(row)
            form.add_error("code", _("没有这个核验码，或者它所属的纪实不在您的管理范围内。请逐位核对。"))
        return render(request, "recruitment/find_printing.html", {"form": form})


# -- blank forms and the worked example ---------------------------------------------------------------------------


class BlankForms(Page):
    """Blank forms and the worked example, for everybody who is signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "lines": [(code, papers.name_of(code), papers.FORMS[code].archived) for code in texts.FORMS],
            "whole": papers.WHOLE,
            "missing_packages": pdf.missing_packages(),
        }
        return render(request, "recruitment/blank_forms.html", context)


class BlankFile(Page):
    """A blank form or the worked example as a file; nothing of any case is in it."""

    def get(self, request: HttpRequest, paper: str, kind: str, extension: str) -> HttpResponse:
        if paper not in (*texts.FORMS, papers.WHOLE) or kind not in papers.SPECIMENS or extension not in CONTENT_TYPES:
            raise Http404
        try:
            content = _blank(paper, kind, extension)
        except pdf.CannotPrintError as error:
            return cannot_print(request, error.packages, back=reverse("blank_forms"))
        return file_response(content, extension, papers.specimen_name(paper, kind))


@functools.lru_cache(maxsize=24)
def _blank(paper: str, kind: str, extension: str) -> bytes:
    forms, cover = papers.specimen(paper, kind)
    return made(forms, extension, cover=cover)
