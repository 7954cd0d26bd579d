"""The pages on which an entry of a log is corrected: beside the entry, shown before it is sent, decided above."""

import datetime as dt
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.urls import reverse

from recruitment.models import Case, Correction, LogEntry, Material, StepRecord
from recruitment.services import acts, corrections
from tests.branches.factories import make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import Desks, pdf, url
from tests.recruitment.finished import day_of, finished_case

STEP = "halfyear_review"


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    storage = InMemoryStorage()
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", storage)
    monkeypatch.setattr(Correction._meta.get_field("evidence"), "storage", storage)


@pytest.fixture
def county(db):
    return make_county(members=12)


@pytest.fixture
def case(county) -> Case:
    case = finished_case(county, to="cultivate_educate")
    StepRecord.objects.create(case=case, step=STEP, opened_at=people.at(day_of("assign_contacts")))
    return case


@pytest.fixture
def day(case) -> dt.date:
    return day_of("assign_contacts") + dt.timedelta(days=60)


@pytest.fixture
def entry(county, case, day) -> LogEntry:
    return logged(county, case, day)


@pytest.fixture
def desks(county, day, monkeypatch) -> Desks:
    return Desks(county, monkeypatch).on(day)


def logged(county, case, on, words="样本旧话") -> LogEntry:
    secretary = people.actor(county, county.branch, "secretary")
    acts.log(case_id=case.pk, step=STEP, kind="review_date", on=on, text=words, actor=secretary, now=people.at(on))
    return LogEntry.objects.filter(record__case=case).latest("pk")


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def typed(entry, **changes) -> dict:
    return {
        "version": Case.objects.get(pk=entry.record.case_id).version,
        "how": "amend",
        "on": entry.on.isoformat(),
        "text": entry.text,
        "correction_reason": "样本：以考察表为准",
        **changes,
    }


def ask(county, entry, day, **changes) -> Correction:
    corrections.request(
        case_id=entry.record.case_id,
        step=STEP,
        entry_id=entry.pk,
        changes=changes,
        reason="样本",
        evidence=people.paper("D10"),
        actor=people.actor(county, county.branch, "secretary"),
        now=people.at(day),
    )
    return Correction.objects.get(case=entry.record.case_id, status="requested")


def test_the_whole_way_in_pages(case, entry, desks, day):
    secretary, address = desks.secretary, url(case, "entry_correct", STEP, entry.pk)
    assert address in page_of(secretary.get(url(case, "step", STEP)))
    page = page_of(secretary.get(address))
    assert f'value="{entry.on.isoformat()}"' in page
    assert "样本旧话" in page
    wanted = entry.on - dt.timedelta(days=2)
    data = typed(entry, on=wanted.isoformat(), text="样本新话") | {"act": "preview"}
    page = page_of(secretary.post(address, data))
    assert "样本新话" in page
    assert "期限的变化" in page
    assert not Correction.objects.exists()
    page = page_of(secretary.post(address, data | {"act": "send"}))
    assert "请附上能证明正确内容的材料" in page
    assert secretary.post(address, data | {"act": "send", "evidence": pdf()}).status_code == 302
    correction = Correction.objects.get()
    verifier = desks.verifier
    page = page_of(verifier.get(reverse("correction_list")))
    assert correction.get_absolute_url() in page
    assert "考察，" in page
    page = page_of(verifier.get(correction.get_absolute_url()))
    assert "样本旧话" in page
    assert "样本新话" in page
    case = Case.objects.get(pk=case.pk)
    decision = {"version": case.version, "decision": "approve", "reason": "样本：与原件相符"}
    assert verifier.post(correction.get_absolute_url(), decision).status_code == 302
    entry.refresh_from_db()
    assert (entry.on, entry.text) == (wanted, "样本新话")
    # The timeline says the days, and that the words are others.
    page = page_of(secretary.get(url(case, "case_history") + "?kind=corrections"))
    assert f"日期：{day.year}年{day.month}月{day.day}日 → {wanted.year}年{wanted.month}月{wanted.day}日" in page
    assert "内容：已更正，内容涉及个人隐私" in page
    assert "样本新话" not in page


def test_a_withdrawn_entry_stays_on_the_page_marked(county, case, entry, desks, day):
    address = url(case, "entry_correct", STEP, entry.pk)
    data = typed(entry, how="withdraw", act="send", evidence=pdf())
    assert desks.secretary.post(address, data).status_code == 302
    correction = Correction.objects.get()
    assert "撤回，不再计入" in page_of(desks.verifier.get(correction.get_absolute_url()))
    corrections.approve(
        correction_id=correction.pk,
        reason="样本",
        actor=people.actor(county, county.committee, "committee_verifier"),
        now=people.at(day, 15),
    )
    page = page_of(desks.secretary.get(url(case, "step", STEP)))
    assert "已撤回，不计入" in page
    assert "样本旧话" in page
    assert address not in page
    assert desks.secretary.get(address).status_code == 403


def test_other_words_of_the_same_day_are_no_double_click(case, entry, desks, day):
    """A form that was opened before the entry of that day was made, or taken back, loses nothing in silence."""
    address = url(case, "step_log", STEP)
    sent = {
        "version": Case.objects.get(pk=case.pk).version - 1,
        "kind": "review_date",
        "on": day.isoformat(),
        "text": entry.text,
    }
    assert desks.secretary.post(address, sent).status_code == 302, "the same once more: a double click"
    refused = desks.secretary.post(address, {**sent, "text": "样本另一次考察"})
    assert "这次提交没有保存" in page_of(refused)
    assert "样本另一次考察" in page_of(refused)
    LogEntry.objects.filter(pk=entry.pk).update(withdrawn=True)
    assert "这次提交没有保存" in page_of(desks.secretary.post(address, sent))
    assert LogEntry.objects.count() == 1


def test_what_cannot_be_stands_beside_its_field(case, entry, desks):
    address = url(case, "entry_correct", STEP, entry.pk)
    page = page_of(desks.secretary.post(address, typed(entry, on="2099-01-01", act="preview")))
    assert 'aria-invalid="true"' in page
    page = page_of(desks.secretary.post(address, typed(entry, act="preview")))
    assert "没有要更正的内容" in page
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("body", "role", "asks", "decides", "sees"),
    [
        ("branch", "secretary", True, False, True),
        ("branch", "clerk", True, False, True),
        ("committee", "committee_verifier", False, True, True),
        ("department", "department_officer", False, False, True),
        ("county", "inspector", False, False, True),
        ("county", "administrator", False, False, False),
    ],
)
def test_who_asks_who_decides_and_who_reads_the_words(county, case, entry, desks, day, body, role, asks, decides, sees):
    client = desks.client(role, getattr(county, body))
    address = url(case, "entry_correct", STEP, entry.pk)
    assert client.get(address).status_code == (200 if asks else 403 if sees else 404)
    if sees:
        assert (address in page_of(client.get(url(case, "step", STEP)))) is asks
    correction = ask(county, entry, day, text="样本新话")
    response = client.get(correction.get_absolute_url())
    assert response.status_code == (200 if sees else 404)
    reads = role != "inspector" and sees
    if sees:
        assert ('name="decision"' in page_of(response)) is decides
        assert ("样本新话" in page_of(response)) is reads
    evidence = client.get(url(case, "correction_evidence", correction.pk))
    assert evidence.status_code == (200 if reads else 404)


def test_neighbours_and_other_cases_find_nothing(county, case, entry, desks, day):
    correction = ask(county, entry, day, text="样本新话")
    for body, role in (
        (county.townships[0].branches[1], "secretary"),
        (county.townships[1].committee, "committee_verifier"),
    ):
        client = desks.client(role, body)
        assert client.get(url(case, "entry_correct", STEP, entry.pk)).status_code == 404
        assert client.get(correction.get_absolute_url()).status_code == 404
    other = people.make_case(county, number=2)
    for address in (
        url(other, "entry_correct", STEP, entry.pk),
        url(case, "entry_correct", "cultivate_educate", entry.pk),
        url(case, "entry_correct", "no_such_step", entry.pk),
    ):
        assert desks.secretary.get(address).status_code == 404


def test_queries_do_not_grow_with_the_entries(county, case, entry, desks, day, django_assert_num_queries):
    ask(county, entry, day, text="样本新话")
    secretary, verifier = desks.secretary, desks.verifier
    pages = (
        (secretary, url(case, "step", STEP), 22),
        (secretary, url(case, "entry_correct", STEP, entry.pk), 15),
        (secretary, url(case, "case_corrections"), 17),
        (verifier, reverse("correction_list"), 11),
        (verifier, Correction.objects.get().get_absolute_url(), 18),
    )
    for client, address, number in pages:
        client.get(address)
        with django_assert_num_queries(number):
            client.get(address)
    for place in range(1, 4):
        logged(county, case, day - dt.timedelta(days=place))
    for client, address, number in pages:
        with django_assert_num_queries(number):
            client.get(address)
