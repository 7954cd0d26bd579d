"""One step as it was handed to its verifier: fields, log entries, papers, and what changed since it was returned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.models import Entry
from audit.services import digest
from branches.access import Actor
from branches.models import Member, User
from recruitment.models import Attempt, Case, Deliberation, LogEntry, Material, StepRecord
from recruitment.rules.schema import FieldType
from recruitment.rules.texts import UNCODED
from recruitment.rules.values import dump
from recruitment.selectors.casefile import CaseFile

_HANDED_OVER, _RETURNED = "step_submitted", "step_returned"


@dataclass(frozen=True, slots=True)
class Return:
    """The last time the step went back: by whom and why (``code``), and its fields as they had been submitted.

    Sensitive fields are digests there, so that one can tell whether they changed and not what they were.
    """

    at: datetime
    by: str
    reason: str
    values: Mapping[str, Any]
    code: str = UNCODED


@dataclass(frozen=True, slots=True)
class Paper:
    """The newest version of one document, its older versions, and where else the same file lies.

    In a log the paper of every entry is a version of one document: there each stands for itself, with its ``entry``.
    """

    material: Material
    entry: LogEntry | None = None
    older: tuple[Material, ...] = ()
    elsewhere: tuple[Material, ...] = ()
    is_new: bool = False


@dataclass(frozen=True)
class Submission:
    """A step record with everything that a verifier compares."""

    record: StepRecord
    values: Mapping[str, Any]
    members: Mapping[int, str]
    users: Mapping[int, User]
    entries: tuple[LogEntry, ...]
    papers: tuple[Paper, ...]
    missing: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    deliberations: tuple[Deliberation, ...]
    returned: Return | None = None
    changed: Mapping[str, Any] = field(default_factory=dict)

    def person(self, user_id: int | None) -> str:
        """The name of somebody who had a hand in the record; empty for nobody."""
        return str(self.users[user_id]) if user_id in self.users else ""


#: The value of a changed field whose former content is sealed.
SEALED = object()


def submission_of(file: CaseFile, record: StepRecord, actor: Actor) -> Submission:
    """The record of a case's file as it was handed over. At most nine queries, however much it holds."""
    values = record.typed_values()
    returned = _last_return(file, record)
    logged = LogEntry.objects.filter(record=record, withdrawn=False).select_related("entered_by", "member")
    entries = tuple(logged.order_by("on", "pk")) if record.definition.is_log else ()
    papers = _papers(record, actor, returned, entries)
    held = {paper.material.code for paper in papers}
    return Submission(
        record=record,
        values=values,
        members=_members(record, values, returned),
        users=User.objects.in_bulk(
            {user for user in (record.entered_by_id, record.submitted_by_id, record.submitted_for_id) if user}
        ),
        entries=entries,
        papers=papers,
        missing=tuple(code for code in record.definition.required_papers if code not in held),
        attempts=tuple(record.attempts.order_by("number")),
        deliberations=tuple(
            Deliberation.objects.filter(case=file.case, step=record.step).select_related("body").order_by("held_on")
        ),
        returned=returned,
        changed=_changed(record, values, returned),
    )


def _members(record: StepRecord, values: Mapping[str, Any], returned: Return | None) -> Mapping[int, str]:
    named: set[int] = set()
    for one in record.definition.fields:
        if one.type is FieldType.MEMBERS:
            named.update(values.get(one.name) or ())
            named.update((returned.values.get(one.name) or ()) if returned else ())
    return dict(Member.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}


def _last_return(file: CaseFile, record: StepRecord) -> Return | None:
    """The audit is what says it: a returned record is overwritten by its correction."""
    acts = (
        Entry.objects.filter(
            chain=file.case.chain,
            action__in=(_HANDED_OVER, _RETURNED),
            at__gte=record.opened_at,
            payload__step=record.step,
            payload__round=record.round,
        )
        .order_by("seq")
        .only("at", "actor_name", "action", "payload")
    )
    handed_over: Mapping[str, Any] = {}
    found: Return | None = None
    for act in acts:
        if act.action == _HANDED_OVER:
            handed_over = act.payload.get("values") or {}
        else:
            said = act.payload
            found = Return(act.at, act.actor_name, said.get("reason", ""), handed_over, said.get("code", UNCODED))
    return found


def _changed(record: StepRecord, values: Mapping[str, Any], returned: Return | None) -> dict[str, Any]:
    """Fields that differ from what was returned -> what they held then, as stored; None where they were empty."""
    if returned is None or not record.acted:
        return {}
    now = dump(values)
    changed: dict[str, Any] = {}
    for one in record.definition.fields:
        before, after = returned.values.get(one.name), now.get(one.name)
        if one.sensitive and after is not None:
            after = digest(after, record.salt)
        if before != after:
            changed[one.name] = SEALED if one.sensitive and before is not None else before
    return changed


def _papers(
    record: StepRecord, actor: Actor, returned: Return | None, entries: tuple[LogEntry, ...]
) -> tuple[Paper, ...]:
    versions: dict[str, list[Material]] = defaultdict(list)
    rows = Material.objects.filter(record=record).select_related("uploaded_by", "original_seen_by", "sitting")
    for material in rows.order_by("code", "-version"):
        versions[material.code].append(material)
    is_log = record.definition.is_log
    shown = [row for found in versions.values() for row in (reversed(found) if is_log else found[:1])]
    twins = _same_files(record, shown, actor)
    order = {code: place for place, code in enumerate(record.definition.paper_codes)}
    # An entry and its paper are written at one moment.
    of_entry = {entry.entered_at: entry for entry in entries}
    return tuple(
        Paper(
            material=row,
            entry=of_entry.get(row.uploaded_at),
            older=() if is_log else tuple(versions[row.code][1:]),
            elsewhere=tuple(twins.get(row.sha256, ())),
            is_new=returned is not None and row.uploaded_at > returned.at,
        )
        for row in sorted(shown, key=lambda row: order.get(row.code, len(order)))
    )


def _same_files(record: StepRecord, materials: Any, actor: Actor) -> dict[str, list[Material]]:
    """The same file at other places that the actor may see; a sitting's paper is shared by its people honestly."""
    alone = {material.sha256 for material in materials if material.sitting_id is None}
    found: dict[str, list[Material]] = defaultdict(list)
    if not alone:
        return found
    twins = (
        Material.objects.filter(sha256__in=alone, case__in=Case.objects.visible_to(actor))
        .exclude(record=record)
        .select_related("case__person", "record")
        .only("sha256", "code", "case__number", "case__person__name", "record__step")
        .order_by("pk")[:50]
    )
    for twin in twins:
        found[twin.sha256].append(twin)
    return found
