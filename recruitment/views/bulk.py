"""Many steps decided together: a page before it that says what will happen, and one after it that says what did."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment.context import verifies
from recruitment.forms.review import BulkForm, QueueFilterForm
from recruitment.models import BulkDecision, BulkItem, Case, Person
from recruitment.numbers import whole
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import queue as waiting
from recruitment.services import bulk
from recruitment.services.base import Refused
from recruitment.views.base import Page, mark
from recruitment.views.queue import kept_filter
from recruitment.words import listed, localised

#: A request works on the items for so long, and the page then goes on with the rest. Seconds.
BUDGET = 5.0
#: What can be done from the queue; a filing list has pages of its own.
KINDS = frozenset({BulkDecision.Kind.VERIFY.value, BulkDecision.Kind.HAND_BACK.value})


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a bulk decision: who, which step, why not, and where to look."""

    case: Case
    number: int
    step: Text
    reasons: tuple[str, ...]
    url: str
    key: str = ""
    unseen: int = 0
    state: str = ""
    #: Of one taken out of a filing list: the coded reason and its words.
    code: Text | None = None
    text: str = ""


class BulkPreview(Page):
    """What a decision on the chosen rows would do to how many, and to which it cannot be done."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not verifies(self.actor):
            raise PermissionDenied
        kind = request.POST.get("kind", "")
        if kind not in KINDS:
            raise PermissionDenied
        chosen = self._chosen(request)
        if not chosen:
            return HttpResponseRedirect(self._queue(request))
        form = BulkForm(initial={"token": uuid.uuid4(), "kind": kind})
        return self.preview(request, kind, chosen, form)

    def preview(
        self, request: HttpRequest, kind: str, chosen: Mapping[int, tuple[str, int]], form: BulkForm
    ) -> HttpResponse:
        versions = {pk: version for pk, (_step, version) in chosen.items()}
        found = bulk.prospects(
            kind=kind, case_ids=list(chosen), actor=self.actor, today=request.today, versions=versions
        )
        lines = [line_of(one.case, one.step, map(bulk.reason_json, one.refusals), unseen=one.unseen) for one in found]
        context = {
            "kind": kind,
            "form": form,
            "can": [line for line in lines if not line.reasons],
            "cannot": [line for line in lines if line.reasons],
            "unseen": sum(line.unseen > 0 for line in lines if not line.reasons),
            "left_out": len(chosen) - len(lines),
            "back": self._queue(request),
            "kept": kept_filter(request),
        }
        return render(request, "recruitment/bulk_preview.html", context)

    def _chosen(self, request: HttpRequest) -> dict[int, tuple[str, int]]:
        """Case -> its step and the version that the list showed; all that the filter finds where that was asked for."""
        if "all" not in request.POST:
            return parsed(request.POST.getlist("case"))
        form = QueueFilterForm(request.GET, waiting.choices(self.actor, request.today))
        rows = waiting.queue(self.actor, request.today, form.wanted())[: bulk.LIMIT]
        return {case.pk: (case.step, case.version) for case in rows}

    def _queue(self, request: HttpRequest) -> str:
        kept = kept_filter(request)
        return f"{reverse('queue')}?{kept}" if kept else reverse("queue")


class BulkStart(BulkPreview):
    """The decision is taken: written down once, whoever clicks twice, and carried out item by item."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not verifies(self.actor):
            raise PermissionDenied
        chosen = parsed(request.POST.getlist("case"))
        form = BulkForm(request.POST)
        kind = request.POST.get("kind", "")
        if kind not in KINDS or not chosen:
            raise PermissionDenied
        if form.is_valid():
            try:
                decision = bulk.start(
                    **form.arguments,
                    items=[(pk, step, version) for pk, (step, version) in chosen.items()],
                    actor=self.actor,
                    now=request.now,
                )
            except Refused as refused:
                mark(form, refused.refusals, request.today)
            else:
                carry_out(decision, self)
                return HttpResponseRedirect(reverse("bulk", args=[decision.token]))
        return self.preview(request, kind, chosen, form)


class BulkResult(Page):
    """What came of each item. What has not been decided yet is decided when the page goes on."""

    def get(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse:
        decision = self._decision(token)
        items = list(
            decision.items.select_related("case__person", "case__branch").defer(
                *(f"case__person__{name}" for name in Person.SENSITIVE)
            )
        )
        lines = [
            replace(
                line_of(item.case, item.step, item.reasons, state=item.state),
                code=texts.RETURN_REASONS[item.code].name if item.code else None,
                text=item.text,
            )
            for item in items
        ]
        context = {
            "decision": decision,
            "reason": texts.RETURN_REASONS.get(decision.code),
            "done": [line for line in lines if line.state == BulkItem.State.DONE and line.code is None],
            "taken_out": [line for line in lines if line.state == BulkItem.State.DONE and line.code is not None],
            "refused": [line for line in lines if line.state == BulkItem.State.REFUSED],
            "pending": [line for line in lines if line.state == BulkItem.State.PENDING],
            "total": len(lines),
        }
        return render(request, "recruitment/bulk_result.html", context)

    def post(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse:
        carry_out(self._decision(token), self)
        return HttpResponseRedirect(reverse("bulk", args=[token]))

    def _decision(self, token: uuid.UUID) -> BulkDecision:
        mine = BulkDecision.objects.filter(token=token, created_by=self.request.user)
        decision = mine.select_related("meeting__body").first()
        if decision is None:
            raise Http404
        return decision


def carry_out(decision: BulkDecision, page: Page) -> None:
    """Decide item after item until the request has taken long enough; what is left waits for the next request."""
    until = time.monotonic() + BUDGET
    pending = decision.items.filter(state=BulkItem.State.PENDING).order_by("pk")
    for pk in list(pending.values_list("pk", flat=True)):
        bulk.decide(item_id=pk, actor=page.actor, now=page.request.now)
        if time.monotonic() > until:
            break


def parsed(keys: Iterable[str]) -> dict[int, tuple[str, int]]:
    """The rows that were ticked: ``case:step:version``; what is malformed was not sent by the page."""
    found: dict[int, tuple[str, int]] = {}
    for key in keys:
        parts = key.split(":")
        if len(parts) != 3 or parts[1] not in STEPS:
            continue
        pk, version = whole(parts[0]), whole(parts[2])
        if pk is not None and version is not None:
            found[pk] = (parts[1], version)
    return found


def line_of(case: Case, step: str, reasons: Iterable[Mapping[str, Any]], *, unseen: int = 0, state: str = "") -> Line:
    return Line(
        case=case,
        number=STEPS[step].number,
        step=texts.STEPS[step],
        reasons=tuple(reason_words(reasons)),
        url=reverse("case_verify", args=[case.number]),
        key=f"{case.pk}:{step}:{case.version}",
        unseen=unseen,
        state=state,
    )


def reason_words(reasons: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Why not, a few words each; the arithmetic stands on the page of the case."""
    for reason in reasons:
        code = reason["code"]
        if reason["message"]:
            yield reason["message"]
        elif code in texts.REFUSALS:
            names = [_named(one) for one in reason["codes"]]
            title = localised(texts.REFUSALS[code].title)
            yield _("%(title)s：%(names)s") % {"title": title, "names": listed(names)} if names else title
        else:
            yield _named(code)


def _named(code: str) -> str:
    if code in texts.DOCUMENTS:
        return f"{code} {localised(texts.DOCUMENTS[code])}"
    if code in GATES or code in texts.FLAGS or code in texts.VETOES:
        return localised(flag_name(code))
    return code
