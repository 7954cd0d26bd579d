"""The only writes to the record, and its verification.

A chain is named after what it tells of: `case:<pk>` for a case, `exam:<pk>` for an attempt at the test, `org:<pk>`
for an organisation where there is neither.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from audit.canonical import GENESIS, canonical_json, plain
from audit.models import ChainHead, Entry

CHUNK = 500  # entries that append_many writes with one set of queries
CHAIN_NAME = re.compile(r"[a-z]+:[0-9A-Za-z-]{1,40}")
MIN_SALT_BYTES = 16


class ActingPerson(Protocol):
    """What the record keeps of whoever acts; `branches.access.Actor` is one."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def seat_id(self) -> int | None: ...
    @property
    def on_behalf_of_name(self) -> str: ...


@dataclass(frozen=True)
class Draft:
    """An act that is about to become an entry of its chain."""

    chain: str
    action: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Break:
    """A place where a chain does not hold. `entry_id` is None where the entry itself is missing."""

    chain: str
    seq: int
    entry_id: int | None
    reason: str

    def __str__(self) -> str:
        row = "" if self.entry_id is None else f" (entry {self.entry_id})"
        return f"chain {self.chain}, seq {self.seq}{row}: {self.reason}"


@dataclass
class Tally:
    """How much a verification has read so far."""

    entries: int = 0
    chains: int = 0


# -- Writing -----------------------------------------------------------------------------------------------------------


def append(
    *, chain: str, action: str, actor: ActingPerson, now: datetime, payload: Mapping[str, Any] | None = None
) -> Entry:
    """Append one entry to a chain, in the caller's transaction: the change and its record stand or fall together.

    Three queries. The chain stays locked until the transaction ends, so its writers queue up and leave no gap. Whoever
    writes to several chains in one transaction uses `append_many`, or goes through them in ascending order of their
    names; two transactions that lock the same chains in opposite orders would wait for each other.

    `now` is an aware datetime. `payload` holds what `audit.canonical.plain` takes; a sensitive value goes in as its
    `digest`. Raises TransactionManagementError outside a transaction, TypeError for a payload that has no canonical
    form, ValueError for a naive `now` or a chain that is no name of a chain.
    """
    return append_many(drafts=[Draft(chain, action, payload or {})], actor=actor, now=now)[0]


def append_many(*, drafts: Iterable[Draft], actor: ActingPerson, now: datetime) -> list[Entry]:
    """Append many entries by one actor at one moment; returns them in the order given.

    Entries of the same chain keep the order of their drafts. The number of queries is fixed for each CHUNK of drafts,
    however many chains they touch. Nothing is written unless every payload is sound. Raises as `append` does.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry is written in the transaction of its change")
    if now.tzinfo is None:
        raise ValueError("the time of an audit entry needs a time zone")
    sound = [_sound(draft) for draft in drafts]
    # One order of chains for every writer, so that no two of them hold what the other waits for.
    by_chain = sorted(range(len(sound)), key=lambda index: sound[index].chain)
    written: dict[int, Entry] = {}
    for start in range(0, len(by_chain), CHUNK):
        indexes = by_chain[start : start + CHUNK]
        entries = _append_chunk([sound[index] for index in indexes], actor, now)
        written.update(zip(indexes, entries, strict=True))
    return [written[index] for index in range(len(sound))]


def _sound(draft: Draft) -> Draft:
    if not CHAIN_NAME.fullmatch(draft.chain):
        raise ValueError(f"{draft.chain!r} is not the name of a chain, such as case:7 or org:12")
    if not isinstance(draft.payload, Mapping):
        raise TypeError(f"payload: a dictionary is expected, not a value of type {type(draft.payload).__name__}")
    return Draft(draft.chain, draft.action, plain(draft.payload))


def _append_chunk(drafts: Sequence[Draft], actor: ActingPerson, now: datetime) -> list[Entry]:
    heads = _lock_heads(list(dict.fromkeys(draft.chain for draft in drafts)))
    entries = []
    for draft in drafts:
        head = heads[draft.chain]
        entry = Entry(
            chain=draft.chain,
            seq=head.seq + 1,
            at=now,
            actor_id=actor.user_id,
            actor_name=actor.name,
            seat_id=actor.seat_id,
            on_behalf_of=actor.on_behalf_of_name,
            action=draft.action,
            payload=draft.payload,
            prev_hash=head.hash,
        )
        entry.hash = entry.computed_hash()
        head.seq, head.hash = entry.seq, entry.hash
        entries.append(entry)
    Entry.objects.bulk_create(entries)
    ChainHead.objects.bulk_create(
        heads.values(), update_conflicts=True, unique_fields=["chain"], update_fields=["seq", "hash"]
    )
    return entries


def _lock_heads(chains: Sequence[str]) -> dict[str, ChainHead]:
    """Lock the heads of the chains, in the order given, and begin the chains that are new.

    One statement, because SELECT ... FOR UPDATE cannot lock a row that two transactions are only about to insert:
    the update that changes nothing waits for the other writer, takes the row's lock, and returns what it then holds.
    """
    table = ChainHead._meta.db_table
    rows = ", ".join(["(%s, 0, %s)"] * len(chains))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (chain, seq, hash) VALUES {rows} "
            f"ON CONFLICT (chain) DO UPDATE SET seq = {table}.seq RETURNING chain, seq, hash",
            [value for chain in chains for value in (chain, GENESIS)],
        )
        return {chain: ChainHead(chain=chain, seq=seq, hash=digest) for chain, seq, digest in cursor.fetchall()}


# -- Sensitive values --------------------------------------------------------------------------------------------------


def new_salt() -> str:
    """A fresh salt for `digest`. It is kept with the row whose values it covers, and goes with that row."""
    return secrets.token_hex(MIN_SALT_BYTES)


def digest(value: Any, salt: str | bytes) -> str:
    """What the record says of a sensitive value: HMAC-SHA-256 of its canonical JSON under the row's salt.

    Returns `sha256:<hex>`. Who has the row can show that a value is the recorded one; once the salt is gone nobody
    can guess the value back, not even an identity number, of which there are few. Raises ValueError for a salt under
    16 bytes and TypeError for a value without a canonical form.
    """
    key = salt.encode() if isinstance(salt, str) else salt
    if len(key) < MIN_SALT_BYTES:
        raise ValueError(f"a salt has at least {MIN_SALT_BYTES} bytes; take one from new_salt()")
    return "sha256:" + hmac.new(key, canonical_json(value), hashlib.sha256).hexdigest()


# -- Verification ------------------------------------------------------------------------------------------------------


def verify(chain: str | None = None) -> list[Break]:
    """Every place where the chains (or the one named) do not hold; an empty list means that they are whole."""
    return list(broken_links(chain))


def broken_links(chain: str | None = None, tally: Tally | None = None) -> Iterator[Break]:
    """The same one by one, reading the entries as a stream, so that memory does not grow with the record.

    Chains come in the database's order, each from its first entry. Checked: numbers without a gap, each entry's
    previous hash, each entry's own hash worked out anew, the head against the last entry, and heads whose entries are
    all gone. Not checked: that times ascend, since a clock is read before its writer gets the chain's turn. Out of
    reach: a chain whose entries and head were all removed together, past the triggers.

    `tally`, where given, counts what was read.
    """
    tally = tally or Tally()
    heads = ChainHead.objects.all() if chain is None else ChainHead.objects.filter(chain=chain)
    entries = Entry.objects.all() if chain is None else Entry.objects.filter(chain=chain)
    entries = entries.order_by("chain", "seq")
    try:
        for _name, links in groupby(_with_head(entries).iterator(), key=attrgetter("chain")):
            tally.chains += 1
            yield from _breaks_of_chain(links, tally)
    except (TypeError, ValueError, AttributeError) as error:
        # A column was overwritten with something that is not even of its type, which SQLite permits.
        entry_id, name, seq = entries.values_list("pk", "chain", "seq")[tally.entries]
        yield Break(name, seq, entry_id, f"the entry cannot be read ({error}); what follows it was not verified")
        return
    for head in heads.filter(~Exists(Entry.objects.filter(chain=OuterRef("chain"))), seq__gt=0).order_by("chain"):
        yield Break(head.chain, 1, None, f"all entries are missing; the head says that there are {head.seq}")


def _with_head(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Each entry with its chain's head, read by one statement: writers at work cannot part the two."""
    head = ChainHead.objects.filter(chain=OuterRef("chain"))
    return entries.annotate(head_seq=Subquery(head.values("seq")), head_hash=Subquery(head.values("hash")))


def _breaks_of_chain(links: Iterable[Any], tally: Tally) -> Iterator[Break]:
    last_seq, last_hash, entry = 0, GENESIS, None
    for entry in links:
        if entry.seq < 1:
            yield Break(entry.chain, entry.seq, entry.pk, "numbers begin with 1")
        elif entry.seq != last_seq + 1:
            yield Break(entry.chain, last_seq + 1, None, _missing(last_seq + 1, entry.seq - 1))
        elif entry.prev_hash != last_hash:
            yield Break(entry.chain, entry.seq, entry.pk, "its previous hash is not the hash of the entry before it")
        if _content_hash(entry) != entry.hash:
            yield Break(entry.chain, entry.seq, entry.pk, "its content does not agree with its hash")
        last_seq, last_hash = entry.seq, entry.hash
        tally.entries += 1
    if entry is None:
        return
    if entry.head_seq is None:
        yield Break(entry.chain, last_seq, entry.pk, "the chain has no head")
    elif entry.head_seq > last_seq:
        reason = f"{_missing(last_seq + 1, entry.head_seq)} at the end of the chain"
        yield Break(entry.chain, last_seq + 1, None, reason)
    elif (entry.head_seq, entry.head_hash) != (last_seq, last_hash):
        yield Break(entry.chain, last_seq, entry.pk, "the head of the chain does not agree with the last entry")


def _content_hash(entry: Entry) -> str | None:
    try:
        return entry.computed_hash()
    except TypeError:  # edited into something that could never have been appended, such as a float
        return None


def _missing(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"
