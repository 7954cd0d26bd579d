"""What leaves the system: the list of messages, the channels, and one's own way of being told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.models import Organisation
from recruitment.forms.outbox import ChannelForm, ContactForm, MessageFilterForm
from recruitment.models import Channel, ChannelSetting, ContactPreference, Message
from recruitment.numbers import whole
from recruitment.selectors import outbox
from recruitment.services.base import Refused
from recruitment.services.outbox.sending import retry
from recruitment.services.outbox.settings import save_channel, save_contact, send_test
from recruitment.views.base import Page
from recruitment.views.worklist import ROWS_A_PAGE

State = Message.State
_TONES = {
    State.WAITING: "plain",
    State.SENDING: "soft",
    State.SENT: "done",
    State.FAILED: "strong",
    State.UNSURE: "strong",
}


class ForAdministrators(Page):
    """A page for holders of an administrator's seat; for others it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.actor.grants_of(outbox.ROLE):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def organisation(self, code: str) -> Organisation:
        return get_object_or_404(outbox.organisations(self.actor), code=code)


class Outbox(ForAdministrators):
    """What was sent, what waits and what failed. A post sends one again."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = MessageFilterForm(request.GET, outbox.offered(self.actor))
        page = Paginator(outbox.messages(self.actor, form.wanted()), ROWS_A_PAGE).get_page(request.GET.get("page"))
        counts = outbox.counts_by_state(self.actor)
        context = {
            "form": form,
            "filtered": form.given(),
            "page_obj": page,
            "rows": [_line(message) for message in page],
            "counts": [
                {"label": state.label, "value": counts.get(state, 0), "url": f"?state={state}"} for state in State
            ],
        }
        return render(request, "recruitment/outbox.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        within = Message.objects.filter(self.actor.scope(outbox.ROLE, field="organisation__path"))
        message = get_object_or_404(within, pk=whole(request.POST.get("id")))
        try:
            retry(message_id=message.pk, actor=self.actor, now=request.now)
        except Refused:
            messages.error(request, _("这条消息已经不是失败或不能确定的状态，没有重发。"))
        else:
            messages.success(request, _("已重新排队，一分钟内发送。"))
        query = request.GET.urlencode()
        return redirect(f"{reverse('outbox')}?{query}" if query else "outbox")


def _line(message: Message) -> dict[str, Any]:
    return {
        "message": message,
        "to": message.recipient or message.organisation,
        "address": masked(message.channel, message.address),
        "tone": _TONES[State(message.state)],
        "may_retry": message.state in (State.FAILED, State.UNSURE),
        "may_double": message.state == State.UNSURE,
    }


def masked(channel: str, address: str) -> str:
    """An address as far as it helps to find a mistake: never whole, and of a webhook the host alone."""
    if channel == Channel.EMAIL:
        name, _at, host = address.rpartition("@")
        return f"{name[:2]}***@{host}"
    if channel == Channel.SMS:
        return f"{address[:3]}****{address[-4:]}"
    return urlsplit(address).hostname or ""


class ChannelList(ForAdministrators):
    """The channels that are set, and the door to one that is not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if "organisation" in request.GET:
            body = self.organisation(request.GET["organisation"])
            if request.GET.get("channel") not in Channel.values:
                raise Http404
            return redirect("channel", code=body.code, channel=request.GET["channel"])
        context = {
            "rows": list(outbox.channel_settings(self.actor)),
            "organisations": outbox.offered(self.actor),
            "channels": Channel.choices,
        }
        return render(request, "recruitment/channels.html", context)


class ChannelPage(ForAdministrators):
    """One channel of one organisation: set it, or try it with a message to the group or to oneself."""

    def get(self, request: HttpRequest, code: str, channel: str) -> HttpResponse:
        body, row = self._row(code, channel)
        return self._show(body, channel, ChannelForm(channel=channel, row=row), row)

    def post(self, request: HttpRequest, code: str, channel: str) -> HttpResponse:
        body, row = self._row(code, channel)
        if "test" in request.POST:
            return self._try(body, channel)
        form = ChannelForm(request.POST, channel=channel, row=row)
        if form.is_valid():
            try:
                save_channel(
                    organisation=body, channel=channel, values=form.values(), actor=self.actor, now=request.now
                )
            except ValidationError as error:
                for name, errors in error.message_dict.items():
                    form.add_error(name if name in form.fields else None, errors)
            else:
                messages.success(request, _("已保存，从下一条消息起生效。可以先发一条测试消息。"))
                return redirect("channel", code=code, channel=channel)
        return self._show(body, channel, form, row)

    def _row(self, code: str, channel: str) -> tuple[Organisation, ChannelSetting | None]:
        if channel not in Channel.values:
            raise Http404
        body = self.organisation(code)
        return body, ChannelSetting.objects.filter(organisation=body, channel=channel).first()

    def _try(self, body: Organisation, channel: str) -> HttpResponse:
        try:
            send_test(organisation=body, channel=channel, actor=self.actor, now=self.request.now)
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(self.request, sentence)
        else:
            messages.success(self.request, _("测试消息已排队，一分钟内发送；结果见“外发消息”。"))
        return redirect("channel", code=body.code, channel=channel)

    def _show(self, body: Organisation, channel: str, form: ChannelForm, row: ChannelSetting | None) -> HttpResponse:
        context = {
            "organisation": body,
            "channel": Channel(channel),
            "form": form,
            "row": row,
            "above": None if row else outbox.deciding(body, channel),
        }
        return render(self.request, "recruitment/channel.html", context, status=200)


class Contact(Page):
    """Where and how often the signed-in person wishes to be told."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(ContactForm(row=self._row()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ContactForm(request.POST, row=self._row())
        if form.is_valid():
            try:
                save_contact(values=form.cleaned_data, actor=self.actor, now=request.now)
            except ValidationError as error:
                for name, errors in error.message_dict.items():
                    form.add_error(name, errors)
            else:
                messages.success(request, _("已保存，从下一条消息起按这样通知您。"))
                return redirect("contact")
        return self._show(form)

    def _row(self) -> ContactPreference:
        own = ContactPreference.objects.filter(user=self.request.user).first()
        return own or ContactPreference(user=self.request.user)

    def _show(self, form: ContactForm) -> HttpResponse:
        context = {"form": form, "account_email": self.request.user.email}
        return render(self.request, "recruitment/contact.html", context)
