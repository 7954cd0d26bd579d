"""Whole scenario files, with what must be answered in a file of its own beside each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recruitment.rehearsal.play import play as play_whole
from recruitment.rehearsal.scenario import read
from tests.rehearsal.dsl import Expectation

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_scenario_file(theatre, path):
    expected = json.loads((HERE / "expect" / path.name).read_text(encoding="utf-8"))
    answer = play_whole(read(path), theatre.cleared())
    differences = []
    for index, wanted in expected["events"].items():
        wanted = dict(wanted)
        unlocks_on = wanted.pop("unlocks", None)
        if "only" in wanted:
            wanted["codes"] = wanted.pop("only")
        given = answer["events"][int(index)]
        differences += [f"events[{index}]: {found}" for found in Expectation(wanted).differences(given)]
        if unlocks_on and unlocks_on not in [refusal.get("unlocks_on") for refusal in given["refusals"]]:
            differences.append(f"events[{index}]: {given['refusals']} do not unlock on {unlocks_on}")
    differences += [
        f"end.{name}: {answer['end'][name]!r}, not {value!r}"
        for name, value in (expected["end"] or {}).items()
        if answer["end"][name] != value
    ]
    assert not differences, "\n".join(differences)
    assert answer["audit_ok"] is True
    assert answer["title"] == json.loads(path.read_text(encoding="utf-8"))["title"]
