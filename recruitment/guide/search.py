"""Finding words in the Guide, in either language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from recruitment.guide.handbook import Article, handbook
from recruitment.rules import texts
from recruitment.rules.papers import DOCUMENTS
from recruitment.rules.texts import Text

#: Longer queries are cut: nobody types more words than this, and each costs a look at every article.
MAX_WORDS = 8
_EXCERPTS = 2
_NUMBER = re.compile(r"(?:第|article |art\.? ?)?(\d{1,3})条?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that has all the words; ``excerpts`` are the sentences in which they stand, in the reader's language
    where it has them and in the other one where it has not.
    """

    article: Article
    excerpts: tuple[str, ...]


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, as they are compared: width and case do not matter."""
    return tuple(dict.fromkeys(_plain(query).split()))[:MAX_WORDS]


def search(query: str, language: str) -> list[Hit]:
    """The articles that hold every word of ``query``, those with words in their title or codes first.

    ``language`` (``"zh"`` or ``"en"``) chooses the excerpts; both languages are searched. The number of an article
    (``第12条``) finds it, and so does its id.
    """
    words = words_of(query)
    if not words:
        return []
    number = _NUMBER.fullmatch(_plain(query).strip())
    found: list[tuple[int, Article]] = []
    for article, entry in _index():
        if number and int(number[1]) == article.number:
            found.append((0, article))
        elif all(word in entry.text for word in words):
            found.append((1 if all(word in entry.head for word in words) else 2, article))
    found.sort(key=lambda pair: (pair[0], pair[1].number))
    return [Hit(article, _excerpts(article, words, language)) for _, article in found]


def marked(text: str, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is one of the words, for a page to mark them."""
    if not words:
        return [(text, False)]
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    pieces, at = [], 0
    for match in pattern.finditer(text):
        if match.start() > at:
            pieces.append((text[at : match.start()], False))
        pieces.append((match[0], True))
        at = match.end()
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


@dataclass(frozen=True, slots=True)
class _Entry:
    head: str
    text: str


@cache
def _index() -> tuple[tuple[Article, _Entry], ...]:
    book = handbook()
    entries = []
    for article in book.articles.values():
        part = book.parts[article.part]
        codes = [article.id, *(code for item in article.items for code in item.explains)]
        names = list(_paper_names(article))
        head = _join(article.title, part.title, *names, *codes)
        sentences = [Text(item.zh, item.en) for item in article.items]
        entries.append((article, _Entry(head, f"{head}\n{_join(*sentences)}")))
    return tuple(entries)


def _paper_names(article: Article) -> Iterator[Text | str]:
    for code in article.papers:
        yield code
        yield texts.FORMS.get(code) or texts.DOCUMENTS[code]
        template = DOCUMENTS[code].template if code in DOCUMENTS else None
        if template:
            yield template
            yield texts.TEMPLATES[template]


def _join(*parts: Text | str) -> str:
    return _plain("\n".join(f"{part.zh}\n{part.en}" if isinstance(part, Text) else part for part in parts))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _excerpts(article: Article, words: tuple[str, ...], language: str) -> tuple[str, ...]:
    other = "en" if language == "zh" else "zh"
    for name in (language, other):
        sentences = [getattr(item, name) for item in article.items]
        scored = [(sum(word in _plain(sentence) for word in words), sentence) for sentence in sentences]
        best = [sentence for score, sentence in sorted(scored, key=lambda pair: -pair[0]) if score]
        if best:
            return tuple(best[:_EXCERPTS])
    # The words stand in the title or among the papers alone.
    return (getattr(article.items[0], language),)
