"""Printing: a paper leaves the system, and the record says who took it, when, and what it said."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from audit import services as audit
from branches.access import Actor
from recruitment import policies
from recruitment.documents import data, papers
from recruitment.models import Case, Printing
from recruitment.policies import Denied
from recruitment.services.base import Refusal, Refused, acting, invalid

#: Ten signs without those that are mistaken for one another: 50 bits, enough that nobody hits one by trying.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10


def new_code() -> str:
    """A short code for one printing."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


@transaction.atomic
def print_paper(*, case_id: int, paper: str, extension: str, actor: Actor, now: datetime) -> Printing:
    """Enter that ``paper`` (a form's code, ``booklet``, ``JS``, ``D46``, ``D47``) is printed for the actor.

    Whoever may see the case may print; what is private is printed only for those who take part in it. Ended cases are
    printed like running ones. Raises ``Refused`` with ``not_allowed`` or ``field_invalid``, ``Case.DoesNotExist``.
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
    return printing
