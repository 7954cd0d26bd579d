"""The Guide as a book: its articles as pages and paper show them, and the document from which the PDF is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from recruitment import guide
from recruitment.guide.handbook import Article, handbook
from recruitment.rules import texts
from recruitment.rules.editions import R2014, R2026
from recruitment.rules.explain import EDITIONS, cite
from recruitment.rules.papers import DOCUMENTS, FORMS
from recruitment.rules.schema import Step
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.rules.vetoes import VETOES

#: Where a sentence of the Guide comes from, when no article says it.
BASES = {"national": "", "local": _("地方做法"), "system": _("本系统的工作要求")}
#: Facets that say what to do in order; the others are lists.
_ORDERED = frozenset({"procedure"})


def book_context(edition: str) -> dict[str, Any]:
    """What the book's template needs: every article under one edition."""
    book = handbook()
    return {
        "book_edition": EDITIONS[edition],
        "total": len(book.articles),
        "chapters": [
            {
                "number": chapter.number,
                "title": chapter.title,
                "parts": [
                    {
                        "key": part.key,
                        "title": part.title,
                        "number": part.step_number,
                        "first": part.articles[0].number,
                        "articles": [shown(article, edition) for article in part.articles],
                    }
                    for part in chapter.parts
                ],
            }
            for chapter in book.chapters
        ],
    }


def as_html(edition: str, language: str) -> str:
    """The book under one edition in one language, with its styles inside: it fetches nothing."""
    style = Path(settings.BASE_DIR, "static", "css", "guide_book.css").read_text(encoding="utf-8")
    with override(language):
        context = {**book_context(edition), "language": language, "style": style}
        return render_to_string("recruitment/guide_book_print.html", context)


def shown(article: Article, edition: str) -> dict[str, Any]:
    """An article as a page shows it: its sentences under the edition with where each stands written, and its papers."""
    items = article.under(edition)
    return {
        "id": article.id,
        "number": article.number,
        "title": article.title,
        "vetoes": [code for item in article.items for code in item.explains if code in VETOES],
        "effects": [
            texts.EFFECTS[VETOES[code].effect] for item in article.items for code in item.explains if code in VETOES
        ],
        "off": any(not VETOES[code].enabled for item in article.items for code in item.explains if code in VETOES),
        "facet": article.facet,
        "ordered": article.facet in _ORDERED,
        "items": [_item(item, edition) for item in items],
        # Shown under the other edition an article may be empty: it says so rather than vanish from the count.
        "only": "" if items else EDITIONS[R2014 if edition == R2026 else R2026],
        "papers": list(_papers(STEPS[article.step])) if article.papers else [],
    }


def _item(item: guide.Item, edition: str) -> dict[str, Any]:
    return {
        "text": Text(item.zh, item.en),
        "sources": sources(item.articles, edition),
        "basis": BASES[item.basis],
    }


def sources(articles: Mapping[str, tuple[int, ...]], edition: str) -> list[Text]:
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
