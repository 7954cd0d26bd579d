"""The register of overrides and dismissals, and how often each rule was overruled by people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from branches.access import Actor
from branches.models import Organisation
from recruitment.models import Case, Flag, Person, StepRecord, Veto
from recruitment.policies import SEEING_ROLES
from recruitment.rules.steps import STEPS
from recruitment.rules.vetoes import VETOES
from recruitment.selectors.casefile import local_day

OVERRIDE, DISMISSAL, OVERTURNED = "override", "dismissal", "overturned"
KINDS = (OVERRIDE, DISMISSAL, OVERTURNED)
_SEALED = tuple(f"case__person__{name}" for name in Person.SENSITIVE)


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What is shown: the days from and to (both included), and a kind, a committee or a rule."""

    since: date
    until: date
    kind: str = ""
    committee: int | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A rule that people set aside: which, on what case and step, who, when, and the reason in their words."""

    kind: str
    rule: str
    on: date
    case: Case
    committee: Organisation
    step: str
    by: str
    reason: str


@dataclass(slots=True)
class RuleCount:
    """One rule: how often it spoke, and how often people set it aside, by way."""

    rule: str
    raised: int = 0
    explained: int = 0
    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    @property
    def overruled(self) -> int:
        return sum(self.kinds.values())


def register(actor: Actor, wanted: RegisterFilter) -> list[RegisterRow]:
    """Every override and dismissal of the period in the actor's reach, the latest first. Two queries."""
    rows = [*_overrides(actor), *_dismissals(actor)]
    return sorted(
        (row for row in rows if _fits(row, wanted)), key=lambda row: (row.on, row.case.pk, row.rule), reverse=True
    )


def _fits(row: RegisterRow, wanted: RegisterFilter) -> bool:
    return (
        wanted.since <= row.on <= wanted.until
        and wanted.kind in ("", row.kind)
        and wanted.committee in (None, row.committee.pk)
        and wanted.rule in ("", row.rule)
    )


def _overrides(actor: Actor) -> Iterable[RegisterRow]:
    records = (
        StepRecord.objects.filter(actor.scope(*SEEING_ROLES, field="case__branch__path"))
        .exclude(override_reason="")
        .exclude(entered_at=None)
        .select_related("case__person", "case__branch", "case__committee", "entered_by")
        .defer(*_SEALED, "sealed")
    )
    for record in records:
        # Where a step has one gate that a committee may override, that is the one; the table has no step with two.
        gate = next((gate.id for gate in STEPS[record.step].gates if gate.override), "")
        yield RegisterRow(
            kind=OVERRIDE,
            rule=gate,
            on=local_day(record.entered_at),
            case=record.case,
            committee=record.case.committee,
            step=record.step,
            by=str(record.entered_by or ""),
            reason=record.override_reason,
        )


def _dismissals(actor: Actor) -> Iterable[RegisterRow]:
    vetoes = (
        Veto.objects.filter(
            actor.scope(*SEEING_ROLES, field="case__branch__path"),
            status__in=(Veto.Status.DISMISSED, Veto.Status.OVERTURNED),
        )
        .select_related("case__person", "case__branch", "case__committee", "decided_by")
        .defer(*_SEALED)
    )
    for veto in vetoes:
        yield RegisterRow(
            kind=DISMISSAL if veto.status == Veto.Status.DISMISSED else OVERTURNED,
            rule=veto.code,
            on=local_day(veto.decided_at),
            case=veto.case,
            committee=veto.case.committee,
            step=veto.step,
            by=str(veto.decided_by or ""),
            reason=veto.decision_reason,
        )


def by_rule(actor: Actor, rows: Iterable[RegisterRow], wanted: RegisterFilter) -> list[RuleCount]:
    """How often each rule was overruled, among how many times it spoke in the period. One query, beside ``rows``.

    ``raised``: yellow and red lights of that rule; ``explained``: yellows that fell after an explanation.
    """
    found: dict[str, RuleCount] = defaultdict(lambda: RuleCount(""))
    flags = Flag.objects.filter(
        actor.scope(*SEEING_ROLES, field="case__branch__path"),
        raised_on__range=(wanted.since, wanted.until),
        **({"case__committee": wanted.committee} if wanted.committee else {}),
        **({"code": wanted.rule} if wanted.rule else {}),
    )
    told = Count("pk", filter=Q(resolved_at__isnull=False) & ~Q(explanation=""))
    for row in flags.order_by().values("code").annotate(raised=Count("pk"), explained=told):
        found[row["code"]] = RuleCount(row["code"], row["raised"], row["explained"])
    for row in rows:
        count = found[row.rule]
        count.rule = row.rule
        count.kinds[row.kind] += 1
    ranked = (count for count in found.values() if count.overruled or count.explained)
    return sorted(ranked, key=lambda count: (-count.overruled, -count.explained, count.rule not in VETOES, count.rule))
