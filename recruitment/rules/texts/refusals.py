"""What the product says when it refuses an act, and the names of the flags that no gate or veto names.

Every act that is refused for a gate's sake prints the gate's own texts instead; these are the other codes.

Placeholders of the sentences, to be filled with ``str.format`` (each sentence uses those of its code only):

==========================  ========================================================================
``not_this_step``           ``current`` name of the step that is in hand, ``status`` its state
``not_allowed``             ``role`` who may do it, ``seat`` the seat now used
``action_date_in_future``   ``field`` label of the date, ``date`` as given, ``today``
``date_order``              ``field`` label, ``date`` as given, ``step`` the earlier step, ``earlier`` its date
``material_missing``        ``papers`` names of the missing papers
``flag_unexplained``        ``flags`` names of the flags without an explanation
``suspended``               ``vetoes`` names of the situations that suspend the case
``frozen``                  ``reason`` what froze the case
``closed``                  ``status`` how the case ended
``field_invalid``           ``field`` label of the field
==========================  ========================================================================

The others have none. Titles and cures never have any.
"""

from typing import NamedTuple

from recruitment.rules.texts.pairs import Text


class RefusalText(NamedTuple):
    """Title (a few words), sentence (what is the matter) and cure (what to do now) of one refusal."""

    title: Text
    sentence: Text
    cure: Text


REFUSALS: dict[str, RefusalText] = {
    "not_this_step": RefusalText(
        title=Text("还没有轮到这项操作", "Not the turn of this act"),
        sentence=Text(
            "此人现在办到“{current}”（{status}），这项操作现在还不能办理。",
            "The case now stands at “{current}” ({status}), where this act has no place.",
        ),
        cure=Text(
            "请回到此人的页面，从“现在要做”办起。",
            "Go back to the person's page and start from what is to be done now.",
        ),
    ),
    "not_allowed": RefusalText(
        title=Text("由其他岗位办理", "For another seat to do"),
        sentence=Text(
            "这项操作由{role}办理，您现在使用的岗位是{seat}。",
            "This act belongs to the {role}; the seat you now use is {seat}.",
        ),
        cure=Text(
            "您兼任该岗位的，请先切换岗位；没有兼任的，请转告负责的同志。",
            "If you also hold that seat, switch to it first; otherwise pass it on to those who do.",
        ),
    ),
    "own_submission": RefusalText(
        title=Text("须由另一人校核", "Another person verifies"),
        sentence=Text(
            "这一步由您提交，校核要由另一人进行。",
            "You submitted this step, so another person has to verify it.",
        ),
        cure=Text("请由同级另一名校核人员办理。", "Leave it to another verifier of the same level."),
    ),
    "action_date_in_future": RefusalText(
        title=Text("办理日期晚于今天", "Date later than today"),
        sentence=Text(
            "“{field}”填的是{date}，今天是{today}；只登记已经办理的事项。",
            "“{field}” says {date} and today is {today}; only what has happened is entered.",
        ),
        cure=Text(
            "请核对日期；还没有办的，办完再登记。",
            "Check the date; if it has not happened yet, enter it afterwards.",
        ),
    ),
    "date_order": RefusalText(
        title=Text("早于前面的步骤", "Earlier than a step before it"),
        sentence=Text(
            "“{field}”填的是{date}，早于“{step}”的办理日期{earlier}。",
            "“{field}” says {date}, which is earlier than “{step}” on {earlier}.",
        ),
        cure=Text(
            "请核对两个日期；前面步骤的日期需要更正的，申请退回。",
            "Check both dates; if the earlier one needs correcting, ask for the case to be sent back.",
        ),
    ),
    "material_missing": RefusalText(
        title=Text("还差材料", "Papers still missing"),
        sentence=Text("还差：{papers}。", "Still missing: {papers}."),
        cure=Text("请上传后再提交。", "Upload them, then submit."),
    ),
    "flag_unexplained": RefusalText(
        title=Text("提示尚未说明", "A flag has no explanation yet"),
        sentence=Text("这些提示还没有说明：{flags}。", "These flags have no explanation yet: {flags}."),
        cure=Text(
            "请由办理单位逐项写明原因，然后再校核。",
            "The side that did the step explains each of them; then it can be verified.",
        ),
    ),
    "suspended": RefusalText(
        title=Text("本案暂停校核", "Verification is suspended"),
        sentence=Text(
            "因“{vetoes}”，本案各步暂不能校核通过。",
            "No step of this case can be verified because of: {vetoes}.",
        ),
        cure=Text(
            "请先消除这一情形，由校核单位写明理由后恢复办理。",
            "Cure the situation first; the verifying side then gives its reason and lets the case go on.",
        ),
    ),
    "frozen": RefusalText(
        title=Text("本案已冻结", "The case is frozen"),
        sentence=Text("本案已冻结：{reason}。", "The case is frozen: {reason}."),
        cure=Text(
            "请等转接接收完成，或者等上级对否决作出确认或撤销。",
            "Wait until the transfer is settled, or until the level above has confirmed or dismissed the veto.",
        ),
    ),
    "closed": RefusalText(
        title=Text("本案已经结束", "The case has ended"),
        sentence=Text("本案已经结束（{status}），只供查阅。", "The case has ended ({status}) and can only be read."),
        cure=Text(
            "本人以后重新申请的，另行建档办理。",
            "If the person applies again later, a new case is opened.",
        ),
    ),
    "field_invalid": RefusalText(
        title=Text("有一项需要更正", "One entry needs correcting"),
        sentence=Text("“{field}”填写的内容不能采用。", "What was entered under “{field}” cannot be used."),
        cure=Text("请按该项下面的说明更正。", "Correct it as the help under the field says."),
    ),
    "deliberation_missing": RefusalText(
        title=Text("尚未审议", "Not yet deliberated"),
        sentence=Text(
            "党支部与审批党委之间的党组织还没有登记审议意见。",
            "A body between the branch and the approving committee has not yet entered its deliberation.",
        ),
        cure=Text(
            "请先由该党组织登记审议日期和意见，再提交审批。",
            "Have that body enter the date and opinion of its deliberation, then submit the approval.",
        ),
    ),
    "stale": RefusalText(
        title=Text("内容已有更新", "Changed in the meantime"),
        sentence=Text(
            "您打开本页以后，此人的记录已有更新，这次提交没有保存。",
            "The record has changed since you opened this page; what you sent was not saved.",
        ),
        cure=Text(
            "请对照最新的记录核对，然后再提交。",
            "Compare it with the current record, then submit again.",
        ),
    ),
    "own_correction": RefusalText(
        title=Text("须由另一人决定", "Another person decides"),
        sentence=Text(
            "这项更正由您申请，是否更正要由另一人决定。",
            "You asked for this correction, so another person has to decide on it.",
        ),
        cure=Text("请由上一级另一名校核人员决定。", "Leave it to another verifier of the level above."),
    ),
    "correction_pending": RefusalText(
        title=Text("已有一项更正待批准", "A correction is waiting already"),
        sentence=Text(
            "这里已有一项更正等待批准，一次只办一项。",
            "A correction of these facts waits for its decision; one is dealt with at a time.",
        ),
        cure=Text("请先撤回或等待那一项的决定。", "Withdraw that one, or wait for its decision."),
    ),
    "correction_stale": RefusalText(
        title=Text("申请以后记录有变动", "Changed since it was asked for"),
        sentence=Text(
            "申请更正以后，原来的记录已有变动，这项申请所依据的内容不再相符。",
            "The record has changed since the correction was asked for, and is no longer what it set out from.",
        ),
        cure=Text("请按最新的记录重新申请。", "Ask again from the current record."),
    ),
    "correction_empty": RefusalText(
        title=Text("没有改动", "Nothing is changed"),
        sentence=Text(
            "各栏与现在的记录相同，没有要更正的内容。", "Every field is as recorded; there is nothing to correct."
        ),
        cure=Text("请先改动要更正的栏目。", "Change the fields that are to be corrected first."),
    ),
    "correction_changes_outcome": RefusalText(
        title=Text("更正会改变办理结果", "It would change the result"),
        sentence=Text(
            "按更正后的内容，这一步的办理结果就不同了；更正只改事实，不改决定。",
            "With these facts the step would have another result; a correction changes facts and never a decision.",
        ),
        cure=Text(
            "结果确实不同的，请校核单位送回这一步，重新办理。",
            "If the result was indeed another, have the verifying side send the case back to this step.",
        ),
    ),
    "paper_altered": RefusalText(
        title=Text("材料与上传时不一致", "A paper is not as it was uploaded"),
        sentence=Text(
            "有材料的文件不在，或者与上传时不一致。",
            "The file of a paper is gone, or is not what was uploaded.",
        ),
        cure=Text("请先查明原因，再重新上传这份材料。", "Find out why first, then upload the paper anew."),
    ),
    "too_large": RefusalText(
        title=Text("材料太多", "Too much for one file"),
        sentence=Text(
            "这份纪实的材料合在一起太大，不能做成一个文件。",
            "The papers of this case are together too large for one file.",
        ),
        cure=Text("请分开下载各份材料。", "Download the papers one by one."),
    ),
    "case_file_invalid": RefusalText(
        title=Text("卷宗文件不完整", "The case file is not whole"),
        sentence=Text(
            "这个文件不是随案卷宗，或者与签发时不一致，或者这个版本读不懂。",
            "This is no case file, or not as it was issued, or this version cannot read it.",
        ),
        cure=Text("请签发单位重新生成，再传一次。", "Ask the issuer to make it anew and to send it again."),
    ),
    "case_file_key": RefusalText(
        title=Text("不认识签发的密钥", "Sealed with an unknown key"),
        sentence=Text(
            "这份卷宗完整，但是这里没有认可过签发它的密钥。",
            "The case file is whole, and nobody here has accepted the key that sealed it.",
        ),
        cure=Text(
            "请用另外的途径与签发单位核对密钥指纹，由管理员决定是否认可。",
            "Compare the fingerprint with the issuer by another way; an administrator then decides.",
        ),
    ),
    "case_file_withheld": RefusalText(
        title=Text("卷宗不含个人隐私内容", "Made without what is private"),
        sentence=Text(
            "这份卷宗是给不参与办理的人看的，缺少接着办所需要的内容。",
            "The case file was made for somebody who takes no part and lacks what going on would need.",
        ),
        cure=Text(
            "请签发单位由参与办理的人重新生成。",
            "Ask the issuer to have it made by somebody who takes part in the case.",
        ),
    ),
    "organisation_missing": RefusalText(
        title=Text("这里没有这个党组织", "No such organisation here"),
        sentence=Text(
            "卷宗中写到的党组织，这里没有，或者不能接收。",
            "An organisation that the case file names is not here, or cannot receive the case.",
        ),
        cure=Text(
            "请先建立或导入这个组织，或者指定这里对应的组织。",
            "Enter or import it first, or say which organisation stands for it here.",
        ),
    ),
    "case_here": RefusalText(
        title=Text("这里已有这份纪实", "The case is here already"),
        sentence=Text(
            "编号相同的纪实，或者此人未结束的纪实，这里已有一份。",
            "A case with this number, or an open case of this person, is here already.",
        ),
        cure=Text("请先查明两份纪实的关系。", "Find out first how the two belong together."),
    ),
    "paper_not_kept": RefusalText(
        title=Text("材料存不下来", "A paper cannot be stored"),
        sentence=Text(
            "存放材料时磁盘出错，整份卷宗没有导入。",
            "The disk refused a paper, and nothing of the case file was imported.",
        ),
        cure=Text("请检查磁盘空间和权限，再导入一次。", "Look at space and permissions of the disk and import again."),
    ),
}

# Every other flag is the id of a gate or the code of a veto and bears its name.
FLAGS: dict[str, Text] = {
    "returned": Text("退回补正", "returned for correction"),
    "upload_within_one_month": Text("材料未按期传齐", "papers not uploaded in time"),
}

# What an organisation is told that is no flag of a case: how a red was decided, appeals, and yellows told one level up.
NOTICES: dict[str, Text] = {
    "yellow_escalated": Text("黄灯久未消除，报上级", "yellow open too long, told to the level above"),
    "veto_confirmed": Text("一票否决已确认，本次发展终止", "veto confirmed, this admission has ended"),
    "veto_dismissed": Text("一票否决已撤销，继续办理", "veto dismissed, the case goes on"),
    "appeal_received": Text("收到本人申诉，等待答复", "the person's appeal has come in and waits for its answer"),
    "appeal_upheld": Text("申诉成立，恢复办理", "appeal upheld, the case goes on"),
    "appeal_rejected": Text("申诉不成立，维持原决定", "appeal rejected, the decision stands"),
    "correction_requested": Text("申请更正，等待批准", "a correction waits for its decision"),
    "correction_approved": Text("更正已批准", "correction approved"),
    "correction_refused": Text("更正未获批准", "correction refused"),
}
