"""The department's yearly analysis: recorded once a day by its own seats, kept with its numbers, told when late."""

import datetime as dt

import pytest

from audit.models import Entry
from branches.models import Organisation, Seat
from recruitment.models import Notification, PoolAnalysis
from recruitment.selectors import analyses as pools
from recruitment.services import analyses
from recruitment.services.base import Refused
from recruitment.services.reminders import remind
from tests.branches.factories import County, SeatFactory, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.board_rows import add_record, put

pytestmark = pytest.mark.django_db
FIRST = dt.date(2026, 6, 1)
HELD = dt.date(2027, 5, 20)


@pytest.fixture
def county() -> County:
    made = make_county()
    for light in ("green", "yellow"):
        case = put(made, "cultivate_educate", light=light)
        add_record(case, "determine_activist", "verified", action_on=FIRST)
        add_record(case, "halfyear_review")
    return made


def officer(county: County, department=None, role: str = Seat.Role.DEPARTMENT_OFFICER):
    return people.actor(county, department or county.department, role)


def analyse(county: County, **changes):
    given = {
        "department_id": county.department.pk,
        "held_on": HELD,
        "content": " 样本情况 ",
        "measures": "样本措施",
        "actor": officer(county),
        "now": people.at(HELD, 15),
        **changes,
    }
    return analyses.record_analysis(**given)


def test_it_is_kept_with_the_numbers_of_the_day_and_on_record(county):
    row = analyse(county)
    assert (row.people, row.yellow, row.red, row.content) == (2, 1, 0, "样本情况")
    entry = Entry.objects.get(chain=f"org:{county.department.pk}")
    assert entry.action == "pool_analysed"
    assert entry.payload["people"] == 2
    [owed] = pools.owed([county.department.pk])
    assert (owed.due, owed.last) == (dt.date(2028, 5, 20), HELD)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": " "}, "field_invalid"),
        ({"measures": ""}, "field_invalid"),
        ({"held_on": HELD + dt.timedelta(days=1)}, "field_invalid"),
        ({"held_on": dt.date(2026, 5, 10)}, "field_invalid"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused(county, changes, code):
    with pytest.raises(Refused) as refused:
        analyse(county, **changes)
    assert refused.value.codes == (code,)
    assert not PoolAnalysis.objects.exists()
    assert not Entry.objects.filter(action="pool_analysed").exists()


def test_twice_on_a_day_or_of_an_empty_pool_is_refused(county):
    analyse(county)
    with pytest.raises(Refused) as refused:
        analyse(county)
    assert refused.value.codes == ("not_this_step",)
    with pytest.raises(Refused):
        analyse(county, department_id=county.city_department.pk, actor=officer(county, county.city_department))
    assert PoolAnalysis.objects.count() == 1


def test_only_seats_that_enter_for_the_department(county):
    inspector = SeatFactory(organisation=county.department, role=Seat.Role.INSPECTOR)
    others = [
        officer(county, county.city_department),
        people.actor(county, county.committee, Seat.Role.COMMITTEE_VERIFIER),
        people.actor(county, county.branch, Seat.Role.SECRETARY),
        people.actor_for(inspector.user, HELD, seat_id=inspector.pk),
    ]
    for actor in others:
        with pytest.raises(Refused) as refused:
            analyse(county, actor=actor)
        assert refused.value.codes == ("not_allowed",)
    assert not PoolAnalysis.objects.exists()


def test_time_before_the_edition_of_2026_does_not_count(county):
    case = put(county, "cultivate_educate")
    add_record(case, "determine_activist", "verified", action_on=dt.date(2024, 1, 5))
    add_record(case, "halfyear_review")
    [owed] = pools.owed([county.department.pk])
    assert owed.due == dt.date(2027, 5, 11)


def test_a_late_one_is_told_once_to_the_department_and_the_one_above(county):
    late = FIRST.replace(year=2027) + dt.timedelta(days=1)
    assert remind(now=people.at(late - dt.timedelta(days=1))) == 0
    assert remind(now=people.at(late)) == 2
    assert remind(now=people.at(late + dt.timedelta(days=9))) == 0
    told = Notification.objects.filter(code="pool_analysis_late")
    assert set(told.values_list("organisation", "about", "due")) == {
        (body.pk, county.department.pk, late - dt.timedelta(days=1))
        for body in (county.department, county.city_department)
    }


def test_a_department_that_was_dissolved_owes_nothing_and_stops_no_reminder(county):
    """It may be dissolved while people below it are in the pool: they lie in its committee's branches, not in it."""
    late = FIRST.replace(year=2027) + dt.timedelta(days=1)
    Organisation.objects.filter(pk=county.department.pk).update(dissolved_on=late)
    assert remind(now=people.at(late)) == 0
    assert pools.owed() == []


def test_three_and_fifty_people_cost_one_query(county, django_assert_num_queries):
    for number in range(50):
        if number in (1, 49):
            with django_assert_num_queries(2):
                pools.owed([county.department.pk])
                pools.by_committee(county.department.pk)
        case = put(county, "cultivate_educate")
        add_record(case, "halfyear_review")
