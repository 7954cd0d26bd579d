"""The verification queue and page, through HTTP: who sees them, what they show, and what each decision leads to."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import services as audit
from audit.models import Entry
from branches.models import Organisation
from recruitment import machine
from recruitment.models import Case, Flag, Material, Veto
from recruitment.rules.vetoes import VETOES
from recruitment.selectors.casefile import load
from recruitment.selectors.queue import QueueFilter, place_of, queue
from recruitment.services import interventions, review
from tests.branches.factories import County, SeatFactory, UserFactory, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import sitting_cases as people

TALK = "organization_talk"
REVIEW = "political_review"


@pytest.fixture
def county(db) -> County:
    return make_county(members=12)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    monkeypatch.setattr(Material._meta.get_field("file"), "storage", InMemoryStorage())


def signed_in(county: County, organisation: Organisation, role: str, number: int = 0) -> Client:
    client = Client()
    client.force_login(county.user(organisation, role, number))
    return client


def verifier(county: County, number: int = 1, *, township: int = 0) -> Client:
    return signed_in(county, county.townships[township].committee, "committee_verifier", number)


def submitted(county: County, step: str = TALK, *, number: int = 1, branch: Organisation | None = None) -> Case:
    """A sample person whose step waits for its verifier."""
    case = people.make_case(county, number=number, branch=branch)
    people.do(county, case, step, people.bring(county, case, step), verify=False)
    return Case.objects.get(pk=case.pk)


def address(case: Case) -> str:
    return reverse("case_verify", args=[case.number])


def decide(client: Client, case: Case, decision: str, *, query: str = "", **data):
    data.setdefault("version", Case.objects.values_list("version", flat=True).get(pk=case.pk))
    return client.post(f"{address(case)}{query}", {"decision": decision, **data})


def acts_of(case: Case) -> list[str]:
    return list(Entry.objects.filter(chain=case.chain).order_by("seq").values_list("action", flat=True))


# -- the queue ----------------------------------------------------------------------------------------------------


def test_the_queue_holds_what_waits_for_the_own_side_the_longest_first(county):
    late = rows.put(county, "recommend_activist", "submitted", record={"submitted_at": rows.moment(-9)})
    early = rows.put(county, TALK, "submitted", record={"submitted_at": rows.moment(-30)})
    rows.put(county, TALK, "open")
    rows.put(county, "file_activist", "submitted")  # the department verifies it
    rows.put(county, TALK, "submitted", branch=county.townships[1].branches[0])
    response = verifier(county).get(reverse("queue"))
    assert [row.case.pk for row in response.context["rows"]] == [early.pk, late.pk]
    assert [row.days for row in response.context["rows"]] == sorted(
        [row.days for row in response.context["rows"]], reverse=True
    )


def test_a_department_has_its_own_queue(county):
    mine = rows.put(county, "file_activist", "submitted")
    rows.put(county, TALK, "submitted")
    response = signed_in(county, county.department, "department_officer").get(reverse("queue"))
    assert [row.case.pk for row in response.context["rows"]] == [mine.pk]


def test_tabs_count_and_filters_narrow(county):
    first = rows.put(county, TALK, "submitted", light="yellow")
    rows.put(county, TALK, "submitted", branch=county.townships[0].branches[1])
    rows.put(county, "recommend_activist", "submitted")
    client = verifier(county)
    response = client.get(reverse("queue"))
    assert {tab["stage"]: tab["count"] for tab in response.context["tabs"]} == {"": 3, 1: 2, 2: 1}
    narrowed = {"stage": 1, "branch": county.branch.pk, "step": TALK, "light": "yellow"}
    response = client.get(reverse("queue"), narrowed)
    assert [row.case.pk for row in response.context["rows"]] == [first.pk]
    assert f"{address(first)}?stage=1&amp;branch={county.branch.pk}" in response.content.decode()
    response = client.get(reverse("queue"), {"stage": 9, "branch": "x", "step": "no such", "light": "blue"})
    assert len(response.context["rows"]) == 3, "a filter that fits nothing any more is left out"


def test_a_stale_light_is_found_by_its_real_colour(county):
    case = rows.put(county, TALK, "submitted", light="green", next_change_on=rows.day(-1))
    response = verifier(county).get(reverse("queue"), {"light": "yellow"})
    assert [row.case.pk for row in response.context["rows"]] == [case.pk]


def test_frozen_cases_and_steps_beside_the_current_one_wait_elsewhere(county):
    frozen = rows.put(county, TALK, "submitted", freeze="veto", veto_code="V02", light="red")
    beside = rows.put(county, REVIEW, "open")
    rows.add_record(beside, "intensive_training", "submitted")
    response = verifier(county).get(reverse("queue"))
    assert response.context["rows"] == []
    assert response.context["counts"].frozen == 1
    assert "另有 1 件已经提交但被冻结" in response.content.decode()
    assert frozen.number not in response.content.decode()


def test_pages_of_fifty_cost_what_one_row_costs(county):
    client = verifier(county)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("queue"))
        return len(queries)

    rows.put(county, TALK, "submitted")
    one = cost()
    for _ in range(54):
        rows.put(county, TALK, "submitted")
    response = client.get(reverse("queue"))
    assert len(response.context["rows"]) == 50
    assert response.context["page_obj"].paginator.count == 55
    assert len(client.get(reverse("queue"), {"page": 2}).context["rows"]) == 5
    assert cost() == one == 12


def test_neighbours_keep_the_filter(county):
    cases = [rows.put(county, TALK, "submitted", record={"submitted_at": rows.moment(-offset)}) for offset in (9, 8, 7)]
    rows.put(county, "recommend_activist", "submitted", record={"submitted_at": rows.moment(-20)})
    actor = people.actor(county, county.committee, "committee_verifier")
    wanted = QueueFilter(stage=1)
    place = place_of(cases[1].number, actor, rows.TODAY, wanted)
    assert (place.position, place.total) == (2, 3)
    assert (place.previous, place.following) == (cases[0].number, cases[2].number)
    page = verifier(county).get(f"{address(cases[1])}?stage=1&page=2").content.decode()
    assert f'href="{address(cases[0])}?stage=1"' in page
    assert f'href="{address(cases[2])}?stage=1"' in page
    assert queue(actor, rows.TODAY, QueueFilter()).count() == 4


# -- who may look and who decides ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["secretary", "clerk"])
def test_a_branch_has_neither_queue_nor_verification_page(county, role):
    case = submitted(county)
    client = signed_in(county, county.branch, role)
    assert client.get(reverse("queue")).status_code == 403
    assert client.get(address(case)).status_code == 403
    assert decide(client, case, "verify").status_code == 403
    assert Case.objects.get(pk=case.pk).step == TALK


def test_another_township_finds_nothing(county):
    case = submitted(county)
    client = verifier(county, township=1)
    assert client.get(address(case)).status_code == 404
    assert decide(client, case, "verify").status_code == 404
    assert client.get(reverse("queue")).context["rows"] == []


@pytest.mark.parametrize(
    ("body", "role"),
    [("county", "inspector"), ("committee", "organiser"), ("department", "department_officer")],
)
def test_others_above_the_branch_read_and_decide_nothing(county, body, role):
    case = submitted(county)
    client = signed_in(county, getattr(county, body), role)
    page = client.get(address(case)).content.decode()
    assert "只供查看" in page
    assert 'name="decision"' not in page
    response = decide(client, case, "verify")
    assert "只供查看" in response.content.decode()
    assert Case.objects.get(pk=case.pk).step == TALK


def test_an_inspector_has_no_queue_and_reads_no_private_words(county):
    case = submitted(county)
    client = signed_in(county, county.county, "inspector")
    assert client.get(reverse("queue")).status_code == 403
    shown = {str(fact.label): fact.value for fact in client.get(address(case)).context["facts"]}
    assert "涉及个人隐私" in str(list(shown.values()))
    # Who takes part in the case sees them.
    own = verifier(county).get(address(case)).context["facts"]
    assert "涉及个人隐私" not in str([fact.value for fact in own])


def test_signed_out_people_are_sent_to_the_door(county):
    case = submitted(county)
    assert Client().get(address(case)).status_code == 302
    assert Client().post(address(case), {"decision": "verify"}).status_code == 302


def test_a_post_needs_its_token(county):
    case = submitted(county)
    client = Client(enforce_csrf_checks=True)
    client.force_login(county.user(county.committee, "committee_verifier", 1))
    assert decide(client, case, "verify").status_code == 403
    assert Case.objects.get(pk=case.pk).step == TALK


def test_an_unknown_decision_is_none(county):
    case = submitted(county)
    assert decide(verifier(county), case, "approve_everything").status_code == 403


# -- what the page shows ------------------------------------------------------------------------------------------


def test_form_papers_verdict_and_checks_stand_on_the_page(county):
    case = submitted(county)
    response = verifier(county).get(address(case))
    page = response.content.decode()
    for words in ("谈话日期", "填写的内容", "材料", "系统核对", "逐项核对", "系统提示不构成组织认定", "通过", "退回"):
        assert words in page
    paper = Material.objects.get(case=case, code="D03")
    assert f'<iframe class="paper-frame" src="{reverse("material", args=[case.number, paper.pk])}"' in page
    [finding] = response.context["findings"]
    assert finding.met
    assert "一个月内" in finding.words.title.zh
    assert "细则（2014年）第七条" in page
    assert response.context["checks"]
    assert response.context["passable"]


def test_changes_since_the_return_are_marked(county):
    case = submitted(county)
    decide(verifier(county), case, "hand_back", code="content_thin", reason="谈话人只有一名")
    day = load(case.pk).record(TALK).action_on
    values = {**people.values_of(case, TALK, day), "talkers": ["样本甲", "样本乙"], "summary": "补写的内容"}
    secretary = people.actor(county, county.branch, "secretary")
    review_day = people.at(dt.date(2023, 2, 1))
    people.acts.submit(
        case_id=case.pk, step=TALK, values=values, uploads=[people.paper("D03")], actor=secretary, now=review_day
    )
    response = verifier(county).get(address(case))
    changed = {fact.label.zh: str(fact.note) for fact in response.context["facts"] if fact.changed}
    assert "退回时为：样本" in changed.pop("谈话人")
    [note] = changed.values()
    assert "加密保存" in note, "what a sensitive field held is nowhere in clear"
    page = response.content.decode()
    assert "谈话人只有一名" in page
    assert "退回以后改了 2 项" in page


def test_a_suspended_case_shows_what_hinders_it(county):
    case = submitted(county)
    decide(verifier(county), case, "suspend", code="V25", reason="正在核查")
    response = verifier(county).get(address(case))
    assert not response.context["passable"]
    assert "本案暂停校核" in response.content.decode()
    assert 'value="verify"' not in response.content.decode()


def test_whoever_submitted_is_told_that_another_person_verifies(county):
    user = county.user(county.branch, "secretary")
    SeatFactory(user=user, organisation=county.committee, role="committee_verifier")
    case = submitted(county)
    client = Client()
    client.force_login(user)
    page = client.get(address(case)).content.decode()
    assert "须由另一名校核人员校核" in page
    assert 'value="verify"' not in page
    response = decide(client, case, "verify")
    assert "这一步由您提交" in response.content.decode()
    assert Case.objects.get(pk=case.pk).step == TALK


def test_a_step_that_was_not_submitted_has_nothing_to_pass(county):
    case = people.make_case(county)
    page = verifier(county).get(address(case)).content.decode()
    assert "这一步还没有提交" in page
    assert 'value="verify"' not in page
    assert 'value="veto"' in page, "a veto may be raised at any time"


def test_the_page_costs_the_same_whatever_waits(county):
    case = submitted(county)
    client = verifier(county)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address(case))
        return len(queries)

    one = cost()
    for _ in range(20):
        rows.put(county, TALK, "submitted")
    assert cost() == one == 21


# -- decisions ----------------------------------------------------------------------------------------------------


def test_pass_moves_the_case_on_and_leads_to_the_next(county):
    case, waits = submitted(county), submitted(county, number=2)
    paper = Material.objects.get(case=case, code="D03")
    response = decide(verifier(county), case, "verify", originals=[paper.pk], query="?stage=1")
    assert response.status_code == 302
    assert response.url == f"{address(waits)}?stage=1"
    assert Case.objects.get(pk=case.pk).step == "recommend_activist"
    assert acts_of(case)[-1] == "step_verified"
    entry = Entry.objects.filter(chain=case.chain).order_by("-seq").first()
    assert entry.payload["originals"][0]["code"] == "D03"
    assert entry.actor_id == county.user(county.committee, "committee_verifier", 1).pk
    paper.refresh_from_db()
    assert paper.original_seen_by_id == entry.actor_id
    assert not audit.verify(case.chain)


def test_the_panel_says_what_happened_and_who_has_it_now(county):
    case, client = submitted(county), verifier(county)
    response = decide(client, case, "verify")
    assert response.url == reverse("queue")
    page = client.get(response.url).content.decode()
    assert "第 3 步“党组织派人谈话”已通过校核" in page
    assert "办理第 4 步“推荐推优产生人选”" in page
    assert str(case.branch) in page
    assert "已通过校核" not in client.get(response.url).content.decode(), "it is said once"


def test_return_needs_its_reason_and_says_it(county):
    case, client = submitted(county), verifier(county)
    paper = Material.objects.get(case=case, code="D03")
    response = decide(client, case, "hand_back", code="signature_missing", reason="  ", originals=[paper.pk])
    assert response.status_code == 200
    page = response.content.decode()
    assert "还需要补充或更正" in page
    assert f'id="original-{paper.pk}" checked' in page, "a tick is not lost"
    decide(client, case, "hand_back", code="signature_missing", reason="缺第二名谈话人", originals=[paper.pk])
    record = load(case.pk).record(TALK)
    assert (record.status, record.return_reason) == (machine.RETURNED, "缺第二名谈话人")
    assert acts_of(case)[-1] == "step_returned"
    paper.refresh_from_db()
    assert paper.original_seen_at is not None


def test_originals_are_noted_by_themselves(county):
    case, client = submitted(county), verifier(county)
    paper = Material.objects.get(case=case, code="D03")
    elsewhere = Material.objects.filter(case=case).exclude(pk=paper.pk).first()
    refused = decide(client, case, "originals", originals=[elsewhere.pk])
    assert refused.status_code == 200
    assert decide(client, case, "originals", originals=[paper.pk]).url == address(case)
    paper.refresh_from_db()
    elsewhere.refresh_from_db()
    assert paper.original_seen_at is not None
    assert elsewhere.original_seen_at is None
    assert acts_of(case)[-1] == "originals_seen"
    assert "已核原件" in client.get(address(case)).content.decode()


def test_a_stale_form_is_refused_with_fresh_data(county):
    case, client = submitted(county), verifier(county)
    stale = case.version
    decide(verifier(county, 0), case, "suspend", code="V25", reason="正在核查")
    response = decide(client, case, "verify", version=stale)
    page = response.content.decode()
    assert "本案暂停校核" in page, "the page shows the case as it stands"
    assert [words.title.zh for words in response.context["refused"]]
    assert f'name="version" value="{Case.objects.get(pk=case.pk).version}"' in page
    assert Case.objects.get(pk=case.pk).step == TALK


def test_a_second_click_finds_the_step_decided(county):
    case, client = submitted(county), verifier(county)
    version = case.version
    decide(client, case, "verify", version=version)
    response = decide(client, case, "verify", version=version)
    assert response.status_code == 200
    assert acts_of(case).count("step_verified") == 3


def test_veto_freezes_the_case_for_the_level_above(county):
    case, client = submitted(county), verifier(county)
    page = client.get(address(case)).content.decode()
    assert "由" in page
    assert str(county.department) in page
    response = decide(client, case, "veto", code="V02", reason="本人说不是自愿")
    assert response.url == reverse("queue")
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.freeze, fresh.veto_code, fresh.light) == ("veto", "V02", "red")
    assert Veto.objects.get(case=case).status == Veto.Status.STANDING
    assert acts_of(case)[-1] == "veto_raised"
    page = client.get(address(case)).content.decode()
    assert "等上级组织部门确认或者撤销" in page
    assert 'name="decision"' not in page


def test_the_steps_own_situations_come_first_and_local_ones_say_so(county):
    case = submitted(county, REVIEW)
    form = verifier(county).get(address(case)).context["forms"]["veto"]
    _blank, (own_label, own), (_label, others) = form.fields["code"].choices
    assert str(own_label) == "本环节要查的情形"
    assert [code for code, _ in own] == ["V04", "V15", "V16", "V17", "V18", "V19", "V20"]
    assert all(("本地规定" in label) is VETOES[code].is_local for code, label in [*own, *others])
    assert not {"V05", "V24", "V26"} & {code for code, _ in [*own, *others]}


def test_a_veto_without_situation_or_reason_changes_nothing(county):
    case, client = submitted(county), verifier(county)
    for data in ({"code": "V02", "reason": ""}, {"code": "", "reason": "理由"}, {"code": "V25", "reason": "理由"}):
        response = decide(client, case, "veto", **data)
        assert response.status_code == 200
        assert '<details class="decision" id="veto" open>' in response.content.decode()
    assert not Veto.objects.exists()


def test_suspend_and_resume(county):
    case, client = submitted(county), verifier(county)
    assert decide(client, case, "suspend", code="V25", reason="正在核查").url == address(case)
    assert Case.objects.get(pk=case.pk).suspended_codes == ["V25"]
    page = client.get(address(case)).content.decode()
    assert "已暂停" in page
    assert 'value="resume"' in page
    decide(client, case, "resume", code="V25", reason="查清不影响入党")
    assert Case.objects.get(pk=case.pk).suspended_codes == []
    assert acts_of(case)[-2:] == ["case_suspended", "case_resumed"]


def test_send_back_offers_earlier_steps_of_the_stage_only(county):
    case, client = submitted(county, "assign_contacts"), verifier(county)
    offered = [key for key, _ in client.get(address(case)).context["forms"]["send_back"].fields["step"].choices]
    # Step 6 is verified by the department, and step 3 belongs to an earlier stage.
    assert offered == ["", "recommend_activist", "determine_activist"]
    assert decide(client, case, "send_back", step=TALK, reason="理由").status_code == 200
    decide(client, case, "send_back", step="determine_activist", reason="会议人数登记有误")
    assert Case.objects.get(pk=case.pk).step == "determine_activist"
    assert acts_of(case)[-1] == "case_sent_back"


def test_an_unexplained_flag_of_the_step_hinders_and_is_shown_with_its_explanation(county):
    case = people.make_case(county)
    day = people.bring(county, case, TALK) + dt.timedelta(days=60)
    people.do(county, case, TALK, day, verify=False)
    client = verifier(county)
    response = client.get(address(case))
    assert not response.context["passable"]
    assert "还没有说明" in response.content.decode()
    refused = decide(client, case, "verify")
    # The code stands in the address of its article and nowhere in the words.
    assert "flag_unexplained" not in re.sub(r"<[^>]*>", "", refused.content.decode())
    assert refused.status_code == 200
    secretary = people.actor(county, county.branch, "secretary")
    for code in {flag.code for flag in Flag.objects.filter(case=case, step=TALK, resolved_at=None)}:
        review.explain(case_id=case.pk, flag=code, text="汛期推迟", actor=secretary, now=people.at(day, 15))
    page = client.get(address(case)).content.decode()
    assert "汛期推迟" in page
    assert decide(client, case, "verify").status_code == 302
    assert Case.objects.get(pk=case.pk).step == "recommend_activist"


def test_an_ended_case_is_only_read(county):
    case = submitted(county)
    secretary = people.actor(county, county.branch, "secretary")
    interventions.close(case_id=case.pk, outcome="withdrawn", actor=secretary, now=people.at(dt.date(2023, 2, 1)))
    client = verifier(county)
    page = client.get(address(case)).content.decode()
    assert "这里只供查看" in page
    assert 'name="decision"' not in page
    assert decide(client, case, "verify").status_code == 200
    assert Case.objects.get(pk=case.pk).end == "withdrawn"


def test_english(county):
    case, client = submitted(county), verifier(county)
    client.cookies["django_language"] = "en"
    page = client.get(address(case)).content.decode()
    assert "Talk with the applicant" in page
    assert "Date of the talk" in page
    assert client.get(reverse("queue")).status_code == 200


def test_a_person_without_a_seat_sees_nothing(county):
    case = submitted(county)
    client = Client()
    client.force_login(UserFactory())
    assert client.get(reverse("queue")).status_code == 403
    assert client.get(address(case)).status_code == 404


def test_the_page_stands_under_the_queue(county):
    page = verifier(county).get(address(rows.put(county, TALK, "submitted")))
    assert [item.url for item in page.context["nav"] if item.active] == [reverse("queue")]
