"""The sweep by a real worker: it does what is due, passes by what is held, and no flag is lost when it is killed."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from audit import services as audit
from audit.models import ChainHead, Entry
from recruitment.models import Case, Flag, Notification
from recruitment.services.sweep import sweep as sweep_cases
from recruitment.tasks import sweep
from tests.branches.factories import make_county
from tests.services_real.cases import LATE, overdue_cases
from tests.services_real.conftest import Worker

PATIENCE = 30  # seconds


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def flagged() -> set[int]:
    return set(Flag.objects.filter(code=LATE, resolved_at__isnull=True).values_list("case", flat=True))


class Holder:
    """Somebody who holds a row in a transaction of their own, until they are asked to let go."""

    def __init__(self, rows) -> None:
        self._rows, self._held, self._release = rows, Event(), Event()
        self._thread = Thread(target=self._hold)

    def __enter__(self) -> "Holder":
        self._thread.start()
        assert self._held.wait(PATIENCE)
        return self

    def __exit__(self, *exception: object) -> None:
        self._release.set()
        self._thread.join()

    def _hold(self) -> None:
        try:
            with transaction.atomic():
                list(self._rows.select_for_update())
                self._held.set()
                self._release.wait(PATIENCE)
        finally:
            connection.close()


def is_waiting_for_a_lock() -> bool:
    """Whether another session of this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def test_a_worker_sweeps_what_is_due(start_worker: Callable[[], Worker]):
    cases = overdue_cases(make_county(), 2)
    start_worker()
    assert flagged() == set()
    sweep.delay()
    wait_for(lambda: flagged() == {case.pk for case in cases})
    assert audit.verify() == []


def test_no_flag_is_lost_by_a_worker_that_is_killed_in_the_middle(start_worker: Callable[[], Worker]):
    """Killed with its flags written and its record still to come: nothing of it stays, and the next one does it all."""
    cases = overdue_cases(make_county(), 3)
    entries = Entry.objects.count()
    worker = start_worker()
    with Holder(ChainHead.objects.filter(chain=cases[-1].chain)):
        sweep.delay()
        wait_for(is_waiting_for_a_lock)
        worker.kill()
    wait_for(lambda: not is_waiting_for_a_lock())
    assert (flagged(), Notification.objects.count(), Entry.objects.count()) == (set(), 0, entries)
    assert set(Case.objects.values_list("light", flat=True)) == {"green"}

    start_worker()
    sweep.delay()
    wait_for(lambda: flagged() == {case.pk for case in cases})
    wait_for(lambda: Entry.objects.count() == entries + len(cases))
    assert Notification.objects.count() == 2 * len(cases), "the branch and its committee"
    assert audit.verify() == []
    assert sweep_cases(now=timezone.now()).changed == 0


@pytest.mark.django_db(transaction=True)
def test_a_case_that_somebody_works_on_is_passed_by_and_swept_later():
    cases = overdue_cases(make_county(), 2)
    with Holder(Case.objects.filter(pk=cases[0].pk)):
        swept = sweep_cases(now=timezone.now())
        assert (swept.seen, swept.raised) == (1, 1)
        assert flagged() == {cases[1].pk}
    assert sweep_cases(now=timezone.now()).raised == 1
    assert flagged() == {case.pk for case in cases}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_each_flag_once():
    cases = overdue_cases(make_county(), 4)

    def run() -> None:
        try:
            sweep_cases(now=timezone.now())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    sweep_cases(now=timezone.now())
    assert flagged() == {case.pk for case in cases}
    assert (Flag.objects.count(), Notification.objects.count()) == (len(cases), 2 * len(cases))
    assert audit.verify() == []
