"""Reading a scenario: what fits, and a one-line error that names the place of what does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from recruitment.rules.dates import iso_date
from recruitment.rules.editions import SettingError, local_setting
from recruitment.rules.papers import DOCUMENTS
from recruitment.rules.service import LIMITS
from recruitment.rules.steps import OPINIONS, STEPS

TIMEZONE = ZoneInfo("Asia/Shanghai")

ROLES = ("branch_secretary", "grassroots_committee", "superior_org_department")

#: Act -> whether it names a step.
ACTS: Mapping[str, bool] = {
    "record": True,
    "upload": True,
    "log": True,
    "report": True,
    "submit": True,
    "verify": True,
    "return": True,
    "send_back": True,
    "explain": False,
    "veto": False,
    "confirm_veto": False,
    "dismiss_veto": False,
    "suspend": False,
    "resume": False,
    "close": False,
    "transfer": False,
    "accept_transfer": False,
    "refuse_transfer": False,
    "sweep": False,
    "look": False,
}
_ACTS_WITH_FIELDS = frozenset({"record", "log", "report", "submit"})

_TOP_KEYS = frozenset({"title", "person", "local_rules", "plan_room", "events"})
_EVENT_KEYS = frozenset(
    {"at", "do", "step", "fields", "materials", "as", "override", "reason", "code", "flag", "text", "outcome"}
)
_PERSON_KEYS = frozenset(
    {
        "name",
        "sex",
        "ethnicity",
        "id_number",
        "birth_date",
        "native_place",
        "education",
        "employer_or_school",
        "residence",
        "position",
        "employment_kind",
        "expected_leave_date",
        "has_personnel_archive",
        "political_status",
        "household_registration",
        "phone",
        "work_history",
        "family",
        "social_relations",
    }
)

#: Fields of the catalogue that are dated entries here: a scenario may name them on a closing, where no gate reads them.
_ENTRY_FIELDS: Mapping[str, frozenset[str]] = {
    "assign_contacts": frozenset({"change_log"}),
    "cultivate_educate": frozenset({"activities", "thought_reports", "contact_talks"}),
    "halfyear_review": frozenset({"reviews", "review_dates", "annual_analysis_on"}),
    "probation_education": frozenset({"reviews", "review_dates", "thought_reports"}),
}

DEFAULT_BIRTH = date(1990, 1, 1)


class ScenarioError(Exception):
    """The file cannot be read or does not fit; the message is one line that names the place."""


@dataclass(frozen=True)
class Event:
    """One event: when, what, on which step, and whatever the act reads. ``materials`` None means every required one."""

    index: int
    at: datetime
    do: str
    step: str | None
    fields: Mapping[str, Any]
    materials: tuple[str, ...] | None
    role: str | None
    texts: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    title: str
    person: Mapping[str, Any]
    local_rules: Mapping[str, Mapping[str, Any]]
    plan_room: int | None
    events: tuple[Event, ...] = field(default_factory=tuple)


def read(path: Path) -> Scenario:
    """Read a scenario file; raises :class:`ScenarioError`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
    except OSError as error:
        raise ScenarioError(f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ScenarioError("cannot be read: not UTF-8 text") from None
    except ValueError as error:
        raise ScenarioError(f"not JSON: {error}") from None
    except RecursionError:
        raise ScenarioError("not JSON that can be read: nested too deeply") from None
    return parse(document)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def parse(document: Any) -> Scenario:
    """Fit a JSON document to the contract; raises :class:`ScenarioError`."""
    _must(isinstance(document, dict), "scenario", "must be an object")
    _known_keys(document, _TOP_KEYS, "")
    title = document.get("title") or ""
    _must(isinstance(title, str), "title", "must be text")
    events = document.get("events")
    _must(isinstance(events, list), "events", "must be a list")
    plan_room = document.get("plan_room")
    _must(plan_room is None or _is_count(plan_room), "plan_room", "must be a whole number, not negative")
    return Scenario(
        title=title,
        person=_person(document.get("person")),
        local_rules=_local_rules(document.get("local_rules")),
        plan_room=plan_room,
        events=_events(events),
    )


def _must(condition: bool, place: str, why: str) -> None:
    if not condition:
        raise ScenarioError(f"{place}: {why}")


def _known_keys(document: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    for key in document:
        _must(key in known, f"{place}{key}", f'unknown key "{key}"')


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _date(value: Any, place: str) -> date:
    try:
        return iso_date(value)
    except (TypeError, ValueError):
        raise ScenarioError(f"{place}: not a date (YYYY-MM-DD)") from None


def _person(given: Any) -> dict[str, Any]:
    given = {} if given is None else given
    _must(isinstance(given, dict), "person", "must be an object")
    _known_keys(given, _PERSON_KEYS, "person.")
    person: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    for key, value in person.items():
        place = f"person.{key}"
        if key in ("birth_date", "expected_leave_date"):
            person[key] = _date(value, place)
        elif key == "has_personnel_archive":
            _must(isinstance(value, bool), place, "must be true or false")
        else:
            _must(isinstance(value, str), place, "must be text")
    _must(person.get("sex") in (None, "female", "male"), "person.sex", "must be female or male")
    person.setdefault("birth_date", DEFAULT_BIRTH)
    person.setdefault("has_personnel_archive", True)
    return person


def _local_rules(given: Any) -> dict[str, dict[str, Any]]:
    given = {} if given is None else given
    _must(isinstance(given, dict), "local_rules", "must be an object")
    settings: dict[str, dict[str, Any]] = {}
    for gate, parameters in given.items():
        # A rule that is left out still names a gate.
        parameters = {} if parameters is None else parameters
        _must(isinstance(parameters, dict), f"local_rules.{gate}", "must be an object")
        parameters = {name: value for name, value in parameters.items() if value is not None}
        try:
            if gate in LIMITS:
                # No answer of a rehearsal depends on a service limit, so none may be set in it.
                raise SettingError(gate, f'unknown gate "{gate}"')
            local_setting(gate, parameters)
        except SettingError as error:
            raise ScenarioError(f"local_rules.{error}") from None
        settings[gate] = parameters
    return settings


def _events(given: list[Any]) -> tuple[Event, ...]:
    events: list[Event] = []
    for index, raw in enumerate(given):
        event = _event(index, raw)
        if events:
            _must(event.at >= events[-1].at, f"events[{index}].at", "time runs backwards")
        events.append(event)
    return tuple(events)


def _event(index: int, raw: Any) -> Event:
    place = f"events[{index}]"
    _must(isinstance(raw, dict), place, "must be an object")
    _known_keys(raw, _EVENT_KEYS, f"{place}.")
    given = {key: value for key, value in raw.items() if value is not None}
    do = given.get("do")
    _must(isinstance(do, str) and do in ACTS, f"{place}.do", f'unknown act "{do}"')
    step = given.get("step")
    if step is not None:
        _must(isinstance(step, str) and step in STEPS, f"{place}.step", f'unknown step "{step}"')
    _must(step is not None or not ACTS[do], f"{place}.step", f'"{do}" needs a step')
    role = given.get("as")
    _must(role is None or role in ROLES, f"{place}.as", f'unknown role "{role}"')
    return Event(
        index=index,
        at=_moment(given.get("at"), f"{place}.at"),
        do=do,
        step=step,
        fields=_fields(given, raw, do, step, place),
        materials=_materials(given.get("materials"), place),
        role=role,
        texts={key: given[key] for key in ("override", "reason", "code", "flag", "text", "outcome") if key in given},
    )


def _moment(value: Any, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ScenarioError(f"{place}: not a local time (YYYY-MM-DDTHH:MM)") from None
    _must(moment.tzinfo is None, place, "must be local time, without an offset")
    return moment.replace(tzinfo=TIMEZONE)


def _fields(given: Mapping[str, Any], raw: Mapping[str, Any], do: str, step: str | None, place: str) -> dict[str, Any]:
    fields = given.get("fields", {})
    _must(isinstance(fields, dict), f"{place}.fields", "must be an object")
    if do not in _ACTS_WITH_FIELDS or step is None:
        return {}
    row = STEPS[step]
    if do == "log":
        return _log_fields(fields, tuple(kind for kind in row.log_kinds if kind not in OPINIONS), step, place)
    known = {field.name for field in row.fields} | _ENTRY_FIELDS.get(step, frozenset())
    for name in fields:
        _must(name in known, f"{place}.fields.{name}", f'unknown field "{name}" of step "{step}"')
    return {
        name: value
        for name, value in fields.items()
        if value is not None and name not in _ENTRY_FIELDS.get(step, frozenset())
    }


def _log_fields(fields: Mapping[str, Any], kinds: tuple[str, ...], step: str, place: str) -> dict[str, Any]:
    _must(bool(kinds), f"{place}.step", f'"{step}" is not a log step')
    for name in fields:
        _must(name in kinds, f"{place}.fields.{name}", f'unknown log entry "{name}" of step "{step}"')
    _must(len(fields) == 1, f"{place}.fields", f"needs one of {', '.join(kinds)}")
    return dict(fields)


def _materials(given: Any, place: str) -> tuple[str, ...] | None:
    if given is None:
        return None
    _must(isinstance(given, list), f"{place}.materials", "must be a list")
    for number, code in enumerate(given):
        known = isinstance(code, str) and code in DOCUMENTS
        _must(known, f"{place}.materials[{number}]", f'unknown document "{code}"')
    return tuple(dict.fromkeys(given))
