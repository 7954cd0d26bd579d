"""After an act of the acting side: what happened, what comes next, who has it now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from recruitment import machine
from recruitment.models import Case
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.services.base import Done
from recruitment.views import reviewed
from recruitment.words import localised


def step_title(key: str) -> str:
    """``第 9 步“定期考察”``"""
    return _("第 %(number)s 步“%(step)s”") % {"number": STEPS[key].number, "step": localised(texts.STEPS[key])}


def aftermath(done: Done) -> str:
    """One sentence on what a recorded or submitted act has become."""
    record = done.record
    assert record is not None
    step = {"step": step_title(record.step)}
    if not record.acted and done.case.freeze == Case.Freeze.VETO:
        return _("%(step)s的结果已经登记：按规定亮红灯，本案冻结。") % step
    if not record.acted:
        return _("%(step)s这次没有通过，已经留存；本步仍为待办。") % step
    if record.status == machine.SUBMITTED:
        return _("%(step)s已提交校核。") % step
    if record.status == machine.RETURNED:
        return _("%(step)s的更正已保存，还没有重新提交。") % step
    return _("%(step)s已登记，材料齐了再提交校核。") % step


def leave(request: HttpRequest, happened: str, done: Done) -> HttpResponseRedirect:
    """To the case's page, which says what happened."""
    reviewed.remember(request, happened, done)
    return redirect(done.case)
