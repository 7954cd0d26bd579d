"""The engine against the naive restatement, over random cases: flags, light, first day, and day of the next change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recruitment.rules.editions import Ruleset
from recruitment.rules.facts import EntryFact, Facts, PaperFact, StepFacts
from recruitment.rules.lights import assess
from tests.rules import naive
from tests.rules.build import REGULAR, moment, ruleset

KEYS = [step for step, _, _ in naive.STEPS]
REQUIRED = {step: codes for step, _, codes in naive.STEPS}
REPORT = {
    "file_activist": "submitted_on",
    "consent_development_target": "submitted_on",
    "preliminary_review": "submitted_on",
    "committee_approval": "resolution_received_on",
    "conversion_approval": "resolution_received_on",
}
KINDS = {
    "cultivate_educate": ["activity", "thought_report", "contact_talk"],
    "halfyear_review": ["review_date", "annual_analysis"],
    "probation_education": ["review_date", "thought_report"],
}
#: Days between two acts: most of them round a boundary of one, three, six, twelve or twenty-four months.
GAPS = [
    0,
    0,
    1,
    1,
    2,
    5,
    14,
    27,
    28,
    29,
    30,
    31,
    32,
    60,
    89,
    90,
    91,
    92,
    93,
    120,
    181,
    182,
    183,
    184,
    185,
    300,
    364,
    365,
    366,
    367,
]
SHORT = [0, 0, 1, 2, 3, 7, 14]
JITTER = [-40, -31, -8, -1, 0, 0, 0, 1, 8, 31, 100, 190]
WAITS = [*GAPS, 400, 731, 1000]
OPTIONAL = [
    "upload_within_one_month",
    "application_to_recommendation",
    "assign_contacts_within_one_month",
    "thought_report_quarterly",
    "review_within_one_month",
    "political_review_validity",
    "training_validity",
    "review_within_one_month_of_request",
    "resolution_report_three_months",
    "resolution_report_six_months",
    "probation_review_half_yearly",
    "conversion_application_deadline",
    "conversion_meeting_within_one_month",
    "conversion_meeting_within_three_months",
    "archive_within_one_month",
]


def days(number: int) -> timedelta:
    return timedelta(days=number)


class Maker:
    """Draws one case, step by step; ``last`` is the day up to which it has come."""

    def __init__(self, random: Random, start: date) -> None:
        self.random, self.last = random, start
        self.steps: dict[str, StepFacts] = {}
        self.explained: set[tuple[str, str, str]] = set()
        self.round = 1
        self.extended_until: date | None = None

    def pick(self, choices: list[Any]) -> Any:
        return self.random.choice(choices)

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def act(self, key: str, status: str) -> StepFacts:
        opened = self.last
        self.last += days(self.pick(SHORT if self.chance(60) else GAPS))
        values = {
            name: self.last + days(self.pick(JITTER)) if isinstance(value, date) else value
            for name, value in REGULAR[key].items()
        }
        values[naive.ACTION_DATE[key]] = self.last
        if key == "committee_approval":
            start = self.steps["admission_branch_meeting"].values["meeting_date"]
            values |= {"probation_start": start, "probation_end": naive.plus_months(start, 12)}
        if key in ("committee_approval", "conversion_approval") and self.chance(40):
            del values["resolution_received_on"]
        if key == "conversion_branch_meeting" and self.chance(30):
            values["postponed_reason"] = "样本"
        if key == "intensive_training" and self.chance(20):
            values["exemption_approval"] = "样本"
        step = StepFacts(key, status, self.round, opened + days(self.pick([0, 0, 1, 40])), True, values)
        step = replace(step, plan_places=self.pick([None, 0, 1, 3]), plan_used=self.pick([0, 1, 3]))
        return self.with_papers(self.with_log(step))

    def waiting(self, key: str) -> StepFacts:
        values = {}
        if key in REPORT and self.chance(50):
            values[REPORT[key]] = self.last + days(self.pick(SHORT))
        step = StepFacts(key, "open", self.round, self.last, False, values, attempt=self.pick([1, 1, 2]))
        return self.with_papers(self.with_log(step))

    def with_log(self, step: StepFacts) -> StepFacts:
        if step.key not in KINDS:
            return step
        on, made = (step.opened_on or self.last) - days(self.pick([0, 0, 20])), []
        for number in range(self.random.randrange(6)):
            on += days(self.pick(GAPS))
            made.append(EntryFact(number, self.pick(KINDS[step.key]), on, moment(on + days(self.pick([0, 0, 1, 40])))))
        if step.round == 2:
            made = [replace(entry, carried=number < 3) for number, entry in enumerate(made)]
        for entry in made:
            if self.chance(20):
                self.explained.add((step.key, "upload_within_one_month", f"e{entry.id}"))
        return replace(step, entries=tuple(made))

    def with_papers(self, step: StepFacts) -> StepFacts:
        base = step.values.get(naive.ACTION_DATE[step.key], self.last)
        if self.chance(30):
            self.explained.add((step.key, "upload_within_one_month", f"a{step.round}.{step.attempt}"))
        found = []
        for code in REQUIRED[step.key]:
            for _ in range(self.pick([0, 1, 1, 1, 2])):
                found.append(PaperFact(code, moment(base + days(self.pick([-3, *SHORT, *GAPS])))))
        return replace(step, papers=tuple(found))

    def present(self, key: str) -> StepFacts:
        """The step in hand, anywhere between open and submitted."""
        status = self.pick(["open", "recorded", "recorded", "submitted", "returned"])
        step = self.waiting(key) if status == "open" else self.act(key, status)
        marks = {"returned"} if status == "returned" else set()
        if self.chance(10):
            marks.add(self.pick(["V07", "V08"]))
        return replace(step, marks=frozenset(marks))

    def case(self) -> Facts:
        reached = self.random.randrange(len(KEYS) + 1)
        for key in KEYS[:reached]:
            self.steps[key] = self.act(key, "verified")
        if reached > KEYS.index("conversion_approval") and self.chance(50):
            reached = self.second_round()
        if reached < len(KEYS):
            self.steps[KEYS[reached]] = self.present(KEYS[reached])
            beside = {"political_review": "intensive_training", "cultivate_educate": "halfyear_review"}.get(
                KEYS[reached]
            )
            if beside:
                step = self.waiting(beside) if self.chance(50) else self.act(beside, "submitted")
                self.steps[beside] = step
        veto = "V04" if self.chance(5) else ""
        return Facts(
            birth_date=date(1990, 1, 1),
            steps=self.steps,
            round=self.round,
            extended_until=self.extended_until,
            transferred_in=self.chance(30),
            # A case with a red is confirmed or dismissed before anything else can end it.
            state="running" if veto else self.pick(["running"] * 18 + ["terminated", "closed"]),
            freeze="veto" if veto else "transfer" if self.chance(5) else "",
            veto=veto,
            suspensions=frozenset({"V12"} if self.chance(5) else ()),
            explained=frozenset(self.explained),
        )

    def second_round(self) -> int:
        """Extend probation: the steps from its education on start again."""
        first, last = KEYS.index("probation_education"), KEYS.index("conversion_approval")
        for key in KEYS[first:]:
            self.steps.pop(key, None)
        self.round = 2
        end = naive.end_of_probation(Facts(birth_date=None, steps=self.steps))
        assert end is not None
        self.extended_until = naive.plus_months(end, self.pick([6, 9, 12]))
        reached = self.random.randrange(first, last + 1)
        for key in KEYS[first:reached]:
            self.steps[key] = self.act(key, "verified")
        return reached


def local_rules(random: Random) -> tuple[Ruleset, naive.Local]:
    chosen: dict[str, dict[str, Any]] = {}
    for gate in OPTIONAL:
        if random.randrange(4) == 0:
            chosen[gate] = {"enabled": random.randrange(4) > 0}
            if random.randrange(2):
                chosen[gate]["months"] = random.randrange(1, 14)
    rules = {
        gate: {"enabled": own["enabled"]} | ({"duration": f"P{own['months']}M"} if "months" in own else {})
        for gate, own in chosen.items()
    }
    return ruleset(**rules), chosen


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, Ruleset, naive.Local, date]:
    # Many a case lies across the change of edition.
    start = draw(st.dates(date(2024, 1, 1), date(2027, 6, 30)) | st.dates(date(2025, 12, 1), date(2026, 6, 30)))
    maker = Maker(draw(st.randoms(use_true_random=False)), start)
    facts = maker.case()
    rules, local = local_rules(maker.random)
    return facts, rules, local, maker.last + days(maker.pick(WAITS))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_the_engine_says_what_the_words_mean(drawn):
    facts, rules, local, today = drawn
    state = assess(facts, rules, today)
    assert {(flag.step, flag.code) for flag in state.flags} == naive.open_flags(facts, today, local)
    assert state.light == naive.light(facts, today, local)
    assert state.unlocks_on == naive.unlocks_on(facts, today, local)
    assert state.step == naive.current(facts)
    if state.light != "green":
        assert state.next_change_on is None
        return
    if state.next_change_on is None:
        for later in (1, 31, 62, 184, 366, 800, 1500):
            assert naive.light(facts, today + days(later), local) == "green"
        return
    assert state.next_change_on > today
    assert naive.light(facts, state.next_change_on, local) != "green"
    between = (state.next_change_on - today).days
    for part in range(1, 5):
        assert naive.light(facts, today + days(between * part // 4 - (part == 4)), local) == "green"
