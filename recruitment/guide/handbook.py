"""The Guide as one book: chapters, parts and numbered articles, and which article explains a code or a field.

A chapter is the general provisions or a stage, a part a section of them or a step, an article a provision or a facet
of a step. Numbers run through the book and are made here; what is cited and linked is an article's id
(``"votes.denominator"``, ``"admission_oath.requirements"``), which is also its anchor and stays when numbers shift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from types import MappingProxyType

from recruitment.guide.reading import GENERAL_FILE, GuideError, Item, Materials, facets, general
from recruitment.rules import texts
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import Text

GENERAL = Text("总则", "General provisions")
FACETS: Mapping[str, Text] = MappingProxyType(
    {
        "key_task": Text("重点任务", "Key task"),
        "procedure": Text("主要程序", "Procedure"),
        "requirements": Text("基本要求", "Requirements"),
        "cautions": Text("注意事项", "Cautions"),
        "materials_produced": Text("产生材料", "Materials produced"),
    }
)


@dataclass(frozen=True, slots=True)
class Article:
    """One article. ``facet`` is empty for a general provision; ``step`` is then empty as well."""

    id: str
    number: int
    part: str
    title: Text
    items: tuple[Item, ...]
    facet: str = ""

    @property
    def step(self) -> str:
        """The key of the step of which this is a facet."""
        return self.part if self.facet else ""

    @property
    def papers(self) -> tuple[str, ...]:
        """Codes of the forms and documents that the article lists."""
        return tuple(code for item in self.items if isinstance(item, Materials) for code in item.codes)

    def under(self, edition: str) -> tuple[Item, ...]:
        """The sentences that hold under one edition of the Rules; none where the other edition alone has them."""
        return tuple(item for item in self.items if item.holds_under(edition))


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the general provisions, or a step with its five articles (``step_number`` is then set)."""

    key: str
    chapter: int
    title: Text
    articles: tuple[Article, ...]
    step_number: int | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    number: int
    title: Text
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    """The whole book, and where its articles are found."""

    chapters: tuple[Chapter, ...]
    parts: Mapping[str, Part]
    articles: Mapping[str, Article]
    by_code: Mapping[str, Article]
    by_field: Mapping[str, Article]


@cache
def handbook() -> Handbook:
    """The book, numbered; read once. Raises GuideError where a code or field is named twice."""
    numbers = count(1)
    chapters = (Chapter(1, GENERAL, tuple(_general(numbers))), *_stages(numbers))
    parts = {part.key: part for chapter in chapters for part in chapter.parts}
    articles = {article.id: article for part in parts.values() for article in part.articles}
    if len(parts) != sum(len(chapter.parts) for chapter in chapters):
        raise GuideError(GENERAL_FILE, "a section has the key of a step")
    return Handbook(
        chapters,
        MappingProxyType(parts),
        MappingProxyType(articles),
        MappingProxyType(dict(_pointers(articles, "explains"))),
        MappingProxyType(dict(_pointers(articles, "fields"))),
    )


def _general(numbers: Iterator[int]) -> Iterator[Part]:
    for key, section in general().items():
        articles = tuple(
            Article(f"{key}.{name}", next(numbers), key, Text(provision.title_zh, provision.title_en), provision.items)
            for name, provision in section.provisions.items()
        )
        yield Part(key, 1, Text(section.title_zh, section.title_en), articles)


def _stages(numbers: Iterator[int]) -> Iterator[Chapter]:
    for stage, title in texts.STAGES.items():
        chapter = stage + 1
        yield Chapter(
            chapter,
            title,
            tuple(
                Part(step.key, chapter, texts.STEPS[step.key], tuple(_facets(step.key, numbers)), step.number)
                for step in STEPS.values()
                if step.stage == stage
            ),
        )


def _facets(step: str, numbers: Iterator[int]) -> Iterator[Article]:
    found = facets(step)
    for facet, title in FACETS.items():
        items = getattr(found, facet)
        items = (items,) if isinstance(items, Item) else items
        yield Article(f"{step}.{facet}", next(numbers), step, title, items, facet)


def _pointers(articles: Mapping[str, Article], name: str) -> Iterator[tuple[str, Article]]:
    seen: set[str] = set()
    for article in articles.values():
        for item in article.items:
            for code in getattr(item, name):
                if code in seen:
                    raise GuideError(article.id, f"{name}: {code} stands in two sentences")
                seen.add(code)
                yield code, article


def explaining(code: str) -> Article | None:
    """The article that explains a gate, a kind of gate, a veto, a refusal, a mark or a light; None for no code."""
    return handbook().by_code.get(code)


def helping(field: str) -> Article | None:
    """The article that helps with a field: named for it, or explaining the rule that judges it; None where none is.

    ``field`` is ``"<step>.<field>"``, ``"person.<field>"`` or ``"act.<field>"``.
    """
    named = handbook().by_field.get(field)
    if named is not None:
        return named
    judging = [explaining(gate.id) for gate in GATES.values() if gate.target == field]
    # A rule on how long a paper stays valid judges this step's day, and is told of where the paper is made.
    return next((found for found in judging if found is not None and found.step == field.partition(".")[0]), None)
