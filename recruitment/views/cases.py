"""Pages of cases: the list, a new one, the case itself, its record, its person, and how it moves or ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.models import Organisation
from branches.services.responsible import responsible_for
from recruitment import guide, machine, policies
from recruitment.forms.acts import AnswerForm, EndForm, ReinstateForm, TransferForm
from recruitment.forms.lists import CaseFilterForm
from recruitment.forms.person import GROUPS, NewCaseForm, PersonForm
from recruitment.models import Case, Material, Person, Transfer, Veto
from recruitment.policies import ENTERING_ROLES, SEEING_ROLES, Answer, Denied
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import EDITIONS, day_text, flag_name
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import caselist, casepage, timeline
from recruitment.selectors.casefile import CaseFile, load
from recruitment.services import cases, interventions
from recruitment.services.base import Refusal, Refused, guard
from recruitment.services.interventions import pending_transfer
from recruitment.views import casebox, chronicle, reviewed
from recruitment.views.aftermath import leave, step_title
from recruitment.views.base import Page, call, explained
from recruitment.views.entering import asked_for, entering_actor
from recruitment.words import listed, localised

PER_PAGE = 50
#: The same form sent twice within this time is one act.
_TWICE = timedelta(minutes=2)


class CaseAct(Page):
    """A page that leads to one act on a case; who may not do it is told why, instead of a form."""

    def refusals(
        self, file: CaseFile, answer: Answer, *, right_step: bool = True, ends: str = ""
    ) -> tuple[Refusal, ...]:
        """What stands against the act, as the services will say."""
        try:
            guard(file, answer, right_step=right_step, ends=ends)
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
        given = self.request.POST.get("version", "")
        return int(given) if given.isascii() and given.isdigit() else None


# -- the list -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseRow:
    case: Case
    name: Text | str
    number: int | None
    status: str
    due_name: Text | None
    holder: str


class CaseList(Page):
    """Everybody within the reach of one's seats."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = caselist.choices(self.actor, request.GET.get("branch", "").strip())
        form = CaseFilterForm(request.GET, found)
        wanted = form.wanted()
        rows = caselist.cases(self.actor, wanted, request.today)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "page_obj": page,
            "rows": [_row(case) for case in page],
            "filtered": form.given(),
            "shows_branch": len(found.organisations) > 1,
            "may_open": bool(_own_branches(self)),
            "sees": bool(self.actor.grants_of(*SEEING_ROLES)),
        }
        return render(request, "recruitment/case_list.html", context)


def _row(case: Case) -> CaseRow:
    key = case.step if case.step in STEPS else case.ended_at_step
    holder = reviewed.holder_of(case)
    return CaseRow(
        case=case,
        name=texts.STEPS[key] if case.is_open else case.get_end_display(),
        number=STEPS[key].number if case.is_open else None,
        status=_status(case),
        due_name=flag_name(case.due_code) if case.due_code else None,
        holder=str(holder) if holder else "",
    )


def _status(case: Case) -> str:
    """What is worth a tag: that a step is open goes without saying."""
    if not case.is_open:
        return case.step
    if case.freeze:
        return "frozen"
    return "" if case.status == machine.OPEN else case.status


# -- a new case ---------------------------------------------------------------------------------------------------


def _own_branches(page: Page) -> list[int]:
    grants = page.actor.grants_of(*ENTERING_ROLES[Side.BRANCH])
    return list(dict.fromkeys(g.organisation_id for g in grants if g.organisation_kind == Organisation.Kind.BRANCH))


class CaseNew(Page):
    """Enter a person who has applied; only for seats that enter for a branch."""

    def get(self, request: HttpRequest) -> HttpResponse:
        branches = self._branches()
        if not branches:
            return render(request, "recruitment/case_new_refused.html", status=403)
        return self._show(branches, NewCaseForm(branches=branches, principals=self._principals(branches)))

    def post(self, request: HttpRequest) -> HttpResponse:
        branches = self._branches()
        if not branches:
            return render(request, "recruitment/case_new_refused.html", status=403)
        form = NewCaseForm(request.POST, branches=branches, principals=self._principals(branches))
        if form.is_valid():
            answer = policies.may_open_case(self.actor, form.branch.pk)
            done = call(
                cases.open_case,
                form=form,
                today=request.today,
                branch=form.branch,
                person=form.person(),
                actor=entering_actor(answer, request, form),
                now=request.now,
            )
            if done is not None:
                return leave(request, _("%(name)s已建档，编号 %(number)s。") % _named(done.case), done)
        return self._show(branches, form)

    def _branches(self) -> list[Organisation]:
        return list(Organisation.objects.filter(pk__in=_own_branches(self)).alive_on(self.request.today))

    def _principals(self, branches: list[Organisation]) -> list[tuple[int, str]] | None:
        return asked_for(policies.may_open_case(self.actor, branches[0].pk), self.request)

    def _show(self, branches: list[Organisation], form: NewCaseForm) -> HttpResponse:
        existing = self._existing(form)
        if existing is not None and existing.opened_at > self.request.now - _TWICE:
            # The form was sent twice; the first has opened the case.
            return redirect(existing)
        context = {"form": form, "branches": branches, "existing": existing}
        return render(self.request, "recruitment/case_new.html", context)

    def _existing(self, form: NewCaseForm) -> Case | None:
        """The person's open case, where the reader may see it."""
        number = form.cleaned_data.get("id_number") if form.is_bound else None
        number = number or (form.data.get("id_number", "") if form.is_bound and "id_number" in form.errors else "")
        if not number:
            return None
        visible = Case.objects.visible_to(self.actor).open()
        return visible.filter(person__id_index=Person.index_of(number)).select_related("person").first()


def _named(case: Case) -> dict[str, str]:
    return {"name": case.person.name, "number": case.number}


# -- the case -----------------------------------------------------------------------------------------------------

TABS = ("steps", "materials")


class CasePage(Page):
    """The pass-through of five stages and 31 steps, and the one thing to do now."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        assessment = file.assess(request.today)
        tab = request.GET.get("tab", TABS[0])
        if tab not in TABS:
            raise Http404
        context = casebox.head(file, assessment, self.actor, tab=tab)
        if tab == "materials":
            context["groups"] = list(_paper_groups(file, casepage.case_papers(file.case, self.actor)))
        else:
            context |= self._overview(file, assessment)
        context["done"] = reviewed.recall(request)
        return render(request, f"recruitment/case_{tab}.html", context)

    def _overview(self, file: CaseFile, assessment: Any) -> dict[str, Any]:
        today, actor, case = self.request.today, self.actor, file.case
        standing = casepage.standing_of(case)
        edition = edition_of(today)
        takes_part = bool(policies.may_take_part(actor, case.scope))
        ended_by_veto = case.end == Case.End.VETO and standing.veto is not None
        return {
            "now_box": casebox.now_of(file, assessment, standing, actor, today),
            "standing": standing,
            "veto_words": texts.VETOES.get(standing.veto.code) if standing.veto else None,
            "suspended": [
                (suspension, texts.VETOES[suspension.code]) for suspension in standing.suspensions
            ],
            "facets": guide.facets(assessment.step).under(edition)
            if case.is_open and not case.freeze and assessment.step
            else None,
            "facet_papers": _facet_papers(assessment.step) if assessment.step else [],
            "edition": EDITIONS[edition],
            "flags": casebox.flag_lines(file, assessment, actor, today) if case.is_open else [],
            "beside": casebox.beside_of(file, assessment, actor),
            "locks": casebox.lock_lines(assessment, today),
            "deadlines": casebox.deadline_lines(file, assessment),
            "step_stages": casebox.step_lines(file, assessment),
            "may_end": takes_part and case.is_open and not case.freeze,
            "may_reinstate": ended_by_veto and bool(policies.may_verify(actor, case.scope, Side.DEPARTMENT)),
        }


def _facet_papers(key: str) -> list[tuple[str, Text]]:
    return [(code, texts.FORMS.get(code) or texts.DOCUMENTS[code]) for code in guide.facets(key).materials_produced.codes]


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """The papers of one step, those missing among them."""

    number: int
    name: Text
    url: str
    papers: list[dict[str, Any]]


def _paper_groups(file: CaseFile, papers: list[casepage.CasePaper]) -> Iterable[PaperGroup]:
    by_step: dict[str, list[casepage.CasePaper]] = {}
    for paper in papers:
        by_step.setdefault(paper.material.record.step, []).append(paper)
    for key, row in STEPS.items():
        record = file.record(key)
        found = by_step.get(key, [])
        held = {paper.material.code for paper in found if paper.material.record_id == (record.pk if record else 0)}
        missing = [code for code in row.required_papers if code not in held] if record is not None else []
        if not found and not missing:
            continue
        uploads = record is not None and file.case.is_open and record.status not in (
            machine.SUBMITTED,
            machine.VERIFIED,
        )
        shown = [paper_line(file.case, paper) for paper in found]
        if uploads:
            shown += [{"code": code, "name": texts.DOCUMENTS[code], "missing": True} for code in missing]
        if shown:
            yield PaperGroup(row.number, texts.STEPS[key], casebox.step_url(file.case, key), shown)


def paper_line(case: Case, paper: casepage.CasePaper) -> dict[str, Any]:
    """See ``components/materials.html``."""
    material = paper.material

    def address(row: Material) -> str:
        return reverse("material", args=[case.number, row.pk])

    return {
        "code": material.code,
        "name": texts.DOCUMENTS[material.code],
        "url": address(material),
        "version": material.version,
        "size": material.size,
        "digest": material.sha256,
        "uploaded_by": _by(material),
        "uploaded_at": material.uploaded_at,
        "seen_original": material.original_seen_at is not None,
        "seen_by": str(material.original_seen_by or ""),
        "note": _("会议共用：%(sitting)s") % {"sitting": material.sitting} if material.sitting_id else "",
        "elsewhere": _elsewhere(paper),
        "older": [{"url": address(old), "version": old.version, "uploaded_at": old.uploaded_at} for old in paper.older],
    }


def _by(material: Material) -> str:
    name = str(material.uploaded_by or "")
    return _("%(name)s（代 %(behalf)s 录入）") % {"name": name, "behalf": material.uploaded_for} if material.uploaded_for else name


def _elsewhere(paper: casepage.CasePaper) -> str:
    places = [f"{twin.case.person.name} {twin.case.number} {twin.code}" for twin in paper.elsewhere]
    if paper.more:
        places.append(_("另有 %(n)s 处") % {"n": paper.more})
    if paper.unseen:
        places.append(_("您看不到的 %(n)s 处") % {"n": paper.unseen})
    return listed(places)


# -- the record ---------------------------------------------------------------------------------------------------


class CaseHistory(Page):
    """Who did what, for whom, and when: as it happened, as it was entered, as it was verified."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        page = Paginator(timeline.entries_of(file.case), PER_PAGE).get_page(request.GET.get("page"))
        context = casebox.head(file, file.assess(request.today), self.actor, tab="history")
        context |= {"page_obj": page, "entries": list(chronicle.in_words(page.object_list)), "done": None}
        return render(request, "recruitment/case_history.html", context)


# -- the person ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonGroup:
    title: str
    facts: list[dict[str, Any]]


class CasePerson(CaseAct):
    """What is known of the person, in clear: only for those who enter or verify this case."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        refused = self._refused(file)
        if refused is not None:
            return refused
        form = None
        if "edit" in request.GET and self._may_edit(file):
            form = PersonForm(person=file.case.person, principals=self._principals(file))
        return self._show(file, form)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        answer = policies.may_open_case(self.actor, file.case.branch_id)
        refusals = self.refusals(file, answer)
        if refusals:
            return self.refuse(file, refusals, title=_("更正基本情况"))
        form = PersonForm(request.POST, person=file.case.person, principals=self._principals(file))
        if form.is_valid():
            changes = form.changes()
            if not changes:
                return redirect("case_person", number=number)
            done = call(
                cases.change_person,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                changes=changes,
                actor=entering_actor(answer, request, form),
                now=request.now,
            )
            if done is not None:
                return leave(request, _("%(name)s的基本情况已更正。") % {"name": done.case.person.name}, done)
        return self._show(file, form)

    def _refused(self, file: CaseFile) -> HttpResponse | None:
        answer = policies.may_take_part(self.actor, file.case.scope)
        if isinstance(answer, Denied):
            sentence = _("本人基本情况含有个人隐私，只有办理和校核这份纪实的人员可以查看。")
            return self.refuse(file, [Refusal("not_allowed", message=sentence)], title=_("本人基本情况"))
        return None

    def _may_edit(self, file: CaseFile) -> bool:
        case = file.case
        return case.is_open and not case.freeze and bool(policies.may_open_case(self.actor, case.branch_id))

    def _principals(self, file: CaseFile) -> list[tuple[int, str]] | None:
        return asked_for(policies.may_open_case(self.actor, file.case.branch_id), self.request)

    def _show(self, file: CaseFile, form: PersonForm | None) -> HttpResponse:
        context = casebox.head(file, file.assess(self.request.today), self.actor, tab="person")
        context |= {
            "form": form,
            "groups": list(_person_groups(file.case.person, clear="clear" in self.request.GET)),
            "clear": "clear" in self.request.GET,
            "may_edit": self._may_edit(file),
            "done": None,
        }
        return render(self.request, "recruitment/case_person.html", context)


def _person_groups(person: Person, *, clear: bool) -> Iterable[PersonGroup]:
    """``clear``: the identity number in full, which comparing it with the document needs and nothing else."""
    for title, names in GROUPS:
        facts = [
            {
                "label": texts.PERSON_FIELDS[name].label,
                "value": person.masked_id_number if name == "id_number" and not clear else _person_value(person, name),
            }
            for name in names
        ]
        yield PersonGroup(str(title), facts)


def _person_value(person: Person, name: str) -> Any:
    value = getattr(person, name)
    if name == "has_personnel_archive":
        return _("有") if value else _("没有")
    if name in texts.PERSON_CHOICES:
        return texts.PERSON_CHOICES[name].get(value)
    if value in ("", None):
        return None
    return day_text(value) if name in ("birth_date", "expected_leave_date") else value


# -- ends and moves -----------------------------------------------------------------------------------------------


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
        return _confirm(
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
        form = TransferForm(
            data, today=request.today, leaving=file.case.branch, principals=asked_for(answer, request)
        )
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
        return _confirm(
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
                happened = _("%(name)s已由%(branch)s接收。") if accepts else _("已退回%(name)s的转接，原党支部继续办理。")
                reviewed.remember(request, happened % {"name": done.case.person.name, "branch": done.case.branch}, done)
                sees = policies.may_see(self.actor, done.case.scope)
                return redirect(done.case if sees else reverse("dashboard"))
            file = load(file.case.pk)
        facts = [
            {"label": _("姓名"), "value": file.case.person.name},
            {"label": _("转出"), "value": str(transfer.from_branch)},
            {"label": _("转入"), "value": str(transfer.to_branch)},
            {"label": _("现在办到"), "value": step_title(file.facts().current or file.case.step)},
            {"label": _("转接原因"), "value": transfer.reason or None},
        ]
        return _confirm(
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
        return _confirm(
            request,
            file,
            form,
            title=_("恢复办理"),
            sentence=_("%(name)s申诉成立，从终止的环节继续办理。") % {"name": case.person.name},
            consequence=_("红灯撤销；原来的起算日期不变，已经过了的期限照样亮黄灯。"),
            label=_("恢复办理"),
            facts=facts,
        )


def _confirm(
    request: HttpRequest,
    file: CaseFile,
    form: forms.Form,
    *,
    title: str,
    sentence: str,
    consequence: str,
    label: str,
    facts: list[dict[str, Any]] | None = None,
) -> HttpResponse:
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
