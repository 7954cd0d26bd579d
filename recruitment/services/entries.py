"""What may be corrected in an entry of a log: its day, its words, whose opinion it is, or that it was made at all.

Its kind stays: another kind is another entry, so that the wrong one is withdrawn and the right one made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from recruitment.models import LogEntry
from recruitment.rules.dates import iso_date
from recruitment.rules.facts import EntryFact, Facts
from recruitment.rules.steps import ENTRY_FIELDS, OPINIONS
from recruitment.selectors.casefile import CaseFile
from recruitment.services import acts
from recruitment.services.base import invalid, refuse


def entry_of(file: CaseFile, step: str, entry_id: int) -> LogEntry:
    """The entry of that step of the case, with its words. Raises :class:`Refused` where there is none."""
    found = LogEntry.objects.select_related("record").filter(pk=entry_id, record__case=file.case, record__step=step)
    entry = found.first()
    if entry is None:
        raise refuse("not_this_step")
    return entry


def counts(file: CaseFile, step: str, entry: LogEntry) -> bool:
    """Whether rules look at the entry: of a record that counts, in this round or one before, and not withdrawn."""
    return not entry.withdrawn and any(
        record.pk == entry.record_id and record.step == step for record in file.records if record.counts
    )


def values_of(entry: LogEntry) -> dict[str, Any]:
    """The entry as a correction compares it; whose opinion it is as a list of one."""
    return {
        "on": entry.on,
        "member": [entry.member_id] if entry.member_id is not None else None,
        "text": entry.text,
        "withdrawn": entry.withdrawn,
    }


def typed(name: str, stored: Any) -> Any:
    """A stored value of :func:`values_of`: days as days."""
    return iso_date(stored) if name == "on" else stored


def read_changes(file: CaseFile, entry: LogEntry, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be otherwise, typed. Raises :class:`Refused` for values that cannot be.

    As when the entry is made: an opinion has words, and is that of somebody whom the case names. What is withdrawn is
    not changed besides.
    """
    bad = [name for name in changes if name not in ENTRY_FIELDS]
    if "withdrawn" in changes and (changes["withdrawn"] is not True or len(changes) > 1):
        bad.append("withdrawn")
    given, opinion = dict(changes), entry.kind in OPINIONS
    if "on" in given:
        try:
            given["on"] = given["on"] if isinstance(given["on"], date) else iso_date(given["on"])
        except (TypeError, ValueError):
            bad.append("on")
    if "text" in given:
        given["text"] = given["text"].strip() if isinstance(given["text"], str) else ""
        if opinion and not given["text"]:
            bad.append("text")
    if "member" in given:
        named = acts.named_for(file, entry.kind)
        if not opinion or given["member"] not in [[pk] for pk in named]:
            bad.append("member")
    if bad:
        raise invalid(*dict.fromkeys(bad))
    return given


def log_with(facts: Facts, entry: LogEntry, values: Mapping[str, Any]) -> tuple[EntryFact, ...]:
    """The log of the entry's step with the entry as ``values`` say; without it where it is withdrawn."""
    return tuple(
        replace(fact, on=values["on"]) if fact.id == entry.pk else fact
        for fact in facts.step(entry.record.step).entries
        if fact.id != entry.pk or not values["withdrawn"]
    )


def write(entry: LogEntry, values: Mapping[str, Any]) -> None:
    """Store the entry as ``values`` say."""
    entry.on, entry.text, entry.withdrawn = values["on"], values["text"], values["withdrawn"]
    entry.member_id = values["member"][0] if values["member"] else None
    entry.save(update_fields=["on", "text", "member", "withdrawn"])
