"""What every form of an act has: the version of the case it was opened on, and for whom a clerk enters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.forms.fields import FilesField
from recruitment.models import Material
from recruitment.rules.explain import Explanation
from recruitment.rules.texts import DOCUMENTS
from recruitment.services.materials import Upload
from recruitment.words import localised

FOR = "on_behalf_of"
PAPERS_TITLE = gettext_lazy("材料")
PAPERS_NOTE = gettext_lazy(
    "PDF、图片或 Office 文档，每个文件不超过 20 MB。几张照片合成一份 PDF，先选的在前；再次上传成为新的版本。"
)


def paper_field(code: str) -> str:
    """The name of the file field of a document."""
    return f"paper_{code}"


@dataclass(frozen=True, slots=True)
class Line:
    """One field as a page shows it, with the papers that are there already and what was recorded meanwhile."""

    field: BoundField
    sensitive: bool = False
    changed_from: str = ""
    papers: tuple[Material, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether the field keeps the whole width among short ones."""
        return isinstance(self.field.field.widget, forms.Textarea)


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading; the first section of a form has none."""

    title: str
    lines: list[Line]
    note: str = ""
    #: Short fields, which stand side by side where there is room.
    compact: bool = False


class ActForm(forms.Form):
    """A form that leads to one call of a service.

    ``principals`` are the people for whom a clerk may enter, as (user id, name); without them nothing is asked.
    ``refused`` holds the explanations of a refusal, for the *why* panel. ``guide_owner`` says whose fields they are
    in the Guide: a step, ``person``, or the kind of form; each field then leads to the article that helps with it.
    """

    guide_owner: str | None = ""

    def __init__(self, *args: Any, principals: Sequence[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.refused: list[Explanation] = []
        if principals is not None:
            self.fields[FOR] = forms.TypedChoiceField(
                label=_("代谁录入"),
                help_text=_("您以录入员身份办理：请选择这件事由谁负责，记录上会同时写明两人。"),
                choices=[("", _("请选择")), *principals],
                coerce=int,
                empty_value=None,
                required=True,
            )

    @property
    def principal(self) -> int | None:
        """The user for whom this is entered, where a clerk enters."""
        return self.cleaned_data.get(FOR)

    def add_papers(self, codes: Iterable[str], required: Iterable[str] = ()) -> None:
        """A file field for each document; a required one may follow later, so the service asks for it, not the form."""
        required = set(required)
        for code in codes:
            self.fields[paper_field(code)] = FilesField(
                code=code,
                label=f"{code} {localised(DOCUMENTS[code])}",
                help_text="" if code in required else _("没有的不用上传。"),
                required=code in required,
            )

    def uploads(self) -> list[Upload]:
        """Every file that can be taken, whether or not the rest of the form is in order."""
        return [upload for field in self.fields.values() if isinstance(field, FilesField) for upload in field.accepted]

    def lines(self, names: Iterable[str] | None = None) -> list[Line]:
        """The fields as a page shows them; all of them where no names are given."""
        return [self.line(name) for name in (self.fields if names is None else names) if name in self.fields]

    def line(self, name: str) -> Line:
        return Line(self[name])
