"""The acts of the sample cases, each through the service that a page would call, on the day on which it happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from random import Random
from typing import Any

from django.core.files.base import ContentFile

from branches.access import Actor
from branches.models import Organisation
from branches.services import roster
from recruitment.demonstration import papers
from recruitment.demonstration.course import Event, Plan
from recruitment.demonstration.entries import Setting, failed_vote, values_for
from recruitment.demonstration.people import sample_person, shuffled_surnames
from recruitment.demonstration.seats import Branch, Township
from recruitment.models import Case
from recruitment.models.intervention import Veto
from recruitment.rules.schema import Side
from recruitment.rules.steps import STEPS
from recruitment.rules.texts.names import DOCUMENTS
from recruitment.selectors.agenda import AgendaItem, items_of
from recruitment.selectors.casefile import load, local_day
from recruitment.services import acts, cases, interventions, review
from recruitment.services.base import Done, Refused
from recruitment.services.materials import Upload, inspect
from recruitment.services.sittings import Participant, hold_sitting

#: The value by which a step fails, where it is not a vote.
_BAD_RESULTS = {
    "publicize_development_target": ("result", "disqualifying"),
    "political_review": ("conclusion", "fail"),
    "preliminary_review": ("result", "fail"),
}
#: The steps that say how many members had a vote.
_COUNTS_VOTERS = frozenset(
    {"recommend_activist", "solicit_opinions", "admission_branch_meeting", "conversion_branch_meeting"}
)
#: The document by which a local veto may be confirmed.
_LOCAL_DOCUMENT = "样本发〔2024〕1号"


class UnruledError(Exception):
    """An act of the demonstration was refused: its course does not keep the rules."""


@dataclass(eq=False)
class SampleCase:
    """A case of the demonstration: its plan, its place, and the rows that stand for it once it is opened."""

    serial: int
    plan: Plan
    township: Township
    branch: Branch
    events: list[Event]
    to_branch: Branch
    case: Case | None = None
    #: Who entered the present step, so that another verifies it.
    entered_by: Actor | None = field(default=None, repr=False)
    #: Steps whose papers are there already.
    papered: set[str] = field(default_factory=set, repr=False)

    @property
    def pk(self) -> int:
        assert self.case is not None
        return self.case.pk


class Player:
    """Plays events in the order of their time; people whose acts fall together sit together."""

    def __init__(self, random: Random) -> None:
        self.random, self.surnames = random, shuffled_surnames(random)
        self._turns: dict[int, Any] = {}
        self._voters: dict[tuple[int, date], int] = {}

    def play(self, event: Event, together: Sequence[SampleCase]) -> list[Done]:
        """One event, for all to whom it happened at that moment in one body."""
        done: list[Done] = []
        try:
            item = self._item(event, together[0]) if event.act in ("submit", "log") else None
            # What was handed back is corrected by its branch; its meeting is not held again.
            sitting = [sample for sample in together if item and (item.entry or event.step not in sample.papered)]
            if item and sitting:
                done += self._sit(event, item, sitting)
            for sample in together:
                if sample not in sitting:
                    done += self._alone(event, sample)
            return done
        except Refused as refused:
            names = ", ".join(str(sample.case) for sample in together)
            raise UnruledError(f"{event.at:%Y-%m-%d} {event.act} {event.step} {names}: {refused}") from refused

    # -- sittings ---------------------------------------------------------------------------------------------------

    def body_of(self, event: Event, sample: SampleCase) -> Organisation:
        """Whose act it is; people of one body act together."""
        side = STEPS[event.step].side if event.step else Side.BRANCH
        if event.values.get("kind") == "annual_analysis":
            side = Side.COMMITTEE
        return {
            Side.BRANCH: sample.branch.organisation,
            Side.COMMITTEE: sample.township.committee,
            Side.DEPARTMENT: sample.township.department,
        }[side]

    def _item(self, event: Event, sample: SampleCase) -> AgendaItem | None:
        entry = event.values.get("kind", "") if event.act == "log" else ""
        items = items_of(self.body_of(event, sample))
        return next((item for item in items if (item.step, item.entry) == (event.step, entry)), None)

    def _sit(self, event: Event, item: AgendaItem, together: Sequence[SampleCase]) -> list[Done]:
        first, day = together[0], local_day(event.at)
        on: date = event.values.get(item.definition.action_date, day)
        shared = [paper.code for paper in item.shared_papers if paper.required]
        own = [paper.code for paper in item.own_papers if paper.required]
        values = {sample.serial: self._values(event, sample) for sample in together} if not item.entry else {}
        sample_values = values.get(first.serial, {})
        attendance = (
            {
                "eligible": sample_values.get(item.eligible, 9),
                "present": sample_values.get(item.present, 8),
            }
            if item.is_meeting
            else {}
        )
        actor = self._entering(event, first)
        for sample in together:
            sample.entered_by = actor
            sample.papered.add(item.step)
        result = hold_sitting(
            kind=item.kind,
            body=self.body_of(event, first),
            step=item.step,
            entry=item.entry,
            held_on=on,
            actor=actor,
            now=event.at,
            **attendance,
            shared_values={name: sample_values[name] for name in item.shared if name in sample_values},
            shared_uploads=[self._paper(code, first, on, len(together)) for code in shared],
            participants=[
                Participant(
                    case_id=sample.pk,
                    values={name: values[sample.serial][name] for name in item.own if name in values[sample.serial]}
                    if values
                    else {},
                    uploads=[self._paper(code, sample, on) for code in own],
                    text="样本记录" if item.entry else "",
                )
                for sample in together
            ],
        )
        for person in result.refused:
            raise Refused(person.refusals)
        return [person.done for person in result.people if person.done is not None]

    # -- one by one -------------------------------------------------------------------------------------------------

    def _alone(self, event: Event, sample: SampleCase) -> list[Done]:
        if event.act == "open":
            return [self._open(event, sample)]
        done = _ACTS[event.act](self, event, sample)
        return [done] if done is not None else []

    def _open(self, event: Event, sample: SampleCase) -> Done:
        actor = self._next(sample.branch.enterers)
        person = sample_person(
            sample.serial, local_day(event.at), self.surnames, self.random, has_archive=sample.plan.has_archive
        )
        done = cases.open_case(
            branch=sample.branch.organisation, person=person, actor=actor, now=event.at, is_sample=True
        )
        sample.case = done.case
        return done

    def _enter(self, event: Event, sample: SampleCase) -> Done:
        act = acts.record if event.act == "record" else acts.submit
        on: date = event.values[STEPS[event.step].action_date]
        codes = () if event.act == "record" or event.step in sample.papered else STEPS[event.step].required_papers
        if event.act == "submit":
            sample.papered.add(event.step)
        sample.entered_by = actor = self._entering(event, sample)
        return act(
            case_id=sample.pk,
            step=event.step,
            values=self._values(event, sample),
            uploads=[self._paper(code, sample, on) for code in codes],
            actor=actor,
            now=event.at,
        )

    def _log(self, event: Event, sample: SampleCase) -> Done:
        sample.papered.add(event.step)
        return acts.log(
            case_id=sample.pk,
            step=event.step,
            kind=event.values["kind"],
            on=local_day(event.at),
            text="样本记录",
            uploads=[self._paper(code, sample, local_day(event.at)) for code in STEPS[event.step].required_papers],
            actor=self._entering(event, sample),
            now=event.at,
        )

    def _report(self, event: Event, sample: SampleCase) -> Done:
        return acts.report(case_id=sample.pk, step=event.step, actor=self._next(sample.branch.enterers), now=event.at)

    def _verify(self, event: Event, sample: SampleCase) -> Done:
        # A second round of the step asks for papers of its own.
        sample.papered.discard(event.step)
        return review.verify(
            case_id=sample.pk, step=event.step, actor=self._verifying(event.step, sample), now=event.at
        )

    def _return(self, event: Event, sample: SampleCase) -> Done:
        return review.hand_back(
            case_id=sample.pk,
            step=event.step,
            code="date_disagrees",
            reason="材料日期与登记日期不一致，请核对后重新提交。（样本）",
            actor=self._verifying(event.step, sample),
            now=event.at,
        )

    def _explain(self, event: Event, sample: SampleCase) -> Done | None:
        done = None
        flags = load(sample.pk).assess(local_day(event.at)).flags
        for code in sorted({flag.code for flag in flags if flag.needs_explanation and not flag.explained}):
            holder = next(flag.holder for flag in flags if flag.code == code)
            done = review.explain(
                case_id=sample.pk,
                flag=code,
                text="汛期抽调人员参加防汛，未能按时办理，现已补办并加强提醒。（样本）",
                actor=self._of_side(holder, sample),
                now=event.at,
            )
        return done

    def _veto(self, event: Event, sample: SampleCase) -> Done:
        return interventions.raise_veto(
            case_id=sample.pk,
            step=event.step,
            code=sample.plan.code,
            reason="收到实名反映，经初步核实属实。（样本）",
            actor=self._verifying(event.step, sample),
            now=event.at,
        )

    def _decide(self, event: Event, sample: SampleCase) -> Done:
        decisions: Mapping[str, tuple[Callable[..., Done], dict[str, Any]]] = {
            "confirm": (interventions.confirm_veto, {"local_document": _LOCAL_DOCUMENT}),
            "dismiss": (interventions.dismiss_veto, {}),
            "reinstate": (interventions.reinstate, {}),
        }
        act, more = decisions[event.act]
        officers = sample.township.officers
        raised_by = Veto.objects.filter(case=sample.pk).values_list("raised_by", "decided_by").first() or ()
        actor = next(officer for officer in officers if officer.user_id not in raised_by)
        return act(case_id=sample.pk, reason="经复核认定。（样本）", actor=actor, now=event.at, **more)

    def _suspend(self, event: Event, sample: SampleCase) -> Done:
        act = interventions.suspend if event.act == "suspend" else interventions.resume
        return act(
            case_id=sample.pk,
            step=event.step,
            code=sample.plan.code,
            reason="集中培训材料需要补正。（样本）",
            actor=self._verifying(event.step, sample),
            now=event.at,
        )

    def _transfer(self, event: Event, sample: SampleCase) -> Done:
        return interventions.request_transfer(
            case_id=sample.pk,
            to_branch=sample.to_branch.organisation,
            reason="本人居住地变动。（样本）",
            actor=self._next(sample.branch.enterers),
            now=event.at,
        )

    def _receive(self, event: Event, sample: SampleCase) -> Done:
        act = interventions.accept_transfer if event.act == "accept" else interventions.refuse_transfer
        done = act(case_id=sample.pk, reason="已核对。（样本）", actor=sample.to_branch.enterers[0], now=event.at)
        if event.act == "accept":
            sample.branch = sample.to_branch
        return done

    def _close(self, event: Event, sample: SampleCase) -> Done:
        return interventions.close(
            case_id=sample.pk,
            outcome=event.act,
            reason="样本情形",
            actor=self._next(sample.branch.enterers),
            now=event.at,
        )

    # -- who acts ---------------------------------------------------------------------------------------------------

    def _next(self, actors: Sequence[Actor]) -> Actor:
        """Those of one body take turns."""
        turns = self._turns.setdefault(id(actors), cycle(actors))
        return next(turns)

    def _of_side(self, side: Side, sample: SampleCase) -> Actor:
        if side is Side.BRANCH:
            return self._next(sample.branch.enterers)
        return self._next(sample.township.verifiers if side is Side.COMMITTEE else sample.township.officers)

    def _entering(self, event: Event, sample: SampleCase) -> Actor:
        if event.step == "superior_talk":
            return sample.township.organiser
        side = Side.COMMITTEE if event.values.get("kind") == "annual_analysis" else STEPS[event.step].side
        return self._of_side(side, sample)

    def _verifying(self, step: str, sample: SampleCase) -> Actor:
        township = sample.township
        actors = township.verifiers if STEPS[step].verifier_side is Side.COMMITTEE else township.officers
        entered = sample.entered_by.user_id if sample.entered_by else None
        return next(actor for actor in (self._next(actors), *actors) if actor.user_id != entered)

    # -- what is entered --------------------------------------------------------------------------------------------

    def _values(self, event: Event, sample: SampleCase) -> dict[str, Any]:
        setting = self._setting(event, sample)
        given = dict(event.values)
        if given.get("decision") == "extend":
            given["extension_duration"] = "P6M"
        values = values_for(event.step, given, setting)
        if event.act == "fail":
            name, bad = _BAD_RESULTS.get(event.step, ("", ""))
            values |= {name: bad} if name else failed_vote(setting.voters)
        report_field = STEPS[event.step].report_field
        if report_field and report_field not in event.values:
            # The branch has reported by itself.
            values.pop(report_field, None)
        return values

    def _setting(self, event: Event, sample: SampleCase) -> Setting:
        branch, members = sample.branch, sample.branch.members
        start = sample.serial % len(members)
        turned = members[start:] + members[:start]
        case = sample.case
        assert case is not None
        return Setting(
            person=case.person.name,
            serial=f"{sample.serial + 1:04d}",
            branch=str(branch.organisation),
            secretary=branch.enterers[0].name,
            committee=str(sample.township.committee),
            township=sample.township.committee.division_name,
            voters=self._count_voters(branch.organisation, event),
            contacts=turned[:2],
            introducers=turned[:2],
            has_archive=sample.plan.has_archive,
        )

    def _count_voters(self, branch: Organisation, event: Event) -> int:
        """Those who had a vote in the branch on that day; counted only where the step asks for it."""
        if event.step not in _COUNTS_VOTERS:
            return 0
        key = (branch.pk, local_day(event.at))
        if key not in self._voters:
            self._voters[key] = roster.voters(branch, key[1]).count()
        return self._voters[key]

    def _paper(self, code: str, sample: SampleCase, on: date, people: int = 1) -> Upload:
        """A paper of its own for each case, day and document; one for all where people share it."""
        number = str(sample.case)
        if code in _PICTURES:
            content, suffix = papers.png("SAMPLE", f"{code} {on:%Y-%m-%d}", number), "png"
        else:
            whom = f"等 {people} 人" if people > 1 else ""
            lines = ("样本 仅供演示", f"{code} {DOCUMENTS[code].zh}", f"编号 {number}{whom}", f"日期 {on}")
            content, suffix = papers.pdf(*lines), "pdf"
        name = f"样本-{code}-{on:%Y%m%d}.{suffix}"
        return inspect(code, ContentFile(content, name=name), name)


#: Documents that come as pictures: photographs of a posting and of a ceremony, and handwriting.
_PICTURES = frozenset({"D01", "D15", "D34", "D36"})

_ACTS: Mapping[str, Callable[[Player, Event, SampleCase], Done | None]] = {
    "record": Player._enter,
    "submit": Player._enter,
    "fail": Player._enter,
    "log": Player._log,
    "report": Player._report,
    "verify": Player._verify,
    "return": Player._return,
    "explain": Player._explain,
    "veto": Player._veto,
    "confirm": Player._decide,
    "dismiss": Player._decide,
    "reinstate": Player._decide,
    "suspend": Player._suspend,
    "resume": Player._suspend,
    "transfer": Player._transfer,
    "accept": Player._receive,
    "refuse": Player._receive,
    "withdrawn": Player._close,
    "died": Player._close,
    "moved_away": Player._close,
    "dropped": Player._close,
}
