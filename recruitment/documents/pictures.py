"""Photographs and scans as pages of A4."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter

#: A photographed page as it is printed: A4 at 200 dots an inch, with a margin that a hole punch needs.
_PAGE, _MARGIN, _DPI = (1654, 2339), 80, 200.0
TURNS = (0, 90, 180, 270)


class UnreadablePictureError(ValueError):
    """The picture cannot be opened; ``place`` is its place among those that were to be joined, from 0."""

    def __init__(self, place: int) -> None:
        self.place = place
        super().__init__(f"picture {place} cannot be opened")


def picture_as_page(content: bytes, turn: int = 0) -> bytes | None:
    """A photograph or scan as one page of A4 in PDF, upright, never larger than it is; None where it cannot be opened.

    ``turn`` is how far a person has turned it besides, in degrees clockwise.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            # A large photograph is decoded no larger than the page needs it, in whichever way it lies.
            picture.draft("RGB", (_PAGE[1], _PAGE[1]))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    if turn:
        upright = upright.rotate(-turn, expand=True)
    size = _PAGE if upright.height >= upright.width else _PAGE[::-1]
    upright.thumbnail((size[0] - 2 * _MARGIN, size[1] - 2 * _MARGIN))
    page = Image.new("RGB", size, "white")
    page.paste(upright, ((size[0] - upright.width) // 2, (size[1] - upright.height) // 2))
    out = io.BytesIO()
    page.save(out, "PDF", resolution=_DPI)
    return out.getvalue()


def is_picture(content: bytes) -> bool:
    """Whether a picture can be opened: its head, not every point of it."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True


def join(pictures: Iterable[tuple[bytes, int]]) -> bytes:
    """Pictures, each with its turn, as one PDF in the order given. Raises :class:`UnreadablePictureError`."""
    writer = PdfWriter()
    for place, (content, turn) in enumerate(pictures):
        page = picture_as_page(content, turn)
        if page is None:
            raise UnreadablePictureError(place)
        writer.append(PdfReader(io.BytesIO(page)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
