"""What the outbox hands to a channel, and the four ways in which sending can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way. ``number`` is the same at every attempt; ``at`` is the server's time of this attempt.

    ``endpoint``, ``secret``, ``headers``, ``body`` and ``success_text`` are what the organisation has set for the
    channel; each channel says which of them it uses.
    """

    number: str
    address: str
    subject: str
    text: str
    at: datetime
    endpoint: str = ""
    secret: str = ""
    headers: str = ""
    body: str = ""
    success_text: str = ""


Carrier = Callable[[Envelope], None]


class Unreachable(Exception):  # noqa: N818 - named after what happened, as the outbox's states are
    """Certainly not delivered, and nothing else will be for now: no connection, a busy server, a limit of calls."""


class Postponed(Exception):  # noqa: N818
    """Certainly not delivered: the server asks to bring this one message again later."""


class Rejected(Exception):  # noqa: N818
    """Certainly not delivered, and another attempt would end alike: a wrong address, key or setting."""


class Unsure(Exception):  # noqa: N818
    """The connection broke after the message was handed over: it may have been delivered, or not."""
