"""The library's services: who may, what is kept, what the search finds, and what a refusal leaves."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from pypdf import PdfWriter

from audit.models import Entry
from recruitment.models import PolicyDocument, PolicyVersion
from recruitment.selectors import library as selectors
from recruitment.services import library
from recruitment.services.base import Refused
from recruitment.services.policy_text import text_of
from tests.branches.factories import make_county
from tests.recruitment.desk import NOW, PDF
from tests.recruitment.learning_rows import FACTS, actor, document, docx, officer

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def county():
    return make_county()


def entries(county):
    return list(Entry.objects.filter(chain=f"org:{county.department.pk}").order_by("seq"))


def found(actor, words, **filters):
    return [row.title for row in selectors.listed(actor, terms=selectors.terms_of(words), **filters)]


def upload(*words):
    return library.looked_into(docx(*words))


class TestAdding:
    def test_the_file_its_words_and_the_record_are_kept(self, county):
        row = document(county, "公示不少于五个工作日", title="公示怎样计算")
        version = row.versions.get()
        assert version.version == 1
        assert version.text == "公示不少于五个工作日"
        assert row.reach_id == county.county.pk
        [entry] = entries(county)
        assert entry.action == "policy_added"
        assert entry.payload["title"] == "公示怎样计算"
        assert entry.payload["file"] == {"version": 1, "sha256": version.sha256, "size": version.size}

    @pytest.mark.parametrize(
        ("place", "role"),
        [
            ("city_department", "department_officer"),
            ("county", "inspector"),
            ("county", "administrator"),
            ("committee", "secretary"),
            ("branch", "secretary"),
        ],
    )
    def test_only_an_officer_of_that_department_may(self, county, place, role):
        stranger = actor(county.user(getattr(county, place), role))
        with pytest.raises(Refused) as refused:
            library.add(department_id=county.department.pk, facts=FACTS, upload=upload("样本"), actor=stranger, now=NOW)
        assert refused.value.codes == ("not_allowed",)
        assert not PolicyDocument.objects.exists()
        assert not Entry.objects.exists()

    def test_facts_that_cannot_be_leave_nothing(self, county):
        with pytest.raises(ValidationError):
            document(county, effective_from=dt.date(2026, 6, 2), effective_to=dt.date(2026, 6, 1))
        assert not PolicyDocument.objects.exists()
        assert not Entry.objects.exists()

    def test_an_unknown_fact_is_refused(self, county):
        with pytest.raises(Refused):
            document(county, search_text="样本")

    def test_the_content_decides_the_kind(self):
        for content, name in ((b"plain words", "样本.pdf"), (b"\x89PNG\r\n\x1a\n" + b"0" * 64, "样本.pdf")):
            with pytest.raises(ValidationError):
                library.looked_into(ContentFile(content, name=name))
        assert library.looked_into(ContentFile(PDF, name="样本.pdf")).extension == ".pdf"

    def test_a_kind_that_the_library_does_not_take_is_refused(self):
        workbook = io.BytesIO()
        from openpyxl import Workbook

        Workbook().save(workbook)
        with pytest.raises(ValidationError, match="PDF、DOCX"):
            library.looked_into(ContentFile(workbook.getvalue(), name="样本.xlsx"))


class TestText:
    def test_a_pdf_without_words_has_none(self):
        out = io.BytesIO()
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        writer.write(out)
        assert text_of(library.looked_into(ContentFile(out.getvalue(), name="样本.pdf"))) == ""

    def test_a_broken_file_gives_no_words_and_stops_nobody(self, county, caplog):
        assert text_of(library.looked_into(ContentFile(PDF, name="样本.pdf"))) == ""
        assert "no text could be read" in caplog.text

    def test_tables_are_read_as_well(self):
        from docx import Document

        out, file = io.BytesIO(), Document()
        file.add_table(1, 2).cell(0, 1).text = "表格里的字"
        file.save(out)
        assert text_of(library.looked_into(ContentFile(out.getvalue(), name="样本.docx"))) == "表格里的字"


class TestSearch:
    def test_title_number_summary_and_text_are_searched(self, county):
        document(county, "正文提到了函调", title="甲", number="样发〔2026〕7号", summary="讲公示")
        reader = actor(county.user(county.branch, "secretary"))
        for words in ("甲", "〔2026〕7号", "公示", "函调", "甲 函调", "样本区委"):
            assert found(reader, words) == ["甲"], words
        assert found(reader, "没有这个词") == []
        assert found(reader, "甲 没有") == []

    def test_case_and_width_make_no_difference(self, county):
        document(county, "See ARTICLE １３ of the rules", title="甲")
        reader = actor(county.user(county.branch, "secretary"))
        assert found(reader, "article 13") == ["甲"]
        assert found(reader, "ＡＲＴＩＣＬＥ") == ["甲"]

    def test_percent_and_underscore_are_letters(self, county):
        document(county, "合格率 80%", title="甲")
        reader = actor(county.user(county.branch, "secretary"))
        assert found(reader, "80%") == ["甲"]
        assert found(reader, "8_%") == []

    def test_a_hit_in_the_title_comes_first(self, county):
        document(county, "样本", title="公示的计算")
        document(county, "公示", title="别的", now=LATER)
        assert found(actor(county.user(county.branch, "secretary")), "公示") == ["公示的计算", "别的"]

    def test_the_place_in_the_text_is_shown(self, county):
        row = document(county, "前面的话。发展对象公示不少于五个工作日。后面的话")
        excerpt = selectors.excerpts([row], ["五个工作日"])[row.pk]
        assert excerpt.hit == "五个工作日"
        assert excerpt.before.endswith("公示不少于")
        assert excerpt.after.startswith("。后面")

    def test_filters_and_the_new_ones(self, county):
        document(county, title="旧", now=NOW - dt.timedelta(days=40), category="archive")
        document(county, title="新", kind="example")
        reader = actor(county.user(county.branch, "secretary"))
        assert found(reader, "", kind="example") == ["新"]
        assert found(reader, "", category="archive") == ["旧"]
        assert found(reader, "", since=NOW - selectors.MONTH) == ["新"]
        assert selectors.new_since(reader, NOW - dt.timedelta(days=50)) == 2


class TestReach:
    def test_the_subtree_of_the_department_sees_it_and_nobody_else(self, county):
        row = document(county)
        others = make_county()
        readers = [seat for seat in county.seats if seat.organisation.path.startswith(county.county.path)]
        assert len(readers) > 10
        for seat in readers:
            assert list(selectors.readable(actor(seat.user))) == [row]
        for seat in [seat for seat in county.seats if seat not in readers] + others.seats:
            assert not selectors.readable(actor(seat.user)).exists(), seat

    def test_the_citys_document_reaches_every_county(self, county):
        row = document(county, by=actor(county.user(county.city_department, "department_officer")))
        assert row.reach_id == county.city.pk
        for place in (county.city_department, county.department):
            assert selectors.readable(actor(county.user(place, "department_officer"))).exists()
        assert selectors.readable(actor(county.user(county.branch, "clerk"))).exists()


class TestChanging:
    def test_a_new_version_keeps_the_old_one_and_renews_the_search(self, county):
        row = document(county, "旧的说法")
        library.renew(document_id=row.pk, upload=upload("新的说法"), note="改了说法", actor=officer(county), now=LATER)
        row.refresh_from_db()
        assert [version.version for version in row.versions.all()] == [2, 1]
        assert row.renewed_at == LATER
        reader = actor(county.user(county.branch, "secretary"))
        assert found(reader, "新的说法")
        assert not found(reader, "旧的说法")
        assert entries(county)[-1].action == "policy_renewed"
        assert entries(county)[-1].payload["note"] == "改了说法"

    def test_the_same_file_is_no_new_version(self, county):
        row = document(county, "样本")
        same = row.versions.get()
        with same.file.open() as file:
            again = library.looked_into(ContentFile(file.read(), name="样本.docx"))
        with pytest.raises(Refused) as refused:
            library.renew(document_id=row.pk, upload=again, note="再来", actor=officer(county), now=LATER)
        assert refused.value.codes == ("policy_same_file",)
        assert PolicyVersion.objects.count() == 1
        assert len(entries(county)) == 1

    def test_a_correction_names_what_changed(self, county):
        row = document(county)
        library.revise(document_id=row.pk, facts={**FACTS, "title": "更正后"}, actor=officer(county), now=LATER)
        assert entries(county)[-1].payload["changed"] == {"title": ["样本通知", "更正后"]}
        assert found(actor(county.user(county.branch, "secretary")), "更正后")

    def test_a_withdrawn_one_leaves_the_list_with_its_reason(self, county):
        row = document(county)
        library.withdraw(document_id=row.pk, reason=" 已被代替 ", actor=officer(county), now=LATER)
        row.refresh_from_db()
        assert (row.withdrawn_reason, row.withdrawn_at) == ("已被代替", LATER)
        reader = actor(county.user(county.branch, "secretary"))
        assert found(reader, "") == []
        assert list(selectors.readable(reader)) == [row]
        assert entries(county)[-1].action == "policy_withdrawn"

    def test_nothing_more_is_done_to_a_withdrawn_one(self, county):
        row = document(county)
        library.withdraw(document_id=row.pk, reason="样本", actor=officer(county), now=LATER)
        common = {"document_id": row.pk, "actor": officer(county), "now": LATER}
        for act in (
            lambda: library.revise(facts=FACTS, **common),
            lambda: library.renew(upload=upload("新"), note="新", **common),
            lambda: library.withdraw(reason="再撤", **common),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.codes == ("policy_withdrawn",)
        assert len(entries(county)) == 2

    def test_another_department_changes_nothing(self, county):
        row = document(county)
        stranger = actor(county.user(county.city_department, "department_officer"))
        with pytest.raises(Refused):
            library.withdraw(document_id=row.pk, reason="样本", actor=stranger, now=LATER)
        row.refresh_from_db()
        assert row.withdrawn_at is None
        assert len(entries(county)) == 1

    def test_a_reason_is_needed(self, county):
        row = document(county)
        with pytest.raises(Refused):
            library.withdraw(document_id=row.pk, reason="  ", actor=officer(county), now=LATER)
        assert len(entries(county)) == 1


def test_a_visit_remembers_the_one_before(county):
    reader = actor(county.user(county.branch, "secretary"))
    assert library.visit(actor=reader, now=NOW) is None
    assert library.visit(actor=reader, now=NOW + dt.timedelta(minutes=5)) is None
    assert library.visit(actor=reader, now=LATER) == NOW
    assert library.visit(actor=reader, now=LATER + dt.timedelta(minutes=5)) == NOW
