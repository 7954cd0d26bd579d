"""What the pages of one case show beside its file: reds, suspensions, a move, papers, records that no longer count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from branches.access import Actor
from branches.models import Member, Seat
from recruitment.models import Attempt, Case, LogEntry, Material, StepRecord, Suspension, Transfer, Veto
from recruitment.names import by_reading
from recruitment.policies import SEEING_ROLES
from recruitment.selectors.casefile import CaseFile

#: Places of the same file that are named, and read.
_TWINS_NAMED, _TWINS_READ = 3, 500


@dataclass(frozen=True, slots=True)
class Standing:
    """Why a case does not simply go on. ``veto`` is the last one raised, whatever became of it."""

    veto: Veto | None
    suspensions: tuple[Suspension, ...]
    transfer: Transfer | None

    @property
    def standing_veto(self) -> Veto | None:
        return self.veto if self.veto is not None and self.veto.status == Veto.Status.STANDING else None


def standing_of(case: Case) -> Standing:
    """Three queries."""
    transfers = Transfer.objects.filter(case=case, status=Transfer.Status.PENDING)
    return Standing(
        veto=Veto.objects.filter(case=case).select_related("raised_by", "decided_by").first(),
        suspensions=tuple(Suspension.objects.filter(case=case, until_at__isnull=True).select_related("from_by")),
        transfer=transfers.select_related("from_branch", "to_branch", "requested_by").first(),
    )


def principals(organisation_id: int, today: date) -> list[tuple[int, str]]:
    """For whom a clerk of the organisation may enter: user id and name, as they are read. One query."""
    active = (
        Seat.objects.active_on(today)
        .filter(organisation=organisation_id, role__in=Seat.ACTING_ROLES, user__is_active=True)
        .select_related("user")
    )
    seats = sorted(active, key=lambda seat: (seat.role, by_reading(seat.user.full_name), seat.pk))
    return list({seat.user_id: (seat.user_id, f"{seat.user} · {seat.get_role_display()}") for seat in seats}.values())


# -- papers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CasePaper:
    """The newest version of one document of one record, its older versions, and where else the file lies.

    ``elsewhere`` are the first places that the reader may see, ``more`` counts the others, ``unseen`` those that she
    may not see.
    """

    material: Material
    older: tuple[Material, ...] = ()
    elsewhere: tuple[Material, ...] = ()
    more: int = 0
    unseen: int = 0

    @classmethod
    def naming(cls, material: Material, older: Sequence[Material], elsewhere: Sequence[Material]) -> CasePaper:
        """With the first of the places named and the others counted."""
        more = max(len(elsewhere) - _TWINS_NAMED, 0)
        return cls(material, tuple(older), tuple(elsewhere[:_TWINS_NAMED]), more)


def papers_of(case: Case) -> list[Material]:
    """Every version of every paper of the case that counts, the newest first. One query."""
    return list(
        Material.objects.filter(case=case, record__counts=True)
        .select_related("record", "uploaded_by", "original_seen_by", "sitting")
        .order_by("record__round", "code", "-version")
    )


def case_papers(case: Case, actor: Actor) -> list[CasePaper]:
    """The papers of the case by record and document, with the same files elsewhere. Three queries."""
    versions: dict[tuple[int, str], list[Material]] = defaultdict(list)
    for material in papers_of(case):
        versions[material.record_id, material.code].append(material)
    newest = [found[0] for found in versions.values()]
    twins = Material.objects.filter(sha256__in={material.sha256 for material in newest}).exclude(
        # A paper of a sitting is shared by its people honestly, and stands in the list as what it is.
        sitting__isnull=False,
    )
    reach = actor.scope(*SEEING_ROLES, field="case__branch__path")
    # Elsewhere and out of reach: only that it is so, not where.
    counts = twins.values("sha256").annotate(all=Count("pk"), seen=Count("pk", filter=reach)).order_by()
    numbers = {row["sha256"]: (row["all"], row["seen"]) for row in counts}
    seen: dict[str, list[Material]] = defaultdict(list)
    columns = ("sha256", "code", "case__number", "case__person__name")
    for twin in twins.filter(reach).select_related("case__person").only(*columns).order_by("pk")[:_TWINS_READ]:
        seen[twin.sha256].append(twin)
    answers = []
    for material in newest:
        own = versions[material.record_id, material.code]
        everywhere, visible = numbers.get(material.sha256, (0, 0)) if material.sitting_id is None else (0, 0)
        own_copies = sum(row.sha256 == material.sha256 and row.sitting_id is None for row in own)
        others = [twin for twin in seen[material.sha256] if twin.pk not in {row.pk for row in own}]
        answers.append(
            CasePaper(
                material=material,
                older=tuple(own[1:]),
                elsewhere=tuple(others[:_TWINS_NAMED]) if everywhere else (),
                more=max(visible - own_copies - _TWINS_NAMED, 0),
                unseen=everywhere - visible,
            )
        )
    return answers


# -- one step -----------------------------------------------------------------------------------------------------


def log_entries(file: CaseFile, step: str) -> list[LogEntry]:
    """The entries of a log step in the rounds that count, the newest first, with their words; those withdrawn
    among them. One query.
    """
    records = [record.pk for record in file.records if record.step == step]
    return list(
        LogEntry.objects.filter(record__in=records)
        .select_related("entered_by", "record", "sitting", "member")
        .order_by("-on", "-pk")
    )


def log_entry(file: CaseFile, step: str, pk: int) -> LogEntry | None:
    """One entry of a log step of the case, with its words. One query."""
    entries = LogEntry.objects.select_related("record", "member")
    return entries.filter(pk=pk, record__case=file.case, record__step=step).first()


def speakers(named: Iterable[int]) -> list[tuple[int, str]]:
    """These members of a roster with their names, in the order given. One query at most."""
    named = list(named)
    found = Member.objects.in_bulk(named) if named else {}
    return [(pk, found[pk].name) for pk in named if pk in found]


@dataclass(frozen=True, slots=True)
class Past:
    """What was entered for a step and counts no longer: attempts that did not stand, and records sent back."""

    attempts: tuple[Attempt, ...]
    records: tuple[StepRecord, ...]


def past_of(case: Case, step: str, record: StepRecord | None) -> Past:
    """Two queries."""
    records = StepRecord.objects.filter(case=case, step=step).select_related("entered_by", "verified_by")
    if record is not None:
        records = records.exclude(pk=record.pk)
    attempts = Attempt.objects.filter(record__case=case, record__step=step).select_related(
        "entered_by", "record", "sitting"
    )
    return Past(tuple(attempts.order_by("entered_at")), tuple(records.order_by("opened_at", "pk")))
