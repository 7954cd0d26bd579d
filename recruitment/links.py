"""Addresses that pages of several kinds need: where an article of the Guide is read."""

from __future__ import annotations

from django.urls import reverse

from recruitment.guide.handbook import Article, explaining


def article_url(article: Article, edition: str = "") -> str:
    """Where the article stands: the page of its part, at its anchor; under ``edition`` where one is given."""
    query = f"?edition={edition}" if edition else ""
    return f"{reverse('guide_step', args=[article.part])}{query}#{article.id}"


def explaining_url(code: str) -> str:
    """Where the Guide explains a gate, a veto, a refusal, a mark or a light; empty for what it does not know."""
    article = explaining(code)
    return article_url(article) if article is not None else ""
