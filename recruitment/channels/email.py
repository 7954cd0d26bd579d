"""E-mail through the server that the installation names (``EMAIL_URL``)."""

from __future__ import annotations

import contextlib
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from recruitment.channels.base import Envelope, Postponed, Rejected, Unreachable, Unsure


def send(envelope: Envelope) -> None:
    """The Message-ID is the same at each attempt, so that a receiving server may know a second copy.

    What happens before the text is handed over is certain; a connection that breaks after that leaves it open.
    """
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        raise Rejected("no mail server is set (EMAIL_URL)")
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message = EmailMessage(
        envelope.subject,
        envelope.text,
        sender,
        [envelope.address],
        headers={"Message-ID": f"<{envelope.number}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(_said(error)) from None
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _refusal(code, words) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unsure(_said(error)) from None
    finally:
        _close(connection)


def _refusal(code: int, words: bytes | str) -> Exception:
    said = f"SMTP {code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return Postponed(said) if 400 <= code < 500 else Rejected(said)


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}"


def _close(connection: object) -> None:
    """What was accepted stays accepted, even where the farewell fails."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.close()
