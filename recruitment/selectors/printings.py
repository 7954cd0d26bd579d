"""What was printed of a case, and the printing that a short code names."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from branches.access import Actor
from recruitment.models import Case, Person, PrintedFile, Printing

_SIGNS_BETWEEN = re.compile(r"[\s\-－—]+")
#: Signs that are mistaken for another when a code is read out or copied, and what is meant.
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def printings_of(case: Case, *, last: int = 50) -> list[Printing]:
    """The last printings of the case, the latest first. One query."""
    return list(Printing.objects.filter(case=case).select_related("printed_by")[:last])


def normalised_code(text: str) -> str:
    """A short code as it is stored, from how people type it: any case, with or without a dash."""
    return _SIGNS_BETWEEN.sub("", text).upper().translate(_MISREAD)


def printing_by_code(actor: Actor, text: str) -> Printing | None:
    """The printing with this short code, where the actor may see its case; None otherwise. One query."""
    visible = Case.objects.visible_to(actor)
    return (
        Printing.objects.filter(code=normalised_code(text), case__in=visible)
        .select_related("case__person", "case__branch", "printed_by")
        .first()
    )


def files_of(actor: Actor, *, last: int = 50) -> list[PrintedFile]:
    """The files that the actor has had made of printings, where the case is still seen, the latest first. One query."""
    rows = _files(actor).filter(printing__printed_by=actor.user_id)
    return list(rows.order_by("-requested_at", "-pk")[:last])


def file_by_code(actor: Actor, code: str) -> PrintedFile | None:
    """The file of the printing with this code, where the actor may see its case. One query."""
    return _files(actor).filter(printing__code=code).first()


def _files(actor: Actor) -> QuerySet[PrintedFile]:
    rows = PrintedFile.objects.filter(printing__case__in=Case.objects.visible_to(actor))
    hidden = (f"printing__case__person__{name}" for name in Person.SENSITIVE)
    return rows.select_related("printing__case__person", "printing__case__branch").defer("printing__parts", *hidden)
