"""Facts for tests of the rules: a regular case of 31 steps, cut off where a test wants it, with what it changes.

Every day of the regular case is written out, so that a test can name its boundaries as literal days too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from recruitment.rules.editions import LocalSetting, Ruleset, local_setting
from recruitment.rules.facts import EntryFact, Facts, PaperFact, StepFacts
from recruitment.rules.steps import STEP_KEYS, STEPS

SHANGHAI = timezone(timedelta(hours=8))
BIRTH = date(1998, 2, 28)
NOON = time(12)

#: A vote of nine that passes.
VOTES: Mapping[str, Any] = {
    "ballot_kind": "secret",
    "eligible_voters": 9,
    "present_voters": 9,
    "votes_for": 9,
    "votes_against": 0,
    "abstentions": 0,
    "written_for": 0,
    "written_against": 0,
    "written_abstain": 0,
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(on: date, at: time = NOON) -> datetime:
    """A moment of that day where the product is used."""
    return datetime.combine(on, at, tzinfo=SHANGHAI)


def days(**texts: str) -> dict[str, date]:
    return {name: day(text) for name, text in texts.items()}


#: The regular case: the fields that a rule reads, step by step.
REGULAR: Mapping[str, Mapping[str, Any]] = {
    "submit_application": days(application_date="2026-06-01", received_on="2026-06-01"),
    "register_application": days(registered_on="2026-06-02"),
    "organization_talk": days(talk_date="2026-06-10"),
    "recommend_activist": days(recommended_on="2026-06-20"),
    "determine_activist": days(decided_on="2026-07-01") | {"decision": "agree"},
    "file_activist": days(submitted_on="2026-07-02", filed_on="2026-07-05") | {"opinion": "agree"},
    "assign_contacts": days(assigned_on="2026-07-08") | {"contacts": (1,)},
    "cultivate_educate": days(education_started_on="2027-06-30"),
    "halfyear_review": days(last_review_on="2027-07-01"),
    "solicit_opinions": days(solicited_on="2027-07-02"),
    "propose_development_target": days(meeting_date="2027-07-05") | {"decision": "agree"},
    "consent_development_target": days(submitted_on="2027-07-06", consent_on="2027-07-08") | {"opinion": "agree"},
    "publicize_development_target": days(
        publicity_start="2027-07-12", publicity_end="2027-07-19", listed_on="2027-07-20"
    )
    | {"result": "clear"},
    "assign_introducers": days(assigned_on="2027-07-22") | {"introducers": (1, 2)},
    "political_review": days(report_on="2027-08-02") | {"conclusion": "pass"},
    "intensive_training": days(start_on="2027-08-04", end_on="2027-08-06") | {"days": 3, "hours": 24},
    "branch_committee_review": days(meeting_date="2027-08-09") | {"decision": "agree"},
    "preliminary_review": days(submitted_on="2027-08-10", result_on="2027-08-16", form_issued_on="2027-08-16")
    | {"result": "pass"},
    "fill_application_form": days(filled_on="2027-08-18"),
    "admission_branch_meeting": days(meeting_date="2027-08-23", resolution_submitted_on="2027-08-24")
    | {**VOTES, "candidates_in_meeting": 1, "voted_individually": True},
    "superior_talk": days(talk_date="2027-08-26"),
    "committee_approval": days(
        resolution_received_on="2027-08-25",
        meeting_date="2027-09-06",
        probation_start="2027-08-23",
        probation_end="2028-08-23",
    )
    | {"result": "approve"},
    "file_with_org_department": days(reported_on="2027-09-07", filed_on="2027-09-08"),
    "assign_to_branch_group": days(assigned_on="2027-09-09"),
    "admission_oath": days(oath_on="2027-10-01"),
    "probation_education": days(last_review_on="2028-08-15"),
    "conversion_application": days(application_date="2028-08-16", received_on="2028-08-16"),
    "conversion_review": days(review_on="2028-08-22", publicity_start="2028-08-14", publicity_end="2028-08-21")
    | {"proposal": "convert"},
    "conversion_branch_meeting": days(meeting_date="2028-08-23", resolution_submitted_on="2028-08-24")
    | {**VOTES, "decision": "convert"},
    "conversion_approval": days(
        resolution_received_on="2028-08-24", meeting_date="2028-09-05", seniority_start="2028-08-23"
    )
    | {"result": "convert"},
    "archive_records": days(handed_over_on="2028-09-19", archived_on="2028-09-20")
    | {"archive_kind": "personnel", "cut_out_forms": ("F04", "F07", "F09", "F12", "F14", "F16")},
}

#: What the logs of the regular case hold.
ENTRIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "halfyear_review": (
        ("review_date", "2027-01-01"),
        ("review_date", "2027-07-01"),
        ("annual_analysis", "2027-07-01"),
    ),
    "probation_education": (("review_date", "2028-02-23"), ("review_date", "2028-08-15")),
}


def entries(*pairs: tuple[str, str | date], start: int = 1, carried: bool = False) -> tuple[EntryFact, ...]:
    """Log entries, each entered on its own day."""
    made = []
    for number, (kind, on) in enumerate(pairs, start):
        on = day(on) if isinstance(on, str) else on
        made.append(EntryFact(number, kind, on, moment(on), carried))
    return tuple(made)


def papers(key: str, on: date, codes: Iterable[str] | None = None) -> tuple[PaperFact, ...]:
    """The required papers of a step (or ``codes``), uploaded at noon of that day."""
    return tuple(PaperFact(code, moment(on)) for code in (STEPS[key].required_papers if codes is None else codes))


def act(key: str, /, *, status: str = "recorded", opened_on: date | None = None, **values: Any) -> StepFacts:
    """The regular act of a step with changes; papers are there from the day of the act, None leaves a field out."""
    given = {name: value for name, value in {**REGULAR[key], **values}.items() if value is not None}
    on = given[STEPS[key].action_date]
    made = entries(*ENTRIES.get(key, ()))
    uploaded = max([on, *(entry.on for entry in made)])
    return StepFacts(
        key=key,
        status=status,
        opened_on=opened_on or on,
        acted=True,
        values=given,
        papers=papers(key, uploaded),
        entries=made,
    )


def waiting(key: str, opened_on: str | date, **values: Any) -> StepFacts:
    """A step that is open and whose act is not entered; ``values`` for what the branch reported."""
    opened = day(opened_on) if isinstance(opened_on, str) else opened_on
    return StepFacts(key=key, status="open", opened_on=opened, values=values)


def regular(before: str | None = None, /, *more: StepFacts, **facts: Any) -> Facts:
    """The regular case with every step before ``before`` verified (all without it), and ``more`` laid over it."""
    keys = STEP_KEYS[: STEPS[before].number - 1] if before else STEP_KEYS
    steps = {key: act(key, status="verified") for key in keys}
    steps |= {step.key: step for step in more}
    return Facts(**({"birth_date": BIRTH, "steps": steps} | facts))


def extended(before: str, until: str | date, /, *more: StepFacts, opened_on: str = "2028-09-06", **facts: Any) -> Facts:
    """The regular case in its second round, after an extension of probation to ``until``."""
    first, second = STEPS["probation_education"].number - 1, STEPS["conversion_approval"].number
    steps = {key: act(key, status="verified") for key in STEP_KEYS[:first]}
    for key in STEP_KEYS[first:second]:
        steps[key] = replace(waiting(key, opened_on), round=2, status="unopened", opened_on=None)
    log = waiting("probation_education", opened_on)
    steps[log.key] = replace(log, round=2, entries=entries(*ENTRIES[log.key], carried=True))
    for key in STEP_KEYS[first : STEPS[before].number - 1]:
        steps[key] = replace(act(key, status="verified"), round=2)
    steps |= {step.key: replace(step, round=2) for step in more}
    end = day(until) if isinstance(until, str) else until
    return Facts(**({"birth_date": BIRTH, "steps": steps, "round": 2, "extended_until": end} | facts))


def setting(gate: str, **parameters: Any) -> LocalSetting:
    return local_setting(gate, parameters)


def ruleset(*switched_on: str, **parameters: Mapping[str, Any]) -> Ruleset:
    """Rules with some local gates switched on, and some set: ``ruleset("a", b={"duration": "P2M"})``."""
    settings = [local_setting(gate, {"enabled": True}) for gate in switched_on]
    settings += [local_setting(gate, values) for gate, values in parameters.items()]
    return Ruleset(tuple(settings))
