"""The veto situations (一票否决): what each means and what to check before using it.

The names are official terms. An advice never decides: the organisation does, on what it has verified.
"""

from typing import NamedTuple

from recruitment.rules.texts.pairs import Text


class VetoText(NamedTuple):
    """Name, meaning (one sentence) and advice (what to check first) of one situation."""

    name: Text
    meaning: Text
    advice: Text


VETOES: dict[str, VetoText] = {
    "V01": VetoText(
        name=Text("申请时未满十八周岁", "Under 18 at application"),
        meaning=Text(
            "申请书落款之日，本人不满十八周岁。",
            "On the date of the application letter the person was not yet eighteen.",
        ),
        advice=Text(
            "对照身份证件核对出生日期和落款日期，排除录入差错。",
            "Compare birth date and letter with the identity document and rule out a slip in entering them.",
        ),
    ),
    "V02": VetoText(
        name=Text("非本人自愿申请", "Application not voluntary"),
        meaning=Text(
            "入党申请不是本人的真实意愿，而是他人代办或者要求的。",
            "The application is not the person's own wish but was made or demanded by others.",
        ),
        advice=Text(
            "同本人单独谈话，听本人说明，并保留谈话记录。",
            "Talk with the person alone, hear their own account, and keep the record.",
        ),
    ),
    "V03": VetoText(
        name=Text("不符合申请人身份条件（非中国公民）", "Not a Chinese citizen"),
        meaning=Text(
            "申请人不具有中华人民共和国国籍。",
            "The applicant is not a citizen of the People's Republic of China.",
        ),
        advice=Text(
            "查验有效身份证件；证件过期或遗失的，先请本人补办。",
            "Look at a valid identity document; if it expired or was lost, have it renewed first.",
        ),
    ),
    "V04": VetoText(
        name=Text("政治审查不合格", "Failed political review"),
        meaning=Text(
            "政治审查形成了不合格的书面结论。",
            "The political review ended in a written conclusion of failure.",
        ),
        advice=Text(
            "看报告依据是否充分、程序是否完整，并以本人一贯表现为主。",
            "See that the report rests on evidence and full procedure and judges the person's own record.",
        ),
    ),
    "V05": VetoText(
        name=Text("未经政治审查即办理接收", "Admission attempted without political review"),
        meaning=Text(
            "没有政治审查结论就办理接收手续。",
            "Admission is being handled without a conclusion of the political review.",
        ),
        advice=Text(
            "先查结论是否已形成而只是漏传；补齐后即可恢复办理。",
            "Check whether the conclusion exists and was only not uploaded; once it is there the case goes on.",
        ),
    ),
    "V06": VetoText(
        name=Text("未经集中培训（无经批准的特殊情况）", "No intensive training and no approved exemption"),
        meaning=Text(
            "没有参加集中培训，也没有经批准的免训依据。",
            "There was no intensive training and no approved exemption.",
        ),
        advice=Text(
            "查结业证明和免训批准文件；补训或补齐依据后即可恢复办理。",
            "Look for the certificate or the approval; after training or with the approval the case goes on.",
        ),
    ),
    "V07": VetoText(
        name=Text("预审不合格", "Preliminary review failed"),
        meaning=Text(
            "有审批权限的党委预审认为不合格。",
            "The committee with approval power found the person not qualified in preliminary review.",
        ),
        advice=Text(
            "核对书面预审结果，把原因告诉支部，由支部继续培养后再报。",
            "Check the written result and tell the branch why; the branch goes on with cultivation and asks again.",
        ),
    ),
    "V08": VetoText(
        name=Text("支部大会赞成数未过半", "Branch meeting vote not passed"),
        meaning=Text(
            "支部大会的赞成人数没有超过应到会有表决权党员的半数。",
            "Those in favour at the branch meeting did not exceed half of the eligible voters.",
        ),
        advice=Text(
            "核对应到人数和会前书面意见的计数；再次召开的大会通过后，提示消除。",
            "Check the number of eligible voters and the written opinions; the flag falls when a later meeting passes.",
        ),
    ),
    "V09": VetoText(
        name=Text("培养考察不足一年即列为发展对象", "Listed before one full year of cultivation"),
        meaning=Text(
            "培养教育和考察不满一年就列为发展对象。",
            "The person was listed before one full year of cultivation and examination.",
        ),
        advice=Text(
            "核对确定为积极分子的日期；有转接的，核对能否连续计算培养时间。",
            "Check the date of determination and, after a transfer, whether the time may be counted on.",
        ),
    ),
    "V10": VetoText(
        name=Text("公示反映的问题查实并影响入党", "Complaint in public notice verified and disqualifying"),
        meaning=Text(
            "公示期间反映的问题经查实，并且影响入党。",
            "A matter raised during the notice was verified and stands against admission.",
        ),
        advice=Text(
            "看核查材料能否证明问题属实，并听取本人说明。",
            "See whether the inquiry proves the matter, and hear the person.",
        ),
    ),
    "V11": VetoText(
        name=Text("弄虚作假：伪造年龄、身份、材料或会议记录", "Falsified age, identity, materials or minutes"),
        meaning=Text("伪造年龄、身份、申请材料或者会议记录。", "Age, identity, papers or minutes were falsified."),
        advice=Text(
            "分清故意造假和笔误、漏填；以原件、原始记录和当事人说明为准。",
            "Tell deceit from slips and gaps; rely on originals, first records and what those concerned say.",
        ),
    ),
    "V12": VetoText(
        name=Text("三个月内将离开现单位", "Leaving the unit within three months"),
        meaning=Text(
            "预计三个月内离开现工作、学习单位。",
            "The person is expected to leave the unit of work or study within three months.",
        ),
        advice=Text(
            "核对毕业、调动或合同到期的日期；情况改变或者经基层党委写明理由后，可以恢复办理。",
            "Check the date of graduation, move or end of contract; the case goes "
            "on when this changes or the grassroots committee gives its reason.",
        ),
    ),
    "V13": VetoText(
        name=Text("党委审批不予批准", "Approval refused by the committee"),
        meaning=Text("党委集体讨论表决，决定不予批准。", "The committee, after discussion and vote, refused approval."),
        advice=Text(
            "核对会议记录和表决结果，通知支部和本人，并做好思想工作。",
            "Check minutes and vote, tell the branch and the person, and talk it through.",
        ),
    ),
    "V14": VetoText(
        name=Text("预备期不履行党员义务、不具备条件，取消预备党员资格", "Probationary membership cancelled"),
        meaning=Text(
            "预备期内不履行党员义务、不具备党员条件，经支部大会通过并报上级党委批准取消资格。",
            "On probation the person did not fulfil a member's duties or meet the "
            "conditions; the branch meeting and the superior committee cancelled membership.",
        ),
        advice=Text(
            "确认支部大会决议和上级党委批准都已具备；尚可教育的，先考虑延长。",
            "See that both the resolution and the approval are there; "
            "where education may still help, consider an extension first.",
        ),
    ),
    "V15": VetoText(
        name=Text("信仰宗教且不改变", "Holds religious belief and does not change"),
        meaning=Text("信仰宗教，经教育仍不改变。", "The person holds a religious belief and keeps it after education."),
        advice=Text(
            "先耐心谈话和教育，区分宗教信仰与民族风俗习惯，以本人态度为准。",
            "Talk and educate patiently first; tell belief from ethnic custom, and go by the person's own stand.",
        ),
    ),
    "V16": VetoText(
        name=Text("参加邪教或非法组织", "Involved in a cult or illegal organisation"),
        meaning=Text(
            "参加邪教组织或者其他非法组织。",
            "The person takes part in a cult or another illegal organisation.",
        ),
        advice=Text(
            "以主管机关的认定或者查实材料为依据，不凭传言。",
            "Rely on the finding of the competent body or on proven facts, not on hearsay.",
        ),
    ),
    "V17": VetoText(
        name=Text("受过刑事处罚", "Has received criminal punishment"),
        meaning=Text("受过刑事处罚。", "The person has received a criminal punishment."),
        advice=Text(
            "核对生效裁判文书；确认本级有明确规定并附上文件。",
            "Check the final judgment; make sure the local rule covers it, and attach that document.",
        ),
    ),
    "V18": VetoText(
        name=Text("受治安处罚、吸毒、赌博、嫖娼等", "Public-security penalty, drugs, gambling, prostitution"),
        meaning=Text(
            "因治安违法受过处罚，或者有吸毒、赌博、嫖娼等行为。",
            "The person was punished for a public-security offence, or for drugs, gambling or prostitution.",
        ),
        advice=Text(
            "核对处罚决定书和时间；本级规定有年限的，按年限掌握。",
            "Check the decision and its date; where the local rule sets a number of years, keep to it.",
        ),
    ),
    "V19": VetoText(
        name=Text("涉黑涉恶或宗族恶势力", "Gang or clan-force involvement"),
        meaning=Text("参与黑恶势力或者宗族恶势力活动。", "The person took part in gang or clan-force activity."),
        advice=Text(
            "以执法机关的认定为依据，分清参与者与一般亲属关系。",
            "Rely on the finding of the enforcement body; being a relative is not taking part.",
        ),
    ),
    "V20": VetoText(
        name=Text("被列为失信被执行人", "Listed as a dishonest judgment debtor"),
        meaning=Text("被人民法院列为失信被执行人。", "A court has listed the person as a dishonest judgment debtor."),
        advice=Text(
            "查询当前名单；已经履行义务、移出名单的，不再适用。",
            "Look at the current list; it no longer applies to someone who has paid and was removed.",
        ),
    ),
    "V21": VetoText(
        name=Text("人情党员、家族党员：违规为亲属办理或未回避", "Favour or family recruitment without recusal"),
        meaning=Text(
            "违反规定为亲属办理入党，或者应当回避的没有回避。",
            "Relatives were recruited against the rules, or someone who should have stood aside did not.",
        ),
        advice=Text(
            "核对亲属关系登记和会议记录；有亲属是党员本身不构成否决。",
            "Check declared relatives and minutes; merely having relatives in the Party is no veto.",
        ),
    ),
    "V22": VetoText(
        name=Text("突击发展：不按程序集中赶办", "Rush recruitment"),
        meaning=Text(
            "不按程序和时限，集中赶办发展手续。",
            "Persons were rushed through together, past procedure and time limits.",
        ),
        advice=Text(
            "对照各步办理日期和会议记录，分清赶办与正常的集中开会。",
            "Compare the dates of the steps with the minutes; a meeting on several persons is not in itself a rush.",
        ),
    ),
    "V23": VetoText(
        name=Text(
            "曲线发展：避开长期工作学习居住地在户籍地入党",
            "Detour recruitment via household-registration place",
        ),
        meaning=Text(
            "避开长期工作、学习、居住的地方，通过户籍地等途径入党。",
            "The person avoided the place of long-term work, study or "
            "residence and applied elsewhere, as through the registered home.",
        ),
        advice=Text(
            "核对实际工作、学习、居住地和受理依据；有正当理由的不属于此项。",
            "Check where the person really works, studies and lives and why "
            "this organisation received the letter; a good reason rules it out.",
        ),
    ),
    "V24": VetoText(
        name=Text("道德失范：不孝、恃强凌弱、打牌赌博等（县定清单）", "Serious moral failings (county list)"),
        meaning=Text(
            "有县级清单列明的道德失范行为，例如不赡养老人、恃强凌弱、赌博等。",
            "The person shows moral failings named in the county's "
            "list, such as neglecting parents, bullying or gambling.",
        ),
        advice=Text(
            "附上本县清单，听取邻里和村（社区）意见，查实后再用。",
            "Attach the county's list, hear neighbours and the village or community, and use it only when proven.",
        ),
    ),
    "V25": VetoText(
        name=Text("正在被立案调查或审查", "Under investigation"),
        meaning=Text(
            "正在被立案调查或者审查，尚无结论。",
            "The person is under a formal investigation that has not been concluded.",
        ),
        advice=Text(
            "向立案机关核实；结论不影响入党的，及时恢复办理。",
            "Ask the investigating body; when its conclusion does not stand in the way, let the case go on soon.",
        ),
    ),
    "V26": VetoText(
        name=Text("拒服兵役", "Refusal of military service"),
        meaning=Text("依法应当服兵役而拒绝服役。", "The person refused military service required by law."),
        advice=Text(
            "向兵役机关核实认定；确认本级有明确规定并附上文件。",
            "Ask the military service office; make sure the local rule covers it, and attach that document.",
        ),
    ),
}

# What a veto does to the case.
EFFECTS: dict[str, Text] = {
    "terminate": Text("终止本次发展", "the case ends"),
    "return": Text("退回重新办理", "go back and do the step again"),
    "block_until_cured": Text("暂停，消除后继续", "suspended until cured"),
}
