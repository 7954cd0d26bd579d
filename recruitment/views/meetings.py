"""Meetings: their list, a new one, and one meeting: its agenda beforehand, what came of everybody, and its papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.access import Actor
from branches.models import Organisation
from recruitment import machine
from recruitment.documents import meeting_papers, pdf
from recruitment.documents.files import CONTENT_TYPES
from recruitment.forms.base import ActForm
from recruitment.forms.compact import Choices
from recruitment.forms.meeting import IssueForm, MeetingForm, ScanForm, chosen_of
from recruitment.forms.sitting import item_label
from recruitment.models import Meeting, MeetingItem, MeetingPaper
from recruitment.numbers import whole
from recruitment.policies import Allowed
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.agenda import Convener, conveners
from recruitment.selectors.meetings import (
    MeetingFile,
    MeetingGroup,
    Unripe,
    choices,
    decided,
    groups_of,
    kinds_of,
    meeting_file,
    meetings_of,
    rows_of,
    taken_out_of,
    visible_meeting,
)
from recruitment.services import meetings
from recruitment.services.base import Refused
from recruitment.services.bulk import reason_json
from recruitment.services.documents import Wish, fill_for
from recruitment.services.materials import inspect
from recruitment.views.base import Page, mark
from recruitment.views.booklet import cannot_print
from recruitment.views.bulk import reason_words
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.files import shown_file
from recruitment.views.shelves import shelf, with_waiting
from recruitment.words import listed, localised

PER_PAGE = 30
#: The scans that come after a meeting.
_SCANNED = (MeetingPaper.Kind.MINUTES.value, MeetingPaper.Kind.SEALED.value)


class MeetingPages(Page):
    """What all pages of one meeting share: the meeting, and the seat by which its body's business is entered."""

    def meeting(self, pk: int) -> Meeting:
        """The meeting, or 404."""
        found = visible_meeting(self.actor, pk)
        if found is None:
            raise Http404
        return found

    def convener(self, meeting: Meeting) -> Convener | None:
        """The body with the seat by which this reader may enter its meeting; None for others."""
        return next((one for one in conveners(self.actor) if one.body.pk == meeting.body_id), None)

    def entering(self, meeting: Meeting) -> Convener:
        """The same, or 404: who may not enter the meeting has no such page."""
        convener = self.convener(meeting)
        if convener is None:
            raise Http404
        return convener

    def entered_by(self, convener: Convener, form: ActForm) -> Actor:
        return replace(entering_actor(Allowed(convener.grant), self.request, form), seat=convener.grant)

    def principals(self, convener: Convener) -> list[tuple[int, str]] | None:
        return asked_for(Allowed(convener.grant), self.request)


# -- the list and a new one --------------------------------------------------------------------------------------------


class MeetingList(Page):
    """Meetings of the reader's organisations and of all below them: those in preparation first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = meetings_of(self.actor)
        held = Paginator(found.filter(state=Meeting.State.HELD).order_by("-held_on", "-pk"), PER_PAGE).get_page(
            request.GET.get("page")
        )
        context = {
            # All of them: one that fell off the page would never be entered.
            "planned": list(found.filter(state=Meeting.State.PLANNED).order_by("held_on", "pk")),
            "page_obj": held,
            "may_prepare": any(kinds_of(one) for one in conveners(self.actor)),
        }
        return render(request, "recruitment/meeting_list.html", context)


class MeetingNew(MeetingPages):
    """Which meeting, and when; the agenda follows."""

    def get(self, request: HttpRequest) -> HttpResponse:
        places = self._places()
        return self._page(places, MeetingForm(bodies=_kinds(places), principals=self._principals(places)))

    def post(self, request: HttpRequest) -> HttpResponse:
        places = self._places()
        form = MeetingForm(request.POST, bodies=_kinds(places), principals=self._principals(places))
        if form.is_valid():
            code, _dot, kind = form.cleaned_data["meeting"].partition(".")
            convener = next(one for one in places if one.body.code == code)
            try:
                meeting = meetings.prepare(
                    body=convener.body,
                    kind=kind,
                    given=form.given(),
                    actor=self.entered_by(convener, form),
                    now=request.now,
                )
            except Refused as refused:
                mark(form, refused.refusals, request.today)
            else:
                messages.success(request, _("会议已排定。请勾选上会的人，保存议程。"))
                return redirect(meeting)
        return self._page(places, form)

    def _places(self) -> list[Convener]:
        return [one for one in conveners(self.actor) if kinds_of(one)]

    def _principals(self, places: Sequence[Convener]) -> list[tuple[int, str]] | None:
        return self.principals(places[0]) if places else None

    def _page(self, places: Sequence[Convener], form: MeetingForm) -> HttpResponse:
        status = 422 if form.errors else 200
        context = {"form": form, "may_prepare": bool(places)}
        return render(self.request, "recruitment/meeting_new.html", context, status=status)


def _kinds(places: Iterable[Convener]) -> Choices:
    """Whose meeting and of which kind; the body is named where the reader sits in several."""
    places = list(places)
    names = dict(Meeting.Kind.choices)
    return [
        (f"{one.body.code}.{kind}", f"{one.body} · {names[kind]}" if len(places) > 1 else names[kind])
        for one in places
        for kind in kinds_of(one)
    ]


# -- one meeting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of a meeting in words."""

    row: MeetingItem
    decided: list[Text]
    votes: tuple[int | None, ...]
    reasons: list[str]
    status: str


@dataclass(frozen=True, slots=True)
class UnripeLine:
    """Why somebody cannot be discussed that day, and from when."""

    found: Unripe
    gate: Text | None
    step: str


class MeetingPage(MeetingPages):
    """Beforehand the choice of people, for those who enter; the agenda for others; afterwards what came of each."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        convener = self.convener(meeting)
        if meeting.is_planned and convener is not None:
            return self.arranging(meeting, convener, MeetingForm.of(meeting, principals=self.principals(convener)))
        return self.standing(meeting, convener)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put people on the agenda, in their order."""
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        form = MeetingForm.of(meeting, request.POST, principals=self.principals(convener))
        chosen = chosen_of(request.POST)
        if form.is_valid():
            try:
                meetings.arrange(
                    meeting_id=meeting.pk,
                    given=form.given(),
                    chosen=chosen,
                    actor=self.entered_by(convener, form),
                    now=request.now,
                    expected_version=whole(request.POST.get("version")),
                )
            except Refused as refused:
                mark(form, refused.refusals, request.today)
            else:
                if request.POST.get("act") == "enter":
                    messages.success(request, _("议程已保存。请填写会议登记。"))
                    return redirect("meeting_entry", meeting.pk)
                messages.success(request, _("议程已保存。会议开过以后，在这里登记。"))
                return redirect(meeting)
        meeting.refresh_from_db(fields=["version"])
        return self.arranging(meeting, convener, form, {f"{case}:{key}" for case, key in chosen})

    def arranging(
        self, meeting: Meeting, convener: Convener, form: MeetingForm, ticked: set[str] | None = None
    ) -> HttpResponse:
        items = meetings.allowed_items(meeting, convener.grant)
        rows = list(meeting.items.all())
        keys = {(item.step, item.entry): item.key for item in items}
        orders = {f"{row.case_id}:{keys[row.step, row.entry]}": row.position for row in rows if _key(row) in keys}
        found = choices(meeting, items)
        # A new agenda proposes everybody who was not decided yet, and a standing one keeps its choice.
        proposed = {ripe.key for one in found for ripe in one.ripe if not ripe.status}
        chosen = ticked if ticked is not None else set(orders) or proposed
        groups = [
            {
                "choice": one,
                "label": item_label(one.item),
                "people": [
                    {
                        "ripe": ripe,
                        "chosen": ripe.key in chosen,
                        "order": orders.get(ripe.key),
                        "before": _("；").join(reason_words(ripe.before)) if ripe.before is not None else None,
                    }
                    for ripe in one.ripe
                ],
                "unripe": [_unripe(person) for person in one.unripe],
            }
            for one in found
            if one.ripe or one.unripe
        ]
        ripe = {person.key for one in found for person in one.ripe}
        context = {
            "meeting": meeting,
            "form": form,
            "groups": groups,
            "on_agenda": len(rows),
            "fallen": [row for row in rows if f"{row.case_id}:{keys.get(_key(row), '')}" not in ripe],
            "early": meeting.held_on > self.request.today,
            "typed": bool(meeting.entry),
        }
        status = 422 if form.errors else 200
        return render(self.request, "recruitment/meeting_arrange.html", context, status=status)

    def standing(
        self,
        meeting: Meeting,
        convener: Convener | None,
        *,
        issuing: Mapping[str, ActForm] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        file = meeting_file(meeting, self.actor)
        enters = convener is not None and meeting.is_held
        entered_only = sum(
            row.record is not None and not row.entry and row.record.status in (machine.RECORDED, machine.RETURNED)
            for row in file.rows
        )
        # A form that comes back is shown, even where a colleague has sent the last scan meanwhile.
        takes_scans = enters and bool(entered_only or any(form.errors for form in (issuing or {}).values()))
        context = {
            "meeting": meeting,
            "covers": self.actor.covers(meeting.body.path),
            "groups": [(item_label(group.item), [_line(row) for row in group.rows]) for group in file.groups],
            "hidden": file.hidden,
            "papers": [meeting_paper_line(paper) for paper in file.papers],
            "done": sum(row.state == MeetingItem.State.DONE for row in file.rows),
            "left": sum(row.state in (MeetingItem.State.REFUSED, MeetingItem.State.POSTPONED) for row in file.rows),
            "takes_scans": takes_scans,
            "taken_out": [(item, texts.RETURN_REASONS[item.code].name) for item in taken_out_of(meeting, self.actor)],
            "enters": enters,
            "with_reply": _with_reply(meeting, file.groups),
            "shelves": {kind: shelf(self.request, _place(meeting, kind)) for kind in _SCANNED} if takes_scans else {},
            "forms": (self.forms(meeting, convener, file) | dict(issuing or {})) if enters else {},
        }
        return render(self.request, "recruitment/meeting.html", context, status=status)

    def forms(self, meeting: Meeting, convener: Convener, file: MeetingFile) -> dict[str, ActForm]:
        """The forms of the papers that follow the meeting."""
        principals = self.principals(convener)
        common = {"principals": principals, "initial": {"dated": max(meeting.held_on, self.request.today)}}
        return {
            "reply": IssueForm(auto_id="reply_%s", with_reply=True, **common),
            "filing_list": IssueForm(auto_id="list_%s", with_reply=False, **common),
            "minutes": ScanForm(auto_id="minutes_%s", principals=principals),
            "sealed": ScanForm(auto_id="sealed_%s", principals=principals),
        }


def _place(meeting: Meeting, kind: str) -> str:
    """Under which name a scan waits for its form."""
    return f"meeting/{meeting.pk}/{kind}"


def _key(row: MeetingItem) -> tuple[str, str]:
    return row.step, row.entry


def _unripe(found: Unripe) -> UnripeLine:
    step = f"{STEPS[found.step].number}. {localised(texts.STEPS[found.step])}" if found.step in STEPS else ""
    return UnripeLine(found, flag_name(found.gate) if found.gate else None, step)


def _line(row: MeetingItem) -> PersonLine:
    votes = meeting_papers.votes_of(row)
    return PersonLine(
        row=row,
        decided=decided(row),
        votes=votes if any(vote is not None for vote in votes) else (),
        reasons=list(reason_words(row.reasons)),
        status=row.record.status if row.record is not None and row.record.counts and not row.entry else "",
    )


def _with_reply(meeting: Meeting, groups: Iterable[MeetingGroup]) -> bool:
    is_committee = meeting.kind == Meeting.Kind.COMMITTEE_MEETING
    return is_committee and bool(meeting_papers.done_groups(groups, None, replied=True))


def meeting_paper_line(paper: MeetingPaper) -> dict[str, Any]:
    """A line of ``components/materials.html``."""
    whom = str(paper.branch) if paper.branch is not None else _("全部")
    parts = [paper.number, whom if paper.kind == MeetingPaper.Kind.REPLY else ""]
    return {
        "code": "",
        "name": paper.get_kind_display(),
        "url": paper.get_absolute_url(),
        "size": paper.size,
        "digest": paper.sha256,
        "uploaded_at": paper.made_at,
        "note": " · ".join(filter(None, [*parts, _("第 %(n)s 版") % {"n": paper.version}])),
    }


# -- its papers --------------------------------------------------------------------------------------------------------


class MeetingAgendaPaper(MeetingPages):
    """The agenda to lay before everybody, as PDF or DOCX; nothing of it is kept."""

    def get(self, request: HttpRequest, pk: int, extension: str) -> HttpResponse:
        meeting = self.meeting(pk)
        if not self.actor.covers(meeting.body.path):
            raise Http404
        groups = groups_of(meeting, rows_of(meeting, self.actor))
        sheet = meeting_papers.agenda(meeting, groups)
        try:
            content = sheet.as_pdf() if extension == "pdf" else sheet.as_docx()
        except pdf.CannotPrintError as error:
            return cannot_print(request, error.packages, back=meeting.get_absolute_url())
        response = HttpResponse(content, content_type=CONTENT_TYPES[extension])
        name = f"{sheet.title}_{meeting.held_on.isoformat()}.{extension}"
        response["Content-Disposition"] = content_disposition_header(extension != "pdf", name)
        response["Cache-Control"] = "private, no-store"
        return response


class _AfterMeeting(MeetingPage):
    """A form on the page of a meeting that was held, with an address of its own."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:  # type: ignore[override]
        """Whoever had to sign in anew in the middle of it comes back by the address alone: to the page of the form."""
        return redirect(self.meeting(pk))


class MeetingIssue(_AfterMeeting):
    """Make the reply or the filing list and keep it with the meeting."""

    def post(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:  # type: ignore[override]
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        if not meeting.is_held:
            return redirect(meeting)
        is_reply = kind == MeetingPaper.Kind.REPLY
        form = IssueForm(
            request.POST,
            with_reply=is_reply,
            principals=self.principals(convener),
            auto_id="reply_%s" if is_reply else "list_%s",
        )
        if form.is_valid():
            try:
                made = self._issue(meeting, convener, form, kind)
            except Refused as refused:
                mark(form, refused.refusals, request.today)
            else:
                text = ngettext(
                    "已生成 %(count)s 份，留在这次会议的文书里。", "已生成 %(count)s 份，留在这次会议的文书里。", made
                )
                messages.success(request, f"{text % {'count': made}}{self._next_of(kind)}")
                return redirect(meeting)
        return self.standing(meeting, convener, issuing={kind: form}, status=422)

    def _next_of(self, kind: str) -> str:
        if kind == MeetingPaper.Kind.REPLY:
            return _("请打印盖章发出，再把盖章后的扫描件传到这里。")
        return _("请打印盖章，报上级。")

    def _issue(self, meeting: Meeting, convener: Convener, form: IssueForm, kind: str) -> int:
        groups = groups_of(meeting, rows_of(meeting, self.actor))
        number, dated = form.cleaned_data["number"], form.cleaned_data["dated"]
        arguments = {
            "meeting_id": meeting.pk,
            "kind": kind,
            "number": number,
            "dated": dated,
            "actor": self.entered_by(convener, form),
            "now": self.request.now,
        }
        if kind == MeetingPaper.Kind.FILING_LIST:
            sheet = meeting_papers.filing_list(meeting, groups, to=_above(meeting), number=number, dated=dated)
            meetings.issue(upload=_as_upload(sheet, sheet.title), **arguments)
            return 1
        if not _with_reply(meeting, groups):
            raise Http404
        branches = _branches(groups) if form.cleaned_data["to"] == IssueForm.EACH else [None]
        letters = {}
        for branch in branches:
            name = "_".join(map(str, filter(None, (meeting_papers.REPLY_NAME, branch))))
            content = self._reply(meeting, groups, branch, number, dated)
            letters[branch] = inspect("", ContentFile(content, name=f"{name}.docx"))
        return len(meetings.issue_to_each(letters=letters, **arguments))

    def _reply(
        self,
        meeting: Meeting,
        groups: Sequence[MeetingGroup],
        branch: Organisation | None,
        number: str,
        dated: date,
    ) -> bytes:
        """From the toolbox, in the department's own version where it has one, if a template answers on all of it;
        several businesses at once have a reply of the same dress."""
        done = meeting_papers.done_groups(groups, branch, replied=True)
        code = meeting_papers.REPLY_TEMPLATES.get(done[0].item.step) if len(done) == 1 else None
        if code is not None:
            wish = Wish(code, done[0].item.step, number=number, dated=dated)
            # A department may have put a template without a list of people in its place.
            if content := fill_for(case_ids=[row.case_id for row in done[0].rows], wish=wish, actor=self.actor):
                return content
        sheet = meeting_papers.reply(meeting, groups, branch=branch, number=number, dated=dated)
        return sheet.as_docx()


def _as_upload(sheet: meeting_papers.Sheet, name: str) -> Any:
    return inspect("", ContentFile(sheet.as_docx(), name=f"{name}.docx"))


def _branches(groups: Iterable[MeetingGroup]) -> list[Organisation]:
    found = {
        row.branch_id: row.branch
        for group in meeting_papers.done_groups(groups, None, replied=True)
        for row in group.rows
    }
    return sorted(found.values(), key=lambda branch: branch.path)


def _above(meeting: Meeting) -> Organisation | None:
    """To whom the list goes: a committee's to the department of its cases, a branch's to its committee."""
    row = meeting.items.select_related("case__department", "case__committee").first()
    if row is None:
        return None
    return row.case.department if meeting.kind == Meeting.Kind.COMMITTEE_MEETING else row.case.committee


class MeetingScan(_AfterMeeting):
    """A scan that came after the meeting: filed once with everybody, who is complete is handed to the verifier."""

    def post(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:  # type: ignore[override]
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        if not meeting.is_held:
            return redirect(meeting)
        form = ScanForm(
            request.POST,
            with_waiting(request, _place(meeting, kind)),
            principals=self.principals(convener),
            auto_id=f"{kind}_%s",
        )
        if form.is_valid():
            try:
                results = meetings.hand_in(
                    meeting_id=meeting.pk,
                    kind=kind,
                    uploads=form.uploads(),
                    actor=self.entered_by(convener, form),
                    now=request.now,
                )
            except Refused as refused:
                mark(form, refused.refusals, request.today)
            else:
                self._tell(results)
                return redirect(meeting)
        return self.standing(meeting, convener, issuing={kind: form}, status=422)

    def _tell(self, results: Sequence[meetings.Filed]) -> None:
        """How many have the scan and are handed over; who is not, by name and reason."""
        messages.success(
            self.request,
            _("扫描件已归到 %(all)s 人名下，其中 %(over)s 人材料齐了，已提交校核。")
            % {"all": sum(one.filed for one in results), "over": sum(one.handed_over for one in results)},
        )
        waiting: dict[str, list[str]] = {}
        for one in results:
            if not one.handed_over:
                why = _("；").join(reason_words(map(reason_json, one.refusals)))
                waiting.setdefault(why, []).append(one.case.person.name)
        for why, names in waiting.items():
            messages.warning(self.request, _("没有提交：%(names)s。%(why)s") % {"names": listed(names), "why": why})


class MeetingPaperFile(MeetingPages):
    """One paper of a meeting, for those who may read it."""

    def get(self, request: HttpRequest, pk: int, paper: int) -> HttpResponse:
        meeting = self.meeting(pk)
        found = next((one for one in meeting_file(meeting, self.actor).papers if one.pk == paper), None)
        if found is None:
            raise Http404
        response = shown_file(
            found.file,
            name=found.original_name,
            content_type=found.content_type,
            download="download" in request.GET,
        )
        response["Cache-Control"] = "private, no-store"
        return response


class MeetingCancel(MeetingPages):
    """The meeting is not held; asked once more on a page of its own."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        if not meeting.is_planned:
            return redirect(meeting)
        form = ActForm(principals=self.principals(convener))
        return render(request, "recruitment/meeting_cancel.html", {"meeting": meeting, "form": form})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        convener = self.entering(meeting)
        form = ActForm(request.POST, principals=self.principals(convener))
        if form.is_valid():
            try:
                meetings.cancel(meeting_id=meeting.pk, actor=self.entered_by(convener, form), now=request.now)
            except Refused as refused:
                mark(form, refused.refusals, request.today)
            else:
                messages.success(request, _("这次会议不开了；议程上的人可以上别的会议。"))
                return redirect("meeting_list")
        return render(request, "recruitment/meeting_cancel.html", {"meeting": meeting, "form": form}, status=422)
