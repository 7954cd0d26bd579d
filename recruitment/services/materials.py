"""Papers: what may be uploaded, and how it is kept."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from branches.access import Actor
from recruitment import policies
from recruitment.documents.pictures import UnreadablePictureError
from recruitment.documents.pictures import join as pictures_as_pdf
from recruitment.models import Material, Sitting, StepRecord
from recruitment.selectors.casefile import CaseFile
from recruitment.services import staging
from recruitment.services.base import Done, acting, finish, guard, open_file, refuse

#: What a scan or a document may be: extension -> content type. The content decides, never the name.
ALLOWED = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
}
_OFFICE_PARTS = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAME_KIND = {".jpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked into: its document code, its real type, size and hash."""

    code: str
    name: str
    content: File
    content_type: str
    extension: str
    size: int
    sha256: str
    stored_name: str = ""


def inspect(code: str, file: File, name: str | None = None) -> Upload:
    """Look into an uploaded file.

    Raises ``ValidationError`` with a sentence for the person where it is empty, too large, of a kind that is not
    accepted, or not what its name says.
    """
    name = PurePath(name or file.name or "").name[:200]
    size = file.size or 0
    check_size(name, size)
    extension = _extension_of(file)
    if extension is None:
        raise ValidationError(
            _("“%(name)s”不是可以接收的文件。请上传 PDF、JPG、PNG、WebP 或 Office 文档。") % {"name": name},
            code="not_accepted",
        )
    claimed = PurePath(name).suffix.lower()
    if _SAME_KIND.get(claimed, claimed) != extension:
        raise ValidationError(
            _("“%(name)s”的内容是 %(real)s 格式，与文件名不符。请用正确的格式另存后再上传。")
            % {"name": name, "real": extension[1:].upper()},
            code="disguised",
        )
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Upload(code, name, file, ALLOWED[extension], extension, size, digest.hexdigest())


def check_size(name: str, size: int) -> None:
    """Raise ``ValidationError`` where a file of so many bytes cannot be taken."""
    limit = settings.MATERIAL_MAX_BYTES
    if size <= 0:
        raise ValidationError(_("“%(name)s”是空文件，请重新选择。") % {"name": name}, code="empty")
    if size > limit:
        raise ValidationError(
            _("“%(name)s”有 %(size)s MB，超过每个文件 %(limit)s MB 的上限。请压缩或分成几个文件上传。")
            % {"name": name, "size": round(size / 1048576, 1), "limit": limit // 1048576},
            code="too_large",
        )


def joined(uploads: Sequence[Upload]) -> list[Upload]:
    """Pictures of one document are the pages of one paper, in the order in which they were chosen or put.

    The one PDF stands where the first picture stood; all else stays as it is, and so does a single picture that was
    not photographed as a page. Raises ``ValidationError`` where a picture cannot be opened, or where all of them
    together are too large.
    """
    pictures = [upload for upload in uploads if upload.content_type.startswith("image/")]
    waited = [upload.content for upload in pictures if isinstance(upload.content, staging.StagedFile)]
    if len(pictures) < 2 and all(file.turn is None for file in waited):
        return list(uploads)
    try:
        content = pictures_as_pdf((upload.content.read(), _turn_of(upload)) for upload in pictures)
    except UnreadablePictureError as error:
        raise ValidationError(
            _("“%(name)s”打不开，不能合成一份。请重新拍照，或者去掉这一张。") % {"name": pictures[error.place].name},
            code="unreadable",
        ) from None
    code = pictures[0].code
    file: File = ContentFile(content, name=name_of_pages(code, len(pictures)))
    if waited:
        tokens = [token for each in waited for token in each.tokens]
        file = staging.StagedFile(io.BytesIO(content), str(file.name), len(content), tokens)
    whole = inspect(code, file)
    return [whole if upload is pictures[0] else upload for upload in uploads if upload not in pictures[1:]]


def _turn_of(upload: Upload) -> int:
    return (upload.content.turn or 0) if isinstance(upload.content, staging.StagedFile) else 0


def name_of_pages(code: str, pages: int) -> str:
    """The name of the file that is made of so many photographs."""
    return (_("%(code)s 照片 %(n)s 页.pdf") % {"code": code, "n": pages}).strip()


def _extension_of(file: File) -> str | None:
    file.seek(0)
    head = file.read(8192)
    if head.startswith(_OLE_MAGIC):
        suffix = PurePath(file.name or "").suffix.lower()
        return suffix if suffix in (".doc", ".xls") else None
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(file)
    kind = filetype.guess(head)
    extension = f".{kind.extension}" if kind is not None else None
    return extension if extension in ALLOWED else None


def _office_kind(file: File) -> str | None:
    file.seek(0)
    try:
        names = ZipFile(file).namelist()
    except (BadZipFile, OSError, ValueError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        # A document with macros is a program, and nobody's evidence.
        return None
    for part, extension in _OFFICE_PARTS.items():
        if any(name.startswith(part) for name in names):
            return extension
    return None


def store(
    *,
    file: CaseFile,
    record: StepRecord,
    uploads: Sequence[Upload],
    actor: Actor,
    now: datetime,
    sitting: Sitting | None = None,
) -> list[Material]:
    """Keep the uploads as new versions of their documents; part of the caller's act."""
    versions: dict[str, int] = {}
    for material in file.materials:
        if material.record_id == record.pk:
            versions[material.code] = max(material.version, versions.get(material.code, 0))
    rows = []
    for upload in uploads:
        versions[upload.code] = versions.get(upload.code, 0) + 1
        row = Material(
            record=record,
            case=file.case,
            code=upload.code,
            version=versions[upload.code],
            uploaded_at=now,
            uploaded_by_id=actor.user_id,
            uploaded_for=actor.on_behalf_of_name,
            sitting=sitting,
        )
        keep(row, upload)
        rows.append(row)
    Material.objects.bulk_create(rows)
    file.materials.extend(rows)
    return rows


def keep(row: Any, upload: Upload, column: str = "file") -> None:
    """Give a row its paper with all that is known of it; part of the caller's act, which saves the row.

    An upload that waited for its form is spent first: where another act was faster nothing is written to the disk.
    """
    row.original_name, row.content_type, row.extension = upload.name, upload.content_type, upload.extension
    row.size, row.sha256 = upload.size, upload.sha256
    file = getattr(row, column)
    if upload.stored_name:
        # A paper of a sitting is stored once and shared by its people honestly.
        file.name = upload.stored_name
        return
    try:
        staging.spend(upload.content)
    except staging.AlreadySpentError:
        raise refuse("stale") from None
    file.save(upload.name, upload.content, save=False)


def payload_of(rows: Iterable[Material]) -> list[dict]:
    return [{"code": row.code, "version": row.version, "sha256": row.sha256, "size": row.size} for row in rows]


def see_originals(*, file: CaseFile, material_ids: Iterable[int], actor: Actor, now: datetime) -> list[Material]:
    """Note who has compared these papers with their originals; part of the caller's act. Returns the newly noted."""
    wanted = set(material_ids)
    rows = [m for m in file.materials if m.pk in wanted and m.original_seen_at is None]
    for row in rows:
        row.original_seen_at, row.original_seen_by_id = now, actor.user_id
    if rows:
        Material.objects.bulk_update(rows, ["original_seen_at", "original_seen_by"])
    return rows


@transaction.atomic
def mark_original_seen(
    *, material_ids: Sequence[int], case_id: int, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """The verifier has compared these papers with the originals (已核原件)."""
    file = open_file(case_id, expected_version)
    current = file.facts().current
    record = file.record(current) if current else None
    side = record.definition.verifier_side if record else None
    answer = policies.may_verify(actor, file.case.scope, side) if side else policies.Denied("")
    guard(file, answer, right_step=record is not None)
    actor = acting(actor, answer)
    rows = see_originals(file=file, material_ids=material_ids, actor=actor, now=now)
    return finish(
        file,
        action="originals_seen",
        actor=actor,
        now=now,
        payload={"materials": payload_of(rows)},
        record=record,
    )
