"""Forms of those who verify and of those who decide on a red; every act carries the version that the page showed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recruitment.models import BulkDecision, Case
from recruitment.rules import texts
from recruitment.rules.schema import Step
from recruitment.rules.steps import STEPS
from recruitment.rules.vetoes import VETOES, can_suspend, can_terminate
from recruitment.selectors.flagged import FlaggedChoices, FlaggedFilter
from recruitment.selectors.queue import WAITING_DAYS, QueueChoices, QueueFilter
from recruitment.words import localised

Choices = list[tuple[Any, Any]]


def _words(label: Promise, help_text: Promise, *, rows: int = 3) -> forms.CharField:
    """A field for a few sentences, which an act cannot do without."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("请写明。")},
    )


def _choice(label: Promise) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, error_messages={"required": _("请选择。")})


def step_label(key: str) -> str:
    return f"{STEPS[key].number}. {localised(texts.STEPS[key])}"


# -- filters ------------------------------------------------------------------------------------------------------


class FilterForm(forms.Form):
    """A filter in the address. What is not among the choices any more is left out, never an error."""

    light = forms.ChoiceField(label=_("灯"), required=False)

    def given(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class QueueFilterForm(FilterForm):
    YES_NO: Choices = [("", _("全部")), ("yes", _("有")), ("no", _("没有"))]

    committee = forms.TypedChoiceField(label=_("党委"), coerce=int, required=False)
    branch = forms.TypedChoiceField(label=_("党支部"), coerce=int, required=False)
    step = forms.ChoiceField(label=_("环节"), required=False)
    days = forms.TypedChoiceField(label=_("已等"), coerce=int, required=False)
    returned = forms.ChoiceField(label=_("退回过"), required=False, choices=YES_NO)
    flags = forms.ChoiceField(label=_("须说明的提示"), required=False, choices=YES_NO)
    by = forms.TypedChoiceField(label=_("提交人"), coerce=int, required=False)
    sort = forms.ChoiceField(
        label=_("排序"), required=False, choices=[("", _("等得最久的在前")), ("age", _("建档最早的在前"))]
    )
    stage = forms.TypedChoiceField(
        coerce=int,
        required=False,
        choices=[("", "")] + [(number, number) for number in texts.STAGES],
        widget=forms.HiddenInput,
    )
    field_order = ("committee", "branch", "step", "light", "days", "returned", "flags", "by", "sort")

    def __init__(self, data: Mapping[str, Any], choices: QueueChoices) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["committee"].choices = [("", _("全部党委")), *choices.committees]
        self.fields["branch"].choices = [("", _("全部支部")), *choices.branches]
        self.fields["step"].choices = [("", _("全部环节")), *((key, step_label(key)) for key in choices.steps)]
        self.fields["light"].choices = [("", _("全部")), *Case.Light.choices]
        days = [(number, _("%(n)s 天以上") % {"n": number}) for number in WAITING_DAYS]
        self.fields["days"].choices = [("", _("全部")), *days]
        self.fields["by"].choices = [("", _("全部")), *choices.submitters]
        if len(choices.committees) < 2:
            del self.fields["committee"]

    @property
    def at_hand(self) -> list[forms.BoundField]:
        """The filters that are used every day; the others fold away until one of them is set."""
        return [field for field in self.visible_fields() if field.name in ("committee", "branch", "step", "light")]

    @property
    def further(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field not in self.at_hand]

    @property
    def goes_further(self) -> bool:
        return any(self.given().get(field.name) for field in self.further)

    def wanted(self) -> QueueFilter:
        return QueueFilter(**self.given())


class FlaggedFilterForm(FilterForm):
    EXPLAINED: Choices = [("", _("全部")), ("no", _("还没有说明")), ("yes", _("已经说明"))]

    committee = forms.TypedChoiceField(label=_("党委"), coerce=int, required=False)
    branch = forms.TypedChoiceField(label=_("党支部"), coerce=int, required=False)
    step = forms.ChoiceField(label=_("环节"), required=False)
    explained = forms.ChoiceField(label=_("说明"), required=False, choices=EXPLAINED)
    light = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    field_order = ("committee", "branch", "step", "explained")

    def __init__(self, data: Mapping[str, Any], choices: FlaggedChoices) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["committee"].choices = [("", _("全部党委")), *choices.committees]
        self.fields["branch"].choices = [("", _("全部支部")), *choices.branches]
        self.fields["step"].choices = [("", _("全部环节")), *((key, step_label(key)) for key in choices.steps)]
        self.fields["light"].choices = [("", ""), ("red", ""), ("yellow", "")]
        if len(choices.committees) < 2:
            del self.fields["committee"]
        if not choices.branches:
            del self.fields["branch"]

    def wanted(self) -> FlaggedFilter:
        return FlaggedFilter(**self.given())


# -- decisions ----------------------------------------------------------------------------------------------------


class DecisionForm(forms.Form):
    """An act of a verifier. ``refused`` holds the explanations once a service has refused it."""

    #: What the button sends, and the prefix of the form's ids.
    name = ""
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"{self.name}_%s")
        self.refused: list = []

    @property
    def guide_owner(self) -> str:
        """Whose fields these are in the Guide, see :class:`recruitment.forms.base.ActForm`."""
        return self.name

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the service, as the page names them."""
        given = dict(self.cleaned_data)
        return {"expected_version": given.pop("version"), **given}


class OriginalsForm(DecisionForm):
    """The papers that were compared with their originals; ticked beside each paper."""

    name = "originals"
    originals = forms.TypedMultipleChoiceField(label=_("已核原件"), coerce=int, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, papers: Iterable[int] = ()) -> None:
        super().__init__(data)
        self.fields["originals"].choices = [(pk, pk) for pk in papers]


class ExaminedForm(OriginalsForm):
    """A decision on the step, with the requirements of the Guide that were ticked off; they stay with it."""

    checked = forms.MultipleChoiceField(label=_("逐项核对"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, papers: Iterable[int] = (), checks: Iterable[str] = ()
    ) -> None:
        super().__init__(data, papers=papers)
        self.fields["checked"].choices = [(key, key) for key in checks]


class VerifyForm(ExaminedForm):
    name = "verify"


class HandBackForm(ExaminedForm):
    name = "hand_back"
    # The other buttons of the same form need no reason.
    use_required_attribute = False
    code = _choice(_("原因"))
    reason = _words(_("退回说明"), _("写明缺什么、哪里不一致、怎样补正。经办人会看到全文。"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = return_choices()


class BulkForm(forms.Form):
    """One decision on many steps: pass them, or return them for one reason. ``token`` is that of the page before it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=BulkDecision.Kind.choices, widget=forms.HiddenInput)
    code = _choice(_("原因"))
    reason = _words(_("退回说明"), _("这段话会写进每一件的退回原因，经办人会看到全文。"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="bulk_%s", label_suffix="", **kwargs)
        self.fields["code"].choices = return_choices()
        # Steps are passed without a reason.
        for name in ("code", "reason"):
            self.fields[name].required = self["kind"].value() == BulkDecision.Kind.HAND_BACK
        self.refused: list = []

    @property
    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {"text": given.pop("reason"), **given}


class VetoForm(DecisionForm):
    """``code`` offers the step's own situations first; a local one says so."""

    name = "veto"
    code = _choice(_("情形"))
    reason = _words(_("事实和依据"), _("写明查实的事实、材料名称和日期。上级组织部门据此确认或者撤销。"), rows=5)

    def __init__(self, data: Mapping[str, Any] | None = None, *, step: Step) -> None:
        super().__init__(data)
        own = [code for code in step.vetoes if can_terminate(code)]
        others = [code for code in VETOES if can_terminate(code) and code not in own]
        groups: Choices = [("", _("请选择"))]
        for label, codes in ((_("本环节要查的情形"), own), (_("其他情形"), others)):
            if codes:
                groups.append((label, [(code, veto_label(code)) for code in codes]))
        self.fields["code"].choices = groups


class SuspendForm(DecisionForm):
    name = "suspend"
    code = _choice(_("暂停情形"))
    reason = _words(_("暂停原因"), _("写明在等什么，消除后由谁告知。"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, step: Step, held: Iterable[str] = ()) -> None:
        super().__init__(data)
        free = [code for code in VETOES if can_suspend(code) and code not in set(held)]
        free.sort(key=lambda code: code not in step.vetoes)
        self.fields["code"].choices = [("", _("请选择")), *((code, veto_label(code)) for code in free)]


class ResumeForm(DecisionForm):
    name = "resume"
    code = _choice(_("已经消除的情形"))
    reason = _words(_("消除的依据"), _("写明凭什么材料、哪一天消除。"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, held: Iterable[str] = ()) -> None:
        super().__init__(data)
        self.fields["code"].choices = [(code, veto_label(code)) for code in held]


class SendBackForm(DecisionForm):
    name = "send_back"
    step = _choice(_("送回哪一步"))
    reason = _words(_("送回原因"), _("写明哪一步要重新办理、为什么。"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, steps: Iterable[str] = ()) -> None:
        super().__init__(data)
        self.fields["step"].choices = [("", _("请选择")), *((key, step_label(key)) for key in steps)]


class ConfirmVetoForm(DecisionForm):
    """A local situation is confirmed with the document of the organisation that lays it down."""

    name = "confirm"
    local_document = forms.CharField(
        label=_("本地规定的文号"),
        help_text=_("此情形来自本地规定，国家规定没有列出。填写本组织规定它的文件名称和文号。"),
        max_length=200,
        error_messages={"required": _("请填写文件名称和文号。")},
    )
    reason = _words(_("确认的理由"), _("写明核实的经过和结论。"), rows=4)

    def __init__(self, data: Mapping[str, Any] | None = None, *, local: bool) -> None:
        super().__init__(data)
        if not local:
            del self.fields["local_document"]


class DismissVetoForm(DecisionForm):
    name = "dismiss"
    reason = _words(_("撤销的理由"), _("写明为什么情形不成立，或者为什么不应适用。"), rows=4)


def return_choices() -> Choices:
    """The coded reasons of a return in their kinds."""
    groups: dict[str, Choices] = {}
    for code, reason in texts.RETURN_REASONS.items():
        groups.setdefault(reason.kind, []).append((code, localised(reason.name)))
    return [("", _("请选择")), *((localised(texts.RETURN_KINDS[kind]), rows) for kind, rows in groups.items())]


def veto_label(code: str) -> str:
    """The situation by code and name; one that only local rules know says so."""
    name = localised(texts.VETOES[code].name)
    return f"{code} {name}" + (str(_("（本地规定）")) if VETOES[code].is_local else "")
