"""Every page of the product: axe-core finds nothing in either language, and it fits at 360 px and with text at 200 %.

The URLconf is walked: an address that is neither visited below nor excused with a reason fails here, so that no new
page goes unseen. The Chinese page is looked at on an office screen, the English one on a phone.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
import time_machine
from django.core.files.storage import InMemoryStorage
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, Route

from branches.models import Member
from recruitment.documents import pdf
from recruitment.models import Appeal, Correction, DocumentBatch, Material
from tests.branches.factories import make_county
from tests.browser.town import LATE_TALK, NOW, RECOMMENDATION, TALK, TODAY, Town
from tests.recruitment.papers_on_file import small_pdf

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
#: WCAG 2.2 A and AA, in the words of axe-core.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "elementRef": False,
}
#: Four fifths of the time go into contrasts, which are the same in every language and state of a page: `make test`
#: measures them once a page, `make soak` everywhere.
PLAIN = RULES | {"rules": {"color-contrast": {"enabled": False}}}
LANGUAGES = ("zh-hans", "en")
#: Pages that a browser never shows as pages, each with its reason.
EXCUSED = {
    "switch_seat": "takes a choice and leads back",
    "set_language": "takes a choice and leads back",
    "logout": "takes a click and leads to the login",
    "step_draft": "answers the script of the form",
    "bulk_start": "takes a click and leads to the result",
    "search_save": "takes a name and leads back",
    "search_remove": "takes a click and leads back",
    "exam_hand_in": "takes a click and leads to the result",
    "policy_withdraw": "takes a click and leads back",
    "search_suggest": "answers the script of the search box",
    "meeting_cancel": "takes a click and leads back",
    "meeting_issue": "takes a click and leads to the paper",
    "meeting_scan": "takes a file and leads back",
    **dict.fromkeys(
        ("upload_begin", "upload_part", "upload_withdraw", "upload_arrange"), "answers the script of uploads"
    ),
    "upload_picture": "a file",
    "upload_preview": "a file",
    "common_file": "a file",
    "custody_receipt": "a file",
    "custody_scan": "a file",
    "meeting_agenda": "a file",
    "meeting_file": "a file",
    "material": "a file",
    "correction_evidence": "a file",
    "appeal_paper": "a file",
    "travel_verifier": "a file",
    "blank_file": "a file",
    "printed_file": "a file",
    "calendar_file": "a file",
    "toolbox_version_file": "a file",
    "toolbox_file": "a file",
    "document_batch_file": "a file",
    "guide_pdf": "a file",
    "policy_file": "a file",
    "certificate_pdf": "a file",
    "reports_own": "leads on to the reports of one's own organisation",
    "branches:index": "leads on to one's own organisation",
    "guide_article": "leads on to the article in its step",
}

#: Faults of Django's own pages, whose templates and styles are not the product's; nothing is measured there.
OF_DJANGO = {"aria-input-field-name": "the list to search in, which Django makes of select2, gives its parts no names"}

#: How high must be what a thumb hits, in CSS pixels; on an office screen that goes for controls, and the links of
#: lists and tables follow their line. A link within a sentence always does (WCAG 2.5.5, 2.5.8).
TARGET = 44
#: Scrolling sideways at the width of the page, and with text at 200 %, in pixels too many; then targets too small.
MEASURE = """(target) => {
  const root = document.documentElement, wide = () => root.scrollWidth - root.clientWidth;
  const found = [];
  if (wide() > 0) { found.push(`${wide()} px too wide at ${innerWidth}`); }
  const size = parseFloat(getComputedStyle(root).fontSize);
  root.style.fontSize = `${size * 2}px`;
  if (wide() > 0) { found.push(`${wide()} px too wide at ${innerWidth} with text at 200 %`); }
  root.style.fontSize = "";
  const shown = (e) => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && getComputedStyle(e).visibility !== "hidden";
  };
  const inSentence = (e) => {
    if (e.tagName !== "A" || getComputedStyle(e).display !== "inline") { return false; }
    const block = e.closest("p, dd, li, td, th, caption, label, h1, h2, h3");
    return block !== null && block.textContent.trim() !== e.textContent.trim();
  };
  for (const e of document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")) {
    // The tiles of a picture have their table beside it.
    if (!shown(e) || e.closest("svg") || inSentence(e) || (e.tagName === "A" && innerWidth > 760)) { continue; }
    const boxes = [e, ...(e.labels || []), e.closest(".check"), e.closest("label")].filter(Boolean)
      .map((part) => part.getBoundingClientRect());
    const height = Math.max(...boxes.map((box) => box.height)), width = Math.max(...boxes.map((box) => box.width));
    if (Math.round(height) < target || Math.round(width) < 24) {
      const name = (e.innerText || e.value || e.name || "").slice(0, 30);
      found.push(`target ${Math.round(width)} x ${Math.round(height)}: ${e.tagName}.${e.className} ${name}`);
    }
  }
  return found;
}"""


@dataclass(frozen=True)
class Visit:
    """One look at a page, by one kind of user; with ``data`` it is the answer to what a form sends.

    ``address`` stands for a page that has no name.
    """

    name: str
    role: str = "secretary"
    args: tuple[Any, ...] = ()
    query: str = ""
    data: dict[str, Any] | None = None
    status: int = 200
    address: str = ""

    @property
    def url(self) -> str:
        return self.address or reverse(self.name, args=self.args) + (f"?{self.query}" if self.query else "")

    def __str__(self) -> str:
        return f"{self.role} {self.url}{' (sent)' if self.data is not None else ''}"


def of_everybody(town: Town) -> Iterator[Visit]:
    yield Visit("login", "nobody")
    yield Visit("login", "nobody", data={"username": "x", "password": "y"})
    yield Visit("password_change")
    yield Visit("password_change", data={})
    yield Visit("password_change_done")
    for role in ("secretary", "committee_verifier", "department_officer", "inspector", "administrator"):
        yield Visit("dashboard", role)
    yield Visit("notifications")
    yield Visit("contact")
    yield Visit("contact", data={"phone": "1", "email": "x"})
    yield Visit("branches:organisation", args=(town.county.branch.code,))
    yield Visit("branches:organisation", "administrator", args=(town.county.county.code,))
    yield Visit("branches:own_seats")
    seat = town.county.seat(town.county.branch, "secretary").pk
    yield Visit("branches:substitutes", args=(seat,))
    yield Visit("branches:substitutes", args=(seat,), data={})
    yield Visit("branches:hand_over", "administrator", args=(seat,))
    yield Visit("search", query="q=stage:1")
    yield Visit("search", query="q=stage:9+light:blue")
    yield Visit("dashboard", "nobody", query="", status=302)


def of_guide(town: Town) -> Iterator[Visit]:
    yield from (Visit(name) for name in ("guide", "guide_editions", "guide_book", "toolbox", "toolbox_placeholders"))
    yield Visit("guide_step", args=("admission_branch_meeting",))
    yield Visit("guide_search", query="q=1")
    yield Visit("guide_search", query="q=zzz")
    yield Visit("toolbox_template", args=("T01",))
    yield Visit("toolbox_template", "department_officer", args=("T01",))
    yield Visit("toolbox_fill", args=("T02",))
    yield Visit("toolbox_fill", args=("T02",), data={}, status=422)
    yield Visit("toolbox_own", "department_officer", args=("T01", town.county.department.code))
    yield Visit("document_batches")
    yield Visit("document_batch", args=(town.batch.pk,))
    DocumentBatch.objects.update(state="done")
    yield Visit("document_batch", args=(town.batch.pk,))
    yield from (Visit(name) for name in ("learning", "library", "exams", "certificate_check"))
    yield Visit("library", query="words=zzz")
    officer = "department_officer"
    yield Visit("policy", args=(town.policy.pk,))
    yield Visit("policy_new", officer)
    yield Visit("policy_new", officer, data={})
    yield Visit("policy_edit", officer, args=(town.policy.pk,))
    yield Visit("policy_renew", officer, args=(town.policy.pk,))
    yield Visit("exam", args=(town.passed.pk,))
    yield Visit("exam", "committee_verifier", args=(town.failed.pk,))
    yield Visit("exam", "clerk", args=(town.exam.pk,))
    yield Visit("exam_question", "clerk", args=(town.exam.pk, 1))
    yield Visit("results", officer)
    yield Visit("results_of", officer, args=(town.county.committee.code,))
    yield Visit("certificate_check", query="number=zzz")
    yield Visit("certificate", args=(town.passed.certificate.number,))


def of_branch(town: Town) -> Iterator[Visit]:
    applicant, late = town.applicant.number, town.reviewed.number
    yield Visit("case_new")
    yield Visit("case_new", data={})
    yield Visit("case_new", "committee_verifier", status=403)
    yield Visit("step", args=(applicant, RECOMMENDATION))
    yield Visit("step", "clerk", args=(applicant, RECOMMENDATION), data={"act": "submit", "version": 1})
    yield Visit("step", args=(town.returned.number, TALK))
    yield Visit("step", args=(town.submitted.number, TALK))
    yield Visit("step", args=(applicant, "determine_activist"))
    yield Visit("step_log", args=(late, "halfyear_review"))
    yield Visit("step_log", args=(late, "halfyear_review"), data={})
    yield Visit("step", args=(late, "halfyear_review"))
    yield Visit("step_papers", args=(applicant, RECOMMENDATION))
    yield Visit("step_papers", args=(applicant, RECOMMENDATION), data={})
    yield Visit("step_report", args=(town.reported.number, town.reported.step))
    yield Visit("explain", args=(town.late.number, LATE_TALK))
    yield Visit("explain", args=(town.late.number, LATE_TALK), data={})
    yield Visit("inquiries", args=(town.inquiry.case.number, "political_review"))
    yield Visit("inquiries", args=(town.inquiry.case.number, "political_review"), data={})
    yield Visit("inquiry", args=(town.inquiry.case.number, town.inquiry.pk))
    for name in ("case_person", "case_end", "case_transfer"):
        yield Visit(name, args=(applicant,))
        yield Visit(name, args=(applicant,), data={})
    yield Visit("step_correct", args=(applicant, "submit_application"))
    yield Visit("step_correct", args=(applicant, "submit_application"), data={"act": "preview"})
    yield Visit("person_correct", args=(applicant,))
    yield Visit("person_correct", args=(applicant,), data={})
    yield Visit("case_corrections", args=(town.correction.case.number,))
    yield Visit("correction", args=(applicant, town.correction.pk))
    yield Visit("correction", "committee_verifier", args=(applicant, town.correction.pk))
    yield Visit("correction", "committee_verifier", args=(applicant, town.correction.pk), data={})
    for role in ("secretary", "committee_verifier"):
        yield Visit("correction_list", role)
    yield Visit("calendar")
    yield Visit("calendar", data={"seat": town.county.seat(town.county.branch, "secretary").pk, "act": "create"})
    yield Visit("sitting_list")
    yield Visit("sitting", args=(town.sitting.pk,))
    yield Visit("sitting_new")
    yield Visit("sitting_new", query="item=")
    agenda = f"item={town.county.branch.code}.branch_committee.branch_committee_review&held_on={TODAY}"
    yield Visit("sitting_new", query=agenda)
    yield Visit("sitting_new", query=agenda, data={})
    verifier, meeting = "committee_verifier", (town.meeting.pk,)
    yield from (Visit(name, verifier) for name in ("meeting_list", "meeting_new"))
    yield Visit("meeting_new", verifier, data={}, status=422)
    yield from (Visit(name, verifier, args=meeting) for name in ("meeting", "meeting_entry"))
    unfilled = {"act": "check", "version": town.meeting.version}
    yield Visit("meeting_entry", verifier, args=meeting, data=unfilled, status=422)
    town.fill_in(town.meeting)
    yield Visit("meeting_check", verifier, args=meeting)
    town.enter(town.meeting)
    yield Visit("meeting", verifier, args=meeting)
    yield Visit("deliberate", "general_secretary", args=(town.deliberated.number,))


def of_readers(town: Town) -> Iterator[Visit]:
    for role in ("secretary", "committee_verifier", "inspector"):
        yield Visit("case_list", role)
        yield Visit("case", role, args=(town.applicant.number,))
    yield Visit("case_list", query="q=zzz")
    yield from (Visit("case", args=(case.number,)) for case in (town.stopped, town.finished, town.ended, town.reviewed))
    yield Visit("case", args=(town.finished.number,), query="tab=materials")
    yield Visit("case_history", args=(town.submitted.number,))
    yield from (Visit(name) for name in ("deadlines", "deadlines_month", "blank_forms", "find_printing", "travel_key"))
    yield Visit("deadlines", "committee_verifier", query="light=red")
    yield Visit("find_printing", query="code=zzz")
    yield Visit("printed", args=(town.printing.code,))
    yield Visit("printed_making", args=(town.making.printing.code,))
    yield Visit("common_paper", args=(town.common_paper.pk,))
    yield Visit("custody_list")
    yield Visit("case_archive", args=(town.package.case.number,))
    yield Visit("custody_act", args=(town.finished.number, "handed_over"))
    yield Visit("custody_act", args=(town.finished.number, "handed_over"), data={})
    yield Visit("entry_correct", args=(town.finished.number, "halfyear_review", town.review.pk))
    yield Visit("entry_correct", args=(town.finished.number, "halfyear_review", town.review.pk), data={})
    for name in ("case_forms", "case_archive"):
        yield Visit(name, args=(town.finished.number,))
    yield Visit("case_form", args=(town.finished.number, "F02"))
    yield Visit("case_form", args=(town.finished.number, "JS"))
    for role in ("secretary", "department_officer"):
        yield Visit("figures", role)
    yield Visit("figures_of", "inspector", args=(town.county.committee.code,))
    yield Visit("reports", "committee_verifier", args=(town.county.committee.code,))
    yield Visit("report", "committee_verifier", args=(town.county.committee.code, "bulletin", f"{TODAY:%Y-%m}"))
    yield Visit("report", "committee_verifier", args=(town.county.committee.code, "work", f"{TODAY:%Y-%m}"))


def of_levels_above(town: Town) -> Iterator[Visit]:
    verifier, officer = "committee_verifier", "department_officer"
    yield Visit("queue", verifier)
    yield Visit("queue", officer)
    yield Visit("case_verify", verifier, args=(town.submitted.number,))
    yield Visit("case_verify", verifier, args=(town.submitted.number,), data={"decision": "hand_back", "version": 1})
    yield Visit("case_verify", verifier, args=(town.applicant.number,))
    key = f"{town.submitted.pk}:{TALK}:{town.submitted.version}"
    yield Visit("bulk_preview", verifier, data={"kind": "verify", "case": [key]})
    yield Visit("bulk_preview", verifier, data={"kind": "hand_back", "case": [key]})
    yield Visit("bulk", verifier, args=(town.bulk.token,))
    yield Visit("filing_lists", officer)
    yield Visit("filing_list", officer, query=f"committee={town.handed_on.committee_id}")
    yield Visit("analysis_list", officer)
    yield Visit("analysis_new", officer, args=(town.county.department.code,))
    yield Visit("analysis_new", officer, args=(town.county.department.code,), data={})
    for role in (verifier, officer, "inspector"):
        yield Visit("flagged", role)
    yield Visit("veto_decide", officer, args=(town.stopped.number,))
    yield Visit("veto_decide", officer, args=(town.stopped.number,), data={"decision": "dismiss"})
    yield Visit("case_story", officer, args=(town.stopped.number,))
    yield Visit("case_story", "inspector", args=(town.ended.number,))
    yield Visit("veto_notice", args=(town.ended.number,))
    yield Visit("appeal_receive", args=(town.ended.number,))
    yield Visit("appeal_receive", args=(town.ended.number,), data={})
    yield Visit("appeal", officer, args=(town.appeal.pk,))
    yield Visit("appeal", officer, args=(town.appeal.pk,), data={})
    yield Visit("case_reinstate", officer, args=(town.ended.number,))
    yield Visit("case_reinstate", officer, args=(town.ended.number,), data={})
    yield from (Visit(name, officer) for name in ("appeals", "talks", "returns", "register"))
    quarter = (town.county.branch.code, TODAY.year, 2)
    yield Visit("talk_record", verifier, args=quarter)
    yield Visit("talk_record", verifier, args=quarter, data={})


def of_administrators(town: Town) -> Iterator[Visit]:
    admin = "administrator"
    yield from (Visit(name, admin) for name in ("outbox", "channels"))
    yield Visit("channel", admin, args=(town.county.county.code, "email"))
    yield Visit("channel", admin, args=(town.county.county.code, "email"), data={})
    yield Visit("outbox", "secretary", status=404)
    yield Visit("admin:index", admin)
    member = Member.objects.filter(branch=town.county.branch).first()
    for model, row in (("branches_member", member), ("recruitment_case", town.applicant)):
        yield Visit(f"admin:{model}_changelist", admin)
        yield Visit(f"admin:{model}_change", admin, args=(row.pk,))
    yield Visit("admin:recruitment_localrule_add", admin)


def of_failures(town: Town) -> Iterator[Visit]:
    """What the product shows instead of a page; a refused seat is among the pages of the branch."""
    for role in ("secretary", "nobody"):
        yield Visit("404", role, address="/no-such-page/", status=404)
        yield Visit("403_csrf", role, address="/broken/403/", status=403)
    yield Visit("400", address="/broken/400/", status=400)
    yield Visit("500", address="/broken/500/", status=500)


GROUPS = (of_everybody, of_guide, of_branch, of_readers, of_levels_above, of_administrators, of_failures)


def names_of(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from names_of(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.browser.broken"
    storage = InMemoryStorage()
    for model, name in ((Material, "file"), (Correction, "evidence"), (Appeal, "file")):
        monkeypatch.setattr(model._meta.get_field(name), "storage", storage)
    monkeypatch.setattr(pdf, "make", lambda html: small_pdf("page"))
    with time_machine.travel(NOW.astimezone(dt.UTC), tick=False):
        yield


@pytest.fixture
def town(live_server) -> Town:
    return Town(make_county(members=3))


class Eyes:
    """One browser page that shows what each user gets, in each language, and says what is wrong with it."""

    def __init__(self, town: Town, new_page: Callable[..., Page], origin: str) -> None:
        self.town, self.origin = town, origin
        self._answer: HttpResponse | None = None
        self._pages = {
            "zh-hans": self._opened(new_page, width=1280, height=900),
            "en": self._opened(new_page, width=360, height=740),
        }
        self._clients: dict[tuple[str, str], Any] = {}

    def _opened(self, new_page: Callable[..., Page], **size: int) -> Page:
        page = new_page(viewport=size)
        page.set_default_timeout(60_000)  # milliseconds; the handbook is one long page
        page.add_init_script(path=AXE)
        page.on("dialog", lambda dialog: dialog.accept())
        page.route(f"{self.origin}/seen/**", self._give)
        # Papers shown within the page are files of the signed-in user, whom the browser does not know.
        page.route("**/materials/**", lambda route: route.fulfill(body="<html lang=zh><title>样本</title>"))
        page.route("**/admin/jsi18n/", self._give_words)
        return page

    def _give(self, route: Route) -> None:
        kept = ("Content-Type", "Content-Security-Policy")
        route.fulfill(body=self._answer.content, headers={name: self._answer[name] for name in kept})

    def _give_words(self, route: Route) -> None:
        """The words of the admin's scripts, which Django gives to those alone who may open the admin."""
        answer = self._client("administrator", "en").get(reverse("admin:jsi18n"))
        route.fulfill(body=answer.content, headers={"Content-Type": answer["Content-Type"]})

    def look(self, visit: Visit, language: str, rules: dict[str, Any]) -> list[str]:
        client = self._client(visit.role, language)
        self._answer = client.get(visit.url) if visit.data is None else client.post(visit.url, visit.data)
        where = f"{visit} [{language}]"
        if self._answer.status_code != visit.status:
            return [f"{where}: answers {self._answer.status_code} {self._answer.headers.get('Location', '')}"]
        if self._answer.status_code == 302:
            return []
        page = self._pages[language]
        page.goto(f"{self.origin}/seen{visit.url}")
        of_django = visit.name.startswith("admin:")
        found = [] if of_django else page.evaluate(MEASURE, TARGET)
        if of_django:
            # Its sheets import others, which axe would copy into the page: the policy refuses that.
            rules = rules | {"preload": False}
        for rule in page.evaluate("(rules) => axe.run(document, rules)", rules)["violations"]:
            if of_django and rule["id"] in OF_DJANGO:
                continue
            found += [f"{rule['id']}: {node['html'][:160]}" for node in rule["nodes"]]
        lang = page.locator("html").get_attribute("lang")
        if lang.lower() != language or not page.title().strip(" ·"):
            found.append(f"language {lang}, title {page.title()}")
        return [f"{where}: {line}" for line in dict.fromkeys(found)]

    def _client(self, role: str, language: str) -> Any:
        key = (role, language)
        if key not in self._clients:
            self._clients[key] = self.town.client(role)
            self._clients[key].raise_request_exception = False  # the page of the failure is named with the others
            self._clients[key].cookies["django_language"] = language
        return self._clients[key]


@pytest.mark.timeout(900)  # seconds; about one minute on a machine that has nothing else to do
@pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["once", "everywhere"])
def test_every_page_is_sound_in_both_languages(everywhere: bool, town: Town, new_page, live_server):
    eyes = Eyes(town, new_page, live_server.url)
    turn = itertools.cycle(LANGUAGES)
    visited, wrong = set(), []
    for group in GROUPS:
        for visit in group(town):
            # Every page in both languages, and what its forms answer by turns; other users' views are for the soak.
            again = visit.name in visited and not everywhere
            visited.add(visit.name)
            if again and visit.data is None and visit.status == 200:
                continue
            for language in [next(turn)] if again else LANGUAGES:
                # The book repeats the pages of its chapters, three thousand elements of them.
                wholly = everywhere or (language == LANGUAGES[0] and not again and visit.name != "guide_book")
                wrong += eyes.look(visit, language, RULES if wholly else PLAIN)
    assert wrong == []
    everything = set(names_of(get_resolver("config.urls").url_patterns))
    assert everything - visited - EXCUSED.keys() == set(), "visit these pages, or say why not"
    assert EXCUSED.keys() - everything == set()
