"""Results of the test for those above: who has a pass that holds, by organisation, and the months gone by."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from branches.models import Organisation
from recruitment.policies import SEEING_ROLES
from recruitment.selectors import learning
from recruitment.selectors.casefile import local_day
from recruitment.views.base import Page
from recruitment.views.learning import tabs

ROWS_A_PAGE = 50


class Results(Page):
    """The results of any organisation that a seat covers; of the chosen seat's own where none is named.

    ``?show=due`` lists only those without a pass that holds.
    """

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        organisation = self._organisation(code)
        found = learning.results(organisation, request.today)
        only_due = request.GET.get("show") == "due"
        seats = learning.holders(organisation.path, request.today, without_pass=only_due)
        page = Paginator(seats, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "tabs": tabs(request, self.actor, "results"),
            "organisation": organisation,
            "above": list(Organisation.objects.filter(self.actor.scope(*SEEING_ROLES)).ancestors(organisation.path)),
            "results": found,
            "busiest": max((month.attempts for month in found.months), default=0) or 1,
            "only_due": only_due,
            "page_obj": page,
            "rows": [
                {
                    "seat": seat,
                    "holds": learning.holds(seat.passed_at, request.today),
                    "passed_on": local_day(seat.passed_at) if seat.passed_at else None,
                    "tried_on": local_day(seat.tried_at) if seat.tried_at else None,
                }
                for seat in page
            ],
        }
        return render(request, "recruitment/results.html", context)

    def _organisation(self, code: str) -> Organisation:
        """404 alike for what does not exist and what no seat covers."""
        seeing = self.actor.grants_of(*SEEING_ROLES)
        if code:
            covered = Organisation.objects.filter(self.actor.scope(*SEEING_ROLES)).select_related("parent")
            found = covered.filter(code=code).first()
            if found is not None and found.kind == Organisation.Kind.DEPARTMENT:
                found = found.parent
        else:
            seat = self.actor.seat if self.actor.seat in seeing else next(iter(seeing), None)
            found = Organisation.objects.filter(path=seat.scope_path).first() if seat else None
        if found is None:
            raise Http404
        return found
