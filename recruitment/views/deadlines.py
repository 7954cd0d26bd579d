"""The deadline list across all cases in view, and the same by the month. The address is the state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recruitment.forms.deadlines import DeadlineFilterForm
from recruitment.links import explaining_url
from recruitment.models import SavedSearch
from recruitment.numbers import whole
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import caselist, deadlines
from recruitment.selectors.casefile import local_day
from recruitment.selectors.deadlines import Day, DeadlineFilter, Tally
from recruitment.selectors.searches import kept_for
from recruitment.views.base import Page

PER_PAGE = 50

LEFT_NAMES: Mapping[str, Promise] = {
    "late": _("已超期"),
    "today": _("今天到期"),
    "7": _("7天内"),
    "30": _("30天内"),
    "90": _("90天内"),
}


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One line: whose, what, who holds it and until when."""

    number: str
    person: str
    is_sample: bool
    branch: str
    step_number: int
    step_name: Text
    rule: Text
    rule_url: str
    holder: str
    due: date
    provisional: bool
    light: str
    late: bool
    explained: bool
    age: int
    held: int | None


class _Deadlines(Page):
    def prepared(self) -> tuple[DeadlineFilterForm, DeadlineFilter, dict[str, Any]]:
        """The filters, and what both views show around their rows."""
        request = self.request
        found = caselist.choices(self.actor, request.GET.get("branch", "").strip())
        form = DeadlineFilterForm(request.GET, found)
        wanted = form.wanted()
        context = {
            "form": form,
            "filtered": form.given(),
            "sees": bool(self.actor.grants_of(*SEEING_ROLES)),
            "shows_branch": len(found.organisations) > 1,
            "saved": kept_for(self.actor, SavedSearch.Page.DEADLINES),
            "saved_page": SavedSearch.Page.DEADLINES.value,
        }
        return form, wanted, context


class DeadlineList(_Deadlines):
    """Every deadline in view, the earliest first; what is late stays late though it was explained."""

    def get(self, request: HttpRequest) -> HttpResponse:
        _form, wanted, context = self.prepared()
        tally = deadlines.tally(self.actor, wanted, request.today)
        found = deadlines.deadlines(self.actor, wanted, request.today)
        page = Paginator(deadlines.rows(found), PER_PAGE)
        if wanted.on is None:
            # The tabs have counted already; the paginator need not ask again.
            page.count = tally.left[wanted.left] if wanted.left else tally.total
        shown = page.get_page(request.GET.get("page"))
        context |= {
            "tabs": list(_tabs(wanted, tally)),
            "on": wanted.on,
            "page_obj": shown,
            "rows": [_row(row, request.today) for row in shown],
        }
        return render(request, "recruitment/deadlines.html", context)


def _tabs(wanted: DeadlineFilter, tally: Tally) -> Iterator[dict[str, Any]]:
    plain = wanted.on is None
    yield {"name": "", "label": _("全部"), "count": tally.total, "active": plain and not wanted.left}
    for name, label in LEFT_NAMES.items():
        yield {"name": name, "label": label, "count": tally.left[name], "active": plain and wanted.left == name}


class DeadlineMonth(_Deadlines):
    """The same by the month: a table on a wide page, a list by day on a narrow one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        _form, wanted, context = self.prepared()
        first = _month(request.GET.get("month", ""), request.today)
        weeks = deadlines.month(self.actor, wanted, request.today, first)
        context |= {
            "first": first,
            "previous": f"{first - timedelta(days=1):%Y-%m}",
            "following": f"{first + timedelta(days=32):%Y-%m}",
            "this_month": f"{request.today:%Y-%m}",
            "weeks": [[_cell(day, request) for day in week] for week in weeks],
            "total": sum(day.total for week in weeks for day in week if day.in_month),
        }
        return render(request, "recruitment/deadlines_month.html", context)


def _cell(day: Day, request: HttpRequest) -> dict[str, Any]:
    query = request.GET.copy()
    for name in ("month", "page", "left"):
        query.pop(name, None)
    query["on"] = day.day.isoformat()
    return {
        "day": day.day,
        "in_month": day.in_month,
        "is_today": day.day == request.today,
        "rows": [_row(row, request.today) for row in day.rows],
        "total": day.total,
        "rest": day.rest,
        "url": f"{reverse('deadlines')}?{query.urlencode()}",
    }


def _month(text: str, today: date) -> date:
    """The first day of ``YYYY-MM``, or of the present month where that is none."""
    year, month = map(whole, text.partition("-")[::2])
    if year is not None and month is not None and 2000 <= year <= 2100 and 1 <= month <= 12:
        return date(year, month, 1)
    return today.replace(day=1)


def _row(row: Mapping[str, Any], today: date) -> DeadlineRow:
    step, held = row["step"], row["case__held_since"]
    column = f"case__{row['holder']}__"
    return DeadlineRow(
        number=row["case__number"],
        person=row["case__person__name"],
        is_sample=row["case__person__is_sample"],
        branch=row["case__branch__short_name"] or row["case__branch__name"],
        step_number=STEPS[step].number,
        step_name=texts.STEPS[step],
        rule=flag_name(row["code"]),
        rule_url=explaining_url(row["code"]),
        holder=row[f"{column}short_name"] or row[f"{column}name"],
        due=row["due"],
        provisional=row["provisional"],
        light=row["light_now"],
        late=row["changes_on"] <= today,
        explained=row.get("explained", False),
        age=(today - local_day(row["case__opened_at"])).days,
        held=(today - held).days if held else None,
    )
