"""The queue's filters and numbers, and what the review page keeps: checks, papers of entries, coded returns."""

from __future__ import annotations

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from branches.models import Organisation
from recruitment.models import Case, Flag, Material, SavedSearch, StepReturn
from recruitment.rules.texts import RETURN_KINDS, RETURN_REASONS
from recruitment.selectors.casefile import load
from recruitment.services import checks, review
from tests.branches.factories import County, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import sitting_cases as people

TALK, LOG = "organization_talk", "cultivate_educate"


@pytest.fixture
def county(db) -> County:
    return make_county(members=12)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch) -> None:
    monkeypatch.setattr("recruitment.middleware.timezone.now", lambda: rows.NOW)


def signed_in(county: County, organisation: Organisation, role: str, number: int = 0) -> Client:
    client = Client()
    client.force_login(county.user(organisation, role, number))
    return client


def verifier(county: County, number: int = 1) -> Client:
    return signed_in(county, county.committee, "committee_verifier", number)


def waiting(county: County, days: int = 5, **columns) -> Case:
    record = {"submitted_at": rows.moment(-days), **columns.pop("record", {})}
    return rows.put(county, columns.pop("step", TALK), "submitted", record=record, **columns)


def submitted(county: County, step: str = TALK, number: int = 1) -> Case:
    case = people.make_case(county, number=number)
    people.do(county, case, step, people.bring(county, case, step), verify=False)
    return Case.objects.get(pk=case.pk)


def found(client: Client, **query) -> list[int]:
    return [row.case.pk for row in client.get(reverse("queue"), query).context["rows"]]


def decide(client: Client, case: Case, decision: str, **data):
    data.setdefault("version", Case.objects.values_list("version", flat=True).get(pk=case.pk))
    return client.post(reverse("case_verify", args=[case.number]), {"decision": decision, **data})


# -- filters ------------------------------------------------------------------------------------------------------


def test_every_filter_narrows_and_stands_in_the_address(county):
    secretary, deputy = (county.user(county.branch, role) for role in ("secretary", "deputy_secretary"))
    old = waiting(county, 20, record={"submitted_by": secretary})
    again = waiting(county, 4, record={"return_reason": "缺签名", "submitted_by": deputy})
    late = waiting(county, 2, record={"submitted_by": deputy}, light="yellow")
    Flag.objects.create(
        case=late, step=TALK, code="talk_within_one_month", holder="branch", needs_explanation=True,
        raised_on=rows.day(-1), raised_at=rows.moment(-1),
    )  # fmt: skip
    client = verifier(county)
    assert found(client, days=14) == [old.pk]
    assert found(client, returned="yes") == [again.pk]
    assert found(client, returned="no", flags="no") == [old.pk]
    assert found(client, flags="yes") == [late.pk]
    assert found(client, by=deputy.pk) == [again.pk, late.pk]
    assert found(client, light="yellow", days=3) == []
    # The preset buttons carry what they would show.
    numbers = {preset["query"]: preset["count"] for preset in client.get(reverse("queue")).context["presets"]}
    assert numbers == {
        "days=14": 1,
        "returned=yes": 1,
        "flags=yes": 1,
        "light=green&returned=no&flags=no": 1,
    }
    for query, number in numbers.items():
        assert len(client.get(f"{reverse('queue')}?{query}").context["rows"]) == number
    page = client.get(reverse("queue"), {"flags": "yes", "by": deputy.pk}).content.decode()
    assert f"{reverse('case_verify', args=[late.number])}?flags=yes&amp;by={deputy.pk}" in page


def test_a_departments_queue_is_narrowed_to_one_committee(county):
    here = waiting(county, step="file_activist")
    there = waiting(county, step="file_activist", branch=county.townships[1].branches[0])
    officer = signed_in(county, county.department, "department_officer")
    assert found(officer) == [here.pk, there.pk]
    assert found(officer, committee=county.townships[1].committee.pk) == [there.pk]
    assert "committee" not in verifier(county).get(reverse("queue")).context["form"].fields


def test_the_oldest_case_first_where_that_is_asked_for(county):
    longest = waiting(county, 9)
    oldest = waiting(county, 2)
    Case.objects.filter(pk=oldest.pk).update(opened_at=rows.moment(-400))
    client = verifier(county)
    assert found(client) == [longest.pk, oldest.pk]
    assert found(client, sort="age") == [oldest.pk, longest.pk]
    row = client.get(reverse("queue"), {"sort": "age"}).context["rows"][0]
    assert (row.days, row.age) == (2, 400), "two counters: with the present holder, and since it was opened"
    page = client.get(f"{reverse('case_verify', args=[longest.number])}?sort=age").context
    assert (page["place"].position, page["place"].previous) == (2, oldest.number), "neighbours follow the same order"


# -- saved filters ------------------------------------------------------------------------------------------------


def test_a_filter_is_kept_counted_and_let_go_by_its_owner_alone(county):
    waiting(county, 20)
    waiting(county, 2)
    client, other = verifier(county), verifier(county, 0)
    kept = {"page": "queue", "name": " 久等的 "}
    client.post(reverse("search_save"), kept | {"query": "days=14&page=3&nonsense=1"})
    [saved] = SavedSearch.objects.all()
    assert (saved.name, saved.user) == ("久等的", county.user(county.committee, "committee_verifier", 1))
    shown = client.get(f"{reverse('queue')}?days=14").context["saved_tabs"]
    assert [(row.pk, count, active) for row, count, active in shown] == [(saved.pk, 1, True)]
    assert other.get(reverse("queue")).context["saved_tabs"] == []
    assert other.post(reverse("search_remove", args=[saved.pk])).status_code == 404, "another's is left alone"
    client.post(reverse("search_save"), kept | {"query": "returned=yes"})
    assert SavedSearch.objects.get().query == "returned=yes", "the same name now means this filter"
    client.post(reverse("search_remove", args=[saved.pk]))
    assert not SavedSearch.objects.exists()


def test_many_saved_filters_cost_what_one_costs(county):
    client, user = verifier(county), county.user(county.committee, "committee_verifier", 1)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("queue"))
        return len(queries)

    waiting(county)
    SavedSearch.objects.create(user=user, page="queue", name="0", query="days=3", created_at=rows.NOW)
    one = cost()
    for number in range(1, 20):
        SavedSearch.objects.create(
            user=user, page="queue", name=str(number), query=f"stage={number % 5 + 1}", created_at=rows.NOW
        )
    for _ in range(3):
        waiting(county)
    assert cost() == one == 12


# -- the review page ----------------------------------------------------------------------------------------------


def test_ticked_requirements_stay_with_the_decision(county):
    case = submitted(county)
    record = load(case.pk).record(TALK)
    asked = checks.requirements(TALK, record.edition)
    first = next(iter(asked))
    response = decide(verifier(county), case, "verify", checked=[first, "unknown"])
    assert response.status_code == 200, "what is not on the list was not sent by the page"
    decide(verifier(county), case, "verify", checked=[first])
    record = load(case.pk).record(TALK)
    assert record.checked == [{"zh": asked[first].zh, "en": asked[first].en}]
    assert record.verified_by == county.user(county.committee, "committee_verifier", 1)
    entry = Entry.objects.filter(chain=case.chain, action="step_verified").order_by("-seq").first()
    assert entry.payload["checked"] == [asked[first].zh]
    page = signed_in(county, county.branch, "secretary").get(reverse("step", args=[case.number, TALK])).content.decode()
    assert asked[first].zh in page


def test_the_paper_of_every_entry_of_a_log_is_seen_and_ticked(county):
    case = people.make_case(county)
    day = people.bring(county, case, LOG)
    secretary = people.actor(county, county.branch, "secretary")
    for number in range(3):
        people.acts.log(
            case_id=case.pk,
            step=LOG,
            kind="thought_report",
            on=day,
            text="样本",
            uploads=[people.paper("D08", people.PDF + bytes([number]))],
            actor=secretary,
            now=people.at(day, 6 + number),
        )
    people.do(county, case, LOG, day, verify=False)
    client = verifier(county)
    lines = client.get(reverse("case_verify", args=[case.number])).context["papers"]
    reports = [line for line in lines if "思想汇报" in line.entry]
    assert [line.paper.material.version for line in reports] == [1, 2, 3]
    decide(client, case, "originals", originals=[line.key for line in reports[:2]])
    seen = Material.objects.filter(case=case, code="D08", original_seen_at__isnull=False)
    assert sorted(seen.values_list("pk", flat=True)) == sorted(int(line.key) for line in reports[:2])


def test_a_return_has_a_coded_reason_beside_its_words(county):
    case, client = submitted(county), verifier(county)
    for data in (
        {"reason": "缺第二名谈话人"},
        {"code": "no_such", "reason": "缺"},
        {"code": "signature_missing", "reason": " "},
    ):
        assert decide(client, case, "hand_back", **data).status_code == 200
    assert not StepReturn.objects.exists()
    decide(client, case, "hand_back", code="signature_missing", reason="缺第二名谈话人")
    row = StepReturn.objects.get()
    assert (row.case, row.step, row.branch, row.code) == (case, TALK, county.branch, "signature_missing")
    assert row.returned_by == county.user(county.committee, "committee_verifier", 1)
    assert Entry.objects.filter(chain=case.chain).order_by("-seq")[0].payload["code"] == "signature_missing"
    step = signed_in(county, county.branch, "secretary").get(reverse("step", args=[case.number, TALK])).content.decode()
    assert "缺签名" in step
    assert "缺第二名谈话人" in step


def test_a_return_with_words_alone_is_counted_as_other(county):
    case = submitted(county)
    actor = people.actor(county, county.committee, "committee_verifier")
    review.hand_back(case_id=case.pk, step=TALK, reason="请补充", actor=actor, now=people.at(people.START, 15))
    assert StepReturn.objects.get().code == "other"


def test_the_list_of_reasons_is_whole():
    assert len(RETURN_REASONS) >= 12
    assert {reason.kind for reason in RETURN_REASONS.values()} == set(RETURN_KINDS)


def test_forty_are_verified_in_one_sitting_of_clicks(county):
    """Each decision opens the next by itself, and says what was done."""
    actor = people.actor(county, county.committee, "committee_verifier", 1)
    cases = []
    for number in range(1, 41):
        case = people.make_case(county, number=number)
        people.do(county, case, "submit_application", people.bring(county, case, "submit_application"), verify=False)
        cases.append(case)
    client = Client()
    client.force_login(county.user(county.committee, "committee_verifier", 1))
    url = client.get(reverse("queue"), {"stage": 1}).context["rows"][0].url
    for left in range(40, 0, -1):
        page = client.get(url)
        assert (page.context["place"].position, page.context["place"].total) == (1, left)
        assert bool(page.context["done"]) is (left < 40)
        url = client.post(url, {"decision": "verify", "version": page.context["case"].version}).url
    assert url == f"{reverse('queue')}?stage=1"
    acts = Entry.objects.filter(action="step_verified", actor_id=actor.user_id)
    assert acts.values("chain").distinct().count() == 40
