from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from branches.models.organisation import Organisation
from branches.models.user import User
from recruitment.names import initials_of, pinyin_of


class MemberQuerySet(models.QuerySet["Member"]):
    def present_on(self, day: dt.date) -> MemberQuerySet:
        """On the roster that day; on the day of leaving a member no longer is."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), joined_on__lte=day)

    def with_rights_on(self, day: dt.date) -> MemberQuerySet:
        """Full members whose rights are not suspended: neither by their standing nor by 留党察看."""
        suspended = Q(standing=Member.Standing.SUSPENDED, standing_since__lte=day)
        barred = Sanction.objects.suspending_on(day).filter(member=OuterRef("pk"))
        return self.present_on(day).filter(~suspended, ~Exists(barred), full_since__lte=day)

    def without_sanction_on(self, day: dt.date) -> MemberQuerySet:
        """Those on whom no lighter punishment (warning, serious warning, removal from Party posts) has effect."""
        return self.filter(~Exists(Sanction.objects.in_effect_on(day).filter(member=OuterRef("pk"))))

    def read_as(self, letters: str) -> MemberQuerySet:
        """Whose name is read with these letters in it: its initials, or its pinyin with or without blanks."""
        letters = "".join(letters.lower().split())
        if not (letters.isascii() and letters.isalpha()):
            return self.none()
        joined = Replace(F("name_pinyin"), Value(" "), Value(""))
        return self.alias(joined=joined).filter(Q(name_initials__contains=letters) | Q(joined__contains=letters))


class Member(models.Model):
    """A Party member on a branch's roster.

    ``joined_on`` is the day of the branch meeting that admitted the person (党籍), ``full_since`` the day on which
    probation ended in full membership (党龄). ``standing_since`` dates the present standing. ``name_pinyin`` and
    ``name_initials`` say how the name is read, for finding and sorting; saving the name keeps them true.
    """

    class Sex(models.TextChoices):
        FEMALE = "female", _("女")
        MALE = "male", _("男")

    class Standing(models.TextChoices):
        FULL = "full", _("正式党员")
        PROBATIONARY = "probationary", _("预备党员")
        SUSPENDED = "suspended", _("暂停表决权")

    name = models.CharField(_("姓名"), max_length=50)
    name_pinyin = models.CharField(_("姓名拼音"), max_length=400, blank=True, editable=False)
    name_initials = models.CharField(_("姓名首字母"), max_length=60, blank=True, editable=False)
    sex = models.CharField(_("性别"), max_length=6, choices=Sex.choices)
    branch = models.ForeignKey(
        Organisation,
        verbose_name=_("所在党支部"),
        on_delete=models.PROTECT,
        related_name="members",
        limit_choices_to={"kind": Organisation.Kind.BRANCH},
    )
    party_group = models.ForeignKey(
        Organisation,
        verbose_name=_("党小组"),
        on_delete=models.PROTECT,
        related_name="group_members",
        limit_choices_to={"kind": Organisation.Kind.PARTY_GROUP},
        null=True,
        blank=True,
    )
    party_group_name = models.CharField(
        _("党小组名称"),
        max_length=60,
        blank=True,
        help_text=_("党小组未在组织中登记时，只写名称。"),
    )
    standing = models.CharField(_("党员身份"), max_length=12, choices=Standing.choices)
    standing_since = models.DateField(_("身份起始日期"))
    joined_on = models.DateField(_("入党日期"), help_text=_("支部大会通过接收为预备党员之日。"))
    full_since = models.DateField(_("转正日期"), null=True, blank=True, help_text=_("党龄自该日起算。"))
    left_on = models.DateField(_("离开日期"), null=True, blank=True, help_text=_("自该日起不在本支部名册。"))
    user = models.ForeignKey(
        User,
        verbose_name=_("账号"),
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("党员")
        verbose_name_plural = _("党员名册")
        ordering = ["branch__path", "joined_on", "pk"]
        indexes = [models.Index(name="branches_member_roster", fields=["branch", "standing"])]
        constraints = [
            models.CheckConstraint(
                name="branches_member_full_since",
                condition=Q(standing="probationary", full_since__isnull=True)
                | Q(standing__in=["full", "suspended"], full_since__isnull=False),
                violation_error_message=_("正式党员必须有转正日期，预备党员不得有转正日期。"),
            ),
            models.CheckConstraint(
                name="branches_member_dates",
                condition=Q(standing_since__gte=F("joined_on"))
                & (Q(full_since__isnull=True) | Q(full_since__gte=F("joined_on")))
                & (Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on"))),
                violation_error_message=_("身份、转正和离开的日期不得早于入党日期。"),
            ),
            models.UniqueConstraint(
                name="branches_member_account_once",
                fields=["user"],
                condition=Q(left_on__isnull=True, user__isnull=False),
                violation_error_message=_("该账号已对应名册上的一名党员。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self._date_full_membership()
        fields = kwargs.get("update_fields")
        if fields is None or "name" in fields:
            self.name_pinyin = pinyin_of(self.name)
            self.name_initials = initials_of(self.name_pinyin)[:60]
            if fields is not None:
                kwargs["update_fields"] = {*fields, "name_pinyin", "name_initials"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self._date_full_membership()
        errors: dict[str, str] = {}
        if self.branch_id and self.branch.kind != Organisation.Kind.BRANCH:
            errors["branch"] = _("党员只能编入党支部。")
        if self.party_group_id and self.party_group.parent_id != self.branch_id:
            errors["party_group"] = _("党小组不属于这个党支部。")
        if errors:
            raise ValidationError(errors)

    def _date_full_membership(self) -> None:
        # Who was entered as a full member without a date of conversion has been one since the standing began.
        if self.standing == self.Standing.FULL and self.full_since is None:
            self.full_since = self.standing_since


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def suspending_on(self, day: dt.date) -> SanctionQuerySet:
        """留党察看 that has begun and after which rights are not restored yet; on the day of restoration they are."""
        return self.filter(
            Q(rights_restored_on__isnull=True) | Q(rights_restored_on__gt=day),
            kind=Sanction.Kind.PROBATION_WITHIN_PARTY,
            from_on__lte=day,
        )

    def in_effect_on(self, day: dt.date) -> SanctionQuerySet:
        """Warning, serious warning or removal from Party posts that has effect; first and last day both count."""
        return self.filter(
            Q(effect_until__isnull=True) | Q(effect_until__gte=day),
            kind__in=Sanction.LIGHTER_KINDS,
            from_on__lte=day,
        )


class Sanction(models.Model):
    """A disciplinary punishment of a member (细则 2026 art 14: it decides who may be an introducer)."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("警告")
        SERIOUS_WARNING = "serious_warning", _("严重警告")
        REMOVAL = "removal", _("撤销党内职务")
        PROBATION_WITHIN_PARTY = "probation_within_party", _("留党察看")

    LIGHTER_KINDS = (Kind.WARNING, Kind.SERIOUS_WARNING, Kind.REMOVAL)

    member = models.ForeignKey(Member, verbose_name=_("党员"), on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(_("处分种类"), max_length=24, choices=Kind.choices)
    from_on = models.DateField(_("处分日期"))
    effect_until = models.DateField(
        _("影响期止"),
        null=True,
        blank=True,
        help_text=_("影响期的最后一天；留空表示尚无期限。"),
    )
    rights_restored_on = models.DateField(
        _("恢复党员权利日期"),
        null=True,
        blank=True,
        help_text=_("只对留党察看有意义；自该日起恢复。"),
    )

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("处分")
        verbose_name_plural = _("处分")
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="branches_sanction_dates",
                condition=(Q(effect_until__isnull=True) | Q(effect_until__gte=F("from_on")))
                & (Q(rights_restored_on__isnull=True) | Q(rights_restored_on__gte=F("from_on"))),
                violation_error_message=_("影响期止和恢复权利的日期不得早于处分日期。"),
            ),
            models.CheckConstraint(
                name="branches_sanction_restoration",
                condition=Q(rights_restored_on__isnull=True) | Q(kind="probation_within_party"),
                violation_error_message=_("只有留党察看才有恢复党员权利的日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.from_on:%Y-%m-%d}"


class Relative(models.Model):
    """A relative whom a member declared, so that family ties in a case can be seen."""

    member = models.ForeignKey(Member, verbose_name=_("党员"), on_delete=models.CASCADE, related_name="relatives")
    name = models.CharField(_("亲属姓名"), max_length=50)
    relation = models.CharField(_("与本人关系"), max_length=30)

    class Meta:
        verbose_name = _("亲属")
        verbose_name_plural = _("亲属")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}（{self.relation}）"
