"""Figures of an organisation: five stages with their 31 steps, lights beside them, and the organisations below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organisation
from recruitment import machine
from recruitment.models import Case
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.selectors import boards, statistics
from recruitment.views.base import Page
from recruitment.views.worklist import ROWS_A_PAGE, TaskList, cases_url, waiting_line


class Figures(Page):
    """The figures of any organisation that a seat covers; of the chosen seat's own where none is named."""

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        organisation = organisation_of(self.actor, code)
        if request.GET.get("show") == "to_verify":
            return self._to_verify(organisation)
        figures = statistics.figures(organisation, request.today)
        context = {
            "organisation": organisation,
            "above": self._above(organisation),
            "funnel": list(funnel(organisation.code, figures.tally)),
            "widest": max((figures.tally.at(stage=stage) for stage in statistics.STAGES), default=0) or 1,
            "total": figures.tally.total,
            "total_url": cases_url(branch=organisation.code),
            "lights": list(light_counts(organisation.code, figures.tally)),
            "ended": list(_ended(organisation.code, figures)),
            "overview": overview(organisation, figures) if organisation.kind != Organisation.Kind.BRANCH else None,
        }
        return render(request, "recruitment/figures.html", context)

    def _to_verify(self, organisation: Organisation) -> HttpResponse:
        """What waits for the committees' verifiers, behind the number of that name."""
        page = Paginator(boards.handed_in_within(organisation.path), ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        context = {
            "list": TaskList(
                name="waiting",
                title=_("待党委校核"),
                empty=_("没有待党委校核的环节。"),
                tasks=[waiting_line(row, self.request.today) for row in page],
                total=page.paginator.count,
                url="",
            ),
            "page_obj": page,
            "shows_branch": organisation.kind != Organisation.Kind.BRANCH,
            "places": [str(organisation)],
            "back": {"url": _figures_url(organisation.code), "label": _("回到统计")},
        }
        return render(self.request, "recruitment/dashboard_list.html", context)

    def _above(self, organisation: Organisation) -> list[Organisation]:
        """The organisations above whose figures the actor may open as well."""
        return list(Organisation.objects.filter(self.actor.scope(*SEEING_ROLES)).ancestors(organisation.path))


def organisation_of(actor: Actor, code: str) -> Organisation:
    """The organisation of an address, or that of the acting seat where the address names none.

    404 alike for what does not exist, what no seat covers, and an account without a seat that sees cases.
    """
    seeing = actor.grants_of(*SEEING_ROLES)
    if not code:
        if not seeing:
            raise Http404
        seat = actor.seat if actor.seat in seeing else seeing[0]
        found = Organisation.objects.filter(path=seat.scope_path).first()
    else:
        covered = Organisation.objects.filter(actor.scope(*SEEING_ROLES)).select_related("parent")
        found = covered.filter(code=code).first()
        if found is not None and found.kind == Organisation.Kind.DEPARTMENT:
            # A department answers for its committee's whole reach.
            found = found.parent
    if found is None:
        raise Http404
    return found


def funnel(code: str, tally: statistics.Tally) -> Iterator[dict[str, Any]]:
    """The five stages of an organisation, each with its steps."""
    for stage in statistics.STAGES:
        yield {
            "number": stage,
            "name": texts.STAGES[stage],
            "value": tally.at(stage=stage),
            "url": cases_url(branch=code, stage=stage),
            "lights": [
                {"light": light, "value": value, "url": cases_url(branch=code, stage=stage, light=light)}
                for light in statistics.LIGHTS
                if (value := tally.at(stage=stage, light=light))
            ],
            "steps": [
                {
                    "number": step.number,
                    "name": texts.STEPS[step.key],
                    "value": tally.at(step=step.key),
                    "url": cases_url(branch=code, step=step.key),
                }
                for step in STEPS.values()
                if step.stage == stage
            ],
        }


def light_counts(code: str, tally: statistics.Tally) -> Iterator[dict[str, Any]]:
    """The running cases of an organisation by light."""
    for light in statistics.LIGHTS:
        yield {
            "label": Case.Light(light).label,
            "light": light,
            "value": tally.at(light=light),
            "url": cases_url(branch=code, light=light),
        }


def overview(organisation: Organisation, figures: statistics.Figures) -> dict[str, Any]:
    """The table of an organisation's children, every number with its list."""
    total = [*cells(organisation.code, figures.tally), _verification(organisation.code, figures.to_verify)]
    return {
        "organisation": organisation,
        "url": _figures_url(organisation.code),
        "head": total,
        "rows": [
            {
                "name": row.name,
                "url": _figures_url(row.code),
                "cells": [*cells(row.code, row.tally), _verification(row.code, row.to_verify)],
            }
            for row in figures.rows
        ],
        "total": total,
    }


def _figures_url(code: str) -> str:
    return reverse("figures_of", args=[code])


def _verification(code: str, number: int) -> dict[str, Any]:
    return {"label": _("待党委校核"), "value": number, "url": f"{_figures_url(code)}?show=to_verify"}


def cells(code: str, tally: statistics.Tally) -> Iterator[dict[str, Any]]:
    """A row of numbers: all, by stage, yellow and red."""
    yield {"label": _("在办"), "value": tally.total, "url": cases_url(branch=code)}
    for stage in statistics.STAGES:
        yield {"label": texts.STAGES[stage], "value": tally.at(stage=stage), "url": cases_url(branch=code, stage=stage)}
    for cell in light_counts(code, tally):
        if cell["light"] != statistics.GREEN:
            yield cell


def _ended(code: str, figures: statistics.Figures) -> Iterator[dict[str, Any]]:
    for state in machine.ENDS:
        yield {
            "label": texts.CASE_STATES[state],
            "value": figures.ended.get(state, 0),
            "url": cases_url(branch=code, state=state),
        }
