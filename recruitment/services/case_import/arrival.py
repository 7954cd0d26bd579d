"""What a case file would bring: where it belongs here, what is known here already, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Member, Organisation, User
from branches.services.responsible import NotPlacedError, Responsible, responsible_for
from recruitment import policies
from recruitment.models import Case, Person, Printing
from recruitment.policies import Answer, Denied
from recruitment.services.base import Refusal, Refused
from recruitment.travel.reading import Opened
from recruitment.travel.rebuilding import Told, layout_at


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline or a lock that falls on another day here than where the case was; None where there is none."""

    kind: str
    step: str
    code: str
    there: date | None
    here: date | None


@dataclass
class Arrival:
    """What an import did or, if it was not ``committed``, would do.

    ``organisations`` says for each one that the file names, by its code there, what it is here; None where nothing
    fits. ``person_changed`` are the names of the facts of a person known here already that become those of the file.
    ``new_accounts`` are the names that get an account without sign-in, ``new_members`` those that get a line on
    the roster as somebody who was never there. ``papers`` are the names and sizes in bytes of the papers.
    """

    number: str
    person: str
    masked_id_number: str
    state: str
    issued_at: datetime
    issued_by: str
    fingerprint: str
    sha256: str
    names: Mapping[str, str]
    organisations: Mapping[str, Organisation | None]
    branch: Organisation | None = None
    responsible: Responsible | None = None
    accounts: list[str] = field(default_factory=list)
    new_accounts: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    new_members: list[str] = field(default_factory=list)
    papers: list[tuple[str, int]] = field(default_factory=list)
    person_changed: list[str] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    case: Case | None = None
    committed: bool = False


class ImportRefused(Refused):
    """Nothing was imported; ``arrival`` says what the file would have brought, where it could be read at all."""

    def __init__(self, refusals: Iterable[Refusal], arrival: Arrival | None = None) -> None:
        super().__init__(refusals)
        self.arrival = arrival


def survey(
    opened: Opened, told: Told, *, branch: Organisation | None, places: Mapping[str, str], actor: Actor
) -> tuple[Arrival, Answer]:
    """Look at everything before anything is written. Raises :class:`ImportRefused` with every obstacle."""
    with layout_at("case.json"):
        arrival = _arrival(opened, told, branch, places)
    obstacles = list(_obstacles(arrival, told))
    if opened.manifest["private"] is not True:
        message = _("这份卷宗是给不参与办理的人的，不含个人隐私内容，不能在这里接着办。请对方由参与办理的人重新生成。")
        obstacles.insert(0, Refusal("case_file_withheld", message=message))
    answer: Answer = Denied("")
    if arrival.branch is not None:
        answer = policies.may_import(actor, arrival.branch.path)
        if isinstance(answer, Denied):
            obstacles.append(Refusal("not_allowed", message=str(answer.reason)))
    if obstacles:
        raise ImportRefused(obstacles, arrival)
    return arrival, answer


def known_members(branch: Organisation, told: Told) -> list[Member | None]:
    """Who on the branch's roster is the member that the file names: same name, sex and day of joining; else None."""
    names = {row["name"] for row in told.members}
    roster: dict[tuple[str, str, str], list[Member]] = {}
    for member in Member.objects.filter(branch=branch, name__in=names).order_by("-pk"):
        roster.setdefault((member.name, member.sex, member.joined_on.isoformat()), []).append(member)
    wanted = ((row["name"], row["sex"], row["joined_on"]) for row in told.members)
    return [roster[key].pop() if roster.get(key) else None for key in wanted]


def _arrival(opened: Opened, told: Told, branch: Organisation | None, places: Mapping[str, str]) -> Arrival:
    names = told.organisations()
    codes = {code: places.get(code, code) for code in names}
    here = {body.code: body for body in Organisation.objects.filter(code__in=codes.values())}
    found = {code: here.get(codes[code]) for code in names}
    of_case = {side: told.case[side]["code"] for side in ("branch", "committee", "department")}
    if branch is not None:
        found[of_case["branch"]] = branch
    responsible = _responsible(found[of_case["branch"]])
    if branch is not None and responsible is not None:
        # The bodies above go with the branch, unless they are here themselves.
        for side in ("committee", "department"):
            if found[of_case[side]] is None:
                found[of_case[side]] = getattr(responsible, side)
    arrival = Arrival(
        number=told.case["number"],
        person=str(told.person["name"]),
        masked_id_number=Person(id_number=str(told.person["id_number"])).masked_id_number,
        state=str(told.case["step"]),
        issued_at=opened.made_at,
        issued_by=str(opened.manifest["made_by"]),
        fingerprint=opened.fingerprint,
        sha256=opened.sha256,
        names=names,
        organisations=found,
        branch=found[of_case["branch"]],
        responsible=responsible,
        papers=sorted(opened.papers.items()),
    )
    people = told.accounts()
    known = set(User.objects.filter(origin__in={origin for origin, _name in people}).values_list("origin", "full_name"))
    arrival.accounts = [name for _origin, name in people]
    arrival.new_accounts = [name for origin, name in people if (origin, name) not in known]
    arrival.members = [str(row["name"]) for row in told.members]
    if arrival.branch is not None:
        roster = known_members(arrival.branch, told)
        arrival.new_members = [name for name, member in zip(arrival.members, roster, strict=True) if member is None]
    return arrival


def _responsible(branch: Organisation | None) -> Responsible | None:
    if branch is None:
        return None
    try:
        return responsible_for(branch)
    except NotPlacedError:
        return None


def _obstacles(arrival: Arrival, told: Told) -> Iterator[Refusal]:
    for code, here in arrival.organisations.items():
        if here is None:
            message = _("这里没有代码为 %(code)s 的党组织“%(name)s”。请先导入或建立它，或者指定这里对应的组织。")
            yield Refusal("organisation_missing", message=message % {"code": code, "name": arrival.names[code]})
    if arrival.branch is not None:
        yield from _obstacles_at(arrival.branch, arrival.responsible, is_open=told.case["ended_on"] is None)
    yield from _known_already(arrival, told)


def _obstacles_at(branch: Organisation, responsible: Responsible | None, *, is_open: bool) -> Iterator[Refusal]:
    if branch.kind != Organisation.Kind.BRANCH or (is_open and branch.dissolved_on is not None):
        message = _("“%(branch)s”不是现有的党支部，请指定接收的党支部。") % {"branch": branch}
        yield Refusal("organisation_missing", message=message)
    elif responsible is None:
        message = _("“%(branch)s”之上没有有审批权的党委，或没有组织部，请先补齐。") % {"branch": branch}
        yield Refusal("organisation_missing", message=message)


def _known_already(arrival: Arrival, told: Told) -> Iterator[Refusal]:
    if Case.objects.filter(number=arrival.number).exists():
        message = _("这里已有编号为 %(number)s 的纪实，不能再导入一份。") % {"number": arrival.number}
        yield Refusal("case_here", message=message)
    index = Person.index_of(str(told.person["id_number"]))
    if told.case["ended_on"] is None and Case.objects.open().filter(person__id_index=index).exists():
        # Says nothing of where the other case lies, as when a case is opened.
        yield Refusal("case_here", message=_("此人在这里已有一份未结束的纪实。请先查明两份纪实的关系，结束其中一份。"))
    codes = {str(row["code"]) for row in told.tables[Printing]}
    for taken in (
        Printing.objects.filter(code__in=codes).exclude(case__number=arrival.number).values_list("code", flat=True)
    ):
        message = _("核验码 %(code)s 在这里属于另一份纪实，请与签发单位联系。") % {"code": taken}
        yield Refusal("case_here", message=message)
