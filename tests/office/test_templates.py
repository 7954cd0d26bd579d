"""Every template opened by an office program in one run: each page there, nothing lost, nothing raw."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from recruitment.documents.example import example
from recruitment.documents.toolbox import building
from recruitment.documents.toolbox.catalogue import CATALOGUE
from recruitment.documents.toolbox.filling import Options, context_of, render

#: A4 in points.
_A4 = (595, 842)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with each template, filled with the worked example, as PDF."""
    folder = tmp_path_factory.mktemp("templates")
    for code, entry in CATALOGUE.items():
        context = context_of([example()], step=entry.step, options=Options())
        (folder / f"{code}.docx").write_bytes(render(building.shipped(code), context, sample=True))
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
        timeout=240,
    )
    return folder


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_template_opens(opened, code):
    pages = PdfReader(opened / f"{code}.pdf").pages
    assert 1 <= len(pages) <= 3
    for number, page in enumerate(pages, start=1):
        text = "".join(page.extract_text().split())
        assert tuple(round(float(side)) for side in page.mediabox[2:]) == _A4
        assert "样本" in text, "marked"
        assert f"—{number}—" in text, "numbered"
        assert "{" not in text
        assert len(text) > 20, "no page is empty"
