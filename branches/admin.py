"""Organisations, accounts, seats and roster in the Django admin. Each write goes through ``branches.services``."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from branches.access import Actor
from branches.administration import AdministeredBySeat, actor_of
from branches.models import Member, Organisation, Relative, Sanction, Seat, Substitution, User
from branches.services.absence import give_substitute, revoke_substitute
from branches.services.accounts import save_account
from branches.services.roster import change_member, enter_member, save_particulars
from branches.services.seats import end_seat, give_seat
from branches.services.tree import change_organisation, create_organisation, obstacles
from recruitment.services.placement import follow_tree, obstacle_to_dissolving
from recruitment.services.settings import mark_due

# What an account may do follows from its seats; groups and permissions would be a second, silent way.
admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = gettext_lazy("发展党员纪实系统")


def _adopt(shown: models.Model, saved: models.Model) -> None:
    """Give the admin's own instance, which it goes on to use, the state of the row that a service has written."""
    for field in saved._meta.concrete_fields:
        setattr(shown, field.attname, getattr(saved, field.attname))
    shown._state.adding = False


def _in_reach(field: models.ForeignKey, request: HttpRequest) -> QuerySet:
    return admin.site.get_model_admin(field.related_model).get_queryset(request)


class WithinReach(AdministeredBySeat):
    """Also offers, and accepts, no organisation or account that is out of the administrator's reach."""

    def formfield_for_foreignkey(
        self,
        db_field: models.ForeignKey,
        request: HttpRequest,
        **kwargs: Any,
    ) -> forms.ModelChoiceField:
        kwargs.setdefault("queryset", _in_reach(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """What already points out of reach stays as it is: a county's administrator cannot move the county."""
        own = tuple(super().get_readonly_fields(request, obj))
        if obj is None:
            return own
        outside = tuple(
            field.name
            for field in obj._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
            and getattr(obj, field.attname) is not None
            and not _in_reach(field, request).filter(pk=getattr(obj, field.attname)).exists()
        )
        return own + outside


class OrganisationForm(forms.ModelForm):
    def _post_clean(self) -> None:
        """After the row's own rules, those of what depends on it: the service would refuse, here each has its field."""
        super()._post_clean()
        if self.instance.pk and not self.errors:
            stored = Organisation.objects.get(pk=self.instance.pk)
            for field, found in obstacles(stored, self.instance).items():
                self.add_error(field, found)
            if self.instance.dissolved_on and (obstacle := obstacle_to_dissolving(stored)):
                self.add_error("dissolved_on", obstacle)


@admin.register(Organisation)
class OrganisationAdmin(WithinReach, admin.ModelAdmin):
    form = OrganisationForm
    organisation_path = "path"
    list_display = ("code", "__str__", "kind", "parent", "sector", "may_approve", "dissolved_on")
    list_filter = ("kind", "sector", "may_approve", "temporary")
    list_select_related = ("parent",)
    search_fields = ("code__startswith", "name", "short_name", "division_name")
    search_help_text = gettext_lazy("代码（前几位）或名称")
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    list_per_page = 50
    fields = (
        "code",
        "name",
        "short_name",
        "division_name",
        "kind",
        "sector",
        "parent",
        "founded_on",
        "dissolved_on",
        "has_branch_committee",
        "temporary",
        "may_approve",
    )

    def get_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        # A new organisation lives, and whether it may approve follows from its kind and place.
        later = () if obj else ("dissolved_on", "may_approve")
        return tuple(field for field in self.fields if field not in later)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        own = super().get_readonly_fields(request, obj)
        return (*own, "code") if obj else own

    def save_model(self, request: HttpRequest, obj: Organisation, form: forms.ModelForm, change: bool) -> None:
        given = {"actor": actor_of(request), "now": timezone.now()}
        if change:
            changes = {field: form.cleaned_data[field] for field in form.changed_data}
            saved = change_organisation(organisation=obj, changes=changes, **given)
            if {"parent", "kind", "may_approve", "temporary"} & changes.keys():
                follow_tree(path=saved.path, **given)
        else:
            saved = create_organisation(**form.cleaned_data, **given)
        _adopt(obj, saved)


class PasswordForm(AdminPasswordChangeForm):
    """A password set by somebody else is good for one sign-in."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        # An account is shut by deactivating it, not by taking its password away.
        self.fields.pop("usable_password", None)
        for field in self.fields.values():
            field.required = True

    def save(self, commit: bool = True) -> User:
        user = super().save(commit=False)
        user.must_change_password = True
        return save_account(user=user, actor=self.actor, now=timezone.now())


@admin.register(User)
class AccountAdmin(AdministeredBySeat, UserAdmin):
    add_form = UserCreationForm
    list_display = ("username", "full_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "full_name")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email", "must_change_password")}),
        (gettext_lazy("权限"), {"fields": ("is_active", "is_superuser")}),
        (gettext_lazy("日期"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("username", "full_name", "password1", "password2")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Accounts without a seat elsewhere: whoever sets a password could act from all seats of that account. Those
        that stand for people of another installation are no accounts to administer."""
        users = super().get_queryset(request).filter(origin="")
        if request.user.is_superuser:
            return users
        within = actor_of(request).scope(Seat.Role.ADMINISTRATOR, field="organisation__path")
        held = Seat.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()))
        return users.filter(is_superuser=False).exclude(pk__in=held.exclude(within).values("user"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, "is_superuser")

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.must_change_password = True
        if obj.is_superuser:
            obj.is_staff = True  # the door of these pages, which a superuser needs no seat to enter
        save_account(user=obj, actor=actor_of(request), now=timezone.now())

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002  as Django calls it
        # The form writes, and Django hands it no request: a copy of this admin brings the actor along.
        bound = copy.copy(self)
        bound.change_password_form = partial(PasswordForm, actor=actor_of(request))
        return super(AccountAdmin, bound).user_change_password(request, id, form_url)


@admin.register(Seat)
class SeatAdmin(WithinReach, admin.ModelAdmin):
    organisation_path = "organisation__path"
    list_display = ("organisation", "role", "user", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("organisation", "user")
    search_fields = (
        "organisation__code__startswith",
        "organisation__name",
        "organisation__short_name",
        "user__full_name",
    )
    autocomplete_fields = ("user", "organisation")
    list_per_page = 50
    fields = ("user", "organisation", "role", "starts_on", "ends_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Seat | None = None) -> tuple[str, ...]:
        # A seat once given is history: it ends, and another is given.
        return ("user", "organisation", "role", "starts_on") if obj else ()

    def save_model(self, request: HttpRequest, obj: Seat, form: forms.ModelForm, change: bool) -> None:
        given = {"actor": actor_of(request), "now": timezone.now()}
        if change:
            saved = end_seat(seat=obj, on=form.cleaned_data["ends_on"], **given)
        else:
            saved = give_seat(**form.cleaned_data, **given)
        _adopt(obj, saved)


@admin.register(Substitution)
class SubstitutionAdmin(WithinReach, admin.ModelAdmin):
    """Also for somebody from another organisation within reach, whom a holder cannot choose on the own page."""

    organisation_path = "seat__organisation__path"
    list_display = ("seat", "substitute", "starts_on", "ends_on", "revoked_at")
    list_select_related = ("seat__organisation", "seat__user", "substitute")
    autocomplete_fields = ("seat", "substitute")
    fields = ("seat", "substitute", "starts_on", "ends_on", "reason")
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: Substitution | None = None) -> bool:
        # It was given as it stands; it is revoked, and another is given.
        return obj is None and super().has_change_permission(request)

    @admin.action(description=gettext_lazy("撤销选中的代理"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Substitution]) -> None:
        for substitution in queryset.select_related("seat"):
            revoke_substitute(substitution=substitution, actor=actor_of(request), now=timezone.now())

    def save_model(self, request: HttpRequest, obj: Substitution, form: forms.ModelForm, change: bool) -> None:
        _adopt(obj, give_substitute(**form.cleaned_data, actor=actor_of(request), now=timezone.now()))


class ParticularInline(AdministeredBySeat, admin.TabularInline):
    extra = 0


class SanctionInline(ParticularInline):
    model = Sanction


class RelativeInline(ParticularInline):
    model = Relative

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._administers(request)


@admin.register(Member)
class MemberAdmin(WithinReach, admin.ModelAdmin):
    organisation_path = "branch__path"
    inlines = (SanctionInline, RelativeInline)
    list_display = ("named", "branch", "standing", "standing_since", "joined_on", "left_on")
    list_filter = ("standing", "sex")
    list_select_related = ("branch",)
    search_fields = ("name", "branch__code__startswith", "branch__name", "branch__short_name")
    search_help_text = gettext_lazy("姓名、拼音或拼音首字母，党支部的名称或代码（前几位）")
    ordering = ("branch__path", "name_pinyin", "name", "pk")
    autocomplete_fields = ("branch", "party_group", "user")
    list_per_page = 50
    fields = (
        "name",
        "sex",
        "branch",
        "party_group",
        "party_group_name",
        "standing",
        "standing_since",
        "joined_on",
        "full_since",
        "left_on",
        "user",
    )

    @admin.display(description=gettext_lazy("姓名"), ordering="name_pinyin")
    def named(self, member: Member) -> str:
        return member.name

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Member], search_term: str
    ) -> tuple[QuerySet[Member], bool]:
        """By what is written, as everywhere in these pages, and by how a name is read."""
        written, _many = super().get_search_results(request, queryset, search_term)
        read = Member.objects.read_as(search_term)
        either = Q(pk__in=written.order_by().values("pk")) | Q(pk__in=read.values("pk"))
        return (queryset.filter(either) if search_term else written), False

    def save_model(self, request: HttpRequest, obj: Member, form: forms.ModelForm, change: bool) -> None:
        given = {"actor": actor_of(request), "now": timezone.now()}
        if change:
            changes = {field: form.cleaned_data[field] for field in form.changed_data}
            saved = change_member(member=obj, changes=changes, **given)
        else:
            saved = enter_member(**form.cleaned_data, **given)
        _adopt(obj, saved)
        mark_due(path=saved.branch.path, on=timezone.localdate())

    def save_formset(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formset: forms.BaseInlineFormSet,
        change: bool,
    ) -> None:
        changed = formset.save(commit=False)
        save_particulars(
            member=form.instance,
            changed=changed,
            removed=formset.deleted_objects,
            actor=actor_of(request),
            now=timezone.now(),
        )
        mark_due(path=form.instance.branch.path, on=timezone.localdate())
        formset.save_m2m()
