"""The pages of custody: the case's line, the forms, the receipt, the list, the inbox; who sees what; queries."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.urls import reverse

from recruitment.documents import pdf
from recruitment.models import ArchivePackage, Case, CustodyEntry, StagedUpload
from tests.branches.factories import County, make_county
from tests.recruitment.desk import NOW, Desks, url
from tests.recruitment.finished import finished_case
from tests.recruitment.views.test_uploads import place_on, put

SIGNED = {"on": "2026-06-09", "hands": "样本·王某"}
PLACE = {"on": "2026-06-10", "hands": "样本·李某", "office": "组织科档案室", "shelf": "3柜12盒"}


@pytest.fixture
def county(db, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(CustodyEntry._meta.get_field("file"), "storage", InMemoryStorage())
    return make_county(members=2)


@pytest.fixture
def desks(county: County, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(county, monkeypatch)


@pytest.fixture
def case(county: County) -> Case:
    found = finished_case(county, has_personnel_archive=True)
    packed(found)
    return found


def packed(case: Case) -> ArchivePackage:
    files = [{"code": "D25", "title": "入党志愿书", "path": "材料/01", "sha256": "c" * 64, "pages": 3}]
    return ArchivePackage.objects.create(
        case=case, extension="zip", archive="personnel", sha256="a" * 64, manifest="b" * 64, files=files, made_at=NOW
    )


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def act(client: Client, case: Case, deed: str, **given):
    return client.post(url(case, "custody_act", deed), given)


def handed_over(client: Client, case: Case):
    package = case.archive_packages.get()
    return act(client, case, "handed_over", receiver="committee", package_id=package.pk, version=0, **SIGNED)


def test_from_the_branch_to_the_committee(case, desks):
    client = desks.secretary
    page = page_of(client.get(url(case, "case_archive")))
    assert "待移交" in page
    assert "移交归档材料" in page
    assert handed_over(client, case).url == url(case, "case_archive")
    assert "确认接收归档材料 样本" not in page_of(client.get(url(case, "case_archive")))
    form = page_of(desks.verifier.get(url(case, "custody_act", "received")))
    assert "c" * 64 in form
    assert act(desks.verifier, case, "received", version=1, **PLACE).status_code == 302
    page = page_of(desks.verifier.get(url(case, "case_archive")))
    assert "组织科档案室 · 3柜12盒" in page
    assert "移交归档材料" in page_of(client.get(url(case, "case_history")))


def test_a_form_that_is_not_whole_says_what_is_missing(case, desks):
    page = page_of(act(desks.secretary, case, "handed_over", receiver="committee", version=0))
    assert "还需要补充或更正" in page
    assert not CustodyEntry.objects.exists()
    stale = act(
        desks.secretary,
        case,
        "handed_over",
        receiver="committee",
        package_id=case.archive_packages.get().pk,
        version=7,
        **SIGNED,
    )
    assert stale.status_code == 200
    assert not CustodyEntry.objects.exists()


def test_a_body_outside_answers_by_its_stamped_receipt(case, desks):
    handed_over(desks.secretary, case)
    act(desks.verifier, case, "received", version=1, **PLACE)
    package = case.archive_packages.get()
    given = {"receiver": "personnel", "receiver_name": "样本人才中心", "package_id": package.pk, "version": 2}
    act(desks.verifier, case, "handed_over", **given, **SIGNED | {"on": "2026-06-10"})
    form = url(case, "custody_act", "received")
    assert "请上传对方盖章的回执。" in page_of(act(desks.verifier, case, "received", version=3, **PLACE))
    # The stamped receipt is sent in parts while the form is filled in, and survives a form that comes back.
    waiting = put(desks.verifier, place_on(desks.verifier, form), b"%PDF-1.4 stamped", field="receipt")
    sent = {"receipt-staged": waiting, "version": 3}
    assert waiting in page_of(act(desks.verifier, case, "received", **sent | PLACE | {"office": ""}))
    act(desks.verifier, case, "received", **sent, **PLACE)
    assert not StagedUpload.objects.exists()
    page = page_of(desks.verifier.get(url(case, "case_archive")))
    assert "样本人才中心 · 人事档案管理单位" in page
    shown = desks.secretary.get(url(case, "custody_scan", 4))
    assert b"".join(shown.streaming_content) == b"%PDF-1.4 stamped"
    assert desks.client("inspector", desks.county.county).get(url(case, "custody_scan", 4)).status_code == 404


def test_who_may_not_is_told_why_and_others_find_nothing(case, desks):
    county = desks.county
    refused = desks.verifier.get(url(case, "custody_act", "handed_over"))
    assert refused.status_code == 403
    assert "由现在保管归档材料的单位" in page_of(refused)
    assert desks.secretary.get(url(case, "custody_act", "received")).status_code == 403
    assert desks.secretary.get(url(case, "custody_act", "burnt")).status_code == 404
    for client in (
        desks.client("secretary", county.townships[0].branches[1]),
        desks.client("committee_verifier", county.townships[1].committee),
        desks.client("administrator", county.county),
    ):
        assert handed_over(client, case).status_code == 404
    assert Client().get(reverse("custody_list")).status_code == 302
    assert not CustodyEntry.objects.exists()


def test_the_receipt_names_every_file(case, desks, monkeypatch):
    made = []
    monkeypatch.setattr(pdf, "make", lambda html: made.append(html) or b"%PDF-1.4")
    handed_over(desks.secretary, case)
    assert desks.verifier.get(url(case, "custody_receipt", 1)).content == b"%PDF-1.4"
    for words in ("b" * 64, "c" * 32, "样本·王某", "接收单位（盖章）"):
        assert words in made[0]
    assert desks.client("inspector", desks.county.county).get(url(case, "custody_receipt", 1)).status_code == 404
    assert desks.verifier.get(url(case, "custody_receipt", 2)).status_code == 404


def test_the_list_and_the_inbox(county, case, desks):
    secretary, verifier = desks.secretary, desks.verifier
    assert "移交归档材料" in page_of(secretary.get(reverse("dashboard")))
    assert "归档材料" not in page_of(verifier.get(reverse("dashboard")))
    handed_over(secretary, case)
    page = page_of(verifier.get(reverse("dashboard")))
    assert f"{reverse('custody_list')}?state=on_the_way&side=committee" in page
    response = verifier.get(reverse("custody_list"), {"state": "on_the_way", "side": "committee"})
    [line] = response.context["lines"]
    assert (line["name"], line["days"], line["receiver"]) == (case.person.name, 1, county.committee.name)
    assert "没有符合条件的。" in page_of(verifier.get(reverse("custody_list"), {"state": "kept"}))
    assert "没有符合条件的。" in page_of(verifier.get(reverse("custody_list"), {"name": "无此人"}))
    read = {"name": case.person.name_pinyin.replace(" ", "")}
    assert [row["name"] for row in verifier.get(reverse("custody_list"), read).context["lines"]] == [case.person.name]
    assert verifier.get(reverse("custody_list"), {"state": "lost"}).status_code == 404
    other = desks.client("committee_verifier", county.townships[1].committee)
    assert "还没有办结归档的人员。" in page_of(other.get(reverse("custody_list")))


def test_queries_do_not_grow(county, case, desks, django_assert_num_queries):
    verifier = desks.verifier
    verifier.get(reverse("custody_list"))

    def counted() -> None:
        with django_assert_num_queries(11):
            verifier.get(reverse("custody_list"))

    counted()
    for number in (2, 3):
        packed(finished_case(county, number=number))
    handed_over(desks.secretary, case)
    counted()


def test_the_waiting_counts_from_the_archiving(case, desks):
    Case.objects.filter(pk=case.pk).update(ended_on=dt.date(2026, 6, 1))
    [line] = desks.verifier.get(reverse("custody_list")).context["lines"]
    assert (line["days"], line["holder"]) == (9, case.branch.name)
