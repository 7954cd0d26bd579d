"""A page that leads to one act on a case, and what it says to those who may not do it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recruitment.forms.base import ActForm
from recruitment.numbers import whole
from recruitment.policies import Answer
from recruitment.selectors.casefile import CaseFile
from recruitment.services.base import Refusal, Refused, guard
from recruitment.views import casebox
from recruitment.views.base import Page, explained


class CaseAct(Page):
    """A page that leads to one act on a case; who may not do it is told why, instead of a form."""

    def refusals(
        self,
        file: CaseFile,
        answer: Answer,
        *,
        right_step: bool = True,
        ends: str = "",
        even_closed: bool = False,
    ) -> tuple[Refusal, ...]:
        """What stands against the act, as the services will say."""
        try:
            guard(file, answer, right_step=right_step, ends=ends, even_closed=even_closed)
        except Refused as refused:
            return refused.refusals
        return ()

    def refuse(self, file: CaseFile, refusals: Iterable[Refusal], *, title: str, step: str = "") -> HttpResponse:
        """Say why the act is not for this seat or not now."""
        refusals = list(refusals)
        words = explained(refusals, self.request.today, step=step, file=file)
        context = {
            "case": file.case,
            "person": file.case.person,
            "title": title,
            "sentences": [refusal.message for refusal in refusals if refusal.message],
            "reasons": casebox.reasons_of(
                word for refusal, word in zip(refusals, words, strict=True) if not refusal.message
            ),
        }
        return render(self.request, "recruitment/refused.html", context, status=403)

    def version(self) -> int | None:
        """The version of the case on which the form was opened."""
        return whole(self.request.POST.get("version"))


def confirm(
    request: HttpRequest,
    file: CaseFile,
    form: ActForm,
    *,
    title: str,
    sentence: str,
    consequence: str,
    label: str,
    facts: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """A page before an act that cannot simply be undone: what will happen, what follows from it, and the form."""
    context = {
        "case": file.case,
        "person": file.case.person,
        "form": form,
        "title": title,
        "sentence": sentence,
        "consequence": consequence,
        "submit_label": label,
        "facts": facts,
        "reasons": casebox.reasons_of(form.refused),
    }
    return render(request, "recruitment/case_act.html", context)
