"""Rows, constraints and verbs; one file a noun. The only writes are in :mod:`recruitment.services`."""

from recruitment.models.case import Case, GateClosedError
from recruitment.models.correction import Correction, CorrectionItem
from recruitment.models.draft import Draft
from recruitment.models.flag import Flag, Notification, Obligation
from recruitment.models.intervention import Deliberation, Suspension, Transfer, Veto
from recruitment.models.material import Material
from recruitment.models.person import Person
from recruitment.models.setting import AnnualPlan, Holiday, LocalRule
from recruitment.models.sitting import Sitting
from recruitment.models.step_record import Attempt, Ballot, LogEntry, RecordMember, StepRecord

__all__ = [
    "AnnualPlan",
    "Attempt",
    "Ballot",
    "Case",
    "Correction",
    "CorrectionItem",
    "Deliberation",
    "Draft",
    "Flag",
    "GateClosedError",
    "Holiday",
    "LocalRule",
    "LogEntry",
    "Material",
    "Notification",
    "Obligation",
    "Person",
    "RecordMember",
    "Sitting",
    "StepRecord",
    "Suspension",
    "Transfer",
    "Veto",
]
