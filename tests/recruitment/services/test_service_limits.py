"""Service limits in a case: written with the act, gone with the next, told once, and without any say in the light."""

import datetime as dt

import pytest

from audit.models import Entry
from branches.models import Organisation
from recruitment.models import Case, LocalRule, Notification, Obligation
from recruitment.rules.schema import Side
from recruitment.selectors.casefile import load
from recruitment.selectors.service_limits import running_clocks
from recruitment.services import acts
from recruitment.services.sweep import sweep
from tests.branches.factories import County, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.board_rows import TODAY, add_record, day, moment, put

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def county(db) -> County:
    return make_county(members=3)


def limits(case: Case) -> list[tuple]:
    return list(case.obligations.filter(kind="service").values_list("code", "step", "holder", "anchored_on"))


def clocks(case: Case) -> list[tuple]:
    return [(clock.code, clock.holder, clock.since) for clock in running_clocks(load(case.pk))]


def night(offset: int) -> dt.datetime:
    return people.at(day(offset), 0)


def test_handing_in_starts_the_clock_and_deciding_ends_it(county):
    case = people.make_case(county)
    people.bring(county, case, "register_application")
    assert limits(case) == []
    when = people.START + dt.timedelta(days=20)
    people.do(county, case, "register_application", when, verify=False)
    assert limits(case) == [("verification_in_time", "register_application", "committee", when)]
    people.verify_step(county, case, "register_application", people.at(when + dt.timedelta(days=1)))
    assert limits(case) == []


@pytest.mark.parametrize(
    ("step", "status", "record", "expected"),
    [
        ("organization_talk", "open", {}, []),
        ("organization_talk", "submitted", {}, [("verification_in_time", Side.COMMITTEE, day(-5))]),
        ("committee_approval", "submitted", {}, [("verification_in_time", Side.DEPARTMENT, day(-5))]),
        ("file_activist", "open", {}, []),
        (
            "file_activist",
            "open",
            {"reported_on": day(-9), "reported_at": moment(-7)},
            [("filing_in_time", Side.COMMITTEE, day(-7))],
        ),
        (
            "consent_development_target",
            "open",
            {"reported_on": day(-3), "reported_at": moment(-3)},
            [("consent_in_time", Side.COMMITTEE, day(-3))],
        ),
        ("preliminary_review", "open", {"reported_on": day(-3), "reported_at": moment(-3)}, []),
    ],
)
def test_which_clock_runs(county, step, status, record, expected):
    assert clocks(put(county, step, status, record=record)) == expected


@pytest.mark.parametrize("columns", [{"freeze": "veto"}, {"freeze": "transfer"}, {"suspended_codes": ["V25"]}])
def test_nobody_is_hurried_while_nothing_can_be_verified(county, columns):
    assert clocks(put(county, "organization_talk", "submitted", **columns)) == []


def test_training_waits_for_the_review_beside_it(county):
    case = put(county, "intensive_training", "submitted", record={"submitted_at": moment(-30)})
    add_record(case, "political_review", "verified", verified_at=moment(-4))
    assert clocks(case) == [("verification_in_time", Side.DEPARTMENT, day(-4))]


def test_a_passed_limit_is_told_once_to_the_committee_and_to_the_department_above(county):
    case = put(county, "organization_talk", "submitted", record={"submitted_at": moment(0)}, light="green")
    sweep(now=night(0), case_ids=[case.pk])
    [row] = case.obligations.filter(kind="service")
    case = Case.objects.get(pk=case.pk)
    assert case.settle_on == row.changes_on
    assert row.raised_at is None
    before = (row.changes_on - TODAY).days
    sweep(now=night(before - 1))
    assert Notification.objects.filter(code=row.code).count() == 0
    sweep(now=night(before))
    told = Notification.objects.filter(case=case, code="verification_in_time")
    assert set(told.values_list("organisation", flat=True)) == {county.committee.pk, county.department.pk}
    assert Obligation.objects.get(pk=row.pk).raised_at is not None
    entry = Entry.objects.filter(chain=case.chain, action="swept").latest("seq")
    assert [limit["code"] for limit in entry.payload["limits_passed"]] == ["verification_in_time"]
    # No light, no flag, nothing to explain.
    case = Case.objects.get(pk=case.pk)
    assert (case.light, case.flags.count()) == ("green", 0)
    entries = Entry.objects.count()
    sweep(now=night(before + 1), case_ids=[case.pk])
    assert (told.count(), Entry.objects.count()) == (2, entries)


def test_an_organisation_sets_or_drops_its_limit(county):
    case = put(county, "organization_talk", "submitted")
    rule = {"gate": "verification_in_time", "effective_from": day(-100), "document": "样本文件"}
    LocalRule.objects.create(organisation=county.county, parameters={"duration": "P5D"}, **rule)
    sweep(now=night(0), case_ids=[case.pk])
    assert case.obligations.get(kind="service").due == day(-5) + dt.timedelta(days=7)
    LocalRule.objects.create(organisation=Organisation.objects.get(pk=county.committee.pk), enabled=False, **rule)
    sweep(now=night(1), case_ids=[case.pk])
    assert limits(case) == []


def test_the_day_since_which_somebody_has_it(county):
    case = people.make_case(county)
    people.bring(county, case, "register_application")
    case = Case.objects.get(pk=case.pk)
    branch_since = case.held_since
    assert case.awaiting == "branch"
    when = people.START + dt.timedelta(days=20)
    people.do(county, case, "register_application", when, verify=False)
    case = Case.objects.get(pk=case.pk)
    assert (case.awaiting, case.held_since) == ("committee", when)
    assert branch_since < when


def test_a_step_that_begins_with_a_report_is_the_branchs_until_it_has_reported(county):
    case = people.make_case(county)
    opened = people.bring(county, case, "file_activist")
    assert Case.objects.get(pk=case.pk).awaiting == "branch"
    secretary, _ = people.side_actors(county, case, Side.BRANCH)
    when = opened + dt.timedelta(days=3)
    acts.report(case_id=case.pk, step="file_activist", actor=secretary, now=people.at(when))
    case = Case.objects.get(pk=case.pk)
    assert (case.awaiting, case.held_since) == ("committee", when)
    assert limits(case) == [("filing_in_time", "file_activist", "committee", when)]
