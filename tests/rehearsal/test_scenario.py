"""What fits and what does not: a name that does not exist is an error that names the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from recruitment.rehearsal.scenario import ACTS, ScenarioError, parse, read
from recruitment.rules.steps import GATES, STEPS

AT = "2026-06-01T09:00"


def event(**keys):
    return {"at": AT, "do": "look", **keys}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "scenario: must be an object"),
        ({}, "events: must be a list"),
        ({"events": {}}, "events: must be a list"),
        ({"events": [], "steps": []}, 'steps: unknown key "steps"'),
        ({"events": [], "title": 7}, "title: must be text"),
        ({"events": [], "plan_room": -1}, "plan_room: must be a whole number, not negative"),
        ({"events": [], "plan_room": True}, "plan_room: must be a whole number, not negative"),
        ({"events": [], "person": []}, "person: must be an object"),
        ({"events": [], "person": {"height": 170}}, 'person.height: unknown key "height"'),
        ({"events": [], "person": {"birth_date": "1998-2-28"}}, "person.birth_date: not a date (YYYY-MM-DD)"),
        ({"events": [], "person": {"birth_date": "19980228"}}, "person.birth_date: not a date (YYYY-MM-DD)"),
        ({"events": [], "person": {"expected_leave_date": "2027-02-29"}}, "person.expected_leave_date: not a date"),
        ({"events": [], "person": {"sex": "f"}}, "person.sex: must be female or male"),
        ({"events": [], "person": {"has_personnel_archive": 1}}, "person.has_personnel_archive: must be true or false"),
        ({"events": [], "local_rules": []}, "local_rules: must be an object"),
        ({"events": [], "local_rules": {"no_rule": {}}}, 'local_rules.no_rule: unknown gate "no_rule"'),
        ({"events": [], "local_rules": {"no_rule": None}}, 'local_rules.no_rule: unknown gate "no_rule"'),
        ({"events": [], "local_rules": {"V24": {"enabled": True}}}, 'local_rules.V24: unknown gate "V24"'),
        (
            {"events": [], "local_rules": {"talk_within_one_month": {"duration": "P2M"}}},
            "local_rules.talk_within_one_month: this gate is not configurable",
        ),
        (
            {"events": [], "local_rules": {"minimum_two_reviews": {"max": 3}}},
            "local_rules.minimum_two_reviews.max: the gate has no such parameter",
        ),
        (
            {"events": [], "local_rules": {"archive_within_one_month": {"days": 3}}},
            "local_rules.archive_within_one_month.days: the gate has no such parameter",
        ),
        (
            {"events": [], "local_rules": {"archive_within_one_month": {"duration": "a month"}}},
            "local_rules.archive_within_one_month.duration: ",
        ),
        ({"events": ["look"]}, "events[0]: must be an object"),
        ({"events": [event(), event(do="dance")]}, 'events[1].do: unknown act "dance"'),
        ({"events": [event(stap="x")]}, 'events[0].stap: unknown key "stap"'),
        ({"events": [event(do="submit", step="x")]}, 'events[0].step: unknown step "x"'),
        ({"events": [event(), event(), event(), event(step="x")]}, 'events[3].step: unknown step "x"'),
        ({"events": [event(do="submit")]}, 'events[0].step: "submit" needs a step'),
        ({"events": [event(**{"as": "secretary"})]}, 'events[0].as: unknown role "secretary"'),
        ({"events": [{"do": "look"}]}, "events[0].at: not a local time (YYYY-MM-DDTHH:MM)"),
        ({"events": [event(at="tomorrow")]}, "events[0].at: not a local time (YYYY-MM-DDTHH:MM)"),
        ({"events": [event(at="2026-06-01T09:00+08:00")]}, "events[0].at: must be local time, without an offset"),
        ({"events": [event(at="2026-06-02T09:00"), event()]}, "events[1].at: time runs backwards"),
        (
            {"events": [event(do="submit", step="organization_talk", fields={"talked": AT})]},
            'events[0].fields.talked: unknown field "talked" of step "organization_talk"',
        ),
        (
            {"events": [event(do="record", step="organization_talk", fields={"decided_on": None})]},
            'events[0].fields.decided_on: unknown field "decided_on" of step "organization_talk"',
        ),
        ({"events": [event(do="submit", step="organization_talk", fields=[])]}, "events[0].fields: must be an object"),
        (
            {"events": [event(do="report", step="file_activist", fields={"reported": AT})]},
            'events[0].fields.reported: unknown field "reported" of step "file_activist"',
        ),
        (
            {"events": [event(do="log", step="organization_talk")]},
            'events[0].step: "organization_talk" is not a log step',
        ),
        (
            {"events": [event(do="log", step="halfyear_review", fields={"activity": "2026-06-01"})]},
            'events[0].fields.activity: unknown log entry "activity" of step "halfyear_review"',
        ),
        ({"events": [event(do="log", step="halfyear_review")]}, "events[0].fields: needs one of "),
        ({"events": [event(materials="D01")]}, "events[0].materials: must be a list"),
        ({"events": [event(materials=["D01", "D99"])]}, 'events[0].materials[1]: unknown document "D99"'),
        ({"events": [event(materials=["F01"])]}, 'events[0].materials[0]: unknown document "F01"'),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(document, message):
    with pytest.raises(ScenarioError) as caught:
        parse(document)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_null_is_left_out():
    scenario = parse(
        {
            "title": None,
            "person": None,
            "local_rules": None,
            "plan_room": None,
            "events": [event(step=None, fields=None, materials=None, reason=None) | {"as": None}],
        }
    )
    [only] = scenario.events
    assert (only.step, only.fields, only.materials, only.role, only.texts) == (None, {}, None, None, {})
    assert scenario.local_rules == {}
    assert scenario.person["has_personnel_archive"] is True


def test_two_events_of_one_moment_fit():
    assert len(parse({"events": [event(), event()]}).events) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not JSON: "),
        (b"", "not JSON: "),
        (b'{"events": [NaN]}', "not JSON: NaN is not a JSON value"),
        (b"\xff\xfe\x00", "cannot be read: not UTF-8 text"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        read(path)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    with pytest.raises(ScenarioError, match="cannot be read: "):
        read(tmp_path / "missing.json")
    with pytest.raises(ScenarioError, match="cannot be read: "):
        read(tmp_path)


def test_every_act_and_every_field_of_the_table_fits():
    for step in STEPS.values():
        fields = {field.name: None for field in step.fields}
        parse({"events": [event(do="submit", step=step.key, fields=fields)]})
    for act, needs_step in ACTS.items():
        keys = {"step": "halfyear_review", "fields": {"review_date": "2026-06-01"} if act == "log" else {}}
        parse({"events": [event(do=act, **(keys if needs_step else {}))]})


def test_every_configurable_rule_may_be_switched():
    for gate in GATES.values():
        document = {"events": [], "local_rules": {gate.id: {"enabled": True}}}
        if gate.configurable:
            assert parse(document).local_rules == {gate.id: {"enabled": True}}
        else:
            with pytest.raises(ScenarioError, match="not configurable"):
                parse(document)
