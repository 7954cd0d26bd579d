"""What was done in a month or quarter, counted from rows; the list behind each number; and what the charts show.

Every measure is one query for its numbers, by the organisations below, and one for its list, however many rows there
are. A case counts where it lies today: one that was transferred takes its history along.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import quantiles
from typing import Any

from django.db.models import Case as Choose
from django.db.models import CharField, Count, DateField, Exists, F, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from branches.models.organisation import SEPARATOR
from recruitment.models import Case, Flag, Obligation, StepRecord, Veto
from recruitment.rules.facts import RETURNED
from recruitment.rules.lights import GREEN, RED, YELLOW
from recruitment.rules.steps import STEP_KEYS, STEPS
from recruitment.selectors.casefile import local_day
from recruitment.selectors.statistics import STAGES, child_of, children_of

ONE_DAY = timedelta(days=1)
#: Months that the picture of the stages goes back.
MONTHS_SHOWN = 6

# -- periods ------------------------------------------------------------------------------------------------------

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(20\d\d)Q([1-4])")


@dataclass(frozen=True, slots=True)
class Period:
    """A month (``2026-06``) or a quarter (``2026Q2``); both days count."""

    code: str
    start: date
    end: date

    @property
    def is_quarter(self) -> bool:
        return "Q" in self.code

    @property
    def first_moment(self) -> datetime:
        return _midnight(self.start)

    @property
    def after(self) -> datetime:
        """The first moment that no longer belongs to the period."""
        return _midnight(self.end + ONE_DAY)

    def as_of(self, today: date) -> date:
        """The day to which the numbers are true: the last of the period, or today while it runs."""
        return min(self.end, today)

    @property
    def previous(self) -> Period:
        day = self.start - ONE_DAY
        return quarter_of(day) if self.is_quarter else month_of(day)

    @property
    def following(self) -> Period:
        day = self.end + ONE_DAY
        return quarter_of(day) if self.is_quarter else month_of(day)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def month_of(day: date) -> Period:
    """The month in which ``day`` lies."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(f"{day:%Y-%m}", day.replace(day=1), day.replace(day=last))


def quarter_of(day: date) -> Period:
    """The quarter in which ``day`` lies."""
    number = (day.month + 2) // 3
    start = date(day.year, 3 * number - 2, 1)
    return Period(f"{day.year}Q{number}", start, month_of(date(day.year, 3 * number, 1)).end)


def period_of(code: str) -> Period | None:
    """The period that an address names; None for one that does not exist."""
    if found := _MONTH.fullmatch(code):
        return month_of(date(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(code):
        return quarter_of(date(int(found[1]), 3 * int(found[2]), 1))
    return None


# -- measures -----------------------------------------------------------------------------------------------------

Rows = Callable[[str, Period, date], QuerySet]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of a report: what it counts, in words, and the rows behind it.

    ``rows`` takes the path of the organisation, the period and the day to which it is true. ``sum_of`` names measures
    instead, for a number that others make up. ``listed``: the rows stand in the printed report.
    """

    key: str
    label: Any
    definition: Any
    rows: Rows | None = None
    sum_of: tuple[str, ...] = ()
    listed: bool = False


def _on_time(path: str, period: Period, as_of: date) -> QuerySet:
    missed = Flag.objects.filter(
        case=OuterRef("case"), step=OuterRef("step"), due__isnull=False, raised_at__lte=OuterRef("submitted_at")
    )
    return _handed_in(path, period, as_of).filter(~Exists(missed))


def _handed_in(path: str, period: Period, as_of: date) -> QuerySet:
    found = _of(StepRecord, path).filter(submitted_at__gte=period.first_moment, submitted_at__lt=period.after)
    return found.annotate(day=F("submitted_at"))


def _verified(path: str, period: Period, as_of: date) -> QuerySet:
    found = _of(StepRecord, path).filter(verified_at__gte=period.first_moment, verified_at__lt=period.after)
    return found.annotate(day=F("verified_at"))


def _missed(path: str, period: Period, as_of: date) -> QuerySet:
    found = _of(Flag, path).filter(due__isnull=False, raised_on__gte=period.start, raised_on__lte=period.end)
    return found.annotate(day=F("raised_on"), until=F("due"), rule=F("code"))


def _still_late(path: str, period: Period, as_of: date) -> QuerySet:
    after = _midnight(as_of + ONE_DAY)
    found = _of(Flag, path).filter(
        Q(resolved_at__isnull=True) | Q(resolved_at__gte=after),
        Q(case__ended_on__isnull=True) | Q(case__ended_on__gt=as_of),
        due__isnull=False,
        raised_on__lte=as_of,
    )
    return found.annotate(day=F("raised_on"), until=F("due"), rule=F("code"))


def _returned(path: str, period: Period, as_of: date) -> QuerySet:
    found = _of(Flag, path).filter(code=RETURNED, raised_on__gte=period.start, raised_on__lte=period.end)
    return found.annotate(day=F("raised_on"), rule=F("code"))


def _vetoed(path: str, period: Period, as_of: date) -> QuerySet:
    found = _of(Veto, path).filter(raised_at__gte=period.first_moment, raised_at__lt=period.after)
    return found.annotate(day=F("raised_at"))


def _pending(path: str, period: Period, as_of: date) -> QuerySet:
    """Deadlines that end in the period and have not passed yet; of a period that is over, none."""
    return _obligations(path, Obligation.Kind.DEADLINE).filter(
        due__gte=period.start, due__lte=period.end, changes_on__gt=as_of
    )


def _overdue(path: str, period: Period, as_of: date) -> QuerySet:
    return _obligations(path, Obligation.Kind.DEADLINE).filter(changes_on__lte=as_of)


def _unlocking(path: str, period: Period, as_of: date) -> QuerySet:
    return _obligations(path, Obligation.Kind.LOCK).filter(due__gte=max(period.start, as_of), due__lte=period.end)


def _to_verify(path: str, period: Period, as_of: date) -> QuerySet:
    found = _of(StepRecord, path).filter(
        counts=True, status="submitted", case__step=F("step"), case__ended_on__isnull=True, case__freeze=""
    )
    return found.annotate(day=F("submitted_at"))


def _opened(path: str, period: Period, as_of: date) -> QuerySet:
    found = Case.objects.filter(branch__path__startswith=path)
    return found.filter(opened_at__gte=period.first_moment, opened_at__lt=period.after).annotate(day=F("opened_at"))


def _ended(path: str, period: Period, as_of: date) -> QuerySet:
    found = Case.objects.filter(branch__path__startswith=path)
    return found.filter(ended_on__gte=period.start, ended_on__lte=period.end).annotate(day=F("ended_on"))


def _of(model: Any, path: str) -> QuerySet:
    return model.objects.filter(case__branch__path__startswith=path)


def _obligations(path: str, kind: str) -> QuerySet:
    found = _of(Obligation, path).filter(kind=kind, case__ended_on__isnull=True)
    return found.annotate(day=F("due"), until=F("due"), rule=F("code"))


WORK_LIST = (
    Measure("pending", _("本月到期"), _("最后一天在本月、还没有超过的期限。"), _pending, listed=True),
    Measure("overdue", _("已经超期"), _("已经超过、还没有办的期限，不论是哪个月的。"), _overdue, listed=True),
    Measure("unlocking", _("本月解锁"), _("最短时间在本月届满、从那天起可以办理的环节。"), _unlocking, listed=True),
    Measure("to_verify", _("等待校核"), _("已经提交、校核单位还没有处理的环节。"), _to_verify, listed=True),
)

BULLETIN = (
    Measure(
        "due",
        _("应办"),
        _("按期办理、本期超期、尚未到期三项之和。"),
        sum_of=("on_time", "missed", "pending"),
    ),
    Measure("on_time", _("按期办理"), _("本期提交校核、此前没有超过期限的环节；没有期限的环节也算在内。"), _on_time),
    Measure("missed", _("本期超期"), _("在本期内超过的期限，后来补办的也算在内。"), _missed, listed=True),
    Measure("pending", _("尚未到期"), _("最后一天在本期、还没有超过的期限；已经过去的时期没有这一项。"), _pending),
    Measure("still_late", _("期末仍超期"), _("到截止日仍没有办的超期，不论是哪一期的。"), _still_late, listed=True),
    Measure("returned", _("退回次数"), _("校核单位在本期退回补正的次数。"), _returned, listed=True),
    Measure("verified", _("校核通过"), _("本期校核通过的环节。"), _verified),
    Measure("opened", _("新建"), _("本期建档的人数。"), _opened),
    Measure("vetoed", _("红灯"), _("本期提出的一票否决情形，后来撤销的也算在内。"), _vetoed),
    Measure("ended", _("结束"), _("本期办结、终止和其他结束的人数。"), _ended),
)


@dataclass
class Line:
    """An organisation of the report, with its numbers by measure."""

    code: str
    name: str
    values: Counter[str] = field(default_factory=Counter)


@dataclass
class Report:
    """The numbers of a report: one line for each organisation below, and the whole."""

    lines: list[Line]
    total: Counter[str]


def report(organisation: Organisation, measures: Sequence[Measure], period: Period, today: date) -> Report:
    """Count the measures for the organisations below, in one query each and one for the organisations.

    A branch, and what lies directly at the organisation itself, is a line of its own.
    """
    lines = {row.code: Line(row.code, row.name) for _child, row in children_of(organisation)}
    own = Line(organisation.code, str(organisation))
    as_of = period.as_of(today)
    for measure in measures:
        if measure.rows is None:
            continue
        rows = measure.rows(organisation.path, period, as_of)
        grouped = (
            rows.annotate(child=child_of(organisation.path, _branch_of(rows, "path")))
            .values_list("child")
            .annotate(number=Count("pk"))
            .order_by()
        )
        for child, number in grouped:
            lines.get(child.rstrip(SEPARATOR), own).values[measure.key] += number
    found = [own, *lines.values()] if own.values else list(lines.values())
    found = found or [own]
    for measure in measures:
        for line in found:
            if measure.sum_of:
                line.values[measure.key] = sum(line.values[key] for key in measure.sum_of)
    return Report(found, sum((line.values for line in found), Counter()))


def _branch_of(rows: QuerySet, column: str) -> str:
    return f"branch__{column}" if rows.model is Case else f"case__branch__{column}"


def rows_of(measure: Measure, path: str, period: Period, today: date) -> QuerySet:
    """The list behind a number, the earliest first: plain values of each row in one query."""
    if measure.rows is None:
        raise ValueError(f"{measure.key} is a sum and has no list of its own")
    rows = measure.rows(path, period, period.as_of(today))
    case = "" if rows.model is Case else "case__"
    for name, empty in (("until", DateField()), ("rule", CharField())):
        if name not in rows.query.annotations:
            rows = rows.annotate(**{name: Value(None, output_field=empty)})
    return rows.order_by("day", "pk").values(
        "day",
        "until",
        "rule",
        "step",
        case_number=F(f"{case}number"),
        person_name=F(f"{case}person__name"),
        person_is_sample=F(f"{case}person__is_sample"),
        branch_name=F(f"{case}branch__name"),
        branch_short=F(f"{case}branch__short_name"),
    )


# -- pictures -----------------------------------------------------------------------------------------------------

#: The first step of each stage: with its record, a case enters the stage.
_ENTRANCE = {stage: next(key for key in STEP_KEYS if STEPS[key].stage == stage) for stage in STAGES}
_STAGE_ENTERED = {key: stage for stage, key in _ENTRANCE.items()}


def months_until(period: Period) -> list[Period]:
    """The months of the picture, the last one being that in which the period ends."""
    found = [month_of(period.end)]
    while len(found) < MONTHS_SHOWN:
        found.insert(0, found[0].previous)
    return found


def stages_over_time(path: str, months: Sequence[Period]) -> dict[int, list[int]]:
    """How many cases stood in each stage at the end of each month, in two queries.

    A case enters a stage when the record of the stage's first step is opened, and leaves it with the next stage or
    with its end.
    """
    cases = Q(case__branch__path__startswith=path)
    earlier = StepRecord.objects.filter(case=OuterRef("case"), step=OuterRef("step"), pk__lt=OuterRef("pk"))
    entered = (
        StepRecord.objects.filter(cases, ~Exists(earlier), step__in=_STAGE_ENTERED)
        .annotate(month=TruncMonth("opened_at"))
        .values_list("step", "month")
        .annotate(number=Count("case", distinct=True))
        .order_by()
    )
    ended = (
        Case.objects.filter(branch__path__startswith=path, ended_on__isnull=False)
        .annotate(month=TruncMonth("ended_on"))
        .values_list("stage", "month")
        .annotate(number=Count("pk"))
        .order_by()
    )
    found: dict[int, list[int]] = {stage: [0] * len(months) for stage in STAGES}
    for step, month, number in entered:
        stage = _STAGE_ENTERED[step]
        _add(found[stage], months, _day(month), number)
        if stage - 1 in found:
            _add(found[stage - 1], months, _day(month), -number)
    for stage, month, number in ended:
        _add(found[stage], months, _day(month), -number)
    return found


def _day(value: date | datetime) -> date:
    return local_day(value) if isinstance(value, datetime) else value


def _add(row: list[int], months: Sequence[Period], day: date, number: int) -> None:
    for place, month in enumerate(months):
        if day <= month.end:
            row[place] += number


@dataclass
class Standing:
    """The running people of a branch by light, on one day."""

    code: str
    name: str
    child: str
    lights: Counter[str] = field(default_factory=Counter)

    @property
    def worst(self) -> str:
        """The light that a branch shows: the worst of its people's; empty where nobody is under way."""
        return next((light for light in (RED, YELLOW, GREEN) if self.lights[light]), "")


def standings(organisation: Organisation, as_of: date, today: date) -> list[Standing]:
    """The branches of an organisation with their people by light at the end of ``as_of``, in two queries.

    Of today the stored light counts, as in the lists; of a day past, the flags and vetoes that stood then.
    """
    bodies = Organisation.objects.filter(path__startswith=organisation.path, kind=Organisation.Kind.BRANCH)
    found = {
        pk: Standing(
            path.rstrip(SEPARATOR).rpartition(SEPARATOR)[2], short or name, _child_code(organisation.path, path)
        )
        for pk, path, name, short, dissolved in bodies.order_by("path").values_list(
            "pk", "path", "name", "short_name", "dissolved_on"
        )
        if dissolved is None or dissolved > as_of
    }
    grouped = _lit(organisation.path, as_of, today).values_list("branch", "light_then").annotate(number=Count("pk"))
    for branch, light, number in grouped.order_by():
        if branch in found:
            found[branch].lights[light] += number
    return list(found.values())


def _child_code(path: str, below: str) -> str:
    return below[len(path) :].partition(SEPARATOR)[0] or below.rstrip(SEPARATOR).rpartition(SEPARATOR)[2]


def _lit(path: str, as_of: date, today: date) -> QuerySet:
    within = Case.objects.filter(branch__path__startswith=path)
    if as_of >= today:
        return within.filter(ended_on__isnull=True).with_light(today).annotate(light_then=F("light_now"))
    after = _midnight(as_of + ONE_DAY)
    stood = Q(decided_at__isnull=True) | Q(decided_at__gte=after)
    red = Veto.objects.filter(stood, case=OuterRef("pk"), raised_at__lt=after)
    open_then = Q(resolved_at__isnull=True) | Q(resolved_at__gte=after)
    yellow = Flag.objects.filter(open_then, case=OuterRef("pk"), raised_on__lte=as_of)
    running = Q(ended_on__isnull=True) | Q(ended_on__gt=as_of)
    return within.filter(running, opened_at__lt=after).annotate(
        light_then=Choose(
            When(Exists(red), then=Value(RED)),
            When(Exists(yellow), then=Value(YELLOW)),
            default=Value(GREEN),
            output_field=CharField(),
        )
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """How many days a step took, from its opening to its verification, over the verified ones of a period."""

    step: str
    number: int
    low: int
    quarter: float
    median: float
    three_quarters: float
    high: int


def durations(path: str, period: Period) -> list[Spread]:
    """The spread of each step that was verified in the period, in one query."""
    rows = _verified(path, period, period.end).values_list("step", "opened_at", "verified_at")
    days: dict[str, list[int]] = defaultdict(list)
    for step, opened, verified in rows:
        days[step].append(max(0, (local_day(verified) - local_day(opened)).days))
    return [_spread(step, sorted(days[step])) for step in STEP_KEYS if step in days]


def _spread(step: str, days: list[int]) -> Spread:
    quarter, median, three = quantiles(days, n=4, method="inclusive") if len(days) > 1 else [days[0]] * 3
    return Spread(step, len(days), days[0], quarter, median, three, days[-1])


def first_month(organisation: Organisation, today: date) -> Period:
    """The month of the organisation's first case, from which reports are offered; this month where there is none."""
    first = Case.objects.filter(branch__path__startswith=organisation.path).aggregate(first=Min("opened_at"))["first"]
    return month_of(local_day(first) if first else today)


def months_offered(first: Period, today: date) -> Iterable[Period]:
    """The last two years of months with cases, the newest first."""
    month = month_of(today)
    for _number in range(24):
        yield month
        if month.start <= first.start:
            return
        month = month.previous
