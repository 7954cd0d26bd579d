"""Returns counted, the register, appeals, reminder talks, the story and the notice: who sees them and what they say."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import services as audit
from audit.models import Entry
from branches.models import Organisation
from recruitment.models import (
    AlertSetting,
    Appeal,
    Case,
    Flag,
    Material,
    Notification,
    ReminderTalk,
    StepRecord,
    StepReturn,
    Veto,
)
from recruitment.rules.steps import STEPS
from recruitment.selectors.talks import Quarter
from recruitment.services import interventions
from recruitment.services.settings import save_alert_setting
from tests.branches.factories import County, UserFactory, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import sitting_cases as people
from tests.recruitment.desk import pdf

TALK = "organization_talk"
PAGES = ("returns", "register", "appeals", "talks")
DEADLINE = "talk_within_one_month"


@pytest.fixture
def county(db) -> County:
    return make_county(members=3)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    for model, name in ((Material, "file"), (Appeal, "file")):
        monkeypatch.setattr(model._meta.get_field(name), "storage", InMemoryStorage())


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch) -> None:
    monkeypatch.setattr("recruitment.middleware.timezone.now", lambda: rows.NOW)


def signed_in(county: County, organisation: Organisation, role: str, number: int = 0) -> Client:
    client = Client()
    client.force_login(county.user(organisation, role, number))
    return client


def officer(county: County, number: int = 0) -> Client:
    return signed_in(county, county.department, "department_officer", number)


def committee(county: County, *, township: int = 0) -> Client:
    return signed_in(county, county.townships[township].committee, "committee_verifier")


def returned(county: County, code: str, *, step: str = TALK, branch: Organisation | None = None, days: int = 3):
    case = rows.put(county, step, "returned", branch=branch)
    return StepReturn.objects.create(
        case=case,
        record=case.records.get(),
        branch=case.branch,
        step=step,
        code=code,
        text="请补正",
        returned_at=rows.moment(-days),
        returned_by=county.user(county.committee, "committee_verifier"),
    )


def yellow(county: County, *, days: int, branch: Organisation | None = None, **columns) -> Flag:
    case = rows.put(county, TALK, light="yellow", branch=branch)
    columns.setdefault("holder", "branch")
    columns.setdefault("code", DEADLINE)
    columns.setdefault("needs_explanation", True)
    return Flag.objects.create(case=case, step=TALK, raised_on=rows.day(-days), raised_at=rows.moment(-days), **columns)


def ended(county: County, *, number: int = 1) -> Case:
    """A case that ended in a red which the first officer confirmed."""
    case = people.make_case(county, number=number)
    now = people.at(people.START, 15)
    verifier = people.actor(county, county.committee, "committee_verifier")
    interventions.raise_veto(
        case_id=case.pk, step="submit_application", code="V02", reason="本人说不是自愿", actor=verifier, now=now
    )
    decider = people.actor(county, county.department, "department_officer")
    interventions.confirm_veto(case_id=case.pk, reason="谈话核实，情形属实", actor=decider, now=now)
    return Case.objects.get(pk=case.pk)


def appealed(county: County, case: Case, **data):
    data = {
        "received_on": rows.day(-1).isoformat(),
        "text": "我是自愿申请的，谈话记录有误",
        "version": case.version,
        **data,
    }
    client = signed_in(county, county.branch, "secretary")
    return client.post(reverse("appeal_receive", args=[case.number]), data)


# -- who sees these pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_only_seats_above_a_branch_see_them(county, page):
    url = reverse(page)
    for client in (committee(county), officer(county), signed_in(county, county.county, "inspector")):
        assert client.get(url).status_code == 200
    for client in (
        signed_in(county, county.branch, "secretary"),
        signed_in(county, county.county, "administrator"),
    ):
        assert client.get(url).status_code == 403
    assert Client().get(url).status_code == 302
    nobody = Client()
    nobody.force_login(UserFactory())
    assert nobody.get(url).status_code == 403


def test_every_page_is_there_in_english(county):
    ended(county)
    yellow(county, days=2)
    returned(county, "signature_missing")
    client = officer(county)
    client.cookies["django_language"] = "en"
    assert "Signature missing" in client.get(reverse("returns")).content.decode()
    for page in PAGES:
        assert client.get(reverse(page)).status_code == 200


# -- returns ------------------------------------------------------------------------------------------------------


def test_returns_are_counted_by_reason_branch_and_step_with_their_cases(county):
    other = county.townships[0].branches[1]
    mine = [returned(county, "signature_missing"), returned(county, "signature_missing", branch=other)]
    mine.append(returned(county, "date_disagrees", step="recommend_activist"))
    returned(county, "date_disagrees", days=400)
    returned(county, "paper_missing", branch=county.townships[1].branches[0])
    client = committee(county)
    context = client.get(reverse("returns")).context
    assert context["tally"].total == 3
    assert [(code, times) for code, _name, times in context["reasons"]] == [
        ("signature_missing", 2),
        ("date_disagrees", 1),
    ]
    assert {pk: times for pk, _name, times in context["tally"].branches} == {county.branch.pk: 2, other.pk: 1}
    assert [(key, times) for key, _number, _name, times in context["steps"]] == [(TALK, 2), ("recommend_activist", 1)]
    assert {row.pk for row, *_ in context["rows"]} == {row.pk for row in mine}
    assert f'href="{mine[0].case.get_absolute_url()}"' in client.get(reverse("returns")).content.decode()
    for query, expected in (
        ({"code": "date_disagrees"}, [mine[2].pk]),
        ({"branch": other.pk}, [mine[1].pk]),
        ({"step": "recommend_activist"}, [mine[2].pk]),
        ({"since": "2024-01-01", "until": "2025-12-31"}, None),
        ({"since": "no day", "branch": "x", "code": "no such", "step": "none"}, [row.pk for row in mine]),
    ):
        found = [row.pk for row, *_ in client.get(reverse("returns"), query).context["rows"]]
        assert len(found) == 1 if expected is None else sorted(found) == sorted(expected)
    assert officer(county).get(reverse("returns")).context["tally"].total == 4


def test_lists_cost_the_same_for_one_and_many(county):
    client = officer(county)

    def costs() -> list[int]:
        found = []
        for page in PAGES:
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(page))
            found.append(len(queries))
        return found

    def add(number: int) -> None:
        case = rows.put(county, TALK)
        StepRecord.objects.filter(case=case).update(override_reason="计划内确有需要", entered_at=rows.moment(-2))
        red = Veto.objects.create(
            case=case, code="V02", step=TALK, status="dismissed", raised_at=rows.moment(-3), decided_at=rows.moment(-2)
        )
        Appeal.objects.create(
            case=case,
            veto=red,
            body=county.city_department,
            received_on=rows.day(-1),
            text="申诉",
            entered_at=rows.NOW,
            received_by=county.user(county.branch, "secretary"),
        )
        returned(county, "other")
        branch = county.townships[number % 2].branches[0]
        for _ in range(3):
            yellow(county, days=number, branch=branch)
        ReminderTalk.objects.create(
            branch=branch,
            year=2000 + number,
            quarter=1,
            held_on=rows.day(-1),
            talker="样本",
            listener="样本",
            content="样本",
            yellows=3,
            entered_at=rows.NOW,
            entered_by=county.user(county.committee, "committee_verifier"),
        )

    add(0)
    one = costs()
    for number in range(1, 3):
        add(number)
    three = costs()
    for number in range(3, 12):
        add(number)
    assert costs() == three == one == [14, 16, 13, 18]


# -- the register -------------------------------------------------------------------------------------------------


def test_the_register_has_every_override_and_dismissal_with_its_reason(county):
    overridable = next(step.key for step in STEPS.values() if any(gate.override for gate in step.gates))
    over = rows.put(county, overridable)
    StepRecord.objects.filter(case=over).update(
        override_reason="超出计划，确有需要",
        entered_at=rows.moment(-9),
        entered_by=county.user(county.committee, "secretary"),
    )
    cases = [rows.put(county, TALK) for _ in range(3)]
    for case, status in zip(cases, ("dismissed", "overturned", "confirmed"), strict=True):
        Veto.objects.create(
            case=case,
            code="V02",
            step=TALK,
            status=status,
            raised_at=rows.moment(-8),
            decided_at=rows.moment(-7),
            decided_by=county.user(county.department, "department_officer"),
            decision_reason=f"理由{status}",
        )
    yellow(county, days=5, explanation="汛期推迟", resolved_at=rows.moment(-1))
    client = officer(county)
    context = client.get(reverse("register")).context
    assert [(row.case.pk, row.kind) for row, *_ in context["rows"]] == [
        (cases[1].pk, "overturned"),
        (cases[0].pk, "dismissal"),
        (over.pk, "override"),
    ]
    counts = {count.rule: (count.raised, count.explained, count.overruled) for count, _name in context["counts"]}
    assert counts["V02"] == (0, 0, 2)
    assert counts[DEADLINE] == (1, 1, 0)
    page = client.get(reverse("register")).content.decode()
    assert "超出计划，确有需要" in page
    assert "理由confirmed" not in page
    narrowed = client.get(reverse("register"), {"kind": "dismissal", "rule": "V02", "since": "2026-06-01"})
    assert [row.case.pk for row, *_ in narrowed.context["rows"]] == [cases[0].pk]
    assert not client.get(reverse("register"), {"until": "2026-01-31"}).context["rows"]
    assert not committee(county, township=1).get(reverse("register")).context["rows"]


# -- red: told, appealed, answered --------------------------------------------------------------------------------


def test_branch_and_committee_are_told_how_a_red_was_decided(county):
    case = ended(county)
    told = Notification.objects.filter(case=case, code="veto_confirmed").values_list("organisation", flat=True)
    assert sorted(told) == sorted([county.branch.pk, county.committee.pk])
    page = signed_in(county, county.branch, "secretary").get(reverse("notifications")).content.decode()
    assert "一票否决已确认" in page
    notice = signed_in(county, county.branch, "secretary").get(reverse("veto_notice", args=[case.number]))
    page = notice.content.decode()
    for words in ("关于终止发展的告知书", "谈话核实，情形属实", "可以书面提出申诉", str(county.city_department)):
        assert words in page
    assert committee(county, township=1).get(reverse("veto_notice", args=[case.number])).status_code == 404
    inspector = signed_in(county, county.county, "inspector")
    assert inspector.get(reverse("veto_notice", args=[case.number])).status_code == 404


def test_an_appeal_is_received_and_answered_by_the_level_above(county):
    case = ended(county)
    response = appealed(county, case, paper=pdf())
    assert response.status_code == 302
    appeal = Appeal.objects.get()
    assert (appeal.body, appeal.status, appeal.contested) == (county.city_department, "pending", "谈话核实，情形属实")
    assert appeal.received_by == county.user(county.branch, "secretary")
    assert Entry.objects.filter(chain=case.chain).order_by("-seq")[0].action == "appeal_received"
    assert Notification.objects.filter(code="appeal_received", organisation=county.city_department).exists()
    url = reverse("appeal", args=[appeal.pk])
    # The one who confirmed it, and anybody but the level above, only reads.
    data = {"outcome": "upheld", "reason": "复查：本人自愿", "version": Case.objects.get(pk=case.pk).version}
    for client in (officer(county), officer(county, 1), signed_in(county, county.branch, "secretary")):
        assert "只供查看" in client.get(url).content.decode()
        assert client.post(url, data).status_code == 200
    assert Appeal.objects.get().status == "pending"
    assert committee(county, township=1).get(url).status_code == 404
    above = signed_in(county, county.city_department, "department_officer")
    assert [row.pk for row, _name in above.get(reverse("appeals")).context["rows"]] == [appeal.pk]
    paper = above.get(reverse("appeal_paper", args=[appeal.pk]))
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert committee(county, township=1).get(reverse("appeal_paper", args=[appeal.pk])).status_code == 404
    assert above.post(url, {**data, "version": 1}).status_code == 200, "a stale page answers nothing"
    assert above.post(url, {**data, "reason": " "}).status_code == 200
    assert above.post(url, data).status_code == 302
    appeal.refresh_from_db()
    fresh = Case.objects.get(pk=case.pk)
    assert (appeal.status, appeal.answer, fresh.step, fresh.ended_on) == (
        "upheld",
        "复查：本人自愿",
        "submit_application",
        None,
    )
    assert Veto.objects.get().status == Veto.Status.OVERTURNED
    assert Entry.objects.filter(chain=case.chain).order_by("-seq")[0].action == "case_reinstated"
    assert Notification.objects.filter(code="appeal_upheld").count() == 3
    assert audit.verify() == []


def test_a_rejected_appeal_leaves_the_decision_and_is_kept(county):
    case = ended(county)
    appealed(county, case)
    appeal = Appeal.objects.get()
    above = signed_in(county, county.city_department, "department_officer")
    data = {"outcome": "rejected", "reason": "复查属实", "version": Case.objects.get(pk=case.pk).version}
    above.post(reverse("appeal", args=[appeal.pk]), data)
    appeal.refresh_from_db()
    assert (appeal.status, Case.objects.get(pk=case.pk).end) == ("rejected", "veto")
    assert Entry.objects.filter(chain=case.chain).order_by("-seq")[0].action == "appeal_answered"
    above.post(reverse("appeal", args=[appeal.pk]), {**data, "outcome": "upheld"})
    appeal.refresh_from_db()
    assert appeal.status == "rejected", "answered once"
    assert "复查属实" in officer(county).get(reverse("case_story", args=[case.number])).content.decode()


@pytest.mark.parametrize(
    "data", [{"text": " "}, {"received_on": "2022-01-01"}, {"received_on": "2026-06-11"}, {"version": 1}]
)
def test_an_appeal_that_cannot_be_changes_nothing(county, data):
    case = ended(county)
    assert appealed(county, case, **data).status_code == 200
    assert not Appeal.objects.exists()


def test_only_a_confirmed_red_is_appealed_and_only_by_those_of_the_case(county):
    running = people.make_case(county, number=2)
    assert appealed(county, running).status_code == 403
    case = ended(county)
    url = reverse("appeal_receive", args=[case.number])
    assert signed_in(county, county.county, "inspector").get(url).status_code == 403
    assert committee(county, township=1).get(url).status_code == 404
    appealed(county, case)
    again = signed_in(county, county.branch, "secretary").get(url)
    assert again.url == reverse("appeal", args=[Appeal.objects.get().pk]), "one waits at a time"


def test_a_department_that_puts_it_right_itself_answers_the_appeal_with_it(county):
    case = ended(county)
    appealed(county, case)
    other = people.actor(county, county.department, "department_officer", 1)
    interventions.reinstate(case_id=case.pk, reason="自查有误", actor=other, now=rows.NOW)
    appeal = Appeal.objects.get()
    assert (appeal.status, appeal.answer) == ("upheld", "自查有误")


# -- reminder talks -----------------------------------------------------------------------------------------------


def test_a_talk_is_owed_after_three_yellows_of_a_quarter_until_it_is_recorded(county):
    for days in (1, 2):
        yellow(county, days=days)
    yellow(county, days=3, voided=True)
    yellow(county, days=3, needs_explanation=False, code="returned")
    yellow(county, days=100)
    client = committee(county)
    assert client.get(reverse("talks")).context["owed"] == []
    yellow(county, days=4)
    [(owed, may)] = client.get(reverse("talks")).context["owed"]
    assert (owed.branch, owed.quarter, owed.yellows, may) == (county.branch, Quarter(2026, 2), 3, True)
    [(_owed, may)] = officer(county).get(reverse("talks")).context["owed"]
    assert not may, "the committee talks, the department looks on"
    url = reverse("talk_record", args=[county.branch.code, 2026, 2])
    data = {"held_on": "2026-06-09", "talker": "样本书记", "listener": "样本支书", "content": "按期办理"}
    assert officer(county).post(url, data).status_code == 200
    assert committee(county, township=1).get(url).status_code == 404
    for wrong in ({"content": " "}, {"held_on": "2026-03-31"}, {"held_on": "2026-06-11"}):
        assert client.post(url, {**data, **wrong}).status_code == 200
    assert not ReminderTalk.objects.exists()
    assert client.post(url, data).status_code == 302
    talk = ReminderTalk.objects.get()
    assert (talk.branch, talk.yellows, talk.talker) == (county.branch, 3, "样本书记")
    assert Entry.objects.filter(chain=f"org:{county.branch.pk}", action="reminder_talk_held").count() == 1
    context = client.get(reverse("talks")).context
    assert (context["owed"], [row.pk for row in context["held"]]) == ([], [talk.pk])
    assert client.post(url, data).status_code == 200, "recorded once"
    assert ReminderTalk.objects.count() == 1


def test_a_county_may_ask_for_a_talk_later(county):
    for days in range(3):
        yellow(county, days=days)
    admin = people.actor(county, county.county, "administrator")
    setting = AlertSetting(organisation=county.county, talk_after=4, document="样本〔2026〕1号")
    save_alert_setting(setting=setting, actor=admin, now=rows.NOW)
    assert committee(county).get(reverse("talks")).context["owed"] == []
    entry = Entry.objects.get(chain=f"org:{county.county.pk}")
    assert (entry.action, entry.payload["talk_after"]) == ("alert_setting_created", 4)
    setting.talk_after = 0
    with pytest.raises(ValidationError):
        save_alert_setting(setting=setting, actor=admin, now=rows.NOW)
    assert AlertSetting.objects.get().talk_after == 4


@pytest.mark.parametrize("place", [("X", 2026, 2), ("", 2026, 5), ("", 1, 2)])
def test_a_quarter_that_is_none_is_not_found(county, place):
    code, year, quarter = place
    url = reverse("talk_record", args=[code or county.branch.code, year, quarter])
    assert committee(county).get(url).status_code == 404


# -- the story ----------------------------------------------------------------------------------------------------


def test_the_story_has_everything_on_one_page(county):
    case = ended(county)
    day = dt.date(2023, 1, 5)
    Flag.objects.create(
        case=case,
        step="submit_application",
        code=DEADLINE,
        holder="branch",
        needs_explanation=True,
        raised_on=day,
        raised_at=people.at(day),
        explanation="汛期推迟",
        explained_at=people.at(day),
        explained_by=county.user(county.branch, "secretary"),
    )
    StepReturn.objects.create(
        case=case,
        record=case.records.first(),
        branch=case.branch,
        step="submit_application",
        code="stamp_missing",
        text="申请书没有盖章",
        returned_at=people.at(day),
    )
    page = officer(county).get(reverse("case_story", args=[case.number])).content.decode()
    for words in (
        "本人说不是自愿",
        "谈话核实，情形属实",
        "汛期推迟",
        "缺盖章",
        "申请书没有盖章",
        "建档",
        "提出一票否决",
    ):
        assert words in page
    assert (
        signed_in(county, county.branch, "secretary").get(reverse("case_story", args=[case.number])).status_code == 403
    )
    assert committee(county, township=1).get(reverse("case_story", args=[case.number])).status_code == 404
