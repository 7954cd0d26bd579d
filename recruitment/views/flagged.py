"""Yellow and red cases for the levels above, and the page on which a red is confirmed or dismissed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.models import Member
from recruitment import policies
from recruitment.context import reviews_flagged
from recruitment.forms.review import ConfirmVetoForm, DecisionForm, DismissVetoForm, FlaggedFilterForm
from recruitment.models import Appeal, Veto
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import EDITIONS, veto_article
from recruitment.rules.gates import judge_act
from recruitment.rules.schema import FieldType, Side
from recruitment.rules.steps import STEPS
from recruitment.rules.values import load
from recruitment.rules.vetoes import VETOES
from recruitment.selectors import flagged as selector
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.selectors.flagged import FlaggedFilter, FlaggedRow, Story
from recruitment.selectors.submission import submission_of
from recruitment.services import interventions
from recruitment.views import reviewed
from recruitment.views.base import Page, call
from recruitment.views.chronicle import happenings
from recruitment.views.dossier import Judged, judged
from recruitment.views.entered import Fact, attempted, entered
from recruitment.views.oversight import tabs

PER_PAGE = 50
#: Acts of the case that the page of a red shows; the history has them all.
LAST_ACTS = 10


# -- the list -----------------------------------------------------------------------------------------------------


class Flagged(Page):
    """Cases that need somebody above the branch, by risk and waiting time. Only for seats above a branch."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not reviews_flagged(self.actor):
            raise PermissionDenied
        choices = selector.choices(self.actor, request.today, request.GET.get("committee", ""))
        form = FlaggedFilterForm(request.GET, choices)
        wanted = form.wanted()
        counts = selector.counts(self.actor, request.today, wanted)
        cases = wanted.apply(selector.with_bodies(selector.flagged(self.actor, request.today)))
        page = Paginator(cases, PER_PAGE)
        page.count = counts[wanted.light] if wanted.light else sum(counts.values())
        shown = page.get_page(request.GET.get("page"))
        rows = selector.rows_of(shown.object_list, request.today)
        context = {
            "form": form,
            "pages": tabs(self.actor, "flagged"),
            "tabs": list(_tabs(wanted, counts)),
            "page_obj": shown,
            "rows": [(row, _task(row)) for row in rows],
            "decides": {row.case.pk for row in rows if self._decides(row)},
            "filtered": bool(form.given()),
            "done": reviewed.recall(request),
        }
        return render(request, "recruitment/flagged.html", context)

    def _decides(self, row: FlaggedRow) -> bool:
        """Whether the reader is the one who decides on the veto; to all others the task is somebody else's."""
        return row.task == "decide" and bool(policies.may_verify(self.actor, row.case.scope, Side.DEPARTMENT))


def _tabs(wanted: FlaggedFilter, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
    yield {"label": _("全部"), "light": "", "count": sum(counts.values()), "active": not wanted.light}
    for light in ("red", "yellow"):
        yield {"label": texts.LIGHTS[light], "light": light, "count": counts[light], "active": wanted.light == light}


def _task(row: FlaggedRow) -> str:
    """What the organisation that has the case must do now."""
    case = row.case
    step = {"number": STEPS[case.step].number}
    return {
        "decide": _("确认或者撤销否决"),
        "explain": _("说明原因"),
        "transfer": _("办完转接"),
        "cure": _("消除暂停的情形"),
        "act": _("办理第 %(number)s 步") % step,
    }[row.task]


# -- a red and its decision ---------------------------------------------------------------------------------------


class VetoDecide(Page):
    """The whole story of a red on one page. Officers of the case's department decide; everybody else reads."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        return self._page(request, file, self._story(file), None)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        story = self._story(file)
        form = self._form(story, request.POST.get("decision", ""), request.POST)
        service = interventions.confirm_veto if form.name == "confirm" else interventions.dismiss_veto
        if form.is_valid():
            done = call(
                service,
                form=form,
                today=request.today,
                file=file,
                **form.arguments,
                case_id=file.case.pk,
                actor=self.actor,
                now=request.now,
            )
            if done is not None:
                sentence = (
                    _("%(name)s：否决已确认，本次发展终止。")
                    if form.name == "confirm"
                    else _("%(name)s：否决已撤销，从原处继续办理。")
                )
                reviewed.remember(request, sentence % {"name": done.case.person.name}, done)
                return HttpResponseRedirect(reverse("veto_decide", args=[number]))
        # What was refused is shown against the case as it stands now, not as the stale page had it.
        file = self.file(number)
        return self._page(request, file, self._story(file), form)

    def _story(self, file: CaseFile) -> Story:
        story = selector.story_of(file.case)
        if story is None:
            raise Http404
        return story

    def _form(self, story: Story, name: str, data: Any = None) -> DecisionForm:
        if name == "confirm":
            return ConfirmVetoForm(data, local=VETOES[story.veto.code].is_local)
        if name == "dismiss":
            return DismissVetoForm(data)
        raise PermissionDenied

    def _page(self, request: HttpRequest, file: CaseFile, story: Story, tried: DecisionForm | None) -> HttpResponse:
        case, veto = file.case, story.veto
        step, today = STEPS[veto.step], request.today
        answer = policies.may_verify(self.actor, case.scope, Side.DEPARTMENT)
        takes_part = bool(policies.may_take_part(self.actor, case.scope))
        forms = {name: self._form(story, name) for name in ("confirm", "dismiss")}
        if tried is not None:
            forms[tried.name] = tried
        submission = submission_of(file, story.record, self.actor) if story.record else None
        context = {
            "case": case,
            "person": case.person,
            "veto": veto,
            "name": texts.VETOES[veto.code].name,
            "words": texts.VETOES[veto.code],
            "local": VETOES[veto.code].is_local,
            "earlier": [(row, texts.VETOES[row.code].name) for row in story.vetoes[1:]],
            "raised": list(_raised(veto, step.number)),
            "standing": story.standing,
            "takes_part": takes_part,
            "appeal_waits": any(appeal.status == Appeal.Status.PENDING for appeal in story.appeals),
            "appeals": story.appeals,
            "statuses": dict(Veto.Status.choices),
            "step": step,
            "step_name": texts.STEPS[step.key],
            "submission": submission,
            "facts": entered(submission, sealed=takes_part) if submission and submission.record.acted else [],
            "attempt": story.attempt,
            "attempt_facts": self._attempt_facts(story, sealed=takes_part),
            "papers": [(paper.material, texts.DOCUMENTS[paper.material.code]) for paper in submission.papers]
            if submission
            else [],
            "findings": self._findings(file, story, today),
            "edition": EDITIONS[_edition(story)],
            "explained_flags": [(flag, selector.flag_name(flag.code)) for flag in story.flags],
            "suspensions": [(row, texts.VETOES[row.code].name) for row in story.suspensions],
            "happenings": happenings(case, last=LAST_ACTS),
            "light": file.assess(today).light,
            "decides": bool(answer) and story.standing,
            "own": story.standing and veto.raised_by_id == self.actor.user_id,
            "not_allowed": "" if answer else answer.reason,
            "forms": forms,
            "tried": tried,
            "refused": tried.refused if tried else [],
            "done": reviewed.recall(request),
        }
        return render(request, "recruitment/veto_decide.html", context)

    def _attempt_facts(self, story: Story, *, sealed: bool) -> list[Fact]:
        if story.attempt is None:
            return []
        step = STEPS[story.veto.step]
        values = load(step, {**story.attempt.values, **story.attempt.sealed})
        named = {pk for one in step.fields if one.type is FieldType.MEMBERS for pk in values.get(one.name) or ()}
        members = dict(Member.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}
        return attempted(step, values, members, sealed=sealed)

    def _findings(self, file: CaseFile, story: Story, today: date) -> list[Judged]:
        """The machine's verdict on the step as it stands; nothing where no act counts."""
        record = story.record
        if record is None or not record.counts or not record.acted or file.record(record.step) is None:
            return []
        return list(judged(judge_act(record.step, file.facts(), file.rules, today), today))


def _edition(story: Story) -> str:
    """The edition by which the step was entered, or else the one of the day of the red."""
    return (story.record.edition if story.record else "") or edition_of(local_day(story.veto.raised_at))


def _raised(veto: Veto, number: int) -> Iterator[Fact]:
    code = veto.code
    yield Fact(_("情形"), texts.VETOES[code].meaning)
    yield Fact(_("依据"), veto_article(code, edition_of(local_day(veto.raised_at))))
    yield Fact(_("核实时先看"), texts.VETOES[code].advice)
    source = (_("第 %(number)s 步登记的结果引起") if veto.by_result else _("第 %(number)s 步校核时提出")) % {
        "number": number
    }
    yield Fact(_("由来"), source)
    if veto.raised_by:
        yield Fact(_("登记结果的人") if veto.by_result else _("提出人"), str(veto.raised_by))
    if veto.reason:
        yield Fact(_("事实和依据"), veto.reason)
