"""What all pages share: the visible case, one service call a post, and refusals as errors beside their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from branches.access import Actor
from recruitment.models import Case, Person
from recruitment.models.person import normalised_id_number, validate_id_number
from recruitment.rules.explain import Explanation, explain_reason
from recruitment.rules.gates import Reason
from recruitment.selectors.casefile import CaseFile, load
from recruitment.services.base import Done, Refusal, Refused
from recruitment.words import localised


class Page(LoginRequiredMixin, View):
    """A page for signed-in people. ``request.actor``, ``.now`` and ``.today`` come from the middleware.

    An identity number that was typed into a search box stays in no address, so in no history of a shared browser: the
    page leads on to the person whom it finds, or back to where one searched.
    """

    @property
    def actor(self) -> Actor:
        return self.request.actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "GET" and request.user.is_authenticated and (numbers := _identity_numbers(request)):
            return self._searched_by(numbers)
        return super().dispatch(request, *args, **kwargs)

    def _searched_by(self, numbers: Mapping[str, str]) -> HttpResponse:
        indexes = [Person.index_of(normalised_id_number(number)) for number in numbers.values()]
        found = Case.objects.visible_to(self.actor).filter(person__id_index__in=indexes)
        if case := found.order_by(F("ended_on").desc(nulls_first=True), "-pk").first():
            return redirect(case)
        messages.warning(self.request, _("您可以查看的人员中，没有这个公民身份号码。号码已从网址中去掉。"))
        kept = self.request.GET.copy()
        for name in numbers:
            del kept[name]
        return redirect(f"{self.request.path}?{kept.urlencode()}" if kept else self.request.path)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever had to sign in anew in the middle of an act comes back by its address alone, and is told so."""
        answer = super().http_method_not_allowed(request, *args, **kwargs)
        if request.method != "GET":
            return answer
        page = render(request, "405.html", status=answer.status_code)
        page["Allow"] = answer["Allow"]
        return page

    def file(self, number: str) -> CaseFile:
        """The case's file, or 404: whether it does not exist or may not be seen is nobody's to tell apart."""
        visible = Case.objects.visible_to(self.actor).filter(number=number).values_list("pk", flat=True).first()
        if visible is None:
            raise Http404
        return load(visible)


def _identity_numbers(request: HttpRequest) -> dict[str, str]:
    """The values of the address that are sound identity numbers and nothing else, by their names."""
    found = {}
    for name, value in request.GET.items():
        with suppress(ValidationError):
            validate_id_number(value)
            found[name] = value
    return found


def explained(
    refusals: Iterable[Refusal], today: date, *, step: str = "", file: CaseFile | None = None
) -> list[Explanation]:
    """Why an act was refused, each reason in words: rule, article, arithmetic, and what to do."""
    return [explain_reason(_reason(refusal, file, today), today, step=step) for refusal in refusals]


def _reason(refusal: Refusal, file: CaseFile | None, today: date) -> Reason:
    if refusal.reason is not None:
        return refusal.reason
    inputs: dict[str, Any] = {}
    if file is not None:
        assessment = file.assess(today)
        inputs = {"current": assessment.step, "status": assessment.status, "reason": file.case.freeze}
    if refusal.code == "closed" and file is not None:
        inputs["status"] = file.case.state
    return Reason(refusal.code, codes=refusal.codes, field_name=refusal.field, inputs=inputs)


def call(
    service: Callable[..., Done],
    *,
    form: forms.Form | None = None,
    today: date,
    file: CaseFile | None = None,
    **arguments: Any,
) -> Done | None:
    """Call a service with ``arguments``. A refusal marks the form, with every reason in words, and answers None.

    ``form.refused`` then holds the explanations for the *why* panel. Without a form a refusal is raised.
    """
    try:
        return service(**arguments)
    except Refused as refused:
        if form is None:
            raise
        mark(form, refused.refusals, today, file=file, step=arguments.get("step", ""))
    except ValidationError as error:
        if form is None:
            raise
        _mark_invalid(form, error)
    return None


def mark(
    form: forms.Form,
    refusals: Iterable[Refusal],
    today: date,
    *,
    file: CaseFile | None = None,
    step: str = "",
) -> None:
    """Put each refusal beside its field where the form has it, and above the form otherwise."""
    refusals = list(refusals)
    form.refused = explained(refusals, today, step=step, file=file)
    for refusal, words in zip(refusals, form.refused, strict=True):
        sentence = refusal.message or localised(words.sentence)
        cure = localised(words.cure)
        form.add_error(refusal.field if refusal.field in form.fields else None, f"{sentence} {cure}".strip())


def _mark_invalid(form: forms.Form, error: ValidationError) -> None:
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)
