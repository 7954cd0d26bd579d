"""Pages of cases: the list, a new one, the case itself, and its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from branches.models import Organisation
from recruitment import guide, machine, policies
from recruitment.forms.lists import CaseFilterForm
from recruitment.forms.person import NewCaseForm
from recruitment.models import Case, Person
from recruitment.policies import ENTERING_ROLES, SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import EDITIONS, flag_name
from recruitment.rules.lights import Assessment
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import caselist, casepage, timeline
from recruitment.selectors.casefile import CaseFile
from recruitment.selectors.meetings import papers_naming
from recruitment.services import cases
from recruitment.views import casebox, chronicle, reviewed
from recruitment.views.aftermath import leave
from recruitment.views.base import Page, call
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.meetings import meeting_paper_line
from recruitment.views.papers import paper_groups

PER_PAGE = 50
#: The same form sent twice within this time is one act.
_TWICE = timedelta(minutes=2)


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
            "rows": [case_row(case) for case in page],
            "filtered": form.given(),
            "shows_branch": len(found.organisations) > 1,
            "may_open": bool(_own_branches(self)),
            "sees": bool(self.actor.grants_of(*SEEING_ROLES)),
        }
        return render(request, "recruitment/case_list.html", context)


def case_row(case: Case) -> CaseRow:
    """What a list shows of a case; annotated as :func:`caselist.cases` does."""
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
            context["groups"] = list(paper_groups(file, casepage.case_papers(file.case, self.actor)))
            context["meeting_papers"] = [meeting_paper_line(paper) for paper in papers_naming(file.case, self.actor)]
        else:
            context |= self._overview(file, assessment)
        context["done"] = reviewed.recall(request)
        return render(request, f"recruitment/case_{tab}.html", context)

    def _overview(self, file: CaseFile, assessment: Assessment) -> dict[str, Any]:
        today, actor, case = self.request.today, self.actor, file.case
        standing = casepage.standing_of(case)
        edition = edition_of(today)
        takes_part = bool(policies.may_take_part(actor, case.scope))
        ended_by_veto = case.end == Case.End.VETO and standing.veto is not None
        return {
            "now_box": casebox.now_of(file, assessment, standing, actor, today),
            "standing": standing,
            "veto_words": texts.VETOES.get(standing.veto.code) if standing.veto else None,
            "suspended": [(suspension, texts.VETOES[suspension.code]) for suspension in standing.suspensions],
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
    return [
        (code, texts.FORMS.get(code) or texts.DOCUMENTS[code]) for code in guide.facets(key).materials_produced.codes
    ]


# -- the record ---------------------------------------------------------------------------------------------------


class CaseHistory(Page):
    """Who did what, for whom, from what to what, and when: as it happened, as it was entered, as it was verified.

    ``kind`` in the address narrows it; ``all`` puts everything on one page, to be printed.
    """

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        kind = request.GET.get("kind", "")
        if kind not in chronicle.KIND_NAMES:
            raise Http404
        counts = timeline.counts(file.case)
        whole = "all" in request.GET
        pages = Paginator(timeline.entries_of(file.case, kind), max(counts[kind], 1) if whole else PER_PAGE)
        # The tabs have counted already; the paginator need not ask again.
        pages.count = counts[kind]
        page = pages.get_page(request.GET.get("page"))
        entries = list(page.object_list)
        context = casebox.head(file, file.assess(request.today), self.actor, tab="history")
        context |= {
            "page_obj": page,
            "entries": list(chronicle.in_words(entries, timeline.around(file.case, entries), case=file.case)),
            "tabs": [
                {"kind": name, "label": label, "count": counts[name], "active": name == kind}
                for name, label in chronicle.KIND_NAMES.items()
                if counts[name] or name in ("", kind)
            ],
            # What was done elsewhere comes before everything here, and so at the very end.
            "earlier": chronicle.earlier(file.case) if not kind and not page.has_next() else (),
            "whole": whole,
            "printed_at": request.now,
            "done": None,
        }
        return render(request, "recruitment/case_history.html", context)
