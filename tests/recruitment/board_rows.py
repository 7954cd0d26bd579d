"""Cases put straight into the tables, wherever a board's test needs them: a board reads rows and judges nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from branches.models import Organisation
from recruitment.models import Appeal, Case, Correction, Flag, Obligation, Person, StepRecord, Transfer, Veto
from recruitment.models.person import id_number_check_digit
from recruitment.rules.steps import STEPS
from tests.branches.factories import County, UserFactory

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = dt.date(2026, 6, 10)
NOW = dt.datetime(2026, 6, 10, 9, tzinfo=SHANGHAI)


def day(offset: int) -> dt.date:
    """So many days after today, or before."""
    return TODAY + dt.timedelta(days=offset)


def moment(offset: int) -> dt.datetime:
    return NOW + dt.timedelta(days=offset)


def put(
    county: County,
    step: str = "submit_application",
    status: str = "open",
    *,
    branch: Organisation | None = None,
    name: str = "样本人员",
    record: dict[str, Any] | None = None,
    **columns: Any,
) -> Case:
    """A case at ``step`` with a record of that status; ``record`` and ``columns`` set their other columns."""
    branch = branch or county.branch
    number = Case.objects.count() + 1
    body = f"990000{19900101 + number // 1000}{number % 1000:03d}"
    person = Person(
        name=name, sex="female", birth_date=dt.date(1990, 1, 1), id_number=body + id_number_check_digit(body)
    )
    person.save()
    columns.setdefault("stage", STEPS[step].stage if step in STEPS else 5)
    case = Case(
        number=f"{branch.code}-2026-{number:03d}",
        person=person,
        branch=branch,
        committee=branch.parent,
        department=county.department,
        step=step,
        opened_at=moment(-60),
        **columns,
    )
    case.save()
    if step in STEPS:
        add_record(case, step, status, **(record or {}))
    return case


def add_record(case: Case, step: str, status: str = "open", **columns: Any) -> StepRecord:
    columns.setdefault("opened_at", moment(-20))
    if status == "submitted":
        columns.setdefault("submitted_at", moment(-5))
    row = StepRecord(case=case, step=step, status=status, **columns)
    row.save()
    return row


def oblige(case: Case, code: str, *, due: int, kind: str = "deadline", step: str = "", holder: str = "") -> Obligation:
    """A deadline whose last day is ``due`` days from today, or a lock that opens on that day."""
    step = step or case.step
    return Obligation.objects.create(
        case=case,
        kind=kind,
        step=step,
        code=code,
        holder=holder or STEPS[step].side,
        due=day(due),
        changes_on=day(due) if kind == "lock" else day(due + 1),
    )


def appeal(case: Case, body: Organisation) -> Appeal:
    """An appeal against a confirmed red, which ``body`` has to answer."""
    veto = Veto.objects.create(case=case, code="V02", step=case.step, status="confirmed", raised_at=moment(-9))
    return Appeal.objects.create(
        case=case,
        veto=veto,
        body=body,
        received_on=day(-3),
        text="样本申诉",
        entered_at=moment(-3),
        received_by=UserFactory(),
    )


def ask_correction(case: Case, step: str = "submit_application", side: str = "committee") -> Correction:
    """A correction of a verified step that waits for its decision."""
    record = add_record(case, step, "verified", verified_at=moment(-4))
    return Correction.objects.create(
        case=case,
        record=record,
        side=side,
        reason="样本理由",
        size=1,
        requested_at=moment(-2),
        original_name="样本.pdf",
    )


def move(case: Case, to_branch: Organisation) -> Transfer:
    """A transfer that waits for the receiving branch."""
    return Transfer.objects.create(
        case=case, from_branch=case.branch, to_branch=to_branch, requested_at=moment(-6), reason="样本"
    )


def yellow(case: Case, number: int = 0) -> Flag:
    """A deadline that the branch missed, in this quarter."""
    return Flag.objects.create(
        case=case,
        step=case.step,
        code="talk_within_one_month",
        subkey=str(number),
        holder="branch",
        needs_explanation=True,
        raised_on=day(-number),
        raised_at=moment(-number),
    )
