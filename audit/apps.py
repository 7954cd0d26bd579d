"""App configuration of the audit record."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from audit import triggers


def restore_triggers(*, using: str, **_kwargs: Any) -> None:
    """Install the append-only triggers again, in whatever state a migration left the tables."""
    connection = connections[using]
    if triggers.tables_present(connection):
        triggers.install(connection)


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("审计")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Wiring, not domain work: SQLite changes a field by rebuilding the table, and the old table's triggers
        # vanish without a word. Every migrate therefore ends with a fresh set, on both engines alike.
        post_migrate.connect(restore_triggers, sender=self, dispatch_uid="audit.restore_triggers")
