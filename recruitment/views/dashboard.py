"""The landing page: what a seat has to do now, what is late, what others have; the seat switch; notifications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from branches.access import Grant
from branches.models import Organisation, Seat
from branches.models.organisation import codes_of
from recruitment.links import explaining_url
from recruitment.middleware import SEAT_KEY
from recruitment.models import Sitting
from recruitment.numbers import whole
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.custody import State
from recruitment.rules.explain import day_text, flag_name
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.selectors import analyses, boards, corrections, custody, deliberations, learning, statistics, talks
from recruitment.services import notifications
from recruitment.services.reminders import PASS_NOTICES
from recruitment.views.base import Page
from recruitment.views.figures import cells, light_counts, overview
from recruitment.views.worklist import (
    GROUPS,
    ROWS_A_PAGE,
    Task,
    TaskList,
    age_of,
    cases_url,
    deliberation_line,
    kinds_of,
    meeting_line,
    pass_line,
    pile_line,
    talk_line,
)
from recruitment.words import localised

ROWS_SHOWN = 10

DESK_NAMES = {
    Side.BRANCH: gettext_lazy("党支部事项"),
    Side.COMMITTEE: gettext_lazy("基层党委事项"),
    Side.DEPARTMENT: gettext_lazy("组织部门事项"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One of the four groups: its first lines, how many there are in all, and the lists that hold more."""

    name: str
    title: str
    tasks: list[Task]
    total: int
    more: list[TaskList]


@dataclass(frozen=True, slots=True)
class Board:
    """What one desk shows. ``title`` is empty where there is only one desk."""

    side: str
    title: str
    shows_branch: bool
    counts: list[dict[str, Any]]
    groups: list[Group]

    @property
    def is_clear(self) -> bool:
        return not any(group.total for group in self.groups)


def chosen_grants(request: HttpRequest) -> tuple[Grant, ...]:
    """The seat chosen in the head of the page, or all seats together where none is."""
    # The seats come first: reading them makes the middleware forget a chosen seat that has ended.
    grants = request.actor.grants
    chosen = request.session.get(SEAT_KEY)
    return tuple(grant for grant in grants if chosen in (None, grant.seat_id))


class Dashboard(Page):
    """What the chosen seat has to do, or all seats together where none is chosen. ``?show=`` gives one list whole."""

    def get(self, request: HttpRequest) -> HttpResponse:
        grants = chosen_grants(request)
        desks = boards.desks(grants)
        if "show" in request.GET:
            return self._whole_list(grants, desks)
        branch_desk = next((desk for desk in desks if desk.side is Side.BRANCH), None)
        overseen = _overseen(grants)
        context = {
            "places": _places(grants),
            "cases": _cases(grants, request.today) if branch_desk is not None else None,
            "boards": [
                *(_board(desk, grants, request.user.pk, request.today, several=len(desks) > 1) for desk in desks),
                *_deliberations(grants, overseen, request.today),
            ],
            "overviews": [
                _busy(overview(body, statistics.figures(body, request.today, ended=False))) for body in overseen
            ],
            "can_open": branch_desk is not None and branch_desk.acts,
            "administration": list(_administration(request, grants)),
            "has_seat": bool(grants),
        }
        return render(request, "recruitment/dashboard.html", context)

    def _whole_list(self, grants: Iterable[Grant], desks: Iterable[boards.Desk]) -> HttpResponse:
        name, side, today = self.request.GET["show"], self.request.GET.get("side"), self.request.today
        desk = next((desk for desk in desks if desk.side.value == side), None)
        kind = kinds_of(desk).get(name) if desk is not None else None
        if desk is None or kind is None:
            raise Http404
        page = Paginator(kind.rows(desk, today), ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        found = TaskList(
            name=name,
            title=str(kind.title),
            empty=str(kind.empty),
            tasks=[kind.line(row, desk, today) for row in page],
            total=page.paginator.count,
            url="",
        )
        context = {"list": found, "page_obj": page, "shows_branch": _shows_branch(desk), "places": _places(grants)}
        context["back"] = {"url": reverse("dashboard"), "label": _("回到待办")}
        return render(self.request, "recruitment/dashboard_list.html", context)


def _busy(table: dict[str, Any]) -> dict[str, Any]:
    """The table with those organisations that have somebody, and how many have not; whole where nobody has."""
    rows = [row for row in table["rows"] if any(cell["value"] for cell in row["cells"])]
    return {**table, "rows": rows, "idle": len(table["rows"]) - len(rows)} if rows else table


def _places(grants: Iterable[Grant]) -> list[str]:
    return list(dict.fromkeys(grant.organisation_name for grant in grants))


def _shows_branch(desk: boards.Desk) -> bool:
    return desk.side is not Side.BRANCH or len(desk.organisation_ids) > 1


def _cases(grants: Iterable[Grant], today: date) -> dict[str, Any]:
    """The people of one's own branch by stage and by light, or of several branches in a table."""
    branches = {grant.organisation_id: grant for grant in grants if grant.organisation_kind == Organisation.Kind.BRANCH}
    tallies = statistics.by_branch(branches, today)
    found: dict[str, Any] = {"total": sum(tally.total for tally in tallies.values())}
    if len(branches) > 1:
        found["table"] = {"rows": [_branch_row(branches[branch], tally) for branch, tally in tallies.items()]}
        found["table"]["head"] = found["table"]["rows"][0]["cells"]
        return found
    [(branch, tally)] = tallies.items()
    code = _code(branches[branch])
    found["stages"] = [
        {"label": texts.STAGES[stage], "value": tally.at(stage=stage), "url": cases_url(branch=code, stage=stage)}
        for stage in statistics.STAGES
    ]
    found["lights"] = list(light_counts(code, tally))
    return found


def _branch_row(grant: Grant, tally: statistics.Tally) -> dict[str, Any]:
    code = _code(grant)
    return {
        "name": grant.organisation_name,
        "url": reverse("figures_of", args=[code]),
        "cells": list(cells(code, tally)),
    }


def _code(grant: Grant) -> str:
    return codes_of(grant.organisation_path)[-1]


def _board(desk: boards.Desk, grants: Iterable[Grant], user_id: int, today: date, *, several: bool) -> Board:
    piles = _piles(desk, grants, user_id, today)
    groups = [_group(name, desk, piles, today) for name in GROUPS]
    counts = [
        {"label": group.title, "value": group.total, "url": f"#{desk.side.value}-{group.name}" if group.total else ""}
        for group in groups
    ]
    return Board(
        side=desk.side.value,
        title=str(DESK_NAMES[desk.side]) if several else "",
        shows_branch=_shows_branch(desk),
        counts=[*counts, *(count for pile in piles for count in pile.counts)],
        groups=groups,
    )


def _deliberations(grants: Iterable[Grant], overseen: Iterable[Organisation], today: date) -> Iterator[Board]:
    """What waits for the deliberation of a general branch, or of a committee that may not approve.

    A general branch has nothing else to enter, so its board stands there empty as well.
    """
    approving = {body.pk for body in overseen if body.may_approve}
    seats = [grant for grant in deliberations.deliberating(grants) if grant.organisation_id not in approving]
    tasks = [deliberation_line(row, today) for row in deliberations.awaited(seats)] if seats else []
    if not tasks and all(grant.organisation_kind != Organisation.Kind.GENERAL_BRANCH for grant in seats):
        return
    url = "#deliberation-now" if tasks else ""
    yield Board(
        side="deliberation",
        title=_("审议事项"),
        shows_branch=True,
        counts=[{"label": _("等待审议"), "value": len(tasks), "url": url}],
        groups=[Group("now", str(GROUPS["now"].title), tasks, len(tasks), [])],
    )


def _group(name: str, desk: boards.Desk, piles: Iterable[PileLines], today: date) -> Group:
    kinds = kinds_of(desk)
    tasks = [line for pile in piles for group, line in pile.lines if group == name]
    total, more = len(tasks), [longer for pile in piles for group, longer in pile.more if group == name]
    total += sum(longer.total - ROWS_SHOWN for longer in more)
    for key in GROUPS[name].kinds:
        if key not in kinds:
            continue
        kind = kinds[key]
        section = boards.first(kind.rows(desk, today), ROWS_SHOWN)
        tasks += [kind.line(row, desk, today) for row in section.rows]
        total += section.total
        if section.rest:
            more.append(TaskList(key, str(kind.title), str(kind.empty), [], section.total, _list_url(desk, key)))
    return Group(name, str(GROUPS[name].title), tasks, total, more)


def _list_url(desk: boards.Desk, name: str) -> str:
    return f"?{urlencode({'show': name, 'side': desk.side.value})}"


@dataclass(frozen=True, slots=True)
class PileLines:
    """Work that has a page of its own: its count, its lines by group, and where there are more of them."""

    counts: list[dict[str, Any]]
    lines: list[tuple[str, Task]]
    more: list[tuple[str, TaskList]] = field(default_factory=list)


def _piles(desk: boards.Desk, grants: Iterable[Grant], user_id: int, today: date) -> list[PileLines]:
    """What waits on a page of its own."""
    packages = _custody_lines(desk, today)
    if desk.side is Side.BRANCH:
        return [packages, _meeting_lines(desk, today), _pass_lines(desk, user_id, today)]
    found = [_queue_lines(desk, today), _correction_lines(desk, today), packages]
    if desk.side is Side.DEPARTMENT:
        return [*found, _red_lines(desk, today), _own_analysis_lines(desk, today)]
    return [*found, _meeting_lines(desk, today), _analysis_lines(desk, grants, today), _talk_lines(desk)]


def _meeting_lines(desk: boards.Desk, today: date) -> PileLines:
    """Who can be decided on in a meeting, for those who enter it: a line for each agenda, and for whoever has none."""
    rows = boards.ripe_for_meetings(desk, today) if desk.acts else ()
    return PileLines([], [meeting_line(row, today) for row in rows])


def _pass_lines(desk: boards.Desk, user_id: int, today: date) -> PileLines:
    """The passes that the reader owes for the posts held in the desk's branches."""
    owed = [row for row in learning.owed_by(user_id, today) if row.organisation_id in desk.organisation_ids]
    return PileLines([], [("overdue" if row.is_late(today) else "soon", pass_line(row)) for row in owed])


def _talk_lines(desk: boards.Desk) -> PileLines:
    """Reminder talks with secretaries; a line each, for each is one meeting of two."""
    section = list(talks.owed_at(desk))
    lines = [("now", talk_line(row, desk)) for row in section[:ROWS_SHOWN]]
    if len(section) <= ROWS_SHOWN:
        return PileLines([], lines)
    longer = TaskList("talks", _("提醒谈话"), "", [], len(section), reverse("talks"))
    return PileLines([], lines, [("now", longer)])


def _queue_lines(desk: boards.Desk, today: date) -> PileLines:
    pile = boards.to_verify(desk)
    url, age = reverse("queue") if desk.verifies else "", age_of(pile.oldest, today)
    count = {"label": _("待校核"), "value": pile.total, "url": url, "note": age}
    lines = [("now", pile_line(_("校核"), pile, url, age, pile.due))] if pile.total and url else []
    return PileLines([count], lines)


def _correction_lines(desk: boards.Desk, today: date) -> PileLines:
    pile = corrections.to_decide(desk)
    url, age = reverse("correction_list"), age_of(pile.oldest, today)
    count = {"label": _("更正待批"), "value": pile.total, "url": url, "note": age}
    lines = [("now", pile_line(_("批准或者退回更正"), pile, url, age))] if pile.total and desk.acts else []
    return PileLines([count], lines)


def _custody_lines(desk: boards.Desk, today: date) -> PileLines:
    """Archive packages to hand over, and those on their way whose receipt is to be confirmed."""
    if not desk.acts:
        return PileLines([], [])
    lines, piles = [], custody.piles(desk)
    for name, state in ((_("移交归档材料"), State.WAITING), (_("确认接收归档材料"), State.ON_THE_WAY)):
        if pile := piles.get(state):
            days = (today - pile.due).days if pile.due else 0
            waited = ngettext("最早一件已等 %(n)s 天", "最早一件已等 %(n)s 天", days) % {"n": days}
            url = f"{reverse('custody_list')}?{urlencode({'state': state.value, 'side': desk.side.value})}"
            lines.append(("now", pile_line(name, pile, url, waited)))
    return PileLines([], lines)


def _red_lines(desk: boards.Desk, today: date) -> PileLines:
    pile = boards.to_decide(desk)
    url, age = reverse("flagged"), age_of(pile.oldest, today)
    count = {"label": _("红灯待定"), "value": pile.total, "url": url, "note": age}
    lines = [("now", pile_line(_("确认或者撤销一票否决"), pile, url, age))] if pile.total and desk.acts else []
    return PileLines([count], lines)


def _analysis_lines(desk: boards.Desk, grants: Iterable[Grant], today: date) -> PileLines:
    """The yearly analysis is one act of the committee for everybody in the pool, so it is one line."""
    pile = boards.to_analyse(desk, today)
    note = _("其中 %(n)s 人超期") % {"n": pile.late} if pile.late else ""
    count = {"label": _("年度分析"), "value": pile.total, "url": _list_url(desk, "analysis"), "note": note}
    if not pile.total:
        return PileLines([count], [])
    url = _analysis_url(desk, grants, today) if desk.acts else _list_url(desk, "analysis")
    line = pile_line(_("年度分析：一次会议，一并登记"), pile, url, note, pile.due)
    return PileLines([count], [("overdue" if pile.late else "soon", line)])


def _own_analysis_lines(desk: boards.Desk, today: date) -> PileLines:
    """The county department's own analysis of its whole pool, a record of its own (r2026 art 11)."""
    owed = analyses.owed_at(desk)
    late = any(row.is_late(today) for row in owed)
    people = sum(row.people for row in owed)
    due = min((row.due for row in owed), default=None)
    note = _("期限 %(day)s") % {"day": localised(day_text(due))} if due else ""
    count = {"label": _("年度分析"), "value": people, "url": reverse("analysis_list"), "note": note}
    if due is None or due > today + boards.HORIZON:
        return PileLines([count], [])
    pile = boards.Pile(people, due=due)
    url = reverse("analysis_new", args=[owed[0].code]) if desk.acts and len(owed) == 1 else reverse("analysis_list")
    line = pile_line(_("年度分析：本部门对积极分子队伍的分析"), pile, url, due=due)
    return PileLines([count], [("overdue" if late else "soon", line)])


def _analysis_url(desk: boards.Desk, grants: Iterable[Grant], today: date) -> str:
    """The meeting's form with everybody on it; with several committees, the list, from which one is chosen."""
    codes = {
        codes_of(grant.organisation_path)[-1] for grant in grants if grant.organisation_id in desk.organisation_ids
    }
    if len(codes) != 1:
        return _list_url(desk, "analysis")
    item = f"{codes.pop()}.{Sitting.Kind.COMMITTEE_MEETING.value}.halfyear_review.annual_analysis"
    return f"{reverse('sitting_new')}?{urlencode({'item': item, 'held_on': today.isoformat()})}"


def _overseen(grants: Iterable[Grant]) -> list[Organisation]:
    """The organisations above branches whose figures the seats show; a department shows those of its committee."""
    paths = {
        grant.scope_path
        for grant in grants
        if grant.role in SEEING_ROLES and grant.organisation_kind not in ("branch", "party_group")
    }
    return list(Organisation.objects.filter(path__in=paths).order_by("path")) if paths else []


#: What an administrator runs, by the name of its list in the administration.
_ADMINISTERED = (
    ("branches_organisation", gettext_lazy("组织"), gettext_lazy("增设、撤销、改隶党组织")),
    ("branches_user", gettext_lazy("账号"), gettext_lazy("开设账号、重置密码")),
    ("branches_seat", gettext_lazy("席位"), gettext_lazy("谁在哪个组织任什么职、从何时到何时")),
    ("branches_member", gettext_lazy("党员名册"), gettext_lazy("谁可以做联系人、介绍人，谁有表决权")),
    ("recruitment_localrule", gettext_lazy("本地规则"), gettext_lazy("可由本组织设定的期限和数目")),
    ("recruitment_annualplan", gettext_lazy("年度计划"), gettext_lazy("每年批准的发展名额")),
    ("recruitment_trainingrule", gettext_lazy("测试要求"), gettext_lazy("支部席位是否须一年内测试合格")),
    ("recruitment_holiday", gettext_lazy("节假日"), gettext_lazy("工作日的推算依据")),
)


def _administration(request: HttpRequest, grants: Iterable[Grant]) -> Iterator[dict[str, Any]]:
    if request.user.is_staff and any(grant.role == Seat.Role.ADMINISTRATOR for grant in grants):
        for name, label, help_text in _ADMINISTERED:
            yield {"label": label, "help": help_text, "url": reverse(f"admin:{name}_changelist")}
        yield {"label": _("通知渠道"), "help": _("邮件、群机器人、短信的开关和密钥"), "url": reverse("channels")}


class SwitchSeat(Page):
    """Choose the seat to act from, or all seats together (``seat=0``)."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("seat", "")
        if chosen == "0":
            request.session.pop(SEAT_KEY, None)
        elif any(str(grant.seat_id) == chosen for grant in self.actor.grants):
            request.session[SEAT_KEY] = int(chosen)
        else:
            raise Http404
        return redirect(self._next())

    def _next(self) -> str:
        url = self.request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )
        return url if safe else reverse("dashboard")


class NotificationList(Page):
    """What was sent to the organisations of the user's seats, unread first; a post marks one or all as read."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(boards.notification_rows(self.actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
        own = notifications.organisations_read_for(self.actor)
        return render(
            request,
            "recruitment/notifications.html",
            {
                "page_obj": page,
                "rows": [_notification(row, may_read=row["organisation_id"] in own) for row in page],
                "may_read": bool(own),
            },
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = [pk for pk in map(whole, request.POST.getlist("id")) if pk is not None]
        ids = None if "all" in request.POST else chosen
        number = notifications.mark_read(actor=self.actor, now=request.now, ids=ids)
        if number:
            messages.success(
                request, ngettext("%(n)s 条通知已标为已读。", "%(n)s 条通知已标为已读。", number) % {"n": number}
            )
        return redirect("notifications")


def _place(row: dict[str, Any]) -> str:
    """The branch of the case, or the organisation that the notification is about."""
    names = ("case__branch__short_name", "case__branch__name", "about__short_name", "about__name")
    return next((row[name] for name in names if row[name]), "")


def _told_url(row: dict[str, Any]) -> str:
    """Where the notification leads: to the case, the document, the tests, or the department's analyses."""
    if row["case__number"]:
        return reverse("case", args=[row["case__number"]])
    if row["policy__document"]:
        return reverse("policy", args=[row["policy__document"]])
    return reverse("exams") if row["code"] in PASS_NOTICES else reverse("analysis_list")


def _notification(row: dict[str, Any], *, may_read: bool) -> dict[str, Any]:
    step = row["step"]
    return {
        **row,
        "what": flag_name(row["code"]),
        # What is told one level up says which flag it is about.
        "about": flag_name(row["flag__code"]) if row["flag__code"] not in (None, row["code"]) else None,
        "why_url": explaining_url(row["code"]),
        "step_number": STEPS[step].number if step in STEPS else None,
        "step_name": texts.STEPS.get(step),
        "branch": _place(row),
        "url": _told_url(row),
        "title": row["case__person__name"] or row["policy__document__title"] or _place(row),
        "can_mark": may_read and row["read_at"] is None,
    }
