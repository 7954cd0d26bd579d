"""Write the pictures of docs/screens from a running demonstration: a day of each role, as small PNGs, and their index.

    manage.py demo, then manage.py runserver, then
    scripts/screens.py http://127.0.0.1:8000 [/usr/bin/chromium]

Every page is reached from the inbox by links, as its user reaches it; the pictures keep the product's own colours.
All names are samples of the demonstration.
"""

import io
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).resolve().parents[1] / "docs" / "screens"
PASSWORD = "suqian-sample-2026"
#: The colours of static/css/product.css: what stands on a ground is drawn in so many blends of the two.
GROUNDS = ("f8f7f3", "ffffff", "e1eded")
INKS = ("1c2021", "4b5254", "0b5a62", "7d807a", "dcd9cf", "b8231a", "1b7f3b", "f2b705", "6b5000")
BAND, BAND_INK = "0b4f56", "ffffff"
BLENDS = 9
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
#: Longer pages are cut: what matters stands on top.
LONGEST = 2000


@dataclass(frozen=True)
class Shot:
    """One picture: how one gets there from the page before, and what it shows."""

    name: str
    words: str
    go: Callable[[Page], None] = lambda page: None


def follow(selector: str) -> Callable[[Page], None]:
    """Click the first such thing and wait for the page behind it."""

    def go(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).locator("visible=true").first.click()

    return go


def home(selector: str) -> Callable[[Page], None]:
    """From the landing page on."""

    def go(page: Page) -> None:
        page.goto("/")
        follow(selector)(page)

    return go


def nav(path: str, *then: str) -> Callable[[Page], None]:
    """By the navigation; on a phone it opens by its address."""

    def go(page: Page) -> None:
        page.goto("/#menu")
        for selector in (f'nav.site-nav a[href="{path}"]', *then):
            follow(selector)(page)

    return go


def sent_empty(page: Page) -> None:
    """A form sent before it was filled: what it says then."""
    home('main a[href*="/steps/"]')(page)
    follow("[name=act][value=submit]")(page)


CASE = 'a[href^="/cases/"]:not([href*="steps"])'
REVIEW = 'main a[href^="/cases/"][href*="/verify/"]'
DAYS: dict[str, tuple[Shot, ...]] = {
    "secretary": (
        Shot("inbox", "待办：现在要办、即将到期、等待对方、已超期"),
        Shot(
            "case",
            "一个人的页面：现在要做什么、为什么、期限",
            home('main .task-table a[href^="/cases/"]:not([href*="steps"])'),
        ),
        Shot("step", "一步的表单，每一项有导则的条文", home('main a[href*="/steps/"]')),
        Shot("step-errors", "没有填完就提交：上面一览，逐项可达", sent_empty),
        Shot("cases", "人员", nav("/cases/")),
        Shot("deadlines", "期限：所有人员的一份清单", home('main a[href="/deadlines/"]')),
        Shot("month", "月历", home('main a[href="/deadlines/month/"]')),
        Shot("sittings", "会议", nav("/sittings/")),
        Shot("guide-step", "导则的一步", nav("/guide/", 'main a[href="/guide/organization_talk/"]')),
    ),
    "committee": (
        Shot("inbox", "党委的待办"),
        Shot("queue", "校核队列", nav("/verify/")),
        Shot(
            "verify",
            "一件校核：填写的内容、材料、系统核对、决定",
            nav("/verify/", 'main a[href*="/verify/"][href^="/cases/"]'),
        ),
        Shot("flagged", "预警", nav("/flagged/")),
        Shot("returns", "退回统计", nav("/flagged/", 'main a[href="/flagged/returns/"]')),
        Shot("bulletin", "月度工作通报", nav("/figures/", 'main a[href^="/reports/"]')),
        Shot(
            "meeting",
            "准备会议",
            nav("/sittings/", 'main a[href="/sittings/meetings/"]', 'main a[href="/sittings/meetings/new/"]'),
        ),
    ),
    "department": (
        Shot("inbox", "组织部的待办"),
        Shot("flagged", "黄灯和红灯，按风险和等待排列", nav("/flagged/")),
        Shot("decide", "红灯：确认或者撤销", nav("/flagged/", 'main a[href$="/decide/"]')),
        Shot("queue", "等组织部校核的环节", nav("/verify/")),
        Shot(
            "filing-list",
            "备案名册：无误的一起通过，有问题的逐个取出",
            nav("/verify/", 'main a[href="/verify/lists/"]', 'main a[href*="committee="]'),
        ),
        Shot("talks", "提醒谈话", nav("/flagged/", 'main a[href="/flagged/talks/"]')),
    ),
    "inspector": (
        Shot("inbox", "上级看到的情况"),
        Shot("figures", "统计：五个阶段、31 步", nav("/figures/")),
        Shot("story", "一件预警的来龙去脉", nav("/flagged/", 'main a[href$="/story/"]')),
        Shot("reports", "报表", nav("/figures/", 'main a[href^="/reports/"]')),
    ),
    "admin": (
        Shot("inbox", "管理员的首页"),
        Shot("organisation", "组织和席位", nav("/organisations/")),
        Shot("outbox", "外发消息", nav("/outbox/")),
        Shot("channels", "通知渠道", nav("/outbox/", 'main a[href="/outbox/channels/"]')),
    ),
}
#: Who is shown how: language, width, and of the day all pictures or the named ones.
ROUNDS = (
    ("zh", WIDE, None),
    ("en", WIDE, frozenset({"inbox", "step", "verify", "decide", "figures", "outbox"})),
    (
        "zh",
        NARROW,
        frozenset(
            {"inbox", "case", "step", "step-errors", "queue", "verify", "flagged", "decide", "filing-list", "story"}
        ),
    ),
    ("en", NARROW, frozenset({"inbox", "step", "verify", "decide", "filing-list", "story"})),
)


def palette() -> Image.Image:
    """The product's own colours: one found by counting would lose the red of a light, a few pixels of a page."""
    pairs = [*itertools.product(GROUNDS, INKS), (BAND, BAND_INK)]
    colours = {
        tuple(
            round(low + (high - low) * step / (BLENDS - 1)) for low, high in zip(*map(bytes.fromhex, pair), strict=True)
        )
        for pair in pairs
        for step in range(BLENDS)
    }
    made = Image.new("P", (1, 1))
    made.putpalette([part for colour in sorted(colours)[:256] for part in colour])
    return made


PALETTE = palette()


def picture(page: Page) -> bytes:
    # As high as the page, so that what sticks to the edge of a window stands at its own place.
    size = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(height, size["height"]), LONGEST)})
    full = page.screenshot()
    page.set_viewport_size(size)
    image = Image.open(io.BytesIO(full)).convert("RGB")
    out = io.BytesIO()
    image.quantize(palette=PALETTE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def day(
    browser: Browser, origin: str, user: str, language: str, size: dict[str, int], wanted: frozenset | None
) -> Iterator[str]:
    context = browser.new_context(base_url=origin, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": "django_language", "value": "en" if language == "en" else "zh-hans", "url": origin}])
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/login/")
    page.fill("[name=username]", user)
    page.fill("[name=password]", PASSWORD)
    follow("main [type=submit]")(page)
    for shot in DAYS[user]:
        if wanted is not None and shot.name not in wanted:
            continue
        shot.go(page)
        name = f"{user}-{shot.name}-{language}-{size['width']}.png"
        (OUT / name).write_bytes(picture(page))
        yield f"| {shot.words} | {language} | {size['width']} px | [{name}]({name}) |"
    context.close()


NAMES = {
    "secretary": "党支部书记",
    "committee": "党委校核员",
    "department": "组织部干部",
    "inspector": "巡查员",
    "admin": "管理员",
}


def main() -> None:
    origin = sys.argv[1].rstrip("/")
    program = sys.argv[2] if len(sys.argv) > 2 else "/usr/bin/chromium"
    OUT.mkdir(parents=True, exist_ok=True)
    lines = [
        "# A day of each role",
        "",
        "Written by `scripts/screens.py` from a demonstration (`manage.py demo`); every page was reached from",
        "the inbox by its links. All names are samples (样本). Longer pages are cut.",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"},
        )
        for user, name in NAMES.items():
            lines += ["", f"## {name}", "", "| Page | Language | Width | Picture |", "|---|---|---|---|"]
            for language, size, wanted in ROUNDS:
                lines += day(browser, origin, user, language, size, wanted)
        browser.close()
    (OUT / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
