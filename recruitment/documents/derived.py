"""Sentences and lists that forms make of several values: what a meeting decided, who is named, what a log holds."""

from __future__ import annotations

from collections.abc import Callable

from recruitment.documents.data import PaperData, StepData, chinese_date


def committee_decision(key: str) -> Callable[[PaperData], str]:
    """What the branch committee decided at step ``key``, as one sentence; empty until it has met."""

    def read(data: PaperData) -> str:
        step = data.steps.get(key)
        if step is None or not step.acted:
            return ""
        body = "支部委员会会议" if data.branch.has_committee else "支部党员大会"
        text = step.text
        members = "委员" if data.branch.has_committee else "党员"
        return (
            f"经{chinese_date(step.on)}{body}研究，应到{members}{text('members_total')}人，"
            f"实到{text('members_present')}人，同意{text('votes_for')}人。结论：{text('decision')}。"
        )

    return read


def ballot_total(key: str) -> Callable[[PaperData], str]:
    """Votes in favour with written opinions, against those who may vote; empty until the meeting has voted."""

    def read(data: PaperData) -> str:
        step = data.steps.get(key)
        values = step.values if step is not None else {}
        if values.get("votes_for") is None:
            return ""
        total = values["votes_for"] + (values.get("written_for") or 0)
        return f"{total}票（应到会有表决权党员{values.get('eligible_voters')}人）"

    return read


def vote_passed(key: str) -> Callable[[PaperData], str]:
    """Whether the last vote of the meeting passed."""

    def read(data: PaperData) -> str:
        step = data.steps.get(key)
        if step is None or step.ballot is None or not step.acted:
            return ""
        return "通过" if step.ballot.passed else "未通过"

    return read


def recommendation_rate(data: PaperData) -> str:
    """Votes for the person among those present, in per cent."""
    step = data.steps.get("recommend_activist")
    values = step.values if step is not None else {}
    present, votes = values.get("present_count"), values.get("votes_for")
    return f"{votes * 100 / present:.1f}%" if present and votes is not None else ""


def approval_rate(data: PaperData) -> str:
    """How many of those asked approve, in per cent; empty where no survey was made."""
    rate = data.text("solicit_opinions.approval_rate")
    return f"{rate}%" if rate else ""


def admission_approval(data: PaperData) -> str:
    """What the committee decided on admission, and the probation that follows."""
    step = data.steps.get("committee_approval")
    if step is None or not step.acted:
        return ""
    text = step.text
    sentence = (
        f"经{chinese_date(step.on)}党委会会议审议表决，应到委员{text('members_total')}人，实到{text('members_present')}人，"
        f"赞成{text('votes_for')}人。结论：{text('result')}。"
    )
    if text("probation_end"):
        sentence += f"预备期自{text('probation_start')}起，至{text('probation_end')}止。"
    return sentence


def conversion_approval(data: PaperData) -> str:
    """What the committee decided on conversion, and the day from which seniority counts."""
    step = data.steps.get("conversion_approval")
    if step is None or not step.acted:
        return ""
    text = step.text
    sentence = f"经{chinese_date(step.on)}党委会会议审议表决，赞成{text('votes_for')}人。结论：{text('result')}。"
    if text("seniority_start"):
        sentence += f"党龄自{text('seniority_start')}算起。"
    return sentence


def named_members(path: str) -> Callable[[PaperData], list[tuple[str, ...]]]:
    """Contacts or introducers with what a form says of a member."""

    def read(data: PaperData) -> list[tuple[str, ...]]:
        return [
            (member.name, member.sex, chinese_date(member.joined_on), chinese_date(member.full_since))
            for member in data.members(path)
        ]

    return read


def log(key: str, *kinds: str) -> Callable[[PaperData], list[tuple[str, ...]]]:
    """The entries of a log step: day, kind, words and who wrote them down."""

    def read(data: PaperData) -> list[tuple[str, ...]]:
        step = data.steps.get(key)
        entries = step.entries if step is not None else ()
        return [
            (chinese_date(entry.on), entry.kind_text, entry.text, entry.entered_by)
            for entry in sorted(entries, key=lambda entry: entry.on)
            if entry.kind in kinds
        ]

    return read


def plain_log(key: str, *kinds: str) -> Callable[[PaperData], list[tuple[str, ...]]]:
    """The same without the kind, for a list of one kind."""
    read = log(key, *kinds)
    return lambda data: [(day, words, by) for day, _, words, by in read(data)]


def opinions(key: str, kind: str) -> Callable[[PaperData], list[tuple[str, ...]]]:
    """The opinions of contacts or introducers in the log of a step: day, whose, and the words."""

    def read(data: PaperData) -> list[tuple[str, ...]]:
        step = data.steps.get(key)
        entries = step.logged(kind) if step is not None else ()
        return [(chinese_date(entry.on), entry.member, entry.text) for entry in sorted(entries, key=lambda e: e.on)]

    return read


def earlier_conversions(data: PaperData) -> list[tuple[str, ...]]:
    """What became of conversion in the rounds before an extension ended."""

    def line(step: StepData) -> tuple[str, ...]:
        return (chinese_date(step.on), step.text("decision"), step.text("extension_duration"), _until(step))

    return [line(step) for step in data.earlier if step.key == "conversion_branch_meeting" and step.acted]


def _until(step: StepData) -> str:
    return step.text("extension_end")
