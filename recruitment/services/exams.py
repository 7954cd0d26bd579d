"""The test: drawn, answered question by question, handed in, marked; a pass has its certificate.

Time is the server's alone. An attempt that ran out is handed in with what was answered by then, by whoever looks at it
next or by the timer, and counts as handed in at the moment its time ended.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import SYSTEM, Actor
from branches.models import Organisation, User
from branches.services.record import record
from recruitment import policies
from recruitment.models import Certificate, Exam, ExamAnswer, ExamQuestion, TrainingRule
from recruitment.policies import Denied
from recruitment.rules.values import dump
from recruitment.selectors.casefile import local_day
from recruitment.services.base import Refusal, Refused, acting, refuse
from recruitment.training.bank import Question, bank
from recruitment.training.drawing import PASS_MARK, TIME, draw
from recruitment.training.marking import Given, fits, is_right, score

#: Letters and figures of a certificate's number: none that is taken for another.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SEED_BITS = 62


def chain_of(exam: Exam) -> str:
    return f"exam:{exam.pk}"


@transaction.atomic
def start(*, actor: Actor, now: datetime, seed: int | None = None) -> Exam:
    """Draw a test for the actor, in the name of the seat acted from.

    Whoever has one running gets that one back; one that ran out is handed in first. ``seed`` is for repeating a draw;
    without it one is taken by chance. Raises ``Refused`` for an account without a seat.
    """
    answer = policies.may_take_exam(actor)
    if isinstance(answer, Denied):
        raise Refused([Refusal("not_allowed", message=str(answer.reason))])
    actor = acting(actor, answer)
    assert actor.seat is not None
    # The account's row makes two clicks at once wait for each other.
    User.objects.select_for_update().get(pk=actor.user_id)
    running = Exam.objects.filter(user_id=actor.user_id, handed_in_at=None).first()
    if running is not None:
        if not running.has_run_out(now):
            return running
        _close(running, now, SYSTEM)
    seed = secrets.randbits(_SEED_BITS) if seed is None else seed
    exam = Exam.objects.create(
        user_id=actor.user_id,
        organisation_id=actor.seat.organisation_id,
        role=actor.seat.role,
        seed=seed,
        pass_mark=PASS_MARK,
        started_at=now,
        ends_at=now + TIME,
    )
    stored = _stored(draw(bank().values(), seed))
    ExamAnswer.objects.bulk_create(
        ExamAnswer(exam=exam, place=place, question=row) for place, row in enumerate(stored, 1)
    )
    audit.append(
        chain=chain_of(exam),
        action="exam_started",
        actor=actor,
        now=now,
        payload={"organisation": exam.organisation_id, "seed": str(seed), "questions": [row.key for row in stored]},
    )
    return exam


def _stored(questions: list[Question]) -> list[ExamQuestion]:
    """The rows of these questions, as they now read; written when one is drawn for the first time."""
    digests = [question.digest for question in questions]
    ExamQuestion.objects.bulk_create(
        [
            ExamQuestion(digest=digest, key=question.id, content=question.to_json())
            for digest, question in zip(digests, questions, strict=True)
        ],
        ignore_conflicts=True,
    )
    rows = {row.digest: row for row in ExamQuestion.objects.filter(digest__in=digests)}
    return [rows[digest] for digest in digests]


@transaction.atomic
def answer(*, exam_id: int, place: int, given: Given, actor: Actor, now: datetime) -> Exam:
    """Keep the answer to one question, None to take it back.

    After the time is over nothing is kept: the attempt is handed in as it stood, and the one that comes back says so.
    Raises ``Refused`` where the attempt is somebody else's or already handed in, or the answer is none.
    """
    exam = _own(exam_id, actor)
    if exam.has_run_out(now):
        return _close(exam, now, SYSTEM)
    if not exam.is_open:
        raise refuse("exam_over", message=_("这次测试已经交卷，答案不能再改。"))
    row = exam.answers.select_related("question").filter(place=place).first()
    if row is None or (given is not None and not fits(row.question.question, given)):
        raise refuse("exam_answer", field="given", message=_("这不是本题的答案，请重新选择或者填写。"))
    row.given, row.answered_at = given, now if given is not None else None
    row.save(update_fields=["given", "answered_at"])
    return exam


@transaction.atomic
def hand_in(*, exam_id: int, actor: Actor, now: datetime) -> Exam:
    """Hand the test in and have it marked; one that is handed in already stays as it is."""
    exam = _own(exam_id, actor)
    if not exam.is_open:
        return exam
    return _close(exam, now, SYSTEM if exam.has_run_out(now) else actor)


@transaction.atomic
def close_if_over(*, exam_id: int, now: datetime) -> Exam:
    """Hand in an attempt whose time is over; any other stays as it is."""
    exam = Exam.objects.select_for_update().get(pk=exam_id)
    return _close(exam, now, SYSTEM) if exam.has_run_out(now) else exam


def close_expired(*, now: datetime) -> int:
    """Hand in every attempt that ran out, each in a transaction of its own; returns how many."""
    ids = list(Exam.objects.filter(handed_in_at=None, ends_at__lte=now).order_by("pk").values_list("pk", flat=True))
    for exam_id in ids:
        close_if_over(exam_id=exam_id, now=now)
    return len(ids)


def _own(exam_id: int, actor: Actor) -> Exam:
    exam = Exam.objects.select_for_update().filter(pk=exam_id, user_id=actor.user_id).first()
    if exam is None:
        raise refuse("not_allowed", message=_("测试只能由本人作答。"))
    return exam


def _close(exam: Exam, now: datetime, actor: Actor) -> Exam:
    """Mark the attempt. ``SYSTEM`` hands in what ran out, as of the moment at which it did."""
    rows = list(exam.answers.select_related("question"))
    for row in rows:
        row.right = is_right(row.question.question, row.given)
    ExamAnswer.objects.bulk_update(rows, ["right"])
    exam.ran_out = actor.is_system
    exam.handed_in_at = exam.ends_at if exam.ran_out else now
    exam.score = score(sum(bool(row.right) for row in rows), len(rows))
    exam.passed = exam.score >= exam.pass_mark
    exam.save(update_fields=["ran_out", "handed_in_at", "score", "passed"])
    certificate = _certify(exam) if exam.passed else None
    audit.append(
        chain=chain_of(exam),
        action="exam_handed_in",
        actor=actor,
        now=now,
        payload={
            "ran_out": exam.ran_out,
            "answers": _answers(rows),
            "score": exam.score,
            "passed": exam.passed,
            "certificate": certificate.number if certificate else None,
        },
    )
    return exam


def _answers(rows: Iterable[ExamAnswer]) -> list[dict[str, Any]]:
    return [{"question": row.question.key, "given": row.given, "right": row.right} for row in rows]


def _certify(exam: Exam) -> Certificate:
    day = local_day(exam.handed_in_at)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return Certificate.objects.create(
        exam=exam,
        number=f"{day.year}-{code[:4]}-{code[4:]}",
        name=User.objects.get(pk=exam.user_id).get_full_name(),
        organisation_name=Organisation.objects.get(pk=exam.organisation_id).name,
        score=exam.score,
        issued_on=day,
    )


@transaction.atomic
def save_training_rule(*, rule: TrainingRule, actor: Actor, now: datetime) -> TrainingRule:
    """Save an organisation's requirement of a pass. Raises ``ValidationError`` by field."""
    names = ("required", "before_handing_in", "grace_days", "effective_from", "document")
    before = TrainingRule.objects.select_for_update().filter(pk=rule.pk).first() if rule.pk else None
    rule.full_clean()
    rule.save()
    after = dump({name: getattr(rule, name) for name in names})
    record(
        organisation=rule.organisation,
        action="training_rule_changed" if before else "training_rule_created",
        actor=actor,
        now=now,
        payload={"before": dump({name: getattr(before, name) for name in names}), "after": after} if before else after,
    )
    return rule
