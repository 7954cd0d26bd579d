"""Many writers, one chain: on PostgreSQL, where rows are locked rather than the whole database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from audit import services
from audit.models import Entry
from audit.services import Draft
from tests.audit.conftest import NOW

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database for a writer"),
]

WRITERS = 8
ROUNDS = 10


def race(write: Callable[[int], None]) -> None:
    """Run `write(number)` in WRITERS threads at once; raises what any of them raised."""
    start = Barrier(WRITERS)

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            write(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(run, range(WRITERS)))


def test_writers_of_a_new_chain_leave_no_gap(append):
    def write(number: int) -> None:
        for turn in range(ROUNDS):
            with transaction.atomic():
                append("case:1", writer=number, turn=turn)

    race(write)

    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, WRITERS * ROUNDS + 1))
    assert services.verify() == []


def test_a_writer_that_rolls_back_leaves_no_gap(append):
    def write(number: int) -> None:
        for turn in range(ROUNDS):
            with transaction.atomic():
                append("case:1", writer=number, turn=turn)
                if number % 2:
                    transaction.set_rollback(True)

    race(write)

    assert Entry.objects.count() == WRITERS // 2 * ROUNDS
    assert services.verify() == []


def test_sweeps_over_the_same_chains_in_opposite_orders_do_not_lock_each_other_out(actor):
    chains = [f"case:{number}" for number in range(40)]

    def write(number: int) -> None:
        ordered = chains if number % 2 else chains[::-1]
        for _turn in range(ROUNDS):
            with transaction.atomic():
                drafts = [Draft(chain, "sweep.flagged", {"writer": number}) for chain in ordered]
                services.append_many(drafts=drafts, actor=actor, now=NOW)

    race(write)

    assert Entry.objects.count() == WRITERS * ROUNDS * len(chains)
    assert services.verify() == []


def test_the_record_is_whole_at_every_moment_of_its_writing(append):
    found: list[services.Break] = []

    def write(number: int) -> None:
        for turn in range(ROUNDS):
            if number == 0:
                found.extend(services.verify())
            else:
                with transaction.atomic():
                    append("case:1", writer=number, turn=turn)

    race(write)

    assert found == []
