from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

SEPARATOR = "/"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def subtree(self, path: str) -> OrganisationQuerySet:
        """The organisation with this path and all below it."""
        return self.filter(path__startswith=path)

    def ancestors(self, path: str) -> OrganisationQuerySet:
        """Those strictly above the organisation with this path, the topmost first."""
        return self.filter(code__in=codes_of(path)[:-1]).order_by("path")

    def alive_on(self, day: dt.date) -> OrganisationQuerySet:
        """Founded by then (or since ever) and not dissolved; on the day of its dissolution a body no longer lives."""
        return self.filter(
            Q(founded_on__isnull=True) | Q(founded_on__lte=day),
            Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=day),
        )


def codes_of(path: str) -> list[str]:
    """The codes along a path, the topmost first."""
    return path.rstrip(SEPARATOR).split(SEPARATOR)


class Organisation(models.Model):
    """A Party organisation in the tree that answers who leads, verifies and approves.

    ``path`` repeats the codes from the root, so that a subtree is one prefix and costs no recursion. It is set when the
    row is first saved and rewritten, with all below it, by ``branches.services.tree`` alone.
    """

    class Kind(models.TextChoices):
        CITY_COMMITTEE = "city_committee", _("市委")
        COUNTY_COMMITTEE = "county_committee", _("县（区）委")
        DEPARTMENT = "department", _("组织部")
        INSTITUTION_GROUP = "institution_group", _("党组")
        GRASSROOTS_COMMITTEE = "grassroots_committee", _("基层党委（党工委）")
        GENERAL_BRANCH = "general_branch", _("党总支")
        BRANCH = "branch", _("党支部")
        PARTY_GROUP = "party_group", _("党小组")

    class Sector(models.TextChoices):
        VILLAGE = "village", _("村")
        COMMUNITY = "community", _("社区")
        GOVERNMENT = "government", _("机关事业单位")
        STATE_ENTERPRISE = "state_enterprise", _("国有企业")
        SCHOOL = "school", _("学校")
        NEW_ORGANISATION = "new_organisation", _("新经济组织、新社会组织")

    # Which kinds a kind may stand under. A Party group of an institution (党组) leads nothing in this tree: the
    # institution's branches belong to a grassroots committee (细则 2026 art 22: it cannot approve).
    PARENT_KINDS: dict[str, frozenset[str]] = {
        Kind.CITY_COMMITTEE: frozenset(),
        Kind.COUNTY_COMMITTEE: frozenset({Kind.CITY_COMMITTEE}),
        Kind.DEPARTMENT: frozenset({Kind.CITY_COMMITTEE, Kind.COUNTY_COMMITTEE}),
        Kind.INSTITUTION_GROUP: frozenset({Kind.CITY_COMMITTEE, Kind.COUNTY_COMMITTEE}),
        Kind.GRASSROOTS_COMMITTEE: frozenset(
            {Kind.CITY_COMMITTEE, Kind.COUNTY_COMMITTEE, Kind.GRASSROOTS_COMMITTEE},
        ),
        Kind.GENERAL_BRANCH: frozenset({Kind.GRASSROOTS_COMMITTEE}),
        Kind.BRANCH: frozenset({Kind.GRASSROOTS_COMMITTEE, Kind.GENERAL_BRANCH}),
        Kind.PARTY_GROUP: frozenset({Kind.BRANCH}),
    }
    ROOT_KINDS = frozenset({Kind.CITY_COMMITTEE, Kind.COUNTY_COMMITTEE})

    code = models.CharField(
        _("代码"),
        max_length=32,
        unique=True,
        # Capital letters only: SQLite compares prefixes without regard to case.
        validators=[RegexValidator(r"^[0-9A-Z]+\Z", _("代码只能由数字和大写字母组成。"))],
    )
    name = models.CharField(_("全称"), max_length=120)
    short_name = models.CharField(
        _("简称"),
        max_length=60,
        blank=True,
        help_text=_("页面上显示的名称；留空则显示全称。"),
    )
    division_name = models.CharField(
        _("行政区划名称"),
        max_length=60,
        blank=True,
        help_text=_("导入区划时所用的名称，例如“幸福街道”。"),
    )
    kind = models.CharField(_("类别"), max_length=24, choices=Kind.choices)
    sector = models.CharField(_("领域"), max_length=20, choices=Sector.choices, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级组织"),
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
    )
    path = models.CharField(_("路径"), max_length=255, unique=True, editable=False)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    dissolved_on = models.DateField(_("撤销日期"), null=True, blank=True, help_text=_("自该日起不再存续。"))
    has_branch_committee = models.BooleanField(
        _("设支部委员会"),
        default=True,
        help_text=_("只对党支部有意义；不设支委会的，由支部党员大会作出决定。"),
    )
    temporary = models.BooleanField(_("临时党组织"), default=False, help_text=_("临时党组织不得接收和审批预备党员。"))
    may_approve = models.BooleanField(
        _("有审批权"),
        default=False,
        help_text=_("只有基层党委（党工委）可以审批；乡镇、街道党委之下的党委和临时党组织不可以。"),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("党组织")
        verbose_name_plural = _("党组织")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="branches_organisation_may_approve",
                condition=Q(may_approve=False) | Q(kind="grassroots_committee", temporary=False),
                violation_error_message=_("只有非临时的基层党委（党工委）可以有审批权。"),
            ),
            models.CheckConstraint(
                name="branches_organisation_has_parent",
                condition=Q(parent__isnull=False) | Q(kind__in=["city_committee", "county_committee"]),
                violation_error_message=_("这一类别的组织必须有上级组织。"),
            ),
            models.CheckConstraint(
                name="branches_organisation_dates",
                condition=Q(founded_on__isnull=True)
                | Q(dissolved_on__isnull=True)
                | Q(dissolved_on__gt=models.F("founded_on")),
                violation_error_message=_("撤销日期必须晚于成立日期。"),
            ),
            models.UniqueConstraint(
                name="branches_organisation_one_department",
                fields=["parent"],
                condition=Q(kind="department", dissolved_on__isnull=True),
                violation_error_message=_("该党委已有组织部。"),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args, **kwargs) -> None:
        if self._state.adding:
            self.path = self.path_under(self.parent)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("branches:organisation", args=[self.code])

    def path_under(self, parent: Organisation | None) -> str:
        return f"{parent.path if parent else ''}{self.code}{SEPARATOR}"

    def default_may_approve(self) -> bool:
        """A grassroots committee may, unless it is temporary or under another one (细则 2014 art 23, 2026 art 22)."""
        return self.kind == self.Kind.GRASSROOTS_COMMITTEE and not self.temporary and not self._under_committee()

    def clean(self) -> None:
        super().clean()
        errors: dict[str, list] = {}
        if self.parent is None:
            if self.kind not in self.ROOT_KINDS:
                errors["parent"] = [_("这一类别的组织必须有上级组织。")]
        elif self.parent.kind not in self.PARENT_KINDS.get(self.kind, frozenset()):
            errors["parent"] = [
                _("%(kind)s不能设在%(parent)s之下。")
                % {"kind": self.get_kind_display(), "parent": self.parent.get_kind_display()},
            ]
        elif not self._state.adding and self.parent.path.startswith(self.path):
            errors["parent"] = [_("组织不能移到自己之下。")]
        elif self.parent.dissolved_on and (self.dissolved_on is None or self.dissolved_on > self.parent.dissolved_on):
            errors["parent"] = [_("上级组织已撤销。")]
        if self.may_approve and not self.default_may_approve():
            errors["may_approve"] = [_("乡镇、街道党委之下的党委、临时党组织和其他类别的组织没有审批权。")]
        if errors:
            raise ValidationError(errors)

    def _under_committee(self) -> bool:
        return self.parent is not None and self.parent.kind == self.Kind.GRASSROOTS_COMMITTEE
