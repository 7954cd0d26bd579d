"""What a correction changes, in words: one line for each thing, with rule, article and arithmetic.

Pure, like :mod:`recruitment.rules.explain`, whose words it uses: it fills sentences and judges nothing again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from recruitment.rules import texts
from recruitment.rules.consequences import Consequences, Followed, Judged, Moved
from recruitment.rules.explain import (
    NOTHING,
    Explanation,
    day_text,
    explain_finding,
    explain_flag,
    explain_reason,
    field_label,
    flag_name,
)
from recruitment.rules.schema import Kind
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text


class Effect(StrEnum):
    """What kind of change it is. ``BROKEN`` forbids the correction."""

    BROKEN = "broken"
    CURED = "cured"
    MISSED = "missed"
    MET = "met"
    LIGHT = "light"
    RAISED = "raised"
    FALLEN = "fallen"
    DEADLINE = "deadline"
    LOCK = "lock"
    FOLLOWED = "followed"
    KEPT = "kept"


#: What each kind is called, in the order in which people read them.
HEADINGS: dict[Effect, Text] = {
    Effect.BROKEN: Text("不再符合，因此不能更正", "No longer met, so the correction is not possible"),
    Effect.CURED: Text("原来不符合，更正后符合", "Not met before, met afterwards"),
    Effect.MISSED: Text("原来符合，更正后不符合", "Met before, missed afterwards"),
    Effect.MET: Text("原来超期，更正后按期", "Missed before, met afterwards"),
    Effect.LIGHT: Text("灯的变化", "The light"),
    Effect.RAISED: Text("新出现的提醒", "Reminders that appear"),
    Effect.FALLEN: Text("消除的提醒", "Reminders that go"),
    Effect.DEADLINE: Text("期限的变化", "Deadlines that move"),
    Effect.LOCK: Text("开放日期的变化", "Opening dates that move"),
    Effect.FOLLOWED: Text("随之推算的栏目", "Fields worked out anew"),
    Effect.KEPT: Text("判断不变，推算有变", "Judged as before, by another arithmetic"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changes. ``step`` is the number of its step, 0 where it belongs to none."""

    kind: Effect
    step: int
    words: Explanation


def effect_lines(found: Consequences, today: date) -> tuple[Line, ...]:
    """Everything that follows, what forbids the correction first."""
    return tuple(_lines(found, today))


def _lines(found: Consequences, today: date) -> Iterator[Line]:
    for judged in found.broken:
        yield _judged(Effect.BROKEN, judged, today)
    for judged in found.cured:
        yield without_cure(_judged(Effect.CURED, judged, today))
    for judged in found.missed:
        line = _judged(Effect.MISSED, judged, today)
        # A period is told of a closed log only, where nobody can enter anything any more.
        is_period = judged.after is not None and judged.after.gate.kind is Kind.EVERY
        yield without_cure(line) if is_period else line
    for judged in found.met:
        yield without_cure(_judged(Effect.MET, judged, today))
    for judged in found.kept:
        yield without_cure(_judged(Effect.KEPT, judged, today))
    if found.changes_light:
        before, after = texts.LIGHTS[found.before.light], texts.LIGHTS[found.after.light]
        yield _plain(Effect.LIGHT, 0, Text(f"{before.zh} → {after.zh}", f"{before.en} → {after.en}"))
    for kind, flags in ((Effect.RAISED, found.raised), (Effect.FALLEN, found.fallen)):
        for flag in flags:
            line = Line(kind, _number(flag.step), explain_flag(flag, today))
            yield without_cure(line) if kind is Effect.FALLEN else line
    for moved in found.deadlines:
        yield _plain(Effect.DEADLINE, _number(moved.step), _moved(moved, flag_name(moved.code)), flag_name(moved.code))
    for moved in found.locks:
        name = texts.GATES[moved.code].name
        yield _plain(Effect.LOCK, _number(moved.step), _moved(moved, name), name)
    for followed in found.followed:
        label = field_label(followed.step, followed.name)
        yield _plain(Effect.FOLLOWED, _number(followed.step), _followed(followed, label), label)


def without_cure(line: Line) -> Line:
    """The line without advice: what is met, or has gone, asks nothing of anybody."""
    return Line(line.kind, line.step, replace(line.words, cure=NOTHING))


def _judged(kind: Effect, judged: Judged, today: date) -> Line:
    finding = judged.after or judged.before
    if judged.reason is not None:
        words = explain_reason(judged.reason, today, step=judged.step)
    else:
        assert finding is not None
        words = explain_finding(finding, today)
    return Line(kind, _number(judged.step), words)


def _plain(kind: Effect, step: int, sentence: Text, title: Text = NOTHING) -> Line:
    return Line(kind, step, Explanation(title, sentence, NOTHING, NOTHING, NOTHING))


def _number(step: str) -> int:
    return STEPS[step].number if step in STEPS else 0


def _moved(moved: Moved, name: Text) -> Text:
    before = day_text(moved.before) if moved.before else None
    after = day_text(moved.after) if moved.after else None
    if before and after:
        return Text(f"{name.zh}：{before.zh} → {after.zh}", f"{name.en}: {before.en} → {after.en}")
    if after:
        return Text(f"{name.zh}：新增，{after.zh}", f"{name.en}: new, {after.en}")
    assert before is not None
    return Text(f"{name.zh}：不再有（原为{before.zh}）", f"{name.en}: none any more (was {before.en})")


def _followed(followed: Followed, label: Text) -> Text:
    before, after = _value(followed.before), _value(followed.after)
    return Text(f"{label.zh}：{before.zh} → {after.zh}", f"{label.en}: {before.en} → {after.en}")


def _value(value: Any) -> Text:
    if isinstance(value, date):
        return day_text(value)
    return Text("—", "—") if value is None else Text(str(value), str(value))
