"""Forms of a meeting: what is known beforehand, the choice of people, and the sheet that is filled in on the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.forms.base import ActForm, Line
from recruitment.forms.compact import Choices
from recruitment.forms.fields import DayField, FilesField
from recruitment.forms.sitting import AttendanceForm, PersonForm, SittingForm
from recruitment.models import Meeting, MeetingItem
from recruitment.numbers import whole
from recruitment.rules.values import MAX_COUNT, MAX_TEXT
from recruitment.selectors.agenda import AgendaItem
from recruitment.services.meetings import Attendance, Business, Given, Hearing, minutes_codes
from recruitment.words import storable

#: Votes that a meeting takes on everybody, in the order in which they are read out.
VOTES = ("votes_for", "votes_against", "abstentions")
_VOTE_LABELS = {
    "votes_for": gettext_lazy("赞成"),
    "votes_against": gettext_lazy("反对"),
    "abstentions": gettext_lazy("弃权"),
}


class MeetingForm(ActForm):
    """When, where and by whom; the day may lie ahead. ``bodies``: whose meeting and which kind, on the first page."""

    guide_owner = None
    meeting = forms.ChoiceField(label=gettext_lazy("开什么会"))
    held_on = DayField(
        label=gettext_lazy("日期"), help_text=gettext_lazy("可以提前几天准备；会议登记要等会议开过以后。")
    )
    begins = forms.TimeField(
        label=gettext_lazy("时间"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    place = forms.CharField(label=gettext_lazy("地点"), required=False, max_length=100)
    chair = forms.CharField(label=gettext_lazy("主持人"), required=False, max_length=60)
    recorder = forms.CharField(label=gettext_lazy("记录人"), required=False, max_length=60)

    def __init__(self, data: Mapping[str, Any] | None = None, *, bodies: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if bodies is None:
            del self.fields["meeting"]
        else:
            self.fields["meeting"].choices = bodies

    @classmethod
    def of(cls, meeting: Meeting, data: Mapping[str, Any] | None = None, **kwargs: Any) -> MeetingForm:
        """The form of a meeting that stands."""
        names = ("held_on", "begins", "place", "chair", "recorder")
        return cls(data, initial={name: getattr(meeting, name) for name in names}, **kwargs)

    def given(self) -> Given:
        return Given(**{name: self.cleaned_data[name] for name in ("held_on", "begins", "place", "chair", "recorder")})


def chosen_of(data: QueryDict) -> list[tuple[int, str]]:
    """Who was ticked, as (case, key of the business), in the order of the numbers beside the names."""
    picked = []
    for place, value in enumerate(data.getlist("pick")):
        given, _colon, key = value.partition(":")
        if (case := whole(given)) is not None and key:
            order = whole(data.get(f"order-{value}"))
            picked.append((order is None, order or 0, place, case, key))
    return [(case, key) for *_order, case, key in sorted(picked)]


# -- the sheet ---------------------------------------------------------------------------------------------------------


class OnceForm(AttendanceForm):
    """What the whole meeting has once: attendance, absences, minutes and their scan."""

    guide_owner = None
    field_order = ("eligible", "present", "absences", "minutes", "scan", "hand_over")
    absences = forms.CharField(
        label=gettext_lazy("缺席人员和原因"),
        help_text=gettext_lazy("一人一行，写姓名和原因；都到了就不填。"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    scan = FilesField(
        code="",
        label=gettext_lazy("会议记录扫描件"),
        help_text=gettext_lazy("只传一次，这次会议的人共用；也可以会后再传。"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        eligible, present = self.cleaned_data.get("eligible"), self.cleaned_data.get("present")
        if eligible is None or present is None:
            return self.cleaned_data
        named = [line for line in self.cleaned_data.get("absences", "").splitlines() if line.strip()]
        if len(named) != eligible - present:
            self.add_error(
                "absences",
                _("缺席 %(absent)s 人，写了 %(named)s 行；请一人一行，写明姓名和原因。")
                % {"absent": eligible - present, "named": len(named)},
            )
        return self.cleaned_data

    @property
    def opening(self) -> list[Line]:
        return self.lines(("on_behalf_of", "eligible", "present", "absences"))

    @property
    def closing(self) -> list[Line]:
        return self.lines(("minutes", "scan", "hand_over"))

    def attendance(self) -> Attendance:
        return Attendance(**{name: self.cleaned_data[name] for name in ("eligible", "present", "absences", "minutes")})


class BusinessForm(SittingForm):
    """What one business has once, and what most of its people have alike."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, item: AgendaItem, alike: bool, meeting: Meeting, **kwargs: Any
    ) -> None:
        prefix = item.key.replace(".", "_")
        super().__init__(data, None, item=item, alike=alike, sitting=meeting, prefix=prefix, **kwargs)
        self.fields.pop("hand_over", None)


class SpeakerForm(PersonForm):
    """One person's row on the sheet: the fields of the step, the votes, and what was said of her."""

    def __init__(self, data: Mapping[str, Any] | None, *, row: MeetingItem, **kwargs: Any) -> None:
        super().__init__(data, None, with_files=False, **kwargs)
        self.row = row
        self.prefix = f"m{row.pk}"
        self.fields["on"].initial = True
        self.initial["on"] = True
        own = {field.name for field in self.item.own_fields}
        #: The votes that the step itself does not keep.
        self.counted = tuple(name for name in VOTES if name not in own) if not self.item.entry else ()
        for name in self.counted:
            self.fields[name] = forms.IntegerField(
                label=_VOTE_LABELS[name], required=False, min_value=0, max_value=MAX_COUNT
            )
        if not self.item.entry:
            self.fields["note"] = forms.CharField(
                label=_("讨论摘要"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 1})
            )
            self.fields["note"].is_sensitive = True
        for name in (*self.counted, *(("note",) if "note" in self.fields else ())):
            field = self.fields[name]
            field.widget.attrs["aria-label"] = f"{self.case.person} {field.label}"

    @property
    def cells(self) -> list[forms.BoundField]:
        """The votes beside each other, then the other short fields."""
        short = {cell.name: cell for cell in super().cells}
        votes = [self[name] if name in self.counted else short.pop(name) for name in self._votes(short)]
        return [*votes, *short.values()]

    def _votes(self, short: Mapping[str, Any]) -> list[str]:
        return [name for name in VOTES if name in self.counted or name in short]

    @property
    def long_fields(self) -> list[forms.BoundField]:
        return [*super().long_fields, *([self["note"]] if "note" in self.fields else [])]

    def hearing(self) -> Hearing:
        votes = {name: self.cleaned_data.get(name) for name in self.counted}
        return Hearing(**votes, note=self.cleaned_data.get("note", ""))


class Group:
    """One business of the sheet with its people."""

    def __init__(self, form: BusinessForm, people: Sequence[SpeakerForm]) -> None:
        self.form, self.people = form, list(people)
        self.item = form.item
        self.with_files = False

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def chosen(self) -> list[SpeakerForm]:
        return [person for person in self.people if person.is_chosen]

    @property
    def columns(self) -> list[forms.BoundField]:
        return self.people[0].cells if self.people else []

    def is_valid(self) -> bool:
        sound = self.form.is_valid()
        defaults = self.form.defaults()
        for person in self.people:
            person.defaults = defaults
            sound = person.is_valid() and sound
        return sound

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors or any(person.errors for person in self.people))

    def business(self, meeting: Meeting, *, scanned: bool, hands_over: bool) -> Business:
        """What the service takes: who is ticked, in the order of the agenda."""
        codes = minutes_codes(meeting, self.item, scanned=scanned)
        chosen = self.chosen
        return Business(
            item=self.item,
            shared_values=self.form.values(),
            participants=[person.participant(codes, hands_over=hands_over) for person in chosen],
            hearings={person.case.pk: person.hearing() for person in chosen},
        )


class MeetingSheet:
    """The whole sheet: attendance, and each business with a row for everybody on the agenda.

    ``gone``: rows whose step takes the act no more; they wait for another meeting.
    """

    def __init__(self, attendance: OnceForm, groups: Sequence[Group], gone: Sequence[MeetingItem]) -> None:
        self.attendance, self.groups, self.gone = attendance, list(groups), list(gone)

    def is_valid(self) -> bool:
        sound = self.attendance.is_valid()
        for group in self.groups:
            sound = group.is_valid() and sound
        if sound and not any(group.chosen for group in self.groups):
            self.attendance.add_error(None, _("请至少勾选一人。"))
            sound = False
        return sound

    @property
    def has_errors(self) -> bool:
        return bool(self.attendance.errors) or any(group.has_errors for group in self.groups)

    def businesses(self, meeting: Meeting, *, scanned: bool) -> list[Business]:
        hands_over = self.attendance.hands_over
        made = [group.business(meeting, scanned=scanned, hands_over=hands_over) for group in self.groups]
        return [business for business in made if business.participants]


def typed(data: QueryDict) -> dict[str, list[str]]:
    """What was typed into the sheet, as a draft keeps it."""
    left_out = {"csrfmiddlewaretoken", "act", "version"}
    # What waits for the sheet is kept with the meeting at the same moment, and waits no more.
    kept = (name for name in data if name not in left_out and not name.endswith("-staged"))
    return {storable(name): list(map(storable, data.getlist(name))) for name in kept}


def as_sent(entry: Mapping[str, list[str]]) -> QueryDict:
    """The same as a browser would send it."""
    data = QueryDict(mutable=True)
    for name, values in entry.items():
        data.setlist(name, values)
    return data


def like_the_first(data: QueryDict, group: Group) -> None:
    """Write what the first ticked person of the business has into the rows of the others who are ticked."""
    chosen = group.chosen
    if not chosen:
        return
    first, *others = chosen
    names = [cell.html_name.removeprefix(f"{first.prefix}-") for cell in first.cells]
    for person in others:
        for name in names:
            if (value := data.get(f"{first.prefix}-{name}")) is not None:
                data[f"{person.prefix}-{name}"] = value


# -- after it ----------------------------------------------------------------------------------------------------------


class IssueForm(ActForm):
    """Number and date of a reply or a filing list, and to whom the reply goes."""

    guide_owner = None
    EACH, ALL = "each", "all"

    number = forms.CharField(
        label=gettext_lazy("文号"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("没有编号的可以空着，以后手写。"),
    )
    dated = DayField(label=gettext_lazy("成文日期"))
    to = forms.ChoiceField(
        label=gettext_lazy("批复给谁"),
        choices=[
            (EACH, gettext_lazy("每个支部一份，只列本支部的人")),
            (ALL, gettext_lazy("所有支部共一份，列全部的人")),
        ],
        initial=EACH,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, with_reply: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not with_reply:
            del self.fields["to"]


class ScanForm(ActForm):
    """A scan that comes after the meeting, filed with everybody whom it concerns."""

    guide_owner = None
    scan = FilesField(code="", label=gettext_lazy("扫描件"))

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data.get("scan"):
            self.add_error("scan", _("请选择文件。"))
        return self.cleaned_data
