"""PDF/A-2b (ISO 19005-2) for papers that are put together: what a part must be, and what the whole must carry.

Our own papers are made as PDF/A-2b by WeasyPrint and photographs become plain RGB pages. A PDF that somebody has
uploaded may be anything: :func:`obstacles` passes a plain scan (pictures and nothing else), and a file that declares
PDF/A itself and has none of what we can see to be forbidden. Whoever joins parts claims PDF/A for the whole only where
no part has an obstacle.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
)

STANDARD = "PDF/A-2b"
PRODUCER = "pypdf"

#: Obstacle -> what it means for whoever reads it.
ENCRYPTED, ACTIONS, FONTS, COLOURS, COMPRESSION, ATTACHED, CONTENT, BROKEN = (
    "encrypted",
    "actions",
    "fonts",
    "colours",
    "compression",
    "attached",
    "content",
    "broken",
)
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Rendition"})
_FONTS = frozenset({"/Type1", "/MMType1", "/TrueType", "/Type0", "/CIDFontType0", "/CIDFontType2"})
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
#: What the pages of a scanner do: place pictures, clip, paint and stroke in grey or RGB.
_OPERATORS = frozenset(b"q Q cm Do re W W* n g G rg RG w m l h S s f F f* J j d M i".split())
#: Components of a colour in a profile for four inks.
_CMYK = 4
_PICTURE_KEYS = frozenset({"/Alternates", "/OPI", "/OC", "/PS", "/Ref"})
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{producer}</pdf:Producer></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def declares(reader: PdfReader) -> bool:
    """Whether the file says of itself that it is PDF/A-1, -2 or -3 with an output intent of its own."""
    try:
        metadata = reader.root_object.get("/Metadata")
        said = metadata.get_object().get_data() if metadata is not None else b""
    except (PyPdfError, AttributeError, ValueError):
        return False
    named = any(mark in said for part in b"123" for mark in (b"part>%c<" % part, b'part="%c"' % part))
    return named and b"pdfaid" in said and "/OutputIntents" in reader.root_object


def obstacles(reader: PdfReader) -> tuple[str, ...]:
    """What in a PDF keeps a whole that it becomes part of from being PDF/A-2b; empty for one that may go in."""
    if reader.is_encrypted:
        return (ENCRYPTED,)
    declared = declares(reader)
    found: set[str] = set()
    try:
        for item in _objects(reader):
            found.update(_in_object(item, declared=declared))
        if declared:
            found.update(_in_intents(reader))
        else:
            for page in reader.pages:
                found.update(_in_page(page, reader))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found.add(BROKEN)
    return tuple(sorted(found))


def _objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that a page leads to, each once. A page's parent leads to other pages and is left out."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = list(reader.pages)
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            place = (item.idnum, item.generation)
            if place in seen:
                continue
            seen.add(place)
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            yield item
            waiting += [item.raw_get(key) for key in item if key != "/Parent"]
        elif isinstance(item, ArrayObject):
            waiting += list(item)


def _in_object(item: DictionaryObject, *, declared: bool) -> Iterator[str]:
    if item.get("/S") in _ACTIONS or "/AA" in item or "/JS" in item:
        yield ACTIONS
    if "/EF" in item:
        yield ATTACHED
    filters = item.get("/Filter", ())
    if isinstance(item, StreamObject) and {"/LZWDecode", "/Crypt"} & set(
        filters if isinstance(filters, ArrayObject) else (filters,)
    ):
        yield COMPRESSION
    colours = item.get("/ColorSpace")
    if colours == "/DeviceCMYK" or (isinstance(colours, ArrayObject) and "/DeviceCMYK" in colours):
        yield COLOURS
    if item.get("/Type") == "/Font" and item.get("/Subtype") in _FONTS and not (declared and _is_embedded(item)):
        yield FONTS


def _in_intents(reader: PdfReader) -> Iterator[str]:
    """Colours of a file that declares PDF/A are those of its own intent; the whole has that of our papers, sRGB."""
    for intent in reader.root_object["/OutputIntents"]:
        profile = intent.get_object().get("/DestOutputProfile")
        if profile is not None and profile.get_object().get("/N") == _CMYK:
            yield COLOURS


def _is_embedded(font: DictionaryObject) -> bool:
    if font["/Subtype"] == "/Type0":
        return all(_is_embedded(child.get_object()) for child in font["/DescendantFonts"])
    return any(key in font.get("/FontDescriptor", {}) for key in _FONT_FILES)


def _in_page(page: DictionaryObject, reader: PdfReader) -> Iterator[str]:
    """A page of a file that declares nothing must be a plain scan."""
    if page.get("/Annots"):
        yield CONTENT
    contents = page.get("/Contents")
    if contents is not None:
        operators = {operator for _operands, operator in ContentStream(contents, reader).operations}
        if operators - _OPERATORS:
            yield CONTENT
    for picture in page.get("/Resources", {}).get("/XObject", {}).values():
        picture = picture.get_object()
        if picture.get("/Subtype") != "/Image" or _PICTURE_KEYS & set(picture) or picture.get("/Interpolate"):
            yield CONTENT
        elif "/JPXDecode" in str(picture.get("/Filter")):
            yield COMPRESSION
        elif _components(picture) == _CMYK:
            yield COLOURS


def _components(picture: DictionaryObject) -> int | None:
    colours = picture.get("/ColorSpace")
    if isinstance(colours, ArrayObject) and colours and colours[0] == "/ICCBased":
        return colours[1].get_object().get("/N")
    return None


def mark(writer: PdfWriter, *, title: str, like: PdfReader) -> None:
    """Give the whole what PDF/A-2b asks of it: the output intent of one of its parts, XMP metadata and identifiers.

    ``like`` is a part that was made as PDF/A. Title and producer are the same in both kinds of metadata, as asked.
    """
    writer.root_object[NameObject("/OutputIntents")] = like.root_object["/OutputIntents"].clone(writer)
    metadata = DecodedStreamObject()
    metadata.set_data(_XMP.format(title=escape(title), producer=PRODUCER).encode())
    metadata[NameObject("/Type")] = NameObject("/Metadata")
    metadata[NameObject("/Subtype")] = NameObject("/XML")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(metadata)
    writer.add_metadata({"/Title": title, "/Producer": PRODUCER})
    writer.pdf_header = "%PDF-1.7"
    writer.generate_file_identifiers()
