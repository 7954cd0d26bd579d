"""Real contents for the papers of a case whose rows were written at once: small PDFs, pictures and Word files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping

from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfWriter

from recruitment.models import Case, Material


def small_pdf(mark: str, pages: int = 1) -> bytes:
    """A PDF of blank pages that differs from others by its mark."""
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": mark})
    writer.write(out)
    return out.getvalue()


def small_picture(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def file_papers(case: Case, contents: Mapping[str, tuple[str, bytes]] | None = None) -> None:
    """Store a file for each paper of the case; ``contents`` gives extension and bytes of some, by code."""
    for material in Material.objects.filter(case=case):
        extension, content = (contents or {}).get(material.code, (".pdf", small_pdf(f"{material.code}{material.pk}")))
        material.extension = extension
        material.content_type = {
            ".pdf": "application/pdf",
            ".png": "image/png",
            ".jpg": "image/jpeg",
            ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }[extension]
        material.original_name = f"{material.code}{extension}"
        material.sha256 = hashlib.sha256(content).hexdigest()
        material.size = len(content)
        material.file.save(material.original_name, ContentFile(content), save=False)
        material.save()
