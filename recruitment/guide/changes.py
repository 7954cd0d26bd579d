"""The two editions of the Rules side by side: what the Guide and the table say under one of them alone."""

from __future__ import annotations

from dataclasses import dataclass

from recruitment.guide.handbook import Article, handbook
from recruitment.guide.reading import Item
from recruitment.rules.editions import R2014, R2026
from recruitment.rules.schema import Gate
from recruitment.rules.steps import GATES, STEPS


@dataclass(frozen=True, slots=True)
class Change:
    """An article whose sentences differ: those of the 2014 edition alone and those of the 2026 edition alone."""

    article: Article
    before: tuple[Item, ...]
    after: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A step whose articles have other numbers in the two editions."""

    step: str
    before: str | None
    after: str | None


def changes() -> list[Change]:
    """Every article that does not say the same under both editions, in the order of the book."""
    found = []
    for article in handbook().articles.values():
        before, after = (tuple(item for item in article.items if item.edition == edition) for edition in (R2014, R2026))
        if before or after:
            found.append(Change(article, before, after))
    return found


def changed_gates() -> list[Gate]:
    """The rules of the table that one edition has and the other has not."""
    return [gate for gate in GATES.values() if gate.exists_in(R2014) != gate.exists_in(R2026)]


def moved() -> list[Moved]:
    """The steps whose articles have moved, in order."""
    return [Moved(step.key, step.r2014, step.r2026) for step in STEPS.values() if step.r2014 != step.r2026]
