"""Papers of a meeting: its agenda beforehand, and afterwards one reply with a roster and one filing list.

Each is one sequence of parts, from which the .docx (in the dress of official papers, GB/T 9704) and the PDF are made.
Papers are written in Chinese, whatever language the page is read in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.template.loader import render_to_string

from branches.models import Organisation
from recruitment.documents import pdf
from recruitment.documents.data import chinese_date
from recruitment.documents.toolbox.compose import compose
from recruitment.documents.toolbox.markup import Line, Rows
from recruitment.models import Meeting, MeetingItem
from recruitment.selectors.agenda import AgendaItem, business_name
from recruitment.selectors.meetings import MeetingGroup, decided

_NUMERALS = "一二三四五六七八九十"
_NAMED = 3
_BLANK_DATE = "　　　　年　　月　　日"
#: What a reply calls each business, and what it asks of the branch (templates T06, T17 and T20 say the same).
_REPLIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "file_activist": (
            "入党积极分子备案",
            "同意备案的，请尽快指定一至二名正式党员作培养联系人，按规定进行培养教育，每半年考察一次。",
        ),
        "consent_development_target": (
            "列为发展对象",
            "同意的，请按规定公示不少于五个工作日，公示无异议后列为发展对象；不同意的，请继续培养教育。",
        ),
        "preliminary_review": (
            "发展对象预审",
            "预审合格的，由入党介绍人指导本人如实填写《中国共产党入党志愿书》，并自本批复之日起一个月内召开支部党员大会讨论；"
            "预审不合格的，请做好本人的思想工作，继续培养教育。",
        ),
        "committee_approval": (
            "接收中共预备党员",
            "批准接收的，预备期一年，从支部党员大会通过之日起算。请及时通知本人，在党员大会上宣布，编入党支部和党小组，"
            "组织入党宣誓，继续教育考察；未批准的，请通知本人并做好思想工作。",
        ),
        "conversion_approval": (
            "预备党员转正",
            "批准转正的，党龄从预备期满转为正式党员之日算起。请及时通知本人，在党员大会上宣布，并将材料归档。",
        ),
    }
)


#: The templates of the toolbox that answer a branch on one business alone.
REPLY_TEMPLATES: Mapping[str, str] = MappingProxyType(
    {"file_activist": "T06", "preliminary_review": "T17", "committee_approval": "T20"}
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper of a meeting; ``sample``: it is about people of the demonstration, and says so."""

    title: str
    parts: tuple[Line | Rows, ...]
    sample: bool = False

    def as_docx(self) -> bytes:
        return compose(self.parts, title=self.title, literal=True)

    def as_pdf(self) -> bytes:
        """Raises :class:`pdf.CannotPrintError` where the machine lacks what that takes."""
        styles = (Path(settings.BASE_DIR) / "static" / "css" / "meeting_print.css").read_text(encoding="utf-8")
        return pdf.make(render_to_string("documents/meeting.html", {"sheet": self, "styles": styles}))


def agenda(meeting: Meeting, groups: Sequence[MeetingGroup]) -> Sheet:
    """The paper that lies before everybody: what is decided on whom, with room for the votes."""
    time = f"{meeting.begins:%H:%M}" if meeting.begins else ""
    facts = (
        ("时间", f"{chinese_date(meeting.held_on)} {time}".strip()),
        ("地点", meeting.place),
        ("主持人", meeting.chair),
        ("记录人", meeting.recorder),
    )
    parts: list[Line | Rows] = [
        Line("title", meeting.body.name),
        Line("title", f"{_meeting_name(meeting)}议程"),
        *(Line("flush", f"{label}：{value or '＿＿＿＿＿＿＿＿'}") for label, value in facts),
    ]
    with_branch = meeting.kind == Meeting.Kind.COMMITTEE_MEETING
    for place, group in enumerate(groups):
        parts.append(Line("h1", f"{_numeral(place)}、{business_name(group.item.step, group.item.entry).zh}"))
        parts.append(Line("text", f"下列{len(group.rows)}人，逐个讨论、逐个表决。"))
        parts.append(_people(group.rows, with_branch=with_branch, votes=True))
    return _sheet(f"{_meeting_name(meeting)}议程", parts, groups)


def reply(
    meeting: Meeting, groups: Sequence[MeetingGroup], *, branch: Organisation | None, number: str, dated: date
) -> Sheet:
    """The committee's one answer: what was decided on everybody, to one branch or to all."""
    groups = done_groups(groups, branch, replied=True)
    title = _reply_title(groups)
    to = branch.name if branch is not None else "有关党支部"
    yours = "你支部" if branch is not None else "你们"
    held = f"{chinese_date(meeting.held_on)}召开的会议，应到{meeting.eligible}人，实到{meeting.present}人"
    parts: list[Line | Rows] = [
        Line("head", meeting.body.name),
        Line("number", number or "　　〔　　　　〕　　号"),
        *(Line("title", line) for line in title),
        Line("to", f"{to}："),
        Line("text", f"{yours}报送的材料收悉。经{meeting.body.name}{held}，逐个讨论、逐个表决，现批复如下。"),
    ]
    for place, group in enumerate(groups):
        name, closing = _REPLIES[group.item.step]
        parts.append(Line("h1", f"{_numeral(place)}、{name}（{len(group.rows)}人）"))
        parts.append(_people(group.rows, with_branch=branch is None, results=True))
        parts.append(Line("text", closing))
    parts += [Line("text", "此复。"), Line("sign", meeting.body.name), Line("date", chinese_date(dated) or _BLANK_DATE)]
    return _sheet("".join(title), parts, groups)


def filing_list(
    meeting: Meeting, groups: Sequence[MeetingGroup], *, to: Organisation | None, number: str, dated: date
) -> Sheet:
    """The list that goes to the body above with the same people."""
    groups = done_groups(groups, None)
    title = f"{_meeting_name(meeting)}研究事项备案名册"
    people = sum(len(group.rows) for group in groups)
    parts: list[Line | Rows] = [Line("title", meeting.body.name), Line("title", title)]
    if number:
        parts.append(Line("flush", f"文号：{number}"))
    if to is not None:
        parts.append(Line("to", f"{to.name}："))
    parts.append(
        Line(
            "text",
            f"{chinese_date(meeting.held_on)}会议应到{meeting.eligible}人，实到{meeting.present}人，"
            f"研究决定{len(groups)}项、{people}人，名册如下，请予备案。",
        )
    )
    with_branch = meeting.kind == Meeting.Kind.COMMITTEE_MEETING
    for place, group in enumerate(groups):
        name = business_name(group.item.step, group.item.entry).zh
        parts.append(Line("h1", f"{_numeral(place)}、{name}（{len(group.rows)}人）"))
        parts.append(_people(group.rows, with_branch=with_branch, results=True))
    parts += [Line("sign", meeting.body.name), Line("date", chinese_date(dated) or _BLANK_DATE)]
    return _sheet(title, parts, groups)


def done_groups(
    groups: Iterable[MeetingGroup], branch: Organisation | None, *, replied: bool = False
) -> list[MeetingGroup]:
    """Whom the meeting entered and whose decision still stands, of one branch where one is named; ``replied``: only
    what a reply speaks of."""
    found = []
    for group in groups:
        if replied and not has_reply(group.item):
            continue
        rows = [
            row
            for row in group.rows
            if row.state == MeetingItem.State.DONE
            and row.record.counts
            and (branch is None or row.branch_id == branch.pk)
        ]
        if rows:
            found.append(MeetingGroup(group.item, rows))
    return found


def has_reply(item: AgendaItem) -> bool:
    """Whether a branch is answered on this business; the yearly analysis of the pool asks for no answer."""
    return not item.entry and item.step in _REPLIES


def _sheet(title: str, parts: Iterable[Line | Rows], groups: Sequence[MeetingGroup]) -> Sheet:
    sample = any(row.case.person.is_sample for group in groups for row in group.rows)
    marked = [Line("note", "样本　不作为正式文书")] if sample else []
    return Sheet(title, (*marked, *parts), sample)


def _meeting_name(meeting: Meeting) -> str:
    return dict(_KINDS)[meeting.kind]


_KINDS = (
    (Meeting.Kind.BRANCH_COMMITTEE.value, "支部委员会会议"),
    (Meeting.Kind.BRANCH_MEETING.value, "支部党员大会"),
    (Meeting.Kind.COMMITTEE_MEETING.value, "党委会议"),
)


def _reply_title(groups: Sequence[MeetingGroup]) -> tuple[str, ...]:
    names = list(dict.fromkeys(row.case.person.name for group in groups for row in group.rows))
    whom = "、".join(names) if len(names) <= _NAMED else f"{names[0]}等{len(names)}名"
    if len(groups) == 1:
        return (f"关于{whom}同志", f"{_REPLIES[groups[0].item.step][0]}的批复")
    return (f"关于{whom}同志", "发展党员有关事项的批复")


def _numeral(place: int) -> str:
    return _NUMERALS[place] if place < len(_NUMERALS) else str(place + 1)


def _people(rows: Sequence[MeetingItem], *, with_branch: bool, votes: bool = False, results: bool = False) -> Rows:
    heads: list[tuple[str, int]] = [("序号", 9), ("姓名", 17), ("性别", 9), ("出生年月", 19)]
    rest = 46
    if with_branch:
        heads.append(("党支部", 22))
        rest -= 22
    if votes:
        width = rest // 3
        heads += [("赞成", width), ("反对", width), ("弃权", rest - 2 * width)]
    if results:
        heads += [("表决", rest // 3), ("决定", rest - rest // 3)]
    return Rows(tuple(heads), tuple(_cells(row, place, with_branch, votes, results) for place, row in _numbered(rows)))


def _numbered(rows: Sequence[MeetingItem]) -> Iterator[tuple[int, MeetingItem]]:
    return ((place, row) for place, row in enumerate(rows, start=1))


def _cells(row: MeetingItem, place: int, with_branch: bool, votes: bool, results: bool) -> tuple[str, ...]:
    person = row.case.person
    sex = {"male": "男", "female": "女"}.get(person.sex, "")
    cells = [str(place), person.name, sex, f"{person.birth_date.year}年{person.birth_date.month}月"]
    if with_branch:
        cells.append(str(row.branch))
    if votes:
        cells += ["", "", ""]
    if results:
        given = votes_of(row)
        cells.append("/".join("—" if vote is None else str(vote) for vote in given) if any(given) else "")
        cells.append("；".join(word.zh for word in decided(row)) or "已研究")
    return tuple(cells)


def votes_of(row: MeetingItem) -> tuple[int | None, int | None, int | None]:
    """In favour, against, abstained: as the step keeps them, or as the meeting does where the step keeps none."""
    values = row.record.values if row.record is not None and row.record.acted else {}
    return (
        values.get("votes_for", row.votes_for),
        values.get("votes_against", row.votes_against),
        values.get("abstentions", row.abstentions),
    )
