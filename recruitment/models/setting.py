from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.rules.editions import LocalSetting, SettingError, local_setting
from recruitment.rules.service import LIMITS
from recruitment.rules.steps import GATES


class LocalRule(models.Model):
    """An organisation's setting of one configurable gate, for its whole subtree, for steps that open from a day on."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("制定组织"), on_delete=models.PROTECT, related_name="local_rules"
    )
    gate = models.CharField(
        _("关卡"),
        max_length=48,
        choices=[(gate.id, gate.id) for gate in (*GATES.values(), *LIMITS.values()) if gate.configurable],
    )
    enabled = models.BooleanField(_("启用"), default=True)
    parameters = models.JSONField(_("参数"), default=dict, blank=True, help_text=_('例如 {"duration": "P2M"}'))
    effective_from = models.DateField(_("生效日期"))
    document = models.CharField(_("依据文件"), max_length=200)

    class Meta:
        verbose_name = _("本地规则")
        verbose_name_plural = _("本地规则")
        ordering = ["organisation__path", "effective_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_local_rule_once", fields=["organisation", "gate", "effective_from"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.effective_from}"

    def setting(self) -> LocalSetting:
        return local_setting(self.gate, {"enabled": self.enabled, **self.parameters}, self.effective_from)

    def clean(self) -> None:
        super().clean()
        try:
            self.setting()
        except SettingError as error:
            raise ValidationError({"parameters": f"{error.place}: {error.why}"}) from error


class Holiday(models.Model):
    """A day on which the statutory calendar differs from Monday to Friday."""

    day = models.DateField(_("日期"), unique=True)
    is_workday = models.BooleanField(_("调休上班"), default=False)
    name = models.CharField(_("名称"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("节假日和调休")
        verbose_name_plural = _("节假日和调休")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class AnnualPlan(models.Model):
    """How many people a committee may consent to in a year; without a row there is no ceiling."""

    committee = models.ForeignKey(
        Organisation, verbose_name=_("基层党委"), on_delete=models.PROTECT, related_name="annual_plans"
    )
    year = models.PositiveSmallIntegerField(_("年度"), validators=[MinValueValidator(2000)])
    places = models.PositiveIntegerField(_("计划名额"))

    class Meta:
        verbose_name = _("年度计划")
        verbose_name_plural = _("年度计划")
        ordering = ["-year", "committee__path"]
        constraints = [models.UniqueConstraint(name="recruitment_annual_plan_once", fields=["committee", "year"])]

    def __str__(self) -> str:
        return f"{self.year} {self.committee_id}"
