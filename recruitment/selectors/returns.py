"""Returned steps, counted by branch, step and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, QuerySet
from django.utils import timezone

from branches.access import Actor
from recruitment.models import Person, StepReturn
from recruitment.policies import SEEING_ROLES
from recruitment.rules.steps import STEP_KEYS
from recruitment.rules.texts import RETURN_REASONS

_SEALED = tuple(f"case__person__{name}" for name in Person.SENSITIVE)


@dataclass(frozen=True, slots=True)
class ReturnFilter:
    """What is counted: the days from and to (both included), and a branch, a step or a reason."""

    since: date
    until: date
    branch: int | None = None
    step: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a step came back: in all, by reason, by step and by branch, each the most frequent first.

    ``branches`` and ``steps`` are also what the filters can choose from, whatever they are set to.
    """

    total: int
    reasons: tuple[tuple[str, int], ...]
    steps: tuple[tuple[str, int], ...]
    branches: tuple[tuple[int, str, int], ...]
    offered_branches: tuple[tuple[int, str], ...]
    offered_steps: tuple[str, ...]


def returns(actor: Actor, wanted: ReturnFilter) -> QuerySet[StepReturn]:
    """The returns of the period in the actor's reach, the latest first, with all that a row shows. One query."""
    narrowed = {"branch": wanted.branch, "step": wanted.step, "code": wanted.code}
    return (
        _in_period(actor, wanted)
        .filter(**{name: value for name, value in narrowed.items() if value})
        .select_related("case__person", "branch", "returned_by")
        .defer(*_SEALED)
        .order_by("-returned_at", "-pk")
    )


def tally(actor: Actor, wanted: ReturnFilter) -> Tally:
    """One query, whatever is counted."""
    rows = (
        _in_period(actor, wanted)
        .order_by()
        .values("branch", "branch__name", "branch__short_name", "branch__path", "step", "code")
        .annotate(times=Count("pk"))
    )
    reasons: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    branches: Counter[int] = Counter()
    names: dict[int, tuple[str, str]] = {}
    seen_steps: set[str] = set()
    for row in rows:
        names[row["branch"]] = (row["branch__path"], row["branch__short_name"] or row["branch__name"])
        seen_steps.add(row["step"])
        if _fits(row, wanted):
            reasons[row["code"]] += row["times"]
            steps[row["step"]] += row["times"]
            branches[row["branch"]] += row["times"]
    order = {code: place for place, code in enumerate(RETURN_REASONS)}
    return Tally(
        total=sum(reasons.values()),
        reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], order.get(item[0], len(order))))),
        steps=tuple(sorted(steps.items(), key=lambda item: (-item[1], STEP_KEYS.index(item[0])))),
        branches=tuple(
            (pk, names[pk][1], times)
            for pk, times in sorted(branches.items(), key=lambda item: (-item[1], names[item[0]][0]))
        ),
        offered_branches=tuple((pk, name) for pk, (_path, name) in sorted(names.items(), key=lambda item: item[1])),
        offered_steps=tuple(key for key in STEP_KEYS if key in seen_steps),
    )


def _fits(row: Mapping[str, object], wanted: ReturnFilter) -> bool:
    asked = {"branch": wanted.branch, "step": wanted.step, "code": wanted.code}
    return all(row[name] == value for name, value in asked.items() if value)


def _in_period(actor: Actor, wanted: ReturnFilter) -> QuerySet[StepReturn]:
    since = timezone.make_aware(datetime.combine(wanted.since, time.min))
    until = timezone.make_aware(datetime.combine(wanted.until, time.max))
    return StepReturn.objects.filter(
        actor.scope(*SEEING_ROLES, field="branch__path"), returned_at__gte=since, returned_at__lte=until
    )
