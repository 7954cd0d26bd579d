"""Sittings: their list, the two pages on which one is entered for all its people, and one sitting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.access import Actor, Grant, actor_for
from branches.models import Organisation, Seat
from branches.services import roster
from recruitment.forms_sitting import (
    MAX_PEOPLE,
    Agenda,
    BranchFilterForm,
    ChoiceForm,
    Choices,
    PersonForm,
    SittingFilterForm,
    SittingForm,
    item_label,
)
from recruitment.models import Case, Sitting
from recruitment.policies import ENTERING_ROLES
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.agenda import AgendaItem, candidates, item_of, items_of, ripe_cases, ripe_counts
from recruitment.selectors.sittings import PaperRow, PersonRow, heard, sitting_file, sittings_of, visible_sitting
from recruitment.services.base import Done, Refused
from recruitment.services.sittings import PersonResult, SittingResult, hold_sitting, join_sitting
from recruitment.views.base import Page, mark

PER_PAGE = 30
#: Votes in the order in which they are read out.
VOTES = ("votes_for", "votes_against", "abstentions", "written_for", "written_against", "written_abstain")


@dataclass(frozen=True, slots=True)
class Desk:
    """A body in whose name the reader may enter sittings, the seat by which, and what it may have on its agenda."""

    grant: Grant
    body: Organisation
    items: tuple[AgendaItem, ...]

    def item(self, key: str) -> AgendaItem | None:
        return next((item for item in self.items if item.key == key), None)


def desks(actor: Actor) -> list[Desk]:
    """The reader's desks, the chosen seat's first. One query."""
    grants: dict[int, Grant] = {}
    for grant in sorted(actor.grants, key=lambda grant: grant.seat_id != actor.seat_id):
        if any(grant.role in roles for roles in ENTERING_ROLES.values()):
            grants.setdefault(grant.organisation_id, grant)
    bodies = Organisation.objects.in_bulk(grants)
    found = []
    for pk, grant in grants.items():
        items = tuple(item for item in items_of(bodies[pk]) if grant.role in ENTERING_ROLES[item.side])
        if items:
            found.append(Desk(grant, bodies[pk], items))
    return found


def business_name(step: str, entry: str) -> Text:
    """The step that a sitting decided, or the kind of log entry that it made."""
    name = texts.STEPS[step]
    if not entry:
        return name
    kind = texts.LOG_KINDS[entry]
    return Text(f"{name.zh}：{kind.zh}", f"{name.en}: {kind.en}")


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
            "may_enter": bool(desks(self.actor)),
        }
        return render(request, "recruitment/sitting_list.html", context)


# -- entering one -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Business:
    """What is entered: whose, which, when; and the sitting that stands already where people join it."""

    desk: Desk
    item: AgendaItem
    held_on: date
    sitting: Sitting | None = None
    branch: int | None = None


class SittingNew(Page):
    """First the business and the day, then the agenda; the address holds both, so that neither needs a script.

    Whoever is refused is shown again with the reasons, while the sitting stands for the others.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        business = self._business()
        if isinstance(business, HttpResponse):
            return business
        return self._page(business, self._agenda(business))

    def post(self, request: HttpRequest) -> HttpResponse:
        business = self._business()
        if isinstance(business, HttpResponse):
            return business
        agenda = self._agenda(business, bound=True)
        sound = agenda.is_valid()
        for name in self._gone(agenda):
            agenda.sitting.add_error(
                None, _("%(name)s：其记录刚有变化，这件事已不能再为此人登记，请到其页面查看。") % {"name": name}
            )
            sound = False
        if not sound:
            return self._page(business, agenda)
        try:
            result = self._hear(business, agenda)
        except Refused as refused:
            mark(agenda.sitting, refused.refusals, request.today, step=business.item.step)
            return self._page(business, agenda)
        self._mark(agenda, result)
        if result.sitting is None:
            return self._page(business, agenda)
        if result.refused:
            return self._rest(replace(business, sitting=result.sitting), agenda, result)
        messages.success(
            request,
            ngettext("已登记 %(count)s 人。", "已登记 %(count)s 人。", len(result.accepted))
            % {"count": len(result.accepted)},
        )
        return redirect(result.sitting)

    # -- what is entered --------------------------------------------------------------------------------------------

    def _business(self) -> Business | HttpResponse:
        """What the address names, or the page on which it is chosen."""
        places = desks(self.actor)
        if "sitting" in self.request.GET:
            return self._standing(places)
        data = self.request.GET
        form = ChoiceForm(
            data if "item" in data else None, choices=_choices(places), today=self.request.today, initial=data.dict()
        )
        if not form.is_bound or not form.is_valid():
            return render(self.request, "recruitment/sitting_choose.html", {"form": form, "desks": places})
        code, _dot, key = form.cleaned_data["item"].partition(".")
        desk = next(desk for desk in places if desk.body.code == code)
        item = desk.item(key)
        assert item is not None
        return Business(desk, item, form.cleaned_data["held_on"], branch=form.cleaned_data["branch"])

    def _standing(self, places: Iterable[Desk]) -> Business:
        bodies = {desk.body.pk: desk for desk in places}
        number = self.request.GET["sitting"]
        standing = Sitting.objects.filter(body__in=bodies).select_related("body")
        sitting = get_object_or_404(standing, pk=int(number) if number.isdecimal() else 0)
        item = item_of(sitting.body, sitting.kind, sitting.step, heard([sitting])[sitting.pk].entry)
        if item is None:
            raise Http404
        return Business(bodies[sitting.body_id], item, sitting.held_on, sitting)

    # -- the agenda -------------------------------------------------------------------------------------------------

    def _agenda(self, business: Business, *, bound: bool = False) -> Agenda:
        request = self.request
        data, files = (request.POST, request.FILES) if bound else (None, None)
        found = candidates(self._cases(business, bound=bound), business.item, request.today)
        sitting = SittingForm(
            data,
            files,
            item=business.item,
            initial=self._initial(business),
            principals=self._principals(business),
            sitting=business.sitting,
        )
        person = partial(PersonForm, data, files, members=_members(business), ticked=len(found) == 1)
        return Agenda(sitting, found, person, request.today)

    def _cases(self, business: Business, *, bound: bool) -> list[Case]:
        """The rows of the page: those ripe now; of a page that was sent, those that it showed."""
        cases = ripe_cases(business.desk.body, business.item)
        if bound:
            return list(cases.filter(pk__in=_posted(self.request.POST, "version")))
        if business.branch:
            cases = cases.filter(branch=business.branch)
        if business.sitting and business.item.entry:
            # A log always takes another entry; once is enough for one sitting.
            logged = {person.case_id for person in heard([business.sitting])[business.sitting.pk].accepted}
            cases = cases.exclude(pk__in=logged)
        return list(cases[:MAX_PEOPLE])

    def _gone(self, agenda: Agenda) -> list[str]:
        """Names of people who were ticked on the page and are no longer ripe."""
        here = {person.case.pk for person in agenda.people}
        gone = _posted(self.request.POST, "on") - here
        if not gone:
            return []
        cases = Case.objects.visible_to(self.actor).filter(pk__in=gone)
        return list(cases.order_by("pk").values_list("person__name", flat=True))

    def _initial(self, business: Business) -> dict[str, Any]:
        body, item = business.desk.body, business.item
        initial: dict[str, Any] = {
            "reviewed_on": business.held_on,
            "plan_year": business.held_on.year,
            "organizer": str(body),
        }
        if item.kind == Sitting.Kind.BRANCH_MEETING:
            initial["eligible"] = roster.voters(body, business.held_on).count()
        record = business.sitting.records.order_by("pk").first() if business.sitting else None
        if record is not None:
            values = record.typed_values()
            initial |= {name: values[name] for name in item.shared if name in values}
        return initial

    def _principals(self, business: Business) -> Choices:
        """For whom a clerk may enter; nobody chooses who acts in her own name."""
        if business.desk.grant.role != Seat.Role.CLERK:
            return []
        seats = Seat.objects.active_on(self.request.today).filter(
            organisation=business.desk.body, role__in=Seat.ACTING_ROLES, user__is_active=True
        )
        return [
            (seat.user_id, f"{seat.user} · {seat.get_role_display()}")
            for seat in seats.select_related("user").order_by("role", "pk")
        ]

    # -- the act ----------------------------------------------------------------------------------------------------

    def _hear(self, business: Business, agenda: Agenda) -> SittingResult:
        given = agenda.sitting.cleaned_data
        item, standing = business.item, business.sitting
        common = {
            "shared_values": agenda.sitting.values(),
            "actor": self._acting(business.desk, given.get("on_behalf_of")),
            "now": self.request.now,
        }
        if standing is not None:
            stored = set(standing.papers.filter(code__in=item.papers).values_list("code", flat=True))
            return join_sitting(sitting=standing, participants=agenda.participants(stored), **common)
        return hold_sitting(
            kind=item.kind,
            body=business.desk.body,
            step=item.step,
            entry=item.entry,
            held_on=business.held_on,
            eligible=given.get("eligible"),
            present=given.get("present"),
            minutes=given.get("minutes", ""),
            shared_uploads=agenda.sitting.uploads(),
            participants=agenda.participants(),
            **common,
        )

    def _acting(self, desk: Desk, on_behalf_of: int | None) -> Actor:
        if on_behalf_of is None:
            return replace(self.actor, seat=desk.grant)
        return actor_for(self.request.user, self.request.today, seat_id=desk.grant.seat_id, on_behalf_of=on_behalf_of)

    def _mark(self, agenda: Agenda, result: SittingResult) -> None:
        """The reasons of each refusal beside the person's row."""
        refused = {person.case_id: person for person in result.refused}
        for person in agenda.chosen:
            if person.case.pk in refused:
                refusals = refused[person.case.pk].refusals
                person.is_stale = any(refusal.code == "stale" for refusal in refusals)
                mark(person, refusals, self.request.today, file=person.candidate.file, step=agenda.item.step)

    # -- pages ------------------------------------------------------------------------------------------------------

    def _rest(self, business: Business, agenda: Agenda, result: SittingResult) -> HttpResponse:
        """The sitting stands; those who were refused are on the page again, to be corrected and entered."""
        agenda.sitting = SittingForm(
            self.request.POST,
            None,
            item=business.item,
            initial={},
            principals=self._principals(business),
            sitting=business.sitting,
        )
        refused = {person.case_id for person in result.refused}
        agenda.people = [person for person in agenda.people if person.case.pk in refused]
        return self._page(business, agenda, accepted=result.accepted)

    def _page(self, business: Business, agenda: Agenda, accepted: Iterable[PersonResult] = ()) -> HttpResponse:
        body, item = business.desk.body, business.item
        branches = _branches(business) if not agenda.sitting.is_bound and business.sitting is None else []
        address = reverse("sitting_new")
        context = {
            "business": business,
            "number": STEPS[item.step].number,
            "name": business_name(item.step, item.entry),
            "agenda": agenda,
            "form": agenda.sitting,
            "accepted": [accepted_line(person.done) for person in accepted if person.done is not None],
            "filter": BranchFilterForm(self.request.GET, branches=branches) if len(branches) > 1 else None,
            "ripe": ripe_cases(body, item).count() if not agenda.sitting.is_bound else len(agenda.people),
            "limit": MAX_PEOPLE,
            "action": f"{address}?sitting={business.sitting.pk}" if business.sitting else "",
            "change_url": f"{address}?held_on={business.held_on.isoformat()}",
            "columns": agenda.people[0].cells if agenda.people else [],
        }
        return render(self.request, "recruitment/sitting_agenda.html", context)


def _choices(places: Iterable[Desk]) -> Choices:
    """What may be entered, with how many are ripe for it; grouped by kind, or by body for who sits in several."""
    places = list(places)
    groups: dict[str, Choices] = {}
    for desk in places:
        counts = ripe_counts(desk.body, desk.items)
        for item in desk.items:
            group = str(desk.body) if len(places) > 1 else str(item.kind.label)
            count = counts[item.key]
            people = ngettext("%(count)s 人", "%(count)s 人", count) % {"count": count} if count else _("没有人")
            groups.setdefault(group, []).append((f"{desk.body.code}.{item.key}", f"{item_label(item)}（{people}）"))
    return list(groups.items())


def _posted(data: Mapping[str, Any], name: str) -> set[int]:
    """The cases of the rows that a page has sent with this field."""
    ids = (key[1 : -len(name) - 1] for key in data if key.startswith("p") and key.endswith(f"-{name}"))
    return {int(number) for number in ids if number.isdecimal()}


def _members(business: Business) -> Choices:
    """Who may be named an introducer that day; asked only where the agenda names some."""
    if "introducers" not in business.item.own:
        return []
    suitable = roster.eligible_introducers(business.desk.body, business.held_on, edition_of(business.held_on))
    return [(member.pk, str(member)) for member in suitable.order_by("name", "pk")]


def _branches(business: Business) -> Choices:
    """The branches whose people are ripe, for a body above several."""
    cases = ripe_cases(business.desk.body, business.item).order_by()
    found = Organisation.objects.filter(pk__in=cases.values("branch")).order_by("path")
    return [(str(branch.pk), str(branch)) for branch in found]


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """What became of a person who was accepted just now."""

    case: Case
    outcome: Text | None
    status: str


def accepted_line(done: Done) -> AcceptedLine:
    return AcceptedLine(done.case, texts.OUTCOMES.get(done.outcome or ""), _status(done))


def _status(done: Done) -> str:
    assert done.record is not None
    return "frozen" if done.case.freeze else done.record.status


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
            "may_join": any(desk.body.pk == sitting.body_id for desk in desks(self.actor)),
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
    return texts.REFUSALS[code].title if code in texts.REFUSALS else texts.GATES[code].name


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
