"""The lines of the landing page's four groups: what, for whom, why, until when, and one click to the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from recruitment import machine
from recruitment.links import explaining_url
from recruitment.machine import START
from recruitment.models import Case, Inquiry
from recruitment.rules import texts
from recruitment.rules.explain import day_text, flag_name
from recruitment.rules.schema import Side
from recruitment.rules.service import VERIFICATION
from recruitment.rules.steps import GATES, REPORTED, STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text
from recruitment.selectors import appeals, boards, corrections
from recruitment.selectors.casefile import local_day
from recruitment.selectors.learning import Owed
from recruitment.services.inquiries import INQUIRING_STEPS
from recruitment.views.casebox import return_words
from recruitment.words import localised

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Task:
    """One line. ``url`` leads to the form, or to the case where there is nothing to fill in for this seat.

    ``situation`` says how it has come about where no rule (``why``) sets a deadline; ``note_url`` leads to what the
    note speaks of. ``age`` is that of the case in
    days, ``held`` for how many days its present holder has it. A line for many people at once has no ``number``; its
    ``person`` then says how many.
    """

    step_name: Text | str
    url: str
    person: str
    number: str = ""
    is_sample: bool = False
    branch: str = ""
    step_number: int | None = None
    age: int | None = None
    held: int | None = None
    note: str = ""
    note_url: str = ""
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


def _line(
    row: Mapping[str, Any],
    url: str,
    today: date,
    *,
    gate: str | None = "",
    since: date | None = None,
    act: str = "",
    **more: Any,
) -> Task:
    """A line about one person's case; ``act`` names what is to be done where it is not the step's own form."""
    step = row["step"]
    why = {"why": flag_name(gate), "why_url": explaining_url(gate)} if gate else {}
    held = since or row["case__held_since"]
    return Task(
        number=row["case__number"],
        person=row["case__person__name"],
        is_sample=row["case__person__is_sample"],
        branch=row["case__branch__short_name"] or row["case__branch__name"],
        step_number=None if act else STEPS[step].number,
        step_name=act or texts.STEPS[step],
        url=url,
        age=(today - local_day(row["case__opened_at"])).days,
        held=(today - held).days if held else None,
        since=since,
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
    url, note, note_url = _form("step", row, desk), "", ""
    if _is_to_report(row, desk):
        url, note = _form("step_report", row, desk), _("向审批党委报送材料")
    elif step.is_log and row["log_due"] is not None:
        url, note = _form("step_log", row, desk, row["gate"]), _("登记一次")
    elif step.is_log:
        note = _("时间已满，可以结束本步")
    elif row["status"] == machine.RECORDED:
        note = _("已登记，传齐材料后提交")
    elif step.key in INQUIRING_STEPS and not row["has_asked"] and desk.acts:
        note, note_url = _("发出函调、征求意见后在这里登记"), _form("inquiries", row, desk)
    return _line(
        row,
        url,
        today,
        gate=row["gate"],
        note=note,
        note_url=note_url,
        situation=_("新建的纪实") if step.key == machine.START else _("上一步已经通过"),
        due=row["due"],
        provisional=bool(row["provisional"]),
    )


def _returned(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    words = return_words(row["return_code"], row["return_reason"])
    return _line(row, _form("step", row, desk), today, situation=words, status=machine.RETURNED)


def _incoming(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    """Somebody who is to move here: the page of the answer shows what the branch may know before it has received."""
    url = reverse("case_transfer", args=[row["case__number"]])
    from_branch = _("从%(branch)s转来") % {"branch": row["case__branch__short_name"] or row["case__branch__name"]}
    line = {**row, "step": row["case__step"]}
    asked = local_day(row["requested_at"])
    return _line(line, url, today, act=_("接收或者退回转接"), situation=from_branch, since=asked)


def _appeal(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    """An appeal that this department answers."""
    url = reverse("appeal", args=[row["pk"]])
    return _line(row, url, today, act=_("答复申诉"), gate=row["code"], since=row["received_on"])


def _appealed(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    """An appeal of somebody of this desk, which a level above answers."""
    body = row["body__short_name"] or row["body__name"]
    return _line(row, _case(row), today, act=_("申诉的答复"), holder=body, since=row["received_on"])


def _asked_correction(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    """A correction that this desk has asked for: of a step, or of the person's data."""
    step = row["record__step"]
    about = localised(texts.STEPS[step]) if step else _("本人信息")
    url = reverse("correction", args=[row["case__number"], row["pk"]])
    line = {**row, "step": step or START}
    asked = local_day(row["requested_at"])
    return _line(line, url, today, act=_("更正申请"), note=about, holder=_name(row, row["side"]), since=asked)


def _late(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    if row["case__freeze"]:
        url, note, status = _case(row), "", "frozen"
    elif row["status"] is None:
        url, note, status = _case(row), _("先办完前面的环节"), ""
    elif row["status"] == machine.SUBMITTED:
        verifies = desk.verifies and row["code"] == VERIFICATION.id
        url = reverse("case_verify", args=[row["case__number"]]) if verifies else _case(row)
        note, status = "", machine.SUBMITTED
    else:
        url, note = _late_form(row, desk)
        status = ""
    # A service limit colours no light, so nothing has to be explained.
    owes_words = desk.acts and not row["explained"] and not row["case__freeze"] and row["code"] in GATES
    return _line(
        row,
        url,
        today,
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
    clock = {"due": row["due"], "opens": True, "provisional": row["provisional"]}
    return _line(row, _case(row), today, gate=row["code"], status="locked", **clock)


def _late_below(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    holder = _name(row, "committee")
    note = _("已说明原因") if row["explained"] else ""
    clock = {"due": row["due"], "provisional": row["provisional"]}
    return _line(row, _case(row), today, gate=row["code"], holder=holder, note=note, **clock)


def _analysis(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    url = _form("step_log", row, desk, row["code"])
    return _line(row, url, today, gate=row["code"], due=row["due"], provisional=row["provisional"])


def _inquiry(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    """A letter or a request for an opinion: whom it was sent to, until when, how often it was reminded."""
    url = reverse("inquiries", args=[row["case__number"], row["step"]])
    kind = Inquiry.Kind(row["kind"]).label
    reminded = row["reminded_on"]
    note = str(kind)
    if reminded:
        times = ngettext("已催办 %(n)s 次", "已催办 %(n)s 次", len(reminded)) % {"n": len(reminded)}
        note = f"{note} · {times}"
    return _line(row, url, today, holder=row["body_name"], note=note, since=row["sent_on"], due=row["due_on"])


def _sent_back(row: Mapping[str, Any], desk: boards.Desk, today: date) -> Task:
    side = STEPS[row["step"]].side
    return _line(
        row, _case(row), today, status=machine.RETURNED, holder=_name(row, side.value), since=local_day(row["since"])
    )


def waiting_line(row: Mapping[str, Any], today: date) -> Task:
    """What somebody else has, with whom and for how long."""
    since = local_day(row["since"])
    holder, note, status = _holder(row)
    return _line(row, _case(row), today, note=note, status=status, holder=holder, since=since)


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


#: The lists of a desk by their name in the address.
KINDS: Mapping[str, Kind] = {
    "late": Kind(gettext_lazy("已超期"), gettext_lazy("没有超期的事项。"), boards.late, _late),
    "remind": Kind(gettext_lazy("该催办的函调和意见"), gettext_lazy("没有该催办的。"), boards.to_remind, _inquiry),
    "below": Kind(
        gettext_lazy("基层党委超期"), gettext_lazy("基层党委没有超期的事项。"), boards.late_below, _late_below
    ),
    "returned": Kind(
        pgettext_lazy("history", "退回补正"),
        gettext_lazy("没有退回的事项。"),
        lambda desk, today: boards.returned(desk),
        _returned,
    ),
    "incoming": Kind(
        gettext_lazy("等您答复的转接"),
        gettext_lazy("没有等您答复的转接。"),
        lambda desk, today: boards.incoming(desk),
        _incoming,
    ),
    "appeals": Kind(
        gettext_lazy("等您答复的申诉"),
        gettext_lazy("没有等您答复的申诉。"),
        lambda desk, today: appeals.to_answer(desk),
        _appeal,
    ),
    "todo": Kind(gettext_lazy("现在要办"), gettext_lazy("现在没有要办的事项。"), boards.to_do, _to_do),
    "entries": Kind(gettext_lazy("30天内要登记"), gettext_lazy("30天内没有要登记的台账。"), boards.entries_due, _to_do),
    "unlocking": Kind(
        gettext_lazy("30天内开放"), gettext_lazy("30天内没有要开放的环节。"), boards.unlocking, _unlocking
    ),
    "waiting": Kind(
        gettext_lazy("等待对方办理"),
        gettext_lazy("没有等待对方办理的事项。"),
        lambda desk, today: boards.waiting(desk),
        lambda row, desk, today: waiting_line(row, today),
    ),
    "sent_back": Kind(
        gettext_lazy("等待下级补正"),
        gettext_lazy("退回的都已经补正。"),
        lambda desk, today: boards.sent_back(desk),
        _sent_back,
    ),
    "inquiries": Kind(
        gettext_lazy("等待答复的函调和意见"), gettext_lazy("没有等待答复的。"), boards.unanswered, _inquiry
    ),
    "asked": Kind(
        gettext_lazy("等待批准的更正"),
        gettext_lazy("没有等待批准的更正。"),
        lambda desk, today: corrections.asked_at(desk),
        _asked_correction,
    ),
    "appealed": Kind(
        gettext_lazy("等待答复的申诉"),
        gettext_lazy("没有等待答复的申诉。"),
        lambda desk, today: appeals.awaited(desk),
        _appealed,
    ),
    "analysis": Kind(
        gettext_lazy("年度分析"), gettext_lazy("30天内没有到期的年度分析。"), boards.yearly_analyses, _analysis
    ),
}


@dataclass(frozen=True, slots=True)
class GroupKind:
    """One of the four groups of the landing page, and the lists that it is made of, in their order."""

    title: Promise
    kinds: tuple[str, ...]


#: The groups by name, in the order of the page: what is late comes first.
GROUPS: Mapping[str, GroupKind] = {
    "overdue": GroupKind(pgettext_lazy("inbox", "已超期"), ("late", "remind", "below")),
    "now": GroupKind(pgettext_lazy("inbox", "现在要办"), ("returned", "incoming", "appeals", "todo")),
    "soon": GroupKind(pgettext_lazy("inbox", "即将到期"), ("entries", "unlocking")),
    "waiting": GroupKind(
        pgettext_lazy("inbox", "等待对方"), ("waiting", "sent_back", "inquiries", "asked", "appealed")
    ),
}
_NOT_THE_BRANCHS = (Side.COMMITTEE, Side.DEPARTMENT)
_NOT_THE_DEPARTMENTS = (Side.BRANCH, Side.COMMITTEE)
_ONLY_OF = {
    "analysis": (Side.COMMITTEE,),
    "appeals": (Side.DEPARTMENT,),
    "below": (Side.DEPARTMENT,),
    # Logs are kept by the branch, and letters sent by the branch or the committee (policies.may_inquire).
    "entries": (Side.BRANCH,),
    "incoming": (Side.BRANCH,),
    "inquiries": _NOT_THE_DEPARTMENTS,
    "remind": _NOT_THE_DEPARTMENTS,
    "sent_back": _NOT_THE_BRANCHS,
}


def kinds_of(desk: boards.Desk) -> Mapping[str, Kind]:
    """The lists that a desk has: a branch returns nothing, and appeals are answered by departments."""
    return {name: kind for name, kind in KINDS.items() if desk.side in _ONLY_OF.get(name, Side)}


# -- lines for many people at once --------------------------------------------------------------------------------


def pile_line(name: Text | str, pile: boards.Pile, url: str, situation: str = "", due: date | None = None) -> Task:
    """Work on many people that is done on a page of its own: a queue, a meeting."""
    number = ngettext("%(n)s 人", "%(n)s 人", pile.total) % {"n": pile.total}
    return Task(step_name=name, url=url, person=number, situation=situation, due=due)


def meeting_line(row: Mapping[str, Any], today: date) -> tuple[str, Task]:
    """People whom a meeting can decide on, under the group of the inbox: one meeting is entered for all of them."""
    people = ngettext("%(n)s 人", "%(n)s 人", row["people"]) % {"n": row["people"]}
    if row["meeting"] is None:
        task = Task(
            step_name=_("准备开会"), url=reverse("meeting_new"), person=people, situation=_("可以上会，还没有列入议程")
        )
        return "now", task
    if row["held_on"] > today:
        words, name, url = _("会议正在准备"), _("看会议的议程"), reverse("meeting", args=[row["meeting"]])
        return "soon", Task(step_name=name, url=url, person=people, situation=words, due=row["held_on"])
    url = reverse("meeting_entry", args=[row["meeting"]])
    words = _("会议日期是 %(day)s，开完后登记") % {"day": localised(day_text(row["held_on"]))}
    return "now", Task(step_name=pgettext("meeting day", "登记会议"), url=url, person=people, situation=words)


def deliberation_line(row: Mapping[str, Any], today: date) -> Task:
    """An approval that waits until the body between branch and committee has deliberated."""
    url, since = reverse("deliberate", args=[row["case__number"]]), local_day(row["opened_at"])
    words = _("党委审批以前，须先经审议")
    return _line(row, url, today, act=_("登记审议意见"), situation=words, since=since)


def talk_line(row: Mapping[str, Any], desk: boards.Desk) -> Task:
    """A reminder talk with a branch's secretary that is owed for a quarter."""
    code, year, quarter = row["case__branch__code"], row["year"], row["quarter"]
    branch = row["case__branch__short_name"] or row["case__branch__name"]
    words = {"year": year, "quarter": quarter, "n": row["times"]}
    return Task(
        step_name=_("提醒谈话：同党支部书记"),
        url=reverse("talk_record", args=[code, year, quarter]) if desk.acts else reverse("talks"),
        person=branch,
        situation=_("%(year)s年第%(quarter)s季度黄灯 %(n)s 次") % words,
        since=row["since"],
    )


def pass_line(owed: Owed) -> Task:
    """The pass that the reader owes for a post in a branch."""
    if owed.passed_on is None:
        situation = _("上级要求一年内测试合格")
    else:
        situation = _("上次合格是 %(day)s，一年内须再次合格") % {"day": localised(day_text(owed.passed_on))}
    return Task(
        step_name=_("参加测试并合格"),
        url=reverse("exams"),
        person=_("您本人（%(role)s）") % {"role": owed.role},
        branch=owed.organisation,
        situation=situation,
        due=owed.due,
    )


def age_of(oldest: datetime | None, today: date) -> str:
    """How long the oldest of a pile has waited, in words."""
    if oldest is None:
        return ""
    days = (today - local_day(oldest)).days
    return ngettext("最早一件已等 %(n)s 天", "最早一件已等 %(n)s 天", days) % {"n": days}
