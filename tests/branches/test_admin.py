import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, reverse

from audit.models import Entry
from branches.models import Member, Organisation, Relative, Sanction, Seat, User
from tests.branches.factories import PASSWORD, County, MemberFactory, OrganisationFactory, UserFactory, make_county

pytestmark = pytest.mark.django_db

Kind, Role = Organisation.Kind, Seat.Role
TABLES = ("organisation", "user", "seat", "member")


def address(table: str, page: str, *args) -> str:
    return reverse(f"admin:branches_{table}_{page}", args=args)


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def made() -> County:
    return make_county()


@pytest.fixture
def root(made) -> Client:
    """The administrator of the city."""
    return sign_in(made.user(made.city, Role.ADMINISTRATOR))


@pytest.fixture
def local(made) -> Client:
    """The administrator of the county; another county of the city is out of reach."""
    return sign_in(made.user(made.county, Role.ADMINISTRATOR))


def organisation_form(organisation: Organisation, **changes) -> dict:
    return {
        "name": organisation.name,
        "short_name": organisation.short_name,
        "division_name": organisation.division_name,
        "kind": organisation.kind,
        "sector": organisation.sector,
        "parent": organisation.parent_id or "",
        "founded_on": "",
        "dissolved_on": "",
        **({"has_branch_committee": "on"} if organisation.has_branch_committee else {}),
        **({"may_approve": "on"} if organisation.may_approve else {}),
        **changes,
    }


def member_form(branch: Organisation, **changes) -> dict:
    management = {
        f"{inline}-{name}": 0 for inline in ("sanctions", "relatives") for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        "name": "样本党员",
        "sex": "female",
        "branch": branch.pk,
        "party_group_name": "",
        "standing": "full",
        "standing_since": "2020-01-01",
        "joined_on": "2019-01-01",
        **management,
        **changes,
    }


def recorded(organisation: Organisation) -> list[str]:
    entries = Entry.objects.filter(chain=f"org:{organisation.pk}").order_by("seq")
    return list(entries.values_list("action", flat=True))


# -- Who gets in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_lists_and_forms_open_for_an_administrator(root, made, table):
    MemberFactory(branch=made.branch)
    first = {
        "organisation": made.branch,
        "user": made.seats[0].user,
        "seat": made.seats[0],
        "member": Member.objects.first(),
    }[table]
    assert root.get(address(table, "changelist"), {"q": "样本"}).status_code == 200
    assert root.get(address(table, "add")).status_code == 200
    assert root.get(address(table, "change", first.pk)).status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_staff_without_an_administrators_seat_see_nothing(made, table):
    user = made.user(made.branch, Role.SECRETARY)
    user.is_staff = True
    user.save()
    assert sign_in(user).get(address(table, "changelist")).status_code == 403


def test_a_seat_that_ran_out_shuts(made, root):
    made.seat(made.city, Role.ADMINISTRATOR)
    Seat.objects.filter(role=Role.ADMINISTRATOR).update(ends_on=dt.date(2020, 1, 1))
    assert root.get(address("organisation", "changelist")).status_code == 403


@pytest.mark.parametrize("table", TABLES)
def test_nothing_can_be_deleted(root, made, table):
    superuser = sign_in(User.objects.create_superuser("root", full_name="样本超级管理员"))
    first = {"organisation": made.branch, "user": made.seats[0].user, "seat": made.seats[0]}.get(table)
    first = first or MemberFactory()
    for client in (root, superuser):
        assert client.post(address(table, "delete", first.pk), {"post": "yes"}).status_code == 403
        listing = client.post(
            address(table, "changelist"), {"action": "delete_selected", "_selected_action": first.pk, "post": "yes"}
        )
        assert listing.status_code in (200, 302)
    assert type(first).objects.filter(pk=first.pk).exists()


def test_there_are_no_groups():
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:auth_{Group._meta.model_name}_changelist")


def test_the_tree_is_listed_in_its_order(root, made):
    page = root.get(address("organisation", "changelist"))
    shown = [organisation.path for organisation in page.context["cl"].result_list]
    assert shown == sorted(shown)
    assert len(shown) == Organisation.objects.count()


def test_a_county_administrator_reaches_the_county_alone(local, made):
    other = OrganisationFactory(county=True, parent=made.city)
    committee = OrganisationFactory(committee=True, parent=other)
    listed = local.get(address("organisation", "changelist")).context["cl"].result_list
    assert set(listed) == set(Organisation.objects.subtree(made.county.path))
    assert local.get(address("organisation", "change", other.pk)).status_code == 302  # "does not exist"
    moved = local.post(
        address("organisation", "change", made.branch.pk), organisation_form(made.branch, parent=committee.pk)
    )
    assert "parent" in moved.context["adminform"].form.errors
    own = local.post(address("organisation", "change", made.county.pk), organisation_form(made.county, name="样本县"))
    assert own.status_code == 302
    made.county.refresh_from_db()
    assert (made.county.name, made.county.parent) == ("样本县", made.city)


def test_a_county_administrator_cannot_take_over_accounts_above(local, made):
    above = made.user(made.city, Role.ADMINISTRATOR)
    superuser = User.objects.create_superuser("root", full_name="样本超级管理员")
    listed = local.get(address("user", "changelist"), {"all": ""}).context["cl"].queryset
    assert made.user(made.branch, Role.SECRETARY) in listed
    for user in (above, superuser):
        assert user not in listed
        assert local.get(f"/admin/branches/user/{user.pk}/password/").status_code == 404


def test_a_county_administrator_cannot_make_superusers(local, made):
    user = made.user(made.branch, Role.SECRETARY)
    form = {"username": user.username, "full_name": "改名", "is_active": "on", "is_superuser": "on"}
    assert local.post(address("user", "change", user.pk), form).status_code == 302
    user.refresh_from_db()
    assert (user.full_name, user.is_superuser, user.is_staff) == ("改名", False, False)


# -- Writes are recorded -----------------------------------------------------------------------------------------------


def test_an_organisation_is_entered_through_the_service(root, made):
    form = {"code": "77", "name": "样本党委", "kind": Kind.GRASSROOTS_COMMITTEE, "sector": "", "parent": made.county.pk}
    assert root.post(address("organisation", "add"), form).status_code == 302
    committee = Organisation.objects.get(code="77")
    assert committee.may_approve
    assert committee.path == f"{made.county.path}77/"
    [entry] = Entry.objects.filter(chain=f"org:{committee.pk}")
    assert entry.action == "organisation_created"
    assert entry.actor_name == made.user(made.city, Role.ADMINISTRATOR).full_name
    assert entry.seat_id == made.seat(made.city, Role.ADMINISTRATOR).pk


def test_an_organisation_is_changed_through_the_service(root, made):
    second = made.townships[1].committee
    form = organisation_form(made.branch, parent=second.pk)
    assert root.post(address("organisation", "change", made.branch.pk), form).status_code == 302
    made.branch.refresh_from_db()
    assert made.branch.path == f"{second.path}{made.branch.code}/"
    assert recorded(made.branch) == ["organisation_changed"]


def test_what_a_dissolution_waits_for_is_said_at_its_field(root, made):
    form = organisation_form(made.committee, dissolved_on="2026-06-10")
    page = root.post(address("organisation", "change", made.committee.pk), form)
    assert "下级组织" in str(page.context["adminform"].form.errors["dissolved_on"])
    assert recorded(made.committee) == []


def test_a_seat_is_given_and_ended_through_the_service(root, made):
    user = UserFactory()
    form = {"user": user.pk, "organisation": made.branch.pk, "role": Role.CLERK, "starts_on": "2026-01-01"}
    assert root.post(address("seat", "add"), form).status_code == 302
    seat = Seat.objects.get(user=user)
    changed = {"ends_on": "2026-06-10", "role": Role.SECRETARY, "user": made.seats[0].user_id}
    assert root.post(address("seat", "change", seat.pk), changed).status_code == 302
    seat.refresh_from_db()
    assert (seat.ends_on, seat.role, seat.user) == (dt.date(2026, 6, 10), Role.CLERK, user)
    assert recorded(made.branch) == ["seat_given", "seat_ended"]


def test_a_seat_that_does_not_fit_is_refused_in_the_form(root, made):
    form = {"user": UserFactory().pk, "organisation": made.branch.pk, "role": Role.DEPARTMENT_OFFICER}
    page = root.post(address("seat", "add"), {**form, "starts_on": "2026-01-01"})
    assert "role" in page.context["adminform"].form.errors
    assert recorded(made.branch) == []


def test_a_member_is_entered_and_changed_with_sanctions_and_relatives(root, made):
    assert root.post(address("member", "add"), member_form(made.branch)).status_code == 302
    member = Member.objects.get()
    assert member.full_since == dt.date(2020, 1, 1)
    inlines = {
        "full_since": "2020-01-01",
        "sanctions-TOTAL_FORMS": 1,
        "sanctions-0-member": member.pk,
        "sanctions-0-kind": "warning",
        "sanctions-0-from_on": "2026-01-01",
        "relatives-TOTAL_FORMS": 1,
        "relatives-0-member": member.pk,
        "relatives-0-name": "样本亲属",
        "relatives-0-relation": "配偶",
        "party_group_name": "第一党小组",
    }
    page = root.post(address("member", "change", member.pk), member_form(made.branch, **inlines))
    assert page.status_code == 302
    assert (Sanction.objects.get().member, Relative.objects.get().member) == (member, member)
    assert recorded(made.branch) == [
        "member_entered",
        "member_changed",
        "member_particulars_changed",
        "member_particulars_changed",
    ]


def test_the_roster_is_found_and_sorted_as_names_are_read(root, made):
    branch = OrganisationFactory(kind=Kind.BRANCH, parent=made.committee)
    for name in ("张样本", "曾样本", "艾样本", "李样本"):
        MemberFactory(branch=branch, name=name)

    def names(**query: str) -> list[str]:
        found = root.get(address("member", "changelist"), query).context["cl"].result_list
        return [member.name for member in found if member.branch_id == branch.pk]

    assert names() == ["艾样本", "李样本", "曾样本", "张样本"]
    assert names(q="zengyang") == names(q="Zeng Yang") == ["曾样本"]
    assert names(q="lyb") == ["李样本"]
    assert names(q="张") == ["张样本"]
    assert names(q="wang") == []
    assert names(q=branch.code) == names()


def test_an_account_is_entered_and_changed_with_a_record(root):
    form = {"username": "new", "full_name": "样本新人", "password1": "einszweidrei4", "password2": "einszweidrei4"}
    assert root.post(address("user", "add"), form).status_code == 302
    user = User.objects.get(username="new")
    assert user.must_change_password
    form = {"username": "new", "full_name": "样本新人"}
    assert root.post(address("user", "change", user.pk), form).status_code == 302
    entries = list(Entry.objects.filter(chain=f"user:{user.pk}").order_by("seq").values_list("action", "payload"))
    assert [action for action, _ in entries] == ["account_created", "account_changed"]
    assert entries[1][1] == {"is_active": [True, False], "must_change_password": [True, False]}


def test_a_password_set_by_an_administrator_is_for_one_use_and_never_recorded(root, made):
    user = made.user(made.branch, Role.SECRETARY)
    secret = "vierfuenfsechs7"
    page = root.post(f"/admin/branches/user/{user.pk}/password/", {"password1": secret, "password2": secret})
    assert page.status_code == 302
    user.refresh_from_db()
    assert user.check_password(secret)
    assert user.must_change_password
    [entry] = Entry.objects.filter(chain=f"user:{user.pk}")
    assert entry.payload == {"must_change_password": [False, True], "password": ["***", "***"]}


def test_a_refused_password_changes_nothing(root, made):
    user = made.user(made.branch, Role.SECRETARY)
    page = root.post(f"/admin/branches/user/{user.pk}/password/", {"password1": "", "password2": ""})
    assert page.status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not Entry.objects.exists()
