"""The right article of the Guide beside a field, a lock, a light or a refusal."""

from django import template

from recruitment.guide.handbook import Article, explaining
from recruitment.links import article_url

register = template.Library()

register.filter("article_url", article_url)


@register.filter
def explaining_article(code: object) -> Article | None:
    """The article that explains a code; None where there is none, or no code."""
    return explaining(code) if isinstance(code, str) else None
