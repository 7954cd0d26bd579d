"""A report as plain words and numbers: what the page, the workbook and the document show alike."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Organisation
from recruitment import machine
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import reports
from recruitment.selectors.casefile import local_day
from recruitment.selectors.reports import BULLETIN, WORK_LIST, Measure, Period, Report
from recruitment.words import localised

WORK, MONTH, QUARTER = "work", "bulletin", "quarter"
MEASURES: Mapping[str, tuple[Measure, ...]] = {WORK: WORK_LIST, MONTH: BULLETIN, QUARTER: BULLETIN}
_TITLES = {
    WORK: gettext_lazy("%(period)s发展党员工作清单"),
    MONTH: gettext_lazy("%(period)s发展党员工作通报"),
    QUARTER: gettext_lazy("%(period)s发展党员工作通报"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list behind a number."""

    person: str
    is_sample: bool
    number: str
    branch: str
    step: str
    rule: str
    day: date
    until: date | None

    @property
    def name(self) -> str:
        """The person's name on paper, where a sample is marked unless the name itself says so."""
        return f"{self.person}（样本）" if self.is_sample and "样本" not in self.person else self.person


@dataclass(frozen=True, slots=True)
class Chapter:
    """The list behind one number."""

    label: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """A whole report. ``lists`` is filled for the documents; a page fetches the one that is asked for."""

    kind: str
    title: str
    organisation: Organisation
    period: Period
    as_of: date
    measures: tuple[Measure, ...]
    figures: Report
    lists: list[Chapter] = field(default_factory=list)


def fits(kind: str, period: Period) -> bool:
    """Whether the kind of report is made for such a period."""
    return kind in MEASURES and period.is_quarter == (kind == QUARTER)


def period_label(period: Period) -> str:
    """2026年6月, 2026年第2季度; in English June 2026, second quarter of 2026."""
    year = period.start.year
    if period.is_quarter:
        number = int(period.code[-1])
        ordinal = ("first", "second", "third", "fourth")[number - 1]
        return localised(Text(f"{year}年第{number}季度", f"{ordinal} quarter of {year}"))
    month = period.start.month
    return localised(Text(f"{year}年{month}月", f"{calendar.month_name[month]} {year}"))


def make_title(kind: str, period: Period) -> str:
    """What the report is called."""
    return str(_TITLES[kind]) % {"period": period_label(period)}


def make(
    organisation: Organisation, kind: str, period: Period, today: date, *, with_lists: bool = False
) -> ReportPaper:
    """The report of an organisation for a period, with a fixed number of queries for its kind."""
    measures = MEASURES[kind]
    return ReportPaper(
        kind=kind,
        title=make_title(kind, period),
        organisation=organisation,
        period=period,
        as_of=period.as_of(today),
        measures=measures,
        figures=reports.report(organisation, measures, period, today),
        lists=[chapter(measure, organisation, period, today) for measure in measures if measure.listed]
        if with_lists
        else [],
    )


def chapter(measure: Measure, organisation: Organisation, period: Period, today: date) -> Chapter:
    """The list behind a number, in one query."""
    rows = reports.rows_of(measure, organisation.path, period, today)
    return Chapter(str(measure.label), entries(rows))


def entries(rows: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Rows of a measure in words."""
    return [
        Entry(
            person=row["person_name"],
            is_sample=row["person_is_sample"],
            number=row["case_number"],
            branch=row["branch_short"] or row["branch_name"],
            step=step_name(row["step"]),
            rule=localised(flag_name(row["rule"])) if row["rule"] else "",
            day=local_day(row["day"]) if isinstance(row["day"], datetime) else row["day"],
            until=row["until"],
        )
        for row in rows
    ]


def step_name(step: str) -> str:
    """A step with its number, or how a case ended."""
    if step in STEPS:
        return f"{STEPS[step].number}. {localised(texts.STEPS[step])}"
    return localised(texts.CASE_STATES[step]) if step in machine.ENDS else ""


def column_heads() -> tuple[str, ...]:
    """The heads of a list of entries."""
    return (_("姓名"), _("纪实编号"), _("党支部"), _("环节"), _("规则"), _("日期"), _("期限"))
