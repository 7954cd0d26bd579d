"""Uploads in parts: begun once, gone on with after an interruption, looked into when they are whole.

row = begin(place=…, field=…, kind="file", name=…, size=…, sha256=…, actor=…, now=…)
row = receive(token=row.token, offset=row.received, content=…, actor=…, now=…)   # until row.finished_at is set

The same file begun again in the same field of the same form is the same upload: this is how a page that was closed goes
on where it stopped. Whoever is not the owner finds nothing (``StagedUpload.DoesNotExist``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import User
from recruitment.documents.pictures import TURNS, is_picture
from recruitment.models import StagedUpload
from recruitment.selectors.uploads import own
from recruitment.services import staging
from recruitment.services.materials import check_size, inspect

ALTERED = "altered"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PICTURES = ("image/jpeg", "image/png", "image/webp")


class WrongOffsetError(Exception):
    """A part that does not begin where the upload stands: ``row`` says where it goes on."""

    def __init__(self, row: StagedUpload) -> None:
        self.row = row
        super().__init__(f"goes on at {row.received}")


class NoRoomError(Exception):
    """The storage takes no more. What was received before stays."""


@transaction.atomic
def begin(
    *, place: str, field: str, kind: str, name: str, size: int, sha256: str, actor: Actor, now: datetime
) -> StagedUpload:
    """Announce an upload, or find the one that was announced before; a page that is new comes last.

    Raises ``ValidationError`` with a sentence for the person where it is empty, too large, or one too many.
    """
    if kind not in StagedUpload.Kind or not _SHA256.fullmatch(sha256):
        raise ValidationError(_("上传的信息不完整，请刷新页面再试。"), code="invalid")
    name = PurePath(name).name[:200]
    check_size(name, size)
    # Two tabs at once queue up here: the limits hold, and one file is one upload.
    User.objects.select_for_update().get(pk=actor.user_id)
    mine = own(actor)
    here = mine.filter(place=place, field=field)
    found = here.filter(kind=kind, sha256=sha256, size=size).first()
    if found is not None:
        found.touched_at = now
        found.save(update_fields=["touched_at"])
        return found
    waiting = mine.aggregate(bytes=Sum("size"))["bytes"] or 0
    if mine.count() >= settings.UPLOAD_MAX_WAITING or waiting + size > settings.UPLOAD_QUOTA_BYTES:
        raise ValidationError(_("您还没有提交的附件已经太多。请先提交或者删除一些，再继续上传。"), code="quota")
    position = 0
    if kind == StagedUpload.Kind.PAGE:
        pages = here.filter(kind=kind)
        if pages.count() >= settings.UPLOAD_MAX_PAGES:
            raise ValidationError(
                _("一份材料最多 %(n)s 张照片。请先提交这些，其余的再上传一次。") % {"n": settings.UPLOAD_MAX_PAGES},
                code="pages",
            )
        position = (pages.aggregate(last=Max("position"))["last"] or 0) + 1
    return StagedUpload.objects.create(
        user_id=actor.user_id,
        place=place,
        field=field,
        kind=kind,
        name=name,
        size=size,
        sha256=sha256,
        position=position,
        touched_at=now,
    )


def receive(*, token: UUID, offset: int, content: bytes, actor: Actor, now: datetime) -> StagedUpload:
    """Take the next part; the last one makes the upload whole, and what it is said to be is then looked into.

    Raises :class:`WrongOffsetError`, :class:`NoRoomError`, and ``ValidationError`` where more was sent than announced,
    where the whole is not what was announced (it begins anew), or where it is no file that is accepted (it is gone).
    """
    fault = None
    # A fault is told after the transaction: what it does to the upload stands.
    with transaction.atomic():
        row = own(actor).select_for_update().get(token=token)
        if row.finished_at is not None or offset != row.received:
            raise WrongOffsetError(row)
        if not content or len(content) > settings.UPLOAD_PART_BYTES or offset + len(content) > row.size:
            raise ValidationError(_("“%(name)s”没有传好，请刷新页面再试。") % {"name": row.name}, code="part")
        try:
            staging.write_part(row, content)
        except OSError as error:
            raise NoRoomError from error
        row.received += len(content)
        row.touched_at = now
        if row.received == row.size:
            fault = _fault_of(row)
            if fault is None:
                row.finished_at = now
            else:
                row.received = 0
        if fault is None or fault.code == ALTERED:
            row.save(update_fields=["received", "touched_at", "finished_at"])
        else:
            staging.discard([row])
    if fault is not None:
        raise fault
    return row


def _fault_of(row: StagedUpload) -> ValidationError | None:
    """What is wrong with an upload that is whole, if anything."""
    try:
        is_whole = staging.digest_of(row) == row.sha256
    except OSError:
        is_whole = False
    if not is_whole:
        return ValidationError(_("“%(name)s”传来的内容不完整，请再传一次。") % {"name": row.name}, code=ALTERED)
    try:
        _look(row)
    except ValidationError as fault:
        return fault
    return None


def _look(row: StagedUpload) -> None:
    with staging.opened(row) as file:
        upload = inspect("", file)
        if row.kind == StagedUpload.Kind.PAGE and not (upload.content_type in _PICTURES and is_picture(file.read())):
            raise ValidationError(_("“%(name)s”不是能打开的照片，请重新拍。") % {"name": row.name}, code="picture")


@transaction.atomic
def arrange(*, place: str, field: str, pages: Sequence[tuple[UUID, int]], actor: Actor) -> None:
    """Keep the order of a field's pages and how each is turned. What is not named stays where it was, behind them."""
    found = own(actor).filter(place=place, field=field, kind=StagedUpload.Kind.PAGE).select_for_update()
    rows = {row.token: row for row in found}
    turns = {token: turn for token, turn in pages if token in rows and turn in TURNS}
    order = [*(rows[token] for token in turns), *(row for token, row in rows.items() if token not in turns)]
    for position, row in enumerate(order):
        row.position, row.turn = position, turns.get(row.token, row.turn)
    StagedUpload.objects.bulk_update(order, ["position", "turn"])


@transaction.atomic
def withdraw(*, tokens: Iterable[UUID], actor: Actor) -> int:
    """Remove uploads that are not wanted, or not any more; says how many there were."""
    return staging.discard(own(actor).filter(token__in=list(tokens)).select_for_update())
