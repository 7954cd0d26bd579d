"""What a sitting may have on its agenda, and the people who are ripe for it.

The fields of a step fall into three parts: those that the sitting fixes for everybody (its date and attendance),
those entered once for all (``shared``), and each person's own (``own``). A test holds the parts together with the
step table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from branches.access import Actor, Grant
from branches.models import Organisation
from recruitment import machine
from recruitment.models import Case, Person, Sitting, StepRecord
from recruitment.policies import ENTERING_ROLES
from recruitment.rules import texts
from recruitment.rules.schema import Field, FieldType, Paper, Side, Step
from recruitment.rules.steps import PARALLEL, STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.casefile import CaseFile, load_many

Kind = Sitting.Kind

#: Bodies that meet and count who is there; a list, a notice, a class and a ceremony have no attendance to count.
MEETINGS = frozenset({Kind.BRANCH_COMMITTEE, Kind.BRANCH_MEETING, Kind.COMMITTEE_MEETING})
#: The fields of a meeting that say how many were discussed, and that each was voted on alone (r2026 art 20).
CANDIDATES, INDIVIDUALLY = "candidates_in_meeting", "voted_individually"
_TALLY = ("votes_for", "votes_against", "abstentions", "written_for", "written_against", "written_abstain")
_MEMBERS = {"eligible": "members_total", "present": "members_present"}
_VOTERS = {"eligible": "eligible_voters", "present": "present_voters"}
_ALIKE = frozenset({FieldType.ENUM, FieldType.BOOLEAN, FieldType.DATE})
_ENTERABLE = (machine.OPEN, machine.RECORDED, machine.RETURNED)


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One business of one kind of sitting: an act of ``step``, or with ``entry`` an entry of that kind in its log.

    ``eligible`` and ``present`` name the fields of the step that hold the attendance. ``papers`` are the documents of
    the sitting itself, which its people share; the step's other documents are each person's own.
    """

    kind: Kind
    step: str
    entry: str = ""
    eligible: str = ""
    present: str = ""
    shared: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name of the item in an address."""
        return ".".join(filter(None, (self.kind.value, self.step, self.entry)))

    @property
    def definition(self) -> Step:
        return STEPS[self.step]

    @property
    def side(self) -> Side:
        """Whose seats enter it; the yearly analysis in the branch's log is the committee's act."""
        return Side.COMMITTEE if self.entry == "annual_analysis" else self.definition.side

    @property
    def is_meeting(self) -> bool:
        return self.kind in MEETINGS

    @property
    def of_all(self) -> bool:
        """Whether it concerns everybody who is ripe: the committee analyses the whole pool at once (art 11)."""
        return self.entry == "annual_analysis"

    @property
    def fixed(self) -> tuple[str, ...]:
        """The fields that the sitting fixes for everybody."""
        names = {self.definition.action_date, self.eligible, self.present, CANDIDATES, INDIVIDUALLY}
        return () if self.entry else tuple(f.name for f in self.definition.fields if f.name in names)

    @property
    def shared_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.definition.fields if f.name in self.shared)

    @property
    def own_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.definition.fields if f.name in self.own)

    @property
    def deciding_field(self) -> Field | None:
        """The field that says what was decided for one person: agreed, approved, converted."""
        return next((f for f in self.own_fields if f.type is FieldType.ENUM), None)

    @property
    def shared_papers(self) -> tuple[Paper, ...]:
        return tuple(paper for paper in self.definition.papers if paper.code in self.papers)

    @property
    def with_default(self) -> tuple[Field, ...]:
        """Own fields that most people have alike: said once, and again only for who differs.

        Never the votes: they are each person's own.
        """
        return tuple(f for f in self.own_fields if f.type in _ALIKE)

    @property
    def own_papers(self) -> tuple[Paper, ...]:
        """Documents of the step that belong to one person; a yearly analysis asks for none."""
        if self.entry == "annual_analysis":
            return ()
        return tuple(paper for paper in self.definition.papers if paper.code not in self.papers)


_BRANCH_COMMITTEE = (
    AgendaItem(Kind.BRANCH_COMMITTEE, "determine_activist", **_MEMBERS, own=("votes_for", "decision"), papers=("D05",)),
    AgendaItem(Kind.BRANCH_COMMITTEE, "halfyear_review", "review_date"),
    AgendaItem(
        Kind.BRANCH_COMMITTEE, "propose_development_target", **_MEMBERS, own=("votes_for", "decision"), papers=("D12",)
    ),
    AgendaItem(Kind.BRANCH_COMMITTEE, "assign_introducers", own=("introducers",), papers=("D17",)),
    AgendaItem(
        Kind.BRANCH_COMMITTEE,
        "branch_committee_review",
        **_MEMBERS,
        shared=("checklist",),
        own=("votes_for", "decision"),
        papers=("D21",),
    ),
    AgendaItem(Kind.BRANCH_COMMITTEE, "probation_education", "review_date"),
    AgendaItem(
        Kind.BRANCH_COMMITTEE,
        "conversion_review",
        shared=("opinions_on", "publicity_start", "publicity_end"),
        own=("proposal", "party_group_opinion", "member_mass_opinion"),
        papers=("D38", "D39"),
    ),
)

#: What stands on the agenda of a branch, a committee and a department, by their side.
_BY_SIDE: Mapping[Side, tuple[AgendaItem, ...]] = MappingProxyType(
    {
        Side.BRANCH: (
            *_BRANCH_COMMITTEE,
            AgendaItem(
                Kind.PUBLIC_NOTICE,
                "publicize_development_target",
                shared=("publicity_start", "publicity_end", "places"),
                own=("result", "feedback"),
                papers=("D15", "D16"),
            ),
            AgendaItem(
                Kind.BRANCH_MEETING,
                "admission_branch_meeting",
                **_VOTERS,
                shared=("host", "ballot_kind", "resolution_submitted_on"),
                own=(*_TALLY, "resolution_text"),
                papers=("D26",),
            ),
            AgendaItem(Kind.OATH, "admission_oath", shared=("place", "oath_leader", "organizer"), papers=("D34",)),
            AgendaItem(
                Kind.BRANCH_MEETING,
                "conversion_branch_meeting",
                **_VOTERS,
                shared=("ballot_kind", "resolution_submitted_on"),
                own=(*_TALLY, "decision", "extension_duration", "postponed_reason"),
                papers=("D40",),
            ),
        ),
        Side.COMMITTEE: (
            AgendaItem(
                Kind.FILING_LIST,
                "file_activist",
                own=("submitted_on", "opinion", "filing_number"),
                papers=("D07",),
            ),
            AgendaItem(Kind.COMMITTEE_MEETING, "halfyear_review", "annual_analysis"),
            AgendaItem(
                Kind.COMMITTEE_MEETING,
                "consent_development_target",
                shared=("plan_year",),
                own=("submitted_on", "opinion"),
                papers=("D14",),
            ),
            AgendaItem(
                Kind.TRAINING_CLASS,
                "intensive_training",
                shared=("start_on", "days", "hours"),
                own=("score", "passed", "exemption_approval"),
            ),
            AgendaItem(
                Kind.COMMITTEE_MEETING,
                "preliminary_review",
                shared=("reviewed_on", "form_issued_on"),
                own=("submitted_on", "result", "form_serial", "enforcement_opinion"),
                papers=("D24", "D23"),
            ),
            AgendaItem(
                Kind.COMMITTEE_MEETING,
                "committee_approval",
                **_MEMBERS,
                shared=("notice_on",),
                own=("resolution_received_on", "votes_for", "result", "extended_reason"),
                papers=("D30",),
            ),
            AgendaItem(
                Kind.COMMITTEE_MEETING,
                "conversion_approval",
                shared=("talked_on", "announced_on"),
                own=("resolution_received_on", "votes_for", "result"),
                papers=("D43",),
            ),
        ),
        Side.DEPARTMENT: (
            AgendaItem(
                Kind.FILING_LIST,
                "file_with_org_department",
                shared=("reported_on",),
                own=("record_number",),
                papers=("D32",),
            ),
        ),
    }
)


def items_of(body: Organisation) -> tuple[AgendaItem, ...]:
    """What the body may have on its agenda, in the order of the steps.

    A branch without a committee decides by its meeting what a branch committee would.
    """
    if body.kind == Organisation.Kind.BRANCH:
        items = _BY_SIDE[Side.BRANCH]
        if body.has_branch_committee:
            return items
        return tuple(
            replace(item, kind=Kind.BRANCH_MEETING) if item.kind == Kind.BRANCH_COMMITTEE else item for item in items
        )
    if body.kind == Organisation.Kind.DEPARTMENT:
        return _BY_SIDE[Side.DEPARTMENT]
    return _BY_SIDE[Side.COMMITTEE] if body.may_approve else ()


def item_of(body: Organisation, kind: str, step: str, entry: str = "") -> AgendaItem | None:
    """The body's item of this kind and step, or None where it has none."""
    wanted = (kind, step, entry)
    return next((item for item in items_of(body) if (item.kind, item.step, item.entry) == wanted), None)


def meeting_items(body: Organisation, kind: str) -> tuple[AgendaItem, ...]:
    """What the body may have on the agenda of one meeting of this kind.

    A committee's filing of activists is entered as a list, and decided in its meeting like the rest.
    """
    listed = {Kind.FILING_LIST} if kind == Kind.COMMITTEE_MEETING else set()
    return tuple(item for item in items_of(body) if item.kind == kind or item.kind in listed)


#: The steps that a meeting of a side decides; its filing of activists is decided with the rest.
MEETING_STEPS: Mapping[Side, tuple[str, ...]] = MappingProxyType(
    {
        side: tuple(
            item.step for item in items if not item.entry and (item.is_meeting or item.kind == Kind.FILING_LIST)
        )
        for side, items in _BY_SIDE.items()
        if any(item.is_meeting for item in items)
    }
)


def business_name(step: str, entry: str) -> Text:
    """The step that a sitting decides, or the kind of log entry that it makes."""
    name = texts.STEPS[step]
    if not entry:
        return name
    kind = texts.LOG_KINDS[entry]
    return Text(f"{name.zh}：{kind.zh}", f"{name.en}: {kind.en}")


@dataclass(frozen=True, slots=True)
class Convener:
    """A body in whose name somebody may enter sittings, the seat by which, and what it may have on its agenda."""

    grant: Grant
    body: Organisation
    items: tuple[AgendaItem, ...]

    def item(self, key: str) -> AgendaItem | None:
        """The item with this name in an address, or None."""
        return next((item for item in self.items if item.key == key), None)


def conveners(actor: Actor) -> list[Convener]:
    """The bodies for which the actor may enter sittings, the chosen seat's first. One query."""
    grants: dict[int, Grant] = {}
    for grant in sorted(actor.grants, key=lambda grant: grant.seat_id != actor.seat_id):
        if any(grant.role in roles for roles in ENTERING_ROLES.values()):
            grants.setdefault(grant.organisation_id, grant)
    bodies = Organisation.objects.in_bulk(grants) if grants else {}
    found = []
    for pk, grant in grants.items():
        items = tuple(item for item in items_of(bodies[pk]) if grant.role in ENTERING_ROLES[item.side])
        if items:
            found.append(Convener(grant, bodies[pk], items))
    return found


#: The papers of a sitting that are the record of its meeting, and those that are the answer of the body above; one
#: scan of each serves every business that was heard. The record of a conversion is filed together with its reply.
MINUTES = frozenset({"D05", "D12", "D21", "D26", "D30", "D38", "D40", "D43"})
REPLIES = frozenset({"D07", "D14", "D24", "D43"})

#: Documents that belong to a sitting and not to one person, whoever they stand with.
SITTING_PAPERS: frozenset[str] = frozenset(
    code for items in _BY_SIDE.values() for item in items for code in item.papers
)


# -- who is ripe --------------------------------------------------------------------------------------------------

#: What no page of a sitting shows of a person stays encrypted in the database.
_SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)
_CASE_FIELD = {Side.BRANCH: "branch", Side.COMMITTEE: "committee", Side.DEPARTMENT: "department"}


#: How people stand on an agenda: by branch, and then as their names are read.
AS_READ = ("branch__path", "person__name_pinyin", "person__name", "pk")


def ripe_cases(body: Organisation, item: AgendaItem) -> QuerySet[Case]:
    """The body's cases whose step takes the item's act now, as ``acts.takes_entry`` and ``takes_log`` say for one.

    With person and branch, by branch and then as the names are read.
    """
    cases = _open_cases(body, item.side).filter(_ripe(item))
    return cases.select_related("person", "branch").defer(*_SEALED).order_by(*AS_READ)


def ripe_counts(body: Organisation, items: Iterable[AgendaItem]) -> dict[str, int]:
    """How many are ripe for each of the body's items, by the item's key. One query."""
    items = list(items)
    if not items:
        return {}
    counts = {f"item_{place}": Count("pk", filter=_ripe(item)) for place, item in enumerate(items)}
    found = _open_cases(body, items[0].side).aggregate(**counts)
    return {item.key: found[f"item_{place}"] for place, item in enumerate(items)}


def _open_cases(body: Organisation, side: Side) -> QuerySet[Case]:
    return Case.objects.open().filter(freeze="", **{_CASE_FIELD[side]: body})


def _ripe(item: AgendaItem) -> Q:
    records = StepRecord.objects.filter(case=OuterRef("pk"), step=item.step, counts=True, status__in=_ENTERABLE)
    ripe = Q(Exists(records.filter(round=OuterRef("round") if item.definition.repeats else 1)))
    if item.entry:
        return ripe
    current = Q(step=item.step)
    if item.step in PARALLEL:
        current |= Q(step=PARALLEL[item.step])
    return ripe & current


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be put on the agenda. ``unlocks_on``: the day before which a minimum time still forbids it."""

    file: CaseFile
    item: AgendaItem
    unlocks_on: date | None

    @property
    def case(self) -> Case:
        return self.file.case

    def is_locked(self, today: date) -> bool:
        return self.unlocks_on is not None and self.unlocks_on > today

    @property
    def record(self) -> StepRecord:
        record = self.file.record(self.item.step)
        assert record is not None
        return record

    def papers_present(self) -> frozenset[str]:
        """Codes of the step's documents that are already there."""
        return frozenset(m.code for m in self.file.materials if m.record_id == self.record.pk)


def candidates(cases: Iterable[Case], item: AgendaItem, today: date) -> list[Candidate]:
    """The cases as candidates, in their order, in a fixed number of queries."""
    return [Candidate(file, item, _unlocks_on(file, item, today)) for file in load_many(cases)]


def _unlocks_on(file: CaseFile, item: AgendaItem, today: date) -> date | None:
    # A log takes entries at any time, and a step that runs beside another has no minimum time of its own.
    if item.entry or file.case.step != item.step:
        return None
    return file.assess(today).unlocks_on
