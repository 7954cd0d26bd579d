"""The receipt of an archive package (移交回执): which files, by their hashes, went from whom to whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from recruitment.documents import pdf
from recruitment.documents.archive import ARCHIVE_NAMES
from recruitment.documents.data import chinese_date
from recruitment.models import CustodyEntry
from recruitment.rules.custody import Deed
from recruitment.rules.texts import CUSTODY_RETURNS, KEEPERS
from recruitment.selectors.casefile import local_day
from recruitment.selectors.custody import Chain

RECEIPT = "归档材料移交回执"


def receipt(chain: Chain, entry: CustodyEntry, *, on: date) -> bytes:
    """The receipt of one entry as PDF; lines for hand, stamp and day where the other side has not answered yet.

    The entry must be about a package. Raises :class:`recruitment.documents.pdf.CannotPrintError`.
    """
    assert entry.package is not None
    handed = _handing_over(chain, entry)
    answer = entry if entry.deed in (Deed.RECEIVED, Deed.RETURNED) else None
    context = {
        "title": RECEIPT,
        "number": chain.case.number,
        "person": chain.case.person.name,
        "branch": chain.case.branch.name,
        "archive": ARCHIVE_NAMES[chain.archive],
        "package": entry.package,
        "made_on": chinese_date(local_day(entry.package.made_at)),
        "handed": handed,
        "handed_on": chinese_date(handed.on) if handed else "",
        "receiver_kind": KEEPERS[handed.receiver].zh if handed else "",
        "answer": answer,
        "answered_on": chinese_date(answer.on) if answer else "",
        "reason": CUSTODY_RETURNS[answer.code].zh if answer and answer.code else "",
        "on": chinese_date(on),
        "styles": (Path(settings.BASE_DIR) / "static" / "css" / "handover_print.css").read_text(encoding="utf-8"),
    }
    return pdf.make(render_to_string("documents/custody_receipt.html", context))


def _handing_over(chain: Chain, entry: CustodyEntry) -> CustodyEntry | None:
    """The hand-over that the entry is, or that it answers."""
    before = [row for row in chain.effective if row.number <= entry.number and row.deed == Deed.HANDED_OVER]
    return entry if entry.deed == Deed.HANDED_OVER else before[-1] if before else None
