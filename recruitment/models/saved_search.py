from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """A filter that a user keeps under a name: which list, and its query string. It shows only what its reader may see
    on the day of reading, since the address holds words and no rows.
    """

    class Page(models.TextChoices):
        SEARCH = "search", _("查找")
        DEADLINES = "deadlines", _("期限")
        QUEUE = "queue", _("校核")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    page = models.CharField(_("列表"), max_length=12, choices=Page.choices)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(_("条件"), max_length=500)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("保存的条件")
        verbose_name_plural = _("保存的条件")
        ordering = ["page", "name"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_saved_search_name",
                fields=["user", "page", "name"],
                violation_error_message=_("这个名称已经用过，请换一个。"),
            )
        ]

    def __str__(self) -> str:
        return self.name
