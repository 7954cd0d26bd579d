"""The Guide as a book: enough articles, each said once, every rule and refusal explained, no number contradicting."""

import ast
import json
import re
import shutil
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from recruitment.guide import CONTENT, EDITIONS, GuideError, Item
from recruitment.guide import handbook as book_module
from recruitment.guide.changes import changed_gates, changes, moved
from recruitment.guide.handbook import FACETS, Article, explaining, handbook, helping
from recruitment.guide.reading import load_general
from recruitment.guide.search import marked, search, words_of
from recruitment.rules import texts
from recruitment.rules.editions import R2014, R2026
from recruitment.rules.papers import DOCUMENTS, FORMS, TEMPLATES
from recruitment.rules.schema import Gate, Kind
from recruitment.rules.service import LIMITS
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import FLAGS, LIGHTS, REFUSALS, SERVICE
from recruitment.rules.vetoes import VETOES
from tests.recruitment.quantities import Quantity, chinese_number, quantities

ROOT = Path(__file__).parents[2]
ARTICLES = tuple(handbook().articles.values())
GENERAL = tuple(article for article in ARTICLES if not article.facet)
SENTENCES = tuple((article, item) for article in ARTICLES for item in article.items)

#: Everything that a reader can be shown and may not understand.
CODES = (*GATES, *VETOES, *REFUSALS, *FLAGS, *LIGHTS, *SERVICE, *(kind.value for kind in Kind))


RULES = {**GATES, **LIMITS}

#: What the library and the tests of knowledge refuse says its reason itself; no rule of recruitment is behind it.
ABOUT_NO_CASE = frozenset({"library.py", "exams.py"})


def wrong(sentences, sound) -> list[str]:
    return [f"{article.id}: {item.zh} {item.en}" for article, item in sentences if not sound(item)]


# --- the book ---------------------------------------------------------------


def test_six_chapters_and_more_than_232_articles():
    book = handbook()
    assert [chapter.number for chapter in book.chapters] == [1, 2, 3, 4, 5, 6]
    assert len(ARTICLES) >= 235
    assert len(GENERAL) >= 80
    assert len(ARTICLES) - len(GENERAL) == 155


def test_numbers_run_through_the_book():
    assert [article.number for article in ARTICLES] == list(range(1, len(ARTICLES) + 1))
    in_order = [article for chapter in handbook().chapters for part in chapter.parts for article in part.articles]
    assert in_order == list(ARTICLES)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_its_five_articles(step):
    part = handbook().parts[step]
    assert [article.facet for article in part.articles] == list(FACETS)
    assert part.step_number == STEPS[step].number
    assert part.chapter == STEPS[step].stage + 1


def test_ids_are_anchors_that_stand_in_no_number():
    assert all(re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", article.id) for article in ARTICLES)
    assert not set(handbook().parts) & {"search", "editions", "book", "articles"}, "addresses of other pages"


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_article_says_something_under_some_edition_and_most_under_each(edition):
    empty = [article.id for article in ARTICLES if not article.under(edition)]
    assert all(handbook().articles[found].under(R2026) or edition == R2026 for found in empty)
    assert len(empty) < 10


# --- each thing once ----------------------------------------------------------


def normal(text: str) -> str:
    return re.sub(r"[^\u4e00-\u9fffa-z0-9]", "", text.lower())


def pairs(text: str) -> frozenset[str]:
    """Chinese by pairs of characters, English by words."""
    plain = normal(text)
    if re.search(r"[\u4e00-\u9fff]", plain):
        return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
    return frozenset(re.findall(r"[a-z0-9]+", text.lower()))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


#: Sentences that share more than this say the same; see the test of the measure.
ALIKE = 0.7


def test_the_measure_finds_a_copy_with_a_word_changed():
    assert alike(pairs("谈话日期距收到申请书不超过一个月。"), pairs("谈话日期距离收到申请书不超过一个月。")) >= ALIKE
    assert alike(pairs("The talk takes place within one month."), pairs("The talk takes place in one month.")) >= ALIKE
    assert alike(pairs("没有工作、学习单位的，交给居住地党组织。"), pairs("预备党员不担任培养联系人。")) < 0.1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_sentences_say_the_same(language):
    counted = Counter(normal(getattr(item, language)) for _, item in SENTENCES)
    assert [text for text, count in counted.items() if count > 1] == []
    compared = [(article, item, pairs(getattr(item, language))) for article, item in SENTENCES]
    same = [
        (one.id, other.id, getattr(item, language), getattr(second, language))
        for (one, item, left), (other, second, right) in combinations(compared, 2)
        if alike(left, right) >= ALIKE
        # What one edition says of a matter and what the other says of it may be close.
        and not (item.edition and second.edition and item.edition != second.edition)
    ]
    assert same == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_titles_of_the_general_provisions_differ(language):
    counted = Counter(getattr(article.title, language) for article in GENERAL)
    assert [title for title, count in counted.items() if count > 1] == []


# --- language and sources -----------------------------------------------------


def test_sentences_of_the_general_provisions_are_whole_and_short():
    found = [(article, item) for article in GENERAL for item in article.items]
    assert wrong(found, lambda item: item.zh.endswith("。") and item.zh.count("。") == 1) == []
    assert wrong(found, lambda item: len(item.zh) <= 52) == []
    assert wrong(found, lambda item: not re.search(r"[,;:?!()]", item.zh)) == [], "full-width marks in Chinese"
    assert wrong(found, lambda item: re.fullmatch(r"[A-Z].*\.", item.en)) == []
    assert wrong(found, lambda item: len(item.en) <= 170) == []
    assert wrong(found, lambda item: not re.search(r"[\u4e00-\u9fff，。；]", item.en)) == []
    assert wrong(found, lambda item: not re.search(r"失职|错误操作|严禁|务必|追究|后果自负", item.zh)) == []


def test_local_practice_says_that_it_is_local():
    found = [(article, item) for article in GENERAL for item in article.items if item.basis == "local"]
    assert found
    assert wrong(found, lambda item: re.search(r"本地|各地|有的地方", item.zh)) == []
    assert wrong(found, lambda item: re.search(r"\b(local|locally|places?)\b", item.en)) == []


def test_articles_of_the_two_editions_correspond():
    """From r2014 art 19 to art 37 the number in r2026 is one less; before that it is the same."""

    def corresponds(item: Item) -> bool:
        before, after = item.articles.get(R2014), item.articles.get(R2026)
        if not before or not after:
            return True
        return after == tuple(number - 1 if number >= 19 else number for number in before)

    assert wrong(SENTENCES, corresponds) == []
    assert wrong(SENTENCES, lambda item: max(item.articles.get(R2026, (1,))) <= 44) == []
    assert wrong(SENTENCES, lambda item: max(item.articles.get(R2014, (1,))) <= 37) == [], "later ones were not read"


# --- everything explained -----------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_by_one_article(code):
    article = explaining(code)
    assert article is not None
    assert handbook().articles[article.id] is article
    assert sum(code in item.explains for item in article.items) == 1


def test_nothing_is_explained_that_nobody_is_shown():
    assert set(handbook().by_code) == set(CODES)
    assert len(GATES) == 58
    assert len(VETOES) == 26


def test_a_gate_of_a_step_is_explained_by_that_step():
    for gate in GATES.values():
        step = explaining(gate.id).step
        assert step in (gate.step, (gate.anchor or "").partition(".")[0]) or gate.step == "*", gate.id


def literals(name: str) -> set[str]:
    """The codes with which the product's own code refuses an act, as its sources write them."""
    found: set[str] = set()
    for path in (ROOT / "recruitment").rglob("*.py"):
        if path.name in ABOUT_NO_CASE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and node.args:
                words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                found.update(words if name == "refuse" else words[:1])
    return {code for code in found if isinstance(code, str)}


@pytest.mark.parametrize("name", ["Refusal", "refuse", "Reason"])
def test_every_refusal_in_the_sources_names_an_article(name):
    found = literals(name)
    assert found
    assert [code for code in found if explaining(code) is None] == []


def test_every_refusal_and_flag_of_the_rehearsals_names_an_article():
    files = sorted((ROOT / "tests" / "rehearsal" / "expect").glob("*.json"))
    assert files
    codes = set()
    for path in files:
        for event in json.loads(path.read_text(encoding="utf-8"))["events"].values():
            codes.update(event.get("refusals", ()))
            codes.update(event.get("flags", ()))
    assert codes
    assert [code for code in codes if explaining(code) is None] == []


def test_every_paper_is_named():
    papers = {code for article in ARTICLES for code in article.papers}
    assert papers == set(FORMS) | set(DOCUMENTS)
    templates = {DOCUMENTS[code].template for code in papers if code in DOCUMENTS} - {None}
    assert templates == set(TEMPLATES)


def test_fields_that_are_named_exist_and_most_fields_are_helped():
    persons = {f"person.{name}" for name in texts.PERSON_FIELDS}
    logs = {f"{step.key}.{kind}" for step in STEPS.values() for kind in step.log_kinds}
    steps = {name for name in handbook().by_field if name.partition(".")[0] in STEPS}
    assert steps <= set(texts.FIELDS) | logs
    assert {name for name in handbook().by_field if name.startswith("person.")} <= persons
    asked = [f"{step.key}.{field.name}" for step in STEPS.values() for field in step.fields if not field.computed]
    assert [name for name in asked if helping(name) is None] == [
        "register_application.registrar",
        "political_review.reviewers",
        "admission_branch_meeting.host",
    ]


def test_a_field_is_helped_by_its_step_or_the_general_provisions():
    for step in STEPS.values():
        for field in step.fields:
            article = helping(f"{step.key}.{field.name}")
            assert article is None or article.step in ("", step.key), field.name


# --- numbers ------------------------------------------------------------------


def promised(gate: Gate) -> set[Quantity]:
    """The quantities that the table fixes for a gate."""
    found: set[Quantity] = set(UNITS.get(gate.id, ()))
    if gate.kind in (Kind.QUORUM, Kind.MAJORITY):
        found.add((1, "half"))
    for length in (gate.duration, gate.min_duration, gate.max_duration):
        if length is None:
            continue
        if gate.anchor == "person.birth_date":
            found.add((length.months // 12, "age"))
        elif length.months:
            found.add((length.months, "month"))
        elif length.days:
            found.add((length.days, "working day" if gate.working else "day"))
    names = {"days": "day", "hours": "hour"}
    found.update((amount, names[name]) for name, amount in gate.any_of)
    return found


#: What a check other than a plain duration fixes: the year of probation.
UNITS: dict[str, set[Quantity]] = {"probation_start_equals_meeting": {(12, "month")}}


def stated(item: Item) -> set[Quantity]:
    return quantities(item.zh) | ({(12, "month")} if "每年" in item.zh else set())


def contradictions(item: Item, gates: dict[str, Gate]) -> set[Quantity]:
    """What the sentence states and its gates do not fix, and the other way round."""
    fixed = set().union(*(promised(gates[code]) for code in item.explains if code in gates))
    return stated(item) ^ fixed


@pytest.mark.parametrize("code", GATES)
def test_the_sentence_that_explains_a_gate_states_its_value(code):
    item = next(item for item in explaining(code).items if code in item.explains)
    assert contradictions(item, dict(GATES)) == set(), item.zh
    assert quantities(item.zh) == quantities(item.en), item.en


def test_a_changed_rule_is_found_in_the_text():
    from dataclasses import replace

    from recruitment.rules.dates import Duration

    item = next(item for item in explaining("talk_within_one_month").items if "talk_within_one_month" in item.explains)
    changed = replace(GATES["talk_within_one_month"], duration=Duration(months=2))
    assert contradictions(item, {"talk_within_one_month": changed}) == {(1, "month"), (2, "month")}


#: Numbers of people, times and forms: the gate, and how the two languages say it.
COUNTED = {
    "contact_count": (r"([一两二三四五六])名或者([一两二三四五六])名", "one or two"),
    "introducer_count": (r"正好([一两二三四五六])名", "exactly two"),
    "minimum_two_reviews": (r"不少于([一两二三四五六])次", "at least two"),
    "six_forms_cut": (r"([一两二三四五六])张", "six forms"),
    "extension_length": (r"只能([一两二三四五六])次", "once only"),
}


def test_every_gate_that_counts_is_compared():
    counting = {gate.id for gate in GATES.values() if gate.kind is Kind.COUNT_RANGE or gate.max_times}
    assert counting == set(COUNTED)


@pytest.mark.parametrize("code", COUNTED)
def test_numbers_of_people_times_and_forms_are_those_of_the_table(code):
    gate, (chinese, english) = GATES[code], COUNTED[code]
    item = next(item for item in explaining(code).items if code in item.explains)
    said = {chinese_number(number) for number in re.search(chinese, item.zh).groups()}
    assert said == {number for number in (gate.minimum, gate.maximum, gate.max_times) if number}
    assert english in item.en


#: Quantities of the general provisions beside those of a gate: an article may state these and no others.
SAID: dict[str, set[Quantity]] = {
    "time.units": {(12, "month"), (6, "month")},
    "votes.denominator": {(1, "half")},
    "time.quorum": {(1, "half")},
    "vetoes.v01": {(18, "age")},
    "vetoes.v08": {(1, "half")},
    "vetoes.v12": {(3, "month")},
    "transfer.relation": {(6, "month")},
    "transfer.graduates": {(24, "month")},
}


@pytest.mark.parametrize("article", GENERAL, ids=lambda article: article.id)
def test_no_quantity_of_the_general_provisions_contradicts_the_rules(article: Article):
    for item in article.items:
        fixed = set().union(*(promised(RULES[code]) for code in item.explains if code in RULES))
        assert quantities(item.zh) <= SAID.get(article.id, set()) | fixed, item.zh


def test_both_languages_of_the_general_provisions_name_the_same_quantities():
    found = [(article, item) for article in GENERAL for item in article.items]
    assert wrong(found, lambda item: quantities(item.zh) == quantities(item.en)) == []


# --- editions -----------------------------------------------------------------


def test_what_changed_between_the_editions():
    found = {change.article.id: change for change in changes()}
    assert "publicize_development_target.procedure" in found
    assert "admission_oath.requirements" in found
    assert all(item.edition == R2014 for change in found.values() for item in change.before)
    assert all(item.edition == R2026 for change in found.values() for item in change.after)
    assert {gate.id for gate in changed_gates()} == {
        "publicity_five_working_days",
        "notice_after_consent",
        "listing_after_notice",
        "meeting_within_one_month",
        "oath_within_one_month",
    }
    assert {(row.step, row.before, row.after) for row in moved()} >= {("admission_oath", "30", "29")}


# --- search -------------------------------------------------------------------


def ids(query: str, language: str = "zh") -> list[str]:
    return [hit.article.id for hit in search(query, language)]


def test_all_words_must_stand_in_the_article():
    assert "publicize_development_target.requirements" in ids("公示 工作日")
    assert ids("公示 工作日 宣誓") == []


def test_both_languages_are_searched_and_case_and_width_do_not_matter():
    assert "admission_oath.requirements" in ids("oath MONTH")
    assert ids("ｏａｔｈ") == ids("oath")


def test_an_excerpt_is_in_the_readers_language_where_it_can_be():
    wanted = "publicize_development_target.requirements"
    chinese, english = (
        next(hit for hit in search(query, "zh") if hit.article.id == wanted)
        for query in ("公示 工作日", "working days")
    )
    assert chinese.excerpts[0] == "公示时间不少于五个工作日。"
    assert "working days" in english.excerpts[0]


def test_titles_come_first():
    assert ids("一票否决")[0].startswith("veto")


@pytest.mark.parametrize("query", ["第12条", "12", "art. 12"])
def test_the_number_of_an_article_finds_it(query):
    assert handbook().articles[ids(query)[0]].number == 12


def test_codes_of_papers_and_vetoes_are_found():
    assert "political_review.materials_produced" in ids("F12")
    assert "political_review.materials_produced" in ids("T14")
    assert ids("V04") == ["vetoes.v04"]


def test_no_words_find_nothing():
    assert search("  ", "zh") == []
    assert len(words_of("一 二 三 四 五 六 七 八 九 十")) == 8


def test_words_are_marked_in_their_own_case():
    assert marked("The Oath is taken.", ("oath",)) == [("The ", False), ("Oath", True), (" is taken.", False)]
    assert marked("公示公示", ("公示",)) == [("公示", True), ("公示", True)]
    assert marked("a+b", ("+",)) == [("a", False), ("+", True), ("b", False)]
    assert marked("无", ()) == [("无", False)]


# --- what is wrong in an edited file --------------------------------------------


@pytest.fixture
def content(tmp_path):
    return shutil.copytree(CONTENT, tmp_path / "content")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[votes.title]", "[votes.heading]", r"chapter_1\.toml: votes\.title: is missing"),
        ("[votes.needed]", "[votes.Needed]", r"chapter_1\.toml: votes\.Needed: an id has small letters"),
        ('title.zh = "弃权"', 'title.zh = ""', r"votes\.abstentions\.title\.zh: needs a Chinese"),
        ('explains = ["V01"]', 'explains = "V01"', r"vetoes\.v01\.explains: must be a list of codes"),
        ("[[terms.development_target.also]]", "[terms.development_target.also]", r"also: must be a list"),
        ("[plan.no_plan]", "[plan.no_plan]\nnote = 1", r"plan\.no_plan\.note: unknown key"),
    ],
)
def test_a_broken_file_is_named_with_its_key(content, old, new, message):
    path = content / "chapter_1.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GuideError, match=message):
        load_general(content)


def test_a_code_explained_twice_is_named():
    article = handbook().articles["vetoes.v01"]
    twice = {"one.a": article, "two.b": article}
    with pytest.raises(GuideError, match=r"explains: V01 stands in two sentences"):
        dict(book_module._pointers(twice, "explains"))
