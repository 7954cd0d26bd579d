"""The shipped .docx files from their sources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from recruitment.documents.toolbox.catalogue import CATALOGUE, Entry
from recruitment.documents.toolbox.compose import compose
from recruitment.documents.toolbox.markup import read


def built(entry: Entry) -> bytes:
    """The file that the source of this template makes."""
    return compose(read(entry.source), title=entry.name.zh)


def build_all() -> Iterator[tuple[Entry, bytes]]:
    for entry in CATALOGUE.values():
        yield entry, built(entry)


@lru_cache(maxsize=len(CATALOGUE))
def shipped(code: str) -> bytes:
    """The file that comes with the product."""
    return CATALOGUE[code].shipped.read_bytes()


@lru_cache(maxsize=len(CATALOGUE))
def has_roster(code: str) -> bool:
    """Whether the product's template lists people, so that one paper can be about many."""
    return any(line.kind == "roster" for line in read(CATALOGUE[code].source))
