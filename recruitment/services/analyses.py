"""A department records its yearly analysis of the whole pool (r2026 art 11)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from branches.access import Actor
from branches.models import Organisation
from branches.services.record import record
from recruitment import policies
from recruitment.models import PoolAnalysis
from recruitment.policies import Denied
from recruitment.rules.editions import R2026_FROM
from recruitment.selectors import analyses
from recruitment.selectors.casefile import local_day
from recruitment.services.base import acting, invalid, refuse


@transaction.atomic
def record_analysis(
    *, department_id: int, held_on: date, content: str, measures: str, actor: Actor, now: datetime
) -> PoolAnalysis:
    """Record what was found and what is to be done; the system adds how many people the pool has today.

    Refused for a day that is to come, lies before the edition that asks for it, or has an analysis already, for an
    empty pool, and for whoever enters nothing for that department.
    """
    answer = policies.may_analyse(actor, department_id)
    if isinstance(answer, Denied):
        raise refuse("not_allowed", message=str(answer.reason))
    # The department's row is the lock: two clicks record one analysis.
    body = Organisation.objects.select_for_update().get(pk=department_id)
    words = {"content": content.strip(), "measures": measures.strip()}
    bad = [name for name, value in words.items() if not value]
    if not R2026_FROM <= held_on <= local_day(now):
        bad.append("held_on")
    if bad:
        raise invalid(*bad)
    pool = analyses.by_committee(department_id)
    if not pool or PoolAnalysis.objects.filter(body=body, held_on=held_on).exists():
        raise refuse("not_this_step")
    actor = acting(actor, answer)
    row = PoolAnalysis.objects.create(
        body=body,
        held_on=held_on,
        people=sum(part.people for part in pool),
        yellow=sum(part.yellow for part in pool),
        red=sum(part.red for part in pool),
        entered_at=now,
        entered_by_id=actor.user_id,
        entered_for=actor.on_behalf_of_name,
        **words,
    )
    counts = {"people": row.people, "yellow": row.yellow, "red": row.red}
    payload = {"analysis": row.pk, "on": held_on, **counts, **words}
    record(organisation=body, action="pool_analysed", actor=actor, now=now, payload=payload)
    return row
