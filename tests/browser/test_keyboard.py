"""The work of a day by keyboard alone: from the inbox to what happens next, without a mouse and without an address.

Each walk presses Tab until it stands where it wants to be, as people do who cannot use a mouse; the focus must always
be visible, and stay where the work goes on. On a phone the navigation and the search are behind a link, which is opened
by its key too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from recruitment.models import Case, Meeting
from recruitment.services import interventions, meetings
from tests.branches.factories import PASSWORD, County, make_county
from tests.recruitment import ripe_rows
from tests.recruitment import sitting_cases as people

TODAY = people.START + dt.timedelta(days=10)
FIRST = "submit_application"
#: Whether the focused element shows it: it has an outline, and what stands over the page leaves some of it to be seen.
VISIBLE = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (e === document.body) { return true; }
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const free = [0.1, 0.5, 0.9].some((across) => [0.2, 0.5, 0.8].some((down) => {
    const top = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
    return top !== null && (e.contains(top) || top.contains(e) && top !== document.body);
  }));
  return drawn && free;
}"""
WHERE = "() => { const e = document.activeElement; return `${e.tagName} ${e.name || e.href || e.id}`; }"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(people.at(TODAY, 15).astimezone(dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def county(live_server) -> County:
    return make_county(members=3)


#: An office screen and a phone; below 761 px the navigation is behind the menu.
OFFICE, PHONE = {"width": 1280, "height": 768}, {"width": 360, "height": 740}
#: Each language once and each width once in `make test`, every pair in `make soak`.
WAYS = [
    pytest.param(("zh-hans", OFFICE), id="zh-1280"),
    pytest.param(("en", PHONE), id="en-360"),
    pytest.param(("zh-hans", PHONE), id="zh-360", marks=pytest.mark.soak),
    pytest.param(("en", OFFICE), id="en-1280", marks=pytest.mark.soak),
]


class Keys:
    """Hands on a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.has_menu = page.viewport_size["width"] <= 760

    def sign_in(self, username: str) -> None:
        self.page.goto("/")
        self.to(self.page.locator("[name=username]"))
        self.type(username)
        self.press("Tab")
        self.type(PASSWORD)
        with self.page.expect_navigation():
            self.press("Enter")
        expect(self.page.locator(".menu-open" if self.has_menu else "nav.site-nav")).to_be_visible()

    def menu(self) -> None:
        """What stands on every page is in reach; on a phone the menu is opened, and its first stop has the focus."""
        if self.has_menu:
            self.to(self.page.locator(".menu-open"))
            self.press("Enter")
            expect(self.page.locator(".menu-close")).to_be_focused()
            expect(self.page.locator("nav.site-nav")).to_be_visible()

    def close_menu(self, key: str) -> None:
        """The focus is where it was before the menu was opened."""
        self.press(key)
        expect(self.page.locator(".menu-open")).to_be_focused()
        expect(self.page.locator("nav.site-nav")).to_be_hidden()

    def turn_to(self, name: str) -> None:
        """A page of the navigation."""
        self.menu()
        self.follow(self.page.locator(f'nav.site-nav a[href="{reverse(name)}"]'))

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


@pytest.fixture(params=WAYS)
def keys(request: pytest.FixtureRequest, new_page: Callable[..., Page], live_server) -> Keys:
    language, size = request.param
    page = new_page(viewport=size)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    # Playwright begins to catch file choosers some time after it is asked to: long before the key is pressed.
    page.on("filechooser", lambda chooser: None)
    return Keys(page)


def link(page: Page, url: str) -> Locator:
    return page.locator(f'main a[href="{url}"]')


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
    keys.turn_to("queue")
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


def raise_veto(county: County, case: Case) -> None:
    verifier = people.actor(county, county.committee, "committee_verifier")
    interventions.raise_veto(
        case_id=case.pk, step=FIRST, code="V02", reason="本人说不是自愿", actor=verifier, now=people.at(TODAY)
    )


def test_an_officer_decides_on_a_red_light(county: County, keys: Keys):
    case, page = people.make_case(county), keys.page
    raise_veto(county, case)
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


def test_an_officer_decides_a_filing_list_with_one_exception(county: County, keys: Keys, clock: time_machine.Traveller):
    clock.move_to(ripe_rows.NOW.astimezone(dt.UTC))
    fine, wrong = (ripe_rows.handed_to_department(county, number) for number in (1, 2))
    page = keys.page
    keys.sign_in(county.user(county.department, "department_officer").username)
    keys.turn_to("queue")
    keys.follow(link(page, reverse("filing_lists")))
    keys.follow(link(page, f"{reverse('filing_list')}?committee={county.committee.pk}"))
    keys.to(page.locator(f"[name=case-{wrong.pk}-code]"))
    keys.press("ArrowDown")
    keys.press("Tab")
    expect(page.locator(f"[name=case-{wrong.pk}-text]")).to_be_focused()
    keys.type("备案报告缺盖章")
    keys.follow(page.locator("main [type=submit]"))

    # The page before says who passes and who does not; nothing is decided by looking.
    for case, section in ((wrong, "out"), (fine, "can")):
        expect(page.locator(f"section[aria-labelledby={section}-title]")).to_contain_text(case.person.name)
    assert [case.records.get(step="file_activist").status for case in (fine, wrong)] == ["submitted"] * 2
    keys.follow(page.locator("main [type=submit]"))

    for case, section in ((wrong, "out"), (fine, "done")):
        expect(page.locator(f"section[aria-labelledby={section}-title]")).to_contain_text(case.person.name)
    assert [case.records.get(step="file_activist").status for case in (fine, wrong)] == ["verified", "returned"]


def test_a_verifier_enters_a_meeting_from_its_agenda(county: County, keys: Keys, clock: time_machine.Traveller):
    clock.move_to(ripe_rows.NOW.astimezone(dt.UTC))
    meeting = planned(county, [ripe_rows.ripe(county, "file_activist", number) for number in (1, 2)])
    first, second = meeting.items.order_by("position")
    page = keys.page
    keys.sign_in(county.user(county.committee, "committee_verifier").username)
    keys.turn_to("sitting_list")
    keys.follow(link(page, reverse("meeting_list")))
    keys.follow(link(page, meeting.get_absolute_url()))
    keys.follow(link(page, reverse("meeting_entry", args=[meeting.pk])))
    keys.to(page.locator("[name=eligible]"))
    keys.type("9")
    keys.to(page.locator("[name=present]"), at_most=3)
    keys.type("9")
    keys.to(page.locator("[name=filing_list_file_activist-all_opinion]"), at_most=10)
    keys.press("ArrowDown")
    keys.to(page.locator(f"[name=m{first.pk}-votes_for]"), at_most=20)
    # Enter goes down the column of votes instead of sending the sheet.
    keys.type("9")
    keys.press("Enter")
    expect(page.locator(f"[name=m{second.pk}-votes_for]")).to_be_focused()
    keys.type("8")
    keys.to(page.locator("[name=minutes]"), at_most=20)
    keys.type("样本记录")
    keys.follow(page.locator("button[value=check]"))

    # The page before says what happens to each.
    expect(page.locator("section[aria-labelledby=check-1] tbody tr")).to_have_count(2)
    assert not meeting.sittings.exists()
    keys.follow(page.locator("main [type=submit]"))
    assert [item.state for item in meeting.items.all()] == ["done", "done"]
    expect(page.locator(".next-step, .messages")).to_be_visible()


def planned(county: County, people_of_it: list[Case]) -> Meeting:
    """The committee's meeting of today, with these on its agenda to be filed."""
    given = meetings.Given(held_on=ripe_rows.NOW.date(), place="样本会议室")
    verifier = people.actor(county, county.committee, "committee_verifier")
    common = {"given": given, "actor": verifier, "now": ripe_rows.NOW}
    made = meetings.prepare(body=county.committee, kind="committee_meeting", **common)
    chosen = [(case.pk, "filing_list.file_activist") for case in people_of_it]
    return meetings.arrange(meeting_id=made.pk, chosen=chosen, **common)


def test_an_inspector_searches_reads_the_story_and_takes_the_report(county: County, keys: Keys):
    case, page = people.make_case(county), keys.page
    raise_veto(county, case)
    keys.sign_in(county.user(county.county, "inspector").username)
    if keys.has_menu:
        for key in ("Escape", "Enter"):
            keys.menu()
            keys.close_menu(key)
    keys.menu()
    keys.to(page.locator(".site-search input"))
    keys.type("样本人员")
    with page.expect_navigation():
        keys.press("Enter")
    keys.follow(link(page, case.get_absolute_url()))
    keys.follow(link(page, reverse("case_history", args=[case.number])))
    expect(page.locator(".timeline")).to_be_visible()
    # What is flagged is read as a whole; the decision is another's.
    keys.turn_to("flagged")
    assert page.locator(f'main a[href="{reverse("veto_decide", args=[case.number])}"]').count() == 0
    keys.follow(link(page, reverse("case_story", args=[case.number])))
    expect(page.locator("main")).to_contain_text("V02")
    keys.turn_to("figures")
    keys.follow(page.locator(f'main a[href^="{reverse("reports_own")}"]'))
    keys.follow(page.locator('main a[href*="/bulletin/"]'))
    button = keys.to(page.locator("button[value=xlsx]"))
    with page.expect_download() as download:
        keys.press("Enter")
    assert re.search(r"\.xlsx$", download.value.suggested_filename)
    expect(button).to_be_focused()
