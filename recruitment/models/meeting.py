from __future__ import annotations

import secrets
import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.case import Case
from recruitment.models.fields import EncryptedJSONField, EncryptedTextField
from recruitment.models.material import material_storage
from recruitment.models.sitting import Sitting
from recruitment.models.step_record import StepRecord


def _salt() -> str:
    return secrets.token_hex(16)


class Meeting(models.Model):
    """One meeting of a body with several businesses on its agenda: prepared beforehand, attendance and minutes once.

    Each business that was heard is a :class:`Sitting` under it; each person's act stays her own. ``entry`` holds what
    has been typed into the meeting's sheet and not yet been entered: lists of texts by the names of the inputs.
    ``salt`` goes into the audit's digests of who was absent and why: with a salt that could be guessed, so could they.
    """

    class Kind(models.TextChoices):
        BRANCH_COMMITTEE = Sitting.Kind.BRANCH_COMMITTEE.value, Sitting.Kind.BRANCH_COMMITTEE.label
        BRANCH_MEETING = Sitting.Kind.BRANCH_MEETING.value, Sitting.Kind.BRANCH_MEETING.label
        COMMITTEE_MEETING = Sitting.Kind.COMMITTEE_MEETING.value, Sitting.Kind.COMMITTEE_MEETING.label

    class State(models.TextChoices):
        PLANNED = "planned", _("准备中")
        HELD = "held", _("已登记")
        CANCELLED = "cancelled", _("不开了")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    body = models.ForeignKey(
        Organisation, verbose_name=_("召开组织"), on_delete=models.PROTECT, related_name="meetings"
    )
    held_on = models.DateField(_("日期"))
    begins = models.TimeField(_("时间"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    chair = models.CharField(_("主持人"), max_length=60, blank=True)
    recorder = models.CharField(_("记录人"), max_length=60, blank=True)
    eligible = models.PositiveIntegerField(_("应到人数"), null=True, blank=True, validators=[MinValueValidator(1)])
    present = models.PositiveIntegerField(_("实到人数"), null=True, blank=True)
    absences = EncryptedTextField(_("缺席人员和原因"), blank=True)
    minutes = models.TextField(_("记录摘要"), blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    entry = EncryptedJSONField(default=dict, blank=True)
    salt = models.CharField(max_length=32, default=_salt, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_for = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_for = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("会议日")
        verbose_name_plural = _("会议日")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="recruitment_meeting_attendance",
                condition=~Q(state="held") | Q(present__gte=1, present__lte=F("eligible")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.pk])

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def is_held(self) -> bool:
        return self.state == self.State.HELD


class MeetingItem(models.Model):
    """One person on the agenda of a meeting, and what came of it.

    ``branch`` is the person's on that day. Votes and ``note`` are those of this meeting where the step itself keeps
    none; ``decision`` is the choice that was entered for her (agree, approve, convert …), ``outcome`` what it came to;
    ``reasons`` say why an entry was refused, as it was said on that day.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("在议程上")
        DONE = "done", _("已登记")
        REFUSED = "refused", _("没有登记")
        POSTPONED = "postponed", _("推迟到下次")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meeting_items")
    branch = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(_("环节"), max_length=40)
    entry = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"))
    state = models.CharField(_("结果"), max_length=10, choices=State.choices, default=State.PLANNED)
    votes_for = models.PositiveIntegerField(_("赞成"), null=True, blank=True)
    votes_against = models.PositiveIntegerField(_("反对"), null=True, blank=True)
    abstentions = models.PositiveIntegerField(_("弃权"), null=True, blank=True)
    note = EncryptedTextField(_("讨论摘要"), blank=True)
    decision = models.CharField(_("决定"), max_length=24, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="meeting_items")

    class Meta:
        verbose_name = _("议程上的人员")
        verbose_name_plural = _("议程上的人员")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="recruitment_meeting_item_once", fields=["meeting", "case", "step", "entry"]),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.position}"


def _path(instance: MeetingPaper, filename: str) -> str:
    # Nothing in the name says whom the paper is about.
    return str(PurePosixPath(instance.sha256[:2]) / f"{uuid.uuid4().hex}{instance.extension}")


class MeetingPaper(models.Model):
    """A paper of a meeting, stored once: scans of its minutes and of the sealed reply, and what the product made.

    ``branch`` is the addressee of a reply; None means that it goes to all. A new version leaves the old one in place.
    """

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("会议记录扫描件")
        SEALED = "sealed", _("盖章批复扫描件")
        REPLY = "reply", _("批复")
        FILING_LIST = "filing_list", _("备案名册")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    branch = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    dated = models.DateField(_("成文日期"), null=True, blank=True)
    file = models.FileField(storage=material_storage, upload_to=_path, max_length=120)
    original_name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("会议文书")
        verbose_name_plural = _("会议文书")
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("meeting_file", args=[self.meeting_id, self.pk])
