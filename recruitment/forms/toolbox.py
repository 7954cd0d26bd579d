"""What a paper of the toolbox asks for, whom it may be about, and a department's own template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from recruitment.documents.toolbox.catalogue import JOINT_REVIEW_BODIES, Entry
from recruitment.forms.fields import DayField
from recruitment.models import DocumentBatch
from recruitment.rules import texts
from recruitment.rules.steps import STEPS
from recruitment.selectors.templates import People
from recruitment.services.documents import Wish
from recruitment.words import localised

_MAX_BODIES = 30
_Mode = DocumentBatch.Mode
_CONSECUTIVE, _SAME = "consecutive", "same"


class PeopleForm(forms.Form):
    """Which people are offered; read leniently, so that an old address still shows a list."""

    def __init__(self, data: QueryDict, entry: Entry) -> None:
        super().__init__({"step": entry.step, "people": People.AT.value} | data.dict(), label_suffix="")
        self.entry = entry
        if len(entry.steps) > 1:
            choices = [(key, f"{STEPS[key].number}. {localised(texts.STEPS[key])}") for key in entry.steps]
            self.fields["step"] = forms.ChoiceField(label=_("用于环节"), choices=choices, required=False)
        self.fields["people"] = forms.ChoiceField(
            label=_("人员范围"),
            choices=[
                (People.AT, _("正在办这一步的")),
                (People.PAST, _("已经办完这一步的")),
                (People.ALL, _("全部在办的")),
            ],
            required=False,
        )
        self.fields["q"] = forms.CharField(
            label=_("姓名或编号"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
        )

    @property
    def step(self) -> str:
        given = self.data.get("step", "")
        return given if given in self.entry.steps else self.entry.step

    @property
    def people(self) -> People:
        given = self.data.get("people", "")
        return People(given) if given in list(People) else People.AT

    @property
    def text(self) -> str:
        return self.data.get("q", "").strip()[:60]


class FillForm(forms.Form):
    """Number, date and signer of the paper, how many papers, and the bodies that a letter goes to."""

    def __init__(self, entry: Entry, *args: Any, has_roster: bool, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.entry = entry
        if has_roster:
            self.fields["mode"] = forms.ChoiceField(
                label=_("怎样成文"),
                choices=[(_Mode.ROSTER.value, _Mode.ROSTER.label), (_Mode.EACH.value, _Mode.EACH.label)],
                initial=_Mode.ROSTER.value,
                widget=forms.RadioSelect,
                help_text=_("合成一份的，属于几个党支部（党委）的人按单位各成一份。"),
            )
        if entry.to_bodies:
            self.fields["bodies"] = forms.CharField(
                label=_("主送机关"),
                widget=forms.Textarea(attrs={"rows": 8}),
                help_text=_("一行一个，各发一份。"),
                initial="\n".join(JOINT_REVIEW_BODIES) if has_roster else "",
                required=False,
            )
        if not entry.by_hand:
            self.fields["number"] = forms.CharField(
                label=_("文号"),
                max_length=40,
                required=False,
                help_text=_("例如：样委〔2026〕1号。留空则手写。"),
            )
            self.fields["numbering"] = forms.ChoiceField(
                label=_("每人一份时怎样编号"),
                choices=[(_CONSECUTIVE, _("依次编号，从所填的号起")), (_SAME, _("各份同号"))],
                initial=_CONSECUTIVE,
                required=False,
                widget=forms.RadioSelect,
                help_text=_("合成一份的是一份公文，只有一个文号；同一份函发给几个单位，也是一个文号。"),
            )
            self.fields["dated"] = DayField(label=_("成文日期"), required=False, help_text=_("留空则手写。"))
            self.fields["signer"] = forms.CharField(
                label=_("签发人"), max_length=20, required=False, help_text=_("只有上行文（请示、报告）用到。")
            )
            self.fields["red_head"] = forms.BooleanField(
                label=_("带红头（发文机关标志和文号）"), required=False, initial=True
            )

    def clean_bodies(self) -> tuple[str, ...]:
        lines = [line.strip()[:60] for line in self.cleaned_data["bodies"].splitlines()]
        bodies = tuple(dict.fromkeys(line for line in lines if line))
        if len(bodies) > _MAX_BODIES:
            raise forms.ValidationError(_("最多 %(n)s 个单位。") % {"n": _MAX_BODIES})
        return bodies

    def wish(self, step: str) -> Wish:
        given = self.cleaned_data
        return Wish(
            code=self.entry.code,
            step=step,
            number=given.get("number", ""),
            consecutive=self.mode == _Mode.EACH and given.get("numbering") == _CONSECUTIVE,
            dated=given.get("dated"),
            signer=given.get("signer", ""),
            bodies=given.get("bodies", ()),
            red_head=given.get("red_head", False),
        )

    @property
    def mode(self) -> str:
        return self.cleaned_data.get("mode") or _Mode.EACH.value


class OwnTemplateForm(forms.Form):
    """A department's template: the file, whose check names every fault."""

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".docx"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["file"].label = _("模板文件")
        self.fields["file"].help_text = _(".docx，不超过 2 MB，不带宏；占位符写法见占位符一览。")

    def refuse(self, messages: Sequence[str]) -> None:
        for message in messages:
            self.add_error("file", message)
