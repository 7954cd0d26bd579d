"""Searching the Guide: the words are the address, so that a result can be sent to a colleague."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from recruitment.guide.handbook import handbook
from recruitment.guide.search import Hit, marked, search, words_of
from recruitment.links import article_url
from recruitment.views.base import Page
from recruitment.views.guide import editions_context

RESULTS_A_PAGE = 20
MAX_QUERY = 100


class GuideSearch(Page):
    """The articles that hold all the words, each with the sentences in which they stand."""

    def get(self, request: HttpRequest) -> HttpResponse:
        query = request.GET.get("q", "").strip()[:MAX_QUERY]
        language = "en" if (get_language() or "").startswith("en") else "zh"
        words = words_of(query)
        context = editions_context(request)
        kept = "" if context["is_in_force"] else context["edition"]
        page = Paginator(search(query, language), RESULTS_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "query": query,
            "total": page.paginator.count,
            "page_obj": page,
            "hits": [_line(hit, words, kept) for hit in page.object_list],
        }
        return render(request, "recruitment/guide_search.html", context)


def _line(hit: Hit, words: tuple[str, ...], edition: str) -> dict[str, object]:
    article = hit.article
    return {
        "article": article,
        "part": handbook().parts[article.part],
        "url": article_url(article, edition),
        "excerpts": [marked(sentence, words) for sentence in hit.excerpts],
    }
