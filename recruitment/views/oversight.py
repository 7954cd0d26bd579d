"""What the levels above have beside the list of yellow and red: the tabs, and the counts of returns and overrides."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organisation
from recruitment.context import reviews_flagged
from recruitment.forms.oversight import KIND_WORDS, RegisterForm, ReturnsForm, rule_label
from recruitment.policies import SEEING_ROLES
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.selectors import appeals, register, returns, talks
from recruitment.views.base import Page

PER_PAGE = 50


def tabs(actor: Actor, active: str) -> list[dict[str, Any]]:
    """The pages beside one another, with how many wait on each."""
    pages = [
        ("flagged", _("黄灯和红灯"), None),
        ("appeals", _("申诉"), appeals.pending(actor)),
        ("talks", _("提醒谈话"), len(talks.owed(actor))),
        ("analysis_list", _("年度分析"), None),
        ("returns", _("退回统计"), None),
        ("register", _("推翻和撤销登记"), None),
    ]
    return [
        {"label": label, "url": reverse(name), "count": count, "active": name == active} for name, label, count in pages
    ]


class OversightPage(Page):
    """Only for seats above a branch."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not reviews_flagged(request.actor):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Returns(OversightPage):
    """How often steps came back, by reason, branch and step, with the cases behind every number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ReturnsForm(request.GET, request.today)
        wanted = form.asked()
        tally = returns.tally(self.actor, wanted)
        form.fill(tally.offered_branches, tally.offered_steps)
        page = Paginator(returns.returns(self.actor, wanted), PER_PAGE)
        page.count = tally.total
        shown = page.get_page(request.GET.get("page"))
        context = {
            "tabs": tabs(self.actor, "returns"),
            "form": form,
            "wanted": wanted,
            "tally": tally,
            "reasons": [(code, texts.RETURN_REASONS[code].name, times) for code, times in tally.reasons],
            "steps": [(key, STEPS[key].number, texts.STEPS[key], times) for key, times in tally.steps],
            "page_obj": shown,
            "rows": [
                (row, STEPS[row.step].number, texts.STEPS[row.step], texts.RETURN_REASONS[row.code].name)
                for row in shown
            ],
            "filtered": form.is_narrowed,
        }
        return render(request, "recruitment/returns.html", context)


class Register(OversightPage):
    """Every override and dismissal with its reason, and how often each rule was overruled."""

    def get(self, request: HttpRequest) -> HttpResponse:
        reach = Organisation.objects.filter(
            self.actor.scope(*SEEING_ROLES), kind=Organisation.Kind.GRASSROOTS_COMMITTEE, may_approve=True
        ).order_by("path")
        form = RegisterForm(request.GET, request.today, [(body.pk, str(body)) for body in reach])
        wanted = form.wanted()
        rows = register.register(self.actor, wanted)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        counts = register.by_rule(self.actor, rows, wanted)
        context = {
            "tabs": tabs(self.actor, "register"),
            "form": form,
            "wanted": wanted,
            "page_obj": page,
            "rows": [
                (row, KIND_WORDS[row.kind], _rule(row.rule), STEPS[row.step].number, texts.STEPS[row.step])
                for row in page
            ],
            "counts": [(count, _rule(count.rule)) for count in counts],
            "total": len(rows),
            "filtered": form.is_narrowed,
        }
        return render(request, "recruitment/register.html", context)


def _rule(code: str) -> str:
    return rule_label(code) if code else ""
