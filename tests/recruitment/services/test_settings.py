"""What an administrator sets: audited, checked against the catalogue, and judged anew for the cases in its reach."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from audit.models import Entry
from branches.access import actor_for
from branches.models import Organisation
from branches.services.tree import move_organisation
from recruitment.models import AnnualPlan, Case, Holiday, LocalRule
from recruitment.rehearsal.stage import sample_id_number
from recruitment.selectors.rulesets import ruleset_for
from recruitment.services import cases, placement, settings
from tests.branches.factories import make_county

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
NOW = datetime(2026, 9, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def admin(county):
    return actor_for(county.user(county.county, "administrator"), TODAY)


@pytest.fixture
def case(county):
    birth = date(1998, 3, 15)
    secretary = actor_for(county.user(county.branch, "secretary"), TODAY)
    person = {"name": "样本·设定", "sex": "female", "birth_date": birth, "id_number": sample_id_number(birth)}
    return cases.open_case(branch=county.branch, person=person, actor=secretary, now=NOW).case


def rule(county, **given):
    values = {
        "organisation": county.county,
        "gate": "application_to_recommendation",
        "enabled": True,
        "parameters": {},
        "effective_from": TODAY,
        "document": "样本文件〔2026〕1号",
    }
    return LocalRule(**{**values, **given})


def test_a_county_rule_binds_its_villages_and_marks_their_cases(county, admin, case):
    assert Case.objects.get(pk=case.pk).settle_on is None
    settings.save_local_rule(rule=rule(county), actor=admin, now=NOW, today=TODAY)
    [setting] = ruleset_for(county.branch.path).settings
    assert (setting.gate, setting.enabled) == ("application_to_recommendation", True)
    assert Case.objects.get(pk=case.pk).settle_on == TODAY
    assert Entry.objects.filter(chain=f"org:{county.county.pk}", action="local_rule_created").exists()


def test_a_rule_of_the_future_marks_the_cases_for_its_day(county, admin, case):
    day = TODAY + timedelta(days=30)
    settings.save_local_rule(rule=rule(county, effective_from=day), actor=admin, now=NOW, today=TODAY)
    assert Case.objects.get(pk=case.pk).settle_on == day


@pytest.mark.parametrize(
    ("gate", "parameters", "field"),
    [
        ("cultivation_one_year", {}, "gate"),
        ("application_to_recommendation", {"minimum": 3}, "parameters"),
        ("application_to_recommendation", {"duration": "半年"}, "parameters"),
    ],
)
def test_what_the_catalogue_does_not_allow_is_refused_by_field(county, admin, case, gate, parameters, field):
    with pytest.raises(ValidationError) as refused:
        settings.save_local_rule(rule=rule(county, gate=gate, parameters=parameters), actor=admin, now=NOW, today=TODAY)
    assert field in refused.value.message_dict
    assert not LocalRule.objects.exists()
    assert not Entry.objects.filter(action__startswith="local_rule").exists()


def test_a_holiday_is_audited_and_every_running_case_judged_again(county, admin, case):
    day = date(2027, 1, 4)
    holiday = settings.save_holiday(holiday=Holiday(day=day, name="样本"), actor=admin, now=NOW, today=TODAY)
    assert Case.objects.get(pk=case.pk).settle_on == TODAY
    assert not ruleset_for(county.branch.path).working.is_working(day)
    settings.remove_holiday(holiday=holiday, actor=admin, now=NOW, today=TODAY)
    assert ruleset_for(county.branch.path).working.is_working(day)
    actions = Entry.objects.filter(chain=settings.CALENDAR_CHAIN).order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["holiday_created", "holiday_removed"]


def test_a_plan_once_a_year_and_committee(county, admin):
    plan = AnnualPlan(committee=county.committee, year=2026, places=20)
    settings.save_annual_plan(plan=plan, actor=admin, now=NOW)
    with pytest.raises(ValidationError):
        settings.save_annual_plan(
            plan=AnnualPlan(committee=county.committee, year=2026, places=30), actor=admin, now=NOW
        )
    assert AnnualPlan.objects.get().places == 20


def test_cases_follow_a_branch_to_its_new_committee(county, admin, case):
    other = county.townships[1].committee
    move_organisation(organisation=county.branch, parent=other, actor=admin, now=NOW)
    path = Organisation.objects.get(pk=county.branch.pk).path
    assert placement.follow_tree(path=path, actor=admin, now=NOW) == 1
    assert Case.objects.get(pk=case.pk).committee == other
    assert Entry.objects.filter(chain=case.chain, action="case_placed").count() == 1
    assert placement.follow_tree(path=path, actor=admin, now=NOW) == 0


def test_a_branch_with_a_running_case_is_not_dissolved(county, case, client):
    user = county.user(county.county, "administrator")
    client.force_login(user)
    address = reverse("admin:branches_organisation_change", args=[county.branch.pk])
    page = client.get(address)
    form = page.context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None and not isinstance(value, bool)}
    data.update({name: "on" for name, value in form.initial.items() if value is True})
    answer = client.post(address, {**data, "dissolved_on": "2026-08-01"})
    assert answer.status_code == 200
    assert "dissolved_on" in answer.context["adminform"].form.errors
    assert Organisation.objects.get(pk=county.branch.pk).dissolved_on is None
