"""The command itself: one process from the file to the answer, beside a database that it leaves alone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

#: Its processes have a database of their own, which is SQLite whatever the others run on.
pytestmark = pytest.mark.embedded

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).parent / "cases"
LOOK = {"title": "样本", "events": [{"at": "2026-06-01T09:00", "do": "look"}]}


def manage(var: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "TEST_DIR")}
    environment |= {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings.base"}
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has been set up and nothing else."""
    folder = tmp_path_factory.mktemp("var")
    done = manage(folder, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return folder


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_one_json_document_and_nothing_that_stays(var):
    # "prints one JSON document on standard output"; "Nothing that it does stays".
    before = contents(var)
    done = manage(var, "rehearse", CASES / "votes_exactly_half.json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert list(answer) == ["title", "audit_ok", "events", "end"]
    assert answer["audit_ok"] is True
    assert [sorted(event) for event in answer["events"]] == [
        sorted(
            [
                "index",
                "accepted",
                "refusals",
                "outcome",
                "step",
                "status",
                "light",
                "flags",
                "unlocks_on",
                "next_change_on",
            ]
        )
    ] * len(answer["events"])
    assert [event["index"] for event in answer["events"]] == list(range(len(answer["events"])))
    assert sorted(answer["end"]) == ["light", "probation_end", "seniority_start", "status", "step"]
    assert contents(var) == before


def test_many_in_the_order_of_their_names_until_one_does_not_fit(var, tmp_path):
    # "plays every .json there and prints one JSON line a file, in name order"
    refused = {"title": "second", "events": [{"at": "2026-06-01T09:00", "do": "verify", "step": "submit_application"}]}
    write(tmp_path / "b.json", refused)
    write(tmp_path / "a.json", LOOK | {"title": "first"})
    write(tmp_path / "notes.txt", "no scenario")
    done = manage(var, "rehearse", "--many", tmp_path)
    # "otherwise the status is 0, whatever was refused inside"
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["title"] for answer in answers] == ["first", "second"]
    [event] = answers[1]["events"]
    assert (event["accepted"], event["refusals"]) == (False, [{"code": "not_this_step"}])

    # "at a file that does not fit it prints the error, with the file's name, and stops with 2"
    write(tmp_path / "c.json", {"events": [{"at": "2026-06-01T09:00", "do": "submit", "step": "x"}]})
    write(tmp_path / "d.json", LOOK)
    done = manage(var, "rehearse", "--many", tmp_path)
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 2
    [line] = done.stderr.splitlines()
    assert 'c.json: events[0].step: unknown step "x"' in line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: "),
        ("{", "not JSON: "),
        (
            json.dumps({"events": [{"at": "2026-06-01T09:00", "do": "submit", "step": "x"}]}),
            'events[0].step: unknown step "x"',
        ),
    ],
)
def test_an_error_names_what_does_not_fit(tmp_path, content, message):
    """Found before anything is played; that it is one line and status 2 shows above."""
    path = tmp_path / "scenario.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=r"^[^\n]+$") as told:
        call_command("rehearse", path)
    assert message in str(told.value)
    assert told.value.returncode == 2


@pytest.mark.parametrize("arguments", [(), ("--many", "nowhere"), ("one.json", "--many", "here")])
def test_a_folder_or_a_file_must_be_named(arguments):
    with pytest.raises(CommandError) as told:
        call_command("rehearse", *arguments)
    assert told.value.returncode == 2
