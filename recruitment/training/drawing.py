"""The draw of a test: as many questions of each topic as the plan says, with all five stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from random import Random
from types import MappingProxyType

from recruitment.training.bank import Question

#: How many questions of each topic a test has: 20 in all.
PLAN: Mapping[str, int] = MappingProxyType({"dates": 6, "votes": 4, "vetoes": 3, "materials": 3, "procedure": 4})
QUESTIONS = sum(PLAN.values())
#: Time for a test, and the score from which it is passed (per cent of right answers).
TIME = timedelta(minutes=40)
PASS_MARK = 80
_STAGES = frozenset(range(1, 6))


def draw(questions: Iterable[Question], seed: int) -> list[Question]:
    """The questions of a test. The same seed draws the same ones from the same bank.

    By chance within each topic, so that every question comes as often as any other of its topic; a draw in which one of
    the five stages is missing is put back. ValueError where the bank is too small for the plan.
    """
    chance = Random(seed)
    topics: dict[str, list[Question]] = {topic: [] for topic in PLAN}
    for question in sorted(questions, key=lambda question: question.id):
        topics[question.topic].append(question)
    if not {question.stage for pool in topics.values() for question in pool} >= _STAGES:
        raise ValueError("the bank has no question on one of the five stages")
    while True:
        drawn = [question for topic, number in PLAN.items() for question in chance.sample(topics[topic], number)]
        if {question.stage for question in drawn} >= _STAGES:
            chance.shuffle(drawn)
            return drawn


def option_order(question: Question, seed: int) -> list[int]:
    """The order in which a test shows the options, by their numbers as written."""
    order = list(range(len(question.options)))
    Random(f"{seed}:{question.id}").shuffle(order)
    return order
