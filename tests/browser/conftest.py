"""A real Chromium for the tests in this folder, in Chinese, at the width of an office computer."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SCREENSHOTS = Path(__file__).parents[2] / "test-results"

# No look-ups and downloads of Chromium's own while a test runs.
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; the same for all tests of a process."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox cannot be used by root
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, and Django would take the test's own queries for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=[*sandbox, *QUIET])
            yield browser
            browser.close()


@pytest.fixture
def context(chromium: Browser, live_server) -> Iterator[BrowserContext]:
    """A browser without history, before the product's own server. A second one is a second person."""
    context = chromium.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1366, "height": 768},
    )
    context.set_default_timeout(15_000)  # milliseconds
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page. The test fails if a script on it fails or the Content-Security-Policy has to block something."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _is_violation(message.text) else None)
    yield page
    if getattr(request.node, "failed_call", False):
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9_]+', '-', request.node.name)}.png", full_page=True)
    page.close()
    assert complaints == []


def _is_violation(text: str) -> bool:
    return "Content Security Policy" in text or "Content-Security-Policy" in text


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Tell the page's fixture whether its test failed."""
    report = yield
    if report.when == "call":
        item.failed_call = report.failed
    return report
