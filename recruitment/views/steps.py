"""The page of a step: its form for who may enter it now, its record for all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from recruitment import machine, policies
from recruitment.forms.base import paper_field
from recruitment.forms.steps import StepForm as ActOfStepForm
from recruitment.forms.steps import step_form
from recruitment.models import Draft, LogEntry, StepRecord
from recruitment.rules import texts
from recruitment.rules.explain import day_text, explain_lock
from recruitment.rules.gates import Reason as GateReason
from recruitment.rules.schema import Side
from recruitment.rules.texts import Text
from recruitment.selectors import casepage, learning
from recruitment.selectors.casepage import CasePaper
from recruitment.selectors.drafts import draft_of
from recruitment.selectors.submission import Submission, submission_of
from recruitment.services import acts, corrections, review
from recruitment.services.base import Done, Refusal, Refused
from recruitment.services.inquiries import INQUIRING_STEPS
from recruitment.services.materials import Upload
from recruitment.views import casebox, entered
from recruitment.views.aftermath import aftermath, leave, step_title
from recruitment.views.base import mark
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.papers import paper_line
from recruitment.views.sheets import Sheet, StepPage
from recruitment.words import listed

_SUBMIT = "submit"


class StepForm(StepPage):
    """The form of a step for those who may enter it now; for all others, and at all other times, its record."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        if not sheet.fills:
            return self._show(sheet, None)
        form, draft = self._form(sheet), draft_of(sheet.case, step, self.actor)
        if draft is not None and "draft" in request.GET:
            form.resume(draft.values)
        return self._show(sheet, form, draft=draft)

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        if not sheet.fills:
            return self._too_late(sheet)
        form = self._form(sheet, request.POST, self.files(sheet))
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
        if form.stale:
            sheet = self.sheet(sheet.case.number, sheet.row.key)
            if self._came_twice(sheet):
                return redirect(sheet.case)
            if not sheet.fills:
                return self._too_late(sheet)
        kept = self.keep_uploads(sheet, form, sheet.answer)
        sheet = self.sheet(sheet.case.number, sheet.row.key)
        # The papers stored just now and a version that fits: the next attempt starts from here.
        form.file, form.record = sheet.file, sheet.record
        if form.stale and sheet.record is not None and sheet.record.acted:
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
        form = self._form(sheet, self.request.POST, self.files(sheet))
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
        draft: Draft | None = None,
        kept: Sequence[Upload] = (),
        typed: Sequence[dict[str, Any]] = (),
        status: int = 200,
    ) -> HttpResponse:
        context = self.trail(sheet)
        context |= {
            "form": form,
            "draft": draft,
            "draft_outdated": _is_outdated(sheet, draft),
            "draft_url": casebox.step_url(sheet.case, sheet.row.key, "step_draft"),
            "resumed": draft is not None and "draft" in self.request.GET,
            "kept": [{"code": upload.code, "name": upload.name} for upload in kept],
            "typed": typed,
            "reasons": casebox.reasons_of(form.refused) if form is not None else [],
            "locks": [
                casebox.reason_of(explain_lock(lock, self.request.today), casebox.LOCKED)
                for lock in sheet.assessment.locks
            ]
            if sheet.row.key == sheet.assessment.step
            else [],
            "unlocks_on": sheet.assessment.unlocks_on if sheet.row.key == sheet.assessment.step else None,
            "returned": (returned := sheet.record is not None and sheet.record.status == machine.RETURNED),
            "return_name": _return_name(sheet.record) if returned else None,
            "log": self._log(sheet),
            "inquiries_url": casebox.step_url(sheet.case, sheet.row.key, "inquiries")
            if sheet.row.key in INQUIRING_STEPS and sheet.record is not None
            else "",
            "past": self._past(sheet),
            "without_pass": self._without_pass(sheet) if form is not None and sheet.row.side is Side.BRANCH else None,
        }
        context |= self._as_record(sheet) if form is None else {"uploads": self.shelf(sheet)}
        return render(self.request, "recruitment/step.html", context, status=status)

    def _as_record(self, sheet: Sheet) -> dict[str, Any]:
        case, record, row = sheet.case, sheet.record, sheet.row
        takes_part = bool(policies.may_take_part(self.actor, case.scope))
        submission = submission_of(sheet.file, record, self.actor) if record is not None else None
        denied = [refusal.message for refusal in sheet.refusals if refusal.message]
        return {
            "facts": entered.entered(submission, sealed=takes_part) if submission and record and record.acted else [],
            "dates": _three_dates(submission) if submission else [],
            "papers": [
                paper_line(case, CasePaper.naming(paper.material, paper.older, paper.elsewhere))
                for paper in submission.papers
            ]
            if submission
            else [],
            "missing": [(code, texts.DOCUMENTS[code]) for code in submission.missing] if submission else [],
            "checked": [Text(item["zh"], item["en"]) for item in record.checked] if record is not None else [],
            "situation": _situation(sheet, denied),
            "verify_url": casebox.case_url(case, "case_verify") if self._verifies(sheet) else "",
            "report_url": casebox.step_url(case, row.key, "step_report") if self._reports(sheet) else "",
            "papers_url": casebox.step_url(case, row.key, "step_papers") if self._hands_in(sheet) else "",
            "correct_url": casebox.step_url(case, row.key, "step_correct") if self._corrects(sheet) else "",
        }

    def _verifies(self, sheet: Sheet) -> bool:
        is_due = review.is_verifiable(sheet.file, sheet.row.key, sheet.assessment.step) and not sheet.case.freeze
        return is_due and bool(policies.may_verify(self.actor, sheet.case.scope, sheet.row.verifier_side))

    def _reports(self, sheet: Sheet) -> bool:
        return bool(sheet.row.report_field) and not self.report_refusals(sheet)[1]

    def _hands_in(self, sheet: Sheet) -> bool:
        return bool(sheet.row.papers) and not self.paper_refusals(sheet)[1]

    def _corrects(self, sheet: Sheet) -> bool:
        live = not sheet.case.freeze and corrections.is_correctable(sheet.file, sheet.row.key)
        return live and bool(corrections.may_request(self.actor, sheet.file, sheet.row.key))

    def _log(self, sheet: Sheet) -> dict[str, Any] | None:
        if not sheet.row.is_log:
            return None
        takes_part = bool(policies.may_take_part(self.actor, sheet.case.scope))
        kinds = self.log_kinds(sheet)
        return {
            "entries": [
                {
                    "entry": entry,
                    "kind": texts.LOG_KINDS[entry.kind],
                    "text": entry.text if takes_part else "",
                    "hidden": bool(entry.text) and not takes_part,
                    "correct_url": self._entry_url(sheet, entry),
                }
                for entry in casepage.log_entries(sheet.file, sheet.row.key)
            ],
            "url": casebox.step_url(sheet.case, sheet.row.key, "step_log") if kinds and sheet.logs else "",
        }

    def _entry_url(self, sheet: Sheet, entry: LogEntry) -> str:
        """Where a correction of the entry is asked for, by whom it may be."""
        live = not sheet.case.freeze and corrections.is_correctable(sheet.file, sheet.row.key, entry)
        if not live or not corrections.may_request(self.actor, sheet.file, sheet.row.key, entry):
            return ""
        return reverse("entry_correct", args=[sheet.case.number, sheet.row.key, entry.pk])

    def _without_pass(self, sheet: Sheet) -> dict[str, Any] | None:
        """Said before anything is typed: in whose name the step cannot be handed in until a test is passed."""
        principals = dict(asked_for(sheet.answer, self.request) or ())
        found = learning.barred({self.actor.user_id, *principals}, sheet.case.branch_id, self.request.today)
        if not found:
            return None
        return {"own": self.actor.user_id in found, "names": listed(principals[pk] for pk in principals if pk in found)}

    def _past(self, sheet: Sheet) -> dict[str, Any]:
        past = casepage.past_of(sheet.case, sheet.row.key, sheet.record)
        return {
            "attempts": [(attempt, texts.OUTCOMES.get(attempt.outcome)) for attempt in past.attempts],
            "records": past.records,
        }


def _is_outdated(sheet: Sheet, draft: Draft | None) -> bool:
    """Whether somebody has recorded the act since the draft was kept."""
    entered_at = sheet.record.entered_at if sheet.record is not None else None
    return draft is not None and entered_at is not None and entered_at > draft.saved_at


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
        return _("这份纪实已经结束（%(end)s），只供查阅；已经核实的内容有误的，仍可申请更正。") % {
            "end": case.get_end_display()
        }
    if record is not None and record.status == machine.VERIFIED:
        return _("这一步已经校核通过。内容有误的，由登记的一方申请更正；结果不同的，由校核单位送回重新办理。")
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
        facts.append(entered.Fact(_("办理日期"), day_text(record.action_on)))
    if record.reported_on:
        facts.append(entered.Fact(_("支部报送"), day_text(record.reported_on)))
    for label, at, who, behalf in (
        (_("录入"), record.entered_at, record.entered_by_id, record.entered_for),
        (_("提交"), record.submitted_at, record.submitted_by_id, submission.person(record.submitted_for_id)),
        (_("校核通过"), record.verified_at, record.verified_by_id, record.verified_for),
    ):
        if at is not None:
            note = submission.person(who) or (str(record.verified_by) if who == record.verified_by_id and who else "")
            if behalf:
                note = _("%(name)s 代 %(behalf)s") % {"name": note, "behalf": behalf}
            facts.append(entered.Fact(label, _moment(at), note))
    return facts


def _moment(at: Any) -> Text:
    local = localtime(at)
    day = day_text(local.date())
    return Text(f"{day.zh} {local:%H:%M}", f"{day.en} {local:%H:%M}")


def _return_name(record: StepRecord) -> Text | None:
    """The coded reason of the last return; one of before there was a code has none."""
    latest = record.returns.first()
    return texts.RETURN_REASONS[latest.code].name if latest is not None else None
