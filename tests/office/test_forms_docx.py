"""Every form as DOCX opened by an office program in one run: nothing lost, nothing cut, pages numbered."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from recruitment.documents import papers, word
from recruitment.documents.example import example
from recruitment.documents.printed import Mark
from recruitment.rules import texts

MARK = Mark("7K3QMX92AD", "https://example.org/printed/7K3QMX92AD/", "0123456789abcdef" * 4, "2026年6月10日")
PAPERS = {
    "booklet": (papers.WHOLE, example, False, MARK),
    "blank": (papers.WHOLE, lambda: None, False, None),
    "example": (papers.WHOLE, example, True, None),
    "JS": ("JS", example, False, MARK),
    "D46": ("D46", example, False, MARK),
    "D47": ("D47", example, False, MARK),
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The words of each page of each paper, after the office program has laid it out."""
    folder = tmp_path_factory.mktemp("docx")
    for name, (code, find, notes, mark) in PAPERS.items():
        data = find()
        forms = papers.filled(code, data, notes=notes)
        content = word.as_docx(forms, cover=papers.cover_of(code, data), mark=mark)
        (folder / f"{name}.docx").write_bytes(content)
    subprocess.run(
        [
            os.environ["SOFFICE"],
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            *map(str, sorted(folder.glob("*.docx"))),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return {name: _pages(folder / f"{name}.pdf") for name in PAPERS}


def _pages(path: Path) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(path).pages]


@pytest.mark.parametrize("name", ["booklet", "blank", "example"])
def test_the_booklet_opens_whole(opened, name):
    text = "".join(opened[name])
    for code, title in texts.FORMS.items():
        assert f"{code}{title.zh}" in text
    assert 19 <= len(opened[name]) <= 30
    assert f"第{len(opened[name])}页共{len(opened[name])}页" in text
    for leftover in ("None", "{{", "{%"):
        assert leftover not in text


def test_values_and_marks_are_there(opened):
    text = "".join(opened["booklet"])
    for words in ("样本·王小禾", "2023年9月20日", "预备期自2024年12月20日起", "党支部书记签名", "核验码7K3QM-X92AD"):
        assert words in text, words
    assert "填法" not in text
    assert "填法：与身份证件一致。" in "".join(opened["example"])
    assert "样本·王小禾" not in "".join(opened["blank"])


def test_a_form_that_goes_on_says_on_its_further_pages_which_it_is(opened):
    for name in ("booklet", "example", "blank"):
        pages = opened[name][2:]
        whose = "纪实编号：＿" if name == "blank" else "纪实编号：样本"
        further = [page for page in pages if "（续）" in page]
        assert further, name
        for page in pages:
            code = page[:3]
            assert code in texts.FORMS, "each page begins with the form's code"
            if "（续）" in page:
                assert page.startswith(f"{code}{texts.FORMS[code].zh}（续）{whose}")
        assert len(pages) == len(texts.FORMS) + len(further)
        assert all(f"第{number}页共" in page for number, page in enumerate(opened[name], start=1))


@pytest.mark.parametrize(("name", "pages"), [("JS", 1), ("D46", 2), ("D47", 2)])
def test_single_papers_keep_to_their_pages(opened, name, pages):
    assert len(opened[name]) == pages


def test_every_page_says_something(opened):
    for name, pages in opened.items():
        for number, words in enumerate(pages[2:], start=3):
            assert len(words) > 60, f"{name}, page {number}"
