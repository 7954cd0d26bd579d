"""What waits in a form: shown beside its file fields, and handed to the form as if the browser had just sent it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from recruitment.models import Case, StagedUpload
from recruitment.selectors.uploads import waiting_at, whole_ones
from recruitment.services.staging import StagedFile, opened

#: The input beside a file field that names what waits in it: ``paper_D01`` has ``paper_D01-staged``.
SUFFIX = "-staged"
_SALT = "recruitment.uploads.place"
_NAMED = re.compile(r"([0-9a-f-]{36})(?:\.(0|90|180|270))?")


# -- places -----------------------------------------------------------------------------------------------------------


def step_place(case: Case, step: str) -> str:
    """The form of a step, its page for papers and its report: what waits in one waits in all."""
    return f"step/{case.number}/{step}"


def sign_place(request: HttpRequest, place: str) -> str:
    """The place as a page carries it: only who was shown the form can put something into it."""
    return signing.dumps([request.actor.user_id, place], salt=_SALT)


def read_place(request: HttpRequest, signed: str) -> str | None:
    """The place of a form that this user was shown; None where it was another, too long ago, or never."""
    try:
        user_id, place = signing.loads(signed, salt=_SALT, max_age=settings.UPLOAD_KEPT_DAYS * 86400)
    except signing.BadSignature:
        return None
    return place if user_id == request.actor.user_id else None


# -- shown ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """What waits in one form, for ``components/uploads.html``."""

    place: str
    rows: dict[str, list[StagedUpload]]
    part_bytes: int
    max_pages: int

    def pages(self, field: str) -> list[StagedUpload]:
        return [row for row in self.rows.get(field, ()) if row.kind == StagedUpload.Kind.PAGE]

    def files(self, field: str) -> list[StagedUpload]:
        return [row for row in self.rows.get(field, ()) if row.kind == StagedUpload.Kind.FILE]

    @property
    def is_empty(self) -> bool:
        return not self.rows


def shelf(request: HttpRequest, place: str) -> Shelf:
    """What waits at ``place``; in a form that comes back, in the order and turned as it was sent. One query."""
    rows = waiting_at(request.actor, place)
    for field, waiting in rows.items():
        sent = dict(tokens_in(request.POST.getlist(f"{field}{SUFFIX}")))
        order = {token: number for number, token in enumerate(sent)}
        for row in waiting:
            row.turn = sent.get(row.token) or (0 if row.token in sent else row.turn)
        waiting.sort(key=lambda row: order.get(row.token, len(order)))
    return Shelf(
        place=sign_place(request, place),
        rows=rows,
        part_bytes=settings.UPLOAD_PART_BYTES,
        max_pages=settings.UPLOAD_MAX_PAGES,
    )


# -- handed over ------------------------------------------------------------------------------------------------------


def with_waiting(request: HttpRequest, place: str) -> MultiValueDict:
    """The files of the request, and those of this place that its form names, pages in the order of the form."""
    named = {name: tokens_in(request.POST.getlist(name)) for name in request.POST if name.endswith(SUFFIX)}
    if not named:
        return request.FILES
    rows = whole_ones(request.actor, (token for tokens in named.values() for token, _turn in tokens), place)
    files = request.FILES.copy()
    for name, tokens in named.items():
        field = name.removesuffix(SUFFIX)
        for token, turn in tokens:
            row = rows.get(token)
            if row is not None and row.field == field:
                files.appendlist(field, open_turned(row, turn))
    return files


def posted_tokens(request: HttpRequest) -> list[UUID]:
    """What the form named as waiting in it."""
    lists = (request.POST.getlist(name) for name in request.POST if name.endswith(SUFFIX))
    return [token for given in lists for token, _turn in tokens_in(given)]


def tokens_in(given: Iterable[str]) -> list[tuple[UUID, int | None]]:
    """``<token>.<turn>`` for a page, ``<token>`` for a file; what is neither is passed over."""
    found: dict[UUID, int | None] = {}
    for value in given:
        match = _NAMED.fullmatch(value)
        if match is None:
            continue
        try:
            found.setdefault(UUID(match[1]), int(match[2]) if match[2] else None)
        except ValueError:
            continue
    return list(found.items())


def open_turned(row: StagedUpload, turn: int | None) -> StagedFile:
    """The file, a page turned as the form says."""
    if turn is not None:
        row.turn = turn
    return opened(row)
