"""The pages of sittings: entering one for all its people, the list, and one sitting as different readers see it."""

import datetime as dt

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from branches.models import Organisation
from recruitment.models import Case, Material, Sitting, StepRecord
from recruitment.services.sittings import Participant, hold_sitting
from tests.branches.factories import County, make_county
from tests.recruitment import sitting_cases as people

DETERMINE = "branch_committee.determine_activist"
ONCE = {"eligible": "5", "present": "5", "hand_over": "submit"}
OWN = {"votes_for": "5"}


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch):
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def secretary(county, client) -> Client:
    client.force_login(county.user(county.branch, "secretary"))
    return client


def ripe(county: County, count: int, *, first: int = 1, step: str = "determine_activist", **kwargs) -> list[Case]:
    cases = [people.make_case(county, number=n, **kwargs) for n in range(first, first + count)]
    for case in cases:
        people.bring(county, case, step)
    return cases


def address(body: Organisation, key: str = DETERMINE, day: str = "2023-02-01") -> str:
    return f"{reverse('sitting_new')}?item={body.code}.{key}&held_on={day}"


def minutes(code: str = "D05", content: bytes = people.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{code}.pdf", content)


def sheet(cases: list[Case], own: dict = OWN, **once) -> dict:
    """What the page sends with every person ticked."""
    sent = {**ONCE, "all_decision": "agree", "paper_D05": minutes(), **once}
    for case in cases:
        row = {"on": "on", "version": Case.objects.get(pk=case.pk).version, **own}
        sent |= {f"p{case.pk}-{name}": value for name, value in row.items()}
    return sent


# -- entering -----------------------------------------------------------------------------------------------------


def test_first_page_offers_the_bodys_business_with_how_many_are_ripe(county, secretary):
    ripe(county, 2)
    page = secretary.get(reverse("sitting_new")).content.decode()
    assert "5. 研究确定入党积极分子（2 人）" in page
    assert "20. 支部大会讨论接收（没有人）" in page
    assert "上级党委审批" not in page


@pytest.mark.parametrize(
    ("day", "error"),
    [("", "这个字段是必填项"), ("2023-02-30", "没有“2023-02-30”这一天"), ("2099-01-01", "这一天还没有到")],
)
def test_a_day_that_cannot_be(county, secretary, day, error):
    assert error in secretary.get(address(county.branch, day=day)).content.decode()


def test_business_of_another_body_is_not_offered(county, secretary):
    elsewhere = county.townships[1].branches[0]
    response = secretary.get(address(elsewhere))
    assert response.templates[0].name == "recruitment/sitting_choose.html"
    assert response.context["form"].errors["item"]


def test_readers_are_told_that_their_seat_holds_no_sitting(county, client):
    client.force_login(county.user(county.county, "inspector"))
    assert "不召开会议" in client.get(reverse("sitting_new")).content.decode()


def test_the_agenda_lists_who_is_ripe(county, secretary):
    [here] = ripe(county, 1)
    ripe(county, 1, first=2, branch=county.townships[0].branches[1])
    people.make_case(county, number=3)
    agenda = secretary.get(address(county.branch)).context["agenda"]
    assert [person.case for person in agenda.people] == [here]


def test_who_is_still_locked_is_listed_with_the_day(county, secretary, monkeypatch):
    [case] = ripe(county, 1, step="propose_development_target")
    determined = StepRecord.objects.get(case=case, step="determine_activist").action_on
    monkeypatch.setattr(timezone, "now", lambda: people.at(determined + dt.timedelta(days=360)))
    day = (determined + dt.timedelta(days=359)).isoformat()
    response = secretary.get(address(county.branch, "branch_committee.propose_development_target", day))
    assert response.context["agenda"].people == []
    assert [candidate.case for candidate in response.context["agenda"].locked] == [case]
    assert "最早" in response.content.decode()


def test_all_of_them_at_once(county, secretary):
    cases = ripe(county, 3)
    response = secretary.post(address(county.branch), sheet(cases))
    sitting = Sitting.objects.get()
    assert response.headers["Location"] == reverse("sitting", args=[sitting.pk])
    assert StepRecord.objects.filter(sitting=sitting, status="submitted").count() == 3
    assert len(set(Material.objects.filter(sitting=sitting).values_list("file", flat=True))) == 1


def test_who_is_not_ticked_is_left_out(county, secretary):
    first, second = ripe(county, 2)
    sent = sheet([first, second])
    del sent[f"p{second.pk}-on"], sent[f"p{second.pk}-votes_for"]
    secretary.post(address(county.branch), sent)
    assert StepRecord.objects.get(sitting__isnull=False).case == first


def test_a_filled_row_without_its_tick_is_asked_about(county, secretary):
    first, second = ripe(county, 2)
    sent = sheet([first, second])
    del sent[f"p{second.pk}-on"]
    response = secretary.post(address(county.branch), sent)
    assert response.context["agenda"].people[1].errors["on"]
    assert not Sitting.objects.exists()


def test_nobody_ticked(county, secretary):
    sent = {name: value for name, value in sheet(ripe(county, 2), {}).items() if not name.endswith("-on")}
    response = secretary.post(address(county.branch), sent)
    assert "请勾选这次的人员" in response.content.decode()


def test_errors_stand_beside_the_person_and_nothing_is_lost(county, secretary):
    first, second = ripe(county, 2)
    sent = sheet([first, second], minutes="样本记录", present="9")
    sent[f"p{second.pk}-votes_for"] = "-1"
    response = secretary.post(address(county.branch), sent)
    page = response.content.decode()
    agenda = response.context["agenda"]
    assert agenda.sitting.errors.keys() == {"present"}
    assert [list(person.errors) for person in agenda.people] == [[], ["votes_for"]]
    assert "样本记录" in page
    assert f'href="#p{second.pk}"' in page
    assert "附件需要重新选择" in page
    assert not Sitting.objects.exists()


def test_what_most_have_alike_is_said_once(county, secretary):
    first, second = ripe(county, 2)
    sent = sheet([first, second])
    sent[f"p{second.pk}-decision"] = "disagree"
    secretary.post(address(county.branch), sent)
    assert StepRecord.objects.get(case=first, step="determine_activist").values["decision"] == "agree"
    assert (
        StepRecord.objects.get(case=second, step="determine_activist").attempts.get().values["decision"] == "disagree"
    )


def test_said_neither_once_nor_in_the_row(county, secretary):
    cases = ripe(county, 2)
    response = secretary.post(address(county.branch), sheet(cases, all_decision=""))
    assert all("decision" in person.errors for person in response.context["agenda"].people)


def test_without_papers_the_act_is_recorded_only(county, secretary):
    cases = ripe(county, 2)
    sent = sheet(cases)
    del sent["paper_D05"]
    secretary.post(address(county.branch), sent)
    assert set(StepRecord.objects.filter(sitting__isnull=False).values_list("status", flat=True)) == {"recorded"}


def test_a_disguised_file_is_named(county, secretary):
    cases = ripe(county, 1)
    response = secretary.post(
        address(county.branch), sheet(cases, {**OWN, "decision": "agree"}, paper_D05=minutes(content=b"plain words"))
    )
    assert "paper_D05" in response.context["form"].errors


def test_who_is_refused_stays_on_the_page_and_joins(county, secretary):
    """The sitting stands for the others; what was typed is kept, and the papers need not be sent again."""
    first, second = ripe(county, 2)
    sent = sheet([first, second])
    sent[f"p{second.pk}-version"] = "0"
    response = secretary.post(address(county.branch), sent)
    sitting = Sitting.objects.get()
    agenda, page = response.context["agenda"], response.content.decode()
    assert [person.case for person in agenda.people] == [second]
    assert [line.case for line in response.context["accepted"]] == [first]
    assert agenda.people[0].refused[0].title.zh == "内容已有更新"
    assert 'value="5"' in page
    action = f"{reverse('sitting_new')}?sitting={sitting.pk}"
    assert f'action="{action}"' in page
    again = sheet([second])
    again[f"p{second.pk}-version"] = agenda.people[0].version_shown
    del again["paper_D05"]
    secretary.post(action, again)
    record = StepRecord.objects.get(case=second, step="determine_activist")
    assert (record.status, record.sitting) == ("submitted", sitting)
    assert len(set(Material.objects.filter(sitting=sitting).values_list("file", flat=True))) == 1


def test_when_all_are_refused_the_page_comes_back(county, secretary):
    cases = ripe(county, 2)
    response = secretary.post(address(county.branch, day="2023-01-05"), sheet(cases))
    assert not Sitting.objects.exists()
    assert [bool(person.refused) for person in response.context["agenda"].people] == [True, True]
    assert "为什么" in response.content.decode()


def test_a_double_click_enters_one_sitting(county, secretary):
    cases = ripe(county, 2)
    sent = sheet(cases)
    secretary.post(address(county.branch), sent)
    response = secretary.post(address(county.branch), {**sent, "paper_D05": minutes()})
    assert Sitting.objects.count() == 1
    assert cases[0].person.name in response.content.decode()


def test_somebody_elses_people_cannot_be_slipped_in(county, secretary):
    [own] = ripe(county, 1)
    [foreign] = ripe(county, 1, first=2, branch=county.townships[1].branches[0])
    response = secretary.post(address(county.branch), sheet([own, foreign]))
    assert StepRecord.objects.filter(case=foreign, sitting__isnull=False).count() == 0
    assert foreign.person.name not in response.content.decode()


def test_a_clerk_says_for_whom(county, client):
    cases = ripe(county, 2)
    client.force_login(county.user(county.branch, "clerk"))
    response = client.post(address(county.branch), sheet(cases))
    assert "on_behalf_of" in response.context["form"].errors
    principal = county.user(county.branch, "secretary")
    client.post(address(county.branch), sheet(cases, on_behalf_of=principal.pk))
    sitting = Sitting.objects.get()
    assert (sitting.created_by, sitting.created_for) == (county.user(county.branch, "clerk"), str(principal))


def test_a_committee_filters_by_branch(county, client):
    other = county.townships[0].branches[1]
    here, there = ripe(county, 1, step="file_activist"), ripe(county, 1, first=2, step="file_activist", branch=other)
    client.force_login(county.user(county.committee, "committee_verifier"))
    url = address(county.committee, "filing_list.file_activist")
    assert {person.case for person in client.get(url).context["agenda"].people} == {*here, *there}
    assert [person.case for person in client.get(f"{url}&branch={other.pk}").context["agenda"].people] == there


def test_a_review_is_a_log_entry_for_each(county, secretary):
    cases = ripe(county, 2, step="cultivate_educate")
    day = StepRecord.objects.get(case=cases[0], step="assign_contacts").action_on.isoformat()
    sent = sheet(cases, {"text": "样本考察意见"})
    url = address(county.branch, "branch_committee.halfyear_review.review_date", day)
    secretary.post(url, sent)
    sitting = Sitting.objects.get()
    assert sitting.entries.count() == 2
    page = secretary.get(reverse("sitting", args=[sitting.pk])).content.decode()
    assert "定期考察：考察" in page


@pytest.mark.parametrize("value", ["999999", "x", ""])
def test_a_sitting_that_is_not_there_cannot_be_joined(county, secretary, value):
    assert secretary.get(f"{reverse('sitting_new')}?sitting={value}").status_code == 404


def test_the_agenda_costs_the_same_for_two_and_for_ten(county, secretary):
    ripe(county, 2)
    secretary.get(address(county.branch))
    with CaptureQueriesContext(connection) as few:
        secretary.get(address(county.branch))
    ripe(county, 8, first=3)
    with CaptureQueriesContext(connection) as many:
        secretary.get(address(county.branch))
    assert len(many) == len(few)


# -- reading ------------------------------------------------------------------------------------------------------


def approved(county: County) -> tuple[Sitting, list[Case]]:
    """A committee's filing list with people of two branches."""
    cases = [*ripe(county, 1, step="file_activist")]
    cases += ripe(county, 1, first=2, step="file_activist", branch=county.townships[0].branches[1])
    day = people.START + dt.timedelta(days=10)
    result = hold_sitting(
        kind="filing_list",
        body=county.committee,
        step="file_activist",
        held_on=day,
        minutes="样本会议记录",
        shared_uploads=[people.paper("D07")],
        participants=[
            Participant(
                case.pk,
                {"submitted_on": day, "opinion": "agree"},
                uploads=[people.paper("D06", people.PDF + str(case.pk).encode())],
            )
            for case in cases
        ],
        actor=people.actor(county, county.committee, "committee_verifier"),
        now=people.at(day),
    )
    assert result.sitting is not None
    return result.sitting, cases


def test_each_reader_sees_the_people_of_her_own(county, client):
    sitting, cases = approved(county)
    page = reverse("sitting", args=[sitting.pk])
    client.force_login(county.user(county.committee, "organiser"))
    response = client.get(page)
    assert [line.row.case for line in response.context["people"]] == cases
    assert response.context["hidden"] == 0
    assert "样本会议记录" in response.content.decode()

    client.force_login(county.user(county.branch, "secretary"))
    response = client.get(page)
    text = response.content.decode()
    assert [line.row.case for line in response.context["people"]] == cases[:1]
    assert response.context["hidden"] == 1
    assert cases[1].person.name not in text
    assert cases[1].number not in text
    assert "样本会议记录" not in text

    client.force_login(county.user(county.townships[1].branches[0], "secretary"))
    assert client.get(page).status_code == 404


def test_shared_papers_stand_once_and_lead_through_a_case_of_the_reader(county, client):
    sitting, cases = approved(county)
    client.force_login(county.user(county.townships[0].branches[1], "secretary"))
    response = client.get(reverse("sitting", args=[sitting.pk]))
    [paper] = response.context["papers"]
    assert paper["code"] == "D07"
    assert "2 人共用" in paper["note"]
    assert cases[1].number in paper["url"]
    [line] = response.context["people"]
    assert [material.code for material in line.row.papers] == ["D06"]


def test_the_page_names_what_came_of_each(county, secretary):
    first, second = ripe(county, 2)
    sent = sheet([first, second])
    sent[f"p{second.pk}-decision"] = "disagree"
    secretary.post(address(county.branch), sent)
    page = secretary.get(reverse("sitting", args=[Sitting.objects.get().pk])).content.decode()
    assert "同意数 5" in page
    assert "未通过" in page


def test_the_list_is_of_the_readers_organisations(county, client):
    sitting, _cases = approved(county)
    for organisation, role, seen in (
        (county.committee, "secretary", True),
        (county.county, "inspector", True),
        (county.department, "department_officer", True),
        (county.branch, "secretary", False),
        (county.townships[1].committee, "secretary", False),
        (county.county, "administrator", False),
    ):
        client.force_login(county.user(organisation, role))
        rows = client.get(reverse("sitting_list")).context["rows"]
        assert [row[0] for row in rows] == ([sitting] if seen else []), (organisation, role)


def test_the_list_filters_by_kind_and_day(county, client):
    sitting, _cases = approved(county)
    client.force_login(county.user(county.committee, "secretary"))

    def found(**given: str) -> int:
        return len(client.get(reverse("sitting_list"), given).context["rows"])

    day = sitting.held_on
    assert found() == 1
    assert found(kind="filing_list") == 1
    assert found(kind="oath") == 0
    assert found(since=day.isoformat(), until=day.isoformat()) == 1
    assert found(since=(day + dt.timedelta(days=1)).isoformat()) == 0
    assert found(until="nonsense", kind="nonsense") == 1
    [row] = client.get(reverse("sitting_list")).context["rows"]
    assert row[3] == 2


def test_lists_cost_the_same_for_one_and_for_many(county, client):
    approved(county)
    client.force_login(county.user(county.committee, "secretary"))
    urls = [reverse("sitting_list"), reverse("sitting", args=[Sitting.objects.get().pk])]
    client.get(urls[0])
    counted = []
    for _turn in range(2):
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counted.append(len(queries))
        first = Sitting.objects.first()
        Sitting.objects.bulk_create(
            Sitting(
                kind=first.kind, body=first.body, step=first.step, held_on=first.held_on, created_at=first.created_at
            )
            for _copy in range(20)
        )
    assert counted[:2] == counted[2:]


def test_pages_want_a_reader(county, client):
    for url in (reverse("sitting_list"), reverse("sitting_new"), reverse("sitting", args=[1])):
        assert client.get(url).status_code == 302
