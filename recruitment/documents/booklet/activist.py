"""F03 to F07: recommendation, determination and filing, contacts, education and half-yearly reviews."""

from recruitment.documents.booklet.parts import (
    COMMITTEE,
    LOG_COLUMNS,
    MEMBER_COLUMNS,
    PERSON,
    REVIEW_COLUMNS,
    SECRETARY,
    by_hand,
    committee_box,
    contacts_opinions,
)
from recruitment.documents.derived import log, named_members, plain_log, recommendation_rate
from recruitment.documents.layout import Box, Column, Item, Listing, Pairs, Sign, Title

_RATE = Item(
    recommendation_rate,
    label="得票率",
    note="推荐票除以实到人数，由系统计算。",
    key="recommend_activist.rate",
)

ROWS = {
    "F03": (
        *PERSON,
        Title("推荐（推优）情况"),
        Pairs("recommend_activist.method", "recommend_activist.recommended_on"),
        Pairs("recommend_activist.eligible_count", "recommend_activist.present_count", "recommend_activist.votes_for"),
        Pairs(_RATE),
        Box(Item("recommend_activist.mass_org_opinion"), lines=5, signs=(Sign("群团组织负责人签名", stamp=True),)),
        by_hand(
            "党员推荐或推优意见",
            "写明被推荐人的主要表现和推荐理由。",
            Sign("计票人签名"),
            Sign("监票人签名"),
            lines=6,
            sample="思想上要求进步，工作踏实，热心服务群众，推荐为入党积极分子人选。",
        ),
        by_hand(
            "党支部意见",
            "写明对推荐人选的意见；书记签名并盖党支部章。",
            SECRETARY,
            lines=4,
            sample="推荐程序符合规定，同意作为入党积极分子人选提交支部委员会研究。",
        ),
    ),
    "F04": (
        *PERSON,
        Title("一、党支部研究确定"),
        Pairs("determine_activist.decided_on", "determine_activist.decision"),
        Pairs(
            "determine_activist.members_total",
            "determine_activist.members_present",
            "determine_activist.votes_for",
        ),
        committee_box("determine_activist", lines=9),
        Title("二、上级党委备案"),
        Pairs("file_activist.submitted_on", "file_activist.filed_on"),
        Pairs("file_activist.filing_number", "file_activist.opinion"),
        by_hand(
            "上级党委备案意见",
            "由基层党委写明备案意见；负责人签名并盖党委章。",
            COMMITTEE,
            lines=12,
            sample="经审核，人选条件、推荐程序和研究决定符合规定，同意备案。",
        ),
    ),
    "F05": (
        *PERSON,
        Pairs("determine_activist.decided_on", "assign_contacts.assigned_on"),
        Listing(
            "assign_contacts.contacts",
            label="培养联系人",
            note="一至二名正式党员，由党支部指定；本人签名。",
            columns=MEMBER_COLUMNS,
            source=named_members("assign_contacts.contacts"),
            rows_at_least=2,
        ),
        by_hand(
            "培养联系措施",
            "写明联系方式、谈话频次和培养重点，由培养联系人填写。",
            lines=6,
            sample="每月见面一次，每季度谈话一次，按季度听取思想汇报；重点帮助提高做群众工作的耐心和方法。",
        ),
        by_hand(
            "党支部意见",
            "写明指定的决定；书记签名并盖党支部章。",
            SECRETARY,
            lines=4,
            sample="同意指定样本·孙某、样本·周某为培养联系人。",
        ),
        Listing(
            "assign_contacts.changes",
            label="培养联系人变更",
            note="联系人工作变动等需要调整的，逐次登记，由书记签名。",
            columns=(
                Column("变更日期", 4, by_hand=True),
                Column("原联系人", 4, by_hand=True),
                Column("新联系人", 4, by_hand=True),
                Column("变更原因", 7, by_hand=True),
                Column("书记签名", 4, by_hand=True),
            ),
            source=lambda data: [],
            rows_at_least=3,
        ),
    ),
    "F06": (
        *PERSON,
        Pairs("cultivate_educate.education_started_on", "assign_contacts.contacts"),
        Listing(
            "cultivate_educate.log",
            label="培养教育、思想汇报和联系人谈话",
            note="按日期逐次登记：参加的教育活动、书面思想汇报、培养联系人谈话。",
            columns=LOG_COLUMNS,
            source=log("cultivate_educate", "activity", "thought_report", "contact_talk"),
            rows_at_least=8,
        ),
        by_hand(
            "培养联系人意见",
            "写明培养教育期间的表现、进步和不足。",
            Sign("培养联系人签名"),
            Sign("培养联系人签名"),
            lines=3,
            sample="按时参加学习和活动，思想上进步明显，能承担交办的工作；与群众交流的方法还要改进。",
        ),
        by_hand(
            "党支部意见",
            "对培养教育情况的意见；书记签名并盖党支部章。",
            SECRETARY,
            lines=2,
            sample="培养教育措施落实，同意培养联系人意见。",
        ),
    ),
    "F07": (
        *PERSON,
        Pairs("determine_activist.decided_on", "halfyear_review.last_review_on"),
        Listing(
            "halfyear_review.reviews",
            label="党支部半年考察",
            note="每半年考察一次，写明思想、工作、学习情况和不足，由培养联系人和书记签名。",
            columns=REVIEW_COLUMNS,
            source=plain_log("halfyear_review", "review_date"),
            rows_at_least=4,
        ),
        Listing(
            "halfyear_review.analyses",
            label="基层党委年度分析",
            note="基层党委每年对积极分子队伍分析一次，写明对本人的意见。",
            columns=REVIEW_COLUMNS,
            source=plain_log("halfyear_review", "annual_analysis"),
            rows_at_least=2,
        ),
        contacts_opinions(2),
        by_hand(
            "党支部意见",
            "写明考察结论；书记签名并盖党支部章。",
            SECRETARY,
            lines=3,
            sample="培养考察满一年，表现较好，可以提出列为发展对象。",
        ),
    ),
}
