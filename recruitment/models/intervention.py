from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.case import Case


class Veto(models.Model):
    """A red: raised by a verifier or by a bad result, and then confirmed or dismissed by people one level up."""

    class Status(models.TextChoices):
        STANDING = "standing", _("待定")
        CONFIRMED = "confirmed", _("已确认")
        DISMISSED = "dismissed", _("已撤销")
        OVERTURNED = "overturned", _("申诉后恢复")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="vetoes")
    code = models.CharField(max_length=4)
    step = models.CharField(max_length=40)
    by_result = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STANDING)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_reason = models.TextField(blank=True)
    local_document = models.CharField(_("本地规定文号"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("一票否决")
        verbose_name_plural = _("一票否决")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_veto_one_standing", fields=["case"], condition=Q(status="standing")
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.status}"


class Suspension(models.Model):
    """Nothing of the case is verified until the situation is cured."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="suspensions")
    code = models.CharField(max_length=4)
    reason = models.TextField(blank=True)
    from_at = models.DateTimeField()
    from_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    until_at = models.DateTimeField(null=True, blank=True)
    until_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    until_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("暂停")
        verbose_name_plural = _("暂停")
        ordering = ["-from_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_suspension_once", fields=["case", "code"], condition=Q(until_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.case_id}"


class Transfer(models.Model):
    """A move to another branch. The case is frozen while it is under way; a freeze stops no clock."""

    class Status(models.TextChoices):
        PENDING = "pending", _("待接收")
        ACCEPTED = "accepted", _("已接收")
        REFUSED = "refused", _("已退回")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    from_branch = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_branch = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    reason = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("转接")
        verbose_name_plural = _("转接")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_transfer_one_pending", fields=["case"], condition=Q(status="pending")
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.status}"


class Deliberation(models.Model):
    """What a general branch, or a committee that may not approve, deliberated before the approval (r2026 art 22)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliberations")
    step = models.CharField(max_length=40)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(_("审议日期"))
    opinion = models.TextField(_("审议意见"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("审议")
        verbose_name_plural = _("审议")
        ordering = ["held_on", "pk"]

    def __str__(self) -> str:
        return f"{self.body_id} {self.held_on}"
