"""Forms of a case: what they say, printing them, and what became of a printed one; blank ones and the example."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from recruitment import policies
from recruitment.documents import common, data, papers, pdf, printed
from recruitment.documents.data import PaperData
from recruitment.documents.files import CONTENT_TYPES, PDF, made
from recruitment.documents.fill import DATE_ROOM, SIGN_ROOM, filling_of
from recruitment.documents.layout import Form
from recruitment.documents.registers import RECORD_SHEET, REGISTERS
from recruitment.forms.printing import FindPrintingForm
from recruitment.models import PrintedFile, Printing
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import printings
from recruitment.services import printing as service
from recruitment.views import casebox
from recruitment.views.base import Page
from recruitment.views.files import sealed
from recruitment.views.making import common_file, kept_file

#: How long the file of one form can be fetched by whoever printed it; after that it is printed anew, on the record.
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
            "rare": pdf.without_glyph([file.case.person.name]),
            "rare_font": pdf.RARE_FONTS,
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
        filled = papers.filled(paper, found)[0]
        context = {
            "case": file.case,
            "person": file.case.person,
            "code": paper,
            "name": papers.name_of(paper),
            "filled": filled,
            "rare": pdf.without_glyph(filled.values.values()),
            "rare_font": pdf.RARE_FONTS,
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
            case_id=file.case.pk,
            paper=paper,
            extension=extension,
            actor=self.actor,
            now=request.now,
            origin=request.build_absolute_uri("/").rstrip("/"),
        )
        if paper == papers.WHOLE:
            return redirect("printed_making", code=row.code)
        return redirect("printed_file", code=row.code, extension=extension)


def cannot_print(request: HttpRequest, missing: tuple[str, ...], *, back: str) -> HttpResponse:
    """PDF is out of reach on this machine: which packages are missing. All else goes on."""
    return render(request, "recruitment/cannot_print.html", {"missing_packages": missing, "back": back}, status=503)


# -- what was printed ---------------------------------------------------------------------------------------------


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class PrintingFile(Page):
    """The file of a printing, for whoever printed it and while it still says what the case says."""

    def get(self, request: HttpRequest, code: str, extension: str) -> HttpResponse:
        row = printings.printing_by_code(self.actor, code)
        if row is None or row.extension != extension:
            raise Http404
        if row.paper == papers.WHOLE:
            return self._whole(row)
        own = row.printed_by_id == self.actor.user_id and request.now - row.printed_at <= FETCHED_WITHIN
        readable = not row.private or policies.may_take_part(self.actor, row.case.scope)
        said = service.forms_of(row)
        if said is None or not (own and readable):
            return self._anew(row)
        forms, found = said
        try:
            content = service.content(row, forms, found, address=request.build_absolute_uri(row.get_absolute_url()))
        except pdf.CannotPrintError as error:
            return cannot_print(request, error.packages, back=row.get_absolute_url())
        return file_response(content, extension, printed.file_name(forms, whole=False, person=row.case.person.name))

    def _whole(self, row: Printing) -> HttpResponse:
        """The booklet that was made in the background; who takes it is on record."""
        made_file = printings.file_by_code(self.actor, row.code)
        if made_file is None or not service.may_fetch(made_file, self.actor) or service.forms_of(row) is None:
            return self._anew(row)
        if made_file.state != PrintedFile.State.DONE:
            return redirect(made_file)
        response = kept_file(made_file, shown=row.extension == PDF)
        service.note_fetched(row=made_file, actor=self.actor, now=self.request.now)
        return sealed(response, CONTENT_TYPES[row.extension])

    def _anew(self, row: Printing) -> HttpResponse:
        messages.info(self.request, _("这份打印件已不能再次取用，请重新打印；每次打印都有记录。"))
        return redirect(row)


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
            if paper == papers.WHOLE and extension == PDF:
                return common_file(request, common.booklet_name(kind))
            content = _blank(paper, kind, extension)
        except pdf.CannotPrintError as error:
            return cannot_print(request, error.packages, back=reverse("blank_forms"))
        return file_response(content, extension, papers.specimen_name(paper, kind))


@functools.lru_cache(maxsize=24)
def _blank(paper: str, kind: str, extension: str) -> bytes:
    forms, cover = papers.specimen(paper, kind)
    return made(forms, extension, cover=cover)
