from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import ClassVar

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def document_storage() -> Storage:
    return storages["documents"]


def made_path(instance: BackgroundWork, filename: str) -> str:
    # Nothing in the name says whom the papers are about.
    return str(PurePosixPath(instance.FOLDER) / f"{uuid.uuid4().hex}{PurePosixPath(filename).suffix}")


def pending_index(name: str) -> models.Index:
    """The index by which the periodic task finds what waits."""
    return models.Index(name=name, fields=["claimed_until"], condition=Q(state__in=["waiting", "running"]))


class BackgroundWork(models.Model):
    """A file that takes longer than a page may, made in the background.

    The row is the order: whatever becomes of the worker, the periodic task finds what is waiting. A worker takes it
    with a ``claim`` that runs out at ``claimed_until``; only the claim that stands when the work is done writes the
    result, so that what is taken up again is never made twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待制作")
        RUNNING = "running", _("正在制作")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")
        EXPIRED = "expired", _("文件已清除")

    #: Where the files of this kind lie in the store.
    FOLDER: ClassVar[str]
    #: The task that makes one of this kind, by name.
    TASK: ClassVar[str]

    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    requested_at = models.DateTimeField(_("申请时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    expires_at = models.DateTimeField(_("清除时间"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    file = models.FileField(storage=document_storage, upload_to=made_path, max_length=120, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    #: How long nobody need take up what waits: the periodic task looks every minute.
    TAKEN_WITHIN: ClassVar[timedelta] = timedelta(minutes=3)

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def is_left_alone(self, now: datetime) -> bool:
        """Whether it waits for longer than a running worker would let it."""
        waits = self.state == self.State.WAITING or (
            self.state == self.State.RUNNING and self.claimed_until is not None and self.claimed_until <= now
        )
        return waits and now - self.requested_at > self.TAKEN_WITHIN

    def keeps_until(self, now: datetime) -> datetime:
        """When a result made now is removed."""
        return now + timedelta(days=settings.DOCUMENT_BATCH_DAYS)
