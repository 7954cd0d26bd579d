"""Forms of a sitting: what to enter and when, what is entered once for all, and each person's own row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recruitment.models import Case, Sitting
from recruitment.rules import texts
from recruitment.rules.explain import Explanation
from recruitment.rules.schema import Field, FieldType, Paper
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text, duration_text
from recruitment.rules.values import MAX_COUNT, MAX_STRING, MAX_TEXT
from recruitment.selectors.agenda import AgendaItem, Candidate
from recruitment.services import materials
from recruitment.services.materials import Upload
from recruitment.services.sittings import Participant
from recruitment.words import localised

Choices = list[tuple[Any, Any]]

#: People on one page; and files of their own on it, under the server's bound of files in one form.
MAX_PEOPLE, MAX_OWN_FILES = 60, 40
_EXTENSIONS = tuple(f"P{months}M" for months in range(6, 13))
#: Votes that are usually nobody's; those in favour are always counted and entered.
_USUALLY_NONE = frozenset({"votes_against", "abstentions", "written_for", "written_against", "written_abstain"})
_CHECKED_PAPERS = ("D01", "D08", "D10", "D11", "D18", "D19", "D20")
_LONG = frozenset({FieldType.TEXT, FieldType.MEMBERS})
_CHOOSE = ("", _("请选择"))


class PaperField(forms.FileField):
    """A file of one document, looked into: what it cleans to is ready for the services.

    A required document may follow within the month, so the form asks for it and never insists.
    """

    def __init__(self, paper: Paper, **kwargs: Any) -> None:
        self.code = paper.code
        label = f"{paper.code} {localised(texts.DOCUMENTS[paper.code])}"
        super().__init__(label=label, required=paper.required, widget=forms.FileInput, **kwargs)

    def clean(self, data: UploadedFile | None, initial: Any = None) -> Upload | None:
        return materials.inspect(self.code, data) if data else None


class MembersWidget(forms.MultiWidget):
    """As many selects as members may be named."""

    template_name = "django/forms/widgets/multiwidget.html"

    def decompress(self, value: Sequence[int] | None) -> list[int | None]:
        return [*(value or ())]


class MembersField(forms.MultiValueField):
    """Two members of the roster, chosen one by one."""

    def __init__(self, members: Choices, **kwargs: Any) -> None:
        choices = [_CHOOSE, *members]
        fields = [forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None) for _place in range(2)]
        widget = MembersWidget([forms.Select(choices=choices, attrs={"class": "form-select"}) for _place in range(2)])
        super().__init__(fields, widget=widget, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[int | None]) -> list[int]:
        return [member for member in data_list if member is not None]


def _date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _label(item: AgendaItem, field: Field) -> str:
    return localised(texts.FIELDS[f"{item.step}.{field.name}"].label)


def _options(item: AgendaItem, field: Field) -> Choices:
    if field.type is FieldType.BOOLEAN:
        return [("yes", _("是")), ("no", _("否"))]
    if field.type is FieldType.DURATION:
        return [(value, localised(duration_text(value))) for value in _EXTENSIONS]
    return [(value, localised(words)) for value, words in texts.CHOICES[f"{item.step}.{field.name}"].items()]


def form_field(item: AgendaItem, field: Field, *, empty: Any = _CHOOSE[1], **kwargs: Any) -> forms.Field:
    """The form field of one field of the step; ``empty`` are the words of a choice not yet made."""
    kwargs = {"label": _label(item, field), "required": field.required, **kwargs}
    made = _made(item, field, empty, kwargs)
    made.is_sensitive = field.sensitive
    return made


def _made(item: AgendaItem, field: Field, empty: Any, kwargs: dict[str, Any]) -> forms.Field:
    match field.type:
        case FieldType.DATE:
            return forms.DateField(widget=_date_input(), **kwargs)
        case FieldType.INTEGER:
            return forms.IntegerField(min_value=0, max_value=MAX_COUNT, **kwargs)
        case FieldType.DECIMAL:
            return forms.DecimalField(min_value=0, max_value=MAX_COUNT, decimal_places=1, **kwargs)
        case FieldType.BOOLEAN:
            choices = [("", empty), *_options(item, field)]
            return forms.TypedChoiceField(choices=choices, coerce=lambda value: value == "yes", **kwargs)
        case FieldType.ENUM | FieldType.DURATION:
            return forms.ChoiceField(choices=[("", empty), *_options(item, field)], **kwargs)
        case FieldType.CHECKLIST:
            papers = [(texts.DOCUMENTS[code].zh, localised(texts.DOCUMENTS[code])) for code in _CHECKED_PAPERS]
            return forms.MultipleChoiceField(choices=papers, widget=forms.CheckboxSelectMultiple, **kwargs)
        case FieldType.TEXT:
            return forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)
        case _:
            return forms.CharField(max_length=MAX_STRING, **kwargs)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in; an empty field is not given."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _as_choices(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as the fields above show them: yes and no are choices."""
    words = {True: "yes", False: "no"}
    return {name: words[value] if isinstance(value, bool) else value for name, value in values.items()}


# -- what and when ------------------------------------------------------------------------------------------------


def item_label(item: AgendaItem) -> str:
    """``20. 支部大会讨论接收``, and for a log entry what kind it is."""
    name = f"{STEPS[item.step].number}. {localised(texts.STEPS[item.step])}"
    return f"{name}：{localised(texts.LOG_KINDS[item.entry])}" if item.entry else name


class ChoiceForm(forms.Form):
    """First page: the business and the day. Grouped by body where the reader sits in several, else by kind."""

    item = forms.ChoiceField(label=_("办什么事"), help_text=_("一次会议办几件事的，每件事登记一次。"))
    held_on = forms.DateField(
        label=_("哪一天"),
        help_text=_("会议、备案、公示结束列入、结业或者宣誓的当天；它是每个人这一步的办理日期。"),
        widget=_date_input(),
    )
    branch = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, choices: Choices, today: date, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.today = today
        self.fields["item"].choices = [_CHOOSE, *choices]
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()

    def clean_held_on(self) -> date:
        held_on: date = self.cleaned_data["held_on"]
        if held_on > self.today:
            raise forms.ValidationError(_("这一天还没有到；请在会议开过、事情办完以后登记。"), code="future")
        return held_on


class BranchFilterForm(forms.Form):
    """Which branch's people to list; the other fields of the address go along hidden."""

    branch = forms.ChoiceField(label=_("党支部"), required=False)

    def __init__(self, data: Mapping[str, Any], *, branches: Choices) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["branch"].choices = [("", _("全部支部")), *branches]


class SittingFilterForm(forms.Form):
    """The filter of the list of sittings."""

    kind = forms.ChoiceField(label=_("类别"), required=False)
    since = forms.DateField(label=_("自"), required=False, widget=_date_input())
    until = forms.DateField(label=_("至"), required=False, widget=_date_input())

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["kind"].choices = [("", _("全部类别")), *Sitting.Kind.choices]

    def given(self) -> dict[str, Any]:
        """The filters that can be used; what cannot be read is left out, never an error."""
        self.is_valid()
        return _given(self.cleaned_data)


# -- once for all -------------------------------------------------------------------------------------------------


class SittingForm(forms.Form):
    """What is entered once: attendance, minutes, papers, the step's shared fields, and what most people have alike.

    ``sitting``: one that stands already, whose attendance, minutes and papers are settled.
    """

    DEFAULT = "all_"
    SUBMIT, RECORD = "submit", "record"

    eligible = forms.IntegerField(label=_("应到人数"), min_value=1, max_value=MAX_COUNT)
    present = forms.IntegerField(label=_("实到人数"), min_value=1, max_value=MAX_COUNT)
    minutes = forms.CharField(
        label=_("记录摘要"),
        help_text=_("只写会议本身的情况；每个人的意见写在其本人一行。"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hand_over = forms.ChoiceField(
        label=_("材料"),
        choices=[
            (SUBMIT, _("材料齐的人提交校核，不齐的人先登记，材料一个月内补上")),
            (RECORD, _("全部只登记，以后逐人提交")),
        ],
        initial=SUBMIT,
        widget=forms.RadioSelect,
    )
    on_behalf_of = forms.TypedChoiceField(label=_("代谁录入"), coerce=int)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: MultiValueDict | None,
        *,
        item: AgendaItem,
        initial: Mapping[str, Any],
        principals: Choices,
        sitting: Sitting | None = None,
    ) -> None:
        super().__init__(data, files, initial=dict(initial))
        self.item = item
        self.refused: list[Explanation] = []
        if sitting is not None or not item.is_meeting:
            del self.fields["eligible"], self.fields["present"]
        else:
            self._label_attendance()
        if sitting is not None:
            del self.fields["minutes"]
        if item.entry:
            del self.fields["hand_over"]
        if principals:
            self.fields["on_behalf_of"].choices = [_CHOOSE, *principals]
        else:
            del self.fields["on_behalf_of"]
        for field in item.shared_fields:
            words = texts.FIELDS[f"{item.step}.{field.name}"]
            self.fields[field.name] = form_field(item, field, help_text=localised(words.help))
        for field in item.with_default:
            name, label = f"{self.DEFAULT}{field.name}", gettext("统一的%(field)s") % {"field": _label(item, field)}
            self.fields[name] = form_field(
                item,
                field,
                required=False,
                label=label,
                empty=_("不统一，逐人选择"),
                help_text=_("个别人不同的，在其本人一行另填。"),
            )
        if sitting is None:
            for paper in item.shared_papers:
                self.fields[paper.code] = PaperField(paper, help_text=_("共用的材料，只存一份，由这次的人共用。"))

    def _label_attendance(self) -> None:
        for name in ("eligible", "present"):
            field = getattr(self.item, name)
            if field:
                words = texts.FIELDS[f"{self.item.step}.{field}"]
                self.fields[name].label = localised(words.label)
                self.fields[name].help_text = localised(words.help)

    def clean(self) -> dict[str, Any]:
        eligible, present = self.cleaned_data.get("eligible"), self.cleaned_data.get("present")
        if eligible is not None and present is not None and present > eligible:
            self.add_error("present", _("实到人数不能多于应到人数。"))
        return self.cleaned_data

    # Groups for the page, in the order in which they are asked.

    @property
    def opening(self) -> list[forms.BoundField]:
        """For whom, attendance, and the step's shared fields."""
        names = ["on_behalf_of", "eligible", "present", *self.item.shared]
        return [self[name] for name in names if name in self.fields]

    @property
    def alike(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(self.DEFAULT)]

    @property
    def closing(self) -> list[forms.BoundField]:
        """Minutes, papers, and whether to hand over."""
        names = ["minutes", *self.item.papers, "hand_over"]
        return [self[name] for name in names if name in self.fields]

    # What the service takes.

    def values(self) -> dict[str, Any]:
        return _given({name: self.cleaned_data.get(name) for name in self.item.shared})

    def defaults(self) -> dict[str, Any]:
        """What most people have alike, as far as it was said and can be read."""
        cleaned = self.cleaned_data
        return _given({field.name: cleaned.get(f"{self.DEFAULT}{field.name}") for field in self.item.with_default})

    def uploads(self) -> list[Upload]:
        given = (self.cleaned_data.get(code) for code in self.item.papers)
        return [upload for upload in given if upload is not None]

    @property
    def hands_over(self) -> bool:
        return self.cleaned_data.get("hand_over", self.SUBMIT) == self.SUBMIT


# -- each person --------------------------------------------------------------------------------------------------


class PersonForm(forms.Form):
    """One person's row. A row that is not ticked is not looked at, unless something was filled in it."""

    use_required_attribute = False
    on = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: MultiValueDict | None,
        *,
        candidate: Candidate,
        members: Choices,
        with_files: bool,
        ticked: bool = False,
    ) -> None:
        self.candidate, self.item = candidate, candidate.item
        self.refused: list[Explanation] = []
        self.defaults: Mapping[str, Any] = {}
        self.is_stale = False
        super().__init__(data, files, prefix=f"p{candidate.case.pk}", initial=self._initial(ticked=ticked))
        self.fields["on"].label = str(candidate.case.person)
        alike = {field.name for field in self.item.with_default}
        for field in self.item.own_fields:
            if field.type is FieldType.MEMBERS:
                self.fields[field.name] = MembersField(members, label=_label(self.item, field))
            elif field.name in alike:
                self.fields[field.name] = form_field(self.item, field, required=False, empty=_("按统一填写"))
            else:
                self.fields[field.name] = form_field(self.item, field)
        if self.item.entry:
            self.fields["text"] = forms.CharField(
                label=_("意见摘要"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2})
            )
        present = candidate.papers_present()
        for paper in self.item.own_papers if with_files else ():
            there = _("已有；另选文件就是新的一版。") if paper.code in present else ""
            self.fields[paper.code] = PaperField(paper, help_text=there)
        for name, field in self.fields.items():
            if name not in ("on", "version"):
                # The column's head is far away, and the row's name too.
                field.widget.attrs["aria-label"] = f"{candidate.case.person} {field.label}"

    def _initial(self, *, ticked: bool) -> dict[str, Any]:
        """What was recorded before, or the usual zeros."""
        record = self.candidate.record
        usual = {field.name: 0 for field in self.item.own_fields if field.name in _USUALLY_NONE}
        known = record.typed_values() if record.acted and not self.item.entry else {}
        if record.reported_on and record.definition.report_field:
            known = {record.definition.report_field: record.reported_on, **known}
        if self.item.step == "conversion_approval":
            known.setdefault("result", self.candidate.file.facts().value("conversion_branch_meeting.decision"))
        return {**usual, **_as_choices(known), "on": ticked, "version": self.candidate.case.version}

    @property
    def is_chosen(self) -> bool:
        """Whether the row is ticked."""
        return bool(self["on"].value())

    def full_clean(self) -> None:
        if self.is_bound and not self.is_chosen:
            self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}
            if set(self.changed_data) - {"on", "version"}:
                self._errors["on"] = self.error_class([gettext("这一行填了内容但没有勾选；请勾选，这次不办的请清空。")])
            return
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        for field in self.item.with_default:
            if self.cleaned_data.get(field.name) in (None, "") and field.name not in self.errors:
                if field.name in self.defaults:
                    self.cleaned_data[field.name] = self.defaults[field.name]
                elif field.required:
                    self.add_error(field.name, _("请在这里填写，或者在上面统一填写。"))
        return self.cleaned_data

    # For the page.

    @property
    def case(self) -> Case:
        return self.candidate.case

    @property
    def version_shown(self) -> int:
        """The version that the page sends back: the one first shown, until its reader was told that it is stale."""
        if self.is_bound and not self.is_stale:
            return self["version"].value()
        return self.candidate.case.version

    @property
    def cells(self) -> list[forms.BoundField]:
        """Short fields, one a column."""
        return [self[field.name] for field in self.item.own_fields if field.type not in _LONG]

    @property
    def long_fields(self) -> list[forms.BoundField]:
        """Texts, members and files, under the row."""
        names = [field.name for field in self.item.own_fields if field.type in _LONG]
        names += ["text", *(paper.code for paper in self.item.own_papers)]
        return [self[name] for name in names if name in self.fields]

    @property
    def row_errors(self) -> list[str]:
        """The errors of the row as a whole and of its tick box."""
        return [*self.non_field_errors(), *self["on"].errors]

    @property
    def error_count(self) -> int:
        return sum(len(errors) for errors in self.errors.values())

    @cached_property
    def missing(self) -> list[Text]:
        """Names of the required documents of her own that are not there yet."""
        present = self.candidate.papers_present()
        required = (paper.code for paper in self.item.own_papers if paper.required)
        return [texts.DOCUMENTS[code] for code in required if code not in present]

    # What the service takes.

    def participant(self, shared_codes: Iterable[str], *, hands_over: bool) -> Participant:
        """Handed over where that is wanted and every required document is there, else recorded."""
        uploads = [
            upload for paper in self.item.own_papers if (upload := self.cleaned_data.get(paper.code)) is not None
        ]
        there = self.candidate.papers_present() | {*shared_codes, *(upload.code for upload in uploads)}
        names = [field.name for field in self.item.own_fields]
        return Participant(
            case_id=self.candidate.case.pk,
            values=_given({name: self.cleaned_data.get(name) for name in names}),
            uploads=uploads,
            text=self.cleaned_data.get("text", ""),
            hand_over=hands_over and there.issuperset(self.item.definition.required_papers),
            expected_version=self.cleaned_data["version"],
        )


class Agenda:
    """The form of a sitting with a row for each person who is ripe for it."""

    def __init__(
        self,
        sitting: SittingForm,
        candidates: Sequence[Candidate],
        person: Callable[..., PersonForm],
        today: date,
    ) -> None:
        self.sitting = sitting
        self.item = sitting.item
        ripe = [candidate for candidate in candidates if not _is_locked(candidate, today)]
        self.locked = [candidate for candidate in candidates if _is_locked(candidate, today)]
        with_files = len(ripe) * len(self.item.own_papers) <= MAX_OWN_FILES
        self.with_files = bool(self.item.own_papers) and with_files
        self.people = [person(candidate=candidate, with_files=with_files) for candidate in ripe]

    @property
    def chosen(self) -> list[PersonForm]:
        return [person for person in self.people if person.is_chosen]

    def is_valid(self) -> bool:
        """Whether the sitting and every ticked row can be handed to the service."""
        sound = self.sitting.is_valid()
        defaults = self.sitting.defaults()
        for person in self.people:
            person.defaults = defaults
        for person in self.people:
            # Every row is looked at, so that the page shows all errors at once.
            sound = person.is_valid() and sound
        if sound and not self.chosen:
            self.sitting.add_error(None, _("请勾选这次的人员。"))
        return sound and bool(self.chosen)

    @property
    def has_errors(self) -> bool:
        return bool(self.sitting.errors or any(person.errors for person in self.people))

    @property
    def lost_files(self) -> bool:
        """Whether files were chosen that the browser will not send again."""
        prefixes = tuple(f"{person.prefix}-" for person in self.people)
        return bool(self.sitting.files) or any(
            name.startswith(prefixes) for person in self.people for name in person.files
        )

    def participants(self, stored: Iterable[str] = ()) -> list[Participant]:
        """The ticked rows for the service. ``stored``: documents that a standing sitting has already."""
        codes = {*stored, *(upload.code for upload in self.sitting.uploads())}
        return [person.participant(codes, hands_over=self.sitting.hands_over) for person in self.chosen]


def _is_locked(candidate: Candidate, today: date) -> bool:
    return candidate.unlocks_on is not None and candidate.unlocks_on > today
