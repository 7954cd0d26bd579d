"""The 17 forms of the tracking booklet (跟踪考察簿), one file for each part; titles and codes come from the table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from recruitment.documents.booklet import activist, admission, applicant, probation, target
from recruitment.documents.layout import Form
from recruitment.rules import texts
from recruitment.rules.papers import FORMS as TABLE

REMARK = "本表由系统按纪实内容填写；空白处由本人或有关人员用钢笔、签字笔填写，签名、盖章后生效。"


def _form(code: str, rows: tuple) -> Form:
    row = TABLE[code]
    remark = REMARK + ("本表裁下后存入人事档案；没有人事档案的，存入党员档案。" if row.archived else "")
    return Form(code, texts.FORMS[code].zh, row.steps, rows, row.archived, remark)


_ROWS = applicant.ROWS | activist.ROWS | target.ROWS | admission.ROWS | probation.ROWS
#: The forms by code, in the order of the booklet.
BOOKLET: Mapping[str, Form] = MappingProxyType({code: _form(code, _ROWS[code]) for code in TABLE})
