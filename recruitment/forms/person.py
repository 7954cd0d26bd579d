"""What is known of a person, in three groups: who she is, what she does, how to reach her and her family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Organisation
from recruitment.forms.base import FOR, ActForm, Line, Section
from recruitment.forms.fields import DayField
from recruitment.models import Person
from recruitment.models.person import birth_date_in, normalised_id_number, validate_id_number
from recruitment.rules.texts import PERSON_CHOICES, PERSON_FIELDS
from recruitment.rules.values import MAX_TEXT
from recruitment.words import localised

WHO = ("name", "sex", "ethnicity", "id_number", "birth_date", "native_place", "political_status")
WORK = (
    "education",
    "employer_or_school",
    "position",
    "employment_kind",
    "using_unit",
    "expected_leave_date",
    "has_personnel_archive",
    "work_history",
)
FAMILY = ("phone", "residence", "household_registration", "family", "social_relations")
GROUPS = ((gettext_lazy("本人"), WHO), (gettext_lazy("学习和工作"), WORK), (gettext_lazy("联系方式和家庭"), FAMILY))
#: They decide who the person is and from when she may apply.
FIXED = frozenset({"id_number", "birth_date"})

_REQUIRED = frozenset({"name", "sex", "ethnicity", "id_number", "birth_date", "has_personnel_archive"})
_LONG = frozenset({"work_history", "family", "social_relations"})
_DAYS = frozenset({"birth_date", "expected_leave_date"})


def person_field(name: str) -> forms.Field:
    """The form field of one of the person's data."""
    words = PERSON_FIELDS[name]
    common: dict[str, Any] = {
        "label": localised(words.label),
        "help_text": localised(words.help),
        "required": name in _REQUIRED,
    }
    if name in _DAYS:
        return DayField(**common)
    if name == "has_personnel_archive":
        return forms.TypedChoiceField(
            choices=[("yes", _("有")), ("no", _("没有"))],
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
            **common,
        )
    if name in PERSON_CHOICES:
        choices = [(value, localised(text)) for value, text in PERSON_CHOICES[name].items()]
        if name == "sex":
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        return forms.ChoiceField(choices=[("", _("请选择")), *choices], **common)
    if name in _LONG:
        return forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **common)
    if name in Person.SENSITIVE:
        limit = 24 if name in ("id_number", "phone") else 200
        return forms.CharField(max_length=limit, widget=forms.TextInput(attrs={"autocomplete": "off"}), **common)
    return forms.CharField(max_length=Person._meta.get_field(name).max_length, **common)


class _PersonForm(ActForm):
    """The fields of a person, all or those that may still be changed."""

    guide_owner = "person"
    names: Sequence[str] = ()

    def _add_person(self, names: Sequence[str]) -> None:
        self.names = names
        for name in names:
            self.fields[name] = person_field(name)
        self.order_fields([name for name in self.fields if name != FOR])

    def person(self) -> dict[str, Any]:
        """What was given, by the names of the service."""
        return {name: self.cleaned_data[name] for name in self.names if name in self.cleaned_data}

    def line(self, name: str) -> Line:
        return Line(self[name], sensitive=name in Person.SENSITIVE)

    def sections(self) -> Iterator[Section]:
        for title, names in GROUPS:
            lines = self.lines(name for name in names if name in self.names)
            if lines:
                yield Section(str(title), lines, compact=True)
        rest = self.lines([FOR])
        if rest:
            yield Section("", rest)


class NewCaseForm(_PersonForm):
    """Who has applied, and at which branch."""

    def __init__(self, *args: Any, branches: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = branches
        if len(branches) > 1:
            self.fields["branch"] = forms.TypedChoiceField(
                label=_("受理党支部"),
                choices=[("", _("请选择")), *((branch.pk, str(branch)) for branch in branches)],
                coerce=int,
                empty_value=None,
            )
        self._add_person((*WHO, *WORK, *FAMILY))

    @property
    def branch(self) -> Organisation:
        """The branch that receives the application."""
        chosen = self.cleaned_data.get("branch") if self.is_bound and hasattr(self, "cleaned_data") else None
        return next(branch for branch in self.branches if chosen is None or branch.pk == chosen)

    def clean_id_number(self) -> str:
        number = normalised_id_number(self.cleaned_data["id_number"])
        validate_id_number(number)
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, birth = cleaned.get("id_number"), cleaned.get("birth_date")
        if number and birth and birth != birth_date_in(number):
            self.add_error(
                "birth_date",
                ValidationError(
                    _("公民身份号码上的出生日期是 %(stated)s，与这里填的 %(given)s 不一致，请对照证件核对。")
                    % {"stated": birth_date_in(number).isoformat(), "given": birth.isoformat()}
                ),
            )
        return cleaned

    def sections(self) -> Iterator[Section]:
        rest = self.lines(["branch"])
        if rest:
            yield Section("", rest)
        yield from super().sections()

    def line(self, name: str) -> Line:
        return Line(self[name]) if name in ("branch", FOR) else super().line(name)


class PersonForm(_PersonForm):
    """Corrections of what is known of the person."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        names = tuple(name for name in (*WHO, *WORK, *FAMILY) if name not in FIXED)
        initial = {name: getattr(person, name) for name in names}
        initial["has_personnel_archive"] = "yes" if person.has_personnel_archive else "no"
        super().__init__(*args, initial=initial, **kwargs)
        self._add_person(names)

    def changes(self) -> dict[str, Any]:
        """Only what differs from what was known."""
        given = self.person()
        return {name: given[name] for name in self.changed_data if name in given}
