from __future__ import annotations

import re
import secrets
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Member
from recruitment.models.fields import EncryptedTextField, blind_index
from recruitment.names import initials_of, pinyin_of

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def normalised_id_number(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def id_number_check_digit(first_seventeen: str) -> str:
    """The check digit of a citizen identity number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def validate_id_number(text: str) -> None:
    """Raise ``ValidationError`` saying what is wrong with a citizen identity number (GB 11643)."""
    number = normalised_id_number(text)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValidationError(_("公民身份号码为18位：前17位是数字，末位是数字或X。"), code="id_number_format")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValidationError(_("公民身份号码第7至14位不是有效的出生日期。"), code="id_number_birth") from None
    if id_number_check_digit(number[:17]) != number[17]:
        raise ValidationError(_("公民身份号码校验位不符，请逐位核对。"), code="id_number_check")


def birth_date_in(id_number: str) -> date:
    """The birth date that a valid identity number states."""
    number = normalised_id_number(id_number)
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _salt() -> str:
    return secrets.token_hex(16)


class Person(models.Model):
    """A person who has applied. What could harm her if it leaked stands encrypted.

    ``using_unit`` is where a dispatched worker works (用工单位); ``employer_or_school`` is then the unit that sends her
    (派遣单位).

    ``id_index`` is a keyed digest of the identity number: it finds the person anywhere in the system, so that nobody
    has two open cases, without the number being readable. ``name_pinyin`` and ``name_initials`` say how the name is
    read, for finding and sorting; saving the name keeps them true. ``salt`` goes into the audit's digests of sensitive
    values and goes away with the row.
    """

    class Sex(models.TextChoices):
        FEMALE = "female", _("女")
        MALE = "male", _("男")

    class Employment(models.TextChoices):
        FARMER = "farmer", _("农民")
        WORKER = "worker", _("工人")
        STAFF = "staff", _("机关事业单位人员")
        STUDENT = "student", _("学生")
        SELF_EMPLOYED = "self_employed", _("个体工商户、自由职业")
        DISPATCHED = "dispatched", _("劳务派遣人员")
        MOBILE = "mobile", _("流动人员")
        RETIRED = "retired", _("离退休人员")
        OTHER = "other", _("其他")

    SENSITIVE = (
        "id_number",
        "residence",
        "household_registration",
        "phone",
        "work_history",
        "family",
        "social_relations",
    )

    name = models.CharField(_("姓名"), max_length=60)
    name_pinyin = models.CharField(_("姓名拼音"), max_length=400, blank=True, editable=False)
    name_initials = models.CharField(_("姓名首字母"), max_length=60, blank=True, editable=False)
    sex = models.CharField(_("性别"), max_length=6, choices=Sex.choices)
    ethnicity = models.CharField(_("民族"), max_length=20, blank=True)
    birth_date = models.DateField(_("出生日期"))
    native_place = models.CharField(_("籍贯"), max_length=60, blank=True)
    political_status = models.CharField(_("政治面貌"), max_length=40, blank=True)
    education = models.CharField(_("学历"), max_length=40, blank=True)
    employer_or_school = models.CharField(_("工作单位或学校"), max_length=120, blank=True)
    position = models.CharField(_("职务或职业"), max_length=60, blank=True)
    employment_kind = models.CharField(_("用工或人员类别"), max_length=16, choices=Employment.choices, blank=True)
    using_unit = models.CharField(_("用工单位"), max_length=120, blank=True)
    expected_leave_date = models.DateField(_("预计离开现单位日期"), null=True, blank=True)
    has_personnel_archive = models.BooleanField(_("有人事档案"), default=False)

    id_number = EncryptedTextField(_("公民身份号码"))
    residence = EncryptedTextField(_("居住地"), blank=True)
    household_registration = EncryptedTextField(_("户籍地"), blank=True)
    phone = EncryptedTextField(_("联系电话"), blank=True)
    work_history = EncryptedTextField(_("学习工作经历"), blank=True)
    family = EncryptedTextField(_("家庭主要成员"), blank=True)
    social_relations = EncryptedTextField(_("主要社会关系"), blank=True)

    id_index = models.CharField(max_length=64, unique=True, editable=False)
    salt = models.CharField(max_length=32, default=_salt, editable=False)
    member = models.OneToOneField(
        Member, verbose_name=_("党员名册"), on_delete=models.PROTECT, null=True, blank=True, related_name="person"
    )
    is_sample = models.BooleanField(_("样本"), default=False)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        indexes = [
            models.Index(name="recruitment_person_name", fields=["name"]),
            models.Index(name="recruitment_person_pinyin", fields=["name_pinyin"]),
        ]
        constraints = [
            models.CheckConstraint(name="recruitment_person_indexed", condition=~Q(id_index="")),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        fields = kwargs.get("update_fields")
        if fields is None or "id_number" in fields:
            self.id_number = normalised_id_number(self.id_number)
            self.id_index = self.index_of(self.id_number)
        if fields is None or "name" in fields:
            self.name_pinyin = pinyin_of(self.name)
            self.name_initials = initials_of(self.name_pinyin)[:60]
            if fields is not None:
                kwargs["update_fields"] = {*fields, "name_pinyin", "name_initials"}
        super().save(*args, **kwargs)

    @staticmethod
    def index_of(id_number: str) -> str:
        return blind_index(normalised_id_number(id_number))

    @property
    def is_dispatched(self) -> bool:
        """Whether the person works for a unit that does not employ her (劳务派遣)."""
        return self.employment_kind == self.Employment.DISPATCHED

    @property
    def masked_id_number(self) -> str:
        """The first three and last two signs; enough to tell people apart, too little to use."""
        return f"{self.id_number[:3]}{'*' * 13}{self.id_number[-2:]}"

    @property
    def masked_phone(self) -> str:
        return f"{self.phone[:3]}****{self.phone[-2:]}" if len(self.phone) >= 7 else "*" * len(self.phone)
