"""Files made in the background that are no batch: the booklet of a case, and the papers that are nobody's."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.conf import settings

from audit.models import Entry
from branches.access import actor_for
from branches.models import Seat
from recruitment import tasks
from recruitment.documents import common, files, pdf
from recruitment.models import Case, CommonPaper, PrintedFile
from recruitment.services import background, common_papers, printing
from recruitment.services.base import Refused
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW, TODAY, put

pytestmark = pytest.mark.django_db
State = PrintedFile.State
BLANK = common.booklet_name("blank")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made, and how long it takes, is the business of other tests."""
    monkeypatch.setattr(
        files, "made", lambda forms, extension, **parts: f"{extension} {parts['mark'].address}".encode()
    )
    monkeypatch.setattr(common, "digest_of", lambda name: "a" * 64)
    monkeypatch.setattr(common_papers, "digest_of", lambda name: "a" * 64)
    monkeypatch.setattr(pdf, "make", lambda html: b"%PDF")


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def case(county: County) -> Case:
    return put(county, "organization_talk", name="样本·阿里")


def secretary(county: County):
    return actor_for(county.user(county.branch, Seat.Role.SECRETARY), TODAY)


def booklet(county: County, case: Case, extension: str = "pdf") -> PrintedFile:
    row = printing.print_paper(
        case_id=case.pk,
        paper="booklet",
        extension=extension,
        actor=secretary(county),
        now=NOW,
        origin="https://sample.example",
    )
    return row.made


def worked(row: PrintedFile, now=NOW) -> PrintedFile:
    printing.work_off(file_id=row.pk, clock=lambda: now)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_a_booklet_is_made_by_the_worker(county, case, extension):
    row = booklet(county, case, extension)
    assert (row.state, bool(row.file)) == (State.WAITING, False)
    assert background.pending(PrintedFile, NOW) == [row.pk]
    later = NOW + timedelta(seconds=9)
    row = worked(row, later)
    assert (row.state, row.finished_at, row.claim) == (State.DONE, later, "")
    assert row.expires_at == later + timedelta(days=settings.DOCUMENT_BATCH_DAYS)
    assert row.file.read().decode() == f"{extension} https://sample.example{row.printing.get_absolute_url()}"
    assert row.file_name == f"跟踪考察簿（样本·阿里）.{extension}"
    assert "样本" not in row.file.name
    assert background.pending(PrintedFile, NOW + background.CLAIM) == []


def test_single_forms_are_made_in_the_page(county, case):
    row = printing.print_paper(case_id=case.pk, paper="F01", extension="pdf", actor=secretary(county), now=NOW)
    assert not PrintedFile.objects.filter(printing=row).exists()


def test_what_changed_meanwhile_is_not_made(county, case):
    row = booklet(county, case)
    case.person.education = "研究生"
    case.person.save()
    assert worked(row).state == State.FAILED


def test_what_cannot_be_made_is_given_up_at_once(county, case, monkeypatch):
    def fail(*args, **kwargs):
        raise pdf.CannotPrintError(("libpango-1.0-0",))

    monkeypatch.setattr(files, "made", fail)
    row = worked(booklet(county, case))
    assert (row.state, row.finished_at, bool(row.file)) == (State.FAILED, NOW, False)
    assert background.pending(PrintedFile, NOW + timedelta(days=1)) == []


def test_a_killed_worker_s_file_is_taken_up_and_made_once(county, case):
    row = booklet(county, case)
    slow = background.claim(PrintedFile, row.pk, NOW)
    assert background.claim(PrintedFile, row.pk, NOW) is None
    done = worked(row, NOW + background.CLAIM)
    assert done.state == State.DONE
    assert background.finish(slow, io.BytesIO(b"late"), "late", NOW, expires_at=None) is None
    done.refresh_from_db()
    assert (done.attempts, done.file_name.endswith(".pdf")) == (2, True)
    assert not background.progress(slow, NOW)


def test_who_may_fetch_the_file_and_that_it_is_noted(county, case):
    row = worked(booklet(county, case))
    for seat in county.seats:
        wanted = seat.user_id == row.printing.printed_by_id
        assert printing.may_fetch(row, actor_for(seat.user, TODAY)) is wanted, seat
    printing.note_fetched(row=row, actor=secretary(county), now=NOW)
    entry = Entry.objects.get(action="printed_file_fetched")
    assert entry.payload == {"printing": row.printing.code, "paper": "booklet", "sha256": row.sha256}
    other = actor_for(county.user(county.branch, Seat.Role.DEPUTY_SECRETARY), TODAY)
    with pytest.raises(Refused):
        printing.note_fetched(row=row, actor=other, now=NOW)
    assert Entry.objects.filter(action="printed_file_fetched").count() == 1
    row.printing.case.branch = county.townships[1].branches[0]
    assert not printing.may_fetch(row, secretary(county))


def test_the_file_goes_when_its_time_is_over(county, case):
    row = worked(booklet(county, case))
    storage, name = row.file.storage, row.file.name
    assert background.expire(PrintedFile, row.expires_at) == 1
    row.refresh_from_db()
    assert (row.state, storage.exists(name)) == (State.EXPIRED, False)


def test_a_page_says_when_no_worker_runs(county, case):
    row = booklet(county, case)
    assert not row.is_left_alone(NOW + timedelta(minutes=2))
    assert row.is_left_alone(NOW + timedelta(minutes=4))
    background.claim(PrintedFile, row.pk, NOW + timedelta(minutes=4))
    row.refresh_from_db()
    assert not row.is_left_alone(NOW + timedelta(minutes=5))


# -- papers that are nobody's ------------------------------------------------------------------------------------------


def test_a_common_paper_is_ordered_once_and_made_once(django_assert_num_queries):
    row = common_papers.wanted(name=BLANK, now=NOW)
    assert common_papers.current(BLANK) is None
    assert common_papers.wanted(name=BLANK, now=NOW) == row
    common_papers.work_off(paper_id=row.pk, clock=lambda: NOW)
    assert common_papers.work_off(paper_id=row.pk, clock=lambda: NOW) is None
    with django_assert_num_queries(1):
        made = common_papers.current(BLANK)
    assert made.file.read() == b"%PDF"
    assert (made.state, made.expires_at, made.file_name) == (State.DONE, None, "发展党员工作跟踪考察簿（空白表样）.pdf")
    assert CommonPaper.objects.count() == 1


def test_a_lost_file_is_made_again():
    row = common_papers.wanted(name=BLANK, now=NOW)
    row = common_papers.work_off(paper_id=row.pk, clock=lambda: NOW)
    row.file.storage.delete(row.file.name)
    assert common_papers.current(BLANK) is None
    assert common_papers.wanted(name=BLANK, now=NOW).state == State.WAITING
    assert common_papers.work_off(paper_id=row.pk, clock=lambda: NOW).attempts == 1


def test_what_failed_is_ordered_anew_after_a_while(monkeypatch):
    monkeypatch.setattr(pdf, "missing_packages", lambda: ("fonts-noto-cjk",))
    monkeypatch.setattr(pdf, "make", lambda html: 1 / 0)
    row = common_papers.wanted(name=BLANK, now=NOW)
    assert common_papers.work_off(paper_id=row.pk, clock=lambda: NOW) is None
    assert common_papers.wanted(name=BLANK, now=NOW).state == State.FAILED
    assert common_papers.wanted(name=BLANK, now=NOW + background.CLAIM * 2).state == State.WAITING


def test_a_new_text_is_a_new_paper_and_the_old_one_goes(monkeypatch):
    row = common_papers.wanted(name=BLANK, now=NOW)
    old = common_papers.work_off(paper_id=row.pk, clock=lambda: NOW)
    storage, name = old.file.storage, old.file.name
    monkeypatch.setattr(common_papers, "digest_of", lambda name: "b" * 64)
    assert common_papers.current(BLANK) is None
    assert common_papers.wanted(name=BLANK, now=NOW) != old
    assert common_papers.remove_old(now=NOW) == 0
    assert common_papers.remove_old(now=NOW + timedelta(days=2)) == 1
    assert not storage.exists(name)
    assert CommonPaper.objects.get().digest == "b" * 64


def test_all_are_made_before_anybody_asks_one_at_a_time(county, case):
    for _ in common.COMMON:
        assert tasks.make_missing_papers() == 1
        assert tasks.make_missing_papers() == 0, "the one before is not made yet"
        assert tasks.pending_documents() == 1
    assert tasks.make_missing_papers() == 0
    assert CommonPaper.objects.filter(state=State.DONE).count() == len(common.COMMON) == 6


def test_what_people_wait_for_comes_first(county, case):
    row = booklet(county, case)
    assert tasks.make_missing_papers() == 0
    worked(row)
    assert tasks.make_missing_papers() == 1
