"""The Guide's pages: all 31 steps, the rules at their anchors, and each edition's own words."""

import re

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from recruitment import guide, tasks
from recruitment.documents import common, pdf
from recruitment.guide.handbook import explaining, handbook
from recruitment.links import article_url
from recruitment.models import CommonPaper
from recruitment.rules import texts
from recruitment.rules.editions import GATES_OF, R2014, R2026
from recruitment.rules.papers import DOCUMENTS, FORMS, TEMPLATES
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
    listed = re.findall(r'class="guide-index-name"><a href="([^"]+)"', found)
    assert listed == [reverse("guide_step", args=[key]) for key in handbook().parts]
    assert listed[-31:] == [reverse("guide_step", args=[key]) for key in STEPS]


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


# -- the book: general provisions, articles, search, editions, print ----------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("key", [key for key, part in handbook().parts.items() if part.step_number is None])
def test_a_section_shows_its_articles_in_both_languages(client, key, language):
    client.cookies["django_language"] = language
    found = page(client, reverse("guide_step", args=[key]))
    half = "en" if language == "en" else "zh"
    for article in handbook().parts[key].articles:
        assert f'id="{article.id}"' in found
        assert str(article.number) in found
        assert getattr(article.title, half) in found
        for item in article.under(R2026):
            assert getattr(item, half) in found


def test_a_step_shows_its_five_articles_with_their_numbers(client):
    found = page(client, reverse("guide_step", args=["admission_oath"]))
    for article in handbook().parts["admission_oath"].articles:
        assert f'id="{article.id}"' in found
        assert f'href="#{article.id}">第 {article.number} 条</a>' in found


def test_every_rule_and_veto_on_a_page_leads_to_its_article(client):
    for step in STEPS:
        found = page(client, reverse("guide_step", args=[step]))
        for code in (*(gate.id for gate in GATES_OF[step]), *STEPS[step].vetoes):
            block = found.partition(f'id="{code}"')[2].partition("</dl>")[0]
            assert f'href="{article_url(explaining(code))}"' in block, code


def test_what_holds_under_the_other_edition_alone_says_so(client):
    article = handbook().articles["duties.annual_report"]
    found = page(client, f"{reverse('guide_step', args=['duties'])}?edition=r2014")
    part = found.partition(f'id="{article.id}"')[2].partition("</section>")[0]
    assert "只在细则（2026年5月修订）之下适用" in part
    assert article.items[0].zh not in part


def test_parts_follow_one_another_from_the_first_to_the_last(client):
    keys = list(handbook().parts)
    for key, following in ((keys[0], keys[1]), ("special", "submit_application")):
        assert f'rel="next" href="{reverse("guide_step", args=[following])}' in page(
            client, reverse("guide_step", args=[key])
        )
    assert 'rel="prev"' not in page(client, reverse("guide_step", args=[keys[0]]))
    assert 'rel="next"' not in page(client, reverse("guide_step", args=[keys[-1]]))


def test_the_lasting_address_of_an_article_leads_to_where_it_is_read(client):
    response = client.get(reverse("guide_article", args=["votes.denominator"]))
    assert response.url == "/guide/votes/#votes.denominator"
    response = client.get(reverse("guide_article", args=["votes.denominator"]) + "?edition=r2014")
    assert response.url == "/guide/votes/?edition=r2014#votes.denominator"
    page(client, reverse("guide_article", args=["votes.nothing"]), status=404)


def test_search_shows_and_marks_the_words(client):
    found = page(client, reverse("guide_search") + "?q=公示+工作日")
    assert "<mark>公示</mark>时间不少于五个<mark>工作日</mark>。" in found
    assert article_url(handbook().articles["publicize_development_target.requirements"]) in found
    assert 'value="公示 工作日"' in found


def test_search_in_english(client):
    client.cookies["django_language"] = "en"
    found = page(client, reverse("guide_search") + "?q=party+flag")
    assert "<mark>Party</mark> <mark>flag</mark>" in found
    assert "articles found." in found


def test_search_keeps_the_edition_and_turns_pages(client):
    found = page(client, reverse("guide_search") + "?q=党&edition=r2014")
    assert '<input type="hidden" name="edition" value="r2014">' in found
    assert "?edition=r2014#" in found
    assert "page=2" in found
    page(client, reverse("guide_search") + "?q=党&page=2")


def test_search_without_result_or_words(client):
    assert "没有同时含有这些词的条文" in page(client, reverse("guide_search") + "?q=无此词语")
    assert "没有同时含有" not in page(client, reverse("guide_search"))


def test_what_is_searched_is_no_markup(client):
    response = client.get(reverse("guide_search"), {"q": "<b>党</b>" * 50})
    assert b"<b>" not in response.content


def test_the_editions_stand_side_by_side(client):
    found = page(client, reverse("guide_editions"))
    assert texts.GATES["oath_within_one_month"].name.zh in found
    assert "2014年版没有规定宣誓期限，批准后也请早些安排。" in found
    assert "宣誓一般安排在批准后一个月内。" in found
    assert "细则（2014年）第三十条" in found


def test_the_book_holds_every_article(client):
    found = page(client, reverse("guide_book"))
    for article in handbook().articles.values():
        assert f'id="{article.id}"' in found
    anchors = re.findall(r'\sid="([^"]+)"', found)
    assert len(anchors) == len(set(anchors))
    for code in (*DOCUMENTS, *FORMS, *TEMPLATES):
        assert code in found


def test_without_pango_the_book_names_the_package_and_still_opens(client, monkeypatch):
    monkeypatch.setattr(pdf, "missing_packages", lambda: ("libpango-1.0-0", "fonts-noto-cjk"))
    found = page(client, reverse("guide_book"))
    assert "libpango-1.0-0 fonts-noto-cjk" in found
    assert reverse("guide_pdf") not in found
    assert "libpango-1.0-0" in page(client, reverse("guide_pdf"), status=503)


def test_the_pdf_is_set_once_in_the_background(client, monkeypatch, django_assert_num_queries):
    made = []
    monkeypatch.setattr(pdf, "make", lambda html: made.append(html) or b"%PDF-1.7")
    address = reverse("guide_pdf") + "?edition=r2014"
    waiting = client.get(address)
    assert "等待制作" in page(client, waiting.url)
    assert client.get(address).url == waiting.url
    assert not made
    assert tasks.pending_documents() == 1
    assert "打开 PDF" in page(client, waiting.url)
    for _ in range(2):
        with django_assert_num_queries(4):
            response = client.get(address)
        assert response["Content-Type"] == "application/pdf"
        assert b"".join(response.streaming_content) == b"%PDF-1.7"
    with translation.override("en"):
        assert common.digest_of("guide/r2014/zh-hans") == CommonPaper.objects.get().digest
    [html] = made
    assert "适用细则（2014年）" in html
    assert "target-counter" in html
    assert "http" not in html, "a book fetches nothing"


@pytest.mark.parametrize("name", ["guide", "guide_search", "guide_editions", "guide_book"])
def test_pages_of_the_guide_read_nothing_from_the_database(client, name):
    with CaptureQueriesContext(connection) as seen:
        page(client, reverse(name) + "?q=党")
    # Session, user and seats.
    assert len([query for query in seen if query["sql"].startswith("SELECT")]) == 3


@pytest.mark.parametrize("name", ["guide_search", "guide_editions", "guide_book", "guide_pdf"])
def test_strangers_are_asked_to_sign_in_everywhere(client, name):
    client.logout()
    assert client.get(reverse(name)).url.startswith(reverse("login"))


# -- the article beside what it explains ----------------------------------------------------------------------------


def test_a_reason_leads_to_its_article():
    for code in ("talk_within_one_month", "material_missing", "V04", "returned"):
        shown = render_to_string(
            "components/verdict.html", {"reason": {"sentence": "句", "article": "条", "code": code}}
        )
        assert f'href="{article_url(explaining(code))}"' in shown
        assert f"导则第 {explaining(code).number} 条" in shown
    assert "guide-link" not in render_to_string("components/verdict.html", {"reason": {"sentence": "句", "code": ""}})
