"""How a case moves or ends: the neutral ends, transfer and its answer, reinstatement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from branches.services.responsible import responsible_for
from recruitment import policies
from recruitment.forms.acts import AnswerForm, EndForm, ReinstateForm, TransferForm
from recruitment.models import Case, Transfer, Veto
from recruitment.policies import SEEING_ROLES, Denied
from recruitment.rules import texts
from recruitment.rules.schema import Side
from recruitment.selectors.casefile import CaseFile, load
from recruitment.services import interventions
from recruitment.services.base import Refusal
from recruitment.services.interventions import pending_transfer
from recruitment.views.aftermath import leave, step_title
from recruitment.views.base import call
from recruitment.views.caseact import CaseAct, confirm
from recruitment.views.entering import asked_for, entering_actor
from recruitment.words import localised


class CaseEnd(CaseAct):
    """End a case without a red: on a page of its own, for it cannot be taken back."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, None)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, request.POST)

    def _handle(self, number: str, data: Any) -> HttpResponse:
        file = self.file(number)
        answer = policies.may_take_part(self.actor, file.case.scope)
        refusals = self.refusals(file, answer)
        if refusals:
            return self.refuse(file, refusals, title=_("结束纪实"))
        form = EndForm(data, principals=asked_for(answer, self.request))
        if form.is_valid():
            done = call(
                interventions.close,
                form=form,
                today=self.request.today,
                file=file,
                case_id=file.case.pk,
                outcome=form.cleaned_data["outcome"],
                reason=form.cleaned_data["reason"],
                actor=entering_actor(answer, self.request, form),
                now=self.request.now,
                expected_version=self.version(),
            )
            if done is not None:
                return leave(self.request, _("%(name)s的纪实已经结束。") % {"name": done.case.person.name}, done)
            file = load(file.case.pk)
        return confirm(
            self.request,
            file,
            form,
            title=_("结束纪实"),
            sentence=_("结束%(name)s的这份纪实。") % {"name": file.case.person.name},
            consequence=_("结束以后不能恢复，只供查阅；不留红灯，本人以后可以重新申请，另行建档。"),
            label=_("结束这份纪实"),
        )


class CaseTransfer(CaseAct):
    """Move a case to another branch: asked for by those who have it, answered by those who are to receive it."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, None)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, request.POST)

    def _handle(self, number: str, data: Any) -> HttpResponse:
        file = self._moving_file(number)
        transfer = pending_transfer(file)
        return self._request(file, data) if transfer is None else self._answer(file, transfer, data)

    def _moving_file(self, number: str) -> CaseFile:
        """Also for the receiving side, which may not see the case before it has it."""
        incoming = Transfer.objects.filter(
            self.actor.scope(*SEEING_ROLES, field="to_branch__path"),
            case__number=number,
            status=Transfer.Status.PENDING,
        )
        pk = incoming.values_list("case", flat=True).first()
        return load(pk) if pk is not None else self.file(number)

    def _request(self, file: CaseFile, data: Any) -> HttpResponse:
        request = self.request
        answer = policies.may_take_part(self.actor, file.case.scope)
        refusals = self.refusals(file, answer)
        if refusals:
            return self.refuse(file, refusals, title=_("申请转接"))
        form = TransferForm(data, today=request.today, leaving=file.case.branch, principals=asked_for(answer, request))
        if form.is_valid():
            done = call(
                interventions.request_transfer,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                to_branch=form.branch,
                reason=form.cleaned_data["reason"],
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                return leave(request, _("已申请转往%(branch)s。") % {"branch": form.branch}, done)
            file = load(file.case.pk)
        return confirm(
            request,
            file,
            form,
            title=_("申请转接"),
            sentence=_("把%(name)s的纪实转到另一个党支部。") % {"name": file.case.person.name},
            consequence=_("申请以后立即冻结，等对方接收或者退回；已经登记的内容、材料和期限一并转去，期限照算。"),
            label=_("申请转接"),
        )

    def _answer(self, file: CaseFile, transfer: Transfer, data: Any) -> HttpResponse:
        request = self.request
        responsible = responsible_for(transfer.to_branch)
        scope = policies.Scope(
            transfer.to_branch_id, transfer.to_branch.path, responsible.committee.pk, responsible.department.pk
        )
        answer = policies.may_take_part(self.actor, scope)
        refusals = self.refusals(file, answer, ends=Case.Freeze.TRANSFER)
        if refusals:
            return self.refuse(file, refusals, title=_("接收转接"))
        form = AnswerForm(data, principals=asked_for(answer, request))
        if form.is_valid():
            accepts = form.cleaned_data["answer"] == "accept"
            done = call(
                interventions.accept_transfer if accepts else interventions.refuse_transfer,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                reason=form.cleaned_data["reason"],
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                happened = (
                    _("%(name)s已由%(branch)s接收。") if accepts else _("已退回%(name)s的转接，原党支部继续办理。")
                )
                happened %= {"name": done.case.person.name, "branch": done.case.branch}
                if policies.may_see(self.actor, done.case.scope):
                    return leave(request, happened, done)
                # The case stays where it was, out of sight from here.
                messages.success(request, happened)
                return redirect("dashboard")
            file = load(file.case.pk)
        facts = [
            {"label": _("姓名"), "value": file.case.person.name},
            {"label": _("转出"), "value": str(transfer.from_branch)},
            {"label": _("转入"), "value": str(transfer.to_branch)},
            {"label": _("现在办到"), "value": step_title(file.facts().current or file.case.step)},
            {"label": _("转接原因"), "value": transfer.reason or None},
        ]
        return confirm(
            request,
            file,
            form,
            title=_("接收转接"),
            sentence=_("是否接收%(name)s的纪实？") % {"name": file.case.person.name},
            consequence=_("接收以后由%(branch)s继续办理，原有的期限和提示照旧。") % {"branch": transfer.to_branch},
            label=_("确定"),
            facts=facts,
        )


class CaseReinstate(CaseAct):
    """An appeal succeeded: the case goes on where it stood. For an officer who did not confirm the red."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, None)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(number, request.POST)

    def _handle(self, number: str, data: Any) -> HttpResponse:
        request, file = self.request, self.file(number)
        case = file.case
        answer = policies.may_verify(self.actor, case.scope, Side.DEPARTMENT)
        veto = Veto.objects.filter(case=case, status=Veto.Status.CONFIRMED).first()
        if isinstance(answer, Denied):
            return self.refuse(file, [Refusal("not_allowed", message=str(answer.reason))], title=_("恢复办理"))
        if case.end != Case.End.VETO or veto is None:
            sentence = _("只有因一票否决终止的纪实，在申诉成立以后才可以恢复。")
            return self.refuse(file, [Refusal("not_this_step", message=sentence)], title=_("恢复办理"))
        form = ReinstateForm(data)
        if form.is_valid():
            done = call(
                interventions.reinstate,
                form=form,
                today=request.today,
                file=file,
                case_id=case.pk,
                reason=form.cleaned_data["reason"],
                actor=self.actor,
                now=request.now,
            )
            if done is not None:
                return leave(request, _("%(name)s的纪实已经恢复办理。") % {"name": case.person.name}, done)
            file = load(case.pk)
        facts = [
            {"label": _("否决情形"), "value": f"{veto.code} {localised(texts.VETOES[veto.code].name)}"},
            {"label": _("确认的理由"), "value": veto.decision_reason},
            {"label": _("终止时办到"), "value": step_title(case.ended_at_step)},
        ]
        return confirm(
            request,
            file,
            form,
            title=_("恢复办理"),
            sentence=_("%(name)s申诉成立，从终止的环节继续办理。") % {"name": case.person.name},
            consequence=_("红灯撤销；原来的起算日期不变，已经过了的期限照样亮黄灯。"),
            label=_("恢复办理"),
            facts=facts,
        )
