"""A second statement of the rules of time: flags, light and first days, as naive as can be.

It is written from the meaning of the words as the rehearsal explains them, with tables, month arithmetic and reading of
fields of its own; it shares with the engine only the shape of the facts. It is slow and repeats itself on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from recruitment.rules.facts import Facts, StepFacts

NEW_EDITION = date(2026, 5, 11)
ONE_DAY = timedelta(days=1)

#: step, its action date, the papers that it must have.
STEPS = (
    ("submit_application", "received_on", ["D01"]),
    ("register_application", "registered_on", ["D02"]),
    ("organization_talk", "talk_date", ["D03"]),
    ("recommend_activist", "recommended_on", ["D04"]),
    ("determine_activist", "decided_on", ["D05"]),
    ("file_activist", "filed_on", ["D06", "D07"]),
    ("assign_contacts", "assigned_on", []),
    ("cultivate_educate", "education_started_on", ["D08", "D09"]),
    ("halfyear_review", "last_review_on", ["D10"]),
    ("solicit_opinions", "solicited_on", ["D11"]),
    ("propose_development_target", "meeting_date", ["D12"]),
    ("consent_development_target", "consent_on", ["D13", "D14"]),
    ("publicize_development_target", "listed_on", ["D15", "D16"]),
    ("assign_introducers", "assigned_on", ["D17"]),
    ("political_review", "report_on", ["D18", "D19"]),
    ("intensive_training", "end_on", ["D20"]),
    ("branch_committee_review", "meeting_date", ["D21", "D46"]),
    ("preliminary_review", "result_on", ["D22", "D24"]),
    ("fill_application_form", "filled_on", ["D25"]),
    ("admission_branch_meeting", "meeting_date", ["D26", "D27"]),
    ("superior_talk", "talk_date", ["D28"]),
    ("committee_approval", "meeting_date", ["D29", "D30", "D31"]),
    ("file_with_org_department", "filed_on", ["D32"]),
    ("assign_to_branch_group", "assigned_on", ["D33"]),
    ("admission_oath", "oath_on", ["D34"]),
    ("probation_education", "last_review_on", ["D35", "D47"]),
    ("conversion_application", "received_on", ["D36"]),
    ("conversion_review", "review_on", ["D37", "D38"]),
    ("conversion_branch_meeting", "meeting_date", ["D40", "D41"]),
    ("conversion_approval", "meeting_date", ["D42", "D43"]),
    ("archive_records", "archived_on", ["D44", "D45"]),
)
ACTION_DATE = {step: name for step, name, _ in STEPS}
LOGS = ("cultivate_educate", "halfyear_review", "probation_education")

#: gate, judged field, counted from, months, on by default. The judged field names the step that bears the flag.
DEADLINES = (
    ("talk_within_one_month", "organization_talk.talk_date", "submit_application.received_on", 1, True),
    ("assign_contacts_within_one_month", "assign_contacts.assigned_on", "determine_activist.decided_on", 1, False),
    ("review_within_one_month", "political_review.report_on", "publicize_development_target.listed_on", 1, False),
    ("political_review_validity", "admission_branch_meeting.meeting_date", "political_review.report_on", 12, False),
    ("training_validity", "admission_branch_meeting.meeting_date", "intensive_training.end_on", 24, False),
    (
        "review_within_one_month_of_request",
        "preliminary_review.result_on",
        "preliminary_review.submitted_on",
        1,
        False,
    ),
    ("meeting_within_one_month", "admission_branch_meeting.meeting_date", "preliminary_review.result_on", 1, True),
    (
        "resolution_report_three_months",
        "admission_branch_meeting.resolution_submitted_on",
        "admission_branch_meeting.meeting_date",
        3,
        False,
    ),
    (
        "resolution_report_six_months",
        "admission_branch_meeting.resolution_submitted_on",
        "admission_branch_meeting.meeting_date",
        6,
        False,
    ),
    (
        "approve_within_three_months",
        "committee_approval.meeting_date",
        "committee_approval.resolution_received_on or admission_branch_meeting.meeting_date",
        3,
        True,
    ),
    (
        "approve_within_six_months",
        "committee_approval.meeting_date",
        "committee_approval.resolution_received_on or admission_branch_meeting.meeting_date",
        6,
        True,
    ),
    ("oath_within_one_month", "admission_oath.oath_on", "committee_approval.meeting_date", 1, True),
    ("conversion_application_deadline", "conversion_application.application_date", "end of probation", 1, True),
    (
        "conversion_meeting_within_one_month",
        "conversion_branch_meeting.meeting_date",
        "application received, not before the end of probation",
        1,
        True,
    ),
    (
        "conversion_meeting_within_three_months",
        "conversion_branch_meeting.meeting_date",
        "application received, not before the end of probation",
        3,
        True,
    ),
    ("transferee_postpone_limit", "conversion_branch_meeting.meeting_date", "end of probation", 6, True),
    (
        "conversion_approve_three_months",
        "conversion_approval.meeting_date",
        "conversion_approval.resolution_received_on or conversion_branch_meeting.meeting_date",
        3,
        True,
    ),
    ("archive_within_one_month", "archive_records.archived_on", "conversion_approval.meeting_date", 1, True),
)
#: Deadlines whose article the edition of 2014 does not have.
NEW_IN_2026 = ("meeting_within_one_month", "oath_within_one_month")

#: gate, log step, kind of entry, counted from, months, on by default.
EVERY = (
    ("thought_report_quarterly", "cultivate_educate", "thought_report", "determine_activist.decided_on", 3, False),
    ("review_every_six_months", "halfyear_review", "review_date", "determine_activist.decided_on", 6, True),
    ("annual_pool_analysis", "halfyear_review", "annual_analysis", "determine_activist.decided_on", 12, True),
    (
        "probation_review_half_yearly",
        "probation_education",
        "review_date",
        "admission_branch_meeting.meeting_date",
        6,
        True,
    ),
)

#: Hard minimum times that count from an earlier step: gate, judged step, counted from, months, on by default.
MINIMUM_TIMES = (
    ("application_to_recommendation", "recommend_activist", "submit_application.received_on", 6, False),
    ("cultivation_one_year", "propose_development_target", "determine_activist.decided_on", 12, True),
    ("notice_after_consent", "publicize_development_target", "consent_development_target.consent_on", 0, True),
    ("after_political_review", "branch_committee_review", "political_review.report_on", 0, True),
    ("after_training", "branch_committee_review", "intensive_training.end_on", 0, True),
    ("fill_after_issue", "fill_application_form", "preliminary_review.form_issued_on", 0, True),
    ("talk_after_branch_meeting", "superior_talk", "admission_branch_meeting.meeting_date", 0, True),
    ("approve_after_talk", "committee_approval", "superior_talk.talk_date", 0, True),
    ("file_after_approval", "file_with_org_department", "committee_approval.meeting_date", 0, True),
    ("assign_after_approval", "assign_to_branch_group", "committee_approval.meeting_date", 0, True),
    ("probation_full_year", "conversion_branch_meeting", "admission_branch_meeting.meeting_date", 12, True),
    ("extension_expired", "conversion_branch_meeting", "end of the extension", 0, True),
)

Local = Mapping[str, Mapping[str, Any]]


def plus_months(start: date, months: int) -> date:
    """The same day number so many months on, or the last day of that month."""
    year, month = start.year, start.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    for number in (start.day, 30, 29, 28):
        if number <= start.day:
            try:
                return date(year, month, number)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


def entered(facts: Facts, reference: str) -> Any:
    """A field of an act that is entered and counts; of a two-half step also the day of the branch's report."""
    step, name = reference.split(".")
    known = facts.steps.get(step)
    if known is None:
        return None
    reported = name in ("submitted_on", "resolution_received_on") and step in (
        "file_activist",
        "consent_development_target",
        "preliminary_review",
        "committee_approval",
        "conversion_approval",
    )
    return known.values.get(name) if known.acted or reported else None


def end_of_probation(facts: Facts) -> date | None:
    return facts.extended_until or entered(facts, "committee_approval.probation_end")


def counted_from(facts: Facts, anchor: str) -> date | None:
    if anchor == "end of probation":
        return end_of_probation(facts)
    if anchor == "end of the extension":
        return facts.extended_until
    if anchor.startswith("application received"):
        received, end = entered(facts, "conversion_application.received_on"), end_of_probation(facts)
        if received is None:
            return None
        return max(received, end) if end else received
    for reference in anchor.split(" or "):
        if entered(facts, reference) is not None:
            return entered(facts, reference)
    return None


def rule(gate: str, months: int, on: bool, local: Local) -> int | None:
    """The months that bind here, or None where the rule is off."""
    mine = local.get(gate, {})
    return mine.get("months", months) if mine.get("enabled", on) else None


def is_binding(facts: Facts, gate: str) -> bool:
    reason = entered(facts, "conversion_branch_meeting.postponed_reason")
    if gate.startswith("conversion_meeting_within"):
        return not (facts.transferred_in and reason)
    return facts.transferred_in if gate == "transferee_postpone_limit" else True


def open_steps(facts: Facts) -> list[tuple[str, StepFacts]]:
    return [(step, facts.step(step)) for step, _, _ in STEPS if facts.step(step).status != "verified"]


def deadline_flags(facts: Facts, today: date, local: Local) -> set[tuple[str, str]]:
    flags = set()
    for gate, target, anchor, default, on in DEADLINES:
        step = target.split(".")[0]
        months = rule(gate, default, on, local)
        start = counted_from(facts, anchor)
        if months is None or start is None or facts.step(step).status == "verified" or not is_binding(facts, gate):
            continue
        done = entered(facts, target)
        judged_by = entered(facts, f"{step}.{ACTION_DATE[step]}") or today
        if gate in NEW_IN_2026 and judged_by < NEW_EDITION:
            continue
        if (done or today) > plus_months(start, months):
            flags.add((step, gate))
    return flags


def every_flags(facts: Facts, today: date, local: Local) -> set[tuple[str, str]]:
    flags = set()
    for gate, step, kind, anchor, default, on in EVERY:
        months = rule(gate, default, on, local)
        start = counted_from(facts, anchor)
        known = facts.step(step)
        if not months or start is None or known.status == "verified":
            continue
        number = 1
        while plus_months(start, months * number) < today:
            begins, ends = plus_months(start, months * (number - 1)), plus_months(start, months * number)
            held = [entry for entry in known.entries if entry.kind == kind and begins < entry.on <= ends]
            counts = facts.round == 1 or step != "probation_education" or ends >= known.opened_on
            if counts and not held:
                flags.add((step, gate))
            number += 1
    return flags


def upload_flags(facts: Facts, today: date, local: Local) -> set[tuple[str, str]]:
    flags = set()
    months = rule("upload_within_one_month", 1, True, local)
    required = {step: codes for step, _, codes in STEPS}
    for step, known in open_steps(facts):
        if months is None or not required[step]:
            continue
        if step in LOGS:
            waiting = [(f"e{entry.id}", entry.on, entry.entered_at) for entry in known.entries if not entry.carried]
        elif known.acted:
            waiting = [(f"a{known.round}.{known.attempt}", known.values[ACTION_DATE[step]], None)]
        else:
            waiting = []
        for number, on, entered_at in waiting:
            due = plus_months(max(on, known.opened_on or on), months)
            late, missing = False, False
            for code in required[step]:
                serving = [
                    paper.at
                    for paper in known.papers
                    if paper.code == code and not (entered_at and paper.at < entered_at)
                ]
                missing = missing or not serving
                late = late or not serving or min(serving).date() > due
            explained = (step, "upload_within_one_month", number) in facts.explained
            if today > due and late and (missing or not explained):
                flags.add((step, "upload_within_one_month"))
    return flags


def other_flags(facts: Facts, today: date) -> set[tuple[str, str]]:
    flags = set()
    for step, known in open_steps(facts):
        flags |= {(step, mark) for mark in known.marks}
    written, end = entered(facts, "conversion_application.application_date"), end_of_probation(facts)
    if written and end and facts.step("conversion_application").status != "verified":
        first = plus_months(end, -1)
        if written < first or today < first:
            flags.add(("conversion_application", "conversion_application_not_too_early"))
    consent = facts.step("consent_development_target")
    agreed = consent.acted and consent.values.get("opinion") == "agree"
    full = consent.plan_places is not None and consent.plan_used + 1 > consent.plan_places
    if agreed and full and consent.status != "verified":
        flags.add(("consent_development_target", "annual_plan_quota"))
    return flags


def current(facts: Facts) -> str | None:
    for step, _, _ in STEPS:
        if facts.step(step).status != "verified":
            return step
    return None


def open_flags(facts: Facts, today: date, local: Local) -> set[tuple[str, str]]:
    """Every open flag as (step, code)."""
    here = current(facts) or ""
    if facts.state == "terminated":
        return {(here, facts.veto or "V14")}
    if facts.state != "running":
        return set()
    flags = deadline_flags(facts, today, local) | every_flags(facts, today, local)
    flags |= upload_flags(facts, today, local) | other_flags(facts, today)
    flags |= {(here, code) for code in facts.suspensions}
    return flags | ({(here, facts.veto)} if facts.veto else set())


def light(facts: Facts, today: date, local: Local) -> str:
    flags = open_flags(facts, today, local)
    if facts.veto or facts.state == "terminated":
        return "red"
    return "yellow" if flags else "green"


def unlocks_on(facts: Facts, today: date, local: Local) -> date | None:
    """The first day on which the current step may be submitted, where a minimum time still holds it."""
    here = current(facts)
    if here is None or facts.state != "running" or facts.step(here).status == "submitted":
        return None
    first = None
    for gate, step, anchor, default, on in MINIMUM_TIMES:
        months = rule(gate, default, on, local)
        start = counted_from(facts, anchor)
        if step != here or months is None or start is None:
            continue
        if gate == "after_training" and entered(facts, "intensive_training.exemption_approval"):
            continue
        opens = plus_months(start, months)
        if today < opens:
            first = max(first, opens) if first else opens
    return first
