"""What the pages of corrections share: the difference field by field, and what follows from it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment.models import Case, Correction, CorrectionItem, LogEntry
from recruitment.rules import texts
from recruitment.rules.effects import HEADINGS, Effect, Line
from recruitment.rules.explain import day_text, from_json
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.corrections import named_members
from recruitment.services.corrections import Difference, typed
from recruitment.views.aftermath import step_title
from recruitment.views.casebox import Reason, reason_of
from recruitment.views.entered import value_text
from recruitment.words import localised


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One field, before and after. ``hidden``: it is not for this reader."""

    label: Text
    before: Any
    after: Any
    hidden: bool = False
    followed: bool = False
    step: str = ""


@dataclass(frozen=True, slots=True)
class EffectGroup:
    """Changes of one kind, with their heading."""

    kind: str
    heading: Text
    lines: list[tuple[int, Reason]]


def differences(found: Iterable[Difference], *, sealed: bool, home: str) -> list[DiffRow]:
    """A correction thought through but not yet asked for."""
    found = list(found)
    members = named_members((d.step, d.field, value) for d in found for value in (d.before, d.after))
    return [
        _row(d.step, d.field, d.before, d.after, members, hidden=_hidden(d.step, d.sensitive, sealed), home=home)
        for d in found
    ]


def stored_differences(items: Iterable[CorrectionItem], *, sealed: bool, home: str) -> list[DiffRow]:
    """A correction as it stands on the case. ``sealed``: what is private is shown as well. At most one query."""
    values = [
        (item, typed(item.step, item.field, item.before), typed(item.step, item.field, item.after)) for item in items
    ]
    members = named_members((i.step, i.field, value) for i, *pair in values for value in pair)
    return [
        _row(
            item.step,
            item.field,
            before,
            after,
            members,
            hidden=_hidden(item.step, item.is_sealed, sealed),
            home=home,
        )
        for item, before, after in values
    ]


def _hidden(step: str, sensitive: bool, sealed: bool) -> bool:
    # All that is known of a person stays with those who take part in the case.
    return not sealed and (sensitive or not step)


def _row(step: str, name: str, before: Any, after: Any, members: dict[int, str], *, hidden: bool, home: str) -> DiffRow:
    if is_of_entry(step, name):
        words = (None if hidden else entry_text(name, value, members) for value in (before, after))
        return DiffRow(texts.ENTRY_FIELDS[name], *words, hidden)
    if not step:
        label = texts.PERSON_FIELDS[name].label
        return DiffRow(label, *(None if hidden else _person_value(name, value) for value in (before, after)), hidden)
    row = STEPS[step]
    field = row.field(name)
    assert field is not None
    return DiffRow(
        texts.FIELDS[f"{step}.{name}"].label,
        *(None if hidden else value_text(row, field, value, members) for value in (before, after)),
        hidden,
        followed=field.computed,
        step=step_title(step) if step != home else "",
    )


def is_of_entry(step: str, name: str) -> bool:
    """Whether that field is one of an entry in the log of the step."""
    return step in STEPS and STEPS[step].field(name) is None and name in texts.ENTRY_FIELDS


def entry_text(name: str, value: Any, members: Mapping[int, str]) -> Any:
    """A typed value of an entry as people read it."""
    if name == "withdrawn":
        return texts.ENTRY_STANDING[bool(value)]
    if name == "on":
        return day_text(value)
    if name == "member":
        return members.get(value[0], "") if value else None
    return value or None


def item_label(step: str, name: str) -> Text:
    """What a corrected field is called: of a step, of an entry in its log, or of the person."""
    if is_of_entry(step, name):
        return texts.ENTRY_FIELDS[name]
    return (texts.FIELDS[f"{step}.{name}"] if step else texts.PERSON_FIELDS[name]).label


def _person_value(name: str, value: Any) -> Any:
    if name == "has_personnel_archive":
        return _("有") if value else _("没有")
    if value in ("", None):
        return None
    return value if name == "id_number" else day_text(value)


def effect_groups(lines: Iterable[Line]) -> list[EffectGroup]:
    """What follows, by kind; what forbids the correction comes first."""
    grouped: dict[Effect, list[tuple[int, Reason]]] = {}
    for line in lines:
        grouped.setdefault(line.kind, []).append((line.step, reason_of(line.words)))
    return [EffectGroup(kind.value, HEADINGS[kind], grouped[kind]) for kind in HEADINGS if kind in grouped]


def stored_effects(correction: Correction) -> list[EffectGroup]:
    """What followed, as it was told on the day of the decision."""
    return effect_groups(
        Line(Effect(stored["kind"]), stored["step"], from_json(stored)) for stored in correction.effects
    )


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction in a list."""

    correction: Correction
    url: str
    what: str
    fields: list[Text]
    own: bool = False


def correction_line(correction: Correction, user_id: int | None) -> CorrectionLine:
    fields = [item_label(item.step, item.field) for item in correction.items.all() if not item.followed]
    return CorrectionLine(
        correction,
        correction_url(correction.case, correction.pk),
        subject_of(correction),
        fields,
        user_id is not None and user_id in (correction.requested_by_id, correction.requested_for_id),
    )


def subject(step: str, entry: LogEntry | None = None) -> str:
    """What a correction is about: the person, a step, or an entry in the log of one."""
    if entry is not None:
        kind, day = localised(texts.LOG_KINDS[entry.kind]), localised(day_text(entry.on))
        return _("%(step)s · %(kind)s，%(day)s") % {"step": step_title(step), "kind": kind, "day": day}
    return step_title(step) if step else _("本人基本情况")


def subject_of(correction: Correction) -> str:
    return subject(correction.step, correction.entry)


def correction_url(case: Case, pk: int, name: str = "correction") -> str:
    return reverse(name, args=[case.number, pk])
