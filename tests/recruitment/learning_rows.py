"""Builders for the tests of learning: an officer's documents, and attempts with as many right answers as one likes."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from branches.access import Actor, actor_for
from branches.models import Organisation, User
from recruitment.models import Exam, ExamAnswer, PolicyDocument
from recruitment.services import exams, library
from recruitment.training.bank import Kind, Question
from recruitment.training.marking import Given
from tests.branches.factories import County
from tests.recruitment.desk import NOW

TODAY = NOW.date()
FACTS: dict[str, Any] = {
    "kind": "policy",
    "category": "target",
    "title": "样本通知",
    "issuing_body": "样本区委组织部",
    "number": "样组发〔2026〕1号",
    "issued_on": dt.date(2026, 5, 20),
    "effective_from": None,
    "effective_to": None,
    "summary": "样本摘要",
}


def actor(user: User, now: dt.datetime = NOW) -> Actor:
    return actor_for(user, now.date())


def officer(county: County) -> Actor:
    return actor(county.user(county.department, "department_officer"))


def docx(*words: str, name: str = "样本.docx") -> ContentFile:
    """A real document with these paragraphs."""
    document, out = Document(), io.BytesIO()
    for paragraph in words:
        document.add_paragraph(paragraph)
    document.save(out)
    return ContentFile(out.getvalue(), name=name)


def uploaded(*words: str, name: str = "样本.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, docx(*words).read())


def document(
    county: County, *words: str, now: dt.datetime = NOW, by: Actor | None = None, **facts: Any
) -> PolicyDocument:
    """A document of the county's department, whose file has these words."""
    by = by or officer(county)
    department = next(grant for grant in by.grants if grant.role == "department_officer")
    return library.add(
        department_id=department.organisation_id,
        facts={**FACTS, **facts},
        upload=library.looked_into(docx(*(words or ("样本正文",)))),
        actor=by,
        now=now,
    )


def right_answer(question: Question) -> Given:
    if question.kind.has_options:
        return list(question.rights)
    return question.answer.isoformat() if question.kind is Kind.DATE else question.answer


def wrong_answer(question: Question) -> Given:
    if question.kind.has_options:
        return [len(question.options) - 1]
    if question.kind is Kind.TRUTH:
        return not question.answer
    return "2001-01-01" if question.kind is Kind.DATE else question.answer + 1


def attempt(user: User, *, right: int = 20, now: dt.datetime = NOW, hand_in: bool = True, seed: int = 1) -> Exam:
    """A test with this many right answers and wrong ones for the rest."""
    who = actor(user, now)
    exam = exams.start(actor=who, now=now, seed=seed)
    rows = list(exam.answers.select_related("question"))
    for row in rows:
        answer = right_answer if row.place <= right else wrong_answer
        row.given, row.answered_at = answer(row.question.question), now
    ExamAnswer.objects.bulk_update(rows, ["given", "answered_at"])
    later = now + dt.timedelta(minutes=10)
    return exams.hand_in(exam_id=exam.pk, actor=who, now=later) if hand_in else exam


def branch_users(county: County, branch: Organisation | None = None) -> list[User]:
    return [
        county.user(branch or county.branch, role)
        for role in ("secretary", "deputy_secretary", "organisation_commissioner")
    ]
