"""F16 and F17: the year of probation, and conversion."""

from recruitment.documents.booklet.admission import votes
from recruitment.documents.booklet.parts import COMMITTEE, LOG_COLUMNS, PERSON, SECRETARY, by_hand, introducers_opinions
from recruitment.documents.derived import conversion_approval, earlier_conversions, log
from recruitment.documents.layout import Box, Column, Item, Listing, Pairs, Sign, Title

ROWS = {
    "F16": (
        *PERSON,
        Pairs("committee_approval.probation_start", "committee_approval.probation_end"),
        Title("一、编入党支部和入党宣誓"),
        Pairs(
            "assign_to_branch_group.notified_on",
            "assign_to_branch_group.announced_on",
            "assign_to_branch_group.assigned_on",
        ),
        Pairs("assign_to_branch_group.branch", "assign_to_branch_group.party_group"),
        Pairs("admission_oath.oath_on", "admission_oath.oath_leader"),
        Pairs("admission_oath.organizer", "admission_oath.place"),
        Title("二、预备期教育考察"),
        Pairs("probation_education.last_review_on", "assign_introducers.introducers"),
        Listing(
            "probation_education.log",
            label="考察和思想汇报",
            note="按日期逐次登记党组织的考察意见和本人的思想汇报。",
            columns=LOG_COLUMNS,
            source=log("probation_education", "review_date", "thought_report"),
            rows_at_least=8,
        ),
        introducers_opinions(4),
        by_hand(
            "党支部意见",
            "写明预备期教育考察的结论；书记签名并盖党支部章。",
            SECRETARY,
            lines=7,
            sample="预备期满一年，履行党员义务，改正了不足，具备转正条件。",
        ),
    ),
    "F17": (
        *PERSON,
        Title("一、申请和审查"),
        Pairs("conversion_application.application_date", "conversion_application.received_on"),
        Pairs("conversion_review.opinions_on", "conversion_review.review_on"),
        Box(Item("conversion_review.party_group_opinion"), lines=2),
        Box(Item("conversion_review.member_mass_opinion"), lines=2),
        Pairs("conversion_review.publicity_start", "conversion_review.publicity_end"),
        Box(Item("conversion_review.proposal", label="支委会意见"), lines=2, signs=(SECRETARY,)),
        Title("二、支部大会讨论和票决"),
        Listing(
            "conversion_branch_meeting.earlier",
            label="以前的讨论",
            note="延长过预备期的，列出上一次大会的决议。",
            columns=(Column("大会日期", 6), Column("决议", 6), Column("延长时长", 5), Column("延长期满", 6)),
            source=earlier_conversions,
            when_any=True,
        ),
        Pairs(
            "conversion_branch_meeting.meeting_date",
            "conversion_branch_meeting.decision",
            "conversion_branch_meeting.extension_count",
        ),
        *votes("conversion_branch_meeting"),
        Pairs("conversion_branch_meeting.extension_duration", "conversion_branch_meeting.extension_end"),
        Pairs("conversion_branch_meeting.postponed_reason", "conversion_branch_meeting.resolution_submitted_on"),
        by_hand(
            "支部大会决议",
            "写明大会讨论意见、表决情况和决议；计票人、监票人和书记签名，盖党支部章。",
            Sign("计票人签名"),
            Sign("监票人签名"),
            SECRETARY,
            lines=4,
            sample="支部大会讨论了王小禾同志的转正问题，认为预备期内履行党员义务，表现合格。应到会有表决权党员12名，实到11名，经无记名投票表决，赞成11票（含会前书面意见1票），反对0票，弃权1票，同意按期转为中共正式党员。",
        ),
        Title("三、上级党委审批"),
        Pairs("conversion_approval.resolution_received_on", "conversion_approval.meeting_date"),
        Pairs("conversion_approval.votes_for", "conversion_approval.result", "conversion_approval.seniority_start"),
        Pairs("conversion_approval.talked_on", "conversion_approval.announced_on"),
        Box(
            Item(
                conversion_approval,
                label="上级党委审批意见",
                note="写明审批日期、表决情况、结论和党龄起算日；负责人签名并盖党委章。",
                key="conversion_approval.sentence",
            ),
            lines=9,
            signs=(COMMITTEE,),
        ),
    ),
}
