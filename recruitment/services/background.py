"""Files made in the background: a row before it is a task, made under a claim, and written once.

A service writes the row and calls :func:`announce`; the worker's task takes it with :func:`claim`, makes the file, and
keeps it only while its claim stands. :func:`pending` names what waits, so that the work of a killed worker is taken
up again as soon as its claim has run out.
"""

from __future__ import annotations

import hashlib
import io
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any, TypeVar

from celery import current_app
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet

from recruitment.models.background import BackgroundWork

_log = logging.getLogger(__name__)
#: How long a worker may be silent before another may take its work; each note of progress counts anew.
CLAIM = timedelta(minutes=5)
#: After so many attempts a work is given up: what kills a worker three times kills it a fourth time.
ATTEMPTS = 3

Clock = Callable[[], datetime]
Work = TypeVar("Work", bound=BackgroundWork)
State = BackgroundWork.State


def announce(work: BackgroundWork) -> None:
    """Tell a worker once the row is there. Where nobody listens nothing is lost: the row waits."""
    transaction.on_commit(partial(_tell, work.TASK, work.pk))


def pending(model: type[BackgroundWork], now: datetime) -> list[int]:
    """The works that no worker has under a claim that stands, the oldest first."""
    return list(_free(model, now).order_by("requested_at", "pk").values_list("pk", flat=True))


def claim(model: type[Work], pk: int, now: datetime, **start: Any) -> Work | None:
    """Take a work, its columns in ``start`` set anew. None where there is nothing to do for this worker.

    What has killed its workers too often is given up here.
    """
    mark = secrets.token_hex(16)
    taken = (
        _free(model, now)
        .filter(pk=pk)
        .update(state=State.RUNNING, claim=mark, claimed_until=now + CLAIM, attempts=F("attempts") + 1, **start)
    )
    if not taken:
        return None
    work = model._default_manager.get(pk=pk)
    if work.attempts > ATTEMPTS:
        give_up(work, now)
        return None
    return work


def give_up(work: BackgroundWork, now: datetime, **columns: Any) -> bool:
    """No file comes of it; False where another worker has taken it over meanwhile."""
    end = {"state": State.FAILED, "finished_at": now, "claim": "", "claimed_until": None}
    return bool(_mine(work).update(**end, **columns))


def progress(work: BackgroundWork, now: datetime, **columns: Any) -> bool:
    """Note how far it is, and hold the claim; False where another worker has taken it over meanwhile."""
    return bool(_mine(work).update(claimed_until=now + CLAIM, **columns))


def holds(work: BackgroundWork) -> bool:
    """Whether the claim stands still; locks the row until the transaction's end."""
    return bool(_mine(work).select_for_update().values_list("pk", flat=True).first())


def attempt(work: BackgroundWork, make: Callable[[], bytes], clock: Clock) -> io.BytesIO | None:
    """What ``make`` makes; where it fails the work is given up at once, since it would fail again."""
    try:
        return io.BytesIO(make())
    except Exception:  # whatever stands against it, the log says so and the page does not wait for ever
        _log.exception("%s %s could not be made", type(work).__name__, work.pk)
        give_up(work, clock())
        return None


@transaction.atomic
def finish(work: Work, content: IO[bytes], name: str, now: datetime, *, expires_at: datetime | None) -> Work | None:
    """Keep the file of a work that is nothing but a file. None where another worker has taken it over meanwhile."""
    if not holds(work):
        return None
    work.expires_at = expires_at
    keep(work, content, name, now)
    try:
        work.save()
    except Exception:
        # The row does not keep the file then, and nothing else would ever remove it.
        work.file.delete(save=False)
        raise
    return work


def keep(work: BackgroundWork, content: IO[bytes], name: str, now: datetime) -> None:
    """Put the file into the store and mark the work as done, unsaved; whoever saves it fails removes the file."""
    content.seek(0)
    work.sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    work.file_name = name
    work.state, work.finished_at, work.claim, work.claimed_until = State.DONE, now, "", None
    work.file.save(name, File(content), save=False)


def expire(model: type[BackgroundWork], now: datetime) -> int:
    """Remove the files whose time is over; the rows stay. Returns how many."""
    rows = list(model._default_manager.filter(state=State.DONE, expires_at__lte=now))
    for work in rows:
        work.file.delete(save=False)
        work.state = State.EXPIRED
        work.save(update_fields=["state", "file"])
    return len(rows)


def _free(model: type[Work], now: datetime) -> QuerySet[Work]:
    waiting = model._default_manager.filter(state__in=[State.WAITING, State.RUNNING])
    return waiting.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))


def _mine(work: BackgroundWork) -> QuerySet[BackgroundWork]:
    return type(work)._default_manager.filter(pk=work.pk, claim=work.claim)


def _tell(task: str, pk: int) -> None:
    try:
        current_app.send_task(task, args=[pk])
    except Exception:  # whatever the broker raises, the order stands
        _log.warning("no worker could be told of %s %s; the periodic task will find it", task, pk, exc_info=True)
