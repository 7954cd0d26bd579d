"""The pages of the archive and of the file for travel: who sees what, what is downloaded, what is refused."""

from __future__ import annotations

import io
from html import unescape
from urllib.parse import unquote

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.urls import reverse

from recruitment.documents import pdf
from recruitment.models import Case, Material, Printing
from recruitment.travel import verify_case_file
from recruitment.travel.container import Seal
from tests.branches.factories import County, make_county
from tests.recruitment.desk import Desks, url
from tests.recruitment.finished import finished_case
from tests.recruitment.papers_on_file import file_papers, small_pdf


@pytest.fixture
def county(db, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())
    monkeypatch.setattr(pdf, "make", lambda html: small_pdf("page"))
    return make_county(members=2)


@pytest.fixture
def desks(county: County, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(county, monkeypatch)


@pytest.fixture
def case(county: County) -> Case:
    found = finished_case(county, to="archive_records", has_personnel_archive=True)
    file_papers(found)
    return found


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def take(client: Client, case: Case, what: str):
    return client.post(url(case, "case_archive"), {"what": what})


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_page_names_papers_and_forms_and_what_is_missing(case, desks):
    page = page_of(desks.secretary.get(url(case, "case_archive")))
    assert "存入人事档案的材料" in page
    assert "材料齐全。" in page
    assert "（2026年修订）第36条" in page
    Material.objects.filter(case=case, code="D46").delete()
    response = desks.secretary.get(url(case, "case_archive"))
    assert [line.code for line in response.context["archive"].missing] == ["D46"]
    assert "还缺 1 项" in page_of(response)
    assert "补齐以后才能提交第31步" in page_of(response)


@pytest.mark.parametrize(("what", "begins"), [("zip", b"PK"), ("pdf", b"%PDF"), ("travel", b"PK")])
def test_each_is_downloaded_and_stands_in_the_timeline(case, desks, what, begins):
    response = take(desks.secretary, case, what)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert case.person.name in unquote(response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    assert body(response).startswith(begins)
    page = page_of(desks.secretary.get(url(case, "case_history")))
    assert ("生成随案卷宗" if what == "travel" else "取出归档材料") in page


def test_the_page_learns_that_the_file_has_come_and_says_what_comes_next(case, desks):
    client, here = desks.secretary, url(case, "case_archive")
    page = page_of(client.get(here))
    assert page.count("data-download>") == page.count('name="download"') == 2
    assert "download" not in take(client, case, "travel").cookies
    assert "请把密钥指纹用另外的途径告诉收件单位。" in page_of(client.get(here))
    marked = client.post(here, {"what": "travel", "download": "123456789"})
    assert (marked.cookies["download"].value, marked.cookies["download"]["path"]) == ("123456789", here)


def test_the_file_for_travel_is_valid_and_of_the_key_that_the_page_shows(case, desks):
    found = verify_case_file.verify(io.BytesIO(body(take(desks.secretary, case, "travel"))))
    assert found.is_valid
    for address in (url(case, "case_archive"), reverse("travel_key")):
        assert verify_case_file.fingerprint(found.public_key) in page_of(desks.secretary.get(address))


def test_step_31_leads_to_it(case, desks):
    assert url(case, "case_archive") in page_of(desks.secretary.get(url(case, "step", "archive_records")))
    page = page_of(desks.secretary.get(url(case, "step", "conversion_approval")))
    assert "归档材料、移交清单和缺什么" not in page


def test_an_inspector_sees_the_page_and_takes_only_the_file_for_travel(case, desks):
    inspector = desks.client("inspector", desks.county.county)
    page = page_of(inspector.get(url(case, "case_archive")))
    assert "归档材料由参与办理的党组织取出。" in page
    assert "取出归档材料（ZIP）" not in page
    refused = take(inspector, case, "zip")
    assert refused.url == url(case, "case_archive")
    assert not Printing.objects.exists()
    found = verify_case_file.verify(io.BytesIO(body(take(inspector, case, "travel"))))
    assert found.manifest["private"] is False


def test_others_do_not_find_it(case, desks):
    county = desks.county
    for client in (
        desks.client("secretary", county.townships[0].branches[1]),
        desks.client("committee_verifier", county.townships[1].committee),
        desks.client("administrator", county.county),
    ):
        assert client.get(url(case, "case_archive")).status_code == 404
        for what in ("zip", "pdf", "travel"):
            assert take(client, case, what).status_code == 404
    assert Client().get(url(case, "case_archive")).status_code == 302
    assert Client().get(reverse("travel_verifier")).status_code == 302


def test_nothing_else_is_made(case, desks):
    assert take(desks.secretary, case, "exe").status_code == 404
    assert take(desks.secretary, case, "").status_code == 404


def test_before_step_31_the_page_says_when(county, desks):
    early = finished_case(county, to="recommend_activist", number=2)
    client = desks.secretary
    page = page_of(client.get(url(early, "case_archive")))
    assert "办到第31步材料归档时，在这里取出。" in page
    assert "还缺" not in page
    assert take(client, early, "zip").url == url(early, "case_archive")
    assert "才能取出归档材料" in page_of(client.get(url(early, "case_archive")))


def test_a_file_that_is_gone_is_named(case, desks):
    material = case.materials.get(code="D25")
    material.file.storage.delete(material.file.name)
    client = desks.secretary
    take(client, case, "zip")
    assert "D25 D25.pdf" in page_of(client.get(url(case, "case_archive")))


def test_without_pango_the_page_names_the_package_and_the_file_for_travel_goes_on(case, desks, monkeypatch):
    monkeypatch.setattr(pdf, "_opens", lambda library: library != "libpango-1.0.so.0")

    def fail(html: str) -> bytes:
        raise pdf.CannotPrintError(pdf.missing_packages())

    monkeypatch.setattr(pdf, "make", fail)
    page = page_of(desks.secretary.get(url(case, "case_archive")))
    assert "libpango-1.0-0" in page
    assert "取出归档材料（ZIP）" not in page
    assert take(desks.secretary, case, "zip").status_code == 503
    assert not Printing.objects.exists()
    assert body(take(desks.secretary, case, "travel")).startswith(b"PK")


def test_the_verifier_is_handed_out_as_it_is(desks):
    response = desks.secretary.get(reverse("travel_verifier"))
    assert response["Content-Disposition"] == 'attachment; filename="verify_case_file.py"'
    assert body(response).startswith(b"#!/usr/bin/env python3")
    assert Seal.own().public_key.hex() in page_of(desks.secretary.get(reverse("travel_key")))


def test_queries_do_not_grow(case, desks, django_assert_num_queries):
    client = desks.secretary
    client.get(url(case, "case_archive"))

    def counted() -> None:
        with django_assert_num_queries(23):
            client.get(url(case, "case_archive"))

    counted()
    for row in list(case.materials.all()):
        for version in (2, 3):
            row.pk, row.version = None, version
            row.save()
    counted()
