"""The Guide: complete in both languages, sound in its numbers, and clear about what is wrong in an edited file."""

import ast
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from recruitment import guide
from recruitment.guide import CONTENT, EDITIONS, GuideError, Item, facets, load
from recruitment.rules.papers import FORMS
from recruitment.rules.schema import Kind
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import names
from tests.recruitment.quantities import Quantity, quantities

every_step = pytest.mark.parametrize("step", STEPS)


def wrong(step: str, sound: Callable[[Item], object]) -> list[str]:
    """The sentences of the step that are not ``sound``: a failing test then shows them."""
    return [f"{item.zh} {item.en}" for item in facets(step).items if not sound(item)]


#: Every quantity that the rules name for a step; the Guide may name these and no others.
QUANTITIES: dict[str, set[Quantity]] = {
    "submit_application": {(18, "age")},
    "organization_talk": {(1, "month")},
    "recommend_activist": {(28, "age"), (6, "month")},
    "determine_activist": {(12, "month")},
    "assign_contacts": {(1, "month")},
    "cultivate_educate": {(3, "month"), (1, "month")},
    "halfyear_review": {(6, "month")},
    "propose_development_target": {(12, "month")},
    "publicize_development_target": {(5, "working day")},
    "political_review": {(1, "month"), (12, "month")},
    "intensive_training": {(3, "day"), (24, "hour"), (24, "month")},
    "preliminary_review": {(3, "month"), (1, "month")},
    "admission_branch_meeting": {(1, "half"), (1, "month"), (3, "month"), (6, "month")},
    "committee_approval": {(3, "month"), (6, "month"), (12, "month")},
    "admission_oath": {(1, "month")},
    "probation_education": {(6, "month")},
    "conversion_application": {(1, "week"), (1, "month")},
    "conversion_review": {(5, "working day")},
    "conversion_branch_meeting": {(12, "month"), (6, "month"), (1, "half"), (1, "month"), (3, "month")},
    "conversion_approval": {(3, "month"), (6, "month")},
    "archive_records": {(1, "month")},
}

#: What a reader must find: step, facet, the words in Chinese and in English.
SAID = [
    ("submit_application", "requirements", "已满十八周岁", "at least 18 years old"),
    ("organization_talk", "key_task", "一个月内", "Within one month"),
    ("assign_contacts", "requirements", "正式党员，有一名或者两名", "full members, and there are one or two"),
    ("halfyear_review", "requirements", "每半年至少有一次", "at least one review in every half year"),
    ("halfyear_review", "requirements", "不少于两次", "at least two reviews"),
    ("propose_development_target", "requirements", "已满一年", "at least one year"),
    ("publicize_development_target", "requirements", "不少于五个工作日", "at least five working days"),
    ("assign_introducers", "requirements", "正好两名，都是正式党员", "exactly two introducers, both full members"),
    ("intensive_training", "requirements", "不少于三天，或者不少于二十四个学时", "3 days or at least 24 class hours"),
    ("preliminary_review", "cautions", "三个月内将离开", "leave the workplace or school within three months"),
    ("admission_branch_meeting", "requirements", "赞成人数超过应到会有表决权党员的半数", "not of those present"),
    ("admission_branch_meeting", "requirements", "实到有表决权的党员，超过应到", "present are more than half"),
    ("admission_branch_meeting", "requirements", "预审合格后一个月内", "within one month of passing"),
    ("admission_branch_meeting", "cautions", "正好一半不算超过半数", "Exactly half is not more than half"),
    ("committee_approval", "requirements", "在三个月内完成", "completed within three months"),
    ("committee_approval", "cautions", "最长不超过六个月", "never more than six months"),
    ("committee_approval", "requirements", "为期一年", "runs for one year"),
    ("admission_oath", "requirements", "批准后一个月内", "within one month of approval"),
    ("conversion_branch_meeting", "requirements", "期满一年以后", "full one year of probation"),
    ("conversion_branch_meeting", "requirements", "只能一次，不少于半年，不超过一年", "once only, for not less"),
    ("conversion_branch_meeting", "cautions", "最多六个月；推迟不是延长", "up to six months; this is no extension"),
    ("conversion_approval", "requirements", "在三个月内", "within three months"),
    ("archive_records", "procedure", "六张考察表", "six forms"),
    ("archive_records", "cautions", "其余十一张表", "other 11 forms"),
]

#: Steps that the two editions of the Rules treat differently.
DIFFERENT = [
    "submit_application", "organization_talk", "assign_contacts", "consent_development_target",
    "publicize_development_target", "assign_introducers", "political_review", "branch_committee_review",
    "preliminary_review", "admission_branch_meeting", "admission_oath", "probation_education", "conversion_review",
    "archive_records",
]  # fmt: skip


def texts(step: str, facet: str) -> tuple[Item, ...]:
    found = getattr(facets(step), facet)
    return (found,) if isinstance(found, Item) else found


# --- complete ---------------------------------------------------------------


def test_covers_the_steps_of_the_table_in_order():
    assert guide.steps() == tuple(STEPS)
    assert len(guide.steps()) == 31


def test_an_unknown_step_is_a_key_error():
    with pytest.raises(KeyError, match="no_such_step"):
        facets("no_such_step")


@pytest.mark.parametrize("edition", EDITIONS)
@every_step
def test_each_edition_by_itself_has_all_five_facets(step, edition):
    found = facets(step).under(edition)
    assert len(found.procedure) >= 3
    assert len(found.requirements) >= 2
    assert len(found.cautions) >= 2
    assert found.materials_produced.codes
    assert all(item.holds_under(edition) for item in found.items)


def test_an_unknown_edition_is_refused():
    with pytest.raises(ValueError, match="r1990"):
        facets("submit_application").under("r1990")


@every_step
def test_the_codes_are_those_of_the_table(step):
    codes = facets(step).materials_produced.codes
    assert len(set(codes)) == len(codes)
    assert set(codes) == set(STEPS[step].produces)


@pytest.mark.parametrize("step", DIFFERENT)
def test_says_where_the_editions_differ(step):
    found = facets(step)
    assert found.under("r2014") != found.under("r2026")


def test_the_six_archived_forms_are_named():
    archived = [code for code, form in FORMS.items() if form.archived]
    assert len(archived) == 6
    named = next(item.zh for item in facets("archive_records").requirements if "六张表" in item.zh)
    shortened = {"发展对象政审情况表": "政审", "发展对象预审情况表": "预审"}
    for code in archived:
        full = names.FORMS[code].zh
        assert shortened.get(full, full.removesuffix("情况表").removeprefix("入党").removesuffix("意见")) in named


# --- language ---------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_stands_twice(language):
    counted = Counter(getattr(item, language) for step in STEPS for item in facets(step).items)
    assert [text for text, count in counted.items() if count > 1] == []


@every_step
def test_chinese_sentences_are_whole_and_short(step):
    assert wrong(step, lambda item: item.zh.endswith("。") and item.zh.count("。") == 1) == []
    assert wrong(step, lambda item: len(item.zh) <= 52) == []
    assert wrong(step, lambda item: not re.search(r"[,;:?!()]", item.zh)) == [], "full-width marks in Chinese"


@every_step
def test_english_sentences_are_whole_and_short(step):
    assert wrong(step, lambda item: re.fullmatch(r"[A-Z].*\.", item.en)) == []
    assert wrong(step, lambda item: len(item.en) <= 170) == []
    # A Chinese term may follow its translation in brackets, nothing more.
    bracketed = re.compile(r"\([\u4e00-\u9fff]+\)")
    assert wrong(step, lambda item: not re.search(r"[\u4e00-\u9fff，。；]", bracketed.sub("", item.en))) == []


@every_step
def test_local_practice_says_that_it_is_local(step):
    assert wrong(step, lambda item: item.basis != "local" or re.search(r"本地|各地|有的地方", item.zh)) == []
    assert wrong(step, lambda item: item.basis != "local" or re.search(r"\b(local|places?)\b", item.en)) == []


@every_step
def test_nobody_is_blamed(step):
    assert wrong(step, lambda item: not re.search(r"失职|错误操作|严禁|务必|追究|后果自负", item.zh)) == []
    assert wrong(step, lambda item: not re.search(r"\b(forbidden|fault|your mistake|liable)\b", item.en)) == []


# --- numbers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申请时已满十八周岁。", {(18, "age")}),
        ("延长不少于半年，不超过一年。", {(6, "month"), (12, "month")}),
        ("一般不少于三天，或者二十四个学时。", {(3, "day"), (24, "hour")}),
        ("2014年版没有规定，每年一次，填开会那一天。", set()),
        ("At least five working days, within one month.", {(5, "working day"), (1, "month")}),
        ("Under 28 years of age; more than half.", {(28, "age"), (1, "half")}),
    ],
)
def test_reading_quantities(text, expected):
    assert quantities(text) == expected


@every_step
def test_both_languages_name_the_same_quantities(step):
    assert wrong(step, lambda item: quantities(item.zh) == quantities(item.en)) == []


@every_step
def test_no_quantity_contradicts_the_rules(step):
    assert wrong(step, lambda item: quantities(item.zh) <= QUANTITIES.get(step, set())) == []


@pytest.mark.parametrize(("step", "facet", "zh", "en"), SAID)
def test_what_a_reader_must_find(step, facet, zh, en):
    assert any(zh in item.zh and en in item.en for item in texts(step, facet))


def test_the_limits_of_the_table_are_said_at_their_step():
    """Every national deadline and minimum time in months or years stands in the words of its step."""
    for gate in GATES.values():
        if gate.source != "national" or gate.kind not in (Kind.NOT_AFTER, Kind.NOT_BEFORE) or gate.duration is None:
            continue
        if months := gate.duration.months:
            wanted = (months // 12, "age") if gate.anchor == "person.birth_date" else (months, "month")
            said = set().union(*(quantities(item.zh) for item in facets(gate.step).items))
            assert wanted in said, gate.id


@every_step
def test_articles_exist(step):
    last = {"r2026": 44, "r2014": 47}
    assert wrong(step, lambda item: all(max(item.articles.get(text, (1,))) <= last[text] for text in last)) == []


@every_step
def test_articles_of_the_two_editions_correspond(step):
    """From r2014 art 19 to art 37 the number in r2026 is one less; before that it is the same."""

    def corresponds(item: Item) -> bool:
        before, after = item.articles.get("r2014"), item.articles.get("r2026")
        if not before or not after:
            return True
        return after == tuple(number - 1 if number >= 19 else number for number in before)

    assert wrong(step, corresponds) == []


# --- the loader -------------------------------------------------------------


def test_the_text_is_read_with_the_standard_library_and_numbered_with_the_rules():
    """The Guide stands beside the rules, below models and pages."""
    allowed = sys.stdlib_module_names | {"__future__"}
    for path in Path(guide.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            ours = [] if path.name == "reading.py" else ["recruitment.guide", "recruitment.rules"]
            assert all(
                module.partition(".")[0] in allowed or any(module.startswith(name) for name in ours)
                for module in modules
            ), path


def test_entries_cannot_be_changed():
    found = facets("submit_application")
    with pytest.raises(AttributeError):
        found.key_task.zh = "别的"
    with pytest.raises(TypeError):
        found.key_task.articles["r2026"] = (1,)
    assert facets("submit_application") is found


@pytest.fixture
def content(tmp_path):
    return shutil.copytree(CONTENT, tmp_path / "content")


BROKEN = [
    ('basis = "national"', 'basis = "provincial"', r"stage_1\.toml: submit_application\.key_task\.basis: 'provincial'"),
    ("article.r2026 = [5, 6]", "article.r2026 = [6, 5]", r"submit_application\.key_task\.article\.r2026: must be a ri"),
    ("article.r2026 = [5, 6]", "article.r1999 = [5, 6]", r"submit_application\.key_task\.article\.r1999: unknown key"),
    ('zh = "本人自愿', 'cn = "本人自愿', r"submit_application\.key_task\.zh: is missing"),
    ('zh = "本人自愿', 'note = "x"\nzh = "本人自愿', r"submit_application\.key_task\.note: unknown key"),
    ('zh = "本人自愿', 'zh = " 本人自愿', r"submit_application\.key_task\.zh: must be one line"),
    ('zh = "有工作、学习单位的，把申请书交给本单位党组织。"', 'zh = ""', r"procedure\[1\]\.zh: needs a Chinese"),
    ('edition = "r2026"', 'edition = "r2020"', r"submit_application\.procedure\[3\]\.edition: 'r2020'"),
    ('edition = "r2026"', 'edition = "r2014"', r"procedure\[3\]: belongs to r2014 but names .* r2026"),
    ('edition = "r2026"\n', "", r"submit_application\.procedure\[3\]: names r2026 alone, so it needs edition"),
    ('"F01", "D01"', '"F01", "X01"', r"submit_application\.materials_produced\.codes: 'X01' is not a code"),
    ('"F01", "D01"', '"F01", "F01"', r"submit_application\.materials_produced\.codes: a code stands twice"),
    ('codes = ["F01", "D01"]', "codes = []", r"submit_application\.materials_produced\.codes: must be a list with"),
    ("[submit_application.key_task]", "[submit_application.task]", r"submit_application\.key_task: is missing"),
    ("[submit_application.key_task]", "[submit_application.key_task", r"stage_1\.toml: not readable as TOML"),
    ("article.r2026 = [5, 6]\narticle.r2014 = [5, 6]\n", "", r"submit_application\.key_task: basis national needs the"),
    (
        '[submit_application.key_task]\nbasis = "national"\n',
        '[submit_application.key_task]\nbasis = "national"\nedition = "r2026"\n',
        r"submit_application\.key_task: belongs to r2026",
    ),
    ('zh = "收好', 'edition = "r2026"\nzh = "收好', r"submit_application\.materials_produced\.edition: stands once"),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_a_broken_file_is_named_with_its_key(content, old, new, message):
    path = content / "stage_1.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GuideError, match=message):
        load(content)


def test_too_few_entries_are_counted_for_each_edition(content):
    path = content / "stage_3.toml"
    head, separator, tail = path.read_text(encoding="utf-8").partition("[[publicize_development_target.requirements]]")
    kept = "[[publicize_development_target.cautions]]"
    path.write_text(
        f'{head}{separator}\nbasis = "system"\nzh = "只有一条。"\nen = "One alone."\n\n{kept}{tail.partition(kept)[2]}',
        encoding="utf-8",
    )
    with pytest.raises(GuideError, match=r"publicize_development_target\.requirements: has 1 entries under r2014"):
        load(content)


def test_a_list_written_as_a_table_is_named(content):
    path = content / "stage_1.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index("[[organization_talk.cautions]]")
    stop = text.index("[organization_talk.materials_produced]")
    single = '[organization_talk.cautions]\nbasis = "system"\nzh = "只有一条。"\nen = "One alone."\n\n'
    path.write_text(text[:start] + single + text[stop:], encoding="utf-8")
    with pytest.raises(GuideError, match=r"organization_talk\.cautions: must be a list"):
        load(content)


def test_a_missing_file_is_named(content):
    (content / "stage_4.toml").unlink()
    with pytest.raises(GuideError, match=r"stage_4\.toml: the file is missing"):
        load(content)


def test_a_step_in_two_files_is_named(content):
    first, second = content / "stage_1.toml", content / "stage_2.toml"
    second.write_text(second.read_text(encoding="utf-8") + first.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(GuideError, match=r"stage_2\.toml: submit_application: this step stands twice"):
        load(content)
