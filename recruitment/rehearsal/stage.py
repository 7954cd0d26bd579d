"""The stage on which a rehearsal plays: two branches under two committees of one county, and the people with seats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from branches.access import Actor, Grant
from branches.models import Member, Organisation, User
from recruitment.models.person import id_number_check_digit

_FOUNDED = date(1950, 1, 1)
_ROSTER = 12


class Task(IntEnum):
    """What a person does on the stage. Nobody has two tasks, so that none meets their own work by accident."""

    ENTER = 0
    JUDGE = 1
    DECIDE = 2


#: Two in turn for each task, and one who does everything when a scenario names the role.
_PERSONS_PER_ROLE = 2 * len(Task) + 1

Kind = Organisation.Kind


@dataclass(frozen=True)
class Stage:
    """Two branches (the second to move to), a roster each, and for each role two persons a task and one forced."""

    root: Organisation
    branch: Organisation
    other_branch: Organisation
    persons: dict[str, tuple[Actor, ...]]
    members: dict[int, tuple[int, ...]]


def build() -> Stage:
    """Make the stage inside the caller's transaction, which is rolled back."""
    city = _organisation("R", Kind.CITY_COMMITTEE, None)
    county = _organisation("R1", Kind.COUNTY_COMMITTEE, city)
    department = _organisation("R1D", Kind.DEPARTMENT, county)
    committees = [_organisation(f"R1{n}", Kind.GRASSROOTS_COMMITTEE, county, may_approve=True) for n in (1, 2)]
    branches = [_organisation(f"{c.code}1", Kind.BRANCH, c) for c in committees]
    posts = {
        "branch_secretary": [("secretary", branch) for branch in branches],
        "grassroots_committee": [("committee_verifier", committee) for committee in committees],
        "superior_org_department": [("department_officer", department)],
    }
    persons = {}
    for role, seats in posts.items():
        users = [User(username=f"rehearsal-{role}-{n}", full_name=f"演练-{role}-{n}") for n in range(_PERSONS_PER_ROLE)]
        User.objects.bulk_create(users)
        grants = tuple(_grant(name, organisation) for name, organisation in seats)
        persons[role] = tuple(Actor(user.pk, user.full_name, grants) for user in users)
    members = {branch.pk: _roster(branch) for branch in branches}
    return Stage(city, branches[0], branches[1], persons, members)


def _organisation(code: str, kind: str, parent: Organisation | None, *, may_approve: bool = False) -> Organisation:
    organisation = Organisation(
        code=f"REHEARSAL{code}",
        name=f"演练 {code}",
        kind=kind,
        parent=parent,
        may_approve=may_approve,
        founded_on=_FOUNDED,
    )
    organisation.save()
    return organisation


def _grant(role: str, organisation: Organisation) -> Grant:
    scope = organisation.parent if organisation.kind == Kind.DEPARTMENT else organisation
    assert scope is not None
    return Grant(
        seat_id=0,
        role=role,
        organisation_id=organisation.pk,
        organisation_kind=organisation.kind,
        organisation_path=organisation.path,
        organisation_name=organisation.name,
        scope_path=scope.path,
    )


def _roster(branch: Organisation) -> tuple[int, ...]:
    rows = [
        Member(
            name=f"演练党员{n}",
            sex="female",
            branch=branch,
            standing=Member.Standing.FULL,
            standing_since=_FOUNDED,
            joined_on=_FOUNDED,
            full_since=_FOUNDED,
        )
        for n in range(_ROSTER)
    ]
    Member.objects.bulk_create(rows)
    return tuple(row.pk for row in rows)


class Cast:
    """Chooses who acts: a seat that may, always another person than the one before; a forced role is one person."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.last: int | None = None

    def choose(self, role: str, task: Task, *, forced: bool) -> Actor:
        persons = self._stage.persons[role]
        pair = persons[2 * task : 2 * task + 2]
        person = persons[-1] if forced else next(person for person in pair if person.user_id != self.last)
        self.last = person.user_id
        return person


def sample_id_number(birth: date) -> str:
    """A valid number of a region code that is given to nobody, and that no sample person of a demonstration has."""
    body = f"990009{birth:%Y%m%d}001"
    return body + id_number_check_digit(body)


def person_data(given: Mapping[str, Any]) -> dict[str, Any]:
    """The person as the form would give it; what the file leaves out is a placeholder."""
    person = {"name": "样本", "sex": "female", "ethnicity": "汉族", **given}
    person["id_number"] = sample_id_number(person["birth_date"])
    if person.get("employment_kind") is not None:
        # The catalogue leaves its values to the product; no gate reads it.
        person["employment_kind"] = "other"
    return person
