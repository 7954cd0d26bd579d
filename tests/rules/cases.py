"""Each gate of the catalogue at its boundary: one case a gate, to be played the day before, on and after.

``CASES[gate].at(offset)`` gives the facts with the judged date, count or vote moved by ``offset`` from the boundary,
and the server's day. The boundaries are literal, worked out by hand from the regular case in :mod:`tests.rules.build`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from recruitment.rules.editions import Ruleset
from recruitment.rules.facts import Facts
from recruitment.rules.steps import GATES, STEPS, UPLOAD_GATE
from tests.rules.build import act, day, entries, extended, papers, regular, ruleset, waiting

#: met before, on and after the boundary
FIRST_DAY = (False, True, True)
LAST_DAY = (True, True, False)
EXACTLY = (False, True, False)

Moment = tuple[Facts, date]


@dataclass(frozen=True)
class Case:
    """``met`` says what holds at offsets -1, 0 and 1; ``waiting`` gives a case whose act is not entered yet."""

    met: tuple[bool, bool, bool]
    at: Callable[[int], Moment]
    waiting: Callable[[int], Moment] | None = None
    rules: Ruleset = field(default_factory=Ruleset)


def _moved(boundary: str, offset: int) -> date:
    return day(boundary) + timedelta(days=offset)


def _rules(gate_id: str) -> Ruleset:
    return Ruleset() if GATES[gate_id].enabled else ruleset(gate_id)


def dated(
    gate_id: str, boundary: str, met: tuple[bool, bool, bool], values: dict[str, Any] | None = None, **facts: Any
):
    """A gate on one date: the act with that date moved, and the same moment with nothing entered yet."""
    gate = GATES[gate_id]
    row = STEPS[gate.step]

    def at(offset: int) -> Moment:
        target = _moved(boundary, offset)
        acted = act(row.key, **{**(values or {}), gate.target_field: target})
        # The server's day is that of the judged date: a minimum time asks both.
        return regular(row.key, replace(acted, opened_on=target), **facts), target

    def still_waiting(offset: int) -> Moment:
        today = _moved(boundary, offset)
        own = {row.report_field: act(row.key).values[row.report_field]} if row.report_field else {}
        return regular(row.key, waiting(row.key, today, **own), **facts), today

    inside = (gate.anchor or "").startswith(f"{row.key}.") and gate.anchor != f"{row.key}.{row.report_field}"
    return Case(met, at, None if inside else still_waiting, _rules(gate_id))


def in_second_round(boundary: str) -> Case:
    def at(offset: int) -> Moment:
        target = _moved(boundary, offset)
        return extended(
            "conversion_branch_meeting", "2029-02-23", act("conversion_branch_meeting", meeting_date=target)
        ), target

    def still_waiting(offset: int) -> Moment:
        today = _moved(boundary, offset)
        return extended("conversion_branch_meeting", "2029-02-23", waiting("conversion_branch_meeting", today)), today

    return Case(FIRST_DAY, at, still_waiting)


def logged(gate_id: str, boundary: str, before: str) -> Case:
    """A gate of the kind ``every``: the only entry of the first period, dated round that period's end."""
    gate = GATES[gate_id]

    def at(offset: int) -> Moment:
        on = _moved(boundary, offset)
        log = waiting(gate.step, boundary)
        only = entries((gate.target_field, on))
        return regular(before, replace(log, opened_on=on, entries=only)), on

    def still_waiting(offset: int) -> Moment:
        today = _moved(boundary, offset)
        return regular(before, waiting(gate.step, today)), today

    return Case(LAST_DAY, at, still_waiting, _rules(gate_id))


def counted(gate_id: str, met: tuple[bool, bool, bool], **values: Callable[[int], Any]) -> Case:
    """A gate on a number, a choice or a sum: fields of its step worked out from the offset."""
    step = GATES[gate_id].step

    def at(offset: int) -> Moment:
        acted = act(step, **{name: value(offset) for name, value in values.items()})
        return regular(step, acted), act(step).action_on

    return Case(met, at, rules=_rules(gate_id))


def _reviews(offset: int) -> Moment:
    held = [("review_date", "2027-01-01"), ("review_date", "2027-05-01"), ("review_date", "2027-07-01")]
    log = replace(act("halfyear_review"), entries=entries(*held[: 2 + offset]))
    return regular("halfyear_review", log), day("2027-07-01")


def _uploads(offset: int) -> Moment:
    on = _moved("2026-07-02", offset)
    acted = replace(act("register_application"), papers=papers("register_application", on))
    return regular("register_application", acted), on


def _no_uploads(offset: int) -> Moment:
    acted = replace(act("register_application"), papers=())
    return regular("register_application", acted), _moved("2026-07-02", offset)


def _plan(offset: int) -> Moment:
    consent = replace(act("consent_development_target"), plan_places=3, plan_used=2 + offset)
    return regular("consent_development_target", consent), day("2027-07-08")


def _members(number: int) -> tuple[int, ...]:
    return tuple(range(1, number + 1))


def _secret(offset: int) -> str:
    return "open" if offset < 0 else "secret"


_AGE = dated("applicant_age_18", "2026-06-02", FIRST_DAY, birth_date=day("2008-06-02"))

CASES: dict[str, Case] = {
    UPLOAD_GATE.id: Case(LAST_DAY, _uploads, _no_uploads),
    "applicant_age_18": _AGE,
    "talk_within_one_month": dated("talk_within_one_month", "2026-07-01", LAST_DAY),
    "application_to_recommendation": dated("application_to_recommendation", "2026-12-01", FIRST_DAY),
    "contact_count": counted("contact_count", EXACTLY, contacts=lambda offset: _members((0, 1, 3)[offset + 1])),
    "assign_contacts_within_one_month": dated("assign_contacts_within_one_month", "2026-08-01", LAST_DAY),
    "thought_report_quarterly": logged("thought_report_quarterly", "2026-10-01", "cultivate_educate"),
    "review_every_six_months": logged("review_every_six_months", "2027-01-01", "halfyear_review"),
    "minimum_two_reviews": Case(FIRST_DAY, _reviews),
    "annual_pool_analysis": logged("annual_pool_analysis", "2027-07-01", "halfyear_review"),
    "cultivation_one_year": dated("cultivation_one_year", "2027-07-01", FIRST_DAY),
    "annual_plan_quota": Case(LAST_DAY, _plan),
    "publicity_five_working_days": dated("publicity_five_working_days", "2027-07-19", FIRST_DAY),
    "notice_after_consent": dated("notice_after_consent", "2027-07-08", FIRST_DAY),
    "listing_after_notice": dated("listing_after_notice", "2027-07-19", FIRST_DAY),
    "introducer_count": counted("introducer_count", EXACTLY, introducers=lambda offset: _members(2 + offset)),
    "review_within_one_month": dated("review_within_one_month", "2027-08-20", LAST_DAY),
    "political_review_validity": dated("political_review_validity", "2028-08-02", LAST_DAY),
    "training_amount": counted("training_amount", FIRST_DAY, days=lambda _: 2, hours=lambda offset: 24 + offset),
    "training_validity": dated("training_validity", "2029-08-06", LAST_DAY),
    "after_political_review": dated("after_political_review", "2027-08-02", FIRST_DAY),
    "after_training": dated("after_training", "2027-08-06", FIRST_DAY),
    "leaving_within_three_months": dated(
        "leaving_within_three_months", "2027-08-16", LAST_DAY, expected_leave_date=day("2027-11-16")
    ),
    "review_within_one_month_of_request": dated("review_within_one_month_of_request", "2027-09-10", LAST_DAY),
    "fill_after_issue": dated("fill_after_issue", "2027-08-16", FIRST_DAY),
    "meeting_within_one_month": dated("meeting_within_one_month", "2027-09-16", LAST_DAY),
    "admission_branch_meeting_quorum": counted(
        "admission_branch_meeting_quorum", FIRST_DAY, present_voters=lambda offset: 5 + offset
    ),
    "admission_branch_meeting_majority": counted(
        "admission_branch_meeting_majority", FIRST_DAY, votes_for=lambda offset: 5 + offset
    ),
    "admission_branch_meeting_tally": counted(
        "admission_branch_meeting_tally", EXACTLY, votes_for=lambda offset: 9 + offset
    ),
    "admission_secret_ballot": counted(
        "admission_secret_ballot",
        EXACTLY,
        ballot_kind=_secret,
        candidates_in_meeting=lambda offset: 2,
        voted_individually=lambda offset: offset < 1,
    ),
    "resolution_report_three_months": dated("resolution_report_three_months", "2027-11-23", LAST_DAY),
    "resolution_report_six_months": dated("resolution_report_six_months", "2028-02-23", LAST_DAY),
    "talk_after_branch_meeting": dated("talk_after_branch_meeting", "2027-08-23", FIRST_DAY),
    "approve_within_three_months": dated("approve_within_three_months", "2027-11-25", LAST_DAY),
    "approve_within_six_months": dated("approve_within_six_months", "2028-02-25", LAST_DAY),
    "approve_after_talk": dated("approve_after_talk", "2027-08-26", FIRST_DAY),
    "probation_start_equals_meeting": counted(
        "probation_start_equals_meeting", EXACTLY, probation_start=lambda offset: _moved("2027-08-23", offset)
    ),
    "file_after_approval": dated("file_after_approval", "2027-09-06", FIRST_DAY),
    "assign_after_approval": dated("assign_after_approval", "2027-09-06", FIRST_DAY),
    "oath_within_one_month": dated("oath_within_one_month", "2027-10-06", LAST_DAY),
    "probation_review_half_yearly": logged("probation_review_half_yearly", "2028-02-23", "probation_education"),
    "conversion_application_not_too_early": dated("conversion_application_not_too_early", "2028-07-23", FIRST_DAY),
    "conversion_application_deadline": dated("conversion_application_deadline", "2028-09-23", LAST_DAY),
    "conversion_publicity": dated("conversion_publicity", "2028-08-21", FIRST_DAY),
    "probation_full_year": dated("probation_full_year", "2028-08-23", FIRST_DAY),
    "extension_expired": in_second_round("2029-02-23"),
    "extension_length": counted(
        "extension_length",
        FIRST_DAY,
        decision=lambda _: "extend",
        extension_duration=lambda offset: f"P{184 + offset}D",  # six months from 23 August to 23 February
    ),
    "conversion_meeting_within_one_month": dated("conversion_meeting_within_one_month", "2028-09-23", LAST_DAY),
    "conversion_meeting_within_three_months": dated("conversion_meeting_within_three_months", "2028-11-23", LAST_DAY),
    "transferee_postpone_limit": dated("transferee_postpone_limit", "2029-02-23", LAST_DAY, transferred_in=True),
    "conversion_branch_meeting_quorum": counted(
        "conversion_branch_meeting_quorum", FIRST_DAY, present_voters=lambda offset: 5 + offset
    ),
    "conversion_branch_meeting_majority": counted(
        "conversion_branch_meeting_majority", FIRST_DAY, votes_for=lambda offset: 5 + offset
    ),
    "conversion_secret_ballot": counted("conversion_secret_ballot", FIRST_DAY, ballot_kind=_secret),
    "conversion_branch_meeting_tally": counted(
        "conversion_branch_meeting_tally", EXACTLY, votes_for=lambda offset: 9 + offset
    ),
    "conversion_approve_three_months": dated("conversion_approve_three_months", "2028-11-24", LAST_DAY),
    "seniority_start_rule": counted(
        "seniority_start_rule", EXACTLY, seniority_start=lambda offset: _moved("2028-08-23", offset)
    ),
    "archive_within_one_month": dated("archive_within_one_month", "2028-10-05", LAST_DAY),
    "six_forms_cut": counted("six_forms_cut", EXACTLY, cut_out_forms=lambda offset: ("F",) * (6 + offset)),
}
