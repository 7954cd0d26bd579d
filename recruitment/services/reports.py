"""The one trace that a report leaves: who took it out of the system, in which form."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from branches.access import Actor
from branches.models import Organisation
from branches.services.record import record
from recruitment.policies import SEEING_ROLES
from recruitment.services.base import refuse

FORMATS = ("xlsx", "docx")


@transaction.atomic
def record_export(
    *, organisation: Organisation, kind: str, period: str, file_format: str, rows: int, actor: Actor, now: datetime
) -> None:
    """Write into the organisation's chain that a report was exported; ``rows``: lines about persons in it."""
    if not actor.covers(organisation.path, *SEEING_ROLES):
        raise refuse("not_allowed")
    record(
        organisation=organisation,
        action="report_exported",
        actor=actor,
        now=now,
        payload={"report": kind, "period": period, "format": file_format, "rows": rows},
    )
