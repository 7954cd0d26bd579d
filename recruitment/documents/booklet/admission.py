"""F14 and F15: review before admission, the vote of the branch meeting, and approval."""

from recruitment.documents.booklet.parts import COMMITTEE, PERSON, SECRETARY, by_hand, committee_box
from recruitment.documents.derived import admission_approval, ballot_total, vote_passed
from recruitment.documents.layout import Box, Item, Pairs, Sign, Title


def votes(step: str) -> tuple[Pairs, ...]:
    """The tally of a branch meeting, with the written opinions that came before it."""
    total = Item(
        ballot_total(step),
        label="赞成合计",
        note="现场赞成票与会前书面赞成意见之和，应超过应到会有表决权党员的半数；由系统计算。",
        key=f"{step}.total",
    )
    passed = Item(vote_passed(step), label="表决结果", note="由系统按到会人数和赞成合计判定。", key=f"{step}.result")
    return (
        Pairs(f"{step}.eligible_voters", f"{step}.present_voters", f"{step}.ballot_kind"),
        Pairs(f"{step}.votes_for", f"{step}.votes_against", f"{step}.abstentions"),
        Pairs(f"{step}.written_for", f"{step}.written_against", f"{step}.written_abstain"),
        Pairs(total, passed),
    )


ROWS = {
    "F14": (
        *PERSON,
        Title("一、支部委员会审查"),
        Pairs(
            "branch_committee_review.meeting_date",
            "branch_committee_review.members_total",
            "branch_committee_review.members_present",
        ),
        Pairs("branch_committee_review.votes_for", "branch_committee_review.decision"),
        Box(Item("branch_committee_review.checklist"), lines=2),
        committee_box("branch_committee_review", lines=5),
        Title("二、上级党委预审"),
        Pairs("preliminary_review.submitted_on", "preliminary_review.reviewed_on"),
        Box(Item("preliminary_review.enforcement_opinion"), lines=3),
        Pairs("preliminary_review.result", "preliminary_review.result_on"),
        Pairs("preliminary_review.form_serial", "preliminary_review.form_issued_on"),
        by_hand(
            "上级党委预审意见",
            "由基层党委写明是否合格、可否提交支部大会讨论；负责人签名并盖党委章。",
            COMMITTEE,
            lines=7,
            sample="经审查合格，可以提交支部大会讨论。",
        ),
    ),
    "F15": (
        *PERSON,
        Title("一、支部大会讨论和票决"),
        Pairs(
            "admission_branch_meeting.meeting_date",
            "admission_branch_meeting.host",
            "admission_branch_meeting.candidates_in_meeting",
        ),
        *votes("admission_branch_meeting"),
        Pairs("admission_branch_meeting.voted_individually", "admission_branch_meeting.resolution_submitted_on"),
        Box(
            Item("admission_branch_meeting.resolution_text"),
            lines=3,
            signs=(Sign("计票人签名"), Sign("监票人签名"), SECRETARY),
        ),
        Title("二、上级党委审批"),
        Pairs("committee_approval.resolution_received_on", "committee_approval.meeting_date"),
        Pairs(
            "committee_approval.members_total",
            "committee_approval.members_present",
            "committee_approval.votes_for",
        ),
        Pairs("committee_approval.result", "committee_approval.extended_reason"),
        Pairs(
            "committee_approval.probation_start",
            "committee_approval.probation_end",
            "committee_approval.notice_on",
        ),
        Box(
            Item(
                admission_approval,
                label="上级党委审批意见",
                note="写明审批日期、表决情况、结论和预备期起止；负责人签名并盖党委章。",
                key="committee_approval.sentence",
            ),
            lines=2,
            signs=(COMMITTEE,),
        ),
    ),
}
