"""The explanation of a yellow flag."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from recruitment import policies
from recruitment.forms.acts import ExplainForm
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.rules.schema import Side
from recruitment.selectors.casefile import CaseFile
from recruitment.services import review
from recruitment.services.base import Refusal
from recruitment.views import casebox
from recruitment.views.aftermath import leave
from recruitment.views.base import call
from recruitment.views.caseact import CaseAct
from recruitment.views.entering import asked_for, entering_actor
from recruitment.words import localised


class ExplainFlag(CaseAct):
    """The explanation for a yellow flag: for all that is open under its code."""

    def get(self, request: HttpRequest, number: str, code: str) -> HttpResponse:
        return self._handle(number, code, None)

    def post(self, request: HttpRequest, number: str, code: str) -> HttpResponse:
        return self._handle(number, code, request.POST)

    def _handle(self, number: str, code: str, data: Any) -> HttpResponse:
        request, file = self.request, self.file(number)
        assessment = file.assess(request.today)
        lines = [
            line
            for flag, line in zip(
                assessment.flags, casebox.flag_lines(file, assessment, self.actor, request.today), strict=True
            )
            if flag.code == code and flag.needs_explanation
        ]
        if not lines:
            return self._gone(file, code)
        side = next(flag.holder for flag in assessment.flags if flag.code == code)
        answer = policies.may_enter(self.actor, file.case.scope, Side(side))
        refusals = self.refusals(file, answer)
        if refusals:
            return self.refuse(file, refusals, title=_("说明提示"))
        form = ExplainForm(data, principals=asked_for(answer, request), initial={"text": lines[0].explanation})
        if form.is_valid():
            done = call(
                review.explain,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                flag=code,
                text=form.cleaned_data["text"],
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                happened = _("“%(flag)s”的说明已保存。") % {"flag": localised(flag_name(code))}
                return leave(request, happened, done)
            file = self.file(number)
        context = {
            "case": file.case,
            "person": file.case.person,
            "form": form,
            "lines": lines,
            "title": flag_name(code),
            "reasons": casebox.reasons_of(form.refused),
        }
        return render(request, "recruitment/explain.html", context)

    def _gone(self, file: CaseFile, code: str) -> HttpResponse:
        known = code in texts.GATES or code in texts.FLAGS
        if not known:
            raise Http404
        sentence = _("这项提示已经消除，或者不需要说明。")
        return self.refuse(file, [Refusal("not_this_step", message=sentence)], title=localised(flag_name(code)))
