"""The verification queue: what waits for the reader's side, narrowed by a filter that stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.context import verifies
from recruitment.forms.review import QueueFilterForm
from recruitment.models import Case, SavedSearch
from recruitment.rules import texts
from recruitment.rules.schema import Step
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import queue as waiting
from recruitment.selectors.corrections import waiting_for
from recruitment.selectors.queue import PRESETS, QueueChoices, QueueCounts, QueueFilter
from recruitment.selectors.searches import Kept, kept_for
from recruitment.services import bulk
from recruitment.views import dossier, reviewed
from recruitment.views.base import Page

PER_PAGE = 50

#: The filters that are worth a button, in words.
_PRESET_WORDS: Mapping[str, Promise] = {
    "long": gettext_lazy("等了 14 天以上"),
    "returned": gettext_lazy("退回后重新提交"),
    "flags": gettext_lazy("有须说明的提示"),
    "clean": gettext_lazy("绿灯、没有提示、没退回过"),
}
_PRESET_QUERIES: Mapping[str, str] = {
    "long": "days=14",
    "returned": "returned=yes",
    "flags": "flags=yes",
    "clean": "light=green&returned=no&flags=no",
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A step that waits. ``days`` with the present holder, ``age`` of the case since it was opened."""

    case: Case
    step: Step
    name: Text
    days: int
    age: int
    own: bool
    url: str

    @property
    def key(self) -> str:
        """What the row's tick box sends: the case, the step and the version that were seen."""
        return f"{self.case.pk}:{self.step.key}:{self.case.version}"


class Queue(Page):
    """Steps that wait for the reader's side, the longest first. Only for seats that verify."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not verifies(self.actor):
            raise PermissionDenied
        choices = waiting.choices(self.actor, request.today)
        form = QueueFilterForm(request.GET, choices)
        wanted = form.wanted()
        saved = kept_for(self.actor, SavedSearch.Page.QUEUE)
        counts = waiting.counts(self.actor, request.today, wanted, _filters(saved, choices))
        page = Paginator(waiting.queue(self.actor, request.today, wanted), PER_PAGE)
        # The tabs have counted already; the paginator need not ask again.
        page.count = counts.stages.get(wanted.stage, 0) if wanted.stage else counts.total
        shown = page.get_page(request.GET.get("page"))
        kept = kept_filter(request)
        context = {
            "form": form,
            "tabs": list(_tabs(wanted, counts)),
            "counts": counts,
            "presets": list(_presets(counts, kept)),
            "saved": saved,
            "saved_page": SavedSearch.Page.QUEUE.value,
            "saved_tabs": [(row, counts.saved[row.pk], _known(QueryDict(row.query)) == kept) for row in saved],
            "page_obj": shown,
            "rows": [self._row(case, request, kept) for case in shown],
            "filtered": bool(form.given()),
            "kept": kept,
            "total": page.count,
            "corrections": waiting_for(self.actor).count(),
            "bulk_limit": bulk.LIMIT,
            "done": reviewed.recall(request),
        }
        return render(request, "recruitment/queue.html", context)

    def _row(self, case: Case, request: HttpRequest, kept: str) -> QueueRow:
        url = reverse("case_verify", args=[case.number])
        return QueueRow(
            case=case,
            step=STEPS[case.step],
            name=texts.STEPS[case.step],
            days=dossier.days_waiting(case.submitted_at, request.today),
            age=dossier.days_waiting(case.opened_at, request.today),
            own=case.submitted_by_user == self.actor.user_id,
            url=f"{url}?{kept}" if kept else url,
        )


def _filters(saved: list[Kept], choices: QueueChoices) -> dict[int, QueueFilter]:
    return {row.pk: QueueFilterForm(QueryDict(row.query), choices).wanted() for row in saved}


def _tabs(wanted: QueueFilter, counts: QueueCounts) -> Iterator[dict[str, Any]]:
    yield {"label": _("全部"), "count": counts.total, "stage": "", "active": not wanted.stage}
    for number, name in texts.STAGES.items():
        count = counts.stages.get(number, 0)
        if count or wanted.stage == number:
            yield {"label": name, "count": count, "stage": number, "active": wanted.stage == number}


def _presets(counts: QueueCounts, kept: str) -> Iterator[dict[str, Any]]:
    for name in PRESETS:
        query = _PRESET_QUERIES[name]
        active = dict(QueryDict(query).items()) == dict(QueryDict(kept).items())
        yield {"label": _PRESET_WORDS[name], "query": query, "count": counts.presets[name], "active": active}


def kept_filter(request: HttpRequest) -> str:
    """The queue's filter as the address carries it on; the page number stays behind."""
    return _known(request.GET)


def _known(given: QueryDict) -> str:
    kept = given.copy()
    for name in [name for name in kept if name not in QueueFilterForm.base_fields or not kept[name]]:
        del kept[name]
    return kept.urlencode()
