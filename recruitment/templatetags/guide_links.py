"""The right article of the Guide beside a field, a lock, a light or a refusal."""

from django import template
from django.forms.boundfield import BoundField

from recruitment.guide.handbook import Article, explaining, handbook, helping
from recruitment.links import article_url

register = template.Library()

_PAPER = "paper_"

register.filter("article_url", article_url)


@register.filter
def explaining_article(code: object) -> Article | None:
    """The article that explains a code; None where there is none, or no code."""
    return explaining(code) if isinstance(code, str) else None


@register.filter
def field_article(field: BoundField) -> Article | None:
    """The article that helps to fill in a field, by the form's ``guide_owner`` (a step, ``person``, a kind of form).

    A document's file field leads to the materials of its step; forms without an owner have no articles.
    """
    owner = getattr(field.form, "guide_owner", None)
    if owner is None:
        return None
    if field.name.startswith(_PAPER):
        return handbook().articles.get(f"{owner}.materials_produced")
    return helping(f"{owner}.{field.name}") or helping(f"act.{field.name}")
