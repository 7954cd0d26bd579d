"""Local rules, holidays and annual plans in the Django admin; cases are shown there and never changed or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.forms import CheckboxSelectMultiple, ModelChoiceField, ModelForm, MultipleChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branches.administration import AdministeredBySeat, actor_of
from branches.models import Organisation
from recruitment.models import (
    AlertSetting,
    AnnualPlan,
    Case,
    ChannelSetting,
    DocumentBatch,
    Holiday,
    LocalRule,
    TemplateVersion,
    Topic,
    TrainingRule,
)
from recruitment.policies import may_administer
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.services.exams import save_training_rule
from recruitment.services.outbox.settings import SECRETS, check_channel, save_channel
from recruitment.services.settings import (
    remove_holiday,
    save_alert_setting,
    save_annual_plan,
    save_holiday,
    save_local_rule,
)
from recruitment.words import localised


class SettingAdmin(AdministeredBySeat, admin.ModelAdmin):
    """Offers no organisation beyond the administrator's reach; each write is one service call."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> ModelChoiceField:
        if db_field.related_model is Organisation:
            kwargs["queryset"] = self.reachable(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def reachable(self, request: HttpRequest) -> QuerySet[Organisation]:
        organisations = Organisation.objects.filter(dissolved_on__isnull=True)
        if request.user.is_superuser:
            return organisations
        return organisations.filter(actor_of(request).scope("administrator"))


@admin.register(LocalRule)
class LocalRuleAdmin(SettingAdmin):
    organisation_path = "organisation__path"
    list_display = ("gate_name", "organisation", "enabled", "parameters", "effective_from", "document")
    list_filter = ("enabled", "gate")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)

    @admin.display(description=_("关卡"), ordering="gate")
    def gate_name(self, rule: LocalRule) -> str:
        return localised(flag_name(rule.gate))

    def get_readonly_fields(self, request: HttpRequest, obj: LocalRule | None = None) -> tuple[str, ...]:
        # What was in force stays in force for the steps that it judged: a change is a new row with its own day.
        if obj is not None and obj.effective_from <= timezone.localdate():
            return ("organisation", "gate", "enabled", "parameters", "effective_from")
        return ()

    def save_model(self, request: HttpRequest, obj: LocalRule, form: ModelForm, change: bool) -> None:
        save_local_rule(rule=obj, actor=actor_of(request), now=timezone.now(), today=timezone.localdate())


@admin.register(AnnualPlan)
class AnnualPlanAdmin(SettingAdmin):
    organisation_path = "committee__path"
    list_display = ("year", "committee", "places")
    list_filter = ("year",)
    list_select_related = ("committee",)

    def reachable(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().reachable(request).filter(may_approve=True)

    def save_model(self, request: HttpRequest, obj: AnnualPlan, form: ModelForm, change: bool) -> None:
        save_annual_plan(plan=obj, actor=actor_of(request), now=timezone.now())


@admin.register(TrainingRule)
class TrainingRuleAdmin(SettingAdmin):
    organisation_path = "organisation__path"
    list_display = ("organisation", "required", "before_handing_in", "grace_days", "effective_from", "document")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)

    def get_readonly_fields(self, request: HttpRequest, obj: TrainingRule | None = None) -> tuple[str, ...]:
        # People have been told of what is in force: a change is a new row with its own day.
        if obj is not None and obj.effective_from <= timezone.localdate():
            return ("organisation", "required", "before_handing_in", "grace_days", "effective_from")
        return ()

    def save_model(self, request: HttpRequest, obj: TrainingRule, form: ModelForm, change: bool) -> None:
        save_training_rule(rule=obj, actor=actor_of(request), now=timezone.now())


@admin.register(AlertSetting)
class AlertSettingAdmin(SettingAdmin):
    organisation_path = "organisation__path"
    list_display = ("organisation", "escalate_after", "talk_after", "document")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)

    def save_model(self, request: HttpRequest, obj: AlertSetting, form: ModelForm, change: bool) -> None:
        save_alert_setting(setting=obj, actor=actor_of(request), now=timezone.now())


@admin.register(Holiday)
class HolidayAdmin(SettingAdmin):
    list_display = ("day", "is_workday", "name")
    list_filter = ("is_workday",)
    date_hierarchy = "day"
    search_fields = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Holiday | None = None) -> bool:
        # A day entered by mistake must go; the audit keeps that it was there.
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Holiday, form: ModelForm, change: bool) -> None:
        save_holiday(holiday=obj, actor=actor_of(request), now=timezone.now(), today=timezone.localdate())

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        remove_holiday(holiday=obj, actor=actor_of(request), now=timezone.now(), today=timezone.localdate())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Holiday]) -> None:
        for holiday in queryset:
            self.delete_model(request, holiday)


@admin.register(Case)
class CaseAdmin(AdministeredBySeat, admin.ModelAdmin):
    """Read-only: a case's state moves through services, and nothing of it is ever deleted."""

    organisation_path = "branch__path"
    list_display = ("number", "branch", "step_name", "light", "freeze", "opened_at", "ended_on")
    list_filter = ("stage", "light", "freeze", "end")
    list_select_related = ("branch",)
    search_fields = ("number",)
    # Who it is about and what was entered are no business of the administrator's.
    fields = (
        "number",
        "branch",
        "committee",
        "department",
        "step_name",
        "round",
        "light",
        "next_change_on",
        "freeze",
        "opened_at",
        "ended_on",
        "end",
    )

    @admin.display(description=_("当前环节"), ordering="step")
    def step_name(self, case: Case) -> str:
        if case.step in texts.STEPS:
            return localised(texts.STEPS[case.step])
        return localised(texts.CASE_STATES[case.step])

    def has_add_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return False


class ReadOnlyAdmin(AdministeredBySeat, admin.ModelAdmin):
    """What services write is looked at here, and changed nowhere else."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(TemplateVersion)
class TemplateVersionAdmin(ReadOnlyAdmin):
    organisation_path = "organisation__path"
    list_display = ("code", "organisation", "number", "in_force", "uploaded_at", "uploaded_by")
    list_filter = ("in_force", "code")
    list_select_related = ("organisation", "uploaded_by")
    fields = ("code", "organisation", "number", "in_force", "original_name", "sha256", "uploaded_at", "uploaded_by")


@admin.register(DocumentBatch)
class DocumentBatchAdmin(ReadOnlyAdmin):
    """How batches go; whom they are about and what was made is no business of the administrator's."""

    organisation_path = "requested_by__seats__organisation__path"
    list_display = ("code", "mode", "state", "total", "done", "failed", "requested_at", "attempts")
    list_filter = ("state", "code")
    fields = ("code", "step", "mode", "state", "total", "done", "failed", "requested_at", "finished_at", "attempts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentBatch]:
        return super().get_queryset(request).distinct()


class ChannelSettingForm(ModelForm):
    """What is secret is never given back to the browser; left empty it stays as it is."""

    immediate_topics = MultipleChoiceField(
        label=_("立即发送"), choices=Topic.choices, required=False, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = ChannelSetting
        fields = (
            "organisation",
            "channel",
            "enabled",
            "endpoint",
            "secret",
            "headers",
            "body",
            "success_text",
            "immediate_topics",
            "digest_hour",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SECRETS:
            self.initial[name] = ""
            self.fields[name].help_text = _("已保存的不再显示；留空表示不变。")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.errors:
            return given
        stored = ChannelSetting.objects.filter(pk=self.instance.pk).first()
        for name in SECRETS:
            given[name] = given.get(name) or (getattr(stored, name) if stored else "")
        body = given.get("organisation") or self.instance.organisation
        if not may_administer(self.actor, body.path):
            self.add_error(None, _("只有持有管理员席位的账号可以设置渠道。"))
        try:
            check_channel(self._as_row(given, body))
        except ValidationError as error:
            self.add_error(None, [line for lines in error.message_dict.values() for line in lines])
        return given

    def _as_row(self, given: dict[str, Any], body: Organisation) -> ChannelSetting:
        channel = given.get("channel") or self.instance.channel
        return ChannelSetting(**{**given, "organisation": body, "channel": channel})


@admin.register(ChannelSetting)
class ChannelSettingAdmin(SettingAdmin):
    form = ChannelSettingForm
    organisation_path = "organisation__path"
    list_display = ("organisation", "channel", "enabled", "digest_hour")
    list_filter = ("channel", "enabled")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)

    def get_form(self, request: HttpRequest, obj: ChannelSetting | None = None, **kwargs: Any) -> type[ModelForm]:
        made = super().get_form(request, obj, **kwargs)
        return type(made.__name__, (made,), {"actor": actor_of(request)})

    def get_readonly_fields(self, request: HttpRequest, obj: ChannelSetting | None = None) -> tuple[str, ...]:
        return ("organisation", "channel") if obj else ()

    def save_model(self, request: HttpRequest, obj: ChannelSetting, form: ModelForm, change: bool) -> None:
        names = (*SECRETS, "enabled", "body", "success_text", "immediate_topics", "digest_hour")
        saved = save_channel(
            organisation=obj.organisation,
            channel=obj.channel,
            values={name: getattr(obj, name) for name in names},
            actor=actor_of(request),
            now=timezone.now(),
        )
        obj.pk = saved.pk
        obj._state.adding = False
