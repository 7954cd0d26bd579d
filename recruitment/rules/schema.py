"""The types of the step table: what a step, a field, a paper and a gate are.

Standard library only. The rows themselves stand in :mod:`recruitment.rules.table`, one file a stage; their names
and sentences stand in :mod:`recruitment.rules.texts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from recruitment.rules.dates import Duration


class Side(StrEnum):
    """The level of the organisation that acts or verifies."""

    BRANCH = "branch"
    COMMITTEE = "committee"
    DEPARTMENT = "department"


#: The body named in the catalogue -> the level whose seats enter its acts.
SIDE_OF_BODY: Mapping[str, Side] = MappingProxyType(
    {
        "applicant": Side.BRANCH,
        "branch_secretary": Side.BRANCH,
        "branch_committee": Side.BRANCH,
        "branch_meeting": Side.BRANCH,
        "grassroots_committee": Side.COMMITTEE,
        "superior_org_department": Side.DEPARTMENT,
    }
)


class Kind(StrEnum):
    """The closed set of gate kinds; :mod:`recruitment.rules.gates` has one judge for each."""

    NOT_BEFORE = "not_before"
    NOT_AFTER = "not_after"
    MIN_SPAN = "min_span"
    EVERY = "every"
    MIN_AMOUNT = "min_amount"
    COUNT_RANGE = "count_range"
    QUORUM = "quorum"
    MAJORITY = "majority"
    CONSISTENCY = "consistency"
    RANGE_DURATION = "range_duration"
    QUOTA = "quota"
    HORIZON = "horizon"
    VALIDITY = "validity"


class FieldType(StrEnum):
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    ENUM = "enum"
    STRING = "string"
    TEXT = "text"
    DURATION = "duration"
    ORGANISATION = "org_ref"
    PERSON = "user_ref"
    PERSONS = "person_list"
    MEMBERS = "member_list"
    CODES = "code_list"
    CHECKLIST = "checklist"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's record.

    ``computed`` fields are worked out by a rule and never asked; ``sensitive`` ones are encrypted at rest and appear
    in the audit as digests only.
    """

    name: str
    type: FieldType
    required: bool = True
    choices: tuple[str, ...] = ()
    computed: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a step produces; a required one must be there before the step is submitted."""

    code: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Gate:
    """One rule of the catalogue: what it compares, how hard it is, and where it stands written.

    ``anchor`` and ``target`` are ``"<step>.<field>"`` or ``"person.<field>"``. ``r2014`` and ``r2026`` name the article
    in each edition; a national gate without an article in an edition does not exist in it. ``hard`` gates refuse the
    act, the others only turn the light yellow until the act is done, explained and verified.
    """

    id: str
    kind: Kind
    target: str
    anchor: str | None = None
    duration: Duration | None = None
    working: bool = False
    hard: bool = False
    source: str = "national"
    r2014: str | None = None
    r2026: str | None = None
    enabled: bool = True
    configurable: bool = False
    backwards: bool = False
    anchor_when_missing: str | None = None
    anchor_not_before: str | None = None
    applies_when: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    any_of: tuple[tuple[str, int], ...] = ()
    exemption_field: str | None = None
    check: str | None = None
    count_start_day: bool | None = None
    tolerance_percent: int | None = None
    min_duration: Duration | None = None
    max_duration: Duration | None = None
    max_times: int | None = None
    override: bool = False
    reminder: Duration | None = None
    holder: Side | None = None

    @property
    def step(self) -> str:
        """The key of the step whose act the gate judges; a flag of the gate belongs to it."""
        return self.target.partition(".")[0]

    @property
    def target_field(self) -> str:
        return self.target.partition(".")[2]

    def article(self, edition: str) -> str | None:
        """The article in ``edition`` (``"r2014"`` or ``"r2026"``), or None where the edition has none."""
        return self.r2026 if edition == "r2026" else self.r2014

    def exists_in(self, edition: str) -> bool:
        """Whether the edition knows the gate: a national one without an article there does not exist in it."""
        return self.source != "national" or self.article(edition) is not None

    #: Parameters that an organisation may set, where the gate has them.
    PARAMETERS = ("duration", "minimum", "maximum", "tolerance_percent", "count_start_day")


@dataclass(frozen=True, slots=True)
class Step:
    """One of the 31 steps: who acts, who verifies, what it asks for and what it leads to."""

    key: str
    number: int
    stage: int
    actor: str
    verifier: str
    action_date: str
    fields: tuple[Field, ...]
    gates: tuple[Gate, ...] = ()
    papers: tuple[Paper, ...] = ()
    requires: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    vetoes: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    r2014: str | None = None
    r2026: str | None = None
    source: str = "national"
    official: int | None = None
    repeats: bool = False
    log_kinds: tuple[str, ...] = ()
    report_field: str | None = None

    @property
    def side(self) -> Side:
        """The level whose seats enter this step."""
        return SIDE_OF_BODY[self.actor]

    @property
    def verifier_side(self) -> Side:
        return SIDE_OF_BODY[self.verifier]

    @property
    def is_log(self) -> bool:
        """Whether the step is one record with many dated entries."""
        return bool(self.log_kinds)

    @property
    def required_papers(self) -> tuple[str, ...]:
        return tuple(paper.code for paper in self.papers if paper.required)

    @property
    def paper_codes(self) -> tuple[str, ...]:
        return tuple(paper.code for paper in self.papers)

    @property
    def produces(self) -> tuple[str, ...]:
        """Codes of the booklet forms and documents that the step produces."""
        return self.forms + self.paper_codes

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def articles(self, edition: str) -> str | None:
        return self.r2026 if edition == "r2026" else self.r2014
