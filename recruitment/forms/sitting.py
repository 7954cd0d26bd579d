"""Forms of a sitting: what to enter and when, what is entered once for all, and each person's own row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.forms.base import FOR, ActForm, paper_field
from recruitment.forms.compact import Choices, as_choices, compact_field, help_of, label_of
from recruitment.forms.fields import DayField
from recruitment.models import Case, Meeting, Sitting
from recruitment.rules import texts
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.rules.values import MAX_COUNT, MAX_TEXT
from recruitment.selectors.agenda import AgendaItem, Candidate
from recruitment.services.sittings import Participant
from recruitment.services.staging import StagedFile
from recruitment.words import localised

#: People on one page; and file fields of their own on it, under the server's bound of files in one form.
MAX_PEOPLE, MAX_OWN_FILES = 60, 40
#: Votes that are usually nobody's; those in favour are always counted and entered.
_USUALLY_NONE = frozenset({"votes_against", "abstentions", "written_for", "written_against", "written_abstain"})
_LONG = frozenset({FieldType.TEXT, FieldType.MEMBERS, FieldType.DURATION})
_OVERRIDE = "override"


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in; an empty field is not given."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


# -- what and when ------------------------------------------------------------------------------------------------


def item_label(item: AgendaItem) -> str:
    """``20. 支部大会讨论接收``, and for a log entry what kind it is."""
    name = f"{STEPS[item.step].number}. {localised(texts.STEPS[item.step])}"
    if not item.entry:
        return name
    return _("%(step)s：%(kind)s") % {"step": name, "kind": localised(texts.LOG_KINDS[item.entry])}


class ChoiceForm(forms.Form):
    """First page: the business and the day. Grouped by body where the reader sits in several, else by kind."""

    item = forms.ChoiceField(
        label=gettext_lazy("办什么事"), help_text=gettext_lazy("一次会议办几件事的，用“会议日”一起登记更省事。")
    )
    held_on = DayField(
        label=gettext_lazy("哪一天"),
        help_text=gettext_lazy("会议、备案、公示结束列入、结业或者宣誓的当天；它是每个人这一步的办理日期。"),
    )
    branch = forms.IntegerField(required=False, max_value=999_999_999, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, choices: Choices, today: date, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.today = today
        self.fields["item"].choices = [("", _("请选择")), *choices]
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()

    def clean_held_on(self) -> date:
        held_on: date = self.cleaned_data["held_on"]
        if held_on > self.today:
            raise forms.ValidationError(_("这一天还没有到；请在会议开过、事情办完以后登记。"), code="future")
        return held_on


class BranchFilterForm(forms.Form):
    """Which branch's people to list; the other fields of the address go along hidden."""

    branch = forms.ChoiceField(label=gettext_lazy("党支部"), required=False)

    def __init__(self, data: Mapping[str, Any], *, branches: Choices) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["branch"].choices = [("", _("全部支部")), *branches]


class SittingFilterForm(forms.Form):
    """The filter of the list of sittings."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    since = DayField(label=gettext_lazy("自"), required=False)
    until = DayField(label=gettext_lazy("至"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["kind"].choices = [("", _("全部类别")), *Sitting.Kind.choices]

    def given(self) -> dict[str, Any]:
        """The filters that can be used; what cannot be read is left out, never an error."""
        self.is_valid()
        return _given(self.cleaned_data)


# -- once for all -------------------------------------------------------------------------------------------------


class AttendanceForm(ActForm):
    """Who should have come and who came, what was said, and whether who is complete goes to the verifier at once."""

    SUBMIT, RECORD = "submit", "record"

    eligible = forms.IntegerField(label=gettext_lazy("应到人数"), min_value=1, max_value=MAX_COUNT)
    present = forms.IntegerField(label=gettext_lazy("实到人数"), min_value=1, max_value=MAX_COUNT)
    minutes = forms.CharField(
        label=gettext_lazy("记录摘要"),
        help_text=gettext_lazy("只写会议本身的情况；每个人的意见写在其本人一行。"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hand_over = forms.ChoiceField(
        label=gettext_lazy("是否提交校核"),
        choices=[
            (SUBMIT, gettext_lazy("材料齐的人提交校核，不齐的人先登记，材料一个月内补上")),
            (RECORD, gettext_lazy("全部只登记，以后逐人提交")),
        ],
        initial=SUBMIT,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        eligible, present = self.cleaned_data.get("eligible"), self.cleaned_data.get("present")
        if eligible is not None and present is not None and present > eligible:
            self.add_error("present", _("实到人数不能多于应到人数。"))
        return self.cleaned_data

    @property
    def hands_over(self) -> bool:
        return self.cleaned_data.get("hand_over", self.SUBMIT) == self.SUBMIT


class SittingForm(AttendanceForm):
    """What is entered once: attendance, minutes, papers, the step's shared fields, and what most people have alike.

    ``sitting``: one that stands already, or the meeting that it belongs to: its attendance, minutes and papers are
    settled there. ``alike``: whether there is more than one person to have something alike.
    """

    DEFAULT = "all_"

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: MultiValueDict | None,
        *,
        item: AgendaItem,
        alike: bool,
        sitting: Sitting | Meeting | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.item = item
        self.guide_owner = item.step
        if sitting is not None or not item.is_meeting:
            del self.fields["eligible"], self.fields["present"]
        else:
            self._label_attendance()
        if item.entry:
            del self.fields["hand_over"]
        for field in item.shared_fields:
            self.fields[field.name] = compact_field(item.definition, field, help_text=help_of(item.definition, field))
        for field in item.with_default if alike else ():
            self.fields[f"{self.DEFAULT}{field.name}"] = compact_field(
                item.definition,
                field,
                required=False,
                label=_("%(field)s（统一填写）") % {"field": label_of(item.definition, field)},
                empty=_("不统一，逐人选择"),
                help_text=_("个别人不同的，在其本人一行另填。"),
            )
        if sitting is not None:
            del self.fields["minutes"]
        else:
            self.add_papers(item.papers, item.definition.required_papers)

    def _label_attendance(self) -> None:
        for name in ("eligible", "present"):
            field = getattr(self.item, name)
            if field:
                words = texts.FIELDS[f"{self.item.step}.{field}"]
                self.fields[name].label = localised(words.label)
                self.fields[name].help_text = localised(words.help)

    # Groups for the page, in the order in which they are asked.

    @property
    def opening(self) -> list[forms.BoundField]:
        """For whom, attendance, and the step's shared fields."""
        names = [FOR, "eligible", "present", *self.item.shared]
        return [self[name] for name in names if name in self.fields]

    @property
    def alike(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(self.DEFAULT)]

    @property
    def papers(self) -> list[forms.BoundField]:
        """The documents of the sitting itself."""
        return [self[name] for name in map(paper_field, self.item.papers) if name in self.fields]

    # What the service takes.

    def values(self) -> dict[str, Any]:
        return _given({name: self.cleaned_data.get(name) for name in self.item.shared})

    def defaults(self) -> dict[str, Any]:
        """What most people have alike, as far as it was said and can be read."""
        cleaned = self.cleaned_data
        return _given({field.name: cleaned.get(f"{self.DEFAULT}{field.name}") for field in self.item.with_default})


# -- each person --------------------------------------------------------------------------------------------------


class PersonForm(ActForm):
    """One person's row. A row that is not ticked is not looked at, unless something was filled in it."""

    use_required_attribute = False
    # The head of the sitting's page leads to the Guide once; the rows would repeat it for everybody.
    guide_owner = None
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
        alike: bool,
    ) -> None:
        self.candidate, self.item = candidate, candidate.item
        self.with_default = self.item.with_default if alike else ()
        self.defaults: Mapping[str, Any] = {}
        self.is_stale = False
        ticked = not alike or self.item.of_all
        super().__init__(data, files, prefix=f"p{candidate.case.pk}", initial=self._initial(members, ticked=ticked))
        self.fields["on"].label = str(candidate.case.person)
        for field in self.item.own_fields:
            if field.name == "postponed_reason" and not candidate.case.transferred_in:
                # Postponing is for a member who moved in during probation.
                continue
            alike_too = {"required": False, "empty": _("按统一填写")} if field in self.with_default else {}
            self.fields[field.name] = compact_field(self.item.definition, field, members=members, **alike_too)
        self._add_texts()
        if with_files:
            self.add_papers((paper.code for paper in self.item.own_papers), self.item.definition.required_papers)
            for code in candidate.papers_present() & {paper.code for paper in self.item.own_papers}:
                self.fields[paper_field(code)].help_text = _("已有；另选文件就是新的一版。")
        for name, field in self.fields.items():
            if name not in ("on", "version"):
                # The column's head is far away, and the row's name too.
                field.widget.attrs["aria-label"] = f"{candidate.case.person} {field.label}"

    def _add_texts(self) -> None:
        area = forms.Textarea(attrs={"rows": 2})
        if self.item.entry:
            self.fields["text"] = forms.CharField(label=_("意见摘要"), required=False, max_length=MAX_TEXT, widget=area)
            self.fields["text"].is_sensitive = True
        leaving = self.case.person.expected_leave_date
        if self.item.step == "preliminary_review" and leaving is not None:
            self.fields[_OVERRIDE] = forms.CharField(
                label=_("继续办理的理由"),
                help_text=_("此人预计 %(day)s 离开现单位。不满三个月仍要继续办理的，由党委写明理由；否则不填。")
                % {"day": leaving.isoformat()},
                required=False,
                max_length=MAX_TEXT,
                widget=area,
            )

    def _initial(self, members: Choices, *, ticked: bool) -> dict[str, Any]:
        """What was recorded before, or the usual zeros."""
        record = self.candidate.record
        usual = {field.name: 0 for field in self.item.own_fields if field.name in _USUALLY_NONE}
        known = record.typed_values() if record.acted and not self.item.entry else {}
        if record.reported_on and record.definition.report_field:
            known = {record.definition.report_field: record.reported_on, **known}
        facts = self.candidate.file.facts()
        if self.item.step == "conversion_approval":
            known.setdefault("result", facts.value("conversion_branch_meeting.decision"))
        if self.item.step == "assign_introducers":
            # Usually the contacts; who has left the roster since cannot be chosen.
            suitable = {pk for pk, _name in members}
            contacts = facts.value("assign_contacts.contacts") or ()
            known.setdefault("introducers", [pk for pk in contacts if pk in suitable])
        return {**usual, **as_choices(known), "on": ticked, "version": self.candidate.case.version}

    @property
    def is_chosen(self) -> bool:
        """Whether the row is ticked."""
        return bool(self["on"].value())

    def full_clean(self) -> None:
        if self.is_bound and not self.is_chosen:
            self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}
            if set(self.changed_data) - {"on", "version"}:
                self._errors["on"] = self.error_class([_("这一行填了内容但没有勾选；请勾选，这次不办的请清空。")])
            return
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        for field in self.with_default:
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
        names += ["text", _OVERRIDE, *(paper_field(paper.code) for paper in self.item.own_papers)]
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
        """Names of the required documents of her own that were not there when the page was asked for."""
        present = self.candidate.papers_present()
        required = (paper.code for paper in self.item.own_papers if paper.required)
        return [texts.DOCUMENTS[code] for code in required if code not in present]

    # What the service takes.

    def participant(self, shared_codes: Iterable[str], *, hands_over: bool) -> Participant:
        """Handed over where that is wanted and every required document is there, else recorded."""
        uploads = self.uploads()
        there = self.candidate.papers_present() | {*shared_codes, *(upload.code for upload in uploads)}
        names = [field.name for field in self.item.own_fields]
        return Participant(
            case_id=self.candidate.case.pk,
            values=_given({name: self.cleaned_data.get(name) for name in names}),
            uploads=uploads,
            text=self.cleaned_data.get("text", ""),
            override=self.cleaned_data.get(_OVERRIDE, ""),
            hand_over=hands_over and there.issuperset(self.item.definition.required_papers),
            expected_version=self.cleaned_data["version"],
        )


class Agenda:
    """The form of a sitting with a row for each person who is ripe for it."""

    def __init__(
        self,
        sitting: SittingForm,
        ripe: Sequence[Candidate],
        locked: Sequence[Candidate],
        person: Callable[..., PersonForm],
    ) -> None:
        self.sitting, self.locked = sitting, locked
        self.item = sitting.item
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
        chosen = [file for name in self.sitting.files for file in self.sitting.files.getlist(name)]
        for person in self.people:
            own = (name for name in person.files if name.startswith(prefixes))
            chosen += [file for name in own for file in person.files.getlist(name)]
        # What waited for the form still does.
        return any(not isinstance(file, StagedFile) for file in chosen)

    def participants(self, stored: Iterable[str] = ()) -> list[Participant]:
        """The ticked rows for the service. ``stored``: documents that a standing sitting has already."""
        codes = {*stored, *(upload.code for upload in self.sitting.uploads())}
        return [person.participant(codes, hands_over=self.sitting.hands_over) for person in self.chosen]
