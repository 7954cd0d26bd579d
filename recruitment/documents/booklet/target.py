"""F08 to F13: opinions, determination of the development target, notice, introducers, political review, training."""

from recruitment.documents.booklet.parts import COMMITTEE, MEMBER_COLUMNS, PERSON, SECRETARY, by_hand, committee_box
from recruitment.documents.derived import approval_rate, named_members
from recruitment.documents.layout import Box, Item, Listing, Pairs, Sign, Title
from recruitment.rules.texts import FIELDS

_APPROVAL_RATE = Item(
    approval_rate,
    label=FIELDS["solicit_opinions.approval_rate"].label.zh,
    note=FIELDS["solicit_opinions.approval_rate"].help.zh,
    key="solicit_opinions.approval_rate",
)

ROWS = {
    "F08": (
        *PERSON,
        Pairs("determine_activist.decided_on", "solicit_opinions.solicited_on"),
        Box(Item("solicit_opinions.party_group_opinion"), lines=5, signs=(Sign("党小组组长签名"),)),
        Box(Item("solicit_opinions.contact_opinion"), lines=5, signs=(Sign("培养联系人签名"),)),
        Pairs("solicit_opinions.member_count", "solicit_opinions.mass_count", _APPROVAL_RATE),
        Box(Item("solicit_opinions.issues"), lines=4),
        by_hand(
            "党员和群众意见",
            "归纳座谈或问卷中的意见，写明优点和不足。",
            Sign("记录人签名"),
            lines=5,
            sample="优点：工作踏实，热心服务，学习刻苦。不足：答复问题有时偏专业。多数党员和群众同意列为发展对象。",
        ),
        by_hand(
            "党支部意见",
            "写明听取意见的结论；书记签名并盖党支部章。",
            SECRETARY,
            sample="意见已听取和核实，没有影响列为发展对象的问题，提交支部委员会讨论。",
        ),
    ),
    "F09": (
        *PERSON,
        Title("一、党支部研究"),
        Pairs("determine_activist.decided_on", "propose_development_target.meeting_date"),
        Pairs(
            "propose_development_target.members_total",
            "propose_development_target.members_present",
            "propose_development_target.votes_for",
        ),
        Pairs("propose_development_target.decision"),
        committee_box("propose_development_target", lines=7),
        Title("二、上级党委意见"),
        Pairs("consent_development_target.submitted_on", "consent_development_target.consent_on"),
        Pairs("consent_development_target.opinion", "consent_development_target.plan_year"),
        by_hand(
            "上级党委意见",
            "由基层党委写明是否同意列为发展对象；负责人签名并盖党委章。",
            COMMITTEE,
            lines=9,
            sample="经党委会议研究，同意列为发展对象，按规定公示。",
        ),
    ),
    "F10": (
        *PERSON,
        Pairs("consent_development_target.consent_on", "publicize_development_target.listed_on"),
        Pairs("publicize_development_target.publicity_start", "publicize_development_target.publicity_end"),
        Pairs("publicize_development_target.places"),
        Box(Item("publicize_development_target.feedback"), lines=7),
        Pairs("publicize_development_target.result"),
        by_hand(
            "调查核实情况",
            "公示中有反映的，写明如何核实、结论如何；没有的写“无”。",
            Sign("核实人签名"),
            lines=5,
            sample="无。",
        ),
        by_hand(
            "党支部意见",
            "写明公示结果和列为发展对象的日期；书记签名并盖党支部章。",
            SECRETARY,
            lines=4,
            sample="2024年10月11日至2024年10月18日公示，没有影响入党的问题，2024年10月21日列为发展对象。",
        ),
    ),
    "F11": (
        *PERSON,
        Pairs("publicize_development_target.listed_on", "assign_introducers.assigned_on"),
        Listing(
            "assign_introducers.introducers",
            label="入党介绍人",
            note="两名正式党员；受留党察看处分、尚未恢复党员权利的，不能作介绍人。",
            columns=MEMBER_COLUMNS,
            source=named_members("assign_introducers.introducers"),
            rows_at_least=2,
        ),
        by_hand(
            "本人约请或党组织指定情况",
            "写明介绍人是本人约请还是党组织指定。",
            Sign("发展对象签名"),
            lines=4,
            sample="介绍人由党组织指定，本人同意。",
        ),
        by_hand(
            "介绍人意见",
            "写明是否愿意担任介绍人，以及教育、培养的打算。",
            Sign("介绍人签名"),
            Sign("介绍人签名"),
            lines=6,
            sample="愿意担任入党介绍人，向本人讲明党的纲领和章程，了解本人情况，认真帮助教育。",
        ),
        by_hand(
            "党支部意见",
            "写明确定介绍人的决定；书记签名并盖党支部章。",
            SECRETARY,
            lines=4,
            sample="同意样本·孙某、样本·周某担任入党介绍人。",
        ),
    ),
    "F12": (
        Pairs("person.name", "person.sex", "person.birth_date"),
        Pairs("person.id_number", "person.political_status"),
        Pairs("person.employer_or_school", "person.position"),
        Pairs("political_review.talk_on", "political_review.archive_checked", "political_review.report_on"),
        Pairs("political_review.reviewers"),
        Box(Item("person.family"), lines=3),
        Box(Item("person.social_relations"), lines=2),
        Box(Item("political_review.inquiries"), lines=5),
        Box(Item("political_review.relatives_reviewed"), lines=4),
        Pairs("political_review.conclusion"),
        by_hand(
            "政治审查结论",
            "写明本人对党的理论和路线的态度、政治历史、遵纪守法和遵守社会公德情况，以及是否合格。",
            Sign("政审人员签名"),
            Sign("政审人员签名"),
            lines=4,
            sample="拥护党的理论和路线、方针、政策，政治历史清楚，遵守纪律和法律，遵守社会公德。政治审查合格。",
        ),
        by_hand(
            "党支部意见",
            "写明对政治审查结论的意见；书记签名并盖党支部章。",
            SECRETARY,
            lines=2,
            sample="同意政治审查结论。",
        ),
    ),
    "F13": (
        *PERSON,
        Pairs("intensive_training.start_on", "intensive_training.end_on"),
        Pairs("intensive_training.days", "intensive_training.hours", "intensive_training.score"),
        Pairs("intensive_training.passed", "intensive_training.exemption_approval"),
        by_hand(
            "培训内容",
            "写明培训班名称、主要课程和学习文件。",
            lines=9,
            sample="样本镇党委2024年发展对象培训班。学习党章、党史和发展党员工作细则，讨论、参观，集中考试。",
        ),
        by_hand(
            "本人学习小结",
            "由本人填写，写明收获、不足和努力方向。",
            Sign("本人签名"),
            lines=12,
            sample="通过学习，进一步明白了党员的义务和权利。我联系群众的办法还不多，今后要多到农户中去，边干边学。",
        ),
        by_hand(
            "培训单位意见",
            "写明考勤、考核和是否结业；负责人签名并盖章。",
            COMMITTEE,
            lines=4,
            sample="三天全勤，考核成绩92分，准予结业。",
        ),
    ),
}
