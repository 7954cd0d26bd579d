"""How rows stand in a case file, for writing and for reading: what travels of each row, and what names what.

No key of a row of this installation stands there. A row is called by its place in its list, an organisation by its
code, an account by what ``keys.Seal.account_id`` makes of it, a member of a roster by the place in ``members``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models

from recruitment.models import (
    Appeal,
    ArchivePackage,
    Attempt,
    Ballot,
    Case,
    Correction,
    CorrectionItem,
    CustodyEntry,
    Deliberation,
    Flag,
    Inquiry,
    LogEntry,
    Material,
    Obligation,
    Person,
    RecordMember,
    Sitting,
    StepRecord,
    StepReturn,
    Suspension,
    Transfer,
    Veto,
)
from recruitment.rules.steps import names_members

#: What hangs on the records of the steps, and what hangs on the case, by the part that tells of it.
OF_RECORD: Mapping[str, type[models.Model]] = {
    "entries": LogEntry,
    "attempts": Attempt,
    "ballots": Ballot,
    "members": RecordMember,
}
OF_CASE: Mapping[str, type[models.Model]] = {
    "flags": Flag,
    "obligations": Obligation,
    "vetoes": Veto,
    "appeals": Appeal,
    "suspensions": Suspension,
    "transfers": Transfer,
    "deliberations": Deliberation,
    "returns": StepReturn,
    "inquiries": Inquiry,
    "corrections": Correction,
    "archive_packages": ArchivePackage,
    "custody": CustodyEntry,
}
#: Rows that other rows of the case name by their place.
PLACED = (Sitting, StepRecord, LogEntry, Material, Veto, Correction, ArchivePackage, CustodyEntry)
#: Rows that bring a paper of their own: what it is called, and the column that holds it.
ATTACHED: Mapping[type[models.Model], tuple[str, str]] = {
    Appeal: ("appeal", "file"),
    Correction: ("correction", "evidence"),
    CustodyEntry: ("receipt", "file"),
}
#: Of the person's own place on the roster.
MEMBERSHIP = ("standing", "standing_since", "joined_on", "full_since", "left_on", "party_group_name")
#: Of the other members whom the case names: enough to know them again.
NAMED_MEMBER = ("name", "sex", "joined_on")

#: Keys of digests stay at home: with them a guess at a sensitive value could be tried against the audit. Files are
#: parts of their own, and so are verdicts. The rest is worked out anew wherever the case is.
_KEPT_BACK: Mapping[type[models.Model], frozenset[str]] = {
    Person: frozenset({"salt", "id_index", "name_pinyin", "name_initials", "member"}),
    Case: frozenset({"person", "next_change_on", "settle_on", "unlocks_on"}),
    StepRecord: frozenset({"salt", "verdict"}),
    Material: frozenset({"file"}),
    # Its other people and what was issued to them are no part of this case.
    Sitting: frozenset({"meeting"}),
    **{model: frozenset({column}) for model, (_kind, column) in ATTACHED.items()},
}
_ENTRY = "e"


def travelling(model: type[models.Model]) -> list[models.Field]:
    """The columns of which a case file tells."""
    kept_back = _KEPT_BACK.get(model, frozenset())
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in kept_back and field.related_model is not Case
    ]


def with_members(row: models.Model, name: str, value: Any, change: Callable[[Any], Any]) -> Any:
    """The value of the JSON column ``name`` of ``row`` with ``change`` made to every list of members in it."""
    if not isinstance(value, dict):
        return value
    if isinstance(row, StepRecord | Attempt) and name in ("values", "sealed"):
        step = row.step if isinstance(row, StepRecord) else row.record.step
        return {key: change(held) if names_members(step, key) else held for key, held in value.items()}
    if isinstance(row, CorrectionItem) and name in ("values", "sealed") and names_members(row.step, row.field):
        return {key: change(held) for key, held in value.items()}
    return value


def with_entry(subkey: str, change: Callable[[int], int]) -> str:
    """The subkey of a flag or a deadline, with ``change`` made to the log entry that it names (``lights``: ``e12``)."""
    number = subkey.removeprefix(_ENTRY)
    return f"{_ENTRY}{change(int(number))}" if subkey.startswith(_ENTRY) and number.isdigit() else subkey
