from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment import machine
from recruitment.models.case import Case
from recruitment.models.step_record import StepRecord


class StepReturn(models.Model):
    """One return of one step, with its coded reason, so that returns can be counted by branch, step and reason.

    ``branch`` is the branch that had the case on that day: a later transfer moves the case and not its history.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="returns")
    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="returns")
    branch = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="returns")
    step = models.CharField(max_length=40)
    code = models.CharField(_("退回原因"), max_length=24)
    text = models.TextField(_("说明"))
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("退回")
        verbose_name_plural = _("退回")
        ordering = ["-returned_at", "-pk"]
        indexes = [models.Index(name="recruitment_return_counted", fields=["branch", "returned_at"])]
        constraints = [
            models.CheckConstraint(name="recruitment_return_step", condition=Q(step__in=machine.STEP_KEYS)),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.code}"
