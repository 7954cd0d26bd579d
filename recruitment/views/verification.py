"""The verification queue, and the page on which one step is compared, judged and decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment import guide, policies
from recruitment.context import verifies
from recruitment.forms_review import (
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
from recruitment.models import Flag, StepRecord
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.explain import EDITIONS, Explanation, explain_finding, explain_flag, flag_name
from recruitment.rules.gates import Verdict
from recruitment.rules.lights import Assessment
from recruitment.rules.lights import Flag as OpenFlag
from recruitment.rules.schema import Side, Step
from recruitment.rules.steps import LAST, STEPS, following
from recruitment.rules.texts import Text
from recruitment.rules.vetoes import VETOES
from recruitment.selectors import queue as waiting
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.selectors.queue import Place, QueueFilter
from recruitment.selectors.submission import Paper, Submission, submission_of
from recruitment.services import interventions, materials, review
from recruitment.services.base import Done, Refusal
from recruitment.views import reviewed
from recruitment.views.base import Page, call, explained
from recruitment.views.entered import Fact, entered
from recruitment.words import localised

PER_PAGE = 50
#: Bodies whose seats look at the cases below them; a branch works on its own.
_BRANCH_KINDS = ("branch", "party_group")


def days_waiting(moment: Any, today: date) -> int:
    """Whole days since the step was handed over."""
    return max((today - local_day(moment)).days, 0) if moment else 0


# -- the queue ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueRow:
    case: Any
    step: Step
    name: Text
    days: int
    own: bool
    url: str


class Queue(Page):
    """Steps that wait for the reader's side, the longest first. Only for seats that verify."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not verifies(self.actor):
            raise PermissionDenied
        form = QueueFilterForm(request.GET, waiting.choices(self.actor, request.today))
        wanted = form.wanted()
        counts = waiting.counts(self.actor, request.today, wanted)
        page = Paginator(waiting.queue(self.actor, request.today, wanted), PER_PAGE)
        # The tabs have counted already; the paginator need not ask again.
        page.count = counts.stages.get(wanted.stage, 0) if wanted.stage else counts.total
        shown = page.get_page(request.GET.get("page"))
        context = {
            "form": form,
            "tabs": list(self._tabs(wanted, counts)),
            "counts": counts,
            "page_obj": shown,
            "rows": [self._row(case, request) for case in shown],
            "filtered": bool(form.given()),
            "done": reviewed.recall(request),
        }
        return render(request, "recruitment/queue.html", context)

    def _row(self, case: Any, request: HttpRequest) -> QueueRow:
        url = reverse("case_verify", args=[case.number])
        kept = _kept_filter(request)
        return QueueRow(
            case=case,
            step=STEPS[case.step],
            name=texts.STEPS[case.step],
            days=days_waiting(case.submitted_at, request.today),
            own=case.submitted_by_user == self.actor.user_id,
            url=f"{url}?{kept}" if kept else url,
        )

    def _tabs(self, wanted: QueueFilter, counts: waiting.QueueCounts) -> Iterator[dict[str, Any]]:
        yield {"label": _("全部"), "count": counts.total, "stage": "", "active": not wanted.stage}
        for number, name in texts.STAGES.items():
            count = counts.stages.get(number, 0)
            if count or wanted.stage == number:
                yield {"label": name, "count": count, "stage": number, "active": wanted.stage == number}


def _kept_filter(request: HttpRequest) -> str:
    """The queue's filter as the address carries it on; the page number stays behind."""
    kept = request.GET.copy()
    for name in [name for name in kept if name not in QueueFilterForm.base_fields or not kept[name]]:
        del kept[name]
    return kept.urlencode()


# -- one case -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding of the machine in words. ``hard`` ones refuse the act, others ask for an explanation."""

    met: bool
    hard: bool
    provisional: bool
    words: Explanation


@dataclass(frozen=True, slots=True)
class FlagLine:
    """An open flag of the step with its explanation, as far as one was given."""

    words: Explanation
    holder: str
    row: Flag | None
    needs_explanation: bool


@dataclass(frozen=True, slots=True)
class OtherFlag:
    """What is open at other steps of the case, in a line: ``times`` of it, ``unexplained`` waiting for a word."""

    name: Text
    number: int
    holder: str
    times: int
    unexplained: int


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper beside the form. ``shape``: ``pdf`` or ``image`` is shown in the page, anything else downloaded."""

    paper: Paper
    name: Text
    url: str
    shape: str
    first: bool
    older: tuple[tuple[Any, str], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A form of the page, the service behind it, and the sentence once it is done."""

    service: Callable[..., Done]
    happened: Callable[[], str]
    leaves_queue: bool = False


def decisions() -> dict[str, Decision]:
    """What a verifier can do, by the name that the button sends."""
    return {
        "originals": Decision(materials.mark_original_seen, lambda: _("%(name)s：已记下核对过的原件。")),
        "verify": Decision(
            review.verify, lambda: _("%(name)s：第 %(number)s 步“%(step)s”已通过校核。"), leaves_queue=True
        ),
        "hand_back": Decision(
            review.hand_back, lambda: _("%(name)s：第 %(number)s 步“%(step)s”已退回补正。"), leaves_queue=True
        ),
        "veto": Decision(interventions.raise_veto, lambda: _("%(name)s：已提出一票否决，亮红灯。"), leaves_queue=True),
        "suspend": Decision(interventions.suspend, lambda: _("%(name)s：已暂停。")),
        "resume": Decision(interventions.resume, lambda: _("%(name)s：已恢复办理。")),
        "send_back": Decision(review.send_back, lambda: _("%(name)s：已送回前面的环节重新办理。"), leaves_queue=True),
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
        form, decision = forms[name], decisions()[name]
        place = waiting.place_of(number, self.actor, request.today, self._wanted(request))
        if form.is_valid():
            done = call(
                decision.service,
                form=form,
                today=request.today,
                file=file,
                step=key,
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
        happened = decision.happened() % {
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
        kept = _kept_filter(request)
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
        return {
            "originals": OriginalsForm(data, papers=papers),
            "verify": VerifyForm(data, papers=papers),
            "hand_back": HandBackForm(data, papers=papers),
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
            "local_vetoes": [code for code in step.vetoes if VETOES[code].is_local],
            "back_to": forms["send_back"].fields["step"].choices[1:],
            "place": waiting.place_of(case.number, self.actor, today, self._wanted(request)),
            "kept": _kept_filter(request),
            "done": reviewed.recall(request),
            "opens": texts.STEPS.get(following(key) or ""),
            "opens_number": step.number + 1,
        }
        if submission is not None:
            context |= self._judgement(file, key, submission.record, assessment, today)
            context |= _compared(file, submission, takes_part=takes_part, today=today)
        return render(request, "recruitment/verify.html", context)

    def _judgement(
        self, file: CaseFile, key: str, record: StepRecord, assessment: Assessment, today: date
    ) -> dict[str, Any]:
        flags, other_flags = _flag_lines(file, assessment, today)
        verdict, _assessment, refusals = review.verification_refusals(file, key, self.actor, today)
        return {
            "edition": EDITIONS[verdict.edition],
            "findings": list(judged(verdict, today)),
            "hindrances": _hindrances(refusals, today, key, file),
            "own": any(refusal.code == "own_submission" for refusal in refusals),
            "passable": not refusals,
            "checks": guide.facets(key).under(verdict.edition).requirements,
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


def judged(verdict: Verdict, today: date) -> Iterator[Judged]:
    """Every finding in words, the unmet ones first."""
    for finding in sorted(verdict.findings, key=lambda finding: finding.met):
        yield Judged(finding.met, finding.gate.hard, finding.provisional, explain_finding(finding, today))


def _hindrances(refusals: list[Refusal], today: date, key: str, file: CaseFile) -> list[Explanation]:
    """What stands against a green light beside the findings, which the page shows anyway."""
    others = [refusal for refusal in refusals if refusal.reason is None or refusal.reason.finding is None]
    return explained(others, today, step=key, file=file)


def _flag_lines(file: CaseFile, assessment: Assessment, today: date) -> tuple[list[FlagLine], list[OtherFlag]]:
    """The open flags of the current step, and in short those of others, which do not hold up its verification."""
    rows = {(flag.step, flag.code, flag.subkey): flag for flag in file.flags if flag.resolved_at is None}
    here: list[FlagLine] = []
    elsewhere: dict[tuple[str, str], list[OpenFlag]] = defaultdict(list)
    for flag in assessment.flags:
        if flag.step == assessment.step:
            row = rows.get((flag.step, flag.code, flag.subkey))
            here.append(FlagLine(explain_flag(flag, today), _holder(file, flag), row, flag.needs_explanation))
        else:
            elsewhere[(flag.step, flag.code)].append(flag)
    others = [
        OtherFlag(
            name=flag_name(code),
            number=STEPS[step].number,
            holder=_holder(file, flags[0]),
            times=len(flags),
            unexplained=sum(flag.needs_explanation and not flag.explained for flag in flags),
        )
        for (step, code), flags in elsewhere.items()
    ]
    return here, others


def _holder(file: CaseFile, flag: OpenFlag) -> str:
    case = file.case
    return str(
        {Side.BRANCH: case.branch, Side.COMMITTEE: case.committee, Side.DEPARTMENT: case.department}[flag.holder]
    )


def _compared(file: CaseFile, submission: Submission, *, takes_part: bool, today: date) -> dict[str, Any]:
    lines = list(_paper_lines(file, submission))
    return {
        "facts": entered(submission, sealed=takes_part),
        "handed_over": list(_handed_over(submission)),
        "entries": submission.entries,
        "papers": lines,
        "missing": [(code, texts.DOCUMENTS[code]) for code in submission.missing],
        "unseen": sum(line.paper.material.original_seen_at is None for line in lines),
        "days": days_waiting(submission.record.submitted_at, today),
        "log_kinds": texts.LOG_KINDS,
    }


def _paper_lines(file: CaseFile, submission: Submission) -> Iterator[PaperLine]:
    """The papers in the step's order; the first that a browser can show stands open."""
    opened = False
    for paper in submission.papers:
        material = paper.material
        shape = _shape(material.content_type)
        yield PaperLine(
            paper=paper,
            name=texts.DOCUMENTS[material.code],
            url=reverse("material", args=[file.case.number, material.pk]),
            shape=shape,
            first=bool(shape) and not opened,
            older=tuple((old, reverse("material", args=[file.case.number, old.pk])) for old in paper.older),
        )
        opened = opened or bool(shape)


def _shape(content_type: str) -> str:
    if content_type == "application/pdf":
        return "pdf"
    return "image" if content_type.startswith("image/") else ""


def _handed_over(submission: Submission) -> Iterator[Fact]:
    """Who entered the step and handed it over, for whom, and what else the committee has put beside it."""
    record = submission.record
    entered_by = _by(submission.person(record.entered_by_id), record.entered_for)
    submitted_by = _by(submission.person(record.submitted_by_id), submission.person(record.submitted_for_id))
    if entered_by and entered_by == submitted_by:
        yield Fact(_("录入和提交"), entered_by)
    else:
        yield from (Fact(label, name) for label, name in ((_("录入"), entered_by), (_("提交"), submitted_by)) if name)
    if record.override_reason:
        yield Fact(_("党委写明的继续办理理由"), record.override_reason)
    if record.plan_places is not None:
        places = {"used": record.plan_used, "places": record.plan_places}
        yield Fact(_("年度计划"), _("本年计划 %(places)s 名，此前已同意 %(used)s 名。") % places)


def _by(name: str, behalf: str) -> str:
    return _("%(name)s（代 %(behalf)s 录入）") % {"name": name, "behalf": behalf} if behalf else name
