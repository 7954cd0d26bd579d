from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.case import Case
from recruitment.models.fields import EncryptedTextField
from recruitment.models.material import Material
from recruitment.models.step_record import StepRecord


class Inquiry(models.Model):
    """A question put to a body outside the case: an inquiry letter, or an opinion asked for (r2026 art 16).

    It belongs to the record of its step and waits as long as that record does. ``sender`` is the organisation that
    asked and that reminds. ``due_on`` is when it hopes for the answer; the reminders are dates, the last one last.
    What is asked about whom, and what was answered, is personal and encrypted.
    """

    class Kind(models.TextChoices):
        LETTER = "letter", _("函调")
        OPINION = "opinion", _("征求部门意见")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inquiries")
    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="inquiries")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    body_name = models.CharField(_("发往单位"), max_length=120)
    about = EncryptedTextField(_("了解什么"), blank=True)
    sent_on = models.DateField(_("发出日期"))
    due_on = models.DateField(_("请对方答复的日期"))
    reminded_on = models.JSONField(_("催办日期"), default=list, blank=True)
    answered_on = models.DateField(_("收到答复的日期"), null=True, blank=True)
    answer = EncryptedTextField(_("答复摘要"), blank=True)
    paper = models.ForeignKey(Material, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_for = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("函调和征求意见")
        verbose_name_plural = _("函调和征求意见")
        ordering = ["sent_on", "pk"]
        indexes = [
            models.Index(
                name="recruitment_inquiry_waiting",
                fields=["sender", "due_on"],
                condition=Q(answered_on__isnull=True, withdrawn_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(name="recruitment_inquiry_due", condition=Q(due_on__gte=F("sent_on"))),
            models.CheckConstraint(
                name="recruitment_inquiry_answer",
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("sent_on"), withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sent_on}"

    @property
    def waits(self) -> bool:
        return self.answered_on is None and self.withdrawn_at is None
