"""Figures: for whoever covers the organisation, every number with its list, and a fixed number of queries."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Seat
from recruitment.rules import texts
from tests.branches.factories import County, SeatFactory, make_county
from tests.recruitment.board_rows import NOW, day, moment, put

pytestmark = pytest.mark.django_db
Role = Seat.Role


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


def links(page: str) -> dict[str, str]:
    """Address -> what stands in the link."""
    return {
        url.replace("&amp;", "&"): re.sub(r"<[^>]+>|\s", "", inner)
        for url, inner in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', page, flags=re.DOTALL)
    }


def shown(client, user, code: str = "", *, status: int = 200, query: str = "") -> str:
    client.force_login(user)
    url = reverse("figures_of", args=[code]) if code else reverse("figures")
    response = client.get(url + query)
    assert response.status_code == status
    return response.content.decode()


def test_stages_steps_lights_and_children_open_their_lists(county, client):
    first, second = county.townships
    put(county, "organization_talk", branch=first.branches[0], light="yellow")
    put(county, "political_review", branch=first.branches[1], light="red", freeze="veto")
    put(county, "political_review", branch=second.branches[0])
    put(county, "completed", ended_on=day(-3), end="completed")
    page = shown(client, county.user(county.department, Role.DEPARTMENT_OFFICER))
    found, cases, code = links(page), reverse("case_list"), county.county.code
    assert found[f"{cases}?branch={code}"] == "3"
    assert found[f"{cases}?branch={code}&stage=3"].startswith("2")
    assert found[f"{cases}?branch={code}&step=political_review"].endswith("政治审查2")
    assert found[f"{cases}?branch={code}&light=red"] == "1"
    assert found[f"{cases}?branch={code}&light=green"].startswith("1绿灯")
    assert found[f"{cases}?branch={first.committee.code}"] == "2"
    assert found[f"{cases}?branch={second.committee.code}&stage=3"] == "1"
    assert found[f"{cases}?branch={code}&state=completed"].startswith("1")
    assert reverse("figures_of", args=[first.committee.code]) in found
    for step in texts.STEPS.values():
        assert step.zh in page


def test_a_number_agrees_with_the_list_behind_it(county, client):
    put(county, "organization_talk")
    put(county, "organization_talk", next_change_on=day(0))
    put(county, "organization_talk", branch=county.townships[1].branches[0])
    user = county.user(county.committee, Role.SECRETARY)
    page = shown(client, user)
    numbers = {
        url: int(found[-1])
        for url, words in links(page).items()
        if url.startswith(reverse("case_list")) and (found := re.findall(r"\d+", words))
    }
    assert len(numbers) > 5
    for url, number in numbers.items():
        assert client.get(url).context["page_obj"].paginator.count == number, url


def test_says_to_which_moment_it_is_true(county, client):
    assert "截至 2026年6月10日 09:00" in shown(client, county.user(county.county, Role.INSPECTOR))


def test_an_empty_place_says_what_will_appear(county, client):
    assert "还没有在办的人员" in shown(client, county.user(county.branch, Role.SECRETARY))


def test_what_waits_for_committees_is_a_list(county, client):
    waits = put(county, "organization_talk", "submitted", name="样本甲", record={"submitted_at": moment(-2)})
    put(county, "committee_approval", "submitted", name="样本乙")
    user = county.user(county.county, Role.INSPECTOR)
    address = f"{reverse('figures_of', args=[county.committee.code])}?show=to_verify"
    assert links(shown(client, user))[address] == "1"
    page = shown(client, user, county.committee.code, query="?show=to_verify")
    assert reverse("case", args=[waits.number]) in page
    assert "样本乙" not in page
    assert "样本甲" not in shown(client, user, county.townships[1].committee.code, query="?show=to_verify")


class TestReach:
    def test_a_department_shows_its_committees_reach(self, county, client):
        user = county.user(county.department, Role.DEPARTMENT_OFFICER)
        own = shown(client, user, county.department.code)
        assert str(county.county) in own
        assert links(own).keys() >= {reverse("figures_of", args=[county.committee.code])}

    def test_down_to_a_branch(self, county, client):
        page = shown(client, county.user(county.city, Role.INSPECTOR), county.branch.code)
        assert str(county.branch) in page
        # The way up leads to all that the seat covers.
        for above in (county.city, county.county, county.committee):
            assert reverse("figures_of", args=[above.code]) in page

    def test_never_sideways_or_up(self, county, client):
        user = county.user(county.committee, Role.SECRETARY)
        for outside in (county.city, county.county, county.department, county.townships[1].committee):
            shown(client, user, outside.code, status=404)
        shown(client, user, county.townships[1].branches[0].code, status=404, query="?show=to_verify")
        shown(client, user, "NOWHERE", status=404)

    def test_an_administrator_runs_the_place_and_not_cases(self, county, client):
        user = county.user(county.county, Role.ADMINISTRATOR)
        shown(client, user, status=404)
        shown(client, user, county.committee.code, status=404)

    def test_the_chosen_seat_decides_where_one_lands(self, county, client):
        user = county.user(county.branch, Role.SECRETARY)
        seat = SeatFactory(user=user, organisation=county.townships[1].branches[0], role=Role.SECRETARY)
        client.force_login(user)
        client.post(reverse("switch_seat"), {"seat": seat.pk})
        assert str(seat.organisation) in client.get(reverse("figures")).content.decode()

    def test_a_stranger_is_asked_to_sign_in(self, client):
        assert client.get(reverse("figures")).url.startswith(reverse("login"))


@pytest.mark.parametrize("size", [3, 300])
def test_six_queries_for_the_data_however_many_cases(county, client, size):
    for number in range(size):
        township = county.townships[number % 2]
        put(county, ("organization_talk", "political_review")[number % 2], branch=township.branches[number % 2])
    client.force_login(county.user(county.city, Role.INSPECTOR))
    url = reverse("figures_of", args=[county.county.code])
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    reads = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
    # Session, user and seats; then the organisation, those above it, and the figures' four.
    assert len(reads) == 3 + 6, "\n".join(sql[:150] for sql in reads)
