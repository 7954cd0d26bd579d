"""What the pages of one step share: the step as the reader meets it, and the files of a refused form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from recruitment import guide, policies
from recruitment.documents.toolbox.catalogue import of_step
from recruitment.forms.base import FOR, ActForm
from recruitment.models import Case, Material, StepRecord
from recruitment.policies import Answer
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import EDITIONS
from recruitment.rules.lights import Assessment
from recruitment.rules.schema import Side, Step
from recruitment.rules.steps import STEPS
from recruitment.selectors.casefile import CaseFile
from recruitment.services import acts
from recruitment.services.base import Refusal, Refused
from recruitment.services.materials import Upload
from recruitment.services.staging import StagedFile
from recruitment.views import casebox
from recruitment.views.caseact import CaseAct
from recruitment.views.entering import entering_actor
from recruitment.views.shelves import Shelf, shelf, step_place, with_waiting


@dataclass(frozen=True)
class Sheet:
    """One step of one case as the reader meets it."""

    file: CaseFile
    row: Step
    record: StepRecord | None
    assessment: Assessment
    answer: Answer
    refusals: tuple[Refusal, ...]

    @property
    def case(self) -> Case:
        return self.file.case

    @property
    def fills(self) -> bool:
        """Whether the reader may enter the act of the step now."""
        return not self.refusals

    @property
    def logs(self) -> bool:
        """Whether the log of the step takes entries."""
        return self.case.is_open and not self.case.freeze and acts.takes_log(self.file, self.row.key)


class StepPage(CaseAct):
    """What the pages of one step share."""

    def sheet(self, number: str, key: str) -> Sheet:
        if key not in STEPS:
            raise Http404
        file, row = self.file(number), STEPS[key]
        assessment = file.assess(self.request.today)
        answer = policies.may_enter(self.actor, file.case.scope, row.side)
        refusals = self.refusals(file, answer, right_step=acts.takes_entry(file, key, assessment.step))
        return Sheet(file, row, file.record(key), assessment, answer, refusals)

    def place(self, sheet: Sheet) -> str:
        """Under which name uploads wait for the form of this page."""
        return step_place(sheet.case, sheet.row.key)

    def files(self, sheet: Sheet) -> MultiValueDict:
        """The files of the form, those that waited for it among them."""
        return with_waiting(self.request, self.place(sheet))

    def shelf(self, sheet: Sheet) -> Shelf:
        return shelf(self.request, self.place(sheet))

    def held(self, sheet: Sheet) -> list[Material]:
        """The papers of the step's record."""
        record = sheet.record
        return [m for m in sheet.file.materials if record is not None and m.record_id == record.pk]

    def keep_uploads(self, sheet: Sheet, form: ActForm, answer: Answer) -> list[Upload]:
        """A refused form loses no file: what can be taken is stored as papers of the step at once.

        What waited for the form goes on waiting, to be turned and ordered still.
        """
        sent = [upload for upload in form.uploads() if not isinstance(upload.content, StagedFile)]
        fresh = self.new_to(sheet, sent)
        if not fresh or not _principal_known(form):
            return []
        try:
            acts.upload(
                case_id=sheet.case.pk,
                step=sheet.row.key,
                uploads=fresh,
                actor=entering_actor(answer, self.request, form),
                now=self.request.now,
            )
        except Refused:
            return []
        return fresh

    def new_to(self, sheet: Sheet, uploads: Sequence[Upload]) -> list[Upload]:
        """The files that the step does not hold yet: what was sent twice is stored once."""
        held = {(material.code, material.sha256) for material in self.held(sheet)}
        return [upload for upload in uploads if (upload.code, upload.sha256) not in held]

    def log_kinds(self, sheet: Sheet) -> list[str]:
        """The kinds of entries that the reader may make: the yearly analysis is the committee's."""
        return [kind for kind in sheet.row.log_kinds if acts.may_log(self.actor, sheet.file, sheet.row.key, kind)]

    def paper_refusals(self, sheet: Sheet) -> tuple[Answer, tuple[Refusal, ...]]:
        """By which seat papers may be added to the step, and what stands against it."""
        answer = sheet.answer
        if not answer and sheet.row.report_field:
            answer = policies.may_enter(self.actor, sheet.case.scope, Side.BRANCH)
        takes = acts.takes_papers(sheet.file, sheet.row.key, sheet.assessment.step)
        return answer, self.refusals(sheet.file, answer, right_step=takes)

    def report_refusals(self, sheet: Sheet) -> tuple[Answer, tuple[Refusal, ...]]:
        """By which seat the branch's half may be handed up, and what stands against it."""
        answer = policies.may_enter(self.actor, sheet.case.scope, Side.BRANCH)
        takes = acts.takes_entry(sheet.file, sheet.row.key, sheet.assessment.step)
        return answer, self.refusals(sheet.file, answer, right_step=takes)

    def act_page(
        self, sheet: Sheet, form: ActForm, answer: Answer, *, title: str, submit_label: str, lede: str = ""
    ) -> HttpResponse:
        """A page with one form beside the act of the step; the good files of a refused one are stored."""
        kept: list[Upload] = []
        if form.is_bound:
            kept = self.keep_uploads(sheet, form, answer)
            sheet = self.sheet(sheet.case.number, sheet.row.key)
        context = self.trail(sheet) | {
            "form": form,
            "kept": [{"code": upload.code, "name": upload.name} for upload in kept],
            "uploads": self.shelf(sheet),
            "title": title,
            "lede": lede,
            "reasons": casebox.reasons_of(form.refused),
            "submit_label": submit_label,
        }
        return render(self.request, "recruitment/step_act.html", context)

    def trail(self, sheet: Sheet) -> dict[str, Any]:
        """Context that every page of a step has."""
        today, key = self.request.today, sheet.row.key
        day = sheet.record.action_on if sheet.record is not None and sheet.record.action_on else today
        edition = edition_of(day)
        return {
            "case": sheet.case,
            "person": sheet.case.person,
            "row": sheet.row,
            "record": sheet.record,
            "step_name": texts.STEPS[key],
            "facets": guide.facets(key).under(edition),
            "facet_papers": [
                (code, texts.FORMS.get(code) or texts.DOCUMENTS[code])
                for code in guide.facets(key).materials_produced.codes
            ],
            "edition": EDITIONS[edition],
            "step_templates": of_step(key),
        }


def _principal_known(form: ActForm) -> bool:
    """A clerk who has not said for whom she enters has entered nothing yet."""
    return FOR not in form.errors
