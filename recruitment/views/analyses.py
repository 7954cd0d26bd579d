"""The yearly analyses of the pool by departments: what is owed, what was held, and the page that records one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from recruitment import policies
from recruitment.forms.oversight import AnalysisForm
from recruitment.rules.explain import day_text
from recruitment.selectors import analyses as selector
from recruitment.services import analyses
from recruitment.views import casebox
from recruitment.views.base import call
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.oversight import OversightPage, tabs
from recruitment.words import localised


class AnalysisList(OversightPage):
    """What the departments within reach owe and have held; a committee's own analyses stand with its meetings."""

    def get(self, request: HttpRequest) -> HttpResponse:
        bodies = {body.pk: body for body in selector.departments(self.actor)}
        owed = [
            (row, bodies[row.body_id], row.is_late(request.today), policies.may_analyse(self.actor, row.body_id))
            for row in selector.owed(bodies)
        ]
        context = {"tabs": tabs(self.actor, "analysis_list"), "owed": owed, "held": selector.held(bodies)[:200]}
        return render(request, "recruitment/analyses.html", context)


class AnalysisNew(OversightPage):
    """Record a department's analysis, beside its pool by committee."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self._handle(code, None)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        return self._handle(code, request.POST)

    def _handle(self, code: str, data: Any) -> HttpResponse:
        request = self.request
        body = selector.departments(self.actor).filter(code=code).first()
        if body is None:
            raise Http404
        answer = policies.may_analyse(self.actor, body.pk)
        form = AnalysisForm(data, initial={"held_on": request.today}, principals=asked_for(answer, request))
        if data is not None and form.is_valid():
            done = call(
                analyses.record_analysis,
                form=form,
                today=request.today,
                department_id=body.pk,
                **{name: form.cleaned_data[name] for name in ("held_on", "content", "measures")},
                actor=entering_actor(answer, request, form),
                now=request.now,
            )
            if done is not None:
                [owed] = selector.owed([body.pk])
                words = {"body": body, "n": done.people, "day": localised(day_text(owed.due))}
                messages.success(request, _("已记下%(body)s的年度分析，共 %(n)s 人。下一次在 %(day)s 以前。") % words)
                return HttpResponseRedirect(done.get_absolute_url())
        pool = selector.by_committee(body.pk)
        context = {
            "body": body,
            "pool": pool,
            "total": sum(part.people for part in pool),
            "form": form if answer and pool else None,
            "not_allowed": "" if answer else answer.reason,
            "reasons": casebox.reasons_of(form.refused),
        }
        return render(request, "recruitment/analysis.html", context)
