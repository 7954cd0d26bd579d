"""One entry of a log step."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from recruitment.forms.acts import LogForm
from recruitment.models import LogEntry
from recruitment.rules import texts
from recruitment.rules.explain import day_text
from recruitment.rules.steps import OPINIONS
from recruitment.selectors import casepage
from recruitment.services import acts
from recruitment.views.aftermath import leave
from recruitment.views.base import call
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.sheets import Sheet, StepPage
from recruitment.words import localised


class StepLog(StepPage):
    """One entry of a log."""

    def place(self, sheet: Sheet) -> str:
        """The paper of one entry is none of the act that ends the step."""
        return f"log/{sheet.case.number}/{sheet.row.key}"

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), None, None)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        return self._handle(sheet, request.POST, self.files(sheet))

    def _handle(self, sheet: Sheet, data: Any, files: Any) -> HttpResponse:
        request, key = self.request, sheet.row.key
        if not sheet.row.is_log:
            raise Http404
        kinds = self._kinds(sheet)
        answer = acts.may_log(self.actor, sheet.file, key, kinds[0] if kinds else sheet.row.log_kinds[0])
        refusals = self.refusals(sheet.file, answer, right_step=acts.takes_log(sheet.file, key))
        if refusals:
            return self.refuse(sheet.file, refusals, title=_("登记"), step=key)
        form = LogForm(
            data,
            files,
            step=sheet.row,
            held=self.held(sheet),
            kinds=kinds,
            today=request.today,
            members=self._speakers(sheet, kinds),
            principals=asked_for(answer, request),
            initial={"kind": request.GET.get("kind")} if request.GET.get("kind") in kinds else None,
        )
        if form.is_valid():
            if self._came_twice(sheet, form):
                return redirect("step", number=sheet.case.number, step=key)
            given = form.cleaned_data
            done = call(
                acts.log,
                form=form,
                today=request.today,
                file=sheet.file,
                step=key,
                case_id=sheet.case.pk,
                kind=given["kind"],
                on=given["on"],
                text=given["text"].strip(),
                member_id=given.get("member"),
                uploads=form.uploads(),
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                kind = localised(texts.LOG_KINDS[given["kind"]])
                happened = _("%(kind)s已登记：%(day)s。") % {"kind": kind, "day": localised(day_text(given["on"]))}
                return leave(request, happened, done)
        return self.act_page(sheet, form, answer, title=_("登记一次"), submit_label=_("登记"))

    def _kinds(self, sheet: Sheet) -> list[str]:
        """Opinions wait until somebody is named whose they can be."""
        return [kind for kind in self.log_kinds(sheet) if kind not in OPINIONS or acts.named_for(sheet.file, kind)]

    def _speakers(self, sheet: Sheet, kinds: list[str]) -> list[tuple[int, str]]:
        """The contacts or introducers whose opinions the step keeps. One query at most."""
        return casepage.speakers(pk for kind in kinds for pk in acts.named_for(sheet.file, kind))

    def _came_twice(self, sheet: Sheet, form: LogForm) -> bool:
        """Whether the same entry, of the version before this one, was made by the same hand: a double click.

        Other words are another entry, and one that was withdrawn is made anew.
        """
        given = form.cleaned_data
        twins = LogEntry.objects.filter(
            record=sheet.record,
            kind=given["kind"],
            on=given["on"],
            member=given.get("member"),
            entered_by=self.actor.user_id,
            withdrawn=False,
        )
        version = self.version()
        if version is None or version >= sheet.case.version:
            return False
        return any(twin.text == given["text"].strip() for twin in twins)
