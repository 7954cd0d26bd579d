"""What papers read of a case: plain values and their Chinese words, with what is private kept back."""

import datetime as dt

import pytest

from recruitment.documents import data
from recruitment.models import Case
from recruitment.rules.steps import STEP_KEYS
from tests.branches.factories import County, make_county
from tests.recruitment.finished import SUMMARY, day_of, finished_case


@pytest.fixture
def county(db) -> County:
    return make_county(members=3)


def test_every_path_has_text_and_value_in_a_finished_case(county):
    found = data.load(finished_case(county).pk, private=True)
    assert list(found.steps) == list(STEP_KEYS)
    for path in data.paths():
        assert isinstance(found.text(path), str)
        found.value(path)
    assert found.text("person.name") == "样本人员1"
    assert found.text("person.has_personnel_archive") == "有"
    assert found.text("determine_activist.decided_on") == data.chinese_date(day_of("determine_activist"))
    assert found.value("determine_activist.decided_on") == day_of("determine_activist")
    assert found.text("determine_activist.decision") == "同意"
    assert found.text("organization_talk.summary") == SUMMARY
    assert found.text("organization_talk.talkers") == "样本甲、样本乙"
    assert found.text("assign_introducers.introducers").count("、") == 1
    assert found.text("intensive_training.days") == "3"
    assert found.text("conversion_branch_meeting.extension_duration") == "六个月"
    assert found.steps["admission_branch_meeting"].ballot.total_for == 8
    assert [entry.kind for entry in found.steps["halfyear_review"].logged("review_date")] == ["review_date"] * 2
    assert found.papers("D46")[0].step == "branch_committee_review"


def test_what_is_not_entered_is_empty(county):
    found = data.load(finished_case(county, to="organization_talk").pk, private=True)
    assert found.text("organization_talk.summary") == found.text("archive_records.archived_on") == ""
    assert found.value("archive_records.archived_on") is None


def test_a_reader_who_takes_no_part_sees_no_private_value(county):
    number = "990000199001010015"
    case = finished_case(county, residence="样本住址", phone="13900000000")
    found = data.load(case.pk, private=False)
    everything = repr(found)
    assert found.text("person.id_number").count("*") == 13
    for secret in (number[3:-2], "样本住址", "13900000000", SUMMARY, "样本记录1"):
        assert secret not in everything
    assert found.text("person.residence") == found.text("organization_talk.summary") == data.WITHHELD
    assert found.text("organization_talk.talkers") == "样本甲、样本乙"


@pytest.mark.parametrize("path", ["person.salt", "nothing.name", "determine_activist.colour", "branch.path", "name"])
def test_an_unknown_path_raises(county, path):
    case = finished_case(county, to="organization_talk")
    with pytest.raises(KeyError):
        data.check_path(path)
    with pytest.raises(KeyError):
        data.load(case.pk, private=True).text(path)


def test_no_case_raises(db):
    with pytest.raises(Case.DoesNotExist):
        data.load(7, private=True)


def test_queries_do_not_grow_with_the_cases(county, django_assert_num_queries):
    first = finished_case(county)
    with django_assert_num_queries(6):
        data.load(first.pk, private=True)
    second = finished_case(county, number=2)
    with django_assert_num_queries(6):
        assert set(data.load_many([first.pk, second.pk], private=True)) == {first.pk, second.pk}


def test_dates_are_written_the_chinese_way():
    assert data.chinese_date(dt.date(2026, 6, 10)) == "2026年6月10日"
    assert data.chinese_date(None) == ""
