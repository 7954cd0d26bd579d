"""Every wording of the rules as a Chinese and English pair, with nothing imported but the standard library."""

from recruitment.rules.texts.arithmetic import ARITHMETIC, ARITHMETIC_WAITING, duration_text
from recruitment.rules.texts.custody import CUSTODY_DEEDS, CUSTODY_RETURNS, CUSTODY_STATES, KEEPERS
from recruitment.rules.texts.fields import (
    CHOICES,
    ENTRY_FIELDS,
    ENTRY_STANDING,
    FIELDS,
    LOG_KINDS,
    PERSON_CHOICES,
    PERSON_FIELDS,
    FieldText,
)
from recruitment.rules.texts.gates import GATES, GateText
from recruitment.rules.texts.names import (
    CASE_STATES,
    CLOSE_OUTCOMES,
    DOCUMENTS,
    FORMS,
    LIGHTS,
    OUTCOMES,
    PARTICIPANTS,
    ROLES,
    STAGES,
    STEPS,
    TEMPLATES,
)
from recruitment.rules.texts.pairs import Text
from recruitment.rules.texts.refusals import FLAGS, NOTICES, REFUSALS, RefusalText
from recruitment.rules.texts.returns import RETURN_KINDS, RETURN_REASONS, UNCODED, ReturnReason
from recruitment.rules.texts.service import SERVICE
from recruitment.rules.texts.vetoes import EFFECTS, VETOES, VetoText

__all__ = [
    "ARITHMETIC",
    "ARITHMETIC_WAITING",
    "CASE_STATES",
    "CHOICES",
    "CLOSE_OUTCOMES",
    "CUSTODY_DEEDS",
    "CUSTODY_RETURNS",
    "CUSTODY_STATES",
    "DOCUMENTS",
    "EFFECTS",
    "ENTRY_FIELDS",
    "ENTRY_STANDING",
    "FIELDS",
    "FLAGS",
    "FORMS",
    "GATES",
    "KEEPERS",
    "LIGHTS",
    "LOG_KINDS",
    "NOTICES",
    "OUTCOMES",
    "PARTICIPANTS",
    "PERSON_CHOICES",
    "PERSON_FIELDS",
    "REFUSALS",
    "RETURN_KINDS",
    "RETURN_REASONS",
    "ROLES",
    "SERVICE",
    "STAGES",
    "STEPS",
    "TEMPLATES",
    "UNCODED",
    "VETOES",
    "FieldText",
    "GateText",
    "RefusalText",
    "ReturnReason",
    "Text",
    "VetoText",
    "duration_text",
]
