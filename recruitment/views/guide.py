"""The Guide: the 31 steps by stage, and for each step its five facets, rules, papers and veto situations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from recruitment import guide
from recruitment.rules import texts
from recruitment.rules.editions import GATES_OF, R2014, R2026, edition_of
from recruitment.rules.explain import EDITIONS, cite, gate_article, veto_article
from recruitment.rules.papers import DOCUMENTS, FORMS
from recruitment.rules.schema import Gate, Step
from recruitment.rules.steps import STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text
from recruitment.rules.vetoes import VETOES
from recruitment.views.base import Page

#: Where a sentence of the Guide comes from, when no article says it.
BASES = {"national": "", "local": _("地方做法"), "system": _("本系统的工作要求")}


class GuideIndex(Page):
    """All steps by stage, each with the sentence that says what it is for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        edition = _edition(request)
        stages = [
            {
                "number": number,
                "name": name,
                "steps": [
                    {
                        "key": step.key,
                        "number": step.number,
                        "name": texts.STEPS[step.key],
                        "doer": texts.ROLES[step.actor],
                        "task": _sentence(guide.facets(step.key).key_task),
                    }
                    for step in STEPS.values()
                    if step.stage == number
                ],
            }
            for number, name in texts.STAGES.items()
        ]
        context = {"stages": stages, **_editions(edition, request)}
        return render(request, "recruitment/guide.html", context)


class GuideStep(Page):
    """One step under one edition of the Rules: by its address, or the edition in force today."""

    def get(self, request: HttpRequest, step: str) -> HttpResponse:
        row = STEPS.get(step)
        if row is None:
            raise Http404
        edition = _edition(request)
        keys = list(STEPS)
        at = keys.index(step)
        facets = guide.facets(step).under(edition)
        context = {
            "step": row,
            "name": texts.STEPS[step],
            "stage": texts.STAGES[row.stage],
            "articles": _articles(row, edition),
            "doer": texts.ROLES[row.actor],
            "verifier": texts.ROLES[row.verifier],
            "participants": [texts.PARTICIPANTS[name] for name in row.participants],
            "key_task": _item(facets.key_task, edition),
            "facets": [
                {
                    "id": "procedure",
                    "title": _("工作流程"),
                    "items": _items(facets.procedure, edition),
                    "ordered": True,
                },
                {"id": "requirements", "title": _("工作要求"), "items": _items(facets.requirements, edition)},
                {"id": "cautions", "title": _("注意事项"), "items": _items(facets.cautions, edition)},
            ],
            "materials": _item(facets.materials_produced, edition),
            "papers": list(_papers(row)),
            "gates": list(_gates(row, edition)),
            "vetoes": list(_vetoes(row, edition)),
            "previous": _neighbour(keys[at - 1]) if at else None,
            "next": _neighbour(keys[at + 1]) if at + 1 < len(keys) else None,
            **_editions(edition, request),
        }
        return render(request, "recruitment/guide_step.html", context)


def _edition(request: HttpRequest) -> str:
    wanted = request.GET.get("edition")
    return wanted if wanted in guide.EDITIONS else edition_of(request.today)


def _editions(edition: str, request: HttpRequest) -> dict[str, Any]:
    return {
        "edition": edition,
        "edition_name": EDITIONS[edition],
        "is_in_force": edition == edition_of(request.today),
        "editions": [{"key": key, "name": EDITIONS[key], "active": key == edition} for key in (R2026, R2014)],
    }


def _neighbour(key: str) -> dict[str, Any]:
    return {"key": key, "number": STEPS[key].number, "name": texts.STEPS[key]}


def _sentence(item: guide.Item) -> Text:
    return Text(item.zh, item.en)


def _articles(step: Step, edition: str) -> Text | None:
    numbers = step.articles(edition)
    return cite(edition, numbers) if numbers else None


def _item(item: guide.Item, edition: str) -> dict[str, Any]:
    return {"text": _sentence(item), "sources": _sources(item.articles, edition), "basis": BASES[item.basis]}


def _items(items: Iterable[guide.Item], edition: str) -> list[dict[str, Any]]:
    return [_item(item, edition) for item in items]


def _sources(articles: Mapping[str, tuple[int, ...]], edition: str) -> list[Text]:
    """The articles that say so: of this edition, and of the texts above it."""
    return [
        cite(regulation, ",".join(str(number) for number in numbers))
        for regulation, numbers in articles.items()
        if regulation == edition or regulation not in guide.EDITIONS
    ]


def _papers(step: Step) -> Iterator[dict[str, Any]]:
    for code in step.forms:
        yield {"code": code, "name": texts.FORMS[code], "is_form": True, "archived": FORMS[code].archived}
    for paper in step.papers:
        document = DOCUMENTS[paper.code]
        yield {
            "code": paper.code,
            "name": texts.DOCUMENTS[paper.code],
            "required": paper.required,
            "archived": document.personnel_archive,
            "template": texts.TEMPLATES[document.template] if document.template else None,
            "template_code": document.template,
        }


def _gates(step: Step, edition: str) -> Iterator[dict[str, Any]]:
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
            "optional": not veto.enabled,
        }
