"""Where uploads wait for their form: their parts on disk, and what becomes of them.

Each part is one file in the storage of materials, in a folder of the upload's own: ``received`` moves on in the same
transaction that follows the writing of the part, so a part is either wholly here or sent again. The rows are written by
:mod:`recruitment.services.intake`; an upload is spent by the act that makes a paper of it. Like a draft, an upload is
no act: nothing of a case changes, so no audit entry is written.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction

from recruitment.models import StagedUpload
from recruitment.models.material import material_storage

_ROOT = "staged"


class StagedFile(File):
    """A file that waited for its form, read as any other; ``tokens`` are the uploads that it was made of.

    ``turn``: degrees clockwise by which a photographed page is turned; None for a file that is no such page.
    """

    def __init__(
        self, content: IO[bytes], name: str, size: int, tokens: Sequence[UUID], *, turn: int | None = None
    ) -> None:
        super().__init__(content, name)
        self.size, self.tokens, self.turn = size, tuple(tokens), turn


class AlreadySpentError(Exception):
    """An upload has become a paper, or was removed, since the form was read."""


# -- parts ------------------------------------------------------------------------------------------------------------


def _folder(token: UUID) -> str:
    return f"{_ROOT}/{token.hex}"


def _part_name(row: StagedUpload, offset: int) -> str:
    return f"{_folder(row.token)}/{offset:012d}"


def write_part(row: StagedUpload, content: bytes) -> None:
    """Put down the part that begins at ``row.received``; one that was left there by a failed attempt is replaced.

    Raises ``OSError`` where the storage takes no more; nothing of the part remains then.
    """
    storage, name = material_storage(), _part_name(row, row.received)
    storage.delete(name)
    try:
        storage.save(name, ContentFile(content))
    except OSError:
        with suppress(OSError):
            storage.delete(name)
        raise


def parts_of(row: StagedUpload) -> Iterator[bytes]:
    """The bytes that are here, part by part. Raises ``OSError`` where one of them is gone.

    Each part begins where the one before it ended: what lies beside them is of an attempt that began anew.
    """
    storage, offset = material_storage(), 0
    while offset < row.received:
        with storage.open(_part_name(row, offset)) as part:
            content = part.read()
        if not content:
            raise OSError(f"nothing at {offset}")
        yield content
        offset += len(content)


def digest_of(row: StagedUpload) -> str:
    digest = hashlib.sha256()
    for part in parts_of(row):
        digest.update(part)
    return digest.hexdigest()


def opened(row: StagedUpload) -> StagedFile:
    """The whole file."""
    content = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 - closed by File
    for part in parts_of(row):
        content.write(part)
    content.seek(0)
    turn = row.turn if row.kind == StagedUpload.Kind.PAGE else None
    return StagedFile(content, row.name, row.size, [row.token], turn=turn)


def _names(storage: Storage, folder: str) -> list[str]:
    try:
        return storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def clear(token: UUID) -> None:
    """Remove the parts of an upload."""
    storage, folder = material_storage(), _folder(token)
    for name in _names(storage, folder):
        storage.delete(f"{folder}/{name}")
    with suppress(OSError):
        storage.delete(folder)


# -- the end of an upload ---------------------------------------------------------------------------------------------


def spend(file: File) -> None:
    """The act that keeps ``file`` as a paper takes it out of what waits; part of the caller's transaction.

    Raises :class:`AlreadySpentError` where another act was faster, so that one photograph is no two papers.
    """
    if not isinstance(file, StagedFile):
        return
    rows = StagedUpload.objects.select_for_update().filter(token__in=file.tokens)
    if len(rows) != len(file.tokens):
        raise AlreadySpentError
    discard(rows)


def discard(rows: Iterable[StagedUpload]) -> int:
    """Remove uploads and, once that stands, their parts; says how many."""
    rows = list(rows)
    StagedUpload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        transaction.on_commit(lambda token=row.token: clear(token))
    return len(rows)


def expire(*, now: datetime) -> int:
    """Remove what waited too long for its form, and parts that no upload knows of; says how many uploads went."""
    with transaction.atomic():
        old = StagedUpload.objects.filter(touched_at__lt=now - timedelta(days=settings.UPLOAD_KEPT_DAYS))
        removed = discard(old.select_for_update())
    _sweep()
    return removed


def _sweep() -> None:
    """A folder without a row is of an upload that was removed while the machine went down."""
    storage = material_storage()
    try:
        folders = storage.listdir(_ROOT)[0]
    except FileNotFoundError:
        return
    # The row stands before its first part is written, so a folder that is seen now and has no row has none to come.
    known = {token.hex for token in StagedUpload.objects.values_list("token", flat=True)}
    for folder in folders:
        if folder not in known:
            clear(UUID(hex=folder))
