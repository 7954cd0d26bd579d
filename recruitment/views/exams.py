"""The test: start, one question a page, hand in, and the review with every explanation; the certificate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from recruitment import policies
from recruitment.documents import pdf
from recruitment.forms.exam import CertificateForm, QuestionForm
from recruitment.models import Certificate, Exam, ExamAnswer
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import cite, gate_article, veto_article
from recruitment.rules.steps import GATES, UPLOAD_GATE
from recruitment.rules.texts import Text
from recruitment.selectors import learning
from recruitment.services import exams
from recruitment.services.base import Refused
from recruitment.training.bank import Kind, Question
from recruitment.training.drawing import option_order
from recruitment.training.marking import Given
from recruitment.views.base import Page, call
from recruitment.views.learning import rules_of_the_test, tabs


class Exams(Page):
    """The attempts of the signed-in person; a post starts a test, or goes on with the one that runs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.grants:
            raise PermissionDenied
        attempts = list(learning.exams_of(request.user.pk))
        running = next((exam for exam in attempts if exam.is_open and not exam.has_run_out(request.now)), None)
        context = {
            "tabs": tabs(request, self.actor, "exams"),
            "attempts": attempts,
            "running": running,
            "owed": learning.owed_by(request.user.pk, request.today),
            "test": rules_of_the_test(),
        }
        return render(request, "recruitment/exams.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            exam = exams.start(actor=self.actor, now=request.now)
        except Refused:
            raise PermissionDenied from None
        return redirect("exam_question", exam.pk, 1)


class _OwnExam(Page):
    """A page on one's own attempt. One that ran out is handed in by looking at it."""

    def exam(self, pk: int) -> Exam:
        found = learning.exams_of(self.request.user.pk).filter(pk=pk).first()
        if found is None:
            raise Http404
        if found.has_run_out(self.request.now):
            exams.close_if_over(exam_id=pk, now=self.request.now)
            found = learning.exams_of(self.request.user.pk).get(pk=pk)
        return found

    def over(self, exam: Exam) -> HttpResponse:
        if exam.ran_out:
            messages.warning(self.request, _("时间已到，测试已按当时的作答交卷。"))
        return redirect(exam)


class ExamPage(_OwnExam):
    """While it runs, what is answered and what is not; afterwards the result and the review."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        exam = self.exam(pk)
        answers = list(exam.answers.select_related("question"))
        context = {"exam": exam, "answers": answers, "tabs": tabs(request, self.actor, "exams")}
        if exam.is_open:
            context |= {"left": minutes_left(exam, request), "open": [row for row in answers if row.given is None]}
            return render(request, "recruitment/exam_running.html", context)
        reviews = [reviewed(row, exam, request) for row in answers]
        context |= {
            "missed": [review for review in reviews if not review.right],
            "met": [review for review in reviews if review.right],
            "certificate": getattr(exam, "certificate", None),
        }
        return render(request, "recruitment/exam_result.html", context)


class ExamQuestionPage(_OwnExam):
    """One question. A post keeps the answer and goes on to the next one, or to the overview after the last."""

    def get(self, request: HttpRequest, pk: int, place: int) -> HttpResponse:
        exam = self.exam(pk)
        return self._render(exam, place, None) if exam.is_open else self.over(exam)

    def post(self, request: HttpRequest, pk: int, place: int) -> HttpResponse:
        exam = self.exam(pk)
        if not exam.is_open:
            return self.over(exam)
        row = self._row(exam, place)
        question = row.question.question
        order = option_order(question, exam.seed)
        form = QuestionForm(request.POST, question=question, order=order, given=row.given)
        if form.is_valid():
            answered = call(
                exams.answer,
                form=form,
                today=request.today,
                exam_id=exam.pk,
                place=place,
                given=form.given,
                actor=self.actor,
                now=request.now,
            )
            if answered is not None and not answered.is_open:
                return self.over(answered)
            if answered is not None:
                last = exam.answers.count()
                return redirect("exam_question", pk, place + 1) if place < last else redirect(exam)
        return self._render(exam, place, form)

    def _row(self, exam: Exam, place: int) -> ExamAnswer:
        row = exam.answers.select_related("question").filter(place=place).first()
        if row is None:
            raise Http404
        return row

    def _render(self, exam: Exam, place: int, form: QuestionForm | None) -> HttpResponse:
        answers = list(exam.answers.select_related("question"))
        row = next((row for row in answers if row.place == place), None)
        if row is None:
            raise Http404
        question = row.question.question
        if form is None:
            form = QuestionForm(question=question, order=option_order(question, exam.seed), given=row.given)
        context = {
            "exam": exam,
            "question": question,
            "form": form,
            "place": place,
            "answers": answers,
            "answered": sum(other.given is not None for other in answers),
            "left": minutes_left(exam, self.request),
            "is_last": place == len(answers),
        }
        return render(self.request, "recruitment/exam_question.html", context)


class ExamHandIn(_OwnExam):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        exam = self.exam(pk)
        if not exam.is_open:
            return self.over(exam)
        return redirect(exams.hand_in(exam_id=exam.pk, actor=self.actor, now=request.now))


def minutes_left(exam: Exam, request: HttpRequest) -> int:
    """Whole minutes until the time ends, a begun one counted."""
    return max(0, -int(-(exam.ends_at - request.now).total_seconds() // 60))


# -- the review ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """An option in the review: its words, whether it was right and whether it was chosen."""

    text: Text
    right: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Review:
    """One question as the review shows it; ``given`` and ``answer`` are days, numbers or words."""

    place: int
    question: Question
    right: bool
    answered: bool
    options: list[Shown]
    given: Any
    answer: Any
    sources: list[Text]
    guide_url: str


def reviewed(row: ExamAnswer, exam: Exam, request: HttpRequest) -> Review:
    question = row.question.question
    chosen = row.given if isinstance(row.given, list) else []
    return Review(
        place=row.place,
        question=question,
        right=bool(row.right),
        answered=row.given is not None,
        options=[
            Shown(question.options[number].text, question.options[number].right, number in chosen)
            for number in option_order(question, exam.seed)
        ],
        given=_worded(question, row.given),
        answer=_worded(question, question.answer),
        sources=list(_sources(question, question.edition or edition_of(request.today))),
        guide_url=_guide_url(question),
    )


def _worded(question: Question, value: Given | Any) -> Any:
    if question.kind is Kind.TRUTH and value is not None:
        return _("对") if value else _("错")
    return None if isinstance(value, list) else value


def _sources(question: Question, edition: str) -> Iterator[Text]:
    """Where it stands written; of a local rule or situation, that it is local."""
    gate = {**GATES, UPLOAD_GATE.id: UPLOAD_GATE}.get(question.key) if question.about == "gate" else None
    if gate is not None and gate.source != "national":
        yield gate_article(gate, edition)
        return
    if question.about == "veto":
        yield veto_article(question.key, edition)
        return
    for regulation, numbers in question.articles.items():
        yield cite(regulation, ",".join(str(number) for number in numbers))


def _guide_url(question: Question) -> str:
    url = reverse("guide_step", args=[question.step])
    if question.edition:
        url += f"?edition={question.edition}"
    return f"{url}#{question.key}" if question.about != "step" else url


# -- certificates --------------------------------------------------------------------------------------------------


class CertificateCheck(Page):
    """Whether a number is that of a certificate; anyone with a seat may ask, and has to know the whole number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.grants:
            raise PermissionDenied
        form = CertificateForm(request.GET or None)
        found = None
        asked = form.is_bound and form.is_valid()
        if asked:
            found = Certificate.objects.filter(number=form.cleaned_data["number"]).first()
        context = {
            "tabs": tabs(request, self.actor, "certificate_check"),
            "form": form,
            "asked": asked,
            "certificate": found,
            "holds": found is not None and learning.still_holds(found.issued_on, request.today),
        }
        return render(request, "recruitment/certificate_check.html", context)


class CertificatePage(Page):
    """The certificate for its holder and those who see the results of the holder's organisation; ``.pdf`` to keep."""

    as_pdf = False

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        rows = Certificate.objects.select_related("exam__organisation", "exam__user")
        found = rows.filter(number=number).first()
        if found is None or not self._may_see(found):
            raise Http404
        context = {"certificate": found, "test": rules_of_the_test(), "check_url": reverse("certificate_check")}
        if not self.as_pdf:
            context["missing"] = pdf.missing_packages()
            return render(request, "recruitment/certificate.html", context)
        try:
            content = pdf.make(render_to_string("recruitment/certificate_print.html", context, request))
        except pdf.CannotPrintError as error:
            messages.warning(
                request,
                _("服务器缺少制作 PDF 的软件包：%(names)s。可以直接打印本页。") % {"names": ", ".join(error.packages)},
            )
            return redirect(found)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
        return response

    def _may_see(self, certificate: Certificate) -> bool:
        exam = certificate.exam
        return exam.user_id == self.actor.user_id or bool(policies.may_see_results(self.actor, exam.organisation.path))
