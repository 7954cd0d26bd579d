"""Cases as a city has them, on both sides of 2026-05-11 and in every kind of waiting, played by the demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from branches.access import Actor, actor_for
from branches.models import Member, Organisation
from recruitment.demonstration.build import play, samples_of
from recruitment.demonstration.city import Cohort, Place
from recruitment.demonstration.course import Plan
from recruitment.demonstration.play import SampleCase
from recruitment.demonstration.seats import Branch, Township
from tests.branches.factories import County
from tests.branches.factories import Township as Bodies

TODAY = dt.date(2026, 11, 22)

#: Waiting for a deadline, for a lock, for a verifier, for a level above; late, frozen and ended.
COHORTS = (
    Cohort(29, 3, (Plan(27), Plan(26, skips_reviews=True, branch=1))),
    Cohort(25, 20, (Plan(25), Plan(22, "reported", branch=1), Plan(20))),
    Cohort(9, -60, (Plan(8), Plan(8, skips_reviews=True, branch=1))),
    Cohort(
        7,
        20,
        (
            Plan(7, "submitted"),
            Plan(6, "recorded"),
            Plan(5, "recorded", branch=1),
            Plan(3, "explained"),
            Plan(3, "transfer", branch=1),
            Plan(4, "red", code="V11"),
            Plan(2, "withdrawn"),
        ),
    ),
    Cohort(3, -9, (Plan(3), Plan(1, "submitted", branch=1))),
)


def _actors(county: County, body: Organisation, role: str) -> tuple[Actor, ...]:
    seats = [seat for seat in county.seats if seat.organisation_id == body.pk and seat.role == role]
    return tuple(actor_for(seat.user, TODAY, seat_id=seat.pk) for seat in seats)


def _pair(county: County, body: Organisation, role: str) -> tuple[Actor, Actor]:
    first, second = _actors(county, body, role)
    return first, second


def _branch(county: County, body: Organisation) -> Branch:
    members = Member.objects.filter(branch=body).order_by("pk").values_list("pk", flat=True)
    return Branch(body, _actors(county, body, "secretary"), tuple(members))


def township_of(county: County, bodies: Bodies) -> Township:
    """A township of the tests as the demonstration knows one; its branches need at least two members each."""
    return Township(
        committee=bodies.committee,
        verifiers=_pair(county, bodies.committee, "committee_verifier"),
        organiser=_actors(county, bodies.committee, "organiser")[0],
        department=county.department,
        officers=_pair(county, county.department, "department_officer"),
        branches=tuple(_branch(county, branch) for branch in bodies.branches),
    )


def gather(
    county: County, cohorts: Sequence[Cohort] = COHORTS, *, today: dt.date = TODAY, nightly: bool = False
) -> list[SampleCase]:
    """Play the cohorts in the county's first township up to the day before ``today``."""
    bodies = county.townships[0]
    place = Place(bodies.committee.code, tuple(branch.code for branch in bodies.branches), tuple(cohorts))
    samples = samples_of([place], {place.code: township_of(county, bodies)}, today)
    play(samples, Random(1), today, nightly=nightly)
    return samples
