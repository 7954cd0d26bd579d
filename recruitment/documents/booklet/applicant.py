"""F01 and F02: the application, its registration and the talk."""

from recruitment.documents.booklet.parts import PERSON, SECRETARY, by_hand
from recruitment.documents.layout import Box, Item, Pairs, Sign, Title

ROWS = {
    "F01": (
        Title("一、本人基本情况"),
        Pairs("person.name", "person.sex", "person.birth_date"),
        Pairs("person.ethnicity", "person.native_place", "person.political_status"),
        Pairs("person.id_number", "person.education"),
        Pairs("person.employer_or_school", "person.position"),
        Pairs("person.employment_kind", "person.has_personnel_archive", "person.expected_leave_date"),
        Pairs("person.residence"),
        Pairs("person.household_registration", "person.phone"),
        Box(Item("person.work_history"), lines=4),
        Box(Item("person.family"), lines=3),
        Box(Item("person.social_relations"), lines=2, signs=(Sign("本人签名"),)),
        Title("二、申请和登记"),
        Pairs("submit_application.application_date", "submit_application.received_on"),
        Pairs("submit_application.receiving_branch", "submit_application.channel"),
        Pairs("register_application.registered_on", "register_application.registrar"),
        Pairs(
            "register_application.identity_checked",
            "register_application.jurisdiction_ok",
            "register_application.screen_result",
        ),
        Box(Item("register_application.prior_history"), lines=2),
        by_hand(
            "党支部意见",
            "写明是否接收申请、由谁联系谈话；书记签名并盖党支部章。",
            Sign("登记人签名"),
            SECRETARY,
            lines=2,
            sample="同意接收入党申请，由样本·钱某、样本·赵某在一个月内同本人谈话。",
        ),
    ),
    "F02": (
        *PERSON,
        Pairs("submit_application.received_on", "organization_talk.talk_date"),
        Pairs("organization_talk.talkers"),
        Box(Item("organization_talk.summary"), lines=12),
        Box(
            Item("organization_talk.conclusion"),
            lines=5,
            signs=(Sign("谈话人签名"), Sign("入党申请人签名")),
        ),
        by_hand(
            "党支部意见",
            "写明是否同意作为入党申请人教育引导；书记签名并盖党支部章。",
            SECRETARY,
            sample="同意作为入党申请人教育引导。",
        ),
    ),
}
