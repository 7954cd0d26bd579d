"""Sittings: their list, and one sitting with its people and papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from recruitment.forms.sitting import SittingFilterForm
from recruitment.models import Sitting
from recruitment.rules import texts
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.agenda import business_name, conveners
from recruitment.selectors.sittings import PaperRow, PersonRow, heard, sitting_file, sittings_of, visible_sitting
from recruitment.views.base import Page

PER_PAGE = 30
#: Votes in the order in which they are read out.
VOTES = ("votes_for", "votes_against", "abstentions", "written_for", "written_against", "written_abstain")


# -- the list -----------------------------------------------------------------------------------------------------


class SittingList(Page):
    """The sittings of the reader's organisations and of all below them, the latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SittingFilterForm(request.GET)
        given = form.given()
        lookups = {"kind": "kind", "since": "held_on__gte", "until": "held_on__lte"}
        found = sittings_of(self.actor).filter(**{lookups[name]: value for name, value in given.items()})
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        hearings = heard(page.object_list)
        rows = [
            (sitting, STEPS[sitting.step].number, business_name(sitting.step, hearing.entry), len(hearing.accepted))
            for sitting in page
            for hearing in [hearings[sitting.pk]]
        ]
        context = {
            "form": form,
            "filtered": bool(given),
            "page_obj": page,
            "rows": rows,
            "may_enter": bool(conveners(self.actor)),
        }
        return render(request, "recruitment/sitting_list.html", context)


# -- one sitting --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person on the page of a sitting."""

    row: PersonRow
    result: list[Text]
    votes: list[tuple[Text, int]]
    status: str
    refused: list[Text]


class SittingPage(Page):
    """Attendance, papers and people of one sitting; people whom the reader may not see are only counted."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sitting = visible_sitting(self.actor, pk)
        if sitting is None:
            raise Http404
        file = sitting_file(sitting, self.actor)
        covers = self.actor.covers(sitting.body.path)
        context = {
            "sitting": sitting,
            "number": STEPS[sitting.step].number,
            "name": business_name(sitting.step, file.entry),
            "covers": covers,
            "people": [_line(sitting, person) for person in file.people],
            "hidden": file.hidden,
            "papers": [_paper(paper) for paper in file.papers],
            "may_join": any(one.body.pk == sitting.body_id for one in conveners(self.actor)),
        }
        return render(request, "recruitment/sitting.html", context)


def _line(sitting: Sitting, row: PersonRow) -> PersonLine:
    person = row.heard
    result = [texts.OUTCOMES[person.outcome]] if person.outcome else list(_decided(sitting.step, row.values))
    if row.code in texts.VETOES:
        result.append(texts.VETOES[row.code].name)
    status = row.record.status if row.record is not None and row.record.counts else ""
    return PersonLine(
        row=row,
        result=result,
        votes=[
            (texts.FIELDS[f"{sitting.step}.{name}"].label, row.values[name])
            for name in VOTES
            if row.values.get(name) is not None
        ],
        status=status,
        refused=[_refusal_name(code) for code in person.refused],
    )


def _decided(step: str, values: Mapping[str, Any]) -> Iterator[Text]:
    """What was chosen for the person: agreed, passed, approved; how the ballot was held is not hers."""
    for field in STEPS[step].fields:
        if field.type is FieldType.ENUM and field.name in values and field.name != "ballot_kind":
            yield texts.CHOICES[f"{step}.{field.name}"][values[field.name]]


def _refusal_name(code: str) -> Text:
    if code in texts.REFUSALS:
        return texts.REFUSALS[code].title
    name = texts.GATES[code].name
    return Text(f"不符合“{name.zh}”", f"not met: {name.en}")


def _paper(paper: PaperRow) -> dict[str, Any]:
    """A line of ``components/materials.html``."""
    material = paper.material
    return {
        "code": material.code,
        "name": texts.DOCUMENTS[material.code],
        "url": material.get_absolute_url(),
        "size": material.size,
        "digest": material.sha256,
        "uploaded_at": material.uploaded_at,
        "note": ngettext("由 %(count)s 人共用，只存一份。", "由 %(count)s 人共用，只存一份。", paper.shared_by)
        % {"count": paper.shared_by},
    }
