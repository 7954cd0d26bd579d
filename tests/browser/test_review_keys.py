"""The comforts of queue and review page in a real browser: keys that can be switched off, ticks that are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from recruitment.models import Case
from tests.branches.factories import County, make_county
from tests.recruitment import sitting_cases as people

TODAY = people.START + dt.timedelta(days=10)
FIRST = "submit_application"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(people.at(TODAY, 15).astimezone(dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def county(live_server) -> County:
    return make_county(members=3)


@pytest.fixture
def cases(county: County) -> list[Case]:
    found = []
    for number in (1, 2):
        case = people.make_case(county, number=number)
        people.do(county, case, FIRST, people.bring(county, case, FIRST), verify=False)
        found.append(Case.objects.get(pk=case.pk))
    return found


@pytest.fixture
def verifier(county: County, page: Page, live_server) -> Page:
    client = Client()
    client.force_login(county.user(county.committee, "committee_verifier", 1))
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    )
    return page


def test_keys_lead_and_decide_nothing(cases: list[Case], verifier: Page):
    page, (first, second) = verifier, cases
    page.goto(reverse("case_verify", args=[first.number]))
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text(second.person.name)
    page.wait_for_load_state()  # the keys are heard once the page's scripts have run
    page.keyboard.press("k")
    expect(page.locator("h1")).to_have_text(first.person.name)
    page.keyboard.press("a")
    expect(page.locator("button[value=verify]")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("#decide [name=code]")).to_be_focused()
    page.fill("#decide [name=reason]", "")
    page.locator("#decide [name=reason]").press_sequentially("jka?")
    expect(page.locator("#decide [name=reason]")).to_have_value("jka?")
    assert Case.objects.get(pk=first.pk).version == first.version


def test_keys_can_be_switched_off_and_stay_off(cases: list[Case], verifier: Page):
    page, (first, _second) = verifier, cases
    page.goto(reverse("case_verify", args=[first.number]))
    page.keyboard.press("?")
    page.uncheck("[data-keys-on]")
    page.goto(reverse("case_verify", args=[first.number]))
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.locator("button[value=verify]")).not_to_be_focused()
    expect(page.locator("[data-keys-on]")).not_to_be_checked()


def test_ticked_rows_are_counted_on_the_buttons_and_decided_together(cases: list[Case], verifier: Page):
    page = verifier
    page.goto(reverse("queue"))
    page.locator("thead input[type=checkbox]").check()
    expect(page.locator("button[name=kind][value=verify]")).to_have_text("一起通过2")
    page.click("button[name=kind][value=verify]")
    expect(page.locator(".lede")).to_contain_text("将通过 2 件")
    page.click("main .btn-primary")
    expect(page.locator(".lede")).to_contain_text("已通过 2 件")
    assert {Case.objects.get(pk=case.pk).step for case in cases} == {"register_application"}
