"""Rows that many forms share."""

from __future__ import annotations

from recruitment.documents.derived import committee_decision, opinions
from recruitment.documents.layout import Box, Column, Item, Listing, Pairs, Sign

#: Who the form is about, on every form after the first.
PERSON = (
    Pairs("person.name", "person.sex", "person.birth_date"),
    Pairs("person.ethnicity", "person.education", "person.position"),
    Pairs("person.employer_or_school"),
)
SECRETARY = Sign("党支部书记签名", stamp=True)
COMMITTEE = Sign("党委负责人签名", stamp=True)

#: Lists of members and of log entries have the same columns wherever they stand.
MEMBER_COLUMNS = (
    Column("姓名", 5),
    Column("性别", 2),
    Column("入党日期", 5),
    Column("转正日期", 5),
    Column("本人签名", 6, by_hand=True),
)
LOG_COLUMNS = (
    Column("日期", 5),
    Column("类别", 3),
    Column("内容", 8, prose=True),
    Column("记录人", 4),
    Column("签名", 3, by_hand=True),
)
REVIEW_COLUMNS = (
    Column("日期", 5),
    Column("意见", 10, prose=True),
    Column("记录人", 4),
    Column("签名", 4, by_hand=True),
)
OPINION_COLUMNS = (
    Column("日期", 5),
    Column("姓名", 4),
    Column("意见", 10, prose=True),
    Column("签名", 4, by_hand=True),
)


def contacts_opinions(
    rows_at_least: int, *, columns: tuple[Column, ...] = OPINION_COLUMNS, row_lines: int = 2
) -> Listing:
    """The contacts' opinions by date, with room to sign unless ``columns`` have none."""
    return Listing(
        "halfyear_review.contact_opinions",
        label="培养联系人意见",
        note="按日期写明每名联系人的意见，最后一次写明是否可以列为发展对象人选；由本人签名。",
        columns=columns,
        source=opinions("halfyear_review", "contact_opinion"),
        rows_at_least=rows_at_least,
        row_lines=row_lines,
    )


def introducers_opinions(
    rows_at_least: int, *, columns: tuple[Column, ...] = OPINION_COLUMNS, row_lines: int = 2
) -> Listing:
    """The introducers' opinions during probation by date, with room to sign unless ``columns`` have none."""
    return Listing(
        "probation_education.introducer_opinions",
        label="入党介绍人意见",
        note="按日期写明每名介绍人的意见，最后一次写明预备期内的表现和是否具备转正条件；由本人签名。",
        columns=columns,
        source=opinions("probation_education", "introducer_opinion"),
        rows_at_least=rows_at_least,
        row_lines=row_lines,
    )


def committee_box(step: str, lines: int = 4) -> Box:
    """The decision of the branch committee in a sentence, with the secretary's signature and the branch's stamp."""
    sentence = Item(
        committee_decision(step),
        label="党支部意见",
        note="写明会议日期、应到和实到人数、同意人数和结论；由书记签名并盖党支部章。",
        key=f"{step}.sentence",
    )
    return Box(sentence, lines=lines, signs=(SECRETARY,))


def by_hand(label: str, note: str, *signs: Sign, sample: str, lines: int = 3) -> Box:
    """Room for what somebody writes by hand; ``sample`` stands there in the worked example."""
    return Box(None, lines=lines, signs=signs, label=label, note=note, sample=sample)
