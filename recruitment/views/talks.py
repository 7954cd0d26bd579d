"""Reminder talks: which are owed, which were held, and the page that records one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.models import Organisation
from recruitment.forms.oversight import TalkForm
from recruitment.policies import SEEING_ROLES
from recruitment.rules.explain import flag_name
from recruitment.selectors import talks as selector
from recruitment.selectors.talks import Quarter
from recruitment.services import talks
from recruitment.views import casebox
from recruitment.views.base import call
from recruitment.views.oversight import OversightPage, tabs


class Talks(OversightPage):
    """Owed until recorded: branches with so many yellows in a quarter that their secretary is to be talked to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = selector.owed(self.actor)
        mine = talks.recordable(self.actor, [row.branch for row in rows])
        owed = [(row, row.branch.pk in mine) for row in rows]
        context = {"tabs": tabs(self.actor, "talks"), "owed": owed, "held": list(selector.held(self.actor)[:200])}
        return render(request, "recruitment/talks.html", context)


class TalkRecord(OversightPage):
    """Record one talk, beside the yellows that asked for it."""

    def get(self, request: HttpRequest, code: str, year: int, quarter: int) -> HttpResponse:
        return self._handle(code, year, quarter, None)

    def post(self, request: HttpRequest, code: str, year: int, quarter: int) -> HttpResponse:
        return self._handle(code, year, quarter, request.POST)

    def _handle(self, code: str, year: int, number: int, data: Any) -> HttpResponse:
        request = self.request
        branch = Organisation.objects.filter(self.actor.scope(*SEEING_ROLES), code=code).first()
        if branch is None or not 1 <= number <= 4 or not 1921 <= year <= 9999:
            raise Http404
        quarter = Quarter(year, number)
        answer = talks.may_record(self.actor, branch)
        form = TalkForm(data, initial={"held_on": request.today})
        if data is not None and form.is_valid():
            done = call(
                talks.record_talk,
                form=form,
                today=request.today,
                branch=branch,
                quarter=quarter,
                **{name: form.cleaned_data[name] for name in ("held_on", "talker", "listener", "content")},
                actor=self.actor,
                now=request.now,
            )
            if done is not None:
                messages.success(request, _("已记下同%(branch)s书记的提醒谈话，待办里不再列出。") % {"branch": branch})
                return HttpResponseRedirect(reverse("talks"))
        flags = selector.yellows_of(branch, quarter)
        context = {
            "branch": branch,
            "quarter": quarter,
            "form": form if answer else None,
            "not_allowed": "" if answer else answer.reason,
            "flags": [(flag, flag_name(flag.code)) for flag in flags],
            "reasons": casebox.reasons_of(form.refused),
        }
        return render(request, "recruitment/talk.html", context)
