"""Writing an imported case: rows in the order in which they name each other, and papers under the rules of uploads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import models

from branches.access import Actor
from branches.models import Member, Organisation
from branches.services import roster
from branches.services.accounts import accounts_from_elsewhere
from recruitment.models import Case, CaseOrigin, Material, Person, Sitting
from recruitment.models.person import birth_date_in, validate_id_number
from recruitment.services import materials
from recruitment.services.case_import.arrival import Arrival, known_members
from recruitment.travel.reading import LayoutError, Opened
from recruitment.travel.rebuilding import TABLES, Rebuilding, Told, layout_at
from recruitment.travel.shape import ATTACHED
from recruitment.travel.verify_case_file import AUDIT, MANIFEST, ORIGIN, SIGNATURE, fingerprint


class PapersKept:
    """The papers of one import: looked into as uploads are, stored, and taken away again where the import fails.

    Without ``store`` they are looked into only.
    """

    def __init__(self, opened: Opened, *, store: bool) -> None:
        self.opened = opened
        self.store = store
        self._names = set(opened.papers)
        self._stored: list[tuple[Storage, str]] = []

    def keep(self, row: Any, column: str, part: str) -> None:
        """Give the row its paper. Raises ``LayoutError`` where it is not the one that the row tells of,
        ``ValidationError`` where it is of a kind that is not accepted here, ``OSError``."""
        if part not in self._names:
            raise LayoutError(part)
        self._names.discard(part)
        content = ContentFile(self.opened.content(part), name=row.original_name)
        upload = materials.inspect(part, content, row.original_name)
        told = (row.sha256, row.size, row.extension, row.content_type, row.original_name)
        if told != (upload.sha256, upload.size, upload.extension, upload.content_type, upload.name):
            raise LayoutError(part)
        file = getattr(row, column)
        if not self.store:
            file.name = part
            return
        name = file.field.generate_filename(row, upload.name)
        # Noted before it is written: half a paper is taken away as well.
        self._stored.append((file.storage, name))
        file.name = file.storage.save(name, content)

    def must_be_all(self) -> None:
        """Raises ``LayoutError`` where a paper belongs to nothing."""
        if self._names:
            raise LayoutError(min(self._names))

    def take_away(self) -> None:
        for storage, name in self._stored:
            with suppress(OSError):
                storage.delete(name)


def write(
    opened: Opened, told: Told, arrival: Arrival, papers: PapersKept, *, actor: Actor, now: datetime
) -> Rebuilding:
    """Enter the case with everything that hangs on it, in the caller's transaction; it is the one of ``saved[Case]``.

    Raises ``LayoutError``, ``ValidationError``, ``OSError``, ``IntegrityError``.
    """
    branch = arrival.branch
    # Two imports of one case wait for each other here, and the second finds it.
    Organisation.objects.select_for_update().get(pk=branch.pk)
    rows = Rebuilding(told, organisations=arrival.organisations, accounts={})
    person, arrival.person_changed = _person(rows.person(), told, is_open=told.case["ended_on"] is None)
    rows.members = _members(branch, told, actor, now)
    if told.membership is not None and person.member is None:
        person.member = _membership(branch, person, told.membership, actor, now)
        person.save(update_fields=["member"])
    rows.accounts = accounts_from_elsewhere(told.accounts(), actor=actor, now=now)
    case = rows.case(person)
    if case.is_open:
        # A running case answers to those who stand above its branch here.
        case.committee, case.department = arrival.responsible.committee, arrival.responsible.department
    case.save()
    rows.note(Case, [case])
    for _part, _name, model in TABLES:
        made = rows.table(model, case)
        _keep_papers(model, made, told, papers)
        rows.note(model, _saved(model, made))
    papers.must_be_all()
    CaseOrigin.objects.bulk_create(_origins(case, opened.kept))
    return rows


def _person(brought: Person, told: Told, *, is_open: bool) -> tuple[Person, list[str]]:
    """The person: as the file tells of her, or who is known here already; a running case brings the newer facts.

    With her the names of those facts that stood otherwise here.
    """
    with layout_at("person"):
        validate_id_number(brought.id_number)
        if brought.birth_date != birth_date_in(brought.id_number):
            raise LayoutError("person: birth_date")
    known = Person.objects.select_for_update().filter(id_index=Person.index_of(brought.id_number)).first()
    if known is None:
        brought.save()
        return brought, []
    if not is_open:
        return known, []
    changed = sorted(name for name in told.person if getattr(known, name) != getattr(brought, name))
    for name in changed:
        setattr(known, name, getattr(brought, name))
    known.save()
    return known, changed


def _members(branch: Organisation, told: Told, actor: Actor, now: datetime) -> list[Member]:
    """Whom the file names, on the branch's roster. Who is not there gets a line that ends on the day it begins: such a
    member was never there, has no vote and is nobody's choice."""
    found = known_members(branch, told)
    for place, (row, member) in enumerate(zip(told.members, found, strict=True)):
        if member is None:
            with layout_at(f"members {row['id']}"):
                joined_on = Member._meta.get_field("joined_on").to_python(row["joined_on"])
                found[place] = roster.enter_member(
                    branch=branch,
                    name=row["name"],
                    sex=row["sex"],
                    standing=Member.Standing.FULL,
                    standing_since=joined_on,
                    joined_on=joined_on,
                    full_since=joined_on,
                    left_on=joined_on,
                    actor=actor,
                    now=now,
                )
    return found


def _membership(branch: Organisation, person: Person, told: Mapping[str, Any], actor: Actor, now: datetime) -> Member:
    """The person's own place on the roster: the one that is there already, or as she stood where she came from."""
    known = Member.objects.filter(
        branch=branch, name=person.name, sex=person.sex, joined_on=told["joined_on"], person__isnull=True
    ).first()
    if known is not None:
        return known
    with layout_at("membership"):
        values = {name: Member._meta.get_field(name).to_python(value) for name, value in told.items()}
        return roster.enter_member(branch=branch, name=person.name, sex=person.sex, actor=actor, now=now, **values)


def _saved(model: type[models.Model], rows: list[Any]) -> list[Any]:
    if model is Sitting:
        return _shared(rows)
    if any(column.related_model is model for column in model._meta.concrete_fields):
        for row in rows:  # one by one: a row needs the key of the one before it that it names
            row.save(force_insert=True)
        return rows
    return model._default_manager.bulk_create(rows)


def _shared(sittings: list[Sitting]) -> list[Sitting]:
    """The sittings, saved; one that came before with another of its people is the same sitting."""
    columns = [column.attname for column in Sitting._meta.concrete_fields if not column.primary_key]
    found = []
    for sitting in sittings:
        same = Sitting.objects.filter(**{name: getattr(sitting, name) for name in columns}).first()
        if same is None:
            sitting.save()
        found.append(same or sitting)
    return found


def _keep_papers(model: type[models.Model], rows: list[Any], told: Told, papers: PapersKept) -> None:
    if model is Material:
        for row, said in zip(rows, told.tables[Material], strict=True):
            papers.keep(row, "file", said["part"])
    elif model in ATTACHED:
        kind, column = ATTACHED[model]
        for place, row in enumerate(rows, start=1):
            if row.sha256:
                papers.keep(row, column, f"attached/{place:03d}-{kind}{row.extension}")


def _origins(case: Case, kept: Mapping[str, bytes]) -> list[CaseOrigin]:
    """What came along from earlier places, and then what this file was signed with."""
    found = []
    while ORIGIN.format(len(found) + 1, MANIFEST) in kept:
        number = len(found) + 1
        found.append(
            _origin(case, number, *(kept[ORIGIN.format(number, name)] for name in (MANIFEST, SIGNATURE, AUDIT)))
        )
    return [*found, _origin(case, len(found) + 1, *(kept[name] for name in (MANIFEST, SIGNATURE, AUDIT)))]


def _origin(case: Case, number: int, manifest: bytes, signature: bytes, acts: bytes) -> CaseOrigin:
    return CaseOrigin(
        case=case,
        number=number,
        key=fingerprint(bytes.fromhex(json.loads(manifest)["public_key"])),
        manifest=manifest.decode(),
        signature=signature.hex(),
        acts=acts.decode(),
    )
