"""The papers of a case in words, by step; rows of ``components/materials.html``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment import machine
from recruitment.models import Case, Material
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import casepage
from recruitment.selectors.casefile import CaseFile
from recruitment.views import casebox
from recruitment.words import listed


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """The papers of one step, those missing among them."""

    number: int
    name: Text
    url: str
    papers: list[dict[str, Any]]


def paper_groups(file: CaseFile, papers: list[casepage.CasePaper]) -> Iterator[PaperGroup]:
    """The papers of the case in the order of its steps, with what an open step still lacks."""
    by_step: dict[str, list[casepage.CasePaper]] = {}
    for paper in papers:
        by_step.setdefault(paper.material.record.step, []).append(paper)
    for key, row in STEPS.items():
        record = file.record(key)
        found = by_step.get(key, [])
        held = {paper.material.code for paper in found if paper.material.record_id == (record.pk if record else 0)}
        missing = [code for code in row.required_papers if code not in held] if record is not None else []
        if not found and not missing:
            continue
        uploads = (
            record is not None
            and file.case.is_open
            and record.status
            not in (
                machine.SUBMITTED,
                machine.VERIFIED,
            )
        )
        shown = [paper_line(file.case, paper) for paper in found]
        if uploads:
            shown += [{"code": code, "name": texts.DOCUMENTS[code], "missing": True} for code in missing]
        if shown:
            yield PaperGroup(row.number, texts.STEPS[key], casebox.step_url(file.case, key), shown)


def paper_line(case: Case, paper: casepage.CasePaper) -> dict[str, Any]:
    """See ``components/materials.html``."""
    material = paper.material

    def address(row: Material) -> str:
        return reverse("material", args=[case.number, row.pk])

    return {
        "code": material.code,
        "name": texts.DOCUMENTS[material.code],
        "url": address(material),
        "version": material.version,
        "size": material.size,
        "digest": material.sha256,
        "uploaded_by": _by(material),
        "uploaded_at": material.uploaded_at,
        "seen_original": material.original_seen_at is not None,
        "seen_by": str(material.original_seen_by or ""),
        "note": _("会议共用：%(sitting)s") % {"sitting": material.sitting} if material.sitting_id else "",
        "elsewhere": _elsewhere(paper),
        "older": [{"url": address(old), "version": old.version, "uploaded_at": old.uploaded_at} for old in paper.older],
    }


def _by(material: Material) -> str:
    name = str(material.uploaded_by or "")
    return (
        _("%(name)s 代 %(behalf)s") % {"name": name, "behalf": material.uploaded_for} if material.uploaded_for else name
    )


def _elsewhere(paper: casepage.CasePaper) -> str:
    places = [f"{twin.case.person.name} {twin.case.number} {twin.code}" for twin in paper.elsewhere]
    if paper.more:
        places.append(_("另有 %(n)s 处") % {"n": paper.more})
    if paper.unseen:
        places.append(_("您看不到的 %(n)s 处") % {"n": paper.unseen})
    return listed(places)
