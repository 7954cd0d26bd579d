"""The record in the Django admin: to look at, and nothing else."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    list_display = ("chain", "seq", "at", "actor_name", "on_behalf_of", "action")
    list_display_links = ("chain", "seq")
    list_filter = ("at",)
    search_fields = ("chain__exact", "actor_name", "action")
    search_help_text = _("链的全名（如 case:7）、操作人或行为")
    ordering = ("-pk",)
    # The full count reads the whole table, and this table only grows.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
