"""The work of a day by keyboard alone: from the inbox to what happens next, without a mouse and without an address.

Each walk presses Tab until it stands where it wants to be, as people do who cannot use a mouse; the focus must always
be visible, and stay where the work goes on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from recruitment.models import Case
from recruitment.services import interventions
from tests.branches.factories import PASSWORD, County, make_county
from tests.recruitment import sitting_cases as people

TODAY = people.START + dt.timedelta(days=10)
FIRST = "submit_application"
#: Whether the focused element shows it: an outline, or a border that the style of inputs draws stronger.
VISIBLE = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return e === document.body || box.width === 0 || drawn;
}"""
WHERE = "() => { const e = document.activeElement; return `${e.tagName} ${e.name || e.href || e.id}`; }"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(people.at(TODAY, 15).astimezone(dt.UTC), tick=False):
        yield


@pytest.fixture
def county(live_server) -> County:
    return make_county(members=3)


class Keys:
    """Hands on a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_in(self, username: str) -> None:
        self.page.goto("/")
        self.to(self.page.locator("[name=username]"))
        self.type(username)
        self.press("Tab")
        self.type(PASSWORD)
        self.press("Enter")
        expect(self.page.locator("nav.site-nav")).to_be_visible()

    def to(self, place: Locator, *, at_most: int = 120) -> Locator:
        """Press Tab until ``place`` has the focus; every stop on the way must be visible."""
        wanted = place.first.element_handle()
        for _ in range(at_most):
            if wanted.evaluate("e => e === document.activeElement"):
                return place.first
            self.press("Tab")
            assert self.page.evaluate(VISIBLE), f"no visible focus on {self.page.evaluate(WHERE)}"
        raise AssertionError(f"{at_most} times Tab do not lead to {place}; at {self.page.evaluate(WHERE)}")

    def follow(self, place: Locator) -> None:
        """To a link or a button, and Enter; the next page is there when this returns."""
        self.to(place)
        with self.page.expect_navigation():
            self.press("Enter")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def day(self, day: dt.date) -> None:
        """In the order in which this browser asks for it: its own language decides, not the page's."""
        value = "() => document.activeElement.value"
        for parts in ((f"{day.year}", f"{day:%m}", f"{day:%d}"), (f"{day:%m}", f"{day:%d}", f"{day.year}")):
            for _ in parts:
                self.press("ArrowLeft")
            for part in parts:
                self.type(part)
                if len(part) == 4 and part is not parts[-1]:
                    self.press("ArrowRight")
            if self.page.evaluate(value) == day.isoformat():
                return
        raise AssertionError(f"typed {day}, and the field holds {self.page.evaluate(value)!r}")


@pytest.fixture(params=["zh-hans", "en"])
def keys(request: pytest.FixtureRequest, page: Page, live_server) -> Keys:
    page.context.add_cookies([{"name": "django_language", "value": request.param, "url": live_server.url}])
    # Playwright begins to catch file choosers some time after it is asked to: long before the key is pressed.
    page.on("filechooser", lambda chooser: None)
    return Keys(page)


def link(page: Page, url: str) -> Locator:
    return page.locator(f'main a[href="{url}"]')


def nav(page: Page, name: str) -> Locator:
    return page.locator(f'nav.site-nav a[href="{reverse(name)}"]')


def test_a_secretary_enters_a_step_from_the_inbox(county: County, keys: Keys, tmp_path: Path):
    page, case = keys.page, people.make_case(county)
    paper = tmp_path / "D01.pdf"
    paper.write_bytes(people.PDF)
    keys.sign_in(county.user(county.branch, "secretary").username)
    # The first Tab of a page offers to skip what stands on every page.
    page.locator("body").evaluate("() => document.activeElement.blur()")
    keys.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("main")).to_be_focused()
    keys.follow(link(page, reverse("step", args=[case.number, FIRST])))

    # Sent too early: the summary has the focus, and each of its lines leads to its field.
    keys.follow(page.locator("[name=act][value=submit]"))
    expect(page.locator(".error-summary")).to_be_focused()
    line = page.locator('.error-summary a[href="#id_application_date"]')
    keys.to(line, at_most=10)
    keys.press("Enter")
    expect(page.locator("[name=application_date]")).to_be_focused()

    keys.day(TODAY)
    for name, value in people.values_of(case, FIRST, TODAY).items():
        if name == "application_date":
            continue
        field = keys.to(page.locator(f"[name={name}]"), at_most=20)
        kind = field.evaluate("e => e.type")
        if kind == "date":
            keys.day(value)
        elif kind in ("radio", "checkbox"):
            keys.press("Space")
        elif kind == "select-one":
            keys.press("ArrowDown")
        elif not field.input_value():
            keys.type(str(value))
    keys.to(page.locator("[name=paper_D01]"), at_most=20)
    with page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files(paper)
    keys.follow(page.locator("[name=act][value=submit]"))
    expect(page.locator(".next-step")).to_be_focused()
    assert case.records.get(step=FIRST).status == "submitted"


def _submitted(county: County, number: int) -> Case:
    case = people.make_case(county, number=number)
    people.do(county, case, FIRST, TODAY, verify=False)
    return Case.objects.get(pk=case.pk)


def test_a_verifier_passes_one_and_returns_the_next(county: County, keys: Keys):
    first, second = (_submitted(county, number) for number in (1, 2))
    page = keys.page
    keys.sign_in(county.user(county.committee, "committee_verifier", 1).username)
    keys.follow(nav(page, "queue"))
    keys.follow(link(page, reverse("case_verify", args=[first.number])))
    box = keys.to(page.locator("[name=originals]"))
    keys.press("Space")
    expect(box).to_be_checked()
    keys.press("a")
    expect(page.locator("button[value=verify]")).to_be_focused()
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator(".next-step")).to_be_focused()
    assert first.records.get(step=FIRST).status == "verified"

    # What was decided leads to the next one.
    if page.locator("h1").inner_text() != second.person.name:
        keys.follow(link(page, reverse("case_verify", args=[second.number])))
    keys.press("r")
    code = page.locator("#decide [name=code]")
    expect(code).to_be_focused()
    keys.press("ArrowDown")
    keys.to(page.locator("#decide [name=reason]"), at_most=3)
    keys.type("请补正日期")
    keys.follow(page.locator("button[value=hand_back]"))
    expect(page.locator(".next-step")).to_be_focused()
    assert second.records.get(step=FIRST).status == "returned"


def test_an_officer_decides_on_a_red_light(county: County, keys: Keys):
    case, page = people.make_case(county), keys.page
    verifier = people.actor(county, county.committee, "committee_verifier")
    interventions.raise_veto(
        case_id=case.pk, step=FIRST, code="V02", reason="本人说不是自愿", actor=verifier, now=people.at(TODAY)
    )
    keys.sign_in(county.user(county.department, "department_officer").username)
    keys.follow(page.locator(f'main a[href^="{reverse("flagged")}"]'))
    keys.follow(link(page, reverse("veto_decide", args=[case.number])))
    keys.to(page.locator("details:has(#form-dismiss) > summary"))
    keys.press("Enter")
    keys.to(page.locator("#form-dismiss [name=reason]"), at_most=3)
    keys.type("已与本人谈话核实")
    keys.follow(page.locator("[name=decision][value=dismiss]"))
    expect(page.locator(".next-step")).to_be_focused()
    assert case.vetoes.get().status == "dismissed"


def test_an_inspector_searches_reads_the_story_and_takes_the_report(county: County, keys: Keys):
    case, page = people.make_case(county), keys.page
    keys.sign_in(county.user(county.county, "inspector").username)
    keys.to(page.locator(".site-search input"))
    keys.type("样本人员")
    with page.expect_navigation():
        keys.press("Enter")
    keys.follow(link(page, case.get_absolute_url()))
    keys.follow(link(page, reverse("case_history", args=[case.number])))
    expect(page.locator(".timeline")).to_be_visible()
    keys.follow(nav(page, "figures"))
    keys.follow(page.locator(f'main a[href^="{reverse("reports_own")}"]'))
    keys.follow(page.locator('main a[href*="/bulletin/"]'))
    button = keys.to(page.locator("button[value=xlsx]"))
    with page.expect_download() as download:
        keys.press("Enter")
    assert re.search(r"\.xlsx$", download.value.suggested_filename)
    expect(button).to_be_focused()
