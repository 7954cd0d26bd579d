"""Sample persons: marked as such by name, with identity numbers of a region that is given to nobody."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from recruitment.models import Person
from recruitment.models.person import id_number_check_digit

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_NUMERALS = "一二三四五六七八九十"
_NO_REGION = "990000"

_LIVES = (
    ("大专", "样本种植合作社", "种植户", Person.Employment.FARMER),
    ("本科", "样本村民委员会", "村干部", Person.Employment.STAFF),
    ("高中", "样本服装厂", "工人", Person.Employment.WORKER),
    ("本科", "样本小学", "教师", Person.Employment.STAFF),
    ("大专", "样本电商服务站", "负责人", Person.Employment.SELF_EMPLOYED),
    ("本科", "样本劳务公司", "派遣职工", Person.Employment.DISPATCHED),
)


def shuffled_surnames(random: Random) -> str:
    """The surnames in an order of the seed's own."""
    return "".join(random.sample(_SURNAMES, len(_SURNAMES)))


def sample_person(serial: int, applied_on: date, surnames: str, random: Random, *, has_archive: bool) -> dict[str, Any]:
    """What the form would give for the person with this number, grown up well before the day of application."""
    education, employer, position, kind = random.choice(_LIVES)
    birth = applied_on - timedelta(days=random.randrange(20 * 366, 42 * 366))
    female = random.random() < 0.5
    return {
        "name": f"样本·{surnames[serial % len(surnames)]}某{_numeral(serial // len(surnames) + 1)}",
        "sex": Person.Sex.FEMALE if female else Person.Sex.MALE,
        "ethnicity": "汉族",
        "birth_date": birth,
        "native_place": "江苏宿迁",
        "political_status": "共青团员" if (applied_on - birth).days < 28 * 365 else "群众",
        "education": education,
        "employer_or_school": employer,
        "position": position,
        "employment_kind": kind,
        "has_personnel_archive": has_archive,
        "id_number": _id_number(birth, serial, female=female),
        "residence": "样本住址",
        "household_registration": "样本户籍地",
        "phone": f"00000{serial:06d}",
        "work_history": "样本经历",
        "family": "样本家庭成员",
        "social_relations": "样本社会关系",
    }


def _id_number(birth: date, serial: int, *, female: bool) -> str:
    # The seventeenth digit is even for a woman; serials repeat only with another birth date.
    body = f"{_NO_REGION}{birth:%Y%m%d}{2 * (serial % 499) + (2 if female else 1):03d}"
    return body + id_number_check_digit(body)


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones - 1]
    return ("" if tens == 1 else _NUMERALS[tens - 1]) + "十" + (_NUMERALS[ones - 1] if ones else "")
