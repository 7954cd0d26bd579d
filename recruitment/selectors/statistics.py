"""Figures of a subtree: running cases by stage, step and light, for the whole and for each organisation below.

One grouped query counts the whole tree: it cuts each branch's path down to the next code below the organisation, so
that a city's answer has as many rows as it has children and not as it has branches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Value
from django.db.models.functions import StrIndex, Substr

from branches.models import Organisation
from branches.models.organisation import SEPARATOR
from recruitment.models import Case
from recruitment.rules.lights import GREEN, RED, YELLOW
from recruitment.rules.steps import STEPS
from recruitment.selectors.boards import submitted_to_committees

STAGES = tuple(sorted({step.stage for step in STEPS.values()}))
LIGHTS = (GREEN, YELLOW, RED)
_LEAVES = (Organisation.Kind.DEPARTMENT, Organisation.Kind.INSTITUTION_GROUP, Organisation.Kind.PARTY_GROUP)


@dataclass
class Tally:
    """How many running cases there are, by step and light."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()

    def at(self, *, stage: int | None = None, step: str | None = None, light: str | None = None) -> int:
        """The cases at this stage or step, of this light; all where nothing is named."""
        return sum(
            number
            for (key, colour), number in self.counts.items()
            if (stage is None or STEPS[key].stage == stage)
            and (step is None or key == step)
            and (light is None or colour == light)
        )


@dataclass
class Row:
    """An organisation below, with its figures. ``to_verify``: steps that wait for a committee's verifier."""

    code: str
    name: str
    tally: Tally = field(default_factory=Tally)
    to_verify: int = 0


@dataclass
class Figures:
    """The figures of an organisation and of its children; ``ended`` counts closed cases by their end state."""

    tally: Tally
    rows: list[Row]
    ended: dict[str, int]
    to_verify: int


def by_branch(branches: Iterable[int], today: date) -> dict[int, Tally]:
    """The running cases of each of these branches, in one query.

    A light that has turned since the last sweep counts as turned.
    """
    found = {branch: Tally() for branch in branches}
    grouped = Case.objects.open().filter(branch__in=found).with_light(today).values_list("branch", "step", "light_now")
    for branch, step, light, number in grouped.annotate(number=Count("pk")).order_by():
        found[branch].counts[step, light] += number
    return found


def figures(organisation: Organisation, today: date, *, ended: bool = True) -> Figures:
    """The figures of ``organisation``, in four queries, or in three without the cases that have ended."""
    within = Case.objects.filter(branch__path__startswith=organisation.path)
    children = list(children_of(organisation))
    rows = {row.code: row for _, row in children}
    whole = Tally()
    grouped = (
        within.filter(ended_on__isnull=True)
        .with_light(today)
        .annotate(child=child_of(organisation.path, "branch__path"))
        .values_list("child", "step", "light_now")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for child, step, light, number in grouped:
        whole.counts[step, light] += number
        row = rows.get(child.rstrip(SEPARATOR))
        if row is not None:
            row.tally.counts[step, light] += number
    waiting = (
        submitted_to_committees(organisation.path)
        .annotate(child=child_of(organisation.path, "case__branch__path"))
        .values_list("child")
        .annotate(number=Count("pk"))
        .order_by()
    )
    to_verify = 0
    for child, number in waiting:
        to_verify += number
        row = rows.get(child.rstrip(SEPARATOR))
        if row is not None:
            row.to_verify = number
    ends = within.filter(ended_on__isnull=False).values_list("step").annotate(number=Count("pk")).order_by()
    # A dissolved organisation is shown as long as cases run in it.
    shown = [
        row for child, row in children if row.tally.total or child.dissolved_on is None or child.dissolved_on > today
    ]
    return Figures(whole, shown, dict(ends) if ended else {}, to_verify)


def children_of(organisation: Organisation) -> Iterable[tuple[Organisation, Row]]:
    children = organisation.children.exclude(kind__in=_LEAVES).order_by("path")
    for child in children.only("parent", "code", "name", "short_name", "dissolved_on"):
        yield child, Row(child.code, str(child))


def child_of(path: str, column: str) -> Any:
    """The next code below ``path`` with its separator; empty for the organisation itself."""
    below = Substr(column, len(path) + 1)
    return Substr(column, len(path) + 1, StrIndex(below, Value(SEPARATOR)))
