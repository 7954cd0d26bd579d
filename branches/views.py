"""The page of an organisation: its place in the tree, its seats, its roster's numbers; and who stands in for a seat."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from branches.forms import HandOverForm, SubstituteForm
from branches.models import Member, Organisation, Seat, Substitution
from branches.services.absence import administers, give_substitute, hand_over, may_arrange, revoke_substitute
from branches.services.accounts import save_account
from branches.services.responsible import responsible_for_many
from recruitment.numbers import whole

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
        "seats": [
            (seat, seat.role in Seat.ACTING_ROLES and may_arrange(actor, seat), administers(actor, seat))
            for seat in _seats_of(shown, today)
        ],
        "roster": _count(Member.objects.present_on(today).filter(branch__path__startswith=shown.path)),
        "responsible": responsible_for_many([shown]).get(shown.pk),
        "now": now,
    }
    return render(request, "branches/organisation.html", context)


def _seats_of(shown: Organisation, today: date) -> QuerySet[Seat]:
    """The seats held today, each with whoever stands in today or later. Two queries."""
    standing_in = Substitution.objects.filter(revoked_at__isnull=True, ends_on__gte=today).select_related("substitute")
    return (
        Seat.objects.active_on(today)
        .filter(organisation=shown)
        .select_related("user", "organisation")
        .prefetch_related(Prefetch("substitutions", standing_in.order_by("starts_on"), to_attr="stand_ins"))
    )


class OwnSeats(LoginRequiredMixin, View):
    """The seats that the user holds, with who stands in, and those of others that the user stands in for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user, today = request.user, request.today
        given = Substitution.objects.filter(revoked_at__isnull=True, ends_on__gte=today)
        own = (
            Seat.objects.active_on(today)
            .filter(user=user)
            .select_related("organisation")
            .prefetch_related(
                Prefetch("substitutions", given.select_related("substitute").order_by("starts_on"), to_attr="stand_ins")
            )
        )
        context = {
            "own": [(seat, seat.role in Seat.ACTING_ROLES) for seat in own],
            "others": given.filter(substitute=user)
            .select_related("seat__organisation", "seat__user")
            .order_by("starts_on", "pk"),
        }
        return render(request, "branches/own_seats.html", context)


class SeatAct(LoginRequiredMixin, View):
    """A page about one seat; 404 for who has no say in it."""

    def seat(self, pk: int) -> Seat:
        seat = Seat.objects.active_on(self.request.today).select_related("user", "organisation").filter(pk=pk).first()
        if seat is None or not self.allowed(seat):
            raise Http404
        return seat

    def allowed(self, seat: Seat) -> bool:
        return may_arrange(self.request.actor, seat)


class Substitutes(SeatAct):
    """Who stands in for a seat: given and revoked by the holder or an administrator."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        seat = self.seat(pk)
        return self._show(seat, SubstituteForm(seat=seat, today=request.today))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        seat = self.seat(pk)
        given = {"actor": request.actor, "now": request.now}
        if "revoke" in request.POST:
            row = get_object_or_404(seat.substitutions, pk=whole(request.POST["revoke"]))
            revoke_substitute(substitution=row, **given)
            messages.success(request, _("代理已经撤销，从现在起由本人办理。"))
            return redirect("branches:substitutes", pk=seat.pk)
        form = SubstituteForm(request.POST, seat=seat, today=request.today)
        if form.is_valid():
            try:
                row = give_substitute(seat=seat, **form.cleaned_data, **given)
            except ValidationError as error:
                _mark(form, error)
            else:
                messages.success(
                    request, _("已由%(name)s代理，到 %(day)s 为止。") % {"name": row.substitute, "day": row.ends_on}
                )
                return redirect("branches:substitutes", pk=seat.pk)
        return self._show(seat, form)

    def _show(self, seat: Seat, form: SubstituteForm) -> HttpResponse:
        rows = seat.substitutions.select_related("substitute", "given_by", "revoked_by")
        context = {
            "seat": seat,
            "form": form if seat.role in Seat.ACTING_ROLES else None,
            "rows": [(row, row.revoked_at is None and row.ends_on >= self.request.today) for row in rows],
        }
        return render(self.request, "branches/substitutes.html", context)


class HandOver(SeatAct):
    """A seat goes to a successor in one act; for administrators."""

    def allowed(self, seat: Seat) -> bool:
        return administers(self.request.actor, seat)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(self.seat(pk), HandOverForm(today=request.today))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        seat = self.seat(pk)
        form = HandOverForm(request.POST, today=request.today)
        if form.is_valid():
            try:
                hand_over(seat=seat, **form.cleaned_data, actor=request.actor, now=request.now)
            except ValidationError as error:
                _mark(form, error)
            else:
                messages.success(
                    request,
                    _("“%(role)s”席位已移交%(name)s。")
                    % {"role": seat.get_role_display(), "name": form.cleaned_data["successor"]},
                )
                return redirect(seat.organisation)
        return self._show(seat, form)

    def _show(self, seat: Seat, form: HandOverForm) -> HttpResponse:
        return render(self.request, "branches/hand_over.html", {"seat": seat, "form": form})


def _mark(form: forms.Form, error: ValidationError) -> None:
    """A service's refusal beside its fields, where the form has them."""
    found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, sentences in found.items():
        form.add_error(name if name in form.fields else None, sentences)


def _count(members: QuerySet[Member]) -> dict[str, int]:
    """Members by standing, as template names: ``total``, ``full``, ``probationary``, ``suspended``."""
    by_standing = {standing: Count("pk", filter=Q(standing=standing)) for standing in Member.Standing.values}
    return members.aggregate(total=Count("pk"), **by_standing)
