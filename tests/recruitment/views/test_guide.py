"""The Guide's pages: all 31 steps, the rules at their anchors, and each edition's own words."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruitment import guide
from recruitment.rules import texts
from recruitment.rules.editions import GATES_OF, R2014, R2026
from recruitment.rules.steps import STEPS, UPLOAD_GATE
from tests.branches.factories import UserFactory
from tests.recruitment.board_rows import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reader(client):
    """Anybody who is signed in, with a seat or without, may read the Guide."""
    client.force_login(UserFactory())
    with time_machine.travel(NOW, tick=False):
        yield


def page(client, url: str, *, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode().replace("&quot;", '"').replace("&#x27;", "'")


def test_the_index_leads_to_all_steps_by_stage(client):
    found = page(client, reverse("guide"))
    for stage in texts.STAGES.values():
        assert stage.zh in found
    assert re.findall(r'class="guide-index-name"><a href="([^"]+)"', found) == [
        reverse("guide_step", args=[key]) for key in STEPS
    ]


@pytest.mark.parametrize("edition", [R2014, R2026])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_shows_its_facets_gates_papers_and_vetoes(client, step, edition):
    found = page(client, f"{reverse('guide_step', args=[step])}?edition={edition}")
    for item in guide.facets(step).under(edition).items:
        assert item.zh in found
    for gate in GATES_OF[step]:
        assert (f'id="{gate.id}"' in found) is gate.exists_in(edition)
    assert (f'id="{UPLOAD_GATE.id}"' in found) is bool(STEPS[step].required_papers)
    for code in STEPS[step].produces:
        assert f'<span class="code">{code}</span>' in found
    for code in STEPS[step].vetoes:
        assert f'id="{code}"' in found


def test_every_anchor_stands_once(client):
    for step in STEPS:
        anchors = re.findall(r'\sid="([^"]+)"', page(client, reverse("guide_step", args=[step])))
        assert len(anchors) == len(set(anchors)), step


def test_the_edition_in_force_is_shown_and_the_other_one_says_so(client):
    url = reverse("guide_step", args=["submit_application"])
    assert '<a href="?edition=r2026" aria-current="page">' in page(client, url)
    old = page(client, f"{url}?edition=r2014")
    assert '<a href="?edition=r2014" aria-current="page">' in old
    assert "不在施行的版本" in old
    assert "细则（2014年）第五条" in old
    assert "细则（2026年5月修订）第" not in old
    with time_machine.travel("2026-05-10T12:00:00+08:00", tick=False):
        assert '<a href="?edition=r2014" aria-current="page">' in page(client, url)


def test_an_unknown_edition_is_the_one_in_force(client):
    found = page(client, f"{reverse('guide_step', args=['submit_application'])}?edition=r1990")
    assert '<a href="?edition=r2026" aria-current="page">' in found


def test_steps_lead_on_and_keep_the_edition(client):
    found = page(client, f"{reverse('guide_step', args=['register_application'])}?edition=r2014")
    assert f"{reverse('guide_step', args=['submit_application'])}?edition=r2014" in found
    assert f"{reverse('guide_step', args=['organization_talk'])}?edition=r2014" in found


def test_an_optional_rule_says_so(client):
    found = page(client, reverse("guide_step", args=["recommend_activist"]))
    rule = found.partition('id="application_to_recommendation"')[2].partition("</h3>")[0]
    assert "默认不启用" in rule


def test_an_unknown_step_is_not_found(client):
    page(client, reverse("guide_step", args=["nothing"]), status=404)


def test_english(client):
    client.cookies["django_language"] = "en"
    found = page(client, reverse("guide_step", args=["admission_oath"]))
    assert "Admission oath" in found
    assert texts.GATES["oath_within_one_month"].rule.en in found


def test_a_stranger_is_asked_to_sign_in(client):
    client.logout()
    assert client.get(reverse("guide")).url.startswith(reverse("login"))


def test_the_guide_reads_nothing_from_the_database(client):
    with CaptureQueriesContext(connection) as seen:
        page(client, reverse("guide_step", args=["admission_oath"]))
    reads = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
    # Session, user and seats.
    assert len(reads) == 3
