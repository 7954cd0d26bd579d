"""Why a verifier hands a step back: the coded list that returns are counted by. Practice, no national list.

The codes are stored; a code that is no longer wanted stays here, so that old returns keep their words.
"""

from typing import NamedTuple

from recruitment.rules.texts.pairs import Text


class ReturnReason(NamedTuple):
    """A reason by its kind, with the words that the acting side reads and a hint on how to correct it."""

    kind: str
    name: Text
    hint: Text


RETURN_KINDS: dict[str, Text] = {
    "papers": Text("材料", "Papers"),
    "dates": Text("日期和期限", "Dates and limits"),
    "votes": Text("会议和表决", "Meetings and votes"),
    "people": Text("人员", "People"),
    "procedure": Text("程序", "Procedure"),
    "other": Text("其他", "Other"),
}

RETURN_REASONS: dict[str, ReturnReason] = {
    "paper_missing": ReturnReason(
        "papers",
        Text("缺少材料", "A paper is missing"),
        Text("写明缺哪一份、哪一页。", "Say which paper or page."),
    ),
    "paper_illegible": ReturnReason(
        "papers",
        Text("扫描不清或者不完整", "Scan illegible or incomplete"),
        Text("写明哪一页看不清，请重新拍照或者扫描。", "Say which page, and ask for a new photograph or scan."),
    ),
    "paper_wrong": ReturnReason(
        "papers",
        Text("传错材料或者传成他人材料", "Wrong paper, or another person's"),
        Text("写明应当是什么材料。", "Say which paper belongs here."),
    ),
    "signature_missing": ReturnReason(
        "papers",
        Text("缺签名", "Signature missing"),
        Text("写明谁应当签名、在哪里。", "Say who has to sign, and where."),
    ),
    "stamp_missing": ReturnReason(
        "papers",
        Text("缺盖章", "Stamp missing"),
        Text("写明盖哪个组织的章。", "Say whose stamp."),
    ),
    "content_thin": ReturnReason(
        "papers",
        Text("内容空泛，看不出本人情况", "Content says nothing of the person"),
        Text("写明要补写什么事实。", "Say which facts to add."),
    ),
    "date_disagrees": ReturnReason(
        "dates",
        Text("登记日期与材料不一致", "Date entered disagrees with the paper"),
        Text("写明两处各是哪一天。", "Name both dates."),
    ),
    "date_order": ReturnReason(
        "dates",
        Text("先后顺序不对", "Wrong order of dates"),
        Text("写明哪一步应当在前。", "Say which step has to come first."),
    ),
    "period_short": ReturnReason(
        "dates",
        Text("公示、培训等时间不足", "Notice, training or the like too short"),
        Text("写明要求多长、实际多长。", "Say how long it must be and how long it was."),
    ),
    "vote_not_adding_up": ReturnReason(
        "votes",
        Text("票数对不上", "The votes do not add up"),
        Text("写明应到、实到和各项票数。", "Give those entitled, those present and each count."),
    ),
    "quorum_missing": ReturnReason(
        "votes",
        Text("到会人数不够", "Too few present"),
        Text("写明应到多少、实到多少。", "Give those entitled and those present."),
    ),
    "minutes_incomplete": ReturnReason(
        "votes",
        Text("会议记录不完整", "Minutes incomplete"),
        Text("写明缺讨论、缺决议还是缺参会人员。", "Say whether discussion, resolution or attendance is missing."),
    ),
    "wrong_person": ReturnReason(
        "people",
        Text("姓名、身份等与本人不符", "Name or identity not the person's"),
        Text("写明哪一项与证件不一致。", "Say what disagrees with the identity card."),
    ),
    "not_entitled": ReturnReason(
        "people",
        Text("培养联系人、介绍人等不符合条件", "Contact, introducer or other not entitled"),
        Text("写明谁、不符合哪一条。", "Say who, and which condition is not met."),
    ),
    "procedure_not_kept": ReturnReason(
        "procedure",
        Text("程序没有履行或者不规范", "Procedure not kept"),
        Text("写明哪一项程序要补做或者重做。", "Say what has to be done, or done again."),
    ),
    "opinion_missing": ReturnReason(
        "procedure",
        Text("没有写明意见或者结论", "Opinion or conclusion missing"),
        Text("写明缺哪一级的意见。", "Say whose opinion is missing."),
    ),
    "other": ReturnReason(
        "other",
        Text("其他", "Other"),
        Text("写明缺什么、哪里不一致、怎样补正。", "Say what is missing or disagrees, and how to correct it."),
    ),
}

#: What a return is counted under when its author gave words only.
UNCODED = "other"
