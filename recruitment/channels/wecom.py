"""A group robot of WeCom (企业微信), by its webhook."""

from __future__ import annotations

from recruitment.channels.base import Envelope
from recruitment.channels.http import post_robot

#: The maker's own failures, and its limit of twenty messages a minute.
_BUSY = frozenset({-1, 45009, 45033})
#: The longest text that a robot takes, in bytes of UTF-8.
_MAX_BYTES = 2048


def send(envelope: Envelope) -> None:
    """The address is the webhook; its key stands in it."""
    post_robot(envelope.address, shortened(f"{envelope.subject}\n{envelope.text}", _MAX_BYTES), busy=_BUSY)


def shortened(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` bytes of UTF-8, cut between characters."""
    encoded = text.encode()
    return text if len(encoded) <= limit else encoded[: limit - 3].decode(errors="ignore") + "…"
