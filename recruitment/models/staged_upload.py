from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StagedUpload(models.Model):
    """A file on its way into a form: sent in parts, seen by its owner alone, and no paper of any case yet.

    ``place`` is the form that it was chosen in and ``field`` the name of the input. ``size`` and ``sha256`` are what
    the browser promised; ``received`` says how many bytes are here. A photographed page (``PAGE``) has its ``position``
    among the pages of its field, from 0, and is turned by ``turn`` degrees, clockwise, when they are joined. The bytes
    lie in the storage of materials; see :mod:`recruitment.services.staging`.
    """

    class Kind(models.TextChoices):
        FILE = "file", _("文件")
        PAGE = "page", _("照片")

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staged_uploads")
    place = models.CharField(max_length=300)
    field = models.CharField(max_length=80)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received = models.PositiveBigIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField(_("最近上传"), db_index=True)

    class Meta:
        verbose_name = _("上传中的文件")
        verbose_name_plural = _("上传中的文件")
        ordering = ["position", "pk"]
        indexes = [models.Index(name="recruitment_staged_place", fields=["user", "place"])]
        constraints = [
            models.CheckConstraint(name="recruitment_staged_size", condition=Q(size__gt=0, received__lte=F("size"))),
            models.CheckConstraint(name="recruitment_staged_turn", condition=Q(turn__in=[0, 90, 180, 270])),
            models.CheckConstraint(
                name="recruitment_staged_finished", condition=Q(finished_at__isnull=True) | Q(received=F("size"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.received}/{self.size}"

    @property
    def percent(self) -> int:
        """How much of it is here; 100 only when all of it is."""
        return self.received * 100 // self.size
