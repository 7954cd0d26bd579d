from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation


class AlertSetting(models.Model):
    """How an organisation follows up on yellow lights below it. Practice, not national rule; the nearest setting binds.

    ``escalate_after``: days that a yellow stays open before the county's department is told. ``talk_after``: yellows of
    one branch in one quarter that ask for a reminder talk with its secretary.
    """

    ESCALATE_AFTER, TALK_AFTER = 15, 3

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("制定组织"), on_delete=models.PROTECT, related_name="alert_setting"
    )
    escalate_after = models.PositiveSmallIntegerField(
        _("黄灯多少天后报上级"), default=ESCALATE_AFTER, validators=[MinValueValidator(1)]
    )
    talk_after = models.PositiveSmallIntegerField(
        _("一季度几次黄灯须提醒谈话"), default=TALK_AFTER, validators=[MinValueValidator(1)]
    )
    document = models.CharField(_("依据文件"), max_length=200)

    class Meta:
        verbose_name = _("预警设置")
        verbose_name_plural = _("预警设置")
        ordering = ["organisation__path"]
        constraints = [
            models.CheckConstraint(
                name="recruitment_alert_positive", condition=Q(escalate_after__gte=1, talk_after__gte=1)
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.escalate_after}/{self.talk_after}"


class ReminderTalk(models.Model):
    """A reminder talk (提醒谈话) with a branch's secretary, for the yellow lights of one quarter."""

    branch = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reminder_talks")
    year = models.PositiveSmallIntegerField(_("年度"))
    quarter = models.PositiveSmallIntegerField(_("季度"))
    held_on = models.DateField(_("谈话日期"))
    talker = models.CharField(_("谈话人"), max_length=60)
    listener = models.CharField(_("谈话对象"), max_length=60)
    content = models.TextField(_("谈话内容"))
    yellows = models.PositiveSmallIntegerField(_("黄灯次数"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("提醒谈话")
        verbose_name_plural = _("提醒谈话")
        ordering = ["-year", "-quarter", "branch"]
        constraints = [
            models.UniqueConstraint(name="recruitment_reminder_talk_once", fields=["branch", "year", "quarter"]),
            models.CheckConstraint(name="recruitment_reminder_talk_quarter", condition=Q(quarter__range=(1, 4))),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.year}Q{self.quarter}"
