"""Learning: the first page of its three rooms (library, tests, results) and the tabs between them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from branches.access import Actor
from recruitment.policies import SEEING_ROLES
from recruitment.selectors import learning
from recruitment.selectors import library as library_selectors
from recruitment.training.bank import bank
from recruitment.training.drawing import PASS_MARK, QUESTIONS, TIME
from recruitment.views.base import Page

LATEST = 5


def tabs(request: HttpRequest, actor: Actor, here: str) -> list[dict[str, Any]]:
    """The rooms that the actor may enter."""
    rooms = [
        ("library", _("学习资料"), True),
        ("exams", _("测试"), True),
        ("results", _("测试结果"), bool(actor.grants_of(*SEEING_ROLES))),
        ("certificate_check", _("证书核对"), True),
    ]
    return [{"label": label, "url": reverse(name), "active": name == here} for name, label, shown in rooms if shown]


def rules_of_the_test() -> dict[str, int]:
    """What a test is, in numbers."""
    return {
        "questions": QUESTIONS,
        "minutes": int(TIME.total_seconds()) // 60,
        "pass_mark": PASS_MARK,
        "bank_size": len(bank()),
    }


class Learning(Page):
    """What is new in the library, and how one stands with the test."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.grants:
            raise PermissionDenied
        exams = list(learning.exams_of(request.user.pk)[:1])
        context = {
            "tabs": tabs(request, self.actor, ""),
            "documents": list(library_selectors.listed(self.actor)[:LATEST]),
            "latest": exams[0] if exams else None,
            "owed": learning.owed_by(request.user.pk, request.today),
            "test": rules_of_the_test(),
        }
        return render(request, "recruitment/learning.html", context)
