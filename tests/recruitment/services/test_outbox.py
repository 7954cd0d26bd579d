"""The outbox: written with the notification, sent once, made up for after a standstill, and never lost."""

import datetime as dt
import json
import socket
from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from audit.models import Entry
from branches.access import Actor, actor_for
from branches.models import Organisation, Seat
from recruitment.channels.dingtalk import signature
from recruitment.documents import messages as wording
from recruitment.models import (
    ChannelSetting,
    ContactPreference,
    Delivery,
    Flag,
    Message,
    Notification,
    PoolAnalysis,
)
from recruitment.services.base import Refused, _Writes
from recruitment.services.notifications import READING_ROLES
from recruitment.services.outbox.digests import compose_digests, last_hour
from recruitment.services.outbox.enqueue import enqueue, publish
from recruitment.services.outbox.sending import CLAIM_LASTS, PAUSES, _claim, give_up_lost, retry, send_due
from recruitment.services.outbox.settings import save_channel, save_contact, send_test
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW, TODAY, put

pytestmark = pytest.mark.django_db
Role, State, Choice = Seat.Role, Message.State, ContactPreference.Choice
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


class Post:
    """A mail server that can be stopped and started again; ``mails`` is what it has taken."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []
        self.answer = ""
        self._controller: Controller | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  as aiosmtpd calls it
        if self.answer:
            return self.answer
        content = envelope.content.decode()
        number = next(line for line in content.splitlines() if line.startswith("Message-ID"))
        self.mails.append((envelope.rcpt_tos[0], number, content))
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


@pytest.fixture
def post(settings) -> Iterator[Post]:
    server = Post()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.SITE_URL = "https://recruitment.example.cn"
    yield server
    server.stop()


@pytest.fixture
def county() -> County:
    made = make_county()
    for seat in made.seats:
        seat.user.email = f"{seat.user.username}@example.cn"
        seat.user.save()
    return made


def administrator(county: County, body: Organisation | None = None) -> Actor:
    return actor_for(county.user(body or county.county, Role.ADMINISTRATOR), TODAY)


def switch_on(county: County, place: Organisation, channel: str = "email", **values) -> ChannelSetting:
    return save_channel(
        organisation=place, channel=channel, values={"enabled": True, **values}, actor=administrator(county), now=NOW
    )


def raise_flag(
    county: County,
    code: str = "talk_within_one_month",
    *,
    case=None,
    now: dt.datetime = NOW,
    due: int | None = -1,
    **columns,
) -> Flag:
    """A flag, and the notification of it for its branch alone."""
    case = case or put(
        county, "organization_talk", name=columns.pop("name", "样本甲"), branch=columns.pop("branch", None)
    )
    flag = Flag(
        case=case,
        step=case.step,
        code=code,
        holder="branch",
        due=None if due is None else TODAY + dt.timedelta(days=due),
        raised_on=now.date(),
        raised_at=now,
    )
    with transaction.atomic():
        flag.save()
        publish([told(flag, now)], now)
    return flag


def told(flag: Flag, now: dt.datetime = NOW) -> Notification:
    return Notification(
        organisation=flag.case.branch,
        case=flag.case,
        flag=flag,
        code=flag.code,
        step=flag.step,
        due=flag.due,
        created_at=now,
    )


def red(county: County, **more) -> Flag:
    case = put(county, "political_review", name="欧阳样本", light="red", freeze="veto")
    return raise_flag(county, "V11", case=case, due=None, **more)


def run(now: dt.datetime) -> dict[str, int]:
    compose_digests(now=now)
    return send_due(clock=lambda: now).counts()


class TestWritten:
    def test_nothing_where_no_channel_is_on(self, county):
        raise_flag(county)
        switch_on(county, county.county, enabled=False)
        raise_flag(county)
        assert not Delivery.objects.exists()

    def test_for_each_who_does_the_work_there(self, county):
        switch_on(county, county.county)
        raise_flag(county)
        held = {seat.user_id for seat in county.seats if seat.organisation_id == county.branch.pk}
        assert {row.recipient_id for row in Delivery.objects.all()} == held
        assert not Message.objects.exists()  # the digest gathers them

    def test_settling_publishes_what_it_raises(self, county):
        """A branch's flag is its committee's to know as well; both hear of it outside."""
        switch_on(county, county.county)
        case = put(county, "organization_talk")
        flag = Flag(
            case=case, step=case.step, code="talk_within_one_month", holder="branch", raised_on=TODAY, raised_at=NOW
        )
        with transaction.atomic():
            _Writes(raised=[(case, flag)]).execute(NOW)
        bodies = {county.branch.pk, county.committee.pk}
        held = {seat.user_id for seat in county.seats if seat.organisation_id in bodies and seat.role in READING_ROLES}
        assert {row.recipient_id for row in Delivery.objects.all()} == held

    def test_red_goes_at_once(self, county):
        switch_on(county, county.county)
        red(county)
        messages = Message.objects.all()
        assert {(row.kind, row.state, row.next_attempt_at) for row in messages} == {("immediate", "waiting", NOW)}
        assert len(messages) == 4

    def test_in_the_transaction_of_the_notification_or_not_at_all(self, county):
        switch_on(county, county.county)
        with transaction.atomic():
            red(county)
            transaction.set_rollback(True)
        assert (Flag.objects.count(), Delivery.objects.count(), Message.objects.count()) == (0, 0, 0)

    def test_once_by_case_rule_day_and_channel(self, county):
        switch_on(county, county.county)
        flag = raise_flag(county)
        count = Delivery.objects.count()
        flag.resolved_at = NOW
        flag.save()
        raise_flag(county, case=flag.case)  # it fell and rose again: the same due date
        assert Delivery.objects.count() == count
        raise_flag(county, case=put(county, "organization_talk"))
        assert Delivery.objects.count() == 2 * count

    def test_the_nearest_setting_up_the_tree_decides(self, county):
        switch_on(county, county.county)
        switch_on(county, county.committee, enabled=False)
        raise_flag(county)
        assert not Delivery.objects.exists()
        raise_flag(county, branch=county.townships[1].branches[0])
        assert Delivery.objects.count() == 4

    def test_a_choice_of_ones_own(self, county):
        switch_on(county, county.county)
        secretary = county.user(county.branch, Role.SECRETARY)
        clerk = county.user(county.branch, Role.CLERK)
        ContactPreference.objects.create(user=secretary, email="own@example.cn", email_choice=Choice.IMMEDIATE)
        ContactPreference.objects.create(user=clerk, email_choice=Choice.NONE)
        raise_flag(county)
        [message] = Message.objects.all()
        assert (message.recipient, message.address) == (secretary, "own@example.cn")
        assert clerk.pk not in set(Delivery.objects.values_list("recipient", flat=True))

    def test_addresses_and_keys_stand_encrypted(self, county):
        switch_on(
            county, county.committee, "dingtalk", endpoint="http://localhost/robot?access_token=T0KEN", secret="SEC"
        )
        red(county)
        with connection.cursor() as cursor:
            cursor.execute("SELECT address FROM recruitment_message")
            stored = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT endpoint, secret FROM recruitment_channelsetting")
            stored += [text for row in cursor.fetchall() for text in row]
        assert stored
        assert not any("T0KEN" in text or text == "SEC" for text in stored)

    @pytest.mark.parametrize("size", [1, 3, 50])
    def test_a_fixed_number_of_queries(self, county, size):
        switch_on(county, county.county)
        cases = [put(county, "organization_talk") for _ in range(size)]
        flags = [
            Flag(case=case, step=case.step, code="V11", holder="branch", raised_on=TODAY, raised_at=NOW)
            for case in cases
        ]
        for case in cases:
            case.light = "red"
        Flag.objects.bulk_create(flags)
        with CaptureQueriesContext(connection) as seen, transaction.atomic():
            publish([told(flag) for flag in flags], NOW)
        statements = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
        # An engine may cut a long INSERT into several.
        statements = list(dict.fromkeys(sql[:45] for sql in statements if sql.startswith(("SELECT", "INSERT"))))
        # Notifications; organisations, settings, seats, what is known; messages and deliveries.
        batches = 1 + 4 + 2
        assert len(statements) == batches, "\n".join(statements)
        assert Message.objects.count() == 4 * size


def test_what_has_no_flag_is_told_as_well(county):
    """An act of people, such as an answer to an appeal: its day is that on which it was written."""
    switch_on(county, county.county)
    case = put(county, "political_review", name="样本甲")
    for moment in (NOW, NOW + MINUTE):
        row = Notification.objects.create(
            organisation=county.branch, case=case, code="appeal_answered", step=case.step, created_at=moment
        )
        enqueue([row], moment)
    assert Delivery.objects.count() == 4
    assert compose_digests(now=NOW + dt.timedelta(days=1)) == 4
    message = Message.objects.first()
    assert "其他提醒 1 件" in message.text
    assert "样某" in message.text


class TestWords:
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("张三", "张某"),
            ("欧阳小红", "欧阳某"),
            ("欧阳", "欧某"),
            ("阿卜杜拉·买买提", "阿某"),
            ("样本·林某二", "样本·林某"),
        ],
    )
    def test_a_surname_and_no_more(self, name, said):
        assert wording.surname(name) == said

    def test_no_message_names_a_person_a_number_or_a_situation(self, county):
        switch_on(county, county.county)
        ContactPreference.objects.update_or_create(
            user=county.user(county.branch, Role.SECRETARY), defaults={"email_choice": Choice.IMMEDIATE}
        )
        flags = [red(county), raise_flag(county, name="司马样本乙")]
        compose_digests(now=NOW + dt.timedelta(days=1))
        texts = [f"{row.subject}\n{row.text}" for row in Message.objects.all()]
        assert {row.kind for row in Message.objects.all()} == {"immediate", "digest"}
        for text in texts:
            for flag in flags:
                person = flag.case.person
                assert person.name not in text
                assert person.id_number not in text
                assert flag.case.number not in text
            assert wording.flag_name("V11").zh not in text
            assert "某（" in text

    def test_a_digest_keeps_the_situation_to_itself_as_well(self, county):
        switch_on(county, county.county, immediate_topics=[])
        red(county)
        compose_digests(now=NOW + dt.timedelta(days=1))
        text = Message.objects.first().text
        assert "亮红灯，等待裁定" in text
        assert wording.flag_name("V11").zh not in text

    def test_the_link_leads_to_the_inbox_only(self, county, settings):
        settings.SITE_URL = "https://recruitment.example.cn/"
        switch_on(county, county.county)
        red(county)
        text = Message.objects.first().text
        assert [word for word in text.split() if "http" in word] == [
            "请登录系统，在“待办”中办理。https://recruitment.example.cn/"
        ]


class TestDigest:
    def test_one_a_day_for_each_recipient(self, county, post):
        switch_on(county, county.county, digest_hour=8)
        for _ in range(12):
            raise_flag(county)
        assert run(NOW + HOUR)["sent"] == 0  # nine in the morning: today's hour had passed when these came
        tomorrow = NOW.replace(hour=8, minute=1) + dt.timedelta(days=1)
        assert run(tomorrow)["sent"] == 4
        message = Message.objects.first()
        assert "12 件" in message.subject
        assert "另有 2 件" in message.text
        assert run(tomorrow + MINUTE) == {"sent": 0, "postponed": 0, "failed": 0, "unsure": 0}
        assert Delivery.objects.filter(message=None).count() == 0

    def test_what_was_settled_meanwhile_is_left_out(self, county):
        switch_on(county, county.county)
        first, second = raise_flag(county), raise_flag(county)
        first.resolved_at = NOW
        first.save()
        ended = raise_flag(county)
        ended.case.ended_on, ended.case.end = TODAY, "withdrawn"
        ended.case.save()
        compose_digests(now=NOW + dt.timedelta(days=1))
        assert set(Delivery.objects.exclude(message=None).values_list("case", flat=True)) == {second.case_id}
        assert Delivery.objects.filter(dropped=True).count() == 8

    @pytest.mark.parametrize(("hours", "told"), [(-1, 2), (1, 0)])
    def test_a_late_analysis_is_told_until_it_is_entered(self, county, hours, told):
        switch_on(county, county.county)
        body = county.department
        late = Notification(organisation=body, about=body, code="pool_analysis_late", due=TODAY, created_at=NOW)
        publish([late], NOW)
        PoolAnalysis.objects.create(
            body=body, held_on=TODAY, content="样本", measures="样本", people=1, entered_at=NOW + hours * HOUR
        )
        assert compose_digests(now=NOW + dt.timedelta(days=1)) == told

    def test_whoever_left_the_seat_is_told_nothing(self, county):
        switch_on(county, county.county)
        raise_flag(county)
        Seat.objects.filter(organisation=county.branch, role=Role.SECRETARY).update(ends_on=TODAY)
        compose_digests(now=NOW + dt.timedelta(days=1))
        told = set(Message.objects.values_list("recipient", flat=True))
        assert county.user(county.branch, Role.SECRETARY).pk not in told
        assert len(told) == 3

    @pytest.mark.parametrize("hours", [24, 26, 70])
    def test_a_standstill_is_made_up_for(self, county, hours):
        switch_on(county, county.county, digest_hour=8)
        raise_flag(county)
        assert compose_digests(now=NOW + dt.timedelta(hours=hours)) == 4
        assert compose_digests(now=NOW + dt.timedelta(hours=hours, minutes=5)) == 0

    def test_the_last_hour_is_never_ahead(self):
        assert last_hour(NOW, 9) == NOW
        assert last_hour(NOW, 10) == NOW + HOUR - dt.timedelta(days=1)

    @pytest.mark.parametrize("size", [1, 30])
    def test_queries_do_not_grow_with_the_rows(self, county, size):
        switch_on(county, county.county)
        for _ in range(size):
            raise_flag(county)
        with CaptureQueriesContext(connection) as seen:
            compose_digests(now=NOW + dt.timedelta(days=1))
        statements = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        # Settings that wait; one of them locked; its rows, their seats, digests that are there; two writes and a drop.
        assert len(statements) <= 7, "\n".join(sql[:100] for sql in statements)


class TestSending:
    def test_an_hour_without_the_mail_server_loses_nothing_and_sends_nothing_twice(self, county, post):
        """The clock goes on by a minute, the worker comes each minute; the server is away from 9:00 to 10:00."""
        switch_on(county, county.county)
        post.stop()
        for minute in range(130):
            now = NOW + minute * MINUTE
            if minute in (0, 7, 31):
                red(county, now=now)
            if minute == 60:
                post.start()
            run(now)
        assert Message.objects.count() == 12
        assert {row.state for row in Message.objects.all()} == {State.SENT}
        assert len(post.mails) == len({number for _, number, _ in post.mails}) == 12
        to = sorted(address for address, _, _ in post.mails)
        assert to == sorted(row.address for row in Message.objects.all())

    def test_pauses_grow_and_end(self, county, post):
        switch_on(county, county.county)
        red(county)
        post.stop()
        now, waits = NOW, []
        message = Message.objects.order_by("pk").first()
        Message.objects.exclude(pk=message.pk).update(state=State.SENT)
        for _ in range(len(PAUSES) + 1):
            assert send_due(clock=lambda now=now: now - dt.timedelta(seconds=1)).postponed == 0
            send_due(clock=lambda now=now: now)
            message.refresh_from_db()
            if message.state == State.FAILED:
                break
            waits.append(message.next_attempt_at - now)
            now = message.next_attempt_at
        assert waits == list(PAUSES)
        assert waits == sorted(waits)
        assert (message.state, message.attempts, message.next_attempt_at) == (State.FAILED, len(PAUSES) + 1, None)

    @pytest.mark.parametrize(("answer", "state"), [("550 unknown", State.FAILED), ("451 later", State.WAITING)])
    def test_a_server_that_answers_is_believed(self, county, post, answer, state):
        switch_on(county, county.county)
        red(county)
        post.answer = answer
        run(NOW)
        assert {row.state for row in Message.objects.all()} == {state}
        for row in Message.objects.all():
            assert row.last_error.startswith("SMTP")
            assert row.address not in row.last_error

    def test_a_killed_worker_leaves_one_unsure_and_nothing_is_sent_twice(self, county, post):
        switch_on(county, county.county)
        red(county)
        lost = _claim(NOW, set())  # and then the power went
        assert run(NOW + MINUTE)["sent"] == 3
        assert give_up_lost(now=NOW + CLAIM_LASTS - MINUTE) == 0
        assert run(NOW + CLAIM_LASTS) == {"sent": 0, "postponed": 0, "failed": 0, "unsure": 1}
        lost.refresh_from_db()
        assert lost.state == State.UNSURE
        for hours in range(1, 60):
            run(NOW + hours * HOUR)
        assert len(post.mails) == 3

    def test_no_mail_server_is_said_and_not_hidden(self, county, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        switch_on(county, county.county)
        red(county)
        assert run(NOW)["failed"] == 4
        assert "EMAIL_URL" in Message.objects.first().last_error

    def test_a_channel_that_was_switched_off_sends_nothing_more(self, county, post):
        switch_on(county, county.county)
        red(county)
        raise_flag(county)
        switch_on(county, county.county, enabled=False)
        run(NOW + dt.timedelta(days=2))
        assert post.mails == []
        assert not Delivery.objects.filter(message=None, dropped=False).exists()


Answer = Callable[[Request], Response]


class TestRobots:
    @pytest.fixture
    def calls(self, httpserver: HTTPServer) -> list[Request]:
        """What the robot was sent; it takes everything."""
        found: list[Request] = []

        def take(request: Request) -> Response:
            request.get_data()
            found.append(request)
            return Response(json.dumps({"errcode": 0}), content_type="application/json")

        httpserver.expect_request("/robot").respond_with_handler(take)
        return found

    def test_wecom_gets_one_message_for_the_group(self, county, httpserver, calls):
        switch_on(county, county.committee, "wecom", endpoint=httpserver.url_for("/robot?key=k"))
        red(county)
        assert run(NOW)["sent"] == 1
        [call] = calls
        assert call.args["key"] == "k"
        assert "欧阳某" in call.get_json()["text"]["content"]
        assert Message.objects.get().recipient is None

    def test_dingtalk_is_signed_with_the_time(self, county, httpserver, calls):
        switch_on(
            county, county.committee, "dingtalk", endpoint=httpserver.url_for("/robot?access_token=t"), secret="SEC1"
        )
        red(county)
        run(NOW)
        [call] = calls
        assert call.query_string.decode() == f"access_token=t&{signature('SEC1', NOW)}"
        assert call.args["timestamp"] == str(int(NOW.timestamp() * 1000))

    def test_the_signature_is_the_makers(self):
        # Computed with the maker's own sample code for this secret and time.
        import base64
        import hashlib
        import hmac
        import urllib.parse

        stamp = round(NOW.timestamp() * 1000)
        code = hmac.new(b"this is secret", f"{stamp}\nthis is secret".encode(), digestmod=hashlib.sha256).digest()
        assert signature("this is secret", NOW).endswith(urllib.parse.quote_plus(base64.b64encode(code)))

    def test_sms_by_a_generic_provider(self, county, httpserver):
        got = []

        def take(request: Request) -> Response:
            got.append((request.headers["Authorization"], request.get_json()))
            return Response('{"code": 0}')

        httpserver.expect_request("/sms", method="POST").respond_with_handler(take)
        switch_on(
            county,
            county.county,
            "sms",
            endpoint=httpserver.url_for("/sms"),
            headers="Authorization: Bearer k",
            body='{"mobile": "{phone}", "msg": "{text}", "ref": "{id}"}',
            success_text='"code": 0',
        )
        secretary = county.user(county.branch, Role.SECRETARY)
        ContactPreference.objects.create(user=secretary, phone="13800000000", sms_choice=Choice.DIGEST)
        red(county)
        assert run(NOW)["sent"] == 1
        [(key, sent)] = got
        assert (key, sent["mobile"], sent["ref"]) == ("Bearer k", "13800000000", f"m{Message.objects.get().pk}")
        assert "欧阳某" in sent["msg"]

    @pytest.mark.parametrize(
        ("answer", "state"),
        [
            (Response('{"errcode": 45009}'), State.WAITING),
            (Response('{"errcode": 93000}'), State.FAILED),
            (Response("busy", 503), State.WAITING),
            (Response("gone", 404), State.FAILED),
            (Response("", 302, {"Location": "http://127.0.0.1/elsewhere"}), State.FAILED),
            (Response("<html>"), State.UNSURE),
        ],
        ids=["limit", "wrong key", "503", "404", "redirect", "no answer of a robot"],
    )
    def test_what_the_answer_means(self, county, httpserver, answer, state):
        httpserver.expect_request("/robot").respond_with_response(answer)
        switch_on(county, county.committee, "wecom", endpoint=httpserver.url_for("/robot?key=SECRETKEY"))
        red(county)
        run(NOW)
        message = Message.objects.get()
        assert message.state == state
        assert "SECRETKEY" not in message.last_error

    def test_a_robot_that_does_not_answer_leaves_it_unsure(self, county, httpserver, monkeypatch):
        import time

        monkeypatch.setattr("recruitment.channels.http.READ_SECONDS", 0.2)
        httpserver.expect_request("/robot").respond_with_handler(lambda request: time.sleep(0.6) or Response("{}"))
        switch_on(county, county.committee, "wecom", endpoint=httpserver.url_for("/robot"))
        red(county)
        assert run(NOW)["unsure"] == 1

    def test_a_closed_port_is_certain(self, county, httpserver):
        switch_on(county, county.committee, "wecom", endpoint="http://127.0.0.1:9/robot")
        red(county)
        assert run(NOW)["postponed"] == 1


class TestSettings:
    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example.com/robot",
            "https://169.254.169.254/latest",
            "http://qyapi.weixin.qq.com/robot",
            "https://qyapi.weixin.qq.com@evil.example.com/",
            "https://user:pw@qyapi.weixin.qq.com/",
            "file:///etc/passwd",
            "https://qyapi.weixin.qq.com.evil.example.com/",
            "https://qyapi.weixin.qq.com/\nHost: x",
            "ftp://qyapi.weixin.qq.com/",
        ],
    )
    def test_no_address_leads_elsewhere(self, county, settings, url):
        settings.CHANNEL_HOSTS, settings.CHANNEL_ALLOW_HTTP = ["qyapi.weixin.qq.com"], False
        with pytest.raises(ValidationError) as refused:
            switch_on(county, county.county, "wecom", endpoint=url)
        assert set(refused.value.message_dict) == {"endpoint"}
        assert not ChannelSetting.objects.exists()
        assert not Entry.objects.exists()

    def test_an_address_is_checked_again_when_it_is_used(self, county, settings):
        switch_on(county, county.committee, "wecom", endpoint="http://localhost/robot")
        settings.CHANNEL_HOSTS = []
        red(county)
        assert run(NOW)["failed"] == 1

    def test_only_an_administrator_above_sets_a_channel(self, county):
        others = [
            actor_for(county.user(county.committee, Role.SECRETARY), TODAY),
            actor_for(county.user(county.department, Role.DEPARTMENT_OFFICER), TODAY),
            actor_for(county.user(county.county, Role.INSPECTOR), TODAY),
        ]
        for actor in others:
            with pytest.raises(Refused):
                save_channel(organisation=county.committee, channel="email", values={}, actor=actor, now=NOW)
        with pytest.raises(Refused):  # the county's administrator is none of the city's
            save_channel(organisation=county.city, channel="email", values={}, actor=administrator(county), now=NOW)
        assert not ChannelSetting.objects.exists()
        assert not Entry.objects.exists()

    def test_the_record_keeps_that_a_key_changed_and_not_the_key(self, county):
        switch_on(county, county.county, "dingtalk", endpoint="http://localhost/robot?t=T0KEN", secret="SEC1")
        switch_on(county, county.county, "dingtalk", endpoint=None, secret=None, digest_hour=7)
        row = ChannelSetting.objects.get()
        assert (row.endpoint, row.secret, row.digest_hour) == ("http://localhost/robot?t=T0KEN", "SEC1", 7)
        first, second = Entry.objects.filter(action="channel_changed").order_by("seq")
        assert (first.payload["secret"], first.chain) == (["***", "***"], f"org:{county.county.pk}")
        assert second.payload == {"channel": "dingtalk", "digest_hour": [8, 7]}
        assert "T0KEN" not in json.dumps(first.payload)

    def test_a_test_message_reaches_the_administrator(self, county, post):
        switch_on(county, county.county)
        send_test(organisation=county.county, channel="email", actor=administrator(county), now=NOW)
        assert run(NOW)["sent"] == 1
        assert post.mails[0][0] == county.user(county.county, Role.ADMINISTRATOR).email
        assert Entry.objects.filter(action="channel_tested").count() == 1

    def test_a_contact_of_ones_own_is_kept_and_audited_without_it(self, county):
        actor = actor_for(county.user(county.branch, Role.SECRETARY), TODAY)
        values = {"email": "a@example.cn", "email_choice": "none", "phone": "13800000000", "sms_choice": "digest"}
        save_contact(values=values, actor=actor, now=NOW)
        entry = Entry.objects.get(action="contact_changed")
        assert entry.payload == {
            "email": ["***", "***"],
            "email_choice": ["digest", "none"],
            "phone": ["***", "***"],
            "sms_choice": ["none", "digest"],
        }
        with pytest.raises(ValidationError):
            save_contact(values={**values, "phone": "1380"}, actor=actor, now=NOW)


class TestRetry:
    @pytest.fixture
    def failed(self, county, post) -> Message:
        switch_on(county, county.county)
        red(county)
        post.answer = "550 no"
        run(NOW)
        post.answer = ""
        return Message.objects.get(recipient=county.user(county.branch, Role.SECRETARY))

    def test_with_the_present_address_and_on_record(self, county, failed, post):
        actor = actor_for(failed.recipient, TODAY)
        values = {"email": "new@example.cn", "email_choice": "digest", "phone": "", "sms_choice": "none"}
        save_contact(values=values, actor=actor, now=NOW)
        retry(message_id=failed.pk, actor=administrator(county), now=NOW + HOUR)
        assert run(NOW + HOUR)["sent"] == 1
        assert [to for to, _, _ in post.mails] == ["new@example.cn"]
        entry = Entry.objects.get(action="message_retried")
        assert entry.payload == {"message": failed.pk, "channel": "email", "kind": "immediate", "state": "failed"}

    def test_not_what_was_sent_nor_by_others(self, county, failed, post):
        entries = Entry.objects.count()
        for role, body in ((Role.SECRETARY, county.branch), (Role.DEPARTMENT_OFFICER, county.department)):
            with pytest.raises(Refused):
                retry(message_id=failed.pk, actor=actor_for(county.user(body, role), TODAY), now=NOW)
        failed.refresh_from_db()
        assert (failed.state, Entry.objects.count()) == (State.FAILED, entries)
        retry(message_id=failed.pk, actor=administrator(county), now=NOW)
        run(NOW)
        with pytest.raises(Refused):
            retry(message_id=failed.pk, actor=administrator(county), now=NOW)
