"""Appeals: entered below, answered by the level above; and the notice to the person of how a red was decided."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

from recruitment import policies
from recruitment.forms.oversight import AppealAnswerForm, AppealForm
from recruitment.models import Appeal, Case, Veto
from recruitment.policies import Denied
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import veto_article
from recruitment.rules.steps import STEPS
from recruitment.selectors import appeals as selector
from recruitment.selectors.casefile import CaseFile, load, local_day
from recruitment.services import appeals
from recruitment.services.base import Refusal
from recruitment.views import casebox, reviewed
from recruitment.views.aftermath import leave, step_title
from recruitment.views.base import Page, call
from recruitment.views.caseact import CaseAct
from recruitment.views.files import shown_file
from recruitment.views.oversight import OversightPage, tabs
from recruitment.views.shelves import shelf, with_waiting
from recruitment.words import localised


class AppealList(OversightPage):
    """Those that wait for an answer, the oldest first, and the answered ones after them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [(row, texts.VETOES[row.veto.code].name) for row in selector.appeals(self.actor)[:200]]
        context = {"tabs": tabs(self.actor, "appeals"), "rows": rows, "done": reviewed.recall(request)}
        return render(request, "recruitment/appeals.html", context)


class AppealReceive(CaseAct):
    """Enter the appeal of a person whose case ended in a confirmed red."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, None)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, request.POST)

    def _handle(self, number: str, data: Any) -> HttpResponse:
        request, file = self.request, self.file(number)
        case, title, place = file.case, _("登记申诉"), f"appeal/{number}"
        answer = appeals.may_receive(self.actor, case.scope)
        if isinstance(answer, Denied):
            return self.refuse(file, [Refusal("not_allowed", message=str(answer.reason))], title=title)
        veto = selector.confirmed_red(case)
        if veto is None:
            sentence = _("只有因一票否决终止的纪实，本人可以申诉。")
            return self.refuse(file, [Refusal("not_this_step", message=sentence)], title=title)
        waiting = Appeal.objects.filter(case=case, status=Appeal.Status.PENDING).first()
        if waiting is not None:
            return HttpResponseRedirect(reverse("appeal", args=[waiting.pk]))
        form = AppealForm(
            data, with_waiting(request, place) if data is not None else None, initial={"received_on": request.today}
        )
        if form.is_valid():
            done = call(
                appeals.receive,
                form=form,
                today=request.today,
                file=file,
                case_id=case.pk,
                received_on=form.cleaned_data["received_on"],
                text=form.cleaned_data["text"],
                paper=form.cleaned_data["paper"],
                actor=self.actor,
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                words = {"name": case.person.name, "body": selector.answering_body(done.case)}
                return leave(
                    request, _("已登记%(name)s的申诉，由%(body)s答复；答复以前列在待办的“等待对方”。") % words, done
                )
            file = load(case.pk)
        context = {
            "case": file.case,
            "person": file.case.person,
            "form": form,
            "title": title,
            "veto": veto,
            "name": texts.VETOES[veto.code].name,
            "body": selector.answering_body(file.case),
            "reasons": casebox.reasons_of(form.refused),
            "uploads": shelf(request, place),
        }
        return render(request, "recruitment/appeal_receive.html", context)


class AppealPage(CaseAct):
    """One appeal with its answer; the officer of the level above who may answer finds the form here."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._handle(pk, None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._handle(pk, request.POST)

    def _handle(self, pk: int, data: Any) -> HttpResponse:
        request = self.request
        appeal = selector.appeals(self.actor).filter(pk=pk).first()
        if appeal is None:
            raise Http404
        file = self.file(appeal.case.number)
        answer = appeals.may_answer(self.actor, appeal)
        form = AppealAnswerForm(data)
        if data is not None and form.is_valid():
            upheld = form.cleaned_data["outcome"] == "upheld"
            done = call(
                appeals.answer,
                form=form,
                today=request.today,
                file=file,
                appeal_id=appeal.pk,
                upheld=upheld,
                reason=form.cleaned_data["reason"],
                actor=self.actor,
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                happened = _("%(name)s申诉成立，恢复办理。") if upheld else _("%(name)s申诉不成立，维持原决定。")
                reviewed.remember(request, happened % {"name": done.case.person.name}, done)
                return HttpResponseRedirect(reverse("appeals"))
            file, appeal = load(file.case.pk), selector.appeals(self.actor).get(pk=pk)
        waits = appeal.status == Appeal.Status.PENDING
        context = {
            "case": file.case,
            "person": file.case.person,
            "appeal": appeal,
            "name": texts.VETOES[appeal.veto.code].name,
            "step": step_title(appeal.veto.step),
            "form": form if waits and answer else None,
            "not_allowed": "" if answer or not waits else answer.reason,
            "reasons": casebox.reasons_of(form.refused),
        }
        return render(request, "recruitment/appeal.html", context)


@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class AppealPaper(Page):
    """The paper of an appeal, for those who may see its case."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        appeal = selector.appeals(self.actor).filter(pk=pk).exclude(file="").first()
        if appeal is None:
            raise Http404
        return shown_file(
            appeal.file,
            name=appeal.original_name,
            content_type=appeal.content_type,
            download="download" in request.GET,
        )


class VetoNotice(Page):
    """The notice to the person: what was decided, why, by what rule, and to whom to turn. Made to be printed."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        veto = decided_red(file)
        if veto is None or not policies.may_take_part(self.actor, file.case.scope):
            raise Http404
        words = texts.VETOES[veto.code]
        context = {
            "case": file.case,
            "person": file.case.person,
            "veto": veto,
            "confirmed": veto.status == Veto.Status.CONFIRMED,
            "name": words.name,
            "meaning": words.meaning,
            "article": veto_article(veto.code, edition_of(local_day(veto.raised_at))),
            "step_number": STEPS[veto.step].number,
            "step_name": localised(texts.STEPS[veto.step]),
            "body": selector.answering_body(file.case),
        }
        return render(request, "recruitment/veto_notice.html", context)


def decided_red(file: CaseFile) -> Veto | None:
    """The latest red of the case that was confirmed or dismissed."""
    case: Case = file.case
    decided = (Veto.Status.CONFIRMED, Veto.Status.DISMISSED, Veto.Status.OVERTURNED)
    return case.vetoes.filter(status__in=decided).select_related("decided_by").first()
