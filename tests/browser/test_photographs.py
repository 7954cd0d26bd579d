"""Papers photographed with a phone: taken in a row, put in order, turned, and sent over a connection that breaks."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from recruitment.models import Case, Material, StagedUpload
from recruitment.rules.steps import STEPS
from tests.branches.factories import County, make_county
from tests.recruitment import sitting_cases as people

TODAY = people.START + dt.timedelta(days=40)
STEP = "organization_talk"
CODE = STEPS[STEP].paper_codes[0]
COLOURS = [tuple(levels) for levels in itertools.product((40, 130, 220), (60, 200), (60, 200))][:10]
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
WAIT = 60_000  # milliseconds, for what takes two seconds on a machine that does nothing else
#: Camera turned by a quarter: what lies in the file is to be shown clockwise from there (EXIF 274).
ORIENTATION, SIDEWAYS = 0x0112, 6


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(people.at(TODAY, 15).astimezone(dt.UTC), tick=False):
        yield


@pytest.fixture
def county(live_server) -> County:
    return make_county(members=12)


@pytest.fixture
def case(county: County) -> Case:
    case = people.make_case(county)
    people.bring(county, case, STEP)
    return case


def signed_in(page: Page, server: str, county: County, case: Case) -> Page:
    """The papers of the step, before the branch's secretary."""
    client = Client()
    client.force_login(county.user(county.branch, "secretary"))
    cookies = [{"name": c.key, "value": c.value, "url": server} for c in client.cookies.values()]
    page.context.add_cookies(cookies)
    page.goto(reverse("step_papers", args=[case.number, STEP]))
    return page


@pytest.fixture
def phone(new_page, live_server, county: County, case: Case) -> Page:
    return signed_in(new_page(**PHONE), live_server.url, county, case)


@pytest.fixture
def phone_far_out(chromium: Browser, live_server, county: County, case: Case) -> Iterator[Page]:
    """A phone whose browser may complain of a lost connection: this is what its test is about."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", **PHONE)
    yield signed_in(context.new_page(), live_server.url, county, case)
    context.close()


def photograph(number: int, size: tuple[int, int] = (900, 1200), exif: int = 0) -> dict:
    """A picture of one colour in the lower half and white above, as a camera would hand it over."""
    picture = Image.new("RGB", size, "white")
    picture.paste(COLOURS[number], (0, size[1] // 2, size[0], size[1]))
    out, marks = io.BytesIO(), Image.Exif()
    if exif:
        marks[ORIENTATION] = exif
    picture.save(out, "JPEG", exif=marks)
    return {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def seen(content: bytes) -> list[tuple[int, str, str]]:
    """Of each page: whose colour it bears, how it lies, and at which side the colour is."""
    found = []
    for page in PdfReader(io.BytesIO(content)).pages:
        picture = page.images[0].image.convert("RGB")
        wide, high = picture.size
        spots = {"up": (wide // 2, high // 4), "down": (wide // 2, high * 3 // 4)}
        spots |= {"left": (wide // 4, high // 2), "right": (wide * 3 // 4, high // 2)}
        shades = {side: picture.getpixel(spot) for side, spot in spots.items()}
        side = next(s for s in shades if min(shades[s]) < 230 and min(shades[_OPPOSITE[s]]) > 240)
        colour = min(
            range(len(COLOURS)), key=lambda n: sum(abs(a - b) for a, b in zip(COLOURS[n], shades[side], strict=True))
        )
        found.append((colour, "across" if wide > high else "upright", side))
    return found


_OPPOSITE = {"up": "down", "down": "up", "left": "right", "right": "left"}


def test_ten_pages_are_taken_ordered_turned_and_become_one_paper(phone: Page):
    shelf = phone.locator(f"[data-uploads=paper_{CODE}]")
    pages = shelf.locator("[data-pages] > li")
    camera = shelf.locator("input[capture]")
    expect(shelf.get_by_role("button", name="拍照")).to_be_visible()
    for number in range(10):
        # The fifth is taken with the camera held sideways, and is upright all the same.
        shot = photograph(number, size=(1200, 900), exif=SIDEWAYS) if number == 4 else photograph(number)
        camera.set_input_files([shot])
    expect(pages).to_have_count(10)
    expect(shelf.get_by_role("status")).to_have_text("第 10 页已上传，共 10 页。", timeout=WAIT)

    def press(page: int, name: str) -> None:
        pages.nth(page - 1).get_by_role("button", name=f"{name} 第 {page} 页").click()

    press(2, "右转")
    press(3, "后移")
    expect(shelf.get_by_role("status")).to_have_text("移到第 4 页。")
    expect(pages.nth(3).get_by_role("button", name="后移")).to_be_focused()
    press(10, "删除")
    expect(pages).to_have_count(9)
    expect(phone.locator("body")).to_have_js_property("scrollWidth", 360)
    look = shelf.get_by_role("link", name="看合成的 PDF").get_attribute("href")
    shown = phone.request.get(look).body()
    upright = [(number, "upright", "down") for number in (0, 1, 3, 2, 5, 6, 7, 8)]
    sideways = (4, "upright", "left")
    wanted = [upright[0], (1, "across", "left"), upright[2], upright[3], sideways, *upright[4:]]
    assert seen(shown) == wanted
    # Nothing is a paper of the case before the form is sent; and a page that is opened again has it all.
    papers = Material.objects.filter(record__step=STEP)
    assert not papers.exists()
    phone.wait_for_timeout(600)
    phone.reload()
    expect(pages.get_by_role("button", name="右转")).to_have_count(9)
    phone.get_by_role("button", name="上传", exact=True).click()
    phone.wait_for_selector(".next-step, .messages", timeout=WAIT)
    paper = papers.get()
    assert (paper.code, paper.content_type) == (CODE, "application/pdf")
    assert paper.size < 3_000_000
    assert seen(paper.file.read()) == wanted
    assert not StagedUpload.objects.exists()


def test_an_interrupted_upload_goes_on_where_it_stopped(phone_far_out: Page, tmp_path):
    phone = phone_far_out
    content = b"%PDF-1.4 " + bytes(range(256)) * 4096 + b" end"
    paper = tmp_path / "记录.pdf"
    paper.write_bytes(content)
    shelf = phone.locator(f"[data-uploads=paper_{CODE}]")
    sent: list[int] = []

    def cut_after_two(route: Route) -> None:
        if len(sent) >= 2:
            route.abort()
            return
        sent.append(int(route.request.headers["upload-offset"]))
        route.continue_()

    parts = "**/uploads/*-*/"
    phone.route(parts, cut_after_two)
    phone.locator(f"[name=paper_{CODE}]").set_input_files(paper)
    expect(shelf.get_by_text("已传 49%")).to_be_visible(timeout=WAIT)
    # The page is closed in the midst of it, and opened again.
    phone.once("dialog", lambda dialog: dialog.accept())
    phone.reload()
    expect(shelf.get_by_text("从 49% 接着传")).to_be_visible()
    phone.unroute(parts)
    phone.on("request", lambda request: sent.append(int(request.headers.get("upload-offset", -1))))
    phone.locator(f"[name=paper_{CODE}]").set_input_files(paper)
    # Sent at once: the form waits for its file.
    phone.get_by_role("button", name="上传", exact=True).click()
    phone.wait_for_selector(".next-step, .messages", timeout=WAIT)
    material = Material.objects.get(record__step=STEP)
    assert material.original_name == "记录.pdf"
    assert material.file.read() == content
    assert [offset for offset in sent if offset >= 0] == [0, 262144, 524288, 786432, 1048576]
