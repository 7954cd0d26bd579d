"""Papers from cases: one at once, many in the background, never doubled, and on record."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from docx import Document

from audit.models import Entry
from branches.access import actor_for
from branches.models import Organisation, Seat
from recruitment.models import BatchCase, Case, DocumentBatch
from recruitment.services import background, documents, templates
from recruitment.services.background import CLAIM, expire, pending
from recruitment.services.base import Refused
from recruitment.services.documents import Wish
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW, TODAY, put
from tests.recruitment.documents.test_toolbox import own, words
from tests.recruitment.services.test_templates import sent

pytestmark = pytest.mark.django_db
Role, State, Mode = Seat.Role, DocumentBatch.State, DocumentBatch.Mode
TALK = Wish(code="T02", step="organization_talk")
FILING = Wish(code="T05", step="file_activist", number="样委〔2026〕1号", dated=TODAY)


@pytest.fixture
def county() -> County:
    return make_county()


def actor(county: County, organisation=None, role: str = Role.SECRETARY):
    return actor_for(county.user(organisation or county.branch, role), TODAY)


def people(county: County, number: int, **columns) -> list[Case]:
    return [put(county, "organization_talk", name=f"样本人员{place}", **columns) for place in range(1, number + 1)]


def order(county: County, cases: list[Case], wish: Wish = TALK, mode: str = Mode.EACH, by=None) -> DocumentBatch:
    return documents.request_batch(
        case_ids=[case.pk for case in cases], wish=wish, mode=mode, actor=by or actor(county), now=NOW
    )


def work(batch: DocumentBatch, now=NOW) -> DocumentBatch:
    documents.work_off(batch_id=batch.pk, clock=lambda: now)
    batch.refresh_from_db()
    return batch


def files(batch: DocumentBatch) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(batch.file.read())) as package:
        return {name: package.read(name) for name in package.namelist()}


# -- one ---------------------------------------------------------------------------------------------------------------


def test_one_paper_is_made_and_noted(county):
    [case] = people(county, 1)
    paper = documents.make_one(case_id=case.pk, wish=TALK, actor=actor(county), now=NOW)
    assert "样本人员1" in words(paper.content)
    entry = Entry.objects.get(chain=case.chain)
    assert entry.action == "document_made"
    assert entry.payload == {
        "code": "T02",
        "step": "organization_talk",
        "template": "shipped",
        "sha256": paper.sha256,
    }


def test_who_takes_no_part_gets_no_private_words(county):
    [case] = people(county, 1)
    wish = Wish(code="T15", step="political_review")
    whole = documents.make_one(case_id=case.pk, wish=wish, actor=actor(county), now=NOW)
    masked = documents.make_one(case_id=case.pk, wish=wish, actor=actor(county, county.county, Role.INSPECTOR), now=NOW)
    assert case.person.id_number in words(whole.content)
    assert case.person.id_number not in words(masked.content)
    assert case.person.masked_id_number in words(masked.content)


def test_the_department_s_own_template_is_used(county):
    [case] = people(county, 1)
    officer = actor(county, county.department, Role.DEPARTMENT_OFFICER)
    templates.add_version(
        organisation=county.department, code="T02", file=sent(own("自有 {{ 姓名 }}")), actor=officer, now=NOW
    )
    paper = documents.make_one(case_id=case.pk, wish=TALK, actor=actor(county), now=NOW)
    assert words(paper.content).startswith("自有 样本人员1")
    assert Entry.objects.get(chain=case.chain).payload["template"] == f"{county.department.code}/1"


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ADMINISTRATOR])
def test_a_case_out_of_sight_gives_no_paper(county, role):
    [case] = people(county, 1)
    other = county.townships[1].branches[0] if role == Role.SECRETARY else county.county
    with pytest.raises(Refused):
        documents.make_one(case_id=case.pk, wish=TALK, actor=actor(county, other, role), now=NOW)
    with pytest.raises(Refused):
        order(county, [case], by=actor(county, other, role))
    assert not Entry.objects.exists()
    assert not DocumentBatch.objects.exists()


def test_a_template_serves_its_own_steps_only(county):
    [case] = people(county, 1)
    with pytest.raises(Refused):
        documents.make_one(case_id=case.pk, wish=Wish(code="T02", step="admission_oath"), actor=actor(county), now=NOW)


# -- many --------------------------------------------------------------------------------------------------------------


def test_each_gets_a_paper(county):
    cases = people(county, 12)
    batch = work(order(county, cases))
    assert (batch.state, batch.total, batch.done, batch.failed) == (State.DONE, 12, 12, 0)
    made = files(batch)
    assert len(made) == 12
    for case, (name, content) in zip(cases, sorted(made.items()), strict=True):
        assert case.person.name in name
        assert case.person.name in words(content)
    assert Entry.objects.filter(action="document_made").count() == 12
    assert batch.expires_at == NOW + timedelta(days=settings.DOCUMENT_BATCH_DAYS)


def test_two_hundred_people(county):
    """The count is right, and so is each name; one query a case is not spent."""
    cases = people(county, 200)
    batch = work(order(county, cases, mode=Mode.ROSTER, wish=FILING))
    assert (batch.state, batch.done) == (State.DONE, 200)
    [table] = [t for t in Document(io.BytesIO(batch.file.read())).tables if t.rows[0].cells[0].text == "序号"]
    assert [row.cells[1].text for row in table.rows[1:]] == [case.person.name for case in cases]
    assert Entry.objects.filter(action="document_made").count() == 200


def test_one_paper_with_a_list_for_each_issuer(county):
    sibling = county.townships[0].branches[1]
    cases = [*people(county, 3), *people(county, 2, branch=sibling)]
    verifier = actor(county, county.committee, Role.COMMITTEE_VERIFIER)
    with pytest.raises(Refused):
        order(county, cases, FILING, Mode.ROSTER, verifier)
    unnumbered = replace(FILING, number="")
    # In two villages the branch has the same name.
    Organisation.objects.filter(pk__in=(county.branch.pk, sibling.pk)).update(short_name="样本第一党支部")
    assert len(files(work(order(county, cases, unnumbered, Mode.ROSTER, verifier)))) == 2
    reply = work(order(county, cases, Wish(code="T06", step="file_activist"), Mode.ROSTER, verifier))
    assert reply.file_name.endswith(".docx")
    text = words(reply.file.read())
    assert "样本人员1等5名同志" in text
    assert "有关党支部" in text


@pytest.mark.parametrize(
    ("number", "numbers"),
    [("样委〔2026〕9号", ["样委〔2026〕9号", "样委〔2026〕10号"]), ("样函2026-009", ["样函2026-009", "样函2026-010"])],
)
def test_each_paper_has_a_number_of_its_own(county, number, numbers):
    wish = replace(FILING, number=number, consecutive=True)
    made = files(work(order(county, people(county, 2), wish)))
    assert [next(n for n in numbers if n in words(made[name])) for name in sorted(made)] == numbers
    same = files(work(order(county, people(county, 2), replace(wish, consecutive=False))))
    assert all(number in words(content) for content in same.values())


def test_letters_that_say_the_same_are_one_document(county):
    wish = Wish(
        code="T13", step="political_review", bodies=("样本甲局", "样本乙局"), number="样函1号", consecutive=True
    )
    made = files(work(order(county, people(county, 2), wish)))
    assert sum("样函1号" in words(content) for content in made.values()) == 2
    assert sum("样函2号" in words(content) for content in made.values()) == 2


def test_a_person_who_falls_out_keeps_the_others_their_numbers(county):
    cases = people(county, 3)
    batch = order(county, cases, replace(FILING, consecutive=True))
    Case.objects.filter(pk=cases[0].pk).update(branch=county.townships[1].branches[0])
    made = files(work(batch))
    assert "样委〔2026〕2号" in words(made[min(made)])


def test_the_end_is_when_it_ended(county):
    batch = order(county, people(county, 11))
    moments = iter(NOW + timedelta(seconds=second) for second in range(1, 99))
    documents.work_off(batch_id=batch.pk, clock=lambda: next(moments))
    batch.refresh_from_db()
    assert batch.finished_at > NOW + timedelta(seconds=3)


def test_a_letter_to_each_body(county):
    bodies = ("样本区纪委监委", "样本区人民法院", "样本区公安局")
    wish = Wish(code="T15", step="political_review", bodies=bodies)
    made = files(work(order(county, people(county, 2), wish, Mode.ROSTER)))
    assert len(made) == 3
    for body, (name, content) in zip(
        sorted(bodies), sorted(made.items(), key=lambda item: item[0][-12:]), strict=False
    ):
        del body, name
        assert sum(f"{other}：" in words(content) for other in bodies) == 1
        assert "样本人员1、样本人员22名同志" in words(content)


def test_the_same_person_chosen_twice_is_one(county):
    [case] = people(county, 1)
    assert order(county, [case, case]).total == 1


@pytest.mark.parametrize("fault", ["nobody", "too_many", "no_list"])
def test_an_order_that_cannot_be_is_refused(county, fault, settings):
    settings.DOCUMENT_BATCH_CASES = 2
    cases = people(county, {"nobody": 0, "too_many": 3, "no_list": 2}[fault])
    with pytest.raises(Refused):
        order(county, cases, mode=Mode.ROSTER if fault == "no_list" else Mode.EACH)
    assert not DocumentBatch.objects.exists()


def test_who_is_out_of_sight_meanwhile_is_an_error_row(county):
    cases = people(county, 3)
    batch = order(county, cases)
    Case.objects.filter(pk=cases[1].pk).update(branch=county.townships[1].branches[0])
    batch = work(batch)
    assert (batch.state, batch.done, batch.failed) == (State.DONE, 2, 1)
    assert len(files(batch)) == 2
    [row] = batch.rows.exclude(error="")
    assert (row.case, row.error) == (cases[1], BatchCase.Fault.UNSEEN)
    assert not Entry.objects.filter(chain=cases[1].chain, action="document_made").exists()


def test_one_that_fails_does_not_take_the_others_away(county, monkeypatch):
    cases = people(county, 3)
    fill = documents._Shelf.fill

    def faulty(self, case, *rest):
        if case == cases[0]:
            raise ValueError("a faulty template")
        return fill(self, case, *rest)

    monkeypatch.setattr(documents._Shelf, "fill", faulty)
    batch = work(order(county, cases))
    assert (batch.state, batch.done, batch.failed) == (State.DONE, 2, 1)
    assert batch.rows.get(case=cases[0]).error == BatchCase.Fault.UNMADE


def test_who_has_no_seat_any_more_gets_nothing(county):
    batch = order(county, people(county, 2))
    Seat.objects.filter(user=batch.requested_by).delete()
    batch = work(batch)
    assert (batch.state, batch.done, batch.failed) == (State.FAILED, 0, 2)
    assert not batch.file


# -- the worker --------------------------------------------------------------------------------------------------------


def test_what_is_claimed_is_nobody_else_s(county):
    batch = order(county, people(county, 2))
    assert pending(DocumentBatch, NOW) == [batch.pk]
    assert background.claim(DocumentBatch, batch.pk, NOW)
    assert pending(DocumentBatch, NOW) == []
    assert background.claim(DocumentBatch, batch.pk, NOW) is None
    assert documents.work_off(batch_id=batch.pk, clock=lambda: NOW) is None


def test_a_killed_worker_s_batch_is_taken_up_again(county):
    batch = order(county, people(county, 2))
    assert background.claim(DocumentBatch, batch.pk, NOW)
    later = NOW + CLAIM
    assert pending(DocumentBatch, later) == [batch.pk]
    assert work(batch, later).state == State.DONE
    assert pending(DocumentBatch, later + CLAIM) == []
    assert documents.work_off(batch_id=batch.pk, clock=lambda: later + CLAIM) is None
    assert Entry.objects.filter(action="document_made").count() == 2


def test_a_worker_that_was_overtaken_writes_nothing(county):
    batch = order(county, people(county, 2))
    slow = background.claim(DocumentBatch, batch.pk, NOW)
    late = documents._Work(slow, actor(county), lambda: NOW)
    done = work(batch, NOW + CLAIM)
    assert late.make(io.BytesIO()) is False
    assert documents._finish(late, io.BytesIO(b"late"), NOW) is None
    batch.refresh_from_db()
    assert (batch.sha256, batch.done) == (done.sha256, 2)
    assert Entry.objects.filter(action="document_made").count() == 2


def test_what_kills_its_workers_is_given_up(county):
    batch = order(county, people(county, 1))
    for attempt in range(background.ATTEMPTS):
        assert background.claim(DocumentBatch, batch.pk, NOW + attempt * CLAIM)
    assert work(batch, NOW + background.ATTEMPTS * CLAIM).state == State.FAILED
    assert pending(DocumentBatch, NOW + timedelta(days=1)) == []


def test_without_a_broker_the_order_stands(county, monkeypatch, django_capture_on_commit_callbacks):
    def unreachable(*args, **kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(background.current_app, "send_task", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        batch = order(county, people(county, 1))
    assert pending(DocumentBatch, NOW) == [batch.pk]


def test_the_worker_is_told_the_key_alone(county, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(background.current_app, "send_task", lambda name, args: told.append((name, args)))
    with django_capture_on_commit_callbacks(execute=True):
        batch = order(county, people(county, 1))
    assert told == [(DocumentBatch.TASK, [batch.pk])]


# -- fetching and removing ---------------------------------------------------------------------------------------------


def test_who_may_fetch(county):
    batch = work(order(county, people(county, 2)))
    branch, committee = county.branch, county.committee
    for seat in county.seats:
        by = actor_for(seat.user, TODAY)
        takes_part = seat.role in (*Seat.ACTING_ROLES, Role.CLERK, Role.ORGANISER)
        wanted = seat.organisation in (branch, committee, county.department) and takes_part
        assert documents.may_fetch(batch, by) is wanted, seat
    documents.note_fetched(batch=batch, actor=actor(county), now=NOW)
    entry = Entry.objects.get(action="documents_fetched")
    assert entry.payload == {"batch": batch.pk, "template": "T02", "sha256": batch.sha256}
    with pytest.raises(Refused):
        documents.note_fetched(batch=batch, actor=actor(county, county.county, Role.INSPECTOR), now=NOW)


def test_who_asked_and_sees_them_no_more_fetches_nothing(county):
    cases = people(county, 1)
    batch = work(order(county, cases))
    Case.objects.filter(pk=cases[0].pk).update(branch=county.townships[1].branches[0])
    assert not documents.may_fetch(batch, actor(county))


def test_files_go_when_their_time_is_over(county):
    batch = work(order(county, people(county, 2)))
    storage, name = batch.file.storage, batch.file.name
    assert expire(DocumentBatch, batch.expires_at - timedelta(seconds=1)) == 0
    assert storage.exists(name)
    assert expire(DocumentBatch, batch.expires_at) == 1
    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == (State.EXPIRED, False)
    assert not storage.exists(name)
