"""The pages of learning: who sees what, what a post does, and a fixed number of queries."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.models import Entry
from recruitment.documents import pdf
from recruitment.models import Exam, PolicyDocument, TrainingRule
from recruitment.services import exams, library
from recruitment.training.bank import Kind
from recruitment.training.drawing import TIME
from tests.branches.factories import SeatFactory, UserFactory, make_county
from tests.recruitment.desk import NOW, Desks
from tests.recruitment.learning_rows import (
    FACTS,
    TODAY,
    actor,
    attempt,
    branch_users,
    document,
    officer,
    right_answer,
    uploaded,
)

pytestmark = pytest.mark.django_db
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def desks(county, monkeypatch):
    return Desks(county, monkeypatch)


def page(client, name, *args, status=200, query="", **more):
    response = client.get(reverse(name, args=args) + query, **more)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def reads(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len([query for query in seen if query["sql"].startswith("SELECT")])


class TestLibrary:
    def test_the_list_search_and_document(self, desks, county):
        row = document(county, "发展对象公示不少于五个工作日", title="样本公示解读", kind="commentary")
        listed = page(desks.secretary, "library", query="?words=五个工作日")
        assert "<mark>五个工作日</mark>" in listed
        assert row.get_absolute_url() in listed
        shown = page(desks.secretary, "policy", row.pk)
        assert "样组发〔2026〕1号" in shown
        assert reverse("policy_edit", args=[row.pk]) not in shown
        assert "没有符合条件的资料" in page(desks.secretary, "library", query="?words=没有")

    def test_what_a_file_says_is_shown_as_text(self, desks, county):
        document(county, "<script>alert(1)</script> 样本", title="<b>样本</b>", summary="<i>样本</i>")
        listed = page(desks.secretary, "library", query="?words=alert")
        assert "<script>alert" not in listed
        assert "<b>样本</b>" not in listed

    def test_what_came_since_the_last_visit(self, desks, county):
        document(county, title="旧资料", now=NOW - dt.timedelta(days=3))
        page(desks.secretary, "library")
        document(county, title="新资料样本", now=NOW + dt.timedelta(hours=1))
        desks.on(TODAY + dt.timedelta(days=1))
        listed = page(desks.secretary, "library", query="?new=visit")
        assert "新资料样本" in listed
        assert "旧资料" not in listed
        assert "新增或更新 1 份" in listed
        assert "旧资料" in page(desks.secretary, "library", query="?new=month")

    def test_others_of_the_subtree_read_and_those_outside_do_not(self, desks, county):
        row = document(county)
        for place, role in (
            ("branch", "clerk"),
            ("committee", "organiser"),
            ("county", "inspector"),
            ("county", "administrator"),
            ("department", "department_officer"),
        ):
            client = desks.client(role, getattr(county, place))
            page(client, "policy", row.pk)
            assert client.get(reverse("policy_file", args=[row.pk, 1])).status_code == 200
        sibling = make_county()
        for user in (
            county.user(county.city, "inspector"),
            county.user(county.city_department, "department_officer"),
            sibling.user(sibling.branch, "secretary"),
            sibling.user(sibling.department, "department_officer"),
        ):
            client = desks.client("clerk")
            client.force_login(user)
            for name, args in (("policy", [row.pk]), ("policy_file", [row.pk, 1])):
                page(client, name, *args, status=404)
            assert row.title not in page(client, "library")

    def test_a_stranger_signs_in_first(self, client, county):
        row = document(county)
        for name, args in (("library", []), ("policy", [row.pk]), ("policy_file", [row.pk, 1]), ("exams", [])):
            response = client.get(reverse(name, args=args))
            assert response.status_code == 302
            assert "login" in response["Location"]

    def test_a_file_runs_nothing(self, desks, county):
        row = document(county)
        response = desks.secretary.get(reverse("policy_file", args=[row.pk, 1]))
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]
        assert response["Content-Disposition"].startswith("attachment")

    def test_an_officer_adds_renews_corrects_and_withdraws(self, desks, county):
        added = desks.officer.post(
            reverse("policy_new"),
            {**FACTS, "effective_from": "", "effective_to": "", "file": uploaded("样本正文")},
        )
        row = PolicyDocument.objects.get()
        assert added.status_code == 302
        desks.officer.post(reverse("policy_renew", args=[row.pk]), {"file": uploaded("新的正文"), "note": "改了一句"})
        facts = {**FACTS, "title": "更正的标题", "effective_from": "", "effective_to": ""}
        desks.officer.post(reverse("policy_edit", args=[row.pk]), facts)
        desks.officer.post(reverse("policy_withdraw", args=[row.pk]), {"reason": "已被代替"})
        row.refresh_from_db()
        assert (row.title, row.versions.count(), row.withdrawn_reason) == ("更正的标题", 2, "已被代替")
        actions = Entry.objects.filter(chain=f"org:{county.department.pk}").order_by("seq")
        assert [entry.action for entry in actions] == [
            "policy_added",
            "policy_renewed",
            "policy_revised",
            "policy_withdrawn",
        ]
        assert "已被代替" in page(desks.secretary, "policy", row.pk)
        assert "更正的标题" not in page(desks.secretary, "library")

    def test_errors_stand_beside_their_fields(self, desks, county):
        told = {**FACTS, "effective_from": "", "effective_to": ""}
        facts = {**told, "effective_from": "2026-06-02", "effective_to": "2026-06-01"}
        answer = desks.officer.post(reverse("policy_new"), {**facts, "file": uploaded("样本")}).content.decode()
        assert "失效日期不能早于施行日期" in answer
        wrong = uploaded("样本", name="样本.pdf")
        answer = desks.officer.post(reverse("policy_new"), {**told, "file": wrong}).content.decode()
        assert "与文件名不符" in answer
        row = document(county)
        answer = desks.officer.post(reverse("policy_withdraw", args=[row.pk]), {"reason": " "}).content.decode()
        assert "还需要补充或更正" in answer
        assert PolicyDocument.objects.count() == 1

    @pytest.mark.parametrize(
        ("place", "role"), [("branch", "secretary"), ("committee", "committee_verifier"), ("county", "administrator")]
    )
    def test_who_is_no_officer_manages_nothing(self, desks, county, place, role):
        row = document(county)
        client = desks.client(role, getattr(county, place))
        for name, args in (
            ("policy_new", []),
            ("policy_edit", [row.pk]),
            ("policy_renew", [row.pk]),
            ("policy_withdraw", [row.pk]),
        ):
            assert client.get(reverse(name, args=args)).status_code == 403
            assert client.post(reverse(name, args=args), {"reason": "样本", "note": "样本"}).status_code == 403
        row.refresh_from_db()
        assert row.withdrawn_at is None
        assert Entry.objects.count() == 1

    @pytest.mark.parametrize("size", [1, 12])
    def test_the_number_of_queries_is_fixed(self, desks, county, size):
        for number in range(size):
            document(county, f"正文 {number}", title=f"样本 {number}")
        row = document(county, "正文", title="样本")
        library.withdraw(document_id=row.pk, reason="样本", actor=officer(county), now=NOW)
        client = desks.secretary
        assert reads(client, reverse("library")) == 7
        assert reads(client, reverse("library") + "?words=正文") == 8
        assert reads(client, reverse("policy", args=[PolicyDocument.objects.first().pk])) == 6


class TestExam:
    def started(self, client):
        response = client.post(reverse("exams"))
        assert response.status_code == 302
        return Exam.objects.latest("pk")

    def sent(self, row):
        """What a browser sends for the right answer."""
        question = row.question.question
        answer = right_answer(question)
        if question.kind is Kind.TRUTH:
            return "true" if answer else "false"
        return answer

    def test_a_whole_test_without_a_script(self, desks, county):
        client = desks.secretary
        exam = self.started(client)
        for row in exam.answers.select_related("question"):
            url = reverse("exam_question", args=[exam.pk, row.place])
            shown = client.get(url).content.decode()
            assert row.question.question.text.zh in shown
            assert row.question.question.why.zh not in shown
            response = client.post(url, {"given": self.sent(row)})
            onwards = [exam.pk, row.place + 1]
            last = reverse("exam", args=[exam.pk])
            assert response["Location"] == (reverse("exam_question", args=onwards) if row.place < 20 else last)
        assert "全部题目都已作答" in page(client, "exam", exam.pk)
        client.post(reverse("exam_hand_in", args=[exam.pk]))
        exam.refresh_from_db()
        assert (exam.score, exam.passed) == (100, True)
        assert exam.certificate.number in page(client, "exams")

    def test_what_was_answered_is_there_again(self, desks):
        client = desks.secretary
        exam = self.started(client)
        of_each_kind = {row.question.question.kind: row for row in exam.answers.select_related("question")}
        for row in of_each_kind.values():
            url = reverse("exam_question", args=[exam.pk, row.place])
            client.post(url, {"given": self.sent(row)})
            shown = client.get(url).content.decode()
            question = row.question.question
            if question.kind in (Kind.DATE, Kind.NUMBER):
                assert f'value="{self.sent(row)}"' in shown
            else:
                assert shown.count(" checked") == (len(right_answer(question)) if question.options else 1)

    def test_a_day_that_does_not_exist_is_named_and_not_kept(self, desks):
        client = desks.secretary
        exam = self.started(client)
        row = next(row for row in exam.answers.all() if row.question.question.kind is Kind.DATE)
        answer = client.post(reverse("exam_question", args=[exam.pk, row.place]), {"given": "2026-02-30"})
        assert "没有“2026-02-30”这一天" in answer.content.decode()
        row.refresh_from_db()
        assert row.given is None

    def test_the_review_explains_and_links_to_the_guide(self, desks, county):
        exam = attempt(county.user(county.branch, "secretary"), right=12)
        shown = page(desks.secretary, "exam", exam.pk)
        for row in exam.answers.all():
            assert row.question.question.why.zh in shown.replace("&quot;", '"').replace("&#x27;", "'")
        assert shown.count(reverse("guide")) >= 20
        assert shown.index("没有答对的题") < shown.index("展开看解释")

    def test_the_browser_s_clock_changes_nothing(self, desks):
        client = desks.secretary
        exam = self.started(client)
        row = exam.answers.get(place=1)
        desks.now = exam.ends_at
        response = client.post(reverse("exam_question", args=[exam.pk, 1]), {"given": self.sent(row)}, follow=True)
        assert "时间已到" in response.content.decode()
        exam.refresh_from_db()
        row.refresh_from_db()
        assert (exam.ran_out, exam.score, row.given) == (True, 0, None)

    def test_looking_at_one_that_ran_out_hands_it_in(self, desks):
        client = desks.secretary
        exam = self.started(client)
        desks.now = NOW + TIME
        assert "到时自动交卷" in page(client, "exam", exam.pk)
        exam.refresh_from_db()
        assert exam.handed_in_at == exam.ends_at

    def test_the_questions_are_the_person_s_own(self, desks, county):
        exam = self.started(desks.secretary)
        done = attempt(county.user(county.branch, "clerk"))
        for client in (desks.client("deputy_secretary"), desks.verifier, desks.officer):
            for name, args in (("exam", [exam.pk]), ("exam_question", [exam.pk, 1]), ("exam", [done.pk])):
                page(client, name, *args, status=404)
            for name, args in (("exam_question", [exam.pk, 1]), ("exam_hand_in", [exam.pk])):
                assert client.post(reverse(name, args=args)).status_code == 404
        exam.refresh_from_db()
        assert exam.is_open

    def test_a_question_that_is_not_there(self, desks):
        exam = self.started(desks.secretary)
        page(desks.secretary, "exam_question", exam.pk, 21, status=404)

    def test_without_a_seat_there_is_no_test(self, client):
        client.force_login(UserFactory())
        for name in ("learning", "library", "exams", "certificate_check"):
            assert client.get(reverse(name)).status_code == 403
        assert client.post(reverse("exams")).status_code == 403
        assert not Exam.objects.exists()

    @pytest.mark.parametrize("attempts", [1, 6])
    def test_the_number_of_queries_is_fixed(self, desks, county, attempts):
        user = county.user(county.branch, "secretary")
        for number in range(attempts):
            done = attempt(user, now=NOW - dt.timedelta(days=number + 1), seed=number)
        client = desks.secretary
        exam = self.started(client)
        assert reads(client, reverse("exams")) == 6
        assert reads(client, reverse("learning")) == 7
        assert reads(client, reverse("exam", args=[done.pk])) == 6
        assert reads(client, reverse("exam_question", args=[exam.pk, 1])) == 6


class TestCertificate:
    @pytest.fixture
    def certificate(self, county):
        return attempt(county.user(county.branch, "secretary")).certificate

    def test_its_holder_and_those_above_see_it(self, desks, county, certificate):
        assert certificate.name in page(desks.secretary, "certificate", certificate.number)
        for client in (desks.client("clerk"), desks.verifier, desks.officer, desks.client("inspector", county.city)):
            page(client, "certificate", certificate.number)

    def test_others_do_not(self, desks, county, certificate):
        sibling = county.townships[0].branches[1]
        for client in (
            desks.client("secretary", sibling),
            desks.client("secretary", county.townships[1].committee),
            desks.client("administrator", county.county),
        ):
            page(client, "certificate", certificate.number, status=404)
            page(client, "certificate_pdf", certificate.number, status=404)

    def test_a_number_is_checked(self, desks, county, certificate):
        client = desks.client("secretary", county.townships[1].branches[0])
        found = page(client, "certificate_check", query=f"?number={certificate.number.lower()}")
        assert "证书属实" in found
        assert certificate.name in found
        assert "没有这个编号的证书" in page(client, "certificate_check", query="?number=2026-AAAA-AAAA")
        desks.on(dt.date(2027, 6, 11))
        assert "已满一年" in page(desks.verifier, "certificate_check", query=f"?number={certificate.number}")

    @pytest.mark.skipif(bool(pdf.missing_packages()), reason="needs Pango and a Chinese font")
    def test_the_pdf_is_one_page_with_its_words(self, desks, certificate, tmp_path):
        response = desks.secretary.get(reverse("certificate_pdf", args=[certificate.number]))
        assert response["Content-Type"] == "application/pdf"
        (tmp_path / "certificate.pdf").write_bytes(response.content)
        [sheet] = PdfReader(tmp_path / "certificate.pdf").pages
        words = sheet.extract_text()
        assert certificate.number in words
        assert "合格证书" in words

    def test_without_pango_the_page_says_what_is_missing(self, desks, certificate, monkeypatch):
        monkeypatch.setattr(pdf, "missing_packages", lambda: ("libpango-1.0-0",))
        assert "请用浏览器打印本页" in page(desks.secretary, "certificate", certificate.number)
        answer = desks.secretary.get(reverse("certificate_pdf", args=[certificate.number]), follow=True)
        assert "libpango-1.0-0" in answer.content.decode()


class TestResults:
    def test_the_levels_above_see_their_subtree(self, desks, county):
        attempt(county.user(county.branch, "secretary"))
        shown = page(desks.officer, "results")
        assert "12 席，一年内测试合格 1 席，占 8%" in shown
        assert reverse("results_of", args=[county.committee.code]) in shown
        below = page(desks.officer, "results_of", county.branch.code, query="?show=due")
        assert county.user(county.branch, "secretary").full_name not in TABLE.findall(below)[-1]
        assert county.user(county.branch, "deputy_secretary").full_name in TABLE.findall(below)[-1]

    def test_nobody_sees_a_sibling_or_those_above(self, desks, county):
        sibling, other = county.townships[0].branches[1], county.townships[1].committee
        for client, codes in (
            (desks.secretary, (sibling.code, county.committee.code, county.county.code)),
            (desks.verifier, (other.code, county.county.code)),
            (desks.officer, (county.city.code,)),
        ):
            for code in codes:
                page(client, "results_of", code, status=404)
        page(desks.client("administrator", county.county), "results", status=404)
        page(desks.client("inspector", county.city), "results_of", county.branch.code)

    @pytest.mark.parametrize("people", [1, 3])
    def test_the_number_of_queries_is_fixed(self, desks, county, people):
        for user in branch_users(county)[:people]:
            attempt(user)
        SeatFactory.create_batch(people, organisation=county.branch)
        assert reads(desks.officer, reverse("results")) == 11


class TestReminder:
    def test_it_stands_on_the_landing_page_until_a_pass(self, desks, county):
        rule = TrainingRule(organisation=county.county, effective_from=TODAY, document="样本文件", grace_days=10)
        exams.save_training_rule(rule=rule, actor=officer(county), now=NOW)
        due = page(desks.secretary, "dashboard")
        assert "参加测试并合格" in due
        assert "2026年6月20日" in due
        assert reverse("exams") in due
        assert "参加测试并合格" not in page(desks.client("clerk"), "dashboard")
        assert "请在 2026年6月20日 前完成" in page(desks.secretary, "exams")
        desks.on(dt.date(2026, 6, 21))
        assert "已超期 1 天" in page(desks.secretary, "dashboard")
        attempt(county.user(county.branch, "secretary"), now=desks.now)
        assert "参加测试并合格" not in page(desks.secretary, "dashboard")

    def test_an_administrator_sets_it_within_reach(self, desks, county):
        client = desks.client("administrator", county.county)
        form = {"required": "on", "grace_days": 30, "effective_from": "2026-09-01", "document": "样本文件"}
        url = reverse("admin:recruitment_trainingrule_add")
        refused = client.post(url, {**form, "organisation": county.city.pk})
        assert refused.status_code == 200
        assert not TrainingRule.objects.exists()
        assert client.post(url, {**form, "organisation": county.committee.pk}).status_code == 302
        assert TrainingRule.objects.get().organisation == county.committee
        assert Entry.objects.get(chain=f"org:{county.committee.pk}").action == "training_rule_created"


def test_an_exam_left_open_is_handed_in_by_the_timer(county):
    from recruitment.tasks import close_tests

    user = county.user(county.branch, "secretary")
    exam = exams.start(actor=actor(user), now=timezone.now() - TIME)
    assert close_tests() == 1
    exam.refresh_from_db()
    assert exam.ran_out
