"""Sending what waits: claimed first, then handed to its channel, then marked with what became of it.

A message is sent at most once. The claim is committed before anything leaves the machine; a worker that is killed
between claim and mark leaves one message of which nobody can say whether it arrived, and no channel can be asked. Such
a message becomes *unsure*: it is shown to the administrator and never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from audit import services as audit
from branches.access import Actor
from branches.services.record import chain_of
from recruitment.channels import CARRIERS, Envelope, Postponed, Rejected, Unreachable, Unsure
from recruitment.models import Channel, Message
from recruitment.policies import may_administer
from recruitment.services.base import acting, refuse
from recruitment.services.outbox.reach import is_personal, personal_address

State = Message.State

#: How long after each failed attempt the next one follows; after the last, the message has failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
#: No call of a channel takes this long: whoever has held a message longer is gone.
CLAIM_LASTS = timedelta(minutes=15)
#: Messages of one run; what is left is sent by the next, and the worker gets to its other tasks.
RUN = 500


@dataclass
class Sent:
    """What a run did."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0
    unsure: int = 0
    #: Servers that did not answer in this run; their other messages wait for the next, without losing an attempt.
    down: set[tuple[str, int | None]] = field(default_factory=set)

    def counts(self) -> dict[str, int]:
        return {"sent": self.sent, "postponed": self.postponed, "failed": self.failed, "unsure": self.unsure}


def send_due(*, clock: Callable[[], datetime], limit: int = RUN) -> Sent:
    """Send what is due, message by message; ``clock`` is the entry point's and is read before each of them."""
    run = Sent(unsure=give_up_lost(now=clock()))
    for _ in range(limit):
        now = clock()
        message = _claim(now, run.down)
        if message is None:
            break
        _attempt(message, now, run)
    return run


def give_up_lost(*, now: datetime) -> int:
    """Mark as unsure what a worker has claimed and never marked; returns how many."""
    lost = Message.objects.filter(state=State.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    return lost.update(state=State.UNSURE, claimed_at=None, last_error="the worker ended while sending")


@transaction.atomic
def _claim(now: datetime, down: set[tuple[str, int | None]]) -> Message | None:
    waiting = Message.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    for channel, setting in down:
        waiting = waiting.exclude(channel=channel) if setting is None else waiting.exclude(setting=setting)
    skip = connection.features.has_select_for_update_skip_locked
    message = (
        waiting.select_related("setting")
        .select_for_update(skip_locked=skip, of=("self",))
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if message is None:
        return None
    message.state, message.claimed_at, message.attempts = State.SENDING, now, message.attempts + 1
    message.save(update_fields=["state", "claimed_at", "attempts"])
    return message


def _attempt(message: Message, now: datetime, run: Sent) -> None:
    try:
        if not message.setting.enabled and message.kind != Message.Kind.TEST:
            raise Rejected("channel switched off")
        CARRIERS[message.channel](_envelope(message, now))
    except Rejected as error:
        _mark(message, State.FAILED, error)
        run.failed += 1
    except Unsure as error:
        _mark(message, State.UNSURE, error)
        run.unsure += 1
    except (Postponed, Unreachable) as error:
        if isinstance(error, Unreachable):
            # All e-mail goes through one server; a robot or a provider is its setting's own.
            run.down.add((message.channel, None if message.channel == Channel.EMAIL else message.setting_id))
        if message.attempts > len(PAUSES):
            _mark(message, State.FAILED, error)
            run.failed += 1
        else:
            _mark(message, State.WAITING, error, again=now + PAUSES[message.attempts - 1])
            run.postponed += 1
    else:
        _mark(message, State.SENT, None, sent=now)
        run.sent += 1


def _envelope(message: Message, now: datetime) -> Envelope:
    setting = message.setting
    return Envelope(
        number=f"m{message.pk}",
        address=message.address,
        subject=message.subject,
        text=message.text,
        at=now,
        endpoint=setting.endpoint,
        secret=setting.secret,
        headers=setting.headers,
        body=setting.body,
        success_text=setting.success_text,
    )


def _mark(
    message: Message,
    state: str,
    error: Exception | None,
    *,
    again: datetime | None = None,
    sent: datetime | None = None,
) -> None:
    """Write what became of the attempt; an address that a server repeats in its answer is taken out."""
    words = str(error or "").replace(message.address, "…")[:300]
    # Only this attempt's own claim: whoever was thought lost and comes back still says what he knows.
    own = Message.objects.filter(pk=message.pk, attempts=message.attempts, state__in=(State.SENDING, State.UNSURE))
    own.update(state=state, claimed_at=None, next_attempt_at=again, sent_at=sent, last_error=words)


@transaction.atomic
def retry(*, message_id: int, actor: Actor, now: datetime) -> Message:
    """Put a message that failed, or of which nobody knows, back among those that wait, with its present address.

    For an administrator of the message's organisation. What waits, is under way or was sent is refused.
    """
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("organisation", "setting__organisation", "recipient")
        .get(pk=message_id)
    )
    answer = may_administer(actor, message.organisation.path)
    if not answer:
        raise refuse("not_allowed", message=str(answer.reason))
    if message.state not in (State.FAILED, State.UNSURE):
        raise refuse("not_this_step")
    before = message.state
    if is_personal(message.channel):
        message.address = personal_address(message.recipient, message.channel) or message.address
    else:
        message.address = message.setting.endpoint
    message.state, message.attempts, message.next_attempt_at = State.WAITING, 0, now
    message.save(update_fields=["state", "attempts", "next_attempt_at", "address"])
    audit.append(
        chain=chain_of(message.organisation),
        action="message_retried",
        actor=acting(actor, answer),
        now=now,
        payload={"message": message.pk, "channel": message.channel, "kind": message.kind, "state": before},
    )
    return message
