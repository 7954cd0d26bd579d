"""What stands at the end of the script, whichever way it was played."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

from pypdf import PdfReader

from audit import services as audit
from audit.models import Entry
from branches.models import Member
from recruitment import machine
from recruitment.models import Case, Material, StepRecord
from recruitment.rules.steps import STEP_KEYS, STEPS
from tests.branches.factories import County
from tests.journeys import script


def check_ending(county: County) -> None:
    """The one case is completed, by the days of the rules; roster, papers and record are full."""
    case = Case.objects.get()
    assert (case.step, case.end, case.ended_on) == (machine.COMPLETED, Case.End.COMPLETED, dt.date(2027, 10, 20))
    records = {record.step: record for record in case.records.all()}
    assert set(records) == set(STEP_KEYS)
    assert {record.status for record in records.values()} == {machine.VERIFIED}
    _days(records)
    _roster(county)
    _papers(case)
    _record(case)


def _days(records: dict[str, StepRecord]) -> None:
    approved = records["committee_approval"].typed_values()
    assert (approved["probation_start"], approved["probation_end"]) == (script.JOINED_ON, script.FULL_SINCE)
    assert records["conversion_approval"].typed_values()["seniority_start"] == script.FULL_SINCE
    editions = [records[key].edition for key in STEP_KEYS]
    assert editions == ["r2014"] * 11 + ["r2026"] * 20, "each act by the edition of its own day"


def _roster(county: County) -> None:
    member = Member.objects.get(name=script.NAME)
    assert (member.branch, member.standing) == (county.branch, Member.Standing.FULL)
    assert (member.joined_on, member.full_since) == (script.JOINED_ON, script.FULL_SINCE)


def _papers(case: Case) -> None:
    papers = Material.objects.filter(case=case)
    assert {paper.code for paper in papers} == {code for step in STEPS.values() for code in step.required_papers}
    for paper in papers:
        day = paper.uploaded_at.astimezone(script.HERE).date()
        sent = script.paper(paper.code, day)
        with paper.file.open("rb") as file:
            stored = file.read()
        if paper.content_type == sent.content_type:
            assert stored == sent.content, paper
        else:  # in a browser with scripts a photograph becomes a page of one PDF
            assert (sent.content_type, paper.content_type) == ("image/png", "application/pdf"), paper
            assert len(PdfReader(BytesIO(stored)).pages) == 1, paper


def _record(case: Case) -> None:
    assert audit.verify() == []
    actions = list(Entry.objects.filter(chain=case.chain).order_by("seq").values_list("action", flat=True))
    assert actions[0] == "case_opened"
    assert actions.count("step_verified") == len(STEP_KEYS)
    assert actions.count("step_returned") == 1
