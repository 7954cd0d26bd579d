"""The pages of cases: found, opened, read, moved and ended; by those who may, and by nobody else."""

import datetime as dt
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.urls import reverse

from recruitment.models import Case, Flag, Material, Person, StepRecord, Transfer, Veto
from recruitment.models.person import id_number_check_digit
from recruitment.services import acts, interventions, review
from tests.branches.factories import County, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.board_rows import put
from tests.recruitment.desk import Desks, url

TODAY = dt.date(2026, 6, 10)


@pytest.fixture
def county(db) -> County:
    return make_county(members=12)


@pytest.fixture
def desks(county: County, monkeypatch: pytest.MonkeyPatch) -> Desks:
    return Desks(county, monkeypatch)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def case(county: County) -> Case:
    return people.make_case(county, day=dt.date(2026, 6, 1))


def page_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def id_number(birth: str = "19900101", serial: int = 900) -> str:
    body = f"990000{birth}{serial:03d}"
    return body + id_number_check_digit(body)


def applicant(**changes) -> dict:
    return {
        "name": "样本申请人",
        "sex": "female",
        "ethnicity": "汉族",
        "id_number": id_number(),
        "birth_date": "1990-01-01",
        "has_personnel_archive": "no",
        **changes,
    }


# -- the list -----------------------------------------------------------------------------------------------------


def names(response) -> list[str]:
    return [row.case.person.name for row in response.context["rows"]]


def test_list_is_narrowed_by_its_address(county: County, desks: Desks):
    put(county, name="样本甲")
    put(county, "political_review", name="样本乙", light="yellow")
    put(county, branch=county.townships[0].branches[1], name="样本丙")
    verifier, address = desks.verifier, reverse("case_list")
    assert sorted(names(verifier.get(address))) == ["样本丙", "样本乙", "样本甲"]
    assert names(verifier.get(address, {"stage": 3})) == ["样本乙"]
    assert names(verifier.get(address, {"step": "political_review"})) == ["样本乙"]
    assert names(verifier.get(address, {"light": "yellow"})) == ["样本乙"]
    assert names(verifier.get(address, {"branch": county.townships[0].branches[1].code})) == ["样本丙"]
    assert names(verifier.get(address, {"q": "甲"})) == ["样本甲"]
    assert sorted(names(verifier.get(address, {"stage": "nonsense", "light": "blue"}))) == [
        "样本丙",
        "样本乙",
        "样本甲",
    ]
    assert names(verifier.get(address, {"branch": county.townships[1].branches[0].code})) == []


def test_list_finds_a_whole_identity_number_and_a_case_number(case: Case, desks: Desks):
    number = Person.objects.get(pk=case.person_id).id_number
    address = reverse("case_list")
    assert desks.secretary.get(address, {"q": number}).url == case.get_absolute_url()
    assert names(desks.secretary.get(address, {"q": number[:10]})) == []
    assert names(desks.secretary.get(address, {"q": case.number})) == [case.person.name]


def test_list_shows_what_ended_on_request(county: County, case: Case, desks: Desks):
    secretary = people.actor(county, county.branch, "secretary")
    interventions.close(case_id=case.pk, outcome="withdrawn", actor=secretary, now=desks.now)
    address = reverse("case_list")
    assert names(desks.secretary.get(address)) == []
    assert names(desks.secretary.get(address, {"state": "closed"})) == [case.person.name]
    assert names(desks.secretary.get(address, {"state": "all"})) == [case.person.name]
    assert names(desks.secretary.get(address, {"state": "completed"})) == []


def test_queries_of_the_list_do_not_grow(county: County, desks: Desks, django_assert_num_queries):
    secretary, address = desks.secretary, reverse("case_list")
    put(county, name="样本1")
    secretary.get(address)
    with django_assert_num_queries(10):
        secretary.get(address)
    for number in range(2, 51):
        put(county, name=f"样本{number}")
    with django_assert_num_queries(10):
        assert len(names(secretary.get(address))) == 50


# -- a new case ---------------------------------------------------------------------------------------------------


def test_secretary_opens_a_case_and_is_told_what_comes_next(desks: Desks):
    response = desks.secretary.post(reverse("case_new"), applicant(), follow=True)
    page = page_of(response)
    case = Case.objects.get()
    assert response.redirect_chain == [(case.get_absolute_url(), 302)]
    assert "样本申请人已建档" in page
    assert "第 1 步" in page
    assert not case.person.is_sample
    assert case.person.has_personnel_archive is False


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"id_number": id_number()[:17] + "0"}, "id_number", "校验位不符"),
        ({"id_number": "123"}, "id_number", "18位"),
        ({"birth_date": "1991-01-01"}, "birth_date", "1990-01-01"),
        ({"birth_date": "1990-02-30"}, "birth_date", "没有“1990-02-30”这一天"),
        ({"name": ""}, "name", "必填"),
    ],
)
def test_bad_person_data_is_told_beside_its_field(desks: Desks, changes: dict, field: str, words: str):
    response = desks.secretary.post(reverse("case_new"), applicant(work_history="样本经历", **changes))
    assert words in str(response.context["form"].errors[field]) or words == "必填"
    assert field in response.context["form"].errors
    assert "样本经历" in page_of(response)
    assert not Case.objects.exists()


def test_double_click_opens_one_case(desks: Desks):
    secretary = desks.secretary
    for _click in range(2):
        response = secretary.post(reverse("case_new"), applicant())
        assert response.status_code == 302
    assert response.url == Case.objects.get().get_absolute_url()


def test_second_open_case_is_refused_with_a_way_to_the_first_where_one_may_see_it(county: County, desks: Desks):
    desks.secretary.post(reverse("case_new"), applicant())
    case = Case.objects.get()
    desks.on(TODAY, 18)
    response = desks.secretary.post(reverse("case_new"), applicant())
    assert "不能重复建档" in str(response.context["form"].errors["id_number"])
    assert case.get_absolute_url() in page_of(response)
    other = desks.client("secretary", county.townships[1].branches[0])
    response = other.post(reverse("case_new"), applicant())
    assert "不能重复建档" in str(response.context["form"].errors["id_number"])
    assert case.number not in page_of(response)


def test_only_a_branch_opens_cases(desks: Desks):
    for client in (desks.verifier, desks.officer):
        assert client.get(reverse("case_new")).status_code == 403
        assert client.post(reverse("case_new"), applicant()).status_code == 403
    assert not Case.objects.exists()


def test_clerk_opens_a_case_for_the_secretary(county: County, desks: Desks):
    clerk, secretary = desks.client("clerk"), county.user(county.branch, "secretary")
    assert "on_behalf_of" in clerk.post(reverse("case_new"), applicant()).context["form"].errors
    assert clerk.post(reverse("case_new"), applicant(on_behalf_of=secretary.pk)).status_code == 302


# -- the case -----------------------------------------------------------------------------------------------------


def test_current_step_is_first_with_its_one_act(case: Case, desks: Desks):
    response = desks.secretary.get(case.get_absolute_url())
    page = page_of(response)
    assert page.count("btn-primary") == 1
    assert url(case, "step", "submit_application") in page
    assert "现在要做" in page
    assert page.count('class="task task-') == 31
    assert Person.objects.get(pk=case.person_id).id_number not in page
    assert case.person.masked_id_number in page


def test_others_see_who_has_it_and_no_act(county: County, case: Case, desks: Desks):
    page = page_of(desks.verifier.get(case.get_absolute_url()))
    assert "等待对方办理" in page
    assert "btn-primary" not in page
    assert str(county.branch) in page


def test_submitted_step_leads_its_verifier_to_the_verification(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "register_application", verify_last=False)
    desks.on(day)
    page = page_of(desks.verifier.get(case.get_absolute_url()))
    assert url(case, "case_verify") in page
    assert page.count("btn-primary") == 1
    assert "等待对方办理" in page_of(desks.secretary.get(case.get_absolute_url()))


def test_report_comes_before_the_committees_half(county: County, desks: Desks):
    case = people.make_case(county)
    desks.on(people.bring(county, case, "file_activist"))
    assert url(case, "step_report", "file_activist") in page_of(desks.secretary.get(case.get_absolute_url()))
    assert url(case, "step", "file_activist") in page_of(desks.verifier.get(case.get_absolute_url()))
    secretary = people.actor(county, county.branch, "secretary")
    acts.report(case_id=case.pk, step="file_activist", actor=secretary, now=desks.now)
    assert "等待对方办理" in page_of(desks.secretary.get(case.get_absolute_url()))


def test_locked_steps_show_their_day_and_reason(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "propose_development_target")
    desks.on(day - dt.timedelta(days=35))
    decided = StepRecord.objects.get(case=case, step="determine_activist").action_on
    opens = f"最早 {decided.year + 1}年{decided.month}月{decided.day}日"
    page = page_of(desks.secretary.get(case.get_absolute_url()))
    assert opens in page
    assert "尚未开放" in page
    assert "培养教育满一年" in page or "满一年" in page


def test_missed_deadline_is_yellow_before_any_sweep(county: County, case: Case, desks: Desks):
    people.START, start = dt.date(2026, 6, 1), people.START
    try:
        people.bring(county, case, "organization_talk")
    finally:
        people.START = start
    desks.on(dt.date(2026, 7, 10))
    assert not Flag.objects.exists()
    page = page_of(desks.secretary.get(case.get_absolute_url()))
    assert "黄灯" in page
    assert "提醒 1 项" in page
    assert url(case, "explain", "talk_within_one_month") in page
    assert url(case, "explain", "talk_within_one_month") not in page_of(desks.verifier.get(case.get_absolute_url()))


def frozen(county: County, case: Case, desks: Desks) -> None:
    verifier = people.actor(county, county.committee, "committee_verifier")
    interventions.raise_veto(
        case_id=case.pk, step="submit_application", code="V01", reason="样本理由", actor=verifier, now=desks.now
    )


def test_standing_veto_is_shown_and_the_department_decides(county: County, case: Case, desks: Desks):
    frozen(county, case, desks)
    page = page_of(desks.secretary.get(case.get_absolute_url()))
    assert "一票否决待定" in page
    assert "样本理由" in page
    assert "btn-primary" not in page
    assert url(case, "veto_decide") in page_of(desks.officer.get(case.get_absolute_url()))


def test_suspension_is_shown(county: County, case: Case, desks: Desks):
    verifier = people.actor(county, county.committee, "committee_verifier")
    interventions.suspend(
        case_id=case.pk, step="submit_application", code="V05", reason="样本暂停", actor=verifier, now=desks.now
    )
    page = page_of(desks.secretary.get(case.get_absolute_url()))
    assert "暂停校核" in page
    assert "样本暂停" in page


@pytest.mark.parametrize("step", ["cultivate_educate", "intensive_training", "probation_education", "archive_records"])
def test_page_of_every_kind_of_step(county: County, desks: Desks, step: str):
    case = people.make_case(county)
    desks.on(people.bring(county, case, step))
    for client in (desks.secretary, desks.verifier, desks.officer, desks.client("inspector", county.county)):
        response = client.get(case.get_absolute_url())
        assert response.status_code == 200
        assert page_of(response).count("btn-primary") <= 1


def test_materials_say_where_the_same_file_lies(county: County, desks: Desks):
    first, second = people.make_case(county, number=1), people.make_case(county, number=2)
    there = people.make_case(county, number=3, branch=county.townships[1].branches[0])
    for each in (first, second, there):
        actor, _ = people.side_actors(county, each, people.Side.BRANCH)
        acts.upload(
            case_id=each.pk, step="submit_application", uploads=[people.paper("D01")], actor=actor, now=desks.now
        )
    page = page_of(desks.secretary.get(url(first) + "?tab=materials"))
    assert f"同一文件也在：{second.person.name} {second.number} D01、您看不到的 1 处" in page
    assert there.number not in page
    assert desks.secretary.get(url(first) + "?tab=nonsense").status_code == 404


def test_history_says_when_it_happened_and_when_it_was_entered(county: County, desks: Desks):
    case = people.make_case(county)
    desks.on(people.bring(county, case, "register_application"))
    page = page_of(desks.verifier.get(url(case, "case_history")))
    assert "提交校核 · 1. 递交入党申请书" in page
    # The three dates, and from what to what.
    assert "办理 2023年1月11日" in page
    assert page.count("校核 2023年1月11日") == 2
    assert "待校核 → 已校核通过" in page
    assert "校核通过 · 1. 递交入党申请书" in page


def test_queries_of_the_case_page_do_not_grow(county: County, case: Case, desks: Desks, django_assert_num_queries):
    secretary = desks.secretary
    secretary.get(case.get_absolute_url())
    with django_assert_num_queries(17):
        secretary.get(case.get_absolute_url())
    record = StepRecord.objects.get(case=case)
    for number in range(1, 51):
        Material.objects.create(
            record=record,
            case=case,
            code="D01",
            version=number,
            file=f"{number}.pdf",
            original_name="样本.pdf",
            content_type="application/pdf",
            extension=".pdf",
            size=1,
            sha256=f"{number:064d}",
            uploaded_at=desks.now,
        )
        Flag.objects.create(
            case=case,
            step="submit_application",
            code="talk_within_one_month",
            subkey=str(number),
            holder="branch",
            raised_on=TODAY,
            raised_at=desks.now,
        )
    with django_assert_num_queries(17):
        secretary.get(case.get_absolute_url())
    secretary.get(url(case) + "?tab=materials")
    with django_assert_num_queries(18):
        secretary.get(url(case) + "?tab=materials")


def test_queries_of_the_history_do_not_grow(county: County, desks: Desks, django_assert_num_queries):
    case = people.make_case(county)
    desks.on(people.START)
    secretary = desks.secretary
    secretary.get(url(case, "case_history"))
    with django_assert_num_queries(19):
        secretary.get(url(case, "case_history"))
    day = people.bring(county, case, "halfyear_review")
    secretary = desks.on(day).secretary
    secretary.get(url(case, "case_history"))
    with django_assert_num_queries(20):  # one more: the entries of the logs, which are open by now
        secretary.get(url(case, "case_history"))


# -- the person ---------------------------------------------------------------------------------------------------


def test_person_in_clear_only_for_those_who_take_part(county: County, case: Case, desks: Desks):
    Person.objects.filter(pk=case.person_id).update(residence="样本居住地")
    number = Person.objects.get(pk=case.person_id).id_number
    address = url(case, "case_person")
    for client in (desks.secretary, desks.verifier, desks.officer):
        page = page_of(client.get(address))
        assert "样本居住地" in page
        assert number not in page
        assert number in page_of(client.get(address, {"clear": 1}))
    response = desks.client("inspector", county.county).get(address)
    assert response.status_code == 403
    assert "样本居住地" not in page_of(response)


def test_person_is_corrected_by_the_branch(case: Case, desks: Desks):
    address = url(case, "case_person")
    form = desks.secretary.get(address, {"edit": 1}).context["form"]
    assert not {"id_number", "birth_date"} & form.fields.keys()
    data = {name: form[name].value() or "" for name in form.fields} | {"ethnicity": "满族", "phone": "13900000000"}
    response = desks.secretary.post(address, data, follow=True)
    assert "基本情况已更正" in page_of(response)
    person = Person.objects.get(pk=case.person_id)
    assert (person.ethnicity, person.phone) == ("满族", "13900000000")
    assert desks.verifier.get(address, {"edit": 1}).context["form"] is None
    assert desks.verifier.post(address, data).status_code == 403


# -- ends and moves -----------------------------------------------------------------------------------------------


def test_end_is_a_page_of_its_own_and_cannot_be_taken_back(case: Case, desks: Desks):
    address = url(case, "case_end")
    assert "不能恢复" in page_of(desks.secretary.get(address))
    assert desks.secretary.post(address, {"version": case.version}).context["form"].errors.keys() == {
        "outcome",
        "reason",
    }
    data = {"outcome": "withdrawn", "reason": "样本", "version": case.version}
    response = desks.secretary.post(address, data, follow=True)
    assert "的纪实已经结束" in page_of(response)
    assert fresh(case).end == "withdrawn"
    again = desks.secretary.post(address, data)
    assert again.status_code == 403
    assert "本案已经结束" in page_of(again)


def test_transfer_freezes_until_the_receiving_branch_answers(county: County, case: Case, desks: Desks):
    there = county.townships[1].branches[0]
    address = url(case, "case_transfer")
    unknown = desks.secretary.post(address, {"to": "没有这个", "version": case.version})
    assert "没有找到这个党支部" in str(unknown.context["form"].errors["to"])
    several = desks.secretary.post(address, {"to": "样本党支部", "version": case.version})
    assert "请选定一个" in str(several.context["form"].errors["to_branch"])
    response = desks.secretary.post(address, {"to": there.code, "reason": "样本", "version": case.version}, follow=True)
    assert "已申请转往" in page_of(response)
    assert fresh(case).freeze == "transfer"
    receiver = desks.client("secretary", there)
    assert receiver.get(case.get_absolute_url()).status_code == 404
    assert case.person.name in page_of(receiver.get(address))
    assert desks.secretary.get(address).status_code == 403
    version = fresh(case).version
    assert "reason" in receiver.post(address, {"answer": "refuse", "version": version}).context["form"].errors
    response = receiver.post(address, {"answer": "accept", "version": version}, follow=True)
    assert "接收" in page_of(response)
    assert fresh(case).branch == there
    assert Transfer.objects.get().status == "accepted"


def test_reinstatement_by_an_officer_who_did_not_confirm(county: County, case: Case, desks: Desks):
    frozen(county, case, desks)
    officer = people.actor(county, county.department, "department_officer", 0)
    interventions.confirm_veto(case_id=case.pk, reason="样本确认", actor=officer, now=desks.now)
    address = url(case, "case_reinstate")
    assert address in page_of(desks.officer.get(case.get_absolute_url()))
    assert address not in page_of(desks.secretary.get(case.get_absolute_url()))
    assert desks.secretary.get(address).status_code == 403
    same = desks.officer.post(address, {"reason": "样本申诉"})
    assert same.context["form"].non_field_errors()
    other = desks.client("department_officer", county.department, 1)
    response = other.post(address, {"reason": "样本申诉"}, follow=True)
    assert "已经恢复办理" in page_of(response)
    assert fresh(case).is_open
    assert Veto.objects.get().status == "overturned"


# -- every address, every seat ------------------------------------------------------------------------------------

#: Page -> what those get who take part on no side but may see the case.
PAGES = {
    "case": 200,
    "case_history": 200,
    "case_person": 403,
    "case_end": 403,
    "case_transfer": 403,
    "case_reinstate": 403,
}
STEP_PAGES = {"step": 200, "step_papers": 403}


def addresses(case: Case) -> dict[str, tuple[str, int]]:
    found = {name: (url(case, name), status) for name, status in PAGES.items()}
    return found | {name: (url(case, name, "submit_application"), status) for name, status in STEP_PAGES.items()}


def test_matrix_of_seats_and_addresses(county: County, case: Case, desks: Desks):
    other = county.townships[1]
    strangers = [
        desks.client("secretary", county.townships[0].branches[1]),
        desks.client("secretary", other.branches[0]),
        desks.client("committee_verifier", other.committee),
        desks.client("administrator", county.county),
    ]
    lookers = [desks.client("inspector", county.county), desks.client("inspector", county.city)]
    for name, (address, looking) in addresses(case).items():
        assert Client().get(address).status_code == 302, name
        for client in strangers:
            assert client.get(address).status_code == 404, name
            assert client.post(address, {}).status_code in (404, 405), name
        for client in lookers:
            assert client.get(address).status_code == looking, name
            assert client.post(address, {}).status_code in (403, 405, 409), name


def test_every_page_in_english(county: County, desks: Desks):
    case = people.make_case(county)
    desks.on(people.bring(county, case, "halfyear_review"))
    secretary = desks.secretary
    secretary.cookies["django_language"] = "en"
    pages = [address for address, _ in addresses(case).values()]
    pages += [url(case) + "?tab=materials", reverse("case_list"), reverse("case_new")]
    pages += [url(case, "step", "halfyear_review"), url(case, "step_log", "halfyear_review")]
    for address in pages:
        assert secretary.get(address).status_code in (200, 403)
    assert "Half-yearly review" in page_of(secretary.get(url(case)))


def test_return_reason_stands_on_the_case_page(county: County, desks: Desks):
    case = people.make_case(county)
    desks.on(people.bring(county, case, "register_application", verify_last=False))
    verifier = people.actor(county, county.committee, "committee_verifier", 1)
    review.hand_back(case_id=case.pk, step="submit_application", reason="样本：请补日期", actor=verifier, now=desks.now)
    page = page_of(desks.secretary.get(case.get_absolute_url()))
    assert "退回的原因：样本：请补日期" in page
    assert "补正并重新提交" in page
