"""The short code of a printed paper, as it is typed in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FindPrintingForm(forms.Form):
    """One field in the address; whether the code is known is the page's to say."""

    code = forms.CharField(
        label=_("核验码"),
        max_length=20,
        help_text=_("十位字母和数字，例如 7K3QM-X92AD；横线可以不输。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请输入核验码。")},
    )
