"""Yellows that stay open: the county's department is told after the days that are set, once for each yellow."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from audit import services as audit
from branches.access import SYSTEM
from recruitment.models import Flag, Notification, Person
from recruitment.rules.vetoes import VETOES
from recruitment.selectors.casefile import local_day
from recruitment.selectors.talks import Settings
from recruitment.services.outbox.enqueue import publish

CODE = "yellow_escalated"
#: What no message says stays encrypted in the database.
SEALED_OF_CASE = tuple(f"case__person__{name}" for name in Person.SENSITIVE)
#: Flags a transaction; what a killed worker did not commit is found again.
CHUNK = 500


def escalate(*, now: datetime) -> int:
    """Tell the departments of the yellows that have stayed open too long; returns how many. Again, it tells nobody."""
    today, settings = local_day(now), Settings()
    flags = (
        _untold()
        .filter(
            resolved_at__isnull=True,
            voided=False,
            case__ended_on__isnull=True,
            raised_on__lte=today - timedelta(days=settings.soonest_escalation),
        )
        # A red is the department's to decide and was told to it when it rose.
        .exclude(code__in=VETOES, code=F("case__veto_code"))
        .select_related("case__branch", "case__person")
        .defer(*SEALED_OF_CASE)
        .order_by("case_id", "pk")
    )
    ripe = [
        flag
        for flag in flags
        if flag.raised_on <= today - timedelta(days=settings.escalate_after(flag.case.branch.path))
    ]
    return sum(_tell(ripe[start : start + CHUNK], now) for start in range(0, len(ripe), CHUNK))


def _untold() -> QuerySet[Flag]:
    """Flags of which the case's department has heard nothing."""
    told = Notification.objects.filter(flag=OuterRef("pk"), organisation=OuterRef("case__department"))
    return Flag.objects.exclude(Exists(told))


@transaction.atomic
def _tell(ripe: list[Flag], now: datetime) -> int:
    # Two workers may find the same flags: the rows are the lock, and who comes second finds them told.
    held = Flag.objects.select_for_update().filter(pk__in=[flag.pk for flag in ripe]).order_by("pk")
    waiting = set(_untold().filter(pk__in=[flag.pk for flag in held]).values_list("pk", flat=True))
    flags = [flag for flag in ripe if flag.pk in waiting]
    rows = [
        Notification(
            organisation_id=flag.case.department_id,
            case=flag.case,
            flag=flag,
            code=CODE,
            step=flag.step,
            due=flag.due,
            created_at=now,
        )
        for flag in flags
    ]
    publish(rows, now)
    by_chain: dict[str, list[dict]] = defaultdict(list)
    for flag in flags:
        by_chain[flag.case.chain].append({"code": flag.code, "step": flag.step, "due": flag.due})
    drafts = [audit.Draft(chain, CODE, {"flags": told}) for chain, told in by_chain.items()]
    audit.append_many(drafts=drafts, actor=SYSTEM, now=now)
    return len(flags)
