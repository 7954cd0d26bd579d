"""The forms of channels and of one's own way of being told; the list's filters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Organisation
from recruitment.channels.sms import DEFAULT_BODY
from recruitment.models import Channel, ChannelSetting, ContactPreference, Message, Topic
from recruitment.selectors.outbox import MessageFilter
from recruitment.services.outbox.settings import SECRETS

_KEEP = gettext_lazy("已保存，不再显示；留空表示不变。")
_NAMES = {
    "enabled": gettext_lazy("启用这个渠道"),
    "endpoint": gettext_lazy("接口地址"),
    "secret": gettext_lazy("签名密钥"),
    "headers": gettext_lazy("请求头"),
    "body": gettext_lazy("请求正文模板"),
    "success_text": gettext_lazy("成功标志"),
    "immediate_topics": gettext_lazy("立即发送"),
    "digest_hour": gettext_lazy("每日汇总时间"),
}
_HELP = {
    "endpoint": gettext_lazy("以 https:// 开头；群机器人请粘贴 Webhook 地址。"),
    "secret": gettext_lazy("机器人安全设置选“加签”时，粘贴以 SEC 开头的密钥。"),
    "headers": gettext_lazy("每行一个，例如 Authorization: Bearer 密钥。"),
    "body": gettext_lazy("{phone} 代入手机号码，{text} 代入内容，{id} 代入消息编号。"),
    "success_text": gettext_lazy("服务商的回答含有这段文字才算发出；留空则只看 HTTP 状态。"),
    "immediate_topics": gettext_lazy("没有勾选的事项进入每日汇总。"),
}
_OF_CHANNEL = {
    Channel.EMAIL: (),
    Channel.WECOM: ("endpoint",),
    Channel.DINGTALK: ("endpoint", "secret"),
    Channel.SMS: ("endpoint", "headers", "body", "success_text"),
}


class ChannelForm(forms.Form):
    """One channel of one organisation. What is secret is never given back to the browser."""

    def __init__(self, data: Any = None, *, channel: str, row: ChannelSetting | None = None) -> None:
        row = row or ChannelSetting(channel=channel)
        super().__init__(data, label_suffix="", initial=self._initial(row))
        self.fields["enabled"] = forms.BooleanField(label=_NAMES["enabled"], required=False)
        for name in _OF_CHANNEL[Channel(channel)]:
            kept = name in SECRETS and bool(getattr(row, name))
            self.fields[name] = forms.CharField(
                label=_NAMES[name],
                help_text=_KEEP if kept else _HELP[name],
                required=False,
                widget=self._widget(name),
            )
        self.fields["immediate_topics"] = forms.MultipleChoiceField(
            label=_NAMES["immediate_topics"],
            help_text=_HELP["immediate_topics"],
            choices=Topic.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["digest_hour"] = forms.TypedChoiceField(
            label=_NAMES["digest_hour"], coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
        )

    @staticmethod
    def _widget(name: str) -> forms.Widget:
        if name in ("headers", "body"):
            return forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    @staticmethod
    def _initial(row: ChannelSetting) -> dict[str, Any]:
        return {
            "enabled": row.enabled,
            "body": row.body or DEFAULT_BODY,
            "success_text": row.success_text,
            "immediate_topics": row.immediate_topics,
            "digest_hour": row.digest_hour,
        }

    def values(self) -> dict[str, Any]:
        """What the service takes: a secret that was left empty stays as it is."""
        return {name: value or None if name in SECRETS else value for name, value in self.cleaned_data.items()}


class ContactForm(forms.Form):
    """Where and how often one wishes to be told."""

    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"), required=False, help_text=gettext_lazy("留空则用账号上登记的邮箱。")
    )
    email_choice = forms.ChoiceField(
        label=gettext_lazy("电子邮件"), choices=ContactPreference.Choice.choices, widget=forms.RadioSelect
    )
    phone = forms.CharField(
        label=gettext_lazy("手机号码"),
        required=False,
        max_length=11,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "tel"}),
    )
    sms_choice = forms.ChoiceField(
        label=gettext_lazy("短信"), choices=ContactPreference.Choice.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, row: ContactPreference) -> None:
        names = ("email", "email_choice", "phone", "sms_choice")
        super().__init__(data, label_suffix="", initial={name: getattr(row, name) for name in names})


class MessageFilterForm(forms.Form):
    """Reads the filters leniently: what cannot be is left out."""

    def __init__(self, data: Any, organisations: Iterable[Organisation]) -> None:
        super().__init__(data, label_suffix="")
        everything = [("", _("全部"))]
        self.fields["state"] = self._choice(_("状态"), [*everything, *Message.State.choices])
        self.fields["channel"] = self._choice(_("渠道"), [*everything, *Channel.choices])
        self.fields["kind"] = self._choice(_("种类"), [*everything, *Message.Kind.choices])
        bodies = [(body.code, str(body)) for body in organisations]
        if len(bodies) > 1:
            self.fields["branch"] = self._choice(_("党组织"), [*everything, *bodies])

    @staticmethod
    def _choice(label: str, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
        return forms.ChoiceField(label=label, choices=choices, required=False)

    def wanted(self) -> MessageFilter:
        self.full_clean()
        return MessageFilter(**self.cleaned_data)

    def given(self) -> bool:
        return any(self.data.get(name) for name in self.fields)
