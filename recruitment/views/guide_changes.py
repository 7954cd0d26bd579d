"""The two editions of the Rules side by side: what the revision of May 2026 changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recruitment import guide
from recruitment.documents.guide_book import BASES, sources
from recruitment.guide.changes import changed_gates, changes, moved
from recruitment.guide.handbook import explaining, handbook
from recruitment.rules import texts
from recruitment.rules.editions import R2014, R2026
from recruitment.rules.explain import EDITIONS, cite
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.views.base import Page


class GuideEditions(Page):
    """Rules that came or went, sentences that differ, and articles that moved."""

    def get(self, request: HttpRequest) -> HttpResponse:
        book = handbook()
        context = {
            "names": [EDITIONS[R2014], EDITIONS[R2026]],
            "gates": [
                {
                    "name": texts.GATES[gate.id].name,
                    "rule": texts.GATES[gate.id].rule,
                    "written": [_written(edition, gate.article(edition)) for edition in (R2014, R2026)],
                    "article": explaining(gate.id),
                }
                for gate in changed_gates()
            ],
            "changes": [
                {
                    "article": change.article,
                    "part": book.parts[change.article.part],
                    "before": _items(change.before, R2014),
                    "after": _items(change.after, R2026),
                }
                for change in changes()
            ],
            "moved": [
                {
                    "number": STEPS[row.step].number,
                    "key": row.step,
                    "name": texts.STEPS[row.step],
                    "before": _written(R2014, row.before),
                    "after": _written(R2026, row.after),
                }
                for row in moved()
            ],
        }
        return render(request, "recruitment/guide_editions.html", context)


def _written(edition: str, numbers: str | None) -> Text | None:
    return cite(edition, numbers) if numbers else None


def _items(items: Iterable[guide.Item], edition: str) -> list[dict[str, Any]]:
    return [
        {
            "text": Text(item.zh, item.en),
            "sources": sources(item.articles, edition),
            "basis": BASES[item.basis],
        }
        for item in items
    ]
