"""Verdicts in words: every gate met, unmet and waiting, in both languages, with real dates; and every other code."""

import json
import unicodedata
from dataclasses import replace

import pytest

from recruitment.rules import texts
from recruitment.rules.dates import WorkingCalendar
from recruitment.rules.editions import R2014, R2026, Ruleset, edition_of
from recruitment.rules.explain import (
    Explanation,
    arithmetic,
    cite,
    day_text,
    explain_finding,
    explain_flag,
    explain_lock,
    explain_reason,
    flag_name,
    from_json,
    gate_article,
    to_json,
    verdict_to_json,
    veto_article,
)
from recruitment.rules.gates import Finding, Reason, judge_act, judge_entry, judge_gate
from recruitment.rules.lights import Flag, assess, deadlines
from recruitment.rules.schema import Side
from recruitment.rules.steps import GATES, STEPS
from recruitment.rules.texts import Text
from recruitment.rules.vetoes import VETOES
from tests.rules.build import act, day, extended, regular, ruleset, waiting
from tests.rules.cases import CASES

PLAIN = Ruleset()


def has_han(words: str) -> bool:
    return any(unicodedata.name(character, "").startswith("CJK UNIFIED") for character in words)


def assert_readable(explanation: Explanation) -> None:
    for name in ("title", "sentence", "article", "arithmetic", "cure"):
        words = getattr(explanation, name)
        if name == "arithmetic" and words == Text("", ""):
            continue
        assert has_han(words.zh), (name, words)
        assert words.en, (name, words)
        assert not has_han(words.en), (name, words)
        assert not set("{}") & set(words.zh + words.en), (name, words)
        assert not set("，。；：（）、") & set(words.en), (name, words)
        assert "None" not in words.zh + words.en, (name, words)
    assert from_json(json.loads(json.dumps(to_json(explanation)))) == explanation


def finding_of(gate_id, moment, rules) -> Finding | None:
    """What the engine found for one gate: among the verdict's findings, or behind a deadline."""
    facts, today = moment
    found = [d.finding for d in deadlines(facts, rules, today) if d.code == gate_id]
    if GATES[gate_id].step in STEPS:
        gates = (gate for gate in rules.gates(GATES[gate_id].step, today) if gate.id == gate_id)
        found += [judge_gate(gate, facts, rules, edition_of(today), today) for gate in gates]
    return next((finding for finding in found if finding is not None), None)


def moments():
    for gate_id, case in CASES.items():
        for offset in (-1, 0, 1):
            yield pytest.param(gate_id, case.at(offset), case.rules, id=f"{gate_id}[{offset}]")
            if case.waiting:
                yield pytest.param(gate_id, case.waiting(offset), case.rules, id=f"{gate_id}[{offset}, waiting]")


@pytest.mark.parametrize(("gate_id", "moment", "rules"), list(moments()))
def test_every_gate_in_every_state(gate_id, moment, rules):
    facts, today = moment
    finding = finding_of(gate_id, moment, rules)
    if finding is None:
        # Papers that are in, periods that have their entry and acts not entered leave nothing to explain.
        assert gate_id not in assess(facts, rules, today).codes
        return
    explanation = explain_finding(finding, today)
    assert_readable(explanation)
    assert explanation.title == texts.GATES[gate_id].name
    assert explanation.arithmetic.zh
    for found in (finding.unlocks_on, finding.due):
        if (
            found is not None
            and finding.gate.duration is not None
            and (finding.gate.duration.months or finding.gate.working)
        ):
            assert day_text(found).zh in explanation.arithmetic.zh
            assert day_text(found).en in explanation.arithmetic.en
    assert (explanation.unlocks_on, explanation.due) == (finding.unlocks_on, finding.due)


@pytest.mark.parametrize(("gate_id", "moment", "rules"), list(moments()))
def test_every_refusal_flag_and_lock_of_every_case(gate_id, moment, rules):
    facts, today = moment
    state = assess(facts, rules, today)
    for flag in state.flags:
        assert_readable(explain_flag(flag, today))
    for lock in state.locks:
        assert_readable(explain_lock(lock, today))
    if state.step:
        verdict = judge_act(state.step, facts, rules, today)
        for reason in verdict.reasons:
            assert_readable(explain_reason(reason, today, step=verdict.step))
        json.dumps(verdict_to_json(verdict, today))


def the_flag(code, facts, today, rules=PLAIN):
    return next(flag for flag in assess(facts, rules, day(today)).flags if flag.code == code)


def reasons(key, facts, today, rules=PLAIN):
    return {reason.code: reason for reason in judge_act(key, facts, rules, day(today)).reasons}


def sum_of(gate_id, offset, *, wait=False):
    case = CASES[gate_id]
    moment = (case.waiting if wait else case.at)(offset)
    return arithmetic(finding_of(gate_id, moment, case.rules), moment[1])


class TestArithmetic:
    """The sums as people read them."""

    @pytest.mark.parametrize(
        ("gate_id", "offset", "wait", "zh", "en"),
        [
            (
                "talk_within_one_month",
                1,
                True,
                "党组织收到日期 2026年6月1日，加一个月 = 2026年7月1日；谈话日期尚未登记，今天 2026年7月2日。",
                "Date received 1 June 2026, plus one month = 1 July 2026; "
                "Date of the talk not entered, today 2 July 2026.",
            ),
            (
                "talk_within_one_month",
                1,
                False,
                "党组织收到日期 2026年6月1日，加一个月 = 2026年7月1日；谈话日期 2026年7月2日。",
                "Date received 1 June 2026, plus one month = 1 July 2026; Date of the talk 2 July 2026.",
            ),
            (
                "applicant_age_18",
                -1,
                False,
                "出生日期 2008年6月2日，加十八年 = 2026年6月2日；申请书落款日期 2026年6月1日。",
                "Date of birth 2 June 2008, plus 18 years = 2 June 2026; Date of the letter 1 June 2026.",
            ),
            (
                "conversion_application_not_too_early",
                -1,
                False,
                "预备期止 2028年8月23日，往前一个月 = 2028年7月23日；申请日期 2028年7月22日。",
                "End of probation 23 August 2028, minus one month = 23 July 2028; "
                "Date of the application 22 July 2028.",
            ),
            (
                "notice_after_consent",
                -1,
                False,
                "同意日期 2027年7月8日，最早当天；公示起始日 2027年7月7日。",
                "Date of consent 8 July 2027, at the earliest the same day; Notice posted on 7 July 2027.",
            ),
            (
                "approve_within_three_months",
                1,
                False,
                "收到决议日期（未登记的按大会日期） 2027年8月25日，加三个月 = 2027年11月25日；"
                "审批会议日期 2027年11月26日。",
                "Resolution received on (while not entered: date of the meeting) 25 August 2027, "
                "plus three months = 25 November 2027; Date of the meeting 26 November 2027.",
            ),
            (
                "conversion_meeting_within_one_month",
                1,
                False,
                "收到日期与预备期止中较晚的一天 2028年8月23日，加一个月 = 2028年9月23日；大会日期 2028年9月24日。",
                "The later of date received and end of probation 23 August 2028, "
                "plus one month = 23 September 2028; Date of the meeting 24 September 2028.",
            ),
            (
                "probation_full_year",
                -1,
                True,
                "“支部大会讨论接收”的大会日期 2027年8月23日，加一年 = 2028年8月23日；今天 2028年8月22日。",
                "Date of the meeting of “Admission branch meeting” 23 August 2027, plus one year = 23 August 2028; "
                "today 22 August 2028.",
            ),
            (
                "review_every_six_months",
                1,
                True,
                "本期起点（自支委会决定日期逐期推算） 2026年7月1日，每六个月一期；"
                "本期 2026年7月1日 之后至 2027年1月1日，尚未登记，今天 2027年1月2日。",
                "Start of this period (periods run on from the date of the decision) 1 July 2026, in periods of six "
                "months; this one runs after 1 July 2026 up to 1 January 2027; nothing entered, today 2 January 2027.",
            ),
            (
                "training_amount",
                -1,
                False,
                "天数：至少 3，实有 2。\n学时：至少 24，实有 23。",
                "Days: at least 3, in fact 2.\nClass hours: at least 24, in fact 23.",
            ),
            ("contact_count", 1, False, "培养联系人：1 至 2，实有 3。", "Cultivation contacts: 1 to 2, in fact 3."),
            ("introducer_count", -1, False, "入党介绍人：应为 2，实有 1。", "Introducers: 2 required, in fact 1."),
            ("minimum_two_reviews", -1, False, "考察：不少于 2，实有 1。", "review: not fewer than 2, in fact 1."),
            (
                "admission_branch_meeting_quorum",
                -1,
                False,
                "应到会 9 人，半数为 4.5，超过半数至少 5 人；实到会 4 人。",
                "Eligible 9, half of them 4.5, more than half at least 5; present 4.",
            ),
            (
                "conversion_branch_meeting_majority",
                -1,
                False,
                "应到会 9 人，半数为 4.5，超过半数至少 5 人；赞成 4 人。",
                "Eligible 9, half of them 4.5, more than half at least 5; in favour 4.",
            ),
            (
                "admission_branch_meeting_tally",
                -1,
                False,
                "现场票数合计 8，实到会 9 人；实到会与书面意见合计 9，应到会 9 人。",
                "Ballots cast 8, present 9; present and written opinions together 9, eligible 9.",
            ),
            (
                "admission_secret_ballot",
                1,
                False,
                "表决方式：应为 无记名投票、逐个表决，登记为 无记名投票、未逐个表决。",
                "Kind of ballot: secret ballot, one by one required, entered as secret ballot, not one by one.",
            ),
            (
                "admission_secret_ballot",
                0,
                False,
                "表决方式：应为 无记名投票、逐个表决，登记为 无记名投票、逐个表决。",
                "Kind of ballot: secret ballot, one by one required, entered as secret ballot, one by one.",
            ),
            (
                "probation_start_equals_meeting",
                1,
                False,
                "预备期起：应为 2027年8月23日，登记为 2027年8月24日。\n"
                "预备期止：应为 2028年8月23日，登记为 2028年8月23日。",
                "Start of probation: 23 August 2027 required, entered as 24 August 2027.\n"
                "End of probation: 23 August 2028 required, entered as 23 August 2028.",
            ),
            (
                "seniority_start_rule",
                -1,
                False,
                "党龄起算日：应为 2028年8月23日，登记为 2028年8月22日。",
                "Start of seniority: 23 August 2028 required, entered as 22 August 2028.",
            ),
            (
                "extension_length",
                0,
                False,
                "预备期止 2028年8月23日，加六个月 = 2029年2月23日；"
                "可延至 2029年2月23日 到 2029年8月23日 之间。已延长 0 次。",
                "End of probation 23 August 2028, plus six months = 23 February 2029; "
                "allowed from 23 February 2029 to 23 August 2029. Extensions so far: 0.",
            ),
            (
                "extension_length",
                -1,
                False,
                "预备期止 2028年8月23日，加183天 = 2029年2月22日；"
                "可延至 2029年2月23日 到 2029年8月23日 之间。已延长 0 次。",
                "End of probation 23 August 2028, plus 183 days = 22 February 2029; "
                "allowed from 23 February 2029 to 23 August 2029. Extensions so far: 0.",
            ),
            (
                "annual_plan_quota",
                1,
                False,
                "年度计划 3 名，最多 3 名，已用 3 名，加上此人 4 名。",
                "Annual plan 3, at most 3, used 3, with this person 4.",
            ),
            (
                "leaving_within_three_months",
                1,
                True,
                "今天 2027年8月17日，加三个月 = 2027年11月17日；预计离开现单位日期 2027年11月16日。",
                "Today 17 August 2027, plus three months = 17 November 2027; "
                "Expected date of leaving 16 November 2027.",
            ),
            (
                "political_review_validity",
                1,
                True,
                "报告日期 2027年8月2日，加一年，有效至 2028年8月2日；今天 2028年8月3日。",
                "Date of the report 2 August 2027, plus one year, valid until 2 August 2028; today 3 August 2028.",
            ),
            (
                "upload_within_one_month",
                1,
                True,
                "办理日与本步开放日中较晚的一天 2026年6月2日，加一个月 = 2026年7月2日；"
                "最后一份必需材料上传日期尚未登记，今天 2026年7月3日。\n还差：身份、学历等证明材料。",
                "The later of the act and the opening of the step 2 June 2026, plus one month = 2 July 2026; "
                "upload of the last required paper not entered, today 3 July 2026.\n"
                "Still missing: Identity and education evidence.",
            ),
        ],
    )
    def test_with_real_dates(self, gate_id, offset, wait, zh, en):
        assert sum_of(gate_id, offset, wait=wait) == Text(zh, en)

    def test_working_days_say_whether_the_posting_day_counts_and_what_is_provisional(self):
        words = sum_of("publicity_five_working_days", -1)
        first, note = words.zh.split("\n")
        assert first == "公示起始日 2027年7月12日，当天不计，满五个工作日为 2027年7月19日；公示截止日 2027年7月18日。"
        assert note == "所涉年份的节假日安排尚未公布，暂按周一至周五计算。"
        assert "provisionally" in words.en

    def test_with_a_table_for_the_year_nothing_is_provisional(self):
        facts, today = CASES["publicity_five_working_days"].at(0)
        rules = Ruleset(working=WorkingCalendar(years=frozenset({2027})))
        assert "\n" not in arithmetic(finding_of("publicity_five_working_days", (facts, today), rules), today).zh

    def test_the_posting_day_counted(self):
        rules = ruleset(conversion_publicity={"enabled": True, "count_start_day": True})
        moment = CASES["conversion_publicity"].at(0)
        assert "当天计入" in arithmetic(finding_of("conversion_publicity", moment, rules), moment[1]).zh

    def test_a_local_number_is_the_one_that_is_printed(self):
        rules = ruleset(talk := "assign_contacts_within_one_month", **{talk: {"enabled": True, "duration": "P10D"}})
        moment = CASES[talk].waiting(0)
        assert "加十天 = 2026年7月11日" in arithmetic(finding_of(talk, moment, rules), moment[1]).zh

    def test_a_range_of_forms(self):
        rules = ruleset(six_forms_cut={"min": 5, "max": 7})
        moment = CASES["six_forms_cut"].at(0)
        assert arithmetic(finding_of("six_forms_cut", moment, rules), moment[1]).zh == "裁下归档的表：5 至 7，实有 6。"

    def test_a_date_late_enough_but_ahead_of_today_is_compared_with_today(self):
        letter = act("submit_application", application_date=day("2026-06-08"))
        facts = regular("submit_application", letter, birth_date=day("2008-06-08"))
        words = explain_reason(
            reasons("submit_application", facts, "2026-06-01")["applicant_age_18"], day("2026-06-01")
        )
        assert words.arithmetic.zh == "出生日期 2008年6月8日，加十八年 = 2026年6月8日；今天 2026年6月1日。"

    def test_a_committee_that_went_ahead_is_named(self):
        facts, today = CASES["leaving_within_three_months"].at(1)
        facts = facts.with_step(replace(facts.step("preliminary_review"), overridden=True))
        assert sum_in_lines(facts, today)[1] == "未满所需时间，基层党委已写明理由，继续办理。"

    def test_an_approval_refused_fixes_no_dates(self):
        approval = act("committee_approval", result="refuse", probation_start=None, probation_end=None)
        moment = regular("committee_approval", approval), day("2027-09-06")
        finding = finding_of("probation_start_equals_meeting", moment, PLAIN)
        assert arithmetic(finding, moment[1]) == Text("", "")

    def test_a_date_that_is_missing_is_called_so(self):
        approval = act("committee_approval", probation_start=None, probation_end=None)
        moment = regular("committee_approval", approval), day("2027-09-06")
        assert "登记为 未登记" in arithmetic(finding_of("probation_start_equals_meeting", moment, PLAIN), moment[1]).zh

    def test_after_one_extension(self):
        meeting = act(
            "conversion_branch_meeting", decision="extend", extension_duration="P6M", meeting_date=day("2029-02-23")
        )
        facts = extended("conversion_branch_meeting", "2029-02-23", meeting)
        words = arithmetic(finding_of("extension_length", (facts, day("2029-02-23")), PLAIN), day("2029-02-23"))
        assert words.zh.endswith("已延长 1 次。")


def sum_in_lines(facts, today):
    return arithmetic(finding_of("leaving_within_three_months", (facts, today), PLAIN), today).zh.split("\n")


class TestArticles:
    @pytest.mark.parametrize(
        ("gate_id", "edition", "zh", "en"),
        [
            ("review_every_six_months", R2026, "细则（2026年5月修订）第十一条", "Rules (May 2026 revision), art. 11"),
            ("review_every_six_months", R2014, "细则（2014年）第十一条", "Rules (2014), art. 11"),
            ("probation_full_year", R2026, "细则（2026年5月修订）第三十一条", "Rules (May 2026 revision), art. 31"),
            ("introducer_count", R2014, "细则（2014年）第十四条", "Rules (2014), art. 14"),
            ("fill_after_issue", R2026, "细则（2026年5月修订）第十八条", "Rules (May 2026 revision), art. 18"),
            (
                "after_training",
                R2026,
                "细则（2026年5月修订）第十七条、第十八条",
                "Rules (May 2026 revision), arts. 17, 18",
            ),
            (
                "admission_branch_meeting_majority",
                R2026,
                "细则（2026年5月修订）第二十条",
                "Rules (May 2026 revision), art. 20",
            ),
            (
                "archive_within_one_month",
                R2026,
                "本地做法（可由本组织设定，参照细则（2026年5月修订）第三十六条）",
                "local practice (set by the organisation; cf. Rules (May 2026 revision), art. 36)",
            ),
            ("training_validity", R2026, "本地做法（可由本组织设定）", "local practice (set by the organisation)"),
            (
                "upload_within_one_month",
                R2026,
                "纪实管理做法（可由本组织设定）",
                "record-keeping practice (set by the organisation)",
            ),
            (
                "talk_after_branch_meeting",
                R2014,
                "由规则推出的核对（参照细则（2014年）第二十四条）",
                "check that follows from the rules (cf. Rules (2014), art. 24)",
            ),
            ("admission_branch_meeting_tally", R2026, "由规则推出的核对", "check that follows from the rules"),
            ("meeting_within_one_month", R2014, "细则（2014年）", "Rules (2014)"),
        ],
    )
    def test_of_gates(self, gate_id, edition, zh, en):
        assert gate_article(GATES[gate_id], edition) == Text(zh, en)

    @pytest.mark.parametrize(
        ("code", "edition", "zh", "en"),
        [
            ("V04", R2026, "细则（2026年5月修订）第十六条", "Rules (May 2026 revision), art. 16"),
            ("V08", R2014, "细则（2014年）第二十一条", "Rules (2014), art. 21"),
            (
                "V01",
                R2026,
                "细则（2026年5月修订）第五条、党章（2022年修改）第一条",
                "Rules (May 2026 revision), art. 5; Party Constitution (2022), art. 1",
            ),
            ("V10", R2014, "细则（2026年5月修订）第十三条", "Rules (May 2026 revision), art. 13"),
            ("V11", R2014, "细则（2014年）第四十三条、第四十四条", "Rules (2014), arts. 43, 44"),
            (
                "V15",
                R2026,
                "党员教育管理工作条例（2019年）第三十一条第二款",
                "Regulations on Member Education (2019), art. 31(2)",
            ),
            ("V16", R2026, "本地规定，须附本组织的文件", "local rule; it needs the organisation's own document"),
        ],
    )
    def test_of_vetoes(self, code, edition, zh, en):
        assert veto_article(code, edition) == Text(zh, en)

    @pytest.mark.parametrize(("number", "zh"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (44, "四十四")])
    def test_numbers(self, number, zh):
        assert cite(R2014, str(number)).zh == f"细则（2014年）第{zh}条"

    def test_an_act_is_explained_by_the_edition_of_its_day(self):
        application = act("submit_application", status="verified", received_on=day("2026-03-01"))
        for on, edition in (("2026-05-10", "2014年"), ("2026-05-11", "2026年5月修订")):
            talk = act("organization_talk", talk_date=day(on))
            facts = regular("organization_talk", application, talk)
            flag = the_flag("talk_within_one_month", facts, "2026-05-20")
            assert edition in explain_flag(flag, day("2026-05-20")).article.zh


class TestFlags:
    @pytest.mark.parametrize("code", VETOES)
    def test_a_veto(self, code):
        explanation = explain_flag(Flag(step="political_review", code=code), day("2027-08-02"))
        assert_readable(explanation)
        assert explanation.title == texts.VETOES[code].name == flag_name(code)

    def test_a_return(self):
        explanation = explain_flag(Flag(step="organization_talk", code="returned"), day("2026-06-12"))
        assert_readable(explanation)
        assert explanation.title.zh == "退回补正"

    def test_papers(self):
        paperless = replace(act("political_review"), papers=())
        flag = the_flag("upload_within_one_month", regular("political_review", paperless), "2027-09-03")
        explanation = explain_flag(flag, day("2027-09-03"))
        assert_readable(explanation)
        assert explanation.title.zh == "材料未按期传齐"
        assert "还差：政审谈话、查档及函调材料、发展对象政治审查情况报告。" in explanation.arithmetic.zh
        assert explanation.due == day("2027-09-02")

    def test_papers_that_came_late(self):
        facts, today = CASES["upload_within_one_month"].at(1)
        words = explain_flag(the_flag("upload_within_one_month", facts, today.isoformat()), today).arithmetic
        assert words.zh.endswith("最后一份必需材料上传日期 2026年7月3日。")

    @pytest.mark.parametrize("code", GATES)
    def test_a_stored_flag_without_its_finding(self, code):
        flag = Flag(step="organization_talk", code=code, due=day("2026-07-01"))
        explanation = explain_flag(flag, day("2026-07-02"))
        assert_readable(explanation)
        assert explanation.due == day("2026-07-01")


class TestLocks:
    def test_a_lock_says_from_which_day_on(self):
        facts, today = CASES["cultivation_one_year"].waiting(-1)
        lock = assess(facts, PLAIN, today).locks[0]
        explanation = explain_lock(lock, today)
        assert explanation.sentence.zh.endswith("“支委会研究拟列发展对象”自2027年7月1日起可以提交。")
        assert explanation.sentence.en.endswith("“Propose as development target” can be submitted from 1 July 2027 on.")
        assert explanation.arithmetic.zh == "支委会决定日期 2026年7月1日，加一年 = 2027年7月1日；今天 2027年6月30日。"
        assert explanation.unlocks_on == day("2027-07-01")

    def test_a_date_already_entered_does_not_hide_today(self):
        facts, today = CASES["cultivation_one_year"].at(-1)
        lock = assess(facts, PLAIN, today).locks[0]
        assert explain_lock(lock, today).arithmetic.zh.endswith("今天 2027年6月30日。")


class TestReasons:
    def words(self, reason, step="organization_talk"):
        explanation = explain_reason(reason, day("2026-06-05"), step=step)
        assert_readable(explanation)
        assert explanation.title == texts.REFUSALS[reason.code].title
        return explanation.sentence

    @pytest.mark.parametrize(
        ("reason", "zh"),
        [
            (
                Reason("not_this_step", inputs={"current": "organization_talk", "status": "submitted"}),
                "此人现在办到“党组织派人谈话”（待校核），这项操作现在还不能办理。",
            ),
            (Reason("not_this_step"), "此人现在办到“全部环节已办完”（待办理），这项操作现在还不能办理。"),
            (
                Reason("not_allowed", inputs={"role": Side.COMMITTEE, "seat": Text("书记", "secretary")}),
                "这项操作由基层党委办理，您现在使用的岗位是书记。",
            ),
            (
                Reason("not_allowed", inputs={"role": "branch", "seat": "superior_org_department"}),
                "这项操作由党支部办理，您现在使用的岗位是上级党委组织部门。",
            ),
            (Reason("not_allowed"), "这项操作由其他岗位办理，您现在使用的岗位是现有岗位。"),
            (Reason("own_submission"), "这一步由您提交，校核要由另一人进行。"),
            (
                Reason("material_missing", codes=("D06", "D07")),
                "还差：确定入党积极分子的备案报告、入党积极分子备案意见。",
            ),
            (
                Reason("flag_unexplained", codes=("talk_within_one_month", "upload_within_one_month")),
                "这些提示还没有说明：一个月内谈话、材料未按期传齐。",
            ),
            (Reason("suspended", codes=("V12",)), "因“三个月内将离开现单位”，本案各步暂不能校核通过。"),
            (Reason("frozen", inputs={"reason": "transfer"}), "本案已冻结：正在转接。"),
            (Reason("frozen", inputs={"reason": "veto"}), "本案已冻结：一票否决情形待上级确认或撤销。"),
            (Reason("closed", inputs={"status": "terminated"}), "本案已经结束（已终止），只供查阅。"),
            (Reason("field_invalid", field_name="talk_date"), "“谈话日期”填写的内容不能采用。"),
            (Reason("field_invalid", field_name="reason"), "“理由”填写的内容不能采用。"),
            (Reason("field_invalid", field_name="birth_date"), "“出生日期”填写的内容不能采用。"),
            (Reason("field_invalid", field_name="held_on"), "“审议日期”填写的内容不能采用。"),
            (Reason("field_invalid", field_name="thought_report"), "“思想汇报”填写的内容不能采用。"),
        ],
    )
    def test_codes_of_the_system(self, reason, zh):
        assert self.words(reason).zh == zh

    @pytest.mark.parametrize("code", texts.REFUSALS)
    def test_none_is_left_out(self, code):
        inputs = {"target": day("2026-06-09"), "anchor": day("2026-06-10"), "step": "organization_talk"}
        if code not in ("action_date_in_future", "date_order"):
            inputs = {}
        self.words(
            Reason(code, field_name="talk_date", codes=("D01",) if code == "material_missing" else (), inputs=inputs)
        )

    def test_the_future(self):
        facts = regular("organization_talk", act("organization_talk"))
        reason = reasons("organization_talk", facts, "2026-06-05")["action_date_in_future"]
        assert self.words(reason).zh == "“谈话日期”填的是2026年6月10日，今天是2026年6月5日；只登记已经办理的事项。"

    def test_the_order_of_dates(self):
        facts = regular("organization_talk", act("organization_talk", talk_date=day("2026-06-01")))
        reason = reasons("organization_talk", facts, "2026-06-05")["date_order"]
        assert self.words(reason).zh == "“谈话日期”填的是2026年6月1日，早于“接收登记与资格初审”的办理日期2026年6月2日。"

    def test_the_date_of_an_entry(self):
        facts = regular("cultivate_educate", waiting("cultivate_educate", "2026-07-09"))
        reason = judge_entry("cultivate_educate", day("2026-07-01"), facts, day("2026-07-09"))[0]
        assert self.words(reason, "cultivate_educate").zh.startswith(
            "“登记日期”填的是2026年7月1日，早于“指定培养联系人”"
        )

    def test_a_gates_refusal_prints_the_gates_own_words(self):
        facts, today = CASES["introducer_count"].at(1)
        reason = reasons("assign_introducers", facts, today.isoformat())["introducer_count"]
        assert explain_reason(reason, today) == explain_finding(reason.finding, today)


def test_a_verdict_is_stored_with_its_inputs_and_its_words():
    case = CASES["admission_branch_meeting_tally"]
    facts, today = case.at(-1)
    stored = json.loads(json.dumps(verdict_to_json(judge_act("admission_branch_meeting", facts, PLAIN, today), today)))
    assert (stored["ok"], stored["edition"], stored["judged_on"]) == (False, "r2026", "2027-08-23")
    found = {finding["gate"]: finding for finding in stored["findings"]}
    assert found["admission_branch_meeting_quorum"]["inputs"]["eligible"] == 9
    assert found["meeting_within_one_month"]["inputs"]["due"] == "2027-09-16"
    assert found["admission_branch_meeting_tally"]["met"] is False
    assert [reason["code"] for reason in stored["reasons"]] == ["admission_branch_meeting_tally"]
    words = from_json(stored["reasons"][0]["explanation"])
    assert words.title.zh == "接收大会票数相符"


@pytest.mark.parametrize(
    "stored", [{}, {"title": "x"}, to_json(explain_flag(Flag("", "returned"), day("2026-06-01"))) | {"due": "soon"}]
)
def test_what_was_not_stored_by_us_is_refused(stored):
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json(stored)
