"""Asking for a correction of verified facts, and deciding on it.

The form of a step serves again, with its typed fields as they are recorded: only what is wrong is changed.
The paper comes with the second page, which shows what the correction would change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.forms.base import FOR, ActForm, Line, Section
from recruitment.forms.fields import DayField, PaperField
from recruitment.forms.person import person_field
from recruitment.forms.steps import OVERRIDE, STEP_FORMS, StepForm
from recruitment.models import LogEntry, Person
from recruitment.rules.schema import Field
from recruitment.rules.steps import OPINIONS, STEPS
from recruitment.rules.texts import ENTRY_FIELDS
from recruitment.rules.values import MAX_TEXT, dump
from recruitment.selectors.casefile import CaseFile
from recruitment.services.corrections import PERSON_FIELDS
from recruitment.services.entries import values_of
from recruitment.words import localised

REASON, EVIDENCE = "correction_reason", "evidence"
_REASON_LENGTH = 2000
_WHY = gettext_lazy("为什么更正")
_APPROVE, _REFUSE = "approve", "refuse"
_AMEND, _TAKE_BACK = "amend", "withdraw"
_ENTRY_INPUTS = ("on", "member", "text")


def _reason_field() -> forms.Field:
    return forms.CharField(
        label=_("更正的理由"),
        help_text=_("写明哪里填得不对、怎样发现的、以什么为准。"),
        max_length=_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class _Correcting(StepForm):
    """The form of a step, without its papers: every field as it is recorded, and why it is to be corrected."""

    def asks(self, field: Field) -> bool:
        """All that a person entered, the day of the branch's report among them."""
        return not field.computed

    def add_papers(self, codes: Iterable[str], required: Iterable[str] = ()) -> None:
        """The papers of the step stay: what shows the right facts comes with the request."""

    def extend(self) -> None:
        super().extend()
        self.fields.pop(OVERRIDE, None)
        self.fields[REASON] = _reason_field()

    def _think_twice(self) -> None:
        """The service says it where the result would be another."""

    def _ending(self) -> Iterator[Section]:
        yield Section(str(_WHY), self.lines([REASON]))
        rest = self.lines([FOR])
        if rest:
            yield Section("", rest)

    def line(self, name: str) -> Line:
        return Line(self[name]) if name == REASON else super().line(name)

    @property
    def reason(self) -> str:
        return self.cleaned_data[REASON]

    def changes(self) -> dict[str, Any]:
        """Only what differs from the record; None for what was emptied."""
        stored, given = dump(self.stored), self.values()
        return {
            name: given[name]
            for name, value in dump(given).items()
            if value != stored.get(name) and not (value in (None, "", []) and stored.get(name) in (None, "", []))
        }


#: The forms of steps with something of their own keep it.
_CORRECTING: Mapping[type[StepForm], type[StepForm]] = {
    own: type(f"Correct{own.__name__}", (_Correcting, own), {}) for own in set(STEP_FORMS.values())
}


def correction_form(key: str, file: CaseFile, today: date, data: Any = None, **kwargs: Any) -> _Correcting:
    """The form by which verified facts of step ``key`` are corrected."""
    made = _CORRECTING.get(STEP_FORMS.get(key, StepForm), _Correcting)
    return made(data, step=STEPS[key], file=file, today=today, **kwargs)


class PersonCorrectionForm(ActForm):
    """What rules look at, and what says who the person is."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self._stored = {name: getattr(person, name) for name in PERSON_FIELDS}
        initial = {**self._stored, "has_personnel_archive": "yes" if person.has_personnel_archive else "no"}
        super().__init__(*args, initial=initial, **kwargs)
        for name in PERSON_FIELDS:
            self.fields[name] = person_field(name)
        self.fields[REASON] = _reason_field()
        self.order_fields([*PERSON_FIELDS, REASON])

    def sections(self) -> Iterator[Section]:
        yield Section("", self.lines(PERSON_FIELDS), compact=True)
        yield Section(str(_WHY), self.lines([REASON]))
        rest = self.lines([FOR])
        if rest:
            yield Section("", rest)

    def line(self, name: str) -> Line:
        return Line(self[name], sensitive=name in Person.SENSITIVE)

    @property
    def reason(self) -> str:
        return self.cleaned_data[REASON]

    def changes(self) -> dict[str, Any]:
        """Only what differs from what was known."""
        return {
            name: self.cleaned_data[name] for name in PERSON_FIELDS if self.cleaned_data[name] != self._stored[name]
        }


class EntryCorrectionForm(ActForm):
    """One entry of a log as it is recorded: what of it is wrong, or that it was made by mistake.

    ``members``: whose opinion it may be, where it is one.
    """

    def __init__(self, *args: Any, entry: LogEntry, members: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        self._stored = values_of(entry)
        super().__init__(*args, **kwargs)
        self.fields["how"] = forms.ChoiceField(
            label=_("怎样更正"),
            help_text=_("登成了别人的，或者根本没有发生的，撤回；撤回的仍然看得到，不再计入。"),
            choices=[(_AMEND, _("改正内容")), (_TAKE_BACK, _("撤回这条登记"))],
            widget=forms.RadioSelect,
            initial=_AMEND,
        )
        self.fields["on"] = DayField(
            label=localised(ENTRY_FIELDS["on"]), help_text=_("实际进行的那一天。"), initial=entry.on
        )
        if entry.kind in OPINIONS:
            named = dict(members)
            if entry.member is not None:
                # Whoever was named when the entry was made may not be named any more.
                named.setdefault(entry.member_id, entry.member.name)
            self.fields["member"] = forms.TypedChoiceField(
                label=localised(ENTRY_FIELDS["member"]),
                choices=list(named.items()),
                coerce=int,
                initial=entry.member_id,
            )
        self.fields["text"] = forms.CharField(
            label=localised(ENTRY_FIELDS["text"]),
            required=entry.kind in OPINIONS,
            max_length=MAX_TEXT,
            initial=entry.text,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
        self.fields[REASON] = _reason_field()
        self.order_fields(["how", *_ENTRY_INPUTS, REASON])

    def sections(self) -> Iterator[Section]:
        yield Section("", self.lines(["how", *_ENTRY_INPUTS]))
        yield Section(str(_WHY), self.lines([REASON]))
        rest = self.lines([FOR])
        if rest:
            yield Section("", rest)

    def line(self, name: str) -> Line:
        return Line(self[name], sensitive=name == "text")

    @property
    def reason(self) -> str:
        return self.cleaned_data[REASON]

    def changes(self) -> dict[str, Any]:
        """Only what differs from the record; nothing but that where the entry is withdrawn."""
        if self.cleaned_data["how"] == _TAKE_BACK:
            return {"withdrawn": True}
        given = {name: self.cleaned_data[name] for name in _ENTRY_INPUTS if name in self.fields}
        if "member" in given:
            given["member"] = [given["member"]]
        # A browser sends line breaks in its own way.
        given["text"] = given["text"].replace("\r\n", "\n").strip()
        return {name: value for name, value in given.items() if value != self._stored[name]}


class EvidenceForm(forms.Form):
    """The paper, on the page that shows what the correction would change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields[EVIDENCE] = PaperField(
            label=_("依据"),
            help_text=_("能证明正确内容的材料，例如会议记录原件、证件。PDF、图片或 Office 文档，不超过 20 MB。"),
            error_messages={"required": _("请附上能证明正确内容的材料。")},
        )


class DecisionForm(ActForm):
    """Approve or refuse, with the reason. ``may_approve`` is false where the correction would break a lock."""

    def __init__(self, *args: Any, may_approve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(_APPROVE, _("批准更正")), (_REFUSE, _("不批准，维持原来的记录"))]
        self.fields["decision"] = forms.ChoiceField(
            label=_("决定"), choices=choices if may_approve else choices[1:], widget=forms.RadioSelect
        )
        self.fields["reason"] = forms.CharField(
            label=_("理由"),
            help_text=_("写明核对了什么材料；不批准的，写明原因。"),
            max_length=_REASON_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.order_fields(["decision", "reason"])

    @property
    def approves(self) -> bool:
        return self.cleaned_data["decision"] == _APPROVE
