"""The search page, the suggestions, and the filters that a user keeps."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from branches.access import actor_for
from branches.models import Seat
from recruitment.models import SavedSearch
from recruitment.rehearsal.stage import sample_id_number
from recruitment.services import searches
from tests.branches.factories import County, UserFactory, make_county
from tests.recruitment.board_rows import NOW, TODAY, put

pytestmark = pytest.mark.django_db
Role = Seat.Role


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def secretary(client, county):
    client.force_login(county.user(county.branch, Role.SECRETARY))
    return client


def page(client, typed: str) -> str:
    response = client.get(reverse("search"), {"q": typed})
    assert response.status_code == 200
    return response.content.decode()


class TestPage:
    def test_without_words_it_teaches(self, secretary):
        shown = page(secretary, "")
        assert "可以这样找" in shown
        assert "late:yes" in shown

    def test_found_with_step_light_and_holder(self, county, secretary):
        case = put(county, "organization_talk", name="曾小明", awaiting="branch")
        shown = page(secretary, "zxm")
        assert reverse("case", args=[case.number]) in shown
        assert "3. 党组织派人谈话" in shown

    def test_the_box_in_the_head_keeps_the_words(self, secretary):
        assert 'value="stage:3 曾"' in page(secretary, "stage:3 曾")

    def test_a_word_that_is_not_understood(self, secretary):
        shown = page(secretary, "colour:red <b>")
        assert "没有“colour:”这个条件" in shown
        assert "<b>" not in shown

    def test_an_organisation(self, county, secretary):
        shown = page(secretary, county.branch.name)
        assert reverse("branches:organisation", args=[county.branch.code]) in shown

    def test_nobody_found(self, secretary):
        assert "没有找到" in page(secretary, "不在这里")

    @pytest.mark.parametrize("name", ["search", "case_list", "deadlines"])
    def test_an_identity_number_stays_in_no_address(self, county, secretary, name):
        """It finds its person, and nobody whom the reader may not see."""
        mine = put(county, "organization_talk")
        other = put(county, "organization_talk", branch=county.townships[1].branches[0])
        found = secretary.get(reverse(name), {"q": f" {mine.person.id_number.lower()} ", "light": "yellow"})
        assert found.url == mine.get_absolute_url()
        for number in (other.person.id_number, sample_id_number(TODAY)):
            unknown = secretary.get(reverse(name), {"q": number, "light": "yellow"})
            assert unknown.url == f"{reverse(name)}?light=yellow"
            assert "没有这个公民身份号码" in secretary.get(unknown.url).content.decode()

    def test_english_hints(self, county, secretary):
        secretary.cookies["django_language"] = "en"
        assert "There is no word “colour:”" in page(secretary, "colour:red")

    @pytest.mark.parametrize("name", ["search", "search_suggest", "deadlines", "deadlines_month", "calendar"])
    def test_a_stranger_signs_in(self, client, name):
        assert client.get(reverse(name)).url.startswith(reverse("login"))

    def test_the_number_of_queries_is_fixed(self, county, secretary):
        counts = []
        for size in (1, 2, 47):
            for _ in range(size):
                put(county, "organization_talk", name="曾小明", awaiting="branch")
            secretary.get(reverse("search"))
            with CaptureQueriesContext(connection) as seen:
                page(secretary, "zxm stage:1")
            counts.append(sum(query["sql"].startswith("SELECT") for query in seen))
        # Session, user, seats; unread; kept filters; organisations twice; the count and the page.
        assert counts == [8, 8, 8]


class TestSuggestions:
    def test_ten_rows_for_the_reader_alone(self, county, secretary):
        for number in range(12):
            put(county, name=f"曾{number}")
        put(county, name="曾外人", branch=county.townships[1].branches[0])
        response = secretary.get(reverse("search_suggest"), {"q": "z"})
        items = response.json()["items"]
        assert len(items) == 10
        assert not [item for item in items if item["name"] == "曾外人"]
        assert items[0].keys() == {"name", "note", "url"}
        assert response["Cache-Control"] == "private, no-store"

    def test_nothing_for_nothing(self, secretary):
        assert secretary.get(reverse("search_suggest")).json() == {"items": []}


class TestKept:
    def keep(self, client, **changes):
        return client.post(
            reverse("search_save"), {"page": "search", "name": "黄灯", "query": "q=light%3Ayellow&page=3"} | changes
        )

    def test_kept_offered_and_forgotten(self, county, secretary):
        assert self.keep(secretary).url == f"{reverse('search')}?q=light%3Ayellow"
        kept = SavedSearch.objects.get()
        assert (kept.user, kept.query) == (county.user(county.branch, Role.SECRETARY), "q=light%3Ayellow")
        shown = page(secretary, "")
        assert f'href="{reverse("search")}?q=light%3Ayellow"' in shown
        assert secretary.post(reverse("search_remove", args=[kept.pk])).url == reverse("search")
        assert not SavedSearch.objects.exists()
        actions = Entry.objects.filter(chain=f"user:{kept.user_id}").order_by("seq").values_list("action", "payload")
        # The words may name somebody; the record does not keep them.
        assert list(actions) == [("search_saved", {"page": "search"}), ("search_removed", {"page": "search"})]

    def test_the_same_name_is_written_anew(self, secretary):
        self.keep(secretary)
        self.keep(secretary, query="q=light%3Ared")
        assert [row.query for row in SavedSearch.objects.all()] == ["q=light%3Ared"]

    @pytest.mark.parametrize("changes", [{"name": " "}, {"name": "长" * 41}, {"query": "q=" + "a" * 600}])
    def test_what_cannot_be_is_said(self, secretary, changes):
        assert self.keep(secretary, **changes).status_code == 302
        assert (SavedSearch.objects.count(), Entry.objects.count()) == (0, 0)

    def test_a_list_that_does_not_exist(self, secretary):
        assert self.keep(secretary, page="nowhere").status_code == 404

    def test_there_is_an_end_to_it(self, county, secretary):
        user = county.user(county.branch, Role.SECRETARY)
        SavedSearch.objects.bulk_create(
            SavedSearch(user=user, page="search", name=str(number), query="q=a", created_at=NOW)
            for number in range(searches.MOST)
        )
        self.keep(secretary)
        assert SavedSearch.objects.count() == searches.MOST

    def test_nobody_removes_or_sees_what_is_anothers(self, county, secretary):
        other = SavedSearch.objects.create(
            user=UserFactory(), page="search", name="别人的", query="q=a", created_at=NOW
        )
        assert secretary.post(reverse("search_remove", args=[other.pk])).status_code == 404
        assert "别人的" not in page(secretary, "")
        by = actor_for(county.user(county.branch, Role.SECRETARY), TODAY)
        with pytest.raises(SavedSearch.DoesNotExist):
            searches.remove_search(search_id=other.pk, actor=by, now=NOW)

    def test_a_get_changes_nothing(self, secretary):
        assert secretary.get(reverse("search_save")).status_code == 405
