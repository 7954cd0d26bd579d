"""A sitting entered once for all its people: each act her own, papers stored once, the record in two chains."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import services as audit
from audit.models import Entry
from branches.models import Organisation
from recruitment.models import Attempt, Case, LogEntry, Material, Sitting, StepRecord
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS
from recruitment.selectors.agenda import _BY_SIDE, item_of, items_of, ripe_cases, ripe_counts
from recruitment.selectors.casefile import load
from recruitment.selectors.sittings import heard
from recruitment.services import acts
from recruitment.services.base import Refused
from recruitment.services.sittings import Participant, hold_sitting, join_sitting
from tests.branches.factories import County, make_county
from tests.recruitment import sitting_cases as people

MEETING = "admission_branch_meeting"
TALLY = {"votes_for": 8, "votes_against": 1, "abstentions": 0, "written_for": 0, "written_against": 0}
VOTE = {**TALLY, "written_abstain": 0, "resolution_text": "同意接收"}
SHARED = {"host": "样本主持", "ballot_kind": "secret"}
#: Lock and read the file, judge, write, settle, audit; of a step with one shared paper and no ballot. Handing in starts
#: a service limit: the holidays and its row; whoever hands in may owe a pass; drafts of the step go.
QUERIES_A_PERSON = 18
ALL_ITEMS = [item for items in _BY_SIDE.values() for item in items]


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture(scope="module")
def evening(shared_rows) -> tuple[County, list[int], dt.date]:
    """Three people before the meeting on their admission, half a case behind each: the county, keys and the day."""
    with shared_rows.unblock():
        county = make_county(members=2)
        cases, day = ripe(county, MEETING, 3, first=101)
    return county, [case.pk for case in cases], day


@pytest.fixture
def three(evening, db) -> tuple[County, list[Case], dt.date]:
    county, keys, day = evening
    return county, list(Case.objects.filter(pk__in=keys).order_by("pk")), day


@pytest.fixture(autouse=True)
def stored(monkeypatch) -> Callable[[], int]:
    """How many files the papers of the test take."""
    storage = InMemoryStorage()
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", storage)
    return lambda: sum(len(storage.listdir(folder)[1]) for folder in storage.listdir("")[0])


def ripe(county: County, step: str, count: int, *, first: int = 1) -> tuple[list[Case], dt.date]:
    cases = [people.make_case(county, number=first + n) for n in range(count)]
    days = [people.bring(county, case, step) for case in cases]
    return cases, days[0]


def meeting(county: County, cases: list[Case], day: dt.date, **changes):
    """A branch meeting on admission, with the sitting's own papers shared and the resolution each person's own."""
    given = {
        "kind": "branch_meeting",
        "body": county.branch,
        "step": MEETING,
        "held_on": day,
        "eligible": 12,
        "present": 9,
        "minutes": "样本记录",
        "shared_values": {**SHARED, "resolution_submitted_on": day},
        "shared_uploads": [people.paper("D26")],
        "participants": [
            Participant(case.pk, VOTE, uploads=[people.paper("D27", people.PDF + str(case.pk).encode())])
            for case in cases
        ],
        "actor": people.actor(county, county.branch, "secretary"),
        "now": people.at(day, 20),
    }
    return hold_sitting(**{**given, **changes})


def committee(county: County, cases: list[Case], day: dt.date, **changes):
    """A branch committee that determines activists: the shortest way to a sitting."""
    given = {
        "kind": "branch_committee",
        "body": county.branch,
        "step": "determine_activist",
        "held_on": day,
        "eligible": 5,
        "present": 5,
        "shared_values": {"decision": "agree"},
        "shared_uploads": [people.paper("D05")],
        "participants": [Participant(case.pk, {"votes_for": 5}) for case in cases],
        "actor": people.actor(county, county.branch, "secretary"),
        "now": people.at(day, 20),
    }
    return hold_sitting(**{**given, **changes})


def test_one_evening_for_three_people(three):
    county, cases, day = three
    result = meeting(county, cases, day)
    sitting = result.sitting
    assert [person.case_id for person in result.people] == [case.pk for case in cases]
    assert [person.done.outcome for person in result.accepted] == ["passed"] * 3
    records = StepRecord.objects.filter(sitting=sitting)
    assert records.count() == 3
    for record in records:
        values = record.typed_values()
        assert record.status == "submitted"
        assert (values["eligible_voters"], values["present_voters"]) == (12, 9)
        assert values["meeting_date"] == day
        assert (values["candidates_in_meeting"], values["voted_individually"]) == (3, True)
    assert (sitting.eligible, sitting.present, sitting.minutes) == (12, 9, "样本记录")


def test_a_shared_paper_is_stored_once_and_an_own_paper_apart(three, stored):
    county, cases, day = three
    before = stored()
    sitting = meeting(county, cases, day).sitting
    shared = Material.objects.filter(sitting=sitting, code="D26")
    assert shared.count() == 3
    assert len({material.file.name for material in shared}) == 1
    assert len({material.file.name for material in Material.objects.filter(sitting=sitting, code="D27")}) == 3
    assert stored() == before + 4
    assert shared[2].file.read() == people.PDF


def test_who_is_refused_is_refused_alone(three):
    county, cases, day = three
    wrong = {**VOTE, "votes_for": 5}
    participants = [
        Participant(cases[0].pk, wrong, uploads=[people.paper("D27")]),
        Participant(cases[1].pk, VOTE, uploads=[people.paper("D27")]),
        Participant(cases[2].pk, VOTE),
    ]
    result = meeting(county, cases, day, participants=participants)
    assert [person.accepted for person in result.people] == [False, True, False]
    assert [person.refusals[0].code for person in result.refused] == [
        "admission_branch_meeting_tally",
        "material_missing",
    ]
    assert result.refused[1].refusals[0].codes == ("D27",)
    assert StepRecord.objects.get(case=cases[0], step=MEETING).status == "open"
    assert not Material.objects.filter(case=cases[0], sitting__isnull=False).exists()
    assert StepRecord.objects.get(case=cases[1], step=MEETING).sitting == result.sitting
    assert not audit.verify()


def test_when_nobody_is_accepted_nothing_stays(county, stored):
    cases, day = ripe(county, "determine_activist", 2)
    before = (Entry.objects.count(), stored(), Case.objects.get(pk=cases[0].pk).version)
    result = committee(county, cases, day, shared_uploads=[])
    assert result.sitting is None
    assert len(result.refused) == 2
    assert not Sitting.objects.exists()
    after = (Entry.objects.count(), stored(), Case.objects.get(pk=cases[0].pk).version)
    assert after == before


def test_each_act_stands_in_its_chain_and_the_sitting_in_its_bodys(county):
    cases, day = ripe(county, "determine_activist", 2)
    sitting = committee(county, cases, day, minutes="样本记录").sitting
    entry = Entry.objects.get(chain=f"org:{county.branch.pk}", action="sitting_held")
    assert entry.payload["sitting"] == sitting.pk
    assert [person["case"] for person in entry.payload["people"]] == [case.pk for case in cases]
    assert "样本记录" not in str(entry.payload)
    for case in cases:
        act = Entry.objects.filter(chain=case.chain).latest("seq")
        assert (act.action, act.payload["sitting"]) == ("step_submitted", sitting.pk)
        assert act.pk < entry.pk
    assert not audit.verify()


def test_acts_go_in_the_order_of_their_chains(county):
    """As every writer of several chains goes: two sittings of the same people never wait for each other."""
    cases, day = ripe(county, "determine_activist", 2)
    committee(county, cases[::-1], day)
    chains = list(Entry.objects.filter(at=people.at(day, 20)).order_by("pk").values_list("chain", flat=True))
    assert chains == sorted(chains)


def test_a_vote_that_did_not_pass_stays_with_its_sitting(three):
    county, cases, day = three
    cases = cases[:2]
    failed = {**VOTE, "votes_for": 5, "votes_against": 4}
    participants = [
        Participant(cases[0].pk, failed, uploads=[people.paper("D27")]),
        Participant(cases[1].pk, VOTE, uploads=[people.paper("D27")]),
    ]
    first = meeting(county, cases, day, participants=participants)
    assert [person.done.outcome for person in first.people] == ["not_passed", "passed"]
    again = meeting(county, cases[:1], day + dt.timedelta(days=2))
    assert [person.done.outcome for person in again.people] == ["passed"]
    hearings = heard([first.sitting, again.sitting])
    assert hearings[first.sitting.pk].people[cases[0].pk].outcome == "not_passed"
    assert hearings[again.sitting.pk].people[cases[0].pk].outcome == "passed"
    attempt = Attempt.objects.get(record__case=cases[0])
    assert hearings[first.sitting.pk].people[cases[0].pk].attempt == attempt.number


def test_who_was_refused_joins_with_the_papers_that_are_stored(three, stored):
    county, cases, day = three
    participants = [Participant(case.pk, VOTE, uploads=[people.paper("D27")]) for case in cases[:2]]
    participants.append(Participant(cases[2].pk, {**VOTE, "votes_for": 5}))
    sitting = meeting(county, cases, day, participants=participants).sitting
    before = stored()
    result = join_sitting(
        sitting=sitting,
        participants=[Participant(cases[2].pk, VOTE, uploads=[people.paper("D27")])],
        shared_values={**SHARED, "resolution_submitted_on": day},
        actor=people.actor(county, county.branch, "secretary"),
        now=people.at(day, 21),
    )
    assert len(result.accepted) == 1
    record = StepRecord.objects.get(case=cases[2], step=MEETING)
    assert (record.sitting, record.typed_values()["candidates_in_meeting"]) == (sitting, 3)
    assert len(set(Material.objects.filter(sitting=sitting, code="D26").values_list("file", flat=True))) == 1
    assert stored() == before + 1
    assert set(heard([sitting])[sitting.pk].people) == {case.pk for case in cases}
    assert len(heard([sitting])[sitting.pk].accepted) == 3


def test_recorded_first_and_papers_later(county):
    cases, day = ripe(county, "determine_activist", 1)
    participants = [Participant(cases[0].pk, {"votes_for": 5}, hand_over=False)]
    result = committee(county, cases, day, participants=participants, shared_uploads=[])
    assert result.accepted
    assert StepRecord.objects.get(sitting=result.sitting).status == "recorded"
    item = item_of(county.branch, "branch_committee", "determine_activist")
    assert ripe_cases(county.branch, item).get() == cases[0]


def test_who_was_heard_is_not_heard_again_at_the_same_sitting(county):
    cases, day = ripe(county, "determine_activist", 2)
    participants = [Participant(cases[0].pk, {"votes_for": 2, "decision": "disagree"})]
    sitting = committee(county, cases, day, participants=participants).sitting
    result = join_sitting(
        sitting=sitting,
        participants=[Participant(case.pk, {"votes_for": 5, "decision": "agree"}) for case in cases],
        actor=people.actor(county, county.branch, "secretary"),
        now=people.at(day, 21),
    )
    assert [person.accepted for person in result.people] == [False, True]
    assert result.refused[0].refusals[0].code == "not_this_step"
    assert heard([sitting])[sitting.pk].people[cases[0].pk].outcome == "not_passed"
    nobody = join_sitting(
        sitting=sitting,
        participants=[Participant(cases[0].pk, {"votes_for": 5, "decision": "agree"})],
        actor=people.actor(county, county.branch, "secretary"),
        now=people.at(day, 22),
    )
    assert nobody.sitting is None
    assert Sitting.objects.filter(pk=sitting.pk).exists()


def test_a_half_yearly_review_of_two_activists(county):
    cases = [people.make_case(county, number=n) for n in (1, 2)]
    day, _same = (people.bring(county, case, "cultivate_educate") for case in cases)
    result = hold_sitting(
        kind="branch_committee",
        body=county.branch,
        step="halfyear_review",
        entry="review_date",
        held_on=day,
        eligible=5,
        present=4,
        participants=[Participant(case.pk, text="样本考察意见", uploads=[people.paper("D10")]) for case in cases],
        actor=people.actor(county, county.branch, "deputy_secretary"),
        now=people.at(day),
    )
    assert len(result.accepted) == 2
    assert LogEntry.objects.filter(sitting=result.sitting, on=day, text="").count() == 0
    assert heard([result.sitting])[result.sitting.pk].entry == "review_date"


def test_the_yearly_analysis_is_the_committees(county):
    case = people.make_case(county)
    day = people.bring(county, case, "cultivate_educate")
    given = {
        "kind": "committee_meeting",
        "body": county.committee,
        "step": "halfyear_review",
        "entry": "annual_analysis",
        "held_on": day,
        "eligible": 9,
        "present": 8,
        "participants": [Participant(case.pk)],
        "now": people.at(day),
    }
    result = hold_sitting(**given, actor=people.actor(county, county.committee, "organiser"))
    assert result.accepted
    with pytest.raises(Refused) as refused:
        hold_sitting(**given, actor=people.actor(county, county.branch, "secretary"))
    assert refused.value.codes == ("not_allowed",)


@pytest.mark.parametrize("role", ["inspector", "administrator"])
def test_readers_hold_no_sitting(county, role):
    cases, day = ripe(county, "determine_activist", 1)
    with pytest.raises(Refused) as refused:
        meeting(county, cases, day, actor=people.actor(county, county.county, role))
    assert refused.value.codes == ("not_allowed",)


def test_another_branchs_person_is_refused_though_the_secretary_sits_there_too(county):
    """Somebody with seats in two branches enters each branch's meeting from its own seat."""
    elsewhere = county.townships[0].branches[1]
    own, day = ripe(county, "determine_activist", 1)
    foreign = people.make_case(county, branch=elsewhere, number=9)
    people.bring(county, foreign, "determine_activist")
    here = people.actor(county, county.branch, "secretary")
    both = replace(here, grants=(*here.grants, *people.actor(county, elsewhere, "secretary").grants))
    result = committee(county, [*own, foreign], day, actor=both)
    assert [person.accepted for person in result.people] == [True, False]
    assert result.refused[0].refusals[0].code == "not_allowed"
    with pytest.raises(Refused):
        committee(county, [foreign], day, body=elsewhere, actor=both)


def test_an_unknown_person_is_refused_alone(county):
    cases, day = ripe(county, "determine_activist", 1)
    participants = [Participant(cases[0].pk, {"votes_for": 5}), Participant(10**6, {"votes_for": 5})]
    result = committee(county, cases, day, participants=participants)
    assert [person.accepted for person in result.people] == [True, False]


def test_a_stale_row_is_refused_alone(county):
    cases, day = ripe(county, "determine_activist", 2)
    versions = [Case.objects.get(pk=case.pk).version for case in cases]
    participants = [
        Participant(cases[0].pk, {"votes_for": 5}, expected_version=versions[0]),
        Participant(cases[1].pk, {"votes_for": 5}, expected_version=versions[1] - 1),
    ]
    result = committee(county, cases, day, participants=participants)
    assert [person.accepted for person in result.people] == [True, False]
    assert result.refused[0].refusals[0].code == "stale"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"eligible": None}, "eligible"),
        ({"eligible": 0}, "eligible"),
        ({"present": None}, "present"),
        ({"present": 13}, "present"),
        ({"kind": "oath"}, "step"),
        ({"kind": "nonsense"}, "step"),
        ({"participants": []}, "participants"),
        ({"participants": [Participant(1), Participant(1)]}, "participants"),
    ],
)
def test_a_sitting_that_cannot_be(county, changes, field):
    with pytest.raises(Refused) as refused:
        meeting(county, [], dt.date(2024, 5, 1), **changes)
    assert [refusal.field for refusal in refused.value.refusals] == [field]
    assert not Sitting.objects.exists()


def test_a_branch_without_a_committee_decides_by_its_meeting(county):
    branch = county.branch
    assert item_of(branch, "branch_committee", "determine_activist")
    branch.has_branch_committee = False
    assert item_of(branch, "branch_committee", "determine_activist") is None
    for step in ("determine_activist", "propose_development_target", "branch_committee_review", "conversion_review"):
        assert item_of(branch, "branch_meeting", step)


def test_bodies_that_decide_nothing_have_no_agenda(county):
    assert items_of(county.county) == ()
    assert items_of(Organisation(kind="general_branch")) == ()


@pytest.mark.parametrize("item", ALL_ITEMS, ids=lambda item: item.key)
def test_the_parts_of_an_item_are_the_fields_of_its_step(item):
    """Fixed, shared and own fields together are what the step asks for; its papers are known."""
    parts = [*item.fixed, *item.shared, *item.own]
    assert len(parts) == len(set(parts))
    asked = {field.name for field in STEPS[item.step].fields if not field.computed}
    assert set(parts) == (set() if item.entry else asked)
    assert set(item.papers) <= set(STEPS[item.step].paper_codes)
    assert not item.entry or item.entry in STEPS[item.step].log_kinds
    assert all(field.type is not FieldType.MEMBERS for field in item.shared_fields)


def test_what_ripe_means_is_what_the_acts_say(county):
    """The selector's query and ``takes_entry`` / ``takes_log`` agree for every item along a whole case."""
    for number, key in enumerate(("determine_activist", "halfyear_review", "political_review", MEETING), start=1):
        people.bring(county, people.make_case(county, number=number), key)
    for item in ALL_ITEMS:
        for row in Case.objects.all():
            body = Organisation.objects.get(pk=row.scope.organisation_id(item.side))
            file = load(row.pk)
            takes = (
                acts.takes_log(file, item.step)
                if item.entry
                else acts.takes_entry(file, item.step, file.facts().current)
            )
            assert (row in ripe_cases(body, item)) is takes, (item.key, row.step)
    for body in (county.branch, county.committee, county.department):
        items = items_of(body)
        assert ripe_counts(body, items) == {item.key: ripe_cases(body, item).count() for item in items}
    assert ripe_counts(county.branch, ()) == {}


def test_each_further_person_costs_her_own_act_and_nothing_else(county):
    cases, day = ripe(county, "determine_activist", 4)
    with CaptureQueriesContext(connection) as one:
        committee(county, cases[:1], day)
    with CaptureQueriesContext(connection) as three:
        committee(county, cases[1:], day)
    assert len(three) - len(one) == 2 * QUERIES_A_PERSON
