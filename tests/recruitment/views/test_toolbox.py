"""Pages of the toolbox: who sees what, a paper at once or in the background, own templates, and counted queries."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Seat
from recruitment import tasks
from recruitment.documents.toolbox.catalogue import CATALOGUE
from recruitment.documents.toolbox.placeholders import PLACEHOLDERS
from recruitment.models import DocumentBatch, TemplateVersion
from recruitment.names import by_reading
from recruitment.rules import texts
from tests.branches.factories import County, UserFactory, make_county
from tests.recruitment.board_rows import NOW, put
from tests.recruitment.documents.test_toolbox import own, words
from tests.recruitment.services.test_templates import sent

pytestmark = pytest.mark.django_db
Role = Seat.Role


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


def desk(county: County, organisation=None, role: str = Role.SECRETARY) -> Client:
    client = Client()
    client.force_login(county.user(organisation or county.branch, role))
    return client


def shown(client: Client, name: str, *args, status: int = 200, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status
    return response.content.decode()


def fill(client: Client, code: str, cases, *, query: str = "", **data):
    sent_ = {"case": [str(case.pk) for case in cases], "red_head": "on", **data}
    return client.post(reverse("toolbox_fill", args=[code]) + query, sent_)


def test_the_toolbox_lists_all_templates_by_stage(county):
    page = shown(desk(county), "toolbox")
    assert re.findall(r'class="toolbox-name"><a href="([^"]+)"', page) == [
        reverse("toolbox_template", args=[code]) for code in CATALOGUE
    ]
    for code in CATALOGUE:
        assert texts.TEMPLATES[code].zh in page
    assert f'href="{reverse("toolbox")}" aria-current="page"' in page


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_template_has_its_page(county, code):
    page = shown(desk(county), "toolbox_template", code)
    assert CATALOGUE[code].purpose.zh in page
    by_hand = CATALOGUE[code].by_hand
    assert (reverse("toolbox_fill", args=[code]) in page) is not by_hand
    assert ("不得代写" in page) is by_hand


def test_files_of_a_template(county):
    client = desk(county)
    for kind, part in (("blank", "＿＿"), ("sample", "样本甲"), ("source", "{{ 谈话情况 }}")):
        response = client.get(reverse("toolbox_file", args=["T02", kind]))
        assert response.status_code == 200
        assert "attachment" in response["Content-Disposition"]
        assert part in words(response.content)
    shown(client, "toolbox_file", "T02", "other", status=404)
    shown(client, "toolbox_template", "T99", status=404)


def test_placeholders_are_all_explained(county):
    page = shown(desk(county), "toolbox_placeholders")
    for name, placeholder in PLACEHOLDERS.items():
        assert f"<code>{name}</code>" in page
        assert placeholder.meaning.zh in page


def test_nobody_without_a_login(client):
    for name, args in (("toolbox", []), ("toolbox_fill", ["T02"]), ("document_batches", [])):
        assert client.get(reverse(name, args=args)).status_code == 302


def test_who_sees_no_case_fills_nothing(county):
    seatless = Client()
    seatless.force_login(UserFactory())
    for client in (desk(county, county.county, Role.ADMINISTRATOR), seatless):
        assert reverse("toolbox_fill", args=["T02"]) not in shown(client, "toolbox")
        shown(client, "toolbox_fill", "T02", status=404)


def test_one_person_s_paper_comes_at_once(county):
    case = put(county, "organization_talk", name="样本·阿里")
    response = fill(desk(county), "T02", [case], number="样委〔2026〕1号")
    assert response.status_code == 200
    assert "样本·阿里" in words(response.content)
    assert not DocumentBatch.objects.exists()


def test_the_link_of_a_step_names_its_case(county):
    case, other = put(county, "organization_talk", name="样本·阿里"), put(county, "organization_talk", name="样本·别人")
    client = desk(county)
    page = shown(client, "step", case.number, "organization_talk")
    link = f"{reverse('toolbox_fill', args=['T02'])}?case={case.number}&amp;step=organization_talk"
    assert link in page
    page = shown(client, "toolbox_fill", "T02", query=f"?case={case.number}&step=organization_talk")
    assert f'value="{case.pk}" id="case-{case.pk}" checked' in page
    assert other.person.name not in page


def test_people_offered_are_those_of_the_step(county):
    talk = put(county, "organization_talk", name="样本·谈话")
    done = put(county, "recommend_activist", name="样本·已谈")
    done.records.create(step="organization_talk", status="verified", opened_at=NOW)
    put(county, "organization_talk", name="样本·别处", branch=county.townships[1].branches[0])
    client = desk(county)
    for query, names in (
        ("", [talk]),
        ("?people=past", [done]),
        ("?people=all", [talk, done]),
        ("?q=已谈&people=all", [done]),
        ("?q=ybyt&people=all", [done]),
        ("?q=yitan&people=all", [done]),
    ):
        page = shown(client, "toolbox_fill", "T02", query=query)
        assert re.findall(r'name="case" value="(\d+)"', page) == [
            str(case.pk) for case in sorted(names, key=lambda case: by_reading(case.person.name))
        ]


def test_several_people_s_papers_in_the_background(county):
    cases = [put(county, "organization_talk", name=f"样本{n}") for n in "甲乙丙"]
    client = desk(county)
    response = client.post(reverse("toolbox_fill", args=["T02"]), {"everybody": "1", "mode": "each", "confirmed": "1"})
    batch = DocumentBatch.objects.get()
    assert response.url == batch.get_absolute_url()
    waiting = shown(client, "document_batch", batch.pk)
    assert 'http-equiv="refresh"' in waiting
    assert "等待制作" in waiting
    shown(client, "document_batch_file", batch.pk, status=404)
    assert tasks.pending_documents() == 1
    done = shown(client, "document_batch", batch.pk)
    assert 'http-equiv="refresh"' not in done
    assert "共 3 人，已做好 3 人" in done
    assert texts.TEMPLATES["T02"].zh in shown(client, "document_batches")
    response = client.get(reverse("document_batch_file", args=[batch.pk]))
    assert b"".join(response.streaming_content)[:2] == b"PK"
    assert len(cases) == batch.total


def test_what_an_order_comes_to_is_shown_before_it_is_given(county, django_assert_num_queries):
    cases = [put(county, "file_activist", name=f"样本{n}") for n in "甲乙丙"]
    client = desk(county)
    asked = {"mode": "each", "number": "样委〔2026〕9号", "numbering": "consecutive", "dated": "2026-06-01"}
    page = fill(client, "T05", cases, **asked).content.decode()
    for words_ in ("3 人", "样委〔2026〕9号 至 样委〔2026〕11号", "2026年6月1日", "样本甲、样本乙、样本丙", "3 份文件"):
        assert words_ in page
    assert not DocumentBatch.objects.exists()
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    order: dict[str, list[str]] = {}
    for name, value in hidden:
        order.setdefault(name, []).append(value)
    back = client.post(reverse("toolbox_fill", args=["T05"]), {**order, "edit": "1"})
    assert back.status_code == 200
    assert "样委〔2026〕9号" in back.content.decode()
    assert not DocumentBatch.objects.exists()
    client.post(reverse("toolbox_fill", args=["T05"]), {**order, "confirmed": "1"})
    batch = DocumentBatch.objects.get()
    assert (batch.options["number"], batch.options["consecutive"], batch.total) == ("样委〔2026〕9号", True, 3)
    more = [put(county, "file_activist", name=f"样本{n}") for n in "丁戊"]
    with django_assert_num_queries(10):
        fill(client, "T05", cases, **asked)
    with django_assert_num_queries(10):
        fill(client, "T05", cases + more, **asked)
    same = fill(client, "T05", cases, **asked | {"numbering": "same"}).content.decode()
    assert "各份同号" in same
    whole = fill(client, "T05", cases, **asked | {"mode": "roster"}).content.decode()
    assert "1 份文件" in whole
    assert "至 样委" not in whole


def test_a_number_is_one_body_s(county):
    cases = [put(county, "file_activist"), put(county, "file_activist", branch=county.townships[0].branches[1])]
    client = desk(county, county.committee, Role.COMMITTEE_VERIFIER)
    response = fill(client, "T05", cases, mode="each", number="样委〔2026〕9号")
    assert response.status_code == 422
    assert "分属 2 个单位" in response.content.decode()
    assert "留空手写" in fill(client, "T05", cases, mode="each").content.decode()
    assert (
        "要有数字"
        in fill(
            client,
            "T05",
            cases[:1] * 2 + [put(county, "file_activist")],
            mode="each",
            number="样",
            numbering="consecutive",
        ).content.decode()
    )


def test_a_batch_is_not_for_others(county):
    put(county, "organization_talk")
    put(county, "organization_talk")
    desk(county).post(reverse("toolbox_fill", args=["T02"]), {"everybody": "1", "mode": "each", "confirmed": "1"})
    batch = DocumentBatch.objects.get()
    tasks.make_documents(batch.pk)
    for organisation, role, status in (
        (county.branch, Role.DEPUTY_SECRETARY, 200),
        (county.committee, Role.COMMITTEE_VERIFIER, 200),
        (county.townships[0].branches[1], Role.SECRETARY, 404),
        (county.townships[1].committee, Role.COMMITTEE_VERIFIER, 404),
        (county.county, Role.INSPECTOR, 404),
        (county.county, Role.ADMINISTRATOR, 404),
    ):
        client = desk(county, organisation, role)
        shown(client, "document_batch", batch.pk, status=status)
        shown_file = client.get(reverse("document_batch_file", args=[batch.pk]))
        assert shown_file.status_code == status
        assert str(batch) not in shown(client, "document_batches")


def test_letters_to_a_list_of_bodies(county):
    case = put(county, "political_review")
    response = fill(
        desk(county), "T15", [case], mode="roster", confirmed="1", bodies="样本区纪委监委\n\n样本区公安局\n样本区公安局"
    )
    assert response.status_code == 302
    batch = DocumentBatch.objects.get()
    assert batch.options["bodies"] == ["样本区纪委监委", "样本区公安局"]


def test_a_refused_choice_is_said_on_the_page(county):
    put(county, "organization_talk")
    elsewhere = put(county, "organization_talk", branch=county.townships[1].branches[0])
    for cases, told in (([], "请先选择人员"), ([elsewhere], "不在您的管理范围内")):
        response = fill(desk(county), "T02", cases)
        if cases:
            assert response.status_code == 422
        assert told in response.content.decode()


# -- own templates -----------------------------------------------------------------------------------------------------


def test_a_department_replaces_a_template_and_goes_back(county):
    client = desk(county, county.department, Role.DEPARTMENT_OFFICER)
    url = reverse("toolbox_own", args=["T02", county.department.code])
    assert url in shown(client, "toolbox_template", "T02")
    for text in ("第一版 {{ 姓名 }}", "第二版 {{ 姓名 }}"):
        assert client.post(url, {"act": "upload", "file": sent(own(text))}).status_code == 302
    assert "第 2 版" in client.get(url).content.decode()
    case = put(county, "organization_talk", name="样本·阿里")
    assert "第二版 样本·阿里" in words(fill(desk(county), "T02", [case]).content)
    assert client.post(url, {"act": "1"}).status_code == 302
    assert "第一版 样本·阿里" in words(fill(desk(county), "T02", [case]).content)
    assert "部门自有" in shown(desk(county), "toolbox")
    version = TemplateVersion.objects.get(number=2)
    preview = client.get(reverse("toolbox_version_file", args=[version.pk, "sample"]))
    assert "第二版 样本甲" in words(preview.content)
    assert "不作为正式文书" in words(preview.content)
    assert client.post(url, {"act": "shipped"}).status_code == 302
    assert "与入党申请人谈话记录" in words(fill(desk(county), "T02", [case]).content)
    assert client.post(url, {"act": "9"}).status_code == 404


def test_a_faulty_template_is_refused_with_its_place(county):
    client = desk(county, county.department, Role.DEPARTMENT_OFFICER)
    url = reverse("toolbox_own", args=["T02", county.department.code])
    response = client.post(url, {"act": "upload", "file": sent(own("一", "{{ 姓铭 }}"))})
    assert response.status_code == 422
    assert "正文第2段“{{ 姓铭 }}”：没有“姓铭”这个占位符，是不是“姓名”？" in response.content.decode()
    assert not TemplateVersion.objects.exists()


def test_own_templates_are_the_department_s_business(county):
    officer = desk(county, county.department, Role.DEPARTMENT_OFFICER)
    officer.post(reverse("toolbox_own", args=["T02", county.department.code]), {"file": sent(own("一"))})
    version = TemplateVersion.objects.get()
    for organisation, role, status in (
        (county.county, Role.ADMINISTRATOR, 200),
        (county.city, Role.ADMINISTRATOR, 200),
        (county.city_department, Role.DEPARTMENT_OFFICER, 404),
        (county.committee, Role.COMMITTEE_VERIFIER, 404),
        (county.branch, Role.SECRETARY, 404),
        (county.county, Role.INSPECTOR, 404),
    ):
        client = desk(county, organisation, role)
        shown(client, "toolbox_own", "T02", county.department.code, status=status)
        response = client.get(reverse("toolbox_version_file", args=[version.pk, "source"]))
        assert response.status_code == status
        url = reverse("toolbox_own", args=["T02", county.department.code])
        assert client.post(url, {"act": "9"}).status_code == 404
    admin = desk(county, county.county, Role.ADMINISTRATOR)
    assert admin.get(reverse("admin:recruitment_templateversion_changelist")).status_code == 200
    assert admin.get(reverse("admin:recruitment_templateversion_add")).status_code == 403
    assert admin.get(reverse("admin:recruitment_documentbatch_changelist")).status_code == 200


# -- queries -----------------------------------------------------------------------------------------------------------


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow(county):
    client = desk(county, county.department, Role.DEPARTMENT_OFFICER)
    own_url = reverse("toolbox_own", args=["T02", county.department.code])
    pages = {
        reverse("toolbox"): None,
        reverse("toolbox_template", args=["T02"]): None,
        reverse("toolbox_placeholders"): None,
        reverse("toolbox_fill", args=["T02"]): None,
        own_url: None,
        reverse("document_batches"): None,
    }
    put(county, "organization_talk")
    client.post(own_url, {"act": "upload", "file": sent(own("一"))})
    client.post(reverse("toolbox_fill", args=["T02"]), {"everybody": "1", "mode": "each", "confirmed": "1"})
    before = {url: queries(client, url) for url in pages}
    for _ in range(6):
        put(county, "organization_talk")
    for _ in range(3):
        client.post(own_url, {"act": "upload", "file": sent(own("一"))})
        client.post(reverse("toolbox_fill", args=["T02"]), {"everybody": "1", "mode": "each", "confirmed": "1"})
    assert {url: queries(client, url) for url in pages} == before
    assert list(before.values()) == [8, 9, 7, 10, 9, 9]
