"""Between a branch and the approving committee a general branch deliberates first; it never approves."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from branches.access import SYSTEM, actor_for
from branches.models import Organisation
from recruitment import machine
from recruitment.models import Case, Deliberation, Person, StepRecord
from recruitment.rehearsal.stage import sample_id_number
from recruitment.selectors.casefile import load
from recruitment.services import acts, deliberations
from recruitment.services.base import Refused
from tests.branches.factories import OrganisationFactory, SeatFactory, make_county

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
NOW = datetime(2026, 9, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def place():
    """A branch under a general branch under a township committee, and a case that waits for the approval."""
    county = make_county()
    general = OrganisationFactory(general_branch=True, parent=county.committee)
    branch = OrganisationFactory(parent=general)
    birth = date(1998, 3, 15)
    person = Person.objects.create(name="样本·审议", sex="female", birth_date=birth, id_number=sample_id_number(birth))
    case = Case.objects.create(
        number="T-2026-001",
        person=person,
        branch=branch,
        committee=county.committee,
        department=county.department,
        step="committee_approval",
        stage=4,
        opened_at=NOW,
    )
    for key in machine.STEP_KEYS[:21]:
        StepRecord.objects.create(
            case=case,
            step=key,
            status="verified",
            opened_at=NOW.replace(month=3),
            action_on=date(2026, 8, 1),
            values={"meeting_date": "2026-08-01", "talk_date": "2026-08-01", "result_on": "2026-08-01"}
            if key in ("admission_branch_meeting", "superior_talk")
            else {},
        )
    StepRecord.objects.create(case=case, step="committee_approval", opened_at=NOW.replace(month=8, day=5))
    secretary = SeatFactory(organisation=general, role="secretary").user
    return county, general, case, secretary


def approval(county, case):
    verifier = actor_for(county.user(county.committee, "committee_verifier"), NOW.date())
    values = {
        "meeting_date": date(2026, 8, 30),
        "members_total": 9,
        "members_present": 9,
        "votes_for": 9,
        "result": "approve",
        "notice_on": date(2026, 8, 30),
    }
    return acts.record(case_id=case.pk, step="committee_approval", values=values, actor=verifier, now=NOW)


def test_the_committee_waits_for_the_general_branch(place):
    county, general, case, secretary = place
    with pytest.raises(Refused) as refused:
        approval(county, case)
    assert refused.value.codes == ("deliberation_missing",)

    deliberations.record_deliberation(
        case_id=case.pk,
        step="committee_approval",
        body=general,
        held_on=date(2026, 8, 10),
        opinion="同意支部大会决议，报请党委审批。",
        actor=actor_for(secretary, NOW.date()),
        now=NOW,
    )
    assert approval(county, case).outcome == "passed"


@pytest.mark.parametrize(("held_on", "code"), [("2026-07-31", "date_order"), ("2026-09-02", "action_date_in_future")])
def test_it_is_held_between_the_meeting_and_today(place, held_on, code):
    _, general, case, secretary = place
    with pytest.raises(Refused) as refused:
        deliberations.record_deliberation(
            case_id=case.pk,
            step="committee_approval",
            body=general,
            held_on=date.fromisoformat(held_on),
            opinion="同意。",
            actor=actor_for(secretary, NOW.date()),
            now=NOW,
        )
    assert refused.value.codes == (code,)
    assert not Deliberation.objects.exists()


def test_nobody_else_enters_it(place):
    county, general, case, _ = place
    for actor in (SYSTEM, actor_for(county.user(county.committee, "committee_verifier"), NOW.date())):
        with pytest.raises(Refused) as refused:
            deliberations.record_deliberation(
                case_id=case.pk,
                step="committee_approval",
                body=general,
                held_on=date(2026, 8, 10),
                opinion="同意。",
                actor=actor,
                now=NOW,
            )
        assert refused.value.codes == ("not_allowed",)


def test_a_general_branch_cannot_approve(place):
    _, general, case, secretary = place
    with pytest.raises(Refused) as refused:
        acts.record(
            case_id=case.pk, step="committee_approval", values={}, actor=actor_for(secretary, NOW.date()), now=NOW
        )
    assert refused.value.codes == ("not_allowed",)
    assert not Organisation.objects.get(pk=general.pk).may_approve


def test_the_page_is_there_for_the_body_alone(place, client):
    county, general, case, secretary = place
    address = reverse("deliberate", args=[case.number])
    client.force_login(county.user(county.committee, "committee_verifier"))
    assert client.get(address).status_code == 404
    client.force_login(secretary)
    assert address in client.get("/").content.decode()
    page = client.get(address)
    assert page.status_code == 200
    answer = client.post(
        address, {"version": case.version, "held_on": "2026-08-10", "opinion": "同意支部大会决议，报请党委审批。"}
    )
    assert answer.status_code == 302
    assert Deliberation.objects.get().body == general
    assert not deliberations.awaited_bodies(load(case.pk), "committee_approval")
    assert address not in client.get("/").content.decode()
