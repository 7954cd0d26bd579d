"""The placeholders of the toolbox: what each means, what it looks like, and where in a case it comes from.

A placeholder of a *person* has the value of that person; in a paper about several people it has it where they all
share it, and is left blank otherwise. Within the list of people (名册) it is each one's own: ``{{ 人.姓名 }}``. What is
not known yet is a blank to write on, so that no paper ever shows a raw placeholder or an empty label.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from recruitment.documents.data import EntryData, PaperData, check_path, chinese_date
from recruitment.rules import texts
from recruitment.rules.texts import Text


class Group(StrEnum):
    """How the page of placeholders is divided."""

    PAPER = "paper"
    PERSON = "person"
    STAGE_1 = "stage1"
    STAGE_2 = "stage2"
    STAGE_3 = "stage3"
    STAGE_4 = "stage4"
    STAGE_5 = "stage5"
    MEETING = "meeting"
    ROW = "row"


GROUPS: Mapping[Group, Text] = MappingProxyType(
    {
        Group.PAPER: Text("文书", "The paper"),
        Group.PERSON: Text("本人", "The person"),
        **{Group(f"stage{number}"): name for number, name in texts.STAGES.items()},
        Group.MEETING: Text("随环节变化", "By the step that the paper is for"),
        Group.ROW: Text("只在名册里", "Only within the list of people"),
    }
)

#: A full-width low line takes the place of one character to be written.
_LINE = "＿"
_BLANKS = {
    "名": _LINE * 4,
    "短": _LINE * 6,
    "机关": _LINE * 12,
    "长": _LINE * 52,
    "数": _LINE * 3,
    "日期": "＿＿＿＿年＿＿月＿＿日",
}

Reader = Callable[[PaperData, str], str]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``name`` stands between the braces; ``blank`` where nothing is known; ``read`` takes a case and a step."""

    name: str
    group: Group
    meaning: Text
    example: str
    blank: str
    read: Reader | None = None


# -- what takes more than one path -----------------------------------------------------------------------------------


def _month(path: str) -> Reader:
    def read(data: PaperData, step: str) -> str:
        day = data.value(path)
        return f"{day.year}年{day.month}月" if day else ""

    return read


def _work(data: PaperData, step: str) -> str:
    return "".join(filter(None, (data.text("person.employer_or_school"), data.text("person.position"))))


def _reviews(data: PaperData) -> tuple[EntryData, ...]:
    return data.steps["halfyear_review"].logged("review_date") if "halfyear_review" in data.steps else ()


def _review_on(data: PaperData, step: str) -> str:
    entries = _reviews(data)
    return chinese_date(entries[-1].on) if entries else ""


def _review_text(data: PaperData, step: str) -> str:
    entries = _reviews(data)
    return entries[-1].text if entries else ""


def _review_count(data: PaperData, step: str) -> str:
    entries = _reviews(data)
    return f"第{len(entries)}次" if entries else ""


def _contact_opinions(data: PaperData, step: str) -> str:
    """The contacts' opinions since the review before the last, each with its day."""
    if "halfyear_review" not in data.steps:
        return ""
    reviews = _reviews(data)
    since = reviews[-2].on if len(reviews) > 1 else date.min
    opinions = (entry for entry in data.steps["halfyear_review"].logged("contact_opinion") if entry.on > since)
    return "\n".join(f"{entry.member}（{chinese_date(entry.on)}）：{entry.text}" for entry in opinions)


def _training(data: PaperData, step: str) -> str:
    days, hours = data.text("intensive_training.days"), data.text("intensive_training.hours")
    parts = [f"{days}天" if days else "", f"{hours}学时" if hours else ""]
    passed = data.value("intensive_training.passed")
    return "、".join(filter(None, parts)) + ("" if passed is None else "，合格" if passed else "，不合格")


def _leaves(data: PaperData, step: str) -> str:
    return data.text("person.expected_leave_date") or "无"


def _archive_checked(data: PaperData, step: str) -> str:
    checked = data.value("political_review.archive_checked")
    return "" if checked is None else "已查阅" if checked else "未查阅"


def _total_for(key: str) -> Reader:
    def read(data: PaperData, step: str) -> str:
        ballot = data.steps[key].ballot if key in data.steps else None
        return str(ballot.total_for) if ballot else ""

    return read


def _passed(data: PaperData, key: str) -> bool | None:
    """Whether the last vote of the step passed; None before there is one."""
    ballot = data.steps[key].ballot if key in data.steps else None
    return None if ballot is None else ballot.passed


def _admitted(data: PaperData, step: str) -> str:
    passed = _passed(data, "admission_branch_meeting")
    if passed is None:
        return ""
    name = data.text("person.name")
    return f"同意接收{name}同志为中共预备党员" if passed else f"不同意接收{name}同志为中共预备党员"


_DECISIONS = {"convert": "按期转为正式党员", "extend": "延长预备期", "cancel": "取消预备党员资格"}


def _converted(data: PaperData, step: str) -> str:
    decision = data.value("conversion_branch_meeting.decision")
    if not decision:
        return ""
    end = data.text("conversion_branch_meeting.extension_end")
    return _DECISIONS[decision] + (f"至{end}" if decision == "extend" and end else "")


def _conversion(data: PaperData, step: str) -> str:
    result = _converted(data, step)
    passed = _passed(data, "conversion_branch_meeting")
    if not result or passed is None:
        return ""
    name = data.text("person.name")
    verb = "同意" if passed else "未通过"
    return f"{verb}{name}同志{result}"


def _extended_to(data: PaperData, step: str) -> str:
    """The end of an extension granted in an earlier round."""
    ends = [row.text("extension_end") for row in data.earlier if row.key == "conversion_branch_meeting"]
    return next((end for end in reversed(ends) if end), "")


def _approved(data: PaperData, step: str) -> str:
    return "是" if data.value("committee_approval.result") == "approve" else ""


# -- what depends on the step that a paper is for ----------------------------------------------------------------------

_CONVERSION_STEPS = frozenset({"probation_education", "conversion_application", "conversion_review"})

_AGENDA = {
    "determine_activist": "研究确定入党积极分子",
    "propose_development_target": "研究拟列为发展对象的人选",
    "branch_committee_review": "审查发展对象是否合格，研究是否报上级党委预审",
    "conversion_review": "审查预备党员能否转正，提出提交支部党员大会讨论的意见",
}


def _agenda(data: PaperData, step: str) -> str:
    return _AGENDA.get(step, "")


def _deciding_meeting(data: PaperData, step: str) -> str:
    return "支部委员会会议" if data.branch.has_committee else "支部党员大会"


def _meeting(name: str) -> Reader:
    def read(data: PaperData, step: str) -> str:
        return data.text(f"{step}.{name}") if step in _AGENDA and step != "conversion_review" else ""

    return read


def _meeting_on(data: PaperData, step: str) -> str:
    row = data.steps.get(step) if step in _AGENDA else None
    return chinese_date(row.on) if row and row.acted else ""


def _meeting_attendance(field: str, sitting: str) -> Reader:
    def read(data: PaperData, step: str) -> str:
        entered = _meeting(field)(data, step)
        row = data.steps.get(step)
        if entered or row is None or row.sitting is None:
            return entered
        number = getattr(row.sitting, sitting)
        return "" if number is None else str(number)

    return read


_RESOLVED = {
    "determine_activist": "确定为入党积极分子",
    "propose_development_target": "拟列为发展对象，报上级党委同意",
    "branch_committee_review": "审查合格，报上级党委预审",
}


def _resolved(data: PaperData, step: str) -> str:
    if step == "conversion_review":
        proposal = data.value("conversion_review.proposal")
        return f"建议{_DECISIONS[proposal]}，提交支部党员大会讨论" if proposal else ""
    decision = data.value(f"{step}.decision") if step in _RESOLVED else None
    if decision is None:
        return ""
    return f"{'同意' if decision == 'agree' else '不同意'}{_RESOLVED[step]}"


def _heard_for(data: PaperData, step: str) -> str:
    if not step:
        return ""
    return "预备党员转正" if step in _CONVERSION_STEPS else "列为发展对象"


def _by_step(conversion: str, otherwise: str) -> Reader:
    def read(data: PaperData, step: str) -> str:
        path = conversion if step in _CONVERSION_STEPS else otherwise
        return data.text(path) if path else ""

    return read


def _notice_title(data: PaperData, step: str) -> str:
    return "预备党员转正公示" if step in _CONVERSION_STEPS else "发展对象公示"


def _notice_matter(data: PaperData, step: str) -> str:
    if step in _CONVERSION_STEPS:
        return "拟讨论下列预备党员转为正式党员"
    return "拟将下列同志列为发展对象"


_DERIVED: Mapping[str, Reader] = MappingProxyType(
    {
        "work": _work,
        "review_on": _review_on,
        "review_text": _review_text,
        "review_count": _review_count,
        "contact_opinions": _contact_opinions,
        "training": _training,
        "leaves": _leaves,
        "archive_checked": _archive_checked,
        "admitted": _admitted,
        "approved": _approved,
        "converted": _converted,
        "conversion": _conversion,
        "extended_to": _extended_to,
        "agenda": _agenda,
        "deciding_meeting": _deciding_meeting,
        "resolved": _resolved,
        "meeting_on": _meeting_on,
        "meeting_votes": _meeting("votes_for"),
        "meeting_eligible": _meeting_attendance("members_total", "eligible"),
        "meeting_present": _meeting_attendance("members_present", "present"),
        "heard_for": _heard_for,
        "notice_title": _notice_title,
        "notice_matter": _notice_matter,
    }
)


# -- the table ---------------------------------------------------------------------------------------------------------


def _reader(source: str) -> Reader | None:
    """A reader from what the table says: a path of a case, ``=name`` of one above, or a path with a way to read it."""
    if not source:
        return None
    if source.startswith("="):
        return _DERIVED[source[1:]]
    way, colon, path = source.partition(":")
    if not colon:
        check_path(source)
        return lambda data, step: data.text(source)
    if way == "month":
        return _month(path)
    if way == "votes_in_favour":
        return _total_for(path)
    return _by_step(*path.split("|"))


def _read_table() -> Iterator[Placeholder]:
    with (Path(__file__).parent / "placeholders.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Placeholder(
                name=row["name"],
                group=Group(row["group"]),
                meaning=Text(row["zh"], row["en"]),
                example=row["example"],
                blank=_blank(row["blank"]),
                read=_reader(row["source"]),
            )


def _blank(word: str) -> str:
    if not word.startswith("<"):
        return word
    width = word[1:-1]
    return _BLANKS[width] if width in _BLANKS else _LINE * int(width)


_ALL = tuple(_read_table())

PEOPLE = "名册"
ROW = "人"

#: Those of a person or a case; those of the paper as a whole; those that stand only in the list of people.
PLACEHOLDERS: Mapping[str, Placeholder] = MappingProxyType({p.name: p for p in _ALL if p.read is not None})
PAPER: Mapping[str, Placeholder] = MappingProxyType({p.name: p for p in _ALL if p.group is Group.PAPER})
ROW_ONLY: Mapping[str, Placeholder] = MappingProxyType({p.name: p for p in _ALL if p.group is Group.ROW})
#: Names that may stand alone, and names that may stand after ``人.``.
TOP_NAMES = frozenset({*PLACEHOLDERS, *PAPER, PEOPLE})
ROW_NAMES = frozenset({*PLACEHOLDERS, *ROW_ONLY})

#: How each is written, for the page of placeholders.
HOW: Mapping[str, str | tuple[str, ...]] = MappingProxyType(
    {
        "one": "{{ 姓名 }}",
        "cell": "{{ 姓名|格 }}",
        "people": ("{%tr for 人 in 名册 %}", "{{ 人.序号 }}　{{ 人.姓名 }}", "{%tr endfor %}"),
        "condition": ("{%p if 红头 %}", "{%p endif %}"),
    }
)
