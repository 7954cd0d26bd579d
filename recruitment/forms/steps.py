"""The form of a step, made from its row in the table: types to fields, words from the texts, people from the roster.

Fields that a rule computes are shown and never asked. A few steps need something of their own; their classes follow
the builder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.services import roster
from recruitment.forms.base import FOR, PAPERS_NOTE, PAPERS_TITLE, ActForm, Line, Section, paper_field
from recruitment.forms.fields import DayField, FilesField, MembersField, NamesField
from recruitment.models import Material
from recruitment.names import by_reading
from recruitment.rules import outcomes
from recruitment.rules.dates import Duration
from recruitment.rules.editions import edition_of
from recruitment.rules.facts import computed_values
from recruitment.rules.papers import ARCHIVED_FORMS, DOCUMENTS
from recruitment.rules.schema import Field, FieldType, Kind, Step
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import CHOICES, FIELDS, FORMS, Text, duration_text
from recruitment.rules.texts import DOCUMENTS as DOCUMENT_NAMES
from recruitment.rules.values import MAX_COUNT, MAX_STRING, MAX_TEXT, dump
from recruitment.selectors.casefile import CaseFile
from recruitment.words import listed, localised

CONFIRMED, OVERRIDE = "confirmed", "override"
_RADIOS_UP_TO = 4

#: Counts of which the later cannot exceed the earlier.
_NOT_MORE = (
    ("members_total", "members_present"),
    ("members_present", "votes_for"),
    ("eligible_count", "present_count"),
    ("present_count", "votes_for"),
)
#: Days of which the later cannot lie before the earlier.
_NOT_BEFORE = (
    ("publicity_start", "publicity_end"),
    ("start_on", "end_on"),
    ("application_date", "received_on"),
    ("opinions_on", "review_on"),
)
_MEETING = gettext_lazy("会议")
_BALLOTS = gettext_lazy("现场投票")
_WRITTEN = gettext_lazy("会前书面意见")
_RESOLUTION = gettext_lazy("决议")


@dataclass(frozen=True, slots=True)
class Computed:
    """A field that a rule works out, as far as it can be known before the act is entered."""

    label: Text
    value: Any
    note: Text


class StepForm(ActForm):
    """The act of one step. ``values()`` and ``uploads()`` are what the service takes.

    ``stale``: the case has changed since the form was opened; ``shows_stored`` then sets what was recorded meanwhile
    beside what is typed.
    """

    stale = False
    shows_stored = False

    def __init__(
        self, data: Any = None, files: Any = None, *, step: Step, file: CaseFile, today: date, **kwargs: Any
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.step, self.file, self.today = step, file, today
        self.guide_owner = step.key
        self.facts = file.facts()
        self.record = file.record(step.key)
        self.stored = self.record.typed_values() if self.record is not None and self.record.acted else {}
        for field in step.fields:
            if self.asks(field):
                self.fields[field.name] = self._dressed(field)
        self.extend()
        self.add_papers(step.paper_codes, step.required_papers)
        if data is not None and CONFIRMED in data:
            self._ask_to_confirm()
        self.initial = {**self.starting_values(), **self.stored}
        self.order_fields([name for name in self.fields if name not in (FOR, CONFIRMED)])

    # -- what is asked ----------------------------------------------------------------------------------------------

    def asks(self, field: Field) -> bool:
        """A computed field is never asked, nor the day of a report that the branch has entered."""
        if field.computed:
            return False
        return not (field.name == self.step.report_field and self.record is not None and self.record.reported_on)

    def extend(self) -> None:
        """Further fields of a step's own; none as a rule."""

    def _dressed(self, field: Field) -> forms.Field:
        words = FIELDS[f"{self.step.key}.{field.name}"]
        made = _BUILDERS[field.type](self, field)
        made.label, made.help_text = localised(words.label), localised(words.help)
        made.required = field.required and field.type is not FieldType.CODES
        return made

    def starting_values(self) -> dict[str, Any]:
        """What can be known before anybody has entered anything."""
        case, key = self.file.case, self.step.key
        return {
            "submit_application": {"receiving_branch": str(case.branch)},
            "consent_development_target": {"plan_year": self.today.year},
            "assign_introducers": {"introducers": self.facts.value("assign_contacts.contacts")},
            "fill_application_form": {"form_serial": self.facts.value("preliminary_review.form_serial")},
            "assign_to_branch_group": {"branch": str(case.branch)},
            "admission_oath": {"organizer": str(case.branch)},
            "archive_records": {"archive_kind": "personnel" if case.person.has_personnel_archive else "party"},
        }.get(key, {})

    def day(self) -> date:
        """The day of the act as far as it is known: given, recorded before, or today."""
        if self.is_bound:
            try:
                given = DayField().clean(self.data.get(self.add_prefix(self.step.action_date)))
            except ValidationError:
                given = None
            if given is not None:
                return given
        return self.stored.get(self.step.action_date) or self.today

    # -- what is given ----------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for more, less in _NOT_MORE:
            if _both(cleaned, more, less) and cleaned[less] > cleaned[more]:
                self.add_error(
                    less,
                    _("“%(less)s”填的是 %(n)s，不能多于“%(more)s”的 %(limit)s。")
                    % {
                        "less": self.fields[less].label,
                        "n": cleaned[less],
                        "more": self.fields[more].label,
                        "limit": cleaned[more],
                    },
                )
        for first, last in _NOT_BEFORE:
            if _both(cleaned, first, last) and cleaned[last] < cleaned[first]:
                self.add_error(
                    last,
                    _("“%(last)s”不能早于“%(first)s”。")
                    % {"last": self.fields[last].label, "first": self.fields[first].label},
                )
        if not self.errors and not cleaned.get(CONFIRMED):
            self._think_twice()
        return cleaned

    def values(self) -> dict[str, Any]:
        """The step's fields by the table's types; None where an optional one was left empty."""
        return {
            field.name: None
            if self.cleaned_data[field.name] == "" and field.type in _NO_TEXT
            else self.cleaned_data[field.name]
            for field in self.step.fields
            if field.name in self.cleaned_data
        }

    def draft_names(self) -> list[str]:
        """The names of the inputs whose texts a draft keeps: all but files and the confirmation."""
        names: list[str] = []
        for name, field in self.fields.items():
            if name == CONFIRMED or isinstance(field, FilesField):
                continue
            parts = len(field.widget.widgets) if isinstance(field.widget, forms.MultiWidget) else 0
            names += [f"{name}_{place}" for place in range(parts)] or [name]
        return names

    def resume(self, values: Mapping[str, list[str]]) -> None:
        """Go on from a draft: what was typed stands in the fields, and nothing is judged yet."""
        typed = MultiValueDict(values)
        for name, field in self.fields.items():
            if isinstance(field, FilesField) or field.widget.value_omitted_from_data(typed, {}, name):
                continue
            self.initial[name] = field.widget.value_from_datadict(typed, {}, name)

    def is_recorded(self) -> bool:
        """Whether the record holds just what was given: the same form has come a second time."""
        stored = dump(self.stored)
        return bool(stored) and all(
            stored.get(name) == value for name, value in dump(self.values()).items() if value is not None
        )

    def _think_twice(self) -> None:
        """An act that does not stand is kept for good, and some turn the case red: it is asked for once more."""
        result = outcomes.result_of(self.step.key, self.values())
        if result.stands:
            return
        self._ask_to_confirm()
        if result.red:
            sentence = _("按这个结果，本案亮红灯并冻结，等上级党委组织部门确认或者撤销。请核对无误后勾选确认。")
        else:
            sentence = _("按这个结果没有通过：这次办理留存备查，本步仍为待办，以后可以再办。请核对无误后勾选确认。")
        self.add_error(CONFIRMED, sentence)

    def _ask_to_confirm(self) -> None:
        self.fields[CONFIRMED] = forms.BooleanField(required=False, label=_("已核对，按此登记"))

    # -- how it is shown --------------------------------------------------------------------------------------------

    def sections(self) -> Iterator[Section]:
        """The form in its parts: what happened, the papers, and who enters it."""
        names = [field.name for field in self.step.fields]
        yield Section("", self.lines([*names, OVERRIDE]))
        yield from self._ending()

    def _ending(self) -> Iterator[Section]:
        papers = self.lines(paper_field(code) for code in self.step.paper_codes)
        if papers:
            yield Section(str(PAPERS_TITLE), papers, str(PAPERS_NOTE))
        rest = self.lines([FOR, CONFIRMED])
        if rest:
            yield Section("", rest)

    def line(self, name: str) -> Line:
        field = self.step.field(name)
        if field is not None:
            return Line(self[name], sensitive=field.sensitive, changed_from=self._stored_otherwise(name))
        return Line(self[name], papers=self._papers(name))

    def _papers(self, name: str) -> tuple[Material, ...]:
        code = name.removeprefix("paper_")
        return tuple(
            material
            for material in reversed(self.file.materials)
            if self.record is not None and material.record_id == self.record.pk and material.code == code
        )

    def _stored_otherwise(self, name: str) -> str:
        """What somebody else has recorded since the form was opened, where it differs from what is typed."""
        if not self.shows_stored or name not in self.stored:
            return ""
        stored = self.stored[name]
        if stored == self.cleaned_data.get(name):
            return ""
        choices = CHOICES.get(f"{self.step.key}.{name}", {})
        if stored in choices:
            return localised(choices[stored])
        if isinstance(stored, bool):
            return _("是") if stored else _("否")
        if isinstance(stored, tuple):
            return "" if any(isinstance(item, int) for item in stored) else listed(stored)
        return str(stored)

    def computed(self) -> list[Computed]:
        """The fields that a rule fixes, worked out for the result that is usual."""
        usual = {"result": "approve" if self.step.key == "committee_approval" else "convert"}
        known = {**usual, **self.stored, **computed_values(self.step.key, self.facts, {**usual, **self.stored})}
        return [
            Computed(words.label, known.get(field.name), words.help)
            for field in self.step.fields
            if field.computed and (words := FIELDS[f"{self.step.key}.{field.name}"])
        ]


def _both(cleaned: Mapping[str, Any], *names: str) -> bool:
    return all(cleaned.get(name) is not None for name in names)


# -- one maker a type ---------------------------------------------------------------------------------------------


def _day(form: StepForm, field: Field) -> forms.Field:
    return DayField()


def _whole_number(form: StepForm, field: Field) -> forms.Field:
    return forms.IntegerField(min_value=0, max_value=MAX_COUNT)


def _number(form: StepForm, field: Field) -> forms.Field:
    return forms.DecimalField(min_value=0, max_value=MAX_COUNT, max_digits=9, decimal_places=2)


def _yes_or_no(form: StepForm, field: Field) -> forms.Field:
    # Two radio buttons and not one box: "no" is an answer of its own, and an empty box may be an oversight.
    return forms.TypedChoiceField(
        choices=[("true", _("是")), ("false", _("否"))],
        coerce=lambda value: value == "true",
        widget=_YesOrNo,
    )


class _YesOrNo(forms.RadioSelect):
    def format_value(self, value: Any) -> Any:
        return super().format_value({True: "true", False: "false"}.get(value, value))


def _choice(form: StepForm, field: Field) -> forms.Field:
    words = CHOICES[f"{form.step.key}.{field.name}"]
    choices = [(value, localised(words[value])) for value in field.choices]
    if len(choices) <= _RADIOS_UP_TO:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", _("请选择")), *choices])


def _short_text(form: StepForm, field: Field) -> forms.Field:
    return forms.CharField(max_length=MAX_STRING)


def _long_text(form: StepForm, field: Field) -> forms.Field:
    return forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


def _duration(form: StepForm, field: Field) -> forms.Field:
    lengths = [Duration(months=months) for months in range(6, 13)]
    choices = [(str(length), localised(duration_text(length))) for length in lengths]
    return forms.ChoiceField(choices=[("", _("不延长")), *choices])


def _names(form: StepForm, field: Field) -> forms.Field:
    return NamesField()


def _members(form: StepForm, field: Field) -> forms.Field:
    day, branch = form.day(), form.file.case.branch
    if field.name == "introducers":
        suitable = roster.eligible_introducers(branch, day, edition_of(day))
    else:
        suitable = roster.eligible_contacts(branch, day)
    members = sorted(suitable.order_by("pk"), key=lambda member: by_reading(member.name))
    people = [(member.pk, str(member)) for member in members]
    reference = f"{form.step.key}.{field.name}"
    limits = next(gate for gate in form.step.gates if gate.kind is Kind.COUNT_RANGE and gate.target == reference)
    return MembersField(people=people, minimum=limits.minimum or 0, maximum=limits.maximum or len(people))


def _forms_cut_out(form: StepForm, field: Field) -> forms.Field:
    choices = [(code, f"{code} {localised(FORMS[code])}") for code in ARCHIVED_FORMS]
    return forms.TypedMultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, coerce=str)


def _checklist(form: StepForm, field: Field) -> forms.Field:
    """The papers that must be there by now, each with a word where it lies in this system."""
    if form.step.key == "archive_records":
        codes = [code for code, document in DOCUMENTS.items() if document.personnel_archive]
    else:
        earlier = [step for step in STEPS.values() if step.stage < form.step.stage]
        codes = [code for step in earlier for code in step.required_papers]
    held = {material.code for material in form.file.materials}
    # Outside the f-string, where the gathering of messages finds it.
    note = _("（系统内已有）")
    choices = [(code, f"{code} {localised(DOCUMENT_NAMES[code])}{note if code in held else ''}") for code in codes]
    return forms.TypedMultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, coerce=str)


_BUILDERS: Mapping[FieldType, Callable[[StepForm, Field], forms.Field]] = {
    FieldType.DATE: _day,
    FieldType.INTEGER: _whole_number,
    FieldType.DECIMAL: _number,
    FieldType.BOOLEAN: _yes_or_no,
    FieldType.ENUM: _choice,
    FieldType.STRING: _short_text,
    FieldType.TEXT: _long_text,
    FieldType.DURATION: _duration,
    FieldType.ORGANISATION: _short_text,
    FieldType.PERSON: _short_text,
    FieldType.PERSONS: _names,
    FieldType.MEMBERS: _members,
    FieldType.CODES: _forms_cut_out,
    FieldType.CHECKLIST: _checklist,
}
#: Types in which an empty text is no value.
_NO_TEXT = frozenset({FieldType.DURATION, FieldType.ENUM, FieldType.DATE, FieldType.INTEGER, FieldType.DECIMAL})


# -- steps with something of their own ----------------------------------------------------------------------------


class BranchMeetingForm(StepForm):
    """A meeting of the branch: those entitled to vote come from the roster of the day, and the tally in its parts."""

    _BALLOT_FIELDS = ("eligible_voters", "present_voters", "votes_for", "votes_against", "abstentions")
    _WRITTEN_FIELDS = ("written_for", "written_against", "written_abstain")
    _CLOSING_FIELDS = (
        "decision",
        "extension_duration",
        "postponed_reason",
        "resolution_text",
        "resolution_submitted_on",
    )

    def starting_values(self) -> dict[str, Any]:
        return {
            "eligible_voters": self._voters,
            "candidates_in_meeting": 1,
            "written_for": 0,
            "written_against": 0,
            "written_abstain": 0,
            **super().starting_values(),
        }

    def extend(self) -> None:
        self._voters = roster.voters(self.file.case.branch, self.day()).count()

    def sections(self) -> Iterator[Section]:
        parted = (*self._BALLOT_FIELDS, *self._WRITTEN_FIELDS, *self._CLOSING_FIELDS)
        yield Section(str(_MEETING), self.lines(f.name for f in self.step.fields if f.name not in parted))
        note = _("按本支部名册，当日有表决权的正式党员 %(n)s 名。") % {"n": self._voters}
        yield Section(str(_BALLOTS), self.lines(self._BALLOT_FIELDS), note, compact=True)
        yield Section(str(_WRITTEN), self.lines(self._WRITTEN_FIELDS), compact=True)
        yield Section(str(_RESOLUTION), self.lines(self._CLOSING_FIELDS))
        yield from self._ending()


class ConversionMeetingForm(BranchMeetingForm):
    """Conversion: postponing is for a member who moved in during probation, and an extension comes once."""

    def asks(self, field: Field) -> bool:
        if field.name == "postponed_reason" and not self.file.case.transferred_in:
            return False
        return super().asks(field)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("decision") == "extend" and not cleaned.get("extension_duration"):
            self.add_error("extension_duration", _("决定延长预备期的，请选择延长多久。"))
        if cleaned.get("decision") in ("convert", "cancel") and cleaned.get("extension_duration"):
            self.add_error("extension_duration", _("只有决定延长预备期时才填；其他决议请选“不延长”。"))
        return cleaned


class PreliminaryReviewForm(StepForm):
    """The committee may go ahead, with its reason, for somebody who is known to leave soon (r2026 art 18)."""

    def extend(self) -> None:
        leaving = self.file.case.person.expected_leave_date
        if leaving is None:
            return
        self.fields[OVERRIDE] = forms.CharField(
            label=_("继续办理的理由"),
            help_text=_("此人预计 %(day)s 离开现单位。不满三个月仍要继续办理的，由党委写明理由；否则不填。")
            % {"day": leaving.isoformat()},
            max_length=MAX_TEXT,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            initial=self.record.override_reason if self.record is not None else "",
        )


class ConversionApprovalForm(StepForm):
    """The committee approves what the meeting decided; where it sees it otherwise, it sends the case back."""

    def extend(self) -> None:
        decided = self.facts.value("conversion_branch_meeting.decision")
        if decided:
            self.fields["result"].disabled = True
            self.fields["result"].initial = decided

    def starting_values(self) -> dict[str, Any]:
        return {**super().starting_values(), "result": self.facts.value("conversion_branch_meeting.decision")}


#: Steps whose form has something of its own.
STEP_FORMS: Mapping[str, type[StepForm]] = {
    "preliminary_review": PreliminaryReviewForm,
    "admission_branch_meeting": BranchMeetingForm,
    "conversion_branch_meeting": ConversionMeetingForm,
    "conversion_approval": ConversionApprovalForm,
}


def step_form(key: str, file: CaseFile, today: date, data: Any = None, files: Any = None, **kwargs: Any) -> StepForm:
    """The form of step ``key`` for this case, on this day."""
    return STEP_FORMS.get(key, StepForm)(data, files, step=STEPS[key], file=file, today=today, **kwargs)
