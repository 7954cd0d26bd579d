"""The filters of the deadline list; the address holds them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from recruitment.forms.lists import LenientChoice
from recruitment.rules.dates import iso_date
from recruitment.rules.lights import GREEN, RED, YELLOW
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import LIGHTS
from recruitment.rules.texts import STEPS as STEP_NAMES
from recruitment.selectors.caselist import Choices
from recruitment.selectors.deadlines import LEFT, DeadlineFilter
from recruitment.words import localised


class DeadlineFilterForm(forms.Form):
    """Reads the filters leniently, as the case list does; ``left`` and ``on`` come from tabs and the month view."""

    def __init__(self, data: Any, choices: Choices) -> None:
        super().__init__(data, label_suffix="")
        everything = [("", _("全部"))]
        self.fields["q"] = forms.CharField(
            label=_("姓名或号码"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
        )
        self.fields["step"] = LenientChoice(
            _("环节"),
            [*everything, *((key, f"{step.number}. {localised(STEP_NAMES[key])}") for key, step in STEPS.items())],
        )
        self.fields["light"] = LenientChoice(
            _("灯"), [*everything, *((light, localised(LIGHTS[light])) for light in (RED, YELLOW, GREEN))]
        )
        if choices.organisations:
            self.fields["branch"] = LenientChoice(_("党组织"), [*everything, *choices.organisations])
        self.fields["holder"] = LenientChoice(
            _("由谁办"),
            [
                *everything,
                ("me", _("我的组织")),
                (Side.BRANCH.value, _("党支部")),
                (Side.COMMITTEE.value, _("基层党委")),
                (Side.DEPARTMENT.value, _("组织部门")),
            ],
        )

    def wanted(self) -> DeadlineFilter:
        self.full_clean()
        given = self.cleaned_data
        left = self.data.get("left", "")
        return DeadlineFilter(
            text=given.get("q", "").strip(),
            step=given.get("step", ""),
            light=given.get("light", ""),
            branch=self.data.get("branch", "").strip(),
            left=left if left in LEFT else "",
            holder=given.get("holder", ""),
            on=_day(self.data.get("on", "")),
        )

    def given(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.data.get(name) for name in (*self.fields, "left", "on"))


def _day(text: str) -> date | None:
    try:
        return iso_date(text)
    except ValueError:
        return None
