"""What the timer does. A task reads the clock, calls one service and returns counts."""

from dataclasses import asdict

from celery import shared_task
from django.utils import timezone

from recruitment.models import CommonPaper, DocumentBatch, PrintedFile
from recruitment.services import background, common_papers, documents, drafts, printing, staging
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
    documents.work_off(batch_id=batch_id, clock=timezone.now)


@shared_task
def make_printed_file(file_id: int) -> None:
    """Make the file of one printing (see :mod:`recruitment.services.printing`)."""
    printing.work_off(file_id=file_id, clock=timezone.now)


@shared_task
def make_common_paper(paper_id: int) -> None:
    """Make one paper that is nobody's (see :mod:`recruitment.services.common_papers`)."""
    common_papers.work_off(paper_id=paper_id, clock=timezone.now)


@shared_task
def pending_documents() -> int:
    """Take up what waits to be made, the work of a killed worker included; what people wait for comes first."""
    kinds = ((PrintedFile, make_printed_file), (DocumentBatch, make_documents), (CommonPaper, make_common_paper))
    taken = 0
    for model, make in kinds:
        for pk in background.pending(model, timezone.now()):
            make(pk)
            taken += 1
    return taken


@shared_task
def make_missing_papers() -> int:
    """Have the Guide's books and the blank booklet ready before anybody asks, one at a time; how many were ordered.

    Each takes the worker many seconds: what people wait for is never behind more than one of them.
    """
    now = timezone.now()
    names = common_papers.missing()
    if not names or any(background.pending(model, now) for model in (PrintedFile, DocumentBatch, CommonPaper)):
        return 0
    common_papers.wanted(name=names[0], now=now)
    return 1


@shared_task
def expire_documents() -> int:
    """Remove the files whose time is over, and the papers of an older release."""
    now = timezone.now()
    over = background.expire(DocumentBatch, now) + background.expire(PrintedFile, now)
    return over + common_papers.remove_old(now=now)


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
