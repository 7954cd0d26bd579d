"""The search page behind the box in the head, and the suggestions while one types."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from recruitment.models import Case, SavedSearch
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.selectors import search
from recruitment.selectors.searches import kept_for
from recruitment.views.base import Page
from recruitment.views.cases import case_row
from recruitment.words import localised

PER_PAGE = 50
ORGANISATIONS_SHOWN = 5


class Search(Page):
    """Cases and organisations that fit what was typed; the address holds it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("q", "").strip()
        query = search.parse(typed)
        sees = bool(self.actor.grants_of(*SEEING_ROLES))
        context = {
            "q": typed,
            "hints": query.hints,
            "searched": not query.is_empty,
            "shows_branch": True,
            "sees": sees,
            "saved": kept_for(self.actor, SavedSearch.Page.SEARCH),
            "saved_page": SavedSearch.Page.SEARCH.value,
        }
        if not query.is_empty and sees:
            page = Paginator(search.cases(self.actor, query, request.today), PER_PAGE).get_page(request.GET.get("page"))
            context |= {"page_obj": page, "rows": [case_row(case) for case in page]}
            if query.only_names:
                words = " ".join(query.text)
                context["organisations"] = search.organisations(self.actor, words, ORGANISATIONS_SHOWN)
        return render(request, "recruitment/search.html", context)


class Suggest(Page):
    """Up to ten people, as the box asks for them while one types. Never anybody outside the reader's reach."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = search.suggestions(self.actor, request.GET.get("q", "")[:60].strip())
        response = JsonResponse({"items": [_suggestion(case) for case in found]})
        response["Cache-Control"] = "private, no-store"
        return response


def _suggestion(case: Case) -> dict[str, str]:
    if case.step in STEPS:
        place = _("第 %(number)s 步 %(step)s") % {
            "number": STEPS[case.step].number,
            "step": localised(texts.STEPS[case.step]),
        }
    else:
        place = case.get_end_display()
    return {"name": case.person.name, "note": f"{case.branch} · {place}", "url": case.get_absolute_url()}
