"""Building the city: the tree, the people, and then every case's acts in the order of their time, as they happened."""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random
from typing import Any

from django.db import connection, transaction

from branches.access import SYSTEM
from branches.models import Organisation
from branches.services.importing import SUQIAN, import_organisations
from recruitment.demonstration import learning, waiting
from recruitment.demonstration.city import HOME, PLACES, Place
from recruitment.demonstration.course import HERE, Course, Event, Practice, start_for
from recruitment.demonstration.play import Player, SampleCase
from recruitment.demonstration.seats import Seating, Township
from recruitment.models import AnnualPlan, LocalRule
from recruitment.rules.dates import WorkingCalendar
from recruitment.rules.lights import Deadline
from recruitment.selectors.casefile import load, local_day
from recruitment.selectors.rulesets import StoredCalendar
from recruitment.services.base import Done
from recruitment.services.reminders import remind
from recruitment.services.settings import save_annual_plan, save_local_rule
from recruitment.services.sweep import sweep

#: Half a year between application and recommendation, by a rule of this county.
WAITING_COUNTY = "321322"
#: A thought report each quarter, by a rule of this county.
REPORTING_COUNTY = "321302"
_YEARS = 6  # how far back seats and local rules reach

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Built:
    organisations: int
    cases: int
    acts: int


@transaction.atomic
def build(*, now: datetime, seed: int = 1, limit: int | None = None, progress: Progress = lambda share: None) -> Built:
    """Build the city as of ``now``, whole or not at all; ``limit`` builds only so many of its cases.

    The same seed on the same day gives the same city. ``progress`` is told the share that is done.
    """
    townships = found(local_day(now))
    _tell_planner()
    built = populate(townships, now=now, seed=seed, limit=limit, progress=progress)
    _tell_planner()
    furnish(townships, now)
    return built


def _tell_planner() -> None:
    """Tell PostgreSQL that the tables are no longer empty: in one long transaction nobody else does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def furnish(townships: Mapping[str, Township], now: datetime) -> None:
    """What stands beside the cases: library, tests, and whatever waits that is no step. The timer then tells of it."""
    home = townships[HOME.code]
    learning.furnish(home, Organisation.objects.get(pk=home.department.parent_id), now)
    waiting.furnish(townships, home, now)
    remind(now=now)


def found(today: date) -> dict[str, Township]:
    """The tree, the seats and rosters, local rules and annual plans, as they have stood for years."""
    since = today.replace(year=today.year - _YEARS, day=1)
    long_ago = datetime.combine(since, time(9), HERE)
    import_organisations(data=SUQIAN.read_bytes(), actor=SYSTEM, now=long_ago, commit=True)
    seating = Seating(since, long_ago)
    townships = seating.seat_all()
    _set_rules(seating, since, long_ago)
    return townships


def populate(
    townships: Mapping[str, Township],
    *,
    now: datetime,
    seed: int,
    limit: int | None = None,
    progress: Progress = lambda share: None,
) -> Built:
    """The cases, up to the moment ``now``."""
    today = local_day(now)
    samples = _spread(samples_of(PLACES, townships, today), limit)
    with _without_collecting():
        played = play(samples, Random(seed), today, progress)
    sweep(now=now)
    return Built(Organisation.objects.count(), len(samples), played)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Thousands of short acts make no cycles worth looking for; looking for them costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _set_rules(seating: Seating, since: date, now: datetime) -> None:
    for county, gate in (
        (WAITING_COUNTY, "application_to_recommendation"),
        (REPORTING_COUNTY, "thought_report_quarterly"),
    ):
        rule = LocalRule(
            organisation=seating.organisations[county],
            gate=gate,
            enabled=True,
            effective_from=since,
            document=f"样本组发〔{since.year}〕3号",
        )
        save_local_rule(rule=rule, actor=SYSTEM, now=now, today=since)
    for place, places in ((PLACES[0], 30), (PLACES[1], 0)):
        for year in range(since.year, since.year + _YEARS + 2):
            plan = AnnualPlan(committee=seating.organisations[place.code], year=year, places=places)
            save_annual_plan(plan=plan, actor=SYSTEM, now=now)


def samples_of(places: Sequence[Place], townships: Mapping[str, Township], today: date) -> list[SampleCase]:
    """The cases of the places, each with its events up to yesterday."""
    calendar = StoredCalendar()
    working = WorkingCalendar(calendar.exceptions, calendar.years)
    yesterday = today - timedelta(days=1)
    samples: list[SampleCase] = []
    for place in places:
        township = townships[place.code]
        branches = township.branches
        practice = Practice(place.code.startswith(WAITING_COUNTY), place.code.startswith(REPORTING_COUNTY))
        for cohort in place.cohorts:
            start = start_for(cohort.head, today - timedelta(days=cohort.ago), working, practice)
            for plan in cohort.plans:
                sample = SampleCase(
                    serial=len(samples),
                    plan=plan,
                    township=township,
                    branch=branches[plan.branch],
                    to_branch=branches[(plan.branch + 1) % len(branches)],
                    events=Course(start, plan, working, yesterday, practice).events,
                )
                samples.append(sample)
    return samples


def _spread(samples: list[SampleCase], limit: int | None) -> list[SampleCase]:
    """So many of the cases, evenly from all."""
    if limit is None or limit >= len(samples):
        return samples
    return [samples[number * len(samples) // limit] for number in range(limit)]


def play(
    samples: Sequence[SampleCase],
    random: Random,
    today: date,
    progress: Progress = lambda share: None,
    *,
    nightly: bool = True,
) -> int:
    """All acts of the cases in the order of their time; returns how many. ``nightly``: with the sweeps between."""
    player, watch = Player(random), _Watch()
    agenda = sorted(
        (_Entry(event, sample, number) for sample in samples for number, event in enumerate(sample.events)),
        key=lambda entry: entry.order,
    )
    played = 0
    for _, moment in groupby(agenda, key=lambda entry: entry.moment):
        entries = list(moment)
        event = entries[0].event
        if nightly:
            watch.until(local_day(event.at))
        for together in _bodies(player, event, [entry.sample for entry in entries]):
            watch.note(player.play(event, together))
        played += len(entries)
        progress(played / len(agenda))
    if nightly:
        watch.until(today)
    return played


@dataclass(frozen=True)
class _Entry:
    """One event of one case on the agenda of the city."""

    event: Event
    sample: SampleCase
    number: int

    @property
    def moment(self) -> tuple[datetime, str, str, str]:
        """What happens together: the same act on the same values at the same time."""
        return self.event.at, self.event.act, self.event.step, str(self.event.values)

    @property
    def order(self) -> tuple[Any, ...]:
        return *self.moment, self.sample.serial, self.number


def _bodies(player: Player, event: Event, samples: Iterable[SampleCase]) -> list[list[SampleCase]]:
    """People of one body act together."""
    groups: dict[int, list[SampleCase]] = {}
    for sample in samples:
        groups.setdefault(player.body_of(event, sample).pk, []).append(sample)
    return list(groups.values())


class _Watch:
    """The nightly sweep of all those years, on the nights on which a deadline had passed."""

    def __init__(self) -> None:
        self._due: list[tuple[date, int]] = []
        self._rises: dict[int, date] = {}

    def note(self, done: list[Done]) -> None:
        for one in done:
            self._expect(one.case.pk, one.assessment.deadlines if one.case.is_open else ())

    def _expect(self, case_id: int, deadlines: Iterable[Deadline]) -> None:
        rises = min((deadline.rises_on for deadline in deadlines if not deadline.breached), default=None)
        if rises is None:
            self._rises.pop(case_id, None)
        elif self._rises.get(case_id) != rises:
            self._rises[case_id] = rises
            heapq.heappush(self._due, (rises, case_id))

    def until(self, day: date) -> None:
        """Sweep each night up to that day on which something rises."""
        while self._due and self._due[0][0] <= day:
            night = self._due[0][0]
            ids = set()
            while self._due and self._due[0][0] == night:
                case_id = heapq.heappop(self._due)[1]
                if self._rises.get(case_id) == night:
                    ids.add(case_id)
            if ids:
                sweep(now=datetime.combine(night, time(0, 5), HERE), case_ids=sorted(ids))
            for case_id in sorted(ids):
                self._expect(case_id, load(case_id).assess(night).deadlines)
