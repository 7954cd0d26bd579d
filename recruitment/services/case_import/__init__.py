"""A case comes in from another installation with its case file (decision 10): verified, looked over, then all of it or
nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor
from branches.models import Organisation
from recruitment.models import Case, Obligation
from recruitment.selectors.casefile import CaseFile, load, local_day
from recruitment.services.base import Refusal, acting, expected_rows, settle
from recruitment.services.case_import.arrival import Arrival, ImportRefused, Moved, survey
from recruitment.services.case_import.writing import PapersKept, write
from recruitment.travel import reading
from recruitment.travel.keys import TrustedKeys
from recruitment.travel.reading import Opened
from recruitment.travel.rebuilding import Told
from recruitment.travel.verify_case_file import AUDIT

__all__ = ["Arrival", "ImportRefused", "Moved", "import_case_file"]


def import_case_file(
    *,
    file: BinaryIO,
    trusted: TrustedKeys,
    actor: Actor,
    now: datetime,
    branch: Organisation | None = None,
    places: Mapping[str, str] | None = None,
    commit: bool = False,
) -> Arrival:
    """Take in the case of a case file, opened for reading; without ``commit`` say what that would do.

    Both go the same way, and without ``commit`` nothing of it stays: what a dry run promises, the import does.
    ``branch`` receives the case where it is not the branch that the file names by its code; ``places`` says of other
    organisations, by their code there, which code they have here.

    Raises :class:`ImportRefused` with every reason: ``case_file_invalid``, ``case_file_key``, ``case_file_withheld``,
    ``organisation_missing``, ``case_here``, ``not_allowed``, ``paper_not_kept``, ``too_large``. Nothing stays of a
    refused import, on the disk either.
    """
    with _refusals():
        opened = reading.open_case_file(file, trusted)
        told = Told(opened.parts)
        arrival, answer = survey(opened, told, branch=branch, places=places or {}, actor=actor)
    papers = PapersKept(opened, store=commit)
    try:
        with _refusals(arrival), transaction.atomic():
            rows = write(opened, told, arrival, papers, actor=actor, now=now)
            [case] = rows.saved[Case]
            change = _settled(case, arrival, now) if case.is_open else {}
            audit.append(
                chain=case.chain,
                action="case_imported",
                actor=acting(actor, answer),
                now=now,
                payload=_payload(opened, case, arrival) | change,
            )
            transaction.set_rollback(not commit)
    except BaseException:
        papers.take_away()
        raise
    if commit:
        arrival.case, arrival.committed = Case.objects.get(pk=case.pk), True
    return arrival


def _settled(case: Case, arrival: Arrival, now: datetime) -> dict[str, Any]:
    """Judge the case by the rules of this place, and say which days fall otherwise than where it was."""
    file = load(case.pk, lock=True)
    arrival.moved = list(_moved(file, arrival.issued_at))
    _assessment, change = settle(file, now)
    # No new version: nobody has done anything with the case.
    file.case.save()
    return change.as_payload()


def _moved(file: CaseFile, issued_at: datetime) -> Iterator[Moved]:
    there = {(row.kind, row.step, row.code, row.subkey): row.due for row in Obligation.objects.filter(case=file.case)}
    expected = expected_rows(file, file.assess(local_day(issued_at)), issued_at)
    here = {key: row.due for key, row in expected.obligations.items()}
    for key in sorted(there.keys() | here.keys()):
        if there.get(key) != here.get(key):
            yield Moved(*key[:3], there=there.get(key), here=here.get(key))


def _payload(opened: Opened, case: Case, arrival: Arrival) -> dict[str, Any]:
    acts = opened.parts[AUDIT]
    moved = {there: here.code for there, here in arrival.organisations.items() if here and here.code != there}
    return {
        "number": case.number,
        "branch": case.branch.code,
        "places": moved,
        "papers": len(arrival.papers),
        # Only which facts: what stood there before is private, and the file says what stands there now.
        "person_changed": arrival.person_changed,
        "origin": {
            "key": opened.fingerprint,
            "issued_at": opened.made_at,
            "issued_by": arrival.issued_by,
            "file": opened.sha256,
            "manifest": opened.digest,
            "chain": acts["chain"],
            "acts": len(acts["entries"]),
            "last_hash": acts["entries"][-1]["hash"],
        },
    }


@contextmanager
def _refusals(arrival: Arrival | None = None) -> Iterator[None]:
    """What can be wrong with a file, in the words of a refusal."""
    try:
        yield
    except reading.FileTooLargeError as error:
        raise ImportRefused([Refusal("too_large", message=_("随案卷宗最多 4 GB，这个文件不是随案卷宗。"))]) from error
    except reading.UnreadableError as error:
        said = _("文件不是签发时的样子，没有导入：%(part)s，%(what)s。")
        raise ImportRefused(
            Refusal("case_file_invalid", message=said % {"part": part, "what": what}) for part, what in error.findings
        ) from error
    except reading.UnknownKeyError as error:
        message = _("不认识签发单位的密钥 %(key)s。请用另外的途径与签发单位核对指纹，核对无误的，再决定认可。")
        raise ImportRefused([Refusal("case_file_key", message=message % {"key": error.fingerprint})]) from error
    except reading.LayoutError as error:
        message = _("这个版本读不懂文件中的“%(where)s”。请双方使用同一版本，由签发单位重新生成。") % {
            "where": error.where
        }
        raise ImportRefused([Refusal("case_file_invalid", message=message)], arrival) from error
    except ValidationError as error:
        raise ImportRefused([Refusal("case_file_invalid", message=" ".join(error.messages))], arrival) from error
    except (IntegrityError, DataError) as error:
        message = _("文件中的内容互相矛盾，或者刚刚已由别人导入，没有写入任何内容。")
        raise ImportRefused([Refusal("case_file_invalid", message=message)], arrival) from error
    except OSError as error:
        message = _("材料存不下来：%(error)s。没有写入任何内容，请腾出空间后再导入。") % {"error": error}
        raise ImportRefused([Refusal("paper_not_kept", message=message)], arrival) from error
