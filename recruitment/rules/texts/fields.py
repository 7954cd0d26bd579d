"""Labels and help of every field that a step or a person has, and the names of what may be chosen.

A help says how to fill the field and what counts. It names the computed fields as such: they are shown for
checking and never asked for.
"""

from typing import NamedTuple

from recruitment.rules.texts.pairs import Text


class FieldText(NamedTuple):
    """Short label above a field and the help under it."""

    label: Text
    help: Text


# Fields that several steps share word for word.
_MEMBERS_TOTAL = FieldText(
    Text("应到委员", "Committee members"),
    Text(
        "支部委员会的委员总数；不设支委会、由党员大会决定的，填应到会的正式党员数。",
        "Number of members of the branch committee; where the branch "
        "meeting decides instead, the full members who should attend.",
    ),
)
_MEMBERS_PRESENT = FieldText(
    Text("实到委员", "Members present"),
    Text("实际到会的人数，不含列席人员。", "Those who attended, without guests."),
)
_BRANCH_VOTES_FOR = FieldText(
    Text("同意数", "In favour"),
    Text("表示同意的人数，不超过实到人数。", "How many agreed; not more than were present."),
)
_COMMITTEE_VOTES_FOR = FieldText(
    Text("赞成数", "In favour"),
    Text(
        "党委会表决中对此人赞成的人数，逐个表决、分别登记。",
        "Committee members in favour of this person; each person is voted on and entered separately.",
    ),
)
_BALLOT_KIND = FieldText(
    Text("表决方式", "Kind of ballot"),
    Text(
        "应采用无记名投票；请按会议实际情况选择。",
        "A secret ballot is required; choose what was done at the meeting.",
    ),
)
_ELIGIBLE_VOTERS = FieldText(
    Text("应到会有表决权党员数", "Eligible voters"),
    Text(
        "本支部有表决权的正式党员数；预备党员和受留党察看处分尚未恢复权利的党员不计。",
        "Full members of the branch with voting rights; not "
        "probationary members, nor members whose rights are suspended.",
    ),
)
_PRESENT_VOTERS = FieldText(
    Text("实到会有表决权党员数", "Voters present"),
    Text(
        "实际到会并有表决权的党员数；只提交书面意见的不计。",
        "Voters who attended; those who only sent a written opinion do not count.",
    ),
)
_VOTES_FOR = FieldText(
    Text("现场赞成票", "Votes in favour"),
    Text(
        "会议现场收回的赞成票，不含会前书面意见。",
        "Ballots in favour cast at the meeting, without written opinions.",
    ),
)
_VOTES_AGAINST = FieldText(
    Text("现场反对票", "Votes against"),
    Text("会议现场收回的反对票；没有的填0。", "Ballots against cast at the meeting; 0 if none."),
)
_ABSTENTIONS = FieldText(
    Text("现场弃权票", "Abstentions"),
    Text(
        "会议现场的弃权票；三类现场票之和应等于实到人数。",
        "Abstentions at the meeting; the three kinds together equal the voters present.",
    ),
)
_WRITTEN_FOR = FieldText(
    Text("会前书面意见赞成数", "Written opinions in favour"),
    Text(
        "不能到会的党员在会前正式提交、表示赞成的书面意见；口头的、会后的不计。",
        "Formal written opinions in favour filed before the meeting by "
        "voters who could not attend; oral or later ones do not count.",
    ),
)
_WRITTEN_AGAINST = FieldText(
    Text("会前书面意见反对数", "Written opinions against"),
    Text(
        "会前正式提交、表示反对的书面意见；没有的填0。",
        "Formal written opinions against, filed before the meeting; 0 if none.",
    ),
)
_WRITTEN_ABSTAIN = FieldText(
    Text("会前书面意见弃权数", "Written opinions abstaining"),
    Text(
        "会前正式提交、表示弃权的书面意见；没有的填0。",
        "Formal written opinions abstaining, filed before the meeting; 0 if none.",
    ),
)
_PASSED = FieldText(
    Text("是否通过", "Passed"),
    Text(
        "由系统按票数计算，不用填写：赞成人数（含书面意见）超过应到人数的一半即为通过。",
        "Computed from the tally, not entered: passed when those in favour, "
        "written opinions included, exceed half of the eligible voters.",
    ),
)
_PARTY_GROUP_OPINION = FieldText(
    Text("党小组意见", "Opinion of the Party group"),
    Text(
        "写明党小组的主要看法和是否赞成；未设党小组的，写“未设”。",
        'The group\'s main points and whether it agrees; write "none" where the branch has no groups.',
    ),
)
_REVIEW_DATES = FieldText(
    Text("考察日期", "Review dates"),
    Text("历次考察的实际日期，每做一次登记一次。", "The real date of each review, entered one by one."),
)
_THOUGHT_REPORTS = FieldText(
    Text("思想汇报日期", "Dates of thought reports"),
    Text("每份思想汇报的落款日期，收到一份登记一次。", "The date written on each report, entered as it comes in."),
)
_LAST_REVIEW_ON = FieldText(
    Text("最近考察日期", "Latest review"),
    Text("结束本步前最后一次考察的日期。", "Date of the last review before this step is closed."),
)
_SUBMITTED_ON = FieldText(
    Text("报送日期", "Date handed up"),
    Text(
        "党支部把材料报到上级党委的日期；从报送起由党委办理。",
        "The day the branch handed its papers to the superior committee, which has the case from then on.",
    ),
)
_RESOLUTION_RECEIVED_ON = FieldText(
    Text("收到决议日期", "Resolution received on"),
    Text(
        "党委收到支部大会决议的日期，审批时限从这一天算起；未登记前暂从大会日期算。",
        "The day the committee received the resolution; the time for approval "
        "runs from it, and from the day of the meeting until it is entered.",
    ),
)
_FORM_SERIAL = FieldText(
    Text("志愿书编号", "Serial number of the form"),
    Text(
        "入党志愿书封面的编号，一人一份一号。",
        "The number on the cover of the membership application form; one form and one number a person.",
    ),
)

# Key: step.field
FIELDS: dict[str, FieldText] = {
    "submit_application.application_date": FieldText(
        Text("申请书落款日期", "Date of the letter"),
        Text(
            "本人写在入党申请书末尾的日期；按这一天核算是否年满十八周岁。",
            "The date the person wrote under the application letter; the age of eighteen is reckoned on it.",
        ),
    ),
    "submit_application.received_on": FieldText(
        Text("党组织收到日期", "Date received"),
        Text(
            "党组织签收申请书的日期；一个月内谈话从这一天算起。",
            "The day the organisation signed for the letter; the month for the first talk starts here.",
        ),
    ),
    "submit_application.receiving_branch": FieldText(
        Text("受理党支部", "Receiving branch"),
        Text(
            "签收申请书并负责以后培养的党支部。",
            "The branch that signed for the letter and will look after the person.",
        ),
    ),
    "submit_application.channel": FieldText(
        Text("受理依据", "Ground for applying here"),
        Text(
            "本人为什么向这个党组织申请：先看工作、学习单位，没有的再按规定选择。",
            "Why the person applies to this organisation: the unit of "
            "work or study comes first, the others as the rule allows.",
        ),
    ),
    "register_application.registered_on": FieldText(
        Text("登记日期", "Date registered"),
        Text("登入申请人台账并建档的日期。", "The day the person was entered in the register and the file was opened."),
    ),
    "register_application.registrar": FieldText(
        Text("登记人", "Registered by"),
        Text("办理登记的支部人员。", "The person of the branch who made the entry."),
    ),
    "register_application.identity_checked": FieldText(
        Text("身份核对", "Identity checked"),
        Text(
            "已对照身份证件核对姓名、号码和出生日期的，选“是”。",
            "Yes, if name, number and birth date were compared with the identity document.",
        ),
    ),
    "register_application.jurisdiction_ok": FieldText(
        Text("受理关系核对", "Jurisdiction checked"),
        Text(
            "已核实应由本党组织受理的，选“是”；户籍地与实际工作、学习、居住地不一致的，查明原因。",
            "Yes, if this organisation is the right one; find out why where registered home and actual place differ.",
        ),
    ),
    "register_application.screen_result": FieldText(
        Text("初审结果", "Result of screening"),
        Text(
            "对照申请条件和否决情形核对后的结果。",
            "What the check against the conditions and the veto list came to.",
        ),
    ),
    "register_application.prior_history": FieldText(
        Text("以往申请和培养经历", "Earlier applications"),
        Text(
            "以前在哪里申请过、培养到哪一步、因何中断；没有的不填。",
            "Where the person applied before, how far it went and why it stopped; leave empty if never.",
        ),
    ),
    "organization_talk.talk_date": FieldText(
        Text("谈话日期", "Date of the talk"),
        Text(
            "同本人单独谈话的日期，应在收到申请书一个月内。",
            "The day of the talk with the person alone; within one month of receiving the letter.",
        ),
    ),
    "organization_talk.talkers": FieldText(
        Text("谈话人", "Talked by"),
        Text(
            "党组织指派的谈话人，一般是书记、副书记或组织委员。",
            "Those sent by the organisation, usually the secretary, deputy secretary or organisation commissioner.",
        ),
    ),
    "organization_talk.summary": FieldText(
        Text("谈话内容", "Content of the talk"),
        Text(
            "记下本人经历、对党的认识、入党动机、遵纪守法和家庭情况，以及向本人讲明的要求。",
            "History, understanding of the Party, motive, law-abidance "
            "and family, and what was explained to the person.",
        ),
    ),
    "organization_talk.conclusion": FieldText(
        Text("总体看法", "Overall view"),
        Text("谈话人对申请人的总体印象和建议。", "The talkers' impression of the applicant and their advice."),
    ),
    "recommend_activist.method": FieldText(
        Text("推荐方式", "Way of recommendation"),
        Text(
            "人选由党员推荐产生，还是由群团组织推优产生。",
            "Whether the candidate came from members or from a mass organisation.",
        ),
    ),
    "recommend_activist.recommended_on": FieldText(
        Text("推荐日期", "Date of recommendation"),
        Text(
            "推荐会议召开或推优意见形成的日期。",
            "The day of the recommendation meeting, or of the mass organisation's recommendation.",
        ),
    ),
    "recommend_activist.eligible_count": FieldText(
        Text("应到人数", "Should attend"),
        Text("应当参加推荐的人数。", "How many should have taken part."),
    ),
    "recommend_activist.present_count": FieldText(
        Text("实到人数", "Attended"),
        Text("实际参加推荐的人数。", "How many took part."),
    ),
    "recommend_activist.votes_for": FieldText(
        Text("推荐票", "Votes for the candidate"),
        Text("推荐此人的票数，不超过实到人数。", "Votes for this person; not more than attended."),
    ),
    "recommend_activist.mass_org_opinion": FieldText(
        Text("群团意见", "Opinion of the mass organisation"),
        Text(
            "团组织或其他群团组织的推优意见；未经推优的不填。",
            "What the Youth League or another mass organisation said; leave empty if it was not asked.",
        ),
    ),
    "determine_activist.decided_on": FieldText(
        Text("支委会决定日期", "Date of the decision"),
        Text(
            "支委会作出决定的日期，是培养考察期的起点，一年培养和半年考察都从这一天算起，请按会议记录填写。",
            "The day the branch committee decided. The year of cultivation and "
            "the half-yearly reviews start here, so take it from the minutes.",
        ),
    ),
    "determine_activist.members_total": _MEMBERS_TOTAL,
    "determine_activist.members_present": _MEMBERS_PRESENT,
    "determine_activist.votes_for": _BRANCH_VOTES_FOR,
    "determine_activist.decision": FieldText(
        Text("决定", "Decision"),
        Text(
            "会议对此人的决定；不同意的，本步仍为待办，可以以后再议。",
            'What the meeting decided on this person; after a "no" the step stays open and can be taken up again.',
        ),
    ),
    "file_activist.submitted_on": _SUBMITTED_ON,
    "file_activist.filed_on": FieldText(
        Text("备案日期", "Date filed"),
        Text("上级党委出具备案意见的日期。", "The day the superior committee gave its opinion."),
    ),
    "file_activist.filing_number": FieldText(
        Text("备案号", "Filing number"),
        Text(
            "备案登记的编号；没有编号的不填。",
            "The number in the committee's register; leave empty if there is none.",
        ),
    ),
    "file_activist.opinion": FieldText(
        Text("备案意见", "Opinion"),
        Text("党委审查条件和手续后的意见。", "The committee's answer after checking conditions and procedure."),
    ),
    "assign_contacts.assigned_on": FieldText(
        Text("指定日期", "Date assigned"),
        Text("支委会指定培养联系人的日期。", "The day the branch committee chose the contacts."),
    ),
    "assign_contacts.contacts": FieldText(
        Text("培养联系人", "Cultivation contacts"),
        Text(
            "选一至两名正式党员；预备党员不能担任，近亲属应当回避。",
            "One or two full members; probationary members may not serve, and close relatives stand aside.",
        ),
    ),
    "assign_contacts.change_log": FieldText(
        Text("变更记录", "Changes"),
        Text(
            "联系人调动或不再适宜时，记下何时由谁接替。",
            "When a contact moves or no longer suits: the date and who took over.",
        ),
    ),
    "cultivate_educate.education_started_on": FieldText(
        Text("培养教育开始日期", "Start of education"),
        Text(
            "联系人开始工作、安排第一次活动的日期。",
            "The day the contacts began and the first activity was arranged.",
        ),
    ),
    "cultivate_educate.activities": FieldText(
        Text("教育活动记录", "Education log"),
        Text(
            "逐次登记党课、党内活动、社会工作和培训的日期与内容，随办随记。",
            "Lectures, Party activities, social work and training, each with date and content, entered as they happen.",
        ),
    ),
    "cultivate_educate.thought_reports": _THOUGHT_REPORTS,
    "cultivate_educate.contact_talks": FieldText(
        Text("联系人谈话日期", "Dates of contact talks"),
        Text("培养联系人每次谈心的日期。", "The date of each talk held by a contact."),
    ),
    "halfyear_review.reviews": FieldText(
        Text("历次考察", "Reviews"),
        Text(
            "每次考察的日期、联系人意见、支部意见和结果。",
            "For each review: date, the contacts' opinion, the branch's opinion and the result.",
        ),
    ),
    "halfyear_review.review_dates": _REVIEW_DATES,
    "halfyear_review.last_review_on": _LAST_REVIEW_ON,
    "halfyear_review.annual_analysis_on": FieldText(
        Text("党委年度分析日期", "Dates of yearly analysis"),
        Text(
            "基层党委分析入党积极分子队伍的日期，每年一次，由党委登记。",
            "The days on which the grassroots committee analysed the "
            "pool of activists, once a year; entered by the committee.",
        ),
    ),
    "solicit_opinions.solicited_on": FieldText(
        Text("听取意见日期", "Date of hearing opinions"),
        Text("听取意见全部完成的日期。", "The day on which the last opinion was heard."),
    ),
    "solicit_opinions.party_group_opinion": _PARTY_GROUP_OPINION,
    "solicit_opinions.contact_opinion": FieldText(
        Text("培养联系人意见", "Opinion of the contacts"),
        Text(
            "联系人对本人一贯表现的看法，以及能否列为发展对象。",
            "The contacts' view of the person's conduct, and whether to list as development target.",
        ),
    ),
    "solicit_opinions.member_count": FieldText(
        Text("征求党员人数", "Members asked"),
        Text("听取了多少名党员的意见。", "How many members were heard."),
    ),
    "solicit_opinions.mass_count": FieldText(
        Text("征求群众人数", "Masses asked"),
        Text("听取了多少名群众的意见。", "How many people outside the Party were heard."),
    ),
    "solicit_opinions.approval_rate": FieldText(
        Text("满意率", "Approval rate"),
        Text(
            "做过测评的，填百分数，例如96；没有测评的不填。",
            "A percentage such as 96 if a survey was made; otherwise leave empty.",
        ),
    ),
    "solicit_opinions.issues": FieldText(
        Text("反映问题及核实", "Points raised and checked"),
        Text(
            "听到的问题和核实的结果；没有的不填。",
            "What was raised and what checking it showed; leave empty if nothing.",
        ),
    ),
    "propose_development_target.meeting_date": FieldText(
        Text("支委会日期", "Date of the meeting"),
        Text(
            "支委会研究拟列发展对象的日期，不早于确定为积极分子满一年。",
            "The day the branch committee discussed the proposal; not before one full year as an activist.",
        ),
    ),
    "propose_development_target.members_total": _MEMBERS_TOTAL,
    "propose_development_target.members_present": _MEMBERS_PRESENT,
    "propose_development_target.votes_for": _BRANCH_VOTES_FOR,
    "propose_development_target.decision": FieldText(
        Text("决定", "Decision"),
        Text(
            "会议是否同意拟列为发展对象；不同意的，本步仍为待办，继续培养。",
            'Whether the meeting agrees to propose; after a "no" the step stays open and cultivation goes on.',
        ),
    ),
    "consent_development_target.submitted_on": _SUBMITTED_ON,
    "consent_development_target.consent_on": FieldText(
        Text("同意日期", "Date of consent"),
        Text(
            "上级党委书面答复的日期，公示不早于这一天。",
            "The date of the committee's written answer; the notice is not posted before it.",
        ),
    ),
    "consent_development_target.opinion": FieldText(
        Text("上级意见", "Opinion"),
        Text(
            "上级党委对人选的意见；按2014年版办理的，填备案意见。",
            "The superior committee's answer; for acts under the 2014 edition, its opinion on filing.",
        ),
    ),
    "consent_development_target.plan_year": FieldText(
        Text("计划年度", "Plan year"),
        Text("占用哪一年度的发展计划，填四位年份。", "The year whose plan this person counts towards, four digits."),
    ),
    "publicize_development_target.publicity_start": FieldText(
        Text("公示起始日", "Notice posted on"),
        Text(
            "公示张贴的日期，当天不计入五个工作日。",
            "The day the notice went up; it is not counted among the five working days.",
        ),
    ),
    "publicize_development_target.publicity_end": FieldText(
        Text("公示截止日", "Notice ended on"),
        Text("公示的最后一天，应满五个工作日。", "The last day of the notice, after five full working days."),
    ),
    "publicize_development_target.places": FieldText(
        Text("公示地点", "Places"),
        Text(
            "写明张贴的单位、学校或居住地；流动人员在流出地和流入地同时公示。",
            "Workplace, school or residence; for a mobile person "
            "both the place of origin and of stay, at the same time.",
        ),
    ),
    "publicize_development_target.feedback": FieldText(
        Text("反映情况", "Feedback"),
        Text(
            "公示期间收到的反映和核查结果；没有的，写“无”。",
            'What was reported during the notice and what checking showed; write "none" if nothing.',
        ),
    ),
    "publicize_development_target.result": FieldText(
        Text("公示结果", "Result"),
        Text(
            "查实的问题足以影响入党的，选“有影响入党的问题”。",
            'Choose "disqualifying" only where a verified matter stands against admission.',
        ),
    ),
    "publicize_development_target.listed_on": FieldText(
        Text("列为发展对象日期", "Date of listing"),
        Text(
            "公示结束、没有影响后，正式列为发展对象的日期。",
            "The day of listing, after the notice ended with nothing against it.",
        ),
    ),
    "assign_introducers.assigned_on": FieldText(
        Text("确定日期", "Date assigned"),
        Text("确定入党介绍人的日期。", "The day the introducers were chosen."),
    ),
    "assign_introducers.introducers": FieldText(
        Text("入党介绍人", "Introducers"),
        Text(
            "选两名正式党员，一般是培养联系人；受留党察看处分尚未恢复权利的不能担任，其他处分影响期内的不宜担任。",
            "Two full members, usually the contacts; not one whose rights "
            "are suspended, and preferably none with a punishment in effect.",
        ),
    ),
    "political_review.talk_on": FieldText(
        Text("本人谈话日期", "Date of the talk"),
        Text("政治审查中同本人谈话的日期。", "The day of the talk held for the review."),
    ),
    "political_review.archive_checked": FieldText(
        Text("查阅档案", "Archives consulted"),
        Text("已经查阅本人档案和有关材料的，选“是”。", "Yes, if the person's archive and related papers were read."),
    ),
    "political_review.inquiries": FieldText(
        Text("函调外调", "Inquiries"),
        Text(
            "逐项登记函调、外调的对象、发出日期和回复日期；情况清楚、不需函调的可以没有。",
            "Each letter or visit: to whom, sent when, answered when; none is needed where all is clear.",
        ),
    ),
    "political_review.relatives_reviewed": FieldText(
        Text("亲属及社会关系情况", "Family and social relations"),
        Text(
            "家庭主要成员和重要社会关系的政治情况；按2014年版办理的，为直系亲属和关系密切的主要社会关系。",
            "The political situation of main family members and important relations; "
            "under the 2014 edition, immediate relatives and close relations.",
        ),
    ),
    "political_review.conclusion": FieldText(
        Text("结论", "Conclusion"),
        Text(
            "政治审查的结论，应有书面报告；不合格即为一票否决。",
            "The conclusion, backed by a written report; a failed review is a veto.",
        ),
    ),
    "political_review.report_on": FieldText(
        Text("报告日期", "Date of the report"),
        Text("政治审查报告的落款日期。", "The date of the review's report."),
    ),
    "political_review.reviewers": FieldText(
        Text("政审人员", "Reviewers"),
        Text("参加政治审查的人员，近亲属应当回避。", "Those who made the review; close relatives stand aside."),
    ),
    "intensive_training.start_on": FieldText(
        Text("开始日期", "First day"),
        Text("培训班第一天的日期。", "The first day of the course."),
    ),
    "intensive_training.end_on": FieldText(
        Text("结束日期", "Last day"),
        Text("培训班最后一天的日期。", "The last day of the course."),
    ),
    "intensive_training.days": FieldText(
        Text("天数", "Days"),
        Text(
            "实际参加的天数，可填半天，例如3.5；一般不少于三天。",
            "Days attended, halves allowed, such as 3.5; generally at least three.",
        ),
    ),
    "intensive_training.hours": FieldText(
        Text("学时", "Class hours"),
        Text(
            "实际完成的学时；一般不少于二十四学时，天数和学时达到一项即可。",
            "Class hours completed, generally at least twenty-four; days or hours, either is enough.",
        ),
    ),
    "intensive_training.score": FieldText(
        Text("考核成绩", "Score"),
        Text("结业考核的分数；没有打分的不填。", "The mark of the final assessment; leave empty if none was given."),
    ),
    "intensive_training.passed": FieldText(
        Text("是否合格", "Passed"),
        Text("考核合格并取得结业证明的，选“是”。", "Yes, if the assessment was passed and a certificate issued."),
    ),
    "intensive_training.exemption_approval": FieldText(
        Text("免训批准依据", "Approval of exemption"),
        Text(
            "个别特殊情况经批准免训的，填批准文件名称和文号；正常参训的不填。",
            "For a special case excused from training: title and number of the approval; otherwise leave empty.",
        ),
    ),
    "branch_committee_review.meeting_date": FieldText(
        Text("审查会日期", "Date of the meeting"),
        Text(
            "支委会审查发展对象的日期，在政治审查和集中培训之后。",
            "The day the branch committee examined the person, after political review and training.",
        ),
    ),
    "branch_committee_review.members_total": _MEMBERS_TOTAL,
    "branch_committee_review.members_present": _MEMBERS_PRESENT,
    "branch_committee_review.votes_for": _BRANCH_VOTES_FOR,
    "branch_committee_review.decision": FieldText(
        Text("审查结论", "Decision"),
        Text(
            "认为合格、同意报请预审的，选“同意”。",
            '"Agree" where the committee finds the person qualified and asks for preliminary review.',
        ),
    ),
    "branch_committee_review.checklist": FieldText(
        Text("材料核对", "Papers checked"),
        Text(
            "逐项核对申请、培养、政审和培训材料是否齐全。",
            "Go through the papers of application, cultivation, review and training one by one.",
        ),
    ),
    "preliminary_review.submitted_on": _SUBMITTED_ON,
    "preliminary_review.reviewed_on": FieldText(
        Text("预审日期", "Date of review"),
        Text("党委审查材料、形成预审意见的日期。", "The day the committee examined the papers and formed its view."),
    ),
    "preliminary_review.enforcement_opinion": FieldText(
        Text("执纪执法部门意见", "Opinion of enforcement bodies"),
        Text(
            "听取有关部门意见的，写明部门和意见；未听取的不填。",
            "Which departments were heard and what they said; leave empty if none.",
        ),
    ),
    "preliminary_review.result": FieldText(
        Text("预审结果", "Result"),
        Text(
            "预审合格或不合格；不合格的，退回支部继续培养。",
            "Passed or failed; after a failure the branch goes on with cultivation.",
        ),
    ),
    "preliminary_review.result_on": FieldText(
        Text("书面通知日期", "Date of written result"),
        Text(
            "把预审结果书面通知党支部的日期，一个月内开大会从这一天算起。",
            "The day the result went to the branch in writing; the month for the branch meeting starts here.",
        ),
    ),
    "preliminary_review.form_serial": _FORM_SERIAL,
    "preliminary_review.form_issued_on": FieldText(
        Text("发放日期", "Form issued on"),
        Text("把入党志愿书发给预审合格者的日期。", "The day the form was given to the person who passed."),
    ),
    "fill_application_form.form_serial": _FORM_SERIAL,
    "fill_application_form.filled_on": FieldText(
        Text("填写日期", "Date filled in"),
        Text(
            "本人填写志愿书的落款日期，不早于发放日期。",
            "The date the person wrote in the form; not before it was issued.",
        ),
    ),
    "fill_application_form.introducer_opinions_on": FieldText(
        Text("介绍人意见日期", "Date of introducers' opinions"),
        Text("两名介绍人写完意见的日期。", "The day both introducers had written their opinions."),
    ),
    "fill_application_form.checked_on": FieldText(
        Text("审核日期", "Date checked"),
        Text("支委会审核志愿书的日期。", "The day the branch committee checked the form."),
    ),
    "admission_branch_meeting.meeting_date": FieldText(
        Text("大会日期", "Date of the meeting"),
        Text(
            "支部党员大会召开的日期；通过的，预备期从这一天算起。",
            "The day of the branch meeting; if it passes, probation starts on this day.",
        ),
    ),
    "admission_branch_meeting.host": FieldText(
        Text("主持人", "Chair"),
        Text("主持会议的人，一般是党支部书记。", "Who chaired the meeting, usually the branch secretary."),
    ),
    "admission_branch_meeting.ballot_kind": _BALLOT_KIND,
    "admission_branch_meeting.eligible_voters": _ELIGIBLE_VOTERS,
    "admission_branch_meeting.present_voters": _PRESENT_VOTERS,
    "admission_branch_meeting.votes_for": _VOTES_FOR,
    "admission_branch_meeting.votes_against": _VOTES_AGAINST,
    "admission_branch_meeting.abstentions": _ABSTENTIONS,
    "admission_branch_meeting.written_for": _WRITTEN_FOR,
    "admission_branch_meeting.written_against": _WRITTEN_AGAINST,
    "admission_branch_meeting.written_abstain": _WRITTEN_ABSTAIN,
    "admission_branch_meeting.candidates_in_meeting": FieldText(
        Text("本次讨论人数", "Candidates at this meeting"),
        Text(
            "这次大会讨论接收的发展对象人数，含此人。",
            "How many candidates this meeting took up, this person included.",
        ),
    ),
    "admission_branch_meeting.voted_individually": FieldText(
        Text("逐个表决", "Voted one by one"),
        Text(
            "两人以上的，逐个讨论、逐个表决的选“是”。",
            "With two or more candidates: yes, if each was discussed and voted on separately.",
        ),
    ),
    "admission_branch_meeting.passed": _PASSED,
    "admission_branch_meeting.resolution_text": FieldText(
        Text("决议内容", "Resolution"),
        Text("写入志愿书的支部大会决议全文。", "The resolution in full, as written into the form."),
    ),
    "admission_branch_meeting.resolution_submitted_on": FieldText(
        Text("决议报送日期", "Resolution sent up on"),
        Text("决议连同有关材料报上级党委的日期。", "The day the resolution went up to the committee with its papers."),
    ),
    "superior_talk.talk_date": FieldText(
        Text("谈话日期", "Date of the talk"),
        Text(
            "上级党委指派的人同本人谈话的日期，在大会通过之后、审批之前。",
            "The day the committee's representative talked with the person, between the meeting and the approval.",
        ),
    ),
    "superior_talk.talker": FieldText(
        Text("谈话人", "Talked by"),
        Text(
            "党委指派的党委委员或组织员，不由支部人员代替。",
            "The committee member or organiser sent; not someone of the branch.",
        ),
    ),
    "superior_talk.talker_role": FieldText(
        Text("谈话人身份", "Position of the talker"),
        Text("谈话人是党委委员还是组织员。", "Whether the talker is a committee member or an organiser."),
    ),
    "superior_talk.opinion": FieldText(
        Text("意见", "Opinion"),
        Text(
            "谈话人对能否入党的意见，与写入志愿书的一致。",
            "The talker's view on admission, as written into the form.",
        ),
    ),
    "superior_talk.written_to_form_on": FieldText(
        Text("写入志愿书日期", "Written into the form on"),
        Text("谈话情况和意见写入志愿书的日期。", "The day talk and opinion were written into the form."),
    ),
    "committee_approval.resolution_received_on": _RESOLUTION_RECEIVED_ON,
    "committee_approval.meeting_date": FieldText(
        Text("审批会议日期", "Date of the meeting"),
        Text("党委集体讨论、表决的日期。", "The day the committee discussed and voted."),
    ),
    "committee_approval.members_total": FieldText(
        Text("应到委员", "Committee members"),
        Text("党委委员总数。", "Number of members of the committee."),
    ),
    "committee_approval.members_present": FieldText(
        Text("实到委员", "Members present"),
        Text("实际到会的党委委员数。", "Committee members who attended."),
    ),
    "committee_approval.votes_for": _COMMITTEE_VOTES_FOR,
    "committee_approval.result": FieldText(
        Text("审批结果", "Result"),
        Text(
            "批准或不批准；不批准的，通知支部和本人并做好思想工作。",
            "Approved or refused; after a refusal the branch and the person are told, and it is talked through.",
        ),
    ),
    "committee_approval.extended_reason": FieldText(
        Text("延长审批理由", "Reason for a longer time"),
        Text(
            "超过三个月才审批的，写明特殊情况；否则不填。",
            "The special circumstances where approval took more than three months; otherwise leave empty.",
        ),
    ),
    "committee_approval.probation_start": FieldText(
        Text("预备期起", "Start of probation"),
        Text(
            "由系统取支部大会通过之日，请核对。",
            "Set by the system to the day the branch meeting passed; please check.",
        ),
    ),
    "committee_approval.probation_end": FieldText(
        Text("预备期止", "End of probation"),
        Text("由系统按预备期一年算出，请核对。", "Computed by the system, one year on; please check."),
    ),
    "committee_approval.notice_on": FieldText(
        Text("通知日期", "Date of notice"),
        Text("把审批结果通知报批支部的日期。", "The day the branch was told the result."),
    ),
    "file_with_org_department.reported_on": FieldText(
        Text("报送日期", "Date reported"),
        Text(
            "党委把审批结果报组织部门的日期，不早于审批。",
            "The day the committee reported its approval; not before the approval.",
        ),
    ),
    "file_with_org_department.filed_on": FieldText(
        Text("备案日期", "Date filed"),
        Text("组织部门核对并登记备案的日期。", "The day the department checked and filed it."),
    ),
    "file_with_org_department.record_number": FieldText(
        Text("备案号", "Filing number"),
        Text("组织部门的备案编号；没有编号的不填。", "The department's number; leave empty if there is none."),
    ),
    "assign_to_branch_group.notified_on": FieldText(
        Text("通知日期", "Person told on"),
        Text("把批准结果告诉本人的日期。", "The day the person was told of the approval."),
    ),
    "assign_to_branch_group.announced_on": FieldText(
        Text("宣布日期", "Announced on"),
        Text("在党员大会上宣布的日期。", "The day it was announced at a branch meeting."),
    ),
    "assign_to_branch_group.assigned_on": FieldText(
        Text("编入日期", "Date assigned"),
        Text(
            "编入党支部和党小组的日期，从此参加组织生活、交纳党费。",
            "The day of joining branch and group; organisation life and dues begin.",
        ),
    ),
    "assign_to_branch_group.branch": FieldText(
        Text("党支部", "Branch"),
        Text("编入的党支部。", "The branch the person now belongs to."),
    ),
    "assign_to_branch_group.party_group": FieldText(
        Text("党小组", "Party group"),
        Text("编入的党小组；未设党小组的不填。", "The group the person joins; leave empty where the branch has none."),
    ),
    "admission_oath.oath_on": FieldText(
        Text("宣誓日期", "Date of the oath"),
        Text(
            "本人面向党旗宣誓的日期，一般在批准后一个月内。",
            "The day the person took the oath facing the Party flag, generally within one month of approval.",
        ),
    ),
    "admission_oath.place": FieldText(
        Text("地点", "Place"),
        Text("举行宣誓仪式的地点。", "Where the ceremony was held."),
    ),
    "admission_oath.oath_leader": FieldText(
        Text("领誓人", "Leader of the oath"),
        Text("领读誓词的人。", "Who led the oath."),
    ),
    "admission_oath.organizer": FieldText(
        Text("组织单位", "Organised by"),
        Text(
            "组织宣誓的基层党委、党总支或党支部。",
            "The grassroots committee, general branch or branch that held it.",
        ),
    ),
    "probation_education.reviews": FieldText(
        Text("历次考察", "Reviews"),
        Text("预备期内每次考察的日期、意见和结果。", "For each review during probation: date, opinion and result."),
    ),
    "probation_education.review_dates": _REVIEW_DATES,
    "probation_education.last_review_on": _LAST_REVIEW_ON,
    "probation_education.thought_reports": _THOUGHT_REPORTS,
    "conversion_application.application_date": FieldText(
        Text("申请日期", "Date of the application"),
        Text(
            "转正申请书的落款日期，一般在预备期满前一周左右。",
            "The date of the written application, usually about a week before probation ends.",
        ),
    ),
    "conversion_application.received_on": FieldText(
        Text("收到日期", "Date received"),
        Text("党支部签收转正申请书的日期。", "The day the branch signed for it."),
    ),
    "conversion_review.opinions_on": FieldText(
        Text("征求意见日期", "Date of hearing opinions"),
        Text("征求党小组、党员和群众意见完成的日期。", "The day on which group, members and masses had been heard."),
    ),
    "conversion_review.party_group_opinion": _PARTY_GROUP_OPINION,
    "conversion_review.member_mass_opinion": FieldText(
        Text("党员群众意见", "Opinions of members and masses"),
        Text("党员和群众对预备期表现的主要意见。", "What members and masses said about the time on probation."),
    ),
    "conversion_review.review_on": FieldText(
        Text("支委会审查日期", "Date of the review"),
        Text(
            "支委会审查并提出转正意见的日期。",
            "The day the branch committee reviewed the case and made its proposal.",
        ),
    ),
    "conversion_review.proposal": FieldText(
        Text("支委会意见", "Proposal"),
        Text(
            "支委会建议按期转正、延长预备期还是取消预备党员资格。",
            "Whether the committee proposes to convert, to extend or to cancel.",
        ),
    ),
    "conversion_review.publicity_start": FieldText(
        Text("公示起始日", "Notice posted on"),
        Text(
            "本地要求转正公示的填写，当天不计入工作日；没有公示的不填。",
            "Where a notice is asked for locally; the posting day is not counted. Otherwise leave empty.",
        ),
    ),
    "conversion_review.publicity_end": FieldText(
        Text("公示截止日", "Notice ended on"),
        Text("转正公示的最后一天；没有公示的不填。", "The last day of that notice; otherwise leave empty."),
    ),
    "conversion_branch_meeting.meeting_date": FieldText(
        Text("大会日期", "Date of the meeting"),
        Text(
            "讨论转正的支部党员大会日期，不早于预备期满。",
            "The day of the branch meeting on conversion; not before probation has ended.",
        ),
    ),
    "conversion_branch_meeting.ballot_kind": _BALLOT_KIND,
    "conversion_branch_meeting.eligible_voters": _ELIGIBLE_VOTERS,
    "conversion_branch_meeting.present_voters": _PRESENT_VOTERS,
    "conversion_branch_meeting.votes_for": _VOTES_FOR,
    "conversion_branch_meeting.votes_against": _VOTES_AGAINST,
    "conversion_branch_meeting.abstentions": _ABSTENTIONS,
    "conversion_branch_meeting.written_for": _WRITTEN_FOR,
    "conversion_branch_meeting.written_against": _WRITTEN_AGAINST,
    "conversion_branch_meeting.written_abstain": _WRITTEN_ABSTAIN,
    "conversion_branch_meeting.decision": FieldText(
        Text("决议", "Resolution"),
        Text(
            "大会表决的是按期转正、延长预备期还是取消预备党员资格。",
            "What the meeting voted on: to convert, to extend or to cancel.",
        ),
    ),
    "conversion_branch_meeting.passed": _PASSED,
    "conversion_branch_meeting.extension_duration": FieldText(
        Text("延长时长", "Length of extension"),
        Text(
            "决定延长的，选六至十二个月；其他决议不填。",
            "Six to twelve months where the meeting extends; otherwise leave empty.",
        ),
    ),
    "conversion_branch_meeting.extension_end": FieldText(
        Text("延长期满日", "End of extension"),
        Text(
            "由系统从原预备期满之日加延长时长算出。",
            "Computed by the system: the old end of probation plus the length of the extension.",
        ),
    ),
    "conversion_branch_meeting.extension_count": FieldText(
        Text("已延长次数", "Extensions so far"),
        Text("由系统统计，最多一次。", "Counted by the system; one at most."),
    ),
    "conversion_branch_meeting.postponed_reason": FieldText(
        Text("推迟讨论理由", "Reason for postponing"),
        Text(
            "只用于预备期内转入、需要推迟讨论的党员，最长六个月；推迟不是延长，不影响党龄。",
            "Only for a member who moved in during probation, six months at "
            "most; postponing is not extending and leaves seniority as it is.",
        ),
    ),
    "conversion_branch_meeting.resolution_submitted_on": FieldText(
        Text("决议报送日期", "Resolution sent up on"),
        Text(
            "转正决议连同有关材料报上级党委的日期。",
            "The day the resolution went up to the committee with its papers.",
        ),
    ),
    "conversion_approval.resolution_received_on": _RESOLUTION_RECEIVED_ON,
    "conversion_approval.meeting_date": FieldText(
        Text("审批日期", "Date of approval"),
        Text("党委讨论审批转正的日期。", "The day the committee decided on conversion."),
    ),
    "conversion_approval.votes_for": _COMMITTEE_VOTES_FOR,
    "conversion_approval.result": FieldText(
        Text("审批结果", "Result"),
        Text(
            "应与支部大会的决议一致；意见不一致的，退回支部重新讨论。",
            "The same as the branch meeting decided; where the committee sees it otherwise, it sends the case back.",
        ),
    ),
    "conversion_approval.seniority_start": FieldText(
        Text("党龄起算日", "Start of seniority"),
        Text(
            "由系统取预备期满之日，延长过的取延长期满之日。",
            "Set by the system to the end of probation or, after an extension, to the end of the extension.",
        ),
    ),
    "conversion_approval.talked_on": FieldText(
        Text("谈话日期", "Date of the talk"),
        Text(
            "党支部书记把结果告诉本人并谈话的日期。",
            "The day the branch secretary told the person the result and talked it over.",
        ),
    ),
    "conversion_approval.announced_on": FieldText(
        Text("宣布日期", "Announced on"),
        Text("在党员大会上宣布的日期。", "The day it was announced at a branch meeting."),
    ),
    "archive_records.handed_over_on": FieldText(
        Text("移交日期", "Handed over on"),
        Text("党支部把材料交给党委的日期。", "The day the branch handed the papers to the committee."),
    ),
    "archive_records.archive_kind": FieldText(
        Text("档案类别", "Kind of archive"),
        Text(
            "有人事档案的存入人事档案，没有的建立党员档案。",
            "The personnel archive where there is one, otherwise a Party member archive.",
        ),
    ),
    "archive_records.archive_holder": FieldText(
        Text("保管单位", "Kept by"),
        Text("保管该档案的单位。", "The organisation that keeps the archive."),
    ),
    "archive_records.cut_out_forms": FieldText(
        Text("裁下归档的表", "Forms cut out"),
        Text(
            "从跟踪考察簿裁下、存入人事档案的表；没有人事档案的不填。",
            "The booklet forms cut out for the personnel archive; leave empty where there is none.",
        ),
    ),
    "archive_records.checklist": FieldText(
        Text("归档清单", "Archive list"),
        Text(
            "逐项核对志愿书、申请书、政审、转正申请和培养教育考察材料。",
            "Check one by one: application form, letter, political review, conversion application, cultivation papers.",
        ),
    ),
    "archive_records.archived_on": FieldText(
        Text("归档日期", "Date archived"),
        Text("材料存入档案的日期。", "The day the papers were placed in the archive."),
    ),
}

PERSON_FIELDS: dict[str, FieldText] = {
    "name": FieldText(
        Text("姓名", "Name"),
        Text("与身份证件一致。", "As on the identity document."),
    ),
    "sex": FieldText(
        Text("性别", "Sex"),
        Text("与身份证件一致。", "As on the identity document."),
    ),
    "ethnicity": FieldText(
        Text("民族", "Ethnic group"),
        Text("填规范名称，例如汉族。", "The full name, for example Han."),
    ),
    "id_number": FieldText(
        Text("公民身份号码", "Identity number"),
        Text(
            "十八位号码；系统核对校验码，页面上只显示一部分。",
            "Eighteen characters; the check digit is verified and pages show only a part.",
        ),
    ),
    "birth_date": FieldText(
        Text("出生日期", "Date of birth"),
        Text("与身份证件一致，按它核算年龄。", "As on the identity document; the age is reckoned from it."),
    ),
    "native_place": FieldText(
        Text("籍贯", "Native place"),
        Text("祖居地，填到县（市、区）。", "The family's place of origin, down to the county."),
    ),
    "education": FieldText(
        Text("学历", "Education"),
        Text("已取得的最高学历；在校生注明在读。", "The highest level completed; say so if still studying."),
    ),
    "employer_or_school": FieldText(
        Text("工作单位或学校", "Employer or school"),
        Text("填全称；没有单位的，写“无”。", 'The full name; write "none" where there is none.'),
    ),
    "residence": FieldText(
        Text("居住地", "Residence"),
        Text("现在实际居住的地址。", "Where the person now lives."),
    ),
    "position": FieldText(
        Text("职务或职业", "Post or occupation"),
        Text("现任职务，或从事的职业。", "The post held, or the occupation followed."),
    ),
    "employment_kind": FieldText(
        Text("人员类别", "Kind of employment"),
        Text(
            "选最符合现状的一类；劳务派遣、流动人员单列。",
            "The one that fits best now; dispatched workers and mobile persons have their own.",
        ),
    ),
    "using_unit": FieldText(
        Text("用工单位", "Using unit"),
        Text(
            "劳务派遣人员填实际用工的单位，派遣单位填在“工作单位或学校”；其他人员不填。",
            "For a dispatched worker: where the person works; the dispatching unit is the employer. Otherwise empty.",
        ),
    ),
    "expected_leave_date": FieldText(
        Text("预计离开现单位日期", "Expected date of leaving"),
        Text(
            "已知将毕业、调动或离职的，填预计日期；没有的不填。",
            "If the person is known to graduate, move or leave: when; otherwise leave empty.",
        ),
    ),
    "has_personnel_archive": FieldText(
        Text("有无人事档案", "Personnel archive"),
        Text(
            "有人事档案的选“有”，归档时存入；没有的建立党员档案。",
            "Whether there is one; the papers are filed in it, otherwise a Party member archive is opened.",
        ),
    ),
    "political_status": FieldText(
        Text("政治面貌", "Political status"),
        Text(
            "例如群众、共青团员、民主党派成员。",
            "For example none, Youth League member, member of a democratic party.",
        ),
    ),
    "household_registration": FieldText(
        Text("户籍地", "Registered home"),
        Text(
            "户口簿上的地址；与居住地不同的，两处都要填准。",
            "The address in the household register; where it differs from the residence, give both exactly.",
        ),
    ),
    "phone": FieldText(
        Text("联系电话", "Phone"),
        Text("能联系到本人的电话。", "A number at which the person can be reached."),
    ),
    "work_history": FieldText(
        Text("学习工作经历", "Study and work"),
        Text(
            "从小学写起，起止年月、单位或学校、职务，前后衔接。",
            "From primary school on, without gaps: months, place, post.",
        ),
    ),
    "family": FieldText(
        Text("家庭主要成员", "Main family members"),
        Text(
            "写明称谓、姓名、出生年月、政治面貌、单位和职务。",
            "Relation, name, month of birth, political status, employer and post of each.",
        ),
    ),
    "social_relations": FieldText(
        Text("主要社会关系", "Main social relations"),
        Text(
            "与本人来往较多、影响较大的亲友，写法同上。",
            "Relatives and friends close to the person, described in the same way.",
        ),
    ),
}

# The kinds of dated entries that the log steps take.
LOG_KINDS: dict[str, Text] = {
    "review_date": Text("考察", "review"),
    "annual_analysis": Text("党委年度分析", "yearly analysis by the committee"),
    "activity": Text("教育活动", "education activity"),
    "thought_report": Text("思想汇报", "thought report"),
    "contact_talk": Text("联系人谈话", "talk with a contact"),
    "contact_opinion": Text("培养联系人意见", "cultivation contact's opinion"),
    "introducer_opinion": Text("入党介绍人意见", "introducer's opinion"),
}

#: What of an entry may be corrected.
ENTRY_FIELDS: dict[str, Text] = {
    "on": Text("日期", "Date"),
    "member": Text("谁的意见", "Whose opinion"),
    "text": Text("内容", "Words"),
    "withdrawn": Text("这条登记", "The entry itself"),
}
#: An entry before and after it is withdrawn.
ENTRY_STANDING: dict[bool, Text] = {
    False: Text("计入台账", "counts in the log"),
    True: Text("撤回，不再计入", "withdrawn, counts no more"),
}

_AGREEMENT: dict[str, Text] = {
    "agree": Text("同意", "agree"),
    "disagree": Text("不同意", "disagree"),
}
_BALLOT: dict[str, Text] = {
    "secret": Text("无记名投票", "secret ballot"),
    "open": Text("记名或举手表决", "open vote"),
}
_CONVERSION: dict[str, Text] = {
    "convert": Text("按期转正", "convert"),
    "extend": Text("延长预备期", "extend probation"),
    "cancel": Text("取消预备党员资格", "cancel probationary membership"),
}

# Key: step.field, then the stored value.
CHOICES: dict[str, dict[str, Text]] = {
    "submit_application.channel": {
        "unit": Text("工作单位", "unit of work"),
        "school": Text("就读学校", "school"),
        "unit_location": Text("单位所在地", "location of the unit"),
        "supervising_department": Text("单位主管部门", "supervising department of the unit"),
        "residence": Text("居住地", "residence"),
        "mobile_organisation": Text("流动党员党组织", "mobile-member organisation"),
    },
    "register_application.screen_result": {
        "eligible": Text("符合申请条件", "eligible"),
        "ineligible": Text("暂不符合申请条件", "not eligible"),
    },
    "recommend_activist.method": {
        "members": Text("党员推荐", "recommended by members"),
        "youth_league": Text("团组织推优", "League recommendation"),
        "other_mass_organisation": Text("其他群团组织推优", "recommended by another mass organisation"),
    },
    "determine_activist.decision": _AGREEMENT,
    "file_activist.opinion": _AGREEMENT,
    "propose_development_target.decision": _AGREEMENT,
    "consent_development_target.opinion": _AGREEMENT,
    "publicize_development_target.result": {
        "clear": Text("没有影响入党的问题", "nothing disqualifying"),
        "disqualifying": Text("有影响入党的问题", "disqualifying"),
    },
    "political_review.conclusion": {
        "pass": Text("合格", "passed"),
        "fail": Text("不合格", "failed"),
    },
    "branch_committee_review.decision": _AGREEMENT,
    "preliminary_review.result": {
        "pass": Text("预审合格", "passed"),
        "fail": Text("预审不合格", "failed"),
    },
    "admission_branch_meeting.ballot_kind": _BALLOT,
    "superior_talk.talker_role": {
        "committee_member": Text("党委委员", "committee member"),
        "organiser": Text("组织员", "organiser"),
    },
    "committee_approval.result": {
        "approve": Text("批准", "approve"),
        "refuse": Text("不批准", "refuse"),
    },
    "conversion_review.proposal": _CONVERSION,
    "conversion_branch_meeting.ballot_kind": _BALLOT,
    "conversion_branch_meeting.decision": _CONVERSION,
    "conversion_approval.result": _CONVERSION,
    "archive_records.archive_kind": {
        "personnel": Text("人事档案", "personnel archive"),
        "party": Text("党员档案", "Party member archive"),
    },
}

PERSON_CHOICES: dict[str, dict[str, Text]] = {
    "sex": {
        "female": Text("女", "female"),
        "male": Text("男", "male"),
    },
    "employment_kind": {
        "farmer": Text("农民", "farmer"),
        "worker": Text("工人", "worker"),
        "staff": Text("机关企事业单位工作人员", "staff of an office, enterprise or institution"),
        "student": Text("学生", "student"),
        "self_employed": Text("个体经营或自由职业", "self-employed"),
        "dispatched": Text("劳务派遣人员", "dispatched worker"),
        "mobile": Text("流动人员", "mobile person"),
        "retired": Text("离退休人员", "retired"),
        "other": Text("其他", "other"),
    },
}
