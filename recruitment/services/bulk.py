"""Many steps decided together: judged beforehand, then each as an act of its own, and what came of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from branches.access import Actor
from recruitment.models import BulkDecision, BulkItem, Case, Person
from recruitment.policies import VERIFYING_ROLES
from recruitment.rules import texts
from recruitment.rules.steps import LAST
from recruitment.selectors.casefile import CaseFile, load_many
from recruitment.services import review
from recruitment.services.base import Refusal, Refused, invalid, refuse, required_text

#: So many can be decided at once; more would be decided unseen.
LIMIT = 200
_SEALED = tuple(f"person__{name}" for name in Person.SENSITIVE)


@dataclass(frozen=True)
class Prospect:
    """One case before a bulk decision: what stands against it, and how many papers nobody has compared yet."""

    case: Case
    step: str
    refusals: tuple[Refusal, ...]
    unseen: int


def prospects(
    *, kind: str, case_ids: Collection[int], actor: Actor, today: date, versions: Mapping[int, int] | None = None
) -> list[Prospect]:
    """What the decision would meet, in the order given; cases that the actor may not see are left out.

    ``versions`` are those that the list showed: a case that has moved on since is stale. A fixed number of queries.
    """
    wanted = list(dict.fromkeys(case_ids))[:LIMIT]
    cases = (
        Case.objects.visible_to(actor)
        .filter(pk__in=wanted)
        .select_related("person", "branch", "committee", "department")
        .defer(*_SEALED)
    )
    place = {pk: at for at, pk in enumerate(wanted)}
    files = sorted(load_many(cases), key=lambda file: place[file.case.pk])
    return [_prospect(file, kind, actor, today, versions or {}) for file in files]


def _prospect(file: CaseFile, kind: str, actor: Actor, today: date, versions: Mapping[int, int]) -> Prospect:
    case = file.case
    step = file.facts().current or case.ended_at_step or LAST
    if versions.get(case.pk, case.version) != case.version:
        refusals = [Refusal("stale")]
    else:
        refusals = review.hindrances(file, step, actor, today, passing=kind == BulkDecision.Kind.VERIFY)
    record = file.record(step)
    papers = (m for m in file.materials if record is not None and m.record_id == record.pk)
    return Prospect(case, step, tuple(refusals), sum(m.original_seen_at is None for m in papers))


@transaction.atomic
def start(
    *,
    token: UUID,
    kind: str,
    items: Iterable[tuple[int, str, int]],
    actor: Actor,
    now: datetime,
    code: str = "",
    text: str = "",
) -> BulkDecision:
    """Write down what is to be decided: ``items`` are (case, step, version) as the page before showed them.

    Nothing is decided yet: :func:`decide` does that, one item at a time. The same ``token`` twice is one decision.
    """
    standing = BulkDecision.objects.filter(token=token).first()
    if standing is not None:
        if standing.created_by_id != actor.user_id:
            raise refuse("not_allowed")
        return standing
    if not actor.grants_of(*frozenset().union(*VERIFYING_ROLES.values())):
        raise refuse("not_allowed")
    if kind not in BulkDecision.Kind:
        raise invalid("kind")
    rows = list(dict.fromkeys(items))[:LIMIT]
    visible = set(Case.objects.visible_to(actor).filter(pk__in=[pk for pk, *_ in rows]).values_list("pk", flat=True))
    rows = [row for row in rows if row[0] in visible]
    if not rows:
        raise invalid("items")
    returning = kind == BulkDecision.Kind.HAND_BACK
    if returning and code not in texts.RETURN_REASONS:
        raise invalid("code")
    bulk = BulkDecision.objects.create(
        token=token,
        kind=kind,
        code=code if returning else "",
        text=required_text(text, "reason") if returning else "",
        created_at=now,
        created_by_id=actor.user_id,
    )
    BulkItem.objects.bulk_create(
        [BulkItem(bulk=bulk, case_id=pk, step=step, version=version) for pk, step, version in rows]
    )
    return bulk


@transaction.atomic
def decide(*, item_id: int, actor: Actor, now: datetime) -> BulkItem:
    """Decide one item: an act of its own with its own audit entry, or its refusal kept. Decided once, never again."""
    item = BulkItem.objects.select_for_update().get(pk=item_id)
    bulk = item.bulk
    if bulk.created_by_id != actor.user_id:
        raise refuse("not_allowed")
    if item.state != BulkItem.State.PENDING:
        return item
    arguments: dict[str, Any] = {
        "case_id": item.case_id,
        "step": item.step,
        "actor": actor,
        "now": now,
        "bulk": bulk.pk,
        "expected_version": item.version,
    }
    try:
        with transaction.atomic():
            if bulk.kind == BulkDecision.Kind.VERIFY:
                review.verify(**arguments)
            else:
                review.hand_back(**arguments, code=bulk.code, reason=bulk.text)
    except Refused as refused:
        item.state = BulkItem.State.REFUSED
        item.reasons = [reason_json(refusal) for refusal in refused.refusals]
    else:
        item.state = BulkItem.State.DONE
    item.at = now
    item.save(update_fields=["state", "reasons", "at"])
    return item


def reason_json(refusal: Refusal) -> dict[str, Any]:
    """A refusal as an item keeps it; pages put it into words."""
    return {"code": refusal.code, "codes": list(refusal.codes), "message": str(refusal.message)}
