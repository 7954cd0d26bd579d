"""The sweep: what the timer does. It raises flags and lets them fall; it never completes a step for anyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from audit import services as audit
from branches.access import SYSTEM
from recruitment.models import Case, Person
from recruitment.selectors.casefile import load_many, local_day
from recruitment.services.base import STORED_COLUMNS, settle_many
from recruitment.services.escalation import escalate
from recruitment.services.reminders import remind

CHUNK = 500


@dataclass
class Swept:
    """How many cases were looked at, how many changed, how many flags rose and fell, and were told one level up; and
    how many were reminded of what belongs to no case.
    """

    seen: int = 0
    changed: int = 0
    raised: int = 0
    fallen: int = 0
    escalated: int = 0
    reminded: int = 0


def sweep(*, now: datetime, case_ids: Sequence[int] | None = None) -> Swept:
    """Bring every case that is due up to the day of ``now``, or the named ones whether due or not.

    Due is a case in which a deadline rises or a lock opens on that day or before, or that a change of rules has
    marked. Chunks are transactions of their own: what a killed worker did not commit is due again. A second sweep of
    the same day changes nothing.
    """
    due = Case.objects.open().filter(pk__in=case_ids) if case_ids is not None else Case.objects.due_on(local_day(now))
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    total = Swept()
    for start in range(0, len(ids), CHUNK):
        _sweep_chunk(ids[start : start + CHUNK], now, total)
    if case_ids is None:
        total.escalated = escalate(now=now)
        total.reminded = remind(now=now)
    return total


@transaction.atomic
def _sweep_chunk(ids: Sequence[int], now: datetime, total: Swept) -> None:
    # Whoever is at work on a case settles it; the sweep does not wait for them.
    skip = connection.features.has_select_for_update_skip_locked
    cases = (
        Case.objects.select_related("person", "branch")
        .defer(*(f"person__{name}" for name in Person.SENSITIVE))
        .select_for_update(skip_locked=skip, of=("self",))
        .filter(pk__in=ids, ended_on__isnull=True)
        .order_by("pk")
    )
    moved, drafts = [], []
    for file, _, change in settle_many(load_many(cases), now):
        total.seen += 1
        if change.is_visible:
            total.changed += 1
            total.raised += len(change.raised)
            total.fallen += len(change.fallen)
            drafts.append(audit.Draft(file.case.chain, "swept", change.as_payload()))
        if change.is_visible or change.columns:
            moved.append(file.case)
    if moved:
        Case.objects.bulk_update(moved, STORED_COLUMNS)
    if drafts:
        audit.append_many(drafts=drafts, actor=SYSTEM, now=now)
