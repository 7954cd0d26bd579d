from __future__ import annotations

import uuid
from datetime import date
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.material import material_storage


class PolicyDocument(models.Model):
    """A policy paper, a commentary or a worked example that a department has put into the library.

    ``reach`` is the organisation whose subtree sees it: the committee that the department serves. ``search_text`` is
    what the search looks through, folded the same way as its terms; see :mod:`recruitment.services.library`.
    """

    class Kind(models.TextChoices):
        POLICY = "policy", _("政策文件")
        COMMENTARY = "commentary", _("解读")
        EXAMPLE = "example", _("工作实例")

    class Category(models.TextChoices):
        GENERAL = "general", _("综合")
        APPLICATION = "application", _("申请入党")
        ACTIVIST = "activist", _("入党积极分子")
        TARGET = "target", _("发展对象")
        ADMISSION = "admission", _("预备党员接收")
        PROBATION = "probation", _("预备期和转正")
        TRANSFER = "transfer", _("转接")
        ARCHIVE = "archive", _("档案")

    department = models.ForeignKey(
        Organisation, verbose_name=_("上传部门"), on_delete=models.PROTECT, related_name="policy_documents"
    )
    reach = models.ForeignKey(Organisation, verbose_name=_("可见范围"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices, default=Kind.POLICY)
    category = models.CharField(_("分类"), max_length=12, choices=Category.choices, default=Category.GENERAL)
    title = models.CharField(_("标题"), max_length=200)
    issuing_body = models.CharField(_("发文机关"), max_length=120)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    issued_on = models.DateField(_("发文日期"))
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    effective_to = models.DateField(
        _("失效日期"), null=True, blank=True, help_text=_("施行的最后一天；长期有效的留空。")
    )
    summary = models.TextField(_("摘要"), max_length=2000)
    search_text = models.TextField(editable=False, blank=True)
    added_at = models.DateTimeField(_("入库时间"))
    renewed_at = models.DateTimeField(_("最近更新"))
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(_("撤下原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("学习资料")
        verbose_name_plural = _("学习资料")
        ordering = ["-renewed_at", "-pk"]
        indexes = [models.Index(name="recruitment_policy_reach", fields=["reach", "-renewed_at"])]
        constraints = [
            models.CheckConstraint(
                name="recruitment_policy_dates",
                condition=Q(effective_from=None) | Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                violation_error_message=_("失效日期不能早于施行日期。"),
            ),
            models.CheckConstraint(
                name="recruitment_policy_withdrawn",
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("policy", args=[self.pk])

    def is_in_force(self, day: date) -> bool:
        """Whether it applies on ``day``: from its first to its last day, and not withdrawn."""
        started = self.effective_from is None or self.effective_from <= day
        return started and not self.has_expired(day) and self.withdrawn_at is None

    def has_expired(self, day: date) -> bool:
        return self.effective_to is not None and self.effective_to < day


def _path(instance: PolicyVersion, filename: str) -> str:
    return str(PurePosixPath("library") / instance.sha256[:2] / f"{uuid.uuid4().hex}{instance.extension}")


class PolicyVersion(models.Model):
    """One file of a document of the library; a later one takes its place and leaves it readable."""

    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("版本"))
    note = models.CharField(_("更新说明"), max_length=200, blank=True)
    file = models.FileField(storage=material_storage, upload_to=_path, max_length=120)
    original_name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    text = models.TextField(_("提取的文字"), blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("资料版本")
        verbose_name_plural = _("资料版本")
        ordering = ["document", "-version"]
        constraints = [models.UniqueConstraint(name="recruitment_policy_version", fields=["document", "version"])]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("policy_file", args=[self.document_id, self.version])


class LibraryVisit(models.Model):
    """When somebody last looked into the library, and the time before: what came since is new to them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="library_visit")
    seen_at = models.DateTimeField()
    seen_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("资料浏览")
        verbose_name_plural = _("资料浏览")

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at}"
