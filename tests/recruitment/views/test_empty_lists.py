"""In an empty county every list says in words that it is empty, and never stands there as a bare table."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver, reverse

from branches.models import Seat
from tests.branches.factories import County, make_county
from tests.recruitment.desk import Desks

Role = Seat.Role
BRANCH, COMMITTEE, DEPARTMENT = "secretary", "committee_verifier", "department_officer"
#: Every list that may be empty, with the roles that open it.
LISTS = {
    "dashboard": (BRANCH, COMMITTEE, DEPARTMENT),
    "notifications": (BRANCH, COMMITTEE, DEPARTMENT),
    "outbox": ("administrator",),
    "case_list": (BRANCH, COMMITTEE, DEPARTMENT),
    "correction_list": (BRANCH, COMMITTEE, DEPARTMENT),
    "custody_list": (BRANCH, COMMITTEE, DEPARTMENT),
    "queue": (COMMITTEE, DEPARTMENT),
    "filing_lists": (COMMITTEE, DEPARTMENT),
    "deadlines": (BRANCH, COMMITTEE, DEPARTMENT),
    "deadlines_month": (BRANCH, COMMITTEE),
    "flagged": (COMMITTEE, DEPARTMENT),
    "appeals": (COMMITTEE, DEPARTMENT),
    "talks": (COMMITTEE, DEPARTMENT),
    "analysis_list": (DEPARTMENT,),
    "returns": (COMMITTEE, DEPARTMENT),
    "register": (COMMITTEE, DEPARTMENT),
    "sitting_list": (BRANCH, COMMITTEE),
    "meeting_list": (BRANCH, COMMITTEE),
    "figures": (COMMITTEE,),
    "document_batches": (BRANCH, DEPARTMENT),
    "library": (BRANCH, DEPARTMENT),
    "exams": (BRANCH,),
}
#: Addresses without arguments that are no list, or one that is never empty.
NO_LISTS = {
    "switch_seat",
    "contact",
    "channels",
    "case_new",
    "travel_key",
    "travel_verifier",
    "blank_forms",
    "find_printing",
    "upload_begin",
    "upload_withdraw",
    "upload_arrange",
    "upload_preview",
    "filing_list",
    "bulk_preview",
    "bulk_start",
    "calendar",
    "search",
    "search_suggest",
    "search_save",
    "sitting_new",
    "meeting_new",
    "toolbox",
    "toolbox_placeholders",
    "reports_own",
    "guide",
    "guide_search",
    "guide_editions",
    "guide_book",
    "guide_pdf",
    "learning",
    "policy_new",
    "results",
    "certificate_check",
}


@pytest.fixture
def county(db) -> County:
    return make_county()


@pytest.fixture
def desks(county: County, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(county, monkeypatch)


def test_every_address_is_a_list_or_excused():
    plain = {
        pattern.name
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", ())
        if getattr(resolver, "urlconf_name", None) is not None
        and getattr(resolver.urlconf_name, "__name__", "") == "recruitment.urls"
        and not pattern.pattern.regex.groups
    }
    assert plain == LISTS.keys() | NO_LISTS


def test_an_empty_list_tells_what_will_stand_there(county, desks):
    silent = []
    places = {
        BRANCH: county.branch,
        COMMITTEE: county.committee,
        DEPARTMENT: county.department,
        "administrator": county.county,
    }
    for name, roles in LISTS.items():
        for role in roles:
            response = desks.client(role, places[role]).get(reverse(name))
            words = re.findall(r'<p class="empty-title">\s*([^<]+?)\s*</p>', response.content.decode())
            if response.status_code != 200 or not words:
                silent.append((name, role, response.status_code))
    assert not silent
