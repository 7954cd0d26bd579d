"""The pages of the department's yearly analysis: who reads, who records, what is said afterwards."""

import datetime as dt

import pytest
from django.urls import reverse

from recruitment.models import PoolAnalysis
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import TODAY, add_record, day, put
from tests.recruitment.desk import Desks

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    made = make_county()
    pool(made)
    return made


def pool(county: County, count: int = 1) -> None:
    for _ in range(count):
        case = put(county, "cultivate_educate")
        add_record(case, "determine_activist", "verified", action_on=dt.date(2026, 6, 1))
        add_record(case, "halfyear_review")


@pytest.fixture
def desks(county, monkeypatch) -> Desks:
    return Desks(county, monkeypatch)


def test_who_reads_and_who_records(county, desks):
    page = reverse("analysis_new", args=[county.department.code])
    sent = {"held_on": day(-1).isoformat(), "content": "样本情况", "measures": "样本措施"}
    readers = [("inspector", county.county), ("inspector", county.city), ("department_officer", county.city_department)]
    for role, body in readers:
        client = desks.client(role, body)
        assert county.department.name in client.get(reverse("analysis_list")).content.decode()
        assert "只供查看" in client.get(page).content.decode()
        client.post(page, sent)
    assert desks.verifier.get(page).status_code == 404
    assert desks.secretary.get(page).status_code == 403
    assert not PoolAnalysis.objects.exists()
    answer = desks.officer.post(page, sent, follow=True)
    assert PoolAnalysis.objects.get().people == 1
    shown = answer.content.decode()
    assert "样本措施" in shown
    assert f"下一次在 {(day(-1)).year + 1}年" in shown


def test_a_refusal_keeps_what_was_typed(county, desks):
    page = reverse("analysis_new", args=[county.department.code])
    tomorrow = (TODAY + dt.timedelta(days=1)).isoformat()
    answer = desks.officer.post(page, {"held_on": tomorrow, "content": "留住这段话", "measures": "样本"})
    assert "留住这段话" in answer.content.decode()
    assert not PoolAnalysis.objects.exists()


def test_the_number_of_queries_is_fixed(county, desks, django_assert_num_queries):
    officer = desks.officer
    urls = [reverse("analysis_list"), reverse("analysis_new", args=[county.department.code])]
    for url in urls:
        officer.get(url)
    for more in (0, 2, 47):
        pool(county, more)
        for number in range(more):
            PoolAnalysis.objects.create(
                body=county.department,
                held_on=dt.date(2027, 1, 1) + dt.timedelta(days=PoolAnalysis.objects.count()),
                content=f"样本{number}",
                measures="样本",
                people=1,
                entered_at=desks.now,
            )
        for url, queries in zip(urls, (13, 9), strict=True):
            with django_assert_num_queries(queries):
                assert officer.get(url).status_code == 200
