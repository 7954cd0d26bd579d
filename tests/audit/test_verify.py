"""With the triggers dropped, whatever was done to the record is found and named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import services, triggers
from audit.models import ChainHead, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(append):
    """Two chains of four entries."""
    for number in range(1, 5):
        append("case:1", n=number)
        append("case:2", n=number)


def breaks(chain: str | None = None) -> list[tuple[str, int, str]]:
    return [(broken.chain, broken.seq, broken.reason) for broken in services.verify(chain)]


def test_a_whole_record_has_no_broken_link(record, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert services.verify() == []


@pytest.mark.parametrize(
    "assignment",
    [
        "action = 'other'",
        "actor_name = '样本他人'",
        "actor_id = 8",
        "seat_id = NULL",
        "on_behalf_of = '样本他人'",
        "at = '2026-05-12 00:00:00'",
        """payload = '{"n": 5}'""",
        """payload = '{"n": 2.5}'""",
        "hash = 'other'",
    ],
)
def test_an_edited_entry_is_found_and_named(record, tamper, assignment):
    tamper(f"UPDATE audit_entry SET {assignment} WHERE chain = 'case:1' AND seq = 2")

    first = services.verify()[0]
    assert (first.chain, first.seq, first.reason) == ("case:1", 2, "its content does not agree with its hash")
    assert first.entry_id == Entry.objects.get(chain="case:1", seq=2).pk
    assert services.verify("case:2") == []


def test_an_edit_with_its_hash_worked_out_anew_is_found_at_the_next_link(record, tamper):
    edited = Entry.objects.get(chain="case:1", seq=2)
    edited.action = "other"
    tamper("UPDATE audit_entry SET action = 'other', hash = %s WHERE id = %s", [edited.computed_hash(), edited.pk])

    assert breaks() == [("case:1", 3, "its previous hash is not the hash of the entry before it")]


def test_an_edit_of_the_last_entry_with_its_hash_is_found_at_the_head(record, tamper):
    edited = Entry.objects.get(chain="case:1", seq=4)
    edited.action = "other"
    tamper("UPDATE audit_entry SET action = 'other', hash = %s WHERE id = %s", [edited.computed_hash(), edited.pk])

    assert breaks() == [("case:1", 4, "the head of the chain does not agree with the last entry")]


@pytest.mark.parametrize(
    ("removed", "at", "reason"),
    [
        ("seq = 1", 1, "entry 1 is missing"),
        ("seq = 2", 2, "entry 2 is missing"),
        ("seq IN (2, 3)", 2, "entries 2 to 3 are missing"),
        ("seq = 4", 4, "entry 4 is missing at the end of the chain"),
        ("seq > 1", 2, "entries 2 to 4 are missing at the end of the chain"),
        ("seq > 0", 1, "all entries are missing; the head says that there are 4"),
    ],
)
def test_removed_entries_are_found(record, tamper, removed, at, reason):
    tamper(f"DELETE FROM audit_entry WHERE chain = 'case:1' AND {removed}")

    assert breaks() == [("case:1", at, reason)]


def test_a_shortened_chain_whose_head_was_set_back_wrongly_is_found(record, tamper):
    tamper("DELETE FROM audit_entry WHERE chain = 'case:1' AND seq = 4")
    tamper("UPDATE audit_chainhead SET seq = 3 WHERE chain = 'case:1'")

    assert breaks() == [("case:1", 3, "the head of the chain does not agree with the last entry")]


def test_a_chain_without_head_is_found(record, tamper):
    tamper("DELETE FROM audit_chainhead WHERE chain = 'case:1'")

    assert breaks() == [("case:1", 4, "the chain has no head")]


def test_swapped_entries_are_found(record, tamper):
    for before, after in ((2, 9), (3, 2), (9, 3)):
        tamper("UPDATE audit_entry SET seq = %s WHERE chain = 'case:1' AND seq = %s", [after, before])

    assert breaks()[0][:2] == ("case:1", 2)


def test_an_entry_put_before_the_first_is_found(record, tamper):
    tamper("UPDATE audit_entry SET seq = 0 WHERE chain = 'case:1' AND seq = 1")

    assert breaks()[0] == ("case:1", 0, "numbers begin with 1")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps columns to their types")
@pytest.mark.parametrize("assignment", ["at = 'never'", "seq = 'two'"])
def test_an_entry_that_cannot_even_be_read_is_named(record, tamper, assignment):
    tamper(f"UPDATE audit_entry SET {assignment} WHERE chain = 'case:1' AND seq = 2")

    assert any("cannot be read" in broken.reason and broken.chain == "case:1" for broken in services.verify())


# -- manage.py verify_audit --------------------------------------------------------------------------------------------


def verify_audit(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("verify_audit", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_says_that_the_record_is_whole(record):
    assert verify_audit() == ("8 entries in 2 chains: whole\n", "")
    assert verify_audit("--chain", "case:2") == ("4 entries in 1 chains: whole\n", "")


def test_the_command_names_the_first_broken_link_and_fails(record, tamper):
    tamper("UPDATE audit_entry SET action = 'other' WHERE seq = 3")

    with pytest.raises(CommandError) as failure:
        verify_audit()
    assert "first broken link: chain case:1, seq 3 (entry " in str(failure.value)
    assert "its content does not agree with its hash (2 broken links in all)" in str(failure.value)
    assert failure.value.returncode == 1


def test_the_command_looks_at_one_chain_alone(record, tamper):
    tamper("UPDATE audit_entry SET action = 'other' WHERE chain = 'case:1' AND seq = 3")
    triggers.install(connection)

    assert verify_audit("--chain", "case:2")[0] == "4 entries in 1 chains: whole\n"
    with pytest.raises(CommandError, match="chain case:1, seq 3"):
        verify_audit("--chain", "case:1")


def test_the_command_does_not_call_an_unknown_chain_whole(record):
    with pytest.raises(CommandError, match="there is no chain case:99"):
        verify_audit("--chain", "case:99")


def test_the_command_finds_a_chain_of_which_the_head_alone_is_left(record, tamper):
    tamper("DELETE FROM audit_entry WHERE chain = 'case:1'")

    with pytest.raises(CommandError, match="all entries are missing"):
        verify_audit("--chain", "case:1")


def test_the_command_warns_where_triggers_are_missing(record):
    triggers.drop(connection)

    out, err = verify_audit()
    assert out == "8 entries in 2 chains: whole\n"
    assert "triggers are missing: audit_chainhead_no_delete" in err


def test_an_empty_record_is_whole():
    assert not ChainHead.objects.exists()
    assert verify_audit()[0] == "0 entries in 0 chains: whole\n"
