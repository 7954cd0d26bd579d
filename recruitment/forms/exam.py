"""The form of one question of a test, and the check of a certificate's number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.forms.fields import DayField
from recruitment.training.bank import Kind, Question
from recruitment.training.marking import Given
from recruitment.words import localised

#: More digits than any count in a question has.
_LARGEST = 999_999


class QuestionForm(forms.Form):
    """One question; leaving it empty means that it is not answered yet. ``order`` is that of its options."""

    def __init__(self, data: Any = None, *, question: Question, order: list[int], given: Given) -> None:
        super().__init__(data, label_suffix="", initial={"given": _shown(question, given)})
        self.question = question
        self.fields["given"] = _field(question, order)

    @property
    def given(self) -> Given:
        """The answer as it is stored."""
        value = self.cleaned_data["given"]
        if value in ("", None, []):
            return None
        match self.question.kind:
            case Kind.SINGLE:
                return [int(value)]
            case Kind.MULTIPLE:
                return sorted(int(number) for number in value)
            case Kind.TRUTH:
                return value == "true"
            case Kind.DATE:
                return value.isoformat()
        return value


def _field(question: Question, order: list[int]) -> forms.Field:
    if question.kind.has_options:
        choices = [(str(number), localised(question.options[number].text)) for number in order]
        if question.kind is Kind.SINGLE:
            return forms.ChoiceField(label=_("选一项"), choices=choices, widget=forms.RadioSelect, required=False)
        return forms.MultipleChoiceField(
            label=_("选出所有正确的"), choices=choices, widget=forms.CheckboxSelectMultiple, required=False
        )
    if question.kind is Kind.TRUTH:
        choices = [("true", _("对")), ("false", _("错"))]
        return forms.ChoiceField(label=_("对还是错"), choices=choices, widget=forms.RadioSelect, required=False)
    if question.kind is Kind.DATE:
        return DayField(label=_("答案是哪一天"), required=False)
    unit = localised(question.unit) if question.unit else ""
    return forms.IntegerField(
        label=_("答案（%(unit)s）") % {"unit": unit} if unit else _("答案"),
        required=False,
        min_value=0,
        max_value=_LARGEST,
    )


def _shown(question: Question, given: Given) -> Any:
    if given is None:
        return None
    if isinstance(given, list):
        numbers = [str(number) for number in given]
        return numbers if question.kind is Kind.MULTIPLE else numbers[0]
    if question.kind is Kind.TRUTH:
        return "true" if given else "false"
    return given


class CertificateForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("证书编号"),
        max_length=30,
        help_text=gettext_lazy("印在证书下方，例如 2026-AB3D-9XYZ。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_number(self) -> str:
        return self.cleaned_data["number"].strip().upper().replace(" ", "")
