"""Calls to webhooks: to hosts on the installation's list only, over HTTPS, with time limits, following no redirect.

Administrators of an organisation type the addresses; the list of hosts (``CHANNEL_HOSTS``) is the installation's, so
that nobody can turn the server against machines of its own network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, InvalidURL, ReadTimeout, RequestException, SSLError
from urllib3.exceptions import NewConnectionError

from recruitment.channels.base import Rejected, Unreachable, Unsure

CONNECT_SECONDS, READ_SECONDS = 5, 10
#: More of an answer is not read; a webhook answers in a line.
_ANSWER_BYTES = 64 * 1024
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


def fault_of(url: str) -> str:
    """Why this address may not be called: ``scheme``, ``host``, ``form``; empty where it may."""
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "form"
    if not host or parts.username or parts.password or any(c.isspace() or ord(c) < 32 for c in url):
        return "form"
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.CHANNEL_ALLOW_HTTP):
        return "scheme"
    if host not in settings.CHANNEL_HOSTS:
        return "host"
    return ""


def post(url: str, *, data: bytes, headers: Mapping[str, str]) -> str:
    """Post and give back the answer's text; raises as :mod:`recruitment.channels` says.

    A URL carries a webhook's key, so it never stands in an error.
    """
    if fault := fault_of(url):
        raise Rejected(f"address not allowed ({fault})")
    try:
        # No proxy and no .netrc of the machine: only what the settings name.
        with requests.Session() as session:
            session.trust_env = False
            if settings.CHANNEL_PROXY:
                session.proxies = {"https": settings.CHANNEL_PROXY, "http": settings.CHANNEL_PROXY}
            answer = session.post(
                url,
                data=data,
                headers=dict(headers),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            text = answer.raw.read(_ANSWER_BYTES, decode_content=True).decode("utf-8", "replace")
    except (ConnectTimeout, SSLError) as error:
        raise Unreachable(type(error).__name__) from None
    except ReadTimeout:
        raise Unsure("no answer in time") from None
    except NoConnection as error:
        if _never_connected(error):
            raise Unreachable("no connection") from None
        raise Unsure("connection broken") from None
    except (InvalidURL, ValueError):
        raise Rejected("not a URL") from None
    except (RequestException, OSError) as error:
        raise Unsure(type(error).__name__) from None
    if answer.status_code in _TRY_AGAIN:
        raise Unreachable(f"HTTP {answer.status_code}")
    if not 200 <= answer.status_code < 300:
        raise Rejected(f"HTTP {answer.status_code}")
    return text


def _never_connected(error: NoConnection) -> bool:
    return isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError)


def post_robot(url: str, text: str, *, busy: frozenset[int]) -> None:
    """Post a text to a group robot; both makers answer with ``errcode``. ``busy``: codes worth another attempt."""
    message: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = post(url, data=json.dumps(message, ensure_ascii=False).encode(), headers=headers)
    try:
        code = int(json.loads(answer)["errcode"])
    except (ValueError, TypeError, KeyError):
        raise Unsure("answer not understood") from None
    if code in busy:
        raise Unreachable(f"errcode {code}")
    if code:
        raise Rejected(f"errcode {code}")
