"""The long papers that are nobody's, made in the background once for what they say and kept until they say another."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from recruitment.documents.common import COMMON, digest_of
from recruitment.models import CommonPaper
from recruitment.services import background
from recruitment.services.background import Clock

State = CommonPaper.State
#: How long the file of an older text stays for those who are just reading it.
_KEPT = timedelta(days=1)


def current(name: str) -> CommonPaper | None:
    """The paper as it is now, where it is made. One query."""
    row = CommonPaper.objects.filter(name=name, digest=digest_of(name), state=State.DONE).first()
    return row if row is not None and row.file.storage.exists(row.file.name) else None


def wanted(*, name: str, now: datetime) -> CommonPaper:
    """The paper as it is now: made, under way, or ordered by this call; what failed is ordered anew after a while.

    It is about nobody and for everybody who is signed in. Raises ``KeyError`` for a name that no paper has.
    """
    row = CommonPaper.objects.filter(name=name, digest=digest_of(name)).first()
    return _order(name, now) if row is None or _must_be_made_again(row, now) else row


def _must_be_made_again(row: CommonPaper, now: datetime) -> bool:
    if row.state == State.DONE:
        return not row.file.storage.exists(row.file.name)
    return row.state == State.FAILED and now - row.requested_at > background.CLAIM


@transaction.atomic
def _order(name: str, now: datetime) -> CommonPaper:
    anew = {"state": State.WAITING, "requested_at": now, "attempts": 0, "claim": "", "claimed_until": None}
    row, _created = CommonPaper.objects.update_or_create(name=name, digest=digest_of(name), defaults=anew)
    background.announce(row)
    return row


def missing() -> list[str]:
    """The papers that nobody has ordered yet as they are now, by name. One query."""
    rows = set(CommonPaper.objects.values_list("name", "digest"))
    return [name for name in COMMON if (name, digest_of(name)) not in rows]


def work_off(*, paper_id: int, clock: Clock) -> CommonPaper | None:
    """Make the paper. None where there is nothing to do, or nothing came of it."""
    row = background.claim(CommonPaper, paper_id, clock())
    if row is None:
        return None
    paper = COMMON.get(row.name)
    if paper is None or digest_of(row.name) != row.digest:
        # Ordered under another release of the product: this one cannot say what that one said.
        background.give_up(row, clock())
        return None
    content = background.attempt(row, paper.make, clock)
    return background.finish(row, content, paper.file_name, clock(), expires_at=None) if content else None


@transaction.atomic
def remove_old(*, now: datetime) -> int:
    """Remove the papers that say what the product says no more. Returns how many."""
    current = {(name, digest_of(name)) for name in COMMON}
    old = [
        row
        for row in CommonPaper.objects.filter(requested_at__lte=now - _KEPT)
        if (row.name, row.digest) not in current and not row.is_under_way
    ]
    for row in old:
        row.file.delete(save=False)
        row.delete()
    return len(old)
