"""Rows, constraints and verbs; one file a noun. The only writes are in :mod:`recruitment.services`."""

from recruitment.models.alert import AlertSetting, ReminderTalk
from recruitment.models.appeal import Appeal
from recruitment.models.bulk import BulkDecision, BulkItem
from recruitment.models.case import Case, GateClosedError
from recruitment.models.flag import Flag, Notification, Obligation
from recruitment.models.intervention import Deliberation, Suspension, Transfer, Veto
from recruitment.models.material import Material
from recruitment.models.person import Person
from recruitment.models.returning import StepReturn
from recruitment.models.saved_query import SavedQuery
from recruitment.models.setting import AnnualPlan, Holiday, LocalRule
from recruitment.models.sitting import Sitting
from recruitment.models.step_record import Attempt, Ballot, LogEntry, RecordMember, StepRecord

__all__ = [
    "AlertSetting",
    "AnnualPlan",
    "Appeal",
    "Attempt",
    "Ballot",
    "BulkDecision",
    "BulkItem",
    "Case",
    "Deliberation",
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
    "ReminderTalk",
    "SavedQuery",
    "Sitting",
    "StepRecord",
    "StepReturn",
    "Suspension",
    "Transfer",
    "Veto",
]
