"""The pages of the outbox: administrators within their reach, secrets never shown, everybody's own choice."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from branches.models import Seat
from recruitment.models import ChannelSetting, ContactPreference, Message
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW

pytestmark = pytest.mark.django_db
Role, State = Seat.Role, Message.State


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


def message(county: County, number: int = 0, **columns) -> Message:
    body = columns.pop("organisation", county.branch)
    setting, _ = ChannelSetting.objects.get_or_create(organisation=county.county, channel="email")
    return Message.objects.create(
        **{
            "once": f"m{number}-{body.pk}",
            "kind": "immediate",
            "setting": setting,
            "organisation": body,
            "channel": "email",
            "recipient": county.user(body, Role.SECRETARY),
            "address": "zhangsan@example.cn",
            "subject": "【发展党员】红灯提醒",
            "text": "张某（样本支部）：亮红灯",
            "state": State.FAILED,
            "created_at": NOW,
            **columns,
        }
    )


def page(client, user, url: str, status: int = 200) -> str:
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == status, response
    return response.content.decode()


PAGES = ("outbox", "channels")


class TestReach:
    @pytest.mark.parametrize("name", PAGES)
    def test_for_administrators_alone(self, county, client, name):
        page(client, county.user(county.county, Role.ADMINISTRATOR), reverse(name))
        for body, role in (
            (county.branch, Role.SECRETARY),
            (county.committee, Role.COMMITTEE_VERIFIER),
            (county.department, Role.DEPARTMENT_OFFICER),
            (county.county, Role.INSPECTOR),
        ):
            page(client, county.user(body, role), reverse(name), 404)

    @pytest.mark.parametrize("name", [*PAGES, "contact"])
    def test_a_stranger_is_asked_to_sign_in(self, client, name):
        assert client.get(reverse(name)).url.startswith(reverse("login"))

    def test_only_messages_within_reach_are_listed_and_sent_again(self, county, client):
        own, other = message(county), message(make_county(), number=1)
        user = county.user(county.county, Role.ADMINISTRATOR)
        shown = page(client, user, reverse("outbox"))
        assert str(own.recipient) in shown
        assert str(other.recipient) not in shown
        assert client.post(reverse("outbox"), {"id": other.pk}).status_code == 404
        other.refresh_from_db()
        assert other.state == State.FAILED
        client.post(reverse("outbox"), {"id": own.pk})
        own.refresh_from_db()
        assert own.state == State.WAITING
        assert Entry.objects.filter(action="message_retried", chain=f"org:{county.branch.pk}").count() == 1

    def test_a_channel_of_a_body_out_of_reach_does_not_exist(self, county, client):
        user = county.user(county.county, Role.ADMINISTRATOR)
        page(client, user, reverse("channel", args=[county.committee.code, "email"]))
        page(client, user, reverse("channel", args=[county.city.code, "email"]), 404)
        page(client, user, reverse("channel", args=[county.committee.code, "pigeon"]), 404)


class TestOutbox:
    def test_filters_stand_in_the_address(self, county, client):
        message(county), message(county, 1, state=State.SENT, sent_at=NOW), message(county, 2, channel="sms")
        client.force_login(county.user(county.county, Role.ADMINISTRATOR))
        for query, number in (("", 3), ("state=sent", 1), ("channel=sms", 1), ("state=no", 3)):
            found = client.get(f"{reverse('outbox')}?{query}").context["page_obj"].paginator.count
            assert found == number, query
        inside = client.get(f"{reverse('outbox')}?branch={county.committee.code}").context["page_obj"].paginator.count
        assert inside == 3
        outside = client.get(f"{reverse('outbox')}?branch={county.townships[1].committee.code}")
        assert outside.context["page_obj"].paginator.count == 0

    def test_an_address_is_never_shown_whole(self, county, client):
        message(county)
        shown = page(client, county.user(county.county, Role.ADMINISTRATOR), reverse("outbox"))
        assert "zh***@example.cn" in shown
        assert "zhangsan@" not in shown

    def test_an_unsure_one_warns_before_it_is_sent_again(self, county, client):
        message(county, state=State.UNSURE)
        shown = page(client, county.user(county.county, Role.ADMINISTRATOR), reverse("outbox"))
        assert "可能已经送达" in shown

    def test_what_was_sent_is_not_sent_again(self, county, client):
        sent = message(county, state=State.SENT)
        client.force_login(county.user(county.county, Role.ADMINISTRATOR))
        client.post(reverse("outbox"), {"id": sent.pk})
        sent.refresh_from_db()
        assert sent.state == State.SENT
        assert not Entry.objects.exists()

    @pytest.mark.parametrize("size", [1, 3, 50])
    def test_the_number_of_queries_is_fixed(self, county, client, size):
        for number in range(size):
            message(county, number, organisation=county.townships[number % 2].branches[number % 2])
        client.force_login(county.user(county.county, Role.ADMINISTRATOR))
        client.get(reverse("outbox"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("outbox"))
        reads = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
        # Session, user and seats; organisations to choose from; the count, the rows, and the numbers by state.
        assert len(reads) == 3 + 4, "\n".join(sql[:150] for sql in reads)


class TestChannel:
    SENT = {
        "enabled": "on",
        "endpoint": "http://localhost/robot?key=T0KEN",
        "immediate_topics": "red",
        "digest_hour": "7",
    }

    @pytest.fixture
    def url(self, county) -> str:
        return reverse("channel", args=[county.county.code, "wecom"])

    @pytest.fixture(autouse=True)
    def _signed_in(self, county, client):
        client.force_login(county.user(county.county, Role.ADMINISTRATOR))

    def test_is_set_and_its_key_never_shown_again(self, county, client, url):
        assert client.post(url, self.SENT).status_code == 302
        row = ChannelSetting.objects.get()
        assert (row.enabled, row.endpoint, row.digest_hour) == (True, self.SENT["endpoint"], 7)
        assert "T0KEN" not in client.get(url).content.decode()
        client.post(url, {**self.SENT, "endpoint": "", "digest_hour": "9"})
        row.refresh_from_db()
        assert (row.endpoint, row.digest_hour) == (self.SENT["endpoint"], 9)

    def test_an_address_elsewhere_is_an_error_beside_its_field(self, client, url):
        response = client.post(url, {**self.SENT, "endpoint": "https://evil.example.com/"})
        assert "CHANNEL_HOSTS" in response.context["form"].errors["endpoint"][0]
        assert not ChannelSetting.objects.exists()

    def test_says_whose_setting_holds_meanwhile(self, county, client, url):
        client.post(url, self.SENT)
        shown = client.get(reverse("channel", args=[county.committee.code, "wecom"])).content.decode()
        assert f"现在用“{county.county}”的" in shown

    def test_a_test_message_is_put_into_the_outbox(self, client, url):
        client.post(url, self.SENT)
        client.post(url, {"test": "1"})
        assert (Message.objects.get().kind, Message.objects.get().state) == ("test", "waiting")

    def test_the_list_leads_to_the_form(self, county, client, url):
        response = client.get(reverse("channels"), {"organisation": county.county.code, "channel": "wecom"})
        assert response.url == url
        assert (
            client.get(reverse("channels"), {"organisation": county.city.code, "channel": "wecom"}).status_code == 404
        )

    def test_the_administration_sets_it_as_well(self, county, client):
        address = reverse("admin:recruitment_channelsetting_add")
        data = {**self.SENT, "organisation": county.committee.pk, "channel": "wecom"}
        assert client.post(address, data).status_code == 302
        row = ChannelSetting.objects.get()
        change = reverse("admin:recruitment_channelsetting_change", args=[row.pk])
        assert "T0KEN" not in client.get(change).content.decode()
        assert client.post(change, {**self.SENT, "endpoint": "", "digest_hour": "5"}).status_code == 302
        row.refresh_from_db()
        assert (row.endpoint, row.digest_hour) == (self.SENT["endpoint"], 5)
        assert Entry.objects.filter(action="channel_changed").count() == 2
        refused = client.post(change, {**self.SENT, "endpoint": "https://evil.example.com/"})
        assert refused.status_code == 200


class TestContact:
    SENT = {"email": "a@example.cn", "email_choice": "immediate", "phone": "13800000000", "sms_choice": "digest"}

    def test_is_ones_own(self, county, client):
        user = county.user(county.branch, Role.SECRETARY)
        page(client, user, reverse("contact"))
        assert client.post(reverse("contact"), self.SENT).status_code == 302
        row = ContactPreference.objects.get()
        assert (row.user, row.email, row.sms_choice) == (user, "a@example.cn", "digest")
        assert Entry.objects.get().chain == f"user:{user.pk}"

    def test_a_number_that_is_none_is_named(self, county, client):
        client.force_login(county.user(county.branch, Role.SECRETARY))
        response = client.post(reverse("contact"), {**self.SENT, "phone": "12"})
        assert set(response.context["form"].errors) == {"phone"}
        assert not ContactPreference.objects.exists()


def test_the_command_makes_digests_and_sends(county, capsys):
    from django.core.management import call_command

    message(county, state=State.WAITING, next_attempt_at=NOW - dt.timedelta(minutes=1))
    ChannelSetting.objects.update(enabled=True)
    call_command("send_outbox")
    assert "发出 1 条" in capsys.readouterr().out
    assert Message.objects.get().state == State.SENT


def test_the_tasks_return_counts(county):
    from recruitment import tasks

    assert tasks.make_digests() == {"made": 0}
    assert tasks.send_messages() == {"sent": 0, "postponed": 0, "failed": 0, "unsure": 0}
