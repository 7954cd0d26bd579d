"""Papers of a step, and the branch's report that starts the committee's half."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from recruitment.forms.acts import PapersForm, ReportForm
from recruitment.services import acts, intake
from recruitment.views import casebox
from recruitment.views.aftermath import leave, step_title
from recruitment.views.base import call
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.sheets import Sheet, StepPage
from recruitment.views.shelves import posted_tokens
from recruitment.words import listed


class StepPapers(StepPage):
    """Papers of a step, before or after its act is entered."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), None, None)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        return self._handle(sheet, request.POST, self.files(sheet))

    def _handle(self, sheet: Sheet, data: Any, files: Any) -> HttpResponse:
        request, key = self.request, sheet.row.key
        if not sheet.row.papers:
            raise Http404
        answer, refusals = self.paper_refusals(sheet)
        if refusals:
            return self.refuse(sheet.file, refusals, title=_("上传材料"), step=key)
        form = PapersForm(data, files, step=sheet.row, held=self.held(sheet), principals=asked_for(answer, request))
        if form.is_valid():
            fresh = self.new_to(sheet, form.uploads())
            if not fresh:
                # The very same files are there: sent twice, or chosen again.
                intake.withdraw(tokens=posted_tokens(request), actor=self.actor)
                return redirect("step", number=sheet.case.number, step=key)
            done = call(
                acts.upload,
                form=form,
                today=request.today,
                file=sheet.file,
                step=key,
                case_id=sheet.case.pk,
                uploads=fresh,
                actor=entering_actor(answer, request, form),
                now=request.now,
            )
            if done is not None:
                codes = listed(dict.fromkeys(upload.code for upload in fresh))
                return leave(request, _("材料已上传：%(codes)s。") % {"codes": codes}, done)
        return self.act_page(sheet, form, answer, title=_("上传材料"), submit_label=_("上传"))


class StepReport(StepPage):
    """The branch hands its papers up, which starts the committee's clock."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), None, None)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        return self._handle(sheet, request.POST, self.files(sheet))

    def _handle(self, sheet: Sheet, data: Any, files: Any) -> HttpResponse:
        request, key = self.request, sheet.row.key
        if not sheet.row.report_field:
            raise Http404
        answer, refusals = self.report_refusals(sheet)
        if refusals:
            return self.refuse(sheet.file, refusals, title=_("报送材料"), step=key)
        record = sheet.record
        form = ReportForm(
            data,
            files,
            step=sheet.row,
            held=self.held(sheet),
            today=request.today,
            reported_on=record.reported_on if record is not None else None,
            principals=asked_for(answer, request),
        )
        if form.is_valid():
            if self._came_twice(sheet, form):
                return redirect(sheet.case)
            done = call(
                acts.report,
                form=form,
                today=request.today,
                file=sheet.file,
                step=key,
                case_id=sheet.case.pk,
                reported_on=form.day,
                uploads=form.uploads(),
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                body = casebox.body_of(done.case, sheet.row.side)
                return leave(
                    request, _("%(step)s的材料已报送%(body)s。") % {"step": step_title(key), "body": body}, done
                )
        lede = _("报送以后由%(body)s办理，期限从报送日期算起；日期有误可以再次报送更正。") % {
            "body": casebox.body_of(sheet.case, sheet.row.side)
        }
        return self.act_page(sheet, form, answer, title=_("报送材料"), submit_label=_("报送"), lede=lede)

    def _came_twice(self, sheet: Sheet, form: ReportForm) -> bool:
        """Whether the same report, of the version before this one, is there with every paper: a double click."""
        version, record = self.version(), sheet.record
        if version is None or version >= sheet.case.version or record is None or record.reported_on != form.day:
            return False
        held = {paper.sha256 for paper in sheet.file.materials if paper.record_id == record.pk}
        return all(upload.sha256 in held for upload in form.uploads())
