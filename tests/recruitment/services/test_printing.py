"""Printing: a row and an audit entry for each, private content only for those who take part, nothing when refused."""

import datetime as dt

import pytest

from audit.models import Entry
from audit.services import verify
from branches.access import Actor, actor_for
from recruitment.documents import data, papers
from recruitment.models import Case, Printing
from recruitment.services.base import Refused
from recruitment.services.printing import print_paper
from tests.branches.factories import County, make_county
from tests.recruitment.finished import finished_case
from tests.recruitment.sitting_cases import actor, at

NOW = at(dt.date(2026, 6, 10))


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture
def case(county: County) -> Case:
    return finished_case(county)


def printed(case: Case, who: Actor, paper: str = "F12", extension: str = "pdf") -> Printing:
    return print_paper(case_id=case.pk, paper=paper, extension=extension, actor=who, now=NOW)


def test_a_printing_leaves_a_row_and_an_entry(county, case):
    secretary = actor(county, county.branch, "secretary")
    row = printed(case, secretary)
    assert (row.paper, row.extension, row.private, row.printed_at) == ("F12", "pdf", True, NOW)
    assert row.printed_by_id == secretary.user_id
    assert row.digest == papers.content("F12", data.load(case.pk, private=True)).digest
    entry = Entry.objects.get(chain=case.chain, action="paper_printed")
    assert entry.actor_id == secretary.user_id
    assert entry.payload == {
        "paper": "F12",
        "extension": "pdf",
        "printing": row.code,
        "digest": row.digest,
        "private": True,
    }
    assert not list(verify(chain=case.chain))


def test_each_printing_has_a_code_of_its_own_and_the_same_digest(county, case):
    secretary = actor(county, county.branch, "secretary")
    first, second = printed(case, secretary), printed(case, secretary)
    assert first.code != second.code
    assert first.digest == second.digest
    assert len(first.code) == 10
    assert not set(first.code) & set("ILOU")


@pytest.mark.parametrize("paper", ["booklet", "JS", "D46", "D47", "F01"])
def test_every_paper_is_printed(county, case, paper):
    row = printed(case, actor(county, county.branch, "secretary"), paper, "docx")
    assert row.parts
    assert {key.partition("/")[0] for key in row.parts} == {form.code for form in papers.forms_of(paper)}


def test_an_inspector_prints_without_what_is_private(county, case):
    row = printed(case, actor(county, county.county, "inspector"))
    assert row.private is False
    assert row.digest == papers.content("F12", data.load(case.pk, private=False)).digest
    assert row.digest != papers.content("F12", data.load(case.pk, private=True)).digest


def test_who_may_not_see_the_case_prints_nothing(county, case):
    sibling = county.townships[0].branches[1]
    elsewhere = county.townships[1].committee
    for who in (
        actor(county, sibling, "secretary"),
        actor(county, elsewhere, "committee_verifier"),
        actor(county, county.county, "administrator"),
    ):
        with pytest.raises(Refused) as refused:
            printed(case, who)
        assert refused.value.codes == ("not_allowed",)
    assert not Printing.objects.exists()
    assert not Entry.objects.filter(action="paper_printed").exists()


@pytest.mark.parametrize(("paper", "extension"), [("F18", "pdf"), ("", "pdf"), ("F01", "exe")])
def test_what_is_no_paper_is_refused(county, case, paper, extension):
    with pytest.raises(Refused) as refused:
        printed(case, actor(county, county.branch, "secretary"), paper, extension)
    assert refused.value.codes == ("field_invalid",)
    assert not Printing.objects.exists()


def test_printing_changes_nothing_of_the_case(county, case):
    before = Case.objects.filter(pk=case.pk).values().get()
    printed(case, actor_for(county.user(county.branch, "secretary"), NOW.date()))
    assert Case.objects.filter(pk=case.pk).values().get() == before
