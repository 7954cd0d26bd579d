"""When each act of a sample case happened: the way through the 31 steps as a careful branch goes it, day by day.

The dates keep every rule of the edition of their day; what a plan wants otherwise (late, returned, not passed) stands
in the plan. Nothing here reads the database or the clock.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from recruitment.rules.dates import Duration, WorkingCalendar, add
from recruitment.rules.facts import probation_span
from recruitment.rules.steps import STEP_KEYS, STEPS

HERE = ZoneInfo("Asia/Shanghai")
YEAR, HALF_YEAR, QUARTER, MONTH = (Duration(months=months) for months in (12, 6, 3, 1))


def key_of(number: int) -> str:
    return STEP_KEYS[number - 1]


@dataclass(frozen=True)
class Plan:
    """How far a case has come and what befell it on the way.

    ``goal`` is the number of the step at which it stands (32: completed), ``ending`` what was done there.
    ``late``, ``returned``, ``failed``: steps that were late and explained, handed back once, voted down once.
    ``extended`` adds a second round; ``goal`` then counts in it where ``second_round`` is true.
    """

    goal: int
    ending: str = "open"
    branch: int = 0
    late: frozenset[int] = frozenset()
    returned: frozenset[int] = frozenset()
    failed: frozenset[int] = frozenset()
    extended: bool = False
    cancelled: bool = False
    second_round: bool = False
    moved: bool = False
    code: str = ""
    skips_reviews: bool = False
    has_archive: bool = True


@dataclass(frozen=True)
class Practice:
    """What a county adds to the rules: half a year before the recommendation, a thought report each quarter."""

    waits: bool = False
    reports_quarterly: bool = False


@dataclass(frozen=True)
class Event:
    """One act: when it was entered, what it was, at which step, and the fields that its date fixes."""

    at: datetime
    act: str
    step: str = ""
    values: dict[str, Any] = field(default_factory=dict)


class _Arrived(Exception):  # noqa: N818 - no error: the case has come as far as its plan says
    pass


class Course:
    """The events of one case from the day of its application on, up to ``until`` and no further."""

    def __init__(self, start: date, plan: Plan, working: WorkingCalendar, until: date, practice: Practice) -> None:
        self.plan, self.working, self.until, self.practice = plan, working, until, practice
        self.events: list[Event] = []
        #: Day of each act that stands, by step.
        self.on: dict[str, date] = {}
        self._free = start
        self._round = 1
        with suppress(_Arrived):
            self._walk(start)
        # A stable sort: what was noted first stays first within one moment.
        self.events = sorted((event for event in self.events if event.at.date() <= until), key=lambda event: event.at)

    # -- the way ----------------------------------------------------------------------------------------------------

    def _walk(self, start: date) -> None:
        self._apply(start)
        self._become_activist()
        self._become_target()
        self._be_admitted()
        self._pass_probation()
        self._finish()

    def _apply(self, start: date) -> None:
        received = self._workday(start)
        self._note(received, "open", hour=8)
        self._enter(1, received, application_date=received - timedelta(days=1))
        self._enter(2, self._after(received, 3))
        self._enter(3, self._after(received, 14, latest=add(received, MONTH)))

    def _become_activist(self) -> None:
        received = self.on[key_of(1)]
        wait = add(received, HALF_YEAR) + timedelta(days=5) if self.practice.waits else received + timedelta(days=70)
        self._enter(4, self._workday(wait))
        self._enter(5, self._after(self.on[key_of(4)], 8))
        determined = self.on[key_of(5)]
        self._enter(6, self._after(determined, 14), reported_on=self._after(determined, 4))
        self._enter(7, self._after(self.on[key_of(6)], 5))
        self._cultivate(determined)

    def _cultivate(self, determined: date) -> None:
        """Thought reports, a review each half-year and an analysis each year, until the step is closed."""
        first = self.plan.goal in (8, 9) and self.plan.ending == "open"
        closing = self._workday(add(determined, YEAR) - timedelta(days=9))
        until = self.until if first else closing
        for number in range(1, 40):
            quarter = add(determined, Duration(months=3 * number)) - timedelta(days=20)
            if quarter > until:
                break
            stays = self.plan.goal == 8
            reports = self.practice.reports_quarterly or number % 2 == 0
            if reports and (stays or quarter <= closing):
                self._log(8, "thought_report", quarter)
            if number % 2 == 0 and not (self.plan.skips_reviews and self.plan.goal <= 9 and number > 2):
                self._log(9, "review_date", quarter)
            if number % 4 == 0:
                self._log(9, "annual_analysis", quarter - timedelta(days=2))
        kind = "activity" if self.plan.branch else "contact_talk"
        self._log(8, kind, add(determined, Duration(months=3)) - timedelta(days=20))
        assigned = self.on[key_of(7)]
        self._enter(8, self._after(assigned, 3), entered_on=closing)
        reviewed = add(determined, YEAR) - timedelta(days=20)
        self._enter(9, self._workday(reviewed), entered_on=self._workday(closing + timedelta(days=5)))

    def _become_target(self) -> None:
        year = add(self.on[key_of(5)], YEAR)
        self._enter(10, self._workday(year + timedelta(days=2)))
        self._enter(11, self._after(self.on[key_of(10)], 6))
        proposed = self.on[key_of(11)]
        self._enter(12, self._after(proposed, 14), reported_on=self._after(proposed, 4))
        posted = self._after(self.on[key_of(12)], 1)
        taken_down = self.working.nth_working_day(posted, 5)
        self._enter(13, self._after(taken_down, 1), publicity_start=posted, publicity_end=taken_down)
        self._enter(14, self._after(self.on[key_of(13)], 5))
        assigned = self.on[key_of(14)]
        self._enter(15, self._after(assigned, 18), talk_on=self._workday(assigned + timedelta(days=6)))
        starts = self._after(self.on[key_of(15)], 4)
        self._enter(16, starts + timedelta(days=2), start_on=starts)

    def _be_admitted(self) -> None:
        self._enter(17, self._after(self.on[key_of(16)], 5))
        reviewed = self.on[key_of(17)]
        result = self._after(reviewed, 20)
        self._enter(
            18,
            result,
            reported_on=self._after(reviewed, 4),
            reviewed_on=self._workday(result - timedelta(days=3), latest=result),
            form_issued_on=result,
        )
        filled = self._after(result, 4)
        self._enter(19, filled, introducer_opinions_on=filled, checked_on=filled)
        self._enter(20, self._after(result, 17, latest=add(result, MONTH)))
        meeting = self.on[key_of(20)]
        self._enter(21, self._after(meeting, 11), written_to_form_on=self._after(meeting, 11))
        self._enter(22, self._after(self.on[key_of(21)], 16), reported_on=self._after(self.on[key_of(21)], 4))
        approved = self.on[key_of(22)]
        filed = self._after(approved, 6)
        self._enter(23, filed)
        assigned = self._after(filed, 3)
        self._enter(24, assigned, notified_on=filed, announced_on=assigned)
        self._enter(25, self._after(approved, 21, latest=add(approved, MONTH)))

    def _pass_probation(self) -> None:
        meeting = self.on[key_of(20)]
        end = probation_span(meeting)[1]
        self._probation_logs(meeting, 1)
        self._round_of_probation(end, extends=self.plan.extended)
        if self.plan.extended:
            self._round = 2
            self._probation_logs(meeting, 3)
            self._round_of_probation(add(end, HALF_YEAR), extends=False)

    def _probation_logs(self, meeting: date, first: int) -> None:
        """A thought report and a review each half-year, from the ``first`` half-year of probation on."""
        for half in range(first, first + (2 if first == 1 else 1)):
            day = add(meeting, Duration(months=6 * half)) - timedelta(days=26)
            self._log(26, "thought_report", day)
            if not (self.plan.skips_reviews and half == 1):
                self._log(26, "review_date", day)

    def _round_of_probation(self, end: date, *, extends: bool) -> None:
        reviewed = self._workday(end - timedelta(days=18))
        self._enter(26, self._workday(end - timedelta(days=20), latest=reviewed), entered_on=reviewed)
        applied = self._after(reviewed, 5)
        self._enter(27, applied, application_date=applied)
        self._enter(28, self._after(applied, 5), opinions_on=self._after(applied, 3))
        decision = "extend" if extends else "cancel" if self.plan.cancelled else "convert"
        self._enter(29, self._workday(max(end + timedelta(days=6), self._free)), decision=decision)
        held = self.on[key_of(29)]
        self._enter(30, self._after(held, 17), reported_on=self._after(held, 4), result=decision)
        if decision == "cancel":
            raise _Arrived

    def _finish(self) -> None:
        self._enter(31, self._after(self.on[key_of(30)], 12, latest=add(self.on[key_of(30)], MONTH)))

    # -- what an entry leads to -------------------------------------------------------------------------------------

    def _enter(
        self, number: int, on: date, *, entered_on: date | None = None, reported_on: date | None = None, **values: Any
    ) -> None:
        """The act of a step that was done on ``on``, its entry, and its verification a working day or two later."""
        plan, key = self.plan, key_of(number)
        is_goal = number == plan.goal and self._round == (2 if plan.second_round else 1)
        if number in plan.late:
            on = self._workday(on + timedelta(days=25 if number == 25 else 40))
            values = {name: value for name, value in values.items() if not isinstance(value, date)}
        entered = max(entered_on or on, on, self._free)
        if is_goal:
            self._arrive(number, on, entered, reported_on, values)
            raise _Arrived
        if reported_on is not None:
            values = self._report(key, max(reported_on, self._free), values)
        if number in plan.failed:
            self._note(entered, "fail", key, {**values, **self._dated(key, on)})
            on = entered = self._after(entered, 6)
        if number in plan.late:
            self._note(entered, "explain", key, hour=13)
        self._note(entered, "submit", key, {**values, **self._dated(key, on)})
        if number in plan.returned:
            self._note(self._after(entered, 1), "return", key, hour=9)
            entered = self._after(entered, 2)
            self._note(entered, "submit", key, {**values, **self._dated(key, on)})
        verified = self._after(entered, 1)
        if key == "consent_development_target":
            # Beyond the places of the annual plan the committee says why.
            self._note(verified, "explain", key, hour=9)
        self._note(verified, "verify", key, hour=10)
        if plan.moved and number == 7:
            asked = self._after(verified, 1)
            verified = self._after(asked, 2)
            self._note(asked, "transfer", key, hour=10)
            self._note(verified, "accept", key, hour=10)
        self.on[key] = on
        self._free = verified + timedelta(days=1)

    def _arrive(self, number: int, on: date, entered: date, reported_on: date | None, values: dict[str, Any]) -> None:
        """What was done at the step at which the case stands."""
        key, ending = key_of(number), self.plan.ending
        self.on[key] = on
        if reported_on is not None and ending == "reported":
            self._note(max(reported_on, self._free), "report", key, hour=10)
        if ending in _ENTERED:
            if reported_on is not None:
                values = self._report(key, max(reported_on, self._free), values)
            self._note(entered, _ENTERED[ending], key, {**values, **self._dated(key, on)})
        if ending == "returned":
            self._note(self._after(entered, 1), "return", key, hour=9)
        elif ending == "explained":
            self._note(self.until - timedelta(days=2), "explain", key)
        elif ending in ("handed_in_late", "handed_in_late_explained"):
            day = self._workday(self.until - timedelta(days=1), latest=self.until)
            if ending == "handed_in_late_explained":
                self._note(day, "explain", key, hour=13)
            self._note(day, "submit", key, self._dated(key, day))
        elif ending in _INTERVENTIONS:
            self._intervene(key, _INTERVENTIONS[ending])

    def _report(self, key: str, day: date, values: dict[str, Any]) -> dict[str, Any]:
        """Of the lists of the first stages the committee enters both halves at once; then the branch reports itself."""
        step = STEPS[key]
        if step.stage > 3:
            self._note(day, "report", key, hour=10)
            return values
        return {**values, step.report_field or "": day}

    def _intervene(self, key: str, acts: tuple[str, ...]) -> None:
        day = self._workday(self._free + timedelta(days=2))
        if self.plan.ending not in _GOES_ON:
            self.events = [event for event in self.events if event.at.date() < day]
        for act in acts:
            day = self._workday(day)
            self._note(day, act, key, hour=10)
            day += timedelta(days=3)

    def _dated(self, key: str, on: date) -> dict[str, Any]:
        return {STEPS[key].action_date: on}

    # -- days -------------------------------------------------------------------------------------------------------

    def _log(self, number: int, kind: str, day: date) -> None:
        # In the morning: holidays may move it to the day on which its log is closed.
        self._note(self._workday(max(day, self._free)), "log", key_of(number), {"kind": kind}, hour=11)

    def _note(self, day: date, act: str, step: str = "", values: dict[str, Any] | None = None, hour: int = 15) -> None:
        self.events.append(Event(datetime.combine(day, time(hour), HERE), act, step, values or {}))

    def _workday(self, day: date, *, latest: date | None = None) -> date:
        """The first working day from ``day`` on, or the last one up to ``latest``."""
        while not self.working.is_working(day):
            day += timedelta(days=1)
        while latest is not None and (day > latest or not self.working.is_working(day)):
            day -= timedelta(days=1)
        return day

    def _after(self, day: date, days: int, *, latest: date | None = None) -> date:
        return self._workday(max(day + timedelta(days=days), self._free), latest=latest)


#: Endings in which the act of the step was entered, and how.
_ENTERED = {"recorded": "record", "submitted": "submit", "returned": "submit", "fail": "fail"}
#: What befell a case at the step at which it stands: the acts in their order.
_INTERVENTIONS: dict[str, tuple[str, ...]] = {
    "red": ("veto",),
    "terminated": ("veto", "confirm"),
    "dismissed": ("veto", "dismiss"),
    "reinstated": ("veto", "confirm", "reinstate"),
    "suspended": ("suspend",),
    "resumed": ("suspend", "resume"),
    "transfer": ("transfer",),
    "transfer_refused": ("transfer", "refuse"),
    "withdrawn": ("withdrawn",),
    "died": ("died",),
    "moved_away": ("moved_away",),
    "dropped": ("dropped",),
}

_GOES_ON = frozenset({"dismissed", "reinstated", "resumed", "transfer_refused"})


def start_for(head: int, day: date, working: WorkingCalendar, practice: Practice) -> date:
    """The day of application for which step ``head`` falls on ``day``, or as little before it as holidays allow."""

    def reached(start: date) -> date:
        walk = Course(start, Plan(goal=head, ending="submitted"), working, date.max - timedelta(days=400), practice)
        return walk.on[key_of(head)]

    start = day
    for _ in range(8):
        start -= reached(start) - day
    while reached(start) > day:
        start -= timedelta(days=1)
    return start
