"""Local rules, the holiday table and annual plans: what an administrator sets, and whose cases it reaches.

A change marks every running case in its reach as due in the same transaction, so that the next sweep judges it anew;
pages judge anew at once.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Least

from audit import services as audit
from branches.access import Actor
from branches.services.record import record
from recruitment.models import AlertSetting, AnnualPlan, Case, Holiday, LocalRule
from recruitment.rules.values import dump

#: The holiday table belongs to no organisation; its changes have a chain of their own.
CALENDAR_CHAIN = "calendar:holidays"


def mark_due(*, path: str, on: date) -> int:
    """Mark the running cases below ``path`` as due on ``on`` at the latest; returns how many were marked."""
    cases = Case.objects.open().filter(branch__path__startswith=path)
    return cases.update(settle_on=Least(Coalesce(F("settle_on"), Value(on)), Value(on)))


@transaction.atomic
def save_local_rule(*, rule: LocalRule, actor: Actor, now: datetime, today: date) -> LocalRule:
    """Save an organisation's setting of a gate; its subtree's running cases are judged again from its day on.

    Raises ``ValidationError`` by field where the catalogue does not allow it.
    """
    before = _previous(LocalRule, rule)
    rule.full_clean()
    rule.save()
    record(
        organisation=rule.organisation,
        action="local_rule_changed" if before else "local_rule_created",
        actor=actor,
        now=now,
        payload=_payload(rule, before, ("gate", "enabled", "parameters", "effective_from", "document")),
    )
    mark_due(path=rule.organisation.path, on=max(today, rule.effective_from))
    return rule


@transaction.atomic
def save_annual_plan(*, plan: AnnualPlan, actor: Actor, now: datetime) -> AnnualPlan:
    """Save how many people a committee may consent to in a year. Consents already entered keep their verdict."""
    before = _previous(AnnualPlan, plan)
    plan.full_clean()
    plan.save()
    record(
        organisation=plan.committee,
        action="annual_plan_changed" if before else "annual_plan_created",
        actor=actor,
        now=now,
        payload=_payload(plan, before, ("year", "places")),
    )
    return plan


@transaction.atomic
def save_alert_setting(*, setting: AlertSetting, actor: Actor, now: datetime) -> AlertSetting:
    """Save after how many days a yellow is told one level up, and how many of them in a quarter ask for a talk.

    Nothing is judged again: it says who is told, not what is late.
    """
    before = _previous(AlertSetting, setting)
    setting.full_clean()
    setting.save()
    record(
        organisation=setting.organisation,
        action="alert_setting_changed" if before else "alert_setting_created",
        actor=actor,
        now=now,
        payload=_payload(setting, before, ("escalate_after", "talk_after", "document")),
    )
    return setting


@transaction.atomic
def save_holiday(*, holiday: Holiday, actor: Actor, now: datetime, today: date) -> Holiday:
    """Save a day on which the statutory calendar differs from Monday to Friday; all running cases are judged again."""
    before = _previous(Holiday, holiday)
    holiday.full_clean()
    holiday.save()
    audit.append(
        chain=CALENDAR_CHAIN,
        action="holiday_changed" if before else "holiday_created",
        actor=actor,
        now=now,
        payload=_payload(holiday, before, ("day", "is_workday", "name")),
    )
    mark_due(path="", on=today)
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: Holiday, actor: Actor, now: datetime, today: date) -> None:
    """Take a day out of the table: it counts by its weekday again."""
    audit.append(
        chain=CALENDAR_CHAIN,
        action="holiday_removed",
        actor=actor,
        now=now,
        payload={"day": holiday.day, "is_workday": holiday.is_workday, "name": holiday.name},
    )
    holiday.delete()
    mark_due(path="", on=today)


def _previous(model: Any, row: Any) -> Any:
    return model.objects.select_for_update().filter(pk=row.pk).first() if row.pk else None


def _payload(row: Any, before: Any, names: tuple[str, ...]) -> dict[str, Any]:
    after = dump({name: getattr(row, name) for name in names})
    if before is None:
        return after
    return {"before": dump({name: getattr(before, name) for name in names}), "after": after}
