"""The day itself: one sheet for the whole meeting, a page that says what will happen to each, and then the entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from branches.services import roster
from recruitment.forms.meeting import (
    AttendanceForm,
    BusinessForm,
    Group,
    MeetingSheet,
    SpeakerForm,
    as_sent,
    like_the_first,
    typed,
)
from recruitment.forms.sitting import item_label
from recruitment.models import Meeting, MeetingPaper
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.rules.texts import Text
from recruitment.selectors.agenda import Candidate, Convener, candidates, ripe_cases
from recruitment.selectors.meetings import MeetingGroup, groups_of, rows_of
from recruitment.services import meetings
from recruitment.services.base import Refused
from recruitment.views.base import explained, mark
from recruitment.views.meetings import MeetingPages
from recruitment.views.shelves import shelf, with_waiting
from recruitment.views.sitting_entry import members_for
from recruitment.words import listed, localised

LIKE_FIRST = "first:"


class SheetPages(MeetingPages):
    """The sheet of a meeting, from what is typed now or what was kept."""

    def sheet(
        self, meeting: Meeting, convener: Convener, data: QueryDict | None, files: MultiValueDict | None = None
    ) -> MeetingSheet:
        rows = rows_of(meeting, self.actor)
        attendance = AttendanceForm(
            data,
            files,
            principals=self.principals(convener),
            initial=self._initial(meeting) if data is None else {},
            auto_id="once_%s",
        )
        groups, gone = [], []
        for group in groups_of(meeting, rows):
            found = self._candidates(meeting, group)
            gone += [row for row in group.rows if row.case_id not in found]
            made = self._group(meeting, group, found, data)
            if made.people:
                groups.append(made)
        return MeetingSheet(attendance, groups, gone)

    def _candidates(self, meeting: Meeting, group: MeetingGroup) -> dict[int, Candidate]:
        cases = ripe_cases(meeting.body, group.item).filter(pk__in=[row.case_id for row in group.rows])
        return {found.case.pk: found for found in candidates(cases, group.item, self.request.today)}

    def _group(
        self, meeting: Meeting, group: MeetingGroup, found: Mapping[int, Candidate], data: QueryDict | None
    ) -> Group:
        item = group.item
        rows = [row for row in group.rows if row.case_id in found]
        members = members_for(item, meeting.body, meeting.held_on)
        # A page that was sent keeps its questions, however many people are left on it.
        prefix = f"{item.key.replace('.', '_')}-{BusinessForm.DEFAULT}"
        alike = any(name.startswith(prefix) for name in data) if data is not None else len(rows) > 1
        initial = {"reviewed_on": meeting.held_on, "plan_year": meeting.held_on.year, "notice_on": meeting.held_on}
        form = BusinessForm(data, item=item, alike=alike, meeting=meeting, initial=initial if data is None else {})
        people = [
            SpeakerForm(data, row=row, candidate=found[row.case_id], members=members, alike=alike) for row in rows
        ]
        return Group(form, people)

    def _initial(self, meeting: Meeting) -> dict[str, Any]:
        if meeting.kind == Meeting.Kind.BRANCH_MEETING:
            return {"eligible": roster.voters(meeting.body, meeting.held_on).count()}
        return {}

    def scanned(self, meeting: Meeting) -> bool:
        return meeting.papers.filter(kind=MeetingPaper.Kind.MINUTES).exists()

    def may_enter_today(self, meeting: Meeting) -> bool:
        return meeting.is_planned and meeting.held_on <= self.request.today


#: The act of a button that takes a scan of the minutes away again: this and its key.
DROP = "drop:"


class MeetingEntry(SheetPages):
    """The sheet: attendance once, a row for each person, minutes once. It is kept until the meeting is entered."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        if not meeting.is_planned:
            return redirect(meeting)
        return self._page(meeting, self.sheet(meeting, convener, self._kept(meeting)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        data = request.POST.copy()
        sheet = self.sheet(meeting, convener, data, with_waiting(request, _place(meeting)))
        act = data.get("act", "")
        if act.startswith(LIKE_FIRST):
            for group in sheet.groups:
                if group.key == act.removeprefix(LIKE_FIRST):
                    like_the_first(data, group)
        sound = sheet.is_valid()
        try:
            meeting = meetings.keep_entry(
                meeting_id=meeting.pk,
                entry=typed(data),
                uploads=sheet.attendance.uploads(),
                without=[int(dropped)] if (dropped := act.removeprefix(DROP)) != act and dropped.isdecimal() else (),
                actor=self.entered_by(convener, sheet.attendance),
                now=request.now,
                expected_version=int(data["version"]) if data.get("version", "").isdecimal() else None,
            )
        except Refused as refused:
            mark(sheet.attendance, refused.refusals, request.today)
            meeting.refresh_from_db(fields=["version"])
            return self._page(meeting, sheet, status=422)
        if act == "check":
            return redirect("meeting_check", meeting.pk) if sound else self._page(meeting, sheet, status=422)
        if not act.startswith(LIKE_FIRST):
            messages.success(request, _("已保存，还没有登记。"))
        return redirect(
            f"{request.path}#{act.removeprefix(LIKE_FIRST)}" if act.startswith(LIKE_FIRST) else request.path
        )

    def _kept(self, meeting: Meeting) -> QueryDict | None:
        """What was kept, with the versions of today: whoever looks at the sheet sees what the cases are now."""
        if not meeting.entry:
            return None
        data = as_sent(meeting.entry)
        for pk, version in meeting.items.values_list("pk", "case__version"):
            data[f"m{pk}-version"] = str(version)
            if f"m{pk}-on" not in data and not any(
                name.startswith(f"m{pk}-") and name in meeting.entry for name in data
            ):
                # Somebody who came onto the agenda after the sheet was kept.
                data[f"m{pk}-on"] = "on"
        return data

    def _page(self, meeting: Meeting, sheet: MeetingSheet, status: int = 200) -> HttpResponse:
        context = {
            "meeting": meeting,
            "sheet": sheet,
            "form": sheet.attendance,
            "groups": [(item_label(group.item), group) for group in sheet.groups],
            # What was kept some days ago is shown without reproaches; they come with the next page.
            "show_errors": status != 200,
            "scans": list(meeting.papers.filter(kind=MeetingPaper.Kind.MINUTES)),
            "early": not self.may_enter_today(meeting),
            "uploads": shelf(self.request, _place(meeting)),
        }
        return render(self.request, "recruitment/meeting_entry.html", context, status=status)


def _place(meeting: Meeting) -> str:
    """Under which name the scan of the minutes waits for the sheet."""
    return f"meeting/{meeting.pk}/entry"


@dataclass(frozen=True, slots=True)
class ProspectLine:
    """What would become of one person, in words."""

    name: str
    is_sample: bool
    branch: str
    url: str
    outcome: Text | None
    red: Text | None
    hands_over: bool
    logged: bool
    missing: list[Text]
    reminders: list[Text]
    reasons: list[str]


class MeetingCheck(SheetPages):
    """What will happen to each, judged by the rules; confirmed here, the meeting is entered."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        sheet = self._sound_sheet(meeting, convener)
        if sheet is None:
            return redirect("meeting_entry", meeting.pk)
        return self._page(meeting, convener, sheet)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        if not meeting.is_planned:
            return redirect(meeting)
        sheet = self._sound_sheet(meeting, convener)
        if sheet is None:
            return redirect("meeting_entry", meeting.pk)
        try:
            result = meetings.hold(
                meeting_id=meeting.pk,
                attendance=sheet.attendance.attendance(),
                businesses=sheet.businesses(meeting, scanned=self.scanned(meeting)),
                actor=self.entered_by(convener, sheet.attendance),
                now=request.now,
                expected_version=int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else None,
            )
        except Refused as refused:
            sheet.attendance.refused = []
            mark(sheet.attendance, refused.refusals, request.today)
            meeting = self.meeting(pk)
            return self._page(meeting, convener, sheet, status=422)
        left = len(result.people) - result.accepted
        text = _("会议已登记：%(done)s 人已办妥。") % {"done": result.accepted}
        if left:
            text += _("%(left)s 人没有登记，原因写在其本人一行，留到下次会议。") % {"left": left}
        messages.success(request, text)
        return redirect(result.meeting)

    def _sound_sheet(self, meeting: Meeting, convener: Convener) -> MeetingSheet | None:
        """The kept sheet where it can be entered today; None otherwise."""
        if not meeting.entry or not self.may_enter_today(meeting):
            return None
        sheet = self.sheet(meeting, convener, as_sent(meeting.entry))
        return sheet if sheet.is_valid() else None

    def _page(self, meeting: Meeting, convener: Convener, sheet: MeetingSheet, status: int = 200) -> HttpResponse:
        attendance = sheet.attendance.attendance()
        prospects = meetings.foresee(
            meeting=meeting,
            attendance=attendance,
            businesses=sheet.businesses(meeting, scanned=self.scanned(meeting)),
            actor=self.entered_by(convener, sheet.attendance),
            now=self.request.now,
        )
        missing = {person.case.pk: person.missing for group in sheet.groups for person in group.people}
        groups: dict[str, list[ProspectLine]] = {}
        for prospect in prospects:
            groups.setdefault(item_label(prospect.item), []).append(self._line(prospect, missing))
        lines = [line for people in groups.values() for line in people]
        context = {
            "meeting": meeting,
            "form": sheet.attendance,
            "attendance": attendance,
            "half": attendance.present * 2 <= attendance.eligible,
            "groups": list(groups.items()),
            "can": sum(not line.reasons for line in lines),
            "cannot": sum(bool(line.reasons) for line in lines),
            "put_off": listed(
                person.case.person.name for group in sheet.groups for person in group.people if not person.is_chosen
            ),
            "gone": sheet.gone,
        }
        return render(self.request, "recruitment/meeting_check.html", context, status=status)

    def _line(self, prospect: meetings.Prospect, missing: Mapping[int, list[Text]]) -> ProspectLine:
        case, found = prospect.case, prospect.foreseen
        words = explained(found.refusals, self.request.today, step=prospect.item.step, file=prospect.file)
        return ProspectLine(
            name=case.person.name,
            is_sample=case.person.is_sample,
            branch=str(case.branch),
            url=case.get_absolute_url(),
            outcome=texts.OUTCOMES.get(found.outcome),
            red=texts.VETOES[found.red].name if found.red else None,
            hands_over=prospect.hands_over,
            logged=bool(prospect.item.entry),
            missing=[] if prospect.hands_over else missing.get(case.pk, []),
            reminders=[flag_name(code) for code in found.reminders],
            reasons=[
                refusal.message or f"{localised(word.sentence)} {localised(word.cure)}".strip()
                for refusal, word in zip(found.refusals, words, strict=True)
            ],
        )
