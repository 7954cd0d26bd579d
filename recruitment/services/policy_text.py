"""The words of a file in the library, for the search. What cannot be read gives no words and stops nobody."""

from __future__ import annotations

import logging
import re
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.files.base import File

from recruitment.services.materials import Upload
from recruitment.words import one_line

log = logging.getLogger(__name__)

#: Enough for the longest regulation; a scan of a whole book is searched by its beginning.
MAX_PAGES = 300
MAX_CHARACTERS = 300_000
#: A document of the size allowed that unpacks to more than this is no document.
MAX_UNPACKED = 100 * 1024 * 1024


#: Chinese characters and the marks that stand among them.
_CHINESE = r"\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_BROKEN = re.compile(f"(?<=[{_CHINESE}])\\s+(?=[{_CHINESE}])")


def unbroken(text: str) -> str:
    """``text`` without the blanks between Chinese characters: a PDF ends its lines in the middle of words."""
    return _BROKEN.sub("", text)


def text_of(upload: Upload) -> str:
    """The text of a PDF or DOCX in one line of words, at most ``MAX_CHARACTERS``; empty for every other kind."""
    reader = _READERS.get(upload.extension)
    if reader is None:
        return ""
    upload.content.seek(0)
    try:
        found = reader(upload.content)
    except Exception as error:
        log.warning("no text could be read from a file of the library: %s", type(error).__name__)
        found = ""
    upload.content.seek(0)
    return one_line(found)[:MAX_CHARACTERS]


def _pdf(file: File) -> str:
    from pypdf import PdfReader

    parts, length = [], 0
    for number, page in enumerate(PdfReader(file).pages):
        if number == MAX_PAGES or length > MAX_CHARACTERS:
            break
        parts.append(page.extract_text())
        length += len(parts[-1])
    return unbroken("\n".join(parts))


def _docx(file: File) -> str:
    from docx import Document

    with ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise BadZipFile("unpacks to more than a document can be")
    file.seek(0)
    document = Document(file)
    words = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        words += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(words)


_READERS: dict[str, Any] = {".pdf": _pdf, ".docx": _docx}
