"""The page of an organisation: its place in the tree, who holds its seats, and how many members its roster counts."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from branches.models import Member, Organisation, Seat
from branches.services.accounts import save_account
from branches.services.responsible import responsible_for_many

CHILDREN_PER_PAGE = 50


class ChangePassword(PasswordChangeView):
    """A person's own password; one that was set for her by an administrator is hers from here on."""

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        user = form.save(commit=False)
        user.must_change_password = False
        save_account(user=user, actor=self.request.actor, now=self.request.now)
        update_session_auth_hash(self.request, user)
        return HttpResponseRedirect(self.get_success_url())


@login_required
def own_organisation(request: HttpRequest) -> HttpResponse:
    """To the organisation of the user's first seat; 404 for an account without one."""
    actor = request.actor
    if actor.seat is None:
        raise Http404
    return redirect("branches:organisation", code=actor.seat.organisation_path.rstrip("/").rpartition("/")[2])


@login_required
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """404 alike for what does not exist and for what no seat of the user covers."""
    now = timezone.now()
    today = timezone.localdate(now)
    actor = request.actor
    shown = get_object_or_404(Organisation.objects.filter(actor.scope()), code=code)
    children = Paginator(shown.children.alive_on(today), CHILDREN_PER_PAGE)
    context = {
        "organisation": shown,
        "chain": [(above, actor.covers(above.path)) for above in Organisation.objects.ancestors(shown.path)],
        "page_obj": children.get_page(request.GET.get("page")),
        "seats": Seat.objects.active_on(today).filter(organisation=shown).select_related("user"),
        "roster": _count(Member.objects.present_on(today).filter(branch__path__startswith=shown.path)),
        "responsible": responsible_for_many([shown]).get(shown.pk),
        "now": now,
    }
    return render(request, "branches/organisation.html", context)


def _count(members: QuerySet[Member]) -> dict[str, int]:
    """Members by standing, as template names: ``total``, ``full``, ``probationary``, ``suspended``."""
    by_standing = {standing: Count("pk", filter=Q(standing=standing)) for standing in Member.Standing.values}
    return members.aggregate(total=Count("pk"), **by_standing)
