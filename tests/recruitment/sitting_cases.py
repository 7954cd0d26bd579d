"""People on their way: cases brought to a step through the real services, so that a sitting finds them ripe."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from branches.access import Actor, actor_for
from branches.models import Member, Organisation
from recruitment.models import Case
from recruitment.models.person import id_number_check_digit
from recruitment.rules.papers import ARCHIVED_FORMS
from recruitment.rules.schema import FieldType, Side
from recruitment.rules.steps import STEP_KEYS, STEPS
from recruitment.selectors.casefile import load, local_day
from recruitment.services import acts, materials, review
from recruitment.services.cases import open_case
from tests.branches.factories import County

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = dt.date(2023, 1, 10)
PDF = b"%PDF-1.4 sample"
_ROLES = {Side.BRANCH: "secretary", Side.COMMITTEE: "committee_verifier", Side.DEPARTMENT: "department_officer"}
_COUNTS = {"days": 3, "hours": 24}
#: Days after the step before on which a step is done, where it is not the very next day.
_LATER = {
    "cultivate_educate": 330,
    "propose_development_target": 40,
    "publicize_development_target": 20,
    "probation_education": 300,
    "conversion_application": 30,
    "conversion_branch_meeting": 30,
}


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=SHANGHAI)


def actor(county: County, organisation: Organisation, role: str, number: int = 0) -> Actor:
    """The holder of a seat, acting from it."""
    seat = county.seat(organisation, role, number)
    return actor_for(seat.user, dt.date(2026, 6, 10), seat_id=seat.pk)


def paper(code: str, content: bytes = PDF) -> materials.Upload:
    return materials.inspect(code, ContentFile(content, name=f"{code}.pdf"))


def make_case(county: County, *, branch: Organisation | None = None, number: int = 1, day: dt.date = START) -> Case:
    """A case opened by the branch's secretary for a sample person."""
    branch = branch or county.branch
    body = f"99000019900101{number:03d}"
    person = {
        "name": f"样本人员{number}",
        "sex": "female",
        "birth_date": dt.date(1990, 1, 1),
        "id_number": body + id_number_check_digit(body),
        "has_personnel_archive": True,
    }
    secretary = actor(county, branch, "secretary")
    return open_case(branch=branch, person=person, actor=secretary, now=at(day, 8), is_sample=True).case


def values_of(case: Case, step: str, day: dt.date) -> dict[str, Any]:
    """A clean pass of the step on that day."""
    values: dict[str, Any] = {}
    for field in STEPS[step].fields:
        if field.computed or not field.required:
            continue
        values[field.name] = _clean(case, field, day)
    if step == "publicize_development_target":
        values["publicity_start"] = day - dt.timedelta(days=15)
        values["publicity_end"] = day - dt.timedelta(days=1)
    return values


def _clean(case: Case, field: Any, day: dt.date) -> Any:
    roster = Member.objects.filter(branch=case.branch_id, standing=Member.Standing.FULL).order_by("pk")
    match field.type:
        case FieldType.DATE:
            return day
        case FieldType.MEMBERS:
            return list(roster.values_list("pk", flat=True)[: 2 if field.name == "introducers" else 1])
        case FieldType.ENUM:
            return field.choices[0]
        case FieldType.INTEGER | FieldType.DECIMAL:
            nothing = ("written_", "votes_against", "abstentions")
            return _COUNTS.get(field.name, 0 if field.name.startswith(nothing) else 9)
        case FieldType.BOOLEAN:
            return True
        case FieldType.CODES:
            return list(ARCHIVED_FORMS)
        case FieldType.PERSONS | FieldType.CHECKLIST:
            return ["样本"]
        case _:
            return "样本"


def side_actors(county: County, case: Case, side: Side) -> tuple[Actor, Actor]:
    """Who enters on that side, and another who could verify there; looked up once a county."""
    place = case.scope.organisation_id(side)
    if place not in county.side_actors:
        there = Organisation.objects.get(pk=place)
        posts = (
            (("secretary", 0), ("deputy_secretary", 0))
            if side is Side.BRANCH
            else ((_ROLES[side], 0), (_ROLES[side], 1))
        )
        county.side_actors[place] = tuple(actor(county, there, role, number) for role, number in posts)
    return county.side_actors[place]


def bring(county: County, case: Case, to: str, *, verify_last: bool = True) -> dt.date:
    """Do every step before ``to``; returns the day on which ``to`` may be done.

    ``verify_last``: otherwise the step before ``to`` is left submitted.
    """
    day, determined = START, START
    for key in STEP_KEYS[: STEPS[to].number - 1]:
        day += dt.timedelta(days=_LATER.get(key, 1))
        if key == "determine_activist":
            determined = day
        if key == "halfyear_review":
            _review(county, case, determined)
        do(county, case, key, day, verify=verify_last or STEPS[key].number < STEPS[to].number - 1)
    return day + dt.timedelta(days=_LATER.get(to, 1))


def do(county: County, case: Case, key: str, day: dt.date, *, verify: bool = True) -> None:
    """One step entered and verified on that day."""
    step = STEPS[key]
    enters, _ = side_actors(county, case, step.side)
    papers = [paper(code) for code in step.required_papers]
    if key == "probation_education":
        for months in (1, 2):
            on = day - dt.timedelta(days=300 - 140 * months)
            acts.log(case_id=case.pk, step=key, kind="review_date", on=on, actor=enters, now=at(day, 9))
    values = values_of(case, key, day)
    acts.submit(case_id=case.pk, step=key, values=values, uploads=papers, actor=enters, now=at(day, 10))
    if verify:
        verify_step(county, case, key, at(day, 11))


def verify_step(county: County, case: Case, key: str, now: dt.datetime) -> None:
    """Verified by somebody else, after every yellow flag was explained."""
    _, verifies = side_actors(county, case, STEPS[key].verifier_side)
    for flag in load(case.pk).assess(local_day(now)).flags:
        if flag.needs_explanation and not flag.explained:
            explains, _ = side_actors(county, case, Side(flag.holder))
            review.explain(case_id=case.pk, flag=flag.code, text="样本说明", actor=explains, now=now)
    review.verify(case_id=case.pk, step=key, actor=verifies, now=now)


def _review(county: County, case: Case, determined: dt.date) -> None:
    secretary, _ = side_actors(county, case, Side.BRANCH)
    committee, _ = side_actors(county, case, Side.COMMITTEE)
    common = {"case_id": case.pk, "step": "halfyear_review"}
    for days in (150, 320):
        on = determined + dt.timedelta(days=days)
        acts.log(**common, kind="review_date", on=on, actor=secretary, now=at(on), uploads=[paper("D10")])
    on = determined + dt.timedelta(days=325)
    acts.log(**common, kind="annual_analysis", on=on, actor=committee, now=at(on))
