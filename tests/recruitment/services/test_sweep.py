"""The sweep raises exactly what the rules name, writes nothing twice, and misses nothing after days of standstill."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command
from django.db import transaction

from audit import services as audit
from audit.models import Entry
from recruitment import tasks
from recruitment.models import Case, Flag, Material, Notification, Obligation
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.selectors.casefile import load
from recruitment.selectors.service_limits import running_clocks
from recruitment.services import escalation
from recruitment.services.sweep import sweep
from tests.branches.factories import make_county
from tests.recruitment import crowd
from tests.recruitment.crowd import TODAY
from tests.recruitment.sitting_cases import at

pytestmark = pytest.mark.django_db

LATER = tuple(TODAY + dt.timedelta(days=days) for days in (0, 1, 9, 30, 31, 32, 90, 183, 400, 1000))


@pytest.fixture(scope="module")
def cases(django_db_setup: None, django_db_blocker) -> Iterator[list[Case]]:
    """The crowd, played once for the module without any sweep between its acts."""
    field = Material._meta.get_field("file")
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(field, "storage", InMemoryStorage())
        crowd.gather(make_county(members=3))
        yield list(Case.objects.order_by("pk"))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _as_it_was(cases: list[Case]) -> Iterator[None]:
    """What a test does to the crowd is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper() -> None:
    """In place of pytest-django's transaction for each test: these lie within the module's."""


def night(day: dt.date) -> dt.datetime:
    return at(day, 0) + dt.timedelta(minutes=5)


def open_flags(case: Case) -> set[tuple]:
    rows = Flag.objects.filter(case=case, resolved_at__isnull=True)
    return set(rows.values_list("step", "code", "subkey", "due", "holder", "needs_explanation"))


def obligations(case: Case) -> set[tuple]:
    return set(case.obligations.values_list("kind", "step", "code", "subkey", "holder", "due", "changes_on"))


def named_by_rules(case: Case, day: dt.date) -> set[tuple]:
    flags = load(case.pk).assess(day).flags
    return {(f.step, f.code, f.subkey, f.due, f.holder.value, f.needs_explanation) for f in flags}


def due_by_rules(case: Case, day: dt.date) -> set[tuple]:
    assessment = load(case.pk).assess(day)
    deadlines = {
        ("deadline", d.step, d.code, d.subkey, d.holder.value, d.due or d.rises_on, d.rises_on)
        for d in assessment.deadlines
    }
    locks = {
        ("lock", f.gate.step, f.gate.id, "", STEPS[f.gate.step].side.value, f.unlocks_on, f.unlocks_on)
        for f in assessment.upcoming
    }
    limits = {("service", c.step, c.code, "", c.holder.value, c.due, c.rises_on) for c in running_clocks(load(case.pk))}
    return deadlines | locks | limits


def rows() -> Counter:
    return Counter({model.__name__: model.objects.count() for model in (Entry, Flag, Notification, Obligation)})


def stored() -> list[dict]:
    """Every column that a sweep may touch."""
    cases = Case.objects.order_by("pk").values("pk", "light", "next_change_on", "settle_on", "unlocks_on", "version")
    flags = Flag.objects.order_by("pk").values("pk", "due", "explanation", "resolved_at", "raised_on")
    return [*cases, *flags, *Obligation.objects.order_by("pk").values()]


@pytest.mark.parametrize("day", LATER, ids=str)
def test_flags_lights_and_obligations_are_those_of_the_rules(cases, day):
    sweep(now=night(day))
    codes = set()
    for case in Case.objects.all():
        assert open_flags(case) == named_by_rules(case, day), case
        assert obligations(case) == due_by_rules(case, day), case
        assessment = load(case.pk).assess(day)
        found = (case.light, case.next_change_on, case.settle_on, case.unlocks_on)
        limits = [clock.rises_on for clock in running_clocks(load(case.pk)) if clock.rises_on > day]
        settles_on = min([*limits, *filter(None, [assessment.settles_on])], default=None)
        wanted = (assessment.light, assessment.next_change_on, settles_on, assessment.unlocks_on)
        assert found == wanted, case
        codes |= set(assessment.codes)
    if day == LATER[-1]:
        # The crowd is worth looking at: deadlines of every level, a meeting's and a period's among them.
        assert {
            "talk_within_one_month",
            "meeting_within_one_month",
            "approve_within_three_months",
            "oath_within_one_month",
            "review_every_six_months",
            "annual_pool_analysis",
            "conversion_application_deadline",
            "upload_within_one_month",
        } <= codes


def test_acts_settle_as_the_sweep_does(cases):
    """Before any sweep, what the last act of each case left is what the rules said on the day of that act."""
    for case in Case.objects.open():
        day = audit_day(case)
        assert obligations(case) == due_by_rules(case, day), case
        assert open_flags(case) == named_by_rules(case, day), case


def audit_day(case: Case) -> dt.date:
    last = Entry.objects.filter(chain=case.chain).order_by("-seq").first()
    return last.at.astimezone(at(TODAY).tzinfo).date()


@pytest.mark.parametrize("day", [LATER[0], LATER[4], LATER[-1]], ids=str)
def test_a_second_sweep_of_the_day_changes_nothing(cases, day):
    first = sweep(now=night(day))
    assert first.raised > 0
    counts, columns = rows(), stored()
    again = sweep(now=at(day, 23))
    assert (again.changed, again.raised, again.fallen) == (0, 0, 0)
    assert (rows(), stored()) == (counts, columns)


def test_even_swept_by_name_nothing_is_written_twice(cases):
    sweep(now=night(TODAY))
    counts, columns = rows(), stored()
    named = sweep(now=at(TODAY, 23), case_ids=[case.pk for case in cases])
    assert named.seen == Case.objects.open().count()
    assert named.changed == 0
    assert (rows(), stored()) == (counts, columns)


def test_standing_still_for_months_loses_no_flag(cases):
    """One sweep after half a year leaves the same open flags, lights and obligations as a sweep each night."""
    last = TODAY + dt.timedelta(days=180)

    def outcome() -> list[tuple]:
        return [(case.light, open_flags(case), obligations(case)) for case in Case.objects.order_by("pk")]

    with transaction.atomic():
        nightly = sum(sweep(now=night(TODAY + dt.timedelta(days=days))).raised for days in range(181))
        expected = outcome()
        transaction.set_rollback(True)
    once = sweep(now=night(last))
    assert outcome() == expected
    assert once.raised == nightly > 0


def test_each_flag_tells_its_addressees_once(cases):
    """The organisation that holds it, and of a branch's flag its committee; the department once it stays open."""
    sweep(now=night(LATER[-1]))
    sweep(now=at(LATER[-1], 12))
    for flag in Flag.objects.select_related("case__branch"):
        scope = flag.case.scope
        told = flag.notifications.exclude(code=escalation.CODE)
        expected = {scope.organisation_id(Side(flag.holder))}
        if flag.holder == Side.BRANCH:
            expected.add(scope.committee_id)
        if flag.code == flag.case.veto_code:
            expected.add(scope.department_id)
        assert sorted(told.values_list("organisation", flat=True)) == sorted(expected)
        assert set(told.values_list("code", "due")) == {(flag.code, flag.due)}


def test_what_changes_is_in_the_record_and_the_record_is_whole(cases):
    before = Entry.objects.filter(action="swept").count()
    swept = sweep(now=night(LATER[5]))
    entries = Entry.objects.filter(action="swept").order_by("pk")[before:]
    assert len(entries) == swept.changed
    raised = sum(len(entry.payload.get("flags_raised", [])) for entry in entries)
    assert (raised, {entry.actor_name for entry in entries}) == (swept.raised, {"系统"})
    assert audit.verify() == []


def test_the_sweep_moves_no_step_and_touches_no_ended_case(cases):
    before = list(Case.objects.order_by("pk").values_list("step", "freeze", "ended_on"))
    ended = list(Case.objects.exclude(ended_on=None).order_by("pk").values())
    assert ended
    sweep(now=night(LATER[-1]))
    assert list(Case.objects.order_by("pk").values_list("step", "freeze", "ended_on")) == before
    assert list(Case.objects.exclude(ended_on=None).order_by("pk").values()) == ended


def test_only_what_is_due_is_looked_at(cases, django_assert_num_queries):
    sweep(now=night(LATER[-1]))
    # The cases that are due, the settings of who is told, the yellows that have stayed open too long, required passes;
    # of the department's analysis, which is late, four. Two savepoints.
    with django_assert_num_queries(12):
        assert sweep(now=at(LATER[-1], 13)).seen == 0


def test_the_task_reads_the_clock_and_returns_counts(cases):
    with time_machine.travel(night(TODAY), tick=False):
        counts = tasks.sweep()
    assert counts["raised"] > 0
    assert counts.keys() == {"seen", "changed", "raised", "fallen", "escalated", "reminded"}
    assert sweep(now=at(TODAY, 1)).changed == 0


@pytest.mark.parametrize("as_of", ["2027-01-05", "2027-01-05T23:50", "2027-01-05T15:50:00+00:00"])
def test_the_command_sweeps_as_of_a_day(cases, as_of, capsys):
    call_command("sweep", "--as-of", as_of)
    first = capsys.readouterr().out
    assert first.startswith("2027-01-05")
    for case in Case.objects.all():
        assert open_flags(case) == named_by_rules(case, dt.date(2027, 1, 5))
    call_command("sweep", "--as-of", as_of)
    assert "新增提醒 0 条" in capsys.readouterr().out


def test_the_command_refuses_what_is_no_day(cases):
    with pytest.raises(CommandError, match="neither a date"):
        call_command("sweep", "--as-of", "2026-02-30")
