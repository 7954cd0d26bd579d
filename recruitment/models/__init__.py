"""Rows, constraints and verbs; one file a noun. The only writes are in :mod:`recruitment.services`."""

from recruitment.models.calendar_feed import CalendarFeed
from recruitment.models.case import Case, GateClosedError
from recruitment.models.flag import Flag, Notification, Obligation
from recruitment.models.inquiry import Inquiry
from recruitment.models.intervention import Deliberation, Suspension, Transfer, Veto
from recruitment.models.material import Material
from recruitment.models.person import Person
from recruitment.models.saved_search import SavedSearch
from recruitment.models.setting import AnnualPlan, Holiday, LocalRule
from recruitment.models.sitting import Sitting
from recruitment.models.step_record import Attempt, Ballot, LogEntry, RecordMember, StepRecord

__all__ = [
    "AnnualPlan",
    "Attempt",
    "Ballot",
    "CalendarFeed",
    "Case",
    "Deliberation",
    "Flag",
    "GateClosedError",
    "Holiday",
    "Inquiry",
    "LocalRule",
    "LogEntry",
    "Material",
    "Notification",
    "Obligation",
    "Person",
    "RecordMember",
    "SavedSearch",
    "Sitting",
    "StepRecord",
    "Suspension",
    "Transfer",
    "Veto",
]
