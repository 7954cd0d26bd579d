"""What is known of a person: read by those who take part in the case, corrected by its branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from recruitment import policies
from recruitment.forms.person import GROUPS, PersonForm
from recruitment.models import Person
from recruitment.policies import Denied
from recruitment.rules import texts
from recruitment.rules.explain import day_text
from recruitment.selectors.casefile import CaseFile
from recruitment.services import cases
from recruitment.services.base import Refusal
from recruitment.views import casebox
from recruitment.views.aftermath import leave
from recruitment.views.base import call
from recruitment.views.caseact import CaseAct
from recruitment.views.entering import asked_for, entering_actor


@dataclass(frozen=True, slots=True)
class PersonGroup:
    title: str
    facts: list[dict[str, Any]]


class CasePerson(CaseAct):
    """What is known of the person, in clear: only for those who enter or verify this case."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        refused = self._refused(file)
        if refused is not None:
            return refused
        form = None
        if "edit" in request.GET and self._may_edit(file):
            form = PersonForm(person=file.case.person, principals=self._principals(file))
        return self._show(file, form)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        answer = policies.may_open_case(self.actor, file.case.branch_id)
        refusals = self.refusals(file, answer)
        if refusals:
            return self.refuse(file, refusals, title=_("更正基本情况"))
        form = PersonForm(request.POST, person=file.case.person, principals=self._principals(file))
        if form.is_valid():
            changes = form.changes()
            if not changes:
                return redirect("case_person", number=number)
            done = call(
                cases.change_person,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                changes=changes,
                actor=entering_actor(answer, request, form),
                now=request.now,
            )
            if done is not None:
                return leave(request, _("%(name)s的基本情况已更正。") % {"name": done.case.person.name}, done)
        return self._show(file, form)

    def _refused(self, file: CaseFile) -> HttpResponse | None:
        answer = policies.may_take_part(self.actor, file.case.scope)
        if isinstance(answer, Denied):
            sentence = _("本人基本情况含有个人隐私，只有办理和校核这份纪实的人员可以查看。")
            return self.refuse(file, [Refusal("not_allowed", message=sentence)], title=_("本人基本情况"))
        return None

    def _may_edit(self, file: CaseFile) -> bool:
        case = file.case
        return case.is_open and not case.freeze and bool(policies.may_open_case(self.actor, case.branch_id))

    def _principals(self, file: CaseFile) -> list[tuple[int, str]] | None:
        return asked_for(policies.may_open_case(self.actor, file.case.branch_id), self.request)

    def _show(self, file: CaseFile, form: PersonForm | None) -> HttpResponse:
        context = casebox.head(file, file.assess(self.request.today), self.actor, tab="person")
        context |= {
            "form": form,
            "groups": list(_person_groups(file.case.person, clear="clear" in self.request.GET)),
            "clear": "clear" in self.request.GET,
            "may_edit": self._may_edit(file),
            "done": None,
        }
        return render(self.request, "recruitment/case_person.html", context)


def _person_groups(person: Person, *, clear: bool) -> Iterator[PersonGroup]:
    """``clear``: the identity number in full, which comparing it with the document needs and nothing else."""
    for title, names in GROUPS:
        facts = [
            {
                "label": texts.PERSON_FIELDS[name].label,
                "value": person.masked_id_number if name == "id_number" and not clear else _person_value(person, name),
            }
            for name in names
        ]
        yield PersonGroup(str(title), facts)


def _person_value(person: Person, name: str) -> Any:
    value = getattr(person, name)
    if name == "has_personnel_archive":
        return _("有") if value else _("没有")
    if name in texts.PERSON_CHOICES:
        return texts.PERSON_CHOICES[name].get(value)
    if value in ("", None):
        return None
    return day_text(value) if name in ("birth_date", "expected_leave_date") else value
