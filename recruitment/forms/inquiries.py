"""The forms of letters and opinions asked for: sent, reminded of, answered, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from recruitment.forms.base import ActForm, Line
from recruitment.forms.fields import DayField
from recruitment.models import Inquiry, Material
from recruitment.rules.texts import DOCUMENTS
from recruitment.words import localised

#: What is proposed as the day of the answer; no rule names one.
USUAL_WAIT = timedelta(days=30)
USUAL_REMINDED_WAIT = timedelta(days=15)


class InquiryForm(ActForm):
    """A letter or a request for an opinion that was sent."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = {
            "kind": forms.ChoiceField(label=_("种类"), choices=Inquiry.Kind.choices, widget=forms.RadioSelect),
            "body_name": forms.CharField(
                label=_("发往单位"), help_text=_("单位全称，例如纪检监察、政法或者当事人所在单位。"), max_length=120
            ),
            "about": forms.CharField(
                label=_("了解什么"),
                help_text=_("写明了解谁的什么情况；只有办理和校核的人员可以看到。"),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
            "sent_on": DayField(label=_("发出日期"), initial=today),
            "due_on": DayField(
                label=_("请对方答复的日期"),
                help_text=_("到这一天还没有答复，会列入“已超期”，提醒催办。"),
                initial=today + USUAL_WAIT,
            ),
        }
        self.fields = {**first, **self.fields}

    def line(self, name: str) -> Line:
        return Line(self[name], sensitive=name == "about")


class RemindForm(ActForm):
    """The body was reminded."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = {
            "on": DayField(label=_("催办日期"), initial=today),
            "due_on": DayField(label=_("请对方答复的日期"), initial=today + USUAL_REMINDED_WAIT),
        }
        self.fields = {**first, **self.fields}


class ReplyForm(ActForm):
    """The answer that came."""

    def __init__(self, *args: Any, today: date, papers: Sequence[Material], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first: dict[str, forms.Field] = {
            "answered_on": DayField(label=_("收到答复的日期"), initial=today),
            "answer": forms.CharField(
                label=_("答复摘要"),
                help_text=_("只有办理和校核的人员可以看到。"),
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 4}),
            ),
        }
        if papers:
            named = [
                (paper.pk, f"{paper.code} {localised(DOCUMENTS[paper.code])} · {paper.original_name}")
                for paper in papers
            ]
            first["paper"] = forms.TypedChoiceField(
                label=_("复函在哪份材料里"),
                help_text=_("复函先作为这一步的材料上传，再在这里选。"),
                choices=[("", _("没有上传")), *named],
                coerce=int,
                empty_value=None,
                required=False,
            )
        self.fields = {**first, **self.fields}

    def line(self, name: str) -> Line:
        return Line(self[name], sensitive=name == "answer")


class WithdrawForm(ActForm):
    """Why the answer is waited for no longer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = {
            "reason": forms.CharField(
                label=_("为什么不再等待"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
            )
        }
        self.fields = {**first, **self.fields}
