"""What the library shows to somebody: the documents of their departments, searched, filtered and the new ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from branches.access import Actor
from branches.models.organisation import codes_of
from recruitment.models import PolicyDocument, PolicyVersion
from recruitment.words import folded

#: What came within this time is new to whoever asks for the new ones.
MONTH = timedelta(days=30)
_EXCERPT = 60  # characters on each side of the first hit


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where a word stands in the text of a file: what comes before it, the word, and what comes after."""

    before: str
    hit: str
    after: str


def readable(actor: Actor) -> QuerySet[PolicyDocument]:
    """The documents meant for a subtree in which the actor holds a seat, the withdrawn ones among them."""
    codes = {code for grant in actor.grants for code in codes_of(grant.organisation_path)}
    return PolicyDocument.objects.filter(reach__code__in=codes).select_related("department")


def listed(
    actor: Actor, *, terms: Iterable[str] = (), kind: str = "", category: str = "", since: datetime | None = None
) -> QuerySet[PolicyDocument]:
    """The documents of the list: not withdrawn, with every one of ``terms``, those with them in the title first."""
    rows = readable(actor).filter(withdrawn_at=None).defer("search_text")
    if kind:
        rows = rows.filter(kind=kind)
    if category:
        rows = rows.filter(category=category)
    if since is not None:
        rows = rows.filter(renewed_at__gt=since)
    terms = list(terms)
    in_title = Q()
    for term in terms:
        rows = rows.filter(search_text__contains=term)
        in_title &= Q(title__icontains=term) | Q(number__icontains=term)
    if not terms:
        return rows
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(rank=rank).order_by("rank", F("renewed_at").desc(), F("pk").desc())


def terms_of(words: str) -> list[str]:
    """The terms of a search: words with blanks between them, folded as the stored text is."""
    return list(dict.fromkeys(folded(words[:100]).split()))


def new_since(actor: Actor, since: datetime) -> int:
    """How many documents came or were renewed after ``since``."""
    return listed(actor, since=since).count()


def excerpts(documents: Iterable[PolicyDocument], terms: list[str]) -> dict[int, Excerpt]:
    """For each document whose present file has the first term that any has: the place where it stands. One query."""
    ids = [document.pk for document in documents]
    if not terms or not ids:
        return {}
    found: dict[int, Excerpt] = {}
    rows = PolicyVersion.objects.filter(document__in=ids).exclude(text="").order_by("document", "-version")
    seen: set[int] = set()
    for document, text in rows.values_list("document", "text"):
        if document in seen:
            continue
        seen.add(document)
        if (excerpt := _excerpt(text, terms)) is not None:
            found[document] = excerpt
    return found


def _excerpt(text: str, terms: list[str]) -> Excerpt | None:
    # Folding may change the length of a text; the excerpt is then taken from the folded one, which reads the same.
    plain = folded(text)
    text = text if len(plain) == len(text) else plain
    for term in terms:
        at = plain.find(term)
        if at >= 0:
            end = at + len(term)
            return Excerpt(text[max(0, at - _EXCERPT) : at], text[at:end], text[end : end + _EXCERPT])
    return None
