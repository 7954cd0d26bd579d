"""Papers filled from cases: one at once, many in the background, each noted in the chain of its case.

:func:`request_batch` writes the row of a batch and tells the worker; :func:`work_off` makes its papers under a claim
(:mod:`recruitment.services.background`) and writes the result only while its claim stands.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor, actor_for
from recruitment import policies
from recruitment.documents import data
from recruitment.documents.data import PaperData
from recruitment.documents.toolbox import building
from recruitment.documents.toolbox.catalogue import CATALOGUE, Entry, Issuer
from recruitment.documents.toolbox.filling import Options, context_of, render
from recruitment.documents.toolbox.numbering import can_go_on, following
from recruitment.models import BatchCase, Case, DocumentBatch, Person, TemplateVersion
from recruitment.selectors import templates
from recruitment.selectors.casefile import local_day
from recruitment.services import background
from recruitment.services.background import Clock
from recruitment.services.base import Refusal, Refused, refuse

_log = logging.getLogger(__name__)
#: Papers between two notes of progress, and cases read at once.
STEP, CHUNK = 10, 50
_UNFIT_FOR_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
Mode, State, Fault = DocumentBatch.Mode, DocumentBatch.State, BatchCase.Fault


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for besides the people: the step, and what the form says of the paper.

    ``consecutive``: of papers made one each, every one has a number of its own, counted on from ``number``; letters
    that say the same to several bodies are one document and share theirs.
    """

    code: str
    step: str
    number: str = ""
    consecutive: bool = False
    dated: date | None = None
    signer: str = ""
    bodies: tuple[str, ...] = ()
    red_head: bool = True

    @property
    def entry(self) -> Entry:
        return CATALOGUE[self.code]

    def options(self, place: int = 1) -> Iterator[Options]:
        """One for each body that the letter goes to; one for a paper that goes to none. ``place``: of the document."""
        whole = Options(number=self.number_at(place), dated=self.dated, signer=self.signer, red_head=self.red_head)
        for body in self.bodies or ("",):
            yield replace(whole, body=body)

    def number_at(self, place: int) -> str:
        """The number of the document in this place, counted from 1."""
        return following(self.number, place - 1) if self.number and self.consecutive else self.number


@dataclass(frozen=True, slots=True)
class Plan:
    """What an order comes to, before it is given: people, documents, files, and the numbers of first and last."""

    cases: tuple[Case, ...]
    issuers: int
    documents: int
    files: int
    first_number: str
    last_number: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that was made: its file name and content."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


# -- one paper ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_one(*, case_id: int, wish: Wish, actor: Actor, now: datetime) -> Paper:
    """One paper about one person, at once. Raises ``Refused`` for a case that the actor may not see."""
    _sound(wish)
    case = _visible(actor, [case_id])[0]
    shelf = _Shelf(wish.code)
    [options] = wish.options()
    about = data.load(case.pk, private=bool(policies.may_take_part(actor, case.scope)))
    content = shelf.fill(case, [about], wish, options)
    paper = Paper(f"{_file_name(wish, about)}.docx", content)
    _note([_draft(case, wish, shelf.number(case), paper.sha256)], actor, now)
    return paper


def fill_for(*, case_ids: Sequence[int], wish: Wish, actor: Actor) -> bytes | None:
    """One paper about all these people from the template in force where the first of them is; part of another's act,
    which notes it. None where that template has no list of people. Raises ``Refused`` for cases not seen.
    """
    _sound(wish)
    cases = _visible(actor, case_ids)
    shelf = _Shelf(wish.code)
    if not shelf.has_roster(cases[0]):
        return None
    private = {case.pk for case in cases if policies.may_take_part(actor, case.scope)}
    people = data.load_many(private, private=True)
    people |= data.load_many({case.pk for case in cases} - private, private=False)
    [options] = wish.options()
    return shelf.fill(cases[0], [people[case.pk] for case in cases], wish, options)


# -- many papers -------------------------------------------------------------------------------------------------------


def plan(*, case_ids: Sequence[int], wish: Wish, mode: str, actor: Actor) -> Plan:
    """What these papers come to. Raises ``Refused``: somebody not seen, too many, no list of people, or a number
    that cannot be given to them all.
    """
    _sound(wish)
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        raise _refused(_("请先选择人员。"), "cases")
    if len(wanted) > settings.DOCUMENT_BATCH_CASES:
        raise _refused(_("一次最多选择 %(n)s 人。") % {"n": settings.DOCUMENT_BATCH_CASES}, "cases")
    cases = _visible(actor, wanted)
    shelf = _Shelf(wish.code)
    if mode == Mode.ROSTER and not all(shelf.has_roster(case) for case in cases):
        raise _refused(_("这份模板没有名册，只能每人一份。"), "mode")
    issuers = len({_issuer_of(case, wish.entry) for case in cases})
    if wish.number and issuers > 1:
        message = _("文号是一个单位的发文字号，所选人员分属 %(n)s 个单位：请按单位分开制作，或者留空手写。")
        raise _refused(message % {"n": issuers}, "number")
    if wish.number and wish.consecutive and mode == Mode.EACH and not can_go_on(wish.number):
        raise _refused(_("依次编号的文号要有数字，例如：样委〔2026〕1号。"), "number")
    documents = len(cases) if mode == Mode.EACH else issuers
    last = documents if mode == Mode.EACH else 1
    return Plan(
        cases=tuple(cases),
        issuers=issuers,
        documents=documents,
        files=documents * max(1, len(wish.bodies)),
        first_number=wish.number,
        last_number=wish.number_at(last),
    )


@transaction.atomic
def request_batch(*, case_ids: Sequence[int], wish: Wish, mode: str, actor: Actor, now: datetime) -> DocumentBatch:
    """Order papers about these people. Raises ``Refused`` as :func:`plan` does."""
    cases = plan(case_ids=case_ids, wish=wish, mode=mode, actor=actor).cases
    batch = DocumentBatch.objects.create(
        code=wish.code,
        step=wish.step,
        mode=Mode(mode),
        options=_stored(wish),
        total=len(cases),
        requested_by_id=actor.user_id,
        requested_from=actor.seat.organisation_name if actor.seat else "",
        requested_at=now,
    )
    BatchCase.objects.bulk_create(
        BatchCase(batch=batch, case=case, position=place) for place, case in enumerate(cases, start=1)
    )
    payload = {"batch": batch.pk, "template": wish.code, "mode": str(batch.mode), "people": len(cases)}
    audit.append(chain=_own_chain(actor), action="documents_requested", actor=actor, now=now, payload=payload)
    background.announce(batch)
    return batch


def work_off(*, batch_id: int, clock: Clock) -> DocumentBatch | None:
    """Make the papers of a batch. None where there is nothing to do: done, or under another worker's claim."""
    now = clock()
    batch = background.claim(DocumentBatch, batch_id, now, done=0, failed=0)
    if batch is None:
        return None
    work = _Work(batch, actor_for(batch.requested_by, local_day(now)), clock)
    with tempfile.TemporaryFile() as result:
        return _finish(work, result, clock()) if work.make(result) else None


@transaction.atomic
def note_fetched(*, batch: DocumentBatch, actor: Actor, now: datetime) -> None:
    """Who takes a batch's papers away is on record. Raises ``Refused`` for who may not."""
    if not may_fetch(batch, actor):
        raise refuse("not_allowed")
    payload = {"batch": batch.pk, "template": batch.code, "sha256": batch.sha256}
    audit.append(chain=_own_chain(actor), action="documents_fetched", actor=actor, now=now, payload=payload)


def may_fetch(batch: DocumentBatch, actor: Actor) -> bool:
    """Whoever asked for it and still sees all its people; others only where they take part in every case.

    A paper may hold what only those who take part may read, so that seeing the cases is not enough for others.
    """
    ids = batch.rows.exclude(error=Fault.UNSEEN).values_list("case_id", flat=True)
    seen = Case.objects.visible_to(actor).filter(pk__in=ids).select_related("branch")
    if batch.requested_by_id == actor.user_id:
        return seen.count() == len(ids)
    cases = list(seen)
    return len(cases) == len(ids) and all(policies.may_take_part(actor, case.scope) for case in cases)


# -- the work ----------------------------------------------------------------------------------------------------------


class _Shelf:
    """The templates of one code in force, for whichever branch asks; each file is read once."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.owns = templates.in_force(code)
        self.contents: dict[int, bytes] = {}

    def version(self, case: Case) -> TemplateVersion | None:
        return templates.nearest(self.owns, case.branch.path)

    def number(self, case: Case) -> str:
        """Which template it is, for the record."""
        version = self.version(case)
        return f"{version.organisation.code}/{version.number}" if version else "shipped"

    def has_roster(self, case: Case) -> bool:
        version = self.version(case)
        return version.has_roster if version else building.has_roster(self.code)

    def fill(self, case: Case, about: Sequence[PaperData], wish: Wish, options: Options) -> bytes:
        context = context_of(about, step=wish.step, options=options)
        return render(self._content(case), context, sample=any(person.is_sample for person in about))

    def _content(self, case: Case) -> bytes:
        version = self.version(case)
        if version is None:
            return building.shipped(self.code)
        if version.pk not in self.contents:
            with version.file.open("rb") as file:
                self.contents[version.pk] = file.read()
        return self.contents[version.pk]


@dataclass
class _Work:
    """One attempt at a batch: its cases in their order, what was made of each, and the faults."""

    batch: DocumentBatch
    actor: Actor
    clock: Clock
    drafts: list[audit.Draft] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        self.wish = _wish(self.batch)
        self.shelf = _Shelf(self.batch.code)
        self.rows = list(self.batch.rows.order_by("position"))

    def make(self, result: IO[bytes]) -> bool:
        """Write the papers to ``result``; False where another worker has taken the batch over meanwhile."""
        papers = self._rosters() if self.batch.mode == Mode.ROSTER else self._each()
        first, made = None, 0
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
            for place, paper in papers:
                if paper is not None:
                    first, made = first or paper, made + 1
                    package.writestr(paper.name, paper.content)
                if place % STEP == 0 and not self._progress(place):
                    return False
        if made == 1:
            # One paper needs no package around it.
            result.seek(0)
            result.truncate()
            result.write(first.content)
            self.name = first.name
        else:
            self.name = f"{self.wish.code}_{self.wish.entry.name.zh}_{len(self.rows)}.zip"
        return self._progress(len(self.rows))

    def _progress(self, place: int) -> bool:
        done = max(0, place - len(self.faults))
        return background.progress(self.batch, self.clock(), done=done, failed=len(self.faults))

    def _people(self) -> Iterator[tuple[int, Case, PaperData]]:
        """Who is still seen, with the place in the batch; the others are noted as faults."""
        for start in range(0, len(self.rows), CHUNK):
            rows = self.rows[start : start + CHUNK]
            found = Case.objects.visible_to(self.actor).filter(pk__in=[row.case_id for row in rows])
            cases = {case.pk: case for case in found.select_related("branch")}
            private = {pk for pk, case in cases.items() if policies.may_take_part(self.actor, case.scope)}
            people = data.load_many(private, private=True) | data.load_many(cases.keys() - private, private=False)
            for row in rows:
                if row.case_id in people:
                    yield row.position, cases[row.case_id], people[row.case_id]
                else:
                    self.faults[row.case_id] = Fault.UNSEEN

    def _each(self) -> Iterator[tuple[int, Paper | None]]:
        for place, case, about in self._people():
            name = f"{place:03d}_{_file_name(self.wish, about)}"
            yield from ((place, paper) for paper in self._papers([case], [about], name, place))

    def _rosters(self) -> Iterator[tuple[int, Paper | None]]:
        """One paper for each issuer and body: a branch's paper is about its own people alone."""
        groups: dict[int, list[tuple[Case, PaperData]]] = {}
        for _place, case, about in self._people():
            groups.setdefault(_issuer_of(case, self.wish.entry), []).append((case, about))
        place = 0
        for serial, people in enumerate(groups.values(), start=1):
            cases, about = [case for case, _ in people], [person for _, person in people]
            place += len(people)
            name = _safe(f"{self.wish.code}_{self.wish.entry.name.zh}_{self._issuer(about[0])}")
            if len(groups) > 1:
                # Two branches may bear one name, and of two files of one name a ZIP gives up one.
                name = f"{serial:03d}_{name}"
            yield from ((place, paper) for paper in self._papers(cases, about, name))

    def _issuer(self, about: PaperData) -> str:
        body = about.committee if self.wish.entry.issuer is Issuer.COMMITTEE else about.branch
        return body.short_name

    def _papers(self, cases: list[Case], about: list[PaperData], name: str, number: int = 1) -> Iterator[Paper | None]:
        try:
            for options in self.wish.options(number):
                whole = f"{name}_{_safe(options.body)}" if options.body else name
                paper = Paper(f"{whole}.docx", self.shelf.fill(cases[0], about, self.wish, options))
                template = self.shelf.number(cases[0])
                self.drafts += [_draft(case, self.wish, template, paper.sha256, self.batch.pk) for case in cases]
                yield paper
        except Exception:  # one person's paper that fails must not take the others' away
            _log.exception("batch %s: a paper could not be made", self.batch.pk)
            self.faults |= dict.fromkeys((case.pk for case in cases), Fault.UNMADE)
            yield None


@transaction.atomic
def _finish(work: _Work, result: IO[bytes], now: datetime) -> DocumentBatch | None:
    batch = work.batch
    if not background.holds(batch):
        return None
    batch.failed = len(work.faults)
    batch.done = batch.total - batch.failed
    for row in work.rows:
        row.error = work.faults.get(row.case_id, Fault.NONE)
    BatchCase.objects.bulk_update(work.rows, ["error"], batch_size=500)
    if not batch.done:
        background.give_up(batch, now, done=0, failed=batch.failed)
        batch.refresh_from_db()
        return batch
    background.keep(batch, result, work.name, now)
    batch.expires_at = batch.keeps_until(now)
    try:
        batch.save()
        _note([draft for draft in work.drafts if int(draft.chain[5:]) not in work.faults], work.actor, now)
    except Exception:
        # The row does not keep the file then, and nothing else would ever remove it.
        batch.file.delete(save=False)
        raise
    return batch


# -- small things ------------------------------------------------------------------------------------------------------


def _refused(message: str, name: str) -> Refused:
    return Refused([Refusal("field_invalid", field=name, message=message)])


def _sound(wish: Wish) -> None:
    if wish.code not in CATALOGUE or wish.step not in wish.entry.steps:
        raise refuse("not_this_step")


def _issuer_of(case: Case, entry: Entry) -> int:
    return case.committee_id if entry.issuer is Issuer.COMMITTEE else case.branch_id


def _visible(actor: Actor, ids: Sequence[int]) -> list[Case]:
    """The cases in the order asked for; refused where one of them is not seen."""
    rows = Case.objects.visible_to(actor).filter(pk__in=ids).select_related("branch", "person")
    rows = rows.defer(*(f"person__{name}" for name in Person.SENSITIVE))
    found = {case.pk: case for case in rows}
    if len(found) != len(ids):
        raise _refused(_("有的人员不在您的管理范围内，请重新选择。"), "cases")
    return [found[pk] for pk in ids]


def _draft(case: Case, wish: Wish, template: str, sha256: str, batch: int | None = None) -> audit.Draft:
    payload: dict[str, Any] = {"code": wish.code, "step": wish.step, "template": template, "sha256": sha256}
    if batch is not None:
        payload["batch"] = batch
    return audit.Draft(case.chain, "document_made", payload)


def _note(drafts: Sequence[audit.Draft], actor: Actor, now: datetime) -> None:
    if drafts:
        audit.append_many(drafts=drafts, actor=actor, now=now)


def _own_chain(actor: Actor) -> str:
    return f"user:{actor.user_id}"


def _safe(text: str) -> str:
    return _UNFIT_FOR_NAMES.sub("_", text)[:60]


def _file_name(wish: Wish, about: PaperData) -> str:
    return _safe(f"{wish.code}_{wish.entry.name.zh}_{about.text('person.name')}")


def _stored(wish: Wish) -> dict[str, Any]:
    return {
        "number": wish.number,
        "consecutive": wish.consecutive,
        "dated": wish.dated.isoformat() if wish.dated else "",
        "signer": wish.signer,
        "bodies": list(wish.bodies),
        "red_head": wish.red_head,
    }


def _wish(batch: DocumentBatch) -> Wish:
    kept = batch.options
    return Wish(
        code=batch.code,
        step=batch.step,
        number=kept["number"],
        consecutive=kept.get("consecutive", False),
        dated=date.fromisoformat(kept["dated"]) if kept["dated"] else None,
        signer=kept["signer"],
        bodies=tuple(kept["bodies"]),
        red_head=kept["red_head"],
    )
