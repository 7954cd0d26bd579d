"""Many steps decided together: judged beforehand, then each as an act of its own, and what came of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from branches.access import Actor
from recruitment.models import BulkDecision, BulkItem, Case, Meeting, Person
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
    *,
    kind: str,
    case_ids: Collection[int],
    actor: Actor,
    today: date,
    versions: Mapping[int, int] | None = None,
    exceptions: Collection[int] = (),
) -> list[Prospect]:
    """What the decision would meet, in the order given; cases that the actor may not see are left out.

    ``versions`` are those that the list showed: a case that has moved on since is stale. ``exceptions`` are the cases
    that are taken out of a filing list and handed back. A fixed number of queries.
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
    passing = kind != BulkDecision.Kind.HAND_BACK
    return [
        _prospect(file, actor, today, versions or {}, passing=passing and file.case.pk not in exceptions)
        for file in files
    ]


def _prospect(file: CaseFile, actor: Actor, today: date, versions: Mapping[int, int], *, passing: bool) -> Prospect:
    case = file.case
    step = file.facts().current or case.ended_at_step or LAST
    if versions.get(case.pk, case.version) != case.version:
        refusals = [Refusal("stale")]
    else:
        refusals = review.hindrances(file, step, actor, today, passing=passing)
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
    exceptions: Mapping[int, tuple[str, str]] = MappingProxyType({}),
    meeting: Meeting | None = None,
) -> BulkDecision:
    """Write down what is to be decided: ``items`` are (case, step, version) as the page before showed them.

    ``exceptions`` of a filing list are case -> (coded reason, words): taken out of it and handed back for that.

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
    listing = kind == BulkDecision.Kind.FILING_LIST
    taken_out = _exceptions(exceptions) if listing else {}
    bulk = BulkDecision.objects.create(
        token=token,
        kind=kind,
        code=code if returning else "",
        text=required_text(text, "reason") if returning else "",
        meeting=meeting if listing else None,
        created_at=now,
        created_by_id=actor.user_id,
    )
    BulkItem.objects.bulk_create(
        [
            BulkItem(bulk=bulk, case_id=pk, step=step, version=version, **taken_out.get(pk, {}))
            for pk, step, version in rows
        ]
    )
    return bulk


def _exceptions(given: Mapping[int, tuple[str, str]]) -> dict[int, dict[str, str]]:
    """Each with its reason; refused, naming the case, where the code is unknown or the words are missing."""
    bad = [f"case-{pk}" for pk, (code, text) in given.items() if code not in texts.RETURN_REASONS or not text.strip()]
    if bad:
        raise invalid(*bad)
    return {pk: {"code": code, "text": text.strip()} for pk, (code, text) in given.items()}


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
            if item.is_returned:
                review.hand_back(**arguments, code=item.code or bulk.code, reason=item.text or bulk.text)
            else:
                review.verify(**arguments)
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
