"""Yellows that stay open are told one level up: after the days that are set, once, and kept in the record."""

from __future__ import annotations

import pytest

from audit import services as audit
from audit.models import Entry
from recruitment.models import AlertSetting, Case, Flag, Notification
from recruitment.services.escalation import CODE, escalate
from recruitment.services.sweep import sweep
from tests.branches.factories import County, make_county
from tests.recruitment import board_rows as rows

TALK = "organization_talk"


@pytest.fixture
def county(db) -> County:
    return make_county()


def flag(case: Case, days: int, **columns) -> Flag:
    columns.setdefault("code", "talk_within_one_month")
    columns.setdefault("needs_explanation", True)
    return Flag.objects.create(
        case=case, step=TALK, holder="branch", raised_on=rows.day(-days), raised_at=rows.moment(-days), **columns
    )


def told() -> set[tuple[int, int]]:
    return set(Notification.objects.filter(code=CODE).values_list("flag", "organisation"))


def test_the_department_is_told_after_fifteen_days_and_once(county):
    case = rows.put(county, TALK, light="yellow")
    fresh, old = flag(case, 14), flag(case, 15, subkey="a")
    assert escalate(now=rows.NOW) == 1
    assert told() == {(old.pk, county.department.pk)}
    [entry] = Entry.objects.filter(chain=case.chain)
    assert (entry.action, entry.actor_id, len(entry.payload["flags"])) == (CODE, None, 1)
    assert escalate(now=rows.NOW) == 0
    assert Entry.objects.count() == 1
    assert escalate(now=rows.moment(1)) == 1
    assert told() == {(old.pk, county.department.pk), (fresh.pk, county.department.pk)}
    assert audit.verify() == []


def test_what_fell_was_voided_ended_or_is_red_is_not_told(county):
    case = rows.put(county, TALK, light="yellow")
    flag(case, 30, resolved_at=rows.moment(-1))
    flag(case, 30, subkey="v", voided=True)
    over = rows.put(county, "terminated", end="veto", ended_on=rows.TODAY, ended_at_step=TALK)
    flag(over, 30)
    red = rows.put(county, TALK, light="red", freeze="veto", veto_code="V02")
    flag(red, 30, code="V02", needs_explanation=False)
    assert escalate(now=rows.NOW) == 0


def test_the_nearest_setting_binds(county):
    AlertSetting.objects.create(organisation=county.city, escalate_after=30, document="样本")
    AlertSetting.objects.create(organisation=county.committee, escalate_after=5, document="样本")
    near = flag(rows.put(county, TALK, light="yellow"), 5)
    far = flag(rows.put(county, TALK, light="yellow", branch=county.townships[1].branches[0]), 29)
    assert escalate(now=rows.NOW) == 1
    assert {pk for pk, _body in told()} == {near.pk}
    assert escalate(now=rows.moment(1)) == 1
    assert {pk for pk, _body in told()} == {near.pk, far.pk}


def test_the_sweep_tells_and_a_second_one_tells_nobody(county):
    flag(rows.put(county, TALK, light="yellow"), 40)
    assert sweep(now=rows.NOW).escalated == 1
    assert sweep(now=rows.NOW).escalated == 0


def test_many_cost_what_one_costs(county, django_assert_num_queries):
    flag(rows.put(county, TALK, light="yellow"), 40)
    escalate(now=rows.NOW)
    with django_assert_num_queries(2):
        escalate(now=rows.NOW)
    for _ in range(9):
        flag(rows.put(county, TALK, light="yellow"), 40)
    # Settings, flags, savepoint, lock, who is untold, rows, and the audit's own fixed number.
    with django_assert_num_queries(12):
        escalate(now=rows.NOW)
