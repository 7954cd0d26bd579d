"""The search box: a name, a number, an organisation, and words such as ``stage:3 light:yellow due:<7``.

A word is a key, a colon and a value; both languages and both widths of signs are understood. What is not understood
is said and left out, so that an address that somebody sent still finds something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organisation
from recruitment.models import Case, Obligation, Person, StepRecord
from recruitment.models.case import CaseQuerySet
from recruitment.models.person import normalised_id_number
from recruitment.numbers import whole
from recruitment.policies import SEEING_ROLES
from recruitment.rules.lights import GREEN, RED, YELLOW
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import LIGHTS, STAGES, Text

#: Organisations that a word or a name may mean at once.
MOST_ORGANISATIONS = 50
_ID_NUMBER_LENGTH = 18
_CLOCKS = (Obligation.Kind.DEADLINE, Obligation.Kind.SERVICE)

#: A word, its value perhaps in quotation marks, or a run of other signs.
_TOKEN = re.compile(r'(?P<key>[^\s:"]+):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]*))|"(?P<phrase>[^"]*)"|(?P<text>\S+)')
_WIDE = str.maketrans({"：": ":", "＜": "<", "＞": ">", "＝": "=", "“": '"', "”": '"', "\u3000": " "})


def _spoken(*words: tuple[Any, Text]) -> Mapping[str, Any]:
    """What each word means, in both languages."""
    return {name: meaning for meaning, word in words for name in (word.zh, word.en)}


_KEYS = _spoken(
    ("stage", Text("阶段", "stage")),
    ("step", Text("环节", "step")),
    ("light", Text("灯", "light")),
    ("branch", Text("支部", "branch")),
    ("branch", Text("组织", "org")),
    ("due", Text("期限", "due")),
    ("holder", Text("在手", "holder")),
    ("late", Text("超期", "late")),
    ("state", Text("状态", "state")),
)
_LIGHTS = _spoken(
    (GREEN, Text("绿", "green")),
    (YELLOW, Text("黄", "yellow")),
    (RED, Text("红", "red")),
    *((light, LIGHTS[light]) for light in (GREEN, YELLOW, RED)),
)
_HOLDERS = _spoken(
    ("me", Text("我", "me")),
    (Side.BRANCH.value, Text("支部", "branch")),
    (Side.COMMITTEE.value, Text("党委", "committee")),
    (Side.DEPARTMENT.value, Text("组织部", "department")),
)
_YES = _spoken((True, Text("是", "yes")), (False, Text("否", "no")))
_STATES = _spoken(("open", Text("在办", "open")), ("ended", Text("结束", "ended")))
_COMPARED = re.compile(r"(<=|>=|<|>|=)?(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Due:
    """Days left to the nearest deadline: a comparison and a number."""

    sign: str
    days: int


@dataclass(slots=True)
class SearchQuery:
    """What was typed, understood. ``hints`` say what was not, and how it is written."""

    text: list[str] = field(default_factory=list)
    stage: int | None = None
    step: str = ""
    light: str = ""
    branch: list[str] = field(default_factory=list)
    due: Due | None = None
    holder: str = ""
    late: bool | None = None
    state: str = ""
    hints: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        words = (self.stage, self.step, self.light, self.branch, self.due, self.holder, self.state)
        return not self.text and self.late is None and not any(words)

    @property
    def only_names(self) -> bool:
        """Whether nothing but text was typed, which may also name an organisation."""
        return bool(self.text) and self == SearchQuery(text=self.text, hints=self.hints)


def parse(typed: str) -> SearchQuery:
    """Read the box. Never fails: what cannot be read becomes a hint."""
    query = SearchQuery()
    for match in _TOKEN.finditer(typed.translate(_WIDE)[:300]):
        if match["key"] is None:
            words = (match["phrase"] or match["text"] or "").strip()
            if words:
                query.text.append(words)
            continue
        value = (match["quoted"] if match["quoted"] is not None else match["value"]).strip()
        key = _KEYS.get(match["key"].lower())
        if key is None:
            hint = _("没有“%(word)s:”这个条件。可以用 stage: step: light: branch: due: holder: late: state:。")
            query.hints.append(hint % {"word": match["key"]})
        else:
            _READERS[key](query, value)
    return query


def _read_stage(query: SearchQuery, value: str) -> None:
    if (stage := whole(value)) in STAGES:
        query.stage = stage
    else:
        query.hints.append(_("stage: 后面写 1 至 5，例如 stage:3。"))


def _read_step(query: SearchQuery, value: str) -> None:
    found = next((key for key, step in STEPS.items() if value in (key, str(step.number))), "")
    if found:
        query.step = found
    else:
        query.hints.append(_("step: 后面写 1 至 31，例如 step:9。"))


def _read_light(query: SearchQuery, value: str) -> None:
    if value.lower() in _LIGHTS:
        query.light = _LIGHTS[value.lower()]
    else:
        query.hints.append(_("light: 后面写 green、yellow、red，或者绿、黄、红。"))


def _read_branch(query: SearchQuery, value: str) -> None:
    if value:
        query.branch.append(value)
    else:
        query.hints.append(_("branch: 后面写组织名称里的字或者代码，例如 branch:幸福。"))


def _read_due(query: SearchQuery, value: str) -> None:
    match = _COMPARED.fullmatch(value)
    if match:
        query.due = Due(match[1] or "<=", int(match[2]))
    else:
        query.hints.append(_("due: 后面写还剩几天，例如 due:<7、due:>30。"))


def _read_holder(query: SearchQuery, value: str) -> None:
    if value.lower() in _HOLDERS:
        query.holder = _HOLDERS[value.lower()]
    else:
        query.hints.append(_("holder: 后面写 me、branch、committee、department，或者我、支部、党委、组织部。"))


def _read_late(query: SearchQuery, value: str) -> None:
    if value.lower() in _YES:
        query.late = _YES[value.lower()]
    else:
        query.hints.append(_("late: 后面写 yes 或者 no。"))


def _read_state(query: SearchQuery, value: str) -> None:
    if value.lower() in _STATES:
        query.state = _STATES[value.lower()]
    else:
        query.hints.append(_("state: 后面写 open（在办）或者 ended（已结束）。"))


_READERS: Mapping[str, Callable[[SearchQuery, str], None]] = {
    "stage": _read_stage,
    "step": _read_step,
    "light": _read_light,
    "branch": _read_branch,
    "due": _read_due,
    "holder": _read_holder,
    "late": _read_late,
    "state": _read_state,
}


# -- finding ------------------------------------------------------------------------------------------------------


def cases(actor: Actor, query: SearchQuery, today: date) -> CaseQuerySet:
    """The visible cases that fit, sorted as their names are read. One query a page, one to count, and one for each
    organisation that is named.

    Annotated as the case list's rows are: ``light_now``, ``status``, ``due``, ``due_code``.
    """
    found = Case.objects.visible_to(actor).with_light(today)
    record = StepRecord.objects.filter(case=OuterRef("pk"), step=OuterRef("step"), counts=True).order_by("-round")
    nearest = Obligation.objects.filter(case=OuterRef("pk"), kind__in=_CLOCKS).order_by("due", "pk")
    found = found.annotate(
        status=Subquery(record.values("status")[:1]),
        due=Subquery(nearest.values("due")[:1]),
        due_code=Subquery(nearest.values("code")[:1]),
    )
    for condition in _conditions(actor, query, today):
        found = found.filter(condition)
    return (
        found.select_related("person", "branch", "committee", "department")
        .defer(*(f"person__{name}" for name in Person.SENSITIVE))
        .order_by("person__name_pinyin", "person__name", "-opened_at", "pk")
    )


def _conditions(actor: Actor, query: SearchQuery, today: date) -> Iterable[Q]:
    exact = {"stage": query.stage, "step": query.step, "light_now": query.light}
    yield Q(**{name: value for name, value in exact.items() if value})
    # Clocks and holders speak of what is still running.
    if query.state == "open" or query.due or query.holder or query.late is not None or query.light:
        yield Q(ended_on__isnull=True) | (Q(light=RED) if query.light == RED else Q(pk__in=()))
    elif query.state == "ended":
        yield Q(ended_on__isnull=False)
    for name in query.branch:
        yield _within(organisations(actor, name))
    if query.due:
        yield Q(Exists(_running().filter(_days_left(query.due, today), changes_on__gt=today)))
    if query.late is not None:
        late = Exists(_running().filter(changes_on__lte=today))
        yield Q(late) if query.late else ~Q(late)
    if query.holder:
        yield _held_by(actor, query.holder)
    for words in query.text:
        yield says(words) | _within(organisations(actor, words)) if len(words) > 1 else says(words)


def _running() -> QuerySet[Obligation]:
    return Obligation.objects.filter(case=OuterRef("pk"), kind__in=_CLOCKS)


def _days_left(due: Due, today: date) -> Q:
    day = today + timedelta(days=due.days)
    return {
        "<": Q(due__lt=day),
        "<=": Q(due__lte=day),
        ">": Q(due__gt=day),
        ">=": Q(due__gte=day),
        "=": Q(due=day),
    }[due.sign]


def _held_by(actor: Actor, holder: str) -> Q:
    if holder != "me":
        return Q(awaiting=holder)
    mine = Q(pk__in=())
    columns = {"branch": "branch", "grassroots_committee": "committee", "department": "department"}
    for grant in actor.grants_of(*SEEING_ROLES):
        column = columns.get(grant.organisation_kind)
        if column:
            mine |= Q(**{column: grant.organisation_id}, awaiting=column)
    return mine


def says(words: str) -> Q:
    """A part of a name, of how it is read, or of a case number; a whole identity number through its keyed index."""
    number = normalised_id_number(words)
    if len(number) == _ID_NUMBER_LENGTH and number[:-1].isdigit():
        return Q(person__id_index=Person.index_of(number))
    found = Q(person__name__icontains=words) | Q(number__icontains=words)
    letters = words.lower()
    if letters.isascii() and letters.isalpha():
        found |= Q(person__name_initials__icontains=letters)
        if len(letters) > 1:
            joined = Replace(F("person__name_pinyin"), Value(" "), Value(""))
            found |= Q(pk__in=Case.objects.annotate(joined=joined).filter(joined__contains=letters).values("pk"))
    return found


def _within(bodies: Iterable[Organisation]) -> Q:
    condition = Q(pk__in=())
    for body in bodies:
        condition |= Q(branch__path__startswith=body.path)
    return condition


def organisations(actor: Actor, words: str, most: int = MOST_ORGANISATIONS) -> list[Organisation]:
    """Organisations within reach whose name has these words, or whose code they are. One query."""
    named = Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code__iexact=words)
    reach = Organisation.objects.filter(actor.scope(*SEEING_ROLES)).filter(named)
    return list(reach.only("code", "name", "short_name", "path", "kind").order_by("path")[:most])


def suggestions(actor: Actor, typed: str, most: int = 10) -> list[Case]:
    """People whom the last words of the box may mean. One query; words with a colon are left to the search."""
    query = parse(typed)
    if not query.text:
        return []
    found = Case.objects.visible_to(actor)
    for words in query.text:
        found = found.filter(says(words))
    return list(
        found.select_related("person", "branch")
        .defer(*(f"person__{name}" for name in Person.SENSITIVE))
        .order_by(F("ended_on").asc(nulls_first=True), "person__name_pinyin", "pk")[:most]
    )
