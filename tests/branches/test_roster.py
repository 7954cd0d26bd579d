import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import Entry
from branches.models import Member, Relative, Sanction
from branches.services import roster
from tests.branches.factories import LONG_AGO, MemberFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

Kind, Standing = Sanction.Kind, Member.Standing
DAY = dt.date(2026, 6, 10)
ONE_DAY = dt.timedelta(days=1)
EDITIONS = ("r2014", "r2026")
AROUND = [(DAY - ONE_DAY, "before"), (DAY, "on"), (DAY + ONE_DAY, "after")]


def roles_of(member: Member, day: dt.date) -> set[str]:
    """Which questions of the roster the member answers that day."""
    branch = member.branch
    questions = {
        "voter": roster.voters(branch, day),
        "contact": roster.eligible_contacts(branch, day),
        "r2014": roster.eligible_introducers(branch, day, "r2014"),
        "r2026": roster.eligible_introducers(branch, day, "r2026"),
    }
    return {name for name, members in questions.items() if member in members}


ALL = {"voter", "contact", "r2014", "r2026"}


def test_a_full_member_may_be_all():
    assert roles_of(MemberFactory(), DAY) == ALL


def test_a_probationary_member_may_be_nothing():
    assert roles_of(MemberFactory(probationary=True), DAY) == set()


def test_only_members_of_the_branch_count():
    member = MemberFactory()
    assert member not in roster.voters(OrganisationFactory(), DAY)


@pytest.mark.parametrize(("day", "when"), AROUND)
def test_rights_begin_with_full_membership(day, when):
    member = MemberFactory(joined_on=dt.date(2025, 6, 10), standing_since=DAY)
    assert roles_of(member, day) == (set() if when == "before" else ALL)


@pytest.mark.parametrize(("day", "when"), AROUND)
def test_rights_end_with_leaving(day, when):
    assert roles_of(MemberFactory(left_on=DAY), day) == (ALL if when == "before" else set())


@pytest.mark.parametrize(("day", "when"), AROUND)
def test_suspension_of_rights(day, when):
    member = MemberFactory(standing=Standing.SUSPENDED, standing_since=DAY, full_since=LONG_AGO)
    assert roles_of(member, day) == (ALL if when == "before" else set())


@pytest.mark.parametrize("kind", [Kind.WARNING, Kind.SERIOUS_WARNING, Kind.REMOVAL])
@pytest.mark.parametrize(("day", "when"), AROUND)
def test_a_lighter_punishment_bars_introducers_of_2026_from_its_day(kind, day, when):
    member = MemberFactory()
    Sanction.objects.create(member=member, kind=kind, from_on=DAY)
    assert roles_of(member, day) == (ALL if when == "before" else ALL - {"r2026"})


@pytest.mark.parametrize("kind", [Kind.WARNING, Kind.SERIOUS_WARNING, Kind.REMOVAL])
@pytest.mark.parametrize(("day", "when"), AROUND)
def test_a_lighter_punishment_bars_through_its_last_day(kind, day, when):
    member = MemberFactory()
    Sanction.objects.create(member=member, kind=kind, from_on=LONG_AGO, effect_until=DAY)
    assert roles_of(member, day) == (ALL if when == "after" else ALL - {"r2026"})


@pytest.mark.parametrize(("day", "when"), AROUND)
def test_probation_within_the_party_bars_from_everything_from_its_day(day, when):
    member = MemberFactory()
    Sanction.objects.create(member=member, kind=Kind.PROBATION_WITHIN_PARTY, from_on=DAY)
    assert roles_of(member, day) == (ALL if when == "before" else set())


@pytest.mark.parametrize(("day", "when"), AROUND)
def test_probation_within_the_party_bars_until_rights_are_restored(day, when):
    member = MemberFactory()
    Sanction.objects.create(member=member, kind=Kind.PROBATION_WITHIN_PARTY, from_on=LONG_AGO, rights_restored_on=DAY)
    assert roles_of(member, day) == (set() if when == "before" else ALL)


def test_probation_within_the_party_that_ran_out_bars_while_rights_are_not_restored():
    member = MemberFactory()
    Sanction.objects.create(
        member=member, kind=Kind.PROBATION_WITHIN_PARTY, from_on=LONG_AGO, effect_until=DAY - ONE_DAY
    )
    assert roles_of(member, DAY) == set()


def test_one_of_two_punishments_is_enough():
    member = MemberFactory()
    Sanction.objects.create(member=member, kind=Kind.WARNING, from_on=LONG_AGO, effect_until=DAY - ONE_DAY)
    Sanction.objects.create(member=member, kind=Kind.REMOVAL, from_on=LONG_AGO, effect_until=DAY)
    assert roles_of(member, DAY) == ALL - {"r2026"}


def test_an_unknown_edition_is_an_error():
    with pytest.raises(ValueError, match="r1990"):
        roster.eligible_introducers(OrganisationFactory(), DAY, "r1990")


@pytest.mark.parametrize("size", [1, 30])
def test_each_question_is_one_query(size, django_assert_num_queries):
    branch = OrganisationFactory()
    MemberFactory.create_batch(size, branch=branch)
    for question in (roster.voters, roster.eligible_contacts):
        with django_assert_num_queries(1):
            assert len(question(branch, DAY)) == size
    for edition in EDITIONS:
        with django_assert_num_queries(1):
            assert len(roster.eligible_introducers(branch, DAY, edition)) == size


# -- From approval to conversion ---------------------------------------------------------------------------------------


def test_approval_conversion_and_removal(given, entries):
    branch = OrganisationFactory()
    start, end = dt.date(2025, 6, 10), DAY
    member = roster.add_probationary(branch=branch, name="样本", sex="female", since=start, **given)
    assert (member.standing, member.joined_on, member.full_since) == (Standing.PROBATIONARY, start, None)
    assert roles_of(member, DAY) == set()

    member = roster.convert_member(member=member, since=end, **given)
    assert (member.standing, member.joined_on, member.full_since) == (Standing.FULL, start, end)
    assert roles_of(member, DAY) == ALL

    member = roster.remove_member(member=member, on=DAY + ONE_DAY, reason="转出", **given)
    assert roles_of(member, DAY + ONE_DAY) == set()
    assert [action for action, _ in entries(branch)] == ["member_entered", "member_converted", "member_removed"]
    assert entries(branch)[2][1] == {"member": member.pk, "left_on": [None, "2026-06-11"], "reason": "转出"}


@pytest.mark.parametrize("member", [{}, {"probationary": True, "left_on": DAY}])
def test_only_a_probationary_member_on_the_roster_is_converted(given, member):
    with pytest.raises(ValidationError, match="预备党员"):
        roster.convert_member(member=MemberFactory(**member), since=DAY, **given)
    assert not Entry.objects.exists()


def test_members_belong_to_branches(given):
    with pytest.raises(ValidationError, match="只能编入党支部"):
        roster.add_probationary(branch=OrganisationFactory(committee=True), name="样本", sex="male", since=DAY, **given)


def test_a_party_group_is_one_of_the_branch(given):
    branch = OrganisationFactory()
    own, other = OrganisationFactory(party_group=True, parent=branch), OrganisationFactory(party_group=True)
    entry = {"branch": branch, "name": "样本", "sex": "male", "since": DAY, **given}
    with pytest.raises(ValidationError, match="不属于"):
        roster.add_probationary(**entry, party_group=other)
    assert roster.add_probationary(**entry, party_group=own).party_group == own


def test_no_date_before_the_admission(given):
    member = MemberFactory(probationary=True, joined_on=DAY)
    for write in (
        lambda: roster.convert_member(member=member, since=DAY - ONE_DAY, **given),
        lambda: roster.remove_member(member=member, on=DAY - ONE_DAY, **given),
    ):
        with pytest.raises(ValidationError, match="不得早于入党日期"):
            write()


def test_the_database_itself_refuses_a_probationary_member_with_seniority():
    member = MemberFactory(probationary=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=member.pk).update(full_since=DAY)


def test_an_account_is_one_member_at_a_time(given):
    first = MemberFactory(user=UserFactory())
    entry = {"branch": OrganisationFactory(), "name": "样本", "sex": "male", "since": DAY, "user": first.user, **given}
    with pytest.raises(ValidationError, match="该账号已对应"):
        roster.add_probationary(**entry)
    roster.remove_member(member=first, on=DAY, **given)
    roster.add_probationary(**entry)


def test_a_change_is_recorded_in_the_chain_of_the_branch(given, entries):
    member = MemberFactory()
    roster.change_member(member=member, changes={"party_group_name": "第一党小组"}, **given)
    assert entries(member.branch) == [
        ("member_changed", {"member": member.pk, "party_group_name": ["", "第一党小组"]}),
    ]
    with pytest.raises(ValueError, match="pk"):
        roster.change_member(member=member, changes={"pk": 1}, **given)


def test_a_move_to_another_branch_leaves_the_party_group_and_is_recorded_by_both(given, entries):
    group = OrganisationFactory(party_group=True)
    member = MemberFactory(branch=group.parent, party_group=group, party_group_name="第一党小组")
    moved = roster.change_member(member=member, changes={"branch": OrganisationFactory()}, **given)
    assert (moved.party_group, moved.party_group_name) == (None, "")
    assert roles_of(moved, DAY) == ALL
    assert entries(group.parent) == entries(moved.branch)
    assert entries(moved.branch)[0][1]["branch"] == [group.parent_id, moved.branch_id]


def test_sanctions_and_relatives_are_recorded_without_names(given, entries):
    member = MemberFactory()
    sanction = Sanction(kind=Kind.WARNING, from_on=DAY)
    relative = Relative(name="样本亲属", relation="配偶")
    roster.save_particulars(member=member, changed=[sanction, relative], **given)
    roster.save_particulars(member=member, changed=[], removed=[relative], **given)
    roster.save_particulars(member=member, changed=[], **given)
    saved, removed = entries(member.branch)
    assert [item.get("kind") for item in saved[1]["saved"]] == ["warning", None]
    assert removed[1]["removed"][0]["relation"] == "配偶"
    assert "样本亲属" not in str(entries(member.branch))
    assert not Relative.objects.exists()


def test_only_probation_within_the_party_has_rights_to_restore(given):
    sanction = Sanction(kind=Kind.WARNING, from_on=DAY, rights_restored_on=DAY)
    with pytest.raises(ValidationError, match="留党察看"):
        roster.save_particulars(member=MemberFactory(), changed=[sanction], **given)
    assert not Entry.objects.exists()
