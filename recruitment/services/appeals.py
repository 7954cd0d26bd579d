"""Appeals of the person against a confirmed red: received below, answered by the level above, and kept."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from branches.access import Actor
from recruitment import policies
from recruitment.models import Appeal
from recruitment.policies import Allowed, Answer, Denied
from recruitment.selectors.appeals import answering_body, confirmed_red
from recruitment.selectors.casefile import local_day
from recruitment.services import interventions, materials
from recruitment.services.base import Done, acting, finish, invalid, open_file, refuse, required_text
from recruitment.services.materials import Upload
from recruitment.services.notices import tell


def may_receive(actor: Actor, scope: policies.Scope) -> Answer:
    """Whoever works on the case on some side: the person may go to any of them."""
    return policies.may_take_part(actor, scope)


def may_answer(actor: Actor, appeal: Appeal) -> Answer:
    """An officer of the answering department; never the one who confirmed the red."""
    for grant in actor.grants_of("department_officer"):
        if grant.organisation_id == appeal.body_id:
            if actor.user_id == appeal.veto.decided_by_id:
                return Denied(_("确认这项否决的人不能答复对它的申诉，请由另一名干部答复。"))
            return Allowed(grant)
    return Denied(_("申诉由%(body)s答复。") % {"body": appeal.body})


@transaction.atomic
def receive(
    *,
    case_id: int,
    received_on: date,
    text: str,
    actor: Actor,
    now: datetime,
    paper: Upload | None = None,
    expected_version: int | None = None,
) -> Done:
    """Enter an appeal as it was handed in. One waits for its answer at a time."""
    file = open_file(case_id, expected_version)
    case = file.case
    answer = may_receive(actor, case.scope)
    if isinstance(answer, Denied):
        raise refuse("not_allowed", message=str(answer.reason))
    veto = confirmed_red(case)
    if veto is None or Appeal.objects.filter(case=case, status=Appeal.Status.PENDING).exists():
        raise refuse("not_this_step")
    bad = [] if local_day(veto.decided_at) <= received_on <= local_day(now) else ["received_on"]
    if not text.strip():
        bad.append("text")
    if bad:
        raise invalid(*bad)
    actor = acting(actor, answer)
    appeal = Appeal(
        case=case,
        veto=veto,
        body=answering_body(case),
        received_on=received_on,
        contested=veto.decision_reason,
        text=text.strip(),
        entered_at=now,
        received_by_id=actor.user_id,
    )
    if paper is not None:
        materials.keep(appeal, paper)
    appeal.save()
    tell(case=case, code="appeal_received", step=veto.step, organisations=[appeal.body_id, case.department_id], now=now)
    payload = {
        "code": veto.code,
        "on": received_on,
        "text": appeal.text,
        "body": appeal.body.code,
        **({"sha256": paper.sha256} if paper is not None else {}),
    }
    return finish(file, action="appeal_received", actor=actor, now=now, payload=payload)


@transaction.atomic
def answer(
    *, appeal_id: int, upheld: bool, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> Done:
    """The level above answers: upheld, the case goes on where it stood; rejected, the decision stands."""
    case_id = Appeal.objects.values_list("case", flat=True).get(pk=appeal_id)
    # The case's row first, as in every act; the appeal is read under its lock.
    file = open_file(case_id, expected_version)
    appeal = Appeal.objects.select_related("veto", "body").get(pk=appeal_id)
    may = may_answer(actor, appeal)
    if isinstance(may, Denied):
        raise refuse("not_allowed", message=str(may.reason))
    if appeal.status != Appeal.Status.PENDING:
        raise refuse("not_this_step")
    reason = required_text(reason, "reason")
    actor = acting(actor, may)
    case = file.case
    if upheld:
        done = interventions.put_back(file=file, veto=appeal.veto, reason=reason, actor=actor, now=now)
    else:
        appeal.settle(Appeal.Status.REJECTED, answer=reason, by=actor.user_id, at=now)
        appeal.save()
        payload = {"code": appeal.veto.code, "status": appeal.status, "reason": reason}
        done = finish(file, action="appeal_answered", actor=actor, now=now, payload=payload)
    tell(
        case=case,
        code="appeal_upheld" if upheld else "appeal_rejected",
        step=appeal.veto.step,
        organisations=[case.branch_id, case.committee_id, case.department_id],
        now=now,
    )
    return done
