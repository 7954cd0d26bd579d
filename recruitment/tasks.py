"""What the timer does. A task reads the clock, calls one service and returns counts."""

from dataclasses import asdict

from celery import shared_task
from django.utils import timezone

from recruitment.services import documents, drafts, staging
from recruitment.services.exams import close_expired
from recruitment.services.outbox.digests import compose_digests
from recruitment.services.outbox.sending import send_due
from recruitment.services.sweep import sweep as sweep_cases


@shared_task
def sweep() -> dict[str, int]:
    """Raise what has become due and let fall what was met (see :mod:`recruitment.services.sweep`)."""
    return asdict(sweep_cases(now=timezone.now()))


@shared_task
def make_documents(batch_id: int) -> None:
    """Make the papers of one batch (see :mod:`recruitment.services.documents`)."""
    documents.work_off(batch_id=batch_id, now=timezone.now())


@shared_task
def pending_documents() -> int:
    """Take up the batches that wait, those of a killed worker among them."""
    waiting = documents.pending(timezone.now())
    for batch_id in waiting:
        documents.work_off(batch_id=batch_id, now=timezone.now())
    return len(waiting)


@shared_task
def expire_documents() -> int:
    """Remove the papers of batches whose time is over."""
    return documents.expire(now=timezone.now())


@shared_task
def close_tests() -> int:
    """Hand in the tests whose time is over; returns how many."""
    return close_expired(now=timezone.now())


@shared_task
def make_digests() -> dict[str, int]:
    """Make the digests whose hour has come (see :mod:`recruitment.services.outbox.digests`)."""
    return {"made": compose_digests(now=timezone.now())}


@shared_task
def send_messages() -> dict[str, int]:
    """Send what waits in the outbox (see :mod:`recruitment.services.outbox.sending`)."""
    return send_due(clock=timezone.now).counts()


@shared_task
def expire_drafts() -> int:
    """Remove half-filled forms that nobody went on with (see :mod:`recruitment.services.drafts`)."""
    return drafts.expire(now=timezone.now())


@shared_task
def expire_uploads() -> int:
    """Remove uploads whose form was never sent (see :mod:`recruitment.services.staging`)."""
    return staging.expire(now=timezone.now())
