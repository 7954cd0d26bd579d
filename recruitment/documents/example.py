"""The worked example: a marked sample person whose forms are all filled, made of rows that stand in no database."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from branches.models import Member, Organisation
from recruitment import machine
from recruitment.documents.data import PaperData, assemble
from recruitment.models import Ballot, Case, LogEntry, Person, StepRecord
from recruitment.rules.steps import STEP_KEYS

_ZONE = ZoneInfo("Asia/Shanghai")
_CONTACTS = (1, 2)
_D = dt.date

_PERSON: Mapping[str, Any] = {
    "name": "样本·王小禾",
    "sex": "female",
    "ethnicity": "汉族",
    "birth_date": _D(1996, 5, 8),
    "native_place": "江苏宿迁",
    "political_status": "共青团员",
    "education": "大学本科",
    "employer_or_school": "样本县样本镇农业技术推广站",
    "position": "农技员",
    "employment_kind": "staff",
    "using_unit": "",
    "has_personnel_archive": True,
    "id_number": "990000199605080024",
    "residence": "样本县样本镇样本村一组1号",
    "household_registration": "样本县样本镇样本村一组1号",
    "phone": "00000000000",
    "work_history": (
        "2003年9月至2009年6月　样本县样本镇中心小学　学生\n2009年9月至2015年6月　样本县中学　学生\n"
        "2015年9月至2019年6月　样本农业大学农学专业　学生\n2019年8月至今　样本镇农业技术推广站　农技员"
    ),
    "family": (
        "父亲　样本·王某　1970年2月生　群众　样本村村民\n母亲　样本·李某　1971年9月生　中共党员　样本镇中心小学教师"
    ),
    "social_relations": "舅舅　样本·李某某　1968年4月生　中共党员　样本县农业农村局干部",
    "is_sample": True,
    "salt": "",
}

_VOTES: Mapping[str, Any] = {
    "ballot_kind": "secret",
    "eligible_voters": 12,
    "present_voters": 11,
    "votes_for": 10,
    "votes_against": 0,
    "abstentions": 1,
    "written_for": 1,
    "written_against": 0,
    "written_abstain": 0,
}
_FIVE: Mapping[str, Any] = {"members_total": 5, "members_present": 5, "votes_for": 5, "decision": "agree"}
_BRANCH, _COMMITTEE, _DEPARTMENT = "样本村党支部", "样本镇党委", "样本县委组织部"

_VALUES: Mapping[str, Mapping[str, Any]] = {
    "submit_application": {
        "application_date": _D(2023, 3, 1),
        "received_on": _D(2023, 3, 2),
        "receiving_branch": _BRANCH,
        "channel": "unit",
    },
    "register_application": {
        "registered_on": _D(2023, 3, 3),
        "registrar": "样本·赵某",
        "identity_checked": True,
        "jurisdiction_ok": True,
        "screen_result": "eligible",
        "prior_history": "此前未申请过入党，没有培养经历。",
    },
    "organization_talk": {
        "talk_date": _D(2023, 3, 20),
        "talkers": ("样本·钱某", "样本·赵某"),
        "summary": (
            "谈话人介绍了党的性质、宗旨和申请入党的程序。申请人谈了入党动机：参加乡村振兴工作后，看到党员带头解决灌溉、"
            "种子等实际问题，希望成为其中一员；汇报了学习、工作和家庭情况，说明了自己办事急、与群众交流不够耐心的不足。"
        ),
        "conclusion": "入党动机端正，对党有初步认识，工作踏实。同意作为入党申请人教育引导，建议多参加村组服务。",
    },
    "recommend_activist": {
        "method": "youth_league",
        "recommended_on": _D(2023, 9, 15),
        "eligible_count": 20,
        "present_count": 18,
        "votes_for": 16,
        "mass_org_opinion": "经样本镇农业技术推广站团支部团员大会讨论，同意推荐为入党积极分子人选。",
    },
    "determine_activist": {"decided_on": _D(2023, 9, 20), **_FIVE},
    "file_activist": {
        "submitted_on": _D(2023, 9, 22),
        "filed_on": _D(2023, 9, 28),
        "filing_number": "样本备〔2023〕12号",
        "opinion": "agree",
    },
    "assign_contacts": {"assigned_on": _D(2023, 10, 8), "contacts": _CONTACTS},
    "cultivate_educate": {"education_started_on": _D(2023, 10, 10)},
    "halfyear_review": {"last_review_on": _D(2024, 9, 18)},
    "solicit_opinions": {
        "solicited_on": _D(2024, 9, 24),
        "party_group_opinion": "第一党小组讨论，认为该同志一年来进步明显，同意列为发展对象人选。",
        "contact_opinion": "能按季度汇报思想，主动承担试验田管护，与农户交流的耐心有改进，同意列为发展对象人选。",
        "member_count": 12,
        "mass_count": 20,
        "approval_rate": "96",
        "issues": "有群众反映答复问题偏专业、不易听懂。经核实属实，本人已改用明白纸讲解。",
    },
    "propose_development_target": {"meeting_date": _D(2024, 9, 27), **_FIVE},
    "consent_development_target": {
        "submitted_on": _D(2024, 9, 29),
        "consent_on": _D(2024, 10, 10),
        "opinion": "agree",
        "plan_year": 2024,
    },
    "publicize_development_target": {
        "publicity_start": _D(2024, 10, 11),
        "publicity_end": _D(2024, 10, 18),
        "places": "样本村党务公开栏、样本镇农业技术推广站公示栏",
        "feedback": "公示期间未收到反映。",
        "result": "clear",
        "listed_on": _D(2024, 10, 21),
    },
    "assign_introducers": {"assigned_on": _D(2024, 10, 23), "introducers": _CONTACTS},
    "political_review": {
        "talk_on": _D(2024, 10, 25),
        "archive_checked": True,
        "inquiries": "向样本县中学党支部、样本县农业农村局党支部函调两份，均已复函，未发现问题。",
        "relatives_reviewed": "父母、舅舅政治清楚，遵纪守法，没有影响入党的情况。",
        "conclusion": "pass",
        "report_on": _D(2024, 11, 15),
        "reviewers": ("样本·钱某", "样本·孙某"),
    },
    "intensive_training": {
        "start_on": _D(2024, 11, 19),
        "end_on": _D(2024, 11, 21),
        "days": "3",
        "hours": "24",
        "score": "92",
        "passed": True,
        "exemption_approval": "无",
    },
    "branch_committee_review": {
        "meeting_date": _D(2024, 11, 26),
        **_FIVE,
        "checklist": ("D01", "D08", "D10", "D19", "D20", "D46"),
    },
    "preliminary_review": {
        "submitted_on": _D(2024, 11, 27),
        "reviewed_on": _D(2024, 12, 10),
        "enforcement_opinion": "经征求纪检监察、公安、法院等部门意见，未发现影响入党的问题。",
        "result": "pass",
        "result_on": _D(2024, 12, 12),
        "form_serial": "样本0001",
        "form_issued_on": _D(2024, 12, 12),
    },
    "fill_application_form": {
        "form_serial": "样本0001",
        "filled_on": _D(2024, 12, 16),
        "introducer_opinions_on": _D(2024, 12, 17),
        "checked_on": _D(2024, 12, 18),
    },
    "admission_branch_meeting": {
        "meeting_date": _D(2024, 12, 20),
        "host": "样本·钱某",
        **_VOTES,
        "candidates_in_meeting": 1,
        "voted_individually": True,
        "resolution_text": (
            "王小禾同志入党动机端正，工作踏实，热心服务群众；交流不够耐心的不足已有改进。"
            "支部大会讨论了其入党问题，应到会有表决权党员12名，实到11名，经无记名投票表决，"
            "赞成11票（含会前书面意见1票），反对0票，弃权1票，赞成人数超过应到会有表决权党员的半数，同意接收为中共预备党员。"
        ),
        "resolution_submitted_on": _D(2024, 12, 23),
    },
    "superior_talk": {
        "talk_date": _D(2024, 12, 30),
        "talker": "样本·周某",
        "talker_role": "organiser",
        "opinion": "对党有正确认识，具备党员条件，同意报党委审批。",
        "written_to_form_on": _D(2024, 12, 30),
    },
    "committee_approval": {
        "resolution_received_on": _D(2024, 12, 24),
        "meeting_date": _D(2025, 1, 10),
        "members_total": 9,
        "members_present": 8,
        "votes_for": 8,
        "result": "approve",
        "extended_reason": "无",
        "probation_start": _D(2024, 12, 20),
        "probation_end": _D(2025, 12, 20),
        "notice_on": _D(2025, 1, 13),
    },
    "file_with_org_department": {
        "reported_on": _D(2025, 1, 14),
        "filed_on": _D(2025, 1, 17),
        "record_number": "样本组备〔2025〕3号",
    },
    "assign_to_branch_group": {
        "notified_on": _D(2025, 1, 14),
        "announced_on": _D(2025, 1, 20),
        "assigned_on": _D(2025, 1, 20),
        "branch": _BRANCH,
        "party_group": "第一党小组",
    },
    "admission_oath": {
        "oath_on": _D(2025, 2, 5),
        "place": "样本镇党群服务中心",
        "oath_leader": "样本·周某",
        "organizer": _COMMITTEE,
    },
    "probation_education": {"last_review_on": _D(2025, 12, 10)},
    "conversion_application": {"application_date": _D(2025, 12, 15), "received_on": _D(2025, 12, 15)},
    "conversion_review": {
        "opinions_on": _D(2025, 12, 17),
        "party_group_opinion": "履行党员义务，按时参加组织生活，同意按期转正。",
        "member_mass_opinion": "征求党员9人、群众15人意见，均同意按期转正。",
        "review_on": _D(2025, 12, 18),
        "proposal": "convert",
        "publicity_start": None,
        "publicity_end": None,
    },
    "conversion_branch_meeting": {
        "meeting_date": _D(2025, 12, 22),
        **_VOTES,
        "decision": "convert",
        "extension_count": 0,
        "resolution_submitted_on": _D(2025, 12, 24),
    },
    "conversion_approval": {
        "resolution_received_on": _D(2025, 12, 25),
        "meeting_date": _D(2026, 1, 15),
        "votes_for": 8,
        "result": "convert",
        "seniority_start": _D(2025, 12, 20),
        "talked_on": _D(2026, 1, 19),
        "announced_on": _D(2026, 1, 20),
    },
    "archive_records": {
        "handed_over_on": _D(2026, 1, 28),
        "archive_kind": "personnel",
        "archive_holder": "样本县人才服务中心",
        "cut_out_forms": ("F04", "F07", "F09", "F12", "F14", "F16"),
        "checklist": ("D25", "D01", "D36"),
        "archived_on": _D(2026, 1, 29),
    },
}


def _member(pk: int, name: str, sex: str, year: int) -> Member:
    return Member(pk=pk, name=name, sex=sex, joined_on=_D(year, 6, 28), full_since=_D(year + 1, 6, 28))


#: Contact and introducer, and the other introducer.
_CONTACT, _OTHER = _member(1, "样本·孙某", "male", 2008), _member(2, "样本·周某", "female", 2012)

_LOGS: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "cultivate_educate": (
        ("contact_talk", _D(2023, 11, 6), "谈对党章的学习体会，提出多到田间听农户意见。"),
        ("thought_report", _D(2023, 12, 20), "汇报参加冬季农技培训的收获和不足。"),
        ("activity", _D(2024, 3, 5), "参加春耕志愿服务，负责三个村民小组的种子发放。"),
        ("thought_report", _D(2024, 4, 2), "汇报学习党史的体会。"),
        ("contact_talk", _D(2024, 6, 12), "肯定试验田管护工作，提醒与群众交流要有耐心。"),
        ("thought_report", _D(2024, 7, 3), "汇报抗旱工作中的表现和思想变化。"),
        ("activity", _D(2024, 7, 1), "参加党日活动，旁听支部党员大会。"),
        ("thought_report", _D(2024, 9, 10), "汇报一年来的培养情况。"),
    ),
    "halfyear_review": (
        ("review_date", _D(2024, 3, 20), "思想积极，工作踏实，能参加党的活动；不足是与群众交流不够耐心。继续培养。"),
        ("review_date", _D(2024, 9, 18), "进步明显，不足有改进，培养考察满一年，建议列为发展对象人选。"),
        ("contact_opinion", _D(2024, 3, 18), "学习主动，肯听意见；建议多做群众工作。", _CONTACT),
        ("contact_opinion", _D(2024, 9, 16), "思想稳定，群众评价好，可以列为发展对象人选。", _CONTACT),
        ("contact_opinion", _D(2024, 9, 16), "能用明白纸向农户讲清技术要点，同意列为发展对象人选。", _OTHER),
        ("annual_analysis", _D(2024, 9, 19), "培养教育经常，考察按期，同意支部意见。"),
    ),
    "probation_education": (
        ("thought_report", _D(2025, 3, 25), "汇报入党宣誓后的思想和工作。"),
        ("review_date", _D(2025, 6, 20), "按时参加组织生活，承担党小组宣传工作，表现较好。"),
        ("thought_report", _D(2025, 6, 24), "汇报半年来履行党员义务的情况。"),
        ("thought_report", _D(2025, 9, 22), "汇报秋收服务中的体会。"),
        ("review_date", _D(2025, 12, 10), "预备期内表现合格，具备转正条件。"),
        ("introducer_opinion", _D(2025, 6, 18), "按期汇报思想，能完成交给的工作。", _CONTACT),
        ("introducer_opinion", _D(2025, 12, 8), "履行党员义务，发挥了作用，同意按期转正。", _OTHER),
    ),
}


@functools.cache
def example() -> PaperData:
    """The sample person's case, finished."""
    case = Case(
        pk=0,
        number="样本0000-2023-001",
        person=Person(**_PERSON),
        branch=_body(1, "中共样本村支部委员会", _BRANCH, Organisation.Kind.BRANCH),
        committee=_body(2, "中共样本镇委员会", _COMMITTEE, Organisation.Kind.GRASSROOTS_COMMITTEE),
        department=_body(3, "中共样本县委组织部", _DEPARTMENT, Organisation.Kind.DEPARTMENT),
        step=machine.COMPLETED,
        stage=5,
        opened_at=_at(_D(2023, 3, 2)),
        ended_on=_D(2026, 1, 29),
        end=Case.End.COMPLETED,
    )
    records = [_record(case, place, key) for place, key in enumerate(STEP_KEYS, start=1)]
    by_key = {record.step: record for record in records}
    return assemble(
        case,
        records,
        entries={by_key[key].pk: [_entry(*line) for line in lines] for key, lines in _LOGS.items()},
        ballots={
            by_key[key].pk: [_ballot(_VALUES[key])] for key in ("admission_branch_meeting", "conversion_branch_meeting")
        },
        members=[_CONTACT, _OTHER],
    )


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9), tzinfo=_ZONE)


def _body(pk: int, name: str, short_name: str, kind: str) -> Organisation:
    return Organisation(pk=pk, name=name, short_name=short_name, kind=kind)


def _record(case: Case, place: int, key: str) -> StepRecord:
    record = StepRecord(pk=place, case=case, step=key, status=machine.VERIFIED, entered_for="样本·钱某")
    record.set_values({name: value for name, value in _VALUES[key].items() if value is not None})
    moment = _at(record.action_on)
    record.opened_at = record.entered_at = record.submitted_at = moment
    record.verified_at = moment + dt.timedelta(days=2)
    return record


def _entry(kind: str, on: dt.date, text: str, member: Member | None = None) -> LogEntry:
    return LogEntry(kind=kind, on=on, text=text, member=member, entered_at=_at(on), entered_for="样本·孙某")


def _ballot(values: Mapping[str, Any]) -> Ballot:
    return Ballot(
        attempt=1,
        held_on=values["meeting_date"],
        secret=True,
        eligible=values["eligible_voters"],
        present=values["present_voters"],
        votes_for=values["votes_for"],
        votes_against=values["votes_against"],
        abstentions=values["abstentions"],
        written_for=values["written_for"],
        written_against=values["written_against"],
        written_abstain=values["written_abstain"],
        passed=True,
    )
