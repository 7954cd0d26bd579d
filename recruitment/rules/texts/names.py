"""Official names of stages, steps, papers, bodies, lights and states, in Chinese and English.

The Chinese names of steps, forms, templates and documents are official terms; the English ones are for
readers of English and follow the glossary of the rules.
"""

from recruitment.rules.texts.pairs import Text

STAGES: dict[int, Text] = {
    1: Text("申请入党", "Application"),
    2: Text("入党积极分子的确定和培养教育", "Determining and cultivating activists"),
    3: Text("发展对象的确定和考察", "Determining and examining development targets"),
    4: Text("预备党员的接收", "Admitting probationary members"),
    5: Text("预备党员的教育考察和转正", "Education, examination and conversion of probationary members"),
}

STEPS: dict[str, Text] = {
    "submit_application": Text("递交入党申请书", "Submit the application letter"),
    "register_application": Text("接收登记与资格初审", "Register the application and screen eligibility"),
    "organization_talk": Text("党组织派人谈话", "Talk with the applicant"),
    "recommend_activist": Text("推荐推优产生人选", "Recommend candidates for activist"),
    "determine_activist": Text("研究确定入党积极分子", "Determine the activist"),
    "file_activist": Text("报上级党委备案", "File the activist with the superior committee"),
    "assign_contacts": Text("指定培养联系人", "Assign cultivation contacts"),
    "cultivate_educate": Text("培养教育", "Cultivate and educate"),
    "halfyear_review": Text("定期考察", "Half-yearly review"),
    "solicit_opinions": Text("听取各方意见", "Hear all opinions"),
    "propose_development_target": Text("支委会研究拟列发展对象", "Propose as development target"),
    "consent_development_target": Text("报上级党委同意", "Obtain the superior committee's consent"),
    "publicize_development_target": Text("公示并列为发展对象", "Public notice and listing"),
    "assign_introducers": Text("确定入党介绍人", "Assign introducers"),
    "political_review": Text("政治审查", "Political review"),
    "intensive_training": Text("短期集中培训", "Intensive training"),
    "branch_committee_review": Text("支委会审查", "Branch committee review"),
    "preliminary_review": Text("上级党委预审", "Preliminary review by the superior committee"),
    "fill_application_form": Text("填写入党志愿书", "Fill in the application form"),
    "admission_branch_meeting": Text("支部大会讨论接收", "Admission branch meeting"),
    "superior_talk": Text("上级党委派人谈话", "Talk by the superior committee"),
    "committee_approval": Text("上级党委审批", "Committee approval"),
    "file_with_org_department": Text("报组织部门备案", "File with the organisation department"),
    "assign_to_branch_group": Text("编入党支部和党小组", "Assign to branch and Party group"),
    "admission_oath": Text("入党宣誓", "Admission oath"),
    "probation_education": Text("继续教育考察", "Education and examination during probation"),
    "conversion_application": Text("提出转正申请", "Apply for conversion"),
    "conversion_review": Text("征求意见与支委会审查", "Opinions and branch committee review"),
    "conversion_branch_meeting": Text("支部大会讨论转正", "Conversion branch meeting"),
    "conversion_approval": Text("上级党委审批转正", "Conversion approval"),
    "archive_records": Text("材料归档", "Archive the records"),
}

# The tracking booklet (跟踪考察簿).
FORMS: dict[str, Text] = {
    "F01": Text("入党申请人基本情况登记表", "Applicant registration form"),
    "F02": Text("入党申请人谈话情况表", "Applicant talk record form"),
    "F03": Text("入党积极分子推荐推优情况表", "Activist recommendation form"),
    "F04": Text("入党积极分子确定及备案情况表", "Activist determination and filing form"),
    "F05": Text("培养联系人确定情况表", "Cultivation contact assignment form"),
    "F06": Text("入党积极分子培养教育情况表", "Activist education log form"),
    "F07": Text("入党积极分子考察情况表", "Activist review form"),
    "F08": Text("列为发展对象听取意见情况表", "Opinion solicitation form"),
    "F09": Text("发展对象确定及上级意见情况表", "Development target determination and superior opinion form"),
    "F10": Text("发展对象公示情况表", "Public notice form"),
    "F11": Text("入党介绍人确定情况表", "Introducer assignment form"),
    "F12": Text("发展对象政审情况表", "Political review form"),
    "F13": Text("发展对象集中培训情况表", "Intensive training form"),
    "F14": Text("发展对象预审情况表", "Preliminary review form"),
    "F15": Text("接收预备党员票决及审批情况表", "Admission vote and approval form"),
    "F16": Text("预备党员考察情况表", "Probationary member review form"),
    "F17": Text("预备党员转正票决及审批情况表", "Conversion vote and approval form"),
}

TEMPLATES: dict[str, Text] = {
    "T01": Text("入党申请书", "Application letter"),
    "T02": Text("与入党申请人谈话记录", "Record of the talk with the applicant"),
    "T03": Text("推荐（推优）入党积极分子意见", "Recommendation opinion"),
    "T04": Text("支部委员会会议记录", "Branch committee minutes"),
    "T05": Text("确定入党积极分子的备案报告", "Report filing the activist"),
    "T06": Text("入党积极分子备案意见（批复）", "Reply on filing the activist"),
    "T07": Text("思想汇报", "Thought report"),
    "T08": Text("入党积极分子考察意见", "Half-yearly review opinion"),
    "T09": Text("听取意见座谈会记录", "Record of the meeting to hear opinions"),
    "T10": Text("拟列发展对象的请示（备案报告）", "Request for consent on development target"),
    "T11": Text("发展对象公示", "Public notice"),
    "T12": Text("公示结果报告", "Report on the result of the notice"),
    "T13": Text("政治审查函调信", "Political review inquiry letter"),
    "T14": Text("发展对象政治审查情况报告", "Political review report"),
    "T15": Text("征求执纪执法等部门意见函", "Letter seeking enforcement bodies' opinions"),
    "T16": Text("发展对象预审请示", "Request for preliminary review"),
    "T17": Text("发展对象预审结果通知", "Notice of the preliminary review result"),
    "T18": Text("接收预备党员支部大会决议", "Admission resolution"),
    "T19": Text("接收预备党员的请示", "Request for approval of admission"),
    "T20": Text("接收预备党员的批复（入党通知）", "Reply on admission (notice of admission)"),
    "T21": Text("入党宣誓仪式方案", "Oath ceremony plan"),
    "T22": Text("转正申请书", "Conversion application"),
    "T23": Text("预备党员转正支部大会决议", "Conversion resolution"),
    "T24": Text("预备党员转正的请示", "Request for approval of conversion"),
}

DOCUMENTS: dict[str, Text] = {
    "D01": Text("入党申请书", "Application letter"),
    "D02": Text("身份、学历等证明材料", "Identity and education evidence"),
    "D03": Text("与入党申请人谈话记录", "Record of the talk with the applicant"),
    "D04": Text("党员推荐或群团推优材料及汇总", "Recommendation papers and tally"),
    "D05": Text("支委会会议记录（确定积极分子）", "Branch committee minutes (activist)"),
    "D06": Text("确定入党积极分子的备案报告", "Report filing the activist"),
    "D07": Text("入党积极分子备案意见", "Reply on filing the activist"),
    "D08": Text("思想汇报（积极分子）", "Thought reports (activist)"),
    "D09": Text("培养教育活动记录及培训证明", "Education log and certificates"),
    "D10": Text("半年考察意见", "Half-yearly review opinions"),
    "D11": Text("听取意见记录", "Record of opinions heard"),
    "D12": Text("支委会会议记录（研究拟列发展对象）", "Branch committee minutes (development target)"),
    "D13": Text("拟列发展对象的请示", "Request for consent"),
    "D14": Text("上级党委同意意见", "Consent of the superior committee"),
    "D15": Text("发展对象公示及张贴影像", "Public notice with photo of the posting"),
    "D16": Text("公示结果报告", "Report on the result of the notice"),
    "D17": Text("入党介绍人确定记录", "Introducer assignment record"),
    "D18": Text("政审谈话、查档及函调材料", "Political review papers (talk, archives, inquiry letters)"),
    "D19": Text("发展对象政治审查情况报告", "Political review report"),
    "D20": Text("集中培训结业证明", "Training certificate"),
    "D21": Text("支委会审查会议记录", "Branch committee minutes (review)"),
    "D22": Text("发展对象预审请示", "Request for preliminary review"),
    "D23": Text("执纪执法等部门意见", "Enforcement bodies' opinions"),
    "D24": Text("预审结果书面通知", "Written preliminary review result"),
    "D25": Text("中国共产党入党志愿书", "Application form for Party membership"),
    "D26": Text("接收大会记录、签到、表决票和计票单", "Admission meeting record, attendance, ballots, tally"),
    "D27": Text("接收预备党员支部大会决议", "Admission resolution"),
    "D28": Text("上级党委派人谈话记录", "Record of the talk by the superior committee"),
    "D29": Text("接收预备党员的请示", "Request for approval of admission"),
    "D30": Text("党委会审批会议记录及表决结果（接收）", "Committee minutes and vote on approval (admission)"),
    "D31": Text("接收预备党员的批复和入党通知", "Reply on admission and notice to the person"),
    "D32": Text("组织部门备案材料", "Organisation department filing record"),
    "D33": Text("编入支部（党小组）和大会宣布记录", "Record of assignment and announcement"),
    "D34": Text("入党宣誓影像和记录", "Oath photo and record"),
    "D35": Text("预备期思想汇报和教育记录", "Thought reports and education log (probation)"),
    "D36": Text("转正申请书", "Conversion application"),
    "D37": Text("转正征求意见记录", "Record of opinions on conversion"),
    "D38": Text("支委会审查会议记录（转正）", "Branch committee minutes (conversion)"),
    "D39": Text("转正公示及结果", "Notice of conversion and its result"),
    "D40": Text("转正大会记录、签到、表决票和计票单", "Conversion meeting record, attendance, ballots, tally"),
    "D41": Text("预备党员转正支部大会决议", "Conversion resolution"),
    "D42": Text("预备党员转正的请示", "Request for approval of conversion"),
    "D43": Text("党委会审批会议记录及批复（转正）", "Committee minutes and reply on approval (conversion)"),
    "D44": Text("转正谈话和大会宣布记录", "Record of the conversion talk and announcement"),
    "D45": Text("党员档案材料移交清单", "Archive hand-over list"),
    "D46": Text("入党积极分子培养考察登记表", "Activist register (national layout)"),
    "D47": Text("预备党员教育考察登记表", "Probationary member register (national layout)"),
}

# The sides that may act or verify in the catalogue; a seat's own role is named by the organisations.
ROLES: dict[str, Text] = {
    "applicant": Text("入党申请人", "applicant"),
    "branch_secretary": Text("党支部书记", "branch secretary"),
    "branch_committee": Text("党支部委员会", "branch committee"),
    "branch_meeting": Text("党支部党员大会", "branch meeting"),
    "grassroots_committee": Text("基层党委", "grassroots committee"),
    "superior_org_department": Text("上级党委组织部门", "superior organisation department"),
}

PARTICIPANTS: dict[str, Text] = {
    "contacts": Text("培养联系人", "cultivation contacts"),
    "enforcement_bodies": Text("执纪执法等部门", "discipline and law-enforcement bodies"),
    "grassroots_committee": Text("基层党委", "grassroots committee"),
    "introducers": Text("入党介绍人", "introducers"),
    "mass_organisations": Text("群团组织", "mass organisations"),
    "masses": Text("群众", "the masses"),
    "party_group": Text("党小组", "Party group"),
    "party_members": Text("党员", "Party members"),
}

LIGHTS: dict[str, Text] = {
    "green": Text("绿灯", "green light"),
    "yellow": Text("黄灯", "yellow light"),
    "red": Text("红灯", "red light"),
    "locked": Text("未开放", "not open yet"),
}

# States of a step record (open to verified) and of a case as a whole (frozen to closed).
CASE_STATES: dict[str, Text] = {
    "open": Text("待办理", "open"),
    "recorded": Text("已登记", "recorded"),
    "submitted": Text("待校核", "submitted for verification"),
    "returned": Text("已退回", "returned"),
    "verified": Text("已校核通过", "verified"),
    "frozen": Text("已冻结", "frozen"),
    "terminated": Text("已终止", "terminated"),
    "completed": Text("已完成", "completed"),
    "closed": Text("已结束", "closed"),
}

# Neutral ends of a case: no light and no veto stays on the person.
CLOSE_OUTCOMES: dict[str, Text] = {
    "withdrawn": Text("本人撤回申请", "application withdrawn"),
    "died": Text("本人去世", "person died"),
    "moved_away": Text("离开本地，未转接", "moved away without transfer"),
    "dropped": Text("调整出队", "dropped from the pool"),
}

# What a vote or an approval came to.
OUTCOMES: dict[str, Text] = {
    "passed": Text("通过", "passed"),
    "not_passed": Text("未通过", "not passed"),
    "extended": Text("延长预备期", "probation extended"),
    "cancelled": Text("取消预备党员资格", "probationary membership cancelled"),
}
