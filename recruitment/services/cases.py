"""Opening a case: the person and the first step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import digest
from branches.access import Actor
from branches.models import Organisation
from branches.services.responsible import responsible_for
from recruitment import machine, policies
from recruitment.models import Case, Person, StepRecord
from recruitment.models.person import birth_date_in, normalised_id_number, validate_id_number
from recruitment.policies import Denied
from recruitment.rules.values import dump
from recruitment.selectors.casefile import CaseFile, local_day
from recruitment.selectors.rulesets import ruleset_for
from recruitment.services.base import Done, Refusal, Refused, acting, finish, guard, invalid, open_file

#: What is asked of a person; all of it may be corrected by opening the form again before the case goes on.
PERSON_FIELDS = (
    "name",
    "sex",
    "ethnicity",
    "birth_date",
    "native_place",
    "political_status",
    "education",
    "employer_or_school",
    "position",
    "employment_kind",
    "using_unit",
    "expected_leave_date",
    "has_personnel_archive",
    "id_number",
    "residence",
    "household_registration",
    "phone",
    "work_history",
    "family",
    "social_relations",
)


@transaction.atomic
def open_case(
    *, branch: Organisation, person: Mapping[str, Any], actor: Actor, now: datetime, is_sample: bool = False
) -> Done:
    """Enter a person and open the case at the first step.

    ``person`` holds :data:`PERSON_FIELDS`. Raises :class:`Refused` without a seat in the branch, and
    ``ValidationError`` by field where the data cannot be or the person has an open case anywhere.
    """
    answer = policies.may_open_case(actor, branch.pk)
    if isinstance(answer, Denied):
        raise Refused([Refusal("not_allowed", message=str(answer.reason))])
    actor = acting(actor, answer)
    row = _person(person, is_sample=is_sample)
    responsible = responsible_for(branch)
    case = Case(
        number=_next_number(branch, now),
        person=row,
        branch=branch,
        committee=responsible.committee,
        department=responsible.department,
        opened_at=now,
    )
    case.save()
    record = StepRecord(case=case, step=machine.START, opened_at=now)
    record.save()
    file = CaseFile(case, ruleset_for(branch.path), records=[record])
    payload = {"number": case.number, "branch": branch.code, "person": _audited(row)}
    return finish(file, action="case_opened", actor=actor, now=now, payload=payload, record=record)


def _person(given: Mapping[str, Any], *, is_sample: bool) -> Person:
    number = normalised_id_number(given.get("id_number") or "")
    try:
        validate_id_number(number)
    except ValidationError as error:
        raise ValidationError({"id_number": error}) from None
    if given.get("birth_date") != birth_date_in(number):
        raise ValidationError({"birth_date": _("出生日期与公民身份号码不一致，请核对。")})
    row = Person.objects.select_for_update().filter(id_index=Person.index_of(number)).first()
    if row is not None and Case.objects.open().filter(person=row).exists():
        raise _has_open_case()
    row = row or Person()
    for name in PERSON_FIELDS:
        if name in given:
            setattr(row, name, given[name])
    row.is_sample = is_sample
    row.id_index = Person.index_of(number)
    row.full_clean(exclude=["id_index"], validate_unique=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Entered at this very moment from another desk, or by a second click.
        raise _has_open_case() from None
    return row


def _has_open_case() -> ValidationError:
    # Says nothing of where the other case lies: that is not this branch's to know.
    return ValidationError(
        {"id_number": _("此人已有一份未结束的发展党员纪实，不能重复建档。请与上级党委组织部门联系。")}
    )


def _next_number(branch: Organisation, now: datetime) -> str:
    """``<branch code>-<year>-<serial>``; the branch's row is held so that two secretaries never get one number."""
    Organisation.objects.select_for_update().get(pk=branch.pk)
    prefix = f"{branch.code}-{local_day(now).year}-"
    last = Case.objects.filter(number__startswith=prefix).order_by("-number").values_list("number", flat=True).first()
    serial = int(last.rpartition("-")[2]) + 1 if last else 1
    return f"{prefix}{serial:03d}"


def _audited(person: Person) -> dict[str, Any]:
    audited = {}
    for name in PERSON_FIELDS:
        value = getattr(person, name)
        if value in ("", None):
            continue
        audited[name] = digest(value, person.salt) if name in Person.SENSITIVE else dump({name: value})[name]
    return audited


@transaction.atomic
def change_person(*, case_id: int, changes: Mapping[str, Any], actor: Actor, now: datetime) -> Done:
    """Correct what is known of the person, while the first stage runs or where no rule has used it yet.

    The identity number and the birth date stay: they decide who the person is and when she may apply.
    """
    file = open_file(case_id)
    answer = policies.may_open_case(actor, file.case.branch_id)
    guard(file, answer, right_step=True)
    fixed = {"id_number", "birth_date"} & changes.keys()
    unknown = changes.keys() - set(PERSON_FIELDS)
    if fixed or unknown:
        raise invalid(*sorted(fixed | unknown))
    person = file.case.person
    before = _audited(person)
    for name, value in changes.items():
        setattr(person, name, value)
    person.full_clean(exclude=["id_index"], validate_unique=False)
    person.save()
    after = _audited(person)
    changed = {name: after.get(name) for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return finish(file, action="person_changed", actor=acting(actor, answer), now=now, payload={"changed": changed})
