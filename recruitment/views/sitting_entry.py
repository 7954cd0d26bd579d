"""Entering a sitting for all its people: first the business and the day, then the agenda with a row for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.models import Organisation
from branches.services import roster
from recruitment import machine
from recruitment.forms.compact import Choices
from recruitment.forms.sitting import (
    MAX_PEOPLE,
    Agenda,
    BranchFilterForm,
    ChoiceForm,
    PersonForm,
    SittingForm,
    item_label,
)
from recruitment.models import Case, Material, Sitting
from recruitment.names import by_reading
from recruitment.numbers import whole
from recruitment.policies import Allowed
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.agenda import (
    AgendaItem,
    Convener,
    business_name,
    candidates,
    conveners,
    item_of,
    ripe_cases,
    ripe_counts,
)
from recruitment.selectors.sittings import heard
from recruitment.services.base import Done, Refused
from recruitment.services.sittings import PersonResult, SittingResult, hold_sitting, join_sitting
from recruitment.views.base import Page, mark
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.shelves import shelf, with_waiting


@dataclass(frozen=True, slots=True)
class Business:
    """What is entered: whose, which, when; and where people join a sitting that stands, whom it has heard already."""

    convener: Convener
    item: AgendaItem
    held_on: date
    sitting: Sitting | None = None
    heard: frozenset[int] = frozenset()
    branch: int | None = None

    @property
    def place(self) -> str:
        """Under which name uploads wait for its form; the same before and after the sitting stands."""
        return f"sitting/{self.convener.body.code}/{self.item.key}/{self.held_on.isoformat()}"

    def ripe(self) -> QuerySet[Case]:
        """Who may be entered now, of the branch asked for."""
        cases = ripe_cases(self.convener.body, self.item).exclude(pk__in=self.heard)
        return cases.filter(branch=self.branch) if self.branch else cases


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
        count = len(result.accepted)
        messages.success(
            request,
            ngettext(
                "已登记 %(count)s 人。每人现在由谁办、接下来办什么，见下面各人的页面。",
                "已登记 %(count)s 人。每人现在由谁办、接下来办什么，见下面各人的页面。",
                count,
            )
            % {"count": count},
        )
        return redirect(result.sitting)

    # -- what is entered --------------------------------------------------------------------------------------------

    def _business(self) -> Business | HttpResponse:
        """What the address names, or the page on which it is chosen."""
        places = conveners(self.actor)
        if "sitting" in self.request.GET:
            return self._standing(places)
        data = self.request.GET
        form = ChoiceForm(
            data if "item" in data else None, choices=_choices(places), today=self.request.today, initial=data.dict()
        )
        if not form.is_bound or not form.is_valid():
            return render(self.request, "recruitment/sitting_choose.html", {"form": form, "may_enter": bool(places)})
        code, _dot, key = form.cleaned_data["item"].partition(".")
        convener = next(convener for convener in places if convener.body.code == code)
        item = convener.item(key)
        assert item is not None
        return Business(convener, item, form.cleaned_data["held_on"], branch=form.cleaned_data["branch"])

    def _standing(self, places: Iterable[Convener]) -> Business:
        bodies = {convener.body.pk: convener for convener in places}
        standing = Sitting.objects.filter(body__in=bodies).select_related("body")
        sitting = get_object_or_404(standing, pk=whole(self.request.GET["sitting"]))
        hearing = heard([sitting])[sitting.pk]
        item = item_of(sitting.body, sitting.kind, sitting.step, hearing.entry)
        if item is None:
            raise Http404
        before = frozenset(person.case_id for person in hearing.accepted)
        return Business(bodies[sitting.body_id], item, sitting.held_on, sitting, before)

    # -- the agenda -------------------------------------------------------------------------------------------------

    def _agenda(self, business: Business, *, bound: bool = False) -> Agenda:
        data, files = (self.request.POST, with_waiting(self.request, business.place)) if bound else (None, None)
        today = self.request.today
        found = candidates(self._cases(business, bound=bound), business.item, today)
        ripe = [candidate for candidate in found if not candidate.is_locked(today)]
        locked = [candidate for candidate in found if candidate.is_locked(today)]
        # A page that was sent keeps its questions, however many people are left on it.
        alike = any(name.startswith(SittingForm.DEFAULT) for name in data) if data is not None else len(ripe) > 1
        form = self._sitting_form(business, data, files, alike=alike)
        person = partial(
            PersonForm,
            data,
            files,
            members=members_for(business.item, business.convener.body, business.held_on),
            alike=alike,
        )
        return Agenda(form, ripe, locked, person)

    def _sitting_form(
        self,
        business: Business,
        data: Mapping[str, Any] | None,
        files: MultiValueDict | None,
        *,
        alike: bool,
    ) -> SittingForm:
        return SittingForm(
            data,
            files,
            item=business.item,
            initial=self._initial(business) if data is None else {},
            principals=asked_for(Allowed(business.convener.grant), self.request),
            alike=alike,
            sitting=business.sitting,
        )

    def _cases(self, business: Business, *, bound: bool) -> list[Case]:
        """The rows of the page: those ripe now; of a page that was sent, those that it showed."""
        if not bound:
            return list(business.ripe()[:MAX_PEOPLE])
        cases = ripe_cases(business.convener.body, business.item)
        return list(cases.filter(pk__in=_posted(self.request.POST, "version")))

    def _gone(self, agenda: Agenda) -> list[str]:
        """Names of people who were ticked on the page and are no longer ripe."""
        here = {person.case.pk for person in agenda.people}
        gone = _posted(self.request.POST, "on") - here
        if not gone:
            return []
        cases = Case.objects.visible_to(self.actor).filter(pk__in=gone)
        return list(cases.order_by("pk").values_list("person__name", flat=True))

    def _initial(self, business: Business) -> dict[str, Any]:
        body, item = business.convener.body, business.item
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

    # -- the act ----------------------------------------------------------------------------------------------------

    def _hear(self, business: Business, agenda: Agenda) -> SittingResult:
        given = agenda.sitting.cleaned_data
        item, standing = business.item, business.sitting
        common = {
            "shared_values": agenda.sitting.values(),
            "actor": replace(
                entering_actor(Allowed(business.convener.grant), self.request, agenda.sitting),
                seat=business.convener.grant,
            ),
            "now": self.request.now,
        }
        if standing is not None:
            stored = set(standing.papers.filter(code__in=item.papers).values_list("code", flat=True))
            return join_sitting(sitting=standing, participants=agenda.participants(stored), **common)
        return hold_sitting(
            kind=item.kind,
            body=business.convener.body,
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
        agenda.sitting = self._sitting_form(business, self.request.POST, None, alike=bool(agenda.sitting.alike))
        refused = {person.case_id for person in result.refused}
        agenda.people = [person for person in agenda.people if person.case.pk in refused]
        return self._page(business, agenda, accepted=result.accepted)

    def _page(self, business: Business, agenda: Agenda, accepted: Iterable[PersonResult] = ()) -> HttpResponse:
        item = business.item
        branches = _branches(business) if not agenda.sitting.is_bound and business.sitting is None else []
        address = reverse("sitting_new")
        context = {
            "business": business,
            "number": STEPS[item.step].number,
            "name": business_name(item.step, item.entry),
            "agenda": agenda,
            "form": agenda.sitting,
            "accepted": _accepted_lines(person.done for person in accepted if person.done is not None),
            "filter": BranchFilterForm(self.request.GET, branches=branches) if len(branches) > 1 else None,
            "ripe": len(agenda.people) if agenda.sitting.is_bound else business.ripe().count(),
            "limit": MAX_PEOPLE,
            "action": f"{address}?sitting={business.sitting.pk}" if business.sitting else "",
            "change_url": f"{address}?held_on={business.held_on.isoformat()}",
            "uploads": shelf(self.request, business.place),
            "columns": agenda.people[0].cells if agenda.people else [],
        }
        return render(self.request, "recruitment/sitting_agenda.html", context)


def _choices(places: Iterable[Convener]) -> Choices:
    """What may be entered, with how many are ripe for it; grouped by kind, or by body for who sits in several."""
    places = list(places)
    groups: dict[str, Choices] = {}
    for convener in places:
        counts = ripe_counts(convener.body, convener.items)
        for item in convener.items:
            group = str(convener.body) if len(places) > 1 else str(item.kind.label)
            count = counts[item.key]
            people = ngettext("%(count)s 人", "%(count)s 人", count) % {"count": count} if count else _("没有人")
            label = _("%(business)s（%(people)s）") % {"business": item_label(item), "people": people}
            groups.setdefault(group, []).append((f"{convener.body.code}.{item.key}", label))
    return list(groups.items())


def _posted(data: Mapping[str, Any], name: str) -> set[int]:
    """The cases of the rows that a page has sent with this field."""
    ids = (whole(key[1 : -len(name) - 1]) for key in data if key.startswith("p") and key.endswith(f"-{name}"))
    return {pk for pk in ids if pk is not None}


def members_for(item: AgendaItem, body: Organisation, held_on: date) -> Choices:
    """Who may be named an introducer that day; asked only where the agenda names some."""
    if "introducers" not in item.own:
        return []
    suitable = roster.eligible_introducers(body, held_on, edition_of(held_on))
    members = sorted(suitable.order_by("pk"), key=lambda member: by_reading(member.name))
    return [(member.pk, str(member)) for member in members]


def _branches(business: Business) -> Choices:
    """The branches whose people are ripe, for a body above several."""
    cases = ripe_cases(business.convener.body, business.item).order_by()
    found = Organisation.objects.filter(pk__in=cases.values("branch")).order_by("path")
    return [(str(branch.pk), str(branch)) for branch in found]


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """What became of a person who was accepted just now; ``missing``: documents without which nothing is submitted."""

    case: Case
    outcome: Text | None
    status: str
    missing: list[Text]


def _accepted_lines(accepted: Iterable[Done]) -> list[AcceptedLine]:
    """One query, however many they are."""
    records = [(done, done.record) for done in accepted if done.record is not None]
    present: dict[int, set[str]] = {record.pk: set() for _done, record in records}
    for record, code in Material.objects.filter(record__in=present).values_list("record", "code"):
        present[record].add(code)
    return [
        AcceptedLine(
            case=done.case,
            outcome=texts.OUTCOMES.get(done.outcome or ""),
            status="frozen" if done.case.freeze else record.status,
            missing=[
                texts.DOCUMENTS[code]
                for code in record.definition.required_papers
                if record.status == machine.RECORDED and code not in present[record.pk]
            ],
        )
        for done, record in records
    ]
