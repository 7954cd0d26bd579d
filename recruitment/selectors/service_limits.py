"""Which service limits run in a case: what a level above was handed, and since when it could act on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from recruitment import machine
from recruitment.models import StepRecord
from recruitment.rules.schema import Gate, Side
from recruitment.rules.service import ANSWERED_WITHIN, VERIFICATION, ServiceClock, service_clock
from recruitment.rules.steps import PARALLEL
from recruitment.selectors.casefile import CaseFile, local_day


def running_clocks(file: CaseFile) -> Iterator[ServiceClock]:
    """The service limits that run now: at most one, of the step in hand.

    A frozen or suspended case cannot be verified, so nobody is told to be quick; the day of handing over stays the
    same when it goes on.
    """
    case = file.case
    record = file.record(case.step) if case.is_open and not case.freeze else None
    if record is None:
        return
    if record.status == machine.SUBMITTED:
        if case.suspended_codes or record.submitted_at is None:
            return
        handed, limit, holder = local_day(record.submitted_at), VERIFICATION, record.definition.verifier_side
        beside = file.record(PARALLEL.get(record.step, ""))
        if beside is not None and beside.verified_at is not None:
            # Nothing can be done with a step that runs beside another until that one is verified.
            handed = max(handed, local_day(beside.verified_at))
    elif record.step in ANSWERED_WITHIN and record.reported_on is not None and not record.acted:
        # Entered later than it happened, the report could only be known from its entry on.
        entered = local_day(record.reported_at) if record.reported_at else record.reported_on
        handed, limit, holder = max(record.reported_on, entered), ANSWERED_WITHIN[record.step], Side.COMMITTEE
    else:
        return
    yield from _clock(file, record, limit, holder, handed)


def _clock(file: CaseFile, record: StepRecord, limit: Gate, holder: Side, since: date) -> Iterator[ServiceClock]:
    limit = file.rules.gate(limit, local_day(record.opened_at))
    found = service_clock(limit, step=record.step, holder=holder, since=since, working=file.rules.working)
    if found is not None:
        yield found
