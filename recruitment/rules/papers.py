"""The papers of a case: 47 documents, the 17 forms of the tracking booklet and the 24 document templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that a step produces. ``personnel_archive``: it is filed after conversion (r2026 art 36)."""

    code: str
    source: str
    template: str | None = None
    personnel_archive: bool = False


@dataclass(frozen=True, slots=True)
class BookletForm:
    """A form of the tracking booklet. ``archived``: one of the six that are cut out for the personnel archive."""

    code: str
    stage: int
    steps: tuple[str, ...]
    source: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    code: str
    step: str
    source: str


_DOCUMENTS = (
    Document("D01", template="T01", personnel_archive=True, source="national"),
    Document("D02", source="practice"),
    Document("D03", template="T02", source="practice"),
    Document("D04", template="T03", source="practice"),
    Document("D05", template="T04", source="practice"),
    Document("D06", template="T05", source="seed"),
    Document("D07", template="T06", source="practice"),
    Document("D08", template="T07", personnel_archive=True, source="practice"),
    Document("D09", personnel_archive=True, source="practice"),
    Document("D10", template="T08", personnel_archive=True, source="national"),
    Document("D11", template="T09", source="practice"),
    Document("D12", template="T04", source="practice"),
    Document("D13", template="T10", source="practice"),
    Document("D14", source="national"),
    Document("D15", template="T11", source="national"),
    Document("D16", template="T12", source="practice"),
    Document("D17", source="practice"),
    Document("D18", template="T13", personnel_archive=True, source="national"),
    Document("D19", template="T14", personnel_archive=True, source="seed"),
    Document("D20", personnel_archive=True, source="practice"),
    Document("D21", template="T04", source="practice"),
    Document("D22", template="T16", source="seed"),
    Document("D23", template="T15", source="practice"),
    Document("D24", template="T17", source="national"),
    Document("D25", personnel_archive=True, source="national"),
    Document("D26", source="practice"),
    Document("D27", template="T18", source="national"),
    Document("D28", source="national"),
    Document("D29", template="T19", source="practice"),
    Document("D30", source="national"),
    Document("D31", template="T20", source="practice"),
    Document("D32", source="national"),
    Document("D33", source="practice"),
    Document("D34", template="T21", source="practice"),
    Document("D35", template="T07", personnel_archive=True, source="practice"),
    Document("D36", template="T22", personnel_archive=True, source="national"),
    Document("D37", template="T09", source="practice"),
    Document("D38", template="T04", source="practice"),
    Document("D39", template="T11", source="practice"),
    Document("D40", source="practice"),
    Document("D41", template="T23", source="national"),
    Document("D42", template="T24", source="practice"),
    Document("D43", source="national"),
    Document("D44", source="national"),
    Document("D45", source="practice"),
    Document("D46", personnel_archive=True, source="national"),
    Document("D47", personnel_archive=True, source="national"),
)

_FORMS = (
    BookletForm("F01", stage=1, steps=("submit_application", "register_application"), source="practice"),
    BookletForm("F02", stage=1, steps=("organization_talk",), source="practice"),
    BookletForm("F03", stage=2, steps=("recommend_activist",), source="practice"),
    BookletForm("F04", stage=2, archived=True, steps=("determine_activist", "file_activist"), source="practice"),
    BookletForm("F05", stage=2, steps=("assign_contacts",), source="practice"),
    BookletForm("F06", stage=2, steps=("cultivate_educate",), source="practice"),
    BookletForm("F07", stage=2, archived=True, steps=("halfyear_review",), source="practice"),
    BookletForm("F08", stage=3, steps=("solicit_opinions",), source="practice"),
    BookletForm(
        "F09",
        stage=3,
        archived=True,
        steps=("propose_development_target", "consent_development_target"),
        source="practice",
    ),
    BookletForm("F10", stage=3, steps=("publicize_development_target",), source="practice"),
    BookletForm("F11", stage=3, steps=("assign_introducers",), source="practice"),
    BookletForm("F12", stage=3, archived=True, steps=("political_review",), source="seed"),
    BookletForm("F13", stage=3, steps=("intensive_training",), source="practice"),
    BookletForm("F14", stage=4, archived=True, steps=("branch_committee_review", "preliminary_review"), source="seed"),
    BookletForm("F15", stage=4, steps=("admission_branch_meeting", "committee_approval"), source="practice"),
    BookletForm(
        "F16",
        stage=5,
        archived=True,
        steps=("assign_to_branch_group", "admission_oath", "probation_education"),
        source="seed",
    ),
    BookletForm(
        "F17",
        stage=5,
        steps=("conversion_application", "conversion_review", "conversion_branch_meeting", "conversion_approval"),
        source="practice",
    ),
)

_TEMPLATES = (
    Template("T01", step="submit_application", source="practice"),
    Template("T02", step="organization_talk", source="practice"),
    Template("T03", step="recommend_activist", source="practice"),
    Template("T04", step="determine_activist", source="practice"),
    Template("T05", step="file_activist", source="seed"),
    Template("T06", step="file_activist", source="practice"),
    Template("T07", step="cultivate_educate", source="practice"),
    Template("T08", step="halfyear_review", source="practice"),
    Template("T09", step="solicit_opinions", source="practice"),
    Template("T10", step="consent_development_target", source="practice"),
    Template("T11", step="publicize_development_target", source="practice"),
    Template("T12", step="publicize_development_target", source="practice"),
    Template("T13", step="political_review", source="practice"),
    Template("T14", step="political_review", source="seed"),
    Template("T15", step="preliminary_review", source="practice"),
    Template("T16", step="preliminary_review", source="seed"),
    Template("T17", step="preliminary_review", source="practice"),
    Template("T18", step="admission_branch_meeting", source="practice"),
    Template("T19", step="committee_approval", source="practice"),
    Template("T20", step="committee_approval", source="practice"),
    Template("T21", step="admission_oath", source="practice"),
    Template("T22", step="conversion_application", source="practice"),
    Template("T23", step="conversion_branch_meeting", source="practice"),
    Template("T24", step="conversion_approval", source="practice"),
)

DOCUMENTS: Mapping[str, Document] = MappingProxyType({document.code: document for document in _DOCUMENTS})
FORMS: Mapping[str, BookletForm] = MappingProxyType({form.code: form for form in _FORMS})
TEMPLATES: Mapping[str, Template] = MappingProxyType({template.code: template for template in _TEMPLATES})

#: The six forms that leave the booklet for the personnel archive.
ARCHIVED_FORMS: tuple[str, ...] = tuple(form.code for form in _FORMS if form.archived)
