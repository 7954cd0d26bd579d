"""A whole case in a real browser: the script of tests/journeys, clicked through as its people click.

`make test` clicks every kind of act by every role, in both languages, and sends the forms of the steps between them
without the browser, as tests/journeys/desks.py does; `make soak` clicks all 31 steps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from recruitment.rules.steps import STEP_KEYS, STEPS
from tests.branches.factories import PASSWORD, County, make_county
from tests.journeys import desks, script
from tests.journeys.ending import check_ending
from tests.journeys.playing import Playing
from tests.journeys.script import Act, First, Who

#: The stages in which everybody works in English; the language is switched on the page.
ENGLISH_STAGES = (3,)

#: Every kind of act, every side that enters or verifies, both locks, the votes, the first step and the last.
CLICKED = (
    "submit_application",
    "organization_talk",
    "file_activist",
    "halfyear_review",
    "solicit_opinions",
    "propose_development_target",
    "branch_committee_review",
    "admission_branch_meeting",
    "file_with_org_department",
    "conversion_branch_meeting",
    "archive_records",
)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the server, whose threads are this process's; the browser keeps the machine's."""
    with time_machine.travel(script.JOURNEY[0].at.astimezone(dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def player(new_page, clock, settings) -> Player:
    settings.SESSION_COOKIE_AGE = 5 * 365 * 24 * 3600  # who signed in for the first act still is for the last
    return Player(make_county(members=12), new_page, clock)


class Player(Playing):
    """Plays the script: from the landing page by its links to the form, never by an address."""

    def __init__(self, county: County, new_page: Callable[..., Page], clock: time_machine.Traveller) -> None:
        super().__init__(county, clock)
        self._new_page = new_page
        self._desks: dict[Who, Page] = {}

    def at_desk(self, act: Act) -> None:
        getattr(self, act.kind)(act, self.desk(act))

    def desk(self, act: Act) -> Page:
        """The desk of who acts, as it was left, in the language of the stage."""
        if act.who not in self._desks:
            self._desks[act.who] = self._sign_in(act.who)
        page = self._desks[act.who]
        language = "en" if act.step and STEPS[act.step].stage in ENGLISH_STAGES else "zh-Hans"
        if page.locator("html").get_attribute("lang") != language:
            with page.expect_navigation():
                page.click("form.language button")
        expect(page.locator("html")).to_have_attribute("lang", language)
        return page

    def _sign_in(self, who: Who) -> Page:
        page = self._new_page()
        page.goto("/")
        page.fill("[name=username]", who.user(self.county).username)
        page.fill("[name=password]", PASSWORD)
        page.click("main [type=submit]")
        expect(page.locator("nav.site-nav")).to_be_visible()
        return page

    # -- acts -------------------------------------------------------------------------------------------------------

    def open(self, act: Act, page: Page) -> None:
        page.click("a.brand")
        page.locator(f'a[href="{reverse("case_new")}"]').first.click()
        for name, value in script.PERSON.items():
            _fill(page.locator("main form"), name, value)
        self._send(page, page.locator("main form .btn-primary"))

    def enter(self, act: Act, page: Page) -> None:
        self._go(act, page, "step")
        self._send_step(act, page, '[name="act"][value="submit"]')

    correct = enter

    def log(self, act: Act, page: Page) -> None:
        self._go(act, page, "step_log")
        self._send_step(act, page, ".btn-primary")

    def report(self, act: Act, page: Page) -> None:
        self._go(act, page, "step_report")
        self._send_step(act, page, ".btn-primary")

    def explain(self, act: Act, page: Page) -> None:
        self._turn_to_case(page)
        page.click(f'main a[href="{reverse("explain", args=[self.case.number, act.values["flag"]])}"]')
        page.fill("[name=text]", act.values["text"])
        self._send(page, page.locator("main form .btn-primary"))

    def verify(self, act: Act, page: Page) -> None:
        self._turn_to_verification(page)
        for box in page.locator("[name=originals]").all():
            # By the keyboard: the papers beside it move while Chromium's viewer loads.
            box.press("Space")
            expect(box).to_be_checked()
        self._send(page, page.locator('[name="decision"][value="verify"]'))

    def hand_back(self, act: Act, page: Page) -> None:
        self._turn_to_verification(page)
        page.locator("details:has([value=hand_back]) > summary").click()
        page.select_option("#decide [name=code]", "date_disagrees")
        page.fill("#decide [name=reason]", act.values["reason"])
        self._send(page, page.locator('[name="decision"][value="hand_back"]'))

    def sit(self, act: Act, page: Page) -> None:
        page.click(f'nav.site-nav a[href="{reverse("sitting_list")}"]')
        page.locator(f'main a[href="{reverse("sitting_new")}"]').first.click()
        item = page.locator(f'[name=item] option[value*="{act.step}"]').get_attribute("value")
        page.select_option("[name=item]", item)
        page.fill("[name=held_on]", act.on.isoformat())
        page.click("main .btn-primary")
        self._fill_step(act, page)
        with page.expect_navigation():
            page.click("main form .btn-primary")
        expect(page.locator("main")).to_contain_text(script.NAME)
        expect(page.locator(".error-summary")).to_have_count(0)

    def locked(self, act: Act, page: Page) -> None:
        day = dt.date.fromisoformat(act.values["opens"])
        shown = f"{day.day} {day:%B} {day.year}" if _in_english(page) else f"{day.year}年{day.month}月{day.day}日"
        self._turn_to_case(page)
        expect(page.locator(".now")).to_contain_text(shown)
        page.locator(f'.step-list a[href="{reverse("step", args=[self.case.number, act.step])}"]').click()
        typed = {name: value for name, value in act.values.items() if name != "opens"}
        self._fill_step(Act(act.on, act.who, act.kind, act.step, typed), page)
        with page.expect_navigation():
            page.click('[name="act"][value="record"]')
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page.locator(".why")).to_contain_text([shown])
        # Who leaves now is asked first: nothing of what was typed is stored.
        page.once("dialog", lambda dialog: dialog.accept())

    # -- from page to page ------------------------------------------------------------------------------------------

    def _turn_to_case(self, page: Page) -> None:
        page.click("a.brand")
        link = page.locator(f'main a[href="{self.case.get_absolute_url()}"]')
        if not link.count():
            page.click(f'nav.site-nav a[href="{reverse("case_list")}"]')
        link.first.click()

    def _turn_to_verification(self, page: Page) -> None:
        page.click(f'nav.site-nav a[href="{reverse("queue")}"]')
        page.click(f'main a[href="{reverse("case_verify", args=[self.case.number])}"]')

    def _go(self, act: Act, page: Page, name: str) -> None:
        """To a form of the step: straight from the landing page where it offers it, else over the case's page."""
        url = reverse(name, args=[self.case.number, act.step])
        link = page.locator(f'main a[href="{url}"]:visible, main a[href^="{url}?"]:visible')
        page.click("a.brand")
        if not link.count():
            self._turn_to_case(page)
        link.first.click()

    def _send_step(self, act: Act, page: Page, button: str) -> None:
        self._fill_step(act, page)
        self._send(page, page.locator(f"main form {button}"))

    def _fill_step(self, act: Act, page: Page) -> None:
        form = page.locator("main form[enctype]")
        for name, value in act.values.items():
            _fill(form, name, value)
        for code in act.papers:
            paper = script.paper(code, act.on)
            file = {"name": paper.name, "mimeType": paper.content_type, "buffer": paper.content}
            form.locator(f'[name$="paper_{code}"]').set_input_files([file])

    def _send(self, page: Page, button: Locator) -> None:
        """Send a form and see what the next page says of it."""
        with page.expect_navigation():
            button.click()
        complaint = page.locator(".error-summary")
        assert not complaint.count(), complaint.inner_text()
        expect(page.locator(".next-step")).to_be_visible()


def _in_english(page: Page) -> bool:
    return page.locator("html").get_attribute("lang") == "en"


def _fill(form: Locator, name: str, value: str | tuple[str, ...] | First) -> None:
    """Type, choose or tick, as the field wants it."""
    if isinstance(value, First):
        for number in range(value.count):
            form.locator(f'[name="{name}_{number}"]').select_option(index=number + 1)  # the first asks to choose
        return
    fields = form.locator(f'[name="{name}"], [name$="-{name}"]')
    kind = fields.first.get_attribute("type")
    if kind in ("radio", "checkbox"):
        for one in (value,) if isinstance(value, str) else value:
            form.locator(f'[name="{name}"][value="{one}"]').check()
    elif fields.evaluate("field => field.tagName") == "SELECT":
        fields.select_option(value)
    else:
        fields.fill(value)


@pytest.mark.timeout(900)  # seconds; all steps take under two minutes on a machine that has nothing else to do
@pytest.mark.parametrize(
    "clicked",
    [pytest.param(CLICKED, id="every-kind"), pytest.param(STEP_KEYS, id="every-step", marks=pytest.mark.soak)],
)
def test_thirty_one_steps_as_people_click_them(clicked, player, clock):
    sender = desks.Player(player.county, clock)
    for act in script.JOURNEY:
        (player if not act.step or act.step in clicked else sender).play(act)
    verifier = player.desk(script.JOURNEY[-1])
    verifier.click(".next-step a")
    expect(verifier.locator(".now")).to_contain_text("办结归档")
    check_ending(player.county)


def test_the_short_way_clicks_every_kind_of_act():
    played = {(act.kind, act.who.side) for act in script.JOURNEY}
    assert {(act.kind, act.who.side) for act in script.JOURNEY if not act.step or act.step in CLICKED} == played
