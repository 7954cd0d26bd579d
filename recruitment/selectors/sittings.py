"""Sittings as pages show them: the list, and one sitting with those of its people whom the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import Entry
from branches.access import Actor
from branches.services.record import chain_of
from recruitment.models import Attempt, Case, LogEntry, Material, Sitting, StepRecord
from recruitment.policies import SEEING_ROLES
from recruitment.rules import values as step_values
from recruitment.selectors.agenda import AS_READ, SITTING_PAPERS


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one person at a sitting. ``refused``: codes of an entry that was not accepted."""

    case_id: int
    record_id: int | None = None
    attempt: int = 0
    outcome: str | None = None
    refused: tuple[str, ...] = ()


@dataclass(slots=True)
class Hearing:
    """Whom a sitting heard, by case; ``entry`` is the kind of log entry that it made, empty for an act."""

    entry: str = ""
    people: dict[int, Heard] = field(default_factory=dict)

    @property
    def accepted(self) -> list[Heard]:
        return [person for person in self.people.values() if not person.refused]


def heard(sittings: Iterable[Sitting]) -> dict[int, Hearing]:
    """Whom these sittings (with their bodies) heard, in one query.

    Read from the bodies' chains: a person's record points to the sitting that decided last, so that a vote which did
    not pass would vanish from its sitting once another meeting has voted.
    """
    sittings = list(sittings)
    hearings = {sitting.pk: Hearing() for sitting in sittings}
    entries = Entry.objects.filter(
        chain__in={chain_of(sitting.body) for sitting in sittings},
        action__in=("sitting_held", "sitting_joined"),
        payload__sitting__in=list(hearings),
    ).order_by("chain", "seq")
    for payload in entries.values_list("payload", flat=True):
        hearing = hearings[payload["sitting"]]
        hearing.entry = payload["entry"]
        for person in payload["people"]:
            known = hearing.people.get(person["case"])
            # A refusal that came after takes nothing back.
            if known is None or known.refused:
                hearing.people[person["case"]] = _heard(person)
    return hearings


def _heard(person: Mapping[str, Any]) -> Heard:
    if "refused" in person:
        return Heard(person["case"], refused=tuple(person["refused"]))
    return Heard(person["case"], person["record"], person["attempt"], person["outcome"])


# -- the list -----------------------------------------------------------------------------------------------------


def sittings_of(actor: Actor) -> QuerySet[Sitting]:
    """The sittings of the organisations that the actor's seats cover, the latest first."""
    return Sitting.objects.filter(actor.scope(*SEEING_ROLES, field="body__path")).select_related("body")


def visible_sitting(actor: Actor, pk: int) -> Sitting | None:
    """The sitting, where its body or one of its people is the actor's to see; None otherwise."""
    cases = Case.objects.visible_to(actor)
    people = StepRecord.objects.filter(sitting=OuterRef("pk"), case__in=cases)
    logged = LogEntry.objects.filter(sitting=OuterRef("pk"), record__case__in=cases)
    papers = Material.objects.filter(sitting=OuterRef("pk"), case__in=cases)
    visible = actor.scope(*SEEING_ROLES, field="body__path") | Q(Exists(people)) | Q(Exists(logged)) | Q(Exists(papers))
    return Sitting.objects.filter(visible, pk=pk).select_related("body", "created_by").first()


# -- one sitting --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a sitting: her case, what came of it, the values of her act and her record as it stands today."""

    case: Case
    heard: Heard
    record: StepRecord | None
    values: Mapping[str, Any]
    code: str
    papers: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the sitting: one stored file, and how many of its people share it."""

    material: Material
    shared_by: int


@dataclass(frozen=True, slots=True)
class SittingFile:
    """A sitting as its reader may see it: people of visible cases by name, the others as a number."""

    sitting: Sitting
    entry: str
    people: tuple[PersonRow, ...]
    hidden: int
    papers: tuple[PaperRow, ...]


def sitting_file(sitting: Sitting, actor: Actor) -> SittingFile:
    """The sitting with its people and papers, in six queries however many there are."""
    hearing = heard([sitting])[sitting.pk]
    cases = Case.objects.visible_to(actor).filter(pk__in=hearing.people).select_related("person", "branch")
    shown = {case.pk: case for case in cases.order_by(*AS_READ)}
    ids = {hearing.people[pk].record_id for pk in shown} - {None}
    records = {record.pk: record for record in StepRecord.objects.filter(pk__in=ids)}
    attempts = {(row.record_id, row.number): row for row in Attempt.objects.filter(record__in=ids)}
    common, own = _papers(sitting, shown)
    people = []
    for pk, case in shown.items():
        person = hearing.people[pk]
        record = records.get(person.record_id)
        attempt = attempts.get((person.record_id, person.attempt))
        people.append(
            PersonRow(
                case=case,
                heard=person,
                record=record,
                values=_values(record, attempt, person),
                code=attempt.code if attempt else "",
                papers=tuple(own.get(pk, ())),
            )
        )
    return SittingFile(sitting, hearing.entry, tuple(people), len(hearing.people) - len(shown), tuple(common))


def _values(record: StepRecord | None, attempt: Attempt | None, person: Heard) -> Mapping[str, Any]:
    """The act as it was decided at this sitting; a later attempt of the step is another sitting's."""
    if record is None:
        return {}
    if attempt is not None:
        return step_values.load(record.definition, attempt.values)
    if record.acted and record.attempt == person.attempt:
        return step_values.load(record.definition, record.values)
    return {}


def _papers(sitting: Sitting, shown: Mapping[int, Case]) -> tuple[list[PaperRow], dict[int, list[Material]]]:
    """Papers by stored file: minutes, lists and what several people share are the sitting's, the others their own.

    A file is reached through a case that the reader may see, so one of hidden people alone does not appear.
    """
    by_file: dict[str, list[Material]] = {}
    for material in Material.objects.filter(sitting=sitting).order_by("code", "pk"):
        by_file.setdefault(material.file.name, []).append(material)
    common: list[PaperRow] = []
    own: dict[int, list[Material]] = {}
    for materials in by_file.values():
        seen = next((material for material in materials if material.case_id in shown), None)
        if seen is None:
            continue
        seen.case = shown[seen.case_id]
        if len(materials) > 1 or seen.code in SITTING_PAPERS:
            common.append(PaperRow(seen, len(materials)))
        else:
            own.setdefault(seen.case_id, []).append(seen)
    return common, own
