from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recruitment.models.case import Case
from recruitment.models.fields import EncryptedJSONField


class Draft(models.Model):
    """What somebody has typed into the form of a step and not yet sent: seen by that user alone, and encrypted.

    ``values`` holds lists of texts by the names of the form's inputs, as a browser sends them; files are never kept.
    ``page`` is the mark of the open page that sent them last, and ``place`` how many that page had sent by then.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    step = models.CharField(max_length=40)
    values = EncryptedJSONField(default=dict, blank=True)
    page = models.CharField(max_length=40, blank=True)
    place = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(_("保存时间"), db_index=True)

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        constraints = [models.UniqueConstraint(name="recruitment_draft_once", fields=["user", "case", "step"])]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.step}"
