from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.background import BackgroundWork, document_storage, pending_index
from recruitment.models.case import Case


def _template_path(instance: TemplateVersion, filename: str) -> str:
    return str(PurePosixPath("templates") / f"{uuid.uuid4().hex}.docx")


class TemplateVersion(models.Model):
    """A department's own template in place of one of the toolbox; versions are kept, and one at most is in force.

    ``names`` are the placeholders that it uses; ``has_roster`` says that it lists people, so that one paper can be
    about many.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("组织部门"), on_delete=models.PROTECT, related_name="templates"
    )
    code = models.CharField(_("模板"), max_length=4)
    number = models.PositiveSmallIntegerField(_("版本"))
    in_force = models.BooleanField(_("使用中"), default=False)
    file = models.FileField(storage=document_storage, upload_to=_template_path, max_length=120)
    original_name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    names = models.JSONField(default=list)
    has_roster = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("自有模板")
        verbose_name_plural = _("自有模板")
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(name="recruitment_template_number", fields=["organisation", "code", "number"]),
            models.UniqueConstraint(
                name="recruitment_template_one_in_force", fields=["organisation", "code"], condition=Q(in_force=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class DocumentBatch(BackgroundWork):
    """Papers for many people at once."""

    FOLDER = "batches"
    TASK = "recruitment.tasks.make_documents"

    class Mode(models.TextChoices):
        EACH = "each", _("每人一份，打包成 ZIP")
        ROSTER = "roster", _("合成一份，附名册")

    code = models.CharField(_("模板"), max_length=4)
    step = models.CharField(_("环节"), max_length=40)
    mode = models.CharField(_("方式"), max_length=8, choices=Mode.choices)
    options = models.JSONField(default=dict)
    total = models.PositiveIntegerField(_("份数"))
    done = models.PositiveIntegerField(_("已完成"), default=0)
    failed = models.PositiveIntegerField(_("没有做成"), default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="+"
    )
    requested_from = models.CharField(_("席位"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("批量制作")
        verbose_name_plural = _("批量制作")
        ordering = ["-requested_at", "-pk"]
        indexes = [pending_index("recruitment_batch_pending")]

    def __str__(self) -> str:
        return f"{self.code} × {self.total}"

    def get_absolute_url(self) -> str:
        return reverse("document_batch", args=[self.pk])


class BatchCase(models.Model):
    """A case of a batch, in its place; ``error`` says why no paper could be made for it."""

    class Fault(models.TextChoices):
        NONE = "", _("做成")
        UNSEEN = "unseen", _("这份纪实不再在申请人的管理范围内")
        UNMADE = "unmade", _("模板填写失败")

    batch = models.ForeignKey(DocumentBatch, on_delete=models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    error = models.CharField(max_length=8, choices=Fault.choices, blank=True, default="")

    class Meta:
        verbose_name = _("批量制作的人员")
        verbose_name_plural = _("批量制作的人员")
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(name="recruitment_batchcase_once", fields=["batch", "case"]),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"
