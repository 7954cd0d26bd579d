"""The wordings of the rules: nothing missing, nothing left over, both languages, and only the known placeholders."""

import itertools
import string
import unicodedata
from collections.abc import Iterator

import pytest

from recruitment.rules import steps, texts
from recruitment.rules.dates import Duration
from recruitment.rules.texts import Text

# Step -> its fields, as the catalogue lists them.
STEP_FIELDS = {
    "submit_application": (
        "application_date",
        "received_on",
        "receiving_branch",
        "channel",
    ),
    "register_application": (
        "registered_on",
        "registrar",
        "identity_checked",
        "jurisdiction_ok",
        "screen_result",
        "prior_history",
    ),
    "organization_talk": (
        "talk_date",
        "talkers",
        "summary",
        "conclusion",
    ),
    "recommend_activist": (
        "method",
        "recommended_on",
        "eligible_count",
        "present_count",
        "votes_for",
        "mass_org_opinion",
    ),
    "determine_activist": (
        "decided_on",
        "members_total",
        "members_present",
        "votes_for",
        "decision",
    ),
    "file_activist": (
        "submitted_on",
        "filed_on",
        "filing_number",
        "opinion",
    ),
    "assign_contacts": (
        "assigned_on",
        "contacts",
        "change_log",
    ),
    "cultivate_educate": (
        "education_started_on",
        "activities",
        "thought_reports",
        "contact_talks",
    ),
    "halfyear_review": (
        "reviews",
        "review_dates",
        "last_review_on",
        "annual_analysis_on",
    ),
    "solicit_opinions": (
        "solicited_on",
        "party_group_opinion",
        "contact_opinion",
        "member_count",
        "mass_count",
        "approval_rate",
        "issues",
    ),
    "propose_development_target": (
        "meeting_date",
        "members_total",
        "members_present",
        "votes_for",
        "decision",
    ),
    "consent_development_target": (
        "submitted_on",
        "consent_on",
        "opinion",
        "plan_year",
    ),
    "publicize_development_target": (
        "publicity_start",
        "publicity_end",
        "places",
        "feedback",
        "result",
        "listed_on",
    ),
    "assign_introducers": (
        "assigned_on",
        "introducers",
    ),
    "political_review": (
        "talk_on",
        "archive_checked",
        "inquiries",
        "relatives_reviewed",
        "conclusion",
        "report_on",
        "reviewers",
    ),
    "intensive_training": (
        "start_on",
        "end_on",
        "days",
        "hours",
        "score",
        "passed",
        "exemption_approval",
    ),
    "branch_committee_review": (
        "meeting_date",
        "members_total",
        "members_present",
        "votes_for",
        "decision",
        "checklist",
    ),
    "preliminary_review": (
        "submitted_on",
        "reviewed_on",
        "enforcement_opinion",
        "result",
        "result_on",
        "form_serial",
        "form_issued_on",
    ),
    "fill_application_form": (
        "form_serial",
        "filled_on",
        "introducer_opinions_on",
        "checked_on",
    ),
    "admission_branch_meeting": (
        "meeting_date",
        "host",
        "ballot_kind",
        "eligible_voters",
        "present_voters",
        "votes_for",
        "votes_against",
        "abstentions",
        "written_for",
        "written_against",
        "written_abstain",
        "candidates_in_meeting",
        "voted_individually",
        "passed",
        "resolution_text",
        "resolution_submitted_on",
    ),
    "superior_talk": (
        "talk_date",
        "talker",
        "talker_role",
        "opinion",
        "written_to_form_on",
    ),
    "committee_approval": (
        "resolution_received_on",
        "meeting_date",
        "members_total",
        "members_present",
        "votes_for",
        "result",
        "extended_reason",
        "probation_start",
        "probation_end",
        "notice_on",
    ),
    "file_with_org_department": (
        "reported_on",
        "filed_on",
        "record_number",
    ),
    "assign_to_branch_group": (
        "notified_on",
        "announced_on",
        "assigned_on",
        "branch",
        "party_group",
    ),
    "admission_oath": (
        "oath_on",
        "place",
        "oath_leader",
        "organizer",
    ),
    "probation_education": (
        "reviews",
        "review_dates",
        "last_review_on",
        "thought_reports",
    ),
    "conversion_application": (
        "application_date",
        "received_on",
    ),
    "conversion_review": (
        "opinions_on",
        "party_group_opinion",
        "member_mass_opinion",
        "review_on",
        "proposal",
        "publicity_start",
        "publicity_end",
    ),
    "conversion_branch_meeting": (
        "meeting_date",
        "ballot_kind",
        "eligible_voters",
        "present_voters",
        "votes_for",
        "votes_against",
        "abstentions",
        "written_for",
        "written_against",
        "written_abstain",
        "decision",
        "passed",
        "extension_duration",
        "extension_end",
        "extension_count",
        "postponed_reason",
        "resolution_submitted_on",
    ),
    "conversion_approval": (
        "resolution_received_on",
        "meeting_date",
        "votes_for",
        "result",
        "seniority_start",
        "talked_on",
        "announced_on",
    ),
    "archive_records": (
        "handed_over_on",
        "archive_kind",
        "archive_holder",
        "cut_out_forms",
        "checklist",
        "archived_on",
    ),
}

PERSON_FIELDS = (
    "name",
    "sex",
    "ethnicity",
    "id_number",
    "birth_date",
    "native_place",
    "education",
    "employer_or_school",
    "residence",
    "position",
    "employment_kind",
    "expected_leave_date",
    "has_personnel_archive",
    "political_status",
    "household_registration",
    "phone",
    "work_history",
    "family",
    "social_relations",
)

GATES = (
    "upload_within_one_month",
    "applicant_age_18",
    "talk_within_one_month",
    "application_to_recommendation",
    "contact_count",
    "assign_contacts_within_one_month",
    "thought_report_quarterly",
    "review_every_six_months",
    "minimum_two_reviews",
    "annual_pool_analysis",
    "cultivation_one_year",
    "annual_plan_quota",
    "publicity_five_working_days",
    "notice_after_consent",
    "listing_after_notice",
    "introducer_count",
    "review_within_one_month",
    "political_review_validity",
    "training_amount",
    "training_validity",
    "after_political_review",
    "after_training",
    "leaving_within_three_months",
    "review_within_one_month_of_request",
    "fill_after_issue",
    "meeting_within_one_month",
    "admission_branch_meeting_quorum",
    "admission_branch_meeting_majority",
    "admission_branch_meeting_tally",
    "admission_secret_ballot",
    "resolution_report_three_months",
    "resolution_report_six_months",
    "talk_after_branch_meeting",
    "approve_within_three_months",
    "approve_within_six_months",
    "approve_after_talk",
    "probation_start_equals_meeting",
    "file_after_approval",
    "assign_after_approval",
    "oath_within_one_month",
    "probation_review_half_yearly",
    "conversion_application_not_too_early",
    "conversion_application_deadline",
    "conversion_publicity",
    "probation_full_year",
    "extension_expired",
    "extension_length",
    "conversion_meeting_within_one_month",
    "conversion_meeting_within_three_months",
    "transferee_postpone_limit",
    "conversion_branch_meeting_quorum",
    "conversion_branch_meeting_majority",
    "conversion_secret_ballot",
    "conversion_branch_meeting_tally",
    "conversion_approve_three_months",
    "seniority_start_rule",
    "archive_within_one_month",
    "six_forms_cut",
)

REFUSAL_PLACEHOLDERS = {
    "not_this_step": {"current", "status"},
    "not_allowed": {"role", "seat"},
    "own_submission": set(),
    "action_date_in_future": {"field", "date", "today"},
    "date_order": {"field", "date", "step", "earlier"},
    "material_missing": {"papers"},
    "flag_unexplained": {"flags"},
    "suspended": {"vetoes"},
    "frozen": {"reason"},
    "closed": {"status"},
    "field_invalid": {"field"},
    "deliberation_missing": set(),
    "stale": set(),
    "own_correction": set(),
    "correction_pending": set(),
    "correction_stale": set(),
    "correction_empty": set(),
    "correction_changes_outcome": set(),
    "paper_altered": set(),
    "too_large": set(),
    "case_file_invalid": set(),
    "case_file_key": set(),
    "case_file_withheld": set(),
    "organisation_missing": set(),
    "case_here": set(),
    "paper_not_kept": set(),
}

GATE_KINDS = {
    "not_before",
    "not_after",
    "min_span",
    "every",
    "min_amount",
    "count_range",
    "quorum",
    "majority",
    "consistency",
    "range_duration",
    "quota",
    "horizon",
    "validity",
}

ARITHMETIC_PLACEHOLDERS = {
    "anchor_label",
    "anchor",
    "duration",
    "due",
    "unlocks",
    "target_label",
    "target",
    "period_start",
    "period_end",
    "present",
    "eligible",
    "votes",
    "half",
    "minimum",
    "maximum",
    "count",
    "used",
    "places",
    "today",
}

CHOICES = {
    "submit_application.channel": (
        "unit",
        "school",
        "unit_location",
        "supervising_department",
        "residence",
        "mobile_organisation",
    ),
    "register_application.screen_result": ("eligible", "ineligible"),
    "recommend_activist.method": ("members", "youth_league", "other_mass_organisation"),
    "determine_activist.decision": ("agree", "disagree"),
    "file_activist.opinion": ("agree", "disagree"),
    "propose_development_target.decision": ("agree", "disagree"),
    "consent_development_target.opinion": ("agree", "disagree"),
    "publicize_development_target.result": ("clear", "disqualifying"),
    "political_review.conclusion": ("pass", "fail"),
    "branch_committee_review.decision": ("agree", "disagree"),
    "preliminary_review.result": ("pass", "fail"),
    "admission_branch_meeting.ballot_kind": ("secret", "open"),
    "superior_talk.talker_role": ("committee_member", "organiser"),
    "committee_approval.result": ("approve", "refuse"),
    "conversion_review.proposal": ("convert", "extend", "cancel"),
    "conversion_branch_meeting.ballot_kind": ("secret", "open"),
    "conversion_branch_meeting.decision": ("convert", "extend", "cancel"),
    "conversion_approval.result": ("convert", "extend", "cancel"),
    "archive_records.archive_kind": ("personnel", "party"),
}

PERSON_CHOICES = {
    "sex": ("female", "male"),
    "employment_kind": (
        "farmer",
        "worker",
        "staff",
        "student",
        "self_employed",
        "dispatched",
        "mobile",
        "retired",
        "other",
    ),
}

TABLES = {
    "STAGES": range(1, 6),
    "STEPS": STEP_FIELDS,
    "FORMS": [f"F{number:02}" for number in range(1, 18)],
    "TEMPLATES": [f"T{number:02}" for number in range(1, 25)],
    "DOCUMENTS": [f"D{number:02}" for number in range(1, 48)],
    "ROLES": (
        "applicant",
        "branch_secretary",
        "branch_committee",
        "branch_meeting",
        "grassroots_committee",
        "superior_org_department",
    ),
    "PARTICIPANTS": (
        "contacts",
        "enforcement_bodies",
        "grassroots_committee",
        "introducers",
        "mass_organisations",
        "masses",
        "party_group",
        "party_members",
    ),
    "LIGHTS": ("green", "yellow", "red", "locked"),
    "CASE_STATES": (
        "open",
        "recorded",
        "submitted",
        "returned",
        "verified",
        "frozen",
        "terminated",
        "completed",
        "closed",
    ),
    "CLOSE_OUTCOMES": ("withdrawn", "died", "moved_away", "dropped"),
    "OUTCOMES": ("passed", "not_passed", "extended", "cancelled"),
    "FIELDS": [f"{step}.{name}" for step, names in STEP_FIELDS.items() for name in names],
    "PERSON_FIELDS": PERSON_FIELDS,
    "LOG_KINDS": ("review_date", "annual_analysis", "activity", "thought_report", "contact_talk"),
    "CHOICES": CHOICES,
    "PERSON_CHOICES": PERSON_CHOICES,
    "GATES": GATES,
    "REFUSALS": REFUSAL_PLACEHOLDERS,
    "FLAGS": ("returned", "upload_within_one_month"),
    "NOTICES": (
        "yellow_escalated",
        "veto_confirmed",
        "veto_dismissed",
        "appeal_received",
        "appeal_upheld",
        "appeal_rejected",
        "correction_requested",
        "correction_approved",
        "correction_refused",
    ),
    "VETOES": [f"V{number:02}" for number in range(1, 27)],
    "EFFECTS": ("terminate", "return", "block_until_cured"),
}
TEMPLATE_TABLES = ("ARITHMETIC", "ARITHMETIC_WAITING")

# Words that put the fault on a person; a text says what is missing instead.
BLAMING = ("错误", "填错", "违反", "擅自", "无权", "失败", "wrongly", "error", "mistake", "you must", "invalid")


def texts_in(value: object) -> Iterator[Text]:
    """Every pair inside a table, however deep."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(texts_in, value.values()))
    elif isinstance(value, tuple):
        yield from itertools.chain.from_iterable(map(texts_in, value))
    else:
        raise AssertionError(f"not a text: {value!r}")


def has_han(sentence: str) -> bool:
    return any(unicodedata.name(character, "").startswith("CJK UNIFIED") for character in sentence)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_exactly_the_ids_of_the_catalogue(table: str) -> None:
    assert list(getattr(texts, table)) == list(TABLES[table])


@pytest.mark.parametrize("table", [*TABLES, *TEMPLATE_TABLES])
def test_every_text_is_written_in_both_languages(table: str) -> None:
    for text in texts_in(getattr(texts, table)):
        assert text.zh == text.zh.strip(), text
        assert text.en == text.en.strip(), text
        assert has_han(text.zh), text
        assert text.en, text
        assert not has_han(text.en), text
        assert not set("，。；：（）") & set(text.en), text


@pytest.mark.parametrize("table", [table for table in TABLES if table != "REFUSALS"])
def test_plain_texts_have_no_placeholders(table: str) -> None:
    for text in texts_in(getattr(texts, table)):
        assert not set("{}") & set(text.zh + text.en), text


@pytest.mark.parametrize(("field", "values"), [*CHOICES.items(), *PERSON_CHOICES.items()])
def test_every_choice_is_named(field: str, values: tuple[str, ...]) -> None:
    assert tuple((texts.CHOICES | texts.PERSON_CHOICES)[field]) == values


@pytest.mark.parametrize("part", ["name", "rule"])
def test_no_two_gates_say_the_same(part: str) -> None:
    pairs = [getattr(gate, part) for gate in texts.GATES.values()]
    assert len({pair.zh for pair in pairs}) == len({pair.en for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("gate", texts.GATES.values(), ids=texts.GATES)
def test_a_gate_is_a_short_name_and_two_sentences_without_articles(gate: texts.GateText) -> None:
    assert len(gate.name.zh) <= 16
    for sentence in (gate.rule, gate.cure):
        assert sentence.zh.endswith("。")
        assert sentence.en.endswith(".")
        assert "条" not in sentence.zh.replace("条件", "")
        assert "article" not in sentence.en.lower()


@pytest.mark.parametrize("table", ["GATES", "REFUSALS", "FIELDS", "PERSON_FIELDS"])
def test_nobody_is_blamed(table: str) -> None:
    for text in texts_in(getattr(texts, table)):
        assert not [word for word in BLAMING if word in text.zh or word in text.en.lower()], text


def test_labels_are_short_and_helps_are_sentences() -> None:
    for field in (*texts.FIELDS.values(), *texts.PERSON_FIELDS.values()):
        assert len(field.label.zh) <= 12, field
        assert len(field.label.en) <= 36, field
        assert field.help.zh.endswith("。"), field
        assert field.help.en.endswith("."), field


@pytest.mark.parametrize("code", REFUSAL_PLACEHOLDERS)
def test_a_refusal_uses_only_its_documented_placeholders(code: str) -> None:
    title, sentence, cure = texts.REFUSALS[code]
    assert placeholders(sentence.zh) == placeholders(sentence.en) == REFUSAL_PLACEHOLDERS[code]
    assert not placeholders(title.zh + title.en + cure.zh + cure.en)


def test_every_kind_of_gate_has_its_arithmetic() -> None:
    assert set(texts.ARITHMETIC) >= GATE_KINDS
    assert set(texts.ARITHMETIC_WAITING) <= set(texts.ARITHMETIC)


@pytest.mark.parametrize(
    "template",
    [*texts.ARITHMETIC.values(), *texts.ARITHMETIC_WAITING.values()],
    ids=[*texts.ARITHMETIC, *(f"{kind}-waiting" for kind in texts.ARITHMETIC_WAITING)],
)
def test_arithmetic_uses_only_the_documented_placeholders(template: Text) -> None:
    assert placeholders(template.zh) == placeholders(template.en)
    assert placeholders(template.zh) <= ARITHMETIC_PLACEHOLDERS


def test_waiting_arithmetic_compares_with_today_and_not_with_a_date_of_the_act() -> None:
    for template in texts.ARITHMETIC_WAITING.values():
        assert "today" in placeholders(template.zh)
        assert "target" not in placeholders(template.zh)


def test_arithmetic_reads_as_a_sentence() -> None:
    deadline = texts.ARITHMETIC["not_after"].zh.format(
        anchor_label="党组织收到日期",
        anchor="2026年6月1日",
        duration=texts.duration_text("P1M").zh,
        due="2026年7月1日",
        target_label="谈话日期",
        target="2026年7月3日",
    )
    assert deadline == "党组织收到日期 2026年6月1日，加一个月 = 2026年7月1日；谈话日期 2026年7月3日。"


@pytest.mark.parametrize(
    ("iso", "zh", "en"),
    [
        ("P1M", "一个月", "one month"),
        ("P2M", "两个月", "two months"),
        ("P3M", "三个月", "three months"),
        ("P6M", "六个月", "six months"),
        ("P11M", "十一个月", "eleven months"),
        ("P12M", "一年", "one year"),
        ("P1Y", "一年", "one year"),
        ("P2Y", "两年", "two years"),
        ("P18M", "一年六个月", "one year and six months"),
        ("P1Y2M3D", "一年两个月三天", "one year, two months and three days"),
        ("P18Y", "十八年", "18 years"),
        ("P1W", "七天", "seven days"),
        ("P7D", "七天", "seven days"),
        ("P10D", "十天", "ten days"),
        ("P12D", "十二天", "twelve days"),
        ("P20D", "二十天", "20 days"),
        ("P45D", "四十五天", "45 days"),
        ("P120D", "120天", "120 days"),
        ("P0D", "零天", "zero days"),
    ],
)
def test_durations_in_words(iso: str, zh: str, en: str) -> None:
    assert texts.duration_text(iso) == texts.duration_text(Duration.parse(iso)) == Text(zh, en)


@pytest.mark.parametrize(
    ("iso", "zh", "en"),
    [
        ("P1D", "一个工作日", "one working day"),
        ("P2D", "两个工作日", "two working days"),
        ("P5D", "五个工作日", "five working days"),
    ],
)
def test_working_days_in_words(iso: str, zh: str, en: str) -> None:
    assert texts.duration_text(iso, working=True) == Text(zh, en)


@pytest.mark.parametrize("value", ["", "P", "six months", "PT5H", "-P1M"])
def test_what_is_no_duration_has_no_words(value: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        texts.duration_text(value)


def test_the_step_table_asks_for_nothing_without_a_text() -> None:
    for key, step in steps.STEPS.items():
        for field in step.fields:
            assert f"{key}.{field.name}" in texts.FIELDS
            assert tuple(texts.CHOICES.get(f"{key}.{field.name}", ())) == field.choices
        assert set(step.log_kinds) <= set(texts.LOG_KINDS)
        assert set(step.participants) <= set(texts.PARTICIPANTS)
        assert {step.actor, step.verifier} <= set(texts.ROLES)
        assert set(step.paper_codes) <= set(texts.DOCUMENTS)
        assert set(step.forms) <= set(texts.FORMS)
        assert set(step.vetoes) <= set(texts.VETOES)
    assert set(steps.GATES) == set(texts.GATES)
