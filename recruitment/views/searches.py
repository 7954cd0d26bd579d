"""Keeping a filter under a name, and forgetting it again; the lists themselves offer what was kept."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment.models import SavedSearch
from recruitment.selectors.searches import ADDRESSES
from recruitment.services import searches
from recruitment.views.base import Page


class SaveSearch(Page):
    """Keep the filters of a list: ``page``, ``name`` and the ``query`` of its address."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        page, name = request.POST.get("page", ""), request.POST.get("name", "")
        if page not in SavedSearch.Page.values:
            raise Http404
        # The page number is no part of a filter.
        query = QueryDict(request.POST.get("query", ""), mutable=True)
        query.pop("page", None)
        address = reverse(ADDRESSES[SavedSearch.Page(page)])
        try:
            searches.save_search(page=page, name=name, query=query.urlencode(), actor=self.actor, now=request.now)
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, sentence)
        else:
            messages.success(request, _("已保存条件“%(name)s”。") % {"name": name.strip()})
        return redirect(f"{address}?{query.urlencode()}")


class RemoveSearch(Page):
    """Forget one of one's own."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = SavedSearch.objects.filter(pk=pk, user_id=self.actor.user_id).first()
        if row is None:
            raise Http404
        searches.remove_search(search_id=pk, actor=self.actor, now=request.now)
        messages.success(request, _("已删去条件“%(name)s”。") % {"name": row.name})
        return redirect(ADDRESSES[SavedSearch.Page(row.page)])
