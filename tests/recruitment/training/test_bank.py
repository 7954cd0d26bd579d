"""The question bank: complete in both languages, exact, and no question twice."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import wraps

import pytest

from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.vetoes import VETOES
from recruitment.training import sums
from recruitment.training.bank import COMPUTED_TOPICS, CONTENT, TOPICS, BankError, Kind, Question, bank, load
from recruitment.training.drawing import PLAN, QUESTIONS, draw, option_order
from recruitment.training.marking import fits, is_right, score

QUESTIONS_OF_THE_BANK = list(bank().values())
MONTHS = [date(2026, month, 1).strftime("%B") for month in range(1, 13)]
HAN = re.compile(r"[\u3400-\u9fff]")
ZH_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
EN_DAY = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
#: The last article of each regulation.
LAST = {"r2014": 47, "r2026": 44, "constitution2022": 55, "education2019": 46}


def every(check: Callable[[Question], None]) -> Callable[[], None]:
    """A test that checks each question and names all that fail."""

    @wraps(check)
    def test() -> None:
        wrong = {}
        for question in QUESTIONS_OF_THE_BANK:
            try:
                check(question)
            except AssertionError as error:
                wrong[question.id] = str(error)
        assert not wrong

    del test.__wrapped__  # its signature asks for a question, which pytest would take for a fixture
    return test


def days_in_chinese(text: str) -> set[date]:
    return {date(int(year), int(month), int(day)) for year, month, day in ZH_DAY.findall(text)}


def days_in_english(text: str) -> set[date]:
    return {date(int(year), MONTHS.index(month) + 1, int(day)) for day, month, year in EN_DAY.findall(text)}


def test_the_bank_is_large_enough_and_covers_everything():
    topics = Counter(question.topic for question in QUESTIONS_OF_THE_BANK)
    assert len(QUESTIONS_OF_THE_BANK) >= 200
    assert topics["dates"] >= 60
    assert topics["votes"] >= 30
    assert {question.key for question in QUESTIONS_OF_THE_BANK if question.about == "veto"} == set(VETOES)
    assert {question.stage for question in QUESTIONS_OF_THE_BANK} == set(range(6))
    assert {question.kind for question in QUESTIONS_OF_THE_BANK} == set(Kind)


def test_no_question_stands_twice():
    for language in (0, 1):
        texts = Counter(re.sub(r"\W", "", question.text[language]).lower() for question in QUESTIONS_OF_THE_BANK)
        assert [text for text, number in texts.items() if number > 1] == []


@every
def test_the_rules_give_the_same_answer(question: Question):
    """Every question on dates and votes is worked out anew by the functions that judge real cases."""
    assert question.facts is not None or question.topic not in COMPUTED_TOPICS
    assert question.facts is None or sums.result(question.facts) == question.answer


@every
def test_the_explanation_names_the_answer(question: Question):
    zh, en = question.why
    if question.kind is Kind.DATE:
        assert question.answer in days_in_chinese(zh)
        assert question.answer in days_in_english(en)
    elif question.kind is Kind.NUMBER:
        number = {2: r"2|两|two", 1: r"1|一|one"}.get(question.answer, str(question.answer))
        assert re.search(rf"(?<!\d)(?:{number})(?!\d)", zh)
        assert re.search(rf"(?<!\d)(?:{number})(?!\d)", en)


@every
def test_both_languages_give_the_same_days(question: Question):
    assert days_in_chinese(question.text.zh) == days_in_english(question.text.en)
    facts = question.facts or {}
    given = {value for value in facts.values() if isinstance(value, date)}
    assert given <= days_in_chinese(question.text.zh + question.why.zh)


@every
def test_a_weekday_is_that_of_its_day(question: Question):
    for year, month, day, weekday in re.findall(r"(\d{4})年(\d+)月(\d+)日（星期(.)）", question.text.zh):
        assert "一二三四五六日"[date(int(year), int(month), int(day)).weekday()] == weekday


@every
def test_no_language_stands_in_the_other(question: Question):
    for zh, en in (question.text, question.why, *(option.text for option in question.options)):
        assert HAN.search(zh)
        assert not HAN.search(re.sub(r"留党察看|党籍|党委|党工委|党总支|党组", "", en)), en


@every
def test_the_articles_are_those_of_what_it_is_about(question: Question):
    for regulation, numbers in question.articles.items():
        assert all(1 <= number <= LAST[regulation] for number in numbers)
    if question.edition:
        assert question.edition in question.articles
    if question.about != "gate":
        return
    for edition in ("r2014", "r2026"):
        written = GATES[question.key].article(edition)
        if written and edition in question.articles:
            assert set(question.articles[edition]) & {int(number) for number in written.split(",")}


@every
def test_the_guide_has_its_step(question: Question):
    assert question.step in STEPS


@every
def test_options_differ(question: Question):
    for language in (0, 1):
        texts = [option.text[language] for option in question.options]
        assert len(set(texts)) == len(texts)


@every
def test_what_is_stored_reads_the_same(question: Question):
    again = Question.from_json(question.to_json())
    assert again.digest == question.digest
    assert (again.text, again.answer, again.options) == (question.text, question.answer, question.options)


def test_true_and_false_are_not_to_be_guessed():
    answers = Counter(question.answer for question in QUESTIONS_OF_THE_BANK if question.kind is Kind.TRUTH)
    assert min(answers.values()) * 3 >= answers.total()


# -- a bank that contradicts itself --------------------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path):
    """A copy of the content in which one text is replaced."""

    def change(topic: str, old: str, new: str):
        for name in TOPICS:
            text = (CONTENT / f"{name}.toml").read_text(encoding="utf-8")
            if name == topic:
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return change


@pytest.mark.parametrize(
    ("topic", "old", "new", "why"),
    [
        ("dates", "answer = 2026-06-15", "answer = 2026-06-16", "the sum gives 2026-06-15"),
        ("votes", "answer = 16", "answer = 15", "the sum gives 16"),
        ("votes", 'sum = { op = "needed", eligible = 30 }', "", "needs its sum"),
        ("dates", 'gate = "applicant_age_18"', 'gate = "applicant_age_19"', "none that the product has"),
        ("dates", 'id = "d002"', 'id = "d001"', "stands twice"),
        ("vetoes", 'veto = "V01"', "", "names one gate"),
        ("dates", "articles = { r2014 = [5], r2026 = [5] }", "articles = {}", "at least one article"),
        ("dates", "stage = 1", "stage = 9", "none of 0 to 5"),
        ("dates", "why_en = ", "reason = ", "unknown: reason"),
        ("votes", 'kind = "number"', 'kind = "truth"', "not what truth asks for"),
    ],
)
def test_a_contradiction_is_refused_with_its_place(changed, topic, old, new, why):
    with pytest.raises(BankError, match=re.escape(why)) as refused:
        load(changed(topic, old, new))
    assert refused.value.place.startswith(f"{topic}.toml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BankError, match=r"dates\.toml"):
        load(tmp_path)


# -- the draw ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_a_draw_keeps_the_plan_and_has_all_stages(seed):
    drawn = draw(QUESTIONS_OF_THE_BANK, seed)
    assert Counter(question.topic for question in drawn) == PLAN
    assert len({question.id for question in drawn}) == len(drawn) == QUESTIONS
    assert {question.stage for question in drawn} >= {1, 2, 3, 4, 5}


def test_the_same_seed_draws_the_same_test():
    assert draw(QUESTIONS_OF_THE_BANK, 7) == draw(reversed(QUESTIONS_OF_THE_BANK), 7)
    assert draw(QUESTIONS_OF_THE_BANK, 7) != draw(QUESTIONS_OF_THE_BANK, 8)


def test_every_question_comes_up():
    drawn = {question.id for seed in range(250) for question in draw(QUESTIONS_OF_THE_BANK, seed)}
    assert drawn == set(bank())


def test_a_bank_without_a_stage_draws_nothing():
    with pytest.raises(ValueError, match="five stages"):
        draw([question for question in QUESTIONS_OF_THE_BANK if question.stage != 2], 1)


def test_options_are_mixed_the_same_way_each_time():
    question = bank()["m001"] if bank()["m001"].options else bank()["m002"]
    orders = {tuple(option_order(question, seed)) for seed in range(40)}
    assert len(orders) > 5
    assert option_order(question, 3) == option_order(question, 3)


# -- the marking ---------------------------------------------------------------------------------------------------


def of_kind(kind: Kind) -> Question:
    return next(question for question in QUESTIONS_OF_THE_BANK if question.kind is kind)


def test_an_answer_is_right_as_a_whole_or_not_at_all():
    multiple = of_kind(Kind.MULTIPLE)
    rights = list(multiple.rights)
    assert is_right(multiple, rights[::-1])
    assert not is_right(multiple, rights[:-1])
    assert not is_right(multiple, [*rights, len(multiple.options) - 1])
    single = of_kind(Kind.SINGLE)
    assert is_right(single, list(single.rights))
    assert not is_right(single, [len(single.options) - 1])


@pytest.mark.parametrize("kind", Kind)
def test_no_answer_is_not_right(kind):
    assert not is_right(of_kind(kind), None)


def test_a_day_a_number_and_a_truth_are_compared_as_such():
    day, number, truth = of_kind(Kind.DATE), of_kind(Kind.NUMBER), of_kind(Kind.TRUTH)
    assert is_right(day, day.answer.isoformat())
    assert not is_right(day, "2026-01-01")
    assert is_right(number, number.answer)
    assert not is_right(number, number.answer + 1)
    assert is_right(truth, truth.answer)
    assert not is_right(truth, not truth.answer)
    # One and true are equal in Python; here they are answers to different questions.
    one = next(q for q in QUESTIONS_OF_THE_BANK if q.kind is Kind.NUMBER and q.answer == 1)
    assert not is_right(one, True)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Kind.SINGLE, [99]),
        (Kind.SINGLE, "0"),
        (Kind.MULTIPLE, [0, 0]),
        (Kind.MULTIPLE, [True]),
        (Kind.TRUTH, "true"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "20260201"),
        (Kind.NUMBER, 3.5),
        (Kind.NUMBER, 10**7),
    ],
)
def test_what_is_no_answer_of_the_kind_does_not_fit(kind, given):
    assert not fits(of_kind(kind), given)


def test_the_score_is_rounded_down():
    assert score(16, 20) == 80
    assert score(15, 20) == 75
    assert score(2, 3) == 66
