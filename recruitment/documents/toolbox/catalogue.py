"""What each template is for, who issues it, and how many people one paper may be about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from recruitment.rules import texts
from recruitment.rules.papers import DOCUMENTS, TEMPLATES
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text

FOLDER = Path(__file__).parent
SOURCES = FOLDER / "sources"
SHIPPED = FOLDER / "shipped"


class Issuer(StrEnum):
    """Whose paper it is; a paper about several people is about people of one issuer."""

    PERSON = "person"
    BRANCH = "branch"
    COMMITTEE = "committee"


ISSUERS: Mapping[Issuer, Text] = MappingProxyType(
    {
        Issuer.PERSON: Text("本人", "the person"),
        Issuer.BRANCH: Text("党支部", "the branch"),
        Issuer.COMMITTEE: Text("基层党委", "the grassroots committee"),
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One template of the toolbox.

    ``by_hand``: the person writes it; the file is an outline and nobody fills in what the person must say.
    ``to_bodies``: a letter to an outside body; one of it goes to each body of a list.
    """

    code: str
    issuer: Issuer
    purpose: Text
    by_hand: bool = False
    to_bodies: bool = False

    @property
    def name(self) -> Text:
        return texts.TEMPLATES[self.code]

    @property
    def step(self) -> str:
        """The step that the table of templates names for it."""
        return TEMPLATES[self.code].step

    @property
    def steps(self) -> tuple[str, ...]:
        """All steps in which it serves, in order: its own, and those whose papers are made from it."""
        papers = {document.code for document in DOCUMENTS.values() if document.template == self.code}
        using = [key for key, step in STEPS.items() if papers & {paper.code for paper in step.papers}]
        return tuple(key for key in STEPS if key in {self.step, *using})

    @property
    def stage(self) -> int:
        return STEPS[self.step].stage

    @property
    def shipped(self) -> Path:
        return SHIPPED / f"{self.code}.docx"

    @property
    def source(self) -> Path:
        return SOURCES / f"{self.code}.txt"


_ENTRIES = (
    Entry(
        "T01",
        Issuer.PERSON,
        Text("本人手写入党申请书时对照的提纲。", "An outline beside which the person writes the letter by hand."),
        by_hand=True,
    ),
    Entry(
        "T02",
        Issuer.BRANCH,
        Text(
            "记录收到申请后一个月内的谈话，谈话人和本人签名。", "Records the talk within a month of receipt; both sign."
        ),
    ),
    Entry(
        "T03",
        Issuer.BRANCH,
        Text(
            "汇总党员推荐或群团推优的票数和意见。", "Sums up the votes and opinion of members or a mass organisation."
        ),
    ),
    Entry(
        "T04",
        Issuer.BRANCH,
        Text(
            "支委会研究积极分子、发展对象、接收审查和转正审查的会议记录。",
            "Minutes of the branch committee on activists, targets, admission and conversion.",
        ),
    ),
    Entry(
        "T05",
        Issuer.BRANCH,
        Text("支部确定积极分子后向上级党委备案。", "The branch files the activists with the committee above."),
    ),
    Entry("T06", Issuer.COMMITTEE, Text("上级党委对备案报告的答复。", "The committee's reply to the filing report.")),
    Entry(
        "T07",
        Issuer.PERSON,
        Text("本人手写思想汇报时对照的提纲。", "An outline beside which the person writes the thought report by hand."),
        by_hand=True,
    ),
    Entry(
        "T08",
        Issuer.BRANCH,
        Text("支部每半年对积极分子考察一次的意见。", "The branch's opinion at each half-yearly review of an activist."),
    ),
    Entry(
        "T09",
        Issuer.BRANCH,
        Text(
            "列为发展对象前、转正前听取党员和群众意见的座谈记录。",
            "Record of opinions heard before listing as a development target and before conversion.",
        ),
    ),
    Entry(
        "T10",
        Issuer.BRANCH,
        Text("请上级党委同意拟列为发展对象。", "Asks the committee above to consent to the proposed targets."),
    ),
    Entry(
        "T11",
        Issuer.BRANCH,
        Text("发展对象（或拟转正人员）公示的文本。", "The text of the public notice on targets, or on conversion."),
    ),
    Entry("T12", Issuer.BRANCH, Text("公示期满向上级党委报告结果。", "Reports the result when the notice has ended.")),
    Entry(
        "T13",
        Issuer.COMMITTEE,
        Text("向有关单位函调本人和亲属情况，附回函。", "Asks units about the person and relatives, with a reply slip."),
        to_bodies=True,
    ),
    Entry(
        "T14",
        Issuer.BRANCH,
        Text("政治审查的结论性材料。", "The concluding report of the political review."),
    ),
    Entry(
        "T15",
        Issuer.COMMITTEE,
        Text(
            "向纪检、法院、检察、公安等单位一次发函，联合审查。",
            "One letter to each of discipline inspection, court, procuratorate, police and others: joint review.",
        ),
        to_bodies=True,
    ),
    Entry("T16", Issuer.BRANCH, Text("支部请上级党委预审。", "The branch asks for preliminary review.")),
    Entry(
        "T17",
        Issuer.COMMITTEE,
        Text("书面通知预审结果并发放入党志愿书。", "Notifies the result in writing and issues the application form."),
    ),
    Entry(
        "T18",
        Issuer.BRANCH,
        Text("支部大会接收预备党员的决议，抄入志愿书。", "The meeting's resolution, to be copied into the form."),
    ),
    Entry("T19", Issuer.BRANCH, Text("请上级党委审批接收预备党员。", "Asks the committee to approve the admission.")),
    Entry(
        "T20",
        Issuer.COMMITTEE,
        Text(
            "党委审批结果的批复，附给本人的通知。", "The committee's reply on approval, with the notice to each person."
        ),
    ),
    Entry("T21", Issuer.COMMITTEE, Text("组织入党宣誓的方案。", "The plan of the oath ceremony.")),
    Entry(
        "T22",
        Issuer.PERSON,
        Text("本人手写转正申请书时对照的提纲。", "An outline beside which the person writes the application by hand."),
        by_hand=True,
    ),
    Entry(
        "T23",
        Issuer.BRANCH,
        Text("支部大会讨论转正的决议。", "The meeting's resolution on conversion, extension or cancellation."),
    ),
    Entry("T24", Issuer.BRANCH, Text("请上级党委审批转正。", "Asks the committee to approve the conversion.")),
)

CATALOGUE: Mapping[str, Entry] = MappingProxyType({entry.code: entry for entry in _ENTRIES})

#: The bodies that a joint review usually hears: the 1+7 practice, led by the organisation department.
JOINT_REVIEW_BODIES = (
    "县（区）纪委监委",
    "县（区）委组织部",
    "县（区）委政法委",
    "县（区）人民法院",
    "县（区）人民检察院",
    "县（区）公安局",
    "县（区）信访局",
    "县（区）市场监督管理局",
)


def of_step(step: str) -> list[Entry]:
    """The templates that serve in this step, in the order of their codes."""
    return [entry for entry in CATALOGUE.values() if step in entry.steps]
