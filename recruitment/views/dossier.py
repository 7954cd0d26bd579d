"""What a reviewer has before them: papers, the machine's findings, open flags, and who handed the step over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment.models import Flag, Material
from recruitment.rules import texts
from recruitment.rules.explain import Explanation, day_text, explain_finding, explain_flag, flag_name
from recruitment.rules.gates import Verdict
from recruitment.rules.lights import Assessment
from recruitment.rules.lights import Flag as OpenFlag
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.selectors.submission import Paper, Submission
from recruitment.services.base import Refusal
from recruitment.views.base import explained
from recruitment.views.casebox import body_of
from recruitment.views.entered import Fact, entered
from recruitment.words import localised


def days_waiting(moment: datetime | None, today: date) -> int:
    """Whole days since the step was handed over."""
    return max((today - local_day(moment)).days, 0) if moment else 0


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding of the machine in words. ``hard`` ones refuse the act, others ask for an explanation."""

    met: bool
    hard: bool
    provisional: bool
    words: Explanation


@dataclass(frozen=True, slots=True)
class FlagLine:
    """An open flag of the step with its explanation, as far as one was given."""

    words: Explanation
    holder: str
    row: Flag | None
    needs_explanation: bool


@dataclass(frozen=True, slots=True)
class OtherFlag:
    """What is open at other steps of the case, in a line: ``times`` of it, ``unexplained`` waiting for a word."""

    name: Text
    number: int
    holder: str
    times: int
    unexplained: int


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper beside the form. ``shape``: ``pdf`` or ``image`` is shown in the page, anything else downloaded.

    ``key`` is what its tick box sends; ``entry`` names the entry of a log that the paper belongs to.
    """

    paper: Paper
    name: Text
    url: str
    shape: str
    first: bool
    key: str
    older: tuple[tuple[Material, str], ...]
    entry: str = ""


def judged(verdict: Verdict, today: date) -> Iterator[Judged]:
    """Every finding in words, the unmet ones first."""
    for finding in sorted(verdict.findings, key=lambda finding: finding.met):
        yield Judged(finding.met, finding.gate.hard, finding.provisional, explain_finding(finding, today))


def hindrances(refusals: Iterable[Refusal], file: CaseFile, key: str, today: date) -> list[Explanation]:
    """What stands against a green light beside the findings, which the page shows anyway."""
    others = [refusal for refusal in refusals if refusal.reason is None or refusal.reason.finding is None]
    return explained(others, today, step=key, file=file)


def flag_lines(file: CaseFile, assessment: Assessment, today: date) -> tuple[list[FlagLine], list[OtherFlag]]:
    """The open flags of the current step, and in short those of others, which do not hold up its verification."""
    rows = {(flag.step, flag.code, flag.subkey): flag for flag in file.flags if flag.resolved_at is None}
    here: list[FlagLine] = []
    elsewhere: dict[tuple[str, str], list[OpenFlag]] = defaultdict(list)
    for flag in assessment.flags:
        if flag.step == assessment.step:
            row = rows.get((flag.step, flag.code, flag.subkey))
            here.append(
                FlagLine(explain_flag(flag, today), str(body_of(file.case, flag.holder)), row, flag.needs_explanation)
            )
        else:
            elsewhere[(flag.step, flag.code)].append(flag)
    others = [
        OtherFlag(
            name=flag_name(code),
            number=STEPS[step].number,
            holder=str(body_of(file.case, flags[0].holder)),
            times=len(flags),
            unexplained=sum(flag.needs_explanation and not flag.explained for flag in flags),
        )
        for (step, code), flags in elsewhere.items()
    ]
    return here, others


def compared(file: CaseFile, submission: Submission, today: date, *, sealed: bool) -> dict[str, Any]:
    """Form and papers side by side, as context of the page. ``sealed``: private fields are shown as well."""
    papers = list(_paper_lines(file, submission))
    return {
        "facts": entered(submission, sealed=sealed),
        "handed_over": list(_handed_over(submission)),
        "entries": submission.entries,
        "papers": papers,
        "missing": [(code, texts.DOCUMENTS[code]) for code in submission.missing],
        "unseen": sum(line.paper.material.original_seen_at is None for line in papers),
        "days": days_waiting(submission.record.submitted_at, today),
        "log_kinds": texts.LOG_KINDS,
    }


def _paper_lines(file: CaseFile, submission: Submission) -> Iterator[PaperLine]:
    """The papers in the step's order; the first that a browser can show stands open."""
    opened = False
    for paper in submission.papers:
        material = paper.material
        shape = _shape(material.content_type)
        yield PaperLine(
            paper=paper,
            name=texts.DOCUMENTS[material.code],
            url=reverse("material", args=[file.case.number, material.pk]),
            shape=shape,
            first=bool(shape) and not opened,
            key=str(material.pk),
            older=tuple((old, reverse("material", args=[file.case.number, old.pk])) for old in paper.older),
            entry=_entry(paper),
        )
        opened = opened or bool(shape)


def _entry(paper: Paper) -> str:
    if paper.entry is None:
        return ""
    kind = texts.LOG_KINDS.get(paper.entry.kind)
    return f"{localised(day_text(paper.entry.on))} {localised(kind) if kind else ''}".strip()


def _shape(content_type: str) -> str:
    if content_type == "application/pdf":
        return "pdf"
    return "image" if content_type.startswith("image/") else ""


def _handed_over(submission: Submission) -> Iterator[Fact]:
    """Who entered the step and handed it over, for whom, and what else the committee has put beside it."""
    record = submission.record
    entered_by = _by(submission.person(record.entered_by_id), record.entered_for)
    submitted_by = _by(submission.person(record.submitted_by_id), submission.person(record.submitted_for_id))
    if entered_by and entered_by == submitted_by:
        yield Fact(_("录入和提交"), entered_by)
    else:
        yield from (Fact(label, name) for label, name in ((_("录入"), entered_by), (_("提交"), submitted_by)) if name)
    if record.override_reason:
        yield Fact(_("党委写明的继续办理理由"), record.override_reason)
    if record.plan_places is not None:
        places = {"used": record.plan_used, "places": record.plan_places}
        yield Fact(_("年度计划"), _("本年计划 %(places)s 名，此前已同意 %(used)s 名。") % places)


def _by(name: str, behalf: str) -> str:
    return _("%(name)s 代 %(behalf)s") % {"name": name, "behalf": behalf} if behalf else name
