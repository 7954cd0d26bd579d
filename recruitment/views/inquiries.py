"""Letters and opinions asked for in a step: the list of a step, and one of them with its reminder and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment import policies
from recruitment.forms.base import ActForm
from recruitment.forms.inquiries import InquiryForm, RemindForm, ReplyForm, WithdrawForm
from recruitment.models import Inquiry
from recruitment.policies import Answer
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.selectors.casefile import CaseFile
from recruitment.selectors.inquiries import inquiries_of
from recruitment.services import inquiries
from recruitment.services.base import Done, Refusal
from recruitment.views import casebox
from recruitment.views.base import call
from recruitment.views.caseact import CaseAct
from recruitment.views.entering import asked_for, entering_actor


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """One question as the reader may see it; what is personal only for those who take part in the case."""

    row: Inquiry
    reminded: list[date]
    about: str
    answer: str
    url: str

    @property
    def kind(self) -> str:
        return self.row.get_kind_display()


class InquiryList(CaseAct):
    """What was asked in a step, and the form for another question."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        file, answer, refusals = self._at(number, step)
        form = None if refusals else InquiryForm(today=request.today, principals=asked_for(answer, request))
        return self._show(file, step, form)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        file, answer, refusals = self._at(number, step)
        if refusals:
            return self.refuse(file, refusals, title=_("函调和征求意见"), step=step)
        form = InquiryForm(request.POST, today=request.today, principals=asked_for(answer, request))
        if form.is_valid():
            wanted = ("kind", "body_name", "about", "sent_on", "due_on")
            done = call(
                inquiries.send_inquiry,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                step=step,
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
                **{name: form.cleaned_data[name] for name in wanted},
            )
            if done is not None:
                messages.success(request, _("已登记。收到答复前列在待办的“等待对方”，过了答复日期提醒催办。"))
                return redirect("inquiries", number, step)
        return self._show(self.file(number), step, form)

    def _at(self, number: str, step: str) -> tuple[CaseFile, Answer, tuple[Refusal, ...]]:
        if step not in inquiries.INQUIRING_STEPS:
            raise Http404
        file = self.file(number)
        answer = policies.may_inquire(self.actor, file.case.scope)
        return file, answer, self.refusals(file, answer, right_step=inquiries.takes_inquiries(file, step))

    def _show(self, file: CaseFile, step: str, form: InquiryForm | None) -> HttpResponse:
        record = file.record(step)
        context = trail(file, step) | {
            "title": _("函调和征求意见"),
            "lines": lines_of(self, file, step) if record is not None else [],
            "form": form,
            "reasons": casebox.reasons_of(form.refused) if form is not None else [],
        }
        return render(self.request, "recruitment/inquiries.html", context)


def lines_of(page: CaseAct, file: CaseFile, step: str) -> list[InquiryLine]:
    """What was asked in the step's present record. One query."""
    record = file.record(step)
    if record is None:
        return []
    takes_part = bool(policies.may_take_part(page.actor, file.case.scope))
    open_here = file.case.is_open and inquiries.takes_inquiries(file, step)
    found = []
    for row in inquiries_of(record):
        enters = open_here and row.waits and policies.may_enter_inquiry(page.actor, file.case.scope, row.sender_id)
        found.append(
            InquiryLine(
                row=row,
                reminded=[date.fromisoformat(day) for day in row.reminded_on],
                about=row.about if takes_part else "",
                answer=row.answer if takes_part else "",
                url=reverse("inquiry", args=[file.case.number, row.pk]) if enters else "",
            )
        )
    return found


def trail(file: CaseFile, step: str) -> dict[str, Any]:
    return {
        "case": file.case,
        "person": file.case.person,
        "row": STEPS[step],
        "record": file.record(step),
        "step_name": texts.STEPS[step],
    }


@dataclass(frozen=True, slots=True)
class Deed:
    """What may be entered about a question that waits: the service, the button, and the sentence once it is done."""

    service: Callable[..., Done]
    label: Promise
    happened: Promise
    form: Callable[..., ActForm]


DEEDS: Mapping[str, Deed] = {
    "answer": Deed(
        inquiries.answer_inquiry, gettext_lazy("登记答复"), gettext_lazy("答复已登记，待办里不再列为等待。"), ReplyForm
    ),
    "remind": Deed(
        inquiries.remind_inquiry, gettext_lazy("登记催办"), gettext_lazy("催办已登记，按新的日期等待答复。"), RemindForm
    ),
    "withdraw": Deed(
        inquiries.withdraw_inquiry,
        gettext_lazy("不再等待"),
        gettext_lazy("已记下不再等待答复，待办里不再列出。"),
        WithdrawForm,
    ),
}


class InquiryPage(CaseAct):
    """One question that waits: its answer, a reminder, or that it is waited for no longer."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        return self._handle(number, pk)

    def post(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        return self._handle(number, pk, request.POST)

    def _handle(self, number: str, pk: int, data: Any = None) -> HttpResponse:
        request, file = self.request, self.file(number)
        row = Inquiry.objects.filter(case=file.case, pk=pk).select_related("record", "sender").first()
        if row is None:
            raise Http404
        step = row.record.step
        answer = policies.may_enter_inquiry(self.actor, file.case.scope, row.sender_id)
        right = row.waits and row.record.counts and inquiries.takes_inquiries(file, step)
        refusals = self.refusals(file, answer, right_step=right)
        if refusals:
            return self.refuse(file, refusals, title=_("函调和征求意见"), step=step)
        chosen = data.get("deed", "") if data is not None else ""
        if data is not None and chosen not in DEEDS:
            raise Http404
        forms = {
            name: self._form(deed, name, file, row, answer, data if name == chosen else None)
            for name, deed in DEEDS.items()
        }
        if chosen and forms[chosen].is_valid():
            form, deed = forms[chosen], DEEDS[chosen]
            values = {key: value for key, value in form.cleaned_data.items() if key != "on_behalf_of"}
            if "paper" in values:
                values["paper_id"] = values.pop("paper")
            done = call(
                deed.service,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                inquiry_id=row.pk,
                actor=entering_actor(answer, request, form),
                now=request.now,
                **values,
            )
            if done is not None:
                messages.success(request, deed.happened)
                return redirect("inquiries", number, step)
        line = next(line for line in lines_of(self, file, step) if line.row.pk == row.pk)
        context = trail(file, step) | {
            "title": line.kind,
            "line": line,
            "deeds": [(name, deed.label, forms[name]) for name, deed in DEEDS.items()],
            "form": forms.get(chosen),
            "reasons": casebox.reasons_of(forms[chosen].refused) if chosen else [],
        }
        return render(request, "recruitment/inquiry.html", context)

    def _form(self, deed: Deed, name: str, file: CaseFile, row: Inquiry, answer: Answer, data: Any) -> ActForm:
        request = self.request
        more: dict[str, Any] = {"principals": asked_for(answer, request), "auto_id": f"id_{name}_%s"}
        if name != "withdraw":
            more["today"] = request.today
        if name == "answer":
            more["papers"] = [material for material in file.materials if material.record_id == row.record_id]
        return deed.form(data, **more)
