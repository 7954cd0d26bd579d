"""What an uploaded template must be: a real .docx without programs, whose every placeholder is known.

Each fault is named with its place, so that whoever wrote the template finds it in Word.
"""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from docx import Document
from docx.oxml.ns import qn
from jinja2 import TemplateError, TemplateSyntaxError, nodes
from lxml import etree

from recruitment.documents.toolbox.engine import CELL_FILTER, environment
from recruitment.documents.toolbox.filling import blank_context, example_context, render
from recruitment.documents.toolbox.placeholders import PEOPLE, ROW_NAMES, TOP_NAMES
from recruitment.rules.texts import Text

#: Of all parts unpacked, bytes: a small file may unpack to a very large one.
_MAX_UNPACKED = 30 * 1024 * 1024
_MAX_PARTS = 500
_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PROGRAMS = re.compile(r"vbaProject|activeX|/embeddings/|vbaData", re.IGNORECASE)
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_STATEMENT = re.compile(r"\{%(?P<unit>[a-z]*)\s+(?P<verb>\w+)\s*(?P<rest>.*?)\s*%\}")
_LOOP = re.compile(r"(?P<name>\w+)\s+in\s+(?P<people>\w+)")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.CondExpr,
    nodes.Filter,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a template: where it is, what stands there, and what is wrong with it."""

    place: Text
    what: str
    reason: Text

    @property
    def sentence(self) -> Text:
        shown = f"“{self.what}”" if self.what else ""
        quoted = f" “{self.what}”" if self.what else ""
        return Text(f"{self.place.zh}{shown}：{self.reason.zh}", f"{self.place.en}{quoted}: {self.reason.en}")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: the placeholders used, whether a list of people is among them, and the faults."""

    names: tuple[str, ...] = ()
    has_roster: bool = False
    problems: tuple[Problem, ...] = ()


_FILE = Text("文件", "The file")
_WHOLE = Text("全文", "The whole text")


def check(content: bytes) -> Checked:
    """Look into a template. It may be used where ``problems`` is empty."""
    problems = tuple(_package_problems(content))
    if problems:
        return Checked(problems=problems)
    reader = _Reader()
    for name, root in _text_parts(content):
        reader.read(name, root)
    if not reader.problems:
        reader.problems += _trial(content)
    names = tuple(sorted(reader.names))
    return Checked(names, PEOPLE in reader.names, tuple(reader.problems))


# -- the file --------------------------------------------------------------------------------------------------------


def _package_problems(content: bytes) -> Iterator[Problem]:
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        infos = package.infolist()
        too_large = len(infos) > _MAX_PARTS or sum(info.file_size for info in infos) > _MAX_UNPACKED
        if too_large:
            yield Problem(_FILE, "", Text("展开以后太大。", "is too large when unpacked."))
            return
        parts = {info.filename: package.read(info) for info in infos}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        yield Problem(
            _FILE, "", Text("不是 .docx 文件，或者已经损坏、加密。", "is no .docx file, or is damaged or encrypted.")
        )
        return
    if _MAIN_TYPE not in parts.get("[Content_Types].xml", b"") or "word/document.xml" not in parts:
        yield Problem(
            _FILE, "", Text("不是 Word 的 .docx 文档，请另存为 .docx。", "is no Word .docx document: save it as .docx.")
        )
        return
    for name, part in parts.items():
        if _PROGRAMS.search(name):
            reason = Text("带有宏、控件或者嵌入的对象，不能接收。", "holds a macro, a control or an embedded object.")
            yield Problem(_FILE, name, reason)
        elif name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part[:1000]:
            yield Problem(_FILE, name, Text("不是 Word 写出的部件。", "is no part that Word writes."))
        elif name.endswith((".xml", ".rels")):
            yield from _part_problems(name, part)
    try:
        Document(io.BytesIO(content))
    except Exception as error:  # whatever a damaged package raises in the library, the answer is the same
        yield Problem(_FILE, type(error).__name__, Text("打不开。", "cannot be opened."))


def _part_problems(name: str, part: bytes) -> Iterator[Problem]:
    """A damaged part, and what a machine would fetch from elsewhere; a link that a person clicks is none of that."""
    try:
        root = etree.fromstring(part, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        yield Problem(_FILE, name, Text("已经损坏。", "is damaged."))
        return
    for relation in root if name.endswith(".rels") else ():
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode") == "External" and kind != "hyperlink":
            reason = Text("引用了文件以外的内容，请改成插入到文件里。", "refers to something outside the file.")
            yield Problem(_FILE, relation.get("Target", "")[:80], reason)


def _text_parts(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = sorted(name for name in package.namelist() if _TEXT_PARTS.fullmatch(name))
        for name in names:
            yield name, etree.fromstring(package.read(name), etree.XMLParser(resolve_entities=False))


def _trial(content: bytes) -> list[Problem]:
    """Fill it once with examples and once with blanks: what slips through the reading shows here."""
    for context in (example_context(), blank_context()):
        try:
            Document(io.BytesIO(render(content, context)))
        except Exception as error:  # a template is data from outside: whatever it raises, it is refused
            told = error.message if isinstance(error, TemplateError) else ""
            return [Problem(_WHOLE, told or type(error).__name__, Text("试填没有成功。", "could not be filled."))]
    return []


# -- the text --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Open:
    """A block that has begun: its verb, the unit that it repeats, where, and the name of its row."""

    verb: str
    unit: str
    place: Text
    home: str
    row: str = ""
    tag: str = ""


@dataclass
class _Reader:
    names: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    blocks: list[_Open] = field(default_factory=list)

    def read(self, part: str, root: etree._Element) -> None:
        self.blocks = []
        for place, paragraph in _paragraphs(part, root):
            self._paragraph(place, paragraph)
        for block in self.blocks:
            self._fault(block.place, block.tag, Text("没有结尾。", "has no end."))

    def _fault(self, place: Text, what: str, reason: Text) -> None:
        self.problems.append(Problem(place, what.strip()[:80], reason))

    def _paragraph(self, place: Text, paragraph: etree._Element) -> None:
        text = _text_of(paragraph)
        for tag in _TAG.findall(text):
            if tag.startswith("{{"):
                self._expression(place, tag, tag[2:-2])
            elif tag.startswith("{%"):
                self._statement(place, tag, paragraph, text)
        rest = _TAG.sub("", text)
        if _BRACES.search(rest):
            self._fault(place, rest, Text("花括号没有成对，或者占位符断在两段里。", "braces without their pair."))

    def _expression(self, place: Text, tag: str, source: str) -> None:
        try:
            tree = environment().parse("{{" + source.translate(_QUOTES) + "}}")
        except TemplateSyntaxError as error:
            self._fault(place, tag, Text(f"写法有错（{error.message}）。", f"is written wrongly ({error.message})."))
            return
        rows = {block.row for block in self.blocks if block.row}
        for node in _nodes(tree):
            if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Filter) and node.name != CELL_FILTER):
                self._fault(place, tag, Text("用了模板不支持的写法。", "uses what templates do not support."))
                return
            if isinstance(node, nodes.Getattr):
                self._of_row(place, tag, node, rows)
            elif isinstance(node, nodes.Name) and node.name not in rows:
                self._name(place, tag, node.name)
        self._bare(place, tag, tree, rows)

    def _bare(self, place: Text, tag: str, tree: nodes.Template, rows: set[str]) -> None:
        """The list itself, or a whole row of it, is no text."""
        for output in tree.find_all(nodes.Output):
            for node in output.nodes:
                if isinstance(node, nodes.Name) and (node.name == PEOPLE or node.name in rows):
                    self._fault(place, tag, Text("要写明取哪一项，例如“人.姓名”。", "must name an item, as 人.姓名."))

    def _of_row(self, place: Text, tag: str, node: nodes.Getattr, rows: set[str]) -> None:
        if not isinstance(node.node, nodes.Name) or node.node.name not in rows:
            self._fault(place, tag, Text("带点的写法只能用在名册的循环里。", "a dot belongs in the list of people."))
        elif node.attr not in ROW_NAMES:
            self._fault(place, tag, _unknown(node.attr, ROW_NAMES))
        else:
            self.names.add(node.attr)

    def _name(self, place: Text, tag: str, name: str) -> None:
        if name not in TOP_NAMES:
            self._fault(place, tag, _unknown(name, TOP_NAMES))
        else:
            self.names.add(name)

    def _statement(self, place: Text, tag: str, paragraph: etree._Element, text: str) -> None:
        found = _STATEMENT.fullmatch(tag)
        if found is None or found["unit"] not in ("", "p", "tr"):
            self._fault(place, tag, Text("写法有错。", "is written wrongly."))
            return
        unit, verb, rest = found["unit"], found["verb"], found["rest"]
        home = _home(paragraph, unit)
        if unit == "p" and text.strip() != tag:
            self._fault(place, tag, Text("要独占一段。", "must stand alone in its paragraph."))
        if unit == "tr" and (not home or _row_text(paragraph) != tag):
            self._fault(place, tag, Text("要独占表格的一行。", "must stand alone in a row of a table."))
        match verb:
            case "for":
                self._begin_loop(place, tag, _Open("for", unit, place, home, tag=tag), rest)
            case "if":
                self._expression(place, tag, rest)
                self.blocks.append(_Open("if", unit, place, home, tag=tag))
            case "elif" | "else":
                if verb == "elif":
                    self._expression(place, tag, rest)
                if not self._within("if", unit, home):
                    self._fault(place, tag, Text("前面没有相应的 if。", "has no if before it."))
            case "endfor" | "endif":
                if self._within(verb[3:], unit, home):
                    self.blocks.pop()
                else:
                    reason = Text("同开头不配：要用同一种写法，在同一处。", "does not match its beginning.")
                    self._fault(place, tag, reason)
            case _:
                self._fault(place, tag, Text("用了模板不支持的写法。", "uses what templates do not support."))

    def _within(self, verb: str, unit: str, home: str) -> bool:
        last = self.blocks[-1] if self.blocks else None
        return last is not None and (last.verb, last.unit) == (verb, unit) and last.home == home

    def _begin_loop(self, place: Text, tag: str, block: _Open, rest: str) -> None:
        found = _LOOP.fullmatch(rest)
        if found is None or found["people"] != PEOPLE:
            self._fault(place, tag, Text("循环只能写成“for 人 in 名册”。", "a loop is written: for 人 in 名册."))
        elif any(other.row for other in self.blocks):
            self._fault(place, tag, Text("循环里不能再有循环。", "a loop cannot hold another loop."))
        self.names.add(PEOPLE)
        name = found["name"] if found else ""
        self.blocks.append(_Open("for", block.unit, place, block.home, name, tag))


def _unknown(name: str, names: Collection[str]) -> Text:
    """That there is no such placeholder, and the one that is probably meant."""
    zh, en = f"没有“{name}”这个占位符", f"there is no placeholder “{name}”"
    if near := difflib.get_close_matches(name, names, n=1, cutoff=0.5):
        return Text(f"{zh}，是不是“{near[0]}”？", f"{en}; do you mean “{near[0]}”?")
    return Text(f"{zh}。", f"{en}.")


def _nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _nodes(child)


# -- places ----------------------------------------------------------------------------------------------------------


def _paragraphs(part: str, root: etree._Element) -> Iterator[tuple[Text, etree._Element]]:
    """Every paragraph with its place, in the order of the text."""
    tables = list(root.iter(qn("w:tbl")))
    count = 0
    for paragraph in root.iter(qn("w:p")):
        row = next(paragraph.iterancestors(qn("w:tr")), None)
        if row is None:
            count += 1
            yield _place_of(part, count), paragraph
            continue
        table = next(row.iterancestors(qn("w:tbl")))
        number, line = tables.index(table) + 1, list(table.iter(qn("w:tr"))).index(row) + 1
        cells = list(row.iterchildren(qn("w:tc")))
        cell = next(c for c in paragraph.iterancestors(qn("w:tc")) if c in cells)
        column = cells.index(cell) + 1
        zh = f"{_part_name(part).zh}第{number}个表格第{line}行第{column}格"
        en = f"{_part_name(part).en}, table {number}, row {line}, cell {column}"
        yield Text(zh, en), paragraph


def _part_name(part: str) -> Text:
    for start, name in (
        ("header", Text("页眉", "Header")),
        ("footer", Text("页脚", "Footer")),
        ("footnotes", Text("脚注", "Footnotes")),
    ):
        if part.startswith(f"word/{start}"):
            return name
    return Text("正文", "Text")


def _place_of(part: str, count: int) -> Text:
    name = _part_name(part)
    return Text(f"{name.zh}第{count}段", f"{name.en}, paragraph {count}")


def _text_of(paragraph: etree._Element) -> str:
    """The paragraph's own text, without that of a text box in it."""
    return "".join(
        text.text or "" for text in paragraph.iter(qn("w:t")) if next(text.iterancestors(qn("w:p"))) is paragraph
    )


def _row_text(paragraph: etree._Element) -> str:
    row = next(paragraph.iterancestors(qn("w:tr")))
    return "".join(text.text or "" for text in row.iter(qn("w:t"))).strip()


def _home(paragraph: etree._Element, unit: str) -> str:
    """The path of what a block must begin and end in: its paragraph, the body or cell around it, or its table."""
    home: etree._Element | None = paragraph
    if unit == "p":
        home = paragraph.getparent()
    elif unit == "tr":
        home = next(paragraph.iterancestors(qn("w:tbl")), None)
    return "" if home is None else home.getroottree().getpath(home)
