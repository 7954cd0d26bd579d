from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recruitment.models.case import Case
from recruitment.models.fields import EncryptedJSONField
from recruitment.models.material import material_storage
from recruitment.models.step_record import LogEntry, StepRecord
from recruitment.rules.schema import Side


def _evidence_path(instance: Correction, filename: str) -> str:
    # As with the papers of a step, the name that a person chose never becomes a path.
    return str(PurePosixPath(instance.sha256[:2]) / f"{uuid.uuid4().hex}{instance.extension}")


class Correction(models.Model):
    """A request to correct facts that were verified: of one step, or of the person where ``record`` is empty.

    ``entry`` is the one entry of the log step that it is about; empty where the step's own fields are corrected.
    ``record_version`` is the version of the record that the requester saw: a correction of anything else is stale.
    An entry has no version: its fields are compared with those that the correction set out from.
    ``side`` is the level that decides. ``effects`` keeps what the rules said, on the day of the decision, would follow.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("待批准")
        APPROVED = "approved", _("已更正")
        REFUSED = "refused", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="corrections")
    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    record_version = models.PositiveIntegerField(null=True, blank=True)
    side = models.CharField(max_length=12, choices=[(side.value, side.value) for side in Side])
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    reason = models.TextField(_("更正的理由"))

    evidence = models.FileField(storage=material_storage, upload_to=_evidence_path, max_length=120)
    original_name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    requested_at = models.DateTimeField(_("申请时间"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    requested_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_for = models.CharField(max_length=60, blank=True)
    decision_reason = models.TextField(_("决定的理由"), blank=True)
    effects = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("更正")
        verbose_name_plural = _("更正")
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(name="recruitment_correction_open", fields=["side"], condition=Q(status="requested")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_correction_one_open", fields=["record"], condition=Q(status="requested")
            ),
            models.UniqueConstraint(
                name="recruitment_correction_one_open_person",
                fields=["case"],
                condition=Q(status="requested", record__isnull=True),
            ),
            models.CheckConstraint(
                name="recruitment_correction_decided",
                condition=Q(status="requested", decided_at__isnull=True)
                | (~Q(status="requested") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.step or 'person'} {self.status}"

    def get_absolute_url(self) -> str:
        return reverse("correction", args=[self.case.number, self.pk])

    @property
    def step(self) -> str:
        """The key of the step; empty for the person's data."""
        return self.record.step if self.record is not None else ""

    @property
    def is_private(self) -> bool:
        """Whether its paper shows what is for those who take part alone: the person's data, the words of a log."""
        return self.record_id is None or self.entry_id is not None

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.REQUESTED


class CorrectionItem(models.Model):
    """One field of a correction, before and after, as the table dumps them; sensitive ones lie encrypted in ``sealed``.

    ``followed``: nobody asked for it; a rule works it out from a corrected field. Its step is in ``step``.
    """

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="items")
    step = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=40)
    values = models.JSONField(default=dict, blank=True)
    sealed = EncryptedJSONField(default=dict, blank=True)
    followed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("更正的栏目")
        verbose_name_plural = _("更正的栏目")
        ordering = ["correction", "followed", "pk"]
        constraints = [
            models.UniqueConstraint(name="recruitment_correction_item_once", fields=["correction", "step", "field"])
        ]

    def __str__(self) -> str:
        return f"{self.step}.{self.field}"

    @property
    def is_sealed(self) -> bool:
        return bool(self.sealed)

    @property
    def before(self) -> Any:
        return {**self.values, **self.sealed}.get("before")

    @property
    def after(self) -> Any:
        return {**self.values, **self.sealed}.get("after")
