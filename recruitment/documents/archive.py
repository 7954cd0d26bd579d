"""What of a case goes into the archive, whether it is complete, and the files that are handed over.

found = archive_of(data, today)
found.missing                         # ("D46",): what the rule names and the case does not have
files = gather(found, data, marks)    # the six forms as PDF, the papers as they were uploaded
as_zip(files, ...), as_pdf(files, ...)
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.template.loader import render_to_string
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from recruitment.documents import papers, pdf, pdfa, printed
from recruitment.documents.data import MaterialData, PaperData, chinese_date
from recruitment.documents.fill import Filling, filling_of
from recruitment.documents.pictures import picture_as_page
from recruitment.documents.printed import Mark
from recruitment.documents.stored import AlteredPaperError, content_of
from recruitment.models import Material, Person
from recruitment.rules import texts
from recruitment.rules.archive import ARCHIVE_STEP, PARTY, PERSONNEL, companion_papers, named_papers
from recruitment.rules.editions import edition_of
from recruitment.rules.papers import ARCHIVED_FORMS
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text

ARCHIVE_NAMES: Mapping[str, str] = {PERSONNEL: "人事档案", PARTY: "党员档案"}
EDITION_NAMES: Mapping[str, str] = {"r2026": "2026年修订", "r2014": "2014年印发"}
HANDOVER_LIST = "移交清单"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


# -- what belongs to it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A form or a paper of the archive: what the case has of it. ``named``: without it the archive is incomplete."""

    code: str
    name: Text
    named: bool
    files: tuple[MaterialData, ...] = ()
    filling: str = ""

    @property
    def is_form(self) -> bool:
        return self.code in texts.FORMS

    @property
    def is_there(self) -> bool:
        return bool(self.files) or self.filling in (Filling.FILLED, Filling.PARTLY)


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive set of one case. ``is_due``: the case has come to its archiving, so that it can be handed over.

    ``using_unit`` is where a dispatched worker works, where it may keep her Party member archive (用工单位代管).
    """

    kind: str
    edition: str
    holder: str
    using_unit: str
    is_due: bool
    forms: tuple[Line, ...]
    papers: tuple[Line, ...]

    @property
    def missing(self) -> tuple[Line, ...]:
        """What is named and not there."""
        return tuple(line for line in (*self.papers, *self.forms) if line.named and not line.is_there)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def archive_of(data: PaperData, today: date) -> Archive:
    """What belongs to the archive by the edition in force on the day of archiving (``today`` before that day)."""
    step = data.steps.get(ARCHIVE_STEP)
    edition = edition_of(step.on if step is not None and step.on else today)
    kind = data.value(f"{ARCHIVE_STEP}.archive_kind") or (
        PERSONNEL if data.value("person.has_personnel_archive") else PARTY
    )
    forms = tuple(
        Line(code, texts.FORMS[code], named=True, filling=filling_of(papers.FORMS[code], data))
        for code in ARCHIVED_FORMS
    )
    named, companions = named_papers(edition), companion_papers(edition)
    lines = [Line(code, texts.DOCUMENTS[code], code in named, data.papers(code)) for code in (*named, *companions)]
    return Archive(
        kind=kind,
        edition=edition,
        holder=data.text(f"{ARCHIVE_STEP}.archive_holder"),
        using_unit=data.text("person.using_unit")
        if kind == PARTY and data.value("person.employment_kind") == Person.Employment.DISPATCHED
        else "",
        is_due=data.is_finished or data.current_step == ARCHIVE_STEP,
        forms=forms,
        papers=tuple(line for line in lines if line.named or line.is_there),
    )


def article_of(found: Archive) -> str:
    """The article that says what is filed, in the edition that applies."""
    return STEPS[ARCHIVE_STEP].articles(found.edition) or ""


# -- the files --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArchivedFile:
    """One file that is handed over, under the name that it has in the package."""

    code: str
    title: str
    path: str
    content: bytes
    content_type: str

    @property
    def is_own(self) -> bool:
        """Whether it is a form that the system has made, and no paper that somebody has uploaded."""
        return self.code in texts.FORMS

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def pages(self) -> bytes | None:
        """The file as PDF, or None where it cannot become one and travels beside it."""
        if self.content_type == "application/pdf":
            return self.content if _page_count(self.content) else None
        if self.content_type.startswith("image/"):
            return picture_as_page(self.content)
        return None

    @cached_property
    def page_count(self) -> int:
        """Pages on paper; 0 where the file is handed over as a file only."""
        return _page_count(self.pages) if self.pages else 0


def gather(found: Archive, data: PaperData, marks: Mapping[str, Mark]) -> list[ArchivedFile]:
    """The papers and the six forms in the order of the hand-over list.

    Raises :class:`recruitment.documents.stored.AlteredPaperError` and
    :class:`recruitment.documents.pdf.CannotPrintError`.
    """
    files = list(_papers(found))
    for line in found.forms:
        forms = papers.filled(line.code, data)
        content = pdf.make(printed.as_html(forms, mark=marks.get(line.code)))
        title = papers.title_of(line.code)
        files.append(ArchivedFile(line.code, title, f"表/{line.code} {title}.pdf", content, "application/pdf"))
    return files


def _papers(found: Archive) -> Iterator[ArchivedFile]:
    held = [(line, file) for line in found.papers for file in line.files]
    rows = Material.objects.in_bulk([file.pk for _line, file in held])
    altered = []
    for place, (line, file) in enumerate(held, start=1):
        row = rows[file.pk]
        content = content_of(row.file)
        if hashlib.sha256(content).hexdigest() != row.sha256:
            altered.append(f"{row.code} {row.original_name}")
            continue
        path = f"材料/{place:02d} {line.code} {_safe(line.name.zh)}{row.extension}"
        yield ArchivedFile(line.code, line.name.zh, path, content, row.content_type)
    if altered:
        raise AlteredPaperError(altered)


def _safe(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|]', "", name)


def _page_count(content: bytes) -> int:
    """The pages of a PDF; 0 where it cannot be read or is locked."""
    try:
        return len(PdfReader(io.BytesIO(content)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, OSError):
        return 0


# -- the hand-over list -----------------------------------------------------------------------------------------------


def handover_list(found: Archive, data: PaperData, files: Iterable[ArchivedFile], *, on: date) -> bytes:
    """The list that goes with the papers (移交清单), as PDF: each file with its pages and hash, and who signs."""
    files = list(files)
    context = {
        "person": data.text("person.name"),
        "branch": data.text("branch.name"),
        "committee": data.text("committee.name"),
        "archive": ARCHIVE_NAMES[found.kind],
        "holder": found.holder or found.using_unit,
        "using_unit": found.using_unit,
        "employer": data.text("person.employer_or_school") if found.using_unit else "",
        "files": files,
        "manifest": manifest_hash(files),
        "missing": [f"{line.code} {line.name.zh}" for line in found.missing],
        "article": article_of(found),
        "edition": EDITION_NAMES[found.edition],
        "on": chinese_date(on),
        "number": data.number,
        "styles": (Path(settings.BASE_DIR) / "static" / "css" / "handover_print.css").read_text(encoding="utf-8"),
    }
    return pdf.make(render_to_string("documents/handover.html", context))


def manifest_hash(files: Iterable[ArchivedFile]) -> str:
    """One SHA-256 for all files of a set: of a line ``<sha256>  <path>`` for each, as sha256sum writes them."""
    return hashlib.sha256("".join(f"{file.sha256}  {file.path}\n" for file in files).encode()).hexdigest()


def package_name(data: PaperData) -> str:
    """The name of the package's file, without extension."""
    return f"归档材料（{data.text('person.name')}）"


# -- the package ------------------------------------------------------------------------------------------------------


def as_zip(found: Archive, data: PaperData, files: list[ArchivedFile], *, on: date) -> Whole:
    """Everything as it is: the papers as uploaded, the six forms, the hand-over list, and a manifest of hashes."""
    listed = ArchivedFile(
        "", HANDOVER_LIST, f"{HANDOVER_LIST}.pdf", handover_list(found, data, files, on=on), "application/pdf"
    )
    manifest = {
        "number": data.number,
        "person": data.text("person.name"),
        "archive": found.kind,
        "edition": found.edition,
        "made_on": on.isoformat(),
        "missing": [line.code for line in found.missing],
        "manifest": manifest_hash(files),
        "files": [
            {"path": file.path, "code": file.code, "sha256": file.sha256, "size": len(file.content)}
            for file in (listed, *files)
        ],
    }
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for file in (listed, *files):
            _put(package, file.path, file.content)
        _put(package, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return Whole(out.getvalue())


def _put(package: ZipFile, path: str, content: bytes) -> None:
    info = ZipInfo(path, _FIRST_DAY)
    info.compress_type = ZIP_DEFLATED
    package.writestr(info, content)


@dataclass(frozen=True, slots=True)
class Whole:
    """A package as one file. ``standard``: PDF/A-2b where the whole keeps to it; ``obstacles``: which parts do not."""

    content: bytes
    standard: str = ""
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A part that is no PDF/A, and what about it: codes of :mod:`recruitment.documents.pdfa`."""

    part: str
    reasons: tuple[str, ...]


def as_pdf(found: Archive, data: PaperData, files: list[ArchivedFile], *, on: date) -> Whole:
    """Everything that has pages as one PDF with bookmarks, the hand-over list first; PDF/A-2b where every part is."""
    writer = PdfWriter()
    listed = PdfReader(io.BytesIO(handover_list(found, data, files, on=on)))
    parts = [(HANDOVER_LIST, listed, True)]
    parts += [
        (f"{file.code} {file.title}", PdfReader(io.BytesIO(file.pages)), file.is_own) for file in files if file.pages
    ]
    obstacles = []
    for title, part, is_own in parts:
        reasons = pdfa.obstacles(part) if not is_own else () if pdfa.declares(part) else (pdfa.CONTENT,)
        if reasons:
            obstacles.append(Obstacle(title, reasons))
        writer.append(part, outline_item=title, import_outline=False)
    title = f"{data.text('person.name')} {ARCHIVE_NAMES[found.kind]}材料 {data.number}"
    if obstacles:
        writer.add_metadata({"/Title": title})
    else:
        pdfa.mark(writer, title=title, like=listed)
    out = io.BytesIO()
    writer.write(out)
    return Whole(out.getvalue(), "" if obstacles else pdfa.STANDARD, tuple(obstacles))
