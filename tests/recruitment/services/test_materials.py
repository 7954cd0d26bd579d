"""Papers: what is looked into and refused, and versions that nothing overwrites."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from recruitment.models import Material
from recruitment.services.materials import inspect
from tests.rehearsal.dsl import Story

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(20)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def office(part: str, *more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", f"{part}/document.xml", *more):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("申请书.pdf", PDF, "application/pdf"),
        ("照片.PNG", PNG, "image/png"),
        ("照片.jpeg", JPEG, "image/jpeg"),
        ("照片.jpg", JPEG, "image/jpeg"),
        ("照片.webp", WEBP, "image/webp"),
        ("记录.docx", office("word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("表.xlsx", office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("旧.doc", OLE, "application/msword"),
    ],
)
def test_what_is_accepted(name, content, content_type):
    upload = inspect("D01", ContentFile(content, name=name))
    assert (upload.content_type, upload.size) == (content_type, len(content))
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    # Looked into, and ready to be read from its beginning.
    assert upload.content.read() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.pdf", b"", "empty"),
        ("程序.pdf", b"MZ\x90\x00" + bytes(100), "not_accepted"),
        ("网页.pdf", b"<html><script>1</script></html>", "not_accepted"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_accepted"),
        ("压缩.zip", office("other"), "not_accepted"),
        ("坏.docx", b"PK\x03\x04 not an archive", "not_accepted"),
        ("宏.docx", office("word", "word/vbaProject.bin"), "not_accepted"),
        ("宏.docm", office("word", "word/vbaProject.bin"), "not_accepted"),
        ("宏.xlsm", office("xl", "xl/vbaProject.bin"), "not_accepted"),
        ("照片.pdf", PNG, "disguised"),
        ("申请书.png", PDF, "disguised"),
        ("表.docx", office("xl"), "disguised"),
        ("无后缀", PDF, "disguised"),
        ("程序.exe", PDF, "disguised"),
    ],
)
def test_what_is_refused(name, content, code):
    with pytest.raises(ValidationError) as caught:
        inspect("D01", ContentFile(content, name=name))
    assert caught.value.code == code


def test_a_file_of_one_byte_too_many(settings):
    settings.MATERIAL_MAX_BYTES = len(PDF)
    assert inspect("D01", ContentFile(PDF, name="a.pdf")).size == len(PDF)
    with pytest.raises(ValidationError) as caught:
        inspect("D01", ContentFile(PDF + b" ", name="a.pdf"))
    assert caught.value.code == "too_large"


def test_a_name_is_no_path():
    assert inspect("D01", ContentFile(PDF), name="../../etc/申请书.pdf").name == "申请书.pdf"


def test_a_corrected_upload_is_a_new_version(case_of):
    story = Story.at("organization_talk")
    story.do("upload", "2026-06-10", "organization_talk").accepted()
    first = Material.objects.get(case=case_of(story), code="D03")
    name, content = first.file.name, first.file.read()
    story.do("submit", "2026-06-11", "organization_talk").accepted()
    story.do("return", "2026-06-12", "organization_talk", reason="看不清").accepted()
    story.do("submit", "2026-06-13", "organization_talk").accepted()
    case = case_of(story)
    versions = Material.objects.filter(case=case, code="D03").order_by("version")
    assert [row.version for row in versions] == [1, 2, 3]
    assert len({row.file.name for row in versions}) == 3
    # Nothing was overwritten, and no name that a person chose became a path.
    assert versions[0].file.name == name
    assert versions[0].file.read() == content
    assert all("D03" not in row.file.name for row in versions)
