"""HTML to PDF/A-2b with WeasyPrint, where the machine has what it needs; otherwise which packages are missing.

WeasyPrint is imported when the first paper is made: without Pango the product starts and runs all the same.
"""

from __future__ import annotations

import ctypes
import functools
import unicodedata
from collections.abc import Iterable

#: Shared libraries that WeasyPrint opens -> the Debian package that holds them.
_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_FONTS = "fonts-noto-cjk"
#: Papers are kept for a life: fonts and colours within the file, no encryption, no program (ISO 19005-2, level B).
_VARIANT = "pdf/a-2b"
#: Holds the rarest characters of names (GB 18030, CJK extensions B to F), which the usual Chinese fonts lack in part.
RARE_FONTS = "fonts-hanazono"


class CannotPrintError(Exception):
    """The machine lacks packages; ``packages`` names them."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        super().__init__(", ".join(packages))
        self.packages = packages


def missing_packages() -> tuple[str, ...]:
    """The Debian packages without which no Chinese PDF can be made here; empty where all is there."""
    missing = [package for library, package in _LIBRARIES.items() if not _opens(library)]
    if not _fonts(b":lang=zh-cn"):
        missing.append(_FONTS)
    return tuple(missing)


def without_glyph(texts: Iterable[str]) -> str:
    """The Chinese characters of these texts for which no font of this machine has a shape, each once.

    Every usual Chinese font has those of the basic plane; only rarer ones are asked for.
    """
    signs = {sign for text in texts for sign in text if sign > "\uffff" and unicodedata.category(sign) == "Lo"}
    return "".join(sorted(sign for sign in signs if not _has_glyph(sign)))


@functools.lru_cache(maxsize=2048)
def _has_glyph(sign: str) -> bool:
    found = _fonts(f":charset={ord(sign):x}".encode())
    # Without fontconfig nothing can be said, and no PDF is made either.
    return found is None or found > 0


def make(html: str) -> bytes:
    """The PDF of ``html``. Raises :class:`CannotPrintError`; fetches nothing over the network."""
    if missing := missing_packages():
        raise CannotPrintError(missing)
    import weasyprint

    # Papers carry everything within themselves: what a value makes of itself reaches no file and no host.
    inside = weasyprint.URLFetcher(allowed_protocols={"data"})
    return weasyprint.HTML(string=html, url_fetcher=inside).write_pdf(pdf_variant=_VARIANT)


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


class _FontSet(ctypes.Structure):
    _fields_ = [("nfont", ctypes.c_int), ("sfont", ctypes.c_int), ("fonts", ctypes.c_void_p)]


def _fonts(wanted: bytes) -> int | None:
    """How many fonts fontconfig knows for a pattern; None without fontconfig."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return None
    fontconfig.FcNameParse.restype = ctypes.c_void_p
    fontconfig.FcObjectSetCreate.restype = ctypes.c_void_p
    fontconfig.FcFontList.restype = ctypes.POINTER(_FontSet)
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(wanted))
    nothing_more = ctypes.c_void_p(fontconfig.FcObjectSetCreate())
    fonts = fontconfig.FcFontList(None, pattern, nothing_more)
    try:
        return fonts.contents.nfont if fonts else 0
    finally:
        if fonts:
            fontconfig.FcFontSetDestroy(fonts)
        fontconfig.FcObjectSetDestroy(nothing_more)
        fontconfig.FcPatternDestroy(pattern)
