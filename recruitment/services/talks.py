"""Reminder talks with a branch's secretary: recorded once for each quarter that asked for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from branches.access import Actor
from branches.models import Organisation
from branches.services.record import record
from branches.services.responsible import NotPlacedError, Responsible, responsible_for, responsible_for_many
from recruitment import policies
from recruitment.models import ReminderTalk
from recruitment.policies import Answer, Denied
from recruitment.rules.schema import Side
from recruitment.selectors import talks
from recruitment.selectors.casefile import local_day
from recruitment.selectors.talks import Quarter
from recruitment.services.base import acting, invalid, refuse


def may_record(actor: Actor, branch: Organisation) -> Answer:
    """A seat that enters for the branch's approving committee."""
    try:
        return _may(actor, branch, responsible_for(branch))
    except NotPlacedError as error:
        return Denied(str(error))


def recordable(actor: Actor, branches: Iterable[Organisation]) -> set[int]:
    """Those of the branches whose talks the actor may record. One query."""
    bodies = {branch.pk: branch for branch in branches}
    placed = responsible_for_many(bodies.values())
    return {pk for pk, responsible in placed.items() if _may(actor, bodies[pk], responsible)}


def _may(actor: Actor, branch: Organisation, responsible: Responsible) -> Answer:
    scope = policies.Scope(branch.pk, branch.path, responsible.committee.pk, responsible.department.pk)
    return policies.may_enter(actor, scope, Side.COMMITTEE)


@transaction.atomic
def record_talk(
    *,
    branch: Organisation,
    quarter: Quarter,
    held_on: date,
    talker: str,
    listener: str,
    content: str,
    actor: Actor,
    now: datetime,
) -> ReminderTalk:
    """Record who talked with whom, when and what about. Refused where no talk is owed or one is recorded already."""
    answer = may_record(actor, branch)
    if isinstance(answer, Denied):
        raise refuse("not_allowed", message=str(answer.reason))
    # The branch's row is the lock: two clicks record one talk.
    Organisation.objects.select_for_update().get(pk=branch.pk)
    yellows = talks.count_of(branch, quarter)
    recorded = ReminderTalk.objects.filter(branch=branch, year=quarter.year, quarter=quarter.number).exists()
    if recorded or yellows < talks.Settings().talk_after(branch.path):
        raise refuse("not_this_step")
    words = {"talker": talker.strip(), "listener": listener.strip(), "content": content.strip()}
    bad = [name for name, value in words.items() if not value]
    if not quarter.first_day <= held_on <= local_day(now):
        bad.append("held_on")
    if bad:
        raise invalid(*bad)
    actor = acting(actor, answer)
    talk = ReminderTalk.objects.create(
        branch=branch,
        year=quarter.year,
        quarter=quarter.number,
        held_on=held_on,
        yellows=yellows,
        entered_at=now,
        entered_by_id=actor.user_id,
        **words,
    )
    record(
        organisation=branch,
        action="reminder_talk_held",
        actor=actor,
        now=now,
        payload={"year": quarter.year, "quarter": quarter.number, "on": held_on, "yellows": yellows, **words},
    )
    return talk
