"""Pages of corrections: asked for with a look at what they change, decided by the level above, kept with the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

from recruitment import policies
from recruitment.forms.corrections import (
    EVIDENCE,
    DecisionForm,
    EntryCorrectionForm,
    EvidenceForm,
    PersonCorrectionForm,
    correction_form,
)
from recruitment.models import Correction, LogEntry
from recruitment.policies import SEEING_ROLES, Answer
from recruitment.rules import texts
from recruitment.rules.effects import effect_lines
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import casepage
from recruitment.selectors import corrections as found
from recruitment.selectors.casefile import CaseFile, load
from recruitment.services import acts, corrections
from recruitment.services.base import Done, Refused
from recruitment.services.corrections import Proposal
from recruitment.views import casebox
from recruitment.views.aftermath import leave
from recruitment.views.base import Page, call, explained
from recruitment.views.caseact import CaseAct
from recruitment.views.correcting import (
    correction_line,
    correction_url,
    differences,
    effect_groups,
    stored_differences,
    stored_effects,
    subject,
    subject_of,
)
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.files import shown_file
from recruitment.views.shelves import SUFFIX, shelf, with_waiting

PER_PAGE = 50
#: What the second page of a request carries on from the first is everything but these.
_OWN_INPUTS = frozenset({"csrfmiddlewaretoken", "version", "act", EVIDENCE, f"{EVIDENCE}{SUFFIX}"})
_EDIT, _SEND = "edit", "send"
_NONE = Text("", "")


# -- asking -------------------------------------------------------------------------------------------------------


class _Request(CaseAct):
    """Two pages on one address: the fields as recorded, then what the correction would change, with the paper."""

    #: The entry of the step's log that the request is about; none where it is about the step or the person.
    entry: LogEntry | None = None

    def _handle(self, file: CaseFile, step: str) -> HttpResponse:
        request = self.request
        answer = corrections.may_request(self.actor, file, step, self.entry)
        correctable = corrections.is_correctable(file, step, self.entry)
        refusals = self.refusals(file, answer, right_step=correctable, even_closed=True)
        if refusals:
            return self.refuse(file, refusals, title=_("申请更正"), step=step)
        data = request.POST if request.method == "POST" else None
        form = self._form(file, step, data, answer)
        act = request.POST.get("act")
        if data is None or act == _EDIT or not form.is_valid():
            if act == _EDIT:
                # Back to the fields as they were typed; nothing has been refused yet.
                form.is_valid()
                form.errors.clear()
            return self._fields(file, step, form)
        proposal = self._proposal(file, step, form)
        if proposal is None:
            return self._fields(file, step, form)
        evidence = EvidenceForm()
        if act == _SEND:
            evidence = EvidenceForm(request.POST, with_waiting(request, self._place(file, step)))
        if act == _SEND and evidence.is_valid():
            done = self._send(file, step, form, evidence, answer)
            if done is not None:
                return leave(request, _("更正已经申请，由%(body)s决定。") % {"body": self._decider(file, step)}, done)
            return self._fields(load(file.case.pk), step, form)
        return self._preview(file, step, form, proposal, evidence)

    def _form(self, file: CaseFile, step: str, data: Any, answer: Answer) -> Any:
        principals = asked_for(answer, self.request)
        if self.entry is not None:
            members = casepage.speakers(acts.named_for(file, self.entry.kind))
            return EntryCorrectionForm(data, entry=self.entry, members=members, principals=principals)
        if step:
            return correction_form(step, file, self.request.today, data, principals=principals)
        return PersonCorrectionForm(data, person=file.case.person, principals=principals)

    def _proposal(self, file: CaseFile, step: str, form: Any) -> Proposal | None:
        today = self.request.today

        def propose(step: str, changes: dict[str, Any]) -> Proposal:
            return corrections.propose(file, step, changes, today, self.entry)

        return call(propose, form=form, today=today, file=file, step=step, changes=form.changes())

    def _send(self, file: CaseFile, step: str, form: Any, evidence: EvidenceForm, answer: Answer) -> Done | None:
        return call(
            corrections.request,
            form=form,
            today=self.request.today,
            file=file,
            case_id=file.case.pk,
            step=step,
            entry_id=self.entry.pk if self.entry is not None else None,
            changes=form.changes(),
            reason=form.reason,
            evidence=evidence.cleaned_data[EVIDENCE],
            actor=entering_actor(answer, self.request, form),
            now=self.request.now,
            expected_version=self.version(),
        )

    def _decider(self, file: CaseFile, step: str) -> Any:
        return casebox.body_of(file.case, corrections.deciding_side(step, self.entry))

    def _place(self, file: CaseFile, step: str) -> str:
        """Under which name the paper of a correction waits for its form."""
        place = f"correct/{file.case.number}/{step}"
        return f"{place}/{self.entry.pk}" if self.entry is not None else place

    def _context(self, file: CaseFile, step: str) -> dict[str, Any]:
        return {
            "case": file.case,
            "person": file.case.person,
            "step": STEPS.get(step),
            "step_name": texts.STEPS.get(step),
            "subject": subject(step, self.entry),
            "decider": self._decider(file, step),
            "back": casebox.step_url(file.case, step) if step else casebox.case_url(file.case, "case_person"),
        }

    def _fields(self, file: CaseFile, step: str, form: Any) -> HttpResponse:
        context = self._context(file, step) | {"form": form, "reasons": casebox.reasons_of(form.refused)}
        return render(self.request, "recruitment/correction_form.html", context)

    def _preview(
        self, file: CaseFile, step: str, form: Any, proposal: Proposal, evidence: EvidenceForm
    ) -> HttpResponse:
        posted = self.request.POST
        context = self._context(file, step) | {
            "form": evidence,
            "reason": form.reason,
            "rows": differences(proposal.differences, sealed=True, home=step),
            "groups": effect_groups(effect_lines(proposal.consequences, self.request.today)),
            "forbidden": bool(proposal.consequences.broken),
            "version": self.version() or file.case.version,
            "uploads": shelf(self.request, self._place(file, step)),
            "carried": [(name, value) for name in posted if name not in _OWN_INPUTS for value in posted.getlist(name)],
        }
        return render(self.request, "recruitment/correction_preview.html", context)


class StepCorrect(_Request):
    """A correction of a verified step."""

    def get(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        if step not in STEPS:
            raise Http404
        return self._handle(self.file(number), step)

    post = get


class EntryCorrect(_Request):
    """A correction of one entry of a log."""

    def get(self, request: HttpRequest, number: str, step: str, entry: int) -> HttpResponse:
        file = self.file(number)
        self.entry = casepage.log_entry(file, step, entry)
        if self.entry is None:
            raise Http404
        return self._handle(file, step)

    post = get


class PersonCorrect(_Request):
    """A correction of what rules look at in a person, and of who the person is."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._handle(self.file(number), "")

    post = get


# -- one correction -----------------------------------------------------------------------------------------------


class CorrectionPage(CaseAct):
    """The difference, the reason, the paper and what follows; the decision for who may take it."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        file, correction = self._found(number, pk)
        return self._show(file, correction)

    def post(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        file, correction = self._found(number, pk)
        if "withdraw" in request.POST:
            return self._withdraw(file, correction)
        answer = corrections.may_decide(self.actor, file, correction)
        refusals = self.refusals(file, answer, right_step=correction.is_open, even_closed=True)
        if refusals:
            return self.refuse(file, refusals, title=_("决定更正"), step=correction.step)
        form = DecisionForm(request.POST, may_approve=True)
        if form.is_valid():
            service = corrections.approve if form.approves else corrections.turn_down
            done = call(
                service,
                form=form,
                today=request.today,
                file=file,
                correction_id=correction.pk,
                reason=form.cleaned_data["reason"],
                actor=self.actor,
                now=request.now,
                expected_version=self.version(),
            )
            if done is not None:
                happened = _("已批准更正：%(what)s。") if form.approves else _("没有批准更正：%(what)s。")
                return leave(request, happened % {"what": subject_of(correction)}, done)
            file, correction = self._found(number, pk)
        return self._show(file, correction, form)

    def _withdraw(self, file: CaseFile, correction: Correction) -> HttpResponse:
        answer = corrections.may_request(self.actor, file, correction.step, correction.entry)
        refusals = self.refusals(file, answer, right_step=correction.is_open, even_closed=True)
        if refusals:
            return self.refuse(file, refusals, title=_("撤回更正申请"), step=correction.step)
        done = corrections.withdraw(correction_id=correction.pk, actor=self.actor, now=self.request.now)
        return leave(self.request, _("更正申请已经撤回，记录没有变动。"), done)

    def _found(self, number: str, pk: int) -> tuple[CaseFile, Correction]:
        correction = found.one(self.actor, number, pk)
        if correction is None:
            raise Http404
        return load(correction.case_id), correction

    def _show(self, file: CaseFile, correction: Correction, form: DecisionForm | None = None) -> HttpResponse:
        actor, case = self.actor, file.case
        takes_part = bool(policies.may_take_part(actor, case.scope))
        live = correction.is_open and not case.freeze
        decides = live and bool(corrections.may_decide(actor, file, correction))
        groups, reasons, blocked = stored_effects(correction), [], False
        if correction.is_open:
            groups, reasons, blocked = self._judged(file, correction)
        own = decides and corrections.is_own(actor, correction)
        if decides and not own and form is None:
            form = DecisionForm(may_approve=not blocked)
        context = casebox.head(file, file.assess(self.request.today), actor, tab="corrections")
        context |= {
            "correction": correction,
            "subject": subject_of(correction),
            "decider": casebox.body_of(case, correction.side),
            "rows": stored_differences(correction.items.all(), sealed=takes_part, home=correction.step),
            "groups": groups,
            "reasons": reasons,
            "tried": casebox.reasons_of(form.refused) if form is not None else [],
            "forbidden": blocked,
            "form": form if decides and not own else None,
            "own": own,
            "may_withdraw": live and bool(corrections.may_request(actor, file, correction.step, correction.entry)),
            "sees_evidence": takes_part or not correction.is_private,
            "evidence_url": correction_url(case, correction.pk, "correction_evidence"),
            "done": None,
        }
        return render(self.request, "recruitment/correction.html", context)

    def _judged(self, file: CaseFile, correction: Correction) -> tuple[list[Any], list[Any], bool]:
        """What would follow today; why it can no longer be approved, where that is so."""
        today = self.request.today
        try:
            proposal = corrections.proposal_of(file, correction, today)
        except Refused as refused:
            words = explained(refused.refusals, today, step=correction.step, file=file)
            return [], casebox.reasons_of(words), True
        except ValidationError as error:
            # The number has been registered for somebody else since.
            words = [Text(message, message) for message in error.messages]
            return [], [casebox.Reason(sentence, _NONE, _NONE, _NONE) for sentence in words], True
        return effect_groups(effect_lines(proposal.consequences, today)), [], bool(proposal.consequences.broken)


@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class CorrectionEvidence(Page):
    """The paper of a correction; one about the person or her log only for those who take part in the case."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        correction = found.one(self.actor, number, pk)
        if correction is None:
            raise Http404
        if correction.is_private and not policies.may_take_part(self.actor, correction.case.scope):
            raise Http404
        return shown_file(
            correction.evidence,
            name=correction.original_name,
            content_type=correction.content_type,
            download="download" in request.GET,
        )


# -- lists --------------------------------------------------------------------------------------------------------


class CaseCorrections(Page):
    """Every correction of one case, and what may be corrected now."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        case, actor = file.case, self.actor
        context = casebox.head(file, file.assess(request.today), actor, tab="corrections")
        live = not case.freeze
        context |= {
            "lines": [correction_line(correction, actor.user_id) for correction in found.of_case(case)],
            "correctable": [
                (subject(key), casebox.step_url(case, key, "step_correct"))
                for key in STEPS
                if live and corrections.is_correctable(file, key) and corrections.may_request(actor, file, key)
            ],
            "person_url": casebox.case_url(case, "person_correct")
            if live and corrections.may_request(actor, file, "")
            else "",
            "done": None,
        }
        return render(request, "recruitment/case_corrections.html", context)


class CorrectionList(Page):
    """Open corrections: those for the reader's desks to decide, and those that the reader's side has asked for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.grants_of(*SEEING_ROLES):
            raise Http404
        page = Paginator(found.waiting_for(self.actor), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "waiting": self._lines(page),
            "asked": self._lines(found.asked_by(self.actor)[:PER_PAGE]),
        }
        return render(request, "recruitment/correction_list.html", context)

    def _lines(self, rows: Sequence[Correction]) -> list[Any]:
        return [correction_line(correction, self.actor.user_id) for correction in rows]
