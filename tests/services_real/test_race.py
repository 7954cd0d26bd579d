"""Eight at once for one step: one wins, the others are told that it is done, and the record is whole."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from audit import services as audit
from audit.models import Entry
from recruitment.models import Case, StepRecord
from recruitment.selectors.casefile import local_day
from recruitment.services import acts, review
from recruitment.services.base import Refused, refuse
from tests.branches.factories import County, SeatFactory, make_county
from tests.recruitment.sitting_cases import actor, at, make_case, paper, values_of

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
STEP = "submit_application"


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def case(county: County) -> Case:
    """A case of yesterday, whose papers are there and whose first step waits to be submitted."""
    day = local_day(timezone.now()) - timedelta(days=1)
    case = make_case(county, day=day)
    secretary = actor(county, county.branch, "secretary")
    acts.upload(case_id=case.pk, step=STEP, uploads=[paper("D01")], actor=secretary, now=at(day, 9))
    return case


def at_once(act: Callable[[int], object]) -> Counter:
    """Let eight begin together; how often each outcome came about."""
    start = Barrier(THREADS)

    def run(number: int) -> str:
        try:
            start.wait(timeout=20)
            act(number)
        except Refused as refused:
            return ",".join(refused.codes)
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(run, range(THREADS)))


ONE_WINS = Counter({"won": 1, "not_this_step": THREADS - 1})


def test_one_of_eight_submits_and_one_of_eight_verifies(county: County, case: Case):
    assert connection.vendor == "postgresql"
    now = timezone.now()
    secretary = actor(county, county.branch, "secretary")
    values = values_of(case, STEP, case.opened_at.astimezone(at(local_day(now)).tzinfo).date())
    before = Entry.objects.filter(chain=case.chain).count()

    assert at_once(lambda _: acts.submit(case_id=case.pk, step=STEP, values=values, actor=secretary, now=now)) == (
        ONE_WINS
    )

    for _ in range(THREADS - 2):
        county.seats.append(SeatFactory(organisation=county.committee, role="committee_verifier"))
    verifiers = [actor(county, county.committee, "committee_verifier", number) for number in range(THREADS)]
    assert at_once(lambda number: review.verify(case_id=case.pk, step=STEP, actor=verifiers[number], now=now)) == (
        ONE_WINS
    )

    assert Case.objects.get(pk=case.pk).step == "register_application"
    assert StepRecord.objects.filter(case=case).count() == 2
    assert Entry.objects.filter(chain=case.chain).count() == before + 2
    assert audit.verify() == []


def test_a_return_and_a_verification_never_both_stand(county: County, case: Case):
    now = timezone.now()
    day = local_day(now) - timedelta(days=1)
    secretary = actor(county, county.branch, "secretary")
    acts.submit(case_id=case.pk, step=STEP, values=values_of(case, STEP, day), actor=secretary, now=now)
    verifiers = [actor(county, county.committee, "committee_verifier", number) for number in (0, 1)]

    def decide(number: int) -> None:
        common = {"case_id": case.pk, "step": STEP, "actor": verifiers[number % 2], "now": now}
        if number % 2:
            review.hand_back(**common, reason="请核对日期")
        else:
            review.verify(**common)

    assert at_once(decide) == ONE_WINS
    status = StepRecord.objects.get(case=case, step=STEP).status
    step = Case.objects.get(pk=case.pk).step
    assert (status, step) in {("verified", "register_application"), ("returned", STEP)}
    assert audit.verify() == []


def test_eight_cases_opened_at_once_get_eight_numbers(county: County):
    day = local_day(timezone.now())
    won = at_once(lambda number: make_case(county, number=number + 1, day=day))
    assert won == Counter({"won": THREADS})
    assert len(set(Case.objects.values_list("number", flat=True))) == THREADS
    assert audit.verify() == []


def test_one_person_entered_by_eight_has_one_case(county: County):
    """The same identity number from eight desks: one case, and nobody gets a second."""
    day = local_day(timezone.now())

    def enter(number: int) -> None:
        try:
            make_case(county, number=1, day=day)
        except ValidationError as error:
            raise refuse(*error.message_dict) from None

    assert at_once(enter) == Counter({"won": 1, "id_number": THREADS - 1})
    assert Case.objects.count() == 1
    assert audit.verify() == []
