"""What was sent, what waits and what failed, and how the channels are set, for administrators within their reach."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from branches.access import Actor
from branches.models import Organisation
from recruitment.models import Channel, ChannelSetting, Message

ROLE = "administrator"
#: Bodies that are offered on the page; a branch's own channel is set in the administration.
_OFFERED = (
    Organisation.Kind.CITY_COMMITTEE,
    Organisation.Kind.COUNTY_COMMITTEE,
    Organisation.Kind.GRASSROOTS_COMMITTEE,
)


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """What the list is narrowed to; empty is everything."""

    state: str = ""
    channel: str = ""
    kind: str = ""
    branch: str = ""


def messages(actor: Actor, wanted: MessageFilter) -> QuerySet[Message]:
    """The messages of the organisations that the actor administers, the newest first. One query a page."""
    found = Message.objects.filter(actor.scope(ROLE, field="organisation__path"))
    for name in ("state", "channel", "kind"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.branch:
        within = organisations(actor).filter(code=wanted.branch).values_list("path", flat=True).first()
        found = found.filter(organisation__path__startswith=within) if within else found.none()
    return found.select_related("organisation", "recipient").order_by("-created_at", "-pk")


def counts_by_state(actor: Actor) -> dict[str, int]:
    """How many messages there are of each state, within the actor's reach."""
    within = Message.objects.filter(actor.scope(ROLE, field="organisation__path")).order_by()
    return dict(within.values_list("state").annotate(number=Count("pk")))


def organisations(actor: Actor) -> QuerySet[Organisation]:
    """The organisations that the actor administers."""
    return Organisation.objects.filter(actor.scope(ROLE), dissolved_on__isnull=True)


def offered(actor: Actor) -> list[Organisation]:
    """Those of them for which a channel is set on the page, in the order of the tree."""
    found = organisations(actor).filter(kind__in=_OFFERED).order_by("path")
    return list(found.only("code", "name", "short_name", "path", "kind"))


def channel_settings(actor: Actor) -> QuerySet[ChannelSetting]:
    """The channels that are set within the actor's reach, without their secrets."""
    within = ChannelSetting.objects.filter(actor.scope(ROLE, field="organisation__path"))
    return within.select_related("organisation").defer("endpoint", "secret", "headers")


def deciding(organisation: Organisation, channel: str) -> ChannelSetting | None:
    """The nearest setting above the organisation: what holds while it has none of its own."""
    above = Organisation.objects.ancestors(organisation.path)
    rows = ChannelSetting.objects.filter(organisation__in=above, channel=Channel(channel))
    return rows.select_related("organisation").order_by("-organisation__path").first()
