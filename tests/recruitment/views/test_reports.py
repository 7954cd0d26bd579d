"""Reports: the numbers are the rows', each opens its list, within a seat's reach, and exports are on record."""

import datetime as dt
import re
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from audit.models import Entry
from branches.models import Seat
from recruitment.models import Flag, StepRecord, Veto
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW, TODAY, add_record, day, moment, oblige, put

pytestmark = pytest.mark.django_db
Role = Seat.Role
MONTH, LAST, QUARTER = "2026-06", "2026-05", "2026Q2"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):  # 10 June 2026
        yield


@pytest.fixture
def county() -> County:
    return make_county()


def url(body, kind: str = "bulletin", period: str = MONTH, **query: str) -> str:
    address = reverse("report", args=[body.code, kind, period])
    return address + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def flag(case, *, due: int, raised: int, code: str = "talk_within_one_month", resolved: int | None = None) -> Flag:
    return Flag.objects.create(
        case=case,
        step=case.step,
        code=code,
        holder="branch",
        due=None if code == "returned" else day(due),
        raised_on=day(raised),
        raised_at=moment(raised),
        resolved_at=None if resolved is None else moment(resolved),
    )


@pytest.fixture
def filled(county) -> County:
    """In June: two steps handed in, one of them late; a deadline missed and open; a return; one still to come."""
    first, second = county.townships
    on_time = put(county, "register_application", "submitted", name="样本按期", record={"submitted_at": moment(-2)})
    late = put(county, "organization_talk", "submitted", name="样本补办", record={"submitted_at": moment(-1)})
    flag(late, due=-4, raised=-3, resolved=-1)
    missed = put(county, "organization_talk", name="样本超期", branch=first.branches[1], light="yellow")
    flag(missed, due=-6, raised=-5)
    oblige(missed, "talk_within_one_month", due=-6)
    before = put(county, "organization_talk", name="样本五月", branch=second.branches[0], light="yellow")
    flag(before, due=-30, raised=-29)
    flag(put(county, "organization_talk", "returned", name="样本退回"), due=0, raised=-1, code="returned")
    oblige(put(county, "organization_talk", name="样本将到"), "talk_within_one_month", due=12)
    oblige(put(county, "political_review", name="样本解锁"), "cultivation_one_year", due=5, kind="lock")
    verified = put(county, "political_review", name="样本通过")
    add_record(verified, "organization_talk", "verified", submitted_at=moment(-40), verified_at=moment(-3))
    red = put(county, "political_review", name="样本红灯", light="red", freeze="veto", branch=second.branches[1])
    Veto.objects.create(case=red, code="V11", step=red.step, raised_at=moment(-2))
    put(county, "completed", name="样本结束", ended_on=day(-4), end="completed")
    assert on_time.pk
    return county


def numbers(client, address: str, line: int | None = None) -> dict[str, int]:
    """Of the whole, or of one line: measure -> number."""
    context = client.get(address).context
    cells = context["total"] if line is None else context["rows"][line]["cells"]
    keys = [measure.key for measure in context["paper"].measures]
    return {key: cell["value"] for key, cell in zip(keys, cells, strict=True)}


class TestNumbers:
    def test_a_bulletin_counts_the_rows_of_its_month(self, filled, client):
        client.force_login(filled.user(filled.department, Role.DEPARTMENT_OFFICER))
        assert numbers(client, url(filled.county)) == {
            "due": 1 + 2 + 1,
            "on_time": 1,
            "missed": 2,
            "pending": 1,
            "still_late": 2,
            "returned": 1,
            "verified": 1,
            "opened": 0,
            "vetoed": 1,
            "ended": 1,
        }

    def test_a_month_that_is_over_is_told_as_it_was(self, filled, client):
        client.force_login(filled.user(filled.department, Role.DEPARTMENT_OFFICER))
        may = numbers(client, url(filled.county, period=LAST))
        assert (may["missed"], may["still_late"], may["pending"], may["returned"]) == (1, 1, 0, 0)
        response = client.get(url(filled.county, period=LAST))
        # Only the deadline missed in May shone yellow then, and nothing red.
        assert [
            sum(dict(value["numbers"])[light] for band in response.context["lights"].bands for value in band.values)
            for light in ("yellow", "red")
        ] == [1, 0]

    def test_a_quarter_is_the_sum_of_its_months(self, filled, client):
        client.force_login(filled.user(filled.department, Role.DEPARTMENT_OFFICER))
        quarter = numbers(client, url(filled.county, "quarter", QUARTER))
        months = [numbers(client, url(filled.county, period=f"2026-0{month}")) for month in (4, 5, 6)]
        for key in ("on_time", "missed", "returned", "verified", "opened", "vetoed", "ended"):
            assert quarter[key] == sum(month[key] for month in months), key

    def test_a_work_list_looks_ahead(self, filled, client):
        client.force_login(filled.user(filled.department, Role.DEPARTMENT_OFFICER))
        assert numbers(client, url(filled.county, "work")) == {
            "pending": 1,
            "overdue": 1,
            "unlocking": 1,
            "to_verify": 2,
        }
        assert numbers(client, url(filled.county, "work", "2026-07"))["unlocking"] == 0

    @pytest.mark.parametrize(("kind", "period"), [("bulletin", MONTH), ("work", MONTH), ("quarter", QUARTER)])
    def test_every_number_agrees_with_its_list(self, filled, client, kind, period):
        client.force_login(filled.user(filled.county, Role.INSPECTOR))
        context = client.get(url(filled.county, kind, period)).context
        cells = [cell for row in context["rows"] for cell in row["cells"]] + context["total"]
        linked = [cell for cell in cells if cell["url"]]
        assert len(linked) > 10
        for cell in linked:
            assert client.get(cell["url"]).context["page_obj"].paginator.count == cell["value"], cell

    def test_a_committees_lines_are_its_branches(self, filled, client):
        client.force_login(filled.user(filled.committee, Role.SECRETARY))
        rows = client.get(url(filled.committee)).context["rows"]
        assert [row["name"] for row in rows] == [str(branch) for branch in filled.townships[0].branches]

    def test_a_branch_is_a_line_of_its_own(self, filled, client):
        client.force_login(filled.user(filled.branch, Role.SECRETARY))
        assert numbers(client, url(filled.branch), 0)["on_time"] == 1

    def test_the_list_names_the_people(self, filled, client):
        client.force_login(filled.user(filled.committee, Role.SECRETARY))
        page = client.get(url(filled.committee, show="missed")).content.decode()
        assert ("样本超期" in page, "样本补办" in page, "样本按期" in page) == (True, True, False)

    def test_the_definitions_stand_on_the_page(self, filled, client):
        client.force_login(filled.user(filled.committee, Role.SECRETARY))
        response = client.get(url(filled.committee))
        for measure in response.context["paper"].measures:
            assert str(measure.definition) in response.content.decode()


class TestPictures:
    def test_the_stages_at_the_end_of_each_month(self, county, client):
        moved = put(county, "political_review")
        StepRecord.objects.filter(case=moved).delete()
        add_record(moved, "submit_application", "verified", opened_at=NOW.replace(month=3))
        add_record(moved, "recommend_activist", "verified", opened_at=NOW.replace(month=4))
        client.force_login(county.user(county.committee, Role.SECRETARY))
        chart = client.get(url(county.committee)).context["stages"]
        first, second = ([number for _, number in band.values] for band in chart.bands[:2])
        assert (first, second) == ([0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1])

    def test_the_spread_of_a_steps_days(self, county, client):
        for days in (1, 2, 3, 4, 30):
            case = put(county, "political_review")
            add_record(
                case, "organization_talk", "verified", opened_at=moment(-1 - days), verified_at=moment(-1), round=1
            )
        client.force_login(county.user(county.committee, Role.SECRETARY))
        [band] = client.get(url(county.committee)).context["spreads"].bands
        assert [number for _, number in band.values] == [5, 1, 2, 3, 4, 30]

    def test_a_tile_for_each_branch_with_its_worst_light(self, filled, client):
        client.force_login(filled.user(filled.county, Role.INSPECTOR))
        bands = client.get(url(filled.county)).context["tiles"].bands
        assert [[mark.light for mark in band.marks] for band in bands] == [["green", "yellow"], ["yellow", "red"]]

    def test_are_drawn_without_script_or_style_and_named_for_a_screen_reader(self, filled, client):
        client.force_login(filled.user(filled.county, Role.INSPECTOR))
        page = client.get(url(filled.county)).content.decode()
        charts = re.findall(r'<svg class="chart.*?</svg>\n<table', page, flags=re.DOTALL)
        assert len(charts) == 4  # each with its table beside it
        for chart in charts:
            assert "<title" in chart
            assert "<desc" in chart
            assert "style=" not in chart
            assert not re.search(r'="-?\d+,\d', chart)


class TestReach:
    def test_within_a_seats_reach_and_no_further(self, filled, client):
        client.force_login(filled.user(filled.committee, Role.SECRETARY))
        assert client.get(url(filled.branch)).status_code == 200
        other = filled.townships[1]
        for body in (filled.county, filled.city, other.committee, other.branches[0]):
            for address in (url(body), url(body, show="missed"), reverse("reports", args=[body.code])):
                assert client.get(address).status_code == 404
            assert client.post(url(body), {"format": "xlsx"}).status_code == 404
        assert client.get(url(filled.committee, show="missed", branch=other.branches[0].code)).status_code == 404
        assert not Entry.objects.exists()

    def test_an_administrator_sees_no_people(self, filled, client):
        client.force_login(filled.user(filled.county, Role.ADMINISTRATOR))
        assert client.get(url(filled.county)).status_code == 404

    @pytest.mark.parametrize(
        ("kind", "period"),
        [
            ("bulletin", QUARTER),
            ("quarter", MONTH),
            ("bulletin", "2026-13"),
            ("bulletin", "2026-07"),
            ("work", LAST),
            ("work", "2026-08"),
            ("gossip", MONTH),
        ],
    )
    def test_what_is_no_report_is_not_found(self, county, client, kind, period):
        client.force_login(county.user(county.committee, Role.SECRETARY))
        assert client.get(url(county.committee, kind, period)).status_code == 404

    def test_the_index_leads_to_all_of_them(self, filled, client):
        client.force_login(filled.user(filled.department, Role.DEPARTMENT_OFFICER))
        page = client.get(reverse("reports_own"), follow=True).content.decode()
        for address in re.findall(r'href="(/reports/[^"]+/(?:work|bulletin|quarter)/[^"]+)"', page):
            assert client.get(address).status_code == 200, address
        assert url(filled.county, "quarter", QUARTER) in page


def exported(client, body, file_format: str, kind: str = "bulletin", period: str = MONTH) -> bytes:
    response = client.post(url(body, kind, period), {"format": file_format})
    assert response.status_code == 200
    assert f".{file_format}" in response["Content-Disposition"]
    return response.content


class TestExport:
    def test_a_workbook_with_real_dates_and_no_formulas(self, filled, client):
        case = put(filled, "organization_talk", name='=HYPERLINK("http://evil.example.com")')
        flag(case, due=-3, raised=-2)
        client.force_login(filled.user(filled.county, Role.INSPECTOR))
        book = load_workbook(BytesIO(exported(client, filled.county, "xlsx")))
        assert book.sheetnames == ["汇总", "本期超期", "期末仍超期", "退回次数"]
        head = [cell.value for cell in book["汇总"][5]]
        assert head[:3] == ["党组织", "应办", "按期办理"]
        total = [cell.value for row in book["汇总"].iter_rows() if row[0].value == "合计" for cell in row]
        assert total[1:4] == [5, 1, 3]
        rows = list(book["本期超期"].iter_rows(min_row=2))
        assert {row[0].data_type for row in rows} == {"s"}
        assert any(str(row[0].value).startswith("=HYPERLINK") for row in rows)
        assert all(isinstance(row[5].value, dt.datetime) and isinstance(row[6].value, dt.datetime) for row in rows)
        assert book["汇总"]["B3"].value == dt.datetime.combine(TODAY, dt.time())

    def test_a_document_in_official_dress(self, filled, client):
        client.force_login(filled.user(filled.county, Role.INSPECTOR))
        client.cookies["django_language"] = "en"
        document = Document(BytesIO(exported(client, filled.county, "docx", "quarter", QUARTER)))
        words = [paragraph.text for paragraph in document.paragraphs]
        assert words[0] == "2026年第2季度发展党员工作通报"  # Chinese, whatever the page's language
        assert document.paragraphs[0].runs[0].font.size.pt == 22
        summary = document.tables[0]
        assert [cell.text for cell in summary.rows[0].cells][:3] == ["党组织", "应办", "按期办理"]
        assert summary.rows[-1].cells[0].text == "合计"
        assert any("样本超期" in cell.text for table in document.tables[1:] for row in table.rows for cell in row.cells)

    @pytest.mark.parametrize("file_format", ["xlsx", "docx"])
    def test_is_on_record(self, filled, client, file_format):
        client.force_login(filled.user(filled.committee, Role.SECRETARY))
        exported(client, filled.committee, file_format, "work")
        entry = Entry.objects.get()
        assert (entry.chain, entry.action) == (f"org:{filled.committee.pk}", "report_exported")
        assert entry.payload == {"report": "work", "period": MONTH, "format": file_format, "rows": 5}

    def test_another_format_is_not_found(self, filled, client):
        client.force_login(filled.user(filled.committee, Role.SECRETARY))
        assert client.post(url(filled.committee), {"format": "exe"}).status_code == 404
        assert not Entry.objects.exists()


@pytest.mark.parametrize("size", [1, 3, 50])
@pytest.mark.parametrize(
    ("kind", "period", "queries"),
    [("bulletin", MONTH, 3 + 1 + 1 + 9 + 6), ("quarter", QUARTER, 3 + 1 + 1 + 9 + 6), ("work", MONTH, 3 + 1 + 1 + 4)],
)
def test_the_number_of_queries_is_fixed(county, client, size, kind, period, queries):
    """Session, user, seats; the organisation; those below; a query a measure; and six of the pictures."""
    for number in range(size):
        branch = county.townships[number % 2].branches[number // 2 % 2]
        case = put(county, "organization_talk", "submitted", branch=branch)
        flag(case, due=-3, raised=-2)
        oblige(case, "talk_within_one_month", due=5)
        add_record(case, "register_application", "verified", verified_at=moment(-2))
    client.force_login(county.user(county.county, Role.INSPECTOR))
    client.get(url(county.county, kind, period))
    with CaptureQueriesContext(connection) as seen:
        client.get(url(county.county, kind, period))
    reads = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
    assert len(reads) == queries, "\n".join(sql[:150] for sql in reads)
