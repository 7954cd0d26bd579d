from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation

#: How long a new holder of a seat, or one whom a new rule finds, has time for the first pass.
DAYS_OF_GRACE = 30


class TrainingRule(models.Model):
    """From a day on, whoever leads a branch below the organisation passes the test once in every twelve months.

    The rule of the nearest organisation counts, and of its rules the latest that is in force; one that is not
    ``required`` lifts what an organisation above asks for. Holders are reminded; where ``before_handing_in`` is set,
    one whose time has run out hands nothing in until the test is passed.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("制定组织"), on_delete=models.PROTECT, related_name="training_rules"
    )
    required = models.BooleanField(
        _("要求一年内测试合格"), default=True, help_text=_("书记、副书记和组织委员每十二个月至少合格一次。")
    )
    before_handing_in = models.BooleanField(
        _("逾期未合格不能提交"),
        default=False,
        help_text=_("不勾选时只提醒。勾选以后，超过期限还没有合格的人不能提交和报送，合格以后立即恢复。"),
    )
    grace_days = models.PositiveSmallIntegerField(
        _("新任宽限天数"),
        default=DAYS_OF_GRACE,
        validators=[MaxValueValidator(365)],
        help_text=_("从任职之日或规则生效之日中较晚的一天算起。"),
    )
    effective_from = models.DateField(_("生效日期"))
    document = models.CharField(_("依据文件"), max_length=200)

    class Meta:
        verbose_name = _("测试要求")
        verbose_name_plural = _("测试要求")
        ordering = ["organisation__path", "effective_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_training_rule_once",
                fields=["organisation", "effective_from"],
                violation_error_message=_("这一天已经有一条测试要求。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.effective_from}"
