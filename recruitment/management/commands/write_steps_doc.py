"""manage.py write_steps_doc: docs/steps.md, made from the step table."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from recruitment.rules import texts
from recruitment.rules.editions import R2014, R2026, R2026_FROM
from recruitment.rules.explain import EDITIONS
from recruitment.rules.schema import Gate, Kind, Step
from recruitment.rules.steps import GATES, STEPS, UPLOAD_GATE
from recruitment.rules.texts import Text, duration_text

KINDS = {
    Kind.NOT_BEFORE: Text("最早", "not before"),
    Kind.NOT_AFTER: Text("最迟", "not after"),
    Kind.MIN_SPAN: Text("最短时长", "minimum span"),
    Kind.EVERY: Text("每期一次", "every period"),
    Kind.MIN_AMOUNT: Text("最少数量", "minimum amount"),
    Kind.COUNT_RANGE: Text("人数或份数", "count"),
    Kind.QUORUM: Text("到会", "quorum"),
    Kind.MAJORITY: Text("票数", "majority"),
    Kind.CONSISTENCY: Text("相符", "consistency"),
    Kind.RANGE_DURATION: Text("时长范围", "range of a duration"),
    Kind.QUOTA: Text("名额", "quota"),
    Kind.HORIZON: Text("前瞻", "horizon"),
    Kind.VALIDITY: Text("有效期", "validity"),
}
SOURCES = {
    "national": Text("党内法规", "national"),
    "seed": Text("纪实管理做法", "record keeping"),
    "practice": Text("本地做法", "local practice"),
    "derived": Text("由规则推出", "derived"),
}

INTRODUCTION = f"""# 工作步骤 / The steps

<!-- Made by `manage.py write_steps_doc` from recruitment/rules. Change the table, then run it again. -->

{len(STEPS)} 个环节、{len(texts.STAGES)} 个阶段、{len(GATES)} 条规则。
{len(STEPS)} steps in {len(texts.STAGES)} stages, with {len(GATES)} rules.

* **条号 / Articles**: {EDITIONS[R2014].zh} / {EDITIONS[R2026].zh} ({EDITIONS[R2014].en} / {EDITIONS[R2026].en}).
  每次办理按办理当日有效的版本判断，后者自 {R2026_FROM.isoformat()} 起。
  Each act is judged by the edition in force on its own day, the second from {R2026_FROM.isoformat()} on.
  “—”: 该版本没有条文 / that edition has no article for it.
* **力度 / Force**: 不符即不能办理 (lock: the act is refused); 亮黄灯 (yellow: it is accepted and explained);
  结果 (result: the outcome of the vote).
* **设定 / Setting**: 固定 (fixed); 可设 (an organisation may set it); 默认关 (off until it is switched on).
* 标 * 的材料可以没有。Papers marked * are optional.
"""


def both(text: Text) -> str:
    return f"{text.zh} / {text.en}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A Markdown table."""
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def _articles(r2014: str | None, r2026: str | None) -> str:
    return f"{r2014 or '—'} / {r2026 or '—'}".replace(",", ", ")


def _force(gate: Gate) -> str:
    if gate.kind is Kind.MAJORITY:
        return both(Text("结果", "result"))
    return both(Text("不符即不能办理", "lock") if gate.hard else Text("亮黄灯", "yellow"))


def _setting(gate: Gate) -> str:
    if not gate.configurable:
        return both(Text("固定", "fixed"))
    return both(Text("可设", "may be set") if gate.enabled else Text("可设，默认关", "may be set, off"))


def _measure(gate: Gate) -> str:
    """The duration or numbers of a gate, in both languages."""
    if gate.duration is not None:
        return both(duration_text(gate.duration, working=gate.working)) + (" (←)" if gate.backwards else "")
    if gate.any_of:
        step = gate.step
        return "; ".join(f"{both(texts.FIELDS[f'{step}.{name}'].label)} ≥ {least}" for name, least in gate.any_of)
    if gate.min_duration is not None and gate.max_duration is not None:
        return f"{both(duration_text(gate.min_duration))} – {both(duration_text(gate.max_duration))}"
    if gate.tolerance_percent is not None:
        return f"+ {gate.tolerance_percent}%"
    if gate.minimum is not None:
        return str(gate.minimum) if gate.minimum == gate.maximum else f"{gate.minimum} – {gate.maximum or '…'}"
    if gate.kind in (Kind.QUORUM, Kind.MAJORITY):
        return "> 1/2"
    return "—"


def _gate_row(gate: Gate) -> tuple[str, ...]:
    counted = f"`{gate.anchor}` → `{gate.target}`" if gate.anchor else f"`{gate.target}`"
    return (
        f"`{gate.id}`<br>{both(texts.GATES[gate.id].name)}",
        both(KINDS[gate.kind]),
        counted,
        _measure(gate),
        _articles(gate.r2014, gate.r2026),
        _force(gate),
        both(SOURCES[gate.source]),
        _setting(gate),
    )


def gate_table(gates: Iterable[Gate]) -> Iterator[str]:
    """The gates with their articles in each edition."""
    head = ("规则 / Rule", "种类 / Kind", "从 → 到 / From → to", "量 / Measure", "条号 / Articles")
    yield from table((*head, "力度 / Force", "来源 / Source", "设定 / Setting"), map(_gate_row, gates))


def _step(step: Step) -> Iterator[str]:
    name = texts.STEPS[step.key]
    yield f"### {step.number}. {name.zh} / {name.en}"
    yield ""
    yield f"* `{step.key}`, 条号 / articles {_articles(step.r2014, step.r2026)}"
    yield f"* 办理 / Acts: {both(texts.ROLES[step.actor])}; 校核 / Verifies: {both(texts.ROLES[step.verifier])}"
    if step.participants:
        yield f"* 参加 / Take part: {'; '.join(both(texts.PARTICIPANTS[who]) for who in step.participants)}"
    acted = both(texts.FIELDS[f"{step.key}.{step.action_date}"].label)
    yield f"* 办理日期 / Date of the act: {acted} (`{step.action_date}`)"
    if step.requires:
        after = "; ".join(f"{STEPS[key].number}. {texts.STEPS[key].zh}" for key in step.requires)
        yield f"* 前置 / After: {after}"
    if step.log_kinds:
        yield f"* 逐次登记 / Dated entries: {'; '.join(both(texts.LOG_KINDS[kind]) for kind in step.log_kinds)}"
    if step.report_field:
        reported = both(texts.FIELDS[f"{step.key}.{step.report_field}"].label)
        yield f"* 支部先报送 / The branch reports first: {reported} (`{step.report_field}`)"
    if step.repeats:
        yield "* 延长预备期后再办一轮 / Done again after an extension of probation"
    for paper in step.papers:
        yield f"* 材料 / Paper: {paper.code}{'' if paper.required else '*'} {both(texts.DOCUMENTS[paper.code])}"
    for form in step.forms:
        yield f"* 簿册表 / Booklet form: {form} {both(texts.FORMS[form])}"
    if step.vetoes:
        yield f"* 一票否决 / Vetoes: {', '.join(step.vetoes)}"
    if step.gates:
        yield ""
        yield from gate_table(step.gates)
    yield ""


def render() -> str:
    """The whole document."""
    lines = [INTRODUCTION, "## 各环节共用 / For every step", "", *gate_table([UPLOAD_GATE]), ""]
    stage = 0
    for step in STEPS.values():
        if step.stage != stage:
            stage = step.stage
            lines += [f"## 第{stage}阶段 {texts.STAGES[stage].zh} / Stage {stage}: {texts.STAGES[stage].en}", ""]
        lines += _step(step)
    return "\n".join(lines).rstrip() + "\n"


def document() -> Path:
    """Where the document lies."""
    return Path(settings.BASE_DIR) / "docs" / "steps.md"


class Command(BaseCommand):
    help = "Write docs/steps.md from the step table."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        path = document()
        path.write_text(render(), encoding="utf-8")
        self.stdout.write(f"{path.name}: {len(STEPS)} steps, {len(GATES)} rules")
