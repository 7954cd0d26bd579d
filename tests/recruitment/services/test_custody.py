"""The chain of custody of an archive package: who may enter what, what each entry says, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from audit.models import Entry
from audit.services import verify
from branches.access import actor_for
from branches.models import Seat, Substitution
from recruitment.models import ArchivePackage, Case, CustodyEntry, Material, Notification, Person
from recruitment.rules.custody import Keeper, State
from recruitment.selectors.custody import Chain, chain_of
from recruitment.services import custody
from recruitment.services.base import Refused
from recruitment.services.materials import inspect
from tests.branches.factories import County, UserFactory, make_county
from tests.recruitment.finished import finished_case
from tests.recruitment.sitting_cases import actor, at

TODAY = dt.date(2026, 6, 10)
NOW = at(TODAY)
DAY = dt.timedelta(days=1)


@pytest.fixture
def county(db, monkeypatch: pytest.MonkeyPatch) -> County:
    for model, field in ((Material, "file"), (CustodyEntry, "file")):
        monkeypatch.setattr(model._meta.get_field(field), "storage", InMemoryStorage())
    return make_county(members=2)


@pytest.fixture
def case(county: County) -> Case:
    return finished_case(county, has_personnel_archive=True)


def package_of(case: Case) -> ArchivePackage:
    return ArchivePackage.objects.create(
        case=case, extension="zip", archive="personnel", sha256="a" * 64, manifest="b" * 64, made_at=NOW
    )


def chain(case: Case) -> Chain:
    return chain_of(Case.objects.select_related("person", "branch", "committee", "department").get(pk=case.pk))


def archive_as(case: Case, kind: str) -> None:
    record = case.records.get(step="archive_records")
    record.values = {**record.values, "archive_kind": kind}
    record.save()


def secretary(county: County):
    return actor(county, county.branch, "secretary")


def verifier(county: County):
    return actor(county, county.committee, "committee_verifier")


def scan(name: str = "receipt.pdf"):
    return inspect("", ContentFile(b"%PDF-1.4 stamped", name=name))


def handed_over(case: Case, who, receiver: str = "committee", **given):
    package = case.archive_packages.first() or package_of(case)
    given = {"on": TODAY - 5 * DAY, "hands": "样本·王某", **given}
    return custody.hand_over(case_id=case.pk, receiver=receiver, package_id=package.pk, actor=who, now=NOW, **given)


def received(case: Case, who, **given):
    given = {"on": TODAY - 3 * DAY, "hands": "样本·李某", "office": "组织科档案室", "shelf": "3柜12盒", **given}
    return custody.receive(case_id=case.pk, actor=who, now=NOW, **given)


def test_the_way_of_a_personnel_archive(county, case):
    assert chain(case).standing.holder is Keeper.BRANCH
    handed_over(case, secretary(county))
    on_the_way = chain(case).standing
    assert (on_the_way.state, on_the_way.holder, on_the_way.receiver) == (
        State.ON_THE_WAY,
        Keeper.BRANCH,
        Keeper.COMMITTEE,
    )
    assert received(case, verifier(county)).state == State.WAITING
    handed_over(case, verifier(county), "personnel", receiver_name="样本县人才服务中心", on=TODAY - 2 * DAY)
    last = received(case, verifier(county), on=TODAY, receipt=scan())
    assert (last.state, last.holder_name, last.sha256 != "") == (State.KEPT, "样本县人才服务中心", True)
    assert last.file.read() == b"%PDF-1.4 stamped"
    assert [entry.number for entry in chain(case).entries] == [1, 2, 3, 4]
    assert CustodyEntry.objects.filter(case=case, is_last=True).get().number == 4
    actions = Entry.objects.filter(chain=case.chain, action__startswith="archive_").order_by("seq")
    assert [entry.action for entry in actions] == ["archive_handed_over", "archive_received"] * 2
    assert actions[0].payload["package"] == "b" * 64
    assert actions[3].payload["receipt"] == last.sha256
    assert not list(verify(chain=case.chain))


def test_a_party_archive_stays_with_the_committee_and_both_sides_are_told(county, case):
    archive_as(case, "party")
    handed_over(case, secretary(county))
    assert received(case, verifier(county)).state == State.KEPT
    told = Notification.objects.filter(case=case, code__startswith="archive_").values_list("code", "organisation")
    assert set(told) == {("archive_handed_over", county.committee.pk), ("archive_received", county.branch.pk)}


def test_a_dispatched_workers_archive_is_kept_by_the_using_unit_on_its_stamped_receipt(county, case):
    archive_as(case, "party")
    Person.objects.filter(pk=case.person_id).update(employment_kind="dispatched", using_unit="样本车务段")
    handed_over(case, secretary(county))
    received(case, verifier(county))
    handed_over(case, verifier(county), "using_unit", receiver_name="样本车务段", on=TODAY - DAY)
    with pytest.raises(Refused) as refused:
        received(case, verifier(county), on=TODAY)
    assert refused.value.refusals[0].field == "receipt"
    entry = received(case, verifier(county), on=TODAY, receipt=scan(), office="党委办公室")
    assert (entry.holder, entry.holder_name, entry.state) == ("using_unit", "样本车务段", State.KEPT)


def test_what_is_not_taken_goes_back_with_a_coded_reason(county, case):
    handed_over(case, secretary(county))
    entry = custody.send_back(
        case_id=case.pk, on=TODAY, code="incomplete", hands="样本·李某", actor=verifier(county), now=NOW
    )
    standing = chain(case).standing
    assert (entry.state, standing.holder, standing.receiver) == (State.WAITING, Keeper.BRANCH, None)
    assert Notification.objects.filter(code="archive_returned", organisation=county.branch).exists()
    assert handed_over(case, secretary(county), on=TODAY).number == 3


def test_a_correction_restores_what_stood_before_and_keeps_both(county, case):
    handed_over(case, secretary(county))
    received(case, verifier(county))
    custody.correct(case_id=case.pk, reason="日期写错", actor=verifier(county), now=NOW)
    found = chain(case)
    assert found.standing.state is State.ON_THE_WAY
    assert [entry.deed for entry in found.entries] == ["handed_over", "received", "corrected"]
    assert [entry.number for entry in found.effective] == [1]
    assert received(case, verifier(county), on=TODAY).number == 4


def test_where_it_lies_is_confirmed_anew_without_ending_the_waiting(county, case):
    handed_over(case, secretary(county))
    received(case, verifier(county))
    entry = custody.keep(case_id=case.pk, on=TODAY, office="新楼档案室", shelf="1柜", actor=verifier(county), now=NOW)
    assert (entry.state, entry.office, entry.since) == (State.WAITING, "新楼档案室", TODAY - 3 * DAY)


@pytest.mark.parametrize(
    ("deed", "given", "codes"),
    [
        ("hand_over", {"receiver": "personnel"}, ("field_invalid",)),
        ("hand_over", {"on": TODAY + DAY}, ("action_date_in_future",)),
        ("hand_over", {"hands": " "}, ("field_invalid",)),
        ("hand_over", {"package_id": 0}, ("field_invalid",)),
        ("hand_over", {"expected_number": 9}, ("stale",)),
        ("receive", {}, ("not_this_step",)),
    ],
)
def test_a_refusal_changes_nothing(county, case, deed, given, codes):
    package = package_of(case)
    arguments = {"hand_over": {"receiver": "committee", "package_id": package.pk}, "receive": {"office": "样本"}}[deed]
    arguments = {"on": TODAY, "hands": "样本·王某", **arguments, **given}
    before = Entry.objects.count(), Notification.objects.count()
    who = secretary(county)
    with pytest.raises(Refused) as refused:
        getattr(custody, deed)(case_id=case.pk, actor=who, now=NOW, **arguments)
    assert refused.value.codes == codes
    assert not CustodyEntry.objects.exists()
    assert (Entry.objects.count(), Notification.objects.count()) == before


def test_who_hands_over_does_not_confirm_and_a_date_does_not_go_back(county, case):
    both = actor(county, county.branch, "secretary")
    handed_over(case, both)
    CustodyEntry.objects.update(entered_by=county.user(county.committee, "committee_verifier"))
    with pytest.raises(Refused) as refused:
        received(case, verifier(county))
    assert refused.value.codes == ("own_submission",)
    # Neither does the one in whose name it was handed over, nor whoever stands in for one of the two.
    CustodyEntry.objects.update(entered_by=both.user_id, entered_for=verifier(county).name)
    with pytest.raises(Refused) as refused:
        received(case, verifier(county))
    assert refused.value.codes == ("own_submission",)
    CustodyEntry.objects.update(entered_for="")
    stood_in = county.seat(county.committee, "committee_verifier")
    Seat.objects.filter(pk=stood_in.pk).update(user=both.user_id)
    colleague = UserFactory()
    Substitution.objects.create(seat_id=stood_in.pk, substitute=colleague, starts_on=TODAY, ends_on=TODAY, given_at=NOW)
    with pytest.raises(Refused) as refused:
        received(case, actor_for(colleague, TODAY))
    assert refused.value.codes == ("own_submission",)
    Seat.objects.filter(pk=stood_in.pk).update(user=stood_in.user_id)
    with pytest.raises(Refused) as refused:
        received(case, verifier(county), on=TODAY - 6 * DAY)
    assert refused.value.codes == ("field_invalid",)
    assert CustodyEntry.objects.count() == 1


def test_who_may_enter(county, case):
    sibling = county.townships[0].branches[1]
    others = [
        actor(county, sibling, "secretary"),
        actor(county, county.townships[1].committee, "committee_verifier"),
        actor(county, county.committee, "committee_verifier"),
        actor(county, county.department, "department_officer"),
        actor(county, county.county, "inspector"),
        actor(county, county.county, "administrator"),
    ]
    for who in others:
        with pytest.raises(Refused) as refused:
            handed_over(case, who)
        assert refused.value.codes == ("not_allowed",)
    handed_over(case, actor(county, county.branch, "clerk"))
    for who in [secretary(county), *others[:2], *others[3:]]:
        with pytest.raises(Refused) as refused:
            received(case, who)
        assert refused.value.codes == ("not_allowed",)
    with pytest.raises(Refused):
        custody.correct(case_id=case.pk, reason="样本", actor=verifier(county), now=NOW)
    assert CustodyEntry.objects.count() == 1


def test_nothing_before_step_31_and_no_lock_on_it(county):
    early = finished_case(county, to="conversion_approval", number=2)
    with pytest.raises(Refused) as refused:
        handed_over(early, secretary(county))
    assert "not_this_step" in refused.value.codes
    at_hand = finished_case(county, to="archive_records", number=3)
    assert handed_over(at_hand, secretary(county)).state == State.ON_THE_WAY
