"""Pictures of numbers as plain geometry; templates/charts/ draws them as SVG, without script, style or colour.

All lengths are whole units of a drawing 480 wide, so that no language's decimal comma gets into an attribute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log1p
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment.documents.report import step_name
from recruitment.rules import texts
from recruitment.rules.lights import GREEN, RED, YELLOW
from recruitment.selectors.reports import Period, Spread, Standing

WIDTH = 480
_LIGHTS = (GREEN, YELLOW, RED)


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar, tick or tile: where it stands, how large it is, what is written at it."""

    x: int
    y: int
    width: int = 0
    height: int = 0
    text: str = ""
    light: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A labelled row of a picture."""

    label: Any
    y: int
    marks: list[Mark] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, and the same as a table: ``heads`` over the values of each band."""

    height: int
    bands: list[Band]
    heads: list[Any] = field(default_factory=list)
    axis: list[Mark] = field(default_factory=list)


def stages(found: dict[int, list[int]], months: Sequence[Period]) -> Chart:
    """The people in each stage at the end of each month: a row of bars for each stage, on one scale."""
    label, bar, gap = 22, 44, 14
    most = max((max(row) for row in found.values()), default=0) or 1
    column = WIDTH // len(months)
    heads = [f"{month.start:%Y-%m}" for month in months]
    bands = []
    for place, (stage, row) in enumerate(found.items()):
        top = place * (label + bar + gap)
        base = top + label + bar
        marks = []
        for month, number in enumerate(row):
            # A number stands above its bar, within the row's own height.
            height = max(int(number > 0), number * (bar - 18) // most)
            marks.append(Mark(month * column + 8, base - height, column - 16, height, str(number)))
        bands.append(Band(texts.STAGES[stage], top + 16, marks, list(zip(heads, row, strict=True))))
    height = len(found) * (label + bar + gap)
    axis = [Mark(place * column + column // 2, height + 10, text=head) for place, head in enumerate(heads)]
    return Chart(height + 20, bands, heads, axis)


def lights(rows: Sequence[tuple[str, str, dict[str, int]]]) -> Chart:
    """Organisations with their people by light (name, address, numbers): a column for each light, one scale."""
    label, bar, gap = 22, 20, 12
    third = WIDTH // 3
    most = max((max(numbers.get(light, 0) for light in _LIGHTS) for _name, _url, numbers in rows), default=0) or 1
    bands = []
    for place, (name, url, numbers) in enumerate(rows):
        top = place * (label + bar + gap)
        marks = []
        for column, light in enumerate(_LIGHTS):
            number = numbers.get(light, 0)
            width = max(2 * (number > 0), number * (third - 70) // most)
            marks.append(Mark(column * third, top + label, width, bar, str(number), light))
        bands.append(
            Band(name, top + 16, marks, [{"url": url, "numbers": [(one, numbers.get(one, 0)) for one in _LIGHTS]}])
        )
    return Chart(max(1, len(rows)) * (label + bar + gap), bands, list(_LIGHTS))


def spreads(found: Sequence[Spread]) -> Chart:
    """The days that each step took: a line from the shortest to the longest, a box over the middle half, the median.

    The scale is logarithmic, since a talk takes days and the cultivation years.
    """
    label, bar, gap = 22, 18, 12
    most = max((row.high for row in found), default=0) or 1
    heads = [_("件数"), _("最短"), _("四分之一"), _("中位数"), _("四分之三"), _("最长")]

    def place_of(days: float) -> int:
        return 14 + int((WIDTH - 28) * log1p(days) / log1p(most))

    bands = []
    for place, row in enumerate(found):
        top = place * (label + bar + gap)
        low, quarter, median, three, high = (
            place_of(days) for days in (row.low, row.quarter, row.median, row.three_quarters, row.high)
        )
        marks = [
            Mark(low, top + label, high - low, bar),
            Mark(quarter, top + label, max(2, three - quarter), bar),
            Mark(median, top + label, 0, bar),
        ]
        numbers = [row.number, row.low, round(row.quarter), round(row.median), round(row.three_quarters), row.high]
        bands.append(Band(step_name(row.step), top + 16, marks, list(zip(heads, numbers, strict=True))))
    height = max(1, len(found)) * (label + bar + gap)
    axis = [Mark(place_of(days), height + 14, text=str(days)) for days in (1, 7, 30, 90, 365) if days <= most]
    return Chart(height + 24, bands, heads, axis)


def tiles(found: Sequence[Standing], names: dict[str, str]) -> Chart:
    """A tile for each branch with its running people and its worst light, gathered by the organisation above."""
    size, gap, label = 44, 4, 24
    across = WIDTH // (size + gap)
    groups: dict[str, list[Standing]] = {}
    for row in found:
        groups.setdefault(row.child, []).append(row)
    bands, top = [], 0
    # Where the branches themselves are the organisations below, one group holds them all.
    if len(groups) == len(found):
        groups = {"": list(found)}
    for child, rows in groups.items():
        head = label if child else 0
        marks = [
            Mark(
                (place % across) * (size + gap),
                top + head + (place // across) * (size + gap),
                size,
                size,
                str(row.lights.total()),
                row.worst,
                row.name,
                reverse("figures_of", args=[row.code]),
            )
            for place, row in enumerate(rows)
        ]
        worst = [(light, sum(1 for row in rows if row.worst == light)) for light in (*_LIGHTS, "")]
        bands.append(Band(names.get(child, ""), top + 16, marks, worst))
        top += head + ((len(rows) - 1) // across + 1) * (size + gap) + 12
    return Chart(max(1, top), bands, list(_LIGHTS))
