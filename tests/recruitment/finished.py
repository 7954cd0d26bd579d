"""A case with all its papers' contents, as rows written at once: for tests of what is printed, not of how it came."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models.query import QuerySet

from branches.models import Member
from recruitment import machine
from recruitment.models import Ballot, Case, LogEntry, Material, StepRecord
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import OPINIONS, STEP_KEYS, STEPS
from tests.branches.factories import County
from tests.recruitment.sitting_cases import START, at, make_case

DAY = START
SUMMARY = "入党动机端正；“两个确立”讲得清楚，A&B <样本>。"


def day_of(key: str) -> dt.date:
    """When the step was done in these cases: one month after the other."""
    return DAY + dt.timedelta(days=30 * STEPS[key].number)


def finished_case(county: County, *, to: str = "completed", number: int = 1, **person: Any) -> Case:
    """A case in which every step before ``to`` (a step or ``completed``) is verified, with entries and papers."""
    case = make_case(county, number=number)
    for name, value in person.items():
        setattr(case.person, name, value)
    case.person.save()
    StepRecord.objects.filter(case=case).delete()
    last = len(STEP_KEYS) if to == "completed" else STEPS[to].number - 1
    users = [county.user(county.branch, "secretary"), county.user(county.committee, "committee_verifier")]
    members = list(Member.objects.filter(branch=county.branch).order_by("pk").values_list("pk", flat=True))
    records = []
    for key in STEP_KEYS[:last]:
        record = StepRecord(
            case=case,
            step=key,
            status=machine.VERIFIED,
            opened_at=at(day_of(key)),
            entered_at=at(day_of(key), 10),
            verified_at=at(day_of(key), 16),
            entered_by=users[0],
            verified_by=users[1],
            edition="r2014",
        )
        record.set_values({field.name: _value(field, key, members) for field in STEPS[key].fields})
        records.append(record)
    records = StepRecord.objects.bulk_create(records)
    by_key = {record.step: record for record in records}
    LogEntry.objects.bulk_create(
        LogEntry(
            record=record,
            kind=kind,
            on=day_of(record.step) - dt.timedelta(days=10 * place),
            text=f"{kind} 样本记录{place}",
            member_id=members[place - 1] if kind in OPINIONS else None,
            entered_at=at(day_of(record.step)),
            entered_by=users[0],
        )
        for record in records
        for kind in record.definition.log_kinds
        for place in (1, 2)
    )
    Ballot.objects.bulk_create(
        Ballot(
            record=by_key[key],
            attempt=1,
            held_on=day_of(key),
            secret=True,
            eligible=9,
            present=8,
            votes_for=7,
            votes_against=1,
            abstentions=0,
            written_for=1,
            passed=True,
        )
        for key in ("admission_branch_meeting", "conversion_branch_meeting")
        if key in by_key
    )
    Material.objects.bulk_create(
        Material(
            record=record,
            case=case,
            code=code,
            original_name=f"{code}.pdf",
            content_type="application/pdf",
            extension=".pdf",
            size=10,
            sha256=f"{number:032d}{code:0>32}",
            uploaded_at=at(day_of(record.step)),
            uploaded_by=users[0],
        )
        for record in records
        for code in record.definition.required_papers
    )
    return _placed(case, to)


def _placed(case: Case, to: str) -> Case:
    """The case at ``to``. Its verbs ask for verdicts; these rows stand for what came of them."""
    ended = DAY + dt.timedelta(days=31 * 31) if to == "completed" else None
    QuerySet.update(
        Case.objects.filter(pk=case.pk),
        step=to,
        stage=5 if to == "completed" else STEPS[to].stage,
        ended_on=ended,
        end="completed" if ended else "",
    )
    if to != "completed":
        StepRecord.objects.create(case=Case.objects.get(pk=case.pk), step=to, opened_at=at(day_of(to)))
    return Case.objects.select_related("person", "branch").get(pk=case.pk)


def _value(field: Any, key: str, members: list[int]) -> Any:
    match field.type:
        case FieldType.DATE:
            return day_of(key)
        case FieldType.MEMBERS:
            return tuple(members[:2])
        case FieldType.ENUM:
            return field.choices[0]
        case FieldType.INTEGER | FieldType.DECIMAL:
            return {"days": 3, "hours": 24, "votes_against": 1, "votes_for": 7, "present_voters": 8}.get(field.name, 9)
        case FieldType.BOOLEAN:
            return True
        case FieldType.CODES:
            return ("F04", "F07")
        case FieldType.PERSONS:
            return ("样本甲", "样本乙")
        case FieldType.CHECKLIST:
            return ("D01", "D18")
        case FieldType.TEXT:
            return SUMMARY if field.sensitive else "样本文字"
        case FieldType.DURATION:
            return "P6M"
        case _:
            return f"样本{field.name}"
