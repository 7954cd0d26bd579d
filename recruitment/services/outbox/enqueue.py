"""From a notification to the outbox, in the transaction that wrote the notification."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from branches.models import User
from recruitment.documents import messages as wording
from recruitment.models import ChannelSetting, Delivery, Message, Notification
from recruitment.selectors.casefile import local_day
from recruitment.services.outbox.reach import Choice, choice_of, is_personal, personal_address, readers_of, settings_for


def publish(notifications: Sequence[Notification], now: datetime) -> None:
    """Write notifications and, in the same transaction, what their recipients are to be sent (see :func:`enqueue`)."""
    enqueue(Notification.objects.bulk_create(notifications), now)


def enqueue(notifications: Sequence[Notification], now: datetime) -> None:
    """Write what the recipients of these notifications are to be sent; nothing where no channel is on.

    Each notification brings its case (person and branch loaded) and its flag, or what else it is about. A fixed number
    of queries: two where no channel is on, six at most. What was enqueued before is passed by.
    """
    if not notifications:
        return
    reach = settings_for({row.organisation_id for row in notifications})
    if not any(reach.values()):
        return
    readers = readers_of(
        [pk for pk, rows in reach.items() if any(is_personal(row.channel) for row in rows)], local_day(now)
    )
    drafts = {
        draft.once: (draft, address)
        for row in notifications
        for setting in reach[row.organisation_id]
        for draft, address in _drafts(row, setting, readers.get(row.organisation_id, {}), now)
    }
    known = set(Delivery.objects.filter(once__in=drafts).values_list("once", flat=True))
    fresh = [pair for once, pair in drafts.items() if once not in known]
    messages = []
    for draft, address in fresh:
        if address:
            draft.message = _message(draft, address, now)
            messages.append(draft.message)
    Message.objects.bulk_create(messages)
    Delivery.objects.bulk_create([draft for draft, _ in fresh])


def _drafts(
    row: Notification, setting: ChannelSetting, readers: dict[int, User], now: datetime
) -> Iterator[tuple[Delivery, str]]:
    """Each delivery with the address to send to at once; without an address it waits for the digest."""
    topic = wording.topic_of(row.case, row.code)
    at_once = topic in setting.immediate_topics
    if not is_personal(setting.channel):
        # What one person owes is not told to the group.
        if row.recipient_id is None:
            yield _delivery(row, setting, topic, None, now), setting.endpoint if at_once else ""
        return
    for user in readers.values():
        if row.recipient_id not in (None, user.pk):
            continue
        choice, address = choice_of(user, setting.channel), personal_address(user, setting.channel)
        if address and choice != Choice.NONE:
            yield (
                _delivery(row, setting, topic, user, now),
                address if at_once or choice == Choice.IMMEDIATE else "",
            )


def _delivery(row: Notification, setting: ChannelSetting, topic: str, user: User | None, now: datetime) -> Delivery:
    to = f"u{user.pk}" if user else f"o{setting.organisation_id}"
    return Delivery(
        once=f"{_subject(row)}:{setting.channel}:{to}",
        notification=row,
        case=row.case,
        code=row.code,
        due=row.due,
        topic=topic,
        setting=setting,
        channel=setting.channel,
        recipient=user,
        created_at=now,
    )


def _subject(row: Notification) -> str:
    """What is told, in the name by which it is told once."""
    if row.policy_id is not None:
        # A whole subtree hears of a document: a robot above many organisations, and whoever sits in several, once.
        return f"policy{row.policy_id}:{row.code}"
    flag = row.flag
    # What has no due date happens anew each time it rises: its day takes the place of the date.
    day = row.due or (flag.raised_on if flag else local_day(row.created_at))
    part = flag.subkey if flag else ""
    what = row.case_id if row.case_id is not None else f"about{row.about_id}"
    return f"{what}:{row.step}:{row.code}:{part}:{day}:{row.organisation_id}"


def _message(draft: Delivery, address: str, now: datetime) -> Message:
    row = draft.notification
    subject, text = wording.single(wording.item(row, draft.topic))
    return Message(
        once=draft.once,
        kind=Message.Kind.IMMEDIATE,
        setting=draft.setting,
        organisation_id=row.organisation_id,
        channel=draft.channel,
        recipient=draft.recipient,
        address=address,
        subject=subject,
        text=text,
        created_at=now,
        next_attempt_at=now,
    )
