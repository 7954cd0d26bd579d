"""The two national registers: asked for before their steps, and the opinions that are kept for them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from branches.models import Member
from recruitment.documents import data, papers
from recruitment.models import Case, LogEntry, Material, StepRecord
from recruitment.rules.gates import judge_act
from recruitment.selectors.casefile import load
from recruitment.services import acts
from recruitment.services.base import Refused
from tests.branches.factories import County, make_county
from tests.recruitment.desk import Desks
from tests.recruitment.finished import day_of, finished_case
from tests.recruitment.sitting_cases import actor, at, paper, values_of

OPINIONS = {
    "halfyear_review": ("contact_opinion", "D46"),
    "probation_education": ("introducer_opinion", "D47"),
}


@pytest.fixture
def county(db, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())
    return make_county(members=3)


def secretary(county: County):
    return actor(county, county.branch, "secretary")


@pytest.mark.parametrize(("step", "register"), [("branch_committee_review", "D46"), ("probation_education", "D47")])
def test_the_step_is_not_handed_in_without_its_register(county, step, register):
    """Step 17 asks for the activist's register before it is submitted, step 26 for the other before it is closed."""
    case = finished_case(county, to=step)
    day = day_of(step)
    others = [paper(code) for code in ("D21", "D35") if code in StepRecord(step=step).definition.required_papers]
    given = {"case_id": case.pk, "step": step, "actor": secretary(county), "now": at(day, 12)}
    with pytest.raises(Refused) as refused:
        acts.submit(values=values_of(case, step, day), uploads=others, **given)
    missing = next(refusal for refusal in refused.value.refusals if refusal.code == "material_missing")
    assert missing.codes == (register,)
    assert not Material.objects.filter(record__step=step).exists()
    acts.upload(uploads=[*others, paper(register)], **given)
    verdict = judge_act(step, load(case.pk).facts(), load(case.pk).rules, day)
    assert "material_missing" not in [reason.code for reason in verdict.reasons]


@pytest.mark.parametrize("step", OPINIONS)
def test_an_opinion_is_kept_with_its_day_and_whose_it_is(county, step):
    kind, register = OPINIONS[step]
    case = finished_case(county, to=step)
    named = Member.objects.filter(branch=county.branch).order_by("pk").first()
    day = day_of(step)
    given = {"case_id": case.pk, "step": step, "kind": kind, "actor": secretary(county), "now": at(day, 12)}
    acts.log(on=day, text="能联系群众，表现好。", member_id=named.pk, **given)
    entry = LogEntry.objects.get(record__case=case, kind=kind)
    assert (entry.member, entry.on, entry.text) == (named, day, "能联系群众，表现好。")
    payload = Entry.objects.filter(chain=case.chain, action="log_entered").latest("seq").payload
    assert payload["member"] == named.pk
    assert payload["text"].startswith("sha256:")
    for code in (register, "F07" if register == "D46" else "F16"):
        [filled] = papers.filled(code, data.load(case.pk, private=True))
        assert f"{named.name}\t能联系群众，表现好。" in filled.values[f"{step}.{kind}s"]
        [filled] = papers.filled(code, data.load(case.pk, private=False))
        assert "能联系群众" not in filled.values[f"{step}.{kind}s"]


@pytest.mark.parametrize(
    ("kind", "text", "whose"),
    [
        ("contact_opinion", "样本", None),
        ("contact_opinion", "样本", "another"),
        ("contact_opinion", " ", "named"),
        ("review_date", "样本", "named"),
    ],
)
def test_an_opinion_needs_words_and_somebody_who_is_named(county, kind, text, whose):
    case = finished_case(county, to="halfyear_review")
    members = list(Member.objects.filter(branch=county.branch).order_by("pk"))
    member = {None: None, "named": members[0].pk, "another": members[2].pk}[whose]
    before = Entry.objects.count(), LogEntry.objects.count()
    day = day_of("halfyear_review")
    with pytest.raises(Refused) as refused:
        acts.log(
            case_id=case.pk,
            step="halfyear_review",
            kind=kind,
            on=day,
            text=text,
            member_id=member,
            actor=secretary(county),
            now=at(day, 12),
        )
    assert refused.value.codes == ("field_invalid",)
    assert (Entry.objects.count(), LogEntry.objects.count()) == before


def test_the_page_asks_whose_opinion_it_is(county, monkeypatch):
    case = finished_case(county, to="halfyear_review")
    client: Client = Desks(county, monkeypatch).on(day_of("halfyear_review")).secretary
    address = reverse("step_log", args=[case.number, "halfyear_review"])
    page = client.get(address).content.decode()
    names = list(Member.objects.filter(branch=county.branch).order_by("pk").values_list("name", flat=True))
    assert "谁的意见" in page
    assert names[0] in page
    assert names[2] not in page
    sent = {"kind": "contact_opinion", "on": _day(case), "text": "样本意见", "version": case.version}
    assert "请选是谁的意见。" in client.post(address, sent).content.decode()
    member = Member.objects.filter(branch=county.branch).order_by("pk").first()
    assert client.post(address, sent | {"member": member.pk}).status_code == 302
    step = client.get(reverse("step", args=[case.number, "halfyear_review"])).content.decode()
    assert f"· {member.name}" in step


def _day(case: Case) -> str:
    return (day_of("halfyear_review") - dt.timedelta(days=1)).isoformat()
