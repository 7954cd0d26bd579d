"""Uploads in parts by the addresses that the script calls, and forms that take what waited for them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from audit.models import Entry
from recruitment.models import Case, Correction, Draft, Material, StagedUpload
from recruitment.services import staging
from tests.branches.factories import make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import PDF, Desks, pdf, sent, url

STEP = "submit_application"
CODE = "D01"
FIELD = f"paper_{CODE}"
TODAY = people.START + dt.timedelta(days=1)
PAGE_QUERIES = 14


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def county(db):
    return make_county(members=12)


@pytest.fixture
def desks(county, monkeypatch) -> Desks:
    return Desks(county, monkeypatch).on(TODAY)


@pytest.fixture
def case(county) -> Case:
    return people.make_case(county)


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, "JPEG")
    return out.getvalue()


def place_on(client: Client, address: str) -> str:
    """The place as the page of a form carries it."""
    found = re.search(r'data-place="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return unescape(found[1])


def begin(client: Client, place: str, content: bytes = PDF, **changes):
    given = {"place": place, "field": FIELD, "kind": "file", "name": "a.pdf", "size": len(content)}
    return client.post(reverse("upload_begin"), {**given, "sha256": hashlib.sha256(content).hexdigest(), **changes})


def part(client: Client, token: str, content: bytes, offset: int = 0):
    address = reverse("upload_part", args=[token])
    return client.post(
        address, content, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )


def put(client: Client, place: str, content: bytes = PDF, **changes) -> str:
    """A whole upload; its token."""
    token = begin(client, place, content, **changes).json()["id"]
    assert part(client, token, content).json() == {"id": token, "offset": len(content), "done": True}
    return token


def photograph(client: Client, place: str, colour: str) -> str:
    return put(client, place, jpeg(colour), kind="page", name=f"{colour}.jpg")


def page_of(response) -> str:
    return unescape(response.content.decode())


# -- the addresses ------------------------------------------------------------------------------------------------


def test_parts_states_and_conflicts(case, desks, settings):
    settings.UPLOAD_PART_BYTES = 10
    client = desks.secretary
    place = place_on(client, url(case, "step", STEP))
    token = begin(client, place).json()["id"]
    assert part(client, token, PDF[:10]).json() == {"id": token, "offset": 10, "done": False}
    late = part(client, token, PDF[:10])
    assert (late.status_code, late.json()["offset"]) == (409, 10)
    assert client.get(reverse("upload_part", args=[token])).json()["offset"] == 10
    assert begin(client, place).json() == {"id": token, "offset": 10, "done": False}
    assert part(client, token, PDF[10:], 10).json() == {"id": token, "offset": len(PDF), "done": True}
    assert part(client, token, PDF[10:], 10).json() == {"id": token, "offset": len(PDF), "done": True}
    assert part(client, token, b"x", -1).status_code == 404


def test_what_cannot_be_taken_is_said(case, desks, monkeypatch):
    client = desks.secretary
    place = place_on(client, url(case, "step", STEP))
    assert "超过每个文件" in begin(client, place, size=10**9).json()["error"]
    token = begin(client, place, b"MZ program").json()["id"]
    refused = part(client, token, b"MZ program")
    assert (refused.status_code, "不是可以接收的文件" in refused.json()["error"]) == (422, True)
    token = begin(client, place).json()["id"]

    def full(row, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(staging, "write_part", full)
        answer = part(client, token, PDF)
    assert (answer.status_code, "已经传到的部分还在" in answer.json()["error"]) == (507, True)
    assert part(client, token, PDF).json()["done"]


@pytest.mark.parametrize("changes", [{"place": ""}, {"place": "forged"}, {"size": "x"}, {"field": ""}])
def test_only_a_form_that_was_shown_takes_uploads(case, desks, changes):
    client = desks.secretary
    place = place_on(client, url(case, "step", STEP))
    given = {"place": place, **changes}
    assert begin(client, given.pop("place"), **given).status_code == 404
    # The place of one user is none of another.
    assert begin(desks.client("deputy_secretary"), place).status_code == 404
    assert not StagedUpload.objects.exists()


@pytest.mark.parametrize(
    ("role", "body"),
    [
        ("deputy_secretary", "branch"),
        ("committee_verifier", "committee"),
        ("department_officer", "department"),
        ("inspector", "county"),
        ("administrator", "county"),
    ],
)
def test_nobody_else_sees_or_touches_it(county, case, desks, role, body):
    owner = desks.secretary
    place = place_on(owner, url(case, "step", STEP))
    token = photograph(owner, place, "red")
    other = desks.client(role, getattr(county, body))
    assert other.get(reverse("upload_part", args=[token])).status_code == 404
    assert part(other, token, b"x").status_code == 404
    assert other.get(reverse("upload_picture", args=[token])).status_code == 404
    assert other.get(reverse("upload_preview"), {"pages": token}).status_code == 404
    assert other.post(reverse("upload_withdraw"), {"id": token}).status_code == 404
    assert other.post(reverse("upload_arrange"), {"place": place, "field": FIELD, "pages": token}).status_code == 404
    page = other.get(url(case, "step", STEP))
    assert token not in page.content.decode()
    assert StagedUpload.objects.count() == 1


def test_who_is_signed_out_is_told_in_json(case, desks):
    place = place_on(desks.secretary, url(case, "step", STEP))
    answer = begin(Client(), place)
    assert (answer.status_code, "登录已经过期" in answer.json()["error"]) == (401, True)
    assert Client().get(reverse("upload_preview")).status_code == 302


def test_uploads_need_the_token_against_forgery(county, case, desks):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(county.user(county.branch, "secretary"))
    place = place_on(strict, url(case, "step", STEP))
    assert begin(strict, place).status_code == 403


def test_pages_are_shown_arranged_and_withdrawn(case, desks):
    client = desks.secretary
    place = place_on(client, url(case, "step", STEP))
    red, blue = photograph(client, place, "red"), photograph(client, place, "blue")
    picture = client.get(reverse("upload_picture", args=[red]))
    assert (picture["Content-Type"], picture.content) == ("image/jpeg", jpeg("red"))
    assert "sandbox" in picture["Content-Security-Policy"]
    assert picture["Cache-Control"].startswith("private") or "no-store" in picture["Cache-Control"]
    preview = client.get(reverse("upload_preview"), {"pages": [f"{blue}.90", red]})
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(preview.content)).pages]
    assert [box.width > box.height for box in boxes] == [True, False]
    client.post(reverse("upload_arrange"), {"place": place, "field": FIELD, "pages": [f"{blue}.90", f"{red}.0"]})
    page = client.get(url(case, "step", STEP)).content.decode()
    assert page.index(f'value="{blue}.90"') < page.index(f'value="{red}.0"')
    assert client.post(reverse("upload_withdraw"), {"id": blue}).status_code == 200
    assert blue not in client.get(url(case, "step", STEP)).content.decode()


# -- the forms ----------------------------------------------------------------------------------------------------


def test_a_form_that_comes_back_has_what_was_typed_and_uploaded(case, desks):
    client = desks.secretary
    place = place_on(client, url(case, "step", STEP))
    pages = [f"{photograph(client, place, 'red')}.0", f"{photograph(client, place, 'blue')}.90"]
    values = people.values_of(case, STEP, TODAY)
    data = sent(STEP, values, case.version, papers=False) | {f"{FIELD}-staged": pages}
    first = client.post(url(case, "step", STEP), {**data, "application_date": "没有这一天"})
    page = page_of(first)
    assert "没有“没有这一天”这一天" in page
    assert all(f'value="{value}"' in page for value in pages)
    assert not Material.objects.exists()
    assert client.post(url(case, "step", STEP), data).status_code == 302
    paper = Material.objects.get(case=case)
    assert (paper.code, paper.original_name) == (CODE, "D01 照片 2 页.pdf")
    boxes = [page.mediabox for page in PdfReader(paper.file).pages]
    assert [box.width > box.height for box in boxes] == [False, True]
    assert not StagedUpload.objects.exists()
    # The paper is audited with the act that keeps it, and what happened before is no act.
    entry = Entry.objects.get(chain=case.chain, action="step_submitted")
    assert entry.payload["materials"] == [{"code": CODE, "version": 1, "sha256": paper.sha256, "size": paper.size}]
    assert not Entry.objects.filter(action__contains="upload").exists()


def test_text_and_uploads_survive_an_interrupted_form(case, desks):
    client = desks.secretary
    place = place_on(client, url(case, "step", STEP))
    token = photograph(client, place, "red")
    client.post(url(case, "step_draft", STEP), {"receiving_branch": "样本收件人", f"{FIELD}-staged": token})
    assert f"{FIELD}-staged" not in Draft.objects.get().values
    page = page_of(client.get(url(case, "step", STEP) + "?draft=1"))
    assert 'value="样本收件人"' in page
    assert f'value="{token}.0"' in page


def test_another_form_or_field_does_not_take_it(county, case, desks):
    client = desks.secretary
    other = people.make_case(county, number=2)
    token = put(client, place_on(client, url(case, "step", STEP)))
    answer = client.post(url(other, "step_papers", STEP), {"version": other.version, f"{FIELD}-staged": token})
    assert "还没有选择文件" in page_of(answer)
    answer = client.post(url(case, "step_papers", STEP), {"version": case.version, "paper_D02-staged": token})
    assert "还没有选择文件" in page_of(answer)
    assert not Material.objects.exists()
    assert StagedUpload.objects.count() == 1


def test_the_papers_page_takes_what_waits_in_the_step(case, desks):
    client = desks.secretary
    token = put(client, place_on(client, url(case, "step", STEP)))
    data = {"version": case.version, f"{FIELD}-staged": token}
    assert client.post(url(case, "step_papers", STEP), data).status_code == 302
    paper = Material.objects.get(case=case)
    assert (paper.original_name, paper.file.read()) == ("a.pdf", PDF)
    # The very same file again is no second version, and waits no longer.
    again = put(client, place_on(client, url(case, "step_papers", STEP)))
    data = {"version": case.version, f"{FIELD}-staged": again}
    assert client.post(url(case, "step_papers", STEP), data).status_code == 302
    assert Material.objects.count() == 1
    assert not StagedUpload.objects.exists()


def test_an_unfinished_one_is_shown_and_not_taken(case, desks, settings):
    settings.UPLOAD_PART_BYTES = 10
    client = desks.secretary
    place = place_on(client, url(case, "step", STEP))
    token = begin(client, place).json()["id"]
    part(client, token, PDF[:8])
    page = page_of(client.get(url(case, "step_papers", STEP)))
    assert "“a.pdf”传到 50% 时中断了" in page
    assert f'value="{token}"' not in page
    answer = client.post(url(case, "step_papers", STEP), {"version": case.version, f"{FIELD}-staged": token})
    assert "还没有选择文件" in page_of(answer)


def test_the_paper_of_a_correction_may_be_photographed(county, desks, monkeypatch):
    monkeypatch.setattr(Correction._meta.get_field("evidence"), "storage", InMemoryStorage())
    case = people.make_case(county)
    day = people.bring(county, case, "organization_talk")
    case.refresh_from_db(fields=["version"])
    client = desks.on(day).secretary
    address = url(case, "step_correct", STEP)
    values = people.values_of(case, STEP, people.START) | {"receiving_branch": "更正以后的样本"}
    data = sent(STEP, values, case.version, papers=False) | {"correction_reason": "样本：名称写错。"}
    shown = client.post(address, data | {"act": "preview"}).content.decode()
    place = unescape(re.search(r'data-place="([^"]+)"', shown)[1])
    pages = [
        f"{put(client, place, jpeg(colour), kind='page', name=f'{colour}.jpg', field='evidence')}.0"
        for colour in ("red", "blue")
    ]
    assert client.post(address, data | {"act": "send", "evidence-staged": pages}).status_code == 302
    correction = Correction.objects.get()
    assert len(PdfReader(correction.evidence).pages) == 2
    assert not StagedUpload.objects.exists()


def test_the_minutes_of_a_sitting_wait_for_its_form_and_are_shared(county, desks):
    step = "determine_activist"
    cases = [people.make_case(county, number=number) for number in (2, 3)]
    days = [people.bring(county, case, step) for case in cases]
    client = desks.on(max(days)).secretary
    key = f"{county.branch.code}.branch_committee.{step}"
    address = f"{reverse('sitting_new')}?item={key}&held_on={max(days).isoformat()}"
    place = place_on(client, address)
    token = put(client, place, jpeg("red"), kind="page", name="red.jpg", field="paper_D05")
    data = {"eligible": "5", "present": "9", "hand_over": "submit", "all_decision": "agree", "paper_D05-staged": token}
    for case in cases:
        case.refresh_from_db(fields=["version"])
        data |= {f"p{case.pk}-on": "on", f"p{case.pk}-version": case.version, f"p{case.pk}-votes_for": "5"}
    page = page_of(client.post(address, data))
    # Nine cannot be present of five; what was photographed is still there.
    assert f'value="{token}.0"' in page
    assert "附件需要重新选择，其他" not in page
    response = client.post(address, {**data, "present": "5"})
    assert response.status_code == 302, page_of(response)
    rows = Material.objects.filter(code="D05", case__in=cases)
    assert len({row.file.name for row in rows}) == 1
    assert rows.count() == 2
    assert not StagedUpload.objects.exists()


# -- without a script ---------------------------------------------------------------------------------------------


def picture(colour: str, name: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name or f"{colour}.jpg", jpeg(colour), content_type="image/jpeg")


def test_several_pictures_in_one_field_become_one_paper(case, desks):
    client = desks.secretary
    data = {"version": case.version, FIELD: [picture("red"), pdf(), picture("blue")]}
    assert client.post(url(case, "step_papers", STEP), data).status_code == 302
    names = list(Material.objects.order_by("version").values_list("original_name", flat=True))
    assert names == ["D01 照片 2 页.pdf", "paper.pdf"]
    joined = Material.objects.get(version=1)
    colours = [page.images[0].image.convert("RGB").getpixel((827, 1169)) for page in PdfReader(joined.file).pages]
    assert [max(range(3), key=colour.__getitem__) for colour in colours] == [0, 2]
    # The same pictures again are the same paper.
    client.post(url(case, "step_papers", STEP), {"version": case.version, FIELD: [picture("red"), picture("blue")]})
    assert Material.objects.count() == 2


def test_a_picture_among_several_that_cannot_be_opened_is_named_and_none_is_kept(case, desks):
    broken = SimpleUploadedFile("坏.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20), content_type="image/jpeg")
    data = {"version": case.version, FIELD: [picture("red"), broken, pdf()]}
    page = page_of(desks.secretary.post(url(case, "step_papers", STEP), data))
    assert "“坏.jpg”打不开" in page
    # What stands for itself is kept, as before.
    assert Material.objects.get().original_name == "paper.pdf"


# -- numbers ------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_what_waits(case, desks, django_assert_num_queries):
    client = desks.secretary
    address = url(case, "step_papers", STEP)
    place = place_on(client, address)
    photograph(client, place, "red")
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(address)
    for colour in ("blue", "green", "yellow"):
        photograph(client, place, colour)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(address)
    token = put(client, place)
    with django_assert_num_queries(4):
        client.get(reverse("upload_part", args=[token]))
