"""Appending: numbers, links, copies of the actor, refusals, and the price in queries."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from audit import services
from audit.canonical import GENESIS
from audit.models import ChainHead, Entry
from audit.services import Draft
from tests.audit.conftest import NOW

pytestmark = pytest.mark.django_db


def test_the_first_entry_begins_a_chain(append, actor):
    entry = append(step="application")

    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.chain, stored.seq, stored.prev_hash) == ("case:1", 1, GENESIS)
    assert (stored.actor_id, stored.actor_name, stored.seat_id) == (7, "样本书记", 70)
    assert (stored.at, stored.action, stored.payload) == (NOW, "step.recorded", {"step": "application"})
    assert stored.hash == stored.computed_hash() == entry.hash
    head = ChainHead.objects.get(pk="case:1")
    assert (head.seq, head.hash) == (1, stored.hash)


def test_each_entry_is_bound_to_the_one_before_it(append):
    first, second, third = append(n=1), append(n=2), append(n=3)

    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    assert ChainHead.objects.get(pk="case:1").hash == third.hash


def test_chains_do_not_mix(append):
    append("case:1")
    other = append("org:1")

    assert (other.seq, other.prev_hash) == (1, GENESIS)


def test_who_entered_it_for_whom_is_kept(actor):
    clerk = replace(actor, name="样本录入员", on_behalf_of_name="样本书记")
    entry = services.append(chain="case:1", action="step.recorded", actor=clerk, now=NOW, payload={})

    assert (entry.actor_name, entry.on_behalf_of) == ("样本录入员", "样本书记")


def test_the_system_acts_without_user_and_seat(actor):
    system = replace(actor, user_id=None, name="系统", seat_id=None)
    entry = services.append(chain="case:1", action="sweep.flagged", actor=system, now=NOW)

    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.actor_id, stored.seat_id, stored.payload) == (None, None, {})
    assert services.verify() == []


def test_what_is_stored_reads_back_to_the_same_hash(append):
    append(
        day=date(2024, 2, 29),
        moment=NOW,
        dues=Decimal("12.50"),
        huge=10**25,
        names=("样本甲", "样本乙"),
        nested={"b": None, "a": [True, 1]},
        text='"quoted"\n\\ 𠮷 é',
    )

    assert services.verify() == []
    assert Entry.objects.get().payload["dues"] == "12.50"


def test_a_rolled_back_act_leaves_no_entry(append):
    append(n=1)
    with transaction.atomic():
        append(n=2)
        transaction.set_rollback(True)

    assert append(n=3).seq == 2
    assert services.verify() == []


def test_an_entry_takes_three_queries_in_a_new_chain_and_in_an_old_one(append, django_assert_num_queries):
    with django_assert_num_queries(3):
        append()
    with django_assert_num_queries(3):
        append()


@pytest.mark.parametrize("size", [1, 3, 80])
def test_many_entries_take_no_more_queries_than_one(size, actor, django_assert_num_queries):
    drafts = [Draft(f"case:{number}", "sweep.flagged", {"n": number}) for number in range(size)]
    with django_assert_num_queries(3):
        services.append_many(drafts=drafts, actor=actor, now=NOW)

    assert services.verify() == []


def test_many_entries_are_written_in_chunks(actor, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(services, "CHUNK", 4)
    drafts = [Draft(f"case:{number % 3}", "sweep.flagged", {"n": number}) for number in range(10)]
    with django_assert_num_queries(3 * 3):
        entries = services.append_many(drafts=drafts, actor=actor, now=NOW)

    assert [entry.payload["n"] for entry in entries] == list(range(10)), "returned in the order given"
    assert [entry.seq for entry in entries] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4], "each chain in the order of its drafts"
    assert services.verify() == []


def test_no_drafts_no_queries(actor, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert services.append_many(drafts=[], actor=actor, now=NOW) == []


def test_one_unsound_payload_stops_all(actor):
    drafts = [Draft("case:1", "sweep.flagged", {}), Draft("case:2", "sweep.flagged", {"share": 0.5})]
    with pytest.raises(TypeError, match=r"payload\.share: a float"):
        services.append_many(drafts=drafts, actor=actor, now=NOW)

    assert not Entry.objects.exists()
    assert not ChainHead.objects.exists()


@pytest.mark.parametrize("chain", ["", "case", "case:", "Case:1", "case:1 ", "case:1;2", "case:" + "1" * 41])
def test_a_chain_needs_a_name(append, chain):
    with pytest.raises(ValueError, match="not the name of a chain"):
        append(chain)


def test_a_payload_is_a_dictionary(actor):
    with pytest.raises(TypeError, match="a dictionary is expected"):
        services.append(chain="case:1", action="step.recorded", actor=actor, now=NOW, payload=["step"])


def test_the_time_needs_a_zone(actor):
    naive = datetime(2026, 5, 11)  # noqa: DTZ001 - the very thing to refuse
    with pytest.raises(ValueError, match="time zone"):
        services.append(chain="case:1", action="step.recorded", actor=actor, now=naive, payload={})


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_appended(append):
    with pytest.raises(transaction.TransactionManagementError):
        append()

    assert not Entry.objects.exists()
