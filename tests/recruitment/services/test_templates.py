"""A department's own templates: who may replace one, versions, and which of several holds."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Entry
from branches.access import actor_for
from branches.models import Seat
from branches.services.record import chain_of
from recruitment.documents.toolbox import building
from recruitment.models import TemplateVersion
from recruitment.selectors import templates as selectors
from recruitment.services import templates
from recruitment.services.base import Refused
from tests.branches.factories import County, make_county
from tests.recruitment.board_rows import NOW, TODAY
from tests.recruitment.documents.test_toolbox import own

pytestmark = pytest.mark.django_db
Role = Seat.Role


@pytest.fixture
def county() -> County:
    return make_county()


def actor(county: County, organisation, role: str):
    return actor_for(county.user(organisation, role), TODAY)


def officer(county: County):
    return actor(county, county.department, Role.DEPARTMENT_OFFICER)


def sent(content: bytes | None = None, name: str = "备案报告.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, building.shipped("T05") if content is None else content)


def add(county: County, *, organisation=None, by=None, content: bytes | None = None) -> TemplateVersion:
    return templates.add_version(
        organisation=organisation or county.department,
        code="T05",
        file=sent(content),
        actor=by or officer(county),
        now=NOW,
    )


def in_force(county: County) -> TemplateVersion | None:
    return selectors.nearest(selectors.in_force("T05"), county.branch.path)


def test_versions_are_kept_and_the_last_is_in_force(county):
    first, second = add(county), add(county, content=own("{{ 同志名单 }}"))
    assert [row.number for row in selectors.versions(county.department, "T05")] == [2, 1]
    assert in_force(county) == second
    assert (first.has_roster, second.has_roster) == (True, False)
    assert second.names == ["同志名单"]
    assert second.file.read() == own("{{ 同志名单 }}") or second.size > 0


def test_switching_back_and_falling_back(county):
    first, second = add(county), add(county)
    templates.use_version(version=first, actor=officer(county), now=NOW)
    assert in_force(county) == first
    templates.use_version(version=second, actor=officer(county), now=NOW)
    templates.use_shipped(organisation=county.department, code="T05", actor=officer(county), now=NOW)
    assert in_force(county) is None
    assert TemplateVersion.objects.count() == 2
    entries = Entry.objects.filter(chain=chain_of(county.department)).order_by("seq")
    actions = list(entries.values_list("action", flat=True))
    assert actions == [
        "template_uploaded",
        "template_uploaded",
        "template_switched",
        "template_switched",
        "template_withdrawn",
    ]


def test_what_changes_nothing_is_not_recorded(county):
    version = add(county)
    before = Entry.objects.count()
    templates.use_version(version=version, actor=officer(county), now=NOW)
    templates.use_shipped(organisation=county.department, code="T06", actor=officer(county), now=NOW)
    assert Entry.objects.count() == before


def test_the_nearest_department_wins(county):
    above = add(
        county,
        organisation=county.city_department,
        by=actor(county, county.city_department, Role.DEPARTMENT_OFFICER),
    )
    assert in_force(county) == above
    near = add(county)
    assert in_force(county) == near
    templates.use_shipped(organisation=county.department, code="T05", actor=officer(county), now=NOW)
    assert in_force(county) == above
    assert selectors.nearest(selectors.in_force("T05"), "OTHER/PLACE/") is None


def test_only_the_department_and_its_administrators(county):
    allowed = {
        (county.department.pk, Role.DEPARTMENT_OFFICER),
        (county.county.pk, Role.ADMINISTRATOR),
        (county.city.pk, Role.ADMINISTRATOR),
    }
    for seat in county.seats:
        by = actor_for(seat.user, TODAY)
        if (seat.organisation_id, seat.role) in allowed:
            add(county, by=by)
            assert county.department in selectors.departments(by)
            continue
        before = TemplateVersion.objects.count()
        with pytest.raises(Refused) as refused:
            add(county, by=by)
        assert refused.value.codes == ("not_allowed",)
        assert TemplateVersion.objects.count() == before
        assert county.department not in selectors.departments(by)


def test_only_a_department_has_templates(county):
    with pytest.raises(Refused):
        add(county, organisation=county.committee, by=actor(county, county.county, Role.ADMINISTRATOR))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (sent(name="备案报告.docm"), "请上传 .docx 文件。"),
        (sent(b"no zip"), "不是 .docx 文件"),
        (sent(b"x" * (2 * 1024 * 1024 + 1)), "上限"),
        (sent(own("一", "{{ 不认识 }}")), "正文第2段"),
    ],
)
def test_a_faulty_file_changes_nothing(county, file, told):
    standing = add(county)
    entries = Entry.objects.count()
    with pytest.raises(ValidationError) as error:
        templates.add_version(organisation=county.department, code="T05", file=file, actor=officer(county), now=NOW)
    assert told in " ".join(error.value.messages)
    assert in_force(county) == standing
    assert (TemplateVersion.objects.count(), Entry.objects.count()) == (1, entries)
