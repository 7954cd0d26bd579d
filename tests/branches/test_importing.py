from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from branches.models import Organisation
from branches.services.importing import SUQIAN, import_organisations, names_of, place_of, sector_of
from branches.services.tree import change_organisation, move_organisation
from tests.branches.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

Kind = Organisation.Kind

SMALL = """\
code,parent_code,level,name
3213,,city,宿迁市
321302,3213,county,宿城区
321302001,321302,township,幸福街道
321302001001,321302001,village,凤凰居委会
321302001200,321302001,village,罗庄村委会
"""


@pytest.fixture
def load(given):
    """Import a text; writes unless told otherwise."""

    def run(text: str, commit: bool = True):
        return import_organisations(data=text.encode(), commit=commit, **given)

    return run


def counts(report) -> tuple[int, int, int]:
    return report.new, report.changed, report.unchanged


# -- The real file -----------------------------------------------------------------------------------------------------


def test_the_real_divisions(given):
    report = import_organisations(data=SUQIAN.read_bytes(), commit=True, **given)
    assert report.errors == []
    assert report.committed
    assert report.divisions == Counter(city=1, county=6, township=109, village=1440)
    assert Counter(Organisation.objects.values_list("kind", flat=True)) == {
        Kind.CITY_COMMITTEE: 1,
        Kind.COUNTY_COMMITTEE: 6,
        Kind.DEPARTMENT: 7,
        Kind.GRASSROOTS_COMMITTEE: 109,
        Kind.BRANCH: 1440,
    }
    assert Organisation.objects.filter(may_approve=True).count() == 109
    branch = Organisation.objects.get(code="321302001001")
    assert branch.path == "3213/321302/321302001/321302001001/"
    assert Organisation.objects.get(code="321302D").path == "3213/321302/321302D/"
    assert Entry.objects.count() == 1563

    again = import_organisations(data=SUQIAN.read_bytes(), commit=True, **given)
    assert counts(again) == (0, 0, 1563)
    assert Entry.objects.count() == 1563


@pytest.mark.parametrize(
    ("kind", "level", "division", "full", "short"),
    [
        (Kind.CITY_COMMITTEE, "city", "宿迁市", "中共宿迁市委员会", "宿迁市委"),
        (Kind.DEPARTMENT, "city", "宿迁市", "中共宿迁市委组织部", "宿迁市委组织部"),
        (Kind.COUNTY_COMMITTEE, "county", "沭阳县", "中共沭阳县委员会", "沭阳县委"),
        (
            Kind.DEPARTMENT,
            "county",
            "宿迁经济技术开发区",
            "中共宿迁经济技术开发区党工委组织部",
            "宿迁经济技术开发区党工委组织部",
        ),
        (Kind.GRASSROOTS_COMMITTEE, "township", "幸福街道", "中共幸福街道工作委员会", "幸福街道党工委"),
        (Kind.GRASSROOTS_COMMITTEE, "township", "耿车镇", "中共耿车镇委员会", "耿车镇党委"),
        (Kind.GRASSROOTS_COMMITTEE, "township", "洪泽湖农场", "中共洪泽湖农场委员会", "洪泽湖农场党委"),
        (Kind.BRANCH, "village", "凤凰居委会", "中共凤凰社区支部委员会", "凤凰社区党支部"),
    ],
)
def test_names(kind, level, division, full, short):
    assert names_of(kind, level, division) == (full, short)


@pytest.mark.parametrize(
    ("division", "place", "sector"),
    [
        ("凤凰居委会", "凤凰社区", "community"),
        ("卓圩社区居委会", "卓圩社区", "community"),
        ("二河居民委员会", "二河社区", "community"),
        ("宿城开发区虚拟社区", "宿城开发区虚拟社区", "community"),
        ("罗庄村委会", "罗庄村", "village"),
        ("六里村村民委员会", "六里村", "village"),
        ("娥眉村民委员会", "娥眉村", "village"),
        ("先峰社区村委会", "先峰社区", "village"),
        ("养殖一场生活区", "养殖一场生活区", "village"),
    ],
)
def test_places_and_sectors(division, place, sector):
    assert place_of(division) == place
    assert sector_of(division) == sector


# -- Idempotence and changes -------------------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing(load):
    report = load(SMALL, commit=False)
    assert counts(report) == (7, 0, 0)
    assert not report.committed
    assert not Organisation.objects.exists()
    assert not Entry.objects.exists()


def test_each_organisation_is_recorded_in_its_chain(load, entries):
    load(SMALL)
    [(action, payload)] = entries(Organisation.objects.get(code="321302001"))
    assert action == "organisation_imported"
    assert (payload["code"], payload["may_approve"]) == ("321302001", True)


def test_only_the_new_is_entered(load):
    load(SMALL)
    report = load(SMALL + "321302001201,321302001,village,老庄村委会\n")
    assert counts(report) == (1, 0, 7)
    assert Organisation.objects.get(code="321302001201").short_name == "老庄村党支部"


def test_a_renamed_division_renames_its_organisation(load, entries):
    load(SMALL)
    report = load(SMALL.replace("凤凰居委会", "梧桐居委会"))
    assert counts(report) == (0, 1, 6)
    branch = Organisation.objects.get(code="321302001001")
    assert (branch.name, branch.short_name) == ("中共梧桐社区支部委员会", "梧桐社区党支部")
    assert entries(branch)[-1][0] == "organisation_changed"


def test_a_renamed_county_renames_its_department_too(load):
    load(SMALL)
    assert counts(load(SMALL.replace("宿城区", "新城区"))) == (0, 2, 5)
    assert Organisation.objects.get(code="321302D").short_name == "新城区委组织部"


def test_a_name_given_by_hand_stays(load, given):
    load(SMALL)
    branch = Organisation.objects.get(code="321302001001")
    change_organisation(organisation=branch, changes={"short_name": "凤凰党支部"}, **given)
    assert counts(load(SMALL)) == (0, 0, 7)
    load(SMALL.replace("凤凰居委会", "梧桐居委会"))
    branch.refresh_from_db()
    assert (branch.division_name, branch.short_name) == ("梧桐居委会", "凤凰党支部")


def test_a_place_within_its_division_stays(load, given):
    load(SMALL)
    committee = Organisation.objects.get(code="321302001")
    general = OrganisationFactory(general_branch=True, parent=committee)
    branch = Organisation.objects.get(code="321302001001")
    move_organisation(organisation=branch, parent=general, **given)
    assert counts(load(SMALL)) == (0, 0, 7)


def test_a_division_that_moves_takes_along_what_is_below(load):
    load(SMALL)
    moved = SMALL.replace("321302001,321302,", "321302001,321311,").replace(
        "321302001,", "321311,3213,county,宿豫区\n321302001,", 1
    )
    report = load(moved)
    assert report.errors == []
    assert counts(report) == (2, 1, 6)
    assert Organisation.objects.get(code="321302001001").path == "3213/321311/321302001/321302001001/"
    assert counts(load(moved)) == (0, 0, 9)


def test_a_new_village_of_a_division_that_moves_stands_in_the_new_place(load):
    load(SMALL)
    moved = SMALL.replace("321302001,321302,", "321302001,321311,").replace(
        "321302001,", "321311,3213,county,宿豫区\n321302001,", 1
    )
    load(moved + "321302001201,321302001,village,老庄村委会\n")
    assert Organisation.objects.get(code="321302001201").path == "3213/321311/321302001/321302001201/"


def test_part_of_the_tree(load):
    load(SMALL)
    report = load("code,parent_code,level,name\n321302002,321302,township,项里街道\n")
    assert counts(report) == (1, 0, 0)


def test_rows_in_any_order(load):
    head, *rows = SMALL.splitlines()
    assert counts(load("\n".join([head, *reversed(rows)]))) == (7, 0, 0)


def test_a_byte_order_mark_further_columns_and_blank_lines_do_no_harm(load):
    text = "\ufeff" + SMALL.replace("name\n", "name,remark\n", 1).replace("会\n", "会,\n\n")
    text = text.replace("宿迁市\n", "宿迁市,\n").replace("宿城区\n", "宿城区,\n").replace("街道\n", "街道,\n")
    assert counts(load(text)) == (7, 0, 0)


# -- Errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "row", "message"),
    [
        (7, "321302002001,321302002,village,果园居委会", "既不在文件中"),
        (7, "321302001001,321302001,village,凤凰居委会", "与第 5 行重复"),
        (7, "321302002,321302,town,项里街道", "层级“town”未知"),
        (7, "321302002,321302,township,", "名称为空"),
        (7, "321302002,321302,township", "列数"),
        (7, "321302002,321302,township,项里街道,多", "列数"),
        (7, "3213020D,321302,township,项里街道", "不是 2 至 15 位数字"),
        (7, "321302002,,township,项里街道", "没有上级代码"),
        (7, "321302002001,321302,village,果园居委会", "层级不对"),
        (7, "321302002,321302002,township,项里街道", "层级不对"),
        (7, f"321302002,321302,township,{'长' * 51}", "超过 50 个字"),
        (7, '321302002,321302,township,"项里街道', "CSV"),
    ],
)
def test_errors_are_named_by_line_and_nothing_is_written(load, line, row, message):
    report = load(SMALL + row + "\n")
    assert [error.line for error in report.errors] == [line]
    assert message in str(report.errors[0])
    assert not report.committed
    assert not Organisation.objects.exists()
    assert not Entry.objects.exists()


def test_all_errors_are_named_in_the_order_of_their_lines(load):
    report = load(SMALL + "1,,city,一\n321302001001,321302001,village,凤凰居委会\n321302002,x,township,项里街道\n")
    assert [error.line for error in report.errors] == [7, 8, 9]


def test_a_missing_column(load):
    [error] = load("code,level,name\n3213,city,宿迁市\n").errors
    assert (error.line, "parent_code" in error.message) == (1, True)


@pytest.mark.parametrize("text", ["", "code,parent_code,level,name\n"])
def test_an_empty_file(load, text):
    assert [error.line for error in load(text).errors] == [1]


def test_another_encoding_is_named_by_line(given):
    report = import_organisations(data=SMALL.encode("gb18030"), **given)
    assert [(error.line, "UTF-8" in error.message) for error in report.errors] == [(2, True)]


def test_a_code_that_is_something_else_in_the_tree(load):
    OrganisationFactory(institution_group=True, code="321302001")
    [error] = load(SMALL).errors
    assert (error.line, "党组" in error.message) == (4, True)


def test_a_village_whose_branch_has_grown_into_a_committee(load, given):
    load(SMALL)
    branch = Organisation.objects.get(code="321302001001")
    change_organisation(organisation=branch, changes={"kind": Kind.GRASSROOTS_COMMITTEE}, **given)
    assert counts(load(SMALL)) == (0, 0, 7)


# -- The command -------------------------------------------------------------------------------------------------------


def run(*arguments) -> str:
    out = StringIO()
    call_command("import_organisations", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_runs_dry_first(tmp_path: Path):
    file = tmp_path / "divisions.csv"
    file.write_text(SMALL, encoding="utf-8")
    assert "新增 7，变更 0，不变 0" in (dry := run(str(file)))
    assert "预演" in dry
    assert not Organisation.objects.exists()
    assert "已写入" in run(str(file), "--commit")
    assert Organisation.objects.count() == 7
    assert Entry.objects.values_list("actor_name", flat=True).distinct().get() == "系统"


def test_the_command_fails_on_errors(tmp_path: Path, capsys):
    file = tmp_path / "divisions.csv"
    file.write_text(SMALL + "1,,city,一\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="共 1 处错误"):
        call_command("import_organisations", str(file), "--commit", stdout=out, stderr=out)
    assert "第 7 行" in out.getvalue()
    assert not Organisation.objects.exists()


def test_the_command_fails_on_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(CommandError, match="无法读取文件"):
        run(str(tmp_path / "none.csv"))
