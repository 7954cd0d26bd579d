"""Sample cases whose rows are really committed, as other processes and threads must see them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from recruitment.models import Case
from recruitment.selectors.casefile import local_day
from tests.branches.factories import County
from tests.recruitment.sitting_cases import do, make_case

#: The talk must follow the application within a month: of these the deadline has passed.
OVERDUE = timedelta(days=60)
LATE = "talk_within_one_month"


def overdue_cases(county: County, count: int) -> list[Case]:
    """Cases that wait for a talk since two months, and which nothing has swept."""
    cases = [make_case(county, number=number, day=_applied()) for number in range(1, count + 1)]
    for case in cases:
        for number, step in enumerate(("submit_application", "register_application")):
            do(county, case, step, _applied() + timedelta(days=number))
    return cases


def _applied():
    now: datetime = timezone.now()
    return local_day(now - OVERDUE)
