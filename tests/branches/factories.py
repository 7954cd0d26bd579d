"""Rows for tests, and a small county that has every kind of seat.

``OrganisationFactory`` builds a branch under its own committee, county and city; traits choose another kind:
``city``, ``county``, ``department``, ``institution_group``, ``committee``, ``village_committee``, ``general_branch``,
``party_group``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count, cycle, islice

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from branches.access import Actor
from branches.models import Member, Organisation, Seat, User

Kind, Role, Standing = Organisation.Kind, Seat.Role, Member.Standing

LONG_AGO = dt.date(2010, 1, 1)
PASSWORD = "a test's password"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(lambda n: f"样本用户{n}")
    password = factory.django.Password(PASSWORD)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    class Params:
        city = factory.Trait(kind=Kind.CITY_COMMITTEE, parent=None, sector="")
        county = factory.Trait(
            kind=Kind.COUNTY_COMMITTEE,
            sector="",
            parent=factory.SubFactory("tests.branches.factories.OrganisationFactory", city=True),
        )
        department = factory.Trait(
            kind=Kind.DEPARTMENT,
            sector="",
            parent=factory.SubFactory("tests.branches.factories.OrganisationFactory", county=True),
            code=factory.LazyAttribute(lambda made: f"{made.parent.code}D"),
        )
        institution_group = factory.Trait(
            kind=Kind.INSTITUTION_GROUP,
            sector=Organisation.Sector.GOVERNMENT,
            parent=factory.SubFactory("tests.branches.factories.OrganisationFactory", county=True),
        )
        committee = factory.Trait(
            kind=Kind.GRASSROOTS_COMMITTEE,
            sector="",
            parent=factory.SubFactory("tests.branches.factories.OrganisationFactory", county=True),
        )
        village_committee = factory.Trait(
            kind=Kind.GRASSROOTS_COMMITTEE,
            parent=factory.SubFactory("tests.branches.factories.OrganisationFactory", committee=True),
        )
        general_branch = factory.Trait(
            kind=Kind.GENERAL_BRANCH,
            parent=factory.SubFactory("tests.branches.factories.OrganisationFactory", committee=True),
        )
        party_group = factory.Trait(
            kind=Kind.PARTY_GROUP,
            parent=factory.SubFactory("tests.branches.factories.OrganisationFactory"),
        )

    kind = Kind.BRANCH
    sector = Organisation.Sector.VILLAGE
    parent = factory.SubFactory("tests.branches.factories.OrganisationFactory", committee=True)
    code = factory.Sequence(lambda n: f"9{n:08d}")
    name = factory.LazyAttribute(lambda made: f"样本{Kind(made.kind).label}{made.code}")
    may_approve = factory.LazyAttribute(
        lambda made: Organisation(kind=made.kind, parent=made.parent).default_may_approve(),
    )


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.SECRETARY
    starts_on = LONG_AGO


class MemberFactory(DjangoModelFactory):
    """A full member of long standing; the trait ``probationary`` makes one admitted on ``joined_on``."""

    class Meta:
        model = Member

    class Params:
        probationary = factory.Trait(standing=Standing.PROBATIONARY, full_since=None)

    name = factory.Sequence(lambda n: f"样本党员{n}")
    sex = factory.Iterator(Member.Sex.values)
    branch = factory.SubFactory(OrganisationFactory)
    standing = Standing.FULL
    joined_on = LONG_AGO
    standing_since = factory.SelfAttribute("joined_on")


@dataclass
class Township:
    committee: Organisation
    branches: list[Organisation]


@dataclass
class County:
    """One city and county with two townships of two branches each, and the holders of their seats.

    ``seat(organisation, role)`` is the first seat of a role there, ``seats`` holds them all; a seat's user signs in
    with ``PASSWORD``.
    """

    city: Organisation
    city_department: Organisation
    county: Organisation
    department: Organisation
    townships: list[Township]
    seats: list[Seat] = field(default_factory=list)
    #: What the players of a case remember: who enters and who verifies, by the organisation's key.
    side_actors: dict[int, tuple[Actor, ...]] = field(default_factory=dict)

    @property
    def branch(self) -> Organisation:
        return self.townships[0].branches[0]

    @property
    def committee(self) -> Organisation:
        return self.townships[0].committee

    def seat(self, organisation: Organisation, role: str, number: int = 0) -> Seat:
        there = [seat for seat in self.seats if seat.organisation_id == organisation.pk and seat.role == role]
        return there[number]

    def user(self, organisation: Organisation, role: str, number: int = 0) -> User:
        return self.seat(organisation, role, number).user


#: What makes the names of a county's people different from each other.
_numbers = count()

# Who sits where; a branch has what its secretary needs, a committee two verifiers, a department two officers.
SEATS = {
    Kind.CITY_COMMITTEE: (Role.INSPECTOR, Role.ADMINISTRATOR),
    Kind.COUNTY_COMMITTEE: (Role.INSPECTOR, Role.ADMINISTRATOR),
    Kind.DEPARTMENT: (Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_OFFICER),
    Kind.GRASSROOTS_COMMITTEE: (Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE_VERIFIER, Role.COMMITTEE_VERIFIER),
    Kind.BRANCH: (Role.SECRETARY, Role.DEPUTY_SECRETARY, Role.ORGANISATION_COMMISSIONER, Role.CLERK),
}


def make_county(*, members: int = 0) -> County:
    """City, county, their departments, two townships of two branches; ``members`` full members in each branch.

    Most tests begin here, so the rows go in by the level and not one by one.
    """
    (city,) = _bodies(OrganisationFactory.build(city=True))
    city_department, county = _bodies(
        OrganisationFactory.build(department=True, parent=city),
        OrganisationFactory.build(county=True, parent=city),
    )
    department, *committees = _bodies(
        OrganisationFactory.build(department=True, parent=county),
        *OrganisationFactory.build_batch(2, committee=True, parent=county),
    )
    branches = _bodies(*(OrganisationFactory.build(parent=over) for over in committees for _ in range(2)))
    townships = [Township(over, [one for one in branches if one.parent == over]) for over in committees]
    bodies = [city, city_department, county, department]
    for township in townships:
        bodies += [township.committee, *township.branches]
    posts = [(body, role) for body in bodies for role in SEATS[body.kind]]
    password = make_password(PASSWORD)
    users = [
        User(username=f"holder{n}", full_name=f"样本任职者{n}", password=password, is_staff=role == Role.ADMINISTRATOR)
        for n, (_, role) in zip(_numbers, posts, strict=False)
    ]
    User.objects.bulk_create(users)
    seats = [
        Seat(user=user, organisation=body, role=role, starts_on=LONG_AGO)
        for user, (body, role) in zip(users, posts, strict=True)
    ]
    Seat.objects.bulk_create(seats)
    if members:
        full = {"standing": Standing.FULL, "joined_on": LONG_AGO, "standing_since": LONG_AGO, "full_since": LONG_AGO}
        Member.objects.bulk_create(
            Member(name=f"样本名册党员{next(_numbers)}", sex=sex, branch=branch, **full)
            for branch in branches
            for sex in islice(cycle(Member.Sex.values), members)
        )
    return County(city, city_department, county, department, townships, seats)


def _bodies(*made: Organisation) -> list[Organisation]:
    """Stored as :meth:`Organisation.save` stores them; those above must be stored already."""
    for body in made:
        body.path = body.path_under(body.parent)
    return Organisation.objects.bulk_create(made)
