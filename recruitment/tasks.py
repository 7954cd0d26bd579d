"""What the timer does. A task reads the clock, calls one service and returns counts."""

from dataclasses import asdict

from celery import shared_task
from django.utils import timezone

from recruitment.services.exams import close_expired
from recruitment.services.sweep import sweep as sweep_cases


@shared_task
def sweep() -> dict[str, int]:
    """Raise what has become due and let fall what was met (see :mod:`recruitment.services.sweep`)."""
    return asdict(sweep_cases(now=timezone.now()))


@shared_task
def close_tests() -> int:
    """Hand in the tests whose time is over; returns how many."""
    return close_expired(now=timezone.now())
