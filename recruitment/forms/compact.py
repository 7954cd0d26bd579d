"""Fields of a step small enough for a row of many people, or entered once for all of them.

The form of one step (``steps.py``) has room for radio buttons and long help; a table has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from recruitment.forms.fields import DayField, MembersField
from recruitment.rules.dates import Duration
from recruitment.rules.schema import Field, FieldType, Kind, Step
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import CHOICES, DOCUMENTS, FIELDS, duration_text
from recruitment.rules.values import MAX_COUNT, MAX_STRING, MAX_TEXT
from recruitment.words import localised

Choices = list[tuple[Any, Any]]

YES, NO = "true", "false"


def label_of(step: Step, field: Field) -> str:
    return localised(FIELDS[f"{step.key}.{field.name}"].label)


def help_of(step: Step, field: Field) -> str:
    return localised(FIELDS[f"{step.key}.{field.name}"].help)


def compact_field(
    step: Step, field: Field, *, empty: str = "", members: Sequence[tuple[int, str]] = (), **kwargs: Any
) -> forms.Field:
    """The form field of one field of ``step``.

    ``empty`` are the words of a choice not yet made; ``members`` whom a field for members may name.
    """
    kwargs = {"label": label_of(step, field), "required": field.required, **kwargs}
    made = _made(step, field, ("", empty or _("请选择")), members, kwargs)
    made.is_sensitive = field.sensitive
    return made


def _made(
    step: Step, field: Field, empty: tuple[str, str], members: Sequence[tuple[int, str]], kwargs: dict[str, Any]
) -> forms.Field:
    match field.type:
        case FieldType.DATE:
            return DayField(**kwargs)
        case FieldType.INTEGER:
            return forms.IntegerField(min_value=0, max_value=MAX_COUNT, **kwargs)
        case FieldType.DECIMAL:
            return forms.DecimalField(min_value=0, max_value=MAX_COUNT, max_digits=9, decimal_places=2, **kwargs)
        case FieldType.BOOLEAN:
            choices = [empty, (YES, _("是")), (NO, _("否"))]
            return forms.TypedChoiceField(choices=choices, coerce=lambda value: value == YES, **kwargs)
        case FieldType.ENUM:
            words = CHOICES[f"{step.key}.{field.name}"]
            return forms.ChoiceField(
                choices=[empty, *((value, localised(words[value])) for value in field.choices)], **kwargs
            )
        case FieldType.DURATION:
            lengths = [Duration(months=months) for months in range(6, 13)]
            choices = [("", _("不延长")), *((str(length), localised(duration_text(length))) for length in lengths)]
            return forms.ChoiceField(choices=choices, **kwargs)
        case FieldType.MEMBERS:
            reference = f"{step.key}.{field.name}"
            limits = next(gate for gate in step.gates if gate.kind is Kind.COUNT_RANGE and gate.target == reference)
            return MembersField(people=members, minimum=limits.minimum or 0, maximum=limits.maximum or 1, **kwargs)
        case FieldType.CHECKLIST:
            return forms.MultipleChoiceField(
                choices=_papers_before(step), widget=forms.CheckboxSelectMultiple, **kwargs
            )
        case FieldType.TEXT:
            return forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)
        case _:
            return forms.CharField(max_length=MAX_STRING, **kwargs)


def _papers_before(step: Step) -> Choices:
    """The papers that must be there by now: those of the stages before."""
    codes = [code for other in STEPS.values() if other.stage < step.stage for code in other.required_papers]
    return [(code, f"{code} {localised(DOCUMENTS[code])}") for code in codes]


def as_choices(values: dict[str, Any]) -> dict[str, Any]:
    """Stored values as these fields show them: yes and no are choices."""
    words = {True: YES, False: NO}
    return {name: words[value] if isinstance(value, bool) else value for name, value in values.items()}
