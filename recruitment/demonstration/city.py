"""Who stands where in the demonstration city: six townships, and in them people who set out together.

A cohort applied on one day, so its people share meetings, lists and classes for as long as they keep pace. ``head`` is
the step that the foremost entered ``ago`` days ago (in the future where negative); each plan says how far one person
has come. Steps are numbered as in the table; 32 is a completed case.
"""

from __future__ import annotations

from dataclasses import dataclass

from recruitment.demonstration.course import Plan


@dataclass(frozen=True)
class Cohort:
    head: int
    ago: int
    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class Place:
    """A township and those of its branches that the demonstration uses, by their codes."""

    code: str
    branches: tuple[str, ...]
    cohorts: tuple[Cohort, ...]


def _steps(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


#: 爱园镇 of 泗阳县, with the accounts that the command names; its first branch is 幸福村.
HOME = Place(
    code="321323101",
    branches=("321323101211", "321323101215", "321323101212"),
    cohorts=(
        Cohort(
            31,
            8,
            (
                Plan(31, "submitted"),
                Plan(30, "submitted", branch=1, returned=_steps(3), extended=True),
                Plan(29, "submitted", has_archive=False),
                Plan(28, "open", branch=1),
                Plan(27, "explained"),
            ),
        ),
        Cohort(26, -100, (Plan(26, skips_reviews=True),)),
        Cohort(
            25,
            3,
            (
                Plan(25, "submitted"),
                Plan(24, "submitted"),
                Plan(23, "submitted", branch=1),
                Plan(22, "submitted", failed=_steps(20)),
                Plan(22, "reported", branch=1),
                Plan(21, "submitted"),
            ),
        ),
        Cohort(
            20,
            4,
            (
                Plan(20, "fail"),
                Plan(19, "returned", branch=1),
                Plan(18, "fail"),
                Plan(17, "suspended", code="V06"),
            ),
        ),
        Cohort(
            16,
            3,
            (
                Plan(16, "submitted"),
                Plan(15, "fail"),
                Plan(14, "submitted", branch=1),
                Plan(13, "fail"),
            ),
        ),
        Cohort(
            12,
            3,
            (
                Plan(12, "submitted"),
                Plan(12, "reported"),
                Plan(12, "reported", branch=1),
                Plan(11, "submitted"),
                Plan(10, "open", branch=1),
                Plan(9, "submitted"),
                Plan(8, "submitted", branch=1),
            ),
        ),
        Cohort(9, -60, (Plan(8), Plan(8, skips_reviews=True, branch=2))),
        Cohort(
            7,
            2,
            (
                Plan(7, "submitted"),
                Plan(7, "open", branch=2),
                Plan(7, "open"),
                Plan(7, "submitted", branch=1),
                Plan(6, "submitted", late=_steps(3)),
                Plan(6, "submitted"),
                Plan(6, "submitted", branch=1),
                Plan(6, "submitted", branch=1),
                Plan(6, "submitted", branch=2),
                Plan(6, "reported", branch=2),
                Plan(6, "reported"),
                Plan(6, "reported", branch=1),
                Plan(6, "reported", branch=1),
                Plan(5, "submitted"),
                Plan(4, "submitted", branch=2),
                Plan(3, "open"),
                Plan(3, "handed_in_late", branch=2),
            ),
        ),
        Cohort(
            3,
            2,
            (
                Plan(3, "submitted"),
                Plan(3, "open", branch=2),
                Plan(3, "transfer", branch=1),
                Plan(2, "submitted"),
                Plan(2, "returned", branch=1),
                Plan(1, "submitted"),
            ),
        ),
        Cohort(1, 2, (Plan(1, "submitted"), Plan(1, "open"), Plan(1, "submitted", branch=1))),
    ),
)

#: What every other township has beside its own: people in the first steps.
_EARLY = (
    Cohort(
        6,
        3,
        (
            Plan(6, "submitted"),
            Plan(6, "submitted", branch=1),
            Plan(5, "recorded"),
            Plan(4, "open", branch=1),
            Plan(3, "explained"),
        ),
    ),
    Cohort(
        2,
        2,
        (
            Plan(2, "submitted"),
            Plan(2, "submitted", branch=1),
            Plan(2, "open", branch=1),
            Plan(1, "submitted"),
            Plan(1, "submitted", branch=1),
            Plan(1, "open", branch=1),
        ),
    ),
)

#: And people whom the branch cultivates, in two of them.
_CULTIVATED = (Cohort(9, -150, (Plan(8), Plan(8, branch=1))),)

OTHERS = (
    # 众兴街道 of 泗阳县: under the same department as home, with a plan that has no place left.
    Place(
        "321323001",
        ("321323001001", "321323001002"),
        (
            Cohort(31, 300, (Plan(32),)),
            Cohort(12, 6, (Plan(12, "submitted", branch=1),)),
            Cohort(5, 40, (Plan(5, "red", code="V11"),)),
            *_EARLY,
        ),
    ),
    # 幸福街道 of 宿城区: a probation cancelled, another extended.
    Place(
        "321302001",
        ("321302001005", "321302001001"),
        (
            Cohort(31, 70, (Plan(32, cancelled=True), Plan(26, second_round=True, extended=True, branch=1))),
            Cohort(7, 60, (Plan(6, "withdrawn"), Plan(7, "dropped", branch=1))),
            *_CULTIVATED,
            *_EARLY,
        ),
    ),
    # 顺河街道 of 宿豫区: two cases ended by a veto.
    Place(
        "321311001",
        ("321311001001", "321311001004"),
        (
            Cohort(5, 60, (Plan(5, "terminated", code="V11"), Plan(4, "terminated", code="V02", branch=1))),
            *_EARLY,
        ),
    ),
    # 沭城街道 of 沭阳县: half a year between application and recommendation by a rule of the county.
    Place(
        "321322001",
        ("321322001002", "321322001003"),
        (
            Cohort(7, 40, (Plan(7, "reinstated", code="V11", branch=1), Plan(6, "died"))),
            Cohort(4, -60, (Plan(4), Plan(4, branch=1), Plan(3, "transfer", branch=1))),
            *_EARLY,
        ),
    ),
    # 双沟镇 of 泗洪县: an activist who moved from one branch to another.
    Place(
        "321324101",
        ("321324101013", "321324101021"),
        (
            Cohort(9, -60, (Plan(9, moved=True, branch=1),)),
            Cohort(7, 60, (Plan(6, "dismissed", code="V11"), Plan(5, "moved_away", branch=1))),
            *_EARLY,
        ),
    ),
)

PLACES = (HOME, *OTHERS)
