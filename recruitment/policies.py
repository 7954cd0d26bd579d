"""Who may see, enter and verify: one answer for one case, from plain values, with the reason for a refusal.

``CaseQuerySet.visible_to`` says the same for many cases at once; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from branches.access import Actor, Grant
from recruitment.rules.schema import Side

ENTERING_ROLES = {
    Side.BRANCH: frozenset({"secretary", "deputy_secretary", "organisation_commissioner", "clerk"}),
    Side.COMMITTEE: frozenset(
        {
            "committee_verifier",
            "organiser",
            "secretary",
            "deputy_secretary",
            "organisation_commissioner",
            "clerk",
        }
    ),
    Side.DEPARTMENT: frozenset({"department_officer", "organiser", "clerk"}),
}

#: A clerk enters for another and never verifies; an organiser holds talks and never verifies.
VERIFYING_ROLES = {
    Side.BRANCH: frozenset[str](),
    Side.COMMITTEE: frozenset({"committee_verifier", "secretary", "deputy_secretary", "organisation_commissioner"}),
    Side.DEPARTMENT: frozenset({"department_officer"}),
}

#: Roles that read cases of their organisation and everything below it; an administrator runs the place, not cases.
SEEING_ROLES = frozenset(
    {
        "secretary",
        "deputy_secretary",
        "organisation_commissioner",
        "clerk",
        "committee_verifier",
        "organiser",
        "department_officer",
        "inspector",
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a case lies: its branch, the committee that approves it and the department above."""

    branch_id: int
    branch_path: str
    committee_id: int
    department_id: int

    def organisation_id(self, side: Side) -> int:
        return {
            Side.BRANCH: self.branch_id,
            Side.COMMITTEE: self.committee_id,
            Side.DEPARTMENT: self.department_id,
        }[side]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Truthy; ``grant`` is the seat by which it is allowed (None for the system)."""

    grant: Grant | None = None

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """Falsy, with a sentence that a page can show."""

    reason: str

    def __bool__(self) -> bool:
        return False


Answer = Allowed | Denied


def _ordered(actor: Actor) -> tuple[Grant, ...]:
    # The seat chosen on the page comes first, then the others that the person holds.
    if actor.seat is None:
        return actor.grants
    return (actor.seat, *(grant for grant in actor.grants if grant.seat_id != actor.seat.seat_id))


def may_see(actor: Actor, scope: Scope) -> Answer:
    """A seat of the branch or of any organisation above it, except the administrator's."""
    if actor.is_system:
        return Allowed()
    for grant in _ordered(actor):
        if grant.role in SEEING_ROLES and grant.covers(scope.branch_path):
            return Allowed(grant)
    return Denied(_("这份纪实不在您的管理范围内。"))


def may_enter(actor: Actor, scope: Scope, side: Side) -> Answer:
    """A seat that enters acts for the organisation on that side of the case."""
    return _seat_of(actor, scope.organisation_id(side), ENTERING_ROLES[side], side)


def may_verify(actor: Actor, scope: Scope, side: Side) -> Answer:
    """A seat that verifies for the organisation on that side of the case."""
    return _seat_of(actor, scope.organisation_id(side), VERIFYING_ROLES[side], side)


def may_take_part(actor: Actor, scope: Scope) -> Answer:
    """Any seat that enters or verifies on some side of the case (transfers and neutral ends)."""
    for side in Side:
        answer = may_enter(actor, scope, side)
        if answer:
            return answer
    return Denied(_("只有本支部、审批党委或上级组织部门可以办理。"))


_BODIES = {
    Side.BRANCH: _("这一步由党支部办理。"),
    Side.COMMITTEE: _("这一步由有审批权限的基层党委办理。"),
    Side.DEPARTMENT: _("这一步由上级党委组织部门办理。"),
}


def _seat_of(actor: Actor, organisation_id: int, roles: frozenset[str], side: Side) -> Answer:
    for grant in _ordered(actor):
        if grant.organisation_id == organisation_id and grant.role in roles:
            return Allowed(grant)
    return Denied(_BODIES[side])


def may_enter_for(actor: Actor, organisation_id: int) -> Answer:
    """A seat that enters for one organisation, whatever its place: a body that deliberates before the committee."""
    roles = ENTERING_ROLES[Side.BRANCH] | ENTERING_ROLES[Side.COMMITTEE]
    for grant in _ordered(actor):
        if grant.organisation_id == organisation_id and grant.role in roles:
            return Allowed(grant)
    return Denied(_("审议意见由审议的党组织登记。"))


def may_inquire(actor: Actor, scope: Scope) -> Answer:
    """A seat that enters for the branch or for the committee: both may ask others (r2026 art 16)."""
    for side in (Side.BRANCH, Side.COMMITTEE):
        answer = may_enter(actor, scope, side)
        if answer:
            return answer
    return Denied(_("函调和征求意见由党支部或者审批党委登记。"))


def may_enter_inquiry(actor: Actor, scope: Scope, sender_id: int) -> Answer:
    """A seat that enters for the body that asked, while it still is the branch or the committee of the case."""
    for side in (Side.BRANCH, Side.COMMITTEE):
        if scope.organisation_id(side) == sender_id:
            return may_enter(actor, scope, side)
    return Denied(_("函调和征求意见由发出的组织催办和登记答复。"))


def may_open_case(actor: Actor, branch_id: int) -> Answer:
    """A seat that enters for the branch."""
    return _seat_of(actor, branch_id, ENTERING_ROLES[Side.BRANCH], Side.BRANCH)


def may_set_templates(actor: Actor, department_id: int, department_path: str) -> Answer:
    """An officer of the department, or an administrator whose reach it lies in."""
    for grant in _ordered(actor):
        if grant.role == "department_officer" and grant.organisation_id == department_id:
            return Allowed(grant)
        if grant.role == "administrator" and grant.covers(department_path):
            return Allowed(grant)
    return Denied(_("模板由组织部门的工作人员或者管理员更换。"))


# -- learning ------------------------------------------------------------------------------------------------------

#: The posts of a branch from which a pass may be required.
EXAMINED_ROLES = frozenset({"secretary", "deputy_secretary", "organisation_commissioner"})


def may_publish(actor: Actor, department_id: int | None = None) -> Answer:
    """An officer of the organisation department: of the named one, or of any where none is named."""
    for grant in _ordered(actor):
        at_home = grant.organisation_kind == "department" and department_id in (None, grant.organisation_id)
        if grant.role == "department_officer" and at_home:
            return Allowed(grant)
    return Denied(_("学习资料由上传它的组织部门管理。"))


def may_read(actor: Actor, reach_path: str) -> Answer:
    """Any seat within the subtree that a document of the library is meant for."""
    for grant in _ordered(actor):
        if grant.organisation_path.startswith(reach_path):
            return Allowed(grant)
    return Denied(_("这份资料不在您的组织范围内。"))


def may_take_exam(actor: Actor) -> Answer:
    """Anyone with a seat; the result belongs to the organisation of the seat acted from."""
    for grant in _ordered(actor):
        return Allowed(grant)
    return Denied(_("有席位的人才能参加测试。"))


def may_see_results(actor: Actor, path: str) -> Answer:
    """A seat that sees cases of the organisation or of one above it."""
    for grant in _ordered(actor):
        if grant.role in SEEING_ROLES and grant.covers(path):
            return Allowed(grant)
    return Denied(_("这个组织的测试结果不在您的管理范围内。"))


def may_administer(actor: Actor, path: str) -> Answer:
    """An administrator's seat that covers the organisation with this path."""
    for grant in _ordered(actor):
        if grant.role == "administrator" and grant.covers(path):
            return Allowed(grant)
    return Denied(_("这个组织由它自己或上级组织的管理员管理。"))


def may_import(actor: Actor, branch_path: str) -> Answer:
    """The administrator of the branch that receives a case file, or the system."""
    return Allowed() if actor.is_system else may_administer(actor, branch_path)
