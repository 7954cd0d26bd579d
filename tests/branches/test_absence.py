"""Standing in for the holder of a seat, and handing a seat over."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from audit import services as audit
from audit.models import Entry
from branches.access import SYSTEM, actor_for
from branches.forms import SubstituteForm
from branches.models import Seat, Substitution
from branches.services.absence import NotYours, give_substitute, hand_over, revoke_substitute
from branches.services.seats import end_seat
from tests.branches.factories import SeatFactory, UserFactory, make_county

TODAY = dt.date(2026, 6, 10)
NOW = dt.datetime(2026, 6, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = dt.timedelta(days=1)


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("recruitment.middleware.timezone.now", lambda: NOW)


def seat_of(county, role="secretary", body=None) -> Seat:
    return county.seat(body or county.branch, role)


def stand_in(county, substitute, *, seat=None, first=TODAY, last=TODAY + 7 * DAY, actor=None) -> Substitution:
    seat = seat or seat_of(county)
    return give_substitute(
        seat=seat,
        substitute=substitute,
        starts_on=first,
        ends_on=last,
        reason="样本：外出学习",
        actor=actor or actor_for(seat.user, TODAY),
        now=NOW,
    )


def page(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


# -- the right ----------------------------------------------------------------------------------------------------


def test_a_substitute_holds_the_seat_from_the_first_day_to_the_last(county, django_assert_num_queries):
    seat, user = seat_of(county), UserFactory()
    stand_in(county, user, first=TODAY + DAY, last=TODAY + 3 * DAY)
    held = [bool(actor_for(user, TODAY + days * DAY).grants) for days in range(6)]
    assert held == [False, True, True, True, False, False]
    with django_assert_num_queries(1):
        actor = actor_for(user, TODAY + DAY)
    [grant] = actor.grants
    assert (grant.seat_id, grant.holder_id, grant.holder_name) == (seat.pk, seat.user_id, str(seat.user))
    acting = actor.acting_from(grant)
    assert (acting.user_id, acting.on_behalf_of_id, acting.on_behalf_of_name) == (
        user.pk,
        seat.user_id,
        str(seat.user),
    )


def test_the_right_ends_with_the_seat_the_account_and_the_revocation(county):
    user = UserFactory()
    row = stand_in(county, user)
    assert actor_for(user, TODAY).grants
    revoke_substitute(substitution=row, actor=actor_for(row.seat.user, TODAY), now=NOW)
    assert not actor_for(user, TODAY).grants
    row = stand_in(county, user)
    end_seat(seat=row.seat, on=TODAY + DAY, actor=SYSTEM, now=NOW)
    assert actor_for(user, TODAY + DAY).grants
    assert not actor_for(user, TODAY + 2 * DAY).grants
    row.seat.user.is_active = False
    row.seat.user.save()
    assert not actor_for(user, TODAY).grants


def test_own_seats_come_first(county):
    colleague = county.user(county.branch, "deputy_secretary")
    stand_in(county, colleague)
    grants = actor_for(colleague, TODAY).grants
    assert [grant.holder_name != "" for grant in grants] == [False, True]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first": TODAY + 2 * DAY, "last": TODAY + DAY}, None),
        ({"first": TODAY - 3 * DAY, "last": TODAY - DAY}, "ends_on"),
    ],
)
def test_days_that_cannot_be(county, given, field):
    with pytest.raises(ValidationError) as caught:
        stand_in(county, UserFactory(), **given)
    assert field is None or field in caught.value.message_dict
    assert not Substitution.objects.exists()


def test_nobody_stands_in_for_a_clerk_an_administrator_or_oneself_nor_two_at_once(county):
    for role, body in (("clerk", county.branch), ("administrator", county.county)):
        with pytest.raises(ValidationError) as caught:
            stand_in(county, UserFactory(), seat=seat_of(county, role, body))
        assert "seat" in caught.value.message_dict
    with pytest.raises(ValidationError) as caught:
        stand_in(county, seat_of(county).user)
    assert "substitute" in caught.value.message_dict
    stand_in(county, UserFactory())
    with pytest.raises(ValidationError):
        stand_in(county, UserFactory(), first=TODAY + 3 * DAY, last=TODAY + 20 * DAY)
    assert Substitution.objects.count() == 1


def test_only_the_holder_and_an_administrator_above_arrange_it(county):
    seat = seat_of(county)
    allowed = [seat.user, county.user(county.county, "administrator"), county.user(county.city, "administrator")]
    denied = [
        county.user(county.branch, "deputy_secretary"),
        county.user(county.committee, "secretary"),
        county.user(county.department, "department_officer"),
        county.user(county.townships[1].branches[0], "secretary"),
        county.user(county.county, "inspector"),
    ]
    for user in denied:
        with pytest.raises(NotYours):
            stand_in(county, UserFactory(), actor=actor_for(user, TODAY))
    assert not Substitution.objects.exists()
    for number, user in enumerate(allowed):
        first = TODAY + 30 * number * DAY
        stand_in(county, UserFactory(), first=first, last=first + DAY, actor=actor_for(user, TODAY))
    # Who stands in does not pass it on.
    substitute = UserFactory()
    row = stand_in(county, substitute, first=TODAY + 200 * DAY, last=TODAY + 201 * DAY)
    with pytest.raises(PermissionDenied):
        revoke_substitute(substitution=row, actor=actor_for(substitute, TODAY + 200 * DAY), now=NOW)


def test_it_is_in_the_organisations_record(county):
    row = stand_in(county, UserFactory())
    revoke_substitute(substitution=row, actor=actor_for(row.seat.user, TODAY), now=NOW)
    entries = Entry.objects.filter(chain=f"org:{county.branch.pk}").order_by("seq")
    assert [entry.action for entry in entries] == ["substitute_given", "substitute_revoked"]
    assert entries[0].payload["ends_on"] == (TODAY + 7 * DAY).isoformat()
    assert not audit.verify()


# -- handing over -------------------------------------------------------------------------------------------------


def test_a_seat_goes_to_the_successor_in_one_act(county):
    seat, successor = seat_of(county), UserFactory()
    row = stand_in(county, UserFactory(), last=TODAY + 60 * DAY)
    administrator = actor_for(county.user(county.county, "administrator"), TODAY)
    ended, begun = hand_over(
        seat=seat, successor=successor, on=TODAY + 5 * DAY, reason="样本：换届", actor=administrator, now=NOW
    )
    assert (ended.ends_on, begun.starts_on, begun.ends_on) == (TODAY + 4 * DAY, TODAY + 5 * DAY, None)
    assert (begun.user, begun.role, begun.organisation) == (successor, seat.role, seat.organisation)
    row.refresh_from_db()
    assert row.revoked_at == NOW
    before, after = TODAY + 4 * DAY, TODAY + 5 * DAY
    assert actor_for(seat.user, before).grants
    assert not actor_for(seat.user, after).grants
    assert actor_for(successor, after).grants[0].organisation_id == county.branch.pk
    actions = Entry.objects.filter(chain=f"org:{county.branch.pk}").order_by("seq").values_list("action", flat=True)
    assert list(actions)[-3:] == ["seat_ended", "seat_given", "seat_handed_over"]


@pytest.mark.parametrize("who", ["holder", "neighbour"])
def test_only_an_administrator_above_hands_a_seat_over(county, who):
    seat = seat_of(county)
    user = seat.user if who == "holder" else county.user(county.committee, "secretary")
    with pytest.raises(NotYours):
        hand_over(seat=seat, successor=UserFactory(), on=TODAY, reason="", actor=actor_for(user, TODAY), now=NOW)
    seat.refresh_from_db()
    assert seat.ends_on is None


def test_what_cannot_be_handed_over_changes_nothing(county):
    seat = seat_of(county)
    count = Entry.objects.count()
    for successor, on, field in (
        (seat.user, TODAY, "successor"),
        (UserFactory(is_active=False), TODAY, "successor"),
        (UserFactory(), seat.starts_on, "on"),
    ):
        with pytest.raises(ValidationError) as caught:
            hand_over(seat=seat, successor=successor, on=on, reason="", actor=SYSTEM, now=NOW)
        assert field in caught.value.message_dict
    assert Entry.objects.count() == count
    assert Seat.objects.filter(pk=seat.pk, ends_on=None).exists()


# -- pages --------------------------------------------------------------------------------------------------------


def test_colleagues_stand_as_their_names_are_read(county):
    for name in ("张样本", "安样本", "曾样本"):
        SeatFactory(user=UserFactory(full_name=name), organisation=county.branch, role=Seat.Role.CLERK)
    seat = seat_of(county)
    form = SubstituteForm(seat=seat, today=TODAY)
    names = [name for pk, name in form.fields["substitute"].choices if pk]
    assert [name for name in names if name.endswith("样本")] == ["安样本", "曾样本", "张样本"]
    other = UserFactory()
    bound = SubstituteForm({"substitute": other.pk}, seat=seat, today=TODAY)
    assert "substitute" in bound.errors


def test_the_holder_arranges_and_revokes_on_the_page(county, clock):
    seat, deputy = seat_of(county), county.user(county.branch, "deputy_secretary")
    address = reverse("branches:substitutes", args=[seat.pk])
    client = page(seat.user)
    data = {"substitute": deputy.pk, "starts_on": "2026-06-10", "ends_on": "2026-06-20", "reason": "样本：休假"}
    assert client.post(address, data).status_code == 302
    row = Substitution.objects.get()
    assert (row.substitute, row.given_by, row.seat) == (deputy, seat.user, seat)
    assert str(deputy) in client.get(address).content.decode()
    assert str(deputy) in client.get(reverse("branches:own_seats")).content.decode()
    assert f"代{seat.user}" in page(deputy).get(reverse("branches:own_seats")).content.decode()
    # The seat switch names the holder.
    assert f"（代{seat.user}）" in page(deputy).get(reverse("dashboard")).content.decode()
    # A second one for the same days is refused beside its field.
    refused = client.post(address, data)
    assert refused.status_code == 200
    assert "已经有人代理" in refused.content.decode()
    assert client.post(address, {"revoke": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.revoked_by == seat.user


@pytest.mark.parametrize(
    ("body", "role", "substitutes", "hands_over"),
    [
        ("branch", "secretary", 200, 404),
        ("branch", "deputy_secretary", 404, 404),
        ("branch", "clerk", 404, 404),
        ("committee", "secretary", 404, 404),
        ("department", "department_officer", 404, 404),
        ("county", "inspector", 404, 404),
        ("county", "administrator", 200, 200),
        ("city", "administrator", 200, 200),
    ],
)
def test_who_reaches_the_pages_of_a_seat(county, clock, body, role, substitutes, hands_over):
    seat = seat_of(county)
    client = page(county.user(getattr(county, body), role))
    assert client.get(reverse("branches:substitutes", args=[seat.pk])).status_code == substitutes
    assert client.get(reverse("branches:hand_over", args=[seat.pk])).status_code == hands_over


def test_an_administrator_of_another_county_reaches_nothing(county, clock):
    other = make_county()
    client = page(other.user(other.county, "administrator"))
    seat = seat_of(county)
    assert client.get(reverse("branches:substitutes", args=[seat.pk])).status_code == 404
    assert client.post(reverse("branches:hand_over", args=[seat.pk]), {}).status_code == 404


def test_the_administrator_hands_over_on_the_page(county, clock):
    seat, successor = seat_of(county), UserFactory()
    client = page(county.user(county.county, "administrator"))
    address = reverse("branches:hand_over", args=[seat.pk])
    data = {"successor": "nobody", "on": "2026-06-10", "reason": "样本：换届"}
    assert "没有这个在用的账号" in client.post(address, data).content.decode()
    assert client.post(address, {**data, "successor": successor.username}).status_code == 302
    assert Seat.objects.active_on(TODAY).get(organisation=county.branch, role="secretary").user == successor


def test_own_seats_cost_the_same_for_one_and_many(county, clock, django_assert_num_queries):
    user = county.user(county.branch, "secretary")
    client = page(user)
    client.get(reverse("branches:own_seats"))
    with django_assert_num_queries(10):
        client.get(reverse("branches:own_seats"))
    for branch in (county.townships[0].branches[1], *county.townships[1].branches):
        seat = SeatFactory(user=user, organisation=branch)
        stand_in(county, UserFactory(), seat=seat)
        stand_in(county, user, seat=county.seat(branch, "deputy_secretary"))
    with django_assert_num_queries(10):
        client.get(reverse("branches:own_seats"))
