"""Stories for the rehearsal: a regular case up to a step, then what a test does, and what must be answered to each act.

A story is a scenario built in Python; what must be answered stands beside each event, as literals::

    story = Story.at("organization_talk")
    story.look("2026-07-02").shows(light="yellow", flags=["talk_within_one_month"])

:class:`Theatre` plays stories through the real services, in one transaction. Stories that begin alike share what they
have in common: it is played once, and each goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from recruitment.guide.handbook import explaining
from recruitment.rehearsal.play import Player
from recruitment.rehearsal.scenario import parse
from recruitment.rehearsal.stage import Stage
from recruitment.rules.dates import Duration, add
from recruitment.rules.steps import STEP_KEYS, STEPS

PERSON: Mapping[str, Any] = {
    "name": "样本",
    "birth_date": "1998-02-28",
    "sex": "female",
    "has_personnel_archive": True,
    "expected_leave_date": None,
}


def _step(step: str, on: str, **fields: Any) -> list[dict[str, Any]]:
    """Submitted in the morning and verified in the afternoon of the same day."""
    return [
        {"at": f"{on}T09:00", "do": "submit", "step": step, "fields": fields},
        {"at": f"{on}T15:00", "do": "verify", "step": step},
    ]


def _log(step: str, on: str, kind: str) -> list[dict[str, Any]]:
    return [{"at": f"{on}T08:00", "do": "log", "step": step, "fields": {kind: on}}]


#: Before which step each run of events stands: the regular case, without a flag on any day.
REGULAR: Mapping[str, list[dict[str, Any]]] = {
    "submit_application": _step("submit_application", "2026-06-01", application_date="2026-06-01"),
    "register_application": _step("register_application", "2026-06-02"),
    "organization_talk": _step("organization_talk", "2026-06-10"),
    "recommend_activist": _step("recommend_activist", "2026-06-20"),
    "determine_activist": _step("determine_activist", "2026-07-01"),
    "file_activist": _step("file_activist", "2026-07-05", submitted_on="2026-07-02"),
    "assign_contacts": _step("assign_contacts", "2026-07-08"),
    "cultivate_educate": [
        *_log("cultivate_educate", "2026-10-01", "thought_report"),
        *_log("halfyear_review", "2027-01-01", "review_date"),
        *_log("halfyear_review", "2027-06-29", "annual_analysis"),
        *_log("halfyear_review", "2027-06-29", "review_date"),
        *_step("cultivate_educate", "2027-06-30"),
    ],
    "halfyear_review": _step("halfyear_review", "2027-07-01"),
    "solicit_opinions": _step("solicit_opinions", "2027-07-02"),
    "propose_development_target": _step("propose_development_target", "2027-07-05"),
    "consent_development_target": _step("consent_development_target", "2027-07-08", submitted_on="2027-07-06"),
    "publicize_development_target": _step(
        "publicize_development_target", "2027-07-20", publicity_start="2027-07-12", publicity_end="2027-07-19"
    ),
    "assign_introducers": _step("assign_introducers", "2027-07-22"),
    "political_review": _step("political_review", "2027-08-02"),
    "intensive_training": _step("intensive_training", "2027-08-06", start_on="2027-08-04"),
    "branch_committee_review": _step("branch_committee_review", "2027-08-09"),
    "preliminary_review": _step("preliminary_review", "2027-08-16", submitted_on="2027-08-10"),
    "fill_application_form": _step("fill_application_form", "2027-08-18"),
    "admission_branch_meeting": _step("admission_branch_meeting", "2027-08-23"),
    "superior_talk": _step("superior_talk", "2027-08-26"),
    "committee_approval": _step("committee_approval", "2027-09-06", resolution_received_on="2027-08-25"),
    "file_with_org_department": _step("file_with_org_department", "2027-09-08", reported_on="2027-09-07"),
    "assign_to_branch_group": _step("assign_to_branch_group", "2027-09-09"),
    "admission_oath": _step("admission_oath", "2027-10-01"),
    "probation_education": [
        *_log("probation_education", "2028-02-23", "review_date"),
        *_log("probation_education", "2028-08-14", "review_date"),
        *_step("probation_education", "2028-08-15"),
    ],
    "conversion_application": _step("conversion_application", "2028-08-16"),
    "conversion_review": _step("conversion_review", "2028-08-22"),
    "conversion_branch_meeting": _step("conversion_branch_meeting", "2028-08-23"),
    "conversion_approval": _step("conversion_approval", "2028-09-05", resolution_received_on="2028-08-24"),
    "archive_records": _step("archive_records", "2028-09-20"),
}

#: The same case until the extension, and its second round; the old end of probation is 2028-08-23, the new 2029-02-23.
EXTENSION: tuple[dict[str, Any], ...] = (
    *_step("conversion_branch_meeting", "2028-08-23", decision="extend"),
    *_step("conversion_approval", "2028-09-05", resolution_received_on="2028-08-24"),
)
SECOND_ROUND: Mapping[str, list[dict[str, Any]]] = {
    "probation_education": [
        *_log("probation_education", "2029-02-10", "review_date"),
        *_step("probation_education", "2029-02-12"),
    ],
    "conversion_application": _step("conversion_application", "2029-02-14"),
    "conversion_review": _step("conversion_review", "2029-02-20"),
    "conversion_branch_meeting": _step("conversion_branch_meeting", "2029-02-23"),
    "conversion_approval": _step("conversion_approval", "2029-03-05", resolution_received_on="2029-02-25"),
    "archive_records": _step("archive_records", "2029-03-20"),
}


def _moved(value: Any, months: int) -> Any:
    """The same events with every day moved by whole months; the time of day stays."""
    if isinstance(value, dict):
        return {key: _moved(item, months) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, months) for item in value]
    if isinstance(value, str) and value[:2] == "20":
        on = add(date.fromisoformat(value[:10]), Duration(months=abs(months)), backwards=months < 0)
        return on.isoformat() + value[10:]
    return value


@dataclass
class Expectation:
    """What one event must answer: only what is named is compared."""

    wanted: dict[str, Any] = field(default_factory=dict)

    def accepted(self, **shown: Any) -> Expectation:
        self.wanted |= {"accepted": True, "refusals": []} | shown
        return self

    def refused(self, *codes: str, **shown: Any) -> Expectation:
        """Refused for exactly these codes, in any order; ``unlocks_on``, ``codes`` and ``field`` by :meth:`because`."""
        self.wanted |= {"accepted": False, "codes": sorted(codes)} | shown
        return self

    def because(self, code: str, **details: Any) -> Expectation:
        """The whole refusal of that code, as the answer shows it."""
        self.wanted.setdefault("refusal", {})[code] = {"code": code} | details
        return self

    def shows(self, **shown: Any) -> Expectation:
        self.wanted |= shown
        return self

    def differences(self, answer: Mapping[str, Any]) -> list[str]:
        found = []
        for name, value in self.wanted.items():
            if name == "codes":
                given: Any = sorted(refusal["code"] for refusal in answer["refusals"])
            elif name == "has":
                given, value = sorted(set(answer["flags"]) & set(value)), sorted(value)
            elif name == "hasnot":
                given, value = sorted(set(answer["flags"]) & set(value)), []
            elif name == "refusal":
                given = {r["code"]: r for r in answer["refusals"] if r["code"] in value}
            else:
                given = answer[name]
            if given != value:
                found.append(f"{name} is {given!r}, not {value!r}; refused for {answer['refusals']}")
        # Whatever is answered, the Guide explains it.
        codes = {refusal["code"] for refusal in answer["refusals"]} | set(answer["flags"])
        found += [f"no article explains {code}" for code in sorted(codes) if explaining(code) is None]
        return found


class Story:
    """A scenario under construction, and what each of its events must answer."""

    def __init__(self, *, person: Mapping[str, Any] | None = None, **settings: Any) -> None:
        self.document: dict[str, Any] = {"title": "a story", "person": {**PERSON, **(person or {})}, **settings}
        self.events: list[dict[str, Any]] = []
        self.expectations: list[Expectation] = []
        self.end: dict[str, Any] = {}

    # -- where a story begins ---------------------------------------------------------------------------------------

    @classmethod
    def at(cls, step: str | None, *, months: int = 0, **settings: Any) -> Story:
        """A regular case that stands at ``step`` (finished, where None), every day moved by so many months."""
        story = cls(**settings)
        story.go(REGULAR, STEP_KEYS[: STEPS[step].number - 1] if step else STEP_KEYS, months=months)
        return story

    @classmethod
    def second_round(cls, step: str | None = "probation_education", **settings: Any) -> Story:
        """A regular case whose probation was extended by six months, at ``step`` of its second round."""
        story = cls.at("conversion_branch_meeting", **settings)
        story.play(EXTENSION)
        keys = tuple(SECOND_ROUND)
        story.go(SECOND_ROUND, keys[: keys.index(step)] if step else keys)
        return story

    def go(self, course: Mapping[str, list[dict[str, Any]]], steps: Iterable[str], *, months: int = 0) -> Story:
        for step in steps:
            self.play(_moved(course[step], months) if months else course[step])
        return self

    def between(self, first: str, last: str) -> Story:
        """The regular events from step ``first`` to step ``last``, both included."""
        return self.go(REGULAR, STEP_KEYS[STEPS[first].number - 1 : STEPS[last].number])

    def play(self, events: Iterable[Mapping[str, Any]]) -> Story:
        """Events that must all be accepted."""
        for event in events:
            self._add(dict(event)).accepted()
        return self

    # -- events -----------------------------------------------------------------------------------------------------

    def _add(self, event: dict[str, Any]) -> Expectation:
        self.events.append(event)
        self.expectations.append(Expectation())
        return self.expectations[-1]

    def do(self, act: str, at: str, step: str | None = None, /, **keys: Any) -> Expectation:
        """Any event; ``by`` is the key "as", a day alone means ten in the morning."""
        event = {"at": at if "T" in at else f"{at}T10:00", "do": act}
        if step:
            event["step"] = step
        if "by" in keys:
            event["as"] = keys.pop("by")
        return self._add(event | keys)

    def submit(self, at: str, step: str, /, **fields: Any) -> Expectation:
        return self.do("submit", at, step, fields=fields)

    def record(self, at: str, step: str, /, **fields: Any) -> Expectation:
        return self.do("record", at, step, fields=fields)

    def bare(self, at: str, step: str, /, **fields: Any) -> Expectation:
        """Record without any paper."""
        return self.do("record", at, step, fields=fields, materials=[])

    def verify(self, at: str, step: str, /, **keys: Any) -> Expectation:
        return self.do("verify", at, step, **keys)

    def log(self, at: str, step: str, /, kind: str, on: str, **keys: Any) -> Expectation:
        return self.do("log", at, step, fields={kind: on}, **keys)

    def look(self, at: str) -> Expectation:
        return self.do("look", at)

    def explain(self, at: str, flag: str, /, **keys: Any) -> Expectation:
        return self.do("explain", at, flag=flag, **({"text": "已说明情况"} | keys))

    # -- as a scenario ----------------------------------------------------------------------------------------------

    def scenario(self) -> dict[str, Any]:
        return {**self.document, "events": self.events}

    def differences(self, answers: list[dict[str, Any]]) -> list[str]:
        found = []
        for index, (event, wanted, answer) in enumerate(zip(self.events, self.expectations, answers, strict=True)):
            for difference in wanted.differences(answer):
                what = f"{event['at']} {event['do']} {event.get('step', '')}".strip()
                found.append(f"events[{index}] {what}: {difference}")
        return found


@dataclass
class _Act:
    """One event that was played: its answer, and where to go back to when the next story parts here."""

    event: dict[str, Any]
    answer: dict[str, Any]
    savepoint: str
    last_actor: int | None


class Theatre:
    """Plays stories in one open transaction; what a story shares with the one before it is not played again."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._base = transaction.savepoint()
        self._header: Any = None
        self._player: Player | None = None
        self._acts: list[_Act] = []

    def cleared(self) -> Stage:
        """The stage as it was built, for those who play on it themselves."""
        transaction.savepoint_rollback(self._base)
        self._acts, self._header = [], None
        return self._stage

    def play(self, story: Story) -> dict[str, Any]:
        """The whole answer of a story, as the command would give it."""
        scenario = parse(story.scenario())
        # The plan's rows go by the years of the events: only stories of one length of time share them.
        years = (story.events[0]["at"][:4], story.events[-1]["at"][:4]) if "plan_room" in story.document else None
        header = (story.document, years, story.events[0]["at"])
        shared = self._shared(header, story.events)
        player = self._rewound(header, shared, scenario)
        for event, raw in zip(scenario.events[shared:], story.events[shared:], strict=True):
            answer = player.answer(event)
            self._acts.append(_Act(raw, answer, transaction.savepoint(), player.cast.last))
        answers = [{**act.answer} for act in self._acts]
        return {"title": scenario.title, "audit_ok": player.audit_ok(), "events": answers, "end": player.end()}

    def _shared(self, header: Any, events: list[dict[str, Any]]) -> int:
        if header != self._header:
            return 0
        shared = 0
        for act, event in zip(self._acts, events, strict=False):
            if act.event != event:
                break
            shared += 1
        return shared

    def _rewound(self, header: Any, shared: int, scenario: Any) -> Player:
        """A player who stands after the first ``shared`` events."""
        if shared == 0 or self._player is None:
            self._player = Player(scenario, self.cleared())
            self._header = header
            self._player.open()
            return self._player
        del self._acts[shared:]
        last = self._acts[-1]
        transaction.savepoint_rollback(last.savepoint)
        self._player.scenario = scenario
        self._player.cast.last = last.last_actor
        return self._player


def check(theatre: Theatre, story: Story) -> dict[str, Any]:
    """Play a story and compare every answer; returns the whole answer."""
    answer = theatre.play(story)
    found = story.differences(answer["events"])
    found += [
        f"end.{name} is {answer['end'][name]!r}, not {value!r}"
        for name, value in story.end.items()
        if answer["end"][name] != value
    ]
    if answer["audit_ok"] is not True:
        found.append("the audit does not hold")
    assert not found, "\n".join(found)
    return answer
