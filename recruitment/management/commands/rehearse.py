"""``manage.py rehearse SCENARIO.json``: play a case with the dates of a file and print what the rules answer."""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from recruitment.rehearsal import scenario as scenarios
from recruitment.rehearsal.play import play
from recruitment.rehearsal.stage import Stage, build


class Command(BaseCommand):
    help = "Play a case with the dates of a scenario file through the real services; nothing that it does stays."
    # The answer is one JSON document on standard output, and nothing else may stand there.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario", nargs="?", type=Path, help="a scenario file")
        parser.add_argument("--many", type=Path, metavar="FOLDER", help="play every .json of a folder, a line each")

    def handle(self, *args: Any, **options: Any) -> None:
        one, many = options["scenario"], options["many"]
        if (one is None) == (many is None):
            raise CommandError("name one scenario file, or a folder with --many", returncode=2)
        if many is not None:
            self._play_many(many)
            return
        try:
            scenario = scenarios.read(one)
        except scenarios.ScenarioError as error:
            raise CommandError(str(error), returncode=2) from None
        with _nothing_stays():
            self._print(play(scenario, build()), indent=1)

    def _play_many(self, folder: Path) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder}: not a folder", returncode=2)
        with _nothing_stays():
            stage: Stage = build()
            for path in sorted(folder.glob("*.json"), key=lambda path: path.name):
                try:
                    scenario = scenarios.read(path)
                except scenarios.ScenarioError as error:
                    raise CommandError(f"{path.name}: {error}", returncode=2) from None
                self._print(play(scenario, stage))

    def _print(self, answer: dict[str, Any], indent: int | None = None) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=indent))

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        finally:
            sys.stdout.flush()


@contextmanager
def _nothing_stays() -> Iterator[None]:
    """A transaction that is rolled back; on SQLite in a throw-away copy, so that the live product is not held up."""
    with _throw_away_copy() if _is_sqlite_file() else _as_it_is(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _is_sqlite_file() -> bool:
    return (
        connection.vendor == "sqlite"
        and not connection.in_atomic_block
        and Path(str(connection.settings_dict["NAME"])).is_file()
    )


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _throw_away_copy() -> Iterator[None]:
    original = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "rehearsal.sqlite3"
        source, target = sqlite3.connect(f"file:{original}?mode=ro", uri=True), sqlite3.connect(copy)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
        connection.close()
        connection.settings_dict["NAME"] = str(copy)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = original
