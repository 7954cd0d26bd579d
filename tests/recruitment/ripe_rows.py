"""People who are ripe or submitted, put straight into the tables: what a meeting or a verifier acts on, in few rows."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from branches.models import Organisation
from recruitment.models import Case, Material, StepRecord
from recruitment.rules.steps import STEP_KEYS, STEPS
from tests.branches.factories import County
from tests.recruitment.board_rows import NOW, add_record, day, moment, put

#: The step before, as far as the rules look at it.
_BEFORE = {
    "file_activist": ("determine_activist", {"decided_on": day(-30).isoformat(), "decision": "agree"}),
    "consent_development_target": (
        "propose_development_target",
        {"meeting_date": day(-30).isoformat(), "decision": "agree"},
    ),
}


def ripe(county: County, step: str, number: int, *, branch: Organisation | None = None, papers: bool = True) -> Case:
    """A person whose step the committee may decide; the branch has reported and handed in its own paper."""
    case = put(county, step, name=f"样本会议{number}", branch=branch, record={"reported_on": day(-10)})
    key, values = _BEFORE[step]
    done = STEP_KEYS[: STEPS[step].number - 1]
    StepRecord.objects.bulk_create(
        StepRecord(case=case, step=one, status="verified", opened_at=moment(-60)) for one in done if one != key
    )
    add_record(case, key, "verified", values=values, action_on=day(-30), entered_at=moment(-30))
    if papers:
        hold(case, step, STEPS[step].required_papers[0])
    return case


def hold(case: Case, step: str, code: str) -> Material:
    """A paper that is there; its file is never opened."""
    return Material.objects.create(
        record=case.records.get(step=step),
        case=case,
        code=code,
        file=f"00/{uuid.uuid4().hex}.pdf",
        original_name=f"{code}.pdf",
        content_type="application/pdf",
        extension=".pdf",
        size=10,
        sha256=uuid.uuid4().hex * 2,
        uploaded_at=moment(-6),
    )


def submitted(county: County, number: int, **columns: Any) -> Case:
    """A person whose first step waits for the committee's verifier and has nothing against it."""
    received = day(-10)
    record = {
        "values": {"application_date": received.isoformat(), "received_on": received.isoformat()},
        "action_on": received,
        "entered_at": moment(-9),
        "submitted_at": moment(-9) + dt.timedelta(minutes=number),
        "opened_at": moment(-10),
    }
    case = put(county, "submit_application", "submitted", name=f"样本提交{number}", record=record, **columns)
    for code in STEPS["submit_application"].required_papers:
        hold(case, "submit_application", code)
    return case


def handed_to_department(county: County, number: int, **columns: Any) -> Case:
    """An activist whom the committee has filed, waiting for the department."""
    case = ripe(county, "file_activist", number, **columns)
    handed_in = NOW - dt.timedelta(days=4)
    case.records.filter(step="file_activist").update(
        values={"submitted_on": day(-10).isoformat(), "filed_on": day(-5).isoformat(), "opinion": "agree"},
        status="submitted",
        action_on=day(-5),
        entered_at=handed_in,
        submitted_at=handed_in,
    )
    hold(case, "file_activist", "D07")
    return case
