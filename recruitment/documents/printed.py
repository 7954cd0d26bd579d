"""Forms as pages: one definition laid out as HTML for the screen and for PDF, with the marks of a printing."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string

from recruitment.documents.fill import DATE_ROOM, SIGN_ROOM, FilledForm


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells one printing from every other: its short code, the address that answers for it, and its digest."""

    code: str
    address: str
    digest: str
    printed_on: str

    @property
    def spaced_code(self) -> str:
        """The short code in two groups, as people read it out."""
        return f"{self.code[:5]}-{self.code[5:]}"

    @property
    def short_digest(self) -> str:
        return self.digest[:16]

    @property
    def qr(self) -> str:
        """The address as a QR code, an SVG in a data address."""
        return segno.make(self.address, error="m").svg_data_uri(border=0, omitsize=True)


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page of a booklet: its title, whom it is about, and the forms that follow."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    contents: bool = True


def as_html(forms: Sequence[FilledForm], *, cover: Cover | None = None, mark: Mark | None = None) -> str:
    """The document from which the PDF is made, with its styles inside: it fetches nothing."""
    context = {
        "forms": forms,
        "cover": cover,
        "mark": mark,
        "styles": _styles(),
        "landscape": any(filled.form.landscape for filled in forms),
        "sign_room": SIGN_ROOM,
        "date_room": DATE_ROOM,
    }
    return render_to_string("documents/print.html", context)


def file_name(forms: Sequence[FilledForm], *, whole: bool, person: str) -> str:
    """A name, without extension, that says what the file is and whom it is about."""
    first = forms[0]
    return f"{'跟踪考察簿' if whole else f'{first.code} {first.title}'}（{person}）"


@functools.cache
def _styles() -> str:
    folder = Path(settings.BASE_DIR) / "static" / "css"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in ("papers.css", "papers_print.css"))
