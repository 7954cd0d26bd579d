"""Acts of somebody who stands in: in both names, and never over the own work of either."""

import datetime as dt

import pytest
from django.core.files.storage import InMemoryStorage

from audit.models import Entry
from branches.access import actor_for
from branches.services.absence import give_substitute, hand_over
from recruitment.models import Case, Material, StepRecord
from recruitment.selectors import boards
from recruitment.services import acts, review
from recruitment.services.base import Refused
from tests.branches.factories import SeatFactory, UserFactory, make_county
from tests.recruitment import sitting_cases as people

STEP = "submit_application"
TODAY = people.START + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def county(db):
    return make_county(members=12)


@pytest.fixture
def case(county) -> Case:
    return people.make_case(county)


def stand_in(seat, user, *, last=TODAY):
    return give_substitute(
        seat=seat,
        substitute=user,
        starts_on=TODAY,
        ends_on=last,
        reason="样本：休假",
        actor=actor_for(seat.user, TODAY),
        now=people.at(TODAY, 8),
    )


def submit(case, actor, hour=10):
    papers = [people.paper(code) for code in ("D01",)]
    values = people.values_of(case, STEP, TODAY)
    return acts.submit(
        case_id=case.pk, step=STEP, values=values, uploads=papers, actor=actor, now=people.at(TODAY, hour)
    )


def verify(case, user, *, day=TODAY):
    return review.verify(case_id=case.pk, step=STEP, actor=actor_for(user, day), now=people.at(day, 12))


def test_acts_bear_both_names(county, case):
    secretary, user = county.seat(county.branch, "secretary"), UserFactory()
    stand_in(secretary, user)
    submit(case, actor_for(user, TODAY))
    record = StepRecord.objects.get(case=case, step=STEP)
    assert (record.entered_by, record.entered_for) == (user, str(secretary.user))
    assert (record.submitted_by, record.submitted_for) == (user, secretary.user)
    entry = Entry.objects.filter(chain=case.chain).order_by("-seq").first()
    assert (entry.actor_id, entry.on_behalf_of, entry.seat_id) == (user.pk, str(secretary.user), secretary.pk)
    verifier, other = county.seat(county.committee, "committee_verifier"), UserFactory()
    stand_in(verifier, other)
    verify(case, other)
    record = StepRecord.objects.get(case=case, step=STEP)
    assert (record.verified_by, record.verified_for) == (other, str(verifier.user))


def test_who_may_act_in_the_own_name_does_so(county, case):
    """The deputy, who also stands in for the secretary, enters as deputy."""
    deputy = county.user(county.branch, "deputy_secretary")
    stand_in(county.seat(county.branch, "secretary"), deputy)
    submit(case, actor_for(deputy, TODAY))
    assert StepRecord.objects.get(case=case, step=STEP).entered_for == ""


def test_nobody_verifies_the_own_entry_by_standing_in(county, case):
    secretary = county.user(county.branch, "secretary")
    submit(case, actor_for(secretary, TODAY))
    stand_in(county.seat(county.committee, "committee_verifier"), secretary)
    with pytest.raises(Refused) as refused:
        verify(case, secretary)
    assert "own_submission" in refused.value.codes


def test_nor_has_it_verified_by_whoever_stands_in(county, case):
    """The holder of both seats entered it; a substitute in the second seat judges for that same person."""
    both = county.user(county.branch, "secretary")
    seat = SeatFactory(user=both, organisation=county.committee, role="committee_verifier")
    submit(case, actor_for(both, TODAY))
    substitute = UserFactory()
    stand_in(seat, substitute)
    with pytest.raises(Refused) as refused:
        verify(case, substitute)
    assert "own_submission" in refused.value.codes
    # Nor what was entered in the holder's name by somebody else.
    verify(case, county.user(county.committee, "committee_verifier", 1))


def test_after_the_last_day_the_right_is_gone(county, case):
    submit(case, people.actor(county, county.branch, "secretary"))
    user = UserFactory()
    stand_in(county.seat(county.committee, "committee_verifier"), user)
    with pytest.raises(Refused) as refused:
        verify(case, user, day=TODAY + dt.timedelta(days=1))
    assert refused.value.codes == ("not_allowed",)


def test_open_items_go_to_the_successor_and_history_stays(county, case):
    seat, successor = county.seat(county.committee, "committee_verifier"), UserFactory()
    submit(case, people.actor(county, county.branch, "secretary"))
    before = list(Entry.objects.filter(chain=case.chain).order_by("seq").values())
    administrator = actor_for(county.user(county.county, "administrator"), TODAY)
    hand_over(seat=seat, successor=successor, on=TODAY, reason="样本", actor=administrator, now=people.at(TODAY, 11))
    [desk] = boards.desks(actor_for(successor, TODAY).grants)
    assert boards.to_verify(desk).total == 1
    assert not actor_for(seat.user, TODAY).grants
    assert list(Entry.objects.filter(chain=case.chain).order_by("seq").values()) == before
    verify(case, successor)
