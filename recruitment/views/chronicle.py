"""The acts of a case in words, from its chain in the audit; the rows of ``components/timeline.html``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.models import Entry
from recruitment import machine
from recruitment.documents.papers import CODES, name_of
from recruitment.models import Case, MeetingPaper, Person
from recruitment.rules import texts
from recruitment.rules.explain import day_text, flag_name
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import Text
from recruitment.rules.values import read
from recruitment.selectors.timeline import Around, origins_of
from recruitment.services.corrections import typed
from recruitment.views.correcting import entry_text, is_of_entry, item_label
from recruitment.views.entered import value_text
from recruitment.words import listed, localised

ACTS: Mapping[str, Promise] = {
    "case_opened": pgettext_lazy("history", "建档"),
    "person_changed": pgettext_lazy("history", "修改本人基本情况"),
    "step_recorded": pgettext_lazy("history", "登记"),
    "step_submitted": pgettext_lazy("history", "提交校核"),
    "step_reported": pgettext_lazy("history", "上报材料"),
    "materials_uploaded": pgettext_lazy("history", "上传材料"),
    "log_entered": pgettext_lazy("history", "记台账"),
    "deliberated": pgettext_lazy("history", "登记审议"),
    "meeting_discussed": pgettext_lazy("history", "会议讨论表决"),
    "meeting_paper_issued": pgettext_lazy("history", "印发会议文书"),
    "inquiry_sent": pgettext_lazy("history", "发出函调或者征求意见"),
    "inquiry_reminded": pgettext_lazy("history", "催办"),
    "inquiry_answered": pgettext_lazy("history", "收到答复"),
    "inquiry_withdrawn": pgettext_lazy("history", "不再等待答复"),
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
    "archive_handed_over": pgettext_lazy("history", "移交归档材料"),
    "archive_received": pgettext_lazy("history", "确认接收归档材料"),
    "archive_returned": pgettext_lazy("history", "退回归档材料"),
    "archive_kept": pgettext_lazy("history", "确认归档材料的保管"),
    "archive_entry_corrected": pgettext_lazy("history", "更正归档材料的登记"),
    "travel_file_made": pgettext_lazy("history", "生成随案卷宗"),
    "case_imported": pgettext_lazy("history", "由外单位的随案卷宗转入"),
    "case_closed": pgettext_lazy("history", "结束"),
    "appeal_received": pgettext_lazy("history", "收到申诉"),
    "appeal_answered": pgettext_lazy("history", "答复申诉"),
    "yellow_escalated": pgettext_lazy("history", "黄灯报上级"),
    "correction_requested": pgettext_lazy("history", "申请更正"),
    "correction_approved": pgettext_lazy("history", "批准更正"),
    "correction_refused": pgettext_lazy("history", "不批准更正"),
    "correction_withdrawn": pgettext_lazy("history", "撤回更正申请"),
    "swept": pgettext_lazy("history", "系统到期提示"),
}


#: The kinds of acts by which a timeline is narrowed, as ``selectors.timeline.KINDS`` names them.
KIND_NAMES: Mapping[str, Promise] = {
    "": pgettext_lazy("history", "全部"),
    "steps": pgettext_lazy("history", "办理"),
    "verification": pgettext_lazy("history", "校核"),
    "papers": pgettext_lazy("history", "材料"),
    "flags": pgettext_lazy("history", "提醒"),
    "corrections": pgettext_lazy("history", "更正"),
    "transfer": pgettext_lazy("history", "转接"),
    "interventions": pgettext_lazy("history", "否决、暂停和结束"),
}
#: What the status of a step was and became, for acts that do not say it themselves.
_BECAME = {
    "step_verified": (machine.SUBMITTED, machine.VERIFIED),
    "step_returned": (machine.SUBMITTED, machine.RETURNED),
}
#: The acts that tell all three dates of a step.
_DATED = frozenset({"step_recorded", "step_submitted", "step_verified", "step_returned"})


@dataclass(frozen=True, slots=True)
class Dates:
    """The three dates of an act: when it happened, when it was entered and when it was verified."""

    happened: date | None
    entered: date | None
    verified: date | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, what, on which step, from what to what, and in whose words."""

    at: datetime
    action: str
    actor: str
    on_behalf_of: str
    detail: str
    light: str
    before: Text | str = ""
    after: Text | str = ""
    dates: Dates | None = None
    links: tuple[tuple[str, str], ...] = ()


def happenings(case: Case, *, last: int | None = None) -> list[Happening]:
    """The acts of the case, the latest first. One query."""
    entries = Entry.objects.filter(chain=case.chain).order_by("-seq")
    return list(in_words(entries[:last] if last else entries))


def in_words(
    entries: Iterable[Entry], around: Around | None = None, *, case: Case | None = None, linked: bool = True
) -> Iterator[Happening]:
    """Entries of a chain as people read them, in the order given; with ``around`` also their dates and names.

    Not ``linked``: they are of another installation, whose keys lead nowhere here.
    """
    for entry in entries:
        payload = entry.payload
        light = payload.get("light")
        before, after = _movement(entry.action, payload, around or Around())
        dates = _dates(entry, around) if around is not None else None
        yield Happening(
            at=entry.at,
            action=_headline(entry.action, payload),
            actor=entry.actor_name if entry.actor_id else str(_("系统")),
            on_behalf_of=entry.on_behalf_of,
            detail="\n".join(_details(payload, around or Around(), dated=dates is not None)),
            light=light[1] if light else "",
            before=before,
            after=after,
            dates=dates,
            links=tuple(_links(payload, case)) if linked else (),
        )


def _headline(action: str, payload: Mapping[str, Any]) -> str:
    name = str(ACTS.get(action, action))
    key = payload.get("step")
    return f"{name} · {STEPS[key].number}. {localised(texts.STEPS[key])}" if key in STEPS else name


def _movement(action: str, payload: Mapping[str, Any], around: Around) -> tuple[Text | str, Text | str]:
    """From what to what: the status of a step, the branch of a case, the step to which it was sent back."""
    if action.startswith("transfer_"):
        here, there = (around.organisations.get(payload.get(name, ""), "") for name in ("from", "to"))
        return here, there
    if action == "case_sent_back" and payload.get("from") in STEPS:
        return texts.STEPS[payload["from"]], texts.STEPS[payload["step"]]
    moved = payload.get("status")
    # An answered appeal has a status of its own, which is no step's.
    was, became = moved if isinstance(moved, list) else _BECAME.get(action, ("", ""))
    if was == became:
        return "", ""
    return texts.CASE_STATES.get(was, ""), texts.CASE_STATES.get(became, "")


def _dates(entry: Entry, around: Around) -> Dates | None:
    payload = entry.payload
    if entry.action not in _DATED or payload.get("step") not in STEPS:
        return None
    record = around.record(payload["step"], payload.get("round", 1), entry.at)
    entering = entry.action in ("step_recorded", "step_submitted")
    # An attempt that did not stand was never verified; the record has gone on to the next.
    stood = record is not None and payload.get("attempt", record.attempt) == record.attempt
    entered_day = around.action_day(payload["step"], payload.get("round", 1), entry.seq)
    happened = _happened_on(payload) or (date.fromisoformat(entered_day) if entered_day else None)
    entered = entry.at if entering else record.entered_at if record is not None else None
    return Dates(happened, entered, record.verified_at if record is not None and stood else None)


def _links(payload: Mapping[str, Any], case: Case | None) -> Iterator[tuple[str, str]]:
    if sitting := payload.get("sitting"):
        yield reverse("sitting", args=[sitting]), str(_("看这次会议"))
    if meeting := payload.get("meeting"):
        yield reverse("meeting", args=[meeting]), str(_("看这次会议"))
    if paper := payload.get("meeting_paper"):
        yield reverse("meeting_file", args=[payload["meeting"], paper]), str(_("看这份文书"))
    if case is not None and (correction := payload.get("correction")):
        yield reverse("correction", args=[case.number, correction]), str(_("看这项更正"))


@dataclass(frozen=True, slots=True)
class Earlier:
    """The acts of a case in another installation, the latest first, and who sealed them when, under which key."""

    by: str
    at: datetime
    key: str
    happenings: tuple[Happening, ...]


def earlier(case: Case) -> list[Earlier]:
    """What was done with the case before it came here, the place it was last in first. One query."""
    return [
        Earlier(origin.by, origin.at, origin.key, tuple(in_words(origin.entries, linked=False)))
        for origin in origins_of(case)
    ]


def _details(payload: Mapping[str, Any], around: Around, *, dated: bool) -> Iterator[str]:
    """The lines below an act. In a case from elsewhere, a code that only a later version knows is said as it is."""
    if not dated and (happened := _happened_on(payload)):
        yield str(_("办理日期：%(day)s")) % {"day": localised(day_text(happened))}
    if addressee := payload.get("addressee"):
        yield str(addressee)
    if origin := payload.get("origin"):
        issued = localised(day_text(datetime.fromisoformat(origin["issued_at"]).date()))
        yield str(_("签发：%(by)s，%(day)s")) % {"by": origin["issued_by"], "day": issued}
        yield str(_("密钥指纹：%(key)s")) % {"key": origin["key"]}
    if changed := payload.get("person_changed"):
        labels = {
            field.name: field.verbose_name for field in Person._meta.get_fields() if hasattr(field, "verbose_name")
        }
        names = listed(str(labels.get(name, name)) for name in changed)
        yield str(_("本人信息改为卷宗所载：%(names)s")) % {"names": names}
    if kind := texts.LOG_KINDS.get(payload.get("kind", "")):
        yield localised(kind)
    if outcome := texts.OUTCOMES.get(payload.get("outcome") or ""):
        yield localised(outcome)
    if ending := texts.CLOSE_OUTCOMES.get(payload.get("outcome") or ""):
        yield localised(ending)
    if codes := dict.fromkeys(paper["code"] for paper in payload.get("materials") or ()):
        yield str(_("材料：%(codes)s")) % {"codes": listed(codes)}
    if votes := payload.get("votes"):
        yield str(_("票数：%(votes)s")) % {"votes": " / ".join(map(str, votes))}
    if issued := payload.get("meeting_paper_kind"):
        number = payload.get("number")
        name = str(dict(MeetingPaper.Kind.choices).get(issued, issued))
        yield f"{name} · {number}" if number else name
    if paper := payload.get("paper"):
        yield f"{localised(name_of(paper)) if paper in CODES else paper} · {payload['printing']}"
    if returned := payload.get("return_code"):
        yield localised(texts.CUSTODY_RETURNS.get(returned, Text(returned, returned)))
    if code := payload.get("code"):
        if code in texts.RETURN_REASONS:
            yield localised(texts.RETURN_REASONS[code].name)
        else:
            yield f"{code} {_named(code)}" if code in texts.VETOES else str(code)
    for code in payload.get("codes") or ():
        yield f"{code} {_named(code)}"
    if flag := payload.get("flag"):
        yield _named(flag)
    for change in payload.get("changes") or ():
        yield _changed(change, around)
    # The text of a log entry is a digest in the audit, and nothing that a person could read.
    for name in ("reason", "text", "opinion"):
        words = payload.get(name)
        if isinstance(words, str) and words and not words.startswith("sha256:"):
            yield words
    if checked := payload.get("checked"):
        yield str(_("逐项核对 %(n)s 项")) % {"n": len(checked)}
    if raised := [_named(flag["code"]) for flag in payload.get("flags_raised") or ()]:
        yield str(_("出现：%(flags)s")) % {"flags": listed(dict.fromkeys(raised))}
    if passed := [_named(limit["code"]) for limit in payload.get("limits_passed") or ()]:
        yield str(_("超过办理时限：%(limits)s")) % {"limits": listed(dict.fromkeys(passed))}
    if fallen := [_named(flag["code"]) for flag in payload.get("flags_fallen") or ()]:
        yield str(_("消除：%(flags)s")) % {"flags": listed(dict.fromkeys(fallen))}


def _changed(change: Mapping[str, Any], around: Around) -> str:
    """One corrected field, before and after; what is private is only named."""
    key, name = change["step"], change["field"]
    if not (is_of_entry(key, name) or (f"{key}.{name}" in texts.FIELDS if key else name in texts.PERSON_FIELDS)):
        return f"{key} {name}".strip()
    label = localised(item_label(key, name))
    field = STEPS[key].field(name) if key else None
    values = (change.get("before"), change.get("after"))
    if is_of_entry(key, name) and name != "text":
        words = [entry_text(name, typed(key, name, value), around.members) for value in values]
    elif field is None or field.sensitive:
        return str(_("%(field)s：已更正，内容涉及个人隐私")) % {"field": label}
    else:
        words = [
            value_text(STEPS[key], field, read(field, value) if value is not None else None, around.members)
            for value in values
        ]
    before, after = (localised(said) if isinstance(said, Text) else said or "—" for said in words)
    return str(_("%(field)s：%(before)s → %(after)s")) % {"field": label, "before": before, "after": after}


def _happened_on(payload: Mapping[str, Any]) -> date | None:
    """The day on which it happened offline, as against the moment at which it was entered."""
    step = STEPS.get(payload.get("step", ""))
    named = (payload.get("values") or {}).get(step.action_date) if step else None
    day = named or payload.get("on") or payload.get("reported_on") or payload.get("held_on")
    return date.fromisoformat(day) if isinstance(day, str) else None


def _named(code: str) -> str:
    known = code in texts.FLAGS or code in GATES or code in texts.SERVICE or code in texts.VETOES
    return localised(flag_name(code) if known else Text(code, code))
