"""Entries of logs are corrected and withdrawn by request and decision, and the whole case is judged again by them."""

import datetime as dt

import pytest
from django.core.files.storage import InMemoryStorage

from audit import services as audit
from audit.models import Entry
from branches.access import actor_for
from branches.models import Member
from recruitment import models
from recruitment.documents import data
from recruitment.models import Case, Correction, LogEntry, Material, Notification, StepRecord
from recruitment.rules.effects import Effect, effect_lines
from recruitment.selectors import corrections as found
from recruitment.selectors.boards import desks
from recruitment.selectors.casefile import load
from recruitment.services import acts, corrections, interventions
from recruitment.services.base import Refused
from tests.branches.factories import SeatFactory, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.finished import day_of, finished_case

REVIEW = "halfyear_review"


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    storage = InMemoryStorage()
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", storage)
    monkeypatch.setattr(Correction._meta.get_field("evidence"), "storage", storage)


@pytest.fixture
def county(db):
    return make_county(members=12)


@pytest.fixture
def pool(county) -> Case:
    """In the pool, with the log of reviews open and nothing in it."""
    case = finished_case(county, to="cultivate_educate")
    StepRecord.objects.create(case=case, step=REVIEW, opened_at=people.at(day_of("assign_contacts")))
    return case


@pytest.fixture
def reviewed(county) -> Case:
    """With the log of reviews closed: two reviews and a yearly analysis in it."""
    case = people.make_case(county)
    people.bring(county, case, "propose_development_target")
    return case


def actor(county, side: str, number: int = 0):
    place = {"branch": county.branch, "committee": county.committee, "department": county.department}[side]
    role = {"branch": "secretary", "committee": "committee_verifier", "department": "department_officer"}[side]
    return people.actor(county, place, role, number)


def determined(case) -> dt.date:
    return StepRecord.objects.get(case=case, step="determine_activist").action_on


def later(case, days: int) -> dt.date:
    return determined(case) + dt.timedelta(days=days)


def logged(county, case, kind="review_date", *, on, by="branch", **kwargs) -> LogEntry:
    acts.log(case_id=case.pk, step=REVIEW, kind=kind, on=on, actor=actor(county, by), now=people.at(on), **kwargs)
    return LogEntry.objects.filter(record__case=case).latest("pk")


def entries(case, kind="review_date") -> list[LogEntry]:
    return list(LogEntry.objects.filter(record__case=case, record__step=REVIEW, kind=kind).order_by("on", "pk"))


def ask(county, entry, changes, *, day, by="branch", **kwargs) -> Correction:
    case = entry.record.case
    corrections.request(
        case_id=case.pk,
        step=entry.record.step,
        entry_id=entry.pk,
        changes=changes,
        reason="样本：抄写时看错一行",
        evidence=people.paper("D10"),
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


def everything():
    kept = (Case, StepRecord, LogEntry, models.Flag, models.Obligation, Correction, models.CorrectionItem, Notification)
    return [list(model.objects.order_by("pk").values()) for model in kept], Entry.objects.count()


def last_entry(case) -> Entry:
    return Entry.objects.filter(chain=case.chain).latest("seq")


def kinds(proposal, day) -> set[Effect]:
    return {line.kind for line in effect_lines(proposal.consequences, day)}


# -- the way of a correction --------------------------------------------------------------------------------------


def test_a_day_is_corrected_and_the_flags_follow(county, pool):
    entry = logged(county, pool, on=later(pool, 150), text="样本考察")
    day, wanted = later(pool, 250), later(pool, 200)
    proposal = corrections.propose(load(pool.pk), REVIEW, {"on": wanted}, day, entry)
    # The first half-year has no review any more, which is told before anybody sends it.
    assert Effect.RAISED in kinds(proposal, day)
    correction = ask(county, entry, {"on": wanted.isoformat()}, day=day)
    entry.refresh_from_db()
    assert entry.on == later(pool, 150)
    assert (correction.entry, correction.side, correction.record_version) == (entry, "committee", None)
    decide(county, correction, day=day)
    entry.refresh_from_db()
    assert (entry.on, entry.text) == (wanted, "样本考察")
    flag = models.Flag.objects.get(case=pool, step=REVIEW, code="review_every_six_months", resolved_at=None)
    assert later(pool, 180) < flag.due < wanted
    correction.refresh_from_db()
    assert "raised" in {line["kind"] for line in correction.effects}
    act = last_entry(pool)
    assert (act.action, act.payload["kind"], act.payload["on"]) == (
        "correction_approved",
        "review_date",
        later(pool, 150).isoformat(),
    )
    assert act.payload["changes"] == [
        {
            "step": REVIEW,
            "field": "on",
            "before": later(pool, 150).isoformat(),
            "after": wanted.isoformat(),
            "followed": False,
        }
    ]
    assert not audit.verify(pool.chain)
    assert Notification.objects.filter(code="correction_approved", organisation=county.branch).exists()


def test_words_stand_in_the_audit_as_digests_and_sealed_on_the_case(county, pool):
    entry = logged(county, pool, on=later(pool, 100), text="样本旧话")
    correction = ask(county, entry, {"text": " 样本新话 "}, day=later(pool, 101))
    item = correction.items.get()
    assert (item.values, item.before, item.after) == ({}, "样本旧话", "样本新话")
    decide(county, correction, day=later(pool, 101))
    entry.refresh_from_db()
    assert entry.text == "样本新话"
    told = str(list(Entry.objects.filter(chain=pool.chain).values_list("payload", flat=True)))
    assert "样本旧话" not in told
    assert "样本新话" not in told
    assert last_entry(pool).payload["changes"][0]["after"] == audit.digest("样本新话", entry.record.salt)


def test_a_withdrawn_entry_stays_and_counts_nowhere(county, pool):
    entry = logged(county, pool, on=later(pool, 150), text="样本：另一人的考察")
    day = later(pool, 200)
    correction = ask(county, entry, {"withdrawn": True}, day=day)
    decide(county, correction, day=day)
    entry.refresh_from_db()
    assert entry.withdrawn
    assert load(pool.pk).facts().step(REVIEW).entries == ()
    assert data.load(pool.pk, private=True).steps[REVIEW].entries == ()
    assert models.Flag.objects.filter(case=pool, step=REVIEW, resolved_at=None).exists()
    # It is not corrected again.
    with pytest.raises(Refused) as refused:
        ask(county, entry, {"text": "样本"}, day=day)
    assert refused.value.codes == ("not_this_step",)


def test_an_opinion_is_given_to_whom_it_belongs(county, pool):
    one, other, stranger = Member.objects.filter(branch=county.branch, standing="full").order_by("-pk")[:3]
    record = StepRecord.objects.get(case=pool, step="assign_contacts")
    record.values |= {"contacts": [one.pk, other.pk]}
    record.save()
    entry = logged(county, pool, "contact_opinion", on=later(pool, 60), text="样本意见", member_id=one.pk)
    day = later(pool, 61)
    for changes in ({"member": [stranger.pk]}, {"member": None}, {"text": " "}):
        before = everything()
        with pytest.raises(Refused) as refused:
            ask(county, entry, changes, day=day)
        assert refused.value.codes == ("field_invalid",)
        assert everything() == before
    decide(county, ask(county, entry, {"member": [other.pk]}, day=day), day=day)
    entry.refresh_from_db()
    assert entry.member == other
    # Whoever is no speaker of an opinion is not named by another entry.
    review = logged(county, pool, on=later(pool, 70))
    with pytest.raises(Refused):
        ask(county, review, {"member": [one.pk]}, day=later(pool, 70))


# -- a log that is closed -----------------------------------------------------------------------------------------


def test_a_period_missed_in_a_closed_log_is_told(county, reviewed):
    entry, day = entries(reviewed)[0], later(reviewed, 400)
    change = {"on": entries(reviewed)[-1].on}
    proposal = corrections.propose(load(reviewed.pk), REVIEW, change, day, entry)
    missed = [line for line in effect_lines(proposal.consequences, day) if line.kind is Effect.MISSED]
    assert [line.step for line in missed] == [9]
    assert missed[0].words.arithmetic.zh
    assert missed[0].words.article.en
    assert not missed[0].words.cure.zh
    assert not proposal.consequences.broken
    # And the way back is told as met.
    decide(county, ask(county, entry, change, day=day), day=day)
    entry.refresh_from_db()
    back = corrections.propose(load(reviewed.pk), REVIEW, {"on": later(reviewed, 150)}, day, entry)
    assert Effect.MET in kinds(back, day)
    assert Effect.MISSED not in kinds(back, day)


def test_a_withdrawal_that_would_break_a_lock_is_shown_and_refused(county, reviewed):
    entry, day = entries(reviewed)[0], later(reviewed, 400)
    proposal = corrections.propose(load(reviewed.pk), REVIEW, {"withdrawn": True}, day, entry)
    assert [judged.reason.code for judged in proposal.consequences.broken] == ["minimum_two_reviews"]
    correction = ask(county, entry, {"withdrawn": True}, day=day)
    before = everything()
    with pytest.raises(Refused) as refused:
        decide(county, correction, day=day)
    assert refused.value.codes == ("minimum_two_reviews",)
    assert everything() == before


def test_verified_acts_keep_the_verdict_that_their_entries_gave(county, reviewed):
    """A correction elsewhere judges a closed log with its entries, and not as if there were none."""
    record = StepRecord.objects.get(case=reviewed, step=REVIEW)
    before, version = record.verdict, record.version
    day = later(reviewed, 400)
    decide(county, ask(county, entries(reviewed)[0], {"text": "样本"}, day=day), day=day)
    record = StepRecord.objects.get(pk=record.pk)
    assert (record.verdict, record.version) == (before, version)


def test_the_committees_analysis_is_asked_for_by_the_committee_and_decided_by_the_department(county, reviewed):
    entry, day = entries(reviewed, "annual_analysis")[0], later(reviewed, 400)
    with pytest.raises(Refused) as refused:
        ask(county, entry, {"text": "样本"}, day=day)
    assert refused.value.codes == ("not_allowed",)
    correction = ask(county, entry, {"text": "样本"}, day=day, by="committee")
    assert correction.side == "department"
    asked = {
        side: [row["pk"] for desk in desks(actor(county, side).grants) for row in found.asked_at(desk)]
        for side in ("branch", "committee")
    }
    assert asked == {"branch": [], "committee": [correction.pk]}
    with pytest.raises(Refused):
        decide(county, correction, day=day, number=1)
    decide(county, correction, day=day, side="department")
    assert Notification.objects.filter(code="correction_approved", organisation=county.committee).exists()


def test_the_log_of_a_case_that_ended_is_corrected_and_nothing_else_moves(county, reviewed):
    day = later(reviewed, 400)
    interventions.close(case_id=reviewed.pk, outcome="withdrawn", actor=actor(county, "branch"), now=people.at(day))
    kept = "step", "end", "ended_on", "light", "awaiting"
    before = Case.objects.values(*kept).get(pk=reviewed.pk)
    flags = models.Flag.objects.filter(case=reviewed).count()
    entry = entries(reviewed)[0]
    decide(county, ask(county, entry, {"on": entries(reviewed)[1].on}, day=day), day=day)
    entry.refresh_from_db()
    assert entry.on == entries(reviewed)[1].on
    assert Case.objects.values(*kept).get(pk=reviewed.pk) == before
    assert models.Flag.objects.filter(case=reviewed).count() == flags


# -- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ("correction_empty",)),
        ({"text": "样本"}, ("correction_empty",)),
        ({"on": "2099-01-01"}, ("action_date_in_future",)),
        ({"on": "2000-01-01"}, ("date_order",)),
        ({"on": None}, ("field_invalid",)),
        ({"on": "yesterday"}, ("field_invalid",)),
        ({"withdrawn": False}, ("field_invalid",)),
        ({"withdrawn": True, "text": "样本二"}, ("field_invalid",)),
        ({"kind": "annual_analysis"}, ("field_invalid",)),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(county, pool, changes, codes):
    entry = logged(county, pool, on=later(pool, 100), text="样本")
    before = everything()
    with pytest.raises(Refused) as refused:
        ask(county, entry, changes, day=later(pool, 101))
    assert refused.value.codes == codes
    assert everything() == before


def test_only_whoever_makes_such_entries_asks_and_another_decides(county, pool):
    entry = logged(county, pool, on=later(pool, 100))
    day = later(pool, 101)
    strangers = [
        actor(county, "committee"),
        actor(county, "department"),
        people.actor(county, county.townships[0].branches[1], "secretary"),
        people.actor(county, county.county, "inspector"),
        people.actor(county, county.county, "administrator"),
    ]
    for stranger in strangers:
        with pytest.raises(Refused) as refused:
            corrections.request(
                case_id=pool.pk,
                step=REVIEW,
                entry_id=entry.pk,
                changes={"text": "样本"},
                reason="样本",
                evidence=people.paper("D10"),
                actor=stranger,
                now=people.at(day),
            )
        assert refused.value.codes == ("not_allowed",)
    correction = ask(county, entry, {"text": "样本"}, day=day)
    for stranger in (actor(county, "branch"), *strangers[1:]):
        with pytest.raises(Refused) as refused:
            corrections.approve(correction_id=correction.pk, reason="样本", actor=stranger, now=people.at(day))
        assert refused.value.codes == ("not_allowed",)


def test_whoever_made_the_entry_does_not_decide(county, pool):
    entry = logged(county, pool, on=later(pool, 100))
    correction = ask(county, entry, {"text": "样本"}, day=later(pool, 101))
    # Asked for by another of the branch; the secretary who made it has a seat above as well.
    deputy = county.user(county.branch, "deputy_secretary")
    Correction.objects.filter(pk=correction.pk).update(requested_by=deputy)
    user = county.user(county.branch, "secretary")
    SeatFactory(user=user, organisation=county.committee, role="committee_verifier")
    before = everything()
    with pytest.raises(Refused) as refused:
        corrections.approve(
            correction_id=correction.pk,
            reason="样本",
            actor=actor_for(user, later(pool, 101)),
            now=people.at(later(pool, 101)),
        )
    assert refused.value.codes == ("own_correction",)
    assert everything() == before


def test_one_at_a_time_in_a_step_and_stale_once_the_entry_has_moved(county, pool):
    entry, other = (logged(county, pool, on=later(pool, days)) for days in (100, 110))
    day = later(pool, 120)
    correction = ask(county, entry, {"on": later(pool, 99)}, day=day)
    with pytest.raises(Refused) as refused:
        ask(county, other, {"on": later(pool, 109)}, day=day)
    assert refused.value.codes == ("correction_pending",)
    for moved in ({"on": later(pool, 98)}, {"withdrawn": True}):
        LogEntry.objects.filter(pk=entry.pk).update(**moved)
        before = everything()
        with pytest.raises(Refused) as refused:
            decide(county, correction, day=day)
        assert refused.value.codes == ("correction_stale",)
        assert everything() == before
    corrections.withdraw(correction_id=correction.pk, actor=actor(county, "branch"), now=people.at(day, 15))
    assert ask(county, other, {"on": later(pool, 109)}, day=day).entry == other


def test_a_stale_form_and_an_entry_of_another_case_are_refused(county, pool):
    entry = logged(county, pool, on=later(pool, 100))
    day = later(pool, 101)
    with pytest.raises(Refused) as refused:
        ask(county, entry, {"text": "样本"}, day=day, expected_version=1)
    assert refused.value.codes == ("stale",)
    other = people.make_case(county, number=2)
    with pytest.raises(Refused) as refused:
        corrections.request(
            case_id=other.pk,
            step=REVIEW,
            entry_id=entry.pk,
            changes={"text": "样本"},
            reason="样本",
            evidence=people.paper("D10"),
            actor=actor(county, "branch"),
            now=people.at(day),
        )
    assert refused.value.codes == ("not_this_step",)


def test_refused_leaves_the_entry_as_it_is(county, pool):
    entry = logged(county, pool, on=later(pool, 100))
    correction = ask(county, entry, {"withdrawn": True}, day=later(pool, 101))
    decide(county, correction, day=later(pool, 101), service=corrections.turn_down)
    entry.refresh_from_db()
    assert not entry.withdrawn
    assert last_entry(pool).action == "correction_refused"
