"""Deadlines: when a flag rises and falls, periods, uploads, anchors that move."""

from dataclasses import replace
from datetime import timedelta

import pytest

from recruitment.rules.editions import Ruleset
from recruitment.rules.facts import EntryFact, PaperFact
from recruitment.rules.gates import judge_act
from recruitment.rules.lights import assess, deadlines
from recruitment.rules.schema import Side
from recruitment.rules.steps import UPLOAD_GATE
from tests.rules.build import act, day, entries, extended, moment, papers, regular, ruleset, waiting

PLAIN = Ruleset()
UPLOAD = UPLOAD_GATE.id


def codes(facts, today, rules=PLAIN):
    return assess(facts, rules, day(today)).codes


def flags_of(facts, code, today, rules=PLAIN):
    return [flag for flag in assess(facts, rules, day(today)).flags if flag.code == code]


class TestOneDeadline:
    def test_it_runs_as_soon_as_its_anchor_is_entered(self):
        application = act("submit_application", status="recorded")
        facts = regular("submit_application", application)
        running = {d.code: d for d in deadlines(facts, PLAIN, day("2026-06-01"))}
        assert running["talk_within_one_month"].due == day("2026-07-01")
        assert codes(facts, "2026-07-02") == ["talk_within_one_month"]

    def test_without_its_anchor_there_is_none(self):
        assert deadlines(regular("submit_application"), PLAIN, day("2030-01-01")) == ()

    def test_it_belongs_to_the_step_that_it_judges(self):
        facts = regular("recommend_activist", waiting("organization_talk", "2026-06-02"))
        flag = flags_of(facts, "talk_within_one_month", "2026-07-02")[0]
        assert (flag.step, flag.holder, flag.due) == ("organization_talk", Side.BRANCH, day("2026-07-01"))
        assert flag.needs_explanation

    def test_it_falls_when_the_entry_shows_that_the_act_was_in_time(self):
        facts = regular("organization_talk", waiting("organization_talk", "2026-06-02"))
        assert codes(facts, "2026-07-05") == ["talk_within_one_month"]
        assert codes(facts.with_step(act("organization_talk", talk_date=day("2026-07-01"))), "2026-07-05") == []

    def test_a_late_act_stays_yellow_until_it_is_verified(self):
        late = replace(
            act("organization_talk", talk_date=day("2026-07-02")), papers=papers("organization_talk", day("2026-07-02"))
        )
        facts = regular("organization_talk", late)
        assert codes(facts, "2026-07-05") == ["talk_within_one_month"]
        assert codes(facts.with_step(replace(late, status="submitted")), "2026-07-05") == ["talk_within_one_month"]
        assert codes(facts.with_step(replace(late, status="verified")), "2026-07-05") == []

    def test_late_is_not_lost(self):
        late = act("organization_talk", talk_date=day("2026-08-30"))
        assert judge_act(late.key, regular(late.key, late), PLAIN, day("2026-08-30")).ok

    def test_it_stays_listed_though_explained(self):
        explained = frozenset({("organization_talk", "talk_within_one_month", "")})
        facts = regular("organization_talk", waiting("organization_talk", "2026-06-02"), explained=explained)
        flag = flags_of(facts, "talk_within_one_month", "2026-07-02")[0]
        assert flag.explained

    def test_an_attempt_that_did_not_pass_stops_no_clock(self):
        failed = replace(waiting("admission_branch_meeting", "2027-08-19"), attempt=2, marks=frozenset({"V08"}))
        facts = regular("admission_branch_meeting", failed)
        assert codes(facts, "2027-09-16") == ["V08"]
        assert codes(facts, "2027-09-17") == ["V08", "meeting_within_one_month"]

    def test_month_ends_clamp(self):
        application = act("submit_application", status="verified", received_on=day("2027-01-31"))
        facts = regular("organization_talk", application, waiting("organization_talk", "2027-02-01"))
        assert codes(facts, "2027-02-28") == []
        assert codes(facts, "2027-03-01") == ["talk_within_one_month"]

    def test_a_freeze_stops_no_clock(self):
        facts = regular("organization_talk", waiting("organization_talk", "2026-06-02"), freeze="transfer")
        assert codes(facts, "2026-07-02") == ["talk_within_one_month"]


class TestReceipt:
    """While the receipt of the resolution is not given, its deadlines count from the branch meeting of 23 August."""

    def test_from_the_meeting_while_it_is_missing(self):
        facts = regular("committee_approval", waiting("committee_approval", "2027-08-27"))
        assert codes(facts, "2027-11-23") == []
        assert codes(facts, "2027-11-24") == ["approve_within_three_months"]

    def test_from_the_report_before_the_committee_acts(self):
        reported = waiting("committee_approval", "2027-08-27", resolution_received_on=day("2027-09-10"))
        facts = regular("committee_approval", reported)
        assert codes(facts, "2027-12-10") == []
        assert codes(facts, "2027-12-11") == ["approve_within_three_months"]

    def test_it_runs_from_the_meeting_before_the_step_has_opened(self):
        facts = regular("superior_talk", waiting("superior_talk", "2027-08-24"))
        assert "approve_within_three_months" in codes(facts, "2027-11-24")

    def test_of_conversion_alike(self):
        facts = regular("conversion_approval", waiting("conversion_approval", "2028-08-24"))
        assert codes(facts, "2028-11-23") == []
        assert codes(facts, "2028-11-24") == ["conversion_approve_three_months"]


class TestSixMonths:
    def test_when_they_have_passed_approval_is_refused_and_the_flags_stay(self):
        facts = regular("committee_approval", waiting("committee_approval", "2027-08-27"))
        assert {"approve_within_six_months", "approve_within_three_months"} <= set(codes(facts, "2028-02-24"))
        late = facts.with_step(act("committee_approval", resolution_received_on=None, meeting_date=day("2028-02-24")))
        refused = judge_act("committee_approval", late, PLAIN, day("2028-02-24")).reasons
        assert [reason.code for reason in refused] == ["approve_within_six_months"]

    def test_on_the_last_day_it_is_accepted_with_a_flag(self):
        acted = act("committee_approval", resolution_received_on=None, meeting_date=day("2028-02-23"))
        facts = regular("committee_approval", acted)
        assert judge_act("committee_approval", facts, PLAIN, day("2028-02-23")).ok
        assert codes(facts, "2028-02-23") == ["approve_within_three_months"]


class TestEvery:
    def pool(self, *held, status="open", **facts):
        log = replace(waiting("halfyear_review", "2026-07-09"), entries=entries(*held), status=status)
        return regular("cultivate_educate", waiting("cultivate_educate", "2026-07-09"), log, **facts)

    def test_one_flag_for_each_period_without_an_entry(self):
        found = flags_of(self.pool(), "review_every_six_months", "2027-07-02")
        assert [flag.subkey for flag in found] == ["2027-01-01", "2027-07-01"]

    def test_an_entry_on_the_last_day_serves_its_own_period_only(self):
        facts = self.pool(("review_date", "2027-01-01"))
        assert flags_of(facts, "review_every_six_months", "2027-07-01") == []
        found = flags_of(facts, "review_every_six_months", "2027-07-02")
        assert [flag.due for flag in found] == [day("2027-07-01")]

    def test_the_day_of_the_anchor_serves_none(self):
        assert "review_every_six_months" in codes(self.pool(("review_date", "2026-07-01")), "2027-01-02")

    def test_two_entries_in_one_period_do_not_serve_the_next(self):
        facts = self.pool(("review_date", "2026-09-01"), ("review_date", "2026-12-01"))
        assert "review_every_six_months" in codes(facts, "2027-07-02")

    def test_a_late_entry_does_not_fill_the_period_that_went_by(self):
        facts = self.pool(("review_date", "2027-01-02"))
        assert [flag.subkey for flag in flags_of(facts, "review_every_six_months", "2027-01-02")] == ["2027-01-01"]

    def test_another_kind_of_entry_does_not_serve(self):
        assert "review_every_six_months" in codes(self.pool(("annual_analysis", "2026-12-01")), "2027-01-02")

    def test_periods_keep_to_the_anchors_day_number(self):
        decided = act("determine_activist", status="verified", decided_on=day("2026-08-31"))
        log = waiting("halfyear_review", "2026-09-01")
        facts = regular("file_activist", decided, log)
        assert "review_every_six_months" not in codes(facts, "2027-02-28")
        assert "review_every_six_months" in codes(facts, "2027-03-01")
        served = facts.with_step(replace(log, entries=entries(("review_date", "2027-02-28"))))
        assert "review_every_six_months" not in codes(served, "2027-08-31")
        assert "review_every_six_months" in codes(served, "2027-09-01")

    def test_it_is_asked_for_before_its_log_is_open(self):
        facts = regular("file_activist", waiting("file_activist", "2026-07-02"))
        assert "review_every_six_months" in codes(facts, "2027-01-02")

    def test_until_its_log_step_is_verified(self):
        assert "review_every_six_months" in codes(self.pool(status="submitted"), "2027-01-02")
        assert "review_every_six_months" not in codes(self.pool(status="verified"), "2027-01-02")

    def test_the_yearly_analysis_is_the_committees(self):
        reviews = [("review_date", "2027-01-01"), ("review_date", "2027-07-01")]
        flag = flags_of(self.pool(*reviews), "annual_pool_analysis", "2027-07-02")[0]
        assert flag.holder is Side.COMMITTEE
        assert flags_of(self.pool(), "review_every_six_months", "2027-07-02")[0].holder is Side.BRANCH

    def test_an_explanation_is_of_one_period(self):
        explained = frozenset({("halfyear_review", "review_every_six_months", "2027-01-01")})
        found = flags_of(self.pool(explained=explained), "review_every_six_months", "2027-07-02")
        assert [flag.explained for flag in found] == [True, False]

    def test_a_local_interval(self):
        rules = ruleset(thought_report_quarterly={"enabled": True, "duration": "P2M"})
        assert "thought_report_quarterly" not in codes(self.pool(), "2026-09-01", rules)
        assert "thought_report_quarterly" in codes(self.pool(), "2026-09-02", rules)


class TestSecondRound:
    """Anchored on the meeting of 23 August 2027; the second round opens on 6 September 2028."""

    def round_two(self, *held, opened_on="2028-09-06"):
        log = replace(waiting("probation_education", opened_on), entries=entries(*held, start=5))
        return extended("probation_education", "2029-02-23", log)

    def test_the_periods_go_on_from_the_same_anchor(self):
        assert codes(self.round_two(), "2029-02-23") == []
        found = flags_of(self.round_two(), "probation_review_half_yearly", "2029-02-24")
        assert [flag.due for flag in found] == [day("2029-02-23")]

    def test_only_periods_that_end_on_or_after_its_first_day_count(self):
        found = flags_of(self.round_two(opened_on="2028-08-23"), "probation_review_half_yearly", "2028-09-30")
        assert [flag.due for flag in found] == [day("2028-08-23")]
        assert flags_of(self.round_two(opened_on="2028-08-24"), "probation_review_half_yearly", "2028-09-30") == []

    def test_entries_of_the_first_round_count_on(self):
        facts = self.round_two(("review_date", "2028-09-01"))
        assert "probation_review_half_yearly" not in codes(facts, "2029-02-24")

    def test_the_end_of_probation_is_the_extended_one(self):
        facts = extended("conversion_application", "2029-02-23", waiting("conversion_application", "2029-01-10"))
        assert codes(facts, "2029-03-23") == []
        assert codes(facts, "2029-03-24") == ["conversion_application_deadline"]

    def test_the_first_rounds_papers_are_settled(self):
        carried = entries(("review_date", "2028-02-23"), carried=True)
        log = replace(waiting("probation_education", "2028-09-06"), entries=carried)
        assert UPLOAD not in codes(extended("probation_education", "2029-02-23", log), "2029-02-20")


class TestUpload:
    def acted(self, *, opened_on="2026-06-02", uploaded=None, **facts):
        step = replace(act("organization_talk", opened_on=day(opened_on)), papers=())
        if uploaded:
            step = replace(step, papers=papers("organization_talk", day(uploaded)))
        return regular("organization_talk", step, **facts)

    EXPLAINED = frozenset({("organization_talk", UPLOAD, "a1.1")})

    def test_one_month_after_the_act(self):
        assert codes(self.acted(), "2026-07-10") == []
        assert codes(self.acted(), "2026-07-11") == [UPLOAD]

    def test_or_after_the_day_on_which_the_step_opened_if_that_is_later(self):
        facts = self.acted(opened_on="2026-06-20")
        assert codes(facts, "2026-07-20") == []
        assert codes(facts, "2026-07-21") == [UPLOAD]

    def test_uploaded_in_time(self):
        assert codes(self.acted(uploaded="2026-07-10"), "2026-09-01") == []

    def test_uploaded_late_it_stays_until_explained(self):
        assert codes(self.acted(uploaded="2026-07-11"), "2026-07-11") == [UPLOAD]
        assert codes(self.acted(uploaded="2026-07-11", explained=self.EXPLAINED), "2026-07-11") == []

    def test_explained_it_stays_until_all_are_there(self):
        flag = flags_of(self.acted(explained=self.EXPLAINED), UPLOAD, "2026-07-11")[0]
        assert flag.explained
        assert flag.finding.inputs["missing"] == ("D03",)

    def test_a_second_version_does_not_make_it_late(self):
        facts = self.acted(uploaded="2026-06-20")
        step = facts.step("organization_talk")
        again = replace(step, papers=(*step.papers, *papers(step.key, day("2026-08-01"))))
        assert codes(facts.with_step(again), "2026-08-02") == []

    def test_every_required_document_and_no_other(self):
        review = act("political_review")
        only = replace(review, papers=papers(review.key, day("2027-08-02"), ["D18", "D23"]))
        flag = flags_of(regular(review.key, only), UPLOAD, "2027-09-03")[0]
        assert flag.finding.inputs["missing"] == ("D19",)

    def test_a_step_without_documents_has_no_clock(self):
        assert UPLOAD not in codes(regular("assign_contacts", act("assign_contacts")), "2030-01-01")

    def test_before_an_act_is_entered_there_is_none(self):
        assert UPLOAD not in codes(
            regular("organization_talk", waiting("organization_talk", "2026-06-02")), "2026-12-01"
        )

    def test_papers_stay_when_an_attempt_did_not_pass(self):
        early = replace(
            act("admission_branch_meeting"), attempt=2, papers=papers("admission_branch_meeting", day("2027-08-20"))
        )
        assert UPLOAD not in codes(regular("admission_branch_meeting", early), "2027-12-01")

    def test_the_flag_is_of_those_who_enter_the_step(self):
        filing = replace(act("file_activist"), papers=())
        assert flags_of(regular("file_activist", filing), UPLOAD, "2026-08-06")[0].holder is Side.COMMITTEE


class TestUploadToALog:
    CODES = ("D08", "D09")

    def log(self, *held, uploads=(), opened_on="2026-07-08", explained=(), **changes):
        step = replace(
            waiting("cultivate_educate", opened_on),
            entries=tuple(held),
            papers=tuple(PaperFact(code, moment(day(on))) for on in uploads for code in self.CODES),
            **changes,
        )
        marks = frozenset(("cultivate_educate", UPLOAD, number) for number in explained)
        return regular("cultivate_educate", step, explained=marks)

    @staticmethod
    def entry(number, on, entered=None):
        return EntryFact(number, "activity", day(on), moment(day(entered or on)))

    def subkeys(self, facts, today):
        return [flag.subkey for flag in flags_of(facts, UPLOAD, today)]

    def test_each_entry_has_its_month(self):
        facts = self.log(self.entry(1, "2026-08-01"), self.entry(2, "2026-08-15"))
        assert self.subkeys(facts, "2026-09-01") == []
        assert self.subkeys(facts, "2026-09-02") == ["e1"]
        assert self.subkeys(facts, "2026-09-16") == ["e1", "e2"]

    def test_an_entry_from_before_the_log_took_entries_counts_from_that_day(self):
        facts = self.log(self.entry(1, "2026-07-08", "2026-07-20"), opened_on="2026-07-20")
        assert self.subkeys(facts, "2026-08-20") == []
        assert self.subkeys(facts, "2026-08-21") == ["e1"]

    def test_one_upload_serves_every_waiting_entry(self):
        facts = self.log(self.entry(1, "2026-08-01"), self.entry(2, "2026-08-15"), uploads=["2026-08-31"])
        assert self.subkeys(facts, "2026-12-01") == []

    def test_an_entry_made_after_the_upload_waits_for_the_next(self):
        facts = self.log(self.entry(1, "2026-08-01"), self.entry(2, "2026-09-15"), uploads=["2026-08-20"])
        assert self.subkeys(facts, "2026-10-15") == []
        assert self.subkeys(facts, "2026-10-16") == ["e2"]

    def test_it_is_the_time_of_entry_that_makes_an_entry_wait(self):
        # Held on 1 August and entered on the 25th, after the upload of the 20th.
        facts = self.log(self.entry(1, "2026-08-01", "2026-08-25"), uploads=["2026-08-20"])
        assert self.subkeys(facts, "2026-09-02") == ["e1"]

    def test_a_late_upload_is_late_for_those_whose_month_was_over(self):
        held = self.entry(1, "2026-08-01"), self.entry(2, "2026-08-15")
        assert self.subkeys(self.log(*held, uploads=["2026-09-10"]), "2026-09-10") == ["e1"]
        assert self.subkeys(self.log(*held, uploads=["2026-09-10"], explained=["e1"]), "2026-09-10") == []

    def test_its_closing_has_no_clock_of_its_own(self):
        closed = self.log(acted=True, status="submitted", values={"education_started_on": day("2026-08-01")})
        assert self.subkeys(closed, "2030-01-01") == []


class TestConversion:
    def test_the_application_counts_backwards_from_the_end_of_probation(self):
        for on, flagged in (("2028-07-22", True), ("2028-07-23", False)):
            applied = act("conversion_application", application_date=day(on), received_on=day("2028-07-23"))
            found = codes(regular("conversion_application", applied), "2028-07-23")
            assert ("conversion_application_not_too_early" in found) is flagged

    def test_an_early_application_is_no_refusal(self):
        applied = act("conversion_application", application_date=day("2028-06-01"))
        assert judge_act(applied.key, regular(applied.key, applied), PLAIN, day("2028-08-16")).ok

    @pytest.mark.parametrize(
        ("received_on", "last_day"),
        [("2028-08-16", "2028-09-23"), ("2028-08-23", "2028-09-23"), ("2028-08-30", "2028-09-30")],
    )
    def test_the_later_of_receipt_and_end_of_probation_is_the_anchor(self, received_on, last_day):
        applied = act("conversion_application", status="verified", received_on=day(received_on))
        facts = regular("conversion_branch_meeting", applied, waiting("conversion_branch_meeting", "2028-08-23"))
        assert codes(facts, last_day) == []
        after = day(last_day) + timedelta(days=1)
        assert codes(facts, after.isoformat()) == ["conversion_meeting_within_one_month"]

    def transferee(self, reason=None, *, transferred_in=True):
        values = {"postponed_reason": reason} if reason else {}
        meeting = act("conversion_branch_meeting", meeting_date=day("2029-02-23"), **values)
        return regular("conversion_branch_meeting", meeting, transferred_in=transferred_in)

    def test_a_transferee_with_a_reason_is_limited_by_six_months_only(self):
        assert codes(self.transferee("转入后继续考察（样本）"), "2029-02-23") == []

    def test_without_a_reason_the_other_limits_stand(self):
        assert codes(self.transferee(), "2029-02-23") == [
            "conversion_meeting_within_one_month",
            "conversion_meeting_within_three_months",
        ]

    def test_a_reason_postpones_only_for_a_transferee(self):
        assert "conversion_meeting_within_one_month" in codes(
            self.transferee("理由（样本）", transferred_in=False), "2029-02-23"
        )

    def test_the_six_months_are_of_transferees_only(self):
        facts = regular("conversion_branch_meeting", waiting("conversion_branch_meeting", "2028-08-23"))
        assert "transferee_postpone_limit" not in codes(facts, "2029-03-30")
        assert "transferee_postpone_limit" in codes(replace(facts, transferred_in=True), "2029-02-24")


class TestValidity:
    def test_it_rises_like_a_deadline_and_belongs_to_the_meeting(self):
        rules = ruleset("political_review_validity", "training_validity")
        facts = regular("branch_committee_review", waiting("branch_committee_review", "2027-08-07"))
        assert codes(facts, "2028-08-02", rules) == []
        flag = flags_of(facts, "political_review_validity", "2028-08-03", rules)[0]
        assert flag.step == "admission_branch_meeting"
        assert codes(facts, "2029-08-07", rules) == ["political_review_validity", "training_validity"]


class TestPlan:
    def test_the_flag_rises_with_the_entry_of_the_consent(self):
        open_step = replace(waiting("consent_development_target", "2027-07-06"), plan_places=0)
        facts = regular("consent_development_target", open_step)
        assert codes(facts, "2027-07-08") == []
        consent = replace(act("consent_development_target"), plan_places=0)
        assert codes(facts.with_step(consent), "2027-07-08") == ["annual_plan_quota"]

    def test_a_disagreement_takes_no_place(self):
        consent = replace(act("consent_development_target", opinion="disagree"), plan_places=0)
        assert codes(regular("consent_development_target", consent), "2027-07-08") == []
