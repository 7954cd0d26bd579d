"""Work lists and bulletins: a page whose address says organisation, kind and period; a workbook; a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from branches.models import Organisation
from recruitment.documents import report as paper
from recruitment.documents.files import CONTENT_TYPES, DOCX
from recruitment.documents.report_docx import document
from recruitment.documents.report_xlsx import workbook
from recruitment.selectors import reports
from recruitment.selectors.reports import Period
from recruitment.services.reports import record_export
from recruitment.views import charts
from recruitment.views.base import Page
from recruitment.views.figures import organisation_of
from recruitment.views.worklist import ROWS_A_PAGE, cases_url

_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DOCX: CONTENT_TYPES[DOCX],
}
_FILES = {"xlsx": workbook, "docx": document}


class ReportIndex(Page):
    """The reports of an organisation, the newest first."""

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        organisation = organisation_of(self.actor, code)
        if "code" not in self.kwargs:
            return redirect("reports", code=organisation.code)
        today = request.today
        first = reports.first_month(organisation, today)
        months = list(reports.months_offered(first, today))
        quarters = list(dict.fromkeys(reports.quarter_of(month.start) for month in months))
        this_month = reports.month_of(today)
        context = {
            "organisation": organisation,
            "children": _children(organisation),
            "work": [_link(organisation, paper.WORK, month) for month in (this_month, this_month.following)],
            "months": [_link(organisation, paper.MONTH, month) for month in months],
            "quarters": [_link(organisation, paper.QUARTER, quarter) for quarter in quarters],
        }
        return render(request, "recruitment/reports.html", context)


def _children(organisation: Organisation) -> list[Organisation]:
    kinds = (Organisation.Kind.CITY_COMMITTEE, Organisation.Kind.COUNTY_COMMITTEE)
    if organisation.kind not in kinds:
        return []
    reported = (Organisation.Kind.COUNTY_COMMITTEE, Organisation.Kind.GRASSROOTS_COMMITTEE)
    return list(organisation.children.filter(kind__in=reported, dissolved_on__isnull=True).order_by("path"))


def _link(organisation: Organisation, kind: str, period: Period) -> dict[str, str]:
    return {"label": paper.period_label(period), "url": report_url(organisation, kind, period)}


def report_url(organisation: Organisation, kind: str, period: Period) -> str:
    return reverse("report", args=[organisation.code, kind, period.code])


class ReportPage(Page):
    """One report. ``?show=`` with a measure, and ``branch=``, gives the list behind a number; a post exports it."""

    def get(self, request: HttpRequest, code: str, kind: str, period: str) -> HttpResponse:
        organisation, found = self._asked_for(code, kind, period)
        if "show" in request.GET:
            return self._list(organisation, kind, found)
        made = paper.make(organisation, kind, found, request.today)
        url = report_url(organisation, kind, found)
        context = {
            "paper": made,
            "organisation": organisation,
            "heads": [measure.label for measure in made.measures],
            "rows": [
                {
                    "name": line.name,
                    "any": any(line.values.values()),
                    "cells": _cells(made, line.values, url, line.code),
                }
                for line in made.figures.lines
            ],
            "total": _cells(made, made.figures.total, url, ""),
            "is_work": kind == paper.WORK,
            "before": _neighbour(organisation, kind, found.previous, request.today),
            "after": _neighbour(organisation, kind, found.following, request.today),
            **(_pictures(organisation, found, request.today) if kind != paper.WORK else {}),
        }
        return render(request, "recruitment/report.html", context)

    def post(self, request: HttpRequest, code: str, kind: str, period: str) -> HttpResponse:
        organisation, found = self._asked_for(code, kind, period)
        file_format = request.POST.get("format", "")
        if file_format not in _FILES:
            raise Http404
        # Official papers are written in Chinese, whatever language the page is read in.
        with translation.override("zh-hans"):
            made = paper.make(organisation, kind, found, request.today, with_lists=True)
            content = _FILES[file_format](made)
        record_export(
            organisation=organisation,
            kind=kind,
            period=found.code,
            file_format=file_format,
            rows=sum(len(chapter.entries) for chapter in made.lists),
            actor=self.actor,
            now=request.now,
        )
        name = quote(f"{organisation}{made.title}.{file_format}")
        disposition = f"attachment; filename=\"report-{found.code}.{file_format}\"; filename*=UTF-8''{name}"
        return HttpResponse(content, content_type=_MEDIA[file_format], headers={"Content-Disposition": disposition})

    def _asked_for(self, code: str, kind: str, period: str) -> tuple[Organisation, Period]:
        """404 for what is no report; a work list looks ahead, since what was open then is rewritten by each act."""
        organisation = organisation_of(self.actor, code)
        found = reports.period_of(period)
        if found is None or not paper.fits(kind, found) or not _exists(kind, found, self.request.today):
            raise Http404
        return organisation, found

    def _list(self, organisation: Organisation, kind: str, period: Period) -> HttpResponse:
        measures = {measure.key: measure for measure in paper.MEASURES[kind] if measure.rows is not None}
        measure = measures.get(self.request.GET["show"])
        if measure is None:
            raise Http404
        code = self.request.GET.get("branch", "")
        within = Organisation.objects.filter(path__startswith=organisation.path, code=code or organisation.code).first()
        if within is None:
            raise Http404
        rows = reports.rows_of(measure, within.path, period, self.request.today)
        page = Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        context = {
            "measure": measure,
            "title": paper.make_title(kind, period),
            "organisation": within,
            "page_obj": page,
            "entries": paper.entries(page.object_list),
            "heads": paper.column_heads(),
            "back": report_url(organisation, kind, period),
        }
        return render(self.request, "recruitment/report_list.html", context)


def _exists(kind: str, period: Period, today: date) -> bool:
    if kind == paper.WORK:
        return period.end >= today and period.start <= reports.month_of(today).following.start
    return period.start <= today


def _neighbour(organisation: Organisation, kind: str, period: Period, today: date) -> dict[str, str] | None:
    return _link(organisation, kind, period) if _exists(kind, period, today) else None


def _cells(made: paper.ReportPaper, values: Counter[str], url: str, code: str) -> list[dict[str, Any]]:
    branch = f"&branch={code}" if code else ""
    return [
        {
            "label": measure.label,
            "value": values[measure.key],
            "url": f"{url}?show={measure.key}{branch}" if measure.rows is not None else "",
        }
        for measure in made.measures
    ]


def _pictures(organisation: Organisation, period: Period, today: date) -> dict[str, Any]:
    as_of = period.as_of(today)
    months = reports.months_until(reports.month_of(as_of))
    standing = _under_way(reports.standings(organisation, as_of, today))
    names, numbers = _by_child(organisation, standing)
    return {
        "stages": charts.stages(reports.stages_over_time(organisation.path, months), months),
        "lights": charts.lights(
            [(names[child], cases_url(branch=child), counter) for child, counter in numbers.items() if counter]
        ),
        "spreads": charts.spreads(reports.durations(organisation.path, period)),
        "tiles": charts.tiles(standing, names),
    }


def _under_way(found: Sequence[reports.Standing]) -> list[reports.Standing]:
    """The branches of those organisations below in which anybody is under way; a committee's own branches all."""
    busy = {row.child for row in found if row.lights}
    return [row for row in found if row.child in busy or row.child == row.code]


def _by_child(
    organisation: Organisation, standing: Sequence[reports.Standing]
) -> tuple[dict[str, str], dict[str, Counter[str]]]:
    """The organisations below with branches in them: their names, and their people by light."""
    known = {child.code: str(child) for child in organisation.children.only("parent", "code", "name", "short_name")}
    known[organisation.code] = str(organisation)
    numbers: dict[str, Counter[str]] = {}
    for row in standing:
        numbers.setdefault(row.child, Counter()).update(row.lights)
    return {code: known.get(code, code) for code in numbers}, numbers
