"""After every act the page says what was done and what comes next: no view that takes a post without its sentence."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from html import unescape

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from recruitment.rules.steps import STEPS
from tests.branches.factories import County, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import ripe_rows as ripe
from tests.recruitment.desk import NOW, Desks, url

#: Posts after which no sentence of thanks is due, and why. Everything else says one.
SAY_IT_OTHERWISE = {
    "switch_seat": "chooses from where to look, and the page shows it",
    "upload_begin": "answers a script, which says how far it is",
    "upload_part": "answers a script, which says how far it is",
    "upload_withdraw": "answers a script, which says it",
    "upload_arrange": "answers a script, which says it",
    "case_form": "gives the file, or leads to the page of its making",
    "report": "gives the file",
    "toolbox_fill": "gives the file, or leads to the page of its making",
    "bulk_preview": "asks before anything is done",
    "bulk_start": "leads to the page of results, which says it of each",
    "bulk": "is the page of results, which says it of each",
    "filing_list": "leads to the page of results, which says it of each",
    "exams": "leads to the first question",
    "exam_question": "leads to the next question",
    "exam_hand_in": "leads to the result",
    "password_change": "leads to a page that says it",
}
#: The step before the committee files an activist.
ACTIVIST = STEPS["file_activist"].requires[0]
#: Where a view says it: the panel after an act on a case, or a message.
_SAYING = {"leave", "remember", "success"}


def _addresses(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from _addresses(entry)
        else:
            yield entry


def _posts() -> dict[str, type]:
    views = {entry.name: getattr(entry.callback, "view_class", None) for entry in _addresses(get_resolver())}
    return {name: view for name, view in views.items() if _is_ours(view) and hasattr(view, "post")}


def _is_ours(view: type | None) -> bool:
    return view is not None and view.__module__.startswith(("recruitment.", "branches.", "audit."))


def _says_it(view: type) -> bool:
    """Whether the view calls for the panel or a message of success, in its own class or one that it builds upon."""
    return any(
        isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _SAYING
        for part in view.__mro__
        if _is_ours(part)
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(part))))
    )


def test_every_act_is_followed_by_a_sentence():
    silent = {name for name, view in _posts().items() if not _says_it(view)}
    assert silent == set(SAY_IT_OTHERWISE), "say what was done and what comes next, or why not"


# -- what is said --------------------------------------------------------------------------------------------------


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture
def desks(county: County, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(county, monkeypatch)


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_a_meeting_leads_from_act_to_act(county, desks):
    client, case = desks.verifier, ripe.ripe(county, "file_activist", 0)
    new = {"meeting": f"{county.committee.code}.committee_meeting", "held_on": NOW.date().isoformat()}
    page = client.post(reverse("meeting_new"), new, follow=True)
    assert said(page) == "会议已排定。请勾选上会的人，保存议程。"
    meeting = page.context["meeting"]
    agenda = {"version": meeting.version, "held_on": new["held_on"], "pick": f"{case.pk}:filing_list.file_activist"}
    page = client.post(meeting.get_absolute_url(), agenda, follow=True)
    assert said(page) == "议程已保存。会议开过以后，在这里登记。"
    page = client.post(reverse("meeting_entry", args=[meeting.pk]), {"version": 2, "act": "save"}, follow=True)
    assert said(page) == "已保存，还没有登记。会议开过以后，点“下一页”核对、登记。"
    # A colleague has the page before the entry open, and what was kept since is not whole.
    page = client.post(reverse("meeting_check", args=[meeting.pk]), {"version": 3}, follow=True)
    assert said(page).startswith("会议登记表还没有填完")


def test_whoever_turns_down_a_transfer_is_told_on_the_landing_page(county, desks):
    case, other = rows.put(county, freeze="transfer"), county.townships[0].branches[1]
    rows.move(case, other)
    answer = {"version": case.version, "answer": "refuse", "reason": "样本不在本支部工作"}
    page = desks.client("secretary", other).post(url(case, "case_transfer"), answer, follow=True)
    assert page.request["PATH_INFO"] == "/"
    assert said(page) == f"已退回{case.person.name}的转接，原党支部继续办理。"


def test_the_address_of_an_act_alone_says_that_nothing_was_done(county, desks):
    for name in ("switch_seat", "bulk_start", "search_save"):
        answer = desks.verifier.get(reverse(name))
        assert (answer.status_code, "POST" in answer["Allow"]) == (405, True)
        assert "刚才的操作没有办理" in unescape(answer.content.decode())


def test_what_waits_for_a_meeting_is_named_in_the_language_of_the_page(county, desks):
    rows.put(county, ACTIVIST, "submitted")
    meeting_page = {"meeting": f"{county.committee.code}.committee_meeting", "held_on": NOW.date().isoformat()}
    client = desks.verifier
    client.cookies["django_language"] = "en"
    page = client.post(reverse("meeting_new"), meeting_page, follow=True)
    lines = [line for group in page.context["groups"] for line in group["unripe"]]
    assert lines
    assert all(line.step.isascii() for line in lines)
