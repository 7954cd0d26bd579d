"""What each gate of the catalogue is called, what it asks for, and what to do when it is not met.

A rule names no article: the article depends on the edition in force on the day of the act and is printed beside
it. Where the duration or number of a gate may be set locally, the sentence calls its figure a usual or a default
one; the figure that really applied stands in the arithmetic of the verdict.
"""

from typing import NamedTuple

from recruitment.rules.texts.pairs import Text


class GateText(NamedTuple):
    """Name (a few words), rule (one sentence) and cure (what to do now) of one gate."""

    name: Text
    rule: Text
    cure: Text


GATES: dict[str, GateText] = {
    "upload_within_one_month": GateText(
        name=Text("材料按期上传", "Papers uploaded in time"),
        rule=Text(
            "线下办理后，本步必需的材料要在期限内传齐，默认一个月，从办理日和本步开放日中较晚的一天算起。",
            "After the offline act, all required papers of the step are uploaded in time: by "
            "default within one month of the act or of the day the step opened, whichever is later.",
        ),
        cure=Text(
            "请传齐所缺材料；已经超期的，再写一句迟传的原因。",
            "Upload the missing papers; if they are late, add a line saying why.",
        ),
    ),
    "applicant_age_18": GateText(
        name=Text("申请时年满十八周岁", "Eighteen on the day of application"),
        rule=Text(
            "申请书落款之日，本人应当已满十八周岁。",
            "The person must be at least eighteen on the date of the application letter.",
        ),
        cure=Text(
            "请核对出生日期和落款日期；确实未满的，请本人满十八周岁后重新书写递交。",
            "Check the birth date and the date of the letter; if the person is "
            "younger, a new letter can be handed in from the eighteenth birthday on.",
        ),
    ),
    "talk_within_one_month": GateText(
        name=Text("一个月内谈话", "Talk within one month"),
        rule=Text(
            "党组织收到申请书后，应在一个月内派人同本人谈话。",
            "Within one month of receiving the letter the organisation sends someone to talk with the applicant.",
        ),
        cure=Text(
            "请尽快谈话并登记日期；谈话已在期限内完成的，补记即可；超期的，写明原因。",
            "Hold the talk and enter its date soon; if it took place in time, just enter it; if late, say why.",
        ),
    ),
    "application_to_recommendation": GateText(
        name=Text("推荐前须经过的时间", "Time before recommendation"),
        rule=Text(
            "从收到申请书到推荐为入党积极分子，应隔一段时间；实行这一做法的地方多定为六个月。",
            "Some time passes between receipt of the letter and recommendation "
            "as activist; places that ask for it usually set six months.",
        ),
        cure=Text(
            "请等到所示日期再推荐；其间可请本人参加学习和活动。",
            "Wait for the date shown; meanwhile invite the person to study and to take part in activities.",
        ),
    ),
    "contact_count": GateText(
        name=Text("培养联系人一至两名", "One or two contacts"),
        rule=Text(
            "每名入党积极分子有一至两名培养联系人，都应是正式党员。",
            "Every activist has one or two cultivation contacts, all of them full members.",
        ),
        cure=Text("请把培养联系人调整为一至两名正式党员。", "Choose one or two full members as contacts."),
    ),
    "assign_contacts_within_one_month": GateText(
        name=Text("及时指定培养联系人", "Contacts assigned in time"),
        rule=Text(
            "确定为入党积极分子后，应在规定时间内指定培养联系人，通常为一个月。",
            "Once the activist is determined, contacts are assigned within the set time, usually one month.",
        ),
        cure=Text(
            "请尽快指定并登记日期；超期的，写明原因。",
            "Assign the contacts and enter the date soon; if late, say why.",
        ),
    ),
    "thought_report_quarterly": GateText(
        name=Text("定期思想汇报", "Regular thought reports"),
        rule=Text(
            "自确定为入党积极分子起，按规定的间隔提交思想汇报，通行做法是每季度一次。",
            "From the day of determination the activist hands in thought "
            "reports at the set interval, by common practice each quarter.",
        ),
        cure=Text(
            "请本人补上思想汇报，按实际日期登记，并说明本期缺交的原因。",
            "Ask for the report, enter it under its real date, and note why the period went by without one.",
        ),
    ),
    "review_every_six_months": GateText(
        name=Text("每半年考察一次", "A review every half year"),
        rule=Text(
            "自确定为入党积极分子起，党支部每半年考察一次。",
            "From the day of determination the branch reviews the activist every half year.",
        ),
        cure=Text(
            "请安排考察并按实际日期登记；已按期考察的，补记即可；本期确实缺的，写明原因。",
            "Hold the review and enter it under its real date; if it was "
            "held in time, just enter it; if the period had none, say why.",
        ),
    ),
    "minimum_two_reviews": GateText(
        name=Text("考察次数达到要求", "Enough reviews"),
        rule=Text(
            "结束定期考察、进入发展对象阶段前，应有足够次数的考察，默认不少于两次。",
            "Before the reviews are closed and the next stage begins "
            "there are enough of them, by default at least two.",
        ),
        cure=Text(
            "请补齐考察后再结束本步；已经做过的，逐次登记日期。",
            "Hold the reviews still missing, then close the step; enter those already held one by one.",
        ),
    ),
    "annual_pool_analysis": GateText(
        name=Text("每年分析积极分子队伍", "Yearly analysis of the pool"),
        rule=Text(
            "基层党委每年对入党积极分子队伍作一次分析。",
            "The grassroots committee analyses the pool of activists once a year.",
        ),
        cure=Text(
            "请基层党委完成本年度分析并登记日期；超期的，写明原因。",
            "The grassroots committee makes this year's analysis and enters its date; if late, it says why.",
        ),
    ),
    "cultivation_one_year": GateText(
        name=Text("培养考察满一年", "One full year of cultivation"),
        rule=Text(
            "确定为入党积极分子并经过一年以上培养教育和考察后，支委会方可研究拟列发展对象。",
            "The branch committee may propose a development target only after "
            "at least one year of cultivation and examination as an activist.",
        ),
        cure=Text(
            "请等到所示日期再开会研究；其间继续培养和定期考察。",
            "Wait for the date shown before the committee meets; go on with cultivation and reviews meanwhile.",
        ),
    ),
    "annual_plan_quota": GateText(
        name=Text("年度发展计划", "Annual plan"),
        rule=Text(
            "同意列为发展对象的人数应与批准的年度发展计划相符。",
            "The number of development targets consented to stays within the approved annual plan.",
        ),
        cure=Text(
            "请核对年度计划和已用名额；计划已满的，可报请调整计划，或说明本次安排的理由。",
            "Check the plan and the places used; if it is full, ask for a change of plan or explain this decision.",
        ),
    ),
    "publicity_five_working_days": GateText(
        name=Text("公示五个工作日", "Notice of five working days"),
        rule=Text(
            "发展对象人选的公示期不少于五个工作日。",
            "The notice on a proposed development target stays up for at least five working days.",
        ),
        cure=Text(
            "请公示到所示日期；截止日填早了的，按实际情况更正。",
            "Keep the notice up until the date shown; if the end "
            "date was entered too early, correct it to what happened.",
        ),
    ),
    "notice_after_consent": GateText(
        name=Text("同意后公示", "Notice after consent"),
        rule=Text(
            "上级党委同意后，方可开始公示。",
            "The notice goes up only after the superior committee has consented.",
        ),
        cure=Text(
            "请核对同意日期和公示起始日；公示早于同意的，请在同意后重新公示。",
            "Check both dates; if the notice went up before the consent, post it again afterwards.",
        ),
    ),
    "listing_after_notice": GateText(
        name=Text("公示结束后列入", "Listing after the notice"),
        rule=Text(
            "公示期结束、没有影响列入的问题，方可列为发展对象。",
            "The person is listed as development target once the notice has ended and nothing stands against it.",
        ),
        cure=Text(
            "请核对公示截止日和列入日期，列入日期不早于截止日。",
            "Check both dates; the listing is not earlier than the end of the notice.",
        ),
    ),
    "introducer_count": GateText(
        name=Text("入党介绍人两名", "Two introducers"),
        rule=Text(
            "每名发展对象有两名入党介绍人，都应是正式党员。",
            "Every development target has two introducers, both full members.",
        ),
        cure=Text("请把入党介绍人确定为两名正式党员。", "Choose exactly two full members as introducers."),
    ),
    "review_within_one_month": GateText(
        name=Text("及时完成政治审查", "Political review in time"),
        rule=Text(
            "列为发展对象后，应在规定时间内形成政治审查报告；实行这一做法的地方多为一个月。",
            "The report of the political review follows the listing within "
            "the set time; places that ask for it usually set one month.",
        ),
        cure=Text(
            "请尽快完成政治审查并登记报告日期；函调未回等情况，写明原因。",
            "Finish the review and enter the date of the report; if, "
            "say, an inquiry is still unanswered, note it as the reason.",
        ),
    ),
    "political_review_validity": GateText(
        name=Text("政审结论有效期", "Validity of the political review"),
        rule=Text(
            "支部大会讨论接收时，政治审查结论应在有效期内；实行这一做法的地方多为一年。",
            "The conclusion of the political review is still valid on the day of "
            "the admission meeting; places that ask for it usually set one year.",
        ),
        cure=Text(
            "请补做政治审查后再开会；会议已经召开的，写明情况。",
            "Bring the political review up to date before the meeting; if it has been held, explain.",
        ),
    ),
    "training_amount": GateText(
        name=Text("集中培训的时间", "Amount of training"),
        rule=Text(
            "发展对象集中培训一般不少于三天或者二十四学时，达到其中一项即可。",
            "Training lasts generally at least three days or twenty-four class hours; either is enough.",
        ),
        cure=Text(
            "请补足培训时间；经批准免训的，填写批准依据。",
            "Complete the training; where an exemption was approved, enter the approval.",
        ),
    ),
    "training_validity": GateText(
        name=Text("培训结业有效期", "Validity of the training"),
        rule=Text(
            "支部大会讨论接收时，集中培训结业应在有效期内；全国没有统一规定，由各地自定，默认两年。",
            "The training is still valid on the day of the admission meeting; there "
            "is no national limit, places set their own, by default two years.",
        ),
        cure=Text(
            "请重新参加培训后再开会；会议已经召开的，写明情况。",
            "Repeat the training before the meeting; if it has been held, explain.",
        ),
    ),
    "after_political_review": GateText(
        name=Text("政审之后审查", "After the political review"),
        rule=Text(
            "政治审查形成合格结论后，支委会方可审查发展对象。",
            "The branch committee examines the development target only after a passed political review.",
        ),
        cure=Text(
            "请先完成政治审查，再安排支委会；日期与实际不符的，请更正。",
            "Finish the political review before the committee meets; correct any date that differs from what happened.",
        ),
    ),
    "after_training": GateText(
        name=Text("培训之后审查", "After the training"),
        rule=Text(
            "集中培训结束后，支委会方可审查发展对象；经批准免训的除外。",
            "The branch committee examines the development target only "
            "after the training, unless an exemption was approved.",
        ),
        cure=Text(
            "请先完成集中培训，再安排支委会；日期与实际不符的，请更正。",
            "Finish the training before the committee meets; correct any date that differs from what happened.",
        ),
    ),
    "leaving_within_three_months": GateText(
        name=Text("三个月内不离开现单位", "No departure within three months"),
        rule=Text(
            "三个月内将离开工作、学习单位的，一般不办理接收预备党员的手续。",
            "A person about to leave the work or study unit within "
            "three months is normally not taken through admission.",
        ),
        cure=Text(
            "请核对预计离开日期；将要离开的，可由新单位党组织接续培养，确有必要的由基层党委写明理由后继续。",
            "Check the expected date of leaving; the new unit may carry on, "
            "or the grassroots committee may go ahead, giving its reason.",
        ),
    ),
    "review_within_one_month_of_request": GateText(
        name=Text("及时完成预审", "Preliminary review in time"),
        rule=Text(
            "收到预审请示后，应在规定时间内书面通知结果；实行这一做法的地方多为一个月。",
            "The written result follows the request within the set time; places that ask for it usually set one month.",
        ),
        cure=Text(
            "请基层党委尽快完成预审并登记通知日期；超期的，写明原因。",
            "The grassroots committee finishes the review and enters the date of its notice; if late, it says why.",
        ),
    ),
    "fill_after_issue": GateText(
        name=Text("发放后填写志愿书", "Form filled after issue"),
        rule=Text(
            "入党志愿书在预审合格并发放后填写。",
            "The membership application form is filled in after a passed preliminary review, once it has been issued.",
        ),
        cure=Text(
            "请核对发放日期和填写日期，按实际情况更正。",
            "Check the dates of issue and of filling in, and correct them to what happened.",
        ),
    ),
    "meeting_within_one_month": GateText(
        name=Text("一个月内提交大会", "Meeting within one month"),
        rule=Text(
            "预审合格后，应在一个月内提交支部党员大会讨论。",
            "Within one month of a passed preliminary review the matter goes to the branch meeting.",
        ),
        cure=Text(
            "请尽快召开支部党员大会并登记日期；超期的，写明原因。",
            "Hold the branch meeting and enter its date soon; if late, say why.",
        ),
    ),
    "admission_branch_meeting_quorum": GateText(
        name=Text("接收大会到会人数过半", "Attendance at the admission meeting"),
        rule=Text(
            "接收大会实到会有表决权的党员要超过应到会的半数，书面意见不算到会。",
            "At the admission meeting more than half of the eligible voters "
            "are present; written opinions do not count as attendance.",
        ),
        cure=Text(
            "请核对应到和实到人数；人数确实不够的，另定时间开会。",
            "Check both numbers; if too few were present, call another meeting.",
        ),
    ),
    "admission_branch_meeting_majority": GateText(
        name=Text("接收大会赞成过半", "Majority at the admission meeting"),
        rule=Text(
            "接收预备党员，赞成人数要超过应到会有表决权党员的半数，会前正式提交的书面意见计入票数。",
            "Admission needs the favour of more than half of the eligible "
            "voters; written opinions duly filed before the meeting are counted.",
        ),
        cure=Text(
            "请核对票数；确未过半的，继续培养教育，条件成熟时再提交大会。",
            "Check the tally; if it fell short, go on with cultivation and put the matter to a later meeting.",
        ),
    ),
    "admission_branch_meeting_tally": GateText(
        name=Text("接收大会票数相符", "Tally of the admission meeting"),
        rule=Text(
            "接收大会现场各类票数之和等于实到会人数，加上书面意见后不超过应到会人数。",
            "At the admission meeting the ballots cast add up to those present, "
            "and with the written opinions to no more than the eligible voters.",
        ),
        cure=Text("请对照计票单逐项核对票数和人数。", "Go through the numbers against the tally sheet."),
    ),
    "admission_secret_ballot": GateText(
        name=Text("接收大会无记名逐个表决", "Secret ballot, one by one, at admission"),
        rule=Text(
            "讨论接收采用无记名投票；有两人以上的，逐个讨论、逐个表决。",
            "Admission is voted on by secret ballot; two or more candidates are discussed and voted on one by one.",
        ),
        cure=Text(
            "请核对表决方式；不是无记名或没有逐个表决的，请重新召开大会表决。",
            "Check how the vote was taken; if not by secret ballot one by one, hold the vote again.",
        ),
    ),
    "resolution_report_three_months": GateText(
        name=Text("决议及时上报", "Resolution reported in time"),
        rule=Text(
            "大会通过后决议应及时上报；部分地方规定，超过三个月未报的要复议。",
            "The resolution is reported soon after the meeting; "
            "some places ask for reconsideration after three months.",
        ),
        cure=Text(
            "请尽快上报决议；已超期的，按本地规定复议并写明原因。",
            "Report the resolution soon; if late, reconsider it as the local rule asks and say why.",
        ),
    ),
    "resolution_report_six_months": GateText(
        name=Text("决议上报的最后期限", "Last day for reporting the resolution"),
        rule=Text(
            "超过最后期限仍未上报的决议不再使用，接收手续要重新办理；实行这一做法的地方多为六个月。",
            "A resolution not reported by the last day is no longer used and "
            "admission is done again; places that ask for it usually set six months.",
        ),
        cure=Text(
            "请退回支部，重新召开支部党员大会讨论。",
            "Send the case back to the branch for a new branch meeting.",
        ),
    ),
    "talk_after_branch_meeting": GateText(
        name=Text("大会之后谈话", "Talk after the branch meeting"),
        rule=Text(
            "支部大会通过后，上级党委再派人谈话。",
            "The superior committee's talk follows the vote of the branch meeting.",
        ),
        cure=Text(
            "请核对大会日期和谈话日期；谈话在前的，请在大会通过后再谈一次。",
            "Check both dates; if the talk came first, hold it again after the meeting.",
        ),
    ),
    "approve_within_three_months": GateText(
        name=Text("三个月内审批", "Approval within three months"),
        rule=Text(
            "基层党委收到支部大会决议后，应在三个月内审批。",
            "The grassroots committee decides within three months of receiving the resolution.",
        ),
        cure=Text(
            "请尽快安排党委会审批；情况特殊需要更多时间的，写明理由。",
            "Put the case before the committee soon; if special circumstances need more time, give the reason.",
        ),
    ),
    "approve_within_six_months": GateText(
        name=Text("审批最长六个月", "Approval within six months at most"),
        rule=Text(
            "情况特殊的，审批时间可以适当延长，最长不超过六个月。",
            "In special cases approval may take longer, but never more than six months.",
        ),
        cure=Text(
            "请退回支部，重新召开支部党员大会讨论后再报批。",
            "Send the case back to the branch: a new branch meeting comes first, then approval.",
        ),
    ),
    "approve_after_talk": GateText(
        name=Text("谈话之后审批", "Approval after the talk"),
        rule=Text(
            "上级党委派人谈话并汇报情况后，党委会方可审批。",
            "The committee decides after its representative has talked with the person and reported.",
        ),
        cure=Text(
            "请先完成谈话；日期与实际不符的，请更正。",
            "Hold the talk first; correct any date that differs from what happened.",
        ),
    ),
    "probation_start_equals_meeting": GateText(
        name=Text("预备期起止日期", "Dates of probation"),
        rule=Text(
            "预备期从支部大会通过之日算起，为期一年。",
            "Probation lasts one year, counted from the day the branch meeting passed the admission.",
        ),
        cure=Text(
            "请采用系统算出的起止日期，并核对支部大会日期。",
            "Use the computed dates, and check the date of the branch meeting.",
        ),
    ),
    "file_after_approval": GateText(
        name=Text("审批之后备案", "Filing after approval"),
        rule=Text(
            "党委审批以后，再报上级组织部门备案。",
            "The approval is reported to the superior organisation department for filing after it was given.",
        ),
        cure=Text(
            "请核对审批日期和报送日期，按实际情况更正。",
            "Check the dates of approval and of reporting, and correct them to what happened.",
        ),
    ),
    "assign_after_approval": GateText(
        name=Text("审批之后编入", "Assignment after approval"),
        rule=Text(
            "党委批准以后，再编入党支部和党小组。",
            "The person is assigned to a branch and a Party group after the committee's approval.",
        ),
        cure=Text(
            "请核对审批日期和编入日期，按实际情况更正。",
            "Check the dates of approval and of assignment, and correct them to what happened.",
        ),
    ),
    "oath_within_one_month": GateText(
        name=Text("一个月内宣誓", "Oath within one month"),
        rule=Text(
            "批准为预备党员后，一般在一个月内举行入党宣誓。",
            "The oath is generally taken within one month of approval.",
        ),
        cure=Text(
            "请尽快组织宣誓并登记日期；集体宣誓等原因推迟的，写明情况。",
            "Arrange the oath and enter its date soon; if it waited, say, for a collective ceremony, note it.",
        ),
    ),
    "probation_review_half_yearly": GateText(
        name=Text("预备期定期考察", "Reviews during probation"),
        rule=Text(
            "预备期内，党支部按规定的间隔考察预备党员，默认每半年至少一次，有的地方按季度。",
            "During probation the branch reviews the member at the set interval, "
            "by default at least every half year, in places each quarter.",
        ),
        cure=Text(
            "请安排考察并按实际日期登记；已按期考察的，补记即可；本期缺的，写明原因。",
            "Hold the review and enter it under its real date; if it was "
            "held in time, just enter it; if the period had none, say why.",
        ),
    ),
    "conversion_application_not_too_early": GateText(
        name=Text("转正申请不宜过早", "Conversion application not too early"),
        rule=Text(
            "转正申请在预备期将满时提出，一般不早于期满前一个月，通常在期满前一周。",
            "The application for conversion comes as probation draws to its "
            "end: normally not more than a month before it, usually a week.",
        ),
        cure=Text(
            "请核对申请日期；写得较早的，说明情况，或请本人临近期满时重新书写。",
            "Check the date; if the letter is early, explain, or ask for a new one closer to the end of probation.",
        ),
    ),
    "conversion_application_deadline": GateText(
        name=Text("及时提出转正申请", "Conversion application in time"),
        rule=Text(
            "预备期满后，本人应及时提出转正申请，默认在一个月内。",
            "The person applies for conversion soon after probation ends, by default within one month.",
        ),
        cure=Text(
            "请提醒本人书面申请并登记日期；超期的，写明原因。",
            "Remind the person to apply in writing and enter the date; if late, say why.",
        ),
    ),
    "conversion_publicity": GateText(
        name=Text("转正前公示", "Notice before conversion"),
        rule=Text(
            "部分地方在转正前进行公示，公示期通常不少于五个工作日。",
            "Some places post a notice before conversion, usually for at least five working days.",
        ),
        cure=Text(
            "请公示到所示日期；截止日填早了的，按实际情况更正。",
            "Keep the notice up until the date shown; if the end "
            "date was entered too early, correct it to what happened.",
        ),
    ),
    "probation_full_year": GateText(
        name=Text("预备期满一年", "One full year of probation"),
        rule=Text(
            "预备期满一年后，支部大会方可讨论转正。",
            "The branch meeting takes up conversion only after one full year of probation.",
        ),
        cure=Text(
            "请等到所示日期再开会讨论；其间继续教育考察。",
            "Wait for the date shown before the meeting; education and examination go on meanwhile.",
        ),
    ),
    "extension_expired": GateText(
        name=Text("延长期满后讨论", "After the extension"),
        rule=Text(
            "延长了预备期的，延长期满后再讨论转正。",
            "Where probation was extended, conversion is taken up again when the extension has ended.",
        ),
        cure=Text(
            "请等到所示日期再开会讨论；其间继续教育考察。",
            "Wait for the date shown before the meeting; education and examination go on meanwhile.",
        ),
    ),
    "extension_length": GateText(
        name=Text("延长半年至一年，只一次", "Extension of six to twelve months, once"),
        rule=Text(
            "预备期只能延长一次，延长时间不少于半年、不超过一年。",
            "Probation may be extended once only, by not less than six months and not more than one year.",
        ),
        cure=Text(
            "请调整延长时长；已经延长过一次的，大会应在转正和取消资格之间作出决定。",
            "Choose another length; after one extension the meeting decides between conversion and cancellation.",
        ),
    ),
    "conversion_meeting_within_one_month": GateText(
        name=Text("及时讨论转正", "Conversion meeting in time"),
        rule=Text(
            "收到转正申请且预备期已满后，应及时召开支部大会讨论，默认在一个月内。",
            "Once the application is in and probation is over, the branch "
            "meeting takes up conversion soon, by default within one month.",
        ),
        cure=Text(
            "请尽快召开支部大会并登记日期；超期的，写明原因。",
            "Hold the branch meeting and enter its date soon; if late, say why.",
        ),
    ),
    "conversion_meeting_within_three_months": GateText(
        name=Text("讨论转正的最长时间", "Outer limit for the conversion meeting"),
        rule=Text(
            "情况特殊、未能及时讨论转正的，也不宜拖过最长时间，默认三个月。",
            "Where special circumstances delay the conversion meeting, "
            "it still keeps to an outer limit, by default three months.",
        ),
        cure=Text(
            "请尽快召开支部大会；已经超过的，向上级党委说明情况。",
            "Hold the branch meeting as soon as possible; if the limit has passed, explain to the superior committee.",
        ),
    ),
    "transferee_postpone_limit": GateText(
        name=Text("推迟讨论不超过六个月", "Postponed by six months at most"),
        rule=Text(
            "对转入的预备党员，党支部可以推迟讨论转正，最长六个月；转正时间仍从预备期满之日算起。",
            "For a probationary member who moved in, the branch may postpone the discussion "
            "by up to six months; conversion still counts from the end of probation.",
        ),
        cure=Text("请尽快召开支部大会讨论；超期的，写明原因。", "Hold the branch meeting soon; if late, say why."),
    ),
    "conversion_branch_meeting_quorum": GateText(
        name=Text("转正大会到会人数过半", "Attendance at the conversion meeting"),
        rule=Text(
            "转正大会实到会有表决权的党员要超过应到会的半数，书面意见不算到会。",
            "At the conversion meeting more than half of the eligible voters "
            "are present; written opinions do not count as attendance.",
        ),
        cure=Text(
            "请核对应到和实到人数；人数确实不够的，另定时间开会。",
            "Check both numbers; if too few were present, call another meeting.",
        ),
    ),
    "conversion_branch_meeting_majority": GateText(
        name=Text("转正大会赞成过半", "Majority at the conversion meeting"),
        rule=Text(
            "转正、延长或取消资格的决议，赞成人数要超过应到会有表决权党员的半数，会前正式提交的书面意见计入票数。",
            "To convert, extend or cancel, more than half of the eligible voters are "
            "in favour; written opinions duly filed before the meeting are counted.",
        ),
        cure=Text(
            "请核对票数；确未过半的，再次召开大会讨论。",
            "Check the tally; if it fell short, take the matter to another meeting.",
        ),
    ),
    "conversion_secret_ballot": GateText(
        name=Text("转正大会无记名投票", "Secret ballot at conversion"),
        rule=Text(
            "讨论转正与接收时一样，采用无记名投票。",
            "Conversion is voted on by secret ballot, as admission is.",
        ),
        cure=Text(
            "请核对表决方式；不是无记名投票的，请重新召开大会表决。",
            "Check how the vote was taken; if the ballot was open, hold the vote again.",
        ),
    ),
    "conversion_branch_meeting_tally": GateText(
        name=Text("转正大会票数相符", "Tally of the conversion meeting"),
        rule=Text(
            "转正大会现场各类票数之和等于实到会人数，加上书面意见后不超过应到会人数。",
            "At the conversion meeting the ballots cast add up to those present, "
            "and with the written opinions to no more than the eligible voters.",
        ),
        cure=Text("请对照计票单逐项核对票数和人数。", "Go through the numbers against the tally sheet."),
    ),
    "conversion_approve_three_months": GateText(
        name=Text("三个月内审批转正", "Conversion approved within three months"),
        rule=Text(
            "上级党委收到转正决议后，应在三个月内审批。",
            "The superior committee decides on conversion within three months of receiving the resolution.",
        ),
        cure=Text(
            "请尽快安排党委会审批；超期的，写明原因。",
            "Put the case before the committee soon; if late, say why.",
        ),
    ),
    "seniority_start_rule": GateText(
        name=Text("党龄起算日", "Start of seniority"),
        rule=Text(
            "党龄从预备期满转为正式党员之日算起；延长过的，从延长期满之日算起。",
            "Seniority counts from the day on which probation ends in full "
            "membership; after an extension, from the end of the extension.",
        ),
        cure=Text(
            "请采用系统算出的日期，并核对预备期的起止。",
            "Use the computed date, and check the dates of probation.",
        ),
    ),
    "archive_within_one_month": GateText(
        name=Text("及时归档", "Archived in time"),
        rule=Text(
            "转正批准后材料应及时归档，默认在一个月内。",
            "The papers are archived promptly after conversion is approved, by default within one month.",
        ),
        cure=Text(
            "请尽快移交归档并登记日期；超期的，写明原因。",
            "Hand the papers over and enter the date soon; if late, say why.",
        ),
    ),
    "six_forms_cut": GateText(
        name=Text("裁下考察表归档", "Booklet forms cut out"),
        rule=Text(
            "有人事档案的，把跟踪考察簿中应归档的考察表裁下存入，默认六张。",
            "Where there is a personnel archive, the forms of the booklet "
            "that belong in it are cut out and filed, by default six.",
        ),
        cure=Text("请对照清单点齐应裁下的表。", "Count the forms to be cut out against the list."),
    ),
}
