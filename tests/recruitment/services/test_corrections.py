"""Facts that were verified are corrected by request and decision, and the whole case is judged again by them."""

import datetime as dt
from itertools import chain

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import InMemoryStorage

from audit import services as audit
from audit.models import Entry
from branches.access import actor_for
from branches.models import Member
from recruitment import models
from recruitment.models import Ballot, Case, Correction, Material, Notification, RecordMember, StepRecord
from recruitment.models.person import id_number_check_digit
from recruitment.rules.effects import Effect, effect_lines
from recruitment.selectors.casefile import load
from recruitment.services import corrections, interventions
from recruitment.services.base import Refused
from tests.branches.factories import SeatFactory, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.finished import finished_case

STEP = "determine_activist"


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    storage = InMemoryStorage()
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", storage)
    monkeypatch.setattr(Correction._meta.get_field("evidence"), "storage", storage)


@pytest.fixture
def county(db):
    return make_county(members=12)


def case_at(county, step: str) -> tuple[Case, dt.date]:
    case = people.make_case(county)
    day = people.bring(county, case, step)
    return case, day


def actor(county, side: str, number: int = 0):
    place = {"branch": county.branch, "committee": county.committee, "department": county.department}[side]
    role = {"branch": "secretary", "committee": "committee_verifier", "department": "department_officer"}[side]
    return people.actor(county, place, role, number)


def ask(county, case, changes, *, step=STEP, day, by="branch", **kwargs):
    corrections.request(
        case_id=case.pk,
        step=step,
        changes=changes,
        reason="样本：抄写时看错一行",
        evidence=people.paper("D05", b"%PDF-1.4 minutes"),
        actor=actor(county, by),
        now=people.at(day, 9),
        **kwargs,
    )
    return Correction.objects.get(case=case, status="requested")


def decide(county, correction, *, day, side="committee", number=0, service=corrections.approve):
    return service(
        correction_id=correction.pk,
        reason="样本：与原件相符",
        actor=actor(county, side, number),
        now=people.at(day, 14),
    )


def record_of(case, step=STEP) -> StepRecord:
    return StepRecord.objects.get(case=case, step=step, counts=True)


def everything():
    rows = [
        list(model.objects.order_by("pk").values())
        for model in (*models_of_cases(), Correction, models.CorrectionItem, Notification)
    ]
    return rows, Entry.objects.count()


def models_of_cases():
    return (Case, StepRecord, Ballot, RecordMember, models.Flag, models.Obligation, models.Person, Member)


def kinds(proposal, day) -> set[str]:
    return {line.kind for line in effect_lines(proposal.consequences, day)}


def last_entry(case) -> Entry:
    return Entry.objects.filter(chain=case.chain).order_by("-seq").first()


# -- the way of a correction --------------------------------------------------------------------------------------


def test_a_correction_changes_nothing_before_it_is_approved_and_the_facts_afterwards(county):
    case, day = case_at(county, "cultivate_educate")
    before = record_of(case).action_on
    wanted = before - dt.timedelta(days=1)
    floor = record_of(case, "recommend_activist").action_on
    assert wanted >= floor
    correction = ask(county, case, {"decided_on": wanted}, day=day)
    assert record_of(case).action_on == before
    assert correction.side == "committee"
    assert Notification.objects.filter(code="correction_requested", organisation=county.committee).count() == 1
    version = record_of(case).version
    decide(county, correction, day=day)
    changed = record_of(case)
    assert changed.action_on == wanted
    assert changed.values["decided_on"] == wanted.isoformat()
    assert changed.version == version + 1
    correction.refresh_from_db()
    assert correction.status == "approved"
    assert Notification.objects.filter(code="correction_approved", organisation=county.branch).count() == 1
    # The deadlines counted from that day have moved with it.
    moved = {line["kind"] for line in correction.effects}
    assert {"deadline", "lock"} <= moved
    lock = models.Obligation.objects.get(case=case, code="cultivation_one_year")
    assert lock.due == wanted.replace(year=wanted.year + 1)
    entry = last_entry(case)
    assert entry.action == "correction_approved"
    assert entry.payload["changes"][0] == {
        "step": STEP,
        "field": "decided_on",
        "before": before.isoformat(),
        "after": wanted.isoformat(),
        "followed": False,
    }
    assert not audit.verify(case.chain)


def test_a_correction_that_would_break_the_one_year_rule_shows_it_and_is_refused(county):
    case, day = case_at(county, "consent_development_target")
    meeting = record_of(case, "propose_development_target").action_on
    wanted = meeting - dt.timedelta(days=360)
    # Later acts of the pool stand after the day that is asked for: only the year itself is in question.
    StepRecord.objects.filter(case=case, step__in=("file_activist", "assign_contacts", "cultivate_educate")).update(
        action_on=wanted + dt.timedelta(days=1)
    )
    for key in ("file_activist", "assign_contacts", "cultivate_educate"):
        record = record_of(case, key)
        record.values |= {record.definition.action_date: (wanted + dt.timedelta(days=1)).isoformat()}
        record.save()
    proposal = corrections.propose(load(case.pk), STEP, {"decided_on": wanted}, day)
    broken = [line for line in effect_lines(proposal.consequences, day) if line.kind is Effect.BROKEN]
    assert [line.words.title.en for line in broken] == [line.words.title.en for line in broken if line.step == 11]
    assert any(judged.reason.code == "cultivation_one_year" for judged in proposal.consequences.broken)
    assert any(str(wanted.year) in line.words.arithmetic.zh and line.words.article.zh for line in broken)
    # It may be asked for, and is not approved: the facts stay.
    correction = ask(county, case, {"decided_on": wanted}, day=day)
    before = everything()
    with pytest.raises(Refused) as refused:
        decide(county, correction, day=day)
    assert "cultivation_one_year" in refused.value.codes
    assert everything() == before
    decide(county, correction, day=day, service=corrections.turn_down)
    correction.refresh_from_db()
    assert (correction.status, correction.decision_reason) == ("refused", "样本：与原件相符")
    assert record_of(case).action_on != wanted
    assert Notification.objects.filter(code="correction_refused", organisation=county.branch).exists()


def test_a_day_ahead_or_before_the_step_before_cannot_even_be_asked_for(county):
    case, day = case_at(county, "cultivate_educate")
    for wanted, code in ((day + dt.timedelta(days=1), "action_date_in_future"), (dt.date(2023, 1, 1), "date_order")):
        before = everything()
        with pytest.raises(Refused) as refused:
            ask(county, case, {"decided_on": wanted}, day=day)
        assert code in refused.value.codes
        assert everything() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "correction_empty"),
        ({"decision": "disagree"}, "correction_changes_outcome"),
        ({"decision": "perhaps"}, "field_invalid"),
        ({"decided_on": None}, "field_invalid"),
        ({"no_such_field": 1}, "field_invalid"),
        ({"members_total": -1}, "field_invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(county, changes, code):
    case, day = case_at(county, "file_activist")
    before = everything()
    with pytest.raises(Refused) as refused:
        ask(county, case, changes, day=day)
    assert refused.value.codes == (code,)
    assert everything() == before


def test_a_step_that_is_not_verified_is_not_corrected_by_request(county):
    case = people.make_case(county)
    people.bring(county, case, "register_application", verify_last=False)
    with pytest.raises(Refused) as refused:
        ask(
            county,
            case,
            {"receiving_branch": "样本"},
            step="submit_application",
            day=people.START + dt.timedelta(days=3),
        )
    assert refused.value.codes == ("not_this_step",)


def test_one_correction_at_a_time_and_it_can_be_taken_back(county):
    case, day = case_at(county, "file_activist")
    correction = ask(county, case, {"votes_for": 8}, day=day)
    with pytest.raises(Refused) as refused:
        ask(county, case, {"votes_for": 7}, day=day)
    assert refused.value.codes == ("correction_pending",)
    with pytest.raises(Refused):
        corrections.withdraw(correction_id=correction.pk, actor=actor(county, "committee"), now=people.at(day, 10))
    corrections.withdraw(correction_id=correction.pk, actor=actor(county, "branch"), now=people.at(day, 10))
    assert last_entry(case).action == "correction_withdrawn"
    ask(county, case, {"votes_for": 7}, day=day)


def test_a_correction_of_an_older_record_is_refused(county):
    case, day = case_at(county, "file_activist")
    correction = ask(county, case, {"votes_for": 8}, day=day)
    record = record_of(case)
    record.version += 1
    record.save()
    before = everything()
    with pytest.raises(Refused) as refused:
        decide(county, correction, day=day)
    assert refused.value.codes == ("correction_stale",)
    assert everything() == before


def test_a_stale_form_is_refused(county):
    case, day = case_at(county, "file_activist")
    with pytest.raises(Refused) as refused:
        ask(county, case, {"votes_for": 8}, day=day, expected_version=1)
    assert refused.value.codes == ("stale",)


def test_a_case_that_ended_is_corrected_and_stays_as_it_ended(county):
    case, day = case_at(county, "file_activist")
    correction = ask(county, case, {"votes_for": 8}, day=day)
    interventions.close(case_id=case.pk, outcome="withdrawn", actor=actor(county, "branch"), now=people.at(day, 11))
    as_it_ended = state_of(case)
    decide(county, correction, day=day)
    assert record_of(case).values["votes_for"] == 8
    ask(county, case, {"votes_for": 7}, day=day)
    assert state_of(case) == as_it_ended
    # A lock that it would break refuses it here as well.
    with pytest.raises(Refused) as refused:
        ask(county, case, {"decided_on": day + dt.timedelta(days=400)}, step=STEP, day=day)
    assert "correction_pending" in refused.value.codes


def test_the_record_of_a_full_member_is_corrected_without_a_light(county):
    case = finished_case(county)
    Case.objects.filter(pk=case.pk).update(awaiting="")
    day = case.ended_on + dt.timedelta(days=40)
    as_it_ended = state_of(case)
    correction = ask(county, case, {"votes_for": 8}, day=day)
    decide(county, correction, day=day)
    assert record_of(case).values["votes_for"] == 8
    assert state_of(case) == as_it_ended
    assert [entry.action for entry in Entry.objects.filter(chain=case.chain).order_by("-seq")[:2]] == [
        "correction_approved",
        "correction_requested",
    ]


def state_of(case) -> tuple:
    """What the ending of a case left behind: no correction may move any of it."""
    case = Case.objects.get(pk=case.pk)
    flags = models.Flag.objects.filter(case=case).values_list("step", "code", "resolved_at").order_by("pk")
    statuses = StepRecord.objects.filter(case=case).values_list("step", "status").order_by("pk")
    limits = models.Obligation.objects.filter(case=case).count()
    return case.step, case.end, case.ended_on, case.light, case.awaiting, list(flags), list(statuses), limits


# -- who ----------------------------------------------------------------------------------------------------------


def test_only_the_side_that_entered_asks_and_only_the_next_level_decides(county):
    case, day = case_at(county, "file_activist")
    others = county.townships[1]
    strangers = [
        actor(county, "committee"),
        actor(county, "department"),
        people.actor(county, county.townships[0].branches[1], "secretary"),
        people.actor(county, others.committee, "committee_verifier"),
        people.actor(county, county.county, "inspector"),
        people.actor(county, county.county, "administrator"),
    ]
    for stranger in strangers:
        with pytest.raises(Refused) as refused:
            corrections.request(
                case_id=case.pk,
                step=STEP,
                changes={"votes_for": 8},
                reason="样本",
                evidence=people.paper("D05"),
                actor=stranger,
                now=people.at(day, 9),
            )
        assert refused.value.codes == ("not_allowed",)
    correction = ask(county, case, {"votes_for": 8}, day=day)
    for stranger in [actor(county, "branch"), *strangers[1:], people.actor(county, county.committee, "organiser")]:
        with pytest.raises(Refused) as refused:
            corrections.approve(correction_id=correction.pk, reason="样本", actor=stranger, now=people.at(day, 10))
        assert refused.value.codes == ("not_allowed",)


def test_nobody_approves_their_own_through_a_second_seat(county):
    case, day = case_at(county, "file_activist")
    correction = ask(county, case, {"votes_for": 8}, day=day)
    user = county.user(county.branch, "secretary")
    SeatFactory(user=user, organisation=county.committee, role="committee_verifier")
    before = everything()
    with pytest.raises(Refused) as refused:
        corrections.approve(
            correction_id=correction.pk, reason="样本", actor=actor_for(user, day), now=people.at(day, 10)
        )
    assert refused.value.codes == ("own_correction",)
    assert everything() == before


def test_a_committee_step_is_corrected_by_the_committee_and_decided_by_the_department(county):
    case, day = case_at(county, "assign_contacts")
    correction = ask(county, case, {"filing_number": "样本〔2023〕1号"}, step="file_activist", day=day, by="committee")
    assert correction.side == "department"
    decide(county, correction, day=day, side="department")
    assert record_of(case, "file_activist").values["filing_number"] == "样本〔2023〕1号"


# -- what stands beside the values --------------------------------------------------------------------------------


def test_members_and_ballots_follow_their_values(county):
    case, day = case_at(county, "superior_talk")
    others = list(Member.objects.filter(branch=county.branch).order_by("-pk").values_list("pk", flat=True)[:2])
    correction = ask(county, case, {"introducers": others}, step="assign_introducers", day=day)
    decide(county, correction, day=day)
    named = RecordMember.objects.filter(record__case=case, role="introducer").values_list("member", flat=True)
    assert sorted(named) == sorted(others)
    correction = ask(county, case, {"votes_for": 8, "votes_against": 1}, step="admission_branch_meeting", day=day)
    decide(county, correction, day=day)
    ballot = Ballot.objects.get(record__case=case, record__step="admission_branch_meeting")
    assert (ballot.votes_for, ballot.votes_against, ballot.passed) == (8, 1, True)


def test_the_end_of_probation_and_the_roster_follow_the_meeting(county):
    case, day = case_at(county, "assign_to_branch_group")
    meeting = record_of(case, "admission_branch_meeting").action_on
    # The meeting lies just after the step before it: move that one first, so that there is a day between.
    wanted = meeting + dt.timedelta(days=1)
    StepRecord.objects.filter(case=case, step="superior_talk").update(action_on=wanted)
    talk = record_of(case, "superior_talk")
    talk.values |= {talk.definition.action_date: wanted.isoformat()}
    talk.save()
    proposal = corrections.propose(load(case.pk), "admission_branch_meeting", {"meeting_date": wanted}, day)
    assert {one.name for one in proposal.change.followed} == {"probation_start", "probation_end"}
    assert Effect.FOLLOWED in kinds(proposal, day)
    assert not proposal.consequences.broken
    correction = ask(county, case, {"meeting_date": wanted}, step="admission_branch_meeting", day=day)
    assert {item.field for item in correction.items.all()} == {"meeting_date"}
    decide(county, correction, day=day)
    approval = record_of(case, "committee_approval")
    assert approval.values["probation_start"] == wanted.isoformat()
    assert approval.values["probation_end"] == wanted.replace(year=wanted.year + 1).isoformat()
    assert {item.field for item in correction.items.all()} == {"meeting_date", "probation_start", "probation_end"}
    member = Case.objects.select_related("person__member").get(pk=case.pk).person.member
    assert (member.joined_on, member.standing_since) == (wanted, wanted)
    assert not audit.verify()


# -- the person ---------------------------------------------------------------------------------------------------


def number(birth: str, serial: int = 7) -> str:
    body = f"990000{birth}{serial:03d}"
    return body + id_number_check_digit(body)


def test_the_birth_date_is_corrected_with_the_number_and_never_stands_in_the_audit_in_clear(county):
    case, day = case_at(county, "recommend_activist")
    fresh = number("19900202")
    correction = ask(county, case, {"birth_date": dt.date(1990, 2, 2), "id_number": fresh}, step="", day=day)
    sealed = models.CorrectionItem.objects.get(correction=correction, field="id_number")
    assert sealed.values == {}
    assert sealed.after == fresh
    done = decide(county, correction, day=day)
    person = models.Person.objects.get(pk=case.person_id)
    assert (person.birth_date, person.id_number) == (dt.date(1990, 2, 2), fresh)
    assert person.id_index == models.Person.index_of(fresh)
    payloads = chain.from_iterable(Entry.objects.filter(chain=case.chain).values_list("payload", "action"))
    assert fresh not in str(list(payloads))
    entry = last_entry(done.case)
    pair = next(change for change in entry.payload["changes"] if change["field"] == "id_number")
    assert pair["before"].startswith("sha256:")
    assert pair["after"] == audit.digest(fresh, person.salt)


def test_a_birth_date_that_would_break_the_age_is_shown_and_refused(county):
    case, day = case_at(county, "recommend_activist")
    changes = {"birth_date": dt.date(2010, 1, 1), "id_number": number("20100101")}
    proposal = corrections.propose(load(case.pk), "", changes, day)
    assert [judged.step for judged in proposal.consequences.broken] == ["submit_application"]
    correction = ask(county, case, changes, step="", day=day)
    before = everything()
    with pytest.raises(Refused):
        decide(county, correction, day=day)
    assert everything() == before


def test_an_identity_that_cannot_be_is_refused(county):
    case, day = case_at(county, "register_application")
    people.make_case(county, number=2)
    taken = number("19900101", 2)
    for changes, field in (
        ({"birth_date": dt.date(1991, 1, 1)}, "birth_date"),
        ({"id_number": "1"}, "id_number"),
        ({"id_number": taken}, "id_number"),
    ):
        with pytest.raises(ValidationError) as caught:
            ask(county, case, changes, step="", day=day)
        assert field in caught.value.message_dict
