"""Rows for organisations that have to know of a decision, written with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from recruitment.models import Case, Notification
from recruitment.services.outbox.enqueue import publish


def tell(*, case: Case, code: str, step: str, organisations: Iterable[int], now: datetime) -> None:
    """One row for each organisation; part of the caller's act. ``code`` is one of ``texts.NOTICES``."""
    rows = [
        Notification(organisation_id=pk, case=case, code=code, step=step, created_at=now)
        for pk in dict.fromkeys(organisations)
    ]
    publish(rows, now)
