"""The addresses of the product."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

from branches.views import ChangePassword

urlpatterns = [
    path("login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("password/done/", auth_views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("audit/", include("audit.urls")),
    path("organisations/", include("branches.urls")),
    path("", include("recruitment.urls")),
]
