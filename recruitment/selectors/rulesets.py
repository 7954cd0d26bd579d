"""The rules that bind an organisation: local settings from the root down, and the table of working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from branches.models.organisation import codes_of
from recruitment.models import Holiday, LocalRule
from recruitment.rules.dates import WorkingCalendar
from recruitment.rules.editions import Ruleset


class StoredCalendar(WorkingCalendar):
    """The administrator's holiday table, read once and only when a rule counts working days."""

    def __init__(self) -> None:
        """Nothing is read yet."""

    @cached_property
    def exceptions(self) -> Mapping[date, bool]:  # type: ignore[override]
        return dict(Holiday.objects.values_list("day", "is_workday"))

    @cached_property
    def years(self) -> frozenset[int]:  # type: ignore[override]
        return frozenset(day.year for day in self.exceptions)


def ruleset_for(path: str) -> Ruleset:
    """The rules for the organisation with this path. One query, and one more when working days are counted."""
    rules = (
        LocalRule.objects.filter(organisation__code__in=codes_of(path))
        .select_related("organisation")
        .order_by("organisation__path", "effective_from")
    )
    return Ruleset(tuple(rule.setting() for rule in rules), StoredCalendar())


def rulesets_for(paths: set[str]) -> dict[str, Ruleset]:
    """The same for many paths, in one query."""
    codes = {code for path in paths for code in codes_of(path)}
    rules = list(
        LocalRule.objects.filter(organisation__code__in=codes)
        .select_related("organisation")
        .order_by("organisation__path", "effective_from")
    )
    calendar = StoredCalendar()
    return {
        path: Ruleset(tuple(rule.setting() for rule in rules if path.startswith(rule.organisation.path)), calendar)
        for path in paths
    }
