"""The acts of a case in words, from its chain in the audit; the rows of ``components/timeline.html``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.models import Entry
from recruitment.documents.papers import name_of
from recruitment.models import Case
from recruitment.rules import texts
from recruitment.rules.explain import day_text, flag_name
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import Text
from recruitment.words import listed, localised

ACTS: Mapping[str, Promise] = {
    "case_opened": pgettext_lazy("history", "建档"),
    "person_changed": pgettext_lazy("history", "更正本人基本情况"),
    "step_recorded": pgettext_lazy("history", "登记"),
    "step_submitted": pgettext_lazy("history", "提交校核"),
    "step_reported": pgettext_lazy("history", "上报材料"),
    "materials_uploaded": pgettext_lazy("history", "上传材料"),
    "log_entered": pgettext_lazy("history", "记台账"),
    "deliberated": pgettext_lazy("history", "登记审议"),
    "originals_seen": pgettext_lazy("history", "核对原件"),
    "step_verified": pgettext_lazy("history", "校核通过"),
    "step_returned": pgettext_lazy("history", "退回补正"),
    "case_sent_back": pgettext_lazy("history", "送回前面的环节"),
    "flag_explained": pgettext_lazy("history", "说明提示"),
    "case_suspended": pgettext_lazy("history", "暂停"),
    "case_resumed": pgettext_lazy("history", "恢复"),
    "veto_raised": pgettext_lazy("history", "提出一票否决"),
    "veto_confirmed": pgettext_lazy("history", "确认一票否决，本次发展终止"),
    "veto_dismissed": pgettext_lazy("history", "撤销一票否决，继续办理"),
    "case_reinstated": pgettext_lazy("history", "申诉成立，恢复办理"),
    "transfer_requested": pgettext_lazy("history", "申请转接"),
    "transfer_accepted": pgettext_lazy("history", "接收转接"),
    "transfer_refused": pgettext_lazy("history", "退回转接"),
    "paper_printed": pgettext_lazy("history", "打印表格"),
    "archive_made": pgettext_lazy("history", "取出归档材料"),
    "travel_file_made": pgettext_lazy("history", "生成随案卷宗"),
    "case_closed": pgettext_lazy("history", "结束"),
    "swept": pgettext_lazy("history", "系统到期提示"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, what, on which step, and in whose words."""

    at: datetime
    action: str
    actor: str
    on_behalf_of: str
    detail: str
    light: str


def happenings(case: Case, *, last: int | None = None) -> list[Happening]:
    """The acts of the case, the latest first. One query."""
    entries = Entry.objects.filter(chain=case.chain).order_by("-seq")
    return list(in_words(entries[:last] if last else entries))


def in_words(entries: Iterable[Entry]) -> Iterator[Happening]:
    """Entries of a chain as people read them, in the order given."""
    for entry in entries:
        payload = entry.payload
        light = payload.get("light")
        yield Happening(
            at=entry.at,
            action=_headline(entry.action, payload),
            actor=entry.actor_name if entry.actor_id else str(_("系统")),
            on_behalf_of=entry.on_behalf_of,
            detail="\n".join(_details(payload)),
            light=light[1] if light else "",
        )


def _headline(action: str, payload: Mapping[str, Any]) -> str:
    name = str(ACTS.get(action, action))
    key = payload.get("step")
    return f"{name} · {STEPS[key].number}. {localised(texts.STEPS[key])}" if key in STEPS else name


def _details(payload: Mapping[str, Any]) -> Iterator[str]:
    if happened := _happened_on(payload):
        yield str(_("办理日期：%(day)s")) % {"day": localised(day_text(happened))}
    if kind := texts.LOG_KINDS.get(payload.get("kind", "")):
        yield localised(kind)
    if outcome := texts.OUTCOMES.get(payload.get("outcome") or ""):
        yield localised(outcome)
    if ending := texts.CLOSE_OUTCOMES.get(payload.get("outcome") or ""):
        yield localised(ending)
    if codes := dict.fromkeys(paper["code"] for paper in payload.get("materials") or ()):
        yield str(_("材料：%(codes)s")) % {"codes": listed(codes)}
    if paper := payload.get("paper"):
        yield f"{localised(name_of(paper))} · {payload['printing']}"
    if code := payload.get("code"):
        yield f"{code} {_named(code)}" if code in texts.VETOES else str(code)
    for code in payload.get("codes") or ():
        yield f"{code} {_named(code)}"
    if flag := payload.get("flag"):
        yield _named(flag)
    # The text of a log entry is a digest in the audit, and nothing that a person could read.
    for name in ("reason", "text", "opinion"):
        words = payload.get(name)
        if isinstance(words, str) and words and not words.startswith("sha256:"):
            yield words
    if raised := [_named(flag["code"]) for flag in payload.get("flags_raised") or ()]:
        yield str(_("出现：%(flags)s")) % {"flags": listed(dict.fromkeys(raised))}
    if fallen := [_named(flag["code"]) for flag in payload.get("flags_fallen") or ()]:
        yield str(_("消除：%(flags)s")) % {"flags": listed(dict.fromkeys(fallen))}


def _happened_on(payload: Mapping[str, Any]) -> date | None:
    """The day on which it happened offline, as against the moment at which it was entered."""
    step = STEPS.get(payload.get("step", ""))
    named = (payload.get("values") or {}).get(step.action_date) if step else None
    day = named or payload.get("on") or payload.get("reported_on") or payload.get("held_on")
    return date.fromisoformat(day) if isinstance(day, str) else None


def _named(code: str) -> str:
    known = code in texts.FLAGS or code in GATES or code in texts.VETOES
    return localised(flag_name(code) if known else Text(code, code))
