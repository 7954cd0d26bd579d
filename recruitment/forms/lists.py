"""The filters of the case list; the address holds them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from recruitment.rules.lights import GREEN, RED, YELLOW
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import LIGHTS, STAGES
from recruitment.rules.texts import STEPS as STEP_NAMES
from recruitment.selectors.caselist import RUNNING, STATES, CaseFilter, Choices
from recruitment.words import localised


class CaseFilterForm(forms.Form):
    """Reads the filters leniently: what cannot be is left out, so that an old address still shows a list."""

    def __init__(self, data: Any, choices: Choices) -> None:
        super().__init__(data, label_suffix="")
        everything = [("", _("全部"))]
        self.fields["q"] = forms.CharField(
            label=_("姓名或号码"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
        )
        self.fields["stage"] = LenientChoice(
            _("阶段"), [*everything, *((str(n), f"{n}. {localised(name)}") for n, name in STAGES.items())]
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
        self.fields["state"] = LenientChoice(
            _("状态"),
            [
                (RUNNING, _("在办")),
                *((state, str(label)) for state, label in STATES.items()),
                ("all", _("全部")),
            ],
        )

    def wanted(self) -> CaseFilter:
        self.full_clean()
        given = self.cleaned_data
        return CaseFilter(
            text=given.get("q", "").strip(),
            stage=int(given["stage"]) if given.get("stage") else None,
            step=given.get("step", ""),
            light=given.get("light", ""),
            branch=self.data.get("branch", "").strip(),
            state=given.get("state", ""),
        )

    def given(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.data.get(name) for name in ("q", "stage", "step", "light", "branch", "state"))


class LenientChoice(forms.ChoiceField):
    def __init__(self, label: str, choices: list[tuple[str, Any]]) -> None:
        super().__init__(label=label, choices=choices, required=False)

    def clean(self, value: Any) -> str:
        known = self.to_python(value)
        return known if self.valid_value(known) else ""
