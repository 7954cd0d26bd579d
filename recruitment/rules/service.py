"""Service limits: how long a level above may keep what was handed to it, in working days.

The Rules ask for speed ("promptly", r2026 arts 8, 13, 21) and name no day; the limits are the organisation's own
promise. They colour no light and refuse no act: a passed one is told to the level that holds the work and to the
department above. They have the shape of a gate so that local settings apply to them as to any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from recruitment.rules.dates import Duration, WorkingCalendar
from recruitment.rules.schema import Gate, Kind, Side

_TEN_DAYS = Duration.parse("P10D")


def _limit(code: str, anchor: str, target: str) -> Gate:
    return Gate(
        id=code,
        kind=Kind.NOT_AFTER,
        anchor=anchor,
        target=target,
        duration=_TEN_DAYS,
        working=True,
        source="practice",
        configurable=True,
        holder=Side.COMMITTEE,
    )


#: From the hand-over of a step to its verification; who verifies holds it.
VERIFICATION = _limit("verification_in_time", "*.submitted_on", "*.verified_on")
FILING = _limit("filing_in_time", "file_activist.submitted_on", "file_activist.filed_on")
CONSENT = _limit("consent_in_time", "consent_development_target.submitted_on", "consent_development_target.consent_on")

#: Code -> limit.
LIMITS: Mapping[str, Gate] = MappingProxyType({limit.id: limit for limit in (VERIFICATION, FILING, CONSENT)})
#: The steps that begin with the branch's report and have a service limit of their own.
ANSWERED_WITHIN: Mapping[str, Gate] = MappingProxyType(
    {limit.step: limit for limit in LIMITS.values() if limit is not VERIFICATION}
)


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """A running service limit: who holds the work since when, for how many working days, until when."""

    step: str
    code: str
    holder: Side
    since: date
    due: date
    provisional: bool
    days: int

    @property
    def rises_on(self) -> date:
        return self.due + timedelta(days=1)


def service_clock(
    limit: Gate, *, step: str, holder: Side, since: date, working: WorkingCalendar
) -> ServiceClock | None:
    """The clock of ``limit`` for work handed over on ``since``; that day is not counted. None where it is off."""
    if not limit.enabled or limit.duration is None:
        return None
    due = working.nth_working_day(since, limit.duration.days)
    return ServiceClock(step, limit.id, holder, since, due, working.is_provisional(since, due), limit.duration.days)
