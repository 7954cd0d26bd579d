"""Ways out of the system: each takes an envelope, and returns, or says by its exception what became of it.

A channel knows nothing of cases. It writes nothing to the database, and never tries twice: that is the outbox's part.
"""

from __future__ import annotations

from recruitment.channels import dingtalk, email, sms, wecom
from recruitment.channels.base import Carrier, Envelope, Postponed, Rejected, Unreachable, Unsure

CARRIERS: dict[str, Carrier] = {
    "email": email.send,
    "wecom": wecom.send,
    "dingtalk": dingtalk.send,
    "sms": sms.send,
}

__all__ = ["CARRIERS", "Carrier", "Envelope", "Postponed", "Rejected", "Unreachable", "Unsure"]
