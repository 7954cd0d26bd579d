"""A real Chromium for the tests in this folder, in Chinese, at the width of an office computer."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

SCREENSHOTS = Path(__file__).parents[2] / "test-results"

# No look-ups and downloads of Chromium's own while a test runs.
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]

# A machine of tests has no graphics card; pretending to have one costs more than to draw plainly.
PLAIN = ["--disable-gpu", "--disable-gpu-compositing", "--disable-gpu-rasterization", "--disable-breakpad"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; the same for all tests of a process."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox cannot be used by root
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, and Django would take the test's own queries for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ["CHROMIUM"], args=[*sandbox, *QUIET, *PLAIN]
            )
            yield browser
            browser.close()


@pytest.fixture
def new_page(chromium: Browser, live_server, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Give a page of a browser without history, before the product's own server. A second one is a second person.

    Options are those of a browser context. The test fails if something on a page fails: a script, a resource, or what
    the Content-Security-Policy has to block.
    """
    pages: list[Page] = []
    complaints: list[str] = []

    def new_page(**options: Any) -> Page:
        usual = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 768}}
        context = chromium.new_context(base_url=live_server.url, **{**usual, **options})
        context.set_default_timeout(15_000)  # milliseconds
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page = context.new_page()
        pages.append(page)
        return page

    yield new_page
    for number, page in enumerate(pages, start=1):
        if getattr(request.node, "failed_call", False):
            SCREENSHOTS.mkdir(exist_ok=True)
            name = re.sub(r"[^A-Za-z0-9_]+", "-", request.node.name)
            page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png", full_page=True)
        page.context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def _is_complaint(message: ConsoleMessage) -> bool:
    if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
        return True
    if message.type != "error":
        return False
    # The answer to the page itself may be a refusal that the test asks for; its style sheets and scripts must be there.
    # Django's own pages name no icon, and the browser looks for one.
    url = message.location["url"]
    spared = url.endswith("/favicon.ico") or (message.page is not None and url == message.page.url)
    return not (message.text.startswith("Failed to load resource") and spared)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Tell the pages' fixture whether its test failed."""
    report = yield
    if report.when == "call":
        item.failed_call = report.failed
    return report
