"""A case with everything that the rules look at, read with a fixed number of queries.

The file is a working set: a service changes its rows in memory and asks for the facts again before it writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Q, QuerySet
from django.utils import timezone

from recruitment import machine
from recruitment.models import Case, Flag, LogEntry, Material, Person, StepRecord
from recruitment.rules import values as step_values
from recruitment.rules.editions import Ruleset
from recruitment.rules.facts import EntryFact, Facts, PaperFact, StepFacts
from recruitment.rules.lights import Assessment, assess
from recruitment.rules.steps import REPEATED_FROM, REPEATED_TO, STEP_KEYS, STEPS, UPLOAD_GATE
from recruitment.selectors.rulesets import ruleset_for, rulesets_for

_REPEATED = frozenset(STEP_KEYS[STEPS[REPEATED_FROM].number - 1 : STEPS[REPEATED_TO].number])


def local_day(moment: datetime) -> date:
    """The calendar day of a moment where the product is used."""
    return timezone.localtime(moment).date()


@dataclass
class CaseFile:
    """One case, the records that count, their papers and flags, entries of open logs, and the rules that bind it."""

    case: Case
    rules: Ruleset
    records: list[StepRecord] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)

    def record(self, key: str) -> StepRecord | None:
        """The record of step ``key`` that counts in the present round, or None where the step has not opened."""
        wanted = self.round_of(key)
        return next((r for r in self.records if r.counts and r.step == key and r.round == wanted), None)

    def is_open_log(self, record: StepRecord) -> bool:
        """Whether a rule may still ask for the entries of this record: a log that is verified wants no more."""
        if not record.definition.is_log:
            return False
        latest = self.record(record.step)
        return latest is None or latest.status != machine.VERIFIED

    def read_every_log(self) -> None:
        """Take in the entries of verified logs as well, for whoever judges again what was judged by them. One query."""
        self.entries = list(entries_of(record.pk for record in self.records if record.definition.is_log))

    def round_of(self, key: str) -> int:
        return self.case.round if key in _REPEATED else 1

    def facts(self) -> Facts:
        case, papers = self.case, by_step(self.materials)
        return Facts(
            birth_date=case.person.birth_date,
            expected_leave_date=case.person.expected_leave_date,
            has_personnel_archive=case.person.has_personnel_archive,
            steps={key: facts for key in STEP_KEYS if (facts := self._step_facts(key, papers)) is not None},
            round=case.round,
            extended_until=case.extended_until,
            transferred_in=case.transferred_in,
            state=case.state,
            freeze=case.freeze,
            veto=case.veto_code,
            suspensions=frozenset(case.suspended_codes),
            explained=frozenset(
                (flag.step, flag.code, flag.subkey)
                for flag in self.flags
                if flag.explanation and not flag.voided and (flag.resolved_at is None or flag.code == UPLOAD_GATE.id)
            ),
        )

    def step_facts(self, key: str) -> StepFacts | None:
        """What counts of one step, or None where it has not opened."""
        return self._step_facts(key, by_step(self.materials))

    def _step_facts(self, key: str, papers: Mapping[int, list[Material]]) -> StepFacts | None:
        record = self.record(key)
        if record is None:
            return None
        row = STEPS[key]
        values = step_values.load(row, record.values) if record.acted else {}
        if row.report_field and record.reported_on:
            values[row.report_field] = record.reported_on
        return StepFacts(
            key=key,
            status=record.status,
            round=record.round,
            opened_on=local_day(record.opened_at),
            acted=record.acted,
            values=values,
            papers=tuple(PaperFact(m.code, timezone.localtime(m.uploaded_at)) for m in papers.get(record.pk, ())),
            entries=tuple(self._entries(record)),
            marks=frozenset(record.marks),
            attempt=record.attempt,
            overridden=bool(record.override_reason),
            plan_places=record.plan_places,
            plan_used=record.plan_used,
        )

    def _entries(self, record: StepRecord) -> Iterable[EntryFact]:
        if not record.definition.is_log:
            return
        rounds = {r.pk: r.round for r in self.records if r.counts and r.step == record.step and r.round <= record.round}
        for entry in self.entries:
            if entry.record_id in rounds:
                carried = rounds[entry.record_id] < record.round
                yield EntryFact(entry.pk, entry.kind, entry.on, timezone.localtime(entry.entered_at), carried)

    def assess(self, today: date) -> Assessment:
        """The case as of ``today``."""
        return assess(self.facts(), self.rules, today)


_JUDGED_WITH = ("person", "branch")
_SHOWN_WITH = (*_JUDGED_WITH, "committee", "department")
#: What no rule looks at stays encrypted in the database until a page shows it.
_SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)


def load(number_or_pk: str | int, *, lock: bool = False) -> CaseFile:
    """One case's file, in six queries. ``lock`` holds the case's row until the transaction ends.

    Raises ``Case.DoesNotExist``.
    """
    # A fresh object each time: refreshing an instance would switch the protection of its state off.
    cases = Case.objects.select_related(*(_JUDGED_WITH if lock else _SHOWN_WITH)).defer(*_SEALED)
    if lock:
        cases = cases.select_for_update(of=("self",))
    lookup = {"pk": number_or_pk} if isinstance(number_or_pk, int) else {"number": number_or_pk}
    case = cases.get(**lookup)
    file = CaseFile(case, ruleset_for(case.branch.path))
    _fill({case.pk: file})
    return file


def load_many(cases: Iterable[Case]) -> list[CaseFile]:
    """The files of many cases (with person and branch selected), in five queries however many there are."""
    cases = list(cases)
    rules = rulesets_for({case.branch.path for case in cases})
    files = {case.pk: CaseFile(case, rules[case.branch.path]) for case in cases}
    _fill(files)
    return list(files.values())


def _fill(files: dict[int, CaseFile]) -> None:
    ids = list(files)
    of_record: dict[int, int] = {}
    for record in _by_key(StepRecord.objects.filter(case__in=ids, counts=True)):
        files[record.case_id].records.append(record)
        of_record[record.pk] = record.case_id
    logs = [record.pk for file in files.values() for record in file.records if file.is_open_log(record)]
    if logs:
        for entry in entries_of(logs):
            files[of_record[entry.record_id]].entries.append(entry)
    for material in _by_key(Material.objects.filter(case__in=ids, record__counts=True)):
        files[material.case_id].materials.append(material)
    live = Q(resolved_at__isnull=True) | Q(code=UPLOAD_GATE.id)
    for flag in _by_key(Flag.objects.filter(live, case__in=ids, voided=False)):
        files[flag.case_id].flags.append(flag)


def _by_key(rows: QuerySet) -> list:
    """In the order of their keys: for the few rows of a case, sorting here costs less than compiling an ORDER BY."""
    return sorted(rows.order_by(), key=attrgetter("pk"))


def entries_of(record_ids: Iterable[int]) -> Iterable[LogEntry]:
    """The entries of these log records that count, in the order of their dates, without their text."""
    return LogEntry.objects.filter(record__in=record_ids, withdrawn=False).defer("text").order_by("on", "pk")


def by_step(materials: Iterable[Material]) -> dict[int, list[Material]]:
    """Materials by the record that they belong to."""
    grouped: dict[int, list[Material]] = defaultdict(list)
    for material in materials:
        grouped[material.record_id].append(material)
    return grouped
