from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation


class Sitting(models.Model):
    """A meeting, class, notice, list or ceremony entered once for all its people.

    Attendance and papers belong to the sitting; votes and verdicts stay each person's own, on the step records that
    point here. ``meeting`` is the one on whose agenda it stood beside other business, where there was one.
    """

    class Kind(models.TextChoices):
        BRANCH_COMMITTEE = "branch_committee", _("支部委员会会议")
        BRANCH_MEETING = "branch_meeting", _("支部党员大会")
        COMMITTEE_MEETING = "committee_meeting", _("党委会议")
        FILING_LIST = "filing_list", _("备案名册")
        PUBLIC_NOTICE = "public_notice", _("公示")
        TRAINING_CLASS = "training_class", _("集中培训班")
        OATH = "oath", _("入党宣誓仪式")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    body = models.ForeignKey(
        Organisation, verbose_name=_("召开组织"), on_delete=models.PROTECT, related_name="sittings"
    )
    step = models.CharField(_("环节"), max_length=40)
    held_on = models.DateField(_("日期"))
    eligible = models.PositiveIntegerField(_("应到人数"), null=True, blank=True)
    present = models.PositiveIntegerField(_("实到人数"), null=True, blank=True)
    minutes = models.TextField(_("记录摘要"), blank=True)
    meeting = models.ForeignKey(
        "recruitment.Meeting",
        verbose_name=_("会议日"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sittings",
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_for = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("会议")
        verbose_name_plural = _("会议")
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("sitting", args=[self.pk])
