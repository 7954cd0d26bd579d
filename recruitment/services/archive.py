"""A case leaves the system: its archive package at step 31, and the sealed case file for travel. Both on the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor
from recruitment import policies
from recruitment.documents import archive, data, papers
from recruitment.documents.archive import Archive
from recruitment.documents.data import PaperData, chinese_date
from recruitment.documents.printed import Mark
from recruitment.documents.stored import AlteredPaperError
from recruitment.models import ArchivePackage, Case, Printing
from recruitment.policies import Allowed, Answer, Denied
from recruitment.selectors.casefile import local_day
from recruitment.services.base import Refusal, Refused, acting, invalid
from recruitment.services.printing import new_code
from recruitment.travel import container
from recruitment.travel.content import content_of

ZIP, PDF = "zip", "pdf"
_MAKERS = {ZIP: archive.as_zip, PDF: archive.as_pdf}


@dataclass(frozen=True, slots=True)
class Package:
    """The archive package as a file: its name and content."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CaseFileForTravel:
    """The sealed case file, opened at its beginning."""

    name: str
    file: BinaryIO


def take_archive(
    *, case_id: int, extension: str, actor: Actor, now: datetime, address: Callable[[str], str]
) -> Package:
    """Make the archive package as ``zip`` or as one ``pdf`` for whoever takes part in the case.

    The six forms are printed anew, each with a check code; ``address`` makes the address that its QR code leads to.
    What is missing is named on the hand-over list and does not stop the package: step 31 is what it stops.

    Raises ``Refused`` with ``not_allowed``, ``field_invalid``, ``not_this_step`` before step 31 or
    ``paper_altered``; ``recruitment.documents.pdf.CannotPrintError``; ``Case.DoesNotExist``.
    """
    case = Case.objects.select_related("branch").get(pk=case_id)
    answer = _allowed(policies.may_take_part(actor, case.scope))
    if extension not in _MAKERS:
        raise invalid("extension")
    found_data, today = data.load(case_id, private=True), local_day(now)
    found = archive.archive_of(found_data, today)
    if not found.is_due:
        raise Refused([Refusal("not_this_step", message=_("办到第31步材料归档以后，才能取出归档材料。"))])
    printings = _printings(found, found_data, case, actor, now)
    marks = {
        row.paper: Mark(row.code, address(row.get_absolute_url()), row.digest, chinese_date(today)) for row in printings
    }
    # Made before the transaction: the lock on the database is not held while pages are laid out.
    try:
        files = archive.gather(found, found_data, marks)
    except AlteredPaperError as error:
        raise _altered(error) from error
    whole = _MAKERS[extension](found, found_data, files, on=today)
    package = ArchivePackage(
        case=case,
        extension=extension,
        archive=found.kind,
        sha256=hashlib.sha256(whole.content).hexdigest(),
        manifest=archive.manifest_hash(files),
        files=[
            {"code": file.code, "title": file.title, "path": file.path, "sha256": file.sha256, "pages": file.page_count}
            for file in files
        ],
        missing=[line.code for line in found.missing],
        standard=whole.standard,
        obstacles=[{"part": obstacle.part, "reasons": obstacle.reasons} for obstacle in whole.obstacles],
        made_at=now,
        made_by_id=actor.user_id,
    )
    payload = {
        "extension": extension,
        "sha256": package.sha256,
        "manifest": package.manifest,
        "archive": found.kind,
        "materials": [{"code": file.code, "sha256": file.sha256} for line in found.papers for file in line.files],
        "forms": [{"paper": row.paper, "printing": row.code, "digest": row.digest} for row in printings],
        "missing": package.missing,
    }
    with transaction.atomic():
        Printing.objects.bulk_create(printings)
        package.save()
        audit.append(chain=case.chain, action="archive_made", actor=acting(actor, answer), now=now, payload=payload)
    return Package(f"{archive.package_name(found_data)}.{extension}", whole.content)


def _printings(found: Archive, found_data: PaperData, case: Case, actor: Actor, now: datetime) -> list[Printing]:
    rows = []
    for line in found.forms:
        said = papers.content(line.code, found_data)
        rows.append(
            Printing(
                case=case,
                paper=line.code,
                extension=Printing.Extension.PDF,
                private=True,
                code=new_code(),
                digest=said.digest,
                parts=dict(said.parts),
                printed_at=now,
                printed_by_id=actor.user_id,
            )
        )
    return rows


def seal_case_file(*, case_id: int, actor: Actor, now: datetime) -> CaseFileForTravel:
    """Make the sealed case file (随案卷宗), at any time of the case, for whoever may see it.

    What is private goes in for those only who take part in the case. The caller closes the file.
    Raises ``Refused`` with ``not_allowed``, ``paper_altered`` or ``too_large``; ``Case.DoesNotExist``.
    """
    case = Case.objects.select_related("branch", "person").get(pk=case_id)
    answer = _allowed(policies.may_see(actor, case.scope))
    private = bool(policies.may_take_part(actor, case.scope))
    by = f"{answer.grant.organisation_name} {actor.name}" if answer.grant else actor.name
    try:
        sealed = container.seal(
            content_of(case_id, private=private),
            made_at=now,
            made_by=by,
            private=private,
            key=container.Seal.own(),
        )
    except AlteredPaperError as error:
        raise _altered(error) from error
    except container.TooLargeError as error:
        raise Refused([Refusal("too_large", message=_("这份纪实的材料超过 4 GB，不能做成一个文件。"))]) from error
    payload = {"manifest": sealed.digest, "parts": sealed.parts, "private": private}
    try:
        with transaction.atomic():
            audit.append(
                chain=case.chain, action="travel_file_made", actor=acting(actor, answer), now=now, payload=payload
            )
    except BaseException:
        sealed.file.close()
        raise
    return CaseFileForTravel(container.file_name(case.person.name, case.number), sealed.file)


def _allowed(answer: Answer) -> Allowed:
    if isinstance(answer, Denied):
        raise Refused([Refusal("not_allowed", message=str(answer.reason))])
    return answer


def _altered(error: AlteredPaperError) -> Refused:
    message = _("下列材料的文件不在，或者与上传时不一致，请先核实并重新上传：%(names)s。") % {
        "names": "、".join(error.names)
    }
    return Refused([Refusal("paper_altered", message=message)])
