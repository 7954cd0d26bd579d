from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models.seat import Seat
from branches.models.user import User


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def active_on(self, day: dt.date) -> SubstitutionQuerySet:
        """Standing in on that day, while the seat itself is held; the first and the last day both count."""
        held = Q(seat__ends_on__isnull=True) | Q(seat__ends_on__gte=day)
        return self.filter(
            held,
            starts_on__lte=day,
            ends_on__gte=day,
            revoked_at__isnull=True,
            seat__starts_on__lte=day,
            seat__user__is_active=True,
        )


class Substitution(models.Model):
    """Another account stands in for the holder of a seat, from a day to a day: what it does, it does for the holder.

    The right ends with its last day, with the seat, or when it is revoked, whichever comes first.
    """

    seat = models.ForeignKey(Seat, verbose_name=_("席位"), on_delete=models.PROTECT, related_name="substitutions")
    substitute = models.ForeignKey(User, verbose_name=_("代理人"), on_delete=models.PROTECT, related_name="standing_in")
    starts_on = models.DateField(_("代理起"))
    ends_on = models.DateField(_("代理止"), help_text=_("代理的最后一天。"))
    reason = models.CharField(_("事由"), max_length=200)
    given_at = models.DateTimeField(_("登记时间"))
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("代理")
        verbose_name_plural = _("代理")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(
                name="branches_substitution_open",
                fields=["substitute", "ends_on"],
                condition=Q(revoked_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="branches_substitution_dates",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("代理止不得早于代理起。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} → {self.seat}"

    def clean(self) -> None:
        super().clean()
        if self.seat_id is None or self.substitute_id is None:
            return
        errors: dict[str, str] = {}
        if self.seat.role not in Seat.ACTING_ROLES:
            errors["seat"] = _("“%(role)s”席位不能由他人代理。") % {"role": self.seat.get_role_display()}
        if self.substitute_id == self.seat.user_id:
            errors["substitute"] = _("本人不能代理自己的席位。")
        elif not self.substitute.is_active:
            errors["substitute"] = _("该账号已停用。")
        if self.starts_on and self.starts_on < self.seat.starts_on:
            errors["starts_on"] = _("代理不能早于任职起。")
        if self.ends_on and self.seat.ends_on and self.ends_on > self.seat.ends_on:
            errors["ends_on"] = _("代理不能晚于任职止。")
        if not errors and self._overlaps():
            errors["starts_on"] = _("这一席位在这段时间已经有人代理。")
        if errors:
            raise ValidationError(errors)

    def _overlaps(self) -> bool:
        if not self.starts_on or not self.ends_on:
            return False
        others = Substitution.objects.filter(
            seat=self.seat_id, revoked_at__isnull=True, starts_on__lte=self.ends_on, ends_on__gte=self.starts_on
        )
        return others.exclude(pk=self.pk).exists()
