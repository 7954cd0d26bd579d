from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. What it may do follows from its seats (``branches.access``), never from the account itself.

    One with an ``origin`` is no door: it stands for somebody of another installation, so that acts which came with a
    case file keep their names. ``origin`` is what the file calls the account.
    """

    # A Chinese name is one string: family name first, no space, no split.
    first_name = None
    last_name = None

    full_name = models.CharField(_("姓名"), max_length=50)
    must_change_password = models.BooleanField(
        _("下次登录须改密码"),
        default=False,
        help_text=_("由管理员设置初始密码时勾选，本人改密后自动取消。"),
    )

    origin = models.CharField(
        _("来处"),
        max_length=32,
        blank=True,
        editable=False,
        help_text=_("其他单位的账号，随案卷宗转入时带来，只用来写明经办人；不能登录。"),
    )

    REQUIRED_FIELDS = ["full_name"]

    class Meta(AbstractUser.Meta):
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            # Somebody of another installation is named by what was done there, and never enters here.
            models.CheckConstraint(
                name="branches_user_from_elsewhere",
                condition=Q(origin="")
                | Q(is_active=False, is_staff=False, is_superuser=False, password__startswith="!"),
            ),
            models.UniqueConstraint(
                name="branches_user_from_elsewhere_once", fields=["origin", "full_name"], condition=~Q(origin="")
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name
