"""The pages of a step: its form for who may enter it, its record for all others, and nothing lost on the way."""

import datetime as dt
import io
import zipfile
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Entry
from branches.models import Member, Sanction
from recruitment.forms.base import paper_field
from recruitment.forms.steps import step_form
from recruitment.guide.handbook import handbook, helping
from recruitment.links import article_url
from recruitment.models import Attempt, Case, LogEntry, Material, StepRecord
from recruitment.rules.schema import FieldType, Side
from recruitment.rules.steps import STEP_KEYS, STEPS
from recruitment.rules.texts import FIELDS
from recruitment.selectors.casefile import load
from recruitment.services import review
from tests.branches.factories import County, MemberFactory, make_county
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import PDF, Desks, pdf, sent, url

MEETING = "admission_branch_meeting"


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
    return unescape(response.content.decode())


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def application(day: str = "2026-06-05", received: str = "2026-06-06", **more) -> dict:
    values = {"receiving_branch": "样本党支部", "channel": "residence"}
    return {"application_date": day, "received_on": received, **values, **more}


def first_step(case: Case) -> str:
    return url(case, "step", "submit_application")


# -- the builder --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", STEP_KEYS)
def test_form_asks_for_every_field_that_no_rule_computes(county: County, case: Case, key: str):
    form = step_form(key, load(case.pk), dt.date(2026, 6, 10))
    fields = {field.name: field for field in STEPS[key].fields}
    for name, field in fields.items():
        if field.computed or name == "postponed_reason":
            assert name not in form.fields
            continue
        assert str(form.fields[name].label) == FIELDS[f"{key}.{name}"].label.zh
        assert form.fields[name].required == (field.required and field.type is not FieldType.CODES)
    for code in STEPS[key].paper_codes:
        assert paper_field(code) in form.fields
    assert not form.fields.keys() - fields.keys() - {paper_field(code) for code in STEPS[key].paper_codes}
    assert list(form.sections())


def test_every_field_stands_on_the_page_once(county: County, case: Case):
    for key in STEP_KEYS:
        form = step_form(key, load(case.pk), dt.date(2026, 6, 10))
        shown = [line.field.name for section in form.sections() for line in section.lines]
        assert sorted(shown) == sorted(form.fields)


def test_introducers_are_chosen_among_those_who_may_serve_on_the_day(county: County, case: Case):
    barred = MemberFactory(branch=county.branch, name="样本受处分")
    MemberFactory(branch=county.branch, name="样本预备", probationary=True)
    Sanction.objects.create(member=barred, kind=Sanction.Kind.WARNING, from_on=dt.date(2026, 5, 20))

    def names(day: str) -> set[str]:
        form = step_form("assign_introducers", load(case.pk), dt.date(2026, 6, 10), {"assigned_on": day})
        return {label for _value, label in form.fields["introducers"].fields[0].choices}

    assert "样本受处分" not in names("2026-06-10")
    assert "样本受处分" in names("2026-05-10")
    assert "样本预备" not in names("2026-06-10")


def test_a_field_leads_to_the_article_that_helps_with_it(case: Case, desks: Desks):
    page = page_of(desks.on(dt.date(2026, 6, 10)).secretary.get(first_step(case)))
    for name in ("application_date", "received_on", "channel"):
        help_text = page.partition(f'id="id_{name}_helptext"')[2].partition("</div>")[0]
        assert f'href="{article_url(helping(f"submit_application.{name}"))}" target="_blank"' in help_text, name
    papers = page.partition('id="id_paper_D01_helptext"')[2].partition("</div>")[0]
    assert article_url(handbook().articles["submit_application.materials_produced"]) in papers


# -- all 31 steps through their forms -----------------------------------------------------------------------------


def test_thirty_one_steps_through_their_forms(county: County, desks: Desks):
    case = people.make_case(county)
    day = determined = people.START
    for key, step in STEPS.items():
        day += dt.timedelta(days=people._LATER.get(key, 1))
        # A session lasts some hours: on another day everybody signs in again.
        desks.on(day)
        secretary = desks.secretary
        client = {Side.BRANCH: secretary, Side.COMMITTEE: desks.verifier, Side.DEPARTMENT: desks.officer}[step.side]
        if key == "determine_activist":
            determined = day
        if key == "halfyear_review":
            people._review(county, case, determined)
        if key == "probation_education":
            for days in (160, 20):
                on = day - dt.timedelta(days=days)
                data = {"kind": "review_date", "on": on.isoformat(), "version": fresh(case).version}
                assert secretary.post(url(case, "step_log", key), data).status_code == 302
        if step.report_field:
            reported = {step.report_field: day.isoformat(), "version": fresh(case).version}
            assert secretary.post(url(case, "step_report", key), reported).status_code == 302
        data = sent(key, people.values_of(case, key, day), fresh(case).version)
        response = client.post(url(case, "step", key), data)
        assert response.status_code == 302, page_of(response)
        assert response.url == case.get_absolute_url()
        record = StepRecord.objects.get(case=case, step=key)
        assert record.status == "submitted"
        assert {m.code for m in record.materials.all()} >= set(step.required_papers)
        assert client.get(case.get_absolute_url()).status_code == 200
        people.verify_step(county, case, key, people.at(day, 16))
    assert fresh(case).step == "completed"
    assert Member.objects.get(person=case.person).standing == Member.Standing.FULL


# -- recording and submitting -------------------------------------------------------------------------------------


def test_record_first_and_papers_later(case: Case, desks: Desks):
    data = sent("submit_application", application(), case.version, act="record", papers=False)
    response = desks.secretary.post(first_step(case), data, follow=True)
    assert "已登记，材料齐了再提交校核" in page_of(response)
    record = StepRecord.objects.get(case=case)
    assert record.status == "recorded"
    assert record.action_on == dt.date(2026, 6, 6)
    papers = {"paper_D01": [pdf("a.pdf"), pdf("b.pdf", PDF + b"2")], "version": fresh(case).version}
    response = desks.secretary.post(url(case, "step_papers", "submit_application"), papers, follow=True)
    assert "材料已上传：D01" in page_of(response)
    assert [m.version for m in Material.objects.order_by("version")] == [1, 2]
    page = page_of(desks.secretary.get(first_step(case)))
    assert 'value="2026-06-05"' in page
    assert "a.pdf" in page
    data = sent("submit_application", application(), fresh(case).version, papers=False)
    response = desks.secretary.post(first_step(case), data, follow=True)
    assert "已提交校核" in page_of(response)
    assert "现在由谁办" in page_of(response)


def test_missing_paper_is_named_beside_its_field_and_nothing_typed_is_lost(case: Case, desks: Desks):
    response = desks.secretary.post(
        first_step(case), sent("submit_application", application(), case.version, papers=False)
    )
    form = response.context["form"]
    assert "还差：入党申请书" in str(form.errors["paper_D01"])
    assert 'value="2026-06-05"' in page_of(response)
    assert StepRecord.objects.get(case=case).status == "open"


def test_good_files_of_a_refused_form_are_stored_at_once(case: Case, desks: Desks):
    data = sent("submit_application", application(received="2026-06-30"), case.version)
    response = desks.secretary.post(first_step(case), data)
    page = page_of(response)
    assert "下列附件已经保存到这一步，不用重新选择" in page
    assert "2026年6月30日" in str(response.context["form"].errors["received_on"])
    assert Material.objects.get().code == "D01"
    # The form that comes back carries the version that the stored file has made, so the next attempt is not stale.
    again = sent("submit_application", application(), response.context["case"].version, papers=False)
    assert desks.secretary.post(first_step(case), again).status_code == 302
    assert Material.objects.count() == 1


def test_a_file_sent_again_with_a_refused_form_is_not_stored_twice(case: Case, desks: Desks):
    for _attempt in range(2):
        data = sent("submit_application", application(received="2026-06-30"), fresh(case).version)
        desks.secretary.post(first_step(case), data)
    assert Material.objects.count() == 1


def zipped(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "是空文件"),
        ("program.pdf", b"MZ\x90\x00", "不是可以接收的文件"),
        ("disguised.jpg", PDF, "内容是 PDF 格式，与文件名不符"),
        ("archive.docx", zipped("a.txt"), "不是可以接收的文件"),
    ],
)
def test_bad_files_are_told_beside_their_field(case: Case, desks: Desks, name: str, content: bytes, words: str):
    data = sent("submit_application", application(), case.version, papers=False)
    data["paper_D01"] = [SimpleUploadedFile(name, content), pdf("good.pdf")]
    response = desks.secretary.post(first_step(case), data)
    assert words in str(response.context["form"].errors["paper_D01"])
    assert Material.objects.get().original_name == "good.pdf"


def test_oversized_file_is_refused(case: Case, desks: Desks, settings):
    settings.MATERIAL_MAX_BYTES = 1024 * 1024
    data = sent("submit_application", application(), case.version, papers=False)
    data["paper_D01"] = pdf("large.pdf", PDF + b"0" * 1024 * 1024)
    response = desks.secretary.post(first_step(case), data)
    assert "超过每个文件 1 MB 的上限" in str(response.context["form"].errors["paper_D01"])
    assert not Material.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"received": "2026-06-20"}, "received_on", "今天是2026年6月10日"),
        ({"day": "2026-02-29", "received": "2026-06-06"}, "application_date", "没有“2026-02-29”这一天"),
        ({"received": "2026-06-01"}, "received_on", "不能早于“申请书落款日期”"),
        ({"day": "2007-01-01", "received": "2007-01-01"}, "application_date", "十八"),
    ],
)
def test_bad_dates_are_told_beside_their_field(case: Case, desks: Desks, changes: dict, field: str, words: str):
    data = sent("submit_application", application(**changes), case.version)
    response = desks.secretary.post(first_step(case), data)
    assert response.status_code == 200
    assert words in str(response.context["form"].errors[field])


def test_act_before_the_step_before_it_is_refused_with_both_dates(county: County, case: Case, desks: Desks):
    people.START, start = dt.date(2026, 6, 1), people.START
    try:
        people.bring(county, case, "register_application")
    finally:
        people.START = start
    values = {
        "registered_on": "2026-06-01",
        "registrar": "样本",
        "identity_checked": True,
        "jurisdiction_ok": True,
        "screen_result": "eligible",
    }
    data = sent("register_application", values, fresh(case).version)
    response = desks.secretary.post(url(case, "step", "register_application"), data)
    errors = str(response.context["form"].errors["registered_on"])
    assert "2026年6月1日" in errors
    assert "递交入党申请书" in errors


def test_tally_that_does_not_add_up_is_shown_with_its_arithmetic(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, MEETING)
    desks.on(day)
    page = page_of(desks.secretary.get(url(case, "step", MEETING)))
    assert "当日有表决权的正式党员 12 名" in page
    values = {**people.values_of(case, MEETING, day), "eligible_voters": 12, "votes_against": 3}
    response = desks.secretary.post(url(case, "step", MEETING), sent(MEETING, values, fresh(case).version))
    page = page_of(response)
    assert response.context["form"].errors["votes_for"]
    assert "推算" in page
    assert StepRecord.objects.get(case=case, step=MEETING).status == "open"


def test_a_vote_that_does_not_pass_is_asked_for_once_more_and_then_kept(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, MEETING)
    desks.on(day)
    values = {**people.values_of(case, MEETING, day), "eligible_voters": 12, "votes_for": 6, "votes_against": 3}
    response = desks.secretary.post(url(case, "step", MEETING), sent(MEETING, values, fresh(case).version))
    assert "本步仍为待办" in str(response.context["form"].errors["confirmed"])
    assert not Attempt.objects.exists()
    data = sent(MEETING, values, fresh(case).version, papers=False) | {"confirmed": "on"}
    response = desks.secretary.post(url(case, "step", MEETING), data, follow=True)
    assert "这次没有通过，已经留存；本步仍为待办" in page_of(response)
    assert Attempt.objects.get().outcome == "not_passed"
    assert "第 1 次办理 · 未通过" in " ".join(page_of(desks.secretary.get(url(case, "step", MEETING))).split())


def test_a_red_result_says_what_it_does_before_it_does_it(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "political_review")
    desks.on(day)
    values = {**people.values_of(case, "political_review", day), "conclusion": "fail"}
    data = sent("political_review", values, fresh(case).version)
    response = desks.secretary.post(url(case, "step", "political_review"), data)
    assert "本案亮红灯并冻结" in str(response.context["form"].errors["confirmed"])
    assert not fresh(case).freeze
    data = sent("political_review", values, fresh(case).version, papers=False) | {"confirmed": "on"}
    response = desks.secretary.post(url(case, "step", "political_review"), data, follow=True)
    assert fresh(case).freeze == "veto"
    assert "一票否决待定" in page_of(response)


def test_an_optional_field_emptied_again_is_empty(county: County, case: Case, desks: Desks):
    people.START, start = dt.date(2026, 6, 1), people.START
    try:
        people.bring(county, case, "register_application")
    finally:
        people.START = start
    key = "register_application"
    values = {**people.values_of(case, key, dt.date(2026, 6, 9)), "prior_history": "样本经历"}
    desks.secretary.post(url(case, "step", key), sent(key, values, fresh(case).version, act="record", papers=False))
    assert StepRecord.objects.get(case=case, step=key).typed_values()["prior_history"] == "样本经历"
    values["prior_history"] = ""
    desks.secretary.post(url(case, "step", key), sent(key, values, fresh(case).version, act="record", papers=False))
    assert StepRecord.objects.get(case=case, step=key).typed_values()["prior_history"] == ""


def test_reason_to_go_ahead_is_asked_of_the_committee_for_somebody_who_leaves(county: County, desks: Desks):
    case = people.make_case(county)
    case.person.expected_leave_date = dt.date(2024, 4, 1)
    case.person.save()
    day = people.bring(county, case, "preliminary_review")
    desks.on(day)
    key = "preliminary_review"
    person = case.person
    person.expected_leave_date = day + dt.timedelta(days=30)
    person.save()
    data = sent(key, people.values_of(case, key, day), fresh(case).version)
    response = desks.verifier.post(url(case, "step", key), data)
    assert response.context["form"].errors
    assert "继续办理的理由" in page_of(response)
    data = sent(key, people.values_of(case, key, day), fresh(case).version, papers=False)
    assert desks.verifier.post(url(case, "step", key), data | {"override": "样本理由"}).status_code == 302
    assert StepRecord.objects.get(case=case, step=key).override_reason == "样本理由"


def test_conversion_is_approved_as_the_meeting_decided(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "conversion_approval")
    desks.on(day)
    key = "conversion_approval"
    values = {**people.values_of(case, key, day), "result": "cancel"}
    response = desks.verifier.post(url(case, "step", key), sent(key, values, fresh(case).version))
    assert response.status_code == 302
    assert StepRecord.objects.get(case=case, step=key).values["result"] == "convert"


# -- the same form twice, and a form that has grown old -----------------------------------------------------------


def test_double_click_enters_once(case: Case, desks: Desks):
    secretary = desks.secretary
    data = sent("submit_application", application(), case.version, papers=False)
    for act in ("record", "record"):
        response = secretary.post(first_step(case), {**data, "act": act})
        assert response.status_code == 302
        assert response.url == case.get_absolute_url()
    assert Entry.objects.filter(action="step_recorded").count() == 1
    version = fresh(case).version
    for _click in range(2):
        data = sent("submit_application", application(), version)
        assert secretary.post(first_step(case), data).status_code == 302
    assert Entry.objects.filter(action="step_submitted").count() == 1
    assert Material.objects.count() == 1


def test_stale_form_shows_what_was_recorded_meanwhile_and_keeps_what_was_typed(case: Case, desks: Desks):
    deputy = desks.client("deputy_secretary")
    data = sent("submit_application", application(day="2026-06-04"), case.version, act="record", papers=False)
    deputy.post(first_step(case), data)
    mine = sent("submit_application", application(day="2026-06-05"), case.version, act="record", papers=False)
    response = desks.secretary.post(first_step(case), mine)
    page = page_of(response)
    assert "您打开本页以后，此人的记录已有更新" in page
    assert "原为：2026-06-04" in page
    assert 'value="2026-06-05"' in page
    again = {**mine, "version": response.context["case"].version}
    assert desks.secretary.post(first_step(case), again).status_code == 302
    assert StepRecord.objects.get(case=case).values["application_date"] == "2026-06-05"


def test_form_of_a_step_submitted_meanwhile_tells_what_happened_and_what_was_typed(case: Case, desks: Desks):
    desks.client("deputy_secretary").post(first_step(case), sent("submit_application", application(), case.version))
    mine = sent("submit_application", application(day="2026-06-01"), case.version)
    response = desks.secretary.post(first_step(case), mine)
    page = page_of(response)
    assert response.status_code == 409
    assert "刚才的内容没有保存" in page
    assert "这一步已经提交，由" in page
    assert "2026-06-01" in page


def test_returned_step_says_why_and_takes_the_correction(county: County, case: Case, desks: Desks):
    desks.secretary.post(first_step(case), sent("submit_application", application(), case.version))
    verifier = people.actor(county, county.committee, "committee_verifier")
    review.hand_back(case_id=case.pk, step="submit_application", reason="样本：日期不符", actor=verifier, now=desks.now)
    page = page_of(desks.secretary.get(first_step(case)))
    assert "样本：日期不符" in page
    assert "先保存更正" in page
    data = sent("submit_application", application(day="2026-06-03"), fresh(case).version, papers=False)
    assert desks.secretary.post(first_step(case), data).status_code == 302
    assert StepRecord.objects.get(case=case).status == "submitted"


# -- who may, and when --------------------------------------------------------------------------------------------


def test_others_see_the_record_and_who_has_it(case: Case, desks: Desks):
    for client in (desks.verifier, desks.officer):
        response = client.get(first_step(case))
        assert response.status_code == 200
        assert response.context["form"] is None
        assert "这一步由党支部办理" in page_of(response)


def test_nobody_enters_for_another_side_by_sending_the_form(case: Case, desks: Desks):
    response = desks.verifier.post(first_step(case), sent("submit_application", application(), case.version))
    assert response.status_code == 409
    assert StepRecord.objects.get(case=case).status == "open"


def test_locked_step_shows_its_day_and_the_arithmetic(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "propose_development_target")
    decided = StepRecord.objects.get(case=case, step="determine_activist").action_on
    desks.on(day - dt.timedelta(days=30))
    page = page_of(desks.secretary.get(url(case, "step", "propose_development_target")))
    assert "尚未开放" in page
    assert f"{decided.year + 1}年{decided.month}月{decided.day}日" in page


def test_step_not_yet_opened_says_what_comes_before(case: Case, desks: Desks):
    page = page_of(desks.secretary.get(url(case, "step", "organization_talk")))
    assert "第 2 步“接收登记与资格初审”校核通过以后" in page


def test_sensitive_fields_are_hidden_from_those_who_only_look(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "recommend_activist")
    desks.on(day)
    talk = url(case, "step", "organization_talk")
    record = StepRecord.objects.get(case=case, step="organization_talk")
    values = record.typed_values()
    record.set_values({**values, "summary": "样本谈话内容"})
    record.save()
    assert "样本谈话内容" in page_of(desks.secretary.get(talk))
    inspector = desks.client("inspector", county.county)
    page = page_of(inspector.get(talk))
    assert "样本谈话内容" not in page
    assert "涉及个人隐私" in page


# -- a clerk ------------------------------------------------------------------------------------------------------


def test_clerk_says_for_whom_and_the_record_names_both(county: County, case: Case, desks: Desks):
    clerk = desks.client("clerk")
    data = sent("submit_application", application(), case.version)
    response = clerk.post(first_step(case), data)
    assert response.context["form"].errors.keys() == {"on_behalf_of"}
    assert not Material.objects.exists()
    secretary = county.user(county.branch, "secretary")
    data = sent("submit_application", application(), case.version) | {"on_behalf_of": secretary.pk}
    assert clerk.post(first_step(case), data).status_code == 302
    entry = Entry.objects.get(action="step_submitted")
    assert entry.on_behalf_of == str(secretary)
    assert entry.actor_id == county.user(county.branch, "clerk").pk


def test_clerk_cannot_name_somebody_of_another_branch(county: County, case: Case, desks: Desks):
    stranger = county.user(county.townships[1].branches[0], "secretary")
    data = sent("submit_application", application(), case.version) | {"on_behalf_of": stranger.pk}
    response = desks.client("clerk").post(first_step(case), data)
    assert "on_behalf_of" in response.context["form"].errors


# -- logs, papers, reports, explanations --------------------------------------------------------------------------


def test_log_entries_and_their_kinds(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "cultivate_educate")
    desks.on(day)
    log = url(case, "step_log", "halfyear_review")
    kinds = dict(desks.secretary.get(log).context["form"].fields["kind"].choices)
    assert kinds.keys() == {"review_date", "contact_opinion"}
    assert dict(desks.verifier.get(log).context["form"].fields["kind"].choices).keys() == {"annual_analysis"}
    entry = {"kind": "review_date", "on": day.isoformat(), "text": "样本考察", "version": fresh(case).version}
    for _click in range(2):
        assert desks.secretary.post(log, entry).status_code == 302
    assert LogEntry.objects.filter(kind="review_date").count() == 1
    page = page_of(desks.secretary.get(url(case, "step", "halfyear_review")))
    assert "样本考察" in page
    early = {**entry, "on": "2022-01-01", "version": fresh(case).version}
    assert "on" in desks.secretary.post(log, early).context["form"].errors


def test_report_starts_the_committees_half(county: County, desks: Desks):
    case = people.make_case(county)
    day = people.bring(county, case, "file_activist")
    desks.on(day)
    report = url(case, "step_report", "file_activist")
    data = {"submitted_on": day.isoformat(), "paper_D06": pdf("D06.pdf"), "version": fresh(case).version}
    response = desks.secretary.post(report, data, follow=True)
    assert "的材料已报送" in page_of(response)
    assert StepRecord.objects.get(case=case, step="file_activist").reported_on == day
    # The same click twice is one report; another paper from the page of before is not lost in silence.
    assert desks.secretary.post(report, {**data, "paper_D06": pdf("D06.pdf")}).status_code == 302
    other = desks.secretary.post(report, {**data, "paper_D06": pdf("D06.pdf", PDF + b"other")})
    assert "这次提交没有保存" in page_of(other)
    form = desks.verifier.get(url(case, "step", "file_activist")).context["form"]
    assert "submitted_on" not in form.fields
    assert desks.verifier.get(report).status_code == 403


def test_flag_is_explained_on_a_page_of_its_own(county: County, case: Case, desks: Desks):
    people.START, start = dt.date(2026, 6, 1), people.START
    try:
        people.bring(county, case, "organization_talk")
    finally:
        people.START = start
    desks.on(dt.date(2026, 7, 10))
    page = page_of(desks.secretary.get(case.get_absolute_url()))
    explain = url(case, "explain", "talk_within_one_month")
    assert explain in page
    shown = page_of(desks.secretary.get(explain))
    assert "推算" in shown
    empty = desks.secretary.post(explain, {"text": " ", "version": fresh(case).version})
    assert "text" in empty.context["form"].errors
    response = desks.secretary.post(explain, {"text": "样本说明", "version": fresh(case).version}, follow=True)
    assert "说明已保存" in page_of(response)
    assert "样本说明" in page_of(response)
    assert desks.verifier.get(explain).status_code == 403
    assert desks.secretary.get(url(case, "explain", "nonsense")).status_code == 404
    gone = desks.secretary.get(url(case, "explain", "oath_within_one_month"))
    assert gone.status_code == 403


# -- files --------------------------------------------------------------------------------------------------------


def test_file_is_served_to_those_who_see_the_case_and_runs_nothing(county: County, case: Case, desks: Desks):
    desks.secretary.post(first_step(case), sent("submit_application", application(), case.version))
    material = Material.objects.get()
    address = url(case, "material", material.pk)
    response = desks.verifier.get(address)
    assert b"".join(response.streaming_content) == PDF + b"D01"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]
    other = county.townships[1].branches[0]
    assert desks.client("secretary", other).get(address).status_code == 404
    elsewhere = people.make_case(county, number=7)
    assert desks.secretary.get(url(elsewhere, "material", material.pk)).status_code == 404


def test_office_document_is_a_download(case: Case, desks: Desks, county: County):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    data = sent("submit_application", application(), case.version, papers=False)
    data["paper_D01"] = SimpleUploadedFile("a.docx", content.getvalue())
    desks.secretary.post(first_step(case), data)
    response = desks.secretary.get(url(case, "material", Material.objects.get().pk))
    assert response["Content-Disposition"].startswith("attachment")


# -- queries ------------------------------------------------------------------------------------------------------


def test_queries_of_the_form_do_not_grow_with_what_the_step_holds(
    county: County, case: Case, desks: Desks, django_assert_num_queries
):
    secretary = desks.secretary
    page = first_step(case)
    secretary.get(page)
    with django_assert_num_queries(18):
        secretary.get(page)
    record = StepRecord.objects.get(case=case)
    for version in range(1, 51):
        Material.objects.create(
            record=record,
            case=case,
            code="D01",
            version=version,
            file=f"{version}.pdf",
            original_name="样本.pdf",
            content_type="application/pdf",
            extension=".pdf",
            size=1,
            sha256=f"{version:064d}",
            uploaded_at=desks.now,
        )
    with django_assert_num_queries(18):
        secretary.get(page)
