"""The draw of a test: as many questions of each topic as the plan says, spread over stages and rules."""

from __future__ import annotations

from collections import Counter
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


def draw(questions: Iterable[Question], seed: int) -> list[Question]:
    """The questions of a test. The same seed draws the same ones from the same bank.

    Within a topic the stage that has come least often goes first, then the rule that has come least often, then chance.
    """
    chance = Random(seed)
    pool = sorted(questions, key=lambda question: question.id)
    chance.shuffle(pool)
    stages: Counter[int] = Counter()
    rules: Counter[str] = Counter()
    drawn: list[Question] = []
    for topic, number in PLAN.items():
        left = [question for question in pool if question.topic == topic]
        for _ in range(number):
            # min() keeps the first of equals, and the pool is shuffled already.
            chosen = min(left, key=lambda question: (stages[question.stage], rules[question.key]))
            left.remove(chosen)
            stages[chosen.stage] += 1
            rules[chosen.key] += 1
            drawn.append(chosen)
    chance.shuffle(drawn)
    return drawn


def option_order(question: Question, seed: int) -> list[int]:
    """The order in which a test shows the options, by their numbers as written."""
    order = list(range(len(question.options)))
    Random(f"{seed}:{question.id}").shuffle(order)
    return order
