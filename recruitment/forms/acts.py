"""The small forms beside the act of a step: log entry, papers, report, explanation, end, transfer, reinstatement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from branches.models import Organisation
from recruitment.forms.base import FOR, PAPERS_NOTE, PAPERS_TITLE, ActForm, Line, Section, paper_field
from recruitment.forms.fields import DayField
from recruitment.models import Material
from recruitment.rules.schema import Step
from recruitment.rules.steps import OPINIONS
from recruitment.rules.texts import CLOSE_OUTCOMES, FIELDS, LOG_KINDS
from recruitment.rules.values import MAX_TEXT
from recruitment.services.interventions import NEUTRAL_ENDS
from recruitment.words import localised

_CANDIDATES_SHOWN = 20


class _PapersForm(ActForm):
    """A form with the papers of one step; those that are there already stand beside their fields."""

    def __init__(self, *args: Any, step: Step, held: Sequence[Material] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step, self._held = step, held
        self.guide_owner = step.key
        self.add_papers(step.paper_codes, step.required_papers)

    def sections(self) -> Iterator[Section]:
        papers = [paper_field(code) for code in self.step.paper_codes]
        yield Section("", self.lines(name for name in self.fields if name not in (*papers, FOR)))
        yield Section(str(PAPERS_TITLE) if len(self.fields) > len(papers) else "", self.lines(papers), str(PAPERS_NOTE))
        yield Section("", self.lines([FOR]))

    def line(self, name: str) -> Line:
        code = name.removeprefix("paper_")
        return Line(
            self[name],
            sensitive=name == "text",
            papers=tuple(material for material in reversed(self._held) if material.code == code),
        )


class LogForm(_PapersForm):
    """One dated entry of a log step. ``members``: whose opinion it may be, where the step keeps opinions."""

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[str],
        today: date,
        members: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        first = {
            "kind": forms.ChoiceField(
                label=_("登记什么"),
                choices=[(kind, localised(LOG_KINDS[kind])) for kind in kinds],
                widget=forms.RadioSelect,
                initial=kinds[0] if len(kinds) == 1 else None,
            ),
            "on": DayField(label=_("日期"), help_text=_("实际进行的那一天；思想汇报填落款日期。"), initial=today),
            "text": forms.CharField(
                label=_("内容"),
                help_text=_("简要写明做了什么、结果怎样；考察写明联系人意见和支部意见。"),
                required=False,
                max_length=MAX_TEXT,
                widget=forms.Textarea(attrs={"rows": 4}),
            ),
        }
        if members:
            first["member"] = forms.TypedChoiceField(
                label=_("谁的意见"),
                help_text=_("登记培养联系人或者入党介绍人的意见时选；其他登记不选。"),
                choices=[("", _("不是个人意见")), *members],
                coerce=int,
                empty_value=None,
                required=False,
            )
        self.fields = {**first, **self.fields}
        self.order_fields(["kind", "on", "member", *(name for name in self.fields if name not in ("kind", "on", FOR))])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opinion, member = cleaned.get("kind") in OPINIONS, cleaned.get("member")
        if opinion and "member" in self.fields and member is None:
            self.add_error("member", _("请选是谁的意见。"))
        if opinion and "text" not in self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("请写明意见的内容。"))
        if not opinion and member is not None:
            self.add_error("member", _("只有登记意见时才选人。"))
        return cleaned


class PapersForm(_PapersForm):
    """Papers alone, before or after the act; at least one file."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.uploads():
            raise forms.ValidationError(_("还没有选择文件。"), code="nothing")
        return cleaned


class ReportForm(_PapersForm):
    """The branch's half: the day on which it handed its papers up, and the papers."""

    def __init__(self, *args: Any, today: date, reported_on: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.step.report_field or ""
        words = FIELDS[f"{self.step.key}.{name}"]
        day = DayField(label=localised(words.label), help_text=localised(words.help), initial=reported_on or today)
        self.fields = {name: day, **self.fields}
        self.order_fields([name for name in self.fields if name != FOR])

    @property
    def day(self) -> date:
        return self.cleaned_data[self.step.report_field or ""]


class ExplainForm(ActForm):
    """Why a deadline was missed, and what has been done about it."""

    guide_owner = "explain"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = forms.CharField(
            label=_("说明"),
            help_text=_("写明超期的原因、现在的情况和准备怎么办；校核时会一并看到。"),
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 5}),
        )
        self.order_fields(["text"])


class EndForm(ActForm):
    """A neutral end."""

    guide_owner = "end"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"] = forms.ChoiceField(
            label=_("结束方式"),
            choices=[(end.value, localised(CLOSE_OUTCOMES[end.value])) for end in NEUTRAL_ENDS],
            widget=forms.RadioSelect,
        )
        self.fields["reason"] = forms.CharField(
            label=_("情况说明"),
            help_text=_("写明依据，例如本人书面申请的日期。"),
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.order_fields(["outcome", "reason"])


class TransferForm(ActForm):
    """To which branch: by its code or name. A name that several bear is asked once more, with those to choose from."""

    guide_owner = "transfer"

    def __init__(self, data: Any = None, *args: Any, today: date, leaving: Organisation, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self._branches = (
            Organisation.objects.filter(kind=Organisation.Kind.BRANCH).alive_on(today).exclude(pk=leaving.pk)
        )
        self.fields["to"] = forms.CharField(
            label=_("转入哪个党支部"),
            help_text=_("填党支部的代码，或者名称里的字，例如“第二村”。"),
            max_length=120,
        )
        self.fields["reason"] = forms.CharField(
            label=_("转接原因"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )
        found = self._found(str((data or {}).get("to", "")))
        if len(found) > 1:
            self.fields["to_branch"] = forms.TypedChoiceField(
                label=_("是哪一个"),
                choices=[(branch.pk, f"{branch.parent} · {branch.name} · {branch.code}") for branch in found],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self._candidates = found
        self.order_fields(["to", "to_branch", "reason"])

    def _found(self, wanted: str) -> list[Organisation]:
        wanted = wanted.strip()
        if not wanted:
            return []
        branches = self._branches.select_related("parent").order_by("path")
        exact = list(branches.filter(Q(code=wanted) | Q(name=wanted))[:_CANDIDATES_SHOWN])
        return exact or list(
            branches.filter(Q(name__contains=wanted) | Q(short_name__contains=wanted))[:_CANDIDATES_SHOWN]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "to" in self.errors:
            return cleaned
        if not self._candidates:
            self.add_error("to", _("没有找到这个党支部，请核对代码或者名称。"))
        elif len(self._candidates) > 1 and not cleaned.get("to_branch") and "to_branch" not in self.errors:
            self.add_error("to_branch", _("有几个党支部相符，请选定一个。"))
        return cleaned

    @property
    def branch(self) -> Organisation:
        """The branch that is meant."""
        chosen = self.cleaned_data.get("to_branch")
        return next(branch for branch in self._candidates if chosen is None or branch.pk == chosen)


class AnswerForm(ActForm):
    """The receiving side takes the case over, or refuses with its reason."""

    guide_owner = "transfer"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=_("是否接收"),
            choices=[("accept", _("接收，由我们继续办理")), ("refuse", _("不接收，退回原党支部"))],
            widget=forms.RadioSelect,
        )
        self.fields["reason"] = forms.CharField(
            label=_("说明"),
            help_text=_("不接收的，写明原因。"),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.order_fields(["answer", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "refuse" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("不接收的，请写明原因。"))
        return cleaned


class ReinstateForm(ActForm):
    """The reason for which an ended case goes on."""

    guide_owner = "reinstate"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("恢复的理由"),
            help_text=_("写明申诉经过、复查结论和依据。"),
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
        self.order_fields(["reason"])
