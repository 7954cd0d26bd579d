"""Half-filled forms of steps: kept while they are typed, and dropped when they are not wanted."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from recruitment.forms.steps import step_form
from recruitment.numbers import whole
from recruitment.services import drafts
from recruitment.views.entering import asked_for
from recruitment.views.sheets import StepPage
from recruitment.words import storable


class StepDraft(StepPage):
    """Keeps the fields that the form of the step asks for; files and whatever else is sent are left alone."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, number: str, step: str) -> HttpResponse:
        sheet = self.sheet(number, step)
        if "discard" in request.POST:
            drafts.drop(case=sheet.case, step=step, actor=self.actor)
            messages.success(request, _("草稿已经删去。这一步可以从头填写。"))
            return redirect("step", number=number, step=step)
        if not sheet.fills:
            return JsonResponse({"saved": None}, status=409)
        form = step_form(step, sheet.file, request.today, principals=asked_for(sheet.answer, request))
        posted = request.POST
        values = {name: list(map(storable, posted.getlist(name))) for name in form.draft_names() if name in posted}
        if not any(any(given) for given in values.values()):
            return JsonResponse({"saved": None})
        draft = drafts.keep(
            case=sheet.case, step=step, values=values, actor=self.actor, now=request.now, typing=_typing(request)
        )
        if draft is None:
            return JsonResponse({"saved": None}, status=409)
        return JsonResponse({"saved": f"{localtime(draft.saved_at):%H:%M}"})


def _typing(request: HttpRequest) -> drafts.Typing:
    """Which open page sent this; what a page without its script or a stranger's program sends counts as unknown."""
    return drafts.Typing(
        page=storable(request.POST.get("draft_page", ""))[:40],
        order=whole(request.POST.get("draft_place")) or 0,
        opened_at=_moment(request.POST.get("opened_at", "")),
    )


def _moment(given: str) -> datetime | None:
    try:
        moment = parse_datetime(given)
    except ValueError:
        return None
    return moment if moment is not None and is_aware(moment) else None
