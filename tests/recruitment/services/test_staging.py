"""Uploads in parts: where they go on, what is refused, what is nobody else's, and how they become papers."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from pypdf import PdfReader

from recruitment.models import Material, StagedUpload
from recruitment.models.material import material_storage
from recruitment.selectors.uploads import whole_ones
from recruitment.services import acts, intake, staging
from recruitment.services.base import Refused
from recruitment.services.materials import inspect, joined, keep
from recruitment.tasks import expire_uploads
from tests.branches.factories import make_county
from tests.recruitment import sitting_cases as people

NOW = people.at(dt.date(2026, 6, 10))
PDF = b"%PDF-1.4 " + b"sample " * 40
PLACE, FIELD = "step/sample/submit_application", "paper_D01"


@pytest.fixture
def county(db):
    return make_county(members=2)


@pytest.fixture
def secretary(county):
    return people.actor(county, county.branch, "secretary")


@pytest.fixture
def deputy(county):
    return people.actor(county, county.branch, "deputy_secretary")


@pytest.fixture(autouse=True)
def _small_parts(settings):
    settings.UPLOAD_PART_BYTES = 100


def jpeg(colour: str, size: tuple[int, int] = (60, 80)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def begin(actor, content: bytes = PDF, *, kind: str = "file", name: str = "a.pdf", **changes) -> StagedUpload:
    given = {"place": PLACE, "field": FIELD, "kind": kind, "name": name, "size": len(content)}
    given |= {"sha256": hashlib.sha256(content).hexdigest(), "actor": actor, "now": NOW}
    return intake.begin(**{**given, **changes})


def send(actor, row: StagedUpload, content: bytes = PDF, *, upto: int | None = None, now=NOW) -> StagedUpload:
    while row.received < (len(content) if upto is None else upto):
        part = content[row.received : row.received + 100]
        row = intake.receive(token=row.token, offset=row.received, content=part, actor=actor, now=now)
    return row


def sent(actor, content: bytes = PDF, **options) -> StagedUpload:
    return send(actor, begin(actor, content, **options), content)


def page(actor, colour: str, **options) -> StagedUpload:
    return sent(actor, jpeg(colour, **options), kind="page", name=f"{colour}.jpg")


def folders() -> set[str]:
    """The uploads of which something lies on disk; the tests of this file share the storage."""
    try:
        return set(material_storage().listdir("staged")[0])
    except FileNotFoundError:
        return set()


def test_a_file_comes_in_parts_and_is_the_same_bytes(secretary):
    row = sent(secretary)
    assert (row.received, row.finished_at) == (len(PDF), NOW)
    with staging.opened(row) as file:
        assert file.read() == PDF


def test_the_same_file_goes_on_where_it_stopped(secretary):
    row = send(secretary, begin(secretary), upto=200)
    again = begin(secretary)
    assert (again.pk, again.received, again.percent) == (row.pk, 200, 69)
    assert send(secretary, again).finished_at is not None
    # Another field, another form, another file: each is an upload of its own.
    others = [begin(secretary, field="paper_D02"), begin(secretary, place="elsewhere"), begin(secretary, PDF + b"x")]
    assert len({row.pk, *(other.pk for other in others)}) == 4


@pytest.mark.parametrize("offset", [0, 50, 199, 201, 10_000])
def test_a_part_that_does_not_follow_is_told_where_it_stands(secretary, offset):
    row = send(secretary, begin(secretary), upto=200)
    with pytest.raises(intake.WrongOffsetError) as caught:
        intake.receive(token=row.token, offset=offset, content=b"x", actor=secretary, now=NOW)
    assert caught.value.row.received == 200
    assert send(secretary, row).finished_at is not None


def test_two_tabs_send_the_same_file_and_it_is_whole_once(secretary):
    one, other = begin(secretary), begin(secretary)
    one = send(secretary, one, upto=100)
    with pytest.raises(intake.WrongOffsetError) as caught:
        intake.receive(token=other.token, offset=0, content=PDF[:100], actor=secretary, now=NOW)
    assert send(secretary, caught.value.row).finished_at is not None
    with pytest.raises(intake.WrongOffsetError) as caught:
        intake.receive(token=one.token, offset=200, content=PDF[200:], actor=secretary, now=NOW)
    assert caught.value.row.finished_at is not None
    assert StagedUpload.objects.count() == 1


def test_more_than_was_announced_is_refused(secretary):
    row = send(secretary, begin(secretary), upto=200)
    for content in (PDF[200:] + b"x", b"", b"x" * 101):
        with pytest.raises(ValidationError):
            intake.receive(token=row.token, offset=200, content=content, actor=secretary, now=NOW)
    row.refresh_from_db()
    assert (row.received, row.finished_at) == (200, None)


def test_other_bytes_than_announced_begin_anew(secretary):
    row = send(secretary, begin(secretary), upto=200)
    with pytest.raises(ValidationError) as caught:
        intake.receive(token=row.token, offset=200, content=b"y" * (len(PDF) - 200), actor=secretary, now=NOW)
    assert caught.value.code == intake.ALTERED
    row.refresh_from_db()
    assert (row.received, row.finished_at) == (0, None)
    # Sent again in parts of another size: what lies there of the attempt before is not read.
    row = intake.receive(token=row.token, offset=0, content=PDF[:60], actor=secretary, now=NOW)
    assert send(secretary, row).finished_at is not None


def test_a_part_that_was_lost_is_no_shorter_file(secretary):
    row = sent(secretary)
    material_storage().delete(f"staged/{row.token.hex}/{100:012d}")
    with pytest.raises(FileNotFoundError):
        staging.opened(row)
    # Where the upload is not yet whole it begins anew.
    row = send(secretary, begin(secretary, PDF + b"more"), PDF + b"more", upto=200)
    material_storage().delete(f"staged/{row.token.hex}/{0:012d}")
    with pytest.raises(ValidationError) as caught:
        send(secretary, row, PDF + b"more")
    assert caught.value.code == intake.ALTERED


@pytest.mark.parametrize(
    ("content", "name", "kind", "code"),
    [
        (b"MZ" + bytes(50), "a.pdf", "file", "not_accepted"),
        (PDF, "a.png", "file", "disguised"),
        (PDF, "a.pdf", "page", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20), "a.jpg", "page", "picture"),
    ],
)
def test_what_is_no_paper_is_refused_when_it_is_whole_and_gone(
    secretary, content, name, kind, code, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError) as caught:
        sent(secretary, content, name=name, kind=kind)
    assert caught.value.code == code
    assert not StagedUpload.objects.exists()


def test_nothing_begins_that_cannot_be_taken(secretary, settings):
    settings.MATERIAL_MAX_BYTES = 1000
    settings.UPLOAD_MAX_PAGES, settings.UPLOAD_QUOTA_BYTES = 2, 3000
    for changes, code in (
        ({"size": 0}, "empty"),
        ({"size": -1}, "empty"),
        ({"size": 1001}, "too_large"),
        ({"kind": "other"}, "invalid"),
        ({"sha256": "0" * 63}, "invalid"),
        ({"sha256": "G" * 64}, "invalid"),
    ):
        with pytest.raises(ValidationError) as caught:
            begin(secretary, **changes)
        assert caught.value.code == code
    for number in range(2):
        begin(secretary, bytes([number]), kind="page")
    with pytest.raises(ValidationError) as caught:
        begin(secretary, b"third", kind="page")
    assert caught.value.code == "pages"
    for number in range(2):
        begin(secretary, bytes([number]) * 1000)
    with pytest.raises(ValidationError) as caught:
        begin(secretary, b"z" * 999)
    assert caught.value.code == "quota"
    # What stands already goes on, and another's limits are her own.
    assert begin(secretary, bytes([0]) * 1000).pk


def test_a_name_is_no_path(secretary):
    assert begin(secretary, name="../../etc/申请书.pdf").name == "申请书.pdf"


def test_another_finds_nothing(secretary, deputy):
    row = send(secretary, begin(secretary), upto=100)
    with pytest.raises(StagedUpload.DoesNotExist):
        intake.receive(token=row.token, offset=100, content=PDF[100:200], actor=deputy, now=NOW)
    assert intake.withdraw(tokens=[row.token], actor=deputy) == 0
    assert begin(deputy).pk != row.pk
    whole = send(secretary, row)
    assert whole_ones(deputy, [whole.token]) == {}
    assert list(whole_ones(secretary, [whole.token, uuid.uuid4()])) == [whole.token]
    assert whole_ones(secretary, [whole.token], "another form") == {}


def test_a_full_disk_loses_the_part_and_nothing_else(secretary, monkeypatch):
    row = send(secretary, begin(secretary), upto=100)
    storage = material_storage()

    def full(name, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "save", full)
        patch.setattr(staging, "material_storage", lambda: storage)
        with pytest.raises(intake.NoRoomError):
            intake.receive(token=row.token, offset=100, content=PDF[100:200], actor=secretary, now=NOW)
    row.refresh_from_db()
    assert row.received == 100
    with staging.opened(send(secretary, row)) as file:
        assert file.read() == PDF


def test_a_part_left_by_a_failed_attempt_is_replaced(secretary):
    row = send(secretary, begin(secretary), upto=100)
    # It was written, and the row was not.
    staging.write_part(row, b"half of it")
    with staging.opened(send(secretary, row)) as file:
        assert file.read() == PDF


# -- photographed pages -------------------------------------------------------------------------------------------


def test_pages_stand_in_their_order_and_are_turned(secretary, deputy):
    red, green, blue = (page(secretary, colour, size=(60, 80)) for colour in ("red", "green", "blue"))
    order = [(blue.token, 90), (red.token, 0), (uuid.uuid4(), 0)]
    intake.arrange(place=PLACE, field=FIELD, pages=order, actor=deputy)
    assert list(StagedUpload.objects.all()) == [red, green, blue]
    intake.arrange(place=PLACE, field=FIELD, pages=order, actor=secretary)
    rows = list(StagedUpload.objects.all())
    # A page that this window did not know of yet comes last.
    assert [(row.pk, row.turn) for row in rows] == [(blue.pk, 90), (red.pk, 0), (green.pk, 0)]
    [paper] = joined([inspect("D01", staging.opened(row)) for row in rows])
    assert (paper.name, paper.content_type, paper.code) == ("D01 照片 3 页.pdf", "application/pdf", "D01")
    assert paper.content.tokens == tuple(row.token for row in rows)
    boxes = [page.mediabox for page in PdfReader(paper.content).pages]
    assert [box.width > box.height for box in boxes] == [True, False, False]


def test_one_photographed_page_is_a_paper_and_one_chosen_picture_stays_a_picture(secretary):
    [paper] = joined([inspect("D01", staging.opened(page(secretary, "red")))])
    assert paper.content_type == "application/pdf"
    [paper] = joined([inspect("D01", staging.opened(sent(secretary, jpeg("blue"), name="b.jpg")))])
    assert paper.content_type == "image/jpeg"


# -- spent, withdrawn, expired ------------------------------------------------------------------------------------


def test_an_upload_is_spent_once(secretary, django_capture_on_commit_callbacks):
    row = sent(secretary)
    first, second = (inspect("D01", staging.opened(row)) for _ in range(2))
    with django_capture_on_commit_callbacks(execute=True):
        keep(Material(), first)
    assert not StagedUpload.objects.exists()
    assert row.token.hex not in folders()
    with pytest.raises(Refused) as caught:
        keep(late := Material(), second)
    assert caught.value.codes == ("stale",)
    assert not late.file, "nothing was written for whoever came too late"


def test_an_act_that_fails_spends_nothing(county, secretary):
    case = people.make_case(county)
    row = sent(secretary)
    with pytest.raises(Refused):
        # Another's act came first: the form was opened on an earlier version of the case.
        acts.upload(
            case_id=case.pk,
            step="submit_application",
            uploads=[inspect("D01", staging.opened(row))],
            actor=secretary,
            now=NOW,
            expected_version=case.version + 1,
        )
    assert StagedUpload.objects.get() == row
    assert not Material.objects.exists()


def test_a_withdrawn_one_leaves_nothing(secretary, django_capture_on_commit_callbacks):
    row = sent(secretary)
    assert row.token.hex in folders()
    with django_capture_on_commit_callbacks(execute=True):
        assert intake.withdraw(tokens=[row.token], actor=secretary) == 1
    assert row.token.hex not in folders()


def test_an_old_one_expires_with_its_parts(secretary, settings, monkeypatch, django_capture_on_commit_callbacks):
    old, fresh = sent(secretary), begin(secretary, PDF + b"2")
    later = NOW + dt.timedelta(days=settings.UPLOAD_KEPT_DAYS)
    assert staging.expire(now=later) == 0
    fresh = send(secretary, fresh, PDF + b"2", now=later)
    orphan = StagedUpload(token=uuid.uuid4())
    staging.write_part(orphan, b"of an upload that was removed")
    monkeypatch.setattr("recruitment.tasks.timezone.now", lambda: later + dt.timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_uploads() == 1
    assert StagedUpload.objects.get() == fresh
    assert folders() & {old.token.hex, fresh.token.hex, orphan.token.hex} == {fresh.token.hex}
    with pytest.raises(StagedUpload.DoesNotExist):
        intake.receive(token=old.token, offset=0, content=b"x", actor=secretary, now=later)
