"""Who is told by which channel: the settings up the tree, the holders of seats, and what each of them has chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from branches.models import Organisation, Seat, User
from branches.models.organisation import codes_of
from recruitment.models import Channel, ChannelSetting, ContactPreference
from recruitment.models.delivery import PERSONAL_CHANNELS
from recruitment.services.notifications import READING_ROLES

Choice = ContactPreference.Choice


def settings_for(organisations: Collection[int]) -> dict[int, list[ChannelSetting]]:
    """The settings that are on for each organisation, the nearest up the tree for each channel, in two queries."""
    paths = dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "path"))
    codes = {code for path in paths.values() for code in codes_of(path)}
    rows = {
        (row.organisation.code, row.channel): row
        for row in ChannelSetting.objects.filter(organisation__code__in=codes).select_related("organisation")
    }
    return {pk: _nearest(codes_of(path), rows) for pk, path in paths.items()}


def _nearest(codes: list[str], rows: Mapping[tuple[str, str], ChannelSetting]) -> list[ChannelSetting]:
    found = []
    for channel in Channel.values:
        nearest = next((rows[code, channel] for code in reversed(codes) if (code, channel) in rows), None)
        if nearest is not None and nearest.enabled:
            found.append(nearest)
    return found


def readers_of(organisations: Collection[int], day: date) -> dict[int, dict[int, User]]:
    """Those who do the work of each of these organisations on that day, by primary key, in one query."""
    seats = (
        Seat.objects.active_on(day)
        .filter(organisation__in=organisations, role__in=READING_ROLES, user__is_active=True)
        .select_related("user__contact")
    )
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for seat in seats:
        found[seat.organisation_id][seat.user_id] = seat.user
    return found


def contact_of(user: User) -> ContactPreference:
    """What the user has chosen, or what holds for whoever has chosen nothing."""
    return getattr(user, "contact", None) or ContactPreference(user=user)


def personal_address(user: User, channel: str) -> str:
    """Where the user is reached by a personal channel; empty where no address is known."""
    contact = contact_of(user)
    return contact.phone if channel == Channel.SMS else contact.email or user.email


def choice_of(user: User, channel: str) -> str:
    contact = contact_of(user)
    return contact.sms_choice if channel == Channel.SMS else contact.email_choice


def is_personal(channel: str) -> bool:
    return channel in PERSONAL_CHANNELS
