from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation


class PoolAnalysis(models.Model):
    """A department's own yearly analysis of all activists below it (r2026 art 11), one act for the whole pool.

    The committees' analyses are entries in each person's log; this one names nobody. ``people``, ``yellow`` and ``red``
    are the pool and its lights on the day of entry, counted by the system and kept as they were.
    """

    body = models.ForeignKey(
        Organisation, verbose_name=_("组织部门"), on_delete=models.PROTECT, related_name="pool_analyses"
    )
    held_on = models.DateField(_("分析日期"))
    content = models.TextField(_("分析情况"), max_length=5000)
    measures = models.TextField(_("意见和措施"), max_length=5000)
    people = models.PositiveIntegerField(_("积极分子人数"))
    yellow = models.PositiveIntegerField(_("黄灯"), default=0)
    red = models.PositiveIntegerField(_("红灯"), default=0)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_for = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("队伍年度分析")
        verbose_name_plural = _("队伍年度分析")
        ordering = ["-held_on", "-pk"]
        constraints = [models.UniqueConstraint(name="recruitment_pool_analysis_once", fields=["body", "held_on"])]

    def __str__(self) -> str:
        return f"{self.body_id} {self.held_on}"

    def get_absolute_url(self) -> str:
        return f"{reverse('analysis_list')}#analysis-{self.pk}"
