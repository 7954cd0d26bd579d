"""Forms of those who look after returns, flags and appeals: periods and filters, an appeal and its answer, a talk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recruitment.forms.base import ActForm
from recruitment.forms.fields import DayField, PaperField
from recruitment.forms.review import return_choices, step_label
from recruitment.numbers import whole
from recruitment.rules import texts
from recruitment.rules.explain import flag_name
from recruitment.selectors.register import DISMISSAL, OVERRIDE, OVERTURNED, RegisterFilter
from recruitment.selectors.returns import ReturnFilter
from recruitment.words import localised

#: How a rule was set aside, in words.
KIND_WORDS: Mapping[str, Promise] = {
    OVERRIDE: _("党委写明理由继续办理"),
    DISMISSAL: _("组织部门撤销否决"),
    OVERTURNED: _("申诉后恢复"),
}


class PeriodForm(forms.Form):
    """A period and what is looked at in it. What does not fit is left out: an old address still shows a page."""

    since = DayField(label=_("从"), required=False)
    until = DayField(label=_("到"), required=False)

    def __init__(self, data: Mapping[str, Any], today: date) -> None:
        self.first, self.last = date(today.year, 1, 1), today
        filled = {**dict(data.items()), "since": data.get("since") or self.first.isoformat()}
        filled["until"] = data.get("until") or self.last.isoformat()
        super().__init__(filled, auto_id="filter_%s", label_suffix="")
        self.given = data

    def period(self) -> tuple[date, date]:
        """The days from and to; the year so far where they are not days or the wrong way round."""
        self.full_clean()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since is None or until is None or since > until:
            return self.first, self.last
        return since, until

    @property
    def is_narrowed(self) -> bool:
        return any(self.given.get(name) for name in self.fields)

    def offer(self, name: str, label: Promise, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, required=False, choices=[("", _("全部")), *((str(value), words) for value, words in choices)]
        )

    def chosen(self, name: str) -> str:
        """The value of a filter, or nothing where it is none of the choices."""
        value = self.given.get(name, "")
        return value if name in self.fields and self.fields[name].valid_value(value) else ""


class ReturnsForm(PeriodForm):
    def asked(self) -> ReturnFilter:
        """The filter as the address gives it; what is chosen of it is checked once the choices are known."""
        since, until = self.period()
        code, step = self.given.get("code", ""), self.given.get("step", "")
        return ReturnFilter(
            since,
            until,
            branch=whole(self.given.get("branch")),
            step=step if step in texts.STEPS else "",
            code=code if code in texts.RETURN_REASONS else "",
        )

    def fill(self, branches: Sequence[tuple[int, str]], steps: Sequence[str]) -> None:
        self.offer("branch", _("党支部"), branches)
        self.offer("step", _("环节"), [(key, step_label(key)) for key in steps])
        self.fields["code"] = forms.ChoiceField(
            label=_("原因"), required=False, choices=[("", _("全部")), *return_choices()[1:]]
        )


class RegisterForm(PeriodForm):
    def __init__(self, data: Mapping[str, Any], today: date, committees: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, today)
        self.offer("kind", _("怎样推翻"), list(KIND_WORDS.items()))
        if len(committees) > 1:
            self.offer("committee", _("党委"), committees)
        rules = sorted({*texts.VETOES, *texts.GATES})
        self.offer("rule", _("规则"), [(code, rule_label(code)) for code in rules])

    def wanted(self) -> RegisterFilter:
        since, until = self.period()
        committee = self.chosen("committee")
        return RegisterFilter(
            since,
            until,
            kind=self.chosen("kind"),
            committee=int(committee) if committee else None,
            rule=self.chosen("rule"),
        )


def rule_label(code: str) -> str:
    """A rule by its name; a veto with its code before it."""
    name = localised(flag_name(code))
    return f"{code} {name}" if code in texts.VETOES else name


# -- appeals ------------------------------------------------------------------------------------------------------


class AppealForm(ActForm):
    """An appeal as the person handed it in; the paper may follow in the post, so it is not required."""

    received_on = DayField(label=_("收到日期"), help_text=_("本人交来申诉的那一天。"))
    text = forms.CharField(
        label=_("申诉内容"),
        help_text=_("照本人的意思写：对哪一点不服，理由和证据是什么。"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    paper = PaperField(
        label=_("申诉书"),
        help_text=_("PDF、图片或 Office 文档，不超过 20 MB。没有书面材料的不用上传。"),
        required=False,
    )


class AppealAnswerForm(ActForm):
    ANSWERS = [("upheld", _("申诉成立：撤销否决，从终止的环节继续办理")), ("rejected", _("申诉不成立：维持原决定"))]

    outcome = forms.ChoiceField(label=_("答复"), choices=ANSWERS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("答复的理由"),
        help_text=_("写明复查的经过、结论和依据。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


# -- reminder talks -----------------------------------------------------------------------------------------------


class TalkForm(ActForm):
    held_on = DayField(label=_("谈话日期"))
    talker = forms.CharField(label=_("谈话人"), help_text=_("姓名和职务。"), max_length=60)
    listener = forms.CharField(label=_("谈话对象"), help_text=_("党支部书记的姓名。"), max_length=60)
    content = forms.CharField(
        label=_("谈话内容"),
        help_text=_("指出了哪些问题，怎样整改，什么时候完成。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AnalysisForm(ActForm):
    held_on = DayField(label=_("分析日期"))
    content = forms.CharField(
        label=_("分析情况"),
        help_text=_("人数、结构、培养教育和考察的质量，存在哪些问题。"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    measures = forms.CharField(
        label=_("意见和措施"),
        help_text=_("要求哪些党委改进什么，什么时候完成。"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
