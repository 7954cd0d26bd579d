"""Database triggers that keep the record append-only, whoever writes: code, console or a stray SQL client.

What they refuse, on PostgreSQL and SQLite alike:

* UPDATE and DELETE of an entry, and (PostgreSQL) TRUNCATE of the table;
* (SQLite) an INSERT over an existing entry, since INSERT OR REPLACE deletes without firing the delete trigger;
* DELETE and TRUNCATE of chain heads, and an UPDATE that takes a head back or to another chain.

They bind everybody but the owner of the database, who can drop them; then `verify_audit` finds what was changed. A
migration that must rewrite entries drops them first and says so; the next post_migrate installs them again.
"""

from dataclasses import dataclass

from django.db import NotSupportedError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ENTRY = "audit_entry"
HEAD = "audit_chainhead"

APPEND_ONLY = "audit_entry is append-only"
HEAD_KEPT = "audit_chainhead only moves forward"
HEAD_MOVES_BACK = "NEW.chain <> OLD.chain OR NEW.seq < OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash <> OLD.hash)"


@dataclass(frozen=True)
class Trigger:
    """One trigger. `when` narrows it to some rows; `message` is what the refused client reads."""

    name: str
    table: str
    event: str
    message: str
    when: str = ""


EVERYWHERE = (
    Trigger("audit_entry_no_update", ENTRY, "UPDATE", f"{APPEND_ONLY}: UPDATE refused"),
    Trigger("audit_entry_no_delete", ENTRY, "DELETE", f"{APPEND_ONLY}: DELETE refused"),
    Trigger("audit_chainhead_no_return", HEAD, "UPDATE", f"{HEAD_KEPT}: UPDATE refused", HEAD_MOVES_BACK),
    Trigger("audit_chainhead_no_delete", HEAD, "DELETE", f"{HEAD_KEPT}: DELETE refused"),
)
ON_POSTGRESQL = (
    Trigger("audit_entry_no_truncate", ENTRY, "TRUNCATE", f"{APPEND_ONLY}: TRUNCATE refused"),
    Trigger("audit_chainhead_no_truncate", HEAD, "TRUNCATE", f"{HEAD_KEPT}: TRUNCATE refused"),
)
ON_SQLITE = (
    Trigger(
        "audit_entry_no_replace",
        ENTRY,
        "INSERT",
        f"{APPEND_ONLY}: INSERT over an existing entry refused",
        f"EXISTS (SELECT 1 FROM {ENTRY} WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq))",
    ),
)


def expected(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Names of the triggers that this engine should have."""
    return frozenset(trigger.name for trigger in _triggers(connection))


def installed(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Names of those that it has, and that are switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger "
                "WHERE tgrelid IN (to_regclass(%s), to_regclass(%s)) AND NOT tgisinternal AND tgenabled = 'A'",
                [ENTRY, HEAD],
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)", [ENTRY, HEAD]
            )
        present = {name for (name,) in cursor.fetchall()}
    return expected(connection) & present


def tables_present(connection: BaseDatabaseWrapper) -> bool:
    """Whether the tables to guard exist, which they do not once the app's migrations are taken back."""
    return {ENTRY, HEAD} <= set(connection.introspection.table_names())


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place, in its present wording. May be repeated; raises NotSupportedError elsewhere."""
    write = _create_on_postgresql if connection.vendor == "postgresql" else _create_on_sqlite
    _run(connection, [*_drops(connection), *(sql for trigger in _triggers(connection) for sql in write(trigger))])


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove every trigger: for a migration that rewrites entries, and for the flush between tests."""
    _run(connection, _drops(connection))


def _triggers(connection: BaseDatabaseWrapper) -> tuple[Trigger, ...]:
    if connection.vendor == "postgresql":
        return EVERYWHERE + ON_POSTGRESQL
    if connection.vendor == "sqlite":
        return EVERYWHERE + ON_SQLITE
    raise NotSupportedError(f"the audit record has no triggers for {connection.vendor}")


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    # Both engines change triggers within a transaction: at no moment is the record unguarded.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _drops(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor == "postgresql":
        # A trigger goes with its function.
        return [f"DROP FUNCTION IF EXISTS {trigger.name}() CASCADE" for trigger in _triggers(connection)]
    return [f"DROP TRIGGER IF EXISTS {trigger.name}" for trigger in _triggers(connection)]


def _create_on_postgresql(trigger: Trigger) -> list[str]:
    scope = "STATEMENT" if trigger.event == "TRUNCATE" else "ROW"
    when = f"WHEN ({trigger.when}) " if trigger.when else ""
    return [
        f"CREATE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{trigger.message}' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} "
        f"FOR EACH {scope} {when}EXECUTE FUNCTION {trigger.name}()",
        # ALWAYS: session_replication_role = replica does not switch it off.
        f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}",
    ]


def _create_on_sqlite(trigger: Trigger) -> list[str]:
    when = f"WHEN {trigger.when} " if trigger.when else ""
    return [
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} FOR EACH ROW {when}"
        f"BEGIN SELECT RAISE(ABORT, '{trigger.message}'); END"
    ]
