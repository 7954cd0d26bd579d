"""Who holds the archive package of a case, who may hold it next, and when it lies where it stays.

r2026 art 36 / r2014 art 37: the papers go to the committee, which files them in the personnel archive; for a person who
has none, in a Party member archive, kept by the committee or by the organisation department of the county
(education2019 art 26). For dispatched workers some committees leave that archive with the using unit (用工单位).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from recruitment.rules.archive import PARTY, PERSONNEL
from recruitment.rules.schema import Side


class Keeper(StrEnum):
    """Whoever may hold a package: three bodies of this system, and three that answer on stamped paper."""

    BRANCH = "branch"
    COMMITTEE = "committee"
    DEPARTMENT = "department"
    PERSONNEL_OFFICE = "personnel"
    USING_UNIT = "using_unit"
    OUTSIDE = "outside"

    @property
    def side(self) -> Side | None:
        """The side of the case that it is; None for a body outside the system."""
        return Side(self.value) if self in _INSIDE else None


_INSIDE = (Keeper.BRANCH, Keeper.COMMITTEE, Keeper.DEPARTMENT)


class State(StrEnum):
    """Where a package stands: to be handed on, on its way, or kept where it stays."""

    WAITING = "waiting"
    ON_THE_WAY = "on_the_way"
    KEPT = "kept"


class Deed(StrEnum):
    """What is entered of a package. A correction says that the entry before it does not count."""

    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    RETURNED = "returned"
    KEPT = "kept"
    CORRECTED = "corrected"


#: Why a package is not taken; the codes are stored, so none is taken away.
RETURN_CODES = ("incomplete", "differs", "unsigned", "wrong_body", "no_archive", "other")

_FROM_COMMITTEE = (Keeper.PERSONNEL_OFFICE, Keeper.DEPARTMENT, Keeper.USING_UNIT, Keeper.OUTSIDE)
_NEXT: Mapping[Keeper, tuple[Keeper, ...]] = MappingProxyType(
    {
        Keeper.BRANCH: (Keeper.COMMITTEE,),
        Keeper.COMMITTEE: _FROM_COMMITTEE,
        Keeper.DEPARTMENT: (Keeper.PERSONNEL_OFFICE, Keeper.COMMITTEE, Keeper.USING_UNIT, Keeper.OUTSIDE),
        Keeper.PERSONNEL_OFFICE: (Keeper.COMMITTEE, *_FROM_COMMITTEE),
        Keeper.USING_UNIT: (Keeper.COMMITTEE, *_FROM_COMMITTEE),
        Keeper.OUTSIDE: (Keeper.COMMITTEE, *_FROM_COMMITTEE),
    }
)
#: Where each archive stays. A committee holds what belongs into a personnel archive only until it is handed on.
_STAYS: Mapping[str, frozenset[Keeper]] = MappingProxyType(
    {
        PERSONNEL: frozenset({Keeper.PERSONNEL_OFFICE, Keeper.DEPARTMENT, Keeper.OUTSIDE}),
        PARTY: frozenset({Keeper.COMMITTEE, Keeper.DEPARTMENT, Keeper.USING_UNIT, Keeper.OUTSIDE}),
    }
)


def receivers(holder: Keeper, archive: str, *, dispatched: bool) -> tuple[Keeper, ...]:
    """To whom the holder may hand the package.

    A Party member archive goes to no personnel office; the using unit keeps that of its dispatched workers alone.
    """
    left_out = {Keeper.PERSONNEL_OFFICE} if archive == PARTY else set()
    if archive == PERSONNEL or not dispatched:
        left_out.add(Keeper.USING_UNIT)
    return tuple(keeper for keeper in _NEXT[holder] if keeper not in left_out)


def state_with(holder: Keeper, archive: str) -> State:
    """How the package stands once the holder has it."""
    return State.KEPT if holder in _STAYS[archive] else State.WAITING
