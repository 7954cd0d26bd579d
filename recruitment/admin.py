"""Local rules, holidays and annual plans in the Django admin; cases are shown there and never changed or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branches.administration import AdministeredBySeat, actor_of
from branches.models import Organisation
from recruitment.models import AnnualPlan, Case, Holiday, LocalRule
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.services.settings import remove_holiday, save_annual_plan, save_holiday, save_local_rule
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
