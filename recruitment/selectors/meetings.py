"""Meetings as pages show them: what is ripe on their day and what is not yet, the list, and one with its people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from branches.access import Actor
from recruitment import machine
from recruitment.models import BulkItem, Case, Meeting, MeetingItem, MeetingPaper, Person, StepRecord
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.outcomes import NOT_PASSED
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.agenda import (
    AS_READ,
    MEETINGS,
    AgendaItem,
    Candidate,
    Convener,
    candidates,
    meeting_items,
    ripe_cases,
)

_SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)
_SEALED_OF_CASE = tuple(f"case__{name}" for name in _SEALED)
#: What goes to the branches of those on whom a meeting decided.
_ANSWERS = frozenset({MeetingPaper.Kind.REPLY, MeetingPaper.Kind.SEALED})

# -- what may stand on the agenda --------------------------------------------------------------------------------------


def kinds_of(convener: Convener) -> tuple[str, ...]:
    """The meetings that the body holds by this seat."""
    return tuple(dict.fromkeys(item.kind.value for item in convener.items if item.kind in MEETINGS))


@dataclass(frozen=True, slots=True)
class Unripe:
    """Somebody who cannot be discussed that day yet: the gate that holds her and until when, or what she waits for.

    ``gate`` with ``opens_on``; or ``status``: ``submitted`` (the step before waits for its verifier) or ``frozen``.
    """

    case: Case
    item: AgendaItem
    gate: str = ""
    opens_on: date | None = None
    status: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Ripe:
    """Somebody who can be discussed. ``before``: why the last meeting did not enter her."""

    candidate: Candidate
    before: tuple[Mapping[str, Any], ...] | None = None

    @property
    def case(self) -> Case:
        return self.candidate.case

    @property
    def key(self) -> str:
        return f"{self.case.pk}:{self.candidate.item.key}"

    @property
    def status(self) -> str:
        """``recorded`` or ``returned`` where the act was entered before and only waits to be completed; else empty."""
        return self.candidate.record.status if self.candidate.record.acted and not self.candidate.item.entry else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One business that may stand on the agenda, with who is ripe for it on the day and who is not yet."""

    item: AgendaItem
    ripe: tuple[Ripe, ...]
    unripe: tuple[Unripe, ...]


def choices(meeting: Meeting, items: Sequence[AgendaItem]) -> list[Choice]:
    """What may stand on the agenda of the meeting, business by business; seven queries for each and two for all."""
    left = _left_over(meeting)
    waiting = _waiting(meeting, items)
    found = []
    for item in items:
        ripe, unripe = [], list(waiting.get(item.key, ()))
        for candidate in candidates(ripe_cases(meeting.body, item), item, meeting.held_on):
            if candidate.is_locked(meeting.held_on):
                unripe.append(_locked(candidate, meeting.held_on))
            else:
                ripe.append(Ripe(candidate, left.get((candidate.case.pk, item.step, item.entry))))
        found.append(Choice(item, tuple(ripe), tuple(unripe)))
    return found


def _locked(candidate: Candidate, day: date) -> Unripe:
    locks = [lock for lock in candidate.file.assess(day).locks if lock.unlocks_on == candidate.unlocks_on]
    gate = locks[0].gate.id if locks else ""
    return Unripe(candidate.case, candidate.item, gate=gate, opens_on=candidate.unlocks_on, step=candidate.item.step)


def _left_over(meeting: Meeting) -> dict[tuple[int, str, str], tuple[Mapping[str, Any], ...]]:
    """Whom the last meetings of the body put off or refused: by person and business, with the reasons."""
    rows = MeetingItem.objects.filter(
        meeting__body=meeting.body,
        meeting__kind=meeting.kind,
        meeting__state=Meeting.State.HELD,
        state__in=(MeetingItem.State.REFUSED, MeetingItem.State.POSTPONED),
    ).order_by("meeting__held_on", "meeting__pk")
    return {
        (case, step, entry): tuple(reasons)
        for case, step, entry, reasons in rows.values_list("case", "step", "entry", "reasons")
    }


def _waiting(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[str, list[Unripe]]:
    """Who would be next: the step before waits for its verifier, or the case is frozen. One query."""
    before: dict[str, list[AgendaItem]] = {}
    own: dict[str, AgendaItem] = {}
    for item in items:
        if item.entry:
            continue
        own[item.step] = item
        for step in item.definition.requires:
            before.setdefault(step, []).append(item)
    submitted = Exists(
        StepRecord.objects.filter(case=OuterRef("pk"), step=OuterRef("step"), counts=True, status=machine.SUBMITTED)
    )
    side = "branch" if meeting.kind != Meeting.Kind.COMMITTEE_MEETING else "committee"
    cases = (
        Case.objects.open()
        .filter(Q(submitted, step__in=before) | (~Q(freeze="") & Q(step__in=own)), **{side: meeting.body_id})
        .select_related("person", "branch")
        .defer(*_SEALED)
        .order_by(*AS_READ)
    )
    found: dict[str, list[Unripe]] = {}
    for case in cases:
        for item in before.get(case.step, ()) if not case.freeze else [own[case.step]] if case.step in own else ():
            status = "frozen" if case.freeze else "submitted"
            found.setdefault(item.key, []).append(Unripe(case, item, status=status, step=case.step))
    return found


# -- the list ----------------------------------------------------------------------------------------------------------


def meetings_of(actor: Actor) -> QuerySet[Meeting]:
    """The meetings of the organisations that the actor's seats cover, the latest first, with how many they heard."""
    done = Count("items", filter=Q(items__state=MeetingItem.State.DONE))
    return (
        Meeting.objects.filter(actor.scope(*SEEING_ROLES, field="body__path"))
        .exclude(state=Meeting.State.CANCELLED)
        .select_related("body")
        .annotate(people=Count("items"), done=done)
    )


def visible_meeting(actor: Actor, pk: int) -> Meeting | None:
    """The meeting, where its body is the actor's to see; once held also for who may see one of its people."""
    people = MeetingItem.objects.filter(meeting=OuterRef("pk"), case__in=Case.objects.visible_to(actor))
    reach = actor.scope(*SEEING_ROLES, field="body__path") | Q(Exists(people), state=Meeting.State.HELD)
    return Meeting.objects.filter(reach, pk=pk).select_related("body", "created_by", "entered_by").first()


# -- one meeting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingGroup:
    """The people of one business, in the order of the agenda."""

    item: AgendaItem
    rows: list[MeetingItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """A meeting as its reader may see it: people of visible cases by name, the others as a number."""

    meeting: Meeting
    groups: tuple[MeetingGroup, ...]
    hidden: int
    papers: tuple[MeetingPaper, ...]

    @property
    def rows(self) -> list[MeetingItem]:
        return [row for group in self.groups for row in group.rows]


def rows_of(meeting: Meeting, actor: Actor) -> list[MeetingItem]:
    """The agenda with people and branches, as far as the actor may see them. One query."""
    rows = meeting.items.filter(case__in=Case.objects.visible_to(actor))
    rows = rows.select_related("case__person", "case__branch", "branch", "record", "sitting")
    return list(rows.defer(*_SEALED_OF_CASE).order_by("position", "pk"))


def groups_of(meeting: Meeting, rows: Iterable[MeetingItem]) -> tuple[MeetingGroup, ...]:
    """The rows by business; businesses in the order of their first person."""
    items = {(item.step, item.entry): item for item in meeting_items(meeting.body, meeting.kind)}
    groups: dict[tuple[str, str], MeetingGroup] = {}
    for row in rows:
        key = (row.step, row.entry)
        if key in items:
            groups.setdefault(key, MeetingGroup(items[key])).rows.append(row)
    return tuple(groups.values())


def meeting_file(meeting: Meeting, actor: Actor) -> MeetingFile:
    """The meeting with its people and papers, in three queries however many there are.

    Minutes and lists are for those who see the body; a reply is also for those to whom it goes.
    """
    rows = rows_of(meeting, actor)
    total = meeting.items.count()
    papers = [paper for paper in meeting.papers.select_related("branch") if may_read(paper, meeting, rows, actor)]
    return MeetingFile(meeting, groups_of(meeting, rows), total - len(rows), tuple(papers))


def decided(row: MeetingItem) -> list[Text]:
    """What was decided for the person, in words; nothing where the business decides nothing."""
    words = []
    for choice in STEPS[row.step].fields if row.decision else ():
        if choice.type is FieldType.ENUM and row.decision in choice.choices and choice.name != "ballot_kind":
            words.append(texts.CHOICES[f"{row.step}.{choice.name}"][row.decision])
            break
    if row.outcome == NOT_PASSED or (row.outcome and not words):
        words.append(texts.OUTCOMES[row.outcome])
    return words


def may_read(paper: MeetingPaper, meeting: Meeting, rows: Iterable[MeetingItem], actor: Actor) -> bool:
    """Whoever sees the body reads all its papers; others its replies that name somebody whom they see.

    Minutes and lists tell of people of other branches and of who was absent, which the page of the meeting keeps from
    them; what of the minutes belongs to a person is filed with her step.
    """
    if actor.covers(meeting.body.path, *SEEING_ROLES):
        return True
    done = [row for row in rows if row.state == MeetingItem.State.DONE]
    return paper.kind in _ANSWERS and any(paper.branch_id in (None, row.branch_id) for row in done)


def papers_naming(case: Case, actor: Actor) -> list[MeetingPaper]:
    """The replies and lists of meetings that name the person of this case, the latest first, as far as the actor, who
    sees the case, may read them. One query."""
    items = MeetingItem.objects.filter(case=case, state=MeetingItem.State.DONE, meeting=OuterRef("meeting"))
    papers = MeetingPaper.objects.filter(
        Exists(items.filter(Q(branch=OuterRef("branch")))) | Q(Exists(items), branch__isnull=True),
        kind__in=(MeetingPaper.Kind.REPLY, MeetingPaper.Kind.FILING_LIST),
    )
    return [
        paper
        for paper in papers.select_related("meeting__body").order_by("-made_at", "-pk")
        if paper.kind in _ANSWERS or actor.covers(paper.meeting.body.path, *SEEING_ROLES)
    ]


def taken_out_of(meeting: Meeting, actor: Actor) -> list[BulkItem]:
    """Whom the department took out of the meeting's filing list, as far as the actor may see them. One query."""
    items = BulkItem.objects.filter(bulk__meeting=meeting, case__in=Case.objects.visible_to(actor)).exclude(code="")
    done = items.filter(state=BulkItem.State.DONE).select_related("case__person", "bulk")
    return list(done.defer(*_SEALED_OF_CASE).order_by("bulk", "pk"))


# -- filing lists ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list that waits for the department: what one meeting decided, or all that a committee has handed in."""

    count: int
    committee: str
    committee_id: int
    meeting: Meeting | None = None


def lists_waiting(queue: QuerySet[Case]) -> list[Waiting]:
    """The filing lists within a verifier's queue: one for each meeting, then one for each committee. Two queries."""
    decided = MeetingItem.objects.filter(
        case=OuterRef("pk"), step=OuterRef("step"), entry="", state=MeetingItem.State.DONE
    ).order_by("-meeting__held_on", "-meeting")
    rows = (
        queue.filter(committee__isnull=False)
        .annotate(listed=decided.values("meeting")[:1], committee_name=F("committee__name"))
        .order_by()
        .values_list("listed", "committee", "committee_name")
    )
    of_meeting: dict[int, int] = {}
    of_committee: dict[int, tuple[str, int]] = {}
    for listed, committee, name in rows:
        if listed is not None:
            of_meeting[listed] = of_meeting.get(listed, 0) + 1
        of_committee[committee] = (name, of_committee.get(committee, ("", 0))[1] + 1)
    meetings = Meeting.objects.filter(pk__in=of_meeting).select_related("body").order_by("held_on", "pk")
    lists = [Waiting(of_meeting[row.pk], str(row.body), row.body_id, row) for row in meetings]
    whole = sorted(of_committee.items(), key=lambda pair: pair[1][0])
    return lists + [Waiting(count, name, pk) for pk, (name, count) in whole]
