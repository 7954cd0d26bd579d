"""What the pages of corrections share: the difference field by field, and what follows from it, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment.models import Case, Correction, CorrectionItem
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
    fields = [
        (texts.FIELDS[f"{item.step}.{item.field}"] if item.step else texts.PERSON_FIELDS[item.field]).label
        for item in correction.items.all()
        if not item.followed
    ]
    return CorrectionLine(
        correction,
        correction_url(correction.case, correction.pk),
        subject(correction.step),
        fields,
        user_id is not None and user_id in (correction.requested_by_id, correction.requested_for_id),
    )


def subject(step: str) -> str:
    """What a correction is about."""
    return step_title(step) if step else _("本人基本情况")


def correction_url(case: Case, pk: int, name: str = "correction") -> str:
    return reverse(name, args=[case.number, pk])
