import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from branches.access import SYSTEM, Actor, CannotActFor, NoSuchSeat, actor_for
from branches.models import Organisation, Seat
from tests.branches.factories import OrganisationFactory, SeatFactory, UserFactory, make_county

pytestmark = pytest.mark.django_db

Role = Seat.Role
TODAY = dt.date(2026, 6, 10)
ONE_DAY = dt.timedelta(days=1)


def test_the_system_has_no_seat():
    assert (SYSTEM.user_id, SYSTEM.name, SYSTEM.seat_id, SYSTEM.is_system) == (None, "系统", None, True)
    assert not SYSTEM.covers("3213/")


def test_an_actor_is_plain_values(django_assert_num_queries):
    seat = SeatFactory()
    with django_assert_num_queries(1):
        actor = actor_for(seat.user, TODAY)
    with django_assert_num_queries(0):
        assert actor.name == seat.user.full_name
        [grant] = actor.grants
        assert actor.seat == grant
        assert (grant.seat_id, grant.role, grant.organisation_id) == (seat.pk, Role.SECRETARY, seat.organisation_id)
        assert grant.organisation_kind == Organisation.Kind.BRANCH
        assert grant.scope_path == grant.organisation_path == seat.organisation.path
        assert hash(actor)


def test_a_department_covers_what_its_committee_covers():
    county = make_county()
    actor = actor_for(county.user(county.department, Role.DEPARTMENT_OFFICER), TODAY)
    assert actor.seat.scope_path == county.county.path
    assert actor.covers(county.branch.path)
    assert actor.covers(county.department.path)
    assert not actor.covers(county.city.path)


def test_reach_of_every_level():
    county = make_county()
    first = county.townships[0]
    secretary = actor_for(county.user(first.branches[0], Role.SECRETARY), TODAY)
    verifier = actor_for(county.user(first.committee, Role.COMMITTEE_VERIFIER), TODAY)
    inspector = actor_for(county.user(county.city, Role.INSPECTOR), TODAY)

    def covered(actor: Actor) -> set[Organisation]:
        everything = Organisation.objects.all()
        by_queryset = set(everything.filter(actor.scope()))
        assert by_queryset == {organisation for organisation in everything if actor.covers(organisation.path)}
        return by_queryset

    assert covered(secretary) == {first.branches[0]}
    assert covered(verifier) == {first.committee, *first.branches}
    assert covered(inspector) == set(Organisation.objects.all())
    assert covered(Actor(None, "", ())) == set()


def test_reach_of_some_roles_only():
    user = UserFactory()
    here = SeatFactory(user=user, role=Role.SECRETARY)
    there = SeatFactory(user=user, role=Role.CLERK)
    actor = actor_for(user, TODAY)
    assert [grant.seat_id for grant in actor.grants_of(Role.CLERK)] == [there.pk]
    assert {grant.seat_id for grant in actor.grants_of()} == {here.pk, there.pk}
    assert actor.covers(here.organisation.path)
    assert not actor.covers(here.organisation.path, Role.CLERK)
    assert list(Organisation.objects.filter(actor.scope(Role.CLERK))) == [there.organisation]
    assert list(Seat.objects.filter(actor.scope(Role.CLERK, field="organisation__path"))) == [there]


def test_acting_from_a_chosen_seat():
    user = UserFactory()
    seats = SeatFactory.create_batch(3, user=user)
    assert actor_for(user, TODAY, seat_id=seats[1].pk).seat_id == seats[1].pk
    first_in_the_tree = min(seats, key=lambda seat: seat.organisation.path)
    assert actor_for(user, TODAY).seat_id == first_in_the_tree.pk


def test_somebody_elses_seat_cannot_be_chosen():
    with pytest.raises(NoSuchSeat):
        actor_for(UserFactory(), TODAY, seat_id=SeatFactory().pk)
    assert issubclass(NoSuchSeat, PermissionDenied)


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        (TODAY + ONE_DAY, None, False),
        (TODAY, None, True),
        (TODAY - ONE_DAY, TODAY - ONE_DAY, False),
        (TODAY - ONE_DAY, TODAY, True),
        (TODAY, TODAY, True),
        (TODAY - ONE_DAY, TODAY + ONE_DAY, True),
    ],
)
def test_seats_by_date(starts, ends, held):
    seat = SeatFactory(starts_on=starts, ends_on=ends)
    assert seat.is_active_on(TODAY) is held
    assert Seat.objects.active_on(TODAY).contains(seat) is held
    assert bool(actor_for(seat.user, TODAY).grants) is held


def test_a_closed_account_has_no_seats():
    seat = SeatFactory(user__is_active=False)
    assert actor_for(seat.user, TODAY).grants == ()


def test_a_clerk_enters_for_a_colleague(django_assert_num_queries):
    secretary = SeatFactory()
    clerk = SeatFactory(organisation=secretary.organisation, role=Role.CLERK)
    with django_assert_num_queries(2):
        actor = actor_for(clerk.user, TODAY, on_behalf_of=secretary.user_id)
    assert (actor.on_behalf_of_id, actor.on_behalf_of_name) == (secretary.user_id, secretary.user.full_name)
    assert actor.name == clerk.user.full_name


@pytest.mark.parametrize("role", [Role.CLERK, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_a_clerk_enters_only_for_those_who_act(role):
    committee = OrganisationFactory(committee=True)
    clerk = SeatFactory(organisation=committee, role=Role.CLERK)
    other = SeatFactory(organisation=committee, role=role)
    with pytest.raises(CannotActFor, match="本组织"):
        actor_for(clerk.user, TODAY, on_behalf_of=other.user_id)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"ends_on": TODAY - ONE_DAY, "here": True},
        {"starts_on": TODAY + ONE_DAY, "here": True},
        {"user__is_active": False, "here": True},
    ],
)
def test_a_clerk_enters_only_for_who_holds_a_seat_here_today(other):
    clerk = SeatFactory(role=Role.CLERK)
    if other.pop("here", False):
        other["organisation"] = clerk.organisation
    principal = SeatFactory(**other)
    with pytest.raises(CannotActFor, match="本组织"):
        actor_for(clerk.user, TODAY, on_behalf_of=principal.user_id)


def test_only_a_clerk_enters_for_another():
    secretary = SeatFactory()
    deputy = SeatFactory(organisation=secretary.organisation, role=Role.DEPUTY_SECRETARY)
    with pytest.raises(CannotActFor, match="只有录入员"):
        actor_for(deputy.user, TODAY, on_behalf_of=secretary.user_id)


def test_the_seat_acted_from_decides_whether_one_is_a_clerk():
    user = UserFactory()
    clerk = SeatFactory(user=user, role=Role.CLERK)
    own = SeatFactory(user=user, role=Role.SECRETARY)
    secretary = SeatFactory(organisation=clerk.organisation)
    assert actor_for(user, TODAY, seat_id=clerk.pk, on_behalf_of=secretary.user_id).on_behalf_of_id
    with pytest.raises(CannotActFor):
        actor_for(user, TODAY, seat_id=own.pk, on_behalf_of=secretary.user_id)
