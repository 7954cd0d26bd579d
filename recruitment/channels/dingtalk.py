"""A group robot of DingTalk (钉钉), by its webhook, signed where the robot asks for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote_plus

from recruitment.channels.base import Envelope
from recruitment.channels.http import post_robot
from recruitment.channels.wecom import shortened

#: The maker is busy, and its limit of twenty messages a minute.
_BUSY = frozenset({-1, 130101, 410100})
_MAX_BYTES = 20_000


def send(envelope: Envelope) -> None:
    """The address is the webhook; with a secret it gets the time and a signature over it."""
    url = envelope.address
    if envelope.secret:
        url += ("&" if "?" in url else "?") + signature(envelope.secret, envelope.at)
    post_robot(url, shortened(f"{envelope.subject}\n{envelope.text}", _MAX_BYTES), busy=_BUSY)


def signature(secret: str, at: datetime) -> str:
    """The two parameters by which the robot knows the sender: HMAC-SHA256 over time (milliseconds) and secret."""
    stamp = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
