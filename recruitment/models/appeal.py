from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.case import Case
from recruitment.models.intervention import Veto
from recruitment.models.material import material_storage


def _path(instance: Appeal, filename: str) -> str:
    # The name that a person chose never becomes a path: it may say who the paper is about.
    return str(PurePosixPath(instance.sha256[:2]) / f"{uuid.uuid4().hex}{instance.extension}")


class Appeal(models.Model):
    """The person's appeal against a confirmed red: who received it and when, what it says, and the answer from above.

    ``body`` is the department that answers: the one above that which confirmed the red, or, where the tree ends, the
    same one through another officer. ``received_on`` is the day on the paper, ``entered_at`` the server's clock.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("待答复")
        UPHELD = "upheld", _("申诉成立")
        REJECTED = "rejected", _("申诉不成立")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    veto = models.ForeignKey(Veto, on_delete=models.PROTECT, related_name="appeals")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(_("收到日期"))
    #: Why the red had been confirmed: an answer that overturns it writes its own reason there.
    contested = models.TextField(_("确认的理由"), blank=True)
    text = models.TextField(_("申诉内容"))
    entered_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(storage=material_storage, upload_to=_path, max_length=120, blank=True)
    original_name = models.CharField(_("文件名"), max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    extension = models.CharField(max_length=8, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_appeal_one_pending", fields=["case"], condition=Q(status="pending")
            ),
            models.CheckConstraint(
                name="recruitment_appeal_answered",
                condition=Q(status="pending", answered_at__isnull=True)
                | (~Q(status="pending") & Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.status}"

    def settle(self, status: str, *, answer: str, by: int | None, at: datetime) -> None:
        """Give it its answer; the service that does saves it."""
        self.status, self.answer, self.answered_by_id, self.answered_at = status, answer, by, at
