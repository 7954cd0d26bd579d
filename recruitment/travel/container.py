"""Sealing a case file: parts in a ZIP without compression, a manifest over them, and a signature over the manifest."""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import BinaryIO

from audit.canonical import canonical_json
from recruitment.documents.stored import AlteredPaperError, open_paper
from recruitment.travel import verify_case_file as verifier
from recruitment.travel.content import CaseContent
from recruitment.travel.keys import Seal

_CHUNK = 1 << 20
#: What the headers of a ZIP can count.
_LARGEST = 2**32 - 1


class TooLargeError(Exception):
    """The case's papers are more than four gigabytes, which the container cannot hold."""


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    open: Callable[[], BinaryIO]
    size: int
    sha256: str
    crc: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A case file, at its beginning, and the digest of its manifest, which stands for the whole."""

    file: BinaryIO
    digest: str
    parts: int


def seal(content: CaseContent, *, made_at: datetime, made_by: str, private: bool, key: Seal) -> Sealed:
    """Write the case file.

    Raises ``recruitment.documents.stored.AlteredPaperError`` where a stored paper is not what the case says,
    :class:`TooLargeError`.
    """
    parts = list(_parts(content))
    manifest = canonical_json(
        {
            "format": verifier.FORMAT,
            "number": content.number,
            "made_at": made_at,
            "made_by": made_by,
            "private": private,
            "public_key": key.public_key.hex(),
            "parts": [{"name": part.name, "size": part.size, "sha256": part.sha256} for part in parts],
        }
    )
    head = [_part(verifier.MANIFEST, manifest), _part(verifier.SIGNATURE, key.key.sign(manifest))]
    if sum(part.size + 1024 for part in parts) > _LARGEST:
        raise TooLargeError
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it, and with that it is gone
    try:
        _write(file, [*head, *parts])
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Sealed(file, hashlib.sha256(manifest).hexdigest(), len(parts))


def file_name(person: str, number: str) -> str:
    """The name under which the case file is handed out."""
    return f"随案卷宗（{person}）{number}.zip"


def _parts(content: CaseContent) -> Iterator[_Part]:
    for name, value in content.parts.items():
        # What another installation signed goes on as it came, byte for byte.
        yield _part(name, value if isinstance(value, bytes) else canonical_json(value))
    altered = []
    for name, paper in content.papers.items():
        try:
            part = _measured(name, partial(open_paper, paper.file))
        except FileNotFoundError:
            part = None
        if part is None or part.sha256 != paper.sha256:
            altered.append(paper.label)
            continue
        yield part
    if altered:
        raise AlteredPaperError(altered)


def _part(name: str, content: bytes) -> _Part:
    return _measured(name, partial(BytesIO, content))


def _measured(name: str, open_: Callable[[], BinaryIO]) -> _Part:
    digest, crc, size = hashlib.sha256(), 0, 0
    for chunk in _chunks(open_):
        digest.update(chunk)
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    return _Part(name, open_, size, digest.hexdigest(), crc)


def _chunks(open_: Callable[[], BinaryIO]) -> Iterator[bytes]:
    with open_() as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _write(file: BinaryIO, parts: list[_Part]) -> None:
    entries = []
    for part in parts:
        entries.append(verifier.directory_entry(part.name, part.crc, part.size, file.tell()))
        file.write(verifier.local_header(part.name, part.crc, part.size))
        for chunk in _chunks(part.open):
            file.write(chunk)
    start = file.tell()
    directory = b"".join(entries)
    file.write(directory)
    file.write(verifier.directory_end(len(parts), len(directory), start))
