"""Many decided together: said beforehand, each an act of its own, a stale one refused alone, and never twice."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import services as audit
from audit.models import Entry
from branches.models import Organisation
from recruitment import machine
from recruitment.models import BulkDecision, BulkItem, Case, Material, StepReturn
from recruitment.services import bulk, interventions
from recruitment.services.base import Refused
from recruitment.views import bulk as pages
from tests.branches.factories import County, SeatFactory, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import sitting_cases as people

FIRST = "submit_application"


@pytest.fixture
def county(db) -> County:
    return make_county(members=12)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


def signed_in(county: County, organisation: Organisation, role: str, number: int = 0) -> Client:
    client = Client()
    client.force_login(county.user(organisation, role, number))
    return client


def verifier(county: County, number: int = 1) -> Client:
    return signed_in(county, county.committee, "committee_verifier", number)


def submitted(county: County, number: int, branch: Organisation | None = None) -> Case:
    case = people.make_case(county, number=number, branch=branch)
    people.do(county, case, FIRST, people.bring(county, case, FIRST), verify=False)
    return Case.objects.get(pk=case.pk)


def key(case: Case) -> str:
    return f"{case.pk}:{case.step}:{case.version}"


def preview(client: Client, kind: str, *cases: Case, **data):
    return client.post(reverse("bulk_preview"), {"kind": kind, "case": [key(case) for case in cases], **data})


def sent(page, **data) -> dict:
    """What the page before the decision sends."""
    form = page.context["form"]
    return {
        "token": str(form.initial["token"]),
        "kind": page.context["kind"],
        "case": [line.key for line in page.context["can"]],
        **data,
    }


def test_the_page_before_it_says_what_will_happen_and_what_cannot(county):
    good, own, frozen, moved = (submitted(county, number) for number in range(1, 5))
    secretary = county.user(county.branch, "secretary")
    SeatFactory(user=secretary, organisation=county.committee, role="committee_verifier")
    actor = people.actor(county, county.committee, "committee_verifier", 0)
    now = people.at(people.START, 15)
    interventions.raise_veto(case_id=frozen.pk, step=FIRST, code="V02", reason="不是自愿", actor=actor, now=now)
    interventions.suspend(case_id=moved.pk, step=FIRST, code="V25", reason="正在核查", actor=actor, now=now)
    before = Entry.objects.count()
    page = preview(verifier(county), "verify", good, own, frozen, moved)
    assert [line.case.pk for line in page.context["can"]] == [good.pk, own.pk]
    assert [(line.case.pk, line.reasons) for line in page.context["cannot"]] == [
        (frozen.pk, ("内容已有更新",)),
        (moved.pk, ("内容已有更新",)),
    ]
    fresh = [Case.objects.get(pk=case.pk) for case in (frozen, moved)]
    page = preview(verifier(county), "verify", *fresh)
    [(first,), (second,)] = [line.reasons for line in page.context["cannot"]]
    assert "冻结" in first
    assert "暂停" in second
    # A return is refused for the freeze alone.
    assert len(preview(verifier(county), "hand_back", *fresh).context["can"]) == 1
    client = Client()
    client.force_login(secretary)
    [line] = preview(client, "verify", own).context["cannot"]
    assert line.reasons == ("须由另一人校核",)
    assert Entry.objects.count() == before, "looking decides nothing"


def test_each_is_an_act_of_its_own_and_a_stale_one_is_refused_alone(county):
    cases = [submitted(county, number) for number in range(1, 6)]
    client = verifier(county)
    data = sent(preview(client, "verify", *cases))
    stale = cases[2]
    actor = people.actor(county, county.committee, "committee_verifier", 0)
    interventions.suspend(
        case_id=stale.pk, step=FIRST, code="V25", reason="正在核查", actor=actor, now=people.at(people.START, 15)
    )
    result = client.post(reverse("bulk_start"), data, follow=True)
    assert [line.case.pk for line in result.context["done"]] == [case.pk for case in cases if case != stale]
    [refused] = result.context["refused"]
    assert (refused.case.pk, refused.reasons) == (stale.pk, ("内容已有更新",))
    decision = BulkDecision.objects.get()
    for case in cases:
        entry = Entry.objects.filter(chain=case.chain).order_by("-seq").first()
        if case == stale:
            assert (entry.action, Case.objects.get(pk=case.pk).step) == ("case_suspended", FIRST)
        else:
            assert (entry.action, entry.payload["bulk"]) == ("step_verified", decision.pk)
            assert Case.objects.get(pk=case.pk).step == "register_application"
    assert audit.verify() == []


def test_the_same_page_sent_twice_decides_once(county):
    cases = [submitted(county, number) for number in range(1, 4)]
    client = verifier(county)
    data = sent(preview(client, "verify", *cases))
    first = client.post(reverse("bulk_start"), data)
    acts = Entry.objects.count()
    second = client.post(reverse("bulk_start"), data)
    assert first.url == second.url
    assert (Entry.objects.count(), BulkDecision.objects.count()) == (acts, 1)
    client.post(first.url)
    assert Entry.objects.count() == acts
    assert set(BulkItem.objects.values_list("state", flat=True)) == {"done"}


def test_one_reason_returns_them_all_and_is_counted_for_each(county):
    cases = [submitted(county, number) for number in (1, 2)]
    client = verifier(county)
    page = preview(client, "hand_back", *cases)
    refused = client.post(reverse("bulk_start"), sent(page, code="", reason=""))
    assert refused.status_code == 200
    assert not BulkDecision.objects.exists()
    assert str(refused.context["form"]["token"].value()) == sent(page)["token"]
    client.post(reverse("bulk_start"), sent(page, code="stamp_missing", reason="申请书缺盖章"))
    assert list(StepReturn.objects.values_list("code", "text")) == [("stamp_missing", "申请书缺盖章")] * 2
    assert {case.records.get(step=FIRST).status for case in cases} == {machine.RETURNED}


def test_what_the_filter_finds_can_be_taken_whole(county):
    cases = [submitted(county, number) for number in (1, 2, 3)]
    submitted(county, 4, branch=county.townships[0].branches[1])
    client = verifier(county)
    url = f"{reverse('bulk_preview')}?branch={county.branch.pk}"
    page = client.post(url, {"kind": "verify", "all": "1"})
    assert [line.case.pk for line in page.context["can"]] == [case.pk for case in cases]


def test_long_work_goes_on_where_it_stopped(county, monkeypatch):
    cases = [submitted(county, number) for number in (1, 2, 3)]
    client = verifier(county)
    monkeypatch.setattr(pages, "BUDGET", -1.0)
    page = client.post(reverse("bulk_start"), sent(preview(client, "verify", *cases)), follow=True)
    assert [len(page.context[name]) for name in ("done", "pending")] == [1, 2]
    assert "data-go-on" in page.content.decode()
    url = page.redirect_chain[-1][0]
    for left in (1, 0):
        assert len(client.post(url, follow=True).context["pending"]) == left
    assert "data-go-on" not in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("body", "role", "status"),
    [("branch", "secretary", 403), ("county", "inspector", 403), ("committee", "organiser", 403)],
)
def test_who_does_not_verify_decides_nothing_together(county, body, role, status):
    case = submitted(county, 1)
    client = signed_in(county, getattr(county, body), role)
    assert preview(client, "verify", case).status_code == status
    data = {"token": str(uuid.uuid4()), "kind": "verify", "case": [key(case)]}
    assert client.post(reverse("bulk_start"), data).status_code == status
    assert not BulkDecision.objects.exists()


def test_anothers_cases_and_anothers_decision_are_nobodys(county):
    case = submitted(county, 1)
    elsewhere = signed_in(county, county.townships[1].committee, "committee_verifier")
    page = preview(elsewhere, "verify", case)
    assert (page.context["can"], page.context["left_out"]) == ([], 1)
    data = {"token": str(uuid.uuid4()), "kind": "verify", "case": [key(case)]}
    elsewhere.post(reverse("bulk_start"), data)
    assert Case.objects.get(pk=case.pk).step == FIRST
    # A case of the same reach whose step another side verifies is refused as the act itself refuses it.
    filed = rows.put(county, "file_activist", "submitted")
    [line] = preview(verifier(county), "verify", filed).context["cannot"]
    assert line.reasons
    client = verifier(county)
    mine = client.post(reverse("bulk_start"), sent(preview(client, "verify", case)))
    assert verifier(county, 0).get(mine.url).status_code == 404
    item = BulkItem.objects.get()
    with pytest.raises(Refused):
        bulk.decide(
            item_id=item.pk, actor=people.actor(county, county.committee, "committee_verifier", 0), now=rows.NOW
        )


def test_what_was_not_sent_by_the_page_is_refused(county):
    client = verifier(county)
    assert client.post(reverse("bulk_preview"), {"kind": "approve"}).status_code == 403
    assert client.post(reverse("bulk_preview"), {"kind": "verify", "case": ["x", "1:2", "1:none:3"]}).status_code == 302
    assert client.post(reverse("bulk_start"), {"kind": "verify"}).status_code == 403


def test_the_page_before_costs_the_same_for_one_and_many(county):
    client = verifier(county)
    cases = [submitted(county, number) for number in (1, 2, 3, 4)]

    def cost(*chosen: Case) -> int:
        with CaptureQueriesContext(connection) as queries:
            preview(client, "verify", *chosen)
        return len(queries)

    assert cost(cases[0]) == cost(*cases) == 12


@pytest.mark.soak
def test_two_hundred_are_decided_and_a_stale_one_is_refused_alone(county):
    cases = [submitted(county, number) for number in range(1, 201)]
    client = verifier(county)
    page = client.post(reverse("bulk_preview"), {"kind": "verify", "all": "1"})
    assert (len(page.context["can"]), page.context["cannot"]) == (200, [])
    actor = people.actor(county, county.committee, "committee_verifier", 0)
    interventions.suspend(
        case_id=cases[7].pk, step=FIRST, code="V25", reason="正在核查", actor=actor, now=people.at(people.START, 15)
    )
    result = client.post(reverse("bulk_start"), sent(page), follow=True)
    while result.context["pending"]:
        result = client.post(result.request["PATH_INFO"], follow=True)
    assert len(result.context["done"]) == 199
    assert [line.case.pk for line in result.context["refused"]] == [cases[7].pk]
