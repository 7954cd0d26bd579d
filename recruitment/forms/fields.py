"""Form fields for the types of the table that Django has no field for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recruitment.names import by_letter
from recruitment.rules.values import MAX_STRING
from recruitment.services.materials import ALLOWED, Upload, inspect, joined

_BETWEEN_NAMES = re.compile(r"[、,，;；\n\r]+")
#: More members than these stand under letters.
_UNDER_LETTERS = 15
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
#: What a file dialogue offers; the content decides, whatever was chosen.
ACCEPT = ",".join([*ALLOWED, ".jpeg"])


class DayField(forms.DateField):
    """A calendar day of our time, in the browser's own date input or typed; what is none is named in the error."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=_DAY_FORMATS, **kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            day = super().to_python(value)
        except ValidationError:
            raise ValidationError(
                _("没有“%(value)s”这一天，请按 2026-06-10 的样子填写。") % {"value": str(value)[:20]}, code="invalid"
            ) from None
        # A slip of the finger in the year; and days at the ends of the calendar cannot be counted from.
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValidationError(_("“%(value)s”的年份不对，请核对。") % {"value": str(value)[:20]}, code="invalid")
        return day


class NamesField(forms.CharField):
    """Several names in one box, with 、 or a line between them; gives a tuple."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        if isinstance(value, list | tuple):
            return tuple(value)
        names = [name.strip() for name in _BETWEEN_NAMES.split(super().to_python(value))]
        return tuple(name for name in names if name)

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value

    def validate(self, value: Any) -> None:
        super().validate(value)
        if any(len(name) > MAX_STRING for name in value):
            raise ValidationError(_("每个姓名不超过 %(n)s 个字。") % {"n": MAX_STRING})

    def run_validators(self, value: Any) -> None:
        """The validators of a text do not fit a tuple of names."""


class _SelectRow(forms.MultiWidget):
    """One select for each place; the browser needs no script to choose among many members."""

    def decompress(self, value: Any) -> list[Any]:
        chosen = list(value or ())
        return chosen + [None] * (len(self.widgets) - len(chosen))


class MembersField(forms.MultiValueField):
    """Members of the roster: as many selects as may be named, the first ``minimum`` of them required.

    ``people`` are pairs of primary key and name. Gives a tuple of primary keys.
    """

    def __init__(self, *, people: Sequence[tuple[int, str]], minimum: int, maximum: int, **kwargs: Any) -> None:
        # Many are found by the letter of their surname, in a list that opens on a phone as on a desk.
        choices = [("", _("请选择")), *(by_letter(people) if len(people) > _UNDER_LETTERS else people)]
        fields = [
            forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=number < minimum)
            for number in range(maximum)
        ]
        widgets = [
            forms.Select(
                choices=choices,
                attrs={"class": "form-select", "aria-label": _("第 %(n)s 名") % {"n": number + 1}},
            )
            for number in range(maximum)
        ]
        super().__init__(fields=fields, widget=_SelectRow(widgets), require_all_fields=False, **kwargs)

    def compress(self, data_list: Iterable[int | None]) -> tuple[int, ...]:
        chosen = tuple(member for member in data_list if member is not None)
        if len(set(chosen)) != len(chosen):
            raise ValidationError(_("同一名党员选了两次，请另选一名。"), code="twice")
        return chosen


class FileListInput(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPT, "multiple": True})

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else list(filter(None, [files.get(name)]))


class FilesField(forms.Field):
    """The files of one document. Gives a list of :class:`Upload`; each file that cannot be taken is named.

    Several pictures are the pages of one paper, in the order in which they come. A required one may follow later, or be
    there already: the service asks for it, and the form never.

    ``accepted`` holds the good files of the last ``clean`` even where others beside them were refused; of pictures
    that are one paper, all or none.
    """

    widget = FileListInput

    def __init__(self, *, code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code = code
        self.accepted: list[Upload] = []

    def clean(self, value: Any) -> list[Upload]:
        self.accepted, good, errors = [], [], []
        for file in value or ():
            try:
                good.append(inspect(self.code, file))
            except ValidationError as error:
                errors.append(error)
        try:
            if errors:
                raise ValidationError(errors)
            self.accepted = joined(good)
        except ValidationError:
            self.accepted = [upload for upload in good if not upload.content_type.startswith("image/")]
            raise
        return self.accepted

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class PaperField(FilesField):
    """One file, or several photographs that become one. Gives an :class:`Upload`, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(code="", **kwargs)

    def clean(self, value: Any) -> Upload | None:  # type: ignore[override]
        if not value and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        found = super().clean(value)
        if len(found) > 1:
            raise ValidationError(_("这里只收一份文件；几张照片会合成一份，其他文件请只选一个。"), code="several")
        return found[0] if found else None
