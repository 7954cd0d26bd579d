"""Calendar arithmetic: months that clamp, 29 February, working days with holidays and make-up days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruitment.rules.dates import Duration, WorkingCalendar, add, anniversary
from tests.rules import naive
from tests.rules.build import day

#: The week of National Day 2026: holidays from 1 to 7 October, work on Saturday the 10th.
NATIONAL_DAY = WorkingCalendar(
    {day(f"2026-10-0{number}"): False for number in range(1, 8)} | {day("2026-10-10"): True}, frozenset({2026})
)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-06-15", "P1M", "2026-07-15"),
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2028-01-31", "P1M", "2028-02-29"),
        ("2026-08-31", "P6M", "2027-02-28"),
        ("2026-03-31", "P1M", "2026-04-30"),
        ("2026-11-30", "P3M", "2027-02-28"),
        ("2026-02-28", "P1M", "2026-03-28"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2026-12-31", "P2M", "2027-02-28"),
        ("2026-06-01", "P0D", "2026-06-01"),
        ("2026-06-01", "P1W", "2026-06-08"),
        ("2026-01-31", "P1M1D", "2026-03-01"),
    ],
)
def test_months_keep_the_day_number_and_clamp(start, duration, end):
    assert add(day(start), Duration.parse(duration)) == day(end)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2028-08-23", "P1M", "2028-07-23"),
        ("2028-03-31", "P1M", "2028-02-29"),
        ("2027-03-31", "P1M", "2027-02-28"),
        ("2028-01-15", "P1M", "2027-12-15"),
        ("2028-03-01", "P1D", "2028-02-29"),
    ],
)
def test_backwards(start, duration, end):
    assert add(day(start), Duration.parse(duration), backwards=True) == day(end)


def test_beyond_the_calendar_a_rule_never_comes_due():
    assert add(date(9999, 12, 1), Duration.parse("P1M")) == date.max
    assert add(date(9999, 12, 1), Duration.parse("P99D")) == date.max
    assert add(date(1, 1, 1), Duration.parse("P1M"), backwards=True) == date.min
    assert add(date(1, 1, 1), Duration.parse("P1D"), backwards=True) == date.min


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.integers(min_value=0, max_value=60),
    st.booleans(),
)
def test_months_agree_with_counting_them_one_by_one(start, months, backwards):
    expected = naive.plus_months(start, -months if backwards else months)
    assert add(start, Duration(months=months), backwards=backwards) == expected


@pytest.mark.parametrize(
    ("birth", "years", "birthday"),
    [
        ("2008-02-29", 18, "2026-03-01"),
        ("2008-02-29", 20, "2028-02-29"),
        ("2008-02-28", 18, "2026-02-28"),
        ("2008-03-01", 18, "2026-03-01"),
        ("2008-12-31", 18, "2026-12-31"),
    ],
)
def test_a_birthday_on_29_february_counts_on_1_march(birth, years, birthday):
    assert anniversary(day(birth), years) == day(birthday)


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [("P1M", 1, 0), ("P1Y", 12, 0), ("P1Y6M", 18, 0), ("P5D", 0, 5), ("P2W", 0, 14), ("P1Y2M3D", 14, 3), ("P0D", 0, 0)],
)
def test_durations_are_read_and_written(text, months, days):
    read = Duration.parse(text)
    assert read == Duration(months, days)
    assert Duration.parse(str(read)) == read


@pytest.mark.parametrize("text", ["", "P", "1M", "PT1H", "P1.5M", "P-1M", "P1D1M", "p1m", None, 3])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        Duration.parse(text)


def test_a_duration_times_a_number():
    assert Duration.parse("P3M2D") * 4 == Duration(12, 8)


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2027-07-12", "2027-07-19"),  # Monday to Monday
            ("2027-07-16", "2027-07-23"),  # Friday to Friday
            ("2027-07-17", "2027-07-23"),  # Saturday to Friday
            ("2027-07-18", "2027-07-23"),  # Sunday to Friday
        ],
    )
    def test_the_posting_day_is_not_counted(self, start, end):
        assert WorkingCalendar().nth_working_day(day(start), 5) == day(end)
        assert WorkingCalendar().working_days_after(day(start), day(end)) == 5
        assert WorkingCalendar().working_days_after(day(start), day(end) - timedelta(days=1)) == 4

    def test_the_posting_day_counts_where_an_organisation_says_so(self):
        ordinary = WorkingCalendar()
        assert ordinary.nth_working_day(day("2027-07-12"), 5, count_start_day=True) == day("2027-07-16")
        assert ordinary.nth_working_day(day("2027-07-17"), 5, count_start_day=True) == day("2027-07-23")

    def test_holidays_and_make_up_days(self):
        # Posted on Tuesday 29 September: Wednesday the 30th, then Thursday the 8th to Saturday the 10th and Monday.
        assert NATIONAL_DAY.nth_working_day(day("2026-09-29"), 5) == day("2026-10-12")
        assert not NATIONAL_DAY.is_working(day("2026-10-01"))
        assert NATIONAL_DAY.is_working(day("2026-10-10"))
        assert not NATIONAL_DAY.is_working(day("2026-10-11"))

    def test_a_year_without_a_table_is_provisional(self):
        assert not NATIONAL_DAY.is_provisional(day("2026-01-01"), day("2026-12-31"))
        assert NATIONAL_DAY.is_provisional(day("2026-12-30"), day("2027-01-04"))
        assert WorkingCalendar(years=frozenset({2026, 2028})).is_provisional(day("2026-12-30"), day("2028-01-04"))

    @given(
        start=st.dates(date(2026, 9, 1), date(2026, 11, 30)),
        count=st.integers(min_value=1, max_value=15),
        with_start=st.booleans(),
    )
    def test_the_last_day_is_the_first_that_completes_the_count(self, start, count, with_start):
        last = NATIONAL_DAY.nth_working_day(start, count, count_start_day=with_start)
        assert NATIONAL_DAY.working_days_after(start, last, count_start_day=with_start) == count
        before = last - timedelta(days=1)
        assert NATIONAL_DAY.working_days_after(start, before, count_start_day=with_start) == count - 1
