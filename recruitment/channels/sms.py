"""Text messages through one generic HTTP provider: its address, headers and body are the organisation's settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote_plus

from recruitment.channels.base import Envelope, Rejected
from recruitment.channels.http import post

PLACES = ("{phone}", "{text}", "{id}")
DEFAULT_BODY = '{"phone": "{phone}", "content": "{text}", "requestId": "{id}"}'
#: Two text messages' worth of characters; providers charge by the piece.
_MAX_CHARACTERS = 134


def headers_of(lines: str) -> dict[str, str]:
    """``Name: value`` lines as headers. Raises ValueError for a line that is none."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, colon, value = line.partition(":")
        if not colon or not name.strip().replace("-", "").isalnum() or not line.isascii():
            raise ValueError(line)
        found = next((known for known in headers if known.lower() == name.strip().lower()), name.strip())
        headers[found] = value.strip()
    return headers


def filled(template: str, content_type: str, values: dict[str, str]) -> str:
    """The body with ``{phone}``, ``{text}`` and ``{id}`` filled in, escaped as the content type asks."""
    escape: Callable[[str], str] = quote_plus
    if "json" in content_type.lower():
        escape = _inside_json
    for place, value in values.items():
        template = template.replace("{" + place + "}", escape(value))
    return template


def _inside_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def send(envelope: Envelope) -> None:
    """The address is a phone number. An answer without ``success_text`` (where one is set) is a refusal."""
    try:
        headers = headers_of(envelope.headers)
    except ValueError:
        raise Rejected("a header is not understood") from None
    text = f"{envelope.subject} {envelope.text}".replace("\n", " ")
    if len(text) > _MAX_CHARACTERS:
        text = text[: _MAX_CHARACTERS - 1] + "…"
    # The text is filled in last: what it says is never taken for a place to fill.
    values = {"phone": envelope.address, "id": envelope.number, "text": text}
    body = filled(envelope.body or DEFAULT_BODY, headers["Content-Type"], values)
    answer = post(envelope.endpoint, data=body.encode(), headers=headers)
    if envelope.success_text and envelope.success_text not in answer:
        raise Rejected("the provider did not confirm")
