import pytest

from branches.services.responsible import NotPlacedError, responsible_for, responsible_for_many
from tests.branches.factories import OrganisationFactory, make_county

pytestmark = pytest.mark.django_db


def test_the_township_committee_approves_and_the_county_department_stands_above(django_assert_num_queries):
    county = make_county()
    with django_assert_num_queries(1):
        answer = responsible_for(county.branch)
    assert (answer.committee, answer.department, answer.deliberating) == (county.committee, county.department, ())


def test_a_general_branch_deliberates():
    county = make_county()
    general = OrganisationFactory(general_branch=True, parent=county.committee)
    answer = responsible_for(OrganisationFactory(parent=general))
    assert (answer.committee, answer.deliberating) == (county.committee, (general,))


def test_a_village_committee_deliberates_after_its_general_branch():
    county = make_county()
    village = OrganisationFactory(village_committee=True, parent=county.committee)
    general = OrganisationFactory(general_branch=True, parent=village)
    answer = responsible_for(OrganisationFactory(parent=general))
    assert (answer.committee, answer.deliberating) == (county.committee, (general, village))


def test_a_temporary_committee_does_not_approve():
    county = make_county()
    temporary = OrganisationFactory(committee=True, parent=county.county, temporary=True, may_approve=False)
    with pytest.raises(NotPlacedError):
        responsible_for(OrganisationFactory(parent=temporary))


def test_the_citys_department_where_the_county_has_none(given):
    county = make_county()
    bare = OrganisationFactory(county=True, parent=county.city)
    committee = OrganisationFactory(committee=True, parent=bare)
    assert responsible_for(OrganisationFactory(parent=committee)).department == county.city_department
    direct = OrganisationFactory(committee=True, parent=county.city)
    assert responsible_for(OrganisationFactory(parent=direct)).department == county.city_department


def test_without_any_department():
    branch = OrganisationFactory()
    with pytest.raises(NotPlacedError, match=branch.name):
        responsible_for(branch)


def test_a_committee_answers_for_itself():
    county = make_county()
    assert responsible_for(county.committee).committee == county.committee


def test_many_cost_as_many_queries_as_one(django_assert_num_queries):
    county = make_county()
    branches = [branch for township in county.townships for branch in township.branches]
    with django_assert_num_queries(1):
        answers = responsible_for_many([*branches, county.county])
    assert {branch.pk: answers[branch.pk].committee for branch in branches} == {
        branch.pk: township.committee for township in county.townships for branch in township.branches
    }
    assert county.county.pk not in answers
