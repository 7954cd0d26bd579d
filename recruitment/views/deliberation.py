"""The page on which a general branch, or a committee that may not approve, enters what it deliberated."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment import policies
from recruitment.selectors.casefile import CaseFile
from recruitment.services.deliberations import awaited_bodies, record_deliberation
from recruitment.views.base import Page, call


class DeliberationForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    held_on = forms.DateField(label=_("审议日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    opinion = forms.CharField(
        label=_("审议意见"),
        help_text=_("写明审议的主要内容和结论；审议不代替审批。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
    )


class Deliberate(Page):
    """Only for a body that is still to be heard on the case's current step; for anyone else there is no such page."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file, body = self._awaited(number)
        return self._show(file, body, DeliberationForm(initial={"version": file.case.version}))

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        file, body = self._awaited(number)
        form = DeliberationForm(request.POST)
        if form.is_valid():
            values = form.cleaned_data
            step = file.facts().current or ""
            done = call(
                record_deliberation,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                step=step,
                body=body,
                held_on=values["held_on"],
                opinion=values["opinion"],
                actor=self.actor,
                now=request.now,
                expected_version=values["version"],
            )
            if done is not None:
                messages.success(request, _("审议意见已登记。现在可以由有审批权限的党委审批。"))
                return redirect(done.case)
        return self._show(file, body, form)

    def _awaited(self, number: str) -> tuple[CaseFile, Organisation]:
        file = self.file(number)
        for body in awaited_bodies(file, file.facts().current or ""):
            if policies.may_enter_for(self.actor, body.pk):
                return file, body
        raise Http404

    def _show(self, file: CaseFile, body: Organisation, form: forms.Form) -> HttpResponse:
        context: dict[str, Any] = {"case": file.case, "person": file.case.person, "body": body, "form": form}
        return render(self.request, "recruitment/deliberate.html", context)
