from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recruitment.models.background import BackgroundWork, pending_index


class CommonPaper(BackgroundWork):
    """A long paper that is nobody's (the Guide as a book, the blank booklet), made once for what it says now.

    ``name`` says which paper it is, ``digest`` what it says; a new text is a new row, and the old one goes.
    """

    FOLDER = "common"
    TASK = "recruitment.tasks.make_common_paper"

    name = models.CharField(_("文书"), max_length=40)
    digest = models.CharField(_("内容摘要"), max_length=64)

    class Meta:
        verbose_name = _("公用文书")
        verbose_name_plural = _("公用文书")
        ordering = ["name", "-requested_at"]
        constraints = [models.UniqueConstraint(name="recruitment_commonpaper_once", fields=["name", "digest"])]
        indexes = [pending_index("recruitment_common_pending")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("common_paper", args=[self.pk])
