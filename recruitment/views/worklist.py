"""The lines of the landing page's lists: what, for whom, why, until when, and one click to the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment import machine
from recruitment.models import Case
from recruitment.rules import texts
from recruitment.rules.schema import Side
from recruitment.rules.steps import GATES, REPORTED, STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text
from recruitment.selectors import boards
from recruitment.selectors.casefile import local_day


@dataclass(frozen=True, slots=True)
class Task:
    """One line. ``url`` leads to the form, or to the case where there is nothing to fill in for this seat."""

    number: str
    person: str
    is_sample: bool
    branch: str
    step_number: int
    step_name: Text
    url: str
    note: str = ""
    status: str = ""
    why: Text | None = None
    why_url: str = ""
    due: date | None = None
    opens: bool = False
    provisional: bool = False
    explain_url: str = ""
    holder: str = ""
    since: date | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list: its heading, what an empty one says, its rows, and how a row becomes a line."""

    title: Promise
    empty: Promise
    rows: Callable[[boards.Desk, date], QuerySet]
    line: Callable[[Mapping[str, Any], boards.Desk, date], Task]


def cases_url(**filters: Any) -> str:
    """The case list with these filters."""
    return f"{reverse('case_list')}?{urlencode(filters)}"


def gate_url(code: str, step: str) -> str:
    """Where the Guide tells of a gate; empty for what is no gate."""
    if code not in GATES:
        return ""
    # The upload rule stands on the page of every step.
    owner = step if code == UPLOAD_GATE.id else GATES[code].step
    return f"{reverse('guide_step', args=[owner])}#{code}"


def _line(row: Mapping[str, Any], url: str, *, gate: str | None = "", **more: Any) -> Task:
    step = row["step"]
    why = {"why": texts.GATES[gate].name, "why_url": gate_url(gate, step)} if gate else {}
    return Task(
        number=row["case__number"],
        person=row["case__person__name"],
        is_sample=row["case__person__is_sample"],
        branch=row["case__branch__short_name"] or row["case__branch__name"],
        step_number=STEPS[step].number,
        step_name=texts.STEPS[step],
        url=url,
        **why,
        **more,
    )


def _case(row: Mapping[str, Any]) -> str:
    return reverse("case", args=[row["case__number"]])


def _form(name: str, row: Mapping[str, Any], desk: boards.Desk) -> str:
    return reverse(name, args=[row["case__number"], row["step"]]) if desk.acts else _case(row)


def _is_to_report(row: Mapping[str, Any], desk: boards.Desk) -> bool:
    return desk.side is Side.BRANCH and row["step"] in REPORTED and row["reported_on"] is None


def _to_do(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    if _is_to_report(row, desk):
        form, note = "step_report", _("向审批党委报送材料")
    elif row["log_due"] is not None:
        form, note = "step_log", _("登记一次")
    elif STEPS[row["step"]].is_log:
        form, note = "step", _("时间已满，可以结束本步")
    elif row["status"] == machine.RECORDED:
        form, note = "step", _("已登记，传齐材料后提交")
    else:
        form, note = "step", ""
    return _line(
        row,
        _form(form, row, desk),
        gate=row["gate"],
        note=note,
        due=row["due"],
        provisional=bool(row["provisional"]),
    )


def _returned(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    return _line(row, _form("step", row, desk), note=row["return_reason"], status=machine.RETURNED)


def _late(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    if row["case__freeze"]:
        url, note, status = _case(row), "", "frozen"
    elif row["status"] is None:
        url, note, status = _case(row), _("先办完前面的环节"), ""
    elif row["status"] == machine.SUBMITTED:
        url, note, status = _case(row), "", machine.SUBMITTED
    else:
        url, note = _late_form(row, desk)
        status = ""
    owes_words = desk.acts and not row["explained"] and not row["case__freeze"]
    return _line(
        row,
        url,
        gate=row["code"],
        note=_("已说明原因") if row["explained"] and not note else note,
        status=status,
        due=row["due"],
        provisional=row["provisional"],
        explain_url=reverse("explain", args=[row["case__number"], row["code"]]) if owes_words else "",
    )


def _late_form(row: Mapping[str, Any], desk: boards.Desk) -> tuple[str, str]:
    if row["code"] == UPLOAD_GATE.id:
        return _form("step_papers", row, desk), _("还差材料")
    if _is_to_report(row, desk):
        return _form("step_report", row, desk), _("向审批党委报送材料")
    if STEPS[row["step"]].is_log:
        return _form("step_log", row, desk), _("补记或补做后登记")
    return _form("step", row, desk), ""


def _unlocking(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    return _line(
        row, _case(row), gate=row["code"], due=row["due"], opens=True, provisional=row["provisional"], status="locked"
    )


def _waiting(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    since = local_day(row["since"])
    holder, note, status = _holder(row)
    return _line(row, _case(row), note=note, status=status, holder=holder, since=since, days=(today - since).days)


def _holder(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Who has it now, with what, and the status."""
    if row["case__freeze"] == Case.Freeze.TRANSFER:
        return _("转入党支部"), _("等待接收"), "frozen"
    if row["case__freeze"]:
        return _name(row, "department"), _("一票否决待定"), "frozen"
    step = STEPS[row["step"]]
    submitted = row["status"] == machine.SUBMITTED
    side = step.verifier_side if submitted else step.side
    return _name(row, side.value), "" if submitted else _("等待办理"), machine.SUBMITTED if submitted else ""


def _name(row: Mapping[str, Any], column: str) -> str:
    return row[f"case__{column}__short_name"] or row[f"case__{column}__name"]


#: The lists of a desk by their name in the address, in the order of their urgency.
KINDS: Mapping[str, Kind] = {
    "late": Kind(gettext_lazy("已超期"), gettext_lazy("没有超期的事项。"), boards.late, _late),
    "returned": Kind(
        gettext_lazy("退回补正"), gettext_lazy("没有退回的事项。"), lambda desk, today: boards.returned(desk), _returned
    ),
    "todo": Kind(gettext_lazy("现在要办"), gettext_lazy("现在没有要办的事项。"), boards.to_do, _to_do),
    "unlocking": Kind(
        gettext_lazy("30天内开放"), gettext_lazy("30天内没有要开放的环节。"), boards.unlocking, _unlocking
    ),
    "waiting": Kind(
        gettext_lazy("等待对方办理"),
        gettext_lazy("没有等待对方办理的事项。"),
        lambda desk, today: boards.waiting(desk),
        _waiting,
    ),
}


def kinds_of(desk: boards.Desk) -> Mapping[str, Kind]:
    """The lists that a desk has: a department waits for nobody."""
    return {name: kind for name, kind in KINDS.items() if name != "waiting" or desk.side is not Side.DEPARTMENT}
