import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from audit.models import Entry
from branches.models import Seat
from branches.services.seats import end_seat, give_seat
from tests.branches.factories import OrganisationFactory, SeatFactory, UserFactory

pytestmark = pytest.mark.django_db

Role = Seat.Role
DAY = dt.date(2026, 6, 10)  # the day of the fixture's `now`
ONE_DAY = dt.timedelta(days=1)


def test_giving_a_seat_is_recorded(given, entries):
    user, branch = UserFactory(), OrganisationFactory()
    seat = give_seat(user=user, organisation=branch, role=Role.SECRETARY, starts_on=DAY, **given)
    [(action, payload)] = entries(branch)
    assert action == "seat_given"
    assert payload["seat"] == seat.pk
    assert (payload["user"], payload["role"], payload["starts_on"]) == (user.pk, "secretary", "2026-06-10")
    assert payload["holder"] == user.full_name


@pytest.mark.parametrize(
    ("trait", "role"),
    [
        ("committee", Role.DEPARTMENT_OFFICER),
        ("department", Role.SECRETARY),
        ("department", Role.COMMITTEE_VERIFIER),
        ("general_branch", Role.COMMITTEE_VERIFIER),
        ("general_branch", Role.ADMINISTRATOR),
        ("county", Role.CLERK),
        ("party_group", Role.SECRETARY),
        ("institution_group", Role.SECRETARY),
    ],
)
def test_a_role_exists_only_in_its_kinds_of_organisation(given, trait, role):
    organisation = OrganisationFactory(**{trait: True})
    with pytest.raises(ValidationError, match="不设"):
        give_seat(user=UserFactory(), organisation=organisation, role=role, starts_on=DAY, **given)
    assert not Seat.objects.exists()
    assert not Entry.objects.exists()


def test_a_seat_is_held_once_at_a_time(given):
    seat = SeatFactory()
    again = {"user": seat.user, "organisation": seat.organisation, "role": seat.role, **given}
    with pytest.raises(ValidationError, match="已在任"):
        give_seat(**again, starts_on=DAY)
    end_seat(seat=seat, on=DAY, **given)
    give_seat(**again, starts_on=DAY + ONE_DAY)


def test_a_seat_does_not_end_before_it_begins(given):
    seat = SeatFactory(starts_on=DAY)
    with pytest.raises(ValidationError, match="不得早于"):
        end_seat(seat=seat, on=DAY - ONE_DAY, **given)
    seat.refresh_from_db()
    assert seat.ends_on is None


def test_no_seat_outlives_its_organisation(given):
    branch = OrganisationFactory(dissolved_on=DAY)
    seat = {"user": UserFactory(), "organisation": branch, "role": Role.SECRETARY, **given}
    with pytest.raises(ValidationError, match="已撤销"):
        give_seat(**seat, starts_on=DAY - ONE_DAY)
    give_seat(**seat, starts_on=DAY - ONE_DAY, ends_on=DAY)


def test_the_end_of_a_seat_is_recorded_once(given, entries):
    seat = SeatFactory()
    for _ in range(2):
        end_seat(seat=seat, on=DAY, **given)
    [(action, payload)] = entries(seat.organisation)
    assert (action, payload["ends_on"]) == ("seat_ended", [None, "2026-06-10"])


def test_administrators_alone_find_the_door_of_the_admin_open(given):
    user, county = UserFactory(), OrganisationFactory(county=True)
    give_seat(user=user, organisation=county, role=Role.INSPECTOR, starts_on=DAY, **given)
    user.refresh_from_db()
    assert not user.is_staff
    seat = give_seat(user=user, organisation=county, role=Role.ADMINISTRATOR, starts_on=DAY - ONE_DAY, **given)
    user.refresh_from_db()
    assert user.is_staff
    end_seat(seat=seat, on=DAY, **given)
    user.refresh_from_db()
    assert user.is_staff  # the last day still counts
    end_seat(seat=seat, on=DAY - ONE_DAY, **given)
    user.refresh_from_db()
    assert not user.is_staff


def test_a_superuser_keeps_the_door(given):
    seat = SeatFactory(
        user__is_superuser=True,
        user__is_staff=True,
        organisation=OrganisationFactory(county=True),
        role=Role.ADMINISTRATOR,
    )
    end_seat(seat=seat, on=DAY - ONE_DAY, **given)
    seat.user.refresh_from_db()
    assert seat.user.is_staff
