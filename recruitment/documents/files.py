"""Filled forms as a file: PDF, or DOCX for those who go on writing."""

from __future__ import annotations

from collections.abc import Sequence

from recruitment.documents import pdf, printed, word
from recruitment.documents.fill import FilledForm
from recruitment.documents.printed import Cover, Mark

PDF, DOCX = "pdf", "docx"
CONTENT_TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def made(forms: Sequence[FilledForm], extension: str, *, cover: Cover | None = None, mark: Mark | None = None) -> bytes:
    """The forms as a file of this kind. Raises :class:`~recruitment.documents.pdf.CannotPrintError` for a PDF."""
    if extension == PDF:
        return pdf.make(printed.as_html(forms, cover=cover, mark=mark))
    return word.as_docx(forms, cover=cover, mark=mark)
