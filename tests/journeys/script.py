"""The way of one sample person through all 31 steps: what is done, on which day, at whose desk, and what is typed.

She applies under the edition of 2014 and is admitted under that of 2026. On the way one talk is late and explained,
one step is handed back and corrected, the training runs beside the review, one meeting is entered as a sitting, and
two steps stay locked until their day. The journeys through HTTP and in the browser play this same script.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from branches.models import Organisation, Seat, User
from recruitment.demonstration import papers
from recruitment.models.person import id_number_check_digit
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from tests.branches.factories import County

HERE = ZoneInfo("Asia/Shanghai")
Role = Seat.Role

NAME = "样本·全程"
_ID_BODY = "32130119980506002"
PERSON = {
    "name": NAME,
    "sex": "female",
    "ethnicity": "汉族",
    "id_number": _ID_BODY + id_number_check_digit(_ID_BODY),
    "birth_date": "1998-05-06",
    "has_personnel_archive": "yes",
    "phone": "13800000000",
    "residence": "样本村一组",
}
#: The days that the rules work out: of admission, and from which her years in the Party are counted.
JOINED_ON, FULL_SINCE = dt.date(2026, 9, 3), dt.date(2027, 9, 3)


@dataclass(frozen=True)
class Who:
    """A desk: a role of the branch, its committee or the department above, and which of its holders."""

    side: Side
    role: str
    number: int = 0

    def organisation(self, county: County) -> Organisation:
        return {
            Side.BRANCH: county.branch,
            Side.COMMITTEE: county.committee,
            Side.DEPARTMENT: county.department,
        }[self.side]

    def user(self, county: County) -> User:
        return county.user(self.organisation(county), self.role, self.number)


SECRETARY = Who(Side.BRANCH, Role.SECRETARY)
COMMITTEE = Who(Side.COMMITTEE, Role.COMMITTEE_VERIFIER)
VERIFIER = Who(Side.COMMITTEE, Role.COMMITTEE_VERIFIER, 1)
ORGANISER = Who(Side.COMMITTEE, Role.ORGANISER)
OFFICER = Who(Side.DEPARTMENT, Role.DEPARTMENT_OFFICER)
SECOND_OFFICER = Who(Side.DEPARTMENT, Role.DEPARTMENT_OFFICER, 1)

_ENTERS = {Side.BRANCH: SECRETARY, Side.COMMITTEE: COMMITTEE, Side.DEPARTMENT: OFFICER}
_VERIFIES = {Side.COMMITTEE: VERIFIER, Side.DEPARTMENT: SECOND_OFFICER}


@dataclass(frozen=True)
class First:
    """The first ``count`` members that a form offers."""

    count: int


@dataclass(frozen=True)
class Act:
    """One visit to a page. ``kind`` names the method of a player; ``values`` are typed by the names of the fields."""

    on: dt.date
    who: Who
    kind: str
    step: str = ""
    values: Mapping[str, str | tuple[str, ...] | First] = field(default_factory=dict)
    papers: tuple[str, ...] = ()

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.combine(self.on, dt.time(10), HERE)

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.step}"


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _enter(on: str, step: str, *, kind: str = "enter", who: Who | None = None, **values: object) -> Act:
    """The act of a step with all its papers, handed over on that day."""
    row = STEPS[step]
    # The first paper of a step of two halves has come with the branch's report.
    papers = row.required_papers[1:] if row.report_field else row.required_papers
    return Act(_day(on), who or _ENTERS[row.side], kind, step, values, papers)


def _verify(on: str, step: str, kind: str = "verify", **values: str) -> Act:
    return Act(_day(on), _VERIFIES[STEPS[step].verifier_side], kind, step, values)


def _pass(on: str, step: str, *, verified: str = "", who: Who | None = None, **values: object) -> Iterator[Act]:
    yield _enter(on, step, who=who, **values)
    yield _verify(verified or on, step)


def _close(on: str, step: str, **values: str) -> Iterator[Act]:
    """The end of a log step, whose papers have come with its entries."""
    yield Act(_day(on), SECRETARY, "enter", step, values)
    yield _verify(on, step)


def _log(on: str, step: str, kind: str, *, who: Who = SECRETARY) -> Act:
    """An entry of a log with its papers; the committee's yearly analysis has none of its own."""
    papers = STEPS[step].required_papers if who is SECRETARY else ()
    return Act(_day(on), who, "log", step, {"kind": kind, "on": on, "text": "样本记录"}, papers)


def _report(on: str, step: str) -> Act:
    """The branch's half of a step of two halves: its papers go up, and the committee's clock starts."""
    row = STEPS[step]
    return Act(_day(on), SECRETARY, "report", step, {row.report_field or "": on}, row.required_papers[:1])


def _locked(on: str, step: str, *, opens: str, **values: str) -> Act:
    """A try on the day before a lock opens: the page names the day, and the act is refused."""
    return Act(_day(on), SECRETARY, "locked", step, {"opens": opens, **values})


def _application() -> Iterator[Act]:
    yield Act(_day("2025-02-11"), SECRETARY, "open")
    yield from _pass(
        "2025-02-11",
        "submit_application",
        application_date="2025-02-10",
        received_on="2025-02-11",
        channel="residence",
    )
    yield from _pass(
        "2025-02-14",
        "register_application",
        registered_on="2025-02-14",
        registrar="样本支书",
        identity_checked="true",
        jurisdiction_ok="true",
        screen_result="eligible",
    )
    # The talk was due on 11 March: a yellow light, which needs a word before it can be verified.
    talk = {"talk_date": "2025-03-14", "talkers": "样本支书、样本副书记", "summary": "样本", "conclusion": "样本"}
    yield _enter("2025-03-14", "organization_talk", **talk)
    explanation = {"flag": "talk_within_one_month", "text": "汛期值守，谈话推迟三天。"}
    yield Act(_day("2025-03-17"), SECRETARY, "explain", "organization_talk", explanation)
    yield _verify("2025-03-18", "organization_talk")


def _activist() -> Iterator[Act]:
    yield from _pass(
        "2025-04-22",
        "recommend_activist",
        method="members",
        recommended_on="2025-04-22",
        eligible_count="12",
        present_count="11",
        votes_for="10",
    )
    meeting = {"members_total": "5", "members_present": "5", "votes_for": "5", "decision": "agree"}
    yield from _pass("2025-05-06", "determine_activist", decided_on="2025-05-06", **meeting)
    yield _report("2025-05-09", "file_activist")
    yield from _pass(
        "2025-05-20", "file_activist", filed_on="2025-05-20", opinion="agree", filing_number="样本备〔2025〕1号"
    )
    yield from _pass("2025-05-23", "assign_contacts", assigned_on="2025-05-23", contacts=First(2))
    yield _log("2025-08-05", "cultivate_educate", "thought_report")
    yield _log("2025-09-10", "cultivate_educate", "activity")
    yield _log("2025-11-04", "halfyear_review", "review_date")
    yield _log("2026-02-03", "cultivate_educate", "contact_talk")
    yield _log("2026-04-20", "halfyear_review", "review_date")
    yield _log("2026-04-21", "halfyear_review", "annual_analysis", who=COMMITTEE)
    yield from _close("2026-04-22", "cultivate_educate", education_started_on="2025-05-26")
    yield from _close("2026-04-23", "halfyear_review", last_review_on="2026-04-20")


def _target() -> Iterator[Act]:
    opinions = {"party_group_opinion": "同意", "contact_opinion": "同意", "member_count": "12", "mass_count": "9"}
    yield _enter("2026-04-28", "solicit_opinions", solicited_on="2026-04-27", **opinions)
    yield _verify("2026-04-29", "solicit_opinions", "hand_back", reason="群众人数与记录不一致，请核对。")
    yield Act(_day("2026-04-30"), SECRETARY, "correct", "solicit_opinions", {"mass_count": "12"})
    yield _verify("2026-04-30", "solicit_opinions")
    meeting = {"members_total": "5", "members_present": "5", "votes_for": "4", "decision": "agree"}
    yield _locked("2026-05-05", "propose_development_target", opens="2026-05-06", meeting_date="2026-05-05", **meeting)
    yield from _pass("2026-05-06", "propose_development_target", meeting_date="2026-05-06", **meeting)
    yield _report("2026-05-08", "consent_development_target")
    yield from _pass("2026-06-12", "consent_development_target", consent_on="2026-06-12", opinion="agree")
    # Five working days after 15 June, the Dragon Boat Festival on the 19th not among them.
    yield from _pass(
        "2026-06-24",
        "publicize_development_target",
        publicity_start="2026-06-15",
        publicity_end="2026-06-23",
        places="村务公开栏",
        feedback="没有收到不同意见。",
        result="clear",
        listed_on="2026-06-24",
    )
    yield from _pass("2026-06-29", "assign_introducers", assigned_on="2026-06-29", introducers=First(2))
    training = {"start_on": "2026-07-08", "end_on": "2026-07-10", "days": "3", "hours": "24", "passed": "true"}
    yield _enter("2026-07-10", "intensive_training", **training)
    yield from _pass(
        "2026-07-15",
        "political_review",
        talk_on="2026-07-03",
        archive_checked="true",
        inquiries="已函调，没有发现问题。",
        relatives_reviewed="父母均无问题。",
        conclusion="pass",
        report_on="2026-07-15",
        reviewers="样本支书\n样本委员",
    )
    yield _verify("2026-07-16", "intensive_training")


def _admission() -> Iterator[Act]:
    yield _enter(
        "2026-07-24",
        "branch_committee_review",
        kind="sit",
        eligible="5",
        present="5",
        votes_for="5",
        decision="agree",
        checklist=("D18", "D19", "D20"),
    )
    yield _verify("2026-07-27", "branch_committee_review")
    yield _report("2026-07-28", "preliminary_review")
    yield from _pass(
        "2026-08-14",
        "preliminary_review",
        reviewed_on="2026-08-12",
        result="pass",
        result_on="2026-08-14",
        form_serial="YB0001",
        form_issued_on="2026-08-14",
    )
    yield from _pass(
        "2026-08-20",
        "fill_application_form",
        filled_on="2026-08-18",
        introducer_opinions_on="2026-08-19",
        checked_on="2026-08-20",
    )
    tally = {"present_voters": "11", "votes_for": "10", "votes_against": "0", "abstentions": "1", "written_for": "1"}
    yield from _pass(
        "2026-09-04",
        "admission_branch_meeting",
        meeting_date="2026-09-03",
        host="样本支书",
        ballot_kind="secret",
        voted_individually="true",
        resolution_text="同意接收为中共预备党员。",
        resolution_submitted_on="2026-09-04",
        **tally,
    )
    yield from _pass(
        "2026-09-15",
        "superior_talk",
        who=ORGANISER,
        talk_date="2026-09-15",
        talker="样本组织员",
        talker_role="organiser",
        opinion="同意报党委审批。",
        written_to_form_on="2026-09-15",
    )
    yield _report("2026-09-18", "committee_approval")
    yield from _pass(
        "2026-10-15",
        "committee_approval",
        meeting_date="2026-10-13",
        members_total="9",
        members_present="8",
        votes_for="8",
        result="approve",
        notice_on="2026-10-15",
    )
    yield from _pass(
        "2026-10-20",
        "file_with_org_department",
        reported_on="2026-10-16",
        filed_on="2026-10-20",
        record_number="样本组备〔2026〕1号",
    )


def _probation() -> Iterator[Act]:
    yield from _pass(
        "2026-10-22",
        "assign_to_branch_group",
        notified_on="2026-10-21",
        announced_on="2026-10-22",
        assigned_on="2026-10-22",
        party_group="第一党小组",
    )
    yield from _pass(
        "2026-11-06", "admission_oath", oath_on="2026-11-06", place="党群服务中心", oath_leader="样本副书记"
    )
    yield _log("2027-02-25", "probation_education", "review_date")
    yield _log("2027-05-20", "probation_education", "thought_report")
    yield _log("2027-08-02", "probation_education", "review_date")
    yield from _close("2027-08-04", "probation_education", last_review_on="2027-08-02")
    yield from _pass("2027-08-10", "conversion_application", application_date="2027-08-10", received_on="2027-08-10")
    yield from _pass(
        "2027-08-20",
        "conversion_review",
        opinions_on="2027-08-17",
        party_group_opinion="同意按期转正。",
        member_mass_opinion="能履行党员义务。",
        review_on="2027-08-20",
        proposal="convert",
    )
    meeting = {
        "ballot_kind": "secret",
        "present_voters": "12",
        "votes_for": "12",
        "votes_against": "0",
        "abstentions": "0",
        "decision": "convert",
    }
    yield _locked(
        "2027-09-02",
        "conversion_branch_meeting",
        opens="2027-09-03",
        meeting_date="2027-09-02",
        resolution_submitted_on="2027-09-02",
        **meeting,
    )
    yield from _pass(
        "2027-09-03",
        "conversion_branch_meeting",
        meeting_date="2027-09-03",
        resolution_submitted_on="2027-09-03",
        **meeting,
    )
    yield _report("2027-09-07", "conversion_approval")
    yield from _pass(
        "2027-09-30",
        "conversion_approval",
        meeting_date="2027-09-28",
        votes_for="8",
        talked_on="2027-09-30",
        announced_on="2027-09-30",
    )
    yield from _pass(
        "2027-10-20",
        "archive_records",
        handed_over_on="2027-10-19",
        archive_holder="样本镇党委",
        cut_out_forms=("F04", "F07", "F09", "F12", "F14", "F16"),
        checklist=("D01", "D25", "D36"),
        archived_on="2027-10-20",
    )


#: Every act in the order of its day.
JOURNEY: tuple[Act, ...] = (*_application(), *_activist(), *_target(), *_admission(), *_probation())


#: Papers that come as a printed document; the others are photographed.
_PRINTED = frozenset({"D01", "D07", "D14", "D25", "D31", "D43"})


@dataclass(frozen=True)
class Paper:
    name: str
    content_type: str
    content: bytes


def paper(code: str, on: dt.date) -> Paper:
    """A small paper that no other one of the journey equals."""
    if code in _PRINTED:
        return Paper(f"{code}.pdf", "application/pdf", papers.pdf(code, str(on)))
    return Paper(f"{code}.png", "image/png", papers.png(code, str(on)))
