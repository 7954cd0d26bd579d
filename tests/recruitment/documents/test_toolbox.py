"""The toolbox: each template for a finished and an early case, and what is said of a foreign one."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from docx import Document

from recruitment.documents.data import PaperData
from recruitment.documents.example import example
from recruitment.documents.toolbox import building, checking
from recruitment.documents.toolbox.catalogue import CATALOGUE, of_step
from recruitment.documents.toolbox.filling import (
    Options,
    blank_context,
    context_of,
    example_context,
    render,
)
from recruitment.documents.toolbox.markup import SourceError, read
from recruitment.documents.toolbox.placeholders import PAPER, PLACEHOLDERS
from recruitment.rules.papers import DOCUMENTS, TEMPLATES
from recruitment.rules.steps import STEPS

CODES = list(CATALOGUE)
#: Labels that a hand completes; nothing else may end with a colon and stand before nothing.
BY_HAND = re.compile(r"签名|发言要点|日期|意见|的情况|结果为|同志|党组织|机关|^中共|^＿")


def early(found: PaperData) -> PaperData:
    """The same person with nothing entered but the application."""
    steps = {key: step for key, step in found.steps.items() if key == "submit_application"}
    return replace(found, steps=MappingProxyType(steps), earlier=(), materials=())


def paragraphs(content: bytes) -> list[str]:
    document = Document(io.BytesIO(content))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    headers = [section.header for section in document.sections]
    return [p.text for part in (document, *headers, *cells) for p in part.paragraphs]


def words(content: bytes) -> str:
    return "\n".join(paragraphs(content))


def own(*lines: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A department's template of these paragraphs and, after them, one table."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The same package with further or other parts; a name's last underscores stand for what Python cannot write."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, part in parts.items():
            target.writestr(name, part)
    return made.getvalue()


def faults(content: bytes) -> list[str]:
    return [problem.sentence.zh for problem in checking.check(content).problems]


# -- the shipped ones ------------------------------------------------------------------------------------------------


def test_the_catalogue_is_that_of_the_rules():
    assert set(CATALOGUE) == set(TEMPLATES)
    for code, entry in CATALOGUE.items():
        assert TEMPLATES[code].step in entry.steps
    for document in DOCUMENTS.values():
        using = [key for key, step in STEPS.items() if document.code in {paper.code for paper in step.papers}]
        for key in using if document.template else ():
            assert CATALOGUE[document.template] in of_step(key)


@pytest.mark.parametrize("code", CODES)
def test_the_shipped_file_is_that_of_its_source(code):
    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    entry = CATALOGUE[code]
    assert parts(building.built(entry)) == parts(entry.shipped.read_bytes()), "run manage.py build_templates"


@pytest.mark.parametrize("code", CODES)
def test_the_shipped_file_passes_the_check(code):
    checked = checking.check(building.shipped(code))
    assert checked.problems == ()
    assert checked.has_roster is building.has_roster(code)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("stage", ["finished", "early"])
def test_nothing_raw_and_no_empty_label(code, stage):
    entry, found = CATALOGUE[code], example() if stage == "finished" else early(example())
    for step in entry.steps:
        content = render(building.shipped(code), context_of([found], step=step, options=Options()))
        assert not re.search(r"\{\{|\}\}|\{%|%\}|None|Undefined", words(content))
        for line in paragraphs(content):
            assert not line.endswith("：") or BY_HAND.search(line), line


def test_a_letter_holds_what_the_case_says():
    found = example()
    options = Options(number="样委〔2026〕1号", dated=date(2026, 6, 1), signer="样本书记")
    text = words(
        render(building.shipped("T10"), context_of([found], step="consent_development_target", options=options))
    )
    for path in ("person.name", "branch.name", "committee.name", "determine_activist.decided_on"):
        assert found.text(path) in text
    for part in ("样委〔2026〕1号", "签发人：样本书记", "2026年6月1日", "当否，请批示。"):
        assert part in text


def test_without_a_red_head_there_is_no_number():
    options = Options(number="样委〔2026〕1号", red_head=False)
    text = words(
        render(building.shipped("T10"), context_of([example()], step="consent_development_target", options=options))
    )
    assert "〔2026〕" not in text
    assert "签发人" not in text


@pytest.mark.parametrize("code", [code for code, entry in CATALOGUE.items() if entry.by_hand])
def test_what_a_hand_must_write_is_not_filled(code):
    content = render(building.shipped(code), context_of([example()], step=CATALOGUE[code].step, options=Options()))
    assert example().text("person.name") not in words(content)
    assert "不供抄写" in words(content)
    assert "代写" in words(content)


def test_several_people_share_one_list_and_what_they_have_in_common():
    first = example()
    second = replace(first, person_words=MappingProxyType({**first.person_words, "name": "样本·李小苗"}))
    context = context_of([first, second], step="file_activist", options=Options())
    assert context["同志名单"] == "样本·王小禾、样本·李小苗2名同志"
    assert context["性别"] == first.text("person.sex")
    assert not context["姓名"]
    text = words(render(building.shipped("T05"), context))
    assert "样本·王小禾" in text
    assert "样本·李小苗" in text
    many = context_of([first] * 5, step="file_activist", options=Options())
    assert many["同志名单"] == "样本·王小禾等5名同志"
    assert len(many["名册"]) == 5


def test_minutes_say_the_matter_of_their_step():
    for step, matter in (
        ("determine_activist", "研究确定入党积极分子"),
        ("propose_development_target", "研究拟列为发展对象的人选"),
        ("branch_committee_review", "审查发展对象是否合格"),
        ("conversion_review", "审查预备党员能否转正"),
    ):
        assert matter in words(render(building.shipped("T04"), context_of([example()], step=step, options=Options())))


def made(code: str, found: PaperData) -> str:
    context = context_of([found], step=CATALOGUE[code].step, options=Options())
    return words(render(building.shipped(code), context))


@pytest.mark.parametrize("code", ["T05", "T10", "T16", "T24"])
def test_a_paper_names_the_meeting_that_its_branch_holds(code):
    found = example()
    branch = replace(found.branch, name="中共样本村支部")
    assert "支部委员会会议" in made(code, replace(found, branch=branch))
    general = made(code, replace(found, branch=replace(branch, has_committee=False)))
    assert "支部党员大会" in general
    assert "支部委员会" not in general


def test_minutes_serve_a_meeting_of_members_as_well():
    bodies = {"branch": "中共样本村支部", "committee": "中共样本镇党委"}
    found = example()
    named = {field: replace(getattr(found, field), name=name) for field, name in bodies.items()}
    assert "委员" not in made("T04", replace(found, **named))


def test_resolutions_say_what_was_decided():
    for code, sentence in (
        ("T18", "同意接收样本·王小禾同志为中共预备党员，报上级党委审批。"),
        ("T23", "同意样本·王小禾同志按期转为正式党员，报上级党委审批。"),
    ):
        context = context_of([example()], step=CATALOGUE[code].step, options=Options())
        assert sentence in words(render(building.shipped(code), context))
        context = context_of([early(example())], step=CATALOGUE[code].step, options=Options())
        assert "□" in words(render(building.shipped(code), context))


def test_only_who_is_approved_gets_a_notice():
    found = example()
    step = found.steps["committee_approval"]
    refused = replace(step, values=MappingProxyType({**step.values, "result": "refuse"}))
    other = replace(found, steps=MappingProxyType({**found.steps, "committee_approval": refused}))
    context = context_of([found, other], step="committee_approval", options=Options())
    assert paragraphs(render(building.shipped("T20"), context)).count("入党通知") == 1


def test_what_people_type_survives():
    typed = "阿依古丽·买买提“A&B” <b> {{ 姓名 }} {% if %} 𠮷\x0b\x00\n第二段"
    found = example()
    step = found.steps["organization_talk"]
    step = replace(step, words=MappingProxyType({**step.words, "summary": typed + "长" * 5000}))
    found = replace(found, steps=MappingProxyType({**found.steps, "organization_talk": step}))
    content = render(building.shipped("T02"), context_of([found], step="organization_talk", options=Options()))
    lines = paragraphs(content)
    assert "阿依古丽·买买提“A&B” <b> {{ 姓名 }} {% if %} 𠮷" in lines
    assert "第二段" + "长" * 5000 in lines


def test_every_placeholder_has_words_and_an_example():
    context = example_context()
    for name, placeholder in (*PLACEHOLDERS.items(), *PAPER.items()):
        assert placeholder.meaning.zh
        assert placeholder.meaning.en
        assert placeholder.example or name == "红头"
        assert context[name] or name == "红头"


def test_a_sample_is_marked_on_every_page():
    content = render(building.shipped("T05"), example_context(), sample=True)
    document = Document(io.BytesIO(content))
    [section] = document.sections
    assert "样本" in section.header.paragraphs[0].text
    assert "样本" in section.even_page_header.paragraphs[0].text


def test_a_source_names_its_wrong_line(tmp_path):
    source = tmp_path / "T99.txt"
    source.write_text("@title 标题\n@colour red\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"T99\.txt:2.*colour"):
        read(source)


def test_the_page_is_that_of_the_standard():
    document = Document(io.BytesIO(building.shipped("T05")))
    [section] = document.sections
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert document.styles["Normal"].font.size.pt == 16
    assert document.styles["公文标题"].font.size.pt == 22


# -- foreign ones ----------------------------------------------------------------------------------------------------


def test_a_sound_own_template_is_read():
    content = own(
        "关于{{ 同志名单 }}",
        "{% if 红头 %}{{ 文号 }}{% endif %}",
        "{% if 审批结果 == “批准” %}同意{% else %}{{ 审批结果 }}{% endif %}",
        rows=(
            ("序号", "姓名"),
            ("{%tr for 人 in 名册 %}", ""),
            ("{{ 人.序号 }}", "{{ 人.姓名|格 }}"),
            ("{%tr endfor %}", ""),
        ),
    )
    checked = checking.check(content)
    assert checked.problems == ()
    assert checked.has_roster
    assert {"同志名单", "文号", "姓名", "序号", "红头", "审批结果"} <= set(checked.names)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("第一段", "{{ 姓铭 }}"), "正文第2段“{{ 姓铭 }}”：没有“姓铭”这个占位符，是不是“姓名”？"),
        (("{{ 姓名 }", "后面"), "正文第1段“{{ 姓名 }”：花括号没有成对，或者占位符断在两段里。"),
        (("{{ 姓名", "}}"), "正文第1段“{{ 姓名”：花括号没有成对，或者占位符断在两段里。"),
        (("{%p if 红头 %}", "正文"), "正文第1段“{%p if 红头 %}”：没有结尾。"),
        (("{%p if 红头 %}", "{% endif %}"), "正文第2段“{% endif %}”：同开头不配：要用同一种写法，在同一处。"),
        (("前 {%p if 红头 %}", "{%p endif %}"), "正文第1段“{%p if 红头 %}”：要独占一段。"),
        (("{%p for x in 人数 %}", "{%p endfor %}"), "正文第1段“{%p for x in 人数 %}”：循环只能写成“for 人 in 名册”。"),
        (("{{ 名册 }}",), "正文第1段“{{ 名册 }}”：要写明取哪一项，例如“人.姓名”。"),
        (("{{ 人.姓名 }}",), "正文第1段“{{ 人.姓名 }}”：带点的写法只能用在名册的循环里。"),
        (("{{ 姓名.__class__ }}",), "正文第1段“{{ 姓名.__class__ }}”：带点的写法只能用在名册的循环里。"),
        (("{{ 姓名() }}",), "正文第1段“{{ 姓名() }}”：用了模板不支持的写法。"),
        (("{{ 姓名|upper }}",), "正文第1段“{{ 姓名|upper }}”：用了模板不支持的写法。"),
        (("{% set x = 1 %}",), "正文第1段“{% set x = 1 %}”：用了模板不支持的写法。"),
        (("{% include 'a' %}",), "正文第1段“{% include 'a' %}”：用了模板不支持的写法。"),
        (("{%p else %}",), "正文第1段“{%p else %}”：前面没有相应的 if。"),
    ],
)
def test_a_fault_is_named_with_its_place(lines, told):
    assert told in faults(own(*lines))


def test_a_fault_of_syntax_is_named_with_its_place():
    [fault] = faults(own("一", "{{ 姓名 姓名 }}"))
    assert fault.startswith("正文第2段“{{ 姓名 姓名 }}”：写法有错")


def test_a_fault_in_a_table_names_row_and_cell():
    assert faults(own("一", rows=(("甲", "乙"), ("丙", "{{ 不认识 }}")))) == [
        "正文第1个表格第2行第2格“{{ 不认识 }}”：没有“不认识”这个占位符。"
    ]


def test_a_fault_in_the_footer_is_found():
    document = Document(io.BytesIO(own("一")))
    document.sections[0].footer.paragraphs[0].text = "{{ 页脚里的 }}"
    made = io.BytesIO()
    document.save(made)
    assert faults(made.getvalue()) == ["页脚第1段“{{ 页脚里的 }}”：没有“页脚里的”这个占位符。"]


def test_a_fault_in_the_header_and_one_across_runs_is_found():
    document = Document(io.BytesIO(own("一")))
    document.sections[0].header.paragraphs[0].text = "{{ 页眉里的 }}"
    split = document.paragraphs[0]
    for piece in ("{{ 姓", "铭", " }}"):
        split.add_run(piece).bold = True
    made = io.BytesIO()
    document.save(made)
    assert faults(made.getvalue()) == [
        "正文第1段“{{ 姓铭 }}”：没有“姓铭”这个占位符，是不是“姓名”？",
        "页眉第1段“{{ 页眉里的 }}”：没有“页眉里的”这个占位符。",
    ]


def test_a_placeholder_that_word_has_split_is_filled():
    document = Document(io.BytesIO(own("一")))
    for piece in ("{{", " 姓", "名 }", "}"):
        document.paragraphs[0].add_run(piece)
    made = io.BytesIO()
    document.save(made)
    assert faults(made.getvalue()) == []
    assert "样本甲" in words(render(made.getvalue(), example_context()))


def test_faults_are_told_in_english_too():
    [problem] = checking.check(own("一", rows=(("甲", "{{ 姓铭 }}"),))).problems
    assert problem.sentence.en == (
        "Text, table 1, row 1, cell 2 “{{ 姓铭 }}”: there is no placeholder “姓铭”; do you mean “姓名”?"
    )


def test_a_document_with_macros_is_refused_by_its_type():
    macro = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    with zipfile.ZipFile(io.BytesIO(own("一"))) as package:
        types = package.read("[Content_Types].xml")
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    made = repacked(own("一"), **{"[Content_Types].xml": types.replace(plain, macro)})
    assert faults(made) == ["文件：不是 Word 的 .docx 文档，请另存为 .docx。"]


def test_a_blank_reply_has_its_notice_once():
    blank = paragraphs(render(building.shipped("T20"), blank_context()))
    assert blank.count("入党通知") == 1
    assert any(line.endswith("同志：") and "＿" in line for line in blank)
    [roster] = Document(io.BytesIO(render(building.shipped("T20"), blank_context()))).tables[-1:]
    assert {cell.text for row in roster.rows[1:] for cell in row.cells[1:]} == {""}


def test_loops_do_not_multiply():
    nested = own("{%p for 人 in 名册 %}", "{%p for 友 in 名册 %}", "{%p endfor %}", "{%p endfor %}")
    assert any("循环里不能再有循环" in fault for fault in faults(nested))


def test_every_fault_is_told_at_once():
    assert len(faults(own("{{ 甲 }}", "{{ 乙 }}", "{{ 丙 }}"))) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "不是 .docx 文件"),
        (b"%PDF-1.4", "不是 .docx 文件"),
        (b"PK\x03\x04 cut off", "不是 .docx 文件"),
    ],
)
def test_what_is_no_docx_is_refused(content, told):
    [fault] = faults(content)
    assert told in fault


def test_programs_and_outside_content_are_refused():
    sound = own("一")
    assert "带有宏" in faults(repacked(sound, **{"word/vbaProject.bin": b"x"}))[0]
    assert "带有宏" in faults(repacked(sound, **{"word/embeddings/oleObject1.bin": b"x"}))[0]
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://example.org/a.dotm" TargetMode="External"/></Relationships>'
    )
    assert "引用了文件以外的内容" in faults(repacked(sound, **{"word/_rels/settings.xml.rels": rels}))[0]
    assert "已经损坏" in " ".join(faults(repacked(sound, **{"word/fontTable.xml": b"<a>"})))
    entity = b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    assert "不是 Word 写出的部件" in faults(repacked(sound, **{"word/fontTable.xml": entity}))[0]
    spreadsheet = {"[Content_Types].xml": b"<Types/>"}
    assert "不是 Word 的 .docx 文档" in faults(repacked(sound, **spreadsheet))[0]


def test_a_small_file_that_unpacks_to_a_large_one_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(31 * 1024 * 1024))
    assert faults(made.getvalue()) == ["文件：展开以后太大。"]
