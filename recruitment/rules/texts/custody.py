"""The words of an archive package's way: who holds it, what is entered of it, and why it is not taken."""

from recruitment.rules.texts.pairs import Text

KEEPERS: dict[str, Text] = {
    "branch": Text("党支部", "Branch"),
    "committee": Text("审批党委", "Approving committee"),
    "department": Text("上级党委组织部门", "Organisation department above"),
    "personnel": Text("人事档案管理单位", "Personnel archive office"),
    "using_unit": Text("用工单位（代管党员档案）", "Using unit (keeps the Party member archive)"),
    "outside": Text("本系统以外的接收单位", "Receiving unit outside this system"),
}

CUSTODY_STATES: dict[str, Text] = {
    "waiting": Text("待移交", "To be handed over"),
    "on_the_way": Text("移交途中", "On the way"),
    "kept": Text("已接收保管", "Received and kept"),
}

CUSTODY_DEEDS: dict[str, Text] = {
    "handed_over": Text("移交", "Handed over"),
    "received": Text("接收确认", "Receipt confirmed"),
    "returned": Text("退回", "Returned"),
    "kept": Text("保管确认", "Custody confirmed"),
    "corrected": Text("上一条作废", "Entry before withdrawn"),
}

CUSTODY_RETURNS: dict[str, Text] = {
    "incomplete": Text("材料不全，与移交清单不符", "Papers are missing against the hand-over list"),
    "differs": Text("文件与清单上的哈希不一致", "A file differs from its hash on the list"),
    "unsigned": Text("清单没有签名或者盖章", "The list is not signed or stamped"),
    "wrong_body": Text("不属于本单位保管", "Not for this body to keep"),
    "no_archive": Text("本人人事档案不在本单位", "The person's personnel archive is not kept here"),
    "other": Text("其他", "Other"),
}
