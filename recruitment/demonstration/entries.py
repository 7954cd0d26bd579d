"""What is written into the 31 steps of a sample case: plausible, harmless, and true to the dates of its course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from recruitment.rules.papers import ARCHIVED_FORMS
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS


@dataclass(frozen=True)
class Setting:
    """What an entry speaks of: the person, her branch and its people; ``serial`` numbers the case's papers."""

    person: str
    serial: str
    branch: str
    secretary: str
    committee: str
    township: str
    voters: int
    contacts: tuple[int, ...]
    introducers: tuple[int, ...]
    has_archive: bool


def values_for(step: str, given: Mapping[str, Any], setting: Setting) -> dict[str, Any]:
    """The fields of a step. ``given`` holds the action date and whatever else the course fixes."""
    row = STEPS[step]
    on: date = given[row.action_date]
    values = {**_WRITERS[step](on, setting), **given}
    for field in row.fields:
        # A date that nothing fixes is that of the act.
        if field.type is FieldType.DATE and field.required and not field.computed and field.name not in values:
            values[field.name] = on
    return {name: value for name, value in values.items() if row.field(name) is not None}


def _tally(eligible: int, *, passes: bool = True) -> dict[str, int]:
    present = eligible - 1 if eligible > 5 else eligible
    in_favour = present - 1 if passes else eligible // 2
    return {
        "eligible_voters": eligible,
        "present_voters": present,
        "votes_for": in_favour,
        "votes_against": 0 if passes else present - in_favour - 1,
        "abstentions": 1,
        "written_for": 1 if present < eligible and passes else 0,
        "written_against": 0,
        "written_abstain": 0,
    }


def failed_vote(eligible: int) -> dict[str, int]:
    """A count in which half of those entitled are in favour, which is not more than half."""
    return _tally(eligible, passes=False)


def _committee_vote(key: str, **values: Any) -> dict[str, Any]:
    return {"members_total": 9, "members_present": 8, "votes_for": 8, key: values.pop(key), **values}


def _branch_committee(**values: Any) -> dict[str, Any]:
    return {"members_total": 5, "members_present": 5, "votes_for": 5, "decision": "agree", **values}


def _submit_application(on: date, it: Setting) -> dict[str, Any]:
    return {"application_date": on, "receiving_branch": it.branch, "channel": "residence"}


def _register_application(on: date, it: Setting) -> dict[str, Any]:
    return {
        "registrar": it.secretary,
        "identity_checked": True,
        "jurisdiction_ok": True,
        "screen_result": "eligible",
    }


def _organization_talk(on: date, it: Setting) -> dict[str, Any]:
    return {
        "talkers": [it.secretary],
        "summary": "了解了入党动机、工作和家庭情况，讲解了党员的义务和权利。（样本）",
        "conclusion": "入党动机端正，同意作为入党申请人教育引导。（样本）",
    }


def _recommend_activist(on: date, it: Setting) -> dict[str, Any]:
    present = max(it.voters - 1, 1)
    return {
        "method": "members",
        "eligible_count": it.voters,
        "present_count": present,
        "votes_for": max(present - 1, 1),
    }


def _filing(on: date, it: Setting) -> dict[str, Any]:
    return {"submitted_on": on, "filing_number": f"样本备〔{on.year}〕{it.serial}号", "opinion": "agree"}


def _solicit_opinions(on: date, it: Setting) -> dict[str, Any]:
    return {
        "party_group_opinion": "同意列为发展对象。（样本）",
        "contact_opinion": "培养考察满一年，表现较好，建议列为发展对象。（样本）",
        "member_count": it.voters,
        "mass_count": 12,
        "approval_rate": "95.0",
    }


def _consent(on: date, it: Setting) -> dict[str, Any]:
    return {"submitted_on": on, "opinion": "agree", "plan_year": on.year}


def _publicize(on: date, it: Setting) -> dict[str, Any]:
    return {
        "publicity_start": on - timedelta(days=10),
        "publicity_end": on - timedelta(days=1),
        "places": f"{it.branch}公示栏、党务公开网",
        "feedback": "公示期间未收到不同意见。（样本）",
        "result": "clear",
    }


def _political_review(on: date, it: Setting) -> dict[str, Any]:
    return {
        "archive_checked": True,
        "inquiries": "已函调本人及直系亲属情况，均已复函，未发现问题。（样本）",
        "relatives_reviewed": "父母、配偶，均无影响入党的情况。（样本）",
        "conclusion": "pass",
        "reviewers": [it.secretary, f"样本·{it.township}政审员"],
    }


def _intensive_training(on: date, it: Setting) -> dict[str, Any]:
    return {"start_on": on - timedelta(days=2), "days": "3", "hours": "24", "score": "88", "passed": True}


def _review(on: date, it: Setting) -> dict[str, Any]:
    return _branch_committee(checklist=["F06", "F07", "D19", "D20"])


def _preliminary_review(on: date, it: Setting) -> dict[str, Any]:
    return {"submitted_on": on, "result": "pass", "form_serial": f"YB{it.serial}"}


def _fill_form(on: date, it: Setting) -> dict[str, Any]:
    return {"form_serial": f"YB{it.serial}"}


def _admission_meeting(on: date, it: Setting) -> dict[str, Any]:
    return {
        "host": it.secretary,
        "ballot_kind": "secret",
        **_tally(it.voters),
        "candidates_in_meeting": 1,
        "voted_individually": True,
        "resolution_text": f"支部大会讨论了{it.person}的入党问题，经无记名投票表决，同意接收为中共预备党员。（样本）",
        "resolution_submitted_on": on + timedelta(days=3),
    }


def _superior_talk(on: date, it: Setting) -> dict[str, Any]:
    return {
        "talker": f"样本·{it.township}组织员",
        "talker_role": "organiser",
        "opinion": "对党有正确认识，同意报党委审批。（样本）",
    }


def _committee_approval(on: date, it: Setting) -> dict[str, Any]:
    return _committee_vote("result", result="approve", notice_on=on + timedelta(days=2))


def _file_with_department(on: date, it: Setting) -> dict[str, Any]:
    return {"reported_on": on, "record_number": f"样本组备〔{on.year}〕{it.serial}号"}


def _assign_group(on: date, it: Setting) -> dict[str, Any]:
    return {"branch": it.branch, "party_group": "第一党小组"}


def _oath(on: date, it: Setting) -> dict[str, Any]:
    return {"place": f"{it.township}党群服务中心", "oath_leader": it.secretary, "organizer": it.committee}


def _conversion_review(on: date, it: Setting) -> dict[str, Any]:
    return {
        "party_group_opinion": "同意按期转正。（样本）",
        "member_mass_opinion": "预备期间能履行党员义务。（样本）",
        "proposal": "convert",
    }


def _conversion_meeting(on: date, it: Setting) -> dict[str, Any]:
    return {
        "ballot_kind": "secret",
        **_tally(it.voters),
        "decision": "convert",
        "resolution_submitted_on": on + timedelta(days=3),
    }


def _conversion_approval(on: date, it: Setting) -> dict[str, Any]:
    after = on + timedelta(days=4)
    return {"votes_for": 8, "result": "convert", "talked_on": after, "announced_on": after}


def _archive(on: date, it: Setting) -> dict[str, Any]:
    return {
        "archive_kind": "personnel" if it.has_archive else "party",
        "archive_holder": f"{it.township}党委",
        "cut_out_forms": list(ARCHIVED_FORMS),
        "checklist": ["D01", "D25", "D36", "D45"],
    }


_WRITERS: Mapping[str, Callable[[date, Setting], dict[str, Any]]] = {
    "submit_application": _submit_application,
    "register_application": _register_application,
    "organization_talk": _organization_talk,
    "recommend_activist": _recommend_activist,
    "determine_activist": lambda on, it: _branch_committee(),
    "file_activist": _filing,
    "assign_contacts": lambda on, it: {"contacts": list(it.contacts)},
    "cultivate_educate": lambda on, it: {},
    "halfyear_review": lambda on, it: {},
    "solicit_opinions": _solicit_opinions,
    "propose_development_target": lambda on, it: _branch_committee(),
    "consent_development_target": _consent,
    "publicize_development_target": _publicize,
    "assign_introducers": lambda on, it: {"introducers": list(it.introducers)},
    "political_review": _political_review,
    "intensive_training": _intensive_training,
    "branch_committee_review": _review,
    "preliminary_review": _preliminary_review,
    "fill_application_form": _fill_form,
    "admission_branch_meeting": _admission_meeting,
    "superior_talk": _superior_talk,
    "committee_approval": _committee_approval,
    "file_with_org_department": _file_with_department,
    "assign_to_branch_group": _assign_group,
    "admission_oath": _oath,
    "probation_education": lambda on, it: {},
    "conversion_application": lambda on, it: {"application_date": on},
    "conversion_review": _conversion_review,
    "conversion_branch_meeting": _conversion_meeting,
    "conversion_approval": _conversion_approval,
    "archive_records": _archive,
}
