"""The pages of forms and printings: who sees what, what was printed, and what changed since."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from recruitment import tasks
from recruitment.documents import pdf
from recruitment.models import Case, LogEntry, Material, Printing, StepRecord
from tests.branches.factories import County, make_county
from tests.recruitment.desk import Desks, url
from tests.recruitment.finished import SUMMARY, finished_case

NUMBER = "990000199001010"


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture
def desks(county: County, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(county, monkeypatch)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def case(county: County) -> Case:
    return finished_case(county, to="probation_education")


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def outsiders(desks: Desks) -> list[Client]:
    county = desks.county
    return [
        desks.client("secretary", county.townships[0].branches[1]),
        desks.client("committee_verifier", county.townships[1].committee),
        desks.client("administrator", county.county),
    ]


def print_it(client: Client, case: Case, paper: str = "F02", extension: str = "docx"):
    return client.post(url(case, "case_form", paper), {"extension": extension})


def set_value(case: Case, step: str, **values) -> None:
    record = StepRecord.objects.get(case=case, step=step, counts=True)
    record.set_values(record.typed_values() | values)
    record.save()


# -- the list and a form ------------------------------------------------------------------------------------------


def test_the_list_says_how_far_each_form_has_come(case, desks):
    response = desks.secretary.get(url(case, "case_forms"))
    states = {line.code: line.filling for line in response.context["lines"]}
    assert len(states) == 17
    assert (states["F01"], states["F16"], states["F17"]) == ("filled", "partly", "empty")
    assert [line.code for line in response.context["others"]] == ["JS", "D46", "D47"]
    page = page_of(response)
    assert "打印整簿（PDF）" in page
    assert "还没有打印过" in page


def test_a_form_is_shown_as_it_will_be_printed(case, desks):
    page = page_of(desks.secretary.get(url(case, "case_form", "F02")))
    assert SUMMARY in page
    assert "谈话人签名" in page
    assert NUMBER in page_of(desks.secretary.get(url(case, "case_form", "F01")))


def test_who_takes_no_part_sees_the_form_without_what_is_private(case, desks):
    inspector = desks.client("inspector", desks.county.county)
    page = page_of(inspector.get(url(case, "case_form", "F02")))
    assert SUMMARY not in page
    assert "（不公开）" in page
    assert NUMBER not in page_of(inspector.get(url(case, "case_form", "F01")))
    assert "不打印出来" in page_of(inspector.get(url(case, "case_forms")))


def test_forms_of_other_branches_do_not_exist(case, desks):
    row = Printing.objects.get(code=print_it(desks.secretary, case).url.split("/")[2])
    for client in outsiders(desks):
        for address in (
            url(case, "case_forms"),
            url(case, "case_form", "F01"),
            row.get_absolute_url(),
            reverse("printed_file", args=[row.code, "docx"]),
        ):
            assert client.get(address).status_code == 404
        assert print_it(client, case).status_code == 404
        assert "没有这个核验码" in page_of(client.get(reverse("find_printing"), {"code": row.code}))
    assert Printing.objects.count() == 1


def test_everything_asks_to_sign_in(case):
    for address in (url(case, "case_forms"), reverse("blank_forms"), reverse("find_printing"), "/printed/7K3QMX92AD/"):
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize("paper", ["F18", "booklet", "D01"])
def test_no_such_form(case, desks, paper):
    assert desks.secretary.get(url(case, "case_form", paper)).status_code == 404


def test_the_step_leads_to_its_forms_and_to_the_sheet_for_the_register(case, desks):
    page = page_of(desks.secretary.get(url(case, "step", "branch_committee_review")))
    assert url(case, "case_form", "F14") in page
    assert url(case, "case_form", "D46") in page
    assert "没有上传的，这一步不能提交" in page
    assert url(case, "case_form", "D47") in page_of(desks.secretary.get(url(case, "step", "probation_education")))
    assert "本环节的表" not in page_of(desks.secretary.get(url(case, "step", "superior_talk")))


# -- printing -----------------------------------------------------------------------------------------------------


def test_printing_gives_the_file_and_a_line_in_the_timeline(case, desks):
    response = print_it(desks.secretary, case)
    row = Printing.objects.get()
    assert response.url == reverse("printed_file", args=[row.code, "docx"])
    file = desks.secretary.get(response.url)
    assert file.status_code == 200
    assert file.content.startswith(b"PK")
    assert file["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file["Content-Security-Policy"]
    assert "no-store" in file["Cache-Control"]
    assert row.code in page_of(desks.secretary.get(url(case, "case_forms")))
    assert "打印表格" in page_of(desks.secretary.get(url(case, "case_history")))


def test_a_pdf_is_shown_with_its_code(case, desks):
    file = desks.secretary.get(print_it(desks.secretary, case, "JS", "pdf").url)
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("inline")
    assert file.content.startswith(b"%PDF")


def test_a_copy_for_somebody_else_or_later_is_printed_anew(case, desks):
    address = print_it(desks.secretary, case).url
    row = Printing.objects.get()
    assert desks.verifier.get(address).url == row.get_absolute_url()
    assert desks.secretary.get(reverse("printed_file", args=[row.code, "pdf"])).status_code == 404
    desks.now += dt.timedelta(hours=2)
    assert desks.secretary.get(address).url == row.get_absolute_url()
    assert Printing.objects.count() == 1


def test_what_changed_before_the_file_was_fetched_is_printed_anew(case, desks):
    address = print_it(desks.secretary, case).url
    set_value(case, "organization_talk", summary="改过的谈话内容")
    assert desks.secretary.get(address).url == Printing.objects.get().get_absolute_url()


@pytest.mark.parametrize("data", [{}, {"extension": "exe"}])
def test_no_such_format(case, desks, data):
    assert desks.secretary.post(url(case, "case_form", "F02"), data).status_code == 404
    assert not Printing.objects.exists()


def test_the_whole_booklet_is_made_in_the_background(case, desks):
    response = print_it(desks.secretary, case, "booklet")
    row = Printing.objects.get()
    waiting = page_of(desks.secretary.get(response.url))
    assert response.url == reverse("printed_making", args=[row.code])
    assert "等待制作" in waiting
    assert 'http-equiv="refresh"' in waiting
    file_url = reverse("printed_file", args=[row.code, "docx"])
    assert desks.secretary.get(file_url).url == response.url
    assert tasks.pending_documents() == 1
    done = page_of(desks.secretary.get(response.url))
    assert file_url in done
    assert "refresh" not in done
    mine = page_of(desks.secretary.get(reverse("document_batches")))
    assert response.url in mine
    assert case.person.name in mine
    file = desks.secretary.get(file_url)
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert "no-store" in file["Cache-Control"]
    assert Entry.objects.filter(action="printed_file_fetched").count() == 1
    for client in (desks.verifier, *outsiders(desks)):
        assert client.get(response.url).status_code == 404
        assert client.get(file_url).status_code in (302, 404)
    assert response.url not in page_of(desks.verifier.get(reverse("document_batches")))
    set_value(case, "organization_talk", summary="改过的谈话内容")
    assert desks.secretary.get(file_url).url == row.get_absolute_url()


def test_the_blank_booklet_waits_for_the_worker_too(desks, monkeypatch):
    monkeypatch.setattr(pdf, "make", lambda html: b"%PDF")
    administrator = desks.client("administrator", desks.county.county)
    address = reverse("blank_file", args=["booklet", "blank", "pdf"])
    waiting = administrator.get(address).url
    assert "等待制作" in page_of(administrator.get(waiting))
    assert administrator.get(f"{waiting}file.pdf").status_code == 404
    assert tasks.pending_documents() == 1
    assert f"{waiting}file.pdf" in page_of(administrator.get(waiting))
    for made in (address, f"{waiting}file.pdf"):
        file = desks.secretary.get(made)
        assert file["Content-Type"] == "application/pdf"
        assert b"".join(file.streaming_content) == b"%PDF"
    for wrong in (reverse("common_paper", args=[99]), reverse("common_file", args=[99])):
        assert administrator.get(wrong).status_code == 404
    assert Client().get(waiting).status_code == 302


def test_a_page_that_waits_in_vain_says_so(case, desks):
    address = print_it(desks.secretary, case, "booklet").url
    desks.now += dt.timedelta(minutes=5)
    assert "后台程序可能没有运行" in page_of(desks.secretary.get(address))


# -- is it the present version ------------------------------------------------------------------------------------


def test_a_printed_form_answers_whether_it_is_current(case, desks):
    print_it(desks.secretary, case)
    row = Printing.objects.get()
    assert "与现行内容一致" in page_of(desks.verifier.get(row.get_absolute_url()))
    set_value(case, "organization_talk", summary="改过的谈话内容")
    set_value(case, "halfyear_review", last_review_on=dt.date(2024, 1, 1))
    response = desks.verifier.get(row.get_absolute_url())
    assert "打印以后有更改" in page_of(response)
    assert [(code, fields) for code, _name, fields in response.context["changed"]] == [("F02", ["谈话内容"])]
    set_value(case, "organization_talk", summary=SUMMARY)
    assert "与现行内容一致" in page_of(desks.verifier.get(row.get_absolute_url()))


def test_the_booklet_says_which_of_its_forms_differ(case, desks):
    print_it(desks.secretary, case, "booklet")
    case.person.education = "研究生"
    case.person.save()
    response = desks.secretary.get(Printing.objects.get().get_absolute_url())
    codes = [code for code, _name, fields in response.context["changed"] if "学历" in fields]
    assert "F01" in codes
    assert "F12" not in codes


def test_a_printing_without_private_content_is_not_altered_by_a_private_change(case, desks):
    inspector = desks.client("inspector", desks.county.county)
    print_it(inspector, case)
    set_value(case, "organization_talk", summary="改过的谈话内容")
    assert "与现行内容一致" in page_of(inspector.get(Printing.objects.get().get_absolute_url()))


def test_a_code_is_found_however_it_is_typed(case, desks):
    print_it(desks.secretary, case)
    row = Printing.objects.get()
    Printing.objects.filter(pk=row.pk).update(code="7K3QM10AD2")
    for typed in ("7K3QM10AD2", "7k3qm-10ad2", " 7K3QM 1OAD2 ", "7K3QM-IOAD2"):
        assert desks.secretary.get(reverse("find_printing"), {"code": typed}).url == "/printed/7K3QM10AD2/"
    assert "请输入核验码" in page_of(desks.secretary.get(reverse("find_printing"), {"code": ""}))
    assert desks.secretary.get(reverse("find_printing")).status_code == 200


# -- blank forms, and a machine that lacks something --------------------------------------------------------------


def test_blank_forms_and_the_example_are_there_for_everybody(desks):
    administrator = desks.client("administrator", desks.county.county)
    assert len(administrator.get(reverse("blank_forms")).context["lines"]) == 17
    for kind in ("blank", "example"):
        file = administrator.get(reverse("blank_file", args=["F05", kind, "docx"]))
        assert file.status_code == 200
        assert file.content.startswith(b"PK")
    assert administrator.get(reverse("blank_file", args=["F05", "blank", "pdf"])).content.startswith(b"%PDF")
    for wrong in (("F18", "blank", "pdf"), ("F05", "other", "pdf"), ("F05", "blank", "exe"), ("JS", "blank", "pdf")):
        assert administrator.get(reverse("blank_file", args=wrong)).status_code == 404
    assert reverse("blank_forms") in page_of(administrator.get(reverse("guide")))


def test_without_pango_the_pages_name_the_package_and_go_on(case, desks, monkeypatch):
    monkeypatch.setattr(pdf, "_opens", lambda library: library != "libpango-1.0.so.0")
    for address in (url(case, "case_forms"), url(case, "case_form", "F02"), reverse("blank_forms")):
        page = page_of(desks.secretary.get(address))
        assert "libpango-1.0-0" in page
        assert "（PDF）" not in page
    response = print_it(desks.secretary, case, extension="pdf")
    assert response.status_code == 503
    assert "libpango-1.0-0" in page_of(response)
    assert print_it(desks.secretary, case, "booklet", "pdf").status_code == 503
    assert not Printing.objects.exists()
    for paper in ("F09", "booklet"):
        assert desks.secretary.get(reverse("blank_file", args=[paper, "blank", "pdf"])).status_code == 503
    assert desks.secretary.get(print_it(desks.secretary, case).url).status_code == 200


def test_a_name_without_a_shape_is_told_with_the_font(case, desks, monkeypatch):
    monkeypatch.setattr(pdf, "without_glyph", lambda texts: "𪚥" if any(texts) else "")
    for address in (url(case, "case_forms"), url(case, "case_form", "F02")):
        page = page_of(desks.secretary.get(address))
        assert "没有“𪚥”的字形" in page
        assert pdf.RARE_FONTS in page


# -- queries ------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow(case, desks, django_assert_num_queries):
    """However many entries, papers and printings the case has."""
    client = desks.secretary
    print_it(client, case)
    row = Printing.objects.get()
    making = print_it(client, case, "booklet").url
    client.get(reverse("find_printing"))

    def counted() -> None:
        with django_assert_num_queries(8):
            client.get(making)
        with django_assert_num_queries(9):
            client.get(reverse("document_batches"))
        with django_assert_num_queries(22):
            client.get(url(case, "case_forms"))
        with django_assert_num_queries(20):
            client.get(url(case, "case_form", "F02"))
        with django_assert_num_queries(14):
            client.get(row.get_absolute_url())

    counted()
    for entry in LogEntry.objects.filter(record__case=case):
        for _ in range(3):
            entry.pk = None
            entry.save()
    for _ in range(3):
        print_it(client, case)
        print_it(client, case, "booklet")
    counted()
