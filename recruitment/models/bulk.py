from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recruitment.models.case import Case
from recruitment.models.meeting import Meeting


class BulkDecision(models.Model):
    """Many steps decided together. Each item is an act of its own; this row only says what was asked for.

    ``token`` comes from the page before it, so that the same page sent twice is one decision. A filing list is passed
    whole but for the exceptions, each handed back for a reason of its own; ``meeting`` is the one whose list it is,
    None where the list held all that waited.
    """

    class Kind(models.TextChoices):
        VERIFY = "verify", _("通过")
        HAND_BACK = "hand_back", _("退回补正")
        FILING_LIST = "filing_list", _("按备案名册办理")

    token = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    code = models.CharField(_("退回原因"), max_length=24, blank=True)
    text = models.TextField(_("说明"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("批量校核")
        verbose_name_plural = _("批量校核")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="recruitment_bulk_reason", condition=~Q(kind="hand_back") | (~Q(code="") & ~Q(text=""))
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.token}"


class BulkItem(models.Model):
    """One case of a bulk decision: the version seen beforehand, and what came of it.

    ``code`` and ``text`` stand where it was taken out of a filing list: it is handed back for that. ``reasons`` keeps
    why it was refused, in both languages, as it was said on that day.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("还没有办")
        DONE = "done", _("已办")
        REFUSED = "refused", _("没有办")

    bulk = models.ForeignKey(BulkDecision, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    code = models.CharField(_("取出原因"), max_length=24, blank=True)
    text = models.TextField(_("说明"), blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    reasons = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("批量校核的一件")
        verbose_name_plural = _("批量校核的各件")
        ordering = ["bulk", "pk"]
        constraints = [
            models.UniqueConstraint(name="recruitment_bulk_item_once", fields=["bulk", "case"]),
            models.CheckConstraint(name="recruitment_bulk_item_reason", condition=Q(code="") | ~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"

    @property
    def is_returned(self) -> bool:
        """Whether this one is handed back: all of a return, of a filing list what was taken out."""
        return bool(self.code) or self.bulk.kind == BulkDecision.Kind.HAND_BACK
