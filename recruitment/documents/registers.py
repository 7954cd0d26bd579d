"""What is to be copied into the two national registers (r2026 art 9, 15, 36), and the record sheet of the whole case.

The layout of the registers (入党积极分子培养考察登记表, 预备党员教育考察登记表) is national and not ours to draw: these
sheets gather what a hand copies into the printed originals, which are then attached to the case as D46 and D47.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from recruitment.documents.booklet.parts import contacts_opinions, introducers_opinions
from recruitment.documents.data import PaperData, StepData
from recruitment.documents.derived import (
    admission_approval,
    ballot_total,
    committee_decision,
    conversion_approval,
    log,
    named_members,
    plain_log,
)
from recruitment.documents.layout import Box, Column, Form, Item, Listing, Pairs, Row, Sign, Title
from recruitment.rules import texts
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS

_COPIED = (
    "本页由系统摘录，供抄写《{name}》时使用，不能代替登记表。登记表用全国统一式样，填写、签名、盖章后扫描上传为{code}。"
)

#: Nothing is signed on these sheets: their lists have the room for words.
_MEMBERS = (Column("姓名", 7), Column("性别", 4), Column("入党日期", 6), Column("转正日期", 6))
_LOG = (Column("日期", 5), Column("类别", 3), Column("内容", 11, prose=True), Column("记录人", 4))
_REVIEWS = (Column("日期", 5), Column("意见", 14, prose=True), Column("记录人", 4))
_OPINIONS = (Column("日期", 5), Column("姓名", 4), Column("意见", 14, prose=True))

_WHO = (
    Pairs("person.name", "person.sex", "person.birth_date"),
    Pairs("person.ethnicity", "person.native_place", "person.education"),
    Pairs("person.id_number", "person.political_status"),
    Pairs("person.employer_or_school", "person.position"),
    Pairs("person.residence"),
    Box(Item("person.work_history"), lines=3),
    Box(Item("person.family"), lines=2),
    Box(Item("person.social_relations"), lines=2),
)


def _decision(step: str, label: str) -> Box:
    note = "由系统按会议登记生成，抄写时与会议记录核对。"
    return Box(Item(committee_decision(step), label=label, note=note, key=f"{step}.sentence"), lines=2)


_ACTIVIST: tuple[Row, ...] = (
    Title("一、本人基本情况"),
    *_WHO,
    Title("二、申请、推荐和确定"),
    Pairs("submit_application.application_date", "submit_application.received_on", "organization_talk.talk_date"),
    Pairs("recommend_activist.method", "recommend_activist.recommended_on"),
    _decision("determine_activist", "确定为积极分子"),
    Pairs("file_activist.filed_on", "file_activist.filing_number"),
    Listing(
        "assign_contacts.contacts",
        label="培养联系人",
        note="由党支部指定的一至二名正式党员。",
        columns=_MEMBERS,
        row_lines=1,
        source=named_members("assign_contacts.contacts"),
        rows_at_least=1,
    ),
    Title("三、培养教育和考察"),
    Listing(
        "cultivate_educate.log",
        label="培养教育、思想汇报和联系人谈话",
        note="按日期抄写。",
        columns=_LOG,
        row_lines=1,
        source=log("cultivate_educate", "activity", "thought_report", "contact_talk"),
        rows_at_least=1,
    ),
    Listing(
        "halfyear_review.reviews",
        label="半年考察意见",
        note="按日期抄写每次考察的意见。",
        columns=_REVIEWS,
        row_lines=1,
        source=plain_log("halfyear_review", "review_date"),
        rows_at_least=1,
    ),
    contacts_opinions(1, columns=_OPINIONS, row_lines=1),
    Box(Item("solicit_opinions.contact_opinion", label="听取意见时联系人意见"), lines=2),
    Box(Item("solicit_opinions.party_group_opinion"), lines=2),
    Title("四、列为发展对象"),
    _decision("propose_development_target", "支委会研究意见"),
    Pairs(
        Item("consent_development_target.consent_on", label="上级党委同意日期"),
        "consent_development_target.opinion",
    ),
    Pairs(
        "publicize_development_target.publicity_start",
        "publicize_development_target.publicity_end",
        "publicize_development_target.listed_on",
    ),
    Pairs("publicize_development_target.result"),
    Pairs(
        Item("political_review.report_on", label="政审报告日期"),
        Item("political_review.conclusion", label="政审结论"),
    ),
    Pairs(
        Item("intensive_training.start_on", label="培训开始"),
        Item("intensive_training.end_on", label="培训结束"),
        Item("intensive_training.passed", label="培训合格"),
    ),
)

_PROBATIONARY: tuple[Row, ...] = (
    Title("一、本人基本情况"),
    *_WHO,
    Title("二、接收为预备党员"),
    Pairs("fill_application_form.form_serial", "fill_application_form.introducer_opinions_on"),
    Pairs(
        Item("admission_branch_meeting.meeting_date", label="支部大会日期"),
        Item(
            ballot_total("admission_branch_meeting"),
            label="赞成合计",
            note="现场赞成票与会前书面赞成意见之和。",
            key="admission_branch_meeting.total",
        ),
    ),
    Box(
        Item(
            admission_approval,
            label="党委审批",
            note="由系统按审批会议登记生成，抄写时与批复核对。",
            key="committee_approval.sentence",
        ),
        lines=2,
    ),
    Pairs("committee_approval.probation_start", "committee_approval.probation_end"),
    Listing(
        "assign_introducers.introducers",
        label="入党介绍人",
        note="两名正式党员。",
        columns=_MEMBERS,
        row_lines=1,
        source=named_members("assign_introducers.introducers"),
        rows_at_least=2,
    ),
    Title("三、编入支部、宣誓和教育考察"),
    Pairs(
        "assign_to_branch_group.assigned_on",
        "assign_to_branch_group.branch",
        "assign_to_branch_group.party_group",
    ),
    Pairs("admission_oath.oath_on", "admission_oath.place"),
    Listing(
        "probation_education.log",
        label="预备期考察和思想汇报",
        note="按日期抄写。",
        columns=_LOG,
        row_lines=1,
        source=log("probation_education", "review_date", "thought_report"),
        rows_at_least=1,
    ),
    introducers_opinions(1, columns=_OPINIONS, row_lines=1),
    Title("四、转正"),
    Pairs(Item("conversion_application.application_date", label="转正申请日期"), "conversion_review.review_on"),
    Box(Item("conversion_review.party_group_opinion"), lines=2),
    Box(Item("conversion_review.member_mass_opinion"), lines=2),
    Pairs(Item("conversion_branch_meeting.meeting_date", label="支部大会日期"), "conversion_branch_meeting.decision"),
    Box(
        Item(
            conversion_approval,
            label="党委审批转正",
            note="由系统按审批会议登记生成，抄写时与批复核对。",
            key="conversion_approval.sentence",
        ),
        lines=2,
    ),
)


def _register(code: str, steps: tuple[str, ...], rows: tuple[Row, ...]) -> Form:
    name = texts.DOCUMENTS[code].zh
    return Form(code, f"《{name}》抄写摘录", steps, rows, remark=_COPIED.format(name=name, code=code))


REGISTERS: Mapping[str, Form] = MappingProxyType(
    {
        "D46": _register("D46", ("cultivate_educate", "halfyear_review", "branch_committee_review"), _ACTIVIST),
        "D47": _register("D47", ("probation_education",), _PROBATIONARY),
    }
)

# -- the whole case on one page ---------------------------------------------------------------------------------------

#: The fields of a step that say what came of it, the first that it has.
_RESULTS = ("result", "decision", "opinion", "conclusion", "screen_result", "passed", "proposal")
_HALF = 16


def _short_date(step: StepData | None, day: str) -> str:
    value = getattr(step, day) if step is not None else None
    return f"{value:%Y.%m.%d}" if value else ""


def _result(step: StepData | None) -> str:
    """What came of a step in a few words: the vote, the decision, or how often something was entered."""
    if step is None or not step.acted:
        return ""
    if step.ballot is not None:
        ballot = step.ballot
        return f"{'通过' if ballot.passed else '未通过'}（{ballot.total_for}/{ballot.eligible}票）"
    if step.entries:
        return f"台账{len(step.entries)}条"
    definition = STEPS[step.key]
    for name in _RESULTS:
        field = definition.field(name)
        if field is not None and field.type is FieldType.ENUM and step.text(name):
            return step.text(name)
    named = next((people for people in step.members.values() if people), ())
    return f"确定{len(named)}人" if named else "已办理"


def _half(data: PaperData, key: str) -> tuple[str, ...]:
    step = data.steps.get(key)
    return (texts.STEPS[key].zh, _short_date(step, "on"), _result(step), _short_date(step, "verified_on"))


def _course(data: PaperData) -> list[tuple[str, ...]]:
    """The 31 steps side by side in two halves."""
    keys = list(STEPS)
    lines = []
    for left, right in zip(keys[:_HALF], [*keys[_HALF:], None], strict=True):
        beside = (str(STEPS[right].number), *_half(data, right)) if right else ("",) * 5
        lines.append((*_half(data, left), *beside))
    return lines


_HALF_COLUMNS = (Column("环节", 4), Column("办理日期", 2), Column("结果", 3), Column("校核日期", 2))

RECORD_SHEET = Form(
    code="JS",
    title="发展党员全程纪实表",
    steps=tuple(STEPS),
    rows=(
        Pairs("person.name", "person.sex", "person.birth_date"),
        Pairs("person.employer_or_school", "person.position", "person.education"),
        Pairs("assign_contacts.contacts", "assign_introducers.introducers", "committee_approval.probation_end"),
        Listing(
            "course",
            label="三十一个环节",
            note="由系统按各环节的登记和校核生成。",
            columns=(*_HALF_COLUMNS, Column("序号", 1), *_HALF_COLUMNS),
            source=_course,
            row_lines=1,
        ),
        Box(
            None,
            lines=1,
            signs=(Sign("党支部书记签名", stamp=True),),
            label="党支部审核",
            note="核对无误后由书记签名并盖党支部章。",
            sample="核对无误。",
        ),
        Box(
            None,
            lines=1,
            signs=(Sign("党委组织委员签名", stamp=True),),
            label="党委审核",
            note="核对无误后由组织委员签名并盖党委章。",
            sample="核对无误。",
        ),
    ),
    landscape=True,
)
