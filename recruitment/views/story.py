"""The whole story of a flagged case on one page: flags, reds, returns, explanations, verdicts, and the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recruitment import policies
from recruitment.context import reviews_flagged
from recruitment.rules import texts
from recruitment.rules.explain import EDITIONS, flag_name
from recruitment.rules.gates import judge_act
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors import flagged
from recruitment.selectors.casefile import CaseFile
from recruitment.views.base import Page
from recruitment.views.chronicle import earlier, happenings
from recruitment.views.dossier import Judged, judged


@dataclass(frozen=True, slots=True)
class Judgement:
    """The machine's verdict on one step, with its inputs and arithmetic."""

    number: int
    step: Text
    edition: Text
    findings: tuple[Judged, ...]

    @property
    def unmet(self) -> int:
        return sum(not finding.met for finding in self.findings)


class CaseStory(Page):
    """For every seat above the branch that may see the case."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        if not reviews_flagged(self.actor):
            raise PermissionDenied
        case, today = file.case, request.today
        history = flagged.history_of(case)
        context = {
            "case": case,
            "person": case.person,
            "light": file.assess(today).light,
            "open_flags": [self._flag(row) for row in history.flags if row.resolved_at is None],
            "past_flags": [self._flag(row) for row in history.flags if row.resolved_at is not None],
            "vetoes": [(row, texts.VETOES[row.code].name) for row in history.vetoes],
            "appeals": history.appeals,
            "returns": [
                (row, STEPS[row.step].number, texts.STEPS[row.step], texts.RETURN_REASONS[row.code].name)
                for row in history.returns
            ],
            "judgements": list(_judgements(file, today)),
            "takes_part": bool(policies.may_take_part(self.actor, case.scope)),
            "happenings": happenings(case),
            "earlier": earlier(case),
        }
        return render(request, "recruitment/story.html", context)

    def _flag(self, row: flagged.Flag) -> tuple[flagged.Flag, Text, int | None]:
        return row, flag_name(row.code), STEPS[row.step].number if row.step in STEPS else None


def _judgements(file: CaseFile, today: date) -> Iterator[Judgement]:
    """Steps that were acted and that some gate judged, the latest first."""
    facts = file.facts()
    for key in reversed(STEPS):
        record = file.record(key)
        if record is None or not record.acted:
            continue
        verdict = judge_act(key, facts, file.rules, today)
        findings = tuple(judged(verdict, today))
        if findings:
            yield Judgement(STEPS[key].number, texts.STEPS[key], EDITIONS[verdict.edition], findings)
