"""What the engine found, in words: rule, article, arithmetic with real dates, and what to do; in both languages.

Pure, like the engine: it renders what a finding holds and judges nothing again. The wordings stand in
:mod:`recruitment.rules.texts`; this module only chooses and fills them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from recruitment.rules import texts
from recruitment.rules.dates import Duration, add
from recruitment.rules.editions import R2014, R2026, edition_of
from recruitment.rules.facts import RETURNED, probation_span
from recruitment.rules.gates import Finding, Reason, Verdict
from recruitment.rules.lights import Flag
from recruitment.rules.schema import Gate, Kind, Side
from recruitment.rules.steps import GATES, STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text, duration_text
from recruitment.rules.values import dump
from recruitment.rules.vetoes import VETOES

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason in words: name, rule, where it stands written, the arithmetic and what to do now.

    ``arithmetic`` has one line for each sum, and is empty where nothing was counted. ``unlocks_on`` is the first day
    of a minimum time, ``due`` the last day of a deadline. ``code`` is the gate, veto, mark or refusal that it explains,
    and leads to the article of the Guide; what was stored before it was kept has none.
    """

    title: Text
    sentence: Text
    article: Text
    arithmetic: Text
    cure: Text
    unlocks_on: date | None = None
    due: date | None = None
    code: str = ""


def to_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as a step record stores it: texts by language, days in ISO 8601."""
    stored: dict[str, Any] = {}
    for field in fields(explanation):
        value = getattr(explanation, field.name)
        if isinstance(value, Text):
            value = value._asdict()
        elif isinstance(value, date):
            value = value.isoformat()
        stored[field.name] = value
    return stored


def from_json(stored: Mapping[str, Any]) -> Explanation:
    """An explanation from its stored form.

    Raises KeyError, TypeError or ValueError where ``stored`` was not made by :func:`to_json`.
    """
    words = {name: Text(**stored[name]) for name in ("title", "sentence", "article", "arithmetic", "cure")}
    days = {name: stored[name] and date.fromisoformat(stored[name]) for name in ("unlocks_on", "due")}
    return Explanation(**words, **days, code=stored.get("code", ""))


# -- small words --------------------------------------------------------------------------------------------------

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NOT_ENTERED = Text("未登记", "nothing")


def day_text(day: date) -> Text:
    """A day as people write it: 2026年6月10日, 10 June 2026."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def _words(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, date):
        return day_text(value)
    return _NOT_ENTERED if value is None else Text(str(value), str(value))


def _fill(template: Text, values: Mapping[str, Any]) -> Text:
    pairs = {name: _words(value) for name, value in values.items()}
    return Text(
        template.zh.format_map({name: pair.zh for name, pair in pairs.items()}),
        template.en.format_map({name: pair.en for name, pair in pairs.items()}),
    )


def _listed(items: Iterable[Text]) -> Text:
    pairs = tuple(items)
    return Text("、".join(pair.zh for pair in pairs), "; ".join(pair.en for pair in pairs))


def _lines(items: Iterable[Text]) -> Text:
    pairs = tuple(items)
    return Text("\n".join(pair.zh for pair in pairs), "\n".join(pair.en for pair in pairs))


def _ordinal(number: int) -> str:
    # 十 to 十九 bear no 一 before them; articles run to 44.
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = digits[tens] * (tens > 1) + "十" if tens else ""
    return head + (digits[ones] if ones else "")


# -- where a rule stands written ----------------------------------------------------------------------------------

EDITIONS: Mapping[str, Text] = {
    R2014: Text("细则（2014年）", "Rules (2014)"),
    R2026: Text("细则（2026年5月修订）", "Rules (May 2026 revision)"),
}
_TITLES: Mapping[str, Text] = {
    **EDITIONS,
    "constitution2022": Text("党章（2022年修改）", "Party Constitution (2022)"),
    "education2019": Text("党员教育管理工作条例（2019年）", "Regulations on Member Education (2019)"),
}
_CITATION = re.compile(r"(\w+) arts? ([\d,\-]+)(?:\((\d+)\))?")
_LOCAL_VETO = Text("本地规定，须附本组织的文件", "local rule; it needs the organisation's own document")
_PROCEDURE = Text("办理程序", "order of procedure")
_UNSOURCED: Mapping[str, Text] = {
    "practice": Text("本地做法", "local practice"),
    "seed": Text("纪实管理做法", "record-keeping practice"),
    "derived": Text("由规则推出的核对", "check that follows from the rules"),
}
_CONFIGURABLE = Text("可由本组织设定", "set by the organisation")


def cite(title: str, numbers: str, paragraph: str | None = None) -> Text:
    """Articles of a text: 细则（2026年5月修订）第五条、第六条; Rules (May 2026 revision), arts. 5, 6."""
    each = [int(number) for number in re.split(r"[,\-]", numbers)]
    zh = "、".join(f"第{_ordinal(number)}条" for number in each)
    en = ", ".join(str(number) for number in each)
    if paragraph:
        zh, en = f"{zh}第{_ordinal(int(paragraph))}款", f"{en}({paragraph})"
    name = _TITLES[title]
    return Text(f"{name.zh}{zh}", f"{name.en}, {'art.' if len(each) == 1 else 'arts.'} {en}")


def gate_article(gate: Gate, edition: str) -> Text:
    """Where a gate stands written in ``edition``; one that is local, seeded or derived says so."""
    numbers = gate.article(edition)
    written = cite(edition, numbers) if numbers else None
    if gate.source == "national":
        return written or EDITIONS[edition]
    kind = _UNSOURCED[gate.source]
    notes = [_CONFIGURABLE] if gate.configurable else []
    if written:
        notes.append(Text(f"参照{written.zh}", f"cf. {written.en}"))
    if not notes:
        return kind
    return Text(
        f"{kind.zh}（{'，'.join(note.zh for note in notes)}）",
        f"{kind.en} ({'; '.join(note.en for note in notes)})",
    )


def veto_article(code: str, edition: str) -> Text:
    """The basis of a veto situation: the articles of ``edition`` and of the texts above it, or that it is local."""
    veto = VETOES[code]
    if veto.is_local:
        return _LOCAL_VETO
    citations = _CITATION.findall(veto.basis)
    # A situation that only the other edition names is cited from there.
    here = [found for found in citations if found[0] not in EDITIONS or found[0] == edition]
    return _listed(cite(*found) for found in here or citations)


# -- labels -------------------------------------------------------------------------------------------------------

_UPLOAD_ANCHOR = Text("办理日与本步开放日中较晚的一天", "The later of the act and the opening of the step")
_UPLOAD_TARGET = Text("最后一份必需材料上传日期", "upload of the last required paper")
_INDIVIDUALLY = Text("、逐个表决", ", one by one")
_NOT_INDIVIDUALLY = Text("、未逐个表决", ", not one by one")

#: What an act asks for beside the fields of its step.
_ACT_FIELDS: Mapping[str, Text] = {
    "on": Text("登记日期", "Date of the entry"),
    "at": Text("办理时间", "Time of the act"),
    "held_on": Text("审议日期", "Date of the deliberation"),
    "reason": Text("理由", "Reason"),
    "text": Text("说明", "Explanation"),
    "materials": Text("材料", "Papers"),
    "override": Text("继续办理的理由", "Reason for going ahead"),
    "outcome": Text("结束方式", "How the case ended"),
    "step": Text("环节", "Step"),
    "code": Text("情形", "Situation"),
    "flag": Text("提示", "Flag"),
}


def label(reference: str) -> Text:
    """The label of ``"<step>.<field>"`` or ``"person.<field>"``, or the name of a kind of log entry."""
    owner, _, name = reference.partition(".")
    if owner == "person":
        return texts.PERSON_FIELDS[name].label
    if name in STEPS[owner].log_kinds:
        return texts.LOG_KINDS[name]
    return texts.FIELDS[reference].label


def field_label(step: str, name: str) -> Text:
    """The label of what a refusal points at: a field of ``step``, of the person, of a log entry or of the act."""
    for table, key in ((texts.FIELDS, f"{step}.{name}"), (texts.PERSON_FIELDS, name)):
        if key in table:
            return table[key].label
    return texts.LOG_KINDS.get(name) or _ACT_FIELDS.get(name) or Text(name, name)


def _target_label(gate: Gate) -> Text:
    return _UPLOAD_TARGET if gate.id == UPLOAD_GATE.id else label(gate.target)


def _anchor_label(gate: Gate) -> Text:
    if gate.id == UPLOAD_GATE.id:
        return _UPLOAD_ANCHOR
    own = label(gate.anchor or "committee_approval.probation_end")
    if gate.anchor_when_missing:
        other = label(gate.anchor_when_missing)
        return Text(f"{own.zh}（未登记的按{other.zh}）", f"{own.en} (while not entered: {_lower(other.en)})")
    if gate.anchor_not_before:
        floor = label(gate.anchor_not_before)
        return Text(f"{own.zh}与{floor.zh}中较晚的一天", f"The later of {_lower(own.en)} and {_lower(floor.en)}")
    if own == _target_label(gate) and gate.anchor:
        step = texts.STEPS[gate.anchor.partition(".")[0]]
        return Text(f"“{step.zh}”的{own.zh}", f"{own.en} of “{step.en}”")
    return own


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


# -- arithmetic ---------------------------------------------------------------------------------------------------


def _dates(finding: Finding, today: date) -> dict[str, Any]:
    gate = finding.gate
    values: dict[str, Any] = {
        "anchor_label": _anchor_label(gate),
        "anchor": finding.anchor,
        "due": finding.due,
        "unlocks": finding.unlocks_on,
        "target_label": _target_label(gate),
        "target": finding.target,
        "today": today,
    }
    if gate.duration is not None:
        values["duration"] = duration_text(gate.duration, working=gate.working)
    return values


def _timed(finding: Finding, today: date, *, waiting: bool, variant: str, **more: Any) -> Text:
    table = texts.ARITHMETIC_WAITING if waiting else texts.ARITHMETIC
    return _fill(table[variant], _dates(finding, today) | more)


def _not_before(finding: Finding, today: date) -> Text:
    # A date that is itself late enough, but lies ahead of the server's day, is held by today and by nothing else.
    ahead = not finding.met and finding.target and finding.unlocks_on and finding.target >= finding.unlocks_on
    return _minimum_time(finding, today, waiting=finding.target is None or bool(ahead))


def _minimum_time(finding: Finding, today: date, *, waiting: bool) -> Text:
    variant = "not_before_backwards" if finding.gate.backwards else "not_before"
    if finding.gate.duration == Duration():
        variant = "not_before_same_day"
    return _timed(finding, today, waiting=waiting, variant=variant)


def _deadline(finding: Finding, today: date) -> Text:
    line = _timed(finding, today, waiting=finding.target is None, variant=finding.gate.kind)
    missing = finding.inputs.get("missing")
    if not missing:
        return line
    return _lines((line, _fill(texts.REFUSALS["material_missing"].sentence, {"papers": _papers(missing)})))


def _min_span(finding: Finding, today: date) -> Text:
    variant = "min_span_counting_start" if finding.gate.count_start_day else "min_span"
    return _timed(finding, today, waiting=finding.target is None, variant=variant)


def _every(finding: Finding, today: date) -> Text:
    # The finding is of one period and is anchored on the day after which that period takes an entry.
    start, origin = finding.inputs["period_start"], label(finding.gate.anchor or "")
    named = Text(
        f"本期起点（自{origin.zh}逐期推算）",
        f"Start of this period (periods run on from the {_lower(origin.en)})",
    )
    return _timed(
        finding,
        today,
        waiting=finding.target is None,
        variant="every",
        anchor_label=named,
        anchor=start,
        period_start=start,
        period_end=finding.inputs["period_end"],
    )


def _min_amount(finding: Finding, today: date) -> Text:
    inputs, step = finding.inputs, finding.gate.step
    return _lines(
        _fill(
            texts.ARITHMETIC["min_amount"],
            {"target_label": label(f"{step}.{name}"), "minimum": inputs[f"minimum_{name}"], "count": inputs[name]},
        )
        for name, _ in finding.gate.any_of
    )


def _count_range(finding: Finding, today: date) -> Text:
    low, high = finding.inputs["minimum"] or 0, finding.inputs["maximum"]
    variant = "count_range_minimum" if high is None else "count_range_exact" if low == high else "count_range"
    values = {"minimum": low, "maximum": high, "count": finding.inputs["count"]}
    return _fill(texts.ARITHMETIC[variant], values | {"target_label": _target_label(finding.gate)})


def _votes(finding: Finding, today: date) -> Text:
    inputs = finding.inputs
    values = {**inputs, "half": f"{inputs['eligible'] / 2:g}", "minimum": inputs["needed"]}
    return _fill(texts.ARITHMETIC[finding.gate.kind], values)


def _consistency(finding: Finding, today: date) -> Text:
    # Without inputs there was nothing to compare: the result fixes no dates.
    return _CONSISTENCIES[finding.gate.check or ""](finding) if finding.inputs else NOTHING


def _must_be(target: Text, due: Any, entered: Any) -> Text:
    return _fill(texts.ARITHMETIC["consistency"], {"target_label": target, "due": due, "target": entered})


def _tally(finding: Finding) -> Text:
    inputs = finding.inputs
    return _fill(texts.ARITHMETIC["tally"], {**inputs, "count": inputs["present"] + inputs["written"]})


def _secret_ballot(finding: Finding) -> Text:
    kinds, kind = texts.CHOICES[finding.gate.target], finding.inputs["ballot_kind"]
    due, entered = kinds["secret"], kinds.get(kind)
    if finding.inputs["candidates"] > 1:
        if kind == "secret":
            # By secret ballot and still unmet: then the candidates were not voted on one by one.
            entered = _joined(due, _INDIVIDUALLY if finding.met else _NOT_INDIVIDUALLY)
        due = _joined(due, _INDIVIDUALLY)
    return _must_be(label(finding.gate.target), due, entered)


def _joined(*parts: Text) -> Text:
    return Text("".join(part.zh for part in parts), "".join(part.en for part in parts))


def _probation_dates(finding: Finding) -> Text:
    inputs, step = finding.inputs, finding.gate.step
    start, end = probation_span(inputs["anchor"])
    return _lines(
        (
            _must_be(label(f"{step}.probation_start"), start, inputs["target"]),
            _must_be(label(f"{step}.probation_end"), end, inputs["end"]),
        )
    )


def _seniority(finding: Finding) -> Text:
    return _must_be(label(finding.gate.target), finding.inputs["anchor"], finding.inputs["target"])


_CONSISTENCIES = {
    "tally": _tally,
    "secret_ballot": _secret_ballot,
    "probation_dates": _probation_dates,
    "seniority_start": _seniority,
}


def _span(start: date, end: date) -> Duration:
    """A length that leads from ``start`` to ``end``: whole months where some do, otherwise days."""
    whole = Duration(months=(end.year - start.year) * 12 + end.month - start.month)
    return whole if add(start, whole) == end else Duration(days=(end - start).days)


def _range_duration(finding: Finding, today: date) -> Text:
    inputs, start, end = finding.inputs, finding.anchor, finding.target
    assert start is not None
    assert end is not None
    return _fill(
        texts.ARITHMETIC["range_duration"],
        {
            "anchor_label": _anchor_label(finding.gate),
            "anchor": start,
            "duration": duration_text(_span(start, end)),
            "due": end,
            "minimum": inputs["earliest"],
            "maximum": inputs["latest"],
            "used": inputs["times"] - 1,
        },
    )


def _quota(finding: Finding, today: date) -> Text:
    inputs = finding.inputs
    return _fill(texts.ARITHMETIC["quota"], {**inputs, "used": inputs["used"] - 1, "count": inputs["used"]})


_OVERRIDDEN = Text(
    "未满所需时间，基层党委已写明理由，继续办理。",
    "That is too soon; the grassroots committee has given its reason for going ahead.",
)


def _horizon(finding: Finding, today: date) -> Text:
    earliest = finding.inputs["earliest"]
    line = _timed(finding, today, waiting=finding.target == today, variant="horizon", due=earliest)
    lifted = finding.met and finding.anchor is not None and finding.anchor < earliest
    return _lines((line, _OVERRIDDEN)) if lifted else line


_ARITHMETIC = {
    Kind.NOT_BEFORE: _not_before,
    Kind.NOT_AFTER: _deadline,
    Kind.VALIDITY: _deadline,
    Kind.MIN_SPAN: _min_span,
    Kind.EVERY: _every,
    Kind.MIN_AMOUNT: _min_amount,
    Kind.COUNT_RANGE: _count_range,
    Kind.QUORUM: _votes,
    Kind.MAJORITY: _votes,
    Kind.CONSISTENCY: _consistency,
    Kind.RANGE_DURATION: _range_duration,
    Kind.QUOTA: _quota,
    Kind.HORIZON: _horizon,
}
_PROVISIONAL = Text(
    "所涉年份的节假日安排尚未公布，暂按周一至周五计算。",
    "The holiday table of a year concerned is not published yet; Monday to Friday are counted, provisionally.",
)


def arithmetic(finding: Finding, today: date) -> Text:
    """The sum of a finding with its real dates and numbers; a provisional count of working days says so."""
    done = _ARITHMETIC[finding.gate.kind](finding, today)
    return _lines((done, _PROVISIONAL)) if finding.provisional else done


# -- explanations -------------------------------------------------------------------------------------------------


def explain_finding(finding: Finding, today: date) -> Explanation:
    """What one gate found, met, unmet or still waiting for its act."""
    gate = finding.gate
    words = texts.GATES[gate.id]
    return Explanation(
        title=words.name,
        sentence=words.rule,
        article=gate_article(gate, finding.edition),
        arithmetic=arithmetic(finding, today),
        cure=words.cure,
        unlocks_on=finding.unlocks_on,
        due=finding.due,
        code=gate.id,
    )


def explain_lock(finding: Finding, today: date) -> Explanation:
    """A minimum time that still holds a step: the rule, and the day from which the step may be submitted."""
    found = explain_finding(finding, today)
    if finding.unlocks_on is None:
        return found
    step, day = texts.STEPS[finding.gate.step], day_text(finding.unlocks_on)
    sentence = Text(
        f"{found.sentence.zh}“{step.zh}”自{day.zh}起可以提交。",
        f"{found.sentence.en} “{step.en}” can be submitted from {day.en} on.",
    )
    return replace(found, sentence=sentence, arithmetic=_minimum_time(finding, today, waiting=True))


def flag_name(code: str) -> Text:
    """The name of a flag: its own, its gate's, its service limit's or its veto's; or of a notice that is no flag."""
    if code in texts.FLAGS:
        return texts.FLAGS[code]
    if code in texts.NOTICES:
        return texts.NOTICES[code]
    if code in texts.SERVICE:
        return texts.SERVICE[code].name
    return texts.GATES[code].name if code in texts.GATES else texts.VETOES[code].name


_RETURNED_RULE = Text(
    "校核单位已把本步退回，并写明了理由。", "The verifying side has returned the step and given its reason."
)
_RETURNED_CURE = Text("请按理由补正，然后重新提交。", "Correct it as the reason says, then submit it again.")


def explain_flag(flag: Flag, today: date) -> Explanation:
    """An open flag: a missed deadline, late papers, a veto situation or a return."""
    name = flag_name(flag.code)
    if flag.finding is not None:
        return replace(explain_finding(flag.finding, today), title=name)
    if flag.code == RETURNED:
        return Explanation(name, _RETURNED_RULE, _PROCEDURE, NOTHING, _RETURNED_CURE, code=flag.code)
    if flag.code in VETOES:
        words = texts.VETOES[flag.code]
        article = veto_article(flag.code, edition_of(today))
        return Explanation(name, words.meaning, article, NOTHING, words.advice, code=flag.code)
    gate, rule = GATES[flag.code], texts.GATES[flag.code]
    article = gate_article(gate, edition_of(today))
    return Explanation(name, rule.rule, article, NOTHING, rule.cure, due=flag.due, code=flag.code)


_SIDES: Mapping[str, Text] = {
    Side.BRANCH: Text("党支部", "branch"),
    Side.COMMITTEE: texts.ROLES["grassroots_committee"],
    Side.DEPARTMENT: texts.ROLES["superior_org_department"],
}
_FREEZES: Mapping[str, Text] = {
    "veto": Text(
        "一票否决情形待上级确认或撤销", "a veto situation waits to be confirmed or dismissed by the level above"
    ),
    "transfer": Text("正在转接", "a transfer is under way"),
}
_THE_END = Text("全部环节已办完", "all steps are done")
_ANOTHER_SEAT = Text("其他岗位", "another seat")
_THIS_SEAT = Text("现有岗位", "the present one")


def _papers(codes: Iterable[str]) -> Text:
    return _listed(texts.DOCUMENTS[code] for code in codes)


def _role(value: Any) -> Any:
    return _SIDES.get(value) or texts.ROLES.get(value) or value


def _refusal_values(reason: Reason, today: date, step: str) -> dict[str, Any]:
    inputs = reason.inputs
    match reason.code:
        case "not_this_step":
            return {
                "current": texts.STEPS.get(inputs.get("current", ""), _THE_END),
                "status": texts.CASE_STATES.get(inputs.get("status", ""), texts.CASE_STATES["open"]),
            }
        case "not_allowed":
            return {"role": _role(inputs.get("role", _ANOTHER_SEAT)), "seat": _role(inputs.get("seat", _THIS_SEAT))}
        case "action_date_in_future":
            return {"field": field_label(step, reason.field_name), "date": inputs["target"], "today": today}
        case "date_order":
            return {
                "field": field_label(step, reason.field_name),
                "date": inputs["target"],
                "step": texts.STEPS[inputs["step"]],
                "earlier": inputs["anchor"],
            }
        case "material_missing":
            return {"papers": _papers(reason.codes)}
        case "flag_unexplained":
            return {"flags": _listed(flag_name(code) for code in reason.codes)}
        case "suspended":
            return {"vetoes": _listed(flag_name(code) for code in reason.codes)}
        case "frozen":
            return {"reason": _FREEZES.get(inputs.get("reason", ""), _FREEZES["veto"])}
        case "closed":
            return {"status": texts.CASE_STATES.get(inputs.get("status", ""), texts.CASE_STATES["closed"])}
        case "field_invalid":
            return {"field": field_label(step, reason.field_name)}
    return {}


def explain_reason(reason: Reason, today: date, *, step: str = "") -> Explanation:
    """Why an act was refused: a gate's finding, or one of the system's own codes.

    ``step`` is the key of the step whose act it was; the labels of its fields depend on it. The system's codes read
    ``reason.inputs``: ``not_this_step`` the keys ``current`` (step in hand) and ``status``, ``not_allowed`` the
    ``role`` that may do it (a side, a role or a name) and the ``seat`` in use, ``frozen`` the ``reason`` (veto or
    transfer), ``closed`` the ``status`` of the ended case.
    """
    if reason.finding is not None:
        return explain_finding(reason.finding, today)
    words = texts.REFUSALS[reason.code]
    sentence = _fill(words.sentence, _refusal_values(reason, today, step))
    return Explanation(
        words.title, sentence, _PROCEDURE, NOTHING, words.cure, unlocks_on=reason.unlocks_on, code=reason.code
    )


def verdict_to_json(verdict: Verdict, today: date) -> dict[str, Any]:
    """The verdict as a step record keeps it: what every gate found, its inputs and the words shown that day."""
    return {
        "judged_on": today.isoformat(),
        "edition": verdict.edition,
        "ok": verdict.ok,
        "findings": [
            {
                "gate": finding.gate.id,
                "met": finding.met,
                "inputs": dump(
                    {
                        **finding.inputs,
                        "anchor": finding.anchor,
                        "target": finding.target,
                        "due": finding.due,
                        "unlocks_on": finding.unlocks_on,
                    }
                ),
                "provisional": finding.provisional,
                "explanation": to_json(explain_finding(finding, today)),
            }
            for finding in verdict.findings
        ],
        "reasons": [
            {
                "code": reason.code,
                "codes": list(reason.codes),
                "explanation": to_json(explain_reason(reason, today, step=verdict.step)),
            }
            for reason in verdict.reasons
        ],
    }
