"""What the timer tells that belongs to no case: a required pass that falls due, a department's analysis that is late.

Each is told once: rows are unique by addressee, code and due date, and a second run of the day finds them written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from branches.models import Organisation, User
from branches.models.organisation import codes_of
from recruitment.models import Notification
from recruitment.selectors import analyses, learning
from recruitment.selectors.casefile import local_day
from recruitment.services.outbox.enqueue import publish

PASS_DUE, PASS_LATE, ANALYSIS_LATE = "pass_due", "pass_late", "pool_analysis_late"
#: What is told to the holder of a post alone.
PASS_NOTICES = frozenset({PASS_DUE, PASS_LATE})


def remind(*, now: datetime) -> int:
    """Tell what has become due; returns how many were told."""
    return _remind_of_passes(now) + _remind_of_analyses(now)


@transaction.atomic
def _remind_of_passes(now: datetime) -> int:
    """The holder, 30 days before a pass runs out or as soon as a first one is asked for, and again once it is late."""
    today = local_day(now)
    owing = learning.owing(today)
    if not owing:
        return 0
    # Two workers may find the same: the accounts are the lock, and who comes second finds them told.
    users = {seat.user_id for seat, _ in owing}
    list(User.objects.select_for_update().filter(pk__in=users).order_by("pk").values_list("pk"))
    columns = ("organisation", "recipient", "code", "due")
    told = set(Notification.objects.filter(recipient__in=users, code__in=PASS_NOTICES).values_list(*columns))
    rows = {}
    for seat, owed in owing:
        code = PASS_LATE if owed.is_late(today) else PASS_DUE
        key = (seat.organisation_id, seat.user_id, code, owed.due)
        if key not in told:
            rows[key] = Notification(
                organisation=seat.organisation,
                about=seat.organisation,
                recipient_id=seat.user_id,
                code=code,
                due=owed.due,
                created_at=now,
            )
    publish(list(rows.values()), now)
    return len(rows)


@transaction.atomic
def _remind_of_analyses(now: datetime) -> int:
    """The department whose yearly analysis is late, and the department above it."""
    today = local_day(now)
    late = [owed for owed in analyses.owed() if owed.is_late(today)]
    if not late:
        return 0
    departments = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, dissolved_on__isnull=True)
    bodies = {body.pk: body for body in departments.select_related("parent").order_by("path")}
    ids = [owed.body_id for owed in late]
    list(Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    told = set(Notification.objects.filter(about__in=ids, code=ANALYSIS_LATE).values_list("about", "due"))
    rows = []
    for owed in late:
        if (owed.body_id, owed.due) in told:
            continue
        body = bodies[owed.body_id]
        for addressee in filter(None, (body, _above(body, bodies.values()))):
            row = Notification(organisation=addressee, about=body, code=ANALYSIS_LATE, due=owed.due, created_at=now)
            rows.append(row)
    publish(rows, now)
    return len(rows)


def _above(body: Organisation, departments: Iterable[Organisation]) -> Organisation | None:
    """The department of the nearest committee above the one that ``body`` serves."""
    above = codes_of(body.path)[:-2]
    found = [other for other in departments if other.parent.code in above]
    return max(found, key=lambda other: len(other.path), default=None)
