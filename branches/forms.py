"""Who stands in for a seat, and who takes it over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from branches.models import Seat, Substitution, User
from recruitment.names import by_reading


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


class SubstituteForm(forms.Form):
    """A colleague of the same organisation, and the days; somebody from elsewhere is named in the administration."""

    def __init__(self, *args: Any, seat: Seat, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        colleagues = User.objects.filter(
            pk__in=Seat.objects.active_on(today).filter(organisation=seat.organisation_id).values("user"),
            is_active=True,
        ).exclude(pk=seat.user_id)
        substitute = forms.ModelChoiceField(
            colleagues,
            label=_("由谁代理"),
            help_text=_("本组织在任的人员。代理期间，代理人的每一件事都记“某某代%(name)s”。") % {"name": seat.user},
            empty_label=_("请选择"),
        )
        people = sorted(colleagues, key=lambda user: (by_reading(user.full_name), user.pk))
        substitute.choices = [("", _("请选择")), *((user.pk, str(user)) for user in people)]
        self.fields["substitute"] = substitute
        self.fields["starts_on"] = _day(label=_("代理起"), initial=today)
        self.fields["ends_on"] = _day(label=_("代理止"), help_text=_("代理的最后一天；过了这一天，代理自动结束。"))
        self.fields["reason"] = forms.CharField(
            label=_("事由"),
            help_text=_("例如外出学习、休假。"),
            max_length=Substitution._meta.get_field("reason").max_length,
        )


class HandOverForm(forms.Form):
    """The successor by the name of the account, and the day from which."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["successor"] = forms.CharField(
            label=_("接任人的账号"), help_text=_("填登录名。还没有账号的，先由管理员开设。"), max_length=150
        )
        self.fields["on"] = _day(label=_("接任日期"), initial=today, help_text=_("原任到前一天为止。"))
        self.fields["reason"] = forms.CharField(
            label=_("事由"), help_text=_("例如换届、调动，写明文号更好。"), max_length=200
        )

    def clean_successor(self) -> User:
        name = self.cleaned_data["successor"].strip()
        found = User.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("没有这个在用的账号，请核对登录名。"))
        return found
