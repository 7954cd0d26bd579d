"""Rows, constraints and verbs; one file a noun. The only writes are in :mod:`recruitment.services`."""

from recruitment.models.alert import AlertSetting, ReminderTalk
from recruitment.models.appeal import Appeal
from recruitment.models.bulk import BulkDecision, BulkItem
from recruitment.models.calendar_feed import CalendarFeed
from recruitment.models.case import Case, GateClosedError
from recruitment.models.case_origin import CaseOrigin
from recruitment.models.correction import Correction, CorrectionItem
from recruitment.models.delivery import Channel, ChannelSetting, ContactPreference, Delivery, Message, Topic
from recruitment.models.draft import Draft
from recruitment.models.exam import Certificate, Exam, ExamAnswer, ExamQuestion
from recruitment.models.flag import Flag, Notification, Obligation
from recruitment.models.inquiry import Inquiry
from recruitment.models.intervention import Deliberation, Suspension, Transfer, Veto
from recruitment.models.material import Material
from recruitment.models.person import Person
from recruitment.models.policy_document import LibraryVisit, PolicyDocument, PolicyVersion
from recruitment.models.printing import Printing
from recruitment.models.returning import StepReturn
from recruitment.models.saved_search import SavedSearch
from recruitment.models.setting import AnnualPlan, Holiday, LocalRule
from recruitment.models.sitting import Sitting
from recruitment.models.step_record import Attempt, Ballot, LogEntry, RecordMember, StepRecord
from recruitment.models.toolbox import BatchCase, DocumentBatch, TemplateVersion
from recruitment.models.training_rule import TrainingRule

__all__ = [
    "AlertSetting",
    "AnnualPlan",
    "Appeal",
    "Attempt",
    "Ballot",
    "BatchCase",
    "BulkDecision",
    "BulkItem",
    "CalendarFeed",
    "Case",
    "CaseOrigin",
    "Certificate",
    "Channel",
    "ChannelSetting",
    "ContactPreference",
    "Correction",
    "CorrectionItem",
    "Deliberation",
    "Delivery",
    "DocumentBatch",
    "Draft",
    "Exam",
    "ExamAnswer",
    "ExamQuestion",
    "Flag",
    "GateClosedError",
    "Holiday",
    "Inquiry",
    "LibraryVisit",
    "LocalRule",
    "LogEntry",
    "Material",
    "Message",
    "Notification",
    "Obligation",
    "Person",
    "PolicyDocument",
    "PolicyVersion",
    "Printing",
    "RecordMember",
    "ReminderTalk",
    "SavedSearch",
    "Sitting",
    "StepRecord",
    "StepReturn",
    "Suspension",
    "TemplateVersion",
    "Topic",
    "TrainingRule",
    "Transfer",
    "Veto",
]
