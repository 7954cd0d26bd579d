"""A county with something on every page, made of rows: for tests that look at pages, not at how they came.

People and organisations are samples.
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.db.models.query import QuerySet
from django.test import Client
from django.urls import reverse

from branches.models import Organisation
from recruitment.documents.common import COMMON
from recruitment.models import (
    Appeal,
    ArchivePackage,
    BulkDecision,
    BulkItem,
    Case,
    ChannelSetting,
    CommonPaper,
    Correction,
    DocumentBatch,
    Exam,
    Flag,
    Inquiry,
    LogEntry,
    Meeting,
    Message,
    Notification,
    PolicyDocument,
    PrintedFile,
    Printing,
    SavedSearch,
    Sitting,
    StepRecord,
    StepReturn,
)
from recruitment.services import corrections, exams, interventions, meetings
from tests.branches.factories import County, OrganisationFactory, SeatFactory
from tests.recruitment import board_rows as rows
from tests.recruitment import learning_rows, ripe_rows
from tests.recruitment import sitting_cases as people
from tests.recruitment.finished import finished_case
from tests.recruitment.papers_on_file import file_papers
from tests.recruitment.views.test_meetings import sheet

TODAY, NOW = rows.TODAY, rows.NOW
TALK, RECOMMENDATION = "organization_talk", "recommend_activist"
LATE_TALK = "talk_within_one_month"

#: Who sits where.
BODIES = {
    "secretary": "branch",
    "clerk": "branch",
    "committee_verifier": "committee",
    "organiser": "committee",
    "department_officer": "department",
    "inspector": "county",
    "administrator": "county",
}


class Town:
    """Made at once; what a page needs is a property with the name of the thing."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.applicant = finished_case(county, to=RECOMMENDATION, number=1)
        self.submitted = self._submitted(finished_case(county, to=TALK, number=2))
        self.late = finished_case(county, to=TALK, number=101)
        self.stopped = people.make_case(county, number=3)
        self.raise_veto(self.stopped)
        self.ended = people.make_case(county, number=4)
        self.raise_veto(self.ended)
        officer = people.actor(county, county.department, "department_officer", 1)
        interventions.confirm_veto(
            case_id=self.ended.pk, reason="谈话核实，情形属实", actor=officer, now=people.at(people.START, 16)
        )
        self.finished = finished_case(county, to="archive_records", number=6, has_personnel_archive=True)
        file_papers(self.finished)
        self.reviewed = finished_case(county, to="halfyear_review", number=104)
        self.reported = finished_case(county, to="file_activist", number=102)
        self.asked_about = finished_case(county, to="political_review", number=105)
        self._flags()
        self._rows()

    # -- people -----------------------------------------------------------------------------------------------------

    def user(self, role: str) -> AbstractBaseUser:
        if role == "general_secretary":
            return self.general_secretary
        return self.county.user(getattr(self.county, BODIES[role]), role)

    def client(self, role: str) -> Client:
        client = Client()
        if role != "nobody":
            client.force_login(self.user(role))
        return client

    def _submitted(self, case: Case) -> Case:
        record = case.records.get(step=TALK)
        record.set_values({"talk_date": TODAY, "talkers": ["样本"], "summary": "样本", "conclusion": "样本"})
        record.submitted_at, record.entered_at = rows.moment(-2), rows.moment(-3)
        record.submitted_by = record.entered_by = self.user("secretary")
        record.save()
        QuerySet.update(StepRecord.objects.filter(pk=record.pk), status="submitted")
        return case

    def raise_veto(self, case: Case) -> None:
        interventions.raise_veto(
            case_id=case.pk,
            step="submit_application",
            code="V02",
            reason="本人说不是自愿",
            actor=people.actor(self.county, self.county.committee, "committee_verifier", 1),
            now=people.at(people.START, 15),
        )

    # -- rows -------------------------------------------------------------------------------------------------------

    def _flags(self) -> None:
        for number in range(3):
            Flag.objects.create(
                case=self.reviewed,
                step="halfyear_review",
                code="review_every_six_months",
                subkey=str(number),
                holder="branch",
                due=rows.day(-9),
                raised_on=rows.day(-8),
                raised_at=rows.moment(-8),
                needs_explanation=True,
            )
        rows.oblige(self.reviewed, "review_every_six_months", due=5)
        rows.oblige(self.reviewed, "annual_pool_analysis", due=-3, holder="committee")

    def _rows(self) -> None:
        county, now = self.county, NOW
        secretary = county.user(county.branch, "secretary")
        verifier = county.user(county.committee, "committee_verifier")
        returned = rows.put(county, TALK, "returned", name="样本退回", record={"return_reason": "请补正日期"})
        StepReturn.objects.create(
            case=returned,
            record=returned.records.get(),
            branch=returned.branch,
            step=TALK,
            code="date_disagrees",
            text="请补正日期",
            returned_at=rows.moment(-3),
            returned_by=verifier,
        )
        self.returned = returned
        Notification.objects.create(
            organisation=county.branch, case=returned, code="yellow_escalated", step=TALK, created_at=now
        )
        SavedSearch.objects.create(user=verifier, page="queue", name="样本", query="stage=1", created_at=now)
        setting = ChannelSetting.objects.create(organisation=county.county, channel="email")
        Message.objects.create(
            once="sample",
            kind="immediate",
            setting=setting,
            organisation=county.branch,
            channel="email",
            recipient=secretary,
            address="sample@example.cn",
            subject="样本提醒",
            text="样本",
            state=Message.State.FAILED,
            created_at=now,
        )

    @cached_property
    def appeal(self) -> Appeal:
        return Appeal.objects.create(
            case=self.ended,
            veto=self.ended.vetoes.get(),
            body=self.county.department,
            received_on=rows.day(-1),
            text="我是自愿申请的",
            entered_at=NOW,
            received_by=self.county.user(self.county.branch, "secretary"),
        )

    @cached_property
    def correction(self) -> Correction:
        record = self.applicant.records.get(step=TALK)
        corrections.request(
            case_id=self.applicant.pk,
            step=TALK,
            changes={"talk_date": record.action_on + dt.timedelta(days=1)},
            reason="样本：以谈话记录为准",
            evidence=people.paper("D03"),
            actor=people.actor(self.county, self.county.branch, "secretary"),
            now=NOW,
        )
        return Correction.objects.get()

    @cached_property
    def inquiry(self) -> Inquiry:
        return Inquiry.objects.create(
            case=self.asked_about,
            sender=self.county.branch,
            record=self.asked_about.records.get(step="political_review"),
            kind="letter",
            body_name="样本县公安局",
            about="有无违法记录",
            sent_on=rows.day(-20),
            due_on=rows.day(-2),
            entered_at=NOW,
            entered_by=self.county.user(self.county.branch, "secretary"),
        )

    @cached_property
    def bulk(self) -> BulkDecision:
        bulk = BulkDecision.objects.create(
            token=uuid.uuid4(), kind="verify", created_at=NOW, created_by=self.user("committee_verifier")
        )
        states = ((self.applicant, "done"), (self.submitted, "refused"))
        BulkItem.objects.bulk_create(
            BulkItem(bulk=bulk, case=case, step=TALK, version=1, state=state, at=NOW) for case, state in states
        )
        return bulk

    @cached_property
    def sitting(self) -> Sitting:
        return Sitting.objects.create(
            kind="branch_committee",
            body=self.county.branch,
            step="determine_activist",
            held_on=TODAY,
            eligible=5,
            present=5,
            minutes="样本记录",
            created_at=NOW,
            created_by=self.user("secretary"),
        )

    @cached_property
    def printing(self) -> Printing:
        self.client("secretary").post(reverse("case_form", args=[self.finished.number, "F02"]), {"extension": "docx"})
        return Printing.objects.get(paper="F02")

    @cached_property
    def batch(self) -> DocumentBatch:
        order = {"everybody": "1", "mode": "each", "confirmed": "1"}
        self.client("secretary").post(reverse("toolbox_fill", args=["T02"]), order)
        return DocumentBatch.objects.get()

    @cached_property
    def making(self) -> PrintedFile:
        """A booklet that is being made."""
        printing = Printing(case=self.finished, paper="booklet", extension="pdf", private=True, code="MAKING0001")
        printing.printed_at, printing.printed_by = NOW, self.user("secretary")
        printing.save()
        return PrintedFile.objects.create(printing=printing, address="https://example.org/p", requested_at=NOW)

    @cached_property
    def package(self) -> ArchivePackage:
        """The papers of the finished case, as they were taken to be handed over."""
        given = {"extension": "zip", "archive": "personnel", "sha256": "c" * 64, "manifest": "d" * 64}
        return ArchivePackage.objects.create(case=self.finished, made_at=NOW, **given)

    @cached_property
    def common_paper(self) -> CommonPaper:
        return CommonPaper.objects.create(name=next(iter(COMMON)), digest="b" * 64, requested_at=NOW)

    @cached_property
    def meeting(self) -> Meeting:
        """The committee's of today, with one person on its agenda."""
        verifier = people.actor(self.county, self.county.committee, "committee_verifier")
        ripe = ripe_rows.ripe(self.county, "file_activist", 1)
        given = meetings.Given(held_on=TODAY, place="样本会议室")
        common = {"given": given, "actor": verifier, "now": NOW}
        made = meetings.prepare(body=self.county.committee, kind="committee_meeting", **common)
        return meetings.arrange(meeting_id=made.pk, chosen=[(ripe.pk, "filing_list.file_activist")], **common)

    def fill_in(self, meeting: Meeting) -> None:
        """Its sheet, with everybody agreed to; the page before the entry is ready."""
        meeting.refresh_from_db()
        sent = sheet(meeting)
        del sent["scan"]
        answer = self.client("committee_verifier").post(reverse("meeting_entry", args=[meeting.pk]), sent)
        assert answer.status_code == 302, answer.context["sheet"].attendance.errors

    def enter(self, meeting: Meeting) -> None:
        meeting.refresh_from_db()
        url = reverse("meeting_check", args=[meeting.pk])
        assert self.client("committee_verifier").post(url, {"version": meeting.version}).status_code == 302

    @cached_property
    def handed_on(self) -> Case:
        """One whom the committee has filed, waiting for the department."""
        return ripe_rows.handed_to_department(self.county, 2)

    @cached_property
    def review(self) -> LogEntry:
        return LogEntry.objects.filter(record__case=self.finished, record__step="halfyear_review").first()

    @cached_property
    def policy(self) -> PolicyDocument:
        return learning_rows.document(self.county)

    @cached_property
    def exam(self) -> Exam:
        """One that is being taken."""
        return exams.start(actor=learning_rows.actor(self.user("clerk"), NOW), now=NOW, seed=1)

    @cached_property
    def passed(self) -> Exam:
        return learning_rows.attempt(self.user("secretary"), now=NOW - dt.timedelta(days=2))

    @cached_property
    def failed(self) -> Exam:
        return learning_rows.attempt(self.user("committee_verifier"), right=2, now=NOW - dt.timedelta(days=2))

    @cached_property
    def deliberated(self) -> Case:
        """A case that a general branch has to deliberate on before its committee approves."""
        general = OrganisationFactory(general_branch=True, parent=self.county.committee)
        self.general_secretary = SeatFactory(organisation=general, role="secretary").user
        case = finished_case(self.county, to="committee_approval", number=103)
        branch = OrganisationFactory(parent=general)
        QuerySet.update(Case.objects.filter(pk=case.pk), branch=branch)
        return Case.objects.get(pk=case.pk)

    @property
    def other_branch(self) -> Organisation:
        return self.county.townships[0].branches[1]
