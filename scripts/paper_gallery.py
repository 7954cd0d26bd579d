"""Pictures of every form for docs/gallery, from the worked example: run it after a change of the forms.

    .venv/bin/python scripts/paper_gallery.py

Needs pdftoppm (package poppler-utils) and what PDF needs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "gallery"
#: Dots an inch, and shades of grey: enough to see that nothing is cut, small enough for a repository.
RESOLUTION, SHADES = 62, 12


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    import django

    django.setup()
    from recruitment.documents import papers, pdf, printed
    from recruitment.documents.example import example

    GALLERY.mkdir(parents=True, exist_ok=True)
    for old in GALLERY.glob("*.png"):
        old.unlink()
    for code in papers.FORMS:
        draw(code, pdf.make(printed.as_html(papers.filled(code, example()))))
    forms, cover = papers.specimen("F02", papers.EXAMPLE)
    draw("example-F02", pdf.make(printed.as_html(forms, cover=cover)))


def draw(name: str, content: bytes) -> None:
    """The pages of a PDF as small grey pictures, ``<name>.png`` or ``<name>-2.png``."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.pdf"
        source.write_bytes(content)
        subprocess.run(["pdftoppm", "-r", str(RESOLUTION), "-png", source, Path(folder) / "page"], check=True)
        for number, page in enumerate(sorted(Path(folder).glob("page-*.png")), start=1):
            suffix = f"-{number}" if number > 1 else ""
            picture = Image.open(page).convert("L").quantize(SHADES)
            picture.save(GALLERY / f"{name}{suffix}.png", optimize=True)


if __name__ == "__main__":
    main()
