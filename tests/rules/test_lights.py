"""The light of a case, with the day on which it changes and the day on which its step unlocks."""

from dataclasses import replace

import pytest

from recruitment.rules.editions import Ruleset
from recruitment.rules.lights import GREEN, RED, YELLOW, assess
from recruitment.rules.steps import STEP_KEYS
from tests.rules.build import act, day, extended, papers, regular, ruleset, waiting

PLAIN = Ruleset()


def state_of(facts, today, rules=PLAIN):
    return assess(facts, rules, day(today))


class TestLight:
    def talk(self, **changes):
        return regular("organization_talk", replace(waiting("organization_talk", "2026-06-02"), **changes))

    def test_green_until_something_is_missed(self):
        state = state_of(self.talk(), "2026-07-01")
        assert (state.light, state.codes, state.next_change_on) == (GREEN, [], day("2026-07-02"))

    def test_yellow_while_any_flag_is_open_and_then_without_a_next_change(self):
        state = state_of(self.talk(), "2026-07-02")
        assert (state.light, state.codes, state.next_change_on) == (YELLOW, ["talk_within_one_month"], None)

    def test_the_next_change_is_the_earliest_of_all(self):
        paperless = replace(act("register_application"), papers=())
        facts = regular("register_application", paperless, waiting("organization_talk", "2026-06-02"))
        assert state_of(facts, "2026-06-05").next_change_on == day("2026-07-02")
        late_talk = facts.with_step(act("organization_talk"))
        assert state_of(late_talk, "2026-06-10").next_change_on == day("2026-07-03")

    def test_nothing_that_runs_no_change(self):
        state = state_of(regular("submit_application"), "2026-06-01")
        assert (state.step, state.light, state.next_change_on) == ("submit_application", GREEN, None)

    @pytest.mark.parametrize("mark", ["returned", "V07", "V08"])
    def test_a_mark_is_yellow_and_needs_no_explanation(self, mark):
        state = state_of(self.talk(marks=frozenset({mark})), "2026-06-05")
        assert (state.light, state.codes) == (YELLOW, [mark])
        assert not state.flags[0].needs_explanation

    def test_a_suspension_is_yellow_and_needs_no_explanation(self):
        state = state_of(replace(self.talk(), suspensions=frozenset({"V05", "V12"})), "2026-06-05")
        assert (state.light, state.codes) == (YELLOW, ["V05", "V12"])
        assert not any(flag.needs_explanation for flag in state.flags)

    def test_a_veto_is_red_beside_what_is_yellow(self):
        state = state_of(replace(self.talk(), freeze="veto", veto="V04"), "2026-07-02")
        assert (state.light, state.status, state.codes) == (RED, "frozen", ["V04", "talk_within_one_month"])
        assert state.next_change_on is None

    def test_a_transfer_freezes_without_a_colour(self):
        state = state_of(replace(self.talk(), freeze="transfer"), "2026-06-05")
        assert (state.light, state.status, state.next_change_on) == (GREEN, "frozen", day("2026-07-02"))

    def test_each_code_is_named_once(self):
        log = waiting("halfyear_review", "2026-07-09")
        facts = regular("cultivate_educate", waiting("cultivate_educate", "2026-07-09"), log)
        state = state_of(facts, "2027-07-02")
        assert len(state.flags) == 3
        assert state.codes == ["annual_pool_analysis", "review_every_six_months"]


class TestEnds:
    @pytest.mark.parametrize(("veto", "code"), [("V13", "V13"), ("", "V14")])
    def test_a_terminated_case_keeps_only_its_veto_code(self, veto, code):
        facts = regular(
            "conversion_approval", waiting("conversion_approval", "2028-08-24"), state="terminated", veto=veto
        )
        state = state_of(facts, "2030-01-01")
        assert (state.light, state.status, state.codes) == (RED, "terminated", [code])
        assert (state.next_change_on, state.unlocks_on, state.deadlines) == (None, None, ())

    @pytest.mark.parametrize("end", ["closed", "completed"])
    def test_other_ends_leave_none_and_green(self, end):
        facts = regular("organization_talk", waiting("organization_talk", "2026-06-02"), state=end)
        state = state_of(facts, "2030-01-01")
        assert (state.light, state.status, state.codes, state.next_change_on) == (GREEN, end, [], None)


class TestStep:
    def test_it_is_the_lowest_numbered_that_is_not_verified(self):
        for key in STEP_KEYS:
            assert state_of(regular(key), "2026-06-01").step == key
        assert state_of(regular(), "2028-10-01").step is None

    def test_of_parallel_steps_the_lower_number(self):
        facts = regular("political_review", waiting("political_review", "2027-07-23"), act("intensive_training"))
        assert state_of(facts, "2027-08-06").step == "political_review"

    @pytest.mark.parametrize(
        ("status", "marks", "shown"),
        [
            ("open", set(), "open"),
            ("recorded", set(), "open"),
            ("submitted", set(), "submitted"),
            ("returned", {"returned"}, "returned"),
            ("recorded", {"returned"}, "returned"),
            ("open", {"V08"}, "open"),
        ],
    )
    def test_its_status(self, status, marks, shown):
        step = replace(act("organization_talk", status=status), marks=frozenset(marks))
        assert state_of(regular("organization_talk", step), "2026-06-10").status == shown


class TestUnlocks:
    def proposal(self, today, **changes):
        step = replace(waiting("propose_development_target", "2027-03-01"), **changes)
        log = replace(act("halfyear_review", status="verified", last_review_on=day("2027-02-01")))
        return state_of(regular("propose_development_target", log, step), today)

    def test_until_the_day_before(self):
        assert self.proposal("2027-06-30").unlocks_on == day("2027-07-01")
        assert self.proposal("2027-07-01").unlocks_on is None

    def test_once_submitted_it_is_null(self):
        assert self.proposal("2027-06-30", status="submitted").unlocks_on is None

    def test_a_lock_changes_no_light(self):
        assert self.proposal("2027-06-30").light == GREEN

    def test_only_the_step_in_hand_is_asked(self):
        assert (
            state_of(regular("solicit_opinions", waiting("solicit_opinions", "2027-03-01")), "2027-03-02").unlocks_on
            is None
        )

    def test_a_minimum_time_within_the_step_does_not_count(self):
        facts = regular("publicize_development_target", waiting("publicize_development_target", "2027-07-09"))
        assert state_of(facts, "2027-07-09").unlocks_on is None

    def test_a_soft_minimum_time_locks_nothing(self):
        facts = regular("conversion_application", waiting("conversion_application", "2028-06-01"))
        assert state_of(facts, "2028-06-01").unlocks_on is None

    def test_a_local_one_counts_when_switched_on(self):
        facts = regular("recommend_activist", waiting("recommend_activist", "2026-06-11"))
        assert state_of(facts, "2026-06-20").unlocks_on is None
        rules = ruleset("application_to_recommendation")
        assert state_of(facts, "2026-06-20", rules).unlocks_on == day("2026-12-01")

    def test_probation_of_one_year(self):
        facts = regular("conversion_branch_meeting", waiting("conversion_branch_meeting", "2028-08-10"))
        assert state_of(facts, "2028-08-22").unlocks_on == day("2028-08-23")

    def test_an_earlier_round_of_the_step_is_outside_it(self):
        facts = extended("conversion_branch_meeting", "2029-02-23", waiting("conversion_branch_meeting", "2029-02-01"))
        assert state_of(facts, "2029-02-22").unlocks_on == day("2029-02-23")
        assert state_of(facts, "2029-02-23").unlocks_on is None


def test_papers_uploaded_ahead_stop_the_upload_clock_before_it_starts():
    early = replace(act("organization_talk"), papers=papers("organization_talk", day("2026-06-09")))
    assert state_of(regular("organization_talk", early), "2026-09-01").light == GREEN
