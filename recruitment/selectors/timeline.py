"""The record of a case as people read it: who did what, when it happened, when it was entered and when verified."""

from __future__ import annotations

from django.db.models import QuerySet

from audit.models import Entry
from recruitment.models import Case


def entries_of(case: Case) -> QuerySet[Entry]:
    """The acts of the case from its chain in the audit, the latest first."""
    return Entry.objects.filter(chain=case.chain).order_by("-seq")
