"""What a reviewer's act has led to, kept until the next page shows it: what happened, what comes next, who has it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from branches.models import Organisation
from recruitment.models import Case
from recruitment.rules import texts
from recruitment.rules.explain import day_text
from recruitment.rules.lights import Assessment
from recruitment.rules.steps import STEPS
from recruitment.services.base import Done
from recruitment.views.casebox import body_of
from recruitment.words import localised

_SESSION_KEY = "reviewed"


def remember(request: HttpRequest, happened: str, done: Done) -> None:
    """Keep the panel for the next page; ``happened`` is the sentence about the act itself."""
    case, assessment = done.case, done.assessment
    due = _nearest(assessment)
    request.session[_SESSION_KEY] = {
        "happened": happened,
        "next": what_next(case, assessment),
        "holder": str(holder) if (holder := holder_of(case)) else "",
        "due": due.isoformat() if due else "",
        "url": case.get_absolute_url(),
        "url_label": _("看%(name)s的全部情况") % {"name": case.person.name},
    }


def recall(request: HttpRequest) -> dict[str, Any] | None:
    """The panel that waits to be shown, once."""
    return request.session.pop(_SESSION_KEY, None)


def holder_of(case: Case) -> Organisation | None:
    """The organisation that has the case now; nobody once it has ended."""
    return body_of(case, case.awaiting) if case.awaiting else None


def what_next(case: Case, assessment: Assessment) -> str:
    """One sentence on what has to happen now."""
    if not case.is_open:
        return _("这份纪实已经结束：%(end)s。") % {"end": case.get_end_display()}
    if case.freeze == Case.Freeze.VETO:
        return _("这份纪实已经冻结，等上级组织部门确认或者撤销这项否决。冻结期间不能办理其他事项，期限照算。")
    if case.freeze:
        return _("转接办完以前，不能办理其他事项，期限照算。")
    assert assessment.step is not None
    step = {"number": STEPS[assessment.step].number, "step": localised(texts.STEPS[assessment.step])}
    if case.suspended_codes:
        return _("已经暂停：情形消除以前，第 %(number)s 步“%(step)s”不能通过校核。") % step
    if assessment.status == "submitted":
        return _("第 %(number)s 步“%(step)s”等待校核。") % step
    if assessment.status == "returned":
        return _("第 %(number)s 步“%(step)s”按退回原因补正，然后重新提交。") % step
    if assessment.unlocks_on:
        return _("办理第 %(number)s 步“%(step)s”，最早%(day)s起可以提交。") % {
            **step,
            "day": localised(day_text(assessment.unlocks_on)),
        }
    return _("办理第 %(number)s 步“%(step)s”。") % step


def _nearest(assessment: Assessment) -> date | None:
    """The next deadline of the step in hand."""
    running = (d.due for d in assessment.deadlines if not d.breached and d.due and d.step == assessment.step)
    return min(running, default=None)
