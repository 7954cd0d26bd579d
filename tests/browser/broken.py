"""The product's addresses, and one for each way in which a request fails before or within its page."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import csrf


def unacceptable(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("sample")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("sample")


urlpatterns = [
    path("broken/400/", unacceptable),
    path("broken/403/", csrf.csrf_failure),
    path("broken/500/", broken),
    path("", include("config.urls")),
]
