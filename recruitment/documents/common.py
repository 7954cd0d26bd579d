"""Long papers that are nobody's, made once for what they say: the Guide as a book, the blank booklet, the example."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from types import MappingProxyType

from django.conf import settings

from recruitment import guide
from recruitment.documents import guide_book, papers, pdf, printed
from recruitment.rules.explain import EDITIONS
from recruitment.rules.texts import Text


@dataclass(frozen=True, slots=True)
class Common:
    """One such paper, a PDF: what pages call it, the name of its file, and the document from which it is made."""

    name: str
    title: Text
    file_name: str
    html: Callable[[], str]

    def make(self) -> bytes:
        """The PDF. Raises :class:`~recruitment.documents.pdf.CannotPrintError`; takes many seconds."""
        return pdf.make(self.html())


def guide_name(edition: str, language: str) -> str:
    return f"guide/{edition}/{language}"


def booklet_name(kind: str) -> str:
    return f"booklet/{kind}"


@functools.cache
def digest_of(name: str) -> str:
    """What the paper says, as a digest: it changes with a release only, so that each process reads it once."""
    said = f"{version('weasyprint')}\n{COMMON[name].html()}"
    return hashlib.sha256(said.encode()).hexdigest()


def _guide(edition: str, language: str) -> Common:
    named = EDITIONS[edition]
    return Common(
        name=guide_name(edition, language),
        title=Text(f"发展党员工作导则（{named.zh}）", f"Guide to recruiting Party members ({named.en})"),
        file_name=f"guide-{edition}-{language}.pdf",
        html=functools.partial(guide_book.as_html, edition, language),
    )


def _booklet(kind: str, english: str) -> Common:
    def html() -> str:
        forms, cover = papers.specimen(papers.WHOLE, kind)
        return printed.as_html(forms, cover=cover)

    title = papers.specimen_name(papers.WHOLE, kind)
    return Common(name=booklet_name(kind), title=Text(title, english), file_name=f"{title}.pdf", html=html)


_ALL = (
    *(_guide(edition, language) for edition in guide.EDITIONS for language, _name in settings.LANGUAGES),
    _booklet(papers.BLANK, "Tracking booklet, blank"),
    _booklet(papers.EXAMPLE, "Tracking booklet, worked example"),
)
COMMON: Mapping[str, Common] = MappingProxyType({paper.name: paper for paper in _ALL})
