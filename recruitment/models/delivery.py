from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.case import Case
from recruitment.models.fields import EncryptedTextField
from recruitment.models.flag import Notification


class Channel(models.TextChoices):
    EMAIL = "email", _("电子邮件")
    WECOM = "wecom", _("企业微信群机器人")
    DINGTALK = "dingtalk", _("钉钉群机器人")
    SMS = "sms", _("短信")


#: Channels that reach a person; the others reach the group of an organisation.
PERSONAL_CHANNELS = (Channel.EMAIL, Channel.SMS)


class Topic(models.TextChoices):
    """What a notification is about, as far as anybody outside the system is told."""

    RED = "red", _("红灯")
    LATE = "late", _("超过期限")
    RETURNED = "returned", _("退回补正")
    SUSPENDED = "suspended", _("暂停")
    LEARNING = "learning", _("学习")
    OTHER = "other", _("其他提醒")


def red_only() -> list[str]:
    return [Topic.RED.value]


class ChannelSetting(models.Model):
    """How an organisation and everything below it is told outside the system; the nearest row up the tree decides.

    A row that is switched off also decides: nothing is sent below it by that channel. ``endpoint`` is the address of a
    webhook or of the SMS provider, ``secret`` signs (DingTalk) and ``headers`` carry a provider's key; all three stand
    encrypted.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("党组织"), on_delete=models.PROTECT, related_name="channel_settings"
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    enabled = models.BooleanField(_("启用"), default=False)
    endpoint = EncryptedTextField(_("接口地址"), blank=True)
    secret = EncryptedTextField(_("签名密钥"), blank=True)
    headers = EncryptedTextField(_("请求头"), blank=True)
    body = models.TextField(_("请求正文模板"), blank=True)
    success_text = models.CharField(_("成功标志"), max_length=100, blank=True)
    immediate_topics = models.JSONField(_("立即发送"), default=red_only, blank=True)
    digest_hour = models.PositiveSmallIntegerField(
        _("每日汇总时间（点）"), default=8, validators=[MaxValueValidator(23)]
    )

    class Meta:
        verbose_name = _("通知渠道")
        verbose_name_plural = _("通知渠道")
        ordering = ["organisation__path", "channel"]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_channel_setting_once",
                fields=["organisation", "channel"],
                violation_error_message=_("该组织已设置这个渠道。"),
            ),
            models.CheckConstraint(name="recruitment_channel_setting_hour", condition=Q(digest_hour__lte=23)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_channel_display()}"


class ContactPreference(models.Model):
    """Where and how often somebody wishes to be told; without a row, the account's e-mail address and the digest."""

    class Choice(models.TextChoices):
        DIGEST = "digest", _("每日汇总，红灯等紧急事项立即发送")
        IMMEDIATE = "immediate", _("每件事立即发送")
        NONE = "none", _("不发送")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contact")
    email = EncryptedTextField(_("电子邮箱"), blank=True)
    email_choice = models.CharField(_("电子邮件"), max_length=9, choices=Choice.choices, default=Choice.DIGEST)
    phone = EncryptedTextField(_("手机号码"), blank=True)
    sms_choice = models.CharField(_("短信"), max_length=9, choices=Choice.choices, default=Choice.NONE)

    class Meta:
        verbose_name = _("接收方式")
        verbose_name_plural = _("接收方式")

    def __str__(self) -> str:
        return f"{self.user}"


class Message(models.Model):
    """The outbox: one message to one address, kept until it is known what became of it.

    ``once`` names the event, the channel and the recipient; a second message of the same name cannot be written.
    """

    class Kind(models.TextChoices):
        IMMEDIATE = "immediate", _("立即发送")
        DIGEST = "digest", _("每日汇总")
        TEST = "test", _("测试")

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENDING = "sending", _("正在发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        UNSURE = "unsure", _("不能确定")

    once = models.CharField(max_length=160, unique=True, editable=False)
    kind = models.CharField(_("种类"), max_length=9, choices=Kind.choices)
    setting = models.ForeignKey(ChannelSetting, on_delete=models.PROTECT, related_name="messages")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("党组织"), on_delete=models.PROTECT, related_name="messages"
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("收件人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    address = EncryptedTextField(_("地址"))
    subject = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("正文"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    created_at = models.DateTimeField(_("生成时间"))
    next_attempt_at = models.DateTimeField(_("下次发送"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    last_error = models.CharField(_("最近一次的错误"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("外发消息")
        verbose_name_plural = _("外发消息")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                name="recruitment_message_due",
                fields=["state", "next_attempt_at"],
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(name="recruitment_message_list", fields=["-created_at"]),
        ]

    def __str__(self) -> str:
        return self.once


class Delivery(models.Model):
    """One notification that is to reach one recipient by one channel: in a message of its own, or in the next digest.

    Written in the transaction of the notification. Unique by case, step, rule, day, channel and recipient, all of
    them in ``once``; the day is the due date, or that of the flag where it has none. ``dropped``: what it was to tell
    had been settled before the digest was made.
    """

    once = models.CharField(max_length=160, unique=True, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="deliveries")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=40)
    due = models.DateField(null=True, blank=True)
    topic = models.CharField(max_length=10, choices=Topic.choices)
    setting = models.ForeignKey(ChannelSetting, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    dropped = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("送达")
        verbose_name_plural = _("送达")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                name="recruitment_delivery_open",
                fields=["setting", "created_at"],
                condition=Q(message__isnull=True, dropped=False),
            ),
        ]

    def __str__(self) -> str:
        return self.once
