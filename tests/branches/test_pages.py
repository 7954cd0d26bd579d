import pytest
from django.urls import reverse

from branches.models import Organisation, Seat
from tests.branches.factories import MemberFactory, OrganisationFactory, SeatFactory, UserFactory, make_county

pytestmark = pytest.mark.django_db

Role = Seat.Role
# Session, account, seats; organisation, ancestors, children with their count, seats, roster, responsible bodies; and
# the session is saved, in three, since it counts from the last request.
QUERIES = 15


def page_of(organisation: Organisation) -> str:
    return reverse("branches:organisation", args=[organisation.code])


def test_a_page_asks_for_a_sign_in(client):
    address = page_of(OrganisationFactory())
    assert client.get(address).url == f"{reverse('login')}?next={address}"


@pytest.mark.parametrize(
    ("holder", "role", "seen"),
    [
        ("branch", Role.SECRETARY, {"branch"}),
        ("branch", Role.CLERK, {"branch"}),
        ("committee", Role.COMMITTEE_VERIFIER, {"branch", "sibling", "committee"}),
        ("department", Role.DEPARTMENT_OFFICER, {"branch", "sibling", "committee", "cousin", "department", "county"}),
        ("county", Role.INSPECTOR, {"branch", "sibling", "committee", "cousin", "department", "county"}),
        (
            "city",
            Role.ADMINISTRATOR,
            {"branch", "sibling", "committee", "cousin", "department", "county", "city", "stranger"},
        ),
    ],
)
def test_seen_is_what_a_seat_covers(client, holder, role, seen):
    made = make_county()
    first, second = made.townships
    places = {
        "branch": made.branch,
        "sibling": first.branches[1],
        "committee": first.committee,
        "cousin": second.branches[0],
        "department": made.department,
        "county": made.county,
        "city": made.city,
        "stranger": OrganisationFactory(county=True, parent=made.city),
    }
    client.force_login(made.user(places[holder], role))
    answers = {name: client.get(page_of(place)).status_code for name, place in places.items()}
    assert answers == {name: 200 if name in seen else 404 for name in places}


def test_what_does_not_exist_looks_like_what_may_not_be_seen(client):
    client.force_login(SeatFactory().user)
    assert client.get(reverse("branches:organisation", args=["nowhere"])).status_code == 404


def test_an_account_without_a_seat_sees_nothing(client):
    client.force_login(UserFactory())
    assert client.get(page_of(OrganisationFactory())).status_code == 404
    assert client.get(reverse("branches:index")).status_code == 404


def test_the_index_leads_to_ones_own_organisation(client):
    seat = SeatFactory()
    client.force_login(seat.user)
    assert client.get(reverse("branches:index")).url == page_of(seat.organisation)


def test_the_page_of_a_branch(client):
    made = make_county(members=3)
    MemberFactory(branch=made.branch, probationary=True)
    client.force_login(made.user(made.branch, Role.SECRETARY))
    page = client.get(page_of(made.branch))
    text = page.content.decode()
    assert page.context["roster"] == {"total": 4, "full": 3, "probationary": 1, "suspended": 0}
    assert page.context["responsible"].committee == made.committee
    assert f'href="{page_of(made.committee)}"' not in text  # she may not go there
    assert str(made.committee) in text
    for seat in made.seats:
        assert (seat.user.full_name in text) is (seat.organisation == made.branch)


def test_the_page_of_a_committee_links_its_branches(client):
    made = make_county(members=2)
    client.force_login(made.user(made.committee, Role.COMMITTEE_VERIFIER))
    page = client.get(page_of(made.committee))
    assert list(page.context["page_obj"]) == made.townships[0].branches
    assert page.context["roster"]["total"] == 4
    assert f'href="{page_of(made.branch)}"' in page.content.decode()


@pytest.mark.parametrize("branches", [1, 3, 120])
def test_the_page_costs_the_same_for_few_and_many(client, branches, django_assert_num_queries):
    made = make_county()
    OrganisationFactory.create_batch(branches, parent=made.committee)
    SeatFactory.create_batch(branches, organisation=made.committee)
    client.force_login(made.user(made.committee, Role.COMMITTEE_VERIFIER))
    with django_assert_num_queries(QUERIES):
        page = client.get(page_of(made.committee))
    assert len(page.context["page_obj"]) == min(branches + 2, 50)
    assert client.get(page_of(made.committee), {"page": "999"}).status_code == 200


def test_the_page_in_english(client):
    seat = SeatFactory()
    client.force_login(seat.user)
    assert client.get(page_of(seat.organisation), headers={"accept-language": "en"}).status_code == 200
