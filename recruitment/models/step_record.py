from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from branches.models import Member
from recruitment import machine
from recruitment.models.case import Case
from recruitment.models.fields import EncryptedJSONField, EncryptedTextField
from recruitment.models.sitting import Sitting
from recruitment.rules import values as step_values
from recruitment.rules.schema import Step
from recruitment.rules.steps import STEPS


def _salt() -> str:
    return secrets.token_hex(16)


class StepRecord(models.Model):
    """One step of one case in one round: what was entered, by whom and for whom, and the verdict with its inputs.

    ``counts`` is false once the case was sent back before this step: the row stays in the history. Fields that the
    table marks sensitive lie in ``sealed``, encrypted. Three dates: ``action_on`` (when it happened, a person says so),
    ``entered_at`` and ``verified_at`` (the server's clock).
    """

    class Status(models.TextChoices):
        OPEN = machine.OPEN, _("待办")
        RECORDED = machine.RECORDED, _("已登记")
        SUBMITTED = machine.SUBMITTED, _("待校核")
        RETURNED = machine.RETURNED, _("已退回")
        VERIFIED = machine.VERIFIED, _("已校核")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="records")
    step = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    counts = models.BooleanField(default=True)
    status = FSMField(default=machine.OPEN, protected=True, max_length=10, choices=Status.choices)
    attempt = models.PositiveSmallIntegerField(default=1)
    marks = models.JSONField(default=list, blank=True)

    opened_at = models.DateTimeField()
    action_on = models.DateField(null=True, blank=True)
    reported_on = models.DateField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_for = models.CharField(max_length=60, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_for = models.CharField(max_length=60, blank=True)

    edition = models.CharField(max_length=8, blank=True)
    values = models.JSONField(default=dict, blank=True)
    sealed = EncryptedJSONField(default=dict, blank=True)
    verdict = models.JSONField(default=dict, blank=True)
    return_reason = models.TextField(blank=True)
    #: The requirements that the verifier ticked off at the last decision, in both languages as they stood that day.
    checked = models.JSONField(default=list, blank=True)
    override_reason = models.TextField(blank=True)
    plan_places = models.PositiveIntegerField(null=True, blank=True)
    plan_used = models.PositiveIntegerField(default=0)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    salt = models.CharField(max_length=32, default=_salt, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("环节记录")
        verbose_name_plural = _("环节记录")
        ordering = ["case", "round", "pk"]
        indexes = [
            models.Index(name="recruitment_record_queue", fields=["status", "step"], condition=Q(counts=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="recruitment_record_one_counts", fields=["case", "step", "round"], condition=Q(counts=True)
            ),
            models.CheckConstraint(name="recruitment_record_status", condition=Q(status__in=machine.STATUSES)),
            models.CheckConstraint(name="recruitment_record_step", condition=Q(step__in=machine.STEP_KEYS)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.step}/{self.round}"

    @property
    def definition(self) -> Step:
        return STEPS[self.step]

    @property
    def acted(self) -> bool:
        """Whether an act is entered that counts."""
        return self.action_on is not None

    def typed_values(self) -> dict[str, Any]:
        """All fields by the table's types, sensitive ones decrypted."""
        return step_values.load(self.definition, {**self.values, **self.sealed})

    def set_values(self, typed: dict[str, Any]) -> None:
        """Store typed values, the sensitive ones encrypted; the action date also as a column."""
        plain, secret = {}, {}
        for name, value in step_values.dump(typed).items():
            field = self.definition.field(name)
            (secret if field is not None and field.sensitive else plain)[name] = value
        self.values, self.sealed = plain, secret
        self.action_on = typed.get(self.definition.action_date)

    def clear_act(self) -> None:
        """An attempt that did not pass leaves no recorded act; its papers stay."""
        self.values, self.sealed, self.action_on = {}, {}, None
        self.override_reason, self.plan_places, self.plan_used = "", None, 0
        self.attempt += 1

    # -- verbs ------------------------------------------------------------------------------------------------------

    @machine.stacked(status, [(machine.OPEN, machine.RECORDED), (machine.RECORDED, machine.RECORDED)])
    def record(self) -> None:
        """The offline act is entered; its papers may follow."""

    @machine.stacked(status, [(s, machine.SUBMITTED) for s in (machine.OPEN, machine.RECORDED, machine.RETURNED)])
    def submit(self) -> None:
        """Handed to the verifier."""

    @machine.stacked(status, [(machine.SUBMITTED, machine.VERIFIED)])
    def verify(self) -> None:
        """Green: complete and regular."""

    @machine.stacked(status, [(machine.SUBMITTED, machine.RETURNED)])
    def hand_back(self) -> None:
        """Yellow: open again for correction."""

    @machine.stacked(
        status, [(s, machine.OPEN) for s in (machine.OPEN, machine.RECORDED, machine.SUBMITTED, machine.RETURNED)]
    )
    def reopen(self) -> None:
        """An attempt did not pass, or its red was dismissed: the step waits for another."""


class LogEntry(models.Model):
    """A dated entry of a log step: a review, an activity, a thought report, a talk, an opinion, the yearly analysis.

    ``member`` is the contact or introducer whose opinion it is (r2026 arts 9, 15); empty for every other entry.
    ``withdrawn``: entered by mistake and taken back by a correction; the row stays to be read and counts nowhere.
    """

    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20)
    on = models.DateField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions")
    text = EncryptedTextField(blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_for = models.CharField(max_length=60, blank=True)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    withdrawn = models.BooleanField(_("已撤回"), default=False)

    class Meta:
        verbose_name = _("台账记录")
        verbose_name_plural = _("台账记录")
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class Attempt(models.Model):
    """An act that was entered and did not stand (vote not passed, disagreement, bad result): kept, never counted."""

    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    action_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=4, blank=True)
    values = models.JSONField(default=dict)
    sealed = EncryptedJSONField(default=dict, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_for = models.CharField(max_length=60, blank=True)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")

    class Meta:
        verbose_name = _("未通过的办理")
        verbose_name_plural = _("未通过的办理")
        ordering = ["record", "number"]
        constraints = [models.UniqueConstraint(name="recruitment_attempt_number", fields=["record", "number"])]

    def __str__(self) -> str:
        return f"{self.record_id}#{self.number}"


class Ballot(models.Model):
    """The tally of a branch meeting on one person; a meeting that discusses several votes on each one by one."""

    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="ballots")
    attempt = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    secret = models.BooleanField()
    eligible = models.PositiveIntegerField()
    present = models.PositiveIntegerField()
    votes_for = models.PositiveIntegerField()
    votes_against = models.PositiveIntegerField()
    abstentions = models.PositiveIntegerField()
    written_for = models.PositiveIntegerField(default=0)
    written_against = models.PositiveIntegerField(default=0)
    written_abstain = models.PositiveIntegerField(default=0)
    passed = models.BooleanField()

    class Meta:
        verbose_name = _("表决")
        verbose_name_plural = _("表决")
        ordering = ["record", "attempt"]
        constraints = [
            models.UniqueConstraint(name="recruitment_ballot_attempt", fields=["record", "attempt"]),
            models.CheckConstraint(
                name="recruitment_ballot_adds_up",
                condition=Q(present=models.F("votes_for") + models.F("votes_against") + models.F("abstentions")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}#{self.attempt}"


class RecordMember(models.Model):
    """A roster member named by a step: a cultivation contact or an introducer."""

    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=12)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="named_in")

    class Meta:
        verbose_name = _("联系人和介绍人")
        verbose_name_plural = _("联系人和介绍人")
        constraints = [
            models.UniqueConstraint(name="recruitment_record_member_once", fields=["record", "role", "member"])
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.member_id}"
