"""Service limits: working days from the day after the hand-over, and no say in any light."""

from dataclasses import replace
from datetime import date

import pytest

from recruitment.rules.dates import WorkingCalendar
from recruitment.rules.editions import Ruleset, SettingError, local_setting
from recruitment.rules.explain import flag_name
from recruitment.rules.schema import Side
from recruitment.rules.service import ANSWERED_WITHIN, CONSENT, FILING, LIMITS, VERIFICATION, service_clock
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import SERVICE

TABLE = WorkingCalendar({date(2026, 6, 19): False, date(2026, 6, 21): True}, frozenset({2026}))


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (date(2026, 6, 1), date(2026, 6, 15)),
        # A Friday that is a holiday, and a Sunday that is worked.
        (date(2026, 6, 12), date(2026, 6, 26)),
        # Handed in on a Saturday: Monday is the first day.
        (date(2026, 7, 4), date(2026, 7, 17)),
    ],
)
def test_ten_working_days_after_the_day_of_handing_over(since, due):
    clock = service_clock(VERIFICATION, step="organization_talk", holder=Side.COMMITTEE, since=since, working=TABLE)
    assert clock is not None
    assert (clock.due, (clock.rises_on - clock.due).days, clock.provisional) == (due, 1, False)


def test_a_year_without_a_table_is_provisional():
    clock = service_clock(FILING, step="file_activist", holder=Side.COMMITTEE, since=date(2026, 12, 30), working=TABLE)
    assert clock is not None
    assert clock.provisional


def test_a_limit_that_is_off_has_no_clock():
    off = replace(CONSENT, enabled=False)
    since = date(2026, 6, 1)
    assert service_clock(off, step=CONSENT.step, holder=Side.COMMITTEE, since=since, working=TABLE) is None


def test_an_organisation_may_set_its_own():
    ruleset = Ruleset((local_setting("verification_in_time", {"duration": "P5D"}),), TABLE)
    limit = ruleset.gate(VERIFICATION, date(2026, 6, 1))
    clock = service_clock(limit, step="organization_talk", holder=Side.COMMITTEE, since=date(2026, 6, 1), working=TABLE)
    assert clock is not None
    assert clock.due == date(2026, 6, 8)


@pytest.mark.parametrize("value", ["P1M", "ten days"])
def test_months_and_nonsense_are_no_working_days(value):
    with pytest.raises(SettingError):
        local_setting("filing_in_time", {"duration": value})


def test_limits_are_no_gates_of_the_catalogue():
    """What judges acts and lights never meets them."""
    assert not LIMITS.keys() & GATES.keys()
    for limit in ANSWERED_WITHIN.values():
        assert STEPS[limit.step].report_field == limit.anchor.partition(".")[2]
        assert STEPS[limit.step].action_date == limit.target_field


def test_every_limit_has_its_words():
    assert SERVICE.keys() == LIMITS.keys()
    assert flag_name("filing_in_time") == SERVICE["filing_in_time"].name
