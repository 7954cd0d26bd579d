"""What the timer does. A task reads the clock, calls one service and returns counts."""

from dataclasses import asdict

from celery import shared_task
from django.utils import timezone

from recruitment.services import drafts
from recruitment.services.sweep import sweep as sweep_cases


@shared_task
def sweep() -> dict[str, int]:
    """Raise what has become due and let fall what was met (see :mod:`recruitment.services.sweep`)."""
    return asdict(sweep_cases(now=timezone.now()))


@shared_task
def expire_drafts() -> int:
    """Remove half-filled forms that nobody went on with (see :mod:`recruitment.services.drafts`)."""
    return drafts.expire(now=timezone.now())
