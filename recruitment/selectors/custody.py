"""Where the archive packages are: one case's chain of custody, and the packages of many cases with days waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Count, FilteredRelation, Min, Q, Value
from django.db.models.functions import Coalesce

from branches.access import Actor
from recruitment.models import ArchivePackage, Case, CustodyEntry, StepRecord
from recruitment.models.case import CaseQuerySet
from recruitment.rules.archive import ARCHIVE_STEP, PARTY, PERSONNEL
from recruitment.rules.custody import Deed, Keeper, State
from recruitment.rules.schema import Side
from recruitment.selectors.boards import Desk, Pile
from recruitment.selectors.search import says


@dataclass(frozen=True, slots=True)
class Standing:
    """Who holds a package, since when and for which side; to whom it is on its way; where it lies."""

    state: State
    since: date | None
    side: Side
    holder: Keeper
    holder_name: str
    holder_organisation_id: int | None
    receiver: Keeper | None = None
    receiver_name: str = ""
    receiver_organisation_id: int | None = None
    office: str = ""
    keeper_person: str = ""
    shelf: str = ""
    package_id: int | None = None

    @property
    def is_on_the_way(self) -> bool:
        return self.state is State.ON_THE_WAY


@dataclass(frozen=True, slots=True)
class Chain:
    """The custody of one case: every entry in order, which archive it is for, and how it stands.

    ``is_due``: the case has come to its archiving, so that there is something to hand over.
    """

    case: Case
    archive: str
    is_due: bool
    entries: tuple[CustodyEntry, ...]

    @property
    def number(self) -> int:
        """The number of the newest entry; 0 without any."""
        return self.entries[-1].number if self.entries else 0

    @property
    def effective(self) -> list[CustodyEntry]:
        """The entries that count: neither corrections nor what a correction has withdrawn."""
        withdrawn = {entry.corrects_id for entry in self.entries}
        return [entry for entry in self.entries if entry.deed != Deed.CORRECTED and entry.pk not in withdrawn]

    @property
    def standing(self) -> Standing:
        return self.standing_after(self.entries[-1] if self.entries else None)

    def standing_after(self, entry: CustodyEntry | None) -> Standing:
        """How it stood after an entry; before any, the branch has the papers that it collected."""
        if entry is None:
            branch = self.case.branch
            return Standing(State.WAITING, self.case.ended_on, Side.BRANCH, Keeper.BRANCH, branch.name, branch.pk)
        return Standing(
            state=State(entry.state),
            since=entry.since,
            side=Side(entry.side),
            holder=Keeper(entry.holder),
            holder_name=entry.holder_name,
            holder_organisation_id=entry.holder_organisation_id,
            receiver=Keeper(entry.receiver) if entry.receiver else None,
            receiver_name=entry.receiver_name,
            receiver_organisation_id=entry.receiver_organisation_id,
            office=entry.office,
            keeper_person=entry.keeper_person,
            shelf=entry.shelf,
            package_id=entry.package_id,
        )


def chain_of(case: Case) -> Chain:
    """The custody of one case, in two queries. ``case`` comes with its person and branch."""
    record = StepRecord.objects.filter(case=case, step=ARCHIVE_STEP, counts=True).order_by("-round").first()
    said = (record.values or {}).get("archive_kind") if record is not None else None
    entries = CustodyEntry.objects.filter(case=case).select_related("entered_by", "entered_from", "package", "case")
    return Chain(
        case=case,
        archive=said or (PERSONNEL if case.person.has_personnel_archive else PARTY),
        is_due=case.step == ARCHIVE_STEP or case.end == Case.End.COMPLETED,
        entries=tuple(entries.order_by("number")),
    )


def packages_of(case: Case) -> list[ArchivePackage]:
    """The packages that were taken, the latest first. One query."""
    return list(ArchivePackage.objects.filter(case=case).select_related("made_by"))


# -- many cases ---------------------------------------------------------------------------------------------------

_STATE, _SIDE = "custody__state", "custody__side"


def _with_standing(cases: CaseQuerySet) -> CaseQuerySet:
    """Archived cases with their newest entry; one that has none is the branch's to hand over."""
    return cases.filter(end=Case.End.COMPLETED).annotate(
        custody=FilteredRelation("custody_entries", condition=Q(custody_entries__is_last=True)),
        custody_state=Coalesce(_STATE, Value(State.WAITING.value), output_field=CharField()),
        custody_since=Coalesce("custody__since", "ended_on"),
        custody_side=Coalesce(_SIDE, Value(Side.BRANCH.value), output_field=CharField()),
    )


def archived(
    actor: Actor, *, state: str = "", side: str = "", name: str = "", committee: int | None = None
) -> CaseQuerySet:
    """The archived cases that the actor sees, narrowed, the longest waiting first; ``side`` enters what is next, and
    ``name`` is found as everywhere, also as it is read."""
    cases = _with_standing(Case.objects.visible_to(actor))
    if state:
        cases = cases.filter(custody_state=state)
    if side:
        cases = cases.filter(awaiting(Side(side)))
    if name:
        cases = cases.filter(says(name))
    if committee:
        cases = cases.filter(committee=committee)
    return cases.order_by("custody_since", "pk")


#: What a line of the list needs; what is private of a person stays encrypted in the database.
LINE = (
    "number",
    "person__name",
    "person__is_sample",
    "branch__name",
    "branch__short_name",
    "custody_state",
    "custody_since",
    "custody__holder",
    "custody__holder_name",
    "custody__receiver_name",
    "custody__office",
    "custody__shelf",
)


def states(actor: Actor) -> Mapping[str, int]:
    """How many archived cases of the actor's stand in each state. One query."""
    rows = _with_standing(Case.objects.visible_to(actor)).order_by().values("custody_state").annotate(n=Count("pk"))
    return {row["custody_state"]: row["n"] for row in rows}


def committees(actor: Actor) -> list[tuple[int, str]]:
    """The committees that have archived cases within the actor's reach. One query."""
    rows = Case.objects.visible_to(actor).filter(end=Case.End.COMPLETED).order_by("committee__path")
    return list(rows.values_list("committee_id", "committee__name").distinct())


def awaiting(side: Side) -> Q:
    """Packages of which that side enters what comes next: the holder's hand-over, or the receipt.

    It enters the receipt of a body outside to which it has handed one.
    """
    inside = [other.value for other in Side]
    receipt = Q(custody__receiver=side.value) | (Q(custody_side=side.value) & ~Q(custody__receiver__in=inside))
    waiting = Q(custody_state=State.WAITING, custody_side=side.value)
    return waiting | (Q(custody_state=State.ON_THE_WAY) & receipt)


def piles(desk: Desk) -> Mapping[State, Pile]:
    """Packages of which the desk enters what comes next: to hand over, and on their way to be confirmed. One query."""
    rows = _with_standing(Case.objects.filter(desk.of(""))).filter(awaiting(desk.side)).order_by()
    found = rows.values("custody_state").annotate(total=Count("pk"), first=Min("custody_since"))
    return {State(row["custody_state"]): Pile(total=row["total"], due=row["first"]) for row in found}
