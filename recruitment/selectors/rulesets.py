"""The rules that bind an organisation: local settings from the root down, and the table of working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from branches.models.organisation import codes_of
from recruitment.models import Holiday, LocalRule
from recruitment.rules.dates import WorkingCalendar
from recruitment.rules.editions import Ruleset, local_setting


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
    return rulesets_for({path})[path]


def rulesets_for(paths: set[str]) -> dict[str, Ruleset]:
    """The same for many paths, in one query."""
    codes = {code for path in paths for code in codes_of(path)}
    rows = (
        LocalRule.objects.filter(organisation__code__in=codes)
        .order_by("organisation__path", "effective_from")
        .values_list("organisation__path", "gate", "enabled", "parameters", "effective_from")
    )
    settings = [
        (above, local_setting(gate, {"enabled": enabled, **parameters}, effective_from))
        for above, gate, enabled, parameters, effective_from in rows
    ]
    calendar = StoredCalendar()
    return {
        path: Ruleset(tuple(setting for above, setting in settings if path.startswith(above)), calendar)
        for path in paths
    }
