"""The search box: what is understood, what is said of the rest, and who is found by whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.access import Actor, actor_for
from branches.models import Seat
from recruitment.selectors import search
from recruitment.selectors.search import Due, SearchQuery, parse
from tests.branches.factories import County, UserFactory, make_county
from tests.recruitment.board_rows import TODAY, day, oblige, put

Role = Seat.Role


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "understood"),
        [
            ("", SearchQuery()),
            ("张三", SearchQuery(text=["张三"])),
            ("stage:3 light:yellow", SearchQuery(stage=3, light="yellow")),
            ("阶段：3 灯：黄", SearchQuery(stage=3, light="yellow")),
            ("step:9", SearchQuery(step="halfyear_review")),
            ("step:halfyear_review", SearchQuery(step="halfyear_review")),
            ('branch:"幸福 街道"', SearchQuery(branch=["幸福 街道"])),
            ("branch:幸福 李", SearchQuery(branch=["幸福"], text=["李"])),
            ("due:<7", SearchQuery(due=Due("<", 7))),
            ("due:＜7", SearchQuery(due=Due("<", 7))),
            ("due:7", SearchQuery(due=Due("<=", 7))),
            ("due:>=30", SearchQuery(due=Due(">=", 30))),
            ("holder:me late:yes", SearchQuery(holder="me", late=True)),
            ("在手：党委 超期：否", SearchQuery(holder="committee", late=False)),
            ("state:ended", SearchQuery(state="ended")),
            ('"张 三"', SearchQuery(text=["张 三"])),
        ],
    )
    def test_understood(self, typed, understood):
        assert parse(typed) == understood

    @pytest.mark.parametrize(
        ("typed", "named"),
        [
            ("colour:red", "colour"),
            ("stage:9", "stage:"),
            ("step:32", "step:"),
            ("light:blue", "light:"),
            ("due:soon", "due:"),
            ("holder:nobody", "holder:"),
            ("late:maybe", "late:"),
            ("state:lost", "state:"),
            ("branch:", "branch:"),
        ],
    )
    def test_what_is_not_understood_is_said_and_left_out(self, typed, named):
        query = parse(f"{typed} 张三")
        assert query.text == ["张三"]
        [hint] = query.hints
        assert named in hint

    def test_the_longest_nonsense_is_read(self):
        assert parse(":" * 5000 + '"').is_empty is not None


@pytest.fixture
def county(db) -> County:
    return make_county()


def actor(county: County, organisation, role: str) -> Actor:
    return actor_for(county.user(organisation, role), TODAY)


@pytest.fixture
def secretary(county) -> Actor:
    return actor(county, county.branch, Role.SECRETARY)


def found(by: Actor, typed: str) -> list[str]:
    return [case.person.name for case in search.cases(by, parse(typed), TODAY)]


@pytest.mark.both_engines
class TestFinding:
    @pytest.mark.parametrize("typed", ["曾小", "zengxiao", "ZXM", "zxm", "xiaom"])
    def test_by_name_by_reading_and_by_initials(self, county, secretary, typed):
        put(county, name="曾小明")
        put(county, name="李四")
        assert found(secretary, typed) == ["曾小明"]

    def test_by_case_number_and_by_the_whole_identity_number(self, county, secretary):
        case = put(county, name="曾小明")
        put(county, name="李四")
        assert found(secretary, case.number) == ["曾小明"]
        assert found(secretary, case.person.id_number) == ["曾小明"]
        assert found(secretary, case.person.id_number[:17]) == []

    def test_sorted_as_names_are_read(self, county, secretary):
        for name in ("张三", "安宁", "李四"):
            put(county, name=name)
        assert found(secretary, "state:open") == ["安宁", "李四", "张三"]

    def test_words_narrow_together(self, county, secretary):
        late = put(county, "organization_talk", name="晚了", light="yellow")
        oblige(late, "talk_within_one_month", due=-2)
        near = put(county, "organization_talk", name="快到", awaiting="branch")
        oblige(near, "talk_within_one_month", due=3)
        put(county, "committee_approval", name="在上面", awaiting="committee")
        put(county, "closed", name="走了", ended_on=day(-3), end="withdrawn")
        assert found(secretary, "late:yes") == ["晚了"]
        assert found(secretary, "late:no step:3") == ["快到"]
        assert found(secretary, "due:<7") == ["快到"]
        assert found(secretary, "due:<3") == []
        assert found(secretary, "light:yellow") == ["晚了"]
        assert found(secretary, "holder:me") == ["快到"]
        assert found(secretary, "holder:committee") == ["在上面"]
        assert found(secretary, "stage:4") == ["在上面"]
        assert found(secretary, "state:ended") == ["走了"]
        assert found(secretary, "step:3 late:yes light:green") == []

    def test_a_green_light_that_has_turned_is_yellow(self, county, secretary):
        put(county, name="该变了", light="green", next_change_on=day(0))
        assert found(secretary, "light:yellow") == ["该变了"]
        assert found(secretary, "light:green") == []

    def test_by_organisation(self, county):
        officer = actor(county, county.department, Role.DEPARTMENT_OFFICER)
        put(county, name="甲")
        put(county, name="乙", branch=county.townships[1].branches[0])
        assert found(officer, f"branch:{county.branch.code}") == ["甲"]
        assert found(officer, f"branch:{county.townships[1].committee.name}") == ["乙"]
        assert found(officer, county.townships[1].committee.name) == ["乙"]
        assert [body.pk for body in search.organisations(officer, county.branch.name)] == [county.branch.pk]

    def test_never_anybody_out_of_reach(self, county):
        put(county, name="曾小明", branch=county.townships[1].branches[0])
        outside = county.townships[1].branches[0]
        for place, role in ((county.branch, Role.SECRETARY), (county.committee, Role.COMMITTEE_VERIFIER)):
            by = actor(county, place, role)
            for typed in ("曾小明", "zxm", "stage:1", f"branch:{outside.code}", "state:open", "holder:branch"):
                assert found(by, typed) == [], typed
            assert search.suggestions(by, "zxm") == []
            assert search.organisations(by, outside.name) == []

    @pytest.mark.parametrize("role", [Role.ADMINISTRATOR, None])
    def test_who_sees_no_cases_finds_none(self, county, role):
        put(county, name="曾小明")
        by = actor(county, county.county, role) if role else actor_for(UserFactory(), TODAY)
        assert found(by, "曾小明") == []
        assert search.suggestions(by, "曾") == []

    def test_ten_suggestions_the_running_first(self, county, secretary):
        put(county, "closed", name="曾一", ended_on=day(-3), end="withdrawn")
        for number in range(12):
            put(county, name=f"曾{number:02d}")
        assert len(search.suggestions(secretary, "ceng zeng")) == 0
        names = [case.person.name for case in search.suggestions(secretary, "zeng")]
        assert len(names) == 10
        assert "曾一" not in names
        assert search.suggestions(secretary, "stage:1") == []


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_page_is_one_query_and_one_for_each_named_organisation(county, secretary, size):
    for _ in range(size):
        oblige(put(county, "organization_talk", name="曾小明"), "talk_within_one_month", due=3)
    for typed, queries in (("zxm due:<7 holder:branch", 2), ("branch:样本 light:green", 2), ("stage:1", 1)):
        with CaptureQueriesContext(connection) as seen:
            for case in search.cases(secretary, parse(typed), TODAY)[:50]:
                assert f"{case.person} {case.branch} {case.committee} {case.department}"
        assert len(seen) == queries, typed
    with CaptureQueriesContext(connection) as seen:
        search.suggestions(secretary, "zxm")
    assert len(seen) == 1
