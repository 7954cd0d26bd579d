from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models.organisation import Organisation
from branches.models.user import User

Kind = Organisation.Kind


class SeatQuerySet(models.QuerySet["Seat"]):
    def active_on(self, day: dt.date) -> SeatQuerySet:
        """Held on that day; the first and the last day both count."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Seat(models.Model):
    """A user's post in an organisation, from a day to a day. A user may hold several at once."""

    class Role(models.TextChoices):
        SECRETARY = "secretary", _("书记")
        DEPUTY_SECRETARY = "deputy_secretary", _("副书记")
        ORGANISATION_COMMISSIONER = "organisation_commissioner", _("组织委员")
        CLERK = "clerk", _("录入员")
        COMMITTEE_VERIFIER = "committee_verifier", _("党委校核员")
        ORGANISER = "organiser", _("组织员")
        DEPARTMENT_OFFICER = "department_officer", _("组织部干部")
        INSPECTOR = "inspector", _("巡查员（只读）")
        ADMINISTRATOR = "administrator", _("管理员")

    # Posts whose holder acts in the organisation's name: a clerk enters for one of them.
    ACTING_ROLES = frozenset(
        {
            Role.SECRETARY,
            Role.DEPUTY_SECRETARY,
            Role.ORGANISATION_COMMISSIONER,
            Role.COMMITTEE_VERIFIER,
            Role.ORGANISER,
            Role.DEPARTMENT_OFFICER,
        },
    )
    _LEADERS = frozenset({Kind.GRASSROOTS_COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH})
    _OVERSEERS = frozenset({Kind.CITY_COMMITTEE, Kind.COUNTY_COMMITTEE, Kind.DEPARTMENT, Kind.GRASSROOTS_COMMITTEE})
    # In which kinds of organisation a role exists.
    ROLE_KINDS: dict[str, frozenset[str]] = {
        Role.SECRETARY: _LEADERS,
        Role.DEPUTY_SECRETARY: _LEADERS,
        Role.ORGANISATION_COMMISSIONER: _LEADERS,
        Role.CLERK: _LEADERS | {Kind.DEPARTMENT},
        Role.COMMITTEE_VERIFIER: frozenset({Kind.GRASSROOTS_COMMITTEE}),
        Role.ORGANISER: frozenset({Kind.GRASSROOTS_COMMITTEE, Kind.DEPARTMENT}),
        Role.DEPARTMENT_OFFICER: frozenset({Kind.DEPARTMENT}),
        Role.INSPECTOR: _OVERSEERS | _LEADERS,
        Role.ADMINISTRATOR: _OVERSEERS,
    }

    user = models.ForeignKey(User, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("党组织"),
        on_delete=models.PROTECT,
        related_name="seats",
    )
    role = models.CharField(_("职务"), max_length=32, choices=Role.choices)
    starts_on = models.DateField(_("任职起"))
    ends_on = models.DateField(_("任职止"), null=True, blank=True, help_text=_("任职的最后一天；留空表示在任。"))

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("席位")
        verbose_name_plural = _("席位")
        ordering = ["organisation__path", "role", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="branches_seat_dates",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("任职止不得早于任职起。"),
            ),
            models.UniqueConstraint(
                name="branches_seat_held_once",
                fields=["user", "organisation", "role"],
                condition=Q(ends_on__isnull=True),
                violation_error_message=_("该账号已在任这一席位。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"

    def is_active_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)

    def clean(self) -> None:
        super().clean()
        if self.organisation_id is None:
            return
        errors: dict[str, str] = {}
        kind, end = self.organisation.kind, self.organisation.dissolved_on
        if self.role in self.Role.values and kind not in self.ROLE_KINDS[self.role]:
            errors["role"] = _("%(kind)s不设“%(role)s”席位。") % {
                "kind": self.organisation.get_kind_display(),
                "role": self.get_role_display(),
            }
        if end is not None and (self.ends_on is None or self.ends_on > end):
            errors["ends_on"] = _("该组织已撤销，任职不能晚于撤销日期。")
        if errors:
            raise ValidationError(errors)
