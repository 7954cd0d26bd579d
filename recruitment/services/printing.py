"""Printing: a paper leaves the system, and the record says who took it, when, and what it said."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from audit import services as audit
from branches.access import Actor
from recruitment import policies
from recruitment.documents import data, files, papers, printed
from recruitment.documents.data import PaperData, chinese_date
from recruitment.documents.fill import FilledForm, content_of
from recruitment.models import Case, PrintedFile, Printing
from recruitment.policies import Denied
from recruitment.selectors.casefile import local_day
from recruitment.services import background
from recruitment.services.background import Clock
from recruitment.services.base import Refusal, Refused, acting, invalid, refuse

#: Ten signs without those that are mistaken for one another: 50 bits, enough that nobody hits one by trying.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10


def new_code() -> str:
    """A short code for one printing."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


@transaction.atomic
def print_paper(*, case_id: int, paper: str, extension: str, actor: Actor, now: datetime, origin: str = "") -> Printing:
    """Enter that ``paper`` (a form's code, ``booklet``, ``JS``, ``D46``, ``D47``) is printed for the actor.

    Whoever may see the case may print; what is private is printed only for those who take part in it. Ended cases are
    printed like running ones. The whole booklet is made in the background (``printing.made``); ``origin`` is the
    product's address as the actor reached it, for its QR code. Raises ``Refused`` with ``not_allowed`` or
    ``field_invalid``, ``Case.DoesNotExist``.
    """
    case = Case.objects.select_related("branch").get(pk=case_id)
    answer = policies.may_see(actor, case.scope)
    if isinstance(answer, Denied):
        raise Refused([Refusal("not_allowed", message=str(answer.reason))])
    if paper not in papers.CODES:
        raise invalid("paper")
    if extension not in Printing.Extension.values:
        raise invalid("extension")
    private = bool(policies.may_take_part(actor, case.scope))
    content = papers.content(paper, data.load(case_id, private=private))
    printing = Printing.objects.create(
        case=case,
        paper=paper,
        extension=extension,
        private=private,
        code=new_code(),
        digest=content.digest,
        parts=dict(content.parts),
        printed_at=now,
        printed_by_id=actor.user_id,
    )
    payload = {
        "paper": paper,
        "extension": extension,
        "printing": printing.code,
        "digest": content.digest,
        "private": private,
    }
    audit.append(chain=case.chain, action="paper_printed", actor=acting(actor, answer), now=now, payload=payload)
    if paper == papers.WHOLE:
        address = f"{origin}{printing.get_absolute_url()}"
        background.announce(PrintedFile.objects.create(printing=printing, address=address, requested_at=now))
    return printing


def forms_of(printing: Printing) -> tuple[list[FilledForm], PaperData] | None:
    """The forms of a printing; None where the case says something else by now."""
    found = data.load(printing.case_id, private=printing.private)
    forms = papers.filled(printing.paper, found)
    return (forms, found) if content_of(forms, found.salt).digest == printing.digest else None


def content(printing: Printing, forms: list[FilledForm], found: PaperData, *, address: str) -> bytes:
    """The file of a printing, with its mark. Raises :class:`~recruitment.documents.pdf.CannotPrintError`."""
    mark = printed.Mark(
        code=printing.code,
        address=address,
        digest=printing.digest,
        printed_on=chinese_date(local_day(printing.printed_at)),
    )
    return files.made(forms, printing.extension, cover=papers.cover_of(printing.paper, found), mark=mark)


# -- in the background -------------------------------------------------------------------------------------------------


def work_off(*, file_id: int, clock: Clock) -> PrintedFile | None:
    """Make the file of a printing. None where there is nothing to do, or nothing came of it."""
    row = background.claim(PrintedFile, file_id, clock())
    if row is None:
        return None
    printing = Printing.objects.select_related("case__person").get(pk=row.printing_id)
    said = forms_of(printing)
    if said is None:
        background.give_up(row, clock())
        return None
    forms, found = said
    made = background.attempt(row, lambda: content(printing, forms, found, address=row.address), clock)
    if made is None:
        return None
    name = f"{printed.file_name(forms, whole=True, person=printing.case.person.name)}.{printing.extension}"
    now = clock()
    return background.finish(row, made, name, now, expires_at=row.keeps_until(now))


def may_fetch(row: PrintedFile, actor: Actor) -> bool:
    """Whoever printed it and may still read all that it says; for others it is printed anew, on the record."""
    printing = row.printing
    if printing.printed_by_id != actor.user_id or not policies.may_see(actor, printing.case.scope):
        return False
    return not printing.private or bool(policies.may_take_part(actor, printing.case.scope))


@transaction.atomic
def note_fetched(*, row: PrintedFile, actor: Actor, now: datetime) -> None:
    """Who takes the file away is on record. Raises ``Refused`` for who may not."""
    if not may_fetch(row, actor):
        raise refuse("not_allowed")
    payload = {"printing": row.printing.code, "paper": row.printing.paper, "sha256": row.sha256}
    audit.append(chain=f"user:{actor.user_id}", action="printed_file_fetched", actor=actor, now=now, payload=payload)
