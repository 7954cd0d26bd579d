from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BranchesConfig(AppConfig):
    name = "branches"
    verbose_name = _("组织、账号与党员名册")
    default_auto_field = "django.db.models.BigAutoField"
