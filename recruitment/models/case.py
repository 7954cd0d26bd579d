from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Case as Choose
from django.db.models import CharField, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from branches.access import Actor
from branches.models import Organisation
from recruitment import machine
from recruitment.models.person import Person
from recruitment.policies import SEEING_ROLES, Scope
from recruitment.rules.gates import Verdict
from recruitment.rules.steps import STEPS


class GateClosedError(Exception):
    """A verb was called without a clean verdict; services never do that."""


class CaseQuerySet(models.QuerySet["Case"]):
    """The only door to cases for a user is :meth:`visible_to`."""

    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """The cases of the organisations that the actor's seats cover; ``policies.may_see`` for many."""
        if actor.is_system:
            return self
        return self.filter(actor.scope(*SEEING_ROLES, field="branch__path"))

    def open(self) -> CaseQuerySet:
        return self.filter(ended_on__isnull=True)

    def due_on(self, today: date) -> CaseQuerySet:
        """Running cases in which a deadline rises or a lock opens on ``today`` or before, not yet settled."""
        return self.filter(ended_on__isnull=True, settle_on__lte=today)

    def with_light(self, today: date) -> CaseQuerySet:
        """Annotate ``light_now``: the stored light, or what it has become since; a dead worker misleads nobody."""
        return self.annotate(
            light_now=Choose(
                When(next_change_on__lte=today, ended_on__isnull=True, light="green", then=Value("yellow")),
                default=F("light"),
                output_field=CharField(),
            )
        )

    def update(self, **kwargs) -> int:
        if kwargs.keys() & {"step"}:
            raise TypeError("a case's step changes through its verbs, which the services call")
        return super().update(**kwargs)


class Case(models.Model):
    """One person's way from application letter to archive.

    ``step`` is the case's state and moves through the verbs below only. ``light``, ``next_change_on`` and
    ``unlocks_on`` store what :func:`recruitment.rules.lights.assess` says, for lists; pages evaluate again.
    ``settle_on`` is the day on which the sweep must look at the case again. ``awaiting`` is the level that has the case
    now, ``held_since`` the day on which it came there.
    """

    class Light(models.TextChoices):
        GREEN = "green", _("绿灯")
        YELLOW = "yellow", _("黄灯")
        RED = "red", _("红灯")

    class Freeze(models.TextChoices):
        NONE = "", _("未冻结")
        VETO = "veto", _("一票否决待定")
        TRANSFER = "transfer", _("转接中")

    class End(models.TextChoices):
        COMPLETED = "completed", _("办结归档")
        VETO = "veto", _("一票否决")
        CANCELLED = "cancelled", _("取消预备党员资格")
        WITHDRAWN = "withdrawn", _("本人撤回")
        DIED = "died", _("去世")
        MOVED_AWAY = "moved_away", _("转出本系统")
        DROPPED = "dropped", _("调整出队")

    number = models.CharField(_("纪实编号"), max_length=48, unique=True)
    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="cases")
    branch = models.ForeignKey(Organisation, verbose_name=_("党支部"), on_delete=models.PROTECT, related_name="cases")
    committee = models.ForeignKey(
        Organisation, verbose_name=_("审批党委"), on_delete=models.PROTECT, related_name="committee_cases"
    )
    department = models.ForeignKey(
        Organisation, verbose_name=_("上级组织部门"), on_delete=models.PROTECT, related_name="department_cases"
    )
    step = FSMField(
        _("当前环节"),
        default=machine.START,
        protected=True,
        max_length=40,
        choices=[(state, state) for state in machine.STATES],
    )
    stage = models.PositiveSmallIntegerField(_("阶段"), default=1)
    round = models.PositiveSmallIntegerField(_("预备期轮次"), default=1)
    freeze = models.CharField(_("冻结"), max_length=10, choices=Freeze.choices, blank=True, default="")
    veto_code = models.CharField(_("否决情形"), max_length=4, blank=True)
    suspended_codes = models.JSONField(_("暂停情形"), default=list, blank=True)
    extended_until = models.DateField(_("延长的预备期止"), null=True, blank=True)
    transferred_in = models.BooleanField(_("预备期内转入"), default=False)

    light = models.CharField(_("灯"), max_length=6, choices=Light.choices, default=Light.GREEN)
    next_change_on = models.DateField(_("下次变灯日"), null=True, blank=True)
    settle_on = models.DateField(_("下次重算日"), null=True, blank=True)
    unlocks_on = models.DateField(_("解锁日"), null=True, blank=True)
    awaiting = models.CharField(_("由谁办理"), max_length=12, blank=True)
    held_since = models.DateField(_("在手起始日"), null=True, blank=True)

    opened_at = models.DateTimeField(_("建档时间"))
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    end = models.CharField(_("结束情形"), max_length=12, choices=End.choices, blank=True)
    ended_at_step = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("纪实")
        verbose_name_plural = _("纪实")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(name="recruitment_case_board", fields=["branch", "stage", "light"]),
            models.Index(name="recruitment_case_committee", fields=["committee", "step"]),
            models.Index(
                name="recruitment_case_due",
                fields=["settle_on"],
                condition=Q(ended_on__isnull=True, settle_on__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="recruitment_case_step", condition=Q(step__in=machine.STATES)),
            models.CheckConstraint(
                name="recruitment_case_ended",
                condition=Q(ended_on__isnull=True, end="") | (Q(ended_on__isnull=False) & ~Q(end="")),
            ),
            models.UniqueConstraint(
                name="recruitment_case_one_open",
                fields=["person"],
                condition=Q(ended_on__isnull=True),
                violation_error_message=_("此人已有一份未结束的纪实，不能重复建档。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.number])

    @property
    def chain(self) -> str:
        """The name of the case's chain in the audit."""
        return f"case:{self.pk}"

    @property
    def scope(self) -> Scope:
        return Scope(self.branch_id, self.branch.path, self.committee_id, self.department_id)

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @property
    def state(self) -> str:
        """``running``, or how the case ended: ``completed``, ``terminated`` or ``closed``."""
        return self.step if self.step in machine.ENDS else "running"

    # -- verbs: each is called by one service, with what entitles it ------------------------------------------------

    @machine.stacked(step, machine.ADVANCE)
    def advance(self, verdict: Verdict) -> None:
        """The current step was verified: the case moves to the next."""
        self._must_be_clean(verdict)

    @machine.stacked(step, machine.EXTEND)
    def extend_probation(self, verdict: Verdict, until: date) -> None:
        """An extension was approved: a second round begins at the education during probation (r2026 art 31)."""
        self._must_be_clean(verdict)
        self.round += 1
        self.extended_until = until

    @machine.stacked(step, machine.SEND_BACK)
    def send_back(self, *, to: str) -> None:
        """Back to an earlier step of the same stage."""

    @machine.stacked(step, [(key, machine.TERMINATED) for key in machine.STEP_KEYS])
    def terminate(self, *, code: str, on: date, end: str) -> None:
        """A veto was confirmed, or the cancellation of probationary membership approved."""
        self.ended_at_step = self.step
        self.veto_code, self.ended_on, self.end, self.freeze = code, on, end, ""

    @machine.stacked(step, [(key, machine.CLOSED) for key in machine.STEP_KEYS])
    def close(self, *, end: str, on: date) -> None:
        """A neutral end: withdrawn, died, moved away, dropped from the pool."""
        self.ended_at_step = self.step
        self.ended_on, self.end = on, end

    @machine.stacked(step, machine.REINSTATE)
    def reinstate(self, *, to: str) -> None:
        """A confirmed veto proved wrong on appeal: the case goes on where it stood."""
        self.veto_code, self.ended_on, self.end, self.ended_at_step = "", None, "", ""

    def _must_be_clean(self, verdict: Verdict) -> None:
        if not isinstance(verdict, Verdict) or not verdict.ok or verdict.step != self.step:
            raise GateClosedError(f"{self.step} has no clean verdict")

    def settle_stage(self) -> None:
        """Keep the stage column equal to the step's; an ended case keeps the stage in which it ended."""
        key = self.step if self.step in STEPS else self.ended_at_step
        if key in STEPS:
            self.stage = STEPS[key].stage
