"""Stored papers as they must be: what lies on the disk is what was uploaded, or it leaves the system in no package."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import BinaryIO

from django.db.models.fields.files import FieldFile


class AlteredPaperError(Exception):
    """Stored papers are not there, or not what was uploaded; ``names`` tells which."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(", ".join(self.names))


def open_paper(file: FieldFile) -> BinaryIO:
    """A stored file for reading. Raises ``FileNotFoundError``."""
    if not file:
        raise FileNotFoundError
    return file.storage.open(file.name, "rb")


def content_of(file: FieldFile) -> bytes:
    """A stored file's content; empty where it is not there (no paper is empty)."""
    with suppress(FileNotFoundError), open_paper(file) as stream:
        return stream.read()
    return b""
