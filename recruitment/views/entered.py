"""The fields of a step in words, as they were entered, with what changed since the step was returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from recruitment.rules import texts
from recruitment.rules.explain import day_text
from recruitment.rules.schema import Field, FieldType, Step
from recruitment.rules.texts import Text, duration_text
from recruitment.rules.values import InvalidValueError, read
from recruitment.selectors.submission import SEALED, Submission
from recruitment.words import listed

_YES, _NO = Text("是", "yes"), Text("否", "no")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of ``components/facts.html``."""

    label: Text | str
    value: Text | str | None
    note: Text | str = ""
    changed: bool = False


def entered(submission: Submission, *, sealed: bool) -> list[Fact]:
    """Every field of the step, filled or not. ``sealed``: sensitive ones are shown as well."""
    step = submission.record.definition
    return list(_facts(step, submission.values, submission.members, sealed, submission.changed))


def attempted(step: Step, values: Mapping[str, Any], members: Mapping[int, str], *, sealed: bool) -> list[Fact]:
    """The fields that an act held which did not stand."""
    return [fact for fact in _facts(step, values, members, sealed, {}) if fact.value is not None]


def _facts(
    step: Step, values: Mapping[str, Any], members: Mapping[int, str], sealed: bool, changed: Mapping[str, Any]
) -> Iterator[Fact]:
    for field in step.fields:
        value = values.get(field.name)
        if field.computed and value is None:
            continue
        label = texts.FIELDS[f"{step.key}.{field.name}"].label
        if field.sensitive and not sealed:
            yield Fact(label, _("涉及个人隐私，只有办理和校核的人员可以查看。"))
            continue
        yield Fact(
            label,
            value_text(step, field, value, members),
            _note(step, field, changed, members),
            field.name in changed,
        )


def value_text(step: Step, field: Field, value: Any, members: Mapping[int, str]) -> Text | str | None:
    """A typed value in words; None where nothing was entered."""
    if value is None or value == "" or value == ():
        return None
    match field.type:
        case FieldType.DATE:
            return day_text(value) if isinstance(value, date) else str(value)
        case FieldType.BOOLEAN:
            return _YES if value else _NO
        case FieldType.ENUM:
            return texts.CHOICES[f"{step.key}.{field.name}"][value]
        case FieldType.DURATION:
            return duration_text(value)
        case FieldType.MEMBERS:
            return listed(members.get(pk, str(pk)) for pk in value)
        case FieldType.CODES:
            return _joined([_code_text(code) for code in value])
        case FieldType.PERSONS | FieldType.CHECKLIST:
            return listed(value)
    return str(value)


def _code_text(code: str) -> Text:
    name = texts.FORMS.get(code) or texts.DOCUMENTS.get(code)
    return Text(f"{code} {name.zh}", f"{code} {name.en}") if name else Text(code, code)


def _joined(pairs: list[Text]) -> Text:
    return Text("、".join(pair.zh for pair in pairs), "; ".join(pair.en for pair in pairs))


def _note(step: Step, field: Field, changed: Mapping[str, Any], members: Mapping[int, str]) -> Text | str:
    if field.name not in changed:
        return _("由系统按规则计算。") if field.computed else ""
    before = changed[field.name]
    if before is SEALED:
        return _("上次退回后改过；原来的内容加密保存，不在这里显示。")
    if before is None:
        return _("上次退回时没有填。")
    try:
        words = value_text(step, field, read(field, before), members)
    except InvalidValueError:
        words = str(before)
    if isinstance(words, Text):
        return Text(f"退回时为：{words.zh}", f"When returned: {words.en}")
    return _("退回时为：%(value)s") % {"value": words}
