"""What stands in the library of the demonstration, who has passed the test, and the rule that asks for it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from docx import Document

from branches.access import SYSTEM, Actor
from branches.models import Organisation
from recruitment.demonstration import papers
from recruitment.demonstration.seats import Township
from recruitment.models import Exam, TrainingRule
from recruitment.services import exams, library
from recruitment.training.bank import Kind, Question
from recruitment.training.marking import Given

#: Days before today, title, facts, and the words of the file.
_LIBRARY: tuple[tuple[int, dict[str, str], tuple[str, ...]], ...] = (
    (
        190,
        {
            "kind": "policy",
            "category": "general",
            "title": "样本：关于做好发展党员全程纪实工作的通知",
            "number": "样本组发〔{year}〕5号",
            "summary": "样本文件。说明全程纪实的范围、时限和各级职责，要求当月登记、逐级校核。",
        },
        (
            "样本文件，仅供演示。",
            "一、党支部办理以后一个月内登记上传。",
            "二、基层党委逐步校核，材料齐全、程序规范的通过。",
            "三、组织部门校核党委办理的环节，裁定一票否决。",
        ),
    ),
    (
        75,
        {
            "kind": "commentary",
            "category": "target",
            "title": "样本：发展对象政治审查问答",
            "number": "",
            "summary": "样本解读。政治审查看什么、问谁、函调怎么写、结论怎么写。",
        },
        (
            "样本解读，仅供演示。",
            "问：政治审查的基本方法是什么？",
            "答：同本人谈话、查阅有关档案材料、找有关单位和人员了解情况，以及必要的函调或者外调。",
            "问：函调多久没有答复要催办？",
            "答：到了请对方答复的日期，由发出的组织催办，并登记催办日期。",
        ),
    ),
    (
        40,
        {
            "kind": "example",
            "category": "activist",
            "title": "样本：培养考察记录怎么写",
            "number": "",
            "summary": "样本实例。用样本人员写出一份培养考察记录，逐条说明写什么、不写什么。",
        },
        (
            "样本实例，仅供演示。",
            "考察时间：半年一次；考察人：两名培养联系人。",
            "写事实：参加了什么、承担了什么、做到了什么、还差什么。",
            "不写空话：不用“表现良好”代替事实。",
        ),
    ),
    (
        6,
        {
            "kind": "policy",
            "category": "probation",
            "title": "样本：预备党员教育考察工作提示",
            "number": "样本组通〔{year}〕12号",
            "summary": "样本提示。预备期内半年一次考察，期满前提醒本人提出转正申请。",
        },
        ("样本提示，仅供演示。", "预备期从支部大会通过之日算起。", "期满前一个月提醒本人写转正申请。"),
    ),
)
#: Which branch of home, which of its enterers, days ago, and how many of twenty answers are right.
_EXAMS = ((2, 0, 200, 14), (0, 2, 350, 17), (0, 0, 120, 18), (2, 0, 90, 16), (1, 0, 60, 19), (0, 1, 20, 12))
_RULE_SINCE = timedelta(days=400)


def furnish(home: Township, county: Organisation, now: datetime) -> None:
    """The library of home's county, the rule that asks for a pass, and tests with and without one."""
    rule = TrainingRule(
        organisation=county,
        effective_from=(now - _RULE_SINCE).date(),
        document=f"样本组发〔{(now - _RULE_SINCE).year}〕9号",
    )
    exams.save_training_rule(rule=rule, actor=SYSTEM, now=now - _RULE_SINCE)
    for days, facts, words in _LIBRARY:
        _publish(home, facts, words, now - timedelta(days=days))
    for serial, (branch, enterer, days, right) in enumerate(_EXAMS, start=1):
        _sit(home.branches[branch].enterers[enterer], serial, right, now - timedelta(days=days))


def _publish(home: Township, facts: dict[str, str], words: Iterable[str], at: datetime) -> None:
    on_paper = facts["kind"] == "policy"
    content = papers.pdf(facts["title"], *words) if on_paper else _docx(facts["title"], words)
    name = f"{facts['title']}.{'pdf' if on_paper else 'docx'}"
    told: dict[str, Any] = {
        **facts,
        "number": facts["number"].format(year=at.year),
        "issuing_body": str(home.department),
        "issued_on": at.date(),
        "effective_from": at.date() if on_paper else None,
        "effective_to": None,
    }
    library.add(
        department_id=home.department.pk,
        facts=told,
        upload=library.looked_into(ContentFile(content, name=name)),
        actor=home.officers[0],
        now=at,
    )


def _docx(title: str, words: Iterable[str]) -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_heading(title, level=1)
    for paragraph in words:
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def _sit(who: Actor, seed: int, right: int, at: datetime) -> Exam:
    exam = exams.start(actor=who, now=at, seed=seed)
    for row in exam.answers.select_related("question").order_by("place"):
        question = row.question.question
        given = _right(question) if row.place <= right else _wrong(question)
        exams.answer(exam_id=exam.pk, place=row.place, given=given, actor=who, now=at + timedelta(minutes=row.place))
    return exams.hand_in(exam_id=exam.pk, actor=who, now=at + timedelta(minutes=25))


def _right(question: Question) -> Given:
    if question.kind.has_options:
        return list(question.rights)
    return question.answer.isoformat() if isinstance(question.answer, date) else question.answer


def _wrong(question: Question) -> Given:
    if question.kind.has_options:
        return [next(place for place in range(len(question.options)) if (place,) != tuple(question.rights))]
    if question.kind is Kind.TRUTH:
        return not question.answer
    return "2001-01-01" if question.kind is Kind.DATE else question.answer + 1
