"""Letters and opinions asked for: who may, what is refused, what the record keeps, and when they wait no longer."""

import datetime as dt

import pytest

from audit.models import Entry
from branches.access import Actor, actor_for
from branches.models import Seat
from recruitment.models import Case, Inquiry
from recruitment.selectors import boards
from recruitment.services import inquiries
from recruitment.services.base import Refused
from tests.branches.factories import County, SeatFactory, make_county
from tests.recruitment.board_rows import NOW, TODAY, day, put

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
Role = Seat.Role
STEP = "political_review"


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def case(county) -> Case:
    return put(county, STEP)


def actor(county: County, organisation, role: str) -> Actor:
    return actor_for(county.user(organisation, role), TODAY)


def send(case: Case, by: Actor, **changes) -> Inquiry:
    given = {"kind": "letter", "body_name": "样本县公安局", "about": "本人有无违法记录", "sent_on": day(-3)}
    given |= {"due_on": day(27), "step": STEP} | changes
    inquiries.send_inquiry(case_id=case.pk, actor=by, now=NOW, **given)
    return Inquiry.objects.latest("pk")


def desk(county: County, organisation, role: str) -> boards.Desk:
    [found] = boards.desks(actor(county, organisation, role).grants)
    return found


def test_sent_reminded_and_answered(county, case):
    secretary = actor(county, county.branch, Role.SECRETARY)
    row = send(case, secretary)
    assert (row.sender, row.waits) == (county.branch, True)
    place = {"case_id": case.pk, "inquiry_id": row.pk, "actor": secretary, "now": NOW}
    inquiries.remind_inquiry(**place, on=day(-1), due_on=day(10))
    inquiries.remind_inquiry(**place, on=day(0), due_on=day(12))
    row.refresh_from_db()
    assert (row.reminded_on, row.due_on) == ([day(-1).isoformat(), day(0).isoformat()], day(12))
    inquiries.answer_inquiry(**place, answered_on=day(0), answer="没有违法记录")
    row.refresh_from_db()
    assert (row.answered_on, row.answer, row.waits) == (day(0), "没有违法记录", False)
    entries = list(Entry.objects.filter(chain=case.chain).order_by("seq"))
    assert [entry.action for entry in entries] == [
        "inquiry_sent",
        "inquiry_reminded",
        "inquiry_reminded",
        "inquiry_answered",
    ]
    # What is personal stands in the record as digests only.
    assert entries[0].payload["about"].startswith("sha256:")
    assert entries[-1].payload["answer"].startswith("sha256:")
    assert {entry.actor_id for entry in entries} == {secretary.user_id}


def test_an_answer_that_is_no_longer_needed(county, case):
    secretary = actor(county, county.branch, Role.SECRETARY)
    row = send(case, secretary)
    place = {"case_id": case.pk, "inquiry_id": row.pk, "actor": secretary, "now": NOW}
    inquiries.withdraw_inquiry(**place, reason="对方单位已撤销")
    row.refresh_from_db()
    assert not row.waits
    with pytest.raises(Refused) as refused:
        inquiries.answer_inquiry(**place, answered_on=day(0), answer="迟来的复函")
    assert refused.value.codes == ("not_this_step",)


@pytest.mark.parametrize(
    ("place", "role", "may"),
    [
        ("branch", Role.SECRETARY, True),
        ("branch", Role.CLERK, True),
        ("committee", Role.COMMITTEE_VERIFIER, True),
        ("department", Role.DEPARTMENT_OFFICER, False),
        ("county", Role.INSPECTOR, False),
        ("county", Role.ADMINISTRATOR, False),
    ],
)
def test_who_may(county, case, place, role, may):
    by = actor(county, getattr(county, place), role)
    if may:
        assert send(case, by).sender == getattr(county, place)
        return
    with pytest.raises(Refused) as refused:
        send(case, by)
    assert refused.value.codes == ("not_allowed",)
    assert (Inquiry.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize("sibling", [0, 1])
def test_nobody_else_reminds_or_answers(county, case, sibling):
    row = send(case, actor(county, county.committee, Role.COMMITTEE_VERIFIER))
    other = county.branch if sibling == 0 else county.townships[1].committee
    by = actor(county, other, Role.SECRETARY)
    entries = Entry.objects.count()
    with pytest.raises(Refused):
        inquiries.remind_inquiry(case_id=case.pk, inquiry_id=row.pk, on=day(0), due_on=day(9), actor=by, now=NOW)
    row.refresh_from_db()
    assert (row.reminded_on, Entry.objects.count()) == ([], entries)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sent_on": day(1), "due_on": day(9)}, "sent_on"),
        ({"due_on": day(-4)}, "due_on"),
        ({"body_name": "  "}, "body_name"),
        ({"kind": "call"}, "kind"),
    ],
)
def test_what_cannot_be(county, case, changes, field):
    with pytest.raises(Refused) as refused:
        send(case, actor(county, county.branch, Role.SECRETARY), **changes)
    assert [refusal.field for refusal in refused.value.refusals] == [field]
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("step", ["organization_talk", "preliminary_review"])
def test_only_in_the_reviews_and_only_once_they_are_open(county, case, step):
    with pytest.raises(Refused) as refused:
        send(case, actor(county, county.branch, Role.SECRETARY), step=step)
    assert refused.value.codes == ("not_this_step",)


def test_a_paper_of_another_step_is_no_answer(county, case):
    secretary = actor(county, county.branch, Role.SECRETARY)
    row = send(case, secretary)
    with pytest.raises(Refused) as refused:
        inquiries.answer_inquiry(
            case_id=case.pk,
            inquiry_id=row.pk,
            answered_on=day(0),
            answer="已复",
            paper_id=12345,
            actor=secretary,
            now=NOW,
        )
    assert [refusal.field for refusal in refused.value.refusals] == ["paper"]


class TestWaiting:
    def test_it_waits_and_then_asks_for_a_reminder(self, county, case):
        send(case, actor(county, county.branch, Role.SECRETARY), due_on=day(2))
        own = desk(county, county.branch, Role.SECRETARY)
        assert [row["body_name"] for row in boards.unanswered(own, day(2))] == ["样本县公安局"]
        assert not boards.to_remind(own, day(2))
        assert [row["body_name"] for row in boards.to_remind(own, day(3))] == ["样本县公安局"]
        assert not boards.unanswered(own, day(3))

    def test_only_at_the_senders_desk(self, county, case):
        send(case, actor(county, county.branch, Role.SECRETARY))
        for organisation, role in (
            (county.committee, Role.COMMITTEE_VERIFIER),
            (county.townships[0].branches[1], Role.SECRETARY),
        ):
            assert not boards.unanswered(desk(county, organisation, role), TODAY)

    @pytest.mark.parametrize("what", ["ended", "verified", "sent_back", "moved", "answered"])
    def test_it_is_gone_when_the_case_ends_or_moves_on(self, county, case, what):
        row = send(case, actor(county, county.branch, Role.SECRETARY))
        own = desk(county, county.branch, Role.SECRETARY)
        assert boards.unanswered(own, TODAY)
        if what == "ended":
            Case.objects.filter(pk=case.pk).update(ended_on=TODAY, end="withdrawn")
        elif what == "verified":
            # The state is protected; a board reads rows and judges nothing.
            type(row.record).objects.filter(pk=row.record_id).update(status="verified")
        elif what == "sent_back":
            type(row.record).objects.filter(pk=row.record_id).update(counts=False)
        elif what == "moved":
            Case.objects.filter(pk=case.pk).update(branch=county.townships[1].branches[0])
        else:
            Inquiry.objects.update(answered_on=TODAY)
        assert not boards.unanswered(own, TODAY)
        assert not boards.to_remind(own, day(90))

    def test_an_inspector_of_the_branch_reads_it(self, county, case):
        send(case, actor(county, county.branch, Role.SECRETARY))
        seat = SeatFactory(organisation=county.branch, role=Role.INSPECTOR)
        [look] = boards.desks(actor_for(seat.user, TODAY).grants)
        assert boards.unanswered(look, TODAY + dt.timedelta(days=1))
