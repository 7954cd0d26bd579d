"""What holds of every scenario: sweeps and looks change no answer, and no value breaks the rehearsal."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from recruitment.rehearsal.play import play as play_whole
from recruitment.rehearsal.scenario import ACTS, parse
from recruitment.rules.papers import DOCUMENTS
from recruitment.rules.steps import OPINIONS, STEP_KEYS, STEPS
from recruitment.rules.vetoes import VETOES
from tests.rehearsal.dsl import PERSON, Story

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

STATUSES = {"open", "submitted", "returned", "frozen", "terminated", "completed", "closed"}
CODES = {
    "not_this_step",
    "not_allowed",
    "own_submission",
    "action_date_in_future",
    "date_order",
    "material_missing",
    "flag_unexplained",
    "suspended",
    "frozen",
    "closed",
    "field_invalid",
}


def stripped(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "index"}


def test_every_answer_shows_the_case_as_of_its_moment_swept_or_not(theatre):
    # A late, explained, returned, extended course, with a sweep before every event and without.
    story = Story.at("cultivate_educate")
    story.log("2026-12-20", "halfyear_review", "review_date", "2026-10-20")
    story.explain("2026-12-21", "upload_within_one_month")
    story.look("2027-07-02")
    story.explain("2027-07-02", "annual_pool_analysis")
    story.log("2027-07-03", "halfyear_review", "review_date", "2027-07-01", materials=[])
    story.look("2027-08-05")
    story.do("upload", "2027-08-06", "halfyear_review")
    story.explain("2027-08-06", "upload_within_one_month")
    story.submit("2027-08-06", "cultivate_educate")
    story.verify("2027-08-06", "cultivate_educate")
    story.submit("2027-08-06", "halfyear_review")
    story.do("return", "2027-08-07", "halfyear_review", reason="补充")
    story.submit("2027-08-08", "halfyear_review")
    story.verify("2027-08-08", "halfyear_review")
    plain = theatre.play(story)
    swept = Story()
    for event in story.events:
        swept.do("sweep", event["at"])
        swept.events.append(event)
    answers = play_whole(parse(swept.scenario()), theatre.cleared())
    assert [stripped(a) for a in answers["events"][1::2]] == [stripped(a) for a in plain["events"]]
    assert answers["end"] == plain["end"]


def _value(chance: random.Random, on: datetime) -> Any:
    near = on + timedelta(days=chance.randint(-40, 20))
    return chance.choice(
        [
            near.date().isoformat(),
            near.date().isoformat(),
            "x",
            "",
            0,
            1,
            9,
            -1,
            2.5,
            True,
            [],
            ["x"],
            {},
            None,
            "agree",
        ]
    )


def _event(chance: random.Random, on: datetime, current: str) -> dict[str, Any]:
    """An act that is likely to fit the step at which the case stands, and may be nonsense all the same."""
    act = chance.choice(["submit", "verify"] * 12 + ["record", "log", "explain"] * 3 + list(ACTS))
    step = current if chance.random() < 0.9 else chance.choice(STEP_KEYS)
    event: dict[str, Any] = {"at": on.isoformat(timespec="minutes"), "do": act}
    if act == "log":
        step = chance.choice([key for key in STEP_KEYS if STEPS[key].is_log])
        kinds = [kind for kind in STEPS[step].log_kinds if kind not in OPINIONS]  # no part of the contract
        event["fields"] = {chance.choice(kinds): _value(chance, on) or on.date().isoformat()}
    elif act in ("submit", "record", "report") and chance.random() < 0.3:
        fields = chance.sample(STEPS[step].fields, k=min(2, len(STEPS[step].fields)))
        event["fields"] = {
            field.name: chance.choice(field.choices) if field.choices and chance.random() < 0.7 else _value(chance, on)
            for field in fields
        }
    if ACTS[act] or chance.random() < 0.2:
        event["step"] = step
    if chance.random() < 0.1:
        event["materials"] = chance.sample(sorted(DOCUMENTS), k=chance.randint(0, 2))
    if chance.random() < 0.05:
        event["as"] = chance.choice(["branch_secretary", "grassroots_committee", "superior_org_department"])
    texts = {
        "reason": ["", "理由", 5],
        "text": ["", "说明"],
        "code": [*VETOES, "V99", ""],
        "flag": ["talk_within_one_month", "upload_within_one_month", "review_every_six_months", "returned", "x"],
        "outcome": ["lost", "completed", ""],
        "override": ["", "批准"],
    }
    for name, values in texts.items():
        if chance.random() < 0.7:
            event[name] = chance.choice(values)
    return event


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 60))])
def test_no_act_and_no_value_breaks_the_rehearsal(theatre, seed):
    chance = random.Random(seed)
    start = chance.choice(["submit_application", "cultivate_educate", "political_review", "conversion_branch_meeting"])
    # A prefix shared by its seeds, then acts that nobody planned.
    story = Story.at(start, plan_room=chance.choice([None, 0]), person=PERSON)
    on = datetime.fromisoformat(story.events[-1]["at"]) if story.events else datetime(2026, 4, 1, 9, 0)  # noqa: DTZ001 - a scenario's time is local by contract
    answer = theatre.play(story) if story.events else None
    current = answer["events"][-1]["step"] if answer else STEP_KEYS[0]
    for _ in range(25):
        on += timedelta(days=chance.choice([0, 0, 1, 3, 20, 45]), hours=1)
        story.events.append(_event(chance, on, current))
        event = theatre.play(story)["events"][-1]
        current = event["step"] or STEP_KEYS[-1]
        assert event["status"] in STATUSES
        assert event["accepted"] == (not event["refusals"])
        for refusal in event["refusals"]:
            assert refusal["code"] in CODES or not refusal["code"].endswith("_majority")
        assert event["flags"] == sorted(set(event["flags"]))
        assert event["light"] in ("green", "yellow", "red")
        assert (event["light"] == "green") or event["next_change_on"] is None
        assert event["light"] != "green" or not event["flags"]
        if event["next_change_on"]:
            assert event["next_change_on"] > event_day(story)
        # A reader who looks a moment later is told the same.
        again = {**story.events[-1], "do": "look"}
        looked = Story()
        looked.document, looked.events = story.document, [*story.events, {"at": again["at"], "do": "look"}]
        same = theatre.play(looked)["events"][-1]
        shown = ("step", "status", "light", "flags", "unlocks_on", "next_change_on")
        assert [same[name] for name in shown] == [event[name] for name in shown]
    assert theatre.play(story)["audit_ok"] is True


def event_day(story: Story) -> str:
    return story.events[-1]["at"][:10]
