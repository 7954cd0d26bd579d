from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recruitment.models.case import Case
from recruitment.models.sitting import Sitting
from recruitment.models.step_record import StepRecord


def material_storage() -> Storage:
    return storages["materials"]


def _path(instance: Material, filename: str) -> str:
    # The name that a person chose never becomes a path: it may say who the paper is about.
    return str(PurePosixPath(instance.sha256[:2]) / f"{uuid.uuid4().hex}{instance.extension}")


class Material(models.Model):
    """One version of one document of a step. A corrected upload is a new version; nothing is overwritten."""

    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="materials")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    code = models.CharField(_("材料"), max_length=4)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    file = models.FileField(storage=material_storage, upload_to=_path, max_length=120)
    original_name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_for = models.CharField(max_length=60, blank=True)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    original_seen_at = models.DateTimeField(_("已核原件"), null=True, blank=True)
    original_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("材料")
        verbose_name_plural = _("材料")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(name="recruitment_material_version", fields=["record", "code", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("material", args=[self.case.number, self.pk])
