"""The forms of the chain of custody: handed over, received, returned, kept, and the newest entry withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from recruitment.forms.base import ActForm
from recruitment.forms.fields import DayField, PaperField
from recruitment.rules.custody import RETURN_CODES, Keeper
from recruitment.rules.texts import CUSTODY_RETURNS
from recruitment.words import localised


class CustodyForm(ActForm):
    """What every entry may have: its day, and a few words."""

    guide_owner = "custody"

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = {**self.asked(today), "words": self._words()}
        self.fields = {**first, **self.fields}

    def asked(self, today: date) -> dict[str, forms.Field]:
        """The fields of the deed, in their order."""
        return {}

    def _words(self) -> forms.Field:
        return forms.CharField(
            label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )


def _hands(label: str) -> forms.Field:
    return forms.CharField(label=label, help_text=_("在移交清单上签名的人。"), max_length=60)


def _place() -> dict[str, forms.Field]:
    return {
        "office": forms.CharField(
            label=_("保管部门或者地点"), help_text=_("例如组织科档案室、人力资源部档案室。"), max_length=120
        ),
        "keeper_person": forms.CharField(label=_("保管责任人"), max_length=60, required=False),
        "shelf": forms.CharField(label=_("柜号、盒号"), help_text=_("以后按它找得到。"), max_length=60, required=False),
    }


class HandOverForm(CustodyForm):
    """To whom, which package, when and by whose hands. ``receivers``: keepers with their names on the page."""

    def __init__(
        self,
        *args: Any,
        receivers: Sequence[tuple[str, str]],
        packages: Sequence[tuple[int, str]],
        using_unit: str = "",
        **kwargs: Any,
    ) -> None:
        self._receivers, self._packages, self._using_unit = receivers, packages, using_unit
        super().__init__(*args, **kwargs)

    def asked(self, today: date) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {
            "receiver": forms.ChoiceField(
                label=_("移交给谁"),
                choices=self._receivers,
                widget=forms.RadioSelect,
                initial=self._receivers[0][0] if len(self._receivers) == 1 else None,
            )
        }
        if any(Keeper(value).side is None for value, _label in self._receivers):
            found["receiver_name"] = forms.CharField(
                label=_("本系统以外接收单位的全称"),
                help_text=_("接收单位是本系统内党组织的不用填；用工单位代管的，写用工单位。"),
                max_length=120,
                required=False,
                initial=self._using_unit,
            )
        return found | {
            "package_id": forms.TypedChoiceField(
                label=_("移交哪一包材料"),
                help_text=_("每次取出的材料有自己的清单哈希，回执上写明接收的就是这一包。"),
                choices=self._packages,
                coerce=int,
                empty_value=None,
            ),
            "on": DayField(label=_("移交日期"), initial=today),
            "hands": _hands(_("移交人")),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        receiver = cleaned.get("receiver")
        if receiver and Keeper(receiver).side is None and not cleaned.get("receiver_name", "").strip():
            self.add_error("receiver_name", _("请写明接收单位的全称。"))
        return cleaned


class _AnswerForm(CustodyForm):
    """The receiver's answer. ``outside``: the receiver is no body of this system and answers on stamped paper."""

    def __init__(self, *args: Any, outside: bool, **kwargs: Any) -> None:
        self._outside = outside
        super().__init__(*args, **kwargs)

    def _receipt(self, label: str) -> dict[str, forms.Field]:
        if not self._outside:
            return {}
        return {
            "receipt": PaperField(
                label=label,
                help_text=_("PDF 或者图片，看得清单位印章和日期，不超过 20 MB。"),
                error_messages={"required": _("请上传对方盖章的回执。")},
            )
        }


class ReceiveForm(_AnswerForm):
    """The package has come, and where it lies."""

    def asked(self, today: date) -> dict[str, forms.Field]:
        return {
            "on": DayField(label=_("接收日期"), initial=today),
            "hands": _hands(_("接收人")),
            **_place(),
            **self._receipt(_("盖章的回执")),
        }


class ReturnForm(_AnswerForm):
    """The package is not taken, and why."""

    def asked(self, today: date) -> dict[str, forms.Field]:
        return {
            "on": DayField(label=_("退回日期"), initial=today),
            "code": forms.ChoiceField(
                label=_("退回原因"),
                choices=[(code, localised(CUSTODY_RETURNS[code])) for code in RETURN_CODES],
                widget=forms.RadioSelect,
            ),
            "hands": _hands(_("经办人")),
            **self._receipt(_("盖章的退回说明")),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("code") == "other" and not cleaned.get("words", "").strip():
            self.add_error("words", _("选“其他”的，请写明原因。"))
        return cleaned


class KeepForm(CustodyForm):
    """Where the package lies now."""

    def asked(self, today: date) -> dict[str, forms.Field]:
        return {"on": DayField(label=_("核对日期"), initial=today), **_place()}


class WithdrawEntryForm(CustodyForm):
    """Why the newest entry does not count."""

    def _words(self) -> forms.Field:
        return forms.CharField(
            label=_("更正的理由"),
            help_text=_("写明哪里填得不对；作废以后再重新登记。"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
