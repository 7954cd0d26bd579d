"""The forms of the library: the search, what is said about a document, its file, its withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.forms.fields import DayField
from recruitment.models import PolicyDocument
from recruitment.services.library import EXTENSIONS, FIELDS, looked_into
from recruitment.services.materials import Upload

#: Which documents count as new: since the visit before, or in the last thirty days.
SINCE_VISIT, SINCE_MONTH = "visit", "month"


class LibrarySearchForm(forms.Form):
    """Reads the filters leniently: what cannot be is left out, so that an old address still shows a list."""

    words = forms.CharField(
        label=gettext_lazy("标题、文号或正文"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.CharField(label=gettext_lazy("类型"), required=False)
    category = forms.CharField(label=gettext_lazy("分类"), required=False)
    new = forms.CharField(label=gettext_lazy("新资料"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        everything = ("", _("全部"))
        self.fields["kind"].widget = forms.Select(choices=[everything, *PolicyDocument.Kind.choices])
        self.fields["category"].widget = forms.Select(choices=[everything, *PolicyDocument.Category.choices])
        self.fields["new"].widget = forms.Select(
            choices=[everything, (SINCE_VISIT, _("上次浏览以后")), (SINCE_MONTH, _("最近30天"))]
        )

    def clean_kind(self) -> str:
        return self._known("kind", PolicyDocument.Kind.values)

    def clean_category(self) -> str:
        return self._known("category", PolicyDocument.Category.values)

    def clean_new(self) -> str:
        return self._known("new", [SINCE_VISIT, SINCE_MONTH])

    def _known(self, name: str, values: list[str]) -> str:
        value = self.cleaned_data[name]
        return value if value in values else ""


class _PolicyFileField(forms.FileField):
    """A file that the library takes; gives an :class:`Upload`."""

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join([*sorted(EXTENSIONS), ".jpeg"])
        super().__init__(
            widget=forms.FileInput(attrs={"accept": accept}),
            label=gettext_lazy("文件"),
            help_text=gettext_lazy("PDF、DOCX 或者图片，不超过 20 MB。PDF 和 DOCX 的正文可以检索。"),
            allow_empty_file=True,
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file = super().clean(data, initial)
        return looked_into(file) if file else None


class PolicyForm(forms.ModelForm):
    """What is said about a document; never saved by itself."""

    issued_on = DayField(label=gettext_lazy("发文日期"))
    effective_from = DayField(label=gettext_lazy("施行日期"), required=False)
    effective_to = DayField(
        label=gettext_lazy("失效日期"), required=False, help_text=gettext_lazy("施行的最后一天；长期有效的留空。")
    )

    class Meta:
        model = PolicyDocument
        fields = FIELDS
        widgets = {"summary": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class NewPolicyForm(PolicyForm):
    file = _PolicyFileField()


class RenewForm(forms.Form):
    file = _PolicyFileField()
    note = forms.CharField(
        label=gettext_lazy("更新说明"), max_length=200, help_text=gettext_lazy("这一版改了什么，一句话。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("撤下原因"),
        max_length=300,
        help_text=gettext_lazy("例如：已被新的文件代替。看过这份资料的人会看到这句话。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(_("请写明原因。"))
        return reason
