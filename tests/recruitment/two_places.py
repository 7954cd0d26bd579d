"""Two installations in one test database: what is done elsewhere is rolled back, and only the file comes over."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import transaction

from branches.models import Member, Organisation, User
from recruitment.models import (
    Appeal,
    ArchivePackage,
    Attempt,
    Case,
    Correction,
    CorrectionItem,
    CustodyEntry,
    Deliberation,
    Flag,
    Inquiry,
    LogEntry,
    Material,
    RecordMember,
    Sitting,
    StepRecord,
    StepReturn,
    Suspension,
    Transfer,
    Veto,
)
from recruitment.rules.custody import Deed, State
from recruitment.services.archive import seal_case_file
from recruitment.services.printing import print_paper
from recruitment.travel.shape import ATTACHED
from tests.branches.factories import (
    SEATS,
    County,
    MemberFactory,
    OrganisationFactory,
    SeatFactory,
    Township,
    UserFactory,
    make_county,
)
from tests.recruitment.finished import finished_case
from tests.recruitment.papers_on_file import file_papers
from tests.recruitment.sitting_cases import actor, at

NOW = at(dt.date(2026, 6, 10))
EVIDENCE = b"%PDF-1.4 sample evidence"
HERE, THERE = "22" * 32, "11" * 32

_ORGANISATION = ("code", "name", "kind", "sector", "may_approve", "has_branch_committee")
_MEMBER = ("name", "sex", "standing", "standing_since", "joined_on", "full_since")


#: Files that were made in this run, with the county from which they came.
_MADE: dict[Any, tuple[Any, ...]] = {}


@dataclass
class Places:
    """Elsewhere, where :meth:`away` plays; and here, an installation that knows the same organisations by their codes.

    ``papers`` is where the papers of this place lie.
    """

    settings: Any
    monkeypatch: pytest.MonkeyPatch
    papers: InMemoryStorage | None = None

    def away(self, make: Callable[[County], Case], role: str = "secretary") -> tuple[bytes, County]:
        """Let ``make`` bring about a case in another installation, under another key, and seal it by the holder of that
        role; then forget all of it. Returns the file, and the same county as it is here, with other people in it.

        A case that was made once is not made again by the tests that follow.
        """
        if (make, role) not in _MADE:
            _MADE[make, role] = self._made(make, role)
        file, *county = _MADE[make, role]
        self.settings.TRAVEL_KEY = HERE
        self._store_papers()
        return file, _county(*copy.deepcopy(county))

    def _made(self, make: Callable[[County], Case], role: str) -> tuple[Any, ...]:
        self.settings.TRAVEL_KEY = THERE
        self._store_papers()
        with transaction.atomic():
            county = make_county(members=3)
            file = exported(county, make(county), role)
            bodies = list(Organisation.objects.order_by("path").values(*_ORGANISATION, "parent__code"))
            members = list(Member.objects.filter(person__isnull=True).values(*_MEMBER, "branch__code"))
            names: dict[str, Any] = {
                name: getattr(county, name).code for name in ("city", "city_department", "county", "department")
            }
            names["townships"] = [(t.committee.code, [b.code for b in t.branches]) for t in county.townships]
            transaction.set_rollback(True)
        return file, bodies, members, names

    def _store_papers(self) -> None:
        self.papers = InMemoryStorage()
        for model, column in ((Material, "file"), *((model, column) for model, (_, column) in ATTACHED.items())):
            self.monkeypatch.setattr(model._meta.get_field(column), "storage", self.papers)

    def stored(self) -> list[str]:
        """The papers that lie here."""
        found, folders = [], [""]
        while folders:
            folder = folders.pop()
            below, files = self.papers.listdir(folder)
            found += files
            folders += [f"{folder}/{name}".lstrip("/") for name in below]
        return found


def exported(county: County, case: Case, role: str = "secretary", now: dt.datetime = NOW) -> bytes:
    body = county.branch if role == "secretary" else county.county
    who = actor(county, body, role)
    with seal_case_file(case_id=case.pk, actor=who, now=now).file as file:
        return file.read()


def _county(bodies: list[dict], members: list[dict], names: dict[str, Any]) -> County:
    """The same organisations and members under other keys, with seats and accounts of this place."""
    # Rows that were here before: no key of this place may happen to be the one of the other.
    UserFactory.create_batch(7)
    MemberFactory.create_batch(5, branch=OrganisationFactory())
    here = {}
    for row in bodies:
        parent = here.get(row.pop("parent__code"))
        here[row["code"]] = OrganisationFactory(**row, parent=parent)
    for row in members:
        MemberFactory(
            **{name: value for name, value in row.items() if name != "branch__code"}, branch=here[row["branch__code"]]
        )
    made = County(
        **{name: here[names[name]] for name in ("city", "city_department", "county", "department")},
        townships=[
            Township(here[committee], [here[code] for code in codes]) for committee, codes in names["townships"]
        ],
    )
    made.seats = [
        SeatFactory(organisation=body, role=role) for body in here.values() for role in SEATS.get(body.kind, ())
    ]
    return made


# -- a case with something of everything -------------------------------------------------------------------------------


def eventful_case(county: County, *, to: str = "completed") -> Case:
    """A case, finished or at a step after the ninth, with something of everything that can hang on one."""
    case = finished_case(county, to=to, phone="13900000000", ethnicity="汉族")
    file_papers(case)
    secretary, verifier = (
        county.user(county.branch, "secretary"),
        county.user(county.committee, "committee_verifier"),
    )
    officer = county.user(county.department, "department_officer")
    records = {record.step: record for record in StepRecord.objects.filter(case=case)}
    first, review, logged = (records[key] for key in ("submit_application", "determine_activist", "halfyear_review"))
    members = list(Member.objects.filter(branch=county.branch).order_by("-pk"))
    sitting = Sitting.objects.create(
        kind=Sitting.Kind.BRANCH_COMMITTEE,
        body=county.branch,
        step=review.step,
        held_on=dt.date(2025, 3, 1),
        eligible=5,
        present=5,
        minutes="样本记录",
        created_at=at(dt.date(2025, 3, 2)),
        created_by=secretary,
    )
    StepRecord.objects.filter(pk=review.pk).update(
        sitting=sitting,
        verdict={"edition": "r2014", "findings": [{"gate": "talk_within_one_month", "met": True}]},
        checked=[{"zh": "材料齐全", "en": "complete"}],
        entered_for="样本某人",
    )
    RecordMember.objects.create(record=first, role="contact", member=members[0])
    RecordMember.objects.create(record=first, role="contact", member=members[1])
    Attempt.objects.create(
        record=records["assign_contacts"],
        number=1,
        action_on=dt.date(2025, 2, 1),
        outcome="not_passed",
        values={"contacts": [members[0].pk]},
        sealed={"summary": "样本意见"},
        entered_at=at(dt.date(2025, 2, 2)),
        entered_by=secretary,
        sitting=sitting,
    )
    entry = LogEntry.objects.create(
        record=logged,
        kind="review_date",
        on=dt.date(2025, 5, 1),
        text="样本谈话",
        member=members[0],
        entered_at=at(dt.date(2025, 5, 2)),
        entered_by=secretary,
        sitting=sitting,
    )
    Flag.objects.create(
        case=case,
        record=logged,
        step=logged.step,
        code="upload_within_one_month",
        subkey=f"e{entry.pk}",
        holder="branch",
        due=dt.date(2025, 6, 1),
        needs_explanation=True,
        raised_on=dt.date(2025, 6, 2),
        raised_at=at(dt.date(2025, 6, 2)),
        explanation="样本说明",
        explained_at=at(dt.date(2025, 6, 3)),
        explained_by=secretary,
        resolved_at=at(dt.date(2025, 6, 4)),
        resolution="fallen",
    )
    veto = Veto.objects.create(
        case=case,
        code="V11",
        step=review.step,
        reason="样本情形",
        status=Veto.Status.OVERTURNED,
        raised_at=at(dt.date(2025, 6, 5)),
        raised_by=verifier,
        decided_at=at(dt.date(2025, 6, 9)),
        decided_by=officer,
        decision_reason="样本决定",
    )
    appeal = Appeal(
        case=case,
        veto=veto,
        body=county.city_department,
        received_on=dt.date(2025, 6, 6),
        contested="样本理由",
        text="样本申诉",
        entered_at=at(dt.date(2025, 6, 6)),
        received_by=secretary,
        status=Appeal.Status.UPHELD,
        answer="样本答复",
        answered_at=at(dt.date(2025, 6, 9)),
        answered_by=officer,
        **_paper("申诉.pdf"),
    )
    appeal.file.save("申诉.pdf", ContentFile(EVIDENCE), save=False)
    appeal.save()
    Suspension.objects.create(
        case=case,
        code="V20",
        reason="样本暂停",
        from_at=at(dt.date(2025, 6, 10)),
        from_by=verifier,
        until_at=at(dt.date(2025, 6, 11)),
        until_by=verifier,
        until_reason="样本恢复",
    )
    Transfer.objects.create(
        case=case,
        from_branch=county.townships[0].branches[1],
        to_branch=county.branch,
        status=Transfer.Status.ACCEPTED,
        reason="样本转接",
        requested_at=at(dt.date(2025, 6, 12)),
        requested_by=secretary,
        decided_at=at(dt.date(2025, 6, 13)),
        decided_by=verifier,
    )
    Deliberation.objects.create(
        case=case,
        step=review.step,
        body=county.committee,
        held_on=dt.date(2025, 6, 14),
        opinion="样本意见",
        entered_at=at(dt.date(2025, 6, 14)),
        entered_by=verifier,
    )
    StepReturn.objects.create(
        case=case,
        record=review,
        branch=county.branch,
        step=review.step,
        code="other",
        text="样本退回",
        returned_at=at(dt.date(2025, 6, 15)),
        returned_by=verifier,
    )
    Inquiry.objects.create(
        case=case,
        record=review,
        sender=county.branch,
        kind=Inquiry.Kind.LETTER,
        body_name="样本单位",
        about="样本事项",
        sent_on=dt.date(2025, 6, 16),
        due_on=dt.date(2025, 7, 16),
        reminded_on=["2025-07-17"],
        answered_on=dt.date(2025, 7, 20),
        answer="样本复函",
        paper=Material.objects.filter(case=case).order_by("pk").last(),
        entered_at=at(dt.date(2025, 6, 16)),
        entered_by=secretary,
    )
    correction = Correction(
        case=case,
        record=first,
        record_version=1,
        side="committee",
        status=Correction.Status.APPROVED,
        reason="样本更正",
        requested_at=at(dt.date(2025, 8, 1)),
        requested_by=secretary,
        decided_at=at(dt.date(2025, 8, 2)),
        decided_by=verifier,
        **_paper("依据.pdf"),
    )
    correction.evidence.save("依据.pdf", ContentFile(EVIDENCE), save=False)
    correction.save()
    before, after = [members[0].pk], [members[1].pk, members[2].pk]
    CorrectionItem.objects.create(
        correction=correction, step="assign_contacts", field="contacts", values={"before": before, "after": after}
    )
    CorrectionItem.objects.create(correction=correction, field="phone", sealed={"before": "1380", "after": "1390"})
    _correct_entry(case, members, secretary, verifier)
    _hand_over(case, secretary, verifier)
    print_paper(
        case_id=case.pk, paper="F01", extension="docx", actor=actor(county, county.branch, "secretary"), now=NOW
    )
    if to == "completed":
        case.person.member = MemberFactory(
            name=case.person.name, sex=case.person.sex, branch=county.branch, joined_on=dt.date(2024, 5, 1)
        )
        case.person.save()
    return case


def _correct_entry(case: Case, members: list[Member], secretary: User, verifier: User) -> None:
    """The last entry of the log of reviews: given to another speaker once, and withdrawn since."""
    entry = LogEntry.objects.filter(record__case=case, record__step="halfyear_review").order_by("pk").last()
    for before, after in (
        ({"member": [members[0].pk], "text": "样本甲"}, {"member": [members[1].pk], "text": "样本乙"}),
        ({"withdrawn": False}, {"withdrawn": True}),
    ):
        correction = Correction(
            case=case,
            record=entry.record,
            entry=entry,
            side="committee",
            status=Correction.Status.APPROVED,
            reason="样本：登记有误",
            requested_at=at(dt.date(2025, 8, 3)),
            requested_by=secretary,
            decided_at=at(dt.date(2025, 8, 4)),
            decided_by=verifier,
            **_paper("考察表.pdf"),
        )
        correction.evidence.save("考察表.pdf", ContentFile(EVIDENCE), save=False)
        correction.save()
        for field, old in before.items():
            column = "sealed" if field == "text" else "values"
            values = {column: {"before": old, "after": after[field]}}
            CorrectionItem.objects.create(correction=correction, step="halfyear_review", field=field, **values)
    LogEntry.objects.filter(pk=entry.pk).update(withdrawn=True)


def _hand_over(case: Case, secretary: User, verifier: User) -> None:
    """The archive package on its way, taken back by a correction, and kept elsewhere on a stamped receipt."""
    package = ArchivePackage.objects.create(
        case=case,
        extension="zip",
        archive="personnel",
        sha256="a" * 64,
        manifest="b" * 64,
        files=[{"name": "样本.pdf", "sha256": "c" * 64}],
        made_at=at(dt.date(2025, 9, 1)),
        made_by=secretary,
    )
    common = {"case": case, "package": package, "side": "branch", "holder": "branch", "is_last": False}
    common |= {"entered_by": secretary, "entered_from": case.branch, "holder_name": "样本支部"}
    sent = CustodyEntry.objects.create(
        **common,
        number=1,
        deed=Deed.HANDED_OVER,
        state=State.ON_THE_WAY,
        receiver="committee",
        receiver_organisation=case.committee,
        on=dt.date(2025, 9, 2),
        since=dt.date(2025, 9, 2),
        entered_at=at(dt.date(2025, 9, 2)),
    )
    CustodyEntry.objects.create(
        **common,
        number=2,
        deed=Deed.CORRECTED,
        corrects=sent,
        state=State.WAITING,
        words="样本更正",
        on=dt.date(2025, 9, 3),
        since=dt.date(2025, 9, 1),
        entered_at=at(dt.date(2025, 9, 3)),
    )
    receipt = CustodyEntry(
        **common | {"holder": "personnel", "holder_name": "样本人才服务中心", "is_last": True, "entered_by": verifier},
        number=3,
        deed=Deed.RECEIVED,
        state=State.KEPT,
        office="样本档案室",
        on=dt.date(2025, 9, 5),
        since=dt.date(2025, 9, 5),
        entered_at=at(dt.date(2025, 9, 5)),
        **_paper("回执.pdf"),
    )
    receipt.file.save("回执.pdf", ContentFile(EVIDENCE), save=False)
    receipt.save()


def _paper(name: str) -> dict[str, Any]:
    return {
        "original_name": name,
        "content_type": "application/pdf",
        "extension": ".pdf",
        "size": len(EVIDENCE),
        "sha256": hashlib.sha256(EVIDENCE).hexdigest(),
    }
