"""A template's .docx from its source, in the layout of official papers (GB/T 9704-2012).

A4; margins 37 mm above, 35 below, 28 left, 26 right; 22 lines of 28 characters a page. Title 2号小标宋, text 3号仿宋,
headings 黑体 and 楷体; the page number 4号 between two dashes, on the outer side. Faces that are not free are named
with the free ones that stand in for them, in the order in which a machine looks for them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from recruitment.documents.toolbox.engine import CELL_FILTER
from recruitment.documents.toolbox.markup import Line, Rows

FANGSONG, KAITI, HEITI, SONGTI, TITLE = "仿宋", "楷体", "黑体", "宋体", "方正小标宋简体"
_LATIN = "Times New Roman"
#: Face -> those that stand in for it, the nearest first.
SUBSTITUTES = {
    FANGSONG: ("仿宋_GB2312", "FangSong", "STFangsong", "Zhuque Fangsong", "Noto Serif CJK SC"),
    KAITI: ("楷体_GB2312", "KaiTi", "STKaiti", "LXGW WenKai", "Noto Serif CJK SC"),
    HEITI: ("SimHei", "STHeiti", "Noto Sans CJK SC"),
    SONGTI: ("SimSun", "STSong", "Noto Serif CJK SC"),
    TITLE: ("FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong", "Source Han Serif SC", "Noto Serif CJK SC"),
}
_FAMILIES = {HEITI: "swiss"}
_WIDTH = Mm(156)  # of the text: 210 - 28 - 26
_LINE = Pt(28.9)  # 225 mm of text in 22 lines
_SIZE_2, _SIZE_3, _SIZE_4, _SIZE_SMALL_4, _SIZE_TABLE = Pt(22), Pt(16), Pt(14), Pt(12), Pt(10.5)
_KEPT_STYLES = frozenset({"Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"})
#: Columns of short values stand in the middle.
_NARROW = frozenset(
    {"序号", "性别", "会议赞成", "应到会", "实到会", "总赞成", "转正应到会", "转正实到会", "转正总赞成"}
)
_ROW_HEIGHT = Mm(9)
#: Kinds of lines that become tables: some room stands between them and the words before.
_TABLES = frozenset({"grid", "roster", "rows"})
#: Lines of text that go over to the next page with the signature, and signs in a line.
_HELD_LINES, _LINE_SIGNS = 2, 28
_NOTHING = Pt(0)
_RED = RGBColor(0xC8, 0x10, 0x10)
#: 28 characters of 16 pt would be 158 mm: each stands a quarter of a point closer.
_TIGHTER = -5  # twentieths of a point
#: When the shipped files say that they were made: a build is the same whenever it is run.
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
_ZIP_DATE = (2026, 1, 1, 0, 0, 0)


def compose(lines: Sequence[Line | Rows], *, title: str, literal: bool = False) -> bytes:
    """The .docx of a source; the same bytes of every part for the same lines.

    ``literal``: a paper that is finished, whose words are taken as they stand; otherwise a template to be filled.
    """
    composer = _Composer(title, literal=literal)
    for line in lines:
        composer.add(line)
    return _packed(composer.document)


class _Composer:
    def __init__(self, title: str, *, literal: bool) -> None:
        self.document = _blank_document(title)
        self.literal = literal
        self.last = ""
        self.breaks = False

    def add(self, line: Line | Rows) -> None:
        if self.last == "title" and line.kind == "text":
            self._gap(_LINE)
        elif line.kind in _TABLES and self.last and self.last not in _TABLES:
            self._gap(Pt(10)).paragraph_format.keep_with_next = True
        elif self.last == "grid" and line.kind != "grid":
            self._gap(Pt(10))
        if line.kind == "sign":
            self._hold_to_signature()
        getattr(self, f"_{line.kind}")(line)
        self.last = line.kind

    def _gap(self, height: Length) -> Paragraph:
        paragraph = self._paragraph("", "顶格")
        paragraph.paragraph_format.line_spacing = height
        return paragraph

    def _hold_to_signature(self) -> None:
        """No signature stands alone on a page: the last two lines of the text, or more, go over with it."""
        lines = 0
        for element in reversed([one for one in self.document.element.body if one.tag != qn("w:sectPr")]):
            if element.tag != qn("w:p") or lines >= _HELD_LINES:
                return
            paragraph = Paragraph(element, self.document)
            paragraph.paragraph_format.keep_with_next = True
            lines += -(-len(paragraph.text) // _LINE_SIGNS)

    # -- paragraphs --------------------------------------------------------------------------------------------------

    def _paragraph(self, text: str, style: str) -> Paragraph:
        paragraph = self.document.add_paragraph(text, style=style)
        if self.breaks:
            paragraph.paragraph_format.page_break_before, self.breaks = True, False
        return paragraph

    def _text(self, line: Line) -> None:
        self._paragraph(line.text, "Normal")

    def _title(self, line: Line) -> None:
        self._paragraph(line.text, "公文标题")

    def _to(self, line: Line) -> None:
        self._paragraph(line.text, "主送机关")

    def _h1(self, line: Line) -> None:
        self._paragraph(line.text, "一级标题")

    def _h2(self, line: Line) -> None:
        self._paragraph(line.text, "二级标题")

    def _flush(self, line: Line) -> None:
        # Words that announce signatures go with them.
        self._paragraph(line.text, "顶格").paragraph_format.keep_with_next = line.text.endswith("：")

    def _note(self, line: Line) -> None:
        self._paragraph(line.text, "说明")

    def _if(self, line: Line) -> None:
        self._paragraph(f"{{%p if {line.text} %}}", "Normal")

    def _end(self, line: Line) -> None:
        self._paragraph("{%p endif %}", "Normal")

    def _each(self, line: Line) -> None:
        self._paragraph(f"{{%p for 人 in {line.text} %}}", "Normal")

    def _done(self, line: Line) -> None:
        self._paragraph("{%p endfor %}", "Normal")

    def _break(self, line: Line) -> None:
        # The next paragraph begins the page: a paragraph of its own for the break could leave an empty page.
        self.breaks = True

    def _head(self, line: Line) -> None:
        self._condition("{%p if 红头 %}")
        self._paragraph(line.text, "发文机关标志")
        self._condition("{%p endif %}")

    def _condition(self, text: str) -> None:
        if not self.literal:
            self._paragraph(text, "Normal")

    def _number(self, line: Line) -> None:
        self._condition("{%p if 红头 %}")
        paragraph = self._paragraph(line.text if self.literal else "{{ 文号 }}", "发文字号")
        if line.text == "signed" and not self.literal:
            # A paper that goes upward names its signer: number to the left, signer to the right (GB/T 9704, 7.2.6).
            # Tab stops put them one character in: an indent would shorten the line under them as well.
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            paragraph.paragraph_format.tab_stops.add_tab_stop(_SIZE_3)
            paragraph.paragraph_format.tab_stops.add_tab_stop(_WIDTH - _SIZE_3, WD_TAB_ALIGNMENT.RIGHT)
            paragraph.runs[0].text = "\t{{ 文号 }}"
            paragraph.add_run("\t签发人：")
            _face(paragraph.add_run("{{ 签发人 }}")._r.get_or_add_rPr(), KAITI)
        _red_line(paragraph)
        self._condition("{%p endif %}")

    def _lines(self, line: Line) -> None:
        # Lines to write on stay together, with the words that say what is written there: a line that ends a page is
        # not drawn, and a heading would stand without its lines.
        if self.document.paragraphs:
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        for left in range(int(line.text), 0, -1):
            paragraph = self._paragraph("", "顶格")
            paragraph.paragraph_format.keep_with_next = left > 1
            _rule(paragraph)

    def _hands(self, line: Line) -> None:
        labels = [f"{label.strip()}：" for label in line.text.split(" | ")]
        self._gap(_LINE).paragraph_format.keep_with_next = True
        for first in range(0, len(labels), 2):
            paragraph = self._paragraph("\t".join(labels[first : first + 2]), "顶格")
            paragraph.paragraph_format.tab_stops.add_tab_stop(Length(_WIDTH // 2))

    def _sign(self, line: Line) -> None:
        """The signature over the date, both centred on one line, to the right; the seal goes over it."""
        for paragraph in (self._gap(_LINE), self._paragraph(line.text, "落款")):
            paragraph.paragraph_format.keep_with_next = True

    def _date(self, line: Line) -> None:
        self._paragraph(line.text, "落款")

    # -- tables ------------------------------------------------------------------------------------------------------

    def _table(self, rows: int, widths: Sequence[int], style: str = "Normal Table") -> Table:
        table = self.document.add_table(rows, len(widths))
        table.style = self.document.styles[style]
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _cell_margins(table, Mm(1))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Length(width)
            for cell in column.cells:
                cell.width, cell.vertical_alignment = Length(width), WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for row in table.rows:
            _row_property(row._tr, "w:cantSplit")
        return table

    def _grid(self, line: Line) -> None:
        """A row of labels and values over the whole width, each label as wide as its words; rows join to one table."""
        cells = line.cells()
        labels = [max(14, 5 + 4.3 * len(label)) for label, _ in cells]
        rest = (156 - sum(labels)) / len(cells)
        table = self._table(1, [Mm(width) for label in labels for width in (label, rest)], "Table Grid")
        table.rows[0].height = _ROW_HEIGHT
        for index, (label, value) in enumerate(cells):
            _fill(table.cell(0, 2 * index), label, "表头")
            _fill(table.cell(0, 2 * index + 1), value, "表格文字")

    def _roster(self, line: Line) -> None:
        columns = [(label, *value.rpartition(":")[::2]) for label, value in line.cells()]
        table = self._table(4, [Mm(156 * int(percent) / 100) for *_, percent in columns], "Table Grid")
        _row_property(table.rows[0]._tr, "w:tblHeader")
        table.rows[0].height = table.rows[2].height = _ROW_HEIGHT
        table.cell(1, 0).text, table.cell(3, 0).text = "{%tr for 人 in 名册 %}", "{%tr endfor %}"
        for index, (label, value, _) in enumerate(columns):
            _fill(table.cell(0, index), label, "表头")
            _fill(table.cell(2, index), f"{{{{ 人.{value}|{CELL_FILTER} }}}}", "表格文字")
            if value in _NARROW:
                table.cell(2, index).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._gap(Pt(8))

    def _rows(self, table_of: Rows) -> None:
        table = self._table(
            1 + len(table_of.rows), [Mm(156 * width / 100) for _, width in table_of.heads], "Table Grid"
        )
        _row_property(table.rows[0]._tr, "w:tblHeader")
        for place, texts in enumerate([tuple(head for head, _ in table_of.heads), *table_of.rows]):
            row = table.rows[place]
            row.height = _ROW_HEIGHT
            for index, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                _fill(cell, text, "表格文字" if place else "表头")
                if place and table_of.heads[index][0] in _NARROW:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._gap(Pt(8))


# -- the page --------------------------------------------------------------------------------------------------------


def _blank_document(title: str) -> DocxDocument:
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = _BUILT
    properties.language = "zh-CN"
    _strip(document)
    _page(document)
    _styles(document)
    _substitutes(document)
    _page_numbers(document)
    return document


def _strip(document: DocxDocument) -> None:
    """Leave out what the library's own blank document brings along: its picture and some 160 styles."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith(("/customXml", "/stylesWithEffects", "/numbering")):
            del document.part.rels[key]
    styles = document.styles.element
    for style in list(styles.style_lst):
        if style.name_val not in _KEPT_STYLES:
            styles.remove(style)


def _page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    document.settings.odd_and_even_pages_header_footer = True
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        # The line pitch stands in the paragraphs; a grid of the page would stretch it once more.
        section._sectPr.remove(grid)


def _styles(document: DocxDocument) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for fonts in defaults.iter(qn("w:rFonts")):
        for name in list(fonts.attrib):
            del fonts.attrib[name]
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"]
    _shape(normal, FANGSONG, _SIZE_3, indent=2, tight=True)
    for name, face, size, options in (
        ("公文标题", TITLE, _SIZE_2, {"align": WD_ALIGN_PARAGRAPH.CENTER, "line": Pt(36), "keep": True}),
        ("主送机关", FANGSONG, _SIZE_3, {"before": _LINE}),
        ("顶格", FANGSONG, _SIZE_3, {}),
        ("一级标题", HEITI, _SIZE_3, {"indent": 2, "keep": True}),
        ("二级标题", KAITI, _SIZE_3, {"indent": 2, "keep": True}),
        ("落款", FANGSONG, _SIZE_3, {"align": WD_ALIGN_PARAGRAPH.CENTER, "left": Mm(62)}),
        (
            "发文机关标志",
            TITLE,
            Pt(36),
            {"align": WD_ALIGN_PARAGRAPH.CENTER, "line": Pt(46), "before": Pt(20), "colour": _RED},
        ),
        ("发文字号", FANGSONG, _SIZE_3, {"align": WD_ALIGN_PARAGRAPH.CENTER, "before": _LINE, "after": Pt(30)}),
        ("表头", HEITI, _SIZE_TABLE, {"align": WD_ALIGN_PARAGRAPH.CENTER, "line": Pt(17)}),
        ("表格文字", FANGSONG, _SIZE_TABLE, {"line": Pt(17)}),
        ("说明", KAITI, _SIZE_SMALL_4, {"line": Pt(20), "before": Pt(6), "after": Pt(6)}),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.quick_style = True
        _shape(style, face, size, tight=size == _SIZE_3, **options)
    for name in ("表头", "表格文字"):
        _without_gaps(document.styles[name])


def _shape(
    style: ParagraphStyle,
    face: str,
    size: Pt,
    *,
    indent: int = 0,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    line: Length = _LINE,
    before: Length = _NOTHING,
    after: Length = _NOTHING,
    left: Length = _NOTHING,
    colour: RGBColor | None = None,
    keep: bool = False,
    tight: bool = False,
) -> None:
    layout = style.paragraph_format
    layout.alignment, layout.keep_with_next, layout.widow_control = align, keep, False
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, line
    layout.space_before, layout.space_after, layout.left_indent = before, after, left
    layout.first_line_indent = Pt(size.pt * indent)
    style.font.size = size
    if colour is not None:
        style.font.color.rgb = colour
    properties = style.element.get_or_add_rPr()
    _face(properties, face)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(_TIGHTER if tight else 0))
    properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:lang")


def _without_gaps(style: ParagraphStyle) -> None:
    """No space between figures and characters: a date then stands in one line of a narrow column."""
    properties = style.element.get_or_add_pPr()
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        element = OxmlElement(name)
        element.set(qn("w:val"), "0")
        properties.insert_element_before(
            element, "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )


def _face(properties: BaseOxmlElement, face: str) -> None:
    fonts = properties._add_rFonts() if properties.rFonts is None else properties.rFonts
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), _LATIN)
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:hint"), "eastAsia")


def _substitutes(document: DocxDocument) -> None:
    """The table of faces names, for each, those that may stand in for it."""
    [part] = [part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml"]
    rows = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{";".join(others)}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{_FAMILIES.get(face, "roman")}"/><w:pitch w:val="variable"/></w:font>'
        for face, others in SUBSTITUTES.items()
    )
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{rows}</w:fonts>'
    ).encode()


def _page_numbers(document: DocxDocument) -> None:
    """Between two dashes in 4号 宋体: odd pages to the right, even ones to the left, one character in (7.5)."""
    section = document.sections[0]
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["顶格"]
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = _SIZE_4
        for part in ("— ", "PAGE", " —"):
            run = paragraph.add_run() if part == "PAGE" else paragraph.add_run(part)
            run.font.size = _SIZE_4
            _face(run._r.get_or_add_rPr(), SONGTI)
            if part == "PAGE":
                _field(run._r, part)


def _field(run: BaseOxmlElement, code: str) -> None:
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = code
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run.append(element)


# -- small things ----------------------------------------------------------------------------------------------------


def _fill(cell: _Cell, text: str, style: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.text, paragraph.style = text, paragraph.part.document.styles[style]


def _border(paragraph: Paragraph, colour: str, size: int, space: int) -> None:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", size), ("space", space), ("color", colour)):
        bottom.set(qn(f"w:{name}"), str(value))
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _red_line(paragraph: Paragraph) -> None:
    """The separating line, 4 mm under the document number, as wide as the text (7.2.7)."""
    _border(paragraph, "C81010", 12, 11)


def _rule(paragraph: Paragraph) -> None:
    """A line to write on; `between` two of them is the line of the upper one."""
    _border(paragraph, "808080", 4, 1)
    between = OxmlElement("w:between")
    for name, value in (("val", "single"), ("sz", 4), ("space", 1), ("color", "808080")):
        between.set(qn(f"w:{name}"), str(value))
    paragraph._p.pPr.find(qn("w:pBdr")).append(between)


def _cell_margins(table: Table, width: Length) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(width.twips)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _row_property(row: BaseOxmlElement, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))


def _packed(document: DocxDocument) -> bytes:
    """The document as bytes, the parts in order and with one date, so that a build says nothing of its day."""
    made = io.BytesIO()
    document.save(made)
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return packed.getvalue()
