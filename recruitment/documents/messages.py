"""The words of a message: a surname, a branch, a step and a rule. Never a number, a full name or a link to a person.

Messages are written in Chinese, whatever language the page is read in that caused them: they go to offices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from recruitment.models import Case, Notification, Topic
from recruitment.rules.explain import day_text, flag_name
from recruitment.rules.facts import RETURNED
from recruitment.rules.lights import RED
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import SERVICE
from recruitment.rules.texts import STEPS as STEP_NAMES
from recruitment.rules.vetoes import MEMBERSHIP_CANCELLED, VETOES

LINES_SHOWN = 10
_SAMPLE = "样本·"
_SUBJECT_LENGTH = 120
#: Notices that may be named outside.
_SAID_OUTSIDE = {
    "yellow_escalated": "黄灯久未消除",
    "correction_requested": "有更正等待批准",
    "correction_approved": "更正已批准",
    "correction_refused": "更正未获批准",
    "archive_handed_over": "归档材料待接收",
    "archive_received": "归档材料已接收",
    "archive_returned": "归档材料被退回",
}
#: What is told of the library and of a required pass.
_LEARNING = {
    "policy_added": "学习资料新增《{title}》",
    "policy_renewed": "学习资料《{title}》已更新",
    "pass_due": "要求您一年内测试合格，请在 {due} 前完成",
    "pass_late": "要求您一年内测试合格，期限 {due}，已超过",
}
_TOPICS = {
    Topic.RED: "红灯",
    Topic.LATE: "超过期限",
    Topic.RETURNED: "退回补正",
    Topic.SUSPENDED: "暂停办理",
    Topic.LEARNING: "学习",
    Topic.OTHER: "其他提醒",
}
#: Surnames of two characters that a table of names in use knows; others are read as one.
_COMPOUND = (
    " 欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
    "太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 "
    "漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门 第五 南荣 "
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell."""

    topic: Topic
    line: str


def topic_of(case: Case | None, code: str) -> Topic:
    """What a notification of this code is about. A veto's situation is red while the case is; else it suspends."""
    if code in _LEARNING:
        return Topic.LEARNING
    if case is None:
        return Topic.LATE
    if code == RETURNED:
        return Topic.RETURNED
    if code in GATES or code in SERVICE:
        return Topic.LATE
    if code in VETOES:
        return Topic.RED if case.light == RED else Topic.SUSPENDED
    return Topic.RED if code == MEMBERSHIP_CANCELLED else Topic.OTHER


def surname(name: str) -> str:
    """``张某`` for 张三, ``欧阳某`` for 欧阳小红; of a name with a dot, the first character alone.

    A sample stays marked as one, outside as well.
    """
    name = name.strip()
    if name.startswith(_SAMPLE) and len(name) > len(_SAMPLE):
        return _SAMPLE + surname(name.removeprefix(_SAMPLE))
    return f"{name[:2] if len(name) > 2 and f' {name[:2]} ' in _COMPOUND else name[:1]}某"


def item(told: Notification, stored_topic: str) -> Item:
    """The line of a notification. What a red or a suspension is about is the person's own affair, and stays inside."""
    topic, case = Topic(stored_topic), told.case
    if case is None:
        return Item(topic, _without_case(told))
    who = f"{surname(case.person.name)}（{case.branch}）"
    step = f"第{STEPS[told.step].number}步“{STEP_NAMES[told.step].zh}”" if told.step in STEPS else ""
    if topic is Topic.RED:
        what = "亮红灯，等待裁定"
    elif topic is Topic.SUSPENDED:
        what = f"{step}暂停办理"
    elif topic is Topic.RETURNED:
        what = f"{step}被退回，请补正"
    elif topic is Topic.OTHER:
        # How a red or an appeal was decided is the person's own affair as well.
        what = f"{step}{_SAID_OUTSIDE.get(told.code, '有新的提醒')}"
    else:
        until = f"，期限 {day_text(told.due).zh}" if told.due else ""
        what = f"{step}{flag_name(told.code).zh}{until}，已超过"
    return Item(topic, f"{who}：{what}")


def _without_case(told: Notification) -> str:
    due = day_text(told.due).zh if told.due else ""
    if told.policy is not None:
        return _LEARNING[told.code].format(title=told.policy.document.title)
    if told.code in _LEARNING:
        return f"{told.about}：{_LEARNING[told.code].format(due=due)}"
    return f"{told.about}：{flag_name(told.code).zh}，期限 {due}"


def single(told: Item) -> tuple[str, str]:
    """Title and text of a message about one thing."""
    return f"【发展党员】{_TOPICS[told.topic]}提醒", f"{told.line}。\n{_closing()}"


def digest(items: Sequence[Item], day: str) -> tuple[str, str]:
    """Title and text of a day's digest: numbers by topic, then the first lines."""
    counts = Counter(told.topic for told in items)
    numbers = "，".join(f"{name} {counts[topic]} 件" for topic, name in _TOPICS.items() if counts[topic])
    order = list(_TOPICS)
    lines = [f"· {told.line}" for told in sorted(items, key=lambda told: order.index(told.topic))[:LINES_SHOWN]]
    if len(items) > LINES_SHOWN:
        lines.append(f"· 另有 {len(items) - LINES_SHOWN} 件")
    subject = f"【发展党员】{day}提醒 {len(items)} 件"[:_SUBJECT_LENGTH]
    return subject, "\n".join([f"{numbers}。", *lines, _closing()])


def test() -> tuple[str, str]:
    """Title and text by which an administrator tries a channel."""
    return "【发展党员】测试消息", f"这是一条测试消息，收到即说明渠道可用。\n{_closing()}"


def _closing() -> str:
    link = f"{settings.SITE_URL.rstrip('/')}{reverse('dashboard')}" if settings.SITE_URL else ""
    return f"请登录系统，在“待办”中办理。{link}\n系统提示不构成组织认定。"
