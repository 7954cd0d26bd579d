"""Deliberation before an approval: by a general branch, or a committee that may not approve itself.

r2026 art 22, r2014 art 23: such a body cannot approve, but must deliberate before the committee does.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from branches.access import Actor
from branches.models import Organisation
from branches.services.responsible import responsible_for
from recruitment import policies
from recruitment.models import Deliberation
from recruitment.rules.gates import Reason
from recruitment.rules.steps import STEPS
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.selectors.deliberations import DELIBERATED_STEPS
from recruitment.services.base import Done, acting, finish, guard, open_file, refused_for, required_text


def awaited_bodies(file: CaseFile, step: str) -> tuple[Organisation, ...]:
    """The bodies between branch and approving committee that have not yet deliberated on this round of ``step``."""
    case, record = file.case, file.record(step)
    if step not in DELIBERATED_STEPS or record is None or case.branch.parent_id == case.committee_id:
        return ()
    heard = set(
        Deliberation.objects.filter(case=case, step=step, entered_at__gte=record.opened_at).values_list(
            "body", flat=True
        )
    )
    return tuple(body for body in responsible_for(case.branch).deliberating if body.pk not in heard)


@transaction.atomic
def record_deliberation(
    *,
    case_id: int,
    step: str,
    body: Organisation,
    held_on: date,
    opinion: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Done:
    """Enter what a body deliberated on the branch's resolution, before the committee decides.

    Refused for a date in the future or before the branch meeting, and for a body that does not stand between the
    branch and its committee or has been heard already.
    """
    file = open_file(case_id, expected_version)
    answer = policies.may_enter_for(actor, body.pk)
    right = step == file.facts().current and body in awaited_bodies(file, step)
    guard(file, answer, right_step=right)
    opinion = required_text(opinion, "opinion")
    before = STEPS[step].requires[0] if step == "conversion_approval" else "admission_branch_meeting"
    meeting = file.facts().step(before).action_on
    if held_on > local_day(now):
        raise refused_for([Reason("action_date_in_future", field_name="held_on", inputs={"target": held_on})])
    if meeting is not None and held_on < meeting:
        inputs = {"target": held_on, "anchor": meeting, "step": before}
        raise refused_for([Reason("date_order", field_name="held_on", inputs=inputs)])
    Deliberation.objects.create(
        case=file.case,
        step=step,
        body=body,
        held_on=held_on,
        opinion=opinion,
        entered_at=now,
        entered_by_id=actor.user_id,
    )
    payload = {"step": step, "body": body.code, "held_on": held_on, "opinion": opinion}
    return finish(file, action="deliberated", actor=acting(actor, answer), now=now, payload=payload)
