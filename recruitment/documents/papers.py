"""The papers that can be printed of a case, by code, and what each of them says now."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from recruitment.documents.booklet import BOOKLET
from recruitment.documents.data import PaperData
from recruitment.documents.example import example
from recruitment.documents.fill import Content, FilledForm, content_of, fill
from recruitment.documents.layout import Form
from recruitment.documents.printed import Cover
from recruitment.documents.registers import RECORD_SHEET, REGISTERS
from recruitment.rules import texts
from recruitment.rules.texts import Text

#: The code under which the 17 forms are printed together, with cover and contents.
WHOLE = "booklet"
#: Papers that are nobody's, by kind, with what stands on them.
BLANK, EXAMPLE = "blank", "example"
SPECIMENS: Mapping[str, str] = MappingProxyType({BLANK: "空白表样", EXAMPLE: "填写样例"})
BOOKLET_TITLE = "发展党员工作跟踪考察簿"

#: Every single form by code.
FORMS: Mapping[str, Form] = MappingProxyType({**BOOKLET, **REGISTERS, RECORD_SHEET.code: RECORD_SHEET})
CODES: tuple[str, ...] = (*FORMS, WHOLE)


_OWN_NAMES = {
    WHOLE: Text(BOOKLET_TITLE, "Tracking booklet of Party member recruitment"),
    RECORD_SHEET.code: Text(RECORD_SHEET.title, "Record sheet of the whole process"),
}


def forms_of(code: str) -> tuple[Form, ...]:
    """The forms that are printed under ``code``. Raises ``KeyError`` for a code that names no paper."""
    return tuple(BOOKLET.values()) if code == WHOLE else (FORMS[code],)


def name_of(code: str) -> Text:
    """What pages call the paper, in both languages; the paper itself bears its Chinese title."""
    if code in REGISTERS:
        return Text(REGISTERS[code].title, f"{texts.DOCUMENTS[code].en}: sheet to copy from")
    return _OWN_NAMES.get(code) or texts.FORMS[code]


def title_of(code: str) -> str:
    return BOOKLET_TITLE if code == WHOLE else FORMS[code].title


def filled(code: str, data: PaperData | None = None, *, notes: bool = False) -> list[FilledForm]:
    """The paper with this code, filled from a case; blank without one."""
    return [fill(form, data, notes=notes) for form in forms_of(code)]


def content(code: str, data: PaperData) -> Content:
    """What the paper says now, as digests."""
    return content_of(filled(code, data), data.salt)


def cover_of(code: str, data: PaperData | None, *, subtitle: str = "") -> Cover | None:
    """The cover of the whole booklet; single forms have none."""
    if code != WHOLE:
        return None
    names = (("姓　　名", "person.name"), ("党 支 部", "branch.name"), ("审批党委", "committee.name"))
    facts = tuple((label, data.text(path) if data else "") for label, path in names)
    number = (("纪实编号", data.number if data else ""),)
    said = subtitle or ("（样本）" if data is not None and data.is_sample else "")
    return Cover(BOOKLET_TITLE, said, facts + number)


def specimen(code: str, kind: str) -> tuple[list[FilledForm], Cover | None]:
    """The paper as nobody's: blank, or as the worked example with a note on how each field is filled."""
    found = example() if kind == EXAMPLE else None
    cover = cover_of(code, found, subtitle=f"（{SPECIMENS[kind]}）")
    return filled(code, found, notes=kind == EXAMPLE), cover


def specimen_name(code: str, kind: str) -> str:
    """The name of a specimen's file, without extension."""
    title = title_of(code) if code == WHOLE else f"{code} {title_of(code)}"
    return f"{title}（{SPECIMENS[kind]}）"


def labels(code: str) -> dict[str, str]:
    """What each value of the paper is called, by ``<form>/<key>``, with the form's own title before it."""
    found = {}
    for form in forms_of(code):
        blank = fill(form)
        for key, label in blank.labels.items():
            found[f"{form.code}/{key}"] = label
        for row in form.rows:
            if getattr(row, "when_any", False):
                found[f"{form.code}/{row.key}"] = row.label
    return found
