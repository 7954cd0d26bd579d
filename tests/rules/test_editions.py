"""Which rules govern: the edition by the day of the act, local settings by the day on which the step opened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from recruitment.rules.dates import Duration
from recruitment.rules.editions import R2014, R2026, LocalSetting, Ruleset, SettingError, edition_of, local_setting
from recruitment.rules.gates import judge_act
from recruitment.rules.lights import assess
from recruitment.rules.steps import GATES, STEPS
from tests.rules.build import act, day, regular, ruleset, waiting

LAST_OF_2014, FIRST_OF_2026 = day("2026-05-10"), day("2026-05-11")
PLAIN = Ruleset()


def test_the_edition_changes_on_its_day_of_issue():
    assert edition_of(LAST_OF_2014) == R2014
    assert edition_of(FIRST_OF_2026) == R2026


def test_a_national_gate_without_an_article_does_not_exist_in_that_edition():
    absent = {gate.id for gate in GATES.values() if not gate.exists_in(R2014)}
    assert absent == {
        "publicity_five_working_days",
        "notice_after_consent",
        "listing_after_notice",
        "meeting_within_one_month",
        "oath_within_one_month",
    }
    assert all(gate.exists_in(R2026) for gate in GATES.values())


class TestNotice:
    def noticed(self, listed_on):
        """A notice of one day before the consent, listed before its end: everything that the new edition forbids."""
        on = day(listed_on)
        days = {"publicity_start": on - timedelta(days=1), "publicity_end": on + timedelta(days=1), "listed_on": on}
        consent = act("consent_development_target", status="verified", consent_on=on)
        return regular("publicize_development_target", consent, act("publicize_development_target", **days))

    @pytest.mark.parametrize("listed_on", ["2026-05-10", "2026-05-11"])
    def test_its_three_rules_begin_with_the_new_edition(self, listed_on):
        verdict = judge_act("publicize_development_target", self.noticed(listed_on), PLAIN, day(listed_on))
        found = {reason.code for reason in verdict.reasons} - {"date_order"}
        old = listed_on < "2026-05-11"
        assert found == (
            set() if old else {"publicity_five_working_days", "notice_after_consent", "listing_after_notice"}
        )
        assert verdict.edition == (R2014 if old else R2026)

    def test_an_act_before_the_change_is_judged_by_its_own_day_even_when_entered_later(self):
        verdict = judge_act("publicize_development_target", self.noticed("2026-05-10"), PLAIN, day("2026-06-30"))
        assert {reason.code for reason in verdict.reasons} <= {"date_order"}


class TestAdmissionMeeting:
    """The one month after preliminary review, which only the new edition knows."""

    def flags(self, result_on, today, held_on=None):
        review = act("preliminary_review", status="verified", result_on=day(result_on))
        meeting = waiting("admission_branch_meeting", result_on)
        if held_on:
            meeting = act("admission_branch_meeting", meeting_date=day(held_on), resolution_submitted_on=day(held_on))
        facts = regular("admission_branch_meeting", review, meeting)
        state = assess(facts, PLAIN, day(today))
        return "meeting_within_one_month" in state.codes, state

    def test_a_missing_act_is_judged_by_todays_edition(self):
        flagged, before = self.flags("2026-03-01", "2026-05-10")
        assert not flagged
        assert before.next_change_on == FIRST_OF_2026
        flagged, _ = self.flags("2026-03-01", "2026-05-11")
        assert flagged

    def test_an_entered_act_is_judged_by_its_own_day(self):
        flagged, _ = self.flags("2026-03-01", "2026-06-30", held_on="2026-05-10")
        assert not flagged
        flagged, _ = self.flags("2026-03-01", "2026-06-30", held_on="2026-05-11")
        assert flagged

    @pytest.mark.parametrize(
        ("result_on", "rises_on"),
        [("2026-04-09", "2026-05-11"), ("2026-04-10", "2026-05-11"), ("2026-04-11", "2026-05-12")],
    )
    def test_the_flag_rises_when_the_month_is_over_and_the_edition_is_in_force(self, result_on, rises_on):
        _, state = self.flags(result_on, "2026-04-20")
        assert state.next_change_on == day(rises_on)
        assert self.flags(result_on, day(rises_on).isoformat())[0]
        assert not self.flags(result_on, (day(rises_on) - timedelta(days=1)).isoformat())[0]


class TestOath:
    @pytest.mark.parametrize(("oath_on", "flagged"), [("2026-05-10", False), ("2026-05-11", True)])
    def test_its_month_begins_with_the_new_edition(self, oath_on, flagged):
        approval = act("committee_approval", status="verified", meeting_date=day("2026-04-01"))
        facts = regular("admission_oath", approval, act("admission_oath", oath_on=day(oath_on)))
        assert ("oath_within_one_month" in assess(facts, PLAIN, day("2026-05-20")).codes) is flagged


def test_deadlines_of_both_editions_go_on_over_the_change():
    application = act("submit_application", status="verified", received_on=day("2026-04-11"))
    facts = regular("organization_talk", application, waiting("organization_talk", "2026-04-12"))
    assert assess(facts, PLAIN, FIRST_OF_2026).codes == []
    assert assess(facts, PLAIN, day("2026-05-12")).codes == ["talk_within_one_month"]


class TestLocalSettings:
    def test_a_setting_binds_steps_that_open_on_its_day_or_later(self):
        later = LocalSetting("application_to_recommendation", effective_from=day("2026-06-15"), enabled=True)
        for opened_on, held in (("2026-06-14", False), ("2026-06-15", True)):
            facts = regular("recommend_activist", waiting("recommend_activist", opened_on))
            assert bool(assess(facts, Ruleset((later,)), day("2026-06-20")).locks) is held

    def test_a_lower_organisation_comes_last(self):
        above = local_setting("application_to_recommendation", {"enabled": True, "duration": "P3M"})
        below = local_setting("application_to_recommendation", {"duration": "P2M"})
        gate = Ruleset((above, below)).gate(GATES["application_to_recommendation"], day("2026-06-15"))
        assert (gate.enabled, gate.duration) == (True, Duration(2))

    def test_the_month_for_uploads_can_be_set_and_switched_off(self):
        registered = replace(act("register_application"), papers=())
        facts = regular("register_application", registered, act("organization_talk", status="verified"))
        two = ruleset(upload_within_one_month={"duration": "P2M"})
        assert assess(facts, two, day("2026-08-02")).codes == []
        assert assess(facts, two, day("2026-08-03")).codes == ["upload_within_one_month"]
        off = ruleset(upload_within_one_month={"enabled": False})
        assert assess(facts, off, day("2026-12-31")).codes == []

    def test_a_setting_of_numbers(self):
        rules = ruleset(minimum_two_reviews={"min": 3}, six_forms_cut={"min": 5, "max": 7})
        found = {gate.id: (gate.minimum, gate.maximum) for key in STEPS for gate in rules.gates(key, day("2027-01-01"))}
        assert found["minimum_two_reviews"] == (3, None)
        assert found["six_forms_cut"] == (5, 7)

    @pytest.mark.parametrize(
        ("gate", "settings", "place"),
        [
            ("no_such_gate", {}, "no_such_gate"),
            ("cultivation_one_year", {"enabled": False}, "cultivation_one_year"),
            ("contact_count", {"max": 3}, "contact_count"),
            ("minimum_two_reviews", {"max": 3}, "minimum_two_reviews.max"),
            ("minimum_two_reviews", {"duration": "P1M"}, "minimum_two_reviews.duration"),
            ("minimum_two_reviews", {"min": -1}, "minimum_two_reviews.min"),
            ("minimum_two_reviews", {"min": True}, "minimum_two_reviews.min"),
            ("minimum_two_reviews", {"enabled": "yes"}, "minimum_two_reviews.enabled"),
            ("thought_report_quarterly", {"duration": "monthly"}, "thought_report_quarterly.duration"),
            ("thought_report_quarterly", {"duration": 3}, "thought_report_quarterly.duration"),
            ("conversion_publicity", {"count_start_day": 1}, "conversion_publicity.count_start_day"),
            ("annual_plan_quota", {"tolerance_percent": 2.5}, "annual_plan_quota.tolerance_percent"),
            ("annual_plan_quota", {"hard": True}, "annual_plan_quota.hard"),
        ],
    )
    def test_what_cannot_be_set_is_refused_with_its_place(self, gate, settings, place):
        with pytest.raises(SettingError) as refused:
            local_setting(gate, settings)
        assert refused.value.place == place


def test_papers_are_asked_of_both_editions_alike():
    early = act("register_application", registered_on=day("2026-04-01"))
    facts = regular("register_application", replace(early, papers=()))
    assert "upload_within_one_month" in assess(facts, PLAIN, day("2026-05-02")).codes
