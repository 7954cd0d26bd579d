from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recruitment.models.background import BackgroundWork, pending_index
from recruitment.models.case import Case


class Printing(models.Model):
    """One paper of a case as it left the system, so that an alteration after that shows.

    ``digest`` is the digest of everything that the paper says, ``parts`` one of each value by ``<form>/<key>``; both
    are keyed with the person's salt and give nothing of the values away. ``private``: printed with what only those who
    take part in the case may read. ``code`` stands on the paper.
    """

    class Extension(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="printings")
    paper = models.CharField(_("表"), max_length=12)
    extension = models.CharField(_("格式"), max_length=4, choices=Extension.choices)
    private = models.BooleanField(_("含个人隐私"))
    code = models.CharField(_("核验码"), max_length=10, unique=True)
    digest = models.CharField(_("内容摘要"), max_length=64)
    parts = models.JSONField(default=dict)
    printed_at = models.DateTimeField(_("打印时间"))
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("打印人"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("打印记录")
        verbose_name_plural = _("打印记录")
        ordering = ["-printed_at", "-pk"]
        indexes = [models.Index(name="recruitment_printing_case", fields=["case", "-printed_at"])]

    def __str__(self) -> str:
        return f"{self.paper} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("printed", args=[self.code])


class PrintedFile(BackgroundWork):
    """The file of a printing that takes longer than a page may: the whole booklet.

    ``address``: what its QR code leads to, as the reader who printed it reached the product.
    """

    FOLDER = "printed"
    TASK = "recruitment.tasks.make_printed_file"

    printing = models.OneToOneField(Printing, on_delete=models.CASCADE, related_name="made")
    address = models.URLField(max_length=300)

    class Meta:
        verbose_name = _("打印文件")
        verbose_name_plural = _("打印文件")
        ordering = ["-requested_at", "-pk"]
        indexes = [pending_index("recruitment_printed_pending")]

    def __str__(self) -> str:
        return str(self.printing)

    def get_absolute_url(self) -> str:
        return reverse("printed_making", args=[self.printing.code])
