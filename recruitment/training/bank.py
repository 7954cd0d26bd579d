"""The question bank: our own questions on dates, votes, vetoes, papers and procedure, in Chinese and English.

The words stand in ``content/<topic>.toml``, so that somebody who knows the work can edit them and review a change line
by line. One table a question::

    [[question]]
    id = "d001"                                   # never given to another question
    kind = "date"                                 # single, multiple, truth, date or number
    stage = 1                                     # 1 to 5; 0 for general matters
    gate = "applicant_age_18"                     # or step = "…", or veto = "V01": what it is about
    articles = { r2014 = [5], r2026 = [5] }       # where it stands written
    edition = "r2026"                             # only where it holds under that edition alone
    zh = "…"                                      # the question
    en = "…"
    right = [["…", "…"]]                          # single and multiple: the right options, Chinese and English,
    wrong = [["…", "…"], …]                       # and the wrong ones; the page mixes them
    answer = 2026-06-15                           # truth, date and number
    unit = ["票", "votes"]                        # number, optional
    sum = { op = "birthday", from = 2008-06-15, years = 18 }
    why_zh = "…"                                  # the explanation, with its arithmetic
    why_en = "…"

Every question on dates and votes has its ``sum``: the facts, from which :mod:`recruitment.training.sums` works the
answer out by the rules of the product. A bank whose answer differs from its sum is refused.

The files are read once, on first use, and checked as a whole.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from recruitment.rules.steps import GATES, STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text
from recruitment.rules.vetoes import VETOES
from recruitment.training import sums

CONTENT = Path(__file__).with_name("content")
TOPICS = ("dates", "votes", "vetoes", "materials", "procedure")
#: Topics in which every question carries the facts of its answer.
COMPUTED_TOPICS = ("dates", "votes")
STAGES = range(6)
EDITIONS = ("r2014", "r2026")
REGULATIONS = (*EDITIONS, "constitution2022", "education2019")

About = Literal["gate", "step", "veto"]
_KNOWN: Mapping[str, Any] = {"gate": {**GATES, UPLOAD_GATE.id: UPLOAD_GATE}, "step": STEPS, "veto": VETOES}


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUTH = "truth"
    DATE = "date"
    NUMBER = "number"

    @property
    def has_options(self) -> bool:
        return self in (Kind.SINGLE, Kind.MULTIPLE)


_ANSWERS: Mapping[Kind, type] = {Kind.TRUTH: bool, Kind.DATE: date, Kind.NUMBER: int}
_KEYS = frozenset(
    {"id", "kind", "stage", *_KNOWN, "articles", "edition", "zh", "en", "right", "wrong"}
    | {"answer", "unit", "sum", "why_zh", "why_en"}
)


class BankError(ValueError):
    """The content contradicts its format; the message names the file and the question."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


@dataclass(frozen=True, slots=True)
class Option:
    text: Text
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``about`` and ``key`` name the gate, step or veto; ``answer`` is None where there are options."""

    id: str
    topic: str
    kind: Kind
    stage: int
    about: About
    key: str
    articles: Mapping[str, tuple[int, ...]]
    edition: str | None
    text: Text
    why: Text
    options: tuple[Option, ...] = ()
    answer: date | int | bool | None = None
    unit: Text | None = None
    facts: Mapping[str, Any] | None = None

    @property
    def step(self) -> str:
        """The step of the Guide that explains it."""
        if self.about == "step":
            return self.key
        if self.about == "veto":
            return next(key for key, step in STEPS.items() if self.key in step.vetoes)
        step = _KNOWN["gate"][self.key].step
        # The rule on uploading belongs to every step; the Guide shows it with each, the first as good as any.
        return step if step in STEPS else next(iter(STEPS))

    @property
    def rights(self) -> tuple[int, ...]:
        """The numbers of the right options, as written."""
        return tuple(number for number, option in enumerate(self.options) if option.right)

    def to_json(self) -> dict[str, Any]:
        """The question as it is stored with an attempt; its sum stays in the bank."""
        return {
            "id": self.id,
            "topic": self.topic,
            "kind": self.kind.value,
            "stage": self.stage,
            "about": self.about,
            "key": self.key,
            "articles": {name: list(numbers) for name, numbers in self.articles.items()},
            "edition": self.edition,
            "text": list(self.text),
            "why": list(self.why),
            "options": [[*option.text, option.right] for option in self.options],
            "answer": self.answer.isoformat() if isinstance(self.answer, date) else self.answer,
            "unit": list(self.unit) if self.unit else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Question:
        kind, answer = Kind(stored["kind"]), stored["answer"]
        return cls(
            id=stored["id"],
            topic=stored["topic"],
            kind=kind,
            stage=stored["stage"],
            about=stored["about"],
            key=stored["key"],
            articles={name: tuple(numbers) for name, numbers in stored["articles"].items()},
            edition=stored["edition"],
            text=Text(*stored["text"]),
            why=Text(*stored["why"]),
            options=tuple(Option(Text(zh, en), right) for zh, en, right in stored["options"]),
            answer=date.fromisoformat(answer) if kind is Kind.DATE else answer,
            unit=Text(*stored["unit"]) if stored["unit"] else None,
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the stored form: a corrected question is another one."""
        written = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


@cache
def bank() -> Mapping[str, Question]:
    """All questions by their id."""
    return load(CONTENT)


def load(folder: Path) -> Mapping[str, Question]:
    """Read and check the files in ``folder``; BankError names the first place that does not fit."""
    found: dict[str, Question] = {}
    for topic in TOPICS:
        for question in _read(folder / f"{topic}.toml", topic):
            if question.id in found:
                raise BankError(f"{topic}.toml: {question.id}", "this id stands twice")
            found[question.id] = question
    return MappingProxyType(found)


def _read(path: Path, topic: str) -> Iterator[Question]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    except (FileNotFoundError, KeyError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BankError(path.name, f"not readable as a list of questions: {error!r}") from error
    for number, row in enumerate(rows, 1):
        place = f"{path.name}: {row.get('id', f'question {number}')}"
        try:
            yield _question(place, topic, row)
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, BankError):
                raise
            raise BankError(place, f"missing or of another type: {error}") from error


def _question(place: str, topic: str, row: Mapping[str, Any]) -> Question:
    if unknown := set(row) - _KEYS:
        raise BankError(place, f"unknown: {', '.join(sorted(unknown))}")
    kind = Kind(row["kind"])
    about, key = _about(place, row)
    if row["stage"] not in STAGES:
        raise BankError(f"{place}.stage", "is none of 0 to 5")
    if row.get("edition") not in (None, *EDITIONS):
        raise BankError(f"{place}.edition", "is no edition of the Rules")
    question = Question(
        id=row["id"],
        topic=topic,
        kind=kind,
        stage=row["stage"],
        about=about,
        key=key,
        articles=_articles(place, row["articles"]),
        edition=row.get("edition"),
        text=_text(place, row["zh"], row["en"]),
        why=_text(f"{place}.why", row["why_zh"], row["why_en"]),
        options=tuple(_options(place, kind, row)),
        answer=_answer(place, kind, row),
        unit=_text(f"{place}.unit", *row["unit"]) if "unit" in row else None,
        facts=row.get("sum"),
    )
    if topic in COMPUTED_TOPICS and question.facts is None:
        raise BankError(place, "a question on dates or votes needs its sum")
    if question.facts is not None and (due := sums.result(question.facts)) != question.answer:
        raise BankError(place, f"the answer is {question.answer}, but the sum gives {due}")
    return question


def _about(place: str, row: Mapping[str, Any]) -> tuple[About, str]:
    named = [(about, row[about]) for about in _KNOWN if about in row]
    if len(named) != 1:
        raise BankError(place, "names one gate, one step or one veto")
    [(about, key)] = named
    if key not in _KNOWN[about]:
        raise BankError(f"{place}.{about}", f"{key!r} is none that the product has")
    return about, key


def _articles(place: str, table: Mapping[str, Any]) -> Mapping[str, tuple[int, ...]]:
    if not table:
        raise BankError(f"{place}.articles", "needs at least one article")
    for regulation, numbers in table.items():
        if regulation not in REGULATIONS or not numbers or not all(type(number) is int for number in numbers):
            raise BankError(f"{place}.articles", f"{regulation}: not a list of articles of a known regulation")
    return MappingProxyType({regulation: tuple(numbers) for regulation, numbers in table.items()})


def _options(place: str, kind: Kind, row: Mapping[str, Any]) -> Iterator[Option]:
    right, wrong = row.get("right", []), row.get("wrong", [])
    if not kind.has_options:
        if right or wrong:
            raise BankError(place, f"a question of kind {kind} has no options")
        return
    if not wrong or (len(right) != 1 if kind is Kind.SINGLE else len(right) < 2):
        raise BankError(place, "single has one right option, multiple two or more; both have wrong ones")
    for number, (zh, en) in enumerate([*right, *wrong]):
        yield Option(_text(place, zh, en), number < len(right))


def _answer(place: str, kind: Kind, row: Mapping[str, Any]) -> date | int | bool | None:
    if kind.has_options:
        return None
    if type(row["answer"]) is not _ANSWERS[kind]:
        raise BankError(f"{place}.answer", f"is not what {kind} asks for")
    return row["answer"]


def _text(place: str, zh: str, en: str) -> Text:
    for words in (zh, en):
        if not words or words != words.strip() or "\n" in words:
            raise BankError(place, "must be one line without spaces around it")
    return Text(zh, en)
