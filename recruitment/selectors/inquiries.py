"""The letters and requests for an opinion of one step."""

from __future__ import annotations

from recruitment.models import Inquiry, StepRecord


def inquiries_of(record: StepRecord) -> list[Inquiry]:
    """What was asked in this record, those that still wait first. One query."""
    rows = Inquiry.objects.filter(record=record).select_related("sender", "entered_by", "paper")
    return sorted(rows, key=lambda row: (not row.waits, row.due_on, row.pk))
