"""The pages as each kind of user meets them: wide and narrow, in both languages, without scripts, and when things go
wrong between the browser and the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from audit.models import Entry
from branches.models import Organisation, User
from recruitment.models import Case
from recruitment.services import interventions
from tests.branches.factories import PASSWORD, County, make_county
from tests.recruitment import sitting_cases as people

TODAY = people.START + dt.timedelta(days=40)
TALK, RECOMMENDATION = "organization_talk", "recommend_activist"
#: An office screen and a small phone, pixels.
WIDTHS = (1280, 360)
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


# -- every page of every user -------------------------------------------------------------------------------------


class Town:
    """A county with something on every page: a step to enter, one to verify, one late, one stopped by a veto."""

    def __init__(self, county: County, case: Case) -> None:
        self.county, self.case = county, case
        self.submitted = self._brought(2)
        self.stopped = self._brought(3)
        verifier = people.actor(county, county.committee, "committee_verifier", 1)
        interventions.raise_veto(
            case_id=self.stopped.pk,
            step=TALK,
            code="V02",
            reason="本人说不是自愿申请。",
            actor=verifier,
            now=people.at(TODAY, 12),
        )
        self.late = people.make_case(county, number=4)
        people.bring(county, self.late, TALK)

    def _brought(self, number: int) -> Case:
        case = people.make_case(self.county, number=number)
        people.do(self.county, case, TALK, people.bring(self.county, case, TALK), verify=False)
        return case

    def of_everybody(self) -> Iterator[str]:
        yield from (reverse(name) for name in ("dashboard", "guide", "branches:index", "password_change"))
        yield reverse("guide_step", args=["admission_branch_meeting"])
        yield from (reverse(name) for name in ("toolbox", "learning", "library", "blank_forms", "guide_editions"))
        yield f"{reverse('guide_search')}?q=1"

    def of_readers(self) -> Iterator[str]:
        yield from (reverse(name) for name in ("case_list", "sitting_list", "figures", "notifications"))
        yield reverse("case", args=[self.case.number])
        yield f"{reverse('case', args=[self.late.number])}?tab=materials"
        yield reverse("case_history", args=[self.submitted.number])
        yield reverse("step", args=[self.submitted.number, TALK])
        yield from (reverse(name) for name in ("deadlines", "deadlines_month", "calendar", "correction_list"))
        yield f"{reverse('search')}?q=stage:1"
        yield reverse("reports_own")
        yield from (reverse(name, args=[self.case.number]) for name in ("case_forms", "case_corrections"))

    def of_branch(self) -> Iterator[str]:
        yield from (reverse(name) for name in ("case_new", "sitting_new"))
        yield reverse("step", args=[self.case.number, RECOMMENDATION])
        yield reverse("step_papers", args=[self.case.number, RECOMMENDATION])
        yield reverse("explain", args=[self.late.number, "talk_within_one_month"])
        yield from (reverse(name, args=[self.case.number]) for name in ("case_person", "case_end", "case_transfer"))

    def of_verifiers(self) -> Iterator[str]:
        yield from (reverse(name) for name in ("queue", "flagged"))
        yield reverse("case_verify", args=[self.submitted.number])
        yield reverse("veto_decide", args=[self.stopped.number])
        yield from (reverse(name) for name in ("returns", "register", "appeals", "talks"))
        yield reverse("case_story", args=[self.stopped.number])

    def of_administrators(self) -> Iterator[str]:
        yield from (reverse(name) for name in ("outbox", "channels"))


KINDS = {
    "secretary": (lambda town: town.county.branch, ("everybody", "readers", "branch")),
    "clerk": (lambda town: town.county.branch, ("everybody", "readers", "branch")),
    "committee_verifier": (lambda town: town.county.committee, ("everybody", "readers", "verifiers")),
    "organiser": (lambda town: town.county.committee, ("everybody", "readers")),
    "department_officer": (lambda town: town.county.department, ("everybody", "readers", "verifiers")),
    "inspector": (lambda town: town.county.city, ("everybody", "readers")),
    "administrator": (lambda town: town.county.county, ("everybody", "administrators")),
}
#: The kinds that together meet every page; the others see the same pages with less on them.
LOOKED_AT = frozenset({"secretary", "committee_verifier", "administrator"})
#: WCAG 2.2 A and AA, in the words of axe-core.
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
@pytest.mark.parametrize("role", KINDS)
def test_pages_fit_the_screen_and_break_no_rule(role, language, lang, page, sign_in, county, case):
    town = Town(county, case)
    organisation_of, groups = KINDS[role]
    organisation: Organisation = organisation_of(town)
    sign_in(page, county.user(organisation, role), language)
    for group in groups:
        for url in getattr(town, f"of_{group}")():
            answer = page.goto(url)
            assert answer is not None
            assert answer.ok, f"{url} answers {answer.status}"
            assert page.locator("html").get_attribute("lang") == lang
            assert page.title().strip(" ·")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 768})
                beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert beyond == 0, f"{url} is {beyond} pixels too wide at {width}"
            if role in LOOKED_AT:
                assert violations(page) == [], url


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
