"""The Guide: the book's contents, and each part with its articles, rules, papers and veto situations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from recruitment import guide
from recruitment.documents.guide_book import shown
from recruitment.guide.handbook import Part, explaining, handbook
from recruitment.links import article_url
from recruitment.rules import texts
from recruitment.rules.editions import GATES_OF, R2014, R2026, edition_of
from recruitment.rules.explain import EDITIONS, cite, gate_article, veto_article
from recruitment.rules.schema import Gate, Step
from recruitment.rules.steps import STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text
from recruitment.rules.vetoes import VETOES
from recruitment.views.base import Page


class GuideIndex(Page):
    """The contents: chapters, their parts, and for each step the sentence that says what it is for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        book = handbook()
        context = {
            "chapters": [
                {
                    "number": chapter.number,
                    "title": chapter.title,
                    "parts": [_entry(part) for part in chapter.parts],
                }
                for chapter in book.chapters
            ],
            "total": len(book.articles),
            **editions_context(request),
        }
        return render(request, "recruitment/guide.html", context)


class GuideStep(Page):
    """One part of the book: a section of the general provisions or a step, under one edition of the Rules."""

    def get(self, request: HttpRequest, step: str) -> HttpResponse:
        book = handbook()
        part = book.parts.get(step)
        if part is None:
            raise Http404
        edition = edition_wanted(request)
        keys = list(book.parts)
        at = keys.index(step)
        context = {
            "part": part,
            "chapter": book.chapters[part.chapter - 1],
            "articles": [shown(article, edition) for article in part.articles],
            "previous": book.parts[keys[at - 1]] if at else None,
            "next": book.parts[keys[at + 1]] if at + 1 < len(keys) else None,
            **editions_context(request),
        }
        row = STEPS.get(step)
        if row is not None:
            context |= _of_step(row, edition)
        return render(request, "recruitment/guide_step.html", context)


class GuideArticle(Page):
    """The lasting address of an article: its id stays when numbers shift; leads to where it is read."""

    def get(self, request: HttpRequest, article: str) -> HttpResponse:
        found = handbook().articles.get(article)
        if found is None:
            raise Http404
        wanted = request.GET.get("edition")
        return redirect(article_url(found, wanted if wanted in guide.EDITIONS else ""))


def edition_wanted(request: HttpRequest) -> str:
    """The edition in the address, or the one in force today."""
    wanted = request.GET.get("edition")
    return wanted if wanted in guide.EDITIONS else edition_of(request.today)


def editions_context(request: HttpRequest) -> dict[str, Any]:
    """The edition of the page, whether it is in force, and both to choose from."""
    edition = edition_wanted(request)
    in_force = edition_of(request.today)
    return {
        "edition": edition,
        "edition_name": EDITIONS[edition],
        "is_in_force": edition == in_force,
        # The links of the page keep an edition that was chosen, and no other.
        "edition_query": f"?edition={edition}" if edition != in_force else "",
        "editions": [{"key": key, "name": EDITIONS[key], "active": key == edition} for key in (R2026, R2014)],
    }


def _entry(part: Part) -> dict[str, Any]:
    row = STEPS.get(part.key)
    entry: dict[str, Any] = {
        "key": part.key,
        "title": part.title,
        "number": part.step_number,
        "first": part.articles[0].number,
        "last": part.articles[-1].number,
    }
    if row is not None:
        task = guide.facets(part.key).key_task
        entry |= {"doer": texts.ROLES[row.actor], "task": Text(task.zh, task.en)}
    return entry


def _of_step(row: Step, edition: str) -> dict[str, Any]:
    numbers = row.articles(edition)
    return {
        "step": row,
        "written": cite(edition, numbers) if numbers else None,
        "doer": texts.ROLES[row.actor],
        "verifier": texts.ROLES[row.verifier],
        "participants": [texts.PARTICIPANTS[name] for name in row.participants],
        "gates": list(_gates(row, edition)),
        "vetoes": list(_vetoes(row, edition)),
    }


def _gates(step: Step, edition: str) -> Iterable[dict[str, Any]]:
    """The rules that judge the step's act under the edition, the upload rule last."""
    gates: list[Gate] = [gate for gate in GATES_OF[step.key] if gate.exists_in(edition)]
    if step.required_papers:
        gates.append(UPLOAD_GATE)
    for gate in gates:
        words = texts.GATES[gate.id]
        yield {
            "id": gate.id,
            "name": words.name,
            "rule": words.rule,
            "cure": words.cure,
            "article": gate_article(gate, edition),
            "explained": explaining(gate.id),
            "hard": gate.hard,
            "optional": not gate.enabled,
        }


def _vetoes(step: Step, edition: str) -> Iterator[dict[str, Any]]:
    for code in step.vetoes:
        words, veto = texts.VETOES[code], VETOES[code]
        yield {
            "code": code,
            "name": words.name,
            "meaning": words.meaning,
            "advice": words.advice,
            "effect": texts.EFFECTS[veto.effect],
            "article": veto_article(code, edition),
            "explained": explaining(code),
            "optional": not veto.enabled,
        }
