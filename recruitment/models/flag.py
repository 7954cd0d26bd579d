from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.case import Case
from recruitment.models.policy_document import PolicyVersion
from recruitment.models.step_record import StepRecord
from recruitment.rules.schema import Side

SIDES = [
    (Side.BRANCH.value, _("党支部")),
    (Side.COMMITTEE.value, _("基层党委")),
    (Side.DEPARTMENT.value, _("组织部门")),
]


class Flag(models.Model):
    """A reason for yellow or red, from the day it rose to the day it fell.

    ``subkey`` tells several of one code apart (see ``lights.Deadline``). ``voided``: the case was sent back, so the
    explanation no longer counts.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="flags")
    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="flags")
    step = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    subkey = models.CharField(max_length=24, blank=True)
    holder = models.CharField(max_length=12, choices=SIDES)
    due = models.DateField(null=True, blank=True)
    needs_explanation = models.BooleanField(default=False)
    raised_on = models.DateField()
    raised_at = models.DateTimeField()
    explanation = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=20, blank=True)
    voided = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        ordering = ["case", "raised_at", "pk"]
        indexes = [
            models.Index(name="recruitment_flag_open", fields=["code"], condition=Q(resolved_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_flag_open_once",
                fields=["case", "step", "code", "subkey"],
                condition=Q(resolved_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.step}"


class Obligation(models.Model):
    """An open deadline or lock of a case: what sweep, inbox, deadline list and calendar read.

    Rewritten from the assessment by every act; ``changes_on`` is the first yellow day of a deadline, the first open
    day of a lock and the first late day of a service limit. A service limit colours no light: ``raised_at`` is the
    moment at which its passing was told to its holder and to the department above (decision 8).
    """

    class Kind(models.TextChoices):
        DEADLINE = "deadline", _("期限")
        LOCK = "lock", _("锁定")
        SERVICE = "service", _("办理时限")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="obligations")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    step = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    subkey = models.CharField(max_length=24, blank=True)
    holder = models.CharField(max_length=12, choices=SIDES)
    anchored_on = models.DateField(null=True, blank=True)
    due = models.DateField()
    changes_on = models.DateField()
    provisional = models.BooleanField(default=False)
    raised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("待办期限")
        verbose_name_plural = _("待办期限")
        ordering = ["due", "pk"]
        indexes = [models.Index(name="recruitment_obligation_due", fields=["holder", "due"])]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_obligation_once", fields=["case", "kind", "step", "code", "subkey"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.due}"


class Notification(models.Model):
    """A row for the addressee of a flag or an act: written with it, in the same transaction, once.

    It is about a case; or about a file of the library (``policy``); or about what an organisation owes as such
    (``about``): the pass required of one of its posts, told to the holder alone (``recipient``), or the yearly
    analysis of a department's pool.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="notifications")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications")
    policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications"
    )
    about = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications")
    code = models.CharField(max_length=40)
    step = models.CharField(max_length=40, blank=True)
    due = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(name="recruitment_unread", fields=["organisation", "read_at"])]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_notification_once",
                fields=["organisation", "flag"],
                condition=Q(flag__isnull=False),
            ),
            models.UniqueConstraint(
                name="recruitment_notification_policy",
                fields=["organisation", "policy"],
                condition=Q(policy__isnull=False),
            ),
            models.UniqueConstraint(
                name="recruitment_notification_pass",
                fields=["organisation", "recipient", "code", "due"],
                condition=Q(recipient__isnull=False),
            ),
            models.UniqueConstraint(
                name="recruitment_notification_body",
                fields=["organisation", "about", "code", "due"],
                condition=Q(about__isnull=False, recipient__isnull=True),
            ),
            models.CheckConstraint(
                name="recruitment_notification_about",
                condition=Q(case__isnull=False) | Q(policy__isnull=False) | Q(about__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.case_id or ''}".rstrip()
