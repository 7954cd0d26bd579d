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
from django.utils.translation import gettext_lazy, pgettext_lazy

from recruitment import machine
from recruitment.links import explaining_url
from recruitment.models import Case
from recruitment.rules import texts
from recruitment.rules.schema import Side
from recruitment.rules.steps import GATES, REPORTED, STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text
from recruitment.selectors import boards
from recruitment.selectors.casefile import local_day

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Task:
    """One line. ``url`` leads to the form, or to the case where there is nothing to fill in for this seat.

    ``situation`` says how it has come about where no rule (``why``) sets a deadline.
    """

    number: str
    person: str
    is_sample: bool
    branch: str
    step_number: int
    step_name: Text
    url: str
    note: str = ""
    status: str = ""
    situation: str = ""
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
class TaskList:
    """A list with its heading, its first lines, and the address of the whole."""

    name: str
    title: str
    empty: str
    tasks: list[Task]
    total: int
    url: str


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


def _line(row: Mapping[str, Any], url: str, *, gate: str | None = "", **more: Any) -> Task:
    step = row["step"]
    why = {"why": texts.GATES[gate].name, "why_url": explaining_url(gate)} if gate else {}
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


def _form(name: str, row: Mapping[str, Any], desk: boards.Desk, gate: str = "") -> str:
    """A form of the step, its kind of entry chosen by the gate that asks for it."""
    if not desk.acts:
        return _case(row)
    url = reverse(name, args=[row["case__number"], row["step"]])
    asked = GATES[gate].target_field if gate in GATES else ""
    return f"{url}?{urlencode({'kind': asked})}" if asked in STEPS[row["step"]].log_kinds else url


def _is_to_report(row: Mapping[str, Any], desk: boards.Desk) -> bool:
    return desk.side is Side.BRANCH and row["step"] in REPORTED and row["reported_on"] is None


def _to_do(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    step = STEPS[row["step"]]
    url, note = _form("step", row, desk), ""
    if _is_to_report(row, desk):
        url, note = _form("step_report", row, desk), _("向审批党委报送材料")
    elif step.is_log and row["log_due"] is not None:
        url, note = _form("step_log", row, desk, row["gate"]), _("登记一次")
    elif step.is_log:
        note = _("时间已满，可以结束本步")
    elif row["status"] == machine.RECORDED:
        note = _("已登记，传齐材料后提交")
    return _line(
        row,
        url,
        gate=row["gate"],
        note=note,
        situation=_("新建的纪实") if step.key == machine.START else _("上一步已经通过"),
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
        return _form("step_log", row, desk, row["code"]), _("补记或补做后登记")
    return _form("step", row, desk), ""


def _unlocking(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    return _line(
        row, _case(row), gate=row["code"], due=row["due"], opens=True, provisional=row["provisional"], status="locked"
    )


def _analysis(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    url = _form("step_log", row, desk, row["code"])
    return _line(row, url, gate=row["code"], due=row["due"], provisional=row["provisional"])


def waiting_line(row: Mapping[str, Any], today: date) -> Task:
    """What somebody else has, with whom and for how long."""
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
        pgettext_lazy("history", "退回补正"),
        gettext_lazy("没有退回的事项。"),
        lambda desk, today: boards.returned(desk),
        _returned,
    ),
    "todo": Kind(gettext_lazy("现在要办"), gettext_lazy("现在没有要办的事项。"), boards.to_do, _to_do),
    "unlocking": Kind(
        gettext_lazy("30天内开放"), gettext_lazy("30天内没有要开放的环节。"), boards.unlocking, _unlocking
    ),
    "waiting": Kind(
        gettext_lazy("等待对方办理"),
        gettext_lazy("没有等待对方办理的事项。"),
        lambda desk, today: boards.waiting(desk),
        lambda row, desk, today: waiting_line(row, today),
    ),
    "analysis": Kind(
        gettext_lazy("年度分析"), gettext_lazy("30天内没有到期的年度分析。"), boards.yearly_analyses, _analysis
    ),
}
#: Lists that the landing page counts and does not spread out.
COUNTED_ONLY = frozenset({"analysis"})
_ONLY_OF = {"analysis": (Side.COMMITTEE,), "waiting": (Side.BRANCH, Side.COMMITTEE)}


def kinds_of(desk: boards.Desk) -> Mapping[str, Kind]:
    """The lists that a desk has: a department waits for nobody, and the yearly analysis is the committee's."""
    return {name: kind for name, kind in KINDS.items() if desk.side in _ONLY_OF.get(name, Side)}
