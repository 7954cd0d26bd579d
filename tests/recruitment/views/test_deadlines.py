"""The deadline list and the month: who sees what, the filters, lateness that stays, and the number of queries."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Seat
from recruitment.models import Case, Flag, Obligation
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW, TODAY, day, oblige, put

pytestmark = pytest.mark.django_db
Role = Seat.Role
URL = reverse("deadlines")
MONTH = reverse("deadlines_month")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def visit(client, county):
    def get(url: str = URL, organisation=None, role: str = Role.SECRETARY) -> str:
        client.force_login(county.user(organisation or county.branch, role))
        response = client.get(url)
        assert response.status_code == 200
        return response.content.decode()

    return get


def names(page: str) -> list[str]:
    body = page.partition("<tbody>")[2]
    return re.findall(r'<a href="/cases/[^"]+">([^<]+)</a>', body)


def due(county: County, name: str, days: int, *, step: str = "organization_talk", holder: str = "", **columns):
    case = put(county, step, name=name, **columns)
    code = {"organization_talk": "talk_within_one_month", "committee_approval": "approve_within_three_months"}[step]
    return oblige(case, code, due=days, holder=holder)


class TestList:
    def test_all_in_order_of_their_days(self, county, visit):
        due(county, "后", 9)
        due(county, "先", -2)
        due(county, "中", 3)
        page = visit()
        assert names(page) == ["先", "中", "后"]
        assert "已超期 2 天" in page
        assert "还有 3 天" in page
        assert "建档 60 天" in page

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("left=late", ["晚"]),
            ("left=today", ["今"]),
            ("left=7", ["今", "近"]),
            ("left=30", ["今", "近", "上"]),
            ("left=nonsense", ["晚", "今", "近", "上"]),
            ("step=committee_approval", ["上"]),
            ("light=yellow", ["晚"]),
            ("holder=committee", ["上"]),
            ("holder=me", ["晚", "今", "近"]),
            ("q=近", ["近"]),
            ("q=jin", ["今", "近"]),
            (f"on={day(3).isoformat()}", ["近"]),
            ("on=2026-02-31", ["晚", "今", "近", "上"]),
        ],
    )
    def test_the_address_narrows(self, county, visit, query, shown):
        due(county, "晚", -2, light="yellow")
        due(county, "今", 0)
        due(county, "近", 3)
        due(county, "上", 20, step="committee_approval")
        assert names(visit(f"{URL}?{query}")) == shown

    def test_the_tabs_count_under_the_other_filters(self, county, visit):
        due(county, "晚", -2)
        due(county, "上", 3, step="committee_approval")
        page = visit(f"{URL}?holder=branch")
        assert re.findall(r'nav-count">(\d+)<', page.partition("local-nav")[2].partition("</ul>")[0]) == [
            "1",
            "1",
            "0",
            "0",
            "0",
            "0",
        ]

    def test_lateness_stays_visible_after_the_explanation(self, county, visit):
        row = due(county, "晚", -12)
        Flag.objects.create(
            case=row.case,
            step=row.step,
            code=row.code,
            holder="branch",
            raised_on=TODAY,
            raised_at=NOW,
            explanation="外出务工",
        )
        page = visit()
        assert "已超期 12 天" in page
        assert "已说明原因" in page

    def test_a_passed_service_limit_is_late_too(self, county, visit):
        case = put(county, "organization_talk", "submitted", name="久等")
        oblige(case, "verification_in_time", due=-1, kind="service", holder="committee")
        page = visit(f"{URL}?left=late", county.committee, Role.COMMITTEE_VERIFIER)
        assert names(page) == ["久等"]
        assert "校核按时办结" in page

    def test_locks_are_no_deadlines(self, county, visit):
        oblige(put(county, "propose_development_target"), "cultivation_one_year", due=3, kind="lock")
        assert names(visit()) == []

    @pytest.mark.parametrize(
        ("place", "role", "seen"),
        [
            ("branch", Role.SECRETARY, ["甲"]),
            ("committee", Role.COMMITTEE_VERIFIER, ["甲"]),
            ("department", Role.DEPARTMENT_OFFICER, ["甲", "乙"]),
            ("county", Role.INSPECTOR, ["甲", "乙"]),
            ("county", Role.ADMINISTRATOR, []),
        ],
    )
    def test_only_what_the_seat_may_see(self, county, visit, place, role, seen):
        due(county, "甲", 1)
        due(county, "乙", 2, branch=county.townships[1].branches[0])
        for url in (URL, f"{MONTH}?month=2026-06"):
            assert names(visit(url, getattr(county, place), role)) == seen

    def test_another_organisations_code_shows_nothing(self, county, visit):
        outside = county.townships[1].branches[0]
        due(county, "乙", 2, branch=outside)
        assert names(visit(f"{URL}?branch={outside.code}")) == []

    def test_gone_when_the_case_ends(self, county, visit):
        row = due(county, "甲", 1)
        assert names(visit()) == ["甲"]
        Case.objects.filter(pk=row.case_id).update(ended_on=TODAY, end="withdrawn")
        assert names(visit()) == []
        assert names(visit(f"{MONTH}?month=2026-06")) == []

    def test_english(self, county, visit, client):
        due(county, "甲", 3)
        client.cookies["django_language"] = "en"
        page = visit()
        assert "Deadlines" in page
        assert "open for 60 days" in page

    def test_fifty_a_page(self, county, visit):
        for number in range(51):
            due(county, f"人{number:02d}", number)
        assert len(names(visit())) == 50
        assert len(names(visit(f"{URL}?page=2"))) == 1


class TestMonth:
    def test_each_day_names_three_and_counts_the_rest(self, county, visit):
        for name in ("甲", "乙", "丙", "丁", "戊"):
            due(county, name, 3)
        page = visit(f"{MONTH}?month=2026-06")
        assert len(names(page)) == 3
        assert "还有 2 项" in page
        assert f"{URL}?on={day(3).isoformat()}" in page
        assert "5 项" in page

    def test_weeks_from_monday_with_the_neighbours(self, county, visit):
        page = visit(f"{MONTH}?month=2026-06")
        assert page.count("<th scope") == 7
        assert 'datetime="2026-06-01"' in page
        assert 'datetime="2026-07-05"' in page
        assert 'datetime="2026-07-06"' not in page
        assert "month=2026-05" in page
        assert "month=2026-07" in page

    @pytest.mark.parametrize("month", ["", "2026-13", "9999-01", "x", "2026-6-1"])
    def test_what_is_no_month_is_this_one(self, visit, month):
        assert "2026年6月的期限" in visit(f"{MONTH}?month={month}")

    def test_the_filters_hold(self, county, visit):
        due(county, "甲", 3)
        due(county, "乙", 3, light="yellow")
        assert names(visit(f"{MONTH}?month=2026-06&light=yellow")) == ["乙"]


@pytest.mark.parametrize("url", [URL, f"{URL}?left=30&light=green&holder=me", f"{MONTH}?month=2026-06"])
def test_the_number_of_queries_is_fixed(county, client, url):
    client.force_login(county.user(county.committee, Role.COMMITTEE_VERIFIER))
    counts = []
    for size in (1, 2, 47):
        for number in range(size):
            branch = county.townships[0].branches[number % 2]
            due(county, f"人{number}", number % 15, branch=branch)
            due(county, f"上{number}", number % 15, step="committee_approval", branch=branch)
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        counts.append([query["sql"] for query in seen if query["sql"].startswith("SELECT")])
    assert Obligation.objects.count() == 100
    # Session, user and seats; unread; organisations; kept filters; and the rows, in the list after their tally.
    assert [len(sql) for sql in counts] == ([7, 7, 7] if url.startswith(MONTH) else [8, 8, 8])
