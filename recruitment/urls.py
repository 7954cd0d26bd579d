"""Addresses of recruitment. The address is the state: every filter, tab and page can be sent to a colleague."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
