"""What the components of the visual language need from Python: dates, pairs of wordings, lights, tags, form fields.

Nothing here reads the clock: ``today`` and ``now`` come from the view. See docs/design.md.
"""

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = template.Library()

LIGHTS = {
    "green": _("绿灯"),
    "yellow": _("黄灯"),
    "red": _("红灯"),
    "locked": _("未解锁"),
}

#: Status -> adjective and tone. Tones are quiet on purpose: red, yellow and green belong to the lights.
TAGS = {
    "open": (_("待办理"), "action"),
    "current": (_("办理中"), "action"),
    "recorded": (_("已记录"), "plain"),
    "submitted": (_("待校核"), "soft"),
    "returned": (_("已退回"), "strong"),
    "verified": (_("已通过"), "done"),
    "completed": (_("已完成"), "done"),
    "locked": (_("未开放"), "muted"),
    "ahead": (_("未开始"), "muted"),
    "overdue": (_("已超期"), "strong"),
    "frozen": (_("已冻结"), "plain"),
    "closed": (_("已办结"), "plain"),
    "terminated": (_("已终止"), "strong"),
    "provisional": (_("暂定"), "plain"),
    "optional": (_("可选"), "muted"),
    "missing": (_("尚缺"), "strong"),
    "seen": (_("已核原件"), "done"),
    "sample": (_("样本"), "plain"),
}

#: Widget class -> kind, the narrower class first.
WIDGET_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
    (forms.DateInput, "date"),
    (forms.NumberInput, "number"),
    (forms.MultiWidget, "multiple"),
)

WIDGET_CLASSES = {
    "checkbox": "form-check-input",
    "checkboxes": "form-check-input",
    "radios": "form-check-input",
    "select": "form-select",
    "date": "form-control input-date",
    "number": "form-control input-number",
}


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


def _as_day(value: Any) -> date | None:
    """The day, here, of a date, a datetime or an ISO string; None for anything else."""
    if isinstance(value, datetime):
        return localtime(value).date() if is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return parse_date(value)
        except ValueError:
            return None
    return None


# -- Words and dates ---------------------------------------------------------------------------------------------------


@register.filter
def text(value: Any) -> Any:
    """The wording of the active language of a ``Text`` pair; whatever is not a pair comes back as it is."""
    if hasattr(value, "zh") and hasattr(value, "en"):
        return value.en if _in_english() else value.zh
    return value


@register.filter
def zhdate(value: Any) -> str:
    """``2026年6月10日`` in Chinese, ``10 June 2026`` in English; empty without a date."""
    day = _as_day(value)
    if day is None:
        return ""
    return format_date(day, "j F Y" if _in_english() else "Y年n月j日")


@register.filter
def zhdate_weekday(value: Any) -> str:
    """``2026年6月10日 星期三`` in Chinese, ``Wednesday 10 June 2026`` in English; empty without a date."""
    day = _as_day(value)
    if day is None:
        return ""
    return format_date(day, "l j F Y" if _in_english() else "Y年n月j日 l")


@register.filter
def days_until(value: Any, today: Any) -> int | str:
    """Whole days from ``today`` to ``value``, negative when it has passed; empty where one of them is no date."""
    day, start = _as_day(value), _as_day(today)
    if day is None or start is None:
        return ""
    return (day - start).days


@register.filter
def short_hash(value: Any) -> str:
    """The first twelve digits of a digest, without the name of its algorithm."""
    return str(value or "").rpartition(":")[2][:12]


# -- Lights and tags ---------------------------------------------------------------------------------------------------


@register.filter
def light_label(code: Any) -> Any:
    """The word of a light; an unknown code is shown as it is rather than hidden."""
    return LIGHTS.get(str(code), code)


@register.filter
def tag_label(status: Any) -> Any:
    """The adjective of a status; an unknown one is shown as it is rather than hidden."""
    return TAGS[str(status)][0] if str(status) in TAGS else status


@register.filter
def tag_tone(status: Any) -> str:
    """The tone in which a status is shown: action, soft, done, strong, plain or muted."""
    return TAGS[str(status)][1] if str(status) in TAGS else "plain"


# -- Forms and lists ---------------------------------------------------------------------------------------------------


@register.filter
def widget_kind(field: BoundField) -> str:
    """Which of the shapes of ``components/field.html`` a field takes."""
    widget = field.field.widget
    return next((kind for widget_class, kind in WIDGET_KINDS if isinstance(widget, widget_class)), "text")


@register.simple_tag
def field_input(field: BoundField, *, sensitive: bool = False) -> SafeString:
    """The input of a form field in our dress; a sensitive one never leaves a draft in the browser."""
    kind = widget_kind(field)
    own = field.field.widget.attrs.get("class", "")
    attrs = {"class": f"{WIDGET_CLASSES.get(kind, 'form-control')} {own}".strip()}
    if sensitive or kind == "password":
        attrs["data-sensitive"] = "true"
    if kind == "file":
        attrs["data-file-list"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def pages_of(uploads: Any, field: BoundField) -> list[Any]:
    """The photographed pages that wait in a file field."""
    return uploads.pages(field.html_name) if uploads else []


@register.filter
def files_of(uploads: Any, field: BoundField) -> list[Any]:
    """The files that wait in a file field."""
    return uploads.files(field.html_name) if uploads else []


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """The numbers to offer beside a page of a list: its neighbours and both ends, with an ellipsis between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
