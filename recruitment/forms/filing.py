"""The form of a filing list: in order but for the exceptions, each with its coded reason and words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from recruitment.forms.compact import Choices
from recruitment.forms.review import return_choices
from recruitment.rules.values import MAX_TEXT


class RowForm(forms.Form):
    """One row: nothing chosen means that it is in order."""

    code = forms.ChoiceField(required=False)
    text = forms.CharField(required=False, max_length=MAX_TEXT)

    def __init__(self, data: Mapping[str, Any] | None, *, case_id: int, name: str, reasons: Choices) -> None:
        super().__init__(data, prefix=f"case-{case_id}", label_suffix="")
        self.case_id = case_id
        # One list of choices for all rows: each row only points to it.
        self.fields["code"].choices = reasons
        self.fields["code"].label = _("取出原因")
        self.fields["code"].widget.attrs["aria-label"] = _("%(name)s：是否取出") % {"name": name}
        self.fields["text"].label = _("%(name)s：说明") % {"name": name}
        self.fields["text"].widget.attrs["aria-label"] = self.fields["text"].label

    def clean(self) -> dict[str, Any]:
        code, text = self.cleaned_data.get("code"), (self.cleaned_data.get("text") or "").strip()
        if code and not text:
            self.add_error("text", _("取出的要写明哪里不对、怎么补。"))
        if text and not code:
            self.add_error("code", _("写了说明，请选取出原因；没有问题的请清空说明。"))
        return self.cleaned_data

    @property
    def exception(self) -> tuple[str, str] | None:
        code = self.cleaned_data.get("code")
        return (code, self.cleaned_data["text"].strip()) if code else None


class FilingListForm:
    """All rows of the list. ``token``: the same list sent twice is one decision."""

    def __init__(self, data: Mapping[str, Any] | None, rows: Iterable[tuple[int, str]]) -> None:
        _empty, *groups = return_choices()
        reasons: Choices = [("", _("无误")), *groups]
        self.rows = {pk: RowForm(data, case_id=pk, name=name, reasons=reasons) for pk, name in rows}
        self.token = _token(data)

    def is_valid(self) -> bool:
        # Every row is looked at, so that the page shows all errors at once.
        return not [row for row in self.rows.values() if not row.is_valid()]

    @property
    def errors(self) -> list[RowForm]:
        return [row for row in self.rows.values() if row.errors]

    def exceptions(self) -> dict[int, tuple[str, str]]:
        return {pk: row.exception for pk, row in self.rows.items() if row.exception is not None}


def _token(data: Mapping[str, Any] | None) -> uuid.UUID:
    try:
        return uuid.UUID((data or {}).get("token", ""))
    except ValueError:
        return uuid.uuid4()
