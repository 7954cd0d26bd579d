"""Stored papers as they must be: what lies on the disk is what was uploaded, or it leaves the system in no package."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import BinaryIO

from recruitment.models import Material


class AlteredPaperError(Exception):
    """Stored papers are not there, or not what was uploaded; ``names`` tells which."""

    def __init__(self, papers: Iterable[Material]) -> None:
        self.names = tuple(f"{paper.code} {paper.original_name}" for paper in papers)
        super().__init__(", ".join(self.names))


def open_paper(paper: Material) -> BinaryIO:
    """The paper's file for reading. Raises ``FileNotFoundError``."""
    if not paper.file:
        raise FileNotFoundError(paper.original_name)
    return paper.file.storage.open(paper.file.name, "rb")


def content_of(paper: Material) -> bytes:
    """The paper's content; empty where the file is not there (no paper is empty)."""
    with suppress(FileNotFoundError), open_paper(paper) as stream:
        return stream.read()
    return b""
