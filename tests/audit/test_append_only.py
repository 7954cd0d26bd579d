"""Nothing changes an entry: not the ORM, not SQL; and the triggers are there after every migrate."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit import services, triggers
from audit.models import AppendOnlyError, ChainHead, Entry

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone has this")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone has this")


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# -- The ORM -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        lambda entry: entry.save(),
        lambda entry: entry.save(update_fields=["action"]),
        lambda entry: entry.delete(),
        lambda entry: Entry.objects.update(action="other"),
        lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
        lambda entry: Entry.objects.bulk_update([entry], ["action"]),
        lambda entry: Entry.objects.bulk_create([entry], ignore_conflicts=True),
        lambda entry: Entry.objects.update_or_create(pk=entry.pk, defaults={"action": "other"}),
    ],
    ids=["save", "save fields", "delete", "update", "delete set", "bulk_update", "bulk_create", "update_or_create"],
)
def test_the_orm_refuses_to_change_an_entry(append, edit):
    entry = append(n=1)
    with pytest.raises(AppendOnlyError, match=r"append-only: .* refused"):
        edit(entry)

    assert Entry.objects.get().action == "step.recorded"
    assert services.verify() == []


def test_a_chosen_key_does_not_become_an_update(append):
    entry = append(n=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry(pk=entry.pk, chain="case:1", seq=9, at=entry.at, actor_name="样本", action="other", payload={}).save()

    assert Entry.objects.get().action == "step.recorded"


# -- SQL ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE audit_entry SET action = 'other'", "audit_entry is append-only: UPDATE refused"),
        ("UPDATE audit_entry SET hash = hash", "audit_entry is append-only: UPDATE refused"),
        ("DELETE FROM audit_entry", "audit_entry is append-only: DELETE refused"),
        ("DELETE FROM audit_chainhead", "audit_chainhead only moves forward: DELETE refused"),
        ("UPDATE audit_chainhead SET seq = seq - 1", "audit_chainhead only moves forward: UPDATE refused"),
        ("UPDATE audit_chainhead SET hash = 'other'", "audit_chainhead only moves forward: UPDATE refused"),
        ("UPDATE audit_chainhead SET chain = 'case:9'", "audit_chainhead only moves forward: UPDATE refused"),
    ],
)
def test_the_database_refuses_to_change_the_record(append, sql, message):
    append(n=1)
    with pytest.raises(IntegrityError, match=message):
        execute(sql)

    assert services.verify() == []


@on_postgresql
@pytest.mark.parametrize("table", ["audit_entry", "audit_chainhead"])
def test_postgresql_refuses_to_truncate(append, table):
    append(n=1)
    with pytest.raises(IntegrityError, match=f"{table} .*: TRUNCATE refused"):
        execute(f"TRUNCATE {table}")

    assert Entry.objects.count() == ChainHead.objects.count() == 1


@on_postgresql
def test_a_replica_role_does_not_switch_the_triggers_off(append):
    append(n=1)
    with pytest.raises(IntegrityError, match="UPDATE refused"):
        execute("SET LOCAL session_replication_role = replica; UPDATE audit_entry SET action = 'other'")


@on_sqlite
@pytest.mark.parametrize("same", ["id", "chain, seq"])
def test_sqlite_refuses_to_replace(append, same):
    append(n=1)
    columns = [field.column for field in Entry._meta.fields]
    taken = same.split(", ")
    values = ", ".join(column if column in taken or column not in ("id", "seq") else "99" for column in columns)
    with pytest.raises(IntegrityError, match="INSERT over an existing entry refused"):
        execute(f"INSERT OR REPLACE INTO audit_entry ({', '.join(columns)}) SELECT {values} FROM audit_entry")

    assert services.verify() == []


# -- The list of triggers ----------------------------------------------------------------------------------------------


def test_every_trigger_is_there_after_migrate():
    assert triggers.installed(connection) == triggers.expected(connection)
    assert {"audit_entry_no_update", "audit_entry_no_delete"} <= triggers.installed(connection)


def test_triggers_can_be_dropped_and_installed_again(append):
    triggers.drop(connection)
    assert triggers.installed(connection) == frozenset()
    triggers.drop(connection)
    for _ in range(2):
        triggers.install(connection)
        assert triggers.installed(connection) == triggers.expected(connection)


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_migrate_brings_back_what_a_table_rebuild_drops():
    with connection.schema_editor() as editor:
        editor._remake_table(Entry)
    assert "audit_entry_no_update" not in triggers.installed(connection)

    call_command("migrate", verbosity=0)
    assert triggers.installed(connection) == triggers.expected(connection)


@on_postgresql
def test_a_disabled_trigger_counts_as_missing_until_the_next_migrate():
    execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_update")
    assert triggers.installed(connection) == triggers.expected(connection) - {"audit_entry_no_update"}

    call_command("migrate", verbosity=0)
    assert triggers.installed(connection) == triggers.expected(connection)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_a_transactional_test_is_flushed_and_starts_guarded(append, run):
    assert not Entry.objects.exists()
    assert triggers.installed(connection) == triggers.expected(connection)
    with transaction.atomic():
        append(n=run)
