"""Which rules govern an act: the edition by the day of the act, local settings by the day on which the step opened.

A step is read through a :class:`Ruleset`, never from the table directly, so that local packs can be laid over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from recruitment.rules.dates import Duration, WorkingCalendar
from recruitment.rules.schema import Gate, Step
from recruitment.rules.service import LIMITS
from recruitment.rules.steps import GATES, STEPS, UPLOAD_GATE

R2014, R2026 = "r2014", "r2026"

#: r2026 is in force from the day of its issue (art 44); it has no transition clause.
R2026_FROM = date(2026, 5, 11)


def edition_of(day: date) -> str:
    """The edition of the Rules in force on ``day``."""
    return R2026 if day >= R2026_FROM else R2014


class SettingError(ValueError):
    """A local setting that the catalogue does not allow; ``place`` names the gate or its parameter."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


@dataclass(frozen=True, slots=True)
class LocalSetting:
    """An organisation's setting of one configurable gate, for steps that open on ``effective_from`` or later."""

    gate: str
    effective_from: date = date.min
    enabled: bool | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, gate: Gate) -> Gate:
        changes = dict(self.parameters)
        if self.enabled is not None:
            changes["enabled"] = self.enabled
        return replace(gate, **changes)


#: Names of parameters as people write them -> attribute of the gate.
_PARAMETERS = {
    "duration": "duration",
    "min": "minimum",
    "max": "maximum",
    "tolerance_percent": "tolerance_percent",
    "count_start_day": "count_start_day",
}


def local_setting(gate_id: str, settings: Mapping[str, Any], effective_from: date = date.min) -> LocalSetting:
    """Read an organisation's setting, as ``{"enabled": true, "duration": "P2M"}``.

    Raises :class:`SettingError` where the gate is unknown or not configurable, lacks the parameter, or the value
    cannot be.
    """
    gate = GATES.get(gate_id) or LIMITS.get(gate_id)
    if gate is None:
        raise SettingError(gate_id, f'unknown gate "{gate_id}"')
    if not gate.configurable:
        raise SettingError(gate_id, "this gate is not configurable")
    enabled, parameters = None, {}
    for name, value in settings.items():
        place = f"{gate_id}.{name}"
        if name == "enabled":
            if not isinstance(value, bool):
                raise SettingError(place, "must be true or false")
            enabled = value
            continue
        if name == "duration" and gate.working and _has_months(value):
            raise SettingError(place, "counted in working days: give days, such as P7D")
        attribute = _PARAMETERS.get(name)
        if attribute is None or getattr(gate, attribute) is None:
            raise SettingError(place, "the gate has no such parameter")
        parameters[attribute] = _parameter(place, name, value)
    return LocalSetting(gate_id, effective_from, enabled, parameters)


def _has_months(text: Any) -> bool:
    try:
        return Duration.parse(text).months > 0
    except ValueError:
        return False


def _parameter(place: str, name: str, value: Any) -> Any:
    if name == "duration":
        try:
            return Duration.parse(value)
        except ValueError as error:
            raise SettingError(place, str(error)) from None
    if name == "count_start_day":
        if not isinstance(value, bool):
            raise SettingError(place, "must be true or false")
        return value
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SettingError(place, "must be a whole number, not negative")
    return value


@dataclass(frozen=True)
class Ruleset:
    """The table as it binds one organisation: local settings from the root down, and its working days."""

    settings: tuple[LocalSetting, ...] = ()
    working: WorkingCalendar = field(default_factory=WorkingCalendar)

    def step(self, key: str) -> Step:
        return STEPS[key]

    def gate(self, gate: Gate, opened_on: date) -> Gate:
        """``gate`` with the settings in force on the day on which its step opened; a lower organisation comes last."""
        for setting in self.settings:
            if setting.gate == gate.id and setting.effective_from <= opened_on:
                gate = setting.apply(gate)
        return gate

    def gates(self, key: str, opened_on: date) -> Iterator[Gate]:
        """The enabled gates whose target is step ``key``."""
        for gate in GATES_OF[key]:
            resolved = self.gate(gate, opened_on)
            if resolved.enabled:
                yield resolved

    def upload_gate(self, opened_on: date) -> Gate | None:
        gate = self.gate(UPLOAD_GATE, opened_on)
        return gate if gate.enabled else None


def _gates_by_target() -> dict[str, tuple[Gate, ...]]:
    # A validity gate stands with the paper that grows stale, but judges (and flags) a later step.
    by_target: dict[str, list[Gate]] = {key: [] for key in STEPS}
    for step in STEPS.values():
        for gate in step.gates:
            by_target[gate.step].append(gate)
    return {key: tuple(gates) for key, gates in by_target.items()}


GATES_OF: Mapping[str, tuple[Gate, ...]] = _gates_by_target()
