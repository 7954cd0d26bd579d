"""The verification queue: submitted steps that wait for the actor's side, the longest waiting first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q

from branches.access import Actor
from recruitment import machine
from recruitment.models import Case, Person
from recruitment.models.case import CaseQuerySet
from recruitment.policies import VERIFYING_ROLES
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEP_KEYS, STEPS

#: Side -> the steps that it verifies. The side's name is also the case's column that names its organisation.
_VERIFIED_BY: Mapping[Side, tuple[str, ...]] = {
    side: tuple(step.key for step in STEPS.values() if step.verifier_side is side)
    for side in (Side.COMMITTEE, Side.DEPARTMENT)
}
_SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a verifier narrows the queue to; None or empty leaves it as it is."""

    stage: int | None = None
    branch: int | None = None
    step: str = ""
    light: str = ""

    def apply(self, cases: CaseQuerySet, *, stage: bool = True) -> CaseQuerySet:
        wanted = {"branch": self.branch, "step": self.step, "light_now": self.light}
        if stage:
            wanted["stage"] = self.stage
        return cases.filter(**{name: value for name, value in wanted.items() if value})


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many wait, by stage; ``frozen`` ones cannot be decided until the freeze ends and are not among them."""

    stages: Mapping[int, int] = field(default_factory=dict)
    frozen: int = 0

    @property
    def total(self) -> int:
        return sum(self.stages.values())


def submitted_to(actor: Actor, today: date) -> CaseQuerySet:
    """Cases whose current step waits for a seat of the actor, frozen ones included.

    Annotated: ``light_now``, ``submitted_at``, ``submitted_by_name``, ``submitted_by_user`` and ``return_reason`` (not
    empty when the step had been returned before). A step that runs beside an earlier one waits until it is current.
    """
    mine = Q(pk__in=())
    for side, steps in _VERIFIED_BY.items():
        organisations = {grant.organisation_id for grant in actor.grants_of(*VERIFYING_ROLES[side])}
        mine |= Q(**{f"{side.value}__in": organisations}, step__in=steps)
    return (
        Case.objects.visible_to(actor)
        .open()
        .with_light(today)
        .filter(
            mine,
            # One call, so that all three speak of the same record.
            records__status=machine.SUBMITTED,
            records__counts=True,
            records__step=F("step"),
        )
        .annotate(
            submitted_at=F("records__submitted_at"),
            submitted_by_name=F("records__submitted_by__full_name"),
            submitted_by_user=F("records__submitted_by"),
            return_reason=F("records__return_reason"),
        )
        .order_by("submitted_at", "pk")
    )


def queue(actor: Actor, today: date, wanted: QueueFilter) -> CaseQuerySet:
    """The queue itself, the longest waiting first, with all that a row shows. One query a page."""
    cases = wanted.apply(submitted_to(actor, today).filter(freeze=""))
    return cases.select_related("person", "branch").defer(*_SEALED)


def counts(actor: Actor, today: date, wanted: QueueFilter) -> QueueCounts:
    """What each stage's tab would hold under the other filters. One query."""
    cases = wanted.apply(submitted_to(actor, today), stage=False).order_by()
    stages: Counter[int] = Counter()
    frozen = 0
    for row in cases.values("stage", "freeze").annotate(number_of=Count("pk")):
        if row["freeze"]:
            frozen += row["number_of"]
        else:
            stages[row["stage"]] += row["number_of"]
    return QueueCounts(dict(stages), frozen)


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """What the filters can choose from: the branches and steps that have something waiting."""

    branches: tuple[tuple[int, str], ...]
    steps: tuple[str, ...]


def choices(actor: Actor, today: date) -> QueueChoices:
    """One query."""
    rows = (
        submitted_to(actor, today)
        .order_by()
        .values_list("branch", "branch__short_name", "branch__name", "branch__path", "step")
        .distinct()
    )
    branches: dict[int, tuple[str, str]] = {}
    steps: set[str] = set()
    for branch, short_name, name, path, step in rows:
        branches[branch] = (path, short_name or name)
        steps.add(step)
    ordered = sorted(branches.items(), key=lambda item: item[1])
    return QueueChoices(
        tuple((branch, name) for branch, (_path, name) in ordered), tuple(key for key in STEP_KEYS if key in steps)
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in a filtered queue; ``position`` is None when it does not wait there."""

    total: int
    position: int | None = None
    previous: str = ""
    following: str = ""


def place_of(number: str, actor: Actor, today: date, wanted: QueueFilter) -> Place:
    """The neighbours of a case in the queue. One query."""
    numbers = list(wanted.apply(submitted_to(actor, today).filter(freeze="")).values_list("number", flat=True))
    if number not in numbers:
        return Place(len(numbers), following=numbers[0] if numbers else "")
    at = numbers.index(number)
    return Place(
        total=len(numbers),
        position=at + 1,
        previous=numbers[at - 1] if at else "",
        following=numbers[at + 1] if at + 1 < len(numbers) else "",
    )
