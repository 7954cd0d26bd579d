"""Every gate of the catalogue the day before, on and after; a gate without a case fails."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from recruitment.rules.dates import WorkingCalendar
from recruitment.rules.editions import Ruleset
from recruitment.rules.gates import judge_act, judge_entry, judge_gate
from recruitment.rules.lights import assess
from recruitment.rules.schema import Kind
from recruitment.rules.steps import GATES, STEPS
from tests.rules.build import act, day, regular, ruleset, setting, waiting
from tests.rules.cases import CASES, EXACTLY, LAST_DAY, dated

OFFSETS = pytest.mark.parametrize("offset", [-1, 0, 1], ids=["before", "on", "after"])
#: Kinds whose refusal names a first day, and the one that is no refusal.
WITH_DAY = (Kind.NOT_BEFORE, Kind.MIN_SPAN, Kind.MAJORITY)
EVERY_GATE = pytest.mark.parametrize("gate_id", GATES)


def refusals(step, facts, today, rules=None, **options):
    return {reason.code for reason in judge_act(step, facts, rules or Ruleset(), today, **options).reasons}


def refusal(code, step, facts, today, rules=None):
    return next(r for r in judge_act(step, facts, rules or Ruleset(), today).reasons if r.code == code)


def test_there_are_58_gates_and_each_has_a_case():
    assert len(GATES) == 58
    assert list(CASES) == list(GATES)


@EVERY_GATE
@OFFSETS
def test_the_day_before_on_and_after(gate_id, offset):
    gate, case = GATES[gate_id], CASES[gate_id]
    facts, today = case.at(offset)
    met = case.met[offset + 1]
    if gate.hard and gate.kind is not Kind.MAJORITY:
        assert (gate_id in refusals(gate.step, facts, today, case.rules)) is not met
    elif gate.kind is Kind.MAJORITY:
        # Too few votes are a result, computed from the tally, and no refusal.
        verdict = judge_act(gate.step, facts, case.rules, today)
        assert next(finding.met for finding in verdict.findings if finding.gate.id == gate_id) is met
        assert gate_id not in {reason.code for reason in verdict.reasons}
    else:
        assert (gate_id in assess(facts, case.rules, today).codes) is not met


@pytest.mark.parametrize("gate_id", [gate_id for gate_id, case in CASES.items() if case.waiting])
@OFFSETS
def test_the_same_while_the_act_is_not_entered(gate_id, offset):
    gate, case = GATES[gate_id], CASES[gate_id]
    facts, today = case.waiting(offset)
    met = case.met[offset + 1]
    state = assess(facts, case.rules, today)
    if gate.kind in (Kind.NOT_AFTER, Kind.VALIDITY, Kind.EVERY):
        assert (gate_id in state.codes) is not met
    elif gate.kind is Kind.NOT_BEFORE and gate.hard:
        assert (gate_id in {lock.gate.id for lock in state.locks}) is not met
        if not met:
            assert state.unlocks_on >= today + timedelta(days=-offset)
    else:
        assert gate_id not in state.codes, "what judges an act is silent before it"


@pytest.mark.parametrize("gate_id", [gate.id for gate in GATES.values() if not gate.enabled])
def test_an_optional_gate_is_silent_until_switched_on(gate_id):
    case, gate = CASES[gate_id], GATES[gate_id]
    facts, today = case.at(1 if case.met == LAST_DAY else -1)
    assert gate_id not in refusals(gate.step, facts, today)
    assert gate_id not in assess(facts, Ruleset(), today).codes


@pytest.mark.parametrize("gate_id", [gate.id for gate in GATES.values() if gate.configurable])
def test_a_gate_that_can_be_switched_off_is_silent_then(gate_id):
    gate, case = GATES[gate_id], CASES[gate_id]
    off = Ruleset((setting(gate_id, enabled=False),))
    facts, today = case.at(1 if case.met in (LAST_DAY, EXACTLY) else -1)
    assert gate_id not in (refusals(gate.step, facts, today, off) if gate.step in STEPS else ())
    assert gate_id not in assess(facts, off, today).codes


class TestAge:
    @pytest.mark.parametrize(("letter", "grown_up"), [("2026-02-28", False), ("2026-03-01", True)])
    def test_born_on_29_february(self, letter, grown_up):
        on = day(letter)
        facts = regular(
            "submit_application",
            act("submit_application", application_date=on, received_on=on),
            birth_date=day("2008-02-29"),
        )
        assert ("applicant_age_18" not in refusals("submit_application", facts, on)) is grown_up

    def test_the_letter_may_not_be_younger_than_the_servers_day(self):
        # Handed in on 1 June, dated on the birthday next week: the lock looks at the server's day too.
        letter = act("submit_application", application_date=day("2026-06-08"))
        facts = regular("submit_application", letter, birth_date=day("2008-06-08"))
        held = refusal("applicant_age_18", "submit_application", facts, day("2026-06-01"))
        assert held.unlocks_on == day("2026-06-08")
        assert "applicant_age_18" not in refusals("submit_application", facts, day("2026-06-08"))


class TestRefusals:
    def test_every_unmet_reason_and_never_only_the_first(self):
        meeting = act(
            "admission_branch_meeting",
            meeting_date=day("2027-08-17"),
            ballot_kind="open",
            present_voters=4,
            votes_for=5,
        )
        facts = regular("admission_branch_meeting", replace(meeting, papers=()))
        assert refusals("admission_branch_meeting", facts, day("2027-08-16")) == {
            "action_date_in_future",
            "date_order",
            "admission_branch_meeting_quorum",
            "admission_branch_meeting_tally",
            "admission_secret_ballot",
            "material_missing",
        }

    def test_papers_may_follow_a_recorded_act(self):
        facts = regular("organization_talk", replace(act("organization_talk"), papers=()))
        assert refusals("organization_talk", facts, day("2026-06-10")) == {"material_missing"}
        assert refusals("organization_talk", facts, day("2026-06-10"), papers=False) == set()

    def test_the_missing_papers_are_named(self):
        approval = act("committee_approval")
        facts = regular("committee_approval", replace(approval, papers=approval.papers[:1]))
        assert refusal("material_missing", "committee_approval", facts, day("2027-09-06")).codes == ("D30", "D31")

    @pytest.mark.parametrize("today", ["2026-06-09", "2026-06-10"])
    def test_an_action_date_is_not_in_the_future(self, today):
        facts = regular("organization_talk", act("organization_talk"))
        assert ("action_date_in_future" in refusals("organization_talk", facts, day(today))) is (today < "2026-06-10")

    @pytest.mark.parametrize(("on", "refused"), [("2026-06-01", True), ("2026-06-02", False)])
    def test_an_act_is_not_earlier_than_the_steps_that_it_requires(self, on, refused):
        facts = regular("organization_talk", act("organization_talk", talk_date=day(on)))
        assert ("date_order" in refusals("organization_talk", facts, day("2026-06-10"))) is refused

    def test_a_review_follows_both_of_the_parallel_steps(self):
        facts = regular("branch_committee_review", act("branch_committee_review", meeting_date=day("2027-08-05")))
        assert "date_order" in refusals("branch_committee_review", facts, day("2027-08-09"))

    def test_other_dates_than_the_action_date_may_lie_ahead(self):
        ahead = act("admission_branch_meeting", resolution_submitted_on=day("2027-09-30"))
        assert (
            refusals("admission_branch_meeting", regular("admission_branch_meeting", ahead), day("2027-08-23")) == set()
        )

    def test_the_regular_case_is_refused_nowhere(self):
        for key in STEPS:
            acted = act(key)
            assert refusals(key, regular(key, acted), acted.action_on) == set(), key


class TestFirstDays:
    def test_a_minimum_time_names_its_first_day(self):
        early = act("propose_development_target", meeting_date=day("2027-06-30"))
        held = refusal("cultivation_one_year", early.key, regular(early.key, early), day("2027-06-30"))
        assert held.unlocks_on == day("2027-07-01")

    def test_a_notice_names_the_first_day_on_which_it_may_end(self):
        short = act("publicize_development_target", publicity_end=day("2027-07-16"))
        held = refusal("publicity_five_working_days", short.key, regular(short.key, short), day("2027-07-20"))
        assert held.unlocks_on == day("2027-07-19")

    @pytest.mark.parametrize("gate_id", [gate.id for gate in GATES.values() if gate.hard and gate.kind not in WITH_DAY])
    def test_no_other_refusal_has_one(self, gate_id):
        gate, case = GATES[gate_id], CASES[gate_id]
        facts, today = case.at(1 if case.met in (LAST_DAY, EXACTLY) and gate.kind is not Kind.CONSISTENCY else -1)
        assert refusal(gate_id, gate.step, facts, today, case.rules).unlocks_on is None


class TestNotice:
    def test_holidays_lengthen_it_and_make_up_days_shorten_it(self):
        calendar = WorkingCalendar({day("2027-07-14"): False, day("2027-07-17"): True}, frozenset({2027}))
        facts = regular(
            "publicize_development_target", act("publicize_development_target", publicity_end=day("2027-07-19"))
        )
        assert refusals("publicize_development_target", facts, day("2027-07-20"), Ruleset(working=calendar)) == set()
        shorter = WorkingCalendar({day("2027-07-14"): False}, frozenset({2027}))
        held = refusals("publicize_development_target", facts, day("2027-07-20"), Ruleset(working=shorter))
        assert held == {"publicity_five_working_days"}

    @pytest.mark.parametrize(("years", "provisional"), [({2026}, True), ({2027}, False)])
    def test_a_year_without_a_table_makes_it_provisional(self, years, provisional):
        rules = Ruleset(working=WorkingCalendar(years=frozenset(years)))
        facts = regular("assign_introducers")
        finding = judge_gate(GATES["publicity_five_working_days"], facts, rules, "r2026", day("2027-07-20"))
        assert finding.provisional is provisional

    def test_the_posting_day_counts_where_an_organisation_says_so(self):
        rules = ruleset(conversion_publicity={"enabled": True, "count_start_day": True})
        review = act("conversion_review", publicity_end=day("2028-08-18"))
        assert refusals("conversion_review", regular("conversion_review", review), day("2028-08-22"), rules) == set()

    def test_a_conversion_without_a_notice_is_not_asked_for_its_length(self):
        review = act("conversion_review", publicity_start=None, publicity_end=None)
        rules = ruleset("conversion_publicity")
        assert refusals("conversion_review", regular("conversion_review", review), day("2028-08-22"), rules) == set()


class TestTraining:
    @pytest.mark.parametrize(
        ("days", "hours", "enough"), [(3, 0, True), (0, 24, True), (2, 23, False), (2.5, 24, True), (None, None, False)]
    )
    def test_three_days_or_twenty_four_hours(self, days, hours, enough):
        facts = regular("intensive_training", act("intensive_training", days=days, hours=hours))
        assert ("training_amount" not in refusals("intensive_training", facts, day("2027-08-06"))) is enough

    @pytest.mark.parametrize(("approval", "lifted"), [("豁免批准文号（样本）", True), ("  ", False), (None, False)])
    def test_an_approved_exemption_lifts_amount_and_order(self, approval, lifted):
        training = act("intensive_training", days=0, hours=0, exemption_approval=approval)
        facts = regular("intensive_training", training)
        assert ("training_amount" not in refusals("intensive_training", facts, day("2027-08-06"))) is lifted
        review = act("branch_committee_review", meeting_date=day("2027-08-05"))
        facts = regular("branch_committee_review", replace(training, status="verified"), review)
        assert ("after_training" not in refusals("branch_committee_review", facts, day("2027-08-09"))) is lifted


class TestLeaving:
    LEAVING = dated("leaving_within_three_months", "2027-08-16", LAST_DAY, expected_leave_date=day("2027-11-15"))

    def test_the_committee_may_go_ahead_with_a_reason(self):
        facts, today = self.LEAVING.at(0)
        assert refusals("preliminary_review", facts, today) == {"leaving_within_three_months"}
        overridden = facts.with_step(replace(facts.step("preliminary_review"), overridden=True))
        assert refusals("preliminary_review", overridden, today) == set()

    def test_without_a_date_of_leaving_there_is_nothing_to_judge(self):
        assert (
            refusals("preliminary_review", regular("preliminary_review", act("preliminary_review")), day("2027-08-16"))
            == set()
        )


class TestExtension:
    @pytest.mark.parametrize(
        ("length", "accepted"),
        [
            ("P6M", True),
            ("P5M", False),
            ("P1Y", True),
            ("P12M", True),
            ("P13M", False),
            ("P365D", True),
            ("P366D", False),
        ],
    )
    def test_six_to_twelve_months_compared_as_dates_from_the_old_end(self, length, accepted):
        meeting = act("conversion_branch_meeting", decision="extend", extension_duration=length)
        facts = regular("conversion_branch_meeting", meeting)
        assert ("extension_length" not in refusals(meeting.key, facts, day("2028-08-23"))) is accepted

    def test_once(self):
        facts, today = CASES["extension_expired"].at(0)
        meeting = facts.step("conversion_branch_meeting")
        again = replace(meeting, values=meeting.values | {"decision": "extend", "extension_duration": "P6M"})
        assert "extension_length" in refusals(meeting.key, facts.with_step(again), today)

    def test_seniority_counts_from_the_end_of_the_extension(self):
        facts, _ = CASES["extension_expired"].at(0)
        for start, fits in (("2029-02-23", True), ("2028-08-23", False)):
            approval = act("conversion_approval", meeting_date=day("2029-03-01"), seniority_start=day(start))
            held = refusals("conversion_approval", facts.with_step(approval), day("2029-03-01"))
            assert ("seniority_start_rule" not in held) is fits


class TestPlan:
    @pytest.mark.parametrize(("tolerance", "flagged"), [(0, True), (49, True), (50, False)])
    def test_a_tolerance_in_percent_is_rounded_down(self, tolerance, flagged):
        rules = ruleset(annual_plan_quota={"tolerance_percent": tolerance})
        consent = replace(act("consent_development_target"), plan_places=2, plan_used=2)
        facts = regular("consent_development_target", consent)
        assert ("annual_plan_quota" in assess(facts, rules, day("2027-07-08")).codes) is flagged

    def test_without_a_plan_there_is_no_ceiling(self):
        consent = replace(act("consent_development_target"), plan_places=None, plan_used=99)
        assert assess(regular("consent_development_target", consent), Ruleset(), day("2027-07-08")).codes == []

    def test_a_full_plan_is_no_refusal(self):
        consent = replace(act("consent_development_target"), plan_places=0)
        facts = regular("consent_development_target", consent)
        assert refusals("consent_development_target", facts, day("2027-07-08")) == set()
        assert assess(facts, Ruleset(), day("2027-07-08")).codes == ["annual_plan_quota"]


class TestArchive:
    @pytest.mark.parametrize(("kind", "refused"), [("personnel", True), ("party", False)])
    def test_six_forms_only_where_there_is_a_personnel_archive(self, kind, refused):
        archived = act("archive_records", archive_kind=kind, cut_out_forms=())
        held = refusals("archive_records", regular("archive_records", archived), day("2028-09-20"))
        assert ("six_forms_cut" in held) is refused


class TestEntries:
    @pytest.mark.parametrize(
        ("key", "on", "codes"),
        [
            ("halfyear_review", "2026-07-07", ["date_order"]),
            ("halfyear_review", "2026-07-08", []),
            ("cultivate_educate", "2026-07-07", ["date_order"]),
            ("cultivate_educate", "2027-01-02", ["action_date_in_future"]),
            ("cultivate_educate", "2027-01-01", []),
        ],
    )
    def test_an_entry_lies_between_the_step_before_the_logs_and_today(self, key, on, codes):
        facts = regular(
            "cultivate_educate", waiting("cultivate_educate", "2026-07-09"), waiting("halfyear_review", "2026-07-09")
        )
        assert [reason.code for reason in judge_entry(key, day(on), facts, day("2027-01-01"))] == codes

    def test_in_probation_the_floor_is_the_oath(self):
        facts = regular("probation_education", waiting("probation_education", "2027-10-02"))
        assert judge_entry("probation_education", day("2027-10-01"), facts, day("2027-10-02")) == ()
        assert judge_entry("probation_education", day("2027-09-30"), facts, day("2027-10-02"))[0].code == "date_order"


def test_the_catalogues_ids_are_stable_names():
    assert all(re.fullmatch(r"[a-z0-9_]+", gate_id) for gate_id in GATES)
