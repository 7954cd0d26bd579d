"""Marking: an answer is right as a whole or not at all; what was not answered is not right."""

from __future__ import annotations

from datetime import date
from typing import Any

from recruitment.training.bank import Kind, Question

#: What is stored of an answer: numbers of options, yes or no, a day as YYYY-MM-DD, a number; None for none.
Given = list[int] | bool | str | int | None


def is_right(question: Question, given: Given) -> bool:
    """Whether ``given`` answers ``question``; every right option and no other, where there are options."""
    if given is None:
        return False
    if question.kind.has_options:
        return isinstance(given, list) and sorted(given) == list(question.rights)
    if question.kind is Kind.DATE:
        return isinstance(question.answer, date) and given == question.answer.isoformat()
    return type(given) is type(question.answer) and given == question.answer


def fits(question: Question, given: Any) -> bool:
    """Whether ``given`` is an answer of the question's kind at all."""
    if question.kind.has_options:
        whole = isinstance(given, list) and all(type(number) is int for number in given)
        numbers = range(len(question.options))
        return whole and len(set(given)) == len(given) and all(number in numbers for number in given)
    if question.kind is Kind.TRUTH:
        return isinstance(given, bool)
    if question.kind is Kind.NUMBER:
        return type(given) is int and abs(given) < 10**6
    try:
        return isinstance(given, str) and date.fromisoformat(given).isoformat() == given
    except ValueError:
        return False


def score(right: int, total: int) -> int:
    """Per cent of right answers, rounded down: 80 means that no fewer than four fifths were right."""
    return right * 100 // total
