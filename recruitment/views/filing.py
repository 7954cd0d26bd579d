"""Filing lists: what a meeting has decided, or a committee has handed in, confirmed at once but for the exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from branches.models import Organisation
from recruitment.context import verifies
from recruitment.forms.filing import FilingListForm, RowForm
from recruitment.models import BulkDecision, Case, Meeting, MeetingItem, MeetingPaper, Person
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import queue as waiting
from recruitment.selectors.meetings import decided, lists_waiting, visible_meeting
from recruitment.selectors.queue import QueueFilter
from recruitment.services import bulk
from recruitment.services.base import Refused
from recruitment.views import dossier
from recruitment.views.base import Page
from recruitment.views.bulk import carry_out, line_of, parsed, reason_words

SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list: light, days with the reader, what the meeting decided, and what may be said of it."""

    case: Case
    number: int
    step: Text
    days: int
    key: str
    url: str
    form: RowForm
    decided: list[Text]
    reasons: tuple[str, ...]


class FilingLists(Page):
    """The lists that wait: one for each meeting, and one for all that a committee has handed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not verifies(self.actor):
            raise PermissionDenied
        queue = waiting.submitted_to(self.actor, request.today).filter(freeze="")
        lists = lists_waiting(queue)
        context = {
            "of_meetings": [one for one in lists if one.meeting is not None],
            "of_committees": [one for one in lists if one.meeting is None],
            "done": BulkDecision.objects.filter(
                kind=BulkDecision.Kind.FILING_LIST, created_by=request.user
            ).select_related("meeting__body")[:20],
        }
        return render(request, "recruitment/filing_lists.html", context)


class FilingList(Page):
    """One list, row by row; posted, first a page that says what will happen, then the decision."""

    def get(self, request: HttpRequest) -> HttpResponse:
        meeting, committee, cases = self._listed()
        form = FilingListForm(None, [(case.pk, case.person.name) for case in cases])
        return self._page(meeting, committee, cases, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        meeting, committee, cases = self._listed()
        seen = parsed(request.POST.getlist("case"))
        here = [case for case in cases if case.pk in seen]
        form = FilingListForm(request.POST, [(case.pk, case.person.name) for case in here])
        if not here:
            return redirect("filing_lists")
        if not form.is_valid():
            return self._page(meeting, committee, here, form, status=422)
        if "confirm" not in request.POST:
            return self._preview(meeting, committee, here, form, seen)
        chosen = [(pk, step, version) for pk, (step, version) in seen.items() if pk in form.rows]
        try:
            decision = bulk.start(
                token=form.token,
                kind=BulkDecision.Kind.FILING_LIST,
                items=chosen,
                exceptions=form.exceptions(),
                meeting=meeting,
                actor=self.actor,
                now=request.now,
            )
        except Refused as refused:
            raise PermissionDenied from refused
        carry_out(decision, self)
        return HttpResponseRedirect(reverse("bulk", args=[decision.token]))

    # -- which list ------------------------------------------------------------------------------------------------

    def _listed(self) -> tuple[Meeting | None, Organisation | None, list[Case]]:
        """The list that the address names, as it waits now; of one posted, the rows that it showed."""
        if not verifies(self.actor):
            raise PermissionDenied
        given = self.request.GET
        queue = waiting.queue(self.actor, self.request.today, QueueFilter())
        meeting = self._meeting(given)
        committee = self._committee(given)
        if meeting is not None:
            listed = MeetingItem.objects.filter(
                meeting=meeting, case=OuterRef("pk"), step=OuterRef("step"), entry="", state=MeetingItem.State.DONE
            )
            queue = queue.filter(Exists(listed))
        if committee is not None:
            queue = queue.filter(committee=committee)
        if self.request.method == "POST":
            return meeting, committee, self._posted(queue)
        return meeting, committee, list(queue[: bulk.LIMIT])

    def _posted(self, queue: QuerySet[Case]) -> list[Case]:
        """The rows that the page showed; what has left the queue since is judged too, and refused by its own reason."""
        wanted = list(parsed(self.request.POST.getlist("case")))[: bulk.LIMIT]
        found = {case.pk: case for case in queue.filter(pk__in=wanted)}
        gone = Case.objects.visible_to(self.actor).filter(pk__in=[pk for pk in wanted if pk not in found])
        cases = gone.with_light(self.request.today).select_related("person", "branch").defer(*SEALED)
        found |= {case.pk: case for case in cases}
        return [found[pk] for pk in wanted if pk in found]

    def _meeting(self, given: QueryDict) -> Meeting | None:
        if not (pk := given.get("meeting", "")):
            return None
        meeting = visible_meeting(self.actor, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 10 else None
        if meeting is None or not meeting.is_held:
            raise Http404
        return meeting

    def _committee(self, given: QueryDict) -> Organisation | None:
        if not (pk := given.get("committee", "")):
            return None
        found = (
            Organisation.objects.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 10 else None
        )
        if found is None or not self.actor.covers(found.path):
            raise Http404
        return found

    # -- pages -----------------------------------------------------------------------------------------------------

    def _context(self, meeting: Meeting | None, committee: Organisation | None) -> dict[str, Any]:
        papers = meeting.papers.filter(kind=MeetingPaper.Kind.FILING_LIST).order_by("-version") if meeting else ()
        return {
            "meeting": meeting,
            "committee": committee,
            "paper": next(iter(papers), None),
            "here": self.request.get_full_path(),
        }

    def _page(
        self,
        meeting: Meeting | None,
        committee: Organisation | None,
        cases: list[Case],
        form: FilingListForm,
        status: int = 200,
    ) -> HttpResponse:
        found = bulk.prospects(
            kind=BulkDecision.Kind.FILING_LIST,
            case_ids=[case.pk for case in cases],
            actor=self.actor,
            today=self.request.today,
        )
        against = {one.case.pk: tuple(reason_words(map(bulk.reason_json, one.refusals))) for one in found}
        items = self._items(meeting, cases)
        context = self._context(meeting, committee) | {
            "form": form,
            "rows": [self._row(case, form, items, against.get(case.pk, ())) for case in cases],
            "limit": bulk.LIMIT,
        }
        return render(self.request, "recruitment/filing_list.html", context, status=status)

    def _row(self, case: Case, form: FilingListForm, items: Mapping[int, MeetingItem], reasons: tuple[str, ...]) -> Row:
        since = getattr(case, "submitted_at", None)
        return Row(
            case=case,
            number=STEPS[case.step].number if case.step in STEPS else 0,
            step=texts.STEPS.get(case.step) or Text("", ""),
            days=dossier.days_waiting(since, self.request.today) if since else 0,
            key=f"{case.pk}:{case.step}:{case.version}",
            url=reverse("case_verify", args=[case.number]),
            form=form.rows[case.pk],
            decided=decided(items[case.pk]) if case.pk in items else [],
            reasons=reasons,
        )

    def _items(self, meeting: Meeting | None, cases: list[Case]) -> dict[int, MeetingItem]:
        if meeting is None:
            return {}
        # One meeting may have decided on a person twice, and made an entry in her log besides.
        steps = {case.pk: case.step for case in cases}
        decided_here = meeting.items.filter(case__in=cases, entry="", state=MeetingItem.State.DONE)
        return {row.case_id: row for row in decided_here if row.step == steps[row.case_id]}

    def _preview(
        self,
        meeting: Meeting | None,
        committee: Organisation | None,
        cases: list[Case],
        form: FilingListForm,
        seen: Mapping[int, tuple[str, int]],
    ) -> HttpResponse:
        exceptions = form.exceptions()
        found = bulk.prospects(
            kind=BulkDecision.Kind.FILING_LIST,
            case_ids=[case.pk for case in cases],
            actor=self.actor,
            today=self.request.today,
            versions={pk: version for pk, (_step, version) in seen.items()},
            exceptions=exceptions,
        )
        lines = [
            (line_of(one.case, one.step, map(bulk.reason_json, one.refusals), unseen=one.unseen), one) for one in found
        ]
        fine = [(line, one) for line, one in lines if not line.reasons]
        context = self._context(meeting, committee) | {
            "form": form,
            "keys": [f"{pk}:{step}:{version}" for pk, (step, version) in seen.items()],
            "passes": [line for line, one in fine if one.case.pk not in exceptions],
            "taken_out": [
                (line, texts.RETURN_REASONS[exceptions[one.case.pk][0]].name, exceptions[one.case.pk][1])
                for line, one in fine
                if one.case.pk in exceptions
            ],
            "cannot": [line for line, _one in lines if line.reasons],
            "unseen": sum(line.unseen > 0 for line, one in fine if one.case.pk not in exceptions),
            "given": [(row["code"], row["text"]) for row in form.rows.values()],
        }
        return render(self.request, "recruitment/filing_preview.html", context)
