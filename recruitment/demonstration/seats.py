"""The bodies of the demonstration, the people who sit in them, and the rosters of their branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from branches.access import SYSTEM, Actor, actor_for
from branches.models import Member, Organisation, Seat, User
from branches.services import roster
from branches.services.accounts import save_account
from branches.services.seats import give_seat
from recruitment.demonstration.city import HOME, PLACES, Place

Role = Seat.Role

#: The password of every account of the demonstration; the command prints it.
PASSWORD = "suqian-sample-2026"

ROSTER = 9  # full members of a branch beside those who are admitted on the way
CITY, COUNTY_DIGITS = "3213", 6


@dataclass(frozen=True)
class Account:
    """An account that the command names. ``at`` is one of home's bodies: branch, township, county or city."""

    username: str
    name: str
    role: Role
    at: str
    department: bool = False


ACCOUNTS = (
    Account("secretary", "样本·陈书记", Role.SECRETARY, "branch"),
    Account("deputy", "样本·李副书记", Role.DEPUTY_SECRETARY, "branch"),
    Account("commissioner", "样本·赵组委", Role.ORGANISATION_COMMISSIONER, "branch"),
    Account("clerk", "样本·孙录入", Role.CLERK, "branch"),
    Account("committee", "样本·周校核", Role.COMMITTEE_VERIFIER, "township"),
    Account("committee2", "样本·吴校核", Role.COMMITTEE_VERIFIER, "township"),
    Account("organiser", "样本·郑组织员", Role.ORGANISER, "township"),
    Account("department", "样本·冯干部", Role.DEPARTMENT_OFFICER, "county", department=True),
    Account("department2", "样本·蒋干部", Role.DEPARTMENT_OFFICER, "county", department=True),
    Account("city", "样本·沈干部", Role.DEPARTMENT_OFFICER, "city", department=True),
    Account("inspector", "样本·韩巡查", Role.INSPECTOR, "city"),
    Account("admin", "样本·杨管理", Role.ADMINISTRATOR, "city"),
)


@dataclass(frozen=True)
class Branch:
    """A branch with those who enter for it in turn and the members whom its cases name."""

    organisation: Organisation
    enterers: tuple[Actor, ...]
    members: tuple[int, ...]


@dataclass(frozen=True)
class Township:
    """A committee with its verifiers and organiser, the department above it, and its branches."""

    committee: Organisation
    verifiers: tuple[Actor, Actor]
    organiser: Actor
    department: Organisation
    officers: tuple[Actor, Actor]
    branches: tuple[Branch, ...]


class Seating:
    """Gives the accounts and seats, all with one password hashed once: hashing is slow on purpose."""

    def __init__(self, since: date, now: datetime) -> None:
        self.since, self.now = since, now
        codes = {code for place in PLACES for code in _codes(place)} | {CITY, f"{CITY}D"}
        self.organisations: Mapping[str, Organisation] = {
            row.code: row for row in Organisation.objects.filter(code__in=codes)
        }
        self._password = make_password(PASSWORD)
        self._actors: dict[tuple[str, Role], list[Actor]] = {}

    def seat_all(self) -> dict[str, Township]:
        """Every seat and roster; the townships by code."""
        for account in ACCOUNTS:
            self._seat(account.username, account.name, account.role, _code_of(account))
        return {place.code: self._township(place) for place in PLACES}

    def _township(self, place: Place) -> Township:
        verifiers = self._at(place.code, Role.COMMITTEE_VERIFIER, "committee", "样本·校核", 2)
        organisers = self._at(place.code, Role.ORGANISER, "organiser", "样本·组织员", 1)
        department = f"{place.code[:COUNTY_DIGITS]}D"
        officers = self._at(department, Role.DEPARTMENT_OFFICER, "department", "样本·组织部", 2)
        return Township(
            committee=self.organisations[place.code],
            verifiers=(verifiers[0], verifiers[1]),
            organiser=organisers[0],
            department=self.organisations[department],
            officers=(officers[0], officers[1]),
            branches=tuple(self._branch(code) for code in place.branches),
        )

    def _branch(self, code: str) -> Branch:
        enterers = self._at(code, Role.SECRETARY, "secretary", "样本·书记", 1)
        others = [
            actor
            for role in (Role.DEPUTY_SECRETARY, Role.ORGANISATION_COMMISSIONER)
            for actor in self._actors.get((code, role), [])
        ]
        clerks = [self._for_secretary(clerk, enterers[0]) for clerk in self._actors.get((code, Role.CLERK), [])]
        branch = self.organisations[code]
        return Branch(branch, (*enterers, *others, *clerks), tuple(self._roster(branch)))

    def _at(self, code: str, role: Role, username: str, name: str, count: int) -> list[Actor]:
        """Those who hold this role there, seated first where nobody does yet."""
        held = self._actors.setdefault((code, role), [])
        for number in range(len(held) + 1, count + 1):
            suffix = "" if number == 1 else str(number)
            self._seat(
                f"{code}-{username}{suffix}", f"{name}{suffix}（{self.organisations[code].short_name}）", role, code
            )
        return held

    def _seat(self, username: str, name: str, role: Role, code: str) -> None:
        user = User(username=username, full_name=name, password=self._password)
        save_account(user=user, actor=SYSTEM, now=self.now)
        give_seat(
            user=user,
            organisation=self.organisations[code],
            role=role,
            starts_on=self.since,
            actor=SYSTEM,
            now=self.now,
        )
        self._actors.setdefault((code, role), []).append(actor_for(user, self.since))

    def _for_secretary(self, clerk: Actor, secretary: Actor) -> Actor:
        user = User.objects.get(pk=clerk.user_id)
        return actor_for(user, self.since, seat_id=clerk.seat_id, on_behalf_of=secretary.user_id)

    def _roster(self, branch: Organisation) -> Iterator[int]:
        for number in range(ROSTER):
            joined = date(1995 + 2 * number, 7, 1)
            member = roster.enter_member(
                branch=branch,
                name=f"样本党员·{_NUMERALS[number]}",
                sex=Member.Sex.FEMALE if number % 2 else Member.Sex.MALE,
                standing=Member.Standing.FULL,
                standing_since=joined.replace(year=joined.year + 1),
                joined_on=joined,
                actor=SYSTEM,
                now=self.now,
            )
            yield member.pk


_NUMERALS = "甲乙丙丁戊己庚辛壬"


def _codes(place: Place) -> tuple[str, ...]:
    county = place.code[:COUNTY_DIGITS]
    return (place.code, county, f"{county}D", *place.branches)


def _code_of(account: Account) -> str:
    code = {"branch": HOME.branches[0], "township": HOME.code, "county": HOME.code[:COUNTY_DIGITS], "city": CITY}
    return code[account.at] + ("D" if account.department else "")
