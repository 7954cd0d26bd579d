"""The toolbox: templates by stage, a paper filled from cases, and the papers made in the background."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.models import Organisation
from recruitment import policies
from recruitment.documents.files import CONTENT_TYPES, DOCX
from recruitment.documents.toolbox import building, placeholders
from recruitment.documents.toolbox.catalogue import CATALOGUE, ISSUERS, Entry
from recruitment.documents.toolbox.filling import blank_context, example_context
from recruitment.documents.toolbox.filling import render as filled
from recruitment.forms.toolbox import FillForm, OwnTemplateForm, PeopleForm
from recruitment.models import BatchCase, DocumentBatch, TemplateVersion
from recruitment.numbers import whole
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.selectors import templates
from recruitment.selectors.templates import People
from recruitment.services import documents
from recruitment.services import templates as own_templates
from recruitment.services.base import Refused
from recruitment.views.base import Page
from recruitment.views.making import kept_file, progress_of

PER_PAGE = 100


def download(content: bytes, name: str) -> HttpResponse:
    """A document for the reader to keep; nothing of it is shown or kept by the browser."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[DOCX])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def variant(content: bytes, kind: str, entry: Entry) -> HttpResponse:
    """A template as it is (``source``), with blanks (``blank``), or with the marked sample (``sample``)."""
    name = entry.name.zh
    if kind == "source":
        return download(content, f"{entry.code}_{name}_{_('模板')}.docx")
    if kind == "blank":
        return download(filled(content, blank_context()), f"{entry.code}_{name}_{_('空白')}.docx")
    if kind == "sample":
        return download(filled(content, example_context(), sample=True), f"{entry.code}_{name}_{_('样本')}.docx")
    raise Http404


class ToolboxPage(Page):
    """What the pages of one template share."""

    def entry(self, code: str) -> Entry:
        if code not in CATALOGUE:
            raise Http404
        return CATALOGUE[code]

    def own(self, code: str) -> TemplateVersion | None:
        """The own template that serves where the reader sits."""
        seat = self.actor.seat
        return templates.nearest(templates.in_force(code), seat.organisation_path) if seat else None

    def content(self, code: str) -> bytes:
        own = self.own(code)
        if own is None:
            return building.shipped(code)
        with own.file.open("rb") as file:
            return file.read()

    def trail(self, entry: Entry) -> dict:
        return {
            "entry": entry,
            "issuer": ISSUERS[entry.issuer],
            "steps": [(STEPS[key].number, texts.STEPS[key], key) for key in entry.steps],
        }


class Toolbox(ToolboxPage):
    """All templates by stage."""

    def get(self, request: HttpRequest) -> HttpResponse:
        seat = self.actor.seat
        reach = seat.organisation_path if seat else ""
        owns = {own.version.code: own.version for own in reversed(templates.in_force()) if reach.startswith(own.reach)}
        stages = [
            {
                "number": number,
                "name": name,
                "rows": [
                    {"entry": entry, "issuer": ISSUERS[entry.issuer], "own": owns.get(entry.code)}
                    for entry in CATALOGUE.values()
                    if entry.stage == number
                ],
            }
            for number, name in texts.STAGES.items()
        ]
        return render(request, "recruitment/toolbox.html", {"stages": stages, "fills": _fills(self)})


class ToolboxTemplate(ToolboxPage):
    """One template: what it is for, its files, and whose it is."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entry = self.entry(code)
        context = self.trail(entry) | {
            "own": self.own(code),
            "departments": templates.departments(self.actor),
            "fills": _fills(self),
        }
        return render(request, "recruitment/toolbox_template.html", context)


class ToolboxFile(ToolboxPage):
    """The template that holds where the reader sits: as it is, blank, or with the sample."""

    def get(self, request: HttpRequest, code: str, kind: str) -> HttpResponse:
        return variant(self.content(self.entry(code).code), kind, self.entry(code))


class ToolboxPlaceholders(ToolboxPage):
    """The placeholders that a template may use."""

    def get(self, request: HttpRequest) -> HttpResponse:
        everything = (
            *placeholders.PAPER.values(),
            *placeholders.PLACEHOLDERS.values(),
            *placeholders.ROW_ONLY.values(),
        )
        groups = [
            {"name": name, "key": group.value, "rows": [row for row in everything if row.group is group]}
            for group, name in placeholders.GROUPS.items()
        ]
        context = {"groups": groups, "how": placeholders.HOW}
        return render(request, "recruitment/toolbox_placeholders.html", context)


class ToolboxFill(ToolboxPage):
    """Choose people and make their papers: one at once, many in the background."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entry = self._entry(code)
        return self._show(entry, FillForm(entry, has_roster=self._has_roster(entry)))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        entry = self._entry(code)
        form = FillForm(entry, request.POST, has_roster=self._has_roster(entry))
        offered = PeopleForm(request.GET, entry)
        if form.is_valid() and "edit" not in request.POST:
            wish, ids = form.wish(offered.step), self._chosen(offered)
            try:
                if len(ids) == 1 and len(wish.bodies) <= 1:
                    arguments = {"wish": wish, "actor": self.actor, "now": request.now}
                    paper = documents.make_one(case_id=ids[0], **arguments)
                    return download(paper.content, paper.name)
                arguments = {"case_ids": ids, "wish": wish, "mode": form.mode, "actor": self.actor}
                if "confirmed" not in request.POST:
                    return self._ask(entry, form, documents.plan(**arguments), wish)
                return redirect(documents.request_batch(**arguments, now=request.now))
            except Refused as refused:
                for refusal in refused.refusals:
                    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return self._show(entry, form)

    def _entry(self, code: str) -> Entry:
        entry = self.entry(code)
        if not _fills(self):
            raise Http404
        return entry

    def _has_roster(self, entry: Entry) -> bool:
        own = self.own(entry.code)
        return own.has_roster if own else building.has_roster(entry.code)

    def _chosen(self, offered: PeopleForm) -> list[int]:
        if self.request.POST.get("everybody"):
            found = templates.candidates(self.actor, offered.step, offered.people, offered.text)
            return list(found.values_list("pk", flat=True))
        return [pk for pk in map(whole, self.request.POST.getlist("case")) if pk is not None]

    def _ask(self, entry: Entry, form: FillForm, plan: documents.Plan, wish: documents.Wish) -> HttpResponse:
        """What the order comes to, before it is given; the people are named one by one from here on."""
        own = {"csrfmiddlewaretoken", "everybody", "all_of_them", "case", "edit", "confirmed"}
        context = self.trail(entry) | {
            "plan": plan,
            "wish": wish,
            "mode": DocumentBatch.Mode(form.mode).label,
            "everybody": "everybody" in self.request.POST,
            "given": [(name, text) for name, texts_ in self.request.POST.lists() if name not in own for text in texts_],
            "query": self.request.GET.urlencode(),
        }
        return render(self.request, "recruitment/toolbox_confirm.html", context)

    def _show(self, entry: Entry, form: FillForm) -> HttpResponse:
        request = self.request
        offered = PeopleForm(request.GET, entry)
        number = request.GET.get("case", "").strip()
        # A link from a case names it; it is offered whatever the step in which the case stands.
        people = People.ALL if number and "people" not in request.GET else offered.people
        found = templates.candidates(self.actor, offered.step, people, number or offered.text)
        if number and not found.exists():
            found = templates.candidates(self.actor, offered.step, People.PAST, number)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        chosen = set(request.POST.getlist("case")) or ({str(case.pk) for case in page} if number else set())
        context = self.trail(entry) | {
            "form": form,
            "offered": offered,
            "step": (STEPS[offered.step].number, texts.STEPS[offered.step]),
            "page_obj": page,
            "rows": [{"case": case, "chosen": str(case.pk) in chosen} for case in page],
            "named": number,
            "everybody": "everybody" in request.POST or "all_of_them" in request.POST,
            "query": request.GET.urlencode(),
        }
        return render(request, "recruitment/toolbox_fill.html", context, status=422 if form.errors else 200)


def _fills(page: Page) -> bool:
    return bool(page.actor.grants_of(*SEEING_ROLES))


# -- a department's own -----------------------------------------------------------------------------------------------


class ToolboxOwn(ToolboxPage):
    """A department's versions of a template: upload, preview, switch, and back to the product's."""

    def get(self, request: HttpRequest, code: str, organisation: str) -> HttpResponse:
        return self._show(self.entry(code), self._department(organisation), OwnTemplateForm())

    def post(self, request: HttpRequest, code: str, organisation: str) -> HttpResponse:
        entry, department = self.entry(code), self._department(organisation)
        arguments = {"actor": self.actor, "now": request.now}
        act = request.POST.get("act", "")
        if act == "shipped":
            own_templates.use_shipped(organisation=department, code=code, **arguments)
            messages.success(request, _("已改用随系统提供的模板，从下一份文书起生效。"))
            return redirect("toolbox_own", code, organisation)
        if (number := whole(act)) is not None:
            version = TemplateVersion.objects.filter(organisation=department, code=code, number=number).first()
            if version is None:
                raise Http404
            own_templates.use_version(version=version, **arguments)
            messages.success(request, _("已改用第 %(n)s 版，从下一份文书起生效。") % {"n": version.number})
            return redirect("toolbox_own", code, organisation)
        form = OwnTemplateForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                own_templates.add_version(
                    organisation=department, code=code, file=form.cleaned_data["file"], **arguments
                )
            except ValidationError as error:
                form.refuse(error.messages)
            else:
                messages.success(request, _("模板已保存并启用，从下一份文书起生效；以前的版本留在下面。"))
                return redirect("toolbox_own", code, organisation)
        return self._show(entry, department, form)

    def _department(self, code: str) -> Organisation:
        for department in templates.departments(self.actor):
            if department.code == code and policies.may_set_templates(self.actor, department.pk, department.path):
                return department
        raise Http404

    def _show(self, entry: Entry, department: Organisation, form: OwnTemplateForm) -> HttpResponse:
        versions = templates.versions(department, entry.code)
        context = self.trail(entry) | {
            "department": department,
            "form": form,
            "versions": versions,
            "in_force": next((version for version in versions if version.in_force), None),
        }
        return render(self.request, "recruitment/toolbox_own.html", context, status=422 if form.errors else 200)


class ToolboxVersionFile(ToolboxPage):
    """A version of a department's own template, for those who may change it."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        version = TemplateVersion.objects.filter(pk=pk).select_related("organisation").first()
        if version is None or not policies.may_set_templates(
            self.actor, version.organisation_id, version.organisation.path
        ):
            raise Http404
        with version.file.open("rb") as file:
            return variant(file.read(), kind, self.entry(version.code))


# -- papers in the background ----------------------------------------------------------------------------------------


class BatchPage(Page):
    """How far a batch is, what could not be made, and the file."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.batch(pk)
        faults = batch.rows.exclude(error="").select_related("case__person")
        context = progress_of(batch, request) | {
            "batch": batch,
            "entry": CATALOGUE[batch.code],
            "settled": batch.done + batch.failed,
            "faults": list(faults.exclude(error=BatchCase.Fault.UNSEEN)),
            "unseen": faults.filter(error=BatchCase.Fault.UNSEEN).count(),
            "file_url": reverse("document_batch_file", args=[batch.pk]),
            "failed": _("没有做成，请重新制作；仍然不成的，请告诉管理员。"),
            "again_url": reverse("toolbox_fill", args=[batch.code]),
        }
        return render(request, "recruitment/document_batch.html", context)

    def batch(self, pk: int) -> DocumentBatch:
        batch = DocumentBatch.objects.filter(pk=pk).first()
        if batch is None or not documents.may_fetch(batch, self.actor):
            raise Http404
        return batch


class BatchFile(BatchPage):
    """The papers of a batch; who takes them is on record."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.batch(pk)
        response = kept_file(batch)
        documents.note_fetched(batch=batch, actor=self.actor, now=request.now)
        return response
