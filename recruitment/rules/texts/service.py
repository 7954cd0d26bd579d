"""What each service limit is called, what it asks for, and what to do when it has passed."""

from recruitment.rules.texts.gates import GateText
from recruitment.rules.texts.pairs import Text

SERVICE: dict[str, GateText] = {
    "verification_in_time": GateText(
        name=Text("校核按时办结", "Verification in time"),
        rule=Text(
            "提交以后，校核单位应当在约定的工作日内作出决定，默认十个工作日，提交当天不算。",
            "What was handed in is decided by its verifier within the agreed working days, by default ten; "
            "the day of handing in is not counted.",
        ),
        cure=Text("请尽快校核：通过，或者写明原因退回。", "Verify it now: pass it, or return it with the reason."),
    ),
    "filing_in_time": GateText(
        name=Text("备案按时反馈", "Answer on filing in time"),
        rule=Text(
            "支部报送以后，党委应当在约定的工作日内备案并反馈，默认十个工作日，报送当天不算。",
            "After the branch's report the committee files and answers within the agreed working days, by default "
            "ten; the day of the report is not counted.",
        ),
        cure=Text("请尽快审查并书面反馈备案意见。", "Examine the papers and return the written opinion now."),
    ),
    "consent_in_time": GateText(
        name=Text("同意意见按时反馈", "Answer on consent in time"),
        rule=Text(
            "支部报送以后，党委应当在约定的工作日内研究并反馈是否同意，默认十个工作日，报送当天不算。",
            "After the branch's report the committee considers it and answers within the agreed working days, by "
            "default ten; the day of the report is not counted.",
        ),
        cure=Text("请尽快研究并书面反馈是否同意。", "Consider the report and return the written answer now."),
    ),
}
