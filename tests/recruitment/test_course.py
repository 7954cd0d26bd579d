"""The dates of the demonstration's cases: on whatever day it is built, nothing lies in the future or out of order."""

import csv
import datetime as dt

import pytest

from recruitment.demonstration.city import PLACES
from recruitment.demonstration.course import Course, Plan, Practice, key_of, start_for
from recruitment.rules.dates import WorkingCalendar
from recruitment.rules.steps import STEP_KEYS, STEPS
from tests.conftest import HOLIDAYS

PRACTICES = (Practice(), Practice(waits=True), Practice(reports_quarterly=True))
#: Each weekday and each season of three years, the long holidays and a leap year among them.
DAYS = [dt.date(2026, 1, 5) + dt.timedelta(days=25 * number) for number in range(45)]
DAYS += [dt.date(2026, 2, 24), dt.date(2026, 10, 8), dt.date(2028, 2, 29)]


@pytest.fixture(scope="module")
def working() -> WorkingCalendar:
    with HOLIDAYS.open(encoding="utf-8", newline="") as file:
        exceptions = {dt.date.fromisoformat(row["day"]): row["is_workday"] == "1" for row in csv.DictReader(file)}
    return WorkingCalendar(exceptions, frozenset(day.year for day in exceptions))


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_course_is_in_order(working, today):
    yesterday = today - dt.timedelta(days=1)
    for number, place in enumerate(PLACES):
        practice = PRACTICES[number % len(PRACTICES)]
        for cohort in place.cohorts:
            start = start_for(cohort.head, today - dt.timedelta(days=cohort.ago), working, practice)
            for plan in cohort.plans:
                check(Course(start, plan, working, yesterday, practice), yesterday)


def check(course: Course, until: dt.date) -> None:
    opened, *acts = course.events
    assert opened.act == "open"
    closed: set[tuple[str, int]] = set()
    round_ = 1
    for event in course.events:
        assert opened.at <= event.at
        assert event.at.date() <= until
        acted = event.values.get(STEPS[event.step].action_date) if event.step else None
        assert acted is None or acted <= event.at.date(), event
        if event.act == "verify" and event.step == "conversion_approval":
            round_ = 2
        if event.act == "submit":
            closed.add((event.step, round_))
        if event.act == "log":
            assert (event.step, round_) not in closed, event
    verified = [event.step for event in acts if event.act == "verify"]
    assert verified[: len(STEP_KEYS)] == list(STEP_KEYS[: len(verified[: len(STEP_KEYS)])]) or round_ == 2


@pytest.mark.parametrize("practice", PRACTICES, ids=str)
def test_the_foremost_reaches_the_head_on_the_day_or_before_the_holidays(working, practice):
    day = dt.date(2026, 3, 2)
    for head in range(1, 32):
        start = start_for(head, day, working, practice)
        reached = Course(start, Plan(32), working, dt.date(2030, 1, 1), practice)
        assert dt.timedelta(0) <= day - reached.on[key_of(head)] <= dt.timedelta(days=21)
