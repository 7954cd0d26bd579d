"""What a case's pages read: a fixed number of queries, and nothing of what the reader may not see."""

import datetime as dt

import pytest
from django.core.files.storage import InMemoryStorage

from branches.models import Seat
from recruitment.models import Case, Material, Sitting, StepRecord
from recruitment.selectors.casefile import load
from recruitment.selectors.casepage import case_papers, log_entries, past_of, principals, standing_of
from recruitment.services import acts, interventions
from tests.branches.factories import County, SeatFactory, UserFactory, make_county
from tests.recruitment import sitting_cases as people

NOW = people.at(dt.date(2026, 6, 10))


@pytest.fixture
def county(db) -> County:
    return make_county(members=12)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def case(county: County) -> Case:
    return people.make_case(county, day=dt.date(2026, 6, 1))


def add_papers(case: Case, count: int, *, first: int = 1, sha: str = "", sitting: Sitting | None = None) -> None:
    record = StepRecord.objects.get(case=case, step="submit_application")
    for version in range(first, first + count):
        Material.objects.create(
            record=record,
            case=case,
            code="D01",
            version=version,
            file=f"{case.pk}-{version}.pdf",
            original_name="样本.pdf",
            content_type="application/pdf",
            extension=".pdf",
            size=1,
            sha256=sha or f"{version:064d}",
            uploaded_at=NOW,
            sitting=sitting,
        )


def test_papers_in_three_queries_however_many(county: County, case: Case, django_assert_num_queries):
    actor = people.actor(county, county.branch, "secretary")
    add_papers(case, 1)
    with django_assert_num_queries(3):
        assert len(case_papers(case, actor)) == 1
    add_papers(case, 49, first=2)
    with django_assert_num_queries(3):
        [paper] = case_papers(case, actor)
    assert paper.material.version == 50
    assert [old.version for old in paper.older] == list(range(49, 0, -1))


def test_the_same_file_elsewhere_is_named_within_reach_and_counted_beyond_it(county: County, case: Case):
    sha = "a" * 64
    near = [people.make_case(county, number=number) for number in range(2, 7)]
    far = people.make_case(county, number=9, branch=county.townships[1].branches[0])
    for other in (case, *near, far):
        add_papers(other, 1, sha=sha)
    [paper] = case_papers(case, people.actor(county, county.branch, "secretary"))
    assert {twin.case_id for twin in paper.elsewhere} <= {other.pk for other in near}
    assert (len(paper.elsewhere), paper.more, paper.unseen) == (3, 2, 1)
    [paper] = case_papers(case, people.actor(county, county.department, "department_officer"))
    assert paper.unseen == 0


def test_a_sittings_paper_is_shared_honestly(county: County, case: Case):
    sitting = Sitting.objects.create(
        kind="branch_meeting", body=county.branch, step="submit_application", held_on=NOW.date(), created_at=NOW
    )
    other = people.make_case(county, number=2)
    for each in (case, other):
        add_papers(each, 1, sha="b" * 64, sitting=sitting)
    [paper] = case_papers(case, people.actor(county, county.branch, "secretary"))
    assert (paper.elsewhere, paper.more, paper.unseen) == ((), 0, 0)
    assert paper.material.sitting == sitting


def test_standing_of_a_frozen_case(county: County, case: Case, django_assert_num_queries):
    verifier = people.actor(county, county.committee, "committee_verifier")
    assert standing_of(case).veto is None
    interventions.raise_veto(
        case_id=case.pk, step="submit_application", code="V01", reason="样本", actor=verifier, now=NOW
    )
    with django_assert_num_queries(3):
        standing = standing_of(case)
    assert standing.standing_veto.code == "V01"
    assert standing.suspensions == ()
    assert standing.transfer is None


def test_clerk_enters_for_acting_posts_of_her_own_organisation(county: County):
    SeatFactory(organisation=county.branch, role=Seat.Role.INSPECTOR)
    names = principals(county.branch.pk, NOW.date())
    acting = ("secretary", "deputy_secretary", "organisation_commissioner")
    assert {pk for pk, _ in names} == {county.user(county.branch, role).pk for role in acting}


def test_those_of_one_post_stand_as_their_names_are_read(county: County):
    for name in ("张样本", "安样本", "曾样本"):
        user = UserFactory(full_name=name)
        SeatFactory(user=user, organisation=county.committee, role=Seat.Role.COMMITTEE_VERIFIER)
    names = [name.partition(" ")[0] for _pk, name in principals(county.committee.pk, NOW.date())]
    assert [name for name in names if name.endswith("样本")] == ["安样本", "曾样本", "张样本"]


def test_log_entries_with_their_words_in_one_query(county: County, django_assert_num_queries):
    case = people.make_case(county)
    day = people.bring(county, case, "cultivate_educate")
    secretary = people.actor(county, county.branch, "secretary")

    def enter(count: int) -> None:
        for _ in range(count):
            acts.log(
                case_id=case.pk,
                step="cultivate_educate",
                kind="activity",
                on=day,
                text="样本活动",
                actor=secretary,
                now=people.at(day),
            )

    enter(1)
    for more in (0, 49):
        enter(more)
        file = load(case.pk)
        with django_assert_num_queries(1):
            assert {(entry.text, str(entry.entered_by)) for entry in log_entries(file, "cultivate_educate")} == {
                ("样本活动", secretary.name)
            }


def test_past_of_a_step_that_was_done_once(county: County, case: Case, django_assert_num_queries):
    record = StepRecord.objects.get(case=case)
    with django_assert_num_queries(2):
        past = past_of(case, "submit_application", record)
    assert past.attempts == ()
    assert past.records == ()
