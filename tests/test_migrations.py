"""Migrations: complete, importing nothing from the apps, and with the audit's triggers in place behind them."""

import ast
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from audit import triggers

ROOT = Path(__file__).parent.parent
APPS = ("recruitment", "branches", "audit")


@pytest.mark.django_db
def test_no_change_of_a_model_is_without_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_import_nothing_that_changes():
    """A migration of last year must still run next year: rules and services have moved on by then."""
    for app in APPS:
        for path in sorted((ROOT / app / "migrations").glob("[0-9]*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                else:
                    continue
                for name in names:
                    # Columns need their field classes and defaults, and the audit its triggers: the schema itself.
                    ours = name.partition(".")[0] in APPS
                    assert not ours or ".models" in name or name == "audit.triggers", f"{path.name}: {name}"


@pytest.mark.both_engines
@pytest.mark.django_db
def test_the_audit_is_append_only_after_migrating():
    assert triggers.installed(connection) == triggers.expected(connection)


def test_one_stroke_and_sixteen_steps_end_at_the_same_schema():
    """A new installation takes the squashed migration; one that began with the steps goes on with them."""
    loader = MigrationLoader(None, replace_migrations=False)
    squashed = next(key for key in loader.disk_migrations if "_squashed_" in key[1])
    others = [leaf for leaf in loader.graph.leaf_nodes() if leaf[0] != squashed[0]]
    at_one_stroke = loader.project_state([*others, squashed])
    step_by_step = loader.project_state([*others, loader.disk_migrations[squashed].replaces[-1]])
    for one, other in ((at_one_stroke, step_by_step), (step_by_step, at_one_stroke)):
        assert MigrationAutodetector(one, other)._detect_changes() == {}
