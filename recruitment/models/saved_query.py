from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedQuery(models.Model):
    """A filter that somebody keeps under a name: the query string of the queue, as its address has it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_queries")
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="recruitment_saved_query_once", fields=["user", "name"])]

    def __str__(self) -> str:
        return self.name
