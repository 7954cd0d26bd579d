"""Reading the Guide's text: the five facets of each step and the general provisions, in Chinese and English.

The words stand in TOML, so that somebody who knows the work can edit them and review a change line by line.

``content/stage_1.toml`` to ``stage_5.toml`` hold chapters 2 to 6, one table a facet; a facet is one article::

    [submit_application.key_task]             # one sentence: what this step is for
    [[submit_application.procedure]]          # what to do, in order; at least three
    [[submit_application.requirements]]       # what a verifier can tick; at least two
    [[submit_application.cautions]]           # what is easily missed; at least two
    [submit_application.materials_produced]   # codes of forms (F..) and documents (D..), and how to produce them

``content/chapter_1.toml`` holds the general provisions, a table a section and in it a table an article::

    [votes.title]                             # the section's title, zh and en
    [votes.denominator]                       # an article: title.zh, title.en and a sentence
    [[votes.denominator.also]]                # further sentences, such as the other edition's

Every sentence has ``zh`` and ``en`` (one thing to do or to check) and a ``basis``:

* ``national``: the Rules or another Party regulation say so; ``article.<edition>`` names the articles;
* ``local``: practice of some places, which an organisation may switch or change;
* ``system``: a working rule of this Guide and system, such as how a paper is signed or a count begins.

``edition = "r2014"`` or ``"r2026"`` marks a sentence that holds under that edition of the Rules alone.
``explains`` names what the sentence explains: ids of gates, kinds of gates, veto codes, codes of refusals, marks and
lights; ``fields`` names the fields that it helps to fill in (``"<step>.<field>"``, ``"person.<field>"``,
``"act.<field>"``). Each of them stands once in the whole Guide.

Standard library only. The files are read once, on first use, and checked as a whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

Basis = Literal["national", "local", "system"]

CONTENT = Path(__file__).with_name("content")
GENERAL_FILE = "chapter_1.toml"
STAGE_FILES = tuple(f"stage_{number}.toml" for number in range(1, 6))
BASES = ("national", "local", "system")
#: The editions of the Rules that an entry may belong to.
EDITIONS = ("r2014", "r2026")
#: Every regulation whose articles an entry may name.
REGULATIONS = (*EDITIONS, "constitution2022", "education2019")
#: Lists of sentences -> how many a reader must find there, whatever the edition.
MINIMUM: Mapping[str, int] = MappingProxyType({"procedure": 3, "requirements": 2, "cautions": 2})
FACETS = ("key_task", *MINIMUM, "materials_produced")

_CODE = re.compile(r"[FD]\d{2}")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_ITEM_KEYS = ("zh", "en", "basis", "article", "edition", "explains", "fields")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


class GuideError(ValueError):
    """The content contradicts its format; the message names the file and the key."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence of the Guide.

    ``articles`` maps a regulation (``r2014``, ``r2026``, ``constitution2022``, ``education2019``) to article numbers.
    ``edition`` is None where the sentence holds under both editions of the Rules. ``explains`` and ``fields`` name
    the codes and fields at which a reader is sent here.
    """

    zh: str
    en: str
    basis: Basis
    articles: Mapping[str, tuple[int, ...]]
    edition: str | None = None
    explains: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def holds_under(self, edition: str) -> bool:
        return self.edition in (None, edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials(Item):
    """The forms and documents that a step produces (``codes``), and one sentence on producing them properly."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """The five facets of a step."""

    key_task: Item
    procedure: tuple[Item, ...]
    requirements: tuple[Item, ...]
    cautions: tuple[Item, ...]
    materials_produced: Materials

    def under(self, edition: str) -> Facets:
        """The same facets without the sentences of the other edition. ``edition``: ``r2014`` or ``r2026``."""
        if edition not in EDITIONS:
            raise ValueError(f"unknown edition {edition!r}")
        return replace(
            self,
            **{name: tuple(item for item in getattr(self, name) if item.holds_under(edition)) for name in MINIMUM},
        )

    @property
    def items(self) -> tuple[Item, ...]:
        """Every entry, in the order in which a page shows them."""
        return (self.key_task, *self.procedure, *self.requirements, *self.cautions, self.materials_produced)


@dataclass(frozen=True, slots=True)
class Provision:
    """An article of the general provisions: its title, and one sentence or a few that belong together."""

    title_zh: str
    title_en: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the general provisions: its title and its articles by their ids."""

    title_zh: str
    title_en: str
    provisions: Mapping[str, Provision]


def facets(step_key: str) -> Facets:
    """The five facets of the step ``step_key``; KeyError if the Guide has no such step."""
    return _guide()[step_key]


def steps() -> tuple[str, ...]:
    """The keys of the steps that the Guide covers, in order."""
    return tuple(_guide())


@cache
def _guide() -> Mapping[str, Facets]:
    return load(CONTENT)


@cache
def general() -> Mapping[str, Section]:
    """The sections of the general provisions by their keys, in order."""
    return load_general(CONTENT)


def load_general(folder: Path) -> Mapping[str, Section]:
    """Read and check the general provisions; GuideError names the first place that does not fit."""
    return MappingProxyType(
        {
            _key(f"{GENERAL_FILE}: {key}", key): _section(f"{GENERAL_FILE}: {key}", tables)
            for key, tables in _read(folder / GENERAL_FILE).items()
        }
    )


def _section(place: str, tables: object) -> Section:
    found = _table(place, tables, required=("title",))
    title = _title(f"{place}.title", found["title"])
    provisions = {
        _key(f"{place}.{key}", key): _provision(f"{place}.{key}", table)
        for key, table in found.items()
        if key != "title"
    }
    if not provisions:
        raise GuideError(place, "has no article")
    return Section(*title, MappingProxyType(provisions))


def _provision(place: str, table: object) -> Provision:
    found = _table(place, table, required=("title",))
    own = {key: value for key, value in found.items() if key not in ("title", "also")}
    also = found.get("also", [])
    if not isinstance(also, list):
        raise GuideError(f"{place}.also", "must be a list: write it as [[section.article.also]]")
    items = [_item(place, own), *(_item(f"{place}.also[{index}]", row) for index, row in enumerate(also))]
    _check_editions(place, items)
    return Provision(*_title(f"{place}.title", found["title"]), tuple(items))


def _title(place: str, table: object) -> tuple[str, str]:
    found = _table(place, table, required=("zh", "en"), allowed=("zh", "en"))
    return (
        _sentence(f"{place}.zh", found["zh"], _CHINESE, "Chinese"),
        _sentence(f"{place}.en", found["en"], _LATIN, "English"),
    )


def _key(place: str, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise GuideError(place, "an id has small letters, digits and underscores")
    return key


def load(folder: Path) -> Mapping[str, Facets]:
    """Read and check the five files in ``folder``; GuideError names the first place that does not fit."""
    guide: dict[str, Facets] = {}
    for name in STAGE_FILES:
        for step, tables in _read(folder / name).items():
            place = f"{name}: {step}"
            if step in guide:
                raise GuideError(place, "this step stands twice")
            guide[step] = _facets(place, tables)
    return MappingProxyType(guide)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GuideError(path.name, "the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GuideError(path.name, f"not readable as TOML: {error}") from error


def _facets(place: str, tables: object) -> Facets:
    found = _table(place, tables, required=FACETS, allowed=FACETS)
    lists = {name: _items(f"{place}.{name}", found[name], minimum) for name, minimum in MINIMUM.items()}
    return Facets(
        key_task=_for_both_editions(f"{place}.key_task", _item(f"{place}.key_task", found["key_task"])),
        materials_produced=_materials(f"{place}.materials_produced", found["materials_produced"]),
        **lists,
    )


def _items(place: str, rows: object, minimum: int) -> tuple[Item, ...]:
    if not isinstance(rows, list):
        raise GuideError(place, "must be a list: write it as [[step.facet]]")
    items = tuple(_item(f"{place}[{index}]", row) for index, row in enumerate(rows))
    _check_editions(place, items)
    for edition in EDITIONS:
        count = sum(item.holds_under(edition) for item in items)
        if count < minimum:
            raise GuideError(place, f"has {count} entries under {edition}, at least {minimum} are needed")
    return items


def _check_editions(place: str, items: Iterable[Item]) -> None:
    for index, item in enumerate(items):
        cited = [edition for edition in EDITIONS if edition in item.articles]
        if item.edition is None and len(cited) == 1:
            raise GuideError(f"{place}[{index}]", f"names {cited[0]} alone, so it needs edition = {cited[0]!r}")


def _item(place: str, row: object) -> Item:
    found = _table(place, row, required=("zh", "en", "basis"), allowed=_ITEM_KEYS)
    basis, edition = found["basis"], found.get("edition")
    if basis not in BASES:
        raise GuideError(f"{place}.basis", f"{basis!r} is not one of {', '.join(BASES)}")
    if edition is not None and edition not in EDITIONS:
        raise GuideError(f"{place}.edition", f"{edition!r} is not one of {', '.join(EDITIONS)}")
    articles = _articles(f"{place}.article", found.get("article", {}))
    if basis == "national" and not articles:
        raise GuideError(place, "basis national needs the article that says so")
    if edition and (others := [other for other in EDITIONS if other != edition and other in articles]):
        raise GuideError(place, f"belongs to {edition} but names an article of {others[0]}")
    return Item(
        zh=_sentence(f"{place}.zh", found["zh"], _CHINESE, "Chinese"),
        en=_sentence(f"{place}.en", found["en"], _LATIN, "English"),
        basis=basis,
        articles=articles,
        edition=edition,
        explains=_codes(f"{place}.explains", found.get("explains", [])),
        fields=_codes(f"{place}.fields", found.get("fields", [])),
    )


def _codes(place: str, codes: object) -> tuple[str, ...]:
    if not isinstance(codes, list) or not all(isinstance(code, str) and code for code in codes):
        raise GuideError(place, "must be a list of codes")
    return tuple(codes)


def _materials(place: str, row: object) -> Materials:
    found = _table(place, row, required=("codes",))
    codes = found["codes"]
    if not isinstance(codes, list) or not codes:
        raise GuideError(f"{place}.codes", "must be a list with at least one code")
    for code in codes:
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise GuideError(f"{place}.codes", f"{code!r} is not a code such as F01 or D01")
    if len(set(codes)) != len(codes):
        raise GuideError(f"{place}.codes", "a code stands twice")
    item = _for_both_editions(place, _item(place, {key: value for key, value in found.items() if key != "codes"}))
    return Materials(**{field.name: getattr(item, field.name) for field in fields(Item)}, codes=tuple(codes))


def _for_both_editions(place: str, item: Item) -> Item:
    if item.edition is not None:
        raise GuideError(f"{place}.edition", "stands once for a step, so it must hold under both editions")
    return item


def _articles(place: str, table: object) -> Mapping[str, tuple[int, ...]]:
    found = _table(place, table, allowed=REGULATIONS)
    for regulation, numbers in found.items():
        if (
            not isinstance(numbers, list)
            or not numbers
            or not all(type(number) is int and number > 0 for number in numbers)
            or numbers != sorted(set(numbers))
        ):
            raise GuideError(f"{place}.{regulation}", "must be a rising list of article numbers")
    return MappingProxyType({regulation: tuple(numbers) for regulation, numbers in found.items()})


def _sentence(place: str, text: object, letters: re.Pattern[str], language: str) -> str:
    if not isinstance(text, str) or not letters.search(text):
        raise GuideError(place, f"needs a {language} sentence")
    if text != text.strip() or "\n" in text:
        raise GuideError(place, "must be one line without spaces around it")
    return text


def _table(
    place: str, value: object, *, required: Iterable[str] = (), allowed: Iterable[str] | None = None
) -> dict[str, Any]:
    """``value`` as a table that has the ``required`` keys and, where ``allowed`` is given, no others."""
    if not isinstance(value, dict):
        raise GuideError(place, "must be a table")
    for key in required:
        if key not in value:
            raise GuideError(f"{place}.{key}", "is missing")
    if allowed is not None and (unknown := [key for key in value if key not in set(allowed)]):
        raise GuideError(f"{place}.{unknown[0]}", f"unknown key; known are {', '.join(allowed)}")
    return value
