"""The page on which one step is compared, judged and decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from recruitment import policies
from recruitment.forms.review import (
    DecisionForm,
    HandBackForm,
    OriginalsForm,
    QueueFilterForm,
    ResumeForm,
    SendBackForm,
    SuspendForm,
    VerifyForm,
    VetoForm,
)
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.explain import EDITIONS
from recruitment.rules.lights import Assessment
from recruitment.rules.steps import LAST, STEPS, following
from recruitment.selectors import queue as waiting
from recruitment.selectors.casefile import CaseFile
from recruitment.selectors.queue import Place, QueueFilter
from recruitment.selectors.submission import Submission, submission_of
from recruitment.services import checks, interventions, materials, review
from recruitment.services.base import Done
from recruitment.views import dossier, reviewed
from recruitment.views.base import Page, call
from recruitment.views.queue import kept_filter
from recruitment.words import localised

#: Bodies whose seats look at the cases below them; a branch works on its own.
_BRANCH_KINDS = ("branch", "party_group")


@dataclass(frozen=True, slots=True)
class Decision:
    """The service behind a form, the sentence once it is done, and whether the step then waits no longer."""

    service: Callable[..., Done]
    happened: Promise
    leaves_queue: bool = False


#: What a verifier can do, by the name that the button sends.
DECISIONS: Mapping[str, Decision] = {
    "originals": Decision(materials.mark_original_seen, gettext_lazy("%(name)s：已记下核对过的原件。")),
    "verify": Decision(
        review.verify, gettext_lazy("%(name)s：第 %(number)s 步“%(step)s”已通过校核。"), leaves_queue=True
    ),
    "hand_back": Decision(
        review.hand_back, gettext_lazy("%(name)s：第 %(number)s 步“%(step)s”已退回补正。"), leaves_queue=True
    ),
    "veto": Decision(interventions.raise_veto, gettext_lazy("%(name)s：已提出一票否决，亮红灯。"), leaves_queue=True),
    "suspend": Decision(interventions.suspend, gettext_lazy("%(name)s：已暂停。")),
    "resume": Decision(interventions.resume, gettext_lazy("%(name)s：已恢复办理。")),
    "send_back": Decision(review.send_back, gettext_lazy("%(name)s：已送回前面的环节重新办理。"), leaves_queue=True),
}


class CaseVerify(Page):
    """One step, compared and decided: the form as entered, the papers, the machine's verdict, and people's decision.

    Every seat above the branch that may see the case may look; who verifies the step decides.
    """

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self._page(request, self._file(number), None)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self._file(number)
        key = _step_of(file)
        forms = self._forms(file, key, request.POST)
        name = request.POST.get("decision", "")
        if name not in forms:
            raise PermissionDenied
        form, decision = forms[name], DECISIONS[name]
        place = waiting.place_of(number, self.actor, request.today, self._wanted(request))
        if form.is_valid():
            done = call(
                decision.service,
                form=form,
                today=request.today,
                file=file,
                **_arguments(name, form, key),
                case_id=file.case.pk,
                actor=self.actor,
                now=request.now,
            )
            if done is not None:
                return self._onward(request, decision, key, done, place)
        # What was refused is shown against the case as it stands now, not as the stale page had it.
        return self._page(request, self._file(number), form)

    def _file(self, number: str) -> CaseFile:
        file = self.file(number)
        path = file.case.branch.path
        above = (g for g in self.actor.grants_of(*SEEING_ROLES) if g.organisation_kind not in _BRANCH_KINDS)
        if not any(grant.covers(path) for grant in above):
            raise PermissionDenied
        return file

    def _wanted(self, request: HttpRequest) -> QueueFilter:
        return QueueFilterForm(request.GET, waiting.choices(self.actor, request.today)).wanted()

    def _onward(
        self, request: HttpRequest, decision: Decision, key: str, done: Done, place: Place
    ) -> HttpResponseRedirect:
        happened = decision.happened % {
            "name": done.case.person.name,
            "number": STEPS[key].number,
            "step": localised(texts.STEPS[key]),
        }
        reviewed.remember(request, happened, done)
        if not decision.leaves_queue:
            url = reverse("case_verify", args=[done.case.number])
        elif place.following:
            url = reverse("case_verify", args=[place.following])
        else:
            url = reverse("queue")
        kept = kept_filter(request)
        return HttpResponseRedirect(f"{url}?{kept}" if kept else url)

    def _forms(self, file: CaseFile, key: str, data: Any = None) -> dict[str, DecisionForm]:
        """The forms that fit the case as it stands, by the name of their decision."""
        case, facts = file.case, file.facts()
        record = file.record(key)
        papers = [m.pk for m in file.materials if record is not None and m.record_id == record.pk]
        back_to = [
            step
            for step in STEPS
            if review.can_send_back_to(facts, step)
            and policies.may_verify(self.actor, case.scope, STEPS[step].verifier_side)
        ]
        asked = checks.requirements(key, record.edition) if record is not None else ()
        return {
            "originals": OriginalsForm(data, papers=papers),
            "verify": VerifyForm(data, papers=papers, checks=asked),
            "hand_back": HandBackForm(data, papers=papers, checks=asked),
            "veto": VetoForm(data, step=STEPS[key]),
            "suspend": SuspendForm(data, step=STEPS[key], held=case.suspended_codes),
            "resume": ResumeForm(data, held=case.suspended_codes),
            "send_back": SendBackForm(data, steps=back_to),
        }

    # -- the page -----------------------------------------------------------------------------------------------

    def _page(self, request: HttpRequest, file: CaseFile, tried: DecisionForm | None) -> HttpResponse:
        today, case, key = request.today, file.case, _step_of(file)
        step, record = STEPS[key], file.record(key)
        answer = policies.may_verify(self.actor, case.scope, step.verifier_side)
        takes_part = bool(policies.may_take_part(self.actor, case.scope))
        submission = submission_of(file, record, self.actor) if record else None
        assessment = file.assess(today)
        forms = self._forms(file, key)
        if tried is not None:
            forms[tried.name] = tried
        live = case.is_open and not case.freeze
        context = {
            "case": case,
            "person": case.person,
            "step": step,
            "step_name": texts.STEPS[key],
            "step_total": len(STEPS),
            "stage_name": texts.STAGES[step.stage],
            "record": record,
            "submission": submission,
            "assessment": assessment,
            "may_verify": bool(answer),
            "not_allowed": "" if answer else answer.reason,
            "takes_part": takes_part,
            "live": live,
            "waiting": live and review.is_verifiable(file, key, file.facts().current),
            "forms": forms,
            "tried": tried,
            "refused": tried.refused if tried else [],
            # What was ticked on a page that came back stays ticked.
            "ticked": request.POST.getlist("originals"),
            "ticked_checks": request.POST.getlist("checked"),
            "return_hints": [(reason.name, reason.hint) for reason in texts.RETURN_REASONS.values()],
            "back_to": forms["send_back"].fields["step"].choices[1:],
            "place": waiting.place_of(case.number, self.actor, today, self._wanted(request)),
            "kept": kept_filter(request),
            "done": reviewed.recall(request),
            "opens": texts.STEPS.get(following(key) or ""),
            "opens_number": step.number + 1,
        }
        if submission is not None:
            context |= self._judgement(file, key, submission, assessment, today)
            context |= dossier.compared(file, submission, today, sealed=takes_part)
        return render(request, "recruitment/verify.html", context)

    def _judgement(
        self, file: CaseFile, key: str, submission: Submission, assessment: Assessment, today: date
    ) -> dict[str, Any]:
        """What the machine says of the step, and what people are to look at; it decides nothing."""
        flags, other_flags = dossier.flag_lines(file, assessment, today)
        verdict, _assessment, refusals = review.verification_refusals(file, key, self.actor, today)
        return {
            "edition": EDITIONS[verdict.edition],
            "findings": list(dossier.judged(verdict, today)),
            "hindrances": dossier.hindrances(refusals, file, key, today),
            "own": any(refusal.code == "own_submission" for refusal in refusals),
            "passable": not refusals,
            "checks": checks.requirements(key, verdict.edition),
            "return_name": texts.RETURN_REASONS.get(submission.returned.code) if submission.returned else None,
            "flags": flags,
            "other_flags": other_flags,
        }


def _step_of(file: CaseFile) -> str:
    """The step of the page: the current one, or the one at which an ended case stopped."""
    return file.facts().current or file.case.ended_at_step or LAST


def _arguments(name: str, form: DecisionForm, key: str) -> dict[str, Any]:
    given = form.arguments
    if name == "originals":
        return {"material_ids": given.pop("originals"), **given}
    return {"step": key, **given}
