"""The chain of custody of an archive package: handed over, received or returned, kept, and corrected by a new entry.

Nothing here locks a step: the confirmations follow the archiving (r2026 art 36), and no rule ties them to it. What a
body outside the system confirms is entered, with the stamped paper, by the side that handed the package to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from branches.access import Actor
from recruitment import policies
from recruitment.models import ArchivePackage, Case, CustodyEntry
from recruitment.policies import Allowed, Answer, Denied
from recruitment.rules.archive import ARCHIVE_STEP
from recruitment.rules.custody import RETURN_CODES, Deed, Keeper, State, receivers, state_with
from recruitment.rules.gates import Reason
from recruitment.rules.schema import Side
from recruitment.selectors.casefile import local_day
from recruitment.selectors.custody import Chain, Standing, chain_of
from recruitment.services import materials
from recruitment.services.base import Refusal, Refused, acting, invalid, refuse, refused_for, required_text
from recruitment.services.materials import Upload
from recruitment.services.notices import tell

#: What each deed is called in the audit.
ACTIONS = {
    Deed.HANDED_OVER: "archive_handed_over",
    Deed.RECEIVED: "archive_received",
    Deed.RETURNED: "archive_returned",
    Deed.KEPT: "archive_kept",
    Deed.CORRECTED: "archive_entry_corrected",
}


def deeds(chain: Chain) -> tuple[Deed, ...]:
    """What may be entered now, by whoever is entitled to."""
    if not chain.is_due:
        return ()
    now = (Deed.RECEIVED, Deed.RETURNED) if chain.standing.is_on_the_way else (Deed.HANDED_OVER, Deed.KEPT)
    return (*now, Deed.CORRECTED) if chain.effective else now


def may_enter(actor: Actor, chain: Chain, deed: Deed) -> Answer:
    """Who enters a deed: the holder's side, for a receipt the receiver's, for a correction who made the entry."""
    standing, scope = chain.standing, chain.case.scope
    side: Side | None = standing.side
    if deed in (Deed.RECEIVED, Deed.RETURNED) and standing.receiver is not None:
        side = standing.receiver.side or standing.side
    elif deed is Deed.CORRECTED and chain.effective:
        made_from = chain.effective[-1].entered_from_id
        side = next((side for side in Side if scope.organisation_id(side) == made_from), None)
    answer = policies.may_enter(actor, scope, side) if side is not None else Denied("")
    return answer or Denied(_("由现在保管归档材料的单位，或者应当接收的单位登记。"))


def choices(chain: Chain) -> tuple[Keeper, ...]:
    """To whom the package may be handed now."""
    return receivers(chain.standing.holder, chain.archive, dispatched=chain.case.person.is_dispatched)


@transaction.atomic
def hand_over(
    *,
    case_id: int,
    receiver: str,
    on: date,
    hands: str,
    package_id: int,
    actor: Actor,
    now: datetime,
    receiver_name: str = "",
    words: str = "",
    expected_number: int | None = None,
) -> CustodyEntry:
    """Enter that the package was handed to another body; ``receiver_name`` for one outside the system.

    The holder answers for it until the receipt is confirmed. Raises ``Refused``; ``Case.DoesNotExist``.
    """
    opened = _open(case_id, Deed.HANDED_OVER, on, actor, now, expected_number)
    chain = opened.chain
    if receiver not in choices(chain):
        raise invalid("receiver")
    keeper = Keeper(receiver)
    organisation = _organisation(chain.case, keeper)
    name = organisation.name if organisation is not None else required_text(receiver_name, "receiver_name")
    package = ArchivePackage.objects.filter(pk=package_id, case=chain.case).first()
    if package is None:
        raise refuse("field_invalid", field="package_id", message=_("请先取出归档材料，再选定移交的是哪一包。"))
    after = replace(
        chain.standing,
        state=State.ON_THE_WAY,
        since=on,
        receiver=keeper,
        receiver_name=name,
        receiver_organisation_id=organisation.pk if organisation is not None else None,
        package_id=package.pk,
    )
    entry = _add(opened, Deed.HANDED_OVER, after, on, now, hands=required_text(hands, "hands"), words=words.strip())
    _told(opened, entry, after.receiver_organisation_id, now)
    return _finish(opened, entry, now, addressee=name, package=package.manifest)


@transaction.atomic
def receive(
    *,
    case_id: int,
    on: date,
    hands: str,
    office: str,
    actor: Actor,
    now: datetime,
    keeper_person: str = "",
    shelf: str = "",
    words: str = "",
    receipt: Upload | None = None,
    expected_number: int | None = None,
) -> CustodyEntry:
    """Confirm that the package came, and where it lies. A body outside confirms by its stamped receipt (``receipt``).

    Raises ``Refused``: also ``own_submission`` for whoever handed it over; ``Case.DoesNotExist``.
    """
    opened = _open(case_id, Deed.RECEIVED, on, actor, now, expected_number)
    before = opened.chain.standing
    assert before.receiver is not None
    _answered(opened, receipt, before)
    after = replace(
        before,
        state=state_with(before.receiver, opened.chain.archive),
        since=on,
        side=before.receiver.side or before.side,
        holder=before.receiver,
        holder_name=before.receiver_name,
        holder_organisation_id=before.receiver_organisation_id,
        receiver=None,
        receiver_name="",
        receiver_organisation_id=None,
        office=required_text(office, "office"),
        keeper_person=keeper_person.strip(),
        shelf=shelf.strip(),
    )
    hands = required_text(hands, "hands")
    entry = _add(opened, Deed.RECEIVED, after, on, now, hands=hands, words=words.strip(), receipt=receipt)
    _told(opened, entry, _body(opened.chain.case, before.side), now)
    return _finish(opened, entry, now, addressee=after.holder_name, package=_manifest(entry))


@transaction.atomic
def send_back(
    *,
    case_id: int,
    on: date,
    code: str,
    hands: str,
    actor: Actor,
    now: datetime,
    words: str = "",
    receipt: Upload | None = None,
    expected_number: int | None = None,
) -> CustodyEntry:
    """Enter that the package was not taken, with a coded reason; its holder has it to hand over again.

    Raises ``Refused``; ``Case.DoesNotExist``.
    """
    opened = _open(case_id, Deed.RETURNED, on, actor, now, expected_number)
    before = opened.chain.standing
    if code not in RETURN_CODES:
        raise invalid("code")
    words = required_text(words, "words") if code == "other" else words.strip()
    _answered(opened, receipt, before)
    after = replace(
        before,
        state=State.WAITING,
        since=on,
        receiver=None,
        receiver_name="",
        receiver_organisation_id=None,
    )
    hands = required_text(hands, "hands")
    entry = _add(opened, Deed.RETURNED, after, on, now, hands=hands, words=words, code=code, receipt=receipt)
    _told(opened, entry, _body(opened.chain.case, before.side), now)
    return _finish(opened, entry, now, addressee=before.receiver_name, return_code=code, package=_manifest(entry))


@transaction.atomic
def keep(
    *,
    case_id: int,
    on: date,
    office: str,
    actor: Actor,
    now: datetime,
    keeper_person: str = "",
    shelf: str = "",
    words: str = "",
    expected_number: int | None = None,
) -> CustodyEntry:
    """Confirm that the holder has the package, and where it lies now. Raises ``Refused``; ``Case.DoesNotExist``."""
    opened = _open(case_id, Deed.KEPT, on, actor, now, expected_number)
    before = opened.chain.standing
    after = replace(
        before,
        # Whoever has waited for its hand-over goes on waiting: a shelf is no receipt.
        since=before.since or on,
        office=required_text(office, "office"),
        keeper_person=keeper_person.strip(),
        shelf=shelf.strip(),
    )
    entry = _add(opened, Deed.KEPT, after, on, now, words=words.strip())
    return _finish(opened, entry, now, addressee=after.holder_name, package=_manifest(entry))


@transaction.atomic
def correct(
    *, case_id: int, reason: str, actor: Actor, now: datetime, expected_number: int | None = None
) -> CustodyEntry:
    """Withdraw the newest entry that counts: what stood before it stands again, and both stay readable.

    Raises ``Refused``; ``Case.DoesNotExist``.
    """
    today = local_day(now)
    opened = _open(case_id, Deed.CORRECTED, today, actor, now, expected_number)
    effective = opened.chain.effective
    after = opened.chain.standing_after(effective[-2] if len(effective) > 1 else None)
    after = replace(after, since=after.since or today)
    reason = required_text(reason, "words")
    entry = _add(opened, Deed.CORRECTED, after, today, now, words=reason, corrects=effective[-1])
    return _finish(opened, entry, now, corrects=effective[-1].number)


# -- what they share ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Opened:
    """A case's chain with its row locked, and the actor with the seat by which the deed is allowed."""

    chain: Chain
    actor: Actor
    organisation_id: int | None


def _open(case_id: int, deed: Deed, on: date, actor: Actor, now: datetime, expected_number: int | None) -> _Opened:
    rows = Case.objects.select_for_update(of=("self",)).select_related("person", "branch", "committee", "department")
    chain = chain_of(rows.get(pk=case_id))
    if expected_number is not None and chain.number != expected_number:
        raise refuse("stale")
    answer = may_enter(actor, chain, deed)
    refusals = []
    if deed not in deeds(chain):
        refusals.append(Refusal("not_this_step", message=_("现在不能登记这一项，请看归档材料现在在哪里。")))
    if isinstance(answer, Denied):
        refusals.append(Refusal("not_allowed", message=str(answer.reason)))
    if refusals:
        raise Refused(refusals)
    assert isinstance(answer, Allowed)
    if on > local_day(now):
        raise refused_for([Reason("action_date_in_future", field_name="on", inputs={"target": on})])
    effective = chain.effective
    if deed is not Deed.CORRECTED and effective and on < effective[-1].on:
        raise refuse("field_invalid", field="on", message=_("日期不能早于上一条登记的日期。"))
    return _Opened(chain, acting(actor, answer), answer.grant.organisation_id if answer.grant else None)


def _answered(opened: _Opened, receipt: Upload | None, before: Standing) -> None:
    """A body of this system answers by another person than who handed over; one outside by its stamped paper."""
    assert before.receiver is not None
    if before.receiver.side is None:
        if receipt is None:
            raise refuse("field_invalid", field="receipt", message=_("请上传对方盖章的回执。"))
        return
    handed_over = opened.chain.effective[-1]
    if opened.actor.is_one_of(handed_over.entered_by_id) or opened.actor.bears(handed_over.entered_for):
        raise refuse("own_submission")


def _organisation(case: Case, keeper: Keeper) -> Any:
    return {Keeper.BRANCH: case.branch, Keeper.COMMITTEE: case.committee, Keeper.DEPARTMENT: case.department}.get(
        keeper
    )


def _body(case: Case, side: Side) -> int:
    return case.scope.organisation_id(side)


def _add(
    opened: _Opened,
    deed: Deed,
    after: Standing,
    on: date,
    now: datetime,
    *,
    receipt: Upload | None = None,
    **said: Any,
) -> CustodyEntry:
    chain, actor = opened.chain, opened.actor
    CustodyEntry.objects.filter(case=chain.case, is_last=True).update(is_last=False)
    entry = CustodyEntry(
        case=chain.case,
        number=chain.number + 1,
        deed=deed,
        on=on,
        state=after.state,
        since=after.since,
        side=after.side,
        holder=after.holder,
        holder_name=after.holder_name,
        holder_organisation_id=after.holder_organisation_id,
        receiver=after.receiver or "",
        receiver_name=after.receiver_name,
        receiver_organisation_id=after.receiver_organisation_id,
        office=after.office,
        keeper_person=after.keeper_person,
        shelf=after.shelf,
        package_id=after.package_id,
        entered_at=now,
        entered_by_id=actor.user_id,
        entered_for=actor.on_behalf_of_name,
        entered_from_id=opened.organisation_id,
        **said,
    )
    if receipt is not None:
        materials.keep(entry, receipt)
    entry.save()
    return entry


def _told(opened: _Opened, entry: CustodyEntry, organisation_id: int | None, now: datetime) -> None:
    """Tell the other side, unless it is the one that has entered this itself."""
    if organisation_id is not None and organisation_id != opened.organisation_id:
        code = ACTIONS[Deed(entry.deed)]
        tell(case=opened.chain.case, code=code, step=ARCHIVE_STEP, organisations=[organisation_id], now=now)


def _manifest(entry: CustodyEntry) -> str:
    return entry.package.manifest if entry.package is not None else ""


def _finish(opened: _Opened, entry: CustodyEntry, now: datetime, **details: Any) -> CustodyEntry:
    payload = {
        "custody": entry.number,
        "on": entry.on,
        "state": entry.state,
        "holder": entry.holder_name,
        **details,
    }
    for name in ("hands", "office", "keeper_person", "shelf"):
        if said := getattr(entry, name):
            payload[name] = said
    if entry.words:
        payload["reason"] = entry.words
    if entry.sha256:
        payload["receipt"] = entry.sha256
    action = ACTIONS[Deed(entry.deed)]
    audit.append(chain=opened.chain.case.chain, action=action, actor=opened.actor, now=now, payload=payload)
    return entry
