"""What the demonstration has beside the steps: an appeal, a correction, letters, opinions, custody, an analysis.

Each comes through the service that a page would call. What has no case to stand on in a smaller city is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db.models import F

from branches.access import SYSTEM, Actor
from branches.models import Seat, User
from branches.services.absence import give_substitute
from recruitment import machine
from recruitment.demonstration import papers
from recruitment.demonstration.seats import Branch, Township
from recruitment.models import AlertSetting, Case, Inquiry, StepRecord
from recruitment.rules.editions import R2026_FROM
from recruitment.selectors import analyses as pools
from recruitment.selectors.casefile import load, local_day
from recruitment.services import acts, analyses, appeals, corrections, custody, inquiries
from recruitment.services.materials import inspect
from recruitment.services.settings import save_alert_setting

_AWAY = timedelta(days=14)
_OPINIONS = {"contact_opinion": "halfyear_review", "introducer_opinion": "probation_education"}
_SAID = (
    "样本：学习主动，思想汇报按时，肯听意见；建议多到群众中去，把工作做得更细。",
    "样本：工作踏实，群众反映较好，提出的不足已有改进，同意继续培养考察。",
)
#: So few yellows of a quarter ask for a talk, that on most days of the year one is owed.
_TALK_AFTER = 2


def furnish(townships: Mapping[str, Township], home: Township, now: datetime) -> None:
    """All of it, as far as the city has cases for it."""
    _alerts(home, now)
    _appeal(townships, now)
    _correction(home, now)
    _letters(home, now)
    _opinions(townships, now)
    _custody(townships, now)
    _absence(home, now)
    _analysis(home, now)


def _secretary(home: Township) -> Actor:
    return home.branches[0].enterers[0]


def _alerts(home: Township, now: datetime) -> None:
    setting = AlertSetting(organisation=home.committee, talk_after=_TALK_AFTER, document=f"样本党发〔{now.year}〕2号")
    save_alert_setting(setting=setting, actor=SYSTEM, now=now)


def _appeal(townships: Mapping[str, Township], now: datetime) -> None:
    """Somebody whose case was ended by a veto appeals; the branch receives it."""
    for township in townships.values():
        for branch in township.branches:
            case = Case.objects.filter(branch=branch.organisation, end=Case.End.VETO).order_by("-ended_on").first()
            if case is None:
                continue
            appeals.receive(
                case_id=case.pk,
                received_on=(now - timedelta(days=1)).date(),
                text="样本申诉：本人认为认定的情形与事实不符，请求复核，并附有关证明。",
                actor=branch.enterers[0],
                now=now,
            )
            return


def _correction(home: Township, now: datetime) -> None:
    """The branch has seen that a talk's date was typed wrong, and asks the committee."""
    row = (
        StepRecord.objects.filter(
            step="organization_talk",
            status=machine.VERIFIED,
            counts=True,
            case__branch=home.branches[0].organisation,
            case__ended_on__isnull=True,
            case__freeze="",
        )
        .order_by("pk")
        .first()
    )
    if row is None:
        return
    evidence = inspect("", ContentFile(papers.pdf("样本：谈话记录", "谈话人写漏一名"), name="样本谈话记录.pdf"))
    corrections.request(
        case_id=row.case_id,
        step=row.step,
        changes={"talkers": [*row.values["talkers"], "样本·赵组委"]},
        reason="样本：谈话记录上有两名谈话人，登记时漏写一名。",
        evidence=evidence,
        actor=_secretary(home),
        now=now,
    )


def _letters(home: Township, now: datetime) -> None:
    """The committee has asked others in a review: one answer is late, one may still come."""
    row = (
        StepRecord.objects.filter(
            step__in=inquiries.INQUIRING_STEPS,
            counts=True,
            case__step=F("step"),
            case__committee=home.committee,
            case__ended_on__isnull=True,
            case__freeze="",
        )
        .exclude(status=machine.VERIFIED)
        .order_by("pk")
        .first()
    )
    if row is None:
        return
    for body, sent, due in (("样本县公安局", 24, -4), ("样本县纪委监委", 6, 9)):
        inquiries.send_inquiry(
            case_id=row.case_id,
            step=row.step,
            kind=Inquiry.Kind.OPINION,
            body_name=body,
            about="样本：遵纪守法情况，有无影响入党的问题。",
            sent_on=(now - timedelta(days=sent)).date(),
            due_on=(now + timedelta(days=due)).date(),
            actor=home.verifiers[0],
            now=now,
        )


def _opinions(townships: Mapping[str, Township], now: datetime) -> None:
    """Contacts of an activist and introducers of a probationary member have said what they think, under their names."""
    branches = _branches(townships)
    for kind, step in _OPINIONS.items():
        running = StepRecord.objects.filter(
            step=step, counts=True, case__branch__in=branches, case__ended_on__isnull=True, case__freeze=""
        )
        row = running.exclude(status__in=(machine.SUBMITTED, machine.VERIFIED)).order_by("pk").first()
        if row is None:
            continue
        branch = branches[row.case.branch_id]
        for place, member_id in enumerate(acts.named_for(load(row.case_id), kind)):
            acts.log(
                case_id=row.case_id,
                step=step,
                kind=kind,
                on=None,
                text=_SAID[place % len(_SAID)],
                member_id=member_id,
                actor=branch.enterers[place % len(branch.enterers)],
                now=now,
            )


def _custody(townships: Mapping[str, Township], now: datetime) -> None:
    """A branch has noted where the package of somebody who became a full member lies until it is handed over."""
    branches = _branches(townships)
    case = Case.objects.filter(branch__in=branches, end=Case.End.COMPLETED).order_by("pk").first()
    if case is None:
        return
    branch = branches[case.branch_id]
    custody.keep(
        case_id=case.pk,
        on=local_day(now),
        office="样本党群服务中心档案柜",
        keeper_person=branch.enterers[0].name,
        shelf="样本甲柜二层",
        actor=branch.enterers[0],
        now=now,
    )


def _branches(townships: Mapping[str, Township]) -> dict[int, Branch]:
    """Every branch of the city by its key."""
    return {branch.organisation.pk: branch for township in townships.values() for branch in township.branches}


def _absence(home: Township, now: datetime) -> None:
    """The committee's organiser is away, and a verifier stands in."""
    give_substitute(
        seat=Seat.objects.get(pk=home.organiser.seat_id),
        substitute=User.objects.get(pk=home.verifiers[1].user_id),
        starts_on=(now - timedelta(days=2)).date(),
        ends_on=(now - timedelta(days=2) + _AWAY).date(),
        reason="样本：外出培训",
        actor=home.organiser,
        now=now,
    )


def _analysis(home: Township, now: datetime) -> None:
    """The department has analysed its pool once since the edition of 2026 asks for it."""
    held = now - timedelta(days=45)
    if held.date() < R2026_FROM or not pools.by_committee(home.department.pk):
        return
    analyses.record_analysis(
        department_id=home.department.pk,
        held_on=held.date(),
        content="样本：队伍总体稳定，年轻人和一线生产人员偏少；有的支部培养考察记录偏于空泛。",
        measures="样本：各党委年底前逐支部复核培养考察记录，明年上半年从产业工人和青年农民中重点培养。",
        actor=home.officers[0],
        now=held,
    )
