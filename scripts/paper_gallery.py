"""Pictures of every paper for docs/gallery, from the finished sample case: run it after a change of a form or template.

    .venv/bin/python scripts/paper_gallery.py

Draws the 17 forms, the sheets for the two registers, the record sheet, a page of the worked example and of the blank
booklet, and all 24 templates (filled, and T20 blank), and writes docs/gallery/README.md, which shows each with its
name. Needs pdftoppm (package poppler-utils), LibreOffice (libreoffice-writer-nogui) and what PDF needs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "gallery"
#: Dots an inch, and shades of grey: enough to see that nothing is cut, small enough for a repository.
RESOLUTION, SHADES = 62, 12
COLUMNS = 3
HEAD = """# Gallery of papers

Written by `scripts/paper_gallery.py`; every picture is of the finished sample case (样本), nobody is real. The forms
are the PDF as it is printed, the templates the DOCX as LibreOffice sets it with free faces in place of 仿宋 and 小标宋.

Looked at as pictures when these were made, every page below: nothing is cut at an edge or in a cell, no raw
placeholder, dates and names are those of the case, places for signature and seal are there, each page bears its number,
and a form that goes on names itself on its further pages. A label has its value, 无 where it does not apply, or a place
to write.

Looked at in the same way besides, but not kept here: the whole booklet of a case at step 3, the blank set, and the
worked example as PDF; the worked example as DOCX; four templates about eight people, and one of a department's own;
agenda, filing list and reply of a meeting; hand-over list, custody receipt before and after the answer, certificate;
cover, contents and the first pages of the Guide as a book; a bulletin as DOCX. A change of a form or template is looked
at again.
"""


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    import django

    django.setup()
    for old in GALLERY.rglob("*.png"):
        old.unlink()
    sections = [
        ("The 17 forms", list(forms())),
        ("Registers, record sheet, blank form, worked example", list(others())),
        ("The 24 templates", list(templates())),
    ]
    lines = [HEAD]
    for title, pictures in sections:
        lines += [f"## {title}\n", *table(pictures), ""]
    (GALLERY / "README.md").write_text("\n".join(lines), encoding="utf-8")


def forms() -> Iterator[tuple[str, str]]:
    from recruitment.documents import papers
    from recruitment.documents.booklet import BOOKLET

    for code in BOOKLET:
        yield from form(code, f"{code} {papers.name_of(code).zh}")


def others() -> Iterator[tuple[str, str]]:
    from recruitment.documents import papers, pdf, printed

    for code in papers.FORMS:
        if not code.startswith("F"):
            yield from form(code, f"{code} {papers.name_of(code).zh}")
    for kind, code in ((papers.BLANK, "F01"), (papers.EXAMPLE, "F02")):
        filled, _cover = papers.specimen(code, kind)
        yield from draw(f"{kind}-{code}", f"{code}（{papers.SPECIMENS[kind]}）", pdf.make(printed.as_html(filled)))


def form(code: str, name: str) -> Iterator[tuple[str, str]]:
    from recruitment.documents import papers, pdf, printed
    from recruitment.documents.example import example

    yield from draw(code, name, pdf.make(printed.as_html(papers.filled(code, example()))))


def templates() -> Iterator[tuple[str, str]]:
    """Every template as an office program sets it, opened in one run."""
    from recruitment.documents.example import example
    from recruitment.documents.toolbox import building
    from recruitment.documents.toolbox.catalogue import CATALOGUE, JOINT_REVIEW_BODIES
    from recruitment.documents.toolbox.filling import Options, blank_context, context_of, render

    person, made = example(), {}
    for code, entry in CATALOGUE.items():
        body = JOINT_REVIEW_BODIES[0] if entry.to_bodies else ""
        options = Options(number="样委〔2026〕1号", dated=date(2026, 6, 1), signer="样本", body=body)
        context = context_of([person], step=entry.step, options=options)
        made[code] = (f"{code} {entry.name.zh}", render(building.shipped(code), context, sample=True))
    made["blank-T20"] = (f"T20 {CATALOGUE['T20'].name.zh}（空白）", render(building.shipped("T20"), blank_context()))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for code, (_name, content) in made.items():
            (folder / f"{code}.docx").write_bytes(content)
        office = [os.environ.get("SOFFICE", "soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        documents = sorted(map(str, folder.glob("*.docx")))
        command = [*office, "--convert-to", "pdf", "--outdir", place, *documents]
        subprocess.run(command, check=True, capture_output=True)
        for code, (name, _content) in made.items():
            yield from draw(f"templates/{code}", name, (folder / f"{code}.pdf").read_bytes())


def table(pictures: list[tuple[str, str]]) -> Iterator[str]:
    """The pictures in rows, each with its name under it."""
    yield "|" + " |" * COLUMNS
    yield "|" + "---|" * COLUMNS
    for start in range(0, len(pictures), COLUMNS):
        row = pictures[start : start + COLUMNS]
        cells = [f" ![{name}]({file})<br>{name} " for file, name in row] + [" "] * (COLUMNS - len(row))
        yield f"|{'|'.join(cells)}|"


def draw(path: str, name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """The pages of a PDF as small grey pictures: the file of each, ``<path>.png`` or ``<path>-2.png``, and its name."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.pdf"
        source.write_bytes(content)
        subprocess.run(["pdftoppm", "-r", str(RESOLUTION), "-png", source, Path(folder) / "page"], check=True)
        for number, page in enumerate(sorted(Path(folder).glob("page-*.png")), start=1):
            target = GALLERY / (f"{path}-{number}.png" if number > 1 else f"{path}.png")
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.open(page).convert("L").quantize(SHADES).save(target, optimize=True)
            label = f"{name}，第{number}页" if number > 1 else name
            yield str(target.relative_to(GALLERY)), label


if __name__ == "__main__":
    main()
