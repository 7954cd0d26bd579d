"""Pages of one step: its form or its record, log entries, papers, the branch's report, explanations, and files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

from recruitment import guide, machine, policies
from recruitment.forms.acts import ExplainForm, LogForm, PapersForm, ReportForm
from recruitment.forms.base import ActForm, paper_field
from recruitment.forms.steps import StepForm as ActOfStepForm
from recruitment.forms.steps import step_form
from recruitment.models import Case, LogEntry, Material, StepRecord
from recruitment.policies import Answer
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import EDITIONS, flag_name
from recruitment.rules.gates import Reason as GateReason
from recruitment.rules.lights import Assessment
from recruitment.rules.schema import Side, Step
from recruitment.rules.steps import STEPS
from recruitment.selectors import casepage
from recruitment.selectors.casefile import CaseFile
from recruitment.selectors.submission import Submission, submission_of
from recruitment.services import acts, review
from recruitment.services.base import Done, Refusal, Refused
from recruitment.services.materials import Upload
from recruitment.views import casebox, entered
from recruitment.views.aftermath import aftermath, leave, step_title
from recruitment.views.base import call, mark
from recruitment.views.cases import CaseAct
from recruitment.views.entering import asked_for, entering_actor
from recruitment.words import listed

_SUBMIT = "submit"


@dataclass(frozen=True)
class Sheet:
    """One step of one case as the reader meets it."""

    file: CaseFile
    row: Step
    record: StepRecord | None
    assessment: Assessment
    answer: Answer
    refusals: tuple[Refusal, ...]

    @property
    def case(self) -> Case:
        return self.file.case

    @property
    def fills(self) -> bool:
        """Whether the reader may enter the act of the step now."""
        return not self.refusals

    @property
    def logs(self) -> bool:
        """Whether the log of the step takes entries."""
        return self.case.is_open and not self.case.freeze and acts.takes_log(self.file, self.row.key)


class StepPage(CaseAct):
    """What the pages of one step share."""

    def sheet(self, number: str, key: str) -> Sheet:
        if key not in STEPS:
            raise Http404
        file, row = self.file(number), STEPS[key]
        assessment = file.assess(self.request.today)
        answer = policies.may_enter(self.actor, file.case.scope, row.side)
        refusals = self.refusals(file, answer, right_step=acts.takes_entry(file, key, assessment.step))
        return Sheet(file, row, file.record(key), assessment, answer, refusals)

    def held(self, sheet: Sheet) -> list[Material]:
        """The papers of the step's record."""
        record = sheet.record
        return [m for m in sheet.file.materials if record is not None and m.record_id == record.pk]

    def keep_uploads(self, sheet: Sheet, form: ActForm, answer: Answer, *, step: str) -> list[Upload]:
        """A refused form loses no file: what can be taken is stored as papers of the step at once."""
        held = {(material.code, material.sha256) for material in self.held(sheet)}
        fresh = [upload for upload in form.uploads() if (upload.code, upload.sha256) not in held]
        if not fresh or not _principal_known(form):
            return []
        try:
            acts.upload(
                case_id=sheet.case.pk,
                step=step,
                uploads=fresh,
                actor=entering_actor(answer, self.request, form),
                now=self.request.now,
            )
        except Refused:
            return []
        return fresh

    def trail(self, sheet: Sheet) -> dict[str, Any]:
        """Context that every page of a step has."""
        today, key = self.request.today, sheet.row.key
        day = sheet.record.action_on if sheet.record is not None and sheet.record.action_on else today
        edition = edition_of(day)
        return {
            "file": sheet.file,
            "case": sheet.case,
            "person": sheet.case.person,
            "row": sheet.row,
            "record": sheet.record,
            "step_name": texts.STEPS[key],
            "stage_name": texts.STAGES[sheet.row.stage],
            "step_total": len(STEPS),
            "light": sheet.assessment.light,
            "facets": guide.facets(key).under(edition),
            "facet_papers": [
                (code, texts.FORMS.get(code) or texts.DOCUMENTS[code])
                for code in guide.facets(key).materials_produced.codes
            ],
            "edition": EDITIONS[edition],
        }


def _principal_known(form: ActForm) -> bool:
    """A clerk who has not said for whom she enters has entered nothing yet."""
    return "on_behalf_of" not in form.errors


# -- the act ------------------------------------------------------------------------------------------------------


class StepForm(StepPage):
    """The form of a step for those who may enter it now; for all others, and at all other times, its record."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        return self._show(sheet, self._form(sheet) if sheet.fills else None)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        if not sheet.fills:
            return self._too_late(sheet)
        form = self._form(sheet, request.POST, request.FILES)
        if form.is_valid():
            done = self._enter(sheet, form)
            if done is not None:
                return leave(request, aftermath(done), done)
        return self._again(sheet, form)

    def _form(self, sheet: Sheet, data: Any = None, files: Any = None) -> ActOfStepForm:
        principals = asked_for(sheet.answer, self.request)
        return step_form(sheet.row.key, sheet.file, self.request.today, data, files, principals=principals)

    def _enter(self, sheet: Sheet, form: ActOfStepForm) -> Done | None:
        service = acts.submit if self.request.POST.get("act") == _SUBMIT else acts.record
        key, today = sheet.row.key, self.request.today
        try:
            return service(
                case_id=sheet.case.pk,
                step=key,
                values=form.values(),
                uploads=form.uploads(),
                override=form.cleaned_data.get("override", ""),
                actor=entering_actor(sheet.answer, self.request, form),
                now=self.request.now,
                expected_version=self.version(),
                whole=True,
            )
        except Refused as refused:
            mark(form, _beside_fields(refused.refusals), today, file=sheet.file, step=key)
            form.stale = "stale" in refused.codes
        return None

    def _again(self, sheet: Sheet, form: ActOfStepForm) -> HttpResponse:
        """The same form with what was typed; its good files are stored, since a browser cannot keep them."""
        kept: list[Upload] = []
        stale = getattr(form, "stale", False)
        if stale:
            fresh = self.sheet(sheet.case.number, sheet.row.key)
            if self._came_twice(fresh):
                return redirect(fresh.case)
            if not fresh.fills:
                return self._too_late(fresh)
        kept = self.keep_uploads(sheet, form, sheet.answer, step=sheet.row.key)
        sheet = self.sheet(sheet.case.number, sheet.row.key)
        # The papers stored just now and a version that fits: the next attempt starts from here.
        form.file, form.record = sheet.file, sheet.record
        if stale and sheet.record is not None and sheet.record.acted:
            form.stored, form.shows_stored = sheet.record.typed_values(), True
        return self._show(sheet, form, kept=kept)

    def _came_twice(self, sheet: Sheet) -> bool:
        """Whether the record already holds just what this form says, by the same hand: a double click."""
        record = sheet.record
        if record is None or not record.acted or record.entered_by_id != self.actor.user_id:
            return False
        wanted = machine.SUBMITTED if self.request.POST.get("act") == _SUBMIT else machine.RECORDED
        if record.status != wanted:
            return False
        form = self._form(sheet, self.request.POST, self.request.FILES)
        return form.is_valid() and form.is_recorded()

    def _too_late(self, sheet: Sheet) -> HttpResponse:
        """The step takes no act from this seat now: say so, and lose nothing of what was typed."""
        if self._came_twice(sheet):
            return redirect(sheet.case)
        form = self._form(sheet, self.request.POST)
        form.is_valid()
        typed = [
            {"label": line.field.label, "value": value}
            for line in form.lines(field.name for field in sheet.row.fields)
            if (value := _as_typed(line.field.value()))
        ]
        return self._show(sheet, None, typed=typed, status=409)

    def _show(
        self,
        sheet: Sheet,
        form: ActOfStepForm | None,
        *,
        kept: Sequence[Upload] = (),
        typed: Sequence[dict[str, Any]] = (),
        status: int = 200,
    ) -> HttpResponse:
        context = self.trail(sheet)
        context |= {
            "form": form,
            "kept": [{"code": upload.code, "name": upload.name} for upload in kept],
            "typed": typed,
            "reasons": casebox.reasons_of(form.refused) if form is not None else [],
            "locks": [
                casebox.reason_of(words, casebox.LOCKED)
                for words in (casebox.explain_lock(lock, self.request.today) for lock in sheet.assessment.locks)
            ]
            if sheet.row.key == sheet.assessment.step
            else [],
            "unlocks_on": sheet.assessment.unlocks_on if sheet.row.key == sheet.assessment.step else None,
            "returned": sheet.record is not None and sheet.record.status == machine.RETURNED,
            "log": self._log(sheet),
            "past": self._past(sheet),
        }
        if form is None:
            context |= self._as_record(sheet)
        return render(self.request, "recruitment/step.html", context, status=status)

    def _as_record(self, sheet: Sheet) -> dict[str, Any]:
        case, record, row = sheet.case, sheet.record, sheet.row
        takes_part = bool(policies.may_take_part(self.actor, case.scope))
        submission = submission_of(sheet.file, record, self.actor) if record is not None else None
        denied = [refusal.message for refusal in sheet.refusals if refusal.message]
        return {
            "facts": entered.entered(submission, sealed=takes_part) if submission and record and record.acted else [],
            "dates": _three_dates(submission) if submission else [],
            "papers": [_paper_line(case, paper) for paper in submission.papers] if submission else [],
            "missing": [(code, texts.DOCUMENTS[code]) for code in submission.missing] if submission else [],
            "situation": _situation(sheet, denied),
            "verify_url": casebox.case_url(case, "case_verify") if self._verifies(sheet) else "",
            "report_url": casebox.step_url(case, row.key, "step_report") if self._reports(sheet) else "",
            "papers_url": casebox.step_url(case, row.key, "step_papers") if self._hands_in(sheet) else "",
        }

    def _verifies(self, sheet: Sheet) -> bool:
        is_due = review.is_verifiable(sheet.file, sheet.row.key, sheet.assessment.step) and not sheet.case.freeze
        return is_due and bool(policies.may_verify(self.actor, sheet.case.scope, sheet.row.verifier_side))

    def _reports(self, sheet: Sheet) -> bool:
        return bool(sheet.row.report_field) and not _report_refusals(self, sheet)

    def _hands_in(self, sheet: Sheet) -> bool:
        return bool(sheet.row.papers) and not _paper_refusals(self, sheet)[1]

    def _log(self, sheet: Sheet) -> dict[str, Any] | None:
        if not sheet.row.is_log:
            return None
        takes_part = bool(policies.may_take_part(self.actor, sheet.case.scope))
        kinds = _kinds(self, sheet)
        return {
            "entries": [
                {
                    "entry": entry,
                    "kind": texts.LOG_KINDS[entry.kind],
                    "text": entry.text if takes_part else "",
                    "hidden": bool(entry.text) and not takes_part,
                }
                for entry in casepage.log_entries(sheet.file, sheet.row.key)
            ],
            "url": casebox.step_url(sheet.case, sheet.row.key, "step_log") if kinds and sheet.logs else "",
        }

    def _past(self, sheet: Sheet) -> dict[str, Any]:
        past = casepage.past_of(sheet.case, sheet.row.key, sheet.record)
        return {
            "attempts": [(attempt, texts.OUTCOMES.get(attempt.outcome)) for attempt in past.attempts],
            "records": past.records,
        }


def _as_typed(value: Any) -> str:
    if isinstance(value, list | tuple):
        return listed(str(item) for item in value if item)
    return str(value or "").strip()


def _beside_fields(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Missing papers are named one by one, each beside its own field."""
    found = []
    for refusal in refusals:
        if refusal.code == "material_missing":
            found += [
                Refusal(
                    refusal.code,
                    codes=(code,),
                    field=paper_field(code),
                    reason=GateReason(refusal.code, codes=(code,)),
                )
                for code in refusal.codes
            ]
        else:
            found.append(refusal)
    return found


def _situation(sheet: Sheet, denied: Sequence[str]) -> str:
    """Why there is no form, in one sentence."""
    case, record, key = sheet.case, sheet.record, sheet.row.key
    if not case.is_open:
        return _("这份纪实已经结束（%(end)s），只供查阅。") % {"end": case.get_end_display()}
    if record is not None and record.status == machine.VERIFIED:
        return _("这一步已经校核通过。需要更正的，请校核单位送回这一步重新办理。")
    if record is not None and record.status == machine.SUBMITTED:
        verifier = casebox.body_of(case, sheet.row.verifier_side)
        return _("这一步已经提交，由%(body)s校核；校核单位退回以后才能修改。") % {"body": verifier}
    if case.freeze:
        return _("本案已经冻结，现在不能办理；期限照算。")
    current = sheet.assessment.step
    if record is None and current is not None:
        return _("这一步还没有开放：%(step)s校核通过以后，按次序开放。") % {"step": step_title(sheet.row.requires[0])}
    if not acts.takes_entry(sheet.file, key, current) and current is not None and not sheet.row.is_log:
        return _("现在办到%(step)s，这一步随后办理。") % {"step": step_title(current)}
    if sheet.row.is_log and current != key and current is not None:
        return _("可以随时登记；%(step)s校核通过以后，才能办结这一步。") % {"step": step_title(current)}
    return " ".join(denied)


def _three_dates(submission: Submission) -> list[entered.Fact]:
    """When it happened, when it was entered, when it was verified, and by whom."""
    record = submission.record
    facts = []
    if record.action_on:
        facts.append(entered.Fact(_("办理日期"), entered.day_text(record.action_on)))
    if record.reported_on:
        facts.append(entered.Fact(_("支部报送"), entered.day_text(record.reported_on)))
    for label, at, who, behalf in (
        (_("录入"), record.entered_at, record.entered_by_id, record.entered_for),
        (_("提交"), record.submitted_at, record.submitted_by_id, submission.person(record.submitted_for_id)),
        (_("校核通过"), record.verified_at, record.verified_by_id, ""),
    ):
        if at is not None:
            note = submission.person(who) or (str(record.verified_by) if who == record.verified_by_id and who else "")
            if behalf:
                note = _("%(name)s（代 %(behalf)s 录入）") % {"name": note, "behalf": behalf}
            facts.append(entered.Fact(label, _moment(at), note))
    return facts


def _moment(at: Any) -> texts.Text:
    from django.utils.timezone import localtime

    local = localtime(at)
    day = entered.day_text(local.date())
    return texts.Text(f"{day.zh} {local:%H:%M}", f"{day.en} {local:%H:%M}")


def _paper_line(case: Case, paper: Any) -> dict[str, Any]:
    from recruitment.views.cases import paper_line

    return paper_line(case, casepage.CasePaper(paper.material, paper.older, paper.elsewhere))


# -- log entries --------------------------------------------------------------------------------------------------


def _kinds(page: StepPage, sheet: Sheet) -> list[str]:
    """The kinds of entries that the reader may make: the yearly analysis is the committee's."""
    return [kind for kind in sheet.row.log_kinds if acts.may_log(page.actor, sheet.file, sheet.row.key, kind)]


class StepLog(StepPage):
    """One entry of a log."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), None, None)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), request.POST, request.FILES)

    def _handle(self, sheet: Sheet, data: Any, files: Any) -> HttpResponse:
        request, key = self.request, sheet.row.key
        if not sheet.row.is_log:
            raise Http404
        kinds = _kinds(self, sheet)
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
                uploads=form.uploads(),
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                kind = casebox.localised(texts.LOG_KINDS[given["kind"]])
                happened = _("%(kind)s已登记：%(day)s。") % {"kind": kind, "day": given["on"].isoformat()}
                return leave(request, happened, done)
        kept = self.keep_uploads(sheet, form, answer, step=key) if form.is_bound else []
        sheet = self.sheet(sheet.case.number, key) if form.is_bound else sheet
        context = self.trail(sheet) | {
            "form": form,
            "kept": [{"code": upload.code, "name": upload.name} for upload in kept],
            "title": _("登记一次"),
            "reasons": casebox.reasons_of(form.refused),
            "submit_label": _("登记"),
        }
        return render(request, "recruitment/step_act.html", context)

    def _came_twice(self, sheet: Sheet, form: LogForm) -> bool:
        """Whether the same entry, of the version before this one, was made by the same hand: a double click."""
        given = form.cleaned_data
        twins = LogEntry.objects.filter(
            record=sheet.record, kind=given["kind"], on=given["on"], entered_by=self.actor.user_id
        )
        version = self.version()
        return version is not None and version < sheet.case.version and twins.exists()


# -- papers and the report ----------------------------------------------------------------------------------------


def _paper_refusals(page: StepPage, sheet: Sheet) -> tuple[Answer, tuple[Refusal, ...]]:
    answer = sheet.answer
    if not answer and sheet.row.report_field:
        answer = policies.may_enter(page.actor, sheet.case.scope, Side.BRANCH)
    takes = acts.takes_papers(sheet.file, sheet.row.key, sheet.assessment.step)
    return answer, page.refusals(sheet.file, answer, right_step=takes)


def _report_refusals(page: StepPage, sheet: Sheet) -> tuple[Refusal, ...]:
    answer = policies.may_enter(page.actor, sheet.case.scope, Side.BRANCH)
    takes = acts.takes_entry(sheet.file, sheet.row.key, sheet.assessment.step)
    return page.refusals(sheet.file, answer, right_step=takes)


class StepPapers(StepPage):
    """Papers of a step, before or after its act is entered."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), None, None)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), request.POST, request.FILES)

    def _handle(self, sheet: Sheet, data: Any, files: Any) -> HttpResponse:
        request, key = self.request, sheet.row.key
        if not sheet.row.papers:
            raise Http404
        answer, refusals = _paper_refusals(self, sheet)
        if refusals:
            return self.refuse(sheet.file, refusals, title=_("上传材料"), step=key)
        form = PapersForm(
            data, files, step=sheet.row, held=self.held(sheet), principals=asked_for(answer, request)
        )
        if form.is_valid():
            held = {(material.code, material.sha256) for material in self.held(sheet)}
            fresh = [upload for upload in form.uploads() if (upload.code, upload.sha256) not in held]
            if not fresh:
                # The very same files are there: sent twice, or chosen again.
                return redirect("step", number=sheet.case.number, step=key)
            done = call(
                acts.upload,
                form=form,
                today=request.today,
                file=sheet.file,
                step=key,
                case_id=sheet.case.pk,
                uploads=fresh,
                actor=entering_actor(answer, request, form),
                now=request.now,
            )
            if done is not None:
                codes = listed(dict.fromkeys(upload.code for upload in fresh))
                return leave(request, _("材料已上传：%(codes)s。") % {"codes": codes}, done)
        kept = self.keep_uploads(sheet, form, answer, step=key) if form.is_bound else []
        sheet = self.sheet(sheet.case.number, key) if form.is_bound else sheet
        context = self.trail(sheet) | {
            "form": form,
            "kept": [{"code": upload.code, "name": upload.name} for upload in kept],
            "title": _("上传材料"),
            "reasons": casebox.reasons_of(form.refused),
            "submit_label": _("上传"),
        }
        return render(request, "recruitment/step_act.html", context)


class StepReport(StepPage):
    """The branch hands its papers up, which starts the committee's clock."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), None, None)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        return self._handle(self.sheet(number, step), request.POST, request.FILES)

    def _handle(self, sheet: Sheet, data: Any, files: Any) -> HttpResponse:
        request, key = self.request, sheet.row.key
        if not sheet.row.report_field:
            raise Http404
        refusals = _report_refusals(self, sheet)
        if refusals:
            return self.refuse(sheet.file, refusals, title=_("报送材料"), step=key)
        answer = policies.may_enter(self.actor, sheet.case.scope, Side.BRANCH)
        record = sheet.record
        form = ReportForm(
            data,
            files,
            step=sheet.row,
            held=self.held(sheet),
            today=request.today,
            reported_on=record.reported_on if record is not None else None,
            principals=asked_for(answer, request),
        )
        if form.is_valid():
            if self._came_twice(sheet, form):
                return redirect(sheet.case)
            done = call(
                acts.report,
                form=form,
                today=request.today,
                file=sheet.file,
                step=key,
                case_id=sheet.case.pk,
                reported_on=form.day,
                uploads=form.uploads(),
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                body = casebox.body_of(done.case, sheet.row.side)
                return leave(request, _("%(step)s的材料已报送%(body)s。") % {"step": step_title(key), "body": body}, done)
        kept = self.keep_uploads(sheet, form, answer, step=key) if form.is_bound else []
        sheet = self.sheet(sheet.case.number, key) if form.is_bound else sheet
        context = self.trail(sheet) | {
            "form": form,
            "kept": [{"code": upload.code, "name": upload.name} for upload in kept],
            "title": _("报送材料"),
            "lede": _("报送以后由%(body)s办理，期限从报送日期算起；日期有误可以再次报送更正。")
            % {"body": casebox.body_of(sheet.case, sheet.row.side)},
            "reasons": casebox.reasons_of(form.refused),
            "submit_label": _("报送"),
        }
        return render(request, "recruitment/step_act.html", context)

    def _came_twice(self, sheet: Sheet, form: ReportForm) -> bool:
        version, record = self.version(), sheet.record
        return (
            version is not None
            and version < sheet.case.version
            and record is not None
            and record.reported_on == form.day
        )


# -- explanations -------------------------------------------------------------------------------------------------


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
                happened = _("“%(flag)s”的说明已保存。") % {"flag": casebox.localised(flag_name(code))}
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
        return self.refuse(file, [Refusal("not_this_step", message=sentence)], title=casebox.localised(flag_name(code)))


# -- files --------------------------------------------------------------------------------------------------------

#: What a browser may show itself; everything else is downloaded.
_SHOWN = re.compile(r"application/pdf|image/(jpeg|png|webp)")
#: A paper is data from outside: whatever it holds, it runs nothing and loads nothing.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox; frame-ancestors 'self'"
_PDF = "default-src 'none'; object-src 'self'; plugin-types application/pdf; style-src 'unsafe-inline'; frame-ancestors 'self'"


@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class MaterialFile(StepPage):
    """One version of a paper, for those who may see its case."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        visible = Case.objects.visible_to(self.actor).filter(number=number)
        material = Material.objects.filter(case__in=visible, pk=pk).first()
        if material is None:
            raise Http404
        try:
            content = material.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        shown = _SHOWN.fullmatch(material.content_type) is not None and "download" not in request.GET
        response = FileResponse(
            content,
            as_attachment=not shown,
            filename=material.original_name,
            content_type=material.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = _PDF if material.content_type == "application/pdf" else _SANDBOX
        return response
