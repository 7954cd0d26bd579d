"""What goes into the archive: the papers of the edition, the six forms and no other, what is missing, and the files."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from audit.models import Entry
from audit.services import verify
from recruitment.documents import archive, data, pdf, pdfa
from recruitment.documents.pictures import picture_as_page
from recruitment.models import ArchivePackage, Case, Material, Printing, StepRecord
from recruitment.rules.archive import companion_papers, missing_papers, named_papers
from recruitment.rules.gates import judge_act
from recruitment.rules.papers import ARCHIVED_FORMS, DOCUMENTS
from recruitment.rules.steps import STEPS
from recruitment.selectors.casefile import load
from recruitment.services.archive import seal_case_file, take_archive
from recruitment.services.base import Refused
from tests.branches.factories import County, make_county
from tests.recruitment.finished import finished_case
from tests.recruitment.papers_on_file import file_papers, small_pdf, small_picture
from tests.recruitment.sitting_cases import actor, at

TODAY = dt.date(2026, 6, 10)
NOW = at(TODAY)
WORD = b"PK word"
SIX = ["F04", "F07", "F09", "F12", "F14", "F16"]


@pytest.fixture
def county(db, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())
    return make_county(members=2)


@pytest.fixture
def case(county: County) -> Case:
    """At step 31, with a photographed application, a political review in Word, and PDFs."""
    found = finished_case(county, to="archive_records", has_personnel_archive=True)
    contents = {"D01": (".png", small_picture()), "D18": (".docx", WORD), "D36": (".jpg", small_picture("JPEG"))}
    file_papers(found, contents)
    return found


@pytest.fixture
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every PDF is one blank page; what it would have said is kept."""
    made: list[str] = []

    def make(html: str) -> bytes:
        made.append(html)
        return small_pdf(hashlib.sha256(html.encode()).hexdigest())

    monkeypatch.setattr(pdf, "make", make)
    return made


def taken(case: Case, who, extension: str = "zip"):
    return take_archive(
        case_id=case.pk, extension=extension, actor=who, now=NOW, address=lambda path: f"http://x{path}"
    )


def archive_of(case: Case, today: dt.date = TODAY) -> archive.Archive:
    return archive.archive_of(data.load(case.pk, private=True), today)


def secretary(county: County):
    return actor(county, county.branch, "secretary")


# -- what belongs to it -------------------------------------------------------------------------------------------


def test_the_papers_that_each_edition_names():
    assert named_papers("r2026") == ("D25", "D01", "D46", "D18", "D19", "D47", "D36")
    assert set(named_papers("r2014")) == {"D25", "D01", "D08", "D09", "D10", "D18", "D19", "D35", "D36"}
    for edition in ("r2014", "r2026"):
        together = set(named_papers(edition)) | set(companion_papers(edition))
        assert together == {code for code, paper in DOCUMENTS.items() if paper.personnel_archive}
        assert not set(named_papers(edition)) & set(companion_papers(edition))
        assert missing_papers(set(named_papers(edition)) - {"D25"}, edition) == ("D25",)


def test_no_step_can_be_done_without_the_papers_that_the_archive_names():
    """Step 31 asks for nothing that an earlier step has not asked for."""
    required = {code for step in STEPS.values() for code in step.required_papers}
    assert set(named_papers("r2014")) | set(named_papers("r2026")) <= required


def test_a_paper_that_the_archive_lacks_stops_step_31_and_is_named(case):
    def missing() -> tuple[str, ...]:
        file = load(case.pk)
        verdict = judge_act("archive_records", file.facts(), file.rules, TODAY)
        return next((reason.codes for reason in verdict.reasons if reason.code == "material_missing"), ())

    own = ("D44", "D45")
    assert missing() == own
    Material.objects.filter(case=case, code__in=["D46", "D20"]).delete()
    assert missing() == (*own, "D46")


def test_the_six_forms_and_no_other_are_in_the_archive(county, case, quick_pdf):
    assert [line.code for line in archive_of(case).forms] == SIX == list(ARCHIVED_FORMS)
    with zipfile.ZipFile(io.BytesIO(taken(case, secretary(county)).content)) as package:
        manifest = json.loads(package.read("manifest.json"))
        names = package.namelist()
    forms = [file["code"] for file in manifest["files"] if file["code"].startswith("F")]
    assert forms == SIX
    assert [name.split("/")[1][:3] for name in names if name.startswith("表/")] == SIX


def test_the_edition_is_that_of_the_day_of_archiving(case):
    assert archive_of(case, dt.date(2026, 5, 10)).edition == "r2014"
    assert archive_of(case, dt.date(2026, 5, 11)).edition == "r2026"
    StepRecord.objects.filter(case=case, step="archive_records").update(
        action_on=dt.date(2026, 5, 1), values={"archived_on": "2026-05-01", "archive_kind": "party"}
    )
    found = archive_of(case)
    assert (found.edition, found.kind) == ("r2014", "party")


def test_without_a_personnel_archive_it_is_the_party_member_archive(case):
    assert archive_of(case).kind == "personnel"
    case.person.has_personnel_archive = False
    case.person.save()
    found = archive_of(case)
    assert found.kind == "party"
    assert [line.code for line in found.forms] == SIX


def test_what_is_missing_is_named(case):
    assert archive_of(case).is_complete
    Material.objects.filter(case=case, code__in=["D46", "D20"]).delete()
    StepRecord.objects.filter(case=case, step="political_review").update(counts=False)
    found = archive_of(case)
    assert [line.code for line in found.missing] == ["D46", "D18", "D19", "F12"]
    assert "D20" not in [line.code for line in found.papers]


# -- the package --------------------------------------------------------------------------------------------------


def test_the_zip_holds_originals_forms_list_and_hashes(county, case, quick_pdf):
    made = taken(case, secretary(county))
    assert made.name == f"归档材料（{case.person.name}）.zip"
    with zipfile.ZipFile(io.BytesIO(made.content)) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    manifest = json.loads(contents.pop("manifest.json"))
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }
    assert contents["材料/04 D18 政审谈话、查档及函调材料.docx"] == WORD
    listed = quick_pdf[-1]
    assert "发展党员材料移交清单" in listed
    for words in ("移交人：", "审核人：", "接收人：", "电子文件，另附"):
        assert words in listed
    for name, content in contents.items():
        if name != "移交清单.pdf":
            digest = hashlib.sha256(content).hexdigest()
            assert digest[:32] in listed, name
            assert digest[32:] in listed, name


def test_the_merged_pdf_has_every_page_and_leaves_word_files_beside(county, case, quick_pdf):
    reader = PdfReader(io.BytesIO(taken(case, secretary(county), "pdf").content))
    found = archive_of(case)
    with_pages = [line.code for line in found.papers if line.code != "D18"]
    assert [item.title.split(" ")[0] for item in reader.outline] == ["移交清单", *with_pages, *SIX]
    assert len(reader.pages) == 1 + len(with_pages) + len(SIX)


def test_a_paper_that_is_no_readable_pdf_travels_as_a_file(county, case, quick_pdf):
    file_papers(case, {"D25": (".pdf", b"%PDF-1.4 broken"), "D01": (".png", b"\x89PNG broken")})
    reader = PdfReader(io.BytesIO(taken(case, secretary(county), "pdf").content))
    titles = {item.title.split(" ")[0] for item in reader.outline}
    assert not titles & {"D25", "D01"}
    assert quick_pdf[-1].count("电子文件，另附") == 2


def test_a_picture_becomes_one_page_of_a4_the_right_way_round():
    for size, wide in (((4000, 3000), True), ((300, 400), False)):
        page = PdfReader(io.BytesIO(picture_as_page(small_picture("PNG", size)))).pages[0]
        sides = sorted((float(page.mediabox.width), float(page.mediabox.height)))
        assert sides == pytest.approx([595.3, 841.9], abs=1)
        assert (page.mediabox.width > page.mediabox.height) is wide


def test_real_pages(county, case):
    """WeasyPrint's own pages: the list on one page, the forms with their check codes."""
    reader = PdfReader(io.BytesIO(taken(case, secretary(county), "pdf").content))
    first = reader.pages[0].extract_text()
    assert "移交清单" in first
    assert "接收人" in first
    said = "".join(page.extract_text() for page in reader.pages)
    for row in Printing.objects.filter(case=case):
        assert f"{row.code[:5]}-{row.code[5:]}" in said


def scanned(size: tuple[int, int] = (60, 40)) -> bytes:
    """A page as a scanner writes it: one picture and nothing else."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "PDF", resolution=72.0)
    return out.getvalue()


def test_the_merged_pdf_is_pdf_a_where_every_part_is(county, case):
    """What ISO 19005-2 asks and a program can see: marks, output intent, fonts, no encryption, no action."""
    file_papers(case, {code: (".pdf", scanned()) for code in named_papers("r2026")})
    Material.objects.filter(case=case).exclude(code__in=named_papers("r2026")).delete()
    content = taken(case, secretary(county), "pdf").content
    package = ArchivePackage.objects.get(case=case)
    assert (package.standard, package.obstacles) == ("PDF/A-2b", [])
    assert content.startswith(b"%PDF-1.7")
    reader = PdfReader(io.BytesIO(content))
    root = reader.root_object
    said = ElementTree.fromstring(root["/Metadata"].get_data().split(b"?>", 1)[1].rsplit(b"<?", 1)[0])
    named = {element.tag.split("}")[1]: element.text for element in said.iter() if (element.text or "").strip()}
    assert (named["part"], named["conformance"]) == ("2", "B")
    assert (named["li"], named["Producer"]) == (reader.metadata.title, reader.metadata.producer)
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/OutputIntents"][0]["/DestOutputProfile"].get_data()[36:40] == b"acsp"
    assert pdfa.obstacles(reader) == ()
    assert not reader.is_encrypted
    assert "/ID" in reader.trailer
    assert not {"/AA", "/OpenAction", "/AcroForm"} & set(root)


def test_a_scan_that_is_no_pdf_a_makes_the_whole_none_and_is_named(county, case, quick_pdf):
    file_papers(case, {"D25": (".pdf", with_font()), "D01": (".png", small_picture())})
    taken(case, secretary(county), "pdf")
    package = ArchivePackage.objects.get(case=case)
    assert package.standard == ""
    assert {"part": "D25 中国共产党入党志愿书", "reasons": ["content", "fonts"]} in package.obstacles
    assert not any(obstacle["part"].startswith("D01") for obstacle in package.obstacles)


@pytest.mark.parametrize(("components", "told"), [(3, ()), (1, ()), (4, (pdfa.COLOURS,))])
def test_a_pdf_a_whose_colours_need_another_profile_may_not_go_in(components, told):
    """The whole has one output intent, sRGB: what was printed in CMYK under its own would have none."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    profile = DecodedStreamObject()
    profile[NameObject("/N")] = NumberObject(components)
    intent = DictionaryObject({NameObject("/S"): NameObject("/GTS_PDFA1")})
    intent[NameObject("/DestOutputProfile")] = writer._add_object(profile)
    writer.root_object[NameObject("/OutputIntents")] = ArrayObject([intent])
    said = DecodedStreamObject()
    said.set_data(b'<x xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part></x>')
    writer.root_object[NameObject("/Metadata")] = writer._add_object(said)
    writer.write(out)
    reader = PdfReader(out)
    assert pdfa.declares(reader)
    assert pdfa.obstacles(reader) == told


def with_font() -> bytes:
    """A page of text in a font that is not in the file."""
    writer, out = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(width=595, height=842)
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")})
    fonts = DictionaryObject({NameObject("/F"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    text = DecodedStreamObject()
    text.set_data(b"BT /F 12 Tf 72 72 Td (a) Tj ET")
    page[NameObject("/Contents")] = text
    writer.write(out)
    return out.getvalue()


def test_the_hand_over_list_names_the_using_unit_of_a_dispatched_worker(county, case, quick_pdf):
    case.person.has_personnel_archive = False
    case.person.employment_kind, case.person.using_unit = "dispatched", "样本车务段"
    case.person.save()
    taken(case, secretary(county))
    assert archive_of(case).using_unit == "样本车务段"
    assert "样本车务段（代管党员档案）" in quick_pdf[-1]
    case.person.has_personnel_archive = True
    case.person.save()
    assert archive_of(case).using_unit == ""


# -- the service --------------------------------------------------------------------------------------------------


def test_each_package_is_on_the_record_with_its_printings(county, case, quick_pdf):
    who = secretary(county)
    made = taken(case, who)
    rows = {row.paper: row for row in Printing.objects.filter(case=case)}
    assert sorted(rows) == SIX
    entry = Entry.objects.get(chain=case.chain, action="archive_made")
    assert entry.actor_id == who.user_id
    assert entry.payload["sha256"] == hashlib.sha256(made.content).hexdigest()
    assert entry.payload["missing"] == []
    assert {form["printing"] for form in entry.payload["forms"]} == {row.code for row in rows.values()}
    assert {paper["code"] for paper in entry.payload["materials"]} >= set(named_papers("r2026"))
    assert not list(verify(chain=case.chain))


def test_who_may_take_it(county, case, quick_pdf):
    for organisation, role in (
        (county.branch, "clerk"),
        (county.committee, "committee_verifier"),
        (county.department, "department_officer"),
    ):
        assert taken(case, actor(county, organisation, role)).content
    before = Printing.objects.count()
    for organisation, role in (
        (county.county, "inspector"),
        (county.county, "administrator"),
        (county.townships[0].branches[1], "secretary"),
        (county.townships[1].committee, "committee_verifier"),
    ):
        with pytest.raises(Refused) as refused:
            taken(case, actor(county, organisation, role))
        assert refused.value.codes == ("not_allowed",)
    assert Printing.objects.count() == before


def test_not_before_step_31_and_still_after_the_end(county, quick_pdf):
    early = finished_case(county, to="conversion_approval", number=2)
    file_papers(early)
    with pytest.raises(Refused) as refused:
        taken(early, secretary(county))
    assert refused.value.codes == ("not_this_step",)
    assert not Entry.objects.filter(action="archive_made").exists()
    ended = finished_case(county, number=3)
    file_papers(ended)
    assert taken(ended, secretary(county)).content


def test_a_paper_altered_on_the_disk_stops_both_and_is_named(county, case, quick_pdf):
    material = case.materials.get(code="D25")
    material.file.storage.delete(material.file.name)
    material.file.storage.save(material.file.name, ContentFile(b"%PDF another"))
    for make in (lambda: taken(case, secretary(county)), lambda: sealed_by(secretary(county), case)):
        with pytest.raises(Refused) as refused:
            make()
        assert refused.value.codes == ("paper_altered",)
        assert "D25 D25.pdf" in refused.value.refusals[0].message
    assert not Printing.objects.exists()
    assert not Entry.objects.filter(action__in=["archive_made", "travel_file_made"]).exists()


def test_what_is_no_package_is_refused(county, case):
    with pytest.raises(Refused) as refused:
        taken(case, secretary(county), "exe")
    assert refused.value.codes == ("field_invalid",)


def sealed_by(who, case: Case) -> bytes:
    with seal_case_file(case_id=case.pk, actor=who, now=NOW).file as file:
        return file.read()


def test_the_file_for_travel_is_on_the_record_and_private_for_those_who_take_part(county, case):
    case.person.phone = "13900000000"
    case.person.save()
    assert b"13900000000" in sealed_by(secretary(county), case)
    assert b"13900000000" not in sealed_by(actor(county, county.county, "inspector"), case)
    entries = Entry.objects.filter(chain=case.chain, action="travel_file_made").order_by("seq")
    assert [entry.payload["private"] for entry in entries] == [True, False]
    for organisation, role in ((county.county, "administrator"), (county.townships[0].branches[1], "secretary")):
        with pytest.raises(Refused):
            sealed_by(actor(county, organisation, role), case)
    assert entries.count() == 2


def test_queries_of_a_package_are_the_same_for_few_papers_and_many(county, case, quick_pdf, django_assert_num_queries):
    who = secretary(county)
    taken(case, who)

    def counted() -> None:
        with django_assert_num_queries(15):
            taken(case, who)

    counted()
    for row in list(case.materials.filter(code="D46")):
        for version in (2, 3):
            row.pk, row.version = None, version
            row.save()
    counted()
