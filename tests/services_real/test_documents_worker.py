"""Papers for many people by a real worker: the count is right, also when a worker is killed in the middle."""

import time
import zipfile
from collections.abc import Callable

import pytest
from django.utils import timezone

from audit.models import Entry
from branches.access import actor_for
from branches.models import Seat
from recruitment.models import DocumentBatch
from recruitment.selectors.casefile import local_day
from recruitment.services import documents
from recruitment.services.background import CLAIM
from recruitment.services.documents import Wish
from recruitment.tasks import pending_documents
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import put
from tests.services_real.conftest import Worker

PATIENCE = 300  # seconds
TALK = Wish(code="T02", step="organization_talk")


def order(county: County, people: int) -> DocumentBatch:
    cases = [put(county, "organization_talk", name=f"样本人员{place}") for place in range(1, people + 1)]
    now = timezone.now()
    actor = actor_for(county.user(county.branch, Seat.Role.SECRETARY), local_day(now))
    return documents.request_batch(
        case_ids=[case.pk for case in cases], wish=TALK, mode=DocumentBatch.Mode.EACH, actor=actor, now=now
    )


def wait_for(batch: DocumentBatch, condition: Callable[[DocumentBatch], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition(batch):
        assert time.monotonic() < end, f"waited in vain: {batch.state}, {batch.done} of {batch.total}"
        time.sleep(0.05)
        batch.refresh_from_db()


@pytest.mark.parametrize("people", [25, pytest.param(200, marks=pytest.mark.soak)])
def test_a_killed_worker_s_papers_are_made_by_the_next_one_and_counted_once(
    start_worker: Callable[[], Worker], people: int
):
    first = start_worker()
    batch = order(make_county(), people)
    wait_for(batch, lambda batch: batch.done >= documents.STEP)
    first.kill()
    batch.refresh_from_db()
    assert (batch.state, batch.finished_at) == (DocumentBatch.State.RUNNING, None)
    assert not Entry.objects.filter(action="document_made").exists()
    # What the five minutes that a silent worker has would bring.
    DocumentBatch.objects.update(claimed_until=timezone.now() - CLAIM)
    start_worker()
    pending_documents.delay()
    wait_for(batch, lambda batch: not batch.is_under_way)
    assert (batch.state, batch.total, batch.done, batch.failed) == (DocumentBatch.State.DONE, people, people, 0)
    assert batch.attempts == 2
    assert batch.requested_at < batch.finished_at <= timezone.now()
    with batch.file.open("rb") as file, zipfile.ZipFile(file) as package:
        names = package.namelist()
    assert len(set(names)) == len(names) == people
    assert Entry.objects.filter(action="document_made").count() == people
