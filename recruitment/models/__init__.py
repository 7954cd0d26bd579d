"""Rows, constraints and verbs; one file a noun. The only writes are in :mod:`recruitment.services`."""

from recruitment.models.case import Case, GateClosedError
from recruitment.models.flag import Flag, Notification, Obligation
from recruitment.models.intervention import Deliberation, Suspension, Transfer, Veto
from recruitment.models.material import Material
from recruitment.models.person import Person
from recruitment.models.printing import Printing
from recruitment.models.setting import AnnualPlan, Holiday, LocalRule
from recruitment.models.sitting import Sitting
from recruitment.models.step_record import Attempt, Ballot, LogEntry, RecordMember, StepRecord
from recruitment.models.toolbox import BatchCase, DocumentBatch, TemplateVersion

__all__ = [
    "AnnualPlan",
    "Attempt",
    "Ballot",
    "BatchCase",
    "Case",
    "Deliberation",
    "DocumentBatch",
    "Flag",
    "GateClosedError",
    "Holiday",
    "LocalRule",
    "LogEntry",
    "Material",
    "Notification",
    "Obligation",
    "Person",
    "Printing",
    "RecordMember",
    "Sitting",
    "StepRecord",
    "Suspension",
    "TemplateVersion",
    "Transfer",
    "Veto",
]
