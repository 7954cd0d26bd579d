"""Addresses of branches."""

from django.urls import path

from branches import views

app_name = "branches"
urlpatterns = [
    path("", views.own_organisation, name="index"),
    path("seats/", views.OwnSeats.as_view(), name="own_seats"),
    path("seats/<int:pk>/substitutes/", views.Substitutes.as_view(), name="substitutes"),
    path("seats/<int:pk>/hand-over/", views.HandOver.as_view(), name="hand_over"),
    path("<slug:code>/", views.organisation, name="organisation"),
]
