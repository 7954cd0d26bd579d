import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import Entry
from branches.models import Organisation, Seat
from branches.services.tree import change_organisation, create_organisation, dissolve_organisation, move_organisation
from tests.branches.factories import MemberFactory, OrganisationFactory, SeatFactory, make_county

pytestmark = pytest.mark.django_db

Kind = Organisation.Kind
DAY = dt.date(2026, 6, 10)
DAY_BEFORE, DAY_AFTER = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


def test_path_is_the_codes_from_the_root():
    committee = OrganisationFactory(committee=True, code="321302001")
    branch = OrganisationFactory(parent=committee, code="321302001001")
    assert branch.path == f"{committee.parent.parent.code}/{committee.parent.code}/321302001/321302001001/"


def test_subtree_and_ancestors():
    county = make_county()
    first, second = county.townships
    below = Organisation.objects.subtree(first.committee.path)
    assert set(below) == {first.committee, *first.branches}
    above = Organisation.objects.ancestors(second.branches[0].path)
    assert list(above) == [county.city, county.county, second.committee]


def test_a_code_that_begins_like_another_is_not_its_subtree():
    committee = OrganisationFactory(committee=True, code="3213")
    OrganisationFactory(committee=True, code="321302", parent=committee.parent)
    assert list(Organisation.objects.subtree(committee.path)) == [committee]


@pytest.mark.parametrize(
    ("day", "alive"),
    [(DAY_BEFORE, False), (DAY, True), (DAY_AFTER, True)],
)
def test_alive_from_the_day_of_founding(day, alive):
    branch = OrganisationFactory(founded_on=DAY)
    assert Organisation.objects.alive_on(day).contains(branch) is alive


@pytest.mark.parametrize(
    ("day", "alive"),
    [(DAY_BEFORE, True), (DAY, False), (DAY_AFTER, False)],
)
def test_not_alive_from_the_day_of_dissolution(day, alive):
    branch = OrganisationFactory(dissolved_on=DAY)
    assert Organisation.objects.alive_on(day).contains(branch) is alive


@pytest.mark.parametrize(
    ("kind", "parent", "temporary", "may_approve"),
    [
        (Kind.GRASSROOTS_COMMITTEE, "county", False, True),
        (Kind.GRASSROOTS_COMMITTEE, "county", True, False),
        (Kind.GRASSROOTS_COMMITTEE, "committee", False, False),
        (Kind.GENERAL_BRANCH, "committee", False, False),
        (Kind.BRANCH, "committee", False, False),
        (Kind.INSTITUTION_GROUP, "county", False, False),
        (Kind.DEPARTMENT, "county", False, False),
    ],
)
def test_who_may_approve_follows_from_kind_and_place(given, kind, parent, temporary, may_approve):
    above = OrganisationFactory(**{parent: True})
    made = {"code": "77", "name": "样本", "kind": kind, "parent": above, "temporary": temporary, **given}
    assert create_organisation(**made).may_approve is may_approve


@pytest.mark.parametrize("trait", ["village_committee", "general_branch", "institution_group", "department", "county"])
def test_nobody_else_can_be_given_the_right_to_approve(given, trait):
    organisation = OrganisationFactory(**{trait: True})
    with pytest.raises(ValidationError, match="没有审批权"):
        change_organisation(organisation=organisation, changes={"may_approve": True}, **given)


@pytest.mark.parametrize("change", [{"kind": Kind.GENERAL_BRANCH}, {"temporary": True}])
def test_the_database_itself_refuses_an_approving_body_that_may_not(change):
    committee = OrganisationFactory(committee=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=committee.pk).update(**change)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (Kind.BRANCH, {"county": True}),
        (Kind.GENERAL_BRANCH, {"general_branch": True}),
        (Kind.GRASSROOTS_COMMITTEE, {"institution_group": True}),
        (Kind.COUNTY_COMMITTEE, {"committee": True}),
        (Kind.PARTY_GROUP, {"committee": True}),
    ],
)
def test_a_kind_stands_only_where_it_can(given, kind, parent):
    with pytest.raises(ValidationError, match="不能设在"):
        create_organisation(code="77", name="样本", kind=kind, parent=OrganisationFactory(**parent), **given)
    assert not Organisation.objects.filter(code="77").exists()
    assert not Entry.objects.exists()


def test_only_a_city_or_county_stands_alone(given):
    create_organisation(code="3213", name="样本", kind=Kind.CITY_COMMITTEE, **given)
    with pytest.raises(ValidationError, match="必须有上级组织"):
        create_organisation(code="77", name="样本", kind=Kind.BRANCH, **given)


@pytest.mark.parametrize("code", ["32a", "32/1", "", "32\n"])
def test_codes_are_digits_and_capitals(given, code):
    with pytest.raises(ValidationError):
        create_organisation(code=code, name="样本", kind=Kind.CITY_COMMITTEE, **given)


def test_a_committee_has_one_department_at_a_time(given):
    department = OrganisationFactory(department=True)
    county = department.parent
    with pytest.raises(ValidationError, match="已有组织部"):
        create_organisation(code="77", name="样本", kind=Kind.DEPARTMENT, parent=county, **given)
    dissolve_organisation(organisation=department, on=DAY, **given)
    create_organisation(code="77", name="样本", kind=Kind.DEPARTMENT, parent=county, **given)


def test_creation_is_recorded_in_the_chain_of_the_organisation(given, entries):
    county = OrganisationFactory(county=True)
    made = create_organisation(
        code="77", name="样本", kind=Kind.GRASSROOTS_COMMITTEE, parent=county, founded_on=DAY, **given
    )
    [(action, payload)] = entries(made)
    assert action == "organisation_created"
    assert (payload["code"], payload["parent"], payload["founded_on"]) == ("77", county.pk, "2026-06-10")


def test_moving_takes_the_subtree_along(given, entries):
    county = make_county()
    first, second = county.townships
    general = OrganisationFactory(general_branch=True, parent=first.committee)
    branch = OrganisationFactory(parent=general)
    move_organisation(organisation=general, parent=second.committee, **given)
    branch.refresh_from_db()
    assert branch.path == f"{second.committee.path}{general.code}/{branch.code}/"
    assert entries(general) == [
        ("organisation_changed", {"parent": [first.committee.pk, second.committee.pk]}),
    ]


def test_a_committee_that_comes_under_another_no_longer_approves(given):
    first, second = make_county().townships
    moved = move_organisation(organisation=first.committee, parent=second.committee, **given)
    assert moved.may_approve is False


def test_an_organisation_cannot_move_below_itself(given):
    upper = OrganisationFactory(committee=True)
    lower = OrganisationFactory(village_committee=True, parent=upper)
    with pytest.raises(ValidationError, match="自己之下"):
        move_organisation(organisation=upper, parent=lower, **given)


def test_dissolution_ends_the_seats_with_its_day(given, entries):
    seat = SeatFactory()
    over = SeatFactory(organisation=seat.organisation, ends_on=DAY_BEFORE)
    dissolve_organisation(organisation=seat.organisation, on=DAY, **given)
    assert list(Seat.objects.order_by("pk").values_list("pk", "ends_on")) == [(seat.pk, DAY), (over.pk, DAY_BEFORE)]
    assert entries(seat.organisation) == [("organisation_changed", {"dissolved_on": [None, "2026-06-10"]})]


def test_nothing_may_be_left_in_what_is_dissolved(given):
    branch = OrganisationFactory()
    member = MemberFactory(branch=branch)
    for organisation, reason in ((branch.parent, "下级组织"), (branch, "名党员")):
        with pytest.raises(ValidationError, match=reason):
            dissolve_organisation(organisation=organisation, on=DAY, **given)
    assert not Entry.objects.exists()
    member.left_on = DAY
    member.save()
    dissolve_organisation(organisation=branch, on=DAY, **given)


def test_nothing_is_founded_under_what_is_dissolved(given):
    committee = OrganisationFactory(committee=True, dissolved_on=DAY)
    with pytest.raises(ValidationError, match="已撤销"):
        create_organisation(code="77", name="样本", kind=Kind.BRANCH, parent=committee, **given)


def test_a_branch_becomes_a_committee_only_without_members_and_seats_that_do_not_fit(given):
    branch = OrganisationFactory()
    member = MemberFactory(branch=branch)
    change = {"organisation": branch, "changes": {"kind": Kind.GRASSROOTS_COMMITTEE}, **given}
    with pytest.raises(ValidationError, match="只能是党支部"):
        change_organisation(**change)
    member.left_on = DAY
    member.save()
    assert change_organisation(**change).may_approve is False


def test_a_change_of_nothing_is_not_recorded(given):
    branch = OrganisationFactory()
    change_organisation(organisation=branch, changes={"name": branch.name}, **given)
    assert not Entry.objects.exists()


def test_a_code_is_not_changeable(given):
    with pytest.raises(ValueError, match="code"):
        change_organisation(organisation=OrganisationFactory(), changes={"code": "1"}, **given)
