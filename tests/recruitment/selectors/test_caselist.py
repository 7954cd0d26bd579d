"""The case list as a query: who is on it, in which order, and with which light."""

import datetime as dt

import pytest

from recruitment.models import Obligation
from recruitment.selectors import caselist
from recruitment.selectors.caselist import CaseFilter
from tests.branches.factories import County, OrganisationFactory, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.board_rows import TODAY, put


@pytest.fixture
def county(db) -> County:
    return make_county()


def names(county: County, wanted: CaseFilter | None = None, role: str = "secretary") -> list[str]:
    actor = people.actor(county, county.branch, role)
    return [case.person.name for case in caselist.cases(actor, wanted or CaseFilter(), TODAY)]


def test_a_light_that_has_turned_since_the_sweep_counts_as_turned(county: County):
    put(county, name="样本已变", light="green", next_change_on=TODAY)
    put(county, name="样本未变", light="green", next_change_on=TODAY + dt.timedelta(days=1))
    assert names(county, CaseFilter(light="yellow")) == ["样本已变"]
    assert names(county, CaseFilter(light="green")) == ["样本未变"]


def test_what_is_due_first_stands_first(county: County):
    for name, due in (("样本无期限", None), ("样本后到期", 20), ("样本先到期", 3)):
        case = put(county, name=name)
        if due is not None:
            day = TODAY + dt.timedelta(days=due)
            Obligation.objects.create(
                case=case, kind="deadline", step=case.step, code="c", holder="branch", due=day, changes_on=day
            )
    assert names(county) == ["样本先到期", "样本后到期", "样本无期限"]


def test_only_what_the_seats_cover(county: County):
    put(county, name="样本本支部")
    put(county, name="样本邻支部", branch=county.townships[0].branches[1])
    assert names(county) == ["样本本支部"]
    assert names(county, CaseFilter(branch=county.townships[0].branches[1].code)) == []


def test_filter_offers_branches_or_their_committees(county: County):
    def offered(actor) -> list[str]:
        return [code for code, _ in caselist.choices(actor).organisations]

    assert offered(people.actor(county, county.branch, "secretary")) == []
    verifier = people.actor(county, county.committee, "committee_verifier")
    assert offered(verifier) == [branch.code for branch in county.townships[0].branches]
    OrganisationFactory.create_batch(80, parent=county.committee)
    officer = people.actor(county, county.department, "department_officer")
    assert offered(officer) == [township.committee.code for township in county.townships]
    chosen = caselist.choices(officer, county.branch.code).organisations
    assert county.branch.code in dict(chosen)
