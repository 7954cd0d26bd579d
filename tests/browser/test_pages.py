"""A page without scripts, and when things go wrong between the browser and the server.

How every page looks to each kind of user is in ``test_every_page.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from audit.models import Entry
from branches.models import User
from recruitment.models import Case
from tests.branches.factories import PASSWORD, County, make_county
from tests.recruitment import sitting_cases as people

TODAY = people.START + dt.timedelta(days=40)
RECOMMENDATION = "recommend_activist"
RECOMMENDED = {
    "recommended_on": TODAY.isoformat(),
    "eligible_count": "12",
    "present_count": "11",
    "votes_for": "10",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(people.at(TODAY, 15).astimezone(dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def county(live_server) -> County:
    return make_county(members=12)


@pytest.fixture
def case(county: County) -> Case:
    """A person whose recommendation is for her secretary to enter."""
    case = people.make_case(county)
    people.bring(county, case, RECOMMENDATION)
    return case


@pytest.fixture
def sign_in(live_server) -> Callable[..., Page]:
    """Give a page the session of a user, and her language."""

    def sign_in(page: Page, user: User, language: str = "zh-hans") -> Page:
        client = Client()
        client.force_login(user)
        client.post(reverse("set_language"), {"language": language})
        cookies = [{"name": c.key, "value": c.value, "url": live_server.url} for c in client.cookies.values()]
        page.context.add_cookies(cookies)
        return page

    return sign_in


@pytest.fixture
def secretary(page: Page, sign_in, county: County) -> Page:
    return sign_in(page, county.user(county.branch, "secretary"))


def form_of(case: Case) -> str:
    return reverse("step", args=[case.number, RECOMMENDATION])


def fill(page: Page, **changes: str) -> None:
    page.check("[name=method][value=members]")
    for name, value in {**RECOMMENDED, **changes}.items():
        page.fill(f"[name={name}]", value)


def sent(case: Case) -> list[str]:
    """What has become of the recommendation, by the record that cannot be changed."""
    entries = Entry.objects.filter(chain=case.chain, payload__step=RECOMMENDATION).order_by("seq")
    return list(entries.values_list("action", flat=True))


# -- without scripts ----------------------------------------------------------------------------------------------


def test_a_step_is_entered_without_scripts(new_page, county, case):
    page = new_page(java_script_enabled=False)
    page.goto("/")
    page.fill("[name=username]", county.user(county.branch, "secretary").username)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.locator(f'main a[href="{form_of(case)}"]').first.click()
    fill(page)
    page.set_input_files("[name=paper_D04]", {"name": "D04.pdf", "mimeType": "application/pdf", "buffer": people.PDF})
    page.click("[name=act][value=submit]")
    expect(page.locator(".next-step")).to_be_visible()
    assert sent(case) == ["step_submitted"]


# -- between the browser and the server ---------------------------------------------------------------------------


def test_what_was_typed_survives_an_expired_session(secretary: Page, clock, county, case):
    secretary.goto(form_of(case))
    fill(secretary, votes_for="9")
    secretary.fill("[name=mass_org_opinion]", "不留在浏览器里")
    clock.shift(dt.timedelta(hours=9))
    secretary.click("[name=act][value=record]")
    expect(secretary.locator("[data-draft-notice]")).to_be_visible()
    assert sent(case) == []

    secretary.fill("[name=username]", county.user(county.branch, "secretary").username)
    secretary.fill("[name=password]", PASSWORD)
    secretary.click("main [type=submit]")
    expect(secretary).to_have_url(f"{secretary.url.partition('/cases')[0]}{form_of(case)}")
    expect(secretary.locator("[name=votes_for]")).to_have_value("9")
    expect(secretary.locator("[name=method][value=members]")).to_be_checked()
    expect(secretary.locator("[name=mass_org_opinion]")).to_have_value("")
    secretary.click("[name=act][value=record]")
    expect(secretary.locator(".next-step")).to_be_visible()
    assert sent(case) == ["step_recorded"]


def test_a_double_click_is_one_act(secretary: Page, case):
    secretary.goto(form_of(case))
    fill(secretary)
    secretary.dblclick("[name=act][value=record]")
    expect(secretary.locator(".next-step")).to_be_visible()
    assert sent(case) == ["step_recorded"]


def test_a_stale_form_in_a_second_tab_says_so_and_loses_nothing(secretary: Page, case):
    second = secretary.context.new_page()
    for tab in (secretary, second):
        tab.goto(form_of(case))
    fill(secretary, votes_for="8")
    secretary.click("[name=act][value=record]")
    expect(secretary.locator(".next-step")).to_be_visible()

    fill(second, votes_for="9")
    second.click("[name=act][value=record]")
    expect(second.locator(".error-summary")).to_contain_text("此人的记录已有更新")
    expect(second.locator("[name=votes_for]")).to_have_value("9")
    expect(second.locator(".field:has([name=votes_for])")).to_contain_text("8")
    assert sent(case) == ["step_recorded"], "the other tab's entry stands"

    second.click("[name=act][value=record]")
    expect(second.locator(".next-step")).to_be_visible()
    assert case.records.get(step=RECOMMENDATION).typed_values()["votes_for"] == 9
