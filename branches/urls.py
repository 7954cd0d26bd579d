"""Addresses of branches."""

from django.urls import path

from branches import views

app_name = "branches"
urlpatterns = [
    path("", views.own_organisation, name="index"),
    path("<slug:code>/", views.organisation, name="organisation"),
]
