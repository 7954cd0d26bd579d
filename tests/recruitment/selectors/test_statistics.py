"""Figures of a subtree: every running case is counted once, under the child it belongs to, with today's light."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruitment.selectors import statistics
from tests.branches.factories import OrganisationFactory, make_county
from tests.recruitment.board_rows import TODAY, day, put

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def county():
    return make_county()


def test_children_add_up_to_the_whole(county):
    first, second = county.townships
    put(county, "organization_talk", branch=first.branches[0])
    put(county, "organization_talk", "submitted", branch=first.branches[1])
    put(county, "political_review", branch=second.branches[0], light="yellow")
    put(county, "political_review", branch=second.branches[0], light="red", freeze="veto")
    put(county, "completed", branch=second.branches[1], ended_on=day(-1), end="completed")
    put(county, "closed", branch=second.branches[1], ended_on=day(-1), end="died")
    found = statistics.figures(county.county, TODAY)
    rows = {row.code: row for row in found.rows}
    assert set(rows) == {first.committee.code, second.committee.code}
    assert found.tally.total == 4
    assert [rows[township.committee.code].tally.total for township in county.townships] == [2, 2]
    assert found.tally.at(stage=1) == found.tally.at(step="organization_talk") == 2
    assert found.tally.at(stage=3, light="yellow") == found.tally.at(light="red") == 1
    assert found.ended == {"completed": 1, "closed": 1}
    assert (found.to_verify, rows[first.committee.code].to_verify) == (1, 1)


@pytest.mark.parametrize("level", ["city", "county", "committee", "branch"])
def test_every_level_counts_what_lies_below(county, level):
    put(county)
    put(county, branch=county.townships[1].branches[0])
    found = statistics.figures(getattr(county, level), TODAY)
    assert found.tally.total == (2 if level in ("city", "county") else 1)
    assert sum(row.tally.total for row in found.rows) == (0 if level == "branch" else found.tally.total)


def test_a_name_that_begins_alike_is_not_below(county):
    twin = OrganisationFactory(parent=county.committee, code=f"{county.branch.code}1")
    put(county, branch=twin)
    assert statistics.figures(county.branch, TODAY).tally.total == 0


@pytest.mark.parametrize(("changes", "light"), [(1, "green"), (0, "yellow"), (-1, "yellow")])
def test_a_dead_worker_leaves_no_stale_green(county, changes, light):
    put(county, next_change_on=day(changes))
    assert statistics.figures(county.county, TODAY).tally.at(light=light) == 1
    assert statistics.by_branch([county.branch.pk], TODAY)[county.branch.pk].at(light=light) == 1


def test_a_dissolved_organisation_is_shown_while_cases_run_in_it(county):
    first, second = county.townships[0].branches
    put(county, branch=first)
    for branch in (first, second):
        branch.dissolved_on = TODAY
        branch.save()
    assert [row.code for row in statistics.figures(county.committee, TODAY).rows] == [first.code]


def test_branches_are_counted_one_by_one(county):
    first, second = county.townships[0].branches
    put(county, branch=first)
    put(county, "political_review", branch=first)
    put(county, "closed", branch=second, ended_on=day(-1), end="died")
    found = statistics.by_branch([first.pk, second.pk], TODAY)
    assert [found[branch.pk].total for branch in (first, second)] == [2, 0]


@pytest.mark.parametrize("size", [1, 50])
def test_the_number_of_queries_is_fixed(county, size):
    for number in range(size):
        put(county, branch=county.townships[number % 2].branches[number % 2])
    with CaptureQueriesContext(connection) as queries:
        statistics.figures(county.city, TODAY)
    assert len(queries) == 4
