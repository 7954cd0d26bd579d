"""The forms: what they show, that nothing is missing or cut, and what their digest is made of."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import pytest
from docx import Document
from pypdf import PdfReader

from recruitment.documents import data, papers, pdf, printed, word
from recruitment.documents.booklet import BOOKLET
from recruitment.documents.data import PaperData
from recruitment.documents.example import example
from recruitment.documents.fill import CellKind, Filling, content_of, fill, filling_of
from recruitment.documents.layout import COLUMNS, Box, Form, Item, Listing, Pairs
from recruitment.rules import texts
from recruitment.rules.papers import ARCHIVED_FORMS
from recruitment.rules.papers import FORMS as TABLE
from recruitment.rules.steps import STEPS

SINGLE = list(papers.FORMS)
MARK = printed.Mark("7K3QMX92AD", "https://example.org/printed/7K3QMX92AD/", "0123456789abcdef" * 4, "2026年6月10日")
#: What people type: quotes, ampersands, tags, names with ·, signs beyond the first plane, a control character.
TYPED = "阿依古丽·买买提 “引号” <b>&amp;</b> {{ name }} {% now %} 䶮 𠮷\x0b'单引号'"


def changed(found: PaperData, path: str, text: str) -> PaperData:
    """The same case with other words at ``path``."""
    head, _, name = path.partition(".")
    if head == "person":
        return replace(found, person_words=MappingProxyType({**found.person_words, name: text}))
    step = found.steps[head]
    step = replace(step, words=MappingProxyType({**step.words, name: text}))
    return replace(found, steps=MappingProxyType({**found.steps, head: step}))


def items(form: Form) -> list[Item]:
    found: list[Item] = []
    for row in form.rows:
        if isinstance(row, Pairs):
            found += row.items
        elif isinstance(row, Box) and row.item is not None:
            found.append(row.item)
    return found


def text_of(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


# -- definitions ----------------------------------------------------------------------------------------------------


def test_the_booklet_has_the_forms_of_the_table():
    assert list(BOOKLET) == list(TABLE)
    for code, form in BOOKLET.items():
        assert form.title == texts.FORMS[code].zh
        assert form.steps == TABLE[code].steps
    assert tuple(code for code, form in BOOKLET.items() if form.archived) == ARCHIVED_FORMS
    assert len(ARCHIVED_FORMS) == 6


@pytest.mark.parametrize("code", BOOKLET)
def test_a_form_shows_every_field_of_its_steps(code):
    form = BOOKLET[code]
    shown = {item.key for item in items(form)} | {row.key for row in form.rows if isinstance(row, Listing)}
    # Whether a vote passed is said by the tally that the form shows beside it.
    wanted = {f"{key}.{field.name}" for key in form.steps for field in STEPS[key].fields if field.name != "passed"}
    if code == "F13":
        wanted.add("intensive_training.passed")
    assert wanted <= shown


@pytest.mark.parametrize("code", SINGLE)
def test_every_row_fills_the_grid_and_every_label_has_words(code):
    blank = fill(papers.FORMS[code])
    assert blank.cells
    for row in blank.cells:
        assert sum(cell.span for cell in row) == COLUMNS
        for cell in row:
            assert cell.text or cell.kind is CellKind.VALUE
            assert all(sign.who for sign in cell.signs)


@pytest.mark.parametrize("code", SINGLE)
def test_a_key_names_one_value(code):
    form = papers.FORMS[code]
    keys = [item.key for item in items(form)] + [row.key for row in form.rows if isinstance(row, Listing)]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


@pytest.mark.parametrize("code", [code for code in BOOKLET if code not in ("F02",)])
def test_a_form_can_be_signed_and_stamped(code):
    signs = [sign for row in BOOKLET[code].rows if isinstance(row, Box) for sign in row.signs]
    assert any(sign.stamp for sign in signs)


def test_an_item_needs_words_and_a_known_path():
    with pytest.raises(KeyError):
        Item("determine_activist.colour")
    with pytest.raises(ValueError, match="label"):
        Item(lambda found: "")
    with pytest.raises(ValueError, match="hand"):
        Box(None)


def test_the_national_registers_are_asked_for_and_have_a_sheet_to_copy_from():
    assert "D46" in STEPS["branch_committee_review"].required_papers
    assert "D47" in STEPS["probation_education"].required_papers
    found = example()
    for code, step, kind in (
        ("D46", "halfyear_review", "contact_opinion"),
        ("F07", "halfyear_review", "contact_opinion"),
        ("D47", "probation_education", "introducer_opinion"),
        ("F16", "probation_education", "introducer_opinion"),
    ):
        said = fill(papers.FORMS[code], found).values[f"{step}.{kind}s"]
        entries = found.steps[step].logged(kind)
        assert len(entries) >= 2
        for entry in entries:
            assert entry.member in said
            assert entry.text in said
    opinions = {"D46": "solicit_opinions.contact_opinion", "D47": "conversion_review.party_group_opinion"}
    for code, opinion in opinions.items():
        filled = fill(papers.FORMS[code], found)
        assert filled.values[opinion] == found.text(opinion)
        assert "不能代替登记表" in filled.form.remark


# -- the worked example ---------------------------------------------------------------------------------------------


#: What the sample person's case rightly leaves empty.
LEFT_EMPTY = {
    "person.expected_leave_date",
    "conversion_review.publicity_start",
    "conversion_review.publicity_end",
    "conversion_branch_meeting.extension_duration",
    "conversion_branch_meeting.extension_end",
    "conversion_branch_meeting.postponed_reason",
}


@pytest.mark.parametrize("code", BOOKLET)
def test_the_example_fills_every_field_and_says_how(code):
    filled = fill(BOOKLET[code], example(), notes=True)
    lists = [row for row in BOOKLET[code].rows if isinstance(row, Listing)]
    by_hand = {row.key for row in lists if all(column.by_hand for column in row.columns)}
    assert {key for key, text in filled.values.items() if not text} <= LEFT_EMPTY | by_hand
    for row in filled.cells:
        for label, value in pairwise(row):
            if label.kind is CellKind.LABEL:
                assert value.note, label.text
    assert filled.title in printed.as_html([filled])
    assert "填写样例" in printed.as_html([filled])


def test_the_example_is_marked_as_a_sample_and_keeps_the_rules():
    found = example()
    assert found.is_sample
    assert found.text("person.name").startswith("样本")
    day = found.value
    assert (day("propose_development_target.meeting_date") - day("determine_activist.decided_on")).days >= 365
    assert day("committee_approval.probation_start") == day("admission_branch_meeting.meeting_date")
    assert day("conversion_branch_meeting.meeting_date") >= day("committee_approval.probation_end")
    assert day("conversion_approval.seniority_start") == day("committee_approval.probation_end")
    acts = [step.on for step in found.steps.values()]
    assert acts == sorted(acts)


# -- PDF --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def booklet_pages() -> list[str]:
    """The words of each page of the whole booklet, without blanks."""
    forms = papers.filled(papers.WHOLE, example())
    content = pdf.make(printed.as_html(forms, cover=papers.cover_of(papers.WHOLE, example()), mark=MARK))
    pages = PdfReader(io.BytesIO(content)).pages
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pages} == {(595, 842)}  # A4
    return ["".join(page.extract_text().split()) for page in pages]


def test_the_booklet_has_every_form_with_names_and_dates(booklet_pages):
    text = "".join(booklet_pages)
    for code in BOOKLET:
        assert f"{code}{texts.FORMS[code].zh}" in text  # in the contents
        assert text.count(texts.FORMS[code].zh) >= 2
    for words in (
        "样本·王小禾",
        "990000199605080024",
        "2023年9月20日",
        "样本备〔2023〕12号",
        "样本·孙某、样本·周某",
        "11票（应到会有表决权党员12人）",
        "预备期自2024年12月20日起，至2025年12月20日止。",
        "党龄自2025年12月20日算起。",
        "核验码7K3QM-X92AD",
        "内容摘要0123456789abcdef",
    ):
        assert words in text, words
    for leftover in ("None", "{{", "{%", "}}", "lambda", "datetime"):
        assert leftover not in text
    assert "F16预备党员考察情况表（续）" in text
    # Chinese days stand in no other form.
    assert "2023-09-20" not in text


def test_pages_are_numbered_and_none_is_nearly_empty(booklet_pages):
    assert 19 <= len(booklet_pages) <= 24
    for number, words in enumerate(booklet_pages[2:], start=3):
        assert f"第{number}页共{len(booklet_pages)}页" in words
        assert len(words) > 120, f"page {number}"


def test_the_record_sheet_is_one_page():
    content = pdf.make(printed.as_html(papers.filled("JS", example()), mark=MARK))
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 1
    assert float(pages[0].mediabox[2]) > float(pages[0].mediabox[3])
    text = text_of(content)
    for name in texts.STEPS.values():
        assert name.zh in text
    assert "通过（11/12票）" in text


def test_what_people_type_survives_and_a_long_opinion_goes_on_to_the_next_page():
    long = "考察意见" * 1250
    found = changed(changed(example(), "organization_talk.summary", long), "person.name", TYPED)
    forms = [fill(BOOKLET["F02"], found)]
    html = printed.as_html(forms)
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html
    content = pdf.make(html)
    text = text_of(content)
    assert text.count("考察意见") == 1250
    for words in ("阿依古丽·买买提", "“引号”", "<b>&amp;</b>", "{{name}}", "䶮", "𠮷"):
        assert words in text, words
    pages = PdfReader(io.BytesIO(content)).pages
    assert 3 <= len(pages) <= 6
    assert "考察意见考察意见" in "".join(pages[0].extract_text().split()), "the text begins where it stands"
    document = Document(io.BytesIO(word.as_docx(forms)))
    words = {cell.text for row in document.tables[0].rows for cell in row.cells}
    assert TYPED.replace("\x0b", "") in words
    assert long in words


def test_a_value_fetches_nothing(monkeypatch, caplog):
    def fails(request, *args, **kwargs):
        raise AssertionError(f"{request.full_url} was fetched")

    for handler in ("HTTPHandler", "FileHandler"):
        monkeypatch.setattr(f"urllib.request.{handler}.{handler[:4].lower()}_open", fails)
    images = '<img src="file:///etc/passwd"><img src="http://example.org/picture.png">'
    assert pdf.make(images).startswith(b"%PDF")
    assert caplog.text.count("disallowed protocol") == 2


# -- the machine lacks something --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libpango-1.0.so.0", "libpango-1.0-0"),
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
    ],
)
def test_a_missing_library_is_named_by_its_package(monkeypatch, library, package):
    there = pdf.ctypes.CDLL

    def opens(name, *args, **kwargs):
        if name == library:
            raise OSError(name)
        return there(name, *args, **kwargs)

    monkeypatch.setattr(pdf.ctypes, "CDLL", opens)
    assert pdf.missing_packages() == (package,)
    with pytest.raises(pdf.CannotPrintError, match=package):
        pdf.make("<p>")


def test_a_missing_font_is_named_by_its_package(monkeypatch):
    assert pdf.missing_packages() == ()
    monkeypatch.setattr(pdf, "_fonts", lambda wanted: 0)
    assert pdf.missing_packages() == ("fonts-noto-cjk",)


def test_weasyprint_is_imported_only_when_a_pdf_is_made():
    code = (
        "import os, sys, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.test');"
        "django.setup(); import config.urls, recruitment.views.booklet; sys.exit('weasyprint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


# -- what a digest is made of ---------------------------------------------------------------------------------------


def digest(found: PaperData, code: str = "F04", salt: str = "salt") -> str:
    return content_of(papers.filled(code, found), salt).digest


def test_the_digest_changes_with_a_value_of_the_form_and_only_then():
    found = example()
    first = digest(found)
    assert first == digest(found)
    assert digest(changed(found, "determine_activist.votes_for", "4")) != first
    assert digest(changed(found, "person.name", "样本·另一人")) != first
    assert digest(replace(found, number="样本0000-2023-002")) != first
    # F04 says nothing of these.
    assert digest(changed(found, "conversion_approval.votes_for", "4")) == first
    assert digest(changed(found, "person.phone", "1")) == first
    assert digest(found, salt="another") != first


@pytest.mark.parametrize("code", SINGLE)
def test_every_value_of_a_form_counts_and_is_named_when_it_differs(code):
    found = example()
    before = papers.content(code, found)
    labels = papers.labels(code)
    for item in items(papers.FORMS[code]):
        if callable(item.source) or item.source.startswith(("branch.", "committee.", "case.")):
            continue
        after = papers.content(code, changed(found, item.source, "改过了"))
        assert f"{code}/{item.key}" in after.changed_since(before.parts)
        assert labels[f"{code}/{item.key}"] == item.label


def test_a_new_log_entry_shows_as_the_list_that_holds_it():
    found = example()
    step = found.steps["halfyear_review"]
    fewer = replace(
        found,
        steps=MappingProxyType({**found.steps, "halfyear_review": replace(step, entries=step.entries[:-1])}),
    )
    before, after = papers.content("F07", fewer), papers.content("F07", found)
    assert after.changed_since(before.parts) == ["F07/halfyear_review.analyses"]


def test_a_digest_gives_nothing_away():
    parts = papers.content("F12", replace(example(), salt="a salt of the person")).parts
    assert all(len(part) == 16 for part in parts.values())
    assert len(set(parts.values())) == len(parts)


# -- how far a form has come ----------------------------------------------------------------------------------------


def test_filled_partly_and_empty():
    found = example()
    keys = list(found.steps)
    early = replace(found, steps=MappingProxyType({key: found.steps[key] for key in keys[:5]}))
    assert filling_of(BOOKLET["F01"], early) is Filling.FILLED
    assert filling_of(BOOKLET["F04"], early) is Filling.PARTLY
    assert filling_of(BOOKLET["F05"], early) is Filling.EMPTY
    assert data.WITHHELD not in printed.as_html(papers.filled("F01", early))


def test_a_branch_without_committee_decides_in_its_meeting():
    found = example()
    without = replace(found, branch=replace(found.branch, has_committee=False))
    assert "支部党员大会研究，应到党员5人" in fill(BOOKLET["F04"], without).values["determine_activist.sentence"]
    assert "支部委员会会议研究，应到委员5人" in fill(BOOKLET["F04"], found).values["determine_activist.sentence"]


def test_an_extended_probation_shows_what_the_first_meeting_decided():
    found = example()
    first = found.steps["conversion_branch_meeting"]
    words = {**first.words, "decision": "延长预备期", "extension_duration": "六个月", "extension_end": "2026年6月20日"}
    extended = replace(found, earlier=(replace(first, words=MappingProxyType(words)),))
    assert "conversion_branch_meeting.earlier" not in fill(BOOKLET["F17"], found).values
    assert "六个月" in fill(BOOKLET["F17"], extended).values["conversion_branch_meeting.earlier"]


# -- as a hand would fill it ------------------------------------------------------------------------------------------


def value_beside(filled, label: str) -> str:
    row = next(row for row in filled.cells if any(cell.text == label for cell in row))
    place = next(place for place, cell in enumerate(row) if cell.text == label)
    return row[place + 1].text


def test_what_does_not_apply_says_so_once_the_step_is_verified_and_is_no_value():
    found = example()
    done = fill(papers.FORMS["F17"], found)
    assert value_beside(done, "延长时长") == "无"
    assert done.values["conversion_branch_meeting.extension_duration"] == ""
    step = replace(found.steps["conversion_branch_meeting"], status="submitted")
    earlier = replace(found, steps=MappingProxyType({**found.steps, step.key: step}))
    assert value_beside(fill(papers.FORMS["F17"], earlier), "延长时长") == ""
    assert value_beside(fill(papers.FORMS["F01"], found), "预计离开现单位日期") == "无"


def without_optional(found: PaperData) -> PaperData:
    """The case with nothing in it that need not be given."""
    steps = {}
    for key, step in found.steps.items():
        optional = {field.name for field in STEPS[key].fields if not field.required}
        kept = {name: text for name, text in step.words.items() if name not in optional}
        values = {name: value for name, value in step.values.items() if name not in optional}
        steps[key] = replace(step, words=MappingProxyType(kept), values=MappingProxyType(values))
    return replace(found, steps=MappingProxyType(steps))


@pytest.mark.parametrize("code", list(BOOKLET))
def test_no_label_of_a_finished_case_stands_without_words_or_room_to_sign(code):
    filled = fill(papers.FORMS[code], without_optional(example()))
    by_hand = {row.label for row in papers.FORMS[code].rows if isinstance(row, Box) and row.item is None}
    empty = [
        label.text
        for row in filled.cells
        for label, value in pairwise(row)
        if label.kind is CellKind.LABEL and not value.text and not value.signs and label.text not in by_hand
    ]
    assert not empty


def test_what_stands_in_the_middle_of_a_row_takes_no_room_under_it():
    rows = fill(papers.FORMS["F05"], example()).cells
    signed = next(row for row in rows if len(row) == 6 and row[1].text == "样本·孙某")
    assert [cell.lines for cell in signed[1:-1]] == [0, 0, 0, 0]
    assert signed[-1].lines == 2


@pytest.mark.parametrize("code", list(BOOKLET))
def test_the_worked_example_leaves_no_box_empty(code):
    empty = [
        row[0].text
        for row in fill(papers.FORMS[code], example(), notes=True).cells
        for label, value in pairwise(row)
        if label.kind is CellKind.LABEL and not value.text
    ]
    assert not empty
    kept = [row for row in papers.FORMS[code].rows if isinstance(row, Box) and row.sample]
    case = fill(papers.FORMS[code], example())
    assert all(value_beside(case, row.label) == "" for row in kept)


def test_a_label_ends_its_line_where_a_word_ends():
    cells = {cell.text: cell.pieces for row in fill(papers.FORMS["F01"]).cells for cell in row}
    assert cells["公民身份号码"] == ("公民身份", "号码")
    assert cells["申请书落款日期"] == ("申请书落款日期",)


def test_a_short_list_stays_whole():
    rows = [row for row in fill(papers.FORMS["F16"]).cells if row[0].kind is CellKind.VALUE]
    long, short = rows[:8], rows[8:]
    assert [row[0].held for row in long] == [True] + [False] * 7
    assert [row[0].held for row in short] == [True, True, True, False]
