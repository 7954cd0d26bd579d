from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation, Seat
from recruitment.training.bank import Question


class ExamQuestion(models.Model):
    """A question as it was drawn. A corrected one is another row, so that what was marked can always be read again."""

    digest = models.CharField(max_length=64, unique=True)
    key = models.CharField(_("题号"), max_length=12)
    content = models.JSONField()

    class Meta:
        verbose_name = _("试题")
        verbose_name_plural = _("试题")
        ordering = ["key", "pk"]

    def __str__(self) -> str:
        return self.key

    @property
    def question(self) -> Question:
        return Question.from_json(self.content)


class Exam(models.Model):
    """One attempt at the test: what was drawn, until when, and how it ended. It is kept for good."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exams")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("党组织"), on_delete=models.PROTECT, related_name="exams"
    )
    role = models.CharField(_("职务"), max_length=32, choices=Seat.Role.choices)
    seed = models.BigIntegerField()
    pass_mark = models.PositiveSmallIntegerField(_("合格分数"))
    started_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("截止时间"))
    handed_in_at = models.DateTimeField(_("交卷时间"), null=True, blank=True)
    ran_out = models.BooleanField(_("到时自动交卷"), default=False)
    score = models.PositiveSmallIntegerField(_("分数"), null=True, blank=True)
    passed = models.BooleanField(_("合格"), null=True, blank=True)

    class Meta:
        verbose_name = _("测试")
        verbose_name_plural = _("测试")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(name="recruitment_exam_user", fields=["user", "-handed_in_at"]),
            models.Index(name="recruitment_exam_place", fields=["organisation", "handed_in_at"]),
        ]
        constraints = [
            models.UniqueConstraint(name="recruitment_exam_one_open", fields=["user"], condition=Q(handed_in_at=None)),
            models.CheckConstraint(name="recruitment_exam_time", condition=Q(ends_at__gt=F("started_at"))),
            models.CheckConstraint(
                name="recruitment_exam_result",
                condition=Q(handed_in_at=None, score=None, passed=None)
                | Q(handed_in_at__isnull=False, score__isnull=False, passed__isnull=False),
            ),
            models.CheckConstraint(name="recruitment_exam_score", condition=Q(score=None) | Q(score__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("exam", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.handed_in_at is None

    def has_run_out(self, now: datetime) -> bool:
        """Whether the time is over, by the server's clock."""
        return self.is_open and now >= self.ends_at


class ExamAnswer(models.Model):
    """One drawn question in its place, what was answered, and whether that was right (known once handed in)."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="answers")
    place = models.PositiveSmallIntegerField(_("题序"))
    question = models.ForeignKey(ExamQuestion, on_delete=models.PROTECT, related_name="+")
    given = models.JSONField(_("作答"), null=True, blank=True)
    answered_at = models.DateTimeField(_("作答时间"), null=True, blank=True)
    right = models.BooleanField(_("答对"), null=True, blank=True)

    class Meta:
        verbose_name = _("作答")
        verbose_name_plural = _("作答")
        ordering = ["exam", "place"]
        constraints = [models.UniqueConstraint(name="recruitment_exam_answer_place", fields=["exam", "place"])]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.place}"


class Certificate(models.Model):
    """What a pass is shown by. Names are as they were on the day."""

    exam = models.OneToOneField(Exam, on_delete=models.PROTECT, related_name="certificate")
    number = models.CharField(_("证书编号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=50)
    organisation_name = models.CharField(_("党组织"), max_length=120)
    score = models.PositiveSmallIntegerField(_("分数"))
    issued_on = models.DateField(_("发证日期"))

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        ordering = ["-issued_on", "-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.number])
