"""The daily digest: one message a day to each recipient and channel, made at the hour that the organisation has set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from branches.models import Seat, User
from recruitment.documents import messages as wording
from recruitment.models import ChannelSetting, Delivery, Exam, Message, Notification, Person, PoolAnalysis
from recruitment.rules.explain import day_text
from recruitment.selectors.casefile import local_day
from recruitment.services.notifications import READING_ROLES
from recruitment.services.outbox.reach import Choice, choice_of, is_personal, personal_address


def last_hour(now: datetime, hour: int) -> datetime:
    """The latest moment not after ``now`` at which the local clock showed ``hour``."""
    moment = timezone.localtime(now).replace(hour=hour, minute=0, second=0, microsecond=0)
    return moment if moment <= now else moment - timedelta(days=1)


def compose_digests(*, now: datetime) -> int:
    """Make the digests whose hour has come; returns how many. A second call of the same hour makes none.

    What waits since before the last digest hour is taken, so that the first call after a standstill makes up for it;
    what came later waits for the next. Each setting is a transaction of its own.
    """
    waiting = ChannelSetting.objects.filter(deliveries__message__isnull=True, deliveries__dropped=False)
    return sum(_compose(pk, now) for pk in list(waiting.order_by("pk").values_list("pk", flat=True).distinct()))


@transaction.atomic
def _compose(setting_id: int, now: datetime) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    setting = ChannelSetting.objects.select_for_update(skip_locked=skip).filter(pk=setting_id).first()
    if setting is None:  # another worker is at it
        return 0
    pending = Delivery.objects.filter(setting=setting, message__isnull=True, dropped=False)
    if not setting.enabled:
        pending.update(dropped=True)
        return 0
    slot = last_hour(now, setting.digest_hour)
    rows = list(
        pending.filter(created_at__lte=slot)
        .select_related(
            "notification__flag",
            "notification__case__person",
            "notification__case__branch",
            "notification__policy__document",
            "notification__about",
            "recipient__contact",
        )
        .defer(
            *(f"notification__case__person__{name}" for name in Person.SENSITIVE),
            "notification__policy__text",
            "notification__policy__document__search_text",
        )
        .order_by("created_at", "pk")
    )
    live = _live(rows, setting, now)
    keys = {recipient: f"digest:{setting.pk}:{recipient or 'group'}:{slot:%Y-%m-%d}" for recipient in live}
    made = set(Message.objects.filter(once__in=keys.values()).values_list("once", flat=True))
    messages = {
        recipient: _digest(setting, own, keys[recipient], slot, now)
        for recipient, own in live.items()
        if keys[recipient] not in made
    }
    Message.objects.bulk_create(messages.values())
    gathered = []
    for recipient, message in messages.items():
        for row in live[recipient]:
            row.message = message
            gathered.append(row)
    Delivery.objects.bulk_update(gathered, ["message"], batch_size=500)
    taken = {row.pk for own in live.values() for row in own}
    Delivery.objects.filter(pk__in=[row.pk for row in rows if row.pk not in taken]).update(dropped=True)
    return len(messages)


def _live(rows: Sequence[Delivery], setting: ChannelSetting, now: datetime) -> dict[int | None, list[Delivery]]:
    """What is still to be told, by recipient: its flag stands, its document is in the library, the pass or the analysis
    is still owed, and the recipient sits there and can be reached."""
    users = {row.recipient_id for row in rows if row.recipient_id}
    seats = set(
        Seat.objects.active_on(local_day(now))
        .filter(user__in=users, role__in=READING_ROLES)
        .values_list("user_id", "organisation_id")
    )
    passes = _passes({row.recipient_id for row in rows if row.notification.recipient_id})
    analyses = _analyses({row.notification.about_id for row in rows if row.notification.about_id})
    live: dict[int | None, list[Delivery]] = defaultdict(list)
    for row in rows:
        user = row.recipient
        if _is_settled(row.notification, passes, analyses):
            continue
        if user is None or (
            (user.pk, row.notification.organisation_id) in seats and _wants_digest(user, setting.channel)
        ):
            live[row.recipient_id].append(row)
    return live


def _passes(users: Collection[int]) -> dict[int, datetime]:
    """When each of them passed the test for the last time; one query, none where nobody was told of a pass."""
    if not users:
        return {}
    found = Exam.objects.filter(user__in=users, passed=True).order_by().values("user")
    return dict(found.annotate(latest=Max("handed_in_at")).values_list("user", "latest"))


def _analyses(bodies: Collection[int]) -> dict[int, datetime]:
    """When each of them entered its last yearly analysis; one query, none where nobody was told of one."""
    if not bodies:
        return {}
    found = PoolAnalysis.objects.filter(body__in=bodies).order_by().values("body")
    return dict(found.annotate(latest=Max("entered_at")).values_list("body", "latest"))


def _is_settled(told: Notification, passes: Mapping[int, datetime], analyses: Mapping[int, datetime]) -> bool:
    if told.flag is not None:
        return told.flag.resolved_at is not None or not told.case.is_open
    if told.policy is not None:
        return told.policy.document.withdrawn_at is not None
    latest = passes.get(told.recipient_id) if told.recipient_id is not None else analyses.get(told.about_id)
    return latest is not None and latest > told.created_at


def _wants_digest(user: User, channel: str) -> bool:
    return user.is_active and choice_of(user, channel) != Choice.NONE and bool(personal_address(user, channel))


def _digest(setting: ChannelSetting, rows: Sequence[Delivery], once: str, slot: datetime, now: datetime) -> Message:
    items = [wording.item(row.notification, row.topic) for row in rows]
    subject, text = wording.digest(items, day_text(local_day(slot)).zh)
    first = rows[0]
    personal = is_personal(setting.channel)
    return Message(
        once=once,
        kind=Message.Kind.DIGEST,
        setting=setting,
        organisation_id=first.notification.organisation_id if personal else setting.organisation_id,
        channel=setting.channel,
        recipient=first.recipient,
        address=personal_address(first.recipient, setting.channel) if personal else setting.endpoint,
        subject=subject,
        text=text,
        created_at=now,
        next_attempt_at=now,
    )
