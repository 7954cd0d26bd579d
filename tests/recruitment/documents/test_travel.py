"""The case file for travel: what is in it, that its signature is Ed25519, and that no byte can change unnoticed."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from functools import lru_cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from recruitment.documents.stored import AlteredPaperError
from recruitment.models import (
    BatchCase,
    BulkItem,
    Case,
    CaseOrigin,
    Correction,
    Delivery,
    Draft,
    Material,
    MeetingItem,
    Notification,
    Printing,
    StepRecord,
)
from recruitment.services.printing import print_paper
from recruitment.travel import container, verify_case_file
from recruitment.travel.container import Seal, seal
from recruitment.travel.content import WITHHELD, content_of
from recruitment.travel.shape import OF_CASE, OF_RECORD
from tests.branches.factories import County, make_county
from tests.recruitment.finished import SUMMARY, finished_case
from tests.recruitment.papers_on_file import file_papers
from tests.recruitment.sitting_cases import actor, at

NOW = at(dt.date(2026, 6, 10))
VERIFIER = Path(verify_case_file.__file__)


@pytest.fixture
def county(db, monkeypatch: pytest.MonkeyPatch) -> County:
    for field in (Material._meta.get_field("file"), Correction._meta.get_field("evidence")):
        monkeypatch.setattr(field, "storage", InMemoryStorage())
    return make_county(members=2)


@pytest.fixture
def case(county: County) -> Case:
    found = finished_case(county, to="recommend_activist")
    file_papers(found)
    return found


def sealed(case: Case, *, private: bool = True) -> bytes:
    with seal(
        content_of(case.pk, private=private), made_at=NOW, made_by="样本", private=private, key=Seal.own()
    ).file as file:
        return file.read()


def findings(content: bytes) -> list[tuple[str, str]]:
    return verify_case_file.verify(io.BytesIO(content)).altered


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# -- what is in it ------------------------------------------------------------------------------------------------


def test_it_holds_the_case_its_papers_and_its_chain(case):
    parts = parts_of(sealed(case))
    manifest = json.loads(parts["manifest.json"])
    assert manifest["number"] == case.number
    assert [part["name"] for part in manifest["parts"]] == list(parts)[2:]
    told = json.loads(parts["case.json"])
    assert told["person"]["name"] == case.person.name
    assert told["person"]["id_number"] == case.person.id_number
    assert told["case"]["branch"]["name"] == case.branch.name
    steps = {record["step"] for record in json.loads(parts["steps.json"])["records"]}
    assert steps == set(case.records.values_list("step", flat=True))
    documents = json.loads(parts["documents.json"])["documents"]
    assert {row["part"] for row in documents} == {name for name in parts if name.startswith("documents/")}
    assert {row["code"] for row in documents} == set(case.materials.values_list("code", flat=True))
    assert SUMMARY in parts["steps.json"].decode()


def test_who_takes_no_part_gets_it_without_what_is_private(case):
    case.person.phone = "13900000000"
    case.person.save()
    whole = b"".join(parts_of(sealed(case, private=False)).values()).decode(errors="replace")
    assert WITHHELD in whole
    for secret in (SUMMARY, case.person.id_number, "13900000000", case.person.salt, case.person.id_index):
        assert secret not in whole
    assert case.person.salt not in b"".join(parts_of(sealed(case)).values()).decode(errors="replace")


def test_queries_are_the_same_for_few_rows_and_many(county, django_assert_num_queries):
    for one in (finished_case(county, to="cultivate_educate"), finished_case(county, number=2)):
        with django_assert_num_queries(25):
            content_of(one.pk, private=True)


@pytest.mark.parametrize("what", ["gone", "other"])
def test_a_stored_paper_that_is_not_what_was_uploaded_is_named(case, what):
    material = case.materials.get(code="D01")
    material.file.storage.delete(material.file.name)
    if what == "other":
        material.file.storage.save(material.file.name, ContentFile(b"%PDF other"))
    with pytest.raises(AlteredPaperError) as altered:
        sealed(case)
    assert altered.value.names == ("D01 D01.pdf",)


def test_whatever_belongs_to_a_case_is_in_it_or_left_out_on_purpose():
    """What is worked out anew, tells somebody something, or waits in a form is not of the record; an agenda is its
    body's, and what it decided on a case stands in the case's audit."""
    left_out = {Notification, Delivery, Draft, BulkItem, BatchCase, MeetingItem}
    told = {*OF_CASE.values(), *OF_RECORD.values(), StepRecord, Material, Printing, CaseOrigin}
    belonging = {
        relation.related_model
        for model in (Case, StepRecord)
        for relation in model._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created and not relation.concrete
    }
    assert belonging == told | left_out


def test_what_came_with_a_correction_goes_to_those_who_take_part(county, case):
    secretary = actor(county, county.branch, "secretary")
    record = case.records.get(step="submit_application")
    row = Correction(
        case=case,
        record=record,
        side="branch",
        reason="样本",
        original_name="evidence.pdf",
        content_type="application/pdf",
        extension=".pdf",
        size=4,
        sha256=hashlib.sha256(b"%PDF").hexdigest(),
        requested_at=NOW,
        requested_by_id=secretary.user_id,
    )
    row.evidence.save("evidence.pdf", ContentFile(b"%PDF"), save=False)
    row.save()
    part = "attached/001-correction.pdf"
    with_it = parts_of(sealed(case))
    assert with_it[part] == b"%PDF"
    assert json.loads(with_it["interventions.json"])["corrections"][0]["reason"] == "样本"
    assert part not in parts_of(sealed(case, private=False))


# -- the verifier -------------------------------------------------------------------------------------------------


def test_it_needs_the_standard_library_only():
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_ed25519_agrees_with_the_library():
    chance = random.Random(8032)
    for length in (0, 1, 31, 1000):
        key, message = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)), chance.randbytes(length)
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        assert verify_case_file.is_signed(public, message, signature)
        assert not verify_case_file.is_signed(public, message + b"x", signature)
        for place in (0, 31, 32, 63):
            wrong = bytearray(signature)
            wrong[place] ^= 1
            assert not verify_case_file.is_signed(public, message, bytes(wrong))
        # The same scalar, written a second way: accepted by a careless verifier only.
        order = 2**252 + 27742317777372353535851937790883648493
        twin = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
        assert not verify_case_file.is_signed(public, message, signature[:32] + twin)
        assert not verify_case_file.is_signed(b"\xff" * 32, message, signature)
        assert not verify_case_file.is_signed(public[:31], message, signature)


def test_a_file_as_issued_is_valid(case):
    found = verify_case_file.verify(io.BytesIO(sealed(case)))
    assert found.is_valid
    assert found.public_key == Seal.own().public_key


def test_a_changed_byte_in_any_part_is_found_and_named(case):
    content = sealed(case)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
    assert len(infos) > 8
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        for place in (start, start + info.file_size // 2, start + info.file_size - 1):
            changed = bytearray(content)
            changed[place] ^= 0x01
            assert {part for part, _what in findings(bytes(changed))} == {info.filename}, place


def test_no_byte_of_the_container_changes_unnoticed(case, monkeypatch):
    # The same three arguments give the same answer: it need not be worked out for each byte.
    monkeypatch.setattr(verify_case_file, "is_signed", lru_cache(verify_case_file.is_signed))
    content = sealed(case)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos, directory = archive.infolist(), archive.start_dir
    headers = {
        place: info.filename
        for info in infos
        for place in range(info.header_offset, info.header_offset + 30 + len(info.filename))
    }
    for place in [*headers, *range(directory, len(content))]:
        changed = bytearray(content)
        changed[place] ^= 0x80
        named = {part for part, _what in findings(bytes(changed))}
        assert named, place
        assert named == {headers.get(place, *named)}, place


def test_what_is_cut_off_or_added_is_found(case):
    content = sealed(case)
    assert findings(content + b"x") == findings(content[:-1]) != []
    assert findings(content[: len(content) // 2])
    for wrong in (b"", b"PK", b"%PDF-1.4" * 100, content[:100]):
        with pytest.raises(verify_case_file.NotACaseFileError):
            findings(wrong)


def test_a_file_sealed_anew_with_another_key_is_told_by_its_fingerprint(case, tmp_path, settings):
    own = Seal.own().fingerprint
    settings.TRAVEL_KEY = "11" * 32
    path = tmp_path / "case.zip"
    path.write_bytes(sealed(case))
    assert verify_case_file.main([str(path)]) == 0
    assert verify_case_file.main([str(path), "--key", own]) == 1
    assert verify_case_file.main([str(path), "--key", Seal.own().fingerprint.lower()]) == 0


def test_a_forged_manifest_with_right_checksums_does_not_fit_its_signature(case, monkeypatch):
    content = content_of(case.pk, private=True)
    signature = Ed25519PrivateKey.from_private_bytes(b"2" * 32).sign(b"another")
    monkeypatch.setattr(container, "_part", _with_signature(container._part, signature))
    with seal(content, made_at=NOW, made_by="样本", private=True, key=Seal.own()).file as file:
        assert [part for part, _what in findings(file.read())] == ["manifest.json"]


def _manifest(name: str, size: str = "1") -> bytes:
    part = f'{{"name":{name},"size":{size},"sha256":""}}'
    return f'{{"format":"recruitment-case-file/2","public_key":"{"00" * 32}","parts":[{part}]}}'.encode()


@pytest.mark.parametrize(
    "manifest",
    [
        b"[" * 200_000,
        _manifest("7"),
        _manifest('"a"', size="1e999"),
        _manifest(r'"\u001b[2J"'),
        _manifest(f'"{"a" * 70_000}"'),
    ],
    ids=["too deep", "no name", "no size", "an order to a terminal", "too long a name"],
)
def test_a_text_that_only_pretends_to_be_a_manifest_is_none(manifest):
    """Nobody has signed it: whatever stands there, the verifier answers and does not break."""
    out = io.BytesIO()
    container._write(out, [container._part("manifest.json", manifest), container._part("manifest.sig", b"0" * 64)])
    with pytest.raises(verify_case_file.NotACaseFileError):
        findings(out.getvalue())


@pytest.mark.parametrize(
    "acts", [b'{"entries":[1]}', b'{"entries":{"a":1}}', b"[" * 200_000], ids=["no act", "no list", "too deep"]
)
def test_a_chain_that_is_none_is_named(case, acts):
    content = content_of(case.pk, private=True)
    content.parts["audit.json"] = acts
    assert [part for part, _what in findings(_sealed(content))] == ["audit.json"]


def _with_signature(part, signature):
    return lambda name, content: part(name, signature if name == "manifest.sig" else content)


def test_an_act_taken_out_of_the_chain_is_found_even_under_a_right_signature(county, case):
    for paper in ("F01", "F02", "F03"):
        who = actor(county, county.branch, "secretary")
        print_paper(case_id=case.pk, paper=paper, extension="docx", actor=who, now=NOW)
    content = content_of(case.pk, private=True)
    assert len(content.parts["audit.json"]["entries"]) == 4
    assert findings(_sealed(content)) == []
    del content.parts["audit.json"]["entries"][1]
    assert [part for part, _what in findings(_sealed(content))] == ["audit.json"]


def _sealed(content) -> bytes:
    with seal(content, made_at=NOW, made_by="样本", private=True, key=Seal.own()).file as file:
        return file.read()


def test_it_runs_alone_on_another_machine(case, tmp_path):
    program = tmp_path / "verify_case_file.py"
    program.write_bytes(VERIFIER.read_bytes())
    content = bytearray(sealed(case))
    (tmp_path / "good.zip").write_bytes(content)
    place = content.index(b"%PDF")
    content[place] ^= 1
    (tmp_path / "bad.zip").write_bytes(content)
    (tmp_path / "none.zip").write_bytes(b"nothing")

    def run(name: str) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", str(program), name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout

    assert run("good.zip")[0] == 0
    code, said = run("bad.zip")
    assert code == 1
    assert "documents/001-D01-v1.pdf" in said
    assert run("none.zip")[0] == 2
