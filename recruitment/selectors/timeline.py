"""The record of a case as people read it: who did what, when it happened, when it was entered and when verified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from audit.models import Entry
from branches.models import Member, Organisation
from recruitment.models import Case, CaseOrigin, StepRecord
from recruitment.rules.steps import STEPS, names_members

STEP_ACTS = (
    "case_opened",
    "step_recorded",
    "step_submitted",
    "step_reported",
    "log_entered",
    "deliberated",
    "meeting_discussed",
)
VERIFYING_ACTS = ("step_verified", "step_returned", "case_sent_back", "originals_seen")

#: The kinds by which a timeline is narrowed. An act may be of several: a submission brings papers and lets flags fall.
KINDS: Mapping[str, Q] = {
    "steps": Q(action__in=STEP_ACTS),
    "verification": Q(action__in=VERIFYING_ACTS),
    "papers": Q(action__in=("materials_uploaded", "originals_seen", "meeting_paper_issued"))
    | Q(action__startswith="archive_")
    | (Q(payload__has_key="materials") & ~Q(payload__materials=[])),
    "flags": Q(action__in=("flag_explained", "swept"))
    | Q(payload__has_key="flags_raised")
    | Q(payload__has_key="flags_fallen"),
    "corrections": Q(action__startswith="correction_") | Q(action="person_changed"),
    "transfer": Q(action__startswith="transfer_") | Q(action="case_imported"),
    "interventions": Q(action__startswith="veto_")
    | Q(action__startswith="appeal_")
    | Q(action__in=("case_suspended", "case_resumed", "case_reinstated", "case_closed")),
}


def entries_of(case: Case, kind: str = "") -> QuerySet[Entry]:
    """The acts of the case (of one kind) from its chain in the audit, the latest first."""
    entries = Entry.objects.filter(chain=case.chain).order_by("-seq")
    return entries.filter(KINDS[kind]) if kind else entries


def counts(case: Case) -> dict[str, int]:
    """How many acts of each kind there are, and of all under the empty name. One query."""
    kinds = {f"of_{name}": Count("pk", filter=condition) for name, condition in KINDS.items()}
    found = Entry.objects.filter(chain=case.chain).aggregate(of_=Count("pk"), **kinds)
    return {name.removeprefix("of_"): number for name, number in found.items()}


@dataclass(frozen=True, slots=True)
class Origin:
    """An installation in which the case was before: who sealed it there and when, under which key, and its acts there,
    the latest first. They are no rows of the audit here; their keys and codes are those of that installation."""

    by: str
    at: datetime
    key: str
    entries: tuple[Entry, ...]


def origins_of(case: Case) -> list[Origin]:
    """Where the case was before it came here, the last place first. One query."""
    found = CaseOrigin.objects.filter(case=case).order_by("-number")
    return [
        Origin(
            by=origin.said["made_by"],
            at=datetime.fromisoformat(origin.said["made_at"]),
            key=origin.key,
            entries=tuple(
                Entry(**link | {"at": datetime.fromisoformat(link["at"])}) for link in reversed(origin.links)
            ),
        )
        for origin in found
    ]


@dataclass(frozen=True)
class Around:
    """What the words of a chain's entries need from elsewhere: records for the dates, names for codes and keys."""

    records: Mapping[tuple[str, int], tuple[StepRecord, ...]] = field(default_factory=dict)
    acted: Mapping[tuple[str, int], tuple[tuple[int, str], ...]] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[int, str] = field(default_factory=dict)

    def record(self, step: str, round_: int, at: datetime) -> StepRecord | None:
        """The record of that step which was open at that moment: one sent back before has had its own."""
        open_then = [record for record in self.records.get((step, round_), ()) if record.opened_at <= at]
        return open_then[-1] if open_then else None

    def action_day(self, step: str, round_: int, seq: int) -> str | None:
        """The day of the act as it had been entered by then: a later correction does not reach back."""
        entered = [day for at, day in self.acted.get((step, round_), ()) if at <= seq]
        return entered[-1] if entered else None


_DATES = ("case_id", "step", "round", "attempt", "opened_at", "entered_at", "verified_at")


def around(case: Case, entries: Iterable[Entry]) -> Around:
    """For these entries of the case's chain, in four queries at most."""
    entries = list(entries)
    acted: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
    entering = Entry.objects.filter(chain=case.chain, action__in=("step_recorded", "step_submitted")).order_by("seq")
    for seq, payload in entering.values_list("seq", "payload"):
        step = STEPS.get(payload.get("step", ""))
        if step is not None and (day := (payload.get("values") or {}).get(step.action_date)):
            acted[step.key, payload.get("round", 1)].append((seq, day))
    records: dict[tuple[str, int], list[StepRecord]] = defaultdict(list)
    for record in StepRecord.objects.filter(case=case).only(*_DATES).order_by("opened_at", "pk"):
        records[record.step, record.round].append(record)
    codes: set[str] = set()
    members: set[int] = set()
    for entry in entries:
        if entry.action.startswith("transfer_"):
            codes.update(code for name in ("from", "to") if isinstance(code := entry.payload.get(name), str))
        for change in entry.payload.get("changes") or ():
            if names_members(change.get("step", ""), change.get("field", "")):
                members.update(pk for name in ("before", "after") for pk in change[name] or ())
    bodies = Organisation.objects.filter(code__in=codes) if codes else ()
    named = Member.objects.filter(pk__in=members).values_list("pk", "name") if members else ()
    return Around(
        {key: tuple(found) for key, found in records.items()},
        {key: tuple(found) for key, found in acted.items()},
        {body.code: str(body) for body in bodies},
        dict(named),
    )
