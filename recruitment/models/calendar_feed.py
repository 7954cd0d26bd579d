from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Seat


class CalendarFeed(models.Model):
    """The private address at which a calendar program reads the deadlines of one seat.

    Only a digest of the address's secret is kept: who reads the table cannot read the calendar. A feed is revoked,
    never deleted; a seat has one that is live.
    """

    seat = models.ForeignKey(Seat, verbose_name=_("席位"), on_delete=models.CASCADE, related_name="calendar_feeds")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    with_names = models.BooleanField(_("含姓名"), default=False)
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField(_("建立时间"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_calendar_feed_one_live", fields=["seat"], condition=Q(revoked_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.created_at:%Y-%m-%d}"

    @staticmethod
    def digest_of(token: str) -> str:
        # The token is 32 random bytes, so one round of a plain hash cannot be guessed back.
        return hashlib.sha256(token.encode()).hexdigest()
