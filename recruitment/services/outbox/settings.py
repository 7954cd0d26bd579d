"""What administrators set for their organisations, and everybody for oneself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator
from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor
from branches.models import Organisation, User
from branches.services.record import difference, record, snapshot
from recruitment.channels.http import fault_of
from recruitment.channels.sms import PLACES, headers_of
from recruitment.documents import messages as wording
from recruitment.models import Channel, ChannelSetting, ContactPreference, Message, Topic
from recruitment.policies import may_administer
from recruitment.services.base import acting, refuse
from recruitment.services.outbox.reach import is_personal, personal_address

#: Stored encrypted, never shown, and named in the audit only as changed. None keeps what is there.
SECRETS = ("endpoint", "secret", "headers")
_PLAIN = ("enabled", "body", "success_text", "immediate_topics", "digest_hour")


@transaction.atomic
def save_channel(
    *, organisation: Organisation, channel: str, values: Mapping[str, Any], actor: Actor, now: datetime
) -> ChannelSetting:
    """Set a channel of an organisation. ``values`` holds fields of the row; a secret that is None stays as it was.

    For an administrator whose seat covers the organisation. Raises ``ValidationError`` by field.
    """
    answer = may_administer(actor, organisation.path)
    if not answer:
        raise refuse("not_allowed", message=str(answer.reason))
    own = {"organisation": organisation, "channel": channel}
    row = ChannelSetting.objects.select_for_update().filter(**own).first() or ChannelSetting(**own)
    before = {**snapshot(row, _PLAIN), **{name: getattr(row, name) for name in SECRETS}}
    for name, value in values.items():
        if value is not None or name not in SECRETS:
            setattr(row, name, value)
    row.full_clean()
    check_channel(row)
    row.save()
    payload: dict[str, Any] = difference({name: before[name] for name in _PLAIN}, snapshot(row, _PLAIN))
    payload |= {name: ["***", "***"] for name in SECRETS if before[name] != getattr(row, name)}
    record(
        organisation=organisation,
        action="channel_changed",
        actor=acting(actor, answer),
        now=now,
        payload={"channel": channel, **payload},
    )
    return row


def check_channel(row: ChannelSetting) -> None:
    """Raise ``ValidationError`` by field where the channel could not work as it is set."""
    errors: dict[str, str] = {}
    if set(row.immediate_topics) - set(Topic.values):
        errors["immediate_topics"] = _("没有这一类事项。")
    if row.channel != Channel.EMAIL:
        if row.endpoint and (fault := fault_of(row.endpoint)):
            errors["endpoint"] = {
                "scheme": _("接口地址必须以 https:// 开头。"),
                "host": _("这台主机不在允许的名单内；名单由系统运维人员在 CHANNEL_HOSTS 中设置。"),
                "form": _("这不是一个网址。"),
            }[fault]
        elif row.enabled and not row.endpoint:
            errors["endpoint"] = _("启用以前请填写接口地址。")
    if row.channel == Channel.SMS:
        if row.body and not all(place in row.body for place in PLACES[:2]):
            errors["body"] = _("正文模板必须含有 {phone} 和 {text}。")
        try:
            headers_of(row.headers)
        except ValueError:
            errors["headers"] = _("每行写一个请求头，例如 Authorization: Bearer 密钥。")
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def send_test(*, organisation: Organisation, channel: str, actor: Actor, now: datetime) -> Message:
    """Put a test message into the outbox: to the group, or to the administrator's own address.

    Raises ``ValidationError`` where the channel is not set, or the administrator has no address.
    """
    answer = may_administer(actor, organisation.path)
    if not answer:
        raise refuse("not_allowed", message=str(answer.reason))
    setting = ChannelSetting.objects.filter(organisation=organisation, channel=channel).first()
    if setting is None or (channel != Channel.EMAIL and not setting.endpoint):
        raise ValidationError(_("请先保存这个渠道的设置。"))
    recipient = None
    address = setting.endpoint
    if is_personal(channel):
        recipient = User.objects.select_related("contact").get(pk=actor.user_id)
        address = personal_address(recipient, channel)
        if not address:
            raise ValidationError(_("请先在“接收方式”里填写您自己的地址，测试消息发给您本人。"))
    subject, text = wording.test()
    message = Message.objects.create(
        once=f"test:{setting.pk}:{actor.user_id}:{now:%Y%m%d%H%M%S%f}",
        kind=Message.Kind.TEST,
        setting=setting,
        organisation=organisation,
        channel=channel,
        recipient=recipient,
        address=address,
        subject=subject,
        text=text,
        created_at=now,
        next_attempt_at=now,
    )
    record(
        organisation=organisation,
        action="channel_tested",
        actor=acting(actor, answer),
        now=now,
        payload={"channel": channel, "message": message.pk},
    )
    return message


@transaction.atomic
def save_contact(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> ContactPreference:
    """Save where and how often the actor wishes to be told. Of the addresses the audit keeps only that they changed."""
    model = ContactPreference
    row = model.objects.select_for_update().filter(user_id=actor.user_id).first() or model(user_id=actor.user_id)
    names = ("email", "email_choice", "phone", "sms_choice")
    before = snapshot(row, names)
    for name in names:
        setattr(row, name, values[name])
    if row.email:
        _validate("email", EmailValidator(_("这不是一个电子邮箱地址。")), row.email)
    if row.phone:
        _validate("phone", RegexValidator(r"^1\d{10}\Z", _("请填写11位手机号码。")), row.phone)
    elif row.sms_choice != model.Choice.NONE:
        raise ValidationError({"phone": _("接收短信请填写手机号码。")})
    row.save()
    changed = difference(before, snapshot(row, names))
    payload = {name: ["***", "***"] if name in ("email", "phone") else pair for name, pair in changed.items()}
    if payload:
        audit.append(chain=f"user:{actor.user_id}", action="contact_changed", actor=actor, now=now, payload=payload)
    return row


def _validate(name: str, validator: Any, value: str) -> None:
    try:
        validator(value)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error
