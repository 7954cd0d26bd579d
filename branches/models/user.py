from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. What it may do follows from its seats (``branches.access``), never from the account itself."""

    # A Chinese name is one string: family name first, no space, no split.
    first_name = None
    last_name = None

    full_name = models.CharField(_("姓名"), max_length=50)
    must_change_password = models.BooleanField(
        _("下次登录须改密码"),
        default=False,
        help_text=_("由管理员设置初始密码时勾选，本人改密后自动取消。"),
    )

    REQUIRED_FIELDS = ["full_name"]

    class Meta(AbstractUser.Meta):
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name
