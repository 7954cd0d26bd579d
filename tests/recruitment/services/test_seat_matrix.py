"""Seat matrix: every role in its own, a sibling, an upper and a lower organisation, for see, enter and verify."""

from __future__ import annotations

import random
from itertools import product

import pytest

from branches.access import SYSTEM, Actor, Grant
from branches.models import Organisation, Seat
from recruitment import policies
from recruitment.models import Case, Person
from recruitment.models.person import id_number_check_digit
from recruitment.rules.schema import Side
from tests.branches.factories import OrganisationFactory, make_county

pytestmark = pytest.mark.django_db

ROLES = [str(role) for role in Seat.Role.values]
READS = {
    "secretary",
    "deputy_secretary",
    "organisation_commissioner",
    "clerk",
    "committee_verifier",
    "organiser",
    "department_officer",
    "inspector",
}
ENTERS = {
    Side.BRANCH: {"secretary", "deputy_secretary", "organisation_commissioner", "clerk"},
    Side.COMMITTEE: {
        "secretary",
        "deputy_secretary",
        "organisation_commissioner",
        "clerk",
        "committee_verifier",
        "organiser",
    },
    Side.DEPARTMENT: {"department_officer", "organiser", "clerk"},
}
VERIFIES = {
    Side.BRANCH: set(),
    Side.COMMITTEE: {"committee_verifier", "secretary", "deputy_secretary", "organisation_commissioner"},
    Side.DEPARTMENT: {"department_officer"},
}


def person(number: int) -> Person:
    body = f"99000019900101{number:03d}"
    row = Person(name="样本", sex="female", birth_date="1990-01-01", id_number=body + id_number_check_digit(body))
    row.save()
    return row


def case(number: int, branch: Organisation, committee: Organisation, department: Organisation) -> Case:
    made = Case(
        number=f"C{number}",
        person=person(number),
        branch=branch,
        committee=committee,
        department=department,
        opened_at="2026-06-01T09:00+08:00",
    )
    made.save()
    return made


def actor(*seats: tuple[str, Organisation]) -> Actor:
    grants = []
    for number, (role, body) in enumerate(seats, 1):
        covers = body.parent if body.kind == Organisation.Kind.DEPARTMENT else body
        grants.append(Grant(number, role, body.pk, body.kind, body.path, body.name, covers.path))
    return Actor(1, "样本", tuple(grants))


def test_every_role_in_every_place():
    county = make_county()
    mine, sibling = county.townships[0].branches
    theirs = county.townships[1]
    made = case(1, mine, county.committee, county.department)
    below = OrganisationFactory(party_group=True, parent=mine)
    # Which places lie on the line from the branch up; the county's department stands for the county.
    above = {mine, county.committee, county.county, county.department, county.city, county.city_department}
    places = [*above, sibling, theirs.committee, theirs.branches[0], below]
    side_of = {mine: Side.BRANCH, county.committee: Side.COMMITTEE, county.department: Side.DEPARTMENT}
    for role, place in product(ROLES, places):
        who = actor((role, place))
        sees = role in READS and place in above
        assert bool(policies.may_see(who, made.scope)) == sees, (role, place)
        assert Case.objects.visible_to(who).filter(pk=made.pk).exists() == sees, (role, place)
        for side in Side:
            enters = side_of.get(place) is side and role in ENTERS[side]
            verifies = side_of.get(place) is side and role in VERIFIES[side]
            assert bool(policies.may_enter(who, made.scope, side)) == enters, (role, place, side)
            assert bool(policies.may_verify(who, made.scope, side)) == verifies, (role, place, side)
        takes_part = any(side_of.get(place) is side and role in ENTERS[side] for side in Side)
        assert bool(policies.may_take_part(who, made.scope)) == takes_part, (role, place)
        opens = place == mine and role in ENTERS[Side.BRANCH]
        assert bool(policies.may_open_case(who, mine.pk)) == opens, (role, place)


def test_nobody_without_a_seat_and_the_system_everywhere():
    county = make_county()
    made = case(1, county.branch, county.committee, county.department)
    nobody = actor()
    assert not policies.may_see(nobody, made.scope)
    assert not Case.objects.visible_to(nobody).exists()
    assert policies.may_see(SYSTEM, made.scope)
    assert list(Case.objects.visible_to(SYSTEM)) == [made]
    for side in Side:
        assert not policies.may_enter(nobody, made.scope, side)
        assert not policies.may_verify(nobody, made.scope, side)
        assert str(policies.may_enter(nobody, made.scope, side).reason)


@pytest.mark.parametrize("seed", range(3))
def test_one_case_and_many_are_seen_alike_in_any_tree(seed):
    chance = random.Random(seed)
    kinds = Organisation.Kind
    city = OrganisationFactory(city=True)
    bodies = [city, OrganisationFactory(department=True, parent=city)]
    cases = []
    for _ in range(chance.randint(1, 2)):
        county = OrganisationFactory(county=True, parent=city)
        department = OrganisationFactory(department=True, parent=county)
        bodies += [county, department]
        for _ in range(chance.randint(1, 2)):
            committee = OrganisationFactory(committee=True, parent=county)
            bodies.append(committee)
            for _ in range(chance.randint(1, 3)):
                parent = committee
                if chance.random() < 0.4:
                    trait = chance.choice(["general_branch", "village_committee"])
                    parent = OrganisationFactory(**{trait: True}, parent=committee)
                    bodies.append(parent)
                branch = OrganisationFactory(kind=kinds.BRANCH, parent=parent)
                bodies.append(branch)
                cases.append(case(len(cases) + 1, branch, committee, department))
    for _ in range(40):
        seats = [(chance.choice(ROLES), chance.choice(bodies)) for _ in range(chance.randint(0, 3))]
        who = actor(*seats)
        seen = {made.pk for made in cases if policies.may_see(who, made.scope)}
        assert set(Case.objects.visible_to(who).values_list("pk", flat=True)) == seen, seats
