"""The import of the tree from a table of administrative divisions: read, plan, and only then write, all or nothing.

Each division stands for the Party organisation that leads there: a city or county for its committee and organisation
department, a township or street for its grassroots committee, a village or community for its branch.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor
from branches.models import Organisation
from branches.services.record import chain_of, snapshot
from branches.services.tree import CHANGEABLE, change_organisation

Kind, Sector = Organisation.Kind, Organisation.Sector

SUQIAN = Path(__file__).resolve().parent.parent / "data" / "divisions_suqian.csv"
COLUMNS = ("code", "parent_code", "level", "name")
LEVELS = ("city", "county", "township", "village")
CODE = re.compile(r"[0-9]{2,15}")
NAME_LENGTH = 50  # characters; leaves room for what the name of an organisation adds
BATCH = 500  # rows of one INSERT

# What may stand under a division's code by now: a village's branch may have grown into a committee since.
KINDS_OF_LEVEL: dict[str, frozenset[str]] = {
    "city": frozenset({Kind.CITY_COMMITTEE}),
    "county": frozenset({Kind.COUNTY_COMMITTEE}),
    "township": frozenset({Kind.GRASSROOTS_COMMITTEE}),
    "village": frozenset({Kind.BRANCH, Kind.GENERAL_BRANCH, Kind.GRASSROOTS_COMMITTEE}),
}
PARENT_LEVELS: dict[str, tuple[str, ...]] = {
    "city": (),
    "county": ("city",),
    "township": ("county", "city"),  # a city without districts has its townships directly below
    "village": ("township",),
}


@dataclass(frozen=True)
class LineError:
    line: int
    message: str

    def __str__(self) -> str:
        return _("第 %(line)d 行：%(message)s") % {"line": self.line, "message": self.message}


@dataclass(frozen=True)
class Row:
    line: int
    code: str
    parent_code: str
    level: str
    name: str


@dataclass(frozen=True)
class Body:
    """An organisation that a division calls for."""

    line: int
    level: str
    code: str
    parent_code: str
    kind: str
    name: str
    short_name: str
    division_name: str
    sector: str = ""


@dataclass
class Report:
    """What an import did or, if it was not ``committed``, would do. Organisations are counted, not divisions."""

    divisions: Counter[str] = field(default_factory=Counter)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[LineError] = field(default_factory=list)
    committed: bool = False


def import_organisations(*, data: bytes, actor: Actor, now: dt.datetime, commit: bool = False) -> Report:
    """Compare the file with the tree and, with ``commit`` and without errors, enter what is new and changed.

    What administrators have changed since stays: an organisation renamed by hand keeps its name, one moved within its
    division keeps its place, and what is not in the file is left alone.
    """
    rows, errors = read_rows(data)
    report = Report(divisions=Counter(row.level for row in rows), errors=errors)
    with transaction.atomic():
        stored = {organisation.code: organisation for organisation in Organisation.objects.select_related("parent")}
        report.errors += check_rows(rows, stored)
        bodies = [body for row in rows for body in bodies_of(row)] if not report.errors else []
        changes = {body.code: _changes(body, stored) for body in bodies if body.code in stored}
        fresh = [body for body in bodies if body.code not in stored]
        report.errors.sort(key=lambda error: error.line)
        report.new = len(fresh)
        report.changed = sum(1 for change in changes.values() if change)
        report.unchanged = len(changes) - report.changed
        if commit and not report.errors:
            _write(bodies, changes, stored, actor, now)
            report.committed = True
    return report


# -- Reading -----------------------------------------------------------------------------------------------------------


def read_rows(data: bytes) -> tuple[list[Row], list[LineError]]:
    """The rows of the file and the lines that are no rows."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [], [LineError(line, _("不是 UTF-8 编码的文本。"))]
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            return [], [LineError(1, _("缺少列：%(columns)s") % {"columns": ", ".join(missing)})]
        return _read(reader)
    except csv.Error as error:
        # The record at fault begins after the last one that could be read; an open quotation mark ends far below it.
        return [], [LineError(reader.line_num + 1, _("不是有效的 CSV：%(error)s") % {"error": error})]


def _read(reader: csv.DictReader) -> tuple[list[Row], list[LineError]]:
    rows, errors = [], []
    for record in reader:
        line = reader.line_num
        if None in record or None in record.values():
            errors.append(LineError(line, _("列数与表头不一致。")))
            continue
        row = Row(line, **{column: record[column].strip() for column in COLUMNS})
        message = _fault(row)
        if message:
            errors.append(LineError(line, message))
        else:
            rows.append(row)
    if not rows and not errors:
        errors.append(LineError(1, _("文件中没有数据行。")))
    return rows, errors


def _fault(row: Row) -> str:
    if not CODE.fullmatch(row.code):
        return _("代码“%(code)s”不是 2 至 15 位数字。") % {"code": row.code}
    if row.level not in LEVELS:
        return _("层级“%(level)s”未知，应为 %(levels)s 之一。") % {"level": row.level, "levels": "、".join(LEVELS)}
    if not row.name:
        return _("名称为空。")
    if len(row.name) > NAME_LENGTH:
        return _("名称超过 %(length)d 个字。") % {"length": NAME_LENGTH}
    return ""


def check_rows(rows: Iterable[Row], stored: dict[str, Organisation]) -> list[LineError]:
    """Errors between rows, and between the file and the tree."""
    errors: list[LineError] = []
    by_code: dict[str, Row] = {}
    for row in rows:
        if row.code in by_code:
            values = {"code": row.code, "line": by_code[row.code].line}
            errors.append(LineError(row.line, _("代码 %(code)s 与第 %(line)d 行重复。") % values))
        else:
            by_code[row.code] = row
    for row in by_code.values():
        message = _parent_fault(row, by_code, stored)
        if message:
            errors.append(LineError(row.line, message))
        there = stored.get(row.code)
        if there is not None and there.kind not in KINDS_OF_LEVEL[row.level]:
            values = {"code": row.code, "kind": there.get_kind_display()}
            errors.append(LineError(row.line, _("代码 %(code)s 已是一个“%(kind)s”。") % values))
    return errors


def _parent_fault(row: Row, by_code: dict[str, Row], stored: dict[str, Organisation]) -> str:
    if not row.parent_code:
        # A county may stand alone where the city does not use the product.
        return "" if row.level in ("city", "county") else _("没有上级代码。")
    levels = PARENT_LEVELS[row.level]
    if row.parent_code in by_code:
        fits = by_code[row.parent_code].level in levels
    elif row.parent_code in stored:
        fits = any(stored[row.parent_code].kind in KINDS_OF_LEVEL[level] for level in levels)
    else:
        return _("上级代码 %(code)s 既不在文件中，也不在组织树中。") % {"code": row.parent_code}
    if not fits:
        return _("上级代码 %(code)s 的层级不对。") % {"code": row.parent_code}
    return ""


# -- From division to organisation -------------------------------------------------------------------------------------


def bodies_of(row: Row) -> Iterator[Body]:
    """The organisations of a division, the leading one first."""
    kind = {
        "city": Kind.CITY_COMMITTEE,
        "county": Kind.COUNTY_COMMITTEE,
        "township": Kind.GRASSROOTS_COMMITTEE,
        "village": Kind.BRANCH,
    }[row.level]
    yield _body(row, row.code, row.parent_code, kind)
    if row.level in ("city", "county"):
        yield _body(row, f"{row.code}D", row.code, Kind.DEPARTMENT)


def _body(row: Row, code: str, parent_code: str, kind: str) -> Body:
    name, short_name = names_of(kind, row.level, row.name)
    sector = sector_of(row.name) if row.level == "village" else ""
    return Body(row.line, row.level, code, parent_code, kind, name, short_name, row.name, sector)


def names_of(kind: str, level: str, division: str) -> tuple[str, str]:
    """Full and short name of a division's organisation, by the usage of the Party's own titles."""
    if level == "village":
        place = place_of(division)
        return f"中共{place}支部委员会", f"{place}党支部"
    full, short = _committee_names(level, division)
    if kind == Kind.DEPARTMENT:
        return f"中共{short}组织部", f"{short}组织部"
    return full, short


def _committee_names(level: str, division: str) -> tuple[str, str]:
    # Streets, zones and parks are led by a working committee, which its superior sends (党工委).
    if division.endswith(("街道", "开发区", "园区", "工业园", "产业园", "新区")):
        return f"中共{division}工作委员会", f"{division}党工委"
    short = f"{division}党委" if level == "township" else f"{division}委"
    return f"中共{division}委员会", short


def place_of(division: str) -> str:
    """The village or community itself, without its committee: 凤凰居委会 is 凤凰社区, 六里村村民委员会 is 六里村."""
    for suffix, noun in (("居民委员会", "社区"), ("居委会", "社区"), ("村民委员会", "村"), ("村委会", "村")):
        place = division.removesuffix(suffix)
        if place and place != division:
            return place if place.endswith(("社区", "村")) else place + noun
    return division


def sector_of(division: str) -> str:
    """Community for residents' committees and communities, village for all else."""
    return Sector.COMMUNITY if division.endswith(("社区", "居委会", "居民委员会")) else Sector.VILLAGE


# -- Comparing and writing ---------------------------------------------------------------------------------------------


def _changes(body: Body, stored: dict[str, Organisation]) -> dict[str, object]:
    """What the file says otherwise than the tree, save what was changed by hand."""
    there = stored[body.code]
    changes: dict[str, object] = {}
    if there.division_name != body.division_name:
        changes["division_name"] = body.division_name
        given = names_of(body.kind, body.level, there.division_name)
        for attribute, old, new in zip(("name", "short_name"), given, (body.name, body.short_name), strict=True):
            if getattr(there, attribute) == old:
                changes[attribute] = new
    if body.parent_code and f"/{body.parent_code}/" not in f"/{there.path}":
        changes["parent"] = body.parent_code
    return changes


def _organisation(body: Body, parent: Organisation | None) -> Organisation:
    organisation = Organisation(
        code=body.code,
        name=body.name,
        short_name=body.short_name,
        division_name=body.division_name,
        kind=body.kind,
        sector=body.sector,
        parent=parent,
    )
    organisation.path = organisation.path_under(parent)
    organisation.may_approve = organisation.default_may_approve()
    return organisation


def _write(
    bodies: list[Body],
    changes: dict[str, dict[str, object]],
    stored: dict[str, Organisation],
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Level by level from the top, so that every parent exists, in its place, before its children."""
    created: list[Organisation] = []
    known = dict(stored)
    for level in LEVELS:
        of_level = [body for body in bodies if body.level == level]
        # The committees first: their departments stand under them.
        for departments in (False, True):
            batch = [body for body in of_level if (body.kind == Kind.DEPARTMENT) is departments]
            known |= _change(batch, changes, known, actor, now)
            new = [_organisation(body, known.get(body.parent_code)) for body in batch if body.code not in known]
            created += Organisation.objects.bulk_create(new, batch_size=BATCH)
            known |= {organisation.code: organisation for organisation in new}
    audit.append_many(
        drafts=[
            audit.Draft(
                chain=chain_of(organisation),
                action="organisation_imported",
                payload={"code": organisation.code, **snapshot(organisation, CHANGEABLE)},
            )
            for organisation in created
        ],
        actor=actor,
        now=now,
    )


def _change(
    bodies: list[Body],
    changes: dict[str, dict[str, object]],
    known: dict[str, Organisation],
    actor: Actor,
    now: dt.datetime,
) -> dict[str, Organisation]:
    """Apply the changes of one level and return what has to be known anew: moving carries whole subtrees along."""
    touched = [body for body in bodies if changes.get(body.code)]
    for body in touched:
        change = dict(changes[body.code])
        if "parent" in change:
            change["parent"] = known[body.parent_code]
        change_organisation(organisation=known[body.code], changes=change, actor=actor, now=now)
    if not touched:
        return {}
    return {organisation.code: organisation for organisation in Organisation.objects.select_related("parent")}
