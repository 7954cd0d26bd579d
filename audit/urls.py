"""URLs of the audit record. It has no pages of its own yet; the admin shows it read-only."""

from django.urls import URLPattern

app_name = "audit"

urlpatterns: list[URLPattern] = []
